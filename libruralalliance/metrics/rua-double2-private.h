/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-special-private.h"

G_BEGIN_DECLS

/* Numbers of about 31 digits: T. J. Dekker, Numerische Mathematik 18 (1971); D. E. Knuth, TAOCP 2, 4.2.2. Small enough to
 * be copied into the loops that use them, where they become vectors. */

/* A number as the sum of two, of which the first is the double nearest to it. */
typedef struct {
  double high;
  double low;
} RuaDouble2;

static inline RuaDouble2
rua_two_sum (double a, double b)
{
  double sum = a + b, back = sum - a;

  return (RuaDouble2){ sum, (a - (sum - back)) + (b - back) };
}

/* a + b where |a| >= |b|. */
static inline RuaDouble2
rua_fast_two_sum (double a, double b)
{
  double sum = a + b;

  return (RuaDouble2){ sum, b - (sum - a) };
}

/* What rounding leaves of a product. Splits at 26 bits (Dekker), so that products of the halves are exact. */
static inline double
rua_product_rest (double a, double b)
{
  const double split = 134217729; /* 2^27 + 1 */
  double product = a * b, ca = split * a, cb = split * b;
  double ah = ca - (ca - a), bh = cb - (cb - b), al = a - ah, bl = b - bh;

  return ((ah * bh - product) + ah * bl + al * bh) + al * bl;
}

/* Nothing that an estimator adds up comes near the 1e300 at which the splitting overflows; beyond it the rest
 * is taken as 0. */
static inline RuaDouble2
rua_two_product (double a, double b)
{
  double rest = rua_product_rest (a, b);

  return (RuaDouble2){ a * b, rest == rest ? rest : 0 };
}

static inline RuaDouble2
rua_double2_of_sum (const RuaSum *sum)
{
  return rua_two_sum (sum->high, sum->low);
}

static inline RuaDouble2
rua_double2_add (RuaDouble2 a, RuaDouble2 b)
{
  RuaDouble2 s = rua_two_sum (a.high, b.high), t = rua_two_sum (a.low, b.low);

  s = rua_fast_two_sum (s.high, s.low + t.high);
  return rua_fast_two_sum (s.high, s.low + t.low);
}

static inline RuaDouble2
rua_double2_subtract (RuaDouble2 a, RuaDouble2 b)
{
  return rua_double2_add (a, (RuaDouble2){ -b.high, -b.low });
}

static inline RuaDouble2
rua_double2_multiply (RuaDouble2 a, RuaDouble2 b)
{
  RuaDouble2 p = rua_two_product (a.high, b.high);

  return rua_fast_two_sum (p.high, p.low + (a.high * b.low + a.low * b.high));
}

static inline RuaDouble2
rua_double2_divide (RuaDouble2 a, RuaDouble2 b)
{
  double q = a.high / b.high;
  RuaDouble2 rest = rua_double2_subtract (a, rua_double2_multiply (b, (RuaDouble2){ q, 0 }));

  return rua_fast_two_sum (q, rest.high / b.high);
}

/* What it has lost is kept: of a sum whose addends have two parts themselves. */
static inline void
rua_sum_add2 (RuaSum *self, RuaDouble2 value)
{
  rua_sum_add (self, value.high);
  self->low += value.low;
}

G_END_DECLS
