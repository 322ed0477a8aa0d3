/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-trades-private.h"

#include "rua-market-routes-private.h"
#include "rua-number-index-private.h"

/* The solution looked at as a stranger would: from the problem and the trades, and from the potentials for what the
 * prices claim. */

#define NONE RUA_MARKET_NONE

static gboolean
is_in (const RuaMarketList *list, guint32 member)
{
  for (guint32 i = 0; i < list->n_members; i++)
    if (list->members[i] == member)
      return TRUE;
  return FALSE;
}

static gboolean
is_eligible (const RuaMarketWork *w,
             const RuaMarketRoutes *routes,
             RuaNumberIndex *pairs,
             const RuaMarketTrade *trade)
{
  const RuaMarketProblem *p = &w->problem;
  const RuaMarketLot *lot = &p->lots[trade->lot];
  const RuaMarketOrder *order = &p->orders[trade->order];

  if (lot->excluded != RUA_MARKET_TAKES_PART || order->excluded != RUA_MARKET_TAKES_PART
      || !is_in (&p->product_lists[order->products], lot->product)
      || (lot->hubs != NONE && !is_in (&p->hub_sets[lot->hubs], order->hub)))
    return FALSE;
  if (order->certificates != NONE) {
    const RuaMarketList *needed = &p->certificate_sets[order->certificates];

    for (guint32 i = 0; i < needed->n_members; i++)
      if (lot->certificates == NONE
          || !is_in (&p->certificate_sets[lot->certificates], needed->members[i]))
        return FALSE;
  }
  if (p->n_pairs > 0) {
    guint32 pair = rua_number_index_find (pairs, (guint64)trade->order << 32 | trade->lot);

    return pair != RUA_NO_NUMBER && p->pairs[pair].unit_cost == trade->transport;
  }
  {
    guint32 route = rua_market_routes_find (routes, lot->site, order->hub, lot->product);

    return route != NONE && p->routes[route].unit_cost == trade->transport;
  }
}

static void
look_at_trades (const RuaMarketRun *run, RuaMarketSolution *solution)
{
  const RuaMarketWork *w = run->work;
  const RuaMarketProblem *p = &w->problem;
  RuaMarketCertificate *c = &solution->certificate;
  g_auto (RuaMarketRoutes) routes = { NULL, NULL, NULL, NULL };
  g_autofree gint64 *over = g_new0 (gint64, MAX (1, p->n_routes));
  RuaNumberIndex pairs;
  __int128 in = 0, out = 0;

  rua_number_index_init (&pairs);
  for (guint32 i = 0; i < p->n_pairs; i++)
    rua_number_index_intern (&pairs, (guint64)p->pairs[i].order << 32 | p->pairs[i].lot);
  rua_market_routes_init (&routes, p, NULL);
  for (guint32 i = 0; i < p->n_delivered && p->n_pairs == 0; i++) {
    const RuaMarketLot *lot = &p->lots[p->delivered[i].lot];
    guint32 route = rua_market_routes_find (&routes, lot->site,
                                            p->orders[p->delivered[i].order].hub, lot->product);

    if (route != NONE)
      over[route] += p->delivered[i].quantity;
  }
  for (guint32 i = 0; i < solution->n_trades; i++) {
    const RuaMarketTrade *trade = &solution->trades[i];
    const RuaMarketLot *lot = &p->lots[trade->lot];
    const RuaMarketOrder *order = &p->orders[trade->order];
    __int128 spent = (__int128)trade->producer_amount + trade->transport_amount + trade->rounding
                     + trade->rent_amount - trade->uplift_amount;

    c->eligible = c->eligible && is_eligible (w, &routes, &pairs, trade);
    c->rational = c->rational && trade->quantity > 0 && trade->producer_price >= lot->reserve
                  && trade->consumer_price >= 0 && trade->consumer_price <= order->maximum;
    for (guint32 k = 0; k < trade->n_fees; k++)
      spent += solution->fee_amounts[trade->first_fee + k].amount;
    c->balanced = c->balanced && spent == trade->consumer_amount && trade->rounding >= 0
                  && trade->rent >= 0 && trade->uplift >= 0;
    if (p->n_pairs == 0) {
      guint32 route = rua_market_routes_find (&routes, lot->site, order->hub, lot->product);

      if (route != NONE)
        over[route] += trade->quantity;
    }
  }
  for (guint32 i = 0; i < p->n_routes; i++)
    c->bounded
      = c->bounded
        && (p->routes[i].capacity == RUA_NETWORK_NO_LIMIT || over[i] <= p->routes[i].capacity);
  in = solution->paid_by_consumers + solution->uplifts;
  out = solution->paid_to_producers + solution->paid_for_transport + solution->paid_in_fees
        + solution->rents + solution->roundings;
  c->balanced = c->balanced && in == out;
  rua_number_index_clear (&pairs);
}

static void
look_at_sums (const RuaMarketRun *run, RuaMarketSolution *solution)
{
  const RuaMarketWork *w = run->work;
  const RuaMarketProblem *p = &w->problem;
  RuaMarketCertificate *c = &solution->certificate;
  g_autofree gint64 *supply = g_new0 (gint64, MAX (1, p->n_supply_limits));
  g_autofree gint64 *demand = g_new0 (gint64, MAX (1, p->n_demand_limits));

  for (guint32 l = 0; l < p->n_lots; l++) {
    const RuaMarketLotResult *lot = &solution->lots[l];

    c->conserved = c->conserved && lot->sold >= 0 && lot->unsold >= 0
                   && lot->sold == (w->lot_arc[l] == NONE ? 0 : run->flow[w->lot_arc[l]]);
    c->bounded = c->bounded && lot->sold <= w->lot_left[l];
    for (guint32 k = p->lots[l].limit; k != NONE; k = p->supply_limits[k].parent)
      supply[k] += lot->sold;
  }
  for (guint32 o = 0; o < p->n_orders; o++) {
    const RuaMarketOrderResult *order = &solution->orders[o];

    c->conserved = c->conserved && order->filled >= 0 && order->unmet >= 0
                   && order->filled == (w->order_arc[o] == NONE ? 0 : run->flow[w->order_arc[o]]);
    c->bounded = c->bounded && order->filled <= w->order_left[o];
    for (guint32 k = p->orders[o].limit; k != NONE; k = p->demand_limits[k].parent)
      demand[k] += order->filled;
  }
  for (guint32 k = 0; k < p->n_supply_limits; k++) {
    c->conserved = c->conserved && supply[k] == solution->supply_limits[k].flow;
    c->bounded = c->bounded && supply[k] <= w->supply_capacity[k];
    c->guaranteed = c->guaranteed && supply[k] >= run->minimum[k];
  }
  for (guint32 k = 0; k < p->n_demand_limits; k++) {
    c->conserved = c->conserved && demand[k] == solution->demand_limits[k].flow;
    c->bounded = c->bounded && demand[k] <= w->demand_capacity[k];
  }
}

static gint
compare_fractions (gconstpointer a, gconstpointer b)
{
  const RuaMarketFraction *x = a, *y = b;

  return rua_market_compare_fractions (*x, *y);
}

/* Whether shares, the smallest first, are as they were: who has which may differ. */
static gboolean
has_same_shares (const RuaMarketRun *run, const RuaMarketStageRun *stage)
{
  g_autofree RuaMarketFraction *then = g_new (RuaMarketFraction, MAX (1, stage->n_shares));
  g_autofree RuaMarketFraction *now = g_new (RuaMarketFraction, MAX (1, stage->n_shares));

  for (guint32 i = 0; i < stage->n_shares; i++) {
    const RuaMarketShare *share = &stage->shares[i];

    then[i] = (RuaMarketFraction) { share->weight, share->before + share->got };
    now[i] = (RuaMarketFraction) { share->weight, share->before + (share->arc == NONE ? 0 : run->flow[share->arc]) };
  }
  qsort (then, stage->n_shares, sizeof *then, compare_fractions);
  qsort (now, stage->n_shares, sizeof *now, compare_fractions);
  for (guint32 i = 0; i < stage->n_shares; i++)
    if (rua_market_compare_fractions (then[i], now[i]) != 0)
      return FALSE;
  return TRUE;
}

static __int128
objective_now (const RuaMarketRun *run,
               const RuaMarketStageRun *stage,
               const RuaMarketSolution *solution)
{
  const RuaMarketWork *w = run->work;
  __int128 now = 0;

  switch (stage->stage) {
  case RUA_MARKET_STAGE_GUARANTEES:
    return solution->certificate.guaranteed ? stage->objective : -1;
  case RUA_MARKET_STAGE_PRIORITY:
    for (guint32 o = 0; o < w->problem.n_orders; o++)
      if (w->order_arc[o] != NONE && w->problem.orders[o].priority == stage->priority)
        now += run->flow[w->order_arc[o]];
    return now;
  case RUA_MARKET_STAGE_MAX_MIN:
    return has_same_shares (run, stage) ? stage->objective : -1;
  case RUA_MARKET_STAGE_GAINS:
    for (guint32 i = 0, n = rua_network_get_n_arcs (w->network); i < n; i++)
      now -= (__int128)run->flow[i] * w->cost[i];
    return now;
  case RUA_MARKET_STAGE_TIE_BREAK:
  case RUA_MARKET_N_STAGES:
  default:
    return stage->objective;
  }
}

void
rua_market_certify (const RuaMarketRun *run,
                    const RuaMarketPrices *prices,
                    RuaMarketSolution *solution)
{
  RuaMarketCertificate *c = &solution->certificate;

  c->conserved = prices->certificate.conserved;
  c->bounded = prices->certificate.bounded;
  c->slack = prices->certificate.slack;
  c->equal = prices->certificate.equal;
  c->primal = prices->certificate.primal;
  c->dual = prices->certificate.dual;
  c->eligible = c->rational = c->guaranteed = c->kept = c->balanced = TRUE;
  look_at_trades (run, solution);
  look_at_sums (run, solution);
  solution->n_stages = run->stages->len;
  solution->stages = g_new0 (RuaMarketStageResult, MAX (1, run->stages->len));
  for (guint i = 0; i < run->stages->len; i++) {
    const RuaMarketStageRun *stage = &g_array_index (run->stages, RuaMarketStageRun, i);
    RuaMarketStageResult *result = &solution->stages[i];

    *result = (RuaMarketStageResult){ stage->stage, stage->priority, stage->objective,
                                      objective_now (run, stage, solution), stage->n_pivots };
    c->kept = c->kept && result->kept == result->objective;
    solution->n_pivots += stage->n_pivots;
  }
}

gboolean
rua_market_certificate_holds (const RuaMarketCertificate *c)
{
  return c->conserved && c->bounded && c->eligible && c->rational && c->guaranteed && c->slack
         && c->equal && c->kept && c->balanced;
}
