/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-column-private.h"

#include <string.h>

#include "rua-table-core-private.h"

/**
 * RuaColumn:
 *
 * One field of all records of a table, as bulk data: values and presence leave as bytes, without
 * a call for each cell.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (RuaColumn, rua_column, G_TYPE_OBJECT)

#define SMALLEST_CHUNK 64

static guint8
width_of (RuaFieldType type, gboolean any)
{
  switch (type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    return 1;
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
    return 8;
  case RUA_FIELD_TYPE_REFERENCE:
    return any ? 8 : 4;
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
    return 4;
  }
  g_assert_not_reached ();
}

static void
rua_column_finalize (GObject *object)
{
  RuaColumn *self = RUA_COLUMN (object);

  for (guint c = 0; c < self->n_chunks; c++)
    rua_chunk_unref (self->chunks[c]);
  g_free (self->chunks);
  rua_whole_clear (&self->whole);
  rua_dictionary_clear (&self->dictionary);
  rua_dictionary_clear (&self->pending_ids);
  g_clear_pointer (&self->pending, g_array_unref);
  g_clear_object (&self->field);

  G_OBJECT_CLASS (rua_column_parent_class)->finalize (object);
}

static void
rua_column_class_init (RuaColumnClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_column_finalize;
}

static void
rua_column_init (RuaColumn *self)
{
  rua_dictionary_init (&self->dictionary);
  rua_dictionary_init (&self->pending_ids);
}

RuaColumn *
rua_column_new (RuaTable *table, RuaField *field)
{
  RuaColumn *self = g_object_new (RUA_TYPE_COLUMN, NULL);

  self->table = table;
  self->field = g_object_ref (field);
  self->type = rua_field_get_field_type (field);
  self->any = g_strcmp0 (rua_field_get_target (field), "*") == 0;
  self->width = width_of (self->type, self->any);
  return self;
}

static void
reserve_chunks (RuaColumn *self, guint n)
{
  if (n <= self->n_chunks)
    return;
  self->chunks = g_renew (RuaChunk *, self->chunks, n);
  memset (self->chunks + self->n_chunks, 0, (n - self->n_chunks) * sizeof *self->chunks);
  self->n_chunks = n;
}

void
rua_column_take_chunk (RuaColumn *self, guint c, RuaChunk *chunk)
{
  reserve_chunks (self, c + 1);
  rua_chunk_unref (self->chunks[c]);
  self->chunks[c] = chunk;
}

RuaChunk *
rua_column_make_chunk (RuaColumn *self, guint32 row)
{
  guint c = row >> RUA_CHUNK_BITS;
  guint32 i = row & RUA_CHUNK_MASK, capacity = SMALLEST_CHUNK;
  RuaChunk *chunk, *old;

  reserve_chunks (self, c + 1);
  old = self->chunks[c];
  /* Only the first chunk starts small: a table that has filled one will fill the next. */
  if (c > 0)
    capacity = RUA_CHUNK_ROWS;
  while (i >= capacity || (old && old->capacity > capacity))
    capacity *= 2;
  chunk = old ? rua_chunk_copy (old, capacity, self->width) : rua_chunk_new (capacity, self->width);
  rua_chunk_unref (old);
  self->chunks[c] = chunk;
  return chunk;
}

static guint32
rows_in (RuaColumn *self, guint chunk)
{
  return self->table ? rua_chunk_rows_of (rua_table_get_n_rows (self->table), chunk) : 0;
}

/* A slice has all rows of the table that lie in it. */
static void
grow_last (RuaColumn *self)
{
  for (guint c = 0; c < self->n_chunks; c++)
    if (self->chunks[c] && self->chunks[c]->capacity < rows_in (self, c))
      rua_column_make_chunk (self, (c << RUA_CHUNK_BITS) + rows_in (self, c) - 1);
}

RuaColumn *
rua_column_share (RuaColumn *self, RuaTable *table)
{
  RuaColumn *column = rua_column_new (table, self->field);

  grow_last (self);
  column->n_chunks = self->n_chunks;
  column->chunks = g_memdup2 (self->chunks, self->n_chunks * sizeof *self->chunks);
  for (guint c = 0; c < self->n_chunks; c++)
    rua_chunk_ref (self->chunks[c]);
  rua_dictionary_share (&self->dictionary, &column->dictionary);
  return column;
}

void
rua_column_forget (RuaColumn *self, guint32 row)
{
  RuaChunk *chunk;
  guint32 i = row & RUA_CHUNK_MASK;

  if (!rua_column_peek (self, row))
    return;
  chunk = rua_column_prepare (self, row);
  chunk->known[i >> 6] &= ~(G_GUINT64_CONSTANT (1) << (i & 63));
  chunk->printed = 0;
  memset ((char *) chunk->values + (gsize) i * self->width, 0, self->width);
}

gboolean
rua_column_read_word (RuaColumn *self, guint32 row, guint64 *word)
{
  const RuaChunk *chunk = rua_column_peek (self, row);

  if (!chunk)
    return FALSE;
  *word = rua_chunk_read_word (chunk, row & RUA_CHUNK_MASK, self->width);
  return TRUE;
}

void
rua_column_write_word (RuaColumn *self, guint32 row, guint64 word)
{
  RuaChunk *chunk = rua_column_prepare (self, row);
  guint32 i = row & RUA_CHUNK_MASK;

  chunk->known[i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
  chunk->printed = 0;
  rua_column_put_word ((char *) chunk->values + (gsize) i * self->width, self->width, word);
}

gboolean
rua_column_is_known (RuaColumn *self, guint32 row)
{
  return rua_column_peek (self, row) != NULL;
}

gboolean
rua_column_read_boolean (RuaColumn *self, guint32 row, gboolean *value)
{
  const RuaChunk *chunk = rua_column_peek (self, row);

  if (!chunk)
    return FALSE;
  *value = (gboolean) rua_chunk_read_word (chunk, row & RUA_CHUNK_MASK, 1);
  return TRUE;
}

gboolean
rua_column_read_integer (RuaColumn *self, guint32 row, gint64 *value)
{
  const RuaChunk *chunk = rua_column_peek (self, row);

  if (!chunk)
    return FALSE;
  *value = (gint64) rua_chunk_read_word (chunk, row & RUA_CHUNK_MASK, 8);
  return TRUE;
}

gboolean
rua_column_read_number (RuaColumn *self, guint32 row, double *value)
{
  const RuaChunk *chunk = rua_column_peek (self, row);

  if (!chunk)
    return FALSE;
  *value = rua_chunk_read_number (chunk, row & RUA_CHUNK_MASK);
  return TRUE;
}

gboolean
rua_column_read_date (RuaColumn *self, guint32 row, RuaDatePacked *value)
{
  const RuaChunk *chunk = rua_column_peek (self, row);

  if (!chunk)
    return FALSE;
  *value = (gint32) (guint32) rua_chunk_read_word (chunk, row & RUA_CHUNK_MASK, 4);
  return TRUE;
}

gboolean
rua_column_read_code (RuaColumn *self, guint32 row, guint32 *code)
{
  const RuaChunk *chunk = rua_column_peek (self, row);

  if (!chunk)
    return FALSE;
  *code = (guint32) rua_chunk_read_word (chunk, row & RUA_CHUNK_MASK, 4);
  return TRUE;
}

const char *
rua_column_read_text (RuaColumn *self, guint32 row, gsize *length)
{
  guint32 code;

  if (!rua_column_read_code (self, row, &code))
    return NULL;
  return rua_column_code_text (self, code, length);
}

guint64
rua_column_pack_any (RuaTable *table, guint32 row)
{
  return (guint64) rua_table_get_ordinal (table) << 32 | row;
}

gboolean
rua_column_read_reference (RuaColumn *self, guint32 row, RuaTable **table, guint32 *target)
{
  guint64 word;

  if (!rua_column_read_word (self, row, &word))
    return FALSE;
  *table = self->any ? rua_table_find_ordinal (self->table, (guint) (word >> 32))
                     : rua_column_get_target (self);
  *target = (guint32) word;
  return *table != NULL;
}

/* Lists are kept as the rows' bytes; lists of "*" references as words of ordinal and row. */
const guint32 *
rua_column_read_references (RuaColumn *self, guint32 row, guint *n, RuaTable **table)
{
  gsize length;
  const char *packed = rua_column_read_text (self, row, &length);

  *n = 0;
  *table = NULL;
  if (!packed || self->any)
    return NULL;
  *n = (guint) (length / sizeof (guint32));
  *table = rua_column_get_target (self);
  return (const guint32 *) (gconstpointer) packed;
}

guint
rua_column_get_n_references (RuaColumn *self, guint32 row)
{
  gsize length;

  if (!rua_column_read_text (self, row, &length))
    return 0;
  return (guint) (length / (self->any ? sizeof (guint64) : sizeof (guint32)));
}

gboolean
rua_column_read_reference_at (RuaColumn *self, guint32 row, guint index, RuaTable **table, guint32 *target)
{
  gsize length;
  const char *packed = rua_column_read_text (self, row, &length);

  if (!packed || index >= rua_column_get_n_references (self, row))
    return FALSE;
  if (self->any) {
    guint64 word;

    memcpy (&word, packed + index * sizeof word, sizeof word);
    *table = rua_table_find_ordinal (self->table, (guint) (word >> 32));
    *target = (guint32) word;
  } else {
    memcpy (target, packed + index * sizeof *target, sizeof *target);
    *table = rua_column_get_target (self);
  }
  return *table != NULL;
}

guint32
rua_column_get_n_codes (RuaColumn *self)
{
  return rua_dictionary_get_n (&self->dictionary);
}

const char *
rua_column_code_text (RuaColumn *self, guint32 code, gsize *length)
{
  gsize held;
  const char *text = rua_dictionary_get (&self->dictionary, code, &held);

  if (length)
    *length = held;
  return text;
}

gboolean
rua_column_find_code (RuaColumn *self, const char *text, gssize length, guint32 *code)
{
  return rua_dictionary_find (&self->dictionary, text, length < 0 ? strlen (text) : (gsize) length,
                              code);
}

RuaTable *
rua_column_get_target (RuaColumn *self)
{
  if (!self->target && self->table && !self->any && rua_field_get_target (self->field))
    self->target = rua_table_lookup (self->table, rua_field_get_target (self->field));
  return self->target;
}

void
rua_column_peek_slice (RuaColumn *self, guint chunk, RuaSlice *slice)
{
  guint32 wanted = rows_in (self, chunk);
  const RuaChunk *held = chunk < self->n_chunks ? self->chunks[chunk] : NULL;

  /* Never so in a snapshot: rua_column_share() has seen to it. */
  if (held && held->capacity < wanted)
    held = rua_column_make_chunk (self, (chunk << RUA_CHUNK_BITS) + wanted - 1);
  rua_chunk_get_slice (held, wanted, slice);
}

RuaChunk *
rua_chunk_new_packed (RuaColumn *column, gconstpointer values, const guint64 *known, guint32 n_rows)
{
  return rua_chunk_new_vector (column->type, column->width, values, known, n_rows);
}

RuaChunk *
rua_chunk_take_packed (RuaColumn *column, gpointer values, const guint64 *known, guint32 n_rows)
{
  return rua_chunk_take_vector (column->type, column->width, values, known, n_rows);
}

gsize
rua_column_get_overhead (RuaColumn *self)
{
  gsize bytes = rua_dictionary_get_overhead (&self->dictionary)
                + self->n_chunks * sizeof *self->chunks;

  for (guint c = 0; c < self->n_chunks; c++)
    if (self->chunks[c])
      bytes += sizeof (RuaChunk) + self->chunks[c]->capacity / 8;
  return bytes;
}

static gboolean
list_holds (const char *packed, gsize length, guint64 wanted, gboolean any)
{
  if (any) {
    for (gsize i = 0; i + sizeof (guint64) <= length; i += sizeof (guint64))
      if (memcmp (packed + i, &wanted, sizeof wanted) == 0)
        return TRUE;
  } else {
    guint32 row = (guint32) wanted;

    for (gsize i = 0; i + sizeof row <= length; i += sizeof row)
      if (memcmp (packed + i, &row, sizeof row) == 0)
        return TRUE;
  }
  return FALSE;
}

gboolean
rua_column_refers_to (RuaColumn *self, RuaTable *target_table, guint32 target, guint32 *row)
{
  guint64 wanted = self->any ? rua_column_pack_any (target_table, target) : target;
  gboolean is_list = self->type == RUA_FIELD_TYPE_REFERENCE_LIST;

  if (!self->any && rua_column_get_target (self) != target_table)
    return FALSE;
  for (guint c = 0; c < self->n_chunks; c++) {
    const RuaChunk *chunk = self->chunks[c];
    guint32 first = c << RUA_CHUNK_BITS, end = chunk ? first + MIN (chunk->capacity, rows_in (self, c)) : first;

    for (guint32 w = 0; first + w * 64 < end; w++) {
      guint64 bits = chunk->known[w];

      while (bits) {
        guint32 r = first + w * 64 + (guint32) __builtin_ctzll (bits);
        guint64 word = 0;

        bits &= bits - 1;
        if (r >= end)
          break;
        if (r == target && self->table == target_table)
          continue;
        rua_column_read_word (self, r, &word);
        if (is_list) {
          gsize length;
          const char *list = rua_dictionary_get (&self->dictionary, (guint32) word, &length);

          if (!list_holds (list, length, wanted, self->any))
            continue;
        } else if (word != wanted)
          continue;
        *row = r;
        return TRUE;
      }
    }
  }
  return FALSE;
}

/* ---- public: bulk data in table order ---- */

/**
 * rua_column_get_field:
 * @self: a column
 *
 * Gets the field whose values these are.
 *
 * Returns: (transfer none): the field
 *
 * Since: 1.0
 */
RuaField *
rua_column_get_field (RuaColumn *self)
{
  g_return_val_if_fail (RUA_IS_COLUMN (self), NULL);
  return self->field;
}

/**
 * rua_column_get_n_rows:
 * @self: a column
 *
 * Gets how many records the column's table has.
 *
 * Returns: the number of values and of presence flags
 *
 * Since: 1.0
 */
guint
rua_column_get_n_rows (RuaColumn *self)
{
  g_return_val_if_fail (RUA_IS_COLUMN (self), 0);
  return self->table ? rua_table_get_n_records (self->table) : 0;
}

/**
 * rua_column_get_n_known:
 * @self: a column
 *
 * Counts the records whose value is known.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
rua_column_get_n_known (RuaColumn *self)
{
  guint n = 0;

  g_return_val_if_fail (RUA_IS_COLUMN (self), 0);

  for (guint c = 0; c < self->n_chunks; c++) {
    const RuaChunk *chunk = self->chunks[c];
    /* Rows that an open appender has begun are not there yet. */
    guint32 end = chunk ? MIN (chunk->capacity, rows_in (self, c)) : 0;

    for (guint32 w = 0; w * 64 < end; w++) {
      guint64 bits = chunk->known[w];

      if (end - w * 64 < 64)
        bits &= (G_GUINT64_CONSTANT (1) << (end - w * 64)) - 1;
      n += (guint) __builtin_popcountll (bits);
    }
  }
  return n;
}

/**
 * rua_column_dup_dictionary:
 * @self: a column
 *
 * Copies the texts that the codes of [method@RuralAlliance.Column.dup_values] stand for. A text in
 * several languages is given in the one that was told first; a list with a comma and a blank
 * between its texts.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the texts by code, or %NULL for
 *   a field whose values are no codes
 *
 * Since: 1.0
 */
char **
rua_column_dup_dictionary (RuaColumn *self)
{
  char **texts;

  g_return_val_if_fail (RUA_IS_COLUMN (self), NULL);

  switch (self->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_JSON:
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_REFERENCE:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return NULL;
  }
  texts = g_new0 (char *, (gsize) rua_dictionary_get_n (&self->dictionary) + 1);
  for (guint32 code = 0; code < rua_dictionary_get_n (&self->dictionary); code++) {
    gsize length;
    const char *text = rua_dictionary_get (&self->dictionary, code, &length);

    if (self->type == RUA_FIELD_TYPE_TEXTS) {
      texts[code] = g_strdup (rua_texts_lookup (text, length, NULL));
    } else if (self->type == RUA_FIELD_TYPE_TEXT_LIST) {
      g_auto (GStrv) list = rua_text_list_unpack (text, length);

      texts[code] = g_strjoinv (", ", list);
    } else
      texts[code] = g_strdup (text);
  }
  return texts;
}
