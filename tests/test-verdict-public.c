/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-verdict.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "evidence-build.h"

/* Verdicts made for publication: the verdict is told, the number behind it is not. */

#define AMOUNT "7321.5"

/* @n households of one village with the same income, and a claim that it is enough. */
static RuaAlliance *
households (guint n)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "organisation", "team", "name", "Team", NULL);
  build (alliance, "alliance", NULL, "title", "Tea", "owner", "team", "currency", "EUR", NULL);
  build (alliance, "document", "doc", "title", "Report", NULL);
  build (alliance, "source", "ours", "title", "Ours", "publisher", "team", NULL);
  build (alliance, "place", "hill", "name", "Hill", "level", "village", NULL);
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);

    build (alliance, "household", id, "village", "hill", NULL);
    build (alliance, "income", NULL, "household", id, "year", "2014", "amount", AMOUNT, NULL);
  }
  build (alliance, "observation", "told", "measured_property", "income", "statistic", "mean", "value", "6123", "unit", "EUR/household/year",
         "document", "doc", "sources", "ours", NULL);
  build (alliance, "metric", "mean", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", NULL);
  build (alliance, "metric", "total", "estimator", "total", "table", "incomes", "columns", "{\"value\":\"amount\"}", NULL);
  build (alliance, "metric", "least", "estimator", "mean", "options", "{\"estimate\":\"min\"}", "table", "incomes", "columns", "{\"value\":\"amount\"}", NULL);
  build (alliance, "metric", "told", "estimator", "reported", "table", "observations", "columns", "{\"value\":\"value\"}", "where", "id = 'told'", NULL);
  build (alliance, "metric", "growth", "unit", "1", "formula", "mean / told", NULL);
  build (alliance, "claim", "c", "title", "Enough", "predicate", "mean >= 5000", "document", "doc", "sources", "ours", NULL);
  return alliance;
}

static RuaChecker *
check_public (RuaAlliance *alliance, gboolean is_public, guint min_count)
{
  RuaChecker *checker = rua_checker_new (alliance);
  g_autoptr (GError) error = NULL;

  rua_checker_set_public (checker, is_public, min_count);
  rua_checker_run (checker, NULL, &error);
  g_assert_no_error (error);
  return checker;
}

static void
assert_no_numbers (RuaVerdict *verdict)
{
  g_autoptr (GListModel) flips = rua_verdict_list_flips (verdict);

  g_assert_false (rua_verdict_get_value (verdict, NULL));
  g_assert_false (rua_verdict_get_threshold (verdict, NULL));
  g_assert_false (rua_verdict_get_margin (verdict, NULL));
  g_assert_false (rua_verdict_get_low (verdict, NULL));
  g_assert_false (rua_verdict_get_high (verdict, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (flips), ==, 0);
}

/* Everything that is told of the claim is the same but for its numbers. */
static void
assert_same (RuaVerdict *open, RuaVerdict *closed)
{
  g_autoptr (GListModel) open_sources = rua_verdict_list_sources (open);
  g_autoptr (GListModel) sources = rua_verdict_list_sources (closed);
  g_autoptr (GListModel) open_readings = rua_verdict_list_readings (open);
  g_autoptr (GListModel) readings = rua_verdict_list_readings (closed);

  g_assert_cmpint (rua_verdict_get_verdict_type (closed), ==, rua_verdict_get_verdict_type (open));
  g_assert_cmpint (rua_verdict_get_grade (closed), ==, rua_verdict_get_grade (open));
  g_assert_cmpstr (rua_verdict_get_name (closed), ==, rua_verdict_get_name (open));
  g_assert_cmpstr (rua_verdict_get_unit (closed), ==, rua_verdict_get_unit (open));
  g_assert_cmpint (rua_verdict_is_flipped (closed), ==, rua_verdict_is_flipped (open));
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, g_list_model_get_n_items (open_sources));
  g_assert_cmpuint (g_list_model_get_n_items (readings), ==, g_list_model_get_n_items (open_readings));
  for (guint i = 0; i < g_list_model_get_n_items (readings); i++) {
    g_autoptr (RuaVerdict) one = g_list_model_get_item (open_readings, i);
    g_autoptr (RuaVerdict) other = g_list_model_get_item (readings, i);

    assert_same (one, other);
  }
}

static void
assert_no_digits (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_isdigit (*c))
      g_error ("a number: %.200s in %s", MAX (text, c - 100), text);
}

/* The unit of bare numbers is written 1. The findings count claims and lines of text; nothing of the claims themselves is a number. */
static void
assert_closed (const char *json)
{
  const char *findings = strstr (json, "\"findings\"");
  g_autofree char *all_claims = g_strndup (json, (gsize) (findings - json));
  g_auto (GStrv) parts = g_strsplit (all_claims, "\"unit\": \"1\"", -1);
  g_autofree char *claims = g_strjoinv ("", parts);

  assert_no_digits (claims);
  g_assert_null (strstr (findings, "7321"));
  g_assert_null (strstr (findings, "3660"));
}

static void
assert_withheld (RuaAlliance *alliance, guint min_count, gboolean withheld)
{
  g_autoptr (RuaChecker) open_checker = check_public (alliance, FALSE, 0);
  g_autoptr (RuaChecker) checker = check_public (alliance, TRUE, min_count);
  g_autoptr (RuaVerdict) open = rua_checker_find_verdict (open_checker, "c");
  g_autoptr (RuaVerdict) verdict = rua_checker_find_verdict (checker, "c");
  g_autofree char *open_text = rua_explanation_to_string (rua_verdict_get_explanation (open));
  g_autofree char *text = rua_explanation_to_string (rua_verdict_get_explanation (verdict));
  g_autofree char *open_json = rua_checker_to_json (open_checker);
  g_autofree char *json = rua_checker_to_json (checker);
  double value, other;

  assert_same (open, verdict);
  g_assert_null (rua_verdict_get_withheld (open));
  g_assert_null (strstr (open_json, "\"withheld\""));
  if (!rua_verdict_get_value (open, &value))
    g_error ("%s", open_text);
  if (!withheld) {
    g_assert_null (rua_verdict_get_withheld (verdict));
    g_assert_true (rua_verdict_get_value (verdict, &other));
    g_assert_cmpfloat (value, ==, other);
    g_assert_null (strstr (json, "\"withheld\""));
    return;
  }
  if (rua_verdict_get_value (verdict, NULL))
    g_error ("told: %s", text);
  assert_no_numbers (verdict);
  assert_no_digits (text);
  assert_closed (json);
  g_assert_nonnull (strstr (text, rua_verdict_get_withheld (verdict)));
  g_assert_nonnull (strstr (text, "metric “"));
  g_assert_nonnull (strstr (json, "\"withheld\": \"the number is withheld"));
  g_assert_nonnull (strstr (json, "\"value\": null"));
  g_assert_nonnull (strstr (json, "\"margin\": null"));
  g_assert_null (strstr (json, "\"threshold\""));
}

static void
test_count (void)
{
  g_autoptr (RuaAlliance) four = households (4), six = households (6);

  assert_withheld (four, 0, TRUE);
  assert_withheld (four, 4, FALSE);
  assert_withheld (six, 0, FALSE);
  assert_withheld (six, 7, TRUE);
  /* a false claim is as false when its number is not told */
  rebuild (four, "claim", "c", "predicate", "mean >= 8000", NULL);
  assert_withheld (four, 0, TRUE);
  rebuild (four, "claim", "c", "predicate", "not (mean < 5000) and mean < 8000", NULL);
  assert_withheld (four, 0, TRUE);
  rebuild (four, "claim", "c", "predicate", "mean < 8000 or told > 1", NULL);
  assert_withheld (four, 0, TRUE);
}

/* What the predicate asks of a metric besides its estimate is told as a formula of it would be. */
static void
test_named_values (void)
{
  static const struct {
    const char *predicate;
    gboolean withheld;
  } cases[] = {
    { "mean['max'] >= 5000", TRUE },  { "5000 <= mean['min']", TRUE },  { "mean >= 5000 and not mean['max'] > 8000", TRUE },
    { "mean['se'] < 1", FALSE },      { "mean['mean'] > 1", FALSE },
  };
  g_autoptr (RuaAlliance) alliance = households (6);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    rebuild (alliance, "claim", "c", "predicate", cases[i].predicate, NULL);
    assert_withheld (alliance, 0, cases[i].withheld);
  }
}

/* One household with many rows is still one. */
static void
test_contributors (void)
{
  g_autoptr (RuaAlliance) alliance = households (4);

  for (guint i = 0; i < 10; i++)
    build (alliance, "income", NULL, "household", "h0", "year", "2014", "amount", AMOUNT, NULL);
  assert_withheld (alliance, 0, TRUE);
  assert_withheld (alliance, 4, FALSE);
}

/* Ten where a condition tells ethnicity. */
static void
test_ethnicity (void)
{
  g_autoptr (RuaAlliance) nine = households (9), ten = households (10);
  const char *where = "coalesce (count (household.village.peoples), 0) = 0";

  assert_withheld (nine, 0, FALSE);
  rebuild (nine, "metric", "mean", "where", where, NULL);
  rebuild (ten, "metric", "mean", "where", where, NULL);
  assert_withheld (nine, 0, TRUE);
  assert_withheld (nine, 9, FALSE);
  assert_withheld (ten, 0, FALSE);
}

/* One has nearly all of what is added up. */
static void
test_dominated (void)
{
  g_autoptr (RuaAlliance) alliance = households (8);

  build (alliance, "household", "rich", NULL);
  rebuild (alliance, "claim", "c", "predicate", "total >= 5000", NULL);
  assert_withheld (alliance, 0, FALSE);
  build (alliance, "income", NULL, "household", "rich", "year", "2014", "amount", "9000000", NULL);
  assert_withheld (alliance, 0, TRUE);
  /* the number of a single record is refused, however many there are */
  rebuild (alliance, "claim", "c", "predicate", "least >= 5000", NULL);
  assert_withheld (alliance, 0, TRUE);
}

/* A formula tells its inputs; the published one would give the other away. */
static void
test_formula (void)
{
  g_autoptr (RuaAlliance) four = households (4), six = households (6);

  rebuild (four, "claim", "c", "predicate", "growth >= 1.1", NULL);
  rebuild (six, "claim", "c", "predicate", "growth >= 1.1", NULL);
  assert_withheld (four, 0, TRUE);
  assert_withheld (six, 0, FALSE);
}

static void
test_published (void)
{
  g_autoptr (RuaAlliance) alliance = households (4);
  g_autofree char *open = NULL, *closed = NULL;
  g_autoptr (RuaChecker) one = NULL, other = NULL;

  rebuild (alliance, "claim", "c", "predicate", "told >= 5000", NULL);
  one = check_public (alliance, FALSE, 0);
  other = check_public (alliance, TRUE, 0);
  open = rua_checker_to_json (one);
  closed = rua_checker_to_json (other);
  g_assert_cmpstr (open, ==, closed);
}

/* Readings keep their verdicts and lose their numbers; one over other rows does so alone. */
static void
test_readings (void)
{
  g_autoptr (RuaAlliance) alliance = households (6);
  g_autoptr (RuaChecker) checker = NULL, all = NULL;
  g_autoptr (RuaVerdict) verdict = NULL, closed = NULL;
  g_autoptr (GListModel) readings = NULL, none = NULL;
  g_autoptr (RuaVerdict) few = NULL, scaled = NULL, same = NULL;

  build (alliance, "metric", "few", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "where",
         "household.id != 'h0' and household.id != 'h1'", NULL);
  build (alliance, "reading", "few", "claim", "c", "title", "of few", "changes", "{\"metrics\": {\"mean\": \"few\"}}", NULL);
  build (alliance, "reading", "half", "claim", "c", "title", "halved", "changes", "{\"scale\": {\"factor\": 0.5}}", NULL);
  checker = check_public (alliance, TRUE, 0);
  verdict = rua_checker_find_verdict (checker, "c");
  g_assert_null (rua_verdict_get_withheld (verdict));
  g_assert_true (rua_verdict_get_value (verdict, NULL));
  readings = rua_verdict_list_readings (verdict);
  few = g_list_model_get_item (readings, 0);
  scaled = g_list_model_get_item (readings, 1);
  g_assert_nonnull (rua_verdict_get_withheld (few));
  g_assert_cmpint (rua_verdict_get_verdict_type (few), ==, RUA_VERDICT_SUPPORTED);
  assert_no_numbers (few);
  g_assert_null (rua_verdict_get_withheld (scaled));
  g_assert_true (rua_verdict_get_value (scaled, NULL));
  g_assert_true (rua_verdict_is_flipped (scaled));
  /* with the claim's own number go those of its readings, and the finding that would tell one */
  all = check_public (alliance, TRUE, 7);
  closed = rua_checker_find_verdict (all, "c");
  assert_same (verdict, closed);
  none = rua_verdict_list_readings (closed);
  for (guint i = 0; i < g_list_model_get_n_items (none); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (none, i);
    g_autofree char *reasons = g_strjoinv ("; ", (char **) rua_verdict_get_reasons (reading));

    g_assert_nonnull (rua_verdict_get_withheld (reading));
    assert_no_numbers (reading);
    assert_no_digits (reasons);
  }
  {
    g_autofree char *json = rua_checker_to_json (all);

    g_assert_nonnull (strstr (json, "\"rule\": \"flips\""));
    assert_closed (json);
  }
}

/* What a run is made for is told before it, and holds for the next ones too. */
static void
test_again (void)
{
  g_autoptr (RuaAlliance) alliance = households (4);
  g_autoptr (RuaChecker) checker = check_public (alliance, TRUE, 0);
  g_autoptr (RuaChecker) plain = check (alliance, NULL);
  g_autofree char *first = rua_checker_to_json (checker), *open = rua_checker_to_json (plain);
  g_autofree char *second = NULL, *third = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (rua_checker_run (checker, NULL, NULL));
  second = rua_checker_to_json (checker);
  g_assert_cmpstr (first, ==, second);
  g_cancellable_cancel (cancellable);
  g_assert_false (rua_checker_run (checker, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  rua_checker_set_public (checker, FALSE, 0);
  g_assert_true (rua_checker_run (checker, NULL, NULL));
  third = rua_checker_to_json (checker);
  g_assert_cmpstr (third, ==, open);
}

/* Of numbers that are told, what lies under them is as it may be published. */
static void
test_explanation (void)
{
  g_autoptr (RuaAlliance) alliance = households (6);
  g_autoptr (RuaChecker) plain = check_public (alliance, FALSE, 0), checker = check_public (alliance, TRUE, 0);
  g_autoptr (RuaVerdict) open = rua_checker_find_verdict (plain, "c");
  g_autoptr (RuaVerdict) verdict = rua_checker_find_verdict (checker, "c");
  g_autofree char *before = rua_explanation_to_string (rua_verdict_get_explanation (open));
  g_autofree char *after = rua_explanation_to_string (rua_verdict_get_explanation (verdict));

  g_assert_nonnull (strstr (before, "digest of what was read"));
  g_assert_null (strstr (after, "digest of what was read"));
  g_assert_nonnull (strstr (after, AMOUNT));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verdict-public/count", test_count);
  g_test_add_func ("/verdict-public/named-values", test_named_values);
  g_test_add_func ("/verdict-public/contributors", test_contributors);
  g_test_add_func ("/verdict-public/ethnicity", test_ethnicity);
  g_test_add_func ("/verdict-public/dominated", test_dominated);
  g_test_add_func ("/verdict-public/formula", test_formula);
  g_test_add_func ("/verdict-public/published", test_published);
  g_test_add_func ("/verdict-public/readings", test_readings);
  g_test_add_func ("/verdict-public/again", test_again);
  g_test_add_func ("/verdict-public/explanation", test_explanation);
  return g_test_run ();
}
