/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Special functions and distributions, to about 1e-13 relative in either tail. A `tail` is the
 * probability above; functions of a share take both x and y = 1 - x, since either may be the one
 * that is known to full precision. NaN in, NaN out. */

/* log Gamma (x) - ((x - 1/2) log x - x + log(2 pi)/2), x > 0 */
double rua_stirling_error (double x);
double rua_log_gamma (double x);

double rua_normal_cdf (double z);
double rua_normal_tail (double z);
/* p in [0, 1]; 0 and 1 give the infinities. */
double rua_normal_quantile (double p);
/* The z of a two-sided interval of this level. */
double rua_normal_critical (double level);

/* Regularised incomplete gamma functions P and Q, a > 0, x >= 0. */
double rua_gamma_lower (double a, double x);
double rua_gamma_upper (double a, double x);
double rua_chi2_tail (double x, double df);

/* Regularised incomplete beta function I_x (a, b), a > 0, b > 0. */
double rua_beta_lower (double a, double b, double x, double y);
/* x with I_x (a, b) = p, where q = 1 - p; stores log (x / (1 - x)) when asked. */
double rua_beta_quantile (double a, double b, double p, double q, double *logit);

double rua_t_cdf (double t, double df);
double rua_t_tail (double t, double df);
/* P(|T| > |t|) */
double rua_t_two_sided (double t, double df);
double rua_t_quantile (double p, double df);
/* The t of a two-sided interval of this level; df may be infinite. */
double rua_t_critical (double level, double df);
double rua_f_tail (double f, double df1, double df2);

double rua_noncentral_t_cdf (double t, double df, double delta);
double rua_noncentral_t_tail (double t, double df, double delta);

/* P(X <= k) and P(X >= k) of k successes among n of probability p. */
double rua_binomial_cdf (double k, double n, double p);
double rua_binomial_tail (double k, double n, double p);
/* min (1, 2 P(X <= min (a, b))) for a and b of a + b tosses of a fair coin; 1 when there is none. */
double rua_binomial_even_two_sided (double a, double b);
/* Two-sided exact test of x1 of n1 against x0 of n0: the tables no more likely than this one. */
double rua_fisher_two_sided (double x1, double n1, double x0, double n0);
/* log of the binomial coefficient, n >= k >= 0. */
double rua_log_choose (double n, double k);

/* A compensated running sum: the error of each addition is kept (Knuth, TAOCP 2, 4.2.2, theorem
 * B), so the result is as if summed in twice the precision. The order of additions is the
 * caller's, hence fixed. */
typedef struct {
  double high;
  double low;
} RuaSum;

static inline void
rua_sum_add (RuaSum *self, double value)
{
  double sum = self->high + value;
  double back = sum - self->high;

  self->low += (self->high - (sum - back)) + (value - back);
  self->high = sum;
}

static inline double
rua_sum_get (const RuaSum *self)
{
  return self->high + self->low;
}

/* What rounding took from either is kept. */
static inline void
rua_sum_join (RuaSum *self, const RuaSum *other)
{
  rua_sum_add (self, other->high);
  rua_sum_add (self, other->low);
}

double rua_sum (const double *values, gsize n);

/* Four compensated lanes joined in a fixed order, so the compiler may use vectors and the bits are the same
 * wherever it runs. Begins with zeros. */
typedef struct {
  double high[4];
  double low[4];
} RuaSums;

/* Goes on where it ended, so that the sum is rua_sum() of all that came. @n is a multiple of 4, but for the last. */
void rua_sums_add (RuaSums *self, const double *values, gsize n);
double rua_sums_get (const RuaSums *self);
/* With what rounding takes from it. */
RuaSum rua_sums_get_sum (const RuaSums *self);

/* Sum of (x - m)^2; @mean is m but for its rounding, which @low (nullable) tells: m - @mean. */
double rua_sum_squares (const double *values, gsize n, double mean, double *low);

/* Ascending; NaN is not allowed. By the bits of the keys, linear in n; -0 is given as 0. */
void rua_sort_doubles (double *values, gsize n);
/* Row numbers 0..n-1 in ascending order of key, equal keys in order of row (transfer full). */
guint32 *rua_sort_index (const double *keys, gsize n);
/* Values and weights of the records of positive weight in ascending order, equal values in order
 * of row; how many these are. */
gsize rua_sort_weighted (const double *values,
                         const double *weights,
                         gsize n,
                         double *sorted_values,
                         double *sorted_weights);
/* The same, with the row of each in place of its weight; @weights NULL: of all records. */
gsize rua_sort_rows (const double *values, const double *weights, gsize n, double *sorted_values, guint32 *rows);
/* Buckets in ascending order by the leading bits in which the values differ, and how many values
 * are in each. */
#define RUA_MOST_BUCKETS 4096

typedef struct {
  guint64 least;
  guint shift;
  guint n;
  guint32 counts[RUA_MOST_BUCKETS];
} RuaBuckets;

/* @n > 0; NaN is not allowed. */
void rua_buckets_init (RuaBuckets *self, const double *values, gsize n);

/* The bits of a double in an order that unsigned integers share; -0 is taken as 0 so that the two
 * zeros are one value. */
static inline guint64
rua_double_to_key (double value)
{
  guint64 bits;
  double plain = value + 0.0;

  memcpy (&bits, &plain, sizeof bits);
  return bits & G_GUINT64_CONSTANT (1) << 63 ? ~bits : bits | G_GUINT64_CONSTANT (1) << 63;
}

static inline guint
rua_buckets_find (const RuaBuckets *self, double value)
{
  return (rua_double_to_key (value) - self->least) >> self->shift;
}

/* What sorting would put at @ranks (ascending, counted from 0), without sorting. */
void rua_select_doubles (
  const double *values, gsize n, const gsize *ranks, guint n_ranks, double *selected);

#define RUA_MOST_WORD_RANKS 64

/* The same of whole numbers; @n_ranks at most RUA_MOST_WORD_RANKS. */
void rua_select_words (const guint32 *words, gsize n, const gsize *ranks, guint n_ranks, guint32 *selected);

G_END_DECLS
