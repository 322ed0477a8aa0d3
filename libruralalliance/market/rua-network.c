/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-network-core-private.h"

#include <string.h>

#include "rua-block-private.h"
#include "rua-error.h"

/* What a network is made of; solving it is rua-network-simplex.c. */

/* All arrays of arcs, one behind the other in one block: it is large enough to lie in large pages, and is kept for the
 * next network when it is given back. Those of n_arcs stay what they are. */
static void
reserve_arcs (RuaNetwork *self, guint32 room)
{
  /* Behind the arcs of the network stand those from each node to the root. */
  gsize all = (gsize) room + self->n_nodes, n = self->n_arcs;
  gboolean mixed = self->place != NULL;
  RuaNetwork old = *self;
  gint64 *at;

  /* All as great as the greatest, so that each can be mixed into another's place. */
  G_STATIC_ASSERT (sizeof (RuaEnds) == sizeof (gint64));
  self->arc_block = rua_block_new (all * (4 * sizeof (gint64) + sizeof (gint8)) + room * sizeof (guint32));
  at = self->arc_block;
  self->ends = (RuaEnds *) at;
  self->cost = at + all;
  self->capacity = at + 2 * all;
  self->flow = at + 3 * all;
  self->place_room = (guint32 *) (at + 4 * all);
  self->state = (gint8 *) (self->place_room + room);
  self->place = mixed ? self->place_room : NULL;
  self->room = room;
  if (old.arc_block != NULL) {
    memcpy (self->ends, old.ends, n * sizeof *self->ends);
    memcpy (self->cost, old.cost, n * sizeof *self->cost);
    memcpy (self->capacity, old.capacity, n * sizeof *self->capacity);
    memcpy (self->flow, old.flow, n * sizeof *self->flow);
    memcpy (self->state, old.state, n * sizeof *self->state);
    if (mixed)
      memcpy (self->place, old.place, n * sizeof *self->place);
    rua_block_free (old.arc_block);
  }
  if (self->lower) {
    self->lower = rua_block_new (room * sizeof *self->lower);
    memcpy (self->lower, old.lower, n * sizeof *self->lower);
    rua_block_free (old.lower);
  }
}

/* The arrays that the tree is made of. */
void
rua_network_reserve_nodes (RuaNetwork *self)
{
  gsize n = (gsize) self->n_nodes + 1;

  self->node_block = rua_block_new (n * (2 * sizeof (gint64) + sizeof (RuaHang) + sizeof (guint32)));
  self->potential = self->node_block;
  self->excess = self->potential + n;
  self->tree = (RuaHang *) (self->excess + n);
  self->queue = (guint32 *) (self->tree + n);
}

RuaNetwork *
rua_network_new (guint32 n_nodes, guint32 n_arcs_expected)
{
  RuaNetwork *self = g_new0 (RuaNetwork, 1);

  self->n_nodes = n_nodes;
  self->supply = g_new0 (gint64, MAX (1, n_nodes));
  reserve_arcs (self, MAX (16, n_arcs_expected));
  return self;
}

void
rua_network_free (RuaNetwork *self)
{
  if (!self)
    return;
  rua_block_free (self->arc_block);
  rua_block_free (self->node_block);
  rua_block_free (self->lower);
  g_free (self->supply);
  g_free (self->touched);
  g_free (self);
}

guint32
rua_network_get_n_nodes (RuaNetwork *self)
{
  return self->n_nodes;
}

guint32
rua_network_get_n_arcs (RuaNetwork *self)
{
  return self->n_arcs;
}

guint32
rua_network_add_arc (RuaNetwork *self, guint32 from, guint32 to, gint64 capacity, gint64 cost)
{
  guint32 arc = self->n_arcs;

  g_assert (from < self->n_nodes && to < self->n_nodes && capacity >= 0);
  if (arc == self->room)
    reserve_arcs (self, self->room * 2);
  /* The arcs to the root, which the tree names, move. */
  self->has_tree = FALSE;
  self->settled = FALSE;
  self->flows_hold = FALSE;
  if (self->place)
    self->place[arc] = arc;
  self->ends[arc] = (RuaEnds) { from, to };
  self->cost[arc] = cost;
  self->capacity[arc] = capacity;
  if (self->lower)
    self->lower[arc] = 0;
  self->flow[arc] = 0;
  self->state[arc] = RUA_ARC_AT_LOWER;
  self->n_arcs++;
  self->status = RUA_NETWORK_UNSOLVED;
  return arc;
}

void
rua_network_set_bounds (RuaNetwork *self, guint32 arc, gint64 lower, gint64 capacity)
{
  gint64 flow, width;

  g_assert (arc < self->n_arcs && lower <= capacity && lower > -RUA_NETWORK_NO_LIMIT);
  arc = rua_network_place (self, arc);
  self->status = RUA_NETWORK_UNSOLVED;
  width = capacity == RUA_NETWORK_NO_LIMIT ? capacity : capacity - lower;
  /* What stays as it is does not have to be settled again. */
  if (self->capacity[arc] == width && (self->lower ? self->lower[arc] : 0) == lower)
    return;
  if (lower != 0 && !self->lower)
    self->lower = rua_block_new0 (self->room * sizeof *self->lower);
  self->flows_hold = FALSE;
  if (self->lower) {
    /* It carries what it did. */
    if (__builtin_add_overflow (self->flow[arc], self->lower[arc], &flow)
        || __builtin_sub_overflow (flow, lower, &self->flow[arc]))
      self->settled = FALSE;
    self->lower[arc] = lower;
  }
  self->capacity[arc] = width;
  rua_network_touch (self, arc);
}

void
rua_network_set_cost (RuaNetwork *self, guint32 arc, gint64 cost)
{
  g_assert (arc < self->n_arcs);
  arc = rua_network_place (self, arc);
  self->status = RUA_NETWORK_UNSOLVED;
  if (self->cost[arc] == cost)
    return;
  self->cost[arc] = cost;
  rua_network_touch (self, arc);
}

void
rua_network_set_supply (RuaNetwork *self, guint32 node, gint64 supply)
{
  g_assert (node < self->n_nodes);
  self->settled = FALSE;
  self->flows_hold = FALSE;
  self->supply[node] = supply;
  self->status = RUA_NETWORK_UNSOLVED;
}

gint64
rua_network_get_lower (RuaNetwork *self, guint32 arc)
{
  return self->lower ? self->lower[rua_network_place (self, arc)] : 0;
}

gint64
rua_network_get_capacity (RuaNetwork *self, guint32 arc)
{
  gint64 width = self->capacity[rua_network_place (self, arc)];

  return width == RUA_NETWORK_NO_LIMIT ? width : width + rua_network_get_lower (self, arc);
}

gint64
rua_network_get_cost (RuaNetwork *self, guint32 arc)
{
  return self->cost[rua_network_place (self, arc)];
}

gint64
rua_network_get_supply (RuaNetwork *self, guint32 node)
{
  return self->supply[node];
}

guint32
rua_network_get_from (RuaNetwork *self, guint32 arc)
{
  return self->ends[rua_network_place (self, arc)].from;
}

guint32
rua_network_get_to (RuaNetwork *self, guint32 arc)
{
  return self->ends[rua_network_place (self, arc)].to;
}

void
rua_network_forget (RuaNetwork *self)
{
  self->has_tree = FALSE;
  self->status = RUA_NETWORK_UNSOLVED;
}

RuaNetworkStatus
rua_network_get_status (RuaNetwork *self)
{
  return self->status;
}

guint64
rua_network_get_n_pivots (RuaNetwork *self)
{
  return self->n_pivots;
}

gint64
rua_network_get_flow (RuaNetwork *self, guint32 arc)
{
  return self->flow[rua_network_place (self, arc)] + rua_network_get_lower (self, arc);
}

gint64
rua_network_get_potential (RuaNetwork *self, guint32 node)
{
  return self->potential ? self->potential[node] : 0;
}

gint64
rua_network_get_shortfall (RuaNetwork *self, guint32 node)
{
  guint32 arc = self->n_arcs + node;

  if (!self->has_tree || self->tree[node].pred >> 1 != arc)
    return 0;
  return self->tree[node].pred & 1 ? self->flow[arc] : -self->flow[arc];
}

void
rua_network_get_total (RuaNetwork *self, __int128 *total)
{
  *total = 0;
  for (guint32 i = 0; i < self->n_arcs; i++)
    *total += (__int128) self->cost[i] * (self->flow[i] + (self->lower ? self->lower[i] : 0));
}

RuaNetwork *
rua_network_copy (RuaNetwork *self)
{
  RuaNetwork *copy = g_memdup2 (self, sizeof *self);
  gsize n_roots = self->n_nodes, nodes = n_roots + 1;

  copy->arc_block = NULL;
  copy->lower = NULL;
  reserve_arcs (copy, self->room);
  memcpy (copy->ends, self->ends, self->n_arcs * sizeof *copy->ends);
  memcpy (copy->cost, self->cost, self->n_arcs * sizeof *copy->cost);
  memcpy (copy->capacity, self->capacity, (self->n_arcs + n_roots) * sizeof *copy->capacity);
  memcpy (copy->flow, self->flow, (self->n_arcs + n_roots) * sizeof *copy->flow);
  memcpy (copy->state, self->state, (self->n_arcs + n_roots) * sizeof *copy->state);
  if (self->place)
    memcpy (copy->place, self->place, self->n_arcs * sizeof *copy->place);
  if (self->lower) {
    copy->lower = rua_block_new (self->room * sizeof *copy->lower);
    memcpy (copy->lower, self->lower, self->n_arcs * sizeof *copy->lower);
  }
  if (self->touched) {
    copy->touched = g_new (guint32, rua_network_few_of (self));
    memcpy (copy->touched, self->touched, self->n_touched * sizeof *copy->touched);
  }
  copy->supply = g_memdup2 (self->supply, MAX (1, self->n_nodes) * sizeof *self->supply);
  if (self->node_block) {
    rua_network_reserve_nodes (copy);
    memcpy (copy->tree, self->tree, nodes * sizeof *self->tree);
    memcpy (copy->potential, self->potential, nodes * sizeof *self->potential);
  }
  return copy;
}
