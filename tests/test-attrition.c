/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-measure.h"
#include "rua-result-private.h"
#include "rua-results.h"

#include <math.h>
#include <string.h>

/* Who left between before and after; and the other cautions beside a number. */

/* Incomes of households: a text for each year, "-" for none. */
static RuaAlliance *
panel (const char *const (*incomes)[2], guint n)
{
  RuaAlliance *alliance = case_empty ();

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i), *at = g_strdup_printf ("@h%u", i);

    case_add (alliance, "household", "id", id, NULL);
    for (guint k = 0; k < 2; k++)
      if (strcmp (incomes[i][k], "-") != 0)
        case_add (alliance, "income", "household", at, "year", k == 0 ? "2014" : "2017", "amount",
                  incomes[i][k], NULL);
  }
  return alliance;
}

static RuaResult *
measure (RuaAlliance *alliance, const char *estimator, const char *options, const char *unit)
{
  g_autoptr (RuaRecord) metric = rua_alliance_new_record (alliance, "metric");
  g_autoptr (GError) error = NULL;
  RuaResult *result;

  case_set (metric, alliance, "id", "m");
  case_set (metric, alliance, "estimator", estimator);
  case_set (metric, alliance, "table", "incomes");
  case_set (metric, alliance, "columns",
            "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}");
  case_set (metric, alliance, "options", options);
  case_set (metric, alliance, "unit", unit);
  result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
  if (result == NULL)
    g_error ("%s", error->message);
  return result;
}

static void
assert_worst (RuaResult *result, double low, double high)
{
  double got;

  g_assert_true (rua_result_get_worst_low (result, &got));
  g_assert_cmpfloat_with_epsilon (got, low, 1e-9 * MAX (1, fabs (low)));
  g_assert_true (rua_result_get_worst_high (result, &got));
  g_assert_cmpfloat_with_epsilon (got, high, 1e-9 * MAX (1, fabs (high)));
}

static gboolean
has_warning (RuaResult *result, const char *part)
{
  const char *const *warnings = rua_result_get_warnings (result);

  for (guint i = 0; warnings[i] != NULL; i++)
    if (strstr (warnings[i], part) != NULL)
      return TRUE;
  return FALSE;
}

/* 100 -> 250, 200 -> 300, 0 -> 50; 400 and 0 left; 70 joined. */
static const char *const incomes[][2] = {
  { "100", "250" }, { "200", "300" }, { "0", "50" }, { "400", "-" }, { "0", "-" }, { "-", "70" },
};

static void
test_share (void)
{
  g_autoptr (RuaAlliance) alliance = panel (incomes, G_N_ELEMENTS (incomes));
  g_autoptr (RuaResult) result = measure (alliance, "ratio_distribution", "{\"factor\":2}", "%");
  guint64 matched, left, joined;
  double value;

  /* of the two above 0 before that stayed one doubled; two left */
  g_assert_true (rua_result_get_estimate (result, &value));
  g_assert_cmpfloat (value, ==, 50);
  g_assert_true (rua_result_get_attrition (result, &matched, &left, &joined));
  g_assert_cmpuint (matched, ==, 3);
  g_assert_cmpuint (left, ==, 2);
  g_assert_cmpuint (joined, ==, 1);
  /* nothing is a multiple of 0, so the share is of two: the rest is told of, by reason */
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 6);
  g_assert_cmpuint (rua_result_get_n_used (result), ==, 2);
  g_assert_cmpuint (rua_result_get_n_missing (result), ==, 4);
  g_assert_cmpuint (rua_result_get_n_missing_for (result, "after is unknown (amount[year=2017])"), ==, 2);
  g_assert_cmpuint (rua_result_get_n_missing_for (result, "before is not above 0, so nothing can be a multiple of it"), ==, 1);
  assert_worst (result, 100 / 4.0, 300 / 4.0);
  g_assert_true (rua_result_get_named (result, "worst_low", &value));
  g_assert_cmpfloat_with_epsilon (value, 1 / 4.0, 1e-12); /* as the estimator has it */
  g_assert_true (rua_result_get_named (result, "left_share", &value));
  g_assert_cmpfloat_with_epsilon (value, 0.4, 1e-12);
  g_assert_true (has_warning (result, "attrition: of 5 there before, 2 (40 %)"));

  g_autoptr (RuaResult) loose
    = measure (alliance, "ratio_distribution", "{\"factor\":2,\"attrition_limit\":0.4}", "%");
  g_assert_false (has_warning (loose, "attrition"));
  g_autoptr (RuaResult) median
    = measure (alliance, "ratio_distribution", "{\"estimate\":\"median_ratio\"}", "1");
  g_assert_false (rua_result_get_worst_low (median, &value));
  g_assert_nonnull (rua_result_get_named_reason (median, "worst_low"));
  g_assert_true (rua_result_get_attrition (median, NULL, NULL, NULL));
}

static void
test_means (void)
{
  g_autoptr (RuaAlliance) alliance = panel (incomes, G_N_ELEMENTS (incomes));
  g_autoptr (RuaResult) change
    = measure (alliance, "paired_change", "-", "{currency}/household/year");
  g_autoptr (RuaResult) told
    = measure (alliance, "paired_change", "{\"support\":[0,1000]}", "{currency}/household/year");
  g_autoptr (RuaResult) ratio
    = measure (alliance, "paired_change", "{\"estimate\":\"ratio_of_means\"}", "1");
  g_autoptr (RuaResult) booted = measure (
    alliance, "bootstrap", "{\"statistic\":\"ratio_of_means\",\"replicates\":20,\"seed\":7}", "1");
  guint64 seed;
  double value;

  /* after among the matched 600, before 300; the two lost had 400 before; after is 50 to 300 */
  assert_worst (change, (600 + 2 * 50 - 700) / 5.0, (600 + 2 * 300 - 700) / 5.0);
  assert_worst (told, (600 - 700) / 5.0, (600 + 2000 - 700) / 5.0);
  assert_worst (ratio, 700 / 700.0, 1200 / 700.0);
  g_assert_false (rua_result_get_worst_low (booted, &value));
  g_assert_true (rua_result_get_attrition (booted, NULL, NULL, NULL));
  g_assert_true (rua_result_get_seed (booted, &seed));
  g_assert_cmpuint (seed, ==, 7);
  g_assert_false (rua_result_get_seed (change, &seed));
  g_assert_cmpstr (rua_result_get_digest (change), !=, rua_result_get_digest (told));
}

static void
test_told (void)
{
  g_autoptr (RuaAlliance) alliance = panel (incomes, G_N_ELEMENTS (incomes));
  g_autoptr (RuaResult) result = measure (alliance, "ratio_distribution", "{\"factor\":2}", "%");
  g_autoptr (RuaExplanation) tree = rua_result_explain (result);
  g_autofree char *text = rua_explanation_to_string (tree);
  g_autoptr (GListStore) list = g_list_store_new (RUA_TYPE_RESULT);
  g_autofree char *json = NULL;

  g_assert_nonnull (strstr (text, "of 5 there before, 2 left; 1 joined later"));
  g_assert_nonnull (
    strstr (text, "whatever became of those who left, it is from 25 to 75 %"));
  g_list_store_append (list, result);
  json = rua_results_to_json (G_LIST_MODEL (list));
  g_assert_nonnull (strstr (json, "\"attrition\": {\"matched\": 3, \"left\": 2, \"joined\": 1, "
                                  "\"worst_low\": 25, \"worst_high\": 75}"));
}

/* Nobody left: the worst case is the estimate. Nobody stayed: there is none. */
static void
test_ends (void)
{
  static const char *const all[][2] = { { "100", "250" }, { "200", "300" } };
  static const char *const none[][2] = { { "100", "-" }, { "-", "300" } };
  g_autoptr (RuaAlliance) stayed = panel (all, 2);
  g_autoptr (RuaAlliance) left = panel (none, 2);
  g_autoptr (RuaResult) whole = measure (stayed, "ratio_distribution", "-", "%");
  g_autoptr (RuaResult) lost = measure (left, "ratio_distribution", "-", "%");
  double value;

  assert_worst (whole, 50, 50);
  g_assert_false (has_warning (whole, "attrition"));
  g_assert_false (rua_result_get_worst_low (lost, &value));
  g_assert_true (has_warning (lost, "attrition"));
}

static void
refused (RuaAlliance *alliance, const char *options)
{
  g_autoptr (RuaRecord) metric = rua_alliance_new_record (alliance, "metric");
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaResult) result = NULL;

  case_set (metric, alliance, "id", "m");
  case_set (metric, alliance, "estimator", "paired_change");
  case_set (metric, alliance, "table", "incomes");
  case_set (metric, alliance, "columns",
            "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}");
  case_set (metric, alliance, "options", options);
  result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "{\"support\":5}",
    "{\"support\":[1]}",
    "{\"support\":[2,1]}",
    "{\"support\":[\"a\",1]}",
    "{\"attrition_limit\":2}",
    "{\"attrition_limit\":-0.1}",
    "{\"attrition_limit\":\"0.1\"}",
  };
  g_autoptr (RuaAlliance) alliance = panel (incomes, 2);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    refused (alliance, bad[i]);
}

/* The truth among all who were there lies within the worst cases, whatever the lost have. */
static void
test_bounds_hold (void)
{
  guint32 random_seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (random_seed);

  g_test_message ("seed %u", random_seed);
  for (guint trial = 0; trial < 12; trial++) {
    guint n = g_rand_int_range (rand, 2, 30), n_doubled = 0;
    g_autoptr (RuaAlliance) alliance = case_empty ();
    double sum = 0, before_sum = 0, after_sum = 0, low, high;

    for (guint i = 0; i < n; i++) {
      g_autofree char *id = g_strdup_printf ("h%u", i), *at = g_strdup_printf ("@h%u", i);
      int before = g_rand_int_range (rand, 1, 1000), after = g_rand_int_range (rand, 0, 2000);
      g_autofree char *b = g_strdup_printf ("%d", before), *a = g_strdup_printf ("%d", after);

      case_add (alliance, "household", "id", id, NULL);
      case_add (alliance, "income", "household", at, "year", "2014", "amount", b, NULL);
      if (i == 0 || g_rand_double (rand) < 0.7)
        case_add (alliance, "income", "household", at, "year", "2017", "amount", a, NULL);
      n_doubled += after >= 2 * before;
      sum += after - before;
      before_sum += before;
      after_sum += after;
    }
    g_autoptr (RuaResult) share = measure (alliance, "ratio_distribution", "{\"factor\":2}", "1");
    g_autoptr (RuaResult) change
      = measure (alliance, "paired_change", "{\"support\":[0,2000]}", "{currency}/household/year");
    g_autoptr (RuaResult) ratio = measure (
      alliance, "paired_change", "{\"support\":[0,2000],\"estimate\":\"ratio_of_means\"}", "1");
    g_assert_true (rua_result_get_worst_low (share, &low)
                   && rua_result_get_worst_high (share, &high));
    g_assert_cmpfloat (low, <=, (double)n_doubled / n + 1e-12);
    g_assert_cmpfloat (high, >=, (double)n_doubled / n - 1e-12);
    g_assert_true (rua_result_get_worst_low (change, &low)
                   && rua_result_get_worst_high (change, &high));
    g_assert_cmpfloat (low, <=, sum / n + 1e-9);
    g_assert_cmpfloat (high, >=, sum / n - 1e-9);
    g_assert_true (rua_result_get_worst_low (ratio, &low)
                   && rua_result_get_worst_high (ratio, &high));
    g_assert_cmpfloat (low, <=, after_sum / before_sum + 1e-12);
    g_assert_cmpfloat (high, >=, after_sum / before_sum - 1e-12);
  }
}

/* Few clusters and small groups. */
static void
test_cautions (void)
{
  for (guint n_clusters = 38; n_clusters < 42; n_clusters += 2) {
    g_autoptr (RuaAlliance) alliance = case_empty ();

    for (guint i = 0; i < 2 * n_clusters; i++) {
      g_autofree char *id = g_strdup_printf ("h%u", i), *at = g_strdup_printf ("@h%u", i);
      g_autofree char *cluster = g_strdup_printf ("c%u", i / 2),
                      *amount = g_strdup_printf ("%u", i * i);

      case_add (alliance, "household", "id", id, "cluster", cluster, NULL);
      case_add (alliance, "income", "household", at, "year", i % 7 == 0 ? "2015" : "2014", "amount",
                amount, NULL);
    }
    case_add (alliance, "metric", "id", "s", "estimator", "survey_estimate", "table", "incomes",
              "columns", "{\"value\":\"amount\",\"psu\":\"household.cluster\"}", NULL);
    case_add (alliance, "metric", "id", "g", "estimator", "mean", "table", "incomes", "columns",
              "{\"value\":\"amount\"}", "by", "household", NULL);
    g_autoptr (RuaRecord) survey = rua_alliance_find (alliance, "metric", "s");
    g_autoptr (RuaRecord) groups = rua_alliance_find (alliance, "metric", "g");
    g_autoptr (RuaResult) result = rua_metric_measure (RUA_METRIC (survey), alliance, NULL, NULL);
    g_autoptr (GListModel) small
      = rua_metric_measure_groups (RUA_METRIC (groups), alliance, NULL, NULL);
    g_autoptr (RuaResult) one = g_list_model_get_item (small, 0);

    g_assert_nonnull (result);
    g_assert_cmpint (has_warning (result, "few clusters: the error rests on 38"), ==,
                     n_clusters == 38);
    g_assert_true (has_warning (one, "small group: it has 1 of the rows used"));
    g_assert_false (has_warning (result, "small group"));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attrition/share", test_share);
  g_test_add_func ("/attrition/means", test_means);
  g_test_add_func ("/attrition/told", test_told);
  g_test_add_func ("/attrition/ends", test_ends);
  g_test_add_func ("/attrition/refused", test_refused);
  g_test_add_func ("/attrition/bounds-hold", test_bounds_hold);
  g_test_add_func ("/attrition/cautions", test_cautions);
  return g_test_run ();
}
