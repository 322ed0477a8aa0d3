/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Markets that cannot be cleared as they are on record: what is told of them. */
#include "rua-market.h"

#include <string.h>

#include "market-case.h"

/* Refused with the code, and each of these parts, parted by "|", is told. */
static void
refuse (MarketCase *given, RuaError code, const char *parts)
{
  g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
  g_autoptr (RuaMarket) market = market_case_open (alliance);
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaClearing) clearing = rua_market_clear (market, policy, NULL, NULL, &error);
  g_auto (GStrv) wanted = g_strsplit (parts, "|", -1);

  g_assert_null (clearing);
  if (error == NULL || error->domain != RUA_ERROR || error->code != (int) code)
    g_error ("wanted %d with “%s”, got %s", code, parts, error != NULL ? error->message : "no error");
  for (guint i = 0; wanted[i] != NULL; i++)
    if (strstr (error->message, wanted[i]) == NULL)
      g_error ("wanted “%s”, got %s", wanted[i], error->message);
}

#define REFUSE(code, parts, plural, ...)                                                                               \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autoptr (MarketCase) given_ = market_case_new_village ();                                                        \
    market_case_add (given_, plural, __VA_ARGS__);                                                                     \
    refuse (given_, code, parts);                                                                                      \
  }                                                                                                                    \
  G_STMT_END

static void
test_faulty_orders (void)
{
  REFUSE (RUA_ERROR_VALUE, "order|quantity|less than 0", "orders", "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': -1, 'maximum_price': 5}");
  REFUSE (RUA_ERROR_VALUE, "order|maximum_price|less than 0", "orders", "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 1, 'maximum_price': -5}");
  REFUSE (RUA_ERROR_MISSING, "order|maximum_price|needed to clear", "orders", "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 1}");
  REFUSE (RUA_ERROR_MISSING, "order|hub|tells a hub", "orders", "{'id': 'd', 'order_cycle': 'week', 'household': 'f1', 'product': 'rice', 'quantity': 1, 'maximum_price': 5}");
  REFUSE (RUA_ERROR_UNIT, "order|substitutes|another unit", "orders",
          "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'substitutes': ['tea'], 'quantity': 1, 'maximum_price': 5}");
  REFUSE (RUA_ERROR_VALUE, "order|priority_class|first class is 1", "orders",
          "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 1, 'maximum_price': 5, 'priority_class': 0}");
  REFUSE (RUA_ERROR_MISSING, "order|entitled_before|both, or neither", "orders",
          "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 1, 'maximum_price': 5, 'received_before': 3}");
}

/* Whose order it is, and what it would pay, is in no message. */
static void
test_faults_are_private (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (GError) error = NULL;

  market_case_add (given, "orders", "{'id': 'of-li-mei', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 1, 'maximum_price': -77.13}");
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  g_assert_null (rua_market_clear (market, policy, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "order #1: maximum_price"));
  g_assert_null (strstr (error->message, "li-mei"));
  g_assert_null (strstr (error->message, "77"));
}

static void
test_faulty_offers (void)
{
  REFUSE (RUA_ERROR_VALUE, "offer 'o'|quantity|'-2'|less than 0", "offers", "{'id': 'o', 'lot': 'l-tea', 'order_cycle': 'week', 'quantity': -2, 'reserve_price': 1}");
  REFUSE (RUA_ERROR_VALUE, "offer 'o'|quantity|'11'|the lot has less", "offers", "{'id': 'o', 'lot': 'l-tea', 'order_cycle': 'week', 'quantity': 11, 'reserve_price': 1}");
  REFUSE (RUA_ERROR_VALUE, "offer 'o'|reserve_price|less than 0", "offers", "{'id': 'o', 'lot': 'l-tea', 'order_cycle': 'week', 'quantity': 1, 'reserve_price': -1}");
  REFUSE (RUA_ERROR_MISSING, "offer 'o'|reserve_price|0 for a gift", "offers", "{'id': 'o', 'lot': 'l-tea', 'order_cycle': 'week', 'quantity': 1}");
  REFUSE (RUA_ERROR_VALUE, "offer 'o'|posted_price|below the reserve", "offers",
          "{'id': 'o', 'lot': 'l-tea', 'order_cycle': 'week', 'quantity': 1, 'reserve_price': 3, 'posted_price': 2}");
  {
    g_autoptr (MarketCase) given = market_case_new_village ();

    market_case_add (given, "lots", "{'id': 'gift', 'product': 'rice', 'site': 'hills', 'quantity': 5, 'donated': true}");
    market_case_add (given, "offers", "{'id': 'o', 'lot': 'gift', 'order_cycle': 'week', 'quantity': 5, 'reserve_price': 1}");
    refuse (given, RUA_ERROR_VALUE, "lot 'gift'|donated|given away");
  }
  {
    g_autoptr (MarketCase) given = market_case_new_village ();

    market_case_add (given, "lots", "{'id': 'nowhere', 'product': 'rice', 'quantity': 5}");
    market_case_add (given, "offers", "{'id': 'o', 'lot': 'nowhere', 'order_cycle': 'week', 'quantity': 5, 'reserve_price': 1}");
    refuse (given, RUA_ERROR_MISSING, "lot 'nowhere'|site|leaves from");
  }
}

static void
test_faulty_hubs (void)
{
  REFUSE (RUA_ERROR_VALUE, "hub 'x'|opening_days|MO, TU", "hubs", "{'id': 'x', 'name': 'X', 'opening_days': ['Friday']}"
                                                                   "], 'orders': [{'id': 'd', 'order_cycle': 'week', 'hub': 'x', 'product': 'rice', 'quantity': 8, 'maximum_price': 5}");
}

static void
test_faulty_terms (void)
{
  static const char *const order = "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 1, 'maximum_price': 5}";
  static const struct {
    const char *plural, *record, *parts;
    RuaError code;
  } faults[] = {
    { "routes", "{'site': 'valley', 'hub': 'city', 'unit_cost': 0.40}", "route|another route", RUA_ERROR_DUPLICATE },
    { "routes", "{'site': 'valley', 'hub': 'city', 'product': 'rice'}", "route|unit_cost|0 where it costs nothing", RUA_ERROR_MISSING },
    { "routes", "{'site': 'valley', 'hub': 'city', 'product': 'rice', 'unit_cost': -1}", "route|unit_cost|less than 0", RUA_ERROR_VALUE },
    { "fees", "{'id': 'f', 'title': 'F'}", "fee 'f'|unit_amount|unknown", RUA_ERROR_MISSING },
    { "fees", "{'id': 'f', 'title': 'F', 'unit_amount': -1}", "fee 'f'|less than 0", RUA_ERROR_VALUE },
    { "fees", "{'id': 'f', 'title': 'F', 'percentage': 101}", "fee 'f'|percentage|0 to 100", RUA_ERROR_VALUE },
    { "fees", "{'id': 'f', 'title': 'F', 'percentage': 1.23456}", "fee 'f'|percentage|four decimals", RUA_ERROR_VALUE },
    { "hubs", "{'id': 'x', 'name': 'X'}", "", RUA_ERROR_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (MarketCase) given = market_case_new_village ();

    market_case_add (given, "orders", "%s", order);
    market_case_add (given, faults[i].plural, "%s", faults[i].record);
    if (faults[i].parts[0] != '\0') {
      refuse (given, faults[i].code, faults[i].parts);
    } else {
      /* What has no part in the market is no fault of it. */
      g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
      g_autoptr (RuaMarket) market = market_case_open (alliance);
      g_autoptr (RuaClearing) clearing = market_case_clear (market, NULL);
      g_autoptr (RuaRecord) record = market_case_find (alliance, "order", "d");
      gint64 filled, unmet;

      g_assert_true (rua_clearing_get_order (clearing, RUA_ORDER (record), &filled, &unmet));
      g_assert_cmpint (filled, ==, 1);
      g_assert_cmpint (unmet, ==, 0);
    }
  }
}

/* All of a consumer's price goes to fees: nothing is left to trade for. */
static void
test_hundred_per_cent (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "rice", 1, "5.00");
  market_case_add (given, "fees", "{'id': 'f', 'title': 'F', 'percentage': 60}");
  market_case_add (given, "fees", "{'id': 'g', 'title': 'G', 'percentage': 40, 'hub': 'city'}");
  refuse (given, RUA_ERROR_VALUE, "fee");
}

static void
test_too_great (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();

  market_case_add (given, "lots", "{'id': 'huge', 'product': 'rice', 'site': 'valley', 'quantity': 4000000000000000000}");
  market_case_add (given, "offers", "{'id': 'o', 'lot': 'huge', 'order_cycle': 'week', 'quantity': 4000000000000000000, 'reserve_price': 1}");
  market_case_add (given, "orders", "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 4000000000000000000, 'maximum_price': 5}");
  refuse (given, RUA_ERROR_LIMIT, "");
}

static void
test_all_faults_at_once (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "rice", 1, "-5.00");
  market_case_add (given, "offers", "{'id': 'o', 'lot': 'l-tea', 'order_cycle': 'week', 'quantity': -2, 'reserve_price': 1}");
  market_case_add (given, "fees", "{'id': 'f', 'title': 'F'}");
  refuse (given, RUA_ERROR_VALUE, "offer 'o'|\norder #1|\nfee 'f'");
}

static void
test_cancelled_round (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
  g_autoptr (RuaRecord) cycle = market_case_find (alliance, "order-cycle", "week");
  g_autoptr (RuaMarket) market = market_case_open (alliance);
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (GError) error = NULL;

  g_assert_true (rua_record_set_text (cycle, "status", "cancelled", NULL));
  g_assert_null (rua_market_clear (market, policy, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "order-cycle 'week': status"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-faults/faulty-orders", test_faulty_orders);
  g_test_add_func ("/market-faults/faults-are-private", test_faults_are_private);
  g_test_add_func ("/market-faults/faulty-offers", test_faulty_offers);
  g_test_add_func ("/market-faults/faulty-hubs", test_faulty_hubs);
  g_test_add_func ("/market-faults/faulty-terms", test_faulty_terms);
  g_test_add_func ("/market-faults/hundred-per-cent", test_hundred_per_cent);
  g_test_add_func ("/market-faults/too-great", test_too_great);
  g_test_add_func ("/market-faults/all-faults-at-once", test_all_faults_at_once);
  g_test_add_func ("/market-faults/cancelled-round", test_cancelled_round);
  return g_test_run ();
}
