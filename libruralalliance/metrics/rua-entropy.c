/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A mean of more digits than a double has, and the generalised entropy of shares of it. */
#include "rua-entropy-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "rua-wide-private.h"

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

/* (r^k - 1) / k, not next to the mean. */
static double
power_gap (double k, double d, double r)
{
  double l = rua_share_log (d, r);

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

/* ---- Theil's, many at once ---- */

#define HALF_ROOT G_GUINT64_CONSTANT (0x3fe6a09e667f3bcd) /* the bits of sqrt (1/2) */
#define FRACTION G_GUINT64_CONSTANT (0x000fffffffffffff)
#define BEGIN_EXPONENT 1024 /* keeps an exponent above 0 */
/* The bits of 2^52, to which whole numbers are added in the lowest. */
#define WHOLE G_GUINT64_CONSTANT (0x4330000000000000)
#define WHOLE_VALUE 0x1p52
/* ln 2; of the first part any exponent is a multiple without rounding. */
#define LN2_HIGH 0x1.62e42fefa3p-1
#define LN2_LOW 0x1.3de6af278ece6p-42

/* r = m 2^k, m from sqrt (1/2) to sqrt (2); of 0 some number as well. */
typedef struct {
  double k;
  double m;
} Split;

static RUA_COPIED Split
split (double r)
{
  gboolean subnormal = r < DBL_MIN;
  double normal = subnormal ? r * 0x1p54 : r, m, k;
  guint64 bits, exponent;

  memcpy (&bits, &normal, sizeof bits);
  bits += ((guint64) BEGIN_EXPONENT << 52) - HALF_ROOT;
  exponent = bits >> 52 | WHOLE;
  bits = (bits & FRACTION) + HALF_ROOT;
  memcpy (&m, &bits, sizeof m);
  memcpy (&k, &exponent, sizeof k);
  return (Split){ k - (WHOLE_VALUE + BEGIN_EXPONENT) - (subnormal ? 54 : 0), m };
}

/* (atanh s - s) / s^3, of s up to what ln (sqrt (2)) is twice of: what is left out is less than 2^-55 of the logarithm. */
static RUA_COPIED double
atanh_rest (double s)
{
  double z = s * s, sum = 1.0 / 19;

  sum = 1.0 / 17 + z * sum;
  sum = 1.0 / 15 + z * sum;
  sum = 1.0 / 13 + z * sum;
  sum = 1.0 / 11 + z * sum;
  sum = 1.0 / 9 + z * sum;
  sum = 1.0 / 7 + z * sum;
  sum = 1.0 / 5 + z * sum;
  return 1.0 / 3 + z * sum;
}

/* ln (1 + f) is 2 atanh s, s = f / (2 + f). Near the mean, where f is d, the excesses are, with P the above,
 *   r ln r - d = (2 + d) (s^2 + (1 + s) s^3 P),  d - ln r = (2 + d) s^2 - 2 s^3 P,
 * in which nothing is taken from what is about as great. */
static RUA_COPIED void
find_theil (const double *gaps, const double *shares, gsize n, gboolean l, double *excesses)
{
  for (gsize i = 0; i < n; i++) {
    double d = gaps[i], r = shares[i];
    Split part = split (r);
    gboolean near = part.k == 0;
    double f = near ? d : part.m - 1, s = f / (2 + f), square = s * s, cube = square * s * atanh_rest (s);
    double half = 0.5 * f * f, log = part.k * LN2_HIGH + (f - (half - (s * half + 2 * cube)) + part.k * LN2_LOW);
    double beside = l ? (2 + d) * square - 2 * cube : (2 + d) * (square + (1 + s) * cube);
    double apart = l ? d - log : r * log - d;

    apart = l && r == 0 ? INFINITY : apart;
    excesses[i] = near ? beside : apart;
  }
}

RUA_WIDE static void
find_theil_t (const double *restrict gaps, const double *restrict shares, gsize n, double *restrict excesses)
{
  find_theil (gaps, shares, n, FALSE, excesses);
}

RUA_WIDE static void
find_theil_l (const double *restrict gaps, const double *restrict shares, gsize n, double *restrict excesses)
{
  find_theil (gaps, shares, n, TRUE, excesses);
}

/* ---- any ---- */

double
rua_entropy_get_excess (const RuaEntropy *self, double gap, double share)
{
  double d = gap, r = share, e = self->e, k = 1 - e, l;

  /* Of these there are forms in which nothing is taken from anything. */
  if (e == 0.5)
    return 2 * (d / (1 + sqrt (r))) * (d / (1 + sqrt (r)));
  if (e == 2)
    return d / 2 / r * d;
  if (e == 0 || e == 1) {
    find_theil (&gap, &share, 1, e == 1, &l);
    return l;
  }
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

void
rua_entropy_get_excesses (const RuaEntropy *self, const double *gaps, const double *shares, gsize n, double *excesses)
{
  if (self->e == 0)
    find_theil_t (gaps, shares, n, excesses);
  else if (self->e == 1)
    find_theil_l (gaps, shares, n, excesses);
  else
    for (gsize i = 0; i < n; i++)
      excesses[i] = rua_entropy_get_excess (self, gaps[i], shares[i]);
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
