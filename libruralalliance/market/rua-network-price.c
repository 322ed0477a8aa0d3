/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-network-core-private.h"

/* The potentials under which a flow is optimal form a lattice (Shapley and Shubik 1972): its two ends
 * are shortest distances in the residual network, from a node and to it. With the solve's potentials no
 * length is negative there, so Dijkstra's method finds them. */

#define NONE RUA_NETWORK_NONE

typedef struct {
  guint32 *first; /* by node: where its arcs begin in @arcs */
  guint32 *arcs;  /* each arc at both its ends: place << 1 | whether it leaves there */
} Neighbours;

static void
neighbours_clear (Neighbours *self)
{
  g_free (self->first);
  g_free (self->arcs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Neighbours, neighbours_clear)

static void
list_neighbours (RuaNetwork *self, Neighbours *list)
{
  list->first = g_new0 (guint32, (gsize)self->n_nodes + 2);
  list->arcs = g_new (guint32, MAX (1, (gsize)self->n_arcs * 2));
  for (guint32 i = 0; i < self->n_arcs; i++) {
    list->first[self->ends[i].from + 2]++;
    list->first[self->ends[i].to + 2]++;
  }
  for (guint32 v = 0; v < self->n_nodes; v++)
    list->first[v + 2] += list->first[v + 1];
  for (guint32 i = 0; i < self->n_arcs; i++) {
    list->arcs[list->first[self->ends[i].from + 1]++] = i << 1 | 1;
    list->arcs[list->first[self->ends[i].to + 1]++] = i << 1;
  }
}

/* ---- a heap of nodes, nearest first; a node stands in it once ---- */

typedef struct {
  guint32 *nodes;
  guint32 *where; /* by node; NONE: not in it */
  const gint64 *distance;
  guint32 n;
} Heap;

static inline gboolean
is_nearer (const Heap *heap, guint32 a, guint32 b)
{
  /* By number among equals, so that nothing hangs on the order in which they came. */
  return heap->distance[a] != heap->distance[b] ? heap->distance[a] < heap->distance[b] : a < b;
}

static void
heap_lift (Heap *heap, guint32 at)
{
  guint32 node = heap->nodes[at];

  while (at > 0 && is_nearer (heap, node, heap->nodes[(at - 1) / 2])) {
    heap->nodes[at] = heap->nodes[(at - 1) / 2];
    heap->where[heap->nodes[at]] = at;
    at = (at - 1) / 2;
  }
  heap->nodes[at] = node;
  heap->where[node] = at;
}

static guint32
heap_take (Heap *heap)
{
  guint32 nearest = heap->nodes[0], node = heap->nodes[--heap->n], at = 0, child;

  heap->where[nearest] = NONE;
  if (heap->n == 0)
    return nearest;
  while ((child = 2 * at + 1) < heap->n) {
    if (child + 1 < heap->n && is_nearer (heap, heap->nodes[child + 1], heap->nodes[child]))
      child++;
    if (!is_nearer (heap, heap->nodes[child], node))
      break;
    heap->nodes[at] = heap->nodes[child];
    heap->where[heap->nodes[at]] = at;
    at = child;
  }
  heap->nodes[at] = node;
  heap->where[node] = at;
  return nearest;
}

/* ---- distances ---- */

/* By node the length of the shortest path from @anchor (@backwards: to it) in reduced costs; G_MAXINT64
 * where there is none. */
static gboolean
measure_distances (RuaNetwork *self,
                   const Neighbours *list,
                   const gint64 *flow,
                   const gint64 *potential,
                   guint32 anchor,
                   gint64 most,
                   gboolean backwards,
                   gint64 *distance,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree guint32 *nodes = g_new (guint32, MAX (1, self->n_nodes));
  g_autofree guint32 *where = g_new (guint32, MAX (1, self->n_nodes));
  Heap heap = { nodes, where, distance, 0 };
  guint32 n_taken = 0;

  for (guint32 v = 0; v < self->n_nodes; v++) {
    distance[v] = G_MAXINT64;
    where[v] = NONE;
  }
  distance[anchor] = 0;
  nodes[heap.n++] = anchor;
  where[anchor] = 0;
  for (guint32 v = 0; v < self->n_nodes && most != RUA_NETWORK_NO_LIMIT; v++) {
    gint64 now = potential[v] - potential[anchor];

    if (v == anchor)
      continue;
    distance[v] = backwards ? most + now : most - now;
    where[v] = heap.n;
    nodes[heap.n++] = v;
    heap_lift (&heap, where[v]);
  }
  while (heap.n > 0) {
    guint32 node = heap_take (&heap);

    if (++n_taken % 4096 == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    for (guint32 k = list->first[node]; k < list->first[node + 1]; k++) {
      guint32 i = list->arcs[k] >> 1;
      gboolean leaves = list->arcs[k] & 1;
      const RuaEnds *arc = &self->ends[i];
      guint32 other = leaves ? arc->to : arc->from;
      gint64 reduced = self->cost[i] + potential[arc->from] - potential[arc->to], length;

      /* One unit more along the arc where there is room, one less where there is flow. */
      if (leaves != backwards ? flow[i] == self->capacity[i] : flow[i] == 0)
        continue;
      length = distance[node] + (leaves != backwards ? reduced : -reduced);
      if (length >= distance[other])
        continue;
      distance[other] = length;
      if (where[other] == NONE) {
        where[other] = heap.n;
        nodes[heap.n++] = other;
      }
      heap_lift (&heap, where[other]);
    }
  }
  return TRUE;
}

static gboolean
price (RuaNetwork *self,
       const gint64 *flow,
       const gint64 *potential,
       guint32 anchor,
       gint64 most,
       gint64 *least,
       gint64 *greatest,
       GCancellable *cancellable,
       GError **error)
{
  g_auto (Neighbours) list = { NULL, NULL };

  list_neighbours (self, &list);
  if (greatest
      && !measure_distances (self, &list, flow, potential, anchor, most, FALSE, greatest,
                             cancellable, error))
    return FALSE;
  if (least
      && !measure_distances (self, &list, flow, potential, anchor, most, TRUE, least, cancellable,
                             error))
    return FALSE;
  for (guint32 v = 0; v < self->n_nodes; v++) {
    gint64 now = potential[v] - potential[anchor];

    if (greatest)
      greatest[v] = greatest[v] == G_MAXINT64 ? RUA_NETWORK_NO_LIMIT : now + greatest[v];
    if (least)
      least[v] = least[v] == G_MAXINT64 ? -RUA_NETWORK_NO_LIMIT : now - least[v];
  }
  return TRUE;
}

gboolean
rua_network_price (RuaNetwork *self,
                   guint32 anchor,
                   gint64 *least,
                   gint64 *greatest,
                   GCancellable *cancellable,
                   GError **error)
{
  g_assert (self->status == RUA_NETWORK_OPTIMAL && anchor < self->n_nodes);
  return price (self, self->flow, self->potential, anchor, RUA_NETWORK_NO_LIMIT, least, greatest,
                cancellable, error);
}

gboolean
rua_network_price_flow (RuaNetwork *self,
                        const gint64 *flow,
                        const gint64 *potentials,
                        guint32 anchor,
                        gint64 most,
                        gint64 *least,
                        gint64 *greatest,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autofree gint64 *above = g_new (gint64, MAX (1, self->n_arcs));

  g_assert (anchor < self->n_nodes);
  for (guint32 i = 0; i < self->n_arcs; i++)
    above[rua_network_place (self, i)] = flow[i] - rua_network_get_lower (self, i);
  return price (self, above, potentials, anchor, most, least, greatest, cancellable, error);
}
