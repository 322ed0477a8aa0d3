/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-verdict.h"

#include <math.h>
#include <string.h>

#include "evidence-build.h"
#include "rua-claim-check.h"

/* What decides a verdict: which comparison, what is known, which rows. */

static void
add_figure (RuaAlliance *alliance, const char *id, const char *statistic, const char *value, const char *unit, const char *period)
{
  g_autofree char *where = g_strdup_printf ("id = '%s'", id);

  build (alliance, "observation", id, "measured_property", id, "statistic", statistic, "value", value, "unit", unit, "period", period,
         "subject", "cooperative/loaf", "document", "doc", "sources", "ours", NULL);
  build (alliance, "metric", id, "estimator", "reported", "table", "observations", "where", where, NULL);
}

/* A bakers' alliance: what its report says of two years, and a paper. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "organisation", "team", "name", "Bakers", NULL);
  build (alliance, "organisation", "paper", "name", "Town Paper", NULL);
  build (alliance, "alliance", NULL, "title", "Bread", "owner", "team", "currency", "EUR", NULL);
  build (alliance, "document", "doc", "title", "Report", NULL);
  build (alliance, "document", "other", "title", "Yearbook", NULL);
  build (alliance, "cooperative", "loaf", "name", "Loaf", NULL);
  build (alliance, "source", "ours", "title", "Ours", "publisher", "team", NULL);
  build (alliance, "source", "news", "title", "News", "publisher", "paper", NULL);
  add_figure (alliance, "before", "mean", "1000", "EUR/household/year", "2001");
  add_figure (alliance, "after", "mean", "1600", "EUR/household/year", "2004");
  add_figure (alliance, "ovens", "count", "40", "1", "2004");
  build (alliance, "metric", "ratio", "unit", "1", "formula", "after / before", NULL);
  build (alliance, "claim", "c", "title", "C", "predicate", "ratio >= 1.5", "document", "doc", "sources", "ours", NULL);
  return alliance;
}

/* The claim with that predicate. */
static RuaVerdict *
judge (RuaAlliance *alliance, const char *predicate)
{
  rebuild (alliance, "claim", "c", "predicate", predicate, NULL);
  return verdict_of (alliance, "c");
}

static void
assert_type_at (RuaAlliance *alliance, const char *predicate, RuaVerdictType expected, const char *reason, int line)
{
  g_autoptr (RuaVerdict) verdict = judge (alliance, predicate);
  g_autofree char *reasons = g_strjoinv ("; ", (char **) rua_verdict_get_reasons (verdict));

  if (rua_verdict_get_verdict_type (verdict) != expected || (reason != NULL && strstr (reasons, reason) == NULL))
    g_error ("line %d: %s: %s instead of %s with “%s”: %s", line, predicate,
             rua_verdict_type_to_string (rua_verdict_get_verdict_type (verdict)), rua_verdict_type_to_string (expected),
             reason != NULL ? reason : "", reasons);
}
#define assert_type(alliance, predicate, expected, reason) assert_type_at (alliance, predicate, expected, reason, __LINE__)

/* Of what stands behind a “not”, only what makes the whole so decides. */
static void
test_negated (void)
{
  static const struct {
    const char *predicate;
    RuaVerdictType type;
    double threshold, margin;
    const char *reason;
  } cases[] = {
    { "not (before >= 999 and after >= 9000)", RUA_VERDICT_SUPPORTED, 9000, 7400, "after >= 9000 does not hold: after is 1600" },
    { "not (before >= 5000 or after >= 1599)", RUA_VERDICT_CONTRADICTED, 1599, -1, "after >= 1599: after is 1600" },
    { "not (before >= 5000 or not after >= 1599)", RUA_VERDICT_SUPPORTED, 1599, 1, "after >= 1599: after is 1600" },
    { "ratio not in (1, 2)", RUA_VERDICT_SUPPORTED, 2, 0.4, "ratio not in (1, 2): ratio is 1.6" },
    { "ratio not between 1 and 2", RUA_VERDICT_CONTRADICTED, 1, -0.6, "ratio not between 1 and 2 does not hold: ratio is 1.6" },
    { "ratio not between 1.7 and 2", RUA_VERDICT_SUPPORTED, 1.7, 0.1, "ratio not between 1.7 and 2: ratio is 1.6" },
    { "not ratio between 1.7 and 2", RUA_VERDICT_SUPPORTED, 1.7, 0.1, "ratio between 1.7 and 2 does not hold: ratio is 1.6" },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  /* Somebody else stands behind the figures. */
  rebuild (alliance, "observation", "before", "sources", "news", NULL);
  rebuild (alliance, "observation", "after", "sources", "news", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaVerdict) verdict = judge (alliance, cases[i].predicate);
    double value;

    assert_type (alliance, cases[i].predicate, cases[i].type, cases[i].reason);
    g_assert_true (rua_verdict_get_threshold (verdict, &value));
    g_assert_cmpfloat (value, ==, cases[i].threshold);
    g_assert_true (rua_verdict_get_margin (verdict, &value));
    g_assert_cmpfloat_with_epsilon (value, cases[i].margin, 1e-12);
  }
}

/* A ready-made metric stands on rows as one of the alliance's own does. */
static void
test_ready_made (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  for (guint i = 0; i < 4; i++) {
    g_autofree char *household = g_strdup_printf ("h%u", i);

    build (alliance, "household", household, "household_type", "producer", NULL);
    for (guint k = 0; k < 2; k++) {
      g_autofree char *id = g_strdup_printf ("i%u-%u", i, k), *amount = g_strdup_printf ("%u", 100 * (i + 1) * (1 + 2 * k));

      build (alliance, "income", id, "household", household, "year", k == 0 ? "2001" : "2004", "amount", amount, "document",
             i == 0 ? "doc" : "other", NULL);
    }
  }
  verdict = judge (alliance, "\"income.median_ratio(before=2001,after=2004)\" >= 2");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  g_assert_cmpint (rua_verdict_get_grade (verdict), ==, RUA_GRADE_OWN_FIGURE);
  build (alliance, "conflict", "k", "about", "income/i2-1", "field", "amount", NULL);
  assert_type (alliance, "\"income.median_ratio(before=2001,after=2004)\" >= 2", RUA_VERDICT_DISPUTED, "two copies of a record");
  /* Neither counts of rows that the condition leaves out. */
  rebuild (alliance, "income", "i0-0", "document", "other", NULL);
  g_clear_object (&verdict);
  verdict = judge (alliance, "\"income.mean(year=2001)\" < 10000");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
  g_assert_cmpint (rua_verdict_get_grade (verdict), ==, RUA_GRADE_RECORDS);
}

/* What holds of nothing at all is supported by nothing. */
static void
test_nothing_known (void)
{
  static const struct {
    const char *predicate;
    RuaVerdictType without, with; /* a village in the table, of which no population is known */
  } cases[] = {
    { "true", RUA_VERDICT_UNSUPPORTED, RUA_VERDICT_UNSUPPORTED },
    { "2 >= 1", RUA_VERDICT_UNSUPPORTED, RUA_VERDICT_UNSUPPORTED },
    { "large = 0", RUA_VERDICT_UNSUPPORTED, RUA_VERDICT_SUPPORTED },
    { "large >= 1", RUA_VERDICT_UNSUPPORTED, RUA_VERDICT_CONTRADICTED },
    { "twice < 9", RUA_VERDICT_UNSUPPORTED, RUA_VERDICT_SUPPORTED },
    { "people > 5 or 2 > 1", RUA_VERDICT_UNSUPPORTED, RUA_VERDICT_UNSUPPORTED },
    { "people is unknown", RUA_VERDICT_UNSUPPORTED, RUA_VERDICT_UNSUPPORTED },
    { "people > 5", RUA_VERDICT_UNSUPPORTED, RUA_VERDICT_UNSUPPORTED },
    { "people > 5 or before = 1000 and ratio > 1", RUA_VERDICT_SUPPORTED, RUA_VERDICT_SUPPORTED },
    { "all_people = 0", RUA_VERDICT_SUPPORTED, RUA_VERDICT_UNSUPPORTED }, /* whoever declares the table complete has said so */
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "metric", "large", "estimator", "count", "table", "places", "where", "level = 'country'", NULL);
  build (alliance, "metric", "twice", "formula", "2 * large", NULL);
  build (alliance, "metric", "people", "estimator", "total", "table", "places", "columns", "{\"value\":\"population\"}", NULL);
  build (alliance, "metric", "all_people", "estimator", "total", "table", "places", "columns", "{\"value\":\"population\"}", "options",
         "{\"complete\":true}", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaVerdict) verdict = NULL;

    assert_type (alliance, cases[i].predicate, cases[i].without, NULL);
    verdict = judge (alliance, cases[i].predicate);
    if (cases[i].without != RUA_VERDICT_UNSUPPORTED)
      continue;
    g_assert_cmpint (rua_verdict_get_grade (verdict), ==, RUA_GRADE_NONE);
    g_assert_false (rua_verdict_get_value (verdict, NULL));
  }
  build (alliance, "place", "hill", "name", "Hill", "level", "village", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_type (alliance, cases[i].predicate, cases[i].with, NULL);
  /* Figures that the document names are told, and do not say it. */
  rebuild (alliance, "claim", "c", "figures", "before", "quantifier", "all", NULL);
  assert_type (alliance, "2 >= 1", RUA_VERDICT_NOT_ENTAILED, NULL);
}

/* One of the document's own numbers says nothing, under whatever name; two can come out either way. */
static void
test_own_numbers (void)
{
  static const struct {
    const char *predicate;
    gboolean repeats;
  } cases[] = {
    { "ovens = 40", TRUE },
    { "ovens > 30", TRUE },
    { "named >= 40", TRUE },
    { "2 * ovens >= 80", TRUE },
    { "ovens >= ovens2", TRUE }, /* the same, said again */
    { "ovens between 30 and 50", TRUE },
    { "meetings = 2", TRUE },
    { "same_meetings >= 1", TRUE },
    { "ratio >= 1.5", FALSE },
    { "after / before >= 1.5", FALSE },
    { "after > before", FALSE },
    { "ovens = meetings * 20", FALSE },
    { "meetings > festivals", TRUE }, /* the document's rows, counted twice */
    { "meetings / festivals >= 2", FALSE },
    { "per_festival >= 2", FALSE },
    { "ovens = 40 and after / before >= 1.5", FALSE },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  add_figure (alliance, "ovens2", "count", "40", "1", "2004");
  rebuild (alliance, "observation", "ovens2", "restates", "ovens", NULL);
  build (alliance, "event", "e1", "title", "A", "event_type", "meeting", "document", "doc", NULL);
  build (alliance, "event", "e2", "title", "B", "event_type", "meeting", "document", "doc", NULL);
  build (alliance, "event", "e3", "title", "C", "event_type", "festival", "document", "doc", NULL);
  build (alliance, "metric", "named", "formula", "ovens", NULL);
  build (alliance, "metric", "meetings", "estimator", "count", "table", "events", "where", "event_type = 'meeting'", NULL);
  build (alliance, "metric", "per_festival", "formula", "meetings / festivals", NULL);
  build (alliance, "metric", "same_meetings", "formula", "meetings", NULL);
  build (alliance, "metric", "festivals", "estimator", "count", "table", "events", "where", "event_type = 'festival'", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_type (alliance, cases[i].predicate, cases[i].repeats ? RUA_VERDICT_UNSUPPORTED : RUA_VERDICT_SUPPORTED,
                 cases[i].repeats ? "own number is all there is" : NULL);
  /* An independent source stands behind it. */
  rebuild (alliance, "observation", "ovens", "sources", "news", NULL);
  assert_type (alliance, "named >= 40", RUA_VERDICT_SUPPORTED, NULL);
}

/* 160 % are the start grown by 60 %, in whichever unit the ratio is told. */
static void
test_growth_in_percent (void)
{
  static const char *const predicates[] = { "ratio >= 1.5", "percent >= 150" };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "metric", "percent", "unit", "%", "formula", "after / before", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (predicates); i++) {
    g_autoptr (RuaVerdict) verdict = judge (alliance, predicates[i]);

    g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_growth"), 60, 1e-9);
    g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_growth_per_year"), 100 * (cbrt (1.6) - 1), 1e-9);
    g_assert_cmpfloat_with_epsilon (flip_of (verdict, "break_even_inflation"), 100 * (1.6 / 1.5 - 1), 1e-9);
  }
}

/* How many would tell is told where one interval only has to shrink. */
static void
test_sample_flip (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  double low, value;

  for (guint i = 0; i < 8; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i), *persons = g_strdup_printf ("%u", 2 + i % 4), *weight = g_strdup_printf ("%u", 3 + i % 2);

    build (alliance, "household", id, "n_persons", persons, "weight", weight, NULL);
  }
  build (alliance, "metric", "size", "estimator", "mean", "table", "households", "columns", "{\"value\":\"n_persons / unit (1, 'person/household')\"}", NULL);
  build (alliance, "metric", "weight", "estimator", "mean", "table", "households", "columns", "{\"value\":\"weight / unit (1, 'household')\"}", NULL);
  verdict = judge (alliance, "size >= 3");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_INCONCLUSIVE);
  g_assert_true (rua_verdict_get_low (verdict, &low));
  g_assert_true (rua_verdict_get_value (verdict, &value));
  g_assert_cmpfloat (flip_of (verdict, "break_even_n"), ==, ceil (8 * pow ((value - low) / (value - 3), 2)));
  g_clear_object (&verdict);
  verdict = judge (alliance, "size >= 0.9 * weight");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_INCONCLUSIVE);
  g_assert_true (isnan (flip_of (verdict, "break_even_n")));
}

/* The shares of 36 of 40 households, with 20 of which nothing is known. */
static void
test_missing_answers (void)
{
  static const struct {
    const char *predicate;
    double against, counted_in; /* NaN: no such reading */
    RuaVerdictType type;        /* of the reading; the last one's, of two */
    gboolean flipped;
  } cases[] = {
    { "share >= 70", 60, NAN, RUA_VERDICT_CONTRADICTED, TRUE },
    { "share < 98 %", NAN, 100 * 56 / 60.0, RUA_VERDICT_SUPPORTED, FALSE },
    { "not share >= 97 %", NAN, 100 * 56 / 60.0, RUA_VERDICT_INCONCLUSIVE, TRUE },
    { "small <= 30 %", NAN, 40, RUA_VERDICT_CONTRADICTED, TRUE },
    { "share between 70 and 98", 60, 100 * 56 / 60.0, RUA_VERDICT_SUPPORTED, FALSE },
    { "low_end >= 70", NAN, NAN, RUA_VERDICT_SUPPORTED, FALSE },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < 60; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);

    build (alliance, "household", id, "household_type", "producer", i < 40 ? "n_persons" : NULL, i < 36 ? "4" : "2", NULL);
  }
  build (alliance, "metric", "share", "unit", "%", "estimator", "proportion", "table", "households", "columns", "{\"value\":\"n_persons > 3\"}", NULL);
  build (alliance, "metric", "small", "unit", "%", "estimator", "proportion", "table", "households", "columns", "{\"value\":\"n_persons < 3\"}", NULL);
  build (alliance, "metric", "low_end", "unit", "%", "estimator", "proportion", "table", "households", "columns", "{\"value\":\"n_persons > 3\"}",
         "options", "{\"estimate\":\"wilson_low\"}", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaVerdict) verdict = judge (alliance, cases[i].predicate);
    g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);
    guint n = g_list_model_get_n_items (readings);

    g_assert_cmpuint (n, ==, (guint) !isnan (cases[i].against) + !isnan (cases[i].counted_in));
    for (guint k = 0; k < n; k++) {
      g_autoptr (RuaVerdict) reading = g_list_model_get_item (readings, k);
      gboolean counted_in = g_str_has_suffix (rua_verdict_get_name (reading), "counted in");
      double value;

      g_assert_true (rua_verdict_get_value (reading, &value));
      g_assert_cmpfloat_with_epsilon (value, counted_in ? cases[i].counted_in : cases[i].against, 1e-9);
      if (k + 1 < n)
        continue;
      g_assert_cmpint (rua_verdict_get_verdict_type (reading), ==, cases[i].type);
      g_assert_cmpint (rua_verdict_is_flipped (reading), ==, cases[i].flipped);
    }
  }
}

/* A number is shown with as many digits as tell on which side it lies. */
static void
test_shown_numbers (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  add_figure (alliance, "almost", "mean", "1999.7", "EUR/household/year", "2004");
  add_figure (alliance, "much", "total", "100000.04", "kg", "2004");
  add_figure (alliance, "tiny", "value", "0.0000012", "1", "2004");
  assert_type (alliance, "almost / before >= 2", RUA_VERDICT_CONTRADICTED, "almost / before is 1.9997");
  assert_type (alliance, "almost / before >= 1.5", RUA_VERDICT_SUPPORTED, "almost / before is 2");
  assert_type (alliance, "much <= 100000", RUA_VERDICT_CONTRADICTED, "much is 100000.04");
  assert_type (alliance, "2 * tiny >= 1", RUA_VERDICT_CONTRADICTED, "2 * tiny is 0");
  assert_type (alliance, "tiny <= 0", RUA_VERDICT_CONTRADICTED, "tiny is 1.2e-06");
  /* 100 times 7 / 25 in binary is no more than 28. */
  add_figure (alliance, "seven", "count", "7", "1", "2004");
  add_figure (alliance, "of25", "count", "25", "1", "2004");
  build (alliance, "metric", "part", "unit", "%", "formula", "seven / of25", NULL);
  verdict = judge (alliance, "part > 28 %");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_CONTRADICTED);
  g_assert_cmpstr (rua_verdict_get_reasons (verdict)[0], ==, "part > 28 % does not hold: part is 28");
}

/* Words about real money need rows that are brought to one year's prices, also for a ratio, which has none itself. */
static void
test_real_money_of_rows (void)
{
  static const struct {
    const char *metric, *estimator, *columns;
  } metrics[] = {
    { "level", "mean", "{\"value\":\"amount\"}" },
    { "paired", "paired_change", "{\"before\":\"amount[year=2001]\",\"after\":\"amount[year=2004]\"}" },
    { "doubled", "ratio_distribution", "{\"before\":\"amount[year=2001]\",\"after\":\"amount[year=2004]\"}" },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "series", "cpi", "title", "CPI", "series_type", "price_index", "currency", "EUR", NULL);
  build (alliance, "series-value", NULL, "series", "cpi", "period", "2001", "value", "100", NULL);
  build (alliance, "series-value", NULL, "series", "cpi", "period", "2004", "value", "110", NULL);
  for (guint i = 0; i < 6; i++) {
    g_autofree char *household = g_strdup_printf ("h%u", i), *before = g_strdup_printf ("%u", 100 + i), *after = g_strdup_printf ("%u", 400 + 5 * i);

    build (alliance, "household", household, "n_persons", "4", NULL);
    build (alliance, "income", NULL, "household", household, "year", "2001", "amount", before, NULL);
    build (alliance, "income", NULL, "household", household, "year", "2004", "amount", after, NULL);
  }
  build (alliance, "metric", "persons", "estimator", "total", "table", "households", "columns", "{\"value\":\"n_persons\"}", NULL);
  rebuild (alliance, "claim", "c", "price_basis", "real", NULL);
  assert_type (alliance, "persons > 10", RUA_VERDICT_SUPPORTED, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++) {
    g_autofree char *predicate = g_strdup_printf ("%s > 0", metrics[i].metric);

    build (alliance, "metric", metrics[i].metric, "estimator", metrics[i].estimator, "table", "incomes", "columns", metrics[i].columns, NULL);
    assert_type (alliance, predicate, RUA_VERDICT_NOT_ENTAILED, "from the money of each year");
    rebuild (alliance, "claim", "c", "price_basis", "", NULL);
    assert_type (alliance, predicate, RUA_VERDICT_SUPPORTED, NULL);
    rebuild (alliance, "claim", "c", "price_basis", "real", NULL);
    rebuild (alliance, "metric", metrics[i].metric, "deflate", "{\"series\":\"cpi\",\"to\":2004}", NULL);
    assert_type (alliance, predicate, RUA_VERDICT_SUPPORTED, NULL);
  }
}

/* Money of two years that the predicate brings together is read in real terms as a formula of it is. */
static void
test_prices_between (void)
{
  static const struct {
    const char *predicate, *name; /* NULL: no reading */
    double value, threshold;
    RuaVerdictType type;
  } cases[] = {
    { "ratio >= 1.5", "real, 2001 prices", 1.6 / 1.25, 1.5, RUA_VERDICT_CONTRADICTED },
    { "after / before >= 1.5", "real, 2001 prices", 1.6 / 1.25, 1.5, RUA_VERDICT_CONTRADICTED },
    { "after / before >= 1.2", "real, 2001 prices", 1.6 / 1.25, 1.2, RUA_VERDICT_SUPPORTED },
    { "after >= 1.5 * before", "real, 2004 prices", 1600, 1.5 * 1250, RUA_VERDICT_CONTRADICTED },
    { "after > before", "real, 2004 prices", 1600, 1250, RUA_VERDICT_SUPPORTED },
    { "after - before >= 500", NULL, 0, 0, RUA_VERDICT_SUPPORTED }, /* in the prices of which year, the words must tell */
    { "ovens / ovens2 >= 0.5", NULL, 0, 0, RUA_VERDICT_SUPPORTED },
    { "after / same_year >= 0.5", NULL, 0, 0, RUA_VERDICT_SUPPORTED },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "series", "cpi", "title", "CPI", "series_type", "price_index", "currency", "EUR", NULL);
  build (alliance, "series-value", NULL, "series", "cpi", "period", "2001", "value", "80", NULL);
  build (alliance, "series-value", NULL, "series", "cpi", "period", "2004", "value", "100", NULL);
  add_figure (alliance, "ovens2", "count", "44", "1", "2001");
  add_figure (alliance, "same_year", "mean", "1500", "EUR/household/year", "2004");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaVerdict) verdict = judge (alliance, cases[i].predicate);
    g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (readings, 0);
    double value;

    g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_SUPPORTED);
    g_assert_cmpuint (g_list_model_get_n_items (readings), ==, cases[i].name != NULL ? 1 : 0);
    if (cases[i].name == NULL)
      continue;
    g_assert_cmpstr (rua_verdict_get_name (reading), ==, cases[i].name);
    g_assert_cmpint (rua_verdict_get_verdict_type (reading), ==, cases[i].type);
    g_assert_cmpint (rua_verdict_is_flipped (reading), ==, cases[i].type != RUA_VERDICT_SUPPORTED);
    g_assert_true (rua_verdict_get_value (reading, &value));
    g_assert_cmpfloat_with_epsilon (value, cases[i].value, 1e-9);
    g_assert_true (rua_verdict_get_threshold (reading, &value));
    g_assert_cmpfloat_with_epsilon (value, cases[i].threshold, 1e-9);
  }
  rebuild (alliance, "claim", "c", "price_basis", "nominal", NULL);
  assert_type (alliance, "after / before >= 1.5", RUA_VERDICT_SUPPORTED, NULL);
  {
    g_autoptr (RuaVerdict) verdict = judge (alliance, "after / before >= 1.5");
    g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);

    g_assert_cmpuint (g_list_model_get_n_items (readings), ==, 0);
  }
}

/* “At least 100” is not known to be 100. */
static void
test_bounds (void)
{
  static const struct {
    const char *approximation, *predicate;
    RuaVerdictType type;
  } cases[] = {
    { "at_least", "trainees >= 100", RUA_VERDICT_SUPPORTED },
    { "at_least", "trainees > 99", RUA_VERDICT_SUPPORTED },
    { "at_least", "trainees > 100", RUA_VERDICT_INCONCLUSIVE },
    { "at_least", "trainees > 110", RUA_VERDICT_INCONCLUSIVE },
    { "at_least", "trainees = 100", RUA_VERDICT_INCONCLUSIVE },
    { "at_least", "trainees = 99", RUA_VERDICT_CONTRADICTED },
    { "at_least", "trainees <= 100", RUA_VERDICT_INCONCLUSIVE },
    { "at_least", "not trainees <= 99", RUA_VERDICT_SUPPORTED },
    { "at_least", "trainees < 100", RUA_VERDICT_CONTRADICTED },
    { "at_least", "100 <= trainees", RUA_VERDICT_SUPPORTED },
    { "at_least", "exact < trainees", RUA_VERDICT_SUPPORTED },
    { "at_least", "exact + 20 < trainees", RUA_VERDICT_INCONCLUSIVE },
    { "at_least", "exact <= trainees", RUA_VERDICT_SUPPORTED },
    { "more_than", "trainees > 100", RUA_VERDICT_SUPPORTED },
    { "more_than", "trainees <= 100", RUA_VERDICT_CONTRADICTED },
    { "more_than", "trainees >= 101", RUA_VERDICT_INCONCLUSIVE },
    { "at_most", "trainees <= 100", RUA_VERDICT_SUPPORTED },
    { "at_most", "trainees < 100", RUA_VERDICT_INCONCLUSIVE },
    { "at_most", "trainees >= 50", RUA_VERDICT_INCONCLUSIVE },
    { "at_most", "trainees > 100", RUA_VERDICT_CONTRADICTED },
    { "exact", "trainees = 100", RUA_VERDICT_SUPPORTED },
    { "about", "trainees = 100", RUA_VERDICT_SUPPORTED },
    { "", "trainees > 110", RUA_VERDICT_CONTRADICTED },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  add_figure (alliance, "trainees", "count", "100", "1", "2004");
  add_figure (alliance, "exact", "count", "99", "1", "2004");
  rebuild (alliance, "observation", "trainees", "sources", "news", NULL);
  rebuild (alliance, "observation", "exact", "sources", "news", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaVerdict) verdict = NULL;

    rebuild (alliance, "observation", "trainees", "approximation", cases[i].approximation, NULL);
    assert_type (alliance, cases[i].predicate, cases[i].type,
                 cases[i].type == RUA_VERDICT_INCONCLUSIVE ? "a figure is published as" : NULL);
    verdict = judge (alliance, cases[i].predicate);
    g_assert_false (rua_verdict_get_high (verdict, NULL));
    g_assert_true (isnan (flip_of (verdict, "break_even_n")));
  }
}

/* That arithmetic in the predicate has no interval though its numbers have is told with its reason. */
static void
test_untold_interval (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;

  rebuild (alliance, "observation", "before", "standard_error", "20", "sources", "news", NULL);
  rebuild (alliance, "observation", "after", "standard_error", "30", "sources", "news", NULL);
  assert_type (alliance, "after - before > 0", RUA_VERDICT_SUPPORTED, "after - before is 600; no interval: nothing says that the inputs are independent");
  assert_type (alliance, "after > before", RUA_VERDICT_SUPPORTED, "(1541.2 to 1658.8)");
  assert_type (alliance, "2 * after > 3000", RUA_VERDICT_SUPPORTED, "2 * after is 3200 (");
  rebuild (alliance, "observation", "after", "standard_error", "", NULL);
  rebuild (alliance, "observation", "before", "standard_error", "", NULL);
  verdict = judge (alliance, "after - before > 0");
  g_assert_cmpstr (rua_verdict_get_reasons (verdict)[0], ==, "after - before > 0: after - before is 600");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/judgement/negated", test_negated);
  g_test_add_func ("/judgement/ready-made", test_ready_made);
  g_test_add_func ("/judgement/nothing-known", test_nothing_known);
  g_test_add_func ("/judgement/own-numbers", test_own_numbers);
  g_test_add_func ("/judgement/growth-in-percent", test_growth_in_percent);
  g_test_add_func ("/judgement/sample-flip", test_sample_flip);
  g_test_add_func ("/judgement/missing-answers", test_missing_answers);
  g_test_add_func ("/judgement/shown-numbers", test_shown_numbers);
  g_test_add_func ("/judgement/real-money-of-rows", test_real_money_of_rows);
  g_test_add_func ("/judgement/prices-between", test_prices_between);
  g_test_add_func ("/judgement/bounds", test_bounds);
  g_test_add_func ("/judgement/untold-interval", test_untold_interval);
  return g_test_run ();
}
