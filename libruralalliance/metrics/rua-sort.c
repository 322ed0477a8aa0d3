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

/* The sum of the gaps is 0 but for what rounding took from the mean, which is made good: T. F. Chan,
 * G. H. Golub and R. J. LeVeque, The American Statistician 37 (1983). */
double
rua_sum_squares (const double *values, gsize n, double mean, double *low)
{
  RuaSum squares[4] = { { 0 } }, gaps[4] = { { 0 } }, all = { 0 }, rest = { 0 };
  gsize i = 0;

  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++) {
      double gap = values[i + k] - mean;

      rua_sum_add (&squares[k], gap * gap);
      rua_sum_add (&gaps[k], gap);
    }
  for (int k = 0; i < n; i++, k++) {
    rua_sum_add (&squares[k], (values[i] - mean) * (values[i] - mean));
    rua_sum_add (&gaps[k], values[i] - mean);
  }
  for (int k = 0; k < 4; k++) {
    rua_sum_add (&all, squares[k].high);
    rua_sum_add (&rest, gaps[k].high);
  }
  for (int k = 0; k < 4; k++) {
    rua_sum_add (&all, squares[k].low);
    rua_sum_add (&rest, gaps[k].low);
  }
  if (low != NULL)
    *low = n > 0 ? rua_sum_get (&rest) / n : 0;
  return n > 0 ? rua_sum_get (&all) - rua_sum_get (&rest) * rua_sum_get (&rest) / n : 0;
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

typedef struct {
  guint64 key;
  guint32 row;
} KeyRow;

typedef struct {
  guint64 key;
  double weight;
} KeyWeight;

#define FEW 32            /* items sorted by insertion */
#define MOST_BUCKETS 14   /* bits: two bytes of places each keep within the second cache */
#define SMALL_BUCKETS 256 /* counted on the stack */

/* Items fall into buckets by the leading bits in which their keys differ, about four into each, and
 * keep their order within one; then each bucket is sorted likewise, or by insertion while it is
 * copied back. Every step divides the range of the keys by eight at least, so that there are few
 * whatever the keys are. */
#define DEFINE_BUCKET_SORT(name, Type, KEY)                                                       \
  static void name (Type *items, gsize n, Type *other)                                            \
  {                                                                                               \
    guint32 few[SMALL_BUCKETS + 1], *ends;                                                        \
    guint64 least, greatest;                                                                      \
    guint bits, size, shift, n_buckets;                                                           \
                                                                                                  \
    if (n <= FEW) {                                                                               \
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
    least = greatest = KEY (items[0]);                                                            \
    for (gsize i = 1; i < n; i++) {                                                               \
      least = MIN (least, KEY (items[i]));                                                        \
      greatest = MAX (greatest, KEY (items[i]));                                                  \
    }                                                                                             \
    if (least == greatest)                                                                        \
      return;                                                                                     \
    bits = bit_length (greatest - least);                                                         \
    size = CLAMP (bit_length (n) - 3, 3, MOST_BUCKETS);                                           \
    shift = bits > size ? bits - size : 0;                                                        \
    n_buckets = ((greatest - least) >> shift) + 1;                                                \
    ends = n_buckets <= SMALL_BUCKETS ? few : g_new (guint32, n_buckets + 1);                     \
    memset (ends, 0, (n_buckets + 1) * sizeof (guint32));                                         \
    for (gsize i = 0; i < n; i++)                                                                 \
      ends[((KEY (items[i]) - least) >> shift) + 1]++;                                            \
    for (guint b = 1; b <= n_buckets; b++)                                                        \
      ends[b] += ends[b - 1];                                                                     \
    for (gsize i = 0; i < n; i++)                                                                 \
      other[ends[(KEY (items[i]) - least) >> shift]++] = items[i];                                \
    for (guint b = 0; b < n_buckets; b++) {                                                       \
      gsize from = b > 0 ? ends[b - 1] : 0, within = ends[b] - from;                              \
                                                                                                  \
      if (within > FEW) {                                                                         \
        name (other + from, within, items + from);                                                \
        memcpy (items + from, other + from, within * sizeof (Type));                              \
        continue;                                                                                 \
      }                                                                                           \
      for (gsize i = from; i < from + within; i++) {                                              \
        gsize j = i;                                                                              \
                                                                                                  \
        for (; j > from && KEY (items[j - 1]) > KEY (other[i]); j--)                              \
          items[j] = items[j - 1];                                                                \
        items[j] = other[i];                                                                      \
      }                                                                                           \
    }                                                                                             \
    if (ends != few)                                                                              \
      g_free (ends);                                                                              \
  }

#define KEY_ITSELF(item) (item)
#define KEY_OF_PAIR(item) ((item).key)

static inline guint
bit_length (guint64 value)
{
  return value == 0 ? 0 : 64 - __builtin_clzll (value);
}

DEFINE_BUCKET_SORT (sort_keys, guint64, KEY_ITSELF)
DEFINE_BUCKET_SORT (sort_rows, KeyRow, KEY_OF_PAIR)
DEFINE_BUCKET_SORT (sort_weights, KeyWeight, KEY_OF_PAIR)

void
rua_sort_doubles (double *values, gsize n)
{
  guint64 *keys = (guint64 *) values, small[512],
          *other = n <= G_N_ELEMENTS (small) ? small : g_new (guint64, n);

  for (gsize i = 0; i < n; i++)
    keys[i] = double_to_key (values[i]);
  sort_keys (keys, n, other);
  for (gsize i = 0; i < n; i++)
    values[i] = key_to_double (keys[i]);
  if (other != small)
    g_free (other);
}

guint32 *
rua_sort_index (const double *keys, gsize n)
{
  KeyRow *pairs = g_new (KeyRow, MAX (2 * n, 1));
  guint32 *order = g_new (guint32, MAX (n, 1));

  for (gsize i = 0; i < n; i++) {
    pairs[i].key = double_to_key (keys[i]);
    pairs[i].row = i;
  }
  sort_rows (pairs, n, pairs + n);
  for (gsize i = 0; i < n; i++)
    order[i] = pairs[i].row;
  g_free (pairs);
  return order;
}

gsize
rua_sort_weighted (const double *values,
                   const double *weights,
                   gsize n,
                   double *sorted_values,
                   double *sorted_weights)
{
  KeyWeight small[2 * 128], *pairs = n <= 128 ? small : g_new (KeyWeight, 2 * n);
  gsize n_kept = 0;

  for (gsize i = 0; i < n; i++) {
    pairs[n_kept].key = double_to_key (values[i]);
    pairs[n_kept].weight = weights[i];
    n_kept += weights[i] > 0;
  }
  sort_weights (pairs, n_kept, pairs + n);
  for (gsize i = 0; i < n_kept; i++) {
    sorted_values[i] = key_to_double (pairs[i].key);
    sorted_weights[i] = pairs[i].weight;
  }
  if (pairs != small)
    g_free (pairs);
  return n_kept;
}

/* ---- selection ---- */

#define SELECT_BITS 12
#define SELECT_FEW 256 /* values sorted whole */

/* Finds the buckets of the leading bits in which the keys differ that hold the ranks wanted, and
 * looks into these alone. */
static void
select_keys (const guint64 *keys, gsize n, const gsize *ranks, guint n_ranks, gsize passed,
             double *selected)
{
  guint64 least = keys[0], greatest = keys[0], small[2 * SELECT_FEW], *within;
  guint32 *counts;
  guint shift, n_buckets, bits;
  gsize before = 0;

  if (n <= SELECT_FEW) {
    memcpy (small, keys, n * sizeof (guint64));
    sort_keys (small, n, small + SELECT_FEW);
    for (guint r = 0; r < n_ranks; r++)
      selected[r] = key_to_double (small[ranks[r] - passed]);
    return;
  }
  for (gsize i = 1; i < n; i++) {
    least = MIN (least, keys[i]);
    greatest = MAX (greatest, keys[i]);
  }
  if (least == greatest) {
    for (guint r = 0; r < n_ranks; r++)
      selected[r] = key_to_double (least);
    return;
  }
  bits = bit_length (greatest - least);
  shift = bits > SELECT_BITS ? bits - SELECT_BITS : 0;
  n_buckets = ((greatest - least) >> shift) + 1;
  counts = g_new0 (guint32, n_buckets);
  for (gsize i = 0; i < n; i++)
    counts[(keys[i] - least) >> shift]++;
  within = NULL;
  for (guint b = 0, r = 0; r < n_ranks; before += counts[b++]) {
    guint first = r;
    guint64 low = least + ((guint64) b << shift), high = low + (((guint64) 1 << shift) - 1);
    gsize k = 0;

    while (r < n_ranks && ranks[r] - passed < before + counts[b])
      r++;
    if (r == first)
      continue;
    if (shift == 0) {
      for (guint at = first; at < r; at++)
        selected[at] = key_to_double (low);
      continue;
    }
    if (within == NULL)
      within = g_new (guint64, n);
    for (gsize i = 0; i < n; i++) {
      within[k] = keys[i];
      k += keys[i] >= low && keys[i] <= high;
    }
    select_keys (within, counts[b], ranks + first, r - first, passed + before, selected + first);
  }
  g_free (within);
  g_free (counts);
}

void
rua_select_doubles (const double *values, gsize n, const gsize *ranks, guint n_ranks,
                    double *selected)
{
  guint64 small[SELECT_FEW], *keys = n <= SELECT_FEW ? small : g_new (guint64, n);

  small[0] = 0;
  for (gsize i = 0; i < n; i++)
    keys[i] = double_to_key (values[i]);
  select_keys (keys, n, ranks, n_ranks, 0, selected);
  if (keys != small)
    g_free (keys);
}
