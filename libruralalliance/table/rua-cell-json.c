/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-cell-json-private.h"

#include <string.h>

#include "rua-column-private.h"
#include "rua-limits-private.h"
#include "rua-table-core-private.h"

/* The value may be nested as deep as a JSON field, or the members of a document's record, may be. */
#define LIMITS ((const RuaJsonLimits){ .depth = 2 * RUA_LIMITS_MOST_DEPTH, .string = G_MAXINT32 })

/* ---- writing ---- */

static void
write_texts (RuaJsonWriter *writer, const char *packed, gsize length, gboolean is_whole)
{
  const char *language, *text;
  gsize offset = 0;

  if (!is_whole && rua_texts_next (packed, length, &offset, &language, &text) && *language == '\0' && offset >= length) {
    rua_json_writer_string (writer, text);
    return;
  }
  offset = 0;
  rua_json_writer_begin_object (writer, TRUE);
  while (rua_texts_next (packed, length, &offset, &language, &text)) {
    rua_json_writer_name (writer, *language != '\0' ? language : RUA_LANGUAGE_UNDETERMINED);
    rua_json_writer_string (writer, text);
  }
  rua_json_writer_end_object (writer);
}

static void
write_list (RuaJsonWriter *writer, const char *packed, gsize length)
{
  rua_json_writer_begin_array (writer, TRUE);
  for (gsize offset = 0; offset < length; offset += strlen (packed + offset) + 1)
    rua_json_writer_string (writer, packed + offset);
  rua_json_writer_end_array (writer);
}

/* The name of a row, behind the kind's where any kind might be meant. */
static void
write_row (RuaJsonWriter *writer, RuaColumn *column, guint64 word, const RuaRowNames *names)
{
  RuaTable *target = column->any ? rua_table_find_ordinal (column->table, (guint) (word >> 32)) : rua_column_get_target (column);
  guint32 row = (guint32) word;
  const char *key = names ? names->name (names->data, target, row)
                          : rua_column_read_text (rua_table_peek_column (target, 0), row, NULL);

  if (column->any) {
    g_autofree char *path = g_strdup_printf ("%s/%s", rua_kind_get_name (rua_table_get_kind (target)), key);

    rua_json_writer_string (writer, path);
  } else {
    rua_json_writer_string (writer, key);
  }
}

static void
write_rows (RuaJsonWriter *writer, RuaColumn *column, const char *packed, gsize length, const RuaRowNames *names)
{
  gsize size = column->any ? sizeof (guint64) : sizeof (guint32);

  rua_json_writer_begin_array (writer, TRUE);
  for (gsize offset = 0; offset + size <= length; offset += size) {
    guint64 word = 0;
    guint32 narrow;

    if (column->any)
      memcpy (&word, packed + offset, sizeof word);
    else {
      memcpy (&narrow, packed + offset, sizeof narrow);
      word = narrow;
    }
    write_row (writer, column, word, names);
  }
  rua_json_writer_end_array (writer);
}

void
rua_cell_write (RuaJsonWriter *writer, RuaColumn *column, guint64 word, guint digits, const RuaRowNames *names)
{
  const char *text;
  gsize length;
  double number;
  char date[RUA_DATE_ROOM + 2];

  switch (column->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
    rua_json_writer_string (writer, rua_dictionary_get (&column->dictionary, (guint32) word, &length));
    break;
  case RUA_FIELD_TYPE_TEXTS:
    text = rua_dictionary_get (&column->dictionary, (guint32) word, &length);
    write_texts (writer, text, length, FALSE);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_json_writer_boolean (writer, word != 0);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    rua_json_writer_integer (writer, (gint64) word);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    memcpy (&number, &word, sizeof number);
    rua_json_writer_number (writer, number);
    break;
  case RUA_FIELD_TYPE_MONEY:
    rua_json_writer_money (writer, (gint64) word, digits);
    break;
  case RUA_FIELD_TYPE_DATE:
    length = rua_date_print_packed (date + 1, (RuaDatePacked) (guint32) word);
    date[0] = date[length + 1] = '"';
    rua_json_writer_literal (writer, date, length + 2);
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    write_row (writer, column, word, names);
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
    text = rua_dictionary_get (&column->dictionary, (guint32) word, &length);
    write_list (writer, text, length);
    break;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    text = rua_dictionary_get (&column->dictionary, (guint32) word, &length);
    write_rows (writer, column, text, length, names);
    break;
  case RUA_FIELD_TYPE_JSON:
    rua_json_writer_raw (writer, rua_dictionary_get (&column->dictionary, (guint32) word, &length), TRUE);
    break;
  }
}

void
rua_cell_append (GString *out, RuaColumn *column, guint64 word, guint digits, const RuaRowNames *names)
{
  g_autoptr (RuaJsonWriter) writer = NULL;
  const char *text;
  gsize length;

  /* As it is kept. */
  if (column->type == RUA_FIELD_TYPE_JSON) {
    text = rua_dictionary_get (&column->dictionary, (guint32) word, &length);
    g_string_append_len (out, text, (gssize) length);
    return;
  }
  writer = rua_json_writer_new (out, FALSE);
  rua_cell_write (writer, column, word, digits, names);
}

void
rua_texts_append_json (GString *out, const char *packed, gsize length, gboolean is_whole)
{
  g_autoptr (RuaJsonWriter) writer = rua_json_writer_new (out, FALSE);

  write_texts (writer, packed, length, is_whole);
}

void
rua_text_list_append_json (GString *out, const char *packed, gsize length)
{
  g_autoptr (RuaJsonWriter) writer = rua_json_writer_new (out, FALSE);

  write_list (writer, packed, length);
}

/* ---- reading ---- */

/* What stands between the quotation marks of a value that is one text; @scanner holds it where it
 * had escapes. */
static const char *
read_string (const char *json, gsize length, RuaJsonScanner **scanner, gsize *text_length)
{
  if (length < 2 || json[0] != '"')
    return NULL;
  if (!memchr (json, '\\', length)) {
    *text_length = length - 2;
    return json + 1;
  }
  *scanner = rua_json_scanner_new (json, length, &LIMITS);
  if (rua_json_scanner_next (*scanner, NULL) != RUA_JSON_TOKEN_STRING)
    return NULL;
  return rua_json_scanner_peek_text (*scanner, text_length);
}

static gboolean
is_end (RuaJsonScanner *scanner)
{
  return rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
}

static void
put_packed (RuaJsonScanner *scanner, GString *packed)
{
  gsize length;
  const char *text = rua_json_scanner_peek_text (scanner, &length);

  g_string_append_len (packed, text, (gssize) length);
  g_string_append_c (packed, '\0');
}

gboolean
rua_texts_is_language (const char *text, gsize length)
{
  if (length < 2 || length > 35 || !g_ascii_isalpha (text[0]) || text[length - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && (text[i] != '-' || text[i - 1] == '-'))
      return FALSE;
  return TRUE;
}

gboolean
rua_texts_read_json (const char *json, gsize length, const RuaJsonLimits *limits, GString *packed)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, length, limits);
  RuaJsonToken token = rua_json_scanner_next (scanner, NULL);

  g_string_truncate (packed, 0);
  if (token == RUA_JSON_TOKEN_STRING) {
    g_string_append_c (packed, '\0');
    put_packed (scanner, packed);
    return is_end (scanner);
  }
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return FALSE;
  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_NAME) {
    gsize n;
    const char *language = rua_json_scanner_peek_text (scanner, &n);

    if (!rua_texts_is_language (language, n))
      return FALSE;
    if (n == strlen (RUA_LANGUAGE_UNDETERMINED) && memcmp (language, RUA_LANGUAGE_UNDETERMINED, n) == 0)
      g_string_append_c (packed, '\0');
    else
      put_packed (scanner, packed);
    if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_STRING)
      return FALSE;
    put_packed (scanner, packed);
  }
  return token == RUA_JSON_TOKEN_OBJECT_END && packed->len > 0 && is_end (scanner);
}

gboolean
rua_text_list_read_json (const char *json, gsize length, const RuaJsonLimits *limits, GString *packed)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, length, limits);
  RuaJsonToken token;

  g_string_truncate (packed, 0);
  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN)
    return FALSE;
  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_STRING)
    put_packed (scanner, packed);
  return token == RUA_JSON_TOKEN_ARRAY_END && is_end (scanner);
}

/* The table and the key that a reference's text means; FALSE when it has not the form. */
static gboolean
take_apart (RuaColumn *column, const char *text, gsize length, RuaTable **table, const char **key, gsize *key_length)
{
  const char *slash;
  g_autofree char *kind = NULL;

  *table = rua_column_get_target (column);
  *key = text;
  *key_length = length;
  if (!column->any)
    return length > 0;
  slash = memchr (text, '/', length);
  if (!slash || slash == text || slash == text + length - 1)
    return FALSE;
  kind = g_strndup (text, (gsize) (slash - text));
  *table = rua_table_lookup (column->table, kind);
  *key = slash + 1;
  *key_length = length - (gsize) (slash + 1 - text);
  return TRUE;
}

static RuaCellReading
find_row (RuaColumn *column, const char *text, gsize length, const RuaRowNames *names, guint64 *word)
{
  RuaTable *table;
  const char *key;
  gsize key_length;
  guint32 row;

  if (!take_apart (column, text, length, &table, &key, &key_length))
    return RUA_CELL_UNFIT;
  if (!table)
    return RUA_CELL_NO_TARGET;
  row = names ? names->find (names->data, table, key, key_length) : rua_table_find_row (table, key, (gssize) key_length);
  if (row == RUA_NO_ROW)
    return RUA_CELL_NO_TARGET;
  *word = column->any ? rua_column_pack_any (table, row) : row;
  return RUA_CELL_TAKEN;
}

static RuaCellReading
read_rows (RuaColumn *column, const char *json, gsize length, const RuaRowNames *names, guint64 *word)
{
  g_autoptr (GString) list = g_string_new (NULL), packed = g_string_new (NULL);

  if (!rua_text_list_read_json (json, length, &LIMITS, list))
    return RUA_CELL_UNFIT;
  for (gsize offset = 0; offset < list->len; offset += strlen (list->str + offset) + 1) {
    guint64 one;
    guint32 narrow;
    RuaCellReading reading = find_row (column, list->str + offset, strlen (list->str + offset), names, &one);

    if (reading != RUA_CELL_TAKEN)
      return reading;
    narrow = (guint32) one;
    g_string_append_len (packed, column->any ? (const char *) &one : (const char *) &narrow,
                         column->any ? sizeof one : sizeof narrow);
  }
  *word = rua_dictionary_intern (&column->dictionary, packed->str, packed->len);
  return RUA_CELL_TAKEN;
}

static RuaCellReading
read_packed (RuaColumn *column, const char *json, gsize length, guint64 *word)
{
  g_autoptr (GString) packed = g_string_new (NULL);

  if (!(column->type == RUA_FIELD_TYPE_TEXTS ? rua_texts_read_json (json, length, &LIMITS, packed)
                                             : rua_text_list_read_json (json, length, &LIMITS, packed)))
    return RUA_CELL_UNFIT;
  *word = rua_dictionary_intern (&column->dictionary, packed->str, packed->len);
  return RUA_CELL_TAKEN;
}

static RuaCellReading
read_text (RuaColumn *column, const char *json, gsize length, const RuaRowNames *names, guint64 *word)
{
  g_autoptr (RuaJsonScanner) scanner = NULL;
  gsize n;
  const char *text = read_string (json, length, &scanner, &n);
  RuaDatePacked date;

  if (!text)
    return RUA_CELL_UNFIT;
  if (column->type == RUA_FIELD_TYPE_REFERENCE)
    return find_row (column, text, n, names, word);
  if (column->type == RUA_FIELD_TYPE_DATE) {
    if (!rua_date_parse_packed (text, n, &date))
      return RUA_CELL_UNFIT;
    *word = (guint32) date;
    return RUA_CELL_TAKEN;
  }
  if (column->type == RUA_FIELD_TYPE_TOKEN && !rua_field_has_token (column->field, text, n))
    return RUA_CELL_UNFIT;
  *word = rua_dictionary_intern (&column->dictionary, text, n);
  return RUA_CELL_TAKEN;
}

RuaCellReading
rua_cell_read (RuaColumn *column, const char *json, gsize length, guint digits, const RuaRowNames *names, guint64 *word)
{
  gint64 integer;
  double number;

  switch (column->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_REFERENCE:
    return read_text (column, json, length, names, word);
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TEXT_LIST:
    return read_packed (column, json, length, word);
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return read_rows (column, json, length, names, word);
  case RUA_FIELD_TYPE_BOOLEAN:
    *word = length == 4;
    return *json == 't' || *json == 'f' ? RUA_CELL_TAKEN : RUA_CELL_UNFIT;
  case RUA_FIELD_TYPE_INTEGER:
    if (!rua_integer_parse (json, length, &integer))
      return RUA_CELL_UNFIT;
    *word = (guint64) integer;
    return RUA_CELL_TAKEN;
  case RUA_FIELD_TYPE_MONEY:
    if (!rua_money_parse (json, length, digits, &integer))
      return RUA_CELL_UNFIT;
    *word = (guint64) integer;
    return RUA_CELL_TAKEN;
  case RUA_FIELD_TYPE_NUMBER:
    if (!rua_number_parse (json, length, &number))
      return RUA_CELL_UNFIT;
    memcpy (word, &number, sizeof number);
    return RUA_CELL_TAKEN;
  case RUA_FIELD_TYPE_JSON:
    *word = rua_dictionary_intern (&column->dictionary, json, length);
    return RUA_CELL_TAKEN;
  }
  return RUA_CELL_UNFIT;
}

gboolean
rua_cell_each_target (RuaColumn *column, const char *json, gsize length, RuaTargetFunc found, gpointer data)
{
  g_autoptr (RuaJsonScanner) scanner = NULL;
  g_autoptr (GString) list = NULL;
  RuaTable *table;
  const char *key, *text;
  gsize key_length, n;

  if (column->type == RUA_FIELD_TYPE_REFERENCE) {
    text = read_string (json, length, &scanner, &n);
    if (!text || !take_apart (column, text, n, &table, &key, &key_length))
      return FALSE;
    found (data, table, key, key_length);
    return TRUE;
  }
  list = g_string_new (NULL);
  if (!rua_text_list_read_json (json, length, &LIMITS, list))
    return FALSE;
  /* All of them must have the form before anything is made of one. */
  for (gsize offset = 0; offset < list->len; offset += strlen (list->str + offset) + 1)
    if (!take_apart (column, list->str + offset, strlen (list->str + offset), &table, &key, &key_length))
      return FALSE;
  for (gsize offset = 0; offset < list->len; offset += strlen (list->str + offset) + 1) {
    take_apart (column, list->str + offset, strlen (list->str + offset), &table, &key, &key_length);
    if (!found (data, table, key, key_length))
      break;
  }
  return TRUE;
}
