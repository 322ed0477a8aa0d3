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
/* Without putting them in order, which the centre, the coefficient of variation and the entropies do without. */
void rua_inequality_init_loose (RuaInequality *self, const double *x, const double *w, gsize n);
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

/* Derivatives of an index by each record's weight, times that weight, whose design variance is that of the index:
 * A. Demnati and J. N. K. Rao, Survey Methodology 30 (2004). */
typedef struct {
  const RuaInequality *of;
  const double *x;
  const double *w; /* NULL: 1 */
  gsize n;
  RuaDouble2 *gaps; /* of each record that has weight, from the mean */
} RuaInfluence;

/* @of has its centre; it and the columns are lent. */
void rua_influence_init (RuaInfluence *self, const RuaInequality *of, const double *x, const double *w, gsize n);
void rua_influence_clear (RuaInfluence *self);
/* Of each record; 0 where it has no weight, whatever its value. @rests is what rounding took from @scores. */
void rua_influence_of_gini (const RuaInfluence *self, double *scores, double *rests);
void rua_influence_of_entropy (const RuaInfluence *self, double e, double *scores, double *rests);
void rua_influence_of_atkinson (const RuaInfluence *self, double e, double *scores, double *rests);

G_END_DECLS
