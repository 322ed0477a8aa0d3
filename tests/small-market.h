/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "random-market.h"

#include "rua-error.h"

G_BEGIN_DECLS

/* One product, one site, one hub, a route of cost 1, and room for a few of everything. */
typedef struct {
  RuaMarketProblem problem;
  RuaMarketLot lots[4];
  RuaMarketOrder orders[6];
  RuaMarketLimit supply[3], demand[3];
  RuaMarketRoute routes[4];
  RuaMarketFee fees[3];
  RuaMarketPair pairs[4];
  RuaMarketDelivered delivered[3];
} SmallMarket;

/* The members 0; 1; 0 and 1; none. */
extern const RuaMarketList small_market_lists[4];

void small_market_begin (SmallMarket *m);
RuaMarketLot *small_market_add_lot (SmallMarket *m, const char *id, gint64 quantity, gint64 reserve);
RuaMarketOrder *small_market_add_order (SmallMarket *m, const char *id, gint64 quantity, gint64 maximum);
RuaMarketSolution *small_market_solve (const SmallMarket *m, const char *policy);
void small_market_assert_refused (const SmallMarket *m, const char *policy, RuaError code, const char *part);
void small_market_assert_cause (const RuaMarketSolution *solution, guint32 order, RuaMarketCause cause, gint64 quantity);

G_END_DECLS
