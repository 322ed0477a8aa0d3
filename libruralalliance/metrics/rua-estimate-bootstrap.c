/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Seeded random numbers and the bootstrap. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-moments-private.h"
#include "rua-parallel-private.h"
#include "rua-random-private.h"
#include "rua-special-private.h"
#include "rua-wide-private.h"

static gboolean
run_random_numbers (RuaRun *run, GError **error)
{
  guint32 seed = rua_run_number (run, "seed"), bound = rua_run_number (run, "bound");
  guint n_raw = rua_run_number (run, "raw"), n_below = rua_run_number (run, "below");
  RuaRandom random;

  if (n_below > 0 && !rua_run_has (run, "bound"))
    return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                           "needs the option \"bound\" for numbers below it");
  rua_random_init (&random, seed);
  for (guint i = 0; i < n_raw; i++)
    rua_figures_put_nth (run->figures, "raw", i, rua_random_next (&random), NULL);
  rua_random_init (&random, seed);
  for (guint i = 0; i < n_below; i++)
    rua_figures_put_nth (run->figures, "below", i, rua_random_below (&random, bound), NULL);
  return TRUE;
}

static const RuaOptionSpec random_options[] = {
  { "seed", RUA_OPTION_INTEGER, NULL, 0, 4294967295.0, RUA_OPTION_REQUIRED, NULL, "The seed" },
  { "raw", RUA_OPTION_INTEGER, "0", 0, 1000000, 0, NULL, "How many numbers of 32 bits" },
  { "below", RUA_OPTION_INTEGER, "0", 0, 1000000, 0, NULL, "How many numbers below the bound" },
  { "bound", RUA_OPTION_INTEGER, "1", 1, 4294967295.0, 0, NULL, "The bound" },
  { NULL },
};

const RuaEstimator rua_estimator_random_numbers = {
  "random_numbers",
  N_ ("The seeded random numbers every draw is made of"),
  "MT19937, init_genrand(seed)",
  "Matsumoto and Nishimura, ACM TOMACS 8 (1998)",
  rua_no_roles,
  random_options,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  run_random_numbers,
};

typedef enum { MEAN, MEDIAN, RATIO_OF_MEANS, MEAN_CHANGE, GINI } Statistic;

/* Two values of the statistic this near, as a share of what they were computed from, are equal:
 * with a constant outcome every replicate is the estimate, whatever rounding says. */
#define ROUNDING 4e-15

/* A statistic of units, records or clusters of them, that are drawn some times each. Of what is a ratio of sums each unit
 * has its own; what goes by ranks was sorted once. */
typedef struct {
  Statistic statistic;
  gsize n; /* records */
  guint n_units;
  guint32 *clusters;  /* of each record; NULL: each is a unit */
  double *above;      /* of each unit: the sum of values, changes, or after */
  double *above_rest; /* what rounding took from it; NULL: nothing */
  double *below;      /* that of before, or how many records; NULL: one */
  double *below_rest;
  double *sorted;
  guint32 *owners; /* the unit of each of @sorted */
  /* Values are less @taken, and times two to the power of @up: what all have in common takes no digits away, and
   * squares and cubes stay within the range of numbers. */
  double taken;
  int up;
  double size; /* what the rounding of a value is a share of, in the same unit */
} Sample;

#define BLOCK 512

RUA_WIDE static void
multiply_counts (const guint32 *counts, const double *values, gsize n, double *products)
{
  for (gsize i = 0; i < n; i++)
    products[i] = counts[i] * values[i];
}

static double
add_drawn (const double *values, const guint32 *drawn, gsize n)
{
  double products[BLOCK];
  RuaSums sums = { 0 };

  for (gsize begin = 0; begin < n; begin += BLOCK) {
    gsize some = MIN (BLOCK, n - begin);

    multiply_counts (drawn + begin, values + begin, some, products);
    rua_sums_add (&sums, products, some);
  }
  return rua_sums_get (&sums);
}

static double
count_drawn (const Sample *self, const guint32 *drawn)
{
  guint64 total = 0;

  if (self->below != NULL && self->statistic != RATIO_OF_MEANS)
    return add_drawn (self->below, drawn, self->n_units);
  for (guint k = 0; k < self->n_units; k++)
    total += drawn[k];
  return total;
}

static double
find_median (const Sample *self, const guint32 *drawn, guint64 total)
{
  guint64 seen = 0;
  gsize i = 0;
  double low;

  while (seen <= (total - 1) / 2)
    seen += drawn[self->owners[i++]];
  low = self->sorted[i - 1];
  while (seen <= total / 2)
    seen += drawn[self->owners[i++]];
  return (low + self->sorted[i - 1]) / 2;
}

/* Of one block: shares of the total, and these times their ranks. */
RUA_WIDE static void
rank_shares (const double *sorted, const double *ranks, gsize n, double *shares, double *ranked)
{
  for (gsize i = 0; i < n; i++) {
    shares[i] *= sorted[i];
    ranked[i] = shares[i] * ranks[i];
  }
}

static double
find_gini (const Sample *self, const guint32 *drawn, double total)
{
  double shares[BLOCK], ranks[BLOCK], ranked[BLOCK], T;
  RuaSums above = { 0 }, below = { 0 };
  guint64 cumulated = 0;

  for (gsize begin = 0; begin < self->n; begin += BLOCK) {
    gsize some = MIN (BLOCK, self->n - begin);

    for (gsize i = 0; i < some; i++) {
      guint32 times = drawn[self->owners[begin + i]];

      ranks[i] = 2 * cumulated + times;
      cumulated += times;
      shares[i] = times;
    }
    rank_shares (self->sorted + begin, ranks, some, shares, ranked);
    rua_sums_add (&above, ranked, some);
    rua_sums_add (&below, shares, some);
  }
  T = rua_sums_get (&below);
  return T > 0 ? rua_sums_get (&above) / (total * T) - 1 : NAN;
}

static double
compute (const Sample *self, const guint32 *drawn)
{
  double total = self->statistic == RATIO_OF_MEANS ? add_drawn (self->below, drawn, self->n_units)
                                                   : count_drawn (self, drawn);

  if (total == 0)
    return NAN;
  if (self->statistic == MEDIAN)
    return find_median (self, drawn, total);
  if (self->statistic == GINI)
    return find_gini (self, drawn, total);
  return add_drawn (self->above, drawn, self->n_units) / total;
}

/* Up to here all whole numbers are doubles, and none was rounded when it was read. */
#define MOST_WHOLE 9007199254740992.0

static double
find_largest (const double *values, gsize n, gboolean *whole)
{
  double largest = 0;

  for (gsize i = 0; i < n; i++) {
    largest = MAX (largest, fabs (values[i]));
    *whole = *whole && values[i] == rint (values[i]) && fabs (values[i]) <= MOST_WHOLE;
  }
  return largest;
}

/* Where all are within a factor of two of the first, nothing is rounded when it is taken from them. */
static double
take_first (double *values, gsize n)
{
  double first = n > 0 ? values[0] : 0;

  for (gsize i = 0; i < n; i++)
    if (!(values[i] / first >= 0.5 && values[i] / first <= 2))
      return 0;
  for (gsize i = 0; i < n; i++)
    values[i] -= first;
  return first;
}

/* Values by cluster; what rounding took from a sum stands beside it. */
static double *
add_up_clusters (const Sample *self, const double *values, double **rests)
{
  RuaSum *sums = g_new0 (RuaSum, self->n_units);
  double *totals = g_new (double, self->n_units);

  *rests = g_new (double, self->n_units);
  for (gsize i = 0; i < self->n; i++)
    rua_sum_add (&sums[self->clusters[i]], values[i]);
  for (guint k = 0; k < self->n_units; k++) {
    totals[k] = rua_sum_get (&sums[k]);
    (*rests)[k] = sums[k].high - totals[k] + sums[k].low;
  }
  g_free (sums);
  return totals;
}

static double *
count_clusters (const Sample *self)
{
  double *sizes = g_new0 (double, self->n_units);

  for (gsize i = 0; i < self->n; i++)
    sizes[self->clusters[i]]++;
  return sizes;
}

/* Takes @values, and @before (nullable). */
static void
make_units (Sample *self, double *values, double *before)
{
  if (self->statistic == MEDIAN || self->statistic == GINI) {
    self->owners = rua_sort_index (values, self->n);
    self->sorted = g_new (double, MAX (self->n, 1));
    for (gsize i = 0; i < self->n; i++)
      self->sorted[i] = values[self->owners[i]];
    for (gsize i = 0; i < self->n && self->clusters != NULL; i++)
      self->owners[i] = self->clusters[self->owners[i]];
    g_free (values);
  } else if (self->clusters != NULL) {
    self->above = add_up_clusters (self, values, &self->above_rest);
    g_free (values);
  } else {
    self->above = values;
  }
  if (before != NULL && self->clusters != NULL) {
    self->below = add_up_clusters (self, before, &self->below_rest);
    g_free (before);
  } else if (self->clusters != NULL) {
    self->below = count_clusters (self);
  } else {
    self->below = before;
  }
}

static gboolean
sample_init (Sample *self, RuaRun *run, GError **error)
{
  static const char *const names[] = { "mean", "median", "ratio_of_means", "mean_change", "gini" };
  const double *value = rua_run_values (run, "value"), *before = rua_run_values (run, "before");
  const double *after = rua_run_values (run, "after");
  double *values, *earlier = NULL;
  gboolean paired, whole = TRUE;

  *self = (Sample){ 0 };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (rua_run_token_is (run, "statistic", names[i]))
      self->statistic = i;
  paired = self->statistic == RATIO_OF_MEANS || self->statistic == MEAN_CHANGE;
  if (paired ? before == NULL || after == NULL || value != NULL
             : value == NULL || before != NULL || after != NULL)
    return rua_run_refuse (run, error, RUA_ERROR_MISSING, "the statistic %s needs %s",
                           rua_run_token (run, "statistic"),
                           paired ? "columns in the roles \"before\" and \"after\" alone"
                                  : "a column in the role \"value\" alone");
  self->n = self->n_units = run->data.n;
  if (rua_run_column (run, "cluster", 0) != NULL)
    self->clusters = rua_run_groups (run, "cluster", 0, &self->n_units, NULL);
  values = g_new (double, MAX (self->n, 1));
  for (gsize i = 0; i < self->n; i++)
    values[i] = self->statistic == MEAN_CHANGE ? after[i] - before[i]
                : paired                       ? after[i]
                                               : value[i];
  self->size = find_largest (values, self->n, &whole);
  if (paired)
    self->size = MAX (self->size, find_largest (before, self->n, &whole));
  if (self->statistic == MEAN || self->statistic == MEAN_CHANGE)
    self->taken = take_first (values, self->n);
  if (whole && self->taken != 0)
    self->size = find_largest (values, self->n, &whole);
  self->up = rua_scale (values, self->n);
  self->size = ldexp (self->size, -self->up);
  if (self->statistic == RATIO_OF_MEANS) {
    earlier = g_memdup2 (before, MAX (self->n, 1) * sizeof (double));
    self->up -= rua_scale (earlier, self->n);
  } else if (self->statistic == GINI) {
    self->up = 0;
  }
  make_units (self, values, earlier);
  return TRUE;
}

/* What the rounding of a value of the statistic is a share of. */
static double
sample_scale (const Sample *self, double estimate)
{
  if (self->statistic == GINI)
    return 1;
  if (self->statistic == RATIO_OF_MEANS)
    return fabs (estimate);
  return self->size;
}

/* A value of the statistic, and how far two are apart, in the unit of the data. */
static double
in_place (const Sample *self, double value)
{
  return ldexp (value, self->up) + self->taken;
}

static double
in_unit (const Sample *self, double distance)
{
  return ldexp (distance, self->up);
}

static double
settle (double value, double estimate, double slop)
{
  return fabs (value - estimate) <= slop ? estimate : value;
}

static void
sample_clear (Sample *self)
{
  g_free (self->clusters);
  g_free (self->above);
  g_free (self->above_rest);
  g_free (self->below);
  g_free (self->below_rest);
  g_free (self->sorted);
  g_free (self->owners);
}

/* a = sum U^3 / (6 (sum U^2)^1.5), U the centre less each leave-one-out value; B. Efron, "Better
 * bootstrap confidence intervals", JASA 82 (1987). */
static double
acceleration (const double *jackknife, guint n, double centre)
{
  RuaSum squares = { 0 }, cubes = { 0 };
  double largest = 0;

  for (guint i = 0; i < n; i++)
    largest = MAX (largest, fabs (centre - jackknife[i]));
  for (guint i = 0; i < n; i++) {
    /* In a unit in which cubes are numbers. */
    double u = (centre - jackknife[i]) / largest;

    rua_sum_add (&squares, u * u);
    rua_sum_add (&cubes, u * u * u);
  }
  return rua_sum_get (&cubes) / (6 * pow (rua_sum_get (&squares), 1.5));
}

static double
adjusted (double z0, double a, double tail)
{
  double z = z0 + rua_normal_quantile (tail);

  return rua_normal_cdf (z0 + z / (1 - a * z));
}

/* The ((B+1) p)-th replicate, interpolated on the normal scale: A. C. Davison and D. V. Hinkley,
 * Bootstrap Methods and their Application (1997), eq. 5.8. */
static double
normal_scale_quantile (const double *sorted, guint n, double p)
{
  double rank = (n + 1.0) * p, k = floor (rank + 1e-9), low, high;

  if (!(rank == rank))
    return NAN;
  if (k < 1)
    return sorted[0];
  if (k >= n)
    return sorted[n - 1];
  if (fabs (rank - k) < 1e-9)
    return sorted[(guint)k - 1];
  low = rua_normal_quantile (k / (n + 1));
  high = rua_normal_quantile ((k + 1) / (n + 1));
  return sorted[(guint)k - 1]
         + (rua_normal_quantile (p) - low) / (high - low)
             * (sorted[(guint)k] - sorted[(guint)k - 1]);
}

static void
put_intervals (RuaRun *run,
               const Sample *sample,
               double *replicates,
               guint n,
               double estimate,
               const double *jackknife,
               guint n_jackknife,
               const char *reason)
{
  RuaFigures *figures = run->figures;
  double tail = (1 - rua_run_number (run, "ci_level")) / 2, mean = NAN, se = NAN, low = NAN,
         high = NAN;
  double z0 = NAN, a = NAN, bca_low = NAN, bca_high = NAN, less = 0, equal = 0, z0_dh, a_dh;
  RuaMoments m;
  const char *at_end, *no_a, *bca, *no_change, *dh;

  for (guint i = 0; i < n; i++) {
    less += replicates[i] < estimate;
    equal += replicates[i] == estimate;
  }
  rua_sort_doubles (replicates, n);
  m = rua_moments (replicates, n);
  mean = m.mean;
  se = sqrt (rua_moments_variance (&m));
  low = rua_quantile_sorted (replicates, n, tail, 7);
  high = rua_quantile_sorted (replicates, n, 1 - tail, 7);
  z0 = rua_normal_quantile ((less + equal / 2) / n);
  m = rua_moments (jackknife, n_jackknife);
  a = acceleration (jackknife, n_jackknife, m.mean);
  at_end = reason          ? reason
           : isfinite (z0) ? NULL
                           : N_ ("every replicate is on the same side of the estimate");
  no_change = N_ ("leaving out a unit does not change the statistic, or leaves it undefined");
  no_a = reason ? reason : isfinite (a) ? NULL : no_change;
  bca = at_end ? at_end : no_a;
  if (bca == NULL) {
    bca_low = rua_quantile_sorted (replicates, n, adjusted (z0, a, tail), 7);
    bca_high = rua_quantile_sorted (replicates, n, adjusted (z0, a, 1 - tail), 7);
  }
  rua_figures_put_or (figures, "boot_mean", in_place (sample, mean), reason);
  rua_figures_put_or (figures, "boot_se", in_unit (sample, se),
                      reason  ? reason
                      : n > 1 ? NULL
                              : N_ ("there is one replicate"));
  rua_figures_put_or (figures, "bias", in_unit (sample, mean - estimate), reason);
  rua_figures_put_or (figures, "percentile_low", in_place (sample, low), reason);
  rua_figures_put_or (figures, "percentile_high", in_place (sample, high), reason);
  rua_figures_put_or (figures, "z0", z0, at_end);
  rua_figures_put_or (figures, "acceleration", a, no_a);
  rua_figures_put_or (figures, "bca_low", in_place (sample, bca_low), bca);
  rua_figures_put_or (figures, "bca_high", in_place (sample, bca_high), bca);
  rua_figures_put_or (figures, "basic_low", in_place (sample, 2 * estimate - high), reason);
  rua_figures_put_or (figures, "basic_high", in_place (sample, 2 * estimate - low), reason);
  rua_figures_put_or (figures, "percentile_dh_low",
                      in_place (sample, normal_scale_quantile (replicates, n, tail)), reason);
  rua_figures_put_or (figures, "percentile_dh_high",
                      in_place (sample, normal_scale_quantile (replicates, n, 1 - tail)), reason);
  z0_dh = rua_normal_quantile (less / n);
  a_dh = acceleration (jackknife, n_jackknife, estimate);
  dh = at_end              ? at_end
       : !isfinite (z0_dh) ? N_ ("no replicate is below the estimate")
       : !isfinite (a_dh)  ? no_change
                           : NULL;
  rua_figures_put_or (
    figures, "bca_dh_low",
    dh ? NAN
       : in_place (sample, normal_scale_quantile (replicates, n, adjusted (z0_dh, a_dh, tail))),
    dh);
  rua_figures_put_or (
    figures, "bca_dh_high",
    dh ? NAN
       : in_place (sample, normal_scale_quantile (replicates, n, adjusted (z0_dh, a_dh, 1 - tail))),
    dh);
}

/* ---- the statistic without each unit, in one pass: sums less the unit's part, order statistics by its ranks ---- */

/* Where in @sorted each unit's records are: those of unit k are @places from @begins[k] to @begins[k + 1], in order. */
typedef struct {
  guint32 *begins;
  guint32 *places;
} Ranks;

static void
ranks_init (Ranks *self, const Sample *sample)
{
  guint n_units = sample->n_units;

  /* First where each begins, one further on; placing them moves that to where it is said. */
  self->begins = g_new0 (guint32, n_units + 2);
  self->places = g_new (guint32, sample->n);
  for (gsize i = 0; i < sample->n; i++)
    self->begins[sample->owners[i] + 2]++;
  for (guint k = 2; k <= n_units; k++)
    self->begins[k] += self->begins[k - 1];
  for (gsize i = 0; i < sample->n; i++)
    self->places[self->begins[sample->owners[i] + 1]++] = (guint32)i;
}

static void
ranks_clear (Ranks *self)
{
  g_free (self->begins);
  g_free (self->places);
}

static void
leave_out_of_median (const Sample *self, const Ranks *ranks, double *jackknife)
{
  for (guint k = 0; k < self->n_units; k++) {
    const guint32 *places = ranks->places + ranks->begins[k];
    guint n = ranks->begins[k + 1] - ranks->begins[k], passed = 0;
    gsize left = self->n - n, low = (left - 1) / 2, high = left / 2;

    /* The middle of the others, counted among all: one further on for each of the unit's own before it. */
    while (passed < n && places[passed] - passed <= low)
      passed++;
    low += passed;
    while (passed < n && places[passed] - passed <= high)
      passed++;
    high += passed;
    jackknife[k] = (self->sorted[low] + self->sorted[high]) / 2;
  }
}

static void
leave_out_of_gini (const Sample *self, const Ranks *ranks, double *jackknife)
{
  double *after = g_new (double, self->n); /* what those above each have */
  RuaSum above = { 0 }, below = { 0 };

  for (gsize i = self->n; i-- > 0;) {
    after[i] = rua_sum_get (&below);
    rua_sum_add (&above, self->sorted[i] * (2.0 * i + 1));
    rua_sum_add (&below, self->sorted[i]);
  }
  for (guint k = 0; k < self->n_units; k++) {
    guint begin = ranks->begins[k], end = ranks->begins[k + 1];
    RuaSum ranked = above, own = { 0 }, rest = below;
    double T, left = self->n - (end - begin);

    for (guint i = end; i-- > begin;) {
      gsize place = ranks->places[i];

      rua_sum_add (&ranked, -self->sorted[place] * (2.0 * place + 1));
      /* Ranks of the others above it are one less without it. */
      rua_sum_add (&ranked, -2 * (after[place] - rua_sum_get (&own)));
      rua_sum_add (&own, self->sorted[place]);
    }
    rua_sum_add (&rest, -own.high);
    rua_sum_add (&rest, -own.low);
    T = rua_sum_get (&rest);
    jackknife[k] = T > 0 ? rua_sum_get (&ranked) / (left * T) - 1 : NAN;
  }
  g_free (after);
}

static void
add_unit (RuaSum *sum, const double *values, const double *rests, guint k, int sign)
{
  rua_sum_add (sum, sign * (values != NULL ? values[k] : 1));
  if (rests != NULL)
    rua_sum_add (sum, sign * rests[k]);
}

static void
leave_out_of_sums (const Sample *self, double *jackknife)
{
  RuaSum above = { 0 }, below = { 0 };

  for (guint k = 0; k < self->n_units; k++) {
    add_unit (&above, self->above, self->above_rest, k, 1);
    add_unit (&below, self->below, self->below_rest, k, 1);
  }
  for (guint k = 0; k < self->n_units; k++) {
    RuaSum A = above, B = below;

    add_unit (&A, self->above, self->above_rest, k, -1);
    add_unit (&B, self->below, self->below_rest, k, -1);
    jackknife[k] = rua_sum_get (&B) != 0 ? rua_sum_get (&A) / rua_sum_get (&B) : NAN;
  }
}

static void
leave_out_units (const Sample *self, double *jackknife)
{
  Ranks ranks;

  if (self->sorted == NULL) {
    leave_out_of_sums (self, jackknife);
    return;
  }
  ranks_init (&ranks, self);
  if (self->statistic == MEDIAN)
    leave_out_of_median (self, &ranks, jackknife);
  else
    leave_out_of_gini (self, &ranks, jackknife);
  ranks_clear (&ranks);
}

/* ---- drawing ---- */

/* Counts that are drawn, one replicate after the other, before threads share out what is computed of them. */
#define MOST_COUNTS (1u << 22)
/* Replicates a task. */
#define TASK 16

typedef struct {
  const Sample *sample;
  const guint32 *drawn;
  double *replicates;
  guint n;
  double estimate;
  double slop;
} Lot;

static gboolean
compute_task (guint task, gpointer data, GError **error)
{
  const Lot *self = data;

  for (guint r = task * TASK; r < MIN ((task + 1) * TASK, self->n); r++)
    self->replicates[r]
      = settle (compute (self->sample, self->drawn + (gsize)r * self->sample->n_units),
                self->estimate, self->slop);
  return TRUE;
}

static gboolean
draw_replicates (RuaRun *run,
                 const Sample *sample,
                 double estimate,
                 double slop,
                 double *replicates,
                 guint n,
                 GError **error)
{
  guint n_units = sample->n_units, most = CLAMP (MOST_COUNTS / n_units, 1, n);
  guint32 *drawn = g_new (guint32, (gsize)most * n_units);
  gboolean done = TRUE;
  RuaRandom random;

  rua_random_init (&random, rua_run_number (run, "seed"));
  for (guint begin = 0; begin < n && done; begin += most) {
    Lot lot = { sample, drawn, replicates + begin, MIN (most, n - begin), estimate, slop };

    memset (drawn, 0, (gsize)lot.n * n_units * sizeof *drawn);
    for (guint r = 0; r < lot.n; r++)
      rua_random_count_below (&random, n_units, n_units, drawn + (gsize)r * n_units);
    done = rua_parallel_run ((lot.n - 1) / TASK + 1, compute_task, &lot, NULL, run->cancellable,
                             error);
  }
  g_free (drawn);
  return done;
}

static double
find_estimate (const Sample *self)
{
  guint32 *once = g_new (guint32, MAX (self->n_units, 1));
  double estimate;

  for (guint k = 0; k < self->n_units; k++)
    once[k] = 1;
  estimate = compute (self, once);
  g_free (once);
  return estimate;
}

static gboolean
run_bootstrap (RuaRun *run, GError **error)
{
  guint n_replicates = rua_run_number (run, "replicates"), n_units;
  double *replicates, *jackknife, estimate, slop;
  gboolean done = TRUE, broken = FALSE;
  const char *reason;
  Sample sample;

  if (!sample_init (&sample, run, error))
    return FALSE;
  n_units = sample.n_units;
  replicates = g_new0 (double, n_replicates);
  jackknife = g_new (double, MAX (n_units, 1));
  estimate = find_estimate (&sample);
  slop = ROUNDING * sample_scale (&sample, estimate);
  if (n_units > 1) {
    done = draw_replicates (run, &sample, estimate, slop, replicates, n_replicates, error);
    for (guint r = 0; r < n_replicates; r++)
      broken |= isnan (replicates[r]);
    leave_out_units (&sample, jackknife);
    /* Those that are the same but for rounding, as in a sample of two, are the same. */
    for (guint k = 0; k < n_units; k++)
      jackknife[k] = settle (settle (jackknife[k], estimate, slop), jackknife[0], slop);
  }
  if (done) {
    reason = sample.n == 0      ? RUA_REASON_NONE
             : isnan (estimate) ? N_ ("the statistic is undefined for these values")
             : n_units < 2
               ? (sample.clusters != NULL ? N_ ("needs at least two clusters") : RUA_REASON_ONE)
             : broken ? N_ ("the statistic is undefined in a replicate")
                      : NULL;
    rua_figures_put (run->figures, "n", sample.n);
    rua_figures_put_or (run->figures, "estimate", in_place (&sample, estimate),
                        sample.n == 0      ? RUA_REASON_NONE
                        : isnan (estimate) ? reason
                                           : NULL);
    if (reason != NULL)
      memset (replicates, 0, n_replicates * sizeof *replicates);
    put_intervals (run, &sample, replicates, n_replicates, estimate, jackknife,
                   reason ? 0 : n_units, reason);
  }
  g_free (jackknife);
  g_free (replicates);
  sample_clear (&sample);
  return done;
}

static const RuaRoleSpec bootstrap_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL, "The values, for mean, median and gini" },
  { "before", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL,
    "The earlier value, for ratio_of_means and mean_change" },
  { "after", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL, "The later value" },
  { "cluster", RUA_ROLE_CATEGORY, RUA_ROLE_OPTIONAL, "Whole clusters are drawn" },
  { NULL },
};

static const RuaOptionSpec bootstrap_options[] = {
  { "statistic", RUA_OPTION_TOKEN, "mean", 0, 0, 0, "mean|median|ratio_of_means|mean_change|gini",
    "What is computed" },
  { "replicates", RUA_OPTION_INTEGER, "999", 1, 10000000, 0, NULL, "How often records are drawn" },
  { "seed", RUA_OPTION_INTEGER, "1", 0, 4294967295.0, 0, NULL, "Of the random numbers" },
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_bootstrap = {
  "bootstrap",
  N_ ("Bootstrap interval of a statistic"),
  "percentile and BCa intervals of the statistic over records (or clusters) drawn with replacement",
  "Efron and Tibshirani, An Introduction to the Bootstrap (1993)",
  bootstrap_roles,
  bootstrap_options,
  "estimate",
  "boot_se",
  "bca_low",
  "bca_high",
  "n",
  run_bootstrap,
};
