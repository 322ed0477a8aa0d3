/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Difference in differences, with few clusters. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-block-private.h"
#include "rua-linear-private.h"
#include "rua-moments-private.h"
#include "rua-parallel-private.h"
#include "rua-random-private.h"
#include "rua-reductions-private.h"
#include "rua-special-private.h"
#include "rua-two-way-private.h"

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

/* se_cr0 ... ci_high_cr2; @k counts what CR1 loses degrees of freedom to. The estimate and its errors are times two to
 * the power of @up. */
static void
put_clustered (RuaRun *run,
               double estimate,
               int up,
               double n,
               const RuaClustered *v,
               guint n_clusters,
               guint k,
               gboolean weighted,
               const char *reason)
{
  RuaFigures *figures = run->figures;
  double G = n_clusters, level = rua_run_number (run, "ci_level"), factor, se, t;
  const char *few, *flat, *no_cr2;

  few = reason ? reason : n_clusters > 1 ? NULL : N_("needs at least two clusters");
  rua_figures_put (figures, "n_clusters", n_clusters);
  rua_figures_put_or (figures, "se_cr0", ldexp (sqrt (v->cr0), up), few);
  if (few == NULL && !(n > k))
    few = N_("there are as many coefficients as records");
  factor = G / (G - 1) * (n - 1) / (n - k);
  se = sqrt (v->cr0 * factor);
  flat = few ? few : se > 0 ? NULL : N_("the residuals sum to 0 within every cluster");
  t = few ? NAN : rua_t_critical (level, G - 1);
  rua_figures_put_or (figures, "se_cr1", ldexp (se, up), few);
  rua_figures_put_or (figures, "p_cr1", rua_t_two_sided (estimate / se, G - 1), flat);
  rua_figures_put_or (figures, "ci_low_cr1", ldexp (estimate - t * se, up), few);
  rua_figures_put_or (figures, "ci_high_cr1", ldexp (estimate + t * se, up), few);
  no_cr2 = few           ? few
           : weighted    ? N_("it is not defined with weights")
           : !v->has_cr2 ? N_("the design is too large for it")
                         : NULL;
  se = sqrt (v->cr2);
  rua_figures_put_or (figures, "se_cr2", ldexp (se, up), no_cr2);
  if (no_cr2 == NULL && !(isfinite (v->df_cr2) && v->df_cr2 > 0))
    no_cr2 = N_("its degrees of freedom are undefined");
  flat = no_cr2 ? no_cr2 : se > 0 ? NULL : N_("the residuals sum to 0 within every cluster");
  t = no_cr2 ? NAN : rua_t_critical (level, v->df_cr2);
  rua_figures_put_or (figures, "df_cr2", v->df_cr2, no_cr2);
  rua_figures_put_or (figures, "p_cr2", rua_t_two_sided (estimate / se, v->df_cr2), flat);
  rua_figures_put_or (figures, "ci_low_cr2", ldexp (estimate - t * se, up), no_cr2);
  rua_figures_put_or (figures, "ci_high_cr2", ldexp (estimate + t * se, up), no_cr2);
  if (n_clusters < 40 && n_clusters > 1)
    rua_figures_warn (
      figures,
      _("%u clusters are few: CR1 understates the error; use CR2 or the wild cluster bootstrap"),
      n_clusters);
}

/* The two-by-two design has a mean for each cell, so its hat matrix is 1/n between records of one
 * cell and 0 between cells: within a cluster, (I - H)^(-1/2) multiplies the records of a cell by
 * (1 - m/n)^(-1/2), m of the n being in the cluster (the pseudo-inverse: by 0 where m = n). */
static RuaClustered
clustered_cells (const RuaDid *self, double rounding)
{
  static const double signs[4] = { 1, -1, -1, 1 };
  static const RuaDouble2 nothing = { 0, 0 };
  RuaClustered result = { NAN, NAN, NAN, !self->weighted };
  RuaSum cr0 = { 0 }, cr2 = { 0 }, trace = { 0 }, squares = { 0 };
  RuaDouble2 outer[4][4] = { { { 0 } } }, pairs = nothing;
  double(*sums)[4] = g_malloc0 (MAX (self->n_clusters, 1) * sizeof *sums);
  double(*u)[4] = g_malloc0 (MAX (self->n_clusters, 1) * sizeof *u);

  for (gsize i = 0; i < self->n_parts; i++) {
    const RuaDidPart *part = &self->parts[i];
    double whole = self->cell_n[part->cell], share = part->n / whole;
    double factor = 1 - share < 1e-11 ? 0 : 1 / sqrt (1 - share);
    double score = signs[part->cell] / self->cell_weight[part->cell], *sum = sums[part->cluster];

    sum[0] += score * part->residual;
    sum[1] += score * factor * part->residual;
    sum[2] += fabs (score * MAX (factor, 1) * part->residual);
    sum[3] += score * score * factor * factor * part->n * (1 - share);
    u[part->cluster][part->cell] = score * factor * part->n / sqrt (whole);
  }
  for (guint g = 0; g < self->n_clusters; g++) {
    RuaDouble2 norm = nothing;
    double least = MAX (1e-11 * sums[g][2], rounding);

    /* Residuals that sum to 0 within a cluster must not look like a tiny error. */
    if (fabs (sums[g][0]) > least)
      rua_sum_add (&cr0, sums[g][0] * sums[g][0]);
    if (fabs (sums[g][1]) > least)
      rua_sum_add (&cr2, sums[g][1] * sums[g][1]);
    rua_sum_add (&trace, sums[g][3]);
    rua_sum_add (&squares, sums[g][3] * sums[g][3]);
    for (guint a = 0; a < 4; a++)
      for (guint b = 0; b < 4; b++) {
        RuaDouble2 product
          = rua_double2_multiply ((RuaDouble2){ u[g][a], 0 }, (RuaDouble2){ u[g][b], 0 });

        outer[a][b] = rua_double2_add (outer[a][b], product);
        if (a == b)
          norm = rua_double2_add (norm, product);
      }
    pairs = rua_double2_subtract (pairs, rua_double2_multiply (norm, norm));
  }
  /* The sum over pairs g != h of (u_g'u_h)^2 is the squared norm of sum u u' less its part g = h;
   * where a cluster has nearly all the leverage the two are nearly equal, hence two doubles. */
  for (guint a = 0; a < 4; a++)
    for (guint b = 0; b < 4; b++)
      pairs = rua_double2_add (pairs, rua_double2_multiply (outer[a][b], outer[a][b]));
  rua_sum_add (&squares, MAX (pairs.high, 0));
  result.cr0 = rua_sum_get (&cr0);
  result.cr2 = rua_sum_get (&cr2);
  if (rua_sum_get (&trace) > 0)
    result.df_cr2 = rua_sum_get (&trace) * rua_sum_get (&trace) / rua_sum_get (&squares);
  g_free (u);
  g_free (sums);
  return result;
}

void
rua_put_did_2x2 (RuaRun *run, RuaDid *self)
{
  RuaFigures *figures = run->figures;
  double n = self->n, rss = 0, norm = 0, scores = 0, se;
  const char *reason = NULL, *dof, *flat;
  guint rank = 0;

  for (guint a = 0; a < 2; a++)
    for (guint b = 0; b < 2; b++) {
      guint cell = a + 2 * b;
      const char *none = self->cell_n[cell] == 0        ? RUA_REASON_NONE
                         : self->cell_weight[cell] > 0 ? NULL
                                                        : RUA_REASON_WEIGHTS;

      rua_figures_put_cell (figures, "cell_n", a, b, self->cell_n[cell], NULL);
      rua_figures_put_cell (figures, "cell_mean", a, b, ldexp (self->cell_mean[cell], self->up),
                            none);
      rank += none == NULL;
      if (none != NULL)
        continue;
      rss += self->cell_square[cell];
      norm += 1 / self->cell_weight[cell];
      scores += self->cell_score[cell] / self->cell_weight[cell] / self->cell_weight[cell];
    }
  if (rank < 4)
    reason = self->n == 0 ? RUA_REASON_NONE : N_("one of the four cells has no records");
  /* A fit that is perfect but for rounding is perfect. */
  if (!self->lacks_squares && rss <= 1e-26 * self->whole) {
    rss = scores = 0;
    for (gsize i = 0; i < self->n_parts; i++)
      self->parts[i].residual = 0;
  }
  rua_figures_put_or (figures, "estimate", ldexp (self->estimate, self->up), reason);
  rua_figures_put (figures, "n", n);
  rua_figures_put (figures, "k", rank);
  dof = reason ? reason : n > rank ? NULL : N_("there are as many coefficients as records");
  se = sqrt (rss / (n - rank) * norm);
  flat = dof ? dof : se > 0 ? NULL : N_("the residuals are 0");
  rua_figures_put_or (figures, "se_classical", ldexp (se, self->up), dof);
  rua_figures_put_or (figures, "p_classical", rua_t_two_sided (self->estimate / se, n - rank),
                      flat);
  rua_figures_put_or (figures, "se_hc1", ldexp (sqrt (scores * n / (n - rank)), self->up), dof);
  if (self->clustered) {
    RuaClustered v = { NAN, NAN, NAN, FALSE };

    if (reason == NULL)
      v = clustered_cells (self, 1e-13 * sqrt (rss * norm));
    put_clustered (run, self->estimate, self->up, n, &v, self->n_clusters, rank, self->weighted,
                   reason);
  }
}

static gboolean
run_did_2x2 (RuaRun *run, GError **error)
{
  const double *treated = rua_run_values (run, "treated"), *post = rua_run_values (run, "post");
  const double *given = rua_run_values (run, "weight");
  double *y = rua_run_outcome (run, error), *w = NULL, mean;
  gsize n = run->data.n;
  RuaDid self = { .n = n, .weighted = given != NULL, .n_clusters = 1 };
  RuaSum weights[4] = { { 0 } }, sums[4] = { { 0 } }, squares[4] = { { 0 } }, scores[4] = { { 0 } };
  RuaSum whole = { 0 }, rests[4] = { { 0 } }, *residuals, *part_weights;
  guint32 *cluster = NULL, *counts;

  if (y == NULL)
    return FALSE;
  if (rua_run_column (run, "cluster", 0) != NULL) {
    self.clustered = TRUE;
    cluster = rua_run_groups (run, "cluster", 0, &self.n_clusters, NULL);
  }
  self.up = rua_scale (y, n);
  /* Nothing hangs on the unit of the weights. */
  if (given != NULL) {
    w = g_memdup2 (given, MAX (n, 1) * sizeof (double));
    rua_scale (w, n);
  }
  mean = rua_moments (y, n).mean;
  for (gsize i = 0; i < n; i++) {
    guint cell = treated[i] + 2 * post[i];

    /* So that a constant outcome is exactly nothing. */
    y[i] -= mean;
    self.cell_n[cell]++;
    rua_sum_add (&weights[cell], w ? w[i] : 1);
    rua_sum_add (&sums[cell], (w ? w[i] : 1) * y[i]);
    rua_sum_add (&whole, (w ? w[i] : 1) * y[i] * y[i]);
  }
  for (guint cell = 0; cell < 4; cell++) {
    self.cell_weight[cell] = rua_sum_get (&weights[cell]);
    self.cell_mean[cell] = rua_sum_get (&sums[cell]) / self.cell_weight[cell];
  }
  self.estimate
    = self.cell_mean[3] - self.cell_mean[1] - (self.cell_mean[2] - self.cell_mean[0]);
  self.whole = rua_sum_get (&whole);
  residuals = g_new0 (RuaSum, MAX (4 * (gsize) self.n_clusters, 1));
  part_weights = g_new0 (RuaSum, w ? MAX (4 * (gsize) self.n_clusters, 1) : 1);
  counts = g_new0 (guint32, MAX (4 * (gsize) self.n_clusters, 1));
  for (gsize i = 0; i < n; i++) {
    guint cell = treated[i] + 2 * post[i];
    gsize place = 4 * (gsize) (cluster ? cluster[i] : 0) + cell;
    double weight = w ? w[i] : 1, residual = y[i] - self.cell_mean[cell];

    counts[place]++;
    if (w)
      rua_sum_add (&part_weights[place], w[i]);
    if (!(self.cell_weight[cell] > 0))
      continue;
    rua_sum_add (&residuals[place], weight * residual);
    rua_sum_add (&squares[cell], weight * residual * residual);
    rua_sum_add (&scores[cell], weight * residual * (weight * residual));
  }
  /* What rounding took from the means comes off the sums of residuals. */
  for (gsize place = 0; place < 4 * (gsize) self.n_clusters; place++)
    rua_sum_add (&rests[place % 4], rua_sum_get (&residuals[place]));
  self.parts = g_new (RuaDidPart, MAX (4 * (gsize) self.n_clusters, 1));
  for (gsize place = 0; place < 4 * (gsize) self.n_clusters; place++)
    if (counts[place] > 0) {
      guint cell = place % 4;
      double weight = w ? rua_sum_get (&part_weights[place]) : counts[place];

      if (self.cell_weight[cell] > 0)
        rua_sum_add (&residuals[place],
                     -weight * rua_sum_get (&rests[cell]) / self.cell_weight[cell]);
      self.parts[self.n_parts++]
        = (RuaDidPart){ place / 4, cell, counts[place], rua_sum_get (&residuals[place]) };
    }
  for (guint cell = 0; cell < 4; cell++) {
    self.cell_square[cell] = rua_sum_get (&squares[cell]);
    self.cell_score[cell] = rua_sum_get (&scores[cell]);
    self.cell_mean[cell] += mean;
  }
  rua_put_did_2x2 (run, &self);
  g_free (self.parts);
  g_free (counts);
  g_free (part_weights);
  g_free (residuals);
  g_free (cluster);
  g_free (w);
  g_free (y);
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
  N_("Difference in differences of two groups and two periods"),
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
  rua_reduce_did_2x2,
};

/* It takes as long as all the rest. */
static gboolean
wants_cr2 (RuaRun *run)
{
  static const char *const keys[] = { "se_cr2", "df_cr2", "p_cr2", "ci_low_cr2", "ci_high_cr2" };

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    if (rua_run_wants (run, keys[k]))
      return TRUE;
  return FALSE;
}

/* The bias-reduced variance needs all columns but those of units, orthogonal to one another. */
static RuaClustered
cluster_twfe (RuaRun *run, const RuaPanel *panel, RuaTwoWay *fit)
{
  RuaClustered result = { fit->cr0, NAN, NAN, FALSE };
  RuaFit columns;
  double *column;

  if (fit->tested == NULL)
    return result;
  rua_fit_init (&columns, panel->n, panel->n_periods + 1, panel->unit, panel->n_units);
  column = g_new (double, panel->n);
  for (guint p = 0; p < panel->n_periods && !rua_run_cancelled (run, NULL); p++) {
    for (gsize i = 0; i < panel->n; i++)
      column[i] = panel->period[i] == p;
    rua_fit_add (&columns, column);
  }
  g_free (column);
  rua_fit_take (&columns, g_steal_pointer (&fit->tested), fit->norm2, g_steal_pointer (&fit->residuals), fit->rss);
  result = rua_fit_clustered (&columns, panel->cluster, panel->n_clusters, TRUE);
  /* As it is where only this was asked for. */
  result.cr0 = fit->cr0;
  rua_fit_clear (&columns);
  return result;
}

static void
put_twfe (RuaRun *run, const RuaPanel *panel, RuaTwoWay *fit)
{
  RuaFigures *figures = run->figures;
  const char *reason = fit->is_estimable ? NULL
                       : panel->n == 0   ? RUA_REASON_NONE
                                         : N_("units and periods explain the treatment wholly");
  double G = panel->n_clusters, N = panel->n, se_cr0 = sqrt (fit->cr0);
  RuaClustered v;
  const char *few;

  rua_figures_put (figures, "n_units", panel->n_units);
  rua_figures_put (figures, "n_periods", panel->n_periods);
  rua_figures_put_or (figures, "estimate", ldexp (fit->estimate, fit->up), reason);
  rua_figures_put (figures, "n", N);
  rua_figures_put (figures, "k", fit->rank);
  if (panel->cluster == NULL)
    return;
  v = cluster_twfe (run, panel, fit);
  put_clustered (run, fit->estimate, fit->up, N, &v, panel->n_clusters, fit->rank, FALSE, reason);
  few = reason ? reason : panel->n_clusters > 1 ? NULL : N_("needs at least two clusters");
  rua_figures_put_or (
    figures, "se_cr1_nested",
    ldexp (se_cr0 * sqrt (G / (G - 1) * (N - 1) / (N - 1 - panel->n_periods)), fit->up),
    few                        ? few
    : N > 1 + panel->n_periods ? NULL
                               : N_("there are as many coefficients as records"));
  rua_figures_put_or (figures, "se_cr1_slopes", ldexp (se_cr0 * sqrt (G / (G - 1)), fit->up), few);
}

/* Numbers of categories, each column in a task of its own. */
typedef struct {
  RuaRun *run;
  guint32 *groups[3];
  guint n[3];
} Numbering;

static gboolean
number_role (guint task, gpointer data, GError **error)
{
  static const char *const roles[] = { "unit", "period", "cluster" };
  Numbering *self = data;

  if (rua_run_column (self->run, roles[task], 0) != NULL) {
    self->groups[task] = rua_block_new (self->run->data.n * sizeof (guint32));
    self->n[task] = rua_run_number_groups (self->run, roles[task], 0, self->groups[task], NULL);
  }
  return TRUE;
}

static gboolean
run_twfe (RuaRun *run, GError **error)
{
  gsize n = run->data.n;
  double *logarithms = NULL;
  Numbering numbering = { .run = run };
  RuaPanel panel = { .n = n, .outcome = rua_run_values (run, "outcome"),
                     .interest = rua_run_values (run, "treatment") };
  RuaTwoWay fit = { 0 };
  gboolean done;

  if (rua_run_boolean (run, "log")) {
    panel.outcome = logarithms = rua_run_outcome (run, error);
    if (logarithms == NULL)
      return FALSE;
  }
  done = rua_parallel_run (3, number_role, &numbering, NULL, run->cancellable, error);
  panel.unit = numbering.groups[0];
  panel.n_units = numbering.n[0];
  panel.period = numbering.groups[1];
  panel.n_periods = numbering.n[1];
  panel.cluster = numbering.groups[2];
  panel.n_clusters = numbering.n[2];
  if (done && n > 0 && (gsize)(panel.n_periods + 1) > 4000000000u / n)
    done = rua_run_refuse (run, error, RUA_ERROR_LIMIT,
                           "%u periods of %" G_GSIZE_FORMAT " records are too many", panel.n_periods, n);
  done = done
         && rua_two_way_fit (&fit, &panel, panel.n_clusters > 1 && wants_cr2 (run), run->cancellable, error);
  if (done)
    put_twfe (run, &panel, &fit);
  rua_two_way_clear (&fit);
  for (guint role = 0; role < G_N_ELEMENTS (numbering.groups); role++)
    rua_block_free (numbering.groups[role]);
  g_free (logarithms);
  return done && !rua_run_cancelled (run, error);
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
  N_("Two-way fixed effects"),
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
