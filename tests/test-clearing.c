/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-clearing-private.h"

#include <string.h>

#include "market-case.h"
#include "rua-alliance-json.h"
#include "rua-clearing-price.h"
#include "rua-edits.h"
#include "rua-market-booking.h"
#include "rua-messages.h"

static char *
json_of (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static gint64
money_of (RuaRecord *record, const char *field)
{
  gint64 minor = G_MININT64;

  if (!rua_record_get_money (record, field, &minor))
    g_error ("%s is unknown", field);
  return minor;
}

static gint64
integer_of (RuaRecord *record, const char *field)
{
  gint64 value = G_MININT64;

  if (!rua_record_get_integer (record, field, &value))
    g_error ("%s is unknown", field);
  return value;
}

static RuaPolicy *
policy_of (guint trial)
{
  RuaPolicy *policy = trial % 3 == 0 ? rua_policy_new_greatest_gains () : trial % 3 == 1 ? rua_policy_new_equal_shares () : rua_policy_new_marginal_first ();

  rua_policy_set_price (policy, (RuaPolicyPrice) (trial / 3 % 5));
  rua_policy_set_rents (policy, (RuaPolicyRents) (trial / 15 % 2));
  return policy;
}

static guint
n_trials (guint n)
{
  return g_getenv ("RUA_SLOW_MACHINE") ? n / 10 : n;
}

/* ---- what is told ---- */

/* Of every allocation the parts of the price add up, and what is paid lies between reserve and maximum. */
static void
test_allocations (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < n_trials (200); trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
    g_autoptr (RuaPolicy) policy = policy_of (trial);
    g_autoptr (RuaMarket) market = market_case_open (alliance);
    g_autoptr (RuaClearing) clearing = market_case_clear (market, policy);
    g_autoptr (GListModel) allocations = rua_clearing_list_allocations (clearing), shortfalls = rua_clearing_list_shortfalls (clearing);
    gint64 consumers = 0, producers = 0, quantity = 0, sum, filled = 0, unmet = 0, short_of = 0;

    for (guint i = 0; i < g_list_model_get_n_items (allocations); i++) {
      g_autoptr (RuaRecord) allocation = g_list_model_get_item (allocations, i), order = rua_record_dup_reference (allocation, "order");
      gint64 price = money_of (allocation, "consumer_price"), n = integer_of (allocation, "quantity");

      g_assert_cmpint (n, >, 0);
      g_assert_cmpint (price, ==,
                       money_of (allocation, "producer_price") + money_of (allocation, "transport") + money_of (allocation, "fees") + money_of (allocation, "solidarity"));
      g_assert_cmpint (price, <=, money_of (order, "maximum_price"));
      consumers += price * n;
      producers += money_of (allocation, "producer_price") * n;
      quantity += n;
    }
    g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_CONSUMERS, &sum));
    g_assert_cmpint (sum, ==, consumers);
    g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_PRODUCERS, &sum));
    g_assert_cmpint (sum, ==, producers);
    for (guint i = 0; i < rua_table_get_n_records (rua_alliance_get_table (alliance, "order")); i++) {
      g_autoptr (RuaRecord) order = rua_table_dup_record (rua_alliance_get_table (alliance, "order"), i);
      gint64 got, missed;

      g_assert_true (rua_clearing_get_order (clearing, RUA_ORDER (order), &got, &missed));
      g_assert_cmpint (got + missed, ==, integer_of (order, "quantity"));
      filled += got;
      unmet += missed;
    }
    for (guint i = 0; i < g_list_model_get_n_items (shortfalls); i++) {
      g_autoptr (RuaRecord) shortfall = g_list_model_get_item (shortfalls, i);

      g_assert_cmpint (integer_of (shortfall, "quantity"), >, 0);
      short_of += integer_of (shortfall, "quantity");
    }
    g_assert_cmpint (filled, ==, quantity);
    g_assert_cmpint (unmet, ==, short_of);
  }
}

/* Money in is money out, over all sums. */
static void
test_sums (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < n_trials (200); trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
    g_autoptr (RuaPolicy) policy = policy_of (trial);
    g_autoptr (RuaMarket) market = market_case_open (alliance);
    g_autoptr (RuaClearing) clearing = market_case_clear (market, policy);
    gint64 sums[9];

    for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
      g_assert_true (rua_clearing_get_sum (clearing, (RuaClearingSum) i, &sums[i]));
    g_assert_cmpint (sums[RUA_CLEARING_SUM_CONSUMERS], ==,
                     sums[RUA_CLEARING_SUM_PRODUCERS] + sums[RUA_CLEARING_SUM_TRANSPORT] + sums[RUA_CLEARING_SUM_FEES] + sums[RUA_CLEARING_SUM_RENTS]
                       + sums[RUA_CLEARING_SUM_ROUNDING] - sums[RUA_CLEARING_SUM_SUBSIDIES]);
    g_assert_cmpint (sums[RUA_CLEARING_SUM_GAINS], <=, sums[RUA_CLEARING_SUM_GREATEST_GAINS]);
    g_assert_cmpfloat (rua_clearing_get_price_of_fairness (clearing), >=, 0);
    if (trial % 3 == 0)
      g_assert_cmpfloat (rua_clearing_get_price_of_fairness (clearing), ==, 0);
    g_assert_cmpfloat (rua_clearing_get_guaranteed (clearing), <=, 1);
  }
}

/* Quantities are those that are traded, on both sides. */
static void
test_prices (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < n_trials (100); trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
    g_autoptr (RuaPolicy) policy = policy_of (trial);
    g_autoptr (RuaMarket) market = market_case_open (alliance);
    g_autoptr (RuaClearing) clearing = market_case_clear (market, policy);
    g_autoptr (GListModel) prices = rua_clearing_list_prices (clearing), allocations = rua_clearing_list_allocations (clearing);
    gboolean producers = FALSE;
    gint64 bought = 0, sold = 0, traded = 0;

    for (guint i = 0; i < g_list_model_get_n_items (prices); i++) {
      g_autoptr (RuaClearingPrice) price = g_list_model_get_item (prices, i);
      g_autoptr (RuaProduct) product = rua_clearing_price_dup_product (price);
      g_autoptr (RuaHub) hub = rua_clearing_price_dup_hub (price);
      g_autoptr (RuaSite) site = rua_clearing_price_dup_site (price);
      g_auto (GStrv) standards = rua_clearing_price_list_standards (price);

      g_assert_nonnull (product);
      g_assert_true ((hub == NULL) != (site == NULL));
      /* Consumers' prices come first. */
      g_assert_true (hub == NULL || !producers);
      producers |= site != NULL;
      g_assert_true (g_strv_length (standards) == 0 || g_str_equal (standards[0], "organic"));
      g_assert_cmpint (rua_clearing_price_get_low (price), <=, rua_clearing_price_get_high (price));
      *(hub != NULL ? &bought : &sold) += rua_clearing_price_get_quantity (price);
    }
    for (guint i = 0; i < g_list_model_get_n_items (allocations); i++) {
      g_autoptr (RuaRecord) allocation = g_list_model_get_item (allocations, i);

      traded += integer_of (allocation, "quantity");
    }
    g_assert_cmpint (bought, ==, traded);
    g_assert_cmpint (sold, ==, traded);
  }
}

/* Where no limit sets them apart, there is one price for the same goods at the same place. */
static void
test_one_price (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (GListModel) prices = NULL;

  market_case_add (given, "lots", "{'id': 'more', 'product': 'rice', 'cooperative': 'c-rice', 'certificates': ['pgs'], 'quantity': 10}");
  market_case_add (given, "offers", "{'id': 'o-more', 'lot': 'more', 'order_cycle': 'week', 'quantity': 10, 'reserve_price': 1}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 15, "5.00");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 20, "9.00");
  market_case_add (given, "orders", "{'id': 'd3', 'order_cycle': 'week', 'hub': 'town', 'product': 'rice', 'quantity': 3, 'maximum_price': 8, 'certificates_needed': ['organic']}");
  rua_policy_set_price (policy, RUA_POLICY_PRICE_CONSUMER_BEST);
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, policy);
  prices = rua_clearing_list_prices (clearing);
  g_assert_cmpuint (g_list_model_get_n_items (prices), ==, 3);
  for (guint i = 0; i < 3; i++) {
    static const gint64 wanted[] = { 500, 520, 450 }, quantities[] = { 27, 3, 30 };
    g_autoptr (RuaClearingPrice) price = g_list_model_get_item (prices, i);
    g_auto (GStrv) standards = rua_clearing_price_list_standards (price);

    g_assert_cmpint (rua_clearing_price_get_low (price), ==, wanted[i]);
    g_assert_cmpint (rua_clearing_price_get_high (price), ==, wanted[i]);
    g_assert_cmpint (rua_clearing_price_get_quantity (price), ==, quantities[i]);
    g_assert_cmpuint (g_strv_length (standards), ==, i > 0);
  }
}

static void
test_explain (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) d1 = NULL, d2 = NULL, stray = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autofree char *all = NULL, *part = NULL, *chinese = NULL;

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 15, "5.00");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 10, "4.00");
  market_case_add (given, "orders", "{'id': 'not-here', 'product': 'rice', 'hub': 'city', 'quantity': 1, 'maximum_price': 9.87}");
  alliance = market_case_build (given, NULL);
  d1 = market_case_find (alliance, "order", "d1");
  d2 = market_case_find (alliance, "order", "d2");
  stray = market_case_find (alliance, "order", "not-here");
  market = market_case_open (alliance);
  clearing = market_case_clear (market, NULL);
  all = rua_clearing_explain_order (clearing, RUA_ORDER (d1));
  g_assert_cmpstr (all, ==, "You get all of the 15 × kg that you ordered.");
  part = rua_clearing_explain_order (clearing, RUA_ORDER (d2));
  g_assert_cmpstr (part, ==, "You get 5 × kg of the 10 × kg that you ordered. 5 × kg: goods were short, and others pay more.");
  g_assert_null (rua_clearing_explain_order (clearing, RUA_ORDER (stray)));
  g_assert_false (rua_clearing_get_order (clearing, RUA_ORDER (stray), NULL, NULL));
  if (!rua_set_language ("zh"))
    return; /* built without catalogues */
  chinese = rua_clearing_explain_order (clearing, RUA_ORDER (d2));
  rua_set_language ("en");
  g_assert_nonnull (strstr (chinese, "5"));
  g_assert_null (strstr (chinese, "You"));
}

/* ---- written back ---- */

/* Each allocation and shortfall is there, and undone all is as it was. */
static void
test_apply (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < n_trials (120); trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
    g_autoptr (RuaPolicy) policy = policy_of (trial), other_policy = policy_of (trial + 1);
    g_autoptr (RuaMarket) market = market_case_open (alliance);
    g_autoptr (RuaClearing) clearing = market_case_clear (market, policy), other = market_case_clear (market, other_policy), again = NULL;
    g_autoptr (GListModel) allocations = rua_clearing_list_allocations (clearing), shortfalls = rua_clearing_list_shortfalls (clearing);
    RuaTable *table = rua_alliance_get_table (alliance, "allocation"), *short_table = rua_alliance_get_table (alliance, "shortfall");
    g_autoptr (RuaRecord) cycle = market_case_find (alliance, "order-cycle", "week");
    g_autofree char *before = json_of (alliance), *written = NULL, *twice = NULL, *undone = NULL, *redone = NULL, *told = rua_clearing_to_json (clearing), *told_again = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_true (rua_clearing_apply (clearing, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (rua_table_get_n_records (table), ==, g_list_model_get_n_items (allocations));
    g_assert_cmpuint (rua_table_get_n_records (short_table), ==, g_list_model_get_n_items (shortfalls));
    for (guint i = 0; i < g_list_model_get_n_items (allocations); i++) {
      g_autoptr (RuaRecord) told_one = g_list_model_get_item (allocations, i), there = rua_table_dup_record (table, i);

      g_assert_cmpint (integer_of (told_one, "quantity"), ==, integer_of (there, "quantity"));
      g_assert_cmpint (money_of (told_one, "consumer_price"), ==, money_of (there, "consumer_price"));
      g_assert_cmpint (money_of (told_one, "solidarity"), ==, money_of (there, "solidarity"));
    }
    g_assert_cmpstr (rua_record_get_text (cycle, "status"), ==, "cleared");
    written = json_of (alliance);
    /* Written again it is the same; cleared again, too. */
    g_assert_true (rua_clearing_apply (clearing, &error));
    twice = json_of (alliance);
    g_assert_cmpstr (written, ==, twice);
    again = market_case_clear (market, policy);
    told_again = rua_clearing_to_json (again);
    g_assert_cmpstr (told, ==, told_again);
    /* Another outcome takes its place. */
    g_assert_true (rua_clearing_apply (other, &error));
    g_assert_no_error (error);
    while (rua_alliance_can_undo (alliance))
      g_assert_true (rua_alliance_undo (alliance, &error));
    undone = json_of (alliance);
    g_assert_cmpstr (before, ==, undone);
    g_assert_true (rua_alliance_redo (alliance, &error));
    redone = json_of (alliance);
    g_assert_cmpstr (written, ==, redone);
  }
}

/* Cleared for a day, every round of the day has its status; those of other days, and one that was handed out, keep theirs. */
static void
test_rounds (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const ids[] = { "week", "canteens", "done", "later" };

  market_case_add (given, "order_cycles", "{'id': 'canteens', 'delivered_on': '2026-11-27', 'status': 'closed'}");
  market_case_add (given, "order_cycles", "{'id': 'done', 'delivered_on': '2026-11-27', 'status': 'delivered'}");
  market_case_add (given, "order_cycles", "{'id': 'later', 'delivered_on': '2026-12-04', 'status': 'open'}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 3, "5.00");
  market_case_add (given, "orders", "{'id': 'd2', 'order_cycle': 'canteens', 'hub': 'town', 'product': 'rice', 'quantity': 8, 'maximum_price': 5}");
  market_case_add (given, "orders", "{'id': 'd3', 'order_cycle': 'done', 'hub': 'town', 'product': 'rice', 'quantity': 1, 'maximum_price': 5}");
  market_case_add (given, "orders", "{'id': 'd4', 'order_cycle': 'later', 'hub': 'town', 'product': 'rice', 'quantity': 1, 'maximum_price': 5}");
  alliance = market_case_build (given, NULL);
  market = rua_market_new (alliance, NULL, "2026-11-27", &error);
  clearing = market_case_clear (market, NULL);
  g_assert_true (rua_clearing_apply (clearing, &error));
  for (guint step = 0; step < 2; step++) {
    static const char *const wanted[2][4] = { { "cleared", "cleared", "delivered", "open" }, { "delivered", "delivered", "delivered", "open" } };

    for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
      g_autoptr (RuaRecord) cycle = market_case_find (alliance, "order-cycle", ids[i]);

      g_assert_cmpstr (rua_record_get_text (cycle, "status"), ==, wanted[step][i]);
    }
    g_assert_true (rua_market_deliver_all (market, &error));
    g_assert_no_error (error);
  }
}

/* What was cleared is no longer what there is. */
static void
test_stale (void)
{
  static const struct {
    const char *kind, *id, *field;
  } changes[] = {
    { "order", "d1", "quantity" }, { "order", "d1", "maximum_price" }, { "offer", "o-rice", "quantity" },    { "lot", "l-rice", "quantity" },
    { "hub", "city", "capacity" }, { "fee", "f", "unit_amount" },      { "cooperative", "c-rice", "minimum_sales" }, { "household", "h1", "capacity" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (MarketCase) given = market_case_new_village ();
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaRecord) record = NULL;
    g_autoptr (RuaMarket) market = NULL;
    g_autoptr (RuaClearing) clearing = NULL;
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr (GError) error = NULL;
    RuaField *field;

    market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 15, "5.00");
    market_case_add (given, "fees", "{'id': 'f', 'title': 'F', 'unit_amount': 0.10}");
    alliance = market_case_build (given, NULL);
    market = market_case_open (alliance);
    clearing = market_case_clear (market, NULL);
    record = market_case_find (alliance, changes[i].kind, changes[i].id);
    field = rua_kind_find_field (rua_record_get_kind (record), changes[i].field);
    if (strcmp (changes[i].kind, "lot") == 0)
      g_assert_true (rua_record_set_boolean (record, "donated", TRUE, NULL));
    else if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_MONEY)
      g_assert_true (rua_record_set_money (record, changes[i].field, 450, NULL));
    else
      g_assert_true (rua_record_set_integer (record, changes[i].field, 9, NULL));
    before = json_of (alliance);
    g_assert_false (rua_clearing_apply (clearing, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "clear it again"));
    after = json_of (alliance);
    g_assert_cmpstr (before, ==, after);
  }
}

/* What has no part in the market may change. */
static void
test_not_stale (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) town = NULL, farmer = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (GError) error = NULL;

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 15, "5.00");
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, NULL);
  town = market_case_find (alliance, "hub", "town");
  farmer = market_case_find (alliance, "household", "f1");
  g_assert_true (rua_record_set_integer (town, "capacity", 1, NULL));
  g_assert_true (rua_record_set_text (farmer, "name", "Other", NULL));
  g_assert_true (rua_alliance_begin (alliance, "mine", NULL));
  g_assert_false (rua_clearing_apply (clearing, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (rua_alliance_rollback (alliance, NULL));
  g_assert_true (rua_record_set_integer (town, "capacity", 1, NULL));
  g_assert_true (rua_clearing_apply (clearing, &error));
  g_assert_no_error (error);
}

/* ---- handed out ---- */

static void
check_sale (RuaRecord *sale)
{
  static const char *const parts[] = { "producer_amount", "cooperative_amount", "hub_amount", "transport_amount", "fees_amount", "solidarity_amount" };
  gint64 sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    sum += money_of (sale, parts[i]);
  g_assert_cmpint (sum, ==, money_of (sale, "amount"));
}

/* All is handed out: sales are what was cleared, to the fen, and books close. */
static void
test_book (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < n_trials (120); trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
    g_autoptr (RuaPolicy) policy = policy_of (trial);
    g_autoptr (RuaMarket) market = market_case_open (alliance);
    g_autoptr (RuaClearing) clearing = market_case_clear (market, policy);
    RuaTable *sales = rua_alliance_get_table (alliance, "sale");
    g_autoptr (RuaRecord) cycle = market_case_find (alliance, "order-cycle", "week");
    g_autofree char *before = NULL, *undone = NULL, *booked = NULL, *twice = NULL;
    gint64 amounts = 0, producers = 0, transport = 0, fees = 0, solidarity = 0, rents, sums[9];
    g_autoptr (GError) error = NULL;
    guint n = 99;

    g_assert_true (rua_clearing_apply (clearing, &error));
    g_assert_true (rua_market_book_sales (market, &n, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (n, ==, 0);
    before = json_of (alliance);
    g_assert_true (rua_market_deliver_all (market, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (rua_record_get_text (cycle, "status"), ==, "delivered");
    rua_market_book_sales (market, &n, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (n, ==, rua_table_get_n_records (rua_alliance_get_table (alliance, "allocation")));
    g_assert_cmpuint (n, ==, rua_table_get_n_records (sales));
    for (guint i = 0; i < n; i++) {
      g_autoptr (RuaRecord) sale = rua_table_dup_record (sales, i);
      g_autofree char *day = rua_record_dup_date (sale, "sold_on");

      check_sale (sale);
      g_assert_cmpstr (day, ==, "2026-11-27");
      g_assert_cmpint (integer_of (sale, "year"), ==, 2026);
      amounts += money_of (sale, "amount");
      producers += money_of (sale, "producer_amount");
      transport += money_of (sale, "transport_amount");
      fees += money_of (sale, "cooperative_amount") + money_of (sale, "hub_amount") + money_of (sale, "fees_amount");
      solidarity += money_of (sale, "solidarity_amount");
    }
    for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
      g_assert_true (rua_clearing_get_sum (clearing, (RuaClearingSum) i, &sums[i]));
    rents = rua_policy_get_rents (policy) == RUA_POLICY_RENTS_HUB ? sums[RUA_CLEARING_SUM_RENTS] : 0;
    g_assert_cmpint (amounts, ==, sums[RUA_CLEARING_SUM_CONSUMERS]);
    g_assert_cmpint (producers, ==, sums[RUA_CLEARING_SUM_PRODUCERS]);
    g_assert_cmpint (transport, ==, sums[RUA_CLEARING_SUM_TRANSPORT]);
    g_assert_cmpint (fees, ==, sums[RUA_CLEARING_SUM_FEES] + rents);
    g_assert_cmpint (solidarity, ==, sums[RUA_CLEARING_SUM_RENTS] - rents + sums[RUA_CLEARING_SUM_ROUNDING] - sums[RUA_CLEARING_SUM_SUBSIDIES]);
    /* Nothing is booked twice. */
    booked = json_of (alliance);
    g_assert_true (rua_market_book_sales (market, &n, &error));
    g_assert_cmpuint (n, ==, 0);
    twice = json_of (alliance);
    g_assert_cmpstr (booked, ==, twice);
    while (rua_alliance_can_undo (alliance) && !g_str_has_prefix (rua_alliance_get_undo_title (alliance), "market cleared"))
      g_assert_true (rua_alliance_undo (alliance, &error));
    undone = json_of (alliance);
    g_assert_cmpstr (before, ==, undone);
  }
}

/* The truck came short: what was handed out stays, and the rest is shared out anew. */
static void
test_short_delivery (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL, rest = NULL;
  g_autoptr (RuaRecord) d1 = NULL, d2 = NULL, lot = NULL, offer = NULL;
  g_autoptr (GListModel) allocations = NULL;
  RuaTable *table;
  g_autoptr (GError) error = NULL;
  gint64 filled, unmet, sold, unsold;
  guint n;

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 12, "5.00");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 8, "4.00");
  alliance = market_case_build (given, NULL);
  table = rua_alliance_get_table (alliance, "allocation");
  d1 = market_case_find (alliance, "order", "d1");
  d2 = market_case_find (alliance, "order", "d2");
  lot = market_case_find (alliance, "lot", "l-rice");
  offer = market_case_find (alliance, "offer", "o-rice");
  market = market_case_open (alliance);
  clearing = market_case_clear (market, NULL);
  g_assert_true (rua_clearing_apply (clearing, &error));
  /* d2 had 6 of its 8 when it was found that the lot has only 16. */
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) allocation = rua_table_dup_record (table, i);
    g_autoptr (RuaRecord) order = rua_record_dup_reference (allocation, "order");

    if (order == d2)
      g_assert_true (rua_record_set_integer (allocation, "delivered_quantity", 6, NULL));
  }
  g_assert_true (rua_record_set_integer (offer, "quantity", 16, NULL));
  g_assert_true (rua_record_set_integer (lot, "quantity", 16, NULL));
  rest = market_case_clear (market, NULL);
  g_assert_true (rua_clearing_get_order (rest, RUA_ORDER (d1), &filled, &unmet));
  g_assert_cmpint (filled, ==, 10);
  g_assert_cmpint (unmet, ==, 2);
  g_assert_true (rua_clearing_get_order (rest, RUA_ORDER (d2), &filled, &unmet));
  g_assert_cmpint (filled, ==, 6);
  g_assert_cmpint (unmet, ==, 2);
  g_assert_true (rua_clearing_get_offer (rest, RUA_OFFER (offer), &sold, &unsold));
  g_assert_cmpint (sold, ==, 16);
  g_assert_cmpint (unsold, ==, 0);
  allocations = rua_clearing_list_allocations (rest);
  g_assert_cmpuint (g_list_model_get_n_items (allocations), ==, 1);
  g_assert_true (rua_clearing_apply (rest, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rua_table_get_n_records (table), ==, 2);
  g_assert_true (rua_market_deliver_all (market, &error));
  g_assert_true (rua_market_book_sales (market, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 2);
  /* More is handed out than there is; more is booked than was handed out. */
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) allocation = rua_table_dup_record (table, i);
    gint64 was = integer_of (allocation, "delivered_quantity");

    g_assert_true (rua_record_set_integer (allocation, "delivered_quantity", was + 1, NULL));
    g_assert_false (rua_market_book_sales (market, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_assert_nonnull (strstr (error->message, "than is offered"));
    g_clear_error (&error);
    g_assert_true (rua_record_set_integer (allocation, "delivered_quantity", was - 1, NULL));
    g_assert_false (rua_market_book_sales (market, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_assert_nonnull (strstr (error->message, "booked"));
    g_clear_error (&error);
    g_assert_true (rua_record_set_integer (allocation, "delivered_quantity", was, NULL));
  }
}

/* Who gets which part: a fee each for the hub, the co-operative and the alliance. */
static void
test_split (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (RuaRecord) sale = NULL, fee = NULL, producer = NULL, buyer = NULL;
  g_autoptr (GError) error = NULL;
  gboolean certified = FALSE;
  double mass = 0;

  market_case_add (given, "fees", "{'id': 'f1', 'title': 'Shop', 'payee': 'hub/city', 'percentage': 10}");
  market_case_add (given, "fees", "{'id': 'f2', 'title': 'Bags', 'payee': 'cooperative/c-rice', 'unit_amount': 0.05}");
  market_case_add (given, "fees", "{'id': 'f3', 'title': 'Alliance', 'percentage': 1.5}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d", "h1", "rice", 7, "5.00");
  rua_policy_set_price (policy, RUA_POLICY_PRICE_PRODUCER_BEST);
  alliance = market_case_build (given, NULL);
  market = market_case_open (alliance);
  clearing = market_case_clear (market, policy);
  g_assert_true (rua_clearing_apply (clearing, &error));
  g_assert_true (rua_market_deliver_all (market, &error));
  /* A fee that was raised after the market was cleared is none that it was cleared by. */
  fee = market_case_find (alliance, "fee", "f2");
  g_assert_true (rua_record_set_money (fee, "unit_amount", 500, NULL));
  g_assert_false (rua_market_book_sales (market, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "less than the fees on record"));
  g_clear_error (&error);
  g_assert_true (rua_record_set_money (fee, "unit_amount", 5, NULL));
  g_assert_true (rua_market_book_sales (market, NULL, &error));
  g_assert_no_error (error);
  sale = rua_table_dup_record (rua_alliance_get_table (alliance, "sale"), 0);
  check_sale (sale);
  {
    gint64 amount = money_of (sale, "amount");

    g_assert_cmpint (amount % 7, ==, 0);
    g_assert_cmpint (money_of (sale, "transport_amount"), ==, 7 * 50);
    g_assert_cmpint (money_of (sale, "cooperative_amount"), ==, 7 * 5);
    /* Together the percentages take 11.5 % in whole fen; the hub has the larger part. */
    g_assert_cmpint (money_of (sale, "hub_amount") + money_of (sale, "fees_amount"), ==, amount * 115 / 1000);
    g_assert_cmpint (ABS (money_of (sale, "hub_amount") * 10 - amount), <=, 10);
  }
  producer = rua_record_dup_reference (sale, "producer");
  buyer = rua_record_dup_reference (sale, "buyer");
  g_assert_cmpstr (rua_record_get_id (producer), ==, "f1");
  g_assert_cmpstr (rua_record_get_id (buyer), ==, "h1");
  g_assert_true (rua_record_get_boolean (sale, "certified", &certified));
  g_assert_true (certified);
  g_assert_true (rua_record_get_number (sale, "mass", &mass));
  g_assert_cmpfloat (mass, ==, 7);
  g_assert_cmpstr (rua_record_get_text (sale, "channel"), ==, "consumer_group");
}

/* ---- who leaves ---- */

static gint64
gains_without (RuaClearing *clearing, const char *kind, const char *id)
{
  g_autoptr (RuaRecord) leaver = market_case_find (rua_clearing_get_alliance (clearing), kind, id);
  g_autoptr (GError) error = NULL;
  gint64 minor = -1;

  g_assert_true (rua_clearing_get_gains_without (clearing, leaver, &minor, NULL, &error));
  g_assert_no_error (error);
  return minor;
}

static void
test_leaving (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaRecord) group = NULL, site = NULL, stray = NULL;
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  gint64 minor;

  market_case_add (given, "people", "{'id': 'li', 'name': 'Li'}");
  market_case_add (given, "people", "{'id': 'wang', 'name': 'Wang'}");
  market_case_add (given, "people", "{'id': 'zhao', 'name': 'Zhao'}");
  market_case_add (given, "roles", "{'id': 'r1', 'person': 'wang', 'at': 'cooperative/c-tea', 'role_type': 'social_worker'}");
  market_case_add (given, "roles", "{'id': 'r2', 'person': 'zhao', 'at': 'cooperative/c-rice', 'role_type': 'seller'}");
  market_case_add (given, "roles", "{'id': 'r3', 'person': 'wang', 'at': 'cooperative/c-rice', 'role_type': 'coordinator'}");
  market_case_add (given, "roles", "{'id': 'r4', 'person': 'zhao', 'at': 'cooperative/c-tea', 'role_type': 'seller', 'ended': '2026-11-01'}");
  market_case_add (given, "organisations", "{'id': 'school', 'name': 'School'}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 10, "5.00");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "tea", 4, "10.00");
  market_case_add (given, "orders", "{'id': 'd3', 'order_cycle': 'week', 'organisation': 'school', 'hub': 'town', 'product': 'rice', 'quantity': 5, 'maximum_price': 4.70}");
  alliance = market_case_build (given, NULL);
  group = market_case_find (alliance, "consumer-group", "g");
  {
    g_autoptr (RuaRecord) li = market_case_find (alliance, "person", "li");

    g_assert_true (rua_record_set_reference (group, "organiser", li, NULL));
  }
  market = market_case_open (alliance);
  clearing = market_case_clear (market, NULL);
  before = rua_clearing_to_json (clearing);
  /* 10 × (5 - 3.50), 4 × (10 - 8.50), 5 × (4.70 - 3.70) */
  g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_GREATEST_GAINS, &minor));
  g_assert_cmpint (minor, ==, 1500 + 600 + 500);
  g_assert_cmpint (gains_without (clearing, "person", "li"), ==, 500);
  g_assert_cmpint (gains_without (clearing, "person", "wang"), ==, 1500 + 500);
  g_assert_cmpint (gains_without (clearing, "person", "zhao"), ==, 1500 + 600 + 500);
  g_assert_cmpint (gains_without (clearing, "consumer-group", "g"), ==, 500);
  g_assert_cmpint (gains_without (clearing, "cooperative", "c-rice"), ==, 600);
  g_assert_cmpint (gains_without (clearing, "household", "h1"), ==, 600 + 500);
  g_assert_cmpint (gains_without (clearing, "organisation", "school"), ==, 1500 + 600);
  g_assert_cmpint (gains_without (clearing, "hub", "town"), ==, 1500 + 600);
  after = rua_clearing_to_json (clearing);
  g_assert_cmpstr (before, ==, after);
  site = market_case_find (alliance, "site", "hills");
  g_assert_false (rua_clearing_get_gains_without (clearing, site, &minor, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  stray = rua_alliance_new_record (alliance, "person");
  g_assert_false (rua_clearing_get_gains_without (clearing, stray, &minor, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clearing/allocations", test_allocations);
  g_test_add_func ("/clearing/sums", test_sums);
  g_test_add_func ("/clearing/prices", test_prices);
  g_test_add_func ("/clearing/one-price", test_one_price);
  g_test_add_func ("/clearing/explain", test_explain);
  g_test_add_func ("/clearing/apply", test_apply);
  g_test_add_func ("/clearing/rounds", test_rounds);
  g_test_add_func ("/clearing/stale", test_stale);
  g_test_add_func ("/clearing/not-stale", test_not_stale);
  g_test_add_func ("/clearing/book", test_book);
  g_test_add_func ("/clearing/short-delivery", test_short_delivery);
  g_test_add_func ("/clearing/split", test_split);
  g_test_add_func ("/clearing/leaving", test_leaving);
  return g_test_run ();
}
