/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-json.h"

#include <string.h>

#include "rua-json-reader-private.h"

#define UNDETERMINED "und"

/* A field as the writer needs it in its inner loop. */
typedef struct {
  RuaColumn *column;
  RuaFieldType type;
  gboolean any; /* refers to records of any kind */
  char *name;   /* in its quotation marks */
  gsize name_length;
} Member;

typedef struct {
  RuaJsonWriter *writer;
  RuaTable *table;
  guint n_members;
  Member *members;
  guint digits;
} Rows;

static void
write_texts (RuaJsonWriter *writer, const char *packed, gsize length)
{
  const char *language, *text;
  gsize offset = 0;

  if (rua_texts_next (packed, length, &offset, &language, &text) && *language == '\0' && offset >= length) {
    rua_json_writer_string (writer, text);
    return;
  }
  offset = 0;
  rua_json_writer_begin_object (writer, TRUE);
  while (rua_texts_next (packed, length, &offset, &language, &text)) {
    rua_json_writer_name (writer, *language != '\0' ? language : UNDETERMINED);
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

/* The id of a row, behind the kind's name where any kind might be meant. */
static void
write_id (RuaJsonWriter *writer, RuaTable *target, guint32 row, gboolean any)
{
  const char *id = rua_column_read_text (rua_table_peek_column (target, 0), row, NULL);

  if (any) {
    g_autofree char *path = g_strdup_printf ("%s/%s", rua_kind_get_name (rua_table_get_kind (target)), id);
    rua_json_writer_string (writer, path);
  } else {
    rua_json_writer_string (writer, id);
  }
}

/* "2014-09-15", without a detour through printf. */
static void
write_date (RuaJsonWriter *writer, RuaDatePacked date)
{
  RuaDatePrecision precision = rua_date_packed_precision (date);
  int year, month, day, length = 0;
  char text[16];

  rua_date_day_to_civil (rua_date_packed_day (date), &year, &month, &day);
  if (year < 0 || year > 9999) {
    g_autofree char *iso = rua_date_format (rua_date_packed_day (date), precision);
    rua_json_writer_string (writer, iso);
    return;
  }
  text[length++] = '"';
  text[length++] = (char) ('0' + year / 1000);
  text[length++] = (char) ('0' + year / 100 % 10);
  text[length++] = (char) ('0' + year / 10 % 10);
  text[length++] = (char) ('0' + year % 10);
  if (precision != RUA_DATE_PRECISION_YEAR) {
    text[length++] = '-';
    text[length++] = (char) ('0' + month / 10);
    text[length++] = (char) ('0' + month % 10);
  }
  if (precision == RUA_DATE_PRECISION_DAY) {
    text[length++] = '-';
    text[length++] = (char) ('0' + day / 10);
    text[length++] = (char) ('0' + day % 10);
  }
  text[length++] = '"';
  rua_json_writer_literal (writer, text, (gsize) length);
}

static void
write_cell (Rows *rows, const Member *member, guint32 row)
{
  RuaJsonWriter *writer = rows->writer;
  RuaColumn *column = member->column;
  gboolean any = member->any, truth;
  const char *text;
  RuaTable *target;
  RuaDatePacked date;
  gint64 integer;
  double number;
  guint32 other;
  gsize length;

  if (!rua_column_is_known (column, row))
    return;
  rua_json_writer_quoted_name (writer, member->name, member->name_length);
  switch (member->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
    rua_json_writer_string (writer, rua_column_read_text (column, row, NULL));
    break;
  case RUA_FIELD_TYPE_TEXTS:
    text = rua_column_read_text (column, row, &length);
    write_texts (writer, text, length);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_column_read_boolean (column, row, &truth);
    rua_json_writer_boolean (writer, truth);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    rua_column_read_integer (column, row, &integer);
    rua_json_writer_integer (writer, integer);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    rua_column_read_number (column, row, &number);
    rua_json_writer_number (writer, number);
    break;
  case RUA_FIELD_TYPE_MONEY:
    rua_column_read_integer (column, row, &integer);
    rua_json_writer_money (writer, integer, rows->digits);
    break;
  case RUA_FIELD_TYPE_DATE:
    rua_column_read_date (column, row, &date);
    write_date (writer, date);
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    if (rua_column_read_reference (column, row, &target, &other))
      write_id (writer, target, other, any);
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
    text = rua_column_read_text (column, row, &length);
    write_list (writer, text, length);
    break;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    rua_json_writer_begin_array (writer, TRUE);
    for (guint k = 0; k < rua_column_get_n_references (column, row); k++)
      if (rua_column_read_reference_at (column, row, k, &target, &other))
        write_id (writer, target, other, any);
    rua_json_writer_end_array (writer);
    break;
  case RUA_FIELD_TYPE_JSON:
    rua_json_writer_raw (writer, rua_column_read_text (column, row, NULL), TRUE);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
write_record (Rows *rows, guint32 row, gboolean is_inline)
{
  const char *extra = rua_table_get_extra_at_row (rows->table, row);

  rua_json_writer_begin_object (rows->writer, is_inline);
  for (guint i = 0; i < rows->n_members; i++)
    write_cell (rows, &rows->members[i], row);
  if (extra != NULL)
    rua_json_writer_members (rows->writer, extra, TRUE);
  rua_json_writer_end_object (rows->writer);
}

static void
member_clear (gpointer data)
{
  g_free (((Member *) data)->name);
}

static gboolean
write_table (RuaJsonWriter *writer, RuaTable *table, GCancellable *cancellable, GError **error)
{
  RuaKind *kind = rua_table_get_kind (table);
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));
  Rows rows = { writer, table, 0, NULL, rua_table_get_money_digits (table) };
  gboolean is_profile = g_str_equal (rua_kind_get_name (kind), RUA_PROFILE_KIND);
  /* Rows that come in bulk, without ids, take a line each; other records a line a member. */
  gboolean is_inline = !is_profile && !rua_field_get_required (rua_kind_get_field (kind, 0));

  if (rua_table_get_n_records (table) == 0)
    return TRUE;
  g_array_set_clear_func (members, member_clear);
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    Member member = { rua_table_peek_column (table, i), rua_field_get_field_type (field), FALSE, NULL, 0 };

    /* Columns that nobody filled are not asked row by row. */
    if (rua_column_get_n_known (member.column) == 0)
      continue;
    member.any = g_strcmp0 (rua_field_get_target (field), "*") == 0;
    member.name = g_strdup_printf ("\"%s\"", rua_field_get_name (field));
    member.name_length = strlen (member.name);
    g_array_append_val (members, member);
  }
  rows.members = (Member *) (gpointer) members->data;
  rows.n_members = members->len;
  rua_json_writer_name (writer, rua_kind_get_plural (kind));
  if (!is_profile)
    rua_json_writer_begin_array (writer, FALSE);
  for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
    if (!rua_table_is_alive (table, row))
      continue;
    if ((row & 0xfff) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    write_record (&rows, row, is_inline);
  }
  if (!is_profile)
    rua_json_writer_end_array (writer);
  return TRUE;
}

/* The document's unknown members but for those of its schema section. */
static void
write_extra (RuaJsonWriter *writer, const char *extra)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (extra, strlen (extra), &RUA_KEPT_LIMITS);

  rua_json_scanner_next (scanner, NULL);
  while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_NAME) {
    g_autofree char *name = g_strdup (rua_json_scanner_get_text (scanner, NULL));
    g_autoptr (GString) value = g_string_new (NULL);

    rua_json_scanner_next (scanner, NULL);
    if (!rua_json_scanner_copy_value (scanner, value, NULL))
      break;
    if (g_str_equal (name, "schema"))
      continue;
    rua_json_writer_name (writer, name);
    rua_json_writer_raw (writer, value->str, FALSE);
  }
}

static GBytes *
write_document (RuaAlliance *self, gboolean with_records, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) out = NULL;
  g_autoptr (RuaJsonWriter) writer = NULL;
  g_autofree char *unknown_schema = NULL;
  RuaTable *profiles;
  const char *extra;

  out = g_string_sized_new (4096);
  writer = rua_json_writer_new (out, TRUE);
  extra = rua_alliance_get_extra (self);
  unknown_schema = rua_json_member (extra, "schema");
  profiles = rua_alliance_get_table (self, RUA_PROFILE_KIND);
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "format");
  rua_json_writer_string (writer, RUA_DOCUMENT_FORMAT);
  rua_json_writer_name (writer, "version");
  rua_json_writer_integer (writer, RUA_DOCUMENT_VERSION);
  if (with_records && !write_table (writer, profiles, cancellable, error))
    return NULL;
  rua_json_write_schema (writer, rua_alliance_get_schema (self), unknown_schema);
  for (guint i = 0; with_records && i < rua_alliance_get_n_tables (self); i++) {
    RuaTable *table = rua_alliance_get_table_at (self, i);
    if (table != profiles && !write_table (writer, table, cancellable, error))
      return NULL;
  }
  if (extra != NULL)
    write_extra (writer, extra);
  rua_json_writer_end_object (writer);
  g_string_append_c (out, '\n');
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

GBytes *
rua_alliance_head_to_json (RuaAlliance *self)
{
  return write_document (self, FALSE, NULL, NULL);
}

/**
 * rua_alliance_to_json:
 * @self: an alliance
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Writes the alliance's document: one array for each kind that has records, members in the order
 * of the schema, unknown values left out, and behind each record's members those that were read
 * and that the library does not know. Reading the document and writing it again gives the same
 * bytes.
 *
 * Returns: (transfer full): UTF-8 that ends in a line end, or %NULL and `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
GBytes *
rua_alliance_to_json (RuaAlliance *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return write_document (self, TRUE, cancellable, error);
}
