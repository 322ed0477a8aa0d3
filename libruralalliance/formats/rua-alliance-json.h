/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_new_from_json (GBytes *json, const char *name, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_alliance_validate_json (GBytes *json, const char *name, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
GBytes *rua_alliance_to_json (RuaAlliance *self, GCancellable *cancellable, GError **error);

G_END_DECLS
