/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

#include <string.h>

#include "rua-field-private.h"
#include "rua-journal-private.h"
#include "rua-record-private.h"

/* Records that come into a table and leave it. */

/* ---- adding ---- */

/* The place in the table's kind of a field of the record's kind. */
static inline gint
map_field (RuaTable *self, RuaKind *kind, guint field)
{
  RuaField *from = rua_kind_peek_field (kind, field), *to;
  gint index;

  if (kind == self->kind || !from->own)
    return (gint) field;
  index = rua_kind_find_index (self->kind, from->name);
  if (index < 0)
    return -1;
  to = rua_kind_peek_field (self->kind, (guint) index);
  return to->type == from->type ? index : -1;
}

/* @id: as a reference of the field would write it. */
static gboolean
refuse_reference (RuaTable *self, RuaRecord *record, guint field, const char *id, const char *message, GError **error)
{
  RuaField *of = field_of (record, field);
  g_autofree char *key = rua_record_dup_key (record);

  if (id && !rua_table_may_tell (self, of, id, strlen (id)))
    id = NULL;
  rua_field_set_error (of, error, RUA_ERROR_REFERENCE, rua_kind_get_name (self->kind), key, id, message, "add it first");
  return FALSE;
}

/* A record that has been removed names itself by its id: it is to have its place in the table again. */
static gboolean
names_itself (RuaTable *self, RuaRecord *record, RuaColumn *column, const char *id)
{
  const char *own = rua_record_get_id (record);
  g_autofree char *path = own && column->any ? g_strdup_printf ("%s/%s", rua_kind_get_name (self->kind), own) : NULL;

  return own && (column->any || rua_column_get_target (column) == self) && strcmp (id, path ? path : own) == 0;
}

static gboolean
find_word (RuaTable *self, RuaRecord *record, guint field, RuaColumn *column, guint64 cell, guint64 *word, GError **error)
{
  RuaRecord *target;

  if (cell & 1) {
    const char *id = (const char *) (gsize) (cell - 1);

    if (rua_table_find_reference (self, column, id, strlen (id), word))
      return TRUE;
    if (names_itself (self, record, column, id)) {
      *word = column->any ? rua_column_pack_any (self, self->n_rows) : self->n_rows;
      return TRUE;
    }
    return refuse_reference (self, record, field, id, "no such record is in this alliance", error);
  }
  target = (RuaRecord *) (gsize) cell;
  if (!rua_record_get_table (target) || rua_record_get_table (target)->tables != self->tables)
    return refuse_reference (self, record, field, rua_record_get_id (target),
                             "the record referred to is not in this alliance", error);
  *word = column->any ? rua_column_pack_any (rua_record_get_table (target), rua_record_get_row (target))
                      : rua_record_get_row (target);
  return TRUE;
}

/* An amount keeps its worth where the alliance's currency has other decimals than the record. */
static gboolean
convert_money (RuaTable *self, RuaRecord *record, guint field, gint64 amount, guint64 *word, GError **error)
{
  guint from = rua_record_get_money_digits (record), to = rua_table_get_money_digits (self);
  gboolean whole = TRUE;

  for (; whole && from < to; from++)
    whole = !__builtin_mul_overflow (amount, (gint64) 10, &amount);
  for (; whole && from > to; from--) {
    whole = amount % 10 == 0;
    amount /= 10;
  }
  *word = (guint64) amount;
  return whole
         || rua_record_refuse (record, field, RUA_ERROR_VALUE, NULL,
                               "the amount cannot be said in the decimals of the alliance's currency",
                               "round it first, or make the record with rua_alliance_new_record()", error);
}

/* Turns a detached record's cell into the column's word; nothing of the table changes, but that
 * its dictionaries may learn texts. */
static gboolean
convert_cell (RuaTable *self, RuaRecord *record, guint field, guint to, guint64 cell, guint64 *word, GError **error)
{
  RuaColumn *column = rua_table_column (self, to);

  switch (column->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_JSON: {
    char *text = (char *) (gsize) cell;

    *word = rua_dictionary_intern (&column->dictionary, text, g_ref_string_length (text));
    return TRUE;
  }
  case RUA_FIELD_TYPE_REFERENCE:
    return find_word (self, record, field, column, cell, word, error);
  case RUA_FIELD_TYPE_REFERENCE_LIST: {
    GPtrArray *records = (GPtrArray *) (gsize) cell;
    g_autofree char *packed = g_malloc (MAX (1, records->len) * sizeof (guint64));
    gsize length = 0;

    for (guint i = 0; i < records->len; i++) {
      guint64 one;
      guint32 narrow;

      if (!find_word (self, record, field, column, (guint64) (gsize) records->pdata[i], &one, error))
        return FALSE;
      narrow = (guint32) one;
      memcpy (packed + length, column->any ? (gconstpointer) &one : (gconstpointer) &narrow,
              column->any ? sizeof one : sizeof narrow);
      length += column->any ? sizeof one : sizeof narrow;
    }
    *word = rua_dictionary_intern (&column->dictionary, packed, length);
    return TRUE;
  }
  case RUA_FIELD_TYPE_MONEY:
    return convert_money (self, record, field, (gint64) cell, word, error);
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_DATE:
    *word = cell;
    return TRUE;
  }
  return FALSE;
}

static gboolean
check_complete (RuaTable *self, RuaRecord *record, GError **error)
{
  g_autoptr (GString) missing = NULL;
  RuaCells *cells = rua_record_peek_cells (record);
  g_autofree char *id = NULL;

  for (guint r = 0; r < self->required->len; r++) {
    guint i = g_array_index (self->required, guint, r);
    RuaField *field = rua_table_column (self, i)->field;

    if (cells && rua_cells_is_known (cells, i))
      continue;
    if (!missing)
      missing = g_string_new (NULL);
    g_string_append_printf (missing, "%s%s", missing->len ? ", " : "", field->name);
  }
  if (!missing)
    return TRUE;
  id = rua_record_dup_key (record);
  g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "%s%s%s%s: required, but unknown: %s; set it before adding",
               rua_kind_get_name (self->kind), id ? " '" : "", id ? id : "", id ? "'" : "", missing->str);
  return FALSE;
}

/* The next known field after @field, or the number of fields. */
static inline guint
next_known (const RuaCells *cells, guint field)
{
  while (field < cells->n_fields) {
    guint64 bits = cells->known[field >> 6] >> (field & 63);

    if (bits)
      return field + (guint) __builtin_ctzll (bits);
    field = (field | 63) + 1;
  }
  return cells->n_fields;
}

/**
 * rua_table_add:
 * @self: a table
 * @record: (transfer none): a record of the table's kind that stands in no table
 * @error: where to put an error
 *
 * Adds a record at the end. The record is from now on a window on its row.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`, with everything as it was,
 *   when the id is taken, a required field is unknown, or a reference leads out of the alliance
 *
 * Since: 1.0
 */
gboolean
rua_table_add (RuaTable *self, RuaRecord *record, GError **error)
{
  RuaCells *cells;
  RuaKind *kind;
  g_autofree guint64 *heap = NULL;
  guint64 stack[64], *words = stack;
  guint n_fields = self->columns->len;
  guint32 row;
  const char *extra;

  g_return_val_if_fail (RUA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (RUA_IS_RECORD (record), FALSE);

  if (!rua_table_check_writable (self, error))
    return FALSE;
  kind = rua_record_get_kind (record);
  if (rua_record_get_table (record)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE, "%s: the record already stands in a table; remove it there first",
                 rua_kind_get_name (kind));
    return FALSE;
  }
  if (!kind || strcmp (rua_kind_get_name (kind), rua_kind_get_name (self->kind)) != 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "a %s cannot be added to the table of %s; add it to the table of its kind",
                 kind ? rua_kind_get_name (kind) : "record without a kind", rua_kind_get_plural (self->kind));
    return FALSE;
  }
  if (self->appender) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "%s: records are being appended in bulk; commit or roll back first",
                 rua_kind_get_name (self->kind));
    return FALSE;
  }
  if (!check_complete (self, record, error))
    return FALSE;
  if (rua_record_get_id (record) && rua_table_find_row (self, rua_record_get_id (record), -1) != RUA_NO_ROW)
    return rua_record_refuse (record, 0, RUA_ERROR_DUPLICATE, rua_record_get_id (record),
                              "another record of this kind has this id", "choose another", error);
  if (rua_record_get_id (record) && self->tables && self->tables->guard
      && !self->tables->guard (self->tables->owner, self, 0, rua_record_get_id (record), error))
    return FALSE;

  cells = rua_record_peek_cells (record);
  if (cells && cells->n_fields > G_N_ELEMENTS (stack))
    words = heap = g_new (guint64, cells->n_fields);
  for (guint i = 0; cells && (i = next_known (cells, i)) < cells->n_fields; i++) {
    gint to = map_field (self, kind, i);

    if (to < 0 || (guint) to >= n_fields)
      return rua_record_refuse (record, i, RUA_ERROR_UNKNOWN_NAME, NULL, "this alliance has no such field",
                                "add the field to its schema first", error);
    if (!convert_cell (self, record, i, (guint) to, rua_cells_words (cells)[i], &words[i], error))
      return FALSE;
  }

  row = self->n_rows;
  for (guint i = 0; cells && (i = next_known (cells, i)) < cells->n_fields; i++) {
    guint to = (guint) map_field (self, kind, i);

    rua_column_write_word (rua_table_column (self, to), row, words[i]);
    if (to == 0)
      rua_table_set_id_row (self, (guint32) words[i], row);
  }
  extra = rua_record_peek_extra (record);
  if (extra)
    rua_column_write_word (self->extra, row, rua_dictionary_intern (&self->extra->dictionary, extra, strlen (extra)));
  self->n_rows++;
  self->n_records++;
  rua_record_attach (record, self, row);
  rua_table_hold_window (self, row, record);
  if (self->tables && self->tables->journal) {
    self->tables->journal->funcs->added (self->tables->journal->data, self, row);
    if (self->tables->journal->funcs->done (self->tables->journal->data, self, self->n_records - 1))
      return TRUE;
  }

  /* Everything is in order before anybody hears of it: a handler may add and remove. */
  g_list_model_items_changed (G_LIST_MODEL (self), rua_table_position_of (self, row), 0, 1);
  return TRUE;
}

/* ---- removing ---- */

static char *
tell_record (RuaTable *self, guint32 row)
{
  g_autofree char *key = rua_table_tell_row (self, row);

  return g_strdup_printf (key[0] == '#' ? "%s %s" : "%s '%s'", rua_kind_get_name (self->kind), key);
}

static gboolean
check_unreferred (RuaTable *self, guint32 row, GError **error)
{
  for (guint t = 0; self->tables && t < self->tables->tables->len; t++) {
    RuaTable *other = self->tables->tables->pdata[t];

    for (guint c = 0; c < other->columns->len; c++) {
      RuaColumn *column = rua_table_column (other, c);
      g_autofree char *referrer = NULL, *name = NULL;
      guint32 from;

      if (column->type != RUA_FIELD_TYPE_REFERENCE && column->type != RUA_FIELD_TYPE_REFERENCE_LIST)
        continue;
      if (!rua_column_refers_to (column, self, row, &from))
        continue;
      referrer = tell_record (other, from);
      name = tell_record (self, row);
      g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE,
                   "%s cannot be removed: %s refers to it (%s); change or remove that first", name, referrer,
                   rua_field_get_name (column->field));
      return FALSE;
    }
  }
  return TRUE;
}

typedef struct {
  RuaTable *table;
  guint32 row;
  RuaRowIsLeaving is_leaving;
  gpointer data;
} Lifting;

/* A reference of a record to itself, or to one that leaves with it, by its id: as records they would
 * keep themselves alive for ever. */
static gpointer
lift_reference (const Lifting *lifting, RuaColumn *column, RuaTable *target, guint32 row)
{
  const char *id;
  g_autofree char *path = NULL;

  if ((target != lifting->table || row != lifting->row)
      && (!lifting->is_leaving || !lifting->is_leaving (lifting->data, target, row)))
    return rua_table_dup_record_at_row (target, row);
  id = rua_column_read_text (rua_table_column (target, 0), row, NULL);
  path = column->any ? g_strdup_printf ("%s/%s", rua_kind_get_name (target->kind), id ? id : "") : NULL;

  return g_ref_string_new (path ? path : id ? id : "") + 1;
}

static guint64
lift_cell (const Lifting *lifting, RuaColumn *column, guint64 word)
{
  guint32 row = lifting->row;

  switch (column->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_JSON: {
    gsize length;
    const char *text = rua_dictionary_get (&column->dictionary, (guint32) word, &length);

    return (guint64) (gsize) g_ref_string_new_len (text, (gssize) length);
  }
  case RUA_FIELD_TYPE_REFERENCE: {
    RuaTable *target;
    guint32 to;

    rua_column_read_reference (column, row, &target, &to);
    return (guint64) (gsize) lift_reference (lifting, column, target, to);
  }
  case RUA_FIELD_TYPE_REFERENCE_LIST: {
    GPtrArray *records = g_ptr_array_new_with_free_func (rua_cells_free_reference);
    guint n = rua_column_get_n_references (column, row);

    for (guint i = 0; i < n; i++) {
      RuaTable *target;
      guint32 to;

      if (rua_column_read_reference_at (column, row, i, &target, &to))
        g_ptr_array_add (records, lift_reference (lifting, column, target, to));
    }
    return (guint64) (gsize) records;
  }
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
    return word;
  }
  return 0;
}

RuaCells *
rua_table_lift_cells (RuaTable *self, guint32 row, RuaRowIsLeaving is_leaving, gpointer data)
{
  RuaCells *cells = rua_cells_new (self->columns->len);
  Lifting lifting = { self, row, is_leaving, data };

  for (guint i = 0; i < self->columns->len; i++) {
    RuaColumn *column = rua_table_column (self, i);
    guint64 word;

    if (rua_column_read_word (column, row, &word))
      rua_cells_take (cells, self->kind, i, lift_cell (&lifting, column, word));
  }
  return cells;
}

/**
 * rua_table_remove:
 * @self: a table
 * @record: (transfer none): a record of this table
 * @error: where to put an error
 *
 * Removes a record, which keeps its values and can be added again.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when the record is not in this
 *   table, or another record refers to it
 *
 * Since: 1.0
 */
gboolean
rua_table_remove (RuaTable *self, RuaRecord *record, GError **error)
{
  guint32 row;
  guint position;

  g_return_val_if_fail (RUA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (RUA_IS_RECORD (record), FALSE);

  if (!rua_table_check_writable (self, error))
    return FALSE;
  if (rua_record_get_table (record) != self) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE, "%s: the record is not in this table; remove it from its own",
                 rua_kind_get_name (self->kind));
    return FALSE;
  }
  if (self->appender) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "%s: records are being appended in bulk; commit or roll back first",
                 rua_kind_get_name (self->kind));
    return FALSE;
  }
  row = rua_record_get_row (record);
  if (!check_unreferred (self, row, error))
    return FALSE;

  if (self->tables && self->tables->journal)
    self->tables->journal->funcs->removing (self->tables->journal->data, self, row, record);
  position = rua_table_position_of (self, row);
  {
    /* The record's hold on the owner goes; the owner must outlast the announcement. */
    g_autoptr (GObject) owner G_GNUC_UNUSED = self->tables ? g_object_ref (self->tables->owner) : NULL;
    guint n_before = self->n_records;

    rua_table_drop_row (self, row);
    if (!self->tables || !self->tables->journal
        || !self->tables->journal->funcs->done (self->tables->journal->data, self, n_before))
      g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  }
  return TRUE;
}
