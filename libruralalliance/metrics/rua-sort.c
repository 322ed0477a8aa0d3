/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sums in a fixed order, and sorting of doubles. */
#include "rua-special-private.h"

#include <math.h>
#include <string.h>

/* Four compensated lanes joined in a fixed order, so the compiler may use vectors and the bits
 * are the same wherever it runs. */
double
rua_sum (const double *values, gsize n)
{
  RuaSum lanes[4] = { { 0 } }, all = { 0 };
  gsize i = 0;

  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++)
      rua_sum_add (&lanes[k], values[i + k]);
  for (int k = 0; i < n; i++, k++)
    rua_sum_add (&lanes[k], values[i]);
  for (int k = 0; k < 4; k++)
    rua_sum_add (&all, lanes[k].high);
  for (int k = 0; k < 4; k++)
    rua_sum_add (&all, lanes[k].low);
  return rua_sum_get (&all);
}

double
rua_sum_squares (const double *values, gsize n, double center)
{
  RuaSum lanes[4] = { { 0 } }, all = { 0 };
  gsize i = 0;

  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++)
      rua_sum_add (&lanes[k], (values[i + k] - center) * (values[i + k] - center));
  for (int k = 0; i < n; i++, k++)
    rua_sum_add (&lanes[k], (values[i] - center) * (values[i] - center));
  for (int k = 0; k < 4; k++)
    rua_sum_add (&all, lanes[k].high);
  for (int k = 0; k < 4; k++)
    rua_sum_add (&all, lanes[k].low);
  return rua_sum_get (&all);
}

/* The bits of a double in an order that unsigned integers share; -0 is taken as 0 so that the two
 * zeros are one value. */
static inline guint64
double_to_key (double value)
{
  guint64 bits;
  double plain = value + 0.0;

  memcpy (&bits, &plain, sizeof bits);
  return bits & G_GUINT64_CONSTANT (1) << 63 ? ~bits : bits | G_GUINT64_CONSTANT (1) << 63;
}

static inline double
key_to_double (guint64 key)
{
  guint64 bits = key & G_GUINT64_CONSTANT (1) << 63 ? key & ~(G_GUINT64_CONSTANT (1) << 63) : ~key;
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

#define RADIX_BITS 11
#define RADIX_SIZE (1 << RADIX_BITS)
#define RADIX_PASSES 6

typedef struct {
  guint64 key;
  guint32 row;
} KeyRow;

/* A pass whose digit is the same in every key is left out, so small integers need few passes. */
#define DEFINE_RADIX_SORT(name, Type, KEY)                                                        \
  static void name (Type *items, gsize n)                                                         \
  {                                                                                               \
    Type *other, *from = items, *to;                                                              \
    gsize *counts;                                                                                \
                                                                                                  \
    if (n < 128) {                                                                                \
      for (gsize i = 1; i < n; i++) {                                                             \
        Type item = items[i];                                                                     \
        gsize j = i;                                                                              \
                                                                                                  \
        for (; j > 0 && KEY (items[j - 1]) > KEY (item); j--)                                     \
          items[j] = items[j - 1];                                                                \
        items[j] = item;                                                                          \
      }                                                                                           \
      return;                                                                                     \
    }                                                                                             \
    other = g_new (Type, n);                                                                      \
    to = other;                                                                                   \
    counts = g_new0 (gsize, RADIX_SIZE * RADIX_PASSES);                                           \
    for (gsize i = 0; i < n; i++)                                                                 \
      for (int pass = 0; pass < RADIX_PASSES; pass++)                                             \
        counts[pass * RADIX_SIZE + (KEY (items[i]) >> (pass * RADIX_BITS) & (RADIX_SIZE - 1))]++; \
    for (int pass = 0; pass < RADIX_PASSES; pass++) {                                             \
      gsize *count = counts + pass * RADIX_SIZE, sum = 0;                                         \
      Type *swap;                                                                                 \
                                                                                                  \
      if (count[KEY (from[0]) >> (pass * RADIX_BITS) & (RADIX_SIZE - 1)] == n)                    \
        continue;                                                                                 \
      for (int digit = 0; digit < RADIX_SIZE; digit++) {                                          \
        gsize here = count[digit];                                                                \
                                                                                                  \
        count[digit] = sum;                                                                       \
        sum += here;                                                                              \
      }                                                                                           \
      for (gsize i = 0; i < n; i++)                                                               \
        to[count[KEY (from[i]) >> (pass * RADIX_BITS) & (RADIX_SIZE - 1)]++] = from[i];           \
      swap = from;                                                                                \
      from = to;                                                                                  \
      to = swap;                                                                                  \
    }                                                                                             \
    if (from != items)                                                                            \
      memcpy (items, from, n * sizeof (Type));                                                    \
    g_free (other);                                                                               \
    g_free (counts);                                                                              \
  }

#define KEY_ITSELF(item) (item)
#define KEY_OF_PAIR(item) ((item).key)

DEFINE_RADIX_SORT (sort_keys, guint64, KEY_ITSELF)
DEFINE_RADIX_SORT (sort_pairs, KeyRow, KEY_OF_PAIR)

void
rua_sort_doubles (double *values, gsize n)
{
  guint64 *keys = (guint64 *) values;

  for (gsize i = 0; i < n; i++)
    keys[i] = double_to_key (values[i]);
  sort_keys (keys, n);
  for (gsize i = 0; i < n; i++)
    values[i] = key_to_double (keys[i]);
}

guint32 *
rua_sort_index (const double *keys, gsize n)
{
  KeyRow *pairs = g_new (KeyRow, n);
  guint32 *order = g_new (guint32, n);

  for (gsize i = 0; i < n; i++) {
    pairs[i].key = double_to_key (keys[i]);
    pairs[i].row = i;
  }
  sort_pairs (pairs, n);
  for (gsize i = 0; i < n; i++)
    order[i] = pairs[i].row;
  g_free (pairs);
  return order;
}
