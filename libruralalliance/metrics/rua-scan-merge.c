/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
#include "rua-block-private.h"

/* From what lanes have of the cells to the cells, and what follows from those of other metrics. */

G_STATIC_ASSERT (RUA_LANES <= RUA_WORD_PLACES);

/* Cells that one task brings together. */
#define MERGED_CELLS (1u << 15)

static guint64
count_merges (const RuaScanPart *part)
{
  return rua_scan_part_reads (part) ? (part->keying->n_cells + MERGED_CELLS - 1) / MERGED_CELLS : 0;
}

/* Words of which some were spilled become plain sums. */
static gboolean
is_unpacked (const RuaScanPart *part)
{
  return part->form == RUA_SUMS_WORDS && part->states != part->lane_states[0];
}

static void
begin_unpacking (RuaScanPart *part)
{
  gboolean any = FALSE;

  for (guint place = 0; place < RUA_LANES; place++)
    any |= part->place_spilled[place] != NULL;
  if (!any)
    return;
  part->stride = rua_reduction_get_stride (part->reduction, RUA_SUMS_PLAIN);
  part->states = rua_block_new0 (part->keying->n_cells * part->stride);
}

static void
end_unpacking (RuaScanPart *part)
{
  if (!is_unpacked (part))
    return;
  for (guint place = 0; place < RUA_LANES; place++)
    if (part->place_spilled[place] != NULL)
      rua_reduction_add_spilled (part->reduction, part->states, part->place_spilled[place]);
  part->form = RUA_SUMS_PLAIN;
  part->count_bits = 0;
}

/* What lanes, or places, have of the cells from @begin to @end, in their order. */
static void
merge_cells (RuaScanPart *part, guint64 begin, guint64 end)
{
  gsize width = part->n_roles + 1;

  if (is_unpacked (part))
    for (guint place = 0; place < RUA_LANES && part->lane_states[place] != NULL; place++)
      rua_reduction_unpack (part->reduction, part->states + begin * part->stride,
                            part->lane_states[place] + begin * sizeof (guint64), end - begin, part->count_bits);
  else
    for (guint lane = 1; lane < RUA_LANES && part->lane_states[lane] != NULL; lane++)
      rua_reduction_merge_all (part->reduction, part->form, part->states + begin * part->stride,
                               part->lane_states[lane] + begin * part->stride, end - begin);
  for (guint lane = 0; lane < RUA_LANES; lane++)
    if (part->place_missing[lane] != NULL && part->missing != part->place_missing[lane])
      for (guint64 i = begin * width; i < end * width; i++)
        part->missing[i] += part->place_missing[lane][i];
  for (guint lane = 0; part->counts != NULL && lane < RUA_LANES && part->lane_counts[lane] != NULL; lane++)
    for (guint64 cell = begin; cell < end; cell++)
      part->counts[cell] += part->lane_counts[lane][cell];
}

static void
begin_merging (RuaScanPart *part)
{
  guint64 n_cells = part->keying->n_cells;

  for (guint lane = 0; lane < RUA_LANES; lane++)
    if (part->error == NULL)
      part->error = g_steal_pointer (&part->lane_errors[lane]);
    else
      g_clear_error (&part->lane_errors[lane]);
  /* The others are added to the first. */
  for (guint lane = 0; lane < RUA_LANES && part->missing == NULL; lane++)
    part->missing = part->place_missing[lane];
  if (part->reduction == NULL)
    part->counts = rua_block_new0 (MAX (n_cells, 1) * sizeof (guint32));
  begin_unpacking (part);
}

static void
end_merging (RuaScanPart *part)
{
  for (guint lane = 0; lane < RUA_LANES; lane++)
    if (part->place_missing[lane] == part->missing)
      part->place_missing[lane] = NULL;
    else
      g_clear_pointer (&part->place_missing[lane], rua_block_free);
  /* The lanes' counts are where each begins to lay out; they stay. */
  if (part->reduction == NULL)
    return;
  end_unpacking (part);
  rua_scan_drop_buckets (part);
  rua_scan_drop_lanes (part);
}

/* Cells of @finer from @first on, RUA_BATCH at most, are added to those of the part that they lie in. */
static void
fold_cells (RuaScanPart *part, const RuaScanPart *finer, guint32 first, guint n)
{
  gsize width = part->n_roles + 1;
  guint32 cells[RUA_BATCH];

  rua_keying_fold (finer->keying, part->keying, part->scan->base, first, n, cells);
  if (part->reduction == NULL)
    for (guint i = 0; i < n; i++)
      part->counts[cells[i]] += finer->counts[first + i];
  else
    for (guint i = 0; i < n; i++)
      rua_reduction_merge (part->reduction, part->form, part->states + cells[i] * part->stride,
                           finer->states + (gsize) (first + i) * finer->stride);
  for (guint i = 0; part->missing != NULL && i < n; i++)
    for (gsize r = 0; r < width; r++)
      part->missing[cells[i] * width + r] += finer->missing[(gsize) (first + i) * width + r];
  for (guint i = 0; part->bad_cells != NULL && i < n; i++)
    part->bad_cells[cells[i]] |= finer->bad_cells[first + i];
}

/* After those that read rows were merged. */
static void
follow_finer (RuaScanPart *part)
{
  RuaScanPart *finer = part->finer;
  guint64 n_cells = part->keying->n_cells;

  if (finer->finer != NULL && finer->states == NULL)
    follow_finer (finer);
  if (part->reduction != NULL) {
    part->stride = rua_reduction_get_stride (part->reduction, part->form);
    part->states = rua_block_new0 (n_cells * part->stride);
  } else
    part->counts = rua_block_new0 (n_cells * sizeof (guint32));
  part->bad = finer->bad;
  part->error = finer->error != NULL ? g_error_copy (finer->error) : NULL;
  if (finer->missing != NULL)
    part->missing = rua_block_new0 (n_cells * (part->n_roles + 1) * sizeof (guint32));
  if (finer->bad_cells != NULL)
    part->bad_cells = g_malloc0 (n_cells);
  for (guint64 first = 0; first < finer->keying->n_cells; first += RUA_BATCH)
    fold_cells (part, finer, (guint32) first, (guint) MIN (RUA_BATCH, finer->keying->n_cells - first));
}

/* After its leader was merged. */
static void
follow_leader (RuaScanPart *part)
{
  const RuaScanPart *leader = part->leader;

  part->form = leader->form;
  part->count_bits = leader->count_bits;
  part->stride = leader->stride;
  part->states = leader->states;
  part->missing = leader->missing;
  part->bad_cells = leader->bad_cells;
  part->bad = leader->bad;
  part->error = leader->error != NULL ? g_error_copy (leader->error) : NULL;
}

static gboolean
merge_range (guint task, gpointer data, GError **error)
{
  RuaScan *self = data;
  guint64 left = task, begin;
  RuaScanPart *part = NULL;

  for (guint p = 0; p < self->parts->len; p++) {
    part = g_ptr_array_index (self->parts, p);
    if (left < count_merges (part))
      break;
    left -= count_merges (part);
  }
  begin = left * MERGED_CELLS;
  merge_cells (part, begin, MIN (begin + MERGED_CELLS, part->keying->n_cells));
  return TRUE;
}

gboolean
rua_scan_merge (RuaScan *self, GCancellable *cancellable, GError **error)
{
  GPtrArray *parts = self->parts;
  guint64 n = 0;
  gboolean done;

  for (guint p = 0; p < parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (parts, p);

    if (rua_scan_part_reads (part))
      begin_merging (part);
    n += count_merges (part);
  }
  done = rua_parallel_run ((guint) n, merge_range, self, NULL, cancellable, error);
  for (guint p = 0; p < parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (parts, p);

    if (rua_scan_part_reads (part))
      end_merging (part);
  }
  for (guint p = 0; p < parts->len && done; p++) {
    RuaScanPart *part = g_ptr_array_index (parts, p);

    if (part->joint != NULL)
      rua_scan_follow_joint (part);
  }
  for (guint p = 0; p < parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (parts, p);

    if (part->made != NULL)
      rua_scan_close_part (part);
  }
  for (guint p = 0; p < parts->len && done; p++) {
    RuaScanPart *part = g_ptr_array_index (parts, p);

    if (part->finer != NULL && part->states == NULL && part->counts == NULL)
      follow_finer (part);
  }
  /* A leader may itself follow from finer cells. */
  for (guint p = 0; p < parts->len && done; p++) {
    RuaScanPart *part = g_ptr_array_index (parts, p);

    if (part->leader != NULL)
      follow_leader (part);
  }
  return done;
}
