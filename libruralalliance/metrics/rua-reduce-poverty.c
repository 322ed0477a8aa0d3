/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Poverty against an absolute line as sums. */
#include "rua-reductions-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

/* Powers of the gap, weighted, and their squares; the last five only for standard errors, and the two before them
 * only where they are wanted. */
enum { W, P0, P1, P2, N_POOR, SHORTFALL, WW, WW0, WW1, WW2, WW4 };

/* Below it squares have lost digits. */
#define LEAST_SQUARE 1e-280
/* What is so small a share of an index has lost those that gaps were rounded by. */
#define CANCELLED 1e-4

static void
read_line (RuaRun *run, double *constants)
{
  constants[0] = rua_run_number (run, "line");
  constants[1] = rua_run_token_is (run, "poor_if", "at_or_below");
}

/* Of indices alone. */
RUA_WIDE static void
find_gaps (const double *restrict values, const double *restrict weights, double line, double at, guint n,
           double *restrict poor, double *restrict gaps, double *restrict weighted)
{
  for (guint i = 0; i < n; i++) {
    double x = values[i], gap = ((x < line) | (x == at)) ? (line - x) / line : 0.0;

    poor[i] = ((x < line) | (x == at)) ? weights[i] : 0.0;
    gaps[i] = gap;
    weighted[i] = weights[i] * gap;
  }
}

static void
index_factors (const RuaFactorInput *input, double *const *factors)
{
  double line = input->constants[0], at = input->constants[1] != 0 ? line : NAN;
  guint n = input->n;

  if (input->roles[1] != NULL)
    memcpy (factors[0], input->roles[1], n * sizeof (double));
  for (guint i = 0; i < n && input->roles[1] == NULL; i++)
    factors[0][i] = 1;
  find_gaps (input->roles[0], factors[0], line, at, n, factors[1], factors[2], factors[3]);
  /* Of no line there is no share. */
  for (guint i = 0; i < n && line == 0; i++)
    factors[2][i] = factors[3][i] = 0;
}

RUA_WIDE static void
poverty_factors (const RuaFactorInput *input, double *const *factors)
{
  double line = input->constants[0];
  gboolean or_at = input->constants[1] != 0;

  index_factors (input, factors);
  for (guint i = 0; i < input->n; i++) {
    double x = input->roles[0][i];
    gboolean poor = x < line || (or_at && x == line);

    factors[4][i] = poor;
    factors[5][i] = poor ? line - x : 0;
    factors[6][i] = factors[3][i] * factors[2][i];
  }
}

#define INDEX_TERMS [W] = { 0, RUA_ONE }, [P0] = { 1, RUA_ONE }, [P1] = { 0, 2 }, [P2] = { 3, 2 }
#define LIGHT_TERMS INDEX_TERMS, [N_POOR] = { 4, RUA_ONE }, [SHORTFALL] = { 0, 5 }

static void
read_sums (const RuaCellSums *sums, RuaPoverty *self, RuaDouble2 powers[4])
{
  gsize n = rua_cell_sums_get_n (sums);
  RuaDouble2 shortfall = { 0, 0 };
  gboolean has_all = sums->reduction->n_terms > SHORTFALL;

  for (guint k = 0; k < 4; k++)
    powers[k] = (RuaDouble2){ 0, 0 };
  for (gsize i = 0; i < n; i++) {
    powers[3] = rua_double2_add (powers[3], rua_cell_sums_get_sum2 (sums, i, W));
    for (guint a = 0; a < 3; a++)
      powers[a] = rua_double2_add (powers[a], rua_cell_sums_get_sum2 (sums, i, P0 + a));
    if (!has_all)
      continue;
    shortfall = rua_double2_add (shortfall, rua_cell_sums_get_sum2 (sums, i, SHORTFALL));
    self->n_poor += rua_cell_sums_get_sum (sums, i, N_POOR, NULL);
  }
  self->line = rua_cell_sums_get_constant (sums, 0);
  self->W = powers[3].high;
  self->shortfall = shortfall.high;
  for (guint a = 0; a < 3; a++)
    self->sums[a] = powers[a].high;
}

static gboolean
finish_light (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaPoverty self = { 0 };
  RuaDouble2 powers[4];

  read_sums (sums, &self, powers);
  rua_put_poverty_fgt (run, &self);
  return TRUE;
}

/* Each record a sampling unit: n/(n-1) sum (w (p - F)/W)^2. */
static gboolean
finish_records (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  static const guint singles[] = { WW0, WW1, WW2 }, doubles[] = { WW0, WW2, WW4 };
  RuaPoverty self = { .has_errors = TRUE };
  RuaDouble2 powers[4], ww = rua_cell_sums_get_sum2 (sums, 0, WW);
  double n = run->data.n;

  read_sums (sums, &self, powers);
  for (guint a = 0; a < 3 && self.W > 0; a++) {
    RuaDouble2 fgt = rua_double2_divide (powers[a], powers[3]),
               single = rua_cell_sums_get_sum2 (sums, 0, singles[a]),
               left = rua_double2_subtract (rua_double2_add (single, single),
                                            rua_double2_multiply (fgt, ww));

    left = rua_double2_subtract (rua_cell_sums_get_sum2 (sums, 0, doubles[a]),
                                 rua_double2_multiply (fgt, left));
    if (left.high != 0 && !(left.high > 1e-4 * rua_cell_sums_get_sum (sums, 0, doubles[a], NULL)))
      run->needs_columns = TRUE;
    /* Squares of weights, or of squared gaps, that have left the range of numbers. */
    if (!isfinite (left.high) || !(ww.high > LEAST_SQUARE))
      run->needs_columns = TRUE;
    self.errors[a] = sqrt (n / (n - 1) * MAX (left.high, 0)) / self.W;
    self.lonely[a] = n < 2 ? RUA_REASON_ONE : NULL;
  }
  rua_put_poverty_fgt (run, &self);
  return TRUE;
}

typedef struct {
  RuaDouble2 sum, squares;
  guint32 n;
} Stratum;

/* Sampling units are cells: their totals vary within strata. */
static gboolean
finish_units (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  gboolean stratified = rua_run_column (run, "stratum", 0) != NULL;
  gsize n = rua_cell_sums_get_n (sums);
  guint n_strata = 1;
  g_autofree guint32 *stratum = stratified ? rua_cell_sums_number (sums, 0, &n_strata) : NULL;
  g_autofree Stratum *strata = g_new (Stratum, MAX (n_strata, 1));
  RuaPoverty self = { .has_errors = TRUE };
  RuaDouble2 powers[4];

  read_sums (sums, &self, powers);
  for (guint a = 0; a < 3 && self.W > 0; a++) {
    RuaDouble2 fgt = rua_double2_divide (powers[a], powers[3]);
    double variance = 0;

    memset (strata, 0, MAX (n_strata, 1) * sizeof (Stratum));
    for (gsize i = 0; i < n; i++) {
      Stratum *here = &strata[stratum ? stratum[i] : 0];
      RuaDouble2 total = rua_double2_subtract (
        rua_cell_sums_get_sum2 (sums, i, P0 + a),
        rua_double2_multiply (fgt, rua_cell_sums_get_sum2 (sums, i, W)));

      here->n++;
      here->sum = rua_double2_add (here->sum, total);
      here->squares = rua_double2_add (here->squares, rua_double2_multiply (total, total));
    }
    for (guint h = 0; h < n_strata; h++) {
      double size = strata[h].n;

      if (size < 2)
        self.lonely[a] = run->data.n < 2 ? RUA_REASON_ONE : "a stratum has one sampling unit";
      else
        variance += size / (size - 1)
                    * rua_double2_spread (strata[h].squares, strata[h].sum,
                                          (RuaDouble2){ size, 0 });
    }
    self.errors[a] = sqrt (variance) / self.W;
    if (!isfinite (variance) || !(self.W * self.W > LEAST_SQUARE)
        || (variance > 0 && self.errors[a] < CANCELLED * fabs (fgt.high)))
      run->needs_columns = TRUE;
  }
  rua_put_poverty_fgt (run, &self);
  return TRUE;
}

const RuaReduction *
rua_reduce_poverty_fgt (RuaRun *run)
{
  static const char *const units[] = { "psu", NULL };
  static const char *const units_of_strata[] = { "stratum", "psu", NULL };
  static const RuaReduction indices = {
    .n_factors = 4,
    .n_terms = 4,
    .terms = { INDEX_TERMS },
    .constants = read_line,
    .factors = index_factors,
    .finish = finish_light,
  };
  static const RuaReduction light = {
    .n_factors = 7,
    .n_terms = 6,
    .terms = { LIGHT_TERMS },
    .constants = read_line,
    .factors = poverty_factors,
    .finish = finish_light,
  };
  static const RuaReduction records = {
    .n_factors = 7,
    .n_terms = 11,
    .terms = { LIGHT_TERMS,
               [WW] = { 0, 0 },
               [WW0] = { 0, 1 },
               [WW1] = { 0, 3 },
               [WW2] = { 3, 3 },
               [WW4] = { 6, 6 } },
    .constants = read_line,
    .factors = poverty_factors,
    .finish = finish_records,
  };
  static const RuaReduction designs[2] = {
    { .cells = units,
      .n_factors = 7,
      .n_terms = 6,
      .terms = { LIGHT_TERMS },
      .constants = read_line,
      .factors = poverty_factors,
      .finish = finish_units },
    { .cells = units_of_strata,
      .n_factors = 7,
      .n_terms = 6,
      .terms = { LIGHT_TERMS },
      .constants = read_line,
      .factors = poverty_factors,
      .finish = finish_units },
  };
  gboolean stratified = rua_run_column (run, "stratum", 0) != NULL;

  if (rua_run_has (run, "relative_to") || rua_run_has (run, "fraction")
      || isnan (rua_run_number (run, "line")))
    return NULL;
  if (!rua_run_wants (run, "se0") && !rua_run_wants (run, "se1") && !rua_run_wants (run, "se2"))
    return rua_run_wants (run, "n_poor") || rua_run_wants (run, "mean_shortfall_poor") ? &light
                                                                                       : &indices;
  if (rua_run_column (run, "psu", 0) != NULL)
    return &designs[stratified];
  return stratified ? NULL : &records;
}
