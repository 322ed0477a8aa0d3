/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-fact.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_enroll (RuaAlliance *self, const char *station, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_keeps_log (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
const char *rua_alliance_get_station (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
guint rua_alliance_get_days_ahead (RuaAlliance *self, const char *station);
RUA_AVAILABLE_IN_1_0
GListModel *rua_alliance_list_changes (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_alliance_list_history (RuaAlliance *self, const char *kind, const char *key, GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_alliance_list_record_history (RuaAlliance *self, RuaRecord *record, GError **error);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_as_of (RuaAlliance *self, const char *when, GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_alliance_list_waiting (RuaAlliance *self);

G_END_DECLS
