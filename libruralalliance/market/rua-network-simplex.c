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

/* ---- the tree ---- */

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

/* Of an arc at one of its bounds that is no more, or not, in the tree. */
static inline gint8
state_outside (RuaNetwork *self, guint32 arc)
{
  if (self->capacity[arc] == 0)
    return RUA_ARC_IN_TREE;
  return self->flow[arc] == 0 ? RUA_ARC_AT_LOWER : RUA_ARC_AT_UPPER;
}

static inline gboolean
is_in_tree (RuaNetwork *self, guint32 arc)
{
  return self->tree[self->ends[arc].from].pred >> 1 == arc || self->tree[self->ends[arc].to].pred >> 1 == arc;
}

/* Sets the flows that supplies, bounds and the arcs outside the tree leave to those inside it. An arc
 * that cannot carry its flow, or could not take one unit more towards the root, leaves the tree, and
 * its node hangs on the root. */
static gboolean
settle_flows (RuaNetwork *self, const guint32 *order, GError **error)
{
  gint64 *excess = self->excess;
  gboolean fits = TRUE;

  memcpy (excess, self->supply, self->n_nodes * sizeof *excess);
  for (guint32 i = 0; i < self->n_arcs; i++) {
    gint64 flow = 0, moved;

    if (self->state[i] == RUA_ARC_IN_TREE || self->capacity[i] == 0) {
      if (!is_in_tree (self, i))
        self->state[i] = self->capacity[i] == 0 ? RUA_ARC_IN_TREE : RUA_ARC_AT_LOWER;
    }
    if (self->state[i] == RUA_ARC_AT_UPPER) {
      if (self->capacity[i] == RUA_NETWORK_NO_LIMIT)
        self->state[i] = RUA_ARC_AT_LOWER;
      else
        flow = self->capacity[i];
    }
    self->flow[i] = flow;
    moved = flow;
    if (self->lower)
      fits &= !__builtin_add_overflow (moved, self->lower[i], &moved);
    if (moved == 0)
      continue;
    fits &= !__builtin_sub_overflow (excess[self->ends[i].from], moved, &excess[self->ends[i].from]);
    fits &= !__builtin_add_overflow (excess[self->ends[i].to], moved, &excess[self->ends[i].to]);
  }
  for (guint32 i = self->n_nodes; fits && i-- > 0;) {
    guint32 node = order[i], pred = self->tree[node].pred, parent = self->tree[node].parent;
    guint32 arc = pred >> 1;
    gboolean up = pred & 1;
    gint64 wanted, carried, most = self->capacity[arc];

    if (arc >= self->n_arcs) {
      rua_network_unhang (self->tree, node);
      rua_network_hang_on_root (self, node, excess[node]);
      continue;
    }
    fits &= excess[node] != G_MININT64;
    wanted = up ? excess[node] : -excess[node];
    if (up ? wanted >= 0 && (wanted < most || most == RUA_NETWORK_NO_LIMIT) : wanted > 0 && wanted <= most) {
      self->flow[arc] = carried = wanted;
    } else {
      self->flow[arc] = carried = CLAMP (wanted, 0, most);
      self->state[arc] = state_outside (self, arc);
      rua_network_unhang (self->tree, node);
      rua_network_hang_on_root (self, node, up ? wanted - carried : carried - wanted);
    }
    fits &= !__builtin_add_overflow (excess[parent], up ? carried : -carried, &excess[parent]);
  }
  if (!fits)
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "a network's quantities add up to more than 64 bits hold; give them in a greater unit");
  return fits;
}

/* The tree's arcs get the reduced cost 0; sizes on the way. */
static void
settle_potentials (RuaNetwork *self, const guint32 *order, gint64 root_cost)
{
  self->potential[self->n_nodes] = 0;
  for (guint32 i = 0; i < self->n_nodes; i++) {
    guint32 node = order[i], pred = self->tree[node].pred, parent = self->tree[node].parent;
    guint32 arc = pred >> 1;
    gint64 cost = arc >= self->n_arcs ? root_cost : self->cost[arc];

    self->potential[node] = self->potential[parent] + (pred & 1 ? -cost : cost);
    self->tree[node].size = 1;
  }
  for (guint32 i = self->n_nodes; i-- > 0;)
    if (self->tree[order[i]].parent != self->n_nodes)
      self->tree[self->tree[order[i]].parent].size += self->tree[order[i]].size;
}

/* ---- a pivot ---- */

static inline gint64
residual_of (RuaNetwork *self, guint32 arc, gboolean forward)
{
  gint64 most = self->capacity[arc];

  if (!forward)
    return self->flow[arc];
  return most == RUA_NETWORK_NO_LIMIT ? most : most - self->flow[arc];
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

  self->state[tree[leaving].pred >> 1] = state_outside (self, tree[leaving].pred >> 1);
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
  if (cut <= self->n_nodes / 2)
    shift_potentials (self, inner, NONE, reduced);
  else
    shift_potentials (self, self->n_nodes, inner, -reduced);
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

/* The cost of the arcs to the root: more than any path costs. */
static gboolean
cost_of_root (RuaNetwork *self, gint64 *cost, GError **error)
{
  guint64 most = 0;

  for (guint32 i = 0; i < self->n_arcs; i++) {
    gint64 c = self->cost[i];
    guint64 size = c < 0 ? -(guint64) c : (guint64) c;

    most = MAX (most, size);
  }
  /* Potentials stay below twice this. */
  if (most >= (G_GUINT64_CONSTANT (1) << 60) / ((guint64) self->n_nodes + 2)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "a network of %u nodes with the cost %" G_GUINT64_FORMAT ": paths would cost more than 64 bits hold; give amounts in a greater unit",
                 self->n_nodes, most);
    return FALSE;
  }
  *cost = (gint64) (most + 1) * ((gint64) self->n_nodes + 1);
  return TRUE;
}

gboolean
rua_network_solve (RuaNetwork *self, GCancellable *cancellable, GError **error)
{
  Candidates list = { { 0 }, 0, 0, 0, 0, 0, FALSE };
  const guint32 *order;
  guint32 entering;
  gint64 root_cost, reduced;

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
  for (guint32 v = 0; v < self->n_nodes; v++)
    self->capacity[self->n_arcs + v] = RUA_NETWORK_NO_LIMIT;
  if (!self->has_tree)
    rua_network_start (self);
  /* What is cancelled or refused midway is no tree to go on from. */
  self->has_tree = FALSE;
  order = list_nodes (self);
  if (!self->flows_hold && !settle_flows (self, order, error))
    return FALSE;
  self->flows_hold = FALSE;
  /* Whatever hangs on the root by now still comes before what hangs on it. */
  settle_potentials (self, order, root_cost);

  list.block = (guint32) MAX (16., sqrt ((double) self->n_arcs));
  list.each = self->n_arcs / DENSE > self->n_nodes || has_to_carry (self);
  while ((entering = find_entering (self, &list, &reduced)) != NONE) {
    if (!pivot (self, entering, reduced)) {
      self->status = RUA_NETWORK_UNBOUNDED;
      return TRUE;
    }
    if (++self->n_pivots % PIVOTS_BETWEEN_LOOKS == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
  }
  self->has_tree = TRUE;
  self->flows_hold = TRUE;
  self->status = RUA_NETWORK_OPTIMAL;
  for (guint32 v = 0; v < self->n_nodes; v++)
    if (rua_network_get_shortfall (self, v) != 0)
      self->status = RUA_NETWORK_INFEASIBLE;
  return TRUE;
}
