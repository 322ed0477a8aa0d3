/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-solution-private.h"

G_BEGIN_DECLS

/* A problem of random arrays that can be changed, and its memory. */
typedef struct {
  RuaMarketProblem problem;
  RuaMarketLot *lots;
  RuaMarketOrder *orders;
  RuaMarketLimit *supply_limits, *demand_limits;
  RuaMarketRoute *routes;
  RuaMarketFee *fees;
  RuaMarketPair *pairs;
  GPtrArray *owned;
} RandomMarket;

/* What a market is like; the rest is drawn. */
typedef struct {
  guint32 most_lots, most_orders, most_products, most_sites, most_hubs;
  gint most_quantity, most_price;
  gboolean limits, minima, fees, history, substitutes, certificates, hub_sets, exclusions;
} MarketShape;

extern const MarketShape tiny_market, small_market;

RandomMarket *random_market_new (GRand *random, const MarketShape *shape);
void random_market_free (RandomMarket *self);
/* The same with lots, orders, limits, routes and fees in another order and products, sites, hubs renumbered: nothing
 * that is said by ids changes. @lots, @orders: where each went, or NULL. */
RandomMarket *
random_market_shuffle (const RandomMarket *self, GRand *random, guint32 **lots, guint32 **orders);
/* The same as explicit pairs. */
RandomMarket *random_market_to_pairs (const RandomMarket *self);
/* Every quantity times one, all money times the other. */
RandomMarket *random_market_scale (const RandomMarket *self, gint64 quantity, gint64 money);
/* Some quantities, prices and capacities changed, some cancelled. */
void random_market_change (RandomMarket *self, GRand *random, guint n_changes);

/* A policy of random stages that holds gains, and a random price rule. */
void random_rules (GRand *random, RuaMarketRules *rules);
void rules_of (RuaMarketRules *rules,
               const char *letters); /* "GPMgt": guarantees, priority, max-min, gains, tie-break */

/* The same from the problem itself, as plainly as can be. */
gboolean
pair_is_open (const RuaMarketProblem *problem, guint32 lot, guint32 order, gint64 *transport);
gint64 net_of (const RuaMarketProblem *problem, guint32 order, guint32 product);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RandomMarket, random_market_free)

G_END_DECLS
