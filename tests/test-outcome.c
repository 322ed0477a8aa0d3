/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was measured, read without making results: it is what the results say, to the bit. */

#include "metrics-case.h"

#include "rua-measurement-private.h"
#include "rua-result-private.h"

#include <math.h>
#include <string.h>

#define PAIR "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}"
#define VALUE "{\"value\":\"amount\"}"

typedef struct {
  const char *estimator;
  const char *columns;
  const char *options;
  const char *unit;
  const char *by;
} Asked;

/* Errors and intervals of the estimator's own, by rules of the metric's, of another key than the main one; other
 * units; figures that come from the comparison of before and after; groups of which nothing is known. */
static const Asked asked[] = {
  { "mean", VALUE, "{}", "-", "household.village year" },
  { "mean", VALUE, "{}", "CNY/household/month", "year" },
  { "mean", VALUE, "{\"estimate\":\"sd\"}", "-", "household" },
  { "inequality", VALUE, "{\"estimate\":\"cv\"}", "-", "year" },
  { "mean", VALUE, "{\"estimate\":\"n\"}", "%", "year" },
  { "quantile", VALUE, "{\"probs\":[0.25,0.75],\"estimate\":\"q[0.75]\"}", "-", "household.village" },
  { "total", VALUE, "{}", "-", "household.village year" },
  { "count", "-", "{}", "-", "household.village year" },
  { "weighted_mean", "{\"value\":\"amount\",\"weight\":\"household.n_persons\"}", "{}", "-", "year" },
  { "poverty_fgt", VALUE, "{\"line\":4500}", "-", "year" },
  { "poverty_fgt", VALUE, "{\"line\":4500,\"estimate\":\"fgt1\"}", "%", "year" },
  { "inequality", VALUE, "{}", "-", "year household.village" },
  { "paired_change", PAIR, "{}", "CNY/household/month", "household.village" },
  { "paired_change", PAIR, "{\"estimate\":\"ratio_of_means\"}", "-", "household.village" },
  { "paired_change", PAIR, "{\"figures\":[\"mean_change\"]}", "-", "household" },
  { "ratio_distribution", PAIR, "{\"factor\":2}", "%", "household.village" },
  { "ratio_of_totals", "{\"numerator\":\"amount\",\"denominator\":\"household.n_persons\"}", "{}", "-", "year" },
  { "mean_difference", "{\"value\":\"amount\",\"group\":\"net\"}", "{}", "-", "year" },
  { "proportion", "{\"value\":\"net\"}", "{}", "%", "household.village" },
};

static void
add_metrics (RuaAlliance *alliance, RuaMeasurement *measurement)
{
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);
    g_autoptr (RuaRecord) metric = NULL;

    case_add (alliance, "metric", "id", id, "estimator", asked[i].estimator, "table", "incomes", "columns",
              asked[i].columns, "options", asked[i].options, "unit", asked[i].unit, "by", asked[i].by, NULL);
    metric = rua_alliance_find (alliance, "metric", id);
    rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
  }
}

static RuaMeasurement *
measure_all (RuaAlliance *alliance)
{
  RuaMeasurement *measurement = rua_measurement_new (alliance);
  g_autoptr (GError) error = NULL;

  add_metrics (alliance, measurement);
  rua_measurement_run (measurement, NULL, NULL, &error);
  g_assert_no_error (error);
  return measurement;
}

static gboolean
same (double a, double b)
{
  return isnan (a) ? isnan (b) : memcmp (&a, &b, sizeof a) == 0;
}

static double
number_of (RuaResult *result, RuaResultNumber number)
{
  const double all[] = { result->estimate, result->se, result->low, result->high,
                         (double) result->n_eligible, (double) result->n_used, (double) result->n_missing };

  return all[number];
}

#define N_NUMBERS 7
#define N_GROUPS 16

static void
read_numbers (RuaOutcome *outcome, double (*numbers)[N_NUMBERS])
{
  g_assert_cmpuint (rua_outcome_get_n (outcome), <=, N_GROUPS);
  for (guint g = 0; g < rua_outcome_get_n (outcome); g++)
    for (guint k = 0; k < N_NUMBERS; k++)
      numbers[g][k] = rua_outcome_get_number (outcome, g, k);
}

static void
assert_group (RuaOutcome *outcome, guint g, RuaResult *result, const double *numbers)
{
  const char *const *keys = rua_result_get_keys (result);
  char **paths = rua_outcome_get_group_paths (outcome);

  for (guint k = 0; k < N_NUMBERS; k++)
    if (!same (numbers[k], number_of (result, k)))
      g_error ("%s, group %u, number %u: %.17g and not %.17g", rua_result_get_metric (result), g, k, numbers[k],
               number_of (result, k));
  for (guint k = 0; paths[k] != NULL; k++)
    g_assert_cmpstr (rua_outcome_get_labels (outcome, g)[k], ==, rua_result_get_group_label (result, paths[k]));
  for (guint k = 0; keys[k] != NULL; k++) {
    const RuaFigure *figure = rua_figures_find (rua_outcome_get_figures (outcome, g, keys[k]), keys[k]);
    double value = NAN;

    rua_result_get_named (result, keys[k], &value);
    g_assert_nonnull (figure);
    if (!same (figure->value, value))
      g_error ("%s, group %u, %s: %.17g and not %.17g", rua_result_get_metric (result), g, keys[k], figure->value, value);
  }
}

static void
test_numbers (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaMeasurement) measurement = measure_all (alliance);
  guint n_groups = 0, n_intervals = 0, n_undefined = 0;

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    RuaOutcome *outcome = rua_measurement_peek_outcome (measurement, i, NULL);
    double first[N_GROUPS][N_NUMBERS], again[N_GROUPS][N_NUMBERS];
    GPtrArray *results;

    g_assert_nonnull (outcome);
    read_numbers (outcome, first);
    results = rua_outcome_get_results (outcome);
    g_assert_true (results == rua_outcome_get_results (outcome));
    g_assert_cmpuint (results->len, ==, rua_outcome_get_n (outcome));
    read_numbers (outcome, again);
    for (guint g = 0; g < results->len; g++) {
      RuaResult *result = g_ptr_array_index (results, g);

      assert_group (outcome, g, result, first[g]);
      assert_group (outcome, g, result, again[g]);
      n_groups++;
      n_intervals += !isnan (result->low);
      n_undefined += isnan (result->estimate);
    }
  }
  /* The case has enough of each kind. */
  g_assert_cmpuint (n_groups, >, 3 * G_N_ELEMENTS (asked));
  g_assert_cmpuint (n_intervals, >, 10);
  g_assert_cmpuint (n_undefined, >, 3);
}

/* What the numbers and the result say: @want, NaN for undefined; and the reason. */
static void
assert_estimate (RuaOutcome *outcome, double want, const char *reason)
{
  double numbers[N_GROUPS][N_NUMBERS];
  RuaResult *result;

  g_assert_cmpuint (rua_outcome_get_n (outcome), ==, 1);
  read_numbers (outcome, numbers);
  result = g_ptr_array_index (rua_outcome_get_results (outcome), 0);
  if (!same (numbers[0][RUA_RESULT_NUMBER_ESTIMATE], want))
    g_error ("%s, %s: %g and not %g", rua_result_get_metric (result), rua_result_get_estimator (result),
             numbers[0][RUA_RESULT_NUMBER_ESTIMATE], want);
  assert_group (outcome, 0, result, numbers[0]);
  if (isnan (want))
    g_assert_cmpstr (rua_result_get_reason (result), ==, reason);
}

/* A total of nothing but unknown values is not 0, nor is one of no rows; what is counted is 0 where there is nothing
 * to count, and undefined where it cannot be told of any row. */
static void
test_nothing_known (void)
{
  static const struct {
    const char *estimator;
    const char *columns;
    const char *options;
    double of_none;    /* where there is no row */
    double of_unknown; /* where there is one, of which the amount is unknown */
    const char *reason;
  } cases[] = {
    { "total", VALUE, "{}", NAN, NAN, "no row has the value" },
    { "total", "{\"value\":\"1\",\"weight\":\"amount\"}", "{}", NAN, NAN, "no row has the value" },
    /* Somebody may know that there are no others. */
    { "total", VALUE, "{\"complete\":true}", 0, NAN, "no row has the value" },
    { "total", VALUE, "{\"complete\":false}", NAN, NAN, "no row has the value" },
    { "survey_estimate", VALUE, "{\"statistic\":\"total\"}", NAN, NAN, "no row has the value" },
    { "distinct_count", "{\"key\":\"case when amount > 0 then 'some' end\"}", "{}", 0, NAN, "no row has what is counted" },
    { "distinct_count", "{\"key\":\"household\",\"amount\":\"amount\"}", "{\"estimate\":\"total_amount\"}", NAN, NAN,
      "no row has the value" },
    { "count", "-", "{}", 0, 1, NULL },
    { "count", VALUE, "{}", 0, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = case_new ();
    g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
    g_autoptr (RuaRecord) none = NULL, unknown = NULL;
    g_autoptr (GError) error = NULL;

    case_add (alliance, "metric", "id", "none", "estimator", cases[i].estimator, "table", "incomes", "columns",
              cases[i].columns, "options", cases[i].options, "where", "year = 1999", NULL);
    case_add (alliance, "metric", "id", "unknown", "estimator", cases[i].estimator, "table", "incomes", "columns",
              cases[i].columns, "options", cases[i].options, "where", "household = 'h3' and year = 2017", "by", "household",
              NULL);
    none = rua_alliance_find (alliance, "metric", "none");
    unknown = rua_alliance_find (alliance, "metric", "unknown");
    rua_measurement_add (measurement, RUA_METRIC (none), NULL, NULL);
    rua_measurement_add (measurement, RUA_METRIC (unknown), NULL, NULL);
    rua_measurement_run (measurement, NULL, NULL, &error);
    g_assert_no_error (error);
    assert_estimate (rua_measurement_peek_outcome (measurement, 0, NULL), cases[i].of_none, cases[i].reason);
    assert_estimate (rua_measurement_peek_outcome (measurement, 1, NULL), cases[i].of_unknown, cases[i].reason);
  }
}

/* Reading numbers makes no objects, and asking for those of a metric none of another's. */
static void
test_made_on_demand (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaMeasurement) measurement = measure_all (alliance);
  g_autoptr (GListModel) list = NULL;
  g_autoptr (GListModel) again = NULL;
  g_autoptr (RuaOutcome) kept = rua_outcome_ref (rua_measurement_peek_outcome (measurement, 0, NULL));
  g_autoptr (RuaResult) first = NULL;
  g_autoptr (RuaResult) second = NULL;

  g_assert_null (rua_outcome_peek_results (kept));
  g_assert_false (isnan (rua_outcome_get_number (kept, 0, RUA_RESULT_NUMBER_HIGH)));
  g_assert_nonnull (rua_outcome_get_figures (kept, 0, "mean"));
  g_assert_null (rua_outcome_peek_results (kept));
  list = rua_measurement_list_results (measurement, 0, NULL);
  g_assert_nonnull (rua_outcome_peek_results (kept));
  g_assert_null (rua_outcome_peek_results (rua_measurement_peek_outcome (measurement, 1, NULL)));

  /* They are the same objects each time, and outlive the measurement and the alliance. */
  again = rua_measurement_list_results (measurement, 0, NULL);
  first = g_list_model_get_item (list, 0);
  second = g_list_model_get_item (again, 0);
  g_assert_true (first == second);
  g_clear_object (&measurement);
  g_clear_object (&alliance);
  g_assert_cmpstr (rua_result_get_metric (first), ==, "m0");
  g_assert_cmpstr (rua_result_get_group_label (first, "household.village"), ==, "miaoxia");
  g_assert_cmpuint (strlen (rua_result_get_digest (first)), ==, 64);
}

/* What changes after the measuring is no matter of results that are made later. */
static void
test_edits_after (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaAlliance) other = case_new ();
  g_autoptr (RuaMeasurement) measurement = measure_all (alliance);
  g_autoptr (RuaMeasurement) before = measure_all (other);
  RuaTable *incomes = rua_alliance_get_table (alliance, "income"), *metrics = rua_alliance_get_table (alliance, "metric");
  g_autoptr (GError) error = NULL;

  while (rua_table_get_n_records (metrics) > 0) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (metrics, 0);

    rua_alliance_remove (alliance, metric, &error);
    g_assert_no_error (error);
  }
  while (rua_table_get_n_records (incomes) > 0) {
    g_autoptr (RuaRecord) income = rua_table_dup_record (incomes, 0);

    rua_alliance_remove (alliance, income, &error);
    g_assert_no_error (error);
  }
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    GPtrArray *late = rua_outcome_get_results (rua_measurement_peek_outcome (measurement, i, NULL));
    GPtrArray *early = rua_outcome_get_results (rua_measurement_peek_outcome (before, i, NULL));

    g_assert_cmpuint (late->len, ==, early->len);
    for (guint g = 0; g < late->len; g++) {
      RuaResult *a = g_ptr_array_index (late, g), *b = g_ptr_array_index (early, g);
      g_autofree char *a_unit = rua_unit_to_string (rua_result_get_unit (a));
      g_autofree char *b_unit = rua_unit_to_string (rua_result_get_unit (b));

      for (guint k = 0; k < N_NUMBERS; k++)
        g_assert_true (same (number_of (a, k), number_of (b, k)));
      g_assert_cmpstr (a_unit, ==, b_unit);
      g_assert_cmpstr (rua_result_get_digest (a), ==, rua_result_get_digest (b));
      g_assert_cmpstr (rua_result_get_method (a), ==, rua_result_get_method (b));
      g_assert_cmpstr (rua_result_get_reason (a), ==, rua_result_get_reason (b));
      g_assert_cmpuint (g_strv_length ((char **) rua_result_get_warnings (a)), ==,
                        g_strv_length ((char **) rua_result_get_warnings (b)));
      g_assert_cmpuint (g_strv_length ((char **) rua_result_get_missing_reasons (a)), ==,
                        g_strv_length ((char **) rua_result_get_missing_reasons (b)));
    }
  }
}

typedef struct {
  RuaOutcome *outcome;
  GPtrArray *results;
} Asking;

static gpointer
ask (gpointer data)
{
  Asking *self = data;

  for (guint g = 0; g < rua_outcome_get_n (self->outcome); g++)
    rua_outcome_get_number (self->outcome, g, RUA_RESULT_NUMBER_LOW);
  self->results = rua_outcome_get_results (self->outcome);
  return NULL;
}

/* A table may be read in one thread while another lists results. */
static void
test_threads (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();

  for (guint round = 0; round < 20; round++) {
    g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
    RuaTable *metrics = rua_alliance_get_table (alliance, "metric");
    Asking asking[4];
    GThread *threads[4];

    if (round == 0)
      add_metrics (alliance, measurement);
    for (guint i = 0; round > 0 && i < rua_table_get_n_records (metrics); i++) {
      g_autoptr (RuaRecord) metric = rua_table_dup_record (metrics, i);

      rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
    }
    g_assert_true (rua_measurement_run (measurement, NULL, NULL, NULL));
    for (guint i = 0; i < 4; i++) {
      asking[i].outcome = rua_measurement_peek_outcome (measurement, 0, NULL);
      threads[i] = g_thread_new ("ask", ask, &asking[i]);
    }
    for (guint i = 0; i < 4; i++)
      g_thread_join (threads[i]);
    for (guint i = 1; i < 4; i++)
      g_assert_true (asking[i].results == asking[0].results);
  }
}

/* What cannot be is refused when it is measured, and not when somebody looks at it. */
static void
test_refusals (void)
{
  static const struct {
    const char *options;
    const char *unit;
    RuaError code;
    const char *part;
    const char *estimator; /* NULL: the mean */
  } cases[] = {
    { "{\"figures\":[\"q[0.5]\",\"q[0.9]\"],\"probs\":[0.5]}", "-", RUA_ERROR_UNKNOWN_NAME,
      "metric m: options: \"figures\" names “q[0.9]”, which the estimator quantile does not give", "quantile" },
    { "{\"figures\":[\"gini\",\"atkinson[3]\"]}", "-", RUA_ERROR_UNKNOWN_NAME, "names “atkinson[3]”", "inequality" },
    { "{\"estimate\":\"meen\"}", "-", RUA_ERROR_UNKNOWN_NAME, "gives no “meen”; did you mean 'mean'" },
    { "{}", "kg", RUA_ERROR_UNIT, "its unit is said to be kg, but it comes out in CNY/household/year" },
    { "{\"complete\":true}", "-", RUA_ERROR_UNKNOWN_NAME, "complete" },
    { "{\"estimate\":\"n\"}", "kg", RUA_ERROR_UNIT, "its unit is said to be kg, but it comes out in 1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = case_new ();
    g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
    g_autoptr (RuaRecord) metric = NULL;
    g_autoptr (GError) error = NULL;

    case_add (alliance, "metric", "id", "m", "estimator", cases[i].estimator != NULL ? cases[i].estimator : "mean", "table",
              "incomes", "columns", VALUE, "options", cases[i].options, "unit", cases[i].unit, "by", "household.village", NULL);
    metric = rua_alliance_find (alliance, "metric", "m");
    rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
    g_assert_false (rua_measurement_run (measurement, NULL, NULL, &error));
    g_assert_error (error, RUA_ERROR, (int) cases[i].code);
    if (strstr (error->message, cases[i].part) == NULL)
      g_error ("“%s” does not say “%s”", error->message, cases[i].part);
    g_assert_null (rua_measurement_peek_outcome (measurement, 0, NULL));
  }
}

/* What some group has need not be in all of them; and of no records none can be said to lack it. */
static void
test_figures_of_some (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
  g_autoptr (RuaRecord) first = NULL, second = NULL;
  RuaOutcome *outcome;
  guint n_having = 0, n;
  g_autoptr (GError) error = NULL;

  case_add (alliance, "metric", "id", "some", "estimator", "concentration", "table", "incomes", "columns",
            "{\"unit\":\"household\",\"amount\":\"amount\"}", "by", "household.village", "options",
            "{\"figures\":[\"hhi\",\"amount[h1]\"],\"list\":9}", NULL);
  case_add (alliance, "metric", "id", "none", "estimator", "quantile", "table", "incomes", "columns", VALUE, "where",
            "year = 1900", "options", "{\"figures\":[\"q[0.9]\"],\"probs\":[0.5]}", NULL);
  first = rua_alliance_find (alliance, "metric", "some");
  second = rua_alliance_find (alliance, "metric", "none");
  rua_measurement_add (measurement, RUA_METRIC (first), NULL, NULL);
  rua_measurement_add (measurement, RUA_METRIC (second), NULL, NULL);
  rua_measurement_run (measurement, NULL, NULL, &error);
  g_assert_no_error (error);
  outcome = rua_measurement_peek_outcome (measurement, 0, NULL);
  n = rua_outcome_get_n (outcome);
  for (guint g = 0; g < n; g++)
    n_having += rua_figures_find (rua_outcome_get_figures (outcome, g, "amount[h1]"), "amount[h1]") != NULL;
  g_assert_cmpuint (n_having, ==, 1);
  g_assert_cmpuint (n, >, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outcome/numbers", test_numbers);
  g_test_add_func ("/outcome/nothing-known", test_nothing_known);
  g_test_add_func ("/outcome/made-on-demand", test_made_on_demand);
  g_test_add_func ("/outcome/edits-after", test_edits_after);
  g_test_add_func ("/outcome/threads", test_threads);
  g_test_add_func ("/outcome/refusals", test_refusals);
  g_test_add_func ("/outcome/figures-of-some", test_figures_of_some);
  return g_test_run ();
}
