/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two-way fixed effects. Records are laid side by side by their unit once; then the effects of units are means of a few
 * neighbours, and those of periods follow from a system of as many equations as there are periods. Its matrix is the
 * Laplacian of the graph in which units link the periods they were seen in, which is eliminated without a subtraction
 * (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Operations Research 33, 1985): its rank is exact, for a pivot is 0 only
 * where nothing links. Where there are more periods than units they change places. */
#include "rua-two-way-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "rua-block-private.h"
#include "rua-linear-private.h"
#include "rua-moments-private.h"
#include "rua-parallel-private.h"
#include "rua-reduction-private.h"
#include "rua-special-private.h"

/* Records of a block, at least. */
#define BLOCK 65536
#define MOST_BLOCKS 64

/* What is left of a column below this share of its length is rounding. */
#define RANK_TOLERANCE 1e-10

/* The outcome, and the column of interest. */
enum { OUTCOME, INTEREST, N_SIDES };

/* Sums of both at once, and what rounding took from them. */
typedef struct {
  double high[N_SIDES];
  double low[N_SIDES];
} Sums;

static inline void
sums_add (Sums *self, const double *values)
{
  for (guint s = 0; s < N_SIDES; s++) {
    double sum = self->high[s] + values[s], back = sum - self->high[s];

    self->low[s] += (self->high[s] - (sum - back)) + (values[s] - back);
    self->high[s] = sum;
  }
}

/* What of a record lies beside those of its unit. */
typedef struct {
  double values[N_SIDES];
  guint32 inner;
  guint32 cluster;
} Record;

/* Sums of a cluster's scores, and of their sizes. */
typedef struct {
  RuaSum score;
  double sizes;
} Score;

/* Units that follow one another. */
typedef struct {
  guint begin, end;
  Sums *of_inner;  /* by period */
  double *links;   /* by pair of periods */
  double complete; /* what all pairs of periods have besides */
  guint32 *counts; /* scratch: by period, all 0 */
  Sums whole;      /* of squares */
  RuaSum cross;    /* of products of the two sides; then of squares of residuals */
  Score *scores;   /* by cluster */
} Block;

typedef struct {
  const RuaPanel *panel;
  GCancellable *cancellable;
  RuaScale scales[N_SIDES];
  guint32 *starts; /* of units among the places; one more for the end */
  guint32 *places; /* of records */
  const guint32 *outer_of, *inner_of; /* the units and periods, or changed places */
  guint n_outer, n_inner;
  Record *records; /* by place */
  Block *blocks;
  guint n_blocks;
  double *effects; /* by period: N_SIDES */
  double *links;   /* eliminated */
  double *pivots;  /* 0: the first of a part that nothing links to the others */
  RuaDouble2 estimate;
} Work;

/* ---- laying out ---- */

/* Where each record goes: those of a unit side by side, in their order. */
static void
place (Work *self)
{
  guint32 *next = self->starts + 1;

  memset (self->starts, 0, (self->n_outer + (gsize) 2) * sizeof *self->starts);
  for (gsize i = 0; i < self->panel->n; i++)
    next[self->outer_of[i] + 1]++;
  for (guint u = 0; u < self->n_outer; u++)
    next[u + 1] += next[u];
  for (gsize i = 0; i < self->panel->n; i++)
    self->places[i] = next[self->outer_of[i]]++;
}

static gboolean
prepare (guint task, gpointer data, GError **error)
{
  Work *self = data;
  const RuaPanel *panel = self->panel;

  if (task == 0)
    place (self);
  else
    rua_scale_init (&self->scales[task - 1], task - 1 == OUTCOME ? panel->outcome : panel->interest, panel->n);
  return TRUE;
}

static gboolean
lay_out (guint task, gpointer data, GError **error)
{
  const Work *self = data;
  const RuaPanel *panel = self->panel;
  const RuaScale *y = &self->scales[OUTCOME], *d = &self->scales[INTEREST];
  gsize begin = (gsize) task * BLOCK, end = MIN (begin + BLOCK, panel->n);

  for (gsize i = begin; i < end; i++)
    self->records[self->places[i]]
      = (Record){ { rua_scale_read (y, panel->outcome[i]), rua_scale_read (d, panel->interest[i]) },
                  self->inner_of[i],
                  panel->cluster != NULL ? panel->cluster[i] : 0 };
  return TRUE;
}

/* The first unit that begins at @place or behind it. */
static guint
find_unit (const Work *self, gsize place)
{
  guint low = 0, high = self->n_outer;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (self->starts[middle] < place)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Blocks of whole units that depend on the panel alone, of at least @rows records but for the last. */
static void
divide (Work *self, gsize rows)
{
  rows = MAX (MAX (rows, BLOCK), self->panel->n / MOST_BLOCKS + 1);
  self->n_blocks = 0;
  for (guint u = 0; u < self->n_outer; u = self->blocks[self->n_blocks++].end)
    self->blocks[self->n_blocks] = (Block){ .begin = u, .end = find_unit (self, self->starts[u] + rows) };
}

/* ---- effects ---- */

static inline void
demean (Record *records, gsize n)
{
  double means[N_SIDES] = { 0 };

  for (gsize i = 0; i < n; i++)
    for (guint s = 0; s < N_SIDES; s++)
      means[s] += records[i].values[s];
  for (guint s = 0; s < N_SIDES; s++)
    means[s] /= n;
  for (gsize i = 0; i < n; i++)
    for (guint s = 0; s < N_SIDES; s++)
      records[i].values[s] -= means[s];
}

/* What a unit's @n records add to the links between periods: 1/n for each pair of them. */
static void
add_links (Block *self, guint n_inner, const Record *records, gsize n)
{
  double share = 1.0 / n;
  guint32 least = G_MAXUINT32, most = 0;

  if (n <= 2 || n < n_inner) {
    for (gsize i = 1; i < n; i++)
      for (gsize j = 0; j < i; j++) {
        guint32 p = records[i].inner, q = records[j].inner;

        if (p != q)
          self->links[(gsize) MAX (p, q) * n_inner + MIN (p, q)] += share;
      }
    return;
  }
  for (gsize i = 0; i < n; i++)
    self->counts[records[i].inner]++;
  for (guint p = 0; p < n_inner; p++) {
    least = MIN (least, self->counts[p]);
    most = MAX (most, self->counts[p]);
  }
  if (least == most)
    self->complete += share * least * least;
  else
    for (guint p = 1; p < n_inner; p++)
      for (guint q = 0; q < p && self->counts[p] > 0; q++)
        self->links[(gsize) p * n_inner + q] += share * self->counts[p] * self->counts[q];
  memset (self->counts, 0, n_inner * sizeof *self->counts);
}

static inline void
add_squares (Sums *self, const Record *record)
{
  double squares[N_SIDES];

  for (guint s = 0; s < N_SIDES; s++)
    squares[s] = record->values[s] * record->values[s];
  sums_add (self, squares);
}

static gboolean
take_units_out (guint task, gpointer data, GError **error)
{
  Work *self = data;
  Block *block = &self->blocks[task];
  Sums whole = { { 0 } };

  for (guint u = block->begin; u < block->end; u++) {
    Record *records = self->records + self->starts[u];
    gsize n = self->starts[u + 1] - self->starts[u];

    for (gsize i = 0; i < n; i++)
      add_squares (&whole, &records[i]);
    /* Again for what rounding left of the means. */
    demean (records, n);
    demean (records, n);
    for (gsize i = 0; i < n; i++)
      sums_add (&block->of_inner[records[i].inner], records[i].values);
    if (self->n_inner > 1)
      add_links (block, self->n_inner, records, n);
  }
  block->whole = whole;
  return TRUE;
}

static gboolean
take_effects_out (guint task, gpointer data, GError **error)
{
  Work *self = data;
  Block *block = &self->blocks[task];
  Sums whole = { { 0 } };
  RuaSum cross = { 0 };

  memset (block->of_inner, 0, self->n_inner * sizeof *block->of_inner);
  for (guint u = block->begin; u < block->end; u++) {
    Record *records = self->records + self->starts[u];
    gsize n = self->starts[u + 1] - self->starts[u];

    for (gsize i = 0; i < n; i++)
      for (guint s = 0; s < N_SIDES; s++)
        records[i].values[s] -= self->effects[N_SIDES * (gsize) records[i].inner + s];
    demean (records, n);
    for (gsize i = 0; i < n; i++) {
      add_squares (&whole, &records[i]);
      rua_sum_add (&cross, records[i].values[OUTCOME] * records[i].values[INTEREST]);
      sums_add (&block->of_inner[records[i].inner], records[i].values);
    }
  }
  block->whole = whole;
  block->cross = cross;
  return TRUE;
}

static void
join (RuaSum *sum, double high, double low)
{
  rua_sum_add (sum, high);
  rua_sum_add (sum, low);
}

static RuaSum
join_whole (const Work *self, guint side)
{
  RuaSum sum = { 0 };

  for (guint b = 0; b < self->n_blocks; b++)
    join (&sum, self->blocks[b].whole.high[side], self->blocks[b].whole.low[side]);
  return sum;
}

/* @rank: the number of periods less that of parts which nothing links. */
static gboolean
eliminate (Work *self, gsize *rank, GError **error)
{
  gsize n = self->n_inner;

  *rank = 0;
  for (gsize k = n; k-- > 0;) {
    double *row = self->links + k * n, pivot = 0;

    for (gsize j = 0; j < k; j++)
      pivot += row[j];
    self->pivots[k] = pivot;
    *rank += pivot > 0;
    for (gsize i = 1; i < k && pivot > 0; i++) {
      double share = row[i] / pivot, *other = self->links + i * n;

      for (gsize j = 0; j < i && share > 0; j++)
        other[j] += share * row[j];
    }
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
  }
  return TRUE;
}

static void
join_links (Work *self)
{
  gsize n = self->n_inner;

  for (guint b = 0; b < self->n_blocks; b++)
    for (gsize p = 1; p < n; p++)
      for (gsize q = 0; q < p; q++)
        self->links[p * n + q] += self->blocks[b].links[p * n + q] + self->blocks[b].complete;
}

/* The effects of periods that the sums by period ask for; of each part that nothing links one is 0. */
static void
solve (Work *self)
{
  gsize n = self->n_inner;
  double *effects = self->effects;

  for (gsize p = 0; p < n; p++)
    for (guint s = 0; s < N_SIDES; s++) {
      RuaSum sum = { 0 };

      for (guint b = 0; b < self->n_blocks; b++)
        join (&sum, self->blocks[b].of_inner[p].high[s], self->blocks[b].of_inner[p].low[s]);
      effects[N_SIDES * p + s] = rua_sum_get (&sum);
    }
  for (gsize k = n; k-- > 0;)
    for (gsize j = 0; j < k && self->pivots[k] > 0; j++)
      for (guint s = 0; s < N_SIDES; s++)
        effects[N_SIDES * j + s] += self->links[k * n + j] / self->pivots[k] * effects[N_SIDES * k + s];
  for (gsize k = 0; k < n; k++)
    for (guint s = 0; s < N_SIDES; s++) {
      double sum = effects[N_SIDES * k + s];

      for (gsize j = 0; j < k; j++)
        sum += self->links[k * n + j] * effects[N_SIDES * j + s];
      effects[N_SIDES * k + s] = self->pivots[k] > 0 ? sum / self->pivots[k] : 0;
    }
}

/* Whether the effects that are left are more than the rounding of the values that they would be taken from. */
static gboolean
are_left (const Work *self)
{
  for (guint s = 0; s < N_SIDES; s++) {
    RuaSum whole = join_whole (self, s);
    double least = 2 * DBL_EPSILON * sqrt (rua_sum_get (&whole) / self->panel->n);

    for (gsize p = 0; p < self->n_inner; p++)
      if (fabs (self->effects[N_SIDES * p + s]) > least)
        return TRUE;
  }
  return FALSE;
}

/* ---- errors ---- */

static inline double
get_residual (const Work *self, const Record *record)
{
  double tested = record->values[INTEREST];

  return record->values[OUTCOME] - self->estimate.high * tested - self->estimate.low * tested;
}

static gboolean
add_scores (guint task, gpointer data, GError **error)
{
  Work *self = data;
  Block *block = &self->blocks[task];
  gsize begin = self->starts[block->begin], end = self->starts[block->end];
  RuaSum squares = { 0 };

  for (gsize i = begin; i < end; i++) {
    const Record *record = &self->records[i];
    double tested = record->values[INTEREST], residual = get_residual (self, record);

    rua_sum_add (&squares, residual * residual);
    if (block->scores != NULL) {
      Score *score = &block->scores[record->cluster];

      rua_sum_add (&score->score, tested * residual);
      score->sizes += fabs (tested * residual);
    }
  }
  block->cross = squares;
  return TRUE;
}

/* The sum of squares of the clusters' scores; one that only rounding leaves is 0. */
static double
square_scores (const Work *self, double whole)
{
  RuaSum squares = { 0 };

  for (guint g = 0; g < self->panel->n_clusters; g++) {
    RuaSum score = { 0 };
    double sizes = 0;

    for (guint b = 0; b < self->n_blocks; b++) {
      join (&score, self->blocks[b].scores[g].score.high, self->blocks[b].scores[g].score.low);
      sizes += self->blocks[b].scores[g].sizes;
    }
    if (fabs (rua_sum_get (&score)) > rua_score_rounding (sizes, whole))
      rua_sum_add (&squares, rua_sum_get (&score) * rua_sum_get (&score));
  }
  return rua_sum_get (&squares);
}

/* ---- the fit ---- */

static void
work_init (Work *self, const RuaPanel *panel, GCancellable *cancellable)
{
  gboolean swapped = panel->n_periods > panel->n_units;
  gsize n = panel->n;

  *self = (Work){ .panel = panel, .cancellable = cancellable };
  self->outer_of = swapped ? panel->period : panel->unit;
  self->inner_of = swapped ? panel->unit : panel->period;
  self->n_outer = MAX (panel->n_units, panel->n_periods);
  self->n_inner = MIN (panel->n_units, panel->n_periods);
  self->starts = rua_block_new ((self->n_outer + (gsize) 2) * sizeof *self->starts);
  self->places = rua_block_new (n * sizeof *self->places);
  self->records = rua_block_new (n * sizeof *self->records);
  self->blocks = g_new (Block, MOST_BLOCKS + 1);
  self->effects = g_new (double, N_SIDES * (gsize) self->n_inner);
  self->links = g_new0 (double, (gsize) self->n_inner * self->n_inner);
  self->pivots = g_new (double, self->n_inner);
}

static void
work_clear (Work *self)
{
  rua_block_free (self->starts);
  rua_block_free (self->places);
  rua_block_free (self->records);
  g_free (self->blocks);
  g_free (self->effects);
  g_free (self->links);
  g_free (self->pivots);
}

static gboolean
run_blocks (Work *self, RuaParallelFunc func, GError **error)
{
  return rua_parallel_run (self->n_blocks, func, self, NULL, self->cancellable, error);
}

/* The sums of squares that both sides had before are stored in @whole. */
static gboolean
take_out (Work *self, gsize *rank, double *whole, GError **error)
{
  gsize n = self->n_inner;
  Sums *of_inner;
  double *links;
  guint32 *counts;
  gboolean done;

  divide (self, MAX (8 * n, n * n));
  of_inner = g_new0 (Sums, self->n_blocks * n);
  links = g_new0 (double, self->n_blocks * n * n);
  counts = g_new0 (guint32, self->n_blocks * n);
  for (guint b = 0; b < self->n_blocks; b++) {
    self->blocks[b].of_inner = of_inner + b * n;
    self->blocks[b].links = links + b * n * n;
    self->blocks[b].counts = counts + b * n;
  }
  done = run_blocks (self, take_units_out, error);
  if (done) {
    for (guint s = 0; s < N_SIDES; s++) {
      RuaSum squares = join_whole (self, s);

      whole[s] = rua_sum_get (&squares);
    }
    join_links (self);
    done = eliminate (self, rank, error);
  }
  g_free (counts);
  g_free (links);
  /* What one time leaves is rounding, unless the effects are far larger than what they leave. */
  for (guint time = 0; done && time < 3; time++) {
    solve (self);
    if (time > 0 && !are_left (self))
      break;
    done = run_blocks (self, take_effects_out, error);
  }
  g_free (of_inner);
  return done;
}

static gboolean
fit_interest (Work *self, RuaTwoWay *fit, const double *whole, GError **error)
{
  RuaSum squares = join_whole (self, INTEREST), cross = { 0 }, rss = { 0 };
  gsize n_clusters = self->panel->cluster != NULL ? self->panel->n_clusters : 0;
  Score *scores;

  fit->norm2 = rua_sum_get (&squares);
  fit->is_estimable = fit->norm2 > RANK_TOLERANCE * RANK_TOLERANCE * whole[INTEREST];
  if (!fit->is_estimable)
    return TRUE;
  fit->rank++;
  for (guint b = 0; b < self->n_blocks; b++)
    join (&cross, self->blocks[b].cross.high, self->blocks[b].cross.low);
  self->estimate = rua_double2_divide (rua_double2_of_sum (&cross), rua_double2_of_sum (&squares));
  fit->estimate = self->estimate.high;
  fit->up = self->scales[OUTCOME].exponent - self->scales[INTEREST].exponent;
  divide (self, 4 * n_clusters);
  scores = g_new0 (Score, self->n_blocks * n_clusters);
  for (guint b = 0; b < self->n_blocks && n_clusters > 0; b++)
    self->blocks[b].scores = scores + b * n_clusters;
  if (!run_blocks (self, add_scores, error)) {
    g_free (scores);
    return FALSE;
  }
  for (guint b = 0; b < self->n_blocks; b++)
    join (&rss, self->blocks[b].cross.high, self->blocks[b].cross.low);
  fit->rss = rua_sum_get (&rss);
  /* A fit that is perfect but for rounding is perfect. */
  if (fit->rss <= 1e-26 * whole[OUTCOME])
    fit->rss = 0;
  if (n_clusters > 0)
    fit->cr0 = fit->rss > 0 ? square_scores (self, sqrt (fit->norm2 * fit->rss)) / (fit->norm2 * fit->norm2) : 0;
  g_free (scores);
  return TRUE;
}

static void
list_by_row (const Work *self, RuaTwoWay *fit)
{
  gsize n = self->panel->n;

  fit->tested = g_new (double, n);
  fit->residuals = g_new (double, n);
  for (gsize i = 0; i < n; i++) {
    const Record *record = &self->records[self->places[i]];

    fit->tested[i] = record->values[INTEREST];
    fit->residuals[i] = fit->rss > 0 ? get_residual (self, record) : 0;
  }
}

gboolean
rua_two_way_fit (
  RuaTwoWay *self, const RuaPanel *panel, gboolean by_row, GCancellable *cancellable, GError **error)
{
  double whole[N_SIDES];
  gsize rank = 0;
  gboolean done;
  Work work;

  *self = (RuaTwoWay){ .estimate = NAN, .norm2 = NAN, .rss = NAN, .cr0 = NAN };
  if (panel->n == 0)
    return TRUE;
  work_init (&work, panel, cancellable);
  done = rua_parallel_run (1 + N_SIDES, prepare, &work, NULL, cancellable, error)
         && rua_parallel_run ((guint) ((panel->n - 1) / BLOCK + 1), lay_out, &work, NULL, cancellable, error)
         && take_out (&work, &rank, whole, error);
  if (done) {
    self->rank = work.n_outer + rank;
    done = fit_interest (&work, self, whole, error);
  }
  if (done && by_row && self->is_estimable)
    list_by_row (&work, self);
  work_clear (&work);
  return done;
}

void
rua_two_way_clear (RuaTwoWay *self)
{
  g_clear_pointer (&self->tested, g_free);
  g_clear_pointer (&self->residuals, g_free);
}
