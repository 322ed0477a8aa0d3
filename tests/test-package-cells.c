/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cells of a Data Package of every type: what is taken as what, and what is said of one that cannot be. */
#include "document-case.h"
#include "fault-case.h"
#include "rua-alliance-json.h"

#include <glib/gstdio.h>
#include <string.h>

/* A package of things, written by this library, with what its descriptor tells of the columns. */
#define OURS(fields) "{\"rural-alliance\": " CASE_HEAD ",\n" THING_SCHEMA "}, \"resources\": [{\"name\": \"alliance\", \"path\": \"a.csv\"}, {\"name\": \"things\", \"path\": \"t.csv\"" fields "}]}"
#define FIELDS(fields) ", \"schema\": {\"fields\": [{\"name\": \"id\"}, " fields "]}"

static RuaAlliance *
open_package (const char *folder, const char *descriptor, const char *csv, GError **error)
{
  g_autofree char *told = g_build_filename (folder, "datapackage.json", NULL), *table = g_build_filename (folder, "t.csv", NULL), *alliance = g_build_filename (folder, "a.csv", NULL);

  g_assert_true (g_file_set_contents (told, descriptor, -1, NULL));
  g_assert_true (g_file_set_contents (alliance, "title,currency\nT,CNY\n", -1, NULL));
  g_assert_true (g_file_set_contents (table, csv, -1, NULL));
  return rua_alliance_open (folder, NULL, error);
}

/* Refused with each of @lines, in this order, after t.csv:. */
static void
refuse (const char *folder, const char *descriptor, const char *csv, const char *const *lines)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = open_package (folder, descriptor, csv, &error);
  const char *at;

  g_assert_null (alliance);
  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, RUA_ERROR);
  at = error->message;
  for (guint i = 0; lines[i]; i++) {
    const char *found = strstr (at, lines[i]);

    if (!found)
      g_error ("“%s” is not told, or in another order: %s", lines[i], error->message);
    at = found + strlen (lines[i]);
  }
}

#define REFUSE(descriptor, csv, ...) refuse (folder, descriptor, csv, (const char *const[]) { __VA_ARGS__, NULL })

static void
test_numbers (void)
{
  g_autofree char *folder = fault_make_folder ();

  REFUSE (OURS (""), "id,count\nt1,x\n", "t.csv:2:4: thing 't1': count: 'x': this is no whole number; write digits only, or leave the cell empty when it is unknown");
  REFUSE (OURS (""), "id,count\nt1,99999999999999999999\n",
          "thing 't1': count: '99999999999999999999': the number is beyond the range of 64 bits; check its decimal point");
  REFUSE (OURS (""), "id,price\nt1,12.345\n",
          "thing 't1': price: '12.345': the amount has more decimals than its currency; round it to at most 2 decimals");
  REFUSE (OURS (""), "id,weight\nt1,two\n",
          "thing 't1': weight: 'two': this is no number; write 1234.5 without unit and blanks, or leave the cell empty when it is unknown");
  /* What is personal is not repeated. */
  REFUSE (OURS (""), "id,income\nt1,12.345\n", "thing 't1': income: the amount has more decimals than its currency; ");
  fault_remove (folder);
}

static void
test_dates_and_booleans (void)
{
  static const char days[] = OURS (FIELDS ("{\"name\": \"made\", \"type\": \"date\", \"format\": \"%d/%m/%Y\"}"));
  static const char plain[] = OURS (FIELDS ("{\"name\": \"made\", \"type\": \"date\", \"format\": \"default\"}"));
  static const char words[] = OURS (FIELDS ("{\"name\": \"old\", \"type\": \"boolean\", \"trueValues\": [\"oui\"], \"falseValues\": [\"non\"]}"));
  static const char half[] = OURS (FIELDS ("{\"name\": \"old\", \"type\": \"boolean\", \"trueValues\": [\"oui\"]}"));
  g_autofree char *folder = fault_make_folder ();

  REFUSE (days, "id,made\nt1,32/01/2014\n", "made: '32/01/2014': this is not a date; write it as %d/%m/%Y, as the descriptor says, a day that exists");
  REFUSE (plain, "id,made\nt1,32/01/2014\n", "made: '32/01/2014': this is not a date; write 2014, 2014-09 or 2014-09-15, a day that exists");
  REFUSE (words, "id,old\nt1,true\n", "old: 'true': this is neither yes nor no; write one of the trueValues and falseValues of the descriptor");
  REFUSE (OURS (""), "id,old\nt1,oui\n", "old: 'oui': this is neither yes nor no; write true or false");
  /* Only together do the words of yes and no take the place of true and false. */
  REFUSE (half, "id,old\nt1,perhaps\n", "old: 'perhaps': this is neither yes nor no; write ");
  fault_remove (folder);
}

static void
test_json (void)
{
  g_autofree char *folder = fault_make_folder ();

  REFUSE (OURS (""), "id,data\nt1,{\nt2,1 2\nt3,null\nt4,[1]\n",
          "t.csv:2:4: thing 't1': data: '{': this is not JSON; write one JSON value, not nested too deep", "thing 't2': data: '1 2': this is not JSON",
          "thing 't3': data: null is no value; leave the cell empty: unknown values are not written");
  REFUSE (OURS (""), "id,*\nt1,[1]\nt2,\"{\"\"x\"\": \"\nt3,3\n", "t.csv:2:4: thing 't1': the members that no field holds are no JSON object",
          "t.csv:3:5: thing 't2'", "t.csv:4:4: thing 't3': the members that no field holds are no JSON object");
  fault_remove (folder);
}

static void
test_lists (void)
{
  g_autofree char *folder = fault_make_folder ();
  static const char list[] = "this is no list; write a JSON array of texts, [\"…\", \"…\"]";

  REFUSE (OURS (""), "id,tags\nt1,\"[\"\"a\"\", 1]\"\nt2,\"[\"\"a\"\"\"\nt3,\"[\"\"a\"\"] x\"\n", "thing 't1': tags: '[\"a\", 1]': ", list, "thing 't2': tags: '[\"a\"': ",
          list, "thing 't3': tags: '[\"a\"] x': ", list);
  REFUSE (OURS (""), "id,parts\nt1,\"[\"\"t1\"\", \"\"t9\"\"]\"\n", "thing 't1': parts: 't9': there is no thing of this id");
  REFUSE (OURS (""), "id,subject\nt1,t1\n", "t.csv:2", "thing 't1': subject: ");
  fault_remove (folder);
}

static void
test_texts (void)
{
  static const char whole[] = OURS (FIELDS ("{\"name\": \"title\", \"type\": \"object\"}"));
  static const char twice[] = OURS (FIELDS ("{\"name\": \"title\", \"type\": \"object\"}, {\"name\": \"title.en\"}"));
  static const char turned[] = OURS (FIELDS ("{\"name\": \"title.en\"}, {\"name\": \"title\", \"type\": \"object\"}"));
  static const char mend[] = "this is no JSON object of texts by language; write {\"en\": \"…\", \"zh\": \"…\"}";
  static const char both[] = "the text is told twice, in all its languages and in one; remove one of the columns";
  g_autofree char *folder = fault_make_folder ();

  REFUSE (whole, "id,title\nt1,A title\nt2,\"{\"\"en\"\": 3}\"\nt3,\" [1]\"\n", "t.csv:2:4: thing 't1': title: 'A title': ", mend, "thing 't2': title: ", mend,
          "thing 't3': title: ", mend);
  REFUSE (twice, "id,title,title.en\n", "t.csv:1: thing: 'title.en': ", both);
  REFUSE (turned, "id,title.en,title\n", "t.csv:1: thing: 'title': ", both);
  REFUSE (OURS (""), "id,title.not a language\n", "'title.not a language': the column is no field of this kind");
  REFUSE (OURS (""), "id,label.en\n", "'label.en': the column is no field of this kind");
  fault_remove (folder);
}

/* A long value is cut, between two characters. */
static void
test_long_values (void)
{
  g_autofree char *folder = fault_make_folder (), *long_text = g_strnfill (79, 'x'), *fits = g_strnfill (80, 'x');
  g_autofree char *csv = g_strdup_printf ("id,count\nt1,%s平平\nt2,%s\n", long_text, fits);
  g_autofree char *cut = g_strdup_printf ("count: '%s…': this is no whole number", long_text), *kept = g_strdup_printf ("count: '%s': this is no whole number", fits);

  REFUSE (OURS (""), csv, cut, kept);
  fault_remove (folder);
}

/* Lines are counted as they end: LF, CR LF or CR, in cells as well. */
static void
test_line_ends (void)
{
  static const char *const ends[] = { "\n", "\r\n", "\r" };
  g_autofree char *folder = fault_make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    const char *e = ends[i];
    g_autofree char *csv = g_strdup_printf ("id,label,count%st1,\"a%sb\",1%st2,\"c%sd\",x%s%st3,,y%s", e, e, e, e, e, e, e);

    REFUSE (OURS (""), csv, "t.csv:5:4: thing 't2': count: 'x': ", "t.csv:7:5: thing 't3': count: 'y': ");
  }
  REFUSE (OURS (""), "id,count\nt1,1,2\nt2\n", "t.csv:2:1: thing 't1': 3 cells where the header has 2 columns; quote a cell that holds the separator",
          "t.csv:3:1: thing 't2': 1 cells where the header has 2 columns");
  REFUSE (OURS (""), "id,count\nt1,1\nt2,\"2\n", "t.csv:3:4: thing 't2': the quote that opens here is not closed");
  fault_remove (folder);
}

/* Of very many faults the first are told, and all are counted. */
static void
test_many_faults (void)
{
  g_autofree char *folder = fault_make_folder ();
  g_autoptr (GString) csv = g_string_new ("id,count\n");
  g_autoptr (GError) error = NULL;
  guint n_lines = 0;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (csv, "t%u,x\n", i);
  g_assert_null (open_package (folder, OURS (""), csv->str, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  for (const char *at = error->message; (at = strstr (at, "this is no whole number")); at++)
    n_lines++;
  g_assert_cmpuint (n_lines, >, 1);
  g_assert_cmpuint (n_lines, <, 3000);
  g_assert_nonnull (strstr (error->message, "thing 't0'"));
  {
    g_autofree char *rest = g_strdup_printf ("%u more", 3000 - n_lines);

    if (!strstr (error->message, rest))
      g_error ("%s", error->message + (strlen (error->message) > 200 ? strlen (error->message) - 200 : 0));
  }
  fault_remove (folder);
}

/* What is good of each type is taken as it stands; an empty text in quotation marks is known. */
static void
test_taken (void)
{
  static const char descriptor[]
    = OURS (FIELDS ("{\"name\": \"title.zh\"}, {\"name\": \"label\"}, {\"name\": \"title.en\"}, {\"name\": \"tags\"}, {\"name\": \"data\"}, {\"name\": \"parts\"}, "
                    "{\"name\": \"price\"}, {\"name\": \"made\", \"type\": \"date\", \"format\": \"%d/%m/%Y\"}, {\"name\": \"*\"}, {\"name\": \"subject\"}, "
                    "{\"name\": \"secret\"}"));
  static const char csv[] = "id,title.zh,label,title.en,tags,data,parts,price,made,*,subject,secret\r\n"
                            "t1,平,\"'=a\",\"b, c\",red ; blue,\" [ 1 , {} ] \",,12.5,15/09/2014,\"{\"\"more\"\": 1}\",thing/t2,\"\"\r\n"
                            "t2,,'a,,\"[\"\"red;\"\", \"\"\"\"]\",,\"[\"\"t1\"\",\"\"t2\"\"]\",,,,,\r\n";
  static const char want[]
    = "    {\"id\": \"t1\", \"label\": \"=a\", \"title\": {\"zh\": \"平\", \"en\": \"b, c\"}, \"price\": 12.5, \"made\": \"2014-09-15\", \"subject\": \"thing/t2\", "
      "\"tags\": [\"red\", \"blue\"], \"data\": [1, {}], \"secret\": \"\", \"more\": 1},\n"
      "    {\"id\": \"t2\", \"label\": \"'a\", \"tags\": [\"red;\", \"\"], \"parts\": [\"t1\", \"t2\"]}\n  ]\n";
  g_autofree char *folder = fault_make_folder (), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = open_package (folder, descriptor, csv, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  bytes = rua_alliance_to_json (alliance, NULL, &error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!strstr (text, want))
    g_error ("%s", strstr (text, "\"things\": ["));
  fault_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/package-cells/numbers", test_numbers);
  g_test_add_func ("/package-cells/dates-and-booleans", test_dates_and_booleans);
  g_test_add_func ("/package-cells/json", test_json);
  g_test_add_func ("/package-cells/lists", test_lists);
  g_test_add_func ("/package-cells/texts", test_texts);
  g_test_add_func ("/package-cells/long-values", test_long_values);
  g_test_add_func ("/package-cells/line-ends", test_line_ends);
  g_test_add_func ("/package-cells/many-faults", test_many_faults);
  g_test_add_func ("/package-cells/taken", test_taken);
  return g_test_run ();
}
