/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-appender-private.h"

#include <math.h>
#include <string.h>

#include "rua-journal-private.h"
#include "rua-nearest-private.h"

/**
 * RuaAppender:
 *
 * Adds rows to a table in bulk.
 *
 * Values go straight into the columns. Nobody sees the rows, and no handler runs, until
 * [method@RuralAlliance.Appender.commit]; then all of them are there, or none. One table has one
 * open appender at a time.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (RuaAppender, rua_appender, G_TYPE_OBJECT)

static void
forget_row (RuaTable *table, guint32 row)
{
  guint32 code;

  if (rua_column_read_code (rua_table_column (table, 0), row, &code)
      && rua_table_get_id_row (table, code) == row)
    rua_table_set_id_row (table, code, RUA_NO_ROW);
  for (guint i = 0; i < table->columns->len; i++)
    rua_column_forget (rua_table_column (table, i), row);
  rua_column_forget (table->extra, row);
}

static void
finish (RuaAppender *self)
{
  GObject *owner = g_steal_pointer (&self->owner);

  self->table->appender = NULL;
  self->table = NULL;
  g_clear_pointer (&self->excused, g_hash_table_unref);
  if (owner)
    g_object_unref (owner);
}

static void
drop_pending (RuaTable *table, guint32 first)
{
  for (guint i = 0; i < table->columns->len; i++) {
    RuaColumn *column = rua_table_column (table, i);

    while (column->pending && column->pending->len
           && g_array_index (column->pending, RuaPending, column->pending->len - 1).row >= first)
      g_array_set_size (column->pending, column->pending->len - 1);
  }
}

/* Backwards, so that ids that came in order go in order. */
static void
roll_back (RuaAppender *self)
{
  RuaTable *table = self->table;

  drop_pending (table, self->first);
  for (guint32 row = self->row + 1; row > self->first; row--)
    forget_row (table, row - 1);
  if (table->lines && table->lines->len > self->first)
    g_array_set_size (table->lines, self->first);
  finish (self);
}

static void
rua_appender_dispose (GObject *object)
{
  RuaAppender *self = RUA_APPENDER (object);

  if (self->table)
    roll_back (self);

  G_OBJECT_CLASS (rua_appender_parent_class)->dispose (object);
}

static void
rua_appender_class_init (RuaAppenderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = rua_appender_dispose;
}

static void
rua_appender_init (RuaAppender *self)
{
}

/**
 * rua_table_append:
 * @self: a table
 *
 * Begins to append rows in bulk.
 *
 * Returns: (transfer full): an appender; letting go of it without a commit rolls back
 *
 * Since: 1.0
 */
RuaAppender *
rua_table_append (RuaTable *self)
{
  RuaAppender *appender;

  g_return_val_if_fail (RUA_IS_TABLE (self), NULL);
  g_return_val_if_fail (self->appender == NULL, NULL);
  g_return_val_if_fail (rua_table_check_writable (self, NULL), NULL);

  appender = g_object_new (RUA_TYPE_APPENDER, NULL);
  appender->table = self;
  appender->owner = self->tables ? g_object_ref (self->tables->owner) : NULL;
  appender->first = appender->row = self->n_rows;
  self->appender = appender;
  return appender;
}

static gboolean
refuse (RuaAppender *self,
        guint field,
        RuaError code,
        const char *value,
        gsize length,
        const char *message,
        const char *mend,
        GError **error)
{
  if (error) {
    g_autofree char *key = rua_table_tell_row (self->table, self->row);
    /* Between two characters. */
    gsize shown = length > 80 ? (gsize) (g_utf8_find_prev_char (value, value + 81) - value) : length;
    g_autofree char *text = value ? g_strndup (value, shown) : NULL;

    rua_field_set_error (rua_table_column (self->table, field)->field, error, code,
                         rua_kind_get_name (self->table->kind), key, text, message, mend);
  }
  return FALSE;
}

static RuaColumn *
column_for (RuaAppender *self, guint field, guint types, GError **error)
{
  RuaColumn *column;

  if (!self->table) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "the appender is done; begin a new one");
    return NULL;
  }
  if (field >= self->table->columns->len) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "%s has no field at %u; it has %u fields",
                 rua_kind_get_name (self->table->kind), field, self->table->columns->len);
    return NULL;
  }
  column = rua_table_column (self->table, field);
  if (G_LIKELY (types >> column->type & 1))
    return column;
  refuse (self, field, RUA_ERROR_VALUE, NULL, 0, "the field holds another type of value",
          rua_field_type_name (column->type), error);
  return NULL;
}

#define OF(type) (1u << RUA_FIELD_TYPE_##type)

static gboolean
write_packed (RuaAppender *self, RuaColumn *column, guint field, const char *text, gsize length, GError **error)
{
  guint32 code;

  if (field == 0) {
    guint32 holder;

    if (length == 0)
      return refuse (self, field, RUA_ERROR_VALUE, NULL, 0, "an id cannot be empty",
                     "give it at least one character", error);
    code = rua_dictionary_intern (&column->dictionary, text, length);
    holder = rua_table_get_id_row (self->table, code);
    if (holder != RUA_NO_ROW && holder != self->row)
      return refuse (self, field, RUA_ERROR_DUPLICATE, text, length,
                     "another record of this kind has this id", "choose another", error);
    rua_table_set_id_row (self->table, code, self->row);
  } else
    code = rua_dictionary_intern (&column->dictionary, text, length);
  rua_column_write_word (column, self->row, code);
  return TRUE;
}

/**
 * rua_appender_set_text:
 * @self: an appender
 * @field: the place of a field that holds a text, a token or JSON
 * @text: UTF-8
 * @length: its length in bytes, or -1 when it ends in NUL
 * @error: where to put an error
 *
 * Sets a text of the row being written.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`; the row goes on without the
 *   value
 *
 * Since: 1.0
 */
gboolean
rua_appender_set_text (RuaAppender *self, guint field, const char *text, gssize length, GError **error)
{
  gsize n;
  RuaColumn *column;

  g_return_val_if_fail (RUA_IS_APPENDER (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  n = length < 0 ? strlen (text) : (gsize) length;
  column = column_for (self, field, OF (TEXT) | OF (TOKEN) | OF (JSON), error);
  if (!column)
    return FALSE;
  if (column->type == RUA_FIELD_TYPE_TOKEN && !rua_field_has_token (column->field, text, n)) {
    g_autofree char *words = g_strjoinv (", ", (char **) rua_field_get_tokens (column->field));
    g_autofree char *mend = g_strdup_printf ("it can be: %s", words);

    return refuse (self, field, RUA_ERROR_VALUE, text, n, "this field does not know the word", mend, error);
  }
  return write_packed (self, column, field, text, n, error);
}

gboolean
rua_appender_set_packed (RuaAppender *self, guint field, const char *packed, gsize length, GError **error)
{
  RuaColumn *column = column_for (self, field, OF (TEXTS) | OF (TEXT_LIST) | OF (REFERENCE_LIST), error);

  if (!column)
    return FALSE;
  if (column->type == RUA_FIELD_TYPE_REFERENCE_LIST) {
    RuaPending pending = {
      self->row, rua_dictionary_intern (&column->pending_ids, packed, length),
    };

    if (!column->pending)
      column->pending = g_array_new (FALSE, FALSE, sizeof (RuaPending));
    g_array_append_val (column->pending, pending);
    return TRUE;
  }
  return write_packed (self, column, field, packed, length, error);
}

/**
 * rua_appender_set_boolean:
 * @self: an appender
 * @field: the place of a field that holds a yes or no
 * @value: the value
 * @error: where to put an error
 *
 * Sets a yes or no of the row being written.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_appender_set_boolean (RuaAppender *self, guint field, gboolean value, GError **error)
{
  RuaColumn *column;

  g_return_val_if_fail (RUA_IS_APPENDER (self), FALSE);

  column = column_for (self, field, OF (BOOLEAN), error);
  if (!column)
    return FALSE;
  rua_column_write_word (column, self->row, value != FALSE);
  return TRUE;
}

/**
 * rua_appender_set_integer:
 * @self: an appender
 * @field: the place of a field that holds a whole number
 * @value: the value
 * @error: where to put an error
 *
 * Sets a whole number of the row being written.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_appender_set_integer (RuaAppender *self, guint field, gint64 value, GError **error)
{
  RuaColumn *column;

  g_return_val_if_fail (RUA_IS_APPENDER (self), FALSE);

  column = column_for (self, field, OF (INTEGER), error);
  if (!column)
    return FALSE;
  rua_column_write_word (column, self->row, (guint64) value);
  return TRUE;
}

/**
 * rua_appender_set_number:
 * @self: an appender
 * @field: the place of a field that holds a number
 * @value: a finite number
 * @error: where to put an error
 *
 * Sets a number of the row being written.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_appender_set_number (RuaAppender *self, guint field, double value, GError **error)
{
  RuaColumn *column;
  guint64 word;

  g_return_val_if_fail (RUA_IS_APPENDER (self), FALSE);

  column = column_for (self, field, OF (NUMBER), error);
  if (!column)
    return FALSE;
  if (!isfinite (value))
    return refuse (self, field, RUA_ERROR_VALUE, NULL, 0, "the number is not finite",
                   "give a finite number, or leave the value out when it is unknown", error);
  memcpy (&word, &value, sizeof word);
  rua_column_write_word (column, self->row, word);
  return TRUE;
}

/**
 * rua_appender_set_money:
 * @self: an appender
 * @field: the place of a field that holds money
 * @minor: the amount in minor units of the currency
 * @error: where to put an error
 *
 * Sets an amount of money of the row being written.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_appender_set_money (RuaAppender *self, guint field, gint64 minor, GError **error)
{
  RuaColumn *column;

  g_return_val_if_fail (RUA_IS_APPENDER (self), FALSE);

  column = column_for (self, field, OF (MONEY), error);
  if (!column)
    return FALSE;
  rua_column_write_word (column, self->row, (guint64) minor);
  return TRUE;
}

/**
 * rua_appender_set_date:
 * @self: an appender
 * @field: the place of a field that holds a date
 * @iso: `2014`, `2014-09` or `2014-09-15`
 * @length: its length in bytes, or -1 when it ends in NUL
 * @error: where to put an error
 *
 * Sets a date of the row being written.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_appender_set_date (RuaAppender *self, guint field, const char *iso, gssize length, GError **error)
{
  gsize n;
  RuaColumn *column;
  RuaDatePacked packed;

  g_return_val_if_fail (RUA_IS_APPENDER (self), FALSE);
  g_return_val_if_fail (iso != NULL, FALSE);

  n = length < 0 ? strlen (iso) : (gsize) length;
  column = column_for (self, field, OF (DATE), error);
  if (!column)
    return FALSE;
  if (!rua_date_parse_packed (iso, n, &packed))
    return refuse (self, field, RUA_ERROR_VALUE, iso, n, "this is not a date",
                   "write 2014, 2014-09 or 2014-09-15", error);
  rua_column_write_word (column, self->row, (guint32) packed);
  return TRUE;
}

/**
 * rua_appender_set_reference:
 * @self: an appender
 * @field: the place of a field that refers to a record
 * @id: the record's id; `kind/id` where any kind will do
 * @length: its length in bytes, or -1 when it ends in NUL
 * @error: where to put an error
 *
 * Sets a reference of the row being written. The record may come later, as long as it is there at
 * the commit.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_appender_set_reference (RuaAppender *self, guint field, const char *id, gssize length, GError **error)
{
  gsize n;
  RuaColumn *column;
  RuaPending pending = { 0 };
  guint64 word;

  g_return_val_if_fail (RUA_IS_APPENDER (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  n = length < 0 ? strlen (id) : (gsize) length;
  column = column_for (self, field, OF (REFERENCE), error);
  if (!column)
    return FALSE;
  if (rua_table_find_reference (self->table, column, id, n, &word)) {
    rua_column_write_word (column, self->row, word);
    return TRUE;
  }
  pending.row = self->row;
  pending.code = rua_dictionary_intern (&column->pending_ids, id, n);
  if (!column->pending)
    column->pending = g_array_new (FALSE, FALSE, sizeof (RuaPending));
  g_array_append_val (column->pending, pending);
  return TRUE;
}

void
rua_appender_set_extra (RuaAppender *self, const char *compact, gsize length)
{
  rua_column_write_word (self->table->extra, self->row,
                         rua_dictionary_intern (&self->table->extra->dictionary, compact, length));
}

void
rua_appender_set_line (RuaAppender *self, guint64 line)
{
  self->line = line;
}

static gint64
cell_key (guint32 row, guint field)
{
  return (gint64) ((guint64) row << 32 | field);
}

void
rua_appender_excuse (RuaAppender *self, guint field)
{
  gint64 *key = g_new (gint64, 1);

  *key = cell_key (self->row, field);
  if (!self->excused)
    self->excused = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_hash_table_add (self->excused, key);
}

guint64
rua_appender_find_line (RuaAppender *self, const char *id, gsize length)
{
  RuaColumn *ids = rua_table_column (self->table, 0);
  guint32 code, row;

  if (!rua_column_find_code (ids, id, (gssize) length, &code))
    return 0;
  row = rua_table_get_id_row (self->table, code);
  return self->table->lines && row < self->table->lines->len ? g_array_index (self->table->lines, guint64, row) : 0;
}

/**
 * rua_appender_end_row:
 * @self: an appender
 *
 * Ends the row being written and begins the next.
 *
 * Since: 1.0
 */
void
rua_appender_end_row (RuaAppender *self)
{
  g_return_if_fail (RUA_IS_APPENDER (self));
  g_return_if_fail (self->table != NULL);
  g_return_if_fail (self->row < RUA_NO_ROW - 1);

  if (self->line) {
    if (!self->table->lines)
      self->table->lines = g_array_new (FALSE, TRUE, sizeof (guint64));
    g_array_set_size (self->table->lines, self->row + 1);
    g_array_index (self->table->lines, guint64, self->row) = self->line;
    self->line = 0;
  }
  self->row++;
}

static void
add_fault (RuaTable *table, guint32 row, RuaField *field, RuaError code, const char *value, const char *message, const char *mend, RuaFaults *faults)
{
  gboolean told = rua_kind_get_privacy (table->kind) == RUA_PRIVACY_PUBLIC;
  const char *id = told ? rua_column_read_text (rua_table_column (table, 0), row, NULL) : NULL;
  g_autofree char *key = id ? g_strdup (id) : g_strdup_printf ("#%u", row + 1);
  RuaFaultInfo info = {
    .code = code,
    .kind = rua_kind_get_name (table->kind),
    .key = key,
    .field = field ? rua_field_get_name (field) : NULL,
    .value = value && field && !rua_table_may_tell (table, field, value, strlen (value)) ? NULL : value,
    .message = message,
    .mend = mend,
  };

  if (table->lines && row < table->lines->len)
    info.line = g_array_index (table->lines, guint64, row);
  rua_faults_add (faults, &info);
}

static void
check_required (RuaAppender *self, RuaFaults *faults)
{
  RuaTable *table = self->table;

  for (guint i = 0; i < table->columns->len; i++) {
    RuaColumn *column = rua_table_column (table, i);

    guint next = 0, n_pending = column->pending ? column->pending->len : 0;

    if (!rua_field_get_required (column->field))
      continue;
    for (guint32 row = self->first; row < self->row; row++) {
      gint64 key = cell_key (row, i);
      const RuaChunk *chunk = (row & 63) == 0 && self->row - row >= 64 ? rua_column_peek (column, row) : NULL;

      if (chunk && chunk->known[(row & RUA_CHUNK_MASK) >> 6] == G_MAXUINT64) {
        row += 63;
        continue;
      }
      if (rua_column_peek (column, row) || (self->excused && g_hash_table_contains (self->excused, &key)))
        continue;
      /* Pending references stand in the order of their rows. */
      while (next < n_pending && g_array_index (column->pending, RuaPending, next).row < row)
        next++;
      if (next == n_pending || g_array_index (column->pending, RuaPending, next).row != row)
        add_fault (table, row, column->field, RUA_ERROR_MISSING, NULL, "the field is required, but unknown",
                   "tell its value", faults);
    }
  }
}

static void
fault_for_reference (RuaTable *table, RuaColumn *column, guint32 row, const char *id, RuaFaults *faults)
{
  RuaTable *target = rua_column_get_target (column);
  g_autofree char *mend = NULL;
  const char *otherwise = "add the record it refers to, or correct the reference";

  if (column->any) {
    otherwise = "write kind/id of a record that is here";
    mend = g_strdup (otherwise);
  } else if (target && rua_kind_get_privacy (target->kind) == RUA_PRIVACY_PUBLIC
             && rua_column_get_n_codes (rua_table_column (target, 0)) <= 10000) {
    RuaNearest nearest;

    rua_nearest_init (&nearest, id);
    for (guint32 code = 0; code < rua_column_get_n_codes (rua_table_column (target, 0)); code++)
      if (rua_table_get_id_row (target, code) != RUA_NO_ROW)
        rua_nearest_offer (&nearest, rua_column_code_text (rua_table_column (target, 0), code, NULL));
    mend = rua_nearest_mend (&nearest, otherwise);
  }
  {
    g_autofree char *message = g_strdup_printf ("there is no %s of this id",
                                                column->any ? "record" : rua_field_get_target (column->field));

    add_fault (table, row, column->field, RUA_ERROR_REFERENCE, id, message, mend ? mend : otherwise, faults);
  }
}

static void
resolve_list (RuaTable *table, RuaColumn *column, const RuaPending *pending, GByteArray *out, RuaFaults *faults)
{
  const RuaDictionaryEntry *entry = &column->pending_ids.entries[pending->code];
  gsize offset = 0;

  g_byte_array_set_size (out, 0);
  while (offset < entry->length) {
    const char *id = entry->text + offset;
    guint64 word;
    guint32 narrow;

    offset += strlen (id) + 1;
    if (!rua_table_find_reference (table, column, id, strlen (id), &word)) {
      fault_for_reference (table, column, pending->row, id, faults);
      continue;
    }
    narrow = (guint32) word;
    g_byte_array_append (out, column->any ? (const guint8 *) &word : (const guint8 *) &narrow,
                         column->any ? sizeof word : sizeof narrow);
  }
  rua_column_write_word (column, pending->row,
                         rua_dictionary_intern (&column->dictionary, (const char *) out->data, out->len));
}

gboolean
rua_table_resolve (RuaTable *self, RuaFaults *faults)
{
  guint64 before = rua_faults_get_count (faults);
  g_autoptr (GByteArray) list = g_byte_array_new ();

  for (guint i = 0; i < self->columns->len; i++) {
    RuaColumn *column = rua_table_column (self, i);

    /* A list of no records still has data to read. */
    g_byte_array_append (list, (const guint8 *) "", 1);
    for (guint p = 0; column->pending && p < column->pending->len; p++) {
      RuaPending *pending = &g_array_index (column->pending, RuaPending, p);
      const RuaDictionaryEntry *entry = &column->pending_ids.entries[pending->code];
      guint64 word;

      if (column->type == RUA_FIELD_TYPE_REFERENCE_LIST)
        resolve_list (self, column, pending, list, faults);
      else if (rua_table_find_reference (self, column, entry->text, entry->length, &word))
        rua_column_write_word (column, pending->row, word);
      else
        fault_for_reference (self, column, pending->row, entry->text, faults);
    }
    g_clear_pointer (&column->pending, g_array_unref);
    rua_dictionary_clear (&column->pending_ids);
  }
  g_clear_pointer (&self->lines, g_array_unref);
  return rua_faults_get_count (faults) == before;
}

static void
publish (RuaAppender *self)
{
  RuaTable *table = self->table;
  guint position = table->n_records;
  guint n = self->row - self->first;
  gboolean is_announced = FALSE;

  table->n_rows += n;
  table->n_records += n;
  /* A row that was begun and not ended is not there. */
  forget_row (table, self->row);
  drop_pending (table, self->row);
  g_object_ref (table);
  finish (self);
  if (n && table->tables && table->tables->journal) {
    table->tables->journal->funcs->appended (table->tables->journal->data, table, table->n_rows - n, n);
    is_announced = table->tables->journal->funcs->done (table->tables->journal->data, table, position);
  }
  if (n && !is_announced)
    g_list_model_items_changed (G_LIST_MODEL (table), position, 0, n);
  g_object_unref (table);
}

gboolean
rua_appender_commit_pending (RuaAppender *self, RuaFaults *faults)
{
  guint64 before = rua_faults_get_count (faults);

  check_required (self, faults);
  publish (self);
  return rua_faults_get_count (faults) == before;
}

void
rua_appender_check (RuaAppender *self, RuaFaults *faults)
{
  const RuaTables *tables = self->table->tables;

  check_required (self, faults);
  if (tables && tables->rows_guard)
    tables->rows_guard (tables->owner, self->table, self->first, self->row - self->first, faults);
  drop_pending (self->table, self->row);
  /* References among the new rows themselves are found too: their ids are already known. */
  rua_table_resolve (self->table, faults);
}

/**
 * rua_appender_commit:
 * @self: an appender
 * @error: where to put an error
 *
 * Adds all rows that were ended to the table and announces them.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` with a line for each fault when
 *   a required field is unknown or a reference leads nowhere; the table is then as it was
 *
 * Since: 1.0
 */
gboolean
rua_appender_commit (RuaAppender *self, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;

  g_return_val_if_fail (RUA_IS_APPENDER (self), FALSE);
  g_return_val_if_fail (self->table != NULL, FALSE);

  faults = rua_faults_new (NULL, 0);
  rua_appender_check (self, faults);
  if (rua_faults_get_count (faults)) {
    roll_back (self);
    return rua_faults_raise (faults, error);
  }
  publish (self);
  return TRUE;
}

/**
 * rua_appender_rollback:
 * @self: an appender
 *
 * Forgets all rows of this appender.
 *
 * Since: 1.0
 */
void
rua_appender_rollback (RuaAppender *self)
{
  g_return_if_fail (RUA_IS_APPENDER (self));

  if (self->table)
    roll_back (self);
}
