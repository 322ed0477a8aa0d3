/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-sqlite-private.h"

#include <string.h>

#include "rua-json-private.h"
#include "rua-json-reader-private.h"

/* Cells as they are in the file: money in minor units, dates as ISO texts, references as ids (those to
 * any kind as kind/id), texts in several languages and lists as compact JSON. */

#define UNDETERMINED "und"

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

static void
put_id (GString *out, RuaTable *target, guint32 row, gboolean any)
{
  gsize length;
  const char *id = rua_column_read_text (rua_table_peek_column (target, 0), row, &length);

  if (any)
    g_string_append_printf (out, "%s/", rua_kind_get_name (rua_table_get_kind (target)));
  g_string_append_len (out, id, (gssize) length);
}

static void
put_texts (GString *out, const char *packed, gsize length)
{
  const char *language, *text;
  gsize offset = 0;

  if (rua_texts_next (packed, length, &offset, &language, &text) && *language == '\0' && offset >= length) {
    rua_json_append_string (out, text, strlen (text));
    return;
  }
  g_string_append_c (out, '{');
  for (offset = 0; rua_texts_next (packed, length, &offset, &language, &text);) {
    if (out->len > 1)
      g_string_append_c (out, ',');
    language = *language != '\0' ? language : UNDETERMINED;
    rua_json_append_string (out, language, strlen (language));
    g_string_append_c (out, ':');
    rua_json_append_string (out, text, strlen (text));
  }
  g_string_append_c (out, '}');
}

static void
put_list (GString *out, const char *packed, gsize length)
{
  g_string_append_c (out, '[');
  for (gsize offset = 0; offset < length; offset += strlen (packed + offset) + 1) {
    if (offset > 0)
      g_string_append_c (out, ',');
    rua_json_append_string (out, packed + offset, strlen (packed + offset));
  }
  g_string_append_c (out, ']');
}

static void
put_references (GString *out, RuaColumn *column, guint32 row, gboolean any)
{
  guint n = rua_column_get_n_references (column, row);
  g_autoptr (GString) id = g_string_new (NULL);
  RuaTable *target;
  guint32 other;

  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++) {
    if (!rua_column_read_reference_at (column, row, i, &target, &other))
      continue;
    g_string_truncate (id, 0);
    put_id (id, target, other, any);
    if (out->len > 1)
      g_string_append_c (out, ',');
    rua_json_append_string (out, id->str, id->len);
  }
  g_string_append_c (out, ']');
}

static void
put_date (GString *out, RuaDatePacked date)
{
  RuaDatePrecision precision = rua_date_packed_precision (date);
  int year, month, day;
  char text[10];

  rua_date_day_to_civil (rua_date_packed_day (date), &year, &month, &day);
  if (year < 0 || year > 9999) {
    g_autofree char *iso = rua_date_format (rua_date_packed_day (date), precision);

    g_string_append (out, iso);
    return;
  }
  text[0] = (char) ('0' + year / 1000);
  text[1] = (char) ('0' + year / 100 % 10);
  text[2] = (char) ('0' + year / 10 % 10);
  text[3] = (char) ('0' + year % 10);
  text[4] = text[7] = '-';
  text[5] = (char) ('0' + month / 10);
  text[6] = (char) ('0' + month % 10);
  text[8] = (char) ('0' + day / 10);
  text[9] = (char) ('0' + day % 10);
  g_string_append_len (out, text, precision == RUA_DATE_PRECISION_YEAR ? 4 : precision == RUA_DATE_PRECISION_MONTH ? 7 : 10);
}

static gboolean
read_made (RuaSqliteSource *self, guint32 row, RuaSqliteCell *cell)
{
  RuaColumn *column = self->column;
  RuaDatePacked date;
  RuaTable *target;
  guint32 other, code = 0;
  const char *packed;
  gsize length;

  if (self->buffer == NULL)
    self->buffer = g_string_sized_new (64);
  if (self->type == RUA_FIELD_TYPE_DATE) {
    if (!rua_column_read_date (column, row, &date))
      return FALSE;
    g_string_truncate (self->buffer, 0);
    put_date (self->buffer, date);
  } else if (self->type == RUA_FIELD_TYPE_REFERENCE) {
    if (!rua_column_read_reference (column, row, &target, &other))
      return FALSE;
    if (!self->any) {
      cell->text = rua_column_read_text (rua_table_peek_column (target, 0), other, &cell->length);
      return TRUE;
    }
    g_string_truncate (self->buffer, 0);
    put_id (self->buffer, target, other, TRUE);
  } else {
    if (!rua_column_read_code (column, row, &code))
      return FALSE;
    if (!self->is_made || code != self->code) {
      g_string_truncate (self->buffer, 0);
      packed = rua_column_code_text (column, code, &length);
      if (self->type == RUA_FIELD_TYPE_TEXTS)
        put_texts (self->buffer, packed, length);
      else if (self->type == RUA_FIELD_TYPE_TEXT_LIST)
        put_list (self->buffer, packed, length);
      else
        put_references (self->buffer, column, row, self->any);
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

/* A BCP 47 tag, as far as its form goes. */
static gboolean
is_language (const char *text, gsize length)
{
  if (length < 2 || length > 35 || !g_ascii_isalpha (text[0]) || text[length - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && (text[i] != '-' || text[i - 1] == '-'))
      return FALSE;
  return TRUE;
}

static void
put_packed (RuaJsonScanner *scanner, GString *packed)
{
  gsize length;
  const char *text = rua_json_scanner_peek_text (scanner, &length);

  g_string_append_len (packed, text, (gssize) length);
  g_string_append_c (packed, '\0');
}

static gboolean
pack_object (RuaJsonScanner *scanner, GString *packed)
{
  RuaJsonToken token;

  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_NAME) {
    gsize length;
    const char *text = rua_json_scanner_peek_text (scanner, &length);

    if (!is_language (text, length))
      return FALSE;
    if (length == strlen (UNDETERMINED) && memcmp (text, UNDETERMINED, length) == 0)
      g_string_append_c (packed, '\0');
    else
      put_packed (scanner, packed);
    if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_STRING)
      return FALSE;
    put_packed (scanner, packed);
  }
  return token == RUA_JSON_TOKEN_OBJECT_END && packed->len > 0;
}

gboolean
rua_sqlite_pack_texts (const char *json, gsize length, GString *packed)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, length, NULL);
  RuaJsonToken token = rua_json_scanner_next (scanner, NULL);

  g_string_truncate (packed, 0);
  if (token == RUA_JSON_TOKEN_STRING) {
    g_string_append_c (packed, '\0');
    put_packed (scanner, packed);
  } else if (token != RUA_JSON_TOKEN_OBJECT_BEGIN || !pack_object (scanner, packed)) {
    return FALSE;
  }
  return rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
}

gboolean
rua_sqlite_pack_list (const char *json, gsize length, GString *packed)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, length, NULL);
  RuaJsonToken token;

  g_string_truncate (packed, 0);
  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN)
    return FALSE;
  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_STRING)
    put_packed (scanner, packed);
  return token == RUA_JSON_TOKEN_ARRAY_END && rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
}

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
    put_texts (again, packed, packed_length);
  else
    put_list (again, packed, packed_length);
  return again->len == length && memcmp (again->str, json, length) == 0;
}

gboolean
rua_sqlite_is_date (const char *iso, gsize length, RuaDatePacked date)
{
  g_autoptr (GString) again = g_string_sized_new (16);

  put_date (again, date);
  return again->len == length && memcmp (again->str, iso, length) == 0;
}
