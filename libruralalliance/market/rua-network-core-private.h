/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-network-private.h"

G_BEGIN_DECLS

/* The sign with which an arc's reduced cost counts: below 0 it may enter the tree. An arc whose bounds are
 * equal never does, and has the state of those inside. */
enum {
  RUA_ARC_AT_UPPER = -1,
  RUA_ARC_IN_TREE = 0,
  RUA_ARC_AT_LOWER = 1,
};

typedef struct {
  guint32 from, to;
} RuaEnds;

/* Where a node hangs in the spanning tree. */
typedef struct {
  guint32 parent;
  guint32 pred;  /* the arc to the parent << 1 | whether it leads up, from the node to the parent */
  guint32 child; /* the first, or RUA_NETWORK_NONE */
  guint32 next, previous; /* among its parent's children */
  guint32 size;            /* of what hangs on it, itself included */
} RuaHang;

#define RUA_NETWORK_NONE G_MAXUINT32

struct _RuaNetwork {
  guint32 n_nodes; /* the root of the tree is node n_nodes */
  guint32 n_arcs;
  guint32 room;
  gpointer arc_block, node_block; /* what the arrays below lie in; node_block: NULL before the first solve */
  guint32 *place_room;
  guint32 *place;   /* place_room: of each arc in the arrays below; NULL before the first solve */
  RuaEnds *ends;
  gint64 *cost;
  gint64 *lower;    /* NULL while all are 0 */
  /* Of these, behind the arcs, stand those between each node and the root. */
  gint64 *capacity; /* above the lower bound */
  gint64 *flow;     /* above the lower bound */
  gint8 *state;
  gint64 *supply;
  RuaHang *tree;
  gint64 *potential;
  gint64 *excess; /* of nodes, while flows are being settled */
  guint32 *queue; /* of nodes being walked over */
  gint64 root_cost; /* of the arcs to the root: more than any path costs */
  gboolean has_tree;
  gboolean settled; /* flows, potentials and sizes are those of the tree, up to the arcs that are touched */
  gboolean flows_hold; /* since the last solve neither bounds nor supplies have changed: those of the tree are right */
  guint32 *touched; /* arcs whose bounds or cost have changed since, some perhaps twice; NULL before there are any */
  guint32 n_touched;
  RuaNetworkStatus status;
  guint64 n_pivots;
  guint64 n_moved; /* nodes that pivots walked over since arcs were last searched */
};

static inline void
rua_network_unhang (RuaHang *tree, guint32 node)
{
  RuaHang *self = &tree[node];

  if (self->previous != RUA_NETWORK_NONE)
    tree[self->previous].next = self->next;
  else
    tree[self->parent].child = self->next;
  if (self->next != RUA_NETWORK_NONE)
    tree[self->next].previous = self->previous;
}

static inline void
rua_network_hang (RuaHang *tree, guint32 node, guint32 parent, guint32 pred)
{
  RuaHang *self = &tree[node];
  guint32 first = tree[parent].child;

  self->parent = parent;
  self->pred = pred;
  self->previous = RUA_NETWORK_NONE;
  self->next = first;
  if (first != RUA_NETWORK_NONE)
    tree[first].previous = node;
  tree[parent].child = node;
}

/* The arc between a node and the root, in the direction in which it has to carry @excess. */
static inline void
rua_network_hang_on_root (RuaNetwork *self, guint32 node, gint64 excess)
{
  guint32 arc = self->n_arcs + node;
  gboolean up = excess >= 0;

  self->flow[arc] = up ? excess : -excess;
  self->state[arc] = RUA_ARC_IN_TREE;
  rua_network_hang (self->tree, node, self->n_nodes, arc << 1 | up);
}

/* Of an arc at one of its bounds that is no more, or not, in the tree. */
static inline gint8
rua_network_state_outside (RuaNetwork *self, guint32 arc)
{
  if (self->capacity[arc] == 0)
    return RUA_ARC_IN_TREE;
  return self->flow[arc] == 0 ? RUA_ARC_AT_LOWER : RUA_ARC_AT_UPPER;
}

/* Where more arcs than this have changed, or more nodes are on the way from them to the root, it is quicker to settle all. */
static inline guint32
rua_network_few_of (const RuaNetwork *self)
{
  return MAX (16, self->n_nodes / 8);
}

/* The arc, by its place, has other bounds, which its flow above them allows for, or another cost. */
void rua_network_touch (RuaNetwork *self, guint32 arc);
/* Flows, potentials and sizes are those of the tree. FALSE and an error: quantities do not fit. */
gboolean rua_network_settle (RuaNetwork *self, GError **error);
/* The potentials of a node and all that hangs on it become greater by @shift, or those of all others less. */
void rua_network_shift (RuaNetwork *self, guint32 node, gint64 shift);
void rua_network_reserve_nodes (RuaNetwork *self);
/* Puts the arcs in another order, once. */
void rua_network_mix (RuaNetwork *self);
/* A strongly feasible tree to begin with. */
void rua_network_start (RuaNetwork *self);

static inline guint32
rua_network_place (RuaNetwork *self, guint32 arc)
{
  return self->place ? self->place[arc] : arc;
}

G_END_DECLS
