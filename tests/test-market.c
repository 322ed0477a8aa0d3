/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market.h"

#include <string.h>

#include "market-case.h"
#include "rua-edits.h"
#include "rua-market-booking.h"

static void
assert_order (RuaClearing *clearing, const char *id, gint64 filled, const char *causes)
{
  g_autoptr (RuaRecord) order = market_case_find (rua_clearing_get_alliance (clearing), "order", id);
  g_autoptr (GListModel) shortfalls = rua_clearing_list_shortfalls (clearing);
  g_autoptr (GString) told = g_string_new (NULL);
  gint64 got = -1, unmet = -1, sum = 0, ordered;

  g_assert_true (rua_clearing_get_order (clearing, RUA_ORDER (order), &got, &unmet));
  for (guint i = 0; i < g_list_model_get_n_items (shortfalls); i++) {
    g_autoptr (RuaShortfall) shortfall = g_list_model_get_item (shortfalls, i);
    g_autoptr (RuaOrder) whose = rua_shortfall_dup_order (shortfall);
    gint64 quantity;

    g_assert_true (rua_shortfall_get_quantity (shortfall, &quantity));
    if (g_strcmp0 (rua_record_get_id (RUA_RECORD (whose)), id) != 0)
      continue;
    sum += quantity;
    g_string_append_printf (told, "%s%s %" G_GINT64_FORMAT, told->len ? ", " : "", rua_shortfall_get_cause (shortfall), quantity);
  }
  g_assert_cmpint (got, ==, filled);
  g_assert_cmpint (sum, ==, unmet);
  g_assert_true (rua_order_get_quantity (RUA_ORDER (order), &ordered));
  g_assert_cmpint (got + unmet, ==, ordered);
  g_assert_cmpstr (told->str, ==, causes);
}

/* ---- what a market is ---- */

static void
test_new (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL, other = rua_alliance_new ();
  g_autoptr (RuaRecord) cycle = NULL, stray = NULL;
  g_autoptr (RuaMarket) market = NULL, day = NULL;
  g_autoptr (GError) error = NULL;

  market_case_add (given, "order_cycles", "{'id': 'no-day'}");
  alliance = market_case_build (given, NULL);
  cycle = market_case_find (alliance, "order-cycle", "week");
  market = rua_market_new (alliance, RUA_ORDER_CYCLE (cycle), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rua_market_get_alliance (market) == alliance);
  g_assert_true ((RuaRecord *) rua_market_get_cycle (market) == cycle);
  g_assert_cmpstr (rua_market_get_date (market), ==, "2026-11-27");
  day = rua_market_new (alliance, NULL, "2026-11-28", &error);
  g_assert_no_error (error);
  g_assert_null (rua_market_get_cycle (day));

  g_assert_null (rua_market_new (alliance, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (rua_market_new (alliance, NULL, "2026-11", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (rua_market_new (alliance, NULL, "next week", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  stray = market_case_find (alliance, "order-cycle", "no-day");
  g_assert_null (rua_market_new (alliance, RUA_ORDER_CYCLE (stray), NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (rua_market_new (other, RUA_ORDER_CYCLE (cycle), NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
}

static void
test_policy (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
  g_autoptr (RuaMarket) market = market_case_open (alliance), day = rua_market_new (alliance, NULL, "2026-11-27", NULL);
  g_autoptr (RuaRecord) cycle = market_case_find (alliance, "order-cycle", "week");
  g_autoptr (RuaPolicy) empty = rua_policy_new ();
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_market_clear (market, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (rua_market_clear (day, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (rua_market_clear (market, empty, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_true (rua_record_set_text (cycle, "policy", "{\"stages\": [\"priority\", \"gains\"]}", NULL));
  clearing = rua_market_clear (market, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_policy_get_n_stages (rua_clearing_get_policy (clearing)), ==, 2);
  g_assert_cmpstr (rua_clearing_get_date (clearing), ==, "2026-11-27");
}

static void
test_cleared (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (GListModel) allocations = NULL;
  g_autoptr (RuaAllocation) first = NULL;
  g_autoptr (RuaRecord) offer = NULL;
  g_auto (GStrv) checks = NULL;
  gint64 value, unsold;
  double fill;

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 15, "5.00");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 10, "4.00");
  rua_policy_set_price (policy, RUA_POLICY_PRICE_CONSUMER_BEST);
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, policy);
  g_assert_cmpuint (rua_clearing_get_n_orders (clearing), ==, 2);
  g_assert_cmpuint (rua_clearing_get_n_offers (clearing), ==, 2);
  assert_order (clearing, "d1", 15, "");
  assert_order (clearing, "d2", 5, "outbid 5");
  offer = market_case_find (alliance, "offer", "o-rice");
  g_assert_true (rua_clearing_get_offer (clearing, RUA_OFFER (offer), &value, &unsold));
  g_assert_cmpint (value, ==, 20);
  g_assert_cmpint (unsold, ==, 0);
  /* The marginal order pays all that it would: 4.00, less 0.50 for transport. */
  g_assert_true (rua_clearing_get_producer_price (clearing, RUA_OFFER (offer), &value));
  g_assert_cmpint (value, ==, 350);
  allocations = rua_clearing_list_allocations (clearing);
  g_assert_cmpuint (g_list_model_get_n_items (allocations), ==, 2);
  first = g_list_model_get_item (allocations, 0);
  g_assert_true (rua_allocation_get_consumer_price (first, &value));
  g_assert_cmpint (value, ==, 400);
  g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_CONSUMERS, &value));
  g_assert_cmpint (value, ==, 8000);
  g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_PRODUCERS, &value));
  g_assert_cmpint (value, ==, 7000);
  g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_GAINS, &value));
  g_assert_cmpint (value, ==, 15 * 150 + 5 * 50);
  g_assert_true (rua_clearing_get_fill (clearing, &fill));
  g_assert_cmpfloat (fill, ==, 0.8);
  g_assert_true (rua_clearing_get_smallest_fill (clearing, &fill));
  g_assert_cmpfloat (fill, ==, 0.5);
  g_assert_true (rua_clearing_get_jain (clearing, &fill));
  g_assert_cmpfloat_with_epsilon (fill, 1.5 * 1.5 / (2 * 1.25), 1e-12);
  g_assert_cmpfloat (rua_clearing_get_price_of_fairness (clearing), ==, 0);
  g_assert_cmpfloat (rua_clearing_get_guaranteed (clearing), ==, 1);
  checks = rua_clearing_list_checks (clearing);
  g_assert_cmpuint (g_strv_length (checks), ==, 9);
}

/* ---- edges: what is cleared, and how it is told ---- */

static void
check_one (const char *plural, const char *record, const char *order, gint64 filled, const char *causes)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;

  if (plural != NULL)
    market_case_add (given, plural, "%s", record);
  market_case_add (given, "orders", "%s", order);
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, NULL);
  assert_order (clearing, "d", filled, causes);
}

#define RICE(more) "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 8, 'maximum_price': 5" more "}"
#define TEA(more) "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'tea', 'quantity': 8, 'maximum_price': 10" more "}"

static void
test_causes (void)
{
  check_one (NULL, NULL, RICE (""), 8, "");
  check_one (NULL, NULL, RICE (", 'cancelled_on': '2026-11-20'"), 0, "cancelled 8");
  check_one (NULL, NULL, RICE (", 'cancelled_on': '2026-11-28'"), 8, "");
  check_one (NULL, NULL, RICE (", 'window_start': '2026-11-28'"), 0, "window 8");
  check_one (NULL, NULL, RICE (", 'window_end': '2026-11-26'"), 0, "window 8");
  check_one (NULL, NULL, RICE (", 'window_start': '2026-11-27', 'window_end': '2026-11-27'"), 8, "");
  check_one (NULL, NULL, RICE (", 'placed_on': '2026-11-25'"), 0, "window 8");
  check_one (NULL, NULL, RICE (", 'placed_on': '2026-11-24'"), 8, "");
  check_one (NULL, NULL, RICE (", 'placed_on': '2026-11'"), 8, "");
  check_one (NULL, NULL, RICE (", 'certificates_needed': ['organic']"), 8, "");
  check_one (NULL, NULL, RICE (", 'certificates_needed': ['demeter']"), 0, "certificate 8");
  check_one (NULL, NULL, TEA (", 'certificates_needed': ['organic']"), 0, "certificate 8");
  check_one (NULL, NULL, TEA (""), 8, "");
  check_one ("hubs", "{'id': 'moon', 'name': 'Moon'}", RICE (", 'hub': 'moon'"), 0, "not_linked 8");
  check_one ("products", "{'id': 'figs', 'name': 'Figs'}", "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'figs', 'quantity': 3, 'maximum_price': 5}", 0,
             "no_supply 3");
  check_one (NULL, NULL, "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 8, 'maximum_price': 3.49}", 0, "price 8");
  /* To the fen. */
  check_one (NULL, NULL, "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 8, 'maximum_price': 3.50}", 8, "");
  check_one (NULL, NULL, "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 0, 'maximum_price': 3}", 0, "");
  check_one (NULL, NULL, "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 25, 'maximum_price': 5}", 20, "no_supply 5");
}

static void
test_hubs (void)
{
  static const char *const order = "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'hub': 'x', 'product': 'rice', 'quantity': 8, 'maximum_price': 5}";
  static const struct {
    const char *hub;
    gint64 filled;
    const char *causes;
  } hubs[] = {
    { "{'id': 'x', 'name': 'X', 'opening_days': ['FR', 'SA']}", 8, "" },
    { "{'id': 'x', 'name': 'X', 'opening_days': ['MO']}", 0, "hub_closed 8" },
    { "{'id': 'x', 'name': 'X', 'opened': '2026-11-28'}", 0, "hub_closed 8" },
    { "{'id': 'x', 'name': 'X', 'opened': '2026'}", 0, "hub_closed 8" },
    { "{'id': 'x', 'name': 'X', 'closed': '2026-11-27'}", 0, "hub_closed 8" },
    { "{'id': 'x', 'name': 'X', 'closed': '2026-11-28'}", 8, "" },
    { "{'id': 'x', 'name': 'X', 'capacity': 3}", 3, "hub_limit 5" },
    { "{'id': 'x', 'name': 'X', 'capacity': 0}", 0, "hub_limit 8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (hubs); i++) {
    g_autoptr (MarketCase) given = market_case_new_village ();
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaMarket) market = NULL;
    g_autoptr (RuaClearing) clearing = NULL;

    market_case_add (given, "hubs", "%s", hubs[i].hub);
    market_case_add (given, "routes", "{'site': 'valley', 'hub': 'x', 'unit_cost': 0.10}");
    market_case_add (given, "orders", "%s", order);
    alliance = market_case_build (given, NULL);
    market = market_case_open (alliance);
    clearing = market_case_clear (market, NULL);
    assert_order (clearing, "d", hubs[i].filled, hubs[i].causes);
  }
}

static void
test_round_hubs (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) cycle = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  static const char *const hubs[] = { "town", NULL };

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "rice", 8, "5.00");
  alliance = market_case_build (given, NULL);
  cycle = market_case_find (alliance, "order-cycle", "week");
  g_assert_true (rua_record_set_reference_ids (cycle, "hubs", hubs, NULL));
  market = market_case_open (alliance);
  clearing = market_case_clear (market, NULL);
  assert_order (clearing, "d", 0, "hub_closed 8");
}

/* What keeps rice from being sold: an offer of the lot x, which is all there is of beans. */
static void
test_lots (void)
{
  static const struct {
    const char *lot, *offer;
    gint64 filled;
    const char *causes;
  } lots[] = {
    { "", "", 8, "" },
    { ", 'ready_on': '2026-11-27', 'expires_on': '2026-11-27'", "", 8, "" },
    { ", 'ready_on': '2026-11-28'", "", 0, "date 8" },
    { ", 'ready_on': '2026-11'", "", 0, "date 8" },
    { ", 'expires_on': '2026-11-26'", "", 0, "date 8" },
    { "", ", 'withdrawn_on': '2026-11-26'", 0, "date 8" },
    { "", ", 'withdrawn_on': '2026-11-28'", 8, "" },
    { "", ", 'hubs': ['town']", 0, "not_linked 8" },
    { "", ", 'hubs': ['town', 'city']", 8, "" },
    { ", 'harvest': 'hv'", "", 0, "date 8" },
    { ", 'harvest': 'hv', 'expires_on': '2026-11-27'", "", 8, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lots); i++) {
    g_autoptr (MarketCase) given = market_case_new_village ();
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaMarket) market = NULL;
    g_autoptr (RuaClearing) clearing = NULL;

    market_case_add (given, "products", "{'id': 'beans', 'name': 'Beans', 'shelf_life': 3}");
    market_case_add (given, "harvests", "{'id': 'hv', 'product': 'beans', 'harvested_on': '2026-11-23'}");
    market_case_add (given, "lots", "{'id': 'x', 'product': 'beans', 'site': 'hills', 'quantity': 8, 'reserve_price': 2%s}", lots[i].lot);
    market_case_add (given, "offers", "{'id': 'ox', 'lot': 'x', 'order_cycle': 'week', 'quantity': 8%s}", lots[i].offer);
    market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "beans", 8, "5.00");
    alliance = market_case_build (given, NULL);
    market = market_case_open (alliance);
    clearing = market_case_clear (market, NULL);
    assert_order (clearing, "d", lots[i].filled, lots[i].causes);
  }
}

/* Valid when it was ordered, and no longer when it is handed out. */
static void
test_certificates (void)
{
  static const struct {
    const char *certificate;
    gboolean holds;
  } certificates[] = {
    { "'valid_until': '2026-11-27'", TRUE },
    { "'valid_until': '2026-11-26'", FALSE },
    { "'valid_until': '2026'", FALSE },
    { "'valid_from': '2026-11-28'", FALSE },
    { "'valid_from': '2026-11'", FALSE },
    { "'revoked_on': '2026-11-27'", FALSE },
    { "'revoked_on': '2026-11-28'", TRUE },
    { "'product': 'beans'", TRUE },
    { "'product': 'pulses'", TRUE },
    { "'product': 'tea'", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (certificates); i++) {
    g_autoptr (MarketCase) given = market_case_new_village ();
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaMarket) market = NULL;
    g_autoptr (RuaClearing) clearing = NULL;

    market_case_add (given, "products", "{'id': 'pulses', 'name': 'Pulses'}");
    market_case_add (given, "products", "{'id': 'beans', 'name': 'Beans', 'variant_of': 'pulses'}");
    market_case_add (given, "certificates", "{'id': 'cx', 'standard': 'fair', %s}", certificates[i].certificate);
    market_case_add (given, "lots", "{'id': 'x', 'product': 'beans', 'site': 'hills', 'quantity': 8, 'reserve_price': 2, 'certificates': ['cx']}");
    market_case_add (given, "offers", "{'id': 'ox', 'lot': 'x', 'order_cycle': 'week', 'quantity': 8}");
    market_case_add (given, "orders", "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'beans', 'quantity': 8, 'maximum_price': 5, 'certificates_needed': ['fair']}");
    alliance = market_case_build (given, NULL);
    market = market_case_open (alliance);
    clearing = market_case_clear (market, NULL);
    assert_order (clearing, "d", certificates[i].holds ? 8 : 0, certificates[i].holds ? "" : "certificate 8");
  }
}

static void
test_limits (void)
{
  static const struct {
    const char *field;
    const char *kind, *id, *causes;
    gint64 capacity, filled;
  } limits[] = {
    { "capacity", "household", "h1", "household_limit 5", 3, 3 },
    { "capacity", "consumer-group", "g", "group_limit 4", 4, 4 },
    { "capacity", "hub", "city", "hub_limit 6", 2, 2 },
    { "capacity", "cooperative", "c-rice", "producer_limit 7", 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autoptr (MarketCase) given = market_case_new_village ();
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaRecord) record = NULL;
    g_autoptr (RuaMarket) market = NULL;
    g_autoptr (RuaClearing) clearing = NULL;

    market_case_add (given, "orders", "%s", RICE (""));
    alliance = market_case_build (given, NULL);
    record = market_case_find (alliance, limits[i].kind, limits[i].id);
    g_assert_true (rua_record_set_integer (record, limits[i].field, limits[i].capacity, NULL));
    market = market_case_open (alliance);
    clearing = market_case_clear (market, NULL);
    assert_order (clearing, "d", limits[i].filled, limits[i].causes);
  }
}

/* A household or group with a capacity of its own, whose orders go two ways, is no network. */
static void
test_two_ways (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) group = NULL, city = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (GError) error = NULL;

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 4, "5.00");
  market_case_add (given, "orders", "{'id': 'd2', 'order_cycle': 'week', 'household': 'h2', 'hub': 'town', 'product': 'rice', 'quantity': 4, 'maximum_price': 5}");
  alliance = market_case_build (given, NULL);
  group = market_case_find (alliance, "consumer-group", "g");
  city = market_case_find (alliance, "hub", "city");
  market = market_case_open (alliance);
  /* Alone, either capacity is one. */
  g_assert_true (rua_record_set_integer (group, "capacity", 6, NULL));
  clearing = market_case_clear (market, NULL);
  assert_order (clearing, "d1", 4, "");
  assert_order (clearing, "d2", 2, "group_limit 2");
  g_clear_object (&clearing);
  g_assert_true (rua_record_set_integer (city, "capacity", 3, NULL));
  g_assert_null (rua_market_clear (market, policy, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "consumer-group 'g': capacity"));
}

/* A lot that is offered in two parts, or went to another round, has not more than it has. */
static void
test_lot_in_parts (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;

  market_case_add (given, "order_cycles", "{'id': 'before', 'delivered_on': '2026-11-20'}");
  market_case_add (given, "offers", "{'id': 'o-tea-2', 'lot': 'l-tea', 'order_cycle': 'week', 'quantity': 10, 'reserve_price': 9.00}");
  market_case_add (given, "orders", "{'id': 'old', 'order_cycle': 'before', 'household': 'h1', 'product': 'tea', 'quantity': 3, 'maximum_price': 10}");
  market_case_add (given, "allocations", "{'order': 'old', 'lot': 'l-tea', 'quantity': 3, 'delivered_quantity': 2}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "tea", 15, "10.00");
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, NULL);
  assert_order (clearing, "d", 8, "producer_limit 7");
}

static void
test_substitutes (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;

  market_case_add (given, "products", "{'id': 'millet', 'name': 'Millet', 'quantity_unit': 'kg'}");
  market_case_add (given, "orders", "{'id': 'd', 'order_cycle': 'week', 'household': 'h1', 'product': 'millet', 'substitutes': ['rice'], 'quantity': 6, 'maximum_price': 5}");
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, NULL);
  assert_order (clearing, "d", 6, "");
}

/* Nothing is offered; nothing is ordered; nothing at all; and what is offered nobody may have. */
static void
test_nothing (void)
{
  for (guint i = 0; i < 4; i++) {
    g_autoptr (MarketCase) given = i < 2 ? market_case_new_village () : market_case_new ();
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaMarket) market = NULL;
    g_autoptr (RuaClearing) clearing = NULL;
    g_autoptr (GListModel) allocations = NULL;
    g_autofree char *json = NULL;
    gint64 minor = -1;
    double value;

    if (i >= 2)
      market_case_add (given, "order_cycles", "{'id': 'week', 'delivered_on': '2026-11-27'}");
    if (i == 1)
      market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "tea", 5, "0.00");
    if (i == 3) {
      market_case_add (given, "products", "{'id': 'rice', 'name': 'Rice'}");
      market_case_add (given, "hubs", "{'id': 'city', 'name': 'City'}");
      market_case_add (given, "orders", "{'id': 'd', 'order_cycle': 'week', 'hub': 'city', 'product': 'rice', 'quantity': 5, 'maximum_price': 1}");
    }
    alliance = market_case_build (given, NULL);
    market = market_case_open (alliance);
    clearing = market_case_clear (market, NULL);
    allocations = rua_clearing_list_allocations (clearing);
    g_assert_cmpuint (g_list_model_get_n_items (allocations), ==, 0);
    g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_CONSUMERS, &minor));
    g_assert_cmpint (minor, ==, 0);
    g_assert_cmpfloat (rua_clearing_get_price_of_fairness (clearing), ==, 0);
    g_assert_cmpint (rua_clearing_get_fill (clearing, &value), ==, i == 1 || i == 3);
    json = rua_clearing_to_json (clearing);
    g_assert_nonnull (strstr (json, "\"allocations\": []"));
  }
}

/* Reserve and maximum meet: there is a trade, and nothing to gain from it. */
static void
test_reserve_is_maximum (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_equal_shares ();
  g_autoptr (GListModel) allocations = NULL;
  gint64 gains;

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 10, "3.50");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 30, "3.50");
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, policy);
  assert_order (clearing, "d1", 5, "fairness 5");
  assert_order (clearing, "d2", 15, "no_supply 10, fairness 5");
  g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_GAINS, &gains));
  g_assert_cmpint (gains, ==, 0);
}

static void
test_gift (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  gint64 minor;

  market_case_add (given, "products", "{'id': 'pumpkin', 'name': 'Pumpkin'}");
  market_case_add (given, "lots", "{'id': 'gift', 'product': 'pumpkin', 'site': 'hills', 'quantity': 5, 'donated': true}");
  market_case_add (given, "offers", "{'id': 'og', 'lot': 'gift', 'order_cycle': 'week', 'quantity': 5}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "pumpkin", 4, "0.50");
  rua_policy_set_price (policy, RUA_POLICY_PRICE_CONSUMER_BEST);
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, policy);
  assert_order (clearing, "d", 4, "");
  g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_PRODUCERS, &minor));
  g_assert_cmpint (minor, ==, 0);
  g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_TRANSPORT, &minor));
  g_assert_cmpint (minor, ==, 200);
}

/* Marginal households first, by what the register says of them. */
static void
test_marginal (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) gains = NULL, first = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_marginal_first ();

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 15, "4.00");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 15, "6.00");
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  gains = market_case_clear (market, NULL);
  assert_order (gains, "d1", 5, "outbid 10");
  assert_order (gains, "d2", 15, "");
  first = market_case_clear (market, policy);
  assert_order (first, "d1", 15, "");
  assert_order (first, "d2", 5, "priority 10");
  g_assert_cmpfloat_with_epsilon (rua_clearing_get_price_of_fairness (first), 1 - (15 * 0.5 + 5 * 2.5) / (5 * 0.5 + 15 * 2.5), 1e-12);
}

/* A guarantee that cannot be kept: the largest common part of it is. */
static void
test_guarantee (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) rice = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_equal_shares ();

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 6, "5.00");
  alliance = market_case_build (given, NULL);
  rice = market_case_find (alliance, "cooperative", "c-rice");
  market = market_case_open (alliance);
  g_assert_true (rua_record_set_integer (rice, "minimum_sales", 12, NULL));
  clearing = market_case_clear (market, policy);
  g_assert_cmpfloat (rua_clearing_get_guaranteed (clearing), ==, 0.5);
  g_clear_object (&clearing);
  g_assert_true (rua_record_set_integer (rice, "minimum_sales", 5, NULL));
  clearing = market_case_clear (market, policy);
  g_assert_cmpfloat (rua_clearing_get_guaranteed (clearing), ==, 1);
}

/* ---- rounds and days ---- */

static void
test_day (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) week = NULL, day = NULL, other = NULL;
  g_autoptr (RuaClearing) one = NULL, both = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  market_case_add (given, "order_cycles", "{'id': 'canteens', 'delivered_on': '2026-11-27'}");
  market_case_add (given, "order_cycles", "{'id': 'off', 'delivered_on': '2026-11-27', 'status': 'cancelled'}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 8, "5.00");
  market_case_add (given, "orders", "{'id': 'd2', 'order_cycle': 'canteens', 'hub': 'town', 'product': 'rice', 'quantity': 8, 'maximum_price': 5}");
  market_case_add (given, "orders", "{'id': 'd3', 'hub': 'town', 'product': 'rice', 'quantity': 2, 'maximum_price': 5}");
  market_case_add (given, "orders", "{'id': 'd4', 'order_cycle': 'off', 'hub': 'town', 'product': 'rice', 'quantity': 2, 'maximum_price': 5}");
  alliance = market_case_build (given, NULL);
  week = market_case_open (alliance);
  one = market_case_clear (week, NULL);
  g_assert_cmpuint (rua_clearing_get_n_orders (one), ==, 1);
  day = rua_market_new (alliance, NULL, "2026-11-27", &error);
  both = market_case_clear (day, NULL);
  g_assert_cmpuint (rua_clearing_get_n_orders (both), ==, 3);
  assert_order (both, "d2", 8, "");
  assert_order (both, "d3", 2, "");
  other = rua_market_new (alliance, NULL, "2026-11-28", &error);
  none = market_case_clear (other, NULL);
  g_assert_cmpuint (rua_clearing_get_n_orders (none), ==, 1);
  assert_order (none, "d3", 0, "no_supply 2");
}

/* ---- the same, however it comes ---- */

static void
test_order_of_records (void)
{
  guint32 seed = g_test_rand_int ();
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 40 : 300;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < n; trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) one = market_case_build (given, NULL), other = market_case_build (given, &random);
    g_autoptr (RuaPolicy) policy = trial % 3 == 0 ? rua_policy_new_greatest_gains () : trial % 3 == 1 ? rua_policy_new_equal_shares () : rua_policy_new_marginal_first ();
    g_autoptr (RuaMarket) market = market_case_open (one), shuffled = market_case_open (other);
    g_autoptr (RuaClearing) clearing = NULL, same = NULL, again = NULL;
    g_autofree char *json = NULL, *same_json = NULL, *again_json = NULL;

    rua_policy_set_price (policy, (RuaPolicyPrice) (trial % 5));
    clearing = market_case_clear (market, policy);
    same = market_case_clear (shuffled, policy);
    again = market_case_clear (market, policy);
    json = rua_clearing_to_json (clearing);
    same_json = rua_clearing_to_json (same);
    again_json = rua_clearing_to_json (again);
    if (strcmp (json, same_json) != 0)
      g_error ("trial %u of seed %u depends on the order of records:\n%s\n%s", trial, seed, json, same_json);
    if (strcmp (json, again_json) != 0)
      g_error ("trial %u of seed %u: warm is not cold:\n%s\n%s", trial, seed, json, again_json);
  }
}

/* After a change the market is cleared from where it was, and comes to what it would from nothing. */
static void
test_clear_again (void)
{
  guint32 seed = g_test_rand_int ();
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 30 : 200;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < n; trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
    g_autoptr (RuaPolicy) policy = trial % 2 ? rua_policy_new_marginal_first () : rua_policy_new_greatest_gains ();
    g_autoptr (RuaMarket) market = market_case_open (alliance);
    g_autoptr (RuaClearing) before = market_case_clear (market, policy);
    RuaTable *orders = rua_alliance_get_table (alliance, "order"), *offers = rua_alliance_get_table (alliance, "offer");

    for (guint step = 0; step < 3; step++) {
      g_autoptr (RuaMarket) fresh = market_case_open (alliance);
      g_autoptr (RuaClearing) warm = NULL, cold = NULL;
      g_autofree char *warm_json = NULL, *cold_json = NULL;

      if (rua_table_get_n_records (orders) > 0 && rua_random_below (&random, 2)) {
        g_autoptr (RuaRecord) order = rua_table_dup_record (orders, rua_random_below (&random, rua_table_get_n_records (orders)));

        if (rua_random_below (&random, 4) == 0)
          g_assert_true (rua_alliance_remove (alliance, order, NULL));
        else
          g_assert_true (rua_record_set_integer (order, "quantity", rua_random_below (&random, 20), NULL));
      } else {
        g_autoptr (RuaRecord) offer = rua_table_dup_record (offers, rua_random_below (&random, rua_table_get_n_records (offers)));

        g_assert_true (rua_record_set_integer (offer, "quantity", 0, NULL));
      }
      warm = market_case_clear (market, policy);
      cold = market_case_clear (fresh, policy);
      warm_json = rua_clearing_to_json (warm);
      cold_json = rua_clearing_to_json (cold);
      if (strcmp (warm_json, cold_json) != 0)
        g_error ("trial %u of seed %u: warm is not cold:\n%s\n%s", trial, seed, warm_json, cold_json);
      g_assert_false (rua_clearing_get_warm (cold));
    }
  }
}

/* ---- in a thread ---- */

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **to = data;

  (void) source;
  *to = g_object_ref (result);
}

static void
test_async (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (RuaProgress) progress = rua_progress_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL, refused = NULL;
  g_autoptr (GError) error = NULL;

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "rice", 8, "5.00");
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  rua_market_clear_async (market, policy, progress, NULL, on_cleared, &result);
  /* One at a time. */
  rua_market_clear_async (market, policy, NULL, NULL, on_cleared, &refused);
  g_assert_null (rua_market_clear (market, policy, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  while (result == NULL || refused == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (rua_market_clear_finish (market, refused, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  clearing = rua_market_clear_finish (market, result, &error);
  g_assert_no_error (error);
  assert_order (clearing, "d", 8, "");
  g_clear_object (&result);
  g_clear_object (&clearing);

  g_cancellable_cancel (cancellable);
  g_assert_null (rua_market_clear (market, policy, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  rua_market_clear_async (market, policy, NULL, cancellable, on_cleared, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (rua_market_clear_finish (market, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* And goes on. */
  clearing = market_case_clear (market, policy);
  assert_order (clearing, "d", 8, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market/new", test_new);
  g_test_add_func ("/market/policy", test_policy);
  g_test_add_func ("/market/cleared", test_cleared);
  g_test_add_func ("/market/causes", test_causes);
  g_test_add_func ("/market/hubs", test_hubs);
  g_test_add_func ("/market/round-hubs", test_round_hubs);
  g_test_add_func ("/market/lots", test_lots);
  g_test_add_func ("/market/certificates", test_certificates);
  g_test_add_func ("/market/limits", test_limits);
  g_test_add_func ("/market/two-ways", test_two_ways);
  g_test_add_func ("/market/lot-in-parts", test_lot_in_parts);
  g_test_add_func ("/market/substitutes", test_substitutes);
  g_test_add_func ("/market/nothing", test_nothing);
  g_test_add_func ("/market/reserve-is-maximum", test_reserve_is_maximum);
  g_test_add_func ("/market/gift", test_gift);
  g_test_add_func ("/market/marginal", test_marginal);
  g_test_add_func ("/market/guarantee", test_guarantee);
  g_test_add_func ("/market/day", test_day);
  g_test_add_func ("/market/order-of-records", test_order_of_records);
  g_test_add_func ("/market/clear-again", test_clear_again);
  g_test_add_func ("/market/async", test_async);
  return g_test_run ();
}
