/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Totals, means, proportions and ratios from a sample with strata, clusters and finite
 * populations, by Taylor linearisation. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-reductions-private.h"
#include "rua-special-private.h"

RuaLonely
rua_survey_lonely_rule (RuaRun *run)
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
  /* Unknown is what is outside the domain alone. */
  for (gsize i = 0; proportion && i < run->data.n; i++)
    if (value->values[i] != 0 && value->values[i] != 1 && !isnan (value->values[i]))
      return rua_run_refuse_row (run, error, value, i,
                                 "is not a flag; a proportion is of 1 for yes and 0 for no");
  return TRUE;
}

/* What a survey is estimated from, in units of the powers of two that bring the largest to about 1. */
typedef struct {
  gboolean total;
  gboolean wants_spread;
  gsize n; /* of the design */
  const double *y;
  const double *x;      /* NULL: 1 */
  const double *w;      /* NULL: 1 */
  const double *inside; /* NULL: all are */
  double y_unit;
  double x_unit;
  double w_unit;
  gsize n_domain;
  double W;
  double X;
  double estimate;
} Survey;

static inline gboolean
is_inside (const Survey *self, gsize i)
{
  return self->inside == NULL || self->inside[i] != 0;
}

static inline double
get_weight (const Survey *self, gsize i)
{
  return self->w ? self->w[i] * self->w_unit : 1;
}

static inline double
get_below (const Survey *self, gsize i)
{
  return self->x ? self->x[i] * self->x_unit : 1;
}

static double
find_unit (const Survey *self, const double *values)
{
  double greatest = 0;

  for (gsize i = 0; values != NULL && i < self->n; i++)
    if (is_inside (self, i))
      greatest = MAX (greatest, fabs (values[i]));
  return rua_unit (greatest);
}

const char *
rua_survey_find_reason (gboolean total, gsize n_domain, double W, double X)
{
  return total           ? NULL
         : n_domain == 0 ? RUA_REASON_NONE
         : W == 0        ? RUA_REASON_WEIGHTS
         : X == 0        ? N_("the denominators sum to 0")
                         : NULL;
}

static const char *
survey_init (Survey *self)
{
  RuaSum sum_w = { 0 }, sum_y = { 0 }, sum_x = { 0 };
  double Y;

  self->y_unit = find_unit (self, self->y);
  self->x_unit = find_unit (self, self->x);
  self->w_unit = find_unit (self, self->w);
  for (gsize i = 0; i < self->n; i++) {
    double weight = get_weight (self, i);

    if (!is_inside (self, i))
      continue;
    self->n_domain++;
    rua_sum_add (&sum_w, weight);
    /* With what rounding takes of the products: of an estimate near 0 nothing else may be left. */
    rua_sum_add2 (&sum_y, rua_two_product (weight, self->y[i] * self->y_unit));
    rua_sum_add2 (&sum_x, rua_two_product (weight, get_below (self, i)));
  }
  self->W = rua_sum_get (&sum_w);
  self->X = rua_sum_get (&sum_x);
  Y = rua_sum_get (&sum_y);
  self->estimate = self->total ? Y : Y / self->X;
  return rua_survey_find_reason (self->total, self->n_domain, self->W, self->X);
}

/* In the units of the data. */
static double
give_back (const Survey *self, double value)
{
  return self->total ? value / self->w_unit / self->y_unit : value / self->y_unit * self->x_unit;
}

/* The scores of the records; and what a simple random sample of as many, drawn with replacement, would have as its
 * error. */
static double
survey_score (const Survey *self, double *scores)
{
  RuaSum rest = { 0 }, squares = { 0 };
  double centre = self->total ? self->estimate / self->W : self->estimate, low, unit, spread;

  /* What rounding took from the ratio, or the mean, which matters where values are large and alike. */
  for (gsize i = 0; i < self->n && (!self->total || self->wants_spread); i++)
    if (is_inside (self, i))
      rua_sum_add (&rest, get_weight (self, i) * (self->y[i] * self->y_unit - centre * get_below (self, i)));
  low = rua_sum_get (&rest) / self->X;
  for (gsize i = 0; i < self->n; i++)
    if (is_inside (self, i))
      scores[i] = self->y[i] * self->y_unit - centre * get_below (self, i) - low * get_below (self, i);
  unit = rua_unit_of (scores, self->n);
  for (gsize i = 0; i < self->n; i++) {
    double weight = get_weight (self, i), residual = scores[i] * unit;

    if (!is_inside (self, i))
      continue;
    rua_sum_add (&squares, weight * residual * residual);
    scores[i] = self->total ? weight * (self->y[i] * self->y_unit) : weight * scores[i] / self->X;
  }
  spread = sqrt (rua_sum_get (&squares) / self->W / (self->n_domain - 1.0)) / unit;
  return self->total ? spread * self->W : self->x ? spread * self->W / fabs (self->X) : spread;
}

void
rua_put_survey_estimate (RuaRun *run, const RuaSurveyEstimate *self)
{
  gboolean total = rua_run_token_is (run, "statistic", "total");
  double estimate = self->estimate, se = self->se, t;
  RuaFigures *figures = run->figures;
  const char *reason = self->lonely, *interval;

  if (self->none != NULL)
    reason = self->none;
  else if (self->n_domain == 0)
    reason = RUA_REASON_NONE;
  else if (self->W == 0)
    reason = RUA_REASON_WEIGHTS;
  /* One record tells of no spread, whatever is done with lonely units, but where there is no other. */
  else if ((total ? run->data.n : self->n_domain) == 1 && !self->is_census)
    reason = RUA_REASON_ONE;
  interval = reason ? reason : self->df > 0 ? NULL : N_("no degrees of freedom are left");
  t = interval ? NAN : rua_t_critical (rua_run_number (run, "ci_level"), self->df);
  rua_figures_put_or (figures, "estimate", estimate, self->none);
  rua_figures_put (figures, "n", self->n_domain);
  rua_figures_put (figures, "df", self->df);
  rua_figures_put_or (figures, "se", se, reason);
  rua_figures_put_or (figures, "ci_low", estimate - t * se, interval);
  rua_figures_put_or (figures, "ci_high", estimate + t * se, interval);
  rua_figures_put_or (figures, "cv_percent", 100 * se / estimate,
                      reason          ? reason
                      : estimate == 0 ? N_("the estimate is 0")
                                      : NULL);
  if (rua_survey_wants_deff (run))
    rua_figures_put_or (figures, "deff", se / self->spread * (se / self->spread),
                        reason               ? reason
                        : self->n_domain < 2 ? RUA_REASON_ONE
                        : self->spread > 0   ? NULL
                                             : RUA_REASON_CONSTANT);
}

gboolean
rua_survey_wants_deff (RuaRun *run)
{
  return rua_run_boolean (run, "deff") || rua_run_names (run, "deff");
}

static gboolean
run_survey_estimate (RuaRun *run, GError **error)
{
  gboolean total = rua_run_token_is (run, "statistic", "total"),
           ratio = rua_run_token_is (run, "statistic", "ratio");
  Survey survey = { .total = total, .wants_spread = rua_survey_wants_deff (run), .n = run->data.n,
                    .inside = rua_run_values (run, "domain"),
                    .w = rua_run_values (run, "weight"), .y = rua_run_values (run, ratio ? "numerator" : "value"),
                    .x = rua_run_values (run, "denominator") };
  RuaSurveyEstimate found = { .spread = NAN };
  double *weights = NULL, *scores;
  RuaDesign design;

  if (!check_columns (run, ratio, rua_run_token_is (run, "statistic", "proportion"), error)
      || !rua_design_init (&design, run, error))
    return FALSE;
  if (survey.w == NULL)
    survey.w = weights = rua_design_weights (&design);
  found.none = survey_init (&survey);
  scores = g_new0 (double, MAX (survey.n, 1));
  if (found.none == NULL)
    found.spread = give_back (&survey, survey_score (&survey, scores));
  found.se = give_back (&survey, rua_design_error (&design, scores, NULL, rua_survey_lonely_rule (run), &found.lonely));
  found.estimate = give_back (&survey, survey.estimate);
  found.n_domain = survey.n_domain;
  found.W = survey.W;
  found.df = rua_design_get_df (&design);
  found.is_census = rua_design_is_census (&design);
  rua_put_survey_estimate (run, &found);
  g_free (scores);
  g_free (weights);
  rua_design_clear (&design);
  return TRUE;
}

/* Outside the domain nobody asks; the record is of the design all the same. */
#define WITHIN (RUA_ROLE_OPTIONAL | RUA_ROLE_MAY_MISS | RUA_ROLE_IN_DOMAIN)

static const RuaRoleSpec survey_roles[] = {
  { "value", RUA_ROLE_NUMBER, WITHIN, "The values, for total, mean and proportion" },
  { "numerator", RUA_ROLE_NUMBER, WITHIN, "What is totalled above the line of a ratio" },
  { "denominator", RUA_ROLE_NUMBER, WITHIN, "What is totalled below it" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL,
    "What each record stands for; from fpc without it, else 1" },
  { "stratum", RUA_ROLE_CATEGORY, RUA_ROLE_OPTIONAL, "The stratum; one without it" },
  { "psu", RUA_ROLE_CATEGORY, RUA_ROLE_REPEATED,
    "The sampling unit, of each stage; each record without it" },
  { "fpc", RUA_ROLE_WEIGHT, RUA_ROLE_REPEATED, "Units in the population, of each stage" },
  { "domain", RUA_ROLE_FLAG, RUA_ROLE_OPTIONAL, "1 for the records it is about; the others need no value" },
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
  rua_reduce_survey_estimate,
};
