/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prices brought from year to year by a series, what a context assumes of a metric, and the nodes of
 * a network: what is refused, in which words, and where a series does not lead. */
#include "measure-case.h"
#include "metrics-case.h"
#include "rua-deflation-private.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

typedef struct {
  const char *type; /* "-": unknown */
  const char *values[8][2]; /* period, value; up to NULL */
  int from, to;
  double ratio; /* NAN: refused */
  RuaError code;
  const char *says;
} Series;

static const Series series[] = {
  /* An index: of the year, or the mean of what is told within it. */
  { "price_index", { { "2014", "100" }, { "2017", "110" } }, 2014, 2017, 1.1, 0, NULL },
  { "price_index", { { "2017", "110" }, { "2014", "100" } }, 2017, 2014, 100 / 110.0, 0, NULL },
  { "price_index", { { "2014", "100" }, { "2017-01", "104" }, { "2017-02", "106" } }, 2014, 2017, 1.05, 0, NULL },
  { "price_index", { { "2014", "100" } }, 2019, 2019, 1, 0, NULL },
  { "price_index", { { "2014", "100" }, { "2017", "110" } }, 2014, 2015, NAN, RUA_ERROR_MISSING, "does not lead from 2014 to 2015: it has no value for 2015" },
  { "price_index", { { "2014", "100" }, { "2017", "110" } }, 2013, 2017, NAN, RUA_ERROR_MISSING, "no value for 2013" },
  { "price_index", { { "2014", "100" }, { "2017", "110" } }, 2014, 2018, NAN, RUA_ERROR_MISSING, "no value for 2018" },
  { "price_index", { { "2014", "100" }, { "2014", "101" } }, 2014, 2015, NAN, RUA_ERROR_DUPLICATE, "more than one value for the year 2014" },
  { "price_index", { { "2014", "100" }, { "2014-03", "101" } }, 2014, 2015, NAN, RUA_ERROR_DUPLICATE, "more than one value for the year 2014" },
  { "price_index", { { "2014-03", "100" }, { "2014", "101" } }, 2014, 2015, NAN, RUA_ERROR_DUPLICATE, "keep one" },
  { "price_index", { { "2014", "0" }, { "2015", "1" } }, 2014, 2015, NAN, RUA_ERROR_VALUE, "not above 0 in the year 2014" },
  { "price_index", { { "2014", "100" }, { "2015", "-1" } }, 2014, 2015, NAN, RUA_ERROR_VALUE, "not above 0 in the year 2015" },
  { "price_index", { { NULL } }, 2014, 2015, NAN, RUA_ERROR_MISSING, "has no values" },
  /* Rates lead from the year before to their own. */
  { "inflation_rate", { { "2014", "10" }, { "2015", "-50" } }, 2013, 2015, 0.55, 0, NULL },
  { "inflation_rate", { { "2014", "10" }, { "2015", "-50" } }, 2015, 2014, 2, 0, NULL },
  { "inflation_rate", { { "2014", "10" } }, 2012, 2014, NAN, RUA_ERROR_MISSING, "no value for 2012" },
  /* Nothing leads across a year without a rate, but on either side of it prices are known. */
  { "inflation_rate", { { "2014", "10" }, { "2016", "10" } }, 2013, 2014, 1.1, 0, NULL },
  { "inflation_rate", { { "2014", "10" }, { "2016", "10" } }, 2014, 2016, NAN, RUA_ERROR_MISSING, "no value for 2016" },
  { "inflation_rate", { { "2014-01", "10" }, { "2014-02", "10" } }, 2013, 2014, NAN, RUA_ERROR_VALUE, "rates within the year 2014" },
  /* One month's rate is no year's either. */
  { "inflation_rate", { { "2014-01", "10" } }, 2013, 2014, NAN, RUA_ERROR_VALUE, "rates within the year 2014" },
  { "inflation_rate", { { "2013", "2" }, { "2014-01-15", "10" } }, 2012, 2014, NAN, RUA_ERROR_VALUE, "rates within the year 2014" },
  /* Only prices say what money is worth. */
  { "benchmark", { { "2014", "100" }, { "2015", "101" } }, 2014, 2015, NAN, RUA_ERROR_VALUE, "is of the type benchmark" },
  { "-", { { "2014", "100" }, { "2015", "101" } }, 2014, 2015, NAN, RUA_ERROR_VALUE, "is of the type unknown" },
};

static RuaAlliance *
alliance_of (const Series *s)
{
  RuaAlliance *alliance = case_new ();

  case_add (alliance, "series", "id", "other", "title", "Others", "series_type", "price_index", NULL);
  case_add (alliance, "series", "id", "prices", "title", "Prices", "series_type", s->type, NULL);
  case_add (alliance, "series-value", "series", "@other", "period", "2014", "value", "7", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (s->values) && s->values[i][0] != NULL; i++)
    case_add (alliance, "series-value", "series", "@prices", "period", s->values[i][0], "value", s->values[i][1], NULL);
  return alliance;
}

static void
assert_error_says (GError *error, RuaError code, const char *says, const char *what)
{
  if (!g_error_matches (error, RUA_ERROR, code) || strstr (error->message, says) == NULL)
    g_error ("%s: code %d: %s; wanted: %s", what, error != NULL ? error->code : -1, error != NULL ? error->message : "no error", says);
}

static void
test_prices (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (series); i++) {
    const Series *s = &series[i];
    g_autoptr (RuaAlliance) alliance = alliance_of (s);
    g_autofree char *what = g_strdup_printf ("series %u", i);
    g_autoptr (GError) error = NULL;
    double ratio = 0;
    gboolean done = rua_series_get_price_ratio (alliance, "prices", s->from, s->to, &ratio, &error);

    if (isnan (s->ratio)) {
      g_assert_false (done);
      assert_error_says (error, s->code, s->says, what);
      g_assert_nonnull (strstr (error->message, "prices"));
      continue;
    }
    g_assert_no_error (error);
    g_assert_true (done);
    g_assert_cmpfloat_with_epsilon (ratio, s->ratio, 1e-12);
  }
}

static void
test_no_series (void)
{
  g_autoptr (RuaAlliance) alliance = alliance_of (&series[0]), empty = case_empty ();
  g_autoptr (GError) error = NULL;
  double ratio;

  g_assert_false (rua_series_get_price_ratio (alliance, "price", 2014, 2017, &ratio, &error));
  assert_error_says (error, RUA_ERROR_REFERENCE, "did you mean", "a slip");
  g_clear_error (&error);
  g_assert_false (rua_series_get_price_ratio (alliance, "price", 2014, 2014, &ratio, &error));
  assert_error_says (error, RUA_ERROR_REFERENCE, "prices", "a slip within a year");
  g_clear_error (&error);
  g_assert_false (rua_series_get_price_ratio (empty, "cpi", 2014, 2017, &ratio, &error));
  assert_error_says (error, RUA_ERROR_REFERENCE, "add it to the kind series", "none");
}

/* By which date a table is deflated, and to which year. */
static void
test_deflated_tables (void)
{
  static const struct {
    const char *kind;
    const char *date;
    const char *series;
    int to;
    RuaError code;
    const char *says; /* NULL: it can be */
  } cases[] = {
    { "income", NULL, "prices", 2017, 0, NULL },
    { "household", NULL, "prices", 2014, 0, NULL },
    { "household", "joined", "prices", 2014, 0, NULL },
    { "household", "joined +", "prices", 2014, RUA_ERROR_SYNTAX, "joined +" },
    { "income", NULL, "prices", 2015, RUA_ERROR_MISSING, "no value for 2015, to whose prices" },
    { "income", NULL, "prices", 2030, RUA_ERROR_MISSING, "no value for 2030, to whose prices" },
    { "income", NULL, "prise", 2014, RUA_ERROR_REFERENCE, "no series" },
    { "membership", NULL, "prices", 2014, 0, NULL },
    { "product", NULL, "prices", 2014, RUA_ERROR_MISSING, "has no date by which to deflate" },
  };
  g_autoptr (RuaAlliance) alliance = alliance_of (&series[0]);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaDeflation) deflation
      = rua_deflation_new (alliance, rua_alliance_get_table (alliance, cases[i].kind), cases[i].series, cases[i].to, cases[i].date, &error);

    if (cases[i].says == NULL) {
      g_assert_no_error (error);
      g_assert_nonnull (deflation);
    } else {
      if (deflation != NULL)
        g_error ("%s is deflated by %s", cases[i].kind, cases[i].date);
      assert_error_says (error, cases[i].code, cases[i].says, cases[i].kind);
    }
  }
}

/* ---- what a context assumes ---- */

static void
test_assumptions (void)
{
  static const int years[][2] = { { 2014, 999 }, { 2014, 10000 }, { 999, 2017 }, { 10000, 2017 }, { -1, 2017 }, { 2014, 0 } };
  static const double factors[] = { 0, -1, NAN, INFINITY };
  g_autoptr (RuaAlliance) alliance = case_with ("m", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", NULL);
  g_autoptr (RuaMeasureContext) context = rua_measure_context_new (alliance);
  g_autoptr (GError) error = NULL;
  RuaResult *result;

  case_add_series (alliance);
  for (guint i = 0; i < G_N_ELEMENTS (years); i++) {
    g_assert_false (rua_measure_context_deflate (context, "m", "index", years[i][0], years[i][1], &error));
    assert_error_says (error, RUA_ERROR_VALUE, "years have four digits", "years");
    g_clear_error (&error);
  }
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++) {
    g_assert_false (rua_measure_context_grow (context, "m", factors[i], &error));
    assert_error_says (error, RUA_ERROR_VALUE, "a factor above 0", "growth");
    g_clear_error (&error);
  }
  g_assert_false (rua_measure_context_deflate (context, "m", "index", 2014, 2016, &error));
  assert_error_says (error, RUA_ERROR_MISSING, "no value for 2016", "a year that is not there");
  g_clear_error (&error);
  g_assert_false (rua_measure_context_deflate (context, "nobody", "index", 2014, 2017, &error));
  assert_error_says (error, RUA_ERROR_UNKNOWN_NAME, "nobody", "deflate");
  g_clear_error (&error);
  g_assert_false (rua_measure_context_grow (context, "nobody", 2, &error));
  assert_error_says (error, RUA_ERROR_UNKNOWN_NAME, "nobody", "grow");
  g_clear_error (&error);
  g_assert_false (rua_measure_context_scale (context, "nobody", 2, "twice", &error));
  assert_error_says (error, RUA_ERROR_UNKNOWN_NAME, "nobody", "scale");
  g_clear_error (&error);
  /* Whatever was refused assumes nothing: the mean of the eight incomes that are known. */
  result = rua_measure_context_measure (context, "m", NULL, &error);
  g_assert_no_error (error);
  case_assert_estimate (result, (4000 + 9000 + 3000.5 + 5000 + 2500 + 6000 + 12000 + 800) / 8);
  g_assert_true (rua_measure_context_scale (context, "m", 1.5, NULL, &error));
  result = rua_measure_context_measure (context, "m", NULL, &error);
  g_assert_no_error (error);
  case_assert_estimate (result, 1.5 * (4000 + 9000 + 3000.5 + 5000 + 2500 + 6000 + 12000 + 800) / 8);
  /* What would have grown anyway is of a value before, and a mean has none. */
  g_assert_true (rua_measure_context_grow (context, "m", 1.5, &error));
  g_assert_null (rua_measure_context_measure (context, "m", NULL, &error));
  assert_error_says (error, RUA_ERROR_VALUE, "no column in the role “before”", "growth");
}

/* ---- nodes ---- */

static void
test_nodes (void)
{
  static const struct {
    const char *nodes;
    RuaError code;
    const char *says; /* NULL: answered */
    double density;
  } cases[] = {
    { "{\"table\":\"households\",\"columns\":{\"node\":\"id\",\"side\":\"stratum\"}}", 0, NULL, 0.75 },
    { "{\"table\":\"households\",\"columns\":{\"node\":\"id\",\"side\":\"stratum\"},\"where\":\"id != 'lone'\"}", 0, NULL, 1 },
    { "{\"table\":\"households\",\"columns\":{\"node\":\"id\",\"side\":\"stratum\"},\"where\":\"id\"}", RUA_ERROR_VALUE, "nodes: where: “id” is no condition", 0 },
    { "{\"table\":\"households\",\"columns\":{\"node\":\"id\",\"side\":\"stratum\"},\"where\":\"weight > 'a'\"}", RUA_ERROR_SYNTAX, "nodes: where: ", 0 },
    { "{\"table\":\"households\",\"columns\":{\"node\":\"idd\",\"side\":\"stratum\"}}", RUA_ERROR_UNKNOWN_NAME, "nodes: node: ", 0 },
    { "{\"table\":\"households\",\"columns\":{\"node\":\"id\",\"group\":\"stratum\"}}", RUA_ERROR_UNKNOWN_NAME, "no role “group” of nodes", 0 },
    { "{\"table\":\"households\",\"columns\":{\"node\":\"id\",\"from\":\"stratum\"}}", RUA_ERROR_UNKNOWN_NAME, "no role “from” of nodes", 0 },
    { "{\"table\":\"housefolds\",\"columns\":{\"node\":\"id\",\"side\":\"stratum\"}}", RUA_ERROR_UNKNOWN_NAME, "housefolds", 0 },
    { "{\"table\":\"households\",\"columns\":{\"node\":\"id\"}}", RUA_ERROR_MISSING, "side", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = case_empty ();
    g_autoptr (RuaRecord) metric = NULL;
    g_autoptr (RuaResult) result = NULL;
    g_autoptr (GError) error = NULL;

    /* Two of the one side, two of the other; all but one pair know each other. */
    case_add (alliance, "household", "id", "a", "stratum", "l", NULL);
    case_add (alliance, "household", "id", "b", "stratum", "r", NULL);
    case_add (alliance, "household", "id", "c", "stratum", "l", NULL);
    case_add (alliance, "household", "id", "lone", "stratum", "r", NULL);
    case_add (alliance, "household", "id", "nowhere", NULL);
    case_add (alliance, "cooperative", "id", "a", "name", "b", NULL);
    case_add (alliance, "cooperative", "id", "c", "name", "b", NULL);
    if (cases[i].density == 0.75)
      case_add (alliance, "cooperative", "id", "lone", "name", "a", NULL);
    case_add (alliance, "metric", "id", "net", "estimator", "bipartite_network", "table", "cooperatives", "columns",
              "{\"from\":\"id\",\"to\":\"name\"}", "options", "{\"left\":\"l\",\"right\":\"r\"}", "nodes", cases[i].nodes, NULL);
    metric = rua_alliance_find (alliance, "metric", "net");
    result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
    if (cases[i].says != NULL) {
      g_assert_null (result);
      assert_error_says (error, cases[i].code, cases[i].says, cases[i].nodes);
    } else {
      g_assert_no_error (error);
      case_assert_estimate (result, cases[i].density);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/prices", test_prices);
  g_test_add_func ("/series/no-series", test_no_series);
  g_test_add_func ("/series/deflated-tables", test_deflated_tables);
  g_test_add_func ("/series/assumptions", test_assumptions);
  g_test_add_func ("/series/nodes", test_nodes);
  return g_test_run ();
}
