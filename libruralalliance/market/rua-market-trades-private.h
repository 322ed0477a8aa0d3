/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-prices-private.h"

G_BEGIN_DECLS

/* From the flow and its prices to what each order gets from each lot, and who gets what for it. */
gboolean rua_market_list_trades (const RuaMarketRun *run, const RuaMarketPrices *prices, RuaMarketSolution *solution, GError **error);
/* What each of the fees of @amounts takes as a percentage of @whole, in whole minor units that add up to what all of
 * them together come to, which is returned: by largest remainder (Hamilton's method). */
gint64 rua_market_share_percentages (const RuaMarketFee *fees, RuaMarketFeeAmount *amounts, guint32 n, gint64 whole);
/* sold, filled, prices of all lots, orders and limits; totals. */
void rua_market_sum_up (const RuaMarketRun *run, const RuaMarketPrices *prices, RuaMarketSolution *solution);
/* Causes, Jain, smallest fill, envy. */
void rua_market_explain (const RuaMarketRun *run, const RuaMarketPrices *prices, RuaMarketSolution *solution);
/* Looks at the whole solution again, from the problem. */
void rua_market_certify (const RuaMarketRun *run, const RuaMarketPrices *prices, RuaMarketSolution *solution);

G_END_DECLS
