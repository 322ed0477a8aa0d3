/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether two groups were alike to begin with, and p-values of many tests. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-entropy-private.h"
#include "rua-moments-private.h"
#include "rua-special-private.h"

/* One arm: mean and deviation, weighted where there are weights, in units of a power of two that all values are multiplied
 * by. */
typedef struct {
  gsize n;
  RuaCentre centre; /* the mean, with what its rounding took: means may differ by less */
  double mean;      /* NaN: nobody has weight */
  double sd;        /* NaN below two records */
  gboolean varies;
  double *values; /* as given */
  gboolean no_weight;
} Arm;

static void
arm_init (Arm *self,
          const double *x,
          const double *w,
          const double *treated,
          double side,
          gsize n,
          double x_unit,
          gboolean binary)
{
  RuaSum pairs = { 0 }, spread = { 0 };
  double greatest = 0, widest = 0, w_unit, unit, constant = NAN;
  gsize n_positive = 0;
  RuaDouble2 all;

  *self = (Arm){ .mean = NAN, .sd = NAN, .values = g_new (double, MAX (n, 1)) };
  for (gsize i = 0; i < n; i++)
    if (treated[i] == side)
      greatest = MAX (greatest, w ? w[i] : 1);
  w_unit = rua_unit (greatest);
  for (gsize i = 0; i < n; i++) {
    double weight = w ? w[i] * w_unit : 1;

    if (treated[i] != side)
      continue;
    self->values[self->n++] = x[i];
    if (weight == 0)
      continue;
    if (n_positive++ == 0) {
      constant = x[i];
      rua_centre_begin (&self->centre, x[i] * x_unit);
    }
    self->varies |= x[i] != constant;
    rua_centre_add (&self->centre, x[i] * x_unit, weight);
  }
  self->no_weight = n_positive == 0;
  if (n_positive == 0)
    return;
  rua_centre_end (&self->centre);
  self->mean = self->centre.high;
  all = self->centre.weight;
  if (binary) {
    RuaDouble2 mean = rua_double2_add ((RuaDouble2){ self->mean, 0 }, self->centre.rest);

    /* The mean of a flag, in the unit of its values. */
    self->sd = sqrt (self->mean * rua_double2_subtract ((RuaDouble2){ x_unit, 0 }, mean).high);
    return;
  }
  if (n_positive < 2)
    return;
  for (gsize i = 0; i < n; i++)
    if (treated[i] == side && (w == NULL || w[i] > 0))
      widest = MAX (widest, fabs (x[i] * x_unit - self->mean));
  unit = rua_unit (widest);
  for (gsize i = 0; i < n; i++) {
    double gap = unit * ((x[i] * x_unit - self->mean) - self->centre.rest.high), weight = w ? w[i] * w_unit : 1;

    if (treated[i] != side)
      continue;
    rua_sum_add (&spread, weight * gap * gap);
    if (w != NULL)
      rua_sum_add (&pairs, weight * (all.high - weight + all.low));
  }
  /* W - sum(w^2)/W = sum(w (W - w))/W, which keeps its digits where one record bears nearly all the weight. */
  self->sd = sqrt (rua_sum_get (&spread) / (w ? rua_sum_get (&pairs) / all.high : self->n - 1.0)) / unit;
}

/* Why it has no spread of its own; NULL: it has one. */
static const char *
tell_few (const Arm *self)
{
  return !isnan (self->sd) ? NULL
         : self->n < 2     ? N_("an arm has one record")
                           : N_("in an arm one record bears all the weight");
}

static double
arms_gap (const Arm *one, const Arm *zero)
{
  RuaDouble2 rest = rua_double2_subtract (one->centre.rest, zero->centre.rest);

  return rua_double2_add (rua_double2_subtract ((RuaDouble2){ one->mean, 0 }, (RuaDouble2){ zero->mean, 0 }), rest).high;
}

/* The largest distance of two empirical distribution functions. */
static double
kolmogorov_smirnov (Arm *one, Arm *zero)
{
  gsize i = 0, j = 0;
  double largest = 0;

  rua_sort_doubles (one->values, one->n);
  rua_sort_doubles (zero->values, zero->n);
  while (i < one->n && j < zero->n) {
    double at = MIN (one->values[i], zero->values[j]);

    while (i < one->n && one->values[i] <= at)
      i++;
    while (j < zero->n && zero->values[j] <= at)
      j++;
    largest = MAX (largest, fabs ((double)i / one->n - (double)j / zero->n));
  }
  return largest;
}

static gboolean
run_balance (RuaRun *run, GError **error)
{
  const double *x = rua_run_values (run, "value"), *w = rua_run_values (run, "weight"),
               *treated = rua_run_values (run, "treated");
  gboolean binary = rua_run_boolean (run, "binary");
  RuaFigures *figures = run->figures;
  gsize n = run->data.n;
  double gap, df, sp, sd1, sd0, unit = rua_unit_of (x, n);
  const char *none, *few1, *few0, *few, *flat1, *flat0, *flat;
  Arm one, zero;

  if (binary)
    for (gsize i = 0; i < n; i++)
      if (x[i] != 0 && x[i] != 1)
        return rua_run_refuse_row (run, error, rua_run_column (run, "value", 0), i,
                                   "is not a flag; leave option binary out, or write 1 and 0");
  arm_init (&one, x, w, treated, 1, n, unit, binary);
  arm_init (&zero, x, w, treated, 0, n, unit, binary);
  sd1 = one.sd;
  sd0 = zero.sd;
  gap = arms_gap (&one, &zero);
  none = one.n == 0 || zero.n == 0         ? N_("an arm has no records")
         : one.no_weight || zero.no_weight ? N_("all weights of an arm are 0")
                                           : NULL;
  few1 = none ? none : tell_few (&one);
  few0 = none ? none : tell_few (&zero);
  few = few1 ? few1 : few0;
  flat1 = few1 ? few1
          : one.varies ? NULL
                       : N_("the treated do not vary");
  flat0 = few0 ? few0
          : zero.varies ? NULL
                        : N_("the others do not vary");
  flat = few ? few : one.varies || zero.varies ? NULL : RUA_REASON_CONSTANT;
  rua_figures_put (figures, "n1", one.n);
  rua_figures_put (figures, "n0", zero.n);
  rua_figures_put_or (figures, "mean1", one.mean / unit,
                      one.n == 0      ? RUA_REASON_NONE
                      : one.no_weight ? RUA_REASON_WEIGHTS
                                      : NULL);
  rua_figures_put_or (figures, "mean0", zero.mean / unit,
                      zero.n == 0      ? RUA_REASON_NONE
                      : zero.no_weight ? RUA_REASON_WEIGHTS
                                       : NULL);
  rua_figures_put_or (figures, "smd_average", G_SQRT2 * gap / hypot (sd1, sd0), flat);
  rua_figures_put_or (figures, "smd_treated", gap / sd1, flat1);
  rua_figures_put_or (figures, "smd_control", gap / sd0, flat0);
  rua_figures_put_or (figures, "variance_ratio", sd1 / sd0 * (sd1 / sd0),
                      binary  ? N_("the variance of a flag follows from its mean")
                      : flat0 ? flat0
                      : flat1 ? flat1
                              : NULL);
  if (!binary && w == NULL) {
    df = one.n + zero.n - 2.0;
    sp = hypot (sqrt (one.n - 1.0) * sd1, sqrt (zero.n - 1.0) * sd0) / sqrt (df);
    rua_figures_put_or (figures, "cohen_d", gap / sp, flat);
    /* L. V. Hedges, Journal of Educational Statistics 6 (1981), the exact factor. */
    rua_figures_put_or (figures, "hedges_g",
                        gap / sp * exp (rua_log_gamma (df / 2) - rua_log_gamma ((df - 1) / 2))
                          / sqrt (df / 2),
                        flat     ? flat
                        : df > 1 ? NULL
                                 : N_("needs at least four records"));
  }
  if (w == NULL)
    rua_figures_put_or (figures, "ks", none ? NAN : kolmogorov_smirnov (&one, &zero), none);
  g_free (one.values);
  g_free (zero.values);
  return TRUE;
}

static const RuaRoleSpec balance_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "A characteristic from before" },
  { "treated", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED, "1 for the treated" },
  { "weight", RUA_ROLE_WEIGHT, RUA_ROLE_OPTIONAL, "What each record stands for; 1 without it" },
  { NULL },
};

static const RuaOptionSpec balance_options[] = {
  { "binary", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL, "The characteristic is a flag" },
  { NULL },
};

const RuaEstimator rua_estimator_balance = {
  "balance",
  N_("How alike two groups were"),
  "smd_average = (m1 - m0)/sqrt((v1 + v0)/2); variance_ratio = v1/v0",
  "Austin, Statistics in Medicine 28 (2009); Hedges, Journal of Educational Statistics 6 (1981)",
  balance_roles,
  balance_options,
  "smd_average",
  NULL,
  NULL,
  NULL,
  NULL,
  run_balance,
};

/* ---- many tests ---- */

typedef enum { HOLM, BH, BONFERRONI, HOCHBERG, BY } Adjustment;

/* Adjusted p-values of m sorted ones, in their order. */
static void
adjust (Adjustment adjustment, const double *p, gsize m, double *adjusted)
{
  double harmonic = 0, running;

  for (gsize i = 1; i <= m; i++)
    harmonic += 1.0 / i;
  if (adjustment == HOLM || adjustment == BONFERRONI) {
    running = 0;
    for (gsize i = 0; i < m; i++) {
      running = MAX (adjustment == HOLM ? running : 0, p[i] * (adjustment == HOLM ? m - i : m));
      adjusted[i] = MIN (1, running);
    }
    return;
  }
  running = 1;
  for (gsize i = m; i-- > 0;) {
    double factor
      = adjustment == HOCHBERG ? m - i : (double)m / (i + 1) * (adjustment == BY ? harmonic : 1);

    running = MIN (running, p[i] * factor);
    adjusted[i] = running;
  }
}

static gboolean
run_multiple_testing (RuaRun *run, GError **error)
{
  static const char *const names[] = { "holm", "bh", "bonferroni", "hochberg", "by" };
  const RuaRunColumn *test = rua_run_column (run, "test", 0), *p = rua_run_column (run, "p", 0);
  gsize n = run->data.n, m = 0;
  guint n_tests;
  g_autofree guint32 *tests = rua_run_groups (run, "test", 0, &n_tests, NULL);
  double *known, *adjusted, *of_row;
  guint32 *order, *row;

  for (gsize i = 0; i < n; i++) {
    /* Numbers are given in the order of rows. */
    if (tests[i] < i)
      return rua_run_refuse_row (run, error, test, i, "is there twice; each test has one p-value");
    if (p->values[i] < 0 || p->values[i] > 1)
      return rua_run_refuse_row (run, error, p, i, "is not a p-value; it is from 0 to 1");
  }
  known = g_new (double, MAX (n, 1));
  adjusted = g_new (double, MAX (n, 1));
  of_row = g_new (double, MAX (n, 1));
  row = g_new (guint32, MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    if (!isnan (p->values[i])) {
      row[m] = i;
      known[m++] = p->values[i];
    }
  order = rua_sort_index (known, m);
  rua_sort_doubles (known, m);
  for (Adjustment a = HOLM; a <= BY; a++) {
    for (gsize i = 0; i < n; i++)
      of_row[i] = NAN;
    adjust (a, known, m, adjusted);
    for (gsize k = 0; k < m; k++)
      of_row[row[order[k]]] = adjusted[k];
    for (gsize i = 0; i < n; i++)
      rua_figures_put_at (run->figures, names[a], rua_run_column_label (test, i), of_row[i],
                          isnan (of_row[i]) ? N_("its p-value is unknown") : NULL);
  }
  g_free (order);
  g_free (row);
  g_free (of_row);
  g_free (adjusted);
  g_free (known);
  return TRUE;
}

static const RuaRoleSpec testing_roles[] = {
  { "test", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Name of the test" },
  { "p", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_MAY_MISS | RUA_ROLE_UNKNOWN_TELLS, "Its p-value" },
  { NULL },
};

const RuaEstimator rua_estimator_multiple_testing = {
  "multiple_testing",
  N_("P-values adjusted for many tests"),
  "Holm, Benjamini-Hochberg, Bonferroni, Hochberg, Benjamini-Yekutieli",
  "Holm, Scandinavian Journal of Statistics 6 (1979); Benjamini and Hochberg, JRSS B 57 (1995)",
  testing_roles,
  rua_no_options,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  run_multiple_testing,
};
