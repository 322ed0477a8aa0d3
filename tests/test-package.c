/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A Data Package folder: exact both ways, other people's packages, every fault with its place, and nothing
 * that leads out of the folder. */
#include "random-alliance.h"
#include "rua-alliance-json.h"
#include "rua-package-private.h"
#include "rua-store.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char *folder;
  char *path; /* of a package in it that is not there yet */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("rua-package-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "package/", NULL);
}

static void
remove_all (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_all (child);
    }
    g_rmdir (path);
  } else {
    g_unlink (path);
  }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_all (f->folder);
  g_free (f->folder);
  g_free (f->path);
}

static char *
in (const Fixture *f, const char *name)
{
  return g_build_filename (f->path, name, NULL);
}

static void
put (const Fixture *f, const char *name, const char *text)
{
  g_autofree char *path = in (f, name), *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
get (const Fixture *f, const char *name)
{
  g_autofree char *path = in (f, name);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static char *
to_json (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static RuaAlliance *
from_json (const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "t.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static RuaAlliance *
open_package (const Fixture *f, GError **error)
{
  return rua_alliance_open (f->path, NULL, error);
}

/* Saved, opened, the same to the byte; saved again, the files are the same, too. */
static void
assert_round_trip (const Fixture *f, RuaAlliance *alliance)
{
  g_autofree char *before = to_json (alliance), *after = NULL, *descriptor = NULL, *again = NULL;
  g_autoptr (RuaAlliance) back = NULL;
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  descriptor = get (f, "datapackage.json");
  back = open_package (f, &error);
  g_assert_no_error (error);
  after = to_json (back);
  g_assert_cmpstr (before, ==, after);
  rua_alliance_save (back, f->path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  again = get (f, "datapackage.json");
  /* Hashes of all files are in it. */
  g_assert_cmpstr (descriptor, ==, again);
}

/* ---- exact ---- */

static void
test_case_study (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "examples", "rural-urban-alliance.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (path, NULL, &error);

  g_assert_no_error (error);
  assert_round_trip (f, alliance);
}

static void
test_random (Fixture *f, gconstpointer data)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 3 : 25;
  RuaRandom random;

  rua_random_init (&random, seed);
  g_test_message ("seed %u", seed);
  for (guint trial = 0; trial < trials; trial++) {
    g_autoptr (RuaAlliance) alliance = random_alliance_new (&random, trial == 0 ? 0 : 1 + rua_random_below (&random, 300));

    for (guint i = 0; i < 30; i++)
      random_alliance_edit (alliance, &random);
    assert_round_trip (f, alliance);
  }
}

/* More rows than one task writes. */
static void
test_many_rows (Fixture *f, gconstpointer data)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;

  rua_random_init (&random, 7);
  alliance = random_alliance_new (&random, g_getenv ("RUA_SLOW_MACHINE") ? 2000 : 40000);

  assert_round_trip (f, alliance);
}

#define HEAD "{\"format\": \"rural-alliance\", \"version\": 1"

/* Everything that CSV alone would lose or confuse. */
static void
test_corners (Fixture *f, gconstpointer data)
{
  static const char *const documents[] = {
    HEAD "}",
    HEAD ", \"x\": {\"b\": [1, 2.50, null], \"a\": \"z\"}, \"households\": []}",
    /* No cell known in the last record, in all, in a table of one column. */
    HEAD ", \"harvests\": [{}]}",
    HEAD ", \"harvests\": [{}, {}, {}]}",
    HEAD ", \"harvests\": [{\"id\": \"a\"}, {}]}",
    HEAD ", \"harvests\": [{}, {\"x\": 1}]}",
    /* Texts that a spreadsheet runs, and those with apostrophes of their own. */
    HEAD ", \"households\": [{\"id\": \"=1+1\", \"name\": \"=1\", \"stratum\": \"'=1\"}, {\"id\": \"'\", \"name\": \"-5\", \"stratum\": \"''@x\"}, {\"id\": \"\\t\", \"name\": \"+\", \"stratum\": \"＝1\"}]}",
    /* Unknown, empty, blank, quotes, separators, line ends, NA. */
    HEAD ", \"households\": [{\"id\": \"a\", \"name\": \"\", \"stratum\": \" \"}, {\"id\": \"b\", \"name\": \"a,b;c\", \"stratum\": \"\\\"\"}, {\"id\": \"c\", \"name\": \"\\r\\n\", \"stratum\": \"NA\"}, {\"id\": \"d\"}, {\"id\": \"e\", \"name\": \"\\n\", \"stratum\": \"\\r\"}]}",
    /* Languages: in one order, in different orders, none told, alone and among others, an empty text. */
    HEAD ", \"sites\": [{\"id\": \"a\", \"name\": {\"zh\": \"茶\"}}, {\"id\": \"b\", \"name\": {\"en\": \"Tea\", \"zh\": \"茶\"}}, {\"id\": \"c\", \"name\": \"x\"}]}",
    HEAD ", \"sites\": [{\"id\": \"a\", \"name\": {\"zh\": \"茶\", \"en\": \"Tea\"}}, {\"id\": \"b\", \"name\": {\"en\": \"=Tea\", \"zh\": \"\"}}, {\"id\": \"c\", \"name\": {\"und\": \"x\", \"fr\": \"y\"}}, {\"id\": \"d\", \"name\": \"z\"}]}",
    HEAD ", \"sites\": [{\"id\": \"a\", \"name\": {\"en\": \"\"}}, {\"id\": \"b\", \"name\": \"{\\\"en\\\": 1}\"}]}",
    /* Lists and JSON. */
    HEAD ", \"schema\": {\"kinds\": {\"thing\": {\"plural\": \"things\", \"doc\": \"D\", \"fields\": {\"l\": {\"type\": \"text-list\"}, \"j\": {\"type\": \"json\"}, \"r\": {\"type\": \"reference-list\", \"target\": \"*\"}, \"s\": {\"type\": \"reference\", \"target\": \"thing\"}, \"w\": {\"type\": \"token\", \"tokens\": [\"=a\", \"b\"]}}}}}, "
         "\"things\": [{\"id\": \"a\", \"l\": [], \"j\": [null], \"r\": []}, {\"id\": \"b\", \"l\": [\"\", \"a;b\", \" \"], \"j\": -5, \"r\": [\"thing/a\", \"thing/b\"], \"s\": \"b\"}, {\"id\": \"c\", \"l\": [\"=x\"], \"j\": \"=x\", \"s\": \"a\", \"w\": \"b\"}, {\"id\": \"d\", \"j\": {\"b\": 1, \"a\": [1e3, 0.10]}}]}",
    /* Numbers to the bit, dates of every precision, unknown members anywhere. */
    HEAD ", \"alliance\": {\"title\": {\"en\": \"A\"}, \"currency\": \"JPY\", \"x\": 1}, \"households\": [{\"id\": \"a\", \"weight\": 0.1, \"joined\": \"2014\", \"n_persons\": -9223372036854775808}, {\"id\": \"b\", \"weight\": -0, \"joined\": \"2014-02\", \"y\": {\"a\": [\"=\"]}}, {\"id\": \"c\", \"weight\": 5e-324, \"joined\": \"0001-01-01\"}, {\"id\": \"d\", \"weight\": 1.7976931348623157e308}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++) {
    g_autoptr (RuaAlliance) alliance = from_json (documents[i]);

    g_test_message ("%u", i);
    assert_round_trip (f, alliance);
  }
}

/* What others wrote into the descriptor comes back where it was. */
static void
test_unknown_members (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = from_json (HEAD ", \"households\": [{\"id\": \"a\"}], \"x\": 1}"), back = NULL, again = NULL;
  g_autofree char *text = NULL, *json = NULL, *twice = NULL, *second = NULL;
  g_autoptr (GString) edited = NULL;
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error);
  g_assert_no_error (error);
  text = get (f, "datapackage.json");
  edited = g_string_new (text);
  g_string_truncate (edited, edited->len - strlen ("\n}\n"));
  g_string_append (edited, ",\n  \"licenses\": [\n    {\n      \"name\": \"CC0-1.0\"\n    }\n  ]\n}\n");
  put (f, "datapackage.json", edited->str);
  back = open_package (f, &error);
  g_assert_no_error (error);
  json = to_json (back);
  g_assert_nonnull (strstr (json, "\"datapackage\": {"));
  g_assert_nonnull (strstr (json, "CC0-1.0"));
  rua_alliance_save (back, f->path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  second = get (f, "datapackage.json");
  g_assert_cmpstr (second, ==, edited->str);
  again = open_package (f, &error);
  g_assert_no_error (error);
  twice = to_json (again);
  g_assert_cmpstr (json, ==, twice);

  /* In a document such a member may look like anything, and be anywhere. */
  {
    static const char *const others[] = {
      HEAD ", \"datapackage\": 5}", HEAD ", \"datapackage\": {}}", HEAD ", \"datapackage\": {\"a\": 1}, \"x\": 2}",
      HEAD ", \"datapackage\": {\"resources\": 1}}", HEAD ", \"x\": {\"datapackage\": {\"a\": 1}}}", HEAD ", \"x\": 1, \"datapackage\": {\"a\": {\"datapackage\": {}}}}",
    };

    for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
      g_autoptr (RuaAlliance) other = from_json (others[i]);

      assert_round_trip (f, other);
    }
  }
}

/* ---- what the descriptor says to other programs ---- */

static void
test_descriptor (Fixture *f, gconstpointer data)
{
  static const char *const parts[] = {
    "\"profile\": \"tabular-data-package\"", "\"title\": \"A\"", "\"path\": \"households.csv\"", "\"name\": \"id\",\n            \"type\": \"string\"",
    "{\"required\": true, \"unique\": true}", "\"name\": \"n_persons\",\n            \"type\": \"integer\"", "\"name\": \"joined\",\n            \"type\": \"date\"",
    "\"name\": \"left\",\n            \"type\": \"string\"", "\"name\": \"first_treated\",\n            \"type\": \"integer\"", "\"privacy\": \"personal\"",
    "{\"enum\": [\"producer\", \"consumer\", \"both\", \"other\"]}", "\"primaryKey\": \"id\"",
    "{\"fields\": \"site\", \"reference\": {\"resource\": \"sites\", \"fields\": \"id\"}}", "\"unit\": \"person/household\"",
    "\"hash\": \"sha256:", "\"name\": \"vulnerable\",\n            \"type\": \"boolean\"", "\"name\": \"weight\",\n            \"type\": \"number\"",
  };
  g_autoptr (RuaAlliance) alliance = from_json (HEAD
    ", \"alliance\": {\"title\": {\"en\": \"A\", \"zh\": \"B\"}}, \"sites\": [{\"id\": \"s\", \"name\": \"S\"}], \"households\": [{\"id\": \"a\", \"name\": \"N\", \"household_type\": \"both\", \"site\": \"s\", "
    "\"n_persons\": 3, \"weight\": 1.5, \"joined\": \"2014-01-01\", \"left\": \"2014\", \"first_treated\": 2000, \"vulnerable\": true}, {\"id\": \"b\", \"left\": \"2014-02-03\"}]}");
  g_autofree char *text = NULL, *csv = NULL;
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error);
  g_assert_no_error (error);
  text = get (f, "datapackage.json");
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (text, parts[i]) == NULL)
      g_error ("not in the descriptor: %s", parts[i]);
  csv = get (f, "households.csv");
  g_assert_cmpstr (csv, ==, "id,name,household_type,site,n_persons,first_treated,weight,joined,left,vulnerable\r\n"
                            "a,N,both,s,3,2000,1.5,2014-01-01,2014,true\r\nb,,,,,,,,2014-02-03,\r\n");
  {
    g_autofree char *path = in (f, "households.csv"), *folder = in (f, "");
    struct stat st;

    g_stat (path, &st);
    g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
    g_stat (folder, &st);
    g_assert_cmpuint (st.st_mode & 07777, ==, 0700);
  }
}

/* ---- other people's packages ---- */

static void
test_foreign (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autofree char *json = NULL;

  put (f, "datapackage.json",
       "{\"name\": \"survey\", \"licenses\": [{\"name\": \"ODbL\"}], \"resources\": [\n"
       "  {\"name\": \"Sites\", \"path\": \"data/sites.csv\"},\n"
       "  {\"name\": \"household\", \"path\": [\"data/h.csv\"], \"encoding\": \"iso-8859-1\", \"dialect\": {\"delimiter\": \";\", \"quoteChar\": \"'\", \"caseSensitiveHeader\": true},\n"
       "   \"schema\": {\"missingValues\": [\"\", \"-\", \"NA\"], \"fields\": [{\"name\": \"id\", \"type\": \"string\"}, {\"name\": \"name\"}, {\"name\": \"weight\", \"type\": \"number\", \"decimalChar\": \",\", \"groupChar\": \".\"},\n"
       "     {\"name\": \"joined\", \"type\": \"date\", \"format\": \"%d/%m/%Y\"}, {\"name\": \"vulnerable\", \"type\": \"boolean\", \"trueValues\": [\"oui\"], \"falseValues\": [\"non\"]}, {\"name\": \"site\"}]}},\n"
       "  {\"name\": \"places\", \"path\": \"p.csv\", \"dialect\": {\"header\": false, \"escapeChar\": null, \"commentChar\": null}, \"schema\": {\"fields\": [{\"name\": \"id\"}, {\"name\": \"name\"}]}, \"hash\": \"0CC175B9C0F1B6A831C399E269772661\"}\n"
       "]}");
  put (f, "data/sites.csv", "\xef\xbb\xbfid,name,name.zh\ns1,\"Ping\nzhai\",平寨\n\ns2,'=x,\n");
  put (f, "data/h.csv", "id;name;weight;joined;vulnerable;site\nh1;'Andr\xe9 ''A''';1.234,5;15/09/2014;oui;s1\nh2;-;NA;;non;s2\n");
  put (f, "p.csv", "a");
  alliance = open_package (f, &error);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "the file has no header, and another number of columns"));
  g_clear_error (&error);
  put (f, "p.csv", "a,b\n");
  alliance = open_package (f, &error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "datapackage.json:6:30: resources: 'p.csv': the file is not the one that the descriptor tells: their hashes differ"));
  g_clear_error (&error);
  {
    g_autofree char *text = get (f, "datapackage.json");
    g_autoptr (GString) without = g_string_new (text);

    g_string_replace (without, ", \"hash\": \"0CC175B9C0F1B6A831C399E269772661\"", ", \"bytes\": 4, \"hash\": \"MD5:9c6a67fd2c80ac32c17ed24ae4dc07ad\"", 0);
    put (f, "datapackage.json", without->str);
  }
  {
    g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_MD5, "a,b\n", -1), *text = get (f, "datapackage.json");
    g_autoptr (GString) right = g_string_new (text);

    g_string_replace (right, "9c6a67fd2c80ac32c17ed24ae4dc07ad", sum, 0);
    put (f, "datapackage.json", right->str);
  }
  alliance = open_package (f, &error);
  g_assert_no_error (error);
  json = to_json (alliance);
  g_assert_cmpstr (json, ==,
    "{\n  \"format\": \"rural-alliance\",\n  \"version\": 1,\n"
    "  \"places\": [\n    {\n      \"id\": \"a\",\n      \"name\": \"b\"\n    }\n  ],\n"
    "  \"sites\": [\n    {\n      \"id\": \"s1\",\n      \"name\": {\"und\": \"Ping\\nzhai\", \"zh\": \"平寨\"}\n    },\n    {\n      \"id\": \"s2\",\n      \"name\": \"'=x\"\n    }\n  ],\n"
    "  \"households\": [\n    {\n      \"id\": \"h1\",\n      \"name\": \"André 'A'\",\n      \"site\": \"s1\",\n      \"weight\": 1234.5,\n      \"joined\": \"2014-09-15\",\n      \"vulnerable\": true\n    },\n"
    "    {\n      \"id\": \"h2\",\n      \"site\": \"s2\",\n      \"vulnerable\": false\n    }\n  ],\n"
    "  \"datapackage\": {\n    \"name\": \"survey\",\n    \"licenses\": [\n      {\n        \"name\": \"ODbL\"\n      }\n    ]\n  }\n}\n");
  /* It is not written over: its files are not ours. */
  g_assert_false (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_nonnull (strstr (error->message, "that this library did not write"));
}

/* ---- faults ---- */

#define HOUSEHOLDS "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\"}]}"

static void
test_faults (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *descriptor, *csv;
    const char *lines[8];
  } cases[] = {
    { HOUSEHOLDS, "id,n_persons,household_type,name,vulnerable,site\n\"\",x,,,,\nh1,2,\"bth\",,,\n\nh1,,,,,\nh3,1\nh4,,,Wu,maybe,nowhere\n",
      { "h.csv:2:2: household #1: id: the id is empty", "h.csv:2:4: household #1: n_persons: this is no whole number",
        "h.csv:3:7: household #2: household_type: 'bth': this is none of the words of the field; did you mean 'both'?",
        "h.csv:5:1: household #3: id: the household in line 3 has this id already",
        "h.csv:6:1: household #4: 2 cells where the header has 6 columns", "h.csv:7:9: household #5: vulnerable: this is neither yes nor no",
        "" } },
    { HOUSEHOLDS, "id,weight,joined\nh1,\"1,5\",2014-02-30\n\"h\n2\",x,y\n",
      { "h.csv:2:5: household #1: weight: '1,5': this is no number", "h.csv:2:10: household #1: joined: '2014-02-30': this is not a date",
        "h.csv:4:4: household #2: weight: 'x': this is no number", "" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"schema\": {\"fields\": [{\"name\": \"id\"}, {\"name\": \"weight\", \"groupChar\": \".\"}]}}]}", "id,weight\nh1,1.5\n",
      { "what stands between thousands is the decimal mark, too; tell another \"decimalChar\"", "" } },
    { HOUSEHOLDS, "id,site\nh1,nowhere\n", { "h.csv:2: household #1: site: 'nowhere': there is no site of this id" } },
    { HOUSEHOLDS, "n_persons\n1\n", { "h.csv:2: household #1: id: the field is required, but unknown" } },
    { HOUSEHOLDS, "id,nmae,*\n", { "h.csv:1: household: 'nmae': the column is no field of this kind; did you mean 'name'?", "h.csv:1: household: '*': the column is no field" } },
    { HOUSEHOLDS, "id,name.en\n", { "h.csv:1: household: 'name.en': the column is no field" } },
    { HOUSEHOLDS, "id,id\n", { "h.csv:1:4: the column \"id\" is there twice" } },
    { HOUSEHOLDS, "", { "h.csv:1:1: the file is empty" } },
    { HOUSEHOLDS, "id\n\"a\nb\n", { "h.csv:2:1: household #1: the quote that opens here is not closed" } },
    { HOUSEHOLDS, "id,name\na,b\"c\n", { "h.csv:2:4: household #1: a quote stands within an unquoted cell" } },
    { HOUSEHOLDS, "id\n\xff\n", { "h.csv:2:1: not UTF-8" } },
    { "[]", "id\n", { "datapackage.json:1:1: this is not the descriptor" } },
    { "{}", "id\n", { "datapackage.json:1:3: this is not the descriptor of a Data Package: it has no resources" } },
    { "{\"resources\": [}", "id\n", { "datapackage.json:1:16: " } },
    { "{\"resources\": 5}", "id\n", { "datapackage.json:1:15: resources: this is no list" } },
    { "{\"resources\": [5, {\"name\": 5, \"path\": 6}]}", "id\n",
      { "datapackage.json:1:16: resources: a table is no object", "datapackage.json:1:28: name: this is no text", "datapackage.json:1:39: path: this is no text",
        "datapackage.json:1:40: resources: a table has no name", "datapackage.json:1:40: resources: a table has no file" } },
    { "{\"resources\": [{\"name\": \"huoseholds\", \"path\": \"h.csv\"}]}", "id\n", { "datapackage.json:1:47: resources: 'huoseholds': there is no such kind of record; did you mean 'households'?" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\"}, {\"name\": \"household\", \"path\": \"h.csv\"}]}", "id\n",
      { "datapackage.json:1:87: resources: 'household': another table has the records of this kind" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": [\"h.csv\", \"i.csv\"]}]}", "id\n", { "datapackage.json:1:57: path: a table in several files" } },
    { "{\"resources\": [{\"name\": \"households\", \"data\": []}]}", "id\n", { "datapackage.json:1:39: resources: a table inside the descriptor" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"bytes\": 4}]}", "id\n", { "datapackage.json:1:47: resources: 'h.csv': the file has 3 bytes, and not the 4" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"bytes\": -4}]}", "id\n", { "datapackage.json:1:65: bytes: this is no number of bytes" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"hash\": \"crc32:0\"}]}", "id\n", { "datapackage.json:1:47: resources: 'crc32:0': this way to sum up a file is not known" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"dialect\": {\"escapeChar\": \"x\"}}]}", "id\n", { "datapackage.json:1:82: dialect: a file with characters for escapes" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"dialect\": {\"commentChar\": {\"a\": [1]}, \"escapeChar\": \"x\"}}]}", "id\n",
      { "datapackage.json:1:83: dialect: a file with characters for escapes", "dialect: a file with characters for escapes" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"dialect\": {\"doubleQuote\": false}}]}", "id\n", { "datapackage.json:1:88: dialect: a file in which quotes are not doubled" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"dialect\": {\"delimiter\": \"ab\"}}]}", "id\n", { "datapackage.json:1:81: delimiter: this is no single character" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"schema\": {\"fields\": [{\"name\": \"id\"}, {\"name\": \"name\"}]}}]}", "id,site\n",
      { "h.csv:1: household: 'site': the descriptor does not tell this column", "h.csv:1: household: 'name': the descriptor tells a column that the file does not have" } },
    { "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"schema\": {\"fields\": [{\"type\": \"string\"}, {\"name\": \"joined\", \"type\": \"date\", \"format\": \"%q\"}]}}]}", "joined\n",
      { "datapackage.json:1:95: fields: a field has no name", "datapackage.json:1:147: format: this is no form of a date", "" } },
    { "{\"rural-alliance\": 5, \"resources\": []}", "", { "datapackage.json:1:20: rural-alliance: this is no object" } },
    { "{\n \"rural-alliance\":\n  {\"format\": \"rural-alliance\",\n   \"version\": 9}, \"resources\": []}", "", { "datapackage.json:4:15: '9': the document is of a newer version" } },
    { "{\"rural-alliance\": {\"format\": \"rural-alliance\", \"version\": 1, \"households\": [{\"id\": \"a\"}]}, \"resources\": []}", "",
      { "datapackage.json: rural-alliance: there are records in the descriptor" } },
    { "{\"rural-alliance\": {\"format\": \"rural-alliance\", \"version\": 1, \"datapackage\": 1}, \"x\": 1, \"resources\": []}", "",
      { "datapackage.json: datapackage: what the package says of itself is told twice" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    const char *at;

    g_test_message ("%u", i);
    put (f, "datapackage.json", cases[i].descriptor);
    put (f, "h.csv", cases[i].csv);
    g_assert_null (open_package (f, &error));
    g_test_message ("%s", error->message);
    g_assert_nonnull (error);
    g_assert_cmpint (error->domain, ==, RUA_ERROR);
    /* Each, and in this order. */
    at = error->message;
    for (guint k = 0; cases[i].lines[k] != NULL && *cases[i].lines[k] != '\0'; k++) {
      const char *found = strstr (at, cases[i].lines[k]);

      if (found == NULL)
        g_test_fail_printf ("case %u: not told, or in another order: %s", i, cases[i].lines[k]);
      else
        at = found + 1;
    }
  }
}

/* Values of fields that are not public are in no message. */
static void
test_privacy (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put (f, "datapackage.json", HOUSEHOLDS);
  put (f, "h.csv", "id,left_reason,poverty_registered\nh1,secret1,secret2\n");
  g_assert_null (open_package (f, &error));
  g_assert_nonnull (strstr (error->message, "left_reason"));
  g_assert_nonnull (strstr (error->message, "poverty_registered"));
  g_assert_null (strstr (error->message, "secret"));
}

/* ---- paths ---- */

static void
test_paths (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = {
    "/etc/passwd", "../outside.csv", "a/../../outside.csv", "./h.csv", "a//h.csv", "", "http://example.org/h.csv", "file:///etc/passwd", "C:h.csv", "a\\\\b.csv",
    "link.csv", "linked/outside.csv", "fifo.csv", "folder", "none.csv", "folder/", "deep/none.csv",
  };
  g_autofree char *outside = g_build_filename (f->folder, "outside.csv", NULL), *link_path = NULL, *linked = NULL, *fifo = NULL;

  put (f, "folder/x", "");
  put (f, "h.csv", "id\na\n");
  g_file_set_contents (outside, "id\nsecret\n", -1, NULL);
  link_path = in (f, "link.csv");
  linked = in (f, "linked");
  fifo = in (f, "fifo.csv");
  g_assert_cmpint (symlink (outside, link_path), ==, 0);
  g_assert_cmpint (symlink (f->folder, linked), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *descriptor = g_strdup_printf ("{\"resources\": [{\"name\": \"households\", \"path\": \"%s\"}]}", bad[i]);
    g_autoptr (GError) error = NULL;

    put (f, "datapackage.json", descriptor);
    g_assert_null (open_package (f, &error));
    g_test_message ("%s", error->message);
    g_assert_cmpint (error->domain, ==, RUA_ERROR);
    g_assert_nonnull (strstr (error->message, "datapackage.json:1:47: resources: "));
    g_assert_null (strstr (error->message, "secret"));
  }
  /* Below the folder is in it. */
  put (f, "folder/deep/h.csv", "id\na\n");
  put (f, "datapackage.json", "{\"resources\": [{\"name\": \"households\", \"path\": \"folder/deep/h.csv\"}]}");
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaAlliance) alliance = open_package (f, &error);

    g_assert_no_error (error);
  }
  /* The descriptor itself is no link. */
  {
    g_autofree char *descriptor = in (f, "datapackage.json"), *other = in (f, "other.json");
    g_autoptr (GError) error = NULL;

    g_rename (descriptor, other);
    g_assert_cmpint (symlink ("other.json", descriptor), ==, 0);
    g_assert_null (open_package (f, &error));
    g_assert_nonnull (strstr (error->message, "it is a link"));
  }
}

/* ---- saving ---- */

static guint
count_names (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_refused (const Fixture *f, RuaAlliance *alliance, RuaSaveFlags flags, int code, const char *told)
{
  g_autoptr (GError) error = NULL;
  guint before = count_names (f->folder);

  g_assert_false (rua_alliance_save (alliance, f->path, flags, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, told));
  g_assert_cmpuint (count_names (f->folder), ==, before);
}

/* What is not the package's stays, whatever happens to the package. */
static void
test_other_files (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) first = from_json (HEAD ", \"households\": [{\"id\": \"a\"}], \"harvests\": [{\"id\": \"i\"}]}"), second = from_json (HEAD ", \"households\": [{\"id\": \"b\"}]}");
  g_autoptr (GError) error = NULL;
  g_autofree char *readme = NULL, *deep = NULL, *harvests = in (f, "harvests.csv"), *link_path = in (f, "link"), *target = NULL, *root = in (f, "");
  struct stat st;

  rua_alliance_save (first, f->path, RUA_SAVE_NONE, NULL, &error);
  g_assert_no_error (error);
  put (f, "README.md", "mine");
  put (f, ".git/config", "mine, too");
  put (f, "more.csv", "mine as well");
  g_assert_cmpint (symlink ("nowhere", link_path), ==, 0);
  g_chmod (root, 0750);
  assert_refused (f, second, RUA_SAVE_NONE, G_IO_ERROR_EXISTS, "ask for it to be replaced");
  rua_alliance_save (second, f->path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  readme = get (f, "README.md");
  g_assert_cmpstr (readme, ==, "mine");
  deep = get (f, ".git/config");
  g_assert_cmpstr (deep, ==, "mine, too");
  g_free (get (f, "more.csv"));
  target = g_file_read_link (link_path, NULL);
  g_assert_cmpstr (target, ==, "nowhere");
  /* A table that has no records any more is the package's, and goes. */
  g_assert_false (g_file_test (harvests, G_FILE_TEST_EXISTS));
  g_stat (root, &st);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0750);
  g_assert_cmpuint (count_names (f->folder), ==, 1);

  /* A name that the package needs and somebody else has. */
  put (f, "harvests.csv", "not the package's");
  assert_refused (f, first, RUA_SAVE_REPLACE, G_IO_ERROR_EXISTS, "a file 'harvests.csv' that is not of the package");
  {
    g_autofree char *kept = get (f, "harvests.csv");
    g_autoptr (RuaAlliance) still = open_package (f, &error);

    g_assert_cmpstr (kept, ==, "not the package's");
    g_assert_no_error (error);
  }
  /* A descriptor that claims other people's files does not make them the package's. */
  put (f, "datapackage.json", "{\"rural-alliance\": {\"format\": \"rural-alliance\", \"version\": 1}, \"resources\": [{\"name\": \"households\", \"path\": \"README.md\"}, {\"name\": \"harvests\", \"path\": \".git/config\"}]}");
  g_unlink (harvests);
  rua_alliance_save (second, f->path, RUA_SAVE_REPLACE, NULL, &error);
  /* households.csv was not in that descriptor. */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_free (get (f, "README.md"));
  g_free (get (f, ".git/config"));
}

static void
test_save_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = from_json (HEAD ", \"households\": [{\"id\": \"a\"}]}");
  g_autoptr (GError) error = NULL;
  g_autofree char *plain = g_build_filename (f->folder, "package", NULL), *missing = g_build_filename (f->folder, "none", "package/", NULL), *real = g_build_filename (f->folder, "real", NULL);

  g_file_set_contents (plain, "x", -1, NULL);
  assert_refused (f, alliance, RUA_SAVE_REPLACE, G_IO_ERROR_NOT_DIRECTORY, "there is a file of this name");
  g_unlink (plain);
  g_assert_false (rua_alliance_save (alliance, missing, RUA_SAVE_NONE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  put (f, "x", "");
  assert_refused (f, alliance, RUA_SAVE_REPLACE, G_IO_ERROR_EXISTS, "there is a folder that is no Data Package");
  put (f, "datapackage.json", "{}");
  assert_refused (f, alliance, RUA_SAVE_REPLACE, G_IO_ERROR_EXISTS, "that this library did not write");
  remove_all (plain);
  /* An empty folder is nothing to write over; a link leads to where the package is. */
  g_mkdir (real, 0755);
  g_assert_cmpint (symlink ("real", plain), ==, 0);
  rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (plain, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpuint (count_names (real), ==, 2);
  g_assert_cmpuint (count_names (f->folder), ==, 2);
  /* Called by its descriptor. */
  {
    g_autofree char *descriptor = in (f, "datapackage.json"), *before = g_get_current_dir ();
    g_autoptr (RuaAlliance) again = rua_alliance_open (descriptor, NULL, &error), here = NULL;

    g_assert_no_error (error);
    rua_alliance_save (again, descriptor, RUA_SAVE_REPLACE, NULL, &error);
    g_assert_no_error (error);
    /* Whoever stands in it would stand nowhere. */
    g_assert_cmpint (g_chdir (real), ==, 0);
    here = rua_alliance_open ("datapackage.json", NULL, &error);
    g_assert_no_error (error);
    g_assert_false (rua_alliance_save (here, "datapackage.json", RUA_SAVE_REPLACE, NULL, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
    g_assert_cmpint (g_chdir (before), ==, 0);
    g_assert_cmpuint (count_names (f->folder), ==, 2);
  }
}

/* ---- limits ---- */

static void
assert_edge (const Fixture *f, RuaLimitValues limits, RuaLimitValues less, const char *told)
{
  g_autofree char *folder = in (f, "");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaFaults) faults = NULL;
    g_autoptr (RuaAlliance) alliance = rua_package_read (folder, i == 0 ? &limits : &less, &faults, NULL, NULL, &error);

    if (alliance == NULL && error == NULL)
      rua_faults_raise (faults, &error);
    if (i == 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  }
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, told));
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  static const char descriptor[] = "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\"}]}";

  put (f, "datapackage.json", descriptor);
  put (f, "h.csv", "id,name,stratum\na,b,c\nb,1234567890123456,c\n");
  assert_edge (f, (RuaLimitValues){ .rows = 2 }, (RuaLimitValues){ .rows = 1 }, "2 records; 1 are the limit");
  assert_edge (f, (RuaLimitValues){ .columns = 3 }, (RuaLimitValues){ .columns = 2 }, "more than 2 columns");
  assert_edge (f, (RuaLimitValues){ .cell = 16 }, (RuaLimitValues){ .cell = 15 }, "limit");
  assert_edge (f, (RuaLimitValues){ .bytes = strlen (descriptor) + 43 }, (RuaLimitValues){ .bytes = strlen (descriptor) + 42 }, "more than the");
  assert_edge (f, (RuaLimitValues){ .depth = 3 }, (RuaLimitValues){ .depth = 2 }, "nesting deeper than 2");
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = from_json (HEAD ", \"households\": [{\"id\": \"a\"}]}");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_cancellable_cancel (cancellable);
  g_assert_null (rua_alliance_open (f->path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_names (f->folder), ==, 1);
}

#define ADD(path, function) g_test_add ("/package/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("case-study", test_case_study);
  ADD ("random", test_random);
  ADD ("many-rows", test_many_rows);
  ADD ("corners", test_corners);
  ADD ("unknown-members", test_unknown_members);
  ADD ("descriptor", test_descriptor);
  ADD ("foreign", test_foreign);
  ADD ("faults", test_faults);
  ADD ("privacy", test_privacy);
  ADD ("paths", test_paths);
  ADD ("other-files", test_other_files);
  ADD ("save-refused", test_save_refused);
  ADD ("limits", test_limits);
  ADD ("cancel", test_cancel);
  return g_test_run ();
}
