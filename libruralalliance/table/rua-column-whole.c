/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-column-private.h"

#include <string.h>

#include "rua-block-private.h"
#include "rua-table-core-private.h"

/* A column in one piece. When a column of several chunks is first asked for its values, they are laid
 * end to end in one block, and the chunks then lie in it: from then on the column is lent without a
 * copy, and takes no more memory than before. A writer copies the chunk that he writes to, since it is
 * not its own; that chunk then lies elsewhere, and the next who asks has the block laid anew. */

void
rua_whole_clear (RuaWhole *self)
{
  g_clear_pointer (&self->block, g_bytes_unref);
  g_clear_pointer (&self->unknown, g_bytes_unref);
  self->n_rows = 0;
}

static guint
n_chunks_of (guint32 n_rows)
{
  return (guint) (((guint64) n_rows + RUA_CHUNK_ROWS - 1) >> RUA_CHUNK_BITS);
}

/* Whether every chunk still lies where it was put. */
static gboolean
is_laid (RuaColumn *self, guint32 n_rows)
{
  const char *values;

  if (!self->whole.block || self->whole.n_rows != n_rows || self->n_chunks < n_chunks_of (n_rows))
    return FALSE;
  values = g_bytes_get_data (self->whole.block, NULL);
  for (guint c = 0; c < n_chunks_of (n_rows); c++) {
    const RuaChunk *chunk = self->chunks[c];

    if (!chunk || chunk->owner != self->whole.block
        || (const char *) chunk->values != values + ((gsize) c << RUA_CHUNK_BITS) * self->width)
      return FALSE;
  }
  return TRUE;
}

/* Room for whole chunks, then a bit set for each. */
static void
lay (RuaColumn *self, guint32 n_rows)
{
  guint n = n_chunks_of (n_rows);
  gsize of_values = ((gsize) n << RUA_CHUNK_BITS) * self->width, of_known = RUA_CHUNK_ROWS / 8;
  char *memory = rua_block_new (of_values + n * of_known);
  GBytes *block = g_bytes_new_with_free_func (memory, of_values + n * of_known, rua_block_free, memory);

  self->whole.all_known = TRUE;
  for (guint c = 0; c < n; c++) {
    guint32 rows = rua_chunk_rows_of (n_rows, c);
    char *values = memory + ((gsize) c << RUA_CHUNK_BITS) * self->width;
    guint64 *known = (guint64 *) (gpointer) (memory + of_values + c * of_known);
    const RuaChunk *old = c < self->n_chunks ? self->chunks[c] : NULL;
    RuaSlice slice = { .values = values, .known = known, .n_rows = rows, .bits = (guint8) (8 * self->width), .divisor = 1 };
    guint64 print[2] = { 0, 0 };
    RuaChunk *chunk;
    guint32 held = old ? MIN (old->capacity, rows) : 0;

    memset (values + (gsize) held * self->width, 0, (gsize) (RUA_CHUNK_ROWS - held) * self->width);
    memset ((char *) known + (held + 63) / 64 * sizeof *known, 0, of_known - (held + 63) / 64 * sizeof *known);
    if (old) {
      rua_chunk_read_plain (old, held, self->width, values);
      memcpy (known, old->known, (held + 63) / 64 * sizeof *known);
      if (held % 64)
        known[held / 64] &= (G_GUINT64_CONSTANT (1) << (held % 64)) - 1;
    }
    for (guint32 w = 0; w < rows / 64 && self->whole.all_known; w++)
      self->whole.all_known = known[w] == G_MAXUINT64;
    if (rows % 64 && known[rows / 64] != (G_GUINT64_CONSTANT (1) << (rows % 64)) - 1)
      self->whole.all_known = FALSE;
    chunk = rua_chunk_new_mapped (&slice, FALSE, print, block);
    chunk->mapped = FALSE;
    chunk->printed = 0;
    rua_column_take_chunk (self, c, chunk);
  }
  rua_whole_clear (&self->whole);
  self->whole.block = block;
  self->whole.n_rows = n_rows;
}

/* The column in one piece, or FALSE where it is not kept as it is told: dates, rows that were removed, a
 * snapshot, which several threads may read. */
static gboolean
ensure_whole (RuaColumn *self)
{
  RuaTable *target = self->type == RUA_FIELD_TYPE_REFERENCE ? rua_column_get_target (self) : NULL;
  guint32 n_rows = rua_table_get_n_rows (self->table);

  if (n_rows <= RUA_CHUNK_ROWS || rua_table_get_n_records (self->table) != n_rows || self->type == RUA_FIELD_TYPE_DATE
      || (target && !rua_table_is_dense (target)) || !rua_table_is_dense (self->table) || self->table->appender
      || !self->table->tables || self->table->tables->frozen)
    return FALSE;
  if (!is_laid (self, n_rows))
    lay (self, n_rows);
  return TRUE;
}

/**
 * rua_column_dup_values:
 * @self: a column
 *
 * Gets the values in the order of the table, in native byte order: 64-bit integers (INTEGER,
 * and MONEY in minor units), doubles (NUMBER), bytes (BOOLEAN), 32-bit days since 1970-01-01 of
 * the first day (DATE), 32-bit places in the target's table (REFERENCE), 32-bit codes into
 * [method@RuralAlliance.Column.dup_dictionary] (TEXT, TEXTS, TOKEN, TEXT_LIST, JSON). Where a
 * value is unknown the bytes are 0 and [method@RuralAlliance.Column.dup_presence] says so.
 *
 * They stay as they are when the column is written to, and outlive it. Dates, and tables from which
 * records were removed, are copied. Any other column is lent: the first time its values are laid end to end, unless
 * they fit in one chunk, and after that nothing is copied until it is written to.
 *
 * References to records of any kind and lists of references have no such form.
 *
 * Returns: (transfer full) (nullable): the values, or %NULL for a field without such a form
 *
 * Since: 1.0
 */
GBytes *
rua_column_dup_values (RuaColumn *self)
{
  guint32 n, at = 0;
  char *out;
  RuaTable *target = NULL;
  gboolean dense;

  g_return_val_if_fail (RUA_IS_COLUMN (self), NULL);

  if (self->any || self->type == RUA_FIELD_TYPE_REFERENCE_LIST || !self->table)
    return NULL;
  n = rua_table_get_n_records (self->table);
  if (ensure_whole (self))
    return g_bytes_new_from_bytes (self->whole.block, 0, (gsize) n * self->width);
  dense = rua_table_is_dense (self->table);
  if (dense && n > 0 && n <= RUA_CHUNK_ROWS && self->n_chunks > 0 && self->chunks[0] && !self->chunks[0]->packed
      && self->chunks[0]->capacity >= n && self->type != RUA_FIELD_TYPE_DATE && self->type != RUA_FIELD_TYPE_REFERENCE)
    return rua_column_dup_chunk_values (self, 0);
  out = g_malloc0 (MAX (1, (gsize) n * self->width));
  if (self->type == RUA_FIELD_TYPE_REFERENCE)
    target = rua_column_get_target (self);

  for (guint c = 0; c < self->n_chunks; c++) {
    const RuaChunk *chunk = self->chunks[c];
    guint32 first = c << RUA_CHUNK_BITS, end = rua_chunk_rows_of (rua_table_get_n_rows (self->table), c);

    if (dense) {
      at = first;
      if (chunk)
        rua_chunk_read_plain (chunk, MIN (chunk->capacity, end), self->width, out + (gsize) at * self->width);
      continue;
    }
    for (guint32 i = 0; i < end; i++) {
      if (!rua_table_is_alive (self->table, first + i))
        continue;
      if (rua_column_peek (self, first + i))
        rua_column_put_word (out + (gsize) at * self->width, self->width, rua_chunk_read_word (chunk, i, self->width));
      at++;
    }
  }
  at = n;
  if (self->type == RUA_FIELD_TYPE_DATE) {
    gint32 *days = (gint32 *) (gpointer) out;

    for (guint32 i = 0; i < at; i++)
      days[i] = rua_date_packed_day (days[i]);
  }
  if (target && !rua_table_is_dense (target)) {
    guint32 *rows = (guint32 *) (gpointer) out;

    for (guint32 i = 0; i < at; i++)
      rows[i] = rua_table_is_alive (target, rows[i]) ? rua_table_position_of (target, rows[i]) : 0;
  }
  return g_bytes_new_take (out, (gsize) n * self->width);
}

/**
 * rua_column_dup_presence:
 * @self: a column
 *
 * Copies which values are known, in the order of the table.
 *
 * Returns: (transfer full): one byte a record: 1 known, 0 unknown
 *
 * Since: 1.0
 */
GBytes *
rua_column_dup_presence (RuaColumn *self)
{
  guint32 n_rows, n, at = 0;
  guint8 *out;

  g_return_val_if_fail (RUA_IS_COLUMN (self), NULL);

  n_rows = self->table ? rua_table_get_n_rows (self->table) : 0;
  n = rua_column_get_n_rows (self);
  out = g_malloc0 (MAX (1, n));
  for (guint32 row = 0; row < n_rows; row++)
    if (rua_table_is_alive (self->table, row))
      out[at++] = rua_column_peek (self, row) != NULL;
  return g_bytes_new_take (out, n);
}

/**
 * rua_column_dup_unknown:
 * @self: a column
 *
 * Gets which values are not known, in the order of the table: the mask of an array.
 *
 * Where [method@RuralAlliance.Column.dup_values] copies nothing, this copies nothing but the first time.
 *
 * Returns: (transfer full) (nullable): one byte a record: 1 unknown, 0 known; %NULL where all are known
 *
 * Since: 1.0
 */
GBytes *
rua_column_dup_unknown (RuaColumn *self)
{
  g_autoptr (GBytes) presence = NULL;
  const guint8 *known;
  gboolean whole, any = FALSE;
  guint8 *out;
  gsize n;

  g_return_val_if_fail (RUA_IS_COLUMN (self), NULL);

  whole = self->table && ensure_whole (self);
  if (whole && self->whole.all_known)
    return NULL;
  if (whole && self->whole.unknown)
    return g_bytes_ref (self->whole.unknown);
  presence = rua_column_dup_presence (self);
  known = g_bytes_get_data (presence, &n);
  out = g_malloc (MAX (1, n));
  for (gsize i = 0; i < n; i++) {
    out[i] = !known[i];
    any |= !known[i];
  }
  if (!any) {
    g_free (out);
    return NULL;
  }
  if (!whole)
    return g_bytes_new_take (out, n);
  self->whole.unknown = g_bytes_new_take (out, n);
  return g_bytes_ref (self->whole.unknown);
}
