/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-date.h"
#include "rua-random-private.h"

#include <string.h>

/* Each date prints as what it was read from, whatever its year. */
static void
test_printed (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());

  for (guint i = 0; i < 20000; i++) {
    gint32 day = g_rand_int_range (random, -900000, 4000000);
    RuaDatePrecision precision = (RuaDatePrecision) g_rand_int_range (random, 0, 3);
    char text[RUA_DATE_ROOM];
    g_autofree char *expected = NULL;
    RuaDatePacked again;
    int year, month, dom;
    gsize length;

    rua_date_day_to_civil (day, &year, &month, &dom);
    /* Before the year 1, too, where the walk below does not come. */
    g_assert_cmpint (rua_date_civil_to_day (year, month, dom), ==, day);
    if (precision == RUA_DATE_PRECISION_YEAR)
      day = rua_date_civil_to_day (year, month = 1, dom = 1);
    else if (precision == RUA_DATE_PRECISION_MONTH)
      day = rua_date_civil_to_day (year, month, dom = 1);
    expected = precision == RUA_DATE_PRECISION_YEAR    ? g_strdup_printf ("%04d", year)
               : precision == RUA_DATE_PRECISION_MONTH ? g_strdup_printf ("%04d-%02d", year, month)
                                                       : g_strdup_printf ("%04d-%02d-%02d", year, month, dom);
    length = rua_date_print_packed (text, rua_date_pack (day, precision));
    g_assert_cmpstr (text, ==, expected);
    g_assert_cmpuint (length, ==, strlen (expected));
    if (year < 1 || year > 9999)
      continue;
    g_assert_true (rua_date_parse_packed (text, length, &again));
    g_assert_cmpint (again, ==, rua_date_pack (day, precision));
  }
}

static void
test_forms (void)
{
  static const struct {
    const char *text;
    gint32 day;
    gint32 last;
    RuaDatePrecision precision;
  } dates[] = {
    { "1970-01-01", 0, 0, RUA_DATE_PRECISION_DAY },
    { "1970", 0, 364, RUA_DATE_PRECISION_YEAR },
    { "1970-02", 31, 58, RUA_DATE_PRECISION_MONTH },
    { "2000-02-29", 11016, 11016, RUA_DATE_PRECISION_DAY },
    { "2000-02", 10988, 11016, RUA_DATE_PRECISION_MONTH },
    { "1969-12-31", -1, -1, RUA_DATE_PRECISION_DAY },
    { "2016-09-15", 17059, 17059, RUA_DATE_PRECISION_DAY },
    { "0001-01-01", -719162, -719162, RUA_DATE_PRECISION_DAY },
    { "9999-12-31", 2932896, 2932896, RUA_DATE_PRECISION_DAY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++) {
    gint32 day = 0;
    RuaDatePrecision precision = 0;
    GError *error = NULL;
    g_autofree char *again = NULL;

    g_assert_true (rua_date_parse (dates[i].text, &day, &precision, &error));
    g_assert_no_error (error);
    g_assert_cmpint (day, ==, dates[i].day);
    g_assert_cmpint (precision, ==, dates[i].precision);
    g_assert_cmpint (rua_date_get_last_day (day, precision), ==, dates[i].last);
    again = rua_date_format (day, precision);
    g_assert_cmpstr (again, ==, dates[i].text);
  }
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "", "20", "201", "20140", "2014-", "2014-1", "2014-13", "2014-00", "2014-02-30", "2014-2-03",
    "2014-02-3", "2014/02/03", "2014-02-03T00:00", " 2014", "2014 ", "0000", "-001", "two14", "1900-02-29",
    "2014-06-31", "２０１４",
  };

  /* Characters of three bytes, of which 40 are no whole number. */
  static const char long_one[] = "二零一四年九月十五日二零一四年九月";
  g_autoptr (GError) cut = NULL;

  g_assert_false (rua_date_parse (long_one, NULL, NULL, &cut));
  g_assert_true (g_utf8_validate (cut->message, -1, NULL));
  g_assert_nonnull (strstr (cut->message, "'二零一四年九月十五日二零一…' is not a date"));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    GError *error = NULL;

    g_assert_false (rua_date_parse (bad[i], NULL, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_assert_nonnull (strstr (error->message, bad[i]));
    g_clear_error (&error);
  }
}

static void
test_every_day (void)
{
  int year = 1, month = 1, dom = 1;

  /* Walk the calendar by hand, and ask for each day in both directions. */
  for (gint32 day = -719162; day <= 2932896; day++) {
    int y, m, d;
    static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    rua_date_day_to_civil (day, &y, &m, &d);
    if (y != year || m != month || d != dom || rua_date_civil_to_day (y, m, d) != day)
      g_error ("day %d is %d-%d-%d, not %d-%d-%d", day, year, month, dom, y, m, d);
    if (++dom > length[month - 1] + (month == 2 && leap)) {
      dom = 1;
      if (++month > 12) {
        month = 1;
        year++;
      }
    }
  }
}

static void
test_order (void)
{
  RuaDatePacked packed[6];
  static const char *const rising[] = { "2013-12-31", "2014", "2014-01", "2014-01-01", "2014-01-02", "2014-02" };

  for (gsize i = 0; i < G_N_ELEMENTS (rising); i++) {
    g_assert_true (rua_date_parse_packed (rising[i], strlen (rising[i]), &packed[i]));
    if (i)
      g_assert_cmpint (packed[i - 1], <, packed[i]);
  }
}

static void
test_random_round_trip (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (int i = 0; i < 20000; i++) {
    gint32 day = (gint32) rua_random_below (&random, 3652059) - 719162, again;
    RuaDatePrecision precision = rua_random_below (&random, 3), same;
    g_autofree char *text = rua_date_format (day, precision);

    g_assert_true (rua_date_parse (text, &again, &same, NULL));
    g_assert_cmpint (same, ==, precision);
    g_assert_cmpint (again, <=, day);
    g_assert_cmpint (rua_date_get_last_day (again, same), >=, day);
    g_assert_cmpint (rua_date_packed_day (rua_date_pack (day, precision)), ==, day);
    g_assert_cmpint (rua_date_packed_precision (rua_date_pack (day, precision)), ==, precision);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/date/printed", test_printed);
  g_test_add_func ("/date/forms", test_forms);
  g_test_add_func ("/date/refused", test_refused);
  g_test_add_func ("/date/every-day", test_every_day);
  g_test_add_func ("/date/order", test_order);
  g_test_add_func ("/date/random-round-trip", test_random_round_trip);
  return g_test_run ();
}
