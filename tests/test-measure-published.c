/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Published figures, prices of other years, formulas over metrics, and figures under another assumption. */
#include "measure-case.h"
#include "metrics-case.h"

#include <math.h>
#include <string.h>

static void
test_deflate (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "where", "household = 'h1'", "deflate",
                     "{\"series\":\"cpi\",\"to\":2014}", "unit", "CNY/household/year", NULL);
  double p = 1.01437 * 1.02 * 1.01593;
  double ratio;
  g_autoptr (GError) error = NULL;

  case_add_series (alliance);
  g_autoptr (RuaResult) result = case_measure (alliance, "m");
  case_assert_estimate (result, (4000 + 9000 / p) / 2);
  case_assert_unit (result, "CNY[2014]/household/year");
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
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "deflate", "{\"series\":\"cpi\",\"to\":2014}", NULL);
  g_autoptr (RuaAlliance) other
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns",
                     "{\"value\":\"amount\"}", "deflate", "{\"series\":\"cpi\",\"to\":2014}", "unit",
                     "CNY[2017]/household/year", NULL);

  case_add_series (alliance);
  case_add_series (other);
  case_add (alliance, "income", "household", "@h1", "year", "2009", "amount", "1", NULL);
  case_refuse (alliance, "m", RUA_ERROR_MISSING, "does not lead from 2009 to 2014");
  case_refuse (other, "m", RUA_ERROR_UNIT, "its unit is said to be CNY[2017]/household/year, but it comes out in CNY[2014]");
}

/* Prices in one money do not tell what another is worth; nor do a few months, without a word, stand for a year. */
static void
test_deflate_money (void)
{
  static const struct {
    const char *currency;
    gboolean taken;
  } cases[] = { { "-", TRUE }, { "CNY", TRUE }, { "USD", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = case_published ();

    case_add (alliance, "series", "id", "of", "title", "Of", "series_type", "price_index", "currency", cases[i].currency, NULL);
    case_add (alliance, "series-value", "series", "@of", "period", "2014", "value", "100", NULL);
    case_add (alliance, "series-value", "series", "@of", "period", "2017-01", "value", "104", NULL);
    case_add (alliance, "series-value", "series", "@of", "period", "2017-06", "value", "106", NULL);
    case_add (alliance, "observation", "id", "paid", "measured_property", "pay", "statistic", "mean", "value", "100", "unit",
              "CNY/month", "period", "2017", NULL);
    case_add (alliance, "metric", "id", "rows", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}",
              "deflate", "{\"series\":\"of\",\"to\":2014}", NULL);
    case_add (alliance, "metric", "id", "figure", REPORTED, "id = 'paid'", "deflate", "{\"series\":\"of\",\"to\":2014}", NULL);
    if (!cases[i].taken) {
      case_refuse (alliance, "rows", RUA_ERROR_UNIT,
                   "the field amount is in CNY, but the series of tells prices in USD; deflate by a series of prices in CNY");
      case_refuse (alliance, "figure", RUA_ERROR_UNIT,
                   "observation paid: this is in CNY, but the series of tells prices in USD; deflate by a series of prices in CNY");
      continue;
    }
    g_autoptr (RuaResult) rows = case_measure (alliance, "rows"), figure = case_measure (alliance, "figure");

    case_assert_estimate (figure, 100 / 1.05);
    g_assert_true (case_has_warning (rows, "the series of tells only some months of these years, and their mean stands for the "
                                           "year: 2017 (2 of 12)"));
    g_assert_true (case_has_warning (figure, "2017 (2 of 12)"));
  }
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
test_reported (void)
{
  g_autoptr (RuaAlliance) alliance = case_published ();
  g_autoptr (RuaResult) before = case_measure (alliance, "before");
  g_autoptr (GListModel) sources = rua_result_list_sources (before);
  g_autoptr (GListModel) observations = rua_result_list_observations (before);
  g_autoptr (RuaResult) agreeing = case_measure (alliance, "agreeing");
  g_autoptr (RuaResult) differing = case_measure (alliance, "differing");
  g_autoptr (RuaResult) rated = case_measure (alliance, "rated");
  g_autoptr (RuaResult) none = case_measure (alliance, "none");
  g_autoptr (RuaResult) valueless = case_measure (alliance, "valueless");
  double value;

  case_assert_estimate (before, 3927);
  case_assert_unit (before, "CNY/person/year");
  g_assert_cmpint (rua_result_get_basis (before), ==, RUA_RESULT_BASIS_PUBLISHED);
  g_assert_cmpstr (rua_result_get_price_basis (before), ==, "unstated");
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (observations), ==, 1);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_possible_periods (before)), ==, 3);
  g_assert_null (rua_result_get_period (before));

  case_assert_estimate (agreeing, 407);
  g_assert_cmpuint (rua_result_get_n_used (agreeing), ==, 2);
  g_assert_false (rua_result_get_estimate (differing, &value));
  g_assert_nonnull (strstr (rua_result_get_reason (differing), "407 station (stations-a)"));
  g_assert_nonnull (strstr (rua_result_get_reason (differing), "400 station (stations-c)"));

  case_assert_estimate (rated, 10);
  g_assert_true (rua_result_get_standard_error (rated, &value));
  g_assert_cmpfloat (value, ==, 2);
  g_assert_true (rua_result_get_low (rated, &value));
  g_assert_cmpfloat_with_epsilon (value, 10 - 1.959963984540054 * 2, 1e-9);

  g_assert_false (rua_result_get_estimate (none, &value));
  g_assert_cmpstr (rua_result_get_reason (none), ==, "no observation meets the condition");
  case_assert_unit (none, "station");
  g_assert_cmpstr (rua_result_get_reason (valueless), ==, "the observation has no value");
  g_assert_cmpuint (rua_result_get_n_missing (valueless), ==, 1);
}

/* What is not known keeps the unit in which it is not known. */
static void
test_reported_unknown (void)
{
  g_autoptr (RuaAlliance) alliance = case_published ();
  g_autoptr (RuaResult) unpaid = case_measure (alliance, "unpaid"), year = case_measure (alliance, "unpaid-year");
  g_autoptr (RuaResult) twice = case_measure (alliance, "unpaid-twice");
  double value;

  g_assert_false (rua_result_get_estimate (unpaid, &value));
  g_assert_cmpstr (rua_result_get_reason (unpaid), ==, "the observation has no value");
  case_assert_unit (unpaid, "CNY/person/month");
  g_assert_false (rua_result_get_estimate (year, &value));
  case_assert_unit (year, "CNY/person/year");
  g_assert_false (rua_result_get_estimate (twice, &value));
  case_assert_unit (twice, "CNY/person/month");
  case_refuse (alliance, "unpaid-misfit", RUA_ERROR_UNIT, "CNY/person/month");
}

static void
test_formula (void)
{
  g_autoptr (RuaAlliance) alliance = case_published ();
  g_autoptr (RuaResult) ratio = case_measure (alliance, "ratio");
  g_autoptr (GListModel) inputs = rua_result_list_inputs (ratio);
  g_autoptr (GListModel) sources = rua_result_list_sources (ratio);
  g_autoptr (RuaResult) change = case_measure (alliance, "change");
  g_autoptr (RuaResult) twice = case_measure (alliance, "twice");
  g_autoptr (RuaResult) both = case_measure (alliance, "both");
  g_autoptr (RuaResult) apart = case_measure (alliance, "apart");
  g_autoptr (RuaResult) mixed = case_measure (alliance, "mixed");
  g_autoptr (RuaResult) square = case_measure (alliance, "square");
  g_autoptr (RuaResult) by_zero = case_measure (alliance, "by-zero");
  g_autoptr (RuaResult) undefined = case_measure (alliance, "undefined");
  g_autoptr (RuaResult) named = case_measure (alliance, "named");
  double value;

  case_assert_estimate (ratio, 8478.0 / 3927);
  case_assert_unit (ratio, "1");
  g_assert_cmpuint (g_list_model_get_n_items (inputs), ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, 1);
  g_assert_false (rua_result_get_low (ratio, &value));
  case_assert_estimate (change, 4551);
  case_assert_unit (change, "CNY/person/year");

  /* one uncertain input: the ends of its interval */
  case_assert_estimate (twice, 19);
  g_assert_true (rua_result_get_high (twice, &value));
  g_assert_cmpfloat_with_epsilon (value, 2 * (10 + 1.959963984540054 * 2) - 1, 1e-9);
  g_assert_true (rua_result_get_standard_error (twice, &value));
  g_assert_cmpfloat_with_epsilon (value, 4, 1e-9);
  /* two, of which nothing says that they are independent */
  g_assert_false (rua_result_get_low (both, &value));
  g_assert_true (case_has_warning (both, "nothing says that the inputs are independent"));
  g_assert_true (rua_result_get_standard_error (apart, &value));
  g_assert_cmpfloat_with_epsilon (value, sqrt (4 + 16), 1e-9);
  /* one without an error */
  g_assert_false (rua_result_get_low (mixed, &value));
  g_assert_true (case_has_warning (mixed, "agreeing has no standard error"));
  case_assert_estimate (square, 1);
  g_assert_true (case_has_warning (square, "the formula turns round"));
  g_assert_false (rua_result_get_estimate (by_zero, &value));
  g_assert_nonnull (strstr (rua_result_get_reason (by_zero), "divided by zero"));
  g_assert_false (rua_result_get_estimate (undefined, &value));
  g_assert_nonnull (strstr (rua_result_get_reason (undefined), "differing is undefined: the published figures differ"));
  case_assert_estimate (named, 5);

  case_refuse (alliance, "misfit", RUA_ERROR_UNIT, "do not go together");
  case_refuse (alliance, "wrong-unit", RUA_ERROR_UNIT, "its unit is said to be kg");
  case_refuse (alliance, "chicken", RUA_ERROR_CYCLE, "chicken needs egg needs chicken");
  case_refuse (alliance, "lost", RUA_ERROR_UNKNOWN_NAME, "there is no metric “aftr”; did you mean");
  case_refuse (alliance, "misnamed", RUA_ERROR_UNKNOWN_NAME, "gives no value “size”");
  case_refuse (alliance, "words", RUA_ERROR_SYNTAX, "a formula over metrics is arithmetic");
  case_refuse (alliance, "empty", RUA_ERROR_MISSING, "neither an estimator nor a formula");
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
  g_autoptr (RuaAlliance) alliance = case_published ();
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
  case_assert_unit (result, "CNY[2017]/person/year");

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
    = case_with ("m", "estimator", "paired_change", "table", "incomes", "columns",
                     "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}",
                     "options", "{\"estimate\":\"ratio_of_means\"}", NULL);
  g_autoptr (RuaMeasureContext) context = rua_measure_context_new (alliance);
  g_autoptr (GError) error = NULL;
  double nominal, real, p = 1.01437 * 1.02 * 1.01593;

  case_add_series (alliance);
  nominal = under (context, "m");
  g_assert_cmpfloat_with_epsilon (nominal, 26000 / 13000.5, 1e-12);
  g_assert_true (rua_measure_context_deflate (context, "m", "cpi", 0, 2014, &error));
  real = under (context, "m");
  g_assert_cmpfloat_with_epsilon (real, nominal / p, 1e-12);
  g_assert_true (rua_measure_context_grow (context, "m", 2, &error));
  g_assert_cmpfloat_with_epsilon (under (context, "m"), real / 2, 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/deflate", test_deflate);
  g_test_add_func ("/measure/deflate-refused", test_deflate_refused);
  g_test_add_func ("/measure/deflate-money", test_deflate_money);
  g_test_add_func ("/measure/deflate-year-twice", test_deflate_year_twice);
  g_test_add_func ("/measure/reported", test_reported);
  g_test_add_func ("/measure/reported-unknown", test_reported_unknown);
  g_test_add_func ("/measure/formula", test_formula);
  g_test_add_func ("/measure/context", test_context);
  g_test_add_func ("/measure/context-rows", test_context_rows);
  return g_test_run ();
}
