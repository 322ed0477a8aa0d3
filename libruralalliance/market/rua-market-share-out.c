/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-parts-private.h"

#include <string.h>

#include "rua-market-stages-private.h"

/* Sharing out in a whole market. Limits of households, hubs and co-operatives tie all products together, though most
 * of them bind nothing, and what is tied together costs as much at each of its levels as it is great. So limits under
 * which no more can go than they let through are left out; and at first all others are, too. If what comes of that
 * keeps to them, nothing else could have come of it with them. If not, they make no difference up to the level at which
 * the first is full: the shares below are what they are, and only what lies above is shared out anew. */

#define NONE RUA_MARKET_NONE
#define MILLION 1000000

typedef struct {
  const RuaMarketWork *work;
  RuaNetwork *network;
  guint32 n_supply, n_demand;
  guint8 *open_supply, *open_demand; /* by limit: whether it is left out */
  __int128 *supply, *demand; /* by limit: most that can go through it */
  guint32 *same;             /* by node */
} Limits;

static void
limits_clear (Limits *self)
{
  g_free (self->open_supply);
  g_free (self->open_demand);
  g_free (self->supply);
  g_free (self->demand);
  g_free (self->same);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Limits, limits_clear)

static void
limits_init (Limits *self, const RuaMarketWork *work, RuaNetwork *network)
{
  const RuaMarketProblem *p = &work->problem;

  self->work = work;
  self->network = network;
  self->n_supply = p->n_supply_limits;
  self->n_demand = p->n_demand_limits;
  self->open_supply = g_new0 (guint8, MAX (1, self->n_supply));
  self->open_demand = g_new0 (guint8, MAX (1, self->n_demand));
  self->supply = g_new (__int128, MAX (1, self->n_supply));
  self->demand = g_new (__int128, MAX (1, self->n_demand));
  self->same = g_new (guint32, rua_network_get_n_nodes (network));
}

/* By limit the most that its lots and orders could trade, by the bounds of their own arcs. */
static void
count_loads (Limits *self)
{
  const RuaMarketWork *w = self->work;
  const RuaMarketProblem *p = &w->problem;

  for (guint32 k = 0; k < self->n_supply; k++)
    self->supply[k] = 0;
  for (guint32 k = 0; k < self->n_demand; k++)
    self->demand[k] = 0;
  for (guint32 l = 0; l < p->n_lots; l++) {
    gint64 most = w->lot_arc[l] == NONE ? 0 : rua_network_get_capacity (self->network, w->lot_arc[l]);

    for (guint32 k = p->lots[l].limit; k != NONE; k = p->supply_limits[k].parent)
      self->supply[k] += most;
  }
  for (guint32 o = 0; o < p->n_orders; o++) {
    gint64 most = w->order_arc[o] == NONE ? 0 : rua_network_get_capacity (self->network, w->order_arc[o]);

    for (guint32 k = p->orders[o].limit; k != NONE; k = p->demand_limits[k].parent)
      self->demand[k] += most;
  }
}

static gboolean
can_be_open (const Limits *self, guint32 arc, const guint8 *shared)
{
  return arc != NONE && !shared[arc] && rua_network_get_lower (self->network, arc) == 0;
}

/* @all: also those that could bind. Returns whether any of those is open. */
static gboolean
open_limits (Limits *self, const guint8 *shared, gboolean all)
{
  const RuaMarketWork *w = self->work;
  gboolean any = FALSE;

  for (guint32 k = 0; k < self->n_supply; k++) {
    guint32 arc = w->supply_arc[k];
    gboolean can = can_be_open (self, arc, shared), slack = can && self->supply[k] <= rua_network_get_capacity (self->network, arc);

    self->open_supply[k] = can && (all || slack);
    any |= self->open_supply[k] && !slack;
  }
  for (guint32 k = 0; k < self->n_demand; k++) {
    guint32 arc = w->demand_arc[k];
    gboolean can = can_be_open (self, arc, shared), slack = can && self->demand[k] <= rua_network_get_capacity (self->network, arc);

    self->open_demand[k] = can && (all || slack);
    any |= self->open_demand[k] && !slack;
  }
  return any;
}

static gboolean
are_kept (const Limits *self)
{
  const RuaMarketWork *w = self->work;

  for (guint32 k = 0; k < self->n_supply; k++)
    if (self->open_supply[k] && self->supply[k] > rua_network_get_capacity (self->network, w->supply_arc[k]))
      return FALSE;
  for (guint32 k = 0; k < self->n_demand; k++)
    if (self->open_demand[k] && self->demand[k] > rua_network_get_capacity (self->network, w->demand_arc[k]))
      return FALSE;
  return TRUE;
}

/* The node of an open limit is as good as that above it. */
static void
merge_nodes (Limits *self)
{
  const RuaMarketWork *w = self->work;
  guint32 n = rua_network_get_n_nodes (self->network);

  for (guint32 v = 0; v < n; v++)
    self->same[v] = v;
  for (guint32 k = 0; k < self->n_supply; k++)
    if (self->open_supply[k])
      self->same[rua_network_get_to (self->network, w->supply_arc[k])] = rua_network_get_from (self->network, w->supply_arc[k]);
  for (guint32 k = 0; k < self->n_demand; k++)
    if (self->open_demand[k])
      self->same[rua_network_get_from (self->network, w->demand_arc[k])] = rua_network_get_to (self->network, w->demand_arc[k]);
  /* Limits stand in trees, so that there is an end to this. */
  for (guint32 v = 0; v < n; v++)
    while (self->same[v] != self->same[self->same[v]])
      self->same[v] = self->same[self->same[v]];
}

/* ---- the level up to which no open limit is more than full ---- */

/* Whether all open limits are kept where share @i takes no more than @flow[i]. */
static gboolean
are_kept_with (Limits *self, const RuaMarketShare *shares, guint32 n, const gint64 *flow)
{
  const RuaMarketWork *w = self->work;
  const RuaMarketProblem *p = &w->problem;

  count_loads (self);
  for (guint32 i = 0; i < n; i++) {
    guint32 o = w->arc_order[shares[i].arc];
    gint64 most = rua_network_get_capacity (self->network, shares[i].arc);

    for (guint32 k = p->orders[o].limit; k != NONE; k = p->demand_limits[k].parent)
      self->demand[k] -= most - MIN (most, flow[i]);
  }
  return are_kept (self);
}

/* Where all that can stand at @level do; @units: those that a level raises may stand a unit above it. */
static gboolean
are_kept_below (Limits *self, const RuaMarketShare *shares, const RuaMarketShare *before, guint32 n, RuaMarketFraction level, gint64 units)
{
  g_autofree gint64 *flow = g_new (gint64, MAX (1, n));

  for (guint32 i = 0; i < n; i++)
    flow[i] = rua_market_flow_at (&before[i], level) + units;
  return are_kept_with (self, shares, n, flow);
}

/* Of shares that were given all that they can have up to a level. */
static gboolean
are_kept_so_far (Limits *self, const RuaMarketShare *shares, guint32 n)
{
  g_autofree gint64 *flow = g_new (gint64, MAX (1, n));

  for (guint32 i = 0; i < n; i++)
    flow[i] = shares[i].undecided || shares[i].low == shares[i].high ? G_MAXINT64 : shares[i].low;
  return are_kept_with (self, shares, n, flow);
}

/* In millionths. FALSE: there is none above 0. */
static gboolean
find_first_full (Limits *self, const RuaMarketShare *shares, const RuaMarketShare *before, guint32 n, gint64 units, RuaMarketFraction *level)
{
  gint64 low = 0, high = 1;

  for (guint32 i = 0; i < n; i++) {
    __int128 most = ((__int128)shares[i].high + shares[i].before) * MILLION / shares[i].weight + 1;

    high = (gint64)MAX ((__int128)high, MIN (most, (__int128)G_MAXINT64 / 4));
  }
  while (low + 1 < high) {
    gint64 middle = low + (high - low) / 2;

    if (are_kept_below (self, shares, before, n, (RuaMarketFraction){ MILLION, middle }, units))
      low = middle;
    else
      high = middle;
  }
  *level = (RuaMarketFraction){ MILLION, low };
  return low > 0;
}

/* ---- all ---- */

typedef struct {
  gint64 *lower, *capacity;
} Bounds;

static void
bounds_clear (Bounds *self)
{
  g_free (self->lower);
  g_free (self->capacity);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bounds, bounds_clear)

static void
keep_bounds (Bounds *self, RuaNetwork *network)
{
  guint32 n = rua_network_get_n_arcs (network);

  self->lower = g_new (gint64, MAX (1, n));
  self->capacity = g_new (gint64, MAX (1, n));
  for (guint32 i = 0; i < n; i++) {
    self->lower[i] = rua_network_get_lower (network, i);
    self->capacity[i] = rua_network_get_capacity (network, i);
  }
}

static void
put_back (const Bounds *self, RuaNetwork *network)
{
  for (guint32 i = 0, n = rua_network_get_n_arcs (network); i < n; i++)
    if (rua_network_get_lower (network, i) != self->lower[i] || rua_network_get_capacity (network, i) != self->capacity[i])
      rua_network_set_bounds (network, i, self->lower[i], self->capacity[i]);
}

/* A flow that has to go somewhere could have to go to those who have enough. */
static gboolean
has_to_flow (const Bounds *self, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    if (self->lower[i] != 0)
      return TRUE;
  return FALSE;
}

static gboolean
are_orders (const RuaMarketWork *w, const RuaMarketShare *shares, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    if (w->arc_order[shares[i].arc] == NONE)
      return FALSE;
  return TRUE;
}

/* Shares out up to the level at which the first open limit is full. FALSE in @begun: to nowhere. */
static gboolean
begin_with_open (Limits *self,
                 RuaMarketShare *shares,
                 guint32 n,
                 gboolean *begun,
                 RuaMarketFraction *level,
                 gboolean *all,
                 RuaMarketFraction *smallest,
                 guint64 *n_pivots,
                 GCancellable *cancellable,
                 GError **error)
{
  g_auto (Bounds) bounds = { NULL, NULL };
  g_autofree RuaMarketShare *before = g_memdup2 (shares, n * sizeof *shares);
  RuaMarketFraction levels[2];
  guint n_levels = 0;

  *begun = TRUE;
  keep_bounds (&bounds, self->network);
  merge_nodes (self);
  if (!rua_market_share_out_in_parts (self->network, self->same, shares, n, NULL, NULL, all, smallest, n_pivots, cancellable, error))
    return FALSE;
  count_loads (self);
  if (are_kept (self))
    return TRUE;
  /* Seldom does the unit that a level gives go above what is full. */
  for (gint64 units = 0; units < 2 && !has_to_flow (&bounds, rua_network_get_n_arcs (self->network)); units++)
    if (find_first_full (self, shares, before, n, units, &levels[n_levels]))
      n_levels++;
  for (guint i = 0; i <= n_levels; i++) {
    put_back (&bounds, self->network);
    memcpy (shares, before, n * sizeof *shares);
    if (i == n_levels)
      break;
    *level = levels[i];
    if (!rua_market_share_out_in_parts (self->network, self->same, shares, n, NULL, level, all, smallest, n_pivots, cancellable, error))
      return FALSE;
    if (are_kept_so_far (self, shares, n))
      return TRUE;
  }
  *begun = FALSE;
  return TRUE;
}

gboolean
rua_market_share_out (const RuaMarketWork *work,
                      RuaNetwork *network,
                      RuaMarketShare *shares,
                      guint32 n,
                      gboolean *all,
                      RuaMarketFraction *smallest,
                      guint64 *n_pivots,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autofree guint8 *shared = g_new0 (guint8, MAX (1, rua_network_get_n_arcs (network)));
  g_auto (Limits) limits = { 0 };
  RuaMarketFraction level = { 1, 0 }, least;
  gboolean begun = FALSE, whole = TRUE;

  for (guint32 i = 0; i < n; i++)
    shared[shares[i].arc] = TRUE;
  limits_init (&limits, work, network);
  count_loads (&limits);
  if (n > 0 && are_orders (work, shares, n) && open_limits (&limits, shared, TRUE)) {
    if (!begin_with_open (&limits, shares, n, &begun, &level, &whole, &least, n_pivots, cancellable, error))
      return FALSE;
    count_loads (&limits);
    if (begun && are_kept (&limits)) {
      *all = whole;
      *smallest = least;
      return TRUE;
    }
    if (!begun)
      whole = TRUE;
  }
  open_limits (&limits, shared, FALSE);
  merge_nodes (&limits);
  if (!rua_market_share_out_in_parts (network, limits.same, shares, n, begun ? &level : NULL, NULL, all, smallest, n_pivots, cancellable, error))
    return FALSE;
  if (!whole && (*all || rua_market_compare_fractions (least, *smallest) < 0))
    *smallest = least;
  *all = *all && whole;
  return TRUE;
}
