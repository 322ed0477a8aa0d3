/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

#include <string.h>

#include "rua-field-private.h"
#include "rua-record-private.h"

/**
 * RuaTable:
 *
 * All records of one kind, as columns.
 *
 * A table is a [iface@Gio.ListModel] of [class@RuralAlliance.Record]s, made when they are asked
 * for: a table of ten million records is as large as its values. A table belongs to an alliance
 * and to the thread of that alliance; keep the alliance for as long as the table is used.
 *
 * Every record in a table knows its required fields, has an id that no other has, and refers only
 * to records that are there.
 *
 * Since: 1.0
 */

static void rua_table_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (RuaTable,
                               rua_table,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, rua_table_list_model_init))

#define WORD_BITS 64

static GType
rua_table_get_item_type (GListModel *model)
{
  return rua_kind_get_record_type (RUA_TABLE (model)->kind);
}

static guint
rua_table_get_n_items (GListModel *model)
{
  return RUA_TABLE (model)->n_records;
}

static gpointer
rua_table_get_item (GListModel *model, guint position)
{
  RuaTable *self = RUA_TABLE (model);

  return position < self->n_records
             ? rua_table_dup_record_at_row (self, rua_table_row_at (self, position))
             : NULL;
}

static void
rua_table_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = rua_table_get_item_type;
  iface->get_n_items = rua_table_get_n_items;
  iface->get_item = rua_table_get_item;
}

static void
rua_table_finalize (GObject *object)
{
  RuaTable *self = RUA_TABLE (object);

  for (guint i = 0; i < self->columns->len; i++)
    rua_table_column (self, i)->table = NULL;
  g_ptr_array_unref (self->columns);
  g_array_unref (self->required);
  self->extra->table = NULL;
  g_object_unref (self->extra);
  g_free (self->removed);
  g_free (self->id_rows);
  for (guint i = 0; i < self->n_windows; i++)
    g_free (self->windows[i].records);
  g_free (self->windows);
  g_clear_pointer (&self->lines, g_array_unref);
  g_object_unref (self->kind);

  G_OBJECT_CLASS (rua_table_parent_class)->finalize (object);
}

static void
rua_table_class_init (RuaTableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_table_finalize;
}

static void
rua_table_init (RuaTable *self)
{
  self->columns = g_ptr_array_new_with_free_func (g_object_unref);
  self->required = g_array_new (FALSE, FALSE, sizeof (guint));
}

/* ---- tables that know one another ---- */

RuaTables *
rua_tables_new (GObject *owner, RuaMoneyDigits money_digits)
{
  RuaTables *self = g_new0 (RuaTables, 1);

  self->owner = owner;
  self->tables = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->money_digits = money_digits;
  return self;
}

void
rua_tables_free (RuaTables *self)
{
  if (!self)
    return;
  /* Somebody may still hold a table: it stays readable, but knows no other any more. */
  for (guint i = 0; i < self->tables->len; i++) {
    RuaTable *table = self->tables->pdata[i];

    table->tables = NULL;
    for (guint c = 0; c < table->columns->len; c++)
      rua_table_column (table, c)->target = NULL;
  }
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->tables);
  g_free (self);
}

RuaTable *
rua_tables_add (RuaTables *self, RuaKind *kind)
{
  static const RuaFieldInfo extra = {
    .name = "extra", .type = RUA_FIELD_TYPE_JSON, .privacy = RUA_PRIVACY_SENSITIVE,
  };
  RuaTable *table = g_object_new (RUA_TYPE_TABLE, NULL);
  g_autoptr (RuaField) field = rua_field_new_from_info (&extra, G_MAXUINT);

  table->tables = self;
  table->kind = g_object_ref (kind);
  table->ordinal = self->tables->len;
  table->extra = rua_column_new (table, field);
  rua_table_update_columns (table);
  g_ptr_array_add (self->tables, table);
  g_hash_table_insert (self->by_name, (gpointer) rua_kind_get_name (kind), table);
  g_hash_table_insert (self->by_name, (gpointer) rua_kind_get_plural (kind), table);
  return table;
}

void
rua_tables_set_guard (RuaTables *self, RuaTextGuard guard)
{
  self->guard = guard;
}

static void
share_table (RuaTable *from, RuaTable *to)
{
  for (guint i = 0; i < from->columns->len; i++) {
    g_object_unref (to->columns->pdata[i]);
    to->columns->pdata[i] = rua_column_share (rua_table_column (from, i), to);
  }
  g_object_unref (to->extra);
  to->extra = rua_column_share (from->extra, to);
  to->n_rows = from->n_rows;
  to->n_records = from->n_records;
  to->removed_words = from->removed_words;
  to->removed = g_memdup2 (from->removed, from->removed_words * sizeof *from->removed);
  to->n_id_rows = from->n_id_rows;
  to->id_rows = g_memdup2 (from->id_rows, from->n_id_rows * sizeof *from->id_rows);
}

RuaTables *
rua_tables_snapshot (RuaTables *self, GObject *owner, RuaMoneyDigits money_digits, RuaSchema *kinds)
{
  RuaTables *copy = rua_tables_new (owner, money_digits);

  for (guint i = 0; i < self->tables->len; i++) {
    RuaTable *from = self->tables->pdata[i];

    share_table (from, rua_tables_add (copy, rua_schema_find_kind (kinds, rua_kind_get_name (from->kind))));
  }
  copy->frozen = TRUE;
  return copy;
}

gboolean
rua_tables_is_frozen (RuaTables *self)
{
  return self->frozen;
}

gboolean
rua_table_check_writable (RuaTable *self, GError **error)
{
  if (!self->tables || !self->tables->frozen)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
               "%s: a snapshot cannot be changed; change the alliance that it was taken of",
               rua_kind_get_plural (self->kind));
  return FALSE;
}

RuaTable *
rua_tables_find (RuaTables *self, const char *kind)
{
  return g_hash_table_lookup (self->by_name, kind);
}

guint
rua_tables_get_n (RuaTables *self)
{
  return self->tables->len;
}

RuaTable *
rua_tables_get_at (RuaTables *self, guint index)
{
  return self->tables->pdata[index];
}

guint
rua_tables_get_money_digits (RuaTables *self)
{
  return self->money_digits (self->owner);
}

/**
 * rua_table_get_owner:
 * @self: a table
 *
 * Gets the [class@RuralAlliance.Alliance] that the table belongs to. The table does not keep it
 * alive.
 *
 * Returns: (transfer none) (nullable): the alliance, or %NULL when it is no longer there
 *
 * Since: 1.0
 */
GObject *
rua_table_get_owner (RuaTable *self)
{
  g_return_val_if_fail (RUA_IS_TABLE (self), NULL);
  return self->tables ? self->tables->owner : NULL;
}

guint
rua_table_get_money_digits (RuaTable *self)
{
  return self->tables ? rua_tables_get_money_digits (self->tables) : 2;
}

RuaTable *
rua_table_lookup (RuaTable *self, const char *kind)
{
  return self->tables ? rua_tables_find (self->tables, kind) : NULL;
}

guint
rua_table_get_ordinal (RuaTable *self)
{
  return self->ordinal;
}

RuaTable *
rua_table_find_ordinal (RuaTable *self, guint ordinal)
{
  return self && self->tables && ordinal < self->tables->tables->len
             ? self->tables->tables->pdata[ordinal]
             : NULL;
}

void
rua_table_update_columns (RuaTable *self)
{
  while (self->columns->len < rua_kind_get_n_fields (self->kind)) {
    guint index = self->columns->len;
    RuaField *field = rua_kind_get_field (self->kind, index);

    g_ptr_array_add (self->columns, rua_column_new (self, field));
    if (field->required)
      g_array_append_val (self->required, index);
  }
}

/* ---- rows and positions ---- */

guint32
rua_table_get_n_rows (RuaTable *self)
{
  return self->n_rows;
}

gboolean
rua_table_is_dense (RuaTable *self)
{
  return self->n_rows == self->n_records;
}

gboolean
rua_table_is_alive (RuaTable *self, guint32 row)
{
  if (row >= self->n_rows)
    return FALSE;
  return row / WORD_BITS >= self->removed_words
         || !(self->removed[row / WORD_BITS] >> (row % WORD_BITS) & 1);
}

static void
mark_removed (RuaTable *self, guint32 row)
{
  guint32 word = row / WORD_BITS;

  if (word >= self->removed_words) {
    guint32 words = MAX (word + 1, self->removed_words * 2);

    self->removed = g_renew (guint64, self->removed, words);
    memset (self->removed + self->removed_words, 0, (words - self->removed_words) * sizeof (guint64));
    self->removed_words = words;
  }
  self->removed[word] |= G_GUINT64_CONSTANT (1) << (row % WORD_BITS);
}

guint
rua_table_position_of (RuaTable *self, guint32 row)
{
  guint32 word = row / WORD_BITS;
  guint gone = 0;

  if (rua_table_is_dense (self))
    return row;
  for (guint32 w = 0; w < MIN (word, self->removed_words); w++)
    gone += (guint) __builtin_popcountll (self->removed[w]);
  if (word < self->removed_words)
    gone += (guint) __builtin_popcountll (self->removed[word]
                                          & ((G_GUINT64_CONSTANT (1) << (row % WORD_BITS)) - 1));
  return row - gone;
}

guint32
rua_table_row_at (RuaTable *self, guint position)
{
  guint32 left = position;

  if (rua_table_is_dense (self))
    return position;
  for (guint32 w = 0; w < self->removed_words; w++) {
    guint alive = WORD_BITS - (guint) __builtin_popcountll (self->removed[w]);
    guint64 bits;

    if (left >= alive) {
      left -= alive;
      continue;
    }
    bits = ~self->removed[w];
    for (; left; left--)
      bits &= bits - 1;
    return w * WORD_BITS + (guint32) __builtin_ctzll (bits);
  }
  return self->removed_words * WORD_BITS + left;
}

/* ---- ids ---- */

guint32
rua_table_get_id_row (RuaTable *self, guint32 code)
{
  return code < self->n_id_rows ? self->id_rows[code] : RUA_NO_ROW;
}

void
rua_table_set_id_row (RuaTable *self, guint32 code, guint32 row)
{
  if (code >= self->n_id_rows) {
    guint32 n = MAX (code + 1, self->n_id_rows ? self->n_id_rows * 2 : 16);

    self->id_rows = g_renew (guint32, self->id_rows, n);
    memset (self->id_rows + self->n_id_rows, 0xff, (n - self->n_id_rows) * sizeof (guint32));
    self->n_id_rows = n;
  }
  self->id_rows[code] = row;
}

guint32
rua_table_find_row (RuaTable *self, const char *id, gssize length)
{
  guint32 code;

  return rua_column_find_code (rua_table_column (self, 0), id, length, &code)
             ? rua_table_get_id_row (self, code)
             : RUA_NO_ROW;
}

char *
rua_table_name_row (RuaTable *self, guint32 row)
{
  const char *id = rua_column_read_text (rua_table_column (self, 0), row, NULL);

  return id ? g_strdup (id) : g_strdup_printf ("#%u", rua_table_position_of (self, row) + 1);
}

gboolean
rua_table_find_reference (RuaTable *self, RuaColumn *column, const char *id, gsize length, guint64 *word)
{
  RuaTable *target = rua_column_get_target (column);
  guint32 row;

  if (column->any) {
    const char *slash = memchr (id, '/', length);
    g_autofree char *kind = NULL;

    if (!slash)
      return FALSE;
    kind = g_strndup (id, (gsize) (slash - id));
    target = rua_table_lookup (self, kind);
    length -= (gsize) (slash + 1 - id);
    id = slash + 1;
  }
  if (!target)
    return FALSE;
  row = rua_table_find_row (target, id, (gssize) length);
  if (row == RUA_NO_ROW)
    return FALSE;
  *word = column->any ? rua_column_pack_any (target, row) : row;
  return TRUE;
}

/* ---- windows: the records that somebody holds ---- */

static RuaRecord **
window_at (RuaTable *self, guint32 row)
{
  guint c = row >> RUA_CHUNK_BITS;
  guint32 i = row & RUA_CHUNK_MASK;
  RuaWindows *windows;

  if (c >= self->n_windows) {
    self->windows = g_renew (RuaWindows, self->windows, c + 1);
    memset (self->windows + self->n_windows, 0, (c + 1 - self->n_windows) * sizeof (RuaWindows));
    self->n_windows = c + 1;
  }
  windows = &self->windows[c];
  if (i >= windows->capacity) {
    guint32 capacity = windows->capacity ? windows->capacity : 16;

    while (i >= capacity)
      capacity *= 2;
    windows->records = g_renew (RuaRecord *, windows->records, capacity);
    memset (windows->records + windows->capacity, 0, (capacity - windows->capacity) * sizeof (RuaRecord *));
    windows->capacity = capacity;
  }
  return &windows->records[i];
}

static void
shed_windows (RuaWindows *windows)
{
  if (windows->held)
    return;
  g_clear_pointer (&windows->records, g_free);
  windows->capacity = 0;
}

static void
hold_window (RuaTable *self, guint32 row, RuaRecord *record)
{
  guint c = row >> RUA_CHUNK_BITS;

  *window_at (self, row) = record;
  self->windows[c].held++;
  if (c != self->recent_windows) {
    /* A walk over a large table must not leave its trail in memory. */
    if (self->recent_windows < self->n_windows)
      shed_windows (&self->windows[self->recent_windows]);
    self->recent_windows = c;
  }
  if (self->tables)
    g_object_ref (self->tables->owner);
}

static void
drop_window (RuaTable *self, guint32 row)
{
  guint c = row >> RUA_CHUNK_BITS;

  self->windows[c].records[row & RUA_CHUNK_MASK] = NULL;
  self->windows[c].held--;
  if (c != self->recent_windows)
    shed_windows (&self->windows[c]);
}

void
rua_table_forget_window (RuaTable *self, guint32 row)
{
  GObject *owner = self->tables ? self->tables->owner : NULL;

  drop_window (self, row);
  /* Last, for it may take the table with it. */
  if (owner)
    g_object_unref (owner);
}

RuaRecord *
rua_table_dup_record_at_row (RuaTable *self, guint32 row)
{
  RuaRecord **window, *record;

  if (!rua_table_is_alive (self, row))
    return NULL;
  window = window_at (self, row);
  if (*window)
    return g_object_ref (*window);
  record = g_object_new (rua_kind_get_record_type (self->kind), NULL);
  rua_record_attach (record, self, row);
  hold_window (self, row, record);
  return record;
}

/* ---- public ---- */

/**
 * rua_table_get_kind:
 * @self: a table
 *
 * Gets the kind of the table's records.
 *
 * Returns: (transfer none): the kind
 *
 * Since: 1.0
 */
RuaKind *
rua_table_get_kind (RuaTable *self)
{
  g_return_val_if_fail (RUA_IS_TABLE (self), NULL);
  return self->kind;
}

/**
 * rua_table_get_n_records:
 * @self: a table
 *
 * Gets how many records the table has.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
rua_table_get_n_records (RuaTable *self)
{
  g_return_val_if_fail (RUA_IS_TABLE (self), 0);
  return self->n_records;
}

/**
 * rua_table_dup_record:
 * @self: a table
 * @position: a place, counted from 0
 *
 * Gets the record at a place.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL when the table is not that long
 *
 * Since: 1.0
 */
RuaRecord *
rua_table_dup_record (RuaTable *self, guint position)
{
  g_return_val_if_fail (RUA_IS_TABLE (self), NULL);
  return rua_table_get_item (G_LIST_MODEL (self), position);
}

/**
 * rua_table_find:
 * @self: a table
 * @id: an id
 *
 * Finds a record by its id.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL when there is none of that id
 *
 * Since: 1.0
 */
RuaRecord *
rua_table_find (RuaTable *self, const char *id)
{
  guint32 row;

  g_return_val_if_fail (RUA_IS_TABLE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  row = rua_table_find_row (self, id, -1);
  return row == RUA_NO_ROW ? NULL : rua_table_dup_record_at_row (self, row);
}

RuaColumn *
rua_table_peek_column (RuaTable *self, guint field)
{
  return rua_table_column (self, field);
}

/**
 * rua_table_dup_column:
 * @self: a table
 * @field: a field's name
 *
 * Gets all values of one field, as bulk data.
 *
 * Returns: (transfer full) (nullable): the column, or %NULL when the kind has no such field
 *
 * Since: 1.0
 */
RuaColumn *
rua_table_dup_column (RuaTable *self, const char *field)
{
  gint index;

  g_return_val_if_fail (RUA_IS_TABLE (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  index = rua_kind_find_index (self->kind, field);
  return index < 0 ? NULL : g_object_ref (rua_table_column (self, (guint) index));
}

const char *
rua_table_get_extra_at_row (RuaTable *self, guint32 row)
{
  return rua_column_read_text (self->extra, row, NULL);
}

gsize
rua_table_get_overhead (RuaTable *self)
{
  gsize bytes = rua_column_get_overhead (self->extra) + self->removed_words * sizeof (guint64)
                + self->n_id_rows * sizeof (guint32);

  for (guint i = 0; i < self->columns->len; i++)
    bytes += rua_column_get_overhead (rua_table_column (self, i));
  for (guint i = 0; i < self->n_windows; i++)
    bytes += self->windows[i].capacity * sizeof (RuaRecord *);
  return bytes;
}

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

static gboolean
find_word (RuaTable *self, RuaRecord *record, guint field, RuaColumn *column, guint64 cell, guint64 *word, GError **error)
{
  RuaRecord *target;

  if (cell & 1) {
    const char *id = (const char *) (gsize) (cell - 1);

    if (rua_table_find_reference (self, column, id, strlen (id), word))
      return TRUE;
    return rua_record_refuse (record, field, RUA_ERROR_REFERENCE, id, "no such record is in this alliance",
                              "add it first", error);
  }
  target = (RuaRecord *) (gsize) cell;
  if (!rua_record_get_table (target) || rua_record_get_table (target)->tables != self->tables)
    return rua_record_refuse (record, field, RUA_ERROR_REFERENCE, rua_record_get_id (target),
                              "the record referred to is not in this alliance", "add it first", error);
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
  const char *id;

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
  id = rua_record_get_id (record);
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
  hold_window (self, row, record);

  /* Everything is in order before anybody hears of it: a handler may add and remove. */
  g_list_model_items_changed (G_LIST_MODEL (self), rua_table_position_of (self, row), 0, 1);
  return TRUE;
}

/* ---- removing ---- */

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
      if (!rua_column_refers_to (column, self, row, &from) || (other == self && from == row))
        continue;
      referrer = rua_table_name_row (other, from);
      name = rua_table_name_row (self, row);
      g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE,
                   "%s '%s' cannot be removed: %s '%s' refers to it (%s); change or remove that first",
                   rua_kind_get_name (self->kind), name, rua_kind_get_name (other->kind), referrer,
                   rua_field_get_name (column->field));
      return FALSE;
    }
  }
  return TRUE;
}

static guint64
lift_cell (RuaTable *self, RuaColumn *column, guint32 row, guint64 word)
{
  switch (column->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_JSON: {
    const RuaDictionaryEntry *entry = &column->dictionary.entries[word];

    return (guint64) (gsize) g_ref_string_new_len (entry->text, entry->length);
  }
  case RUA_FIELD_TYPE_REFERENCE: {
    RuaTable *target;
    guint32 to;

    rua_column_read_reference (column, row, &target, &to);
    return (guint64) (gsize) rua_table_dup_record_at_row (target, to);
  }
  case RUA_FIELD_TYPE_REFERENCE_LIST: {
    GPtrArray *records = g_ptr_array_new_with_free_func (g_object_unref);
    guint n = rua_column_get_n_references (column, row);

    for (guint i = 0; i < n; i++) {
      RuaTable *target;
      guint32 to;

      if (rua_column_read_reference_at (column, row, i, &target, &to))
        g_ptr_array_add (records, rua_table_dup_record_at_row (target, to));
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
  RuaCells *cells;
  const char *extra;
  guint32 row, code;
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

  position = rua_table_position_of (self, row);
  cells = rua_cells_new (self->columns->len);
  for (guint i = 0; i < self->columns->len; i++) {
    RuaColumn *column = rua_table_column (self, i);
    guint64 word;

    /* A reference to itself would keep the detached record alive for ever. */
    if (!rua_column_read_word (column, row, &word))
      continue;
    if (column->type == RUA_FIELD_TYPE_REFERENCE) {
      RuaTable *target;
      guint32 to;

      if (rua_column_read_reference (column, row, &target, &to) && target == self && to == row) {
        rua_cells_take (cells, self->kind, i,
                        (guint64) (gsize) g_ref_string_new (rua_record_get_id (record) ? rua_record_get_id (record) : "") + 1);
        continue;
      }
    }
    rua_cells_take (cells, self->kind, i, lift_cell (self, column, row, word));
  }
  extra = rua_table_get_extra_at_row (self, row);

  if (rua_column_read_code (rua_table_column (self, 0), row, &code))
    rua_table_set_id_row (self, code, RUA_NO_ROW);
  drop_window (self, row);
  rua_record_detach (record, cells, g_strdup (extra));
  for (guint i = 0; i < self->columns->len; i++)
    rua_column_forget (rua_table_column (self, i), row);
  rua_column_forget (self->extra, row);
  mark_removed (self, row);
  self->n_records--;

  {
    /* The record's hold on the owner goes; the owner must outlast the announcement. */
    g_autoptr (GObject) owner G_GNUC_UNUSED = self->tables ? self->tables->owner : NULL;

    g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  }
  return TRUE;
}
