/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-network-core-private.h"

#include <string.h>

#include "rua-error.h"

/* What a tree makes of flows, potentials and sizes: of all nodes, or after few changes of those that they reach. Both
 * leave the same tree, up to the order of children. */

#define NONE RUA_NETWORK_NONE

static inline gboolean
is_in_tree (RuaNetwork *self, guint32 arc)
{
  return self->tree[self->ends[arc].from].pred >> 1 == arc || self->tree[self->ends[arc].to].pred >> 1 == arc;
}

/* What an arc outside the tree carries, all of its capacity or nothing, after its capacity may have changed. */
static inline gint64
settle_outside (RuaNetwork *self, guint32 arc)
{
  gint64 most = self->capacity[arc];

  if (most == 0)
    self->state[arc] = RUA_ARC_IN_TREE;
  else if (self->state[arc] == RUA_ARC_IN_TREE || most == RUA_NETWORK_NO_LIMIT)
    self->state[arc] = RUA_ARC_AT_LOWER;
  return self->state[arc] == RUA_ARC_AT_UPPER ? most : 0;
}

/* @moved more goes over an arc, so less is left at one end and more at the other. */
static inline gboolean
move (RuaNetwork *self, guint32 arc, gint64 moved)
{
  gint64 *from = &self->excess[self->ends[arc].from], *to = &self->excess[self->ends[arc].to];

  return !__builtin_sub_overflow (*from, moved, from) && !__builtin_add_overflow (*to, moved, to);
}

/* The excess of a node whose children are settled goes to its parent. An arc that cannot carry it, or could not take
 * one unit more towards the root, leaves the tree, and its node hangs on the root. FALSE: more than 64 bits hold. */
static gboolean
settle_node (RuaNetwork *self, guint32 node)
{
  guint32 pred = self->tree[node].pred, parent = self->tree[node].parent, arc = pred >> 1;
  gboolean up = pred & 1;
  gint64 excess = self->excess[node], flow = self->flow[arc], most = self->capacity[arc], wanted, carried;

  if (up ? __builtin_add_overflow (flow, excess, &wanted) : __builtin_sub_overflow (flow, excess, &wanted))
    return FALSE;
  if (wanted == G_MININT64)
    return FALSE;
  if (arc >= self->n_arcs) {
    rua_network_unhang (self->tree, node);
    rua_network_hang_on_root (self, node, up ? wanted : -wanted);
    return TRUE;
  }
  if (up ? wanted >= 0 && (wanted < most || most == RUA_NETWORK_NO_LIMIT) : wanted > 0 && wanted <= most) {
    self->flow[arc] = carried = wanted;
  } else {
    self->flow[arc] = carried = CLAMP (wanted, 0, most);
    self->state[arc] = rua_network_state_outside (self, arc);
    rua_network_unhang (self->tree, node);
    rua_network_hang_on_root (self, node, up ? wanted - carried : carried - wanted);
  }
  carried -= flow;
  return up ? !__builtin_add_overflow (self->excess[parent], carried, &self->excess[parent])
            : !__builtin_sub_overflow (self->excess[parent], carried, &self->excess[parent]);
}

/* ---- all nodes ---- */

/* The nodes of the tree, parents before children; the root is left out. Kept until potentials are shifted. */
static const guint32 *
list_nodes (RuaNetwork *self)
{
  guint32 *order = self->queue;
  guint32 n = 0, root = self->n_nodes;

  for (guint32 v = self->tree[root].child; v != NONE; v = self->tree[v].next)
    order[n++] = v;
  for (guint32 i = 0; i < n; i++)
    for (guint32 v = self->tree[order[i]].child; v != NONE; v = self->tree[v].next)
      order[n++] = v;
  g_assert (n == self->n_nodes);
  return order;
}

/* Sets the flows that supplies, bounds and the arcs outside the tree leave to those inside it. */
static gboolean
settle_flows (RuaNetwork *self, const guint32 *order)
{
  memcpy (self->excess, self->supply, self->n_nodes * sizeof *self->excess);
  self->excess[self->n_nodes] = 0;
  for (guint32 i = 0; i < self->n_arcs; i++) {
    gboolean inside = (self->state[i] == RUA_ARC_IN_TREE || self->capacity[i] == 0) && is_in_tree (self, i);
    gint64 moved = self->flow[i] = inside ? 0 : settle_outside (self, i);

    if (self->lower && __builtin_add_overflow (moved, self->lower[i], &moved))
      return FALSE;
    if (moved != 0 && !move (self, i, moved))
      return FALSE;
  }
  memset (self->flow + self->n_arcs, 0, self->n_nodes * sizeof *self->flow);
  for (guint32 i = self->n_nodes; i-- > 0;)
    if (!settle_node (self, order[i]))
      return FALSE;
  return TRUE;
}

/* The tree's arcs get the reduced cost 0; sizes on the way. */
static void
settle_potentials (RuaNetwork *self, const guint32 *order)
{
  self->potential[self->n_nodes] = 0;
  for (guint32 i = 0; i < self->n_nodes; i++) {
    guint32 node = order[i], pred = self->tree[node].pred, parent = self->tree[node].parent;
    guint32 arc = pred >> 1;
    gint64 cost = arc >= self->n_arcs ? self->root_cost : self->cost[arc];

    self->potential[node] = self->potential[parent] + (pred & 1 ? -cost : cost);
    self->tree[node].size = 1;
  }
  for (guint32 i = self->n_nodes; i-- > 0;)
    if (self->tree[order[i]].parent != self->n_nodes)
      self->tree[self->tree[order[i]].parent].size += self->tree[order[i]].size;
}

/* What hangs on @top. @but, which hangs there too, and all below it is left out. Only differences of
 * potentials mean anything, so they may go round. Breadth first, so that the next nodes are on their way
 * from memory while one is looked at. */
static void
shift_potentials (RuaNetwork *self, guint32 top, guint32 but, gint64 shift)
{
  const RuaHang *tree = self->tree;
  gint64 *potential = self->potential;
  guint32 *queue = self->queue, n = 1;

  queue[0] = top;
  for (guint32 i = 0; i < n; i++) {
    guint32 node = queue[i], child = tree[node].child, next = tree[node].next;

    if (node != top && next != NONE) {
      __builtin_prefetch (&tree[next]);
      __builtin_prefetch (&potential[next], 1);
      queue[n++] = next;
    }
    if (node == but)
      continue;
    potential[node] = (gint64) ((guint64) potential[node] + (guint64) shift);
    if (child != NONE) {
      __builtin_prefetch (&tree[child]);
      __builtin_prefetch (&potential[child], 1);
      queue[n++] = child;
    }
  }
  self->n_moved += n;
}

void
rua_network_shift (RuaNetwork *self, guint32 node, gint64 shift)
{
  if (self->tree[node].size <= self->n_nodes / 2)
    shift_potentials (self, node, NONE, shift);
  else
    shift_potentials (self, self->n_nodes, node, (gint64) (0 - (guint64) shift));
}

/* ---- few ---- */

/* The nodes on the ways from what was changed to the root. Each way is listed from its upper end down, behind the
 * ways that it leads into: read backwards, children come before parents. */
typedef struct {
  guint32 *nodes, n, room;
  guint8 *listed; /* by node */
} Ways;

/* FALSE: there are too many. */
static gboolean
list_way (RuaNetwork *self, Ways *ways, guint32 node)
{
  guint32 first = ways->n;

  for (; node != self->n_nodes && !ways->listed[node]; node = self->tree[node].parent) {
    if (ways->n == ways->room)
      return FALSE;
    ways->listed[node] = TRUE;
    self->excess[node] = 0;
    ways->nodes[ways->n++] = node;
  }
  for (guint32 a = first, b = ways->n; a + 1 < b; a++) {
    guint32 kept = ways->nodes[a];

    ways->nodes[a] = ways->nodes[--b];
    ways->nodes[b] = kept;
  }
  return TRUE;
}

/* An arc that has other bounds or another cost than when the flow was found. */
static gboolean
settle_arc (RuaNetwork *self, Ways *ways, guint32 arc)
{
  guint32 from = self->ends[arc].from, to = self->ends[arc].to;
  gint64 flow, moved;

  if (is_in_tree (self, arc)) {
    gint64 reduced = self->cost[arc] + self->potential[from] - self->potential[to];
    gboolean up = self->tree[from].pred >> 1 == arc;

    if (reduced != 0)
      rua_network_shift (self, up ? from : to, up ? -reduced : reduced);
    return list_way (self, ways, up ? from : to);
  }
  flow = settle_outside (self, arc);
  if (__builtin_sub_overflow (flow, self->flow[arc], &moved))
    return FALSE;
  self->flow[arc] = flow;
  return moved == 0 || (list_way (self, ways, from) && list_way (self, ways, to) && move (self, arc, moved));
}

/* A node that settling it has hung on the root has the potential of those, and its old parents are without it. */
static void
settle_root (RuaNetwork *self, guint32 node, guint32 old_parent)
{
  gint64 root = self->potential[self->n_nodes], cost = self->root_cost;

  for (guint32 v = old_parent; v != self->n_nodes; v = self->tree[v].parent)
    self->tree[v].size -= self->tree[node].size;
  cost = root + (self->tree[node].pred & 1 ? -cost : cost) - self->potential[node];
  if (cost != 0)
    rua_network_shift (self, node, cost);
}

/* FALSE: it is not done, and not less work than for all. */
static gboolean
settle_few (RuaNetwork *self)
{
  guint32 room = rua_network_few_of (self);
  guint64 most = self->n_moved + 4 * (guint64) room;
  g_autofree guint32 *nodes = g_new (guint32, room);
  g_autofree guint8 *listed = g_new0 (guint8, MAX (1, self->n_nodes));
  Ways ways = { nodes, 0, room, listed };

  self->excess[self->n_nodes] = 0;
  for (guint32 i = 0; i < self->n_touched; i++)
    if (!settle_arc (self, &ways, self->touched[i]) || self->n_moved > most)
      return FALSE;
  for (guint32 i = ways.n; i-- > 0;) {
    guint32 parent = self->tree[nodes[i]].parent;

    if (!settle_node (self, nodes[i]) || self->n_moved > most)
      return FALSE;
    if (self->tree[nodes[i]].parent == self->n_nodes)
      settle_root (self, nodes[i], parent);
  }
  return TRUE;
}

void
rua_network_touch (RuaNetwork *self, guint32 arc)
{
  if (!self->settled)
    return;
  if (self->n_touched == rua_network_few_of (self)) {
    self->settled = FALSE;
    return;
  }
  if (!self->touched)
    self->touched = g_new (guint32, rua_network_few_of (self));
  self->touched[self->n_touched++] = arc;
}

gboolean
rua_network_settle (RuaNetwork *self, GError **error)
{
  gboolean few = self->settled && settle_few (self);

  if (!few) {
    const guint32 *order = list_nodes (self);

    if (!self->flows_hold && !settle_flows (self, order)) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                   "a network's quantities add up to more than 64 bits hold; give them in a greater unit");
      return FALSE;
    }
    /* Whatever hangs on the root by now still comes before what hangs on it. */
    settle_potentials (self, order);
  }
  self->n_touched = 0;
  return TRUE;
}
