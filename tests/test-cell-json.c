/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packed texts and lists as JSON and back: what documents, facts, SQLite files and packages share. */
#include "rua-alliance.h"
#include "rua-cell-json-private.h"
#include "rua-table-core-private.h"

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

/* ---- cells ---- */

static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();
  static const char *const kinds[][2] = { { "site", "s1" }, { "place", "p1" }, { "place", "p2" } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, kinds[i][0]);

    g_assert_true (rua_record_set_id (record, kinds[i][1], NULL) && rua_record_set_texts (record, "name", "en", "n", NULL));
    g_assert_true (rua_alliance_add (alliance, record, NULL));
  }
  return alliance;
}

static RuaColumn *
column_of (RuaAlliance *alliance, const char *kind, const char *field)
{
  RuaTable *table = rua_alliance_get_table (alliance, kind);

  return rua_table_column (table, rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), field)));
}

static guint32
find_backwards (gpointer data, RuaTable *table, const char *key, gsize length)
{
  g_autofree char *id = g_utf8_strreverse (key, (gssize) length);

  return rua_table_find_row (table, id, -1);
}

/* What a field takes, and reads back as what is written; what it cannot hold; and who is not there. */
static void
test_cells (void)
{
  static const struct {
    const char *kind, *field, *json;
    RuaCellReading reading;
  } cases[] = {
    { "household", "stratum", "\"hill\"", RUA_CELL_TAKEN },
    { "household", "stratum", "\"a \\\"hill\\\"\"", RUA_CELL_TAKEN },
    { "household", "stratum", "\"\"", RUA_CELL_TAKEN },
    { "household", "stratum", "7", RUA_CELL_UNFIT },
    { "household", "stratum", "[\"hill\"]", RUA_CELL_UNFIT },
    { "household", "stratum", "\"hill\\", RUA_CELL_UNFIT },
    { "household", "stratum", "\"", RUA_CELL_UNFIT },
    { "household", "arm", "\"treated\"", RUA_CELL_TAKEN },
    { "household", "arm", "\"Treated\"", RUA_CELL_UNFIT },
    { "household", "arm", "true", RUA_CELL_UNFIT },
    { "household", "joined", "\"2014-09\"", RUA_CELL_TAKEN },
    { "household", "joined", "\"2014-13\"", RUA_CELL_UNFIT },
    { "household", "joined", "2014", RUA_CELL_UNFIT },
    { "household", "vulnerable", "true", RUA_CELL_TAKEN },
    { "household", "vulnerable", "false", RUA_CELL_TAKEN },
    { "household", "vulnerable", "1", RUA_CELL_UNFIT },
    { "household", "vulnerable", "\"true\"", RUA_CELL_UNFIT },
    { "household", "n_persons", "-4", RUA_CELL_TAKEN },
    { "household", "n_persons", "4.5", RUA_CELL_UNFIT },
    { "household", "n_persons", "\"4\"", RUA_CELL_UNFIT },
    { "household", "weight", "4.5", RUA_CELL_TAKEN },
    { "household", "weight", "\"4.5\"", RUA_CELL_UNFIT },
    { "household", "weight", "1e999", RUA_CELL_UNFIT },
    { "income", "amount", "39.27", RUA_CELL_TAKEN },
    { "income", "amount", "39.275", RUA_CELL_UNFIT },
    { "income", "amount", "\"39.27\"", RUA_CELL_UNFIT },
    { "place", "name", "{\"en\":\"Hill\",\"eng\":\"Hill\"}", RUA_CELL_TAKEN },
    { "place", "name", "{\"e\":\"Hill\"}", RUA_CELL_UNFIT },
    { "place", "name", "[\"Hill\"]", RUA_CELL_UNFIT },
    { "place", "peoples", "[\"Yi\",\"Miao\"]", RUA_CELL_TAKEN },
    { "place", "peoples", "[\"Yi\",7]", RUA_CELL_UNFIT },
    { "place", "peoples", "\"Yi\"", RUA_CELL_UNFIT },
    { "metric", "options", "{\"a\":[1,{}]}", RUA_CELL_TAKEN },
    /* References: to one kind, or to any. */
    { "household", "site", "\"s1\"", RUA_CELL_TAKEN },
    { "household", "site", "\"s2\"", RUA_CELL_NO_TARGET },
    { "household", "site", "\"\"", RUA_CELL_UNFIT },
    { "household", "site", "1", RUA_CELL_UNFIT },
    { "project", "places", "[\"p2\",\"p1\"]", RUA_CELL_TAKEN },
    { "project", "places", "[]", RUA_CELL_TAKEN },
    { "project", "places", "[\"p2\",\"p3\"]", RUA_CELL_NO_TARGET },
    { "project", "places", "[\"p2\",\"\"]", RUA_CELL_UNFIT },
    { "project", "places", "\"p2\"", RUA_CELL_UNFIT },
    { "claim", "about", "[\"place/p2\",\"site/s1\"]", RUA_CELL_TAKEN },
    { "claim", "about", "[\"place/p3\"]", RUA_CELL_NO_TARGET },
    { "claim", "about", "[\"hill/p2\"]", RUA_CELL_NO_TARGET },
    { "claim", "about", "[\"p2\"]", RUA_CELL_UNFIT },
    { "claim", "about", "[\"/p2\"]", RUA_CELL_UNFIT },
    { "claim", "about", "[\"place/\"]", RUA_CELL_UNFIT },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    RuaColumn *column = column_of (alliance, cases[i].kind, cases[i].field);
    /* Of its own, so that a read beyond its end is seen. */
    g_autofree char *json = g_memdup2 (cases[i].json, strlen (cases[i].json));
    g_autoptr (GString) back = g_string_new (NULL);
    guint64 word = 0;
    RuaCellReading reading = rua_cell_read (column, json, strlen (cases[i].json), 2, NULL, &word);

    if (reading != cases[i].reading)
      g_error ("%s.%s reads %s as %d", cases[i].kind, cases[i].field, cases[i].json, reading);
    if (reading != RUA_CELL_TAKEN)
      continue;
    rua_cell_append (back, column, word, 2, NULL);
    g_assert_cmpstr (back->str, ==, cases[i].json);
  }
  {
    /* By whatever name a row goes. */
    const RuaRowNames names = { .find = find_backwards };
    guint64 word = 0, same = 1;

    g_assert_cmpint (rua_cell_read (column_of (alliance, "household", "site"), "\"1s\"", 4, 2, &names, &word), ==, RUA_CELL_TAKEN);
    g_assert_cmpint (rua_cell_read (column_of (alliance, "household", "site"), "\"s1\"", 4, 2, NULL, &same), ==, RUA_CELL_TAKEN);
    g_assert_cmpuint (word, ==, same);
    g_assert_cmpint (rua_cell_read (column_of (alliance, "household", "site"), "\"s1\"", 4, 2, &names, &word), ==, RUA_CELL_NO_TARGET);
  }
}

static gboolean
note_target (gpointer data, RuaTable *table, const char *key, gsize length)
{
  GString *seen = data;

  g_string_append_printf (seen, "%s:%.*s ", table != NULL ? rua_kind_get_name (rua_table_get_kind (table)) : "?", (int) length, key);
  return strncmp (key, "stop", length) != 0;
}

static void
test_targets (void)
{
  static const struct {
    const char *kind, *field, *json;
    const char *seen; /* NULL: it cannot hold this, and nobody was told of any */
  } cases[] = {
    { "household", "site", "\"s1\"", "site:s1 " },
    { "household", "site", "\"\\u0073\"", "site:s " },
    { "household", "site", "\"\"", NULL },
    { "household", "site", "[\"s1\"]", NULL },
    { "project", "places", "[\"p1\",\"p9\"]", "place:p1 place:p9 " },
    { "project", "places", "[\"p1\",\"stop\",\"p9\"]", "place:p1 place:stop " },
    { "project", "places", "[\"p1\",\"\"]", NULL },
    { "project", "places", "[\"p1\",7]", NULL },
    { "project", "places", "\"p1\"", NULL },
    { "claim", "about", "[\"place/p1\",\"hill/p9\"]", "place:p1 ?:p9 " },
    { "claim", "about", "[\"place/p1\",\"p9\"]", NULL },
    { "claim", "about", "[]", "" },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) seen = g_string_new (NULL);
    gboolean done = rua_cell_each_target (column_of (alliance, cases[i].kind, cases[i].field), cases[i].json, strlen (cases[i].json), note_target, seen);

    g_assert_cmpint (done, ==, cases[i].seen != NULL);
    g_assert_cmpstr (seen->str, ==, done ? cases[i].seen : "");
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
  g_test_add_func ("/cell-json/cells", test_cells);
  g_test_add_func ("/cell-json/targets", test_targets);
  return g_test_run ();
}
