/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-moments-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "rua-parts-private.h"
#include "rua-scratch-private.h"

RuaMoments
rua_moments (const double *values, gsize n)
{
  RuaMoments self = { n, NAN, NAN, NAN, NAN, 0 };

  if (n == 0)
    return self;
  rua_parts_range (values, n, &self.min, &self.max);
  if (self.min == self.max) {
    self.mean = self.min;
    self.squares = 0;
  } else {
    self.mean = rua_sum (values, n) / n;
    self.squares = rua_sum_squares (values, n, self.mean, &self.low);
    /* Of values far larger than their mean the gaps are rounded by more than the mean was. */
    self.low = CLAMP (self.low, -DBL_EPSILON * fabs (self.mean), DBL_EPSILON * fabs (self.mean));
  }
  return self;
}

double
rua_mean (const double *values, gsize n)
{
  double least, greatest;

  if (n == 0)
    return NAN;
  rua_parts_range (values, n, &least, &greatest);
  return least == greatest ? least : rua_sum (values, n) / n;
}

double
rua_moments_variance (const RuaMoments *self)
{
  return self->n > 1 ? self->squares / (self->n - 1) : NAN;
}

static double
find_greatest (const double *values, gsize n)
{
  double least, greatest;

  rua_parts_range (values, n, &least, &greatest);
  return n > 0 ? MAX (fabs (least), fabs (greatest)) : 0;
}

/* The steps by which values whose greatest magnitude is this come to be from 1 to 2; their exponent. */
static int
find_steps (double greatest, double *first, double *second)
{
  int exponent = greatest > 0 ? ilogb (greatest) : 0;

  *first = ldexp (1, -exponent / 2);
  *second = ldexp (1, -exponent - -exponent / 2);
  return exponent;
}

int
rua_scale (double *values, gsize n)
{
  double first, second;
  int exponent = find_steps (find_greatest (values, n), &first, &second);

  for (gsize i = 0; i < n && exponent != 0; i++)
    values[i] = values[i] * first * second;
  return exponent;
}

void
rua_scale_init (RuaScale *self, const double *values, gsize n)
{
  RuaSums sums = { { 0 } };
  double scaled[1024], least, greatest;

  rua_parts_range (values, n, &least, &greatest);
  *self = (RuaScale){ .varies = n > 0 && least != greatest };
  self->exponent = find_steps (n > 0 ? MAX (fabs (least), fabs (greatest)) : 0, &self->first, &self->second);
  for (gsize i = 0; i < n && self->varies; i += G_N_ELEMENTS (scaled)) {
    gsize some = MIN (n - i, G_N_ELEMENTS (scaled));

    for (gsize k = 0; k < some; k++)
      scaled[k] = rua_scale_read (self, values[i + k]);
    rua_sums_add (&sums, scaled, some);
  }
  if (self->varies)
    self->mean = rua_sums_get (&sums) / n;
  else if (n > 0)
    self->mean = rua_scale_read (self, values[0]);
}

double
rua_correlation (const double *x, const double *y, gsize n)
{
  RuaMoments mx = rua_moments (x, n), my = rua_moments (y, n);
  RuaSum sum = { 0 };
  double r;

  if (n < 2 || mx.squares == 0 || my.squares == 0)
    return NAN;
  for (gsize i = 0; i < n; i++)
    rua_sum_add (&sum, (x[i] - mx.mean) * (y[i] - my.mean));
  /* What rounding took from both means. */
  rua_sum_add (&sum, -(double)n * mx.low * my.low);
  r = rua_sum_get (&sum) / (sqrt (mx.squares) * sqrt (my.squares));
  return CLAMP (r, -1, 1);
}

double
rua_unit (double greatest)
{
  int exponent;

  if (!(greatest > 0) || !isfinite (greatest))
    return 1;
  frexp (greatest, &exponent);
  return ldexp (1, -CLAMP (exponent, -1000, 1000));
}

double
rua_unit_of (const double *values, gsize n)
{
  return rua_unit (find_greatest (values, n));
}

/* Where a quantile stands among n sorted values: between two ranks, a share of the way. */
typedef struct {
  gsize below;
  gsize above;
  double h;
} Place;

/* R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician
 * 50 (1996): position a + p (n + 1 - a - b); the first three types step instead of interpolating. */
static Place
find_place (gsize n, double p, int type)
{
  static const double offsets[][2] = {
    { 0, 1 },
    { 0, 1 },
    { -0.5, 1.5 },
    { 0, 1 },
    { 0.5, 0.5 },
    { 0, 0 },
    { 1, 1 },
    { 1.0 / 3, 1.0 / 3 },
    { 3.0 / 8, 3.0 / 8 },
  };
  const double *ab = offsets[type - 1];
  double position = ab[0] + p * (n + 1 - ab[0] - ab[1]), whole, h;

  if (type <= 3)
    position = n * p - (type == 3 ? 0.5 : 0);
  /* A product such as 0.07 * 100 that rounding moved off a whole number is that number. */
  whole = round (position);
  if (fabs (position - whole) <= 4 * DBL_EPSILON)
    position = whole;
  whole = floor (position);
  h = position - whole;
  if (type == 1)
    h = h > 0;
  else if (type == 2)
    h = h > 0 ? 1 : 0.5;
  else if (type == 3)
    h = h > 0 || fmod (fabs (whole), 2) == 1;
  return (Place){ whole < 1 ? 0 : whole > n ? n - 1 : (gsize) whole - 1,
                  whole + 1 < 1 ? 0 : whole + 1 > n ? n - 1 : (gsize) whole, h };
}

static double
between (double below, double above, double h)
{
  if (h == 0 || below == above)
    return below;
  return h == 1 ? above : (1 - h) * below + h * above;
}

double
rua_quantile_sorted (const double *sorted, gsize n, double p, int type)
{
  Place place = find_place (n, p, type);

  return between (sorted[place.below], sorted[place.above], place.h);
}

#define MOST_SELECTED 24 /* ranks; for more, sorting is cheaper */

static guint
insert_rank (gsize *ranks, guint n, gsize rank)
{
  guint at = n;

  while (at > 0 && ranks[at - 1] > rank)
    at--;
  if (at > 0 && ranks[at - 1] == rank)
    return n;
  memmove (ranks + at + 1, ranks + at, (n - at) * sizeof (gsize));
  ranks[at] = rank;
  return n + 1;
}

/* The ranks that quantiles stand at or between. */
typedef struct {
  gsize ranks[MOST_SELECTED + 1];
  guint n;
} Ranks;

static void
ranks_init (Ranks *self, gsize n, const double *probs, guint n_probs, int type)
{
  self->n = 0;
  self->ranks[0] = 0;
  for (guint i = 0; i < n_probs; i++) {
    Place place = find_place (n, probs[i], type);

    self->n = insert_rank (self->ranks, self->n, place.below);
    self->n = insert_rank (self->ranks, self->n, place.above);
  }
}

static double
look_up (const Ranks *self, const double *selected, gsize rank)
{
  guint at = 0;

  while (self->ranks[at] != rank)
    at++;
  return selected[at];
}

/* @selected: what stands at each of the ranks. */
static void
put_between (const Ranks *self, const double *selected, gsize n, const double *probs, guint n_probs, int type,
             double *quantiles)
{
  for (guint i = 0; i < n_probs; i++) {
    Place place = find_place (n, probs[i], type);

    quantiles[i] = between (look_up (self, selected, place.below), look_up (self, selected, place.above), place.h);
  }
}

void
rua_quantiles (
  const double *values, gsize n, const double *probs, guint n_probs, int type, double *quantiles)
{
  double selected[MOST_SELECTED];
  Ranks ranks;

  if (n == 0 || 2 * n_probs > MOST_SELECTED) {
    double *sorted = rua_scratch_take (n * sizeof (double));

    if (n > 0)
      memcpy (sorted, values, n * sizeof (double));
    rua_sort_doubles (sorted, n);
    for (guint i = 0; i < n_probs; i++)
      quantiles[i] = n > 0 ? rua_quantile_sorted (sorted, n, probs[i], type) : NAN;
    rua_scratch_give (sorted);
    return;
  }
  ranks_init (&ranks, n, probs, n_probs, type);
  rua_select_doubles (values, n, ranks.ranks, ranks.n, selected);
  put_between (&ranks, selected, n, probs, n_probs, type, quantiles);
}

void
rua_quantiles_packed (
  const RuaPacked *values, gsize n, const double *probs, guint n_probs, int type, double *quantiles)
{
  guint32 words[MOST_SELECTED];
  double selected[MOST_SELECTED];
  RuaPacked found = { words, values->offset, values->divisor };
  Ranks ranks;

  if (n == 0 || 2 * n_probs > MOST_SELECTED) {
    double *numbers = rua_scratch_take (n * sizeof (double));

    rua_packed_read (values, 0, n, numbers);
    rua_quantiles (numbers, n, probs, n_probs, type, quantiles);
    rua_scratch_give (numbers);
    return;
  }
  ranks_init (&ranks, n, probs, n_probs, type);
  rua_select_words (values->words, n, ranks.ranks, ranks.n, words);
  rua_packed_read (&found, 0, ranks.n, selected);
  put_between (&ranks, selected, n, probs, n_probs, type, quantiles);
}

double
rua_median (const double *values, gsize n)
{
  const double half = 0.5;
  double median;

  rua_quantiles (values, n, &half, 1, 7, &median);
  return median;
}

static void
make_room (RuaWeighted *self, gsize n)
{
  self->values = rua_scratch_take (3 * n * sizeof (double));
  self->weights = self->values + n;
  self->cumulated = self->weights + n;
  self->n = n;
}

/* Of weights and amounts, side by side, as rua_sum_add() adds each. */
typedef double Two __attribute__ ((vector_size (16)));

static void
cumulate_both (RuaWeighted *self, RuaSum *amounts)
{
  Two high = { 0 }, low = { 0 };

  for (gsize i = 0; i < self->n; i++) {
    Two value = { self->weights[i], self->weights[i] * self->values[i] }, sum = high + value, back = sum - high;

    low += (high - (sum - back)) + (value - back);
    high = sum;
    self->cumulated[i] = high[0] + low[0];
  }
  self->total = high[0] + low[0];
  *amounts = (RuaSum){ high[1], low[1] };
}

static void
cumulate (RuaWeighted *self, RuaSum *amounts)
{
  RuaSum sum = { 0 };

  if (amounts != NULL) {
    cumulate_both (self, amounts);
    return;
  }
  for (gsize i = 0; i < self->n; i++) {
    rua_sum_add (&sum, self->weights[i]);
    self->cumulated[i] = rua_sum_get (&sum);
  }
  self->total = rua_sum_get (&sum);
}

void
rua_weighted_init_rows (
  RuaWeighted *self, const double *values, const double *weights, gsize n, guint32 *rows, RuaSum *amounts)
{
  make_room (self, n);
  self->n = rua_sort_rows (values, weights, n, self->values, rows);
  for (gsize i = 0; i < self->n; i++)
    self->weights[i] = weights != NULL ? weights[rows[i]] : 1;
  cumulate (self, amounts);
}

void
rua_weighted_init (RuaWeighted *self, const double *values, const double *weights, gsize n, RuaSum *amounts)
{
  make_room (self, n);
  if (weights != NULL) {
    self->n = rua_sort_weighted (values, weights, n, self->values, self->weights);
  } else {
    if (n > 0)
      memcpy (self->values, values, n * sizeof (double));
    rua_sort_doubles (self->values, n);
    for (gsize i = 0; i < n; i++)
      self->weights[i] = 1;
  }
  cumulate (self, amounts);
}

void
rua_weighted_clear (RuaWeighted *self)
{
  rua_scratch_give (self->values);
}

/* First place whose cumulated weight reaches the target, within the tolerance. */
static gsize
reach (const RuaWeighted *self, double target)
{
  gsize low = 0, high = self->n - 1;

  while (low < high) {
    gsize middle = low + (high - low) / 2;

    if (self->cumulated[middle] >= target)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

double
rua_weighted_quantile (const RuaWeighted *self, double p, RuaWeightedRule rule)
{
  double target = p * self->total, tolerance = 1e-12 * self->total;
  gsize i;

  if (self->n == 0)
    return NAN;
  if (rule == RUA_WEIGHTED_LINEAR) {
    double position = 1 + p * (self->total - 1), whole = round (position), h;
    gsize next;

    if (fabs (position - whole) <= 4 * DBL_EPSILON)
      position = whole;
    whole = floor (position);
    h = position - whole;
    i = reach (self, whole);
    next = reach (self, MIN (whole + 1, self->total));
    return h == 0 || self->values[i] == self->values[next]
             ? self->values[i]
             : (1 - h) * self->values[i] + h * self->values[next];
  }
  i = reach (self, target - tolerance);
  if (rule == RUA_WEIGHTED_AVERAGED && fabs (self->cumulated[i] - target) <= tolerance
      && i + 1 < self->n)
    return (self->values[i] + self->values[i + 1]) / 2;
  return self->values[i];
}

/* From so many records on, quantiles are looked for without sorting all. */
#define SELECTED_FROM 2048

/* The records around a cumulated weight, in order: those of the bucket in which it is reached. */
typedef struct {
  RuaWeighted inside;
  double before; /* weight below it */
  double next;   /* the least value above it; NaN: none */
} Around;

/* Whether @target is reached at the end of the bucket decides as sorting would, but for what a
 * different order of adding rounds. */
static void
around_init (Around *self,
             const double *values,
             const double *weights,
             gsize n,
             const RuaBuckets *buckets,
             const RuaSum *sums,
             double target)
{
  RuaSum passed = { 0 };
  guint bucket = 0, last = 0;
  double *within_values, *within_weights;
  gsize k = 0;

  for (guint b = 0; b < buckets->n; b++)
    if (sums[b].high > 0)
      last = b;
  self->before = 0;
  for (; bucket < last; bucket++) {
    rua_sum_join (&passed, &sums[bucket]);
    if (sums[bucket].high > 0 && rua_sum_get (&passed) >= target)
      break;
    self->before = rua_sum_get (&passed);
  }
  within_values = rua_scratch_take (2 * (gsize) buckets->counts[bucket] * sizeof (double));
  within_weights = within_values + buckets->counts[bucket];
  self->next = NAN;
  for (gsize i = 0; i < n; i++) {
    guint b = rua_buckets_find (buckets, values[i]);

    if (b == bucket) {
      within_values[k] = values[i];
      within_weights[k++] = weights[i];
    } else if (b > bucket && weights[i] > 0 && !(values[i] >= self->next)) {
      self->next = values[i];
    }
  }
  rua_weighted_init (&self->inside, within_values, within_weights, k, NULL);
  rua_scratch_give (within_values);
}

static double
around_quantile (const Around *self, double target, double tolerance, gboolean averaged)
{
  const RuaWeighted *inside = &self->inside;
  gsize i = reach (inside, target - tolerance - self->before);
  double next = i + 1 < inside->n ? inside->values[i + 1] : self->next;

  if (averaged && fabs (self->before + inside->cumulated[i] - target) <= tolerance && !isnan (next))
    return (inside->values[i] + next) / 2;
  return inside->values[i];
}

void
rua_weighted_quantiles (const double *values,
                        const double *weights,
                        gsize n,
                        const double *probs,
                        guint n_probs,
                        RuaWeightedRule rule,
                        double *quantiles,
                        double *total)
{
  RuaBuckets *buckets;
  RuaSum *sums, all = { 0 };
  double W;

  if (n < SELECTED_FROM || n_probs > 8 || weights == NULL || rule == RUA_WEIGHTED_LINEAR) {
    RuaWeighted weighted;

    rua_weighted_init (&weighted, values, weights, n, NULL);
    for (guint i = 0; i < n_probs; i++)
      quantiles[i] = rua_weighted_quantile (&weighted, probs[i], rule);
    if (total != NULL)
      *total = weighted.total;
    rua_weighted_clear (&weighted);
    return;
  }
  buckets = g_new (RuaBuckets, 1);
  rua_buckets_init (buckets, values, n);
  sums = g_new0 (RuaSum, buckets->n);
  for (gsize i = 0; i < n; i++)
    rua_sum_add (&sums[rua_buckets_find (buckets, values[i])], weights[i]);
  for (guint b = 0; b < buckets->n; b++)
    rua_sum_join (&all, &sums[b]);
  W = rua_sum_get (&all);
  for (guint i = 0; i < n_probs; i++) {
    double target = probs[i] * W, tolerance = 1e-12 * W;
    Around around;

    quantiles[i] = NAN;
    if (!(W > 0))
      continue;
    around_init (&around, values, weights, n, buckets, sums, target - tolerance);
    quantiles[i] = around_quantile (&around, target, tolerance, rule == RUA_WEIGHTED_AVERAGED);
    rua_weighted_clear (&around.inside);
  }
  if (total != NULL)
    *total = W;
  g_free (sums);
  g_free (buckets);
}

/* ---- binomial intervals ---- */

/* E. B. Wilson, JASA 22 (1927). */
void
rua_wilson (double x, double n, double z, double *low, double *high)
{
  double middle = 2 * x + z * z, half = z * sqrt (z * z + 4 * x * (n - x) / n);

  *low = x == 0 ? 0 : (middle - half) / (2 * (n + z * z));
  *high = x == n ? 1 : (middle + half) / (2 * (n + z * z));
}

/* C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), by quantiles of the beta distribution. */
void
rua_clopper_pearson (double x, double n, double level, double *low, double *high)
{
  double tail = (1 - level) / 2;

  *low = x == 0 ? 0 : rua_beta_quantile (x, n - x + 1, tail, 1 - tail, NULL);
  *high = x == n ? 1 : rua_beta_quantile (x + 1, n - x, 1 - tail, tail, NULL);
}

/* R. G. Newcombe, "Interval estimation for the difference between independent proportions",
 * Statistics in Medicine 17 (1998), method 10. */
void
rua_newcombe (double x1, double n1, double x0, double n0, double z, double *low, double *high)
{
  double low1, high1, low0, high0, p1 = x1 / n1, p0 = x0 / n0;

  rua_wilson (x1, n1, z, &low1, &high1);
  rua_wilson (x0, n0, z, &low0, &high0);
  *low = p1 - p0 - hypot (p1 - low1, high0 - p0);
  *high = p1 - p0 + hypot (high1 - p1, p0 - low0);
}

void
rua_put_binomial_intervals (RuaFigures *figures, double x, double n, double level)
{
  const char *reason = n > 0 ? NULL : RUA_REASON_NONE;
  double low = NAN, high = NAN;

  if (n > 0)
    rua_wilson (x, n, rua_normal_critical (level), &low, &high);
  rua_figures_put_or (figures, "wilson_low", low, reason);
  rua_figures_put_or (figures, "wilson_high", high, reason);
  if (n > 0
      && (rua_figures_want (figures, "clopper_pearson_low")
          || rua_figures_want (figures, "clopper_pearson_high")))
    rua_clopper_pearson (x, n, level, &low, &high);
  rua_figures_put_or (figures, "clopper_pearson_low", low, reason);
  rua_figures_put_or (figures, "clopper_pearson_high", high, reason);
}
