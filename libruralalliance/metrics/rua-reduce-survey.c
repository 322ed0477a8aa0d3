/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Totals, means, proportions and ratios from a sample of units in one stage as sums: the score of a record is linear in
 * its weight and its weighted values, hence that of a unit follows from what these add up to in it. */
#include "rua-reductions-private.h"

#include <math.h>

enum { Y, W, X };

/* So small a share of what scores are made of is left where rounding has a say in it. */
#define CANCELLED 1e-12
/* Below it products have lost digits. */
#define LEAST_PRODUCT 1e-250

static void
put_column (const double *values, double otherwise, guint n, double *factor)
{
  for (guint i = 0; i < n; i++)
    factor[i] = values != NULL ? values[i] : otherwise;
}

/* The estimator's roles. */
enum { VALUE, NUMERATOR, DENOMINATOR, WEIGHT };

static void
mean_factors (const RuaFactorInput *input, double *const *factors)
{
  put_column (input->roles[WEIGHT], 1, input->n, factors[0]);
  put_column (input->roles[VALUE], 0, input->n, factors[1]);
}

static void
ratio_factors (const RuaFactorInput *input, double *const *factors)
{
  put_column (input->roles[WEIGHT], 1, input->n, factors[0]);
  put_column (input->roles[NUMERATOR], 0, input->n, factors[1]);
  put_column (input->roles[DENOMINATOR], 0, input->n, factors[2]);
}

/* What is not a flag is counted. */
static void
proportion_factors (const RuaFactorInput *input, double *const *factors)
{
  mean_factors (input, factors);
  for (guint i = 0; i < input->n; i++)
    factors[2][i] = factors[1][i] != 0 && factors[1][i] != 1;
}

static gboolean
mean_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[WEIGHT];
  factors[1] = roles[VALUE];
  return TRUE;
}

static gboolean
ratio_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[WEIGHT];
  factors[1] = roles[NUMERATOR];
  factors[2] = roles[DENOMINATOR];
  return TRUE;
}

static RuaDouble2
add_all (const RuaCellSums *sums, guint term)
{
  RuaDouble2 sum = { 0, 0 };

  for (gsize i = 0; i < rua_cell_sums_get_n (sums); i++)
    sum = rua_double2_add (sum, rua_cell_sums_get_sum2 (sums, i, term));
  return sum;
}

/* The scores of each unit into @totals. FALSE: next to nothing is left of what they are taken from, or that is beyond the
 * range in which products keep their digits. */
static gboolean
score_units (const RuaCellSums *sums, gboolean total, RuaDouble2 ratio, RuaDouble2 below, guint x, RuaDouble2 *totals)
{
  double greatest = 0, left = 0;

  for (gsize i = 0; i < rua_cell_sums_get_n (sums); i++) {
    RuaDouble2 score = rua_cell_sums_get_sum2 (sums, i, Y);

    greatest = MAX (greatest, fabs (score.high));
    if (!total)
      score = rua_double2_subtract (score, rua_double2_multiply (ratio, rua_cell_sums_get_sum2 (sums, i, x)));
    left = MAX (left, fabs (score.high));
    totals[i] = total ? score : rua_double2_divide (score, below);
  }
  return greatest == 0 || (greatest >= LEAST_PRODUCT && (left == 0 || left > CANCELLED * greatest));
}

/* Those that have their digits, or are 0. */
static gboolean
has_digits (RuaDouble2 sum)
{
  return isfinite (sum.high) && isfinite (sum.low) && (sum.high == 0 || fabs (sum.high) >= LEAST_PRODUCT);
}

static gboolean
finish_survey_estimate (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  gboolean total = rua_run_token_is (run, "statistic", "total"), ratio = rua_run_token_is (run, "statistic", "ratio"),
           stratified = rua_run_column (run, "stratum", 0) != NULL;
  gsize n = rua_cell_sums_get_n (sums);
  guint x = ratio ? X : W, n_strata = n > 0;
  g_autofree guint32 *stratum = stratified ? rua_cell_sums_number (sums, 0, &n_strata) : g_new0 (guint32, MAX (n, 1));
  g_autofree guint32 *size = g_new0 (guint32, MAX (n_strata, 1));
  g_autofree RuaDouble2 *totals = g_new0 (RuaDouble2, MAX (n, 1));
  RuaDesign design = { .n = run->data.n, .n_stages = 1,
                       .stages = { { .n_units = (guint) n, .n_strata = n_strata, .stratum = stratum, .size = size } } };
  RuaDouble2 above = add_all (sums, Y), below = add_all (sums, x), weight = add_all (sums, W);
  RuaDouble2 estimate = total ? above : rua_double2_divide (above, below);
  RuaSurveyEstimate found = { .n_domain = run->data.n, .W = weight.high, .estimate = estimate.high, .spread = NAN };

  for (gsize i = 0; i < n; i++)
    size[stratum[i]]++;
  found.none = rua_survey_find_reason (total, run->data.n, weight.high, below.high);
  /* Weights of no odd unit leave nothing of a product only where the value is nothing. */
  run->needs_columns = !has_digits (above) || !has_digits (below) || !has_digits (weight)
    || (found.none == NULL && !score_units (sums, total, estimate, below, x, totals))
    || (weight.high > 0 && weight.high < 1e-10);
  run->must_refuse = rua_run_token_is (run, "statistic", "proportion") && add_all (sums, X).high > 0;
  found.se = rua_design_error_of_totals (&design, totals, rua_survey_lonely_rule (run), &found.lonely);
  found.df = rua_design_get_df (&design);
  rua_put_survey_estimate (run, &found);
  return TRUE;
}

const RuaReduction *
rua_reduce_survey_estimate (RuaRun *run)
{
  static const char *const units[] = { "psu", NULL };
  static const char *const units_of_strata[] = { "stratum", "psu", NULL };
  static const guint8 mean_roles[] = { WEIGHT, VALUE }, ratio_roles[] = { WEIGHT, NUMERATOR, DENOMINATOR };
  static const RuaReduction means[2] = {
    { .cells = units,
      .n_factors = 2,
      .n_terms = 2,
      .terms = { [Y] = { 1, 0 }, [W] = { 0, RUA_ONE } },
      .factors = mean_factors,
      .of_roles = mean_roles,
      .wholes = mean_wholes,
      .finish = finish_survey_estimate },
    { .cells = units_of_strata,
      .n_factors = 2,
      .n_terms = 2,
      .terms = { [Y] = { 1, 0 }, [W] = { 0, RUA_ONE } },
      .factors = mean_factors,
      .of_roles = mean_roles,
      .wholes = mean_wholes,
      .finish = finish_survey_estimate },
  };
  static const RuaReduction ratios[2] = {
    { .cells = units,
      .n_factors = 3,
      .n_terms = 3,
      .terms = { [Y] = { 1, 0 }, [W] = { 0, RUA_ONE }, [X] = { 2, 0 } },
      .factors = ratio_factors,
      .of_roles = ratio_roles,
      .wholes = ratio_wholes,
      .finish = finish_survey_estimate },
    { .cells = units_of_strata,
      .n_factors = 3,
      .n_terms = 3,
      .terms = { [Y] = { 1, 0 }, [W] = { 0, RUA_ONE }, [X] = { 2, 0 } },
      .factors = ratio_factors,
      .of_roles = ratio_roles,
      .wholes = ratio_wholes,
      .finish = finish_survey_estimate },
  };
  static const RuaReduction proportions[2] = {
    { .cells = units,
      .n_factors = 3,
      .n_terms = 3,
      .terms = { [Y] = { 1, 0 }, [W] = { 0, RUA_ONE }, [X] = { 2, RUA_ONE } },
      .factors = proportion_factors,
      .finish = finish_survey_estimate },
    { .cells = units_of_strata,
      .n_factors = 3,
      .n_terms = 3,
      .terms = { [Y] = { 1, 0 }, [W] = { 0, RUA_ONE }, [X] = { 2, RUA_ONE } },
      .factors = proportion_factors,
      .finish = finish_survey_estimate },
  };
  gboolean stratified = rua_run_column (run, "stratum", 0) != NULL, ratio = rua_run_token_is (run, "statistic", "ratio"),
           value = rua_run_column (run, "value", 0) != NULL, above = rua_run_column (run, "numerator", 0) != NULL,
           below = rua_run_column (run, "denominator", 0) != NULL;

  /* Sizes of the population are checked record by record, and a domain is another choice of them; the design effect is
   * of squares, and records that are units are no fewer than their scores. */
  if (rua_run_column (run, "psu", 0) == NULL || rua_run_column (run, "fpc", 0) != NULL
      || rua_run_column (run, "domain", 0) != NULL || rua_run_has (run, "domain") || rua_survey_wants_deff (run))
    return NULL;
  if (ratio ? value || !above || !below : !value || above || below)
    return NULL;
  if (ratio)
    return &ratios[stratified];
  return rua_run_token_is (run, "statistic", "proportion") ? &proportions[stratified] : &means[stratified];
}
