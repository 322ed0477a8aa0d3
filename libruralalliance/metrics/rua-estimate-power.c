/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sample sizes: power, the smallest effect that would be detected, records needed. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-special-private.h"

typedef struct {
  gboolean paired;
  double n; /* of group 1, or pairs */
  double ratio;
  double effect; /* delta / sd */
  double alpha;
} Design;

#define NOT_ABOVE_ALPHA N_("the power asked for is not above alpha")

/* Both tails of the noncentral t. */
static double
t_power (const Design *self)
{
  double df = self->paired ? self->n - 1 : self->n * (1 + self->ratio) - 2;
  double size = self->paired ? self->n : self->n / (1 + 1 / self->ratio);
  double t = rua_t_critical (1 - self->alpha, df), ncp = fabs (self->effect) * sqrt (size);

  return rua_noncentral_t_tail (t, df, ncp) + rua_noncentral_t_cdf (-t, df, ncp);
}

/* Bisection over what raises the power, to the last bits; NaN when it is not reached. */
static double
solve (Design design, gboolean for_n, double power)
{
  double low = for_n ? (design.paired ? 1.0001 : 2.0001 / (1 + design.ratio)) : 0,
         high = for_n ? 2 : 1;
  double *moved = for_n ? &design.n : &design.effect;

  for (int i = 0;; i++) {
    *moved = MAX (high, low * 1.5);
    if (t_power (&design) >= power)
      break;
    if (i > 60)
      return NAN;
    low = *moved;
    high = *moved * 2;
  }
  high = *moved;
  for (int i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    *moved = low + (high - low) / 2;
    if (*moved == low || *moved == high)
      break;
    if (t_power (&design) >= power)
      high = *moved;
    else
      low = *moved;
  }
  return high;
}

/* An option this design cannot do without. */
static gboolean
need (RuaRun *run, const char *option, double *value, GError **error)
{
  *value = rua_run_number (run, option);
  if (isnan (*value))
    return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                           "needs the option \"%s\" to solve for %s in the design %s", option,
                           rua_run_token (run, "solve"), rua_run_token (run, "design"));
  return TRUE;
}

static void
put_n (RuaFigures *figures, double n, const char *reason)
{
  rua_figures_put_or (figures, "n_real", n, reason);
  /* What rounding put above a whole number is that number. */
  rua_figures_put_or (figures, "n", fabs (n - round (n)) < 1e-9 * n ? round (n) : ceil (n), reason);
}

static gboolean
power_of_t (RuaRun *run, gboolean paired, GError **error)
{
  Design design
    = { paired, NAN, rua_run_number (run, "ratio"), NAN, rua_run_number (run, "alpha") };
  double sd = rua_run_number (run, "sd"), delta, power;
  const char *what = rua_run_token (run, "solve"), *reason;

  if (!g_str_equal (what, "n")) {
    if (!need (run, "n", &design.n, error))
      return FALSE;
    if (paired ? !(design.n > 1) : !(design.n * (1 + design.ratio) > 2))
      return rua_run_refuse (run, error, RUA_ERROR_VALUE, "n of %g leaves no degrees of freedom",
                             design.n);
  }
  if (!g_str_equal (what, "mde")) {
    if (!need (run, "delta", &delta, error))
      return FALSE;
    design.effect = delta / sd;
  }
  if (g_str_equal (what, "power")) {
    rua_figures_put (run->figures, "power", t_power (&design));
    return TRUE;
  }
  if (!need (run, "power", &power, error))
    return FALSE;
  reason = power > design.alpha ? NULL : NOT_ABOVE_ALPHA;
  if (g_str_equal (what, "mde")) {
    double effect = reason ? NAN : solve (design, FALSE, power);

    rua_figures_put_or (run->figures, "mde", effect * sd,
                        reason           ? reason
                        : isnan (effect) ? N_("no effect is large enough")
                                         : NULL);
  } else {
    double n = reason || design.effect == 0 ? NAN : solve (design, TRUE, power);

    if (reason == NULL)
      reason = design.effect == 0 ? N_("there is no effect to detect")
               : isnan (n)        ? N_("no size is large enough")
                                  : NULL;
    put_n (run->figures, n, reason);
  }
  return TRUE;
}

/* Normal approximation with the variance pooled under the null, one tail. */
static double
proportions_power (double n, double p1, double p2, double alpha)
{
  double z = rua_normal_critical (1 - alpha), pooled = sqrt ((p1 + p2) * (1 - (p1 + p2) / 2));

  return rua_normal_cdf ((sqrt (n) * fabs (p1 - p2) - z * pooled)
                         / sqrt (p1 * (1 - p1) + p2 * (1 - p2)));
}

static gboolean
power_of_proportions (RuaRun *run, GError **error)
{
  double alpha = rua_run_number (run, "alpha"), n, p1, p2, power, above, gap;
  const char *what = rua_run_token (run, "solve"), *reason = NULL;

  if (!need (run, "p1", &p1, error))
    return FALSE;
  if (g_str_equal (what, "mde")) {
    double low = p1, high = 1;

    if (!need (run, "n", &n, error) || !need (run, "power", &power, error))
      return FALSE;
    if (!(power > alpha))
      reason = NOT_ABOVE_ALPHA;
    else if (!(proportions_power (n, p1, 1, alpha) >= power))
      reason = N_("no higher proportion is far enough");
    for (int i = 0; i < 200 && reason == NULL; i++) {
      double middle = (low + high) / 2;

      if (proportions_power (n, p1, middle, alpha) >= power)
        high = middle;
      else
        low = middle;
    }
    rua_figures_put_or (run->figures, "mde", high - p1, reason);
    return TRUE;
  }
  if (!need (run, "p2", &p2, error))
    return FALSE;
  if (g_str_equal (what, "power")) {
    if (!need (run, "n", &n, error))
      return FALSE;
    rua_figures_put_or (run->figures, "power", proportions_power (n, p1, p2, alpha),
                        p1 * (1 - p1) + p2 * (1 - p2) > 0 ? NULL
                                                          : N_("neither proportion varies"));
    return TRUE;
  }
  if (!need (run, "power", &power, error))
    return FALSE;
  above = rua_normal_critical (1 - alpha) * sqrt ((p1 + p2) * (1 - (p1 + p2) / 2))
          + rua_normal_quantile (power) * sqrt (p1 * (1 - p1) + p2 * (1 - p2));
  gap = p1 - p2;
  if (gap == 0)
    reason = N_("there is no difference to detect");
  else if (above <= 0)
    reason = N_("the power asked for is below what any size has");
  put_n (run->figures, above * above / (gap * gap), reason);
  return TRUE;
}

static gboolean
power_of_clusters (RuaRun *run, GError **error)
{
  double J, m, P, icc, power, se, sd = rua_run_number (run, "sd"),
                                  alpha = rua_run_number (run, "alpha"), t;
  const char *reason;

  if (rua_run_has (run, "solve") && !rua_run_token_is (run, "solve", "mde"))
    return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                           "the design cluster is solved for mde alone");
  if (!need (run, "clusters", &J, error) || !need (run, "cluster_size", &m, error)
      || !need (run, "treated_share", &P, error) || !need (run, "icc", &icc, error)
      || !need (run, "power", &power, error))
    return FALSE;
  reason = power > alpha ? NULL : NOT_ABOVE_ALPHA;
  se = sd * sqrt ((icc + (1 - icc) / m) / (P * (1 - P) * J));
  t = rua_t_critical (1 - alpha, J - 2) + rua_t_quantile (power, J > 2 ? J - 2 : 1);
  rua_figures_put (run->figures, "design_effect", 1 + (m - 1) * icc);
  rua_figures_put (run->figures, "se", se);
  rua_figures_put_or (run->figures, "mde_normal",
                      (rua_normal_critical (1 - alpha) + rua_normal_quantile (power)) * se, reason);
  rua_figures_put_or (run->figures, "mde_t", t * se, J > 2 ? reason : N_("needs more than two clusters"));
  return TRUE;
}

static gboolean
run_power (RuaRun *run, GError **error)
{
  /* What would have no say is refused, unless it says what holds anyway. */
  static const struct {
    const char *option;
    const char *designs;
  } uses[] = {
    { "n", "two_sample_t paired_t two_proportions" }, { "ratio", "two_sample_t" },
    { "delta", "two_sample_t paired_t" },             { "sd", "two_sample_t paired_t cluster" },
    { "p1", "two_proportions" },                      { "p2", "two_proportions" },
    { "clusters", "cluster" },                        { "cluster_size", "cluster" },
    { "treated_share", "cluster" },                   { "icc", "cluster" },
  };
  /* Nor has what is looked for, in the designs that are solved for it. */
  static const struct {
    const char *option;
    const char *solve;
  } sought[] = { { "power", "power" }, { "n", "n" }, { "delta", "mde" }, { "p2", "mde" } };
  const char *design = rua_run_token (run, "design"), *solve = rua_run_token (run, "solve");

  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    if (rua_run_has (run, uses[i].option) && strstr (uses[i].designs, design) == NULL
        && !(g_str_equal (uses[i].option, "ratio") && rua_run_number (run, "ratio") == 1))
      return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                             "the option \"%s\" has no say in the design %s; leave it out", uses[i].option, design);
  for (guint i = 0; i < G_N_ELEMENTS (sought) && !g_str_equal (design, "cluster"); i++)
    if (g_str_equal (sought[i].solve, solve) && rua_run_has (run, sought[i].option))
      return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                             "the option \"%s\" has no say when it is to solve for %s; leave it out",
                             sought[i].option, solve);
  if (g_str_equal (design, "two_proportions"))
    return power_of_proportions (run, error);
  if (g_str_equal (design, "cluster"))
    return power_of_clusters (run, error);
  return power_of_t (run, g_str_equal (design, "paired_t"), error);
}

#define OPEN (RUA_OPTION_ABOVE | RUA_OPTION_BELOW)

static const RuaOptionSpec power_options[] = {
  { "design", RUA_OPTION_TOKEN, NULL, 0, 0, RUA_OPTION_REQUIRED,
    "two_sample_t|paired_t|two_proportions|cluster", "What is compared" },
  { "solve", RUA_OPTION_TOKEN, "power", 0, 0, 0, "power|mde|n", "What is looked for" },
  { "n", RUA_OPTION_NUMBER, NULL, 0, INFINITY, OPEN, NULL, "Records of group 1, or pairs" },
  { "ratio", RUA_OPTION_NUMBER, "1", 0, INFINITY, OPEN, NULL,
    "Records of group 0 for each of group 1, in two_sample_t" },
  { "delta", RUA_OPTION_NUMBER, NULL, 0, 0, 0, NULL, "The difference of means" },
  { "sd", RUA_OPTION_NUMBER, "1", 0, INFINITY, OPEN, NULL,
    "Standard deviation (of the differences, in pairs)" },
  { "alpha", RUA_OPTION_NUMBER, "0.05", 0, 1, OPEN, NULL, "Level of the test" },
  { "power", RUA_OPTION_NUMBER, NULL, 0, 1, OPEN, NULL, "Power wanted" },
  { "p1", RUA_OPTION_NUMBER, NULL, 0, 1, 0, NULL, "Proportion in group 1" },
  { "p2", RUA_OPTION_NUMBER, NULL, 0, 1, 0, NULL, "Proportion in group 2" },
  { "clusters", RUA_OPTION_NUMBER, NULL, 0, INFINITY, OPEN, NULL, "Clusters in all" },
  { "cluster_size", RUA_OPTION_NUMBER, NULL, 0, INFINITY, OPEN, NULL, "Records of each" },
  { "treated_share", RUA_OPTION_NUMBER, NULL, 0, 1, OPEN, NULL,
    "Share of the clusters that are treated" },
  { "icc", RUA_OPTION_NUMBER, NULL, 0, 1, 0, NULL, "How alike members of a cluster are" },
  { NULL },
};

const RuaEstimator rua_estimator_power = {
  "power",
  N_("Power, smallest effect and sample size"),
  "noncentral t, both tails; normal approximation for proportions; (z_{1-a/2} + z_power) se for "
  "clusters",
  "Cohen, Statistical Power Analysis (1988); Bloom, Evaluation Review 19 (1995)",
  rua_no_roles,
  power_options,
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  run_power,
};
