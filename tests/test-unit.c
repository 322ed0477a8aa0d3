/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-unit.h"

#include <string.h>

static RuaUnit *
unit (const char *text)
{
  g_autoptr (GError) error = NULL;
  RuaUnit *self = rua_unit_new (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (self);
  return self;
}

static void
assert_text (RuaUnit *self, const char *text)
{
  g_autofree char *got = rua_unit_to_string (self);

  g_assert_cmpstr (got, ==, text);
}

static void
test_round_trip (void)
{
  static const char *const texts[][2] = {
    { "1", "1" },
    { "kg", "kg" },
    { "%", "%" },
    { "kg/ha", "kg/ha" },
    { "CNY/household/year", "CNY/household/year" },
    { "CNY/year/household", "CNY/household/year" },
    { "CNY[2014]/household/year", "CNY[2014]/household/year" },
    { "{currency}/person/month", "{currency}/person/month" },
    { "m^2", "m^2" },
    { "m*m", "m^2" },
    { "1/year", "1/year" },
    { "/", NULL },
    { "person * day", "person*day" },
    { "RMB / households", "CNY/household" },
    { "kg/kg", "1" },
    { "CNY/CNY[2014]", "CNY/CNY[2014]" },
    { "thousand*CNY", "CNY*thousand" },
    { "1000*kg", "1000*kg" },
    { "sub-station", "sub-station" },
    { "社工站", "社工站" },
    { "kg^-1", "1/kg" },
    { "1e-9*t^4", "1e-9*t^4" },
    { "2.5*t", "2.5*t" },
    { "ha*mu", "0.06666666666666667*ha^2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaUnit) got = rua_unit_new (texts[i][0], &error);

    if (texts[i][1] == NULL) {
      g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
      continue;
    }
    g_assert_no_error (error);
    assert_text (got, texts[i][1]);
    g_autoptr (RuaUnit) again = unit (texts[i][1]);
    g_assert_true (rua_unit_equal (got, again));
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "character 1: expected a symbol" },
    { "kg//ha", "character 4: expected a symbol" },
    { "kg/", "character 4: expected a symbol" },
    { "kg ha", "character 4: expected / or * or the end" },
    { "kg^0", "character 4: expected an exponent" },
    { "kg^12", "character 4: expected an exponent" },
    { "kg[2014]", "character 3: expected a currency" },
    { "CNY[14]", "character 5: expected a year" },
    { "CNY[2014", "character 9: expected a closing bracket" },
    { "0*kg", "character 1: expected a number above 0" },
    { "(kg)", "character 1: expected a symbol" },
    { "社工站 站", "character 5: expected / or *" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaUnit) got = rua_unit_new (cases[i].text, &error);

    g_assert_null (got);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
    if (strstr (error->message, cases[i].message) == NULL)
      g_error ("%s: %s", cases[i].text, error->message);
  }

  g_autoptr (GError) error = NULL;
  g_autoptr (GString) many = g_string_new ("a");
  for (char c = 'b'; c < 'p'; c++)
    g_string_append_printf (many, "*%c", c);
  g_assert_null (rua_unit_new (many->str, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_clear_error (&error);
  g_autofree char *longer = g_strnfill (300, 'a');
  g_assert_null (rua_unit_new (longer, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (rua_unit_new ("\xff", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
}

static void
test_add (void)
{
  static const struct {
    const char *a;
    const char *b;
    const char *message; /* NULL: they add */
  } cases[] = {
    { "kg", "t", NULL },
    { "mu", "ha", NULL },
    { "%", "1", NULL },
    { "CNY/household/year", "CNY/household/month", NULL },
    { "CNY[2014]/year", "CNY[2014]/year", NULL },
    { "CNY", "kg", "the first is in CNY, the second in kg" },
    { "CNY", "1", "the first is in CNY, the second in plain numbers" },
    { "CNY", "USD", "the first is in CNY, the second in USD" },
    { "CNY", "CNY[2014]", "the first is nominal (money of its own time), the second in prices of 2014; deflate the first to prices of 2014" },
    { "CNY[2014]", "CNY", "deflate the second to prices of 2014" },
    { "CNY[2014]/household", "CNY[2017]/household", "the first is in prices of 2014, the second in prices of 2017; deflate the second to prices of 2014" },
    { "CNY/household", "CNY/person", "the first is per household, the second per person" },
    { "CNY/household", "CNY", "the first is per household, the second is not; divide the second by the number of household" },
    { "CNY", "CNY/household", "the second is per household, the first is not" },
    { "year", "day", "the first is in year, the second in day" },
    { "station", "position", "the first is in station, the second in position" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaUnit) a = unit (cases[i].a);
    g_autoptr (RuaUnit) b = unit (cases[i].b);
    g_autoptr (GError) error = NULL;
    gboolean adds = rua_unit_check_add (a, b, &error);

    g_assert_cmpint (adds, ==, cases[i].message == NULL);
    g_assert_cmpint (adds, ==, rua_unit_is_compatible (a, b));
    g_assert_cmpint (adds, ==, rua_unit_is_compatible (b, a));
    if (adds) {
      g_assert_no_error (error);
      continue;
    }
    g_assert_error (error, RUA_ERROR, RUA_ERROR_UNIT);
    if (strstr (error->message, cases[i].message) == NULL)
      g_error ("%s + %s: %s", cases[i].a, cases[i].b, error->message);
  }
}

static void
test_factor (void)
{
  static const struct {
    const char *from;
    const char *to;
    double factor;
  } cases[] = {
    { "mu", "ha", 1.0 / 15 }, { "ha", "mu", 15 },       { "%", "1", 0.01 },
    { "1", "%", 100 },        { "jin", "kg", 0.5 },     { "kg/mu", "kg/ha", 15 },
    { "kg/mu", "t/ha", 0.015 }, { "thousand*person", "person", 1000 },
    { "CNY/month", "CNY/year", 12 }, { "‰", "%", 0.1 }, { "km^2", "m^2", 1e6 },
    { "week", "h", 168 },     { "kg", "kg", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaUnit) from = unit (cases[i].from);
    g_autoptr (RuaUnit) to = unit (cases[i].to);
    g_autoptr (GError) error = NULL;
    double factor = 0, back = 0;

    g_assert_true (rua_unit_get_factor (from, to, &factor, &error));
    g_assert_no_error (error);
    g_assert_cmpfloat (factor, ==, cases[i].factor);
    g_assert_true (rua_unit_get_factor (to, from, &back, &error));
    g_assert_cmpfloat_with_epsilon (factor * back, 1, 1e-15);
  }

  g_autoptr (RuaUnit) kg = unit ("kg");
  g_autoptr (RuaUnit) ha = unit ("ha");
  g_autoptr (GError) error = NULL;
  double factor;
  g_assert_false (rua_unit_get_factor (kg, ha, &factor, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNIT);
}

static void
test_arithmetic (void)
{
  g_autoptr (RuaUnit) income = unit ("CNY/household/year");
  g_autoptr (RuaUnit) heads = unit ("person/household");
  g_autoptr (RuaUnit) per_head = rua_unit_divide (income, heads);
  assert_text (per_head, "CNY/person/year");

  g_autoptr (RuaUnit) ratio = rua_unit_divide (income, income);
  assert_text (ratio, "1");
  g_assert_true (rua_unit_is_dimensionless (ratio));

  g_autoptr (RuaUnit) real = rua_unit_with_price_year (income, 2014);
  assert_text (real, "CNY[2014]/household/year");
  g_assert_cmpint (rua_unit_get_price_year (real), ==, 2014);
  g_assert_cmpint (rua_unit_get_price_year (income), ==, 0);
  g_autoptr (RuaUnit) deflator = rua_unit_divide (income, real);
  assert_text (deflator, "CNY/CNY[2014]");
  g_assert_false (rua_unit_is_dimensionless (deflator));
  g_autoptr (RuaUnit) back = rua_unit_divide (income, deflator);
  g_assert_true (rua_unit_equal (back, real));
  g_autoptr (RuaUnit) later = rua_unit_with_price_year (real, 2017);
  g_assert_cmpint (rua_unit_get_price_year (later), ==, 2017);

  g_autoptr (RuaUnit) yield = unit ("kg/mu");
  g_autoptr (RuaUnit) area = unit ("ha");
  g_autoptr (RuaUnit) harvest = rua_unit_multiply (yield, area);
  assert_text (harvest, "15*kg");
  g_autoptr (RuaUnit) kg = unit ("kg");
  double factor;
  g_assert_true (rua_unit_get_factor (harvest, kg, &factor, NULL));
  g_assert_cmpfloat (factor, ==, 15);

  g_autoptr (RuaUnit) cubed = rua_unit_power (yield, 3);
  assert_text (cubed, "kg^3/mu^3");
  g_autoptr (RuaUnit) none = rua_unit_power (yield, 0);
  assert_text (none, "1");
  g_autoptr (RuaUnit) inverse = rua_unit_power (yield, -1);
  assert_text (inverse, "mu/kg");
}

static void
test_currency (void)
{
  g_autoptr (RuaUnit) any = unit ("{currency}/household/year");
  g_autoptr (RuaUnit) yuan = rua_unit_with_currency (any, "CNY");
  g_autoptr (RuaUnit) want = unit ("CNY/household/year");
  g_autoptr (RuaUnit) kg = unit ("kg");

  g_assert_true (rua_unit_has_money (any));
  g_assert_true (rua_unit_equal (yuan, want));
  g_assert_false (rua_unit_equal (any, want));
  g_assert_false (rua_unit_has_money (kg));
}

/* Relations that hold for all units, on random ones. */
static void
test_random (void)
{
  static const char *const symbols[] = { "kg", "t", "ha", "mu", "CNY", "CNY[2014]", "CNY[2017]",
                                         "USD", "household", "person", "year", "month", "%" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 2000; round++) {
    RuaUnit *made[2] = { NULL, NULL };

    for (guint i = 0; i < 2; i++) {
      g_autoptr (GString) text = g_string_new (symbols[g_rand_int_range (random, 0, 13)]);
      guint n = g_rand_int_range (random, 0, 4);

      for (guint k = 0; k < n; k++)
        g_string_append_printf (text, "%c%s", g_rand_boolean (random) ? '*' : '/',
                                symbols[g_rand_int_range (random, 0, 13)]);
      made[i] = unit (text->str);
    }
    g_autofree char *text = rua_unit_to_string (made[0]);
    g_autoptr (RuaUnit) again = unit (text);
    g_autoptr (RuaUnit) product = rua_unit_multiply (made[0], made[1]);
    g_autoptr (RuaUnit) reverse = rua_unit_multiply (made[1], made[0]);
    g_autoptr (RuaUnit) back = rua_unit_divide (product, made[1]);
    double factor;

    if (!rua_unit_is_compatible (made[0], again))
      g_error ("%s does not read back", text);
    g_assert_true (rua_unit_is_compatible (product, reverse));
    g_assert_true (rua_unit_is_compatible (back, made[0]));
    g_assert_true (rua_unit_get_factor (back, made[0], &factor, NULL));
    g_assert_cmpfloat_with_epsilon (factor, 1, 1e-9);
    g_assert_cmpint (rua_unit_is_compatible (made[0], made[1]), ==,
                     rua_unit_check_add (made[1], made[0], NULL));
    rua_unit_unref (made[0]);
    rua_unit_unref (made[1]);
  }
}

/* unit_new() copies, so a unit may be shared and given back in any order. */
static void
test_shared (void)
{
  RuaUnit *self = unit ("kg/ha");
  RuaUnit *again = g_boxed_copy (RUA_TYPE_UNIT, self);

  g_assert_true (self == again);
  rua_unit_unref (self);
  assert_text (again, "kg/ha");
  g_boxed_free (RUA_TYPE_UNIT, again);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unit/round-trip", test_round_trip);
  g_test_add_func ("/unit/refused", test_refused);
  g_test_add_func ("/unit/add", test_add);
  g_test_add_func ("/unit/factor", test_factor);
  g_test_add_func ("/unit/arithmetic", test_arithmetic);
  g_test_add_func ("/unit/currency", test_currency);
  g_test_add_func ("/unit/random", test_random);
  g_test_add_func ("/unit/shared", test_shared);
  return g_test_run ();
}
