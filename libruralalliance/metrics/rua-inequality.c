/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* F. A. Cowell, Measuring Inequality (2011); A. B. Atkinson, Journal of Economic Theory 2 (1970). */
#include "rua-inequality-private.h"

#include "rua-parts-private.h"
#include "rua-wide-private.h"

#include <math.h>

static void
add_totals (gsize begin, gsize end, gconstpointer data, RuaSum *sum)
{
  const RuaWeighted *records = data;

  for (gsize i = begin; i < end; i++)
    rua_sum_add (sum, records->weights[i] * records->values[i]);
}

/* Of many records threads add up parts; of others the sum was @found. */
static void
init_sorted (RuaInequality *self, const RuaSum *found)
{
  gsize n = self->sorted.n;
  RuaSum sum = found != NULL ? *found : rua_parts_sum (n, add_totals, &self->sorted);
  double least = n > 0 ? self->sorted.values[0] : 0;

  self->total = rua_sum_get (&sum);
  self->varies = n > 0 && least != self->sorted.values[n - 1];
  self->mean = n == 0 ? NAN : self->varies ? self->total / self->sorted.total : least;
  self->negative = n > 0 && least < 0;
  self->zero = FALSE;
  for (gsize i = 0; i < n && self->sorted.values[i] <= 0; i++)
    self->zero |= self->sorted.values[i] == 0;
}

void
rua_inequality_init (RuaInequality *self, const double *x, const double *w, gsize n)
{
  RuaSum sum, *amounts = rua_parts_count (n) <= 1 ? &sum : NULL;

  rua_weighted_init (&self->sorted, x, w, n, amounts);
  init_sorted (self, amounts);
}

void
rua_inequality_init_rows (RuaInequality *self, const double *x, const double *w, gsize n, guint32 *rows)
{
  RuaSum sum, *amounts = rua_parts_count (n) <= 1 ? &sum : NULL;

  rua_weighted_init_rows (&self->sorted, x, w, n, rows, amounts);
  init_sorted (self, amounts);
}

void
rua_inequality_clear (RuaInequality *self)
{
  rua_weighted_clear (&self->sorted);
}

typedef struct {
  const RuaInequality *of;
  RuaCentre *centres; /* of each part */
} Centring;

static void
centre_part (guint part, gsize begin, gsize end, gpointer data)
{
  const Centring *self = data;
  const RuaWeighted *records = &self->of->sorted;
  RuaCentre centre;

  rua_centre_begin (&centre, self->of->mean);
  for (gsize i = begin; i < end; i++)
    rua_centre_add (&centre, records->values[i], records->weights[i]);
  self->centres[part] = centre;
}

void
rua_inequality_centre (RuaInequality *self)
{
  guint n_parts = rua_parts_count (self->sorted.n);
  Centring centring = { self, g_new (RuaCentre, n_parts) };

  rua_parts_run (self->sorted.n, n_parts, centre_part, &centring);
  rua_centre_begin (&self->centre, self->mean);
  for (guint part = 0; part < n_parts; part++)
    rua_centre_join (&self->centre, &centring.centres[part]);
  rua_centre_end (&self->centre);
  g_free (centring.centres);
}

/* ---- indices ---- */

typedef struct {
  const RuaWeighted *records;
  RuaSum *weights; /* of each part; then of all parts behind it */
  RuaSum *apart;   /* of each part */
} Parting;

static void
add_weights (guint part, gsize begin, gsize end, gpointer data)
{
  const Parting *self = data;
  RuaSum sum = { 0 };

  for (gsize i = begin; i < end; i++)
    rua_sum_add (&sum, self->records->weights[i]);
  self->weights[part] = sum;
}

/* Of each record the weight from it on times that before it, and how far it is from the one before. */
static void
add_apart (guint part, gsize begin, gsize end, gpointer data)
{
  const Parting *self = data;
  const RuaWeighted *records = self->records;
  RuaSum apart = { 0 }, above = self->weights[part];

  for (gsize i = end; i-- > MAX (begin, 1);) {
    rua_sum_add (&above, records->weights[i]);
    rua_sum_add (&apart, records->cumulated[i - 1] * rua_sum_get (&above) * (records->values[i] - records->values[i - 1]));
  }
  self->apart[part] = apart;
}

/* sum cumw (W - cumw) (x_next - x) / (W sum w x): nothing is taken away but a value from the next. */
double
rua_inequality_get_gini (const RuaInequality *self)
{
  gsize n = self->sorted.n;
  guint n_parts = rua_parts_count (n);
  RuaSum behind = { 0 }, apart = { 0 };
  Parting parting = { .records = &self->sorted };

  if (!self->varies)
    return 0;
  parting.weights = g_new0 (RuaSum, 2 * n_parts);
  parting.apart = parting.weights + n_parts;
  if (n_parts > 1)
    rua_parts_run (n, n_parts, add_weights, &parting);
  for (guint part = n_parts; part-- > 0;) {
    RuaSum own = parting.weights[part];

    parting.weights[part] = behind;
    rua_sum_join (&behind, &own);
  }
  rua_parts_run (n, n_parts, add_apart, &parting);
  for (guint part = n_parts; part-- > 0;)
    rua_sum_join (&apart, &parting.apart[part]);
  g_free (parting.weights);
  return rua_sum_get (&apart) / (self->sorted.total * self->total);
}

/* What rua_parts_sum() adds up of each record: what an index makes of it, or its share of @unit to the power of @k. */
typedef struct {
  const RuaInequality *of;
  const RuaEntropy *index;
  double unit;
  double k;
} Terms;

static void
add_squares (gsize begin, gsize end, gconstpointer data, RuaSum *sum)
{
  const RuaInequality *self = data;

  for (gsize i = begin; i < end; i++) {
    double gap = rua_centre_get_gap (&self->centre, self->sorted.values[i]);

    rua_sum_add (sum, self->sorted.weights[i] * gap * gap);
  }
}

double
rua_inequality_get_cv (const RuaInequality *self)
{
  RuaSum sum = rua_parts_sum (self->sorted.n, add_squares, self);

  return sqrt (rua_sum_get (&sum) / self->sorted.total);
}

#define BLOCK 256 /* records at once */

RUA_WIDE static void
find_shares (const RuaCentre *restrict centre, const double *restrict values, gsize n, double *restrict gaps,
             double *restrict shares)
{
  for (gsize i = 0; i < n; i++) {
    gaps[i] = rua_centre_get_gap (centre, values[i]);
    shares[i] = values[i] / centre->high;
  }
}

static void
add_excesses (gsize begin, gsize end, gconstpointer data, RuaSum *sum)
{
  const Terms *self = data;
  const RuaWeighted *records = &self->of->sorted;
  double gaps[BLOCK], shares[BLOCK], excesses[BLOCK];

  for (; begin < end; begin += BLOCK) {
    gsize n = MIN (BLOCK, end - begin);

    find_shares (&self->of->centre, records->values + begin, n, gaps, shares);
    rua_entropy_get_excesses (self->index, gaps, shares, n, excesses);
    for (gsize i = 0; i < n; i++)
      rua_sum_add (sum, records->weights[begin + i] * excesses[i]);
  }
}

double
rua_inequality_get_entropy (const RuaInequality *self, double e)
{
  RuaEntropy index;
  Terms terms = { .of = self, .index = &index };
  RuaSum sum;

  rua_entropy_init (&index, e);
  sum = rua_parts_sum (self->sorted.n, add_excesses, &terms);
  return rua_sum_get (&sum) / self->sorted.total;
}

static void
add_powers (gsize begin, gsize end, gconstpointer data, RuaSum *sum)
{
  const Terms *self = data;
  const RuaWeighted *records = &self->of->sorted;
  double unit = self->unit;

  for (gsize i = begin; i < end; i++) {
    double x = records->values[i];

    rua_sum_add (sum, records->weights[i] * rua_share_power ((x - unit) / unit, x / unit, self->k));
  }
}

/* mean (x / unit)^k */
static double
mean_power (const RuaInequality *self, double unit, double k)
{
  Terms terms = { .of = self, .unit = unit, .k = k };
  RuaSum sum = rua_parts_sum (self->sorted.n, add_powers, &terms);

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
