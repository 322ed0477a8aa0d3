/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_market_deliver_all (RuaMarket *self, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_market_book_sales (RuaMarket *self, guint *n_sales, GError **error);

G_END_DECLS
