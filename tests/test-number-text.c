/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Doubles as the shortest text that reads back, beside a slow search by printf and strtod. */
#include "rua-json-private.h"
#include "rua-random-private.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
test_known (void)
{
  static const struct {
    double value;
    const char *text;
  } cases[] = {
    { 0, "0" },
    { -0.0, "0" },
    { 1, "1" },
    { -1, "-1" },
    { 10, "10" },
    { 1000000, "1000000" },
    { 0.5, "0.5" },
    { 0.1, "0.1" },
    { 0.2, "0.2" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 1.0 / 3, "0.3333333333333333" },
    { 2.0 / 3, "0.6666666666666666" },
    { 39.27, "39.27" },
    { -3927.5, "-3927.5" },
    { 123456.789, "123456.789" },
    { 0.000001, "0.000001" },
    { 0.0000012, "0.0000012" },
    { 0.0000001, "1e-7" },
    { 1.5e-9, "1.5e-9" },
    { 123456789012345.0, "123456789012345" },
    { 9007199254740991.0, "9007199254740991" },
    { 9007199254740992.0, "9007199254740992" },
    { 1e15, "1000000000000000" },
    { 1e20, "100000000000000000000" },
    { 123456789012345680000.0, "123456789012345680000" },
    { 1e21, "1e+21" },
    { 1.25e22, "1.25e+22" },
    { 1e23, "1e+23" },
    { -1e300, "-1e+300" },
    { DBL_MAX, "1.7976931348623157e+308" },
    { DBL_MIN, "2.2250738585072014e-308" },
    { 5e-324, "5e-324" },
    { 1e-323, "1e-323" },
    { 4.35, "4.35" },
    { 0.30000000000000004, "0.30000000000000004" },
    { 9.5367431640625e-7, "9.5367431640625e-7" },
    { 5.684341886080802e-14, "5.684341886080802e-14" },
    { 9.313225746154785e-10, "9.313225746154785e-10" },
    { 2251799813685248.5, "2251799813685248.5" },

    /* Below the normal range, and around its ends. */
    { 1.5e-323, "1.5e-323" },
    { 2e-323, "2e-323" },
    { 1.2e-322, "1.2e-322" },
    { 2.225073858507201e-308, "2.225073858507201e-308" },
    { 2.2250738585072011e-308, "2.225073858507201e-308" },
    { -DBL_MAX, "-1.7976931348623157e+308" },
    { 8.98846567431158e307, "8.98846567431158e+307" },

    /* 1e23 is half the way between two doubles, and read as the even one. */
    { 99999999999999991611392.0, "1e+23" },
    { 100000000000000008388608.0, "1.0000000000000001e+23" },
    { 9007199254740993.0, "9007199254740992" },
    { 9007199254740994.0, "9007199254740994" },

    /* Two texts are as near: the even one. */
    { 2251799813685247.25, "2251799813685247.2" },
    { 2251799813685247.75, "2251799813685247.8" },
    { 1125899906842624.25, "1125899906842624.2" },
    { 1125899906842624.75, "1125899906842624.8" },

    /* Several of 16 digits read back: the nearest. */
    { 1152921504606846976.0, "1152921504606847000" },
    { 9223372036854775808.0, "9223372036854776000" },
    { 18446744073709551616.0, "18446744073709552000" },
    { 2.98023223876953125e-8, "2.9802322387695312e-8" },
    { 5e-324 * 6, "3e-323" },

    /* Where a point or an exponent begins. */
    { 123456789012345678.0, "123456789012345680" },
    { 12345678901234567.0, "12345678901234568" },
    { 1.0000000000000002, "1.0000000000000002" },
    { 12345678.000000002, "12345678.000000002" },
    { 999999999999999900000.0, "999999999999999900000" },
    { 1.2345678901234567e-6, "0.0000012345678901234567" },
    { -1.2345678901234567e-6, "-0.0000012345678901234567" },
    { 1.2345678901234566e-7, "1.2345678901234566e-7" },
    { 1e-10, "1e-10" },
    { 1.25e100, "1.25e+100" },
    { 999999.99, "999999.99" },
    { 999999.995, "999999.995" },
    { 1000000.01, "1000000.01" },
    { 0.01, "0.01" },
    { 0.29, "0.29" },
    { 0.005, "0.005" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    char buffer[40];
    double back;

    g_assert_cmpstr (rua_number_format (cases[i].value, buffer), ==, cases[i].text);
    g_assert_true (rua_number_parse (buffer, strlen (buffer), &back));
    g_assert_true (back == cases[i].value);
  }
}

static void
test_not_finite (void)
{
  char buffer[40];

  g_assert_cmpstr (rua_number_format (NAN, buffer), ==, "null");
  g_assert_cmpstr (rua_number_format (INFINITY, buffer), ==, "null");
  g_assert_cmpstr (rua_number_format (-INFINITY, buffer), ==, "null");
}

/* The decimal point is a point whatever the process's locale says. */
static void
test_locale (void)
{
  static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "pt_BR.UTF-8" };
  g_autofree char *old = g_strdup (setlocale (LC_NUMERIC, NULL));
  char buffer[40];
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (locales) && !found; i++)
    found = setlocale (LC_NUMERIC, locales[i]) != NULL;
  if (!found) {
    g_test_skip ("no locale with a decimal comma is installed");
    return;
  }
  g_assert_cmpstr (rua_number_format (1.0 / 3, buffer), ==, "0.3333333333333333");
  g_assert_cmpstr (rua_number_format (0.25, buffer), ==, "0.25");
  setlocale (LC_NUMERIC, old);
}

/* Number::toString of ECMA-262, for a number that is greater than 0: digits * 10^exponent. */
static char *
lay_out_slowly (guint64 number, int exponent)
{
  g_autofree char *digits = NULL, *zeros = NULL;
  int n, point;

  for (; number % 10 == 0; number /= 10)
    exponent++;
  digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  n = (int) strlen (digits);
  point = n + exponent;
  zeros = g_strnfill ((gsize) ABS (point < n ? point : exponent), '0');
  if (n <= point && point <= 21)
    return g_strconcat (digits, zeros, NULL);
  if (0 < point && point <= 21)
    return g_strdup_printf ("%.*s.%s", point, digits, digits + point);
  if (-6 < point && point <= 0)
    return g_strconcat ("0.", zeros, digits, NULL);
  if (n == 1)
    return g_strdup_printf ("%se%+d", digits, point - 1);
  return g_strdup_printf ("%c.%se%+d", digits[0], digits + 1, point - 1);
}

static gboolean
reads_back (guint64 number, int exponent, double value)
{
  char text[48];

  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT "e%d", number, exponent);
  return g_ascii_strtod (text, NULL) == value;
}

/* printf gives the nearest text of each length, and of two the even one; at a power of two one farther away may read
 * back where that does not. */
static char *
search (double value)
{
  for (int n = 1; n <= 17; n++) {
    char format[8], text[40], whole[20];
    char *e;
    guint64 number;
    int exponent;

    g_snprintf (format, sizeof format, "%%.%de", n - 1);
    g_ascii_formatd (text, sizeof text, format, value);
    e = strchr (text, 'e');
    exponent = atoi (e + 1) - (n - 1);
    g_snprintf (whole, sizeof whole, "%c%.*s", text[0], n - 1, n > 1 ? text + 2 : "");
    number = g_ascii_strtoull (whole, NULL, 10);
    if (reads_back (number, exponent, value))
      return lay_out_slowly (number, exponent);
    if (reads_back (number - 1, exponent, value))
      return lay_out_slowly (number - 1, exponent);
    if (reads_back (number + 1, exponent, value))
      return lay_out_slowly (number + 1, exponent);
  }
  g_assert_not_reached ();
}

static void
check (double value)
{
  char buffer[40], negative[40];
  g_autofree char *slow = search (value);

  g_assert_cmpstr (rua_number_format (value, buffer), ==, slow);
  g_assert_true (rua_number_format (-value, negative) == negative);
  g_assert_cmpint (negative[0], ==, '-');
  g_assert_cmpstr (negative + 1, ==, slow);
}

static double
double_of_bits (guint64 bits)
{
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static guint
times (guint n)
{
  return g_getenv ("RUA_SLOW_MACHINE") ? n / 20 : n;
}

/* Every power of two, and the doubles beside it. */
static void
test_powers_of_two (void)
{
  int step = g_getenv ("RUA_SLOW_MACHINE") ? 7 : 1;

  for (int k = -1074; k <= 1023; k += step) {
    double value = ldexp (1, k);

    check (value);
    check (nextafter (value, INFINITY));
    if (k > -1074)
      check (nextafter (value, 0));
  }
}

/* Every power of ten with every first digit: what is read of it, and the doubles beside that. */
static void
test_few_digits (void)
{
  int step = g_getenv ("RUA_SLOW_MACHINE") ? 7 : 1;

  for (int k = -323; k <= 307; k += step)
    for (int digit = 1; digit <= 9; digit++) {
      char text[16];
      double value;

      g_snprintf (text, sizeof text, "%de%d", digit, k);
      value = g_ascii_strtod (text, NULL);
      check (value);
      check (nextafter (value, digit % 2 ? INFINITY : 0));
    }
}

static void
test_least (void)
{
  for (guint64 bits = 1; bits <= times (5000); bits++)
    check (double_of_bits (bits));
}

static void
test_few_decimals (void)
{
  double power = 1;

  for (guint decimals = 0; decimals <= 9; decimals++, power *= 10) {
    for (guint i = 1; i <= times (1000); i++) {
      check (i / power);
      check ((99999999 - i) / power);
      check ((100000000 + i) / power);
    }
  }
}

/* Half the way between two texts of 16 digits lie many of these. */
static void
test_ties (void)
{
  for (guint i = 0; i < times (3000); i++) {
    check (1125899906842624.0 + i * 0.25);
    check (2251799813685248.0 - i * 0.25);
    check (ldexp (4503599627370497.0 + i, (int) (i % 16) - 4));
  }
}

static void
test_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < times (60000); i++) {
    guint64 bits = (guint64) rua_random_next (&random) << 32 | rua_random_next (&random);
    double value;

    switch (i % 4) {
    case 0:
      value = fabs (double_of_bits (bits));
      break;
    case 1:
      value = (double) (bits >> 11) / 9007199254740992;
      break;
    case 2:
      value = (double) (bits >> (1 + rua_random_below (&random, 60))) / pow (10, rua_random_below (&random, 23));
      break;
    default:
      /* Below the normal range. */
      value = double_of_bits (bits >> (12 + rua_random_below (&random, 52)));
      break;
    }
    if (isfinite (value) && value != 0)
      check (value);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number-text/known", test_known);
  g_test_add_func ("/number-text/not-finite", test_not_finite);
  g_test_add_func ("/number-text/locale", test_locale);
  g_test_add_func ("/number-text/powers-of-two", test_powers_of_two);
  g_test_add_func ("/number-text/few-digits", test_few_digits);
  g_test_add_func ("/number-text/least", test_least);
  g_test_add_func ("/number-text/few-decimals", test_few_decimals);
  g_test_add_func ("/number-text/ties", test_ties);
  g_test_add_func ("/number-text/random", test_random);
  return g_test_run ();
}
