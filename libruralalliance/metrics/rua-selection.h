/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table.h"

G_BEGIN_DECLS

#define RUA_TYPE_SELECTION (rua_selection_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaSelection, rua_selection, RUA, SELECTION, GObject)

RUA_AVAILABLE_IN_1_0
RuaSelection *rua_selection_new (RuaTable *table, const char *condition, GError **error);
RUA_AVAILABLE_IN_1_0
RuaSelection *rua_selection_where (RuaSelection *self, const char *condition, GError **error);
RUA_AVAILABLE_IN_1_0
RuaTable *rua_selection_get_table (RuaSelection *self);
RUA_AVAILABLE_IN_1_0
const char *rua_selection_get_condition (RuaSelection *self);
RUA_AVAILABLE_IN_1_0
guint rua_selection_get_n_records (RuaSelection *self);
RUA_AVAILABLE_IN_1_0
guint rua_selection_get_n_unknown (RuaSelection *self);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_selection_dup_record (RuaSelection *self, guint position);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_selection_find (RuaSelection *self, const char *id);
RUA_AVAILABLE_IN_1_0
gboolean rua_selection_contains (RuaSelection *self, RuaRecord *record);
RUA_AVAILABLE_IN_1_0
GBytes *rua_selection_dup_positions (RuaSelection *self);

G_END_DECLS
