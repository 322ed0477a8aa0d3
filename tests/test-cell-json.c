/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packed texts and lists as JSON and back: what documents, facts, SQLite files and packages share. */
#include "rua-cell-json-private.h"

#include <string.h>

static gboolean
reads (const char *json, gboolean is_list, GString *packed)
{
  return is_list ? rua_text_list_read_json (json, strlen (json), NULL, packed) : rua_texts_read_json (json, strlen (json), NULL, packed);
}

static void
test_known (void)
{
  static const struct {
    const char *json;
    gboolean is_list;
    const char *packed;
    gsize length;
  } forms[] = {
    { "\"Pingzhai\"", FALSE, "\0Pingzhai\0", 10 },
    { "{\"en\":\"a\",\"zh-Hans\":\"b\"}", FALSE, "en\0a\0zh-Hans\0b\0", 15 },
    { "{\"und\":\"a\",\"en\":\"b\"}", FALSE, "\0a\0en\0b\0", 8 },
    { "[]", TRUE, "", 0 },
    { "[\"a\",\"\",\"q\\\"\"]", TRUE, "a\0\0q\"\0", 6 },
  };
  g_autoptr (GString) packed = g_string_new ("what was there");

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (GString) json = g_string_new (NULL);

    g_assert_true (reads (forms[i].json, forms[i].is_list, packed));
    g_assert_cmpmem (packed->str, packed->len, forms[i].packed, forms[i].length);
    if (forms[i].is_list)
      rua_text_list_append_json (json, packed->str, packed->len);
    else
      rua_texts_append_json (json, packed->str, packed->len, FALSE);
    g_assert_cmpstr (json->str, ==, forms[i].json);
  }
}

/* Told whole, a single text without a language says so, and reads back as itself. */
static void
test_whole (void)
{
  g_autoptr (GString) json = g_string_new (NULL), packed = g_string_new (NULL);

  rua_texts_append_json (json, "\0a\0", 3, TRUE);
  g_assert_cmpstr (json->str, ==, "{\"und\":\"a\"}");
  g_assert_true (reads (json->str, FALSE, packed));
  g_assert_cmpmem (packed->str, packed->len, "\0a\0", 3);
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "", "1", "null", "[]", "[\"a\"]", "{}", "{\"en\":1}", "{\"en\":null}", "{\"en\":\"a\"", "{\"en\":\"a\"} 1", "\"a\" \"b\"", "\"a",
    "{\"\":\"a\"}", "{\"e\":\"a\"}", "{\"1e\":\"a\"}", "{\"en-\":\"a\"}", "{\"en--us\":\"a\"}", "{\"en us\":\"a\"}", "{\"en\":[\"a\"]}",
  };
  static const char *const lists[] = { "", "\"a\"", "{}", "[1]", "[null]", "[\"a\"", "[\"a\"] 1", "[\"a\",[]]", "[\"a\",]" };
  g_autoptr (GString) packed = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (reads (texts[i], FALSE, packed))
      g_error ("taken for texts: %s", texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (reads (lists[i], TRUE, packed))
      g_error ("taken for a list: %s", lists[i]);
}

static void
put_random (GRand *random, GString *packed, gboolean may_be_empty)
{
  static const char *const pieces[] = { "a", "\"", "\\", "\n", "\x01", "村", "€", " ", "/", "\xf0\x9f\x8c\xbe" };

  for (guint n = (guint) g_rand_int_range (random, may_be_empty ? 0 : 1, 6); n-- > 0;)
    g_string_append (packed, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
  g_string_append_c (packed, '\0');
}

static void
test_back (void)
{
  static const char *const languages[] = { "", "en", "zh", "zh-Hans-CN", "ii" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint t = 0; t < 2000; t++) {
    gboolean is_list = g_rand_boolean (random), is_whole = g_rand_boolean (random);
    g_autoptr (GString) packed = g_string_new (NULL), again = g_string_new (NULL), json = g_string_new (NULL);

    if (is_list) {
      for (guint n = (guint) g_rand_int_range (random, 0, 5); n-- > 0;)
        put_random (random, packed, TRUE);
      rua_text_list_append_json (json, packed->str, packed->len);
    } else {
      guint first = (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (languages));

      for (guint l = first; l < G_N_ELEMENTS (languages); l++) {
        g_string_append (packed, languages[l]);
        g_string_append_c (packed, '\0');
        put_random (random, packed, TRUE);
      }
      rua_texts_append_json (json, packed->str, packed->len, is_whole);
    }
    g_assert_true (reads (json->str, is_list, again));
    g_assert_cmpmem (again->str, again->len, packed->str, packed->len);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cell-json/known", test_known);
  g_test_add_func ("/cell-json/whole", test_whole);
  g_test_add_func ("/cell-json/refused", test_refused);
  g_test_add_func ("/cell-json/back", test_back);
  return g_test_run ();
}
