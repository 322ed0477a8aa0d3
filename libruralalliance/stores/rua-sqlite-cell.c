/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-sqlite-private.h"

#include <string.h>

#include "rua-cell-json-private.h"
#include "rua-json-reader-private.h"

/* Cells as they are in the file: money in minor units, dates as ISO texts, references as ids (those to
 * any kind as kind/id), texts in several languages and lists as compact JSON. */

int
rua_sqlite_type_of (RuaFieldType type)
{
  switch (type) {
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
    return SQLITE_INTEGER;
  case RUA_FIELD_TYPE_NUMBER:
    return SQLITE_FLOAT;
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_REFERENCE:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
    break;
  }
  return SQLITE_TEXT;
}

/* ---- out of a table ---- */

void
rua_sqlite_source_init (RuaSqliteSource *self, RuaColumn *column, const char *name)
{
  memset (self, 0, sizeof *self);
  self->column = column;
  self->type = column->type;
  self->any = column->any;
  self->tag = rua_sqlite_tag (name);
}

void
rua_sqlite_source_clear (RuaSqliteSource *self)
{
  if (self->buffer != NULL)
    g_string_free (self->buffer, TRUE);
  self->buffer = NULL;
}

static gboolean
read_made (RuaSqliteSource *self, guint32 row, RuaSqliteCell *cell)
{
  RuaColumn *column = self->column;
  RuaDatePacked date;
  RuaTable *target;
  guint32 other, code = 0;

  if (self->buffer == NULL)
    self->buffer = g_string_sized_new (64);
  if (self->type == RUA_FIELD_TYPE_DATE) {
    if (!rua_column_read_date (column, row, &date))
      return FALSE;
    g_string_set_size (self->buffer, RUA_DATE_ROOM);
    g_string_truncate (self->buffer, rua_date_print_packed (self->buffer->str, date));
  } else if (self->type == RUA_FIELD_TYPE_REFERENCE) {
    if (!rua_column_read_reference (column, row, &target, &other))
      return FALSE;
    if (!self->any) {
      cell->text = rua_column_read_text (rua_table_peek_column (target, 0), other, &cell->length);
      return TRUE;
    }
    g_string_truncate (self->buffer, 0);
    g_string_append_printf (self->buffer, "%s/%s", rua_kind_get_name (rua_table_get_kind (target)),
                            rua_column_read_text (rua_table_peek_column (target, 0), other, NULL));
  } else {
    if (!rua_column_read_code (column, row, &code))
      return FALSE;
    if (!self->is_made || code != self->code) {
      g_string_truncate (self->buffer, 0);
      rua_cell_append (self->buffer, column, code, 0, NULL);
      self->is_made = TRUE;
      self->code = code;
    }
  }
  cell->text = self->buffer->str;
  cell->length = self->buffer->len;
  return TRUE;
}

gboolean
rua_sqlite_source_read (RuaSqliteSource *self, guint32 row, RuaSqliteCell *cell)
{
  gboolean is_known = FALSE, truth;

  switch (self->type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    is_known = rua_column_read_boolean (self->column, row, &truth);
    cell->integer = is_known && truth;
    cell->type = SQLITE_INTEGER;
    break;
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
    is_known = rua_column_read_integer (self->column, row, &cell->integer);
    cell->type = SQLITE_INTEGER;
    break;
  case RUA_FIELD_TYPE_NUMBER:
    is_known = rua_column_read_number (self->column, row, &cell->real);
    cell->type = SQLITE_FLOAT;
    break;
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_JSON:
    cell->text = rua_column_read_text (self->column, row, &cell->length);
    is_known = cell->text != NULL;
    cell->type = SQLITE_TEXT;
    break;
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_REFERENCE:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    is_known = read_made (self, row, cell);
    cell->type = SQLITE_TEXT;
    break;
  }
  if (!is_known)
    cell->type = SQLITE_NULL;
  return is_known;
}

/* ---- into a table ---- */

gboolean
rua_sqlite_is_json (const char *json, gsize length, gboolean object)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, length, &RUA_DOCUMENT_LIMITS);
  RuaJsonToken token = rua_json_scanner_next (scanner, NULL);

  return token != RUA_JSON_TOKEN_ERROR && token != RUA_JSON_TOKEN_END && (!object || token == RUA_JSON_TOKEN_OBJECT_BEGIN)
         && rua_json_scanner_skip_value (scanner, NULL) && rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
}

gboolean
rua_sqlite_is_canonical (RuaFieldType type, const char *packed, gsize packed_length, const char *json, gsize length)
{
  g_autoptr (GString) again = g_string_sized_new (length + 1);

  if (type == RUA_FIELD_TYPE_TEXTS)
    rua_texts_append_json (again, packed, packed_length, FALSE);
  else
    rua_text_list_append_json (again, packed, packed_length);
  return again->len == length && memcmp (again->str, json, length) == 0;
}

gboolean
rua_sqlite_is_date (const char *iso, gsize length, RuaDatePacked date)
{
  char again[RUA_DATE_ROOM];

  return rua_date_print_packed (again, date) == length && memcmp (again, iso, length) == 0;
}
