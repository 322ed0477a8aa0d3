/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_dup_erased (RuaAlliance *self,
                                      RuaRecord *subject,
                                      const char *reason,
                                      const char *date,
                                      char ***told,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
