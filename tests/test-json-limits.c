/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the strict scanner bears: depth, size, length, and names by the thousand. */
#include "rua-json-private.h"

#include <string.h>

/* One whole text; the canonical form, or NULL and @error. */
static char *
canonical (const char *text, gsize length, GError **error)
{
  return rua_json_canonicalise (text, (gssize) length, error);
}

/* ---- limits ---- */

static char *
nest (guint depth, const char *open, const char *close)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const struct {
    const char *open, *close;
    guint64 column;
  } shapes[] = { { "[", "]", 65 }, { "{\"a\":", "}", 5 * 64 + 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autofree char *good = nest (64, shapes[i].open, shapes[i].close);
    g_autofree char *bad = nest (65, shapes[i].open, shapes[i].close);
    g_autoptr (GError) error = NULL;
    g_autofree char *got = canonical (good, strlen (good), &error);
    g_autofree char *where = g_strdup_printf ("line 1, column %" G_GUINT64_FORMAT ": nesting deeper than 64", shapes[i].column);

    g_assert_no_error (error);
    g_assert_cmpstr (got, ==, good);
    g_assert_null (canonical (bad, strlen (bad), &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    g_assert_true (g_str_has_prefix (error->message, where));
  }
}

static void
test_depth_of_ones_own (void)
{
  const RuaJsonLimits limits = { .depth = 2 };
  static const char *const texts[] = { "[[1]]", "[[[1]]]", "[[],[],{\"a\":{}}]" };
  static const guint64 columns[] = { 0, 3, 13 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (texts[i], strlen (texts[i]), &limits);
    g_autoptr (GError) error = NULL;
    RuaJsonToken token;

    do
      token = rua_json_scanner_next (scanner, &error);
    while (token != RUA_JSON_TOKEN_ERROR && token != RUA_JSON_TOKEN_END);
    if (columns[i] == 0) {
      g_assert_no_error (error);
    } else {
      g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
      g_assert_cmpuint (rua_json_scanner_get_column (scanner), ==, columns[i]);
    }
  }
}

/* 150 kB of brackets: refused under the usual limit, and read without recursion under a greater. */
static void
test_deep_nesting (void)
{
  const guint depth = 150 * 1024;
  const RuaJsonLimits limits = { .depth = depth };

  for (guint i = 0; i < 2; i++) {
    g_autofree char *text = nest (depth, i == 0 ? "[" : "{\"a\":", i == 0 ? "]" : "}");
    g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, strlen (text), &limits);
    g_autoptr (GString) compact = g_string_new (NULL);
    g_autoptr (GString) laid_out = g_string_new (NULL);
    g_autoptr (RuaJsonWriter) writer = rua_json_writer_new (laid_out, FALSE);
    g_autoptr (GError) error = NULL;

    g_assert_null (canonical (text, strlen (text), &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    g_clear_error (&error);
    g_assert_cmpint (rua_json_scanner_next (scanner, &error), !=, RUA_JSON_TOKEN_ERROR);
    g_assert_true (rua_json_scanner_copy_value (scanner, compact, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (compact->str, ==, text);
    rua_json_writer_raw (writer, compact->str, TRUE);
    g_assert_cmpstr (laid_out->str, ==, text);
  }
}

/* Never closed: everything open is given back with the scanner. */
static void
test_deep_and_open (void)
{
  const RuaJsonLimits limits = { .depth = G_MAXINT32 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaJsonScanner) scanner = NULL;
  RuaJsonToken token;

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "{\"a\":1,\"b%u\":", i);
  scanner = rua_json_scanner_new (text->str, text->len, &limits);
  do
    token = rua_json_scanner_next (scanner, &error);
  while (token != RUA_JSON_TOKEN_ERROR);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
}

static void
test_size_limit (void)
{
  const RuaJsonLimits limits = { .bytes = 4 };
  g_autoptr (RuaJsonScanner) good = rua_json_scanner_new ("[10]", 4, &limits);
  g_autoptr (RuaJsonScanner) bad = rua_json_scanner_new ("[100]", 5, &limits);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (rua_json_scanner_next (good, &error), ==, RUA_JSON_TOKEN_ARRAY_BEGIN);
  g_assert_cmpint (rua_json_scanner_next (bad, &error), ==, RUA_JSON_TOKEN_ERROR);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "5 bytes, more than the 4 allowed"));
}

#if GLIB_SIZEOF_SIZE_T > 4
/* Refused by its size alone: nothing of it is read, so nothing of it need be there. */
static void
test_four_gibibytes (void)
{
  const gsize size = (gsize) 1 << 32;
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new ("{}", size, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (rua_json_scanner_next (scanner, &error), ==, RUA_JSON_TOKEN_ERROR);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "4294967296 bytes, more than the 4294967295 allowed; split it"));
}
#endif

static void
test_string_limit (void)
{
  const RuaJsonLimits limits = { .string = 10 };
  static const struct {
    const char *text;
    gboolean is_taken;
  } cases[] = {
    { "\"0123456789\"", TRUE },
    { "\"0123456789x\"", FALSE },
    { "[\"0123456789 a much longer one than the other\"]", FALSE },
    { "\"\\n\\n\\n\\n\\n\"", TRUE },
    { "\"\\n\\n\\n\\n\\n\\n\"", FALSE },
    { "{\"0123456789x\":1}", FALSE },
    { "1234567890", TRUE },
    { "12345678901", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (cases[i].text, strlen (cases[i].text), &limits);
    g_autoptr (GError) error = NULL;
    RuaJsonToken token;

    do
      token = rua_json_scanner_next (scanner, &error);
    while (token != RUA_JSON_TOKEN_ERROR && token != RUA_JSON_TOKEN_END);
    if (cases[i].is_taken)
      g_assert_no_error (error);
    else
      g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  }
}

/* ---- many names ---- */

static char *
many_names (guint n, gboolean escaped, gint duplicate)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s\"%sname %u\":%u", i > 0 ? ",\n" : "", escaped && i % 3 == 0 ? "\\u6751" : "村", i, i);
  if (duplicate >= 0)
    g_string_append_printf (text, ",\n\"村name %d\":0", duplicate);
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

/* At every number of names around the change from a list to a table, and far beyond. */
static void
test_many_names (void)
{
  static const guint sizes[] = { 1, 2, 15, 16, 17, 18, 31, 32, 33, 34, 64, 65, 129, 1000, 20000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint escaped = 0; escaped < 2; escaped++) {
      g_autofree char *good = many_names (sizes[i], escaped, -1);
      g_autofree char *got = NULL;
      g_autoptr (GError) error = NULL;
      const gint duplicates[] = { 0, (gint) sizes[i] / 2, (gint) sizes[i] - 1 };

      got = canonical (good, strlen (good), &error);
      g_assert_no_error (error);
      for (guint d = 0; d < G_N_ELEMENTS (duplicates); d++) {
        g_autofree char *bad = many_names (sizes[i], escaped, duplicates[d]);
        g_autofree char *where = g_strdup_printf ("line %u, column 1: the member \"村name %d\" is given twice, first in line %d",
                                                  sizes[i] + 1, duplicates[d], duplicates[d] + 1);
        g_assert_null (canonical (bad, strlen (bad), &error));
        g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
        g_test_message ("%s", error->message);
        g_assert_true (g_str_has_prefix (error->message, where));
        g_clear_error (&error);
      }
    }
}

/* A big object inside a big object: the inner one's table must not disturb the outer one's. */
static void
test_names_nested (void)
{
  g_autofree char *inner = many_names (100, TRUE, -1);
  g_autoptr (GString) text = g_string_new ("{");
  g_autofree char *got = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "%s\"村name %u\":%s", i > 0 ? "," : "", i, i % 7 == 0 ? inner : "0");
  g_string_append_c (text, '}');
  got = canonical (text->str, text->len, &error);
  g_assert_no_error (error);
  g_string_insert (text, (gssize) text->len - 1, ",\"村name 99\":1");
  g_assert_null (canonical (text->str, text->len, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
}

static guint
string_hash_31 (const char *text)
{
  guint hash = 5381;

  for (; *text != '\0'; text++)
    hash = hash * 33 + (guchar) *text;
  return hash;
}

/* Names that collide under the multiply-by-33 hash of g_str_hash() and its like. "Ez", "FY" and
 * "G8" have one hash, so have all their strings of one length. */
static char *
colliding_name (guint i, guint n_parts)
{
  static const char *const parts[] = { "Ez", "FY", "G8" };
  GString *name = g_string_new (NULL);

  for (guint part = 0; part < n_parts; part++, i /= 3)
    g_string_append (name, parts[i % 3]);
  return g_string_free (name, FALSE);
}

static double
seconds_to_read (const char *text, gsize length)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < 3; i++) {
    gint64 start = g_get_monotonic_time ();
    g_autofree char *got = canonical (text, length, NULL);
    g_assert_nonnull (got);
    best = MIN (best, (double) (g_get_monotonic_time () - start) / 1e6);
  }
  return best;
}

/* As many names that collide take about as long as names that do not; twice as many about twice
 * as long. Ratios, since machines differ; a quadratic reader is off by a factor of thousands. */
static void
test_hash_flood (void)
{
  const guint n = 50000, n_parts = 11;
  g_autoptr (GString) flood = g_string_new ("{"), plain = g_string_new ("{"), half = g_string_new ("{");
  double flood_time, plain_time, half_time;
  guint hash = 0;

  for (guint i = 0; i < n; i++) {
    g_autofree char *name = colliding_name (i, n_parts);
    if (i == 0)
      hash = string_hash_31 (name);
    g_assert_cmpuint (string_hash_31 (name), ==, hash);
    g_string_append_printf (flood, "%s\"%s\":0", i > 0 ? "," : "", name);
    g_string_append_printf (plain, "%s\"%022u\":0", i > 0 ? "," : "", i);
    if (i < n / 2)
      g_string_append_printf (half, "%s\"%s\":0", i > 0 ? "," : "", name);
  }
  g_string_append_c (flood, '}');
  g_string_append_c (plain, '}');
  g_string_append_c (half, '}');
  g_assert_cmpuint (flood->len, ==, plain->len);
  flood_time = seconds_to_read (flood->str, flood->len);
  plain_time = seconds_to_read (plain->str, plain->len);
  half_time = seconds_to_read (half->str, half->len);
  g_test_message ("%u colliding names %.4f s, half of them %.4f s, plain names %.4f s", n, flood_time, half_time, plain_time);
  g_assert_cmpfloat (flood_time / plain_time, <, 20);
  g_assert_cmpfloat (flood_time / half_time, <, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/depth-of-ones-own", test_depth_of_ones_own);
  g_test_add_func ("/json/deep-nesting", test_deep_nesting);
  g_test_add_func ("/json/deep-and-open", test_deep_and_open);
  g_test_add_func ("/json/size-limit", test_size_limit);
  g_test_add_func ("/json/four-gibibytes", test_four_gibibytes);
  g_test_add_func ("/json/string-limit", test_string_limit);
  g_test_add_func ("/json/many-names", test_many_names);
  g_test_add_func ("/json/names-nested", test_names_nested);
  g_test_add_func ("/json/hash-flood", test_hash_flood);
  return g_test_run ();
}
