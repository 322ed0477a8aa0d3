/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-json-reader-private.h"

#include <string.h>

/* Now and then: look whether it is still wanted, and tell how far it is. */
static void
look_round (RuaJsonReader *self)
{
  guint percent;

  if (self->error == NULL)
    g_cancellable_set_error_if_cancelled (self->cancellable, &self->error);
  if (self->progress == NULL || self->length == 0)
    return;
  percent = (guint) (100 * (guint64) rua_json_scanner_get_offset (self->scanner) / self->length);
  if (percent > self->percent) {
    self->percent = percent;
    rua_progress_tell (self->progress, percent / 100.0);
  }
}

RuaJsonToken
rua_json_reader_next (RuaJsonReader *self)
{
  RuaJsonToken token = rua_json_scanner_next (self->scanner, NULL);

  if (G_UNLIKELY (token == RUA_JSON_TOKEN_ERROR)) {
    /* Told once, whoever asks again. */
    if (self->error == NULL && self->position != G_MAXUINT64) {
      RuaFaultInfo info = {
        .code = RUA_ERROR_SYNTAX,
        .line = rua_json_scanner_get_line (self->scanner),
        .column = rua_json_scanner_get_column (self->scanner),
        .message = rua_json_scanner_get_problem (self->scanner),
        .mend = rua_json_scanner_get_mend (self->scanner),
      };
      g_autoptr (GError) error = NULL;

      rua_json_scanner_next (self->scanner, &error);
      info.code = (RuaError) error->code;
      rua_json_reader_flush (self);
      rua_faults_add (self->faults, &info);
      self->position = G_MAXUINT64;
    }
    return token;
  }
  if (G_UNLIKELY ((++self->steps & 0xffff) == 0))
    look_round (self);
  return self->error != NULL ? RUA_JSON_TOKEN_ERROR : token;
}

gboolean
rua_json_reader_skip (RuaJsonReader *self)
{
  return rua_json_scanner_skip_value (self->scanner, NULL) || rua_json_reader_next (self) != RUA_JSON_TOKEN_ERROR;
}

gboolean
rua_json_reader_copy (RuaJsonReader *self, GString *compact)
{
  return rua_json_scanner_copy_value (self->scanner, compact, NULL) || rua_json_reader_next (self) != RUA_JSON_TOKEN_ERROR;
}

gboolean
rua_json_reader_keep_member (RuaJsonReader *self, GString *object)
{
  gsize length;
  const char *name = rua_json_scanner_peek_text (self->scanner, &length);

  g_string_append_c (object, object->len == 0 ? '{' : ',');
  rua_json_append_string (object, name, length);
  g_string_append_c (object, ':');
  return rua_json_reader_next (self) != RUA_JSON_TOKEN_ERROR && rua_json_reader_copy (self, object);
}

const char *
rua_json_token_words (RuaJsonToken token)
{
  switch (token) {
  case RUA_JSON_TOKEN_OBJECT_BEGIN:
    return "an object";
  case RUA_JSON_TOKEN_ARRAY_BEGIN:
    return "a list";
  case RUA_JSON_TOKEN_STRING:
    return "a text";
  case RUA_JSON_TOKEN_NUMBER:
    return "a number";
  case RUA_JSON_TOKEN_TRUE:
    return "true";
  case RUA_JSON_TOKEN_FALSE:
    return "false";
  case RUA_JSON_TOKEN_NULL:
    return "null";
  case RUA_JSON_TOKEN_ERROR:
  case RUA_JSON_TOKEN_END:
  case RUA_JSON_TOKEN_OBJECT_END:
  case RUA_JSON_TOKEN_ARRAY_END:
  case RUA_JSON_TOKEN_NAME:
  default:
    return "no value";
  }
}

static char *
current_value (RuaJsonReader *self)
{
  RuaJsonToken token = rua_json_scanner_get_token (self->scanner);
  const char *text;
  gsize length;

  switch (token) {
  case RUA_JSON_TOKEN_STRING:
  case RUA_JSON_TOKEN_NUMBER:
  case RUA_JSON_TOKEN_NAME:
    text = rua_json_scanner_peek_text (self->scanner, &length);
    return length > 0 ? rua_shorten (text, length, RUA_LONGEST_TOLD) : NULL;
  case RUA_JSON_TOKEN_TRUE:
  case RUA_JSON_TOKEN_FALSE:
  case RUA_JSON_TOKEN_NULL:
    return g_strdup (rua_json_token_words (token));
  case RUA_JSON_TOKEN_ERROR:
  case RUA_JSON_TOKEN_END:
  case RUA_JSON_TOKEN_OBJECT_BEGIN:
  case RUA_JSON_TOKEN_OBJECT_END:
  case RUA_JSON_TOKEN_ARRAY_BEGIN:
  case RUA_JSON_TOKEN_ARRAY_END:
  default:
    return NULL;
  }
}

static void
pending_clear (gpointer data)
{
  RuaJsonPending *pending = data;

  g_free (pending->value);
  g_free (pending->message);
  g_free (pending->mend);
}

static const RuaFaultInfo uncounted = { .code = RUA_ERROR_VALUE };

/* Where something stands in place of a record of somebody, it is somebody's. */
static gboolean
may_tell (RuaJsonReader *self, RuaField *field, const char *value)
{
  if (self->kind == NULL)
    return TRUE;
  if (field == NULL)
    return rua_kind_get_privacy (self->kind) == RUA_PRIVACY_PUBLIC;
  return rua_table_may_tell (self->table, field, value, strlen (value));
}

void
rua_json_reader_fault (RuaJsonReader *self,
                       RuaField *field,
                       RuaError code,
                       const char *value,
                       const char *mend,
                       const char *format,
                       ...)
{
  RuaJsonPending pending = { code, 0, 0, NULL, NULL, NULL, NULL };
  va_list args;

  /* Beyond the limit faults are counted only. */
  if (rua_faults_is_full (self->faults)) {
    rua_faults_add (self->faults, &uncounted);
    return;
  }
  pending.line = rua_json_scanner_get_line (self->scanner);
  pending.column = rua_json_scanner_get_column (self->scanner);
  pending.field = field != NULL ? rua_field_get_name (field) : NULL;
  if (value == NULL)
    pending.value = current_value (self);
  else if (*value != '\0')
    pending.value = rua_shorten (value, strlen (value), RUA_LONGEST_TOLD);
  if (pending.value != NULL && !may_tell (self, field, pending.value))
    g_clear_pointer (&pending.value, g_free);
  va_start (args, format);
  pending.message = g_strdup_vprintf (format, args);
  va_end (args);
  pending.mend = g_strdup (mend);
  if (self->pending == NULL) {
    self->pending = g_array_new (FALSE, FALSE, sizeof (RuaJsonPending));
    g_array_set_clear_func (self->pending, pending_clear);
  }
  g_array_append_val (self->pending, pending);
  if (self->kind == NULL)
    rua_json_reader_flush (self);
}

void
rua_json_reader_flush (RuaJsonReader *self)
{
  g_autofree char *key = NULL;

  if (self->pending == NULL || self->pending->len == 0)
    return;
  if (self->kind != NULL && !self->is_profile) {
    if (self->id->len > 0 && rua_kind_get_privacy (self->kind) == RUA_PRIVACY_PUBLIC)
      key = rua_shorten (self->id->str, self->id->len, RUA_LONGEST_TOLD);
    else if (self->position != G_MAXUINT64)
      key = g_strdup_printf ("#%" G_GUINT64_FORMAT, self->position);
  }
  for (guint i = 0; i < self->pending->len; i++) {
    const RuaJsonPending *pending = &g_array_index (self->pending, RuaJsonPending, i);
    const RuaFaultInfo info = {
      .code = pending->code,
      .line = pending->line,
      .column = pending->column,
      .kind = self->kind != NULL ? rua_kind_get_name (self->kind) : NULL,
      .key = key,
      .field = pending->field,
      .value = pending->value,
      .message = pending->message,
      .mend = pending->mend,
    };
    rua_faults_add (self->faults, &info);
  }
  g_array_set_size (self->pending, 0);
}

/* ---- records ---- */

static void
begin_kind (RuaJsonReader *self, RuaTable *table)
{
  RuaKind *kind = rua_table_get_kind (table);

  self->table = table;
  self->kind = kind;
  self->n_fields = rua_kind_get_n_fields (kind);
  self->fields = g_new0 (RuaJsonField, self->n_fields);
  for (guint i = 0; i < self->n_fields; i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    self->fields[i].field = field;
    self->fields[i].name = rua_field_get_name (field);
    self->fields[i].name_length = strlen (self->fields[i].name);
    self->fields[i].type = rua_field_get_field_type (field);
    self->fields[i].index = i;
  }
  self->digits = rua_alliance_get_currency_digits (self->alliance);
  self->takes_null = g_str_equal (rua_kind_get_name (kind), RUA_NULLABLE_KIND);
  g_string_truncate (self->id, 0);
}

static void
end_kind (RuaJsonReader *self)
{
  self->kind = NULL;
  self->n_fields = 0;
  g_clear_pointer (&self->fields, g_free);
}

/* Members mostly come in the order of the fields, so the search begins behind the last one. */
static inline const RuaJsonField *
find_field (RuaJsonReader *self, const char *name, gsize length, guint *next)
{
  guint i = *next;

  for (guint n = 0; n < self->n_fields; n++, i++) {
    if (i >= self->n_fields)
      i = 0;
    if (self->fields[i].name_length == length && memcmp (self->fields[i].name, name, length) == 0) {
      *next = i + 1;
      return &self->fields[i];
    }
  }
  return NULL;
}

/* FALSE, with a fault, for the first member of a record that is one too many. */
static gboolean
count_member (RuaJsonReader *self, guint *n_members)
{
  if (G_LIKELY (++*n_members <= self->limits.columns))
    return TRUE;
  if (*n_members == self->limits.columns + 1)
    rua_json_reader_fault (self, NULL, RUA_ERROR_LIMIT, "", "give it fewer, or raise the limit of columns",
                           "the record has more than %u members, the limit", self->limits.columns);
  return FALSE;
}

/* What the library does not know, kept as long as it is not too much. */
static gboolean
keep_unknown (RuaJsonReader *self)
{
  if (self->extra->len > self->limits.cell)
    return rua_json_reader_next (self) != RUA_JSON_TOKEN_ERROR && rua_json_reader_skip (self);
  if (!rua_json_reader_keep_member (self, self->extra))
    return FALSE;
  if (self->extra->len > self->limits.cell)
    rua_json_reader_fault (self, NULL, RUA_ERROR_LIMIT, "", "make them shorter, or raise the limit of a cell",
                           "the members that no field holds have more than %u bytes, the limit of a cell", self->limits.cell);
  return TRUE;
}

/* With { current. */
static gboolean
read_members (RuaJsonReader *self)
{
  guint next = 0, n_members = 0;

  g_string_truncate (self->extra, 0);
  g_string_truncate (self->id, 0);
  for (;;) {
    RuaJsonToken token = rua_json_reader_next (self);
    const RuaJsonField *field;
    const char *name;
    gsize length;

    if (token == RUA_JSON_TOKEN_OBJECT_END)
      break;
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    name = rua_json_scanner_peek_text (self->scanner, &length);
    field = find_field (self, name, length, &next);
    if (G_UNLIKELY (!count_member (self, &n_members))) {
      if (rua_json_reader_next (self) == RUA_JSON_TOKEN_ERROR || !rua_json_reader_skip (self))
        return FALSE;
      continue;
    }
    if (G_UNLIKELY (field == NULL)) {
      if (!keep_unknown (self))
        return FALSE;
      continue;
    }
    token = rua_json_reader_next (self);
    if (token == RUA_JSON_TOKEN_ERROR || !rua_json_reader_read_field (self, field, token))
      return FALSE;
  }
  if (self->extra->len > 0)
    g_string_append_c (self->extra, '}');
  return TRUE;
}

/* One record to a row, with { current. */
static gboolean
read_row (RuaJsonReader *self)
{
  rua_appender_set_line (self->appender, rua_json_scanner_get_line (self->scanner));
  if (!read_members (self))
    return FALSE;
  if (G_UNLIKELY (self->extra->len > 0))
    rua_appender_set_extra (self->appender, self->extra->str, self->extra->len);
  if (G_UNLIKELY (self->pending != NULL && self->pending->len > 0))
    rua_json_reader_flush (self);
  rua_appender_end_row (self->appender);
  return TRUE;
}

gboolean
rua_json_reader_read_array (RuaJsonReader *self, RuaTable *table)
{
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  gboolean is_whole = FALSE;

  begin_kind (self, table);
  self->appender = appender;
  for (self->position = 1;; self->position++) {
    RuaJsonToken token = rua_json_reader_next (self);

    if (token == RUA_JSON_TOKEN_ARRAY_END) {
      is_whole = TRUE;
      break;
    }
    if (token == RUA_JSON_TOKEN_ERROR)
      break;
    if (G_UNLIKELY (self->position > self->limits.rows)) {
      g_string_truncate (self->id, 0);
      rua_json_reader_fault (self, NULL, RUA_ERROR_LIMIT, "", "split the file, or raise the limit of rows",
                             "there are more than %u records of this kind, the limit", self->limits.rows);
      rua_json_reader_flush (self);
      break;
    }
    if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
      g_string_truncate (self->id, 0);
      rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write each record as an object, { … }",
                             "%s stands where a record is expected", rua_json_token_words (token));
      rua_json_reader_flush (self);
      if (!rua_json_reader_skip (self))
        break;
      /* Its row stays empty, so that those behind it keep their numbers. */
      for (guint i = 0; i < self->n_fields; i++)
        rua_appender_excuse (appender, i);
      rua_appender_end_row (appender);
      continue;
    }
    if (!read_row (self))
      break;
  }
  if (is_whole)
    rua_appender_commit_pending (appender, self->faults);
  else
    rua_appender_rollback (appender);
  self->appender = NULL;
  end_kind (self);
  return is_whole;
}

gboolean
rua_json_reader_read_profile (RuaJsonReader *self, RuaTable *table)
{
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  gboolean is_whole;

  begin_kind (self, table);
  self->appender = appender;
  self->is_profile = TRUE;
  is_whole = read_row (self);
  if (is_whole)
    rua_appender_commit_pending (appender, self->faults);
  else
    rua_appender_rollback (appender);
  self->is_profile = FALSE;
  self->appender = NULL;
  end_kind (self);
  return is_whole;
}
