/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CSV into an alliance's tables: whole, or not at all. */
#include "random-trials.h"
#include "rua-csv-import.h"

#include <glib/gstdio.h>
#include <string.h>

#include "rua-alliance-json.h"
#include "rua-alliance-private.h"
#include "rua-parallel.h"

static const char *const document
    = "{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": {\"en\": \"T\"}, \"currency\": \"CNY\"},"
      " \"schema\": {\"fields\": {\"household\": {\"rooms\": {\"type\": \"integer\"}, \"score\": {\"type\": \"number\"},"
      " \"peer\": {\"type\": \"reference\", \"target\": \"household\"}, \"peers\": {\"type\": \"reference-list\", \"target\": \"household\"},"
      " \"crops\": {\"type\": \"text-list\"}, \"answers\": {\"type\": \"json\"}, \"about\": {\"type\": \"texts\"},"
      " \"near\": {\"type\": \"reference\", \"target\": \"*\"}}}},"
      " \"sites\": [{\"id\": \"s1\", \"name\": {\"en\": \"One\"}}, {\"id\": \"s2\", \"name\": {\"en\": \"Two\"}}],"
      " \"products\": [{\"id\": \"1\", \"name\": {\"en\": \"Rice\"}}, {\"id\": \"2\", \"name\": {\"en\": \"Tea\"}}]}";

static RuaAlliance *
make_alliance (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (document, strlen (document));
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "t.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static char *
write_file (const char *text, gssize length)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "rua-csv-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  GError *error = NULL;

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

static gboolean
import (RuaAlliance *alliance, const char *kind, const char *csv, const char *mapping, GError **error)
{
  g_autofree char *path = write_file (csv, -1);
  gboolean done = rua_alliance_import_csv (alliance, kind, path, mapping, NULL, NULL, NULL, error);

  g_unlink (path);
  return done;
}

static char *
to_json (RuaAlliance *alliance)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
assert_holds (RuaAlliance *alliance, const char *expected)
{
  g_autofree char *json = to_json (alliance);

  if (strstr (json, expected) == NULL)
    g_test_fail_printf ("no %s in %s", expected, json);
}

/* Every type by the name of its field. */
static void
test_types (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  GError *error = NULL;

  import (alliance, "households",
          "id,name,household_type,site,rooms,score,joined,vulnerable,peer,peers,crops,answers,about.en,about.zh,near\r\n"
          "h1,\"Li, W.\",producer,s1,3,1.5,2014-09,yes,h2,h2;h1,rice;tea,\"{\"\"a\"\": [1]}\",Good,好,site/s2\r\n"
          "h2,,consumer,,-4,-0.25,2015,0,,,\"[\"\"a;b\"\"]\",,,,household/h1\r\n",
          NULL, &error);
  g_assert_no_error (error);
  assert_holds (alliance, "{\n      \"id\": \"h1\",\n      \"name\": \"Li, W.\",\n      \"household_type\": \"producer\",\n      \"site\": \"s1\"");
  assert_holds (alliance, "\"joined\": \"2014-09\",\n      \"vulnerable\": true,");
  assert_holds (alliance, "\"rooms\": 3,\n      \"score\": 1.5,\n      \"peer\": \"h2\",\n      \"peers\": [\"h2\", \"h1\"],\n      \"crops\": [\"rice\", \"tea\"]");
  assert_holds (alliance, "\"about\": {\"en\": \"Good\", \"zh\": \"好\"},\n      \"near\": \"site/s2\"");
  assert_holds (alliance, "\"rooms\": -4,\n      \"score\": -0.25,\n      \"crops\": [\"a;b\"],\n      \"near\": \"household/h1\"");
  assert_holds (alliance, "\"joined\": \"2015\",\n      \"vulnerable\": false,");
}

static void
test_mapping (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  GError *error = NULL;

  import (alliance, "household", "hid;w\n100000000007;1,5\n100000000001;NA\n-5;2\n", "{\"columns\": {\"id\": \"hid\", \"weight\": {\"column\": 2, \"decimal\": \",\"}}, \"missing\": \"NA\"}", &error);
  g_assert_no_error (error);
  import (alliance, "income", "hid,y,amount,ignored\n-5,2014,10.5,x\n100000000007,2014,3,x\n",
          "{\"columns\": {\"household\": \"hid\", \"year\": \"y\"}, \"ignore\": [\"ignored\"], \"constants\": {\"income_source\": \"wage\", \"net\": true, \"recall\": 3}}", &error);
  g_assert_no_error (error);
  import (alliance, "sale", "producer,product,d,mass\n100000000001,2,15706,7\n,1,,\n", "{\"columns\": {\"sold_on\": {\"column\": \"d\", \"as\": \"days\"}}}", &error);
  g_assert_no_error (error);
  assert_holds (alliance, "\"id\": \"100000000007\",\n      \"weight\": 1.5");
  assert_holds (alliance, "\"id\": \"100000000001\"\n    }");
  assert_holds (alliance, "{\"household\": \"-5\", \"year\": 2014, \"amount\": 10.5, \"income_source\": \"wage\", \"net\": true, \"recall\": 3}");
  assert_holds (alliance, "{\"household\": \"100000000007\", \"year\": 2014, \"amount\": 3, \"income_source\": \"wage\", \"net\": true, \"recall\": 3}");
  assert_holds (alliance, "{\"sold_on\": \"2013-01-01\", \"product\": \"2\", \"producer\": \"100000000001\", \"mass\": 7}");
  assert_holds (alliance, "{\"product\": \"1\"}");
}

/* What is wrong is told with its place, all of it, and nothing has changed. */
static void
test_refused (void)
{
  static const struct {
    const char *kind, *csv, *mapping;
    RuaError code;
    const char *told[6];
  } cases[] = {
    { "household", "id,rooms\na,1\nb,x\nc,2.5\n", NULL, RUA_ERROR_VALUE, { ":3:3: household: rooms: 'x': this is no whole number", ":4:3: household: rooms: '2.5'" } },
    { "household", "id,rooms\na,1\nb,1,2\nc\n", NULL, RUA_ERROR_SYNTAX, { ":3:1: 3 cells where the header has 2", ":4:1: 1 cells" } },
    { "household", "id,rooms\na,1\na,2\n", NULL, RUA_ERROR_DUPLICATE, { ":3:1: household: id: another record" } },
    { "household", "id,rooms\n7,1\n8,1\n7,2\n", NULL, RUA_ERROR_DUPLICATE, { ":4:1: household: id: another record" } },
    { "household", "id,rooms\n7,1\n,1\n", NULL, RUA_ERROR_MISSING, { ":3:1: household: id: the field is required" } },
    { "household", "id,site\na,s3\nb,s1\n", NULL, RUA_ERROR_REFERENCE, { ":2:3: household: site: 's3': there is no site of this id" } },
    { "household", "id,household_type\na,produce\n", NULL, RUA_ERROR_VALUE, { "did you mean 'producer'" } },
    { "income", "household:year\na:2014\n", "{\"ignore\": true}", RUA_ERROR_MISSING, { "none of the columns \"household:year\" has a field; tell the mapping the right \"separator\" (',' was taken)" } },
    { "income", "a\tb\n1\t2\n", "{\"ignore\": [\"a\", \"b\"], \"constants\": {\"year\": 2014}}", RUA_ERROR_MISSING, { "none of the columns \"a\", \"b\" has a field; tell the mapping the right \"separator\" (tab was taken)" } },
    { "income", "a\nb\n", "{\"header\": false, \"ignore\": true}", RUA_ERROR_MISSING, { "none of the columns \"1\" has a field" } },
    { "household", "id,rooms,colour\na,1,red\n", NULL, RUA_ERROR_UNKNOWN_NAME, { "no field for the column \"colour\" (text)" } },
    { "household", "id,x,y,z,u,v\na,1,1.5,2014-09,yes,\nb,2,2,2015,no,\n", NULL, RUA_ERROR_UNKNOWN_NAME, { "\"x\" (integer), \"y\" (number), \"z\" (date), \"u\" (boolean), \"v\" (text)" } },
    { "household", "name\na\n", NULL, RUA_ERROR_MISSING, { "no column for \"id\"" } },
    { "household", "id,joined\na,2014-02-30\nb,1.2.2014\n", NULL, RUA_ERROR_VALUE, { "'2014-02-30': this is not a date", ":3:3" } },
    { "household", "id,name\na,\"x\"y\n", NULL, RUA_ERROR_SYNTAX, { "line 2, character 6: text follows a closing quote" } },
    { "household", "id,peer\na,b\n", NULL, RUA_ERROR_REFERENCE, { "there is no household of this id" } },
    { "household", "id,peers\na,a;b\n", NULL, RUA_ERROR_REFERENCE, { "there is no household of this id" } },
    { "household", "id,crops\na,b;;c\n", NULL, RUA_ERROR_VALUE, { "this is no list" } },
    { "household", "id,answers\na,{\n", NULL, RUA_ERROR_SYNTAX, { "this is not JSON" } },
    { "household", "id,near\na,s1\n", NULL, RUA_ERROR_REFERENCE, { "write kind/id" } },
    { "sale", "product,hub_amount\n1,1.005\n3,1\nx,1\n", NULL, RUA_ERROR_VALUE, { ":2:3: sale: hub_amount: '1.005': the amount has more decimals", ":3:1: sale: product: '3': there is no product", ":4:1: sale: product: 'x'" } },
    { "income", "household,year\nh,2014\n", NULL, RUA_ERROR_REFERENCE, { ":2:1: income: household: there is no household" } },
    { "household", "id,vulnerable\na,maybe\n", NULL, RUA_ERROR_VALUE, { ":2:3: household: vulnerable: this is neither" } },
    { "household", "id,vulnerable\na,J\n", "{\"yes\": \"j\", \"no\": \"n\"}", RUA_ERROR_VALUE, { "one of the words that the mapping tells" } },
    { "nobody", "id\n1\n", NULL, RUA_ERROR_UNKNOWN_NAME, { "no kind 'nobody'" } },
    { "alliance", "id\n1\n", NULL, RUA_ERROR_VALUE, { "one profile" } },
    { "household", "id\n1\n", "{\"colums\": {}}", RUA_ERROR_UNKNOWN_NAME, { "the mapping: it has no \"colums\"; did you mean 'columns'" } },
    { "household", "id\n1\n", "{\"columns\": {\"id\": {\"colum\": 1}}}", RUA_ERROR_UNKNOWN_NAME, { "columns: id has no \"colum\"" } },
    { "household", "id\n1\n", "{\"columns\": {\"id\": 2}}", RUA_ERROR_MISSING, { "asks for column 2" } },
    { "household", "id\n1\n", "{\"columns\": {\"idd\": 1}}", RUA_ERROR_UNKNOWN_NAME, { "no field \"idd\"; did you mean 'id'" } },
    { "household", "id\n1\n", "{", RUA_ERROR_SYNTAX, { "the mapping:" } },
    { "household", "id\n1\n2\n", "{\"limits\": {\"rows\": 1}}", RUA_ERROR_LIMIT, { "2 records; 1 are the limit" } },
    { "household", "id\n1\n", "{\"constants\": {\"rooms\": \"x\"}}", RUA_ERROR_VALUE, { "constants: rooms: \"x\" is no integer" } },
    { "household", "id\n1\n", "{\"constants\": {\"id\": \"x\"}}", RUA_ERROR_DUPLICATE, { "every record needs an id of its own" } },
    { "household", "id,rooms\n1,\"1,5\"\n", "{\"decimal\": \",\", \"separator\": \",\"}", RUA_ERROR_VALUE, { "'1,5': this is no whole number" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = make_alliance ();
    g_autofree char *before = to_json (alliance), *after = NULL;
    GError *error = NULL;

    g_assert_false (import (alliance, cases[i].kind, cases[i].csv, cases[i].mapping, &error));
    if (!g_error_matches (error, RUA_ERROR, (int) cases[i].code))
      g_test_fail_printf ("case %u: code %d: %s", i, error->code, error->message);
    for (guint k = 0; k < G_N_ELEMENTS (cases[i].told) && cases[i].told[k]; k++)
      if (strstr (error->message, cases[i].told[k]) == NULL)
        g_test_fail_printf ("case %u: \"%s\" does not tell \"%s\"", i, error->message, cases[i].told[k]);
    g_clear_error (&error);
    after = to_json (alliance);
    g_assert_cmpstr (before, ==, after);
  }
}

/* The mend fits what is wrong: a word for the unknown, a comma, a form that the mapping tells. */
static void
test_mends (void)
{
#define X79 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  static const struct {
    const char *csv, *mapping, *told;
  } cases[] = {
    { "id,rooms\na,NA\n", NULL, ":2:3: household: rooms: 'NA': this is no whole number; tell the mapping \"missing\": [\"NA\"], or leave the cell empty" },
    { "id,rooms\na,NB\n", NULL, "'NB': this is no whole number; write digits only, or leave the cell empty when it is unknown" },
    { "id,score\na,NA\n", NULL, "score: 'NA': this is no number; tell the mapping \"missing\": [\"NA\"], or leave the cell empty" },
    { "id;score\na;1,5\n", "{\"separator\": \";\"}", "'1,5': this is no number; write 1234.5, or tell the mapping \"decimal\": \",\"" },
    { "id;score\na;1,234\n", "{\"separator\": \";\"}", "'1,234': this is no number; write 1234.5, or tell the mapping \"decimal\": \",\" or \"grouping\": \",\"" },
    { "id;score\na;1,234.5\n", "{\"separator\": \";\"}", "this is no number; write 1234.5, or tell the mapping \"grouping\": \",\"" },
    { "id;score\na;1,2 kg\n", "{\"separator\": \";\"}", "this is no number; write 1234.5 without unit and blanks" },
    { "id;score\na;1.234,5\n", "{\"decimal\": \",\"}", "'1.234,5': this is no number; write 1234,5, or tell the mapping \"grouping\": \".\"" },
    { "id;score\na;1.5\n", "{\"decimal\": \",\"}", "'1.5': this is no number; write 1234,5, or tell the mapping \"decimal\": \".\"" },
    { "id;score\na;x\n", "{\"decimal\": \",\"}", "'x': this is no number; write 1234,5 without unit and blanks" },
    { "id;score\na;12.34,5\n", "{\"decimal\": \",\", \"grouping\": \".\"}",
      "'12.34,5': this is no number; write 1234,5, or three digits in each group behind the first" },
    { "id;rooms\na;1.5\n", "{\"decimal\": \",\", \"grouping\": \".\"}",
      "'1.5': this is no whole number; write digits only, or three in each group behind the first" },
    { "id,score\na,1.5 kg\n", NULL, "'1.5 kg': this is no number; write 1234.5 without unit and blanks, or leave the cell empty when it is unknown" },
    { "id,score\na,no\n", NULL, "'no': this is no number; write 1234.5 without unit and blanks" },
    { "id,rooms\na,99999999999999999999\n", NULL, "'99999999999999999999': the number is beyond the range of 64 bits; check its decimal point" },
    { "id,joined\na,32/01/2014\n", NULL, "'32/01/2014': this is not a date; write 2014, 2014-09 or 2014-09-15, a day that exists, or tell the mapping its form" },
    { "id,joined\na,32/01/2014\n", "{\"columns\": {\"joined\": {\"column\": \"joined\", \"as\": \"%d/%m/%Y\"}}}",
      "'32/01/2014': this is not a date; write it as %d/%m/%Y, a day that exists, or tell the mapping another form" },
    { "id,joined\na,soon\n", "{\"columns\": {\"joined\": {\"column\": \"joined\", \"as\": \"days\"}}}",
      "'soon': this is no number of a day; write the days since 1970-01-01, or tell the mapping another form" },
    { "id,joined\na,soon\n", "{\"columns\": {\"joined\": {\"column\": \"joined\", \"as\": \"serial\"}}}",
      "'soon': this is no number of a day; write the serial number of a day, or tell the mapping another form" },
    { "id,rooms\n\"\",1\n", NULL, "household: id: an id cannot be empty; give it at least one character" },
    { "id,household_type\na,NA\n", NULL, "household_type: 'NA': this is none of the words of the field; write one of producer, consumer, both, other" },
    { "id,peer\na,nobody\n", NULL, "there is no household of this id; import it first, or correct the reference" },
    { "id,near\na,site/s9\n", NULL, "near: 'site/s9': there is no record of this id; write kind/id of a record that is here" },
    /* A long value is cut between two characters. */
    { "id,rooms\na," X79 "平\n", NULL, "rooms: '" X79 "…': this is no whole number" },
    { "id,rooms\na," X79 "x\n", NULL, "rooms: '" X79 "x': this is no whole number" },
    /* What a record of too many cells lacks is not missed besides. */
    { "id,rooms\n,1,2\n", NULL, ":2:1: 3 cells where the header has 2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = make_alliance ();
    g_autofree char *before = to_json (alliance), *after = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_false (import (alliance, "household", cases[i].csv, cases[i].mapping, &error));
    if (!strstr (error->message, cases[i].told))
      g_test_fail_printf ("case %u: \"%s\" does not tell \"%s\"", i, error->message, cases[i].told);
    g_assert_null (strstr (error->message, "required"));
    g_assert_null (strchr (error->message, '\n'));
    after = to_json (alliance);
    g_assert_cmpstr (before, ==, after);
  }
}

/* A comma may be both where cells that hold it are quoted; where another character separates, that is found. */
static void
test_decimal_commas (void)
{
  static const struct {
    const char *csv, *mapping, *json;
  } cases[] = {
    { "id,score\na,\"1,5\"\nb,2\n", "{\"decimal\": \",\"}", "\"score\": 1.5" },
    { "id,score\na,\"1,5\"\nb,2\n", "{\"separator\": \",\", \"columns\": {\"score\": {\"column\": 2, \"decimal\": \",\"}}}", "\"score\": 1.5" },
    { "id,score\na,\"1.234,5\"\nb,2\n", "{\"decimal\": \",\", \"grouping\": \".\"}", "\"score\": 1234.5" },
    { "7;1,5\n8;2,5\n", "{\"header\": false, \"decimal\": \",\", \"columns\": {\"id\": 1, \"score\": 2}}", "\"score\": 1.5" },
    { "1,5;7\n2,5;8\n", "{\"header\": false, \"columns\": {\"id\": 2, \"score\": {\"column\": 1, \"decimal\": \",\"}}}", "\"score\": 1.5" },
  };
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) other = make_alliance ();

    import (other, "household", cases[i].csv, cases[i].mapping, &error);
    g_assert_no_error (error);
    assert_holds (other, cases[i].json);
  }
  g_assert_false (import (alliance, "household", "id,score\na,x\n", "{\"decimal\": \",\"}", &error));
  g_assert_nonnull (strstr (error->message, "write \"1234,5\" without unit"));
  g_clear_error (&error);
  g_assert_false (import (alliance, "household", "id,score\na,1,5\n", "{\"decimal\": \",\"}", &error));
  g_assert_nonnull (strstr (error->message, "3 cells where the header has 2 columns"));
  g_clear_error (&error);
  g_assert_false (import (alliance, "household", "id,score\na,1\n", "{\"decimal\": \",\", \"quote\": null}", &error));
  g_assert_nonnull (strstr (error->message, "',' cannot be both the decimal mark and the separator of cells that are not quoted"));
  g_clear_error (&error);
}

/* Columns of one name are told apart by number, or ignored; all of them are told. */
static void
test_same_names (void)
{
  static const char *const csv = "id,score,score,x,x\na,1,2,3,4\n";
  static const char *const taken[] = {
    "{\"columns\": {\"score\": 2, \"rooms\": 3}, \"ignore\": [\"x\"]}",
    "{\"columns\": {\"score\": 2, \"rooms\": 3}, \"ignore\": true}",
    "{\"columns\": {\"score\": 2, \"rooms\": 3, \"name\": 4}, \"ignore\": \"x\"}",
  };
  static const char *const refused[][2] = {
    { NULL, ": \"score\" (2, 3), \"x\" (4, 5)" },
    { "{\"ignore\": \"x\"}", ": \"score\" (2, 3)" },
    { "{\"ignore\": true}", ": \"score\" (2, 3)" },
    { "{\"columns\": {\"rooms\": \"x\"}, \"ignore\": \"score\"}", ": \"x\" (4, 5)" },
    { "{\"columns\": {\"score\": 2}, \"ignore\": \"x\"}", ": \"score\" (2, 3)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    g_autoptr (RuaAlliance) alliance = make_alliance ();
    GError *error = NULL;

    import (alliance, "household", csv, taken[i], &error);
    g_assert_no_error (error);
    assert_holds (alliance, i == 2 ? "\"name\": \"3\",\n      \"rooms\": 2,\n      \"score\": 1" : "\"rooms\": 2,\n      \"score\": 1");
  }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (RuaAlliance) alliance = make_alliance ();
    g_autoptr (GError) error = NULL;

    g_assert_false (import (alliance, "household", csv, refused[i][0], &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
    if (strstr (error->message, "columns have equal names") == NULL || strstr (error->message, refused[i][1]) == NULL)
      g_error ("case %u: %s", i, error->message);
  }
}

/* No control character of a file reaches a terminal, whatever is refused. */
static void
test_controls (void)
{
  static const struct {
    const char *csv, *mapping, *told;
  } cases[] = {
    { "id,\033[31mx\na,1\n", NULL, "there is no field for the column \"\\u001b[31mx\"" },
    { "id,\"a\nb\",\"a\nb\"\na,1,2\n", NULL, "\"a\\nb\" (2, 3)" },
    { "id,\033\na,1\n", "{\"columns\": {\"rooms\": \"x\"}}", "its columns are: id, \\u001b" },
    { "id,\033\na,x\n", "{\"columns\": {\"rooms\": 2}}", "rooms (column \"\\u001b\"): 'x'" },
    { "\033\nx\n", "{\"ignore\": true}", "none of the columns \"\\u001b\"" },
    { "id\na\n", "{\"columns\": {\"\\u001b\": \"id\"}}", "has no field \"\\u001b\"" },
    { "id\na\n", "{\"\\u001b\": 1}", "it has no \"\\u001b\"" },
    { "id\na\n", "{\"encoding\": \"\\u001b\"}", "the encoding \"\\u001b\"" },
    { "id\na\n", "{\"constants\": {\"rooms\": \"\\u001b\"}}", "constants: rooms: \"\\u001b\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = make_alliance ();
    g_autoptr (GError) error = NULL;

    if (import (alliance, "household", cases[i].csv, cases[i].mapping, &error))
      g_error ("case %u is taken", i);
    if (!strstr (error->message, cases[i].told) || strpbrk (error->message, "\033\n"))
      g_test_fail_printf ("case %u: \"%s\" does not tell \"%s\"", i, error->message, cases[i].told);
  }
}

/* Values of fields that are not public stay out of messages. */
static void
test_withheld (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  GError *error = NULL;

  g_assert_false (import (alliance, "person", "id,year_of_birth,disability\np1,secret1,0\np2,1960,secret2\n", NULL, &error));
  g_assert_null (strstr (error->message, "secret"));
  g_assert_nonnull (strstr (error->message, ":2:4"));
  g_assert_nonnull (strstr (error->message, ":3:9"));
  g_clear_error (&error);
}

/* More records than a chunk, to a table that has some: the same as one by one, whatever the threads. */
static void
test_many (void)
{
  g_autoptr (GString) first = g_string_new ("id,rooms,name,site,score\n"), second = g_string_new ("id,rooms,name,site,score\n"), both = g_string_new ("id,rooms,name,site,score\n");
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 70000 : 200000;
  g_autofree char *expected = NULL;
  GError *error = NULL;
  if (skip_under_valgrind ())
    return;

  for (guint i = 0; i < n; i++) {
    GString *out = i < 1000 ? first : second;
    gsize before = out->len;

    g_string_append_printf (out, "%u,", (i * 7919u) % 1000003u);
    if (g_test_rand_int_range (0, 10) > 0)
      g_string_append_printf (out, "%d", g_test_rand_int_range (-1000, 1000));
    g_string_append_printf (out, ",\"%s %u\nx\",%s,%d.%02d\n", i % 3 ? "Wang" : "L\"\"i", i % 100, i % 2 ? "s1" : i % 4 ? "s2" : "", g_test_rand_int_range (-9, 9),
                            g_test_rand_int_range (0, 100));
    g_string_append_len (both, out->str + before, (gssize) (out->len - before));
  }
  for (guint threads = 1; threads <= 4; threads++) {
    g_autoptr (RuaAlliance) alliance = make_alliance ();
    g_autofree char *json = NULL;

    rua_set_n_threads (threads);
    if (threads == 1) {
      import (alliance, "household", both->str, NULL, &error);
      g_assert_no_error (error);
      expected = to_json (alliance);
      continue;
    }
    import (alliance, "household", first->str, NULL, &error);
    g_assert_no_error (error);
    import (alliance, "household", second->str, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (alliance, "household")), ==, n);
    json = to_json (alliance);
    g_assert_true (g_str_equal (json, expected));
    /* Once more: every id is taken. */
    g_assert_false (import (alliance, "household", first->str, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
    g_assert_nonnull (strstr (error->message, "and 900 more"));
    g_clear_error (&error);
  }
  rua_set_n_threads (0);
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_async (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autofree char *path = write_file ("id,peer\n1,2\n2,\n", -1);
  GError *error = NULL;

  for (guint changed = 0; changed < 2; changed++) {
    g_autoptr (GAsyncResult) result = NULL;

    rua_alliance_import_csv_async (alliance, "household", path, NULL, NULL, NULL, NULL, on_imported, &result);
    if (changed) {
      g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "site");

      rua_record_set_id (record, "s9", NULL);
      rua_record_set_texts (record, "name", "en", "Nine", NULL);
      g_assert_true (rua_alliance_add (alliance, record, NULL));
    }
    while (result == NULL)
      g_main_context_iteration (NULL, TRUE);
    if (changed) {
      g_assert_false (rua_alliance_import_csv_finish (alliance, result, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    } else {
      g_assert_true (rua_alliance_import_csv_finish (alliance, result, &error));
      g_assert_no_error (error);
    }
    g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (alliance, "household")), ==, 2);
    /* Not there again. */
    g_assert_cmpint (g_file_set_contents (path, "id,peer\n3,1\n", -1, NULL), ==, TRUE);
  }
  g_unlink (path);
}

static void
test_cancelled (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autofree char *path = write_file ("id\n1\n", -1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (rua_alliance_import_csv (alliance, "household", path, NULL, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_unlink (path);
  g_assert_false (rua_alliance_import_csv (alliance, "household", path, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
}

/* What is too much is refused whole, by whichever of the two limits is lower; what is just enough is not. */
static void
test_limits (void)
{
  g_autofree char *path = write_file ("id,peer,name\n1,,\n2,,a long street of nineteen\n", -1);
  static const struct {
    const char *limits, *mapping, *words; /* no words: it is taken */
  } tries[] = {
    { "rows=1", NULL, "2 records; 1 are the limit" },
    { "rows=2", NULL, NULL },
    { "columns=2", NULL, "more than 2 columns" },
    { "columns=3", NULL, NULL },
    { "cell=24", NULL, "more than 24 bytes" },
    { "cell=25", NULL, NULL },
    { "bytes=20", NULL, "bytes" },
    { "bytes=200", NULL, NULL },
    { "seconds=600", NULL, NULL },
    { "rows=9", "{\"limits\":{\"rows\":1}}", "1 are the limit" },
    { "rows=1", "{\"limits\":{\"rows\":9}}", "1 are the limit" },
    { "rows=2,columns=3,cell=25,bytes=200,seconds=600",
      "{\"limits\":{\"rows\":9,\"columns\":9,\"cell\":99,\"bytes\":999,\"seconds\":900}}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tries); i++) {
    g_autoptr (RuaAlliance) alliance = make_alliance ();
    g_autoptr (RuaLimits) limits = tries[i].limits ? rua_limits_new_from_text (tries[i].limits, NULL) : NULL;
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL, later = NULL;
    gboolean done = rua_alliance_import_csv (alliance, "household", path, tries[i].mapping, limits, NULL, NULL, &error);
    RuaTable *table = rua_alliance_get_table (alliance, "household");

    g_assert_cmpuint (rua_table_get_n_records (table), ==, done ? 2 : 0);
    if (tries[i].words == NULL) {
      g_assert_no_error (error);
      g_assert_true (done);
      continue;
    }
    g_assert_false (done);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    if (strstr (error->message, tries[i].words) == NULL)
      g_error ("%s is not in: %s", tries[i].words, error->message);
    rua_alliance_import_csv_async (alliance, "household", path, tries[i].mapping, limits, NULL, NULL, on_imported, &result);
    while (result == NULL)
      g_main_context_iteration (NULL, TRUE);
    g_assert_false (rua_alliance_import_csv_finish (alliance, result, &later));
    g_assert_error (later, RUA_ERROR, RUA_ERROR_LIMIT);
    g_assert_cmpuint (rua_table_get_n_records (table), ==, 0);
  }
  g_unlink (path);
}

static void
on_progress (GObject *progress, GParamSpec *spec, gpointer data)
{
  /* Longer than the limit, once something is done; nobody else goes on meanwhile. */
  if ((*(guint *) data)++ == 0)
    g_usleep (100000);
}

/* Of all rows or none: whoever told the time, the mapping or the caller. A machine that has much else to do may wake the
 * one who watches the time when all is done; then all of it is there, and it is tried again. */
static void
test_time (void)
{
  g_autoptr (GString) text = g_string_new ("id\n");
  g_autofree char *path = NULL;
  const guint n_rows = 200000;

  for (guint i = 0; i < n_rows; i++)
    g_string_append_printf (text, "%u\n", i);
  path = write_file (text->str, (gssize) text->len);
  rua_set_n_threads (1);
  for (guint told = 0; told < 2; told++) {
    g_autoptr (RuaLimits) limits = rua_limits_new ();
    gboolean refused = FALSE;

    rua_limits_set_seconds (limits, told ? 0.001 : 600);
    for (guint trial = 0; trial < 50 && !refused; trial++) {
      g_autoptr (RuaAlliance) alliance = make_alliance ();
      g_autoptr (RuaProgress) progress = rua_progress_new ();
      g_autoptr (GError) error = NULL;
      RuaTable *table = rua_alliance_get_table (alliance, "household");
      guint n_told = 0;
      gulong told_by = g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_progress), &n_told);

      refused = !rua_alliance_import_csv (alliance, "household", path, told ? NULL : "{\"limits\":{\"seconds\":0.001}}", limits, progress, NULL, &error);
      /* What is still to be told is told by the main loop, when there is nobody here any more. */
      g_signal_handler_disconnect (progress, told_by);
      g_assert_cmpuint (rua_table_get_n_records (table), ==, refused ? 0 : n_rows);
      if (refused) {
        g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
        g_assert_nonnull (strstr (error->message, "reading it takes longer than 0.001 seconds"));
      } else
        g_assert_no_error (error);
    }
    g_assert_true (refused);
  }
  rua_set_n_threads (0);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-import/types", test_types);
  g_test_add_func ("/csv-import/limits", test_limits);
  g_test_add_func ("/csv-import/time", test_time);
  g_test_add_func ("/csv-import/mapping", test_mapping);
  g_test_add_func ("/csv-import/refused", test_refused);
  g_test_add_func ("/csv-import/mends", test_mends);
  g_test_add_func ("/csv-import/decimal-commas", test_decimal_commas);
  g_test_add_func ("/csv-import/same-names", test_same_names);
  g_test_add_func ("/csv-import/controls", test_controls);
  g_test_add_func ("/csv-import/withheld", test_withheld);
  g_test_add_func ("/csv-import/many", test_many);
  g_test_add_func ("/csv-import/async", test_async);
  g_test_add_func ("/csv-import/cancelled", test_cancelled);
  return g_test_run ();
}
