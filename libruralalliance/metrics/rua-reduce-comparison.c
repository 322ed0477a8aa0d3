/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ratios, proportions, changes and differences as sums. */
#include "rua-reductions-private.h"
#include "rua-wide-private.h"

#include <math.h>

#include "rua-special-private.h"

static double
get (const RuaCellSums *sums, guint term)
{
  return rua_cell_sums_get_sum (sums, 0, term, NULL);
}

static RuaDouble2
get2 (const RuaCellSums *sums, guint term)
{
  return rua_cell_sums_get_sum2 (sums, 0, term);
}

static gboolean
has (RuaRun *run, const char *role)
{
  return rua_run_column (run, role, 0) != NULL;
}

static gboolean
wants_any (RuaRun *run, const char *const *keys)
{
  for (; *keys != NULL; keys++)
    if (rua_run_wants (run, *keys))
      return TRUE;
  return FALSE;
}

/* yy - r (2 xy - r xx); asks for the columns when hardly anything is left of yy. */
static double
residual_squares (
  RuaRun *run, RuaDouble2 yy, RuaDouble2 xy, RuaDouble2 xx, RuaDouble2 r, double least)
{
  RuaDouble2 left
    = rua_double2_subtract (rua_double2_add (xy, xy), rua_double2_multiply (r, xx));

  left = rua_double2_subtract (yy, rua_double2_multiply (r, left));
  if (!(left.high > least * yy.high) && yy.high > 0)
    run->needs_columns = TRUE;
  return MAX (left.high, 0);
}

/* ---- ratio of totals ---- */

enum { Y, X, YY, XY, XX };

static const guint8 first_two[] = { 0, 1 };

static void
ratio_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++) {
    double w = input->roles[2] ? input->roles[2][i] : 1;

    factors[0][i] = w * input->roles[0][i];
    factors[1][i] = w * input->roles[1][i];
  }
}

static gboolean
ratio_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = rua_scaled_multiply (roles[2], roles[0]);
  factors[1] = rua_scaled_multiply (roles[2], roles[1]);
  return TRUE;
}

/* Products that left the range of numbers, as those of whole numbers never do, are better made from columns in a unit
 * that suits them. */
static void
check_totals (RuaRun *run, const RuaCellSums *sums)
{
  for (guint t = Y; t <= X && sums->form == RUA_SUMS_ROUNDED; t++) {
    double total = fabs (get (sums, t));

    if (!isfinite (total) || (total > 0 && total < 1e-250))
      run->needs_columns = TRUE;
    /* Nothing below the line is rare, and may be what is left of weights next to nothing; so may nothing above it where
     * little is below. */
    if (total == 0 && has (run, "weight") && (t == X || fabs (get (sums, X)) < 1e-10))
      run->needs_columns = TRUE;
  }
}

static gboolean
finish_ratio (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaDouble2 y = get2 (sums, Y), x = get2 (sums, X), yy = get2 (sums, YY), xx = get2 (sums, XX);
  double squares = 0;

  check_totals (run, sums);
  if (sums->form == RUA_SUMS_ROUNDED
      && ((y.high != 0 && !rua_is_within_range (yy.high))
          || (x.high != 0 && !rua_is_within_range (xx.high))))
    run->needs_columns = TRUE;

  if (x.high != 0)
    squares = residual_squares (run, get2 (sums, YY), get2 (sums, XY), get2 (sums, XX),
                                rua_double2_divide (y, x), has (run, "weight") ? 1e-4 : 1e-8);
  rua_put_ratio_of_totals (run, rua_cell_sums_get_n_records (sums, 0), y.high, x.high, squares, 0);
  return TRUE;
}

static gboolean
finish_ratio_only (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  check_totals (run, sums);
  rua_put_ratio_of_totals (run, rua_cell_sums_get_n_records (sums, 0), get (sums, Y), get (sums, X),
                           NAN, 0);
  return TRUE;
}

const RuaReduction *
rua_reduce_ratio_of_totals (RuaRun *run)
{
#define ALL                                                                                        \
  .n_factors = 2, .n_terms = 5,                                                                    \
  .terms = { [Y] = { 0, RUA_ONE },                                                                 \
             [X] = { 1, RUA_ONE },                                                                 \
             [YY] = { 0, 0 },                                                                      \
             [XY] = { 0, 1 },                                                                      \
             [XX] = { 1, 1 } },                                                                    \
  .factors = ratio_factors, .wholes = ratio_wholes, .finish = finish_ratio
#define ONLY                                                                                       \
  .n_factors = 2, .n_terms = 2, .terms = { [Y] = { 0, RUA_ONE }, [X] = { 1, RUA_ONE } },           \
  .factors = ratio_factors, .wholes = ratio_wholes, .finish = finish_ratio_only
  static const RuaReduction weighted[] = { { ALL }, { ONLY } };
  static const RuaReduction plain[] = { { ALL, .of_roles = first_two }, { ONLY, .of_roles = first_two } };
#undef ALL
#undef ONLY
  static const char *const keys[] = { "se", "ci_low", "ci_high", NULL };

  return &(has (run, "weight") ? weighted : plain)[!wants_any (run, keys)];
}

/* ---- proportions ---- */

static void
flag_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++)
    factors[0][i] = input->roles[0][i];
}

static gboolean
flag_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  for (guint f = 0; f < 1; f++)
    factors[f] = (RuaScaled){ 1, 1 };
  return TRUE;
}

static gboolean
finish_proportion (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  rua_put_proportion (run, get (sums, 0), rua_cell_sums_get_n_records (sums, 0));
  return TRUE;
}

const RuaReduction *
rua_reduce_proportion (RuaRun *run)
{
  static const RuaReduction self = {
    .n_factors = 1,
    .n_terms = 1,
    .terms = { { 0, RUA_ONE } },
    .factors = flag_factors,
    .of_roles = first_two,
    .wholes = flag_wholes,
    .finish = finish_proportion,
  };

  return has (run, "value") && !rua_run_has (run, "x") && !rua_run_has (run, "n") ? &self : NULL;
}

static void
two_flag_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++) {
    factors[0][i] = input->roles[0][i];
    factors[1][i] = input->roles[1][i];
  }
}

static gboolean
two_flag_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  for (guint f = 0; f < 2; f++)
    factors[f] = (RuaScaled){ 1, 1 };
  return TRUE;
}

static gboolean
finish_two_proportions (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  double n = rua_cell_sums_get_n_records (sums, 0), x = get (sums, 0), n1 = get (sums, 1),
         x1 = get (sums, 2);

  rua_put_two_proportions (run, x1, n1, x - x1, n - n1);
  return TRUE;
}

const RuaReduction *
rua_reduce_two_proportions (RuaRun *run)
{
  static const RuaReduction self = {
    .n_factors = 2,
    .n_terms = 3,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE }, { 0, 1 } },
    .factors = two_flag_factors,
    .of_roles = first_two,
    .wholes = two_flag_wholes,
    .finish = finish_two_proportions,
  };
  static const char *const counts[] = { "x1", "n1", "x0", "n0" };

  if (!has (run, "value") || !has (run, "group"))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (rua_run_has (run, counts[i]))
      return NULL;
  return &self;
}

static void
participation_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++) {
    double exempt = input->roles[0][i], took_part = input->roles[1][i];
    gboolean is_exempt = exempt == 1, is_known = !isnan (exempt) && !isnan (took_part);

    factors[0][i] = is_exempt;
    factors[1][i] = is_exempt && took_part == 1;
    factors[2][i] = !is_exempt && !is_known;
    factors[3][i] = !is_exempt && is_known;
    factors[4][i] = !is_exempt && is_known && took_part == 1;
  }
}

static gboolean
participation_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  for (guint f = 0; f < 5; f++)
    factors[f] = (RuaScaled){ 1, 1 };
  return TRUE;
}

static gboolean
finish_participation (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaParticipation self = { .n_exempt = get (sums, 0),
                            .n_both = get (sums, 1),
                            .n_unknown = get (sums, 2),
                            .n_eligible = get (sums, 3),
                            .n_participating = get (sums, 4) };

  rua_put_participation_rate (run, &self);
  return TRUE;
}

const RuaReduction *
rua_reduce_participation_rate (RuaRun *run)
{
  static const RuaReduction self = {
    .n_factors = 5,
    .n_terms = 5,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE }, { 2, RUA_ONE }, { 3, RUA_ONE }, { 4, RUA_ONE } },
    .factors = participation_factors,
    .wholes = participation_wholes,
    .finish = finish_participation,
  };

  return &self;
}

/* ---- pairs ---- */

enum { N_PAIRS, N_BEFORE, N_AFTER, B, A, D, DD, BB, AB, AA };

/* Of a complete pair before, after and change less their pilots, the change itself for its
 * extremes; of others 0. */
static void
paired_factors (const RuaFactorInput *input, double *const *factors)
{
  double pilot_b = rua_pilot (input->pilots[0]), pilot_a = rua_pilot (input->pilots[1]);
  double pilot_d = rua_pilot (input->pilots[1] - input->pilots[0]);

  for (guint i = 0; i < input->n; i++) {
    double before = input->roles[0][i], after = input->roles[1][i], change = after - before;
    gboolean pair = !isnan (change);

    factors[0][i] = pair;
    factors[1][i] = !isnan (before) && !pair;
    factors[2][i] = !isnan (after) && !pair;
    factors[3][i] = pair ? before - pilot_b : 0;
    factors[4][i] = pair ? after - pilot_a : 0;
    factors[5][i] = pair ? change - pilot_d : 0;
    factors[6][i] = change;
  }
}

/* Where next to nothing is left of the pilot, the rounding of the values' distances from it is. */
static double
with_pilot (RuaRun *run, RuaDouble2 sum, RuaDouble2 n, double pilot)
{
  double mean = rua_double2_add (rua_double2_divide (sum, n), (RuaDouble2){ pilot, 0 }).high;

  if (fabs (mean) < 1e-5 * fabs (pilot))
    run->needs_columns = TRUE;
  return mean;
}

static gboolean
finish_paired_change (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  static const char *const ratios[]
    = { "ratio_se", "ratio_low", "ratio_high", "ratio_log_low", "ratio_log_high", "correlation",
        NULL };
  double first_b = rua_cell_sums_get_pilot (sums, 0), first_a = rua_cell_sums_get_pilot (sums, 1);
  RuaDouble2 n = get2 (sums, N_PAIRS), b = get2 (sums, B), a = get2 (sums, A), d = get2 (sums, D);
  RuaPairedMoments m = { .n = n.high,
                         .n_before_only = get (sums, N_BEFORE),
                         .n_after_only = get (sums, N_AFTER),
                         .mean_before = NAN,
                         .mean_after = NAN,
                         .mean_change = NAN,
                         .squares_change = NAN,
                         .correlation = NAN,
                         .residuals = NAN };

  if (m.n > 0) {
    double least = rua_cell_sums_get_least (sums, 0, 6);

    m.mean_before = with_pilot (run, b, n, rua_pilot (first_b));
    m.mean_after = with_pilot (run, a, n, rua_pilot (first_a));
    m.mean_change = least;
    m.squares_change = 0;
    if (least != rua_cell_sums_get_greatest (sums, 0, 6)) {
      m.mean_change = with_pilot (run, d, n, rua_pilot (first_a - first_b));
      m.squares_change = rua_cell_spread (run, get2 (sums, DD), d, n);
    }
  }
  if (m.n > 1 && wants_any (run, ratios)) {
    RuaDouble2 bb, ab, aa;

    if (get (sums, BB) > 0)
      rua_cell_spread (run, get2 (sums, BB), b, n);
    if (get (sums, AA) > 0)
      rua_cell_spread (run, get2 (sums, AA), a, n);
    bb = rua_double2_subtract (get2 (sums, BB), rua_double2_divide (rua_double2_multiply (b, b), n));
    aa = rua_double2_subtract (get2 (sums, AA), rua_double2_divide (rua_double2_multiply (a, a), n));
    ab = rua_double2_subtract (get2 (sums, AB), rua_double2_divide (rua_double2_multiply (a, b), n));
    if (bb.high > 0 && aa.high > 0)
      m.correlation = CLAMP (ab.high / (sqrt (bb.high) * sqrt (aa.high)), -1, 1);
    /* The means cancel, as R is their ratio. */
    if (m.mean_before != 0) {
      RuaDouble2 ratio = rua_double2_divide (
        rua_double2_add (rua_double2_divide (a, n), (RuaDouble2){ rua_pilot (first_a), 0 }),
        rua_double2_add (rua_double2_divide (b, n), (RuaDouble2){ rua_pilot (first_b), 0 }));

      m.residuals = residual_squares (run, aa, ab, bb, ratio, 1e-8);
    }
  }
  rua_put_paired_change (run, &m);
  return TRUE;
}

/* Nothing but means. */
RUA_WIDE static void
find_pairs (const double *restrict before, const double *restrict after, guint n, double *restrict pairs,
            double *restrict left, double *restrict joined)
{
  for (guint i = 0; i < n; i++) {
    double b = before[i], a = after[i];

    pairs[i] = ((b == b) & (a == a)) ? 1.0 : 0.0;
    left[i] = ((b == b) & (a != a)) ? 1.0 : 0.0;
    joined[i] = ((b != b) & (a == a)) ? 1.0 : 0.0;
  }
}

RUA_WIDE static void
take_pairs (const double *restrict before, const double *restrict after, guint n, double *restrict befores,
            double *restrict afters, double *restrict changes)
{
  for (guint i = 0; i < n; i++) {
    double b = before[i], a = after[i];

    befores[i] = ((b == b) & (a == a)) ? b : 0.0;
    afters[i] = ((b == b) & (a == a)) ? a : 0.0;
    changes[i] = ((b == b) & (a == a)) ? a - b : 0.0;
  }
}

static void
pair_mean_factors (const RuaFactorInput *input, double *const *factors)
{
  find_pairs (input->roles[0], input->roles[1], input->n, factors[0], factors[1], factors[2]);
  take_pairs (input->roles[0], input->roles[1], input->n, factors[3], factors[4], factors[5]);
}

static gboolean
pair_mean_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = factors[1] = factors[2] = (RuaScaled){ 1, 1 };
  factors[3] = roles[0];
  factors[4] = roles[1];
  factors[5] = rua_scaled_join (roles[0], roles[1], TRUE);
  /* They are subtracted as they are. */
  return roles[0].divisor == roles[1].divisor;
}

static gboolean
finish_pair_means (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaDouble2 n = get2 (sums, N_PAIRS);
  RuaPairedMoments m = { .n = n.high,
                         .n_before_only = get (sums, N_BEFORE),
                         .n_after_only = get (sums, N_AFTER),
                         .mean_before = rua_double2_divide (get2 (sums, B), n).high,
                         .mean_after = rua_double2_divide (get2 (sums, A), n).high,
                         .mean_change = rua_double2_divide (get2 (sums, D), n).high,
                         .squares_change = NAN,
                         .correlation = NAN,
                         .residuals = NAN };

  rua_put_paired_change (run, &m);
  return TRUE;
}

const RuaReduction *
rua_reduce_paired_change (RuaRun *run)
{
  static const RuaReduction whole = {
    .n_factors = 7,
    .n_terms = 10,
    .terms = { [N_PAIRS] = { 0, RUA_ONE },
               [N_BEFORE] = { 1, RUA_ONE },
               [N_AFTER] = { 2, RUA_ONE },
               [B] = { 3, RUA_ONE },
               [A] = { 4, RUA_ONE },
               [D] = { 5, RUA_ONE },
               [DD] = { 5, 5 },
               [BB] = { 3, 3 },
               [AB] = { 3, 4 },
               [AA] = { 4, 4 } },
    .extremes = 1 << 6,
    .factors = paired_factors,
    .finish = finish_paired_change,
  };
  static const RuaReduction means = {
    .n_factors = 6,
    .n_terms = 6,
    .terms = { [N_PAIRS] = { 0, RUA_ONE },
               [N_BEFORE] = { 1, RUA_ONE },
               [N_AFTER] = { 2, RUA_ONE },
               [B] = { 3, RUA_ONE },
               [A] = { 4, RUA_ONE },
               [D] = { 5, RUA_ONE } },
    .factors = pair_mean_factors,
    .wholes = pair_mean_wholes,
    .finish = finish_pair_means,
  };
  static const char *const keys[]
    = { "sd_change",   "se_change",  "t",         "p_value",        "ci_low",
        "ci_high",     "correlation", "cohen_dz",  "ratio_se",       "ratio_low",
        "ratio_high", "ratio_log_low", "ratio_log_high", NULL };

  return wants_any (run, keys) ? &whole : &means;
}

/* ---- ratios of pairs ---- */

static void
read_factor (RuaRun *run, double *constants)
{
  constants[0] = rua_run_number (run, "factor");
}

/* Counts alone. */
RUA_WIDE static void
find_growth (const double *restrict before, const double *restrict after, double factor, guint n, double *restrict pairs,
             double *restrict eligible, double *restrict grown)
{
  for (guint i = 0; i < n; i++) {
    double b = before[i], a = after[i];

    pairs[i] = ((b == b) & (a == a)) ? 1.0 : 0.0;
    eligible[i] = ((b > 0) & (a == a)) ? 1.0 : 0.0;
    grown[i] = ((b > 0) & (a >= factor * b)) ? 1.0 : 0.0;
  }
}

static void
growth_factors (const RuaFactorInput *input, double *const *factors)
{
  find_growth (input->roles[0], input->roles[1], input->constants[0], input->n, factors[0], factors[1], factors[2]);
}

static void
growth_ratio_factors (const RuaFactorInput *input, double *const *factors)
{
  growth_factors (input, factors);
  for (guint i = 0; i < input->n; i++) {
    double ratio = factors[1][i] != 0 ? input->roles[1][i] / input->roles[0][i] : 0;

    factors[3][i] = ratio;
    factors[4][i] = factors[1][i] != 0 && !(ratio > 0);
    factors[5][i] = ratio > 0 ? log (ratio) : 0;
  }
}

/* Multiples are compared alike only where the factor rounds nothing. */
static gboolean
growth_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  for (guint f = 0; f < 3; f++)
    factors[f] = (RuaScaled){ 1, 1 };
  return roles[0].divisor == roles[1].divisor && rint (constants[0]) == constants[0]
    && rua_scaled_multiply (roles[0], (RuaScaled){ 1, fabs (constants[0]) }).divisor != 0;
}

static gboolean
finish_ratio_distribution (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaRatioDistribution self
    = { .n_pairs = get (sums, 0), .n_eligible = get (sums, 1), .x = get (sums, 2), .sum = NAN };

  if (sums->reduction->n_terms > 3) {
    self.sum = get (sums, 3);
    self.n_not_positive = get (sums, 4);
    self.logs = get (sums, 5);
  }
  rua_put_ratio_distribution (run, &self);
  return TRUE;
}

const RuaReduction *
rua_reduce_ratio_distribution (RuaRun *run)
{
  static const RuaReduction counts = {
    .n_factors = 3,
    .n_terms = 3,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE }, { 2, RUA_ONE } },
    .constants = read_factor,
    .factors = growth_factors,
    .wholes = growth_wholes,
    .finish = finish_ratio_distribution,
  };
  static const RuaReduction whole = {
    .n_factors = 6,
    .n_terms = 6,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE }, { 2, RUA_ONE },
               { 3, RUA_ONE }, { 4, RUA_ONE }, { 5, RUA_ONE } },
    .constants = read_factor,
    .factors = growth_ratio_factors,
    .finish = finish_ratio_distribution,
  };

  if (rua_run_wants (run, "median_ratio"))
    return NULL;
  return rua_run_wants (run, "mean_ratio") || rua_run_wants (run, "geometric_mean_ratio")
           ? &whole : &counts;
}

static void
sign_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++) {
    factors[0][i] = input->roles[1][i] > input->roles[0][i];
    factors[1][i] = input->roles[1][i] < input->roles[0][i];
  }
}

static gboolean
finish_sign_test (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  rua_put_sign_test (run, get (sums, 0), get (sums, 1));
  return TRUE;
}

static gboolean
finish_mcnemar (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  rua_put_mcnemar (run, get (sums, 0), get (sums, 1));
  return TRUE;
}

const RuaReduction *
rua_reduce_sign_test (RuaRun *run)
{
  static const RuaReduction self = {
    .n_factors = 2,
    .n_terms = 2,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE } },
    .factors = sign_factors,
    .finish = finish_sign_test,
  };

  return &self;
}

const RuaReduction *
rua_reduce_mcnemar (RuaRun *run)
{
  static const RuaReduction self = {
    .n_factors = 2,
    .n_terms = 2,
    .terms = { { 0, RUA_ONE }, { 1, RUA_ONE } },
    .factors = sign_factors,
    .finish = finish_mcnemar,
  };

  return has (run, "before") && has (run, "after") && !rua_run_has (run, "b")
             && !rua_run_has (run, "c")
           ? &self
           : NULL;
}

/* ---- two means ---- */

static void
shifted_factors (const RuaFactorInput *input, double *const *factors)
{
  double pilot = rua_pilot (input->pilots[0]);

  for (guint i = 0; i < input->n; i++) {
    factors[0][i] = input->roles[0][i] - pilot;
    factors[1][i] = input->roles[0][i];
  }
}

static gboolean
shifted_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = rua_scaled_join (roles[0], roles[0], TRUE);
  factors[1] = roles[0];
  return TRUE;
}

static gboolean
finish_mean_difference (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  RuaDouble2 pilot = rua_cell_sums_get_taken (sums, 0);
  RuaMoments sides[2] = { { 0, NAN, NAN, NAN, NAN, 0 }, { 0, NAN, NAN, NAN, NAN, 0 } };
  guint n;
  g_autofree guint32 *group = rua_cell_sums_number (sums, 0, &n);

  for (gsize i = 0; i < rua_cell_sums_get_n (sums); i++)
    sides[group[i]] = rua_cell_moments (run, sums, i, 0, 1, 1, pilot);
  rua_put_mean_difference (run, &sides[1], &sides[0], 0);
  return TRUE;
}

const RuaReduction *
rua_reduce_mean_difference (RuaRun *run)
{
  static const char *const cells[] = { "group", NULL };
  static const RuaReduction self = {
    .cells = cells,
    .n_factors = 2,
    .n_terms = 2,
    .terms = { { 0, RUA_ONE }, { 0, 0 } },
    .extremes = 1 << 1,
    .factors = shifted_factors,
    .wholes = shifted_wholes,
    .finish = finish_mean_difference,
  };

  return &self;
}
