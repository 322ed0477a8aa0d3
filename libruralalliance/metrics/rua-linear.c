/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-linear-private.h"

#include <math.h>
#include <string.h>

#include "rua-special-private.h"

/* What is left of a column below this share of its length is rounding. */
#define RANK_TOLERANCE 1e-10

static double
dot (const double *a, const double *b, gsize n)
{
  RuaSum lanes[4] = { { 0 } }, all = { 0 };
  gsize i = 0;

  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++)
      rua_sum_add (&lanes[k], a[i + k] * b[i + k]);
  for (int k = 0; i < n; i++, k++)
    rua_sum_add (&lanes[k], a[i] * b[i]);
  for (int k = 0; k < 4; k++)
    rua_sum_add (&all, lanes[k].high);
  for (int k = 0; k < 4; k++)
    rua_sum_add (&all, lanes[k].low);
  return rua_sum_get (&all);
}

void
rua_fit_init (RuaFit *self, gsize n, guint capacity, const guint32 *unit, guint n_units)
{
  *self = (RuaFit){ 0 };
  self->n = n;
  self->capacity = capacity;
  self->basis = g_new (double, MAX (n * capacity, 1));
  self->unit = unit;
  self->n_units = n_units;
  if (unit != NULL) {
    self->per_unit = g_new (double, MAX (n_units, 1));
    self->unit_size = g_new0 (guint32, MAX (n_units, 1));
    for (gsize i = 0; i < n; i++)
      self->unit_size[unit[i]]++;
    self->rank = n_units;
  }
}

void
rua_fit_clear (RuaFit *self)
{
  g_free (self->basis);
  g_free (self->tested);
  g_free (self->residuals);
  g_free (self->per_unit);
  g_free (self->unit_size);
}

/* Gram and Schmidt, twice, which is enough for orthogonality to working precision (L. Giraud et
 * al., Numerische Mathematik 101, 2005). */
void
rua_fit_project (RuaFit *self, double *column)
{
  gsize n = self->n;

  for (int pass = 0; pass < 2; pass++) {
    if (self->unit != NULL) {
      memset (self->per_unit, 0, self->n_units * sizeof (double));
      for (gsize i = 0; i < n; i++)
        self->per_unit[self->unit[i]] += column[i];
      for (guint u = 0; u < self->n_units; u++)
        self->per_unit[u] /= self->unit_size[u];
      for (gsize i = 0; i < n; i++)
        column[i] -= self->per_unit[self->unit[i]];
    }
    for (guint k = 0; k < self->n_basis; k++) {
      const double *basis = self->basis + k * n;
      double share = dot (basis, column, n);

      for (gsize i = 0; i < n; i++)
        column[i] -= share * basis[i];
    }
  }
}

gboolean
rua_fit_add (RuaFit *self, double *column)
{
  double before = dot (column, column, self->n), after;
  double *basis = self->basis + self->n_basis * self->n;

  rua_fit_project (self, column);
  after = dot (column, column, self->n);
  if (!(after > RANK_TOLERANCE * RANK_TOLERANCE * before))
    return FALSE;
  after = sqrt (after);
  for (gsize i = 0; i < self->n; i++)
    basis[i] = column[i] / after;
  self->n_basis++;
  self->rank++;
  return TRUE;
}

gboolean
rua_fit_add_tested (RuaFit *self, double *column)
{
  self->tested = g_new (double, MAX (self->n, 1));
  if (!rua_fit_add (self, column))
    return FALSE;
  memcpy (self->tested, column, self->n * sizeof (double));
  self->norm2 = dot (column, column, self->n);
  return TRUE;
}

void
rua_fit_solve (RuaFit *self, double *outcome)
{
  double whole = dot (outcome, outcome, self->n);

  self->estimate = dot (self->tested, outcome, self->n) / self->norm2;
  rua_fit_project (self, outcome);
  self->residuals = outcome;
  self->rss = dot (outcome, outcome, self->n);
  /* A fit that is perfect but for rounding is perfect. */
  if (self->rss <= 1e-26 * whole) {
    memset (outcome, 0, self->n * sizeof (double));
    self->rss = 0;
  }
}

void
rua_fit_take (RuaFit *self, double *tested, double norm2, double *residuals, double rss)
{
  double *basis = self->basis + self->n_basis * self->n, length = sqrt (norm2);

  for (gsize i = 0; i < self->n; i++)
    basis[i] = tested[i] / length;
  self->n_basis++;
  self->rank++;
  self->tested = tested;
  self->norm2 = norm2;
  self->residuals = residuals;
  self->rss = rss;
}

double
rua_fit_classical (const RuaFit *self)
{
  return self->rss / ((double)self->n - self->rank) / self->norm2;
}

double
rua_fit_hc1 (const RuaFit *self)
{
  RuaSum sum = { 0 };

  for (gsize i = 0; i < self->n; i++) {
    double score = self->tested[i] * self->residuals[i];

    rua_sum_add (&sum, score * score);
  }
  return rua_sum_get (&sum) / (self->norm2 * self->norm2) * self->n
         / ((double)self->n - self->rank);
}

void
rua_group_rows (const guint32 *group, gsize n, guint n_groups, guint32 **rows, gsize **starts)
{
  gsize *at = g_new0 (gsize, n_groups + 2);
  guint32 *list = g_new (guint32, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    at[group[i] + 2]++;
  for (guint g = 2; g < n_groups + 2; g++)
    at[g] += at[g - 1];
  for (gsize i = 0; i < n; i++)
    list[at[group[i] + 1]++] = i;
  *rows = list;
  *starts = at;
}

/* ---- symmetric matrices ---- */

/* Cyclic Jacobi rotations: slow for large matrices, but exact to rounding also for small
 * eigenvalues (J. Demmel and K. Veselic, SIAM J. Matrix Anal. Appl. 13, 1992). */
void
rua_eigen (double *matrix, guint n, double *values, double *vectors)
{
  memset (vectors, 0, (gsize)n * n * sizeof (double));
  for (guint i = 0; i < n; i++)
    vectors[(gsize)i * n + i] = 1;
  for (int sweep = 0; sweep < 60; sweep++) {
    double off = 0, diagonal = 0;

    for (guint i = 0; i < n; i++) {
      diagonal += matrix[(gsize)i * n + i] * matrix[(gsize)i * n + i];
      for (guint j = i + 1; j < n; j++)
        off += matrix[(gsize)i * n + j] * matrix[(gsize)i * n + j];
    }
    if (off <= 1e-33 * diagonal)
      break;
    for (guint p = 0; p < n; p++)
      for (guint q = p + 1; q < n; q++) {
        double apq = matrix[(gsize)p * n + q], theta, t, c, s;

        if (apq == 0)
          continue;
        theta = (matrix[(gsize)q * n + q] - matrix[(gsize)p * n + p]) / (2 * apq);
        t = copysign (1, theta) / (fabs (theta) + hypot (theta, 1));
        c = 1 / hypot (t, 1);
        s = t * c;
        for (guint k = 0; k < n; k++) {
          double a = matrix[(gsize)k * n + p], b = matrix[(gsize)k * n + q];

          matrix[(gsize)k * n + p] = c * a - s * b;
          matrix[(gsize)k * n + q] = s * a + c * b;
        }
        for (guint k = 0; k < n; k++) {
          double a = matrix[(gsize)p * n + k], b = matrix[(gsize)q * n + k];

          matrix[(gsize)p * n + k] = c * a - s * b;
          matrix[(gsize)q * n + k] = s * a + c * b;
        }
        for (guint k = 0; k < n; k++) {
          double a = vectors[(gsize)k * n + p], b = vectors[(gsize)k * n + q];

          vectors[(gsize)k * n + p] = c * a - s * b;
          vectors[(gsize)k * n + q] = s * a + c * b;
        }
      }
  }
  for (guint i = 0; i < n; i++)
    values[i] = matrix[(gsize)i * n + i];
}

double
rua_quadratic_inverse (const double *matrix, const double *x, guint n, double tolerance)
{
  double *copy = g_memdup2 (matrix, (gsize)n * n * sizeof (double));
  double *values = g_new (double, n), *vectors = g_new (double, (gsize)n *n), largest = 0, sum = 0;

  rua_eigen (copy, n, values, vectors);
  for (guint k = 0; k < n; k++)
    largest = MAX (largest, values[k]);
  for (guint k = 0; k < n; k++) {
    double part = 0;

    for (guint i = 0; i < n; i++)
      part += vectors[(gsize)i * n + k] * x[i];
    sum = values[k] > tolerance * largest ? sum + part * part / values[k] : NAN;
  }
  g_free (vectors);
  g_free (values);
  g_free (copy);
  return sum;
}
