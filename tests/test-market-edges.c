/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The edges of a market, one test each, and small ones whose outcome is reckoned by hand. */
#include "small-market.h"

#include <math.h>
#include <string.h>

#define NONE RUA_MARKET_NONE

/* ---- nothing ---- */

static void
test_nothing (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) nothing = NULL;
  g_autoptr (RuaMarketSolution) no_offers = NULL;
  g_autoptr (RuaMarketSolution) no_orders = NULL;

  small_market_begin (&m);
  nothing = small_market_solve (&m, "GPMgt");
  g_assert_cmpuint (nothing->n_trades, ==, 0);
  g_assert_true (isnan (nothing->jain));
  g_assert_cmpint (nothing->smallest_fill_of, ==, 0);
  g_assert_true (nothing->welfare == 0);
  small_market_add_order (&m, "o", 5, 9);
  no_offers = small_market_solve (&m, "GPMgt");
  small_market_assert_cause (no_offers, 0, RUA_MARKET_CAUSE_NO_SUPPLY, 5);
  g_assert_false (no_offers->orders[0].has_price);
  g_assert_cmpfloat (no_offers->jain, ==, 1);
  small_market_begin (&m);
  small_market_add_lot (&m, "l", 5, 2);
  no_orders = small_market_solve (&m, "GPMgt");
  g_assert_cmpint (no_orders->lots[0].unsold, ==, 5);
}

static void
test_nothing_eligible (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "other-product", 5, 2)->product = 1;
  small_market_add_lot (&m, "other-site", 5, 2)->site = 1;
  small_market_add_lot (&m, "other-hub", 4, 2)->hubs = 1;
  small_market_add_order (&m, "o", 20, 9);
  solution = small_market_solve (&m, "g");
  g_assert_cmpuint (solution->n_trades, ==, 0);
  small_market_assert_cause (solution, 0, RUA_MARKET_CAUSE_NO_SUPPLY, 11);
  small_market_assert_cause (solution, 0, RUA_MARKET_CAUSE_NOT_LINKED, 9);
}

static void
test_zero_quantity (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "empty", 0, 2);
  small_market_add_lot (&m, "full", 5, 2);
  small_market_add_order (&m, "nothing", 0, 9);
  small_market_add_order (&m, "some", 3, 9);
  solution = small_market_solve (&m, "GPMgt");
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
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 5, 8);
  small_market_add_order (&m, "o", 5, 9);
  solution = small_market_solve (&m, "gt");
  g_assert_true (solution->welfare == 0);
  g_assert_cmpuint (solution->n_trades, ==, 1);
  g_assert_cmpint (solution->trades[0].producer_price, ==, 8);
  g_assert_cmpint (solution->trades[0].consumer_price, ==, 9);
  g_assert_cmpfloat (solution->price_of_fairness, ==, 0);
}

static void
test_all_prices_equal (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "b", 3, 5);
  small_market_add_lot (&m, "a", 3, 5);
  small_market_add_order (&m, "z", 4, 7);
  small_market_add_order (&m, "y", 4, 7);
  solution = small_market_solve (&m, "gt");
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
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "gift", 5, 0);
  small_market_add_order (&m, "o", 3, 9);
  solution = small_market_solve (&m, "g");
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
  SmallMarket m;
  RuaMarketRules rules;
  const gint64 expected[3][2] = { { 5, 6 }, { 8, 9 }, { 6, 7 } };

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 10, 2);
  small_market_add_order (&m, "high", 5, 12);
  small_market_add_order (&m, "middle", 5, 9);
  small_market_add_order (&m, "low", 5, 6);
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
    small_market_assert_cause (solution, 2, RUA_MARKET_CAUSE_OUTBID, 5);
    g_assert_cmpint (solution->orders[2].consumer_price, ==, expected[i][1]);
  }
}

static void
test_posted_and_split (void)
{
  SmallMarket m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) posted = NULL;
  g_autoptr (RuaMarketSolution) split = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 10, 2)->posted = 7;
  small_market_add_order (&m, "pays", 5, 12);
  small_market_add_order (&m, "would-pay-the-reserve", 5, 7);
  rules_of (&rules, "g");
  rules.price_rule = RUA_MARKET_PRICE_POSTED;
  posted = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (posted->n_trades, ==, 1);
  g_assert_cmpint (posted->trades[0].producer_price, ==, 7);
  g_assert_cmpint (posted->trades[0].consumer_price, ==, 8);
  small_market_assert_cause (posted, 1, RUA_MARKET_CAUSE_PRICE, 5);
  rules.price_rule = RUA_MARKET_PRICE_SPLIT;
  rules.price_share = 333333;
  split = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (split->n_trades, ==, 2);
  /* A third of 9, and of 4, rounded down. */
  g_assert_cmpint (split->trades[0].producer_price, ==, 2 + 2);
  g_assert_cmpint (split->trades[1].producer_price, ==, 2 + 1);
  g_assert_cmpint (split->trades[1].consumer_price, ==, 2 + 1 + 1);
}

/* ---- substitutes ---- */

/* Everybody takes everything: then there is but one good, and goods go to those who pay most, from those who ask least. */
static void
test_all_substitutes (void)
{
  static const char *const policies[] = { "g", "Pg", "Mg", "gt" };
  SmallMarket m;

  small_market_begin (&m);
  small_market_add_lot (&m, "a", 3, 2);
  small_market_add_lot (&m, "b", 4, 5)->product = 1;
  small_market_add_order (&m, "x", 5, 10)->products = 2;
  small_market_add_order (&m, "y", 5, 9)->products = 2;
  for (guint i = 0; i < G_N_ELEMENTS (policies); i++) {
    g_autoptr (RuaMarketSolution) solution = small_market_solve (&m, policies[i]);

    g_assert_cmpint (solution->lots[0].sold, ==, 3);
    g_assert_cmpint (solution->lots[1].sold, ==, 4);
    g_assert_cmpint (solution->orders[0].filled + solution->orders[1].filled, ==, 7);
    if (policies[i][0] != 'M') {
      g_assert_cmpint (solution->orders[0].filled, ==, 5);
      g_assert_cmpint ((gint64) solution->welfare, ==, 5 * 10 + 2 * 9 - 3 * 2 - 4 * 5 - 7);
    } else {
      g_assert_cmpint (ABS (solution->orders[0].filled - solution->orders[1].filled), ==, 1);
    }
    /* The last unit would have been bought at 9, so that is what each unit costs. */
    if (policies[i][0] == 'g')
      for (guint32 k = 0; k < solution->n_trades; k++)
        g_assert_cmpint (solution->trades[k].consumer_price, ==, 9);
  }
  /* With more of it than anybody wants the dearer lot is left over, and its reserve is the price of both. */
  m.lots[0].quantity = 8;
  {
    g_autoptr (RuaMarketSolution) solution = small_market_solve (&m, "g");

    g_assert_cmpint (solution->lots[0].sold, ==, 8);
    g_assert_cmpint (solution->lots[1].sold, ==, 2);
    for (guint32 k = 0; k < solution->n_trades; k++)
      g_assert_cmpint (solution->trades[k].consumer_price, ==, 6);
  }
}

/* ---- fees ---- */

static void
test_fees (void)
{
  SmallMarket m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) solution = NULL;
  const RuaMarketTrade *trade;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 7, 100);
  small_market_add_order (&m, "o", 7, 1000);
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
  SmallMarket m;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 7, 0);
  small_market_add_order (&m, "o", 7, 1000);
  m.fees[0] = (RuaMarketFee) { NONE, NONE, 0, 1000000 };
  m.problem.n_fees = 1;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "100 %");
  m.fees[0].millionths = 600000;
  m.fees[1] = (RuaMarketFee) { 0, NONE, 0, 400000 };
  m.problem.n_fees = 2;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "hub 0");
  /* At another hub nobody pays both. */
  m.fees[1].hub = 1;
  {
    g_autoptr (RuaMarketSolution) solution = small_market_solve (&m, "g");

    g_assert_cmpuint (solution->n_trades, ==, 1);
  }
}

/* ---- certificates, hubs, dates ---- */

static void
test_certificate_expires (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "expired", 5, 2)->certificates = 0;
  m.lots[0].excluded = RUA_MARKET_OUT_CERTIFICATE;
  small_market_add_lot (&m, "other", 2, 2)->certificates = 1;
  small_market_add_lot (&m, "both", 3, 2)->certificates = 2;
  small_market_add_order (&m, "o", 12, 9)->certificates = 0;
  small_market_add_order (&m, "asks-for-nothing", 2, 9)->certificates = 3;
  solution = small_market_solve (&m, "gt");
  g_assert_cmpint (solution->orders[0].filled, ==, 3);
  small_market_assert_cause (solution, 0, RUA_MARKET_CAUSE_NO_SUPPLY, 2);
  small_market_assert_cause (solution, 0, RUA_MARKET_CAUSE_CERTIFICATE, 7);
  g_assert_cmpint (solution->orders[1].filled, ==, 2);
}

static void
test_left_out (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;
  const RuaMarketExclusion out[] = { RUA_MARKET_OUT_HUB, RUA_MARKET_OUT_CANCELLED, RUA_MARKET_OUT_DATE };
  const RuaMarketCause causes[] = { RUA_MARKET_CAUSE_HUB_CLOSED, RUA_MARKET_CAUSE_CANCELLED, RUA_MARKET_CAUSE_WINDOW };

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 5, 2);
  small_market_add_lot (&m, "late", 5, 2)->excluded = RUA_MARKET_OUT_DATE;
  for (guint i = 0; i < 3; i++)
    small_market_add_order (&m, i == 0 ? "x" : i == 1 ? "y" : "z", 4, 9)->excluded = out[i];
  small_market_add_order (&m, "o", 8, 9);
  solution = small_market_solve (&m, "PMg");
  for (guint32 i = 0; i < 3; i++)
    small_market_assert_cause (solution, i, causes[i], 4);
  small_market_assert_cause (solution, 3, RUA_MARKET_CAUSE_DATE, 3);
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
  SmallMarket m;
  g_autoptr (RuaMarketSolution) hub = NULL;
  g_autoptr (RuaMarketSolution) coop = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 10, 2);
  small_market_add_order (&m, "a", 5, 12)->limit = 1;
  small_market_add_order (&m, "b", 5, 9)->limit = 1;
  m.demand[0] = (RuaMarketLimit) { "hub", NONE, 6, 0 };
  m.demand[1] = (RuaMarketLimit) { "household", 0, RUA_NETWORK_NO_LIMIT, 0 };
  m.problem.n_demand_limits = 2;
  hub = small_market_solve (&m, "g");
  g_assert_cmpint (hub->demand_limits[0].flow, ==, 6);
  /* The hub's place is what is scarce: what b pays above reserve and transport is its rent. */
  g_assert_cmpint (hub->demand_limits[0].rent, ==, 6);
  g_assert_cmpint (hub->trades[1].rent, ==, 6);
  g_assert_cmpint (hub->trades[1].producer_price, ==, 2);
  g_assert_true (hub->rents == 36);
  small_market_assert_cause (hub, 1, RUA_MARKET_CAUSE_LIMIT, 4);
  g_assert_cmpuint (hub->unmet[0].limit, ==, 0);
  g_assert_false (hub->unmet[0].limit_of_supply);

  m.problem.n_demand_limits = 0;
  m.orders[0].limit = m.orders[1].limit = NONE;
  m.lots[0].limit = 0;
  m.supply[0] = (RuaMarketLimit) { "coop", NONE, 7, 0 };
  m.problem.n_supply_limits = 1;
  coop = small_market_solve (&m, "g");
  small_market_assert_cause (coop, 1, RUA_MARKET_CAUSE_LIMIT, 3);
  g_assert_true (coop->unmet[0].limit_of_supply);
  g_assert_cmpint (coop->supply_limits[0].rent, ==, 6);
}

static void
test_route_capacity (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) full = NULL;
  g_autoptr (RuaMarketSolution) wide = NULL;

  small_market_begin (&m);
  m.routes[0].capacity = 4;
  small_market_add_lot (&m, "l", 10, 2);
  small_market_add_order (&m, "o", 5, 12);
  full = small_market_solve (&m, "g");
  g_assert_cmpint (full->orders[0].filled, ==, 4);
  small_market_assert_cause (full, 0, RUA_MARKET_CAUSE_ROUTE, 1);
  g_assert_cmpint (full->trades[0].rent, ==, 9);
  /* Two products on the same truck are no flow through a network, */
  small_market_add_lot (&m, "other", 10, 2)->product = 1;
  small_market_add_order (&m, "p", 5, 12)->products = 1;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "route 0");
  /* unless it is great enough for all of them. */
  m.routes[0].capacity = 10;
  wide = small_market_solve (&m, "g");
  g_assert_cmpint (wide->orders[0].filled + wide->orders[1].filled, ==, 10);
}

/* ---- guarantees ---- */

static void
test_guarantee_needs_uplift (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) without = NULL;
  g_autoptr (RuaMarketSolution) with = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "cheap", 10, 2);
  small_market_add_lot (&m, "dear", 10, 5)->limit = 0;
  small_market_add_order (&m, "o", 8, 9);
  m.supply[0] = (RuaMarketLimit) { "coop", NONE, RUA_NETWORK_NO_LIMIT, 3 };
  m.problem.n_supply_limits = 1;
  without = small_market_solve (&m, "g");
  g_assert_cmpint (without->lots[1].sold, ==, 0);
  with = small_market_solve (&m, "Gg");
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
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "a", 20, 2)->limit = 0;
  small_market_add_lot (&m, "b", 20, 3)->limit = 1;
  small_market_add_order (&m, "o", 9, 9);
  m.supply[0] = (RuaMarketLimit) { "one", NONE, RUA_NETWORK_NO_LIMIT, 12 };
  m.supply[1] = (RuaMarketLimit) { "two", NONE, RUA_NETWORK_NO_LIMIT, 6 };
  m.problem.n_supply_limits = 2;
  solution = small_market_solve (&m, "Gg");
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
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "a", 20, 2)->limit = 0;
  small_market_add_lot (&m, "b", 2, 3)->limit = 1;
  small_market_add_order (&m, "o", 9, 9);
  m.supply[0] = (RuaMarketLimit) { "one", NONE, RUA_NETWORK_NO_LIMIT, 5 };
  m.supply[1] = (RuaMarketLimit) { "two", NONE, RUA_NETWORK_NO_LIMIT, 6 };
  m.problem.n_supply_limits = 2;
  solution = small_market_solve (&m, "Gg");
  g_assert_cmpint (solution->fraction, ==, solution->fraction_of);
  g_assert_cmpint (solution->lots[1].sold, ==, 2);
  g_assert_cmpint (solution->lots[0].sold, ==, 7);
}

/* ---- fairness ---- */

static void
test_priority_and_shares (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) gains = NULL;
  g_autoptr (RuaMarketSolution) priority = NULL;
  g_autoptr (RuaMarketSolution) shared = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 9, 2);
  small_market_add_order (&m, "poor", 6, 5)->priority = 1;
  small_market_add_order (&m, "rich", 6, 20);
  small_market_add_order (&m, "rich-too", 6, 20);
  gains = small_market_solve (&m, "gt");
  g_assert_cmpint (gains->orders[0].filled, ==, 0);
  small_market_assert_cause (gains, 0, RUA_MARKET_CAUSE_OUTBID, 6);
  priority = small_market_solve (&m, "Pgt");
  g_assert_cmpint (priority->orders[0].filled, ==, 6);
  small_market_assert_cause (priority, 2, RUA_MARKET_CAUSE_PRIORITY, 6);
  /* Nobody who was served is told a price that is above what one of them can pay: no uplift is needed. */
  g_assert_true (priority->uplifts == 0);
  g_assert_cmpint (priority->trades[0].consumer_price, <=, 5);
  g_assert_cmpfloat (priority->price_of_fairness, >, 0);
  shared = small_market_solve (&m, "Mgt");
  for (guint32 o = 0; o < 3; o++)
    g_assert_cmpint (shared->orders[o].filled, ==, 3);
  small_market_assert_cause (shared, 1, RUA_MARKET_CAUSE_FAIRNESS, 3);
  g_assert_cmpfloat (shared->jain, ==, 1);
  g_assert_cmpuint (shared->envy_pairs, ==, 0);
  /* Each who got nothing envies each who got all. */
  g_assert_cmpuint (priority->envy_pairs, >=, 2);
}

/* Who got less before gets more now. */
static void
test_history (void)
{
  SmallMarket m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 10, 2);
  small_market_add_order (&m, "had-all", 10, 9);
  m.orders[0].received_before = m.orders[0].entitled_before = 10;
  small_market_add_order (&m, "had-little", 10, 9);
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
  SmallMarket m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) agreed = NULL;
  g_autoptr (RuaMarketSolution) subsidised = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 9, 7);
  small_market_add_order (&m, "poor", 6, 5)->priority = 1;
  rules_of (&rules, "Pg");
  agreed = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (agreed->n_trades, ==, 0);
  small_market_assert_cause (agreed, 0, RUA_MARKET_CAUSE_PRICE, 6);
  rules.subsidised = TRUE;
  subsidised = rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, NULL);
  g_assert_cmpint (subsidised->orders[0].filled, ==, 6);
  g_assert_cmpint (subsidised->trades[0].producer_price, ==, 7);
  g_assert_cmpint (subsidised->trades[0].consumer_price, ==, 5);
  g_assert_cmpint (subsidised->trades[0].uplift, ==, 3);
}

/* ---- pairs, deliveries ---- */

static void
test_short_delivery (void)
{
  SmallMarket m;
  g_autoptr (RuaMarketSolution) solution = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "came-short", 3, 2);
  small_market_add_lot (&m, "other", 5, 4);
  small_market_add_order (&m, "a", 5, 9);
  small_market_add_order (&m, "b", 5, 8);
  m.delivered[0] = (RuaMarketDelivered) { 0, 0, 3 };
  m.problem.n_delivered = 1;
  solution = small_market_solve (&m, "g");
  g_assert_cmpint (solution->orders[0].filled, ==, 2);
  g_assert_cmpint (solution->orders[1].filled, ==, 3);
  g_assert_cmpint (solution->lots[0].unsold, ==, 0);
  g_assert_true (solution->welfare == 3 * 6 + 2 * 4 + 3 * 3);
  m.delivered[0].quantity = 4;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "came-short");
  m.delivered[0] = (RuaMarketDelivered) { 0, 7, 1 };
  small_market_assert_refused (&m, "g", RUA_ERROR_REFERENCE, "delivery");
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
  SmallMarket m;
  RuaMarketRules rules;
  g_autoptr (RuaMarketSolution) first = NULL;
  g_autoptr (RuaMarketSolution) second = NULL;
  __int128 value;
  GError *error = NULL;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 9, 2);
  small_market_add_order (&m, "o", 6, 9);
  rules_of (&rules, "g");
  first = small_market_solve (&m, "g");
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
  g_test_add_func ("/market-edges/all-substitutes", test_all_substitutes);
  g_test_add_func ("/market-edges/fees", test_fees);
  g_test_add_func ("/market-edges/whole-fee", test_whole_fee);
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
  g_test_add_func ("/market-edges/short-delivery", test_short_delivery);
  g_test_add_func ("/market-edges/cancelled", test_cancelled);
  g_test_add_func ("/market-edges/went-on", test_went_on);
  g_test_add_func ("/market-edges/totals", test_totals);
  return g_test_run ();
}
