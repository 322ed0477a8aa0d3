/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-journal-private.h"

#include <string.h>

#include "rua-record-private.h"
#include "rua-row-list-private.h"

/* Rows made, dropped, kept and put into another order, for who knows that the tables are whole when
 * he is done: undoing and merging. */

void
rua_tables_set_journal (RuaTables *self, const RuaJournal *journal)
{
  self->journal = journal;
}

RuaTable *
rua_tables_find_appending (RuaTables *self)
{
  for (guint i = 0; i < self->tables->len; i++)
    if (((RuaTable *) self->tables->pdata[i])->appender)
      return self->tables->pdata[i];
  return NULL;
}

static inline RuaColumn *
column_at (RuaTable *self, guint field)
{
  return field < self->columns->len ? rua_table_column (self, field) : self->extra;
}

/* ---- single rows ---- */

guint32
rua_table_make_row (RuaTable *self)
{
  self->n_records++;
  return self->n_rows++;
}

/* Rows up to @end that nobody has. */
static void
leave_gap (RuaTable *self, guint32 end)
{
  while (self->n_rows < end) {
    rua_table_mark_removed (self, self->n_rows);
    self->n_rows++;
  }
}

void
rua_table_revive_row (RuaTable *self, guint32 row)
{
  /* Rows that were taken off the end are between: they stay away. */
  leave_gap (self, row);
  if (row < self->n_rows && row / 64 < self->removed_words) {
    self->removed[row / 64] &= ~(G_GUINT64_CONSTANT (1) << (row % 64));
    for (guint32 b = (row >> 12) + 1; b < self->n_gone; b++)
      self->gone[b]--;
  }
  self->n_rows = MAX (self->n_rows, row + 1);
  self->n_records++;
}

gboolean
rua_table_read_cell (RuaTable *self, guint32 row, guint field, guint64 *word)
{
  return rua_column_read_word (column_at (self, field), row, word);
}

void
rua_table_write_cell (RuaTable *self, guint32 row, guint field, gboolean is_known, guint64 word)
{
  RuaColumn *column = column_at (self, field);
  guint32 code;

  if (field == 0) {
    if (rua_column_read_code (column, row, &code) && rua_table_get_id_row (self, code) == row)
      rua_table_set_id_row (self, code, RUA_NO_ROW);
    if (is_known)
      rua_table_set_id_row (self, (guint32) word, row);
  }
  if (is_known)
    rua_column_write_word (column, row, word);
  else
    rua_column_forget (column, row);
}

static void
forget_cells (RuaTable *self, guint32 row)
{
  for (guint i = 0; i <= self->columns->len; i++)
    if (rua_column_peek (column_at (self, i), row))
      rua_table_write_cell (self, row, i, FALSE, 0);
}

void
rua_table_release_window (RuaTable *self, guint32 row, RuaRowIsLeaving is_leaving, gpointer data)
{
  RuaRecord *record = rua_table_peek_window (self, row);
  RuaCells *cells;

  if (!record)
    return;
  cells = rua_table_lift_cells (self, row, is_leaving, data);
  rua_table_drop_window (self, row);
  rua_record_detach (record, cells, g_strdup (rua_table_get_extra_at_row (self, row)));
  if (self->tables)
    g_object_unref (self->tables->owner);
}

void
rua_table_drop_row (RuaTable *self, guint32 row)
{
  rua_table_release_window (self, row, NULL, NULL);
  forget_cells (self, row);
  rua_table_mark_removed (self, row);
  self->n_records--;
}

void
rua_table_drop_last_rows (RuaTable *self, guint32 first)
{
  guint32 row = self->n_rows;

  /* Backwards, so that ids that came in order go in order. */
  while (row > first) {
    row--;
    if (!rua_table_is_alive (self, row)) {
      self->removed[row / 64] &= ~(G_GUINT64_CONSTANT (1) << (row % 64));
      continue;
    }
    rua_table_release_window (self, row, NULL, NULL);
    forget_cells (self, row);
    self->n_records--;
  }
  self->n_rows = first;
  rua_row_lists_cut (self->row_lists, first);
  rua_table_count_removed (self);
}

gboolean
rua_table_take_record (RuaTable *self, guint32 row, RuaRecord *record)
{
  if (rua_record_get_table (record) || rua_table_peek_window (self, row))
    return FALSE;
  rua_record_attach (record, self, row);
  rua_table_hold_window (self, row, record);
  return TRUE;
}

/* ---- rows kept ---- */

struct _RuaKeptRows {
  guint32 first; /* of the rows, in the first chunk */
  guint32 n;
  guint n_columns;
  guint n_chunks; /* of a column */
  RuaChunk *chunks[];
};

RuaKeptRows *
rua_table_keep_rows (RuaTable *self, guint32 first, guint32 n)
{
  guint n_columns = self->columns->len + 1, from = first >> RUA_CHUNK_BITS;
  guint n_chunks = n ? ((first + n - 1) >> RUA_CHUNK_BITS) - from + 1 : 0;
  RuaKeptRows *kept = g_malloc0 (sizeof *kept + (gsize) n_columns * n_chunks * sizeof (RuaChunk *));

  kept->first = first & RUA_CHUNK_MASK;
  kept->n = n;
  kept->n_columns = n_columns;
  kept->n_chunks = n_chunks;
  for (guint i = 0; i < n_columns; i++) {
    RuaColumn *column = column_at (self, i == n_columns - 1 ? self->columns->len : i);

    for (guint c = 0; c < n_chunks && from + c < column->n_chunks; c++)
      if (column->chunks[from + c])
        kept->chunks[i * n_chunks + c] = rua_chunk_ref (column->chunks[from + c]);
  }
  return kept;
}

guint32
rua_kept_rows_get_n (const RuaKeptRows *kept)
{
  return kept->n;
}

void
rua_table_restore_rows (RuaTable *self, guint32 first, const RuaKeptRows *kept)
{
  for (guint32 row = first; row < first + kept->n; row++)
    rua_table_revive_row (self, row);
  for (guint i = 0; i < kept->n_columns; i++) {
    /* Fields that the kind was given since are unknown. */
    guint field = i == kept->n_columns - 1 ? self->columns->len : i;
    guint width = column_at (self, field)->width;

    for (guint32 row = 0; row < kept->n; row++) {
      guint32 at = kept->first + row;
      const RuaChunk *chunk = kept->chunks[i * kept->n_chunks + (at >> RUA_CHUNK_BITS)];

      at &= RUA_CHUNK_MASK;
      if (chunk && at < chunk->capacity && chunk->known[at >> 6] >> (at & 63) & 1)
        rua_table_write_cell (self, first + row, field, TRUE, rua_chunk_read_word (chunk, at, width));
    }
  }
}

void
rua_kept_rows_free (RuaKeptRows *kept)
{
  if (!kept)
    return;
  for (gsize i = 0; i < (gsize) kept->n_columns * kept->n_chunks; i++)
    rua_chunk_unref (kept->chunks[i]);
  g_free (kept);
}

/* ---- another order ---- */

static void
reorder_column (RuaColumn *self, const guint32 *order, guint32 n)
{
  RuaChunk **chunks = self->chunks;
  guint n_chunks = self->n_chunks;

  self->chunks = NULL;
  self->n_chunks = 0;
  for (guint32 row = 0; row < n; row++) {
    guint c = order[row] >> RUA_CHUNK_BITS;
    guint32 at = order[row] & RUA_CHUNK_MASK;
    const RuaChunk *chunk = c < n_chunks ? chunks[c] : NULL;

    if (chunk && at < chunk->capacity && chunk->known[at >> 6] >> (at & 63) & 1)
      rua_column_write_word (self, row, rua_chunk_read_word (chunk, at, self->width));
  }
  for (guint c = 0; c < n_chunks; c++)
    rua_chunk_unref (chunks[c]);
  g_free (chunks);
}

static void
reorder_windows (RuaTable *self, const guint32 *map, guint32 n_map)
{
  g_autoptr (GPtrArray) held = g_ptr_array_new ();

  for (guint32 row = 0; row < n_map; row++) {
    RuaRecord *record = rua_table_peek_window (self, row);

    if (!record)
      continue;
    rua_table_drop_window (self, row);
    g_ptr_array_add (held, record);
  }
  for (guint i = 0; i < held->len; i++) {
    RuaRecordPrivate *p = priv (held->pdata[i]);

    p->row = map[p->row];
    rua_table_hold_window (self, p->row, held->pdata[i]);
    /* It held the owner before. */
    if (self->tables)
      g_object_unref (self->tables->owner);
  }
}

static guint64
map_word (RuaColumn *column, RuaTable *target, const guint32 *map, guint64 word)
{
  if (!column->any)
    return map[word];
  return (guint) (word >> 32) == target->ordinal ? rua_column_pack_any (target, map[(guint32) word]) : word;
}

static guint32
map_list (RuaColumn *column, RuaTable *target, const guint32 *map, guint32 code)
{
  gsize length, size = column->any ? sizeof (guint64) : sizeof (guint32);
  const char *packed = rua_dictionary_get (&column->dictionary, code, &length);
  g_autofree char *mapped = g_memdup2 (packed, MAX (1, length));

  for (gsize at = 0; at + size <= length; at += size) {
    guint64 word = 0;
    guint32 narrow;

    if (column->any) {
      memcpy (&word, packed + at, sizeof word);
      word = map_word (column, target, map, word);
      memcpy (mapped + at, &word, sizeof word);
    } else {
      memcpy (&narrow, packed + at, sizeof narrow);
      narrow = map[narrow];
      memcpy (mapped + at, &narrow, sizeof narrow);
    }
  }
  return rua_dictionary_intern (&column->dictionary, mapped, length);
}

static void
map_references (RuaColumn *column, RuaTable *target, const guint32 *map)
{
  gboolean is_list = column->type == RUA_FIELD_TYPE_REFERENCE_LIST;
  g_autoptr (GHashTable) lists = NULL;

  if (!is_list && column->type != RUA_FIELD_TYPE_REFERENCE)
    return;
  if (!column->any && rua_column_get_target (column) != target)
    return;
  if (is_list)
    lists = g_hash_table_new (g_direct_hash, g_direct_equal);
  for (guint32 row = 0; row < column->table->n_rows; row++) {
    guint64 word, mapped;
    gpointer known;

    if (!rua_column_read_word (column, row, &word))
      continue;
    if (!is_list)
      mapped = map_word (column, target, map, word);
    else if (g_hash_table_lookup_extended (lists, GUINT_TO_POINTER ((guint) word), NULL, &known))
      mapped = GPOINTER_TO_UINT (known);
    else {
      mapped = map_list (column, target, map, (guint32) word);
      g_hash_table_insert (lists, GUINT_TO_POINTER ((guint) word), GUINT_TO_POINTER ((guint) mapped));
    }
    if (mapped != word)
      rua_column_write_word (column, row, mapped);
  }
}

void
rua_table_reorder (RuaTable *self, const guint32 *order, guint32 n)
{
  guint32 n_map = self->n_rows;
  g_autofree guint32 *map = g_new (guint32, MAX (1, n_map));

  g_assert (n == self->n_records && !self->appender);
  memset (map, 0xff, n_map * sizeof *map);
  for (guint32 row = 0; row < n; row++)
    map[order[row]] = row;
  for (guint i = 0; i <= self->columns->len; i++)
    reorder_column (column_at (self, i), order, n);
  self->n_rows = n;
  g_clear_pointer (&self->removed, g_free);
  self->removed_words = 0;
  g_clear_pointer (&self->gone, g_free);
  self->n_gone = 0;
  self->ids_in_order = 0;
  g_clear_pointer (&self->id_rows, g_free);
  self->n_id_rows = 0;
  for (guint32 row = 0; row < n; row++) {
    guint32 code;

    if (rua_column_read_code (rua_table_column (self, 0), row, &code))
      rua_table_set_id_row (self, code, row);
  }
  reorder_windows (self, map, n_map);
  rua_row_lists_map (self->row_lists, map, n_map);
  for (guint t = 0; t < self->tables->tables->len; t++) {
    RuaTable *other = self->tables->tables->pdata[t];

    for (guint i = 0; i < other->columns->len; i++)
      map_references (rua_table_column (other, i), self, map);
  }
}

void
rua_table_announce_rows (RuaTable *self, guint32 first, guint32 last, guint n_before)
{
  guint position = rua_table_position_of (self, MIN (first, self->n_rows)), after = 0;

  if (last + 1 < self->n_rows)
    after = self->n_records - rua_table_position_of (self, last + 1);
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_before - position - after, self->n_records - position - after);
}
