/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics-case.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

/* Figures with a unit, without one, of nothing, unknown, and two with a standard error. */
static RuaAlliance *
new_alliance (void)
{
  static const char *const figures[][4] = {
    { "ten", "10", "kg", "-" },   { "four", "4", "kg", "-" },  { "half", "50", "%", "-" },  { "two", "2", "1", "-" },
    { "zero", "0", "1", "-" },    { "loss", "-9", "kg", "-" }, { "none", "-", "kg", "-" },  { "field", "3", "ha", "-" },
    { "about", "100", "kg", "10" }, { "other", "50", "kg", "5" }, { "tonnes", "0.02", "t", "-" }, { "wide", "3", "kg", "10" },
  };
  RuaAlliance *alliance = case_empty ();

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    g_autofree char *where = g_strdup_printf ("id = '%s'", figures[i][0]);

    case_add (alliance, "observation", "id", figures[i][0], "measured_property", "x", "statistic", "value", "value", figures[i][1],
              "unit", figures[i][2], "standard_error", figures[i][3], NULL);
    case_add (alliance, "metric", "id", figures[i][0], "estimator", "reported", "table", "observations", "where", where, "unit", figures[i][2], NULL);
  }
  return alliance;
}

static RuaResult *
measure (RuaAlliance *alliance, const char *formula, const char *options, GError **error)
{
  static guint n;
  g_autofree char *id = g_strdup_printf ("formula.%u", n++);
  g_autoptr (RuaRecord) metric = NULL;

  case_add (alliance, "metric", "id", id, "formula", formula, "options", options, NULL);
  metric = rua_alliance_find (alliance, "metric", id);
  return rua_metric_measure (RUA_METRIC (metric), alliance, NULL, error);
}

static void
test_values (void)
{
  static const struct {
    const char *formula;
    double value;
    const char *unit;
  } cases[] = {
    { "ten + four", 14, "kg" },
    { "ten - four", 6, "kg" },
    { "-ten", -10, "kg" },
    { "- (ten - four) * 2", -12, "kg" },
    { "ten * four", 40, "kg^2" },
    { "ten * 3", 30, "kg" },
    { "3 * ten", 30, "kg" },
    { "3 * 4", 12, "1" },
    { "ten / four", 2.5, "1" },
    { "ten / 4", 2.5, "kg" },
    { "20 / ten", 2, "1/kg" },
    { "ten / field", 10.0 / 3, "kg/ha" },
    { "ten + tonnes", 30, "kg" },
    { "tonnes + ten", 0.03, "t" },
    { "abs (loss)", 9, "kg" },
    { "abs (ten)", 10, "kg" },
    { "abs (four - ten)", 6, "kg" },
    { "sqrt (ten / four)", 1.5811388300841898, "1" },
    { "sqrt (half)", 0.70710678118654757, "1" },
    { "ln (two)", 0.69314718055994529, "1" },
    { "ln (half)", -0.69314718055994529, "1" },
    { "log10 (1000 * two / two)", 3, "1" },
    { "exp (zero)", 1, "1" },
    { "exp (two)", 7.3890560989306504, "1" },
    { "power (four, 2)", 16, "kg^2" },
    { "power (four, -1)", 0.25, "1/kg" },
    { "power (four, 0)", 1, "1" },
    { "power (two, 0.5)", 1.4142135623730951, "1" },
    { "power (half, 2)", 0.25, "1" },
    { "power (3, 2)", 9, "1" },
    { "round (ten / four)", 3, "1" },
    { "round (ten / 4)", 3, "kg" },
    { "least (ten, four)", 4, "kg" },
    { "least (four, ten, tonnes)", 4, "kg" },
    { "greatest (ten, four)", 10, "kg" },
    { "greatest (four, ten, tonnes)", 20, "kg" },
    { "greatest (tonnes, ten)", 0.02, "t" },
    { "least (1, 2, 3, 4, 5, 6, 7, 0.5)", 0.5, "1" },
    { "unit (two, 'kg')", 2, "kg" },
    { "unit (half, 'kg')", 0.5, "kg" },
    { "unit (7, 'ha')", 7, "ha" },
    { "convert (tonnes, 'kg')", 20, "kg" },
    { "convert (half, '1')", 0.5, "1" },
    { "two + half", 2.5, "1" },
    { "two + 50 %", 2.5, "1" },
    /* A number that is written out takes the unit that it stands beside. */
    { "half * 10", 500, "%" },
    { "ten * 50 %", 5, "kg" },
    { "50 % * ten", 5, "kg" },
    { "ten / half", 20, "kg" },
    { "half / ten", 0.05, "1/kg" },
    { "half * half", 25, "%" },
    { "half / 25 %", 2, "1" },
    { "ten * half + 1", 6, "kg" },
    { "1 - half", -49, "%" },
    { "100 - half", 50, "%" },
    { "100 % - half", 50, "%" },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = measure (alliance, cases[i].formula, "-", &error);
    g_autofree char *unit = NULL;
    double value;

    if (result == NULL)
      g_error ("%s: %s", cases[i].formula, error->message);
    unit = rua_result_get_unit (result) != NULL ? rua_unit_to_string (rua_result_get_unit (result)) : g_strdup ("1");
    if (!rua_result_get_estimate (result, &value) || fabs (value - cases[i].value) > 1e-12 || strcmp (unit, cases[i].unit) != 0)
      g_error ("%s: %.17g %s, not %.17g %s; %s", cases[i].formula, value, unit, cases[i].value, cases[i].unit,
               rua_result_get_reason (result) ? rua_result_get_reason (result) : "");
  }
}

/* What cannot be told says why, and is no zero. */
static void
test_undefined (void)
{
  static const struct {
    const char *formula;
    const char *reason;
  } cases[] = {
    { "ten / zero", "zero is zero, and nothing is divided by zero" },
    { "ten / (four - 4 * four / 4)", "is zero, and nothing is divided by zero" },
    { "none + ten", "none is undefined: " },
    { "ten + none", "none is undefined: " },
    { "2 * none", "none is undefined: " },
    { "least (ten, none)", "none is undefined: " },
    { "least (none, ten)", "none is undefined: " },
    { "greatest (ten, none, four)", "none is undefined: " },
    { "abs (none)", "none is undefined: " },
    { "round (none)", "none is undefined: " },
    { "ln (zero)", "ln has no value there" },
    { "log10 (zero)", "log10 has no value there" },
    { "ln (0 - two)", "ln has no value there" },
    { "sqrt (0 - two)", "sqrt has no value there" },
    { "power (zero, -1)", "power has no value there" },
    { "power (0 - two, 0.5)", "power has no value there" },
    { "exp (1000 * two)", "exp has no value there" },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = measure (alliance, cases[i].formula, "-", &error);
    double value;

    if (result == NULL)
      g_error ("%s: %s", cases[i].formula, error->message);
    if (rua_result_get_estimate (result, &value))
      g_error ("%s is %g", cases[i].formula, value);
    if (rua_result_get_reason (result) == NULL || strstr (rua_result_get_reason (result), cases[i].reason) == NULL)
      g_error ("%s: %s, not: %s", cases[i].formula, rua_result_get_reason (result), cases[i].reason);
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *formula;
    RuaError code;
    const char *message;
  } cases[] = {
    { "ten +", RUA_ERROR_SYNTAX, "expected a value" },
    { "ten + nobody", RUA_ERROR_UNKNOWN_NAME, "nobody" },
    { "ten + two", RUA_ERROR_UNIT, "kg and 1 do not go together" },
    { "ten - field", RUA_ERROR_UNIT, "do not go together" },
    { "least (ten, field)", RUA_ERROR_UNIT, "do not go together" },
    { "greatest (ten, four, two)", RUA_ERROR_UNIT, "do not go together" },
    { "ten and four", RUA_ERROR_SYNTAX, "a formula over metrics is arithmetic" },
    { "'text'", RUA_ERROR_SYNTAX, "a formula over metrics is arithmetic" },
    { "ten + 'text'", RUA_ERROR_SYNTAX, "a formula over metrics is arithmetic" },
    { "-(ten = four)", RUA_ERROR_SYNTAX, "a formula over metrics is arithmetic" },
    { "sum (ten)", RUA_ERROR_UNKNOWN_NAME, "there is no function “sum” over metrics; there are abs, sqrt" },
    { "abs (ten, four)", RUA_ERROR_SYNTAX, "abs does not take 2 values" },
    { "power (ten)", RUA_ERROR_SYNTAX, "power does not take 1 values" },
    { "least (ten)", RUA_ERROR_SYNTAX, "least does not take 1 values" },
    { "least (1, 2, 3, 4, 5, 6, 7, 8, 9)", RUA_ERROR_SYNTAX, "least does not take 9 values" },
    { "abs (sum (ten))", RUA_ERROR_UNKNOWN_NAME, "there is no function “sum”" },
    { "unit (two, kg)", RUA_ERROR_SYNTAX, "a unit stands in single quotes" },
    { "convert (tonnes, 3)", RUA_ERROR_SYNTAX, "a unit stands in single quotes" },
    { "unit (two, 'kilo gram')", RUA_ERROR_UNIT, "" },
    { "unit (ten, 'kg')", RUA_ERROR_UNIT, "this has a unit already; use convert" },
    { "convert (ten, 'ha')", RUA_ERROR_UNIT, "do not go together" },
    { "ln (ten)", RUA_ERROR_UNIT, "ln is taken of plain numbers" },
    { "log10 (ten)", RUA_ERROR_UNIT, "log10 is taken of plain numbers" },
    { "exp (ten)", RUA_ERROR_UNIT, "exp is taken of plain numbers" },
    { "sqrt (ten)", RUA_ERROR_UNIT, "sqrt is taken of plain numbers" },
    { "power (ten, two)", RUA_ERROR_VALUE, "power takes a number from -9 to 9 here, written out" },
    { "power (ten, -two)", RUA_ERROR_VALUE, "power takes a number from -9 to 9 here" },
    { "power (ten, 10)", RUA_ERROR_VALUE, "power takes a number from -9 to 9 here" },
    { "power (ten, -10)", RUA_ERROR_VALUE, "power takes a number from -9 to 9 here" },
    { "power (ten, 0.5)", RUA_ERROR_VALUE, "a whole one where there is a unit" },
    { "power (two, 50 %)", RUA_ERROR_VALUE, "power takes a number" },
    { "power (power (ten, 9), 2)", RUA_ERROR_LIMIT, "too large exponents" },
    { "power (ten, 9) * ten", RUA_ERROR_LIMIT, "too large exponents" },
    { "ten['p_value'] + 1", RUA_ERROR_UNKNOWN_NAME, "the metric ten gives no value “p_value”" },
    { "ten[p_value] + 1", RUA_ERROR_UNKNOWN_NAME, "the metric ten gives no value “p_value”" },
    { "ten[3] + 1", RUA_ERROR_SYNTAX, "brackets after a metric hold the name of one of its values" },
    { "ten[a.b] + 1", RUA_ERROR_SYNTAX, "brackets after a metric hold the name of one of its values" },
    { "ten[a + b] + 1", RUA_ERROR_SYNTAX, "brackets after a metric hold the name of one of its values" },
    { "(ten + four)['p_value']", RUA_ERROR_SYNTAX, "brackets after a metric hold the name of one of its values" },
    { "power (ten, 'two')", RUA_ERROR_SYNTAX, "a formula over metrics is arithmetic" },
    { "ten + abs (nobody)", RUA_ERROR_UNKNOWN_NAME, "nobody" },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = measure (alliance, cases[i].formula, "-", &error);

    if (result != NULL)
      g_error ("%s is taken", cases[i].formula);
    if (!g_error_matches (error, RUA_ERROR, cases[i].code) || strstr (error->message, cases[i].message) == NULL)
      g_error ("%s: %d: %s", cases[i].formula, error->code, error->message);
  }
}

/* Rows of which each has an area and an amount, in other units than the metrics say. */
static RuaAlliance *
new_rows (void)
{
  RuaAlliance *alliance = case_empty ();
  static const char *const areas[][2] = { { "10", "100" }, { "20", "200" }, { "30", "-" } };

  for (guint i = 0; i < G_N_ELEMENTS (areas); i++) {
    g_autofree char *id = g_strdup_printf ("p%u", i), *reference = g_strdup_printf ("@h%u", i), *household = g_strdup_printf ("h%u", i);

    case_add (alliance, "place", "id", id, "name", id, "level", "village", "area", areas[i][0], "population", areas[i][1], NULL);
    case_add (alliance, "household", "id", household, "n_persons", "2", NULL);
    case_add (alliance, "income", "household", reference, "year", "2014", "amount", areas[i][0], NULL);
    case_add (alliance, "income", "household", reference, "year", "2017", "amount", areas[i][1], NULL);
  }
  case_add (alliance, "metric", "id", "area", "estimator", "mean", "table", "places", "columns", "{\"value\":\"area\"}", "unit", "mu", NULL);
  case_add (alliance, "metric", "id", "money", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", NULL);
  case_add (alliance, "metric", "id", "share", "estimator", "proportion", "table", "places", "columns", "{\"value\":\"area > 10\"}", "unit", "%", NULL);
  case_add (alliance, "metric", "id", "ratio", "estimator", "paired_change", "table", "incomes", "columns",
            "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}", "options", "{\"estimate\":\"ratio_of_means\"}", "unit", "%", NULL);
  case_add (alliance, "metric", "id", "weighted", "estimator", "weighted_mean", "table", "places", "columns",
            "{\"value\":\"area\",\"weight\":\"population\"}", "unit", "mu", NULL);
  case_add (alliance, "metric", "id", "counted", "estimator", "count", "table", "places", "unit", "place", NULL);
  case_add (alliance, "metric", "id", "few", "estimator", "count", "table", "places", "where", "area > 10", "unit", "place", NULL);
  case_add (alliance, "metric", "id", "people", "estimator", "total", "table", "places", "columns", "{\"value\":\"population\"}", NULL);
  return alliance;
}

/* A named value has the unit of the metric where it is of one kind with what is measured, and is converted with it. */
static void
test_named (void)
{
  static const struct {
    const char *formula;
    double value;
    const char *unit;
  } cases[] = {
    { "area['mean'] - area", 0, "mu" },
    { "area['max'] - area['min']", 300, "mu" },
    { "area['max'] / area", 1.5, "1" },
    { "area['sd']", 150, "mu" },
    { "convert (area['sd'], 'ha')", 10, "ha" },
    { "area * area['n']", 900, "mu" },
    { "area['n'] + 1", 4, "1" },
    { "share - share['p']", 0, "%" },
    { "share['p']", 200.0 / 3, "%" },
    { "share['n']", 3, "1" },
    { "share['x'] / share['n']", 2.0 / 3, "1" },
    { "ratio['ratio_of_means'] - ratio", 0, "%" },
    { "ratio['mean_before'] - ratio['mean_after']", -135, "CNY/household/year" },
    { "ratio['mean_after'] + money", 222, "CNY/household/year" },
    { "ratio['left_share']", 100.0 / 3, "%" },
    { "weighted['mean'] - weighted", 0, "mu" },
    { "weighted['sum_weights'] / 3", 100, "1" },
    { "unit (weighted['sum_weights'], 'person') / counted", 100, "person/place" },
    { "counted['n_total'] - counted", 0, "place" },
  };
  static const struct {
    const char *formula;
    const char *message;
  } refused[] = {
    { "money['max'] + area", "CNY" },
    { "area['max'] + money", "CNY" },
    { "area + area['n']", "1" },
    { "weighted['sum_weights'] * area", "nothing tells the unit of the value “sum_weights”, so it does not go together with what is in mu" },
    { "area - 2 * weighted['sum_weights']", "nothing tells the unit of the value “sum_weights”" },
    { "least (area, weighted['sum_weights'])", "nothing tells the unit of the value “sum_weights”" },
  };
  g_autoptr (RuaAlliance) alliance = new_rows ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = measure (alliance, cases[i].formula, "-", &error);
    g_autofree char *unit = NULL;
    double value = NAN;

    if (result == NULL)
      g_error ("%s: %s", cases[i].formula, error->message);
    unit = rua_unit_to_string (rua_result_get_unit (result));
    rua_result_get_estimate (result, &value);
    if (!(fabs (value - cases[i].value) < 1e-9) || strcmp (unit, cases[i].unit) != 0)
      g_error ("%s: %.17g %s", cases[i].formula, value, unit);
  }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = measure (alliance, refused[i].formula, "-", &error);

    if (result != NULL)
      g_error ("%s is taken", refused[i].formula);
    if (!g_error_matches (error, RUA_ERROR, RUA_ERROR_UNIT) || strstr (error->message, refused[i].message) == NULL)
      g_error ("%s: %s", refused[i].formula, error->message);
  }
}

/* The rows behind a formula are each counted once, however often they are read. */
static void
test_rows (void)
{
  static const struct {
    const char *formula;
    guint n_eligible;
    guint n_used;
  } cases[] = {
    { "area / counted", 3, 3 },
    { "people / people", 3, 2 },
    { "people / area", 3, 3 }, /* of the same rows, one of which has no population */
    { "area / few", 5, 5 },    /* by another condition they are other rows */
    { "money / area", 9, 8 },
    { "3 * 4", 0, 0 },
  };
  g_autoptr (RuaAlliance) alliance = new_rows ();
  g_autoptr (RuaRecord) last = NULL;
  g_autoptr (RuaResult) deep = NULL;
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = measure (alliance, cases[i].formula, "-", &error);

    g_assert_no_error (error);
    if (rua_result_get_n_eligible (result) != cases[i].n_eligible || rua_result_get_n_used (result) != cases[i].n_used
        || rua_result_get_n_missing (result) != cases[i].n_eligible - cases[i].n_used)
      g_error ("%s: %u of %u", cases[i].formula, (guint) rua_result_get_n_used (result), (guint) rua_result_get_n_eligible (result));
  }
  /* Nor do chains multiply them. */
  case_add (alliance, "metric", "id", "c0", "formula", "area + area['sd']", NULL);
  for (guint i = 1; i <= 26; i++) {
    g_autofree char *id = g_strdup_printf ("c%u", i), *formula = g_strdup_printf ("c%u + 2 * c%u", i - 1, i - 1);

    case_add (alliance, "metric", "id", id, "formula", formula, NULL);
  }
  last = rua_alliance_find (alliance, "metric", "c26");
  deep = rua_metric_measure (RUA_METRIC (last), alliance, NULL, &problem);
  g_assert_no_error (problem);
  g_assert_cmpuint (rua_result_get_n_used (deep), ==, 3);
}

/* Standard errors by the slopes, d (x y) = y dx + x dy and so on, where somebody says that the inputs are independent;
 * -1 for none: nothing moves the value. */
/* A formula names at most so many metrics; the same one again is no other. */
static void
test_many (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (GString) same = g_string_new ("two"), other = g_string_new ("two");
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaResult) result = NULL, refused = NULL;
  double value = 0;

  for (guint i = 1; i < 100; i++) {
    g_string_append (same, " + two");
    g_string_append_printf (other, " + m%u", i);
  }
  result = measure (alliance, same->str, "-", &error);
  g_assert_no_error (error);
  g_assert_true (rua_result_get_estimate (result, &value));
  g_assert_cmpfloat (value, ==, 200);
  refused = measure (alliance, other->str, "-", &error);
  g_assert_null (refused);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "metrics in one formula"));
}

static void
test_errors (void)
{
  static const struct {
    const char *formula;
    double error;
  } cases[] = {
    { "about + other", 11.180339887498949 },
    { "about - other", 11.180339887498949 },
    { "-about", 10 },
    { "2 * about", 20 },
    { "about / 4", 2.5 },
    { "about * other", 707.10678118654755 },
    { "about / other", 0.28284271247461901 },
    { "about - about", -1 },
    { "about * about", 2000 },
    { "power (about, 2)", 2000 },
    { "power (about, 0)", -1 },
    { "1000 / about", 1 },
    { "abs (0 - about / 1)", 10 },
    { "ln (about / unit (1, 'kg'))", 0.1 },
    { "log10 (about / unit (1, 'kg'))", 0.043429448190325182 },
    { "sqrt (about / unit (1, 'kg'))", 0.5 },
    { "exp (about / unit (100, 'kg'))", 0.27182818284590454 },
    { "least (about, other)", 5 },
    { "greatest (about, other)", 10 },
    { "convert (about, 't')", 0.01 },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = measure (alliance, cases[i].formula, "{\"independent\":true}", &error);
    double se = -1;

    if (result == NULL)
      g_error ("%s: %s", cases[i].formula, error->message);
    if (rua_result_get_standard_error (result, &se) != (cases[i].error >= 0) || fabs (se - cases[i].error) > 1e-12 * MAX (1, cases[i].error))
      g_error ("%s: a standard error of %.17g, not %.17g", cases[i].formula, se, cases[i].error);
  }
}

static void
test_intervals (void)
{
  static const struct {
    const char *formula;
    const char *note; /* NULL: there is an interval */
  } cases[] = {
    { "about * 2", NULL },
    { "1000 / about", NULL },
    { "about + other", "nothing says that the inputs are independent of one another" },
    { "about * wide", "nothing says that the inputs are independent" },
    { "abs (wide)", "no interval: the formula turns round, or has no value, within the interval of its input" },
    { "1 / wide", "no interval: the formula turns round, or has no value" },
    { "power (wide, -1)", "no interval: the formula turns round, or has no value" },
    { "unit (1, 'kg^2') / wide - 1000 * wide", "no interval: the formula turns round, or has no value" },
    { "wide / (1 + 0 * wide / unit (1, 'kg'))", NULL },
    { "ln (wide / unit (1, 'kg'))", "no interval: the formula turns round, or has no value" },
    /* It turns just where the estimate is. */
    { "power (about - unit (100, 'kg'), 2)", "no interval: the formula turns round" },
    { "power (about - 100, 2) + other * other", "no interval: the formula turns round" },
    { "abs (about - 100) * 0 + other", NULL },
    { "0 * about + other", NULL },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = measure (alliance, cases[i].formula, "-", &error);
    g_autofree char *warnings = NULL;
    double low = NAN, high = NAN, value;

    if (result == NULL)
      g_error ("%s: %s", cases[i].formula, error->message);
    warnings = g_strjoinv ("; ", (char **) rua_result_get_warnings (result));
    g_assert_true (rua_result_get_estimate (result, &value));
    if ((rua_result_get_low (result, &low) && rua_result_get_high (result, &high)) != (cases[i].note == NULL)
        || (cases[i].note == NULL && !(low < value && value < high))
        || (cases[i].note != NULL && strstr (warnings, cases[i].note) == NULL))
      g_error ("%s: %g from %g to %g: %s", cases[i].formula, value, low, high, warnings);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formula/values", test_values);
  g_test_add_func ("/formula/named", test_named);
  g_test_add_func ("/formula/rows", test_rows);
  g_test_add_func ("/formula/undefined", test_undefined);
  g_test_add_func ("/formula/refused", test_refused);
  g_test_add_func ("/formula/many", test_many);
  g_test_add_func ("/formula/errors", test_errors);
  g_test_add_func ("/formula/intervals", test_intervals);
  return g_test_run ();
}
