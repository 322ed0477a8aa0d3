/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-network-private.h"

G_BEGIN_DECLS

/* A network as arrays, of the kinds on which solvers are compared; the same for the same state of @random. */
typedef struct {
  guint32 n_nodes, n_arcs, room;
  guint32 *from, *to;
  gint64 *capacity, *cost, *supply;
} PlainNetwork;

/* After NETGEN (Klingman, Napier and Stutz 1974): chains from sources over other nodes to sinks make it feasible, the
 * rest of the arcs are anywhere. */
PlainNetwork *plain_network_netgen (GRand *random, guint32 n_nodes, guint32 n_arcs);
/* After GOTO (Goldberg 1991), a grid on a torus: near arcs are wide and dear, far ones narrow and cheap. */
PlainNetwork *plain_network_goto (GRand *random, guint32 rows, guint32 columns);
/* Lots to sites, hubs, orders, households: a factored market as a circulation. */
PlainNetwork *plain_network_market (GRand *random, guint32 n_lots, guint32 n_orders);
/* The same market's kind with an arc for each of @n_pairs pairs. */
PlainNetwork *plain_network_pairs (GRand *random, guint32 n_lots, guint32 n_orders, guint32 n_pairs);
void plain_network_free (PlainNetwork *self);
RuaNetwork *plain_network_build (const PlainNetwork *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlainNetwork, plain_network_free)

G_END_DECLS
