/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
#include "rua-block-private.h"
#include "rua-table-core-private.h"

#include <math.h>
#include <string.h>

/* Rows of a block, where the pass goes by blocks. */
#define BLOCK_ROWS (1u << 20)
/* Fewer rows are one lane's. */
#define ONE_LANE_ROWS (1u << 15)
/* What all lanes' cells of one metric may take before they share one. */
#define LANES_BYTES (64u << 20)
/* A range of cells fits the cache. */
#define RANGE_BYTES (1u << 19)

/* ---- a batch of one metric ---- */

typedef struct {
  guint n;
  const guint32 *cells;
  const guint32 *places; /* in the batch; NULL: all of it */
  const double *values[32]; /* by role; NULL: a category */
} Taken;

typedef struct {
  guint32 used[RUA_BATCH];
  guint32 cells[RUA_BATCH];
  guint32 rows[RUA_BATCH];
  guint32 lacks[RUA_BATCH];
  double *vectors; /* RUA_BATCH a role */
  double *factors; /* RUA_BATCH a factor */
} Scratch;

/* Bit r: the role is unknown. FALSE: nothing is. */
static gboolean
find_lacks (RuaScanView *view, const RuaScanPart *part, const double *const *values, guint32 *lacks)
{
  guint n = view->run->n;
  gboolean any = FALSE;

  for (guint r = 0; r < part->n_roles; r++) {
    const RuaScanRole *role = &part->roles[r];
    const double *numbers = values[r];
    guint n_unknown = 0;

    if (numbers != NULL) {
      for (guint i = 0; i < n; i++)
        n_unknown += numbers[i] != numbers[i];
      if (n_unknown == 0)
        continue;
      if (!any)
        memset (lacks, 0, n * sizeof (guint32));
      for (guint i = 0; i < n; i++)
        lacks[i] |= (guint32) (numbers[i] != numbers[i]) << r;
    } else {
      const guint32 *codes = rua_scan_view_codes (view, role->coder);
      guint32 unknown = role->coder->n_codes;

      for (guint i = 0; i < n; i++)
        n_unknown += codes[i] == unknown;
      if (n_unknown == 0)
        continue;
      if (!any)
        memset (lacks, 0, n * sizeof (guint32));
      for (guint i = 0; i < n; i++)
        lacks[i] |= (guint32) (codes[i] == unknown) << r;
    }
    any = TRUE;
  }
  return any;
}

static void
mark_bad (RuaScanPart *part, const guint32 *cells, guint i)
{
  static GMutex lock;

  g_mutex_lock (&lock);
  if (part->bad_cells == NULL)
    part->bad_cells = g_malloc0 (part->keying->n_cells);
  part->bad_cells[cells[i]] = 1;
  part->bad = TRUE;
  g_mutex_unlock (&lock);
}

/* Flags that are neither 0 nor 1, weights below 0. */
static void
check_values (RuaScanPart *part, const double *const *values, const guint32 *cells,
              const guint32 *chosen, guint n_chosen, guint n)
{
  for (guint r = 0; r < part->n_roles; r++) {
    const double *numbers = values[r];
    gboolean flag = part->roles[r].spec->type == RUA_ROLE_FLAG;
    guint n_bad = 0;

    if (numbers == NULL || (!flag && part->roles[r].spec->type != RUA_ROLE_WEIGHT))
      continue;
    if (flag)
      for (guint i = 0; i < n; i++)
        n_bad += numbers[i] == numbers[i] && numbers[i] != 0 && numbers[i] != 1;
    else
      for (guint i = 0; i < n; i++)
        n_bad += numbers[i] < 0;
    for (guint k = 0; n_bad > 0 && k < n_chosen; k++) {
      guint i = chosen != NULL ? chosen[k] : k;

      if (flag ? numbers[i] == numbers[i] && numbers[i] != 0 && numbers[i] != 1 : numbers[i] < 0)
        mark_bad (part, cells, i);
    }
  }
}

static void
note_missing (RuaScanPart *part, guint lane, guint32 cell, guint32 lacks, gboolean drops)
{
  gsize width = part->n_roles + 1;
  guint32 *counts;

  if (part->lane_missing[lane] == NULL)
    part->lane_missing[lane] = rua_block_new0 (part->keying->n_cells * width * sizeof (guint32));
  counts = part->lane_missing[lane] + cell * width;
  counts[0] += drops;
  for (guint r = 0; r < part->n_roles; r++)
    counts[r + 1] += lacks >> r & 1;
}

static guint32
required_mask (const RuaScanPart *part)
{
  guint32 mask = 0;

  for (guint r = 0; r < part->n_roles; r++)
    if (!(part->roles[r].spec->flags & RUA_ROLE_MAY_MISS))
      mask |= 1u << r;
  return mask;
}

/* The records of a batch that the metric uses; @counts: those that it does not are counted. FALSE:
 * none. */
static gboolean
take_batch (RuaScanView *view, RuaScanPart *part, guint lane, gboolean counts, Scratch *scratch,
            Taken *taken, GError **error)
{
  guint n = view->run->n, n_chosen, n_used = 0;
  const guint32 *chosen = rua_scan_view_chosen (view, part, &n_chosen);
  const guint32 *cells;
  gboolean whole = chosen == NULL;

  if (n_chosen == 0)
    return FALSE;
  cells = rua_scan_view_cells (view, part);
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];

    taken->values[r] = role->node != NULL ? rua_program_run_node (view->run, role->node) : NULL;
    if (role->factor != 1 && role->node != NULL) {
      double *scaled = scratch->vectors + (gsize) r * RUA_BATCH;

      for (guint i = 0; i < n; i++)
        scaled[i] = taken->values[r][i] * role->factor;
      taken->values[r] = scaled;
    }
  }
  if (view->run->lacks_year)
    for (guint i = 0; i < part->n_deflated; i++)
      if (!rua_program_run_check_years (view->run, part->deflated[i], chosen, n_chosen, error))
        return FALSE;
  if (counts)
    check_values (part, taken->values, cells, chosen, n_chosen, n);
  if (find_lacks (view, part, taken->values, scratch->lacks)) {
    guint32 required = required_mask (part);

    for (guint k = 0; k < n_chosen; k++) {
      guint i = chosen != NULL ? chosen[k] : k;
      guint32 lacks = scratch->lacks[i];

      if (G_UNLIKELY (lacks != 0 && counts))
        note_missing (part, lane, cells[i], lacks, (lacks & required) != 0);
      scratch->used[n_used] = i;
      n_used += (lacks & required) == 0;
    }
    whole = whole && n_used == n;
    chosen = scratch->used;
  } else
    n_used = n_chosen;
  if (n_used == 0)
    return FALSE;
  taken->n = n_used;
  taken->places = whole ? NULL : chosen;
  taken->cells = cells;
  if (whole)
    return TRUE;
  for (guint k = 0; k < n_used; k++)
    scratch->cells[k] = cells[chosen[k]];
  taken->cells = scratch->cells;
  for (guint r = 0; r < part->n_roles; r++) {
    const double *from = taken->values[r];
    double *to = scratch->vectors + (gsize) r * RUA_BATCH;

    if (from == NULL)
      continue;
    /* In place where it was scaled: places only grow. */
    for (guint k = 0; k < n_used; k++)
      to[k] = from[chosen[k]];
    taken->values[r] = to;
  }
  return TRUE;
}

static void
fill_bucket (RuaScanPart *part, guint lane, guint32 first, const Taken *taken,
             const double *const *factors)
{
  RuaScanBucket *buckets = (RuaScanBucket *) part->buckets + (gsize) lane * part->n_ranges;
  guint n_factors = part->reduction->n_factors;

  for (guint k = 0; k < taken->n; k++) {
    RuaScanBucket *bucket = &buckets[taken->cells[k] >> part->range_bits];
    guint32 at = bucket->n++;

    if (at == bucket->n_allocated) {
      guint32 n = MAX (64, at * 2);
      double *grown = g_new (double, (gsize) n * MAX (n_factors, 1));

      for (guint f = 0; f < n_factors; f++)
        if (at > 0)
          memcpy (grown + (gsize) f * n, bucket->factors + (gsize) f * at, at * sizeof (double));
      g_free (bucket->factors);
      bucket->factors = grown;
      bucket->cells = g_renew (guint32, bucket->cells, n);
      bucket->rows = g_renew (guint32, bucket->rows, n);
      bucket->n_allocated = n;
    }
    bucket->cells[at] = taken->cells[k];
    bucket->rows[at] = first + (taken->places != NULL ? taken->places[k] : k);
    for (guint f = 0; f < n_factors; f++)
      bucket->factors[(gsize) f * bucket->n_allocated + at] = factors[f][k];
  }
}

static void
add_batch (RuaScanView *view, RuaScanPart *part, guint lane, const Taken *taken, Scratch *scratch)
{
  const RuaReduction *reduction = part->reduction;
  const double *inputs[64] = { NULL };
  double *factors[RUA_MAX_FACTORS];
  guint32 first = view->run->first;
  const guint32 *rows = NULL;
  RuaFactorInput input = { taken->n, inputs, part->pilots, part->constants };

  for (guint f = 0; f < reduction->n_factors; f++)
    factors[f] = scratch->factors + (gsize) f * RUA_BATCH;
  for (guint r = 0; r < part->n_roles; r++)
    inputs[part->roles[r].index] = taken->values[r];
  if (reduction->factors != NULL)
    reduction->factors (&input, factors);
  if (part->buckets != NULL) {
    fill_bucket (part, lane, first, taken, (const double *const *) factors);
    return;
  }
  if (taken->places != NULL) {
    for (guint k = 0; k < taken->n; k++)
      scratch->rows[k] = first + taken->places[k];
    rows = scratch->rows;
  }
  rua_reduction_add (reduction, part->lane_states[lane], taken->cells, first, rows, taken->n,
                     (const double *const *) factors);
}

/* ---- the pass ---- */

typedef struct {
  RuaScan *scan;
  RuaScanPart *only; /* lay out this one; NULL: add up and count */
  gboolean in_blocks; /* the parts whose sums go by blocks are among them */
  guint32 begin, end;
  guint n_lanes;
  guint32 lane_rows;
  RuaScanView *views[RUA_LANES];
  Scratch *scratches[RUA_LANES];
  GCancellable *cancellable;
  gint n_done;
} Pass;

static Scratch *
scratch_new (const RuaScan *scan)
{
  Scratch *self = g_new (Scratch, 1);
  guint n_roles = 1;

  for (guint i = 0; i < scan->parts->len; i++)
    n_roles = MAX (n_roles, ((RuaScanPart *) g_ptr_array_index (scan->parts, i))->n_roles);
  self->vectors = g_new (double, (gsize) n_roles * RUA_BATCH);
  self->factors = g_new (double, (gsize) RUA_MAX_FACTORS * RUA_BATCH);
  return self;
}

static void
scratch_free (Scratch *self)
{
  if (self == NULL)
    return;
  g_free (self->vectors);
  g_free (self->factors);
  g_free (self);
}

static void
lay_batch (RuaScanView *view, RuaScanPart *part, guint lane, const Taken *taken)
{
  guint32 *next = part->lane_counts[lane];
  guint32 to[RUA_BATCH];

  for (guint k = 0; k < taken->n; k++)
    to[k] = next[taken->cells[k]]++;
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];

    if (role->node != NULL) {
      double *vector = role->vector;
      const double *values = taken->values[r];

      for (guint k = 0; k < taken->n; k++)
        vector[to[k]] = values[k];
    } else {
      gint32 *vector = role->vector;
      const guint32 *codes = rua_scan_view_codes (view, role->coder);
      guint32 unknown = role->coder->n_codes;

      for (guint k = 0; k < taken->n; k++) {
        guint32 code = codes[taken->places != NULL ? taken->places[k] : k];

        vector[to[k]] = code == unknown ? -1 : (gint32) code;
      }
    }
  }
}

static gboolean
run_lane (guint lane, gpointer data, GError **error)
{
  Pass *self = data;
  RuaScan *scan = self->scan;
  guint64 begin = self->begin + (guint64) lane * self->lane_rows;
  guint64 end = MIN (begin + self->lane_rows, self->end);
  RuaScanView *view = self->views[lane];
  Scratch *scratch = self->scratches[lane];
  GError *problem = NULL;
  Taken taken;

  for (guint64 first = begin; first < end; first += RUA_BATCH) {
    rua_scan_view_begin (view, (guint32) first, (guint) MIN (RUA_BATCH, end - first));
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    for (guint p = 0; p < scan->parts->len; p++) {
      RuaScanPart *part = g_ptr_array_index (scan->parts, p);

      if (self->only != NULL ? part != self->only : part->groups != NULL || part->leader != NULL)
        continue;
      if (part->lane_errors[lane] != NULL)
        continue;
      if (self->only == NULL && part->buckets != NULL && !self->in_blocks)
        continue;
      if (take_batch (view, part, lane, self->only == NULL, scratch, &taken, &problem)) {
        if (self->only != NULL)
          lay_batch (view, part, lane, &taken);
        else if (part->reduction != NULL)
          add_batch (view, part, lane, &taken, scratch);
        else
          for (guint k = 0; k < taken.n; k++)
            part->lane_counts[lane][taken.cells[k]]++;
      }
      /* One metric's error is not another's. */
      if (problem != NULL) {
        part->lane_errors[lane] = problem;
        problem = NULL;
      }
    }
  }
  if (scan->progress != NULL) {
    guint done = (guint) g_atomic_int_add (&self->n_done, 1) + 1;
    guint64 n_blocks = MAX (1, ((guint64) scan->n_rows + (self->end - self->begin) - 1)
                                 / MAX (1, self->end - self->begin));

    rua_progress_tell (scan->progress,
                       scan->progress_from
                         + (scan->progress_to - scan->progress_from)
                           * MIN (1, (double) done / (double) (n_blocks * self->n_lanes)));
  }
  return TRUE;
}

static gboolean
add_ranges (guint task, gpointer data, GError **error)
{
  Pass *self = data;
  RuaScan *scan = self->scan;

  for (guint p = 0; p < scan->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (scan->parts, p);

    for (guint range = task; part->buckets != NULL && range < part->n_ranges; range += 2 * RUA_LANES)
      for (guint lane = 0; lane < RUA_LANES; lane++) {
        RuaScanBucket *bucket = (RuaScanBucket *) part->buckets + (gsize) lane * part->n_ranges + range;
        const double *factors[RUA_MAX_FACTORS];

        for (guint f = 0; f < part->reduction->n_factors; f++)
          factors[f] = bucket->factors + (gsize) f * bucket->n_allocated;
        rua_reduction_add (part->reduction, part->states, bucket->cells, 0, bucket->rows, bucket->n,
                           factors);
        bucket->n = 0;
      }
  }
  return TRUE;
}

static gboolean
run_pass (RuaScan *self, RuaScanPart *only, gboolean in_blocks, guint32 block_rows,
          GCancellable *cancellable, GError **error)
{
  Pass pass = { .scan = self, .only = only, .in_blocks = in_blocks, .cancellable = cancellable };
  gboolean done = TRUE;

  for (guint lane = 0; lane < RUA_LANES; lane++) {
    pass.views[lane] = rua_scan_view_new (self);
    pass.scratches[lane] = scratch_new (self);
  }
  for (guint64 begin = 0; begin < self->n_rows && done; begin += block_rows) {
    pass.begin = (guint32) begin;
    pass.end = (guint32) MIN (begin + block_rows, self->n_rows);
    pass.n_lanes = pass.end - pass.begin <= ONE_LANE_ROWS ? 1 : RUA_LANES;
    pass.lane_rows = (pass.end - pass.begin + pass.n_lanes - 1) / pass.n_lanes;
    pass.lane_rows = (pass.lane_rows + RUA_BATCH - 1) / RUA_BATCH * RUA_BATCH;
    done = rua_parallel_run (pass.n_lanes, run_lane, &pass, NULL, cancellable, error)
      && (!in_blocks
          || rua_parallel_run (2 * RUA_LANES, add_ranges, &pass, NULL, cancellable, error));
  }
  for (guint lane = 0; lane < RUA_LANES; lane++) {
    for (guint s = 0; only == NULL && s < self->selections->len; s++)
      self->n_open[s] += pass.views[lane]->n_open[s];
    rua_scan_view_free (pass.views[lane]);
    scratch_free (pass.scratches[lane]);
  }
  return done;
}

/* ---- before and after ---- */

static void
prepare_part (RuaScan *self, RuaScanPart *part)
{
  guint64 n_cells = part->keying->n_cells;
  guint n_lanes = self->n_rows <= ONE_LANE_ROWS ? 1 : RUA_LANES;

  if (part->leader != NULL)
    return;
  if (part->reduction == NULL) {
    for (guint lane = 0; lane < n_lanes; lane++)
      part->lane_counts[lane] = rua_block_new0 (MAX (n_cells, 1) * sizeof (guint32));
    return;
  }
  part->stride = rua_reduction_get_stride (part->reduction);
  part->states = rua_block_new0 (n_cells * part->stride);
  if (n_lanes == 1 || n_cells * part->stride * n_lanes <= LANES_BYTES) {
    part->lane_states[0] = part->states;
    for (guint lane = 1; lane < n_lanes; lane++)
      part->lane_states[lane] = rua_block_new0 (n_cells * part->stride);
    return;
  }
  part->range_bits = 6;
  while ((part->stride << part->range_bits) < RANGE_BYTES
         || (n_cells >> part->range_bits) >= 512)
    part->range_bits++;
  part->n_ranges = (guint) (n_cells >> part->range_bits) + 1;
  part->buckets = g_new0 (RuaScanBucket, (gsize) RUA_LANES * part->n_ranges);
}

static void
merge_lanes (RuaScanPart *part)
{
  guint64 n_cells = part->keying->n_cells;
  gsize width = part->n_roles + 1;

  for (guint lane = 0; lane < RUA_LANES; lane++)
    if (part->error == NULL)
      part->error = g_steal_pointer (&part->lane_errors[lane]);
    else
      g_clear_error (&part->lane_errors[lane]);
  for (guint lane = 1; lane < RUA_LANES && part->lane_states[lane] != NULL; lane++)
    for (guint64 cell = 0; cell < n_cells; cell++)
      rua_reduction_merge (part->reduction, part->states + cell * part->stride,
                           part->lane_states[lane] + cell * part->stride);
  for (guint lane = 0; lane < RUA_LANES; lane++) {
    if (part->lane_missing[lane] == NULL)
      continue;
    if (part->missing == NULL)
      part->missing = g_steal_pointer (&part->lane_missing[lane]);
    else
      for (guint64 i = 0; i < n_cells * width; i++)
        part->missing[i] += part->lane_missing[lane][i];
  }
  if (part->reduction == NULL) {
    part->counts = rua_block_new0 (MAX (n_cells, 1) * sizeof (guint32));
    for (guint lane = 0; lane < RUA_LANES && part->lane_counts[lane] != NULL; lane++)
      for (guint64 cell = 0; cell < n_cells; cell++)
        part->counts[cell] += part->lane_counts[lane][cell];
    /* The lanes' counts are where each begins to lay out; they stay. */
    for (guint lane = 0; lane < RUA_LANES; lane++)
      g_clear_pointer (&part->lane_missing[lane], g_free);
    return;
  }
  rua_scan_drop_buckets (part);
  rua_scan_drop_lanes (part);
}

/* After merge_lanes() of its leader. */
static void
follow_leader (RuaScanPart *part)
{
  const RuaScanPart *leader = part->leader;

  part->stride = leader->stride;
  part->states = leader->states;
  part->missing = leader->missing;
  part->bad_cells = leader->bad_cells;
  part->bad = leader->bad;
  part->error = leader->error != NULL ? g_error_copy (leader->error) : NULL;
}

/* The parts whose sums are made: by blocks, or each lane's own. */
static gboolean
collect_parts (RuaScan *self, gboolean in_blocks, GCancellable *cancellable, GError **error)
{
  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    /* A leader's buckets are gone once they are merged: it stands before those that follow it. */
    if (part->groups != NULL
        || (part->leader != NULL ? part->leader->groups == NULL
                                 : (part->buckets != NULL) != in_blocks))
      continue;
    if (part->leader != NULL)
      follow_leader (part);
    else
      merge_lanes (part);
    if (!rua_scan_collect_groups (self, part, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- all of it ---- */

gboolean
rua_scan_run (RuaScan *self, GCancellable *cancellable, GError **error)
{
  gboolean in_blocks = FALSE, in_lanes = FALSE;

  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    prepare_part (self, part);
    in_blocks |= part->buckets != NULL;
    in_lanes |= part->buckets == NULL && part->leader == NULL;
  }
  /* Lanes of a whole pass are not those of a pass by blocks: each metric has its own, whatever
   * others are measured with it. */
  if (in_lanes && !run_pass (self, NULL, FALSE, MAX (self->n_rows, 1), cancellable, error))
    return FALSE;
  if (!collect_parts (self, FALSE, cancellable, error))
    return FALSE;
  if (in_blocks) {
    memset (self->n_open, 0, self->selections->len * sizeof (guint64));
    if (!run_pass (self, NULL, TRUE, BLOCK_ROWS, cancellable, error))
      return FALSE;
  }
  return collect_parts (self, TRUE, cancellable, error);
}

/* ---- columns ---- */

/* Codes of a category become numbers in the order in which they come, and get their labels. */
static void
number_category (RuaScan *self, RuaScanRole *role, gsize n)
{
  GPtrArray *labels = g_ptr_array_new ();
  gint32 *codes = role->vector;

  role->seen = g_new (guint32, MAX (role->coder->n_codes, 1));
  memset (role->seen, 0xff, MAX (role->coder->n_codes, 1) * sizeof (guint32));
  for (gsize i = 0; i < n; i++) {
    if (codes[i] < 0)
      continue;
    if (role->seen[codes[i]] == G_MAXUINT32) {
      role->seen[codes[i]] = labels->len;
      g_ptr_array_add (labels, rua_coder_dup_label (role->coder, self->reader, (guint32) codes[i]));
    }
    codes[i] = (gint32) role->seen[codes[i]];
  }
  role->n_labels = labels->len;
  g_ptr_array_add (labels, NULL);
  role->labels = (char **) g_ptr_array_free (labels, FALSE);
  g_clear_pointer (&role->seen, g_free);
}

gboolean
rua_scan_lay_out (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error)
{
  gsize n = 0;

  for (guint g = 0; g < part->groups->len; g++) {
    RuaScanGroup *group = g_ptr_array_index (part->groups, g);
    guint32 cell = group->n > 0 ? part->order[group->begin] : 0;

    /* A group is one cell; from now on begin is where its records do. */
    group->begin = (guint32) n;
    if (group->n == 0)
      continue;
    for (guint lane = 0; lane < RUA_LANES && part->lane_counts[lane] != NULL; lane++) {
      guint32 count = part->lane_counts[lane][cell];

      part->lane_counts[lane][cell] = (guint32) n;
      n += count;
    }
  }
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];

    if (role->node != NULL)
      role->vector = rua_block_new (n * sizeof (double));
    else
      role->vector = rua_block_new (n * sizeof (gint32));
  }
  if (!run_pass (self, part, FALSE, MAX (self->n_rows, 1), cancellable, error))
    return FALSE;
  for (guint lane = 0; lane < RUA_LANES; lane++)
    g_clear_pointer (&part->lane_counts[lane], g_free);
  for (guint r = 0; r < part->n_roles; r++)
    if (part->roles[r].node == NULL)
      number_category (self, &part->roles[r], n);
  return TRUE;
}

void
rua_scan_drop_columns (RuaScanPart *part)
{
  for (guint r = 0; r < part->n_roles; r++) {
    g_clear_pointer (&part->roles[r].vector, g_free);
    g_clear_pointer (&part->roles[r].labels, g_strfreev);
  }
}
