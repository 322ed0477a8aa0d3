/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "evidence-build.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "rua-alliance-private.h"

static RuaRecord *
look_up (RuaAlliance *alliance, const char *target, const char *reference)
{
  g_auto (GStrv) parts = NULL;
  RuaRecord *record;

  if (g_strcmp0 (target, "*") == 0) {
    parts = g_strsplit (reference, "/", 2);
    record = rua_alliance_find (alliance, parts[0], parts[1]);
  } else {
    record = rua_alliance_find (alliance, target, reference);
  }
  if (record == NULL)
    g_error ("no %s %s", target, reference);
  return record;
}

static void
set_references (RuaAlliance *alliance, RuaRecord *record, RuaField *field, const char *value, GError **error)
{
  g_auto (GStrv) items = g_strsplit (value, "|", -1);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; items[i] != NULL; i++)
    g_ptr_array_add (records, look_up (alliance, rua_field_get_target (field), items[i]));
  rua_record_set_references (record, rua_field_get_name (field), (RuaRecord **) records->pdata, records->len, error);
}

static void
set_field (RuaAlliance *alliance, RuaRecord *record, const char *name, const char *value)
{
  RuaField *field = rua_kind_find_field (rua_record_get_kind (record), name);
  g_autoptr (GError) error = NULL;

  if (field == NULL)
    g_error ("%s has no field %s", rua_kind_get_name (rua_record_get_kind (record)), name);
  if (*value == '\0') {
    rua_record_unset (record, name, &error);
    g_assert_no_error (error);
    return;
  }
  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXTS:
    rua_record_set_texts (record, name, "en", value, &error);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_record_set_boolean (record, name, g_str_equal (value, "true"), &error);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    rua_record_set_integer (record, name, g_ascii_strtoll (value, NULL, 10), &error);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    rua_record_set_number (record, name, g_ascii_strtod (value, NULL), &error);
    break;
  case RUA_FIELD_TYPE_MONEY:
    rua_record_set_money (record, name, (gint64) (g_ascii_strtod (value, NULL) * 100 + 0.5), &error);
    break;
  case RUA_FIELD_TYPE_DATE:
    rua_record_set_date (record, name, value, &error);
    break;
  case RUA_FIELD_TYPE_REFERENCE: {
    g_autoptr (RuaRecord) target = look_up (alliance, rua_field_get_target (field), value);
    rua_record_set_reference (record, name, target, &error);
    break;
  }
  case RUA_FIELD_TYPE_TEXT_LIST: {
    g_auto (GStrv) items = g_strsplit (value, "|", -1);
    rua_record_set_text_list (record, name, (const char *const *) items, &error);
    break;
  }
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    set_references (alliance, record, field, value, &error);
    break;
  default:
    rua_record_set_text (record, name, value, &error);
  }
  g_assert_no_error (error);
}

static void
set_fields (RuaAlliance *alliance, RuaRecord *record, va_list arguments)
{
  const char *name;

  while ((name = va_arg (arguments, const char *)) != NULL)
    set_field (alliance, record, name, va_arg (arguments, const char *));
}

void
build (RuaAlliance *alliance, const char *kind, const char *id, ...)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, kind);
  g_autoptr (GError) error = NULL;
  va_list arguments;

  if (record == NULL)
    g_error ("no kind %s", kind);
  if (id != NULL)
    rua_record_set_id (record, id, &error);
  g_assert_no_error (error);
  va_start (arguments, id);
  set_fields (alliance, record, arguments);
  va_end (arguments);
  rua_alliance_add (alliance, record, &error);
  g_assert_no_error (error);
}

void
rebuild (RuaAlliance *alliance, const char *kind, const char *id, ...)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, kind, id);
  va_list arguments;

  g_assert_nonnull (record);
  va_start (arguments, id);
  set_fields (alliance, record, arguments);
  va_end (arguments);
}

RuaChecker *
check (RuaAlliance *alliance, const char *text)
{
  RuaChecker *checker = rua_checker_new (alliance);
  g_autoptr (GError) error = NULL;

  if (text != NULL)
    rua_checker_set_text (checker, "doc", text);
  rua_checker_run (checker, NULL, &error);
  g_assert_no_error (error);
  return checker;
}

char *
find (RuaAlliance *alliance, const char *text, const char *rule)
{
  g_autoptr (RuaChecker) checker = check (alliance, text);
  g_autoptr (GListModel) findings = rua_checker_list_findings (checker);
  GString *out = g_string_new (NULL);

  g_assert_nonnull (rua_checker_describe_rule (rule));
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++) {
    g_autoptr (RuaFinding) finding = g_list_model_get_item (findings, i);
    g_autofree char *about = g_strjoinv (" ", (char **) rua_finding_get_about (finding));
    if (g_str_equal (rua_finding_get_rule (finding), rule))
      g_string_append_printf (out, "%s @%u: %s\n", about, rua_finding_get_line (finding),
                              rua_finding_get_message (finding));
  }
  return g_string_free (out, FALSE);
}

int
count_lines (const char *text)
{
  int n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

RuaVerdict *
verdict_of (RuaAlliance *alliance, const char *claim)
{
  g_autoptr (RuaChecker) checker = check (alliance, NULL);
  RuaVerdict *verdict = rua_checker_find_verdict (checker, claim);

  g_assert_nonnull (verdict);
  return verdict;
}

double
flip_of (RuaVerdict *verdict, const char *name)
{
  g_autoptr (GListModel) flips = rua_verdict_list_flips (verdict);

  for (guint i = 0; i < g_list_model_get_n_items (flips); i++) {
    g_autoptr (RuaFlip) flip = g_list_model_get_item (flips, i);

    if (g_str_equal (rua_flip_get_name (flip), name))
      return rua_flip_get_value (flip);
  }
  return NAN;
}
