/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The noncentral t distribution by quadrature.
 *
 * T = (Z + delta) / U with U = sqrt (chi2 / df), so P(T <= t) = E Phi (t U - delta). With U = e^v
 * the integrand is positive, analytic in a strip and dies off at least exponentially on both
 * sides, where the trapezoidal rule converges geometrically (Trefethen and Weideman, "The
 * exponentially convergent trapezoidal rule", SIAM Review 56, 2014). Every term being positive,
 * small tails keep their relative precision, which the usual series (AS 243) does not give. */
#include "rua-special-private.h"

#include <math.h>

typedef struct {
  double t;
  double df;
  double delta;
  double constant;
  gboolean upper;
} Tail;

/* log of Phi (x), also where Phi itself underflows (DLMF 7.12.1). */
static double
log_normal_cdf (double x)
{
  if (x > -37)
    return log (rua_normal_cdf (x));
  return -0.5 * x * x - log (-x) - 0.918938533204672741780329736406 + log1p (-1 / (x * x));
}

static double
log_integrand (const Tail *tail, double v)
{
  double x = 2 * v, exponent, z = tail->t * exp (v) - tail->delta;

  /* e^x - 1 - x near 0 */
  if (fabs (x) < 0.1) {
    double term = x * x / 2;

    exponent = 0;
    for (int i = 3; i < 20; i++) {
      exponent += term;
      term *= x / i;
    }
  } else {
    exponent = expm1 (x) - x;
  }
  return tail->constant - tail->df / 2 * exponent + log_normal_cdf (tail->upper ? -z : z);
}

static double
integrate (const Tail *tail)
{
  double width = 1 / sqrt (tail->df), left, right, peak, best, step, previous = -1;
  double centre = 0;

  /* The top of a log-concave function, by golden section in a bracket walked out to. */
  best = log_integrand (tail, 0);
  for (int side = -1; side <= 1; side += 2) {
    double stride = width;

    for (int i = 0; i < 200; i++) {
      double value = log_integrand (tail, centre + side * stride);

      if (!(value > best))
        break;
      best = value;
      centre += side * stride;
      stride *= 1.5;
    }
  }
  left = centre - 4 * MAX (width, fabs (centre));
  right = centre + 4 * MAX (width, fabs (centre));
  for (int i = 0; i < 100; i++) {
    double a = left + 0.381966011250105 * (right - left);
    double b = right - 0.381966011250105 * (right - left);

    if (log_integrand (tail, a) < log_integrand (tail, b))
      left = a;
    else
      right = b;
  }
  centre = (left + right) / 2;
  peak = log_integrand (tail, centre);
  if (!isfinite (peak))
    return 0;
  /* Where it has fallen by e^-46. */
  for (left = width; peak - log_integrand (tail, centre - left) < 46 && left < 1e4; left *= 1.3)
    ;
  for (right = width; peak - log_integrand (tail, centre + right) < 46 && right < 1e4; right *= 1.3)
    ;
  step = (left + right) / 32;
  for (int round = 0; round < 12; round++) {
    RuaSum sum = { 0 };
    double value;

    for (double v = -left; v <= right; v += step)
      rua_sum_add (&sum, exp (log_integrand (tail, centre + v) - peak));
    value = rua_sum_get (&sum) * step;
    if (fabs (value - previous) <= 1e-14 * value)
      return value * exp (peak);
    previous = value;
    step /= 2;
  }
  return previous * exp (peak);
}

static double
noncentral (double t, double df, double delta, gboolean upper)
{
  Tail tail = { t, df, delta, 0, upper };

  if (isnan (t) || isnan (df) || isnan (delta) || df <= 0)
    return NAN;
  if (isinf (t))
    return (t > 0) == upper ? 0 : 1;
  if (isinf (df))
    return upper ? rua_normal_tail (t - delta) : rua_normal_cdf (t - delta);
  if (t == 0)
    return upper ? rua_normal_tail (-delta) : rua_normal_cdf (-delta);
  /* log of 2 (df/2)^(df/2) e^(-df/2) / Gamma (df/2) */
  tail.constant = 0.693147180559945309417232121458 + 0.5 * log (df / 2)
                  - 0.918938533204672741780329736406 - rua_stirling_error (df / 2);
  return MIN (1, integrate (&tail));
}

double
rua_noncentral_t_cdf (double t, double df, double delta)
{
  return noncentral (t, df, delta, FALSE);
}

double
rua_noncentral_t_tail (double t, double df, double delta)
{
  return noncentral (t, df, delta, TRUE);
}
