/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-row-list-private.h"

#include "rua-table-core-private.h"

#include <stdlib.h>

RuaRowList *
rua_row_list_new (RuaTable *table)
{
  RuaRowList *self = g_new0 (RuaRowList, 1);

  self->table = g_object_ref (table);
  self->rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (!table->row_lists)
    table->row_lists = g_ptr_array_new ();
  g_ptr_array_add (table->row_lists, self);
  return self;
}

void
rua_row_list_free (RuaRowList *self)
{
  g_ptr_array_remove_fast (self->table->row_lists, self);
  g_array_unref (self->rows);
  g_object_unref (self->table);
  g_free (self);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *) a, right = *(const guint32 *) b;

  return (left > right) - (left < right);
}

void
rua_row_lists_map (GPtrArray *lists, const guint32 *map, guint32 n_map)
{
  for (guint i = 0; lists && i < lists->len; i++) {
    RuaRowList *list = lists->pdata[i];
    guint32 *rows = (guint32 *) (gpointer) list->rows->data;
    guint n = 0;

    for (guint k = 0; k < list->rows->len; k++)
      if (rows[k] < n_map && map[rows[k]] != RUA_NO_ROW)
        rows[n++] = map[rows[k]];
    g_array_set_size (list->rows, n);
    g_array_sort (list->rows, compare_rows);
    list->is_moved = TRUE;
  }
}

void
rua_row_lists_cut (GPtrArray *lists, guint32 first)
{
  for (guint i = 0; lists && i < lists->len; i++) {
    RuaRowList *list = lists->pdata[i];
    guint n = list->rows->len;

    while (n && g_array_index (list->rows, guint32, n - 1) >= first)
      n--;
    list->is_moved = list->is_moved || n < list->rows->len;
    g_array_set_size (list->rows, n);
  }
}
