/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure-case.h"

#include "metrics-case.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

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

RuaAlliance *
case_with (const char *id, ...)
{
  RuaAlliance *alliance = case_new ();
  va_list args;

  va_start (args, id);
  add_metric (alliance, id, args);
  va_end (args);
  return alliance;
}

RuaResult *
case_measure (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (GError) error = NULL;
  RuaResult *result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);

  if (result == NULL)
    g_error ("%s: %s", id, error->message);
  return result;
}

void
case_refuse (RuaAlliance *alliance, const char *id, RuaError code, const char *part)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaResult) result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);

  g_assert_null (result);
  if (!g_error_matches (error, RUA_ERROR, code) || strstr (error->message, part) == NULL)
    g_error ("code %d: %s; wanted: %s", error->code, error->message, part);
}

void
case_assert_unit (RuaResult *result, const char *text)
{
  g_autofree char *got = rua_unit_to_string (rua_result_get_unit (result));

  g_assert_cmpstr (got, ==, text);
}

void
case_assert_estimate (RuaResult *result, double want)
{
  double got;

  if (!rua_result_get_estimate (result, &got))
    g_error ("undefined: %s", rua_result_get_reason (result));
  g_assert_cmpfloat_with_epsilon (got, want, 1e-9 * MAX (1, fabs (want)));
}

gboolean
case_has_warning (RuaResult *result, const char *part)
{
  const char *const *warnings = rua_result_get_warnings (result);

  for (guint i = 0; warnings[i] != NULL; i++)
    if (strstr (warnings[i], part) != NULL)
      return TRUE;
  return FALSE;
}

void
case_add_series (RuaAlliance *alliance)
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

RuaAlliance *
case_published (void)
{
  RuaAlliance *alliance = case_with ("before", REPORTED, "id = 'before'", "unit", "CNY/person/year", NULL);

  case_add_series (alliance);
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
