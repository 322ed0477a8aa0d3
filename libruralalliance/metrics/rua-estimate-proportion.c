/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ratios and proportions. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-moments-private.h"
#include "rua-reductions-private.h"
#include "rua-special-private.h"

void
rua_put_ratio_of_totals (RuaRun *run, gsize n, double above, double below, double squares, int up)
{
  double ratio = above / below, se = sqrt (n / (n - 1.0) * squares) / fabs (below);
  double level = rua_run_number (run, "ci_level"), critical = NAN;
  const char *none = n == 0       ? RUA_REASON_NONE
                     : below == 0 ? N_("the denominators sum to 0")
                                  : NULL;
  const char *one = none ? none : n > 1 ? NULL : RUA_REASON_ONE;

  if (one == NULL && (rua_run_wants (run, "ci_low") || rua_run_wants (run, "ci_high")))
    critical = rua_run_token_is (run, "ci_dist", "normal") ? rua_normal_critical (level)
                                                           : rua_t_critical (level, n - 1.0);
  rua_figures_put (run->figures, "n", n);
  rua_figures_put_or (run->figures, "ratio", ldexp (ratio, up), none);
  rua_figures_put_or (run->figures, "se", ldexp (se, up), one);
  rua_figures_put_or (run->figures, "ci_low", ldexp (ratio - critical * se, up), one);
  rua_figures_put_or (run->figures, "ci_high", ldexp (ratio + critical * se, up), one);
}

/* A copy, of which the unit may be changed; NULL where there is no such column. */
static double *
dup_values (RuaRun *run, const char *role)
{
  const double *values = rua_run_values (run, role);

  return values != NULL ? g_memdup2 (values, run->data.n * sizeof (double)) : NULL;
}

static gboolean
run_ratio_of_totals (RuaRun *run, GError **error)
{
  gsize n = run->data.n;
  double *y = dup_values (run, "numerator"), *x = dup_values (run, "denominator"),
         *w = dup_values (run, "weight");
  RuaSum above = { 0 }, below = { 0 }, squares = { 0 };
  int up = rua_scale (y, n) - rua_scale (x, n);
  double X, ratio;

  if (w != NULL)
    rua_scale (w, n);
  for (gsize i = 0; i < n; i++) {
    double weight = w ? w[i] : 1;

    rua_sum_add (&above, weight * y[i]);
    rua_sum_add (&below, weight * x[i]);
  }
  X = rua_sum_get (&below);
  ratio = rua_sum_get (&above) / X;
  if (X != 0)
    for (gsize i = 0; i < n; i++) {
      double u = (w ? w[i] : 1) * (y[i] - ratio * x[i]);

      rua_sum_add (&squares, u * u);
    }
  rua_put_ratio_of_totals (run, n, rua_sum_get (&above), X, rua_sum_get (&squares), up);
  g_free (w);
  g_free (x);
  g_free (y);
  return TRUE;
}

static const RuaRoleSpec ratio_roles[] = {
  { "numerator", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "What is totalled above the line" },
  { "denominator", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "What is totalled below the line" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL, "What each record stands for; 1 without it" },
  { NULL },
};

static const RuaOptionSpec ratio_options[] = {
  RUA_OPTION_LEVEL,
  { "ci_dist", RUA_OPTION_TOKEN, "t", 0, 0, 0, "t|normal", "Distribution of the interval" },
  { NULL },
};

const RuaEstimator rua_estimator_ratio_of_totals = {
  "ratio_of_totals",
  N_("Ratio of two totals"),
  "R = sum(wy)/sum(wx); u = w(y-Rx)/sum(wx); se = sqrt(n/(n-1) sum(u^2)); R +- t(n-1) se",
  "Cochran, Sampling Techniques (1977), ch. 6",
  ratio_roles,
  ratio_options,
  "ratio",
  "se",
  "ci_low",
  "ci_high",
  "n",
  run_ratio_of_totals,
  rua_reduce_ratio_of_totals,
};

/* The other intervals for a proportion, n > 0. */
static void
put_variants (RuaFigures *figures, double x, double n, double level)
{
  double z = rua_normal_critical (level), tail = (1 - level) / 2, p = x / n, q = 1 - p;
  double low, high, size, middle, half;

  /* Newcombe, Statistics in Medicine 17 (1998), method 4. */
  low = x == 0 ? 0
               : (2 * x + z * z - 1 - z * sqrt (z * z - 2 - 1 / n + 4 * p * (n * q + 1)))
                   / (2 * (n + z * z));
  high = x == n ? 1
                : (2 * x + z * z + 1 + z * sqrt (z * z + 2 - 1 / n + 4 * p * (n * q - 1)))
                    / (2 * (n + z * z));
  rua_figures_put (figures, "wilson_cc_low", MAX (0, low));
  rua_figures_put (figures, "wilson_cc_high", MIN (1, high));
  /* A. Agresti and B. A. Coull, The American Statistician 52 (1998). */
  size = n + z * z;
  middle = (x + z * z / 2) / size;
  half = z * sqrt (middle * (1 - middle) / size);
  rua_figures_put (figures, "agresti_coull_low", MAX (0, middle - half));
  rua_figures_put (figures, "agresti_coull_high", MIN (1, middle + half));
  /* L. D. Brown, T. T. Cai and A. DasGupta, Statistical Science 16 (2001). */
  low = x == 0 ? 0 : rua_beta_quantile (x + 0.5, n - x + 0.5, tail, 1 - tail, NULL);
  high = x == n ? 1 : rua_beta_quantile (x + 0.5, n - x + 0.5, 1 - tail, tail, NULL);
  rua_figures_put (figures, "jeffreys_low", low);
  rua_figures_put (figures, "jeffreys_high", high);
  half = z * sqrt (p * q / n);
  rua_figures_put (figures, "wald_low", MAX (0, p - half));
  rua_figures_put (figures, "wald_high", MIN (1, p + half));
}

void
rua_put_proportion (RuaRun *run, double x, double n)
{
  static const char *const variants[] = {
    "wilson_cc_low", "wilson_cc_high", "agresti_coull_low", "agresti_coull_high",
    "jeffreys_low",  "jeffreys_high",  "wald_low",          "wald_high",
  };
  double level = rua_run_number (run, "ci_level");
  gboolean wanted = FALSE;

  rua_figures_put (run->figures, "n", n);
  rua_figures_put (run->figures, "x", x);
  rua_figures_put_or (run->figures, "p", x / n, n > 0 ? NULL : RUA_REASON_NONE);
  rua_put_binomial_intervals (run->figures, x, n, level);
  for (guint i = 0; i < G_N_ELEMENTS (variants); i++) {
    wanted = wanted || rua_run_wants (run, variants[i]);
    if (!(n > 0))
      rua_figures_undefined (run->figures, variants[i], RUA_REASON_NONE);
  }
  if (n > 0 && wanted)
    put_variants (run->figures, x, n, level);
}

static gboolean
run_proportion (RuaRun *run, GError **error)
{
  const double *values = rua_run_values (run, "value");
  double x, n;

  if (values != NULL) {
    if (rua_run_has (run, "x") || rua_run_has (run, "n"))
      return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                             "a column and the counts x and n are given; give one of them");
    n = run->data.n;
    x = rua_sum (values, run->data.n);
  } else {
    x = rua_run_number (run, "x");
    n = rua_run_number (run, "n");
    if (isnan (x) || isnan (n))
      return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                             "needs a column in the role \"value\", or the options x and n");
    if (x > n)
      return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                             "%.0f successes among %.0f are not possible; x is at most n", x, n);
  }
  rua_put_proportion (run, x, n);
  return TRUE;
}

static const RuaRoleSpec proportion_roles[] = {
  { "value", RUA_ROLE_FLAG, RUA_ROLE_OPTIONAL, "1 where it holds" },
  { NULL },
};

#define COUNT(name, doc)                                                                           \
  {                                                                                                \
    name, RUA_OPTION_INTEGER, NULL, 0, 9007199254740992.0, 0, NULL, doc                            \
  }

static const RuaOptionSpec proportion_options[] = {
  COUNT ("x", "Number of successes, instead of a column"),
  COUNT ("n", "Number of trials, instead of a column"),
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_proportion = {
  "proportion",
  N_("Proportion with its intervals"),
  "p = x/n; Wilson's score interval; Clopper and Pearson's exact interval",
  "Wilson, JASA 22 (1927); Clopper and Pearson, Biometrika 26 (1934)",
  proportion_roles,
  proportion_options,
  "p",
  NULL,
  "wilson_low",
  "wilson_high",
  "n",
  run_proportion,
  rua_reduce_proportion,
};

void
rua_put_two_proportions (RuaRun *run, double x1, double n1, double x0, double n0)
{
  RuaFigures *figures = run->figures;
  double z = rua_normal_critical (rua_run_number (run, "ci_level"));
  double p1, p0, p, low = NAN, high = NAN, ratio, spread, statistic;
  const char *none, *reason;

  none = n1 > 0 && n0 > 0 ? NULL : N_("a group has no records");
  p1 = x1 / n1;
  p0 = x0 / n0;
  if (none == NULL)
    rua_newcombe (x1, n1, x0, n0, z, &low, &high);
  rua_figures_put_or (figures, "p1", p1, n1 > 0 ? NULL : RUA_REASON_NONE);
  rua_figures_put_or (figures, "p0", p0, n0 > 0 ? NULL : RUA_REASON_NONE);
  rua_figures_put_or (figures, "difference", p1 - p0, none);
  rua_figures_put_or (figures, "newcombe_low", low, none);
  rua_figures_put_or (figures, "newcombe_high", high, none);
  ratio = p1 / p0;
  reason = none ? none : x0 > 0 ? NULL : N_("nobody in group 0 has the outcome");
  rua_figures_put_or (figures, "risk_ratio", ratio, reason);
  if (reason == NULL && x1 == 0)
    reason = N_("nobody in group 1 has the outcome");
  spread = z * sqrt (1 / x1 - 1 / n1 + 1 / x0 - 1 / n0);
  rua_figures_put_or (figures, "rr_low", ratio * exp (-spread), reason);
  rua_figures_put_or (figures, "rr_high", ratio * exp (spread), reason);
  p = (x1 + x0) / (n1 + n0);
  statistic = (p1 - p0) / sqrt (p * (1 - p) * (1 / n1 + 1 / n0));
  reason = none ? none : x1 + x0 > 0 && x1 + x0 < n1 + n0 ? NULL : RUA_REASON_CONSTANT;
  rua_figures_put_or (figures, "z", statistic, reason);
  rua_figures_put_or (figures, "p_value", 2 * rua_normal_tail (fabs (statistic)), reason);
  if (rua_run_wants (run, "fisher_p"))
    rua_figures_put_or (figures, "fisher_p", none ? NAN : rua_fisher_two_sided (x1, n1, x0, n0),
                        none);
}

static gboolean
run_two_proportions (RuaRun *run, GError **error)
{
  const double *values = rua_run_values (run, "value"), *group = rua_run_values (run, "group");
  double counts[4] = { 0 }; /* x1, n1, x0, n0 */
  double x1, n1, x0, n0;
  static const char *const names[] = { "x1", "n1", "x0", "n0" };

  if ((values == NULL) != (group == NULL))
    return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                           "needs a column in both roles, \"value\" and \"group\"");
  for (guint i = 0; i < 4; i++) {
    counts[i] = rua_run_number (run, names[i]);
    if (values != NULL && !isnan (counts[i]))
      return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                             "columns and the count %s are given; give one of them", names[i]);
    if (values == NULL && isnan (counts[i]))
      return rua_run_refuse (run, error, RUA_ERROR_MISSING, "needs the option \"%s\", or columns",
                             names[i]);
    if (values != NULL)
      counts[i] = 0;
  }
  if (values != NULL)
    for (gsize i = 0; i < run->data.n; i++) {
      counts[group[i] == 1 ? 1 : 3]++;
      counts[group[i] == 1 ? 0 : 2] += values[i];
    }
  x1 = counts[0];
  n1 = counts[1];
  x0 = counts[2];
  n0 = counts[3];
  if (x1 > n1 || x0 > n0)
    return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                           "%.0f successes among %.0f are not possible", x1 > n1 ? x1 : x0,
                           x1 > n1 ? n1 : n0);
  rua_put_two_proportions (run, x1, n1, x0, n0);
  return TRUE;
}

static const RuaRoleSpec two_proportions_roles[] = {
  { "value", RUA_ROLE_FLAG, RUA_ROLE_OPTIONAL, "1 where it holds" },
  { "group", RUA_ROLE_FLAG, RUA_ROLE_OPTIONAL,
    "1 in the group compared, 0 in the one compared with" },
  { NULL },
};

static const RuaOptionSpec two_proportions_options[] = {
  COUNT ("x1", "Successes in group 1, instead of columns"),
  COUNT ("n1", "Size of group 1"),
  COUNT ("x0", "Successes in group 0"),
  COUNT ("n0", "Size of group 0"),
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_two_proportions = {
  "two_proportions",
  N_("Difference and ratio of two proportions"),
  "p1 - p0 with Newcombe's interval; p1/p0 with a log-Wald interval; pooled z; Fisher's exact test",
  "Newcombe, Statistics in Medicine 17 (1998), method 10; Fisher (1935)",
  two_proportions_roles,
  two_proportions_options,
  "difference",
  NULL,
  "newcombe_low",
  "newcombe_high",
  NULL,
  run_two_proportions,
  rua_reduce_two_proportions,
};

void
rua_put_participation_rate (RuaRun *run, const RuaParticipation *self)
{
  RuaFigures *figures = run->figures;
  double n_eligible = self->n_eligible;

  guint64 n_lacking;

  /* The exempt are not missing, nor what they do not tell: nobody asked them to take part. */
  rua_figures_set_records (figures, run->data.n_total - self->n_exempt, self->n_eligible);
  rua_figures_set_not_asked (figures, (guint)self->n_exempt);
  n_lacking = rua_figures_get_n_missing (figures, "exempt");
  rua_figures_set_missing (figures, "participated", (guint64) self->n_unknown - MIN (n_lacking, (guint64) self->n_unknown));
  rua_figures_put (figures, "n_total", run->data.n);
  rua_figures_put (figures, "n_exempt", self->n_exempt);
  rua_figures_put (figures, "n_unknown", self->n_unknown);
  rua_figures_put (figures, "n_eligible", n_eligible);
  rua_figures_put (figures, "n_participating", self->n_participating);
  rua_figures_put (figures, "n_exempt_participating", self->n_both);
  rua_figures_put_or (figures, "rate", self->n_participating / n_eligible,
                      n_eligible > 0 ? NULL : N_("nobody is eligible"));
  rua_put_binomial_intervals (figures, self->n_participating, n_eligible,
                              rua_run_number (run, "ci_level"));
}

static gboolean
run_participation_rate (RuaRun *run, GError **error)
{
  const double *exempt = rua_run_values (run, "exempt"),
               *took_part = rua_run_values (run, "participated");
  RuaParticipation self = { 0 };

  for (gsize i = 0; i < run->data.n; i++) {
    if (exempt[i] == 1) {
      self.n_exempt++;
      self.n_both += took_part[i] == 1;
    } else if (isnan (exempt[i]) || isnan (took_part[i])) {
      self.n_unknown++;
    } else {
      self.n_eligible++;
      self.n_participating += took_part[i] == 1;
    }
  }
  rua_put_participation_rate (run, &self);
  return TRUE;
}

static const RuaRoleSpec participation_roles[] = {
  { "exempt", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED | RUA_ROLE_MAY_MISS,
    "1 for those who need not take part" },
  { "participated", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED | RUA_ROLE_MAY_MISS, "1 for those who did" },
  { NULL },
};

const RuaEstimator rua_estimator_participation_rate = {
  "participation_rate",
  N_("Share of those who should take part that did"),
  "participating/eligible, eligible = not exempt and participation known",
  "Wilson, JASA 22 (1927)",
  participation_roles,
  rua_level_option,
  "rate",
  NULL,
  "wilson_low",
  "wilson_high",
  "n_eligible",
  run_participation_rate,
  rua_reduce_participation_rate,
};
