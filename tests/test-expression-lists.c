/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-expression.h"

#include <string.h>

/* What stands in lists and on the way back, and what an expression gives: of each type, with unknowns. */

static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = case_new ();

  case_add (alliance, "person", "id", "li", "name", "Li", NULL);
  case_add (alliance, "organisation", "id", "fund", "name", "Fund", NULL);
  case_add (alliance, "project", "id", "rice", "title", "Rice", NULL);
  case_add (alliance, "project", "id", "tea", "title", "Tea", NULL);
  case_add (alliance, "project", "id", "none", "title", "Neither", NULL);
  case_add (alliance, "site", "id", "s1", "name", "One", "projects", "rice tea", "n_households", "3", NULL);
  case_add (alliance, "site", "id", "s2", "name", "Two", "projects", "tea tea", NULL);
  case_add (alliance, "site", "id", "s3", "name", "Three", NULL);
  case_add (alliance, "event", "id", "e1", "title", "A flood", NULL);
  case_add (alliance, "event", "id", "e2", "title", "A feast", NULL);
  {
    g_autoptr (RuaRecord) event = rua_alliance_find (alliance, "event", "e1"), who = rua_alliance_find (alliance, "household", "h1");
    g_autoptr (RuaRecord) where = rua_alliance_find (alliance, "place", "yunnan");
    RuaRecord *about[] = { who, where };

    g_assert_true (rua_record_set_references (event, "about", about, 2, NULL));
  }
  case_add (alliance, "observation", "id", "o1", "subject", "@household/h1", "measured_property", "mass", "statistic", "mean", "value", "3", NULL);
  case_add (alliance, "observation", "id", "o2", "measured_property", "mass", "statistic", "mean", "value", "4", NULL);
  case_add (alliance, "observation", "id", "o3", "subject", "@place/yunnan", "measured_property", "mass", "statistic", "mean", NULL);
  return alliance;
}

/* The values joined by blanks, "?" for unknown; or what refuses the expression. */
static char *
tell (RuaAlliance *alliance, const char *kind, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaExpression) expression = rua_expression_new (text, rua_alliance_get_table (alliance, kind), &error);
  g_autoptr (GBytes) presence = NULL;
  g_auto (GStrv) texts = NULL;
  GString *out = g_string_new (NULL);
  const guint8 *known;

  if (expression == NULL) {
    g_string_assign (out, error->message);
    return g_string_free (out, FALSE);
  }
  texts = rua_expression_dup_texts (expression, &presence, &error);
  g_assert_no_error (error);
  known = g_bytes_get_data (presence, NULL);
  for (guint i = 0; texts[i] != NULL; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", known[i] ? texts[i] : "?");
  return g_string_free (out, FALSE);
}

typedef struct {
  const char *kind, *text, *told;
} Case;

static void
check_cases (const Case *cases, guint n, gboolean refused)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < n; i++) {
    g_autofree char *got = tell (alliance, cases[i].kind, cases[i].text);

    if (refused ? strstr (got, cases[i].told) == NULL : strcmp (got, cases[i].told) != 0) {
      g_test_message ("%s: %s gives “%s”, not “%s”", cases[i].kind, cases[i].text, got, cases[i].told);
      g_test_fail ();
    }
  }
}

static void
test_values (void)
{
  static const Case cases[] = {
    { "household", "memberships = 'm1'", "true false false false false" },
    { "household", "memberships in ('m2', 'm3')", "true false true false false" },
    { "household", "memberships.household.village.name = 'Miaoxia'", "false false true false false" },
    { "household", "count (memberships, cooperative is known and shares is unknown)", "1 0 0 0 0" },
    { "household", "any (memberships, shares = 1)", "? false true false false" },
    { "household", "village.households.name = 'Yang'", "true true false false ?" },
    { "household", "count (village.households)", "2 2 2 2 ?" },
    { "household", "any (village.households, n_persons > 4)", "false false true true ?" },
    { "household", "contains (village.peoples, 'Yi')", "true true false false ?" },
    { "household", "count (village.peoples)", "2 2 1 1 ?" },
    { "place", "households.memberships.cooperative = 'tea'", "false true true" },
    { "place", "count (households, count (memberships) > 1)", "0 1 0" },
    { "place", "count (households, any (memberships, cooperative = 'tea') and n_persons > 4)", "0 0 1" },
    { "place", "places.name = 'Pingzhai'", "true false false" },
    { "cooperative", "count (memberships, household.village = 'pingzhai')", "1 1" },
    { "cooperative", "count (memberships)", "1 2" },
    { "event", "count (about)", "2 ?" },
    /* the way back from a list: a record counts once, however often its list has the other */
    { "project", "count (sites)", "1 2 0" },
    { "project", "count (sites, n_households > 2)", "1 ? 0" },
    { "project", "any (sites, n_households > 2)", "true true false" },
    { "project", "any (sites, n_households > 3)", "false ? false" },
    { "project", "sites = 's2'", "false true false" },
    { "project", "sites.name = 'One'", "true true false" },
    { "site", "any (projects, count (sites) > 1)", "true true ?" },
  };

  check_cases (cases, G_N_ELEMENTS (cases), FALSE);
}

static void
test_refused (void)
{
  static const Case cases[] = {
    { "household", "starts_with (village.peoples, 'Yi')", "character 14: starts_with takes a text, but this is a list" },
    { "household", "contains (memberships, 'm1')", "character 11: contains takes a text, but this is a list" },
    { "household", "contains (village.households, 'h1')", "character 11: contains takes a text, but this is a list" },
    { "household", "contains (n_persons, 'a')", "character 11: contains takes a text, but this is a number" },
    { "household", "contains (village, 'a')", "character 11: contains takes a text, but this is a record" },
    { "household", "contains (name, name)", "character 17: contains looks for a text in single quotes" },
    { "household", "contains (vilage, 'a')", "character 11: the kind household has no field “vilage”; did you mean 'village'?" },
    { "household", "contains (vilage.peoples, 'a')", "character 11: the kind household has no field “vilage”; did you mean 'village'?" },
    { "household", "count (village.peoples, true)", "“peoples” is a list of texts, which has no fields to ask; use contains" },
    { "household", "any (memberships.shares, true)", "character 6: the path goes on after the list “memberships”; put the rest into a condition, as in any (memberships, " },
    { "household", "count (memberships.cooperative)", "character 8: the path goes on after the list “memberships”; put the rest into a condition, as in count (memberships, " },
    { "household", "count (vilage.peoples)", "character 8: count reads a list: a field that holds several records" },
    { "household", "count (3)", "character 8: count reads a list" },
    { "household", "count (name)", "character 8: count reads a list" },
    { "household", "any (memberships, shares)", "character 19: this is a number, not a condition" },
    { "household", "any (memberships, shars = 1)", "character 19: the kind membership has no field “shars”; did you mean 'shares'?" },
    { "household", "memberships.shares = 1 + n_persons", "character 22: what stands in a list is compared with a field of the row itself" },
    { "household", "village.peoples in ('Yi')", "“peoples” is a list of texts; ask contains (peoples, 'text')" },
    { "household", "village.peoples.x = 1", "“peoples” is a list of texts; ask contains (peoples, 'text')" },
    { "household", "name.x = 1", "“name” is no reference, so it has no “x”" },
    { "household", "memberships + 1 = 2", "there may be several memberships to a household; use count (memberships)" },
    { "household", "memberships is known", "there may be several memberships to a household" },
    { "organisation", "count (grants)", "character 8: grants have more than one field that refers to a organisation, so “grants” is not clear; measure over the table grants instead" },
    { "organisation", "any (grants, true)", "character 6: grants have more than one field" },
    { "organisation", "grants.amount > 3", "character 1: grants have more than one field" },
    { "organisation", "contains (grants, 'x')", "character 11: grants have more than one field" },
    { "organisation", "grants", "there may be several grants to a organisation" },
    { "person", "count (incomes, amount > 3)", "incomes have more than one field that refers to a person" },
    { "household", "count (households)", "character 8: count reads a list" },
    { "observation", "subject.name = 'a'", "“subject” refers to records of any kind, so “name” cannot be told; compare it with 'kind/id', or ask is known" },
    { "household", "coalesce (unknown, unknown)", "every value here is unknown; at least one must be something" },
    { "household", "case when true then unknown end", "every value here is unknown; at least one must be something" },
    { "membership", "coalesce (household, cooperative)", "character 22: this is a cooperative, but the value before it is a household" },
    { "membership", "coalesce (household.village, cooperative.site)", "character 30: this is a site, but the value before it is a place" },
    { "household", "case when true then joined else '2014' end", "character 33: this is a text, but the value before it is a date; all values here must be of one type" },
    { "household", "coalesce (n_persons, unit (1, 'kg'))", "character 22: person/household and kg do not go together" },
    { "household", "case when joined then 1 else 2 end", "character 11: when takes a truth, but this is a date" },
    { "household", "case when n_persons > 1 then vilage else 2 end", "character 30: the kind household has no field “vilage”" },
    { "household", "coalesce (vilage, name)", "character 11: the kind household has no field “vilage”" },
    { "household", "least (n_persons, vilage)", "character 19: the kind household has no field “vilage”" },
    { "event", "about", "“about” lists records of any kind, which have no field in common; only count (about) reads it" },
    { "event", "about = 'household/h1'", "“about” lists records of any kind" },
    { "event", "contains (about, 'h1')", "character 11: “about” lists records of any kind" },
    { "event", "count (about, true)", "“about” lists records of any kind" },
    { "event", "any (about, id = 'h1')", "“about” lists records of any kind" },
  };

  check_cases (cases, G_N_ELEMENTS (cases), TRUE);
}

static void
test_unknown (void)
{
  static const Case cases[] = {
    { "household", "coalesce (unknown, n_persons)", "4 2 5 ? 3" },
    { "household", "coalesce (unknown, name)", "Luo Yang Wu Pan Long" },
    { "household", "coalesce (unknown, joined)", "2012-03 2013 2014-09-15 2014 ?" },
    { "household", "coalesce (unknown, village)", "pingzhai pingzhai miaoxia miaoxia ?" },
    { "household", "coalesce (unknown, n_persons > 3)", "true false true ? false" },
    { "household", "coalesce (village, unknown)", "pingzhai pingzhai miaoxia miaoxia ?" },
    { "household", "case when n_persons > 3 then unknown else joined end", "? 2013 ? 2014 ?" },
    { "household", "case when n_persons > 3 then unknown else village end", "? pingzhai ? miaoxia ?" },
    { "household", "case when n_persons > 3 then unknown else name end", "? Yang ? Pan Long" },
    { "household", "case when n_persons > 3 then name else unknown end", "Luo ? Wu ? ?" },
    { "household", "case when unknown then 1 else 2 end", "2 2 2 2 2" },
    { "household", "not unknown", "? ? ? ? ?" },
    { "household", "unknown and true", "? ? ? ? ?" },
    { "household", "unknown and false", "false false false false false" },
    { "household", "unknown or true", "true true true true true" },
    { "household", "unknown is unknown", "true true true true true" },
    { "observation", "subject", "household/h1 ? place/yunnan" },
    { "observation", "subject is known", "true false true" },
    { "observation", "subject = 'household/h1'", "true ? false" },
    { "observation", "subject in ('household/h1', 'place/yunnan')", "true ? true" },
    { "observation", "coalesce (unknown, subject)", "household/h1 ? place/yunnan" },
    { "observation", "case when value > 3 then subject else unknown end", "? ? ?" },
    { "observation", "coalesce (subject, subject)", "household/h1 ? place/yunnan" },
    { "household", "'x'", "x x x x x" },
    { "household", "true", "true true true true true" },
    { "household", "date ('2014-05')", "2014-05 2014-05 2014-05 2014-05 2014-05" },
    { "household", "coalesce (joined, date ('2020'))", "2012-03 2013 2014-09-15 2014 2020" },
  };

  check_cases (cases, G_N_ELEMENTS (cases), FALSE);
}

/* What the type is, and the numbers that a chart would draw. */
static void
test_numbers (void)
{
  static const struct {
    const char *kind, *text;
    RuaExpressionType type;
    const char *numbers; /* NULL: it has none */
  } cases[] = {
    { "household", "n_persons", RUA_EXPRESSION_TYPE_NUMBER, "4 2 5 ? 3" },
    { "household", "n_persons > 3", RUA_EXPRESSION_TYPE_TRUTH, "1 0 1 ? 0" },
    { "household", "joined", RUA_EXPRESSION_TYPE_DATE, "15400 15706 16328 16071 ?" }, /* first days since 1970 */
    { "household", "weight / 0", RUA_EXPRESSION_TYPE_NUMBER, "? ? ? ? ?" },
    { "household", "case when n_persons > 3 then unknown else joined end", RUA_EXPRESSION_TYPE_DATE, "? 15706 ? 16071 ?" },
    { "household", "date ('1970-01-02')", RUA_EXPRESSION_TYPE_DATE, "1 1 1 1 1" },
    { "household", "name", RUA_EXPRESSION_TYPE_TEXT, NULL },
    { "household", "village", RUA_EXPRESSION_TYPE_REFERENCE, NULL },
    { "observation", "subject", RUA_EXPRESSION_TYPE_REFERENCE, NULL },
    { "person", "id = 'li'", RUA_EXPRESSION_TYPE_TRUTH, "1" },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaExpression) expression = rua_expression_new (cases[i].text, rua_alliance_get_table (alliance, cases[i].kind), &error);
    g_autoptr (GBytes) presence = NULL, values = NULL, alone = NULL;
    g_autoptr (GString) got = g_string_new (NULL);

    g_assert_no_error (error);
    g_assert_cmpstr (rua_expression_get_text (expression), ==, cases[i].text);
    g_assert_cmpint (rua_expression_get_expression_type (expression), ==, cases[i].type);
    values = rua_expression_dup_numbers (expression, &presence, &error);
    if (cases[i].numbers == NULL) {
      g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
      g_assert_null (values);
      g_assert_nonnull (strstr (error->message, "not a number; ask for its texts"));
      continue;
    }
    g_assert_no_error (error);
    for (gsize k = 0; k < g_bytes_get_size (presence); k++) {
      char buffer[G_ASCII_DTOSTR_BUF_SIZE];
      double value = ((const double *) g_bytes_get_data (values, NULL))[k];

      g_ascii_dtostr (buffer, sizeof buffer, value);
      g_string_append_printf (got, "%s%s", k > 0 ? " " : "", ((const guint8 *) g_bytes_get_data (presence, NULL))[k] ? buffer : "?");
    }
    g_assert_cmpstr (got->str, ==, cases[i].numbers);
    /* Whoever knows that nothing is unknown need not ask. */
    alone = rua_expression_dup_numbers (expression, NULL, &error);
    g_assert_true (g_bytes_equal (alone, values));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression-lists/values", test_values);
  g_test_add_func ("/expression-lists/refused", test_refused);
  g_test_add_func ("/expression-lists/numbers", test_numbers);
  g_test_add_func ("/expression-lists/unknown", test_unknown);
  return g_test_run ();
}
