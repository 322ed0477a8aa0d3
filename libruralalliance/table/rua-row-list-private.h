/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table-private.h"

G_BEGIN_DECLS

/* Some rows of a table, in its order, which stay the same records when the table is put into
 * another order. Rows that were removed have to be asked for with rua_table_is_alive(). */
typedef struct {
  RuaTable *table;
  GArray *rows; /* guint32, ascending */
  gboolean is_moved; /* since whoever keeps the list last set it to FALSE */
} RuaRowList;

RuaRowList *rua_row_list_new (RuaTable *table);
void rua_row_list_free (RuaRowList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaRowList, rua_row_list_free)

/* The table's side: @map gives the new number of each of @n_map rows, or RUA_NO_ROW; and the rows from
 * @first on have gone, so that others can have their numbers. */
void rua_row_lists_map (GPtrArray *lists, const guint32 *map, guint32 n_map);
void rua_row_lists_cut (GPtrArray *lists, guint32 first);

G_END_DECLS
