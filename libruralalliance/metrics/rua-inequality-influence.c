/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-inequality-private.h"

#include <math.h>
#include <string.h>

#include "rua-parallel-private.h"
#include "rua-scratch-private.h"
#include "rua-wide-private.h"

/* The derivative of any of the indices is
 *   factor / W (term - m (1 + slope d))
 * where W is the sum of weights, x is 1 + d times the mean, and m the mean of the terms. Where all values are as far
 * from the mean as each other, it is of a higher order than its terms: hence these are in two doubles. */

#define BLOCK 256           /* records worked on at once: what is told of them stays in the first cache */
#define MOST_LANES 16
#define LANE_RECORDS 32768  /* fewer are not worth a thread */
#define LANE_SHARE 8        /* a lane's units are no more than its records over this */

/* ---- lanes ---- */

/* Sums of each unit, which each lane has by itself; they are added in the order of the lanes. */
typedef struct {
  const RuaInfluence *influence;
  gconstpointer terms; /* what they are made of */
  void (*walk) (const RuaInfluence *influence, guint lane, gconstpointer terms, RuaSum *sums);
  guint width; /* sums of a unit */
  RuaSum *sums;
} Walk;

static guint
count_lanes (gsize n, guint n_units)
{
  gsize most = MIN (n / LANE_RECORDS, n / LANE_SHARE / MAX (n_units, 1));

  return CLAMP (most, 1, MOST_LANES);
}

/* Whole blocks, but for the last. */
static gsize
get_begin (const RuaInfluence *self, guint lane)
{
  gsize n_blocks = (self->n + BLOCK - 1) / BLOCK;

  return MIN (n_blocks * lane / self->n_lanes * BLOCK, self->n);
}

static gboolean
walk_lane (guint lane, gpointer data, GError **error)
{
  Walk *self = data;

  self->walk (self->influence, lane, self->terms, self->sums + (gsize) lane * self->width * self->influence->n_units);
  return TRUE;
}

/* The sums of each unit into @sums. */
static gboolean
walk_all (Walk *self, RuaSum *sums, GError **error)
{
  const RuaInfluence *influence = self->influence;
  gsize n = (gsize) self->width * influence->n_units;
  gboolean done;

  self->sums = influence->n_lanes > 1 ? rua_scratch_take (influence->n_lanes * n * sizeof (RuaSum)) : sums;
  memset (self->sums, 0, influence->n_lanes * n * sizeof (RuaSum));
  done = rua_parallel_run (influence->n_lanes, walk_lane, self, NULL, influence->cancellable, error);
  if (self->sums == sums)
    return done;
  memcpy (sums, self->sums, n * sizeof (RuaSum));
  for (gsize lane = 1; lane < influence->n_lanes; lane++)
    for (gsize k = 0; k < n; k++)
      rua_sum_join (&sums[k], &self->sums[lane * n + k]);
  rua_scratch_give (self->sums);
  return done;
}

/* ---- what a unit weighs ---- */

/* Weights and values of a block, in units that bring them near 1. */
typedef struct {
  double weights[BLOCK];
  double high[BLOCK], low[BLOCK];   /* x less something */
  double whigh[BLOCK], wlow[BLOCK]; /* that times the weight */
} Block;

RUA_WIDE static void
read_block (const double *values, const double *weights, gsize n, double less, double x_unit, double w_unit, Block *block)
{
  for (gsize i = 0; i < n; i++) {
    RuaDouble2 gap = rua_two_sum (values[i], -less);
    double w = weights[i] * w_unit, high = gap.high * x_unit, low = gap.low * x_unit;
    RuaDouble2 product = rua_double2_multiply ((RuaDouble2){ high, low }, (RuaDouble2){ w, 0 });

    block->weights[i] = w;
    block->high[i] = high;
    block->low[i] = low;
    block->whigh[i] = product.high;
    block->wlow[i] = product.low;
  }
}

static void
read_records (const RuaInfluence *self, gsize begin, gsize n, double less, Block *block)
{
  read_block (self->of->sorted.values + begin, self->of->sorted.weights + begin, n, less, self->x_unit, self->w_unit,
              block);
}

/* Sums of weights and of w (x - mean): of each unit; and of the lane those of weights and of w (x - least), from
 * which the former differ by what is told of all. */
static void
weigh_units (const RuaInfluence *self, guint lane, gconstpointer terms, RuaSum *sums)
{
  gsize end = get_begin (self, lane + 1);
  RuaSum weight = { 0 }, above = { 0 };
  double least = self->of->sorted.values[0];

  for (gsize begin = get_begin (self, lane); begin < end; begin += BLOCK) {
    gsize n = MIN (BLOCK, end - begin);
    Block block;

    /* By itself: the units of records in no order are fetched many at once. */
    for (gsize i = begin; i < begin + n; i++)
      self->units[i] = self->of_row[self->units[i]];
    read_records (self, begin, n, self->of->centre.high, &block);
    for (gsize i = 0; i < n; i++) {
      RuaSum *unit = sums + 2 * (gsize) self->units[begin + i];

      rua_sum_add (&unit[0], block.weights[i]);
      rua_sum_add2 (&unit[1], (RuaDouble2){ block.whigh[i], block.wlow[i] });
    }
    read_records (self, begin, n, least, &block);
    for (gsize i = 0; i < n; i++) {
      rua_sum_add (&weight, block.weights[i]);
      rua_sum_add2 (&above, (RuaDouble2){ block.whigh[i], block.wlow[i] });
    }
  }
  self->lanes[2 * lane] = rua_double2_of_sum (&weight);
  self->lanes[2 * lane + 1] = rua_double2_of_sum (&above);
}

gboolean
rua_influence_init (RuaInfluence *self,
                    const RuaInequality *of,
                    guint32 *rows,
                    const guint32 *of_row,
                    guint n_units,
                    GCancellable *cancellable,
                    GError **error)
{
  Walk walk = { .influence = self, .walk = weigh_units, .width = 2 };

  *self = (RuaInfluence){ .of = of, .n = of->sorted.n, .units = rows, .of_row = of_row, .n_units = n_units,
                          .n_lanes = count_lanes (of->sorted.n, n_units), .x_unit = rua_unit (of->centre.high),
                          .w_unit = rua_unit (of->centre.weight.high), .cancellable = cancellable };
  self->sums = rua_scratch_take (2 * (gsize) n_units * sizeof (RuaSum));
  self->lanes = g_new0 (RuaDouble2, 2 * self->n_lanes);
  return walk_all (&walk, self->sums, error);
}

void
rua_influence_clear (RuaInfluence *self)
{
  rua_scratch_give (self->sums);
  g_free (self->lanes);
}

/* ---- scores ---- */

static RuaDouble2
scale (RuaDouble2 number, double power_of_two)
{
  return (RuaDouble2){ number.high * power_of_two, number.low * power_of_two };
}

/* From @terms, what w times the terms adds up to in each unit. */
static void
put_totals (const RuaInfluence *self, const RuaSum *terms, RuaDouble2 each, RuaDouble2 slope, double factor,
            RuaDouble2 *totals)
{
  const RuaCentre *centre = &self->of->centre;
  RuaDouble2 sum = { 0 }, W = scale (centre->weight, self->w_unit), mean, rest = scale (centre->rest, self->x_unit);
  RuaDouble2 whole = { centre->high * self->x_unit, rest.high }, by = { factor / W.high, 0 };

  for (guint u = 0; u < self->n_units; u++)
    sum = rua_double2_add (sum, rua_double2_of_sum (&terms[u]));
  sum = rua_double2_multiply (sum, each);
  mean = rua_double2_divide (sum, W);
  for (guint u = 0; u < self->n_units; u++) {
    RuaDouble2 weight = rua_double2_of_sum (&self->sums[2 * (gsize) u]),
               gap = rua_double2_of_sum (&self->sums[2 * (gsize) u + 1]),
               total = rua_double2_multiply (rua_double2_of_sum (&terms[u]), each);

    gap = rua_double2_divide (rua_double2_subtract (gap, rua_double2_multiply (rest, weight)), whole);
    weight = rua_double2_add (weight, rua_double2_multiply (slope, gap));
    total = rua_double2_subtract (total, rua_double2_multiply (mean, weight));
    totals[u] = rua_double2_multiply (by, total);
  }
}

static gboolean
walk_terms (const RuaInfluence *self,
            void (*walk_lane_of) (const RuaInfluence *influence, guint lane, gconstpointer terms, RuaSum *sums),
            gconstpointer terms,
            RuaDouble2 each,
            RuaDouble2 slope,
            double factor,
            RuaDouble2 *totals,
            GError **error)
{
  Walk walk = { .influence = self, .terms = terms, .walk = walk_lane_of, .width = 1 };
  RuaSum *sums = rua_scratch_take (self->n_units * sizeof (RuaSum));
  gboolean done = walk_all (&walk, sums, error);

  if (done)
    put_totals (self, sums, each, slope, factor, totals);
  rua_scratch_give (sums);
  return done;
}

/* ---- Gini's coefficient ---- */

/* A term is sum_j w_j |x - x_j| over W times the mean. With y = x - least the sum is
 *   y (2 sum w - W) + sum_all w y - 2 sum w y
 * where the sums but one are of what comes before x. */
typedef struct {
  RuaDouble2 before[MOST_LANES]; /* 2 sum w - W, where the lane begins */
  RuaDouble2 rest[MOST_LANES];   /* sum_all w y - 2 sum w y */
} Apart;

typedef struct {
  double before_high[BLOCK], before_low[BLOCK];
  double rest_high[BLOCK], rest_low[BLOCK];
} Passed;

/* w times the sum, into the products. */
RUA_WIDE static void
find_apart (const Passed *restrict passed, gsize n, Block *restrict block)
{
  for (gsize i = 0; i < n; i++) {
    RuaDouble2 y = { block->high[i], block->low[i] }, before = { passed->before_high[i], passed->before_low[i] },
               sum = rua_double2_add (rua_double2_multiply (y, before),
                                      (RuaDouble2){ passed->rest_high[i], passed->rest_low[i] });

    sum = rua_double2_multiply (sum, (RuaDouble2){ block->weights[i], 0 });
    block->whigh[i] = sum.high;
    block->wlow[i] = sum.low;
  }
}

static void
walk_gini (const RuaInfluence *self, guint lane, gconstpointer terms, RuaSum *sums)
{
  const Apart *apart = terms;
  gsize end = get_begin (self, lane + 1);
  RuaDouble2 first_before = apart->before[lane], first_rest = apart->rest[lane];
  double least = self->of->sorted.values[0];

  for (gsize begin = get_begin (self, lane); begin < end; begin += BLOCK) {
    gsize n = MIN (BLOCK, end - begin);
    RuaSum before = { first_before.high, first_before.low }, rest = { first_rest.high, first_rest.low };
    Passed passed;
    Block block;

    read_records (self, begin, n, least, &block);
    for (gsize i = 0; i < n; i++) {
      passed.before_high[i] = before.high;
      passed.before_low[i] = before.low;
      passed.rest_high[i] = rest.high;
      passed.rest_low[i] = rest.low;
      rua_sum_add (&before, 2 * block.weights[i]);
      rua_sum_add2 (&rest, (RuaDouble2){ -2 * block.whigh[i], -2 * block.wlow[i] });
    }
    first_before = rua_double2_of_sum (&before);
    first_rest = rua_double2_of_sum (&rest);
    find_apart (&passed, n, &block);
    for (gsize i = 0; i < n; i++)
      rua_sum_add2 (&sums[self->units[begin + i]], (RuaDouble2){ block.whigh[i], block.wlow[i] });
  }
}

gboolean
rua_influence_of_gini (const RuaInfluence *self, RuaDouble2 *totals, GError **error)
{
  const RuaCentre *centre = &self->of->centre;
  RuaDouble2 W = scale (centre->weight, self->w_unit), above = { 0 }, two = { -2, 0 };
  RuaDouble2 mean = { centre->high * self->x_unit, centre->rest.high * self->x_unit };
  Apart apart;

  for (guint lane = 0; lane < self->n_lanes; lane++)
    above = rua_double2_add (above, self->lanes[2 * lane + 1]);
  apart.before[0] = (RuaDouble2){ -W.high, -W.low };
  apart.rest[0] = above;
  for (guint lane = 1; lane < self->n_lanes; lane++) {
    apart.before[lane]
      = rua_double2_subtract (apart.before[lane - 1], rua_double2_multiply (two, self->lanes[2 * lane - 2]));
    apart.rest[lane] = rua_double2_add (apart.rest[lane - 1], rua_double2_multiply (two, self->lanes[2 * lane - 1]));
  }
  return walk_terms (self, walk_gini, &apart,
                     rua_double2_divide ((RuaDouble2){ 1, 0 }, rua_double2_multiply (W, mean)),
                     (RuaDouble2){ 0.5, 0 }, 1, totals, error);
}

/* ---- entropies ---- */

static void
walk_excesses (const RuaInfluence *self, guint lane, gconstpointer terms, RuaSum *sums)
{
  const RuaWeighted *sorted = &self->of->sorted;
  const RuaCentre *centre = &self->of->centre;
  gsize end = get_begin (self, lane + 1);

  for (gsize i = get_begin (self, lane); i < end; i++) {
    RuaDouble2 gap = rua_centre_get_gap2 (centre, sorted->values[i]);
    RuaDouble2 excess = rua_entropy_get_excess2 (terms, gap, sorted->values[i] / centre->high);

    rua_sum_add2 (&sums[self->units[i]],
                  rua_double2_multiply ((RuaDouble2){ sorted->weights[i] * self->w_unit, 0 }, excess));
  }
}

static gboolean
put_excesses (const RuaInfluence *self, double e, double factor, RuaDouble2 *totals, GError **error)
{
  RuaDouble2 slope = rua_double2_subtract ((RuaDouble2){ 1, 0 }, (RuaDouble2){ e, 0 });
  RuaEntropy index;

  rua_entropy_init2 (&index, e);
  return walk_terms (self, walk_excesses, &index, (RuaDouble2){ 1, 0 }, slope, factor, totals, error);
}

gboolean
rua_influence_of_entropy (const RuaInfluence *self, double e, RuaDouble2 *totals, GError **error)
{
  return put_excesses (self, e, 1, totals, error);
}

static void
walk_powers (const RuaInfluence *self, guint lane, gconstpointer terms, RuaSum *sums)
{
  const RuaWeighted *sorted = &self->of->sorted;
  double k = *(const double *) terms, least = sorted->values[0];
  gsize end = get_begin (self, lane + 1);

  for (gsize i = get_begin (self, lane); i < end; i++) {
    double x = sorted->values[i], power = rua_share_power ((x - least) / least, x / least, k);

    rua_sum_add2 (&sums[self->units[i]], rua_two_product (sorted->weights[i] * self->w_unit, power));
  }
}

/* Of powers that are too great in units of the mean: of x / least instead. */
static gboolean
put_powers (const RuaInfluence *self, double e, double from_least, RuaDouble2 *totals, GError **error)
{
  double k = 1 - e, least = self->of->sorted.values[0];

  return walk_terms (self, walk_powers, &k, (RuaDouble2){ 1, 0 }, (RuaDouble2){ k, 0 },
                     least / self->of->mean * pow (from_least, e / k) / -k, totals, error);
}

/* The share of the mean that the index is 1 less of, Q, changes with GE(1 - e) by -e Q^e. */
gboolean
rua_influence_of_atkinson (const RuaInfluence *self, double e, RuaDouble2 *totals, GError **error)
{
  RuaEquivalent equal = rua_inequality_get_equivalent (self->of, e);

  if (equal.from_least > 0)
    return put_powers (self, e, equal.from_least, totals, error);
  return put_excesses (self, e, e * exp (e * equal.log), totals, error);
}
