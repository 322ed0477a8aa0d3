/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sorting that threads share. */
#include "rua-sort-private.h"

#include "rua-parallel-private.h"
#include "rua-parts-private.h"
#include "rua-scratch-private.h"
#include "rua-wide-private.h"

#define SORT_LANES 16 /* the records are divided into as many, in their order */
#define SORT_TASKS 64 /* of buckets, of about as many records each */

/* Many records, by the leading bits of their keys first: lanes count and put them into buckets, where they stay in order of
 * row; then every bucket is sorted. There is but one such order, whatever threads there are. */
typedef struct {
  const double *values;
  const double *weights; /* NULL: all 1 */
  gsize n;
  guint64 leasts[SORT_LANES], greatests[SORT_LANES];
  guint64 least;
  guint shift;
  guint n_buckets;
  guint32 *places; /* of each lane, by bucket: how many, then where the next goes */
  guint32 *ends;   /* by bucket */
  RuaKeyed *pairs;
  double *sorted_values;
  double *sorted_weights;
  guint32 *rows; /* in their place; NULL: they are wanted */
} Shared;

static inline gboolean
counts (const Shared *self, gsize i)
{
  return self->weights == NULL || self->weights[i] > 0;
}

RUA_WIDE static void
find_range (const double *values, const double *weights, gsize n, guint64 *least, guint64 *greatest)
{
  guint64 low = G_MAXUINT64, high = 0;

  for (gsize i = 0; i < n; i++) {
    guint64 key = rua_double_to_key (values[i]);
    gboolean has = weights == NULL || weights[i] > 0;

    low = MIN (low, has ? key : G_MAXUINT64);
    high = MAX (high, has ? key : 0);
  }
  *least = low;
  *greatest = high;
}

static void
find_lane_range (guint lane, gsize begin, gsize end, gpointer data)
{
  Shared *self = data;

  find_range (self->values + begin, self->weights != NULL ? self->weights + begin : NULL,
              end - begin, &self->leasts[lane], &self->greatests[lane]);
}

static void
count_lane (guint lane, gsize begin, gsize end, gpointer data)
{
  Shared *self = data;
  guint32 *places = self->places + (gsize) lane * self->n_buckets;

  for (gsize i = begin; i < end; i++)
    if (counts (self, i))
      places[(rua_double_to_key (self->values[i]) - self->least) >> self->shift]++;
}

static void
put_lane (guint lane, gsize begin, gsize end, gpointer data)
{
  Shared *self = data;
  guint32 *places = self->places + (gsize) lane * self->n_buckets;

  for (gsize i = begin; i < end; i++)
    if (counts (self, i)) {
      guint64 key = rua_double_to_key (self->values[i]);
      RuaKeyed *pair = &self->pairs[places[(key - self->least) >> self->shift]++];

      pair->key = key;
      if (self->rows != NULL)
        pair->row = (guint32) i;
      else
        pair->weight = self->weights[i];
    }
}

/* The bucket with which a task begins. */
static guint
get_task (const Shared *self, guint task)
{
  gsize n = self->ends[self->n_buckets - 1];
  guint low = 0, high = self->n_buckets;

  while (low < high) {
    guint middle = (low + high) / 2;

    if (self->ends[middle] <= n * task / SORT_TASKS)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static gboolean
sort_task (guint task, gpointer data, GError **error)
{
  Shared *self = data;
  guint first = get_task (self, task), last = get_task (self, task + 1);
  gsize begin = first > 0 ? self->ends[first - 1] : 0, from = begin, most = 0;
  RuaKeyed *other;

  for (guint b = first; b < last; from = self->ends[b++])
    most = MAX (most, self->ends[b] - from);
  other = rua_scratch_take (most * sizeof (RuaKeyed));
  from = begin;
  for (guint b = first; b < last; from = self->ends[b++])
    rua_sort_keyed (self->pairs + from, self->ends[b] - from, other);
  rua_scratch_give (other);
  for (gsize i = begin; i < from; i++)
    self->sorted_values[i] = rua_double_of_key (self->pairs[i].key);
  for (gsize i = begin; i < from && self->rows != NULL; i++)
    self->rows[i] = self->pairs[i].row;
  for (gsize i = begin; i < from && self->rows == NULL; i++)
    self->sorted_weights[i] = self->pairs[i].weight;
  return TRUE;
}

/* How many have weight. */
static gsize
sort_all (Shared *self)
{
  guint64 greatest = 0;
  guint bits;
  gsize n_kept = 0;

  rua_parts_run (self->n, SORT_LANES, find_lane_range, self);
  self->least = G_MAXUINT64;
  for (guint lane = 0; lane < SORT_LANES; lane++) {
    self->least = MIN (self->least, self->leasts[lane]);
    greatest = MAX (greatest, self->greatests[lane]);
  }
  if (greatest < self->least)
    return 0;
  bits = rua_bit_length (greatest - self->least);
  self->shift = bits > RUA_MOST_BUCKET_BITS ? bits - RUA_MOST_BUCKET_BITS : 0;
  self->n_buckets = (guint) ((greatest - self->least) >> self->shift) + 1;
  self->places = g_new0 (guint32, (SORT_LANES + 1) * (gsize) self->n_buckets);
  self->ends = self->places + SORT_LANES * (gsize) self->n_buckets;
  rua_parts_run (self->n, SORT_LANES, count_lane, self);
  for (guint b = 0; b < self->n_buckets; b++) {
    for (guint lane = 0; lane < SORT_LANES; lane++) {
      guint32 *place = &self->places[(gsize) lane * self->n_buckets + b], n = *place;

      *place = (guint32) n_kept;
      n_kept += n;
    }
    self->ends[b] = (guint32) n_kept;
  }
  self->pairs = rua_scratch_take (n_kept * sizeof (RuaKeyed));
  rua_parts_run (self->n, SORT_LANES, put_lane, self);
  rua_parallel_run (SORT_TASKS, sort_task, self, NULL, NULL, NULL);
  rua_scratch_give (self->pairs);
  g_free (self->places);
  return n_kept;
}

gsize
rua_sort_shared (const double *values,
                 const double *weights,
                 gsize n,
                 double *sorted_values,
                 double *sorted_weights,
                 guint32 *rows)
{
  Shared self = { .values = values, .weights = weights, .n = n, .sorted_values = sorted_values,
                  .sorted_weights = sorted_weights, .rows = rows };

  return sort_all (&self);
}
