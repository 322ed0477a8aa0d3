/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-edits.h"
#include "rua-fault.h"
#include "rua-history.h"
#include "rua-log-private.h"
#include "rua-merge-conflict.h"

#include <string.h>

#include "log-case.h"

#define NOW (G_GINT64_CONSTANT (1789000000000))

static gint64 the_wall = NOW;

static gint64
wall (gpointer data)
{
  return the_wall += 1000;
}

static void
must (gboolean done, GError *error)
{
  g_assert_no_error (error);
  g_assert_true (done);
}

static void
add_household (RuaAlliance *alliance, const char *id, double weight)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "household");
  GError *error = NULL;

  rua_record_set_id (record, id, &error);
  rua_record_set_number (record, "weight", weight, &error);
  g_assert_no_error (error);
  must (rua_alliance_add (alliance, record, &error), error);
}

static void
add_income (RuaAlliance *alliance, const char *household, gint64 year)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "income"), whose = rua_alliance_find (alliance, "household", household);
  GError *error = NULL;

  rua_record_set_reference (record, "household", whose, &error);
  rua_record_set_integer (record, "year", year, &error);
  g_assert_no_error (error);
  must (rua_alliance_add (alliance, record, &error), error);
}

static void
set_weight (RuaAlliance *alliance, const char *id, double weight)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", id);
  GError *error = NULL;

  g_assert_nonnull (record);
  must (rua_record_set_number (record, "weight", weight, &error), error);
}

static double
weight_of (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", id);
  double weight = -1;

  if (!record)
    return -2;
  rua_record_get_number (record, "weight", &weight);
  return weight;
}

static void
remove_household (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", id);
  GError *error = NULL;

  g_assert_nonnull (record);
  must (rua_alliance_remove (alliance, record, &error), error);
}

/* Two stations with the same baseline: households h1 of weight 1 and h2 of weight 2. */
static void
make_two (RuaAlliance **a, RuaAlliance **b)
{
  GError *error = NULL;
  RuaLog *log;

  *a = rua_alliance_new ();
  add_household (*a, "h1", 1);
  add_household (*a, "h2", 2);
  must (rua_alliance_enroll (*a, "aa", &error), error);
  log = rua_log_new (rua_log_get_lineage (rua_alliance_peek_log (*a)), "bb", &error);
  g_assert_no_error (error);
  *b = rua_alliance_copy_with_log (*a, log);
  rua_log_set_wall (rua_alliance_peek_log (*a), wall, NULL);
  rua_log_set_wall (log, wall, NULL);
}

static void
meet (RuaAlliance *a, RuaAlliance *b)
{
  log_case_send (a, b, 0);
  log_case_send (b, a, 0);
}

static char *
conflicts_of (RuaAlliance *alliance)
{
  g_autoptr (GListModel) list = rua_alliance_list_merge_conflicts (alliance);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (list, i);
    g_autofree char *line = rua_merge_conflict_to_string (conflict);

    g_string_append_printf (text, "%s%s", i ? "\n" : "", line);
  }
  return g_string_free (text, FALSE);
}

static void
check_conflicts (RuaAlliance *a, RuaAlliance *b, const char *expected)
{
  g_autofree char *of_a = conflicts_of (a), *of_b = conflicts_of (b);

  g_assert_cmpstr (of_a, ==, expected);
  g_assert_cmpstr (of_b, ==, expected);
}

static RuaMergeConflict *
first_conflict (RuaAlliance *alliance)
{
  g_autoptr (GListModel) list = rua_alliance_list_merge_conflicts (alliance);

  return g_list_model_get_item (list, 0);
}

static RuaFact *
side_of (RuaMergeConflict *conflict, const char *station)
{
  g_autoptr (GListModel) sides = rua_merge_conflict_list_sides (conflict);

  for (guint i = 0; i < g_list_model_get_n_items (sides); i++) {
    g_autoptr (RuaFact) side = g_list_model_get_item (sides, i);

    if (strcmp (rua_fact_get_station (side), station) == 0)
      return g_steal_pointer (&side);
  }
  return NULL;
}

static void
choose (RuaAlliance *alliance, const char *station)
{
  g_autoptr (RuaMergeConflict) conflict = first_conflict (alliance);
  g_autoptr (RuaFact) side = station ? side_of (conflict, station) : NULL;
  GError *error = NULL;

  must (rua_alliance_choose (alliance, conflict, side, "asked in the village", &error), error);
}

static void
test_value (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;
  g_autoptr (RuaMergeConflict) conflict = NULL;
  g_autoptr (GListModel) changes = NULL;
  g_autoptr (RuaChange) change = NULL;
  RuaFact *current;

  make_two (&a, &b);
  set_weight (a, "h1", 10);
  set_weight (b, "h1", 20);
  check_conflicts (a, a, "");
  meet (a, b);
  check_conflicts (a, b, "household #1: weight: value (bb.1, aa.1)");
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 20);
  g_assert_cmpfloat (weight_of (b, "h1"), ==, 20);
  conflict = first_conflict (a);
  g_assert_cmpint (rua_merge_conflict_get_conflict_type (conflict), ==, RUA_MERGE_CONFLICT_TYPE_VALUE);
  g_assert_cmpstr (rua_merge_conflict_get_kind (conflict), ==, "household");
  g_assert_cmpstr (rua_merge_conflict_get_key (conflict), ==, "h1");
  g_assert_cmpstr (rua_merge_conflict_get_field (conflict), ==, "weight");
  current = rua_merge_conflict_get_current (conflict);
  g_assert_cmpstr (rua_fact_get_station (current), ==, "bb");
  g_assert_cmpstr (rua_fact_get_value (current), ==, "20");

  choose (a, "aa");
  check_conflicts (a, a, "");
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 10);
  meet (a, b);
  check_conflicts (a, b, "");
  g_assert_cmpfloat (weight_of (b, "h1"), ==, 10);
  changes = rua_alliance_list_changes (b);
  change = g_list_model_get_item (changes, g_list_model_get_n_items (changes) - 1);
  g_assert_cmpstr (rua_change_get_title (change), ==, "asked in the village");
  g_assert_cmpstr (rua_change_get_origin (change), ==, "choice");
}

/* Who says the same agrees. */
static void
test_agreeing (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;

  make_two (&a, &b);
  set_weight (a, "h1", 10);
  set_weight (b, "h1", 10);
  remove_household (a, "h2");
  remove_household (b, "h2");
  meet (a, b);
  check_conflicts (a, b, "");
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 10);
  g_assert_cmpfloat (weight_of (b, "h2"), ==, -2);
}

/* An edit after the other's was seen replaces it. */
static void
test_knowing (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;

  make_two (&a, &b);
  set_weight (a, "h1", 10);
  log_case_send (a, b, 0);
  the_wall -= 1000000; /* a slow clock undoes nobody's later edit */
  set_weight (b, "h1", 20);
  the_wall += 1000000;
  meet (a, b);
  check_conflicts (a, b, "");
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 20);
}

static void
test_made_twice (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;

  make_two (&a, &b);
  add_household (a, "h9", 10);
  add_household (b, "h9", 20);
  meet (a, b);
  check_conflicts (a, b, "household #3: made-twice (bb.1, aa.1)\nhousehold #3: weight: value (bb.2, aa.2)");
  g_assert_cmpfloat (weight_of (a, "h9"), ==, 20);
  choose (b, "aa");
  choose (b, "aa");
  meet (a, b);
  check_conflicts (a, b, "");
  g_assert_cmpfloat (weight_of (a, "h9"), ==, 10);
}

static void
test_removed_and_edited (void)
{
  for (guint keep = 0; keep < 2; keep++) {
    g_autoptr (RuaAlliance) a = NULL, b = NULL;

    make_two (&a, &b);
    remove_household (a, "h1");
    set_weight (b, "h1", 20);
    meet (a, b);
    check_conflicts (a, b, "household 'aa.1': weight: removed-and-edited (aa.1, bb.1)");
    g_assert_cmpfloat (weight_of (a, "h1"), ==, -2);
    g_assert_cmpfloat (weight_of (b, "h1"), ==, -2);
    choose (b, keep ? "bb" : "aa");
    meet (a, b);
    check_conflicts (a, b, "");
    g_assert_cmpfloat (weight_of (a, "h1"), ==, keep ? 20 : -2);
    g_assert_cmpfloat (weight_of (b, "h1"), ==, keep ? 20 : -2);
  }
}

static void
test_referred_to (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;
  g_autoptr (RuaMergeConflict) conflict = NULL;
  g_autoptr (RuaFact) side = NULL;
  GError *error = NULL;

  make_two (&a, &b);
  remove_household (a, "h1");
  add_income (b, "h1", 2014);
  meet (a, b);
  check_conflicts (a, b, "household #1: referred-to (aa.1)");
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 1);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (a, "income")), ==, 1);
  conflict = first_conflict (a);
  g_assert_null (rua_merge_conflict_get_current (conflict));
  side = side_of (conflict, "aa");
  g_assert_false (rua_alliance_choose (a, conflict, side, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_clear_error (&error);
  /* Once nothing refers to it, it goes. */
  {
    g_autoptr (RuaRecord) income = rua_table_dup_record (rua_alliance_get_table (b, "income"), 0);

    must (rua_alliance_remove (b, income, &error), error);
  }
  g_assert_cmpfloat (weight_of (b, "h1"), ==, -2);
  check_conflicts (b, b, "");
  choose (a, NULL);
  meet (a, b);
  check_conflicts (a, b, "");
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 1);
  g_assert_cmpfloat (weight_of (b, "h1"), ==, 1);
}

static void
test_refusals (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL, plain = rua_alliance_new ();
  g_autoptr (RuaMergeConflict) conflict = NULL;
  g_autoptr (RuaFact) side = NULL, other = NULL;
  g_autoptr (GListModel) none = rua_alliance_list_merge_conflicts (plain), history = NULL;
  GError *error = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (none), ==, 0);
  make_two (&a, &b);
  set_weight (a, "h2", 5);
  set_weight (a, "h1", 10);
  set_weight (b, "h1", 20);
  meet (a, b);
  conflict = first_conflict (a);
  side = side_of (conflict, "aa");
  g_assert_false (rua_alliance_choose (plain, conflict, side, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (rua_alliance_choose (a, conflict, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  history = rua_alliance_list_history (a, "household", "h2", &error);
  other = g_list_model_get_item (history, 0);
  g_assert_false (rua_alliance_choose (a, conflict, other, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  must (rua_alliance_begin (a, NULL, &error), error);
  g_assert_false (rua_alliance_choose (a, conflict, side, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  must (rua_alliance_rollback (a, &error), error);
  must (rua_alliance_choose (a, conflict, side, NULL, &error), error);
  g_assert_false (rua_alliance_choose (a, conflict, side, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_null (strstr (error->message, "20"));
  g_clear_error (&error);
}

/* Undo is refused where another has said otherwise since, and says who and when. */
static void
test_undo_refused (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;
  GError *error = NULL;

  make_two (&a, &b);
  rua_alliance_set_author (b, "Yang");
  set_weight (a, "h1", 10);
  log_case_send (a, b, 0);
  set_weight (b, "h1", 777);
  log_case_send (b, a, 0);
  g_assert_true (rua_alliance_can_undo (a));
  g_assert_false (rua_alliance_undo (a, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "Yang"));
  g_assert_nonnull (strstr (error->message, "bb"));
  g_assert_nonnull (strstr (error->message, "2026-09-"));
  g_assert_null (strstr (error->message, "777"));
  g_clear_error (&error);
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 777);
  g_assert_true (rua_alliance_can_undo (a));
  /* His own last word he can take back. */
  must (rua_alliance_undo (b, &error), error);
  g_assert_cmpfloat (weight_of (b, "h1"), ==, 10);
  must (rua_alliance_redo (b, &error), error);
  g_assert_cmpfloat (weight_of (b, "h1"), ==, 777);
  must (rua_alliance_undo (b, &error), error);
  log_case_send (b, a, 0);
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 10);
}

/* A removal undone brings back the values, and the place. */
static void
test_undo_removal (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;
  g_autoptr (RuaRecord) first = NULL;
  GError *error = NULL;

  make_two (&a, &b);
  remove_household (a, "h1");
  meet (a, b);
  must (rua_alliance_undo (a, &error), error);
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 1);
  first = rua_table_dup_record (rua_alliance_get_table (a, "household"), 0);
  g_assert_cmpstr (rua_record_get_id (first), ==, "h1");
  meet (a, b);
  g_assert_cmpfloat (weight_of (b, "h1"), ==, 1);
  check_conflicts (a, b, "");
}

/* What came without what it needs waits, and is shown when that has come. */
static void
test_waiting (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;
  g_autoptr (GListModel) waiting = NULL, after = NULL;
  g_autoptr (RuaFault) fault = NULL;
  guint n;

  make_two (&a, &b);
  add_household (a, "h9", 9);
  n = rua_log_get_n_facts (rua_alliance_peek_log (a));
  add_income (a, "h9", 2014);
  log_case_send (a, b, n);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (b, "income")), ==, 0);
  waiting = rua_alliance_list_waiting (b);
  g_assert_cmpuint (g_list_model_get_n_items (waiting), ==, 1);
  fault = g_list_model_get_item (waiting, 0);
  g_assert_cmpint (rua_fault_get_code (fault), ==, RUA_ERROR_REFERENCE);
  g_assert_cmpstr (rua_fault_get_kind (fault), ==, "income");
  g_assert_cmpstr (rua_fault_get_field (fault), ==, "household");
  log_case_send (a, b, 0);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (b, "income")), ==, 1);
  after = rua_alliance_list_waiting (b);
  g_assert_cmpuint (g_list_model_get_n_items (after), ==, 0);
  check_conflicts (a, b, "");
}

static void
test_types (void)
{
  g_assert_cmpstr (rua_merge_conflict_type_to_string (RUA_MERGE_CONFLICT_TYPE_VALUE), ==, "value");
  g_assert_cmpstr (rua_merge_conflict_type_to_string (RUA_MERGE_CONFLICT_TYPE_REFERRED_TO), ==, "referred-to");
  g_assert_true (G_TYPE_IS_ENUM (RUA_TYPE_MERGE_CONFLICT_TYPE));
}

/* What somebody else has replaced is not undone behind their back; what they said elsewhere does not hinder. */
static void
test_undo_changed_since (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;
  GError *error = NULL;

  make_two (&a, &b);
  set_weight (a, "h1", 5);
  meet (a, b);
  set_weight (b, "h1", 6);
  meet (a, b);
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 6);
  g_assert_false (rua_alliance_undo (a, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "weight: changed since by station bb at "));
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 6);
  g_clear_error (&error);

  set_weight (a, "h2", 8);
  meet (a, b);
  set_weight (b, "h1", 7);
  meet (a, b);
  must (rua_alliance_undo (a, &error), error);
  g_assert_cmpfloat (weight_of (a, "h2"), ==, 2);
  g_assert_cmpfloat (weight_of (a, "h1"), ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conflict/value", test_value);
  g_test_add_func ("/conflict/agreeing", test_agreeing);
  g_test_add_func ("/conflict/knowing", test_knowing);
  g_test_add_func ("/conflict/made-twice", test_made_twice);
  g_test_add_func ("/conflict/removed-and-edited", test_removed_and_edited);
  g_test_add_func ("/conflict/referred-to", test_referred_to);
  g_test_add_func ("/conflict/refusals", test_refusals);
  g_test_add_func ("/conflict/undo-refused", test_undo_refused);
  g_test_add_func ("/conflict/undo-removal", test_undo_removal);
  g_test_add_func ("/conflict/waiting", test_waiting);
  g_test_add_func ("/conflict/types", test_types);
  g_test_add_func ("/conflict/undo-changed-since", test_undo_changed_since);
  return g_test_run ();
}
