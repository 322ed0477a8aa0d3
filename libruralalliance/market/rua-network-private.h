/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A network of nodes and arcs, and the cheapest integer flow through it.
 *
 *   min Σ cost·flow   with   lower ≤ flow ≤ capacity   and, at every node, out - in = supply
 *
 * Solved by the primal network simplex method: strongly feasible spanning trees (Cunningham 1976)
 * keep degenerate pivots from cycling, the entering arc is found by block search (Grigoriadis 1986).
 * Same network, same flow, same potentials. After a change the next solve goes on from the last tree. */
typedef struct _RuaNetwork RuaNetwork;

#define RUA_NETWORK_NO_LIMIT G_MAXINT64

typedef enum {
  RUA_NETWORK_UNSOLVED, /* never, or changed since, or cancelled */
  RUA_NETWORK_OPTIMAL,
  RUA_NETWORK_INFEASIBLE, /* no flow keeps to all bounds and supplies: see get_shortfall */
  RUA_NETWORK_UNBOUNDED,
} RuaNetworkStatus;

RuaNetwork *rua_network_new (guint32 n_nodes, guint32 n_arcs_expected);
void rua_network_free (RuaNetwork *self);
/* With its solution, and the tree from which to go on. */
RuaNetwork *rua_network_copy (RuaNetwork *self);
guint32 rua_network_get_n_nodes (RuaNetwork *self);
guint32 rua_network_get_n_arcs (RuaNetwork *self);
/* Returns the arc's number. */
guint32 rua_network_add_arc (RuaNetwork *self, guint32 from, guint32 to, gint64 capacity, gint64 cost);
void rua_network_set_bounds (RuaNetwork *self, guint32 arc, gint64 lower, gint64 capacity);
void rua_network_set_cost (RuaNetwork *self, guint32 arc, gint64 cost);
void rua_network_set_supply (RuaNetwork *self, guint32 node, gint64 supply);
gint64 rua_network_get_lower (RuaNetwork *self, guint32 arc);
gint64 rua_network_get_capacity (RuaNetwork *self, guint32 arc);
gint64 rua_network_get_cost (RuaNetwork *self, guint32 arc);
gint64 rua_network_get_supply (RuaNetwork *self, guint32 node);
guint32 rua_network_get_from (RuaNetwork *self, guint32 arc);
guint32 rua_network_get_to (RuaNetwork *self, guint32 arc);

/* FALSE and an error: cancelled, or numbers so great that sums would not fit. Else the status says. */
gboolean rua_network_solve (RuaNetwork *self, GCancellable *cancellable, GError **error);
/* The next solve starts from nothing. */
void rua_network_forget (RuaNetwork *self);
RuaNetworkStatus rua_network_get_status (RuaNetwork *self);
guint64 rua_network_get_n_pivots (RuaNetwork *self); /* of the last solve */

/* Of the last solve. */
gint64 rua_network_get_flow (RuaNetwork *self, guint32 arc);
/* cost + potential[from] - potential[to] is 0 on arcs whose flow is between the bounds, not negative
 * at the lower bound and not positive at the capacity. */
gint64 rua_network_get_potential (RuaNetwork *self, guint32 node);
/* What could not be sent out of (positive) or into (negative) a node of an infeasible network. */
gint64 rua_network_get_shortfall (RuaNetwork *self, guint32 node);
void rua_network_get_total (RuaNetwork *self, __int128 *total);

/* What a solution is checked by, in O(arcs), from the flows and potentials alone. */
typedef struct {
  gboolean conserved; /* out - in = supply at every node */
  gboolean bounded;   /* lower ≤ flow ≤ capacity on every arc */
  gboolean slack;     /* reduced costs have the signs above */
  gboolean equal;     /* primal = dual */
  __int128 primal, dual;
} RuaNetworkCertificate;

/* TRUE when all four hold. @potentials: of the nodes, NULL for those of the solve. */
gboolean rua_network_certify (RuaNetwork *self, const gint64 *potentials, RuaNetworkCertificate *certificate);
/* The same of any flow, by arc. */
gboolean rua_network_certify_flow (RuaNetwork *self, const gint64 *flow, const gint64 *potentials, RuaNetworkCertificate *certificate);

/* By node, the least and the greatest potential that it can have while @anchor's is 0 and the flow stays
 * optimal: two passes of shortest paths through the residual network. All least ones together are
 * potentials under which the flow is optimal, and so are all greatest ones, where no node is without a
 * limit (-RUA_NETWORK_NO_LIMIT, RUA_NETWORK_NO_LIMIT). Only after a solve that found an optimum. */
gboolean rua_network_price (RuaNetwork *self, guint32 anchor, gint64 *least, gint64 *greatest, GCancellable *cancellable, GError **error);
/* The same of any flow, by arc, that is optimal under @potentials. No potential is let further from the anchor's
 * than @most, which is at least as far as @potentials are: so all have a limit, and are potentials of the flow.
 * @least or @greatest may be NULL, which saves one pass. */
gboolean rua_network_price_flow (RuaNetwork *self,
                                 const gint64 *flow,
                                 const gint64 *potentials,
                                 guint32 anchor,
                                 gint64 most,
                                 gint64 *least,
                                 gint64 *greatest,
                                 GCancellable *cancellable,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaNetwork, rua_network_free)

G_END_DECLS
