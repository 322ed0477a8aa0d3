/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"

#include "rua-result.h"

#include <string.h>

void
case_set (RuaRecord *record, RuaAlliance *alliance, const char *field, const char *text)
{
  g_autoptr (GError) error = NULL;
  RuaField *f = rua_kind_find_field (rua_record_get_kind (record), field);

  if (f == NULL)
    g_error ("no field %s", field);
  if (strcmp (text, "-") == 0)
    return;
  switch (rua_field_get_field_type (f)) {
  case RUA_FIELD_TYPE_TEXTS:
    rua_record_set_texts (record, field, "en", text, &error);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_record_set_boolean (record, field, strcmp (text, "true") == 0, &error);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    rua_record_set_integer (record, field, g_ascii_strtoll (text, NULL, 10), &error);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    rua_record_set_number (record, field, g_ascii_strtod (text, NULL), &error);
    break;
  case RUA_FIELD_TYPE_MONEY:
    rua_record_set_money (record, field, (gint64) (g_ascii_strtod (text, NULL) * 100 + 0.5), &error);
    break;
  case RUA_FIELD_TYPE_DATE:
    rua_record_set_date (record, field, text, &error);
    break;
  case RUA_FIELD_TYPE_REFERENCE: {
    const char *slash = strchr (text, '/');
    g_autofree char *kind = slash != NULL ? g_strndup (text + 1, slash - text - 1)
                                        : g_strdup (rua_field_get_target (f));
    g_autoptr (RuaRecord) target
      = rua_alliance_find (alliance, kind, slash != NULL ? slash + 1 : text + 1);

    if (target == NULL)
      g_error ("nothing is called %s", text);
    rua_record_set_reference (record, field, target, &error);
    break;
  }
  case RUA_FIELD_TYPE_TEXT_LIST: {
    g_auto (GStrv) texts = g_strsplit (text, " ", -1);

    rua_record_set_text_list (record, field, (const char *const *) texts, &error);
    break;
  }
  case RUA_FIELD_TYPE_REFERENCE_LIST: {
    g_auto (GStrv) ids = g_strsplit (text, " ", -1);
    g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_object_unref);

    for (guint i = 0; ids[i] != NULL; i++)
      g_ptr_array_add (targets, rua_alliance_find (alliance, rua_field_get_target (f), ids[i]));
    rua_record_set_references (record, field, (RuaRecord **) targets->pdata, targets->len, &error);
    break;
  }
  default:
    rua_record_set_text (record, field, text, &error);
  }
  if (error != NULL)
    g_error ("%s = %s: %s", field, text, error->message);
}

void
case_add (RuaAlliance *alliance, const char *kind, ...)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, kind);
  const char *field;
  va_list args;

  va_start (args, kind);
  while ((field = va_arg (args, const char *)) != NULL)
    case_set (record, alliance, field, va_arg (args, const char *));
  va_end (args);
  rua_alliance_add (alliance, record, &error);
  if (error != NULL)
    g_error ("%s: %s", kind, error->message);
}

RuaAlliance *
case_empty (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  case_add (alliance, "alliance", "title", "A case", "currency", "CNY", NULL);
  return alliance;
}

/* Two villages, five households, incomes of 2014 and 2017. */
RuaAlliance *
case_new (void)
{
  static const char *const households[][6] = {
    /* id, village, site's name, persons, weight, joined */
    { "h1", "@pingzhai", "Luo", "4", "1", "2012-03" },
    { "h2", "@pingzhai", "Yang", "2", "2", "2013" },
    { "h3", "@miaoxia", "Wu", "5", "1", "2014-09-15" },
    { "h4", "@miaoxia", "Pan", "-", "1.5", "2014" },
    { "h5", "-", "Long", "3", "-", "-" },
  };
  static const char *const incomes[][4] = {
    { "@h1", "2014", "4000", "true" }, { "@h1", "2017", "9000", "true" },
    { "@h2", "2014", "3000.50", "-" }, { "@h2", "2017", "5000", "false" },
    { "@h3", "2014", "2500", "true" }, { "@h3", "2017", "-", "true" },
    { "@h4", "2014", "6000", "false" }, { "@h4", "2017", "12000", "-" },
    { "@h5", "2017", "800", "true" },
  };
  RuaAlliance *alliance = case_empty ();

  case_add (alliance, "place", "id", "yunnan", "name", "Yunnan", "level", "province", NULL);
  case_add (alliance, "place", "id", "pingzhai", "name", "Pingzhai", "level", "village", "parent",
            "@yunnan", "province", "Yunnan", "population", "120", "area", "30", "peoples",
            "Zhuang Yi", NULL);
  case_add (alliance, "place", "id", "miaoxia", "name", "Miaoxia", "level", "village", "province",
            "Guizhou", "population", "80", "peoples", "Miao", NULL);
  case_add (alliance, "cooperative", "id", "rice", "name", "Rice growers", NULL);
  case_add (alliance, "cooperative", "id", "tea", "name", "Tea growers", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (households); i++)
    case_add (alliance, "household", "id", households[i][0], "village", households[i][1], "name",
              households[i][2], "n_persons", households[i][3], "weight", households[i][4],
              "joined", households[i][5], NULL);
  case_add (alliance, "membership", "id", "m1", "cooperative", "@rice", "household", "@h1", "shares",
            "3", NULL);
  case_add (alliance, "membership", "id", "m2", "cooperative", "@tea", "household", "@h1", NULL);
  case_add (alliance, "membership", "id", "m3", "cooperative", "@tea", "household", "@h3", "shares",
            "1", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (incomes); i++)
    case_add (alliance, "income", "household", incomes[i][0], "year", incomes[i][1], "amount",
              incomes[i][2], "net", incomes[i][3], NULL);
  return alliance;
}

char *
case_tell (GListModel *results)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);
    const char *const *paths = rua_result_get_group_paths (result);
    double value;

    g_string_append (out, i > 0 ? "; " : "");
    for (guint k = 0; paths[k] != NULL; k++) {
      const char *label = rua_result_get_group_label (result, paths[k]);

      g_string_append_printf (out, "%s%s", k > 0 ? "/" : "", label != NULL ? label : "?");
    }
    if (rua_result_get_estimate (result, &value))
      g_string_append_printf (out, " %.6g", value);
    else
      g_string_append (out, rua_result_get_withheld (result) ? " withheld" : " undefined");
  }
  return g_string_free (out, FALSE);
}
