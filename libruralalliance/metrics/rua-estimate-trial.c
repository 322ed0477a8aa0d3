/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who was lost, what that may hide, and how alike members of a cluster are. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-moments-private.h"
#include "rua-special-private.h"

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

/* Mean of the lowest @mass of sorted values, the last of them in part. */
static double
partial_mean (const double *sorted, gsize n, double mass, gboolean from_top)
{
  RuaSum sum = { 0 };
  double left = mass;

  for (gsize k = 0; k < n && left > 0; k++) {
    double part = MIN (left, 1);

    rua_sum_add (&sum, part * sorted[from_top ? n - 1 - k : k]);
    left -= part;
  }
  return rua_sum_get (&sum) / mass;
}

static gboolean
run_lee_bounds (RuaRun *run, GError **error)
{
  RuaFigures *figures = run->figures;
  double response[2], mean[2], q = 0, lower = NAN, upper = NAN;
  const char *none;
  Arms arms;

  arms_init (&arms, run);
  for (guint a = 0; a < 2; a++) {
    response[a] = (double)arms.followed[a] / arms.n[a];
    mean[a] = rua_mean (arms.outcomes[a], arms.followed[a]);
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
    double mass, small, large;

    q = (response[hi] - response[1 - hi]) / response[hi];
    mass = n * (1 - q);
    small = q > 0 ? partial_mean (arms.outcomes[hi], n, mass, FALSE) : mean[hi];
    large = q > 0 ? partial_mean (arms.outcomes[hi], n, mass, TRUE) : mean[hi];
    lower = hi ? small - mean[0] : mean[1] - large;
    upper = hi ? large - mean[0] : mean[1] - small;
  }
  rua_figures_put_or (figures, "naive", mean[1] - mean[0], none);
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
  double least = rua_run_number (run, "min"), most = rua_run_number (run, "max"), bounds[2][2];
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
    double sum = rua_sum (arms.outcomes[a], arms.followed[a]), lost = arms.n[a] - arms.followed[a];

    bounds[a][0] = (sum + lost * least) / arms.n[a];
    bounds[a][1] = (sum + lost * most) / arms.n[a];
  }
  none = arms.n[0] > 0 && arms.n[1] > 0 ? NULL : N_("an arm has no records");
  rua_figures_put_or (run->figures, "lower", bounds[1][0] - bounds[0][1], none);
  rua_figures_put_or (run->figures, "upper", bounds[1][1] - bounds[0][0], none);
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

static gboolean
run_icc (RuaRun *run, GError **error)
{
  const double *y = rua_run_values (run, "value");
  RuaFigures *figures = run->figures;
  gsize n = run->data.n;
  guint k;
  guint32 *cluster = rua_run_groups (run, "cluster", 0, &k, NULL);
  RuaSum *sums = g_new0 (RuaSum, MAX (k, 1)), between = { 0 }, within = { 0 }, squares = { 0 };
  gsize *counts = g_new0 (gsize, MAX (k, 1));
  double *scaled = g_new (double, MAX (n, 1)), unit = rua_unit_of (y, n), msb, msw, m0, icc;
  RuaMoments all;
  const char *few, *no_within, *flat;

  for (gsize i = 0; i < n; i++)
    scaled[i] = y[i] * unit;
  all = rua_moments (scaled, n);
  for (gsize i = 0; i < n; i++) {
    scaled[i] = scaled[i] - all.mean - all.low;
    rua_sum_add (&sums[cluster[i]], scaled[i]);
    counts[cluster[i]]++;
  }
  for (guint g = 0; g < k; g++) {
    double sum = rua_sum_get (&sums[g]);

    rua_sum_add (&between, sum * sum / counts[g]);
    rua_sum_add (&squares, (double)counts[g] * counts[g]);
  }
  for (gsize i = 0; i < n; i++) {
    double gap = scaled[i] - rua_sum_get (&sums[cluster[i]]) / counts[cluster[i]];

    rua_sum_add (&within, gap * gap);
  }
  msb = rua_sum_get (&between) / (k - 1.0);
  msw = rua_sum_get (&within) / ((double)n - k);
  m0 = (n - rua_sum_get (&squares) / n) / (k - 1.0);
  icc = (msb - msw) / (msb + (m0 - 1) * msw);
  few = n == 0 ? RUA_REASON_NONE : k > 1 ? NULL : N_("needs at least two clusters");
  no_within = n == 0 ? RUA_REASON_NONE : n > k ? NULL : N_("every cluster has one record");
  flat = few ? few : no_within ? no_within : all.min < all.max ? NULL : RUA_REASON_CONSTANT;
  rua_figures_put (figures, "n", n);
  rua_figures_put (figures, "n_clusters", k);
  rua_figures_put_or (figures, "ms_between", msb / unit / unit, few);
  rua_figures_put_or (figures, "ms_within", msw / unit / unit, no_within);
  rua_figures_put_or (figures, "m0", m0, few);
  rua_figures_put_or (figures, "icc", icc, flat);
  rua_figures_put_or (figures, "design_effect", 1 + ((double)n / k - 1) * icc, flat);
  g_free (counts);
  g_free (scaled);
  g_free (sums);
  g_free (cluster);
  return TRUE;
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
