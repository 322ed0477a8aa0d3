/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a column holds: counts, totals, means, quantiles. */
#include "rua-estimators-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "rua-moments-private.h"
#include "rua-reductions-private.h"
#include "rua-scratch-private.h"
#include "rua-special-private.h"

static gboolean
run_count (RuaRun *run, GError **error)
{
  const double *values = rua_run_values (run, "value");
  gsize n = run->data.n, n_valid = 0, n_zero = 0, n_negative = 0, n_distinct = 0;
  double *sorted = values ? rua_scratch_take (n * sizeof (double)) : NULL;

  for (gsize i = 0; i < n && values; i++) {
    sorted[n_valid] = values[i];
    n_valid += !isnan (values[i]);
    n_zero += values[i] == 0;
    n_negative += values[i] < 0;
  }
  if (values == NULL)
    n_valid = n;
  else if (rua_run_wants (run, "n_distinct")) {
    rua_sort_doubles (sorted, n_valid);
    for (gsize i = 0; i < n_valid; i++)
      n_distinct += i == 0 || sorted[i] != sorted[i - 1];
  }
  rua_scratch_give (sorted);
  rua_figures_put (run->figures, "n_total", n);
  rua_figures_put (run->figures, "n_valid", n_valid);
  rua_figures_put (run->figures, "n_missing", n - n_valid);
  if (values) {
    rua_figures_put (run->figures, "n_distinct", n_distinct);
    rua_figures_put (run->figures, "n_zero", n_zero);
    rua_figures_put (run->figures, "n_negative", n_negative);
  }
  return TRUE;
}

static const RuaRoleSpec count_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_MAY_MISS, "The values; without it, records are counted" },
  { NULL },
};

const RuaEstimator rua_estimator_count = {
  "count",
  N_("Records, and the values present, missing, distinct, zero and negative"),
  "number of records; of those with a value, without one, of distinct values",
  NULL,
  count_roles,
  rua_no_options,
  "n_valid",
  NULL,
  NULL,
  NULL,
  "n_total",
  run_count,
  rua_reduce_count,
};

static gboolean
run_total (RuaRun *run, GError **error)
{
  const double *x = rua_run_values (run, "value"), *w = rua_run_values (run, "weight");
  RuaSum sum = { 0 };

  if (w == NULL)
    sum.high = rua_sum (x, run->data.n);
  else
    for (gsize i = 0; i < run->data.n; i++)
      rua_sum_add (&sum, w[i] * x[i]);
  rua_figures_put (run->figures, "n", run->data.n);
  rua_figures_put (run->figures, "total", rua_sum_get (&sum));
  return TRUE;
}

static const RuaRoleSpec weighted_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The values" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL, "What each record stands for; 1 without it" },
  { NULL },
};

const RuaEstimator rua_estimator_total = {
  "total", N_("Total"), "sum(w x)", NULL, weighted_roles, rua_no_options,   "total",
  NULL,    NULL,         NULL,       "n",  run_total,      rua_reduce_total,
};

void
rua_put_mean (RuaRun *run, const RuaMoments *m)
{
  RuaFigures *figures = run->figures;
  const char *none = m->n > 0 ? NULL : RUA_REASON_NONE;
  const char *one = m->n > 1 ? NULL : m->n == 1 ? RUA_REASON_ONE : RUA_REASON_NONE;
  double sd = sqrt (rua_moments_variance (m)), se = sd / sqrt (m->n), t = NAN;

  if (m->n > 1 && (rua_run_wants (run, "ci_low") || rua_run_wants (run, "ci_high")))
    t = rua_t_critical (rua_run_number (run, "ci_level"), m->n - 1);
  rua_figures_put (figures, "n", m->n);
  rua_figures_put_or (figures, "mean", m->mean, none);
  rua_figures_put_or (figures, "sd", sd, one);
  rua_figures_put_or (figures, "se", se, one);
  rua_figures_put_or (figures, "ci_low", m->mean - t * se, one);
  rua_figures_put_or (figures, "ci_high", m->mean + t * se, one);
  rua_figures_put_or (figures, "min", m->min, none);
  rua_figures_put_or (figures, "max", m->max, none);
}

static gboolean
run_mean (RuaRun *run, GError **error)
{
  RuaMoments m = rua_moments (rua_run_values (run, "value"), run->data.n);

  rua_put_mean (run, &m);
  return TRUE;
}

static const RuaRoleSpec value_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The values" },
  { NULL },
};

const RuaEstimator rua_estimator_mean = {
  "mean",
  N_("Mean with its standard error and t interval"),
  "m = sum(x)/n; se = sd/sqrt(n), sd with divisor n-1; m +- t(n-1) se",
  "Student, Biometrika 6 (1908)",
  value_roles,
  rua_level_option,
  "mean",
  "se",
  "ci_low",
  "ci_high",
  "n",
  run_mean,
  rua_reduce_mean,
};

static gboolean
run_geometric_mean (RuaRun *run, GError **error)
{
  const double *x = rua_run_values (run, "value");
  gsize n = run->data.n;
  const char *reason = n > 0 ? NULL : RUA_REASON_NONE;
  RuaSum sum = { 0 };

  for (gsize i = 0; i < n && reason == NULL; i++) {
    if (x[i] <= 0)
      reason = RUA_REASON_NOT_POSITIVE;
    else
      rua_sum_add (&sum, log (x[i]));
  }
  rua_figures_put (run->figures, "n", n);
  rua_figures_put_or (run->figures, "geometric_mean", exp (rua_sum_get (&sum) / n), reason);
  return TRUE;
}

const RuaEstimator rua_estimator_geometric_mean = {
  "geometric_mean",
  N_("Geometric mean"),
  "exp(sum(log x)/n)",
  NULL,
  value_roles,
  rua_no_options,
  "geometric_mean",
  NULL,
  NULL,
  NULL,
  "n",
  run_geometric_mean,
  rua_reduce_geometric_mean,
};

/* floor(n trim); a product such as 100 * 0.29 that rounding moved off a whole number is that number. */
static gsize
count_trimmed (RuaRun *run)
{
  double product = run->data.n * rua_run_number (run, "trim"), whole = round (product);

  return fabs (product - whole) <= 4 * DBL_EPSILON * whole ? whole : floor (product);
}

/* Those that sorting would put from place @drop to place n - 1 - @drop, in any order: all between the two that stand there, and
 * as many like these as are left. */
static void
keep_middle (const double *values, gsize n, gsize drop, double *kept)
{
  const gsize ranks[] = { drop, n - 1 - drop };
  double ends[2];
  gsize n_below = 0, n_kept = 0;

  rua_select_doubles (values, n, ranks, 2, ends);
  for (gsize i = 0; i < n; i++) {
    n_below += values[i] <= ends[0];
    if (values[i] > ends[0] && values[i] < ends[1])
      kept[n_kept++] = values[i];
  }
  for (; n_below > drop && n_kept < n - 2 * drop; n_below--)
    kept[n_kept++] = ends[0];
  while (n_kept < n - 2 * drop)
    kept[n_kept++] = ends[1];
}

static gboolean
run_trimmed_mean (RuaRun *run, GError **error)
{
  gsize n = run->data.n, drop = count_trimmed (run), used = n - 2 * drop;
  double *kept = rua_scratch_take (n * sizeof (double));
  double mean;

  if (n > 0)
    keep_middle (rua_run_values (run, "value"), n, drop, kept);
  mean = rua_mean (kept, used);
  rua_scratch_give (kept);
  rua_figures_put (run->figures, "n", n);
  rua_figures_put (run->figures, "n_used", used);
  rua_figures_put_or (run->figures, "trimmed_mean", mean, n > 0 ? NULL : RUA_REASON_NONE);
  return TRUE;
}

static const RuaOptionSpec trim_options[] = {
  { "trim", RUA_OPTION_NUMBER, "0", 0, 0.5, RUA_OPTION_BELOW, NULL, "Share dropped at each end" },
  { NULL },
};

const RuaEstimator rua_estimator_trimmed_mean = {
  "trimmed_mean",
  N_("Mean without the lowest and highest values"),
  "mean of what is left when floor(n trim) records are dropped at each end",
  NULL,
  value_roles,
  trim_options,
  "trimmed_mean",
  NULL,
  NULL,
  NULL,
  "n_used",
  run_trimmed_mean,
};

static void
put_quantiles (
  RuaRun *run, const double *probs, guint n_probs, const double *quantiles, const char *reason)
{
  for (guint i = 0; i < n_probs; i++) {
    guint before = 0;

    /* What is asked for twice is given once. */
    while (before < i && probs[before] != probs[i])
      before++;
    if (before == i)
      rua_figures_put_nth (run->figures, "q", probs[i], quantiles[i], reason);
  }
}

static gboolean
run_quantile (RuaRun *run, GError **error)
{
  const RuaRunColumn *value = rua_run_column (run, "value", 0);
  gsize n = run->data.n;
  guint n_probs;
  double *probs = rua_run_numbers (run, "probs", &n_probs);
  double *quantiles = g_new (double, MAX (n_probs, 1));
  int type = rua_run_number (run, "type");

  if (value->packed.words != NULL)
    rua_quantiles_packed (&value->packed, n, probs, n_probs, type, quantiles);
  else
    rua_quantiles (value->values, n, probs, n_probs, type, quantiles);
  rua_figures_put (run->figures, "n", n);
  put_quantiles (run, probs, n_probs, quantiles, n > 0 ? NULL : RUA_REASON_NONE);
  g_free (quantiles);
  g_free (probs);
  return TRUE;
}

static const RuaOptionSpec quantile_options[] = {
  { "probs", RUA_OPTION_NUMBERS, "[0.5]", 0, 1, 0, NULL, "Shares of the records below" },
  { "type", RUA_OPTION_INTEGER, "7", 1, 9, 0, NULL, "Rule of Hyndman and Fan" },
  { NULL },
};

const RuaEstimator rua_estimator_quantile = {
  "quantile",
  N_("Quantiles"),
  "the value at position a + p(n+1-a-b) of the sorted values",
  "Hyndman and Fan, The American Statistician 50 (1996)",
  value_roles,
  quantile_options,
  "q[",
  NULL,
  NULL,
  NULL,
  "n",
  run_quantile,
  .takes_packed = TRUE,
  .any_order = TRUE,
};

void
rua_put_weighted_mean (RuaRun *run, const RuaWeightedMoments *m)
{
  RuaFigures *figures = run->figures;
  double n = m->n, W = m->W, W2 = m->W2;
  const char *none = m->n == 0 ? RUA_REASON_NONE : W > 0 ? NULL : RUA_REASON_WEIGHTS;
  const char *one = none ? none : m->n > 1 ? NULL : RUA_REASON_ONE;

  rua_figures_put (figures, "n", n);
  rua_figures_put (figures, "sum_weights", ldexp (W, m->up_weights));
  rua_figures_put_or (figures, "mean", ldexp (m->mean, m->up), none);
  rua_figures_put_or (figures, "se", ldexp (sqrt (n / (n - 1.0) * m->scores) / W, m->up), one);
  rua_figures_put_or (figures, "n_effective", W * W / W2, none);
  rua_figures_put_or (figures, "kish_deff", n * W2 / (W * W), none);
  rua_figures_put_or (figures, "var_frequency", ldexp (m->spread / m->less_one, 2 * m->up),
                      none              ? none
                      : m->less_one > 0 ? NULL
                                        : N_("the weights sum to at most 1"));
  rua_figures_put_or (figures, "var_reliability", ldexp (m->spread / m->less_squares, 2 * m->up),
                      none                ? none
                      : m->n_positive > 1 ? NULL
                                          : N_("one record bears all the weight"));
}

static gboolean
run_weighted_mean (RuaRun *run, GError **error)
{
  const double *given = rua_run_values (run, "weight");
  gsize n = run->data.n;
  double *x = rua_scratch_take (2 * n * sizeof (double)), *w = given ? x + n : NULL;
  RuaSum total = { 0 }, products = { 0 }, squares = { 0 }, spread = { 0 }, scores = { 0 },
         pairs = { 0 };
  RuaWeightedMoments m = { .n = n };
  double constant = NAN;
  gboolean varies = FALSE;

  if (n > 0)
    memcpy (x, rua_run_values (run, "value"), n * sizeof (double));
  m.up = rua_scale (x, n);
  if (n > 0 && w != NULL) {
    memcpy (w, given, n * sizeof (double));
    m.up_weights = rua_scale (w, n);
  }
  for (gsize i = 0; i < n; i++) {
    double weight = w ? w[i] : 1;

    rua_sum_add (&total, weight);
    rua_sum_add (&squares, weight * weight);
    rua_sum_add (&products, weight * x[i]);
    if (weight > 0) {
      if (m.n_positive++ == 0)
        constant = x[i];
      varies |= x[i] != constant;
    }
  }
  m.W = rua_sum_get (&total);
  m.W2 = rua_sum_get (&squares);
  m.less_one = total.high - ldexp (1, -m.up_weights) + total.low;
  /* W - sum(w^2)/W = sum(w (W - w))/W */
  for (gsize i = 0; i < n; i++) {
    double weight = w ? w[i] : 1;

    rua_sum_add (&pairs, weight * (total.high - weight + total.low));
  }
  m.less_squares = rua_sum_get (&pairs) / m.W;
  m.mean = varies ? rua_sum_get (&products) / m.W : constant;
  if (varies) {
    RuaSum gaps = { 0 }, products2 = { 0 };
    double rest;

    for (gsize i = 0; i < n; i++) {
      double weight = w ? w[i] : 1, gap = x[i] - m.mean, score = weight * gap;

      rua_sum_add (&scores, score * score);
      rua_sum_add (&spread, score * gap);
      rua_sum_add (&gaps, score);
      rua_sum_add (&products2, weight * score);
    }
    /* What rounding took from the mean: Chan, Golub and LeVeque, The American Statistician 37
     * (1983). */
    rest = rua_sum_get (&gaps) / m.W;
    m.spread = rua_sum_get (&spread) - rest * rua_sum_get (&gaps);
    m.scores = rua_sum_get (&scores) - rest * (2 * rua_sum_get (&products2) - rest * m.W2);
  }
  rua_scratch_give (x);
  rua_put_weighted_mean (run, &m);
  return TRUE;
}

const RuaEstimator rua_estimator_weighted_mean = {
  "weighted_mean",
  N_("Weighted mean"),
  "m = sum(wx)/W; se = sqrt(n/(n-1) sum((w(x-m)/W)^2)); n_effective = W^2/sum(w^2)",
  "Kish, Survey Sampling (1965); Lumley, Complex Surveys (2010)",
  weighted_roles,
  rua_no_options,
  "mean",
  "se",
  NULL,
  NULL,
  "n",
  run_weighted_mean,
  rua_reduce_weighted_mean,
};

static gboolean
run_weighted_quantile (RuaRun *run, GError **error)
{
  const double *w = rua_run_values (run, "weight");
  const RuaRunColumn *column = rua_run_column (run, "weight", 0);
  RuaWeightedRule rule = rua_run_token_is (run, "rule", "inverse_cdf") ? RUA_WEIGHTED_INVERSE_CDF
                         : rua_run_token_is (run, "rule", "frequency_linear")
                           ? RUA_WEIGHTED_LINEAR
                           : RUA_WEIGHTED_AVERAGED;
  gsize n = run->data.n;
  guint n_probs;
  double *probs, *quantiles, total;
  const char *beyond;

  if (rule == RUA_WEIGHTED_LINEAR && w != NULL)
    for (gsize i = 0; i < n; i++)
      if (w[i] != floor (w[i]))
        return rua_run_refuse_row (run, error, column, i,
                                   "is not a whole number, as frequency_linear needs");
  probs = rua_run_numbers (run, "probs", &n_probs);
  quantiles = g_new (double, MAX (n_probs, 1));
  rua_weighted_quantiles (rua_run_values (run, "value"), w, n, probs, n_probs, rule, quantiles,
                          &total);
  rua_figures_put (run->figures, "n", n);
  beyond = isfinite (total) ? NULL : N_("the sum of the weights is beyond the range of numbers");
  rua_figures_put_or (run->figures, "sum_weights", total, beyond);
  put_quantiles (run, probs, n_probs, quantiles,
                 n == 0           ? RUA_REASON_NONE
                 : beyond != NULL ? beyond
                 : total > 0      ? NULL
                                  : RUA_REASON_WEIGHTS);
  g_free (quantiles);
  g_free (probs);
  return TRUE;
}

static const RuaOptionSpec weighted_quantile_options[] = {
  { "probs", RUA_OPTION_NUMBERS, "[0.5]", 0, 1, 0, NULL, "Shares of the weight below" },
  { "rule", RUA_OPTION_TOKEN, "inverse_cdf_averaged", 0, 0, 0,
    "inverse_cdf|inverse_cdf_averaged|frequency_linear", "What is done between two records" },
  { NULL },
};

const RuaEstimator rua_estimator_weighted_quantile = {
  "weighted_quantile",
  N_("Weighted quantiles"),
  "the smallest x whose cumulated weight reaches pW; averaged with the next where it is reached "
  "exactly",
  "Eurostat, EU-SILC methodology",
  weighted_roles,
  weighted_quantile_options,
  "q[",
  NULL,
  NULL,
  NULL,
  "n",
  run_weighted_quantile,
};

void
rua_put_distinct_count (RuaRun *run, const RuaDistinct *self)
{
  rua_figures_put (run->figures, "n_records", self->n_records);
  rua_figures_put (run->figures, "n_distinct", self->n_keys);
  rua_figures_put (run->figures, "n_repeat", self->n_repeat);
  rua_figures_put (run->figures, "max_repeat", self->largest);
  if (self->has_amount)
    rua_figures_put (run->figures, "total_amount", self->amount);
  if (self->has_completed) {
    rua_figures_put (run->figures, "n_completed_records", self->n_completed);
    rua_figures_put (run->figures, "n_completed_distinct", self->n_completed_keys);
  }
}

static gboolean
run_distinct_count (RuaRun *run, GError **error)
{
  const double *amount = rua_run_values (run, "amount"),
               *completed = rua_run_values (run, "completed");
  gsize n = run->data.n;
  RuaDistinct self = { .n_records = n, .has_amount = amount != NULL,
                       .has_completed = completed != NULL };
  guint n_groups;
  guint32 *groups = rua_run_groups (run, "key", 0, &n_groups, NULL);
  guint32 *counts = g_new0 (guint32, MAX (n_groups, 1));
  guint8 *done = g_new0 (guint8, MAX (n_groups, 1));

  for (gsize i = 0; i < n; i++) {
    counts[groups[i]]++;
    if (completed && completed[i] == 1) {
      self.n_completed++;
      done[groups[i]] = 1;
    }
  }
  self.n_keys = n_groups;
  for (guint g = 0; g < n_groups; g++) {
    self.n_repeat += counts[g] > 1;
    self.largest = MAX (self.largest, counts[g]);
    self.n_completed_keys += done[g];
  }
  if (amount)
    self.amount = rua_sum (amount, n);
  rua_put_distinct_count (run, &self);
  g_free (done);
  g_free (counts);
  g_free (groups);
  return TRUE;
}

static const RuaRoleSpec distinct_roles[] = {
  { "key", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Who or what a record is about" },
  { "amount", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL, "An amount to total" },
  { "completed", RUA_ROLE_FLAG, RUA_ROLE_OPTIONAL, "1 where it was completed" },
  { NULL },
};

const RuaEstimator rua_estimator_distinct_count = {
  "distinct_count",
  N_("Distinct keys among the records"),
  "number of different keys; of keys seen more than once; records of the most frequent one",
  NULL,
  distinct_roles,
  rua_no_options,
  "n_distinct",
  NULL,
  NULL,
  NULL,
  "n_records",
  run_distinct_count,
  rua_reduce_distinct_count,
};
