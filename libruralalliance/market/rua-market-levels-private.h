/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-network-private.h"

G_BEGIN_DECLS

/* One of those among whom something is shared: its share is (flow + before) / weight. */
typedef struct {
  guint32 arc;
  guint32 unit; /* a second arc between the same nodes, without capacity: for levelling alone */
  gint64 weight; /* > 0; all together below 2^62, as those before are */
  gint64 before;
  gint64 low, high; /* what its flow is known to be between; at first, between which it may be */
  gint64 most;      /* the arc's capacity: what is more than high does not count */
  gint64 got;       /* in one of the flows that are left */
  gboolean undecided; /* one of a few that get low + 1, the others low */
} RuaMarketShare;

typedef struct {
  gint64 of, part; /* part / of */
} RuaMarketFraction;

/* The flows whose shares, the smallest first, are lexicographically greatest, in integers and exactly: bounds of all
 * arcs are narrowed to them. @smallest: the level that the first that could not be whole has; 1/1 where all are.
 * @from: the level up to which that was done before, or NULL. @until: the level below which it is to be done, or NULL;
 * then those that are still rising stand there at least. */
gboolean rua_market_level (RuaNetwork *network,
                           RuaMarketShare *shares,
                           guint32 n,
                           const RuaMarketFraction *from,
                           const RuaMarketFraction *until,
                           gboolean *all,
                           RuaMarketFraction *smallest,
                           guint64 *n_pivots,
                           GCancellable *cancellable,
                           GError **error);

/* Narrows the bounds of a solved network to the flows that cost as little. */
void rua_market_keep_face (RuaNetwork *network);

/* The least flow with which a share stands at @level; within what is known of it. */
gint64 rua_market_flow_at (const RuaMarketShare *share, RuaMarketFraction level);

/* a - b */
int rua_market_compare_fractions (RuaMarketFraction a, RuaMarketFraction b);

G_END_DECLS
