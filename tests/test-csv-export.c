/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables as CSV, and back as they were. */
#include "rua-csv-export.h"

#include <glib/gstdio.h>
#include <string.h>

#include "random-alliance.h"
#include "rua-alliance-json.h"
#include "rua-csv-import.h"
#include "rua-parallel.h"

static char *
to_text (RuaTable *table, RuaCsvFlags flags)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = rua_table_to_csv (table, flags, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static char *
json_of (RuaAlliance *alliance, const char *plural)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)), *head = g_strdup_printf ("\n  \"%s\": [", plural);
  char *from = strstr (text, head);

  return from ? g_strndup (from, (gsize) (strstr (from, "\n  ]") - from)) : g_strdup ("");
}

static RuaAlliance *
open_text (const char *document)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (document, strlen (document));
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "t.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static gboolean
import_text (RuaAlliance *alliance, const char *kind, const char *csv, gsize length, GError **error)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "rua-csv-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  gboolean done;

  g_close (fd, NULL);
  g_file_set_contents (path, csv, (gssize) length, NULL);
  done = rua_alliance_import_csv (alliance, kind, path, NULL, NULL, NULL, NULL, error);
  g_unlink (path);
  return done;
}

#define HEAD                                                                                       \
  "{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": {\"en\": \"T\"}, \"currency\": \"CNY\"},"

static void
test_written (void)
{
  g_autoptr (RuaAlliance) alliance = open_text (
      HEAD " \"sites\": [{\"id\": \"s1\", \"name\": {\"en\": \"One, or \\\"1\\\"\", \"zh\": \"一\"}}, {\"id\": \"s2\", \"name\": {\"zh\": \"二\"}}],"
           " \"households\": [{\"id\": \"h1\", \"name\": \"=1+1\", \"site\": \"s1\", \"n_persons\": -5, \"weight\": -0.5, \"joined\": \"2014-09\", \"vulnerable\": false},"
           " {\"id\": \"h2\", \"name\": \"\"}, {\"id\": \"h3\", \"name\": \"a\\nb\"}, {\"id\": \"h4\", \"name\": \" x\"}],"
           " \"sales\": [{\"amount\": -1234.5, \"product\": \"p\"}, {\"amount\": 0.05}], \"products\": [{\"id\": \"p\", \"name\": {\"en\": \"Rice\"}}]}");
  g_autofree char *sites = to_text (rua_alliance_get_table (alliance, "site"), RUA_CSV_COMMAS);
  g_autofree char *households = to_text (rua_alliance_get_table (alliance, "household"), RUA_CSV_COMMAS);
  g_autofree char *sales = to_text (rua_alliance_get_table (alliance, "sale"), RUA_CSV_MARK | RUA_CSV_SEMICOLONS);
  g_autofree char *none = to_text (rua_alliance_get_table (alliance, "role"), RUA_CSV_COMMAS);

  g_assert_cmpstr (sites, ==, "id,name.en,name.zh\r\ns1,\"One, or \"\"1\"\"\",一\r\ns2,,二\r\n");
  g_assert_cmpstr (households, ==,
                   "id,name,site,n_persons,weight,joined,vulnerable\r\n"
                   "h1,\"'=1+1\",s1,-5,-0.5,2014-09,false\r\nh2,\"\",,,,,\r\nh3,\"a\nb\",,,,,\r\nh4,\" x\",,,,,\r\n");
  g_assert_cmpstr (sales, ==, "\xef\xbb\xbfproduct;amount\r\np;-1234.50\r\n;0.05\r\n");
  g_assert_true (g_str_has_prefix (none, "id,person,at,title,"));
}

/* Texts that look like formulas, apostrophes, blanks, quotes, line ends: each comes back as it was. */
static void
test_every_text (void)
{
  static const char *const parts[] = { "'", "''", "=", "+", "-", "@", "\t", "\r", "\n", "\"", "\"\"", ",", ";", " ", "a", "＝", "＋", "－", "＠", "１", "茶", "NA", "0", "=1+1", "|", "[", "]" };
  g_autoptr (RuaAlliance) from = open_text (HEAD "\"sites\": []}");
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 300 : 5000;

  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaRecord) record = rua_alliance_new_record (from, "household");
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *id = g_strdup_printf ("%s%u", parts[i % G_N_ELEMENTS (parts)], i);
    const char *list[4] = { 0 };
    guint length = (guint) g_test_rand_int_range (0, 5);

    for (guint k = 0; k < length; k++)
      g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
    for (int k = 0; k < g_test_rand_int_range (0, 4); k++)
      list[k] = parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))];
    g_assert_true (rua_record_set_id (record, id, NULL));
    if (i % 7)
      g_assert_true (rua_record_set_text (record, "name", text->str, NULL));
    g_assert_true (rua_alliance_add (from, record, NULL));
    {
      g_autoptr (RuaRecord) place = rua_alliance_new_record (from, "place");

      g_assert_true (rua_record_set_id (place, id, NULL));
      g_assert_true (rua_record_set_texts (place, "name", "en", text->str, NULL));
      if (i % 3)
        g_assert_true (rua_record_set_text_list (place, "alternate_names", list, NULL));
      g_assert_true (rua_alliance_add (from, place, NULL));
    }
  }
  for (RuaCsvFlags flags = 0; flags < 4; flags++) {
    g_autoptr (RuaAlliance) to = open_text (HEAD "\"sites\": []}");
    static const char *const kinds[] = { "places", "households" };

    for (guint k = 0; k < 2; k++) {
      g_autofree char *csv = to_text (rua_alliance_get_table (from, kinds[k]), flags), *expected = json_of (from, kinds[k]), *got = NULL;
      GError *error = NULL;

      import_text (to, kinds[k], csv, strlen (csv), &error);
      g_assert_no_error (error);
      got = json_of (to, kinds[k]);
      g_assert_cmpstr (got, ==, expected);
    }
  }
}

#define KIND_X " \"schema\": {\"kinds\": {\"x\": {\"plural\": \"xs\", \"fields\": {\"f\": {\"type\": \"text\"}}}}},"

/* With a single column no separator shows: any that a reader may take is quoted. */
static void
test_one_column (void)
{
  static const char *const texts[] = { ",", ";", "|", "\t", "a,b", "a;b", "a|b;c,d", "'", "" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (RuaCsvFlags flags = 0; flags < 4; flags++) {
      g_autoptr (RuaAlliance) from = open_text (HEAD KIND_X "\"sites\": []}"), to = open_text (HEAD KIND_X "\"sites\": []}");
      g_autofree char *csv = NULL, *expected = NULL, *got = NULL;
      GError *error = NULL;

      for (guint k = 0; k <= i; k++) {
        g_autoptr (RuaRecord) record = rua_alliance_new_record (from, "x");

        g_assert_true (rua_record_set_text (record, "f", texts[i - k], NULL));
        g_assert_true (rua_alliance_add (from, record, NULL));
      }
      csv = to_text (rua_alliance_get_table (from, "x"), flags);
      import_text (to, "x", csv, strlen (csv), &error);
      g_assert_no_error (error);
      expected = json_of (from, "xs");
      got = json_of (to, "xs");
      g_assert_cmpstr (got, ==, expected);
    }
}

/* Records of which nothing is known are records. */
static void
test_nothing_known (void)
{
  for (guint n = 1; n < 4; n++) {
    g_autoptr (RuaAlliance) from = open_text (HEAD KIND_X "\"sites\": []}"), to = open_text (HEAD KIND_X "\"sites\": []}");
    g_autofree char *csv = NULL;
    GError *error = NULL;

    for (guint k = 0; k < n; k++) {
      g_autoptr (RuaRecord) record = rua_alliance_new_record (from, "x");

      g_assert_true (rua_alliance_add (from, record, NULL));
    }
    csv = to_text (rua_alliance_get_table (from, "x"), RUA_CSV_COMMAS);
    import_text (to, "x", csv, strlen (csv), &error);
    g_assert_no_error (error);
    g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (to, "x")), ==, n);
  }
}

/* Random tables of every type, with one and with several threads. */
static void
test_random (void)
{
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 3 : 12;

  for (guint trial = 0; trial < trials; trial++) {
    RuaRandom random;
    g_autoptr (RuaAlliance) from = NULL, to = NULL;
    g_autofree char *csv = NULL, *again = NULL, *expected = NULL, *got = NULL;
    guint32 seed = (guint32) g_test_rand_int ();
    const char *plural;
    GError *error = NULL;
    RuaTable *table;

    rua_random_init (&random, seed);
    from = random_alliance_new (&random, (guint) g_test_rand_int_range (0, trial == 0 ? 40000 : 300));
    table = random_alliance_get_table (from);
    plural = rua_kind_get_plural (rua_table_get_kind (table));
    /* CSV has no place for members without a field. */
    for (guint i = 0; i < rua_table_get_n_records (table); i++) {
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);

      rua_record_set_extra (record, NULL);
    }
    rua_set_n_threads (1);
    csv = to_text (table, RUA_CSV_COMMAS);
    rua_set_n_threads (3);
    again = to_text (table, RUA_CSV_COMMAS);
    g_assert_cmpstr (csv, ==, again);
    /* Everything but the records of this kind. */
    {
      g_autoptr (GBytes) bytes = rua_alliance_to_json (from, NULL, NULL);
      g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)), *head = g_strdup_printf ("\n  \"%s\": [", plural);
      char *begin = strstr (text, head), *end;

      if (begin == NULL)
        continue;
      begin += strlen (head);
      end = strstr (begin, "\n  ]");
      memmove (begin, end, strlen (end) + 1);
      to = open_text (text);
    }
    import_text (to, plural, csv, strlen (csv), &error);
    g_assert_no_error (error);
    expected = json_of (from, plural);
    got = json_of (to, plural);
    if (!g_str_equal (expected, got))
      g_test_fail_printf ("seed %u: %s\n\n%s", seed, csv, got);
  }
  rua_set_n_threads (0);
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = open_text (HEAD " \"sites\": [{\"id\": \"s1\", \"name\": {\"en\": \"x\"}, \"colour\": \"red\"}]}");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *error = NULL;

  g_assert_null (rua_table_to_csv (rua_alliance_get_table (alliance, "site"), 0, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "no field holds"));
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (rua_table_to_csv (rua_alliance_get_table (alliance, "household"), 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-export/written", test_written);
  g_test_add_func ("/csv-export/every-text", test_every_text);
  g_test_add_func ("/csv-export/one-column", test_one_column);
  g_test_add_func ("/csv-export/nothing-known", test_nothing_known);
  g_test_add_func ("/csv-export/random", test_random);
  g_test_add_func ("/csv-export/refused", test_refused);
  return g_test_run ();
}
