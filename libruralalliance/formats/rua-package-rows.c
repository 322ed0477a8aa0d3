/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of one table of a Data Package. */
#include "rua-package-private.h"

#include <string.h>

#include "rua-cell-json-private.h"
#include "rua-csv-columns-private.h"
#include "rua-csv-core-private.h"
#include "rua-json-reader-private.h"
#include "rua-nearest-private.h"
#include "rua-progress-private.h"
#include "rua-schema-private.h"

#define ROWS_A_LOOK 4096

/* What a column of the file becomes. */
typedef struct {
  RuaField *field; /* NULL: members that no field holds */
  guint index;
  RuaFieldType type;
  RuaCsvField read;
  const char *language; /* of a text in several languages */
  gboolean whole;       /* of one, all languages as a JSON object */
  guint first;          /* of the columns of this field, where the texts are put together */
  GString *texts;
} Column;

typedef struct {
  RuaTable *table;
  RuaKind *kind;
  RuaAppender *appender;
  const RuaPackageResource *resource;
  RuaCsv *csv;
  RuaFaults *faults;
  RuaJsonLimits json;
  gboolean is_ours;
  GArray *columns; /* of Column, NULL fields and index G_MAXUINT for those that were refused */
  GString *text;    /* of the cell, decoded */
  GString *scratch; /* a number's */
  GString *packed;
  char *id;
  guint64 line;
  guint64 position; /* from 1 */
  const char *record; /* where it begins */
} Rows;

/* ---- faults ---- */

/* LF, CR LF and CR end a line. */
static inline gboolean
ends_line (const Rows *self, const char *p)
{
  return *p == '\n' || (*p == '\r' && !(p + 1 < self->csv->text + self->csv->length && p[1] == '\n'));
}

/* @at is in the record that begins at rows->record in rows->line. */
static void
locate (Rows *self, const char *at, guint64 *line, guint64 *character)
{
  const char *start = self->record;

  *line = self->line;
  for (const char *p = start; p < at; p++)
    if (ends_line (self, p)) {
      ++*line;
      start = p + 1;
    }
  *character = (guint64) g_utf8_strlen (start, at - start) + 1;
}

static void
fault_at (Rows *self, const char *at, RuaField *field, RuaError code, const char *value, const char *message, const char *mend)
{
  static const RuaFaultInfo uncounted = { .code = RUA_ERROR_VALUE };
  gboolean may_tell = field == NULL ? rua_kind_get_privacy (self->kind) == RUA_PRIVACY_PUBLIC
                                    : value != NULL && rua_table_may_tell (self->table, field, value, strlen (value));
  g_autofree char *shown = value != NULL && *value != '\0' && may_tell
    ? rua_shorten (value, strlen (value), RUA_LONGEST_TOLD) : NULL;
  g_autofree char *key = NULL;
  RuaFaultInfo info = { .code = code, .message = message, .mend = mend, .value = shown };

  if (rua_faults_is_full (self->faults)) {
    rua_faults_add (self->faults, &uncounted);
    return;
  }
  locate (self, at, &info.line, &info.column);
  info.kind = rua_kind_get_name (self->kind);
  if (self->id != NULL && rua_kind_get_privacy (self->kind) == RUA_PRIVACY_PUBLIC)
    key = rua_shorten (self->id, strlen (self->id), RUA_LONGEST_TOLD);
  else
    key = g_strdup_printf ("#%" G_GUINT64_FORMAT, self->position);
  info.key = key;
  info.field = field != NULL ? rua_field_get_name (field) : NULL;
  rua_faults_add (self->faults, &info);
}

static void
refuse (Rows *self, const Column *column, const char *at, RuaError code, const char *value, const char *message, const char *mend)
{
  fault_at (self, at, column->field, code, value, message, mend);
  if (column->field != NULL)
    rua_appender_excuse (self->appender, column->index);
}

/* Of the file as a whole, from what the reader of CSV says: "NAME, line L, character C: …". */
static void
fault_of_csv (RuaFaults *faults, const char *shown, const GError *error)
{
  RuaFaultInfo info = { .code = error->domain == RUA_ERROR ? (RuaError) error->code : RUA_ERROR_FAILED };
  const char *message = error->message;

  if (g_str_has_prefix (message, shown)) {
    const char *rest = message + strlen (shown);
    char *end;

    if (g_str_has_prefix (rest, ", line ")) {
      info.line = g_ascii_strtoull (rest + strlen (", line "), &end, 10);
      if (g_str_has_prefix (end, ", character "))
        info.column = g_ascii_strtoull (end + strlen (", character "), &end, 10);
      rest = end;
    }
    message = rest + strspn (rest, ":, ");
  }
  info.message = message;
  rua_faults_add (faults, &info);
}

static void
refuse_reason (Rows *self, const Column *column, const char *at, RuaCsvReason reason)
{
  const char *value = self->text->str;
  g_autofree char *mend = NULL;

  switch (reason) {
  case RUA_CSV_NO_INTEGER:
    refuse (self, column, at, RUA_ERROR_VALUE, value, "this is no whole number", "write digits only, or leave the cell empty when it is unknown");
    return;
  case RUA_CSV_TOO_GREAT:
    refuse (self, column, at, RUA_ERROR_LIMIT, value, "the number is beyond the range of 64 bits", "check its decimal point");
    return;
  case RUA_CSV_MORE_DECIMALS:
    mend = g_strdup_printf ("round it to at most %u decimals", column->read.digits);
    refuse (self, column, at, RUA_ERROR_VALUE, value, "the amount has more decimals than its currency", mend);
    return;
  case RUA_CSV_NO_DATE:
    if (column->read.date == RUA_CSV_DATE_FORM)
      mend = g_strdup_printf ("write it as %s, as the descriptor says, a day that exists", column->read.date_form);
    refuse (self, column, at, RUA_ERROR_VALUE, value, "this is not a date",
            mend != NULL ? mend : "write 2014, 2014-09 or 2014-09-15, a day that exists");
    return;
  case RUA_CSV_NO_BOOLEAN:
    refuse (self, column, at, RUA_ERROR_VALUE, value, "this is neither yes nor no",
            column->read.yes != NULL ? "write one of the trueValues and falseValues of the descriptor" : "write true or false");
    return;
  case RUA_CSV_GOOD:
  case RUA_CSV_MISSING:
  case RUA_CSV_NO_NUMBER:
  case RUA_CSV_NO_DAY:
  case RUA_CSV_NO_KEY:
  case RUA_CSV_WIDTH:
  case RUA_CSV_REASONS:
  default:
    refuse (self, column, at, RUA_ERROR_VALUE, value, "this is no number", "write 1234.5 without unit and blanks, or leave the cell empty when it is unknown");
  }
}

/* What the table itself refuses. */
static void
told (Rows *self, const Column *column, const char *at, gboolean done, GError *error)
{
  if (G_LIKELY (done))
    return;
  refuse (self, column, at, (RuaError) error->code, NULL, error->message, NULL);
  g_error_free (error);
}

/* ---- columns ---- */

static const RuaPackageField *
find_told (const RuaPackageResource *resource, const char *name)
{
  for (guint i = 0; i < resource->fields->len; i++) {
    const RuaPackageField *field = resource->fields->pdata[i];

    if (g_str_equal (field->name, name))
      return field;
  }
  return NULL;
}

static void
fault_header (Rows *self, guint i, RuaError code, const char *name, const char *message, const char *mend)
{
  /* The header is in the first line, if there is one. */
  g_autofree char *shown = rua_shorten (name, strlen (name), RUA_LONGEST_TOLD);
  const RuaFaultInfo info = {
    .code = code, .line = self->resource->no_header ? 0 : 1, .kind = rua_kind_get_name (self->kind), .value = shown, .message = message, .mend = mend,
  };

  g_array_index (self->columns, Column, i).index = G_MAXUINT;
  rua_faults_add (self->faults, &info);
}

static void
refuse_header (Rows *self, guint i, const char *name)
{
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  rua_nearest_init (&nearest, name);
  for (guint k = 0; k < rua_kind_get_n_fields (self->kind); k++)
    rua_nearest_offer (&nearest, rua_field_get_name (rua_kind_get_field (self->kind, k)));
  mend = rua_nearest_mend (&nearest, "rename or remove the column, or declare the field in the schema");
  fault_header (self, i, RUA_ERROR_UNKNOWN_NAME, name, "the column is no field of this kind", mend);
}

static void
set_read (Rows *self, Column *column, const RuaPackageField *told_field)
{
  RuaCsvField *read = &column->read;

  read->type = column->type == RUA_FIELD_TYPE_BOOLEAN   ? RUA_CSV_BOOLEAN
               : column->type == RUA_FIELD_TYPE_INTEGER ? RUA_CSV_INTEGER
               : column->type == RUA_FIELD_TYPE_NUMBER  ? RUA_CSV_NUMBER
               : column->type == RUA_FIELD_TYPE_MONEY   ? RUA_CSV_MONEY
               : column->type == RUA_FIELD_TYPE_DATE    ? RUA_CSV_DATE
                                                        : RUA_CSV_TEXT;
  read->digits = rua_table_get_money_digits (self->table);
  read->missing = self->resource->missing != NULL ? (const char *const *) self->resource->missing->pdata : NULL;
  if (told_field == NULL)
    return;
  read->decimal = told_field->decimal;
  read->grouping = told_field->grouping;
  if (column->type == RUA_FIELD_TYPE_DATE && told_field->format != NULL && strchr (told_field->format, '%') != NULL) {
    read->date = RUA_CSV_DATE_FORM;
    read->date_form = told_field->format;
  }
  if (column->type == RUA_FIELD_TYPE_BOOLEAN && told_field->yes != NULL && told_field->no != NULL) {
    read->yes = (const char *const *) told_field->yes->pdata;
    read->no = (const char *const *) told_field->no->pdata;
  }
}

static void
match_column (Rows *self, guint i, const char *name)
{
  const RuaPackageField *told_field = find_told (self->resource, name);
  const char *dot = strchr (name, '.');
  g_autofree char *field_name = dot != NULL ? g_strndup (name, (gsize) (dot - name)) : g_strdup (name);
  gint index = rua_kind_find_index (self->kind, field_name);
  Column *column = &g_array_index (self->columns, Column, i);

  if (self->resource->fields->len > 0 && told_field == NULL) {
    fault_header (self, i, RUA_ERROR_UNKNOWN_NAME, name, "the descriptor does not tell this column", "add it to the fields of the table's schema, or remove it");
    return;
  }
  if (self->is_ours && g_str_equal (name, RUA_PACKAGE_EXTRA)) {
    column->type = RUA_FIELD_TYPE_JSON;
    column->read.type = RUA_CSV_TEXT;
    return;
  }
  if (index < 0) {
    refuse_header (self, i, name);
    return;
  }
  column->field = rua_kind_get_field (self->kind, (guint) index);
  column->index = (guint) index;
  column->type = rua_field_get_field_type (column->field);
  if (dot != NULL && (column->type != RUA_FIELD_TYPE_TEXTS || !rua_texts_is_language (dot + 1, strlen (dot + 1)))) {
    column->field = NULL;
    refuse_header (self, i, name);
    return;
  }
  if (column->type == RUA_FIELD_TYPE_TEXTS) {
    column->whole = dot == NULL && told_field != NULL && g_strcmp0 (told_field->type, "object") == 0;
    /* Among others, a text without a language has none to be told. */
    column->language = dot == NULL || g_str_equal (dot + 1, RUA_LANGUAGE_UNDETERMINED) ? "" : dot + 1;
  }
  column->first = i;
  for (guint k = 0; k < i && column->first == i; k++) {
    const Column *before = &g_array_index (self->columns, Column, k);

    if (before->field == column->field) {
      column->first = k;
      if (before->whole || column->whole)
        fault_header (self, i, RUA_ERROR_DUPLICATE, name, "the text is told twice, in all its languages and in one", "remove one of the columns");
    }
  }
  if (column->type == RUA_FIELD_TYPE_TEXTS && column->first == i)
    column->texts = g_string_new (NULL);
  set_read (self, column, told_field);
}

static void
column_clear (gpointer data)
{
  Column *column = data;

  if (column->texts != NULL)
    g_string_free (column->texts, TRUE);
}

/* TRUE when rows can be read. */
static gboolean
match_columns (Rows *self)
{
  guint64 before = rua_faults_get_count (self->faults);
  guint n = rua_csv_get_n_columns (self->csv);
  const char *const *header = rua_csv_get_header (self->csv);
  const RuaPackageResource *resource = self->resource;

  self->columns = g_array_new (FALSE, TRUE, sizeof (Column));
  g_array_set_clear_func (self->columns, column_clear);
  g_array_set_size (self->columns, n);
  if (resource->no_header && resource->fields->len != n) {
    const RuaFaultInfo info = {
      .code = RUA_ERROR_VALUE, .kind = rua_kind_get_name (self->kind),
      .message = "the file has no header, and another number of columns than the descriptor tells", .mend = "tell all fields in the table's schema, in the order of the columns",
    };
    rua_faults_add (self->faults, &info);
    return FALSE;
  }
  for (guint i = 0; i < n; i++)
    match_column (self, i, resource->no_header ? ((const RuaPackageField *) resource->fields->pdata[i])->name : header[i]);
  for (guint k = 0; !resource->no_header && k < resource->fields->len; k++) {
    const char *name = ((const RuaPackageField *) resource->fields->pdata[k])->name;

    if (!g_strv_contains (header, name)) {
      const RuaFaultInfo info = {
        .code = RUA_ERROR_MISSING, .line = 1, .kind = rua_kind_get_name (self->kind), .value = name,
        .message = "the descriptor tells a column that the file does not have", .mend = "add the column, or remove the field from the table's schema",
      };
      rua_faults_add (self->faults, &info);
    }
  }
  return rua_faults_get_count (self->faults) == before;
}

/* ---- cells ---- */

static void
put_id (Rows *self, const Column *column, const char *at)
{
  GError *error = NULL;

  if (self->text->len == 0) {
    refuse (self, column, at, RUA_ERROR_VALUE, NULL, "the id is empty", "give the record an id that no other of its kind has");
    return;
  }
  if (rua_appender_set_text (self->appender, column->index, self->text->str, (gssize) self->text->len, &error))
    return;
  if (g_error_matches (error, RUA_ERROR, RUA_ERROR_DUPLICATE)) {
    g_autofree char *message = g_strdup_printf ("the %s in line %" G_GUINT64_FORMAT " has this id already", rua_kind_get_name (self->kind),
                                                rua_appender_find_line (self->appender, self->text->str, self->text->len));

    refuse (self, column, at, RUA_ERROR_DUPLICATE, self->text->str, message, "give one of the two another id");
    g_error_free (error);
    return;
  }
  told (self, column, at, FALSE, error);
}

static void
put_token (Rows *self, const Column *column, const char *at)
{
  GError *error = NULL;

  if (rua_field_has_token (column->field, self->text->str, self->text->len)) {
    gboolean done = rua_appender_set_text (self->appender, column->index, self->text->str, (gssize) self->text->len, &error);

    told (self, column, at, done, error);
    return;
  }
  {
    const char *const *tokens = rua_field_get_tokens (column->field);
    g_autofree char *words = g_strjoinv (", ", (char **) tokens), *otherwise = g_strdup_printf ("write one of %s", words), *mend = NULL;
    RuaNearest nearest;

    rua_nearest_init (&nearest, self->text->str);
    for (guint i = 0; tokens != NULL && tokens[i] != NULL; i++)
      rua_nearest_offer (&nearest, tokens[i]);
    mend = rua_nearest_mend (&nearest, otherwise);
    refuse (self, column, at, RUA_ERROR_VALUE, self->text->str, "this is none of the words of the field", mend);
  }
}

/* The cell's JSON, compact, to self->packed. */
static gboolean
compact (Rows *self, RuaJsonToken *first)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (self->text->str, self->text->len, &self->json);

  g_string_truncate (self->packed, 0);
  *first = rua_json_scanner_next (scanner, NULL);
  return *first != RUA_JSON_TOKEN_ERROR && *first != RUA_JSON_TOKEN_END && rua_json_scanner_copy_value (scanner, self->packed, NULL) &&
         rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
}

static void
put_json (Rows *self, const Column *column, const char *at)
{
  GError *error = NULL;
  RuaJsonToken first;
  gboolean done;

  if (!compact (self, &first) || (column->field == NULL && first != RUA_JSON_TOKEN_OBJECT_BEGIN)) {
    refuse (self, column, at, RUA_ERROR_SYNTAX, column->field != NULL ? self->text->str : NULL,
            column->field != NULL ? "this is not JSON" : "the members that no field holds are no JSON object", "write one JSON value, not nested too deep");
    return;
  }
  if (first == RUA_JSON_TOKEN_NULL) {
    refuse (self, column, at, RUA_ERROR_VALUE, NULL, "null is no value", "leave the cell empty: unknown values are not written");
    return;
  }
  if (column->field == NULL) {
    rua_appender_set_extra (self->appender, self->packed->str, self->packed->len);
    return;
  }
  done = rua_appender_set_text (self->appender, column->index, self->packed->str, (gssize) self->packed->len, &error);
  told (self, column, at, done, error);
}

/* A JSON array of texts, or items with ; between them, to self->packed. */
static gboolean
pack_list (Rows *self)
{
  g_autoptr (RuaJsonScanner) scanner = NULL;
  RuaJsonToken token;
  const char *text;
  gsize length;

  g_string_truncate (self->packed, 0);
  if (self->text->str[0] != '[') {
    g_auto (GStrv) items = g_strsplit (self->text->str, ";", -1);

    for (guint i = 0; items[i] != NULL; i++) {
      g_string_append (self->packed, g_strstrip (items[i]));
      g_string_append_c (self->packed, '\0');
    }
    return TRUE;
  }
  scanner = rua_json_scanner_new (self->text->str, self->text->len, &self->json);
  rua_json_scanner_next (scanner, NULL);
  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_STRING) {
    text = rua_json_scanner_peek_text (scanner, &length);
    g_string_append_len (self->packed, text, (gssize) length);
    g_string_append_c (self->packed, '\0');
  }
  return token == RUA_JSON_TOKEN_ARRAY_END && rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
}

/* An object of texts by language, to self->packed. */
static gboolean
pack_texts (Rows *self)
{
  /* A text that is one for all languages is told without quotation marks. */
  return self->text->str[strspn (self->text->str, " \t\r\n")] == '{'
         && rua_texts_read_json (self->text->str, self->text->len, &self->json, self->packed);
}

static void
put_packed (Rows *self, const Column *column, const char *at, const GString *packed)
{
  GError *error = NULL;
  gboolean done = rua_appender_set_packed (self->appender, column->index, packed->str, packed->len, &error);

  told (self, column, at, done, error);
}

static void
put_value (Rows *self, const Column *column, const char *at, const RuaCsvValue *value)
{
  GError *error = NULL;
  g_autofree char *date = NULL;
  gboolean done;

  switch (column->type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    done = rua_appender_set_boolean (self->appender, column->index, value->boolean, &error);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    done = rua_appender_set_integer (self->appender, column->index, value->integer, &error);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    done = rua_appender_set_number (self->appender, column->index, value->number, &error);
    break;
  case RUA_FIELD_TYPE_MONEY:
    done = rua_appender_set_money (self->appender, column->index, value->integer, &error);
    break;
  case RUA_FIELD_TYPE_DATE:
    date = rua_date_format (rua_date_packed_day (value->date), rua_date_packed_precision (value->date));
    done = rua_appender_set_date (self->appender, column->index, date, -1, &error);
    break;
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_REFERENCE:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
  default:
    g_assert_not_reached ();
  }
  told (self, column, at, done, error);
}

/* A known text in self->text. */
static void
put_text (Rows *self, const Column *column, const char *at)
{
  GError *error = NULL;
  gboolean done = TRUE;

  switch (column->type) {
  case RUA_FIELD_TYPE_TOKEN:
    put_token (self, column, at);
    return;
  case RUA_FIELD_TYPE_REFERENCE:
    done = rua_appender_set_reference (self->appender, column->index, self->text->str, (gssize) self->text->len, &error);
    break;
  case RUA_FIELD_TYPE_JSON:
    put_json (self, column, at);
    return;
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    if (pack_list (self))
      put_packed (self, column, at, self->packed);
    else
      refuse (self, column, at, RUA_ERROR_VALUE, self->text->str, "this is no list", "write a JSON array of texts, [\"…\", \"…\"]");
    return;
  case RUA_FIELD_TYPE_TEXTS:
    if (!column->whole) {
      /* Its columns stand in the order of the languages, but not always side by side. */
      GString *texts = g_array_index (self->columns, Column, column->first).texts;

      g_string_append (texts, column->language);
      g_string_append_c (texts, '\0');
      g_string_append_len (texts, self->text->str, (gssize) self->text->len);
      g_string_append_c (texts, '\0');
    } else if (pack_texts (self)) {
      put_packed (self, column, at, self->packed);
    } else {
      refuse (self, column, at, RUA_ERROR_VALUE, self->text->str, "this is no JSON object of texts by language", "write {\"en\": \"…\", \"zh\": \"…\"}");
    }
    return;
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
  default:
    if (column->index == 0) {
      put_id (self, column, at);
      return;
    }
    done = rua_appender_set_text (self->appender, column->index, self->text->str, (gssize) self->text->len, &error);
    break;
  }
  told (self, column, at, done, error);
}

static void
put_cell (Rows *self, const Column *column, const RuaCsvCell *cell)
{
  RuaCsvValue value = { 0 };
  RuaCsvReason reason;

  if (column->texts != NULL)
    g_string_truncate (column->texts, 0);
  if (cell->length == 0 && !cell->quoted)
    return;
  g_string_truncate (self->text, 0);
  rua_csv_append_cell (self->csv, cell, self->text);
  if (rua_csv_is_missing_word (&column->read, self->text->str, self->text->len) && !(self->text->len == 0 && cell->quoted))
    return;
  if (column->read.type == RUA_CSV_TEXT) {
    if (self->is_ours && self->text->str[0] == '\'' && rua_csv_is_formula (self->text->str, self->text->len))
      g_string_erase (self->text, 0, 1);
    put_text (self, column, cell->text);
    return;
  }
  reason = rua_csv_take (&column->read, self->text->str, self->text->len, self->scratch, &value);
  if (reason == RUA_CSV_GOOD)
    put_value (self, column, cell->text, &value);
  else if (reason != RUA_CSV_MISSING)
    refuse_reason (self, column, cell->text, reason);
}

/* ---- records ---- */

static void
count_lines (Rows *self, const char *from, const char *to)
{
  for (; from < to; from++)
    self->line += ends_line (self, from);
}

static void
excuse_all (Rows *self)
{
  for (guint i = 0; i < rua_kind_get_n_fields (self->kind); i++)
    rua_appender_excuse (self->appender, i);
}

/* The id is wanted for messages before the cells in front of it are looked at. */
static void
take_id (Rows *self, const Column *column, const RuaCsvCell *cell)
{
  if (column->field == NULL || column->index != 0)
    return;
  g_string_truncate (self->text, 0);
  rua_csv_append_cell (self->csv, cell, self->text);
  self->id = self->text->len > 0 ? g_strdup (self->text->str) : NULL;
}

/* The cells of the record at self->record; behind it, or NULL when nothing more can be read. */
static const char *
read_record (Rows *self, GArray *cells, const char *end)
{
  const char *at = self->record;
  RuaCsvProblem problem = { NULL, NULL };
  RuaCsvCell cell;

  g_array_set_size (cells, 0);
  g_clear_pointer (&self->id, g_free);
  for (;; at++) {
    at = rua_csv_scan_cell (self->csv, at, end, &cell, &problem);
    if (at == NULL) {
      fault_at (self, problem.at, NULL, problem.message != NULL ? RUA_ERROR_SYNTAX : RUA_ERROR_LIMIT, NULL,
                problem.message != NULL ? problem.message : "the cell has more bytes than the limit",
                problem.message != NULL ? NULL : "look for a quote that is not closed, or raise the limit of a cell");
      return NULL;
    }
    if (cells->len < self->columns->len)
      take_id (self, &g_array_index (self->columns, Column, cells->len), &cell);
    g_array_append_val (cells, cell);
    if (at >= end || self->csv->kinds[(guchar) *at] != RUA_CSV_SEPARATOR)
      break;
  }
  rua_appender_set_line (self->appender, self->line);
  if (cells->len != self->columns->len) {
    g_autofree char *message = g_strdup_printf ("%u cells where the header has %u columns", cells->len, self->columns->len);

    fault_at (self, self->record, NULL, RUA_ERROR_SYNTAX, NULL, message, "quote a cell that holds the separator");
    excuse_all (self);
  } else {
    for (guint i = 0; i < cells->len; i++)
      put_cell (self, &g_array_index (self->columns, Column, i), &g_array_index (cells, RuaCsvCell, i));
    for (guint i = 0; i < cells->len; i++) {
      const Column *column = &g_array_index (self->columns, Column, i);

      if (column->texts != NULL && column->texts->len > 0)
        put_packed (self, column, g_array_index (cells, RuaCsvCell, i).text, column->texts);
    }
  }
  rua_appender_end_row (self->appender);
  return rua_csv_skip_line_end (at, end);
}

static gboolean
read_records (Rows *self, const RuaPackageSpan *span, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (RuaCsvCell));
  const char *at = self->csv->text + self->csv->body, *end = self->csv->text + self->csv->length;
  guint32 n_rows = rua_csv_get_n_rows (self->csv);

  self->record = self->csv->text;
  self->line = 1;
  for (guint32 row = 0; row < n_rows; row++) {
    if (row % ROWS_A_LOOK == 0) {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (span->of > 0)
        rua_progress_tell (span->progress, (double) (span->before + (guint64) (at - self->csv->text)) / (double) span->of);
    }
    at = rua_csv_skip_blank (self->csv, at, end);
    count_lines (self, self->record, at);
    self->record = at;
    self->position = (guint64) row + 1;
    at = read_record (self, cells, end);
    if (at == NULL)
      break;
  }
  return TRUE;
}

gboolean
rua_package_read_rows (RuaTable *table,
                       const RuaPackageResource *resource,
                       gboolean is_ours,
                       GBytes *bytes,
                       const char *shown,
                       const RuaLimitValues *limits,
                       RuaFaults *faults,
                       const RuaPackageSpan *span,
                       GCancellable *cancellable,
                       GError **error)
{
  const RuaCsvDialect dialect = {
    .separator = resource->separator != '\0' ? resource->separator : ',',
    .quote = resource->quote != '\0' ? resource->quote : '"',
    .no_header = resource->no_header,
    .encoding = resource->encoding != NULL && g_ascii_strcasecmp (resource->encoding, "utf-8") != 0 ? resource->encoding : NULL,
  };
  const RuaCsvLimits csv_limits = { .columns = limits->columns, .cell = limits->cell, .rows = limits->rows };
  g_autoptr (RuaCsv) csv = NULL;
  g_autoptr (RuaAppender) appender = NULL;
  g_autoptr (GError) local = NULL;
  Rows self = { .table = table, .kind = rua_table_get_kind (table), .resource = resource, .faults = faults, .is_ours = is_ours };
  gboolean is_whole = FALSE;

  csv = rua_csv_new (bytes, shown, &dialect, &csv_limits, cancellable, &local);
  if (csv == NULL || !rua_csv_index (csv, NULL, cancellable, &local)) {
    if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    fault_of_csv (faults, shown, local);
    return TRUE;
  }
  self.csv = csv;
  self.json = (RuaJsonLimits){ .depth = limits->depth > 0 ? limits->depth : 128, .string = limits->cell };
  if (match_columns (&self)) {
    self.appender = appender = rua_table_append (table);
    self.text = g_string_new (NULL);
    self.scratch = g_string_new (NULL);
    self.packed = g_string_new (NULL);
    is_whole = read_records (&self, span, cancellable, error);
    if (is_whole)
      rua_appender_commit_pending (appender, faults);
    else
      rua_appender_rollback (appender);
    g_string_free (self.text, TRUE);
    g_string_free (self.scratch, TRUE);
    g_string_free (self.packed, TRUE);
    g_free (self.id);
  } else {
    is_whole = TRUE;
  }
  g_array_unref (self.columns);
  return is_whole;
}
