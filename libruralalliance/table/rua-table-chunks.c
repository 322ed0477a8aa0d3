/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

#include "rua-parallel-private.h"

/* Tables a chunk at a time: packed. */

/* Column after column, each with its chunks: task i is the ith of them all. */
typedef struct {
  RuaTable *table;
  guint n_columns; /* and behind them the extra members' */
} Packing;

static RuaColumn *
column_at (Packing *packing, guint i)
{
  return i < packing->n_columns ? rua_table_column (packing->table, i) : packing->table->extra;
}

static gboolean
pack_chunk (guint task, gpointer data, GError **error)
{
  Packing *packing = data;
  guint i = 0, first;
  RuaColumn *column = column_at (packing, 0);
  RuaChunk *chunk;

  while (task >= column->n_chunks) {
    task -= column->n_chunks;
    column = column_at (packing, ++i);
  }
  first = task << RUA_CHUNK_BITS;
  chunk = column->chunks[task];
  column->chunks[task] = packing->table->n_rows > first
                             ? rua_chunk_pack (chunk, column->type, column->width,
                                               MIN (RUA_CHUNK_ROWS, packing->table->n_rows - first))
                             : NULL;
  rua_chunk_unref (chunk);
  return TRUE;
}

gboolean
rua_table_pack (RuaTable *self, GCancellable *cancellable, GError **error)
{
  Packing packing = { self, self->columns->len };
  guint n = 0;

  if (self->appender) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "%s: records are being appended in bulk; commit or roll back first",
                 rua_kind_get_name (self->kind));
    return FALSE;
  }
  for (guint i = 0; i <= packing.n_columns; i++)
    n += column_at (&packing, i)->n_chunks;
  return rua_parallel_run (n, pack_chunk, &packing, NULL, cancellable, error);
}
