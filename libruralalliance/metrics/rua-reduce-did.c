/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Difference in differences as sums by cluster, treatment and period. */
#include "rua-reductions-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

enum { Y, YY, BAD, W, WW, WY, WYY, WWY, WWYY };

static const guint8 outcome_alone[] = { 0 };

static void
outcome_factors (const RuaFactorInput *input, double *const *factors)
{
  memcpy (factors[0], input->roles[0], input->n * sizeof (double));
}

static gboolean
outcome_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[0];
  return TRUE;
}

RUA_WIDE static void
plain_factors (const RuaFactorInput *input, double *const *factors)
{
  gboolean take_log = input->constants[0] != 0;
  double first = input->pilots[0];
  double pilot = rua_pilot (take_log ? (first > 0 ? log (first) : 0) : first);

  for (guint i = 0; i < input->n && !take_log; i++) {
    factors[0][i] = input->roles[0][i] - pilot;
    factors[1][i] = 0;
  }
  for (guint i = 0; i < input->n && take_log; i++) {
    double y = input->roles[0][i];

    factors[0][i] = (y > 0 ? log (y) : 0) - pilot;
    factors[1][i] = !(y > 0);
  }
}

static void
weighted_factors (const RuaFactorInput *input, double *const *factors)
{
  plain_factors (input, factors);
  for (guint i = 0; i < input->n; i++) {
    factors[2][i] = input->roles[4][i];
    factors[3][i] = input->roles[4][i] * factors[0][i];
  }
}

static gboolean
plain_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = rua_scaled_join (roles[0], roles[0], TRUE);
  factors[1] = (RuaScaled){ 1, 1 };
  return constants[0] == 0;
}

static void
read_log (RuaRun *run, double *constants)
{
  constants[0] = rua_run_boolean (run, "log");
}

static RuaDouble2
whole_number (double n)
{
  return (RuaDouble2){ n, 0 };
}

/* Less than this share of their distance from the pilot, and outcomes have lost as many digits to its rounding. */
#define LOST 1e-5

/* A residual that is less than this share of what it is the difference of may be nothing but rounding: without squares
 * there is nothing to tell how far the outcome varies at all. */
#define DOUBTFUL 1e-9

/* Sums over the parts of each of the four cells. */
typedef struct {
  RuaDouble2 w, ww, y, yy, wwy, wwyy;
  double least, greatest; /* NaN: none yet */
} Cell;

/* Distances of a cell that are rounded may be all the same though its outcomes are not. */
static gboolean
is_lost (const Cell *cell, const RuaCellSums *sums, double n, double mean)
{
  double farthest = MAX (fabs (cell->least), fabs (cell->greatest));

  return sums->form == RUA_SUMS_ROUNDED
         && fabs (mean) < (n > 1 && cell->least == cell->greatest ? 1 : LOST) * farthest;
}

static void
add_light_part (Cell *cell, const RuaCellSums *sums, gsize i)
{
  cell->w = rua_double2_add (cell->w, whole_number (rua_cell_sums_get_n_records (sums, i)));
  cell->y = rua_double2_add (cell->y, rua_cell_sums_get_sum2 (sums, i, Y));
}

static void
add_part (Cell *cell, const RuaCellSums *sums, gsize i, gboolean weighted)
{
  RuaDouble2 n = whole_number (rua_cell_sums_get_n_records (sums, i));
  RuaDouble2 y = rua_cell_sums_get_sum2 (sums, i, weighted ? WY : Y),
             yy = rua_cell_sums_get_sum2 (sums, i, weighted ? WYY : YY);

  cell->w = rua_double2_add (cell->w, weighted ? rua_cell_sums_get_sum2 (sums, i, W) : n);
  cell->ww = rua_double2_add (cell->ww, weighted ? rua_cell_sums_get_sum2 (sums, i, WW) : n);
  cell->y = rua_double2_add (cell->y, y);
  cell->yy = rua_double2_add (cell->yy, yy);
  cell->wwy = rua_double2_add (cell->wwy, weighted ? rua_cell_sums_get_sum2 (sums, i, WWY) : y);
  cell->wwyy = rua_double2_add (cell->wwyy, weighted ? rua_cell_sums_get_sum2 (sums, i, WWYY) : yy);
  cell->least = fmin (cell->least, rua_cell_sums_get_least (sums, i, 0));
  cell->greatest = fmax (cell->greatest, rua_cell_sums_get_greatest (sums, i, 0));
}

/* The records of a cluster in each of the four cells; parts are the caller's to free. */
static void
read_parts (RuaRun *run, const RuaCellSums *sums, RuaDid *self)
{
  guint two;
  g_autofree guint32 *cluster = NULL, *treated = NULL, *post = NULL;

  self->n = run->data.n;
  self->weighted = rua_run_column (run, "weight", 0) != NULL;
  self->clustered = rua_run_column (run, "cluster", 0) != NULL;
  self->n_clusters = 1;
  self->n_parts = rua_cell_sums_get_n (sums);
  self->parts = g_new (RuaDidPart, MAX (self->n_parts, 1));
  if (self->clustered)
    cluster = rua_cell_sums_number (sums, 0, &self->n_clusters);
  treated = rua_cell_sums_number (sums, self->clustered, &two);
  post = rua_cell_sums_number (sums, self->clustered + 1, &two);
  for (gsize i = 0; i < self->n_parts; i++) {
    guint cell = treated[i] + 2 * post[i];

    self->parts[i]
      = (RuaDidPart){ cluster ? cluster[i] : 0, cell, rua_cell_sums_get_n_records (sums, i), 0 };
    self->cell_n[cell] += self->parts[i].n;
  }
}

static double
difference_of (const RuaDouble2 means[4])
{
  RuaDouble2 estimate = rua_double2_subtract (rua_double2_subtract (means[3], means[1]),
                                              rua_double2_subtract (means[2], means[0]));

  return estimate.high;
}

static gboolean
finish_did_2x2 (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  gboolean take_log = rua_cell_sums_get_constant (sums, 0) != 0;
  double first = rua_cell_sums_get_pilot (sums, 0);
  RuaDouble2 taken = take_log ? whole_number (rua_pilot (first > 0 ? log (first) : 0))
                              : rua_cell_sums_get_taken (sums, 0);
  RuaDid self = { 0 };
  RuaDouble2 means[4], all = { 0, 0 }, all_y = { 0, 0 }, all_yy = { 0, 0 };
  g_autofree RuaDidPart *parts = NULL;
  Cell cells[4] = { 0 };
  gboolean weighted;

  read_parts (run, sums, &self);
  parts = self.parts;
  weighted = self.weighted;
  for (guint c = 0; c < 4; c++)
    cells[c].least = cells[c].greatest = NAN;
  for (gsize i = 0; i < self.n_parts; i++) {
    add_part (&cells[parts[i].cell], sums, i, weighted);
    if (rua_cell_sums_get_sum (sums, i, BAD, NULL) > 0)
      run->must_refuse = TRUE; /* a value without a logarithm, to be named */
  }
  for (guint c = 0; c < 4; c++) {
    const Cell *cell = &cells[c];
    RuaDouble2 scores;

    self.cell_weight[c] = cell->w.high;
    self.cell_mean[c] = NAN;
    means[c] = (RuaDouble2){ NAN, NAN };
    if (!isfinite (cell->w.high))
      run->needs_columns = TRUE;
    if (!(cell->w.high > 0))
      continue;
    all = rua_double2_add (all, cell->w);
    all_y = rua_double2_add (all_y, cell->y);
    all_yy = rua_double2_add (all_yy, cell->yy);
    means[c] = cell->least == cell->greatest ? whole_number (cell->least)
                                             : rua_double2_divide (cell->y, cell->w);
    self.cell_mean[c] = rua_double2_add (means[c], taken).high;
    if (is_lost (cell, sums, self.cell_n[c], self.cell_mean[c]))
      run->needs_columns = TRUE;
    if (cell->least == cell->greatest)
      continue;
    self.cell_square[c] = rua_double2_spread (cell->yy, cell->y, cell->w);
    scores = rua_double2_subtract (rua_double2_add (cell->wwy, cell->wwy),
                                   rua_double2_multiply (means[c], cell->ww));
    scores = rua_double2_subtract (cell->wwyy, rua_double2_multiply (means[c], scores));
    self.cell_score[c] = MAX (scores.high, 0);
    if (cell->yy.high > 0 && !(self.cell_square[c] > (weighted ? 1e-4 : 1e-8) * cell->yy.high))
      run->needs_columns = TRUE;
    if (!rua_is_within_range (cell->yy.high) || (weighted && !rua_is_within_range (cell->ww.high))
        || (weighted && !rua_is_within_range (cell->wwyy.high)))
      run->needs_columns = TRUE;
  }
  for (gsize i = 0; i < self.n_parts; i++) {
    guint c = parts[i].cell;
    RuaDouble2 w = weighted ? rua_cell_sums_get_sum2 (sums, i, W) : whole_number (parts[i].n);

    if (cells[c].w.high > 0 && cells[c].least != cells[c].greatest)
      parts[i].residual
        = rua_double2_subtract (rua_cell_sums_get_sum2 (sums, i, weighted ? WY : Y),
                                rua_double2_multiply (w, means[c])).high;
  }
  self.estimate = difference_of (means);
  self.whole = all.high > 0 ? rua_double2_spread (all_yy, all_y, all) : 0;
  rua_put_did_2x2 (run, &self);
  return TRUE;
}

/* What follows from the sums of the outcome alone: the estimate, and errors by cluster. */
static gboolean
finish_did_light (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaDid self = { .lacks_squares = TRUE };
  RuaDouble2 means[4];
  g_autofree RuaDidPart *parts = NULL;
  Cell cells[4] = { 0 };

  read_parts (run, sums, &self);
  parts = self.parts;
  for (gsize i = 0; i < self.n_parts; i++)
    add_light_part (&cells[parts[i].cell], sums, i);
  for (guint c = 0; c < 4; c++) {
    self.cell_weight[c] = cells[c].w.high;
    means[c] = rua_double2_divide (cells[c].y, cells[c].w);
    self.cell_mean[c] = self.cell_n[c] > 0 ? means[c].high : NAN;
    if (self.cell_n[c] > 0 && !isfinite (means[c].high))
      run->needs_columns = TRUE;
  }
  for (gsize i = 0; i < self.n_parts; i++) {
    RuaDouble2 mine = rua_double2_multiply (whole_number (parts[i].n), means[parts[i].cell]);

    /* All of a cell is the mean of it. */
    if (!self.clustered || parts[i].n == self.cell_n[parts[i].cell])
      continue;
    parts[i].residual = rua_double2_subtract (rua_cell_sums_get_sum2 (sums, i, Y), mine).high;
    if (parts[i].residual != 0 && fabs (parts[i].residual) < DOUBTFUL * fabs (mine.high))
      run->needs_columns = TRUE;
  }
  self.estimate = difference_of (means);
  rua_put_did_2x2 (run, &self);
  return TRUE;
}

static gboolean
wants_squares (RuaRun *run)
{
  static const char *const keys[] = { "se_classical", "p_classical", "se_hc1" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (rua_run_wants (run, keys[i]))
      return TRUE;
  return FALSE;
}

const RuaReduction *
rua_reduce_did_2x2 (RuaRun *run)
{
  static const char *const alone[] = { "treated", "post", NULL };
  static const char *const within[] = { "cluster", "treated", "post", NULL };
#define PLAIN(roles)                                                                               \
  {                                                                                                \
    .cells = roles, .n_factors = 2, .n_terms = 3,                                                  \
    .terms = { [Y] = { 0, RUA_ONE }, [YY] = { 0, 0 }, [BAD] = { 1, RUA_ONE } },                    \
    .extremes = 1 << 0, .constants = read_log, .factors = plain_factors, .wholes = plain_wholes,             \
    .finish = finish_did_2x2,                                                                      \
  }
#define WEIGHTED(roles)                                                                            \
  {                                                                                                \
    .cells = roles, .n_factors = 4, .n_terms = 9,                                                  \
    .terms = { [Y] = { 0, RUA_ONE },                                                               \
               [YY] = { 0, 0 },                                                                    \
               [BAD] = { 1, RUA_ONE },                                                             \
               [W] = { 2, RUA_ONE },                                                               \
               [WW] = { 2, 2 },                                                                    \
               [WY] = { 2, 0 },                                                                    \
               [WYY] = { 3, 0 },                                                                   \
               [WWY] = { 3, 2 },                                                                   \
               [WWYY] = { 3, 3 } },                                                                \
    .extremes = 1 << 0, .constants = read_log, .factors = weighted_factors, .finish = finish_did_2x2,                  \
  }
#define LIGHT(roles)                                                                               \
  {                                                                                                \
    .cells = roles, .n_factors = 1, .n_terms = 1, .terms = { [Y] = { 0, RUA_ONE } },               \
    .factors = outcome_factors, .of_roles = outcome_alone, .wholes = outcome_wholes,               \
    .finish = finish_did_light,                                                                    \
  }
  static const RuaReduction reductions[2][2]
    = { { PLAIN (alone), PLAIN (within) }, { WEIGHTED (alone), WEIGHTED (within) } };
  static const RuaReduction light[2] = { LIGHT (alone), LIGHT (within) };
  gboolean weighted = rua_run_column (run, "weight", 0) != NULL;
  gboolean clustered = rua_run_column (run, "cluster", 0) != NULL;

  if (!weighted && !rua_run_boolean (run, "log") && !wants_squares (run))
    return &light[clustered];
  return &reductions[weighted][clustered];
}
