/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-private.h"

#include <math.h>
#include <string.h>

static RuaCsv *
open_text (const char *text, gsize length, char separator, GError **error)
{
  GBytes *bytes = g_bytes_new (text, length);
  RuaCsvDialect dialect = { .separator = separator ? separator : ',', .quote = '"' };
  RuaCsv *csv = rua_csv_new (bytes, "t.csv", &dialect, NULL, NULL, error);

  g_bytes_unref (bytes);
  return csv;
}

static char *
all_cells (const char *text, char separator)
{
  GError *error = NULL;
  RuaCsv *csv = open_text (text, strlen (text), separator, &error);
  GString *out = g_string_new (NULL);
  int columns[8];
  guint width;

  g_assert_no_error (error);
  width = g_strv_length ((char **) rua_csv_get_header (csv));
  for (guint i = 0; i < width; i++) {
    g_string_append_printf (out, "(%s)", rua_csv_get_header (csv)[i]);
    columns[i] = i;
  }
  rua_csv_select (csv, columns, width, NULL, &error);
  g_assert_no_error (error);
  for (gsize row = 0; row < rua_csv_get_n_rows (csv); row++) {
    g_string_append_c (out, '/');
    for (guint k = 0; k < width; k++) {
      gsize length;
      const char *cell = rua_csv_get_cell (csv, k, row, &length);

      g_string_append_printf (out, "[%.*s]", (int) length, cell);
    }
  }
  rua_csv_free (csv);
  return g_string_free (out, FALSE);
}

static void
test_cells (void)
{
  static const struct {
    const char *text;
    char separator;
    const char *cells;
  } cases[] = {
    { "a,b\n1,2\n3,4\n", 0, "(a)(b)/[1][2]/[3][4]" },
    { "a,b\n1,2\n3,4", 0, "(a)(b)/[1][2]/[3][4]" },
    { "a,b\r\n1,2\r\n3,\r\n", 0, "(a)(b)/[1][2]/[3][]" },
    { "a,b\r1,2\r3,4\r", 0, "(a)(b)/[1][2]/[3][4]" },
    { "\xef\xbb\xbf" "a,b\n,\n", 0, "(a)(b)/[][]" },
    { "a;b\n1,5;2\n", ';', "(a)(b)/[1,5][2]" },
    { "a\tb\n1\t2\n", '\t', "(a)(b)/[1][2]" },
    { "a,b\n\"x,y\",\"line\nend\"\n", 0, "(a)(b)/[x,y][line\nend]" },
    { "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", 0, "(a)(b)/[say \"hi\"][\"]" },
    { "\"a b\",\"\"\"\"\n\"\",\"\"\n", 0, "(a b)(\")/[][]" },
    { "a,b\n\n1,2\n\n\n", 0, "(a)(b)/[1][2]" },
    { "a\n1\n\n2\n\n", 0, "(a)/[1]/[]/[2]" },
    { "a,b\n", 0, "(a)(b)" },
    { "a,b", 0, "(a)(b)" },
    { "品名,价\n茶,3\n", 0, "(品名)(价)/[茶][3]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *cells = all_cells (cases[i].text, cases[i].separator);

    g_assert_cmpstr (cells, ==, cases[i].cells);
    g_free (cells);
  }
}

/* Every refusal names the line and the character. */
static void
test_refused (void)
{
  static const struct {
    const char *text;
    gsize length;
    const char *place;
  } cases[] = {
    { "", 0, "line 1, character 1: the file is empty" },
    { "a,b\n1,2,3\n", 10, "line 2, character 1: 3 cells where the header has 2" },
    { "a,b\n1,2\n1\n", 10, "line 3, character 1: 1 cells where the header has 2" },
    { "a,b\n1,\"2\n3\n", 11, "line 2, character 3: the quote" },
    { "a,b\n\"1\"x,2\n", 11, "line 2, character 4: text follows" },
    { "a,b\n茶\"x,2\n", 12, "line 2, character 2: a quote stands" },
    { "\na,b\n1,2\n", 9, "line 1, character 1: a blank line stands where the names of the columns have to be; remove it" },
    { "sep=,\r\n\r\na,b\n", 13, "line 2, character 1: a blank line stands" },
    { "a,b,a,b,b\n", 10, "line 1, character 5: the columns \"a\", \"b\" are there more than once; rename them" },
    { "a,a\n1,2\n", 8, "line 1, character 3: the column \"a\" is there twice" },
    { "a,b\n\xff,2\n", 8, "line 2, character 1: not UTF-8" },
    { "a,b\n1\0,2\n", 9, "line 2, character 2: a NUL byte" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GError *error = NULL;
    RuaCsv *csv = open_text (cases[i].text, cases[i].length, 0, &error);
    const int columns[] = { 0 };

    if (csv != NULL) {
      if (rua_csv_select (csv, columns, 1, NULL, &error))
        g_error ("\"%s\" is taken", cases[i].text);
      g_assert_cmpuint (rua_csv_get_n_rows (csv), ==, 0);
    }
    g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
    if (strstr (error->message, cases[i].place) == NULL)
      g_test_fail_printf ("\"%s\" does not tell \"%s\"", error->message, cases[i].place);
    g_clear_error (&error);
    rua_csv_free (csv);
  }
}

static void
test_places (void)
{
  const char *text = "a,b\r\n1,2\r\n\"x\ny\",茶\r\n3,4\r\n";
  RuaCsv *csv = open_text (text, strlen (text), 0, NULL);
  const int columns[] = { 1, 0, 1 };
  guint64 line, character;
  gsize length;
  GError *error = NULL;

  g_assert_true (rua_csv_select (csv, columns, 3, NULL, NULL));
  g_assert_cmpuint (rua_csv_get_n_rows (csv), ==, 3);
  rua_csv_get_place (csv, 0, 0, &line, &character);
  g_assert_cmpuint (line, ==, 2);
  g_assert_cmpuint (character, ==, 3);
  rua_csv_get_place (csv, 2, 1, &line, &character);
  g_assert_cmpuint (line, ==, 4);
  rua_csv_get_place (csv, 1, 2, &line, &character);
  g_assert_cmpuint (line, ==, 5);
  g_assert_cmpmem (rua_csv_get_cell (csv, 2, 1, &length), 3, "茶", 3);
  g_assert_cmpint (rua_csv_find (csv, "b", NULL), ==, 1);
  g_assert_cmpint (rua_csv_find (csv, "c", &error), ==, -1);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "a, b"));
  g_clear_error (&error);
  rua_csv_free (csv);
}

static void
test_numbers (void)
{
  static const char *const good[] = {
    "0", "-0", "1", "+1", "007", "1.", ".5", "-.5", "3.14159", "1e3", "1E-3", "1e+3", "123456789012345678",
    "0.1", "8478", "9007199254740993", "0.000000000000000000000000000001", "4.9e-324", "1.7976931348623157e308",
    "679.728813559322", "99999999999999999999999", "0.30000000000000004",
  };
  static const char *const bad[] = {
    "", " ", "1 ", " 1", "+", "-", ".", "e5", "1e", "1e+", "12,5", "1.2.3", "0x10", "inf", "-inf", "nan", "NaN",
    "Infinity", "1e999", "many", "--1", "1_000", "１",
  };
  double value;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_assert_true (rua_csv_parse_number (good[i], strlen (good[i]), &value));
    g_assert_cmpfloat (value, ==, g_ascii_strtod (good[i], NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    if (rua_csv_parse_number (bad[i], strlen (bad[i]), &value))
      g_test_fail_printf ("\"%s\" was taken as %g", bad[i], value);
  for (int i = 0; i < 20000; i++) {
    double x = ldexp (g_test_rand_double (), g_test_rand_int_range (-60, 60));
    char text[40];

    g_snprintf (text, sizeof text, "%.*g", g_test_rand_int_range (1, 18), x);
    g_assert_true (rua_csv_parse_number (text, strlen (text), &value));
    g_assert_cmpfloat (value, ==, g_ascii_strtod (text, NULL));
  }
  g_assert_true (rua_csv_cell_is_missing ("", 0) && rua_csv_cell_is_missing ("NA", 2));
  g_assert_false (rua_csv_cell_is_missing ("0", 1) || rua_csv_cell_is_missing ("na", 2));
}

static char *
find_fault (const GString *text)
{
  g_autoptr (GError) error = NULL;
  RuaCsv *csv = open_text (text->str, text->len, 0, &error);
  const int columns[] = { 0 };

  if (csv != NULL)
    rua_csv_select (csv, columns, 1, NULL, &error);
  rua_csv_free (csv);
  return error != NULL ? g_strdup (error->message) : NULL;
}

/* Records are counted a block of 64 KiB at a time: a character that two of them share is one, and bytes that go on
 * with a character which nothing began are none, wherever the first of them stands. */
static void
test_pieces_of_characters (void)
{
  static const char *const heads[] = { "h\n", "h\r\n", "\xef\xbb\xbfh\n" };

  for (guint h = 0; h < G_N_ELEMENTS (heads); h++)
    for (gssize shift = -5; shift <= 5; shift++)
      for (guint block = 0; block < 3; block++) {
        gssize at = (gssize) (block * 65536) + shift;
        g_autoptr (GString) text = g_string_new (heads[h]);
        g_autofree char *good = NULL, *bad = NULL;

        if (at < 0)
          continue;
        for (gssize i = 0; i < at; i++)
          g_string_append_c (text, i % 50 == 49 ? '\n' : 'x');
        g_string_append (text, "\xe8\x8c\xb6\xf0\x9f\x8c\xbe\n");
        for (guint i = 0; i < 70000; i++)
          g_string_append_c (text, i % 50 == 49 ? '\n' : 'y');
        good = find_fault (text);
        if (good != NULL)
          g_error ("block %u, %+d: %s", block, (int) shift, good);
        for (guint n = 1; n < 5; n++) {
          g_autoptr (GString) broken = g_string_new_len (text->str, (gssize) strlen (heads[h]) + at);

          for (guint k = 0; k < n; k++)
            g_string_append_c (broken, (char) 0x8c);
          g_string_append_len (broken, text->str + strlen (heads[h]) + at, (gssize) text->len - (gssize) strlen (heads[h]) - at);
          g_free (bad);
          bad = find_fault (broken);
          if (bad == NULL || strstr (bad, "not UTF-8") == NULL)
            g_error ("block %u, %+d: %u bytes of nothing are taken: %s", block, (int) shift, n, bad);
        }
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/cells", test_cells);
  g_test_add_func ("/csv/refused", test_refused);
  g_test_add_func ("/csv/places", test_places);
  g_test_add_func ("/csv/numbers", test_numbers);
  g_test_add_func ("/csv/pieces-of-characters", test_pieces_of_characters);
  return g_test_run ();
}
