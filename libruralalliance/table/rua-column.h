/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-schema.h"

G_BEGIN_DECLS

#define RUA_TYPE_COLUMN (rua_column_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaColumn, rua_column, RUA, COLUMN, GObject)

RUA_AVAILABLE_IN_1_0
RuaField *rua_column_get_field (RuaColumn *self);
RUA_AVAILABLE_IN_1_0
guint rua_column_get_n_rows (RuaColumn *self); /* live rows, in table order */
RUA_AVAILABLE_IN_1_0
guint rua_column_get_n_known (RuaColumn *self);
RUA_AVAILABLE_IN_1_0
GBytes *rua_column_dup_values (RuaColumn *self);
RUA_AVAILABLE_IN_1_0
GBytes *rua_column_dup_presence (RuaColumn *self); /* one byte a row, 0 or 1 */
RUA_AVAILABLE_IN_1_0
GBytes *rua_column_dup_unknown (RuaColumn *self); /* one byte a row, 1 or 0; NULL: all known */

RUA_AVAILABLE_IN_1_0
char **rua_column_dup_dictionary (RuaColumn *self); /* texts by code; NULL for other types */

/* Without a copy, 65,536 rows at a time, as they are held. */
RUA_AVAILABLE_IN_1_0
guint rua_column_get_n_chunks (RuaColumn *self);
RUA_AVAILABLE_IN_1_0
guint rua_column_get_chunk_rows (RuaColumn *self, guint chunk);
RUA_AVAILABLE_IN_1_0
guint rua_column_get_chunk_width (RuaColumn *self, guint chunk, gboolean *packed);
RUA_AVAILABLE_IN_1_0
gint64 rua_column_get_chunk_base (RuaColumn *self, guint chunk, double *divisor);
RUA_AVAILABLE_IN_1_0
GBytes *rua_column_dup_chunk_values (RuaColumn *self, guint chunk);
RUA_AVAILABLE_IN_1_0
GBytes *rua_column_dup_chunk_presence (RuaColumn *self, guint chunk);

G_END_DECLS
