/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Seeded random numbers and the bootstrap. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-moments-private.h"
#include "rua-random-private.h"
#include "rua-special-private.h"

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
  N_("The seeded random numbers every draw is made of"),
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

/* A statistic of records drawn @counts times each. Sorted once: ranks instead of values move. */
typedef struct {
  Statistic statistic;
  gsize n;
  const double *x; /* the value; the change; after */
  const double *y; /* before */
  double *sorted;
  guint32 *order;
  double *owned;
  double *owned_below;
  /* Values are less @taken, and times two to the power of @up: what all have in common takes no digits away, and
   * squares and cubes stay within the range of numbers. */
  double taken;
  int up;
  double size; /* what the rounding of a value is a share of, in the same unit */
} Sample;

static double
nth (const Sample *self, const guint32 *counts, guint64 k)
{
  guint64 seen = 0;

  for (gsize i = 0; i < self->n; i++) {
    seen += counts[self->order[i]];
    if (seen > k)
      return self->sorted[i];
  }
  return NAN;
}

static double
compute (const Sample *self, const guint32 *counts)
{
  RuaSum above = { 0 }, below = { 0 };
  guint64 total = 0;
  gsize n = self->n;

  for (gsize i = 0; i < n; i++)
    total += counts[i];
  if (total == 0)
    return NAN;
  switch (self->statistic) {
  case RATIO_OF_MEANS:
    for (gsize i = 0; i < n; i++)
      rua_sum_add (&below, counts[i] * self->y[i]);
    for (gsize i = 0; i < n; i++)
      rua_sum_add (&above, counts[i] * self->x[i]);
    return rua_sum_get (&below) != 0 ? rua_sum_get (&above) / rua_sum_get (&below) : NAN;
  case MEDIAN:
    if (total % 2 == 1)
      return nth (self, counts, total / 2);
    return (nth (self, counts, total / 2 - 1) + nth (self, counts, total / 2)) / 2;
  case GINI: {
    double cumulated = 0, T;

    for (gsize i = 0; i < n; i++) {
      double w = counts[self->order[i]];

      cumulated += w;
      rua_sum_add (&above, w * self->sorted[i] * (2 * cumulated - w));
      rua_sum_add (&below, w * self->sorted[i]);
    }
    T = rua_sum_get (&below);
    return T > 0 ? rua_sum_get (&above) / (total * T) - 1 : NAN;
  }
  default:
    for (gsize i = 0; i < n; i++)
      rua_sum_add (&above, counts[i] * self->x[i]);
    return rua_sum_get (&above) / total;
  }
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

static gboolean
sample_init (Sample *self, RuaRun *run, GError **error)
{
  static const char *const names[] = { "mean", "median", "ratio_of_means", "mean_change", "gini" };
  const double *value = rua_run_values (run, "value"), *before = rua_run_values (run, "before");
  const double *after = rua_run_values (run, "after");
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
  self->n = run->data.n;
  self->x = self->owned = g_new (double, MAX (self->n, 1));
  for (gsize i = 0; i < self->n; i++)
    self->owned[i] = self->statistic == MEAN_CHANGE ? after[i] - before[i]
                     : paired                       ? after[i]
                                                    : value[i];
  self->size = find_largest (self->owned, self->n, &whole);
  if (paired)
    self->size = MAX (self->size, find_largest (before, self->n, &whole));
  if (self->statistic == MEAN || self->statistic == MEAN_CHANGE)
    self->taken = take_first (self->owned, self->n);
  if (whole && self->taken != 0)
    self->size = find_largest (self->owned, self->n, &whole);
  self->up = rua_scale (self->owned, self->n);
  self->size = ldexp (self->size, -self->up);
  if (self->statistic == RATIO_OF_MEANS) {
    self->y = self->owned_below = g_memdup2 (before, MAX (self->n, 1) * sizeof (double));
    self->up -= rua_scale (self->owned_below, self->n);
  } else if (self->statistic == GINI) {
    self->up = 0;
  }
  if (self->statistic == MEDIAN || self->statistic == GINI) {
    self->order = rua_sort_index (self->x, self->n);
    self->sorted = g_new (double, MAX (self->n, 1));
    for (gsize i = 0; i < self->n; i++)
      self->sorted[i] = self->x[self->order[i]];
  }
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
  g_free (self->owned);
  g_free (self->owned_below);
  g_free (self->sorted);
  g_free (self->order);
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
                           : N_("every replicate is on the same side of the estimate");
  no_change = N_("leaving out a unit does not change the statistic, or leaves it undefined");
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
                              : N_("there is one replicate"));
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
  dh = at_end               ? at_end
       : !isfinite (z0_dh)  ? N_("no replicate is below the estimate")
       : !isfinite (a_dh)   ? no_change
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

/* The statistic without each record, all in one pass: sums less the record's part, order
 * statistics by its rank. */
static void
leave_out_records (const Sample *self, double *jackknife)
{
  RuaSum above = { 0 }, below = { 0 };
  gsize n = self->n;
  double A, B, left = n - 1.0, after = 0, T;

  switch (self->statistic) {
  case MEDIAN:
    for (gsize r = 0; r < n; r++) {
      /* Ranks of the middle of the others, counted among all. */
      gsize low = (n - 2) / 2, high = (n - 1) / 2;

      low += low >= r;
      high += high >= r;
      jackknife[self->order[r]] = (self->sorted[low] + self->sorted[high]) / 2;
    }
    return;
  case GINI:
    for (gsize r = 0; r < n; r++) {
      rua_sum_add (&above, self->sorted[r] * (2.0 * r + 1));
      rua_sum_add (&below, self->sorted[r]);
    }
    A = rua_sum_get (&above);
    B = rua_sum_get (&below);
    for (gsize r = n; r-- > 0;) {
      T = B - self->sorted[r];
      jackknife[self->order[r]]
        = T > 0 ? (A - self->sorted[r] * (2.0 * r + 1) - 2 * after) / (left * T) - 1 : NAN;
      after += self->sorted[r];
    }
    return;
  default:
    for (gsize i = 0; i < n; i++) {
      rua_sum_add (&above, self->x[i]);
      rua_sum_add (&below, self->statistic == RATIO_OF_MEANS ? self->y[i] : 1);
    }
    A = rua_sum_get (&above);
    B = rua_sum_get (&below);
    for (gsize i = 0; i < n; i++) {
      T = B - (self->statistic == RATIO_OF_MEANS ? self->y[i] : 1);
      jackknife[i] = T != 0 ? (A - self->x[i]) / T : NAN;
    }
  }
}

static gboolean
leave_out_clusters (const Sample *self,
                    const guint32 *clusters,
                    guint n_clusters,
                    guint32 *counts,
                    double *jackknife,
                    RuaRun *run,
                    GError **error)
{
  for (guint k = 0; k < n_clusters; k++) {
    for (gsize i = 0; i < self->n; i++)
      counts[i] = clusters[i] != k;
    jackknife[k] = compute (self, counts);
    if (k % 64 == 63 && rua_run_cancelled (run, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_bootstrap (RuaRun *run, GError **error)
{
  guint n_replicates = rua_run_number (run, "replicates"), n_units;
  gboolean clustered = rua_run_column (run, "cluster", 0) != NULL, done = TRUE, broken = FALSE;
  guint32 *clusters = NULL, *drawn, *counts;
  double *replicates, *jackknife, estimate, slop;
  const char *reason;
  RuaRandom random;
  Sample sample;

  if (!sample_init (&sample, run, error))
    return FALSE;
  if (clustered)
    clusters = rua_run_groups (run, "cluster", 0, &n_units, NULL);
  else
    n_units = sample.n;
  rua_random_init (&random, rua_run_number (run, "seed"));
  drawn = g_new (guint32, MAX (n_units, 1));
  counts = g_new (guint32, MAX (sample.n, 1));
  replicates = g_new (double, n_replicates);
  jackknife = g_new (double, MAX (n_units, 1));
  for (gsize i = 0; i < sample.n; i++)
    counts[i] = 1;
  estimate = compute (&sample, counts);
  slop = ROUNDING * sample_scale (&sample, estimate);
  for (guint r = 0; r < n_replicates && n_units > 1; r++) {
    memset (drawn, 0, n_units * sizeof *drawn);
    for (guint k = 0; k < n_units; k++)
      drawn[rua_random_below (&random, n_units)]++;
    for (gsize i = 0; clustered && i < sample.n; i++)
      counts[i] = drawn[clusters[i]];
    replicates[r] = settle (compute (&sample, clustered ? counts : drawn), estimate, slop);
    broken |= isnan (replicates[r]);
    if (r % 64 == 63 && rua_run_cancelled (run, error)) {
      done = FALSE;
      break;
    }
  }
  if (done && n_units > 1) {
    if (clustered)
      done = leave_out_clusters (&sample, clusters, n_units, counts, jackknife, run, error);
    else
      leave_out_records (&sample, jackknife);
    /* Those that are the same but for rounding, as in a sample of two, are the same. */
    for (guint k = 0; k < n_units; k++)
      jackknife[k] = settle (settle (jackknife[k], estimate, slop), jackknife[0], slop);
  }
  if (done) {
    reason = sample.n == 0      ? RUA_REASON_NONE
             : isnan (estimate) ? N_("the statistic is undefined for these values")
             : n_units < 2      ? (clustered ? N_("needs at least two clusters") : RUA_REASON_ONE)
             : broken           ? N_("the statistic is undefined in a replicate")
                                : NULL;
    rua_figures_put (run->figures, "n", sample.n);
    rua_figures_put_or (run->figures, "estimate", in_place (&sample, estimate),
                        sample.n == 0      ? RUA_REASON_NONE
                        : isnan (estimate) ? reason
                                           : NULL);
    if (reason != NULL)
      for (guint r = 0; r < n_replicates; r++)
        replicates[r] = 0;
    put_intervals (run, &sample, replicates, n_replicates, estimate, jackknife,
                   reason ? 0 : n_units, reason);
  }
  g_free (jackknife);
  g_free (replicates);
  g_free (counts);
  g_free (drawn);
  g_free (clusters);
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
  N_("Bootstrap interval of a statistic"),
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
