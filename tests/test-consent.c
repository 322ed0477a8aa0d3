/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who has agreed to what, on which day, and copies without the others. */
#include "rua-consent.h"

#include <string.h>

#include "rua-alliance-json.h"
#include "rua-alliance-private.h"
#include "rua-consented.h"
#include "rua-random-private.h"

static RuaAlliance *
read_alliance (const char *records)
{
  g_autofree char *text = g_strdup_printf ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": {\"en\": \"T\"}}, %s}", records);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "t.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static gboolean
has (RuaAlliance *alliance, const char *kind, const char *id, const char *purpose, const char *date)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, kind, id);
  GError *error = NULL;
  gboolean answer = rua_alliance_has_consent (alliance, record, purpose, date, &error);

  g_assert_no_error (error);
  return answer;
}

static void
test_dates (void)
{
  static const struct {
    const char *consent;
    const char *date;
    gboolean holds;
  } cases[] = {
    { "\"given_on\": \"2014-05-10\"", "2014-05-09", FALSE },
    { "\"given_on\": \"2014-05-10\"", "2014-05-10", TRUE },
    /* What is not known to the day counts against the use. */
    { "\"given_on\": \"2014\"", "2014-12-30", FALSE },
    { "\"given_on\": \"2014\"", "2014-12-31", TRUE },
    { "\"given_on\": \"2014-05\"", "2014-05-30", FALSE },
    { "\"given_on\": \"2014-05\"", "2014-05-31", TRUE },
    { "\"how\": \"spoken\"", "2020-01-01", FALSE },
    { "\"given_on\": \"2014\", \"withdrawn_on\": \"2015-06-01\"", "2015-05-31", TRUE },
    { "\"given_on\": \"2014\", \"withdrawn_on\": \"2015-06-01\"", "2015-06-01", FALSE },
    { "\"given_on\": \"2014\", \"withdrawn_on\": \"2015\"", "2015-01-01", FALSE },
    { "\"given_on\": \"2014\", \"valid_until\": \"2015-06-01\"", "2015-06-01", TRUE },
    { "\"given_on\": \"2014\", \"valid_until\": \"2015-06-01\"", "2015-06-02", FALSE },
    { "\"given_on\": \"2014\", \"valid_until\": \"2015\"", "2015-01-02", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *records = g_strdup_printf ("\"people\": [{\"id\": \"p\"}, {\"id\": \"q\"}], \"consents\": [{\"id\": \"c\", \"person\": \"p\", \"purpose\": \"research\", %s}]", cases[i].consent);
    g_autoptr (RuaAlliance) alliance = read_alliance (records);

    if (has (alliance, "person", "p", "research", cases[i].date) != cases[i].holds)
      g_error ("%s on %s", cases[i].consent, cases[i].date);
    g_assert_false (has (alliance, "person", "q", "research", cases[i].date));
    g_assert_false (has (alliance, "person", "p", "media", cases[i].date));
  }
}

/* One that holds is enough; one that was withdrawn does not undo another. */
static void
test_several (void)
{
  g_autoptr (RuaAlliance) alliance = read_alliance (
    "\"households\": [{\"id\": \"h\"}], \"people\": [{\"id\": \"p\", \"household\": \"h\"}], \"consents\": ["
    "{\"id\": \"1\", \"household\": \"h\", \"purpose\": \"media\", \"given_on\": \"2013-01-01\", \"withdrawn_on\": \"2013-02-01\"},"
    "{\"id\": \"2\", \"household\": \"h\", \"purpose\": \"media\", \"given_on\": \"2014-01-01\"}]");

  g_assert_true (has (alliance, "household", "h", "media", "2013-01-15"));
  g_assert_false (has (alliance, "household", "h", "media", "2013-06-15"));
  g_assert_true (has (alliance, "household", "h", "media", "2014-01-01"));
  g_assert_false (has (alliance, "person", "p", "media", "2014-01-01"));
}

static void
refused (RuaAlliance *alliance, RuaRecord *subject, const char *purpose, const char *date, RuaError code, const char *says)
{
  GError *error = NULL;

  g_assert_false (rua_alliance_has_consent (alliance, subject, purpose, date, &error));
  g_assert_error (error, RUA_ERROR, (int) code);
  if (!strstr (error->message, says))
    g_error ("'%s' does not say '%s'", error->message, says);
  g_clear_error (&error);
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = read_alliance ("\"people\": [{\"id\": \"p\"}], \"sites\": [{\"id\": \"s\", \"name\": \"S\"}]");
  g_autoptr (RuaRecord) person = rua_alliance_find (alliance, "person", "p"), site = rua_alliance_find (alliance, "site", "s");
  g_autoptr (RuaRecord) stranger = RUA_RECORD (rua_person_new ());
  g_autoptr (RuaAlliance) copy = NULL;
  GError *error = NULL;

  refused (alliance, person, "reserch", "2014-01-01", RUA_ERROR_UNKNOWN_NAME, "it can be: own_work, research");
  refused (alliance, person, "research", "2014", RUA_ERROR_VALUE, "such as 2014-09-15");
  refused (alliance, person, "research", "soon", RUA_ERROR_VALUE, "soon");
  refused (alliance, site, "research", "2014-01-01", RUA_ERROR_VALUE, "site 's'");
  refused (alliance, stranger, "research", "2014-01-01", RUA_ERROR_VALUE, "person without an id");
  copy = rua_alliance_dup_consented (alliance, "reserch", "2014-01-01", NULL, NULL, &error);
  g_assert_null (copy);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_clear_error (&error);
}

static const char *const village
  = "\"people\": [{\"id\": \"p\", \"household\": \"h\"}, {\"id\": \"q\", \"household\": \"i\"}],"
    "\"households\": [{\"id\": \"h\"}, {\"id\": \"i\", \"unknown\": 1}],"
    "\"organisations\": [{\"id\": \"o\", \"name\": \"O\"}],"
    "\"projects\": [{\"id\": \"j\", \"title\": \"J\", \"lead\": \"q\", \"organisation\": \"o\"}],"
    "\"roles\": [{\"id\": \"r\", \"person\": \"q\", \"at\": \"project/j\"}],"
    "\"plots\": [{\"id\": \"f\", \"household\": \"i\"}, {\"id\": \"g\", \"household\": \"h\"}],"
    "\"incomes\": [{\"household\": \"h\", \"earner\": \"q\", \"year\": 2014}, {\"household\": \"i\", \"earner\": \"p\", \"year\": 2014}],"
    "\"harvests\": [{\"plot\": \"f\", \"mass\": 2}, {\"plot\": \"g\", \"mass\": 3}],"
    "\"consents\": [{\"id\": \"1\", \"household\": \"h\", \"purpose\": \"research\", \"given_on\": \"2014-01-01\"},"
    "{\"id\": \"2\", \"person\": \"p\", \"purpose\": \"research\", \"given_on\": \"2014-01-01\"},"
    "{\"id\": \"3\", \"person\": \"q\", \"purpose\": \"media\", \"given_on\": \"2014-01-01\"}]";

static void
test_copy (void)
{
  g_autoptr (RuaAlliance) alliance = read_alliance (village), copy = NULL;
  g_auto (GStrv) left_out = NULL;
  g_autoptr (RuaRecord) project = NULL, lead = NULL, income = NULL, earner = NULL;
  g_autofree char *lines = NULL;
  GError *error = NULL;

  copy = rua_alliance_dup_consented (alliance, "research", "2015-01-01", &left_out, NULL, &error);
  g_assert_no_error (error);
  lines = g_strjoinv ("; ", left_out);
  g_assert_cmpstr (lines, ==,
                   "1 of 2 people; 1 of 3 consents; 1 of 1 roles; 1 of 2 households; 1 of 2 incomes; 1 of 2 plots; 1 of 2 harvests");
  /* What is no record of people stays, without the one who did not agree. */
  project = rua_alliance_find (copy, "project", "j");
  g_assert_nonnull (project);
  lead = rua_record_dup_reference (project, "lead");
  g_assert_null (lead);
  income = rua_table_dup_record (rua_alliance_get_incomes (copy), 0);
  earner = rua_record_dup_reference (income, "earner");
  g_assert_null (earner);
  g_assert_null (rua_alliance_find (copy, "household", "i"));
}

/* On random villages: nobody is there who did not agree, nobody lacks who did. */
static void
test_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < 30; trial++) {
    g_autoptr (GString) people = g_string_new (NULL), consents = g_string_new (NULL), attendances = g_string_new (NULL);
    g_autofree char *records = NULL;
    g_autoptr (RuaAlliance) alliance = NULL, copy = NULL;
    guint n = 1 + rua_random_below (&random, 40), n_had = 0;
    GError *error = NULL;

    for (guint i = 0; i < n; i++) {
      g_string_append_printf (people, "%s{\"id\": \"p%u\"}", i ? "," : "", i);
      g_string_append_printf (attendances, "%s{\"event\": \"activity/a\", \"person\": \"p%u\"}", i ? "," : "", i);
      for (guint k = rua_random_below (&random, 3); k > 0; k--)
        g_string_append_printf (consents, "%s{\"id\": \"c%u-%u\", \"person\": \"p%u\", \"purpose\": \"%s\", \"given_on\": \"201%u-01-01\"%s}",
                                consents->len ? "," : "", i, k, i, rua_random_below (&random, 2) ? "research" : "media",
                                rua_random_below (&random, 10), rua_random_below (&random, 3) ? "" : ", \"withdrawn_on\": \"2016\"");
    }
    records = g_strdup_printf ("\"activities\": [{\"id\": \"a\", \"title\": \"A\"}], \"people\": [%s], \"attendances\": [%s], \"consents\": [%s]", people->str, attendances->str, consents->str);
    alliance = read_alliance (records);
    copy = rua_alliance_dup_consented (alliance, "research", "2016-06-01", NULL, NULL, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < n; i++) {
      g_autofree char *id = g_strdup_printf ("p%u", i);
      g_autoptr (RuaRecord) there = rua_alliance_find (copy, "person", id);
      gboolean agreed = has (alliance, "person", id, "research", "2016-06-01");

      g_assert_true ((there != NULL) == agreed);
      n_had += agreed;
    }
    g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_attendances (copy)), ==, n_had);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/consent/dates", test_dates);
  g_test_add_func ("/consent/several", test_several);
  g_test_add_func ("/consent/refused", test_refused);
  g_test_add_func ("/consent/copy", test_copy);
  g_test_add_func ("/consent/random", test_random);
  return g_test_run ();
}
