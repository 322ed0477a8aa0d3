/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_dup_consented (RuaAlliance *self,
                                         const char *purpose,
                                         const char *date,
                                         char ***left_out,
                                         GCancellable *cancellable,
                                         GError **error);

G_END_DECLS
