/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sums in a fixed order, and sorting of doubles. */
#include "rua-sort-private.h"

#include <math.h>
#include <string.h>

#include "rua-parts-private.h"
#include "rua-scratch-private.h"
#include "rua-wide-private.h"

RUA_WIDE static void
add_lanes (RuaSums *self, const double *values, gsize n)
{
  double high[4], low[4];
  gsize i = 0;

  memcpy (high, self->high, sizeof high);
  memcpy (low, self->low, sizeof low);
  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++) {
      double sum = high[k] + values[i + k], back = sum - high[k];

      low[k] += (high[k] - (sum - back)) + (values[i + k] - back);
      high[k] = sum;
    }
  for (int k = 0; i < n; i++, k++) {
    double sum = high[k] + values[i], back = sum - high[k];

    low[k] += (high[k] - (sum - back)) + (values[i] - back);
    high[k] = sum;
  }
  memcpy (self->high, high, sizeof high);
  memcpy (self->low, low, sizeof low);
}

void
rua_sums_add (RuaSums *self, const double *values, gsize n)
{
  add_lanes (self, values, n);
}

RuaSum
rua_sums_get_sum (const RuaSums *self)
{
  RuaSum all = { 0 };

  for (int k = 0; k < 4; k++)
    rua_sum_add (&all, self->high[k]);
  for (int k = 0; k < 4; k++)
    rua_sum_add (&all, self->low[k]);
  return all;
}

double
rua_sums_get (const RuaSums *self)
{
  RuaSum all = rua_sums_get_sum (self);

  return rua_sum_get (&all);
}

double
rua_sum (const double *values, gsize n)
{
  RuaSums sums = { { 0 } };

  rua_sums_add (&sums, values, n);
  return rua_sums_get (&sums);
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

#define FEW 24            /* items sorted by insertion */
#define RANKED 8          /* items of which each is compared with all */
#define LEAST_BUCKETS 4   /* bits: what is left of a key and an item's number are one word */
#define SMALL_BUCKETS 1024 /* counted on the stack */

/* Into @ranks how many of @n different words come before each; the others are as great as can be. No branch
 * hangs on the words, which nobody could foresee. */
static RUA_COPIED void
rank_words (const gint64 words[static RANKED], guint n, gint64 ranks[static RANKED])
{
  for (guint i = 0; i < RANKED; i++)
    ranks[i] = 0;
  for (guint j = 0; j < n; j++)
    for (guint i = 0; i < RANKED; i++)
      ranks[i] += words[j] < words[i];
}

/* Items fall into buckets by the leading bits in which their keys differ, about two into each, and
 * keep their order within one; then each bucket is sorted likewise, or by comparing or insertion while it is
 * copied back. Every step divides the range of the keys by sixteen at least, so that there are few
 * whatever the keys are. */
#define DEFINE_BUCKET_SORT(name, Type, KEY)                                                       \
  RUA_WIDE static void name (Type *items, gsize n, Type *other)                                   \
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
    bits = rua_bit_length (greatest - least);                                                     \
    size = CLAMP (rua_bit_length (n) - 2, LEAST_BUCKETS, RUA_MOST_BUCKET_BITS);                   \
    shift = bits > size ? bits - size : 0;                                                        \
    n_buckets = ((greatest - least) >> shift) + 1;                                                \
    ends = n_buckets <= SMALL_BUCKETS ? few                                                       \
                                      : rua_scratch_take ((n_buckets + 1) * sizeof (guint32));    \
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
      if (within <= RANKED) {                                                                     \
        gint64 words[RANKED], ranks[RANKED];                                                      \
                                                                                                  \
        for (guint i = 0; i < RANKED; i++)                                                        \
          words[i] = G_MAXINT64;                                                                  \
        for (guint i = 0; i < within; i++)                                                        \
          words[i] = (gint64) ((KEY (other[from + i]) - least - ((guint64) b << shift)) << 3 | i); \
        rank_words (words, (guint) within, ranks);                                                \
        for (guint i = 0; i < within; i++)                                                        \
          items[from + ranks[i]] = other[from + i];                                               \
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
      rua_scratch_give (ends);                                                                    \
  }

#define KEY_ITSELF(item) (item)
#define KEY_OF_PAIR(item) ((item).key)

DEFINE_BUCKET_SORT (sort_keys, guint64, KEY_ITSELF)
DEFINE_BUCKET_SORT (sort_keyed, RuaKeyed, KEY_OF_PAIR)

void
rua_sort_keyed (RuaKeyed *items, gsize n, RuaKeyed *other)
{
  sort_keyed (items, n, other);
}

/* ---- by two digits ---- */

#define DIGITS_FROM 20             /* fewer values are sorted by comparing */
#define DIGITS_TO ((gsize) 1 << 20) /* more do not stay in a cache, where buckets are nearer to one another */
#define MOST_DIGIT 11              /* bits: as many places as the first cache has lines for */

RUA_WIDE static gboolean
are_above_0 (const double *numbers, gsize n)
{
  gsize n_above = 0;

  for (gsize i = 0; i < n; i++)
    n_above += numbers[i] > 0;
  return n_above == n;
}

/* The keys of all values, and their range. */
RUA_WIDE static void
make_keys (const double *values, gsize n, guint64 *keys, guint64 *words, guint64 *least, guint64 *greatest)
{
  guint64 low = G_MAXUINT64, high = 0;

  for (gsize i = 0; i < n; i++) {
    guint64 key = rua_double_to_key (values[i]);

    keys[i] = key;
    words[i] = i;
    low = MIN (low, key);
    high = MAX (high, key);
  }
  *least = low;
  *greatest = high;
}

RUA_WIDE static void
add_leading_bits (const guint64 *keys, gsize n, guint64 least, guint shift, guint64 *words)
{
  for (gsize i = 0; i < n; i++)
    words[i] |= (keys[i] - least) >> shift << 32;
}

/* Places (rows) of the values in their order into the lower halves of @words, of those that are equal in order of row;
 * and the values themselves into @sorted. With @weights those alone that have one. How many they are.
 *
 * Keys are sorted by their leading bits alone, as two digits of which the lower comes first: no branch hangs on a
 * value, which nobody could foresee. What these bits do not tell apart is put right at the end: mostly next to
 * nothing, for there are about as many of them as pairs of values. G_MAXSIZE: it would be too much, or there are too
 * few values or too many. @other has room for @n. */
static gsize
order_by_digits (const double *values, const double *weights, gsize n, guint64 *words, guint64 *other, double *sorted)
{
  guint32 lows[1 << MOST_DIGIT], highs[1 << MOST_DIGIT], low = 0, high = 0;
  guint bits, shift, digit = MIN (rua_bit_length (n) - 1, MOST_DIGIT);
  guint64 least = G_MAXUINT64, greatest = 0, mask = (1u << digit) - 1;
  gboolean all;
  gsize n_kept = 0, n_moves = 0;

  if (n < DIGITS_FROM || n > DIGITS_TO)
    return G_MAXSIZE;
  all = weights == NULL || are_above_0 (weights, n);
  if (all) {
    make_keys (values, n, other, words, &least, &greatest);
    n_kept = n;
  }
  for (gsize i = 0; i < n && !all; i++) {
    guint64 key = rua_double_to_key (values[i]);

    if (!(weights[i] > 0))
      continue;
    other[n_kept] = key;
    words[n_kept++] = i;
    least = MIN (least, key);
    greatest = MAX (greatest, key);
  }
  bits = n_kept > 0 ? rua_bit_length (greatest - least) : 0;
  shift = bits > 2 * digit ? bits - 2 * digit : 0;
  memset (lows, 0, (mask + 1) * sizeof *lows);
  memset (highs, 0, (mask + 1) * sizeof *highs);
  add_leading_bits (other, n_kept, least, shift, words);
  for (gsize k = 0; k < n_kept; k++) {
    guint32 code = (guint32) (words[k] >> 32);

    lows[code & mask]++;
    highs[code >> digit]++;
  }
  for (guint b = 0; b <= mask; b++) {
    guint32 l = lows[b], h = highs[b];

    lows[b] = low;
    highs[b] = high;
    low += l;
    high += h;
  }
  for (gsize k = 0; k < n_kept; k++)
    other[lows[words[k] >> 32 & mask]++] = words[k];
  for (gsize k = 0; k < n_kept; k++)
    words[highs[other[k] >> (32 + digit)]++] = other[k];
  for (gsize i = 0; i < n_kept; i++) {
    guint64 word = words[i];
    double value = values[(guint32) word] + 0.0;
    gsize j = i;

    for (; j > 0 && sorted[j - 1] > value; j--) {
      sorted[j] = sorted[j - 1];
      words[j] = words[j - 1];
    }
    sorted[j] = value;
    words[j] = word;
    n_moves += i - j;
    if (n_moves > 2 * n)
      return G_MAXSIZE;
  }
  return n_kept;
}

#define SMALL 128 /* items on the stack */

void
rua_sort_doubles (double *values, gsize n)
{
  guint64 *keys = (guint64 *) values, small[3 * SMALL],
          *words = n <= SMALL ? small : rua_scratch_take ((n <= DIGITS_TO ? 3 : 1) * n * sizeof (guint64));
  double *sorted = (double *) (words + 2 * n);

  if (order_by_digits (values, NULL, n, words, words + n, sorted) == n) {
    memcpy (values, sorted, n * sizeof (double));
  } else {
    for (gsize i = 0; i < n; i++)
      keys[i] = rua_double_to_key (values[i]);
    sort_keys (keys, n, words);
    for (gsize i = 0; i < n; i++)
      values[i] = rua_double_of_key (keys[i]);
  }
  if (words != small)
    rua_scratch_give (words);
}

guint32 *
rua_sort_index (const double *keys, gsize n)
{
  /* Room for either. */
  RuaKeyed *pairs = rua_scratch_take (2 * n * sizeof (RuaKeyed));
  guint64 *words = (guint64 *) pairs;
  guint32 *order = g_new (guint32, MAX (n, 1));

  if (order_by_digits (keys, NULL, n, words, words + n, (double *) (words + 2 * n)) == n) {
    for (gsize i = 0; i < n; i++)
      order[i] = (guint32) words[i];
  } else {
    for (gsize i = 0; i < n; i++) {
      pairs[i].key = rua_double_to_key (keys[i]);
      pairs[i].row = i;
    }
    sort_keyed (pairs, n, pairs + n);
    for (gsize i = 0; i < n; i++)
      order[i] = pairs[i].row;
  }
  rua_scratch_give (pairs);
  return order;
}

gsize
rua_sort_weighted (const double *values,
                   const double *weights,
                   gsize n,
                   double *sorted_values,
                   double *sorted_weights)
{
  RuaKeyed small[2 * SMALL], *pairs;
  guint64 *words;
  gsize n_kept;

  if (n > DIGITS_TO)
    return rua_sort_shared (values, weights, n, sorted_values, sorted_weights, NULL);
  pairs = n <= SMALL ? small : rua_scratch_take (2 * n * sizeof (RuaKeyed));
  words = (guint64 *) pairs;
  n_kept = order_by_digits (values, weights, n, words, words + n, sorted_values);
  if (n_kept != G_MAXSIZE) {
    for (gsize i = 0; i < n_kept; i++)
      sorted_weights[i] = weights[(guint32) words[i]];
  } else {
    n_kept = 0;
    for (gsize i = 0; i < n; i++) {
      pairs[n_kept].key = rua_double_to_key (values[i]);
      pairs[n_kept].weight = weights[i];
      n_kept += weights[i] > 0;
    }
    sort_keyed (pairs, n_kept, pairs + n);
    for (gsize i = 0; i < n_kept; i++) {
      sorted_values[i] = rua_double_of_key (pairs[i].key);
      sorted_weights[i] = pairs[i].weight;
    }
  }
  if (pairs != small)
    rua_scratch_give (pairs);
  return n_kept;
}

gsize
rua_sort_rows (const double *values, const double *weights, gsize n, double *sorted_values, guint32 *rows)
{
  RuaKeyed *pairs;
  guint64 *words;
  gsize n_kept;

  if (n > DIGITS_TO)
    return rua_sort_shared (values, weights, n, sorted_values, NULL, rows);
  /* Room for either. */
  pairs = rua_scratch_take (2 * n * sizeof (RuaKeyed));
  words = (guint64 *) pairs;
  n_kept = order_by_digits (values, weights, n, words, words + n, sorted_values);
  if (n_kept != G_MAXSIZE) {
    for (gsize i = 0; i < n_kept; i++)
      rows[i] = (guint32) words[i];
  } else {
    n_kept = 0;
    for (gsize i = 0; i < n; i++) {
      pairs[n_kept].key = rua_double_to_key (values[i]);
      pairs[n_kept].row = i;
      n_kept += weights == NULL || weights[i] > 0;
    }
    sort_keyed (pairs, n_kept, pairs + n);
    for (gsize i = 0; i < n_kept; i++) {
      sorted_values[i] = rua_double_of_key (pairs[i].key);
      rows[i] = pairs[i].row;
    }
  }
  rua_scratch_give (pairs);
  return n_kept;
}

/* ---- selection ---- */

#define SELECT_FEW 256 /* values sorted whole */
#define MOST_SLOTS 254

/* Tables of counts at once, for those who share the work. */
#define MOST_TABLES 4

typedef struct {
  const RuaBuckets *buckets;
  const double *values;
  guint32 *counts[MOST_TABLES];
} Counting;

static void
count_part (guint part, gsize begin, gsize end, gpointer data)
{
  const Counting *self = data;
  const double *values = self->values;
  guint64 least = self->buckets->least;
  guint shift = self->buckets->shift;
  guint32 *counts = self->counts[part];

  memset (counts, 0, self->buckets->n * sizeof (guint32));
  for (gsize i = begin; i < end; i++)
    counts[(rua_double_to_key (values[i]) - least) >> shift]++;
}

void
rua_buckets_init (RuaBuckets *self, const double *values, gsize n)
{
  guint bits, n_parts = rua_parts_count_tables (n, RUA_MOST_BUCKETS, MOST_TABLES);
  Counting counting = { self, values, { self->counts } };
  double smallest, largest;

  rua_parts_range (values, n, &smallest, &largest);
  self->least = rua_double_to_key (smallest);
  bits = rua_bit_length (rua_double_to_key (largest) - self->least);
  self->shift = bits > 12 ? bits - 12 : 0;
  self->n = rua_buckets_find (self, largest) + 1;
  for (guint part = 1; part < n_parts; part++)
    counting.counts[part] = g_new (guint32, self->n);
  rua_parts_run (n, n_parts, count_part, &counting);
  for (guint part = 1; part < n_parts; part++) {
    for (guint b = 0; b < self->n; b++)
      self->counts[b] += counting.counts[part][b];
    g_free (counting.counts[part]);
  }
}

/* Takes the values of the buckets that hold the ranks wanted out, and looks into these alone. Each
 * step leaves a 2048th of the range of the keys. */
void
rua_select_doubles (
  const double *values, gsize n, const gsize *ranks, guint n_ranks, double *selected)
{
  guint8 slots[RUA_MOST_BUCKETS];
  guint firsts[MOST_SLOTS + 2], n_slots = 0;
  double *places[MOST_SLOTS + 2], *kept, small[SELECT_FEW];
  gsize befores[MOST_SLOTS + 2], before = 0, n_kept = 0;
  RuaBuckets buckets;

  if (n <= SELECT_FEW || n_ranks > MOST_SLOTS) {
    double *sorted = n <= SELECT_FEW ? small : rua_scratch_take (n * sizeof (double));

    memcpy (sorted, values, n * sizeof (double));
    rua_sort_doubles (sorted, n);
    for (guint r = 0; r < n_ranks; r++)
      selected[r] = sorted[ranks[r]];
    if (sorted != small)
      rua_scratch_give (sorted);
    return;
  }
  rua_buckets_init (&buckets, values, n);
  if (buckets.shift == 0) {
    /* A bucket is one value. */
    for (guint b = 0, r = 0; r < n_ranks; before += buckets.counts[b++])
      for (; r < n_ranks && ranks[r] < before + buckets.counts[b]; r++)
        selected[r] = rua_double_of_key (buckets.least + b);
    return;
  }
  memset (slots, 0, buckets.n);
  for (guint b = 0, r = 0; r < n_ranks; before += buckets.counts[b++]) {
    if (ranks[r] >= before + buckets.counts[b])
      continue;
    slots[b] = ++n_slots;
    firsts[n_slots] = r;
    befores[n_slots] = before;
    n_kept += buckets.counts[b];
    while (r < n_ranks && ranks[r] < before + buckets.counts[b])
      r++;
    firsts[n_slots + 1] = r;
  }
  kept = rua_scratch_take (n_kept * sizeof (double));
  n_kept = 0;
  for (guint b = 0; b < buckets.n; b++)
    if (slots[b] != 0) {
      places[slots[b]] = kept + n_kept;
      n_kept += buckets.counts[b];
    }
  for (gsize i = 0; i < n; i++) {
    guint slot = slots[rua_buckets_find (&buckets, values[i])];

    if (slot != 0)
      *places[slot]++ = values[i];
  }
  for (guint slot = 1, at = 0; slot <= n_slots; slot++) {
    gsize size = places[slot] - (kept + at), within[MOST_SLOTS];
    guint first = firsts[slot], n_within = firsts[slot + 1] - first;

    for (guint r = 0; r < n_within; r++)
      within[r] = ranks[first + r] - befores[slot];
    rua_select_doubles (kept + at, size, within, n_within, selected + first);
    at += size;
  }
  rua_scratch_give (kept);
}

/* ---- selection among whole numbers ---- */

#define WORD_BITS 12
#define STRETCH 64   /* words looked at together */
#define FEW_RANGES 8 /* for more it is no gain to look whether any word is in one of them */

typedef struct {
  guint32 least;
  guint shift;
  guint n;
  guint32 counts[1 << WORD_BITS];
} WordBuckets;

RUA_WIDE static void
find_word_range (const guint32 *words, gsize n, guint32 *least, guint32 *greatest)
{
  guint32 low = words[0], high = words[0];

  for (gsize i = 0; i < n; i++) {
    low = MIN (low, words[i]);
    high = MAX (high, words[i]);
  }
  *least = low;
  *greatest = high;
}

/* Small groups have fewer buckets, so that emptying these does not take longer than counting. */
static void
word_buckets_init (WordBuckets *self, const guint32 *words, gsize n)
{
  guint32 greatest;
  guint bits, size = CLAMP (rua_bit_length (n) - 4, 8, WORD_BITS);

  find_word_range (words, n, &self->least, &greatest);
  bits = rua_bit_length (greatest - self->least);
  self->shift = bits > size ? bits - size : 0;
  self->n = ((greatest - self->least) >> self->shift) + 1;
  memset (self->counts, 0, self->n * sizeof (guint32));
  for (gsize i = 0; i < n; i++)
    self->counts[(words[i] - self->least) >> self->shift]++;
}

static RUA_COPIED guint32
is_any_within (const guint32 *words, const guint32 *lows, guint n_lows, guint shift)
{
  guint32 found = 0;

  for (guint r = 0; r < n_lows; r++)
    for (guint k = 0; k < STRETCH; k++)
      found |= (words[k] - lows[r]) >> shift == 0;
  return found;
}

/* Puts the words of buckets with a slot where those of the slot go. @lows: where these buckets begin; most stretches
 * then have none of their words and are passed over. */
RUA_WIDE static void
take_words (const guint32 *words, gsize n, const WordBuckets *buckets, const guint8 *slots, const guint32 *lows,
            guint n_lows, guint32 **places)
{
  guint32 least = buckets->least;
  guint shift = buckets->shift;

  for (gsize from = 0; from < n; from += STRETCH) {
    gsize to = MIN (from + STRETCH, n);

    if (n_lows > 0 && to == from + STRETCH && !is_any_within (words + from, lows, n_lows, shift))
      continue;
    for (gsize i = from; i < to; i++) {
      guint slot = slots[(words[i] - least) >> shift];

      if (slot != 0)
        *places[slot]++ = words[i];
    }
  }
}

static void
select_few_words (const guint32 *words, gsize n, const gsize *ranks, guint n_ranks, guint32 *selected)
{
  guint64 keys[SELECT_FEW], other[SELECT_FEW];

  for (gsize i = 0; i < n; i++)
    keys[i] = words[i];
  sort_keys (keys, n, other);
  for (guint r = 0; r < n_ranks; r++)
    selected[r] = (guint32) keys[ranks[r]];
}

/* As rua_select_doubles(). */
void
rua_select_words (const guint32 *words, gsize n, const gsize *ranks, guint n_ranks, guint32 *selected)
{
  guint8 slots[1 << WORD_BITS];
  guint firsts[RUA_MOST_WORD_RANKS + 2], n_slots = 0;
  guint32 lows[RUA_MOST_WORD_RANKS], *places[RUA_MOST_WORD_RANKS + 1], *kept;
  gsize befores[RUA_MOST_WORD_RANKS + 1], before = 0, n_kept = 0;
  WordBuckets buckets;

  g_assert (n_ranks <= RUA_MOST_WORD_RANKS);
  if (n <= SELECT_FEW) {
    select_few_words (words, n, ranks, n_ranks, selected);
    return;
  }
  word_buckets_init (&buckets, words, n);
  if (buckets.shift == 0) {
    /* A bucket is one word. */
    for (guint b = 0, r = 0; r < n_ranks; before += buckets.counts[b++])
      for (; r < n_ranks && ranks[r] < before + buckets.counts[b]; r++)
        selected[r] = buckets.least + b;
    return;
  }
  memset (slots, 0, buckets.n);
  for (guint b = 0, r = 0; r < n_ranks; before += buckets.counts[b++]) {
    if (ranks[r] >= before + buckets.counts[b])
      continue;
    lows[n_slots] = buckets.least + (b << buckets.shift);
    slots[b] = ++n_slots;
    firsts[n_slots] = r;
    befores[n_slots] = before;
    n_kept += buckets.counts[b];
    while (r < n_ranks && ranks[r] < before + buckets.counts[b])
      r++;
    firsts[n_slots + 1] = r;
  }
  kept = rua_scratch_take (n_kept * sizeof (guint32));
  for (guint b = 0, slot = 1, at = 0; slot <= n_slots; b++)
    if (slots[b] == slot) {
      places[slot++] = kept + at;
      at += buckets.counts[b];
    }
  take_words (words, n, &buckets, slots, lows, n_slots <= FEW_RANGES && n_kept < n / (2 * STRETCH) ? n_slots : 0,
              places);
  for (guint slot = 1, at = 0; slot <= n_slots; slot++) {
    gsize size = places[slot] - (kept + at), within[RUA_MOST_WORD_RANKS];
    guint first = firsts[slot], n_within = firsts[slot + 1] - first;

    for (guint r = 0; r < n_within; r++)
      within[r] = ranks[first + r] - befores[slot];
    rua_select_words (kept + at, size, within, n_within, selected + first);
    at += size;
  }
  rua_scratch_give (kept);
}
