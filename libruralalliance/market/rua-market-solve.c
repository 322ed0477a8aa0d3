/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-trades-private.h"

#include "rua-error.h"
#include "rua-market-routes-private.h"

#define NONE RUA_MARKET_NONE

static const char *const stage_names[RUA_MARKET_N_STAGES]
  = { "guarantees", "priority", "max-min", "gains", "tie-break" };

static gboolean
check_rules (const RuaMarketRules *rules, GError **error)
{
  gboolean seen[RUA_MARKET_N_STAGES] = { FALSE };

  for (guint i = 0; i < rules->n_stages && i < RUA_MARKET_N_STAGES; i++) {
    RuaMarketStage stage = rules->stages[i];

    if (stage >= RUA_MARKET_N_STAGES) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "the policy has no stage number %u",
                   stage);
      return FALSE;
    }
    if (seen[stage]) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                   "the policy has the stage “%s” twice; leave one", stage_names[stage]);
      return FALSE;
    }
    seen[stage] = TRUE;
    if (stage == RUA_MARKET_STAGE_TIE_BREAK && i + 1 < rules->n_stages) {
      g_set_error (
        error, RUA_ERROR, RUA_ERROR_VALUE,
        "the policy has stages behind the tie-break, which leaves nothing to them; put it last");
      return FALSE;
    }
  }
  if (!seen[RUA_MARKET_STAGE_GAINS]) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 "the policy has no stage “gains”: goods would go any way; add it");
    return FALSE;
  }
  if (rules->price_share < 0 || rules->price_share > 1000000) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "the policy's share of prices is not between 0 and 1");
    return FALSE;
  }
  return TRUE;
}

/* ---- what was delivered counts, too ---- */

static void
count_delivered (RuaMarketWork *w)
{
  const RuaMarketProblem *p = &w->problem;
  g_auto (RuaMarketRoutes) routes = { NULL, NULL, NULL, NULL };

  w->delivered_welfare = 0;
  if (p->n_delivered == 0)
    return;
  rua_market_routes_init (&routes, p, NULL);
  for (guint32 i = 0; i < p->n_delivered; i++) {
    const RuaMarketDelivered *d = &p->delivered[i];
    const RuaMarketLot *lot = &p->lots[d->lot];
    const RuaMarketOrder *order = &p->orders[d->order];
    guint32 route = rua_market_routes_find (&routes, lot->site, order->hub, lot->product);
    gint64 millionths = 0, fixed = 0,
           transport = p->n_pairs == 0 && route != NONE ? p->routes[route].unit_cost : 0;

    for (guint32 k = 0; k < p->n_fees; k++)
      if ((p->fees[k].hub == NONE || p->fees[k].hub == order->hub)
          && (p->fees[k].product == NONE || p->fees[k].product == lot->product)) {
        millionths += p->fees[k].millionths;
        fixed += p->fees[k].unit_amount;
      }
    for (guint32 k = 0; k < p->n_pairs; k++)
      if (p->pairs[k].lot == d->lot && p->pairs[k].order == d->order)
        transport = p->pairs[k].unit_cost;
    w->delivered_welfare += (__int128)(rua_market_net (order->maximum, millionths, fixed)
                                       - w->lot_cost[d->lot] - transport)
                            * d->quantity;
  }
}

/* ---- the solve ---- */

static gboolean
solve_gains (RuaMarketWork *w,
             RuaMarketSolution *solution,
             GCancellable *cancellable,
             GError **error)
{
  __int128 total;

  if (!w->gains)
    w->gains = w->network;
  if (!rua_network_solve (w->gains, cancellable, error))
    return FALSE;
  g_assert (rua_network_get_status (w->gains) == RUA_NETWORK_OPTIMAL);
  rua_network_get_total (w->gains, &total);
  solution->most_welfare = w->delivered_welfare - total;
  solution->n_pivots = rua_network_get_n_pivots (w->gains);
  return TRUE;
}

static void
reduce (RuaMarketFraction *fraction)
{
  gint64 a = fraction->of, b = fraction->part;

  while (b != 0) {
    gint64 rest = a % b;

    a = b;
    b = rest;
  }
  fraction->of /= a;
  fraction->part /= a;
}

RuaMarketSolution *
rua_market_solve (const RuaMarketProblem *problem,
                  const RuaMarketRules *rules,
                  RuaMarketSolution *earlier,
                  GCancellable *cancellable,
                  RuaProgress *progress,
                  GError **error)
{
  g_autoptr (RuaMarketSolution) self = g_new0 (RuaMarketSolution, 1);
  g_auto (RuaMarketRun) run = { 0 };
  RuaMarketPrices prices = { 0 };
  gboolean done;

  if (!check_rules (rules, error))
    return NULL;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (earlier && earlier->work && rua_market_work_renew (earlier->work, problem, rules)) {
    self->work = g_steal_pointer (&earlier->work);
    self->warm = TRUE;
  } else {
    self->work = rua_market_work_new (problem, rules, cancellable, error);
    if (!self->work)
      return NULL;
  }
  count_delivered (self->work);
  rua_progress_tell (progress, 0.1);
  if (!solve_gains (self->work, self, cancellable, error))
    return NULL;
  rua_progress_tell (progress, 0.3);
  rua_market_run_init (&run, self->work, rules);
  if (!rua_market_run_stages (&run, cancellable, progress, error))
    return NULL;
  reduce (&run.fraction);
  self->fraction = run.fraction.part;
  self->fraction_of = run.fraction.of;
  done = rua_market_prices_find (&prices, &run, cancellable, error)
         && rua_market_list_trades (&run, &prices, self, error);
  if (done) {
    rua_market_sum_up (&run, &prices, self);
    rua_market_explain (&run, &prices, self);
    rua_market_certify (&run, &prices, self);
    self->price_of_fairness = self->most_welfare == 0 ? 0
                                                      : (double)(self->most_welfare - self->welfare)
                                                          / (double)self->most_welfare;
    rua_progress_tell (progress, 1);
    if (!rua_market_certificate_holds (&self->certificate)) {
      const RuaMarketCertificate *c = &self->certificate;

      g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
                   "the market's solution does not pass its own certificate (%d%d%d%d%d%d%d%d%d); "
                   "please report it with the data",
                   c->conserved, c->bounded, c->eligible, c->rational, c->guaranteed, c->slack,
                   c->equal, c->kept, c->balanced);
      done = FALSE;
    }
  }
  rua_market_prices_clear (&prices, &run);
  return done ? g_steal_pointer (&self) : NULL;
}

void
rua_market_solution_free (RuaMarketSolution *self)
{
  if (!self)
    return;
  g_free (self->trades);
  g_free (self->fee_amounts);
  g_free (self->lots);
  g_free (self->orders);
  g_free (self->supply_limits);
  g_free (self->demand_limits);
  g_free (self->unmet);
  g_free (self->stages);
  rua_market_work_free (self->work);
  g_free (self);
}

/* ---- what if ---- */

gboolean
rua_market_value_without (RuaMarketSolution *self,
                          const guint32 *lots,
                          guint32 n_lots,
                          const guint32 *orders,
                          guint32 n_orders,
                          const guint32 *routes,
                          guint32 n_routes,
                          __int128 *value,
                          GCancellable *cancellable,
                          GError **error)
{
  RuaMarketWork *w = self->work;
  __int128 total = 0;
  gboolean done;

  if (!w) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
                 "a later solution went on from this one; ask that one");
    return FALSE;
  }
  for (guint32 i = 0; i < n_lots; i++)
    if (w->lot_arc[lots[i]] != NONE)
      rua_network_set_bounds (w->gains, w->lot_arc[lots[i]], 0, 0);
  for (guint32 i = 0; i < n_orders; i++)
    if (w->order_arc[orders[i]] != NONE)
      rua_network_set_bounds (w->gains, w->order_arc[orders[i]], 0, 0);
  if (n_routes > 0) {
    g_autofree guint8 *gone
      = g_new0 (guint8, MAX (1, MAX (w->problem.n_routes, w->problem.n_pairs)));

    for (guint32 i = 0; i < n_routes; i++)
      gone[routes[i]] = TRUE;
    for (guint32 k = 0, n = rua_network_get_n_arcs (w->gains); k < n; k++)
      if (w->arc_route[k] != NONE && gone[w->arc_route[k]])
        rua_network_set_bounds (w->gains, k, 0, 0);
  }
  done = rua_network_solve (w->gains, cancellable, error);
  if (done)
    rua_network_get_total (w->gains, &total);
  *value = w->delivered_welfare - total;
  for (guint32 k = 0, n = rua_network_get_n_arcs (w->gains); k < n; k++)
    rua_network_set_bounds (w->gains, k, 0, w->capacity[k]);
  return done;
}

char *
rua_market_total_to_string (__int128 total)
{
  char digits[41], *at = digits + sizeof digits - 1;
  unsigned __int128 left = total < 0 ? -(unsigned __int128)total : (unsigned __int128)total;

  *at = '\0';
  do
    *--at = (char)('0' + (int)(left % 10));
  while ((left /= 10) > 0);
  if (total < 0)
    *--at = '-';
  return g_strdup (at);
}
