/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-selection.h"
#include "rua-expression-private.h"
#include "rua-row-list-private.h"
#include "rua-table-core-private.h"

#include <string.h>

/**
 * RuaSelection:
 *
 * The records of a table for which a condition held when it was asked.
 *
 * A selection is a [iface@Gio.ListModel] of [class@RuralAlliance.Record]s, in the order of the table. The
 * condition is an expression that is true, false or unknown for each record, such as
 * `village.province = 'Yunnan' and n_persons > 4`; the page on expressions has the grammar. Records for which it
 * is unknown are not among them, but counted: [method@RuralAlliance.Selection.get_n_unknown].
 *
 * What is edited later changes neither which records they are nor their order. A record that is
 * removed from the table is no longer among them, even where it is brought back; one that is added later is not
 * among them either. A selection keeps its alliance, and belongs to the thread of it.
 *
 * Since: 1.0
 */

struct _RuaSelection {
  GObject parent_instance;

  GObject *owner; /* of the table, which does not keep it */
  RuaRowList *list;
  char *condition;
  guint n_unknown;
  guint n_announced; /* how many those who listen know of */
};

static void rua_selection_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (RuaSelection,
                               rua_selection,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, rua_selection_list_model_init))

static GType
rua_selection_get_item_type (GListModel *model)
{
  return rua_kind_get_record_type (rua_table_get_kind (RUA_SELECTION (model)->list->table));
}

static guint
rua_selection_get_n_items (GListModel *model)
{
  return RUA_SELECTION (model)->list->rows->len;
}

static gpointer
rua_selection_get_item (GListModel *model, guint position)
{
  RuaRowList *list = RUA_SELECTION (model)->list;
  guint32 row;

  if (position >= list->rows->len)
    return NULL;
  row = g_array_index (list->rows, guint32, position);
  /* Somebody may hear of a removal before the selection does. */
  return rua_table_is_alive (list->table, row) ? rua_table_dup_record_at_row (list->table, row) : NULL;
}

static void
rua_selection_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = rua_selection_get_item_type;
  iface->get_n_items = rua_selection_get_n_items;
  iface->get_item = rua_selection_get_item;
}

static void
rua_selection_finalize (GObject *object)
{
  RuaSelection *self = RUA_SELECTION (object);

  g_clear_pointer (&self->list, rua_row_list_free);
  g_free (self->condition);
  g_clear_object (&self->owner);
  G_OBJECT_CLASS (rua_selection_parent_class)->finalize (object);
}

static void
rua_selection_class_init (RuaSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_selection_finalize;
}

static void
rua_selection_init (RuaSelection *self)
{
}

/* The place of the first row that is not less. */
static guint
lower_bound (GArray *rows, guint32 row)
{
  guint low = 0, high = rows->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (g_array_index (rows, guint32, middle) < row)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Those that have gone lie between the last record before the change and the first one behind it. */
static void
hear_items (RuaTable *table, guint position, guint n_removed, guint n_added, RuaSelection *self)
{
  RuaRowList *list = self->list;
  guint32 *rows = (guint32 *) (gpointer) list->rows->data;
  guint n_records = rua_table_get_n_records (table), first, last, kept;

  if (list->is_moved) {
    first = 0;
    last = list->rows->len;
  } else {
    first = position > 0 ? lower_bound (list->rows, rua_table_row_at (table, position - 1) + 1) : 0;
    last = position + n_added < n_records ? lower_bound (list->rows, rua_table_row_at (table, position + n_added))
                                          : list->rows->len;
  }
  while (first < last && !list->is_moved && rua_table_is_alive (table, rows[first]))
    first++;
  kept = first;
  for (guint i = first; i < last; i++)
    if (rua_table_is_alive (table, rows[i]))
      rows[kept++] = rows[i];
  if (list->is_moved) {
    guint n_before = self->n_announced;

    list->is_moved = FALSE;
    g_array_set_size (list->rows, kept);
    self->n_announced = kept;
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, kept);
  } else if (kept < last) {
    g_array_remove_range (list->rows, kept, last - kept);
    self->n_announced = list->rows->len;
    g_list_model_items_changed (G_LIST_MODEL (self), first, last - first, kept - first);
  }
}

static gboolean
check_condition (RuaExpression *expression, GError **error)
{
  if (rua_expression_get_expression_type (expression) == RUA_EXPRESSION_TYPE_TRUTH)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
               "“%s” is no condition: it gives %s, not true or false; compare it with something",
               rua_expression_get_text (expression),
               rua_value_type_name (rua_expression_peek_program (expression)->root->type));
  return FALSE;
}

/* Of all rows, or of those that @among has. */
static RuaSelection *
select_rows (RuaTable *table, RuaExpression *expression, RuaSelection *among)
{
  RuaSelection *self = g_object_new (RUA_TYPE_SELECTION, NULL);
  guint32 n_rows = rua_table_get_n_rows (table);
  g_autoptr (RuaProgramRun) run = rua_program_run_new (rua_expression_peek_program (expression));
  GObject *owner = rua_table_get_owner (table);
  guint next = 0;

  self->list = rua_row_list_new (table);
  self->owner = owner != NULL ? g_object_ref (owner) : NULL;
  for (guint32 begin = 0; begin < n_rows; begin += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - begin);
    const guint8 *truths;

    if (among != NULL) {
      next = lower_bound (among->list->rows, begin);
      if (next == among->list->rows->len)
        break;
      if (g_array_index (among->list->rows, guint32, next) >= begin + n)
        continue;
    }
    truths = rua_program_run_batch (run, begin, n);
    for (guint i = 0; i < n; i++) {
      guint32 row = begin + i;

      if (among != NULL) {
        if (next == among->list->rows->len || g_array_index (among->list->rows, guint32, next) != row)
          continue;
        next++;
      }
      if (truths[i] == RUA_TRI_FALSE || !rua_table_is_alive (table, row))
        continue;
      if (truths[i] == RUA_TRI_UNKNOWN)
        self->n_unknown++;
      else
        g_array_append_val (self->list->rows, row);
    }
  }
  self->n_announced = self->list->rows->len;
  g_signal_connect_object (table, "items-changed", G_CALLBACK (hear_items), self, 0);
  return self;
}

/**
 * rua_selection_new:
 * @table: the table whose records are asked
 * @condition: an expression that is true or false for a record
 * @error: return location for a #GError
 *
 * Selects the records for which a condition holds now.
 *
 * Returns: (transfer full) (nullable): the selection, or %NULL and a #RuaError as of
 *   [ctor@RuralAlliance.Expression.new]; of code %RUA_ERROR_VALUE where the expression is no condition
 *
 * Since: 1.0
 */
RuaSelection *
rua_selection_new (RuaTable *table, const char *condition, GError **error)
{
  g_autoptr (RuaExpression) expression = NULL;
  RuaSelection *self;

  g_return_val_if_fail (RUA_IS_TABLE (table), NULL);
  g_return_val_if_fail (condition != NULL, NULL);

  expression = rua_expression_new (condition, table, error);
  if (expression == NULL || !check_condition (expression, error))
    return NULL;
  self = select_rows (table, expression, NULL);
  self->condition = g_strdup (condition);
  return self;
}

/**
 * rua_selection_where:
 * @self: a selection
 * @condition: a further condition
 * @error: return location for a #GError
 *
 * Selects those of them for which another condition holds now as well. Its number of unknown ones is that of the
 * records of @self for which the further condition is unknown.
 *
 * Returns: (transfer full) (nullable): the narrower selection, or %NULL and an error as of
 *   [ctor@RuralAlliance.Selection.new]
 *
 * Since: 1.0
 */
RuaSelection *
rua_selection_where (RuaSelection *self, const char *condition, GError **error)
{
  g_autoptr (RuaExpression) expression = NULL;
  RuaSelection *narrower;

  g_return_val_if_fail (RUA_IS_SELECTION (self), NULL);
  g_return_val_if_fail (condition != NULL, NULL);

  expression = rua_expression_new (condition, self->list->table, error);
  if (expression == NULL || !check_condition (expression, error))
    return NULL;
  narrower = select_rows (self->list->table, expression, self);
  narrower->condition = g_strdup_printf ("(%s) and (%s)", self->condition, condition);
  return narrower;
}

/**
 * rua_selection_get_table:
 * @self: a selection
 *
 * The table whose records they are.
 *
 * Returns: (transfer none): the table
 *
 * Since: 1.0
 */
RuaTable *
rua_selection_get_table (RuaSelection *self)
{
  g_return_val_if_fail (RUA_IS_SELECTION (self), NULL);

  return self->list->table;
}

/**
 * rua_selection_get_condition:
 * @self: a selection
 *
 * The condition as it was written; those of a narrower selection are joined by `and`.
 *
 * Returns: the condition
 *
 * Since: 1.0
 */
const char *
rua_selection_get_condition (RuaSelection *self)
{
  g_return_val_if_fail (RUA_IS_SELECTION (self), NULL);

  return self->condition;
}

/**
 * rua_selection_get_n_records:
 * @self: a selection
 *
 * How many they are, without those that were removed from the table since.
 *
 * Returns: the number of records
 *
 * Since: 1.0
 */
guint
rua_selection_get_n_records (RuaSelection *self)
{
  g_return_val_if_fail (RUA_IS_SELECTION (self), 0);

  return self->list->rows->len;
}

/**
 * rua_selection_get_n_unknown:
 * @self: a selection
 *
 * For how many records it could not be told when the condition was asked: something in it was unknown.
 *
 * Returns: the number of records
 *
 * Since: 1.0
 */
guint
rua_selection_get_n_unknown (RuaSelection *self)
{
  g_return_val_if_fail (RUA_IS_SELECTION (self), 0);

  return self->n_unknown;
}

/**
 * rua_selection_dup_record:
 * @self: a selection
 * @position: a place among them, counted from 0
 *
 * The record at a place.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL behind the last one
 *
 * Since: 1.0
 */
RuaRecord *
rua_selection_dup_record (RuaSelection *self, guint position)
{
  g_return_val_if_fail (RUA_IS_SELECTION (self), NULL);

  return rua_selection_get_item (G_LIST_MODEL (self), position);
}

static gboolean
has_row (RuaSelection *self, guint32 row)
{
  GArray *rows = self->list->rows;
  guint place = lower_bound (rows, row);

  return place < rows->len && g_array_index (rows, guint32, place) == row;
}

/**
 * rua_selection_find:
 * @self: a selection
 * @id: an id
 *
 * The record of an id, where it is among them.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL
 *
 * Since: 1.0
 */
RuaRecord *
rua_selection_find (RuaSelection *self, const char *id)
{
  guint32 row;

  g_return_val_if_fail (RUA_IS_SELECTION (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  row = rua_table_find_row (self->list->table, id, -1);
  return row != RUA_NO_ROW && has_row (self, row) ? rua_table_dup_record_at_row (self->list->table, row) : NULL;
}

/**
 * rua_selection_contains:
 * @self: a selection
 * @record: a record
 *
 * Whether a record is among them.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
rua_selection_contains (RuaSelection *self, RuaRecord *record)
{
  g_return_val_if_fail (RUA_IS_SELECTION (self), FALSE);
  g_return_val_if_fail (RUA_IS_RECORD (record), FALSE);

  return rua_record_get_table (record) == self->list->table && has_row (self, rua_record_get_row (record));
}

/**
 * rua_selection_dup_positions:
 * @self: a selection
 *
 * Where they stand in the table now: for each the position in it, counted from 0, as a #guint32 in the byte
 * order of the machine, ascending. With a column's values this is the selection in bulk.
 *
 * Returns: (transfer full): the positions
 *
 * Since: 1.0
 */
GBytes *
rua_selection_dup_positions (RuaSelection *self)
{
  GArray *rows;
  guint32 *positions;

  g_return_val_if_fail (RUA_IS_SELECTION (self), NULL);

  rows = self->list->rows;
  positions = g_new (guint32, MAX (1, rows->len));
  for (guint i = 0; i < rows->len; i++)
    positions[i] = rua_table_position_of (self->list->table, g_array_index (rows, guint32, i));
  return g_bytes_new_take (positions, rows->len * sizeof *positions);
}
