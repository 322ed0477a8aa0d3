/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Before and after, of the same household. */
#include "rua-estimators-private.h"

#include <float.h>
#include <math.h>

#include "rua-moments-private.h"
#include "rua-special-private.h"

/* The complete pairs of a run; differences are after - before. */
typedef struct {
  gsize n;
  double *before;
  double *after;
  double *change;
  gsize n_before_only;
  gsize n_after_only;
} Pairs;

static void
pairs_init (Pairs *self, RuaRun *run)
{
  const double *before = rua_run_values (run, "before"), *after = rua_run_values (run, "after");
  gsize n = run->data.n;

  *self = (Pairs){ 0 };
  self->before = g_new (double, 3 * MAX (n, 1));
  self->after = self->before + n;
  self->change = self->after + n;
  for (gsize i = 0; i < n; i++) {
    gboolean was = !isnan (before[i]), is = !isnan (after[i]);

    if (was && is) {
      self->before[self->n] = before[i];
      self->after[self->n] = after[i];
      self->change[self->n++] = after[i] - before[i];
    }
    self->n_before_only += was && !is;
    self->n_after_only += is && !was;
  }
}

static void
pairs_clear (Pairs *self)
{
  g_free (self->before);
}

static const RuaRoleSpec paired_roles[] = {
  { "before", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_MAY_MISS, "The earlier value" },
  { "after", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_MAY_MISS, "The later value" },
  { NULL },
};

static void
put_ratio (RuaFigures *figures, const Pairs *pairs, double before, double after, double t)
{
  gsize n = pairs->n;
  double ratio = after / before, se;
  RuaSum squares = { 0 };
  const char *none = n == 0 ? RUA_REASON_NONE : before == 0 ? "the mean before is 0" : NULL;
  const char *one = none ? none : n > 1 ? NULL : RUA_REASON_ONE;
  const char *log = one ? one : ratio > 0 ? NULL : "the ratio is not above 0";

  if (none == NULL)
    for (gsize i = 0; i < n; i++) {
      double residual = pairs->after[i] - ratio * pairs->before[i];

      rua_sum_add (&squares, residual * residual);
    }
  se = sqrt (rua_sum_get (&squares) / (n - 1.0) / n) / fabs (before);
  rua_figures_put_or (figures, "ratio_of_means", ratio, none);
  rua_figures_put_or (figures, "ratio_se", se, one);
  rua_figures_put_or (figures, "ratio_low", ratio - t * se, one);
  rua_figures_put_or (figures, "ratio_high", ratio + t * se, one);
  rua_figures_put_or (figures, "ratio_log_low", ratio * exp (-t * se / ratio), log);
  rua_figures_put_or (figures, "ratio_log_high", ratio * exp (t * se / ratio), log);
}

static gboolean
run_paired_change (RuaRun *run, GError **error)
{
  RuaFigures *figures = run->figures;
  RuaMoments before, after, change;
  double sd, se, t, critical, r;
  const char *none, *one, *flat;
  Pairs pairs;
  gsize n;

  pairs_init (&pairs, run);
  n = pairs.n;
  before = rua_moments (pairs.before, n);
  after = rua_moments (pairs.after, n);
  change = rua_moments (pairs.change, n);
  sd = sqrt (rua_moments_variance (&change));
  se = sd / sqrt (n);
  t = change.mean / se;
  critical = n > 1 ? rua_t_critical (rua_run_number (run, "ci_level"), n - 1) : NAN;
  none = n > 0 ? NULL : RUA_REASON_NONE;
  one = none ? none : n > 1 ? NULL : RUA_REASON_ONE;
  /* Differences that are equal but for their rounding do not vary either. */
  flat = one ? one : se > 10 * DBL_EPSILON * fabs (change.mean) ? NULL : "the changes do not vary";
  r = rua_correlation (pairs.before, pairs.after, n);
  rua_figures_put (figures, "n_total", run->data.n);
  rua_figures_put (figures, "n_pairs", n);
  rua_figures_put (figures, "n_before_only", pairs.n_before_only);
  rua_figures_put (figures, "n_after_only", pairs.n_after_only);
  rua_figures_put_or (figures, "mean_before", before.mean, none);
  rua_figures_put_or (figures, "mean_after", after.mean, none);
  rua_figures_put_or (figures, "mean_change", change.mean, none);
  rua_figures_put_or (figures, "sd_change", sd, one);
  rua_figures_put_or (figures, "se_change", se, one);
  rua_figures_put_or (figures, "t", t, flat);
  rua_figures_put_or (figures, "p_value", rua_t_two_sided (t, n - 1.0), flat);
  rua_figures_put_or (figures, "ci_low", change.mean - critical * se, one);
  rua_figures_put_or (figures, "ci_high", change.mean + critical * se, one);
  rua_figures_put_or (figures, "correlation", r,
                      one         ? one
                      : isnan (r) ? "one side does not vary"
                                  : NULL);
  rua_figures_put_or (figures, "cohen_dz", change.mean / sd, flat);
  put_ratio (figures, &pairs, before.mean, after.mean, critical);
  if (pairs.n_before_only > 0)
    rua_figures_warn (
      figures,
      "%" G_GSIZE_FORMAT
      " records have a value before and none after; the change is that of those who stayed",
      pairs.n_before_only);
  pairs_clear (&pairs);
  return TRUE;
}

const RuaEstimator rua_estimator_paired_change = {
  "paired_change",
  "Change between two values of the same unit",
  "d = after - before; mean(d), t(n-1) interval; R = mean(after)/mean(before) with R +- t se and R "
  "exp(+-t se/R)",
  "Student, Biometrika 6 (1908); Cochran, Sampling Techniques (1977)",
  paired_roles,
  rua_level_option,
  "mean_change",
  "se_change",
  "ci_low",
  "ci_high",
  "n_pairs",
  run_paired_change,
};

static gboolean
run_ratio_distribution (RuaRun *run, GError **error)
{
  RuaFigures *figures = run->figures;
  double factor = rua_run_number (run, "factor");
  gsize n_eligible = 0, x = 0;
  gboolean geometric = TRUE;
  RuaSum sum = { 0 }, logs = { 0 };
  const char *none;
  double *ratios;
  Pairs pairs;

  pairs_init (&pairs, run);
  ratios = pairs.change;
  for (gsize i = 0; i < pairs.n; i++) {
    if (pairs.before[i] <= 0)
      continue;
    ratios[n_eligible] = pairs.after[i] / pairs.before[i];
    x += pairs.after[i] >= factor * pairs.before[i];
    rua_sum_add (&sum, ratios[n_eligible]);
    if (pairs.after[i] > 0)
      rua_sum_add (&logs, log (ratios[n_eligible]));
    else
      geometric = FALSE;
    n_eligible++;
  }
  none = n_eligible > 0 ? NULL : "no pair has a value above 0 before";
  rua_figures_put (figures, "n_pairs", pairs.n);
  rua_figures_put (figures, "n_eligible", n_eligible);
  rua_figures_put (figures, "n_excluded_baseline", pairs.n - n_eligible);
  rua_figures_put_or (figures, "median_ratio", rua_median (ratios, n_eligible), none);
  rua_figures_put_or (figures, "mean_ratio", rua_sum_get (&sum) / n_eligible, none);
  rua_figures_put_or (figures, "geometric_mean_ratio", exp (rua_sum_get (&logs) / n_eligible),
                      none        ? none
                      : geometric ? NULL
                                  : "a value after is 0 or negative");
  rua_figures_put (figures, "x", x);
  rua_figures_put_or (figures, "share", (double)x / n_eligible, none);
  rua_put_binomial_intervals (figures, x, n_eligible, rua_run_number (run, "ci_level"));
  pairs_clear (&pairs);
  return TRUE;
}

static const RuaOptionSpec ratio_distribution_options[] = {
  { "factor", RUA_OPTION_NUMBER, "2", 0, INFINITY, RUA_OPTION_ABOVE, NULL,
    "How many times the value before" },
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_ratio_distribution = {
  "ratio_distribution",
  "Share of units whose value grew by a factor",
  "share of pairs with before > 0 where after >= factor x before; median, mean, geometric mean of "
  "after/before",
  "IRIS+ PI9409",
  paired_roles,
  ratio_distribution_options,
  "share",
  NULL,
  "wilson_low",
  "wilson_high",
  "n_eligible",
  run_ratio_distribution,
};
