/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-clearing.h"

G_BEGIN_DECLS

#define RUA_TYPE_CLEARING_PRICE (rua_clearing_price_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaClearingPrice, rua_clearing_price, RUA, CLEARING_PRICE, GObject)

RUA_AVAILABLE_IN_1_0
GListModel *rua_clearing_list_prices (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
RuaProduct *rua_clearing_price_dup_product (RuaClearingPrice *self);
RUA_AVAILABLE_IN_1_0
RuaHub *rua_clearing_price_dup_hub (RuaClearingPrice *self);
RUA_AVAILABLE_IN_1_0
RuaSite *rua_clearing_price_dup_site (RuaClearingPrice *self);
RUA_AVAILABLE_IN_1_0
char **rua_clearing_price_list_standards (RuaClearingPrice *self);
RUA_AVAILABLE_IN_1_0
gint64 rua_clearing_price_get_low (RuaClearingPrice *self);
RUA_AVAILABLE_IN_1_0
gint64 rua_clearing_price_get_high (RuaClearingPrice *self);
RUA_AVAILABLE_IN_1_0
gint64 rua_clearing_price_get_quantity (RuaClearingPrice *self);

G_END_DECLS
