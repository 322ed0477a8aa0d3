/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "erased-case.h"

#include "rua-alliance-erasing.h"

#include <glib/gstdio.h>
#include <string.h>

#include "rua-alliance-json.h"
#include "rua-edits.h"
#include "rua-history.h"
#include "rua-merge-conflict.h"
#include "rua-station.h"

#define SCHEMA \
  "\"schema\": {\"kinds\": {\"course\": {\"plural\": \"courses\", \"fields\": {" \
  "\"topic\": {\"type\": \"text\"}, \"people\": {\"type\": \"reference-list\", \"target\": \"household\"}, " \
  "\"led_by\": {\"type\": \"reference\", \"target\": \"household\"}}}}}, "

char *case_folder;

RuaAlliance *
case_document (const char *members)
{
  g_autofree char *text = g_strdup_printf ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"T\", \"currency\": \"CNY\"}, " SCHEMA "%s}", members);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "test.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

char *
case_text_of (RuaAlliance *alliance)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

RuaAlliance *
case_hub (const char *members)
{
  RuaAlliance *hub = case_document (members);
  GError *error = NULL;

  g_assert_true (rua_alliance_enroll (hub, "hub", &error));
  g_assert_no_error (error);
  return hub;
}

RuaAlliance *
case_enroll (RuaAlliance *hub, const char *name)
{
  GError *error = NULL;
  RuaAlliance *copy = rua_alliance_enroll_station (hub, name, &error);

  g_assert_no_error (error);
  return copy;
}

GBytes *
case_send (RuaAlliance *from, const char *name, gint64 after)
{
  GError *error = NULL;
  GBytes *bytes = rua_alliance_export_changes (from, name, after, NULL, &error);

  g_assert_no_error (error);
  return bytes;
}

guint
case_take (RuaAlliance *to, GBytes *bytes)
{
  GError *error = NULL;
  g_autoptr (RuaMerge) merge = rua_alliance_import_changes (to, bytes, "b.ruax", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (rua_merge_is_done (merge));
  return rua_merge_get_n_new (merge);
}

guint
case_carry (RuaAlliance *from, RuaAlliance *to, const char *name)
{
  g_autoptr (GBytes) bytes = case_send (from, name, -1);

  return case_take (to, bytes);
}

void
case_erase (RuaAlliance *alliance, const char *kind, const char *id)
{
  GError *error = NULL;

  g_assert_true (rua_alliance_erase (alliance, kind, id, "request", "2026-11-25", NULL, NULL, &error));
  g_assert_no_error (error);
}

gboolean
case_holds (const char *bytes, gsize length, const char *mark)
{
  gsize n = strlen (mark);

  for (const char *at = bytes; (at = memchr (at, *mark, length - (gsize) (at - bytes))) != NULL; at++)
    if (length - (gsize) (at - bytes) >= n && memcmp (at, mark, n) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
file_holds (const char *path, const char *mark)
{
  g_autofree char *bytes = NULL;
  gsize length;

  return g_file_get_contents (path, &bytes, &length, NULL) && case_holds (bytes, length, mark);
}

gboolean
case_files_hold (const char *prefix, const char *mark)
{
  g_autoptr (GDir) dir = g_dir_open (case_folder, 0, NULL);
  const char *name;
  gboolean found = FALSE;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (case_folder, name, NULL);

    if (strstr (name, prefix))
      found |= file_holds (path, mark);
  }
  return found;
}

char *
case_save (RuaAlliance *alliance, const char *name)
{
  char *path = g_build_filename (case_folder, name, NULL);
  GError *error = NULL;

  g_assert_true (rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  return path;
}

static void
tell_fact (GString *out, RuaFact *fact)
{
  g_auto (GStrv) parents = rua_fact_list_parents (fact);
  g_autofree char *named = g_strjoinv (" ", parents);

  g_string_append_printf (out, "%s.%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %s = %s by %s [%s]%s\n", rua_fact_get_station (fact), rua_fact_get_sequence (fact),
                          rua_fact_get_clock (fact), rua_fact_get_kind (fact), rua_fact_get_key (fact), rua_fact_get_field (fact), rua_fact_get_value (fact),
                          rua_fact_get_author (fact), named, rua_fact_is_erased (fact) ? " erased" : "");
}

char *
case_log_of (RuaAlliance *alliance)
{
  g_autoptr (GListModel) changes = rua_alliance_list_changes (alliance);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (changes); i++) {
    g_autoptr (RuaChange) change = g_list_model_get_item (changes, i);
    g_autoptr (GListModel) facts = rua_change_list_facts (change);

    g_string_append_printf (out, "%s.%" G_GINT64_FORMAT " %s %s %s\n", rua_change_get_station (change), rua_change_get_first_sequence (change), rua_change_get_title (change),
                            rua_change_get_author (change), rua_change_get_origin (change));
    for (guint f = 0; f < g_list_model_get_n_items (facts); f++) {
      g_autoptr (RuaFact) fact = g_list_model_get_item (facts, f);

      tell_fact (out, fact);
    }
  }
  return g_string_free (out, FALSE);
}

char *
case_conflicts_of (RuaAlliance *alliance)
{
  g_autoptr (GListModel) list = rua_alliance_list_merge_conflicts (alliance);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (list, i);
    g_autofree char *line = rua_merge_conflict_to_string (conflict);

    g_string_append_printf (out, "%s\n", line);
  }
  return g_string_free (out, FALSE);
}

void
case_assert_same (RuaAlliance *a, RuaAlliance *b)
{
  g_autofree char *x = case_text_of (a), *y = case_text_of (b), *facts_x = case_log_of (a), *facts_y = case_log_of (b), *open_x = case_conflicts_of (a), *open_y = case_conflicts_of (b);

  g_assert_cmpstr (x, ==, y);
  g_assert_cmpstr (facts_x, ==, facts_y);
  g_assert_cmpstr (open_x, ==, open_y);
}

void
case_assert_silent (RuaAlliance *alliance, const char *mark)
{
  static const char *const names[] = { "s.rua", "s.json", "s.ruac" };
  g_autofree char *text = case_text_of (alliance), *facts = case_log_of (alliance);
  g_auto (GStrv) stations = rua_alliance_list_stations (alliance);
  g_autoptr (RuaAlliance) past = NULL;
  g_autofree char *before = NULL;
  GError *error = NULL;

  g_assert_null (strstr (text, mark));
  g_assert_null (strstr (facts, mark));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = case_save (alliance, names[i]);

    g_assert_false (case_files_hold (names[i], mark));
    g_remove (path);
  }
  for (guint i = 0; stations[i]; i++) {
    g_autoptr (GBytes) bytes = case_send (alliance, stations[i], 0);

    g_assert_false (case_holds (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), mark));
  }
  past = rua_alliance_as_of (alliance, "1990", &error);
  g_assert_no_error (error);
  before = case_text_of (past);
  g_assert_null (strstr (before, mark));
}

const char case_village[]
  = "\"people\": [{\"id\": \"" HER "p\", \"name\": \"" HER " name\", \"household\": \"" HER "h\"}, {\"id\": \"q\", \"name\": \"Q\", \"household\": \"" HER "h\"}], "
    "\"households\": [{\"id\": \"" HER "h\", \"name\": \"" HER " family\", \"kept\": \"" HER "\"}, {\"id\": \"i\", \"name\": \"I\"}, {\"id\": \"j\"}], "
    "\"incomes\": [{\"household\": \"i\", \"year\": 2013, \"amount\": 1}, {\"household\": \"" HER "h\", \"year\": 2014, \"amount\": 47118351.29}, {\"household\": \"i\", \"year\": 2014, \"amount\": 8.5}], "
    "\"products\": [{\"id\": \"t\", \"name\": \"Tea\"}], "
    "\"sales\": [{\"product\": \"t\", \"producer\": \"" HER "h\", \"amount\": 5}], "
    "\"courses\": [{\"id\": \"c\", \"people\": [\"i\", \"" HER "h\", \"j\"], \"led_by\": \"" HER "h\"}, {\"id\": \"d\", \"people\": [\"" HER "h\"]}]";

void
case_set_text (RuaAlliance *alliance, const char *kind, const char *id, const char *field, const char *text)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, kind, id);
  GError *error = NULL;

  g_assert_nonnull (record);
  g_assert_true (rua_record_set_text (record, field, text, &error));
  g_assert_no_error (error);
}

void
case_add_income (RuaAlliance *alliance, const char *id, const char *household, gint64 year)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "income"), of = rua_alliance_find (alliance, "household", household);
  GError *error = NULL;

  g_assert_nonnull (of);
  g_assert_true (!id || rua_record_set_id (record, id, &error));
  g_assert_true (rua_record_set_reference (record, "household", of, &error));
  g_assert_true (rua_record_set_integer (record, "year", year, &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
}

void
case_title_change (RuaAlliance *alliance, const char *title, const char *id, const char *name)
{
  GError *error = NULL;

  g_assert_true (rua_alliance_begin (alliance, title, &error));
  case_set_text (alliance, "household", id, "name", name);
  g_assert_true (rua_alliance_commit (alliance, &error));
  g_assert_no_error (error);
}
