/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-measure.h"
#include "rua-measure-private.h"

#include <math.h>
#include <string.h>

static RuaAlliance *
alliance_with (const char *id, ...) G_GNUC_NULL_TERMINATED;

/* The case with one more metric. */
static void
add_metric (RuaAlliance *alliance, const char *id, va_list args)
{
  g_autoptr (RuaRecord) metric = rua_alliance_new_record (alliance, "metric");
  g_autoptr (GError) error = NULL;
  const char *field;

  case_set (metric, alliance, "id", id);
  while ((field = va_arg (args, const char *)) != NULL)
    case_set (metric, alliance, field, va_arg (args, const char *));
  rua_alliance_add (alliance, metric, &error);
  g_assert_no_error (error);
}

static RuaAlliance *
alliance_with (const char *id, ...)
{
  RuaAlliance *alliance = case_new ();
  va_list args;

  va_start (args, id);
  add_metric (alliance, id, args);
  va_end (args);
  return alliance;
}

static RuaResult *
measure (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (GError) error = NULL;
  RuaResult *result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);

  if (result == NULL)
    g_error ("%s: %s", id, error->message);
  return result;
}

static void
refused (RuaAlliance *alliance, const char *id, RuaError code, const char *part)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaResult) result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);

  g_assert_null (result);
  if (!g_error_matches (error, RUA_ERROR, code) || strstr (error->message, part) == NULL)
    g_error ("code %d: %s; wanted: %s", error->code, error->message, part);
}

static void
assert_unit (RuaResult *result, const char *text)
{
  g_autofree char *got = rua_unit_to_string (rua_result_get_unit (result));

  g_assert_cmpstr (got, ==, text);
}

static void
assert_estimate (RuaResult *result, double want)
{
  double got;

  if (!rua_result_get_estimate (result, &got))
    g_error ("undefined: %s", rua_result_get_reason (result));
  g_assert_cmpfloat_with_epsilon (got, want, 1e-9 * MAX (1, fabs (want)));
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

static void
test_mean (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "where", "year = 2014", "unit",
                     "{currency}/household/year", "title", "Mean income", NULL);
  g_autoptr (RuaResult) result = measure (alliance, "m");
  double se, low, high, n, mean = (4000 + 3000.5 + 2500 + 6000) / 4;

  assert_estimate (result, mean);
  assert_unit (result, "CNY/household/year");
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

static void
test_missing (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount / household.n_persons\"}", NULL);
  g_autoptr (RuaResult) result = measure (alliance, "m");
  const char *const *reasons = rua_result_get_missing_reasons (result);

  assert_unit (result, "CNY/person/year");
  assert_estimate (result, (1000 + 2250 + 1500.25 + 2500 + 500 + 800.0 / 3) / 6);
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
  g_autoptr (RuaAlliance) alliance = alliance_with (
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
    g_autoptr (RuaResult) result = measure (alliance, "m");

    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 5);
    g_assert_cmpuint (rua_result_get_n_used (result), ==, 2);
    g_assert_cmpuint (rua_result_get_n_missing (result), ==, 3);
    reasons = rua_result_get_missing_reasons (result);
    g_assert_cmpuint (g_strv_length ((char **) reasons), ==, 2);
    g_assert_cmpuint (rua_result_get_n_missing_for (result, reasons[0]), ==, 2);
    /* One of these two is exempt, so that it does not matter. */
    g_assert_cmpuint (rua_result_get_n_missing_for (result, reasons[1]), ==, 2);
  }
}

/* Weights, strata and clusters are roles, wherever they stand. */
static void
test_weight (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "weighted_mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "weight", "household.weight", "where",
                     "year = 2014", NULL);
  g_autoptr (RuaAlliance) same
    = alliance_with ("m", "estimator", "weighted_mean", "table", "incomes", "columns",
                     "{\"weight\":\"household.weight\",\"value\":\"amount\"}", "where",
                     "year = 2014", NULL);
  g_autoptr (RuaAlliance) none
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "cluster", "household.village", NULL);
  g_autoptr (RuaResult) result = measure (alliance, "m");
  g_autoptr (RuaResult) again = measure (same, "m");

  assert_estimate (result, (4000 + 2 * 3000.5 + 2500 + 1.5 * 6000) / 5.5);
  assert_unit (result, "CNY/household/year");
  g_assert_cmpstr (rua_result_get_digest (result), ==, rua_result_get_digest (again));
  refused (none, "m", RUA_ERROR_UNKNOWN_NAME, "the estimator mean has no role “cluster”");
}

/* An estimator that leaves the interval to the reader has one all the same: Student's for a mean, hence
 * with equal weights that of `mean`; the normal one else, where an index of poverty stays between 0 and 1. */
static void
test_interval_of_error (void)
{
  g_autoptr (RuaAlliance) plain = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "confidence",
                                                 "0.8", NULL);
  g_autoptr (RuaAlliance) weighted = alliance_with ("m", "estimator", "weighted_mean", "table", "incomes", "columns",
                                                    "{\"value\":\"amount\",\"weight\":\"1\"}", "confidence", "0.8", NULL);
  g_autoptr (RuaAlliance) poor = alliance_with ("m", "estimator", "poverty_fgt", "table", "incomes", "columns",
                                                "{\"value\":\"amount\"}", "options", "{\"line\":2600}", NULL);
  g_autoptr (RuaAlliance) gap = alliance_with ("m", "estimator", "poverty_fgt", "table", "incomes", "columns",
                                               "{\"value\":\"amount\"}", "options", "{\"line\":2600,\"estimate\":\"fgt1\"}", NULL);
  g_autoptr (RuaAlliance) one = alliance_with ("m", "estimator", "weighted_mean", "table", "incomes", "columns",
                                               "{\"value\":\"amount\",\"weight\":\"1\"}", "where", "amount = 2500", NULL);
  g_autoptr (RuaResult) a = measure (plain, "m"), b = measure (weighted, "m"), c = measure (poor, "m"), d = measure (gap, "m"), e = measure (one, "m");
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
    = alliance_with ("m", "estimator", "count", "table", "incomes", "where", "net", "unit",
                     "household", NULL);
  g_autoptr (RuaResult) result = measure (alliance, "m");

  assert_estimate (result, 5);
  assert_unit (result, "household");
  g_assert_true (has_warning (result, "2 incomes not counted, because it is unknown whether"));
}

static void
test_none (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "mean", "table", "sales", "columns",
                     "{\"value\":\"amount\"}", NULL);
  g_autoptr (RuaResult) result = measure (alliance, "m");
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
    = alliance_with ("m", "estimator", "ratio_distribution", "table", "incomes", "columns",
                     "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}",
                     "options", "{\"factor\":2}", "unit", "%", NULL);
  g_autoptr (RuaResult) result = measure (alliance, "m");

  /* h1 2.25, h2 1.67, h4 2; h3 has no after, h5 no before */
  assert_estimate (result, 200.0 / 3);
  assert_unit (result, "%");
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 5);
  g_assert_nonnull (strstr (rua_result_get_method (result), "incomes paired by household"));

  g_autoptr (RuaAlliance) other
    = alliance_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount[year=2014] / household.n_persons\",\"after\":"
                     "\"amount[year=2017] / household.n_persons\"}", NULL);
  g_autoptr (RuaResult) change = measure (other, "m");
  assert_unit (change, "CNY/person/year");
  assert_estimate (change, ((2250 - 1000) + (2500 - 1500.25)) / 2);
  assert_unit (change, "CNY/person/year");
}

static void
test_pairs_refused (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount[year<=2017]\",\"after\":\"amount[year=2017]\"}", NULL);
  g_autoptr (RuaAlliance) other
    = alliance_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount\",\"after\":\"amount[year=2017]\"}", NULL);
  g_autoptr (RuaAlliance) third
    = alliance_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount[2014]\",\"after\":\"amount[year=2017]\"}", NULL);

  refused (alliance, "m", RUA_ERROR_DUPLICATE, "more than one value for one household: amount[year<=2017] in the rows #1 and #2");
  refused (other, "m", RUA_ERROR_DUPLICATE, "amount in the rows");
  refused (third, "m", RUA_ERROR_SYNTAX, "brackets hold a condition");
}

static void
test_pair_by (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount[net]\"}", "options",
                     "{\"pair_by\":[\"household.village\",\"year\"]}", "where",
                     "household in ('h1', 'h4')", NULL);
  g_autoptr (RuaResult) result = measure (alliance, "m");

  /* pairs: pingzhai 2014 4000, pingzhai 2017 9000, miaoxia 2014 and 2017 not net */
  assert_estimate (result, 6500);
  g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 4);
}

static void
test_groups (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
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
  g_autoptr (RuaResult) whole = measure (alliance, "m");

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (groups), ==, G_N_ELEMENTS (want));
  for (guint i = 0; i < G_N_ELEMENTS (want); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, i);

    g_assert_cmpstr (rua_result_get_group_label (result, "household.village"), ==, want[i].village);
    g_assert_cmpstr (rua_result_get_group_label (result, "year"), ==, want[i].year);
    g_assert_null (rua_result_get_group_label (result, "?"));
    assert_estimate (result, want[i].mean);
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
add_series (RuaAlliance *alliance)
{
  static const char *const rates[][2] = { { "2013", "2.621" }, { "2014", "1.922" }, { "2015", "1.437" },
                                          { "2016", "2.000" }, { "2017", "1.593" } };

  case_add (alliance, "series", "id", "cpi", "title", "Prices", "series_type", "inflation_rate", NULL);
  case_add (alliance, "series", "id", "index", "title", "Index", "series_type", "price_index", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    case_add (alliance, "series-value", "series", "@cpi", "period", rates[i][0], "value",
              rates[i][1], NULL);
  case_add (alliance, "series-value", "series", "@index", "period", "2014", "value", "100", NULL);
  case_add (alliance, "series-value", "series", "@index", "period", "2017-01", "value", "104", NULL);
  case_add (alliance, "series-value", "series", "@index", "period", "2017-02", "value", "106", NULL);
}

static void
test_deflate (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "where", "household = 'h1'", "deflate",
                     "{\"series\":\"cpi\",\"to\":2014}", "unit", "CNY/household/year", NULL);
  double p = 1.01437 * 1.02 * 1.01593;
  double ratio;
  g_autoptr (GError) error = NULL;

  add_series (alliance);
  g_autoptr (RuaResult) result = measure (alliance, "m");
  assert_estimate (result, (4000 + 9000 / p) / 2);
  assert_unit (result, "CNY[2014]/household/year");
  g_assert_cmpstr (rua_result_get_price_basis (result), ==, "real");
  g_assert_nonnull (strstr (rua_result_get_method (result), "in prices of 2014 by cpi"));

  g_assert_true (rua_series_get_price_ratio (alliance, "cpi", 2014, 2017, &ratio, &error));
  g_assert_cmpfloat_with_epsilon (ratio, p, 1e-12);
  g_assert_true (rua_series_get_price_ratio (alliance, "cpi", 2012, 2013, &ratio, &error));
  g_assert_cmpfloat_with_epsilon (ratio, 1.02621, 1e-12);
  g_assert_true (rua_series_get_price_ratio (alliance, "index", 2014, 2017, &ratio, &error));
  g_assert_cmpfloat_with_epsilon (ratio, 1.05, 1e-12);
  g_assert_false (rua_series_get_price_ratio (alliance, "cpi", 2010, 2017, &ratio, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_false (rua_series_get_price_ratio (alliance, "index", 2015, 2017, &ratio, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_false (rua_series_get_price_ratio (alliance, "cpj", 2014, 2017, &ratio, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_assert_nonnull (strstr (error->message, "cpi"));
}

static void
test_deflate_refused (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "deflate", "{\"series\":\"cpi\",\"to\":2014}", NULL);
  g_autoptr (RuaAlliance) other
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "deflate", "{\"series\":\"cpi\",\"to\":2014}", "unit",
                     "CNY[2017]/household/year", NULL);

  add_series (alliance);
  add_series (other);
  case_add (alliance, "income", "household", "@h1", "year", "2009", "amount", "1", NULL);
  refused (alliance, "m", RUA_ERROR_MISSING, "does not lead from 2009 to 2014");
  refused (other, "m", RUA_ERROR_UNIT, "its unit is said to be CNY[2017]/household/year, but it comes out in CNY[2014]");
}

/* A year has one value, or parts of it: two of the same year, or a whole year beside one of its months, are not
 * averaged. */
static void
test_deflate_year_twice (void)
{
  static const char *const second[] = { "2016", "2016-03", "2016-03-01" };

  for (guint i = 0; i < G_N_ELEMENTS (second); i++)
    for (guint turned = 0; turned < 2; turned++) {
      g_autoptr (RuaAlliance) alliance = case_empty ();
      g_autoptr (GError) error = NULL;
      double ratio = 0;

      case_add (alliance, "series", "id", "index", "title", "Index", "series_type", "price_index", NULL);
      case_add (alliance, "series-value", "series", "@index", "period", "2014", "value", "100", NULL);
      case_add (alliance, "series-value", "series", "@index", "period", turned ? second[i] : "2016", "value", "104", NULL);
      g_assert_true (rua_series_get_price_ratio (alliance, "index", 2014, 2016, &ratio, &error));
      g_assert_no_error (error);
      g_assert_cmpfloat_with_epsilon (ratio, 1.04, 1e-12);
      case_add (alliance, "series-value", "series", "@index", "period", turned ? "2016" : second[i], "value", "106", NULL);
      g_assert_false (rua_series_get_price_ratio (alliance, "index", 2014, 2016, &ratio, &error));
      g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
      g_assert_nonnull (strstr (error->message, "the series index has more than one value for the year 2016; keep one"));
    }
}

static void
add_published (RuaAlliance *alliance)
{
  case_add (alliance, "source", "id", "s3", "label", "S3", "title", "A letter", NULL);
  case_add (alliance, "observation", "id", "before", "measured_property", "income", "statistic",
            "mean", "value", "3927", "unit", "CNY/person/year", "possible_periods", "2012 2013 2014",
            "price_basis", "unstated", "sources", "s3", "quote", "3927 RMB", NULL);
  case_add (alliance, "observation", "id", "after", "measured_property", "income", "statistic",
            "mean", "value", "8478", "unit", "CNY/person/year", "period", "2017", NULL);
  case_add (alliance, "observation", "id", "stations-a", "measured_property", "stations",
            "statistic", "count", "value", "407", "unit", "station", NULL);
  case_add (alliance, "observation", "id", "stations-b", "measured_property", "stations",
            "statistic", "count", "value", "407", "unit", "station", NULL);
  case_add (alliance, "observation", "id", "stations-c", "measured_property", "stations",
            "statistic", "count", "value", "400", "unit", "station", NULL);
  case_add (alliance, "observation", "id", "rated", "measured_property", "score", "statistic",
            "mean", "value", "10", "unit", "1", "standard_error", "2", "sample_size", "50", NULL);
  case_add (alliance, "observation", "id", "empty", "measured_property", "nothing", "statistic",
            "mean", "unit", "1", NULL);
}

#define REPORTED "estimator", "reported", "table", "observations", "where"

static RuaAlliance *
published (void)
{
  RuaAlliance *alliance = alliance_with ("before", REPORTED, "id = 'before'", "unit", "CNY/person/year", NULL);

  add_series (alliance);
  add_published (alliance);
  case_add (alliance, "metric", "id", "after", REPORTED, "id = 'after'", "unit", "CNY/person/year", NULL);
  case_add (alliance, "metric", "id", "ratio", "formula", "after / before", "unit", "1", NULL);
  case_add (alliance, "metric", "id", "change", "formula", "after - before", "unit", "CNY/person/year", NULL);
  case_add (alliance, "metric", "id", "agreeing", REPORTED, "id in ('stations-a', 'stations-b')", "unit", "station", NULL);
  case_add (alliance, "metric", "id", "differing", REPORTED, "measured_property = 'stations'", "unit", "station", NULL);
  case_add (alliance, "metric", "id", "rated", REPORTED, "id = 'rated'", NULL);
  case_add (alliance, "metric", "id", "none", REPORTED, "id = 'nobody'", "unit", "station", NULL);
  case_add (alliance, "metric", "id", "valueless", REPORTED, "id = 'empty'", NULL);
  /* Of which the value is not known, but the unit is. */
  case_add (alliance, "observation", "id", "unpaid", "measured_property", "pay", "statistic", "mean", "unit", "CNY/person/month",
            "price_basis", "nominal", NULL);
  case_add (alliance, "metric", "id", "unpaid", REPORTED, "id = 'unpaid'", NULL);
  case_add (alliance, "metric", "id", "unpaid-year", REPORTED, "id = 'unpaid'", "unit", "CNY/person/year", NULL);
  case_add (alliance, "metric", "id", "unpaid-twice", "formula", "2 * unpaid", NULL);
  case_add (alliance, "metric", "id", "unpaid-misfit", "formula", "unpaid + agreeing", NULL);
  case_add (alliance, "metric", "id", "twice", "formula", "rated * 2 - 1", NULL);
  case_add (alliance, "metric", "id", "both", "formula", "rated + twice", NULL);
  case_add (alliance, "metric", "id", "apart", "formula", "rated + twice", "options", "{\"independent\":true}", NULL);
  case_add (alliance, "metric", "id", "mixed", "formula", "rated * agreeing", "unit", "station", NULL);
  case_add (alliance, "metric", "id", "square", "formula", "(rated - 9) * (rated - 9)", NULL);
  case_add (alliance, "metric", "id", "by-zero", "formula", "1 / (rated - 10)", NULL);
  case_add (alliance, "metric", "id", "undefined", "formula", "differing + 1", NULL);
  case_add (alliance, "metric", "id", "misfit", "formula", "after + agreeing", NULL);
  case_add (alliance, "metric", "id", "wrong-unit", "formula", "after / before", "unit", "kg", NULL);
  case_add (alliance, "metric", "id", "chicken", "formula", "egg + 1", NULL);
  case_add (alliance, "metric", "id", "egg", "formula", "chicken - 1", NULL);
  case_add (alliance, "metric", "id", "lost", "formula", "aftr * 2", NULL);
  case_add (alliance, "metric", "id", "named", "formula", "rated['sample_size'] / 10", NULL);
  case_add (alliance, "metric", "id", "misnamed", "formula", "rated['size']", NULL);
  case_add (alliance, "metric", "id", "words", "formula", "after = before", NULL);
  case_add (alliance, "metric", "id", "empty", NULL);
  return alliance;
}

static void
test_reported (void)
{
  g_autoptr (RuaAlliance) alliance = published ();
  g_autoptr (RuaResult) before = measure (alliance, "before");
  g_autoptr (GListModel) sources = rua_result_list_sources (before);
  g_autoptr (GListModel) observations = rua_result_list_observations (before);
  g_autoptr (RuaResult) agreeing = measure (alliance, "agreeing");
  g_autoptr (RuaResult) differing = measure (alliance, "differing");
  g_autoptr (RuaResult) rated = measure (alliance, "rated");
  g_autoptr (RuaResult) none = measure (alliance, "none");
  g_autoptr (RuaResult) valueless = measure (alliance, "valueless");
  double value;

  assert_estimate (before, 3927);
  assert_unit (before, "CNY/person/year");
  g_assert_cmpint (rua_result_get_basis (before), ==, RUA_RESULT_BASIS_PUBLISHED);
  g_assert_cmpstr (rua_result_get_price_basis (before), ==, "unstated");
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (observations), ==, 1);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_possible_periods (before)), ==, 3);
  g_assert_null (rua_result_get_period (before));

  assert_estimate (agreeing, 407);
  g_assert_cmpuint (rua_result_get_n_used (agreeing), ==, 2);
  g_assert_false (rua_result_get_estimate (differing, &value));
  g_assert_nonnull (strstr (rua_result_get_reason (differing), "407 station (stations-a)"));
  g_assert_nonnull (strstr (rua_result_get_reason (differing), "400 station (stations-c)"));

  assert_estimate (rated, 10);
  g_assert_true (rua_result_get_standard_error (rated, &value));
  g_assert_cmpfloat (value, ==, 2);
  g_assert_true (rua_result_get_low (rated, &value));
  g_assert_cmpfloat_with_epsilon (value, 10 - 1.959963984540054 * 2, 1e-9);

  g_assert_false (rua_result_get_estimate (none, &value));
  g_assert_cmpstr (rua_result_get_reason (none), ==, "no observation meets the condition");
  assert_unit (none, "station");
  g_assert_cmpstr (rua_result_get_reason (valueless), ==, "the observation has no value");
  g_assert_cmpuint (rua_result_get_n_missing (valueless), ==, 1);
}

/* What is not known keeps the unit in which it is not known. */
static void
test_reported_unknown (void)
{
  g_autoptr (RuaAlliance) alliance = published ();
  g_autoptr (RuaResult) unpaid = measure (alliance, "unpaid"), year = measure (alliance, "unpaid-year");
  g_autoptr (RuaResult) twice = measure (alliance, "unpaid-twice");
  double value;

  g_assert_false (rua_result_get_estimate (unpaid, &value));
  g_assert_cmpstr (rua_result_get_reason (unpaid), ==, "the observation has no value");
  assert_unit (unpaid, "CNY/person/month");
  g_assert_false (rua_result_get_estimate (year, &value));
  assert_unit (year, "CNY/person/year");
  g_assert_false (rua_result_get_estimate (twice, &value));
  assert_unit (twice, "CNY/person/month");
  refused (alliance, "unpaid-misfit", RUA_ERROR_UNIT, "CNY/person/month");
}

static void
test_formula (void)
{
  g_autoptr (RuaAlliance) alliance = published ();
  g_autoptr (RuaResult) ratio = measure (alliance, "ratio");
  g_autoptr (GListModel) inputs = rua_result_list_inputs (ratio);
  g_autoptr (GListModel) sources = rua_result_list_sources (ratio);
  g_autoptr (RuaResult) change = measure (alliance, "change");
  g_autoptr (RuaResult) twice = measure (alliance, "twice");
  g_autoptr (RuaResult) both = measure (alliance, "both");
  g_autoptr (RuaResult) apart = measure (alliance, "apart");
  g_autoptr (RuaResult) mixed = measure (alliance, "mixed");
  g_autoptr (RuaResult) square = measure (alliance, "square");
  g_autoptr (RuaResult) by_zero = measure (alliance, "by-zero");
  g_autoptr (RuaResult) undefined = measure (alliance, "undefined");
  g_autoptr (RuaResult) named = measure (alliance, "named");
  double value;

  assert_estimate (ratio, 8478.0 / 3927);
  assert_unit (ratio, "1");
  g_assert_cmpuint (g_list_model_get_n_items (inputs), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, 1);
  g_assert_false (rua_result_get_low (ratio, &value));
  assert_estimate (change, 4551);
  assert_unit (change, "CNY/person/year");

  /* one uncertain input: the ends of its interval */
  assert_estimate (twice, 19);
  g_assert_true (rua_result_get_high (twice, &value));
  g_assert_cmpfloat_with_epsilon (value, 2 * (10 + 1.959963984540054 * 2) - 1, 1e-9);
  g_assert_true (rua_result_get_standard_error (twice, &value));
  g_assert_cmpfloat_with_epsilon (value, 4, 1e-9);
  /* two, of which nothing says that they are independent */
  g_assert_false (rua_result_get_low (both, &value));
  g_assert_true (has_warning (both, "nothing says that the inputs are independent"));
  g_assert_true (rua_result_get_standard_error (apart, &value));
  g_assert_cmpfloat_with_epsilon (value, sqrt (4 + 16), 1e-9);
  /* one without an error */
  g_assert_false (rua_result_get_low (mixed, &value));
  g_assert_true (has_warning (mixed, "agreeing has no standard error"));
  assert_estimate (square, 1);
  g_assert_true (has_warning (square, "the formula turns round"));
  g_assert_false (rua_result_get_estimate (by_zero, &value));
  g_assert_nonnull (strstr (rua_result_get_reason (by_zero), "divided by zero"));
  g_assert_false (rua_result_get_estimate (undefined, &value));
  g_assert_nonnull (strstr (rua_result_get_reason (undefined), "differing is undefined: the published figures differ"));
  assert_estimate (named, 5);

  refused (alliance, "misfit", RUA_ERROR_UNIT, "do not go together");
  refused (alliance, "wrong-unit", RUA_ERROR_UNIT, "its unit is said to be kg");
  refused (alliance, "chicken", RUA_ERROR_CYCLE, "chicken needs egg needs chicken");
  refused (alliance, "lost", RUA_ERROR_UNKNOWN_NAME, "there is no metric “aftr”; did you mean");
  refused (alliance, "misnamed", RUA_ERROR_UNKNOWN_NAME, "gives no value “size”");
  refused (alliance, "words", RUA_ERROR_SYNTAX, "a formula over metrics is arithmetic");
  refused (alliance, "empty", RUA_ERROR_MISSING, "neither an estimator nor a formula");
}

static double
under (RuaMeasureContext *context, const char *id)
{
  g_autoptr (GError) error = NULL;
  RuaResult *result = rua_measure_context_measure (context, id, NULL, &error);
  double value;

  if (result == NULL)
    g_error ("%s", error->message);
  g_assert_true (rua_result_get_estimate (result, &value));
  return value;
}

/* The readings of the case study: 2.159 nominal, 2.054, 2.015 and 1.964 real. */
static void
test_context (void)
{
  g_autoptr (RuaAlliance) alliance = published ();
  static const struct {
    int from;
    double ratio;
  } readings[] = { { 2014, 2.054 }, { 2013, 2.015 }, { 2012, 1.964 } };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (readings); i++) {
    g_autoptr (RuaMeasureContext) context = rua_measure_context_new (alliance);

    g_assert_cmpfloat_with_epsilon (under (context, "ratio"), 2.159, 5e-4);
    g_assert_true (rua_measure_context_deflate (context, "ratio", "cpi", readings[i].from, 2017, &error));
    g_assert_no_error (error);
    g_assert_cmpfloat_with_epsilon (under (context, "ratio"), readings[i].ratio, 5e-4);
    g_assert_cmpfloat_with_epsilon (under (context, "before"), 3927, 1e-9);
  }

  g_autoptr (RuaMeasureContext) change = rua_measure_context_new (alliance);
  g_assert_true (rua_measure_context_deflate (change, "change", "cpi", 2014, 2017, &error));
  RuaResult *result = rua_measure_context_measure (change, "change", NULL, &error);
  assert_unit (result, "CNY[2017]/person/year");

  g_autoptr (RuaMeasureContext) grown = rua_measure_context_new (alliance);
  g_assert_true (rua_measure_context_grow (grown, "ratio", 1.25, &error));
  g_assert_cmpfloat_with_epsilon (under (grown, "ratio"), 8478 / 3927.0 / 1.25, 1e-12);
  g_assert_true (rua_measure_context_scale (grown, "rated", 3, "as a trial", &error));
  g_assert_cmpfloat_with_epsilon (under (grown, "rated"), 30, 1e-12);
  g_assert_true (rua_measure_context_grow (grown, "rated", 1.25, &error));
  g_assert_null (rua_measure_context_measure (grown, "rated", NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);

  g_autoptr (RuaMeasureContext) other = rua_measure_context_new (alliance);
  g_assert_true (rua_measure_context_substitute (other, "after", "before", &error));
  g_assert_cmpfloat (under (other, "ratio"), ==, 1);
  g_assert_false (rua_measure_context_substitute (other, "before", "after", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_CYCLE);
  g_clear_error (&error);
  g_assert_false (rua_measure_context_substitute (other, "befor", "after", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_clear_error (&error);
  g_assert_false (rua_measure_context_deflate (other, "ratio", "cpi", 1990, 2017, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);

  /* no year is told, and none is given */
  g_autoptr (RuaMeasureContext) open = rua_measure_context_new (alliance);
  g_assert_true (rua_measure_context_deflate (open, "ratio", "cpi", 0, 2017, &error));
  g_assert_null (rua_measure_context_measure (open, "ratio", NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
}

/* Growth and prices of a metric over rows. */
static void
test_context_rows (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}",
                     "options", "{\"estimate\":\"ratio_of_means\"}", NULL);
  g_autoptr (RuaMeasureContext) context = rua_measure_context_new (alliance);
  g_autoptr (GError) error = NULL;
  double nominal, real, p = 1.01437 * 1.02 * 1.01593;

  add_series (alliance);
  nominal = under (context, "m");
  g_assert_cmpfloat_with_epsilon (nominal, 26000 / 13000.5, 1e-12);
  g_assert_true (rua_measure_context_deflate (context, "m", "cpi", 0, 2014, &error));
  real = under (context, "m");
  g_assert_cmpfloat_with_epsilon (real, nominal / p, 1e-12);
  g_assert_true (rua_measure_context_grow (context, "m", 2, &error));
  g_assert_cmpfloat_with_epsilon (under (context, "m"), real / 2, 1e-12);
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
    refused (alliance, "m", cases[i].code, cases[i].message);
  }
}

/* The digest follows what is read, and nothing else. */
static void
test_digest (void)
{
  g_autoptr (RuaAlliance) alliance
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "where", "year = 2014", NULL);
  g_autoptr (RuaRecord) first = rua_table_dup_record (rua_alliance_get_table (alliance, "income"), 0);
  g_autoptr (RuaRecord) second = rua_table_dup_record (rua_alliance_get_table (alliance, "income"), 1);
  g_autoptr (RuaResult) a = measure (alliance, "m");
  g_autoptr (GError) error = NULL;

  rua_record_set_integer (second, "recall", 1, &error); /* which the metric does not read */
  g_assert_no_error (error);
  g_autoptr (RuaResult) b = measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), ==, rua_result_get_digest (b));
  g_assert_true (rua_table_pack (rua_alliance_get_table (alliance, "income"), NULL, &error));
  g_autoptr (RuaResult) packed = measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), ==, rua_result_get_digest (packed));
  rua_record_set_money (first, "amount", 400001, &error);
  g_autoptr (RuaResult) c = measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), !=, rua_result_get_digest (c));
  rua_record_set_money (first, "amount", 400000, &error);
  g_autoptr (RuaResult) d = measure (alliance, "m");
  g_assert_cmpstr (rua_result_get_digest (a), ==, rua_result_get_digest (d));
  rua_record_unset (first, "amount", &error);
  g_autoptr (RuaResult) e = measure (alliance, "m");
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
  g_autoptr (RuaResult) result = measure (alliance, "m");
  assert_estimate (result, sum / 100 / n);
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
    = alliance_with ("m", "estimator", "mean", "table", "incomes", "columns",
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
  assert_estimate (result, 3875.125);
  g_assert_true (cancelled == GSIZE_TO_POINTER (1));
  g_object_unref (result);
}

static void
test_explain (void)
{
  g_autoptr (RuaAlliance) alliance = published ();
  g_autoptr (RuaResult) ratio = measure (alliance, "ratio");
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
 * read again; and so are, up to a number, others of the kind. */
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
      g_autofree char *warnings = g_strjoinv ("; ", (char **) rua_result_get_warnings (result));
      gboolean warned = strstr (warnings, "close together") != NULL;
      double sd = 0;

      g_assert_true (rua_result_get_named (result, "sd", &sd));
      /* Few are exact; of many it is said that they are not. */
      g_assert_cmpint (warned, ==, n_groups > 32);
      g_assert_cmpfloat_with_epsilon (sd, sqrt (10 / 9.0) * 0.005, n_groups > 32 ? 2e-4 : 1e-6);
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/mean", test_mean);
  g_test_add_func ("/measure/missing", test_missing);
  g_test_add_func ("/measure/exempt", test_exempt);
  g_test_add_func ("/measure/weight", test_weight);
  g_test_add_func ("/measure/interval-of-error", test_interval_of_error);
  g_test_add_func ("/measure/open-condition", test_open_condition);
  g_test_add_func ("/measure/none", test_none);
  g_test_add_func ("/measure/pairs", test_pairs);
  g_test_add_func ("/measure/pairs-refused", test_pairs_refused);
  g_test_add_func ("/measure/pair-by", test_pair_by);
  g_test_add_func ("/measure/groups", test_groups);
  g_test_add_func ("/measure/deflate", test_deflate);
  g_test_add_func ("/measure/deflate-refused", test_deflate_refused);
  g_test_add_func ("/measure/deflate-year-twice", test_deflate_year_twice);
  g_test_add_func ("/measure/reported", test_reported);
  g_test_add_func ("/measure/reported-unknown", test_reported_unknown);
  g_test_add_func ("/measure/formula", test_formula);
  g_test_add_func ("/measure/context", test_context);
  g_test_add_func ("/measure/context-rows", test_context_rows);
  g_test_add_func ("/measure/definition-refused", test_definition_refused);
  g_test_add_func ("/measure/digest", test_digest);
  g_test_add_func ("/measure/many", test_many);
  g_test_add_func ("/measure/close", test_close_values);
  g_test_add_func ("/measure/async", test_async);
  g_test_add_func ("/measure/explain", test_explain);
  return g_test_run ();
}
