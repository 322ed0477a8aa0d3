/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The intracluster correlation of many records: against sums in long doubles, far from 0 as well, and to the bit with any
 * number of threads. */
#include "rua-estimator-private.h"
#include "rua-parallel-private.h"
#include "figure.h"

#include <math.h>

typedef struct {
  gsize n;
  guint n_clusters;
  double *y;
  gint32 *cluster;
} Data;

static void
draw (Data *self, gsize n, guint n_clusters, double offset, gint effect)
{
  *self = (Data){ n, n_clusters, g_new (double, n), g_new (gint32, n) };
  for (gsize i = 0; i < n; i++) {
    self->cluster[i] = i < n_clusters ? (gint32) i : g_test_rand_int_range (0, (gint32) n_clusters);
    /* Whole numbers over 256, so that no offset rounds them. */
    self->y[i] = offset + g_test_rand_int_range (-2000, 2000) / 256.0 + self->cluster[i] % effect;
  }
}

static RuaFigures *
estimate (const Data *self)
{
  g_autofree const char **labels = g_new (const char *, self->n_clusters);
  RuaInputColumn columns[2] = { { .role = "value", .values = self->y },
                                { .role = "cluster", .codes = self->cluster, .labels = labels,
                                  .n_labels = self->n_clusters } };
  RuaInput input = { .columns = columns, .n_columns = 2, .n_rows = self->n };
  g_autoptr (GError) error = NULL;
  RuaFigures *figures;

  for (guint g = 0; g < self->n_clusters; g++)
    labels[g] = "label";
  figures = rua_estimator_run (rua_estimator_find ("icc"), &input, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return figures;
}

static void
assert_near (double a, double b)
{
  if (fabs (a - b) > 1e-12 * MAX (fabs (a), fabs (b)))
    g_error ("%.17g is not near %.17g", a, b);
}

static void
check (const Data *data, double offset)
{
  g_autofree long double *sums = g_new0 (long double, data->n_clusters);
  g_autofree gsize *n = g_new0 (gsize, data->n_clusters);
  g_autoptr (RuaFigures) figures = estimate (data);
  long double all = 0, between = 0, within = 0, squares = 0, msb, msw, m0;

  for (gsize i = 0; i < data->n; i++) {
    sums[data->cluster[i]] += data->y[i] - offset;
    n[data->cluster[i]]++;
    all += data->y[i] - offset;
  }
  for (guint g = 0; g < data->n_clusters; g++) {
    long double gap = sums[g] / n[g] - all / data->n;

    between += n[g] * gap * gap;
    squares += (long double) n[g] * n[g];
  }
  for (gsize i = 0; i < data->n; i++) {
    long double gap = data->y[i] - offset - sums[data->cluster[i]] / n[data->cluster[i]];

    within += gap * gap;
  }
  msb = between / (data->n_clusters - 1);
  msw = within / (data->n - data->n_clusters);
  m0 = (data->n - squares / data->n) / (data->n_clusters - 1);
  assert_near (figure (figures, "ms_between"), msb);
  assert_near (figure (figures, "ms_within"), msw);
  assert_near (figure (figures, "m0"), m0);
  assert_near (figure (figures, "icc"), (msb - msw) / (msb + (m0 - 1) * msw));
}

static void
test_sums (void)
{
  static const double offsets[] = { 0, 16777216, -1073741824, 1099511627776 };

  for (guint k = 0; k < G_N_ELEMENTS (offsets); k++)
    for (guint trial = 0; trial < 20; trial++) {
      Data data;

      draw (&data, trial < 2 ? 300000 : (gsize) g_test_rand_int_range (200, 4000), g_test_rand_int_range (20, 150),
            offsets[k], trial % 2 == 0 ? 1 : 11);
      check (&data, offsets[k]);
      g_free (data.y);
      g_free (data.cluster);
    }
}

static void
test_threads (void)
{
  static const guint n_threads[] = { 1, 2, 3, 8 }, n_clusters[] = { 40, 5000, 200000 };
  static const char *const keys[] = { "ms_between", "ms_within", "icc" };

  for (guint c = 0; c < G_N_ELEMENTS (n_clusters); c++) {
    double first[G_N_ELEMENTS (keys)];
    Data data;

    draw (&data, 400000, n_clusters[c], 0.1, 11);
    for (guint t = 0; t < G_N_ELEMENTS (n_threads); t++) {
      g_autoptr (RuaFigures) figures = NULL;

      rua_set_n_threads (n_threads[t]);
      figures = estimate (&data);
      for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
        double value = figure (figures, keys[k]);

        if (t == 0)
          first[k] = value;
        g_assert_cmpmem (&value, sizeof value, &first[k], sizeof first[k]);
      }
    }
    g_free (data.y);
    g_free (data.cluster);
  }
  rua_set_n_threads (0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/icc/sums", test_sums);
  g_test_add_func ("/icc/threads", test_threads);
  return g_test_run ();
}
