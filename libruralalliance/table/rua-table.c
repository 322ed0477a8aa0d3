/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

#include <string.h>

#include "rua-field-private.h"
#include "rua-journal-private.h"
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
#define BLOCK_BITS 12 /* of rows whose removals are counted together */
#define BLOCK_WORDS ((1u << BLOCK_BITS) / WORD_BITS)

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
  g_free (self->gone);
  g_free (self->id_rows);
  for (guint i = 0; i < self->n_windows; i++)
    g_free (self->windows[i].records);
  g_free (self->windows);
  g_clear_pointer (&self->lines, g_array_unref);
  g_clear_pointer (&self->row_lists, g_ptr_array_unref);
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

void
rua_table_mark_removed (RuaTable *self, guint32 row)
{
  guint32 word = row / WORD_BITS;

  if (word >= self->removed_words) {
    guint32 words = MAX (word + 1, self->removed_words * 2);

    self->removed = g_renew (guint64, self->removed, words);
    memset (self->removed + self->removed_words, 0, (words - self->removed_words) * sizeof (guint64));
    self->removed_words = words;
  }
  self->removed[word] |= G_GUINT64_CONSTANT (1) << (row % WORD_BITS);
  if (self->n_gone < (self->n_rows >> BLOCK_BITS) + 2) {
    guint32 n = (self->n_rows >> BLOCK_BITS) + 2;

    self->gone = g_renew (guint32, self->gone, n);
    for (guint32 b = self->n_gone; b < n; b++)
      self->gone[b] = self->n_rows - self->n_records;
    self->n_gone = n;
  }
  for (guint32 b = (row >> BLOCK_BITS) + 1; b < self->n_gone; b++)
    self->gone[b]++;
}

void
rua_table_count_removed (RuaTable *self)
{
  guint32 gone = 0;

  for (guint32 b = 0; b < self->n_gone; b++) {
    self->gone[b] = gone;
    for (guint32 w = b * BLOCK_WORDS; w < MIN ((b + 1) * BLOCK_WORDS, self->removed_words); w++)
      gone += (guint32) __builtin_popcountll (self->removed[w]);
  }
}

guint
rua_table_position_of (RuaTable *self, guint32 row)
{
  guint32 word = row / WORD_BITS, block = row >> BLOCK_BITS;
  guint gone;

  if (rua_table_is_dense (self))
    return row;
  gone = block < self->n_gone ? self->gone[block] : self->n_rows - self->n_records;
  for (guint32 w = block * BLOCK_WORDS; w < MIN (word, self->removed_words); w++)
    gone += (guint) __builtin_popcountll (self->removed[w]);
  if (word < self->removed_words)
    gone += (guint) __builtin_popcountll (self->removed[word]
                                          & ((G_GUINT64_CONSTANT (1) << (row % WORD_BITS)) - 1));
  return row - gone;
}

guint32
rua_table_row_at (RuaTable *self, guint position)
{
  guint32 left = position, low = 0, high = self->n_gone;

  if (rua_table_is_dense (self))
    return position;
  /* The last block that begins no later. */
  while (low + 1 < high) {
    guint32 middle = low + (high - low) / 2;

    if ((middle << BLOCK_BITS) - self->gone[middle] <= position)
      low = middle;
    else
      high = middle;
  }
  left -= (low << BLOCK_BITS) - self->gone[low];
  for (guint32 w = low * BLOCK_WORDS; w < self->removed_words; w++) {
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
  return MAX (self->removed_words, low * BLOCK_WORDS) * WORD_BITS + left;
}

/* ---- ids ---- */

guint32
rua_table_get_id_row (RuaTable *self, guint32 code)
{
  if (code < self->ids_in_order)
    return code;
  code -= self->ids_in_order;
  return code < self->n_id_rows ? self->id_rows[code] : RUA_NO_ROW;
}

/* Ids that came one after the other need no map of their rows, until one of them is changed. */
static void
map_ids (RuaTable *self)
{
  guint32 *rows = g_new (guint32, (gsize) self->ids_in_order + self->n_id_rows);

  for (guint32 code = 0; code < self->ids_in_order; code++)
    rows[code] = code;
  if (self->n_id_rows)
    memcpy (rows + self->ids_in_order, self->id_rows, self->n_id_rows * sizeof *rows);
  g_free (self->id_rows);
  self->id_rows = rows;
  self->n_id_rows += self->ids_in_order;
  self->ids_in_order = 0;
}

void
rua_table_set_id_row (RuaTable *self, guint32 code, guint32 row)
{
  if (code == row && code == self->ids_in_order && self->n_id_rows == 0) {
    self->ids_in_order++;
    return;
  }
  if (code < self->ids_in_order) {
    if (code == row)
      return;
    if (row == RUA_NO_ROW && code == self->ids_in_order - 1 && self->n_id_rows == 0) {
      self->ids_in_order--;
      return;
    }
    map_ids (self);
  }
  code -= self->ids_in_order;
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

char *
rua_table_tell_row (RuaTable *self, guint32 row)
{
  return rua_kind_get_privacy (self->kind) == RUA_PRIVACY_PUBLIC
             ? rua_table_name_row (self, row)
             : g_strdup_printf ("#%u", rua_table_position_of (self, row) + 1);
}

gboolean
rua_table_may_tell (RuaTable *self, RuaField *field, const char *value, gsize length)
{
  RuaTable *target;
  g_autofree char *kind = NULL;

  if (field->privacy != RUA_PRIVACY_PUBLIC)
    return FALSE;
  if (field->type != RUA_FIELD_TYPE_REFERENCE && field->type != RUA_FIELD_TYPE_REFERENCE_LIST)
    return TRUE;
  if (strcmp (field->target, "*") == 0) {
    const char *slash = value ? memchr (value, '/', length) : NULL;

    /* Without a kind it is somebody's id for all we know. */
    if (!slash)
      return FALSE;
    kind = g_strndup (value, (gsize) (slash - value));
  }
  target = rua_table_lookup (self, kind ? kind : field->target);
  return target && rua_kind_get_privacy (target->kind) == RUA_PRIVACY_PUBLIC;
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

void
rua_table_hold_window (RuaTable *self, guint32 row, RuaRecord *record)
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

void
rua_table_drop_window (RuaTable *self, guint32 row)
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

  rua_table_drop_window (self, row);
  /* Last, for it may take the table with it. */
  if (owner)
    g_object_unref (owner);
}

RuaRecord *
rua_table_peek_window (RuaTable *self, guint32 row)
{
  guint c = row >> RUA_CHUNK_BITS;

  return c < self->n_windows && (row & RUA_CHUNK_MASK) < self->windows[c].capacity
             ? self->windows[c].records[row & RUA_CHUNK_MASK]
             : NULL;
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
  rua_table_hold_window (self, row, record);
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
