/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* F. A. Cowell, Measuring Inequality (2011); A. B. Atkinson, Journal of Economic Theory 2 (1970). */
#include "rua-inequality-private.h"

#include <math.h>

static void
find_mean (RuaInequality *self, double least, double greatest)
{
  gsize n = self->sorted.n;
  RuaSum sum = { 0 };

  for (gsize i = 0; i < n; i++)
    rua_sum_add (&sum, self->sorted.weights[i] * self->sorted.values[i]);
  self->total = rua_sum_get (&sum);
  self->varies = n > 0 && least != greatest;
  self->mean = n == 0 ? NAN : self->varies ? self->total / self->sorted.total : least;
  self->negative = n > 0 && least < 0;
}

void
rua_inequality_init (RuaInequality *self, const double *x, const double *w, gsize n)
{
  rua_weighted_init (&self->sorted, x, w, n);
  n = self->sorted.n;
  find_mean (self, n > 0 ? self->sorted.values[0] : 0, n > 0 ? self->sorted.values[n - 1] : 0);
  self->zero = FALSE;
  for (gsize i = 0; i < n && self->sorted.values[i] <= 0; i++)
    self->zero |= self->sorted.values[i] == 0;
}

void
rua_inequality_init_loose (RuaInequality *self, const double *x, const double *w, gsize n)
{
  double least = INFINITY, greatest = -INFINITY;

  rua_weighted_init_loose (&self->sorted, x, w, n);
  self->zero = FALSE;
  for (gsize i = 0; i < self->sorted.n; i++) {
    least = MIN (least, self->sorted.values[i]);
    greatest = MAX (greatest, self->sorted.values[i]);
    self->zero |= self->sorted.values[i] == 0;
  }
  find_mean (self, least, greatest);
}

void
rua_inequality_clear (RuaInequality *self)
{
  rua_weighted_clear (&self->sorted);
}

void
rua_inequality_centre (RuaInequality *self)
{
  rua_centre_begin (&self->centre, self->mean);
  for (gsize i = 0; i < self->sorted.n; i++)
    rua_centre_add (&self->centre, self->sorted.values[i], self->sorted.weights[i]);
  rua_centre_end (&self->centre);
}

/* sum cumw (W - cumw) (x_next - x) / (W sum w x): nothing is taken away but a value from the next. */
double
rua_inequality_get_gini (const RuaInequality *self)
{
  RuaSum apart = { 0 }, above = { 0 };

  if (!self->varies)
    return 0;
  for (gsize i = self->sorted.n - 1; i > 0; i--) {
    rua_sum_add (&above, self->sorted.weights[i]);
    rua_sum_add (&apart, self->sorted.cumulated[i - 1] * rua_sum_get (&above)
                           * (self->sorted.values[i] - self->sorted.values[i - 1]));
  }
  return rua_sum_get (&apart) / (self->sorted.total * self->total);
}

double
rua_inequality_get_cv (const RuaInequality *self)
{
  RuaSum sum = { 0 };

  for (gsize i = 0; i < self->sorted.n; i++) {
    double gap = rua_centre_get_gap (&self->centre, self->sorted.values[i]);

    rua_sum_add (&sum, self->sorted.weights[i] * gap * gap);
  }
  return sqrt (rua_sum_get (&sum) / self->sorted.total);
}

double
rua_inequality_get_entropy (const RuaInequality *self, double e)
{
  RuaEntropy index;
  RuaSum sum = { 0 };

  rua_entropy_init (&index, e);
  for (gsize i = 0; i < self->sorted.n; i++) {
    double x = self->sorted.values[i], gap = rua_centre_get_gap (&self->centre, x), share = x / self->centre.high;

    rua_sum_add (&sum, self->sorted.weights[i] * rua_entropy_get_excess (&index, gap, share));
  }
  return rua_sum_get (&sum) / self->sorted.total;
}

/* mean (x / unit)^k */
static double
mean_power (const RuaInequality *self, double unit, double k)
{
  RuaSum sum = { 0 };

  for (gsize i = 0; i < self->sorted.n; i++) {
    double x = self->sorted.values[i];

    rua_sum_add (&sum, self->sorted.weights[i] * rua_share_power ((x - unit) / unit, x / unit, k));
  }
  return rua_sum_get (&sum) / self->sorted.total;
}

#define STEEP 1e100

RuaEquivalent
rua_inequality_get_equivalent (const RuaInequality *self, double e)
{
  double k = 1 - e, least = self->sorted.values[0], mean = self->centre.high;
  double entropy = rua_inequality_get_entropy (self, e), gap = -k * e * entropy; /* mean r^k - 1 */
  RuaEquivalent equal = { 0 };

  if (!(gap <= STEEP)) {
    equal.from_least = mean_power (self, least, k);
    equal.log = rua_share_log (rua_centre_get_gap (&self->centre, least), least / mean) + log (equal.from_least) / k;
  } else if (k == 0) {
    equal.log = -entropy;
  } else {
    equal.log = (gap < -0.5 ? log (mean_power (self, mean, k)) : log1p (gap)) / k;
  }
  return equal;
}

double
rua_inequality_get_atkinson (const RuaInequality *self, double e)
{
  return e >= 1 && self->zero ? 1 : -expm1 (rua_inequality_get_equivalent (self, e).log);
}
