/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Totals, means, proportions and ratios from a sample with strata, clusters and finite
 * populations, by Taylor linearisation. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-design-private.h"
#include "rua-moments-private.h"
#include "rua-special-private.h"

static RuaLonely
lonely_rule (RuaRun *run)
{
  const char *token = rua_run_token (run, "lonely");

  return g_str_equal (token, "adjust")    ? RUA_LONELY_ADJUST
         : g_str_equal (token, "average") ? RUA_LONELY_AVERAGE
         : g_str_equal (token, "fail")    ? RUA_LONELY_FAIL
                                          : RUA_LONELY_REMOVE;
}

static gboolean
check_columns (RuaRun *run, gboolean ratio, gboolean proportion, GError **error)
{
  const RuaRunColumn *value = rua_run_column (run, "value", 0);

  if (ratio
      && (value || !rua_run_column (run, "numerator", 0)
          || !rua_run_column (run, "denominator", 0)))
    return rua_run_refuse (
      run, error, RUA_ERROR_MISSING,
      "a ratio needs columns in the roles \"numerator\" and \"denominator\" alone");
  if (!ratio
      && (!value || rua_run_column (run, "numerator", 0) || rua_run_column (run, "denominator", 0)))
    return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                           "the statistic %s needs a column in the role \"value\" alone",
                           rua_run_token (run, "statistic"));
  for (gsize i = 0; proportion && i < run->data.n; i++)
    if (value->values[i] != 0 && value->values[i] != 1)
      return rua_run_refuse_row (run, error, value, i,
                                 "is not a flag; a proportion is of 1 for yes and 0 for no");
  return TRUE;
}

static gboolean
run_survey_estimate (RuaRun *run, GError **error)
{
  gboolean total = rua_run_token_is (run, "statistic", "total"),
           ratio = rua_run_token_is (run, "statistic", "ratio");
  const double *y, *x, *w = rua_run_values (run, "weight"),
                       *inside = rua_run_values (run, "domain");
  gsize n = run->data.n, n_domain = 0;
  double *weights = NULL, *scores, estimate, W, Y, X, variance, se, t, df, spread, low;
  RuaSum sum_w = { 0 }, sum_y = { 0 }, sum_x = { 0 }, rest = { 0 }, squares = { 0 };
  RuaFigures *figures = run->figures;
  const char *none, *reason, *interval;
  RuaDesign design;

  if (!check_columns (run, ratio, rua_run_token_is (run, "statistic", "proportion"), error)
      || !rua_design_init (&design, run, error))
    return FALSE;
  if (w == NULL)
    w = weights = rua_design_weights (&design);
  y = rua_run_values (run, ratio ? "numerator" : "value");
  x = rua_run_values (run, "denominator");
  scores = g_new0 (double, MAX (n, 1));
  for (gsize i = 0; i < n; i++) {
    double weight = w ? w[i] : 1;

    if (inside != NULL && inside[i] == 0)
      continue;
    n_domain++;
    rua_sum_add (&sum_w, weight);
    rua_sum_add (&sum_y, weight * y[i]);
    rua_sum_add (&sum_x, weight * (x ? x[i] : 1));
  }
  W = rua_sum_get (&sum_w);
  Y = rua_sum_get (&sum_y);
  X = rua_sum_get (&sum_x);
  none = total           ? NULL
         : n_domain == 0 ? RUA_REASON_NONE
         : W == 0        ? RUA_REASON_WEIGHTS
         : X == 0        ? N_("the denominators sum to 0")
                         : NULL;
  estimate = total ? Y : Y / X;
  /* What rounding took from the estimate, which matters where values are large and alike. */
  for (gsize i = 0; i < n && none == NULL && !total; i++)
    if (inside == NULL || inside[i] != 0)
      rua_sum_add (&rest, (w ? w[i] : 1) * (y[i] - estimate * (x ? x[i] : 1)));
  low = rua_sum_get (&rest) / X;
  for (gsize i = 0; i < n && none == NULL; i++) {
    double weight = w ? w[i] : 1, residual;

    if (inside != NULL && inside[i] == 0)
      continue;
    residual = total ? y[i] : y[i] - estimate * (x ? x[i] : 1) - low * (x ? x[i] : 1);
    scores[i] = total ? weight * residual : weight * residual / X;
    residual = total ? y[i] - Y / W : residual;
    rua_sum_add (&squares, weight * residual * residual);
  }
  variance = rua_design_variance (&design, scores, NULL, lonely_rule (run), &reason);
  se = sqrt (variance);
  df = rua_design_get_df (&design);
  if (none != NULL)
    reason = none;
  else if (n_domain == 0)
    reason = RUA_REASON_NONE;
  interval = reason ? reason : df > 0 ? NULL : N_("no degrees of freedom are left");
  t = interval ? NAN : rua_t_critical (rua_run_number (run, "ci_level"), df);
  rua_figures_put_or (figures, "estimate", estimate, none);
  rua_figures_put (figures, "n", n_domain);
  rua_figures_put (figures, "df", df);
  rua_figures_put_or (figures, "se", se, reason);
  rua_figures_put_or (figures, "ci_low", estimate - t * se, interval);
  rua_figures_put_or (figures, "ci_high", estimate + t * se, interval);
  rua_figures_put_or (figures, "cv_percent", 100 * se / estimate,
                      reason          ? reason
                      : estimate == 0 ? N_("the estimate is 0")
                                      : NULL);
  if (rua_run_boolean (run, "deff") || rua_run_names (run, "deff")) {
    /* Against a simple random sample of as many records, drawn with replacement. */
    spread = rua_sum_get (&squares) / W * n_domain / (n_domain - 1.0) / n_domain;
    if (total)
      spread *= W * W;
    else if (ratio)
      spread *= W * W / (X * X);
    rua_figures_put_or (figures, "deff", variance / spread,
                        reason         ? reason
                        : n_domain < 2 ? RUA_REASON_ONE
                        : spread > 0   ? NULL
                                       : RUA_REASON_CONSTANT);
  }
  g_free (scores);
  g_free (weights);
  rua_design_clear (&design);
  return TRUE;
}

static const RuaRoleSpec survey_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL, "The values, for total, mean and proportion" },
  { "numerator", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL, "What is totalled above the line of a ratio" },
  { "denominator", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL, "What is totalled below it" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL,
    "What each record stands for; from fpc without it, else 1" },
  { "stratum", RUA_ROLE_CATEGORY, RUA_ROLE_OPTIONAL, "The stratum; one without it" },
  { "psu", RUA_ROLE_CATEGORY, RUA_ROLE_REPEATED,
    "The sampling unit, of each stage; each record without it" },
  { "fpc", RUA_ROLE_WEIGHT, RUA_ROLE_REPEATED, "Units in the population, of each stage" },
  { "domain", RUA_ROLE_FLAG, RUA_ROLE_OPTIONAL, "1 for the records it is about" },
  { NULL },
};

static const RuaOptionSpec survey_options[] = {
  { "statistic", RUA_OPTION_TOKEN, "mean", 0, 0, 0, "total|mean|proportion|ratio",
    "What is estimated" },
  { "lonely", RUA_OPTION_TOKEN, "fail", 0, 0, 0, "fail|remove|certainty|adjust|average",
    "A stratum with one sampling unit" },
  { "domain", RUA_OPTION_DOMAIN, NULL, 0, 0, 0, NULL,
    "A column and the values of the records it is about" },
  { "deff", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL, "Give the design effect" },
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_survey_estimate = {
  "survey_estimate",
  N_("Estimate from a sample survey"),
  "Taylor linearisation; variance n/(n-1) sum (u - mean u)^2 of psu totals within strata; t with "
  "psus - strata df",
  "Lumley, Complex Surveys (2010); Cochran, Sampling Techniques (1977)",
  survey_roles,
  survey_options,
  "estimate",
  "se",
  "ci_low",
  "ci_high",
  "n",
  run_survey_estimate,
};
