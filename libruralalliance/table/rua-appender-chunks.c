/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-appender-private.h"

/* Rows in bulk, a chunk of a column at a time. */

static RuaColumn *
column_of (RuaAppender *self, guint field)
{
  g_assert (self->table != NULL && field <= self->table->columns->len);
  return field < self->table->columns->len ? rua_table_column (self->table, field) : self->table->extra;
}

guint32
rua_appender_intern (RuaAppender *self, guint field, const char *text, gsize length)
{
  return rua_dictionary_intern (&column_of (self, field)->dictionary, text, length);
}

gboolean
rua_appender_take_texts (RuaAppender *self, guint field, RuaTextRun *run)
{
  RuaDictionary *dictionary = &column_of (self, field)->dictionary;

  if (rua_dictionary_get_n (dictionary) > 0)
    return FALSE;
  rua_dictionary_take_run (dictionary, run);
  return TRUE;
}

gboolean
rua_appender_trust_ids (RuaAppender *self)
{
  self->ids_trusted = self->table->ids_in_order == self->first && self->table->n_id_rows == 0;
  return self->ids_trusted;
}

/* The rows of ids, while each is nobody else's. */
static gboolean
take_ids (RuaAppender *self, RuaColumn *column, guint32 first, const RuaChunk *chunk, guint32 n_rows, GError **error)
{
  RuaTable *table = self->table;

  if (self->ids_trusted) {
    table->ids_in_order = first + n_rows;
    return TRUE;
  }
  for (guint32 i = 0; i < n_rows; i++) {
    guint32 code, holder;
    const char *id;
    g_autofree char *key = NULL;

    if (!(chunk->known[i >> 6] >> (i & 63) & 1))
      continue;
    code = (guint32) rua_chunk_read_word (chunk, i, column->width);
    holder = rua_table_get_id_row (table, code);
    if (G_LIKELY (holder == RUA_NO_ROW)) {
      rua_table_set_id_row (table, code, first + i);
      continue;
    }
    id = rua_column_code_text (column, code, NULL);
    key = g_strdup_printf ("#%u", first + i + 1);
    rua_field_set_error (column->field, error, RUA_ERROR_DUPLICATE, rua_kind_get_name (table->kind), key, id,
                         "another record of this kind has this id", "choose another");
    /* As if they had never come. */
    while (i-- > 0)
      if (chunk->known[i >> 6] >> (i & 63) & 1)
        rua_table_set_id_row (table, (guint32) rua_chunk_read_word (chunk, i, column->width), RUA_NO_ROW);
    return FALSE;
  }
  return TRUE;
}

gboolean
rua_appender_take_chunk (RuaAppender *self, guint field, guint32 at, RuaChunk *chunk, guint32 n_rows, GError **error)
{
  RuaColumn *column = column_of (self, field);
  guint32 first = self->first + at;

  g_assert (n_rows <= RUA_CHUNK_ROWS && first <= RUA_NO_ROW - 1 - n_rows);

  if (!chunk)
    return TRUE;
  g_assert (chunk->capacity >= n_rows);
  if (field == 0 && !take_ids (self, column, first, chunk, n_rows, error)) {
    rua_chunk_unref (chunk);
    return FALSE;
  }
  if ((first & RUA_CHUNK_MASK) == 0) {
    rua_column_take_chunk (column, first >> RUA_CHUNK_BITS, chunk);
    return TRUE;
  }
  for (guint32 i = 0; i < n_rows; i++)
    if (chunk->known[i >> 6] >> (i & 63) & 1)
      rua_column_write_word (column, first + i, rua_chunk_read_word (chunk, i, column->width));
  rua_chunk_unref (chunk);
  return TRUE;
}

void
rua_appender_end_rows (RuaAppender *self, guint32 n_rows)
{
  g_assert (self->table != NULL && self->row <= RUA_NO_ROW - 1 - n_rows);
  self->row += n_rows;
}
