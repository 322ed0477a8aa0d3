/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-catalogue.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "market-case.h"
#include "rua-market-booking.h"
#include "rua-estimate.h"
#include "rua-measure.h"

#define WORKER \
  "case when order.consumer_group is known then order.consumer_group.organiser else" \
  " order.household.consumer_group.organiser end"

/* The ready-made metrics of markets, on what a clearing wrote back, against what the clearing says. */

static RuaClearing *
clear_and_book (RuaAlliance *alliance, RuaPolicy *policy)
{
  g_autoptr (RuaMarket) market = market_case_open (alliance);
  RuaClearing *clearing = market_case_clear (market, policy);
  g_autoptr (GError) error = NULL;

  if (!rua_clearing_apply (clearing, &error) || !rua_market_deliver_all (market, &error) || !rua_market_book_sales (market, NULL, &error))
    g_error ("%s", error->message);
  return clearing;
}

/* NaN where it is not defined. */
static double
measure (RuaAlliance *alliance, const char *id, const char *parameters)
{
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaMetric) metric = parameters != NULL ? rua_catalogue_find_with (catalogue, id, parameters, &error) : rua_catalogue_find (catalogue, id);
  g_autoptr (RuaResult) result = metric != NULL ? rua_metric_measure (metric, alliance, NULL, &error) : NULL;
  double value;

  if (result == NULL)
    g_error ("%s: %s", id, error != NULL ? error->message : "no such metric");
  return rua_result_get_estimate (result, &value) ? value : NAN;
}

/* Of all groups. */
static double
measure_sum (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (RuaMetric) metric = rua_catalogue_find (catalogue, id);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) groups = rua_metric_measure_groups (metric, alliance, NULL, &error);
  double sum = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, i);
    double value;

    g_assert_true (rua_result_get_estimate (result, &value));
    sum += value;
  }
  return sum;
}

/* What buyers pay goes to six sorts of receivers, and to nobody else: 100 %, whatever the market. */
static void
test_waterfall (void)
{
  static const char *const parts[]
    = { "trade.producer_share", "trade.cooperative_share", "trade.hub_share", "trade.transport_share", "trade.fees_share", "trade.solidarity_share" };
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") ? 5 : 40); trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
    g_autoptr (RuaPolicy) policy = trial % 2 ? rua_policy_new_equal_shares () : rua_policy_new_greatest_gains ();
    g_autoptr (RuaClearing) clearing = clear_and_book (alliance, policy);
    double sum = 0, fill, filled = measure (alliance, "market.fill", NULL);
    gint64 consumers, producers;

    for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
      sum += measure (alliance, parts[i], NULL);
    g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_CONSUMERS, &consumers));
    g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_PRODUCERS, &producers));
    if (consumers > 0) {
      g_assert_cmpfloat_with_epsilon (sum, 100, 1e-9);
      g_assert_cmpfloat_with_epsilon (measure (alliance, parts[0], NULL), 100.0 * (double) producers / (double) consumers, 1e-9);
    }
    if (rua_clearing_get_fill (clearing, &fill))
      g_assert_cmpfloat_with_epsilon (filled, 100 * fill, 1e-9);
    else
      g_assert_true (isnan (filled));
  }
}

static void
test_causes (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaCatalogue) catalogue = NULL;
  g_autoptr (RuaMetric) metric = NULL;
  g_autoptr (GListModel) groups = NULL;
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 25, "5.00");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 4, "3.00");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d3", "h2", "tea", 4, "12.00");
  market_case_add (given, "orders", "{'id': 'd4', 'order_cycle': 'week', 'household': 'h2', 'product': 'tea', 'quantity': 2, 'maximum_price': 20, 'certificates_needed': ['organic']}");
  alliance = market_case_build (given, NULL);
  /* A round that was not cleared has not been filled to 0 %. */
  g_assert_true (isnan (measure (alliance, "market.fill", NULL)));
  clearing = clear_and_book (alliance, policy);
  g_assert_cmpfloat (measure (alliance, "market.ordered", NULL), ==, 35);
  g_assert_cmpfloat (measure (alliance, "market.filled", NULL), ==, 24);
  catalogue = rua_catalogue_new (alliance);
  metric = rua_catalogue_find (catalogue, "market.unmet_by_cause");
  groups = rua_metric_measure_groups (metric, alliance, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, i);
    double value;

    g_assert_true (rua_result_get_estimate (result, &value));
    g_string_append_printf (told, "%s%s %g", i > 0 ? ", " : "", rua_result_get_group_label (result, "cause"), value);
  }
  g_assert_cmpstr (told->str, ==, "certificate 2, no_supply 5, price 4");
  g_assert_cmpfloat_with_epsilon (measure (alliance, "market.cause_hhi", NULL), (25.0 + 4 + 16) / 121, 1e-12);
}

static void
test_concentration (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;

  market_case_add (given, "sales", "{'product': 'rice', 'buyer': 'household/h1', 'amount': 60, 'producer_amount': 50}");
  market_case_add (given, "sales", "{'product': 'tea', 'buyer': 'household/h2', 'amount': 30, 'producer_amount': 20}");
  market_case_add (given, "sales", "{'product': 'tea', 'buyer': 'hub/city', 'amount': 10, 'producer_amount': 10}");
  alliance = market_case_build (given, NULL);
  g_assert_cmpfloat_with_epsilon (measure (alliance, "trade.product_hhi", NULL), 0.36 + 0.16, 1e-12);
  g_assert_cmpfloat_with_epsilon (measure (alliance, "trade.income_hhi", NULL), (2500.0 + 400 + 100) / 6400, 1e-12);
  /* In per cent, as their unit says. */
  g_assert_cmpfloat_with_epsilon (measure (alliance, "trade.income_resilience", NULL), 100 * (1 - 50.0 / 80), 1e-9);
  g_assert_cmpfloat_with_epsilon (measure (alliance, "trade.resilience", NULL), 40, 1e-9);
}

/* Against the estimator itself, on the ties written out. */
static void
test_liaisons (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaCatalogue) catalogue = NULL;
  g_autoptr (RuaMetric) metric = NULL;
  g_autoptr (GListModel) groups = NULL;
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *brokers = NULL;

  market_case_add (given, "people", "{'id': 'li'}");
  market_case_add (given, "people", "{'id': 'wang'}");
  market_case_add (given, "consumer_groups", "{'id': 'g2', 'name': 'Second', 'organiser': 'li'}");
  market_case_add (given, "consumer_groups", "{'id': 'g3', 'name': 'Third', 'organiser': 'li'}");
  market_case_add (given, "consumer_groups", "{'id': 'g4', 'name': 'Fourth', 'organiser': 'wang'}");
  for (guint i = 2; i <= 4; i++) {
    market_case_add (given, "households", "{'id': 'home%u', 'consumer_group': 'g%u'}", i, i);
    market_case_add (given, "orders", "{'id': 'o%u', 'product': 'rice', 'household': 'home%u', 'quantity': 1}", i, i);
    market_case_add (given, "sales", "{'order': 'o%u', 'cooperative': 'c-rice', 'amount': 1}", i);
  }
  market_case_add (given, "sales", "{'order': 'o3', 'cooperative': 'c-tea', 'amount': 1}");
  market_case_add (given, "cooperatives", "{'id': 'c-honey', 'name': 'Bee keepers'}");
  /* A group may order itself, and a household through another group than its own. */
  market_case_add (given, "orders", "{'id': 'o5', 'product': 'rice', 'consumer_group': 'g4', 'quantity': 1}");
  market_case_add (given, "sales", "{'order': 'o5', 'cooperative': 'c-tea', 'amount': 1}");
  market_case_add (given, "orders", "{'id': 'o6', 'product': 'rice', 'household': 'home2', 'consumer_group': 'g4', 'quantity': 1}");
  market_case_add (given, "sales", "{'order': 'o6', 'cooperative': 'c-honey', 'amount': 1}");
  market_case_add (given, "sales", "{'cooperative': 'c-tea', 'amount': 1}");
  alliance = market_case_build (given, NULL);
  catalogue = rua_catalogue_new (alliance);
  metric = rua_catalogue_find (catalogue, "bridging.liaisons");
  groups = rua_metric_measure_groups (metric, alliance, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, i);
    double value;

    g_assert_true (rua_result_get_estimate (result, &value));
    g_string_append_printf (told, "%s%s %g", i > 0 ? ", " : "", rua_result_get_group_label (result, WORKER), value);
  }
  g_assert_cmpstr (told->str, ==, "li 4, wang 3");
  {
    g_autofree char *folder = g_dir_make_tmp ("brokers-XXXXXX", NULL), *ties = g_build_filename (folder, "ties.csv", NULL), *nodes = g_build_filename (folder, "nodes.csv", NULL);

    g_assert_true (g_file_set_contents (ties, "from,to\nc-rice,li\nc-tea,li\nli,g2\nli,g3\nc-rice,wang\nc-tea,wang\nc-honey,wang\nwang,g4\n", -1, NULL));
    g_assert_true (g_file_set_contents (nodes, "node,group\nc-rice,rural\nc-tea,rural\nc-honey,rural\nli,bridge\nwang,bridge\ng2,town\ng3,town\ng4,town\n", -1, NULL));
    brokers = rua_estimate_request ("{\"metric\": \"brokerage\", \"data\": \"ties.csv\", \"nodes\": \"nodes.csv\", \"columns\": {\"from\": \"from\", \"to\": \"to\","
                                    " \"node\": \"node\", \"group\": \"group\"}}",
                                    folder, NULL, NULL, &error);
    g_assert_no_error (error);
    g_unlink (ties);
    g_unlink (nodes);
    g_rmdir (folder);
  }
  g_assert_nonnull (strstr (brokers, "\"liaison[li]\":4"));
  g_assert_nonnull (strstr (brokers, "\"liaison[wang]\":3"));
}

/* What goes through nobody is at stake with nobody; solved anew without her, the market has less to gain. */
static void
test_at_stake (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaCatalogue) catalogue = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (RuaMetric) metric = NULL;
  g_autoptr (GListModel) groups = NULL;
  g_autoptr (GError) error = NULL;
  double sum = 0;
  gint64 whole;

  market_case_add (given, "people", "{'id': 'li'}");
  market_case_add (given, "people", "{'id': 'wang'}");
  market_case_add (given, "consumer_groups", "{'id': 'g3', 'name': 'Third', 'organiser': 'li', 'hub': 'city'}");
  market_case_add (given, "consumer_groups", "{'id': 'g4', 'name': 'Fourth', 'organiser': 'wang', 'hub': 'city'}");
  market_case_add (given, "households", "{'id': 'home3', 'consumer_group': 'g3'}");
  market_case_add (given, "households", "{'id': 'home4', 'consumer_group': 'g4'}");
  market_case_add (given, "households", "{'id': 'home5'}");
  market_case_add (given, "orders", "{'id': 'o3', 'order_cycle': 'week', 'product': 'rice', 'household': 'home3', 'hub': 'city', 'quantity': 12, 'maximum_price': 9}");
  market_case_add (given, "orders", "{'id': 'o4', 'order_cycle': 'week', 'product': 'rice', 'household': 'home4', 'hub': 'city', 'quantity': 4, 'maximum_price': 8}");
  market_case_add (given, "orders", "{'id': 'o5', 'order_cycle': 'week', 'product': 'rice', 'household': 'home5', 'hub': 'city', 'quantity': 2, 'maximum_price': 7}");
  alliance = market_case_build (given, NULL);
  clearing = clear_and_book (alliance, policy);
  whole = 0;
  g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_GAINS, &whole));
  catalogue = rua_catalogue_new (alliance);
  metric = rua_catalogue_find (catalogue, "bridging.value_at_stake");
  groups = rua_metric_measure_groups (metric, alliance, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (groups), ==, 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, i);
    const char *worker = rua_result_get_group_label (result, WORKER);
    g_autoptr (RuaRecord) leaver = rua_alliance_find (alliance, "person", worker);
    double value;
    gint64 left;

    g_assert_true (rua_result_get_estimate (result, &value));
    g_test_message ("%s: %g %%", worker, value);
    sum += value;
    /* All are filled at one price: 12, 4 and 2 of 18. */
    g_assert_cmpfloat_with_epsilon (value, 100 * (g_str_equal (worker, "li") ? 12 : 4) / 18.0, 1e-9);
    g_assert_true (rua_clearing_get_gains_without (clearing, leaver, &left, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (left, <, whole);
    g_assert_cmpint (left, >=, 0);
  }
  g_assert_cmpfloat_with_epsilon (sum, 100 * 16 / 18.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (measure (alliance, "trade.turnover", NULL) * sum / 100,
                                  measure_sum (alliance, "bridging.worker_value"), 1e-9);
}

static void
test_handover (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;

  market_case_add (given, "sales", "{'cooperative': 'c-rice', 'sold_on': '2026-03-01', 'amount': 1000}");
  market_case_add (given, "sales", "{'cooperative': 'c-rice', 'sold_on': '2026-06-01', 'amount': 60}");
  market_case_add (given, "sales", "{'cooperative': 'c-rice', 'sold_on': '2026-06-30', 'amount': 40}");
  market_case_add (given, "sales", "{'cooperative': 'c-rice', 'sold_on': '2026-07-20', 'amount': 500}");
  market_case_add (given, "sales", "{'cooperative': 'c-rice', 'sold_on': '2026-08-15', 'amount': 45}");
  market_case_add (given, "sales", "{'cooperative': 'c-tea', 'sold_on': '2026-08-15', 'amount': 30}");
  /* of no day, or of no known one: left out and told, not taken for nothing */
  market_case_add (given, "sales", "{'cooperative': 'c-tea', 'sold_on': '2026-08', 'amount': 30}");
  market_case_add (given, "sales", "{'cooperative': 'c-tea', 'amount': 30}");
  alliance = market_case_build (given, NULL);
  g_assert_cmpfloat_with_epsilon (measure (alliance, "bridging.handover", "{\"left\": \"2026-06-30\", \"after\": 30, \"days\": 30}"), 75, 1e-9);
  g_assert_cmpfloat_with_epsilon (measure (alliance, "bridging.handover", "{\"left\": \"2026-06-30\", \"after\": 30, \"days\": 30, \"which\": \"cooperative.id = 'c-rice'\"}"), 45, 1e-9);
  g_assert_true (isnan (measure (alliance, "bridging.handover", "{\"left\": \"2020-06-30\"}")));
  {
    g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
    g_autoptr (RuaMetric) metric = rua_catalogue_find_with (catalogue, "bridging.handover", "{\"left\": \"2026-06-30\"}", NULL);
    g_autoptr (RuaResult) result = rua_metric_measure (metric, alliance, NULL, NULL);

    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 8);
    g_assert_cmpuint (rua_result_get_n_used (result), ==, 6);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-metrics/waterfall", test_waterfall);
  g_test_add_func ("/market-metrics/causes", test_causes);
  g_test_add_func ("/market-metrics/concentration", test_concentration);
  g_test_add_func ("/market-metrics/liaisons", test_liaisons);
  g_test_add_func ("/market-metrics/at-stake", test_at_stake);
  g_test_add_func ("/market-metrics/handover", test_handover);
  return g_test_run ();
}
