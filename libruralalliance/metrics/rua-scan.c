/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
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
/* Rows in which the pilot of a column is looked for. */
#define PILOT_ROWS (1u << 16)

/* What lanes read of one range of cells. */
typedef struct {
  guint32 n;
  guint32 n_allocated;
  guint32 *cells;
  guint32 *rows;
  double *factors; /* n_allocated a factor */
} Bucket;

/* ---- making ---- */

RuaScan *
rua_scan_new (RuaTable *table, guint32 n_rows, const guint8 *present)
{
  RuaScan *self = g_new0 (RuaScan, 1);

  self->table = g_object_ref (table);
  self->sheet = rua_sheet_new (table);
  self->n_rows = n_rows;
  self->present = present;
  self->parts = g_ptr_array_new ();
  self->coders = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_coder_free);
  self->keyings = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_keying_free);
  self->selections = g_array_new (FALSE, FALSE, sizeof (RuaNode *));
  return self;
}

static void
group_free (RuaScanGroup *self, guint n_by)
{
  for (guint i = 0; i < n_by; i++)
    g_free (self->labels[i]);
  g_free (self->labels);
  g_free (self->codes);
  g_free (self->missing);
  g_free (self);
}

static void
drop_buckets (RuaScanPart *part)
{
  Bucket *buckets = part->buckets;

  for (guint i = 0; buckets != NULL && i < RUA_LANES * part->n_ranges; i++) {
    g_free (buckets[i].cells);
    g_free (buckets[i].rows);
    g_free (buckets[i].factors);
  }
  g_clear_pointer (&part->buckets, g_free);
}

static void
drop_lanes (RuaScanPart *part)
{
  for (guint l = 0; l < RUA_LANES; l++) {
    g_clear_pointer (&part->lane_counts[l], g_free);
    g_clear_pointer (&part->lane_missing[l], g_free);
    if (part->lane_states[l] != part->states)
      g_free (part->lane_states[l]);
    part->lane_states[l] = NULL;
  }
}

static void
part_free (RuaScanPart *self)
{
  rua_scan_drop_columns (self);
  drop_buckets (self);
  drop_lanes (self);
  for (guint i = 0; self->groups != NULL && i < self->groups->len; i++)
    group_free (g_ptr_array_index (self->groups, i), self->n_by);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_free (self->by);
  g_free (self->roles);
  g_free (self->deflated);
  g_free (self->pilots);
  g_free (self->states);
  g_free (self->counts);
  g_free (self->missing);
  g_free (self->order);
  g_free (self->bad_cells);
  g_free (self);
}

void
rua_scan_free (RuaScan *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->parts->len; i++)
    part_free (g_ptr_array_index (self->parts, i));
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->keyings);
  g_ptr_array_unref (self->coders);
  g_array_unref (self->selections);
  g_free (self->n_open);
  rua_program_run_free (self->reader);
  g_clear_pointer (&self->base, rua_program_base_unref);
  rua_sheet_free (self->sheet);
  g_object_unref (self->table);
  g_free (self);
}

RuaScanPart *
rua_scan_add_part (RuaScan *self)
{
  RuaScanPart *part = g_new0 (RuaScanPart, 1);

  part->scan = self;
  g_ptr_array_add (self->parts, part);
  return part;
}

/* ---- laying open ---- */

static RuaCoder *
find_coder (RuaScan *self, RuaNode *node, GCancellable *cancellable, GError **error)
{
  RuaCoder *coder;

  for (guint i = 0; i < self->coders->len; i++) {
    coder = g_ptr_array_index (self->coders, i);
    if (coder->node == node)
      return coder;
  }
  coder = rua_coder_new (node, self->base, self->externals, self->n_rows, cancellable, error);
  if (coder != NULL)
    g_ptr_array_add (self->coders, coder);
  return coder;
}

static gboolean
open_keying (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error)
{
  RuaCoder *coders[RUA_MAX_CODERS];
  RuaKeying *keying;
  guint n = 0;

  for (guint i = 0; i < part->n_by; i++)
    if ((coders[n++] = find_coder (self, part->by[i], cancellable, error)) == NULL)
      return FALSE;
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];

    if (role->coded != NULL
        && (role->coder = find_coder (self, role->coded, cancellable, error)) == NULL)
      return FALSE;
  }
  for (guint i = 0; i < part->n_cell_roles; i++)
    coders[n++] = part->roles[part->cell_roles[i]].coder;
  for (guint i = 0; i < self->keyings->len; i++) {
    keying = g_ptr_array_index (self->keyings, i);
    if (keying->n == n && memcmp (keying->coders, coders, n * sizeof *coders) == 0) {
      part->keying = keying;
      part->keying_place = i;
      return TRUE;
    }
  }
  keying = rua_keying_new (coders, n, self->base, self->externals, self->n_rows, cancellable, error);
  if (keying == NULL)
    return FALSE;
  part->keying = keying;
  part->keying_place = self->keyings->len;
  g_ptr_array_add (self->keyings, keying);
  return TRUE;
}

static void
find_pilots (RuaScan *self, RuaScanPart *part)
{
  g_autoptr (RuaProgramRun) run = rua_program_run_new_on (self->base);
  guint32 n_rows = MIN (self->n_rows, PILOT_ROWS);

  run->externals = self->externals;
  part->pilots = g_new0 (double, part->n_factor_inputs + 1);
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];
    gboolean found = role->node == NULL || part->reduction == NULL;

    for (guint32 first = 0; first < n_rows && !found; first += RUA_BATCH) {
      guint n = MIN (RUA_BATCH, n_rows - first);
      const double *values;

      rua_program_run_begin (run, first, n);
      values = rua_program_run_node (run, role->node);
      for (guint i = 0; i < n && !found; i++)
        if (!isnan (values[i])) {
          part->pilots[role->index] = values[i] * role->factor;
          found = TRUE;
        }
    }
  }
}

gboolean
rua_scan_open (RuaScan *self, GCancellable *cancellable, GError **error)
{
  self->base = rua_program_base_new (self->sheet->program, self->pool, cancellable, error);
  if (self->base == NULL)
    return FALSE;
  for (guint i = 0; i < self->parts->len; i++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, i);

    part->selection = 0;
    while (part->selection < self->selections->len
           && g_array_index (self->selections, RuaNode *, part->selection) != part->where)
      part->selection++;
    if (part->selection == self->selections->len)
      g_array_append_val (self->selections, part->where);
    if (!open_keying (self, part, cancellable, error))
      return FALSE;
    find_pilots (self, part);
  }
  self->n_open = g_new0 (guint64, self->selections->len + 1);
  self->reader = rua_program_run_new_on (self->base);
  self->reader->externals = self->externals;
  return TRUE;
}

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
    part->lane_missing[lane] = g_new0 (guint32, part->keying->n_cells * width);
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
  Bucket *buckets = (Bucket *) part->buckets + (gsize) lane * part->n_ranges;
  guint n_factors = part->reduction->n_factors;

  for (guint k = 0; k < taken->n; k++) {
    Bucket *bucket = &buckets[taken->cells[k] >> part->range_bits];
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

      if (self->only != NULL ? part != self->only : part->groups != NULL || part->error != NULL)
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
      if (problem != NULL) {
        g_propagate_error (error, problem);
        return FALSE;
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
        Bucket *bucket = (Bucket *) part->buckets + (gsize) lane * part->n_ranges + range;
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

  if (part->reduction == NULL) {
    for (guint lane = 0; lane < n_lanes; lane++)
      part->lane_counts[lane] = g_new0 (guint32, MAX (n_cells, 1));
    return;
  }
  part->stride = rua_reduction_get_stride (part->reduction);
  part->states = g_malloc (MAX (n_cells * part->stride, 1));
  rua_reduction_init_states (part->reduction, part->states, n_cells);
  if (n_lanes == 1 || n_cells * part->stride * n_lanes <= LANES_BYTES) {
    part->lane_states[0] = part->states;
    for (guint lane = 1; lane < n_lanes; lane++) {
      part->lane_states[lane] = g_malloc (MAX (n_cells * part->stride, 1));
      rua_reduction_init_states (part->reduction, part->lane_states[lane], n_cells);
    }
    return;
  }
  part->range_bits = 6;
  while ((part->stride << part->range_bits) < RANGE_BYTES
         || (n_cells >> part->range_bits) >= 512)
    part->range_bits++;
  part->n_ranges = (guint) (n_cells >> part->range_bits) + 1;
  part->buckets = g_new0 (Bucket, (gsize) RUA_LANES * part->n_ranges);
}

static void
merge_lanes (RuaScanPart *part)
{
  guint64 n_cells = part->keying->n_cells;
  gsize width = part->n_roles + 1;

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
    part->counts = g_new0 (guint32, MAX (n_cells, 1));
    for (guint lane = 0; lane < RUA_LANES && part->lane_counts[lane] != NULL; lane++)
      for (guint64 cell = 0; cell < n_cells; cell++)
        part->counts[cell] += part->lane_counts[lane][cell];
    /* The lanes' counts are where each begins to lay out; they stay. */
    for (guint lane = 0; lane < RUA_LANES; lane++)
      g_clear_pointer (&part->lane_missing[lane], g_free);
    return;
  }
  drop_buckets (part);
  drop_lanes (part);
}

/* ---- groups ---- */

static guint32
cell_records (const RuaScanPart *part, guint64 cell)
{
  return part->reduction == NULL
    ? part->counts[cell]
    : ((const RuaCellHead *) (gconstpointer) (part->states + cell * part->stride))->n;
}

static int
compare_groups (gconstpointer a, gconstpointer b, gpointer data)
{
  const RuaScanGroup *s = *(RuaScanGroup *const *) a, *t = *(RuaScanGroup *const *) b;
  guint n_by = GPOINTER_TO_UINT (data);

  /* By label, the unknown last. */
  for (guint i = 0; i < n_by; i++) {
    const char *left = s->labels[i], *right = t->labels[i];
    int order;

    if (left == NULL || right == NULL)
      order = (left == NULL) - (right == NULL);
    else
      order = strcmp (left, right);
    if (order != 0)
      return order;
  }
  /* Different values may have one label. */
  for (guint i = 0; i < n_by; i++)
    if (s->codes[i] != t->codes[i])
      return s->codes[i] < t->codes[i] ? -1 : 1;
  return 0;
}

typedef struct {
  guint32 first;
  guint32 cell;
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *s = a, *t = b;

  return s->first < t->first ? -1 : s->first > t->first;
}

typedef struct {
  RuaScanPart *part;
} Ordering;

static gboolean
order_group (guint task, gpointer data, GError **error)
{
  RuaScanPart *part = ((Ordering *) data)->part;
  RuaScanGroup *group = g_ptr_array_index (part->groups, task);
  g_autofree Place *places = g_new (Place, MAX (group->n, 1));
  gboolean sorted = TRUE;

  for (guint32 i = 0; i < group->n; i++) {
    guint32 cell = part->order[group->begin + i];

    places[i].cell = cell;
    places[i].first
      = ((const RuaCellHead *) (gconstpointer) (part->states + cell * part->stride))->first;
    sorted = sorted && (i == 0 || places[i - 1].first < places[i].first);
  }
  if (sorted)
    return TRUE;
  qsort (places, group->n, sizeof (Place), compare_places);
  for (guint32 i = 0; i < group->n; i++)
    part->order[group->begin + i] = places[i].cell;
  return TRUE;
}

/* The groups that cells belong to: by a table of all combinations of the paths' codes where it is
 * small, else by a hash table. */
typedef struct {
  guint32 *direct;
  GHashTable *hashed;
  guint64 strides[RUA_MAX_CODERS];
} GroupFinder;

static void
group_finder_init (GroupFinder *self, const RuaScanPart *part)
{
  guint64 product = 1;

  memset (self, 0, sizeof *self);
  for (guint k = part->n_by; k > 0; k--) {
    self->strides[k - 1] = product;
    product *= (guint64) part->keying->coders[k - 1]->n_codes + 1;
  }
  if (product <= (1 << 22)) {
    self->direct = g_new (guint32, product);
    memset (self->direct, 0xff, product * sizeof (guint32));
  } else
    self->hashed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static guint32
find_group (GroupFinder *self, RuaScan *scan, RuaScanPart *part, guint64 cell)
{
  guint32 codes[RUA_MAX_CODERS];
  guint64 word = 0;
  guint32 found = G_MAXUINT32;
  gpointer stored;
  RuaScanGroup *group;

  for (guint k = 0; k < part->n_by; k++) {
    codes[k] = rua_keying_get_code (part->keying, scan->base, (guint32) cell, k);
    word += codes[k] * self->strides[k];
  }
  if (self->direct != NULL)
    found = self->direct[word];
  else if ((stored = g_hash_table_lookup (self->hashed, &word)) != NULL)
    found = GPOINTER_TO_UINT (stored) - 1;
  if (found != G_MAXUINT32)
    return found;
  group = g_new0 (RuaScanGroup, 1);
  group->codes = g_memdup2 (codes, MAX (part->n_by, 1) * sizeof (guint32));
  group->labels = g_new0 (char *, part->n_by + 1);
  group->missing = g_new0 (guint64, part->n_roles + 1);
  g_ptr_array_add (part->groups, group);
  found = part->groups->len - 1;
  if (self->direct != NULL)
    self->direct[word] = found;
  else
    g_hash_table_insert (self->hashed, g_memdup2 (&word, sizeof word),
                         GUINT_TO_POINTER (found + 1));
  return found;
}

static void
label_groups (RuaScan *self, RuaScanPart *part)
{
  for (guint k = 0; k < part->n_by; k++) {
    const RuaCoder *coder = part->keying->coders[k];

    for (guint g = 0; g < part->groups->len; g++) {
      RuaScanGroup *group = g_ptr_array_index (part->groups, g);

      group->labels[k] = rua_coder_dup_label (coder, self->reader, group->codes[k]);
    }
  }
}

static gboolean
collect_groups (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error)
{
  guint64 n_cells = part->keying->n_cells;
  gsize width = part->n_roles + 1;
  g_autofree guint32 *group_of = g_new (guint32, MAX (n_cells, 1));
  guint64 n_listed = 0;
  GroupFinder finder;
  guint32 begin = 0;
  Ordering ordering = { part };

  part->groups = g_ptr_array_new ();
  part->n_open = self->n_open[part->selection];
  group_finder_init (&finder, part);
  for (guint64 cell = 0; cell < n_cells; cell++) {
    guint32 n = cell_records (part, cell);
    const guint32 *missing = part->missing != NULL ? part->missing + cell * width : NULL;
    gboolean marked = part->bad_cells != NULL && part->bad_cells[cell];
    RuaScanGroup *group;

    group_of[cell] = G_MAXUINT32;
    if (n == 0 && (missing == NULL || missing[0] == 0) && !marked)
      continue;
    group_of[cell] = find_group (&finder, self, part, cell);
    group = g_ptr_array_index (part->groups, group_of[cell]);
    group->n_used += n;
    group->n_total += n;
    if (n > 0 || part->n_cell_roles == 0) {
      group->n++;
      n_listed++;
    }
    if (missing != NULL) {
      group->n_total += missing[0];
      for (guint r = 0; r < part->n_roles; r++)
        group->missing[r] += missing[r + 1];
    }
  }
  /* Without paths there is one group, be it empty. */
  if (part->groups->len == 0 && part->n_by == 0) {
    RuaScanGroup *group = g_new0 (RuaScanGroup, 1);

    group->codes = g_new0 (guint32, 1);
    group->labels = g_new0 (char *, 1);
    group->missing = g_new0 (guint64, part->n_roles + 1);
    g_ptr_array_add (part->groups, group);
    if (part->n_cell_roles == 0) {
      group_of[0] = 0;
      group->n = 1;
      n_listed = 1;
    }
  }
  g_free (finder.direct);
  g_clear_pointer (&finder.hashed, g_hash_table_unref);
  label_groups (self, part);
  part->order = g_new (guint32, MAX (n_listed, 1));
  /* Cells of a group side by side, groups as they were found; then groups in the order of labels. */
  for (guint g = 0; g < part->groups->len; g++) {
    RuaScanGroup *group = g_ptr_array_index (part->groups, g);

    group->begin = begin;
    begin += group->n;
    group->n = 0;
  }
  for (guint64 cell = 0; cell < n_cells; cell++)
    if (group_of[cell] != G_MAXUINT32
        && (part->n_cell_roles == 0 || cell_records (part, cell) > 0)) {
      RuaScanGroup *group = g_ptr_array_index (part->groups, group_of[cell]);

      part->order[group->begin + group->n++] = (guint32) cell;
    }
  if (part->reduction != NULL && part->n_cell_roles > 0
      && !rua_parallel_run (part->groups->len, order_group, &ordering, NULL, cancellable, error))
    return FALSE;
  g_ptr_array_sort_with_data (part->groups, compare_groups, GUINT_TO_POINTER (part->n_by));
  return TRUE;
}

gboolean
rua_scan_run (RuaScan *self, GCancellable *cancellable, GError **error)
{
  gboolean in_blocks = FALSE, in_lanes = FALSE;

  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    prepare_part (self, part);
    in_blocks |= part->buckets != NULL;
    in_lanes |= part->buckets == NULL;
  }
  /* Lanes of a whole pass are not those of a pass by blocks: each metric has its own, whatever
   * others are measured with it. */
  if (in_lanes && !run_pass (self, NULL, FALSE, MAX (self->n_rows, 1), cancellable, error))
    return FALSE;
  for (guint p = 0; in_lanes && p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    if (part->buckets != NULL)
      continue;
    merge_lanes (part);
    if (!collect_groups (self, part, cancellable, error))
      return FALSE;
  }
  if (in_blocks) {
    memset (self->n_open, 0, self->selections->len * sizeof (guint64));
    if (!run_pass (self, NULL, TRUE, BLOCK_ROWS, cancellable, error))
      return FALSE;
  }
  for (guint p = 0; in_blocks && p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    if (part->groups != NULL)
      continue;
    merge_lanes (part);
    if (!collect_groups (self, part, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- columns ---- */

guint64
rua_scan_get_column_bytes (RuaScan *self, RuaScanPart *part)
{
  guint64 n = 0, width = 0;

  for (guint g = 0; g < part->groups->len; g++)
    n += ((RuaScanGroup *) g_ptr_array_index (part->groups, g))->n_used;
  for (guint r = 0; r < part->n_roles; r++)
    width += part->roles[r].node != NULL ? sizeof (double) : sizeof (gint32);
  return n * width;
}

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
      role->vector = g_new (double, MAX (n, 1));
    else
      role->vector = g_new (gint32, MAX (n, 1));
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

/* ---- what finish() reads ---- */

static guint32
get_cell_code (gconstpointer owner, guint32 state, guint k)
{
  const RuaScanPart *part = owner;
  const RuaCoder *coder = part->roles[part->cell_roles[k]].coder;
  guint32 code = rua_keying_get_code (part->keying, part->scan->base, state, part->n_by + k);
  double number;

  if (part->roles[part->cell_roles[k]].spec->type != RUA_ROLE_FLAG
      || coder->kind == RUA_CODER_TRUTH)
    return code;
  number = (double) (coder->base + (gint64) code);
  if (coder->kind == RUA_CODER_LISTED)
    memcpy (&number, &coder->words[code], sizeof number);
  return number != 0;
}

static guint32
get_n_cell_codes (gconstpointer owner, guint k)
{
  const RuaScanPart *part = owner;

  return part->roles[part->cell_roles[k]].coder->n_codes;
}

static char *
dup_cell_label (gconstpointer owner, guint k, guint32 code)
{
  const RuaScanPart *part = owner;

  return rua_coder_dup_label (part->roles[part->cell_roles[k]].coder, part->scan->reader, code);
}

void
rua_scan_get_cell_sums (RuaScanPart *part, const RuaScanGroup *group, RuaCellSums *sums)
{
  *sums = (RuaCellSums){ .reduction = part->reduction, .states = part->states,
                         .stride = part->stride, .order = part->order + group->begin,
                         .n = group->n, .pilots = part->pilots, .constants = part->constants,
                         .get_code = get_cell_code, .get_n_codes = get_n_cell_codes,
                         .dup_label = dup_cell_label, .owner = part };
  for (guint k = 0; k < part->n_cell_roles; k++)
    if (part->roles[part->cell_roles[k]].spec->type == RUA_ROLE_FLAG)
      sums->flags |= 1u << k;
}

/* ---- one group again ---- */

gboolean
rua_scan_visit_group (RuaScan *self, RuaScanPart *part, const RuaScanGroup *group, RuaScanTake take,
                      gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaScanView) view = rua_scan_view_new (self);

  for (guint64 first = 0; first < self->n_rows; first += RUA_BATCH) {
    guint n = (guint) MIN (RUA_BATCH, self->n_rows - first), n_chosen;
    const guint32 *chosen;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    rua_scan_view_begin (view, (guint32) first, n);
    chosen = rua_scan_view_chosen (view, part, &n_chosen);
    for (guint k = 0; k < n_chosen; k++) {
      guint i = chosen != NULL ? chosen[k] : k;
      gboolean belongs = TRUE;

      for (guint b = 0; b < part->n_by && belongs; b++)
        belongs = rua_scan_view_codes (view, part->keying->coders[b])[i] == group->codes[b];
      if (belongs)
        take (data, view->run, (guint32) first + i, i);
    }
  }
  return TRUE;
}
