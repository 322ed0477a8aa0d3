/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was cleared is written back only where the market is as it was, and whole or not at all; what was handed out
 * is booked to the fen, or refused. */
#include "rua-clearing-private.h"

#include <string.h>

#include "market-case.h"
#include "rua-alliance-json.h"
#include "rua-date.h"
#include "rua-edits.h"
#include "rua-market-booking.h"
#include "rua-table-private.h"

/* ---- what makes a market another one ---- */

static const char village[]
  = "{'format': 'rural-alliance', 'version': 1, 'alliance': {'title': 'A market', 'currency': 'CNY'},\n"
    "'sites': [{'id': 'hills', 'name': 'Hills'}, {'id': 'valley', 'name': 'Valley'}],\n"
    "'cooperatives': [{'id': 'c1', 'name': 'C', 'site': 'valley', 'capacity': 50, 'minimum_sales': 2}, {'id': 'c2', 'name': 'D', 'site': 'valley'}],\n"
    "'households': [{'id': 'h1', 'name': 'One', 'consumer_group': 'g', 'capacity': 30}, {'id': 'h2', 'name': 'Two', 'consumer_group': 'g'}],\n"
    "'products': [{'id': 'rice', 'name': 'Rice', 'quantity_unit': 'kg'}, {'id': 'tea', 'name': 'Tea', 'quantity_unit': 'kg'}, {'id': 'oil', 'name': 'Oil', 'quantity_unit': 'kg'}],\n"
    "'certificates': [{'id': 'pgs', 'standard': 'organic', 'valid_until': '2027-01-01'}],\n"
    "'consumer_groups': [{'id': 'g', 'name': 'G', 'hub': 'city', 'capacity': 40}],\n"
    "'hubs': [{'id': 'city', 'name': 'City', 'capacity': 60}, {'id': 'town', 'name': 'Town'}],\n"
    "'routes': [{'site': 'valley', 'hub': 'city', 'unit_cost': 0.50, 'capacity': 45, 'valid_from': '2026-01-01'}, {'site': 'valley', 'hub': 'town', 'product': 'rice', 'unit_cost': 0.70},\n"
    "{'site': 'hills', 'hub': 'city', 'unit_cost': 0.90}],\n"
    "'fees': [{'id': 'f1', 'title': 'F', 'unit_amount': 0.10, 'valid_until': '2026-12-31'}, {'id': 'f2', 'title': 'P', 'hub': 'city', 'product': 'tea', 'percentage': 3}],\n"
    "'order_cycles': [{'id': 'week', 'opens_on': '2026-11-16', 'closes_on': '2026-11-24', 'delivered_on': '2026-11-27'}, {'id': 'past', 'delivered_on': '2026-11-20'}],\n"
    "'lots': [{'id': 'l1', 'product': 'rice', 'cooperative': 'c1', 'site': 'valley', 'quantity': 20, 'certificates': ['pgs']},\n"
    "{'id': 'l2', 'product': 'tea', 'cooperative': 'c2', 'quantity': 10},\n"
    "{'id': 'l3', 'product': 'tea', 'cooperative': 'c2', 'quantity': 5, 'expires_on': '2026-12-24'}],\n"
    "'offers': [{'id': 'o1', 'lot': 'l1', 'order_cycle': 'week', 'quantity': 20, 'reserve_price': 3.00, 'posted_price': 3.50, 'hubs': ['city']},\n"
    "{'id': 'o2', 'lot': 'l2', 'order_cycle': 'week', 'quantity': 10, 'reserve_price': 8.00},\n"
    "{'id': 'o3', 'lot': 'l3', 'order_cycle': 'week', 'quantity': 5, 'reserve_price': 7.00}],\n"
    "'orders': [{'id': 'd1', 'order_cycle': 'week', 'household': 'h1', 'product': 'rice', 'quantity': 15, 'maximum_price': 5.00, 'priority_class': 2,\n"
    "'entitlement': 9, 'received_before': 3, 'entitled_before': 4, 'certificates_needed': ['organic'], 'window_end': '2026-11-28'},\n"
    "{'id': 'd2', 'order_cycle': 'week', 'household': 'h2', 'product': 'tea', 'substitutes': ['rice'], 'quantity': 6, 'maximum_price': 9.50},\n"
    "{'id': 'd3', 'order_cycle': 'week', 'hub': 'city', 'product': 'tea', 'quantity': 4, 'maximum_price': 8.50}],\n"
    "'allocations': [{'order': 'd2', 'lot': 'l2', 'quantity': 2, 'delivered_quantity': 2}]}";

/* Of the round "week" on its day. */
static RuaMarketReading *
read_market (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_new_from_json (bytes, "market", NULL, &error);
  g_autoptr (RuaAlliance) snapshot = NULL;
  RuaMarketReading *reading;
  RuaDatePrecision precision;
  gint32 day;

  g_assert_no_error (error);
  snapshot = rua_alliance_snapshot (alliance);
  g_assert_true (rua_date_parse ("2026-11-27", &day, &precision, NULL));
  reading = rua_market_reading_new (snapshot, 0, day, NULL, &error);
  g_assert_no_error (error);
  return reading;
}

static void
test_other_market (void)
{
  static const struct {
    const char *from, *to;
    gboolean matters;
  } cases[] = {
    /* Of lots and offers. */
    { "'quantity': 20, 'reserve", "'quantity': 19, 'reserve", TRUE },
    { "'reserve_price': 3.00", "'reserve_price': 3.01", TRUE },
    { "'posted_price': 3.50", "'posted_price': 3.49", TRUE },
    { "'hubs': ['city']", "'hubs': ['city', 'town']", TRUE },
    { "'hubs': ['city']", "'hubs': ['town']", TRUE },
    { ", 'hubs': ['city']", "", TRUE },
    { "'reserve_price': 7.00", "'reserve_price': 7.00, 'hubs': ['town']", TRUE },
    { "'reserve_price': 7.00", "'reserve_price': 7.00, 'withdrawn_on': '2026-11-20'", TRUE },
    { "'expires_on': '2026-12-24'", "'expires_on': '2026-11-24'", TRUE },
    { "'expires_on': '2026-12-24'", "'expires_on': '2026-12-25'", FALSE },
    { "'lot': 'l3', 'order_cycle': 'week', 'quantity'", "'lot': 'l3', 'order_cycle': 'past', 'quantity'", TRUE },
    { "{'id': 'o3'", "{'id': 'o4'", TRUE },
    { "'cooperative': 'c2', 'q", "'cooperative': 'c1', 'q", TRUE },
    { "'product': 'rice', 'cooperative'", "'product': 'oil', 'cooperative'", TRUE },
    { "'product': 'tea', 'cooperative'", "'product': 'rice', 'cooperative'", TRUE },
    { "'site': 'valley', 'quantity'", "'site': 'hills', 'quantity'", TRUE },
    { "'cooperative': 'c2', 'quantity': 5", "'cooperative': 'c2', 'site': 'hills', 'quantity': 5", TRUE },
    { "'certificates': ['pgs']", "'certificates': []", TRUE },
    { "'certificates': ['pgs']", "'ready_on': '2026-11-26', 'certificates': ['pgs']", FALSE },
    { "'certificates': ['pgs']", "'ready_on': '2026-11-28', 'certificates': ['pgs']", TRUE },
    { "2027-01-01", "2026-11-26", TRUE },
    { "organic", "natural", TRUE },
    { "'standard': 'organic'", "'standard': 'natural'", TRUE },
    /* Of limits. */
    { "'capacity': 50", "'capacity': 49", TRUE },
    { "'minimum_sales': 2", "'minimum_sales': 3", TRUE },
    { ", 'capacity': 50, 'minimum_sales': 2", "", TRUE },
    { "'capacity': 30", "'capacity': 31", TRUE },
    { "'capacity': 40", "'capacity': 41", TRUE },
    { ", 'capacity': 40", "", TRUE },
    { "'capacity': 60", "'capacity': 61", TRUE },
    /* Of orders. */
    { "'quantity': 15", "'quantity': 16", TRUE },
    { "'maximum_price': 5.00", "'maximum_price': 5.01", TRUE },
    { "'priority_class': 2", "'priority_class': 1", TRUE },
    { "'entitlement': 9", "'entitlement': 8", TRUE },
    { "'received_before': 3", "'received_before': 2", TRUE },
    { "'entitled_before': 4", "'entitled_before': 5", TRUE },
    { ", 'certificates_needed': ['organic']", "", TRUE },
    { "2026-11-28", "2026-11-26", TRUE },
    { "2026-11-28", "2026-11-29", FALSE },
    { "'substitutes': ['rice']", "'substitutes': ['rice', 'oil']", TRUE },
    { "'substitutes': ['rice']", "'substitutes': []", TRUE },
    { "'substitutes': ['rice']", "'substitutes': ['oil']", TRUE },
    { "'maximum_price': 8.50", "'maximum_price': 8.50, 'cancelled_on': '2026-11-23'", TRUE },
    { "'hub': 'city', 'product': 'tea', 'quantity'", "'hub': 'town', 'product': 'tea', 'quantity'", TRUE },
    { "'maximum_price': 8.50", "'maximum_price': 8.50, 'placed_on': '2026-11-23'", FALSE },
    { "'d3', 'order_cycle': 'week'", "'d3', 'order_cycle': 'past'", TRUE },
    { "'household': 'h1', 'product'", "'household': 'h2', 'product'", TRUE },
    /* Of ways and fees. */
    { "'unit_cost': 0.50", "'unit_cost': 0.51", TRUE },
    { "'capacity': 45", "'capacity': 44", TRUE },
    { "'unit_cost': 0.50", "'product': 'rice', 'unit_cost': 0.50", TRUE },
    { "'unit_cost': 0.70", "'unit_cost': 0.71", FALSE }, /* to a hub of no order */
    { "'valid_from': '2026-01-01'", "'valid_from': '2026-11-28'", TRUE },
    { "'valid_from': '2026-01-01'", "'valid_from': '2026-11-27'", FALSE },
    { "'site': 'hills', 'hub': 'city'", "'site': 'valley', 'hub': 'city', 'product': 'tea'", TRUE },
    { "'valid_until': '2026-12-31'", "'valid_until': '2026-11-26'", TRUE },
    { "'valid_until': '2026-12-31'", "'valid_until': '2026-11-27'", FALSE },
    { "'unit_amount': 0.10", "'unit_amount': 0.11", TRUE },
    { "'hub': 'city', 'product': 'tea', 'percentage'", "'product': 'tea', 'percentage'", TRUE },
    { "'hub': 'city', 'product': 'tea', 'percentage'", "'hub': 'town', 'product': 'tea', 'percentage'", TRUE },
    { "'hub': 'city', 'product': 'tea', 'percentage'", "'hub': 'city', 'product': 'rice', 'percentage'", TRUE },
    { "'percentage': 3", "'percentage': 3.5", TRUE },
    /* Of what was handed out. */
    { "'delivered_quantity': 2", "'delivered_quantity': 1", TRUE },
    { ", 'delivered_quantity': 2", "", TRUE },
    { "{'order': 'd2', 'lot': 'l2', ", "{'order': 'd2', 'lot': 'l1', ", TRUE },
    { "{'order': 'd2', 'lot': 'l2', ", "{'order': 'd1', 'lot': 'l2', ", TRUE },
    { "'quantity': 2, 'delivered", "'quantity': 1, 'delivered", FALSE },
    /* Names are what nobody trades on. */
    { "'name': 'One'", "'name': 'Another'", FALSE },
  };
  g_autoptr (RuaMarketReading) was = read_market (village), again = read_market (village);

  g_assert_true (rua_market_reading_equal (was, again));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) text = g_string_new (village);
    guint n = g_string_replace (text, cases[i].from, cases[i].to, 0);
    g_autoptr (RuaMarketReading) now = NULL;

    if (n == 0)
      g_error ("%s is not there", cases[i].from);
    now = read_market (text->str);
    if (rua_market_reading_equal (was, now) == cases[i].matters || rua_market_reading_equal (now, was) == cases[i].matters)
      g_error ("%s instead of %s", cases[i].to, cases[i].from);
  }
}

/* ---- written whole or not at all ---- */

static char *
json_of (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* Two orders of the week, one of which gets less than it wants, and one of another round. */
static RuaAlliance *
new_alliance (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();

  market_case_add (given, "organisations", "{'id': 'school', 'name': 'School'}");
  market_case_add (given, "order_cycles", "{'id': 'later', 'opens_on': '2026-11-23', 'closes_on': '2026-12-01', 'delivered_on': '2026-12-04'}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 12, "5.00");
  market_case_add (given, "orders", "{'id': 'd2', 'order_cycle': 'week', 'organisation': 'school', 'hub': 'town', 'product': 'rice', 'quantity': 12, 'maximum_price': 4.50}");
  market_case_add (given, "orders", "{'id': 'd3', 'order_cycle': 'later', 'household': 'h2', 'product': 'rice', 'quantity': 3, 'maximum_price': 4}");
  market_case_add (given, "lots", "{'id': 'l-spare', 'product': 'rice', 'site': 'valley', 'quantity': 99}");
  market_case_add (given, "fees", "{'id': 'f', 'title': 'Alliance', 'percentage': 2}");
  return market_case_build (given, NULL);
}

static RuaRecord *
find_of_order (RuaAlliance *alliance, const char *kind, const char *order)
{
  RuaTable *table = rua_alliance_get_table (alliance, kind);

  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);
    g_autoptr (RuaRecord) of = rua_record_dup_reference (record, "order");

    if (of != NULL && g_strcmp0 (rua_record_get_id (of), order) == 0)
      return g_steal_pointer (&record);
  }
  g_error ("no %s of %s", kind, order);
}

static RuaMarket *
apply (RuaAlliance *alliance)
{
  g_autoptr (RuaMarket) market = market_case_open (alliance);
  g_autoptr (RuaClearing) clearing = market_case_clear (market, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (rua_clearing_apply (clearing, &error));
  g_assert_no_error (error);
  return g_steal_pointer (&market);
}

/* While a file is being read into a table nothing could be taken back: all three are refused before they begin. */
static void
test_appending (void)
{
  static const char *const kinds[] = { "allocation", "shortfall", "sale", "household" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (RuaAlliance) alliance = new_alliance ();
    g_autoptr (RuaMarket) market = apply (alliance);
    g_autoptr (RuaClearing) clearing = market_case_clear (market, NULL);
    g_autofree char *before = json_of (alliance), *after = NULL;
    g_autoptr (RuaAppender) appender = rua_table_append (rua_alliance_get_table (alliance, kinds[i]));

    for (guint what = 0; what < 3; what++) {
      g_autoptr (GError) error = NULL;
      gboolean done = what == 0   ? rua_clearing_apply (clearing, &error)
                      : what == 1 ? rua_market_deliver_all (market, &error)
                                  : rua_market_book_sales (market, NULL, &error);

      g_assert_false (done);
      g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, "appended in bulk"));
      g_assert_false (rua_alliance_is_in_change (alliance));
    }
    rua_appender_rollback (appender);
    after = json_of (alliance);
    g_assert_cmpstr (after, ==, before);
    g_assert_true (rua_clearing_apply (clearing, NULL));
    g_assert_true (rua_market_deliver_all (market, NULL));
    g_assert_true (rua_market_book_sales (market, NULL, NULL));
  }
}

/* An event tells of what an earlier clearing left: it cannot go, so nothing does. */
static void
test_referred_to (void)
{
  static const char *const kinds[] = { "allocation", "shortfall" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (RuaAlliance) alliance = new_alliance ();
    g_autoptr (RuaMarket) market = apply (alliance);
    g_autoptr (RuaClearing) again = market_case_clear (market, NULL);
    g_autoptr (RuaRecord) left = find_of_order (alliance, kinds[i], "d2");
    g_autoptr (RuaRecord) event = rua_alliance_new_record (alliance, "event");
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr (GError) error = NULL;

    rua_record_set_id (left, "told", &error);
    g_assert_no_error (error);
    rua_record_set_id (event, "e", &error);
    g_assert_no_error (error);
    rua_record_set_texts (event, "title", "en", "A lean week", &error);
    g_assert_no_error (error);
    rua_record_set_references (event, "about", &left, 1, &error);
    g_assert_no_error (error);
    g_assert_true (rua_alliance_add (alliance, event, &error));
    before = json_of (alliance);
    g_assert_false (rua_clearing_apply (again, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
    g_assert_nonnull (strstr (error->message, "cannot be removed"));
    g_assert_false (rua_alliance_is_in_change (alliance));
    after = json_of (alliance);
    g_assert_cmpstr (after, ==, before);
  }
}

/* An order that came after the market was cleared, of another round, and what another clearing gave it. */
static void
test_later_orders (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaMarket) market = market_case_open (alliance);
  g_autoptr (RuaClearing) clearing = market_case_clear (market, NULL);
  g_autoptr (RuaRecord) later = market_case_find (alliance, "order", "d3"), lot = market_case_find (alliance, "lot", "l-spare"), kept = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 40; i++) {
    g_autoptr (RuaRecord) order = rua_alliance_new_record (alliance, "order"), allocation = rua_alliance_new_record (alliance, "allocation");
    g_autofree char *id = g_strdup_printf ("late-%u", i);
    g_autoptr (RuaRecord) cycle = rua_record_dup_reference (later, "order_cycle"), rice = rua_record_dup_reference (later, "product");

    rua_record_set_id (order, id, NULL);
    rua_record_set_reference (order, "order_cycle", cycle, NULL);
    rua_record_set_reference (order, "product", rice, NULL);
    rua_record_set_integer (order, "quantity", 1, NULL);
    g_assert_true (rua_alliance_add (alliance, order, &error));
    rua_record_set_reference (allocation, "order", order, NULL);
    rua_record_set_reference (allocation, "lot", lot, NULL);
    rua_record_set_integer (allocation, "quantity", 1, NULL);
    g_assert_true (rua_alliance_add (alliance, allocation, &error));
  }
  rua_clearing_apply (clearing, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 40; i++) {
    g_autofree char *id = g_strdup_printf ("late-%u", i);

    g_clear_object (&kept);
    kept = find_of_order (alliance, "allocation", id);
  }
  /* 12 for the one, 8 are left for the other. */
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (alliance, "allocation")), ==, 42);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (alliance, "shortfall")), ==, 1);
}

/* ---- booked ---- */

/* What cannot be reckoned is refused, by the field that is wrong, and nothing is booked. */
static void
test_refused_prices (void)
{
  static const char *const fields[] = { "producer_price", "consumer_price", "transport", "fees" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    for (guint wrong = 0; wrong < 3; wrong++) {
      g_autoptr (RuaAlliance) alliance = new_alliance ();
      g_autoptr (RuaMarket) market = apply (alliance);
      g_autoptr (RuaRecord) allocation = find_of_order (alliance, "allocation", "d1");
      g_autofree char *before = NULL, *after = NULL;
      g_autoptr (GError) error = NULL;
      guint n = 99;

      g_assert_true (rua_market_deliver_all (market, NULL));
      if (wrong == 0)
        rua_record_unset (allocation, fields[i], &error);
      else
        rua_record_set_money (allocation, fields[i], wrong == 1 ? G_MAXINT64 / 12 : -(G_MAXINT64 / 12), &error);
      g_assert_no_error (error);
      before = json_of (alliance);
      g_assert_false (rua_market_book_sales (market, &n, &error));
      g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
      if (strstr (error->message, fields[i]) == NULL || strstr (error->message, wrong == 0 ? "it is unknown" : "does not fit into 64 bits") == NULL)
        g_error ("%s: %s", fields[i], error->message);
      g_assert_cmpuint (n, ==, 99);
      after = json_of (alliance);
      g_assert_cmpstr (after, ==, before);
    }
}

/* Deliveries of another round are not told; a day that is on record stays; who buys is who ordered. */
static void
test_booked (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaMarket) market = apply (alliance), later = NULL;
  g_autoptr (RuaRecord) allocation = find_of_order (alliance, "allocation", "d1"), other = rua_alliance_new_record (alliance, "allocation");
  g_autoptr (RuaRecord) d3 = market_case_find (alliance, "order", "d3"), lot = market_case_find (alliance, "lot", "l-rice"), odd = NULL;
  RuaTable *sales = rua_alliance_get_table (alliance, "sale");
  g_autoptr (GError) error = NULL;
  gint64 value;
  guint n = 0;

  rua_record_set_reference (other, "order", d3, NULL);
  rua_record_set_reference (other, "lot", lot, NULL);
  rua_record_set_integer (other, "quantity", 3, NULL);
  g_assert_true (rua_alliance_add (alliance, other, &error));
  /* d1 fetched 10 of its 12, a day late; a sale at the door tells neither order nor lot. */
  rua_record_set_integer (allocation, "delivered_quantity", 10, NULL);
  rua_record_set_date (allocation, "delivered_on", "2026-11-28", NULL);
  odd = rua_alliance_new_record (alliance, "sale");
  rua_record_set_integer (odd, "quantity", 4, NULL);
  g_assert_true (rua_alliance_add (alliance, odd, &error));

  g_assert_true (rua_market_deliver_all (market, &error));
  g_assert_false (rua_record_get_integer (other, "delivered_quantity", &value));
  g_assert_true (rua_record_get_integer (allocation, "delivered_quantity", &value));
  g_assert_cmpint (value, ==, 10);
  g_assert_true (rua_market_book_sales (market, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 2);
  for (guint i = 0; i < 2; i++) {
    static const char *const orders[] = { "d1", "d2" }, *const buyers[] = { "h1", "school" }, *const days[] = { "2026-11-28", "2026-11-27" };
    static const gint64 quantities[] = { 10, 8 };
    g_autoptr (RuaRecord) sale = find_of_order (alliance, "sale", orders[i]), buyer = rua_record_dup_reference (sale, "buyer");
    g_autofree char *day = rua_record_dup_date (sale, "sold_on");
    double mass;

    g_assert_cmpstr (rua_record_get_id (buyer), ==, buyers[i]);
    g_assert_cmpstr (day, ==, days[i]);
    g_assert_true (rua_record_get_integer (sale, "quantity", &value));
    g_assert_cmpint (value, ==, quantities[i]);
    g_assert_true (rua_record_get_number (sale, "mass", &mass));
    g_assert_cmpfloat (mass, ==, (double) quantities[i]);
    g_assert_cmpstr (rua_record_get_text (sale, "channel"), ==, i == 0 ? "consumer_group" : NULL);
  }
  /* A sale that was taken back is booked again; that of the school stays the one it is. */
  {
    g_autoptr (RuaRecord) sale = find_of_order (alliance, "sale", "d1");

    g_assert_true (rua_table_remove (sales, sale, &error));
  }
  g_assert_true (rua_market_book_sales (market, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (rua_table_get_n_records (sales), ==, 3);
  /* Of all of a day, whatever the round: there is nothing more to book. */
  later = rua_market_new (alliance, NULL, "2026-11-27", &error);
  g_assert_no_error (error);
  g_assert_true (rua_market_deliver_all (later, &error));
  g_assert_no_error (error);
  g_assert_true (rua_market_book_sales (later, &n, &error));
  g_assert_no_error (error);
}

/* Goods of nobody that is known, bought by nobody that is known, and no mass of a unit: what is unknown stays so. */
static void
test_unknown_parties (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaRecord) sale = NULL;
  g_autoptr (GError) error = NULL;
  gboolean certified = TRUE;
  gint64 amount, producer, transport, solidarity;
  guint n;

  market_case_add (given, "products", "{'id': 'song', 'name': 'Song', 'quantity_unit': 'piece'}");
  market_case_add (given, "lots", "{'id': 'l-song', 'product': 'song', 'site': 'valley', 'quantity': 4}");
  market_case_add (given, "offers", "{'id': 'o-song', 'lot': 'l-song', 'order_cycle': 'week', 'quantity': 4, 'reserve_price': 1}");
  market_case_add (given, "orders", "{'id': 'd', 'order_cycle': 'week', 'hub': 'town', 'product': 'song', 'quantity': 4, 'maximum_price': 3}");
  alliance = market_case_build (given, NULL);
  market = apply (alliance);
  g_assert_true (rua_market_deliver_all (market, &error));
  g_assert_true (rua_market_book_sales (market, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  sale = find_of_order (alliance, "sale", "d");
  for (guint i = 0; i < 5; i++) {
    static const char *const unknown[] = { "cooperative", "producer", "buyer", "mass", "channel" };

    g_assert_false (rua_record_has (sale, unknown[i]));
  }
  g_assert_true (rua_record_get_boolean (sale, "certified", &certified));
  g_assert_false (certified);
  g_assert_true (rua_record_get_money (sale, "amount", &amount));
  g_assert_true (rua_record_get_money (sale, "producer_amount", &producer));
  g_assert_true (rua_record_get_money (sale, "transport_amount", &transport));
  g_assert_true (rua_record_get_money (sale, "solidarity_amount", &solidarity));
  g_assert_cmpint (transport, ==, 4 * 70);
  g_assert_cmpint (amount, ==, producer + transport + solidarity);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-apply/other-market", test_other_market);
  g_test_add_func ("/market-apply/appending", test_appending);
  g_test_add_func ("/market-apply/referred-to", test_referred_to);
  g_test_add_func ("/market-apply/later-orders", test_later_orders);
  g_test_add_func ("/market-apply/refused-prices", test_refused_prices);
  g_test_add_func ("/market-apply/booked", test_booked);
  g_test_add_func ("/market-apply/unknown-parties", test_unknown_parties);
  return g_test_run ();
}
