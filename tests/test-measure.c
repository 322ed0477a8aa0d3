/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "measure-case.h"
#include "metrics-case.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

static void
test_mean (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "where", "year = 2014", "unit",
                     "{currency}/household/year", "title", "Mean income", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");
  double se, low, high, n, mean = (4000 + 3000.5 + 2500 + 6000) / 4;

  case_assert_estimate (result, mean);
  case_assert_unit (result, "CNY/household/year");
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 4);
  g_assert_cmpuint (rua_result_get_n_used (result), ==, 4);
  g_assert_cmpuint (rua_result_get_n_missing (result), ==, 0);
  g_assert_true (rua_result_get_standard_error (result, &se));
  g_assert_true (rua_result_get_low (result, &low));
  g_assert_true (rua_result_get_high (result, &high));
  g_assert_cmpfloat (low, <, mean);
  g_assert_cmpfloat (high, >, mean);
  g_assert_cmpfloat_with_epsilon (mean - low, high - mean, 1e-6);
  g_assert_true (rua_result_get_named (result, "n", &n));
  g_assert_cmpfloat (n, ==, 4);
  g_assert_cmpint (rua_result_get_basis (result), ==, RUA_RESULT_BASIS_RECORDS);
  g_assert_cmpstr (rua_result_get_price_basis (result), ==, "nominal");
  g_assert_cmpuint (strlen (rua_result_get_digest (result)), ==, 64);
  g_assert_null (rua_result_get_reason (result));
  g_assert_cmpstr (rua_result_get_metric (result), ==, "m");
  g_assert_cmpstr (rua_result_get_estimator (result), ==, "mean");
  g_assert_nonnull (strstr (rua_result_get_method (result), "where year = 2014"));
}

/* A count of values uses the rows that have one. */
static void
test_counted (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "count", "table", "incomes", "columns", "{\"value\":\"amount / household.n_persons\"}", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");
  const char *const *reasons = rua_result_get_missing_reasons (result);

  case_assert_estimate (result, 6);
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 9);
  g_assert_cmpuint (rua_result_get_n_used (result), ==, 6);
  g_assert_cmpuint (rua_result_get_n_missing (result), ==, 3);
  g_assert_cmpuint (g_strv_length ((char **) reasons), ==, 1);
  g_assert_cmpuint (rua_result_get_n_missing_for (result, reasons[0]), ==, 3);
}

/* Where an unknown outcome is what tells something, its rows are not left out. */
static void
test_unknown_tells (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "attrition", "table", "incomes", "columns",
                 "{\"outcome\":\"amount\",\"arm\":\"year = 2017\"}", "options", "{\"estimate\":\"attrition1\"}", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");

  case_assert_estimate (result, 0.2);
  g_assert_cmpuint (rua_result_get_n_used (result), ==, 9);
  g_assert_cmpuint (rua_result_get_n_missing (result), ==, 0);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_missing_reasons (result)), ==, 0);
}

static void
test_missing (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount / household.n_persons\"}", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");
  const char *const *reasons = rua_result_get_missing_reasons (result);

  case_assert_unit (result, "CNY/person/year");
  case_assert_estimate (result, (1000 + 2250 + 1500.25 + 2500 + 500 + 800.0 / 3) / 6);
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 9);
  g_assert_cmpuint (rua_result_get_n_used (result), ==, 6);
  g_assert_cmpuint (rua_result_get_n_missing (result), ==, 3);
  g_assert_cmpuint (g_strv_length ((char **) reasons), ==, 1);
  g_assert_cmpstr (reasons[0], ==, "value is unknown (amount / household.n_persons)");
  g_assert_cmpuint (rua_result_get_n_missing_for (result, reasons[0]), ==, 3);
  g_assert_cmpuint (rua_result_get_n_missing_for (result, "?"), ==, 0);
}

/* The exempt are neither used nor missing; of whom nothing is told is missing. */
static void
test_exempt (void)
{
  g_autoptr (RuaAlliance) alliance = case_with (
    "m", "estimator", "participation_rate", "table", "stations", "columns",
    "{\"exempt\":\"year(opened) = 2001\",\"participated\":\"year(closed) = 2002\"}", NULL);
  static const char *const opened[] = { "2001", "2001", "2003", "2003", "2003", NULL, NULL };
  static const char *const closed[] = { "2005", NULL, "2002", "2004", NULL, "2002", "2004" };
  const char *const *reasons;

  for (guint i = 0; i < G_N_ELEMENTS (opened); i++) {
    g_autoptr (RuaRecord) station = rua_alliance_new_record (alliance, "station");
    g_autofree char *id = g_strdup_printf ("s%u", i);
    GError *error = NULL;

    rua_record_set_id (station, id, &error);
    rua_record_set_texts (station, "name", "en", id, &error);
    rua_record_set_date (station, "opened", opened[i], &error);
    rua_record_set_date (station, "closed", closed[i], &error);
    rua_alliance_add (alliance, station, &error);
    g_assert_no_error (error);
  }
  {
    g_autoptr (RuaResult) result = case_measure (alliance, "m");

    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 5);
    g_assert_cmpuint (rua_result_get_n_used (result), ==, 2);
    g_assert_cmpuint (rua_result_get_n_missing (result), ==, 3);
    reasons = rua_result_get_missing_reasons (result);
    g_assert_cmpuint (g_strv_length ((char **) reasons), ==, 2);
    g_assert_cmpuint (rua_result_get_n_missing_for (result, reasons[0]), ==, 2);
    /* Another one of whom that is not known is exempt, so that it does not matter. */
    g_assert_cmpuint (rua_result_get_n_missing_for (result, reasons[1]), ==, 1);
  }
}

/* Weights, strata and clusters are roles, wherever they stand. */
static void
test_weight (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "weighted_mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "weight", "household.weight", "where",
                     "year = 2014", NULL);
  g_autoptr (RuaAlliance) same
    = case_with ("m", "estimator", "weighted_mean", "table", "incomes", "columns",
                     "{\"weight\":\"household.weight\",\"value\":\"amount\"}", "where",
                     "year = 2014", NULL);
  g_autoptr (RuaAlliance) none
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "cluster", "household.village", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");
  g_autoptr (RuaResult) again = case_measure (same, "m");

  case_assert_estimate (result, (4000 + 2 * 3000.5 + 2500 + 1.5 * 6000) / 5.5);
  case_assert_unit (result, "CNY/household/year");
  g_assert_cmpstr (rua_result_get_digest (result), ==, rua_result_get_digest (again));
  case_refuse (none, "m", RUA_ERROR_UNKNOWN_NAME, "the estimator mean has no role “cluster”");
}

/* An estimator that leaves the interval to the reader has one all the same: Student's for a mean, hence
 * with equal weights that of `mean`; the normal one else, where an index of poverty stays between 0 and 1. */
static void
test_interval_of_error (void)
{
  g_autoptr (RuaAlliance) plain = case_with ("m", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "confidence",
                                                 "0.8", NULL);
  g_autoptr (RuaAlliance) weighted = case_with ("m", "estimator", "weighted_mean", "table", "incomes", "columns",
                                                    "{\"value\":\"amount\",\"weight\":\"1\"}", "confidence", "0.8", NULL);
  g_autoptr (RuaAlliance) poor = case_with ("m", "estimator", "poverty_fgt", "table", "incomes", "columns",
                                                "{\"value\":\"amount\"}", "options", "{\"line\":2600}", NULL);
  g_autoptr (RuaAlliance) gap = case_with ("m", "estimator", "poverty_fgt", "table", "incomes", "columns",
                                               "{\"value\":\"amount\"}", "options", "{\"line\":2600,\"estimate\":\"fgt1\"}", NULL);
  g_autoptr (RuaAlliance) one = case_with ("m", "estimator", "weighted_mean", "table", "incomes", "columns",
                                               "{\"value\":\"amount\",\"weight\":\"1\"}", "where", "amount = 2500", NULL);
  g_autoptr (RuaResult) a = case_measure (plain, "m"), b = case_measure (weighted, "m"), c = case_measure (poor, "m"), d = case_measure (gap, "m"), e = case_measure (one, "m");
  double estimate, se, low, high, other;

  g_assert_true (rua_result_get_low (a, &low) && rua_result_get_low (b, &other));
  g_assert_cmpfloat_with_epsilon (low, other, 1e-9 * low);
  g_assert_true (rua_result_get_high (a, &high) && rua_result_get_high (b, &other));
  g_assert_cmpfloat_with_epsilon (high, other, 1e-9 * high);

  g_assert_true (rua_result_get_estimate (c, &estimate) && rua_result_get_standard_error (c, &se));
  g_assert_cmpfloat (estimate, >, 0);
  g_assert_true (rua_result_get_low (c, &low) && rua_result_get_high (c, &high));
  g_assert_cmpfloat (low, ==, MAX (0, estimate - 1.9599639845400545 * se));
  g_assert_cmpfloat_with_epsilon (high, MIN (1, estimate + 1.9599639845400545 * se), 1e-12);

  /* of the gap, not of the headcount */
  g_assert_true (rua_result_get_standard_error (d, &other));
  g_assert_cmpfloat (other, <, se);
  g_assert_true (rua_result_get_estimate (d, &estimate) && rua_result_get_high (d, &high));
  g_assert_cmpfloat_with_epsilon (high, estimate + 1.9599639845400545 * other, 1e-12);

  g_assert_false (rua_result_get_low (e, &low));
}

static void
test_open_condition (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "count", "table", "incomes", "where", "net", "unit",
                     "household", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");

  case_assert_estimate (result, 5);
  case_assert_unit (result, "household");
  g_assert_true (case_has_warning (result, "2 incomes not counted, because it is unknown whether"));
}

static void
test_none (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "sales", "columns",
                     "{\"value\":\"amount\"}", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");
  double value = 7;

  g_assert_false (rua_result_get_estimate (result, &value));
  g_assert_cmpfloat (value, ==, 7);
  g_assert_nonnull (rua_result_get_reason (result));
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 0);
}

static void
test_pairs (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "ratio_distribution", "table", "incomes", "columns",
                     "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}",
                     "options", "{\"factor\":2}", "unit", "%", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");

  /* h1 2.25, h2 1.67, h4 2; h3 has no after, h5 no before */
  case_assert_estimate (result, 200.0 / 3);
  case_assert_unit (result, "%");
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 5);
  g_assert_nonnull (strstr (rua_result_get_method (result), "incomes paired by household"));

  g_autoptr (RuaAlliance) other
    = case_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount[year=2014] / household.n_persons\",\"after\":"
                     "\"amount[year=2017] / household.n_persons\"}", NULL);
  g_autoptr (RuaResult) change = case_measure (other, "m");
  case_assert_unit (change, "CNY/person/year");
  case_assert_estimate (change, ((2250 - 1000) + (2500 - 1500.25)) / 2);
  case_assert_unit (change, "CNY/person/year");

  /* A figure that is named brings the error and the interval that go with it. */
  static const struct {
    const char *estimate, *se, *low, *high;
  } figures[] = {
    { "ratio_of_means", "ratio_se", "ratio_low", "ratio_high" },
    { "mean_change", "se", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    g_autofree char *options = g_strdup_printf ("{\"estimate\":\"%s\"}", figures[i].estimate);
    g_autoptr (RuaAlliance) named
      = case_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                       "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}", "options", options, NULL);
    g_autoptr (RuaResult) of = case_measure (named, "m");
    double value, expected;

    g_assert_true (rua_result_get_estimate (of, &value) && rua_result_get_named (of, figures[i].estimate, &expected));
    g_assert_cmpfloat (value, ==, expected);
    if (figures[i].low == NULL)
      continue;
    g_assert_true (rua_result_get_standard_error (of, &value) && rua_result_get_named (of, figures[i].se, &expected));
    g_assert_cmpfloat (value, ==, expected);
    g_assert_true (rua_result_get_low (of, &value) && rua_result_get_named (of, figures[i].low, &expected));
    g_assert_cmpfloat (value, ==, expected);
    g_assert_true (rua_result_get_high (of, &value) && rua_result_get_named (of, figures[i].high, &expected));
    g_assert_cmpfloat (value, ==, expected);
  }
}

/* A household that had nothing before has no multiple, whatever it has after; one whose income is the line itself is poor
 * only where that is said. With the figures that follow from fewest sums. */
static void
test_edges (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("share", "estimator", "ratio_distribution", "table", "incomes", "columns",
                 "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}", "options",
                 "{\"factor\":2,\"figures\":[\"share\"]}", NULL);
  static const struct {
    const char *id, *options;
    double want;
  } lines[] = { { "below", "{\"line\":2500,\"figures\":[\"fgt0\",\"fgt1\",\"fgt2\"]}", 1 },
                { "at", "{\"line\":2500,\"poor_if\":\"at_or_below\",\"figures\":[\"fgt0\",\"fgt1\",\"fgt2\"]}", 2 },
                { "nothing", "{\"line\":0,\"poor_if\":\"at_or_below\",\"figures\":[\"fgt0\",\"fgt1\",\"fgt2\"]}", 1 } };
  g_autoptr (RuaResult) share = NULL;
  double n;

  case_add (alliance, "income", "household", "@h5", "year", "2014", "amount", "0", NULL);
  share = case_measure (alliance, "share");
  /* As without it: see test_pairs(). */
  case_assert_estimate (share, 2.0 / 3);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (RuaResult) result = NULL;
    double shortfall;

    case_add (alliance, "metric", "id", lines[i].id, "estimator", "poverty_fgt", "table", "incomes", "columns",
              "{\"value\":\"amount\"}", "where", "amount in (0, 2500)", "options", lines[i].options, NULL);
    result = case_measure (alliance, lines[i].id);
    n = rua_result_get_n_used (result);
    case_assert_estimate (result, lines[i].want / n);
    g_assert_true (rua_result_get_named (result, "fgt1", &shortfall) == (i < 2));
    if (i < 2)
      g_assert_cmpfloat_with_epsilon (shortfall, 1 / n, 1e-12);
  }
}

static void
test_pairs_refused (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount[year<=2017]\",\"after\":\"amount[year=2017]\"}", NULL);
  g_autoptr (RuaAlliance) other
    = case_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount\",\"after\":\"amount[year=2017]\"}", NULL);
  g_autoptr (RuaAlliance) third
    = case_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount[2014]\",\"after\":\"amount[year=2017]\"}", NULL);

  case_refuse (alliance, "m", RUA_ERROR_DUPLICATE, "more than one value for one household: amount[year<=2017] in the rows #1 and #2");
  case_refuse (other, "m", RUA_ERROR_DUPLICATE, "amount in the rows");
  case_refuse (third, "m", RUA_ERROR_SYNTAX, "brackets hold a condition");
}

static void
test_pair_by (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount[net]\"}", "options",
                     "{\"pair_by\":[\"household.village\",\"year\"]}", "where",
                     "household in ('h1', 'h4')", NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");

  /* pairs: pingzhai 2014 4000, pingzhai 2017 9000, miaoxia 2014 and 2017 not net */
  case_assert_estimate (result, 6500);
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 4);
}

static void
test_groups (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "by", "household.village year", NULL);
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "m");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) groups
    = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &error);
  static const struct {
    const char *village;
    const char *year;
    double mean;
    guint n;
  } want[] = {
    { "miaoxia", "2014", 4250, 2 },    { "miaoxia", "2017", 12000, 2 },
    { "pingzhai", "2014", 3500.25, 2 }, { "pingzhai", "2017", 7000, 2 },
    { NULL, "2017", 800, 1 },
  };
  g_autoptr (RuaResult) whole = case_measure (alliance, "m");

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (groups), ==, G_N_ELEMENTS (want));
  for (guint i = 0; i < G_N_ELEMENTS (want); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, i);

    g_assert_cmpstr (rua_result_get_group_label (result, "household.village"), ==, want[i].village);
    g_assert_cmpstr (rua_result_get_group_label (result, "year"), ==, want[i].year);
    g_assert_null (rua_result_get_group_label (result, "?"));
    case_assert_estimate (result, want[i].mean);
    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, want[i].n);
  }
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_group_paths (whole)), ==, 0);
  g_assert_cmpuint (rua_result_get_n_eligible (whole), ==, 9);

  const char *const by[] = { "year", NULL };
  g_autoptr (GListModel) years = rua_metric_measure_by (RUA_METRIC (metric), alliance, by,
                                                        "household.village = 'pingzhai'", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (years), ==, 2);
}

static void
test_definition_refused (void)
{
  static const struct {
    RuaError code;
    const char *message;
    const char *fields[9];
  } cases[] = {
    { RUA_ERROR_UNKNOWN_NAME, "there is no estimator “maen”; did you mean",
      { "estimator", "maen", "table", "incomes" } },
    { RUA_ERROR_UNKNOWN_NAME, "there is no table “incmes”; did you mean",
      { "estimator", "mean", "table", "incmes", "columns", "{\"value\":\"amount\"}" } },
    { RUA_ERROR_MISSING, "needs a column in the role “value”", { "estimator", "mean", "table", "incomes" } },
    { RUA_ERROR_UNKNOWN_NAME, "has no role “valu”; it has value",
      { "estimator", "mean", "table", "incomes", "columns", "{\"valu\":\"amount\"}" } },
    { RUA_ERROR_UNKNOWN_NAME, "value: expression “amont”, character 1",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amont\"}" } },
    { RUA_ERROR_VALUE, "“income_source” is a text, but the role takes a number",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"income_source\"}" } },
    { RUA_ERROR_VALUE, "where: “year” is a number, not a condition",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "where", "year" } },
    { RUA_ERROR_UNIT, "said to be kg",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "unit", "kg" } },
    { RUA_ERROR_SYNTAX, "unit “k g”", { "estimator", "mean", "table", "incomes", "unit", "k g" } },
    { RUA_ERROR_VALUE, "confidence is to be above 0", { "estimator", "mean", "table", "incomes", "confidence", "95" } },
    { RUA_ERROR_VALUE, "a formula stands in place", { "estimator", "mean", "formula", "m + 1" } },
    { RUA_ERROR_MISSING, "no table says", { "estimator", "mean" } },
    { RUA_ERROR_MISSING, "deflate needs a series and the year",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "deflate", "{\"to\":2014}" } },
    { RUA_ERROR_UNKNOWN_NAME, "deflate has no member “too”",
      { "estimator", "mean", "table", "incomes", "deflate", "{\"series\":\"a\",\"too\":2014}" } },
    { RUA_ERROR_DUPLICATE, "weight is told in columns and on its own",
      { "estimator", "weighted_mean", "table", "incomes", "columns", "{\"value\":\"amount\",\"weight\":\"1\"}", "weight", "1" } },
    { RUA_ERROR_MISSING, "reported needs a where", { "estimator", "reported", "table", "observations" } },
    { RUA_ERROR_VALUE, "its table is observations", { "estimator", "reported", "table", "incomes", "where", "true" } },
    { RUA_ERROR_CYCLE, "m needs m", { "formula", "m + 1" } },
    { RUA_ERROR_SYNTAX, "formula: expression “1 +”, character 4", { "formula", "1 +" } },
    { RUA_ERROR_VALUE, "columns is to be an object",
      { "estimator", "mean", "table", "incomes", "columns", "[1]" } },
    { RUA_ERROR_VALUE, "options is to be an object",
      { "estimator", "mean", "table", "incomes", "options", "\"x\"" } },
    { RUA_ERROR_VALUE, "nodes is to be an object",
      { "estimator", "mean", "table", "incomes", "nodes", "7" } },
    { RUA_ERROR_VALUE, "deflate is to be an object",
      { "estimator", "mean", "table", "incomes", "deflate", "true" } },
    { RUA_ERROR_VALUE, "columns: the role value is to be an expression, as a text",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":true}" } },
    { RUA_ERROR_VALUE, "columns: the role value is to be an expression, as a text",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":[null]}" } },
    { RUA_ERROR_VALUE, "columns: the role value is to be an expression, as a text",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":[\"amount\",{}]}" } },
    { RUA_ERROR_UNKNOWN_NAME, "nodes has no member “kind”; it has table, where and columns",
      { "estimator", "mean", "table", "incomes", "nodes", "{\"kind\":\"households\"}" } },
    { RUA_ERROR_MISSING, "nodes needs a table and columns",
      { "estimator", "mean", "table", "incomes", "nodes", "{\"table\":\"households\"}" } },
    { RUA_ERROR_MISSING, "nodes needs a table and columns",
      { "estimator", "mean", "table", "incomes", "nodes", "{\"table\":\"households\",\"columns\":[]}" } },
    { RUA_ERROR_MISSING, "nodes needs a table and columns",
      { "estimator", "mean", "table", "incomes", "nodes", "{\"table\":7,\"columns\":{}}" } },
    { RUA_ERROR_VALUE, "columns: the role node is to be",
      { "estimator", "mean", "table", "incomes", "nodes", "{\"table\":\"households\",\"columns\":{\"node\":null}}" } },
    { RUA_ERROR_MISSING, "deflate needs a series and the year",
      { "estimator", "mean", "table", "incomes", "deflate", "{\"series\":\"cpi\",\"to\":\"2014\"}" } },
    { RUA_ERROR_MISSING, "deflate needs a series and the year",
      { "estimator", "mean", "table", "incomes", "deflate", "{\"series\":\"cpi\",\"to\":999}" } },
    { RUA_ERROR_MISSING, "deflate needs a series and the year",
      { "estimator", "mean", "table", "incomes", "deflate", "{\"series\":[\"cpi\"],\"to\":2014}" } },
    { RUA_ERROR_MISSING, "deflate needs a series and the year",
      { "estimator", "mean", "table", "incomes", "deflate", "{\"series\":\"cpi\"}" } },
    { RUA_ERROR_VALUE, "options: support is to be the smallest and the largest value",
      { "estimator", "mean", "table", "incomes", "options", "{\"support\":7}" } },
    { RUA_ERROR_VALUE, "options: support is to be the smallest and the largest value",
      { "estimator", "mean", "table", "incomes", "options", "{\"support\":[1]}" } },
    { RUA_ERROR_VALUE, "options: support is to be the smallest and the largest value",
      { "estimator", "mean", "table", "incomes", "options", "{\"support\":[1,2,3]}" } },
    { RUA_ERROR_VALUE, "options: support is to be the smallest and the largest value",
      { "estimator", "mean", "table", "incomes", "options", "{\"support\":[\"a\",2]}" } },
    { RUA_ERROR_VALUE, "options: support is to be the smallest and the largest value",
      { "estimator", "mean", "table", "incomes", "options", "{\"support\":[1,\"b\"]}" } },
    { RUA_ERROR_VALUE, "options: support is to be the smallest and the largest value",
      { "estimator", "mean", "table", "incomes", "options", "{\"support\":[3,2]}" } },
    { RUA_ERROR_VALUE, "options: attrition_limit is to be a share from 0 to 1",
      { "estimator", "mean", "table", "incomes", "options", "{\"attrition_limit\":\"0.2\"}" } },
    { RUA_ERROR_VALUE, "options: attrition_limit is to be a share from 0 to 1",
      { "estimator", "mean", "table", "incomes", "options", "{\"attrition_limit\":-0.1}" } },
    { RUA_ERROR_VALUE, "options: attrition_limit is to be a share from 0 to 1",
      { "estimator", "mean", "table", "incomes", "options", "{\"attrition_limit\":1.5}" } },
    { RUA_ERROR_VALUE, "options: attrition_limit is to be a share from 0 to 1",
      { "estimator", "mean", "table", "incomes", "options", "{\"attrition_limit\":null}" } },
    { RUA_ERROR_VALUE, "options: complete is to be true or false",
      { "estimator", "total", "table", "incomes", "options", "{\"complete\":1}" } },
    { RUA_ERROR_VALUE, "options: pair_by is to be a path, or a list of paths",
      { "estimator", "mean", "table", "incomes", "options", "{\"pair_by\":[]}" } },
    { RUA_ERROR_VALUE, "options: pair_by is to be a path, or a list of paths",
      { "estimator", "mean", "table", "incomes", "options", "{\"pair_by\":7}" } },
    { RUA_ERROR_VALUE, "options: pair_by is to be a path, or a list of paths",
      { "estimator", "mean", "table", "incomes", "options", "{\"pair_by\":[\"a\",7]}" } },
    { RUA_ERROR_UNKNOWN_NAME, "independent",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "options", "{\"independent\":1}" } },
    { RUA_ERROR_DUPLICATE, "regressors is told in columns and in options; keep one",
      { "estimator", "wild_cluster_bootstrap", "table", "incomes", "columns", "{\"regressors\":\"year\"}", "options", "{\"regressors\":[\"year\"],\"tested\":\"year\"}" } },
    { RUA_ERROR_VALUE, "columns: the role regressors is to be an expression",
      { "estimator", "wild_cluster_bootstrap", "table", "incomes", "options", "{\"regressors\":[true]}" } },
    { RUA_ERROR_VALUE, "columns: the role regressors is to be an expression",
      { "estimator", "wild_cluster_bootstrap", "table", "incomes", "options", "{\"regressors\":{}}" } },
    { RUA_ERROR_MISSING, "needs a column in the role “regressors”",
      { "estimator", "wild_cluster_bootstrap", "table", "incomes", "columns", "{\"outcome\":\"amount\",\"cluster\":\"household\"}", "options", "{\"regressors\":[],\"tested\":\"year\"}" } },
    { RUA_ERROR_VALUE, "options: domain is to be {\"column\": an expression",
      { "estimator", "survey_estimate", "table", "incomes", "options", "{\"domain\":\"x\"}" } },
    { RUA_ERROR_VALUE, "options: domain is to be {\"column\": an expression",
      { "estimator", "survey_estimate", "table", "incomes", "options", "{\"domain\":{}}" } },
    { RUA_ERROR_VALUE, "options: domain is to be {\"column\": an expression",
      { "estimator", "survey_estimate", "table", "incomes", "options", "{\"domain\":{\"column\":\"year\"}}" } },
    { RUA_ERROR_VALUE, "options: domain is to be {\"column\": an expression",
      { "estimator", "survey_estimate", "table", "incomes", "options", "{\"domain\":{\"column\":\"year\",\"values\":[]}}" } },
    { RUA_ERROR_VALUE, "options: domain is to be {\"column\": an expression",
      { "estimator", "survey_estimate", "table", "incomes", "options", "{\"domain\":{\"column\":\"year\",\"values\":2014}}" } },
    { RUA_ERROR_VALUE, "options: domain is to be {\"column\": an expression",
      { "estimator", "survey_estimate", "table", "incomes", "options", "{\"domain\":{\"column\":7,\"values\":[2014]}}" } },
    { RUA_ERROR_VALUE, "options: domain is to be {\"column\": an expression",
      { "estimator", "survey_estimate", "table", "incomes", "options", "{\"domain\":{\"column\":\"year\",\"values\":[true]}}" } },
    { RUA_ERROR_VALUE, "options: domain is to be {\"column\": an expression",
      { "estimator", "survey_estimate", "table", "incomes", "options", "{\"domain\":{\"column\":\"year\",\"values\":[2014],\"more\":1}}" } },
    { RUA_ERROR_VALUE, "a formula stands in place",
      { "formula", "1 + 1", "table", "incomes" } },
    { RUA_ERROR_VALUE, "a formula stands in place",
      { "formula", "1 + 1", "columns", "{\"value\":\"amount\"}" } },
    { RUA_ERROR_VALUE, "a formula stands in place",
      { "formula", "1 + 1", "nodes", "{\"table\":\"households\",\"columns\":{}}" } },
    { RUA_ERROR_VALUE, "deflate: a formula has no rows whose date could be read",
      { "formula", "1 + 1", "deflate", "{\"series\":\"cpi\",\"to\":2014,\"date\":\"year\"}" } },
    { RUA_ERROR_MISSING, "neither an estimator nor a formula says",
      { "title", "Nothing" } },
    { RUA_ERROR_VALUE, "confidence is to be above 0",
      { "estimator", "mean", "table", "incomes", "confidence", "0" } },
    { RUA_ERROR_UNKNOWN_NAME, "gives no “meen”",
      { "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "options", "{\"estimate\":\"meen\"}" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = case_new ();
    g_autoptr (RuaRecord) metric = rua_alliance_new_record (alliance, "metric");

    case_set (metric, alliance, "id", "m");
    for (guint k = 0; cases[i].fields[k] != NULL; k += 2)
      case_set (metric, alliance, cases[i].fields[k], cases[i].fields[k + 1]);
    g_assert_true (rua_alliance_add (alliance, metric, NULL));
    case_refuse (alliance, "m", cases[i].code, cases[i].message);
  }
}

/* The digest follows what is read, and nothing else. */
static void
test_digest (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "where", "year = 2014", NULL);
  g_autoptr (RuaRecord) first = rua_table_dup_record (rua_alliance_get_table (alliance, "income"), 0);
  g_autoptr (RuaRecord) second = rua_table_dup_record (rua_alliance_get_table (alliance, "income"), 1);
  g_autoptr (RuaResult) a = case_measure (alliance, "m");
  g_autoptr (GError) error = NULL;

  rua_record_set_integer (second, "recall", 1, &error); /* which the metric does not read */
  g_assert_no_error (error);
  g_autoptr (RuaResult) b = case_measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), ==, rua_result_get_digest (b));
  g_assert_true (rua_table_pack (rua_alliance_get_table (alliance, "income"), NULL, &error));
  g_autoptr (RuaResult) packed = case_measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), ==, rua_result_get_digest (packed));
  rua_record_set_money (first, "amount", 400001, &error);
  g_autoptr (RuaResult) c = case_measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), !=, rua_result_get_digest (c));
  rua_record_set_money (first, "amount", 400000, &error);
  g_autoptr (RuaResult) d = case_measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), ==, rua_result_get_digest (d));
  rua_record_unset (first, "amount", &error);
  g_autoptr (RuaResult) e = case_measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), !=, rua_result_get_digest (e));
  g_assert_cmpstr (rua_result_get_digest (c), !=, rua_result_get_digest (e));
}

/* More rows than a batch and a chunk, against sums made here. */
static void
test_many (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  RuaKind *kind = rua_table_get_kind (table);
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  g_autoptr (GError) error = NULL;
  guint amount = rua_field_get_index (rua_kind_find_field (kind, "amount"));
  guint year = rua_field_get_index (rua_kind_find_field (kind, "year"));
  guint household = rua_field_get_index (rua_kind_find_field (kind, "household"));
  double sum = 0, n = 0;

  for (guint i = 0; i < 150000; i++) {
    gint64 minor = (gint64) (i * 7919u % 1000003u);

    rua_appender_set_reference (appender, household, "h2", -1, &error);
    rua_appender_set_integer (appender, year, 1900 + i % 5, &error);
    if (i % 11 != 0)
      rua_appender_set_money (appender, amount, minor, &error);
    rua_appender_end_row (appender);
    if (i % 5 == 3 && i % 11 != 0) {
      sum += minor;
      n++;
    }
  }
  g_assert_no_error (error);
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  case_add (alliance, "metric", "id", "m", "estimator", "mean", "table", "incomes", "columns",
            "{\"value\":\"amount\"}", "where", "year = 1903 and household.village.province = 'Yunnan'",
            NULL);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");
  case_assert_estimate (result, sum / 100 / n);
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 30000);
  g_assert_cmpuint (rua_result_get_n_used (result), ==, (guint) n);
}

static void
on_measured (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  *(RuaResult **) data = rua_metric_measure_finish (RUA_METRIC (source), result, &error);
  if (error != NULL) {
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_error_free (error);
    *(RuaResult **) data = GSIZE_TO_POINTER (1);
  }
}

static void
test_async (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "where", "year = 2014", NULL);
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "m");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  RuaResult *result = NULL, *cancelled = NULL;

  rua_metric_measure_async (RUA_METRIC (metric), alliance, NULL, on_measured, &result);
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  rua_metric_measure_async (RUA_METRIC (metric), alliance, cancellable, on_measured, &cancelled);
  while (result == NULL || cancelled == NULL)
    g_main_context_iteration (NULL, TRUE);
  case_assert_estimate (result, 3875.125);
  g_assert_true (cancelled == GSIZE_TO_POINTER (1));
  g_object_unref (result);
}

static void
test_explain (void)
{
  g_autoptr (RuaAlliance) alliance = case_published ();
  g_autoptr (RuaResult) ratio = case_measure (alliance, "ratio");
  g_autoptr (RuaExplanation) tree = rua_result_explain (ratio);
  g_autofree char *text = rua_explanation_to_string (tree);
  static const char *const parts[] = {
    "ratio = 2.159\n", "  formula: after / before\n", "  after = 8478 CNY/person/year\n",
    "    published: observation before: “3927 RMB”\n", "    source S3: A letter\n",
    "  digest of what was read: ",
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (text, parts[i]) == NULL)
      g_error ("no “%s” in\n%s", parts[i], text);
}

/* Sums are taken about the first value. A group far from it, whose values lie close together, is
 * read again, however many of the kind there are. */
static void
test_close_values (void)
{
  for (guint n_groups = 3; n_groups <= 60; n_groups += 57) {
    g_autoptr (RuaAlliance) alliance = case_new ();
    RuaTable *table = rua_alliance_get_table (alliance, "income");
    RuaKind *kind = rua_table_get_kind (table);
    g_autoptr (RuaAppender) appender = rua_table_append (table);
    g_autoptr (GError) error = NULL;
    guint amount = rua_field_get_index (rua_kind_find_field (kind, "amount"));
    guint year = rua_field_get_index (rua_kind_find_field (kind, "year"));
    guint household = rua_field_get_index (rua_kind_find_field (kind, "household"));

    for (guint i = 0; i < 10 * n_groups; i++) {
      rua_appender_set_reference (appender, household, "h2", -1, &error);
      rua_appender_set_integer (appender, year, 1900 + i % n_groups, &error);
      rua_appender_set_money (appender, amount,
                              (gint64) (i % n_groups) * 300000000000 + (i / n_groups) % 2, &error);
      rua_appender_end_row (appender);
    }
    g_assert_no_error (error);
    rua_appender_commit (appender, &error);
    g_assert_no_error (error);
    case_add (alliance, "metric", "id", "m", "estimator", "mean", "table", "incomes", "columns",
              "{\"value\":\"amount\"}", "where", "year < 1990", "by", "year", NULL);
    g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "m");
    g_autoptr (GListModel) results
      = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (g_list_model_get_n_items (results), ==, n_groups);
    for (guint g = 0; g < n_groups; g++) {
      g_autoptr (RuaResult) result = g_list_model_get_item (results, g);
      double sd = 0;

      g_assert_true (rua_result_get_named (result, "sd", &sd));
      /* A cent more is what it is to the nearest double. */
      g_assert_cmpfloat_with_epsilon (sd, sqrt (10 / 9.0) * 0.005, MAX (1e-6, nextafter (g * 3e9, INFINITY) - g * 3e9));
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/mean", test_mean);
  g_test_add_func ("/measure/missing", test_missing);
  g_test_add_func ("/measure/counted", test_counted);
  g_test_add_func ("/measure/unknown-tells", test_unknown_tells);
  g_test_add_func ("/measure/exempt", test_exempt);
  g_test_add_func ("/measure/weight", test_weight);
  g_test_add_func ("/measure/interval-of-error", test_interval_of_error);
  g_test_add_func ("/measure/open-condition", test_open_condition);
  g_test_add_func ("/measure/none", test_none);
  g_test_add_func ("/measure/pairs", test_pairs);
  g_test_add_func ("/measure/edges", test_edges);
  g_test_add_func ("/measure/pairs-refused", test_pairs_refused);
  g_test_add_func ("/measure/pair-by", test_pair_by);
  g_test_add_func ("/measure/groups", test_groups);
  g_test_add_func ("/measure/definition-refused", test_definition_refused);
  g_test_add_func ("/measure/digest", test_digest);
  g_test_add_func ("/measure/many", test_many);
  g_test_add_func ("/measure/close", test_close_values);
  g_test_add_func ("/measure/async", test_async);
  g_test_add_func ("/measure/explain", test_explain);
  return g_test_run ();
}
