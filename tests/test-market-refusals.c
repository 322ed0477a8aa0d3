/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Markets that are no problem to solve: what is told of them, and where that begins. */
#include "small-market.h"

#include <string.h>

#define NONE RUA_MARKET_NONE

static void
test_negative (void)
{
  SmallMarket m;

  small_market_begin (&m);
  small_market_add_lot (&m, "the-lot", 7, -1);
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "the-lot");
  m.lots[0].reserve = 1;
  m.lots[0].posted = -2;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "posted");
  m.lots[0].posted = -1;
  m.lots[0].quantity = -5;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "quantity");
  m.lots[0].quantity = 5;
  small_market_add_order (&m, "the-order", 3, -9);
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "the-order");
  m.orders[0].maximum = 9;
  m.orders[0].entitlement = -7;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "entitlement");
  m.orders[0].entitlement = -1;
  m.routes[0].unit_cost = -1;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "unit cost");
}

static void
test_too_great (void)
{
  SmallMarket m;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", G_MAXINT64, 1);
  small_market_assert_refused (&m, "g", RUA_ERROR_LIMIT, "“l”");
  m.lots[0].quantity = G_GINT64_CONSTANT (1) << 40;
  m.lots[0].reserve = G_GINT64_CONSTANT (1) << 30;
  small_market_assert_refused (&m, "g", RUA_ERROR_LIMIT, "quantity × price");
  m.lots[0].reserve = 1;
  small_market_add_order (&m, "o", G_GINT64_CONSTANT (1) << 40, G_GINT64_CONSTANT (1) << 23);
  small_market_assert_refused (&m, "g", RUA_ERROR_LIMIT, "“o”");
  m.orders[0].quantity = 1;
  m.orders[0].maximum = G_GINT64_CONSTANT (1) << 60;
  small_market_assert_refused (&m, "g", RUA_ERROR_LIMIT, "paths");
  m.orders[0].maximum = 10;
  m.lots[0].quantity = G_GINT64_CONSTANT (1) << 61;
  small_market_add_lot (&m, "k", G_GINT64_CONSTANT (1) << 61, 1);
  small_market_assert_refused (&m, "g", RUA_ERROR_LIMIT, "all lots");
  m.lots[1].quantity = 1;
  {
    g_autoptr (RuaMarketSolution) solution = small_market_solve (&m, "g");

    g_assert_cmpint (solution->orders[0].filled, ==, 1);
  }
}

static void
test_duplicates (void)
{
  SmallMarket m;

  small_market_begin (&m);
  small_market_add_lot (&m, "twin", 7, 1);
  small_market_add_lot (&m, "twin", 7, 1);
  small_market_assert_refused (&m, "g", RUA_ERROR_DUPLICATE, "lot “twin”");
  m.problem.n_lots = 1;
  small_market_add_order (&m, "same", 1, 1);
  small_market_add_order (&m, "same", 2, 2);
  small_market_assert_refused (&m, "g", RUA_ERROR_DUPLICATE, "order “same”");
  m.problem.n_orders = 1;
  m.routes[1] = m.routes[0];
  m.problem.n_routes = 2;
  small_market_assert_refused (&m, "g", RUA_ERROR_DUPLICATE, "routes 0 and 1");
  /* One for a product beside one for all is no twin, and goes before it. */
  m.routes[1].product = 0;
  m.routes[1].unit_cost = 0;
  {
    g_autoptr (RuaMarketSolution) solution = small_market_solve (&m, "gt");

    g_assert_cmpint (solution->trades[0].transport, ==, 0);
  }
}

static void
test_wrong_places (void)
{
  SmallMarket m;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 7, 1)->product = 2;
  small_market_assert_refused (&m, "g", RUA_ERROR_REFERENCE, "product");
  m.lots[0].product = 0;
  m.lots[0].limit = 0;
  small_market_assert_refused (&m, "g", RUA_ERROR_REFERENCE, "limit");
  m.lots[0].limit = NONE;
  small_market_add_order (&m, "o", 1, 1)->hub = 9;
  small_market_assert_refused (&m, "g", RUA_ERROR_REFERENCE, "hub");
  m.orders[0].hub = 0;
  m.routes[0].site = 7;
  small_market_assert_refused (&m, "g", RUA_ERROR_REFERENCE, "site");
  m.routes[0].site = 0;
  m.problem.n_fees = 1;
  m.fees[0].hub = 4;
  small_market_assert_refused (&m, "g", RUA_ERROR_REFERENCE, "fee");
  m.problem.n_fees = 0;
  m.problem.n_product_lists = 4;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "empty");
}

static void
test_limits_refused (void)
{
  SmallMarket m;

  small_market_begin (&m);
  m.supply[0] = (RuaMarketLimit) { "a", 1, 5, 0 };
  m.supply[1] = (RuaMarketLimit) { "b", 0, 5, 0 };
  m.problem.n_supply_limits = 2;
  small_market_assert_refused (&m, "g", RUA_ERROR_CYCLE, "itself");
  m.supply[1].parent = NONE;
  m.supply[1].capacity = -1;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "“b”");
  m.supply[1].capacity = 5;
  m.supply[1].minimum = 6;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "greater than capacity");
  m.supply[1].minimum = 0;
  m.demand[0] = (RuaMarketLimit) { "d", NONE, 5, 1 };
  m.problem.n_demand_limits = 1;
  small_market_assert_refused (&m, "g", RUA_ERROR_VALUE, "sellers");
}

static void
test_policies_refused (void)
{
  SmallMarket m;
  RuaMarketRules rules;
  GError *error = NULL;

  small_market_begin (&m);
  small_market_assert_refused (&m, "P", RUA_ERROR_MISSING, "gains");
  small_market_assert_refused (&m, "", RUA_ERROR_MISSING, "gains");
  small_market_assert_refused (&m, "gg", RUA_ERROR_DUPLICATE, "gains");
  small_market_assert_refused (&m, "tg", RUA_ERROR_VALUE, "tie-break");
  rules_of (&rules, "g");
  rules.price_share = 1000001;
  g_assert_null (rua_market_solve (&m.problem, &rules, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
}

static void
test_pairs_refused (void)
{
  SmallMarket m;

  small_market_begin (&m);
  small_market_add_lot (&m, "l", 9, 2)->product = 1;
  small_market_add_order (&m, "o", 6, 9);
  m.pairs[0] = (RuaMarketPair) { 0, 0, 1 };
  m.problem.n_pairs = 1;
  small_market_assert_refused (&m, "g", RUA_ERROR_REFERENCE, "lot “l” and order “o”");
  m.lots[0].product = 0;
  m.pairs[1] = m.pairs[0];
  m.problem.n_pairs = 2;
  small_market_assert_refused (&m, "g", RUA_ERROR_DUPLICATE, "twice");
  m.problem.n_pairs = 1;
  m.pairs[0].lot = 3;
  small_market_assert_refused (&m, "g", RUA_ERROR_REFERENCE, "pair");
}

/* ---- the border between the two ---- */

typedef void (*Setter) (SmallMarket *m, gint64 value);

static void
set_maximum (SmallMarket *m, gint64 value)
{
  m->orders[0].maximum = value;
}

static void
set_reserve (SmallMarket *m, gint64 value)
{
  m->lots[0].reserve = value;
  m->orders[0].maximum = value + 3;
}

static void
set_way (SmallMarket *m, gint64 value)
{
  m->routes[0].unit_cost = value;
  m->orders[0].maximum = value + 3;
}

static void
set_quantities (SmallMarket *m, gint64 value)
{
  m->lots[0].quantity = m->orders[0].quantity = value;
}

static gboolean
is_cleared (SmallMarket *m, const char *policy, Setter set, gint64 value, char **why)
{
  RuaMarketRules rules;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaMarketSolution) solution = NULL;

  rules_of (&rules, policy);
  set (m, value);
  solution = rua_market_solve (&m->problem, &rules, NULL, NULL, NULL, &error);
  g_clear_pointer (why, g_free);
  if (solution == NULL) {
    g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    *why = g_strdup (error->message);
    return FALSE;
  }
  g_assert_true (rua_market_certificate_holds (&solution->certificate));
  g_assert_cmpint (solution->orders[0].filled, ==, m->orders[0].quantity);
  g_assert_true (solution->welfare
                 == (__int128) m->orders[0].quantity * (m->orders[0].maximum - m->lots[0].reserve - m->routes[0].unit_cost));
  return TRUE;
}

/* The greatest value that is cleared is cleared exactly, and the next one is refused, by name; nothing overflows on either
 * side, as the sanitizers see. */
static void
test_border (void)
{
  static const char *const policies[] = { "g", "Pg", "Mg", "gt" };
  static const Setter setters[] = { set_maximum, set_reserve, set_way, set_quantities };

  for (guint p = 0; p < G_N_ELEMENTS (policies); p++)
    for (guint k = 0; k < G_N_ELEMENTS (setters); k++) {
      gint64 low = 10, high = G_MAXINT64 - 10;
      g_autofree char *why = NULL;
      SmallMarket m;

      small_market_begin (&m);
      small_market_add_lot (&m, "the-lot", 5, 2);
      small_market_add_order (&m, "the-order", 5, 10);
      g_assert_true (is_cleared (&m, policies[p], setters[k], low, &why));
      g_assert_false (is_cleared (&m, policies[p], setters[k], high, &why));
      while (high - low > 1) {
        gint64 middle = low + (high - low) / 2;

        if (is_cleared (&m, policies[p], setters[k], middle, &why))
          low = middle;
        else
          high = middle;
      }
      g_assert_true (is_cleared (&m, policies[p], setters[k], low, &why));
      g_assert_false (is_cleared (&m, policies[p], setters[k], high, &why));
      g_test_message ("%s, %u: %" G_GINT64_FORMAT " is cleared, the next is told “%s”", policies[p], k, low, why);
      /* What any market has is far from it. */
      g_assert_cmpint (low, >, G_GINT64_CONSTANT (1) << 40);
      g_assert_true (strstr (why, "the-lot") != NULL || strstr (why, "the-order") != NULL || strstr (why, "route") != NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-refusals/negative", test_negative);
  g_test_add_func ("/market-refusals/too-great", test_too_great);
  g_test_add_func ("/market-refusals/duplicates", test_duplicates);
  g_test_add_func ("/market-refusals/wrong-places", test_wrong_places);
  g_test_add_func ("/market-refusals/limits-refused", test_limits_refused);
  g_test_add_func ("/market-refusals/policies-refused", test_policies_refused);
  g_test_add_func ("/market-refusals/pairs-refused", test_pairs_refused);
  g_test_add_func ("/market-refusals/border", test_border);
  return g_test_run ();
}
