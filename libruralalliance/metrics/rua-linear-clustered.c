/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cluster-robust variances. R. M. Bell and D. F. McCaffrey, "Bias reduction in standard errors for
 * linear regression with multi-stage samples", Survey Methodology 28 (2002); J. E. Pustejovsky and
 * E. Tipton, "Small-sample methods for cluster-robust variance estimation", Journal of Business &
 * Economic Statistics 36 (2018).
 *
 * The hat matrix is H = D + F F', D the means over units and F the orthonormal columns. Within a
 * cluster it acts on the span of few columns, so (I - H_gg)^(-1/2) is found from the eigenvalues
 * of their small Gram matrix, whatever the cluster's size. Units that lie whole in one cluster are
 * orthogonal to everything else and drop out. */
#include "rua-linear-private.h"

#include <math.h>
#include <string.h>

#include "rua-special-private.h"

/* Above these the work (cube of the columns; clusters times units) is not taken on. */
#define MOST_COLUMNS 1500
#define MOST_SHARED 20000000

/* An eigenvalue of I - H_gg below this is 0: the pseudo-inverse takes it out. */
#define SINGULAR 1e-11

static gboolean
units_are_nested (const RuaFit *fit, const guint32 *cluster)
{
  guint32 *of_unit;
  gboolean nested = TRUE;

  if (fit->unit == NULL)
    return TRUE;
  of_unit = g_new (guint32, MAX (fit->n_units, 1));
  memset (of_unit, 0xff, MAX (fit->n_units, 1) * sizeof (guint32));
  for (gsize i = 0; i < fit->n && nested; i++) {
    if (of_unit[fit->unit[i]] == G_MAXUINT32)
      of_unit[fit->unit[i]] = cluster[i];
    nested = of_unit[fit->unit[i]] == cluster[i];
  }
  g_free (of_unit);
  return nested;
}

/* ((1 - x)^(-1/2) - 1) / x, and what the pseudo-inverse makes of x = 1. */
static double
root_factor (double x)
{
  if (1 - x < SINGULAR)
    return -1 / x;
  if (fabs (x) < 1e-12)
    return 0.5;
  return expm1 (-0.5 * log1p (-x)) / x;
}

/* One cluster: @adjusted = (I - H_gg)^(-1/2) d over its @size rows. @columns are the r columns of
 * F and those of its units that lie in other clusters too, each of @size. */
static void
adjust (const double *columns, guint r, gsize size, const double *d, double *adjusted)
{
  double *gram = g_new (double, (gsize)r *r), *values = g_new (double, r),
         *vectors = g_new (double, (gsize)r *r);
  double *inner = g_new0 (double, r), *coefficients = g_new0 (double, r);

  for (guint a = 0; a < r; a++) {
    for (guint b = a; b < r; b++) {
      RuaSum sum = { 0 };

      for (gsize i = 0; i < size; i++)
        rua_sum_add (&sum, columns[a * size + i] * columns[b * size + i]);
      gram[(gsize)a * r + b] = gram[(gsize)b * r + a] = rua_sum_get (&sum);
    }
    for (gsize i = 0; i < size; i++)
      inner[a] += columns[a * size + i] * d[i];
  }
  rua_eigen (gram, r, values, vectors);
  for (guint k = 0; k < r; k++) {
    double part = 0;

    if (values[k] < 1e-14)
      continue;
    for (guint a = 0; a < r; a++)
      part += vectors[(gsize)a * r + k] * inner[a];
    part *= root_factor (values[k]);
    for (guint a = 0; a < r; a++)
      coefficients[a] += vectors[(gsize)a * r + k] * part;
  }
  memcpy (adjusted, d, size * sizeof (double));
  for (guint a = 0; a < r; a++)
    for (gsize i = 0; i < size; i++)
      adjusted[i] += columns[a * size + i] * coefficients[a];
  g_free (coefficients);
  g_free (inner);
  g_free (vectors);
  g_free (values);
  g_free (gram);
}

typedef struct {
  guint r;
  double *outer; /* sum of u u' over clusters */
  double
    *shared;   /* of cluster g and unit u at g * n_units + u: sum / sqrt(size); NULL when nested */
  double *u;   /* of each cluster, only when units are shared */
  double *own; /* p_g'p_g */
} Cross;

static double
cross_df (const RuaFit *fit, const Cross *cross, const double *u_norms, guint n_clusters)
{
  RuaSum trace = { 0 }, squares = { 0 };
  guint r = cross->r;

  for (guint g = 0; g < n_clusters; g++) {
    rua_sum_add (&trace, cross->own[g]);
    rua_sum_add (&squares, cross->own[g] * cross->own[g]);
  }
  if (cross->shared == NULL) {
    /* sum over g, h of (u_g'u_h)^2 is the squared norm of sum u u'; without g = h. */
    for (gsize k = 0; k < (gsize)r * r; k++)
      rua_sum_add (&squares, cross->outer[k] * cross->outer[k]);
    for (guint g = 0; g < n_clusters; g++)
      rua_sum_add (&squares, -u_norms[g] * u_norms[g]);
  } else {
    for (guint g = 0; g < n_clusters; g++)
      for (guint h = 0; h < g; h++) {
        double inner = 0;

        for (guint k = 0; k < r; k++)
          inner += cross->u[(gsize)g * r + k] * cross->u[(gsize)h * r + k];
        for (guint k = 0; k < fit->n_units; k++)
          inner += cross->shared[(gsize)g * fit->n_units + k]
                   * cross->shared[(gsize)h * fit->n_units + k];
        rua_sum_add (&squares, 2 * inner * inner);
      }
  }
  return rua_sum_get (&trace) * rua_sum_get (&trace) / rua_sum_get (&squares);
}

RuaClustered
rua_fit_clustered (const RuaFit *self, const guint32 *cluster, guint n_clusters, gboolean want_cr2)
{
  gboolean nested = units_are_nested (self, cluster);
  RuaClustered result = { NAN, NAN, NAN, want_cr2 };
  RuaSum cr0 = { 0 }, cr2 = { 0 };
  guint r = self->n_basis, widest = r;
  guint32 *rows;
  gsize *starts, largest = 0;
  double *columns, *d, *adjusted, *u_norms, *unit_sums;
  Cross cross = { r, NULL, NULL, NULL, NULL };

  rua_group_rows (cluster, self->n, n_clusters, &rows, &starts);
  for (guint g = 0; g < n_clusters; g++) {
    RuaSum score = { 0 };

    largest = MAX (largest, starts[g + 1] - starts[g]);
    for (gsize k = starts[g]; k < starts[g + 1]; k++)
      rua_sum_add (&score, self->tested[rows[k]] * self->residuals[rows[k]]);
    rua_sum_add (&cr0, rua_sum_get (&score) * rua_sum_get (&score));
  }
  result.cr0 = rua_sum_get (&cr0) / (self->norm2 * self->norm2);
  if (!nested)
    widest += MIN (largest, self->n_units);
  if (widest > MOST_COLUMNS || (!nested && (gsize)n_clusters * self->n_units > MOST_SHARED))
    result.has_cr2 = FALSE;
  if (!result.has_cr2) {
    g_free (rows);
    g_free (starts);
    return result;
  }
  columns = g_new (double, MAX ((gsize)widest * largest, 1));
  d = g_new (double, MAX (largest, 1));
  adjusted = g_new (double, MAX (largest, 1));
  u_norms = g_new0 (double, n_clusters);
  unit_sums = g_new0 (double, MAX (self->n_units, 1));
  cross.outer = g_new0 (double, (gsize)r *r);
  cross.own = g_new0 (double, n_clusters);
  cross.u = g_new0 (double, nested ? r : (gsize)n_clusters *r);
  if (!nested)
    cross.shared = g_new0 (double, (gsize)n_clusters * self->n_units);
  for (guint g = 0; g < n_clusters; g++) {
    const guint32 *mine = rows + starts[g];
    gsize size = starts[g + 1] - starts[g];
    double *u = nested ? cross.u : cross.u + (gsize)g * r;
    guint width = r;
    RuaSum term = { 0 }, own = { 0 };

    for (guint k = 0; k < r; k++)
      for (gsize i = 0; i < size; i++)
        columns[k * size + i] = self->basis[(gsize)k * self->n + mine[i]];
    if (!nested) {
      /* The units seen here, each once, in order of their first row. */
      for (gsize i = 0; i < size; i++) {
        guint32 unit = self->unit[mine[i]];
        gboolean seen = FALSE;

        for (gsize j = 0; j < i && !seen; j++)
          seen = self->unit[mine[j]] == unit;
        if (seen)
          continue;
        for (gsize j = 0; j < size; j++)
          columns[width * size + j]
            = self->unit[mine[j]] == unit ? 1 / sqrt (self->unit_size[unit]) : 0;
        width++;
      }
    }
    for (gsize i = 0; i < size; i++)
      d[i] = self->tested[mine[i]] / self->norm2;
    adjust (columns, width, size, d, adjusted);
    for (gsize i = 0; i < size; i++) {
      rua_sum_add (&term, adjusted[i] * self->residuals[mine[i]]);
      rua_sum_add (&own, adjusted[i] * adjusted[i]);
    }
    rua_sum_add (&cr2, rua_sum_get (&term) * rua_sum_get (&term));
    memset (u, 0, r * sizeof (double));
    for (guint k = 0; k < r; k++) {
      for (gsize i = 0; i < size; i++)
        u[k] += columns[k * size + i] * adjusted[i];
      u_norms[g] += u[k] * u[k];
    }
    for (guint a = 0; a < r; a++)
      for (guint b = 0; b < r; b++)
        cross.outer[(gsize)a * r + b] += u[a] * u[b];
    cross.own[g] = rua_sum_get (&own) - u_norms[g];
    if (!nested) {
      memset (unit_sums, 0, self->n_units * sizeof (double));
      for (gsize i = 0; i < size; i++)
        unit_sums[self->unit[mine[i]]] += adjusted[i];
      for (guint k = 0; k < self->n_units; k++) {
        double share = unit_sums[k] / sqrt (self->unit_size[k]);

        cross.shared[(gsize)g * self->n_units + k] = share;
        cross.own[g] -= share * share;
      }
    }
  }
  result.cr2 = rua_sum_get (&cr2);
  result.df_cr2 = cross_df (self, &cross, u_norms, n_clusters);
  g_free (cross.shared);
  g_free (cross.u);
  g_free (cross.own);
  g_free (cross.outer);
  g_free (unit_sums);
  g_free (u_norms);
  g_free (adjusted);
  g_free (d);
  g_free (columns);
  g_free (rows);
  g_free (starts);
  return result;
}
