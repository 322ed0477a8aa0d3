/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that hold with few clusters: the wild bootstrap and re-randomisation. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-linear-private.h"
#include "rua-moments-private.h"
#include "rua-random-private.h"
#include "rua-special-private.h"

/* All sign vectors of more clusters than this are too many to go through. */
#define MOST_ENUMERATED 24
#define MOST_ASSIGNMENTS 50000000.0

/* What a draw of one number a cluster needs: under the null hypothesis the coefficient and its
 * clustered score are linear in the draw, so no regression is run again.
 *
 * A restricted residual is e + gap x tested, e the residual of the whole regression. The draw v is split into its mean c
 * and what is left: the regression takes c x tested out wholly, so (v - c) x tested alone goes on. In a nearly perfect
 * fit e is tiny, and would drown in the rounding of what else had to cancel. */
typedef struct {
  guint n_clusters;
  guint r;
  double gap;     /* how far the coefficient is from the null */
  double whole;   /* tested'tested */
  double *own;    /* of a cluster: tested'tested */
  double *sums;   /* of a cluster: tested'e */
  double *sizes;  /* of a cluster: the same of absolute values */
  double *mixed;  /* of a cluster: F'tested, r numbers */
  double *loaded; /* of a cluster: F'e, r numbers */
  double *inner;  /* r numbers */
} Wild;

static void
wild_init (Wild *self, const RuaFit *fit, double gap, const guint32 *cluster, guint n_clusters)
{
  guint r = fit->n_basis;
  /* The statistic is the same of any multiple: both parts stay within the range of numbers. */
  int down = fabs (gap) > 1 ? ilogb (gap) : 0;

  self->n_clusters = n_clusters;
  self->r = r;
  self->gap = ldexp (gap, -down);
  self->whole = 0;
  self->own = g_new0 (double, n_clusters);
  self->sums = g_new0 (double, n_clusters);
  self->sizes = g_new0 (double, n_clusters);
  self->mixed = g_new0 (double, (gsize)n_clusters *r);
  self->loaded = g_new0 (double, (gsize)n_clusters *r);
  self->inner = g_new (double, r);
  for (gsize i = 0; i < fit->n; i++) {
    gsize g = cluster[i];
    double residual = ldexp (fit->residuals[i], -down);

    self->own[g] += fit->tested[i] * fit->tested[i];
    self->sums[g] += fit->tested[i] * residual;
    self->sizes[g] += fabs (fit->tested[i] * residual);
    for (guint k = 0; k < r; k++) {
      double basis = fit->basis[k * fit->n + i];

      self->mixed[g * r + k] += basis * fit->tested[i];
      self->loaded[g * r + k] += basis * residual;
    }
  }
  for (guint g = 0; g < n_clusters; g++)
    self->whole += self->own[g];
}

static void
wild_clear (Wild *self)
{
  g_free (self->own);
  g_free (self->sums);
  g_free (self->sizes);
  g_free (self->mixed);
  g_free (self->loaded);
  g_free (self->inner);
}

/* The t of the draw, but for the constant that CR1 has in common with every other draw; 0 where
 * the error is 0. */
static double
wild_statistic (Wild *self, const double *draw)
{
  guint r = self->r;
  double above = 0, squares = 0, scale = 0, mean = 0;

  memset (self->inner, 0, r * sizeof (double));
  /* Added in the order of the whole, so that of a draw all of one number the mean is that number. */
  for (guint g = 0; g < self->n_clusters; g++)
    mean += draw[g] * self->own[g];
  mean /= self->whole;
  for (guint g = 0; g < self->n_clusters; g++) {
    double rest = self->gap * (draw[g] - mean);

    above += draw[g] * (self->sums[g] + self->gap * self->own[g]);
    for (guint k = 0; k < r; k++)
      self->inner[k]
        += draw[g] * self->loaded[(gsize)g * r + k] + rest * self->mixed[(gsize)g * r + k];
  }
  for (guint g = 0; g < self->n_clusters; g++) {
    double rest = self->gap * (draw[g] - mean) * self->own[g],
           score = draw[g] * self->sums[g] + rest,
           size = fabs (draw[g]) * self->sizes[g] + fabs (rest);

    scale += size * size;
    for (guint k = 0; k < r; k++)
      score -= self->mixed[(gsize)g * r + k] * self->inner[k];
    squares += score * score;
  }
  return squares > 1e-24 * scale ? above / sqrt (squares) : 0;
}

/* All draws of one number, or of its opposite, give the statistic that was observed. */
static double
observed_statistic (Wild *self)
{
  double *draw = g_new (double, self->n_clusters), observed;

  for (guint g = 0; g < self->n_clusters; g++)
    draw[g] = 1;
  observed = wild_statistic (self, draw);
  g_free (draw);
  return observed;
}

/* Those that repeat the observed one count whatever rounding says. */
static gboolean
is_extreme (Wild *self, const double *draw, double limit)
{
  guint g = 1;

  while (g < self->n_clusters && draw[g] == draw[0])
    g++;
  return g == self->n_clusters || fabs (wild_statistic (self, draw)) >= limit;
}

static gboolean
draw_all (
  RuaRun *run, Wild *wild, double limit, guint64 *n_draws, guint64 *n_extreme, GError **error)
{
  guint G = wild->n_clusters;
  double *draw = g_new (double, G);
  gboolean done = TRUE;

  *n_draws = G_GUINT64_CONSTANT (1) << G;
  for (guint64 bits = 0; bits < *n_draws && done; bits++) {
    for (guint g = 0; g < G; g++)
      draw[g] = bits >> g & 1 ? 1 : -1;
    *n_extreme += is_extreme (wild, draw, limit);
    if ((bits & 0xffff) == 0xffff)
      done = !rua_run_cancelled (run, error);
  }
  g_free (draw);
  return done;
}

static gboolean
draw_seeded (
  RuaRun *run, Wild *wild, double limit, guint64 *n_draws, guint64 *n_extreme, GError **error)
{
  const double webb[] = { -sqrt (1.5), -1, -sqrt (0.5), sqrt (0.5), 1, sqrt (1.5) };
  gboolean six = rua_run_token_is (run, "weights", "webb"), done = TRUE;
  double *draw = g_new (double, MAX (wild->n_clusters, 1));
  RuaRandom random;

  *n_draws = rua_run_number (run, "replicates");
  rua_random_init (&random, rua_run_number (run, "seed"));
  for (guint64 r = 0; r < *n_draws && done; r++) {
    for (guint g = 0; g < wild->n_clusters; g++) {
      guint32 k = rua_random_below (&random, six ? 6 : 2);

      draw[g] = six ? webb[k] : k == 0 ? -1 : 1;
    }
    *n_extreme += is_extreme (wild, draw, limit);
    if ((r & 0xfff) == 0xfff)
      done = !rua_run_cancelled (run, error);
  }
  g_free (draw);
  return done;
}

/* The number of the tested regressor's column, -1 with an error. */
static int
find_tested (RuaRun *run, GError **error)
{
  guint n = rua_run_count (run, "regressors");
  char *tested = rua_run_label (run, "tested");
  int found = -1;

  for (guint k = 0; k < n && found < 0; k++)
    if (g_strcmp0 (rua_run_column (run, "regressors", k)->input->name, tested) == 0)
      found = k;
  if (found < 0)
    rua_run_refuse (run, error, RUA_ERROR_VALUE,
                    "the tested column \"%s\" is not among the regressors", tested);
  g_free (tested);
  return found;
}

/* Up to here all whole numbers are doubles, and none was rounded when it was read. */
#define MOST_WHOLE 9007199254740992.0

static gboolean
are_whole (const double *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (values[i] != rint (values[i]) || fabs (values[i]) > MOST_WHOLE)
      return FALSE;
  return TRUE;
}

/* How far from the null rounding alone may put the coefficient; @y: what is left of the outcome without @level, of
 * which rounding took a share as well (0: it did not). */
static double
measure_rounding (const RuaFit *fit, const double *y, double level, double null_value)
{
  RuaSum sum = { 0 };

  for (gsize i = 0; i < fit->n; i++)
    rua_sum_add (&sum, fabs (fit->tested[i]) * (fabs (y[i]) + fabs (level)));
  return 8 * DBL_EPSILON * (rua_sum_get (&sum) / fit->norm2 + fabs (null_value));
}

/* Takes the mean out, and gives it. */
static double
take_mean (double *values, gsize n)
{
  double mean = rua_mean (values, n);

  for (gsize i = 0; i < n; i++)
    values[i] -= mean;
  return mean;
}

static gboolean
run_wild (RuaRun *run, GError **error)
{
  gsize n = run->data.n;
  guint n_regressors = rua_run_count (run, "regressors"), n_clusters, n_dropped = 0;
  gboolean enumerate = rua_run_boolean (run, "enumerate"), done = TRUE;
  double null_value = rua_run_number (run, "null_value"), *y, *column, t = NAN, level;
  int up, across = 0;
  guint64 n_draws = 0, n_extreme = 0;
  int tested = find_tested (run, error);
  const char *reason = NULL;
  guint32 *cluster;
  gboolean exact;
  RuaFit fit;
  Wild wild;

  if (tested < 0)
    return FALSE;
  y = rua_run_outcome (run, error);
  if (y == NULL)
    return FALSE;
  exact = are_whole (y, n);
  up = rua_scale (y, n);
  /* The intercept takes it out; so a constant outcome leaves residuals of exactly 0. */
  level = take_mean (y, n);
  cluster = rua_run_groups (run, "cluster", 0, &n_clusters, NULL);
  if (enumerate && n_clusters > MOST_ENUMERATED) {
    g_free (cluster);
    g_free (y);
    return rua_run_refuse (run, error, RUA_ERROR_LIMIT,
                           "all sign vectors of %u clusters are too many (at most %d); draw them "
                           "with replicates and seed",
                           n_clusters, MOST_ENUMERATED);
  }
  if (enumerate && rua_run_token_is (run, "weights", "webb"))
    rua_figures_warn (run->figures, "%s",
                      _("all sign vectors are taken, as enumerate asks; weights say how random draws are made, and have no say here"));
  rua_fit_init (&fit, n, n_regressors + 1, NULL, 0);
  column = g_new (double, MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    column[i] = 1;
  rua_fit_add (&fit, column);
  for (guint k = 0; k < n_regressors; k++) {
    if ((int)k == tested)
      continue;
    memcpy (column, rua_run_column (run, "regressors", k)->values, n * sizeof (double));
    rua_scale (column, n);
    take_mean (column, n);
    n_dropped += !rua_fit_add (&fit, column);
  }
  if (n > 0 && n_dropped > 0)
    rua_figures_warn (run->figures, _("%u of the other regressors follow from the rest and are left out"), n_dropped);
  if (n > 0) {
    memcpy (column, rua_run_column (run, "regressors", tested)->values, n * sizeof (double));
    across = rua_scale (column, n);
    take_mean (column, n);
  }
  null_value = ldexp (null_value, across - up);
  if (!rua_fit_add_tested (&fit, column))
    reason = n == 0 ? RUA_REASON_NONE : N_("the other regressors explain the tested one wholly");
  else if (n_clusters < 2)
    reason = N_("needs at least two clusters");
  else if (!isfinite (null_value))
    reason = N_("the result is beyond the range of numbers");
  g_free (column);
  rua_figures_put (run->figures, "n", n);
  rua_figures_put (run->figures, "n_clusters", n_clusters);
  if (reason == NULL) {
    double G = n_clusters, N = n, limit, se, far;

    far = measure_rounding (&fit, y, exact ? 0 : level, null_value);
    rua_fit_solve (&fit, y);
    /* No further from the null than rounding: every draw is as far. */
    if (fabs (fit.estimate - null_value) <= far)
      fit.estimate = null_value;
    se = sqrt (rua_fit_clustered (&fit, cluster, n_clusters, FALSE).cr0 * G / (G - 1) * (N - 1)
               / (N - fit.rank));
    t = (fit.estimate - null_value) / se;
    if (!(n > fit.rank))
      reason = N_("there are as many coefficients as records");
    else if (!(se > 0))
      reason = N_("the residuals sum to 0 within every cluster");
    if (reason == NULL) {
      wild_init (&wild, &fit, fit.estimate - null_value, cluster, n_clusters);
      limit = wild.gap == 0 ? 0 : fabs (observed_statistic (&wild)) * (1 - 1e-9);
      done = enumerate ? draw_all (run, &wild, limit, &n_draws, &n_extreme, error)
                       : draw_seeded (run, &wild, limit, &n_draws, &n_extreme, error);
      wild_clear (&wild);
    }
  } else {
    fit.residuals = y;
  }
  rua_figures_put_or (run->figures, "t", t, reason);
  rua_figures_put_or (run->figures, "n_draws", n_draws, reason);
  rua_figures_put_or (run->figures, "n_extreme", n_extreme, reason);
  rua_figures_put_or (run->figures, "p_value",
                      enumerate ? (double)n_extreme / n_draws : (1.0 + n_extreme) / (1.0 + n_draws),
                      reason);
  rua_fit_clear (&fit);
  g_free (cluster);
  return done;
}

static const RuaRoleSpec wild_roles[] = {
  { "outcome", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The left side of the regression" },
  { "cluster", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Within which errors may go together" },
  { "regressors", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_REPEATED,
    "Its right side, beside an intercept" },
  { NULL },
};

static const RuaOptionSpec wild_options[] = {
  { "regressors", RUA_OPTION_COLUMNS, NULL, 0, 0, 0, NULL, "Columns of the right side" },
  { "tested", RUA_OPTION_LABEL, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL,
    "The column whose coefficient is tested" },
  { "null_value", RUA_OPTION_NUMBER, "0", 0, 0, 0, NULL,
    "The coefficient under the null hypothesis" },
  { "enumerate", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL,
    "All sign vectors instead of random ones" },
  { "weights", RUA_OPTION_TOKEN, "rademacher", 0, 0, 0, "rademacher|webb",
    "What is drawn for a cluster; with enumerate it has no say, which is told" },
  { "replicates", RUA_OPTION_INTEGER, "999", 1, 100000000, 0, NULL, "How often it is drawn" },
  { "seed", RUA_OPTION_INTEGER, "1", 0, 4294967295.0, 0, NULL, "Of the random numbers" },
  { "log", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL,
    "Take the natural logarithm of the outcome" },
  { NULL },
};

const RuaEstimator rua_estimator_wild_cluster_bootstrap = {
  "wild_cluster_bootstrap",
  N_("Test of a coefficient with few clusters"),
  "restricted residuals times one draw a cluster; p = share of |t*| >= |t|, t with CR1",
  "Cameron, Gelbach and Miller, Review of Economics and Statistics 90 (2008); Webb (2023)",
  wild_roles,
  wild_options,
  "p_value",
  NULL,
  NULL,
  NULL,
  "n",
  run_wild,
};

/* ---- re-randomisation ---- */

typedef struct {
  const double *means;
  guint n;
  guint n1;
  double total;
  double limit;
  guint64 n_extreme;
} Assignments;

/* Every choice of n1 among n, in lexical order. */
static gboolean
go_through (RuaRun *run, Assignments *self, GError **error)
{
  guint *chosen = g_new (guint, MAX (self->n1, 1));
  double n0 = self->n - self->n1;
  guint64 round = 0;
  gboolean done = TRUE;

  for (guint k = 0; k < self->n1; k++)
    chosen[k] = k;
  while (done) {
    double sum = 0;
    gint k = (gint)self->n1 - 1;

    for (guint i = 0; i < self->n1; i++)
      sum += self->means[chosen[i]];
    self->n_extreme += fabs (sum / self->n1 - (self->total - sum) / n0) >= self->limit;
    while (k >= 0 && chosen[k] == self->n - self->n1 + k)
      k--;
    if (k < 0)
      break;
    chosen[k]++;
    for (guint i = k + 1; i < self->n1; i++)
      chosen[i] = chosen[i - 1] + 1;
    if ((++round & 0xffff) == 0)
      done = !rua_run_cancelled (run, error);
  }
  g_free (chosen);
  return done;
}

static gboolean
run_randomisation (RuaRun *run, GError **error)
{
  const RuaRunColumn *treated = rua_run_column (run, "treated", 0);
  const double *y = rua_run_values (run, "outcome");
  gsize n = run->data.n;
  guint n_clusters, n1 = 0;
  guint32 *cluster = rua_run_groups (run, "cluster", 0, &n_clusters, NULL);
  RuaSum *sums = g_new0 (RuaSum, MAX (n_clusters, 1)), high = { 0 }, low = { 0 };
  gsize *counts = g_new0 (gsize, MAX (n_clusters, 1));
  double *flags = g_new (double, MAX (n_clusters, 1)), *means = g_new (double, MAX (n_clusters, 1));
  double gap, n_assignments, largest = 0, centre = n > 0 ? rua_median (y, n) : 0;
  Assignments all = { 0 };
  gboolean done = TRUE;
  const char *reason;

  for (gsize i = 0; i < n && done; i++) {
    guint32 g = cluster[i];

    if (counts[g]++ == 0)
      flags[g] = treated->values[i];
    else if (flags[g] != treated->values[i])
      done = rua_run_refuse_row (
        run, error, treated, i,
        "differs within its cluster; a cluster is treated whole or not at all");
    /* What all have in common has no say, and its digits are better spent on what differs. */
    rua_sum_add (&sums[g], y[i]);
    rua_sum_add (&sums[g], -centre);
  }
  if (done) {
    for (guint g = 0; g < n_clusters; g++) {
      means[g] = rua_sum_get (&sums[g]) / counts[g];
      n1 += flags[g] == 1;
      rua_sum_add (flags[g] == 1 ? &high : &low, means[g]);
    }
    reason = n_clusters == 0             ? RUA_REASON_NONE
             : n1 > 0 && n1 < n_clusters ? NULL
                                         : N_("all clusters are in one group");
    gap = rua_sum_get (&high) / n1 - rua_sum_get (&low) / (n_clusters - n1);
    /* A gap that is nothing but rounding is none: every assignment is as far from 0. */
    for (guint g = 0; g < n_clusters; g++)
      largest = MAX (largest, fabs (means[g]));
    if (fabs (gap) < 1e-13 * largest)
      gap = 0;
    n_assignments = reason ? 0 : round (exp (rua_log_choose (n_clusters, n1)));
    all = (Assignments){
      means, n_clusters, n1, rua_sum_get (&high) + rua_sum_get (&low), fabs (gap) * (1 - 1e-9), 0
    };
    if (reason == NULL && n_assignments > MOST_ASSIGNMENTS)
      done = rua_run_refuse (run, error, RUA_ERROR_LIMIT,
                             "%.0f assignments of %u clusters are too many to go through",
                             n_assignments, n_clusters);
    else if (reason == NULL)
      done = go_through (run, &all, error);
    rua_figures_put (run->figures, "n_clusters", n_clusters);
    rua_figures_put (run->figures, "n_treated_clusters", n1);
    rua_figures_put_or (run->figures, "difference", gap, reason);
    rua_figures_put_or (run->figures, "n_assignments", n_assignments, reason);
    rua_figures_put_or (run->figures, "n_extreme", all.n_extreme, reason);
    rua_figures_put_or (run->figures, "p_value", all.n_extreme / n_assignments, reason);
  }
  g_free (means);
  g_free (flags);
  g_free (counts);
  g_free (sums);
  g_free (cluster);
  return done;
}

static const RuaRoleSpec randomisation_roles[] = {
  { "outcome", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The outcome" },
  { "treated", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED, "1 in the clusters that were treated" },
  { "cluster", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "What was assigned" },
  { NULL },
};

const RuaEstimator rua_estimator_randomisation_test = {
  "randomisation_test",
  N_("Test by going through all assignments of clusters"),
  "difference of means of cluster means; p = share of choose(G, G1) assignments at least as far "
  "from 0",
  "Fisher, The Design of Experiments (1935)",
  randomisation_roles,
  rua_no_options,
  "difference",
  NULL,
  NULL,
  NULL,
  "n_clusters",
  run_randomisation,
};
