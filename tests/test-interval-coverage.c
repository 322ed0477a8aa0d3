/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Intervals hold the truth as often as they say: by simulation, from a printed seed. */
#include <math.h>
#include <string.h>

#include "rua-estimator-private.h"
#include "rua-random-private.h"

#define REPETITIONS 4000

static RuaRandom source;

static double
uniform (void)
{
  return (rua_random_next (&source) + 0.5) / 4294967296.0;
}

static double
gaussian (void)
{
  return sqrt (-2 * log (uniform ())) * cos (2 * G_PI * uniform ());
}

/* Four standard errors of a share near 0.95, and what an interval may miss by its nature. */
static void
assert_covers (guint hits, double allowed, const char *what)
{
  double share = (double)hits / REPETITIONS, error = 4 * sqrt (0.95 * 0.05 / REPETITIONS);

  g_test_message ("%s: %.4f", what, share);
  if (fabs (share - 0.95) > error + allowed)
    g_test_fail_printf ("%s holds the truth in %.4f of the samples", what, share);
}

static RuaFigures *
estimate (const char *metric, const RuaInputColumn *columns, guint n_columns, gsize n)
{
  RuaInput input = { .n_rows = n, .columns = columns, .n_columns = n_columns };
  GError *error = NULL;
  RuaFigures *figures
    = rua_estimator_run (rua_estimator_find (metric), &input, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return figures;
}

static gboolean
holds (RuaFigures *figures, const char *low_key, const char *high_key, double truth)
{
  double low, high;
  gboolean given
    = rua_figures_get (figures, low_key, &low) && rua_figures_get (figures, high_key, &high);

  return given && low <= truth && truth <= high;
}

static void
test_mean (void)
{
  double x[12];
  guint hits = 0;

  for (int r = 0; r < REPETITIONS; r++) {
    RuaInputColumn column = { .role = "value", .values = x };
    RuaFigures *figures;

    for (guint i = 0; i < G_N_ELEMENTS (x); i++)
      x[i] = 100 + 15 * gaussian ();
    figures = estimate ("mean", &column, 1, G_N_ELEMENTS (x));
    hits += holds (figures, "ci_low", "ci_high", 100);
    rua_figures_free (figures);
  }
  assert_covers (hits, 0, "the t interval of a mean");
}

static void
test_proportion (void)
{
  double x[80];
  guint wilson = 0, exact = 0;

  for (int r = 0; r < REPETITIONS; r++) {
    RuaInputColumn column = { .role = "value", .values = x };
    RuaFigures *figures;

    for (guint i = 0; i < G_N_ELEMENTS (x); i++)
      x[i] = uniform () < 0.3;
    figures = estimate ("proportion", &column, 1, G_N_ELEMENTS (x));
    wilson += holds (figures, "wilson_low", "wilson_high", 0.3);
    exact += holds (figures, "clopper_pearson_low", "clopper_pearson_high", 0.3);
    rua_figures_free (figures);
  }
  /* Counts are whole, so no interval of a proportion can hold its level exactly. */
  assert_covers (wilson, 0.015, "Wilson's interval");
  g_assert_cmpuint (exact, >=, 0.94 * REPETITIONS);
}

static void
test_ratio (void)
{
  double before[60], after[60];
  guint hits = 0;

  for (int r = 0; r < REPETITIONS; r++) {
    RuaInputColumn columns[] = {
      { .role = "before", .values = before },
      { .role = "after", .values = after },
    };
    RuaFigures *figures;

    for (guint i = 0; i < 60; i++) {
      before[i] = 1000 * exp (0.3 * gaussian ());
      after[i] = before[i] * 2 * (1 + 0.3 * gaussian ());
    }
    figures = estimate ("paired_change", columns, 2, 60);
    hits += holds (figures, "ratio_low", "ratio_high", 2);
    rua_figures_free (figures);
  }
  assert_covers (hits, 0.015, "the interval of a ratio of means");
}

/* Eight villages, alike within: the case that the plain clustered error gets wrong. */
static void
test_few_clusters (void)
{
  enum { VILLAGES = 8, HOUSEHOLDS = 6, N = 2 * VILLAGES * HOUSEHOLDS };
  static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
  double y[N], treated[N], post[N];
  gint32 village[N];
  guint hits = 0, plain = 0;

  for (int r = 0; r < REPETITIONS; r++) {
    RuaInputColumn columns[] = {
      { .role = "outcome", .values = y },
      { .role = "treated", .values = treated },
      { .role = "post", .values = post },
      { .role = "cluster", .codes = village, .labels = names, .n_labels = VILLAGES },
    };
    RuaFigures *figures;
    gsize i = 0;

    for (gint32 v = 0; v < VILLAGES; v++) {
      double level = gaussian (), change = gaussian ();

      for (guint h = 0; h < HOUSEHOLDS; h++)
        for (guint p = 0; p < 2; p++, i++) {
          treated[i] = v % 2;
          post[i] = p;
          village[i] = v;
          y[i] = level + p * change + 3 * treated[i] * p + gaussian ();
        }
    }
    figures = estimate ("did_2x2", columns, 4, N);
    hits += holds (figures, "ci_low_cr2", "ci_high_cr2", 3);
    plain += holds (figures, "ci_low_cr1", "ci_high_cr1", 3);
    rua_figures_free (figures);
  }
  assert_covers (hits, 0.005, "CR2 with Satterthwaite's degrees of freedom");
  g_assert_cmpuint (plain, <, hits);
}

/* A stratified sample of whole villages, unequal in size and weight. */
static void
test_survey (void)
{
  static const char *const names[]
    = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p" };
  double x[200], w[200];
  gint32 village[200], stratum[200];
  guint hits = 0;

  for (int r = 0; r < REPETITIONS; r++) {
    RuaInputColumn columns[] = {
      { .role = "value", .values = x },
      { .role = "weight", .values = w },
      { .role = "psu", .codes = village, .labels = names, .n_labels = 16 },
      { .role = "stratum", .codes = stratum, .labels = names, .n_labels = 2 },
    };
    RuaFigures *figures;
    gsize n = 0;

    for (gint32 v = 0; v < 16; v++) {
      double level = gaussian ();
      guint size = 4 + rua_random_below (&source, 6);

      for (guint h = 0; h < size; h++, n++) {
        village[n] = v;
        stratum[n] = v / 8;
        w[n] = 1 + v / 8;
        x[n] = 10 + level + gaussian ();
      }
    }
    figures = estimate ("survey_estimate", columns, 4, n);
    hits += holds (figures, "ci_low", "ci_high", 10);
    rua_figures_free (figures);
  }
  assert_covers (hits, 0.015, "the interval of a survey mean");
}

/* Groups of unlike size and spread, for which Welch's degrees of freedom were made. */
static void
test_welch (void)
{
  double x[32], group[32];
  guint hits = 0;

  for (int r = 0; r < REPETITIONS; r++) {
    RuaInputColumn columns[] = {
      { .role = "value", .values = x },
      { .role = "group", .values = group },
    };
    RuaFigures *figures;

    for (guint i = 0; i < G_N_ELEMENTS (x); i++) {
      group[i] = i < 8;
      x[i] = (i < 8 ? 5 + 3 * gaussian () : 2 + gaussian ());
    }
    figures = estimate ("mean_difference", columns, 2, G_N_ELEMENTS (x));
    hits += holds (figures, "ci_low", "ci_high", 3);
    rua_figures_free (figures);
  }
  assert_covers (hits, 0.005, "Welch's interval");
}

/* Newcombe's interval of a difference of proportions in two small groups. */
static void
test_difference_of_proportions (void)
{
  double x[75], group[75];
  guint hits = 0;

  for (int r = 0; r < REPETITIONS; r++) {
    RuaInputColumn columns[] = {
      { .role = "value", .values = x },
      { .role = "group", .values = group },
    };
    RuaFigures *figures;

    for (guint i = 0; i < G_N_ELEMENTS (x); i++) {
      group[i] = i % 3 > 0;
      x[i] = uniform () < (group[i] == 1 ? 0.6 : 0.25);
    }
    figures = estimate ("two_proportions", columns, 2, G_N_ELEMENTS (x));
    hits += holds (figures, "newcombe_low", "newcombe_high", 0.35);
    rua_figures_free (figures);
  }
  assert_covers (hits, 0.015, "Newcombe's interval");
}

/* Of a symmetric distribution with heavy tails; the level is that of the exact test, at least. */
static void
test_hodges_lehmann (void)
{
  double before[25], after[25];
  JsonObject *options = json_object_new ();
  guint hits = 0;

  json_object_set_boolean_member (options, "hl_ci", TRUE);
  for (int r = 0; r < REPETITIONS; r++) {
    RuaInputColumn columns[] = {
      { .role = "before", .values = before },
      { .role = "after", .values = after },
    };
    RuaInput input = { .n_rows = G_N_ELEMENTS (before), .columns = columns, .n_columns = 2 };
    GError *error = NULL;
    RuaFigures *figures;

    for (guint i = 0; i < G_N_ELEMENTS (before); i++) {
      before[i] = 10 * gaussian ();
      after[i] = before[i] + 4 + gaussian () / (0.05 + uniform ());
    }
    figures = rua_estimator_run (rua_estimator_find ("wilcoxon_signed_rank"), &input, NULL, options,
                                 NULL, &error);
    g_assert_no_error (error);
    hits += holds (figures, "hl_low", "hl_high", 4);
    rua_figures_free (figures);
  }
  assert_covers (hits, 0.005, "the interval of the Hodges-Lehmann estimate");
  json_object_unref (options);
}

/* Ten villages, of which each begins in a year of its own, over five years. */
static void
test_two_way (void)
{
  enum { VILLAGES = 10, UNITS = 4, YEARS = 5, N = VILLAGES * UNITS * YEARS };
  static const char *const names[]
    = { "0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12", "13",
        "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27",
        "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39" };
  double y[N], treatment[N];
  gint32 village[N], unit[N], year[N];
  guint hits = 0, plain = 0;

  for (int r = 0; r < REPETITIONS / 4; r++) {
    RuaInputColumn columns[] = {
      { .role = "outcome", .values = y },
      { .role = "treatment", .values = treatment },
      { .role = "unit", .codes = unit, .labels = names, .n_labels = VILLAGES * UNITS },
      { .role = "period", .codes = year, .labels = names, .n_labels = YEARS },
      { .role = "cluster", .codes = village, .labels = names, .n_labels = VILLAGES },
    };
    RuaFigures *figures;
    gsize i = 0;

    for (gint32 v = 0; v < VILLAGES; v++) {
      double shock[YEARS];

      for (guint t = 0; t < YEARS; t++)
        shock[t] = gaussian ();
      for (gint32 u = 0; u < UNITS; u++)
        for (gint32 t = 0; t < YEARS; t++, i++) {
          village[i] = v;
          unit[i] = v * UNITS + u;
          year[i] = t;
          treatment[i] = t > v / 2;
          y[i] = v + u + 0.5 * t + shock[t] + 2 * treatment[i] + gaussian ();
        }
    }
    figures = estimate ("twfe", columns, 5, N);
    hits += holds (figures, "ci_low_cr2", "ci_high_cr2", 2);
    plain += holds (figures, "ci_low_cr1", "ci_high_cr1", 2);
    rua_figures_free (figures);
  }
  g_test_message ("CR1 alone: %.4f", plain * 4.0 / REPETITIONS);
  /* A quarter of the repetitions has twice the error. */
  assert_covers (4 * hits, 0.025, "CR2 of two-way fixed effects");
}

/* The linearised error of a Gini coefficient: of exponential incomes it is one half. */
static void
test_gini (void)
{
  double x[400];
  guint hits = 0;

  for (int r = 0; r < REPETITIONS / 4; r++) {
    RuaInputColumn column = { .role = "value", .values = x };
    RuaFigures *figures;
    double gini, se;

    for (guint i = 0; i < G_N_ELEMENTS (x); i++)
      x[i] = -log (uniform ());
    figures = estimate ("inequality_se", &column, 1, G_N_ELEMENTS (x));
    g_assert_true (rua_figures_get (figures, "gini", &gini)
                   && rua_figures_get (figures, "gini_se", &se));
    hits += fabs (gini - 0.5) <= 1.959963984540054 * se;
    rua_figures_free (figures);
  }
  assert_covers (4 * hits, 0.025, "1.96 linearised errors of the Gini coefficient");
}

int
main (int argc, char **argv)
{
  guint32 seed;

  g_test_init (&argc, &argv, NULL);
  seed = g_test_rand_int ();
  g_test_message ("seed %u", seed);
  rua_random_init (&source, seed);
  g_test_add_func ("/coverage/mean", test_mean);
  g_test_add_func ("/coverage/proportion", test_proportion);
  g_test_add_func ("/coverage/ratio", test_ratio);
  g_test_add_func ("/coverage/few-clusters", test_few_clusters);
  g_test_add_func ("/coverage/survey", test_survey);
  g_test_add_func ("/coverage/welch", test_welch);
  g_test_add_func ("/coverage/difference-of-proportions", test_difference_of_proportions);
  g_test_add_func ("/coverage/hodges-lehmann", test_hodges_lehmann);
  g_test_add_func ("/coverage/two-way", test_two_way);
  g_test_add_func ("/coverage/gini", test_gini);
  return g_test_run ();
}
