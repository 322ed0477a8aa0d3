/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-levels-private.h"
#include "rua-market-work-private.h"

G_BEGIN_DECLS

/* What a stage brought about, so that it can be looked at again in the end. */
typedef struct {
  RuaMarketStage stage;
  guint32 priority;
  __int128 objective;
  guint64 n_pivots;
  RuaMarketShare *shares; /* of max-min: what orders got; arc RUA_MARKET_NONE: nothing reaches it */
  guint32 n_shares;
} RuaMarketStageRun;

typedef struct {
  RuaMarketWork *work;
  const RuaMarketRules *rules;
  RuaNetwork *network; /* its bounds are narrowed stage by stage; may be the work's gains */
  GArray *stages;      /* RuaMarketStageRun */
  RuaMarketFraction fraction;
  gint64 *minimum; /* of supply limits: what the guarantees came to */
  gint64 *least_minimum; /* where one of a few gets a unit more: without it */
  gint64 *flow;    /* by arc, the final one */
  gboolean rationed; /* orders are served by other stages than the gains */
} RuaMarketRun;

void rua_market_run_init (RuaMarketRun *self, RuaMarketWork *work, const RuaMarketRules *rules);
void rua_market_run_clear (RuaMarketRun *self);
/* All stages; work->gains is solved. */
gboolean rua_market_run_stages (RuaMarketRun *self, GCancellable *cancellable, RuaProgress *progress, GError **error);
/* Shares out among arcs of the market's network: rua_market_level(), at less cost. */
gboolean rua_market_share_out (const RuaMarketWork *work,
                               RuaNetwork *network,
                               RuaMarketShare *shares,
                               guint32 n,
                               gboolean *all,
                               RuaMarketFraction *smallest,
                               guint64 *n_pivots,
                               GCancellable *cancellable,
                               GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RuaMarketRun, rua_market_run_clear)

G_END_DECLS
