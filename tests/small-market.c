/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "small-market.h"

#include <string.h>

#define NONE RUA_MARKET_NONE

static const guint32 first_members[] = { 0, 1 };
const RuaMarketList small_market_lists[] = { { first_members, 1 }, { first_members + 1, 1 }, { first_members, 2 }, { first_members, 0 } };

void
small_market_begin (SmallMarket *m)
{
  memset (m, 0, sizeof *m);
  m->problem = (RuaMarketProblem) {
    .n_products = 2, .n_sites = 2, .n_hubs = 2, .n_certificates = 2,
    .certificate_sets = small_market_lists, .n_certificate_sets = 4, .product_lists = small_market_lists, .n_product_lists = 3,
    .hub_sets = small_market_lists, .n_hub_sets = 4,
    .lots = m->lots, .orders = m->orders, .supply_limits = m->supply, .demand_limits = m->demand,
    .routes = m->routes, .n_routes = 1, .fees = m->fees, .pairs = m->pairs, .delivered = m->delivered,
  };
  m->routes[0] = (RuaMarketRoute) { 0, 0, NONE, 1, RUA_NETWORK_NO_LIMIT };
}

RuaMarketLot *
small_market_add_lot (SmallMarket *m, const char *id, gint64 quantity, gint64 reserve)
{
  RuaMarketLot *lot = &m->lots[m->problem.n_lots++];

  *lot = (RuaMarketLot) { id, 0, 0, NONE, NONE, NONE, RUA_MARKET_TAKES_PART, quantity, reserve, -1 };
  return lot;
}

RuaMarketOrder *
small_market_add_order (SmallMarket *m, const char *id, gint64 quantity, gint64 maximum)
{
  RuaMarketOrder *order = &m->orders[m->problem.n_orders++];

  *order = (RuaMarketOrder) { id, 0, 0, NONE, NONE, RUA_MARKET_TAKES_PART, quantity, maximum, 0, -1, 0, 0 };
  return order;
}

RuaMarketSolution *
small_market_solve (const SmallMarket *m, const char *policy)
{
  RuaMarketRules rules;
  GError *error = NULL;
  RuaMarketSolution *solution;

  rules_of (&rules, policy);
  solution = rua_market_solve (&m->problem, &rules, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rua_market_certificate_holds (&solution->certificate));
  return solution;
}

void
small_market_assert_refused (const SmallMarket *m, const char *policy, RuaError code, const char *part)
{
  RuaMarketRules rules;
  GError *error = NULL;

  rules_of (&rules, policy);
  g_assert_null (rua_market_solve (&m->problem, &rules, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, (gint) code);
  if (!strstr (error->message, part))
    g_error ("“%s” says nothing of “%s”", error->message, part);
  g_clear_error (&error);
}

void
small_market_assert_cause (const RuaMarketSolution *solution, guint32 order, RuaMarketCause cause, gint64 quantity)
{
  for (guint32 i = 0; i < solution->n_unmet; i++)
    if (solution->unmet[i].order == order && solution->unmet[i].cause == cause) {
      g_assert_cmpint (solution->unmet[i].quantity, ==, quantity);
      return;
    }
  g_error ("order %u is not told %s", order, rua_market_cause_get_token (cause));
}
