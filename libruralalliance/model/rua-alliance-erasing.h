/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_erase (RuaAlliance *self,
                             const char *kind,
                             const char *key,
                             const char *reason,
                             const char *date,
                             char ***told,
                             GCancellable *cancellable,
                             GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_was_erased (RuaAlliance *self, const char *kind, const char *id);

G_END_DECLS
