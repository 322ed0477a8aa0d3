/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "marked-alliance.h"

#include <string.h>

gboolean
marked_is_private (RuaField *field)
{
  return rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC;
}

gboolean
marked_tells (const char *text)
{
  /* 7391846 in minor units is 73918.46; six digits of it are enough for any rounding. */
  static const char *const marks[] = { MARK, "739184", "73918", "73,918", "7,391,84", "7.39184", "7.39185", "7.3918", MARKED_YEAR };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strstr (text, marks[i]) != NULL)
      return TRUE;
  return FALSE;
}

static char *
id_of (RuaKind *kind, guint n)
{
  const char *name = rua_kind_get_name (kind);

  return g_strdup_printf ("%s%s-%u", rua_kind_get_privacy (kind) == RUA_PRIVACY_PUBLIC ? "" : MARK, name, n);
}

static RuaRecord *
target_of (RuaAlliance *alliance, RuaField *field)
{
  const char *target = rua_field_get_target (field);
  gboolean any = strcmp (target, "*") == 0;
  /* Fields that may lead to anything lead to somebody. */
  RuaKind *kind = rua_table_get_kind (rua_alliance_get_table (alliance, any ? "household" : target));
  g_autofree char *id = id_of (kind, 1);

  return rua_alliance_find (alliance, rua_kind_get_name (kind), id);
}

static void
fill (RuaAlliance *alliance, RuaRecord *record, RuaField *field)
{
  const char *name = rua_field_get_name (field);
  gboolean marked = marked_is_private (field);
  g_autofree char *text = g_strdup_printf ("%s%s", marked ? MARK : "open ", name);
  const char *const list[] = { text, NULL };
  GError *error = NULL;

  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXT:
    rua_record_set_text (record, name, text, &error);
    break;
  case RUA_FIELD_TYPE_TEXTS:
    rua_record_set_texts (record, name, "en", text, &error);
    break;
  case RUA_FIELD_TYPE_TOKEN:
    rua_record_set_text (record, name, rua_field_get_tokens (field)[0], &error);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_record_set_boolean (record, name, TRUE, &error);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    rua_record_set_integer (record, name, marked ? MARKED_NUMBER : 2, &error);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    rua_record_set_number (record, name, marked ? MARKED_NUMBER : 2, &error);
    break;
  case RUA_FIELD_TYPE_MONEY:
    rua_record_set_money (record, name, marked ? MARKED_NUMBER : 200, &error);
    break;
  case RUA_FIELD_TYPE_DATE:
    rua_record_set_date (record, name, marked ? MARKED_YEAR "-03-18" : "2014", &error);
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
    rua_record_set_text_list (record, name, list, &error);
    break;
  case RUA_FIELD_TYPE_JSON: {
    g_autofree char *json = g_strdup_printf ("{\"a\": \"%s\"}", text);

    rua_record_set_text (record, name, json, &error);
    break;
  }
  case RUA_FIELD_TYPE_REFERENCE: {
    g_autoptr (RuaRecord) target = target_of (alliance, field);

    rua_record_set_reference (record, name, target, &error);
    break;
  }
  case RUA_FIELD_TYPE_REFERENCE_LIST: {
    g_autoptr (RuaRecord) target = target_of (alliance, field);

    rua_record_set_references (record, name, &target, 1, &error);
    break;
  }
  }
  g_assert_no_error (error);
}

/* What a record needs before it can be added, references left for later. */
static gboolean
add_record (RuaAlliance *alliance, RuaKind *kind, guint n)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, rua_kind_get_name (kind));
  g_autofree char *id = id_of (kind, n);
  GError *error = NULL;

  g_assert_true (rua_record_set_id (record, id, &error));
  for (guint i = 1; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    RuaFieldType type = rua_field_get_field_type (field);

    if (!rua_field_get_required (field))
      continue;
    if (type == RUA_FIELD_TYPE_REFERENCE || type == RUA_FIELD_TYPE_REFERENCE_LIST) {
      g_autoptr (RuaRecord) target = target_of (alliance, field);

      if (target == NULL)
        return FALSE;
    }
    fill (alliance, record, field);
  }
  rua_alliance_add (alliance, record, &error);
  g_assert_no_error (error);
  return TRUE;
}

RuaAlliance *
marked_alliance_new (void)
{
  RuaAlliance *alliance = rua_alliance_new ();
  guint n_waiting;

  /* Kinds whose required references are there, until all are. */
  do {
    n_waiting = 0;
    for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
      RuaTable *table = rua_alliance_get_table_at (alliance, t);

      if (rua_table_get_n_records (table) == 0)
        n_waiting += !add_record (alliance, rua_table_get_kind (table), 1)
                     || !(strcmp (rua_kind_get_name (rua_table_get_kind (table)), "alliance") == 0
                          || add_record (alliance, rua_table_get_kind (table), 2));
    }
  } while (n_waiting > 0);
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    RuaKind *kind = rua_table_get_kind (table);
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, 0);

    for (guint i = 1; i < rua_kind_get_n_fields (kind); i++)
      fill (alliance, record, rua_kind_get_field (kind, i));
    /* A profile has no id, and the first record is found by none of its own. */
  }
  return alliance;
}
