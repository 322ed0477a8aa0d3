/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-special-private.h"

G_BEGIN_DECLS

/* Between the files of sorting. */

#define RUA_MOST_BUCKET_BITS 11 /* as many places as the first cache has lines for */

/* The key of a record, and what it brings with it. */
typedef struct {
  guint64 key;
  union {
    guint32 row;
    double weight;
  };
} RuaKeyed;

static inline guint
rua_bit_length (guint64 value)
{
  return value == 0 ? 0 : 64 - __builtin_clzll (value);
}

/* Of rua_double_to_key(). */
static inline double
rua_double_of_key (guint64 key)
{
  guint64 bits = key & G_GUINT64_CONSTANT (1) << 63 ? key & ~(G_GUINT64_CONSTANT (1) << 63) : ~key;
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* By key, equal ones in the order in which they stand; @other has room for @n. */
void rua_sort_keyed (RuaKeyed *items, gsize n, RuaKeyed *other);
/* Of so many records that threads share them: those of positive weight in order of their values, equal ones in order of
 * row; how many they are. @weights NULL: all. With @rows there are no @sorted_weights. */
gsize rua_sort_shared (const double *values,
                       const double *weights,
                       gsize n,
                       double *sorted_values,
                       double *sorted_weights,
                       guint32 *rows);

G_END_DECLS
