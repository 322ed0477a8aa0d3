/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "log-case.h"

#include "evidence-build.h"
#include "rua-history.h"
#include "rua-log-private.h"
#include "rua-merge-conflict.h"

/* What two stations say differently, and which claims rest on it. */

#define NOW (G_GINT64_CONSTANT (1789000000000))

static gint64 the_wall = NOW;

static gint64
wall (gpointer data)
{
  return the_wall += 1000;
}

/* Two villages, three households of known weight, an income each. */
static RuaAlliance *
new_alliance (void)
{
  static const struct {
    const char *id, *columns, *table, *where;
  } metrics[] = {
    { "weights", "{\"value\":\"weight\"}", "households", NULL },
    { "weight.of_h2", "{\"value\":\"weight\"}", "households", "id = 'h2'" },
    { "weights.but_h1", "{\"value\":\"weight\"}", "households", "id != 'h1'" },
    { "sizes", "{\"value\":\"n_persons\"}", "households", NULL },
    { "incomes", "{\"value\":\"amount\"}", "incomes", NULL },
    { "incomes.weighted", "{\"value\":\"amount * household.weight\"}", "incomes", NULL },
    { "incomes.of_heavy", "{\"value\":\"amount\"}", "incomes", "household.weight > 0" },
    { "incomes.of_years", "{\"value\":\"amount\"}", "incomes", "year > 0" },
  };
  static const char *const households[][3] = { { "h1", "1", "4" }, { "h2", "2", "5" }, { "h3", "3", "6" } };
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "organisation", "team", "name", "Team", NULL);
  build (alliance, "organisation", "other", "name", "Other", NULL);
  build (alliance, "alliance", NULL, "title", "Hills", "owner", "team", "currency", "CNY", NULL);
  build (alliance, "document", "doc", "title", "Report", NULL);
  build (alliance, "source", "ours", "title", "Ours", "publisher", "team", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (households); i++) {
    build (alliance, "household", households[i][0], "weight", households[i][1], "n_persons", households[i][2], NULL);
    build (alliance, "income", NULL, "household", households[i][0], "year", "2014", "amount", "5000", NULL);
  }
  build (alliance, "household", "alone", "weight", "2", "n_persons", "1", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++) {
    build (alliance, "metric", metrics[i].id, "estimator", "mean", "table", metrics[i].table, "columns", metrics[i].columns, NULL);
    if (metrics[i].where != NULL)
      rebuild (alliance, "metric", metrics[i].id, "where", metrics[i].where, NULL);
  }
  build (alliance, "metric", "households", "estimator", "count", "table", "households", NULL);
  build (alliance, "observation", "beds", "measured_property", "beds", "statistic", "count", "value", "40", "unit", "1",
         "subject", "organisation/other", "document", "doc", "sources", "ours", NULL);
  build (alliance, "metric", "beds", "unit", "1", "estimator", "reported", "table", "observations", "columns", "{\"value\":\"value\"}",
         "where", "id = 'beds'", NULL);
  build (alliance, "claim", "c", "title", "There is something", "predicate", "weights > 0", "document", "doc", "sources", "ours", NULL);
  return alliance;
}

/* Two stations that know the same. */
static void
make_two (RuaAlliance **a, RuaAlliance **b)
{
  GError *error = NULL;
  RuaLog *log;

  *a = new_alliance ();
  g_assert_true (rua_alliance_enroll (*a, "aa", &error));
  g_assert_no_error (error);
  log = rua_log_new (rua_log_get_lineage (rua_alliance_peek_log (*a)), "bb", &error);
  g_assert_no_error (error);
  *b = rua_alliance_copy_with_log (*a, log);
  rua_log_set_wall (rua_alliance_peek_log (*a), wall, NULL);
  rua_log_set_wall (log, wall, NULL);
}

/* The same field set differently at both, and what they then know. */
static RuaAlliance *
in_conflict (const char *kind, const char *id, const char *field, const char *at_a, const char *at_b)
{
  RuaAlliance *a;
  g_autoptr (RuaAlliance) b = NULL;

  make_two (&a, &b);
  rebuild (a, kind, id, field, at_a, NULL);
  rebuild (b, kind, id, field, at_b, NULL);
  log_case_send (b, a, 0);
  return a;
}

static void
ask (RuaAlliance *alliance, const char *predicate, RuaVerdictType expected, const char *reason)
{
  g_autoptr (RuaVerdict) verdict = NULL;
  g_autofree char *reasons = NULL;

  rebuild (alliance, "claim", "c", "predicate", predicate, NULL);
  verdict = verdict_of (alliance, "c");
  reasons = g_strjoinv ("; ", (char **) rua_verdict_get_reasons (verdict));
  if (rua_verdict_get_verdict_type (verdict) != expected || strstr (reasons, reason) == NULL)
    g_error ("%s: %s, not %s with “%s”: %s", predicate, rua_verdict_type_to_string (rua_verdict_get_verdict_type (verdict)),
             rua_verdict_type_to_string (expected), reason, reasons);
}

static void
test_field_that_is_read (void)
{
  g_autoptr (RuaAlliance) alliance = in_conflict ("household", "h1", "weight", "7", "9");

  ask (alliance, "weights > -1000", RUA_VERDICT_DISPUTED, "“weights” is computed from what stations say differently and nobody has settled: ");
  /* By way of a reference. */
  ask (alliance, "incomes.weighted > -1000", RUA_VERDICT_DISPUTED, "“incomes.weighted” is computed from");
  ask (alliance, "incomes.of_heavy > -1000", RUA_VERDICT_DISPUTED, "“incomes.of_heavy” is computed from");
  /* Through a formula. */
  build (alliance, "metric", "twice", "unit", "household", "formula", "2 * weights", NULL);
  ask (alliance, "twice > -1000", RUA_VERDICT_DISPUTED, "“weights” is computed from");
}

static void
test_field_that_is_not_read (void)
{
  g_autoptr (RuaAlliance) alliance = in_conflict ("household", "h1", "weight", "7", "9");

  ask (alliance, "sizes > -1000", RUA_VERDICT_SUPPORTED, "");
  ask (alliance, "households > -1000", RUA_VERDICT_SUPPORTED, "");
  ask (alliance, "incomes > -1000", RUA_VERDICT_SUPPORTED, "");
  ask (alliance, "incomes.of_years > -1000", RUA_VERDICT_SUPPORTED, "");
  ask (alliance, "beds > -1000", RUA_VERDICT_UNSUPPORTED, "no independent source");
}

/* Rows that a metric leaves out do not count, whatever is said of them. */
static void
test_record_that_is_not_read (void)
{
  g_autoptr (RuaAlliance) first = in_conflict ("household", "h1", "weight", "7", "9");
  g_autoptr (RuaAlliance) second = in_conflict ("household", "h2", "weight", "7", "9");

  ask (first, "weight.of_h2 > -1000", RUA_VERDICT_SUPPORTED, "");
  ask (first, "weights.but_h1 > -1000", RUA_VERDICT_SUPPORTED, "");
  ask (second, "weight.of_h2 > -1000", RUA_VERDICT_DISPUTED, "“weight.of_h2” is computed from");
  ask (second, "weights.but_h1 > -1000", RUA_VERDICT_DISPUTED, "“weights.but_h1” is computed from");
}

/* A field counts where its whole name stands, not where another's begins or ends with it. */
static void
test_names_of_fields (void)
{
  static const struct {
    const char *where;
    RuaVerdictType verdict;
  } cases[] = {
    { "stratum = 'farm' or stratum is unknown", RUA_VERDICT_SUPPORTED },
    { "stratum = 'arms' or stratum is unknown", RUA_VERDICT_SUPPORTED },
    { "stratum = 'fore_arm' or stratum is unknown", RUA_VERDICT_SUPPORTED },
    { "stratum = 'arm_band' or stratum is unknown", RUA_VERDICT_SUPPORTED },
    { "arm is known or arm is unknown", RUA_VERDICT_DISPUTED },
    { "stratum is unknown or 'treated' = arm", RUA_VERDICT_DISPUTED },
    { "stratum = 'arms' or stratum = 'farm' or (arm) is unknown or stratum is unknown", RUA_VERDICT_DISPUTED },
  };
  g_autoptr (RuaAlliance) alliance = in_conflict ("household", "h1", "arm", "treated", "comparison");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    rebuild (alliance, "metric", "sizes", "where", cases[i].where, NULL);
    ask (alliance, "sizes > -1000", cases[i].verdict, cases[i].verdict == RUA_VERDICT_DISPUTED ? "“sizes” is computed from" : "");
  }
}

/* Removed here and edited there: whatever is computed from the table may be different. */
static void
test_removed_and_edited (void)
{
  g_autoptr (RuaAlliance) a = NULL, b = NULL;
  g_autoptr (RuaRecord) record = NULL;
  g_autoptr (GListModel) conflicts = NULL;
  GError *error = NULL;

  make_two (&a, &b);
  rebuild (a, "household", "alone", "n_persons", "8", NULL);
  ask (a, "households > -1000", RUA_VERDICT_SUPPORTED, "");
  record = rua_alliance_find (b, "household", "alone");
  g_assert_true (rua_alliance_remove (b, record, &error));
  g_assert_no_error (error);
  log_case_send (b, a, 0);
  conflicts = rua_alliance_list_merge_conflicts (a);
  g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, 1);
  ask (a, "households > -1000", RUA_VERDICT_DISPUTED, "“households” is computed from what stations say differently");
  ask (a, "sizes > -1000", RUA_VERDICT_DISPUTED, "“sizes” is computed from");
  ask (a, "incomes > -1000", RUA_VERDICT_SUPPORTED, "");
  ask (a, "beds > -1000", RUA_VERDICT_UNSUPPORTED, "no independent source");
}

/* A figure is removed at one and edited at the other: which of the two is shown makes no claim on it unsupported. */
static void
test_figure_removed_and_edited (void)
{
  for (guint removed_last = 0; removed_last < 2; removed_last++) {
    g_autoptr (RuaAlliance) a = NULL, b = NULL;
    g_autoptr (RuaRecord) beds = NULL, shown = NULL;
    g_autoptr (GListModel) conflicts = NULL;
    GError *error = NULL;

    make_two (&a, &b);
    if (removed_last)
      rebuild (b, "observation", "beds", "value", "42", NULL);
    beds = rua_alliance_find (a, "observation", "beds");
    g_assert_true (rua_alliance_remove (a, beds, &error));
    g_assert_no_error (error);
    if (!removed_last)
      rebuild (b, "observation", "beds", "value", "42", NULL);
    ask (a, "beds > -1000", RUA_VERDICT_UNSUPPORTED, "");
    log_case_send (b, a, 0);
    conflicts = rua_alliance_list_merge_conflicts (a);
    g_assert_cmpuint (g_list_model_get_n_items (conflicts), >=, 1);
    shown = rua_alliance_find (a, "observation", "beds");
    g_test_message ("the figure is %s", shown ? "shown" : "gone");
    ask (a, "beds > -1000", RUA_VERDICT_DISPUTED, "beds");
    ask (a, "weights > -1000", RUA_VERDICT_SUPPORTED, "");
    /* A metric of another figure, told by its id, does not rest on it; one that might take it in does. */
    build (a, "observation", "rooms", "measured_property", "rooms", "statistic", "count", "value", "9", "unit", "1", "subject",
           "organisation/other", "document", "doc", "sources", "ours", NULL);
    rebuild (a, "metric", "beds", "where", "id = 'rooms'", NULL);
    ask (a, "beds > -1000", RUA_VERDICT_UNSUPPORTED, "no independent source");
    if (shown == NULL) {
      rebuild (a, "metric", "beds", "where", "value > 0", NULL);
      ask (a, "beds > -1000", RUA_VERDICT_DISPUTED, "“beds” is computed from what stations say differently");
    }
  }
}

/* The claim itself, the metric, the figure. */
static void
test_records_of_the_claim (void)
{
  g_autoptr (RuaAlliance) claim = in_conflict ("claim", "c", "title", "Much", "Little");
  g_autoptr (RuaAlliance) metric = in_conflict ("metric", "sizes", "where", "n_persons > 1", "n_persons > 2");
  g_autoptr (RuaAlliance) figure = in_conflict ("observation", "beds", "value", "41", "42");

  ask (claim, "weights > -1000", RUA_VERDICT_DISPUTED, "stations say different things of the claim and nobody has settled which holds");
  ask (metric, "sizes > -1000", RUA_VERDICT_DISPUTED, "stations say different things of the metric “sizes” and nobody has settled");
  ask (metric, "weights > -1000", RUA_VERDICT_SUPPORTED, "");
  ask (figure, "beds > -1000", RUA_VERDICT_DISPUTED, "stations say different things of the figure “beds” and nobody has settled");
  ask (figure, "weights > -1000", RUA_VERDICT_SUPPORTED, "");
}

static void
test_settled (void)
{
  g_autoptr (RuaAlliance) alliance = in_conflict ("household", "h1", "weight", "7", "9");
  g_autoptr (GListModel) conflicts = rua_alliance_list_merge_conflicts (alliance);
  g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (conflicts, 0);
  g_autoptr (GListModel) sides = rua_merge_conflict_list_sides (conflict);
  g_autoptr (RuaFact) side = g_list_model_get_item (sides, 0);
  GError *error = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, 1);
  ask (alliance, "weights > -1000", RUA_VERDICT_DISPUTED, "nobody has settled");
  g_assert_true (rua_alliance_choose (alliance, conflict, side, "weighed again", &error));
  g_assert_no_error (error);
  ask (alliance, "weights > -1000", RUA_VERDICT_SUPPORTED, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disputed/field-that-is-read", test_field_that_is_read);
  g_test_add_func ("/disputed/field-that-is-not-read", test_field_that_is_not_read);
  g_test_add_func ("/disputed/record-that-is-not-read", test_record_that_is_not_read);
  g_test_add_func ("/disputed/names-of-fields", test_names_of_fields);
  g_test_add_func ("/disputed/removed-and-edited", test_removed_and_edited);
  g_test_add_func ("/disputed/figure-removed-and-edited", test_figure_removed_and_edited);
  g_test_add_func ("/disputed/records-of-the-claim", test_records_of_the_claim);
  g_test_add_func ("/disputed/settled", test_settled);
  return g_test_run ();
}
