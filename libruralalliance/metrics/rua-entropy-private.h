/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-reduction-private.h"

G_BEGIN_DECLS

/* Inequality is of the second order in how far values stand from their mean, and its derivatives may be of the
 * third. So that it keeps its digits where the values are nearly equal, a mean is known to more digits than they have,
 * and what has an index of it is never taken from a number that is not as small as itself. */

/* ---- a mean ---- */

/* Values and their mean, which is @high, the double nearest to it, and @rest. */
typedef struct {
  double high;
  RuaDouble2 rest;
  RuaDouble2 weight; /* of all */
  RuaSum gaps;       /* from the value that it began with */
  RuaSum weights;
} RuaCentre;

/* Begins with any value, the mean as it was rounded if that is known; then each value is added. */
void rua_centre_begin (RuaCentre *self, double value);

/* How far @value is from the one that it began with, but for what rounding takes, which comes into @lost: 0 where the two
 * are alike. */
static inline double
rua_centre_measure (const RuaCentre *self, double value, double *lost)
{
  double gap = value - self->high, back = gap - value;

  *lost = (value - (gap - back)) - (self->high + back);
  return gap;
}

static inline void
rua_centre_add (RuaCentre *self, double value, double weight)
{
  double lost, gap = rua_centre_measure (self, value, &lost), rest = rua_product_rest (weight, gap);

  rua_sum_add (&self->weights, weight);
  rua_sum_add (&self->gaps, weight * gap);
  self->gaps.low += (rest == rest ? rest : 0) + weight * lost;
}

/* Of weight 1. */
static inline void
rua_centre_add_one (RuaCentre *self, double value)
{
  double lost, gap = rua_centre_measure (self, value, &lost);

  self->weights.high++;
  rua_sum_add (&self->gaps, gap);
  self->gaps.low += lost;
}

/* What was added to another that began with the same value is added to this one. */
void rua_centre_join (RuaCentre *self, const RuaCentre *other);
void rua_centre_end (RuaCentre *self);

/* (value - mean) / mean; -1 at 0. */
static inline double
rua_centre_get_gap (const RuaCentre *self, double value)
{
  return ((value - self->high) - self->rest.high) / self->high;
}

RuaDouble2 rua_centre_get_gap2 (const RuaCentre *self, double value);
/* The same of another mean. */
double rua_centre_get_gap_of (const RuaCentre *self, const RuaCentre *other);

/* ---- generalised entropy ---- */

/* ln r, and r^k, of a share r = 1 + d, of which d is @gap. Either may be the one that is known to full precision: d
 * near 0, elsewhere r. */
double rua_share_log (double gap, double share);
double rua_share_power (double gap, double share, double k);

#define RUA_ENTROPY_TERMS 17  /* no more than these count in a double */
#define RUA_ENTROPY_TERMS2 34 /* nor more than these in two */

/* Generalised entropy GE(1 - e) is the mean of the excess of each value's share r = 1 + d of the mean,
 *   (r^(1 - e) - 1 - (1 - e) d) / ((1 - e) (-e)),
 * which is 0 at d = 0 and above it elsewhere. At e = 0, Theil's T, it is r ln r - d; at e = 1, his L, d - ln r; of any
 * other Atkinson's index follows. (F. A. Cowell, Measuring Inequality (2011), ch. 3.) */
typedef struct {
  double e;    /* aversion to inequality */
  double pace; /* each term of the series is at most this times d of the one before */
  /* Of each term to d of the one before. */
  double ratios[RUA_ENTROPY_TERMS];
  RuaDouble2 ratios2[RUA_ENTROPY_TERMS2];
} RuaEntropy;

/* @e: not below 0. What is asked for in two doubles needs the second as well. */
void rua_entropy_init (RuaEntropy *self, double e);
void rua_entropy_init2 (RuaEntropy *self, double e);
/* Of d and r. Infinite where @share is 0 and e is not below 1. */
double rua_entropy_get_excess (const RuaEntropy *self, double gap, double share);
/* Of as many. */
void rua_entropy_get_excesses (const RuaEntropy *self, const double *gaps, const double *shares, gsize n, double *excesses);
/* In two doubles near the mean, where differences of excesses are of a higher order than these; elsewhere in one. */
RuaDouble2 rua_entropy_get_excess2 (const RuaEntropy *self, RuaDouble2 gap, double share);

G_END_DECLS
