/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
#include "rua-block-private.h"
#include "rua-wide-private.h"

#include <stdlib.h>
#include <string.h>

/* What counting the records of groups has found of each row, kept until their columns are laid out, a part after the other: a
 * word a row with the numbers that the columns hold and the cells, and beside it for each part a bit, whether it uses the row.
 * Rows are then read once. */

/* Those of more cells are not found through a table, which would not stay in the cache. */
#define MOST_FOLDED 65536

/* ---- finding what is kept ---- */

static gboolean
lays (const RuaScanPart *part)
{
  return part->reduction == NULL && rua_scan_part_reads (part);
}

static gboolean
keep_numbers (RuaScan *self, RuaScanRecord *record, const RuaScanPart *part)
{
  guint8 place;

  for (guint f = 0; part->record.n_bytes > 0 && f < part->record.n_fields; f++)
    if (!rua_scan_record_find_field (self->base, record, part->record.fields[f].node, &place))
      return FALSE;
  for (guint r = 0; r < part->n_roles; r++) {
    const RuaScanRole *role = &part->roles[r];

    if (role->record == NULL
        && (!role->packed || !rua_scan_record_find_field (self->base, record, role->node, &place)))
      return FALSE;
  }
  return TRUE;
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const RuaScanPart *s = *(RuaScanPart *const *) a, *t = *(RuaScanPart *const *) b;

  if (s->keying->n_cells != t->keying->n_cells)
    return s->keying->n_cells > t->keying->n_cells ? -1 : 1;
  return (s->record.n_bits < t->record.n_bits) - (s->record.n_bits > t->record.n_bits);
}

/* One whose cells those of the part are, or are made of. The first of these has its own. */
static const RuaScanPart *
find_cells (GPtrArray *parts, guint n, const RuaScanPart *part)
{
  for (guint i = 0; i < n; i++) {
    const RuaScanPart *other = g_ptr_array_index (parts, i);

    if (rua_keying_is_same (other->keying, part->keying)
        || (other->keying->n_cells <= MOST_FOLDED && rua_keying_divides (other->keying, part->keying)))
      return other;
  }
  return NULL;
}

static void
fold_cells (RuaScan *self, RuaScanPart *part)
{
  const RuaKeying *finer = part->kept.cells_of->keying;
  guint32 n = (guint32) finer->n_cells;

  if (rua_keying_is_same (finer, part->keying))
    return;
  part->kept.fold = g_new (guint32, n);
  for (guint32 first = 0; first < n; first += RUA_BATCH)
    rua_keying_fold (finer, part->keying, self->base, first, MIN (RUA_BATCH, n - first), part->kept.fold + first);
}

void
rua_scan_find_kept (RuaScan *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  RuaScanRecord record = { .n_fields = 0 };
  guint bits;

  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    if (lays (part))
      g_ptr_array_add (parts, part);
  }
  if (G_BYTE_ORDER != G_LITTLE_ENDIAN || parts->len == 0 || self->n_rows * sizeof (guint64) > rua_scan_limits.kept_bytes)
    return;
  qsort (parts->pdata, parts->len, sizeof *parts->pdata, compare_parts);
  /* A part's own record first, so that it is written as it stands. */
  for (guint i = 0; i < 2 * parts->len; i++) {
    const RuaScanPart *part = g_ptr_array_index (parts, i % parts->len);

    if ((i >= parts->len || part->record.n_bytes > 0) && !keep_numbers (self, &record, part))
      return;
  }
  bits = record.n_bits;
  for (guint i = 0; i < parts->len; i++) {
    RuaScanPart *part = g_ptr_array_index (parts, i);

    part->kept = (RuaScanKept){ .cells_of = find_cells (parts, i, part), .cell_bit = bits };
    if (part->kept.cells_of == NULL)
      bits += part->kept.n_cell_bits = g_bit_storage (part->keying->n_cells - 1);
  }
  if (bits > 64)
    return;
  for (guint i = 0; i < parts->len; i++) {
    RuaScanPart *part = g_ptr_array_index (parts, i);

    if (part->kept.cells_of != NULL)
      fold_cells (self, part);
  }
  self->kept_record = record;
  self->keeps = TRUE;
}

/* ---- keeping it ---- */

/* Of a batch the words, and behind them the bits of each part. Batches share blocks of one large page, for which there is a
 * place wherever a page is free. */
void
rua_scan_begin_keeping (RuaScan *self)
{
  gsize room = self->base->room;
  guint n_batches = MAX ((self->n_rows + (RUA_BATCH - 1)) / RUA_BATCH, 1), n_parts = 0;

  for (guint p = 0; p < self->parts->len; p++) {
    RuaScanPart *part = g_ptr_array_index (self->parts, p);

    if (lays (part))
      part->kept.place = n_parts++;
  }
  self->kept_length = room + n_parts * (room / 64);
  self->n_kept_batches = (guint) MAX (RUA_LARGE_PAGE / (self->kept_length * sizeof (guint64)), 1);
  self->kept = g_ptr_array_new_with_free_func (rua_block_free);
  for (guint at = 0; at < n_batches; at += self->n_kept_batches)
    g_ptr_array_add (self->kept,
                     rua_block_new (MIN (self->n_kept_batches, n_batches - at) * self->kept_length * sizeof (guint64)));
}

void
rua_scan_drop_kept (RuaScan *self)
{
  g_clear_pointer (&self->kept, g_ptr_array_unref);
}

/* What is kept of the row and those behind it in its batch. */
static guint64 *
get_words (const RuaScan *self, guint64 row)
{
  guint batch = (guint) (row / RUA_BATCH);
  guint64 *block = g_ptr_array_index (self->kept, batch / self->n_kept_batches);

  return block + batch % self->n_kept_batches * self->kept_length + row % RUA_BATCH;
}

static guint64 *
get_used (const RuaScan *self, const RuaScanPart *part, guint64 row)
{
  gsize room = self->base->room, at = row % RUA_BATCH;

  return get_words (self, row - at) + room + part->kept.place * (room / 64) + at / 64;
}

static guint64
get_mask (const RuaScanKept *self)
{
  return (G_GUINT64_CONSTANT (1) << self->n_cell_bits) - 1;
}

/* That of a row that is not there may be anything. */
RUA_WIDE static void
add_cells (const guint32 *cells, guint64 mask, guint shift, guint n, guint64 *words)
{
  for (guint i = 0; i < n; i++)
    words[i] |= (cells[i] & mask) << shift;
}

void
rua_scan_keep_batch (RuaScan *self, RuaScanView *view)
{
  guint64 *words = get_words (self, view->run->first);
  guint n = view->run->n;

  rua_scan_record_make (&self->kept_record, view, words);
  for (guint p = 0; p < self->parts->len; p++) {
    const RuaScanPart *part = g_ptr_array_index (self->parts, p);

    if (part->kept.n_cell_bits > 0)
      add_cells (rua_scan_view_cells (view, part), get_mask (&part->kept), part->kept.cell_bit, n, words);
  }
}

void
rua_scan_keep_used (const RuaScan *self, const RuaScanPart *part, guint32 first, guint n, const RuaScanTaken *taken)
{
  guint64 *used = get_used (self, part, first);
  gsize size = (n + 63) / 64 * sizeof *used;

  if (taken != NULL)
    memcpy (used, taken->bits, size);
  else
    memset (used, 0, size);
}

/* ---- laying it out ---- */

/* Rows at once, whole words of bits: what is made of them stays in the first caches. */
#define LAID 1024

typedef struct {
  RuaScan *scan;
  RuaScanPart *part;
  GCancellable *cancellable;
  guint n_lanes;
  gint n_done;
} Laying;

/* Which of a stretch of rows are used. */
typedef struct {
  guint n;
  guint32 places[LAID + 8];
} Used;

RUA_WIDE static void
take_cells (const guint64 *words, guint64 mask, guint shift, guint n, guint32 *cells)
{
  for (guint i = 0; i < n; i++)
    cells[i] = (guint32) (words[i] >> shift & mask);
}

/* Where each of the rows comes to stand. */
static void
find_places (RuaScanPart *part, guint lane, const guint64 *words, guint n_rows, const Used *used, guint32 *to)
{
  const RuaScanKept *own = &part->kept, *kept = own->cells_of != NULL ? &own->cells_of->kept : own;
  guint32 *next = part->lane_counts[lane], cells[LAID];

  take_cells (words, get_mask (kept), kept->cell_bit, n_rows, cells);
  if (own->fold != NULL)
    for (guint k = 0; k < used->n; k++)
      to[k] = next[own->fold[cells[used->places[k]]]]++;
  else
    for (guint k = 0; k < used->n; k++)
      to[k] = next[cells[used->places[k]]]++;
}

/* The part's own record, of the one that is kept. */
RUA_WIDE static void
move_field (const guint64 *words, guint64 mask, guint from, guint to, guint n, guint64 *moved)
{
  for (guint i = 0; i < n; i++)
    moved[i] |= (words[i] >> from & mask) << to;
}

static const RuaScanField *
get_field (const RuaScanRecord *record, const RuaNode *node)
{
  guint f = 0;

  while (record->fields[f].node != node)
    f++;
  return &record->fields[f];
}

static const guint64 *
make_record (const RuaScanRecord *kept, const RuaScanRecord *record, const guint64 *words, guint n, guint64 *room)
{
  gboolean as_it_stands = TRUE;

  for (guint f = 0; f < record->n_fields; f++)
    as_it_stands = as_it_stands && kept->fields[f].node == record->fields[f].node;
  if (as_it_stands)
    return words;
  memset (room, 0, n * sizeof *room);
  for (guint f = 0; f < record->n_fields; f++) {
    const RuaScanField *field = &record->fields[f];

    move_field (words, field->mask, get_field (kept, field->node)->shift, field->shift, n, room);
  }
  return room;
}

/* What is unknown is the greatest word, whatever it is in the field. */
RUA_WIDE static void
make_packed (const guint64 *words, guint32 mask, guint shift, guint32 offset, guint n, guint32 *packed)
{
  for (guint i = 0; i < n; i++) {
    guint32 code = (guint32) (words[i] >> shift) & mask;

    packed[i] = code == mask ? G_MAXUINT32 : code + offset;
  }
}

static void
lay_packed (const RuaScanRole *role, const RuaScanField *field, const guint64 *words, guint n_rows, const Used *used,
            const guint32 *to)
{
  guint32 packed[LAID], *vector = role->vector;

  make_packed (words, field->mask, field->shift, (guint32) (gint64) (role->offset - field->offset), n_rows, packed);
  for (guint k = 0; k < used->n; k++) {
    rua_scan_call_place (vector, sizeof *vector, to, k, used->n);
    vector[to[k]] = packed[used->places[k]];
  }
}

static void
lay_rows (RuaScan *self, RuaScanPart *part, guint lane, guint64 first, guint n_rows)
{
  const guint64 *words = get_words (self, first);
  guint64 room[LAID];
  guint32 to[LAID];
  Used used;

  used.n = rua_scan_list_bits (get_used (self, part, first), (n_rows + 63) / 64, used.places);
  find_places (part, lane, words, n_rows, &used, to);
  if (part->record.n_bytes > 0)
    rua_scan_record_write (&part->record, make_record (&self->kept_record, &part->record, words, n_rows, room), used.places,
                           to, used.n);
  for (guint r = 0; r < part->n_roles; r++) {
    const RuaScanRole *role = &part->roles[r];

    if (role->record == NULL)
      lay_packed (role, get_field (&self->kept_record, role->node), words, n_rows, &used, to);
  }
}

static gboolean
lay_lane (guint lane, gpointer data, GError **error)
{
  Laying *self = data;
  guint64 end, first;

  rua_scan_get_lane (self->scan, lane, &first, &end);
  for (; first < end; first += LAID) {
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    lay_rows (self->scan, self->part, lane, first, (guint) MIN (LAID, end - first));
  }
  rua_scan_tell_progress (self->scan, &self->n_done, self->n_lanes);
  return TRUE;
}

gboolean
rua_scan_lay_kept (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error)
{
  Laying laying = { self, part, cancellable, rua_scan_count_lanes (self), 0 };

  return rua_parallel_run (laying.n_lanes, lay_lane, &laying, NULL, cancellable, error);
}
