/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-arrow.h"

#include <errno.h>
#include <string.h>

#include "rua-arrow-private.h"
#include "rua-chunk-private.h"
#include "rua-table-core-private.h"

/* Chunks as Arrow arrays. What lies in a chunk as Arrow has it is lent, and keeps the snapshot
 * alive until it is released, in whatever thread; the rest is written out. */

#define MAX_BUFFERS 3

typedef struct {
  const void *buffers[MAX_BUFFERS];
  GBytes *bytes[MAX_BUFFERS]; /* those that are not lent */
  RuaArrowSource *source;     /* of those that are */
} ArrayPrivate;

static void
release_array (struct ArrowArray *array)
{
  ArrayPrivate *own = array->private_data;

  for (gint64 i = 0; i < array->n_children; i++) {
    if (array->children[i]->release)
      array->children[i]->release (array->children[i]);
    g_free (array->children[i]);
  }
  g_free (array->children);
  if (array->dictionary) {
    if (array->dictionary->release)
      array->dictionary->release (array->dictionary);
    g_free (array->dictionary);
  }
  for (guint i = 0; i < MAX_BUFFERS; i++)
    g_clear_pointer (&own->bytes[i], g_bytes_unref);
  g_clear_pointer (&own->source, rua_arrow_source_unref);
  g_free (own);
  array->release = NULL;
}

static ArrayPrivate *
put_array (struct ArrowArray *out, gint64 length, gint64 n_unknown, guint n_buffers)
{
  ArrayPrivate *own = g_new0 (ArrayPrivate, 1);

  memset (out, 0, sizeof *out);
  out->length = length;
  out->null_count = n_unknown;
  out->n_buffers = n_buffers;
  out->buffers = own->buffers;
  out->private_data = own;
  out->release = release_array;
  return own;
}

static void
put_bytes (ArrayPrivate *own, guint i, GBytes *bytes)
{
  own->bytes[i] = bytes;
  own->buffers[i] = bytes ? g_bytes_get_data (bytes, NULL) : NULL;
  /* An empty buffer has an address all the same. */
  if (bytes && !own->buffers[i])
    own->buffers[i] = "";
}

static void
put_dictionary (const RuaArrowTexts *texts, struct ArrowArray *out)
{
  ArrayPrivate *own = put_array (out, texts->n, texts->n_unknown, 3);

  put_bytes (own, 0, texts->known ? g_bytes_ref (texts->known) : NULL);
  put_bytes (own, 1, g_bytes_ref (texts->offsets));
  put_bytes (own, 2, g_bytes_ref (texts->bytes));
}

static gboolean
bit_at (const guint64 *bits, gint64 i)
{
  return bits == NULL || (bits[i >> 6] >> (i & 63) & 1);
}

static gint64
count_unknown (const guint64 *known, guint32 n)
{
  gint64 n_known = 0;

  if (!known)
    return 0;
  for (guint32 i = 0; i < n / 64; i++)
    n_known += __builtin_popcountll (known[i]);
  if (n % 64)
    n_known += __builtin_popcountll (known[n / 64] & ((G_GUINT64_CONSTANT (1) << n % 64) - 1));
  return n - n_known;
}

/* ---- one chunk, lent ---- */

static guint
width_of (RuaArrowLayout layout)
{
  switch (layout) {
  case RUA_ARROW_INTEGERS:
  case RUA_ARROW_NUMBERS:
    return 8;
  case RUA_ARROW_CODES:
    return 4;
  default:
    return 0; /* never as Arrow has it */
  }
}

static gboolean
lend_chunk (RuaArrowSource *source, const RuaArrowColumn *self, guint chunk, struct ArrowArray *out)
{
  RuaSlice slice;
  ArrayPrivate *own;

  if (G_BYTE_ORDER != G_LITTLE_ENDIAN || !rua_table_is_dense (source->table))
    return FALSE;
  rua_column_peek_slice (self->column, chunk, &slice);
  if (width_of (self->layout) == 0 || slice.bits != 8 * width_of (self->layout) || slice.base != 0
      || slice.divisor != 1)
    return FALSE;
  own = put_array (out, slice.n_rows, count_unknown (slice.known, slice.n_rows), 2);
  own->buffers[0] = slice.known;
  own->buffers[1] = slice.values;
  own->source = rua_arrow_source_ref (source);
  return TRUE;
}

/* ---- chunks, written out ---- */

/* Strings hold any bytes, and more of them than byte arrays do. */
typedef struct {
  GString *known;
  GString *values;  /* of fixed width, bits, or offsets */
  GString *bytes;   /* of texts */
  GString *entries; /* offsets of the texts in lists */
  gint64 n;
  gint64 n_unknown;
  gint64 n_entries;
} Writer;

static void
append (GString *to, gconstpointer bytes, gsize n)
{
  g_string_append_len (to, bytes, (gssize) n);
}

static void
append_bit (GString *bits, gint64 at, gboolean bit)
{
  if (at % 8 == 0)
    g_string_append_c (bits, 0);
  if (bit)
    bits->str[at / 8] |= (char) (1 << (at % 8));
}

static void
append_offset (GString *offsets, gint64 offset)
{
  append (offsets, &offset, sizeof offset);
}

static void
write_text (Writer *self, GString *offsets, const char *text)
{
  if (text)
    append (self->bytes, text, strlen (text));
  append_offset (offsets, (gint64) self->bytes->len);
}

/* Row @i of the chunk, whose plain values are given where there are any. */
static void
write_cell (Writer *self, const RuaArrowColumn *column, const RuaSlice *slice, gconstpointer plain, guint32 first, guint32 i)
{
  gboolean known = bit_at (slice->known, i);
  g_autofree char *text = NULL;
  g_auto (GStrv) texts = NULL;
  gint64 amount[2];
  gint32 day;

  switch (column->layout) {
  case RUA_ARROW_INTEGERS:
  case RUA_ARROW_NUMBERS:
    append (self->values, (const guint8 *) plain + (gsize) i * 8, 8);
    break;
  case RUA_ARROW_AMOUNTS:
    amount[0] = ((const gint64 *) plain)[i];
    amount[1] = amount[0] < 0 ? -1 : 0;
    append (self->values, amount, sizeof amount);
    break;
  case RUA_ARROW_BOOLEANS:
    append_bit (self->values, self->n, ((const guint8 *) plain)[i]);
    break;
  case RUA_ARROW_DAYS:
    day = rua_date_packed_day (((const gint32 *) plain)[i]);
    append (self->values, &day, sizeof day);
    break;
  case RUA_ARROW_CODES:
    append (self->values, (const guint8 *) plain + (gsize) i * 4, 4);
    break;
  case RUA_ARROW_TEXTS:
    text = known ? rua_arrow_cell_text (column, first + i) : NULL;
    write_text (self, self->values, text);
    break;
  case RUA_ARROW_LISTS:
    texts = known ? rua_arrow_cell_texts (column, first + i) : NULL;
    for (guint k = 0; texts && texts[k]; k++, self->n_entries++)
      write_text (self, self->entries, texts[k]);
    append_offset (self->values, self->n_entries);
    break;
  }
  append_bit (self->known, self->n, known);
  self->n_unknown += !known;
  self->n++;
}

static void
write_chunk (Writer *self, RuaTable *table, const RuaArrowColumn *column, guint chunk)
{
  guint32 first = chunk << RUA_CHUNK_BITS;
  g_autofree gpointer plain = NULL;
  RuaSlice slice;

  rua_column_peek_slice (column->column, chunk, &slice);
  plain = g_malloc0 (MAX ((gsize) slice.n_rows, 1) * 8);
  if (column->layout == RUA_ARROW_NUMBERS)
    rua_slice_read_numbers (&slice, 0, slice.n_rows, plain);
  else if (column->layout == RUA_ARROW_INTEGERS || column->layout == RUA_ARROW_AMOUNTS)
    rua_slice_read_integers (&slice, 0, slice.n_rows, plain);
  else if (column->layout == RUA_ARROW_BOOLEANS)
    rua_slice_read_booleans (&slice, 0, slice.n_rows, plain);
  else if (column->layout == RUA_ARROW_DAYS || column->layout == RUA_ARROW_CODES)
    rua_slice_read_words (&slice, 0, slice.n_rows, plain);
  /* Chunks before the last are whole, so that bits go on at the beginning of a byte. */
  if (width_of (column->layout) > 0 && rua_table_is_dense (table) && G_BYTE_ORDER == G_LITTLE_ENDIAN) {
    append (self->values, plain, (gsize) slice.n_rows * width_of (column->layout));
    append (self->known, slice.known ? slice.known : rua_chunk_all_known, (slice.n_rows + 7) / 8);
    self->n += slice.n_rows;
    self->n_unknown += count_unknown (slice.known, slice.n_rows);
    return;
  }
  for (guint32 i = 0; i < slice.n_rows; i++)
    if (rua_table_is_alive (table, first + i))
      write_cell (self, column, &slice, plain, first, i);
}

static void
put_written (const RuaArrowColumn *column, Writer *writer, struct ArrowArray *out)
{
  gboolean is_text = column->layout == RUA_ARROW_TEXTS, is_list = column->layout == RUA_ARROW_LISTS;
  ArrayPrivate *own = put_array (out, writer->n, writer->n_unknown, is_text ? 3 : 2);

  if (writer->n_unknown > 0)
    put_bytes (own, 0, g_string_free_to_bytes (writer->known));
  else
    g_string_free (writer->known, TRUE);
  put_bytes (own, 1, g_string_free_to_bytes (writer->values));
  if (is_list) {
    struct ArrowArray *entries = g_new0 (struct ArrowArray, 1);

    own = put_array (entries, writer->n_entries, 0, 3);
    put_bytes (own, 1, g_string_free_to_bytes (g_steal_pointer (&writer->entries)));
    put_bytes (own, 2, g_string_free_to_bytes (writer->bytes));
    out->n_children = 1;
    out->children = g_new0 (struct ArrowArray *, 1);
    out->children[0] = entries;
  } else if (is_text)
    put_bytes (own, 2, g_string_free_to_bytes (writer->bytes));
  else
    g_string_free (writer->bytes, TRUE);
  if (writer->entries)
    g_string_free (writer->entries, TRUE);
}

static void
put_column (RuaArrowSource *source, const RuaArrowColumn *column, guint first, guint n_chunks, struct ArrowArray *out)
{
  if (n_chunks != 1 || !lend_chunk (source, column, first, out)) {
    Writer writer = {
      g_string_new (NULL), g_string_new (NULL), g_string_new (NULL), g_string_new (NULL), 0, 0, 0,
    };

    if (column->layout == RUA_ARROW_TEXTS || column->layout == RUA_ARROW_LISTS)
      append_offset (writer.values, 0);
    append_offset (writer.entries, 0);
    for (guint i = 0; i < n_chunks; i++)
      write_chunk (&writer, source->table, column, first + i);
    put_written (column, &writer, out);
  }
  if (column->has_dictionary) {
    out->dictionary = g_new0 (struct ArrowArray, 1);
    put_dictionary (&column->dictionary, out->dictionary);
  }
}

void
rua_arrow_source_put_array (RuaArrowSource *self, guint first, guint n_chunks, struct ArrowArray *out)
{
  guint n = self->columns->len;

  if (self->single) {
    put_column (self, &g_array_index (self->columns, RuaArrowColumn, 0), first, n_chunks, out);
    return;
  }
  put_array (out, 0, 0, 1);
  out->n_children = n;
  out->children = g_new0 (struct ArrowArray *, MAX (n, 1));
  for (guint i = 0; i < n; i++) {
    out->children[i] = g_new0 (struct ArrowArray, 1);
    put_column (self, &g_array_index (self->columns, RuaArrowColumn, i), first, n_chunks, out->children[i]);
    out->length = out->children[i]->length;
  }
}

/* ---- streams ---- */

typedef struct {
  RuaArrowSource *source;
  guint next;
} StreamPrivate;

static int
stream_get_schema (struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
  StreamPrivate *own = stream->private_data;

  rua_arrow_source_put_schema (own->source, out);
  return 0;
}

static int
stream_get_next (struct ArrowArrayStream *stream, struct ArrowArray *out)
{
  StreamPrivate *own = stream->private_data;

  memset (out, 0, sizeof *out);
  if (own->next < rua_arrow_source_get_n_chunks (own->source))
    rua_arrow_source_put_array (own->source, own->next++, 1, out);
  return 0;
}

static const char *
stream_get_last_error (struct ArrowArrayStream *stream)
{
  return NULL; /* nothing fails */
}

static void
stream_release (struct ArrowArrayStream *stream)
{
  StreamPrivate *own = stream->private_data;

  rua_arrow_source_unref (own->source);
  g_free (own);
  stream->release = NULL;
}

static gboolean
export_stream (RuaTable *table, const char *field, struct ArrowArrayStream *stream, GError **error)
{
  RuaArrowSource *source = rua_arrow_source_new (table, field, error);
  StreamPrivate *own;

  if (!source)
    return FALSE;
  own = g_new0 (StreamPrivate, 1);
  own->source = source;
  stream->get_schema = stream_get_schema;
  stream->get_next = stream_get_next;
  stream->get_last_error = stream_get_last_error;
  stream->release = stream_release;
  stream->private_data = own;
  return TRUE;
}

/**
 * rua_table_export_arrow_stream:
 * @self: a table
 * @stream: the address of a `struct ArrowArrayStream`, which is filled
 * @error: where to put an error
 *
 * Gives the table to another library through the Arrow C Stream Interface: a struct array for each
 * 65,536 rows, a column a field. Numbers, codes and presence lie in Arrow as they do here and are
 * lent, not copied, where they are not packed. The page on Arrow has the types.
 *
 * The table is as it was when this was called, whatever happens to it later; the stream and its
 * arrays may be read and released in any thread.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when the alliance of the table
 *   is no more; @stream is then as it was
 *
 * Since: 1.0
 */
gboolean
rua_table_export_arrow_stream (RuaTable *self, gsize stream, GError **error)
{
  g_return_val_if_fail (RUA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (stream != 0, FALSE);

  return export_stream (self, NULL, (struct ArrowArrayStream *) stream, error);
}

static gboolean
check_column (RuaColumn *column, GError **error)
{
  if (column->table)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "the table of the column %s is no more",
               rua_field_get_name (column->field));
  return FALSE;
}

/**
 * rua_column_export_arrow_stream:
 * @self: a column
 * @stream: the address of a `struct ArrowArrayStream`, which is filled
 * @error: where to put an error
 *
 * Gives the column to another library as a stream of arrays of 65,536 rows, as
 * [method@Table.export_arrow_stream] does with all columns.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when the table is no more
 *
 * Since: 1.0
 */
gboolean
rua_column_export_arrow_stream (RuaColumn *self, gsize stream, GError **error)
{
  g_return_val_if_fail (RUA_IS_COLUMN (self), FALSE);
  g_return_val_if_fail (stream != 0, FALSE);

  return check_column (self, error)
    && export_stream (self->table, rua_field_get_name (self->field), (struct ArrowArrayStream *) stream, error);
}

/**
 * rua_column_export_arrow:
 * @self: a column
 * @schema: the address of a `struct ArrowSchema`, which is filled
 * @array: the address of a `struct ArrowArray`, which is filled
 * @error: where to put an error
 *
 * Gives the column to another library as one array through the Arrow C Data Interface. A column of
 * more than 65,536 rows is put together, which copies it: [method@Column.export_arrow_stream]
 * does not.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when the table is no more
 *
 * Since: 1.0
 */
gboolean
rua_column_export_arrow (RuaColumn *self, gsize schema, gsize array, GError **error)
{
  g_autoptr (RuaArrowSource) source = NULL;

  g_return_val_if_fail (RUA_IS_COLUMN (self), FALSE);
  g_return_val_if_fail (schema != 0 && array != 0, FALSE);

  if (!check_column (self, error))
    return FALSE;
  source = rua_arrow_source_new (self->table, rua_field_get_name (self->field), error);
  if (!source)
    return FALSE;
  rua_arrow_source_put_array (source, 0, rua_arrow_source_get_n_chunks (source), (struct ArrowArray *) array);
  rua_arrow_source_put_schema (source, (struct ArrowSchema *) schema);
  return TRUE;
}
