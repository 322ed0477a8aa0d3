/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-work-private.h"

G_BEGIN_DECLS

gboolean rua_market_work_count (RuaMarketWork *self, const RuaMarketProblem *p, GError **error);
/* From the copied problem and its order by id to the network. */
gboolean rua_market_work_build (RuaMarketWork *self, GCancellable *cancellable, GError **error);

G_END_DECLS
