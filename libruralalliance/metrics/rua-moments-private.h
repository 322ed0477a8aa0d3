/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-figures-private.h"
#include "rua-scaled-private.h"
#include "rua-special-private.h"

G_BEGIN_DECLS

/* Why something is undefined; said alike everywhere. */
#define RUA_REASON_NONE N_("no records")
#define RUA_REASON_ONE N_("needs at least two records")
#define RUA_REASON_WEIGHTS N_("all weights are 0")
#define RUA_REASON_NOT_POSITIVE N_("a value is 0 or negative")
#define RUA_REASON_CONSTANT N_("the values do not vary")

typedef struct {
  gsize n;
  double mean;
  double min;
  double max;
  double squares; /* sum of (x - mean)^2; exactly 0 when all values are equal */
  double low;     /* what rounding took from the mean: for differences of means */
} RuaMoments;

/* In two passes. n = 0: all NaN. */
RuaMoments rua_moments (const double *values, gsize n);
/* The mean alone. */
double rua_mean (const double *values, gsize n);
/* Divisor n - 1; NaN below two values. */
double rua_moments_variance (const RuaMoments *self);
/* Correlation, NaN when one side does not vary. */
double rua_correlation (const double *x, const double *y, gsize n);

/* A power of two that brings the greatest magnitude to about 1, so that squares and products neither overflow nor lose
 * digits, and no value is rounded by it; 1 where there is nothing to bring. */
double rua_unit (double greatest);
double rua_unit_of (const double *values, gsize n);
/* Divides the values by a power of two, which rounds nothing, so that the largest is from 1 to 2, and the squares of
 * very large and very small values stay within the range of numbers. The power's exponent; 0 where all are 0. */
int rua_scale (double *values, gsize n);

/* How values are read about their mean, on such a scale, without laying them out: a constant is exactly nothing. */
typedef struct {
  int exponent; /* what is read is times two to the power of this */
  double first, second;
  double mean;
  gboolean varies;
} RuaScale;

void rua_scale_init (RuaScale *self, const double *values, gsize n);

/* In two steps, as the power may be beyond the range of numbers though what it scales is not. */
static inline double
rua_scale_read (const RuaScale *self, double value)
{
  return value * self->first * self->second - self->mean;
}

/* A quantile of sorted values, n > 0, by Hyndman and Fan's type 1 to 9. */
double rua_quantile_sorted (const double *sorted, gsize n, double p, int type);
/* The same of values in any order, several at once without sorting them all; NaN when n = 0. */
void rua_quantiles (
  const double *values, gsize n, const double *probs, guint n_probs, int type, double *quantiles);
/* The same to the bit of numbers none of which is unknown. */
void rua_quantiles_packed (
  const RuaPacked *values, gsize n, const double *probs, guint n_probs, int type, double *quantiles);
double rua_median (const double *values, gsize n);

typedef enum {
  RUA_WEIGHTED_INVERSE_CDF,
  RUA_WEIGHTED_AVERAGED,
  RUA_WEIGHTED_LINEAR, /* type 7 on values repeated w times */
} RuaWeightedRule;

/* Values of positive weight in ascending order, with cumulated weights. */
typedef struct {
  gsize n;
  double *values;
  double *weights;
  double *cumulated;
  double total;
} RuaWeighted;

/* @weights NULL: all 1. @amounts: the sum of weights times values, in order; NULL: nobody asks. */
void rua_weighted_init (RuaWeighted *self, const double *values, const double *weights, gsize n, RuaSum *amounts);
/* The same; and into @rows, which has room for @n, the record of each. */
void rua_weighted_init_rows (
  RuaWeighted *self, const double *values, const double *weights, gsize n, guint32 *rows, RuaSum *amounts);
void rua_weighted_clear (RuaWeighted *self);
double rua_weighted_quantile (const RuaWeighted *self, double p, RuaWeightedRule rule);
/* Several at once of values in any order, without sorting them all; @total (nullable) is the sum of weights. NaN when there
 * is no weight. */
void rua_weighted_quantiles (const double *values,
                             const double *weights,
                             gsize n,
                             const double *probs,
                             guint n_probs,
                             RuaWeightedRule rule,
                             double *quantiles,
                             double *total);

/* ---- binomial intervals ---- */

void rua_wilson (double x, double n, double z, double *low, double *high);
void rua_clopper_pearson (double x, double n, double level, double *low, double *high);
/* Newcombe's tenth method for p1 - p0. */
void rua_newcombe (double x1, double n1, double x0, double n0, double z, double *low, double *high);
/* wilson_low ... clopper_pearson_high */
void rua_put_binomial_intervals (RuaFigures *figures, double x, double n, double level);

G_END_DECLS
