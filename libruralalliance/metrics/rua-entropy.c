/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A mean of more digits than a double has, and the generalised entropy of shares of it. */
#include "rua-entropy-private.h"

#include <math.h>

/* ---- a mean ---- */

void
rua_centre_begin (RuaCentre *self, double value)
{
  *self = (RuaCentre){ .high = value };
}

void
rua_centre_join (RuaCentre *self, const RuaCentre *other)
{
  rua_sum_join (&self->weights, &other->weights);
  rua_sum_join (&self->gaps, &other->gaps);
}

void
rua_centre_end (RuaCentre *self)
{
  RuaDouble2 begun = { self->high, 0 };

  self->weight = rua_double2_of_sum (&self->weights);
  if (self->gaps.high == 0 && self->gaps.low == 0)
    return;
  self->rest = rua_double2_divide (rua_double2_of_sum (&self->gaps), self->weight);
  self->high = rua_double2_add (begun, self->rest).high;
  self->rest = rua_double2_add (self->rest, rua_double2_subtract (begun, (RuaDouble2){ self->high, 0 }));
}

static RuaDouble2
over_mean (const RuaCentre *self, double value, RuaDouble2 rest)
{
  RuaDouble2 gap = rua_double2_subtract ((RuaDouble2){ value, 0 }, (RuaDouble2){ self->high, 0 });

  gap = rua_double2_add (gap, rua_double2_subtract (rest, self->rest));
  return rua_double2_divide (gap, (RuaDouble2){ self->high, self->rest.high });
}

RuaDouble2
rua_centre_get_gap2 (const RuaCentre *self, double value)
{
  return over_mean (self, value, (RuaDouble2){ 0 });
}

double
rua_centre_get_gap_of (const RuaCentre *self, const RuaCentre *other)
{
  return over_mean (self, other->high, other->rest).high;
}

/* ---- generalised entropy ---- */

/* From here on what rounding takes of a share is next to nothing of the index, and its logarithm the quicker. */
#define FAR 0.25

double
rua_share_log (double gap, double share)
{
  return fabs (gap) < FAR ? log1p (gap) : log (share);
}

/* What a logarithm is rounded by is made |k| times as much, as is what the share is. */
double
rua_share_power (double gap, double share, double k)
{
  return fabs (gap) < FAR ? exp (k * log1p (gap)) : pow (share, k);
}

#define NEAR 0.1          /* terms of the series fall as fast; beyond it two digits at most are lost without it */
#define TWO_DIGITS 74     /* - ln of what no longer counts in two doubles */
#define NO_AVERSION 1e-18 /* there is no telling r^-e from 1 - e ln r */

void
rua_entropy_init (RuaEntropy *self, double e)
{
  self->e = e;
  self->pace = MAX (e, 1);
  for (int j = 1; j <= RUA_ENTROPY_TERMS; j++)
    self->ratios[j - 1] = -(e + j) / (j + 2);
}

void
rua_entropy_init2 (RuaEntropy *self, double e)
{
  rua_entropy_init (self, e);
  for (int j = 1; j <= RUA_ENTROPY_TERMS2; j++) {
    RuaDouble2 above = rua_double2_subtract ((RuaDouble2){ -e, 0 }, (RuaDouble2){ j, 0 });

    self->ratios2[j - 1] = rua_double2_divide (above, (RuaDouble2){ j + 2, 0 });
  }
}

/* (r^k - 1) / k, not next to the mean; its logarithm where k is 0. */
static double
power_gap (double k, double d, double r)
{
  double l = rua_share_log (d, r);

  if (k == 0)
    return l;
  return fabs (k * l) < 1 ? expm1 (k * l) / k : (rua_share_power (d, r, k) - 1) / k;
}

/* 1 and the terms after it over d^2 / 2. */
static double
series (const RuaEntropy *self, double d)
{
  double sum = 1;

  for (guint j = RUA_ENTROPY_TERMS; j-- > 0;)
    sum = 1 + self->ratios[j] * d * sum;
  return sum;
}

/* In two doubles; the second half of the terms is so small that one will do. */
static RuaDouble2
series2 (const RuaEntropy *self, RuaDouble2 d, guint n)
{
  RuaDouble2 sum = { 1, 0 };
  guint j = n;

  while (j > n / 2)
    sum.high = 1 + self->ratios2[--j].high * d.high * sum.high;
  while (j-- > 0) {
    sum = rua_double2_multiply (self->ratios2[j], rua_double2_multiply (d, sum));
    sum = rua_double2_add ((RuaDouble2){ 1, 0 }, sum);
  }
  return sum;
}

double
rua_entropy_get_excess (const RuaEntropy *self, double gap, double share)
{
  double d = gap, r = share, e = self->e, k = 1 - e, l;

  /* Of these two there are forms in which nothing is taken from anything. */
  if (e == 0.5)
    return 2 * (d / (1 + sqrt (r))) * (d / (1 + sqrt (r)));
  if (e == 2)
    return d / r * d / 2;
  if (fabs (d) * self->pace <= NEAR)
    return d * d / 2 * series (self, d);
  if (r == 0)
    return e < 1 ? 1 / k : INFINITY;
  if (e >= 0.5)
    return (d - power_gap (k, d, r)) / e;
  l = rua_share_log (d, r);
  if (e < NO_AVERSION)
    return r * l - d;
  /* r^k is r + r (r^-e - 1), of which r is gone before it can take digits. */
  return (-e * d - r * expm1 (-e * l)) / (k * e);
}

RuaDouble2
rua_entropy_get_excess2 (const RuaEntropy *self, RuaDouble2 gap, double share)
{
  double reach = fabs (gap.high) * self->pace;
  RuaDouble2 half = { gap.high / 2, gap.low / 2 };
  guint n;

  if (!(reach <= NEAR))
    return (RuaDouble2){ rua_entropy_get_excess (self, gap.high, share), 0 };
  n = 2 + (guint) (TWO_DIGITS / -log (reach));
  return rua_double2_multiply (rua_double2_multiply (half, gap), series2 (self, gap, MIN (n, RUA_ENTROPY_TERMS2)));
}
