/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Somebody who is erased where a log is kept: gone from every copy, whatever comes in which order. */
#include "erased-case.h"
#include "rua-alliance-erasing.h"

#include <glib/gstdio.h>
#include <string.h>

#include "rua-edits.h"
#include "rua-history.h"
#include "rua-station.h"

/* ---- what is told of somebody, anywhere ---- */

static RuaAlliance *
reopen (const char *path)
{
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_open (path, NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

/* ---- one case_village ---- */

static void
test_what_goes (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village);
  g_autoptr (RuaRecord) q = rua_alliance_find (hub, "person", "q");
  g_auto (GStrv) told = NULL;
  g_autofree char *lines = NULL, *text = NULL;
  GError *error = NULL;

  rua_alliance_set_author (hub, "Min");
  case_title_change (hub, "Visit to " HER, HER "h", HER " clan");
  case_title_change (hub, "Another visit", "i", "Ii");
  g_assert_true (rua_alliance_erase (hub, "households", HER "h", "request", "2026-11-25", &told, NULL, &error));
  g_assert_no_error (error);
  lines = g_strjoinv ("; ", told);
  g_assert_cmpstr (lines, ==,
                   "erased: 1 of 3 households; erased: 1 of 3 incomes; without the reference: 2 of 2 people; without the reference: 1 of 1 sales; "
                   "without the reference: 2 of 2 courses; facts that are left without values: 3");
  g_assert_true (rua_alliance_was_erased (hub, "household", HER "h"));
  g_assert_false (rua_alliance_was_erased (hub, "household", "i"));
  g_assert_false (rua_record_has (q, "household"));
  text = case_text_of (hub);
  g_assert_nonnull (strstr (text, "\"people\": [\"i\", \"j\"]"));
  /* The person of that name is another record. */
  g_assert_nonnull (strstr (text, HER " name"));
  case_erase (hub, "person", HER "p");
  case_assert_silent (hub, HER);
  case_assert_silent (hub, "47118351");
  {
    g_autofree char *facts = case_log_of (hub);

    g_assert_nonnull (strstr (facts, "Another visit Min edit"));
    g_assert_nonnull (strstr (facts, "(null) Min edit"));
  }
}

static void
test_history (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village);
  g_autoptr (GListModel) history = NULL;
  g_autoptr (RuaFact) fact = NULL;
  GError *error = NULL;

  case_title_change (hub, NULL, HER "h", HER " clan");
  rua_alliance_set_author (hub, "Min");
  case_erase (hub, "household", HER "h");
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
  g_autoptr (RuaAlliance) hub = case_hub (case_village), past = NULL;
  g_autoptr (RuaRecord) found = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  case_title_change (hub, NULL, HER "h", HER " clan");
  case_title_change (hub, NULL, "i", "Ii");
  case_erase (hub, "household", HER "h");
  past = rua_alliance_as_of (hub, "hub.1", &error);
  g_assert_no_error (error);
  found = rua_alliance_find (past, "household", HER "h");
  g_assert_null (found);
  text = case_text_of (past);
  g_assert_null (strstr (text, HER "h"));
  g_assert_nonnull (strstr (text, "\"name\": \"I\""));
}

/* Places in the baseline are those of everybody else, though one has gone. */
static void
test_places (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), gaopo = case_enroll (hub, "gaopo"), again = NULL;
  g_autoptr (RuaTable) incomes = NULL;
  g_autoptr (RuaRecord) last = NULL;
  g_autofree char *path = NULL;
  GError *error = NULL;

  case_erase (hub, "household", HER "h");
  path = case_save (hub, "places.rua");
  again = reopen (path);
  g_remove (path);
  last = rua_table_dup_record (rua_alliance_get_incomes (gaopo), 2);
  g_assert_true (rua_record_set_integer (last, "recall", 7, &error));
  g_assert_no_error (error);
  case_carry (gaopo, again, NULL);
  {
    g_autofree char *text = case_text_of (again);

    g_assert_nonnull (strstr (text, "\"amount\": 8.5, \"recall\": 7"));
  }
  case_carry (again, gaopo, "gaopo");
  case_assert_same (again, gaopo);
  case_assert_silent (gaopo, HER "h");
}

/* ---- it travels ---- */

/* Who merges is told that something was erased, once, and not of whom. */
static void
test_told (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), gaopo = case_enroll (hub, "gaopo");

  case_add_income (hub, HER "v", "i", 2019);
  case_erase (hub, "income", HER "v");
  for (guint round = 0; round < 3; round++) {
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (RuaMerge) merge = NULL;
    g_auto (GStrv) remarks = NULL;
    g_autofree char *text = NULL;
    GError *error = NULL;

    if (round == 2)
      case_erase (hub, "household", HER "h");
    bytes = case_send (hub, "gaopo", -1);
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

static void
test_stored (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), again = NULL, third = NULL;
  g_autofree char *path = NULL, *facts = NULL, *then = NULL;

  case_title_change (hub, "About " HER, HER "h", HER " clan");
  path = case_save (hub, "stored.rua");
  g_assert_true (case_files_hold ("stored.rua", HER " clan"));
  again = reopen (path);
  case_erase (again, "household", HER "h");
  case_erase (again, "person", HER "p");
  g_free (case_save (again, "stored.rua"));
  g_assert_false (case_files_hold ("stored.rua", HER));
  third = reopen (path);
  case_assert_same (again, third);
  g_assert_true (rua_alliance_was_erased (third, "household", HER "h"));
  /* What comes of it is appended: it need not be rewritten each time. */
  case_set_text (third, "household", "i", "name", "Later");
  g_free (case_save (third, "stored.rua"));
  facts = case_log_of (third);
  {
    g_autoptr (RuaAlliance) fourth = reopen (path);

    then = case_log_of (fourth);
    case_assert_silent (fourth, HER);
  }
  g_assert_cmpstr (facts, ==, then);
  g_remove (path);
}

/* A removed record is in the log alone, and can be erased from it; so can what was once said of it. */
static void
test_removed_before (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village);
  g_autoptr (RuaRecord) record = NULL;
  GError *error = NULL;

  case_add_income (hub, HER "x", "i", 2015);
  case_add_income (hub, HER "y", "j", 20191953);
  record = rua_alliance_find (hub, "income", HER "x");
  g_assert_true (rua_alliance_remove (hub, record, &error));
  g_clear_object (&record);
  record = rua_alliance_find (hub, "income", HER "y");
  g_assert_true (rua_alliance_remove (hub, record, &error));
  g_assert_no_error (error);
  case_erase (hub, "income", HER "x");
  case_assert_silent (hub, HER "x");
  /* Removed, and of somebody who is erased. */
  case_erase (hub, "household", "j");
  case_assert_silent (hub, HER "y");
  case_assert_silent (hub, "20191953");
}

/* What the log keeps of a removed record as it was names nobody who is erased later; the rest of it is kept. */
static void
test_removed_referring (void)
{
  static const char *const records[][2] = { { "person", "q" }, { "course", "c" }, { "course", "d" } };
  g_autoptr (RuaAlliance) hub = case_hub (case_village), again = NULL;
  g_autoptr (RuaAlliance) past = NULL;
  g_autofree char *path = NULL, *then = NULL, *before = NULL, *after = NULL;
  GError *error = NULL;

  case_title_change (hub, NULL, "i", "Ii");
  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    g_autoptr (RuaRecord) record = rua_alliance_find (hub, records[i][0], records[i][1]);

    g_assert_true (rua_alliance_remove (hub, record, &error));
    g_assert_no_error (error);
  }
  case_erase (hub, "household", HER "h");
  case_erase (hub, "person", HER "p");
  case_assert_silent (hub, HER);
  past = rua_alliance_as_of (hub, "hub.1", &error);
  g_assert_no_error (error);
  then = case_text_of (past);
  g_assert_nonnull (strstr (then, "\"name\": \"Q\""));
  g_assert_nonnull (strstr (then, "\"people\": [\"i\", \"j\"]"));
  g_assert_null (strstr (then, HER));
  before = case_text_of (hub);
  /* A file of it says the same. */
  path = case_save (hub, "referring.rua");
  again = reopen (path);
  after = case_text_of (again);
  g_assert_cmpstr (after, ==, before);
  case_assert_silent (again, HER);
}

static void
test_undo (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village);
  g_autofree char *before = NULL, *after = NULL;
  GError *error = NULL;

  case_title_change (hub, "first", "i", "One");
  case_title_change (hub, "hers", HER "h", HER " clan");
  case_title_change (hub, "second", "i", "Two");
  case_erase (hub, "household", HER "h");
  before = case_text_of (hub);
  g_assert_cmpstr (rua_alliance_get_undo_title (hub), ==, "second");
  g_assert_true (rua_alliance_undo (hub, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (rua_alliance_get_undo_title (hub), ==, "first");
  g_assert_true (rua_alliance_redo (hub, &error));
  g_assert_no_error (error);
  after = case_text_of (hub);
  g_assert_cmpstr (before, ==, after);
  g_assert_true (rua_alliance_undo (hub, &error));
  g_assert_true (rua_alliance_undo (hub, &error));
  g_assert_no_error (error);
  g_assert_false (rua_alliance_can_undo (hub));
  case_assert_silent (hub, HER "h");
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), plain = case_document (case_village), snapshot = rua_alliance_snapshot (hub);
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
  g_autofree char *before = case_text_of (hub), *facts = case_log_of (hub), *after = NULL, *then = NULL;
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
  after = case_text_of (hub);
  then = case_log_of (hub);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (facts, ==, then);
  case_erase (hub, "household", HER "h");
  g_assert_false (rua_alliance_erase (hub, "household", HER "h", NULL, "2026-11-25", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_assert_cmpstr (error->message, ==, "that household was erased before");
}

/* The erasure's own record can be removed; nobody comes back by that. */
static void
test_for_ever (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), gaopo = case_enroll (hub, "gaopo");
  g_autoptr (RuaRecord) erasure = NULL, again = NULL;
  g_autoptr (GError) error = NULL;

  case_title_change (gaopo, NULL, HER "h", HER " of gaopo");
  case_erase (hub, "household", HER "h");
  while (rua_table_get_n_records (rua_alliance_get_erasures (hub)) > 0) {
    g_autoptr (RuaRecord) first = rua_table_dup_record (rua_alliance_get_erasures (hub), 0);

    g_assert_true (rua_alliance_remove (hub, first, &error));
  }
  g_assert_true (rua_alliance_was_erased (hub, "household", HER "h"));
  case_carry (gaopo, hub, NULL);
  case_assert_silent (hub, HER " of");
  again = rua_alliance_new_record (hub, "household");
  g_assert_true (rua_record_set_id (again, HER "h", &error));
  g_assert_false (rua_alliance_add (hub, again, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_assert_null (strstr (error->message, HER));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  case_folder = g_dir_make_tmp ("rua-erased-XXXXXX", NULL);
  g_test_add_func ("/erased-log/told", test_told);
  g_test_add_func ("/erased-log/what-goes", test_what_goes);
  g_test_add_func ("/erased-log/history", test_history);
  g_test_add_func ("/erased-log/as-of", test_as_of);
  g_test_add_func ("/erased-log/places", test_places);
  g_test_add_func ("/erased-log/stored", test_stored);
  g_test_add_func ("/erased-log/removed-before", test_removed_before);
  g_test_add_func ("/erased-log/removed-referring", test_removed_referring);
  g_test_add_func ("/erased-log/undo", test_undo);
  g_test_add_func ("/erased-log/refused", test_refused);
  g_test_add_func ("/erased-log/for-ever", test_for_ever);
  status = g_test_run ();
  g_rmdir (case_folder);
  return status;
}
