/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The incomplete beta function, its inverse, and the distributions that are special cases of it. */
#include "rua-special-private.h"

#include <math.h>

#include "rua-special-density-private.h"

#define SQRT_2PI 2.50662827463100050241576528481

/* x^a y^b / B(a, b), by Loader's saddle-point form. */
static double
beta_density (double a, double b, double x, double y)
{
  double n = a + b;

  return exp (rua_stirling_error (n) - rua_stirling_error (a) - rua_stirling_error (b)
              - rua_deviance (a, n * x) - rua_deviance (b, n * y))
         * sqrt (a) * sqrt (b) / (SQRT_2PI * sqrt (n));
}

/* The even part of the continued fraction DLMF 8.17.22, as arranged by A. R. DiDonato and A. H.
 * Morris ("Algorithm 708: significant digit computation of the incomplete beta function ratios",
 * ACM TOMS 18, 1992, eq. 9), by the modified Lentz method. It stands on a - (a + b) x, in which all
 * digits cancel near the mean, so that is taken from the smaller of x and y. Converges fast for
 * x < (a + 1) / (a + b + 2). */
static double
beta_fraction (double a, double b, double x, double y)
{
  const double tiny = 1e-300;
  double gap = x < y ? a - (a + b) * x : (a + b) * y - b;
  double f = a * (gap + 1) / (a + 1), c, d = 0;

  if (fabs (f) < tiny)
    f = tiny;
  c = f;
  for (int n = 1; n < 1000000; n++) {
    double odd = a + 2.0 * n - 1, product = n * (b - n) * x / odd, above, below, factor;

    above = (a + n - 1) / odd * (a + b + n - 1) * x * product;
    below = n + product + (a + n) / (odd + 2) * (gap + 1 + n * (1 + y));
    d = below + above * d;
    if (fabs (d) < tiny)
      d = tiny;
    c = below + above / c;
    if (fabs (c) < tiny)
      c = tiny;
    d = 1 / d;
    factor = c * d;
    f *= factor;
    if (fabs (factor - 1) < 1e-16)
      break;
  }
  return 1 / f;
}

double
rua_beta_lower (double a, double b, double x, double y)
{
  if (isnan (a) || isnan (b) || isnan (x) || isnan (y))
    return NAN;
  if (x <= 0)
    return 0;
  if (y <= 0)
    return 1;
  if (x * (a + b + 2) < a + 1)
    return beta_density (a, b, x, y) * beta_fraction (a, b, x, y);
  return 1 - beta_density (a, b, x, y) * beta_fraction (b, a, y, x);
}

/* Newton steps on the logarithm of the smaller tail as a function of log (x / y), kept inside a
 * bracket; there the function is smooth and log-concave however small p or x are. */
double
rua_beta_quantile (double a, double b, double p, double q, double *logit)
{
  gboolean swapped = p > q;
  double target, u, low = -1500, high = 1500, x;

  if (isnan (a) || isnan (b) || !(p >= 0) || !(q >= 0)) {
    if (logit)
      *logit = NAN;
    return NAN;
  }
  if (p == 0 || q == 0) {
    if (logit)
      *logit = p == 0 ? -INFINITY : INFINITY;
    return p == 0 ? 0 : 1;
  }
  if (swapped) {
    double keep = a;

    a = b;
    b = keep;
    target = log (q);
  } else {
    target = log (p);
  }
  u = log (a / b);
  for (int i = 0; i < 400; i++) {
    double y, tail, gap, step;

    x = 1 / (1 + exp (-u));
    y = 1 / (1 + exp (u));
    tail = rua_beta_lower (a, b, x, y);
    if (tail <= 0) {
      low = u;
      u = (low + high) / 2;
      continue;
    }
    gap = log (tail) - target;
    if (gap < 0)
      low = u;
    else
      high = u;
    step = gap * tail / beta_density (a, b, x, y);
    if (fabs (step) <= 4e-16 * MAX (1, fabs (u))) {
      u -= step;
      break;
    }
    if (!isfinite (step) || u - step <= low || u - step >= high) {
      double middle = (low + high) / 2;

      /* The bracket starts at the ends of the double range: step out from here first. */
      if (low == -1500 && gap > 0)
        middle = u - 2 * MAX (1, fabs (u) / 4);
      else if (high == 1500 && gap < 0)
        middle = u + 2 * MAX (1, fabs (u) / 4);
      if (middle == u || middle <= low || middle >= high)
        middle = (low + high) / 2;
      if (middle == u)
        break;
      u = middle;
    } else {
      u -= step;
    }
  }
  if (swapped)
    u = -u;
  if (logit)
    *logit = u;
  x = 1 / (1 + exp (-u));
  return x;
}

double
rua_t_tail (double t, double df)
{
  double square = t * t, half;

  if (isnan (t) || isnan (df))
    return NAN;
  if (isinf (df))
    return rua_normal_tail (t);
  if (isinf (square))
    return t > 0 ? 0 : 1;
  half = 0.5 * rua_beta_lower (df / 2, 0.5, df / (df + square), square / (df + square));
  return t >= 0 ? half : 1 - half;
}

double
rua_t_cdf (double t, double df)
{
  return rua_t_tail (-t, df);
}

double
rua_t_two_sided (double t, double df)
{
  return 2 * rua_t_tail (fabs (t), df);
}

/* T^2 / (df + T^2) is Beta (1/2, df/2), so its log odds give t without any cancellation. */
static double
t_from_two_sided (double inside, double outside, double df)
{
  double logit;

  rua_beta_quantile (0.5, df / 2, inside, outside, &logit);
  return sqrt (df) * exp (logit / 2);
}

double
rua_t_quantile (double p, double df)
{
  if (isnan (p) || isnan (df) || p < 0 || p > 1)
    return NAN;
  if (isinf (df))
    return rua_normal_quantile (p);
  if (p == 0.5)
    return 0;
  return p < 0.5 ? -t_from_two_sided (1 - 2 * p, 2 * p, df)
                 : t_from_two_sided (2 * p - 1, 2 * (1 - p), df);
}

/* Thousands of groups ask for intervals, most of them of nearly as many records: what was found is kept, by the last
 * bits of a whole number of degrees. */
#define KEPT 256

typedef struct {
  double level;
  double df; /* 0: nothing is kept here */
  double t;
} Critical;

double
rua_t_critical (double level, double df)
{
  static GPrivate kept_by_thread = G_PRIVATE_INIT (g_free);
  Critical *kept = g_private_get (&kept_by_thread), *critical;

  if (isnan (level) || isnan (df) || df <= 0)
    return NAN;
  if (isinf (df))
    return rua_normal_critical (level);
  if (kept == NULL) {
    kept = g_new0 (Critical, KEPT);
    g_private_set (&kept_by_thread, kept);
  }
  critical = &kept[(guint64)fmod (df, KEPT)];
  if (critical->df != df || critical->level != level)
    *critical = (Critical){ level, df, t_from_two_sided (level, 1 - level, df) };
  return critical->t;
}

double
rua_f_tail (double f, double df1, double df2)
{
  double sum = df1 * f + df2;

  if (f <= 0)
    return 1;
  if (isinf (df2))
    return rua_chi2_tail (df1 * f, df1);
  return rua_beta_lower (df2 / 2, df1 / 2, df2 / sum, df1 * f / sum);
}

double
rua_binomial_tail (double k, double n, double p)
{
  if (k <= 0)
    return 1;
  if (k > n)
    return 0;
  return rua_beta_lower (k, n - k + 1, p, 1 - p);
}

double
rua_binomial_cdf (double k, double n, double p)
{
  if (k < 0)
    return 0;
  if (k >= n)
    return 1;
  return rua_beta_lower (n - k, k + 1, 1 - p, p);
}

double
rua_binomial_even_two_sided (double a, double b)
{
  if (a + b == 0)
    return 1;
  return MIN (1, 2 * rua_binomial_cdf (MIN (a, b), a + b, 0.5));
}

double
rua_log_choose (double n, double k)
{
  double m;

  k = MIN (k, n - k);
  m = n - k;
  if (k <= 0)
    return 0;
  return rua_stirling_error (n) - rua_stirling_error (k) - rua_stirling_error (m) + k * log (n / k)
         - m * log1p (-k / n) + 0.5 * log (n / (k * m)) - 0.918938533204672741780329736406;
}

/* The hypergeometric weights from the ratio of neighbours, out from the mode and in units of its
 * weight, so none overflows; then the share of those no heavier than the observed one. Ties are
 * told within 1e-7, as is usual. */
double
rua_fisher_two_sided (double x1, double n1, double x0, double n0)
{
  double m = x1 + x0, low = MAX (0, m - n0), high = MIN (m, n1);
  double mode = floor ((n1 + 1) * (m + 1) / (n1 + n0 + 2)), seen = 1, weight;
  RuaSum total = { 0 }, part = { 0 };

  mode = CLAMP (mode, low, high);
  /* The weight of the observed table against the mode's. */
  for (double k = mode; k < x1; k++)
    seen *= (n1 - k) * (m - k) / ((k + 1) * (n0 - m + k + 1));
  for (double k = mode; k > x1; k--)
    seen *= k * (n0 - m + k) / ((n1 - k + 1) * (m - k + 1));
  seen *= 1 + 1e-7;
  weight = 1;
  for (double k = mode; k <= high && weight > 0; k++) {
    rua_sum_add (&total, weight);
    if (weight <= seen)
      rua_sum_add (&part, weight);
    weight *= (n1 - k) * (m - k) / ((k + 1) * (n0 - m + k + 1));
  }
  weight = mode > low ? mode * (n0 - m + mode) / ((n1 - mode + 1) * (m - mode + 1)) : 0;
  for (double k = mode - 1; k >= low && weight > 0; k--) {
    rua_sum_add (&total, weight);
    if (weight <= seen)
      rua_sum_add (&part, weight);
    weight *= k * (n0 - m + k) / ((n1 - k + 1) * (m - k + 1));
  }
  return MIN (1, rua_sum_get (&part) / rua_sum_get (&total));
}
