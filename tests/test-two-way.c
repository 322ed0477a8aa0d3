/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two-way fixed effects, fitted unit by unit, against least squares by orthogonal columns; that neither effects nor threads
 * have a say in the estimate. */
#include "rua-estimator-private.h"
#include "rua-linear-private.h"
#include "rua-parallel-private.h"
#include "rua-two-way-private.h"

#include <math.h>
#include <string.h>

typedef struct {
  gsize n;
  double *y, *d;
  gint32 *unit, *period, *cluster;
} Data;

static void
data_clear (Data *self)
{
  g_free (self->y);
  g_free (self->d);
  g_free (self->unit);
  g_free (self->period);
  g_free (self->cluster);
}

/* A panel with gaps and records that repeat a unit's period, in no order; in @n_parts that share neither units nor periods.
 * Values are whole numbers over 1,024. */
static void
draw (Data *self, gsize n, gint n_units, gint n_periods, gint n_parts)
{
  *self = (Data){ n,
                  g_new (double, n),
                  g_new (double, n),
                  g_new (gint32, n),
                  g_new (gint32, n),
                  g_new (gint32, n) };
  for (gsize i = 0; i < n; i++) {
    gint part = g_test_rand_int_range (0, n_parts);

    self->unit[i] = g_test_rand_int_range (0, n_units) * n_parts + part;
    self->period[i] = g_test_rand_int_range (0, n_periods) * n_parts + part;
    self->cluster[i] = self->unit[i] % 7;
    self->d[i] = g_test_rand_int_range (0, 4) == 0 || (self->unit[i] & self->period[i] & 1);
    self->y[i] = g_test_rand_int_range (-5000, 5000) / 1024.0 + 2 * self->d[i];
  }
}

static guint32 *
number (const gint32 *codes, gsize n, guint *n_groups)
{
  g_autoptr (GHashTable) met = g_hash_table_new (NULL, NULL);
  guint32 *groups = g_new (guint32, n);

  for (gsize i = 0; i < n; i++) {
    gpointer key = GINT_TO_POINTER (codes[i]);

    if (!g_hash_table_contains (met, key))
      g_hash_table_insert (met, key, GUINT_TO_POINTER (g_hash_table_size (met)));
    groups[i] = GPOINTER_TO_UINT (g_hash_table_lookup (met, key));
  }
  *n_groups = g_hash_table_size (met);
  return groups;
}

static void
panel_init (RuaPanel *self, const Data *data)
{
  *self = (RuaPanel){ .n = data->n, .outcome = data->y, .interest = data->d };
  self->unit = number (data->unit, data->n, &self->n_units);
  self->period = number (data->period, data->n, &self->n_periods);
  self->cluster = number (data->cluster, data->n, &self->n_clusters);
}

static void
panel_clear (RuaPanel *self)
{
  g_free ((gpointer) self->unit);
  g_free ((gpointer) self->period);
  g_free ((gpointer) self->cluster);
}

static void
assert_near (double a, double b, double share)
{
  if (fabs (a - b) > share * MAX (fabs (a), fabs (b)))
    g_error ("%.17g is not near %.17g", a, b);
}

static void
test_against_columns (void)
{
  for (guint trial = 0; trial < 300; trial++) {
    Data data;
    RuaPanel panel;
    RuaTwoWay fit;
    RuaFit columns;
    double *column, *outcome, up, sum = 0;
    gboolean is_estimable;

    draw (&data, g_test_rand_int_range (2, 200), g_test_rand_int_range (1, 30), g_test_rand_int_range (1, 20),
          g_test_rand_int_range (1, 4));
    panel_init (&panel, &data);
    g_assert_true (rua_two_way_fit (&fit, &panel, TRUE, NULL, NULL));
    rua_fit_init (&columns, panel.n, panel.n_periods + 1, panel.unit, panel.n_units);
    column = g_new (double, panel.n);
    outcome = g_memdup2 (data.y, panel.n * sizeof (double));
    for (guint p = 0; p < panel.n_periods; p++) {
      for (gsize i = 0; i < panel.n; i++)
        column[i] = panel.period[i] == p;
      rua_fit_add (&columns, column);
    }
    for (gsize i = 0; i < panel.n; i++)
      sum += data.d[i];
    for (gsize i = 0; i < panel.n; i++)
      column[i] = data.d[i] - sum / panel.n;
    is_estimable = rua_fit_add_tested (&columns, column);
    g_assert_cmpint (fit.is_estimable, ==, is_estimable);
    g_assert_cmpuint (fit.rank, ==, columns.rank);
    if (!is_estimable) {
      g_free (outcome);
    } else {
      rua_fit_solve (&columns, outcome);
      up = ldexp (1, fit.up);
      g_assert_cmpfloat_with_epsilon (fit.estimate * up, columns.estimate, 1e-12);
      if (columns.rss > 0) {
        double taken = columns.norm2 / fit.norm2; /* the scale of the column of interest, squared */
        double cr0 = rua_fit_clustered (&columns, panel.cluster, panel.n_clusters, FALSE).cr0;

        assert_near (fit.rss * up * up * taken, columns.rss, 1e-11);
        assert_near (fit.cr0 * up * up, cr0, 1e-9);
        for (gsize i = 0; i < panel.n; i++)
          g_assert_cmpfloat_with_epsilon (fit.residuals[i] * up * sqrt (taken), columns.residuals[i], 1e-12);
      }
    }
    g_free (column);
    rua_fit_clear (&columns);
    rua_two_way_clear (&fit);
    panel_clear (&panel);
    data_clear (&data);
  }
}

/* Effects that no number rounds leave the estimate and its error as they are, however large. */
static void
test_effects (void)
{
  for (guint trial = 0; trial < 100; trial++) {
    Data data;
    RuaPanel panel;
    RuaTwoWay without, with;

    draw (&data, 400, 60, g_test_rand_int_range (2, 12), 1);
    panel_init (&panel, &data);
    g_assert_true (rua_two_way_fit (&without, &panel, FALSE, NULL, NULL));
    for (gsize i = 0; i < panel.n; i++)
      data.y[i] += (data.unit[i] * 7919 % 101 - 50) * ldexp (1, 30) + (data.period[i] * 31 % 13) * ldexp (1, 20);
    g_assert_true (rua_two_way_fit (&with, &panel, FALSE, NULL, NULL));
    g_assert_cmpfloat_with_epsilon (ldexp (with.estimate, with.up), ldexp (without.estimate, without.up), 1e-7);
    assert_near (ldexp (sqrt (with.cr0), with.up), ldexp (sqrt (without.cr0), without.up), 10 * 1e-7);
    panel_clear (&panel);
    data_clear (&data);
  }
}

/* Of two periods the estimate is the slope of changes on changes. */
static void
test_changes (void)
{
  const gint n_units = 120000;
  Data data;
  RuaPanel panel;
  RuaTwoWay fit;
  double *before = g_new (double, n_units), *after = g_new (double, n_units), sum_y = 0, sum_d = 0, above = 0, below = 0;
  guint n_both = 0;

  draw (&data, 2 * n_units, n_units, 2, 1);
  for (gint u = 0; u < n_units; u++) {
    before[u] = data.y[2 * u];
    after[u] = data.y[2 * u + 1];
    for (gint p = 0; p < 2; p++) {
      data.unit[2 * u + p] = u;
      data.period[2 * u + p] = p;
      data.d[2 * u + p] = p == 1 && u % 3 == 0;
    }
  }
  /* Every tenth unit is seen once. */
  data.n = 0;
  for (gint i = 0; i < 2 * n_units; i++)
    if (i % 20 != 0) {
      data.unit[data.n] = data.unit[i];
      data.period[data.n] = data.period[i];
      data.cluster[data.n] = data.cluster[i];
      data.y[data.n] = data.y[i];
      data.d[data.n++] = data.d[i];
    }
  for (gint u = 0; u < n_units; u++)
    if (u % 10 != 0) {
      sum_y += after[u] - before[u];
      sum_d += u % 3 == 0;
      n_both++;
    }
  for (gint u = 0; u < n_units; u++)
    if (u % 10 != 0) {
      above += ((u % 3 == 0) - sum_d / n_both) * (after[u] - before[u] - sum_y / n_both);
      below += ((u % 3 == 0) - sum_d / n_both) * ((u % 3 == 0) - sum_d / n_both);
    }
  panel_init (&panel, &data);
  g_assert_true (rua_two_way_fit (&fit, &panel, FALSE, NULL, NULL));
  g_assert_cmpfloat_with_epsilon (ldexp (fit.estimate, fit.up), above / below, 1e-12);
  g_assert_cmpuint (fit.rank, ==, n_units + 2);
  panel_clear (&panel);
  data_clear (&data);
  g_free (before);
  g_free (after);
}

/* To the last bit, in several blocks and in one. */
static void
test_threads (void)
{
  static const gint sizes[][3] = { { 300000, 100000, 3 }, { 300000, 40, 200 }, { 200000, 3, 3 }, { 1000, 300, 5 } };
  static const guint n_threads[] = { 1, 2, 3, 8 };
  g_autofree const char **labels = g_new (const char *, 400000);

  for (guint code = 0; code < 400000; code++)
    labels[code] = "label";
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    Data data;
    RuaInputColumn columns[5] = { { .role = "outcome" }, { .role = "treatment" }, { .role = "unit" },
                                  { .role = "period" }, { .role = "cluster" } };
    RuaInput input = { .columns = columns, .n_columns = 5, .n_rows = sizes[s][0] };
    g_autoptr (RuaFigures) first = NULL;

    draw (&data, sizes[s][0], sizes[s][1], sizes[s][2], 1);
    columns[0].values = data.y;
    columns[1].values = data.d;
    columns[2].codes = data.unit;
    columns[3].codes = data.period;
    columns[4].codes = data.cluster;
    for (guint c = 2; c < 5; c++) {
      columns[c].labels = labels;
      columns[c].n_labels = 400000;
    }
    for (guint t = 0; t < G_N_ELEMENTS (n_threads); t++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) options = json_object_new ();
      JsonArray *wanted = json_array_new ();
      RuaFigures *figures;

      /* Whether the error of few clusters is asked for has no say in what both have. */
      json_array_add_string_element (wanted, "se_cr1");
      if (sizes[s][0] < 10000 || sizes[s][2] == 3)
        json_array_add_string_element (wanted, t & 1 ? "se_cr2" : "estimate");
      json_object_set_array_member (options, "figures", wanted);
      rua_set_n_threads (n_threads[t]);
      figures = rua_estimator_run (rua_estimator_find ("twfe"), &input, NULL, options, NULL, &error);
      g_assert_no_error (error);
      if (first == NULL) {
        first = figures;
        continue;
      }
      for (guint k = 0; k < 2; k++) {
        const char *key = k == 0 ? "estimate" : "se_cr1";
        double one = NAN, other = NAN;

        g_assert_true (rua_figures_get (first, key, &one) && rua_figures_get (figures, key, &other));
        g_assert_cmpmem (&one, sizeof one, &other, sizeof other);
      }
      rua_figures_free (figures);
    }
    data_clear (&data);
  }
  rua_set_n_threads (0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/two-way/against-columns", test_against_columns);
  g_test_add_func ("/two-way/effects", test_effects);
  g_test_add_func ("/two-way/changes", test_changes);
  g_test_add_func ("/two-way/threads", test_threads);
  return g_test_run ();
}
