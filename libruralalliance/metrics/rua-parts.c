/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-parts-private.h"

#include "rua-parallel-private.h"
#include "rua-wide-private.h"

#include <math.h>

/* Records of a part: enough that handing it to a thread is nothing beside the work on it. */
#define PART_SIZE 32768

/* Records to a cell of the table of a part. */
#define CROWD 16

typedef struct {
  gsize n;
  guint n_parts;
  RuaPartFunc func;
  gpointer data;
} Parts;

typedef struct {
  RuaPartSumFunc func;
  gconstpointer data;
  RuaSum *sums; /* of each part */
} Summing;

guint
rua_parts_count (gsize n)
{
  return (guint) ((n + PART_SIZE - 1) / PART_SIZE);
}

guint
rua_parts_count_tables (gsize n, gsize n_cells, guint most)
{
  gsize crowded = n / CROWD / MAX (n_cells, 1);

  return (guint) CLAMP (MIN (crowded, rua_parts_count (n)), 1, most);
}

static gboolean
run_part (guint part, gpointer data, GError **error)
{
  const Parts *self = data;
  guint64 n = self->n;

  self->func (part, n * part / self->n_parts, n * (part + 1) / self->n_parts, self->data);
  return TRUE;
}

void
rua_parts_run (gsize n, guint n_parts, RuaPartFunc func, gpointer data)
{
  Parts self = { n, n_parts, func, data };

  rua_parallel_run (n_parts, run_part, &self, NULL, NULL, NULL);
}

static void
add_part (guint part, gsize begin, gsize end, gpointer data)
{
  const Summing *self = data;

  self->func (begin, end, self->data, &self->sums[part]);
}

RuaSum
rua_parts_sum (gsize n, RuaPartSumFunc func, gconstpointer data)
{
  guint n_parts = rua_parts_count (n);
  RuaSum sum = { 0 };
  Summing self = { func, data, &sum };

  if (n_parts <= 1) {
    func (0, n, data, &sum);
    return sum;
  }
  self.sums = g_new0 (RuaSum, n_parts);
  rua_parts_run (n, n_parts, add_part, &self);
  for (guint part = 0; part < n_parts; part++)
    rua_sum_join (&sum, &self.sums[part]);
  g_free (self.sums);
  return sum;
}

/* ---- ranges ---- */

/* Compared side by side. */
#define LANES 8

RUA_WIDE static void
widen_range (const double *values, gsize n, double *least, double *greatest)
{
  double low[LANES], high[LANES];
  gsize i = 0;

  for (guint k = 0; k < LANES; k++) {
    low[k] = *least;
    high[k] = *greatest;
  }
  for (; i + LANES <= n; i += LANES)
    for (guint k = 0; k < LANES; k++) {
      low[k] = values[i + k] < low[k] ? values[i + k] : low[k];
      high[k] = values[i + k] > high[k] ? values[i + k] : high[k];
    }
  for (; i < n; i++) {
    low[0] = values[i] < low[0] ? values[i] : low[0];
    high[0] = values[i] > high[0] ? values[i] : high[0];
  }
  for (guint k = 0; k < LANES; k++) {
    *least = low[k] < *least ? low[k] : *least;
    *greatest = high[k] > *greatest ? high[k] : *greatest;
  }
}

void
rua_widen_range (const double *values, gsize n, double *least, double *greatest)
{
  widen_range (values, n, least, greatest);
}

typedef struct {
  const double *values;
  double *ends; /* of each part its least and its greatest */
} Ranging;

static void
find_range (guint part, gsize begin, gsize end, gpointer data)
{
  const Ranging *self = data;
  double least = INFINITY, greatest = -INFINITY;

  widen_range (self->values + begin, end - begin, &least, &greatest);
  self->ends[2 * part] = least;
  self->ends[2 * part + 1] = greatest;
}

void
rua_parts_range (const double *values, gsize n, double *least, double *greatest)
{
  guint n_parts = rua_parts_count (n);
  Ranging self = { values, NULL };

  *least = INFINITY;
  *greatest = -INFINITY;
  if (n_parts <= 1) {
    widen_range (values, n, least, greatest);
  } else {
    self.ends = g_new (double, 2 * n_parts);
    rua_parts_run (n, n_parts, find_range, &self);
    widen_range (self.ends, 2 * n_parts, least, greatest);
    g_free (self.ends);
  }
  *least += 0.0;
  *greatest += 0.0;
}
