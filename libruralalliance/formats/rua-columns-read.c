/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-columns-file-private.h"

#include <string.h>

#include "rua-json-reader-private.h"
#include "rua-parallel-private.h"

/* Reads the columnar file: its directory, and of its cells none. Chunks and dictionaries stay where
 * they are in the mapping. Nothing that the directory says is believed before it is known to lie
 * within the file. */

#define TEXTS_A_CHECK 65536u

/* Rows without any column take no room in the file, so somebody could claim any number of them. */
#define MOST_EMPTY_ROWS (1u << 20)

/* The directory, read front to back. What is not there reads as 0 and sets @short_of. */
typedef struct {
  const guint8 *at;
  const guint8 *end;
  gboolean short_of;
} Cursor;

typedef struct {
  RuaField *field; /* NULL: extra members */
  guint index;     /* in the table; of the extra members the number of fields */
  RuaColumn *column;
  RuaTextRun *run;
  RuaChunk **chunks;
} Column;

typedef struct {
  RuaTable *table;
  guint32 n_rows;
  guint n_chunks;
  GArray *columns;     /* of Column */
  gint ids_disordered; /* atomic */
} Table;

typedef struct {
  RuaColumnsFile file;
  Cursor cursor;
  RuaAlliance *alliance;
  GArray *tables; /* of Table */
  guint32 version;
} Reader;

static guint64
get (Cursor *cursor, guint bytes)
{
  guint64 value = 0;

  if ((gsize) (cursor->end - cursor->at) < bytes) {
    cursor->short_of = TRUE;
    cursor->at = cursor->end;
    return 0;
  }
  memcpy (&value, cursor->at, bytes);
  cursor->at += bytes;
  return GUINT64_FROM_LE (value);
}

/* A name: NULL when it is not there, or no text. */
static char *
get_text (Cursor *cursor)
{
  gsize length = (gsize) get (cursor, 4);
  char *text;

  if ((gsize) (cursor->end - cursor->at) < length || !g_utf8_validate ((const char *) cursor->at, (gssize) length, NULL)) {
    cursor->short_of = TRUE;
    return NULL;
  }
  text = g_strndup ((const char *) cursor->at, length);
  cursor->at += length;
  return text;
}

static gboolean
damaged_directory (Reader *r, GError **error)
{
  return rua_columns_damaged (&r->file, error, "its directory is not whole");
}

/* ---- pieces ---- */

static gboolean
piece_of_segment (Reader *r, guint64 segment, guint64 length, RuaColumnsPiece *piece)
{
  if (segment >= r->file.n_segments || r->file.segments[segment].piece.length != length)
    return FALSE;
  *piece = r->file.segments[segment].piece;
  return TRUE;
}

/* Segments one behind the other, of which all but the last are as long as can be. */
static gboolean
get_piece (Reader *r, RuaColumnsPiece *piece)
{
  guint64 first = get (&r->cursor, 4), length = get (&r->cursor, 8);
  guint64 n = length / RUA_COLUMNS_SEGMENT + (length % RUA_COLUMNS_SEGMENT != 0);

  piece->offset = 0;
  piece->length = length;
  if (r->cursor.short_of || n > r->file.n_segments || first > r->file.n_segments - n)
    return FALSE;
  for (guint64 i = 0; i < n; i++)
    if (r->file.segments[first + i].piece.length != (i + 1 < n ? RUA_COLUMNS_SEGMENT : length - i * RUA_COLUMNS_SEGMENT))
      return FALSE;
  if (n > 0)
    piece->offset = r->file.segments[first].piece.offset;
  return TRUE;
}

static GBytes *
bytes_of (Reader *r, RuaColumnsPiece piece)
{
  return g_bytes_new_from_bytes (r->file.bytes, piece.offset, piece.length);
}

static void
add_check (Reader *r, const RuaColumnsCheck *check)
{
  g_array_append_vals (r->file.checks, check, 1);
}

/* ---- columns ---- */

static void
column_clear (gpointer data)
{
  Column *column = data;

  rua_text_run_unref (column->run);
}

static void
table_clear (gpointer data)
{
  Table *table = data;

  for (guint i = 0; i < table->columns->len; i++) {
    Column *column = &g_array_index (table->columns, Column, i);

    for (guint c = 0; column->chunks && c < table->n_chunks; c++)
      rua_chunk_unref (column->chunks[c]);
    g_free (column->chunks);
  }
  g_array_unref (table->columns);
}

static guint
gap_of (const RuaColumn *column)
{
  return column->type != RUA_FIELD_TYPE_REFERENCE_LIST ? 1 : column->any ? 8 : 4;
}

/* How many rows the target of a column's references has in the file. */
static guint64
rows_of_target (Reader *r, RuaColumn *column)
{
  RuaTable *target = column->any ? NULL : rua_column_get_target (column);

  for (guint i = 0; target && i < r->tables->len; i++)
    if (g_array_index (r->tables, Table, i).table == target)
      return g_array_index (r->tables, Table, i).n_rows;
  return 0;
}

/* A value's; the first version counted bytes. */
static guint64
get_bits (Reader *r)
{
  return get (&r->cursor, 1) * (r->version == 1 ? 8 : 1);
}

/* The widths that codes can have, but for the widest, which no packed value has. In the first version they were whole numbers. */
static gboolean
are_bits (const Reader *r, guint64 bits)
{
  return bits <= 32 && rua_codes_bits_for ((G_GUINT64_CONSTANT (1) << bits) - 1) == bits
         && (r->version > 1 || !rua_codes_are_narrow ((guint) bits));
}

static gboolean
read_texts (Reader *r, Table *table, Column *column, guint64 n, GError **error)
{
  guint64 gap = get (&r->cursor, 1), width = get (&r->cursor, 1);
  RuaColumnsPiece offsets, texts;
  g_autoptr (GBytes) offset_bytes = NULL;
  g_autoptr (GBytes) text_bytes = NULL;

  if (!get_piece (r, &offsets) || !get_piece (r, &texts) || gap != gap_of (column->column) || (width != 4 && width != 8)
      || offsets.length != (n + 1) * width)
    return damaged_directory (r, error);
  for (guint64 first = 0; first < n || first == 0; first += TEXTS_A_CHECK) {
    RuaColumnsCheck check = {
      .type = RUA_COLUMNS_CHECK_TEXTS,
      .column = column->column,
      .kind = rua_kind_get_name (table->table->kind),
      .texts = texts,
      .first = (guint32) first,
      .n = (guint32) MIN (TEXTS_A_CHECK, n - first),
      .bits = (guint8) (8 * width),
      .gap = (guint8) gap,
      .limit = rows_of_target (r, column->column),
      .last = first + TEXTS_A_CHECK >= n,
    };

    check.values.offset = offsets.offset + first * width;
    check.values.length = ((guint64) check.n + 1) * width;
    check.end = texts.offset + (guint64) ((double) texts.length * (check.last ? 1 : (double) (first + TEXTS_A_CHECK) / (double) n));
    add_check (r, &check);
  }
  offset_bytes = bytes_of (r, offsets);
  text_bytes = bytes_of (r, texts);
  column->run = rua_text_run_new (offset_bytes, text_bytes, (guint32) n, (guint) gap);
  return TRUE;
}

/* The codes of its blocks are looked at, so many blocks at a time. */
static void
plan_numbers (Reader *r, Table *table, Column *column, const RuaNumbered *numbered)
{
  for (guint first = 0; first < numbered->n_blocks; first += TEXTS_A_CHECK / RUA_NUMBERED_ROWS) {
    guint end = MIN (first + TEXTS_A_CHECK / RUA_NUMBERED_ROWS, numbered->n_blocks);
    const guint8 *begin = numbered->blocks[first].codes, *last = numbered->blocks[end - 1].codes;
    RuaColumnsCheck check = {
      .type = RUA_COLUMNS_CHECK_NUMBERED,
      .column = column->column,
      .kind = rua_kind_get_name (table->table->kind),
      .first = first,
      .n = end - first,
      .numbered = numbered,
    };

    check.values.offset = (guint64) (begin - r->file.data);
    check.values.length = (guint64) (last - begin) + rua_codes_size (numbered->blocks[end - 1].bits, rua_numbered_rows_of (numbered, end - 1));
    check.end = check.values.offset + check.values.length;
    add_check (r, &check);
  }
}

static gboolean
read_numbered (Reader *r, Table *table, Column *column, guint64 n, GError **error)
{
  g_autofree char *prefix = get_text (&r->cursor);
  guint64 digits = get (&r->cursor, 1), bytes = 0;
  RuaNumbered *numbered;
  RuaColumnsPiece codes;

  /* Each block has seventeen bytes in the directory. */
  if (!prefix || strlen (prefix) > RUA_NUMBERED_PREFIX || column->column->type != RUA_FIELD_TYPE_TEXT || digits > RUA_NUMBERED_DIGITS || n == 0
      || n / RUA_NUMBERED_ROWS > (gsize) (r->cursor.end - r->cursor.at) / 17)
    return damaged_directory (r, error);
  numbered = rua_numbered_new (prefix, (guint) digits, (guint32) n);
  column->run = rua_text_run_new_numbered (numbered, r->file.bytes);
  for (guint b = 0; b < numbered->n_blocks; b++) {
    RuaNumberedBlock *block = &numbered->blocks[b];
    guint64 bits;

    block->first = get (&r->cursor, 8);
    block->step = get (&r->cursor, 8);
    bits = get (&r->cursor, 1);
    if (bits != 64 && !are_bits (r, bits))
      return damaged_directory (r, error);
    block->bits = (guint) bits;
    bytes += rua_codes_size (block->bits, rua_numbered_rows_of (numbered, b));
  }
  if (!get_piece (r, &codes) || codes.length != bytes)
    return damaged_directory (r, error);
  bytes = codes.offset;
  for (guint b = 0; b < numbered->n_blocks; b++) {
    numbered->blocks[b].codes = r->file.data + bytes;
    bytes += rua_codes_size (numbered->blocks[b].bits, rua_numbered_rows_of (numbered, b));
  }
  plan_numbers (r, table, column, numbered);
  return TRUE;
}

static gboolean
read_dictionary (Reader *r, Table *table, Column *column, GError **error)
{
  guint64 n = get (&r->cursor, 4), form = r->version > 1 ? get (&r->cursor, 1) : RUA_COLUMNS_TEXTS;

  if (n == G_MAXUINT32 || form > RUA_COLUMNS_NUMBERED)
    return damaged_directory (r, error);
  return form == RUA_COLUMNS_NUMBERED ? read_numbered (r, table, column, n, error) : read_texts (r, table, column, n, error);
}

/* What has to hold of a chunk's values, given what its form leaves open. */
static RuaColumnsCheckType
find_check (const RuaColumn *column, gboolean decimal)
{
  switch (column->type) {
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
    return RUA_COLUMNS_CHECK_NOTHING;
  case RUA_FIELD_TYPE_NUMBER:
    return decimal ? RUA_COLUMNS_CHECK_NOTHING : RUA_COLUMNS_CHECK_NUMBERS;
  case RUA_FIELD_TYPE_DATE:
    return RUA_COLUMNS_CHECK_DATES;
  case RUA_FIELD_TYPE_REFERENCE:
    /* Those to records of any kind are looked at when they are translated. */
    return column->any ? RUA_COLUMNS_CHECK_NOTHING : RUA_COLUMNS_CHECK_BELOW;
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
    break;
  }
  return RUA_COLUMNS_CHECK_BELOW;
}

/* What codes have to be below; of dates: whether they have a sign. */
static guint64
find_limit (Reader *r, const Column *column, const RuaSlice *slice)
{
  switch (column->column->type) {
  case RUA_FIELD_TYPE_DATE:
    return !slice->packed;
  case RUA_FIELD_TYPE_REFERENCE:
    return rows_of_target (r, column->column);
  case RUA_FIELD_TYPE_BOOLEAN:
    return 2;
  default:
    return column->run != NULL ? column->run->n : 0;
  }
}

static void
plan_check (Reader *r, Table *table, Column *column, guint chunk, const RuaSlice *slice, gboolean decimal, RuaColumnsPiece values)
{
  RuaColumnsCheck check = {
    .type = find_check (column->column, decimal),
    .column = column->column,
    .kind = rua_kind_get_name (table->table->kind),
    .values = values,
    .first = chunk << RUA_CHUNK_BITS,
    .n = slice->n_rows,
    .bits = slice->bits,
    .base = slice->base,
    .limit = find_limit (r, column, slice),
    .end = values.offset + values.length,
    .chunk = column->chunks[chunk],
  };

  if (check.type != RUA_COLUMNS_CHECK_NOTHING || slice->packed)
    add_check (r, &check);
  if (column->column != rua_table_column (table->table, 0))
    return;
  check.type = RUA_COLUMNS_CHECK_ORDER;
  check.disordered = &table->ids_disordered;
  if (slice->known)
    table->ids_disordered = TRUE;
  else
    add_check (r, &check);
}

/* Sums of a base and a code are of the column's own values, and no sum of doubles loses a bit. */
static gboolean
is_base (const RuaColumn *column, gint64 base, gboolean decimal)
{
  if (decimal)
    return base >= -G_GINT64_CONSTANT (9007199254740992) && base <= G_GINT64_CONSTANT (9007199254740992);
  if (column->type == RUA_FIELD_TYPE_DATE)
    return base >= G_MININT32 && base <= G_MAXINT32;
  return column->width == 8 || (base >= 0 && base <= G_MAXUINT32);
}

/* Of rows' own numbers nothing is in the file. */
static gboolean
read_rows (Reader *r, Table *table, Column *column, guint c, const guint64 print[2], GError **error)
{
  guint32 first = c << RUA_CHUNK_BITS, n = MIN (RUA_CHUNK_ROWS, table->n_rows - first);

  if (r->version == 1 || column->run == NULL || first + n > column->run->n)
    return damaged_directory (r, error);
  column->chunks[c] = rua_chunk_new_rows (first, n, print, r->file.bytes);
  return TRUE;
}

static gboolean
read_chunk (Reader *r, Table *table, Column *column, guint c, GError **error)
{
  guint64 form = get (&r->cursor, 1), print[2], bits, exponent, all;
  RuaColumnsPiece values = { 0, 0 }, known = { 0, 0 };
  /* Bytes that come with a file descriptor are the file's own pages. */
  RuaSlice slice = { .divisor = 1, .mapped = r->file.fd >= 0 };
  gboolean decimal = form == RUA_COLUMNS_DECIMAL;

  print[0] = get (&r->cursor, 8);
  print[1] = get (&r->cursor, 8);
  if (form == RUA_COLUMNS_UNKNOWN) {
    /* Codes of ids no longer are their rows. */
    if (column->column == rua_table_column (table->table, 0))
      table->ids_disordered = TRUE;
    return TRUE;
  }
  if (form == RUA_COLUMNS_ROWS)
    return read_rows (r, table, column, c, print, error);
  bits = get_bits (r);
  exponent = get (&r->cursor, 1);
  all = get (&r->cursor, 1);
  slice.base = (gint64) get (&r->cursor, 8);
  slice.n_rows = MIN (RUA_CHUNK_ROWS, table->n_rows - (c << RUA_CHUNK_BITS));
  slice.bits = (guint8) bits;
  slice.packed = form != RUA_COLUMNS_PLAIN;
  if (form > RUA_COLUMNS_DECIMAL || all > 1 || (exponent && !decimal) || exponent > 15
      || (decimal && column->column->type != RUA_FIELD_TYPE_NUMBER)
      || (form == RUA_COLUMNS_PACKED && column->column->type == RUA_FIELD_TYPE_NUMBER)
      || (slice.packed ? bits >= 8u * column->column->width || !are_bits (r, bits) || !is_base (column->column, slice.base, decimal)
                       : bits != 8u * column->column->width || slice.base != 0)
      || (bits && !piece_of_segment (r, get (&r->cursor, 4), rua_codes_size ((guint) bits, slice.n_rows), &values))
      || (!all && !piece_of_segment (r, get (&r->cursor, 4), (slice.n_rows + 63) / 64 * 8, &known)) || r->cursor.short_of)
    return damaged_directory (r, error);
  for (; exponent > 0; exponent--)
    slice.divisor *= 10;
  slice.values = bits ? r->file.data + values.offset : NULL;
  slice.known = all ? NULL : (const guint64 *) (gconstpointer) (r->file.data + known.offset);
  column->chunks[c] = rua_chunk_new_mapped (&slice, decimal, print, r->file.bytes);
  plan_check (r, table, column, c, &slice, decimal, values);
  return TRUE;
}

static gboolean
read_column (Reader *r, Table *table, GError **error)
{
  g_autofree char *name = get_text (&r->cursor);
  guint64 type = get (&r->cursor, 1);
  g_autofree char *target = get_text (&r->cursor);
  RuaTable *to = table->table;
  Column column = { NULL, 0, NULL, NULL, NULL }, *kept;

  if (!name || !target)
    return damaged_directory (r, error);
  column.index = to->columns->len;
  column.column = to->extra;
  if (*name) {
    column.field = rua_kind_find_field (to->kind, name);
    if (!column.field || rua_field_get_field_type (column.field) != (RuaFieldType) type
        || g_strcmp0 (rua_field_get_target (column.field), *target ? target : NULL) != 0) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VERSION,
                   "%s: %s: this version of libruralalliance has no such field '%s' of this type; open the file with the version that wrote it, and save it as JSON",
                   r->file.name, rua_kind_get_name (to->kind), name);
      return FALSE;
    }
    column.index = rua_field_get_index (column.field);
    column.column = rua_table_column (to, column.index);
  } else if (type != (guint64) to->extra->type)
    return damaged_directory (r, error);
  for (guint i = 0; i < table->columns->len; i++)
    if (g_array_index (table->columns, Column, i).column == column.column)
      return damaged_directory (r, error);
  g_array_append_val (table->columns, column);
  kept = &g_array_index (table->columns, Column, table->columns->len - 1);
  if (rua_field_type_has_codes (column.column->type) && !read_dictionary (r, table, kept, error))
    return FALSE;
  /* Each chunk has seventeen bytes in the directory at least. */
  if (table->n_chunks > (gsize) (r->cursor.end - r->cursor.at) / 17)
    return damaged_directory (r, error);
  kept->chunks = g_new0 (RuaChunk *, MAX (table->n_chunks, 1));
  for (guint c = 0; c < table->n_chunks; c++)
    if (!read_chunk (r, table, kept, c, error))
      return FALSE;
  return TRUE;
}

/* The kinds of all tables come before their columns: references need to know the rows of each. */
static gboolean
read_tables (Reader *r, GError **error)
{
  guint64 n_tables = get (&r->cursor, 4);
  g_autofree guint32 *n_columns = NULL;

  if (n_tables > rua_alliance_get_n_tables (r->alliance))
    return damaged_directory (r, error);
  n_columns = g_new0 (guint32, n_tables + 1);
  for (guint64 t = 0; t < n_tables; t++) {
    g_autofree char *name = get_text (&r->cursor);
    Table table = { 0 };

    table.n_rows = (guint32) get (&r->cursor, 4);
    n_columns[t] = (guint32) get (&r->cursor, 4);
    if (!name || table.n_rows == 0 || table.n_rows >= RUA_NO_ROW || (n_columns[t] == 0 && table.n_rows > MOST_EMPTY_ROWS))
      return damaged_directory (r, error);
    table.table = rua_alliance_get_table (r->alliance, name);
    if (!table.table) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VERSION,
                   "%s: this version of libruralalliance has no kind '%s'; open the file with the version that wrote it, and save it as JSON",
                   r->file.name, name);
      return FALSE;
    }
    for (guint i = 0; i < r->tables->len; i++)
      if (g_array_index (r->tables, Table, i).table == table.table)
        return damaged_directory (r, error);
    if (table.n_rows > 1 && g_str_equal (rua_kind_get_name (table.table->kind), RUA_PROFILE_KIND))
      return rua_columns_damaged (&r->file, error, "it tells of the alliance twice");
    table.n_chunks = (table.n_rows - 1) / RUA_CHUNK_ROWS + 1;
    table.columns = g_array_new (FALSE, FALSE, sizeof (Column));
    g_array_set_clear_func (table.columns, column_clear);
    g_array_append_val (r->tables, table);
  }
  for (guint64 t = 0; t < n_tables; t++) {
    Table *table = &g_array_index (r->tables, Table, t);

    for (guint32 i = 0; i < n_columns[t]; i++)
      if (!read_column (r, table, error))
        return FALSE;
  }
  return r->cursor.short_of || r->cursor.at != r->cursor.end ? damaged_directory (r, error) : TRUE;
}

/* ---- references to records of any kind: places among the file's tables become places here ---- */

static gboolean
translate_word (Reader *r, guint64 *word)
{
  guint64 place = *word >> 32;
  Table *table;

  if (place >= r->tables->len)
    return FALSE;
  table = &g_array_index (r->tables, Table, place);
  if ((guint32) *word >= table->n_rows)
    return FALSE;
  *word = rua_column_pack_any (table->table, (guint32) *word);
  return TRUE;
}

static gboolean
translate_chunks (Reader *r, Table *table, Column *column, GError **error)
{
  g_autofree guint64 *words = g_new (guint64, MIN (table->n_rows, RUA_CHUNK_ROWS));

  for (guint c = 0; c < table->n_chunks; c++) {
    RuaChunk *chunk = column->chunks[c], *fresh;

    if (!chunk)
      continue;
    rua_chunk_read_plain (chunk, chunk->capacity, sizeof *words, words);
    for (guint32 i = 0; i < chunk->capacity; i++)
      if ((chunk->known[i >> 6] >> (i & 63) & 1) && !translate_word (r, &words[i]))
        return rua_columns_damaged (&r->file, error, "%s: %s: row %u refers to nothing", rua_kind_get_name (table->table->kind),
                                    rua_field_get_name (column->field), (c << RUA_CHUNK_BITS) + i + 1);
    fresh = rua_chunk_new_packed (column->column, words, chunk->known, chunk->capacity);
    if (fresh) {
      fresh->print[0] = chunk->print[0];
      fresh->print[1] = chunk->print[1];
      fresh->printed = chunk->printed;
    }
    rua_chunk_unref (chunk);
    column->chunks[c] = fresh;
  }
  return TRUE;
}

static gboolean
translate_lists (Reader *r, Table *table, Column *column, GError **error)
{
  RuaTextRun *run = column->run;
  g_autofree char *texts = g_memdup2 (run->texts, g_bytes_get_size (run->text_bytes));
  g_autoptr (GBytes) bytes = NULL;

  for (guint32 code = 0; code < run->n; code++) {
    gsize length;
    const char *text = rua_text_run_get (run, code, &length);
    char *to = texts + (text - run->texts);

    for (gsize i = 0; i < length; i += sizeof (guint64)) {
      guint64 word;

      memcpy (&word, to + i, sizeof word);
      if (!translate_word (r, &word))
        return rua_columns_damaged (&r->file, error, "%s: %s: a list refers to nothing", rua_kind_get_name (table->table->kind),
                                    rua_field_get_name (column->field));
      memcpy (to + i, &word, sizeof word);
    }
  }
  bytes = g_bytes_new_take (g_steal_pointer (&texts), g_bytes_get_size (run->text_bytes));
  column->run = rua_text_run_new (run->offset_bytes, bytes, run->n, run->gap);
  rua_text_run_unref (run);
  return TRUE;
}

/* ---- into the alliance ---- */

static gboolean
take_table (Reader *r, Table *table, RuaFaults *faults, GError **error)
{
  g_autoptr (RuaAppender) appender = rua_table_append (table->table);

  if (!g_atomic_int_get (&table->ids_disordered))
    rua_appender_trust_ids (appender);
  for (guint i = 0; i < table->columns->len; i++) {
    Column *column = &g_array_index (table->columns, Column, i);

    if (column->column->any && column->run) {
      if (!translate_lists (r, table, column, error))
        return FALSE;
    } else if (column->column->any && !translate_chunks (r, table, column, error))
      return FALSE;
    if (column->run)
      rua_appender_take_texts (appender, column->index, g_steal_pointer (&column->run));
    for (guint c = 0; c < table->n_chunks; c++) {
      guint32 first = c << RUA_CHUNK_BITS;

      if (!rua_appender_take_chunk (appender, column->index, first, g_steal_pointer (&column->chunks[c]),
                                    MIN (RUA_CHUNK_ROWS, table->n_rows - first), error))
        return FALSE;
    }
  }
  rua_appender_end_rows (appender, table->n_rows);
  rua_appender_commit_pending (appender, faults);
  return TRUE;
}

static gboolean
read_head (Reader *r, GError **error)
{
  RuaColumnsPiece piece;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (GError) local = NULL;

  if (!get_piece (r, &piece))
    return damaged_directory (r, error);
  if (!rua_columns_verify_piece (&r->file, piece, error))
    return FALSE;
  json = bytes_of (r, piece);
  r->alliance = rua_json_reader_read (json, &faults, r->file.name, NULL, NULL, r->file.cancellable, &local);
  if (r->alliance) {
    for (guint i = 0; i < rua_alliance_get_n_tables (r->alliance); i++)
      if (rua_alliance_get_table_at (r->alliance, i)->n_rows > 0)
        return damaged_directory (r, error);
    return TRUE;
  }
  if (local)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    rua_faults_raise (faults, error);
  return FALSE;
}

/* ---- the file ---- */

static gboolean
read_segments (Reader *r, guint64 directory, GError **error)
{
  guint64 at = RUA_COLUMNS_HEADER, n = get (&r->cursor, 4);

  if (n > (gsize) (r->cursor.end - r->cursor.at) / 20)
    return damaged_directory (r, error);
  r->file.n_segments = (guint32) n;
  r->file.segments = g_new (RuaColumnsSegment, n + 1);
  for (guint64 s = 0; s < n; s++) {
    RuaColumnsSegment *segment = &r->file.segments[s];

    segment->piece.offset = at;
    segment->piece.length = get (&r->cursor, 4);
    segment->print[0] = get (&r->cursor, 8);
    segment->print[1] = get (&r->cursor, 8);
    if (segment->piece.length == 0 || segment->piece.length > RUA_COLUMNS_SEGMENT)
      return damaged_directory (r, error);
    at += (segment->piece.length + RUA_COLUMNS_ALIGNMENT - 1) / RUA_COLUMNS_ALIGNMENT * RUA_COLUMNS_ALIGNMENT;
  }
  return at == directory ? TRUE : damaged_directory (r, error);
}

/* The frame: that this is such a file, whole, and its directory the one that was written. */
static gboolean
read_frame (Reader *r, GError **error)
{
  RuaColumnsFile *file = &r->file;
  const guint8 *trailer;
  guint8 sum[RUA_COLUMNS_SUM_LENGTH];
  guint64 offset, length, size;

  if (!rua_columns_is_one (file->data, file->size))
    return rua_columns_damaged (file, error, "it does not begin as such a file does");
  if (file->size < RUA_COLUMNS_HEADER + RUA_COLUMNS_TRAILER)
    return rua_columns_damaged (file, error, "it breaks off");
  memcpy (&r->version, file->data + RUA_COLUMNS_MAGIC_LENGTH, sizeof r->version);
  r->version = GUINT32_FROM_LE (r->version);
  trailer = file->data + file->size - RUA_COLUMNS_TRAILER;
  /* A newer version may end in another way. */
  if (r->version > RUA_COLUMNS_VERSION && r->version < 0x10000) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VERSION,
                 "%s: is a columnar file of version %u, and this version of libruralalliance reads up to version %u; update it, or save the alliance as JSON where it was written",
                 file->name, r->version, RUA_COLUMNS_VERSION);
    return FALSE;
  }
  if (r->version == 0 || r->version > RUA_COLUMNS_VERSION)
    return rua_columns_damaged (file, error, "it has no version");
  if (!rua_columns_is_one (trailer + RUA_COLUMNS_TRAILER - RUA_COLUMNS_MAGIC_LENGTH, RUA_COLUMNS_MAGIC_LENGTH))
    return rua_columns_damaged (file, error, "it breaks off");
  memcpy (&offset, trailer, 8);
  memcpy (&length, trailer + 8, 8);
  memcpy (&size, trailer + 16, 8);
  offset = GUINT64_FROM_LE (offset);
  length = GUINT64_FROM_LE (length);
  size = GUINT64_FROM_LE (size);
  if (size != file->size || offset < RUA_COLUMNS_HEADER || offset > file->size - RUA_COLUMNS_TRAILER
      || length != file->size - RUA_COLUMNS_TRAILER - offset)
    return rua_columns_damaged (file, error, "it is not as long as it was");
  rua_columns_sum (file->data, file->data + offset, (gsize) length, trailer, sum);
  if (memcmp (sum, trailer + RUA_COLUMNS_SUM_AT, sizeof sum) != 0)
    return rua_columns_damaged (file, error, "its directory is not the one that was written");
  r->cursor.at = file->data + offset;
  r->cursor.end = r->cursor.at + length;
  return read_segments (r, offset, error);
}

static gboolean
read_all (Reader *r, GError **error)
{
  g_autoptr (RuaFaults) faults = rua_faults_new (r->file.name, RUA_FAULTS_DEFAULT_LIMIT);
  g_autoptr (GError) local = NULL;

  if (!read_frame (r, error))
    return FALSE;
  /* The head and the directory say what holds of the bytes; that these are not those that were written is told first. */
  if (!read_head (r, &local) || !read_tables (r, &local))
    g_array_set_size (r->file.checks, 0);
  if (!rua_columns_verify (&r->file, error))
    return FALSE;
  if (local) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  for (guint i = 0; i < r->tables->len; i++)
    if (!take_table (r, &g_array_index (r->tables, Table, i), faults, error))
      return FALSE;
  return rua_faults_get_count (faults) == 0 || rua_faults_raise (faults, error);
}

RuaAlliance *
rua_columns_read (GBytes *bytes, int fd, const char *name, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  Reader r = { 0 };

  if (G_BYTE_ORDER != G_LITTLE_ENDIAN) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "%s: columnar files are not read on machines of this byte order; convert it to JSON on another", name);
    return NULL;
  }
  r.file.bytes = bytes;
  r.file.data = g_bytes_get_data (bytes, &r.file.size);
  r.file.fd = fd;
  r.file.name = name;
  r.file.progress = progress;
  r.file.cancellable = cancellable;
  r.file.checks = g_array_new (FALSE, FALSE, sizeof (RuaColumnsCheck));
  g_mutex_init (&r.file.mutex);
  r.tables = g_array_new (FALSE, FALSE, sizeof (Table));
  g_array_set_clear_func (r.tables, table_clear);
  r.file.ahead = rua_columns_ahead_new (&r.file);
  if (!read_all (&r, error))
    g_clear_object (&r.alliance);
  g_clear_pointer (&r.file.ahead, rua_columns_ahead_free);
  g_array_unref (r.tables);
  g_array_unref (r.file.checks);
  g_free (r.file.segments);
  g_free (r.file.groups);
  g_free (r.file.order);
  g_free (r.file.first_checks);
  g_clear_error (&r.file.error);
  g_mutex_clear (&r.file.mutex);
  return r.alliance;
}
