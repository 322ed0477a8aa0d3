/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-network-core-private.h"

#include "rua-block-private.h"

/* The potentials under which a flow is optimal form a lattice (Shapley and Shubik 1972): its two ends
 * are shortest distances in the residual network, from a node and to it. With the solve's potentials no
 * length is negative there, so Dijkstra's method finds them. */

#define NONE RUA_NETWORK_NONE

/* One unit more along an arc where there is room, one less where there is flow. */
typedef struct {
  gint64 length; /* in reduced costs */
  guint32 node;  /* the other end */
} Step;

typedef struct {
  guint32 *first; /* by node: where its steps begin */
  Step *steps;    /* of each node those that leave it; backwards: those that come in */
} Steps;

static void
steps_clear (Steps *self)
{
  rua_block_free (self->first);
  rua_block_free (self->steps);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Steps, steps_clear)

static void
list_steps (RuaNetwork *self, Steps *list, const gint64 *flow, const gint64 *potential, gboolean backwards)
{
  guint32 *first = rua_block_new0 (((gsize) self->n_nodes + 2) * sizeof *first);

  list->first = first;
  for (guint32 i = 0; i < self->n_arcs; i++) {
    guint32 from = self->ends[i].from, to = self->ends[i].to;

    first[(backwards ? to : from) + 2] += flow[i] != self->capacity[i];
    first[(backwards ? from : to) + 2] += flow[i] != 0;
  }
  for (guint32 v = 0; v < self->n_nodes; v++)
    first[v + 2] += first[v + 1];
  list->steps = rua_block_new (MAX (1, (gsize) first[self->n_nodes + 1]) * sizeof *list->steps);
  for (guint32 i = 0; i < self->n_arcs; i++) {
    guint32 from = self->ends[i].from, to = self->ends[i].to;
    guint32 near = backwards ? to : from, far = backwards ? from : to;
    gint64 reduced = self->cost[i] + potential[from] - potential[to];

    if (flow[i] != self->capacity[i])
      list->steps[first[near + 1]++] = (Step) { reduced, far };
    if (flow[i] != 0)
      list->steps[first[far + 1]++] = (Step) { -reduced, near };
  }
}

/* ---- the nodes that are yet to be taken ---- */

/* A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan 1990): what is taken never comes nearer again, so a node stands in the
 * bucket of the highest bit in which its distance differs from the last that was taken, and moves down only. */
#define N_BUCKETS 65
#define NOWHERE N_BUCKETS

typedef struct {
  guint32 next, previous; /* in the bucket */
  guint32 bucket;
} Place;

typedef struct {
  const gint64 *distance; /* by node */
  Place *places;          /* by node */
  guint32 heads[N_BUCKETS];
  guint64 filled; /* by bucket from 1 on, a bit each */
  gint64 last;
} Heap;

static inline void
heap_unlink (Heap *heap, guint32 node)
{
  Place *place = &heap->places[node];

  if (place->next != NONE)
    heap->places[place->next].previous = place->previous;
  if (place->previous != NONE)
    heap->places[place->previous].next = place->next;
  else if ((heap->heads[place->bucket] = place->next) == NONE && place->bucket > 0)
    heap->filled &= ~(G_GUINT64_CONSTANT (1) << (place->bucket - 1));
}

static inline void
heap_put (Heap *heap, guint32 node)
{
  guint64 differs = (guint64) (MAX (heap->distance[node], heap->last) ^ heap->last);
  guint32 bucket = differs == 0 ? 0 : 64 - (guint32) __builtin_clzll (differs);
  Place *place = &heap->places[node];

  place->bucket = bucket;
  place->previous = NONE;
  place->next = heap->heads[bucket];
  if (place->next != NONE)
    heap->places[place->next].previous = node;
  heap->heads[bucket] = node;
  if (bucket > 0)
    heap->filled |= G_GUINT64_CONSTANT (1) << (bucket - 1);
}

/* One of the nearest; NONE: there are no more. */
static inline guint32
heap_take (Heap *heap)
{
  guint32 node = heap->heads[0];

  if (node == NONE) {
    guint32 bucket, at;

    if (heap->filled == 0)
      return NONE;
    bucket = (guint32) __builtin_ctzll (heap->filled) + 1;
    at = heap->heads[bucket];
    heap->last = heap->distance[at];
    for (guint32 v = at; v != NONE; v = heap->places[v].next)
      heap->last = MIN (heap->last, heap->distance[v]);
    heap->heads[bucket] = NONE;
    heap->filled &= ~(G_GUINT64_CONSTANT (1) << (bucket - 1));
    while (at != NONE) {
      guint32 next = heap->places[at].next;

      heap_put (heap, at);
      at = next;
    }
    node = heap->heads[0];
  }
  heap_unlink (heap, node);
  heap->places[node].bucket = NOWHERE;
  return node;
}

/* ---- distances ---- */

/* By node the length of the shortest path from @anchor (@backwards: to it) in reduced costs; G_MAXINT64
 * where there is none. */
static gboolean
measure_distances (RuaNetwork *self,
                   const gint64 *flow,
                   const gint64 *potential,
                   guint32 anchor,
                   gint64 most,
                   gboolean backwards,
                   gint64 *distance,
                   GCancellable *cancellable,
                   GError **error)
{
  g_auto (Steps) list = { NULL, NULL };
  Place *places = rua_block_new (MAX (1, self->n_nodes) * sizeof *places);
  Heap heap = { .distance = distance, .places = places };
  guint32 n_taken = 0, node;
  gboolean cancelled = FALSE;

  list_steps (self, &list, flow, potential, backwards);
  for (guint i = 0; i < N_BUCKETS; i++)
    heap.heads[i] = NONE;
  for (guint32 v = 0; v < self->n_nodes; v++) {
    gint64 now = potential[v] - potential[anchor];

    places[v].bucket = NOWHERE;
    distance[v] = v == anchor ? 0 : most == RUA_NETWORK_NO_LIMIT ? G_MAXINT64 : backwards ? most + now : most - now;
    if (distance[v] != G_MAXINT64)
      heap_put (&heap, v);
  }
  while (!cancelled && (node = heap_take (&heap)) != NONE) {
    for (guint32 k = list.first[node]; k < list.first[node + 1]; k++) {
      guint32 other = list.steps[k].node;
      gint64 length = distance[node] + list.steps[k].length;

      if (length >= distance[other])
        continue;
      distance[other] = length;
      if (places[other].bucket != NOWHERE)
        heap_unlink (&heap, other);
      heap_put (&heap, other);
    }
    cancelled = ++n_taken % 4096 == 0 && g_cancellable_set_error_if_cancelled (cancellable, error);
  }
  rua_block_free (places);
  return !cancelled;
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
  if (greatest && !measure_distances (self, flow, potential, anchor, most, FALSE, greatest, cancellable, error))
    return FALSE;
  if (least && !measure_distances (self, flow, potential, anchor, most, TRUE, least, cancellable, error))
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
  gint64 *above = rua_block_new (MAX (1, self->n_arcs) * sizeof *above);
  gboolean done;

  g_assert (anchor < self->n_nodes);
  for (guint32 i = 0; i < self->n_arcs; i++)
    above[rua_network_place (self, i)] = flow[i] - rua_network_get_lower (self, i);
  done = price (self, above, potentials, anchor, most, least, greatest, cancellable, error);
  rua_block_free (above);
  return done;
}
