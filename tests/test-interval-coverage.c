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
  return g_test_run ();
}
