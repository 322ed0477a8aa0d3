/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-inequality-private.h"

#include <math.h>

/* The derivative of any of the indices is
 *   factor / W (term - m (1 + slope d))
 * where W is the sum of weights, x is 1 + d times the mean, and m the mean of the terms. Where all values are as far
 * from the mean as each other, it is of a higher order than its terms: hence these are in two doubles. */

static inline double
get_weight (const RuaInfluence *self, gsize i)
{
  return self->w ? self->w[i] : 1;
}

void
rua_influence_init (RuaInfluence *self, const RuaInequality *of, const double *x, const double *w, gsize n)
{
  *self = (RuaInfluence){ of, x, w, n, g_new0 (RuaDouble2, MAX (n, 1)) };
  for (gsize i = 0; i < n; i++)
    if (get_weight (self, i) > 0)
      self->gaps[i] = rua_centre_get_gap2 (&of->centre, x[i]);
}

void
rua_influence_clear (RuaInfluence *self)
{
  g_free (self->gaps);
}

/* Takes @terms. */
static void
put_scores (const RuaInfluence *self, RuaDouble2 *terms, RuaDouble2 slope, double factor, double *scores, double *rests)
{
  RuaDouble2 sum = { 0 }, W = self->of->centre.weight, mean, scale = { factor / W.high, 0 };

  for (gsize i = 0; i < self->n; i++)
    sum = rua_double2_add (sum, rua_double2_multiply ((RuaDouble2){ get_weight (self, i), 0 }, terms[i]));
  mean = rua_double2_divide (sum, W);
  slope = rua_double2_multiply (slope, mean);
  for (gsize i = 0; i < self->n; i++) {
    RuaDouble2 weight = { get_weight (self, i), 0 }, score = rua_double2_subtract (terms[i], mean);

    score = rua_double2_subtract (score, rua_double2_multiply (slope, self->gaps[i]));
    score = rua_double2_multiply (rua_double2_multiply (weight, scale), score);
    scores[i] = weight.high == 0 ? 0 : score.high;
    rests[i] = weight.high == 0 ? 0 : score.low;
  }
  g_free (terms);
}

/* sum_j w_j (x_j - least) */
static RuaDouble2
sum_above_least (const RuaWeighted *sorted)
{
  RuaDouble2 sum = { 0 }, least = { sorted->values[0], 0 };

  for (gsize i = 0; i < sorted->n; i++) {
    RuaDouble2 y = rua_double2_subtract ((RuaDouble2){ sorted->values[i], 0 }, least);

    sum = rua_double2_add (sum, rua_double2_multiply ((RuaDouble2){ sorted->weights[i], 0 }, y));
  }
  return sum;
}

/* A term is sum_j w_j |x - x_j| over W times the mean. With y = x - least the sum is
 *   y (2 sum w - W) + sum_all w y - 2 sum w y
 * where the sums but one are of what comes before x. */
void
rua_influence_of_gini (const RuaInfluence *self, double *scores, double *rests)
{
  const RuaInequality *of = self->of;
  RuaDouble2 least = { of->sorted.values[0], 0 }, W = of->centre.weight, all = sum_above_least (&of->sorted);
  RuaDouble2 scale = rua_double2_multiply (W, (RuaDouble2){ of->centre.high, of->centre.rest.high });
  RuaDouble2 before = { -W.high, -W.low }, rest = all, share = rua_double2_divide ((RuaDouble2){ 1, 0 }, scale);
  RuaDouble2 *terms = g_new0 (RuaDouble2, MAX (self->n, 1));
  guint32 *order = rua_sort_index (self->x, self->n);

  for (gsize k = 0; k < self->n; k++) {
    gsize i = order[k];
    RuaDouble2 weight = { get_weight (self, i), 0 }, y, sum;

    if (weight.high == 0)
      continue;
    y = rua_double2_subtract ((RuaDouble2){ self->x[i], 0 }, least);
    sum = rua_double2_add (rua_double2_multiply (y, before), rest);
    terms[i] = rua_double2_multiply (sum, share);
    weight.high *= 2;
    before = rua_double2_add (before, weight);
    rest = rua_double2_subtract (rest, rua_double2_multiply (weight, y));
  }
  g_free (order);
  put_scores (self, terms, (RuaDouble2){ 0.5, 0 }, 1, scores, rests);
}

static void
put_excesses (const RuaInfluence *self, double e, double factor, double *scores, double *rests)
{
  double mean = self->of->centre.high;
  RuaDouble2 slope = rua_double2_subtract ((RuaDouble2){ 1, 0 }, (RuaDouble2){ e, 0 });
  RuaDouble2 *terms = g_new0 (RuaDouble2, MAX (self->n, 1));
  RuaEntropy index;

  rua_entropy_init2 (&index, e);
  for (gsize i = 0; i < self->n; i++)
    if (get_weight (self, i) > 0)
      terms[i] = rua_entropy_get_excess2 (&index, self->gaps[i], self->x[i] / mean);
  put_scores (self, terms, slope, factor, scores, rests);
}

void
rua_influence_of_entropy (const RuaInfluence *self, double e, double *scores, double *rests)
{
  put_excesses (self, e, 1, scores, rests);
}

/* Of powers that are too great in units of the mean: of x / least instead. */
static void
put_powers (const RuaInfluence *self, double e, double from_least, double *scores, double *rests)
{
  double k = 1 - e, least = self->of->sorted.values[0];
  RuaDouble2 *terms = g_new0 (RuaDouble2, MAX (self->n, 1));

  for (gsize i = 0; i < self->n; i++)
    if (get_weight (self, i) > 0)
      terms[i] = (RuaDouble2){ rua_share_power ((self->x[i] - least) / least, self->x[i] / least, k), 0 };
  put_scores (self, terms, (RuaDouble2){ k, 0 }, least / self->of->mean * pow (from_least, e / k) / -k, scores, rests);
}

/* The share of the mean that the index is 1 less of, Q, changes with GE(1 - e) by -e Q^e. */
void
rua_influence_of_atkinson (const RuaInfluence *self, double e, double *scores, double *rests)
{
  RuaEquivalent equal = rua_inequality_get_equivalent (self->of, e);

  if (equal.from_least > 0)
    put_powers (self, e, equal.from_least, scores, rests);
  else
    put_excesses (self, e, e * exp (e * equal.log), scores, rests);
}
