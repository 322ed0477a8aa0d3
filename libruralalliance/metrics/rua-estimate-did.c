/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Difference in differences, with few clusters. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-linear-private.h"
#include "rua-moments-private.h"
#include "rua-random-private.h"
#include "rua-special-private.h"

/* The outcome, its logarithm when asked for (transfer full); NULL with an error. */
double *
rua_run_outcome (RuaRun *run, GError **error)
{
  const RuaRunColumn *column = rua_run_column (run, "outcome", 0);
  gboolean take_log = rua_run_boolean (run, "log");
  gsize n = run->data.n;
  double *y = g_new (double, MAX (n, 1));

  for (gsize i = 0; i < n; i++) {
    y[i] = take_log ? log (column->values[i]) : column->values[i];
    if (take_log && !(column->values[i] > 0)) {
      rua_run_refuse_row (run, error, column, i,
                          "has no logarithm; leave option log out, or the record");
      g_free (y);
      return NULL;
    }
  }
  return y;
}

/* So that a constant outcome is exactly nothing once an intercept is taken out. */
static void
centre (double *y, gsize n)
{
  RuaMoments m = rua_moments (y, n);

  for (gsize i = 0; i < n; i++)
    y[i] -= m.mean;
}

/* se_cr0 ... ci_high_cr2; @k counts what CR1 loses degrees of freedom to. */
static void
put_clustered (RuaRun *run,
               const RuaFit *fit,
               const guint32 *cluster,
               guint n_clusters,
               guint k,
               gboolean want_cr2,
               const char *reason)
{
  RuaFigures *figures = run->figures;
  double n = fit->n, G = n_clusters, level = rua_run_number (run, "ci_level"), factor, se, t;
  RuaClustered v = { NAN, NAN, NAN, FALSE };
  const char *few, *flat, *no_cr2;

  if (reason == NULL)
    v = rua_fit_clustered (fit, cluster, n_clusters, want_cr2 && n_clusters > 1);
  few = reason ? reason : n_clusters > 1 ? NULL : "needs at least two clusters";
  rua_figures_put (figures, "n_clusters", n_clusters);
  rua_figures_put_or (figures, "se_cr0", sqrt (v.cr0), few);
  if (few == NULL && !(n > k))
    few = "there are as many coefficients as records";
  factor = G / (G - 1) * (n - 1) / (n - k);
  se = sqrt (v.cr0 * factor);
  flat = few ? few : se > 0 ? NULL : "the residuals sum to 0 within every cluster";
  t = few ? NAN : rua_t_critical (level, G - 1);
  rua_figures_put_or (figures, "se_cr1", se, few);
  rua_figures_put_or (figures, "p_cr1", rua_t_two_sided (fit->estimate / se, G - 1), flat);
  rua_figures_put_or (figures, "ci_low_cr1", fit->estimate - t * se, few);
  rua_figures_put_or (figures, "ci_high_cr1", fit->estimate + t * se, few);
  no_cr2 = few          ? few
           : !want_cr2  ? "it is not defined with weights"
           : !v.has_cr2 ? "the design is too large for it"
                        : NULL;
  se = sqrt (v.cr2);
  rua_figures_put_or (figures, "se_cr2", se, no_cr2);
  if (no_cr2 == NULL && !(isfinite (v.df_cr2) && v.df_cr2 > 0))
    no_cr2 = "its degrees of freedom are undefined";
  flat = no_cr2 ? no_cr2 : se > 0 ? NULL : "the residuals sum to 0 within every cluster";
  t = no_cr2 ? NAN : rua_t_critical (level, v.df_cr2);
  rua_figures_put_or (figures, "df_cr2", v.df_cr2, no_cr2);
  rua_figures_put_or (figures, "p_cr2", rua_t_two_sided (fit->estimate / se, v.df_cr2), flat);
  rua_figures_put_or (figures, "ci_low_cr2", fit->estimate - t * se, no_cr2);
  rua_figures_put_or (figures, "ci_high_cr2", fit->estimate + t * se, no_cr2);
  if (n_clusters < 40 && n_clusters > 1)
    rua_figures_warn (
      figures,
      "%u clusters are few: CR1 understates the error; use CR2 or the wild cluster bootstrap",
      n_clusters);
}

static void
put_cells (RuaRun *run, const double *y, const double *treated, const double *post, const double *w)
{
  for (int a = 0; a < 2; a++)
    for (int b = 0; b < 2; b++) {
      RuaSum sum = { 0 }, weights = { 0 };
      gsize count = 0;

      for (gsize i = 0; i < run->data.n; i++)
        if (treated[i] == a && post[i] == b) {
          count++;
          rua_sum_add (&weights, w ? w[i] : 1);
          rua_sum_add (&sum, (w ? w[i] : 1) * y[i]);
        }
      rua_figures_put_cell (run->figures, "cell_n", a, b, count, NULL);
      rua_figures_put_cell (run->figures, "cell_mean", a, b,
                            rua_sum_get (&sum) / rua_sum_get (&weights),
                            count == 0                   ? RUA_REASON_NONE
                            : rua_sum_get (&weights) > 0 ? NULL
                                                         : RUA_REASON_WEIGHTS);
    }
}

static gboolean
run_did_2x2 (RuaRun *run, GError **error)
{
  const double *treated = rua_run_values (run, "treated"), *post = rua_run_values (run, "post");
  const double *w = rua_run_values (run, "weight");
  double *y = rua_run_outcome (run, error), *column, se;
  gsize n = run->data.n;
  RuaFigures *figures = run->figures;
  const char *reason = NULL, *dof, *flat;
  RuaFit fit;

  if (y == NULL)
    return FALSE;
  put_cells (run, y, treated, post, w);
  centre (y, n);
  rua_fit_init (&fit, n, 4, NULL, 0);
  column = g_new (double, MAX (n, 1));
  for (int k = 0; k < 4; k++) {
    for (gsize i = 0; i < n; i++)
      column[i] = (w ? sqrt (w[i]) : 1) * (k & 1 ? treated[i] : 1) * (k & 2 ? post[i] : 1);
    if (k < 3)
      rua_fit_add (&fit, column);
    else if (!rua_fit_add_tested (&fit, column))
      reason = n == 0 ? RUA_REASON_NONE : "one of the four cells has no records";
  }
  g_free (column);
  for (gsize i = 0; w && i < n; i++)
    y[i] *= sqrt (w[i]);
  if (reason == NULL)
    rua_fit_solve (&fit, y);
  else
    fit.residuals = y;
  rua_figures_put_or (figures, "estimate", fit.estimate, reason);
  rua_figures_put (figures, "n", n);
  rua_figures_put (figures, "k", fit.rank);
  dof = reason ? reason : n > fit.rank ? NULL : "there are as many coefficients as records";
  se = dof ? NAN : sqrt (rua_fit_classical (&fit));
  flat = dof ? dof : se > 0 ? NULL : "the residuals are 0";
  rua_figures_put_or (figures, "se_classical", se, dof);
  rua_figures_put_or (figures, "p_classical",
                      rua_t_two_sided (fit.estimate / se, (double)n - fit.rank), flat);
  rua_figures_put_or (figures, "se_hc1", dof ? NAN : sqrt (rua_fit_hc1 (&fit)), dof);
  if (rua_run_column (run, "cluster", 0)) {
    guint n_clusters;
    guint32 *cluster = rua_run_groups (run, "cluster", 0, &n_clusters, NULL);

    put_clustered (run, &fit, cluster, n_clusters, fit.rank, w == NULL, reason);
    g_free (cluster);
  }
  rua_fit_clear (&fit);
  return TRUE;
}

static const RuaRoleSpec did_roles[] = {
  { "outcome", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "What may have changed" },
  { "treated", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED, "1 in the group that was ever treated" },
  { "post", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED, "1 after the treatment began" },
  { "cluster", RUA_ROLE_CATEGORY, RUA_ROLE_OPTIONAL, "Within which errors may go together" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL, "Weights of the least squares" },
  { NULL },
};

static const RuaOptionSpec did_options[] = {
  { "log", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL,
    "Take the natural logarithm of the outcome" },
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_did_2x2 = {
  "did_2x2",
  "Difference in differences of two groups and two periods",
  "coefficient of treated x post in y on 1, treated, post, treated x post; CR0, CR1, CR2 with "
  "Satterthwaite df",
  "Bell and McCaffrey, Survey Methodology 28 (2002); Pustejovsky and Tipton, JBES 36 (2018)",
  did_roles,
  did_options,
  "estimate",
  "se_cr2",
  "ci_low_cr2",
  "ci_high_cr2",
  "n",
  run_did_2x2,
};

static gboolean
run_twfe (RuaRun *run, GError **error)
{
  gsize n = run->data.n;
  guint n_units, n_periods;
  double *y = rua_run_outcome (run, error), *column;
  guint32 *units, *periods;
  RuaFigures *figures = run->figures;
  const char *reason = NULL;
  RuaFit fit;

  if (y == NULL)
    return FALSE;
  centre (y, n);
  units = rua_run_groups (run, "unit", 0, &n_units, NULL);
  periods = rua_run_groups (run, "period", 0, &n_periods, NULL);
  if (n > 0 && (gsize)(n_periods + 1) > 4000000000u / n) {
    g_free (units);
    g_free (periods);
    g_free (y);
    return rua_run_refuse (run, error, RUA_ERROR_LIMIT,
                           "%u periods of %" G_GSIZE_FORMAT " records are too many", n_periods, n);
  }
  rua_fit_init (&fit, n, n_periods + 1, units, n_units);
  column = g_new (double, MAX (n, 1));
  for (guint p = 0; p < n_periods; p++) {
    for (gsize i = 0; i < n; i++)
      column[i] = periods[i] == p;
    rua_fit_add (&fit, column);
  }
  memcpy (column, rua_run_values (run, "treatment"), n * sizeof (double));
  centre (column, n);
  if (!rua_fit_add_tested (&fit, column))
    reason = n == 0 ? RUA_REASON_NONE : "units and periods explain the treatment wholly";
  g_free (column);
  if (reason == NULL)
    rua_fit_solve (&fit, y);
  else
    fit.residuals = y;
  rua_figures_put (figures, "n_units", n_units);
  rua_figures_put (figures, "n_periods", n_periods);
  rua_figures_put_or (figures, "estimate", fit.estimate, reason);
  rua_figures_put (figures, "n", n);
  rua_figures_put (figures, "k", fit.rank);
  if (rua_run_column (run, "cluster", 0)) {
    guint n_clusters;
    guint32 *cluster = rua_run_groups (run, "cluster", 0, &n_clusters, NULL);
    double se_cr0 = NAN, G, N = n;
    const char *few;

    G = n_clusters;
    put_clustered (run, &fit, cluster, n_clusters, fit.rank, TRUE, reason);
    few = reason ? reason : n_clusters > 1 ? NULL : "needs at least two clusters";
    rua_figures_get (figures, "se_cr0", &se_cr0);
    rua_figures_put_or (figures, "se_cr1_nested",
                        se_cr0 * sqrt (G / (G - 1) * (N - 1) / (N - 1 - n_periods)),
                        few                 ? few
                        : N > 1 + n_periods ? NULL
                                            : "there are as many coefficients as records");
    rua_figures_put_or (figures, "se_cr1_slopes", se_cr0 * sqrt (G / (G - 1)), few);
    g_free (cluster);
  }
  rua_fit_clear (&fit);
  g_free (units);
  g_free (periods);
  return TRUE;
}

static const RuaRoleSpec twfe_roles[] = {
  { "outcome", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "What may have changed" },
  { "unit", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Who was observed" },
  { "period", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "When" },
  { "treatment", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "Treatment of this unit in this period" },
  { "cluster", RUA_ROLE_CATEGORY, RUA_ROLE_OPTIONAL, "Within which errors may go together" },
  { NULL },
};

const RuaEstimator rua_estimator_twfe = {
  "twfe",
  "Two-way fixed effects",
  "y on treatment, unit and period dummies; CR0, CR1 (K = rank, or 1 + periods where units are "
  "nested), CR2",
  "Wooldridge, Econometric Analysis of Cross Section and Panel Data (2010)",
  twfe_roles,
  did_options,
  "estimate",
  "se_cr2",
  "ci_low_cr2",
  "ci_high_cr2",
  "n",
  run_twfe,
};
