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

#include "rua-reduction-private.h"
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

/* sum a e over the rows of a cluster, of which @a is dense or not; exactly 0 where only rounding is
 * left, of this sum or of its terms: @whole is the size that a sum over all rows could have. */
static double
cluster_product (
  const double *a, gboolean dense, const double *e, const guint32 *rows, gsize n, double whole)
{
  RuaSum sum = { 0 };
  double sizes = 0;

  for (gsize k = 0; k < n; k++) {
    double product = a[dense ? k : rows[k]] * e[rows[k]];

    rua_sum_add (&sum, product);
    sizes += fabs (product);
  }
  return fabs (rua_sum_get (&sum)) > rua_score_rounding (sizes, whole)
           ? rua_sum_get (&sum)
           : 0;
}

/* One cluster: @adjusted = (I - H_gg)^(-1/2) d over its @size rows. @columns are the r columns of
 * F and those of its units that lie in other clusters too, each of @size. Gives adjusted' (I - H_gg)
 * adjusted, which is the square of what the pseudo-inverse leaves of d: nothing cancels in it. */
static double
adjust (const double *columns, guint r, gsize size, const double *d, double *adjusted)
{
  double *gram = g_new (double, (gsize)r *r), *values = g_new (double, r),
         *vectors = g_new (double, (gsize)r *r);
  double *inner = g_new0 (double, r), *coefficients = g_new0 (double, r), whole = 0, lost = 0;

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
    if (1 - values[k] < SINGULAR)
      lost += part * part / values[k];
    part *= root_factor (values[k]);
    for (guint a = 0; a < r; a++)
      coefficients[a] += vectors[(gsize)a * r + k] * part;
  }
  memcpy (adjusted, d, size * sizeof (double));
  for (guint a = 0; a < r; a++)
    for (gsize i = 0; i < size; i++)
      adjusted[i] += columns[a * size + i] * coefficients[a];
  for (gsize i = 0; i < size; i++)
    whole += d[i] * d[i];
  g_free (coefficients);
  g_free (inner);
  g_free (vectors);
  g_free (values);
  g_free (gram);
  return whole - lost > RUA_SCORE_ROUNDING * whole ? whole - lost : 0;
}

/* Up to so many clusters the products of their vectors are taken one by one. */
#define MOST_PAIRED 1000

typedef struct {
  guint r;
  double *u;      /* of each cluster, r numbers: F_g' adjusted */
  double *shared; /* of cluster g and unit u at g * n_units + u: sum / sqrt(size); NULL when nested */
  double *own;    /* p_g'p_g */
} Cross;

/* The sum over pairs g != h of (u_g'u_h)^2 is the squared norm of sum u u' less its part g = h;
 * where a cluster has nearly all the leverage the two are nearly equal, hence two doubles. */
static double
cross_of_many (const Cross *self, guint n_clusters)
{
  guint r = self->r;
  RuaDouble2 *outer = g_new0 (RuaDouble2, MAX ((gsize)r * r, 1)), sum = { 0, 0 };

  for (guint g = 0; g < n_clusters; g++) {
    const double *u = self->u + (gsize)g * r;
    RuaDouble2 norm = { 0, 0 };

    for (guint a = 0; a < r; a++)
      for (guint b = 0; b <= a; b++) {
        RuaDouble2 *cell = &outer[(gsize)a * r + b];

        *cell = rua_double2_add (
          *cell, rua_double2_multiply ((RuaDouble2){ u[a], 0 }, (RuaDouble2){ u[b], 0 }));
      }
    for (guint a = 0; a < r; a++)
      norm = rua_double2_add (
        norm, rua_double2_multiply ((RuaDouble2){ u[a], 0 }, (RuaDouble2){ u[a], 0 }));
    sum = rua_double2_subtract (sum, rua_double2_multiply (norm, norm));
  }
  for (guint a = 0; a < r; a++)
    for (guint b = 0; b <= a; b++) {
      RuaDouble2 square = rua_double2_multiply (outer[(gsize)a * r + b], outer[(gsize)a * r + b]);

      sum = rua_double2_add (sum, square);
      if (b < a)
        sum = rua_double2_add (sum, square);
    }
  g_free (outer);
  return MAX (sum.high, 0);
}

static double
cross_df (const RuaFit *fit, const Cross *cross, guint n_clusters)
{
  RuaSum trace = { 0 }, squares = { 0 };
  guint r = cross->r;

  for (guint g = 0; g < n_clusters; g++) {
    rua_sum_add (&trace, cross->own[g]);
    rua_sum_add (&squares, cross->own[g] * cross->own[g]);
  }
  if (cross->shared == NULL && n_clusters > MOST_PAIRED) {
    rua_sum_add (&squares, cross_of_many (cross, n_clusters));
  } else {
    for (guint g = 0; g < n_clusters; g++)
      for (guint h = 0; h < g; h++) {
        double inner = 0;

        for (guint k = 0; k < r; k++)
          inner += cross->u[(gsize)g * r + k] * cross->u[(gsize)h * r + k];
        for (guint k = 0; cross->shared != NULL && k < fit->n_units; k++)
          inner += cross->shared[(gsize)g * fit->n_units + k]
                   * cross->shared[(gsize)h * fit->n_units + k];
        rua_sum_add (&squares, 2 * inner * inner);
      }
  }
  if (rua_sum_get (&trace) == 0)
    return NAN;
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
  double *columns, *d, *adjusted, *unit_sums;
  Cross cross = { r, NULL, NULL, NULL };

  rua_group_rows (cluster, self->n, n_clusters, &rows, &starts);
  for (guint g = 0; g < n_clusters; g++) {
    gsize size = starts[g + 1] - starts[g];
    double score = cluster_product (self->tested, FALSE, self->residuals, rows + starts[g], size,
                                    sqrt (self->norm2 * self->rss));

    largest = MAX (largest, size);
    rua_sum_add (&cr0, score * score);
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
  unit_sums = g_new0 (double, MAX (self->n_units, 1));
  cross.own = g_new0 (double, n_clusters);
  cross.u = g_new0 (double, (gsize)n_clusters *r);
  if (!nested)
    cross.shared = g_new0 (double, (gsize)n_clusters * self->n_units);
  for (guint g = 0; g < n_clusters; g++) {
    const guint32 *mine = rows + starts[g];
    gsize size = starts[g + 1] - starts[g];
    double *u = cross.u + (gsize)g * r;
    guint width = r;
    double term, sizes = 0;

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
    cross.own[g] = adjust (columns, width, size, d, adjusted);
    if (cross.own[g] < RUA_SCORE_ROUNDING * RUA_SCORE_ROUNDING / self->norm2)
      cross.own[g] = 0;
    for (gsize i = 0; i < size; i++)
      sizes += adjusted[i] * adjusted[i];
    term = cluster_product (adjusted, TRUE, self->residuals, mine, size,
                            sqrt (MAX (sizes, 1 / self->norm2) * self->rss));
    rua_sum_add (&cr2, term * term);
    for (guint k = 0; k < r; k++)
      for (gsize i = 0; i < size; i++)
        u[k] += columns[k * size + i] * adjusted[i];
    if (!nested) {
      memset (unit_sums, 0, self->n_units * sizeof (double));
      for (gsize i = 0; i < size; i++)
        unit_sums[self->unit[mine[i]]] += adjusted[i];
      for (guint k = 0; k < self->n_units; k++)
        cross.shared[(gsize)g * self->n_units + k] = unit_sums[k] / sqrt (self->unit_size[k]);
    }
  }
  result.cr2 = rua_sum_get (&cr2);
  result.df_cr2 = cross_df (self, &cross, n_clusters);
  g_free (cross.shared);
  g_free (cross.u);
  g_free (cross.own);
  g_free (unit_sums);
  g_free (adjusted);
  g_free (d);
  g_free (columns);
  g_free (rows);
  g_free (starts);
  return result;
}
