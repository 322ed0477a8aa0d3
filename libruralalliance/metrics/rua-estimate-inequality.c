/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Poverty and inequality. */
#include "rua-estimators-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "rua-design-private.h"
#include "rua-inequality-private.h"
#include "rua-parallel-private.h"
#include "rua-parts-private.h"
#include "rua-reductions-private.h"
#include "rua-scratch-private.h"
#include "rua-special-private.h"
#include "rua-wide-private.h"

void
rua_put_poverty_fgt (RuaRun *run, const RuaPoverty *self)
{
  static const char *const keys[] = { "fgt0", "fgt1", "fgt2" }, *const errors[]
                                                                = { "se0", "se1", "se2" };
  RuaFigures *figures = run->figures;
  gboolean relative = rua_run_has (run, "relative_to");
  gsize n = run->data.n;
  const char *none = n == 0 ? RUA_REASON_NONE : self->W > 0 ? NULL : RUA_REASON_WEIGHTS;
  const char *line = none ? none : self->line > 0 ? NULL : N_ ("the line is not above 0");

  rua_figures_put (figures, "n", n);
  rua_figures_put_or (figures, "line", self->line, relative ? none : NULL);
  rua_figures_put (figures, "n_poor", self->n_poor);
  for (guint a = 0; a < 3; a++)
    rua_figures_put_or (figures, keys[a], self->sums[a] / self->W, a > 0 ? line : none);
  /* A line that is itself estimated has an error of its own, which is not worked out. */
  for (guint a = 0; a < 3 && !relative && self->has_errors; a++) {
    const char *reason = a > 0 ? line : none;

    rua_figures_put_or (figures, errors[a], self->errors[a], reason ? reason : self->lonely[a]);
  }
  rua_figures_put_or (figures, "mean_shortfall_poor", self->shortfall / self->sums[0],
                      none                ? none
                      : self->sums[0] > 0 ? NULL
                                          : N_ ("nobody is poor"));
}

/* ((line - x) / line)^a */
static RuaDouble2
get_power (double line, double x, guint a)
{
  RuaDouble2 gap = rua_double2_subtract ((RuaDouble2){ line, 0 }, (RuaDouble2){ x, 0 });

  if (a == 0)
    return (RuaDouble2){ 1, 0 };
  gap = rua_double2_divide (gap, (RuaDouble2){ line, 0 });
  return a == 1 ? gap : rua_double2_multiply (gap, gap);
}

/* w (p - F) / W, F the mean. Where few records with little weight differ from the others, nearly all of these goes off: hence
 * two doubles. */
static void
score_powers (const RuaDouble2 *powers, const double *w, gsize n, double *scores, double *rests)
{
  RuaDouble2 sum = { 0, 0 }, W = { 0, 0 }, mean;
  double unit = w ? rua_unit_of (w, n) : 1;

  for (gsize i = 0; i < n; i++) {
    RuaDouble2 weight = { w ? w[i] * unit : 1, 0 };

    W = rua_double2_add (W, weight);
    sum = rua_double2_add (sum, rua_double2_multiply (weight, powers[i]));
  }
  mean = rua_double2_divide (sum, W);
  for (gsize i = 0; i < n; i++) {
    RuaDouble2 weight = { w ? w[i] * unit : 1, 0 }, score = rua_double2_subtract (powers[i], mean);

    score = rua_double2_divide (rua_double2_multiply (weight, score), W);
    scores[i] = score.high;
    rests[i] = score.low;
  }
}

static gboolean
put_poverty_errors (RuaRun *run, RuaPoverty *self, gboolean or_at, GError **error)
{
  const double *x = rua_run_values (run, "value"), *w = rua_run_values (run, "weight");
  gsize n = run->data.n;
  double *scores, *rests;
  RuaDouble2 *powers;
  RuaDesign design;

  if (!rua_design_init (&design, run, error))
    return FALSE;
  scores = g_new (double, 2 * MAX (n, 1));
  rests = scores + n;
  powers = g_new (RuaDouble2, MAX (n, 1));
  for (guint a = 0; a < 3; a++) {
    self->errors[a] = NAN;
    if (n == 0 || !(self->W > 0) || (a > 0 && !(self->line > 0)))
      continue;
    for (gsize i = 0; i < n; i++)
      powers[i] = x[i] < self->line || (or_at && x[i] == self->line)
                    ? get_power (self->line, x[i], a)
                    : (RuaDouble2){ 0, 0 };
    score_powers (powers, w, n, scores, rests);
    self->errors[a] = rua_design_error (&design, scores, rests, RUA_LONELY_FAIL, &self->lonely[a]);
  }
  g_free (powers);
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
  N_ ("Poverty: headcount, gap and severity"),
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

/* Indices have no unit: what is so great or so small that products of three would be beyond the range of numbers is
 * brought near 1 in @owned, unless something would be lost at the other end. */
static const double *
moderate (const double *values, gsize n, double **owned)
{
  double low = 0, high = 0, greatest, least = INFINITY, unit;

  *owned = NULL;
  if (values != NULL)
    rua_parts_range (values, n, &low, &high);
  greatest = MAX (-low, high);
  unit = rua_unit (greatest);
  if (!(greatest > 0) || (unit > 1e-60 && unit < 1e60))
    return values;
  for (gsize i = 0; i < n; i++)
    if (values[i] != 0)
      least = MIN (least, fabs (values[i]));
  if (least * unit < DBL_MIN)
    return values;
  *owned = g_new (double, n);
  for (gsize i = 0; i < n; i++)
    (*owned)[i] = values[i] * unit;
  return *owned;
}

static const char *
incomes_reason (const RuaInequality *self, gsize n)
{
  return n == 0                ? RUA_REASON_NONE
         : self->sorted.n == 0 ? RUA_REASON_WEIGHTS
         : self->mean > 0      ? NULL
                               : N_ ("the mean is not above 0");
}

/* The income share of the poorest p, on the line through the cumulated points. */
static double
lorenz (const RuaInequality *self, double p)
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
put_shares (RuaFigures *figures, const RuaInequality *incomes, const char *reason)
{
  double q20 = rua_weighted_quantile (&incomes->sorted, 0.2, RUA_WEIGHTED_AVERAGED);
  double q80 = rua_weighted_quantile (&incomes->sorted, 0.8, RUA_WEIGHTED_AVERAGED), low, middle,
         high;
  RuaSum top = { 0 }, bottom = { 0 };
  const char *empty = N_ ("the bottom's total is not above 0");

  for (gsize i = 0; i < incomes->sorted.n; i++) {
    double amount = incomes->sorted.weights[i] * incomes->sorted.values[i];

    if (incomes->sorted.values[i] > q80)
      rua_sum_add (&top, amount);
    if (incomes->sorted.values[i] <= q20)
      rua_sum_add (&bottom, amount);
  }
  rua_figures_put_or (figures, "s80s20", rua_sum_get (&top) / rua_sum_get (&bottom),
                      reason                          ? reason
                      : !(rua_sum_get (&bottom) <= 0) ? NULL
                                                      : empty);
  low = lorenz (incomes, 0.2);
  middle = lorenz (incomes, 0.4);
  high = lorenz (incomes, 0.8);
  rua_figures_put_or (figures, "s80s20_lorenz", (1 - high) / low,
                      reason        ? reason
                      : !(low <= 0) ? NULL
                                    : empty);
  rua_figures_put_or (figures, "palma", (1 - lorenz (incomes, 0.9)) / middle,
                      reason           ? reason
                      : !(middle <= 0) ? NULL
                                       : empty);
}

/* Gini's and the shares do without, and the centre is a walk over all records. */
static gboolean
wants_centre (RuaRun *run)
{
  return rua_run_wants (run, "theil_t") || rua_run_wants (run, "theil_l")
         || rua_run_wants (run, "cv") || rua_run_wants (run, "atkinson[");
}

static gboolean
run_inequality (RuaRun *run, GError **error)
{
  gsize n = run->data.n;
  double *own_x, *own_w;
  const double *x = moderate (rua_run_values (run, "value"), n, &own_x),
               *w = moderate (rua_run_values (run, "weight"), n, &own_w);
  RuaFigures *figures = run->figures;
  guint n_epsilon, n_lorenz;
  double *epsilon = rua_run_numbers (run, "epsilon", &n_epsilon),
         *points = rua_run_numbers (run, "lorenz", &n_lorenz);
  const char *reason, *below, *logs;
  double plain_gini;
  RuaInequality incomes;

  rua_inequality_init (&incomes, x, w, n);
  reason = incomes_reason (&incomes, n);
  below = reason ? reason : incomes.negative ? N_ ("a value is negative") : NULL;
  logs = below ? below : incomes.zero ? N_ ("a value is 0") : NULL;
  rua_figures_put (figures, "n", n);
  plain_gini = reason ? NAN : rua_inequality_get_gini (&incomes);
  if (reason == NULL && wants_centre (run))
    rua_inequality_centre (&incomes);
  rua_figures_put_or (figures, "gini", plain_gini, reason);
  if (rua_run_wants (run, "theil_t"))
    rua_figures_put_or (figures, "theil_t", below ? NAN : rua_inequality_get_entropy (&incomes, 0),
                        below);
  if (rua_run_wants (run, "theil_l"))
    rua_figures_put_or (figures, "theil_l", logs ? NAN : rua_inequality_get_entropy (&incomes, 1),
                        logs);
  if (rua_run_wants (run, "cv"))
    rua_figures_put_or (figures, "cv", reason ? NAN : rua_inequality_get_cv (&incomes), reason);
  if (rua_run_wants (run, "s80s20") || rua_run_wants (run, "s80s20_lorenz")
      || rua_run_wants (run, "palma"))
    put_shares (figures, &incomes, reason);
  for (guint i = 0; i < n_epsilon && rua_run_wants (run, "atkinson["); i++)
    rua_figures_put_nth (figures, "atkinson", epsilon[i],
                         below ? NAN : rua_inequality_get_atkinson (&incomes, epsilon[i]), below);
  for (guint i = 0; i < n_lorenz && rua_run_wants (run, "lorenz["); i++)
    rua_figures_put_nth (figures, "lorenz", points[i], lorenz (&incomes, points[i]), reason);
  if (w == NULL)
    rua_figures_put_or (figures, "gini_unbiased", plain_gini * n / (n - 1.0),
                        reason  ? reason
                        : n > 1 ? NULL
                                : RUA_REASON_ONE);
  rua_inequality_clear (&incomes);
  g_free (own_x);
  g_free (own_w);
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
  N_ ("Inequality: Gini, Theil, Atkinson, shares"),
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

#define N_INDICES (ATKINSON + 1)
/* Fewer records are done with before another thread has begun. */
#define LEAST_SHARED 4096

static const char *const index_keys[] = { "gini", "theil_t", "theil_l", "atkinson" };
static const char *const error_keys[] = { "gini_se", "theil_t_se", "theil_l_se", "atkinson_se" };

typedef struct {
  RuaInequality incomes;
  RuaInfluence influence;
  RuaDesign design;
  double e;
  Index indices[N_INDICES];     /* those that are wanted, and defined */
  const char *no_se[N_INDICES]; /* by index */
  double values[N_INDICES];
  double errors[N_INDICES];
} Errors;

static double
get_index (const RuaInequality *self, Index index, double e)
{
  return index == GINI       ? rua_inequality_get_gini (self)
         : index == ATKINSON ? rua_inequality_get_atkinson (self, e)
                             : rua_inequality_get_entropy (self, index == THEIL_L);
}

static gboolean
get_totals (const RuaInfluence *self, Index index, double e, RuaDouble2 *totals, GError **error)
{
  return index == GINI       ? rua_influence_of_gini (self, totals, error)
         : index == ATKINSON ? rua_influence_of_atkinson (self, e, totals, error)
                             : rua_influence_of_entropy (self, index == THEIL_L, totals, error);
}

static gboolean
find_error (guint task, gpointer data, GError **error)
{
  Errors *self = data;
  Index k = self->indices[task];
  RuaDouble2 *totals;
  gboolean done;

  self->values[k] = get_index (&self->incomes, k, self->e);
  if (self->no_se[k] != NULL)
    return TRUE;
  totals = rua_scratch_take (self->influence.n_units * sizeof (RuaDouble2));
  done = get_totals (&self->influence, k, self->e, totals, error);
  if (done)
    self->errors[k] = rua_design_error_of_totals (&self->design, totals, RUA_LONELY_FAIL, &self->no_se[k]);
  rua_scratch_give (totals);
  return done;
}

static gboolean
run_inequality_se (RuaRun *run, GError **error)
{
  gsize n = run->data.n;
  double *own_x, *own_w;
  const double *x = moderate (rua_run_values (run, "value"), n, &own_x),
               *w = moderate (rua_run_values (run, "weight"), n, &own_w);
  Errors self = { .e = rua_run_number (run, "epsilon") };
  guint32 *rows;
  const char *reason, *below, *undefined[N_INDICES];
  guint n_tasks = 0;
  gboolean done = TRUE;

  if (!rua_design_init (&self.design, run, error)) {
    g_free (own_x);
    g_free (own_w);
    return FALSE;
  }
  rows = rua_scratch_take (n * sizeof (guint32));
  rua_inequality_init_rows (&self.incomes, x, w, n, rows);
  reason = incomes_reason (&self.incomes, n);
  below = reason ? reason : self.incomes.negative ? N_ ("a value is negative") : NULL;
  if (reason == NULL) {
    rua_inequality_centre (&self.incomes);
    done = rua_influence_init (&self.influence, &self.incomes, rows, self.design.stages[0].unit,
                               self.design.stages[0].n_units, run->cancellable, error);
  }
  for (Index k = GINI; k <= ATKINSON; k++) {
    const char *zero = self.incomes.zero ? N_ ("a value is 0") : NULL;

    undefined[k] = k == GINI ? reason : below == NULL && k == THEIL_L ? zero : below;
    self.no_se[k] = undefined[k] == NULL && k == ATKINSON && self.e >= 1 ? zero : undefined[k];
    self.values[k] = self.errors[k] = NAN;
    if (undefined[k] == NULL
        && (rua_run_wants (run, index_keys[k]) || rua_run_wants (run, error_keys[k])))
      self.indices[n_tasks++] = k;
  }
  if (n >= LEAST_SHARED)
    done = done && rua_parallel_run (n_tasks, find_error, &self, NULL, run->cancellable, error);
  else
    for (guint task = 0; task < n_tasks && done; task++)
      done = find_error (task, &self, error);
  rua_figures_put (run->figures, "n", n);
  for (Index k = GINI; k <= ATKINSON && done; k++) {
    rua_figures_put_or (run->figures, index_keys[k], self.values[k], undefined[k]);
    rua_figures_put_or (run->figures, error_keys[k], self.errors[k], self.no_se[k]);
  }
  rua_influence_clear (&self.influence);
  rua_inequality_clear (&self.incomes);
  rua_scratch_give (rows);
  rua_design_clear (&self.design);
  g_free (own_x);
  g_free (own_w);
  return done;
}

static const RuaOptionSpec inequality_se_options[] = {
  { "epsilon", RUA_OPTION_NUMBER, "0.5", 0, INFINITY, 0, NULL,
    "Aversion to inequality of Atkinson's index" },
  { NULL },
};

const RuaEstimator rua_estimator_inequality_se = {
  "inequality_se",
  N_ ("Inequality with standard errors of the sample design"),
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

/* ---- parts ---- */

/* The values, with what each stands for and the group that it is of. */
typedef struct {
  const double *x;
  const double *w; /* NULL: 1 */
  const guint32 *groups;
  gsize n;
  guint n_groups;
  RuaCentre *centres; /* of each group */
  RuaCentre centre;   /* of all */
  double least;       /* of the values that have weight */
  double greatest;
} Grouped;

typedef struct {
  RuaCentre *centres; /* of each group */
  double least;
  double greatest;
} Table;

/* Tables of groups at once, for those who share the work. */
#define MOST_TABLES 4

typedef struct {
  const Grouped *grouped;
  Table tables[MOST_TABLES];
} Centring;

static void
add_to_centres (guint part, gsize begin, gsize end, gpointer data)
{
  Centring *self = data;
  const Grouped *grouped = self->grouped;
  RuaCentre *centres = self->tables[part].centres;
  double least = INFINITY, greatest = -INFINITY;

  for (gsize i = begin; i < end && grouped->w == NULL; i++)
    rua_centre_add_one (&centres[grouped->groups[i]], grouped->x[i]);
  if (grouped->w == NULL)
    rua_widen_range (grouped->x + begin, end - begin, &least, &greatest);
  for (gsize i = begin; i < end && grouped->w != NULL; i++) {
    double value = grouped->x[i], weight = grouped->w[i];

    if (weight == 0)
      continue;
    rua_centre_add (&centres[grouped->groups[i]], value, weight);
    least = MIN (least, value);
    greatest = MAX (greatest, value);
  }
  self->tables[part].least = least;
  self->tables[part].greatest = greatest;
}

/* Each group's begins with one of its values that have weight: where all are the same, so is the mean, to the last
 * digit. */
static void
begin_centres (Grouped *self)
{
  guint8 *begun = g_new0 (guint8, MAX (self->n_groups, 1));
  guint n_begun = 0;

  self->centres = g_new0 (RuaCentre, MAX (self->n_groups, 1));
  for (gsize i = 0; i < self->n && n_begun < self->n_groups; i++) {
    guint32 group = self->groups[i];

    if (begun[group] || (self->w != NULL && self->w[i] == 0))
      continue;
    rua_centre_begin (&self->centres[group], self->x[i]);
    begun[group] = TRUE;
    n_begun++;
  }
  g_free (begun);
}

/* The mean of all is that of the groups' means. */
static void
join_centres (Grouped *self)
{
  double first = 0;
  gboolean begun = FALSE;

  for (guint g = 0; g < self->n_groups; g++) {
    const RuaCentre *centre = &self->centres[g];
    RuaDouble2 gap;

    if (centre->weight.high == 0)
      continue;
    if (!begun)
      rua_centre_begin (&self->centre, first = centre->high);
    begun = TRUE;
    gap = rua_double2_add (rua_two_sum (centre->high, -first), centre->rest);
    rua_sum_add2 (&self->centre.gaps, rua_double2_multiply (centre->weight, gap));
    rua_sum_join (&self->centre.weights, &centre->weights);
  }
  if (begun)
    rua_centre_end (&self->centre);
}

static void
find_centres (Grouped *self)
{
  guint n_parts = rua_parts_count_tables (self->n, self->n_groups, MOST_TABLES);
  Centring centring = { .grouped = self };

  begin_centres (self);
  for (guint part = 0; part < n_parts; part++)
    centring.tables[part].centres
      = part == 0 ? self->centres : g_memdup2 (self->centres, self->n_groups * sizeof (RuaCentre));
  rua_parts_run (self->n, n_parts, add_to_centres, &centring);
  self->least = INFINITY;
  self->greatest = -INFINITY;
  for (guint part = 0; part < n_parts; part++) {
    const Table *table = &centring.tables[part];

    self->least = MIN (self->least, table->least);
    self->greatest = MAX (self->greatest, table->greatest);
    for (guint g = 0; g < self->n_groups && part > 0; g++)
      rua_centre_join (&self->centres[g], &table->centres[g]);
    if (part > 0)
      g_free (table->centres);
  }
  for (guint g = 0; g < self->n_groups; g++)
    rua_centre_end (&self->centres[g]);
  join_centres (self);
}

/* Records at once: what is told of them stays in the first cache. */
#define BLOCK 256

/* What records are compared with. */
typedef struct {
  double mean;
  double rest;
  double share; /* that the mean is of that of all */
} Side;

typedef struct {
  const Grouped *grouped;
  const Side *sides; /* of each group */
  RuaEntropy index;
} Within;

typedef struct {
  double values[BLOCK];
  Side sides[BLOCK];
  double gaps[BLOCK], shares[BLOCK];
} Block;

RUA_WIDE static void
compare_with_sides (Block *block, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    const Side *side = &block->sides[i];
    double value = block->values[i];

    block->gaps[i] = ((value - side->mean) - side->rest) / side->mean;
    block->shares[i] = value / side->mean;
  }
}

static void
add_within (gsize begin, gsize end, gconstpointer data, RuaSum *sum)
{
  const Within *self = data;
  const Grouped *grouped = self->grouped;
  Block block;
  double excesses[BLOCK];

  for (; begin < end; begin += BLOCK) {
    const double *w = grouped->w != NULL ? grouped->w + begin : NULL;
    gsize n = MIN (BLOCK, end - begin);

    for (gsize i = 0; i < n; i++) {
      block.sides[i] = self->sides[grouped->groups[begin + i]];
      /* What has no weight may be anything. */
      block.values[i] = w == NULL || w[i] != 0 ? grouped->x[begin + i] : block.sides[i].mean;
    }
    compare_with_sides (&block, n);
    rua_entropy_get_excesses (&self->index, block.gaps, block.shares, n, excesses);
    for (gsize i = 0; i < n; i++)
      rua_sum_add (sum, (w == NULL ? 1 : w[i]) * block.sides[i].share * excesses[i]);
  }
}

/* sum s_g T_g */
static double
theil_within (const Grouped *grouped)
{
  Within self = { .grouped = grouped };
  Side *sides = g_new (Side, MAX (grouped->n_groups, 1));
  RuaSum sum;

  for (guint g = 0; g < grouped->n_groups; g++) {
    const RuaCentre *centre = &grouped->centres[g];

    /* A group without income has no part in it. */
    sides[g] = centre->high > 0 ? (Side){ centre->high, centre->rest.high, centre->high / grouped->centre.high }
                                : (Side){ 1, 0, 0 };
  }
  self.sides = sides;
  rua_entropy_init (&self.index, 0);
  sum = rua_parts_sum (grouped->n, add_within, &self);
  g_free (sides);
  return rua_sum_get (&sum) / grouped->centre.weight.high;
}

/* sum W_g/W (r_g ln r_g - d_g), of the shares r_g = 1 + d_g that groups' means are of the mean: the d_g add up to 0. */
static double
theil_between (const Grouped *grouped)
{
  RuaSum sum = { 0 };
  RuaEntropy index;

  rua_entropy_init (&index, 0);
  for (guint g = 0; g < grouped->n_groups; g++) {
    const RuaCentre *centre = &grouped->centres[g];
    double gap = rua_centre_get_gap_of (&grouped->centre, centre), share = centre->high / grouped->centre.high;

    rua_sum_add (&sum, centre->weight.high * rua_entropy_get_excess (&index, gap, share));
  }
  return rua_sum_get (&sum) / grouped->centre.weight.high;
}

static gboolean
run_theil_decomposition (RuaRun *run, GError **error)
{
  gsize n = run->data.n;
  double *own_x, *own_w;
  const double *x = moderate (rua_run_values (run, "value"), n, &own_x),
               *w = moderate (rua_run_values (run, "weight"), n, &own_w);
  guint n_groups;
  guint32 *groups = rua_run_groups (run, "group", 0, &n_groups, NULL);
  Grouped grouped = { x, w, groups, n, n_groups };
  double within = NAN, between = NAN;
  const char *reason;

  find_centres (&grouped);
  reason = n == 0                              ? RUA_REASON_NONE
           : grouped.centre.weight.high == 0 ? RUA_REASON_WEIGHTS
           : !(grouped.centre.high > 0)      ? N_ ("the mean is not above 0")
           : grouped.least < 0               ? N_ ("a value is negative")
                                             : NULL;
  if (reason == NULL) {
    within = theil_within (&grouped);
    between = theil_between (&grouped);
  }
  rua_figures_put_or (run->figures, "total", within + between, reason);
  rua_figures_put_or (run->figures, "within", within, reason);
  rua_figures_put_or (run->figures, "between", between, reason);
  rua_figures_put_or (run->figures, "between_share", between / (within + between),
                      reason                             ? reason
                      : grouped.least < grouped.greatest ? NULL
                                                         : RUA_REASON_CONSTANT);
  g_free (own_x);
  g_free (own_w);
  g_free (grouped.centres);
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
  N_ ("Theil's index within and between groups"),
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
