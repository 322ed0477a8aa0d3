/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a careful reader finds in the case study, the checker has to find. */
#include <math.h>
#include <string.h>

#include "evidence-build.h"
#include "rua-alliance-json.h"
#include "rua-alliance-private.h"
#include "rua-checker.h"

typedef struct {
  RuaAlliance *alliance;
  RuaChecker *checker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "examples", "rural-urban-alliance.json", NULL);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  json = g_bytes_new_take (g_steal_pointer (&text), length);
  fixture->alliance = rua_alliance_new_from_json (json, path, NULL, &error);
  g_assert_no_error (error);
  rua_alliance_set_location (fixture->alliance, uri);
  fixture->checker = rua_checker_new (fixture->alliance);
  rua_checker_run (fixture->checker, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_object_unref (fixture->checker);
  g_object_unref (fixture->alliance);
}

/* How many findings of the rule have @about among their records and @part in their message. */
static guint
count_findings (Fixture *fixture, const char *rule, const char *about, const char *part)
{
  g_autoptr (GListModel) findings = rua_checker_list_findings (fixture->checker);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++) {
    g_autoptr (RuaFinding) finding = g_list_model_get_item (findings, i);
    if (g_str_equal (rua_finding_get_rule (finding), rule)
        && (about == NULL || g_strv_contains (rua_finding_get_about (finding), about))
        && (part == NULL || strstr (rua_finding_get_message (finding), part) != NULL))
      n++;
  }
  return n;
}

#define assert_finds(rule, about, part) g_assert_cmpuint (count_findings (fixture, rule, about, part), >=, 1)
#define assert_finds_none(rule, about, part) g_assert_cmpuint (count_findings (fixture, rule, about, part), ==, 0)

static RuaVerdict *
get_verdict (Fixture *fixture, const char *claim)
{
  RuaVerdict *verdict = rua_checker_find_verdict (fixture->checker, claim);

  if (verdict == NULL)
    g_error ("no claim %s", claim);
  return verdict;
}

static RuaVerdict *
find_reading (RuaVerdict *verdict, const char *part)
{
  g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);

  for (guint i = 0; i < g_list_model_get_n_items (readings); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (readings, i);
    if (strstr (rua_verdict_get_name (reading), part) != NULL)
      return g_steal_pointer (&reading);
  }
  return NULL;
}

static void
check_reading (RuaVerdict *verdict, const char *part, double value, RuaVerdictType type, gboolean flipped)
{
  g_autoptr (RuaVerdict) reading = find_reading (verdict, part);
  double number;

  if (reading == NULL)
    g_error ("no reading “%s”", part);
  g_assert_true (rua_verdict_get_value (reading, &number));
  g_assert_cmpfloat_with_epsilon (number, value, 5e-4);
  g_assert_cmpint (rua_verdict_get_verdict_type (reading), ==, type);
  g_assert_cmpint (rua_verdict_is_flipped (reading), ==, flipped);
}

/* 8478/3927: the mean more than doubled in nominal terms; in which prices it still did, and the
 * break-even inflation. */
static void
test_doubled (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (RuaVerdict) verdict = get_verdict (fixture, "income-doubled-summary");
  double value;

  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_NOT_ENTAILED);
  g_assert_cmpint (rua_verdict_get_grade (verdict), ==, RUA_GRADE_OWN_FIGURE);
  g_assert_true (rua_verdict_get_value (verdict, &value));
  g_assert_cmpfloat_with_epsilon (value, 8478.0 / 3927.0, 1e-12);
  g_assert_true (rua_verdict_get_margin (verdict, &value));
  g_assert_cmpfloat_with_epsilon (value, 8478.0 / 3927.0 - 2, 1e-12);
  check_reading (verdict, "as its figures say", 2.159, RUA_VERDICT_SUPPORTED, FALSE);
  check_reading (verdict, "2014 prices", 2.054, RUA_VERDICT_SUPPORTED, FALSE);
  check_reading (verdict, "2013 prices", 2.015, RUA_VERDICT_SUPPORTED, FALSE);
  check_reading (verdict, "2012 prices", 1.964, RUA_VERDICT_CONTRADICTED, TRUE);
  g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_inflation"), 7.94, 0.005);
  g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_growth"), 115.9, 0.05);
  g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_growth_per_year"), 29.2, 0.05);
  assert_finds ("flips", "claim/income-doubled-summary", "1.964");
}

/* Nobody has to write the readings down: they follow from the years that the figure may belong to. */
static void
test_doubled_by_rule (Fixture *fixture, gconstpointer unused)
{
  static const char *const written[] = { "doubled-2012", "doubled-2013", "doubled-2014" };
  g_autoptr (RuaVerdict) verdict = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (written); i++) {
    g_autoptr (RuaRecord) reading = rua_alliance_find (fixture->alliance, "reading", written[i]);
    g_autoptr (GError) error = NULL;
    if (reading == NULL)
      continue;
    rua_alliance_remove (fixture->alliance, reading, &error);
    g_assert_no_error (error);
  }
  g_assert_true (rua_checker_run (fixture->checker, NULL, NULL));
  verdict = get_verdict (fixture, "income-doubled-summary");
  check_reading (verdict, "real, 2014 prices", 2.054, RUA_VERDICT_SUPPORTED, FALSE);
  check_reading (verdict, "real, 2013 prices", 2.015, RUA_VERDICT_SUPPORTED, FALSE);
  check_reading (verdict, "real, 2012 prices", 1.964, RUA_VERDICT_CONTRADICTED, TRUE);
}

static void
test_almost_all (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (RuaVerdict) verdict = get_verdict (fixture, "almost-all-doubled");
  g_autofree char *reasons = g_strjoinv ("; ", (char **) rua_verdict_get_reasons (verdict));

  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_NOT_ENTAILED);
  g_assert_nonnull (strstr (reasons, "“almost all” needs a share"));
  assert_finds ("not_entailed", "claim/almost-all-doubled", NULL);
}

static void
test_units_and_scope (Fixture *fixture, gconstpointer unused)
{
  assert_finds ("unit_drift", "claim/income-doubled-summary", "each household");
  assert_finds ("unit_drift", "claim/almost-all-doubled", "each member");
  assert_finds ("one_carries_many", "claim/income-doubled-summary", "about 20; the figures are from 1");
  assert_finds ("headline_wider", "claim/income-doubled-summary", "Pingzhai");
  assert_finds ("bare_figure", "observation/income-before", "the number of cases and without an error");
  assert_finds ("causal_words", "claim/income-doubled-summary", NULL);
}

static void
test_names (Fixture *fixture, gconstpointer unused)
{
  assert_finds ("two_names", "observation/positions-summary", "placements");
  assert_finds ("two_names", "observation/stations-summary", "rural social work stations");
}

static void
test_places_and_dates (Fixture *fixture, gconstpointer unused)
{
  assert_finds ("place_in_one_part", "place/hunan", "Guizhou, Yunnan, Sichuan, Guangdong");
  assert_finds_none ("place_in_one_part", "place/sichuan", NULL);
  assert_finds ("begins_before_first", NULL, "2001");
  assert_finds ("used_before_tried", NULL, "from 2010, while its trial runs from 2007 to 2012");
  assert_finds ("tense", "document/case-study", "2020");
}

static void
test_sources (Fixture *fixture, gconstpointer unused)
{
  assert_finds ("listed_never_cited", "publication/R4", NULL);
  g_assert_cmpuint (count_findings (fixture, "listed_never_cited", NULL, NULL), ==, 1);
  assert_finds_none ("cited_not_listed", NULL, NULL);
  assert_finds ("not_independent", "source/S3", "own");
  assert_finds ("not_independent", "source/S6", "partner");
  assert_finds ("not_independent", "source/S9", "partner");
  assert_finds_none ("not_independent", "source/S2", NULL);
  assert_finds_none ("not_independent", "source/S4", NULL);
  assert_finds_none ("not_independent", "source/S10", NULL);
  assert_finds ("source_stretched", "source/S4", "Hunan");
}

static void
test_influence (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (RuaVerdict) fact = get_verdict (fixture, "seed-law-revised");
  g_autoptr (RuaVerdict) cause = get_verdict (fixture, "seed-law-influence");

  assert_finds ("causal_words", "claim/seed-law-influence", "influenced");
  assert_finds ("fact_and_attribution", "claim/seed-law-influence", "seed-law-revised");
  assert_finds ("attribution_lag", "policy-event/seed-law", "307 days");
  g_assert_cmpint (rua_verdict_get_verdict_type (fact), ==, RUA_VERDICT_SUPPORTED);
  g_assert_cmpint (rua_verdict_get_grade (fact), ==, RUA_GRADE_INDEPENDENT_FIGURE);
  g_assert_cmpint (rua_verdict_get_verdict_type (cause), !=, RUA_VERDICT_SUPPORTED);
}

/* Every quotation of the model stands in the text, and the text is the one that was modelled. */
static void
test_text (Fixture *fixture, gconstpointer unused)
{
  assert_finds_none ("not_verbatim", NULL, NULL);
  assert_finds_none ("text_missing", NULL, NULL);
  assert_finds_none ("text_changed", NULL, NULL);
  assert_finds_none ("cannot_be_computed", NULL, NULL);
  g_assert_cmpuint (rua_checker_get_n_verdicts (fixture->checker, RUA_VERDICT_STALE), ==, 0);
}

static void
test_claims (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GListModel) verdicts = rua_checker_list_verdicts (fixture->checker);

  g_assert_cmpuint (g_list_model_get_n_items (verdicts), >=, 40);
  g_assert_cmpuint (rua_checker_get_n_verdicts (fixture->checker, RUA_VERDICT_CONTRADICTED), ==, 0);
  g_assert_cmpuint (rua_checker_get_n_verdicts (fixture->checker, RUA_VERDICT_SUPPORTED), >=, 4);
}

/* The text with a word changed: every claim taken from it is stale. */
static void
test_changed_text (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GListModel) verdicts = rua_checker_list_verdicts (fixture->checker);

  rua_checker_set_text (fixture->checker, "case-study", "Another text.");
  g_assert_true (rua_checker_run (fixture->checker, NULL, NULL));
  g_assert_cmpuint (rua_checker_get_n_verdicts (fixture->checker, RUA_VERDICT_STALE), ==,
                    g_list_model_get_n_items (verdicts));
  assert_finds ("not_verbatim", NULL, NULL);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/case-study/doubled", test_doubled },
    { "/case-study/doubled-by-rule", test_doubled_by_rule },
    { "/case-study/almost-all", test_almost_all },
    { "/case-study/units-and-scope", test_units_and_scope },
    { "/case-study/names", test_names },
    { "/case-study/places-and-dates", test_places_and_dates },
    { "/case-study/sources", test_sources },
    { "/case-study/influence", test_influence },
    { "/case-study/text", test_text },
    { "/case-study/claims", test_claims },
    { "/case-study/changed-text", test_changed_text },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
