/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-network-core-private.h"

#include <math.h>
#include <string.h>

/* How the simplex method begins: the order of the arcs, and the first tree. Both are made in memory that the solve
 * needs anyway, since new pages cost more than the work that is done in them. */

#define NONE RUA_NETWORK_NONE
#define MIXED_AT_ONCE 16

/* ---- the order of the arcs ---- */

/* @array, with the item i at place[i]; @scratch is as long. */
static void
put_in_places (gint64 *array, gint64 *scratch, const guint32 *place, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    scratch[place[i]] = array[i];
  memcpy (array, scratch, n * sizeof *array);
}

/* Arcs that stand together, as those of one order do, are much alike: each block gets arcs from all
 * over the network. */
void
rua_network_mix (RuaNetwork *self)
{
  guint32 n = self->n_arcs, stride = (guint32) MAX (10., sqrt ((double) n));
  guint32 n_rows = (n + stride - 1) / stride, n_whole = n - (n_rows - (n > 0)) * stride;

  G_STATIC_ASSERT (sizeof (RuaEnds) == sizeof (gint64));
  self->place = self->place_room;
  for (guint32 i = 0, row = 0, column = 0; i < n; i++) {
    /* The first columns are a row longer than the others. */
    self->place[i] = column * n_rows - (column > n_whole ? column - n_whole : 0) + row;
    if (++column == stride) {
      column = 0;
      row++;
    }
  }
  if (n == 0)
    return;
  put_in_places ((gint64 *) self->ends, self->flow, self->place, n);
  put_in_places (self->cost, self->flow, self->place, n);
  put_in_places (self->capacity, self->flow, self->place, n);
  if (self->lower)
    put_in_places (self->lower, self->flow, self->place, n);
  memset (self->flow, 0, n * sizeof *self->flow);
}

/* ---- the first tree ---- */

static gboolean
is_circulation (const RuaNetwork *self)
{
  if (self->n_nodes == 0 || self->lower)
    return FALSE;
  for (guint32 v = 0; v < self->n_nodes; v++)
    if (self->supply[v] != 0)
      return FALSE;
  return TRUE;
}

/* What circulates goes through node 0, if it is as markets are: each node that reaches it on arcs which do not lead
 * round hangs on the arc of the cheapest way there. The prices that this begins with are those at which everything
 * would be bought, and every pivot brings something that is sold; it takes half as many as from nothing. Arcs that
 * carry nothing and lead to the root are strongly feasible. */
static void
hang_on_cheapest_ways (RuaNetwork *self)
{
  RuaHang *tree = self->tree;
  gint64 *length = self->potential, *next_in = self->flow;
  guint32 *ready = self->queue, n_ready = 0;

  /* For now size is the first arc in, previous the arcs out that have not been looked at, pred the best of those
   * that have. */
  for (guint32 v = 0; v < self->n_nodes; v++)
    tree[v] = (RuaHang) { .pred = NONE, .size = NONE, .previous = 0 };
  for (guint32 i = self->n_arcs; i-- > 0;) {
    if (self->ends[i].from == 0 || self->capacity[i] == 0)
      continue;
    next_in[i] = tree[self->ends[i].to].size;
    tree[self->ends[i].to].size = i;
    tree[self->ends[i].from].previous++;
  }
  for (guint32 v = 0; v < self->n_nodes; v++) {
    length[v] = G_MAXINT64;
    if (tree[v].previous == 0) {
      length[v] = 0;
      ready[n_ready++] = v;
    }
  }
  for (guint32 k = 0; k < n_ready; k++)
    for (gint64 i = tree[ready[k]].size; i != NONE; i = next_in[i]) {
      guint32 from = self->ends[i].from;
      gint64 whole = self->cost[i] + length[ready[k]];

      if (whole < length[from]) {
        length[from] = whole;
        tree[from].pred = (guint32) i;
      }
      if (--tree[from].previous == 0)
        ready[n_ready++] = from;
    }
  for (guint32 v = 0; v < self->n_nodes; v++) {
    /* What lies on a circle. */
    if (tree[v].previous > 0)
      tree[v].pred = NONE;
    tree[v].child = NONE;
  }
  for (guint32 v = self->n_nodes; v-- > 0;) {
    guint32 arc = tree[v].pred;

    if (arc == NONE) {
      rua_network_hang_on_root (self, v, 0);
    } else {
      self->state[arc] = RUA_ARC_IN_TREE;
      rua_network_hang (tree, v, self->ends[arc].to, arc << 1 | 1);
    }
  }
}

void
rua_network_start (RuaNetwork *self)
{
  guint32 n = self->n_nodes;

  if (!self->node_block)
    rua_network_reserve_nodes (self);
  memset (self->potential, 0, ((gsize) n + 1) * sizeof *self->potential);
  self->settled = FALSE;
  self->flows_hold = FALSE;
  self->n_touched = 0;
  self->tree[n] = (RuaHang) { NONE, 0, NONE, NONE, NONE, n + 1 };
  memset (self->state, RUA_ARC_AT_LOWER, (gsize) self->n_arcs + n);
  for (guint32 v = 0; v < n; v++)
    self->capacity[self->n_arcs + v] = RUA_NETWORK_NO_LIMIT;
  if (is_circulation (self)) {
    hang_on_cheapest_ways (self);
    return;
  }
  for (guint32 v = 0; v < n; v++)
    self->tree[v].child = NONE;
  for (guint32 v = n; v-- > 0;)
    rua_network_hang_on_root (self, v, 0);
}
