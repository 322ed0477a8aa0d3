/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-work-private.h"

G_BEGIN_DECLS

/* The routes of a problem by site, hub and product. */
typedef struct {
  const RuaMarketProblem *problem;
  guint32 *sorted;
  guint32 *first; /* by site, and one more */
  guint32 *linked; /* by site and hub: the first of sorted; NULL where that would be far more than there are routes */
} RuaMarketRoutes;

gboolean rua_market_routes_init (RuaMarketRoutes *self, const RuaMarketProblem *problem, GError **error);
void rua_market_routes_clear (RuaMarketRoutes *self);
/* The route for a product's goods; RUA_MARKET_NONE: not linked. */
guint32 rua_market_routes_find (const RuaMarketRoutes *self, guint32 site, guint32 hub, guint32 product);
/* The same to every hub at once. */
void rua_market_routes_list (const RuaMarketRoutes *self, guint32 site, guint32 product, guint32 *by_hub);
/* Puts the capacities of routes on the arcs of the network. */
gboolean rua_market_routes_bound (const RuaMarketRoutes *self, RuaMarketWork *work, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RuaMarketRoutes, rua_market_routes_clear)

G_END_DECLS
