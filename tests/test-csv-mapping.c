/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-mapping-private.h"
#include "rua-error.h"
#include "rua-random-private.h"

#include <string.h>

static RuaCsvMapping *
read_mapping (const char *json)
{
  g_autoptr (GError) error = NULL;
  RuaCsvMapping *mapping = rua_csv_mapping_new (json, &error);

  if (mapping == NULL)
    g_error ("%s: %s", json, error->message);
  return mapping;
}

static const RuaCsvMapped *
first_of (const RuaCsvMapping *mapping)
{
  g_assert_cmpuint (mapping->columns->len, ==, 1);
  return g_ptr_array_index (mapping->columns, 0);
}

static void
test_nothing_told (void)
{
  g_autoptr (RuaCsvMapping) none = read_mapping (NULL), empty = read_mapping ("{}");

  g_assert_cmpuint (none->columns->len + empty->columns->len, ==, 0);
  g_assert_cmpuint (none->constants->len + empty->constants->len, ==, 0);
  g_assert_false (none->ignore_rest);
  g_assert_null (empty->ignored);
  g_assert_cmpuint (empty->most_faults, ==, none->most_faults);
  g_assert_cmpuint (empty->most_faults, >, 0);
}

/* All that a file may be told to be. */
static void
test_whole (void)
{
  g_autoptr (RuaCsvMapping) m = read_mapping (
    "{\"separator\":\"tab\",\"quote\":null,\"header\":false,\"encoding\":\"GB18030\",\"decimal\":\",\",\"grouping\":\".\",\"missing\":[\"NA\",\"-\"],"
    "\"yes\":\"ja\",\"no\":[\"nein\"],\"between\":\"|\",\"trim\":true,\"dates\":\"%d/%m/%Y\",\"ignore\":[\"a\",\"b\"],"
    "\"constants\":{\"a\":\"x\",\"b\":7,\"c\":0.25,\"d\":true,\"e\":false},"
    "\"limits\":{\"bytes\":9223372036854775807,\"columns\":3,\"cell\":4,\"rows\":5,\"seconds\":1.5,\"faults\":6}}");
  static const char *const constants[] = { "a", "x", "b", "7", "c", "0.25", "d", "true", "e", "false" };

  g_assert_cmpint (m->dialect.separator, ==, '\t');
  g_assert_cmpint (m->dialect.quote, ==, RUA_CSV_NO_QUOTE);
  g_assert_true (m->dialect.no_header);
  g_assert_cmpstr (m->dialect.encoding, ==, "GB18030");
  g_assert_cmpint (m->whole.read.decimal, ==, ',');
  g_assert_cmpint (m->whole.read.grouping, ==, '.');
  g_assert_true (m->whole.read.trim);
  g_assert_cmpint (m->whole.read.date, ==, RUA_CSV_DATE_FORM);
  g_assert_cmpstr (m->whole.date_form, ==, "%d/%m/%Y");
  g_assert_cmpstrv (m->whole.missing, ((const char *const[]) { "NA", "-", NULL }));
  g_assert_cmpstrv (m->whole.yes, ((const char *const[]) { "ja", NULL }));
  g_assert_cmpstrv (m->whole.no, ((const char *const[]) { "nein", NULL }));
  g_assert_cmpstr (m->whole.between, ==, "|");
  g_assert_cmpstrv (m->ignored, ((const char *const[]) { "a", "b", NULL }));
  g_assert_cmpuint (m->constants->len, ==, G_N_ELEMENTS (constants));
  for (guint i = 0; i < G_N_ELEMENTS (constants); i++)
    g_assert_cmpstr (g_ptr_array_index (m->constants, i), ==, constants[i]);
  g_assert_cmpuint (m->limits.bytes, ==, G_MAXINT64);
  g_assert_cmpuint (m->limits.columns, ==, 3);
  g_assert_cmpuint (m->limits.cell, ==, 4);
  g_assert_cmpuint (m->limits.rows, ==, 5);
  g_assert_cmpfloat (m->seconds, ==, 1.5);
  g_assert_cmpuint (m->most_faults, ==, 6);
}

/* A column says for itself what it does not share with the others, wherever in the mapping it stands. */
static void
test_columns (void)
{
  g_autoptr (RuaCsvMapping) m = read_mapping (
    "{\"columns\":{\"name.en\":\"Name\",\"village\":3,"
    "\"amount\":{\"column\":\"Betrag\",\"decimal\":\".\",\"grouping\":\" \",\"missing\":\"?\",\"trim\":false},"
    "\"tags\":{\"between\":\"/\",\"yes\":[],\"no\":\"0\"},\"joined\":{\"column\":2,\"as\":\"serial\"}},"
    "\"trim\":true,\"decimal\":\",\",\"missing\":[\"NA\"],\"between\":\"|\",\"dates\":\"days\"}");
  const RuaCsvMapped *name, *village, *amount, *tags, *joined;

  g_assert_cmpuint (m->columns->len, ==, 5);
  name = g_ptr_array_index (m->columns, 0);
  village = g_ptr_array_index (m->columns, 1);
  amount = g_ptr_array_index (m->columns, 2);
  tags = g_ptr_array_index (m->columns, 3);
  joined = g_ptr_array_index (m->columns, 4);
  g_assert_cmpstr (name->field, ==, "name");
  g_assert_cmpstr (name->language, ==, "en");
  g_assert_cmpstr (name->column, ==, "Name");
  g_assert_true (name->read.trim);
  g_assert_cmpstr (village->field, ==, "village");
  g_assert_null (village->language);
  g_assert_null (village->column);
  g_assert_cmpuint (village->number, ==, 3);
  g_assert_cmpint (village->read.date, ==, RUA_CSV_DATE_DAYS);
  g_assert_cmpstr (amount->column, ==, "Betrag");
  g_assert_cmpint (amount->read.decimal, ==, '.');
  g_assert_cmpint (amount->read.grouping, ==, ' ');
  g_assert_false (amount->read.trim);
  g_assert_cmpstrv (amount->missing, ((const char *const[]) { "?", NULL }));
  g_assert_cmpstr (amount->between, ==, "|");
  /* The field's own name, where no column is told. */
  g_assert_cmpstr (tags->column, ==, "tags");
  g_assert_cmpstr (tags->between, ==, "/");
  g_assert_cmpint (tags->read.decimal, ==, ',');
  g_assert_cmpstrv (tags->missing, ((const char *const[]) { "NA", NULL }));
  g_assert_cmpuint (g_strv_length (tags->yes), ==, 0);
  g_assert_cmpuint (joined->number, ==, 2);
  g_assert_null (joined->column);
  g_assert_cmpint (joined->read.date, ==, RUA_CSV_DATE_SERIAL_1900);
}

/* A column with a decimal mark of its own has not the grouping of the others that is the same. */
static void
test_own_decimal (void)
{
  g_autoptr (RuaCsvMapping) m = read_mapping ("{\"decimal\":\",\",\"grouping\":\".\",\"columns\":{\"a\":{\"decimal\":\".\"},\"b\":{\"decimal\":\"'\"}}}");
  const RuaCsvMapped *a = g_ptr_array_index (m->columns, 0), *b = g_ptr_array_index (m->columns, 1);

  g_assert_cmpint (a->read.decimal, ==, '.');
  g_assert_cmpuint (a->read.grouping, ==, 0);
  g_assert_cmpint (b->read.decimal, ==, '\'');
  g_assert_cmpuint (b->read.grouping, ==, '.');
}

/* Whatever character parts cells or thousands. */
static void
test_characters (void)
{
  for (guint c = 1; c < 128; c++) {
    g_autofree char *json = g_strdup_printf ("{\"separator\":\"\\u%04x\"}", c);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaCsvMapping) mapping = rua_csv_mapping_new (json, &error);

    g_assert_true ((mapping != NULL) == (c != '\n' && c != '\r' && c != '"'));
    if (mapping != NULL)
      g_assert_cmpint (mapping->dialect.separator, ==, (char) c);
  }
  for (guint i = 0; i < 2; i++) {
    static const gunichar blanks[] = { 0xa0, 0x202f };
    g_autofree char *json = g_strdup_printf ("{\"grouping\":\"\\u%04x\"}", blanks[i]);
    g_autoptr (RuaCsvMapping) mapping = read_mapping (json);

    g_assert_cmpuint (mapping->whole.read.grouping, ==, blanks[i]);
  }
}

static void
test_dates (void)
{
  static const struct {
    const char *told;
    RuaCsvDate date;
  } cases[] = {
    { "date", RUA_CSV_DATE_ISO },          { "days", RUA_CSV_DATE_DAYS },     { "serial", RUA_CSV_DATE_SERIAL_1900 },
    { "serial-1904", RUA_CSV_DATE_SERIAL_1904 }, { "%Y%m%d", RUA_CSV_DATE_FORM }, { "%d.%m.%y", RUA_CSV_DATE_FORM },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *json = g_strdup_printf ("{\"columns\":{\"joined\":{\"as\":\"%s\"}}}", cases[i].told);
    g_autoptr (RuaCsvMapping) mapping = read_mapping (json);
    const RuaCsvMapped *mapped = first_of (mapping);

    g_assert_cmpint (mapped->read.date, ==, cases[i].date);
    g_assert_cmpstr (mapped->date_form, ==, cases[i].date == RUA_CSV_DATE_FORM ? cases[i].told : NULL);
  }
}

static void
test_ignore (void)
{
  g_autoptr (RuaCsvMapping) all = read_mapping ("{\"ignore\":true}"), none = read_mapping ("{\"ignore\":false}"), one = read_mapping ("{\"ignore\":\"x\"}");

  g_assert_true (all->ignore_rest);
  g_assert_false (none->ignore_rest);
  g_assert_false (one->ignore_rest);
  g_assert_cmpstrv (one->ignored, ((const char *const[]) { "x", NULL }));
}

static void
test_refused (void)
{
  static const struct {
    const char *json;
    RuaError code;
    const char *message;
  } cases[] = {
    { "", RUA_ERROR_SYNTAX, "the mapping: " },
    { "{\"columns\":", RUA_ERROR_SYNTAX, "the mapping: " },
    { "{\"trim\":true,\"trim\":false}", RUA_ERROR_SYNTAX, "trim" },
    { "[]", RUA_ERROR_VALUE, "write a JSON object: {\"columns\": {…}}" },
    { "null", RUA_ERROR_VALUE, "write a JSON object" },
    { "{\"colums\":{}}", RUA_ERROR_UNKNOWN_NAME, "it has no \"colums\"; did you mean 'columns'?" },
    { "{\"something\":{}}", RUA_ERROR_UNKNOWN_NAME, "it has no \"something\"; known are: columns, constants, " },
    { "{\"columns\":[]}", RUA_ERROR_VALUE, "columns: write an object with a member a field" },
    { "{\"constants\":7}", RUA_ERROR_VALUE, "constants: write an object with a member a field" },
    { "{\"constants\":{\"a\":null}}", RUA_ERROR_VALUE, "constants: a: write a text, a number, true or false" },
    { "{\"constants\":{\"a\":[1]}}", RUA_ERROR_VALUE, "constants: a: write a text" },
    { "{\"columns\":{\"a\":true}}", RUA_ERROR_VALUE, "columns: a: write the name of a column in quotation marks, or its number from 1" },
    { "{\"columns\":{\"a\":null}}", RUA_ERROR_VALUE, "columns: a: write the name of a column" },
    { "{\"columns\":{\"a\":0}}", RUA_ERROR_VALUE, "columns: a: write a whole number from 1 to 2147483647" },
    { "{\"columns\":{\"a\":-3}}", RUA_ERROR_VALUE, "columns: a: write a whole number from 1" },
    { "{\"columns\":{\"a\":2147483648}}", RUA_ERROR_VALUE, "columns: a: write a whole number from 1" },
    { "{\"columns\":{\"a\":1.5}}", RUA_ERROR_VALUE, "columns: a: write the name of a column" },
    { "{\"columns\":{\"a\":{\"column\":{}}}}", RUA_ERROR_VALUE, "columns: a: column: write the name of a column" },
    { "{\"columns\":{\"a\":{\"colum\":1}}}", RUA_ERROR_UNKNOWN_NAME, "columns: a has no \"colum\"; did you mean 'column'?" },
    { "{\"columns\":{\"a\":{\"header\":true}}}", RUA_ERROR_UNKNOWN_NAME, "columns: a has no \"header\"; " },
    { "{\"columns\":{\"a\":{\"as\":\"iso\"}}}", RUA_ERROR_VALUE, "columns: a: as: write \"date\" (ISO 8601)" },
    { "{\"columns\":{\"a\":{\"as\":\"%d/%m\"}}}", RUA_ERROR_VALUE, "columns: a: as: write \"date\"" },
    { "{\"columns\":{\"a\":{\"as\":\"%H:%M\"}}}", RUA_ERROR_VALUE, "columns: a: as: write \"date\"" },
    { "{\"columns\":{\"a\":{\"as\":7}}}", RUA_ERROR_VALUE, "columns: a: as: write \"date\"" },
    { "{\"columns\":{\"a\":{\"trim\":\"yes\"}}}", RUA_ERROR_VALUE, "columns: a: trim: write true or false" },
    { "{\"dates\":\"dmy\"}", RUA_ERROR_VALUE, "dates: write \"date\"" },
    { "{\"trim\":1}", RUA_ERROR_VALUE, "trim: write true or false" },
    { "{\"header\":\"no\"}", RUA_ERROR_VALUE, "header: write true or false" },
    { "{\"encoding\":1252}", RUA_ERROR_VALUE, "encoding: write a text in quotation marks" },
    { "{\"between\":[]}", RUA_ERROR_VALUE, "between: write a text in quotation marks" },
    { "{\"missing\":7}", RUA_ERROR_VALUE, "missing: write a list of words" },
    { "{\"missing\":null}", RUA_ERROR_VALUE, "missing: write a list of words" },
    { "{\"missing\":[\"NA\",9]}", RUA_ERROR_VALUE, "missing: write words in quotation marks" },
    { "{\"yes\":[null]}", RUA_ERROR_VALUE, "yes: write words in quotation marks" },
    { "{\"no\":true}", RUA_ERROR_VALUE, "no: write a list of words" },
    { "{\"ignore\":3}", RUA_ERROR_VALUE, "ignore: write a list of words" },
    { "{\"separator\":\"\"}", RUA_ERROR_VALUE, "separator: write one character of ASCII" },
    { "{\"separator\":\";;\"}", RUA_ERROR_VALUE, "separator: write one character of ASCII" },
    { "{\"separator\":\"；\"}", RUA_ERROR_VALUE, "separator: write one character of ASCII" },
    { "{\"separator\":\"\\n\"}", RUA_ERROR_VALUE, "separator: write one character of ASCII" },
    { "{\"separator\":\"\\r\"}", RUA_ERROR_VALUE, "separator: write one character of ASCII" },
    { "{\"separator\":null}", RUA_ERROR_VALUE, "separator: write one character of ASCII" },
    { "{\"quote\":false}", RUA_ERROR_VALUE, "quote: write one character of ASCII" },
    { "{\"decimal\":1}", RUA_ERROR_VALUE, "decimal: write one character of ASCII" },
    { "{\"grouping\":null}", RUA_ERROR_VALUE, "grouping: write one character" },
    { "{\"grouping\":\"\"}", RUA_ERROR_VALUE, "grouping: write one character" },
    { "{\"grouping\":\"''\"}", RUA_ERROR_VALUE, "grouping: write one character" },
    { "{\"grouping\":\"0\"}", RUA_ERROR_VALUE, "grouping: a digit" },
    { "{\"grouping\":\"-\"}", RUA_ERROR_VALUE, "grouping: a digit" },
    { "{\"decimal\":\"e\"}", RUA_ERROR_VALUE, "decimal: a digit" },
    { "{\"decimal\":\"+\"}", RUA_ERROR_VALUE, "decimal: a digit" },
    { "{\"grouping\":\".\"}", RUA_ERROR_VALUE, "'.' cannot be both the decimal mark and \"grouping\"; tell \"decimal\", too" },
    { "{\"decimal\":\".\",\"grouping\":\".\"}", RUA_ERROR_VALUE, "'.' cannot be both" },
    { "{\"decimal\":\",\",\"grouping\":\",\"}", RUA_ERROR_VALUE, "',' cannot be both" },
    { "{\"columns\":{\"a\":{\"grouping\":\".\"}}}", RUA_ERROR_VALUE, "columns: a: '.' cannot be both" },
    { "{\"decimal\":\",\",\"columns\":{\"a\":{\"grouping\":\",\"}}}", RUA_ERROR_VALUE, "columns: a: ',' cannot be both" },
    { "{\"separator\":\"'\",\"quote\":\"'\"}", RUA_ERROR_VALUE, "''' cannot be both \"separator\" and \"quote\"" },
    { "{\"separator\":\"\\\"\"}", RUA_ERROR_VALUE, "cannot be both \"separator\" and \"quote\"" },
    { "{\"separator\":\"\\u0000\"}", RUA_ERROR_SYNTAX, "texts hold no NUL" },
    { "{\"limits\":5}", RUA_ERROR_VALUE, "limits: write an object: {\"rows\": 1000000}" },
    { "{\"limits\":{\"row\":5}}", RUA_ERROR_UNKNOWN_NAME, "limits has no \"row\"; did you mean 'rows'?" },
    { "{\"limits\":{\"rows\":0}}", RUA_ERROR_VALUE, "limits: rows: write a whole number from 1 to 4294967294" },
    { "{\"limits\":{\"rows\":4294967295}}", RUA_ERROR_VALUE, "limits: rows: write a whole number from 1" },
    { "{\"limits\":{\"seconds\":0}}", RUA_ERROR_VALUE, "limits: seconds: write a number above 0" },
    { "{\"limits\":{\"seconds\":\"5\"}}", RUA_ERROR_VALUE, "limits: seconds: write a number above 0" },
    { "{\"limits\":{\"bytes\":-1}}", RUA_ERROR_VALUE, "limits: bytes: write a whole number from 1 to 9223372036854775807" },
    { "{\"limits\":{\"cell\":2.5}}", RUA_ERROR_VALUE, "limits: cell: write a whole number" },
    { "{\"limits\":{\"faults\":\"all\"}}", RUA_ERROR_VALUE, "limits: faults: write a whole number" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaCsvMapping) mapping = rua_csv_mapping_new (cases[i].json, &error);

    if (mapping != NULL)
      g_error ("%s is taken", cases[i].json);
    if (!g_error_matches (error, RUA_ERROR, cases[i].code) || strstr (error->message, cases[i].message) == NULL)
      g_error ("%s: %d: %s", cases[i].json, error->code, error->message);
    g_assert_true (g_str_has_prefix (error->message, "the mapping: "));
  }
}

/* Whatever a mapping is cut off at or changed to, it is taken or refused in words. */
static void
test_mutated (void)
{
  static const char good[] = "{\"columns\":{\"name.en\":\"N\",\"amount\":{\"column\":2,\"as\":\"days\",\"missing\":[\"NA\"]}},"
                             "\"constants\":{\"year\":2014},\"separator\":\";\",\"quote\":null,\"limits\":{\"rows\":9},\"ignore\":true}";
  static const char bytes[] = "{}[]\",:0-9.tfn \\\1\377";
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;
  guint n_taken = 0;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < 3000; i++) {
    g_autofree char *json = g_strdup (good);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaCsvMapping) mapping = NULL;

    if (rua_random_below (&random, 4) == 0)
      json[rua_random_below (&random, sizeof good)] = '\0';
    for (guint n = rua_random_below (&random, 4); n > 0; n--) {
      guint at = rua_random_below (&random, sizeof good - 1);

      if (json[at] != '\0')
        json[at] = bytes[rua_random_below (&random, sizeof bytes - 1)];
    }
    mapping = rua_csv_mapping_new (json, &error);
    g_assert_true ((mapping == NULL) == (error != NULL));
    g_assert_true (error == NULL || error->domain == RUA_ERROR);
    n_taken += mapping != NULL;
  }
  g_assert_cmpuint (n_taken, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-mapping/nothing-told", test_nothing_told);
  g_test_add_func ("/csv-mapping/whole", test_whole);
  g_test_add_func ("/csv-mapping/columns", test_columns);
  g_test_add_func ("/csv-mapping/characters", test_characters);
  g_test_add_func ("/csv-mapping/own-decimal", test_own_decimal);
  g_test_add_func ("/csv-mapping/dates", test_dates);
  g_test_add_func ("/csv-mapping/ignore", test_ignore);
  g_test_add_func ("/csv-mapping/refused", test_refused);
  g_test_add_func ("/csv-mapping/mutated", test_mutated);
  return g_test_run ();
}
