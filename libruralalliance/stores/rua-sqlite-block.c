/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run of rows out of a file, in any thread: values as a chunk has them, texts in a dictionary of the
 * block's own, and the hash of the rows on the way. */
#include "rua-sqlite-private.h"

#include <math.h>
#include <string.h>

#define FIRST_CAPACITY 1024u

static guint
width_of (RuaFieldType type)
{
  switch (type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    return 1;
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_NUMBER:
    return 8;
  default:
    return 4;
  }
}

void
rua_sqlite_block_clear (gpointer data)
{
  RuaSqliteBlock *block = data;

  /* The block after the last column is NULL while nothing was read. */
  for (guint i = 0; block->cells != NULL && block->cells[i].width != 0; i++) {
    g_free (block->cells[i].known);
    g_free (block->cells[i].values);
    rua_dictionary_clear (&block->cells[i].texts);
  }
  g_clear_pointer (&block->cells, g_free);
  g_clear_pointer (&block->rows, g_free);
}

static void
grow (RuaSqliteBlock *block, guint n_columns)
{
  guint32 capacity = block->capacity > 0 ? block->capacity * 2 : FIRST_CAPACITY;

  for (guint i = 0; i < n_columns; i++) {
    RuaSqliteCells *cells = &block->cells[i];

    cells->known = g_realloc (cells->known, capacity / 64 * sizeof *cells->known);
    memset (cells->known + block->capacity / 64, 0, (capacity - block->capacity) / 64 * sizeof *cells->known);
    cells->values = g_realloc (cells->values, (gsize) capacity * cells->width);
  }
  if (block->rows != NULL)
    block->rows = g_renew (gint64, block->rows, capacity);
  block->capacity = capacity;
}

static void
note_row (RuaSqliteBlock *block, gint64 row)
{
  if (block->n_rows == 0)
    block->first = row;
  if (block->rows == NULL && row != block->first + (gint64) block->n_rows) {
    block->rows = g_new (gint64, block->capacity);
    for (guint32 i = 0; i < block->n_rows; i++)
      block->rows[i] = block->first + (gint64) i;
  }
  if (block->rows != NULL)
    block->rows[block->n_rows] = row;
}

static guint32
intern (RuaSqliteCells *cells, const RuaSqliteCell *cell, gboolean is_first)
{
  if (!is_first) {
    gsize length;
    const char *recent = rua_dictionary_get (&cells->texts, cells->recent, &length);

    if (length == cell->length && memcmp (recent, cell->text, length) == 0)
      return cells->recent;
  }
  cells->recent = rua_dictionary_intern (&cells->texts, cell->text, cell->length);
  return cells->recent;
}

static RuaField *
field_of (RuaSqliteTable *table, guint column)
{
  guint field = g_array_index (table->fields, guint, column);

  return field < rua_kind_get_n_fields (rua_table_get_kind (table->table)) ? rua_kind_get_field (rua_table_get_kind (table->table), field) : NULL;
}

static gboolean
refuse_cell (RuaSqliteReading *self, RuaSqliteTable *table, guint column, gint64 row, const char *what, GError **error)
{
  RuaField *field = field_of (table, column);

  return rua_sqlite_damaged (self->copy->name, error, "%s: %s: row %" G_GINT64_FORMAT " holds %s", table->name,
                             field != NULL ? rua_field_get_name (field) : "rua_extra", row, what);
}

static gboolean
take_cell (RuaSqliteReading *self, RuaSqliteTable *table, RuaSqliteBlock *block, guint column, gint64 row, const RuaSqliteCell *cell, GError **error)
{
  RuaSqliteCells *cells = &block->cells[column];
  guint32 at = block->n_rows;
  RuaDatePacked date;

  if (cell->type != rua_sqlite_type_of (cells->type))
    return refuse_cell (self, table, column, row, "another type of value", error);
  switch (cells->type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    if (cell->integer != 0 && cell->integer != 1)
      return refuse_cell (self, table, column, row, "neither 0 nor 1", error);
    ((guint8 *) cells->values)[at] = (guint8) cell->integer;
    break;
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
    ((gint64 *) cells->values)[at] = cell->integer;
    break;
  case RUA_FIELD_TYPE_NUMBER:
    if (!isfinite (cell->real))
      return refuse_cell (self, table, column, row, "no finite number", error);
    ((double *) cells->values)[at] = cell->real;
    break;
  case RUA_FIELD_TYPE_DATE:
    if (!rua_date_parse_packed (cell->text, cell->length, &date))
      return refuse_cell (self, table, column, row, "no date", error);
    if (!rua_sqlite_is_date (cell->text, cell->length, date))
      g_atomic_int_set (&self->uncanonical, TRUE);
    ((gint32 *) cells->values)[at] = date;
    break;
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_REFERENCE:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
    ((guint32 *) cells->values)[at] = intern (cells, cell, rua_dictionary_get_n (&cells->texts) == 0);
    break;
  }
  cells->known[at >> 6] |= G_GUINT64_CONSTANT (1) << (at & 63);
  return TRUE;
}

static gboolean
take_row (RuaSqliteReading *self, RuaSqliteTable *table, RuaSqliteBlock *block, sqlite3_stmt *statement, GByteArray *bytes, GError **error)
{
  gint64 row = sqlite3_column_int64 (statement, 0);

  if (block->n_rows == block->capacity)
    grow (block, table->fields->len);
  note_row (block, row);
  rua_sqlite_hash_begin (bytes, row);
  for (guint i = 0; i < table->fields->len; i++) {
    RuaSqliteCell cell;

    cell.type = sqlite3_column_type (statement, (int) i + 1);
    switch (cell.type) {
    case SQLITE_NULL:
      continue;
    case SQLITE_INTEGER:
      cell.integer = sqlite3_column_int64 (statement, (int) i + 1);
      break;
    case SQLITE_FLOAT:
      cell.real = sqlite3_column_double (statement, (int) i + 1);
      break;
    case SQLITE_TEXT:
      cell.text = (const char *) sqlite3_column_text (statement, (int) i + 1);
      cell.length = (gsize) sqlite3_column_bytes (statement, (int) i + 1);
      if (cell.text != NULL && cell.length <= self->copy->limits.cell)
        break;
      return refuse_cell (self, table, i, row, "more than a cell may", error);
    default:
      return refuse_cell (self, table, i, row, "another type of value", error);
    }
    if (!take_cell (self, table, block, i, row, &cell, error))
      return FALSE;
    rua_sqlite_hash_cell (bytes, table->tags[i], &cell);
  }
  rua_sqlite_seal_add (&block->seal, bytes);
  block->n_rows++;
  return TRUE;
}

static gboolean
read_rows (RuaSqliteReading *self, RuaSqliteTable *table, RuaSqliteBlock *block, sqlite3 *db, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (256);
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, table->select, -1, &statement, NULL);
  gboolean done = TRUE;

  if (code == SQLITE_OK) {
    sqlite3_bind_int64 (statement, 1, block->from);
    sqlite3_bind_int64 (statement, 2, block->to);
    while (done && (code = sqlite3_step (statement)) == SQLITE_ROW) {
      /* More than the file says would not match its hash; they need not be taken in to be refused. */
      if (block->n_rows >= table->seal.n_rows)
        done = rua_sqlite_damaged (self->copy->name, error, "%s: has more rows than it says", table->name);
      else
        done = take_row (self, table, block, statement, bytes, error);
    }
  }
  if (done && code != SQLITE_DONE)
    done = rua_sqlite_fail (db, code, self->copy->name, "reading it", self->copy->cancellable, error);
  sqlite3_finalize (statement);
  return done;
}

gboolean
rua_sqlite_read_block (RuaSqliteReading *self, RuaSqliteBlock *block, GError **error)
{
  RuaSqliteTable *table = &g_array_index (self->tables, RuaSqliteTable, block->table);
  sqlite3 *db = rua_sqlite_copy_borrow (self->copy, error);
  gboolean done;

  if (db == NULL)
    return FALSE;
  block->cells = g_new0 (RuaSqliteCells, table->fields->len + 1);
  for (guint i = 0; i < table->fields->len; i++) {
    RuaField *field = field_of (table, i);

    block->cells[i].type = field != NULL ? rua_field_get_field_type (field) : RUA_FIELD_TYPE_JSON;
    block->cells[i].width = width_of (block->cells[i].type);
    rua_dictionary_init (&block->cells[i].texts);
  }
  done = read_rows (self, table, block, db, error);
  rua_sqlite_copy_return (self->copy, db);
  return done;
}
