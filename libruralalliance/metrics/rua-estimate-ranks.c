/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests on signs and ranks, and the comparison of two means. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-moments-private.h"
#include "rua-reductions-private.h"
#include "rua-special-private.h"

static const RuaRoleSpec complete_pair_roles[] = {
  { "before", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The earlier value" },
  { "after", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The later value" },
  { NULL },
};

void
rua_put_sign_test (RuaRun *run, gsize n_positive, gsize n_negative)
{
  rua_figures_put (run->figures, "n_positive", n_positive);
  rua_figures_put (run->figures, "n_negative", n_negative);
  rua_figures_put (run->figures, "n_zero", run->data.n - n_positive - n_negative);
  rua_figures_put_or (run->figures, "p_value", rua_binomial_even_two_sided (n_positive, n_negative),
                      run->data.n > 0 ? NULL : RUA_REASON_NONE);
}

static gboolean
run_sign_test (RuaRun *run, GError **error)
{
  const double *before = rua_run_values (run, "before"), *after = rua_run_values (run, "after");
  gsize n_positive = 0, n_negative = 0;

  for (gsize i = 0; i < run->data.n; i++) {
    n_positive += after[i] > before[i];
    n_negative += after[i] < before[i];
  }
  rua_put_sign_test (run, n_positive, n_negative);
  return TRUE;
}

const RuaEstimator rua_estimator_sign_test = {
  "sign_test",
  N_("Sign test of a change"),
  "binomial test of the signs of after - before, zeros dropped",
  "Conover, Practical Nonparametric Statistics (1999)",
  complete_pair_roles,
  rua_no_options,
  "p_value",
  NULL,
  NULL,
  NULL,
  NULL,
  run_sign_test,
  rua_reduce_sign_test,
};

void
rua_put_mcnemar (RuaRun *run, double b, double c)
{
  double chi2, corrected, exact, point, m;
  const char *none;

  none = b + c > 0 ? NULL : N_("nobody changed");
  chi2 = (b - c) * (b - c) / (b + c);
  corrected = MAX (fabs (b - c) - 1, 0);
  corrected = corrected * corrected / (b + c);
  exact = rua_binomial_even_two_sided (b, c);
  /* P(X = min), X binomial with b + c tosses of a fair coin. */
  m = MIN (b, c);
  point = exp (rua_log_choose (b + c, m) - (b + c) * G_LN2);
  rua_figures_put (run->figures, "b", b);
  rua_figures_put (run->figures, "c", c);
  rua_figures_put_or (run->figures, "chi2", chi2, none);
  rua_figures_put_or (run->figures, "p_chi2", rua_chi2_tail (chi2, 1), none);
  rua_figures_put_or (run->figures, "chi2_cc", corrected, none);
  rua_figures_put_or (run->figures, "p_cc", rua_chi2_tail (corrected, 1), none);
  none = rua_run_column (run, "before", 0) == NULL || run->data.n > 0 ? NULL : RUA_REASON_NONE;
  rua_figures_put_or (run->figures, "p_exact", exact, none);
  rua_figures_put_or (run->figures, "p_mid", b == c ? 1 : exact - point, none);
}

static gboolean
run_mcnemar (RuaRun *run, GError **error)
{
  const double *before = rua_run_values (run, "before"), *after = rua_run_values (run, "after");
  double b = rua_run_number (run, "b"), c = rua_run_number (run, "c");

  if (before != NULL && after != NULL) {
    if (!isnan (b) || !isnan (c))
      return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                             "columns and the counts b and c are given; give one of them");
    b = c = 0;
    for (gsize i = 0; i < run->data.n; i++) {
      b += before[i] == 0 && after[i] == 1;
      c += before[i] == 1 && after[i] == 0;
    }
  } else if (isnan (b) || isnan (c) || before != NULL || after != NULL) {
    return rua_run_refuse (
      run, error, RUA_ERROR_MISSING,
      "needs the options b and c, or columns in the roles \"before\" and \"after\"");
  }
  rua_put_mcnemar (run, b, c);
  return TRUE;
}

static const RuaRoleSpec mcnemar_roles[] = {
  { "before", RUA_ROLE_FLAG, RUA_ROLE_OPTIONAL, "Whether it held before" },
  { "after", RUA_ROLE_FLAG, RUA_ROLE_OPTIONAL, "Whether it held after" },
  { NULL },
};

static const RuaOptionSpec mcnemar_options[] = {
  { "b", RUA_OPTION_INTEGER, NULL, 0, 9007199254740992.0, 0, NULL,
    "Changes from 0 to 1, instead of columns" },
  { "c", RUA_OPTION_INTEGER, NULL, 0, 9007199254740992.0, 0, NULL, "Changes from 1 to 0" },
  { NULL },
};

const RuaEstimator rua_estimator_mcnemar = {
  "mcnemar",
  N_("Change of a yes-or-no answer of the same unit"),
  "chi2 = (b-c)^2/(b+c); exact: binomial(b+c, 1/2)",
  "McNemar, Psychometrika 12 (1947)",
  mcnemar_roles,
  mcnemar_options,
  "p_exact",
  NULL,
  NULL,
  NULL,
  NULL,
  run_mcnemar,
  rua_reduce_mcnemar,
};

/* ---- Wilcoxon ---- */

/* Most records for which the permutation distribution is worked out. */
#define EXACT_LIMIT 2000

/* The distribution of the sum of a random half of ranks that are given doubled, so that midranks
 * are whole: the tails P(V <= v) and P(V >= v). */
static void
signed_rank_tails (const guint32 *doubled, gsize n, guint64 v, double *lower, double *upper)
{
  guint64 total = 0, top = 0;
  double *p;
  RuaSum below = { 0 }, above = { 0 };

  for (gsize i = 0; i < n; i++)
    total += doubled[i];
  p = g_new0 (double, total + 1);
  p[0] = 1;
  for (gsize i = 0; i < n; i++) {
    guint32 r = doubled[i];

    for (guint64 s = top + 1; s-- > 0;) {
      p[s + r] += p[s] / 2;
      p[s] /= 2;
    }
    top += r;
  }
  for (guint64 s = 0; s <= total; s++) {
    if (s <= v)
      rua_sum_add (&below, p[s]);
    if (s >= v)
      rua_sum_add (&above, p[s]);
  }
  *lower = rua_sum_get (&below);
  *upper = rua_sum_get (&above);
  g_free (p);
}

/* The smallest q with P(V <= q) >= tail for n ranks without ties. */
static double
signed_rank_quantile (gsize n, double tail)
{
  gsize total = n * (n + 1) / 2, top = 0;
  double *p = g_new0 (double, total + 1), q = 0;
  RuaSum below = { 0 };

  p[0] = 1;
  for (gsize r = 1; r <= n; r++) {
    for (gsize s = top + 1; s-- > 0;) {
      p[s + r] += p[s] / 2;
      p[s] /= 2;
    }
    top += r;
  }
  for (gsize s = 0; s <= total; s++) {
    rua_sum_add (&below, p[s]);
    if (rua_sum_get (&below) >= tail * (1 - 1e-12)) {
      q = s;
      break;
    }
  }
  g_free (p);
  return q;
}

/* How many of the n(n+1)/2 Walsh averages of sorted values are at most @limit. */
static guint64
count_walsh (const double *sorted, gsize n, double limit)
{
  guint64 count = 0;
  gsize j = n;

  for (gsize i = 0; i < n && j > i; i++) {
    while (j > i && sorted[i] / 2 + sorted[j - 1] / 2 > limit)
      j--;
    count += j - i;
  }
  return count;
}

static double
from_order (gint64 bits)
{
  double value;

  if (bits < 0)
    bits = G_MININT64 - bits;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static gint64
to_order (double value)
{
  gint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits < 0 ? G_MININT64 - bits : bits;
}

/* Those from @least to @greatest into @averages, which has room for them. */
static gsize
list_walsh (const double *sorted, gsize n, double least, double greatest, double *averages)
{
  gsize count = 0, begin = n, end = n;

  for (gsize i = 0; i < n; i++) {
    while (end > i && sorted[i] / 2 + sorted[end - 1] / 2 > greatest)
      end--;
    while (begin > i && sorted[i] / 2 + sorted[begin - 1] / 2 >= least)
      begin--;
    if (end <= i)
      break;
    for (gsize j = MAX (begin, i); j < end; j++)
      averages[count++] = sorted[i] / 2 + sorted[j] / 2;
  }
  return count;
}

/* The k-th smallest Walsh average, k from 1: by bisection over the doubles themselves, until so few are left that they can
 * be looked at. Exact, in linear memory. */
static double
walsh (const double *sorted, gsize n, guint64 k)
{
  gint64 low = to_order (sorted[0]), high = to_order (sorted[n - 1]);
  guint64 n_below = 0, n_at_most = (guint64) n * (n + 1) / 2, most = 2 * (guint64) n + 64;
  double *left, found;
  gsize rank;

  while (low < high && n_at_most - n_below > most) {
    gint64 middle = (low >> 1) + (high >> 1) + (low & high & 1);
    guint64 count = count_walsh (sorted, n, from_order (middle));

    if (count >= k) {
      high = middle;
      n_at_most = count;
    } else {
      low = middle + 1;
      n_below = count;
    }
  }
  if (low == high)
    return from_order (low);
  left = g_new (double, n_at_most - n_below);
  rank = k - 1 - n_below;
  rua_select_doubles (left, list_walsh (sorted, n, from_order (low), from_order (high), left), &rank, 1, &found);
  g_free (left);
  return found;
}

static void
put_hodges_lehmann (RuaRun *run, double *changes, gsize n)
{
  guint64 count = (guint64)n * (n + 1) / 2;
  const char *none = n > 0 ? NULL : N_("no value changed");

  if (!rua_run_wants (run, "hodges_lehmann") && !rua_run_wants (run, "hl_low") && !rua_run_wants (run, "hl_high"))
    return;
  rua_sort_doubles (changes, n);
  rua_figures_put_or (run->figures, "hodges_lehmann",
                      n == 0 ? NAN
                      : count % 2 == 1
                        ? walsh (changes, n, count / 2 + 1)
                        : (walsh (changes, n, count / 2) + walsh (changes, n, count / 2 + 1)) / 2,
                      none);
  if (rua_run_boolean (run, "hl_ci")) {
    guint64 q
      = n > 0 ? MAX (1, signed_rank_quantile (n, (1 - rua_run_number (run, "ci_level")) / 2)) : 1;

    rua_figures_put_or (run->figures, "hl_low", n > 0 ? walsh (changes, n, q) : NAN, none);
    rua_figures_put_or (run->figures, "hl_high", n > 0 ? walsh (changes, n, count + 1 - q) : NAN,
                        none);
  }
}

static gboolean
run_wilcoxon (RuaRun *run, GError **error)
{
  const double *before = rua_run_values (run, "before"), *after = rua_run_values (run, "after");
  gsize n = run->data.n, n_zero = 0, n_used = 0, n_ranked = 0;
  gboolean pratt = rua_run_token_is (run, "zero_rule", "pratt"),
           exact = rua_run_token_is (run, "method", "exact");
  double *changes = g_new (double, MAX (n, 1)), *sizes = g_new (double, MAX (n, 1)), p = 1, z = NAN;
  guint32 *doubled = g_new (guint32, MAX (n, 1)), *order;
  guint64 plus = 0, minus = 0;
  RuaSum sum = { 0 }, squares = { 0 };

  for (gsize i = 0; i < n; i++) {
    double change = after[i] - before[i];

    n_zero += change == 0;
    if (change == 0 && !pratt)
      continue;
    changes[n_ranked] = change;
    sizes[n_ranked++] = fabs (change);
  }
  n_used = n - n_zero;
  if (n_used > EXACT_LIMIT && (exact || rua_run_boolean (run, "hl_ci"))) {
    g_free (doubled);
    g_free (sizes);
    g_free (changes);
    return rua_run_refuse (
      run, error, RUA_ERROR_LIMIT,
      "the exact distribution is worked out for at most %d changes, there are %" G_GSIZE_FORMAT
      "; use method normal without hl_ci",
      EXACT_LIMIT, n_used);
  }
  order = rua_sort_index (sizes, n_ranked);
  n_used = 0;
  for (gsize first = 0; first < n_ranked;) {
    gsize last = first;
    guint32 rank;

    while (last + 1 < n_ranked && sizes[order[last + 1]] == sizes[order[first]])
      last++;
    rank = first + last + 2; /* twice the mean of first + 1 ... last + 1 */
    for (gsize k = first; k <= last; k++) {
      double change = changes[order[k]];

      if (change == 0)
        continue;
      doubled[n_used++] = rank;
      if (change > 0)
        plus += rank;
      else
        minus += rank;
      rua_sum_add (&sum, rank / 2.0);
      rua_sum_add (&squares, rank / 2.0 * (rank / 2.0));
    }
    first = last + 1;
  }
  g_free (order);
  if (n_used > 0 && exact) {
    double lower, upper;

    signed_rank_tails (doubled, n_used, plus, &lower, &upper);
    p = MIN (1, 2 * MIN (lower, upper));
  } else if (n_used > 0) {
    double gap = plus / 2.0 - rua_sum_get (&sum) / 2;

    if (rua_run_boolean (run, "continuity"))
      gap = gap > 0.5 ? gap - 0.5 : gap < -0.5 ? gap + 0.5 : 0;
    z = gap / sqrt (rua_sum_get (&squares) / 4);
    p = MIN (1, 2 * rua_normal_tail (fabs (z)));
  }
  rua_figures_put (run->figures, "n_zero", n_zero);
  rua_figures_put (run->figures, "n_used", n_used);
  rua_figures_put (run->figures, "v_plus", plus / 2.0);
  rua_figures_put (run->figures, "v_minus", minus / 2.0);
  rua_figures_put_or (run->figures, "z", z,
                      exact         ? N_("the exact method uses no z")
                      : n_used == 0 ? N_("no value changed")
                                    : NULL);
  rua_figures_put_or (run->figures, "p_value", p, n > 0 ? NULL : RUA_REASON_NONE);
  /* Zeros leave the changes for good. */
  n_ranked = 0;
  for (gsize i = 0; i < n; i++)
    if (after[i] - before[i] != 0)
      changes[n_ranked++] = after[i] - before[i];
  put_hodges_lehmann (run, changes, n_ranked);
  g_free (doubled);
  g_free (sizes);
  g_free (changes);
  return TRUE;
}

static const RuaOptionSpec wilcoxon_options[] = {
  { "method", RUA_OPTION_TOKEN, "exact", 0, 0, 0, "exact|normal", "How the p-value is got" },
  { "zero_rule", RUA_OPTION_TOKEN, "drop", 0, 0, 0, "drop|pratt", "What becomes of zero changes" },
  { "continuity", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL, "Correct the normal method by 0.5" },
  { "hl_ci", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL,
    "Interval of the Hodges-Lehmann estimate" },
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_wilcoxon_signed_rank = {
  "wilcoxon_signed_rank",
  N_("Wilcoxon's signed-rank test and the Hodges-Lehmann estimate"),
  "V = sum of the midranks of |after - before| where it is above 0; median of the Walsh averages",
  "Wilcoxon, Biometrics 1 (1945); Pratt, JASA 54 (1959); Hollander and Wolfe (1973)",
  complete_pair_roles,
  wilcoxon_options,
  "hodges_lehmann",
  NULL,
  "hl_low",
  "hl_high",
  "n_used",
  run_wilcoxon,
};

/* ---- two means ---- */

void
rua_put_mean_difference (RuaRun *run, const RuaMoments *one, const RuaMoments *zero, int up)
{
  RuaFigures *figures = run->figures;
  gsize n1 = one->n, n0 = zero->n;
  double v1 = rua_moments_variance (one), v0 = rua_moments_variance (zero), se, df, t, critical;
  double gap = one->mean - zero->mean + (one->low - zero->low);
  const char *none, *few, *flat, *interval;

  if (rua_run_boolean (run, "pooled")) {
    df = n1 + n0 - 2.0;
    se = sqrt ((one->squares + zero->squares) / df * (1.0 / n1 + 1.0 / n0));
  } else {
    double a = v1 / n1, b = v0 / n0, share1 = a / (a + b), share0 = b / (a + b);

    se = sqrt (a + b);
    df = 1 / (share1 * share1 / (n1 - 1.0) + share0 * share0 / (n0 - 1.0));
  }
  none = n1 > 0 && n0 > 0 ? NULL : N_("a group has no records");
  few = none ? none : n1 > 1 && n0 > 1 ? NULL : N_("a group has one record");
  flat = few ? few : se > 0 ? NULL : RUA_REASON_CONSTANT;
  t = gap / se;
  /* Without any spread Welch's df are 0/0; the pooled df, and so the interval, still stand. */
  interval = few ? few : isnan (df) ? RUA_REASON_CONSTANT : NULL;
  critical = NAN;
  if (interval == NULL && (rua_run_wants (run, "ci_low") || rua_run_wants (run, "ci_high")))
    critical = rua_t_critical (rua_run_number (run, "ci_level"), df);
  rua_figures_put (figures, "n1", n1);
  rua_figures_put (figures, "n0", n0);
  rua_figures_put_or (figures, "mean1", ldexp (one->mean, up), n1 > 0 ? NULL : RUA_REASON_NONE);
  rua_figures_put_or (figures, "mean0", ldexp (zero->mean, up), n0 > 0 ? NULL : RUA_REASON_NONE);
  rua_figures_put_or (figures, "difference", ldexp (gap, up), none);
  rua_figures_put_or (figures, "se", ldexp (se, up), few);
  rua_figures_put_or (figures, "df", df, interval);
  rua_figures_put_or (figures, "t", t, flat);
  if (rua_run_wants (run, "p_value"))
    rua_figures_put_or (figures, "p_value", rua_t_two_sided (t, df), flat);
  rua_figures_put_or (figures, "ci_low", ldexp (gap - critical * se, up), interval);
  rua_figures_put_or (figures, "ci_high", ldexp (gap + critical * se, up), interval);
}

static gboolean
run_mean_difference (RuaRun *run, GError **error)
{
  const double *values = rua_run_values (run, "value"), *group = rua_run_values (run, "group");
  gsize n = run->data.n, n1 = 0, n0 = 0;
  double *sides = g_new (double, MAX (n, 1));
  RuaMoments one, zero;
  int up;

  /* Group 1 from the front, group 0 from the back. */
  for (gsize i = 0; i < n; i++)
    sides[group[i] == 1 ? n1++ : n - 1 - n0++] = values[i];
  up = rua_scale (sides, n);
  one = rua_moments (sides, n1);
  zero = rua_moments (sides + n1, n0);
  g_free (sides);
  rua_put_mean_difference (run, &one, &zero, up);
  return TRUE;
}

static const RuaRoleSpec mean_difference_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The values" },
  { "group", RUA_ROLE_FLAG, RUA_ROLE_REQUIRED,
    "1 in the group compared, 0 in the one compared with" },
  { NULL },
};

static const RuaOptionSpec mean_difference_options[] = {
  { "pooled", RUA_OPTION_BOOLEAN, "false", 0, 0, 0, NULL, "One variance for both groups" },
  RUA_OPTION_LEVEL,
  { NULL },
};

const RuaEstimator rua_estimator_mean_difference = {
  "mean_difference",
  N_("Difference of two means"),
  "m1 - m0; Welch's error and degrees of freedom, or pooled",
  "Welch, Biometrika 34 (1947)",
  mean_difference_roles,
  mean_difference_options,
  "difference",
  "se",
  "ci_low",
  "ci_high",
  NULL,
  run_mean_difference,
  rua_reduce_mean_difference,
};
