/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-json.h"

#include <string.h>

#include "rua-cell-json-private.h"
#include "rua-column-private.h"
#include "rua-json-reader-private.h"
#include "rua-json-sieve-private.h"

/* A field as the writer needs it in its inner loop. */
typedef struct {
  RuaColumn *column;
  guint index;
  char *name;   /* in its quotation marks */
  gsize name_length;
} Member;

typedef struct {
  RuaJsonWriter *writer;
  RuaTable *table;
  guint n_members;
  Member *members;
  guint digits;
  const RuaJsonSieve *sieve; /* NULL: everything as it is */
} Rows;

/* ---- what a sieve changes ---- */

static gboolean
keeps_record (const RuaJsonSieve *sieve, RuaTable *table, guint32 row)
{
  return !sieve || !sieve->keeps_record || sieve->keeps_record (sieve->data, table, row);
}

static char *
rewrite (const RuaJsonSieve *sieve, RuaTable *table, guint field, const char *text)
{
  char *other = sieve->rewrite ? sieve->rewrite (sieve->data, table, field, text) : NULL;

  return other ? other : g_strdup (text);
}

static void
write_rewritten (Rows *rows, guint field, const char *text)
{
  g_autofree char *other = rewrite (rows->sieve, rows->table, field, text);

  rua_json_writer_string (rows->writer, other);
}

static void
write_target (Rows *rows, RuaColumn *column, RuaTable *target, guint32 row)
{
  g_autofree char *id = rewrite (rows->sieve, target, 0, rua_column_read_text (rua_table_peek_column (target, 0), row, NULL));
  g_autofree char *path = column->any ? g_strdup_printf ("%s/%s", rua_kind_get_name (rua_table_get_kind (target)), id) : NULL;

  rua_json_writer_string (rows->writer, path ? path : id);
}

static void
write_sieved (Rows *rows, const Member *member, guint32 row, guint64 word)
{
  RuaJsonWriter *writer = rows->writer;
  const char *packed, *language, *text;
  gsize length = 0, offset = 0;
  RuaTable *target;
  guint32 other;

  switch (member->column->type) {
  case RUA_FIELD_TYPE_TEXT:
    write_rewritten (rows, member->index, rua_column_read_text (member->column, row, NULL));
    break;
  case RUA_FIELD_TYPE_TEXTS:
    packed = rua_column_read_text (member->column, row, &length);
    rua_json_writer_begin_object (writer, TRUE);
    while (rua_texts_next (packed, length, &offset, &language, &text)) {
      rua_json_writer_name (writer, *language != '\0' ? language : RUA_LANGUAGE_UNDETERMINED);
      write_rewritten (rows, member->index, text);
    }
    rua_json_writer_end_object (writer);
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
    packed = rua_column_read_text (member->column, row, &length);
    rua_json_writer_begin_array (writer, TRUE);
    for (; offset < length; offset += strlen (packed + offset) + 1)
      write_rewritten (rows, member->index, packed + offset);
    rua_json_writer_end_array (writer);
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    if (rua_column_read_reference (member->column, row, &target, &other))
      write_target (rows, member->column, target, other);
    break;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    rua_json_writer_begin_array (writer, TRUE);
    for (guint k = 0; k < rua_column_get_n_references (member->column, row); k++)
      if (rua_column_read_reference_at (member->column, row, k, &target, &other) && keeps_record (rows->sieve, target, other))
        write_target (rows, member->column, target, other);
    rua_json_writer_end_array (writer);
    break;
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_JSON:
  default:
    rua_cell_write (writer, member->column, word, rows->digits, NULL);
    break;
  }
}

/* ---- the document ---- */

static void
write_cell (Rows *rows, const Member *member, guint32 row)
{
  RuaTable *target;
  guint32 other;
  guint64 word;

  if (!rua_column_read_word (member->column, row, &word))
    return;
  if (G_UNLIKELY (rows->sieve != NULL)) {
    /* Looked at before the name is written. */
    if (member->column->type == RUA_FIELD_TYPE_REFERENCE
        && (!rua_column_read_reference (member->column, row, &target, &other) || !keeps_record (rows->sieve, target, other)))
      return;
    rua_json_writer_quoted_name (rows->writer, member->name, member->name_length);
    write_sieved (rows, member, row, word);
    return;
  }
  rua_json_writer_quoted_name (rows->writer, member->name, member->name_length);
  rua_cell_write (rows->writer, member->column, word, rows->digits, NULL);
}

static void
write_record (Rows *rows, guint32 row, gboolean is_inline)
{
  const char *extra = rua_table_get_extra_at_row (rows->table, row);

  rua_json_writer_begin_object (rows->writer, is_inline);
  for (guint i = 0; i < rows->n_members; i++)
    write_cell (rows, &rows->members[i], row);
  if (extra != NULL && (!rows->sieve || !rows->sieve->keeps_extra || rows->sieve->keeps_extra (rows->sieve->data, rows->table)))
    rua_json_writer_members (rows->writer, extra, TRUE);
  rua_json_writer_end_object (rows->writer);
}

static void
member_clear (gpointer data)
{
  g_free (((Member *) data)->name);
}

static gboolean
write_table (RuaJsonWriter *writer, RuaTable *table, const RuaJsonSieve *sieve, GCancellable *cancellable, GError **error)
{
  RuaKind *kind = rua_table_get_kind (table);
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));
  Rows rows = { writer, table, 0, NULL, rua_table_get_money_digits (table), sieve };
  gboolean is_profile = g_str_equal (rua_kind_get_name (kind), RUA_PROFILE_KIND);
  /* Rows that come in bulk, without ids, take a line each; other records a line a member. */
  gboolean is_inline = !is_profile && !rua_field_get_required (rua_kind_get_field (kind, 0));

  if (rua_table_get_n_records (table) == 0)
    return TRUE;
  g_array_set_clear_func (members, member_clear);
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    Member member = { rua_table_peek_column (table, i), i, NULL, 0 };

    /* Columns that nobody filled are not asked row by row. */
    if (rua_column_get_n_known (member.column) == 0)
      continue;
    if (sieve && sieve->keeps_field && !sieve->keeps_field (sieve->data, table, i))
      continue;
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
    if ((row & 0xfff) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (!rua_table_is_alive (table, row) || !keeps_record (sieve, table, row))
      continue;
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
write_document (RuaAlliance *self, gboolean with_records, const RuaJsonSieve *sieve, GCancellable *cancellable, GError **error)
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
  if (with_records && !write_table (writer, profiles, sieve, cancellable, error))
    return NULL;
  rua_json_write_schema (writer, rua_alliance_get_schema (self), unknown_schema);
  for (guint i = 0; with_records && i < rua_alliance_get_n_tables (self); i++) {
    RuaTable *table = rua_alliance_get_table_at (self, i);
    if (table != profiles && !write_table (writer, table, sieve, cancellable, error))
      return NULL;
  }
  if (extra != NULL && (!sieve || !sieve->keeps_extra || sieve->keeps_extra (sieve->data, NULL)))
    write_extra (writer, extra);
  rua_json_writer_end_object (writer);
  g_string_append_c (out, '\n');
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

RuaAlliance *
rua_alliance_sieve (RuaAlliance *self, const RuaJsonSieve *sieve, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) json = write_document (self, TRUE, sieve, cancellable, error);

  return json ? rua_alliance_new_from_json (json, NULL, cancellable, error) : NULL;
}

GBytes *
rua_alliance_head_to_json (RuaAlliance *self)
{
  return write_document (self, FALSE, NULL, NULL, NULL);
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

  return write_document (self, TRUE, NULL, cancellable, error);
}
