/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Published figures that a metric reports: which is meant, in which money and unit, and what is refused. */
#include "measure-case.h"
#include "metrics-case.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

#define PAID "unit", "CNY/person/year"
#define TO_2017 "deflate", "{\"series\":\"cpi\",\"to\":2017}"

/* What 1 CNY of 2014 is in prices of 2017. */
static const double risen = 1.01437 * 1.02 * 1.01593;

static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = case_empty ();

  case_add_series (alliance);
  case_add (alliance, "observation", "id", "pay-2014", "measured_property", "pay", "statistic", "mean", "value", "1000", PAID, "period", "2014-03", "price_basis", "nominal", NULL);
  case_add (alliance, "observation", "id", "pay-2017", "measured_property", "pay", "statistic", "mean", "value", "2000", PAID, "period", "2017", NULL);
  case_add (alliance, "observation", "id", "pay-some-year", "measured_property", "pay", "statistic", "mean", "value", "500", PAID, NULL);
  case_add (alliance, "observation", "id", "pay-real", "measured_property", "pay", "statistic", "mean", "value", "800", PAID, "period", "2017", "price_basis", "real",
            "price_year", "2014", NULL);
  case_add (alliance, "observation", "id", "pay-unknown", "measured_property", "pay", "statistic", "mean", PAID, "period", "2014", NULL);
  case_add (alliance, "observation", "id", "pay-old", "measured_property", "pay", "statistic", "mean", "value", "9", PAID, "period", "1990", NULL);
  case_add (alliance, "observation", "id", "people", "measured_property", "people", "statistic", "count", "value", "70", "unit", "person", "period", "2014", NULL);
  return alliance;
}

static RuaResult *
report (RuaAlliance *alliance, const char *where, const char *field, const char *text)
{
  static guint serial;
  g_autofree char *id = g_strdup_printf ("m%u", serial++);

  if (field)
    case_add (alliance, "metric", "id", id, REPORTED, where, field, text, NULL);
  else
    case_add (alliance, "metric", "id", id, REPORTED, where, NULL);
  return case_measure (alliance, id);
}

/* Money of another year is brought to the year asked for, wherever that of the figure is told. */
static void
test_prices (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaResult) plain = report (alliance, "id = 'pay-2014'", NULL, NULL), later = report (alliance, "id = 'pay-2014'", TO_2017);
  g_autoptr (RuaResult) same = report (alliance, "id = 'pay-2017'", TO_2017);
  g_autoptr (RuaResult) real = report (alliance, "id = 'pay-real'", NULL, NULL), later_real = report (alliance, "id = 'pay-real'", TO_2017);
  g_autoptr (RuaResult) people = report (alliance, "id = 'people'", TO_2017), unknown = report (alliance, "id = 'pay-unknown'", TO_2017);

  case_assert_estimate (plain, 1000);
  case_assert_unit (plain, "CNY/person/year");
  g_assert_cmpstr (rua_result_get_price_basis (plain), ==, "nominal");
  g_assert_cmpstr (rua_result_get_period (plain), ==, "2014-03");
  case_assert_estimate (later, 1000 * risen);
  case_assert_unit (later, "CNY[2017]/person/year");
  g_assert_cmpstr (rua_result_get_price_basis (later), ==, "real");
  case_assert_estimate (same, 2000);
  case_assert_unit (same, "CNY[2017]/person/year");
  /* The figure's own price year goes before its period. */
  case_assert_estimate (real, 800);
  case_assert_unit (real, "CNY[2014]/person/year");
  g_assert_cmpstr (rua_result_get_price_basis (real), ==, "real");
  case_assert_estimate (later_real, 800 * risen);
  /* People are no money. */
  case_assert_estimate (people, 70);
  case_assert_unit (people, "person");
  g_assert_null (rua_result_get_price_basis (people));
  /* What is not known is not known in money of that year. */
  g_assert_cmpstr (rua_result_get_reason (unknown), ==, "the observation has no value");
  case_assert_unit (unknown, "CNY[2017]/person/year");
  g_assert_cmpuint (rua_result_get_n_missing (unknown), ==, 1);
}

static void
refuse (RuaAlliance *alliance, RuaError code, const char *part, const char *field, const char *text, const char *other, const char *more)
{
  static guint serial;
  g_autofree char *id = g_strdup_printf ("r%u", serial++);

  case_add (alliance, "metric", "id", id, "estimator", "reported", field, text, other, more, NULL);
  case_refuse (alliance, id, code, part);
}

#define OF_OBSERVATIONS "table", "observations"

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  refuse (alliance, RUA_ERROR_MISSING, "reported needs a where that tells which figure is meant, as in id = 'income-2017'", OF_OBSERVATIONS, NULL, NULL);
  refuse (alliance, RUA_ERROR_VALUE, "where: this is not a condition", OF_OBSERVATIONS, "where", "value + 1");
  refuse (alliance, RUA_ERROR_UNKNOWN_NAME, "where: ", OF_OBSERVATIONS, "where", "vaule = 1");
  refuse (alliance, RUA_ERROR_SYNTAX, "where: ", OF_OBSERVATIONS, "where", "id = ");
  refuse (alliance, RUA_ERROR_VALUE, "reported takes published figures, so its table is observations, not places", "table", "places", "where", "id = 'x'");
  case_add (alliance, "metric", "id", "grouped", REPORTED, "id = 'people'", "by", "statistic", NULL);
  {
    g_autoptr (RuaRecord) grouped = rua_alliance_find (alliance, "metric", "grouped");
    g_autoptr (GError) error = NULL;

    g_assert_null (rua_metric_measure_groups (RUA_METRIC (grouped), alliance, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_assert_cmpstr (error->message, ==, "metric grouped: published figures are not grouped; leave by out");
  }
  case_add (alliance, "metric", "id", "yearless", REPORTED, "id = 'pay-some-year'", TO_2017, NULL);
  case_refuse (alliance, "yearless", RUA_ERROR_MISSING,
               "the observation pay-some-year does not say of which year its money is; give its period, or its price_year where its price_basis is real");
  {
    /* Which the mend says. */
    g_autoptr (RuaRecord) figure = rua_alliance_find (alliance, "observation", "pay-some-year");
    g_autoptr (RuaResult) mended = NULL;

    case_set (figure, alliance, "price_basis", "real");
    case_set (figure, alliance, "price_year", "2014");
    mended = case_measure (alliance, "yearless");
    case_assert_estimate (mended, 500 * risen);
    rua_record_unset (figure, "price_year", NULL);
    case_set (figure, alliance, "period", "2014-11");
    g_clear_object (&mended);
    mended = case_measure (alliance, "yearless");
    case_assert_estimate (mended, 500 * risen);
  }
  case_add (alliance, "metric", "id", "early", REPORTED, "id = 'pay-old'", TO_2017, NULL);
  case_refuse (alliance, "early", RUA_ERROR_MISSING, "metric early: the series cpi does not lead from 1990 to 2017");
  case_add (alliance, "metric", "id", "misfit", REPORTED, "id = 'people'", "unit", "kg", NULL);
  case_refuse (alliance, "misfit", RUA_ERROR_UNIT, "kg");
  case_add (alliance, "observation", "id", "odd", "measured_property", "odd", "statistic", "mean", "value", "1", "unit", "1", NULL);
}

/* Figures that differ are all told, but not more than can be read; equal ones agree in whatever unit. */
static void
test_several (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaResult) same = NULL, apart = NULL, six = NULL, many = NULL;
  double value;

  case_add (alliance, "observation", "id", "mass-kg", "measured_property", "mass", "statistic", "mean", "value", "2000", "unit", "kg", "sample_size", "40", "standard_error", "50", NULL);
  case_add (alliance, "observation", "id", "mass-t", "measured_property", "mass", "statistic", "mean", "value", "2", "unit", "t", "possible_periods", "2013 2014", NULL);
  case_add (alliance, "observation", "id", "mass-people", "measured_property", "crowd", "statistic", "mean", "value", "2000", "unit", "person", "possible_periods", "2014 2015", NULL);
  same = report (alliance, "measured_property = 'mass'", NULL, NULL);
  case_assert_estimate (same, 2000);
  case_assert_unit (same, "kg");
  g_assert_true (rua_result_get_standard_error (same, &value));
  g_assert_cmpfloat (value, ==, 50);
  g_assert_true (rua_result_get_named (same, "sample_size", &value));
  g_assert_cmpfloat (value, ==, 40);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_possible_periods (same)), ==, 2);
  apart = report (alliance, "id in ('mass-kg', 'mass-people')", NULL, NULL);
  g_assert_false (rua_result_get_estimate (apart, &value));
  g_assert_cmpstr (rua_result_get_reason (apart), ==, "the published figures differ: 2000 kg (mass-kg), 2000 person (mass-people)");
  for (guint i = 0; i < 8; i++) {
    g_autofree char *id = g_strdup_printf ("n%u", i), *number = g_strdup_printf ("%u", i);

    case_add (alliance, "observation", "id", id, "measured_property", i < 6 ? "six" : "more", "statistic", "mean", "value", number, "unit", "1", NULL);
  }
  six = report (alliance, "measured_property = 'six'", NULL, NULL);
  many = report (alliance, "measured_property in ('six', 'more')", NULL, NULL);
  g_assert_true (g_str_has_suffix (rua_result_get_reason (six), " (n5)"));
  g_assert_true (g_str_has_suffix (rua_result_get_reason (many), " (n5) and 2 more"));
}

/* An error is brought to other prices with its value; of a value of 0 it stays what it is, and one below 0 is none. */
static void
test_errors (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaResult) paid = NULL, nothing = NULL, odd = NULL;
  double se, low, high;

  case_add (alliance, "observation", "id", "sampled", "measured_property", "pay", "statistic", "mean", "value", "1000", PAID, "period", "2014", "standard_error", "20", NULL);
  case_add (alliance, "observation", "id", "nothing", "measured_property", "change", "statistic", "mean", "value", "0", "unit", "1", "standard_error", "3", "sample_size", "0", NULL);
  case_add (alliance, "observation", "id", "odd", "measured_property", "odd", "statistic", "mean", "value", "5", "unit", "1", "standard_error", "-3", NULL);
  paid = report (alliance, "id = 'sampled'", TO_2017);
  g_assert_true (rua_result_get_standard_error (paid, &se));
  g_assert_cmpfloat_with_epsilon (se, 20 * risen, 1e-9);
  g_assert_true (rua_result_get_low (paid, &low) && rua_result_get_high (paid, &high));
  g_assert_cmpfloat_with_epsilon (high - low, 2 * 1.959963984540054 * 20 * risen, 1e-8);
  nothing = report (alliance, "id = 'nothing'", NULL, NULL);
  g_assert_true (rua_result_get_standard_error (nothing, &se));
  g_assert_cmpfloat (se, ==, 3);
  g_assert_false (rua_result_get_named (nothing, "sample_size", &se));
  odd = report (alliance, "id = 'odd'", NULL, NULL);
  case_assert_estimate (odd, 5);
  g_assert_false (rua_result_get_standard_error (odd, &se));
  g_assert_false (rua_result_get_low (odd, &low));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reported/prices", test_prices);
  g_test_add_func ("/reported/refused", test_refused);
  g_test_add_func ("/reported/several", test_several);
  g_test_add_func ("/reported/errors", test_errors);
  return g_test_run ();
}
