/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

#define RUA_TYPE_TRACE (rua_trace_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaTrace, rua_trace, RUA, TRACE, GObject)

RUA_AVAILABLE_IN_1_0
RuaTrace *rua_trace_new (RuaAlliance *alliance);
RUA_AVAILABLE_IN_1_0
guint rua_trace_get_n_deliveries (RuaTrace *self);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_trace_get_alliance (RuaTrace *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_trace_list_baskets (RuaTrace *self, RuaLot *lot);
RUA_AVAILABLE_IN_1_0
GBytes *rua_trace_dup_baskets (RuaTrace *self, RuaLot *lot, GBytes **sales);
RUA_AVAILABLE_IN_1_0
GListModel *rua_trace_list_lots (RuaTrace *self, RuaRecord *basket);
RUA_AVAILABLE_IN_1_0
GListModel *rua_trace_list_producers (RuaTrace *self, RuaRecord *basket);
RUA_AVAILABLE_IN_1_0
GListModel *rua_trace_list_certificates (RuaTrace *self, RuaRecord *basket);

G_END_DECLS
