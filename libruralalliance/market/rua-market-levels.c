/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-levels-private.h"

/* Sharing out, by progressive filling. The greatest level that all can have is found by Newton's method on the cuts
 * that forbid one (Dinkelbach 1967); at that level as many as can be are raised by one unit more, and who then
 * stands where in every such flow is read from the reduced costs. Some stay undecided: one of a few gets the unit.
 * They are decided where it makes a difference to the shares above, or else left to the stages that follow. */

typedef enum {
  RISING,    /* may get more */
  UNDECIDED, /* low or low + 1 */
  SETTLED,
} Standing;

int
rua_market_compare_fractions (RuaMarketFraction a, RuaMarketFraction b)
{
  __int128 x = (__int128)a.part * b.of, y = (__int128)b.part * a.of;

  return x < y ? -1 : x > y;
}

static RuaMarketFraction
share_of (const RuaMarketShare *share, gint64 flow)
{
  return (RuaMarketFraction){ share->weight, flow + share->before };
}

/* The least flow with which a share stands at @level. */
gint64
rua_market_flow_at (const RuaMarketShare *share, RuaMarketFraction level)
{
  __int128 whole = ((__int128)level.part * share->weight + level.of - 1) / level.of - share->before;

  return (gint64)CLAMP (whole, (__int128)share->low, (__int128)share->high);
}

/* ---- the greatest level that a cut lets through ---- */

typedef struct {
  RuaMarketFraction at;
  guint32 share;
  gboolean ends;
} Event;

static gint
compare_events (gconstpointer a, gconstpointer b)
{
  const Event *x = a, *y = b;
  int order = rua_market_compare_fractions (x->at, y->at);

  if (order != 0)
    return order;
  if (x->ends != y->ends)
    return x->ends ? 1 : -1;
  return x->share < y->share ? -1 : x->share > y->share;
}

/* Where Σ clamp (level × weight - before, low, high) = @room, level rational: from below. */
static RuaMarketFraction
fill_evenly (const RuaMarketShare *shares, const guint32 *members, guint32 n, __int128 room)
{
  g_autofree Event *events = g_new (Event, MAX (1, (gsize)n * 2));
  __int128 still = 0, before = 0, weight = 0;
  RuaMarketFraction level = { 1, 0 };

  for (guint32 i = 0; i < n; i++) {
    const RuaMarketShare *share = &shares[members[i]];

    events[2 * i] = (Event){ share_of (share, share->low), members[i], FALSE };
    events[2 * i + 1] = (Event){ share_of (share, share->high), members[i], TRUE };
    still += share->low;
  }
  qsort (events, (gsize)n * 2, sizeof *events, compare_events);
  for (guint32 i = 0; i < n * 2; i++) {
    const RuaMarketShare *share = &shares[events[i].share];

    level = events[i].at;
    /* What is taken at this level. */
    if (weight > 0 && (room - still + before) * level.of < (__int128)level.part * weight)
      return (RuaMarketFraction){ (gint64)weight, (gint64)(room - still + before) };
    if (!events[i].ends) {
      still -= share->low;
      before += share->before;
      weight += share->weight;
    } else {
      still += share->high;
      before -= share->before;
      weight -= share->weight;
    }
  }
  return level;
}

typedef struct {
  RuaMarketFraction at;
} Next;

static gint
compare_next (gconstpointer a, gconstpointer b)
{
  const Next *x = a, *y = b;

  return rua_market_compare_fractions (x->at, y->at);
}

/* The greatest level at which the whole units of the members still fit into @room. */
static RuaMarketFraction
level_of_cut (const RuaMarketShare *shares, const guint32 *members, guint32 n, __int128 room)
{
  g_autofree Next *next = g_new (Next, MAX (1, n));
  RuaMarketFraction level = fill_evenly (shares, members, n, room);
  guint32 n_next = 0, i = 0;

  for (guint32 k = 0; k < n; k++) {
    const RuaMarketShare *share = &shares[members[k]];
    __int128 whole = (__int128)level.part * share->weight / level.of - share->before;
    gint64 flow = (gint64)CLAMP (whole, (__int128)share->low, (__int128)share->high);

    room -= flow;
    if (flow < share->high)
      next[n_next++].at = share_of (share, flow);
  }
  g_assert (room >= 0);
  qsort (next, n_next, sizeof *next, compare_next);
  while (i < n_next) {
    guint32 end = i;

    while (end < n_next && rua_market_compare_fractions (next[end].at, next[i].at) == 0)
      end++;
    if (end - i > room)
      return next[i].at;
    room -= end - i;
    i = end;
  }
  return level;
}

/* ---- the greatest level of all ---- */

static void
forget_costs (RuaNetwork *network)
{
  guint32 n = rua_network_get_n_arcs (network);

  for (guint32 i = 0; i < n; i++)
    rua_network_set_cost (network, i, 0);
}

/* With no costs, what an infeasible network's potentials tell apart is the two sides of a cut that does not let
 * through what is asked. */
static gboolean
find_level (RuaNetwork *network, const RuaMarketShare *shares, guint32 n, RuaMarketFraction *level)
{
  guint32 n_arcs = rua_network_get_n_arcs (network), n_members = 0;
  gint64 middle = rua_network_get_potential (network, rua_network_get_n_nodes (network));
  g_autofree guint32 *members = g_new (guint32, MAX (1, n));
  __int128 room = 0, least = 0;

#define ASKS(node) (rua_network_get_potential (network, (node)) > middle)
  for (guint32 i = 0; i < n_arcs; i++) {
    gboolean from = ASKS (rua_network_get_from (network, i)),
             to = ASKS (rua_network_get_to (network, i));

    if (from == to)
      continue;
    if (from)
      room -= rua_network_get_lower (network, i);
    else
      room += rua_network_get_capacity (network, i);
  }
  for (guint32 v = 0; v < rua_network_get_n_nodes (network); v++)
    if (ASKS (v))
      room += rua_network_get_supply (network, v);
  for (guint32 i = 0; i < n; i++) {
    guint32 arc = shares[i].arc;

    if (shares[i].low == shares[i].high || !ASKS (rua_network_get_from (network, arc))
        || ASKS (rua_network_get_to (network, arc)))
      continue;
    room += rua_network_get_lower (network, arc);
    least += shares[i].low;
    members[n_members++] = i;
  }
#undef ASKS
  if (n_members == 0 || room < least)
    return FALSE;
  *level = level_of_cut (shares, members, n_members, room);
  return TRUE;
}

static void
ask_for (RuaNetwork *network, const RuaMarketShare *shares, guint32 n, const RuaMarketFraction *level)
{
  for (guint32 i = 0; i < n; i++)
    if (shares[i].low < shares[i].high)
      rua_network_set_bounds (network, shares[i].arc, level ? rua_market_flow_at (&shares[i], *level) : shares[i].high, shares[i].most);
}

/* The greatest level that all shares can have together, which they then have at least. FALSE in @all: some cannot be
 * whole. Costs are forgotten. @tried: levels that were too great the last time, the greatest first; one by one they may
 * not be by now, and to begin with the least is less work than to begin with everything. */
static gboolean
find_common_level (RuaNetwork *network,
       const RuaMarketShare *shares,
       guint32 n,
       GArray *tried,
       gboolean *all,
       RuaMarketFraction *level,
       guint64 *n_pivots,
       GCancellable *cancellable,
       GError **error)
{
  gboolean from_below = TRUE;

  forget_costs (network);
  *all = FALSE;
  for (;;) {
    if (from_below) {
      *all = tried->len == 0;
      if (!*all)
        *level = g_array_index (tried, RuaMarketFraction, tried->len - 1);
    }
    ask_for (network, shares, n, *all ? NULL : level);
    if (!rua_network_solve (network, cancellable, error))
      return FALSE;
    *n_pivots += rua_network_get_n_pivots (network);
    if (rua_network_get_status (network) == RUA_NETWORK_OPTIMAL) {
      if (*all || !from_below)
        return TRUE;
      g_array_set_size (tried, tried->len - 1);
      continue;
    }
    if (!*all && !from_below)
      g_array_append_val (tried, *level);
    *all = from_below = FALSE;
    /* The lows were feasible. */
    if (!find_level (network, shares, n, level))
      g_assert_not_reached ();
  }
}

/* ---- level by level ---- */

void
rua_market_keep_face (RuaNetwork *network)
{
  guint32 n = rua_network_get_n_arcs (network);

  for (guint32 i = 0; i < n; i++) {
    gint64 reduced = rua_network_get_cost (network, i)
                     + rua_network_get_potential (network, rua_network_get_from (network, i))
                     - rua_network_get_potential (network, rua_network_get_to (network, i));
    gint64 flow;

    if (reduced == 0)
      continue;
    flow = rua_network_get_flow (network, i);
    rua_network_set_bounds (network, i, flow, flow);
  }
}

typedef struct {
  RuaNetwork *network;
  RuaMarketShare *shares;
  Standing *standing;
  guint32 n;
  guint32 n_rising;
  gint64 *reduced, *flows; /* by arc */
} Levelling;

/* The least level from which on it makes a difference which of the undecided get their unit: above @last, or, where that
 * was not shared out, at it as well. */
static gboolean
next_decision (const Levelling *self, RuaMarketFraction last, gboolean is_done, RuaMarketFraction *at)
{
  gboolean found = FALSE, differ = FALSE;

  for (guint32 i = 0; i < self->n; i++) {
    RuaMarketFraction with = share_of (&self->shares[i], self->shares[i].low + 1);

    if (self->standing[i] != UNDECIDED
        || rua_market_compare_fractions (with, last) < (is_done ? 1 : 0))
      continue;
    if (!found) {
      *at = with;
      found = TRUE;
    } else {
      int order = rua_market_compare_fractions (with, *at);

      differ = differ || order != 0;
      if (order < 0)
        *at = with;
    }
  }
  return differ;
}

/* Its share is as much of @low as counts; its flow may be up to @most. */
static void
settle (Levelling *self, guint32 i, gint64 low, gint64 most)
{
  RuaMarketShare *share = &self->shares[i];

  if (self->standing[i] == RISING)
    self->n_rising--;
  self->standing[i] = SETTLED;
  rua_network_set_bounds (self->network, share->arc, low, most);
  rua_network_set_bounds (self->network, share->unit, 0, 0);
  share->low = share->high = MIN (low, share->high);
}

/* At @level, raises as many by a unit as can be, and sees who can. */
static gboolean
raise_units (Levelling *self, RuaMarketFraction level, GCancellable *cancellable, GError **error)
{
  RuaNetwork *network = self->network;
  g_autofree guint8 *asked = g_new0 (guint8, self->n);
  g_autofree gint64 *floors = g_new (gint64, self->n);
  guint32 n_arcs = rua_network_get_n_arcs (network);

  for (guint32 i = 0; i < self->n; i++) {
    RuaMarketShare *share = &self->shares[i];
    gint64 flow;

    if (self->standing[i] == UNDECIDED) {
      asked[i] = rua_market_compare_fractions (share_of (share, share->low + 1), level) > 0;
      rua_network_set_cost (network, share->unit, asked[i] ? -1 : 0);
      continue;
    }
    if (self->standing[i] == SETTLED)
      continue;
    floors[i] = flow = rua_market_flow_at (share, level);
    asked[i]
      = flow < share->high && rua_market_compare_fractions (share_of (share, flow), level) <= 0;
    rua_network_set_bounds (network, share->arc, flow,
                            share->most == RUA_NETWORK_NO_LIMIT ? share->most
                                                                : share->most - (asked[i] ? 1 : 0));
    rua_network_set_bounds (network, share->unit, 0, asked[i] ? 1 : 0);
    rua_network_set_cost (network, share->unit, asked[i] ? -1 : 0);
  }
  if (!rua_network_solve (network, cancellable, error))
    return FALSE;
  g_assert (rua_network_get_status (network) == RUA_NETWORK_OPTIMAL);
  {
    gint64 *reduced = self->reduced, *flows = self->flows;

    for (guint32 i = 0; i < n_arcs; i++) {
      reduced[i] = rua_network_get_cost (network, i)
                   + rua_network_get_potential (network, rua_network_get_from (network, i))
                   - rua_network_get_potential (network, rua_network_get_to (network, i));
      flows[i] = rua_network_get_flow (network, i);
    }
    for (guint32 i = 0; i < n_arcs; i++)
      if (reduced[i] != 0)
        rua_network_set_bounds (network, i, flows[i], flows[i]);
    for (guint32 i = 0; i < self->n; i++) {
      RuaMarketShare *share = &self->shares[i];
      gint64 of_arc = reduced[share->arc], of_unit = reduced[share->unit];

      if (self->standing[i] == UNDECIDED) {
        if (of_unit != 0)
          settle (self, i, share->low + flows[share->unit], share->low + flows[share->unit]);
        continue;
      }
      if (self->standing[i] == SETTLED)
        continue;
      share->low = floors[i];
      if (!asked[i]) {
        if (of_arc != 0)
          settle (self, i, flows[share->arc], flows[share->arc]);
        else if (share->low == share->high)
          settle (self, i, share->low, share->most);
      } else if (of_unit > 0) {
        settle (self, i, share->low, share->low);
      } else if (of_unit == 0) {
        self->standing[i] = UNDECIDED;
        self->n_rising--;
        share->high = share->low + 1;
        rua_network_set_bounds (network, share->arc, share->low, share->low);
        rua_network_set_bounds (network, share->unit, 0, 1);
      } else if (of_arc < 0) {
        settle (self, i, share->most, share->most);
      } else {
        share->low++;
        if (share->low == share->high) {
          settle (self, i, share->low, share->most);
        } else {
          rua_network_set_bounds (network, share->arc, share->low, share->most);
          rua_network_set_bounds (network, share->unit, 0, 0);
        }
      }
    }
  }
  return TRUE;
}

/* Those that are still rising can all stand at @until, or above it. */
static void
pause_at (Levelling *self, RuaMarketFraction until)
{
  for (guint32 i = 0; i < self->n; i++) {
    RuaMarketShare *share = &self->shares[i];

    if (self->standing[i] != RISING)
      continue;
    share->low = rua_market_flow_at (share, until);
    rua_network_set_bounds (self->network, share->arc, share->low, share->most);
  }
}

static void
begin (Levelling *self)
{
  for (guint32 i = 0; i < self->n; i++) {
    const RuaMarketShare *share = &self->shares[i];

    self->standing[i] = share->low == share->high ? SETTLED : share->undecided ? UNDECIDED : RISING;
    self->n_rising += self->standing[i] == RISING;
    rua_network_set_bounds (self->network, share->unit, 0, self->standing[i] == UNDECIDED ? 1 : 0);
    if (self->standing[i] == UNDECIDED)
      rua_network_set_bounds (self->network, share->arc, share->low, share->low);
  }
}

gboolean
rua_market_level (RuaNetwork *network,
                  RuaMarketShare *shares,
                  guint32 n,
                  const RuaMarketFraction *from,
                  const RuaMarketFraction *until,
                  gboolean *all,
                  RuaMarketFraction *smallest,
                  guint64 *n_pivots,
                  GCancellable *cancellable,
                  GError **error)
{
  guint32 n_arcs = rua_network_get_n_arcs (network);
  g_autofree Standing *standing = g_new0 (Standing, MAX (1, n));
  g_autofree RuaMarketShare *rising = g_new (RuaMarketShare, MAX (1, n));
  g_autofree gint64 *reduced = g_new (gint64, MAX (1, n_arcs));
  g_autofree gint64 *flows = g_new (gint64, MAX (1, n_arcs));
  g_autoptr (GArray) tried = g_array_new (FALSE, FALSE, sizeof (RuaMarketFraction));
  Levelling self = { network, shares, standing, n, 0, reduced, flows };
  RuaMarketFraction last = from ? *from : (RuaMarketFraction){ 1, 0 }, decision;
  gboolean any = FALSE;

  *all = TRUE;
  *smallest = (RuaMarketFraction){ 1, 1 };
  begin (&self);
  while (self.n_rising > 0) {
    RuaMarketFraction level, common;
    guint32 n_raised = 0;
    gboolean whole, decides;

    for (guint32 i = 0; i < n; i++)
      if (standing[i] == RISING)
        rising[n_raised++] = shares[i];
    if (!find_common_level (network, rising, n_raised, tried, &whole, &common, n_pivots, cancellable, error))
      return FALSE;
    level = common;
    decides = next_decision (&self, last, any, &decision);
    if (decides && (whole || rua_market_compare_fractions (decision, level) < 0))
      level = decision;
    else
      decides = FALSE;
    /* Who goes above it is told when all is shared out that could go there. */
    if (until && ((whole && !decides) || rua_market_compare_fractions (level, *until) >= 0)) {
      pause_at (&self, *until);
      break;
    }
    if (whole && !decides) {
      for (guint32 i = 0; i < n; i++)
        if (standing[i] == RISING)
          settle (&self, i, shares[i].high, shares[i].most);
      break;
    }
    if (!whole && !any) {
      *all = FALSE;
      *smallest = common;
    }
    if (!raise_units (&self, level, cancellable, error))
      return FALSE;
    *n_pivots += rua_network_get_n_pivots (network);
    last = level;
    any = TRUE;
  }
  /* The undecided among themselves. */
  while (next_decision (&self, last, any, &decision)
         && !(until && rua_market_compare_fractions (decision, *until) >= 0)) {
    if (!raise_units (&self, decision, cancellable, error))
      return FALSE;
    *n_pivots += rua_network_get_n_pivots (network);
    last = decision;
    any = TRUE;
  }
  for (guint32 i = 0; i < n; i++)
    shares[i].undecided = standing[i] == UNDECIDED;
  return TRUE;
}
