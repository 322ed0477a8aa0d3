/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Least squares of an outcome on one column of interest and others that are only held constant,
 * by orthogonal columns: after the others are taken out of it, the column of interest is all that
 * its coefficient depends on (Frisch and Waugh, Econometrica 1, 1933).
 *
 * Columns are added one by one; one that the earlier ones explain is left out, so the rank is
 * known. Units (fixed effects) are taken out of everything by their means and never stored. */
typedef struct {
  gsize n;
  guint n_basis; /* the last is the column of interest's, when it is estimable */
  guint capacity;
  double *basis;  /* orthonormal columns of n */
  double *tested; /* what is left of the column of interest */
  double norm2;   /* its length, squared; 0 when the others explain it */
  double *residuals;
  double estimate;
  double rss;
  guint rank; /* of everything, units included */
  guint n_units;
  const guint32 *unit; /* of each row, NULL: none */
  double *per_unit;    /* scratch: a mean a unit */
  guint32 *unit_size;
} RuaFit;

/* @unit may be NULL. Columns given later are changed in place. */
void rua_fit_init (RuaFit *self, gsize n, guint capacity, const guint32 *unit, guint n_units);
void rua_fit_clear (RuaFit *self);
/* Takes unit means and the columns so far out of @column. */
void rua_fit_project (RuaFit *self, double *column);
/* TRUE when it added to the rank. */
gboolean rua_fit_add (RuaFit *self, double *column);
/* The column of interest, after all others; FALSE when they explain it. */
gboolean rua_fit_add_tested (RuaFit *self, double *column);
/* Estimate and residuals of an outcome, whose mean should be near 0; takes it over changed. */
void rua_fit_solve (RuaFit *self, double *outcome);
/* The same where they are known already, as is what the others leave of the column of interest; takes over both. */
void rua_fit_take (RuaFit *self, double *tested, double norm2, double *residuals, double rss);

double rua_fit_classical (const RuaFit *self);
double rua_fit_hc1 (const RuaFit *self);

/* Cluster-robust variance of the estimate. */
typedef struct {
  double cr0;       /* variance, without a factor for few clusters */
  double cr2;       /* Bell and McCaffrey (2002) */
  double df_cr2;    /* Satterthwaite, after Pustejovsky and Tipton (2018) */
  gboolean has_cr2; /* FALSE: too large to work out */
} RuaClustered;

/* A sum of scores no greater than this is rounding: a share of the sizes of its terms, and of the size that a sum over all
 * rows could have. With few clusters the residuals often sum to exactly 0 within each (one treated cluster and one not,
 * say), and what rounding leaves of that must not be taken for a tiny error. */
#define RUA_SCORE_ROUNDING 1e-11

static inline double
rua_score_rounding (double sizes, double whole)
{
  return MAX (RUA_SCORE_ROUNDING * sizes, RUA_SCORE_ROUNDING / 100 * whole);
}

RuaClustered
rua_fit_clustered (const RuaFit *self, const guint32 *cluster, guint n_clusters, gboolean want_cr2);

/* Eigenvalues and vectors (columns) of a symmetric matrix, which is destroyed. */
void rua_eigen (double *matrix, guint n, double *values, double *vectors);
/* x' A^-1 x for a symmetric positive definite A; NaN when it is singular. */
double rua_quadratic_inverse (const double *matrix, const double *x, guint n, double tolerance);

/* Rows of each group: row numbers at rows[starts[g]] ... rows[starts[g + 1] - 1]. */
void rua_group_rows (const guint32 *group, gsize n, guint n_groups, guint32 **rows, gsize **starts);

G_END_DECLS
