/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-export-private.h"
#include "rua-csv-export.h"

#include <string.h>

#include "rua-cell-json-private.h"
#include "rua-csv-private.h"
#include "rua-json-private.h"
#include "rua-parallel-private.h"
#include "rua-table-core-private.h"

/* A table as CSV that rua_alliance_import_csv() reads back as it was. */

#define ROWS_A_TASK 16384u
/* Tasks whose text is in memory at once, on its way to the stream. */
#define TASKS_A_WAVE 32u
/* A text in more of them is written whole. */
#define MOST_LANGUAGES 100

GType
rua_csv_flags_get_type (void)
{
  static GType type;
  static const GFlagsValue values[] = {
    { RUA_CSV_COMMAS, "RUA_CSV_COMMAS", "commas" },
    { RUA_CSV_MARK, "RUA_CSV_MARK", "mark" },
    { RUA_CSV_SEMICOLONS, "RUA_CSV_SEMICOLONS", "semicolons" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("RuaCsvFlags", values));
  return type;
}

typedef struct {
  RuaTable *table;
  GArray *members; /* of RuaCsvMember */
  guint digits;
  char separator;
  gboolean exact; /* nothing is refused or simplified */
  guint32 first; /* row of the wave */
  GString **texts; /* by task of the wave */
} Writing;

static void
member_clear (gpointer data)
{
  g_free (((RuaCsvMember *) data)->language);
}

/* The languages of a column, each once, in the order in which they came. */
static void
add_languages (Writing *writing, RuaCsvMember member)
{
  g_autoptr (GPtrArray) languages = g_ptr_array_new ();

  for (guint32 code = 0; code < rua_column_get_n_codes (member.column); code++) {
    gsize length, offset = 0;
    const char *packed = rua_column_code_text (member.column, code, &length), *language, *text;

    while (rua_texts_next (packed, length, &offset, &language, &text))
      if (!g_ptr_array_find_with_equal_func (languages, language, g_str_equal, NULL))
        g_ptr_array_add (languages, (gpointer) language);
  }
  for (guint i = 0; i < languages->len; i++) {
    member.language = g_strdup (g_ptr_array_index (languages, i));
    g_array_append_val (writing->members, member);
  }
}

static void
list_members (Writing *writing)
{
  RuaKind *kind = rua_table_get_kind (writing->table);
  gboolean empty = rua_table_get_n_records (writing->table) == 0;

  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    RuaCsvMember member = {
      .column = rua_table_peek_column (writing->table, i), .type = rua_field_get_field_type (field), .name = rua_field_get_name (field),
    };

    /* What nobody knows of any record has no column. */
    if (!empty && rua_column_get_n_known (member.column) == 0)
      continue;
    member.any = g_strcmp0 (rua_field_get_target (field), "*") == 0;
    /* Asked for once before threads ask. */
    rua_column_get_target (member.column);
    if (member.type == RUA_FIELD_TYPE_TEXTS && !empty)
      add_languages (writing, member);
    else
      g_array_append_val (writing->members, member);
  }
  /* Nothing is known of any record, and a header there has to be. */
  if (writing->members->len == 0) {
    RuaCsvMember member = { .column = rua_table_peek_column (writing->table, 0), .type = RUA_FIELD_TYPE_TEXT, .name = "id" };

    g_array_append_val (writing->members, member);
  }
}

/* ---- columns that lose nothing ---- */

static gint
find_language (GPtrArray *languages, const char *language)
{
  guint at;

  return g_ptr_array_find_with_equal_func (languages, language, g_str_equal, &at) ? (gint) at : -1;
}

/* Which language stands before which in some text: before[i * MOST_LANGUAGES + j]. */
static void
note_order (RuaColumn *column, GPtrArray *languages, guint8 *before)
{
  for (guint32 code = 0; code < rua_column_get_n_codes (column); code++) {
    gsize length, offset = 0;
    const char *packed = rua_column_code_text (column, code, &length), *language, *text;
    gint last = -1;

    while (rua_texts_next (packed, length, &offset, &language, &text)) {
      gint at = find_language (languages, language);

      if (at < 0 && languages->len == MOST_LANGUAGES)
        return;
      if (at < 0) {
        at = (gint) languages->len;
        g_ptr_array_add (languages, (gpointer) language);
      }
      if (last >= 0)
        before[last * MOST_LANGUAGES + at] = 1;
      last = at;
    }
  }
}

/* The languages of a column in an order that is that of every text; NULL where there is none. */
static GPtrArray *
order_languages (RuaColumn *column)
{
  g_autoptr (GPtrArray) languages = g_ptr_array_new (), ordered = g_ptr_array_new ();
  g_autofree guint8 *before = g_malloc0 (MOST_LANGUAGES * MOST_LANGUAGES);
  gboolean taken[MOST_LANGUAGES] = { FALSE };

  note_order (column, languages, before);
  if (languages->len == MOST_LANGUAGES)
    return NULL;
  while (ordered->len < languages->len) {
    guint next = 0;

    /* The first to be met that none of the others has to come before. */
    for (; next < languages->len; next++) {
      gboolean is_free = !taken[next];

      for (guint i = 0; is_free && i < languages->len; i++)
        is_free = taken[i] || !before[i * MOST_LANGUAGES + next];
      if (is_free)
        break;
    }
    if (next == languages->len)
      return NULL;
    taken[next] = TRUE;
    g_ptr_array_add (ordered, languages->pdata[next]);
  }
  return g_steal_pointer (&ordered);
}

static void
add_exact_texts (GArray *members, RuaCsvMember member)
{
  g_autoptr (GPtrArray) languages = order_languages (member.column);

  member.whole = languages == NULL;
  if (member.whole)
    g_array_append_val (members, member);
  for (guint i = 0; languages && i < languages->len; i++) {
    member.language = g_strdup (g_ptr_array_index (languages, i));
    g_array_append_val (members, member);
  }
}

GArray *
rua_csv_list_exact_members (RuaTable *table)
{
  RuaKind *kind = rua_table_get_kind (table);
  GArray *members = g_array_new (FALSE, FALSE, sizeof (RuaCsvMember));
  RuaCsvMember member = { 0 };

  g_array_set_clear_func (members, member_clear);
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);

    member = (RuaCsvMember){ .column = rua_table_peek_column (table, i), .type = rua_field_get_field_type (field), .name = rua_field_get_name (field) };
    if (rua_column_get_n_known (member.column) == 0)
      continue;
    member.any = g_strcmp0 (rua_field_get_target (field), "*") == 0;
    rua_column_get_target (member.column);
    if (member.type == RUA_FIELD_TYPE_TEXTS)
      add_exact_texts (members, member);
    else
      g_array_append_val (members, member);
  }
  member = (RuaCsvMember){ .type = RUA_FIELD_TYPE_JSON, .name = "*" };
  /* A blank line would be a record for some and none for others: there are two columns at least. */
  if (rua_column_get_n_known (table->extra) > 0 || members->len == 0 ||
      (members->len == 1 && rua_column_get_n_known (g_array_index (members, RuaCsvMember, 0).column) < rua_table_get_n_records (table)))
    g_array_append_val (members, member);
  if (members->len == 1 && g_array_index (members, RuaCsvMember, 0).column == NULL) {
    member = (RuaCsvMember){ .column = rua_table_peek_column (table, 0), .type = RUA_FIELD_TYPE_TEXT, .name = "id" };
    g_array_prepend_val (members, member);
  }
  return members;
}

char *
rua_csv_member_dup_header (const RuaCsvMember *self)
{
  return self->language && *self->language ? g_strdup_printf ("%s.%s", self->name, self->language) : g_strdup (self->name);
}

static void
append_header (Writing *writing, GString *out)
{
  for (guint i = 0; i < writing->members->len; i++) {
    g_autofree char *name = rua_csv_member_dup_header (&g_array_index (writing->members, RuaCsvMember, i));

    if (i > 0)
      g_string_append_c (out, writing->separator);
    rua_csv_append_text (out, name, strlen (name), writing->separator);
  }
  g_string_append (out, "\r\n");
}

/* ---- cells ---- */

static void
append_digits (GString *out, guint64 value, guint least)
{
  char digits[24];
  guint n = 0;

  do {
    digits[n++] = (char) ('0' + value % 10);
    value /= 10;
  } while (value > 0 || n < least);
  while (n > 0)
    g_string_append_c (out, digits[--n]);
}

static void
append_integer (GString *out, gint64 value)
{
  if (value < 0)
    g_string_append_c (out, '-');
  append_digits (out, value < 0 ? 0 - (guint64) value : (guint64) value, 1);
}

static void
append_money (GString *out, gint64 minor, guint digits)
{
  guint64 amount = minor < 0 ? 0 - (guint64) minor : (guint64) minor, unit = 1;

  for (guint i = 0; i < digits; i++)
    unit *= 10;
  if (minor < 0)
    g_string_append_c (out, '-');
  append_digits (out, amount / unit, 1);
  if (digits == 0)
    return;
  g_string_append_c (out, '.');
  append_digits (out, amount % unit, digits);
}

static void
append_date (GString *out, RuaDatePacked date)
{
  RuaDatePrecision precision = rua_date_packed_precision (date);
  int year, month, day;

  rua_date_day_to_civil (rua_date_packed_day (date), &year, &month, &day);
  append_digits (out, (guint64) year, 4);
  if (precision == RUA_DATE_PRECISION_YEAR)
    return;
  g_string_append_c (out, '-');
  append_digits (out, (guint64) month, 2);
  if (precision == RUA_DATE_PRECISION_MONTH)
    return;
  g_string_append_c (out, '-');
  append_digits (out, (guint64) day, 2);
}

/* FALSE for a record that has no id. */
static gboolean
append_id (GString *out, RuaTable *table, guint32 row, gboolean any)
{
  const char *id = rua_column_read_text (rua_table_peek_column (table, 0), row, NULL);

  if (id == NULL)
    return FALSE;
  if (any)
    g_string_append_printf (out, "%s/", rua_kind_get_name (rua_table_get_kind (table)));
  g_string_append (out, id);
  return TRUE;
}

/* Items with ; between them where that reads back, else a JSON array. */
static void
append_list (GString *out, GPtrArray *items, gboolean exact)
{
  gboolean plain = items->len > 0 && !exact;

  for (guint i = 0; plain && i < items->len; i++) {
    const char *item = g_ptr_array_index (items, i);
    gsize length = strlen (item);

    plain = length > 0 && strchr (item, ';') == NULL && !g_ascii_isspace (item[0]) && !g_ascii_isspace (item[length - 1]) && (i > 0 || item[0] != '[');
  }
  if (!plain)
    g_string_append_c (out, '[');
  for (guint i = 0; i < items->len; i++) {
    const char *item = g_ptr_array_index (items, i);

    if (i > 0)
      g_string_append (out, plain ? ";" : ", ");
    if (plain)
      g_string_append (out, item);
    else
      rua_json_append_string (out, item, strlen (item));
  }
  if (!plain)
    g_string_append_c (out, ']');
}

static gboolean
append_text_cell (Writing *writing, const RuaCsvMember *member, guint32 row, GString *cell)
{
  gsize length, offset = 0;
  const char *packed = rua_column_read_text (member->column, row, &length), *language, *text;
  g_autoptr (GPtrArray) items = NULL;

  switch (member->type) {
  case RUA_FIELD_TYPE_TEXTS:
    if (member->whole) {
      rua_texts_append_json (cell, packed, length, TRUE);
      return TRUE;
    }
    if (member->language == NULL)
      return FALSE;
    while (rua_texts_next (packed, length, &offset, &language, &text))
      if (strcmp (language, member->language) == 0) {
        g_string_append (cell, text);
        return TRUE;
      }
    return FALSE;
  case RUA_FIELD_TYPE_TEXT_LIST:
    items = g_ptr_array_new ();
    for (gsize at = 0; at < length; at += strlen (packed + at) + 1)
      g_ptr_array_add (items, (gpointer) (packed + at));
    append_list (cell, items, writing->exact);
    return TRUE;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    items = g_ptr_array_new_with_free_func (g_free);
    for (guint k = 0; k < rua_column_get_n_references (member->column, row); k++) {
      g_autoptr (GString) id = g_string_new (NULL);
      RuaTable *target;
      guint32 other;

      if (rua_column_read_reference_at (member->column, row, k, &target, &other) && append_id (id, target, other, member->any))
        g_ptr_array_add (items, g_strdup (id->str));
    }
    append_list (cell, items, writing->exact);
    return TRUE;
  default:
    g_string_append_len (cell, packed, (gssize) length);
    return TRUE;
  }
}

static gboolean
refuse_cell (Writing *writing, const RuaCsvMember *member, guint32 row, GError **error)
{
  g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE, "%s #%u: %s: it refers to a record without an id, which CSV cannot name; give that record an id",
               rua_kind_get_name (rua_table_get_kind (writing->table)), row + 1, member->name);
  return FALSE;
}

static gboolean
append_cell (Writing *writing, const RuaCsvMember *member, guint32 row, GString *out, GString *cell, GError **error)
{
  gboolean truth;
  gint64 integer;
  double number;
  RuaDatePacked date;
  RuaTable *target;
  guint32 other;
  char buffer[40];

  if (member->column == NULL) {
    const char *extra = rua_table_get_extra_at_row (writing->table, row);

    if (extra != NULL)
      rua_csv_append_text (out, extra, strlen (extra), writing->separator);
    return TRUE;
  }
  if (!rua_column_is_known (member->column, row))
    return TRUE;
  switch (member->type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_column_read_boolean (member->column, row, &truth);
    g_string_append (out, truth ? "true" : "false");
    return TRUE;
  case RUA_FIELD_TYPE_INTEGER:
    rua_column_read_integer (member->column, row, &integer);
    append_integer (out, integer);
    return TRUE;
  case RUA_FIELD_TYPE_NUMBER:
    rua_column_read_number (member->column, row, &number);
    g_string_append (out, rua_number_format (number, buffer));
    return TRUE;
  case RUA_FIELD_TYPE_MONEY:
    rua_column_read_integer (member->column, row, &integer);
    append_money (out, integer, writing->digits);
    return TRUE;
  case RUA_FIELD_TYPE_DATE:
    rua_column_read_date (member->column, row, &date);
    append_date (out, date);
    return TRUE;
  case RUA_FIELD_TYPE_REFERENCE:
    g_string_truncate (cell, 0);
    if (rua_column_read_reference (member->column, row, &target, &other) && !append_id (cell, target, other, member->any))
      return refuse_cell (writing, member, row, error);
    break;
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
  default:
    g_string_truncate (cell, 0);
    if (!append_text_cell (writing, member, row, cell))
      return TRUE;
  }
  rua_csv_append_text (out, cell->str, cell->len, writing->separator);
  return TRUE;
}

static gboolean
refuse_extra (Writing *writing, guint32 row, GError **error)
{
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
               "%s #%u: it has members that no field holds, which CSV would leave out; declare them as fields in the document's schema, or save as JSON",
               rua_kind_get_name (rua_table_get_kind (writing->table)), row + 1);
  return FALSE;
}

static gboolean
write_rows (guint task, gpointer data, GError **error)
{
  Writing *writing = data;
  guint32 row = writing->first + task * ROWS_A_TASK, n_rows = rua_table_get_n_rows (writing->table), last = row + MIN (ROWS_A_TASK, n_rows - row);
  GString *out = g_string_sized_new (65536);
  g_autoptr (GString) cell = g_string_new (NULL);

  writing->texts[task] = out;
  for (; row < last; row++) {
    if (!rua_table_is_alive (writing->table, row))
      continue;
    if (!writing->exact && rua_table_get_extra_at_row (writing->table, row) != NULL)
      return refuse_extra (writing, row, error);
    for (guint i = 0; i < writing->members->len; i++) {
      if (i > 0)
        g_string_append_c (out, writing->separator);
      if (!append_cell (writing, &g_array_index (writing->members, RuaCsvMember, i), row, out, cell, error))
        return FALSE;
    }
    g_string_append (out, "\r\n");
  }
  return TRUE;
}

/* A blank line is a record of a single column, but for one at the end. */
static gboolean
ends_blank (Writing *writing)
{
  guint32 row = rua_table_get_n_rows (writing->table);

  if (writing->members->len != 1)
    return FALSE;
  while (row > 0 && !rua_table_is_alive (writing->table, row - 1))
    row--;
  return row > 0 && !rua_column_is_known (g_array_index (writing->members, RuaCsvMember, 0).column, row - 1);
}

static gboolean
write_wave (Writing *writing, guint n_tasks, RuaCsvSink sink, gpointer data, GCancellable *cancellable, GError **error)
{
  guint32 n_rows = rua_table_get_n_rows (writing->table);
  gboolean done;

  writing->texts = g_new0 (GString *, MAX (n_tasks, 1));
  done = rua_parallel_run (n_tasks, write_rows, writing, NULL, cancellable, error);
  for (guint i = 0; i < n_tasks; i++) {
    GString *text = writing->texts[i];

    done = done && sink (data, text->str, text->len, (guint32) MIN (writing->first + (guint64) (i + 1) * ROWS_A_TASK, n_rows), error);
    if (text)
      g_string_free (text, TRUE);
  }
  g_clear_pointer (&writing->texts, g_free);
  return done;
}

static gboolean
write_table (Writing *writing, const char *mark, RuaCsvSink sink, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) head = g_string_new (mark);
  guint32 n_rows = rua_table_get_n_rows (writing->table);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  append_header (writing, head);
  if (!sink (data, head->str, head->len, 0, error))
    return FALSE;
  for (guint64 first = 0; first < n_rows; first += ROWS_A_TASK * TASKS_A_WAVE) {
    guint64 left = MIN (n_rows - first, ROWS_A_TASK * TASKS_A_WAVE);

    writing->first = (guint32) first;
    if (!write_wave (writing, (guint) ((left + ROWS_A_TASK - 1) / ROWS_A_TASK), sink, data, cancellable, error))
      return FALSE;
  }
  return writing->exact || !ends_blank (writing) || sink (data, "\r\n", 2, n_rows, error);
}

gboolean
rua_csv_write_exact (RuaTable *table, GArray *members, RuaCsvSink sink, gpointer data, GCancellable *cancellable, GError **error)
{
  Writing writing = { .table = table, .members = members, .digits = rua_table_get_money_digits (table), .separator = ',', .exact = TRUE };

  return write_table (&writing, "", sink, data, cancellable, error);
}

typedef struct {
  GOutputStream *stream;
  GCancellable *cancellable;
} Stream;

static gboolean
put_in_stream (gpointer data, const char *text, gsize length, guint32 rows, GError **error)
{
  const Stream *stream = data;

  return g_output_stream_write_all (stream->stream, text, length, NULL, stream->cancellable, error);
}

/**
 * rua_table_write_csv:
 * @self: a table
 * @stream: where to
 * @flags: how to write
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Writes all records as CSV (RFC 4180, UTF-8, lines ended by CR LF): a header with the names of the
 * fields, then a line a record. A field that no record knows has no column; a text in several languages
 * has one for each, `name.en`. Unknown is nothing between two separators, an empty text is `""`. A text
 * that a spreadsheet would run as a formula is written with an apostrophe before it, which
 * [method@RuralAlliance.Alliance.import_csv] takes away again: every text is read back as it was.
 *
 * Returns: %TRUE, or %FALSE and an error: of the domain `RUA_ERROR` when a record holds what CSV
 *   cannot, or of `G_IO_ERROR`; part of the text may then have been written
 *
 * Since: 1.0
 */
gboolean
rua_table_write_csv (RuaTable *self, GOutputStream *stream, RuaCsvFlags flags, GCancellable *cancellable, GError **error)
{
  Writing writing = { .table = self };
  Stream sink = { stream, cancellable };
  gboolean done;

  g_return_val_if_fail (RUA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  writing.members = g_array_new (FALSE, FALSE, sizeof (RuaCsvMember));
  g_array_set_clear_func (writing.members, member_clear);
  writing.digits = rua_table_get_money_digits (self);
  writing.separator = flags & RUA_CSV_SEMICOLONS ? ';' : ',';
  list_members (&writing);
  done = write_table (&writing, flags & RUA_CSV_MARK ? "\xef\xbb\xbf" : "", put_in_stream, &sink, cancellable, error);
  g_array_unref (writing.members);
  return done;
}

/**
 * rua_table_to_csv:
 * @self: a table
 * @flags: how to write
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Writes all records as CSV, as [method@RuralAlliance.Table.write_csv] does.
 *
 * Returns: (transfer full): the text, or %NULL and an error
 *
 * Since: 1.0
 */
GBytes *
rua_table_to_csv (RuaTable *self, RuaCsvFlags flags, GCancellable *cancellable, GError **error)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();

  g_return_val_if_fail (RUA_IS_TABLE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!rua_table_write_csv (self, memory, flags, cancellable, error) || !g_output_stream_close (memory, cancellable, error))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}
