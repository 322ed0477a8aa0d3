/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-stages-private.h"

G_BEGIN_DECLS

/* Prices that support a flow, as potentials of the network's nodes, the ground's 0. What no price alone can support,
 * since a stage asked for it, is borne by uplifts: an arc's cost less its uplift. */
typedef struct {
  RuaNetwork *network; /* under which the flow is optimal: costs less uplifts, bounds open where no stage binds */
  gint64 *potential;
  gint end; /* -1: those at the low end of the lattice, 1: at the high one, 0: others */
  gint64 *uplift;      /* by arc; NULL: none */
  gint64 most;         /* no price that means anything is greater */
  gint64 bound;        /* nor any potential than this */
  RuaNetworkCertificate certificate;
  gboolean certified;
} RuaMarketPrices;

/* May take the run's network. */
gboolean rua_market_prices_find (RuaMarketPrices *self, RuaMarketRun *run, GCancellable *cancellable, GError **error);
void rua_market_prices_clear (RuaMarketPrices *self, const RuaMarketRun *run);

/* cost + potential[from] - potential[to], uplift not counted. */
gint64 rua_market_prices_reduced (const RuaMarketPrices *self, const RuaMarketWork *work, guint32 arc);

G_END_DECLS
