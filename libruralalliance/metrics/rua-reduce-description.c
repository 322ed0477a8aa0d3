/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts, totals and means as sums. */
#include "rua-reductions-private.h"

#include <math.h>

/* Where all but this share of a sum of squares goes off with the mean, the values' distance from
 * the pilot may have been rounded too much for a variance. */
#define CANCELLED 1e-6
/* And the mean, where it is less than this share of the greatest distance, has lost as many digits. */
#define CANCELLED_MEAN 1e-5

static double
get (const RuaCellSums *sums, guint term)
{
  return rua_cell_sums_get_sum (sums, 0, term, NULL);
}

static gboolean
has (RuaRun *run, const char *role)
{
  return rua_run_column (run, role, 0) != NULL;
}

double
rua_cell_spread (RuaRun *run, RuaDouble2 wxx, RuaDouble2 wx, RuaDouble2 w)
{
  double spread = rua_double2_spread (wxx, wx, w);

  /* Nor may squares have left the range of numbers; nothing varies only where nobody asks for a spread. */
  if (!(spread > CANCELLED * wxx.high) || !rua_is_within_range (wxx.high))
    run->needs_columns = TRUE;
  return spread;
}

/* Distances that are whole numbers are not rounded. */
static void
check_mean (RuaRun *run, const RuaCellSums *sums, double mean, double least, double greatest, RuaDouble2 taken)
{
  double farthest = MAX (fabs (least - taken.high), fabs (greatest - taken.high));

  if (sums->form == RUA_SUMS_ROUNDED && fabs (mean) < CANCELLED_MEAN * farthest)
    run->needs_columns = TRUE;
}

RuaMoments
rua_cell_moments (RuaRun *run,
                  const RuaCellSums *sums,
                  gsize cell,
                  guint sum,
                  guint squares,
                  guint extremes,
                  RuaDouble2 taken)
{
  gsize n = rua_cell_sums_get_n_records (sums, cell);
  RuaMoments self = { n, NAN, NAN, NAN, NAN, 0 };
  RuaDouble2 count = { n, 0 }, x = rua_cell_sums_get_sum2 (sums, cell, sum), mean;

  if (n == 0)
    return self;
  self.min = rua_cell_sums_get_least (sums, cell, extremes);
  self.max = rua_cell_sums_get_greatest (sums, cell, extremes);
  if (self.min == self.max) {
    self.mean = self.min;
    self.squares = 0;
    return self;
  }
  mean = rua_double2_add (rua_double2_divide (x, count), taken);
  self.mean = mean.high;
  self.low = mean.low;
  check_mean (run, sums, self.mean, self.min, self.max, taken);
  self.squares = rua_cell_spread (run, rua_cell_sums_get_sum2 (sums, cell, squares), x, count);
  return self;
}

/* ---- count ---- */

static void
count_factors (const RuaFactorInput *input, double *const *factors)
{
  const double *x = input->roles[0];

  for (guint i = 0; i < input->n; i++) {
    factors[0][i] = !isnan (x[i]);
    factors[1][i] = x[i] == 0;
    factors[2][i] = x[i] < 0;
  }
}

static gboolean
count_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  for (guint f = 0; f < 3; f++)
    factors[f] = (RuaScaled){ 1, 1 };
  return TRUE;
}

static gboolean
finish_count (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  double n = run->data.n, n_valid = get (sums, 0);

  rua_figures_put (run->figures, "n_total", n);
  rua_figures_put (run->figures, "n_valid", n_valid);
  rua_figures_put (run->figures, "n_missing", n - n_valid);
  rua_figures_put (run->figures, "n_zero", get (sums, 1));
  rua_figures_put (run->figures, "n_negative", get (sums, 2));
  return TRUE;
}

static gboolean
finish_records (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  rua_figures_put (run->figures, "n_total", run->data.n);
  rua_figures_put (run->figures, "n_valid", run->data.n);
  rua_figures_put (run->figures, "n_missing", 0);
  return TRUE;
}

const RuaReduction *
rua_reduce_count (RuaRun *run)
{
  static const RuaReduction values = {
    .n_factors = 3,
    .n_terms = 3,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE }, { 2, RUA_ONE } },
    .factors = count_factors,
    .wholes = count_wholes,
    .finish = finish_count,
  };
  static const RuaReduction records = { .finish = finish_records };

  if (!has (run, "value"))
    return &records;
  return rua_run_wants (run, "n_distinct") ? NULL : &values;
}

/* ---- total ---- */

static const guint8 value_and_weight[] = { 0, 1 };

static void
value_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++)
    factors[0][i] = input->roles[0][i];
}

static void
value_weight_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++) {
    factors[0][i] = input->roles[0][i];
    factors[1][i] = input->roles[1][i];
  }
}

static gboolean
value_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[0];
  return TRUE;
}

static gboolean
value_weight_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[0];
  factors[1] = roles[1];
  return TRUE;
}

static gboolean
finish_total (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  rua_figures_put (run->figures, "n", run->data.n);
  rua_figures_put (run->figures, "total", get (sums, 0));
  return TRUE;
}

const RuaReduction *
rua_reduce_total (RuaRun *run)
{
  static const RuaReduction plain = {
    .n_factors = 1,
    .n_terms = 1,
    .terms = { { 0, RUA_ONE } },
    .factors = value_factors,
    .of_roles = value_and_weight,
    .wholes = value_wholes,
    .finish = finish_total,
  };
  static const RuaReduction weighted = {
    .n_factors = 2,
    .n_terms = 1,
    .terms = { { 0, 1 } },
    .factors = value_weight_factors,
    .of_roles = value_and_weight,
    .wholes = value_weight_wholes,
    .finish = finish_total,
  };

  return has (run, "weight") ? &weighted : &plain;
}

/* ---- mean ---- */

static void
shifted_factors (const RuaFactorInput *input, double *const *factors)
{
  double pilot = rua_pilot (input->pilots[0]);

  for (guint i = 0; i < input->n; i++) {
    factors[0][i] = input->roles[0][i] - pilot;
    factors[1][i] = input->roles[0][i];
  }
}

static gboolean
shifted_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = rua_scaled_join (roles[0], roles[0], TRUE);
  factors[1] = roles[0];
  return TRUE;
}

static gboolean
finish_mean (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaMoments m
    = rua_cell_moments (run, sums, 0, 0, 1, 1, rua_cell_sums_get_taken (sums, 0));

  rua_put_mean (run, &m);
  return TRUE;
}

static gboolean
finish_mean_only (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  gsize n = rua_cell_sums_get_n_records (sums, 0);
  RuaDouble2 mean = rua_double2_divide (rua_cell_sums_get_sum2 (sums, 0, 0), (RuaDouble2){ n, 0 });
  RuaMoments m = { n, mean.high, NAN, NAN, NAN, 0 };

  rua_put_mean (run, &m);
  return TRUE;
}

const RuaReduction *
rua_reduce_mean (RuaRun *run)
{
  static const RuaReduction whole = {
    .n_factors = 2,
    .n_terms = 2,
    .terms = { { 0, RUA_ONE }, { 0, 0 } },
    .extremes = 1 << 1,
    .factors = shifted_factors,
    .wholes = shifted_wholes,
    .finish = finish_mean,
  };
  static const RuaReduction only = {
    .n_factors = 1,
    .n_terms = 1,
    .terms = { { 0, RUA_ONE } },
    .factors = value_factors,
    .of_roles = value_and_weight,
    .wholes = value_wholes,
    .finish = finish_mean_only,
  };
  static const char *const keys[] = { "sd", "se", "ci_low", "ci_high", "min", "max" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (rua_run_wants (run, keys[i]))
      return &whole;
  return &only;
}

/* ---- geometric mean ---- */

static void
log_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++) {
    double x = input->roles[0][i];

    factors[0][i] = x > 0 ? log (x) : 0;
    factors[1][i] = !(x > 0);
  }
}

static gboolean
finish_geometric_mean (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  gsize n = rua_cell_sums_get_n_records (sums, 0);

  rua_figures_put (run->figures, "n", n);
  rua_figures_put_or (run->figures, "geometric_mean", exp (get (sums, 0) / n),
                      n == 0                ? RUA_REASON_NONE
                      : get (sums, 1) > 0 ? RUA_REASON_NOT_POSITIVE
                                            : NULL);
  return TRUE;
}

const RuaReduction *
rua_reduce_geometric_mean (RuaRun *run)
{
  static const RuaReduction self = {
    .n_factors = 2,
    .n_terms = 2,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE } },
    .factors = log_factors,
    .finish = finish_geometric_mean,
  };

  return &self;
}

/* ---- weighted mean ---- */

enum { W, WW, X, XX, WXX, WX, N_POSITIVE };

static void
weighted_factors (const RuaFactorInput *input, double *const *factors)
{
  double pilot = rua_pilot (input->pilots[0]);

  for (guint i = 0; i < input->n; i++) {
    double x = input->roles[0][i], w = input->roles[1][i];

    factors[0][i] = w;
    factors[1][i] = x - pilot;
    factors[2][i] = w * (x - pilot);
    factors[3][i] = w > 0 ? x : NAN;
    factors[4][i] = w > 0;
  }
}

static gboolean
finish_weighted_mean (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaDouble2 w = rua_cell_sums_get_sum2 (sums, 0, W), ww = rua_cell_sums_get_sum2 (sums, 0, WW),
             x = rua_cell_sums_get_sum2 (sums, 0, X), wwx = rua_cell_sums_get_sum2 (sums, 0, WX),
             wwxx = rua_cell_sums_get_sum2 (sums, 0, WXX);
  RuaWeightedMoments m = { .n = rua_cell_sums_get_n_records (sums, 0),
                           .n_positive = get (sums, N_POSITIVE),
                           .W = w.high,
                           .W2 = ww.high,
                           .less_one = rua_double2_subtract (w, (RuaDouble2){ 1, 0 }).high };
  double least = rua_cell_sums_get_least (sums, 0, 3),
         greatest = rua_cell_sums_get_greatest (sums, 0, 3);

  if (m.n_positive > 0) {
    /* W - sum(w^2)/W = (W^2 - sum(w^2))/W */
    RuaDouble2 squared = rua_double2_multiply (w, w), left = rua_double2_subtract (squared, ww);

    m.less_squares = left.high / w.high;
    if (!rua_is_within_range (ww.high) || (m.n_positive > 1 && !(left.high > 1e-14 * squared.high)))
      run->needs_columns = TRUE;
  }
  m.mean = least;
  if (least != greatest && m.n_positive > 0) {
    RuaDouble2 gap = rua_double2_divide (x, w), taken = rua_cell_sums_get_taken (sums, 0), scores;

    m.mean = rua_double2_add (gap, taken).high;
    check_mean (run, sums, m.mean, least, greatest, taken);
    m.spread = rua_cell_spread (run, rua_cell_sums_get_sum2 (sums, 0, XX), x, w);
    /* Of products with weights, rounding does not cancel. */
    if (!(m.spread > 1e-4 * get (sums, XX)))
      run->needs_columns = TRUE;
    /* sum(w^2 (x - m)^2) = sum(w^2 x^2) - m (2 sum(w^2 x) - m sum(w^2)) */
    scores = rua_double2_subtract (rua_double2_add (wwx, wwx), rua_double2_multiply (gap, ww));
    scores = rua_double2_subtract (wwxx, rua_double2_multiply (gap, scores));
    m.scores = MAX (scores.high, 0);
    if (!(m.scores > 1e-4 * wwxx.high) || !rua_is_within_range (wwxx.high))
      run->needs_columns = TRUE;
  }
  rua_put_weighted_mean (run, &m);
  return TRUE;
}

static gboolean
finish_unweighted_mean (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaMoments m
    = rua_cell_moments (run, sums, 0, 0, 1, 1, rua_cell_sums_get_taken (sums, 0));
  RuaWeightedMoments weighted
    = { m.n, m.n, m.n, m.n, m.mean, m.squares, m.squares, m.n - 1.0, m.n - 1.0, 0, 0 };

  rua_put_weighted_mean (run, &weighted);
  return TRUE;
}

static void
light_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++) {
    factors[0][i] = input->roles[0][i];
    factors[1][i] = input->roles[1] ? input->roles[1][i] : 1;
  }
}

static gboolean
finish_light_mean (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaDouble2 w = rua_cell_sums_get_sum2 (sums, 0, 1);
  double total = fabs (get (sums, 0));
  RuaWeightedMoments m = { .n = rua_cell_sums_get_n_records (sums, 0), .W = w.high, .mean = NAN };

  if (w.high > 0)
    m.mean = rua_double2_divide (rua_cell_sums_get_sum2 (sums, 0, 0), w).high;
  /* Products may be beyond the range of numbers though the mean is not; those with weights of no odd unit are 0 only
   * where the values are. */
  if (!isfinite (w.high)
      || (w.high > 0 && (!isfinite (total) || (total < 1e-250 && (total > 0 || w.high < 1e-10)))))
    run->needs_columns = TRUE;
  rua_put_weighted_mean (run, &m);
  return TRUE;
}

const RuaReduction *
rua_reduce_weighted_mean (RuaRun *run)
{
  static const RuaReduction weighted = {
    .n_factors = 5,
    .n_terms = 7,
    .terms = { [W] = { 0, RUA_ONE },
               [WW] = { 0, 0 },
               [X] = { 0, 1 },
               [XX] = { 2, 1 },
               [WXX] = { 2, 2 },
               [WX] = { 0, 2 },
               [N_POSITIVE] = { 4, RUA_ONE } },
    .extremes = 1 << 3,
    .factors = weighted_factors,
    .finish = finish_weighted_mean,
  };
  static const RuaReduction plain = {
    .n_factors = 2,
    .n_terms = 2,
    .terms = { { 0, RUA_ONE }, { 0, 0 } },
    .extremes = 1 << 1,
    .factors = shifted_factors,
    .wholes = shifted_wholes,
    .finish = finish_unweighted_mean,
  };
  static const RuaReduction light = {
    .n_factors = 2,
    .n_terms = 2,
    .terms = { { 0, 1 }, { 1, RUA_ONE } },
    .factors = light_factors,
    .of_roles = value_and_weight,
    .wholes = value_weight_wholes,
    .finish = finish_light_mean,
  };
  static const char *const keys[]
    = { "se", "n_effective", "kish_deff", "var_frequency", "var_reliability" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (rua_run_wants (run, keys[i]))
      return has (run, "weight") ? &weighted : &plain;
  return &light;
}

/* ---- distinct keys ---- */

static void
distinct_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++) {
    factors[0][i] = input->roles[1] ? input->roles[1][i] : 0;
    factors[1][i] = input->roles[2] ? input->roles[2][i] : 0;
  }
}

static gboolean
distinct_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[1];
  factors[1] = roles[2];
  return TRUE;
}

static gboolean
finish_distinct_count (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  gsize n = rua_cell_sums_get_n (sums);
  gboolean both = rua_run_column (run, "amount", 0) || rua_run_column (run, "completed", 0);
  RuaDistinct self = { .n_records = run->data.n, .n_keys = n,
                       .has_amount = has (run, "amount"), .has_completed = has (run, "completed") };
  RuaDouble2 amount = { 0, 0 };

  for (gsize i = 0; i < n; i++) {
    gsize count = rua_cell_sums_get_n_records (sums, i);

    self.n_repeat += count > 1;
    self.largest = MAX (self.largest, count);
    if (both) {
      double completed = rua_cell_sums_get_sum (sums, i, 1, NULL);

      amount = rua_double2_add (amount, rua_cell_sums_get_sum2 (sums, i, 0));
      self.n_completed += completed;
      self.n_completed_keys += completed > 0;
    }
  }
  self.amount = amount.high;
  rua_put_distinct_count (run, &self);
  return TRUE;
}

const RuaReduction *
rua_reduce_distinct_count (RuaRun *run)
{
  static const char *const cells[] = { "key", NULL };
  static const RuaReduction keys = { .cells = cells, .finish = finish_distinct_count };
  static const RuaReduction whole = {
    .cells = cells,
    .n_factors = 2,
    .n_terms = 2,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE } },
    .factors = distinct_factors,
    .wholes = distinct_wholes,
    .finish = finish_distinct_count,
  };

  return has (run, "amount") || has (run, "completed") ? &whole : &keys;
}
