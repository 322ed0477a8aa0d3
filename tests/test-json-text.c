/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers and money read from text, and the canonical writer. */
#include "rua-json-private.h"
#include "rua-random-private.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

/* The decimal point is a point whatever the process's locale says. */
static void
test_number_parse_locale (void)
{
  static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "pt_BR.UTF-8" };
  g_autofree char *old = g_strdup (setlocale (LC_NUMERIC, NULL));
  double value;
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (locales) && !found; i++)
    found = setlocale (LC_NUMERIC, locales[i]) != NULL;
  if (!found) {
    g_test_skip ("no locale with a decimal comma is installed");
    return;
  }
  g_assert_true (rua_number_parse ("0.3333333333333333333333", 24, &value));
  g_assert_true (value == 1.0 / 3);
  setlocale (LC_NUMERIC, old);
}

static void
test_number_parse (void)
{
  static const struct {
    const char *text;
    double value;
  } cases[] = {
    { "0", 0 },
    { "-0", -0.0 },
    { "0.0", 0 },
    { "0e999999999999", 0 },
    { "1", 1 },
    { "1.0", 1 },
    { "-1.5", -1.5 },
    { "1e3", 1000 },
    { "1E3", 1000 },
    { "1e+3", 1000 },
    { "1e-3", 0.001 },
    { "0.1", 0.1 },
    { "100000000000000000000000000000", 1e29 },
    { "0.000000000000000000000000000000000000001", 1e-39 },
    { "9007199254740993", 9007199254740992.0 },
    { "9007199254740993.000000000000000000001", 9007199254740994.0 },
    { "1.7976931348623157e308", DBL_MAX },
    { "5e-324", 5e-324 },
    { "123456789012345678901234567890", 123456789012345678901234567890.0 },
    { "2.2250738585072011e-308", 2.2250738585072011e-308 },
    { "8.988465674311581e307", 8.988465674311581e307 },
    { "6.02214076e23", 6.02214076e23 },
  };
  static const char *const bad[] = {
    "", "-", "+1", "01", "-01", "00", ".5", "5.", "1e", "1e+", "1.e3", "0x10", "inf", "nan", "Infinity", "1 ", " 1",
    "1,5", "1_0", "1.2.3", "--1", "1e5.5", "1e400", "-1e400", "1e-400", "1e99999999999999999999", "1e-99999999999999999999", "1f", "1e5x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *exact = g_memdup2 (cases[i].text, strlen (cases[i].text));
    double value = 42;
    g_assert_true (rua_number_parse (exact, strlen (cases[i].text), &value));
    g_assert_true (value == cases[i].value);
    g_assert_cmpint (signbit (value) != 0, ==, signbit (cases[i].value) != 0);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    double value = 42;
    g_test_message ("%s", bad[i]);
    g_assert_false (rua_number_parse (bad[i], strlen (bad[i]), &value));
    g_assert_true (value == 42);
  }
}

/* Against strtod on literals of every length. */
static void
test_number_parse_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < 60000; i++) {
    g_autoptr (GString) text = g_string_new (rua_random_below (&random, 2) ? "-" : "");
    guint n = 1 + rua_random_below (&random, 25);
    double value;

    g_string_append_c (text, (char) ('1' + rua_random_below (&random, 9)));
    for (guint k = 1; k < n; k++)
      g_string_append_c (text, (char) ('0' + rua_random_below (&random, 10)));
    if (rua_random_below (&random, 2))
      g_string_append_printf (text, ".%u", rua_random_next (&random));
    if (rua_random_below (&random, 2))
      g_string_append_printf (text, "e%d", (int) rua_random_below (&random, 60) - 30);
    g_assert_true (rua_number_parse (text->str, text->len, &value));
    g_assert_true (value == g_ascii_strtod (text->str, NULL));
  }
}

static void
test_integer_parse (void)
{
  static const struct {
    const char *text;
    gint64 value;
  } cases[] = {
    { "0", 0 },
    { "-0", 0 },
    { "7", 7 },
    { "-7", -7 },
    { "2147483648", G_GINT64_CONSTANT (2147483648) },
    { "9007199254740993", G_GINT64_CONSTANT (9007199254740993) },
    { "9223372036854775807", G_MAXINT64 },
    { "-9223372036854775808", G_MININT64 },
  };
  static const char *const bad[] = {
    "", "-", "+1", "01", "1.0", "1e3", "1.5", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
    "18446744073709551615", "99999999999999999999", "1 ", " 1", "0x1", "1,000", "true", "一",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 value = 42;
    g_assert_true (rua_integer_parse (cases[i].text, strlen (cases[i].text), &value));
    g_assert_cmpint (value, ==, cases[i].value);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    gint64 value = 42;
    g_test_message ("%s", bad[i]);
    g_assert_false (rua_integer_parse (bad[i], strlen (bad[i]), &value));
    g_assert_cmpint (value, ==, 42);
  }
}

static void
test_money (void)
{
  static const struct {
    const char *text;
    guint digits;
    gboolean is_taken;
    gint64 minor;
    const char *written; /* NULL: as read */
  } cases[] = {
    { "39.27", 2, TRUE, 3927, NULL },
    { "3927", 2, TRUE, 392700, NULL },
    { "39.2", 2, TRUE, 3920, NULL },
    { "39.20", 2, TRUE, 3920, "39.2" },
    { "39.270", 2, TRUE, 3927, "39.27" },
    { "39.275", 2, FALSE, 0, NULL },
    { "0.001", 2, FALSE, 0, NULL },
    { "0", 2, TRUE, 0, NULL },
    { "-0", 2, TRUE, 0, "0" },
    { "0.00", 2, TRUE, 0, "0" },
    { "0.0000", 2, TRUE, 0, "0" },
    { "0.05", 2, TRUE, 5, NULL },
    { "-0.05", 2, TRUE, -5, NULL },
    { "-12.5", 2, TRUE, -1250, NULL },
    { "100", 0, TRUE, 100, NULL },
    { "100.0", 0, TRUE, 100, "100" },
    { "100.5", 0, FALSE, 0, NULL },
    { "1.234", 3, TRUE, 1234, NULL },
    { "1.2345", 3, FALSE, 0, NULL },
    { "1.2345", 4, TRUE, 12345, NULL },
    { "1e3", 2, TRUE, 100000, "1000" },
    { "1.5e1", 2, TRUE, 1500, "15" },
    { "150e-2", 2, TRUE, 150, "1.5" },
    { "150e-5", 2, FALSE, 0, NULL },
    { "92233720368547758.07", 2, TRUE, G_MAXINT64, NULL },
    { "92233720368547758.08", 2, FALSE, 0, NULL },
    { "-92233720368547758.08", 2, TRUE, G_MININT64, NULL },
    { "-92233720368547758.09", 2, FALSE, 0, NULL },
    { "9223372036854775807", 0, TRUE, G_MAXINT64, NULL },
    { "9223372036854775808", 0, FALSE, 0, NULL },
    { "9223372036854775807", 2, FALSE, 0, NULL },
    { "1.0000000000000000000000000", 2, TRUE, 100, "1" },
    { "1.0000000000000000000000001", 2, FALSE, 0, NULL },
    { "0.0000000000000000000000001", 2, FALSE, 0, NULL },
    { "10000000000000000000000", 2, FALSE, 0, NULL },
    { "1e999999999999", 2, FALSE, 0, NULL },
    { "1e-999999999999", 2, FALSE, 0, NULL },
    { "10000000000000000000000e-20", 2, TRUE, 10000, "100" },
    { "", 2, FALSE, 0, NULL },
    { "39,27", 2, FALSE, 0, NULL },
    { "39.", 2, FALSE, 0, NULL },
    { "¥39", 2, FALSE, 0, NULL },
    { "039", 2, FALSE, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 minor = 42;
    g_test_message ("%s with %u digits", cases[i].text, cases[i].digits);
    g_assert_cmpint (rua_money_parse (cases[i].text, strlen (cases[i].text), cases[i].digits, &minor), ==, cases[i].is_taken);
    if (cases[i].is_taken) {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (RuaJsonWriter) writer = rua_json_writer_new (out, TRUE);

      g_assert_cmpint (minor, ==, cases[i].minor);
      rua_json_writer_money (writer, minor, cases[i].digits);
      g_assert_cmpstr (out->str, ==, cases[i].written != NULL ? cases[i].written : cases[i].text);
    } else {
      g_assert_cmpint (minor, ==, 42);
    }
  }
}

/* No cent is lost, of any amount in any currency. */
static void
test_money_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < 50000; i++) {
    gint64 minor = (gint64) ((guint64) rua_random_next (&random) << 32 | rua_random_next (&random)) >> rua_random_below (&random, 64);
    guint digits = rua_random_below (&random, 5);
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (RuaJsonWriter) writer = rua_json_writer_new (out, FALSE);
    gint64 back;

    rua_json_writer_money (writer, minor, digits);
    g_assert_true (rua_money_parse (out->str, out->len, digits, &back));
    g_assert_cmpint (back, ==, minor);
  }
}

/* ---- the writer ---- */

static void
write_sample (RuaJsonWriter *writer)
{
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "title");
  rua_json_writer_begin_object (writer, TRUE);
  rua_json_writer_name (writer, "en");
  rua_json_writer_string (writer, "a \"b\" \\ c\n\t\x01é");
  rua_json_writer_name (writer, "zh");
  rua_json_writer_string (writer, "平寨");
  rua_json_writer_end_object (writer);
  rua_json_writer_name (writer, "empty");
  rua_json_writer_begin_array (writer, FALSE);
  rua_json_writer_end_array (writer);
  rua_json_writer_name (writer, "none");
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_end_object (writer);
  rua_json_writer_name (writer, "rows");
  rua_json_writer_begin_array (writer, FALSE);
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "amount");
  rua_json_writer_money (writer, 392750, 2);
  rua_json_writer_name (writer, "share");
  rua_json_writer_number (writer, 0.25);
  rua_json_writer_name (writer, "unknown");
  rua_json_writer_number (writer, NAN);
  rua_json_writer_end_object (writer);
  rua_json_writer_begin_array (writer, TRUE);
  rua_json_writer_integer (writer, G_MININT64);
  rua_json_writer_integer (writer, G_MAXINT64);
  rua_json_writer_integer (writer, 0);
  rua_json_writer_boolean (writer, TRUE);
  rua_json_writer_boolean (writer, FALSE);
  rua_json_writer_null (writer);
  rua_json_writer_string (writer, NULL);
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_end_object (writer);
  rua_json_writer_end_array (writer);
  rua_json_writer_raw (writer, "{\"x\":[1.00,{}],\"y\":{\"z\":\"é\\n\"}}", FALSE);
  rua_json_writer_raw (writer, "{\"x\":[1.00,{}],\"y\":{\"z\":null}}", TRUE);
  rua_json_writer_raw (writer, "\"a\"", FALSE);
  rua_json_writer_end_array (writer);
  rua_json_writer_name (writer, "a\"b");
  rua_json_writer_raw (writer, "1e5", TRUE);
  rua_json_writer_end_object (writer);
}

static void
test_pretty (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (RuaJsonWriter) writer = rua_json_writer_new (out, TRUE);

  write_sample (writer);
  g_assert_cmpstr (out->str, ==,
                   "{\n"
                   "  \"title\": {\"en\": \"a \\\"b\\\" \\\\ c\\n\\t\\u0001é\", \"zh\": \"平寨\"},\n"
                   "  \"empty\": [],\n"
                   "  \"none\": {},\n"
                   "  \"rows\": [\n"
                   "    {\n"
                   "      \"amount\": 3927.5,\n"
                   "      \"share\": 0.25,\n"
                   "      \"unknown\": null\n"
                   "    },\n"
                   "    [-9223372036854775808, 9223372036854775807, 0, true, false, null, null, {}],\n"
                   "    {\n"
                   "      \"x\": [\n"
                   "        1.00,\n"
                   "        {}\n"
                   "      ],\n"
                   "      \"y\": {\n"
                   "        \"z\": \"é\\n\"\n"
                   "      }\n"
                   "    },\n"
                   "    {\"x\": [1.00, {}], \"y\": {\"z\": null}},\n"
                   "    \"a\"\n"
                   "  ],\n"
                   "  \"a\\\"b\": 1e5\n"
                   "}");
}

static void
test_compact (void)
{
  g_autoptr (GString) compact = g_string_new (NULL), pretty = g_string_new (NULL);
  g_autoptr (RuaJsonWriter) first = rua_json_writer_new (compact, FALSE);
  g_autoptr (RuaJsonWriter) second = rua_json_writer_new (pretty, TRUE);
  g_autofree char *canonical = NULL;

  write_sample (first);
  write_sample (second);
  g_assert_null (strchr (compact->str, '\n'));
  canonical = rua_json_canonicalise (pretty->str, -1, NULL);
  g_assert_cmpstr (compact->str, ==, canonical);
}

/* Deeper than the writer's ready-made blanks. */
static void
test_indent (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (RuaJsonWriter) writer = rua_json_writer_new (out, TRUE);
  const char *line;

  for (guint i = 0; i < 40; i++)
    rua_json_writer_begin_array (writer, FALSE);
  rua_json_writer_integer (writer, 1);
  line = strrchr (out->str, '\n') + 1;
  g_assert_cmpuint (strspn (line, " "), ==, 80);
  g_assert_cmpstr (line + 80, ==, "1");
  for (guint i = 0; i < 40; i++)
    rua_json_writer_end_array (writer);
  g_assert_true (g_str_has_suffix (out->str, "\n  ]\n]"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number/parse", test_number_parse);
  g_test_add_func ("/number/parse-random", test_number_parse_random);
  g_test_add_func ("/number/parse-locale", test_number_parse_locale);
  g_test_add_func ("/integer/parse", test_integer_parse);
  g_test_add_func ("/money/parse-and-write", test_money);
  g_test_add_func ("/money/random", test_money_random);
  g_test_add_func ("/json-writer/pretty", test_pretty);
  g_test_add_func ("/json-writer/compact", test_compact);
  g_test_add_func ("/json-writer/indent", test_indent);
  return g_test_run ();
}
