/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers that are whole numbers over one power of ten: money, counts, most quantities and prices.
 * As whole numbers below 2^53 they are added and multiplied without rounding, so that neither the
 * order nor the threads have a say, and nothing needs to be kept of what rounding took. */
typedef struct {
  double divisor; /* 0: they are not that */
  double bound;   /* none of them, times the divisor, is further from 0 */
} RuaScaled;

/* 2^53, beyond which not every whole number is a double. */
#define RUA_SCALED_MOST 9007199254740992.0
/* Powers of ten up to here are doubles. */
#define RUA_SCALED_MOST_DIVISOR 1e15

static inline RuaScaled
rua_scaled_checked (double divisor, double bound)
{
  return divisor <= RUA_SCALED_MOST_DIVISOR && bound <= RUA_SCALED_MOST
    ? (RuaScaled){ divisor, bound } : (RuaScaled){ 0, 0 };
}

static inline RuaScaled
rua_scaled_multiply (RuaScaled a, RuaScaled b)
{
  return rua_scaled_checked (a.divisor * b.divisor, a.bound * b.bound);
}

/* Of sums, differences and choices: over the larger divisor. @sums: bounds are added. */
static inline RuaScaled
rua_scaled_join (RuaScaled a, RuaScaled b, gboolean sums)
{
  double divisor = MAX (a.divisor, b.divisor), x, y;

  if (a.divisor == 0 || b.divisor == 0)
    return (RuaScaled){ 0, 0 };
  x = a.bound * (divisor / a.divisor);
  y = b.bound * (divisor / b.divisor);
  return rua_scaled_checked (divisor, sums ? x + y : MAX (x, y));
}

/* Of one number; NaN is over 1. */
RuaScaled rua_scaled_of (double number);

/* Such numbers in four bytes: as whole ones plus @offset, over @divisor, and so in the order of the numbers.
 * G_MAXUINT32 is unknown. */
typedef struct {
  const guint32 *words; /* NULL: they are not packed */
  double offset;
  double divisor;
} RuaPacked;

/* @n of the numbers from @first on. */
void rua_packed_read (const RuaPacked *self, gsize first, gsize n, double *numbers);
/* Whole numbers that are not below -@offset, as words. */
void rua_numbers_pack (const double *numbers, double offset, gsize n, guint32 *words);

G_END_DECLS
