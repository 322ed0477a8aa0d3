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
  gint64 cost;
} RuaArc;

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
  guint32 *place;   /* of each arc in the arrays below; NULL before the first solve */
  RuaArc *arcs;     /* and, behind them, one between each node and the root */
  gint64 *capacity; /* above the lower bound */
  gint64 *lower;    /* NULL while all are 0 */
  gint64 *flow;     /* above the lower bound */
  gint8 *state;
  gint64 *supply;
  RuaHang *tree;
  gint64 *potential;
  guint32 *queue; /* of nodes being walked over */
  gboolean has_tree;
  gboolean flows_hold; /* since the last solve neither bounds nor supplies have changed: those of the tree are right */
  RuaNetworkStatus status;
  guint64 n_pivots;
  guint64 n_moved; /* nodes that pivots walked over since arcs were last searched */
};

static inline guint32
rua_network_place (RuaNetwork *self, guint32 arc)
{
  return self->place ? self->place[arc] : arc;
}

G_END_DECLS
