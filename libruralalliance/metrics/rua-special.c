/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gamma and normal functions. Every other distribution stands on the two "exact densities" below:
 * the saddle-point form of C. Loader, "Fast and accurate computation of binomial probabilities"
 * (2000), in which the large terms cancel on paper instead of in the arithmetic. */
#include "rua-special-private.h"

#include <math.h>

#include "rua-special-density-private.h"

#define SQRT_2PI 2.50662827463100050241576528481

double
rua_log_gamma (double x)
{
  int sign;

  return lgamma_r (x, &sign);
}

/* Stirling's series (DLMF 5.11.1) from 16 on, where its seventh term is below 1e-17. Below, half
 * integers, which degrees of freedom and counts lead to, are known (worked out with 40 digits), and
 * others are raised to 16 by the recurrence of Gamma: a step adds (x + 1/2) log (1 + 1/x) - 1, in
 * which v = 1 / (2x + 1) leaves the series v^2/3 + v^4/5 + ... without anything that cancels. */
double
rua_stirling_error (double x)
{
  static const double terms[] = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156,
  };
  static const double halves[] = {
    0.15342640972002734529,   0.08106146679532725822,   0.054814121051917653896,
    0.041340695955409294094,  0.033162873519936287485,  0.027677925684998339149,
    0.023746163656297495971,  0.020790672103765093112,  0.018488450532673185231,
    0.016644691189821192163,  0.015134973221917378874,  0.013876128823070747999,
    0.012810465242920226924,  0.011896709945891770095,  0.011104559758206917327,
    0.010411265261972096497,  0.0097994161261588032984, 0.0092554621827127329177,
    0.008768700134139385463,  0.0083305634333628712565, 0.0079341145643140205472,
    0.007573675487951840795,  0.0072445543013203831795, 0.0069428401072095298657,
    0.0066652470327076824424, 0.0064089941880042070684, 0.0061717122630394576475,
    0.0059513701127588477356, 0.005746216513010115682,  0.005554733551962801371,
    0.0053755990329268344936,
  };
  double square, sum = 0, low = 0;

  if (x < 16 && x >= 0.5 && 2 * x == floor (2 * x))
    return halves[(int)(2 * x) - 1];
  for (; x < 16; x++) {
    double v = 1 / (2 * x + 1), power = v * v, step = 0;

    if (x < 1) {
      low += (x + 0.5) * log1p (1 / x) - 1;
      continue;
    }
    for (int k = 3; power > 1e-18; k += 2) {
      step += power / k;
      power *= v * v;
    }
    low += step;
  }
  square = 1 / (x * x);
  for (int i = G_N_ELEMENTS (terms) - 1; i >= 0; i--)
    sum = sum * square + terms[i];
  return low + sum / x;
}

/* x log (x / m) + m - x without the cancellation near x = m: with v = (x - m) / (x + m) the
 * logarithm is 2 artanh v. */
double
rua_deviance (double x, double m)
{
  double v, sum, power;

  if (fabs (x - m) >= 0.35 * (x + m))
    return x > 0 ? x * log (x / m) + m - x : m;
  v = (x - m) / (x + m);
  sum = (x - m) * v;
  power = 2 * x * v;
  for (int j = 1; j < 1000; j++) {
    double next;

    power *= v * v;
    next = sum + power / (2 * j + 1);
    if (next == sum)
      break;
    sum = next;
  }
  return sum;
}

/* x^a e^-x / Gamma (a + 1) */
double
rua_gamma_density (double a, double x)
{
  if (x <= 0)
    return 0;
  return exp (-rua_stirling_error (a) - rua_deviance (a, x)) / (SQRT_2PI * sqrt (a));
}

/* The series of DLMF 8.11.4 for small x. */
static double
gamma_series (double a, double x)
{
  double term = 1, sum = 1;

  for (int n = 1; n < 1000000; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17)
      break;
  }
  return rua_gamma_density (a, x) * sum;
}

/* Legendre's continued fraction, DLMF 8.9.2, by the modified Lentz method (Thompson and Barnett
 * 1986). */
static double
gamma_fraction (double a, double x)
{
  double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;

  for (int i = 1; i < 1000000; i++) {
    double an = -i * (i - a), factor;

    b += 2;
    d = an * d + b;
    if (fabs (d) < 1e-300)
      d = 1e-300;
    c = b + an / c;
    if (fabs (c) < 1e-300)
      c = 1e-300;
    d = 1 / d;
    factor = d * c;
    h *= factor;
    if (fabs (factor - 1) < 1e-16)
      break;
  }
  return rua_gamma_density (a, x) * a * h;
}

/* Q for small a and x, where P is nearly 1: x^a / Gamma (1 + a) = e^l is nearly 1 as well, and
 * what it lacks is told by itself (DLMF 8.7.3). */
static double
gamma_upper_small (double a, double x)
{
  double l = a * log (x) - rua_log_gamma (1 + a), power = 1, sum = 0;

  for (int k = 1; k < 100; k++) {
    power *= -x / k;
    sum += power / (a + k);
    if (fabs (power) < 1e-18)
      break;
  }
  return -expm1 (l) - a * exp (l) * sum;
}

double
rua_gamma_lower (double a, double x)
{
  if (isnan (a) || isnan (x))
    return NAN;
  if (x <= 0)
    return 0;
  if (isinf (x))
    return 1;
  return x < a + 1 ? gamma_series (a, x) : 1 - gamma_fraction (a, x);
}

double
rua_gamma_upper (double a, double x)
{
  if (isnan (a) || isnan (x))
    return NAN;
  if (x <= 0)
    return 1;
  if (isinf (x))
    return 0;
  if (a < 0.5 && x < 1)
    return gamma_upper_small (a, x);
  return a >= 0.5 && x < a + 1 ? 1 - gamma_series (a, x) : gamma_fraction (a, x);
}

double
rua_chi2_tail (double x, double df)
{
  if (df == 1 && x >= 0)
    return erfc (sqrt (x / 2));
  return rua_gamma_upper (df / 2, x / 2);
}

double
rua_normal_cdf (double z)
{
  return 0.5 * erfc (-z * G_SQRT2 / 2);
}

double
rua_normal_tail (double z)
{
  return 0.5 * erfc (z * G_SQRT2 / 2);
}

static double
ratio (const double *above, const double *below, double r)
{
  double p = 0, q = 0;

  for (int i = 7; i >= 0; i--) {
    p = p * r + above[i];
    q = q * r + below[i];
  }
  return p / q;
}

/* M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
 * Statistics 37 (1988), routine PPND16: good to about 1e-16. */
double
rua_normal_quantile (double p)
{
  static const double a[] = {
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3,
  };
  static const double b[] = {
    1.0,
    4.2313330701600911252e1,
    6.8718700749205790830e2,
    5.3941960214247511077e3,
    2.1213794301586595867e4,
    3.9307895800092710610e4,
    2.8729085735721942674e4,
    5.2264952788528545610e3,
  };
  static const double c[] = {
    1.42343711074968357734e0,  4.63033784615654529590e0,  5.76949722146069140550e0,
    3.64784832476320460504e0,  1.27045825245236838258e0,  2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4,
  };
  static const double d[] = {
    1.0,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  };
  static const double e[] = {
    6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7,
  };
  static const double f[] = {
    1.0,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  };
  double q = p - 0.5, r, z;

  if (isnan (p) || p < 0 || p > 1)
    return NAN;
  if (fabs (q) <= 0.425)
    return q * ratio (a, b, 0.180625 - q * q);
  r = q < 0 ? p : 1 - p;
  if (r == 0)
    return q < 0 ? -INFINITY : INFINITY;
  r = sqrt (-log (r));
  z = r <= 5 ? ratio (c, d, r - 1.6) : ratio (e, f, r - 5);
  return q < 0 ? -z : z;
}

double
rua_normal_critical (double level)
{
  return -rua_normal_quantile ((1 - level) / 2);
}
