/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-json.h"
#include "rua-edits.h"
#include "rua-merge.h"
#include "rua-random-private.h"

#include <string.h>

static RuaAlliance *
document (const char *members)
{
  g_autofree char *text = g_strdup_printf ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"T\"}%s%s}",
                                           *members ? ", " : "", members);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "test.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static char *
text_of (RuaAlliance *alliance)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static RuaMerge *
merge (RuaAlliance *mine, const char *base, const char *theirs)
{
  g_autoptr (RuaAlliance) b = document (base);
  g_autoptr (RuaAlliance) t = document (theirs);
  GError *error = NULL;
  RuaMerge *merge = rua_alliance_merge_base (mine, b, t, "/somewhere/theirs.json", NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (merge);
  return merge;
}

/* The members of the document that comes of it. */
static void
expect (const char *base, const char *mine, const char *theirs, const char *merged)
{
  g_autoptr (RuaAlliance) m = document (mine);
  g_autoptr (RuaAlliance) expected = document (merged);
  g_autoptr (RuaMerge) done = merge (m, base, theirs);
  g_autofree char *got = text_of (m);
  g_autofree char *want = text_of (expected);

  g_assert_true (rua_merge_is_done (done));
  g_assert_cmpstr (got, ==, want);
}

/* Every disagreement in a line; nothing was changed. */
static void
expect_disagreement (const char *base, const char *mine, const char *theirs, const char *lines)
{
  g_autoptr (RuaAlliance) m = document (mine);
  g_autofree char *before = text_of (m);
  g_autoptr (RuaMerge) done = merge (m, base, theirs);
  g_autofree char *after = text_of (m);
  g_autoptr (GListModel) list = rua_merge_list_disagreements (done);
  g_autoptr (GString) got = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaDisagreement) one = g_list_model_get_item (list, i);
    g_autofree char *line = rua_disagreement_to_string (one);

    g_string_append_printf (got, "%s%s", i ? "\n" : "", line);
  }
  g_assert_false (rua_merge_is_done (done));
  g_assert_cmpstr (got->str, ==, lines);
  g_assert_cmpstr (after, ==, before);
  g_assert_false (rua_alliance_is_in_change (m));
}

#define H(fields) "\"households\": [{\"id\": \"h1\"" fields "}]"

static void
test_fields (void)
{
  /* Only theirs, only mine, both on two fields, both alike, unset. */
  expect (H (", \"weight\": 1"), H (", \"weight\": 1"), H (", \"weight\": 2"), H (", \"weight\": 2"));
  expect (H (", \"weight\": 1"), H (", \"weight\": 3"), H (", \"weight\": 1"), H (", \"weight\": 3"));
  expect (H (", \"weight\": 1"), H (", \"weight\": 3"), H (", \"stratum\": \"a\", \"weight\": 1"), H (", \"weight\": 3, \"stratum\": \"a\""));
  expect (H (", \"weight\": 1"), H (", \"weight\": 3"), H (", \"weight\": 3"), H (", \"weight\": 3"));
  expect (H (", \"weight\": 1"), H (", \"weight\": 1"), H (""), H (""));
  /* Every type of field. */
  expect (H (""), H (""),
          "\"sites\": [{\"id\": \"s1\", \"name\": {\"en\": \"S\", \"zh\": \"\xe8\x8d\x89\"}}], "
          "\"persons\": [{\"id\": \"p1\"}], \"cooperatives\": [{\"id\": \"c1\", \"name\": \"C\"}], "
          "\"households\": [{\"id\": \"h1\", \"site\": \"s1\", \"n_persons\": 4, \"household_type\": \"both\", \"weight\": 0.25, \"joined\": \"2014-09\", \"vulnerable\": "
          "false, \"aliases\": 1}], \"memberships\": [{\"id\": \"m1\", \"cooperative\": \"c1\", \"household\": \"h1\", \"paid_in\": 12.5}]",
          "\"sites\": [{\"id\": \"s1\", \"name\": {\"en\": \"S\", \"zh\": \"\xe8\x8d\x89\"}}], "
          "\"persons\": [{\"id\": \"p1\"}], \"cooperatives\": [{\"id\": \"c1\", \"name\": \"C\"}], "
          "\"households\": [{\"id\": \"h1\", \"site\": \"s1\", \"n_persons\": 4, \"household_type\": \"both\", \"weight\": 0.25, \"joined\": \"2014-09\", \"vulnerable\": "
          "false, \"aliases\": 1}], \"memberships\": [{\"id\": \"m1\", \"cooperative\": \"c1\", \"household\": \"h1\", \"paid_in\": 12.5}]");
}

static void
test_records (void)
{
  static const char two[] = "\"households\": [{\"id\": \"h1\"}, {\"id\": \"h2\", \"weight\": 1}]";

  expect (two, two, H (""), H (""));
  expect (two, H (""), two, H (""));
  expect (two, H (""), H (""), H (""));
  expect (H (""), H (""), two, two);
  expect (H (""), two, two, two);
  expect ("", "", "", "");
  /* Both made it, each with something of its own. */
  expect ("", H (", \"weight\": 1"), H (", \"stratum\": \"a\""), H (", \"weight\": 1, \"stratum\": \"a\""));
}

/* Those that refer to one another come in the order that this needs, and in a circle. */
static void
test_references (void)
{
  static const char circle[] = "\"cooperatives\": [{\"id\": \"c1\", \"name\": \"C\"}], \"households\": [{\"id\": \"h1\", \"membership\": \"m1\"}], "
                               "\"memberships\": [{\"id\": \"m1\", \"cooperative\": \"c1\", \"household\": \"h1\"}]";
  static const char income[] = H ("") ", \"incomes\": [{\"household\": \"h1\", \"year\": 2014, \"amount\": 7.5}]";

  expect ("", "", circle, circle);
  expect (circle, "\"cooperatives\": [{\"id\": \"c1\", \"name\": \"C\"}], \"households\": [{\"id\": \"h1\"}], \"memberships\": [{\"id\": \"m1\", \"cooperative\": \"c1\"}]",
          circle, "\"cooperatives\": [{\"id\": \"c1\", \"name\": \"C\"}], \"households\": [{\"id\": \"h1\"}], \"memberships\": [{\"id\": \"m1\", \"cooperative\": \"c1\"}]");
  expect ("", "", income, income);
  expect (income, income, "", "");
}

/* A kind of one's own, whose records refer to many others. */
#define THINGS(rows) "\"schema\": {\"kinds\": {\"thing\": {\"plural\": \"things\", \"fields\": {\"price\": {\"type\": \"money\"}, \"data\": {\"type\": \"json\"}, " \
                     "\"tags\": {\"type\": \"text-list\"}, \"parts\": {\"type\": \"reference-list\", \"target\": \"thing\"}, " \
                     "\"about\": {\"type\": \"reference-list\", \"target\": \"*\"}, \"kin\": {\"type\": \"reference-list\", \"target\": \"household\"}}}}}, " \
                     "\"things\": [" rows "]"

/* Lists of references are taken with all they refer to, whichever is there first, and in a circle. */
static void
test_reference_lists (void)
{
  static const char a[] = "{\"id\": \"a\", \"price\": 2.25, \"data\": [1, {\"x\": null}], \"tags\": [\"t\", \"\"]}";
  static const char b[] = "{\"id\": \"b\", \"parts\": [\"a\", \"c\"], \"about\": [\"thing/a\", \"household/h1\"], \"y\": {\"z\": 1}}";
  static const char c[] = "{\"id\": \"c\", \"parts\": [\"b\"]}";
  g_autofree char *all = g_strdup_printf (H ("") ", " THINGS ("%s, %s, %s"), b, c, a);
  g_autofree char *one = g_strdup_printf (H ("") ", " THINGS ("%s"), a), *fewer = g_strdup_printf (H ("") ", " THINGS ("%s, {\"id\": \"b\"}, %s"), a, c);
  g_autofree char *more = g_strdup_printf (H ("") ", " THINGS ("%s, %s, %s"), a, b, c);
  g_autofree char *told = g_strdup_printf (H ("") ", " THINGS ("%s, %s, %s"), a, b, c);

  /* Those of theirs come behind those that were there. */
  expect (one, one, more, told);
  /* Each behind those it needs. */
  expect ("", "", all, told);
  /* Of a record that is there: set, and unset. */
  expect (fewer, fewer, more, more);
  expect (more, more, fewer, fewer);
}

/* In a list, too, what was removed here is missed; nothing of theirs is taken then. */
static void
test_reference_lists_missed (void)
{
  static const char base[] = H ("") ", " THINGS ("{\"id\": \"a\"}, {\"id\": \"b\"}");
  static const char mine[] = H ("") ", " THINGS ("{\"id\": \"b\"}");

  expect_disagreement (base, mine, H ("") ", " THINGS ("{\"id\": \"a\"}, {\"id\": \"b\", \"parts\": [\"b\", \"a\"]}"),
                       "thing 'a': removed here, and in use in /somewhere/theirs.json");
  expect_disagreement (base, mine, H ("") ", " THINGS ("{\"id\": \"a\"}, {\"id\": \"b\"}, {\"id\": \"c\", \"parts\": [\"a\"]}"),
                       "thing 'a': removed here, and in use in /somewhere/theirs.json");
  /* The id of a household is not told. */
  expect_disagreement (base, THINGS ("{\"id\": \"a\"}, {\"id\": \"b\"}"), H ("") ", " THINGS ("{\"id\": \"a\", \"kin\": [\"h1\"]}, {\"id\": \"b\"}"),
                       "household: removed here, and in use in /somewhere/theirs.json");
  expect_disagreement (H ("") ", " THINGS ("{\"id\": \"a\"}"), H ("") ", " THINGS ("{\"id\": \"a\"}, {\"id\": \"c\", \"parts\": [\"a\"]}"), H ("") ", " THINGS (""),
                       "thing 'a': in use here, and removed in /somewhere/theirs.json");
}

static void
test_disagreements (void)
{
  expect_disagreement (H (", \"weight\": 1"), H (", \"weight\": 2"), H (", \"weight\": 3"), "household #1: weight: changed here, and otherwise in /somewhere/theirs.json");
  expect_disagreement (H (", \"weight\": 1"), H (", \"weight\": 2"), H (""), "household #1: weight: changed here, and otherwise in /somewhere/theirs.json");
  expect_disagreement ("", H (", \"weight\": 2"), H (", \"weight\": 3"), "household #1: weight: changed here, and otherwise in /somewhere/theirs.json");
  expect_disagreement (H (""), "", H (", \"weight\": 3"), "household: removed here, and in use in /somewhere/theirs.json");
  expect_disagreement (H (""), H (", \"weight\": 3"), "", "household #1: in use here, and removed in /somewhere/theirs.json");
  expect_disagreement (H (", \"x\": 1"), H (", \"x\": 2"), H (", \"x\": 3"), "household #1: *: changed here, and otherwise in /somewhere/theirs.json");
  /* Two of them, and what could have been merged is not. */
  expect_disagreement (H (", \"weight\": 1, \"n_persons\": 1"), H (", \"weight\": 2, \"n_persons\": 2"), H (", \"weight\": 3, \"n_persons\": 3, \"stratum\": \"a\""),
                       "household #1: n_persons: changed here, and otherwise in /somewhere/theirs.json\n"
                       "household #1: weight: changed here, and otherwise in /somewhere/theirs.json");
}

/* Found only when it is carried out: then all is put back. */
static void
test_referred_to (void)
{
  static const char site[] = "\"sites\": [{\"id\": \"s1\", \"name\": \"S\"}], " H ("");
  static const char used[] = "\"sites\": [{\"id\": \"s1\", \"name\": \"S\"}], \"households\": [{\"id\": \"h1\", \"site\": \"s1\"}]";
  static const char used_by_new[] = "\"sites\": [{\"id\": \"s1\", \"name\": \"S\"}], \"households\": [{\"id\": \"h1\"}, {\"id\": \"h2\", \"site\": \"s1\"}]";

  expect_disagreement (site, used, H (""), "site 's1': in use here, and removed in /somewhere/theirs.json");
  expect_disagreement (site, H (""), used, "site 's1': removed here, and in use in /somewhere/theirs.json");
  expect_disagreement (site, H (""), used_by_new, "site 's1': removed here, and in use in /somewhere/theirs.json");
}

static void
test_what_it_says (void)
{
  g_autoptr (RuaAlliance) mine = document (H (", \"weight\": 2, \"n_persons\": 5"));
  g_autoptr (RuaMerge) done = merge (mine, H (", \"weight\": 1, \"n_persons\": 4"), H (", \"weight\": 3, \"n_persons\": 5"));
  g_autoptr (GListModel) list = rua_merge_list_disagreements (done);
  g_autoptr (RuaDisagreement) one = g_list_model_get_item (list, 0);

  g_assert_cmpstr (rua_disagreement_get_place (one), ==, "/somewhere/theirs.json");
  g_assert_cmpstr (rua_disagreement_get_kind (one), ==, "household");
  g_assert_cmpstr (rua_disagreement_get_key (one), ==, "h1");
  g_assert_cmpstr (rua_disagreement_get_field (one), ==, "weight");
  g_assert_cmpstr (rua_disagreement_get_base (one), ==, "1");
  g_assert_cmpstr (rua_disagreement_get_mine (one), ==, "2");
  g_assert_cmpstr (rua_disagreement_get_theirs (one), ==, "3");
  g_assert_cmpuint (rua_merge_get_n_known (done), ==, 1);
  g_assert_cmpuint (rua_merge_get_n_new (done), ==, 0);
}

/* It is one change, whose title names no folder. */
static void
test_undone (void)
{
  g_autoptr (RuaAlliance) mine = document (H (", \"weight\": 1"));
  g_autofree char *before = text_of (mine);
  g_autoptr (RuaMerge) done = merge (mine, H (", \"weight\": 1"), "\"households\": [{\"id\": \"h1\", \"weight\": 2}, {\"id\": \"h2\"}]");
  g_autofree char *after = NULL;
  GError *error = NULL;

  g_assert_cmpuint (rua_merge_get_n_new (done), ==, 2);
  g_assert_cmpstr (rua_alliance_get_undo_title (mine), ==, "merge theirs.json");
  g_assert_true (rua_alliance_undo (mine, &error));
  g_assert_no_error (error);
  after = text_of (mine);
  g_assert_cmpstr (after, ==, before);
}

static void
test_nameless (void)
{
#define INCOME(rows) H ("") ", \"incomes\": [" rows "]"
#define R(year) "{\"household\": \"h1\", \"year\": " #year "}"
  expect (INCOME (R (2014)), INCOME (R (2014) "," R (2015)), INCOME (R (2014) "," R (2016)), INCOME (R (2014) "," R (2015) "," R (2016)));
  expect (INCOME (R (2014)), INCOME (R (2014) "," R (2015)), INCOME (R (2014) "," R (2015)), INCOME (R (2014) "," R (2015)));
  expect (INCOME (R (2014) "," R (2014)), INCOME (R (2014) "," R (2014)), INCOME (R (2014)), INCOME (R (2014)));
  expect (INCOME (R (2014)), INCOME (""), INCOME (R (2014)), INCOME (""));
  {
    g_autoptr (RuaAlliance) mine = document (INCOME (R (2015)));
    g_autoptr (RuaMerge) done = merge (mine, INCOME (R (2014)), INCOME (R (2016)));
    g_auto (GStrv) remarks = rua_merge_list_remarks (done);

    g_assert_true (rua_merge_is_done (done));
    g_assert_cmpuint (g_strv_length (remarks), ==, 1);
    g_assert_nonnull (strstr (remarks[0], "income: both changed records that have no id"));
  }
}

static void
test_schema (void)
{
  static const char own[] = "\"schema\": {\"kinds\": {\"well\": {\"plural\": \"wells\", \"fields\": {\"depth\": {\"type\": \"number\"}}}}, "
                            "\"fields\": {\"household\": {\"roof\": {\"type\": \"text\"}}}}, "
                            "\"households\": [{\"id\": \"h1\", \"roof\": \"tin\"}], \"wells\": [{\"id\": \"w1\", \"depth\": 4}]";
  static const char other[] = "\"schema\": {\"fields\": {\"household\": {\"roof\": {\"type\": \"number\"}}}}, " H ("");
  g_autoptr (GError) error = NULL;

  expect (H (""), H (""), own, own);
  /* They have not heard of it: nothing is taken away. */
  expect (H (""), own, H (""), own);
  {
    g_autoptr (RuaAlliance) mine = document (own);
    g_autoptr (RuaAlliance) base = document (H (""));
    g_autoptr (RuaAlliance) theirs = document (other);
    g_autofree char *before = text_of (mine);
    g_autofree char *after = NULL;

    g_assert_null (rua_alliance_merge_base (mine, base, theirs, "t.json", NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_assert_cmpstr (error->message, ==, "t.json: household: roof: the field is of one type here and of another there; rename one of the two");
    after = text_of (mine);
    g_assert_cmpstr (after, ==, before);
    g_assert_false (rua_alliance_is_in_change (mine));
  }
}

static void
test_whole_alliance (void)
{
  g_autoptr (RuaAlliance) mine = document ("\"x\": 1");
  g_autoptr (RuaMerge) done = merge (mine, "\"x\": 1", "\"x\": 2");
  g_autofree char *text = text_of (mine);

  g_assert_true (rua_merge_is_done (done));
  g_assert_nonnull (strstr (text, "\"x\": 2"));
  expect_disagreement ("\"x\": 1", "\"x\": 3", "\"x\": 2", "alliance: *: changed here, and otherwise in /somewhere/theirs.json");
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) mine = document (H (""));
  g_autoptr (RuaAlliance) theirs = document ("");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (rua_alliance_merge_base (mine, mine, theirs, "t", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (rua_alliance_begin (mine, NULL, &error));
  g_assert_null (rua_alliance_merge_base (mine, mine, theirs, "t", NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_true (rua_alliance_is_in_change (mine));
}

/* ---- random copies ---- */

#define IDS 5
#define FIELDS 3

/* -1: not there; a digit a field, 0: unknown. */
typedef struct {
  int cells[IDS][FIELDS];
} Model;

static void
scramble (Model *model, RuaRandom *random, guint n)
{
  for (guint i = 0; i < n; i++) {
    guint id = rua_random_below (random, IDS), field = rua_random_below (random, FIELDS);

    if (model->cells[id][0] < 0) {
      for (guint f = 0; f < FIELDS; f++)
        model->cells[id][f] = (int) rua_random_below (random, 3);
    } else if (rua_random_below (random, 5) == 0) {
      for (guint f = 0; f < FIELDS; f++)
        model->cells[id][f] = -1;
    } else
      model->cells[id][field] = (int) rua_random_below (random, 3);
  }
}

static char *
members_of (const Model *model)
{
  static const char *const names[FIELDS] = { "n_persons", "n_adults", "weight" };
  GString *out = g_string_new ("\"households\": [");
  gboolean is_first = TRUE;

  for (guint id = 0; id < IDS; id++) {
    if (model->cells[id][0] < 0)
      continue;
    g_string_append_printf (out, "%s{\"id\": \"h%u\"", is_first ? "" : ", ", id);
    is_first = FALSE;
    for (guint f = 0; f < FIELDS; f++)
      if (model->cells[id][f] > 0)
        g_string_append_printf (out, ", \"%s\": %d", names[f], model->cells[id][f]);
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

static gboolean
same_record (const Model *a, const Model *b, guint id)
{
  return memcmp (a->cells[id], b->cells[id], sizeof a->cells[id]) == 0;
}

/* What the rules say, written down anew. FALSE: they disagree. */
static gboolean
merge_models (const Model *base, const Model *mine, const Model *theirs, Model *merged)
{
  gboolean agrees = TRUE;

  *merged = *mine;
  for (guint id = 0; id < IDS; id++) {
    gboolean in_base = base->cells[id][0] >= 0, in_mine = mine->cells[id][0] >= 0, in_theirs = theirs->cells[id][0] >= 0;

    if (in_mine && in_theirs)
      for (guint f = 0; f < FIELDS; f++) {
        int b = in_base ? base->cells[id][f] : 0, m = mine->cells[id][f], t = theirs->cells[id][f];

        if (m != t && m != b && t != b)
          agrees = FALSE;
        merged->cells[id][f] = m == b ? t : m;
      }
    else if (!in_base)
      memcpy (merged->cells[id], in_mine ? mine->cells[id] : theirs->cells[id], sizeof merged->cells[id]);
    else if (in_mine && !same_record (mine, base, id))
      agrees = FALSE;
    else if (in_theirs && !same_record (theirs, base, id))
      agrees = FALSE;
    else
      for (guint f = 0; f < FIELDS; f++)
        merged->cells[id][f] = -1;
  }
  return agrees;
}

/* Records that came stand behind those that were there. */
static char *
sorted (RuaAlliance *alliance)
{
  g_autofree char *text = text_of (alliance);
  g_auto (GStrv) records = g_strsplit (text, "\"id\": ", -1);
  GString *out = g_string_new (NULL);

  for (guint id = 0; id < IDS; id++)
    for (guint i = 1; records[i]; i++)
      if (records[i][2] == (char) ('0' + id)) {
        char *end = strchr (records[i], '}');

        *end = '\0';
        g_string_append_printf (out, "%s\n", records[i]);
      }
  return g_string_free (out, FALSE);
}

static void
try_one (RuaRandom *random, guint *n_done)
{
  Model base, mine, theirs, merged;
  char *texts[4] = { 0 };

  for (guint id = 0; id < IDS; id++)
    for (guint f = 0; f < FIELDS; f++)
      base.cells[id][f] = -1;
  scramble (&base, random, 8);
  mine = theirs = base;
  scramble (&mine, random, rua_random_below (random, 6));
  scramble (&theirs, random, rua_random_below (random, 6));
  texts[0] = members_of (&base);
  texts[1] = members_of (&mine);
  texts[2] = members_of (&theirs);
  {
    g_autoptr (RuaAlliance) alliance = document (texts[1]);
    g_autofree char *before = text_of (alliance);
    g_autoptr (RuaMerge) done = merge (alliance, texts[0], texts[2]);

    if (merge_models (&base, &mine, &theirs, &merged)) {
      g_autoptr (RuaAlliance) expected = NULL;
      g_autofree char *got = sorted (alliance);
      g_autofree char *want = NULL;

      texts[3] = members_of (&merged);
      expected = document (texts[3]);
      want = sorted (expected);
      g_assert_true (rua_merge_is_done (done));
      g_assert_cmpstr (got, ==, want);
      (*n_done)++;
    } else {
      g_autofree char *after = text_of (alliance);

      g_assert_false (rua_merge_is_done (done));
      g_assert_cmpstr (after, ==, before);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

static void
test_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 100 : 300, n_done = 0;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < trials; i++)
    try_one (&random, &n_done);
  g_test_message ("%u of %u merged", n_done, trials);
  g_assert_cmpuint (n_done, >, trials / 10);
  g_assert_cmpuint (n_done, <, trials);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/merge/base/fields", test_fields);
  g_test_add_func ("/merge/base/records", test_records);
  g_test_add_func ("/merge/base/references", test_references);
  g_test_add_func ("/merge/base/reference-lists", test_reference_lists);
  g_test_add_func ("/merge/base/reference-lists-missed", test_reference_lists_missed);
  g_test_add_func ("/merge/base/disagreements", test_disagreements);
  g_test_add_func ("/merge/base/referred-to", test_referred_to);
  g_test_add_func ("/merge/base/what-it-says", test_what_it_says);
  g_test_add_func ("/merge/base/undone", test_undone);
  g_test_add_func ("/merge/base/nameless", test_nameless);
  g_test_add_func ("/merge/base/schema", test_schema);
  g_test_add_func ("/merge/base/whole-alliance", test_whole_alliance);
  g_test_add_func ("/merge/base/refused", test_refused);
  g_test_add_func ("/merge/base/random", test_random);
  return g_test_run ();
}
