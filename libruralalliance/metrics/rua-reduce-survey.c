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

/* What is told of the units; each sum times its divisor. */
typedef struct {
  gsize n;
  RuaDouble2 *above; /* of each; then its score */
  RuaDouble2 *below;
  RuaDouble2 all_above, all_below, weight;
  double odd;
} Units;

/* Of cells in no order each is met once. */
static void
units_init (Units *self, const RuaCellSums *sums, guint x, gboolean proportion)
{
  *self = (Units){ .n = rua_cell_sums_get_n (sums) };
  self->above = g_new (RuaDouble2, 2 * MAX (self->n, 1));
  self->below = self->above + self->n;
  for (gsize i = 0; i < self->n; i++) {
    self->above[i] = rua_cell_sums_get_whole2 (sums, i, Y);
    self->below[i] = rua_cell_sums_get_whole2 (sums, i, x);
    self->all_above = rua_double2_add (self->all_above, self->above[i]);
    self->all_below = rua_double2_add (self->all_below, self->below[i]);
    if (x != W)
      self->weight = rua_double2_add (self->weight, rua_cell_sums_get_whole2 (sums, i, W));
    if (proportion)
      self->odd += rua_cell_sums_get_whole2 (sums, i, X).high;
  }
  if (x == W)
    self->weight = self->all_below;
}

/* The scores, times what they are all divided by. FALSE: next to nothing is left of what they are taken from, or that is
 * beyond the range in which products keep their digits. */
static gboolean
units_score (Units *self, gboolean total)
{
  RuaDouble2 ratio = total ? (RuaDouble2){ 0, 0 } : rua_double2_divide (self->all_above, self->all_below);
  double greatest = 0, left = 0;

  for (gsize i = 0; i < self->n; i++) {
    greatest = MAX (greatest, fabs (self->above[i].high));
    if (!total)
      self->above[i] = rua_double2_subtract (self->above[i], rua_double2_multiply (ratio, self->below[i]));
    left = MAX (left, fabs (self->above[i].high));
  }
  return greatest == 0 || (greatest >= LEAST_PRODUCT && (left == 0 || left > CANCELLED * greatest));
}

/* Those that have their digits, or are 0. */
static gboolean
has_digits (RuaDouble2 sum)
{
  return isfinite (sum.high) && isfinite (sum.low) && (sum.high == 0 || fabs (sum.high) >= LEAST_PRODUCT);
}

static RuaDouble2
get_sum (const RuaCellSums *sums, guint term, RuaDouble2 whole)
{
  return rua_double2_divide (whole, (RuaDouble2){ rua_cell_sums_get_divisor (sums, term), 0 });
}

static gboolean
finish_survey_estimate (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  gboolean total = rua_run_token_is (run, "statistic", "total"),
           proportion = rua_run_token_is (run, "statistic", "proportion"),
           stratified = rua_run_column (run, "stratum", 0) != NULL;
  gsize n = rua_cell_sums_get_n (sums);
  guint x = rua_run_token_is (run, "statistic", "ratio") ? X : W, n_strata = n > 0;
  g_autofree guint32 *stratum = stratified ? rua_cell_sums_number (sums, 0, &n_strata) : g_new0 (guint32, MAX (n, 1));
  g_autofree guint32 *size = g_new0 (guint32, MAX (n_strata, 1));
  RuaDesign design = { .n = run->data.n, .n_stages = 1,
                       .stages = { { .n_units = (guint) n, .n_strata = n_strata, .stratum = stratum, .size = size } } };
  RuaSurveyEstimate found = { .n_domain = run->data.n, .spread = NAN };
  RuaDouble2 above, below;
  Units units;

  for (gsize i = 0; i < n; i++)
    size[stratum[i]]++;
  units_init (&units, sums, x, proportion);
  above = get_sum (sums, Y, units.all_above);
  below = get_sum (sums, x, units.all_below);
  found.W = get_sum (sums, W, units.weight).high;
  found.estimate = total ? above.high : rua_double2_divide (above, below).high;
  found.none = rua_survey_find_reason (total, run->data.n, found.W, below.high);
  /* Weights of no odd unit leave nothing of a product only where the value is nothing. */
  run->needs_columns = !has_digits (units.all_above) || !has_digits (units.all_below) || !has_digits (units.weight)
    || (found.none == NULL && !units_score (&units, total)) || (found.W > 0 && found.W < 1e-10);
  run->must_refuse = units.odd > 0;
  found.se = rua_design_error_of_totals (&design, units.above, rua_survey_lonely_rule (run), &found.lonely)
    / rua_cell_sums_get_divisor (sums, Y);
  if (!total)
    found.se /= fabs (below.high);
  found.df = rua_design_get_df (&design);
  rua_put_survey_estimate (run, &found);
  g_free (units.above);
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
