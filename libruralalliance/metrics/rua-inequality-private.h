/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-entropy-private.h"
#include "rua-moments-private.h"

G_BEGIN_DECLS

/* Incomes, or other measures of living, in order, and indices of how unequal they are. */
typedef struct {
  RuaWeighted sorted; /* the records that have weight */
  double mean;        /* NaN when there are none */
  double total;       /* sum of w x */
  RuaCentre centre;   /* what rua_inequality_centre() makes of the mean */
  gboolean negative;
  gboolean zero;
  gboolean varies;
} RuaInequality;

void rua_inequality_init (RuaInequality *self, const double *x, const double *w, gsize n);
/* And into @rows, which has room for @n, the record of each. */
void rua_inequality_init_rows (RuaInequality *self, const double *x, const double *w, gsize n, guint32 *rows);
void rua_inequality_clear (RuaInequality *self);
/* What is of the first order does without; the mean must be above 0. */
void rua_inequality_centre (RuaInequality *self);

double rua_inequality_get_gini (const RuaInequality *self);

/* These need the centre. */
double rua_inequality_get_cv (const RuaInequality *self);
/* GE(1 - e): Theil's T at 0, his L at 1. */
double rua_inequality_get_entropy (const RuaInequality *self, double e);
/* Of aversion e. */
double rua_inequality_get_atkinson (const RuaInequality *self, double e);

/* The income that is worth as much, were it everybody's, as a share of the mean: of shares r of the mean
 * (mean r^(1 - e))^(1 / (1 - e)). */
typedef struct {
  double log;
  double from_least; /* mean (x / least)^(1 - e); 0: powers of r are not so great that one must begin there */
} RuaEquivalent;

RuaEquivalent rua_inequality_get_equivalent (const RuaInequality *self, double e);

/* ---- influence ---- */

/* Derivatives of an index by each record's weight, times that weight, are scores whose design variance is that of the
 * index: A. Demnati and J. N. K. Rao, Survey Methodology 30 (2004). They are linear in what is told of a record, so that
 * those of a sampling unit add up to what follows from its sums: records are walked through in order of their values,
 * and nothing is kept of any. */
typedef struct {
  const RuaInequality *of;
  gsize n;             /* records that have weight */
  guint32 *units;      /* of each of these, in order of their values */
  const guint32 *of_row; /* of each record */
  guint n_units;
  guint n_lanes; /* by the numbers of records and units alone */
  double x_unit; /* powers of two that bring mean and sum of weights to about 1 */
  double w_unit;
  RuaSum *sums;        /* of each unit: of weights, then of w (x - mean), in these units */
  RuaDouble2 *lanes;   /* of each lane: of weights, then of w (x - least) */
  GCancellable *cancellable;
} RuaInfluence;

/* @of has its centre; it and its @rows, which become their units, are lent. In some threads. */
gboolean rua_influence_init (RuaInfluence *self,
                             const RuaInequality *of,
                             guint32 *rows,
                             const guint32 *of_row,
                             guint n_units,
                             GCancellable *cancellable,
                             GError **error);
void rua_influence_clear (RuaInfluence *self);
/* What the scores of each unit add up to. */
gboolean rua_influence_of_gini (const RuaInfluence *self, RuaDouble2 *totals, GError **error);
gboolean rua_influence_of_entropy (const RuaInfluence *self, double e, RuaDouble2 *totals, GError **error);
gboolean rua_influence_of_atkinson (const RuaInfluence *self, double e, RuaDouble2 *totals, GError **error);

G_END_DECLS
