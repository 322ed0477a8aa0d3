/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "part-case.h"

#include "rua-alliance-json.h"
#include "rua-history.h"
#include "rua-part-private.h"
#include "rua-table-core-private.h"

#include <string.h>

#define BASELINE                                                                                                                             \
  "{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"T\", \"currency\": \"CNY\"}, \"whose\": \"h2's\","           \
  "\"places\": [{\"id\": \"yn\", \"name\": \"Y\", \"province\": \"Yunnan\"}, {\"id\": \"a\", \"name\": \"A\", \"parent\": \"yn\", \"province\": \"Yunnan\"},"  \
  " {\"id\": \"b\", \"name\": \"B\", \"parent\": \"yn\"}],"                                                                                   \
  "\"people\": [{\"id\": \"p1\", \"household\": \"h1\"}, {\"id\": \"p2\", \"household\": \"h2\"}, {\"id\": \"iv\", \"home\": \"b\", \"note\": \"asks on the northern slope, above the second bridge\"}],"        \
  "\"projects\": [{\"id\": \"pr\", \"title\": \"P\", \"lead\": \"p1\"}],"                                                                      \
  "\"sites\": [{\"id\": \"s2\", \"name\": \"S\", \"projects\": [\"pr\"]}],"                                                                    \
  "\"products\": [{\"id\": \"rice\", \"name\": \"R\"}],"                                                                                       \
  "\"cooperatives\": [{\"id\": \"c\", \"name\": \"C\", \"project\": \"pr\"}],"                                                                 \
  "\"memberships\": [{\"id\": \"m1\", \"cooperative\": \"c\", \"household\": \"h1\"}, {\"id\": \"m2\", \"cooperative\": \"c\", \"person\": \"iv\"}],"          \
  "\"households\": [{\"id\": \"h1\", \"village\": \"a\", \"weight\": 1, \"n_persons\": 4}, {\"id\": \"h2\", \"village\": \"b\", \"weight\": 2, \"site\": \"s2\", \"name\": \"Familie Vang\"},"        \
  " {\"id\": \"h3\", \"village\": \"b\"}],"                                                                                                   \
  "\"incomes\": [{\"household\": \"h2\", \"year\": 2014, \"amount\": 5, \"interviewer\": \"p1\"},"                                              \
  " {\"household\": \"h1\", \"year\": 2014, \"amount\": 7, \"interviewer\": \"iv\"}, {\"household\": \"h2\", \"year\": 2015, \"amount\": 9}]}"

RuaAlliance *
case_hub (void)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (BASELINE, strlen (BASELINE));
  RuaAlliance *hub = rua_alliance_new_from_json (bytes, "test.json", NULL, &error);

  g_assert_no_error (error);
  g_assert_true (rua_alliance_enroll (hub, "hub", &error));
  return hub;
}

RuaAlliance *
case_enroll (RuaAlliance *hub, const char *name, const char *only)
{
  const char *choices[] = { only, NULL };
  GError *error = NULL;
  RuaAlliance *copy = only ? rua_alliance_enroll_station_part (hub, name, choices, &error) : rua_alliance_enroll_station (hub, name, &error);

  g_assert_no_error (error);
  return copy;
}

RuaMerge *
case_carry (RuaAlliance *from, RuaAlliance *to, const char *name)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_export_changes (from, name, -1, NULL, &error);
  RuaMerge *merge;

  g_assert_no_error (error);
  merge = rua_alliance_import_changes (to, bytes, "b.ruax", NULL, NULL, &error);
  g_assert_no_error (error);
  return merge;
}

void
case_exchange (RuaAlliance *hub, RuaAlliance *station)
{
  g_autoptr (RuaMerge) up = case_carry (station, hub, NULL);
  g_autoptr (RuaMerge) down = case_carry (hub, station, rua_alliance_get_station (station));
}

RuaRecord *
case_find (RuaAlliance *alliance, const char *kind, const char *id)
{
  RuaRecord *record = rua_alliance_find (alliance, kind, id);

  g_assert_nonnull (record);
  return record;
}

gboolean
case_has (RuaAlliance *alliance, const char *kind, const char *id)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, kind, id);

  return record != NULL;
}

void
case_set_weight (RuaAlliance *alliance, const char *id, double weight)
{
  g_autoptr (RuaRecord) record = case_find (alliance, "household", id);

  g_assert_true (rua_record_set_number (record, "weight", weight, NULL));
}

void
case_move (RuaAlliance *alliance, const char *id, const char *village)
{
  g_autoptr (RuaRecord) record = case_find (alliance, "household", id);
  g_autoptr (RuaRecord) place = case_find (alliance, "place", village);
  GError *error = NULL;

  g_assert_true (rua_record_set_reference (record, "village", place, &error));
  g_assert_no_error (error);
}

GHashTable *
case_tell_records (RuaAlliance *alliance)
{
  RuaLedger *ledger = rua_alliance_peek_ledger (alliance);
  GHashTable *records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);

    for (guint32 row = 0; row < table->n_rows; row++) {
      GString *text = g_string_new (NULL);
      char *key;

      if (!rua_table_is_alive (table, row)) {
        g_string_free (text, TRUE);
        continue;
      }
      key = g_strdup_printf ("%s %s", rua_kind_get_name (table->kind), rua_row_keys_name (ledger->keys, table, row));
      for (guint field = 1; field <= table->columns->len; field++) {
        g_autofree char *json = rua_ledger_dup_cell (ledger, table, row, field, &ledger->names);

        if (json)
          g_string_append_printf (text, "%s=%s;", rua_ledger_name_field (table, field), json);
      }
      g_assert_true (g_hash_table_insert (records, key, g_string_free (text, FALSE)));
    }
  }
  return records;
}

void
case_assert_part (RuaAlliance *hub, RuaAlliance *station, gboolean is_all)
{
  const RuaPeer *peer = rua_roster_find (rua_log_get_roster (rua_alliance_peek_log (hub)), rua_alliance_get_station (station));
  g_autoptr (RuaPart) part = rua_part_new (hub, peer->part, NULL);
  g_autoptr (GHashTable) there = case_tell_records (hub), here = case_tell_records (station);
  RuaLedger *ledger = rua_alliance_peek_ledger (hub);
  guint n = 0;

  g_assert_nonnull (part);
  for (guint t = 0; t < rua_alliance_get_n_tables (hub); t++) {
    RuaTable *table = rua_alliance_get_table_at (hub, t);

    for (guint32 row = 0; row < table->n_rows; row++) {
      g_autofree char *key = NULL;

      if (!rua_table_is_alive (table, row) || !rua_part_has_row (part, table, row))
        continue;
      key = g_strdup_printf ("%s %s", rua_kind_get_name (table->kind), rua_row_keys_name (ledger->keys, table, row));
      if (g_strcmp0 (g_hash_table_lookup (there, key), g_hash_table_lookup (here, key)) != 0)
        g_error ("%s: there %s, here %s", key, (char *) g_hash_table_lookup (there, key), (char *) g_hash_table_lookup (here, key));
      n++;
    }
  }
  if (is_all)
    g_assert_cmpuint (n, ==, g_hash_table_size (here));
}
