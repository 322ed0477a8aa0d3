/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who was lost, what that may hide, and how alike members of a cluster are. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-block-private.h"
#include "rua-double2-private.h"
#include "rua-moments-private.h"
#include "rua-parallel-private.h"
#include "rua-parts-private.h"
#include "rua-special-private.h"
#include "rua-wide-private.h"

static const RuaRoleSpec trial_roles[] = {
  { "outcome", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_MAY_MISS | RUA_ROLE_UNKNOWN_TELLS,
    "The outcome; unknown for those who were lost" },
  { "arm", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED, "1 in the arm compared, 0 in the one compared with" },
  { NULL },
};

/* The outcomes of those followed, by arm. */
typedef struct {
  gsize n[2];
  gsize followed[2];
  double *outcomes[2];
} Arms;

static void
arms_init (Arms *self, RuaRun *run)
{
  const double *y = rua_run_values (run, "outcome"), *arm = rua_run_values (run, "arm");

  *self = (Arms){ 0 };
  for (guint a = 0; a < 2; a++)
    self->outcomes[a] = g_new (double, MAX (run->data.n, 1));
  for (gsize i = 0; i < run->data.n; i++) {
    guint a = arm[i] == 1;

    self->n[a]++;
    if (!isnan (y[i]))
      self->outcomes[a][self->followed[a]++] = y[i];
  }
}

static void
arms_clear (Arms *self)
{
  g_free (self->outcomes[0]);
  g_free (self->outcomes[1]);
}

static gboolean
run_attrition (RuaRun *run, GError **error)
{
  RuaFigures *figures = run->figures;
  double lost1, lost0, n1, n0, p, low = NAN, high = NAN, z;
  const char *none, *flat;
  Arms arms;

  arms_init (&arms, run);
  n1 = arms.n[1];
  n0 = arms.n[0];
  lost1 = n1 - arms.followed[1];
  lost0 = n0 - arms.followed[0];
  none = n1 > 0 && n0 > 0 ? NULL : N_("an arm has no records");
  p = (lost1 + lost0) / (n1 + n0);
  z = (lost1 / n1 - lost0 / n0) / sqrt (p * (1 - p) * (1 / n1 + 1 / n0));
  if (none == NULL)
    rua_newcombe (lost1, n1, lost0, n0, rua_normal_critical (rua_run_number (run, "ci_level")),
                  &low, &high);
  flat = none             ? none
         : p > 0 && p < 1 ? NULL
         : p > 0          ? N_("everybody was lost")
                          : N_("nobody was lost");
  rua_figures_put (figures, "n1", n1);
  rua_figures_put (figures, "n0", n0);
  rua_figures_put (figures, "followed1", arms.followed[1]);
  rua_figures_put (figures, "followed0", arms.followed[0]);
  rua_figures_put_or (figures, "attrition_overall", p, n1 + n0 > 0 ? NULL : RUA_REASON_NONE);
  rua_figures_put_or (figures, "attrition1", lost1 / n1, n1 > 0 ? NULL : RUA_REASON_NONE);
  rua_figures_put_or (figures, "attrition0", lost0 / n0, n0 > 0 ? NULL : RUA_REASON_NONE);
  rua_figures_put_or (figures, "differential", lost1 / n1 - lost0 / n0, none);
  rua_figures_put_or (figures, "newcombe_low", low, none);
  rua_figures_put_or (figures, "newcombe_high", high, none);
  rua_figures_put_or (figures, "z", z, flat);
  rua_figures_put_or (figures, "p_value", 2 * rua_normal_tail (fabs (z)), flat);
  arms_clear (&arms);
  return TRUE;
}

const RuaEstimator rua_estimator_attrition = {
  "attrition",
  N_("Drop-out by arm"),
  "share lost in each arm; difference with Newcombe's interval and pooled z",
  "What Works Clearinghouse, Standards Handbook",
  trial_roles,
  rua_level_option,
  "differential",
  NULL,
  "newcombe_low",
  "newcombe_high",
  NULL,
  run_attrition,
};

/* A mean to more digits than a double has: of means that are large and alike the difference is wanted. */
static RuaDouble2
divide_sum (const RuaSum *sum, double mass)
{
  return rua_double2_divide (rua_double2_of_sum (sum), (RuaDouble2){ mass, 0 });
}

static double
find_gap (RuaDouble2 one, RuaDouble2 zero)
{
  return rua_double2_subtract (one, zero).high;
}

static RuaDouble2
find_mean (const double *values, gsize n)
{
  RuaSums sums = { { 0 } };
  RuaSum sum;
  double least, greatest;

  rua_parts_range (values, n, &least, &greatest);
  if (least == greatest)
    return (RuaDouble2){ least, 0 };
  rua_sums_add (&sums, values, n);
  sum = rua_sums_get_sum (&sums);
  return divide_sum (&sum, n);
}

/* Mean of the lowest @mass of sorted values, the last of them in part. */
static RuaDouble2
partial_mean (const double *sorted, gsize n, double mass, gboolean from_top)
{
  RuaSum sum = { 0 };
  double left = mass, first = sorted[from_top ? n - 1 : 0], last = first;

  for (gsize k = 0; k < n && left > 0; k++) {
    double part = MIN (left, 1);

    last = sorted[from_top ? n - 1 - k : k];
    rua_sum_add2 (&sum, rua_two_product (part, last));
    left -= part;
  }
  return first == last ? (RuaDouble2){ first, 0 } : divide_sum (&sum, mass);
}

static gboolean
run_lee_bounds (RuaRun *run, GError **error)
{
  RuaFigures *figures = run->figures;
  double response[2], q = 0, lower = NAN, upper = NAN;
  RuaDouble2 mean[2];
  const char *none;
  Arms arms;

  arms_init (&arms, run);
  for (guint a = 0; a < 2; a++) {
    response[a] = (double)arms.followed[a] / arms.n[a];
    mean[a] = find_mean (arms.outcomes[a], arms.followed[a]);
    rua_sort_doubles (arms.outcomes[a], arms.followed[a]);
  }
  none = arms.n[0] > 0 && arms.n[1] > 0 ? NULL : N_("an arm has no records");
  rua_figures_put_or (figures, "response1", response[1], arms.n[1] > 0 ? NULL : RUA_REASON_NONE);
  rua_figures_put_or (figures, "response0", response[0], arms.n[0] > 0 ? NULL : RUA_REASON_NONE);
  if (none == NULL && (arms.followed[0] == 0 || arms.followed[1] == 0))
    none = N_("an arm has no outcome");
  if (none == NULL) {
    guint hi = response[1] >= response[0];
    gsize n = arms.followed[hi];
    RuaDouble2 small, large;
    double mass;

    q = (response[hi] - response[1 - hi]) / response[hi];
    mass = n * (1 - q);
    small = q > 0 ? partial_mean (arms.outcomes[hi], n, mass, FALSE) : mean[hi];
    large = q > 0 ? partial_mean (arms.outcomes[hi], n, mass, TRUE) : mean[hi];
    lower = hi ? find_gap (small, mean[0]) : find_gap (mean[1], large);
    upper = hi ? find_gap (large, mean[0]) : find_gap (mean[1], small);
  }
  rua_figures_put_or (figures, "naive", find_gap (mean[1], mean[0]), none);
  rua_figures_put_or (figures, "trim_share", q, none);
  rua_figures_put_or (figures, "lower", lower, none);
  rua_figures_put_or (figures, "upper", upper, none);
  arms_clear (&arms);
  return TRUE;
}

const RuaEstimator rua_estimator_lee_bounds = {
  "lee_bounds",
  N_("Bounds of an effect when some were lost"),
  "the arm with the higher response is trimmed by q = (p_hi - p_lo)/p_hi from the top and from the "
  "bottom",
  "Lee, Review of Economic Studies 76 (2009)",
  trial_roles,
  rua_no_options,
  "naive",
  NULL,
  "lower",
  "upper",
  NULL,
  run_lee_bounds,
};

static gboolean
run_manski_bounds (RuaRun *run, GError **error)
{
  double least = rua_run_number (run, "min"), most = rua_run_number (run, "max");
  RuaDouble2 bounds[2][2];
  const double *y = rua_run_values (run, "outcome");
  gsize n_outside = 0;
  const char *none;
  Arms arms;

  if (least > most)
    return rua_run_refuse (run, error, RUA_ERROR_VALUE, "min is above max");
  for (gsize i = 0; i < run->data.n; i++)
    n_outside += y[i] < least || y[i] > most;
  if (n_outside > 0)
    rua_figures_warn (
      run->figures,
      _("%llu outcomes are outside min and max, so the missing ones may be, too: the "
         "bounds are no worst case"),
      (unsigned long long)n_outside);
  arms_init (&arms, run);
  for (guint a = 0; a < 2; a++) {
    double lost = arms.n[a] - arms.followed[a];
    RuaSums sums = { { 0 } };

    rua_sums_add (&sums, arms.outcomes[a], arms.followed[a]);
    for (guint end = 0; end < 2; end++) {
      RuaSum sum = rua_sums_get_sum (&sums);

      rua_sum_add2 (&sum, rua_two_product (lost, end == 0 ? least : most));
      bounds[a][end] = divide_sum (&sum, arms.n[a]);
    }
  }
  none = arms.n[0] > 0 && arms.n[1] > 0 ? NULL : N_("an arm has no records");
  rua_figures_put_or (run->figures, "lower", find_gap (bounds[1][0], bounds[0][1]), none);
  rua_figures_put_or (run->figures, "upper", find_gap (bounds[1][1], bounds[0][0]), none);
  arms_clear (&arms);
  return TRUE;
}

static const RuaOptionSpec manski_options[] = {
  { "min", RUA_OPTION_NUMBER, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL,
    "The least an outcome can be" },
  { "max", RUA_OPTION_NUMBER, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The most it can be" },
  { NULL },
};

const RuaEstimator rua_estimator_manski_bounds = {
  "manski_bounds",
  N_("Worst-case bounds of an effect when some were lost"),
  "missing outcomes set to min and to max",
  "Manski, American Economic Review 80 (1990)",
  trial_roles,
  manski_options,
  NULL,
  NULL,
  "lower",
  "upper",
  NULL,
  run_manski_bounds,
};

/* Records of a block, at least; a block has sums of its own for each cluster. */
#define BLOCK 65536
#define MOST_BLOCKS 64

/* Records of a cluster about the mean of all, or of a block of them. */
typedef struct {
  RuaSum sum;
  gsize n;
} Cluster;

typedef struct {
  RuaRun *run;
  const double *y;
  gsize n, block; /* records, and those of a block */
  guint n_blocks;
  guint32 *cluster;
  guint n_clusters;
  RuaScale scale;
  Cluster *clusters; /* by block, then by cluster */
  double *means;     /* by cluster */
  RuaSum *within;    /* by block */
} Alike;

static gboolean
prepare_alike (guint task, gpointer data, GError **error)
{
  Alike *self = data;

  if (task == 0) {
    self->cluster = rua_block_new (self->n * sizeof *self->cluster);
    self->n_clusters = rua_run_number_groups (self->run, "cluster", 0, self->cluster, NULL);
  } else {
    rua_scale_init (&self->scale, self->y, self->n);
  }
  return TRUE;
}

static gboolean
add_clusters (guint task, gpointer data, GError **error)
{
  Alike *self = data;
  Cluster *clusters = self->clusters + (gsize) task * self->n_clusters;
  gsize begin = task * self->block, end = MIN (begin + self->block, self->n);

  for (gsize i = begin; i < end; i++) {
    Cluster *cluster = &clusters[self->cluster[i]];

    rua_sum_add (&cluster->sum, rua_scale_read (&self->scale, self->y[i]));
    cluster->n++;
  }
  return TRUE;
}

RUA_WIDE static void
square_gaps (
  const RuaScale *scale, const double *values, const guint32 *cluster, const double *means, gsize n, double *squares)
{
  for (gsize i = 0; i < n; i++) {
    double gap = rua_scale_read (scale, values[i]) - means[cluster[i]];

    squares[i] = gap * gap;
  }
}

static gboolean
add_within (guint task, gpointer data, GError **error)
{
  Alike *self = data;
  gsize begin = task * self->block, end = MIN (begin + self->block, self->n);
  RuaSums sums = { { 0 } };
  double squares[1024];

  for (gsize i = begin; i < end; i += G_N_ELEMENTS (squares)) {
    gsize some = MIN (end - i, G_N_ELEMENTS (squares));

    square_gaps (&self->scale, self->y + i, self->cluster + i, self->means, some, squares);
    rua_sums_add (&sums, squares, some);
  }
  self->within[task] = rua_sums_get_sum (&sums);
  return TRUE;
}

/* Those of all blocks come to stand in the first, and their means. @between: sum of n (mean - mean of all)^2; @squares: of
 * the numbers of records. */
static void
join_clusters (Alike *self, double *between, double *squares)
{
  RuaSum all = { 0 }, sum_between = { 0 }, sum_squares = { 0 };
  double rest;

  for (guint g = 0; g < self->n_clusters; g++) {
    Cluster *cluster = &self->clusters[g];

    for (guint b = 1; b < self->n_blocks; b++) {
      const Cluster *other = &self->clusters[(gsize) b * self->n_clusters + g];

      rua_sum_join (&cluster->sum, &other->sum);
      cluster->n += other->n;
    }
    rua_sum_join (&all, &cluster->sum);
    self->means[g] = rua_sum_get (&cluster->sum) / cluster->n;
  }
  /* What rounding took from the mean of all. */
  rest = rua_sum_get (&all) / self->n;
  for (guint g = 0; g < self->n_clusters; g++) {
    Cluster *cluster = &self->clusters[g];
    double n = cluster->n, sum;

    rua_sum_add (&cluster->sum, -n * rest);
    sum = rua_sum_get (&cluster->sum);
    rua_sum_add (&sum_between, sum * sum / n);
    rua_sum_add (&sum_squares, n * n);
  }
  *between = rua_sum_get (&sum_between);
  *squares = rua_sum_get (&sum_squares);
}

static void
put_icc (Alike *self, double between, double within, double squares)
{
  RuaFigures *figures = self->run->figures;
  gsize n = self->n;
  guint k = self->n_clusters;
  double msb = between / (k - 1.0), msw = within / ((double)n - k);
  double m0 = (n - squares / n) / (k - 1.0), icc = (msb - msw) / (msb + (m0 - 1) * msw);
  const char *few, *no_within, *flat;

  few = n == 0 ? RUA_REASON_NONE : k > 1 ? NULL : N_("needs at least two clusters");
  no_within = n == 0 ? RUA_REASON_NONE : n > k ? NULL : N_("every cluster has one record");
  flat = few ? few : no_within ? no_within : self->scale.varies ? NULL : RUA_REASON_CONSTANT;
  rua_figures_put (figures, "n", n);
  rua_figures_put (figures, "n_clusters", k);
  rua_figures_put_or (figures, "ms_between", ldexp (msb, 2 * self->scale.exponent), few);
  rua_figures_put_or (figures, "ms_within", ldexp (msw, 2 * self->scale.exponent), no_within);
  rua_figures_put_or (figures, "m0", m0, few);
  rua_figures_put_or (figures, "icc", icc, flat);
  rua_figures_put_or (figures, "design_effect", 1 + ((double)n / k - 1) * icc, flat);
}

static gboolean
run_icc (RuaRun *run, GError **error)
{
  Alike self = { .run = run, .y = rua_run_values (run, "value"), .n = run->data.n };
  RuaSum within = { 0 };
  double between, squares;
  gboolean done = rua_parallel_run (2, prepare_alike, &self, NULL, run->cancellable, error);

  self.block = MAX (MAX (BLOCK, 4 * (gsize) self.n_clusters), self.n / MOST_BLOCKS + 1);
  self.n_blocks = (guint) (self.n / self.block + 1);
  self.clusters = g_new0 (Cluster, (gsize) self.n_blocks * self.n_clusters + 1);
  self.means = g_new (double, self.n_clusters + (gsize) 1);
  self.within = g_new0 (RuaSum, self.n_blocks);
  done = done && rua_parallel_run (self.n_blocks, add_clusters, &self, NULL, run->cancellable, error);
  if (done)
    join_clusters (&self, &between, &squares);
  done = done && rua_parallel_run (self.n_blocks, add_within, &self, NULL, run->cancellable, error);
  if (done) {
    for (guint b = 0; b < self.n_blocks; b++)
      rua_sum_join (&within, &self.within[b]);
    put_icc (&self, between, rua_sum_get (&within), squares);
  }
  g_free (self.within);
  g_free (self.means);
  g_free (self.clusters);
  rua_block_free (self.cluster);
  return done;
}

static const RuaRoleSpec icc_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The values" },
  { "cluster", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "The cluster" },
  { NULL },
};

const RuaEstimator rua_estimator_icc = {
  "icc",
  N_("How alike members of a cluster are"),
  "(MSB - MSW)/(MSB + (m0-1) MSW), m0 = (N - sum n_j^2/N)/(k-1); design_effect = 1 + (N/k - 1) icc",
  "Donner, International Statistical Review 54 (1986)",
  icc_roles,
  rua_no_options,
  "icc",
  NULL,
  NULL,
  NULL,
  "n",
  run_icc,
};
