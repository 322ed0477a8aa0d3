/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-solution-private.h"

G_BEGIN_DECLS

/* The factored network of a market.
 *
 *   ground → supply limits → lot → (product, needed set, site, hubs) → (product, needed set, hub) → order
 *          → demand limits → ground
 *
 * One node, the ground, is source and sink: what flows is a circulation. A lot that serves one needed set
 * only, and an order that wants one product only, are arcs without a node of their own. Where only pairs that
 * agree are links, a class is a chain of nodes: goods go to dearer reserves, then to orders that pay more. */

typedef struct {
  guint32 product, need, hub;
  gint64 fixed_fee;  /* of all fees that match, of one unit */
  gint64 millionths; /* of the consumer's price */
  guint32 first_fee, n_fees; /* in demand_fees */
  guint32 first_level, n_levels; /* nodes */
} RuaMarketDemandClass;

/* What an order can take from. */
typedef struct {
  guint32 class_;
  guint32 node;
  guint32 arc; /* to the order's node; the order's own arc where it has none */
  gint64 net;  /* the maximum, without the fees */
} RuaMarketEntry;

struct _RuaMarketWork {
  RuaMarketProblem problem; /* a copy */
  GStringChunk *ids;
  RuaMarketPriceRule price_rule;
  gboolean levels; /* only pairs that agree are links */

  guint32 *lots, *orders; /* by id */
  guint8 *lot_built, *order_built; /* whether the network has arcs for it */
  gint64 *lot_left, *order_left; /* without what is delivered; 0 for what takes no part */
  gint64 *lot_cost; /* reserve or posted price */
  gint64 *supply_capacity, *demand_capacity, *supply_minimum; /* of limits, without what is delivered */
  __int128 delivered_welfare;

  RuaNetwork *network;
  gpointer arc_block;      /* what the arrays by arc lie in */
  gint64 *cost, *capacity; /* of its arcs: the gains, and the bounds before any stage */
  guint32 *lot_arc, *order_arc, *supply_arc, *demand_arc;
  guint32 *arc_lot, *arc_order; /* by arc; NONE: no such */
  guint32 *arc_route; /* by arc: place of the route, or of the pair */
  guint8 *arc_limit;  /* by arc: whether it is that of a limit */
  RuaMarketDemandClass *classes;
  guint32 n_classes;
  guint32 *demand_fees;
  RuaMarketEntry *entries;
  guint32 *first_entry; /* by order, and one more */
  guint8 *reached;      /* by node: whether any lot leads there */
  /* The gains alone, solved: where the next clearing goes on. The same as network where there is no other stage. */
  RuaNetwork *gains;
};

static inline gint64
rua_market_net (gint64 gross, gint64 millionths, gint64 fixed)
{
  return (gint64) ((__int128) gross * (1000000 - millionths) / 1000000) - fixed;
}

/* The least gross price that leaves @net. */
static inline gint64
rua_market_gross (gint64 net, gint64 millionths, gint64 fixed)
{
  __int128 above = (__int128) (net + fixed) * 1000000;

  /* Below 0 only where nobody trades. */
  return above <= 0 ? 0 : (gint64) ((above + (1000000 - millionths) - 1) / (1000000 - millionths));
}

/* What an order takes a product's goods through, or NULL. */
RuaMarketEntry *rua_market_entry_for (const RuaMarketWork *self, guint32 order, guint32 product);
RuaMarketWork *rua_market_work_new (const RuaMarketProblem *problem, const RuaMarketRules *rules, GCancellable *cancellable, GError **error);
void rua_market_work_free (RuaMarketWork *self);
/* TRUE: @self is the network of @problem, too, with the figures that changed put in. FALSE without a change: its
 * links are others. */
gboolean rua_market_work_renew (RuaMarketWork *self, const RuaMarketProblem *problem, const RuaMarketRules *rules);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaMarketWork, rua_market_work_free)

G_END_DECLS
