/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-parts-private.h"

/* A network whose arcs are partly fixed falls apart: into products that no common limit binds, into what lies on
 * the two sides of a limit that is full. Each part is shared out by itself, in a network of its own. Node 0, the
 * ground, stands in each: what flows round it is right by itself. So do nodes that are as good as others, since
 * nothing binds between them. */

#define NONE G_MAXUINT32

static guint32
root_of (guint32 *above, guint32 node)
{
  while (above[node] != node)
    node = above[node] = above[above[node]];
  return node;
}

static gboolean
is_fixed (RuaNetwork *network, guint32 arc)
{
  return rua_network_get_lower (network, arc) == rua_network_get_capacity (network, arc);
}

typedef struct {
  RuaNetwork *network;       /* the great one */
  const guint32 *same;       /* by node: the one that it is as good as */
  guint32 *part;             /* by node */
  guint32 *local;            /* by node: its number in its part */
  guint32 *first_arc, *arcs; /* by part */
  guint32 *n_nodes;          /* by part, the ground included */
  gint64 *supply;            /* by node: what the fixed arcs leave */
  guint32 n_parts;
} Parts;

static void
parts_clear (Parts *self)
{
  g_free (self->part);
  g_free (self->local);
  g_free (self->first_arc);
  g_free (self->arcs);
  g_free (self->n_nodes);
  g_free (self->supply);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

/* NONE: it is fixed, or within what is as good as one node. */
static guint32
part_of_arc (const Parts *self, guint32 arc)
{
  guint32 from = self->same[rua_network_get_from (self->network, arc)],
          to = self->same[rua_network_get_to (self->network, arc)];

  return from == to || is_fixed (self->network, arc) ? NONE : self->part[from != 0 ? from : to];
}

static void
find_parts (Parts *self, RuaNetwork *network, const guint32 *same)
{
  guint32 n_nodes = rua_network_get_n_nodes (network), n_arcs = rua_network_get_n_arcs (network);
  g_autofree guint32 *above = g_new (guint32, n_nodes);
  g_autofree guint32 *at = NULL;

  self->network = network;
  self->same = same;
  self->part = g_new (guint32, n_nodes);
  self->local = g_new0 (guint32, n_nodes);
  self->supply = g_new0 (gint64, n_nodes);
  for (guint32 v = 0; v < n_nodes; v++)
    above[v] = v;
  for (guint32 i = 0; i < n_arcs; i++) {
    guint32 from = same[rua_network_get_from (network, i)], to = same[rua_network_get_to (network, i)];

    if (is_fixed (network, i)) {
      self->supply[from] -= rua_network_get_lower (network, i);
      self->supply[to] += rua_network_get_lower (network, i);
    } else if (from != 0 && to != 0) {
      guint32 a = root_of (above, from), b = root_of (above, to);

      above[MAX (a, b)] = MIN (a, b);
    }
  }
  self->n_nodes = g_new (guint32, n_nodes);
  self->part[0] = NONE;
  for (guint32 v = 1; v < n_nodes; v++) {
    guint32 root = root_of (above, v);

    if (same[v] != v) {
      self->part[v] = NONE;
      continue;
    }
    if (root == v) {
      self->part[v] = self->n_parts;
      self->n_nodes[self->n_parts++] = 1;
    } else {
      self->part[v] = self->part[root];
    }
    self->local[v] = self->n_nodes[self->part[v]]++;
  }
  self->first_arc = g_new0 (guint32, (gsize)self->n_parts + 2);
  self->arcs = g_new (guint32, MAX (1, n_arcs));
  for (guint32 i = 0; i < n_arcs; i++)
    if (part_of_arc (self, i) != NONE)
      self->first_arc[part_of_arc (self, i) + 1]++;
  for (guint32 k = 0; k < self->n_parts; k++)
    self->first_arc[k + 1] += self->first_arc[k];
  at = g_memdup2 (self->first_arc, ((gsize)self->n_parts + 1) * sizeof *at);
  for (guint32 i = 0; i < n_arcs; i++)
    if (part_of_arc (self, i) != NONE)
      self->arcs[at[part_of_arc (self, i)]++] = i;
}

/* Shares out in one part, and takes the bounds over. @mine: of the shares, those in it. */
static gboolean
share_out_part (Parts *self,
                guint32 part,
                const gint64 *supply,
                RuaMarketShare *shares,
                const guint32 *mine,
                guint32 n_mine,
                const guint32 *local_arc,
                const RuaMarketFraction *since,
                const RuaMarketFraction *until,
                gboolean *all,
                RuaMarketFraction *smallest,
                guint64 *n_pivots,
                GCancellable *cancellable,
                GError **error)
{
  guint32 first = self->first_arc[part], n_arcs = self->first_arc[part + 1] - first;
  g_autoptr (RuaNetwork) small = rua_network_new (self->n_nodes[part], n_arcs + n_mine);
  g_autofree RuaMarketShare *own = g_new (RuaMarketShare, n_mine);
  gint64 left = 0;

  for (guint32 k = 0; k < n_arcs; k++) {
    guint32 i = self->arcs[first + k];
    guint32 from = self->local[self->same[rua_network_get_from (self->network, i)]],
            to = self->local[self->same[rua_network_get_to (self->network, i)]];

    rua_network_add_arc (small, from, to, 0, 0);
    rua_network_set_bounds (small, k, rua_network_get_lower (self->network, i),
                            rua_network_get_capacity (self->network, i));
  }
  for (guint32 v = 1; v < self->n_nodes[part]; v++) {
    rua_network_set_supply (small, v, supply[v]);
    left -= supply[v];
  }
  rua_network_set_supply (small, 0, left);
  for (guint32 k = 0; k < n_mine; k++) {
    RuaMarketShare *share = &own[k];

    *share = shares[mine[k]];
    share->arc = local_arc[share->arc];
    share->unit = rua_network_add_arc (small, rua_network_get_from (small, share->arc),
                                       rua_network_get_to (small, share->arc), 0, 0);
    share->low = rua_network_get_lower (small, share->arc);
    share->most = rua_network_get_capacity (small, share->arc);
    share->low = MIN (share->low, share->high);
    share->high = MIN (share->high, share->most);
  }
  if (!rua_market_level (small, own, n_mine, since, until, all, smallest, n_pivots, cancellable, error))
    return FALSE;
  if (!rua_network_solve (small, cancellable, error))
    return FALSE;
  g_assert (rua_network_get_status (small) == RUA_NETWORK_OPTIMAL);
  for (guint32 k = 0; k < n_arcs; k++)
    rua_network_set_bounds (self->network, self->arcs[first + k], rua_network_get_lower (small, k),
                            rua_network_get_capacity (small, k));
  for (guint32 k = 0; k < n_mine; k++) {
    guint32 arc = own[k].arc, unit = own[k].unit;
    gint64 most = rua_network_get_capacity (small, arc);

    shares[mine[k]].got = rua_network_get_flow (small, arc) + rua_network_get_flow (small, unit);
    shares[mine[k]].low = own[k].low;
    shares[mine[k]].high = own[k].high;
    shares[mine[k]].undecided = own[k].undecided;
    rua_network_set_bounds (
      self->network, shares[mine[k]].arc,
      rua_network_get_lower (small, arc) + rua_network_get_lower (small, unit),
      most == RUA_NETWORK_NO_LIMIT ? most : most + rua_network_get_capacity (small, unit));
  }
  return TRUE;
}

gboolean
rua_market_share_out_in_parts (RuaNetwork *network,
                               const guint32 *same,
                               RuaMarketShare *shares,
                               guint32 n,
                               const RuaMarketFraction *since,
                               const RuaMarketFraction *until,
                               gboolean *all,
                               RuaMarketFraction *smallest,
                               guint64 *n_pivots,
                               GCancellable *cancellable,
                               GError **error)
{
  g_auto (Parts) parts = { 0 };
  g_autofree guint32 *first = NULL, *mine = NULL, *at = NULL, *local_arc = NULL, *first_node = NULL;
  g_autofree gint64 *supply = NULL;
  guint32 n_nodes = rua_network_get_n_nodes (network);

  *all = TRUE;
  *smallest = (RuaMarketFraction){ 1, 1 };
  find_parts (&parts, network, same);
  first = g_new0 (guint32, (gsize)parts.n_parts + 1);
  mine = g_new (guint32, MAX (1, n));
  local_arc = g_new (guint32, MAX (1, rua_network_get_n_arcs (network)));
  for (guint32 i = 0; i < n; i++)
    if (!is_fixed (network, shares[i].arc))
      first[part_of_arc (&parts, shares[i].arc) + 1]++;
    else
      shares[i].low = shares[i].high = shares[i].got = rua_network_get_lower (network, shares[i].arc);
  for (guint32 k = 0; k < parts.n_parts; k++)
    first[k + 1] += first[k];
  at = g_memdup2 (first, ((gsize)parts.n_parts + 1) * sizeof *at);
  for (guint32 i = 0; i < n; i++)
    if (!is_fixed (network, shares[i].arc))
      mine[at[part_of_arc (&parts, shares[i].arc)]++] = i;
  /* Supplies part by part. */
  first_node = g_new0 (guint32, (gsize)parts.n_parts + 1);
  for (guint32 k = 0; k < parts.n_parts; k++)
    first_node[k + 1] = first_node[k] + parts.n_nodes[k];
  supply = g_new0 (gint64, MAX (1, first_node[parts.n_parts]));
  for (guint32 v = 1; v < n_nodes; v++)
    if (same[v] == v)
      supply[first_node[parts.part[v]] + parts.local[v]] = parts.supply[v];
  for (guint32 part = 0; part < parts.n_parts; part++) {
    RuaMarketFraction least;
    gboolean whole;

    if (first[part] == first[part + 1])
      continue;
    for (guint32 k = parts.first_arc[part]; k < parts.first_arc[part + 1]; k++)
      local_arc[parts.arcs[k]] = k - parts.first_arc[part];
    if (!share_out_part (&parts, part, supply + first_node[part], shares, mine + first[part],
                         first[part + 1] - first[part], local_arc, since, until, &whole, &least, n_pivots,
                         cancellable, error))
      return FALSE;
    if (!whole && (*all || rua_market_compare_fractions (least, *smallest) < 0))
      *smallest = least;
    *all = *all && whole;
  }
  return TRUE;
}
