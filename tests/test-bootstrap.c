/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bootstrap beside what its definition says, word by word: each replicate is written out record by record, and each
 * unit is left out in earnest. */
#include "rua-estimator-private.h"

#include <math.h>
#include <string.h>

#include "rua-parallel.h"
#include "rua-random-private.h"

#define MOST 400
#define REPLICATES 200
#define SEED 11

static RuaRandom source;

typedef struct {
  guint n;
  guint n_clusters; /* 0: records are drawn */
  double value[MOST];
  double before[MOST];
  double after[MOST];
  gint32 cluster[MOST];
} Table;

static void
table_init (Table *self, guint n, guint n_clusters)
{
  *self = (Table){ .n = n, .n_clusters = n_clusters };
  for (guint i = 0; i < n; i++) {
    self->value[i]
      = rua_random_below (&source, 50) + (rua_random_next (&source) + 0.5) / 4294967296.0 * (i % 3);
    self->before[i] = 100 + rua_random_below (&source, 900) / 8.0;
    self->after[i] = self->before[i] * (0.5 + rua_random_below (&source, 1000) / 500.0);
    /* By first appearance, and of different sizes. */
    self->cluster[i]
      = n_clusters == 0 ? 0
        : (guint)i < n_clusters
          ? (gint32)i
          : (gint32)rua_random_below (&source, 1 + rua_random_below (&source, n_clusters));
  }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Of the records @chosen. */
static double
compute (const Table *self, const char *statistic, const guint *chosen, guint n)
{
  g_autofree double *x = g_new (double, n);
  double above = 0, below = 0;

  for (guint i = 0; i < n; i++)
    x[i] = self->value[chosen[i]];
  if (g_str_equal (statistic, "ratio_of_means") || g_str_equal (statistic, "mean_change")) {
    for (guint i = 0; i < n; i++) {
      above += self->after[chosen[i]];
      below += self->before[chosen[i]];
    }
    return g_str_equal (statistic, "ratio_of_means") ? above / below : (above - below) / n;
  }
  qsort (x, n, sizeof *x, compare);
  for (guint i = 0; i < n; i++)
    below += x[i];
  if (g_str_equal (statistic, "mean"))
    return below / n;
  if (g_str_equal (statistic, "median"))
    return (x[(n - 1) / 2] + x[n / 2]) / 2;
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      above += fabs (x[i] - x[j]);
  return above / (2.0 * n * below);
}

static guint
count_units (const Table *self)
{
  return self->n_clusters > 0 ? self->n_clusters : self->n;
}

/* Adds the records of a unit. */
static guint
bring (const Table *self, guint unit, guint *chosen, guint n)
{
  for (guint i = 0; i < self->n; i++)
    if ((self->n_clusters > 0 ? (guint)self->cluster[i] : i) == unit)
      chosen[n++] = i;
  return n;
}

static void
draw (const Table *self, const char *statistic, double *replicates)
{
  guint n_units = count_units (self);
  g_autofree guint *chosen = g_new (guint, (gsize)n_units * self->n);
  RuaRandom random;

  rua_random_init (&random, SEED);
  for (guint r = 0; r < REPLICATES; r++) {
    guint n = 0;

    for (guint k = 0; k < n_units; k++)
      n = bring (self, rua_random_below (&random, n_units), chosen, n);
    replicates[r] = compute (self, statistic, chosen, n);
  }
}

/* NaN: it is the same whichever unit is left out, as a median between two equal values. */
static double
find_acceleration (const Table *self, const char *statistic)
{
  gboolean varies = FALSE;
  guint n_units = count_units (self);
  g_autofree guint *chosen = g_new (guint, self->n);
  g_autofree double *left = g_new (double, n_units);
  double mean = 0, squares = 0, cubes = 0;

  for (guint k = 0; k < n_units; k++) {
    guint n = 0;

    for (guint u = 0; u < n_units; u++)
      if (u != k)
        n = bring (self, u, chosen, n);
    left[k] = compute (self, statistic, chosen, n);
    mean += left[k] / n_units;
    varies = varies || left[k] != left[0];
  }
  for (guint k = 0; k < n_units; k++) {
    squares += pow (mean - left[k], 2);
    cubes += pow (mean - left[k], 3);
  }
  return varies ? cubes / (6 * pow (squares, 1.5)) : NAN;
}

static RuaFigures *
ask (const Table *self, const char *statistic)
{
  gboolean paired
    = g_str_equal (statistic, "ratio_of_means") || g_str_equal (statistic, "mean_change");
  g_autofree char *text = g_strdup_printf ("{\"statistic\":\"%s\",\"replicates\":%d,\"seed\":%d}",
                                           statistic, REPLICATES, SEED);
  g_autoptr (JsonNode) options = json_from_string (text, NULL);
  g_autofree const char **labels = g_new (const char *, MOST);
  RuaInputColumn columns[3];
  RuaInput input = { .n_rows = self->n, .columns = columns };
  g_autoptr (GError) error = NULL;
  RuaFigures *figures;

  for (guint k = 0; k < MOST; k++)
    labels[k] = "village";
  if (paired) {
    columns[input.n_columns++]
      = (RuaInputColumn){ .role = "before", .name = "b", .values = self->before };
    columns[input.n_columns++]
      = (RuaInputColumn){ .role = "after", .name = "a", .values = self->after };
  } else {
    columns[input.n_columns++]
      = (RuaInputColumn){ .role = "value", .name = "v", .values = self->value };
  }
  if (self->n_clusters > 0)
    columns[input.n_columns++] = (RuaInputColumn){
      .role = "cluster", .name = "c", .codes = self->cluster, .labels = labels, .n_labels = MOST
    };
  figures = rua_estimator_run (rua_estimator_find ("bootstrap"), &input, NULL,
                               json_node_get_object (options), NULL, &error);
  g_assert_no_error (error);
  return figures;
}

static void
assert_near (RuaFigures *figures, const char *key, double want)
{
  double got = NAN;

  g_assert_true (rua_figures_get (figures, key, &got));
  if (!(fabs (got - want) <= 1e-11 * MAX (1, fabs (want))))
    g_error ("%s is %.17g, not %.17g", key, got, want);
}

static const char *const statistics[]
  = { "mean", "median", "ratio_of_means", "mean_change", "gini" };

static void
check (const Table *self, const char *statistic)
{
  g_autoptr (RuaFigures) figures = ask (self, statistic);
  guint chosen[MOST];
  double replicates[REPLICATES], mean = 0, squares = 0, acceleration = find_acceleration (self, statistic);

  for (guint i = 0; i < self->n; i++)
    chosen[i] = i;
  assert_near (figures, "estimate", compute (self, statistic, chosen, self->n));
  draw (self, statistic, replicates);
  qsort (replicates, REPLICATES, sizeof *replicates, compare);
  for (guint r = 0; r < REPLICATES; r++)
    mean += replicates[r] / REPLICATES;
  for (guint r = 0; r < REPLICATES; r++)
    squares += pow (replicates[r] - mean, 2);
  assert_near (figures, "boot_mean", mean);
  assert_near (figures, "boot_se", sqrt (squares / (REPLICATES - 1)));
  /* Type 7: 199 x 0.025 = 4.975. */
  assert_near (figures, "percentile_low", replicates[4] + 0.975 * (replicates[5] - replicates[4]));
  assert_near (figures, "percentile_high",
               replicates[194] + 0.025 * (replicates[195] - replicates[194]));
  if (isnan (acceleration))
    g_assert_nonnull (rua_figures_find (figures, "acceleration")->reason);
  else
    assert_near (figures, "acceleration", acceleration);
}

static void
test_definition (void)
{
  static const struct {
    guint n, n_clusters;
  } sizes[] = { { 7, 0 }, { 8, 0 }, { 61, 0 }, { 9, 4 }, { 40, 39 }, { 60, 5 }, { 90, 30 } };

  for (gsize k = 0; k < G_N_ELEMENTS (sizes); k++)
    for (gsize s = 0; s < G_N_ELEMENTS (statistics); s++) {
      Table table;

      table_init (&table, sizes[k].n, sizes[k].n_clusters);
      check (&table, statistics[s]);
    }
}

/* More counts than are drawn at once, and more records than are added up at once: the same bits with any number of threads. */
static void
test_threads (void)
{
  gsize n = 1 << 16;
  g_autofree double *values = g_new (double, n);
  RuaInputColumn column = { .role = "value", .name = "v", .values = values };
  RuaInput input = { .n_rows = n, .columns = &column, .n_columns = 1 };

  for (gsize i = 0; i < n; i++)
    values[i] = rua_random_next (&source) / 1024.0;
  for (gsize s = 0; s < G_N_ELEMENTS (statistics); s++) {
    static const char *const keys[] = { "estimate", "boot_mean", "boot_se", "bca_low", "bca_high" };
    g_autofree char *text
      = g_strdup_printf ("{\"statistic\":\"%s\",\"replicates\":100}", statistics[s]);
    g_autoptr (JsonNode) options = json_from_string (text, NULL);
    double first[G_N_ELEMENTS (keys)];

    if (g_str_equal (statistics[s], "ratio_of_means") || g_str_equal (statistics[s], "mean_change"))
      continue;
    for (guint threads = 1; threads <= 8; threads *= 2) {
      g_autoptr (GError) error = NULL;
      g_autoptr (RuaFigures) figures = NULL;

      rua_set_n_threads (threads);
      figures = rua_estimator_run (rua_estimator_find ("bootstrap"), &input, NULL,
                                   json_node_get_object (options), NULL, &error);
      g_assert_no_error (error);
      for (gsize k = 0; k < G_N_ELEMENTS (keys); k++) {
        double got = NAN;

        g_assert_true (rua_figures_get (figures, keys[k], &got));
        if (threads == 1)
          first[k] = got;
        g_assert_cmpmem (&got, sizeof got, &first[k], sizeof first[k]);
      }
    }
    rua_set_n_threads (0);
  }
}

int
main (int argc, char *argv[])
{
  guint32 seed;

  g_test_init (&argc, &argv, NULL);
  seed = (guint32)g_test_rand_int ();
  g_test_message ("seed %u", seed);
  rua_random_init (&source, seed);
  g_test_add_func ("/bootstrap/definition", test_definition);
  g_test_add_func ("/bootstrap/threads", test_threads);
  return g_test_run ();
}
