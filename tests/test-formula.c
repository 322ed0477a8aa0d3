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
  g_test_add_func ("/formula/undefined", test_undefined);
  g_test_add_func ("/formula/refused", test_refused);
  g_test_add_func ("/formula/many", test_many);
  g_test_add_func ("/formula/errors", test_errors);
  g_test_add_func ("/formula/intervals", test_intervals);
  return g_test_run ();
}
