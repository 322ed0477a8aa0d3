/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

/* Rows in whole chunks, made elsewhere and by any thread. */

/* The rows of a chunk that begins within one that is there. */
static void
write_rows (RuaColumn *column, guint32 first, const RuaChunk *chunk, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    if (chunk->known[i >> 6] >> (i & 63) & 1)
      rua_column_write_word (column, first + i, rua_chunk_read_word (chunk, i, column->width));
}

static void
put_chunk (RuaColumn *column, guint c, RuaChunk *chunk)
{
  if (c >= column->n_chunks) {
    column->chunks = g_renew (RuaChunk *, column->chunks, c + 1);
    memset (column->chunks + column->n_chunks, 0, (c + 1 - column->n_chunks) * sizeof *column->chunks);
    column->n_chunks = c + 1;
  }
  rua_chunk_unref (column->chunks[c]);
  column->chunks[c] = chunk;
}

static void
take_ids (RuaTable *self, guint32 first, guint32 n)
{
  RuaColumn *ids = rua_table_column (self, 0);

  for (guint32 row = first; row < first + n; row++) {
    guint32 code;

    if (rua_column_read_code (ids, row, &code))
      rua_table_set_id_row (self, code, row);
  }
}

void
rua_table_take_chunks (RuaTable *self, guint32 n_rows, RuaChunk **chunks, guint n_chunks)
{
  guint32 first = self->n_rows, head = first & RUA_CHUNK_MASK;
  guint first_chunk = first >> RUA_CHUNK_BITS, position = self->n_records;

  g_return_if_fail (self->appender == NULL);

  for (guint f = 0; f < self->columns->len; f++) {
    RuaColumn *column = rua_table_column (self, f);

    for (guint c = 0; c < n_chunks; c++) {
      RuaChunk *chunk = g_steal_pointer (&chunks[f * n_chunks + c]);

      if (chunk == NULL)
        continue;
      if (c == 0 && head > 0) {
        write_rows (column, first, chunk, MIN (n_rows, RUA_CHUNK_ROWS - head));
        rua_chunk_unref (chunk);
      } else
        put_chunk (column, first_chunk + c, chunk);
    }
  }
  take_ids (self, first, n_rows);
  self->n_rows += n_rows;
  self->n_records += n_rows;
  if (n_rows > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n_rows);
}
