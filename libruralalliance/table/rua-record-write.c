/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-record-private.h"

#include <math.h>
#include <string.h>

#include "rua-journal-private.h"
#include "rua-json-private.h"

/* The fields of a record written by their place: into the cells of a detached record, or into the
 * columns of its table. */

gboolean
rua_record_refuse (RuaRecord *self,
                   guint field,
                   RuaError code,
                   const char *value,
                   const char *message,
                   const char *mend,
                   GError **error)
{
  g_autofree char *key = rua_record_dup_key (self);

  /* Outside of a table nobody can tell what kind of record a reference means. */
  if (value && field_of (self, field)->target
      && !(priv (self)->table && rua_table_may_tell (priv (self)->table, field_of (self, field), value, strlen (value))))
    value = NULL;
  rua_field_set_error (field_of (self, field), error, code, rua_kind_get_name (kind_of (self)), key, value, message, mend);
  return FALSE;
}

static void
take_cell (RuaRecord *self, guint field, guint64 word)
{
  RuaRecordPrivate *p = priv (self);
  guint n = p->kind->fields->len;

  /* The kind may have been given fields since the record's first value. */
  if (!p->cells || p->cells->n_fields < n) {
    RuaCells *cells = rua_cells_new (n);

    for (guint i = 0; p->cells && i < p->cells->n_fields; i++)
      if (rua_cells_is_known (p->cells, i))
        rua_cells_take (cells, p->kind, i, rua_cells_words (p->cells)[i]);
    g_free (p->cells);
    p->cells = cells;
  }
  rua_cells_take (p->cells, p->kind, field, word);
}

static gboolean
ask_guard (RuaTable *table, guint field, const char *text, GError **error)
{
  RuaTables *tables = table->tables;

  return !tables || !tables->guard || tables->guard (tables->owner, table, field, text, error);
}

/* Before a cell of a record in a table changes: the row may be known to the journal. */
static void
tell_journal (RuaTable *table, guint32 row, guint field, gboolean is_known, guint64 word)
{
  const RuaJournal *journal = table->tables->journal;

  journal->funcs->cell (journal->data, table, row, field, is_known, word);
}

static void
tell_done (RuaTable *table)
{
  const RuaJournal *journal = table->tables->journal;

  journal->funcs->done (journal->data, NULL, 0);
}

static inline gboolean
is_heard (RuaTable *table)
{
  return G_UNLIKELY (table->tables && table->tables->journal);
}

gboolean
rua_record_write_unknown (RuaRecord *self, guint field, GError **error)
{
  RuaRecordPrivate *p = priv (self);

  if (!rua_record_knows (self, field))
    return TRUE;
  if (p->table) {
    guint32 code;
    guint64 old;

    if (!rua_table_check_writable (p->table, error))
      return FALSE;
    if (field_of (self, field)->required)
      return rua_record_refuse (self, field, RUA_ERROR_MISSING, NULL, "the field is required",
                                "give it another value, or remove the record", error);
    if (!ask_guard (p->table, field, NULL, error))
      return FALSE;
    if (is_heard (p->table) && rua_column_read_word (rua_table_column (p->table, field), p->row, &old))
      tell_journal (p->table, p->row, field, TRUE, old);
    if (field == 0 && rua_column_read_code (rua_table_column (p->table, 0), p->row, &code))
      rua_table_set_id_row (p->table, code, RUA_NO_ROW);
    rua_column_forget (rua_table_column (p->table, field), p->row);
    if (is_heard (p->table))
      tell_done (p->table);
  } else
    rua_cells_forget (p->cells, p->kind, field);
  rua_record_announce (self, field);
  return TRUE;
}

/* Out of the way of a loop to which nobody listens. */
G_GNUC_NO_INLINE static gboolean
write_heard_word (RuaRecord *self, guint field, guint64 word)
{
  RuaRecordPrivate *p = priv (self);
  RuaColumn *column = rua_table_column (p->table, field);
  guint64 old = 0;
  gboolean is_known = rua_column_read_word (column, p->row, &old);

  if (is_known && old == word)
    return TRUE;
  tell_journal (p->table, p->row, field, is_known, old);
  rua_column_write_word (column, p->row, word);
  tell_done (p->table);
  rua_record_announce (self, field);
  return TRUE;
}

static inline gboolean
write_word (RuaRecord *self, guint field, guint64 word, GError **error)
{
  RuaRecordPrivate *p = priv (self);

  if (p->table) {
    RuaColumn *column = rua_table_column (p->table, field);
    guint64 old;

    if (!rua_table_check_writable (p->table, error))
      return FALSE;
    if (is_heard (p->table))
      return write_heard_word (self, field, word);
    if (rua_column_read_word (column, p->row, &old) && old == word)
      return TRUE;
    rua_column_write_word (column, p->row, word);
  } else
    take_cell (self, field, word);
  rua_record_announce (self, field);
  return TRUE;
}

gboolean
rua_record_write_packed (RuaRecord *self, guint field, const char *packed, gsize length, GError **error)
{
  RuaRecordPrivate *p = priv (self);
  RuaColumn *column;
  guint32 code, old, holder;

  if (field == 0 && length == 0)
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "an id cannot be empty",
                              "give it at least one character", error);
  if (!p->table)
    return write_word (self, field, (guint64) (gsize) g_ref_string_new_len (packed, (gssize) length), error);

  if (!rua_table_check_writable (p->table, error))
    return FALSE;
  if (!ask_guard (p->table, field, packed, error))
    return FALSE;
  column = rua_table_column (p->table, field);
  code = rua_dictionary_intern (&column->dictionary, packed, length);
  if (field == 0) {
    holder = rua_table_get_id_row (p->table, code);
    if (holder == p->row)
      return TRUE;
    if (holder != RUA_NO_ROW)
      return rua_record_refuse (self, field, RUA_ERROR_DUPLICATE, packed,
                                "another record of this kind has this id", "choose another", error);
    if (rua_column_read_code (column, p->row, &old))
      rua_table_set_id_row (p->table, old, RUA_NO_ROW);
    rua_table_set_id_row (p->table, code, p->row);
  }
  return write_word (self, field, code, error);
}

gboolean
rua_record_write_text (RuaRecord *self, guint field, const char *text, GError **error)
{
  RuaField *which = field_of (self, field);
  RuaFieldType type = which->type;
  g_autofree char *compact = NULL;

  if (!text)
    return rua_record_write_unknown (self, field, error);
  if (!g_utf8_validate (text, -1, NULL))
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "the text is not UTF-8",
                              "convert it to UTF-8 first", error);
  if (type == RUA_FIELD_TYPE_TOKEN && !rua_field_has_token (which, text, strlen (text))) {
    g_autofree char *words = g_strjoinv (", ", (char **) rua_field_get_tokens (which));
    g_autofree char *mend = g_strdup_printf ("it can be: %s", words);

    return rua_record_refuse (self, field, RUA_ERROR_VALUE, text, "this field does not know the word",
                              mend, error);
  }
  if (type == RUA_FIELD_TYPE_JSON) {
    GError *inner = NULL;

    compact = rua_json_canonicalise (text, -1, &inner);
    if (!compact) {
      rua_record_refuse (self, field, RUA_ERROR_SYNTAX, NULL, inner->message, NULL, error);
      g_error_free (inner);
      return FALSE;
    }
    text = compact;
  }
  return rua_record_write_packed (self, field, text, strlen (text), error);
}

gboolean
rua_record_write_texts (RuaRecord *self, guint field, const char *language, const char *text, GError **error)
{
  gsize length = 0;
  const char *packed = rua_record_read_packed (self, field, &length);
  GString *out;
  gboolean done;

  if (text && !g_utf8_validate (text, -1, NULL))
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "the text is not UTF-8",
                              "convert it to UTF-8 first", error);
  out = rua_texts_replace (packed, length, language ? language : "", text);
  if (out->len == 0)
    done = rua_record_write_unknown (self, field, error);
  else
    done = rua_record_write_packed (self, field, out->str, out->len, error);
  g_string_free (out, TRUE);
  return done;
}

gboolean
rua_record_write_boolean (RuaRecord *self, guint field, gboolean value, GError **error)
{
  return write_word (self, field, value != FALSE, error);
}

gboolean
rua_record_write_integer (RuaRecord *self, guint field, gint64 value, GError **error)
{
  return write_word (self, field, (guint64) value, error);
}

gboolean
rua_record_write_number (RuaRecord *self, guint field, double value, GError **error)
{
  guint64 word;

  if (!isfinite (value))
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "the number is not finite",
                              "give a finite number, or unset the field when it is unknown", error);
  memcpy (&word, &value, sizeof word);
  return write_word (self, field, word, error);
}

gboolean
rua_record_write_date (RuaRecord *self, guint field, const char *iso, GError **error)
{
  RuaDatePacked packed;

  if (!iso)
    return rua_record_write_unknown (self, field, error);
  if (!rua_date_parse_packed (iso, strlen (iso), &packed))
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, iso, "this is not a date",
                              "write 2014, 2014-09 or 2014-09-15", error);
  return write_word (self, field, (guint32) packed, error);
}

static gboolean
check_target (RuaRecord *self, guint field, RuaRecord *target, GError **error)
{
  const char *wanted = rua_field_get_target (field_of (self, field));
  RuaTable *table = priv (self)->table;
  RuaTable *other = priv (target)->table;
  g_autofree char *message = NULL, *mend = NULL;

  if (strcmp (wanted, "*") != 0 && strcmp (rua_kind_get_name (kind_of (target)), wanted) != 0) {
    mend = g_strdup_printf ("refer to a %s", wanted);
    message = g_strdup_printf ("the field does not refer to records of the kind %s", rua_kind_get_name (kind_of (target)));
    return rua_record_refuse (self, field, RUA_ERROR_REFERENCE, NULL, message, mend, error);
  }
  if (table && (!other || other->tables != table->tables))
    return rua_record_refuse (self, field, RUA_ERROR_REFERENCE, rua_record_get_id (target),
                              "the record referred to is not in this alliance", "add it first", error);
  return TRUE;
}

static guint64
word_for (RuaRecord *self, guint field, RuaRecord *target)
{
  RuaRecordPrivate *p = priv (self), *t = priv (target);

  return rua_table_column (p->table, field)->any ? rua_column_pack_any (t->table, t->row) : t->row;
}

gboolean
rua_record_write_reference (RuaRecord *self, guint field, RuaRecord *target, GError **error)
{
  if (!target)
    return rua_record_write_unknown (self, field, error);
  if (!check_target (self, field, target, error))
    return FALSE;
  if (priv (self)->table)
    return write_word (self, field, word_for (self, field, target), error);
  return write_word (self, field, (guint64) (gsize) g_object_ref (target), error);
}

gboolean
rua_record_write_reference_id (RuaRecord *self, guint field, const char *id, GError **error)
{
  RuaRecordPrivate *p = priv (self);
  guint64 word;

  if (!p->table)
    return write_word (self, field, (guint64) (gsize) g_ref_string_new (id) + 1, error);
  if (!rua_table_find_reference (p->table, rua_table_column (p->table, field), id, strlen (id), &word))
    return rua_record_refuse (self, field, RUA_ERROR_REFERENCE, id,
                              "no such record is in this alliance", "add it first", error);
  return write_word (self, field, word, error);
}

gboolean
rua_record_write_text_list (RuaRecord *self, guint field, const char *const *texts, GError **error)
{
  GString *packed;
  gboolean done;

  if (!texts)
    return rua_record_write_unknown (self, field, error);
  for (const char *const *t = texts; *t; t++)
    if (!g_utf8_validate (*t, -1, NULL))
      return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "a text is not UTF-8",
                                "convert it to UTF-8 first", error);
  packed = rua_text_list_pack (texts);
  done = rua_record_write_packed (self, field, packed->str, packed->len, error);
  g_string_free (packed, TRUE);
  return done;
}

gboolean
rua_record_write_references (RuaRecord *self, guint field, RuaRecord **targets, gsize n_targets, GError **error)
{
  GPtrArray *records;

  for (gsize i = 0; i < n_targets; i++)
    if (!check_target (self, field, targets[i], error))
      return FALSE;
  if (priv (self)->table) {
    RuaColumn *column = rua_table_column (priv (self)->table, field);
    g_autofree guint64 *words = g_new (guint64, MAX (1, n_targets));
    guint32 *rows = (guint32 *) (gpointer) words;
    gsize size = column->any ? sizeof *words : sizeof *rows;

    /* Narrow words overwrite only what was read before. */
    for (gsize i = 0; i < n_targets; i++)
      if (column->any)
        words[i] = word_for (self, field, targets[i]);
      else
        rows[i] = (guint32) word_for (self, field, targets[i]);
    return rua_record_write_packed (self, field, (const char *) words, n_targets * size, error);
  }
  records = g_ptr_array_new_with_free_func (rua_cells_free_reference);
  for (gsize i = 0; i < n_targets; i++)
    g_ptr_array_add (records, g_object_ref (targets[i]));
  return write_word (self, field, (guint64) (gsize) records, error);
}

/* Of a detached record: the ids are looked for when it is added. */
gboolean
rua_record_write_reference_ids (RuaRecord *self, guint field, const char *const *ids, GError **error)
{
  GPtrArray *references = g_ptr_array_new_with_free_func (rua_cells_free_reference);

  for (; *ids; ids++)
    g_ptr_array_add (references, g_ref_string_new (*ids) + 1);
  return write_word (self, field, (guint64) (gsize) references, error);
}
