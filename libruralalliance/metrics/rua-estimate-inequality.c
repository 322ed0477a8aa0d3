/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Poverty and inequality. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-design-private.h"
#include "rua-moments-private.h"
#include "rua-reductions-private.h"
#include "rua-special-private.h"

void
rua_put_poverty_fgt (RuaRun *run, const RuaPoverty *self)
{
  static const char *const keys[] = { "fgt0", "fgt1", "fgt2" }, *const errors[]
                                                                = { "se0", "se1", "se2" };
  RuaFigures *figures = run->figures;
  gboolean relative = rua_run_has (run, "relative_to");
  gsize n = run->data.n;
  const char *none = n == 0 ? RUA_REASON_NONE : self->W > 0 ? NULL : RUA_REASON_WEIGHTS;
  const char *line = none ? none : self->line > 0 ? NULL : N_("the line is not above 0");

  rua_figures_put (figures, "n", n);
  rua_figures_put_or (figures, "line", self->line, relative ? none : NULL);
  rua_figures_put (figures, "n_poor", self->n_poor);
  for (guint a = 0; a < 3; a++)
    rua_figures_put_or (figures, keys[a], self->sums[a] / self->W, a > 0 ? line : none);
  /* A line that is itself estimated has an error of its own, which is not worked out. */
  for (guint a = 0; a < 3 && !relative && self->has_errors; a++) {
    const char *reason = a > 0 ? line : none;

    rua_figures_put_or (figures, errors[a], sqrt (self->variances[a]),
                        reason ? reason : self->lonely);
  }
  rua_figures_put_or (figures, "mean_shortfall_poor", self->shortfall / self->sums[0],
                      none                ? none
                      : self->sums[0] > 0 ? NULL
                                          : N_("nobody is poor"));
}

static gboolean
put_poverty_errors (RuaRun *run, RuaPoverty *self, gboolean or_at, GError **error)
{
  const double *x = rua_run_values (run, "value"), *w = rua_run_values (run, "weight");
  gsize n = run->data.n;
  double *scores;
  RuaDesign design;

  if (!rua_design_init (&design, run, error))
    return FALSE;
  scores = g_new (double, MAX (n, 1));
  for (guint a = 0; a < 3; a++) {
    double fgt = self->sums[a] / self->W;

    self->variances[a] = NAN;
    if (n == 0 || !(self->W > 0) || (a > 0 && !(self->line > 0)))
      continue;
    for (gsize i = 0; i < n; i++) {
      double gap = (self->line - x[i]) / self->line,
             poor = x[i] < self->line || (or_at && x[i] == self->line);

      scores[i] = (w ? w[i] : 1)
                  * ((poor ? a == 0   ? 1
                             : a == 1 ? gap
                                      : gap * gap
                           : 0)
                     - fgt)
                  / self->W;
    }
    self->variances[a] = rua_design_variance (&design, scores, NULL, RUA_LONELY_FAIL, &self->lonely);
  }
  g_free (scores);
  rua_design_clear (&design);
  self->has_errors = TRUE;
  return TRUE;
}

static gboolean
run_poverty_fgt (RuaRun *run, GError **error)
{
  const double *x = rua_run_values (run, "value"), *w = rua_run_values (run, "weight");
  double line = rua_run_number (run, "line"), fraction = rua_run_number (run, "fraction");
  gboolean relative = rua_run_has (run, "relative_to"),
           or_at = rua_run_token_is (run, "poor_if", "at_or_below");
  gsize n = run->data.n;
  RuaSum sums[3] = { { 0 } }, weights = { 0 }, products = { 0 }, shortfall = { 0 };
  RuaPoverty self = { 0 };

  if (relative == !isnan (line) || relative == isnan (fraction))
    return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                           "give the poverty line either as line, or as relative_to and fraction");
  for (gsize i = 0; i < n; i++) {
    rua_sum_add (&weights, w ? w[i] : 1);
    rua_sum_add (&products, (w ? w[i] : 1) * x[i]);
  }
  self.W = rua_sum_get (&weights);
  if (relative && rua_run_token_is (run, "relative_to", "mean")) {
    line = fraction * (rua_sum_get (&products) / self.W);
  } else if (relative) {
    const double half = 0.5;

    rua_weighted_quantiles (x, w, n, &half, 1, RUA_WEIGHTED_AVERAGED, &line, NULL);
    line *= fraction;
  }
  self.line = line;
  for (gsize i = 0; i < n; i++) {
    double weight = w ? w[i] : 1, gap = (line - x[i]) / line;

    if (!(x[i] < line || (or_at && x[i] == line)))
      continue;
    self.n_poor++;
    rua_sum_add (&sums[0], weight);
    rua_sum_add (&sums[1], weight * gap);
    rua_sum_add (&sums[2], weight * gap * gap);
    rua_sum_add (&shortfall, weight * (line - x[i]));
  }
  for (guint a = 0; a < 3; a++)
    self.sums[a] = rua_sum_get (&sums[a]);
  self.shortfall = rua_sum_get (&shortfall);
  if (!relative
      && (rua_run_wants (run, "se0") || rua_run_wants (run, "se1") || rua_run_wants (run, "se2"))
      && !put_poverty_errors (run, &self, or_at, error))
    return FALSE;
  rua_put_poverty_fgt (run, &self);
  return TRUE;
}

static const RuaRoleSpec design_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "Income or another measure of living" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL, "What each record stands for; 1 without it" },
  { "stratum", RUA_ROLE_CATEGORY, RUA_ROLE_OPTIONAL, "The stratum, for the standard error" },
  { "psu", RUA_ROLE_CATEGORY, RUA_ROLE_OPTIONAL, "The sampling unit, for the standard error" },
  { NULL },
};

static const RuaOptionSpec poverty_options[] = {
  { "line", RUA_OPTION_NUMBER, NULL, 0, 0, 0, NULL, "The poverty line" },
  { "relative_to", RUA_OPTION_TOKEN, NULL, 0, 0, 0, "median|mean",
    "What the line is a fraction of" },
  { "fraction", RUA_OPTION_NUMBER, NULL, 0, INFINITY, RUA_OPTION_ABOVE, NULL, "That fraction" },
  { "poor_if", RUA_OPTION_TOKEN, "below", 0, 0, 0, "below|at_or_below",
    "Whether the line itself is poor" },
  { NULL },
};

const RuaEstimator rua_estimator_poverty_fgt = {
  "poverty_fgt",
  N_("Poverty: headcount, gap and severity"),
  "FGT_a = sum w 1(poor) ((z-x)/z)^a / W, a = 0, 1, 2",
  "Foster, Greer and Thorbecke, Econometrica 52 (1984)",
  design_roles,
  poverty_options,
  "fgt0",
  "se0",
  NULL,
  NULL,
  "n",
  run_poverty_fgt,
  rua_reduce_poverty_fgt,
};

/* ---- inequality ---- */

typedef struct {
  RuaWeighted sorted;
  double mean;
  double total; /* sum of w x */
  gboolean negative;
  gboolean zero;
  gboolean varies;
} Incomes;

static void
incomes_init (Incomes *self, const double *x, const double *w, gsize n)
{
  RuaSum sum = { 0 };

  rua_weighted_init (&self->sorted, x, w, n);
  n = self->sorted.n;
  for (gsize i = 0; i < n; i++)
    rua_sum_add (&sum, self->sorted.weights[i] * self->sorted.values[i]);
  self->total = rua_sum_get (&sum);
  self->varies = n > 0 && self->sorted.values[0] != self->sorted.values[n - 1];
  self->mean = n == 0         ? NAN
               : self->varies ? self->total / self->sorted.total
                              : self->sorted.values[0];
  self->negative = n > 0 && self->sorted.values[0] < 0;
  self->zero = FALSE;
  for (gsize i = 0; i < n && self->sorted.values[i] <= 0; i++)
    self->zero |= self->sorted.values[i] == 0;
}

static const char *
incomes_reason (const Incomes *self, gsize n)
{
  return n == 0                ? RUA_REASON_NONE
         : self->sorted.n == 0 ? RUA_REASON_WEIGHTS
         : self->mean > 0      ? NULL
                               : N_("the mean is not above 0");
}

/* sum cumw (W - cumw) (x_next - x) / (W sum w x): nothing is taken away but a value from the next. */
static double
gini (const Incomes *self)
{
  RuaSum apart = { 0 }, above = { 0 };

  if (!self->varies)
    return 0;
  for (gsize i = self->sorted.n - 1; i > 0; i--) {
    rua_sum_add (&above, self->sorted.weights[i]);
    rua_sum_add (&apart, self->sorted.cumulated[i - 1] * rua_sum_get (&above)
                           * (self->sorted.values[i] - self->sorted.values[i - 1]));
  }
  return rua_sum_get (&apart) / (self->sorted.total * self->total);
}

#define NEAR 0.03       /* of the mean: the series is good to the last bit */
#define SERIES_TERMS 12

/* s ln s - d of a share s = 1 + d of the mean, which is never below 0, and of which nothing is lost where d is small. */
static double
excess_of_share (double s, double d)
{
  double sum = 0;

  if (fabs (d) > NEAR)
    return s > 0 ? s * log (s) - d : 1;
  for (int k = SERIES_TERMS; k >= 0; k--)
    sum = 1.0 / ((k + 1) * (k + 2)) - d * sum;
  return d * d * sum;
}

/* d - ln s, likewise. */
static double
excess_of_log (double s, double d)
{
  double sum = 0;

  if (fabs (d) > NEAR)
    return d - log (s);
  for (int k = SERIES_TERMS; k >= 0; k--)
    sum = 1.0 / (k + 2) - d * sum;
  return d * d * sum;
}

/* Theil's T, or with @mean_log his L; of x/m = 1 + d, whose d add up to 0. */
static double
theil (const Incomes *self, gboolean mean_log)
{
  RuaSum sum = { 0 };

  for (gsize i = 0; i < self->sorted.n; i++) {
    double x = self->sorted.values[i], s = x / self->mean, d = (x - self->mean) / self->mean;

    rua_sum_add (&sum, self->sorted.weights[i] * (mean_log ? excess_of_log (s, d) : excess_of_share (s, d)));
  }
  return rua_sum_get (&sum) / self->sorted.total;
}

/* x^(1 - e), by cheaper operations where they are as exact. */
static inline double
utility (double x, double e)
{
  return e == 1 ? log (x) : e == 0.5 ? sqrt (x) : e == 2 ? 1 / x : pow (x, 1 - e);
}

static double
atkinson (const Incomes *self, double e)
{
  RuaSum sum = { 0 };

  if (e >= 1 && self->zero)
    return 1;
  for (gsize i = 0; i < self->sorted.n; i++)
    rua_sum_add (&sum,
                 self->sorted.weights[i] * utility (self->sorted.values[i] / self->mean, e));
  if (e == 1)
    return 1 - exp (rua_sum_get (&sum) / self->sorted.total);
  return 1 - pow (rua_sum_get (&sum) / self->sorted.total, 1 / (1 - e));
}

static double
coefficient_of_variation (const Incomes *self)
{
  RuaSum sum = { 0 };

  for (gsize i = 0; i < self->sorted.n; i++) {
    double gap = (self->sorted.values[i] - self->mean) / self->mean;

    rua_sum_add (&sum, self->sorted.weights[i] * gap * gap);
  }
  return sqrt (rua_sum_get (&sum) / self->sorted.total);
}

/* The income share of the poorest p, on the line through the cumulated points. */
static double
lorenz (const Incomes *self, double p)
{
  double target = p * self->sorted.total;
  RuaSum below = { 0 };

  for (gsize i = 0; i < self->sorted.n; i++) {
    double w = self->sorted.weights[i], before = self->sorted.cumulated[i] - w;

    if (target <= self->sorted.cumulated[i]) {
      rua_sum_add (&below, MAX (target - before, 0) * self->sorted.values[i]);
      break;
    }
    rua_sum_add (&below, w * self->sorted.values[i]);
  }
  return rua_sum_get (&below) / self->total;
}

static void
put_shares (RuaFigures *figures, const Incomes *incomes, const char *reason)
{
  double q20 = rua_weighted_quantile (&incomes->sorted, 0.2, RUA_WEIGHTED_AVERAGED);
  double q80 = rua_weighted_quantile (&incomes->sorted, 0.8, RUA_WEIGHTED_AVERAGED), low, middle,
         high;
  RuaSum top = { 0 }, bottom = { 0 };
  const char *empty = N_("the bottom's total is not above 0");

  for (gsize i = 0; i < incomes->sorted.n; i++) {
    double amount = incomes->sorted.weights[i] * incomes->sorted.values[i];

    if (incomes->sorted.values[i] > q80)
      rua_sum_add (&top, amount);
    if (incomes->sorted.values[i] <= q20)
      rua_sum_add (&bottom, amount);
  }
  rua_figures_put_or (figures, "s80s20", rua_sum_get (&top) / rua_sum_get (&bottom),
                      reason                      ? reason
                      : rua_sum_get (&bottom) > 0 ? NULL
                                                  : empty);
  low = lorenz (incomes, 0.2);
  middle = lorenz (incomes, 0.4);
  high = lorenz (incomes, 0.8);
  rua_figures_put_or (figures, "s80s20_lorenz", (1 - high) / low,
                      reason    ? reason
                      : low > 0 ? NULL
                                : empty);
  rua_figures_put_or (figures, "palma", (1 - lorenz (incomes, 0.9)) / middle,
                      reason       ? reason
                      : middle > 0 ? NULL
                                   : empty);
}

static gboolean
run_inequality (RuaRun *run, GError **error)
{
  const double *w = rua_run_values (run, "weight");
  RuaFigures *figures = run->figures;
  gsize n = run->data.n;
  guint n_epsilon, n_lorenz;
  double *epsilon = rua_run_numbers (run, "epsilon", &n_epsilon),
         *points = rua_run_numbers (run, "lorenz", &n_lorenz);
  const char *reason, *below, *logs;
  double plain_gini;
  Incomes incomes;

  incomes_init (&incomes, rua_run_values (run, "value"), w, n);
  reason = incomes_reason (&incomes, n);
  below = reason ? reason : incomes.negative ? N_("a value is negative") : NULL;
  logs = below ? below : incomes.zero ? N_("a value is 0") : NULL;
  rua_figures_put (figures, "n", n);
  plain_gini = reason ? NAN : gini (&incomes);
  rua_figures_put_or (figures, "gini", plain_gini, reason);
  if (rua_run_wants (run, "theil_t"))
    rua_figures_put_or (figures, "theil_t", below ? NAN : theil (&incomes, FALSE), below);
  if (rua_run_wants (run, "theil_l"))
    rua_figures_put_or (figures, "theil_l", logs ? NAN : theil (&incomes, TRUE), logs);
  if (rua_run_wants (run, "cv"))
    rua_figures_put_or (figures, "cv", coefficient_of_variation (&incomes), reason);
  if (rua_run_wants (run, "s80s20") || rua_run_wants (run, "s80s20_lorenz")
      || rua_run_wants (run, "palma"))
    put_shares (figures, &incomes, reason);
  for (guint i = 0; i < n_epsilon && rua_run_wants (run, "atkinson["); i++)
    rua_figures_put_nth (figures, "atkinson", epsilon[i],
                         below ? NAN : atkinson (&incomes, epsilon[i]), below);
  for (guint i = 0; i < n_lorenz && rua_run_wants (run, "lorenz["); i++)
    rua_figures_put_nth (figures, "lorenz", points[i], lorenz (&incomes, points[i]), reason);
  if (w == NULL)
    rua_figures_put_or (figures, "gini_unbiased", plain_gini * n / (n - 1.0),
                        reason  ? reason
                        : n > 1 ? NULL
                                : RUA_REASON_ONE);
  rua_weighted_clear (&incomes.sorted);
  g_free (epsilon);
  g_free (points);
  return TRUE;
}

static const RuaRoleSpec inequality_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "Income or another measure of living" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL, "What each record stands for; 1 without it" },
  { NULL },
};

static const RuaOptionSpec inequality_options[] = {
  { "epsilon", RUA_OPTION_NUMBERS, "[0.5, 1, 2]", 0, INFINITY, 0, NULL,
    "Aversion to inequality of Atkinson's index" },
  { "lorenz", RUA_OPTION_NUMBERS, "[0.2, 0.4, 0.6, 0.8]", 0, 1, 0, NULL,
    "Points of the Lorenz curve" },
  { NULL },
};

const RuaEstimator rua_estimator_inequality = {
  "inequality",
  N_("Inequality: Gini, Theil, Atkinson, shares"),
  "gini = (2 sum w x cumw - sum w^2 x)/(W sum wx) - 1; theil_t = mean (x/m) ln(x/m); theil_l = "
  "mean ln(m/x)",
  "Cowell, Measuring Inequality (2011); Atkinson, Journal of Economic Theory 2 (1970)",
  inequality_roles,
  inequality_options,
  "gini",
  NULL,
  NULL,
  NULL,
  "n",
  run_inequality,
};

/* ---- standard errors ---- */

typedef enum { GINI, THEIL_T, THEIL_L, ATKINSON } Index;

/* Derivatives of an index by each record's weight, times that weight: A. Demnati and J. N. K. Rao,
 * Survey Methodology 30 (2004). */
static void
influence (Index index,
           const Incomes *incomes,
           double value,
           double e,
           const double *x,
           const double *w,
           gsize n,
           double *scores)
{
  double W = incomes->sorted.total, b = incomes->total, m = incomes->mean;
  RuaSum logs = { 0 }, powers = { 0 }, xlogs = { 0 };
  double Q, c, s, a;

  for (gsize i = 0; i < n; i++) {
    double weight = w ? w[i] : 1;

    /* A record without weight has no influence, whatever its value. */
    if (weight == 0)
      continue;
    if (x[i] > 0) {
      rua_sum_add (&logs, weight * log (x[i] / m));
      rua_sum_add (&xlogs, weight * x[i] * log (x[i] / m));
    }
    rua_sum_add (&powers, weight * pow (x[i] / m, 1 - e));
  }
  c = rua_sum_get (&logs);
  s = rua_sum_get (&powers);
  a = rua_sum_get (&xlogs);
  Q = e == 1 ? exp (c / W) : pow (s / W, 1 / (1 - e));
  if (index == GINI) {
    RuaSum passed = { 0 }, passed_x = { 0 };
    guint32 *order = rua_sort_index (x, n);

    /* sum_j w_j |x - x_j|, from below and from above at once. */
    for (gsize k = 0; k < n; k++) {
      gsize i = order[k];
      double weight = w ? w[i] : 1, before = rua_sum_get (&passed),
             before_x = rua_sum_get (&passed_x);
      double apart = x[i] * before - before_x + (b - before_x) - x[i] * (W - before);

      scores[i] = weight * (apart / (W * b) - value / W - value * x[i] / b);
      rua_sum_add (&passed, weight);
      rua_sum_add (&passed_x, weight * x[i]);
    }
    g_free (order);
    return;
  }
  for (gsize i = 0; i < n; i++) {
    double weight = w ? w[i] : 1, r = x[i] / m, share = x[i] / b, d;

    if (weight == 0) {
      scores[i] = 0;
      continue;
    }
    switch (index) {
    case THEIL_T:
      d = (x[i] > 0 ? x[i] * log (r) / b : 0) - a / b * share - share + 1 / W;
      break;
    case THEIL_L:
      d = share - 1 / W - log (r) / W + c / (W * W);
      break;
    default: {
      double dQ
        = e == 1 ? Q * (log (r) / W - c / (W * W)) : Q / (1 - e) * (pow (r, 1 - e) / s - 1 / W);

      /* Of 1 - Q W m' / b, incomes in units of the fixed m. */
      d = -(dQ + Q / W - Q * share);
    }
    }
    scores[i] = weight * d;
  }
}

static gboolean
run_inequality_se (RuaRun *run, GError **error)
{
  static const char *const keys[] = { "gini", "theil_t", "theil_l", "atkinson" };
  static const char *const errors[] = { "gini_se", "theil_t_se", "theil_l_se", "atkinson_se" };
  const double *x = rua_run_values (run, "value"), *w = rua_run_values (run, "weight");
  double e = rua_run_number (run, "epsilon");
  gsize n = run->data.n;
  double *scores = g_new (double, MAX (n, 1));
  const char *reason, *below, *logs;
  Incomes incomes;
  RuaDesign design;

  if (!rua_design_init (&design, run, error)) {
    g_free (scores);
    return FALSE;
  }
  incomes_init (&incomes, x, w, n);
  reason = incomes_reason (&incomes, n);
  below = reason ? reason : incomes.negative ? N_("a value is negative") : NULL;
  logs = below ? below : incomes.zero ? N_("a value is 0") : NULL;
  rua_figures_put (run->figures, "n", n);
  for (Index k = GINI; k <= ATKINSON; k++) {
    const char *undefined = k == GINI ? reason : k == THEIL_L ? logs : below, *no_se = undefined;
    double value = NAN, variance = NAN;

    if (undefined == NULL) {
      value = k == GINI       ? gini (&incomes)
              : k == ATKINSON ? atkinson (&incomes, e)
                              : theil (&incomes, k == THEIL_L);
      if (k == ATKINSON && e >= 1 && incomes.zero) {
        no_se = N_("a value is 0");
      } else {
        influence (k, &incomes, value, e, x, w, n, scores);
        variance = rua_design_variance (&design, scores, NULL, RUA_LONELY_FAIL, &no_se);
      }
    }
    rua_figures_put_or (run->figures, keys[k], value, undefined);
    rua_figures_put_or (run->figures, errors[k], sqrt (variance), no_se);
  }
  rua_weighted_clear (&incomes.sorted);
  rua_design_clear (&design);
  g_free (scores);
  return TRUE;
}

static const RuaOptionSpec inequality_se_options[] = {
  { "epsilon", RUA_OPTION_NUMBER, "0.5", 0, INFINITY, 0, NULL,
    "Aversion to inequality of Atkinson's index" },
  { NULL },
};

const RuaEstimator rua_estimator_inequality_se = {
  "inequality_se",
  N_("Inequality with standard errors of the sample design"),
  "design variance of the derivatives of each index by the weights",
  "Demnati and Rao, Survey Methodology 30 (2004)",
  design_roles,
  inequality_se_options,
  "gini",
  "gini_se",
  NULL,
  NULL,
  "n",
  run_inequality_se,
};

static gboolean
run_theil_decomposition (RuaRun *run, GError **error)
{
  const double *x = rua_run_values (run, "value"), *w = rua_run_values (run, "weight");
  gsize n = run->data.n;
  guint n_groups;
  guint32 *groups = rua_run_groups (run, "group", 0, &n_groups, NULL);
  RuaSum *totals = g_new0 (RuaSum, MAX (n_groups, 1)),
         *weights = g_new0 (RuaSum, MAX (n_groups, 1));
  RuaSum *logs = g_new0 (RuaSum, MAX (n_groups, 1)), within = { 0 }, between = { 0 };
  double total;
  const char *reason;
  Incomes incomes;

  incomes_init (&incomes, x, w, n);
  reason = incomes_reason (&incomes, n);
  if (reason == NULL && incomes.negative)
    reason = N_("a value is negative");
  for (gsize i = 0; i < n; i++) {
    rua_sum_add (&totals[groups[i]], (w ? w[i] : 1) * x[i]);
    rua_sum_add (&weights[groups[i]], w ? w[i] : 1);
  }
  for (gsize i = 0; i < n && reason == NULL; i++) {
    double r = x[i] / (rua_sum_get (&totals[groups[i]]) / rua_sum_get (&weights[groups[i]]));

    if (r > 0 && isfinite (r))
      rua_sum_add (&logs[groups[i]], (w ? w[i] : 1) * r * log (r));
  }
  for (guint g = 0; g < n_groups && reason == NULL; g++) {
    double weight = rua_sum_get (&weights[g]), mean = rua_sum_get (&totals[g]) / weight;
    double share = rua_sum_get (&totals[g]) / incomes.total;

    if (weight == 0 || share == 0)
      continue;
    rua_sum_add (&within, share * rua_sum_get (&logs[g]) / weight);
    rua_sum_add (&between, share * log (mean / incomes.mean));
  }
  total = theil (&incomes, FALSE);
  rua_figures_put_or (run->figures, "total", total, reason);
  rua_figures_put_or (run->figures, "within", rua_sum_get (&within), reason);
  rua_figures_put_or (run->figures, "between", rua_sum_get (&between), reason);
  rua_figures_put_or (run->figures, "between_share", rua_sum_get (&between) / total,
                      reason           ? reason
                      : incomes.varies ? NULL
                                       : RUA_REASON_CONSTANT);
  rua_weighted_clear (&incomes.sorted);
  g_free (logs);
  g_free (weights);
  g_free (totals);
  g_free (groups);
  return TRUE;
}

static const RuaRoleSpec theil_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "Income or another measure of living" },
  { "group", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "The group" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL, "What each record stands for; 1 without it" },
  { NULL },
};

const RuaEstimator rua_estimator_theil_decomposition = {
  "theil_decomposition",
  N_("Theil's index within and between groups"),
  "within = sum s_g T_g; between = sum s_g ln(m_g/m), s_g the income share",
  "Theil, Economics and Information Theory (1967)",
  theil_roles,
  rua_no_options,
  "between_share",
  NULL,
  NULL,
  NULL,
  NULL,
  run_theil_decomposition,
};
