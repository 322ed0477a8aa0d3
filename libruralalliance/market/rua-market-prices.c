/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-prices-private.h"

#include "rua-error.h"

/* Under gains alone, what flows is what prices bring about, and any potentials of it are prices. A guarantee can
 * make somebody sell who would not at those, and priority or equal shares decide who is served in place of prices:
 * then an order counts as wanting no more than it got, so that prices are bounded by those who were served alone, and
 * what is left without support gets an uplift, as small as can be. */

#define NONE RUA_MARKET_NONE
#define GROUND 0
#define MOST_ROUNDS 6
#define AT_LEAST -1
#define AT_GREATEST 1

gint64
rua_market_prices_reduced (const RuaMarketPrices *self, const RuaMarketWork *work, guint32 arc)
{
  return work->cost[arc] + self->potential[rua_network_get_from (work->network, arc)]
         - self->potential[rua_network_get_to (work->network, arc)];
}

void
rua_market_prices_clear (RuaMarketPrices *self, const RuaMarketRun *run)
{
  if (self->network != run->work->gains)
    rua_network_free (self->network);
  g_free (self->potential);
  g_free (self->uplift);
}

static __int128
cost_of_flow (const RuaMarketRun *run)
{
  __int128 total = 0;

  for (guint32 i = 0, n = rua_network_get_n_arcs (run->work->network); i < n; i++)
    total += (__int128)run->flow[i] * run->work->cost[i];
  return total;
}

/* Whether a stage may have put more on an arc than prices would. */
static gboolean
may_be_asked (const RuaMarketRun *run, guint32 arc, const guint32 *limit)
{
  return run->flow[arc] > 0
         && ((limit[arc] != NONE && run->minimum[limit[arc]] > 0)
             || (run->rationed && run->work->arc_order[arc] != NONE));
}

/* By arc what it has to carry at least: less where the flow is supported with less. */
static gboolean
ask (RuaMarketPrices *self,
     const RuaMarketRun *run,
     const guint32 *limit,
     guint8 *asked,
     GCancellable *cancellable,
     GError **error)
{
  guint32 n = rua_network_get_n_arcs (self->network);
  __int128 wanted = cost_of_flow (run), total;

  for (guint round = 0;; round++) {
    gboolean any = FALSE;

    if (!rua_network_solve (self->network, cancellable, error))
      return FALSE;
    g_assert (rua_network_get_status (self->network) == RUA_NETWORK_OPTIMAL);
    rua_network_get_total (self->network, &total);
    if (total == wanted)
      return TRUE;
    for (guint32 i = 0; i < n; i++) {
      gint64 flow = run->flow[i], now = rua_network_get_flow (self->network, i);

      if (asked[i] || !may_be_asked (run, i, limit) || (round < MOST_ROUNDS && now >= flow))
        continue;
      asked[i] = any = TRUE;
      if (limit[i] != NONE)
        rua_network_set_bounds (self->network, i, MIN (flow, run->minimum[limit[i]]),
                                run->work->capacity[i]);
      else
        rua_network_set_bounds (self->network, i, flow, flow);
    }
    if (!any && round < MOST_ROUNDS)
      round = MOST_ROUNDS - 1;
    else if (!any) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
                   "no prices support what the stages brought about");
      return FALSE;
    }
  }
}

/* Moves the potentials to one end of their lattice, where they are not there yet. */
static gboolean
move_to_end (RuaMarketPrices *self,
             const RuaMarketRun *run,
             gboolean greatest,
             GCancellable *cancellable,
             GError **error)
{
  gint64 *end;

  if (self->end == (greatest ? AT_GREATEST : AT_LEAST))
    return TRUE;
  end = g_new (gint64, rua_network_get_n_nodes (self->network));
  if (!rua_network_price_flow (self->network, run->flow, self->potential, GROUND, self->bound,
                               greatest ? NULL : end, greatest ? end : NULL, cancellable, error)) {
    g_free (end);
    return FALSE;
  }
  g_free (self->potential);
  self->potential = end;
  self->end = greatest ? AT_GREATEST : AT_LEAST;
  return TRUE;
}

/* What an asked arc loses becomes its uplift, and then nothing more is asked of it. That the arc could carry less is one
 * more condition for the potentials, which those that are there meet: they stay at the end of the lattice at which they
 * are. */
static void
bear (RuaMarketPrices *self, const RuaMarketRun *run, guint32 arc)
{
  gint64 reduced = rua_market_prices_reduced (self, run->work, arc);

  self->uplift[arc] = MAX (0, reduced);
  rua_network_set_cost (self->network, arc, run->work->cost[arc] - self->uplift[arc]);
  rua_network_set_bounds (self->network, arc, 0,
                          run->work->arc_order[arc] != NONE ? run->flow[arc]
                                                            : run->work->capacity[arc]);
}

static gboolean
support (RuaMarketPrices *self, RuaMarketRun *run, GCancellable *cancellable, GError **error)
{
  const RuaMarketWork *w = run->work;
  guint32 n = rua_network_get_n_arcs (w->network);
  g_autofree guint32 *limit = g_new (guint32, MAX (1, n));
  g_autofree guint8 *asked = g_new0 (guint8, MAX (1, n));
  gboolean of_limits = FALSE, of_orders = FALSE;

  for (guint32 i = 0; i < n; i++)
    limit[i] = NONE;
  for (guint32 k = 0; k < w->problem.n_supply_limits; k++)
    if (w->supply_arc[k] != NONE)
      limit[w->supply_arc[k]] = k;
  /* The tree of the last stage is near. */
  self->network = g_steal_pointer (&run->network);
  for (guint32 i = 0; i < n; i++) {
    rua_network_set_cost (self->network, i, w->cost[i]);
    rua_network_set_bounds (self->network, i, 0, run->rationed && w->arc_order[i] != NONE ? run->flow[i] : w->capacity[i]);
  }
  if (!ask (self, run, limit, asked, cancellable, error))
    return FALSE;
  for (guint32 i = 0; i < n; i++) {
    of_limits |= asked[i] && limit[i] != NONE;
    of_orders |= asked[i] && limit[i] == NONE;
  }
  for (guint32 v = 0; v < rua_network_get_n_nodes (w->network); v++)
    self->potential[v] = rua_network_get_potential (self->network, v)
                         - rua_network_get_potential (self->network, GROUND);
  for (guint32 v = 0; v < rua_network_get_n_nodes (w->network); v++)
    self->bound = MAX (self->bound, ABS (self->potential[v]));
  if (of_limits || of_orders)
    self->uplift = g_new0 (gint64, MAX (1, n));
  /* The dearer everything is, the less has to be added for sellers; the cheaper, the less for buyers. */
  if (of_limits && !move_to_end (self, run, TRUE, cancellable, error))
    return FALSE;
  for (guint32 i = 0; of_limits && i < n; i++)
    if (asked[i] && limit[i] != NONE)
      bear (self, run, i);
  if (of_orders && !move_to_end (self, run, FALSE, cancellable, error))
    return FALSE;
  for (guint32 i = 0; of_orders && i < n; i++)
    if (asked[i] && limit[i] == NONE)
      bear (self, run, i);
  return TRUE;
}

/* The list that the rule asks for. */
static gboolean
choose (RuaMarketPrices *self, const RuaMarketRun *run, GCancellable *cancellable, GError **error)
{
  guint32 n = rua_network_get_n_nodes (self->network);
  gint64 share = run->rules->price_share;
  gint64 *least;

  switch (run->rules->price_rule) {
  case RUA_MARKET_PRICE_PRODUCER_BEST:
    return move_to_end (self, run, TRUE, cancellable, error);
  case RUA_MARKET_PRICE_MIXED:
    break;
  case RUA_MARKET_PRICE_CONSUMER_BEST:
  case RUA_MARKET_PRICE_POSTED:
  case RUA_MARKET_PRICE_SPLIT:
  default:
    return move_to_end (self, run, FALSE, cancellable, error);
  }
  least = g_new (gint64, n);
  {
    g_autofree gint64 *greatest = g_new (gint64, n);

    if (!rua_network_price_flow (self->network, run->flow, self->potential, GROUND, self->bound,
                                 least, greatest, cancellable, error)) {
      g_free (least);
      return FALSE;
    }
    for (guint32 v = 0; v < n; v++)
      least[v] += (gint64)(((__int128)greatest[v] - least[v]) * share / 1000000);
  }
  g_free (self->potential);
  self->potential = least;
  return TRUE;
}

gboolean
rua_market_prices_find (RuaMarketPrices *self, RuaMarketRun *run,
                        GCancellable *cancellable,
                        GError **error)
{
  const RuaMarketWork *w = run->work;
  guint32 n_nodes = rua_network_get_n_nodes (w->network),
          n_arcs = rua_network_get_n_arcs (w->network);
  gboolean guaranteed = FALSE;

  for (guint32 k = 0; k < w->problem.n_supply_limits; k++)
    guaranteed |= run->minimum[k] > 0;
  self->potential = g_new (gint64, n_nodes);
  for (guint32 i = 0; i < n_arcs; i++)
    self->most = MAX (self->most, ABS (w->cost[i]));
  self->most = self->bound = self->most * 4 + 4;
  if (guaranteed || run->rationed) {
    if (!support (self, run, cancellable, error))
      return FALSE;
  } else {
    self->network = w->gains;
    for (guint32 v = 0; v < n_nodes; v++) {
      self->potential[v]
        = rua_network_get_potential (w->gains, v) - rua_network_get_potential (w->gains, GROUND);
      self->bound = MAX (self->bound, ABS (self->potential[v]));
    }
  }
  if (!choose (self, run, cancellable, error))
    return FALSE;
  self->certified
    = rua_network_certify_flow (self->network, run->flow, self->potential, &self->certificate);
  return TRUE;
}
