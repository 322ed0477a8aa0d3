/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cells and records of the plain form, which are read by words and many at a time: as those read one by one. */
#include "csv-told.h"

#include <string.h>

/* ---- limits, and what is far out ---- */

/* ---- many records at a time, or one by one ---- */

static const char *
any_of (const char *const *texts)
{
  guint n = g_strv_length ((char **) texts);

  return texts[g_test_rand_int_range (0, (gint) n)];
}

/* A text whose records are now plain, now not. @odd: of a thousand cells. */
static GString *
make_records (const RuaCsvField *fields, guint n_columns, guint n_rows, guint odd, const char *line_end)
{
  static const char *const plain[][9] = {
    [RUA_CSV_INTEGER] = { "0", "7", "-12", "123456789", "1234567890123456", "00012", "-99999999", NULL },
    [RUA_CSV_NUMBER] = { "0.5", "12", "-3.25", "14838.36", "100000.125", "-0", "123456789012.5", "999999999999999", NULL },
    [RUA_CSV_MONEY] = { "1.5", "0", "14838.36", "-12", "-0.05", "123456.78", "1234567890123.4", NULL },
    [RUA_CSV_DATE] = { "16328", "0", "-1", "9", "2932896", NULL },
    [RUA_CSV_BOOLEAN] = { "0", "1", NULL },
    [RUA_CSV_TEXT] = { "tea", "茶", "x y", "'=1", "-", "a longer text than eight bytes", NULL },
    [RUA_CSV_KEY] = { "100000000007", "5", "12345678", "123456789", "-7", "0", NULL },
  };
  static const char *const others[] = { "", "", "x", "1e3", "12.0", "+5", "1.", ".5", "-", "--1", "1.2.3", "12345678901234567", "12345678901234567890",
                                        "1234567.12345678901", "007", "-0", "2014-09", "yes", "NA", "2", " 1", "/", ":", "1:5", "99999999999",
                                        "\"7\"", "\"a;\n\"\"b\"", NULL };
  GString *text = g_string_new (NULL);

  for (guint c = 0; c < n_columns; c++)
    g_string_append_printf (text, "%sc%u", c > 0 ? ";" : "", c);
  g_string_append (text, line_end);
  for (guint row = 0; row < n_rows; row++) {
    guint width = n_columns;

    if ((guint) g_test_rand_int_range (0, 4000) < odd)
      width = (guint) g_test_rand_int_range (1, (gint) n_columns + 3);
    for (guint c = 0; c < width; c++) {
      gboolean is_odd = (guint) g_test_rand_int_range (0, 1000) < odd;

      g_string_append (text, c > 0 ? ";" : "");
      g_string_append (text, is_odd || c >= n_columns ? any_of (others) : any_of (plain[fields[c].type]));
    }
    g_string_append (text, line_end);
    if ((guint) g_test_rand_int_range (0, 4000) < odd)
      g_string_append (text, g_test_rand_bit () ? "\n" : "\r");
  }
  if (g_test_rand_bit ())
    g_string_truncate (text, text->len - strlen (line_end));
  return text;
}

/* Where a cell may be no longer than some bytes, records are read one by one; and where a number stands for what is
 * unknown, none is read in the plain form. */
static void
test_many_at_a_time (void)
{
  static const char *const na[] = { "NA", NULL }, *const na_slow[] = { "NA", "-424242", NULL }, *const number[] = { "2", NULL };
  static const char *const line_ends[] = { "\n", "\n", "\r\n", "\r", NULL };
  static const RuaCsvLimits one_by_one = { .cell = 4096 };
  guint n_rounds = g_getenv ("RUA_SLOW_MACHINE") ? 25 : 600, n_good = 0;

  for (guint round = 0; round < n_rounds; round++) {
    guint n_columns = (guint) g_test_rand_int_range (2, 9), n_rows = (guint) g_test_rand_int_range (1, 700);
    static const guint odds[] = { 0, 1, 5, 50, 400 };
    RuaCsvDialect dialect = { .separator = ';', .quote = g_test_rand_int_range (0, 5) ? '\0' : RUA_CSV_NO_QUOTE };
    RuaCsvField fields[10] = { { 0 } };
    g_autoptr (GString) text = NULL;
    RuaCsvField slow[10];
    g_autofree char *one = NULL, *many = NULL, *slowly = NULL;
    g_autoptr (GError) one_error = NULL, many_error = NULL;

    for (guint c = 0; c < n_columns; c++) {
      fields[c].type = (RuaCsvType) g_test_rand_int_range (RUA_CSV_INTEGER, RUA_CSV_KEY + 1);
      fields[c].column = c;
      fields[c].digits = (guint) g_test_rand_int_range (0, 3) ? 2 : 0;
      fields[c].date = RUA_CSV_DATE_DAYS;
      fields[c].missing = g_test_rand_int_range (0, 4) ? na : number;
      fields[c].trim = g_test_rand_int_range (0, 4) == 0;
    }
    text = make_records (fields, n_columns, n_rows, odds[g_test_rand_int_range (0, G_N_ELEMENTS (odds))], any_of (line_ends));
    /* A column may be read twice, and in another way. */
    fields[n_columns] = fields[g_test_rand_int_range (0, (gint) n_columns)];
    if (g_test_rand_bit ())
      fields[n_columns].type = RUA_CSV_TEXT;
    one = csv_read_text (text->str, text->len, &dialect, &one_by_one, fields, n_columns + 1, round % 3 * 1000, &one_error);
    many = csv_read_text (text->str, text->len, &dialect, NULL, fields, n_columns + 1, round % 3 * 1000, &many_error);
    for (guint f = 0; f <= n_columns; f++) {
      slow[f] = fields[f];
      slow[f].missing = fields[f].missing == na ? na_slow : fields[f].missing;
    }
    slowly = csv_read_text (text->str, text->len, &dialect, &one_by_one, slow, n_columns + 1, round % 3 * 1000, NULL);
    g_assert_cmpstr (many, ==, one);
    g_assert_cmpstr (slowly, ==, one);
    g_assert_cmpstr (many_error ? many_error->message : NULL, ==, one_error ? one_error->message : NULL);
    n_good += many != NULL;
  }
  g_test_message ("%u of %u read", n_good, n_rounds);
  g_assert_cmpuint (n_good, >, n_rounds / 4);
}

/* Numbers of every length are told where the text ends right behind them, or a little later: under a sanitizer nothing
 * beyond it is looked at. */
static void
test_last_cell (void)
{
  static const char *const behind[] = { "", "\n", "\r\n", "\n1", "\n1\n", "\n12\n", "\n123\n", "\n1234\n", "\n12345\n", "\n123456\n" };
  const RuaCsvField field = { RUA_CSV_NUMBER, 0 };

  for (guint sign = 0; sign < 2; sign++)
    for (guint n = 1; n <= 17; n++)
      for (guint point = 0; point <= n; point++) {
        char cell[24] = { 0 }, *digits = cell + sign;

        if (sign)
          cell[0] = '-';
        for (guint i = 0; i < n; i++)
          digits[i] = i == point ? '.' : (char) ('1' + i % 9);
        for (guint b = 0; b < G_N_ELEMENTS (behind); b++) {
          g_autofree char *text = g_strconcat ("a\n", cell, behind[b], NULL);
          g_autofree char *told = csv_read_good (text, NULL, &field, 1);
          g_autofree char *want = g_strdup_printf ("/%.17g", g_ascii_strtod (cell, NULL));

          if (point != 0 && point + 1 != n)
            g_assert_true (g_str_has_prefix (told, want));
        }
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-plain/many-at-a-time", test_many_at_a_time);
  g_test_add_func ("/csv-plain/last-cell", test_last_cell);
  return g_test_run ();
}
