/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Effects by group and time when treatment starts at different times: B. Callaway and
 * P. H. C. Sant'Anna, "Difference-in-differences with multiple time periods", Journal of
 * Econometrics 225 (2021), without covariates. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-json-private.h"
#include "rua-linear-private.h"
#include "rua-moments-private.h"
#include "rua-special-private.h"

/* One effect and how each unit moves it. */
typedef struct {
  guint group;  /* number of the group */
  guint period; /* number of the period */
  gint base;    /* number of the base period */
  double att;
  double *influence; /* of the units; NULL where undefined */
  double rounding;   /* an error that is not above this is none */
  const char *reason;
} Cell;

typedef struct {
  gsize n; /* units */
  guint n_periods;
  double *periods;
  guint n_groups;
  double *groups; /* first periods of treatment, ascending, without never */
  guint *group_n;
  double *outcome;  /* unit by period */
  double *first;    /* of a unit; 0 never */
  guint32 *cluster; /* of a unit; NULL: each its own */
  guint n_clusters;
  guint n_cells;
  Cell *cells;
  double rounding; /* the largest of the cells */
} Panel;

static void
panel_clear (Panel *self)
{
  for (guint k = 0; k < self->n_cells; k++)
    g_free (self->cells[k].influence);
  g_free (self->cells);
  g_free (self->periods);
  g_free (self->groups);
  g_free (self->group_n);
  g_free (self->outcome);
  g_free (self->first);
  g_free (self->cluster);
}

static guint
distinct_sorted (double *values, gsize n)
{
  guint kept = 0;

  rua_sort_doubles (values, n);
  for (gsize i = 0; i < n; i++)
    if (i == 0 || values[i] != values[kept - 1])
      values[kept++] = values[i];
  return kept;
}

static gint
find_sorted (const double *values, guint n, double value)
{
  for (guint i = 0; i < n; i++)
    if (values[i] == value)
      return i;
  return -1;
}

/* Units by periods; drops those treated from the start and those not seen throughout. */
static gboolean
panel_init (Panel *self, RuaRun *run, GError **error)
{
  const RuaRunColumn *period = rua_run_column (run, "period", 0),
                     *first = rua_run_column (run, "first_treated", 0);
  gsize n = run->data.n, kept = 0;
  guint n_units, n_dropped_early = 0, n_dropped_gaps = 0;
  gboolean clustered = rua_run_column (run, "cluster", 0) != NULL, done = TRUE;
  double *y = rua_run_outcome (run, error), *firsts, last;
  guint32 *unit, *cluster = NULL, *unit_cluster, *seen;

  *self = (Panel){ 0 };
  if (y == NULL)
    return FALSE;
  unit = rua_run_groups (run, "unit", 0, &n_units, NULL);
  if (clustered)
    cluster = rua_run_groups (run, "cluster", 0, &self->n_clusters, NULL);
  self->periods = g_new (double, MAX (n, 1));
  if (n > 0)
    memcpy (self->periods, period->values, n * sizeof (double));
  self->n_periods = distinct_sorted (self->periods, n);
  last = self->n_periods > 0 ? self->periods[self->n_periods - 1] : 0;
  self->outcome = g_new (double, MAX ((gsize)n_units * self->n_periods, 1));
  self->first = g_new (double, MAX (n_units, 1));
  firsts = g_new (double, MAX (n_units, 1));
  unit_cluster = g_new0 (guint32, MAX (n_units, 1));
  seen = g_new0 (guint32, MAX (n_units, 1));
  for (gsize k = 0; k < (gsize)n_units * self->n_periods; k++)
    self->outcome[k] = NAN;
  for (gsize i = 0; i < n && done; i++) {
    guint32 u = unit[i];
    double *cell
      = &self->outcome[(gsize)u * self->n_periods
                       + find_sorted (self->periods, self->n_periods, period->values[i])];

    if (!isnan (*cell)) {
      done = rua_run_refuse_row (run, error, period, i,
                                 "is there twice for the same unit; keep one record");
    } else if (seen[u] > 0 && self->first[u] != first->values[i]) {
      done = rua_run_refuse_row (run, error, first, i,
                                 "differs from what the unit's other records say");
    } else if (seen[u] > 0 && cluster && unit_cluster[u] != cluster[i]) {
      done
        = rua_run_refuse_row (run, error, rua_run_column (run, "cluster", 0), i,
                              "differs from the unit's other records; a unit stays in one cluster");
    } else {
      *cell = y[i];
      self->first[u] = first->values[i];
      unit_cluster[u] = cluster ? cluster[i] : 0;
      seen[u]++;
    }
  }
  for (guint u = 0; u < n_units && done; u++) {
    double start = self->first[u] > last ? 0 : self->first[u];

    if (start != 0 && start <= self->periods[0]) {
      n_dropped_early++;
    } else if (seen[u] < self->n_periods) {
      n_dropped_gaps++;
    } else {
      memmove (self->outcome + kept * self->n_periods, self->outcome + (gsize)u * self->n_periods,
               self->n_periods * sizeof (double));
      unit_cluster[kept] = unit_cluster[u];
      self->first[kept++] = start;
    }
  }
  self->n = kept;
  if (done && n_dropped_early > 0)
    rua_figures_warn (run->figures,
                      _("%u units treated in or before the first period are left out"),
                      n_dropped_early);
  if (done && n_dropped_gaps > 0)
    rua_figures_warn (run->figures, _("%u units not seen in every period are left out"),
                      n_dropped_gaps);
  /* Groups, and clusters among the units kept. */
  for (gsize i = 0; i < kept; i++)
    firsts[i] = self->first[i];
  self->n_groups = distinct_sorted (firsts, kept);
  self->groups = firsts;
  if (self->n_groups > 0 && firsts[0] == 0) {
    self->n_groups--;
    memmove (firsts, firsts + 1, self->n_groups * sizeof (double));
  }
  self->group_n = g_new0 (guint, MAX (self->n_groups, 1));
  for (gsize i = 0; i < kept; i++)
    if (self->first[i] != 0)
      self->group_n[find_sorted (self->groups, self->n_groups, self->first[i])]++;
  if (cluster) {
    guint8 *there = g_new0 (guint8, MAX (self->n_clusters, 1));

    self->cluster = unit_cluster;
    unit_cluster = NULL;
    for (gsize i = 0; i < kept; i++)
      there[self->cluster[i]] = 1;
    n_units = 0;
    for (guint g = 0; g < self->n_clusters; g++)
      n_units += there[g];
    if (n_units < self->n_clusters) {
      guint32 *numbers = g_new (guint32, self->n_clusters), next = 0;

      for (guint g = 0; g < self->n_clusters; g++)
        numbers[g] = there[g] ? next++ : 0;
      for (gsize i = 0; i < kept; i++)
        self->cluster[i] = numbers[self->cluster[i]];
      g_free (numbers);
      self->n_clusters = n_units;
    }
    g_free (there);
  }
  g_free (unit_cluster);
  g_free (cluster);
  g_free (seen);
  g_free (unit);
  g_free (y);
  if (!done)
    panel_clear (self);
  return done;
}

static gint
last_before (const Panel *self, double start)
{
  gint found = -1;

  for (guint p = 0; p < self->n_periods && self->periods[p] < start; p++)
    found = p;
  return found;
}

static void
compute_cell (const Panel *self, Cell *cell, gboolean notyet)
{
  double start = self->groups[cell->group], latest, mean1, mean0;
  RuaSum sum1 = { 0 }, sum0 = { 0 };
  double size1 = 0, size0 = 0;
  gsize n1 = 0, n0 = 0;
  guint8 *side = g_new0 (guint8, MAX (self->n, 1)); /* 1 treated, 2 control */

  latest = MAX (self->periods[cell->period], self->periods[cell->base]);
  for (gsize i = 0; i < self->n; i++) {
    const double *y = self->outcome + i * self->n_periods;
    double change = y[cell->period] - y[cell->base];

    if (self->first[i] == start) {
      side[i] = 1;
      n1++;
      size1 += fabs (y[cell->period]) + fabs (y[cell->base]);
      rua_sum_add (&sum1, change);
    } else if (self->first[i] == 0 || (notyet && self->first[i] > latest)) {
      side[i] = 2;
      n0++;
      size0 += fabs (y[cell->period]) + fabs (y[cell->base]);
      rua_sum_add (&sum0, change);
    }
  }
  cell->influence = g_new0 (double, MAX (self->n, 1));
  cell->rounding = 8 * DBL_EPSILON * (size1 / MAX (n1, 1) + size0 / MAX (n0, 1));
  /* The base period itself is 0 without anybody to compare with. */
  cell->reason
    = n0 > 0 || (gint)cell->period == cell->base ? NULL : N_("there is nobody to compare with");
  mean1 = rua_sum_get (&sum1) / n1;
  mean0 = rua_sum_get (&sum0) / n0;
  cell->att = (gint)cell->period == cell->base ? 0 : mean1 - mean0;
  for (gsize i = 0; i < self->n && cell->reason == NULL && (gint)cell->period != cell->base; i++) {
    const double *y = self->outcome + i * self->n_periods;
    double change = y[cell->period] - y[cell->base];

    if (side[i] == 1)
      cell->influence[i] = (double)self->n / n1 * (change - mean1);
    else if (side[i] == 2)
      cell->influence[i] = -(double)self->n / n0 * (change - mean0);
  }
  g_free (side);
}

static gboolean
compute_cells (Panel *self, RuaRun *run, GError **error)
{
  gboolean universal = rua_run_token_is (run, "base", "universal"),
           notyet = rua_run_token_is (run, "control", "notyet");
  guint from = universal ? 0 : 1;

  self->cells = g_new0 (Cell, MAX ((gsize)self->n_groups * self->n_periods, 1));
  for (guint g = 0; g < self->n_groups; g++)
    for (guint p = from; p < self->n_periods; p++) {
      Cell *cell = &self->cells[self->n_cells++];

      cell->group = g;
      cell->period = p;
      cell->base = universal || self->periods[p] >= self->groups[g]
                     ? last_before (self, self->groups[g])
                     : (gint)p - 1;
      compute_cell (self, cell, notyet);
      self->rounding = MAX (self->rounding, cell->rounding);
      if (rua_run_cancelled (run, error))
        return FALSE;
    }
  return TRUE;
}

/* sum over units, or over clusters, of products of influence, over n^2. */
static double
influence_product (const Panel *self, const double *a, const double *b)
{
  RuaSum sum = { 0 };
  double n = self->n;

  if (self->cluster == NULL) {
    for (gsize i = 0; i < self->n; i++)
      rua_sum_add (&sum, a[i] * b[i]);
  } else {
    RuaSum *left = g_new0 (RuaSum, MAX (self->n_clusters, 1)),
           *right = g_new0 (RuaSum, MAX (self->n_clusters, 1));

    for (gsize i = 0; i < self->n; i++) {
      rua_sum_add (&left[self->cluster[i]], a[i]);
      rua_sum_add (&right[self->cluster[i]], b[i]);
    }
    for (guint g = 0; g < self->n_clusters; g++)
      rua_sum_add (&sum, rua_sum_get (&left[g]) * rua_sum_get (&right[g]));
    g_free (left);
    g_free (right);
  }
  return rua_sum_get (&sum) / (n * n);
}

/* Its effect is 0 whatever the outcomes are. */
static gboolean
is_base_cell (const Cell *cell)
{
  return (gint) cell->period == cell->base;
}

static void
put_effect (RuaFigures *figures,
            const Panel *self,
            const char *att,
            const char *se,
            double value,
            const double *influence,
            double rounding,
            gboolean is_base,
            const char *reason)
{
  double error = reason ? NAN : sqrt (influence_product (self, influence, influence));

  rua_figures_put_or (figures, att, value, reason);
  rua_figures_put_or (figures, se, error,
                      reason             ? reason
                      : error > rounding ? NULL
                      : is_base          ? N_("nothing varies: it is 0 by construction")
                                         : N_("nothing varies between units or clusters"));
}

static char *
key_of (const char *name, double a, double b)
{
  char first[40], second[40];

  if (isnan (b))
    return g_strdup_printf ("%s[%s]", name, rua_number_format (a, first));
  return g_strdup_printf ("%s[%s,%s]", name, rua_number_format (a, first),
                          rua_number_format (b, second));
}

static void
put_keyed (RuaFigures *figures,
           const Panel *self,
           double a,
           double b,
           double value,
           const double *influence,
           double rounding,
           gboolean is_base,
           const char *reason)
{
  char *att = key_of ("att", a, b), *se = key_of ("se", a, b);

  put_effect (figures, self, att, se, value, influence, rounding, is_base, reason);
  g_free (att);
  g_free (se);
}

/* Are all effects before the treatment 0? */
static void
put_pretrend (RuaFigures *figures, const Panel *self)
{
  Cell **before = g_new (Cell *, MAX (self->n_cells, 1));
  double *matrix, *effects, *errors, wald, tolerance = 1e-12;
  const char *reason = NULL, *singular = N_("the effects before the treatment have a singular variance");
  guint n = 0;

  for (guint k = 0; k < self->n_cells; k++) {
    Cell *cell = &self->cells[k];

    if (self->periods[cell->period] >= self->groups[cell->group]
        || is_base_cell (cell))
      continue;
    if (cell->reason)
      reason = cell->reason;
    before[n++] = cell;
  }
  if (n == 0)
    reason = N_("no period before the treatment can be compared");
  matrix = g_new (double, MAX ((gsize)n * n, 1));
  effects = g_new (double, MAX (n, 1));
  errors = g_new (double, MAX (n, 1));
  /* In units of their own errors, so that what is rounding can be told. */
  for (guint a = 0; a < n && reason == NULL; a++) {
    errors[a] = sqrt (influence_product (self, before[a]->influence, before[a]->influence));
    if (!(errors[a] > before[a]->rounding))
      reason = singular;
    tolerance = MAX (tolerance, n * before[a]->rounding / errors[a]);
    effects[a] = before[a]->att / errors[a];
    for (guint b = 0; b <= a; b++)
      matrix[(gsize)a * n + b] = matrix[(gsize)b * n + a]
        = influence_product (self, before[a]->influence, before[b]->influence) / errors[a] / errors[b];
  }
  wald = reason ? NAN : rua_quadratic_inverse (matrix, effects, n, tolerance);
  if (reason == NULL && isnan (wald))
    reason = singular;
  rua_figures_put_or (figures, "pretrend_wald", wald, reason);
  rua_figures_put (figures, "pretrend_df", n);
  rua_figures_put_or (figures, "pretrend_p", reason ? NAN : rua_chi2_tail (wald, n), reason);
  g_free (errors);
  g_free (effects);
  g_free (matrix);
  g_free (before);
}

static gboolean
run_group_time_att (RuaRun *run, GError **error)
{
  RuaFigures *figures = run->figures;
  gboolean done;
  Panel panel;

  if (!panel_init (&panel, run, error))
    return FALSE;
  done = compute_cells (&panel, run, error);
  rua_figures_put (figures, "n_units", panel.n);
  if (panel.cluster)
    rua_figures_put (figures, "n_clusters", panel.n_clusters);
  for (guint g = 0; g < panel.n_groups; g++)
    rua_figures_put_nth (figures, "group_n", panel.groups[g], panel.group_n[g], NULL);
  for (guint k = 0; k < panel.n_cells && done; k++) {
    const Cell *cell = &panel.cells[k];

    put_keyed (figures, &panel, panel.groups[cell->group], panel.periods[cell->period], cell->att, cell->influence,
               cell->rounding, is_base_cell (cell), cell->reason);
  }
  if (done)
    put_pretrend (figures, &panel);
  panel_clear (&panel);
  return done;
}

#define PANEL_OPTIONS                                                                                  \
  { "control", RUA_OPTION_TOKEN, "never", 0, 0, 0, "never|notyet", "Who is compared with" },           \
    { "base", RUA_OPTION_TOKEN, "varying", 0, 0, 0, "varying|universal", "The period compared with" }, \
  {                                                                                                    \
    "log", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL, "Take the natural logarithm of the outcome"     \
  }

static const RuaRoleSpec panel_roles[] = {
  { "outcome", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "What may have changed" },
  { "unit", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Who was observed" },
  { "period", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "When" },
  { "first_treated", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED,
    "The first period of treatment; 0 for never" },
  { "cluster", RUA_ROLE_CATEGORY, RUA_ROLE_OPTIONAL, "Within which units may go together" },
  { NULL },
};

static const RuaOptionSpec group_time_options[] = { PANEL_OPTIONS, { NULL } };

const RuaEstimator rua_estimator_group_time_att = {
  "group_time_att",
  N_("Effect by group and time"),
  "ATT(g,t) = mean change of group g - mean change of controls since the base period; influence "
  "functions",
  "Callaway and Sant'Anna, Journal of Econometrics 225 (2021)",
  panel_roles,
  group_time_options,
  "att[",
  "se[",
  NULL,
  NULL,
  "n_units",
  run_group_time_att,
};

/* ---- averages of cells ---- */

/* An average of cells and its influence function. */
typedef struct {
  double att;
  double *influence;
  gboolean is_base; /* of base cells alone */
  const char *reason;
} Average;

/* Cells weighed by their group's share of the units; the shares are estimated, which is counted:
 * p_g / sum p has the influence (1(G=g) - p_g)/S - sum (1(G=h) - p_h) p_g / S^2. */
static void
average_by_share (const Panel *self, Cell **cells, guint n, Average *average)
{
  double share_sum = 0, N = self->n, weighted = 0;
  double *add = g_new0 (double, MAX (self->n_groups, 1)), slope;

  average->influence = g_new0 (double, MAX (self->n, 1));
  average->att = 0;
  average->is_base = n > 0;
  average->reason = n > 0 ? NULL : N_("no cell belongs to it");
  for (guint k = 0; k < n; k++) {
    average->is_base &= is_base_cell (cells[k]);
    share_sum += self->group_n[cells[k]->group] / N;
    if (cells[k]->reason)
      average->reason = cells[k]->reason;
  }
  for (guint k = 0; k < n && average->reason == NULL; k++) {
    double weight = self->group_n[cells[k]->group] / N / share_sum;

    weighted += weight * cells[k]->att;
    for (gsize i = 0; i < self->n; i++)
      average->influence[i] += weight * cells[k]->influence[i];
  }
  average->att = weighted;
  /* d att / d p_g, summed over the group's cells */
  for (guint k = 0; k < n && average->reason == NULL; k++)
    add[cells[k]->group] += (cells[k]->att - weighted) / share_sum;
  for (guint g = 0; g < self->n_groups && average->reason == NULL; g++) {
    slope = add[g];
    if (slope != 0)
      for (gsize i = 0; i < self->n; i++)
        average->influence[i]
          += slope * ((self->first[i] == self->groups[g]) - self->group_n[g] / N);
  }
  g_free (add);
}

static void
average_plain (const Panel *self, const Average *parts, guint n, Average *average)
{
  average->influence = g_new0 (double, MAX (self->n, 1));
  average->att = 0;
  average->reason = n > 0 ? NULL : N_("no cell belongs to it");
  for (guint k = 0; k < n; k++) {
    if (parts[k].reason)
      average->reason = parts[k].reason;
    average->att += parts[k].att / n;
    for (gsize i = 0; i < self->n; i++)
      average->influence[i] += parts[k].influence[i] / n;
  }
}

static gboolean
run_att_aggregate (RuaRun *run, GError **error)
{
  gboolean simple = rua_run_token_is (run, "type", "simple"),
           dynamic = rua_run_token_is (run, "type", "dynamic");
  gboolean by_group = rua_run_token_is (run, "type", "group");
  RuaFigures *figures = run->figures;
  double *labels;
  guint n_labels = 0, n_overall = 0;
  Average *parts, overall = { 0 };
  Cell **chosen;
  Panel panel;

  if (!panel_init (&panel, run, error))
    return FALSE;
  if (!compute_cells (&panel, run, error)) {
    panel_clear (&panel);
    return FALSE;
  }
  labels = g_new (double, panel.n_cells + 1);
  parts = g_new0 (Average, panel.n_cells + 1);
  chosen = g_new (Cell *, panel.n_cells + 1);
  for (guint k = 0; k < panel.n_cells && !simple; k++) {
    double start = panel.groups[panel.cells[k].group], now = panel.periods[panel.cells[k].period];

    if (dynamic)
      labels[n_labels++] = now - start;
    else if (now >= start)
      labels[n_labels++] = by_group ? start : now;
  }
  n_labels = distinct_sorted (labels, n_labels);
  for (guint label = 0; label < n_labels + (simple || by_group); label++) {
    guint n = 0;
    gboolean is_overall = label == n_labels;

    for (guint k = 0; k < panel.n_cells; k++) {
      Cell *cell = &panel.cells[k];
      double start = panel.groups[cell->group], now = panel.periods[cell->period];

      if (dynamic       ? now - start == labels[label]
          : now < start ? FALSE
          : is_overall  ? TRUE
          : by_group    ? start == labels[label]
                        : now == labels[label])
        chosen[n++] = cell;
    }
    if (is_overall && simple) {
      average_by_share (&panel, chosen, n, &overall);
    } else if (!is_overall && by_group) {
      Average *cells = g_new0 (Average, MAX (n, 1));

      for (guint k = 0; k < n; k++)
        cells[k] = (Average){ chosen[k]->att, chosen[k]->influence, is_base_cell (chosen[k]), chosen[k]->reason };
      average_plain (&panel, cells, n, &parts[label]);
      g_free (cells);
    } else if (!is_overall) {
      average_by_share (&panel, chosen, n, &parts[label]);
    }
  }
  if (by_group) {
    /* Groups weighed by their shares, each taken as one cell. */
    Cell *cells = g_new0 (Cell, MAX (n_labels, 1));

    for (guint k = 0; k < n_labels; k++) {
      cells[k].group = find_sorted (panel.groups, panel.n_groups, labels[k]);
      cells[k].base = -1;
      cells[k].att = parts[k].att;
      cells[k].influence = parts[k].influence;
      cells[k].reason = parts[k].reason;
      chosen[k] = &cells[k];
    }
    average_by_share (&panel, chosen, n_labels, &overall);
    g_free (cells);
  } else if (!simple) {
    Average *counted = g_new0 (Average, MAX (n_labels, 1));

    for (guint k = 0; k < n_labels; k++)
      if (!dynamic || labels[k] >= 0)
        counted[n_overall++] = parts[k];
    average_plain (&panel, counted, n_overall, &overall);
    g_free (counted);
  }
  for (guint k = 0; k < n_labels; k++) {
    put_keyed (figures, &panel, labels[k], NAN, parts[k].att, parts[k].influence, panel.rounding, parts[k].is_base,
               parts[k].reason);
    g_free (parts[k].influence);
  }
  put_effect (figures, &panel, "overall_att", "overall_se", overall.att, overall.influence,
              panel.rounding, overall.is_base, overall.reason);
  g_free (overall.influence);
  g_free (chosen);
  g_free (parts);
  g_free (labels);
  panel_clear (&panel);
  return TRUE;
}

static const RuaOptionSpec aggregate_options[] = {
  { "type", RUA_OPTION_TOKEN, "simple", 0, 0, 0, "simple|dynamic|group|calendar",
    "What is averaged" },
  PANEL_OPTIONS,
  { NULL },
};

const RuaEstimator rua_estimator_att_aggregate = {
  "att_aggregate",
  N_("Averages of the effects by group and time"),
  "weights are the groups' shares of the units; errors count that the shares are estimated",
  "Callaway and Sant'Anna, Journal of Econometrics 225 (2021)",
  panel_roles,
  aggregate_options,
  "overall_att",
  "overall_se",
  NULL,
  NULL,
  NULL,
  run_att_aggregate,
};
