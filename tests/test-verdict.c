/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-verdict.h"

#include <math.h>
#include <string.h>

#include "evidence-build.h"
#include "rua-claim-check.h"

/* An oyster alliance: two farms, a county paper, prices. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();
  static const struct {
    const char *year, *rate;
  } inflation[] = { { "2001", "5" }, { "2002", "10" }, { "2003", "0" }, { "2004", "20" } };

  build (alliance, "organisation", "team", "name", "Oyster Team", NULL);
  build (alliance, "organisation", "paper", "name", "County Paper", NULL);
  build (alliance, "alliance", NULL, "title", "Oysters", "owner", "team", "currency", "EUR", NULL);
  build (alliance, "document", "doc", "title", "Oyster report", NULL);
  build (alliance, "document", "other", "title", "County yearbook", NULL);
  build (alliance, "place", "land", "name", "Land", "level", "country", NULL);
  build (alliance, "place", "bay", "name", "Bay", "level", "county", "parent", "land", NULL);
  build (alliance, "place", "cove", "name", "Cove", "level", "county", "parent", "land", NULL);
  build (alliance, "cooperative", "reef", "name", "Reef", NULL);
  build (alliance, "source", "ours", "title", "Ours", "publisher", "team", NULL);
  build (alliance, "source", "news", "title", "News", "publisher", "paper", NULL);
  build (alliance, "series", "cpi", "title", "CPI", "series_type", "inflation_rate", "unit", "%", "currency", "EUR", "location", "land", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (inflation); i++)
    build (alliance, "series-value", NULL, "series", "cpi", "period", inflation[i].year, "value", inflation[i].rate, NULL);
  build (alliance, "observation", "start", "measured_property", "income", "statistic", "mean", "value", "1000", "unit", "EUR/household/year",
         "period", "2001", "subject", "cooperative/reef", "location", "bay", "unit_of_analysis", "household", "price_basis", "unstated",
         "document", "doc", "sources", "ours", NULL);
  build (alliance, "observation", "end", "measured_property", "income", "statistic", "mean", "value", "1600", "unit", "EUR/household/year",
         "period", "2004", "subject", "cooperative/reef", "location", "bay", "unit_of_analysis", "household", "price_basis", "unstated",
         "document", "doc", "sources", "ours", NULL);
  build (alliance, "observation", "beds", "measured_property", "beds", "statistic", "count", "value", "40", "unit", "1",
         "subject", "cooperative/reef", "document", "doc", "sources", "ours", NULL);
  build (alliance, "metric", "income.start", "unit", "EUR/household/year", "estimator", "reported", "table", "observations", "columns", "{\"value\":\"value\"}", "where", "id = 'start'", NULL);
  build (alliance, "metric", "income.end", "unit", "EUR/household/year", "estimator", "reported", "table", "observations", "columns", "{\"value\":\"value\"}", "where", "id = 'end'", NULL);
  build (alliance, "metric", "income.ratio", "unit", "1", "formula", "income.end / income.start", NULL);
  build (alliance, "metric", "beds", "unit", "1", "estimator", "reported", "table", "observations", "columns", "{\"value\":\"value\"}", "where", "id = 'beds'", NULL);
  build (alliance, "claim", "c", "title", "Income rose by half", "predicate", "income.ratio >= 1.5", "document", "doc", "sources", "ours", NULL);
  return alliance;
}

static void
assert_verdict_at (RuaAlliance *alliance, RuaVerdictType expected, int line)
{
  g_autoptr (RuaVerdict) verdict = verdict_of (alliance, "c");

  if (rua_verdict_get_verdict_type (verdict) != expected) {
    g_autofree char *reasons = g_strjoinv ("; ", (char **) rua_verdict_get_reasons (verdict));
    g_error ("line %d: %s instead of %s: %s", line, rua_verdict_type_to_string (rua_verdict_get_verdict_type (verdict)),
             rua_verdict_type_to_string (expected), reasons);
  }
  g_assert_cmpuint (g_strv_length ((char **) rua_verdict_get_reasons (verdict)), >, 0);
}
#define assert_verdict(alliance, expected) assert_verdict_at (alliance, expected, __LINE__)

static void
assert_reason (RuaAlliance *alliance, const char *part)
{
  g_autoptr (RuaVerdict) verdict = verdict_of (alliance, "c");
  g_autofree char *reasons = g_strjoinv ("; ", (char **) rua_verdict_get_reasons (verdict));

  if (strstr (reasons, part) == NULL)
    g_error ("no “%s” in “%s”", part, reasons);
}

/* The reading of a name that begins so; NULL. */
static RuaVerdict *
find_reading (RuaVerdict *verdict, const char *name)
{
  g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);

  for (guint i = 0; i < g_list_model_get_n_items (readings); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (readings, i);
    if (g_str_has_prefix (rua_verdict_get_name (reading), name))
      return g_steal_pointer (&reading);
  }
  return NULL;
}

/* ---- the seven verdicts ---- */

static void
test_supported (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = verdict_of (alliance, "c");
  g_autoptr (GListModel) sources = rua_verdict_list_sources (verdict);
  double value;

  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  g_assert_true (rua_verdict_get_value (verdict, &value));
  g_assert_cmpfloat_with_epsilon (value, 1.6, 1e-12);
  g_assert_true (rua_verdict_get_threshold (verdict, &value));
  g_assert_cmpfloat (value, ==, 1.5);
  g_assert_true (rua_verdict_get_margin (verdict, &value));
  g_assert_cmpfloat_with_epsilon (value, 0.1, 1e-12);
  g_assert_false (rua_verdict_get_low (verdict, NULL));
  g_assert_cmpstr (rua_verdict_get_unit (verdict), ==, "1");
  g_assert_null (rua_verdict_get_name (verdict));
  g_assert_cmpint (rua_verdict_get_grade (verdict), ==, RUA_GRADE_OWN_FIGURE);
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, 1);
  g_assert_false (rua_verdict_is_flipped (verdict));
}

static void
test_contradicted (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  double value;

  rebuild (alliance, "claim", "c", "predicate", "income.ratio >= 2", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_CONTRADICTED);
  g_assert_true (rua_verdict_get_margin (verdict, &value));
  g_assert_cmpfloat_with_epsilon (value, -0.4, 1e-12);
}

/* Thirty of forty households with a dish, and nobody knows of five more. */
static void
add_feast (RuaAlliance *alliance, guint n_with, guint n_without, guint n_unknown)
{
  build (alliance, "activity", "feast", "title", "Feast", NULL);
  for (guint i = 0; i < n_with + n_without + n_unknown; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);
    build (alliance, "household", id, "household_type", "producer", NULL);
    build (alliance, "contribution", NULL, "activity", "feast", "household", id, "exempt", "false",
           i < n_with + n_without ? "contributed" : NULL, i < n_with ? "true" : "false", NULL);
  }
  build (alliance, "metric", "dishes", "unit", "%", "estimator", "participation_rate", "table", "contributions",
         "columns", "{\"exempt\":\"exempt\",\"participated\":\"contributed\"}", NULL);
}

static void
test_inconclusive (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  double low, high, n;

  add_feast (alliance, 30, 10, 0);
  rebuild (alliance, "claim", "c", "predicate", "dishes >= 70", "quantifier", "most", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_INCONCLUSIVE);
  g_assert_cmpint (rua_verdict_get_grade (verdict), ==, RUA_GRADE_RECORDS);
  g_assert_true (rua_verdict_get_low (verdict, &low));
  g_assert_true (rua_verdict_get_high (verdict, &high));
  g_assert_cmpfloat (low, <, 70);
  g_assert_cmpfloat (high, >, 70);
  n = flip_of (verdict, "break_even_n");
  g_assert_cmpfloat (n, >, 40);
  g_assert_cmpfloat (n, <, 1000);

  rebuild (alliance, "claim", "c", "predicate", "dishes >= 50", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
  rebuild (alliance, "claim", "c", "predicate", "dishes >= 95", NULL);
  assert_verdict (alliance, RUA_VERDICT_CONTRADICTED);
}

static void
test_unsupported (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  rebuild (alliance, "claim", "c", "predicate", "", NULL);
  assert_verdict (alliance, RUA_VERDICT_UNSUPPORTED);
  assert_reason (alliance, "neither a figure nor a record");
  rebuild (alliance, "claim", "c", "figures", "start", NULL);
  assert_verdict (alliance, RUA_VERDICT_UNSUPPORTED);
  assert_reason (alliance, "no condition");
}

/* A table with no rows is nothing to compute from, whatever the claim asks. */
static void
test_no_rows (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  add_feast (alliance, 0, 0, 0);
  rebuild (alliance, "claim", "c", "predicate", "dishes >= 70", "causal", "true", NULL);
  assert_verdict (alliance, RUA_VERDICT_UNSUPPORTED);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_grade (verdict), ==, RUA_GRADE_NONE);
  g_assert_false (rua_verdict_get_value (verdict, NULL));
  /* With figures at hand that do not say it, it is not entailed. */
  rebuild (alliance, "claim", "c", "figures", "start|end", "quantifier", "almost_all", NULL);
  assert_verdict (alliance, RUA_VERDICT_NOT_ENTAILED);
}

static void
test_only_repeats (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  double value;

  rebuild (alliance, "claim", "c", "predicate", "beds = 40", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_UNSUPPORTED);
  g_assert_true (rua_verdict_get_value (verdict, &value));
  g_assert_cmpfloat (value, ==, 40);
  assert_reason (alliance, "own number");
  /* A number that does not fit is contradicted all the same. */
  rebuild (alliance, "claim", "c", "predicate", "beds = 41", NULL);
  assert_verdict (alliance, RUA_VERDICT_CONTRADICTED);
  /* Somebody else stands behind it. */
  rebuild (alliance, "claim", "c", "predicate", "beds = 40", NULL);
  rebuild (alliance, "observation", "beds", "sources", "ours|news", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
  g_clear_object (&verdict);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_grade (verdict), ==, RUA_GRADE_INDEPENDENT_FIGURE);
  /* Or another document says it. */
  rebuild (alliance, "observation", "beds", "sources", "ours", "document", "other", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
}

/* Rows that were typed in from the claim's own document are its word; others are records. */
static void
test_grade_of_rows (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  static const struct {
    const char *document, *sources;
    RuaGrade grade;
    RuaVerdictType type;
  } cases[] = {
    { "", "", RUA_GRADE_RECORDS, RUA_VERDICT_SUPPORTED },
    { "other", "", RUA_GRADE_RECORDS, RUA_VERDICT_SUPPORTED },
    { "doc", "", RUA_GRADE_OWN_FIGURE, RUA_VERDICT_UNSUPPORTED },
    { "doc", "ours", RUA_GRADE_OWN_FIGURE, RUA_VERDICT_UNSUPPORTED },
    { "doc", "news", RUA_GRADE_INDEPENDENT_FIGURE, RUA_VERDICT_SUPPORTED },
  };

  build (alliance, "event", "e1", "title", "A", "event_type", "meeting", NULL);
  build (alliance, "event", "e2", "title", "B", "event_type", "festival", "document", "doc", NULL);
  build (alliance, "metric", "meetings", "unit", "1", "estimator", "count", "table", "events", "columns", "{\"value\":\"1\"}",
         "where", "event_type = 'meeting'", NULL);
  rebuild (alliance, "claim", "c", "predicate", "meetings >= 1", "sources", "", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaVerdict) verdict = NULL;
    rebuild (alliance, "event", "e1", "document", cases[i].document, "sources", cases[i].sources, NULL);
    verdict = verdict_of (alliance, "c");
    g_assert_cmpint (rua_verdict_get_grade (verdict), ==, cases[i].grade);
    g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, cases[i].type);
  }
}

static void
test_disputed_row (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "event", "e1", "title", "A", "event_type", "meeting", NULL);
  build (alliance, "event", "e2", "title", "B", "event_type", "festival", NULL);
  build (alliance, "metric", "meetings", "unit", "1", "estimator", "count", "table", "events", "columns", "{\"value\":\"1\"}",
         "where", "event_type = 'meeting'", NULL);
  rebuild (alliance, "claim", "c", "predicate", "meetings >= 1", NULL);
  build (alliance, "conflict", "k", "about", "event/e2", "field", "title", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
  rebuild (alliance, "conflict", "k", "about", "event/e1", NULL);
  assert_verdict (alliance, RUA_VERDICT_DISPUTED);
}

static void
test_stale (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "as it was", -1);
  g_autoptr (RuaChecker) checker = NULL;
  g_autoptr (RuaVerdict) verdict = NULL;

  rebuild (alliance, "document", "doc", "digest", digest, NULL);
  checker = check (alliance, "as it was");
  verdict = rua_checker_find_verdict (checker, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  g_clear_object (&checker);
  g_clear_object (&verdict);
  checker = check (alliance, "as it is now");
  verdict = rua_checker_find_verdict (checker, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_STALE);
  g_assert_true (rua_verdict_get_value (verdict, NULL));
  assert_found (alliance, "as it is now", "text_changed", 1, "document/doc");
  assert_none (alliance, "as it was", "text_changed");
}

/* Figures of a document that changed make a claim of another document stale too. */
static void
test_stale_figure (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = NULL;
  g_autoptr (RuaVerdict) verdict = NULL;

  rebuild (alliance, "document", "doc", "digest", "00", NULL);
  rebuild (alliance, "claim", "c", "document", "other", NULL);
  checker = check (alliance, "changed");
  verdict = rua_checker_find_verdict (checker, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_STALE);
}

static void
test_disputed (void)
{
  static const char *const records[] = { "claim/c", "observation/start", "metric/income.start", NULL };

  for (guint i = 0; records[i] != NULL; i++) {
    g_autoptr (RuaAlliance) alliance = new_alliance ();
    const char *one[] = { records[i], NULL };
    g_autoptr (RuaChecker) checker = rua_checker_new (alliance);
    g_autoptr (RuaVerdict) verdict = NULL;

    rua_checker_set_disputed (checker, one);
    g_assert_true (rua_checker_run (checker, NULL, NULL));
    verdict = rua_checker_find_verdict (checker, "c");
    g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_DISPUTED);
    /* The conflict is settled. */
    rua_checker_set_disputed (checker, NULL);
    g_assert_true (rua_checker_run (checker, NULL, NULL));
    g_clear_object (&verdict);
    verdict = rua_checker_find_verdict (checker, "c");
    g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  }
}

static void
test_disputed_by_conflict (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "conflict", "k", "about", "observation/end", "field", "value", NULL);
  assert_verdict (alliance, RUA_VERDICT_DISPUTED);
  rebuild (alliance, "conflict", "k", "settled_on", "2020-01-01", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
}

/* The yearbook has another number for the same thing. */
static void
test_disputed_by_rival (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "rival", "measured_property", "income", "statistic", "mean", "value", "1100", "unit", "EUR/household/year",
         "period", "2001", "subject", "cooperative/reef", "document", "other", NULL);
  assert_verdict (alliance, RUA_VERDICT_DISPUTED);
  assert_reason (alliance, "“start” says 1000 where “rival” says 1100");
  rebuild (alliance, "observation", "rival", "value", "1000", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
  rebuild (alliance, "observation", "rival", "value", "1100", "period", "2002", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
}

/* ---- what does not follow ---- */

static void
check_not_entailed (const char *field, const char *value, const char *reason)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  double number;

  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
  rebuild (alliance, "claim", "c", field, value, NULL);
  assert_verdict (alliance, RUA_VERDICT_NOT_ENTAILED);
  assert_reason (alliance, reason);
  verdict = verdict_of (alliance, "c");
  g_assert_true (rua_verdict_get_value (verdict, &number));
  g_assert_cmpfloat_with_epsilon (number, 1.6, 1e-12);
  assert_found (alliance, NULL, "not_entailed", 1, "claim/c");
}

static void
check_entailed (const char *field, const char *value)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  rebuild (alliance, "claim", "c", field, value, NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
  assert_none (alliance, NULL, "not_entailed");
}

static void
test_entailment (void)
{
  check_not_entailed ("quantifier", "almost_all", "“almost all” needs a share");
  check_entailed ("quantifier", "some");
  check_not_entailed ("statistic", "median", "about a median; the figures give mean");
  check_entailed ("statistic", "mean");
  check_not_entailed ("unit_of_analysis", "member", "about each member");
  check_entailed ("unit_of_analysis", "household");
  check_not_entailed ("scope_count", "9", "about 9; the figures are from 1");
  check_entailed ("scope_count", "1");
  check_not_entailed ("scope_places", "bay|cove", "about Cove too; the figures are from Bay");
  check_entailed ("scope_places", "bay");
  check_entailed ("scope_places", "land|bay");
  check_not_entailed ("causal", "true", "nothing tells what would have come about");
  check_entailed ("causal", "false");
  check_entailed ("assertion", "change");
  check_not_entailed ("price_basis", "real", "money of one year");
  check_entailed ("price_basis", "nominal");
}

static void
test_entailment_of_subjects (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "cooperative", "pier", "name", "Pier", NULL);
  build (alliance, "project", "p", "title", "P", NULL);
  rebuild (alliance, "claim", "c", "about", "project/p|cooperative/reef", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
  rebuild (alliance, "claim", "c", "about", "cooperative/pier|cooperative/reef", NULL);
  assert_verdict (alliance, RUA_VERDICT_NOT_ENTAILED);
  assert_reason (alliance, "about Pier too");
}

static void
test_change_needs_two (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  rebuild (alliance, "claim", "c", "predicate", "income.end >= 100", "assertion", "change", NULL);
  assert_verdict (alliance, RUA_VERDICT_NOT_ENTAILED);
  assert_reason (alliance, "a value before and a value after");
}

static void
test_comparison_given (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  rebuild (alliance, "claim", "c", "causal", "true", "comparison", "households of other bays", NULL);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
}

/* ---- readings ---- */

static void
check_reading (RuaVerdict *verdict, const char *name, double value, RuaVerdictType type, gboolean flipped)
{
  g_autoptr (RuaVerdict) reading = find_reading (verdict, name);
  double number;

  if (reading == NULL)
    g_error ("no reading “%s”", name);
  g_assert_true (rua_verdict_get_value (reading, &number));
  g_assert_cmpfloat_with_epsilon (number, value, 1e-9);
  g_assert_cmpint (rua_verdict_get_verdict_type (reading), ==, type);
  g_assert_cmpint (rua_verdict_is_flipped (reading), ==, flipped);
}

static void
test_price_readings (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = verdict_of (alliance, "c");
  g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);

  /* 10 %, 0 %, 20 % after 2001: prices rose by 32 %. */
  check_reading (verdict, "real, 2001 prices", 1.6 / 1.32, RUA_VERDICT_CONTRADICTED, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (readings), ==, 1);
  g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_inflation"), 100 * (1.6 / 1.5 - 1), 1e-9);
  g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_inflation_per_year"), 100 * (cbrt (1.6 / 1.5) - 1), 1e-9);
  g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_growth"), 60, 1e-9);
  g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_growth_per_year"), 100 * (cbrt (1.6) - 1), 1e-9);
  assert_found (alliance, NULL, "flips", 1, "“c” is contradicted when it is read as “real, 2001 prices”: the value is 1.212");
}

static void
test_price_readings_of_open_year (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  rebuild (alliance, "observation", "start", "period", "", "possible_periods", "2002|2001|2000", NULL);
  rebuild (alliance, "claim", "c", "predicate", "income.ratio >= 1.3", NULL);
  verdict = verdict_of (alliance, "c");
  check_reading (verdict, "real, 2002 prices", 1.6 / 1.2, RUA_VERDICT_SUPPORTED, FALSE);
  check_reading (verdict, "real, 2001 prices", 1.6 / 1.32, RUA_VERDICT_CONTRADICTED, TRUE);
  check_reading (verdict, "real, 2000 prices", 1.6 / 1.386, RUA_VERDICT_CONTRADICTED, TRUE);
}

/* A year for which there is no rate is told, not passed over. */
static void
test_price_reading_without_rate (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  g_autoptr (RuaVerdict) reading = NULL;

  rebuild (alliance, "observation", "start", "period", "1998", NULL);
  verdict = verdict_of (alliance, "c");
  reading = find_reading (verdict, "real, 1998 prices");
  g_assert_nonnull (reading);
  g_assert_cmpint (rua_verdict_get_verdict_type (reading), ==, RUA_VERDICT_UNSUPPORTED);
  g_assert_nonnull (strstr (rua_verdict_get_reasons (reading)[0], "cannot be computed"));
  assert_found (alliance, NULL, "cannot_be_computed", 1, "real, 1998 prices");
}

static void
test_no_price_readings (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  /* Words that say which money they mean leave no choice. */
  rebuild (alliance, "claim", "c", "price_basis", "nominal", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_null (find_reading (verdict, "real"));
  assert_none (alliance, NULL, "flips");
  /* Counts are no money. */
  rebuild (alliance, "claim", "c", "price_basis", "", "predicate", "beds >= 30", NULL);
  g_clear_object (&verdict);
  verdict = verdict_of (alliance, "c");
  g_assert_null (find_reading (verdict, "real"));
  g_assert_true (isnan (flip_of (verdict, "break_even_inflation")));
}

static void
test_reading_of_what_is_measured (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  rebuild (alliance, "claim", "c", "causal", "true", NULL);
  verdict = verdict_of (alliance, "c");
  check_reading (verdict, "as a change, not as an effect", 1.6, RUA_VERDICT_SUPPORTED, FALSE);
  check_reading (verdict, "real, 2001 prices", 1.6 / 1.32, RUA_VERDICT_CONTRADICTED, TRUE);
  rebuild (alliance, "claim", "c", "unit_of_analysis", "member", NULL);
  g_clear_object (&verdict);
  verdict = verdict_of (alliance, "c");
  check_reading (verdict, "as its figures say: mean, household, Bay", 1.6, RUA_VERDICT_SUPPORTED, FALSE);
}

static void
test_reading_of_other_unit (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  rebuild (alliance, "claim", "c", "unit_of_analysis", "household", NULL);
  build (alliance, "claim", "again", "unit_of_analysis", "villager", "restates", "c", NULL);
  verdict = verdict_of (alliance, "c");
  check_reading (verdict, "of each villager, as “again” has it", 1.6, RUA_VERDICT_NOT_ENTAILED, TRUE);
}

static void
test_reading_of_other_value (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  build (alliance, "observation", "end2", "measured_property", "income", "statistic", "mean", "value", "1400", "unit", "EUR/household/year",
         "period", "2004", "subject", "cooperative/reef", "document", "doc", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  check_reading (verdict, "with 1400 of “end2”", 1.4, RUA_VERDICT_CONTRADICTED, TRUE);
}

static void
test_reading_of_missing (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  add_feast (alliance, 36, 4, 20);
  rebuild (alliance, "claim", "c", "predicate", "dishes >= 70", "quantifier", "most", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  check_reading (verdict, "those of whom nothing is known", 60, RUA_VERDICT_CONTRADICTED, TRUE);
}

static void
test_recorded_readings (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  build (alliance, "reading", "r1", "claim", "c", "title", "stricter", "changes", "{\"predicate\":\"income.ratio >= 1.7\"}", NULL);
  build (alliance, "reading", "r2", "claim", "c", "title", "old money", "changes", "{\"deflate\":{\"series\":\"cpi\",\"from\":2002,\"to\":2004}}", NULL);
  build (alliance, "reading", "r3", "claim", "c", "title", "grown anyway", "changes", "{\"grow\":{\"metric\":\"income.ratio\",\"percent\":25}}", NULL);
  build (alliance, "reading", "r4", "claim", "c", "title", "less a tenth", "changes", "{\"scale\":{\"factor\":0.9,\"words\":\"fees\"}}", NULL);
  build (alliance, "reading", "r5", "claim", "c", "title", "turned round", "changes", "{\"metrics\":{\"income.end\":\"income.start\"}}", NULL);
  build (alliance, "reading", "r6", "claim", "c", "title", "of all", "changes", "{\"quantifier\":\"all\"}", NULL);
  verdict = verdict_of (alliance, "c");
  check_reading (verdict, "stricter", 1.6, RUA_VERDICT_CONTRADICTED, TRUE);
  check_reading (verdict, "old money", 1.6 / 1.2, RUA_VERDICT_CONTRADICTED, TRUE);
  check_reading (verdict, "grown anyway", 1.28, RUA_VERDICT_CONTRADICTED, TRUE);
  check_reading (verdict, "less a tenth", 1.44, RUA_VERDICT_CONTRADICTED, TRUE);
  check_reading (verdict, "turned round", 1, RUA_VERDICT_CONTRADICTED, TRUE);
  check_reading (verdict, "of all", 1.6, RUA_VERDICT_NOT_ENTAILED, TRUE);
  assert_none (alliance, NULL, "cannot_be_computed");
}

static void
check_faulty_reading (const char *changes, const char *message)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "reading", "r", "claim", "c", "title", "bad", "changes", changes, NULL);
  assert_found (alliance, NULL, "cannot_be_computed", 1, message);
  assert_verdict (alliance, RUA_VERDICT_SUPPORTED);
}

static void
test_faulty_readings (void)
{
  check_faulty_reading ("{\"predicat\":\"x\"}", "no member “predicat”");
  check_faulty_reading ("[1]", "must be an object");
  check_faulty_reading ("{\"predicate\":3}", "a text, or null");
  check_faulty_reading ("{\"predicate\":\"nothing >= 1\"}", "nothing");
  check_faulty_reading ("{\"deflate\":{\"series\":\"cpi\"}}", "an object like");
  check_faulty_reading ("{\"deflate\":{\"series\":\"cpi\",\"from\":1990,\"to\":2004}}", "from 1990 to 2004");
  check_faulty_reading ("{\"grow\":{}}", "percent");
  check_faulty_reading ("{\"scale\":{\"factor\":\"a\"}}", "factor");
  check_faulty_reading ("{\"causal\":1}", "true or false");
  check_faulty_reading ("{\"scope_count\":-1}", "a count");
  check_faulty_reading ("{\"scope_places\":[\"nowhere\"]}", "ids of places");
  check_faulty_reading ("{\"metrics\":[]}", "metric ids");
}

/* ---- one claim by itself ---- */

static void
test_check_one (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaRecord) claim = rua_alliance_find (alliance, "claim", "c");
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaVerdict) verdict = rua_claim_check (RUA_CLAIM (claim), alliance, NULL, &error);
  g_autofree char *tree = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  g_assert_true (rua_verdict_get_claim (verdict) == RUA_CLAIM (claim));
  /* The tree goes down to figures and sources. */
  tree = rua_explanation_to_string (rua_verdict_get_explanation (verdict));
  g_assert_nonnull (strstr (tree, "supported"));
  g_assert_nonnull (strstr (tree, "figure “start”: mean of income = 1000"));
  g_assert_nonnull (strstr (tree, "source ours: Ours; own"));
}

static void
check_error (const char *predicate, int code)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaRecord) claim = NULL;
  g_autoptr (GError) error = NULL;

  rebuild (alliance, "claim", "c", "predicate", predicate, NULL);
  claim = rua_alliance_find (alliance, "claim", "c");
  g_assert_null (rua_claim_check (RUA_CLAIM (claim), alliance, NULL, &error));
  g_assert_error (error, RUA_ERROR, code);
  /* The checker goes on, and says so. */
  assert_verdict (alliance, RUA_VERDICT_UNSUPPORTED);
  assert_found (alliance, NULL, "cannot_be_computed", 1, "claim/c");
}

static void
test_errors (void)
{
  check_error ("income.ratio >=", RUA_ERROR_SYNTAX);
  check_error ("no.such >= 1", RUA_ERROR_UNKNOWN_NAME);
  check_error ("income.start >= beds", RUA_ERROR_UNIT);
}

static void
test_cancelled (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaRecord) claim = rua_alliance_find (alliance, "claim", "c");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (rua_claim_check (RUA_CLAIM (claim), alliance, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_rests_on_weak (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "claim", "more", "predicate", "income.ratio >= 1.5", "depends_on", "c", NULL);
  assert_none (alliance, NULL, "rests_on_weak");
  rebuild (alliance, "claim", "c", "predicate", "income.ratio >= 3", NULL);
  assert_found (alliance, NULL, "rests_on_weak", 1, "claim/more claim/c @0: “more” rests on “c”, which is contradicted.");
}

/* Of what must not hold, the margin is how far it is from holding. */
static void
test_negated (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  double value;

  rebuild (alliance, "claim", "c", "predicate", "not income.ratio < 1.5", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  g_assert_true (rua_verdict_get_margin (verdict, &value));
  g_assert_cmpfloat_with_epsilon (value, 0.1, 1e-12);
  g_clear_object (&verdict);
  rebuild (alliance, "claim", "c", "predicate", "not income.ratio < 2", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_CONTRADICTED);
  g_assert_true (rua_verdict_get_margin (verdict, &value));
  g_assert_cmpfloat_with_epsilon (value, -0.4, 1e-12);
  g_clear_object (&verdict);
  rebuild (alliance, "claim", "c", "predicate", "not income.ratio > 1.5", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_CONTRADICTED);
  g_assert_true (rua_verdict_get_margin (verdict, &value));
  g_assert_cmpfloat_with_epsilon (value, -0.1, 1e-12);
}

static void
test_several_comparisons (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  double threshold;

  /* The one with the least to spare decides, not the first. */
  rebuild (alliance, "claim", "c", "predicate", "income.start >= 100 and income.ratio >= 1.5", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_true (rua_verdict_get_threshold (verdict, &threshold));
  g_assert_cmpfloat (threshold, ==, 1.5);
  rebuild (alliance, "claim", "c", "predicate", "income.ratio >= 1.5 and income.start >= 5000", NULL);
  g_clear_object (&verdict);
  verdict = verdict_of (alliance, "c");
  g_assert_true (rua_verdict_get_threshold (verdict, &threshold));
  g_assert_cmpfloat (threshold, ==, 5000);
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_CONTRADICTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verdict/supported", test_supported);
  g_test_add_func ("/verdict/contradicted", test_contradicted);
  g_test_add_func ("/verdict/inconclusive", test_inconclusive);
  g_test_add_func ("/verdict/unsupported", test_unsupported);
  g_test_add_func ("/verdict/no-rows", test_no_rows);
  g_test_add_func ("/verdict/only-repeats", test_only_repeats);
  g_test_add_func ("/verdict/grade-of-rows", test_grade_of_rows);
  g_test_add_func ("/verdict/disputed-row", test_disputed_row);
  g_test_add_func ("/verdict/stale", test_stale);
  g_test_add_func ("/verdict/stale-figure", test_stale_figure);
  g_test_add_func ("/verdict/disputed", test_disputed);
  g_test_add_func ("/verdict/disputed-by-conflict", test_disputed_by_conflict);
  g_test_add_func ("/verdict/disputed-by-rival", test_disputed_by_rival);
  g_test_add_func ("/verdict/entailment", test_entailment);
  g_test_add_func ("/verdict/entailment-of-subjects", test_entailment_of_subjects);
  g_test_add_func ("/verdict/change-needs-two", test_change_needs_two);
  g_test_add_func ("/verdict/comparison-given", test_comparison_given);
  g_test_add_func ("/verdict/price-readings", test_price_readings);
  g_test_add_func ("/verdict/price-readings-of-open-year", test_price_readings_of_open_year);
  g_test_add_func ("/verdict/price-reading-without-rate", test_price_reading_without_rate);
  g_test_add_func ("/verdict/no-price-readings", test_no_price_readings);
  g_test_add_func ("/verdict/reading-of-what-is-measured", test_reading_of_what_is_measured);
  g_test_add_func ("/verdict/reading-of-other-unit", test_reading_of_other_unit);
  g_test_add_func ("/verdict/reading-of-other-value", test_reading_of_other_value);
  g_test_add_func ("/verdict/reading-of-missing", test_reading_of_missing);
  g_test_add_func ("/verdict/recorded-readings", test_recorded_readings);
  g_test_add_func ("/verdict/faulty-readings", test_faulty_readings);
  g_test_add_func ("/verdict/check-one", test_check_one);
  g_test_add_func ("/verdict/errors", test_errors);
  g_test_add_func ("/verdict/cancelled", test_cancelled);
  g_test_add_func ("/verdict/rests-on-weak", test_rests_on_weak);
  g_test_add_func ("/verdict/negated", test_negated);
  g_test_add_func ("/verdict/several-comparisons", test_several_comparisons);
  return g_test_run ();
}
