/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-verdict.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
RuaVerdict *rua_claim_check (RuaClaim *self, RuaAlliance *alliance, GCancellable *cancellable, GError **error);

G_END_DECLS
