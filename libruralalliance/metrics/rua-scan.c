/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
#include "rua-block-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Fewer rows are one lane's. */
#define ONE_LANE_ROWS (1u << 15)
/* Fewer bytes of cells stay in the cache of a processor. */
#define FAR_BYTES ((gsize) 512 << 10)
/* What metrics that are laid out in one pass may take together. */
#define LAID_BYTES ((gsize) 448 << 20)

RuaScanLimits rua_scan_limits = { .block_rows = 1u << 20, .lanes_bytes = 64u << 20, .range_bytes = 1u << 19,
                                  .joint_share = 16, .words_bytes = FAR_BYTES, .again_rows = 1u << 20, .kept_bytes = (gsize) 256 << 20 };

/* ---- lanes ---- */

guint
rua_scan_count_lanes (const RuaScan *self)
{
  return self->n_rows <= ONE_LANE_ROWS ? 1 : RUA_LANES;
}

/* Rows of a share. */
static guint64
get_share (const RuaScan *self)
{
  guint64 rows = rua_scan_count_lanes (self) == 1 ? self->n_rows : (self->n_rows + (guint64) RUA_LANE_SHARES - 1) / RUA_LANE_SHARES;

  return (rows + RUA_BATCH - 1) / RUA_BATCH * RUA_BATCH;
}

/* Where a lane begins, in shares. */
static guint
lane_begin (const RuaScan *self, guint lane)
{
  if (rua_scan_count_lanes (self) == 1)
    return lane;
  return lane < RUA_LONG_LANES ? 4 * lane : 4 * RUA_LONG_LANES + (lane - RUA_LONG_LANES);
}

void
rua_scan_get_lane (const RuaScan *self, guint lane, guint64 *begin, guint64 *end)
{
  guint64 share = get_share (self);

  *begin = lane_begin (self, lane) * share;
  *end = MIN (lane_begin (self, lane + 1) * share, self->n_rows);
}

/* ---- a batch of one metric ---- */

static inline gsize
entry_width (const RuaReduction *reduction)
{
  return sizeof (RuaScanEntry) + reduction->n_factors * sizeof (double);
}

/* Inlined for the commonest numbers of factors. */
static RUA_COPIED void
fill_buckets (RuaScanBucket *buckets, guint bits, const RuaScanTaken *taken, guint32 first,
              const double *const *factors, guint n_factors)
{
  gsize width = sizeof (RuaScanEntry) + n_factors * sizeof (double);

  for (guint k = 0; k < taken->n_places; k++) {
    guint i = taken->places != NULL ? taken->places[k] : k;
    RuaScanBucket *bucket = &buckets[taken->cells[i] >> bits];
    RuaScanEntry *entry = (RuaScanEntry *) (gpointer) (bucket->entries + bucket->n++ * width);
    double *to = (double *) (gpointer) (entry + 1);

    entry->cell = taken->cells[i];
    entry->row = taken->rows != NULL ? taken->rows[i] : first + i;
    for (guint f = 0; f < n_factors; f++)
      to[f] = factors[f][i];
  }
}

static void
fill_lane (RuaScanPart *part, guint lane, guint32 first, const RuaScanTaken *taken,
           const double *const *factors)
{
  RuaScanBucket *buckets = (RuaScanBucket *) part->buckets + (gsize) lane * part->n_ranges;
  guint n_factors = part->reduction->n_factors;

  /* None runs full within a batch. */
  for (guint range = 0; range < part->n_ranges; range++) {
    RuaScanBucket *bucket = &buckets[range];

    if (bucket->n + RUA_BATCH > bucket->n_allocated) {
      bucket->n_allocated = MAX (bucket->n_allocated * 2, rua_scan_limits.block_rows / RUA_LANE_SHARES / part->n_ranges * 5)
                            + RUA_BATCH;
      bucket->entries = g_realloc (bucket->entries, bucket->n_allocated * entry_width (part->reduction));
    }
  }
  if (n_factors == 1)
    fill_buckets (buckets, part->range_bits, taken, first, factors, 1);
  else if (n_factors == 2)
    fill_buckets (buckets, part->range_bits, taken, first, factors, 2);
  else
    fill_buckets (buckets, part->range_bits, taken, first, factors, n_factors);
}

/* Where factors are roles as they stand, their vectors are not copied. */
static gboolean
find_factors (const RuaReduction *reduction, const double *const *inputs, const double **factors)
{
  if (reduction->of_roles == NULL)
    return FALSE;
  for (guint f = 0; f < reduction->n_factors; f++) {
    factors[f] = inputs[reduction->of_roles[f]];
    if (factors[f] == NULL)
      return FALSE;
  }
  return TRUE;
}

static void
make_factors (const RuaReduction *reduction, const RuaFactorInput *input, RuaScanScratch *scratch,
              const double **factors)
{
  double *made[RUA_MAX_FACTORS];

  for (guint f = 0; f < reduction->n_factors; f++)
    factors[f] = made[f] = scratch->factors + (gsize) f * scratch->room;
  if (reduction->factors != NULL)
    reduction->factors (input, made);
}

/* @place: of the lane's sums. @back: rows after these have been added to them already. */
static void
add_batch (RuaScanView *view, RuaScanPart *part, guint lane, guint place, const RuaScanTaken *taken,
           RuaScanScratch *scratch, gboolean back)
{
  const RuaReduction *reduction = part->reduction;
  const double *inputs[64] = { NULL };
  const double *factors[RUA_MAX_FACTORS];
  guint32 first = view->run->first;
  RuaFactorInput input = { taken->n, inputs, part->pilots, part->constants };
  RuaRecords records = { taken->cells, taken->n, first, taken->rows, taken->places, taken->n_places,
                         part->keying->n_cells * part->stride > FAR_BYTES, part->count_bits, &part->place_spilled[place] };

  for (guint i = 0; back && records.rows == NULL && i < taken->n; i++)
    scratch->rows[i] = first + i;
  if (back)
    records.rows = scratch->rows;
  for (guint r = 0; r < part->n_roles; r++)
    inputs[part->roles[r].index] = taken->values[r];
  if (!find_factors (reduction, inputs, factors))
    make_factors (reduction, &input, scratch, factors);
  if (part->buckets != NULL)
    fill_lane (part, lane, first, taken, factors);
  else
    rua_reduction_add (reduction, part->form, part->lane_states[place], &records, factors);
}

static void
count_batch (guint32 *counts, const guint32 *cells, const guint32 *places, guint n)
{
  if (places == NULL)
    for (guint i = 0; i < n; i++)
      counts[cells[i]]++;
  else
    for (guint k = 0; k < n; k++)
      counts[cells[places[k]]]++;
}

gboolean
rua_scan_role_stays_packed (const RuaScanPart *part, const RuaScanRole *role)
{
  return role->record == NULL && role->packed && part->takes_packed && role->spec->type == RUA_ROLE_NUMBER && role->needed;
}

const double *
rua_scan_role_read (const RuaScanRole *role, gsize first, gsize n, double *room)
{
  RuaPacked packed = { role->vector, role->offset, role->divisor };

  if (!role->packed)
    return (const double *) role->vector + first;
  rua_packed_read (&packed, first, n, room);
  return room;
}

static void
lay_batch (RuaScanView *view, RuaScanPart *part, guint lane, const RuaScanTaken *taken)
{
  guint32 *next = part->lane_counts[lane];
  const guint32 *places = taken->places;
  guint n = taken->n_places;
  guint32 to[RUA_BATCH];

  for (guint k = 0; k < n; k++)
    to[k] = next[taken->cells[places != NULL ? places[k] : k]]++;
  if (part->record.n_bytes > 0) {
    guint64 words[RUA_BATCH];

    rua_scan_record_make (&part->record, view, words);
    rua_scan_record_write (&part->record, words, places, to, n);
  }
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];

    if (role->record != NULL)
      continue;
    if (role->packed) {
      guint32 *vector = role->vector, words[RUA_BATCH];

      rua_numbers_pack (taken->values[r], role->offset, taken->n, words);
      for (guint k = 0; k < n; k++) {
        rua_scan_call_place (vector, sizeof *vector, to, k, n);
        vector[to[k]] = words[places != NULL ? places[k] : k];
      }
    } else if (role->node != NULL) {
      double *vector = role->vector;
      const double *values = taken->values[r];

      for (guint k = 0; k < n; k++) {
        rua_scan_call_place (vector, sizeof *vector, to, k, n);
        vector[to[k]] = values[places != NULL ? places[k] : k];
      }
    } else {
      gint32 *vector = role->vector;
      const guint32 *codes = rua_scan_view_codes (view, role->coder);
      guint32 unknown = role->coder->n_codes;

      for (guint k = 0; k < n; k++) {
        guint32 code = codes[places != NULL ? places[k] : k];

        rua_scan_call_place (vector, sizeof *vector, to, k, n);
        vector[to[k]] = code == unknown ? -1 : (gint32) code;
      }
    }
  }
}

/* ---- the pass ---- */

/* Each lane has its rows, one behind the other. Where a metric goes by blocks, lanes do a stretch of them at
 * a time, and what they have sorted is added up between the stretches. */
typedef struct {
  RuaScan *scan;
  gboolean lays;       /* the parts that are laying; else add up and count */
  guint n_lanes;
  guint64 share;       /* rows */
  guint64 stretch;     /* rows of a share between two sortings */
  guint n_stretches;
  guint now;           /* the stretch at work */
  guint given[RUA_LANES]; /* chunks before this have been given back */
  RuaScanView *views[RUA_LANES]; /* by place: one a thread, so that what it works in stays in its cache */
  RuaScanScratch *scratches[RUA_LANES];
  GCancellable *cancellable;
  gint n_done;
  GMutex mutex;
  guint places; /* bits: those of the sums that lanes share which a lane has now */
} Pass;

/* Lanes at work at once have different places, and the lowest ones: as many as there are threads. */
static guint
take_place (Pass *self)
{
  guint place = 0;

  g_mutex_lock (&self->mutex);
  while (self->places >> place & 1)
    place++;
  self->places |= 1u << place;
  if (self->views[place] == NULL) {
    self->views[place] = rua_scan_view_new (self->scan);
    self->views[place]->run->records_use = self->lays ? RUA_RECORDS_FOUND : RUA_RECORDS_KEPT;
    self->scratches[place] = rua_scan_scratch_new (self->scan);
  }
  for (guint p = 0; p < self->scan->parts->len && !self->lays; p++) {
    RuaScanPart *part = g_ptr_array_index (self->scan->parts, p);

    if (rua_scan_part_reads (part) && part->form != RUA_SUMS_ROUNDED && part->lane_states[place] == NULL)
      part->lane_states[place] = rua_block_new0 (part->keying->n_cells * part->stride);
  }
  g_mutex_unlock (&self->mutex);
  return place;
}

static void
give_place (Pass *self, guint place)
{
  g_mutex_lock (&self->mutex);
  self->places &= ~(1u << place);
  g_mutex_unlock (&self->mutex);
}

static void
work_on_part (Pass *self, RuaScanPart *part, guint lane, guint place)
{
  RuaScanView *view = self->views[place];
  RuaScanScratch *scratch = self->scratches[place];
  RuaScanTaken taken;

  gboolean takes;

  /* One metric's error is not another's. */
  takes = part->lane_errors[lane] == NULL
    && rua_scan_take (view, part, place, !self->lays, scratch, &taken, &part->lane_errors[lane]);
  if (self->scan->kept != NULL && part->reduction == NULL)
    rua_scan_keep_used (self->scan, part, view->run->first, view->run->n, takes ? &taken : NULL);
  if (!takes)
    return;
  if (self->lays)
    lay_batch (view, part, lane, &taken);
  else if (part->reduction != NULL)
    add_batch (view, part, lane, part->form != RUA_SUMS_ROUNDED ? place : lane, &taken, scratch,
               part->form != RUA_SUMS_ROUNDED && self->now > 0);
  else
    count_batch (part->lane_counts[lane], taken.cells, taken.places, taken.n_places);
}

/* Of @lane, all rows before @row have been read. */
static void
give_back (Pass *self, guint lane, guint64 row, gboolean ends)
{
  guint given = MAX (self->given[lane], (guint) (lane_begin (self->scan, lane) * self->share >> RUA_CHUNK_BITS));
  guint to = (guint) ((row + (ends ? RUA_CHUNK_MASK : 0)) >> RUA_CHUNK_BITS);
  guint least = self->n_stretches > 1 ? RUA_GIVEN_CHUNKS / 2 : RUA_GIVEN_CHUNKS;

  if (!ends && (row % RUA_CHUNK_ROWS != 0 || to - given < least))
    return;
  rua_program_base_give_back (self->scan->base, given, to);
  self->given[lane] = to;
}

/* One more of @n stretches of lanes is done. */
void
rua_scan_tell_progress (RuaScan *self, gint *n_done, guint n)
{
  guint done = (guint) g_atomic_int_add (n_done, 1) + 1;

  if (self->progress != NULL)
    rua_progress_tell (self->progress,
                       self->progress_from + (self->progress_to - self->progress_from) * MIN (1, (double) done / n));
}

static gboolean
work_on_lane (Pass *self, guint lane, guint place, GError **error)
{
  RuaScan *scan = self->scan;
  guint shares = lane_begin (scan, lane + 1) - lane_begin (scan, lane);
  guint64 first, last, end;

  rua_scan_get_lane (scan, lane, &first, &last);
  first += self->now * self->stretch * shares;
  end = MIN (first + self->stretch * shares, last);
  for (; first < end; first += RUA_BATCH) {
    rua_scan_view_begin (self->views[place], (guint32) first, (guint) MIN (RUA_BATCH, end - first));
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    if (scan->kept != NULL)
      rua_scan_keep_batch (scan, self->views[place]);
    for (guint p = 0; p < scan->parts->len; p++) {
      RuaScanPart *part = g_ptr_array_index (scan->parts, p);

      if (self->lays ? part->laying : rua_scan_part_reads (part))
        work_on_part (self, part, lane, place);
    }
    give_back (self, lane, first + RUA_BATCH, first + RUA_BATCH >= last);
  }
  rua_scan_tell_progress (scan, &self->n_done, self->n_stretches * self->n_lanes);
  return TRUE;
}

static gboolean
run_lane (guint lane, gpointer data, GError **error)
{
  Pass *self = data;
  guint place = take_place (self);
  gboolean done = work_on_lane (self, lane, place, error);

  give_place (self, place);
  return done;
}

/* Entries at once: their vectors are on the stack. */
#define ADDED 512

static void
add_bucket (RuaScanPart *part, RuaScanBucket *bucket)
{
  const RuaReduction *reduction = part->reduction;
  guint n_factors = reduction->n_factors;
  gsize width = entry_width (reduction);
  guint32 cells[ADDED], rows[ADDED];
  double vectors[RUA_MAX_FACTORS][ADDED];
  const double *factors[RUA_MAX_FACTORS];

  for (guint f = 0; f < n_factors; f++)
    factors[f] = vectors[f];
  for (gsize at = 0; at < bucket->n; at += ADDED) {
    guint n = (guint) MIN (ADDED, bucket->n - at);
    RuaRecords records = { .cells = cells, .n = n, .rows = rows, .n_places = n };

    for (guint i = 0; i < n; i++) {
      const RuaScanEntry *entry
        = (const RuaScanEntry *) (gconstpointer) (bucket->entries + (at + i) * width);

      cells[i] = entry->cell;
      rows[i] = entry->row;
      for (guint f = 0; f < n_factors; f++)
        vectors[f][i] = ((const double *) (gconstpointer) (entry + 1))[f];
    }
    rua_reduction_add (reduction, part->form, part->states, &records, factors);
  }
  bucket->n = 0;
}

static gboolean
add_ranges (guint task, gpointer data, GError **error)
{
  Pass *self = data;
  RuaScan *scan = self->scan;

  for (guint p = 0; p < scan->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (scan->parts, p);

    for (guint range = task; part->buckets != NULL && range < part->n_ranges; range += 2 * RUA_LANES)
      for (guint lane = 0; lane < RUA_LANES; lane++)
        add_bucket (part, (RuaScanBucket *) part->buckets + (gsize) lane * part->n_ranges + range);
  }
  return TRUE;
}

static gboolean
run_pass (RuaScan *self, gboolean lays, gboolean in_blocks, GCancellable *cancellable, GError **error)
{
  Pass pass = { .scan = self, .lays = lays, .cancellable = cancellable, .n_lanes = rua_scan_count_lanes (self) };
  gboolean done = TRUE;

  g_mutex_init (&pass.mutex);
  pass.share = get_share (self);
  pass.stretch = in_blocks ? rua_scan_limits.block_rows / RUA_LANE_SHARES : MAX (pass.share, 1);
  pass.n_stretches = (guint) ((pass.share + pass.stretch - 1) / pass.stretch);
  for (; pass.now < pass.n_stretches && done; pass.now++)
    done = rua_parallel_run (pass.n_lanes, run_lane, &pass, NULL, cancellable, error)
      && (!in_blocks
          || rua_parallel_run (2 * RUA_LANES, add_ranges, &pass, NULL, cancellable, error));
  for (guint place = 0; place < RUA_LANES && pass.views[place] != NULL; place++) {
    for (guint s = 0; !lays && s < self->selections->len; s++)
      self->n_open[s] += pass.views[place]->n_open[s];
    rua_scan_view_free (pass.views[place]);
    rua_scan_scratch_free (pass.scratches[place]);
  }
  g_mutex_clear (&pass.mutex);
  return done;
}

/* ---- before and after ---- */

/* Memory that one task clears: a few large pages. */
#define CLEARED_BYTES ((gsize) 8 << 20)

typedef struct {
  guint8 *memory;
  gsize size;
} Cleared;

/* All 0 once the @clearing is done. */
static gpointer
new_states (gsize size, GArray *clearing)
{
  gboolean is_zero;
  guint8 *states = rua_block_new_told (size, &is_zero);

  for (gsize at = 0; at < size && !is_zero; at += CLEARED_BYTES) {
    Cleared cleared = { states + at, MIN (CLEARED_BYTES, size - at) };

    g_array_append_val (clearing, cleared);
  }
  return states;
}

static gboolean
clear_states (guint task, gpointer data, GError **error)
{
  const Cleared *cleared = &g_array_index ((GArray *) data, Cleared, task);

  memset (cleared->memory, 0, cleared->size);
  return TRUE;
}

static void
prepare_part (RuaScan *self, RuaScanPart *part, GArray *clearing)
{
  guint64 n_cells = part->keying->n_cells;
  guint n_lanes = rua_scan_count_lanes (self);

  if (!rua_scan_part_reads (part))
    return;
  if (part->reduction == NULL) {
    for (guint lane = 0; lane < n_lanes; lane++)
      part->lane_counts[lane] = rua_block_new0 (MAX (n_cells, 1) * sizeof (guint32));
    return;
  }
  part->stride = rua_reduction_get_stride (part->reduction, part->form);
  part->states = new_states (n_cells * part->stride, clearing);
  if (part->form != RUA_SUMS_ROUNDED) {
    part->lane_states[0] = part->states;
    for (guint place = 1; place < MIN (rua_get_n_threads (), n_lanes); place++)
      part->lane_states[place] = new_states (n_cells * part->stride, clearing);
    return;
  }
  if (n_lanes == 1 || n_cells * part->stride * n_lanes <= rua_scan_limits.lanes_bytes) {
    part->lane_states[0] = part->states;
    for (guint lane = 1; lane < n_lanes; lane++)
      part->lane_states[lane] = new_states (n_cells * part->stride, clearing);
    return;
  }
  part->range_bits = 6;
  while ((part->stride << part->range_bits) < rua_scan_limits.range_bytes
         || (n_cells >> part->range_bits) >= 512)
    part->range_bits++;
  part->n_ranges = (guint) (n_cells >> part->range_bits) + 1;
  part->buckets = g_new0 (RuaScanBucket, (gsize) RUA_LANES * part->n_ranges);
}

/* ---- all of it ---- */

typedef struct {
  RuaScan *scan;
  GCancellable *cancellable;
} Collecting;

static gboolean
collect_part (guint task, gpointer data, GError **error)
{
  Collecting *self = data;
  RuaScanPart *part = g_ptr_array_index (self->scan->parts, task);

  return part->groups != NULL || part->made != NULL || rua_scan_collect_groups (self->scan, part, self->cancellable, error);
}

static gboolean
collect_all (RuaScan *self, GCancellable *cancellable, GError **error)
{
  Collecting collecting = { self, cancellable };

  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    if (part->made == NULL && rua_scan_has_many_cells (part) && !rua_scan_collect_groups (self, part, cancellable, error))
      return FALSE;
  }
  return rua_parallel_run (self->parts->len, collect_part, &collecting, NULL, cancellable, error);
}

gboolean
rua_scan_run (RuaScan *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) clearing = g_array_new (FALSE, FALSE, sizeof (Cleared));
  gboolean in_blocks = FALSE;

  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    prepare_part (self, part, clearing);
    in_blocks |= part->buckets != NULL;
    if (part->lane_counts[0] != NULL && !self->keeps)
      rua_program_base_keep_records (self->base, self->n_rows);
  }
  if (self->keeps)
    rua_scan_begin_keeping (self);
  return rua_parallel_run (clearing->len, clear_states, clearing, NULL, cancellable, error)
    && run_pass (self, FALSE, in_blocks, cancellable, error)
    && rua_scan_merge (self, cancellable, error)
    && collect_all (self, cancellable, error);
}

/* ---- columns ---- */

/* Few estimators ask what their categories are called, and there may be a million of them. */
static GMutex labels_lock;

const char *
rua_scan_role_find_label (gpointer data, guint32 code)
{
  RuaScanRole *role = data;
  gpointer key = GUINT_TO_POINTER (code);
  char *label;

  g_mutex_lock (&labels_lock);
  label = g_hash_table_lookup (role->labels, key);
  if (label == NULL) {
    label = rua_coder_dup_label (role->coder, role->reader, code);
    g_hash_table_insert (role->labels, key, label);
  }
  g_mutex_unlock (&labels_lock);
  return label;
}

static void
prepare_labels (RuaScan *self, RuaScanRole *role)
{
  role->labels = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  role->reader = self->reader;
}

gsize
rua_scan_role_get_width (const RuaScanRole *role)
{
  return role->node != NULL && !role->packed ? sizeof (double) : sizeof (guint32);
}

static gsize
count_bytes (const RuaScanPart *part)
{
  gsize n = 0, width = part->record.n_bytes;

  for (guint g = 0; g < part->groups->len; g++)
    n += ((const RuaScanGroup *) g_ptr_array_index (part->groups, g))->n_used;
  for (guint r = 0; r < part->n_roles; r++)
    width += part->roles[r].record == NULL ? rua_scan_role_get_width (&part->roles[r]) : 0;
  return n * width;
}

/* A group of a part that is laid out is one cell. */
static guint32
get_group_cell (const RuaScanPart *part, const RuaScanGroup *group)
{
  return group->n > 0 ? part->order[group->begin] : 0;
}

typedef struct {
  guint32 coarse; /* the cell of the coarser part */
  guint group;
} Laid;

static int
compare_laid (gconstpointer a, gconstpointer b)
{
  const Laid *s = a, *t = b;

  if (s->coarse != t->coarse)
    return s->coarse < t->coarse ? -1 : 1;
  return s->group < t->group ? -1 : 1;
}

/* In which order groups are laid out: those of one group of the coarser part side by side. */
static Laid *
order_laid (const RuaScanPart *part)
{
  guint n = part->groups->len;
  Laid *order = g_new (Laid, MAX (n, 1));

  for (guint g = 0; g < n; g++) {
    order[g] = (Laid){ 0, g };
    if (part->coarser != NULL)
      rua_keying_fold (part->keying, part->coarser->keying, part->scan->base,
                       get_group_cell (part, g_ptr_array_index (part->groups, g)), 1, &order[g].coarse);
  }
  if (part->coarser != NULL)
    qsort (order, n, sizeof *order, compare_laid);
  return order;
}

/* The records of a coarser group are those of its finer ones, which lie side by side. */
static void
place_coarser (RuaScanPart *part, const Laid *order)
{
  const RuaScanPart *finer = part->finer;
  g_autofree guint32 *begins = g_new0 (guint32, part->keying->n_cells);

  for (guint k = finer->groups->len; k > 0; k--) {
    const RuaScanGroup *group = g_ptr_array_index (finer->groups, order[k - 1].group);

    if (group->n > 0)
      begins[order[k - 1].coarse] = group->begin;
  }
  for (guint g = 0; g < part->groups->len; g++) {
    RuaScanGroup *group = g_ptr_array_index (part->groups, g);

    group->begin = begins[get_group_cell (part, group)];
  }
}

static void
share_columns (const RuaScanPart *part, RuaScanPart *coarser)
{
  for (guint r = 0; r < part->n_roles; r++) {
    coarser->roles[r].vector = part->roles[r].vector;
    coarser->roles[r].record = part->roles[r].record;
    coarser->roles[r].is_made = part->roles[r].is_made;
    memcpy (coarser->roles[r].fields, part->roles[r].fields, sizeof part->roles[r].fields);
  }
  coarser->laid = TRUE;
}

static void
begin_laying (RuaScanPart *part)
{
  g_autofree Laid *order = order_laid (part);
  gsize n = 0;

  for (guint g = 0; g < part->groups->len; g++) {
    RuaScanGroup *group = g_ptr_array_index (part->groups, order[g].group);
    guint32 cell = get_group_cell (part, group);

    /* From now on begin is where its records do. */
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

    if (role->record == NULL)
      role->vector = rua_block_new (n * rua_scan_role_get_width (role));
  }
  if (part->record.n_bytes > 0)
    part->record.bytes = rua_block_new (n * part->record.n_bytes + sizeof (guint64));
  part->laying = TRUE;
  if (part->coarser != NULL)
    place_coarser (part->coarser, order);
}

/* Whether it is to be laid out yet. */
static gboolean
is_waiting (const RuaScanPart *part)
{
  return !part->laid && part->reduction == NULL && part->error == NULL && !part->bad && part->lane_counts[0] != NULL;
}

gboolean
rua_scan_lay_out (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error)
{
  gsize bytes = 0;
  gboolean any_waits = FALSE;

  if (part->laid)
    return TRUE;
  if (part->finer != NULL)
    part = part->finer;
  /* Those that come after it are laid out in the same pass, as far as memory allows. Where rows are not read again each has
   * its own pass, and the next one the memory that this one gives back. */
  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *other = g_ptr_array_index (self->parts, p);

    if (other != part
        && (self->kept != NULL || bytes == 0 || !is_waiting (other) || bytes + count_bytes (other) > LAID_BYTES))
      continue;
    bytes += MAX (count_bytes (other), 1);
    begin_laying (other);
  }
  if (!(self->kept != NULL ? rua_scan_lay_kept (self, part, cancellable, error)
                           : run_pass (self, TRUE, FALSE, cancellable, error)))
    return FALSE;
  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *other = g_ptr_array_index (self->parts, p);

    if (!other->laying) {
      any_waits |= is_waiting (other);
      continue;
    }
    other->laying = FALSE;
    other->laid = TRUE;
    if (other->coarser != NULL)
      share_columns (other, other->coarser);
    for (guint lane = 0; lane < RUA_LANES; lane++)
      g_clear_pointer (&other->lane_counts[lane], rua_block_free);
    for (guint r = 0; r < other->n_roles; r++)
      if (other->roles[r].node == NULL)
        prepare_labels (self, &other->roles[r]);
  }
  if (!any_waits) {
    rua_program_base_drop_records (self->base);
    rua_scan_drop_kept (self);
  }
  return TRUE;
}

void
rua_scan_drop_columns (RuaScanPart *part)
{
  for (guint r = 0; r < part->n_roles; r++) {
    if (part->finer == NULL)
      rua_block_free (part->roles[r].vector);
    part->roles[r].vector = NULL;
    g_clear_pointer (&part->roles[r].labels, g_hash_table_unref);
  }
  g_clear_pointer (&part->record.bytes, rua_block_free);
}
