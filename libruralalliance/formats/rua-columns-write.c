/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-columns-private.h"

#include <string.h>

#include "rua-fingerprint-private.h"
#include "rua-json-reader-private.h"
#include "rua-numbered-private.h"
#include "rua-parallel-private.h"
#include "rua-table-core-private.h"

/* Writes the columnar file, front to back, with a few megabytes of its own: chunks are packed a batch
 * at a time, in parallel, and go out before the next batch is packed. Rows that were removed, and
 * texts that no row has any more, are left behind. */

#define BATCH 16 /* chunks */
/* Fewer texts take less room as they are than what tells of numbers. */
#define LEAST_NUMBERED 16

typedef struct {
  guint64 length;
  guint64 print[2];
} Segment;

typedef struct {
  RuaColumnsSink sink;
  gpointer data;
  GCancellable *cancellable;
  GArray *segments;
  guint64 at;
  GByteArray *tables; /* of the directory */
  guint32 n_tables;
  GArray *places; /* guint32 by ordinal: the table's place among the file's; RUA_NO_ROW */
} Writer;

/* ---- the directory's words ---- */

static void
put (GByteArray *out, guint64 value, guint bytes)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, bytes);
}

static void
put_text (GByteArray *out, const char *text)
{
  put (out, text ? strlen (text) : 0, 4);
  if (text)
    g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

/* ---- segments ---- */

static gboolean
write_out (Writer *w, gconstpointer bytes, gsize length, GError **error)
{
  w->at += length;
  return length == 0 || w->sink (w->data, bytes, length, error);
}

static guint64
padded (guint64 length)
{
  return (length + RUA_COLUMNS_ALIGNMENT - 1) / RUA_COLUMNS_ALIGNMENT * RUA_COLUMNS_ALIGNMENT;
}

/* @print of the bytes and their padding, or NULL to have it made. */
static gboolean
write_segment (Writer *w, gconstpointer bytes, gsize length, const guint64 *print, GError **error)
{
  static const guint8 zeros[RUA_COLUMNS_ALIGNMENT] = { 0 };
  Segment segment = { .length = length };

  if (print)
    memcpy (segment.print, print, sizeof segment.print);
  else
    rua_fingerprint (bytes, length, 0, segment.print);
  g_array_append_val (w->segments, segment);
  return write_out (w, bytes, length, error) && write_out (w, zeros, (gsize) padded (length) - length, error);
}

/* Bytes of any length that come bit by bit, cut into segments. */
typedef struct {
  Writer *writer;
  guint32 first; /* segment */
  guint64 length;
  GByteArray *buffer;
} Run;

static void
run_init (Run *run, Writer *w)
{
  run->writer = w;
  run->first = w->segments->len;
  run->length = 0;
  run->buffer = g_byte_array_sized_new (RUA_COLUMNS_SEGMENT);
}

static gboolean
run_flush (Run *run, GError **error)
{
  gboolean done = run->buffer->len == 0 || write_segment (run->writer, run->buffer->data, run->buffer->len, NULL, error);

  g_byte_array_set_size (run->buffer, 0);
  return done;
}

static gboolean
run_put (Run *run, gconstpointer bytes, gsize length, GError **error)
{
  const guint8 *from = bytes;

  run->length += length;
  while (length > 0) {
    gsize n = MIN (length, RUA_COLUMNS_SEGMENT - run->buffer->len);

    g_byte_array_append (run->buffer, from, (guint) n);
    from += n;
    length -= n;
    if (run->buffer->len == RUA_COLUMNS_SEGMENT && !run_flush (run, error))
      return FALSE;
  }
  return TRUE;
}

/* Ends the run, and says in the directory where it is. */
static gboolean
run_end (Run *run, GByteArray *directory, gboolean fine, GError **error)
{
  fine = fine && run_flush (run, error);
  g_byte_array_unref (run->buffer);
  put (directory, run->first, 4);
  put (directory, run->length, 8);
  return fine;
}

/* ---- one column ---- */

typedef struct {
  Writer *writer;
  RuaTable *table;
  RuaColumn *column;
  RuaTable *target;  /* of references of one kind */
  guint32 *to_new;   /* codes as they will be, by code; NULL: as they are */
  guint32 *to_old;   /* the other way, those that are in use */
  guint32 n_codes;   /* of them */
  gboolean as_it_is; /* chunks may be packed as they are */
  guint64 (*prints)[2];
  guint32 row; /* the next one that is not yet in a block */

  /* A batch. */
  guint first;
  guint n;
  RuaChunk *chunks[BATCH];
  gboolean are_rows[BATCH];
  guint64 values_print[BATCH][2];
  guint64 known_print[BATCH][2];
} Plan;

/* Codes in the order in which the rows that are left first have them. */
static void
plan_codes (Plan *plan)
{
  RuaColumn *column = plan->column;
  guint32 n_old = rua_column_get_n_codes (column), next = 0, code, row;
  gboolean dense = rua_table_is_dense (plan->table);

  plan->n_codes = n_old;
  for (row = 0; row < plan->table->n_rows; row++) {
    if ((!dense && !rua_table_is_alive (plan->table, row)) || !rua_column_read_code (column, row, &code))
      continue;
    if (code > next)
      break;
    next += code == next;
  }
  if (row == plan->table->n_rows && next == n_old)
    return;
  plan->to_new = g_new (guint32, MAX (n_old, 1));
  plan->to_old = g_new (guint32, MAX (n_old, 1));
  memset (plan->to_new, 0xff, n_old * sizeof *plan->to_new);
  plan->n_codes = 0;
  for (row = 0; row < plan->table->n_rows; row++) {
    if ((!dense && !rua_table_is_alive (plan->table, row)) || !rua_column_read_code (column, row, &code)
        || plan->to_new[code] != G_MAXUINT32)
      continue;
    plan->to_old[plan->n_codes] = code;
    plan->to_new[code] = plan->n_codes++;
  }
}

static guint64
map_any (Plan *plan, guint64 word)
{
  RuaTable *table = rua_table_find_ordinal (plan->table, (guint) (word >> 32));
  guint32 place = g_array_index (plan->writer->places, guint32, (guint) (word >> 32));

  return (guint64) place << 32 | rua_table_position_of (table, (guint32) word);
}

static guint64
map_word (Plan *plan, guint64 word)
{
  if (plan->to_new)
    return plan->to_new[word];
  if (plan->column->type != RUA_FIELD_TYPE_REFERENCE)
    return word;
  if (plan->column->any)
    return map_any (plan, word);
  return rua_table_position_of (plan->target, (guint32) word);
}

/* The next 65,536 rows that are left, as a packed chunk. */
static RuaChunk *
gather (Plan *plan, guint32 n)
{
  RuaColumn *column = plan->column;
  g_autofree guint8 *values = g_malloc0 ((gsize) n * column->width);
  guint64 known[RUA_CHUNK_ROWS / 64] = { 0 };

  for (guint32 i = 0; i < n; plan->row++) {
    guint64 word;

    if (!rua_table_is_alive (plan->table, plan->row))
      continue;
    if (rua_column_read_word (column, plan->row, &word)) {
      known[i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
      rua_column_put_word (values + (gsize) i * column->width, column->width, map_word (plan, word));
    }
    i++;
  }
  return rua_chunk_new_packed (column, values, known, n);
}

static guint32
rows_of (Plan *plan, guint block)
{
  return MIN (RUA_CHUNK_ROWS, plan->table->n_records - (block << RUA_CHUNK_BITS));
}

static gboolean
is_all_known (const RuaChunk *chunk, guint32 n)
{
  if (chunk->known == rua_chunk_all_known)
    return TRUE;
  for (guint32 w = 0; w < n / 64; w++)
    if (chunk->known[w] != G_MAXUINT64)
      return FALSE;
  return n % 64 == 0 || (~chunk->known[n / 64] & ((G_GUINT64_CONSTANT (1) << (n % 64)) - 1)) == 0;
}

static gboolean
is_none_known (const RuaChunk *chunk, guint32 n)
{
  for (guint32 w = 0; w < n / 64; w++)
    if (chunk->known[w])
      return FALSE;
  return n % 64 == 0 || (chunk->known[n / 64] & ((G_GUINT64_CONSTANT (1) << (n % 64)) - 1)) == 0;
}

/* Whether each code is its row's number, as of texts that no two rows have. */
static gboolean
are_rows (Plan *plan, const RuaChunk *chunk, guint block, guint32 n)
{
  if (!rua_field_type_has_codes (plan->column->type) || !chunk->packed || chunk->base != (gint64) block << RUA_CHUNK_BITS
      || !is_all_known (chunk, n))
    return FALSE;
  for (guint32 i = 0; i < n; i++)
    if (rua_chunk_read_code (chunk, i) != i)
      return FALSE;
  return TRUE;
}

/* Packs a chunk of the batch where it was not gathered, and prints what will be written of it. */
static gboolean
pack_one (guint task, gpointer data, GError **error)
{
  Plan *plan = data;
  guint block = plan->first + task;
  guint32 n = rows_of (plan, block);
  RuaChunk *chunk;

  if (plan->as_it_is)
    plan->chunks[task] = block < plan->column->n_chunks
                             ? rua_chunk_pack (plan->column->chunks[block], plan->column->type, plan->column->width, n)
                             : NULL;
  chunk = plan->chunks[task];
  if (chunk && is_none_known (chunk, n)) {
    rua_chunk_unref (chunk);
    chunk = plan->chunks[task] = NULL;
  }
  if (!chunk)
    return TRUE;
  plan->are_rows[task] = are_rows (plan, chunk, block, n);
  if (plan->are_rows[task])
    return TRUE;
  if (chunk->bits)
    rua_fingerprint (chunk->values, rua_codes_size (chunk->bits, n), 0, plan->values_print[task]);
  if (!is_all_known (chunk, n))
    rua_fingerprint (chunk->known, (gsize) (n + 63) / 64 * 8, 0, plan->known_print[task]);
  return TRUE;
}

static guint
exponent_of (double divisor)
{
  guint exponent = 0;

  for (double power = 1; power < divisor; power *= 10)
    exponent++;
  return exponent;
}

static gboolean
write_chunk (Plan *plan, guint i, GByteArray *directory, GError **error)
{
  Writer *w = plan->writer;
  const RuaChunk *chunk = plan->chunks[i];
  const guint64 *print = plan->prints[plan->first + i];
  guint32 n = rows_of (plan, plan->first + i);
  gboolean all;

  if (!chunk || plan->are_rows[i]) {
    put (directory, chunk ? RUA_COLUMNS_ROWS : RUA_COLUMNS_UNKNOWN, 1);
    put (directory, print[0], 8);
    put (directory, print[1], 8);
    return TRUE;
  }
  all = is_all_known (chunk, n);
  put (directory, chunk->decimal ? RUA_COLUMNS_DECIMAL : chunk->packed ? RUA_COLUMNS_PACKED : RUA_COLUMNS_PLAIN, 1);
  put (directory, print[0], 8);
  put (directory, print[1], 8);
  put (directory, chunk->bits, 1);
  put (directory, chunk->decimal ? exponent_of (chunk->divisor) : 0, 1);
  put (directory, all, 1);
  put (directory, (guint64) chunk->base, 8);
  if (chunk->bits) {
    put (directory, w->segments->len, 4);
    if (!write_segment (w, chunk->values, rua_codes_size (chunk->bits, n), plan->values_print[i], error))
      return FALSE;
  }
  if (!all) {
    put (directory, w->segments->len, 4);
    if (!write_segment (w, chunk->known, (gsize) (n + 63) / 64 * 8, plan->known_print[i], error))
      return FALSE;
  }
  return TRUE;
}

static const char *
text_of (Plan *plan, guint32 code, gsize *length)
{
  return rua_column_code_text (plan->column, plan->to_old ? plan->to_old[code] : code, length);
}

/* The bytes between two texts: lists of references stay aligned. */
static guint
gap_of (const RuaColumn *column)
{
  return column->type != RUA_FIELD_TYPE_REFERENCE_LIST ? 1 : column->any ? 8 : 4;
}

static gboolean
put_dictionary_text (Plan *plan, Run *run, guint32 code, GError **error)
{
  static const char nothing[8] = { 0 };
  gsize length, width;
  const char *text = text_of (plan, code, &length);

  if (plan->column->type != RUA_FIELD_TYPE_REFERENCE_LIST)
    return run_put (run, text, length + 1, error);
  width = gap_of (plan->column);
  for (gsize i = 0; i < length; i += width) {
    guint64 word = 0;

    memcpy (&word, text + i, width);
    word = plan->column->any ? map_any (plan, word) : rua_table_position_of (plan->target, (guint32) word);
    if (!run_put (run, &word, width, error))
      return FALSE;
  }
  return run_put (run, nothing, width, error);
}

/* ---- texts that are numbers behind one prefix ---- */

/* FALSE: its texts are others. */
static gboolean
find_numbered_form (Plan *plan, RuaNumberedForm *form, guint *digits)
{
  *form = (RuaNumberedForm){ 0 };
  if (plan->column->type != RUA_FIELD_TYPE_TEXT || plan->n_codes < LEAST_NUMBERED)
    return FALSE;
  for (guint32 code = 0; code < plan->n_codes; code++) {
    gsize length;
    const char *text = text_of (plan, code, &length);

    if (!rua_numbered_form_add (form, text, length))
      return FALSE;
  }
  return rua_numbered_form_end (form, digits);
}

static gboolean
write_numbered (Plan *plan, const RuaNumberedForm *form, guint digits, GByteArray *directory, GError **error)
{
  g_autofree char *prefix = g_strndup (form->prefix, form->prefix_length);
  g_autofree guint64 *numbers = g_new (guint64, RUA_NUMBERED_ROWS), *codes = g_new (guint64, RUA_NUMBERED_ROWS);
  gboolean fine = TRUE;
  Run run;

  put (directory, RUA_COLUMNS_NUMBERED, 1);
  put_text (directory, prefix);
  put (directory, digits, 1);
  run_init (&run, plan->writer);
  for (guint32 from = 0; fine && from < plan->n_codes; from += RUA_NUMBERED_ROWS) {
    guint n = MIN (plan->n_codes - from, RUA_NUMBERED_ROWS);
    RuaNumberedBlock block;

    for (guint i = 0; i < n; i++) {
      gsize length;
      const char *text = text_of (plan, from + i, &length);

      numbers[i] = rua_numbered_form_get (form, text, length);
    }
    rua_numbered_pack (numbers, n, &block, codes);
    put (directory, block.first, 8);
    put (directory, block.step, 8);
    put (directory, block.bits, 1);
    fine = !g_cancellable_set_error_if_cancelled (plan->writer->cancellable, error)
           && run_put (&run, codes, rua_codes_size (block.bits, n), error);
  }
  return run_end (&run, directory, fine, error);
}

static gboolean
write_texts (Plan *plan, GByteArray *directory, GError **error)
{
  guint gap = gap_of (plan->column);
  guint64 total = 0;
  guint bytes;
  gboolean fine = TRUE;
  Run run;

  for (guint32 code = 0; code < plan->n_codes; code++) {
    gsize length;

    text_of (plan, code, &length);
    total += length + gap;
  }
  bytes = total <= G_MAXUINT32 ? 4 : 8;
  put (directory, RUA_COLUMNS_TEXTS, 1);
  put (directory, gap, 1);
  put (directory, bytes, 1);
  run_init (&run, plan->writer);
  total = 0;
  for (guint32 code = 0; fine && code <= plan->n_codes; code++) {
    gsize length;
    guint64 offset = GUINT64_TO_LE (total);

    fine = run_put (&run, &offset, bytes, error);
    if (code == plan->n_codes)
      break;
    text_of (plan, code, &length);
    total += length + gap;
  }
  if (!run_end (&run, directory, fine, error))
    return FALSE;
  run_init (&run, plan->writer);
  for (guint32 code = 0; fine && code < plan->n_codes; code++) {
    if ((code & 0xffff) == 0 && g_cancellable_set_error_if_cancelled (plan->writer->cancellable, error))
      fine = FALSE;
    fine = fine && put_dictionary_text (plan, &run, code, error);
  }
  return run_end (&run, directory, fine, error);
}

static gboolean
write_dictionary (Plan *plan, GByteArray *directory, GError **error)
{
  RuaNumberedForm form;
  guint digits;

  put (directory, plan->n_codes, 4);
  return find_numbered_form (plan, &form, &digits) ? write_numbered (plan, &form, digits, directory, error)
                                                   : write_texts (plan, directory, error);
}

static gboolean
write_chunks (Plan *plan, GByteArray *directory, GError **error)
{
  guint n_blocks = (plan->table->n_records + RUA_CHUNK_ROWS - 1) >> RUA_CHUNK_BITS;
  gboolean fine = TRUE;

  for (plan->first = 0; fine && plan->first < n_blocks; plan->first += BATCH) {
    plan->n = MIN (BATCH, n_blocks - plan->first);
    memset (plan->chunks, 0, sizeof plan->chunks);
    for (guint i = 0; !plan->as_it_is && i < plan->n; i++)
      plan->chunks[i] = gather (plan, rows_of (plan, plan->first + i));
    fine = rua_parallel_run (plan->n, pack_one, plan, NULL, plan->writer->cancellable, error);
    for (guint i = 0; i < plan->n; i++) {
      fine = fine && write_chunk (plan, i, directory, error);
      rua_chunk_unref (plan->chunks[i]);
    }
  }
  return fine;
}

static gboolean
write_column (Writer *w, RuaTable *table, RuaColumn *column, const char *name, GByteArray *directory, GError **error)
{
  Plan plan = { .writer = w, .table = table, .column = column };
  guint n_blocks = (table->n_records + RUA_CHUNK_ROWS - 1) >> RUA_CHUNK_BITS;
  gboolean done;

  plan.target = column->any ? NULL : rua_column_get_target (column);
  plan.prints = g_malloc0 (n_blocks * sizeof *plan.prints);
  rua_column_print_blocks (column, plan.prints);
  if (rua_field_type_has_codes (column->type))
    plan_codes (&plan);
  plan.as_it_is = rua_table_is_dense (table) && !plan.to_new
                  && !(column->type == RUA_FIELD_TYPE_REFERENCE && (column->any || !rua_table_is_dense (plan.target)));
  put_text (directory, name);
  put (directory, column->type, 1);
  put_text (directory, rua_field_get_target (column->field));
  done = (!rua_field_type_has_codes (column->type) || write_dictionary (&plan, directory, error)) && write_chunks (&plan, directory, error);
  g_free (plan.prints);
  g_free (plan.to_new);
  g_free (plan.to_old);
  return done;
}

/* Its name and size; where the number of its columns goes. */
static guint
write_table_head (Writer *w, RuaTable *table)
{
  put_text (w->tables, rua_kind_get_name (table->kind));
  put (w->tables, table->n_records, 4);
  put (w->tables, 0, 4);
  return w->tables->len - 4;
}

static gboolean
write_table (Writer *w, RuaTable *table, guint at, GError **error)
{
  guint32 n_columns = 0;

  for (guint i = 0; i <= table->columns->len; i++) {
    gboolean is_extra = i == table->columns->len;
    RuaColumn *column = is_extra ? table->extra : rua_table_column (table, i);

    if (rua_column_get_n_known (column) == 0)
      continue;
    if (!write_column (w, table, column, is_extra ? "" : rua_field_get_name (column->field), w->tables, error))
      return FALSE;
    n_columns++;
  }
  n_columns = GUINT32_TO_LE (n_columns);
  memcpy (w->tables->data + at, &n_columns, sizeof n_columns);
  return TRUE;
}

/* ---- the whole ---- */

void
rua_columns_sum (gconstpointer header, gconstpointer directory, gsize length, gconstpointer trailer, guint8 sum[RUA_COLUMNS_SUM_LENGTH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n = RUA_COLUMNS_SUM_LENGTH;

  g_checksum_update (checksum, header, RUA_COLUMNS_HEADER);
  g_checksum_update (checksum, directory, (gssize) length);
  g_checksum_update (checksum, trailer, RUA_COLUMNS_SUM_AT);
  g_checksum_get_digest (checksum, sum, &n);
}

gboolean
rua_columns_is_one (gconstpointer bytes, gsize length)
{
  return length >= RUA_COLUMNS_MAGIC_LENGTH && memcmp (bytes, RUA_COLUMNS_MAGIC, RUA_COLUMNS_MAGIC_LENGTH) == 0;
}

static gboolean
write_directory (Writer *w, guint32 head_first, guint64 head_length, const guint8 *header, GError **error)
{
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  g_autoptr (GByteArray) trailer = g_byte_array_new ();
  guint64 at = w->at;
  guint8 sum[RUA_COLUMNS_SUM_LENGTH];

  put (directory, w->segments->len, 4);
  for (guint i = 0; i < w->segments->len; i++) {
    const Segment *segment = &g_array_index (w->segments, Segment, i);

    put (directory, segment->length, 4);
    put (directory, segment->print[0], 8);
    put (directory, segment->print[1], 8);
  }
  put (directory, head_first, 4);
  put (directory, head_length, 8);
  put (directory, w->n_tables, 4);
  g_byte_array_append (directory, w->tables->data, w->tables->len);
  put (trailer, at, 8);
  put (trailer, directory->len, 8);
  put (trailer, at + directory->len + RUA_COLUMNS_TRAILER, 8);
  rua_columns_sum (header, directory->data, directory->len, trailer->data, sum);
  g_byte_array_append (trailer, sum, sizeof sum);
  g_byte_array_append (trailer, (const guint8 *) RUA_COLUMNS_MAGIC, RUA_COLUMNS_MAGIC_LENGTH);
  return write_out (w, directory->data, directory->len, error) && write_out (w, trailer->data, trailer->len, error);
}

static gboolean
write_all (Writer *w, RuaAlliance *alliance, GError **error)
{
  g_autoptr (GBytes) head = rua_alliance_head_to_json (alliance);
  guint8 header[RUA_COLUMNS_HEADER] = RUA_COLUMNS_MAGIC;
  guint32 version = GUINT32_TO_LE (RUA_COLUMNS_VERSION), first = 0;
  g_autoptr (GByteArray) place = g_byte_array_new ();
  g_autoptr (GArray) counts_at = g_array_new (FALSE, FALSE, sizeof (guint));
  gsize length;
  gconstpointer bytes = g_bytes_get_data (head, &length);
  Run run;

  memcpy (header + RUA_COLUMNS_MAGIC_LENGTH, &version, sizeof version);
  if (!write_out (w, header, sizeof header, error))
    return FALSE;
  run_init (&run, w);
  if (!run_end (&run, place, run_put (&run, bytes, length, error), error))
    return FALSE;
  for (guint i = 0; i < rua_alliance_get_n_tables (alliance); i++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, i);
    guint32 at = table->n_records > 0 ? w->n_tables++ : RUA_NO_ROW;
    guint counts = table->n_records > 0 ? write_table_head (w, table) : 0;

    g_assert (table->ordinal == i);
    g_array_append_val (w->places, at);
    g_array_append_val (counts_at, counts);
  }
  for (guint i = 0; i < rua_alliance_get_n_tables (alliance); i++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, i);

    if (table->n_records > 0 && !write_table (w, table, g_array_index (counts_at, guint, i), error))
      return FALSE;
  }
  return write_directory (w, first, length, header, error);
}

gboolean
rua_columns_write (RuaAlliance *self, RuaColumnsSink sink, gpointer data, GCancellable *cancellable, GError **error)
{
  Writer w = { .sink = sink, .data = data, .cancellable = cancellable };
  gboolean done;

  if (G_BYTE_ORDER != G_LITTLE_ENDIAN) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "columnar files are not written on machines of this byte order; save a JSON document");
    return FALSE;
  }
  w.segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  w.places = g_array_new (FALSE, FALSE, sizeof (guint32));
  w.tables = g_byte_array_new ();
  done = write_all (&w, self, error);
  g_array_unref (w.segments);
  g_array_unref (w.places);
  g_byte_array_unref (w.tables);
  return done;
}
