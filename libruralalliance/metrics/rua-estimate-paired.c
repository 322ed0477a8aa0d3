/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Before and after, of the same household. */
#include "rua-estimators-private.h"

#include <float.h>
#include <math.h>

#include "rua-moments-private.h"
#include "rua-reductions-private.h"
#include "rua-scratch-private.h"
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
  self->before = rua_scratch_take (3 * n * sizeof (double));
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
  rua_scratch_give (self->before);
}

static const RuaRoleSpec paired_roles[] = {
  { "before", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_MAY_MISS, "The earlier value" },
  { "after", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_MAY_MISS, "The later value" },
  { NULL },
};

static void
put_ratio (RuaRun *run, const RuaPairedMoments *m, double t)
{
  RuaFigures *figures = run->figures;
  gsize n = m->n;
  double ratio = m->mean_after / m->mean_before, se;
  const char *none = n == 0                ? RUA_REASON_NONE
                     : m->mean_before == 0 ? N_("the mean before is 0")
                                           : NULL;
  const char *one = none ? none : n > 1 ? NULL : RUA_REASON_ONE;
  const char *log = one ? one : ratio > 0 ? NULL : N_("the ratio is not above 0");

  se = sqrt (m->residuals / (n - 1.0) / n) / fabs (m->mean_before);
  rua_figures_put_or (figures, "ratio_of_means", ratio, none);
  rua_figures_put_or (figures, "ratio_se", se, one);
  rua_figures_put_or (figures, "ratio_low", ratio - t * se, one);
  rua_figures_put_or (figures, "ratio_high", ratio + t * se, one);
  rua_figures_put_or (figures, "ratio_log_low", ratio * exp (-t * se / ratio), log);
  rua_figures_put_or (figures, "ratio_log_high", ratio * exp (t * se / ratio), log);
}

void
rua_put_paired_change (RuaRun *run, const RuaPairedMoments *m)
{
  static const char *const intervals[] = { "ci_low",     "ci_high",       "ratio_low",
                                           "ratio_high", "ratio_log_low", "ratio_log_high" };
  RuaFigures *figures = run->figures;
  gsize n = m->n;
  double sd = sqrt (m->squares_change / (n - 1.0)), se = sd / sqrt (n), t = m->mean_change / se;
  double critical = NAN;
  const char *none = n > 0 ? NULL : RUA_REASON_NONE;
  const char *one = none ? none : n > 1 ? NULL : RUA_REASON_ONE, *flat;

  for (guint i = 0; i < G_N_ELEMENTS (intervals) && n > 1 && isnan (critical); i++)
    if (rua_run_wants (run, intervals[i]))
      critical = rua_t_critical (rua_run_number (run, "ci_level"), n - 1);
  /* Differences that are equal but for their rounding do not vary either. */
  flat = one                                             ? one
         : se > 10 * DBL_EPSILON * fabs (m->mean_change) ? NULL
                                                         : N_("the changes do not vary");
  rua_figures_set_records (figures, run->data.n_total, (guint64) n);
  rua_figures_put (figures, "n_total", run->data.n);
  rua_figures_put (figures, "n_pairs", n);
  rua_figures_put (figures, "n_before_only", m->n_before_only);
  rua_figures_put (figures, "n_after_only", m->n_after_only);
  rua_figures_put_or (figures, "mean_before", m->mean_before, none);
  rua_figures_put_or (figures, "mean_after", m->mean_after, none);
  rua_figures_put_or (figures, "mean_change", m->mean_change, none);
  rua_figures_put_or (figures, "sd_change", sd, one);
  rua_figures_put_or (figures, "se_change", se, one);
  rua_figures_put_or (figures, "t", t, flat);
  if (rua_run_wants (run, "p_value"))
    rua_figures_put_or (figures, "p_value", rua_t_two_sided (t, n - 1.0), flat);
  rua_figures_put_or (figures, "ci_low", m->mean_change - critical * se, one);
  rua_figures_put_or (figures, "ci_high", m->mean_change + critical * se, one);
  rua_figures_put_or (figures, "correlation", m->correlation,
                      one                      ? one
                      : isnan (m->correlation) ? N_("one side does not vary")
                                               : NULL);
  rua_figures_put_or (figures, "cohen_dz", m->mean_change / sd, flat);
  put_ratio (run, m, critical);
  if (m->n_before_only > 0)
    rua_figures_warn (
      figures,
      _("%llu records have a value before and none after; the change is that of those who stayed"),
      (unsigned long long)m->n_before_only);
}

static gboolean
run_paired_change (RuaRun *run, GError **error)
{
  RuaMoments before, after, change;
  RuaSum squares = { 0 }, rest = { 0 };
  RuaPairedMoments m;
  Pairs pairs;

  pairs_init (&pairs, run);
  before = rua_moments (pairs.before, pairs.n);
  after = rua_moments (pairs.after, pairs.n);
  change = rua_moments (pairs.change, pairs.n);
  m = (RuaPairedMoments){ pairs.n,     pairs.n_before_only, pairs.n_after_only, before.mean,
                          after.mean,  change.mean,         change.squares,     NAN,
                          NAN };
  m.correlation = rua_correlation (pairs.before, pairs.after, pairs.n);
  /* after - R before, less the means, which R makes cancel: large values keep their digits. */
  for (gsize i = 0; i < pairs.n && before.mean != 0; i++) {
    double residual = (pairs.after[i] - after.mean)
                      - after.mean / before.mean * (pairs.before[i] - before.mean);

    rua_sum_add (&squares, residual * residual);
    rua_sum_add (&rest, residual);
  }
  m.residuals = rua_sum_get (&squares);
  if (pairs.n > 0)
    m.residuals -= rua_sum_get (&rest) * rua_sum_get (&rest) / pairs.n;
  rua_put_paired_change (run, &m);
  pairs_clear (&pairs);
  return TRUE;
}

const RuaEstimator rua_estimator_paired_change = {
  "paired_change",
  N_("Change between two values of the same unit"),
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
  rua_reduce_paired_change,
};

void
rua_put_ratio_distribution (RuaRun *run, const RuaRatioDistribution *self)
{
  RuaFigures *figures = run->figures;
  double n = self->n_eligible;
  const char *none = n > 0 ? NULL : N_("no pair has a value above 0 before");

  rua_figures_set_records (figures, run->data.n_total, (guint64) n);
  rua_figures_put (figures, "n_pairs", self->n_pairs);
  rua_figures_put (figures, "n_eligible", n);
  rua_figures_put (figures, "n_excluded_baseline", self->n_pairs - n);
  if (rua_run_wants (run, "median_ratio"))
    rua_figures_put_or (figures, "median_ratio", self->median, none);
  rua_figures_put_or (figures, "mean_ratio", self->sum / n, none);
  rua_figures_put_or (figures, "geometric_mean_ratio", exp (self->logs / n),
                      none                        ? none
                      : self->n_not_positive == 0 ? NULL
                                                  : N_("a value after is 0 or negative"));
  rua_figures_put (figures, "x", self->x);
  rua_figures_put_or (figures, "share", self->x / n, none);
  rua_put_binomial_intervals (figures, self->x, n, rua_run_number (run, "ci_level"));
}

static gboolean
run_ratio_distribution (RuaRun *run, GError **error)
{
  double factor = rua_run_number (run, "factor");
  gboolean wants_logs = rua_run_wants (run, "geometric_mean_ratio");
  RuaRatioDistribution self = { 0 };
  RuaSum sum = { 0 }, logs = { 0 };
  gsize n = 0;
  double *ratios;
  Pairs pairs;

  pairs_init (&pairs, run);
  ratios = pairs.change;
  for (gsize i = 0; i < pairs.n; i++) {
    if (pairs.before[i] <= 0)
      continue;
    ratios[n] = pairs.after[i] / pairs.before[i];
    self.x += pairs.after[i] >= factor * pairs.before[i];
    rua_sum_add (&sum, ratios[n]);
    if (!(pairs.after[i] > 0))
      self.n_not_positive++;
    else if (wants_logs)
      rua_sum_add (&logs, log (ratios[n]));
    n++;
  }
  self.n_pairs = pairs.n;
  self.n_eligible = n;
  self.sum = rua_sum_get (&sum);
  self.logs = rua_sum_get (&logs);
  if (rua_run_wants (run, "median_ratio"))
    self.median = rua_median (ratios, n);
  rua_put_ratio_distribution (run, &self);
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
  N_("Share of units whose value grew by a factor"),
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
  rua_reduce_ratio_distribution,
};
