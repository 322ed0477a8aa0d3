/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variance of a total in a stratified, clustered sample of one or two stages: W. G. Cochran,
 * Sampling Techniques (1977), ch. 5 and 11; lonely units as in T. Lumley, Complex Surveys (2010). */
#include "rua-design-private.h"

#include <math.h>
#include <string.h>

#include "rua-moments-private.h"
#include "rua-special-private.h"

static void
stage_clear (RuaStage *self)
{
  g_free (self->unit);
  g_free (self->stratum);
  g_free (self->size);
  g_free (self->population);
}

void
rua_design_clear (RuaDesign *self)
{
  for (guint i = 0; i < self->n_stages; i++)
    stage_clear (&self->stages[i]);
}

/* @strata of the records is taken over; @psu NULL: each record is a unit. */
static gboolean
stage_init (
  RuaStage *self, RuaRun *run, guint32 *strata, guint n_strata, int psu, int fpc, GError **error)
{
  gsize n = run->data.n;

  self->n_strata = n_strata;
  self->size = g_new0 (guint32, MAX (n_strata, 1));
  if (psu >= 0) {
    guint n_groups;
    guint32 *groups = rua_run_groups (run, "psu", psu, &n_groups, NULL);

    if (n_strata > 1) {
      self->unit = rua_groups_cross (strata, groups, n, n_groups, &self->n_units);
      g_free (groups);
    } else {
      self->unit = groups;
      self->n_units = n_groups;
    }
  } else {
    self->n_units = n;
    self->unit = g_new (guint32, MAX (n, 1));
    for (gsize i = 0; i < n; i++)
      self->unit[i] = i;
  }
  self->stratum = g_new (guint32, MAX (self->n_units, 1));
  memset (self->stratum, 0xff, MAX (self->n_units, 1) * sizeof (guint32));
  for (gsize i = 0; i < n; i++)
    if (self->stratum[self->unit[i]] == G_MAXUINT32) {
      self->stratum[self->unit[i]] = strata[i];
      self->size[strata[i]]++;
    }
  if (fpc >= 0) {
    const RuaRunColumn *column = rua_run_column (run, "fpc", fpc);

    self->population = g_new (double, MAX (n_strata, 1));
    for (guint h = 0; h < n_strata; h++)
      self->population[h] = NAN;
    for (gsize i = 0; i < n; i++) {
      double *known = &self->population[strata[i]];

      if (column->values[i] < self->size[strata[i]])
        return rua_run_refuse_row (
          run, error, column, i,
          "is fewer than the units sampled here; give the number in the population");
      if (isnan (*known))
        *known = column->values[i];
      else if (*known != column->values[i])
        return rua_run_refuse_row (
          run, error, column, i,
          "differs from the number given for the same stratum before; give one");
    }
  }
  return TRUE;
}

gboolean
rua_design_init (RuaDesign *self, RuaRun *run, GError **error)
{
  guint n_psu = rua_run_count (run, "psu"), n_fpc = rua_run_count (run, "fpc"), n_strata = 1;
  gsize n = run->data.n;
  guint32 *strata;
  gboolean done;

  *self = (RuaDesign){ n, 1, { { 0 } } };
  if (n == 0)
    n_strata = 0;
  if (n_psu > 2 || n_fpc > 2)
    return rua_run_refuse (run, error, RUA_ERROR_LIMIT, "at most two stages of sampling are known");
  if (n_fpc > MAX (n_psu, 1))
    return rua_run_refuse (run, error, RUA_ERROR_VALUE, "more fpc columns than stages of sampling");
  strata = rua_run_column (run, "stratum", 0) ? rua_run_groups (run, "stratum", 0, &n_strata, NULL)
                                              : g_new0 (guint32, MAX (n, 1));
  done = stage_init (&self->stages[0], run, strata, n_strata, n_psu > 0 ? 0 : -1,
                     n_fpc > 0 ? 0 : -1, error);
  g_free (strata);
  /* The second stage counts only where both say how many there are. */
  if (done && n_psu == 2 && n_fpc == 2) {
    self->n_stages = 2;
    done = stage_init (&self->stages[1], run, self->stages[0].unit, self->stages[0].n_units, 1, 1,
                       error);
  }
  if (!done)
    rua_design_clear (self);
  return done;
}

double
rua_design_get_df (const RuaDesign *self)
{
  return (double)self->stages[0].n_units - self->stages[0].n_strata;
}

double *
rua_design_weights (const RuaDesign *self)
{
  double *weights;

  if (self->stages[0].population == NULL)
    return NULL;
  weights = g_new (double, MAX (self->n, 1));
  for (gsize i = 0; i < self->n; i++) {
    weights[i] = 1;
    for (guint s = 0; s < self->n_stages; s++) {
      const RuaStage *stage = &self->stages[s];
      guint32 h = stage->stratum[stage->unit[i]];

      weights[i] *= stage->population[h] / stage->size[h];
    }
  }
  return weights;
}

/* The share of a stratum's units that were not sampled. */
static double
share_left (const RuaStage *self, guint h)
{
  double left = self->population ? 1 - self->size[h] / self->population[h] : 1;

  return left < 1e-7 ? 0 : left;
}

gboolean
rua_design_is_census (const RuaDesign *self)
{
  for (guint s = 0; s < self->n_stages; s++)
    for (guint h = 0; h < self->stages[s].n_strata; h++)
      if (share_left (&self->stages[s], h) > 0)
        return FALSE;
  return self->n > 0;
}

/* What the scores of each unit, times @unit, add up to (transfer full). */
static RuaSum *
add_units (const RuaStage *stage, gsize n, const double *scores, const double *rests, double unit)
{
  RuaSum *totals = g_new0 (RuaSum, MAX (stage->n_units, 1));

  for (gsize i = 0; i < n; i++) {
    rua_sum_add (&totals[stage->unit[i]], scores[i] * unit);
    totals[stage->unit[i]].low += rests ? rests[i] * unit : 0;
  }
  return totals;
}

/* Each stratum's variance into @variances; -1 where it has one unit only and none is told. */
static void
stage_variances (const RuaStage *stage, const RuaSum *totals, RuaLonely lonely, double *variances)
{
  RuaSum *sums = g_new0 (RuaSum, MAX (stage->n_strata, 1)), *squares = g_new0 (RuaSum, MAX (stage->n_strata, 1));
  RuaDouble2 *means = g_new0 (RuaDouble2, MAX (stage->n_strata, 1));

  for (guint u = 0; u < stage->n_units; u++) {
    rua_sum_add (&sums[stage->stratum[u]], totals[u].high);
    sums[stage->stratum[u]].low += totals[u].low;
  }
  for (guint h = 0; h < stage->n_strata; h++)
    if (stage->size[h] > 1)
      means[h] = rua_double2_divide (rua_double2_of_sum (&sums[h]), (RuaDouble2){ stage->size[h], 0 });
  for (guint u = 0; u < stage->n_units; u++) {
    guint32 h = stage->stratum[u];
    double gap = rua_double2_subtract (rua_double2_of_sum (&totals[u]), means[h]).high;

    rua_sum_add (&squares[h], gap * gap);
  }
  for (guint h = 0; h < stage->n_strata; h++) {
    double size = stage->size[h], left = share_left (stage, h);

    if (left == 0)
      variances[h] = 0; /* nothing was left out */
    else if (size > 1)
      variances[h] = left * size / (size - 1) * rua_sum_get (&squares[h]);
    else if (lonely == RUA_LONELY_REMOVE)
      variances[h] = 0;
    else if (lonely == RUA_LONELY_ADJUST)
      variances[h] = left * rua_sum_get (&squares[h]);
    else
      variances[h] = -1;
  }
  g_free (means);
  g_free (squares);
  g_free (sums);
}

/* @totals of the units of each stage, times @unit. */
static double
join_stages (const RuaDesign *self, RuaSum *const *totals, double unit, RuaLonely lonely, const char **reason)
{
  RuaSum sum = { 0 };
  const RuaStage *first = &self->stages[0];

  *reason = NULL;
  for (guint s = 0; s < self->n_stages; s++) {
    const RuaStage *stage = &self->stages[s];
    double *variances = g_new (double, MAX (stage->n_strata, 1));
    RuaSum here = { 0 };
    guint n_lonely = 0;

    stage_variances (stage, totals[s], lonely, variances);
    for (guint h = 0; h < stage->n_strata; h++) {
      double share = 1;

      if (variances[h] < 0) {
        n_lonely++;
        continue;
      }
      if (s == 1) {
        guint32 outer = first->stratum[h];

        share = first->size[outer] / first->population[outer];
      }
      rua_sum_add (&here, share * variances[h]);
    }
    g_free (variances);
    if (n_lonely > 0 && (lonely == RUA_LONELY_FAIL || n_lonely == stage->n_strata)) {
      *reason = self->n < 2 ? RUA_REASON_ONE : N_("a stratum has one sampling unit");
      return NAN;
    }
    rua_sum_add (&sum,
                 rua_sum_get (&here)
                   * (n_lonely > 0 ? (double)stage->n_strata / (stage->n_strata - n_lonely) : 1));
  }
  if (self->n == 0)
    *reason = RUA_REASON_NONE;
  return sqrt (rua_sum_get (&sum)) / unit;
}

double
rua_design_error (const RuaDesign *self,
                  const double *scores,
                  const double *rests,
                  RuaLonely lonely,
                  const char **reason)
{
  double unit = rua_unit_of (scores, self->n), error;
  RuaSum *totals[G_N_ELEMENTS (self->stages)] = { NULL };

  for (guint s = 0; s < self->n_stages; s++)
    totals[s] = add_units (&self->stages[s], self->n, scores, rests, unit);
  error = join_stages (self, totals, unit, lonely, reason);
  for (guint s = 0; s < self->n_stages; s++)
    g_free (totals[s]);
  return error;
}

double
rua_design_error_of_totals (const RuaDesign *self, const RuaDouble2 *totals, RuaLonely lonely, const char **reason)
{
  guint n = self->stages[0].n_units;
  RuaSum *scaled = g_new (RuaSum, MAX (n, 1));
  double greatest = 0, unit, error;

  g_assert (self->n_stages == 1);
  for (guint u = 0; u < n; u++)
    greatest = MAX (greatest, fabs (totals[u].high));
  unit = rua_unit (greatest);
  for (guint u = 0; u < n; u++)
    scaled[u] = (RuaSum){ totals[u].high * unit, totals[u].low * unit };
  error = join_stages (self, &scaled, unit, lonely, reason);
  g_free (scaled);
  return error;
}
