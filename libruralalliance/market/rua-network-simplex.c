/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-network-core-private.h"

#include <math.h>
#include <string.h>

#include "rua-error.h"

/* The primal network simplex method. */

#define NONE RUA_NETWORK_NONE
#define MOST_CANDIDATES 16
#define BLOCKS_FOR_BEST 3
#define DENSE 8 /* arcs a node from which on each pivot moves so much that the best arc is worth looking for */
/* A pivot takes well under a microsecond on the average. */
#define PIVOTS_BETWEEN_LOOKS 4096

/* ---- a pivot ---- */

static inline gint64
residual_of (RuaNetwork *self, guint32 arc, gboolean forward)
{
  gint64 most = self->capacity[arc];

  if (!forward)
    return self->flow[arc];
  return most == RUA_NETWORK_NO_LIMIT ? most : most - self->flow[arc];
}

/* Brings an arc into the tree. FALSE: its flow can grow for ever. */
static gboolean
pivot (RuaNetwork *self, guint32 entering, gint64 reduced)
{
  RuaHang *tree = self->tree;
  gboolean from_lower = self->state[entering] == RUA_ARC_AT_LOWER;
  /* The flow goes through the tree to @tail, over the arc to @head, and back through the tree. */
  guint32 tail = from_lower ? self->ends[entering].from : self->ends[entering].to;
  guint32 head = from_lower ? self->ends[entering].to : self->ends[entering].from;
  guint32 u = tail, v = head, leaving = NONE, inner = NONE, meeting, node, parent, pred, below, cut;
  gint64 most = self->capacity[entering];

  /* Of the arcs that let through least, the last one on the way round from where the paths meet: so
   * every node can still send something towards the root, and no tree comes twice. */
  while (u != v) {
    self->n_moved++;
    if (tree[u].size < tree[v].size) {
      gint64 room = residual_of (self, tree[u].pred >> 1, !(tree[u].pred & 1));

      if (room < most) {
        most = room;
        leaving = u;
        inner = tail;
      }
      u = tree[u].parent;
    } else {
      gint64 room = residual_of (self, tree[v].pred >> 1, tree[v].pred & 1);

      if (room <= most) {
        most = room;
        leaving = v;
        inner = head;
      }
      v = tree[v].parent;
    }
  }
  if (most == RUA_NETWORK_NO_LIMIT)
    return FALSE;

  meeting = u;
  if (most > 0) {
    self->flow[entering] += from_lower ? most : -most;
    for (u = tail; u != meeting; u = tree[u].parent)
      self->flow[tree[u].pred >> 1] += tree[u].pred & 1 ? -most : most;
    for (v = head; v != meeting; v = tree[v].parent)
      self->flow[tree[v].pred >> 1] += tree[v].pred & 1 ? most : -most;
  }
  if (leaving == NONE) {
    self->state[entering] = -self->state[entering];
    return TRUE;
  }

  self->state[tree[leaving].pred >> 1] = rua_network_state_outside (self, tree[leaving].pred >> 1);
  self->state[entering] = RUA_ARC_IN_TREE;
  parent = inner == tail ? head : tail;
  pred = entering << 1 | (self->ends[entering].from == inner);
  cut = tree[leaving].size;
  for (node = tree[leaving].parent; node != meeting; node = tree[node].parent)
    tree[node].size -= cut;
  for (node = parent; node != meeting; node = tree[node].parent)
    tree[node].size += cut;
  below = 0;
  for (node = inner;;) {
    guint32 old_parent = tree[node].parent, old_pred = tree[node].pred, old_size = tree[node].size;

    rua_network_unhang (tree, node);
    rua_network_hang (tree, node, parent, pred);
    tree[node].size = cut - below;
    if (node == leaving)
      break;
    below = old_size;
    parent = node;
    pred = old_pred ^ 1;
    node = old_parent;
  }
  if (self->ends[entering].from == inner)
    reduced = -reduced;
  rua_network_shift (self, inner, reduced);
  return TRUE;
}

/* ---- which arc comes in ---- */

/* Arcs that were found to gain, with what each gained when it was last looked at (below 0). */
typedef struct {
  guint32 arcs[MOST_CANDIDATES];
  guint32 n;
  guint32 at; /* where the search goes on */
  guint32 block;
  gint64 worth; /* what the best gained when the list was made */
  guint32 n_seen; /* arcs that were looked at for it */
  gboolean each; /* no list: the best is looked for each time */
} Candidates;

static inline gint64
gain_of (RuaNetwork *self, guint32 arc)
{
  const RuaEnds *ends = &self->ends[arc];

  return self->state[arc] * (gint64) ((guint64) self->cost[arc] + (guint64) self->potential[ends->from] - (guint64) self->potential[ends->to]);
}

/* Looks at the arcs of one block after the other until one of them gains. */
static gboolean
search_blocks (RuaNetwork *self, Candidates *list)
{
  guint32 n = self->n_arcs, i = list->at, found = 0, seen = 0;
  gint64 gains[MOST_CANDIDATES];

  for (guint32 left = n; left > 0;) {
    guint32 end = i + MIN (MIN (list->block, left), n - i);

    left -= end - i;
    seen += end - i;
    for (; i < end; i++) {
      gint64 gain = gain_of (self, i);

      if (gain >= 0)
        continue;
      if (found < MOST_CANDIDATES) {
        list->arcs[found] = i;
        gains[found++] = gain;
      } else {
        /* In place of one that gains less: not of the least, which would have to be looked for. */
        guint32 other = i % MOST_CANDIDATES;

        if (gain < gains[other]) {
          list->arcs[other] = i;
          gains[other] = gain;
        }
      }
    }
    if (i == n)
      i = 0;
    if (found > 0)
      break;
  }
  list->at = i;
  list->n = found;
  list->n_seen = seen;
  return found > 0;
}

/* The candidate that gains most by now, with its reduced cost; those that gain no more are forgotten. */
static guint32
choose (RuaNetwork *self, Candidates *list, gint64 *gain)
{
  guint32 n = 0, best = NONE;

  *gain = 0;
  for (guint32 i = 0; i < list->n; i++) {
    gint64 now = gain_of (self, list->arcs[i]);

    if (now >= 0)
      continue;
    if (now < *gain) {
      *gain = now;
      best = n;
    }
    list->arcs[n++] = list->arcs[i];
  }
  list->n = n;
  return best;
}

/* The best of the next blocks that have any. */
static guint32
search_best (RuaNetwork *self, Candidates *list, gint64 *gain)
{
  const RuaEnds *ends = self->ends;
  const gint64 *cost = self->cost;
  const gint64 *potential = self->potential;
  const gint8 *state = self->state;
  guint32 n = self->n_arcs, i = list->at, best = NONE;
  gint64 most = 0;

  for (guint32 left = n; left > 0 && best == NONE;) {
    guint32 end = i + MIN (MIN (list->block * BLOCKS_FOR_BEST, left), n - i);

    left -= end - i;
    for (; i < end; i++) {
      gint64 now = state[i] * (gint64) ((guint64) cost[i] + (guint64) potential[ends[i].from] - (guint64) potential[ends[i].to]);

      if (now < most) {
        most = now;
        best = i;
      }
    }
    if (i == n)
      i = 0;
  }
  list->at = i;
  *gain = most;
  return best;
}

static guint32
find_entering (RuaNetwork *self, Candidates *list, gint64 *reduced)
{
  guint32 best, arc;
  gint64 gain;

  if (list->each) {
    arc = search_best (self, list, &gain);
    if (arc != NONE)
      *reduced = gain * self->state[arc];
    return arc;
  }
  best = choose (self, list, &gain);
  /* Where pivots move much of the tree, it is worth looking for a better one each time; where they move little, what
   * was found is used up. */
  if (best == NONE || gain > list->worth / 2 || self->n_moved > list->n_seen / 2) {
    if (!search_blocks (self, list))
      return NONE;
    best = choose (self, list, &gain);
    list->worth = gain;
    self->n_moved = 0;
  }
  arc = list->arcs[best];
  list->arcs[best] = list->arcs[--list->n];
  *reduced = gain * self->state[arc];
  return arc;
}

/* Whether the tree that a solve begins with leaves something at nodes that has to go elsewhere. Then early pivots decide
 * which trees grow, and greedy ones keep them flat; in a circulation, as markets are, they hardly matter. */
static gboolean
has_to_carry (RuaNetwork *self)
{
  for (guint32 v = self->tree[self->n_nodes].child; v != NONE; v = self->tree[v].next)
    if (self->flow[self->n_arcs + v] > 0)
      return TRUE;
  return FALSE;
}

/* The cost of the arcs to the root: more than any path costs, and than any will after small changes. */
static gboolean
cost_of_root (RuaNetwork *self, gint64 *cost, GError **error)
{
  guint64 most = 0, limit = (G_GUINT64_CONSTANT (1) << 60) / ((guint64) self->n_nodes + 2), rounded = 1;

  for (guint32 i = 0; i < self->n_arcs; i++) {
    gint64 c = self->cost[i];
    guint64 size = c < 0 ? -(guint64) c : (guint64) c;

    most = MAX (most, size);
  }
  /* Potentials stay below twice this. */
  if (most >= limit) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "a network of %u nodes with the cost %" G_GUINT64_FORMAT ": paths would cost more than 64 bits hold; give amounts in a greater unit",
                 self->n_nodes, most);
    return FALSE;
  }
  while (rounded <= most)
    rounded *= 2;
  *cost = (gint64) MIN (rounded, limit) * ((gint64) self->n_nodes + 1);
  return TRUE;
}

/* Where more than half of the tree would have been shifted, the root was: what is told is counted from it again. */
static void
settle_root (RuaNetwork *self)
{
  guint64 root = (guint64) self->potential[self->n_nodes];

  for (guint32 v = 0; v <= self->n_nodes; v++)
    self->potential[v] = (gint64) ((guint64) self->potential[v] - root);
}

gboolean
rua_network_solve (RuaNetwork *self, GCancellable *cancellable, GError **error)
{
  Candidates list = { { 0 }, 0, 0, 0, 0, 0, FALSE };
  guint32 entering;
  gint64 root_cost, reduced;
  gboolean warm = self->has_tree;

  self->status = RUA_NETWORK_UNSOLVED;
  self->n_pivots = 0;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->n_arcs >= G_MAXUINT32 / 2 - self->n_nodes) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "a network of %u arcs is too great; split the market", self->n_arcs);
    return FALSE;
  }
  if (!cost_of_root (self, &root_cost, error))
    return FALSE;
  if (!self->place)
    rua_network_mix (self);
  if (!warm)
    rua_network_start (self);
  /* What is more than enough is kept, since another would change all potentials. */
  if (!self->settled || root_cost > self->root_cost) {
    self->root_cost = root_cost;
    self->settled = FALSE;
  }
  /* What is cancelled or refused midway is no tree to go on from. */
  self->has_tree = FALSE;
  if (!rua_network_settle (self, error))
    return FALSE;
  self->settled = FALSE;
  self->flows_hold = FALSE;

  list.block = (guint32) MAX (16., sqrt ((double) self->n_arcs));
  list.each = self->n_arcs / DENSE > self->n_nodes || (!warm && has_to_carry (self));
  while ((entering = find_entering (self, &list, &reduced)) != NONE) {
    if (!pivot (self, entering, reduced)) {
      self->status = RUA_NETWORK_UNBOUNDED;
      return TRUE;
    }
    if (++self->n_pivots % PIVOTS_BETWEEN_LOOKS == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
  }
  settle_root (self);
  self->has_tree = TRUE;
  self->settled = TRUE;
  self->flows_hold = TRUE;
  self->status = has_to_carry (self) ? RUA_NETWORK_INFEASIBLE : RUA_NETWORK_OPTIMAL;
  return TRUE;
}
