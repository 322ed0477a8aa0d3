/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Somebody who is erased where a log is kept: gone from every copy, whatever comes in which order. */
#include "rua-alliance-erasing.h"

#include <glib/gstdio.h>
#include <string.h>

#include "rua-alliance-json.h"
#include "rua-edits.h"
#include "rua-history.h"
#include "rua-log-private.h"
#include "rua-merge-conflict.h"
#include "rua-random-private.h"
#include "rua-station.h"
#include "rua-store.h"
#include "rua-table-private.h"

#define HER "Qzwk"
#define SCHEMA \
  "\"schema\": {\"kinds\": {\"course\": {\"plural\": \"courses\", \"fields\": {" \
  "\"topic\": {\"type\": \"text\"}, \"people\": {\"type\": \"reference-list\", \"target\": \"household\"}, " \
  "\"led_by\": {\"type\": \"reference\", \"target\": \"household\"}}}}}, "

static char *folder;

static RuaAlliance *
document (const char *members)
{
  g_autofree char *text = g_strdup_printf ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"T\", \"currency\": \"CNY\"}, " SCHEMA "%s}", members);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "test.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static char *
text_of (RuaAlliance *alliance)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static RuaAlliance *
new_hub (const char *members)
{
  RuaAlliance *hub = document (members);
  GError *error = NULL;

  g_assert_true (rua_alliance_enroll (hub, "hub", &error));
  g_assert_no_error (error);
  return hub;
}

static RuaAlliance *
enroll (RuaAlliance *hub, const char *name)
{
  GError *error = NULL;
  RuaAlliance *copy = rua_alliance_enroll_station (hub, name, &error);

  g_assert_no_error (error);
  return copy;
}

static GBytes *
send_to (RuaAlliance *from, const char *name, gint64 after)
{
  GError *error = NULL;
  GBytes *bytes = rua_alliance_export_changes (from, name, after, NULL, &error);

  g_assert_no_error (error);
  return bytes;
}

static guint
take (RuaAlliance *to, GBytes *bytes)
{
  GError *error = NULL;
  g_autoptr (RuaMerge) merge = rua_alliance_import_changes (to, bytes, "b.ruax", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (rua_merge_is_done (merge));
  return rua_merge_get_n_new (merge);
}

static guint
carry (RuaAlliance *from, RuaAlliance *to, const char *name)
{
  g_autoptr (GBytes) bytes = send_to (from, name, -1);

  return take (to, bytes);
}

static void
erase (RuaAlliance *alliance, const char *kind, const char *id)
{
  GError *error = NULL;

  g_assert_true (rua_alliance_erase (alliance, kind, id, "request", "2026-11-25", NULL, NULL, &error));
  g_assert_no_error (error);
}

/* ---- what is told of somebody, anywhere ---- */

static gboolean
holds (const char *bytes, gsize length, const char *mark)
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

  return g_file_get_contents (path, &bytes, &length, NULL) && holds (bytes, length, mark);
}

/* Every file of the folder whose name begins like this: the file, its journals, copies that were left behind. */
static gboolean
files_hold (const char *prefix, const char *mark)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  gboolean found = FALSE;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (strstr (name, prefix))
      found |= file_holds (path, mark);
  }
  return found;
}

static char *
save (RuaAlliance *alliance, const char *name)
{
  char *path = g_build_filename (folder, name, NULL);
  GError *error = NULL;

  g_assert_true (rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  return path;
}

static RuaAlliance *
reopen (const char *path)
{
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_open (path, NULL, &error);

  g_assert_no_error (error);
  return alliance;
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

/* All that the log says, in an order that is the same at every station. */
static char *
log_of (RuaAlliance *alliance)
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

static char *
conflicts_of (RuaAlliance *alliance)
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

static void
assert_same (RuaAlliance *a, RuaAlliance *b)
{
  g_autofree char *x = text_of (a), *y = text_of (b), *facts_x = log_of (a), *facts_y = log_of (b), *open_x = conflicts_of (a), *open_y = conflicts_of (b);

  g_assert_cmpstr (x, ==, y);
  g_assert_cmpstr (facts_x, ==, facts_y);
  g_assert_cmpstr (open_x, ==, open_y);
}

/* In no document, no file of any store with its sidecars, no fact, no exchange file, at no time. */
static void
assert_silent (RuaAlliance *alliance, const char *mark)
{
  static const char *const names[] = { "s.rua", "s.json", "s.ruac" };
  g_autofree char *text = text_of (alliance), *facts = log_of (alliance);
  g_auto (GStrv) stations = rua_alliance_list_stations (alliance);
  g_autoptr (RuaAlliance) past = NULL;
  g_autofree char *before = NULL;
  GError *error = NULL;

  g_assert_null (strstr (text, mark));
  g_assert_null (strstr (facts, mark));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = save (alliance, names[i]);

    g_assert_false (files_hold (names[i], mark));
    g_remove (path);
  }
  for (guint i = 0; stations[i]; i++) {
    g_autoptr (GBytes) bytes = send_to (alliance, stations[i], 0);

    g_assert_false (holds (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), mark));
  }
  past = rua_alliance_as_of (alliance, "1990", &error);
  g_assert_no_error (error);
  before = text_of (past);
  g_assert_null (strstr (before, mark));
}

/* ---- one village ---- */

static const char village[]
  = "\"people\": [{\"id\": \"" HER "p\", \"name\": \"" HER " name\", \"household\": \"" HER "h\"}, {\"id\": \"q\", \"name\": \"Q\", \"household\": \"" HER "h\"}], "
    "\"households\": [{\"id\": \"" HER "h\", \"name\": \"" HER " family\", \"kept\": \"" HER "\"}, {\"id\": \"i\", \"name\": \"I\"}, {\"id\": \"j\"}], "
    "\"incomes\": [{\"household\": \"i\", \"year\": 2013, \"amount\": 1}, {\"household\": \"" HER "h\", \"year\": 2014, \"amount\": 47118351.29}, {\"household\": \"i\", \"year\": 2014, \"amount\": 8.5}], "
    "\"products\": [{\"id\": \"t\", \"name\": \"Tea\"}], "
    "\"sales\": [{\"product\": \"t\", \"producer\": \"" HER "h\", \"amount\": 5}], "
    "\"courses\": [{\"id\": \"c\", \"people\": [\"i\", \"" HER "h\", \"j\"], \"led_by\": \"" HER "h\"}, {\"id\": \"d\", \"people\": [\"" HER "h\"]}]";

static void
set_text (RuaAlliance *alliance, const char *kind, const char *id, const char *field, const char *text)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, kind, id);
  GError *error = NULL;

  g_assert_nonnull (record);
  g_assert_true (rua_record_set_text (record, field, text, &error));
  g_assert_no_error (error);
}

static void
add_income (RuaAlliance *alliance, const char *id, const char *household, gint64 year)
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

static void
title_change (RuaAlliance *alliance, const char *title, const char *id, const char *name)
{
  GError *error = NULL;

  g_assert_true (rua_alliance_begin (alliance, title, &error));
  set_text (alliance, "household", id, "name", name);
  g_assert_true (rua_alliance_commit (alliance, &error));
  g_assert_no_error (error);
}

static void
test_what_goes (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village);
  g_autoptr (RuaRecord) q = rua_alliance_find (hub, "person", "q");
  g_auto (GStrv) told = NULL;
  g_autofree char *lines = NULL, *text = NULL;
  GError *error = NULL;

  rua_alliance_set_author (hub, "Min");
  title_change (hub, "Visit to " HER, HER "h", HER " clan");
  title_change (hub, "Another visit", "i", "Ii");
  g_assert_true (rua_alliance_erase (hub, "households", HER "h", "request", "2026-11-25", &told, NULL, &error));
  g_assert_no_error (error);
  lines = g_strjoinv ("; ", told);
  g_assert_cmpstr (lines, ==,
                   "erased: 1 of 3 households; erased: 1 of 3 incomes; without the reference: 2 of 2 people; without the reference: 1 of 1 sales; "
                   "without the reference: 2 of 2 courses; facts that are left without values: 3");
  g_assert_true (rua_alliance_was_erased (hub, "household", HER "h"));
  g_assert_false (rua_alliance_was_erased (hub, "household", "i"));
  g_assert_false (rua_record_has (q, "household"));
  text = text_of (hub);
  g_assert_nonnull (strstr (text, "\"people\": [\"i\", \"j\"]"));
  /* The person of that name is another record. */
  g_assert_nonnull (strstr (text, HER " name"));
  erase (hub, "person", HER "p");
  assert_silent (hub, HER);
  assert_silent (hub, "47118351");
  {
    g_autofree char *facts = log_of (hub);

    g_assert_nonnull (strstr (facts, "Another visit Min edit"));
    g_assert_nonnull (strstr (facts, "(null) Min edit"));
  }
}

static void
test_history (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village);
  g_autoptr (GListModel) history = NULL;
  g_autoptr (RuaFact) fact = NULL;
  GError *error = NULL;

  title_change (hub, NULL, HER "h", HER " clan");
  rua_alliance_set_author (hub, "Min");
  erase (hub, "household", HER "h");
  history = rua_alliance_list_history (hub, "household", HER "h", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (history), ==, 1);
  fact = g_list_model_get_item (history, 0);
  g_assert_true (rua_fact_is_erased (fact));
  g_assert_cmpstr (rua_fact_get_author (fact), ==, "Min");
  g_assert_cmpstr (rua_fact_get_station (fact), ==, "hub");
  g_assert_cmpstr (rua_fact_get_kind (fact), ==, "household");
  g_assert_true (g_str_has_prefix (rua_fact_get_key (fact), "~!"));
  g_assert_cmpstr (rua_fact_get_field (fact), ==, "");
  g_assert_null (rua_fact_get_value (fact));
  /* By what stands for the key, too. */
  {
    g_autoptr (GListModel) again = rua_alliance_list_history (hub, "household", rua_fact_get_key (fact), &error);

    g_assert_cmpuint (g_list_model_get_n_items (again), ==, 1);
  }
}

static void
test_as_of (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), past = NULL;
  g_autoptr (RuaRecord) found = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  title_change (hub, NULL, HER "h", HER " clan");
  title_change (hub, NULL, "i", "Ii");
  erase (hub, "household", HER "h");
  past = rua_alliance_as_of (hub, "hub.1", &error);
  g_assert_no_error (error);
  found = rua_alliance_find (past, "household", HER "h");
  g_assert_null (found);
  text = text_of (past);
  g_assert_null (strstr (text, HER "h"));
  g_assert_nonnull (strstr (text, "\"name\": \"I\""));
}

/* Places in the baseline are those of everybody else, though one has gone. */
static void
test_places (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), gaopo = enroll (hub, "gaopo"), again = NULL;
  g_autoptr (RuaTable) incomes = NULL;
  g_autoptr (RuaRecord) last = NULL;
  g_autofree char *path = NULL;
  GError *error = NULL;

  erase (hub, "household", HER "h");
  path = save (hub, "places.rua");
  again = reopen (path);
  g_remove (path);
  last = rua_table_dup_record (rua_alliance_get_incomes (gaopo), 2);
  g_assert_true (rua_record_set_integer (last, "recall", 7, &error));
  g_assert_no_error (error);
  carry (gaopo, again, NULL);
  {
    g_autofree char *text = text_of (again);

    g_assert_nonnull (strstr (text, "\"amount\": 8.5, \"recall\": 7"));
  }
  carry (again, gaopo, "gaopo");
  assert_same (again, gaopo);
  assert_silent (gaopo, HER "h");
}

/* ---- it travels ---- */

static void
test_travels (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), gaopo = enroll (hub, "gaopo"), baojing = enroll (hub, "baojing");
  g_autoptr (GBytes) old = NULL, older = NULL;
  g_autofree char *copy = NULL;
  const char *const places[] = { NULL, NULL };

  title_change (gaopo, "Moved: " HER, HER "h", HER " of gaopo");
  add_income (gaopo, HER "x", HER "h", 2015);
  add_income (gaopo, NULL, HER "h", 2016);
  older = send_to (gaopo, NULL, -1);
  copy = save (gaopo, "copy.rua");
  carry (gaopo, hub, NULL);
  carry (hub, baojing, "baojing");
  set_text (baojing, "household", HER "h", "stratum", HER " of baojing");
  old = send_to (baojing, NULL, -1);
  erase (hub, "household", HER "h");
  assert_silent (hub, HER "h");
  assert_silent (hub, HER " of");
  /* What somebody says who has not heard of it comes without its value. */
  g_assert_cmpuint (take (hub, old), >, 0);
  assert_silent (hub, HER " of");
  g_assert_cmpuint (take (hub, older), ==, 0);
  assert_silent (hub, HER " of");
  carry (hub, gaopo, "gaopo");
  carry (hub, baojing, "baojing");
  assert_silent (gaopo, HER "h");
  assert_silent (baojing, HER " of");
  assert_same (hub, gaopo);
  assert_same (hub, baojing);
  /* A whole copy that was left somewhere. */
  {
    const char *const left[] = { copy, NULL };
    GError *error = NULL;
    g_autoptr (RuaMerge) merge = rua_alliance_merge (hub, left, NULL, NULL, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 0);
    g_assert_cmpuint (rua_merge_get_n_conflicts (merge), ==, 0);
    assert_silent (hub, HER " of");
    assert_same (hub, gaopo);
  }
  (void) places;
  g_remove (copy);
}

/* What was recorded about somebody while they were erased elsewhere goes, too. */
static void
test_goes_with_them (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), gaopo = enroll (hub, "gaopo"), baojing = enroll (hub, "baojing");

  add_income (gaopo, HER "x", HER "h", 2015);
  add_income (baojing, HER "y", HER "h", 2016);
  add_income (baojing, NULL, HER "h", 20171953);
  add_income (baojing, "z", "i", 2018);
  erase (hub, "household", HER "h");
  carry (hub, gaopo, "gaopo");
  assert_silent (gaopo, HER "h");
  assert_silent (gaopo, HER "x");
  g_assert_true (rua_alliance_was_erased (gaopo, "income", HER "x"));
  carry (baojing, hub, NULL);
  assert_silent (hub, HER "y");
  g_assert_true (rua_alliance_was_erased (hub, "income", HER "y"));
  g_assert_false (rua_alliance_was_erased (hub, "income", "z"));
  for (guint round = 0; round < 2; round++) {
    carry (gaopo, hub, NULL);
    carry (baojing, hub, NULL);
    carry (hub, gaopo, "gaopo");
    carry (hub, baojing, "baojing");
  }
  assert_same (hub, gaopo);
  assert_same (hub, baojing);
  assert_silent (baojing, HER "h");
  assert_silent (baojing, "20171953");
  assert_silent (baojing, HER "x");
  {
    g_autofree char *text = text_of (hub);

    g_assert_nonnull (strstr (text, "2018"));
  }
}

/* Who merges is told that something was erased, once, and not of whom. */
static void
test_told (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), gaopo = enroll (hub, "gaopo");

  add_income (hub, HER "v", "i", 2019);
  erase (hub, "income", HER "v");
  for (guint round = 0; round < 3; round++) {
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (RuaMerge) merge = NULL;
    g_auto (GStrv) remarks = NULL;
    g_autofree char *text = NULL;
    GError *error = NULL;

    if (round == 2)
      erase (hub, "household", HER "h");
    bytes = send_to (hub, "gaopo", -1);
    merge = rua_alliance_import_changes (gaopo, bytes, "b.ruax", NULL, NULL, &error);
    g_assert_no_error (error);
    remarks = rua_merge_list_remarks (merge);
    text = g_strjoinv ("; ", remarks);
    g_test_message ("%s", text);
    g_assert_true (g_str_has_prefix (text, "1 record was erased there: ") == (round == 0));
    g_assert_true ((strstr (text, " records were erased there: ") != NULL) == (round == 2));
    g_assert_null (strstr (text, HER));
  }
}

/* Two erase the same record, neither having heard of the other. */
static void
test_erased_twice (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), gaopo = enroll (hub, "gaopo"), baojing = enroll (hub, "baojing");

  set_text (gaopo, "household", HER "h", "stratum", "a");
  erase (gaopo, "household", HER "h");
  set_text (baojing, "household", HER "h", "stratum", "b");
  erase (baojing, "household", HER "h");
  carry (gaopo, hub, NULL);
  carry (baojing, hub, NULL);
  carry (hub, gaopo, "gaopo");
  carry (hub, baojing, "baojing");
  assert_same (hub, gaopo);
  assert_same (hub, baojing);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_erasures (hub)), ==, 4);
  assert_silent (hub, HER "h");
}

static void
test_receipts (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), gaopo = enroll (hub, "gaopo");
  g_autoptr (GBytes) receipt = NULL, again = NULL;

  title_change (gaopo, NULL, HER "h", HER " of gaopo");
  carry (gaopo, hub, NULL);
  receipt = send_to (hub, "gaopo", -1);
  /* The hub erases, then the receipt of before comes, and one of after. */
  erase (hub, "household", HER "h");
  title_change (gaopo, NULL, "i", "II");
  take (gaopo, receipt);
  g_assert_cmpuint (rua_alliance_get_n_unsent (gaopo), ==, 1);
  carry (hub, gaopo, "gaopo");
  assert_silent (gaopo, HER " of");
  carry (gaopo, hub, NULL);
  take (gaopo, receipt);
  carry (hub, gaopo, "gaopo");
  g_assert_cmpuint (rua_alliance_get_n_unsent (gaopo), ==, 0);
  /* All of it once more. */
  again = send_to (gaopo, NULL, 0);
  g_assert_cmpuint (take (hub, again), ==, 0);
  assert_same (hub, gaopo);
}

static void
test_stored (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), again = NULL, third = NULL;
  g_autofree char *path = NULL, *facts = NULL, *then = NULL;

  title_change (hub, "About " HER, HER "h", HER " clan");
  path = save (hub, "stored.rua");
  g_assert_true (files_hold ("stored.rua", HER " clan"));
  again = reopen (path);
  erase (again, "household", HER "h");
  erase (again, "person", HER "p");
  g_free (save (again, "stored.rua"));
  g_assert_false (files_hold ("stored.rua", HER));
  third = reopen (path);
  assert_same (again, third);
  g_assert_true (rua_alliance_was_erased (third, "household", HER "h"));
  /* What comes of it is appended: it need not be rewritten each time. */
  set_text (third, "household", "i", "name", "Later");
  g_free (save (third, "stored.rua"));
  facts = log_of (third);
  {
    g_autoptr (RuaAlliance) fourth = reopen (path);

    then = log_of (fourth);
    assert_silent (fourth, HER);
  }
  g_assert_cmpstr (facts, ==, then);
  g_remove (path);
}

/* A removed record is in the log alone, and can be erased from it; so can what was once said of it. */
static void
test_removed_before (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village);
  g_autoptr (RuaRecord) record = NULL;
  GError *error = NULL;

  add_income (hub, HER "x", "i", 2015);
  add_income (hub, HER "y", "j", 20191953);
  record = rua_alliance_find (hub, "income", HER "x");
  g_assert_true (rua_alliance_remove (hub, record, &error));
  g_clear_object (&record);
  record = rua_alliance_find (hub, "income", HER "y");
  g_assert_true (rua_alliance_remove (hub, record, &error));
  g_assert_no_error (error);
  erase (hub, "income", HER "x");
  assert_silent (hub, HER "x");
  /* Removed, and of somebody who is erased. */
  erase (hub, "household", "j");
  assert_silent (hub, HER "y");
  assert_silent (hub, "20191953");
}

static void
test_undo (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village);
  g_autofree char *before = NULL, *after = NULL;
  GError *error = NULL;

  title_change (hub, "first", "i", "One");
  title_change (hub, "hers", HER "h", HER " clan");
  title_change (hub, "second", "i", "Two");
  erase (hub, "household", HER "h");
  before = text_of (hub);
  g_assert_cmpstr (rua_alliance_get_undo_title (hub), ==, "second");
  g_assert_true (rua_alliance_undo (hub, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (rua_alliance_get_undo_title (hub), ==, "first");
  g_assert_true (rua_alliance_redo (hub, &error));
  g_assert_no_error (error);
  after = text_of (hub);
  g_assert_cmpstr (before, ==, after);
  g_assert_true (rua_alliance_undo (hub, &error));
  g_assert_true (rua_alliance_undo (hub, &error));
  g_assert_no_error (error);
  g_assert_false (rua_alliance_can_undo (hub));
  assert_silent (hub, HER "h");
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), plain = document (village), snapshot = rua_alliance_snapshot (hub);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const struct {
    RuaAlliance *alliance;
    const char *kind, *key, *reason, *date;
    RuaError code;
    const char *message;
  } cases[] = {
    { plain, "household", HER "h", NULL, "2026-11-25", RUA_ERROR_FAILED, "keeps no log" },
    { snapshot, "household", HER "h", NULL, "2026-11-25", RUA_ERROR_FAILED, "a snapshot cannot be changed" },
    { hub, "product", "t", NULL, "2026-11-25", RUA_ERROR_VALUE, "product: what is erased is a record of a person or a household; remove others" },
    { hub, "nothing", "t", NULL, "2026-11-25", RUA_ERROR_VALUE, "nothing: what is erased is" },
    { hub, "household", HER "nobody", NULL, "2026-11-25", RUA_ERROR_MISSING, "there is no household of this id" },
    { hub, "household", HER "h", "because", "2026-11-25", RUA_ERROR_VALUE, "reason" },
    { hub, "household", HER "h", NULL, "soon", RUA_ERROR_VALUE, "erased_on" },
  };
  g_autofree char *before = text_of (hub), *facts = log_of (hub), *after = NULL, *then = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_false (rua_alliance_erase (cases[i].alliance, cases[i].kind, cases[i].key, cases[i].reason, cases[i].date, NULL, NULL, &error));
    g_assert_error (error, RUA_ERROR, (gint) cases[i].code);
    g_assert_nonnull (strstr (error->message, cases[i].message));
    g_assert_null (strstr (error->message, HER));
    g_clear_error (&error);
  }
  g_cancellable_cancel (cancellable);
  g_assert_false (rua_alliance_erase (hub, "household", HER "h", NULL, "2026-11-25", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (rua_alliance_begin (hub, NULL, NULL));
  g_assert_false (rua_alliance_erase (hub, "household", HER "h", NULL, "2026-11-25", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (rua_alliance_rollback (hub, NULL));
  after = text_of (hub);
  then = log_of (hub);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (facts, ==, then);
  erase (hub, "household", HER "h");
  g_assert_false (rua_alliance_erase (hub, "household", HER "h", NULL, "2026-11-25", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_assert_cmpstr (error->message, ==, "that household was erased before");
}

/* The erasure's own record can be removed; nobody comes back by that. */
static void
test_for_ever (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village), gaopo = enroll (hub, "gaopo");
  g_autoptr (RuaRecord) erasure = NULL, again = NULL;
  g_autoptr (GError) error = NULL;

  title_change (gaopo, NULL, HER "h", HER " of gaopo");
  erase (hub, "household", HER "h");
  while (rua_table_get_n_records (rua_alliance_get_erasures (hub)) > 0) {
    g_autoptr (RuaRecord) first = rua_table_dup_record (rua_alliance_get_erasures (hub), 0);

    g_assert_true (rua_alliance_remove (hub, first, &error));
  }
  g_assert_true (rua_alliance_was_erased (hub, "household", HER "h"));
  carry (gaopo, hub, NULL);
  assert_silent (hub, HER " of");
  again = rua_alliance_new_record (hub, "household");
  g_assert_true (rua_record_set_id (again, HER "h", &error));
  g_assert_false (rua_alliance_add (hub, again, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_assert_null (strstr (error->message, HER));
}

/* A station that is given a part hears of all erasures: it may have had them. */
static void
test_part (void)
{
  static const char *const only[] = { "household=i", NULL };
  static const char *const both[] = { "household=i", "household=" HER "h", NULL };
  g_autoptr (RuaAlliance) hub = new_hub (village);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) gaopo = rua_alliance_enroll_station_part (hub, "gaopo", both, &error);

  g_assert_no_error (error);
  title_change (gaopo, NULL, HER "h", HER " of gaopo");
  carry (gaopo, hub, NULL);
  g_assert_true (rua_alliance_set_part (hub, "gaopo", only, &error));
  g_assert_no_error (error);
  erase (hub, "household", HER "h");
  carry (hub, gaopo, "gaopo");
  g_assert_true (rua_alliance_was_erased (gaopo, "household", HER "h"));
  assert_silent (gaopo, HER "h");
  assert_silent (gaopo, HER " of");
  carry (gaopo, hub, NULL);
  assert_silent (hub, HER "h");
}

/* What is made in bulk under the id of one who was erased is refused whole, by its place and without the id. */
static void
test_appended (void)
{
  g_autoptr (RuaAlliance) hub = new_hub (village);
  RuaTable *households = rua_alliance_get_households (hub);
  guint n = rua_table_get_n_records (households);
  g_autoptr (GError) error = NULL;

  for (guint erased = 0; erased < 2; erased++) {
    static const char *const ids[] = { "new-1", HER "new", "new-2" };
    RuaAppender *appender = rua_table_append (households);

    for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
      g_autofree char *id = g_strdup_printf ("%s%s", ids[i], erased ? "" : "-before");

      g_assert_true (rua_appender_set_text (appender, 0, i == 1 && erased ? HER "h" : id, -1, &error));
      rua_appender_end_row (appender);
    }
    if (!erased) {
      g_assert_true (rua_appender_commit (appender, &error));
      g_assert_cmpuint (rua_table_get_n_records (households), ==, n + 3);
      erase (hub, "household", HER "h");
      n = rua_table_get_n_records (households);
    } else {
      g_autoptr (RuaRecord) found = NULL;
      g_autofree char *place = g_strdup_printf ("#%u", rua_table_get_n_rows (households) + 2);

      g_assert_false (rua_appender_commit (appender, &error));
      g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
      g_assert_nonnull (strstr (error->message, "a record of this id was erased"));
      g_assert_nonnull (strstr (error->message, place));
      g_assert_null (strstr (error->message, HER));
      found = rua_alliance_find (hub, "household", "new-1");
      g_assert_null (found);
      g_assert_cmpuint (rua_table_get_n_records (households), ==, n);
    }
    g_object_unref (appender);
  }
  assert_silent (hub, HER "h");
}

/* ---- histories ---- */

#define MOST 5
#define PEOPLE 6

typedef struct {
  RuaRandom random;
  RuaAlliance *hub;
  RuaAlliance *stations[MOST];
  char *names[MOST];
  guint n;
  guint n_made;
  gboolean erased[64]; /* by the number of the household */
} World;

/* "Mk3." is in all that is said of the third household. */
static char *
mark_of (guint number)
{
  return g_strdup_printf ("Mk%u.", number);
}

static void
edit (World *world, RuaAlliance *alliance)
{
  guint number = rua_random_below (&world->random, PEOPLE);
  g_autofree char *mark = mark_of (number), *text = g_strdup_printf ("%s%u", mark, rua_random_below (&world->random, 3));
  g_autoptr (RuaRecord) household = rua_alliance_find (alliance, "household", mark);
  g_autoptr (RuaRecord) course = rua_alliance_find (alliance, "course", "c");
  g_autoptr (GError) error = NULL;

  switch (rua_random_below (&world->random, 7)) {
  case 0:
    if (household)
      break;
    household = rua_alliance_new_record (alliance, "household");
    g_assert_true (rua_record_set_id (household, mark, &error));
    rua_alliance_add (alliance, household, NULL);
    break;
  case 1:
    if (household)
      g_assert_true (rua_record_set_text (household, "name", text, &error));
    break;
  case 2:
    if (household)
      rua_alliance_remove (alliance, household, NULL);
    break;
  case 3:
    if (household) {
      g_autofree char *id = rua_random_below (&world->random, 2) ? g_strdup_printf ("%sn%u", mark, world->n_made++) : NULL;

      add_income (alliance, id, mark, 2000 + rua_random_below (&world->random, 20));
    }
    break;
  case 4:
    if (course && household)
      g_assert_true (rua_record_set_reference (course, "led_by", household, &error));
    break;
  case 5:
    if (course) {
      g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < PEOPLE; i++) {
        g_autofree char *id = mark_of (i);
        RuaRecord *one = rua_random_below (&world->random, 2) ? rua_alliance_find (alliance, "household", id) : NULL;

        if (one)
          g_ptr_array_add (list, one);
      }
      g_assert_true (rua_record_set_references (course, "people", (RuaRecord **) list->pdata, list->len, &error));
    }
    break;
  default:
    rua_alliance_undo (alliance, NULL);
  }
  g_assert_no_error (error);
}

static void
erase_one (World *world, RuaAlliance *alliance)
{
  guint number = rua_random_below (&world->random, PEOPLE);
  g_autofree char *mark = mark_of (number);

  if (rua_alliance_erase (alliance, "household", mark, NULL, "2026-11-25", NULL, NULL, NULL))
    world->erased[number] = TRUE;
}

static void
settle_all (World *world)
{
  guint n_new = 1;

  /* Who goes with them is erased where it comes: that takes a round more. */
  for (guint round = 0; n_new > 0; round++) {
    g_assert_cmpuint (round, <, 8);
    n_new = 0;
    for (guint i = 0; i < world->n; i++)
      n_new += carry (world->stations[i], world->hub, NULL);
    for (guint i = 0; i < world->n; i++)
      n_new += carry (world->hub, world->stations[i], world->names[i]);
  }
}

static void
run_history (guint32 seed)
{
  World world = { .hub = new_hub ("\"households\": [{\"id\": \"Mk0.\", \"name\": \"Mk0.a\"}, {\"id\": \"Mk1.\"}, {\"id\": \"o\"}], "
                                  "\"incomes\": [{\"household\": \"Mk0.\", \"year\": 2001}, {\"household\": \"Mk1.\", \"year\": 2002}], "
                                  "\"courses\": [{\"id\": \"c\", \"led_by\": \"Mk0.\", \"people\": [\"Mk1.\", \"Mk0.\", \"o\"]}]") };
  g_autoptr (GPtrArray) up = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  rua_random_init (&world.random, seed);
  world.n = 1 + rua_random_below (&world.random, MOST);
  for (guint i = 0; i < world.n; i++) {
    world.names[i] = g_strdup_printf ("s%u", i);
    world.stations[i] = enroll (world.hub, world.names[i]);
  }
  for (guint step = 0; step < 40; step++) {
    guint who = rua_random_below (&world.random, world.n);

    switch (rua_random_below (&world.random, 8)) {
    case 0:
      if (rua_random_below (&world.random, 2))
        erase_one (&world, rua_random_below (&world.random, 3) ? world.stations[who] : world.hub);
      break;
    case 1:
      g_ptr_array_add (up, send_to (world.stations[who], NULL, rua_random_below (&world.random, 2) ? -1 : 0));
      break;
    case 2:
      if (up->len)
        take (world.hub, up->pdata[rua_random_below (&world.random, up->len)]);
      break;
    case 3:
      carry (world.hub, world.stations[who], world.names[who]);
      break;
    default:
      edit (&world, rua_random_below (&world.random, 5) ? world.stations[who] : world.hub);
    }
  }
  settle_all (&world);
  for (guint k = 0; k < up->len; k++)
    take (world.hub, up->pdata[k]);
  settle_all (&world);
  for (guint i = 0; i < world.n; i++)
    assert_same (world.hub, world.stations[i]);
  for (guint number = 0; number < PEOPLE; number++) {
    g_autofree char *mark = mark_of (number);

    for (guint i = 0; world.erased[number] && i < world.n; i++) {
      g_autofree char *facts = log_of (world.stations[i]);

      if (strstr (facts, mark))
        g_test_message ("%s in:\n%s", mark, facts);
      g_assert_null (strstr (facts, mark));
    }
    if (world.erased[number])
      assert_silent (world.hub, mark);
  }
  for (guint i = 0; i < world.n; i++) {
    g_object_unref (world.stations[i]);
    g_free (world.names[i]);
  }
  g_object_unref (world.hub);
}

static void
test_histories (void)
{
  const guint n = g_getenv ("RUA_SLOW_MACHINE") ? 2 : 60;
  guint32 seed = (guint32) g_test_rand_int ();
  const char *told = g_getenv ("RUA_SEED");

  if (told)
    seed = (guint32) g_ascii_strtoull (told, NULL, 10);
  for (guint i = 0; i < n; i++) {
    g_test_message ("seed %u", seed + i);
    run_history (seed + i);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("rua-erased-XXXXXX", NULL);
  g_test_add_func ("/erased-log/told", test_told);
  g_test_add_func ("/erased-log/what-goes", test_what_goes);
  g_test_add_func ("/erased-log/history", test_history);
  g_test_add_func ("/erased-log/as-of", test_as_of);
  g_test_add_func ("/erased-log/places", test_places);
  g_test_add_func ("/erased-log/travels", test_travels);
  g_test_add_func ("/erased-log/goes-with-them", test_goes_with_them);
  g_test_add_func ("/erased-log/erased-twice", test_erased_twice);
  g_test_add_func ("/erased-log/receipts", test_receipts);
  g_test_add_func ("/erased-log/stored", test_stored);
  g_test_add_func ("/erased-log/removed-before", test_removed_before);
  g_test_add_func ("/erased-log/undo", test_undo);
  g_test_add_func ("/erased-log/refused", test_refused);
  g_test_add_func ("/erased-log/for-ever", test_for_ever);
  g_test_add_func ("/erased-log/part", test_part);
  g_test_add_func ("/erased-log/appended", test_appended);
  g_test_add_func ("/erased-log/histories", test_histories);
  status = g_test_run ();
  g_rmdir (folder);
  return status;
}
