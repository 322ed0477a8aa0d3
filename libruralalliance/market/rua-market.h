/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-clearing.h"
#include "rua-policy.h"
#include "rua-progress.h"

G_BEGIN_DECLS

#define RUA_TYPE_MARKET (rua_market_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaMarket, rua_market, RUA, MARKET, GObject)

RUA_AVAILABLE_IN_1_0
RuaMarket *rua_market_new (RuaAlliance *alliance, RuaOrderCycle *cycle, const char *date, GError **error);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_market_get_alliance (RuaMarket *self);
RUA_AVAILABLE_IN_1_0
RuaOrderCycle *rua_market_get_cycle (RuaMarket *self);
RUA_AVAILABLE_IN_1_0
const char *rua_market_get_date (RuaMarket *self);
RUA_AVAILABLE_IN_1_0
RuaClearing *rua_market_clear (RuaMarket *self, RuaPolicy *policy, RuaProgress *progress, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_market_clear_async (RuaMarket *self, RuaPolicy *policy, RuaProgress *progress, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
RUA_AVAILABLE_IN_1_0
RuaClearing *rua_market_clear_finish (RuaMarket *self, GAsyncResult *result, GError **error);

G_END_DECLS
