/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The edges of a market, one test each, and small ones whose outcome is reckoned by hand. */
#include "random-market.h"

#include <math.h>
#include <string.h>

#include "rua-error.h"

#define NONE RUA_MARKET_NONE

/* One product, one site, one hub, a route of cost 1, and room for a few of everything. */
typedef struct {
  RuaMarketProblem problem;
  RuaMarketLot lots[4];
  RuaMarketOrder orders[6];
  RuaMarketLimit supply[3], demand[3];
  RuaMarketRoute routes[4];
  RuaMarketFee fees[3];
  RuaMarketPair pairs[4];
  RuaMarketDelivered delivered[3];
} Market;

static const guint32 first_members[] = { 0, 1 };
static const RuaMarketList lists[] = { { first_members, 1 }, { first_members + 1, 1 }, { first_members, 2 }, { first_members, 0 } };

static void
begin (Market *m)
{
  memset (m, 0, sizeof *m);
  m->problem = (RuaMarketProblem) {
    .n_products = 2, .n_sites = 2, .n_hubs = 2, .n_certificates = 2,
    .certificate_sets = lists, .n_certificate_sets = 4, .product_lists = lists, .n_product_lists = 3,
    .hub_sets = lists, .n_hub_sets = 4,
    .lots = m->lots, .orders = m->orders, .supply_limits = m->supply, .demand_limits = m->demand,
    .routes = m->routes, .n_routes = 1, .fees = m->fees, .pairs = m->pairs, .delivered = m->delivered,
  };
  m->routes[0] = (RuaMarketRoute) { 0, 0, NONE, 1, RUA_NETWORK_NO_LIMIT };
}

static RuaMarketLot *
add_lot (Market *m, const char *id, gint64 quantity, gint64 reserve)
{
  RuaMarketLot *lot = &m->lots[m->problem.n_lots++];

  *lot = (RuaMarketLot) { id, 0, 0, NONE, NONE, NONE, RUA_MARKET_TAKES_PART, quantity, reserve, -1 };
  return lot;
}

static RuaMarketOrder *
add_order (Market *m, const char *id, gint64 quantity, gint64 maximum)
{
  RuaMarketOrder *order = &m->orders[m->problem.n_orders++];

  *order = (RuaMarketOrder) { id, 0, 0, NONE, NONE, RUA_MARKET_TAKES_PART, quantity, maximum, 0, -1, 0, 0 };
  return order;
}

static RuaMarketSolution *
solve (const Market *m, const char *policy)
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

static void
assert_refused (const Market *m, const char *policy, RuaError code, const char *part)
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

static void
assert_cause (const RuaMarketSolution *solution, guint32 order, RuaMarketCause cause, gint64 quantity)
{
  for (guint32 i = 0; i < solution->n_unmet; i++)
    if (solution->unmet[i].order == order && solution->unmet[i].cause == cause) {
      g_assert_cmpint (solution->unmet[i].quantity, ==, quantity);
      return;
    }
  g_error ("order %u is not told %s", order, rua_market_cause_get_token (cause));
}

/* ---- nothing ---- */

static void
test_nothing (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) nothing = NULL;
  g_autoptr (RuaMarketSolution) no_offers = NULL;
  g_autoptr (RuaMarketSolution) no_orders = NULL;

  begin (&m);
  nothing = solve (&m, "GPMgt");
  g_assert_cmpuint (nothing->n_trades, ==, 0);
  g_assert_true (isnan (nothing->jain));
  g_assert_cmpint (nothing->smallest_fill_of, ==, 0);
  g_assert_true (nothing->welfare == 0);
  add_order (&m, "o", 5, 9);
  no_offers = solve (&m, "GPMgt");
  assert_cause (no_offers, 0, RUA_MARKET_CAUSE_NO_SUPPLY, 5);
  g_assert_false (no_offers->orders[0].has_price);
  g_assert_cmpfloat (no_offers->jain, ==, 1);
  begin (&m);
  add_lot (&m, "l", 5, 2);
  no_orders = solve (&m, "GPMgt");
  g_assert_cmpint (no_orders->lots[0].unsold, ==, 5);
}

static void
test_nothing_eligible (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "other-product", 5, 2)->product = 1;
  add_lot (&m, "other-site", 5, 2)->site = 1;
  add_lot (&m, "other-hub", 4, 2)->hubs = 1;
  add_order (&m, "o", 20, 9);
  solution = solve (&m, "g");
  g_assert_cmpuint (solution->n_trades, ==, 0);
  assert_cause (solution, 0, RUA_MARKET_CAUSE_NO_SUPPLY, 11);
  assert_cause (solution, 0, RUA_MARKET_CAUSE_NOT_LINKED, 9);
}

static void
test_zero_quantity (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "empty", 0, 2);
  add_lot (&m, "full", 5, 2);
  add_order (&m, "nothing", 0, 9);
  add_order (&m, "some", 3, 9);
  solution = solve (&m, "GPMgt");
  g_assert_cmpuint (solution->n_trades, ==, 1);
  g_assert_cmpint (solution->trades[0].quantity, ==, 3);
  /* It is no order that was met badly. */
  g_assert_cmpint (solution->smallest_fill, ==, solution->smallest_fill_of);
  g_assert_cmpuint (solution->n_unmet, ==, 0);
}

/* ---- prices ---- */

static void
test_reserve_is_maximum (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "l", 5, 8);
  add_order (&m, "o", 5, 9);
  solution = solve (&m, "gt");
  g_assert_true (solution->welfare == 0);
  g_assert_cmpuint (solution->n_trades, ==, 1);
  g_assert_cmpint (solution->trades[0].producer_price, ==, 8);
  g_assert_cmpint (solution->trades[0].consumer_price, ==, 9);
  g_assert_cmpfloat (solution->price_of_fairness, ==, 0);
}

static void
test_all_prices_equal (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "b", 3, 5);
  add_lot (&m, "a", 3, 5);
  add_order (&m, "z", 4, 7);
  add_order (&m, "y", 4, 7);
  solution = solve (&m, "gt");
  g_assert_true (solution->welfare == 6);
  /* The first by id gets what it wants. */
  g_assert_cmpint (solution->orders[1].filled, ==, 4);
  g_assert_cmpint (solution->orders[0].filled, ==, 2);
  for (guint32 i = 0; i < solution->n_trades; i++)
    g_assert_cmpint (solution->trades[i].consumer_price, ==, 7);
}

static void
test_donated (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "gift", 5, 0);
  add_order (&m, "o", 3, 9);
  solution = solve (&m, "g");
  /* More than enough of it: transport is all that is paid. */
  g_assert_cmpint (solution->trades[0].producer_price, ==, 0);
  g_assert_cmpint (solution->trades[0].consumer_price, ==, 1);
  g_assert_cmpint (solution->lots[0].unsold, ==, 2);
}

/* Ten to sell at 2 or more, orders at 12, 9 and 6 for five each: the last unit goes to the one who pays 9, and the one
 * who pays 6 + transport is outbid. */
static void
test_ends_of_the_lattice (void)
{
  Market m;
  RuaMarketRules rules;
  const gint64 expected[3][2] = { { 5, 6 }, { 8, 9 }, { 6, 7 } };

  begin (&m);
  add_lot (&m, "l", 10, 2);
  add_order (&m, "high", 5, 12);
  add_order (&m, "middle", 5, 9);
  add_order (&m, "low", 5, 6);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (RuaMarketSolution) solution = NULL;
    GError *error = NULL;

    rules_of (&rules, "g");
    rules.price_rule = i == 0 ? RUA_MARKET_PRICE_CONSUMER_BEST : i == 1 ? RUA_MARKET_PRICE_PRODUCER_BEST : RUA_MARKET_PRICE_MIXED;
    rules.price_share = 500000;
    solution = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (solution->n_trades, ==, 2);
    for (guint32 k = 0; k < 2; k++) {
      g_assert_cmpint (solution->trades[k].producer_price, ==, expected[i][0]);
      g_assert_cmpint (solution->trades[k].consumer_price, ==, expected[i][1]);
      g_assert_cmpint (solution->trades[k].rent, ==, 0);
      g_assert_cmpint (solution->trades[k].uplift, ==, 0);
    }
    g_assert_true (solution->welfare == 5 * 9 + 5 * 6);
    assert_cause (solution, 2, RUA_MARKET_CAUSE_OUTBID, 5);
    g_assert_cmpint (solution->orders[2].consumer_price, ==, expected[i][1]);
  }
}

static void
test_posted_and_split (void)
{
  Market m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) posted = NULL;
  g_autoptr (RuaMarketSolution) split = NULL;

  begin (&m);
  add_lot (&m, "l", 10, 2)->posted = 7;
  add_order (&m, "pays", 5, 12);
  add_order (&m, "would-pay-the-reserve", 5, 7);
  rules_of (&rules, "g");
  rules.price_rule = RUA_MARKET_PRICE_POSTED;
  posted = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (posted->n_trades, ==, 1);
  g_assert_cmpint (posted->trades[0].producer_price, ==, 7);
  g_assert_cmpint (posted->trades[0].consumer_price, ==, 8);
  assert_cause (posted, 1, RUA_MARKET_CAUSE_PRICE, 5);
  rules.price_rule = RUA_MARKET_PRICE_SPLIT;
  rules.price_share = 333333;
  split = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (split->n_trades, ==, 2);
  /* A third of 9, and of 4, rounded down. */
  g_assert_cmpint (split->trades[0].producer_price, ==, 2 + 2);
  g_assert_cmpint (split->trades[1].producer_price, ==, 2 + 1);
  g_assert_cmpint (split->trades[1].consumer_price, ==, 2 + 1 + 1);
}

/* ---- fees ---- */

static void
test_fees (void)
{
  Market m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) solution = NULL;
  const RuaMarketTrade *trade;

  begin (&m);
  add_lot (&m, "l", 7, 100);
  add_order (&m, "o", 7, 1000);
  m.fees[0] = (RuaMarketFee) { NONE, NONE, 3, 0 };
  m.fees[1] = (RuaMarketFee) { 0, NONE, 0, 70000 };
  m.fees[2] = (RuaMarketFee) { 0, 0, 0, 33333 };
  m.problem.n_fees = 3;
  rules_of (&rules, "g");
  rules.price_rule = RUA_MARKET_PRICE_PRODUCER_BEST;
  solution = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  trade = &solution->trades[0];
  /* floor (1000 × 0.896667) - 3 is left for producer and transport. */
  g_assert_cmpint (trade->producer_price, ==, 896 - 3 - 1);
  /* The least gross price that leaves 896: 999.26 is rounded up. */
  g_assert_cmpint (trade->consumer_price, ==, 1000);
  g_assert_cmpint (trade->consumer_amount, ==, 7000);
  g_assert_cmpuint (trade->n_fees, ==, 3);
  g_assert_cmpint (solution->fee_amounts[0].amount, ==, 21);
  g_assert_cmpint (solution->fee_amounts[1].amount, ==, 490);
  g_assert_cmpint (solution->fee_amounts[2].amount, ==, 233);
  g_assert_cmpint (trade->rounding, ==, 7000 - 896 * 7 - 490 - 233);
  g_assert_true (solution->paid_by_consumers
                 == solution->paid_to_producers + solution->paid_for_transport + solution->paid_in_fees + solution->roundings);
}

static void
test_whole_fee (void)
{
  Market m;

  begin (&m);
  add_lot (&m, "l", 7, 0);
  add_order (&m, "o", 7, 1000);
  m.fees[0] = (RuaMarketFee) { NONE, NONE, 0, 1000000 };
  m.problem.n_fees = 1;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "100 %");
  m.fees[0].millionths = 600000;
  m.fees[1] = (RuaMarketFee) { 0, NONE, 0, 400000 };
  m.problem.n_fees = 2;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "hub 0");
  /* At another hub nobody pays both. */
  m.fees[1].hub = 1;
  {
    g_autoptr (RuaMarketSolution) solution = solve (&m, "g");

    g_assert_cmpuint (solution->n_trades, ==, 1);
  }
}

/* ---- what is refused ---- */

static void
test_negative (void)
{
  Market m;

  begin (&m);
  add_lot (&m, "the-lot", 7, -1);
  assert_refused (&m, "g", RUA_ERROR_VALUE, "the-lot");
  m.lots[0].reserve = 1;
  m.lots[0].posted = -2;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "posted");
  m.lots[0].posted = -1;
  m.lots[0].quantity = -5;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "quantity");
  m.lots[0].quantity = 5;
  add_order (&m, "the-order", 3, -9);
  assert_refused (&m, "g", RUA_ERROR_VALUE, "the-order");
  m.orders[0].maximum = 9;
  m.orders[0].entitlement = -7;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "entitlement");
  m.orders[0].entitlement = -1;
  m.routes[0].unit_cost = -1;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "unit cost");
}

static void
test_too_great (void)
{
  Market m;

  begin (&m);
  add_lot (&m, "l", G_MAXINT64, 1);
  assert_refused (&m, "g", RUA_ERROR_LIMIT, "“l”");
  m.lots[0].quantity = G_GINT64_CONSTANT (1) << 40;
  m.lots[0].reserve = G_GINT64_CONSTANT (1) << 30;
  assert_refused (&m, "g", RUA_ERROR_LIMIT, "quantity × price");
  m.lots[0].reserve = 1;
  add_order (&m, "o", G_GINT64_CONSTANT (1) << 40, G_GINT64_CONSTANT (1) << 23);
  assert_refused (&m, "g", RUA_ERROR_LIMIT, "“o”");
  m.orders[0].quantity = 1;
  m.orders[0].maximum = G_GINT64_CONSTANT (1) << 60;
  assert_refused (&m, "g", RUA_ERROR_LIMIT, "paths");
  m.orders[0].maximum = 10;
  m.lots[0].quantity = G_GINT64_CONSTANT (1) << 61;
  add_lot (&m, "k", G_GINT64_CONSTANT (1) << 61, 1);
  assert_refused (&m, "g", RUA_ERROR_LIMIT, "all lots");
  m.lots[1].quantity = 1;
  {
    g_autoptr (RuaMarketSolution) solution = solve (&m, "g");

    g_assert_cmpint (solution->orders[0].filled, ==, 1);
  }
}

static void
test_duplicates (void)
{
  Market m;

  begin (&m);
  add_lot (&m, "twin", 7, 1);
  add_lot (&m, "twin", 7, 1);
  assert_refused (&m, "g", RUA_ERROR_DUPLICATE, "lot “twin”");
  m.problem.n_lots = 1;
  add_order (&m, "same", 1, 1);
  add_order (&m, "same", 2, 2);
  assert_refused (&m, "g", RUA_ERROR_DUPLICATE, "order “same”");
  m.problem.n_orders = 1;
  m.routes[1] = m.routes[0];
  m.problem.n_routes = 2;
  assert_refused (&m, "g", RUA_ERROR_DUPLICATE, "routes 0 and 1");
  /* One for a product beside one for all is no twin, and goes before it. */
  m.routes[1].product = 0;
  m.routes[1].unit_cost = 0;
  {
    g_autoptr (RuaMarketSolution) solution = solve (&m, "gt");

    g_assert_cmpint (solution->trades[0].transport, ==, 0);
  }
}

static void
test_wrong_places (void)
{
  Market m;

  begin (&m);
  add_lot (&m, "l", 7, 1)->product = 2;
  assert_refused (&m, "g", RUA_ERROR_REFERENCE, "product");
  m.lots[0].product = 0;
  m.lots[0].limit = 0;
  assert_refused (&m, "g", RUA_ERROR_REFERENCE, "limit");
  m.lots[0].limit = NONE;
  add_order (&m, "o", 1, 1)->hub = 9;
  assert_refused (&m, "g", RUA_ERROR_REFERENCE, "hub");
  m.orders[0].hub = 0;
  m.routes[0].site = 7;
  assert_refused (&m, "g", RUA_ERROR_REFERENCE, "site");
  m.routes[0].site = 0;
  m.problem.n_fees = 1;
  m.fees[0].hub = 4;
  assert_refused (&m, "g", RUA_ERROR_REFERENCE, "fee");
  m.problem.n_fees = 0;
  m.problem.n_product_lists = 4;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "empty");
}

static void
test_limits_refused (void)
{
  Market m;

  begin (&m);
  m.supply[0] = (RuaMarketLimit) { "a", 1, 5, 0 };
  m.supply[1] = (RuaMarketLimit) { "b", 0, 5, 0 };
  m.problem.n_supply_limits = 2;
  assert_refused (&m, "g", RUA_ERROR_CYCLE, "itself");
  m.supply[1].parent = NONE;
  m.supply[1].capacity = -1;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "“b”");
  m.supply[1].capacity = 5;
  m.supply[1].minimum = 6;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "greater than capacity");
  m.supply[1].minimum = 0;
  m.demand[0] = (RuaMarketLimit) { "d", NONE, 5, 1 };
  m.problem.n_demand_limits = 1;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "sellers");
}

static void
test_policies_refused (void)
{
  Market m;
  RuaMarketRules rules;
  GError *error = NULL;

  begin (&m);
  assert_refused (&m, "P", RUA_ERROR_MISSING, "gains");
  assert_refused (&m, "", RUA_ERROR_MISSING, "gains");
  assert_refused (&m, "gg", RUA_ERROR_DUPLICATE, "gains");
  assert_refused (&m, "tg", RUA_ERROR_VALUE, "tie-break");
  rules_of (&rules, "g");
  rules.price_share = 1000001;
  g_assert_null (rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
}

/* ---- certificates, hubs, dates ---- */

static void
test_certificate_expires (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "expired", 5, 2)->certificates = 0;
  m.lots[0].excluded = RUA_MARKET_OUT_CERTIFICATE;
  add_lot (&m, "other", 2, 2)->certificates = 1;
  add_lot (&m, "both", 3, 2)->certificates = 2;
  add_order (&m, "o", 12, 9)->certificates = 0;
  add_order (&m, "asks-for-nothing", 2, 9)->certificates = 3;
  solution = solve (&m, "gt");
  g_assert_cmpint (solution->orders[0].filled, ==, 3);
  assert_cause (solution, 0, RUA_MARKET_CAUSE_NO_SUPPLY, 2);
  assert_cause (solution, 0, RUA_MARKET_CAUSE_CERTIFICATE, 7);
  g_assert_cmpint (solution->orders[1].filled, ==, 2);
}

static void
test_left_out (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;
  const RuaMarketExclusion out[] = { RUA_MARKET_OUT_HUB, RUA_MARKET_OUT_CANCELLED, RUA_MARKET_OUT_DATE };
  const RuaMarketCause causes[] = { RUA_MARKET_CAUSE_HUB_CLOSED, RUA_MARKET_CAUSE_CANCELLED, RUA_MARKET_CAUSE_WINDOW };

  begin (&m);
  add_lot (&m, "l", 5, 2);
  add_lot (&m, "late", 5, 2)->excluded = RUA_MARKET_OUT_DATE;
  for (guint i = 0; i < 3; i++)
    add_order (&m, i == 0 ? "x" : i == 1 ? "y" : "z", 4, 9)->excluded = out[i];
  add_order (&m, "o", 8, 9);
  solution = solve (&m, "PMg");
  for (guint32 i = 0; i < 3; i++)
    assert_cause (solution, i, causes[i], 4);
  assert_cause (solution, 3, RUA_MARKET_CAUSE_DATE, 3);
  g_assert_cmpint (solution->lots[1].unsold, ==, 5);
  /* Who takes no part has no fill. */
  g_assert_cmpint (solution->smallest_fill, ==, 5);
  g_assert_cmpint (solution->smallest_fill_of, ==, 8);
  g_assert_cmpfloat (solution->jain, ==, 1);
}

/* ---- limits and routes ---- */

static void
test_limits_bind (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) hub = NULL;
  g_autoptr (RuaMarketSolution) coop = NULL;

  begin (&m);
  add_lot (&m, "l", 10, 2);
  add_order (&m, "a", 5, 12)->limit = 1;
  add_order (&m, "b", 5, 9)->limit = 1;
  m.demand[0] = (RuaMarketLimit) { "hub", NONE, 6, 0 };
  m.demand[1] = (RuaMarketLimit) { "household", 0, RUA_NETWORK_NO_LIMIT, 0 };
  m.problem.n_demand_limits = 2;
  hub = solve (&m, "g");
  g_assert_cmpint (hub->demand_limits[0].flow, ==, 6);
  /* The hub's place is what is scarce: what b pays above reserve and transport is its rent. */
  g_assert_cmpint (hub->demand_limits[0].rent, ==, 6);
  g_assert_cmpint (hub->trades[1].rent, ==, 6);
  g_assert_cmpint (hub->trades[1].producer_price, ==, 2);
  g_assert_true (hub->rents == 36);
  assert_cause (hub, 1, RUA_MARKET_CAUSE_LIMIT, 4);
  g_assert_cmpuint (hub->unmet[0].limit, ==, 0);
  g_assert_false (hub->unmet[0].limit_of_supply);

  m.problem.n_demand_limits = 0;
  m.orders[0].limit = m.orders[1].limit = NONE;
  m.lots[0].limit = 0;
  m.supply[0] = (RuaMarketLimit) { "coop", NONE, 7, 0 };
  m.problem.n_supply_limits = 1;
  coop = solve (&m, "g");
  assert_cause (coop, 1, RUA_MARKET_CAUSE_LIMIT, 3);
  g_assert_true (coop->unmet[0].limit_of_supply);
  g_assert_cmpint (coop->supply_limits[0].rent, ==, 6);
}

static void
test_route_capacity (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) full = NULL;
  g_autoptr (RuaMarketSolution) wide = NULL;

  begin (&m);
  m.routes[0].capacity = 4;
  add_lot (&m, "l", 10, 2);
  add_order (&m, "o", 5, 12);
  full = solve (&m, "g");
  g_assert_cmpint (full->orders[0].filled, ==, 4);
  assert_cause (full, 0, RUA_MARKET_CAUSE_ROUTE, 1);
  g_assert_cmpint (full->trades[0].rent, ==, 9);
  /* Two products on the same truck are no flow through a network, */
  add_lot (&m, "other", 10, 2)->product = 1;
  add_order (&m, "p", 5, 12)->products = 1;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "route 0");
  /* unless it is great enough for all of them. */
  m.routes[0].capacity = 10;
  wide = solve (&m, "g");
  g_assert_cmpint (wide->orders[0].filled + wide->orders[1].filled, ==, 10);
}

/* ---- guarantees ---- */

static void
test_guarantee_needs_uplift (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) without = NULL;
  g_autoptr (RuaMarketSolution) with = NULL;

  begin (&m);
  add_lot (&m, "cheap", 10, 2);
  add_lot (&m, "dear", 10, 5)->limit = 0;
  add_order (&m, "o", 8, 9);
  m.supply[0] = (RuaMarketLimit) { "coop", NONE, RUA_NETWORK_NO_LIMIT, 3 };
  m.problem.n_supply_limits = 1;
  without = solve (&m, "g");
  g_assert_cmpint (without->lots[1].sold, ==, 0);
  with = solve (&m, "Gg");
  g_assert_cmpint (with->lots[1].sold, ==, 3);
  g_assert_cmpint (with->supply_limits[0].minimum, ==, 3);
  g_assert_cmpint (with->fraction, ==, with->fraction_of);
  /* Goods go at 2, so 3 of the 5 have to come from elsewhere. */
  g_assert_cmpint (with->supply_limits[0].uplift, ==, 3);
  g_assert_true (with->uplifts == 9);
  for (guint32 i = 0; i < with->n_trades; i++) {
    g_assert_cmpint (with->trades[i].consumer_price, ==, 3);
    g_assert_cmpint (with->trades[i].producer_price, ==, with->trades[i].lot == 0 ? 2 : 5);
  }
  g_assert_true (with->most_welfare - with->welfare == 9);
  g_assert_cmpfloat (with->price_of_fairness, ==, 9. / 48);
}

static void
test_infeasible_guarantee (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "a", 20, 2)->limit = 0;
  add_lot (&m, "b", 20, 3)->limit = 1;
  add_order (&m, "o", 9, 9);
  m.supply[0] = (RuaMarketLimit) { "one", NONE, RUA_NETWORK_NO_LIMIT, 12 };
  m.supply[1] = (RuaMarketLimit) { "two", NONE, RUA_NETWORK_NO_LIMIT, 6 };
  m.problem.n_supply_limits = 2;
  solution = solve (&m, "Gg");
  /* 9 of 18: half of each. */
  g_assert_cmpint (solution->fraction * 2, ==, solution->fraction_of);
  g_assert_cmpint (solution->lots[0].sold, ==, 6);
  g_assert_cmpint (solution->lots[1].sold, ==, 3);
  g_assert_cmpint (solution->supply_limits[0].minimum, ==, 6);
}

/* Who offers less than the minimum is guaranteed what it offers, and does not hold up the others. */
static void
test_guarantee_of_what_is_offered (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "a", 20, 2)->limit = 0;
  add_lot (&m, "b", 2, 3)->limit = 1;
  add_order (&m, "o", 9, 9);
  m.supply[0] = (RuaMarketLimit) { "one", NONE, RUA_NETWORK_NO_LIMIT, 5 };
  m.supply[1] = (RuaMarketLimit) { "two", NONE, RUA_NETWORK_NO_LIMIT, 6 };
  m.problem.n_supply_limits = 2;
  solution = solve (&m, "Gg");
  g_assert_cmpint (solution->fraction, ==, solution->fraction_of);
  g_assert_cmpint (solution->lots[1].sold, ==, 2);
  g_assert_cmpint (solution->lots[0].sold, ==, 7);
}

/* ---- fairness ---- */

static void
test_priority_and_shares (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) gains = NULL;
  g_autoptr (RuaMarketSolution) priority = NULL;
  g_autoptr (RuaMarketSolution) shared = NULL;

  begin (&m);
  add_lot (&m, "l", 9, 2);
  add_order (&m, "poor", 6, 5)->priority = 1;
  add_order (&m, "rich", 6, 20);
  add_order (&m, "rich-too", 6, 20);
  gains = solve (&m, "gt");
  g_assert_cmpint (gains->orders[0].filled, ==, 0);
  assert_cause (gains, 0, RUA_MARKET_CAUSE_OUTBID, 6);
  priority = solve (&m, "Pgt");
  g_assert_cmpint (priority->orders[0].filled, ==, 6);
  assert_cause (priority, 2, RUA_MARKET_CAUSE_PRIORITY, 6);
  /* Nobody who was served is told a price that is above what one of them can pay: no uplift is needed. */
  g_assert_true (priority->uplifts == 0);
  g_assert_cmpint (priority->trades[0].consumer_price, <=, 5);
  g_assert_cmpfloat (priority->price_of_fairness, >, 0);
  shared = solve (&m, "Mgt");
  for (guint32 o = 0; o < 3; o++)
    g_assert_cmpint (shared->orders[o].filled, ==, 3);
  assert_cause (shared, 1, RUA_MARKET_CAUSE_FAIRNESS, 3);
  g_assert_cmpfloat (shared->jain, ==, 1);
  g_assert_cmpuint (shared->envy_pairs, ==, 0);
  /* Each who got nothing envies each who got all. */
  g_assert_cmpuint (priority->envy_pairs, >=, 2);
}

/* Who got less before gets more now. */
static void
test_history (void)
{
  Market m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "l", 10, 2);
  add_order (&m, "had-all", 10, 9);
  m.orders[0].received_before = m.orders[0].entitled_before = 10;
  add_order (&m, "had-little", 10, 9);
  m.orders[1].received_before = 4;
  m.orders[1].entitled_before = 10;
  rules_of (&rules, "Mg");
  rules.history = TRUE;
  solution = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  /* 12 of 20 each. */
  g_assert_cmpint (solution->orders[0].filled, ==, 2);
  g_assert_cmpint (solution->orders[1].filled, ==, 8);
}

/* Without a subsidy nobody is brought together who cannot agree, however a stage would like it. */
static void
test_no_trade_at_a_loss (void)
{
  Market m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) agreed = NULL;
  g_autoptr (RuaMarketSolution) subsidised = NULL;

  begin (&m);
  add_lot (&m, "l", 9, 7);
  add_order (&m, "poor", 6, 5)->priority = 1;
  rules_of (&rules, "Pg");
  agreed = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (agreed->n_trades, ==, 0);
  assert_cause (agreed, 0, RUA_MARKET_CAUSE_PRICE, 6);
  rules.subsidised = TRUE;
  subsidised = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  g_assert_cmpint (subsidised->orders[0].filled, ==, 6);
  g_assert_cmpint (subsidised->trades[0].producer_price, ==, 7);
  g_assert_cmpint (subsidised->trades[0].consumer_price, ==, 5);
  g_assert_cmpint (subsidised->trades[0].uplift, ==, 3);
}

/* ---- pairs, deliveries ---- */

static void
test_pairs_refused (void)
{
  Market m;

  begin (&m);
  add_lot (&m, "l", 9, 2)->product = 1;
  add_order (&m, "o", 6, 9);
  m.pairs[0] = (RuaMarketPair) { 0, 0, 1 };
  m.problem.n_pairs = 1;
  assert_refused (&m, "g", RUA_ERROR_REFERENCE, "lot “l” and order “o”");
  m.lots[0].product = 0;
  m.pairs[1] = m.pairs[0];
  m.problem.n_pairs = 2;
  assert_refused (&m, "g", RUA_ERROR_DUPLICATE, "twice");
  m.problem.n_pairs = 1;
  m.pairs[0].lot = 3;
  assert_refused (&m, "g", RUA_ERROR_REFERENCE, "pair");
}

static void
test_short_delivery (void)
{
  Market m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  begin (&m);
  add_lot (&m, "came-short", 3, 2);
  add_lot (&m, "other", 5, 4);
  add_order (&m, "a", 5, 9);
  add_order (&m, "b", 5, 8);
  m.delivered[0] = (RuaMarketDelivered) { 0, 0, 3 };
  m.problem.n_delivered = 1;
  solution = solve (&m, "g");
  g_assert_cmpint (solution->orders[0].filled, ==, 2);
  g_assert_cmpint (solution->orders[1].filled, ==, 3);
  g_assert_cmpint (solution->lots[0].unsold, ==, 0);
  g_assert_true (solution->welfare == 3 * 6 + 2 * 4 + 3 * 3);
  m.delivered[0].quantity = 4;
  assert_refused (&m, "g", RUA_ERROR_VALUE, "came-short");
  m.delivered[0] = (RuaMarketDelivered) { 0, 7, 1 };
  assert_refused (&m, "g", RUA_ERROR_REFERENCE, "delivery");
}

/* ---- cancelling ---- */

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (3000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancelled (void)
{
  static const MarketShape great = { 300, 4000, 5, 5, 5, 40, 500, TRUE, TRUE, FALSE, TRUE, TRUE, TRUE, FALSE, FALSE };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (RandomMarket) market = random_market_new (random, &great);
  g_autoptr (GCancellable) before = g_cancellable_new ();
  g_autoptr (GCancellable) midway = g_cancellable_new ();
  g_autoptr (RuaMarketSolution) first = NULL;
  g_autoptr (RuaMarketSolution) again = NULL;
  RuaMarketSolution *cut;
  RuaMarketRules rules;
  GError *error = NULL;
  GThread *thread;

  rules_of (&rules, "GPMgt");
  g_cancellable_cancel (before);
  g_assert_null (rua_market_solve (&market->problem, &rules, NULL, before, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  first = rua_market_solve (&market->problem, &rules, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  thread = g_thread_new ("cancel", cancel_soon, midway);
  cut = rua_market_solve (&market->problem, &rules, NULL, midway, NULL, &error);
  g_thread_join (thread);
  /* On a fast machine it may be done before; either way whole or not at all. */
  if (!cut)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_true (cut->welfare == first->welfare);
  g_clear_error (&error);
  rua_market_solution_free (cut);
  again = rua_market_solve (&market->problem, &rules, first, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (again->welfare == first->welfare);
  g_assert_true (again->warm);
}

static void
test_went_on (void)
{
  Market m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) first = NULL;
  g_autoptr (RuaMarketSolution) second = NULL;
  __int128 value;
  GError *error = NULL;

  begin (&m);
  add_lot (&m, "l", 9, 2);
  add_order (&m, "o", 6, 9);
  rules_of (&rules, "g");
  first = solve (&m, "g");
  m.orders[0].quantity = 7;
  second = rua_market_solve (&m.problem, &rules, first, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (second->warm);
  g_assert_true (first->welfare == 6 * 6 && second->welfare == 7 * 6);
  g_assert_false (rua_market_value_without (first, NULL, 0, NULL, 0, NULL, 0, &value, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (rua_market_value_without (second, NULL, 0, NULL, 0, NULL, 0, &value, NULL, &error));
  g_assert_true (value == 42);
}

static void
test_totals (void)
{
  g_autofree char *zero = rua_market_total_to_string (0);
  g_autofree char *some = rua_market_total_to_string (-1234567890123);
  g_autofree char *much = rua_market_total_to_string ((__int128) G_MAXINT64 * 1000 + 7);
  g_autofree char *least = rua_market_total_to_string ((__int128) ((unsigned __int128) 1 << 127));

  g_assert_cmpstr (zero, ==, "0");
  g_assert_cmpstr (some, ==, "-1234567890123");
  g_assert_cmpstr (much, ==, "9223372036854775807007");
  g_assert_cmpstr (least, ==, "-170141183460469231731687303715884105728");
  for (guint i = 0; i < RUA_MARKET_N_CAUSES; i++)
    g_assert_nonnull (rua_market_cause_get_token ((RuaMarketCause) i));
  g_assert_null (rua_market_cause_get_token (RUA_MARKET_N_CAUSES));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-edges/nothing", test_nothing);
  g_test_add_func ("/market-edges/nothing-eligible", test_nothing_eligible);
  g_test_add_func ("/market-edges/zero-quantity", test_zero_quantity);
  g_test_add_func ("/market-edges/reserve-is-maximum", test_reserve_is_maximum);
  g_test_add_func ("/market-edges/all-prices-equal", test_all_prices_equal);
  g_test_add_func ("/market-edges/donated", test_donated);
  g_test_add_func ("/market-edges/ends-of-the-lattice", test_ends_of_the_lattice);
  g_test_add_func ("/market-edges/posted-and-split", test_posted_and_split);
  g_test_add_func ("/market-edges/fees", test_fees);
  g_test_add_func ("/market-edges/whole-fee", test_whole_fee);
  g_test_add_func ("/market-edges/negative", test_negative);
  g_test_add_func ("/market-edges/too-great", test_too_great);
  g_test_add_func ("/market-edges/duplicates", test_duplicates);
  g_test_add_func ("/market-edges/wrong-places", test_wrong_places);
  g_test_add_func ("/market-edges/limits-refused", test_limits_refused);
  g_test_add_func ("/market-edges/policies-refused", test_policies_refused);
  g_test_add_func ("/market-edges/certificate-expires", test_certificate_expires);
  g_test_add_func ("/market-edges/left-out", test_left_out);
  g_test_add_func ("/market-edges/limits-bind", test_limits_bind);
  g_test_add_func ("/market-edges/route-capacity", test_route_capacity);
  g_test_add_func ("/market-edges/guarantee-needs-uplift", test_guarantee_needs_uplift);
  g_test_add_func ("/market-edges/infeasible-guarantee", test_infeasible_guarantee);
  g_test_add_func ("/market-edges/guarantee-of-what-is-offered", test_guarantee_of_what_is_offered);
  g_test_add_func ("/market-edges/priority-and-shares", test_priority_and_shares);
  g_test_add_func ("/market-edges/history", test_history);
  g_test_add_func ("/market-edges/no-trade-at-a-loss", test_no_trade_at_a_loss);
  g_test_add_func ("/market-edges/pairs-refused", test_pairs_refused);
  g_test_add_func ("/market-edges/short-delivery", test_short_delivery);
  g_test_add_func ("/market-edges/cancelled", test_cancelled);
  g_test_add_func ("/market-edges/went-on", test_went_on);
  g_test_add_func ("/market-edges/totals", test_totals);
  return g_test_run ();
}
