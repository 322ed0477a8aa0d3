/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_begin (RuaAlliance *self, const char *title, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_commit (RuaAlliance *self, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_rollback (RuaAlliance *self, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_is_in_change (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
const char *rua_alliance_get_author (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
void rua_alliance_set_author (RuaAlliance *self, const char *author);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_can_undo (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_can_redo (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
const char *rua_alliance_get_undo_title (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
const char *rua_alliance_get_redo_title (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_undo (RuaAlliance *self, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_redo (RuaAlliance *self, GError **error);

G_END_DECLS
