/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed columns of CSV: every dialect, every split, every type, every limit. */
#include "csv-told.h"

#include <math.h>
#include <string.h>

#include "rua-csv-core-private.h"
#include "rua-parallel.h"

/* ---- one cell of every type ---- */

static void
test_values (void)
{
  static const char *const na[] = { "NA", "-", "999", NULL };
  static const char *const ja[] = { "ja", "j", NULL };
  static const char *const nein[] = { "nein", NULL };
  static const struct {
    RuaCsvField field;
    const char *cell; /* as it stands in the file */
    const char *told;
  } cases[] = {
    { { RUA_CSV_INTEGER }, "0", "/0" },
    { { RUA_CSV_INTEGER }, "-12", "/-12" },
    { { RUA_CSV_INTEGER }, "+12", "/12" },
    { { RUA_CSV_INTEGER }, "\"12\"", "/12" },
    { { RUA_CSV_INTEGER }, "9223372036854775807", "/9223372036854775807" },
    { { RUA_CSV_INTEGER }, "-9223372036854775808", "/-9223372036854775808" },
    { { RUA_CSV_INTEGER }, "9223372036854775808", "/? 0:0:4" },
    { { RUA_CSV_INTEGER }, "12.0", "/12" },
    { { RUA_CSV_INTEGER }, "1e3", "/1000" },
    { { RUA_CSV_INTEGER }, "12.5", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "-1.25E+2", "/-125" },
    { { RUA_CSV_INTEGER }, "1200e-2", "/12" },
    { { RUA_CSV_INTEGER }, "1250e-2", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "5.", "/5" },
    { { RUA_CSV_INTEGER }, ".5e1", "/5" },
    { { RUA_CSV_INTEGER }, ".", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "e1", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "1e", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "1e+", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "1e1.0", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "1.2.0", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "0x10", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "2251799813685248.1", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "0.99999999999999999999", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "1e-400", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "0e-400", "/0" },
    { { RUA_CSV_INTEGER }, "0.0e99999999999999999999", "/0" },
    { { RUA_CSV_INTEGER }, "-0.0", "/0" },
    { { RUA_CSV_INTEGER }, "1e17", "/100000000000000000" },
    { { RUA_CSV_INTEGER }, "1e18", "/1000000000000000000" },
    { { RUA_CSV_INTEGER }, "9007199254740992.0", "/9007199254740992" },
    { { RUA_CSV_INTEGER }, "123456789012345678.0", "/123456789012345678" },
    { { RUA_CSV_INTEGER }, "9223372036854775807.00", "/9223372036854775807" },
    { { RUA_CSV_INTEGER }, "-9.223372036854775808e18", "/-9223372036854775808" },
    { { RUA_CSV_INTEGER }, "9.223372036854775808e18", "/? 0:0:4" },
    { { RUA_CSV_INTEGER }, "9223372036854775808.5", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "1e19", "/? 0:0:4" },
    { { RUA_CSV_INTEGER }, "1e99999999999999999999", "/? 0:0:4" },
    { { RUA_CSV_INTEGER }, "1e-99999999999999999999", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, "12x", "/? 0:0:2" },
    { { RUA_CSV_INTEGER }, " 12", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .trim = TRUE }, " 12\t", "/12" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "1 234 567", "/1234567" },
    { { RUA_CSV_INTEGER, .decimal = ',', .grouping = '.' }, "1.234.567", "/1234567" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "-12", "/-12" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "1234567", "/1234567" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "1 23", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "1 2345", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "1234 567", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, " 234", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "1  234", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "1 234 ", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ' ' }, "- 234", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = 0xa0 }, "1\xc2\xa0""234", "/1234" },
    { { RUA_CSV_INTEGER, .grouping = 0x202f }, "-12\xe2\x80\xaf""345\xe2\x80\xaf""678", "/-12345678" },
    { { RUA_CSV_INTEGER, .grouping = 0x202f }, "1\xc2\xa0""234", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = 0x202f }, "1\xe2\x80\xaf", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ',' }, "\"12,34,567\"", "/1234567" },
    { { RUA_CSV_INTEGER, .grouping = ',' }, "\"1,23,45,678\"", "/12345678" },
    { { RUA_CSV_INTEGER, .grouping = ',' }, "\"123,45,678\"", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ',' }, "\"1,23,456,789\"", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ',' }, "\"12,34\"", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .grouping = ',' }, "\"1,234e1\"", "/12340" },
    { { RUA_CSV_NUMBER, .decimal = ',', .grouping = '.' }, "1.5", "/? 0:0:3" },
    { { RUA_CSV_NUMBER, .decimal = ',', .grouping = '.' }, "12.50", "/? 0:0:3" },
    { { RUA_CSV_NUMBER, .decimal = ',', .grouping = '.' }, "\"12.34,5\"", "/? 0:0:3" },
    { { RUA_CSV_NUMBER, .decimal = ',', .grouping = '.' }, "\",5\"", "/0.5" },
    { { RUA_CSV_NUMBER, .decimal = ',', .grouping = '.' }, "\"1.234,\"", "/1234" },
    { { RUA_CSV_NUMBER, .decimal = ',', .grouping = '.' }, "\"1,234.567\"", "/? 0:0:3" },
    { { RUA_CSV_NUMBER, .grouping = ',' }, "\"1,234.5\"", "/1234.5" },
    { { RUA_CSV_NUMBER, .grouping = ',' }, "\"1,2345\"", "/? 0:0:3" },
    { { RUA_CSV_MONEY, .digits = 2, .grouping = ',' }, "\"1,2345\"", "/? 0:0:3" },
    { { RUA_CSV_MONEY, .digits = 2, .grouping = ',' }, "\"-1,234.50\"", "/-123450" },
    { { RUA_CSV_INTEGER }, "x-", "/? 0:0:2" },
    { { RUA_CSV_INTEGER, .missing = na }, "999", "/?" },
    { { RUA_CSV_INTEGER, .missing = na }, "9999", "/9999" },
    { { RUA_CSV_INTEGER, .missing = na }, "\"NA\"", "/?" },
    { { RUA_CSV_INTEGER, .missing = na }, "-", "/?" },
    { { RUA_CSV_INTEGER }, "\"\"", "/?" },
    { { RUA_CSV_NUMBER }, "0.1", "/0.10000000000000001" },
    { { RUA_CSV_NUMBER }, "-0", "/-0" },
    { { RUA_CSV_NUMBER }, "-0.25", "/-0.25" },
    { { RUA_CSV_NUMBER }, ".5", "/0.5" },
    { { RUA_CSV_NUMBER }, "5.", "/5" },
    { { RUA_CSV_NUMBER }, "1e-3", "/0.001" },
    { { RUA_CSV_NUMBER }, "123456789012345678", "/1.2345678901234568e+17" },
    { { RUA_CSV_NUMBER }, "0.30000000000000004", "/0.30000000000000004" },
    { { RUA_CSV_NUMBER }, "4.9e-324", "/4.9406564584124654e-324" },
    { { RUA_CSV_NUMBER }, "1e999", "/? 0:0:3" },
    { { RUA_CSV_NUMBER }, "inf", "/? 0:0:3" },
    { { RUA_CSV_NUMBER }, "nan", "/? 0:0:3" },
    { { RUA_CSV_NUMBER }, "0x10", "/? 0:0:3" },
    { { RUA_CSV_NUMBER }, "1.2.3", "/? 0:0:3" },
    { { RUA_CSV_NUMBER }, "１", "/? 0:0:3" },
    { { RUA_CSV_NUMBER, .decimal = ',' }, "\"1,5\"", "/1.5" },
    { { RUA_CSV_NUMBER, .decimal = ',' }, "1.5", "/? 0:0:3" },
    { { RUA_CSV_NUMBER, .decimal = ',', .grouping = '.' }, "\"-1.234.567,25\"", "/-1234567.25" },
    { { RUA_CSV_NUMBER, .decimal = ',', .grouping = '.' }, "\"1,5.3\"", "/? 0:0:3" },
    { { RUA_CSV_NUMBER, .grouping = '\'' }, "1'234.5", "/1234.5" },
    { { RUA_CSV_NUMBER, .grouping = '\'' }, "'234.5", "/? 0:0:3" },
    { { RUA_CSV_MONEY, .digits = 2 }, "12", "/1200" },
    { { RUA_CSV_MONEY, .digits = 2 }, "12.3", "/1230" },
    { { RUA_CSV_MONEY, .digits = 2 }, "-12.34", "/-1234" },
    { { RUA_CSV_MONEY, .digits = 2 }, "+012.340", "/1234" },
    { { RUA_CSV_MONEY, .digits = 2 }, "12.345", "/? 0:0:5" },
    { { RUA_CSV_MONEY, .digits = 0 }, "12.5", "/? 0:0:5" },
    { { RUA_CSV_MONEY, .digits = 0 }, "12.0", "/12" },
    { { RUA_CSV_MONEY, .digits = 3 }, "12.345", "/12345" },
    { { RUA_CSV_MONEY, .digits = 2 }, ".5", "/50" },
    { { RUA_CSV_MONEY, .digits = 2 }, "1e2", "/10000" },
    { { RUA_CSV_MONEY, .digits = 2 }, "92233720368547758.07", "/9223372036854775807" },
    { { RUA_CSV_MONEY, .digits = 2 }, "92233720368547758.08", "/? 0:0:4" },
    { { RUA_CSV_MONEY, .digits = 2 }, "CNY 5", "/? 0:0:3" },
    { { RUA_CSV_DATE }, "2014", "/2014" },
    { { RUA_CSV_DATE }, "2014-09", "/2014-09" },
    { { RUA_CSV_DATE }, "2014-09-15", "/2014-09-15" },
    { { RUA_CSV_DATE }, "2016-02-29", "/2016-02-29" },
    { { RUA_CSV_DATE }, "2015-02-29", "/? 0:0:6" },
    { { RUA_CSV_DATE }, "2015-13", "/? 0:0:6" },
    { { RUA_CSV_DATE }, "20150101", "/? 0:0:6" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_DAYS }, "0", "/1970-01-01" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_DAYS }, "-1", "/1969-12-31" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_DAYS }, "16328", "/2014-09-15" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_DAYS }, "2932897", "/? 0:0:7" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_DAYS }, "1.5", "/? 0:0:7" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_DAYS }, "16328.0", "/2014-09-15" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_DAYS }, "0.99999999999999999999", "/? 0:0:7" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_DAYS }, "1e-400", "/? 0:0:7" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_SERIAL_1900 }, "41897", "/2014-09-15" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_SERIAL_1900 }, "1", "/1900-01-01" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_SERIAL_1900 }, "59", "/1900-02-28" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_SERIAL_1900 }, "60", "/? 0:0:7" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_SERIAL_1900 }, "61", "/1900-03-01" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_SERIAL_1904 }, "0", "/1904-01-01" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_SERIAL_1904 }, "40435", "/2014-09-15" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_FORM, .date_form = "%d/%m/%Y" }, "15/09/2014", "/2014-09-15" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_FORM, .date_form = "%d.%m.%y" }, "5.9.14", "/2014-09-05" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_FORM, .date_form = "%d.%m.%y" }, "5.9.69", "/1969-09-05" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_FORM, .date_form = "%m/%Y" }, "09/2014", "/2014-09" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_FORM, .date_form = "%Y年%m月%d日" }, "2014年9月15日", "/2014-09-15" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_FORM, .date_form = "%d/%m/%Y" }, "31/02/2014", "/? 0:0:6" },
    { { RUA_CSV_DATE, .date = RUA_CSV_DATE_FORM, .date_form = "%d/%m/%Y" }, "15/09/2014 ", "/? 0:0:6" },
    { { RUA_CSV_BOOLEAN }, "1", "/yes" },
    { { RUA_CSV_BOOLEAN }, "0", "/no" },
    { { RUA_CSV_BOOLEAN }, "TRUE", "/yes" },
    { { RUA_CSV_BOOLEAN }, "no", "/no" },
    { { RUA_CSV_BOOLEAN }, "\"false\"", "/no" },
    { { RUA_CSV_BOOLEAN }, "2", "/? 0:0:8" },
    { { RUA_CSV_BOOLEAN, .yes = ja, .no = nein }, "ja", "/yes" },
    { { RUA_CSV_BOOLEAN, .yes = ja, .no = nein }, "nein", "/no" },
    { { RUA_CSV_BOOLEAN, .yes = ja, .no = nein }, "1", "/? 0:0:8" },
    { { RUA_CSV_KEY }, "100000000007", "/100000000007" },
    { { RUA_CSV_KEY }, "12345678", "/12345678" },
    { { RUA_CSV_KEY }, "-7", "/-7" },
    { { RUA_CSV_KEY }, "007", "/? 0:0:9" },
    { { RUA_CSV_KEY }, "-0", "/? 0:0:9" },
    { { RUA_CSV_KEY }, "0", "/0" },
    { { RUA_CSV_KEY }, "1234567890123456789", "/? 0:0:9" },
    { { RUA_CSV_KEY }, "h1", "/? 0:0:9" },
    { { RUA_CSV_TEXT }, "tea", "/tea" },
    { { RUA_CSV_TEXT }, "\"\"", "/" },
    { { RUA_CSV_TEXT }, "\"say \"\"hi\"\"\"", "/say \"hi\"" },
    { { RUA_CSV_TEXT }, "\"\"\"\"", "/\"" },
    { { RUA_CSV_TEXT }, " x ", "/ x " },
    { { RUA_CSV_TEXT, .trim = TRUE }, " x ", "/x" },
    { { RUA_CSV_TEXT }, "'=1+1", "/=1+1" },
    { { RUA_CSV_TEXT }, "''=1", "/'=1" },
    { { RUA_CSV_TEXT }, "=1", "/=1" },
    { { RUA_CSV_TEXT }, "'tis", "/'tis" },
    { { RUA_CSV_TEXT }, "'", "/'" },
    { { RUA_CSV_TEXT }, "'＝1", "/＝1" },
    { { RUA_CSV_TEXT, .keep_formulas = TRUE }, "'=1", "/'=1" },
    { { RUA_CSV_TEXT, .missing = na }, "NA", "/?" },
    { { RUA_CSV_TEXT, .missing = na }, "NAN", "/NAN" },
    { { RUA_CSV_TEXT }, "\"a\nb\"", "/a\nb" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    static const RuaCsvDialect comma = { .separator = ';' };
    RuaCsvField field = cases[i].field;
    g_autofree char *first = g_strdup_printf ("a;b\n%s;\n", cases[i].cell), *last = g_strdup_printf ("b;a\n;%s", cases[i].cell);
    g_autofree char *one = NULL, *other = NULL;

    one = csv_read_good (first, &comma, &field, 1);
    g_assert_cmpstr (one, ==, cases[i].told);
    /* The last cell of a text without a line end. */
    field.column = 1;
    other = csv_read_good (last, &comma, &field, 1);
    g_assert_cmpstr (other, ==, cases[i].told);
  }
}

/* Numbers as strtod reads them, in whatever form. */
static void
test_numbers_exact (void)
{
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 500 : 20000;
  g_autoptr (GString) text = g_string_new ("x,y\n"), expected = g_string_new (NULL);
  const RuaCsvField fields[] = { { RUA_CSV_NUMBER, 0 }, { RUA_CSV_NUMBER, 1 } };
  g_autofree char *told = NULL;

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < 2; k++) {
      double x = ldexp (g_test_rand_double () - 0.5, g_test_rand_int_range (-60, 60));
      char cell[64];

      if (g_test_rand_int_range (0, 2))
        g_snprintf (cell, sizeof cell, "%.*f", g_test_rand_int_range (0, 8), x);
      else
        g_snprintf (cell, sizeof cell, "%.*g", g_test_rand_int_range (1, 18), x);
      g_string_append_printf (text, "%s%s", cell, k ? "\n" : ",");
      g_string_append_printf (expected, "%c%.17g", k ? '|' : '/', g_ascii_strtod (cell, NULL));
    }
  told = csv_read_good (text->str, NULL, fields, 2);
  g_assert_cmpstr (told, ==, expected->str);
}

/* ---- dialects ---- */

static void
test_dialects (void)
{
  static const RuaCsvDialect no_header = { .no_header = TRUE }, no_quote = { .quote = RUA_CSV_NO_QUOTE }, apostrophe = { .quote = '\'' }, colon = { .separator = ':' };
  static const struct {
    const RuaCsvDialect *dialect;
    const char *text, *told;
  } cases[] = {
    { NULL, "a,b\n1,x\n", "/1|x" },
    { NULL, "a;b\n1;x\n", "/1|x" },
    { NULL, "a\tb\n1\tx\n", "/1|x" },
    { NULL, "a|b\n1|x\n", "/1|x" },
    { NULL, "a;b\n1;2,5\n2;3,5\n", "/1|2,5/2|3,5" },
    { NULL, "a;b\r\n1;\"x;\ny\"\r\n", "/1|x;\ny" },
    { NULL, "a,b\r1,x\r2,y\r", "/1|x/2|y" },
    { NULL, "\xef\xbb\xbf" "a,b\n1,x\n", "/1|x" },
    { NULL, "sep=;\na;b\n1;x,y\n", "/1|x,y" },
    { NULL, "sep=|\r\na|b\r\n1|x\r\n", "/1|x" },
    { NULL, "a,b\n\n\n1,x\n\n\n2,y\n\n", "/1|x/2|y" },
    { NULL, "'a','b'\n'1','x,y'\n'2','it''s'\n", "/1|x,y/2|it's" },
    { NULL, "a,b\n1,it's\n", "/1|it's" },
    { NULL, "a,b", "" },
    { NULL, "a,b\n", "" },
    { NULL, "a,b\r\n\r\n", "" },
    { &no_header, "1,x\n2,y", "/1|x/2|y" },
    { &no_quote, "a,b\n1,\"x\n2,5\"\" y\n", "/1|\"x/2|5\"\" y" },
    { &apostrophe, "a,b\n1,'x\"'\n", "/1|x\"" },
    { &colon, "a:b\n1:x,y\n", "/1|x,y" },
    { NULL, "品名,价\n1,茶\n", "/1|茶" },
    { NULL, "\"a\",\"b\"\n\"1\",\"x\"\n", "/1|x" },
  };
  const RuaCsvField fields[] = { { RUA_CSV_INTEGER, 0 }, { RUA_CSV_TEXT, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *told = csv_read_good (cases[i].text, cases[i].dialect, fields, 2);

    g_assert_cmpstr (told, ==, cases[i].told);
  }
}

/* One column: a blank line within is a record, one at the end is none. */
static void
test_one_column (void)
{
  static const struct {
    const char *text, *told;
  } cases[] = {
    { "a\n1\n\n2\n", "/1/?/2" }, { "a\n1\n\n", "/1" }, { "a\n1\n\n\n", "/1/?" }, { "a\r\n1\r\n\r\n2", "/1/?/2" },
    { "a\r1\r\r2\r", "/1/?/2" }, { "a\n\n1\n", "/?/1" }, { "a\n\n", "" }, { "a\n", "" }, { "a\n1", "/1" }, { "a\n\"1\"\n\"\"\n", "/1/?" },
  };
  const RuaCsvField fields[] = { { RUA_CSV_INTEGER, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *told = csv_read_good (cases[i].text, NULL, fields, 1);

    g_assert_cmpstr (told, ==, cases[i].told);
  }
}

static void
test_refused (void)
{
  static const RuaCsvDialect gb18030 = { .encoding = "gb18030" }, unknown = { .encoding = "no-such-code" };
  static const struct {
    const RuaCsvDialect *dialect;
    const char *text;
    gsize length; /* 0: up to NUL */
    RuaError code;
    const char *told;
  } cases[] = {
    { NULL, "", 0, RUA_ERROR_SYNTAX, "the file is empty" },
    { NULL, "a,b\n1,\"x\n2,y\n", 0, RUA_ERROR_SYNTAX, "line 2, character 3: the quote that opens here is not closed" },
    { NULL, "a,b\n1,x\n2,\"y\"z\n", 0, RUA_ERROR_SYNTAX, "line 3, character 6: text follows a closing quote" },
    { NULL, "a,b\n1,x\"y\n", 0, RUA_ERROR_SYNTAX, "line 2, character 4: a quote stands within" },
    { NULL, "a,b\n1,x\n2,y\"", 0, RUA_ERROR_SYNTAX, "line 3, character 4: a quote stands within" },
    { NULL, "a,b\n\"茶\n\n茶\",x\ny\"\n", 0, RUA_ERROR_SYNTAX, "line 5, character 2: a quote stands within" },
    { NULL, "a,b\n1,x\0y\n", 10, RUA_ERROR_SYNTAX, "line 2, character 4: a NUL byte" },
    { NULL, "a,b\n1,\xe8\x8c\n", 0, RUA_ERROR_SYNTAX, "line 2, character 3: not UTF-8" },
    { NULL, "a,b\n茶,\xc0\x80\n", 0, RUA_ERROR_SYNTAX, "line 2, character 3: not UTF-8" },
    { NULL, "a,\xff\n1,x\n", 0, RUA_ERROR_SYNTAX, "line 1, character 3: not UTF-8" },
    { NULL, "a,a\n1,x\n", 0, RUA_ERROR_SYNTAX, "the column \"a\" is there twice" },
    { &gb18030, "a,b\n1,\xb2\xe8\n2,\xff\n", 0, RUA_ERROR_SYNTAX, "byte 12 (line 3): 0xff is not gb18030" },
    { &gb18030, "a,b\n1,\xb2", 0, RUA_ERROR_SYNTAX, "ends within a character" },
    { &unknown, "a,b\n", 0, RUA_ERROR_VALUE, "\"no-such-code\" is not known" },
  };
  const RuaCsvField fields[] = { { RUA_CSV_TEXT, 0 }, { RUA_CSV_TEXT, 1 } };

  for (guint threads = 1; threads <= 3; threads++) {
    rua_set_n_threads (threads);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
      GError *error = NULL;

      g_assert_null (csv_read_text (cases[i].text, cases[i].length ? cases[i].length : strlen (cases[i].text), cases[i].dialect, NULL, fields, 2, 0, &error));
      if (!g_error_matches (error, RUA_ERROR, (int) cases[i].code) || strstr (error->message, cases[i].told) == NULL)
        g_test_fail_printf ("case %u: code %d: \"%s\" does not tell \"%s\"", i, error->code, error->message, cases[i].told);
      g_clear_error (&error);
    }
  }
  rua_set_n_threads (0);
}

static void
test_encodings (void)
{
  static const RuaCsvDialect gb18030 = { .encoding = "GB18030" }, latin = { .encoding = "windows-1252" }, big5 = { .encoding = "big5" };
  const RuaCsvField fields[] = { { RUA_CSV_TEXT, 0 }, { RUA_CSV_TEXT, 1 } };
  /* Characters whose second byte is a separator, a quote's neighbour, a bar or a backslash. */
  static const char *const text = "a|b\n丂|亅\n弢|\"丄|丆\"\n醸|誱\n";
  gsize length;
  GError *error = NULL;

  {
    g_autofree char *coded = g_convert (text, -1, "GB18030", "UTF-8", NULL, &length, &error), *told = NULL;

    g_assert_no_error (error);
    told = csv_read_text (coded, length, &gb18030, NULL, fields, 2, 0, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (told, ==, "/丂|亅/弢|丄|丆/醸|誱");
  }
  /* Every two-byte character of GB18030 whose second byte is a bar. */
  {
    g_autoptr (GString) all = g_string_new ("a|b\n"), expected = g_string_new (NULL);
    g_autofree char *told = NULL;
    guint n = 0;

    for (guint lead = 0x81; lead <= 0xfe; lead++) {
      char pair[2] = { (char) lead, '|' };
      g_autofree char *utf8 = g_convert (pair, 2, "UTF-8", "GB18030", NULL, NULL, NULL);

      if (utf8 == NULL)
        continue;
      n++;
      g_string_append_len (all, pair, 2);
      g_string_append_c (all, '|');
      g_string_append_len (all, pair, 2);
      g_string_append_c (all, '\n');
      g_string_append_printf (expected, "/%s|%s", utf8, utf8);
    }
    g_assert_cmpuint (n, >, 100);
    told = csv_read_text (all->str, all->len, &gb18030, NULL, fields, 2, 0, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (told, ==, expected->str);
  }
  {
    g_autofree char *coded = g_convert ("a;b\né;€\n", -1, "windows-1252", "UTF-8", NULL, &length, &error), *told = NULL;

    told = csv_read_text (coded, length, &latin, NULL, fields, 2, 0, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (told, ==, "/é|€");
  }
  {
    g_autofree char *coded = g_convert ("a|b\n許|功\n", -1, "BIG5", "UTF-8", NULL, &length, &error), *told = NULL;

    g_assert_no_error (error);
    told = csv_read_text (coded, length, &big5, NULL, fields, 2, 0, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (told, ==, "/許|功");
  }
  for (guint big = 0; big < 2; big++) {
    g_autofree char *coded = g_convert ("\xef\xbb\xbf" "a;b\n茶;\"x\ny\"\n", -1, big ? "UTF-16BE" : "UTF-16LE", "UTF-8", NULL, &length, &error), *told = NULL;

    g_assert_no_error (error);
    told = csv_read_text (coded, length, NULL, NULL, fields, 2, 0, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (told, ==, "/茶|x\ny");
  }
  /* More than the converter takes at once, so that characters are cut. */
  {
    g_autoptr (GString) many = g_string_new ("a|b\n"), expected = g_string_new (NULL);
    g_autofree char *coded = NULL, *told = NULL;

    for (guint i = 0; i < 30000; i++) {
      g_string_append_printf (many, "丂%.*s醸𠀀茶茶茶茶|%u\n", (int) (i % 3), "xy", i);
      g_string_append_printf (expected, "/丂%.*s醸𠀀茶茶茶茶|%u", (int) (i % 3), "xy", i);
    }
    coded = g_convert (many->str, -1, "GB18030", "UTF-8", NULL, &length, &error);
    g_assert_no_error (error);
    told = csv_read_text (coded, length, &gb18030, NULL, fields, 2, 0, &error);
    g_assert_no_error (error);
    g_assert_true (g_str_equal (told, expected->str));
  }
}

/* ---- splits ---- */

/* What a record at a time, by the plainest means, gives: RFC 4180 by a state a byte. */
static char *
read_plainly (const char *text, guint width)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) quoted = g_array_new (FALSE, TRUE, sizeof (gboolean));
  GString *out = g_string_new (NULL), *cell = g_string_new (NULL);
  gboolean header = TRUE, was_quoted = FALSE;
  const char *p = text;

  while (*p || cells->len) {
    gboolean ends_record = FALSE;

    if (*p == '"' && cell->len == 0 && !was_quoted) {
      was_quoted = TRUE;
      for (p++; *p && !(*p == '"' && p[1] != '"'); p++) {
        p += *p == '"';
        g_string_append_c (cell, *p);
      }
      p++;
    }
    while (*p && *p != ',' && *p != '\n' && *p != '\r')
      g_string_append_c (cell, *p++);
    ends_record = *p != ',';
    if (*p == ',')
      p++;
    else if (*p == '\r' && p[1] == '\n')
      p += 2;
    else if (*p)
      p++;
    if (ends_record && cells->len == 0 && cell->len == 0 && !was_quoted && width > 1)
      continue;
    g_ptr_array_add (cells, g_strdup (cell->len || was_quoted ? cell->str : "?"));
    g_string_truncate (cell, 0);
    was_quoted = FALSE;
    if (!ends_record)
      continue;
    for (guint i = 0; !header && i < cells->len; i++)
      g_string_append_printf (out, "%c%s", i ? '|' : '/', (char *) g_ptr_array_index (cells, i));
    header = FALSE;
    g_ptr_array_set_size (cells, 0);
  }
  g_string_free (cell, TRUE);
  return g_string_free (out, FALSE);
}

/* Blocks begin at every byte of a tricky text, since it is pushed along by what stands before it. */
/* The place of what is no character is that in the file, its mark included. */
static void
test_bad_bytes (void)
{
  static const RuaCsvField fields[] = { { RUA_CSV_TEXT, 0 }, { RUA_CSV_TEXT, 1 } };

  for (guint i = 0; i < 4; i++) {
    const gboolean big = i & 1, marked = i & 2;
    const RuaCsvDialect told = { .encoding = big ? "utf-16be" : "utf-16le" };
    /* The low byte of 上 is that of a line end. */
    g_autofree char *head = g_strconcat (marked ? "\xef\xbb\xbf" : "", "a,b\n上,", NULL), *coded = NULL, *place = NULL, *read = NULL;
    g_autoptr (GByteArray) all = g_byte_array_new ();
    g_autoptr (GError) error = NULL;
    gsize length;

    coded = g_convert (head, -1, told.encoding, "UTF-8", NULL, &length, NULL);
    g_byte_array_append (all, (const guint8 *) coded, (guint) length);
    /* Half a pair of surrogates. */
    g_byte_array_append (all, (const guint8 *) (big ? "\xd8\x00\x00x" : "\x00\xd8x\x00"), 4);
    read = csv_read_text ((const char *) all->data, all->len, marked ? NULL : &told, NULL, fields, 2, 0, &error);
    g_assert_null (read);
    place = g_strdup_printf (", byte %" G_GSIZE_FORMAT " (line 2): ", length + 1);
    if (strstr (error->message, place) == NULL)
      g_error ("%u: %s", i, error->message);
  }
}

static void
test_every_split (void)
{
  static const char *const tricky
      = "\"x,\n\"\"y\"\"\r\n\",1\r\n,\"\"\n\"\",\"\"\"\"\r\n\r\n\n茶,\"\n\n\"\n\"\r\",\"a\"\"b\"\r3,4\r\n";
  const RuaCsvField fields[] = { { RUA_CSV_TEXT, 0, .keep_formulas = TRUE }, { RUA_CSV_TEXT, 1, .keep_formulas = TRUE } };
  gsize length = strlen (tricky);
  guint step = g_getenv ("RUA_SLOW_MACHINE") ? 17 : 1;

  for (gsize before = 0; before < length + 3; before += step) {
    g_autoptr (GString) text = g_string_new ("a,b\n");
    g_autofree char *one = NULL, *many = NULL, *plain = NULL;
    gsize filler = RUA_CSV_BLOCK - before;

    /* A record that fills the first block up to here, then the text, twice over the next boundary. */
    g_string_append (text, "\"");
    for (gsize i = 0; i < filler - 4; i++)
      g_string_append_c (text, i % 50 ? 'z' : '\n');
    g_string_append (text, "\",f\n");
    g_string_append (text, tricky);
    while (text->len < 4 + 2 * RUA_CSV_BLOCK - before)
      g_string_append_c (text, text->len % 3 ? '\n' : '\r');
    g_string_append (text, tricky);
    rua_set_n_threads (1);
    one = csv_read_good (text->str, NULL, fields, 2);
    rua_set_n_threads (4);
    many = csv_read_good (text->str, NULL, fields, 2);
    plain = read_plainly (text->str, 2);
    g_assert_cmpstr (one, ==, many);
    if (!g_str_equal (one, plain))
      g_test_fail_printf ("split at %" G_GSIZE_FORMAT ": %s\n%s", before, one + strlen (one) - 100, plain + strlen (plain) - 100);
  }
  rua_set_n_threads (0);
}

/* Random texts of the hard characters, across spans that begin anywhere. */
static void
test_random_texts (void)
{
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 2 : 12;

  for (guint trial = 0; trial < trials; trial++) {
    guint width = (guint) g_test_rand_int_range (2, 5), n = (guint) g_test_rand_int_range (1, trial % 4 ? 3000 : 90000);
    g_autoptr (GString) text = g_string_new ("c0");
    RuaCsvField fields[5];
    static const char *const ends[] = { "\n", "\r\n", "\r" };
    const char *end = ends[trial % 3];
    g_autofree char *plain = NULL;

    for (guint k = 0; k < width; k++)
      fields[k] = (RuaCsvField) { RUA_CSV_TEXT, k, .keep_formulas = TRUE };
    for (guint k = 1; k < width; k++)
      g_string_append_printf (text, ",c%u", k);
    g_string_append (text, end);
    for (guint i = 0; i < n; i++) {
      for (guint k = 0; k < width; k++) {
        guint length = (guint) g_test_rand_int_range (0, 4);

        if (k > 0)
          g_string_append_c (text, ',');
        switch (g_test_rand_int_range (0, 4)) {
        case 0:
          g_string_append_c (text, '"');
          while (length-- > 0) {
            static const char *const inner[] = { "\"\"", ",", "\n", "\r\n", "x", "茶" };

            g_string_append (text, inner[g_test_rand_int_range (0, G_N_ELEMENTS (inner))]);
          }
          g_string_append_c (text, '"');
          break;
        case 1:
          break;
        default:
          g_string_append_printf (text, "%u", i % 1000);
        }
      }
      if (i + 1 < n || trial % 2)
        g_string_append (text, end);
      if (g_test_rand_int_range (0, 20) == 0 && i + 1 < n)
        g_string_append (text, end);
    }
    plain = read_plainly (text->str, width);
    for (guint threads = 1; threads <= 8; threads *= 2) {
      static const RuaCsvDialect comma = { .separator = ',', .quote = '"' };
      GError *error = NULL;
      g_autofree char *told = NULL;

      rua_set_n_threads (threads);
      told = csv_read_text (text->str, text->len, &comma, NULL, fields, width, threads == 4 ? 65535 : threads == 8 ? 1 : 0, &error);
      g_assert_no_error (error);
      g_assert_true (g_str_equal (told, plain));
    }
  }
  rua_set_n_threads (0);
}

/* ---- limits, and what is far out ---- */

static void
test_limits (void)
{
  static const struct {
    RuaCsvLimits limits;
    const char *text, *told;
  } cases[] = {
    { { .bytes = 10 }, "a,b\n1,x\n2,y\n", "12 bytes; 10 are the limit" },
    { { .columns = 2 }, "a,b,c\n1,2,3\n", "more than 2 columns" },
    { { .cell = 3 }, "a,b\n1,abcd\n", "a cell of more than 3 bytes" },
    { { .cell = 3 }, "a,b\n1,\"abcd\"\n", "a cell of more than 3 bytes" },
    { { .rows = 2 }, "a,b\n1,x\n2,y\n3,z\n", "3 records; 2 are the limit" },
  };
  const RuaCsvField fields[] = { { RUA_CSV_TEXT, 0 }, { RUA_CSV_TEXT, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GError *error = NULL;

    g_assert_null (csv_read_text (cases[i].text, strlen (cases[i].text), NULL, &cases[i].limits, fields, 2, 0, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    if (strstr (error->message, cases[i].told) == NULL)
      g_test_fail_printf ("\"%s\" does not tell \"%s\"", error->message, cases[i].told);
    g_clear_error (&error);
  }
}

static void
test_many_columns (void)
{
  const guint width = 5000;
  g_autofree RuaCsvField *fields = g_new0 (RuaCsvField, width);
  g_autoptr (GString) text = g_string_new (NULL), expected = g_string_new (NULL);
  g_autofree char *told = NULL;

  for (guint row = 0; row < 12; row++)
    for (guint k = 0; k < width; k++) {
      fields[k].type = k % 2 ? RUA_CSV_INTEGER : RUA_CSV_TEXT;
      fields[k].column = k;
      g_string_append_printf (text, row ? "%u" : "c%u", k * (row ? row : 1));
      g_string_append_c (text, k + 1 < width ? ',' : '\n');
      if (row > 0)
        g_string_append_printf (expected, "%c%u", k ? '|' : '/', k * row);
    }
  told = csv_read_good (text->str, NULL, fields, width);
  g_assert_cmpstr (told, ==, expected->str);
}

static gboolean
ignore_span (guint span, guint32 first, guint32 n_rows, RuaCsvVector *vectors, gpointer data, GError **error)
{
  return TRUE;
}

/* All bad cells, in the order of the file whatever the threads, up to the limit. */
static void
test_bad_cells (void)
{
  g_autoptr (GString) text = g_string_new ("a,b,c\n"), expected = g_string_new (NULL);
  const RuaCsvField fields[] = { { RUA_CSV_INTEGER, 0 }, { RUA_CSV_DATE, 2 } };
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 70000 : 200000, n_bad = 0;

  for (guint i = 0; i < n; i++) {
    gboolean bad = i % 5003 == 7;

    g_string_append_printf (text, bad ? "x,,%s\n" : "1,,2014%s\n", bad ? "y" : "");
    if (bad && n_bad < 50)
      g_string_append_printf (expected, " %u:0:2 %u:1:6", i, i);
    n_bad += bad;
  }
  for (guint threads = 1; threads <= 4; threads++) {
    g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);
    g_autoptr (RuaCsv) csv = rua_csv_new (bytes, "t.csv", NULL, NULL, NULL, NULL);
    g_autoptr (GString) told_bad = g_string_new (NULL), cell = g_string_new (NULL);
    RuaCsvCursor cursor = { 0 };
    RuaCsvBads bads;
    GError *error = NULL;

    rua_set_n_threads (threads);
    rua_csv_bads_init (&bads, 20);
    rua_csv_read (csv, fields, 2, 0, ignore_span, NULL, &bads, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (bads.count, ==, 2 * n_bad);
    rua_csv_bads_sort (&bads);
    g_assert_cmpuint (bads.bad->len, ==, MIN (20, 2 * n_bad));
    for (guint i = 0; i < bads.bad->len; i++) {
      const RuaCsvBad *bad = &g_array_index (bads.bad, RuaCsvBad, i);
      guint64 line, character;

      g_string_append_printf (told_bad, " %u:%u:%u", bad->row, bad->field, bad->reason);
      rua_csv_tell_cell (csv, &cursor, bad->row, fields[bad->field].column, cell, &line, &character);
      g_assert_cmpuint (line, ==, bad->row + 2);
      g_assert_cmpuint (character, ==, bad->field ? 4 : 1);
      g_assert_cmpstr (cell->str, ==, bad->field ? "y" : "x");
    }
    g_assert_true (g_str_has_prefix (expected->str, told_bad->str));
    rua_csv_bads_clear (&bads);
  }
  rua_set_n_threads (0);
}

/* Any bytes at all: read or refused, the same whatever the threads, never more than once. */
static void
test_any_bytes (void)
{
  static const char alphabet[] = "\",;\t|\n\r'ab10.-=\xef\xbb\xbf\xe8\x8c\xb6\0";
  const RuaCsvField fields[] = { { RUA_CSV_TEXT, 0 }, { RUA_CSV_NUMBER, 0 }, { RUA_CSV_BOOLEAN, 0 }, { RUA_CSV_DATE, 0 } };
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 500 : 20000;

  for (guint trial = 0; trial < trials; trial++) {
    char text[64];
    gsize length = (gsize) g_test_rand_int_range (0, sizeof text);
    GError *one_error = NULL, *many_error = NULL;
    g_autofree char *one = NULL, *many = NULL;

    for (gsize i = 0; i < length; i++)
      text[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet)];
    rua_set_n_threads (1);
    one = csv_read_text (text, length, NULL, NULL, fields, 4, 0, &one_error);
    rua_set_n_threads (2);
    many = csv_read_text (text, length, NULL, NULL, fields, 4, 65530, &many_error);
    g_assert_cmpstr (one, ==, many);
    g_assert_cmpstr (one_error ? one_error->message : NULL, ==, many_error ? many_error->message : NULL);
    g_assert_true ((one == NULL) == (one_error != NULL));
    g_clear_error (&one_error);
    g_clear_error (&many_error);
  }
  rua_set_n_threads (0);
}

/* The narrowest type that takes every cell, wherever the one is that decides. */
static void
test_inferred (void)
{
  static const struct {
    const char *usual, *odd;
    RuaCsvType usual_type, type;
  } cases[] = {
    { "1", "1.5", RUA_CSV_INTEGER, RUA_CSV_NUMBER }, { "1", "x", RUA_CSV_INTEGER, RUA_CSV_TEXT }, { "1", "", RUA_CSV_INTEGER, RUA_CSV_INTEGER },
    { "1.5", "1e3", RUA_CSV_NUMBER, RUA_CSV_NUMBER }, { "2014-09", "2014", RUA_CSV_DATE, RUA_CSV_DATE }, { "2014-09", "2014-13", RUA_CSV_DATE, RUA_CSV_TEXT },
    { "yes", "no", RUA_CSV_BOOLEAN, RUA_CSV_BOOLEAN }, { "true", "1", RUA_CSV_BOOLEAN, RUA_CSV_BOOLEAN }, { "true", "2", RUA_CSV_BOOLEAN, RUA_CSV_TEXT },
    { "", "", RUA_CSV_TEXT, RUA_CSV_TEXT }, { "", "7", RUA_CSV_TEXT, RUA_CSV_INTEGER }, { "0", "1", RUA_CSV_INTEGER, RUA_CSV_INTEGER },
  };
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 1000 : 140000;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint odd = 0; odd < 2; odd++) {
      g_autoptr (GString) text = g_string_new ("a,b\n");
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (RuaCsv) csv = NULL;
      RuaCsvField fields[] = { { RUA_CSV_TEXT, 1 }, { RUA_CSV_TEXT, 0 } };
      guint where = (guint) g_test_rand_int_range (0, (gint) n);
      GError *error = NULL;

      for (guint row = 0; row < n; row++)
        g_string_append_printf (text, "x,%s\n", odd && row == where ? cases[i].odd : cases[i].usual);
      bytes = g_bytes_new (text->str, text->len);
      csv = rua_csv_new (bytes, "t.csv", NULL, NULL, NULL, NULL);
      g_assert_true (rua_csv_infer (csv, fields, 2, NULL, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (fields[0].type, ==, odd ? cases[i].type : cases[i].usual_type);
      g_assert_cmpint (fields[1].type, ==, RUA_CSV_TEXT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-columns/values", test_values);
  g_test_add_func ("/csv-columns/numbers-exact", test_numbers_exact);
  g_test_add_func ("/csv-columns/dialects", test_dialects);
  g_test_add_func ("/csv-columns/one-column", test_one_column);
  g_test_add_func ("/csv-columns/refused", test_refused);
  g_test_add_func ("/csv-columns/encodings", test_encodings);
  g_test_add_func ("/csv-columns/bad-bytes", test_bad_bytes);
  g_test_add_func ("/csv-columns/every-split", test_every_split);
  g_test_add_func ("/csv-columns/random-texts", test_random_texts);
  g_test_add_func ("/csv-columns/limits", test_limits);
  g_test_add_func ("/csv-columns/many-columns", test_many_columns);
  g_test_add_func ("/csv-columns/bad-cells", test_bad_cells);
  g_test_add_func ("/csv-columns/inferred", test_inferred);
  g_test_add_func ("/csv-columns/any-bytes", test_any_bytes);
  return g_test_run ();
}
