/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-statement-private.h"

#include <string.h>

#include "market-case.h"
#include "rua-edits.h"
#include "rua-market-page.h"
#include "rua-messages.h"

static RuaClearing *
clear (RuaAlliance *alliance, RuaPolicy *policy)
{
  g_autoptr (RuaMarket) market = market_case_open (alliance);

  return market_case_clear (market, policy);
}

static RuaStatement *
statement_of (RuaClearing *clearing, const char *kind, const char *id)
{
  g_autoptr (RuaRecord) receiver = market_case_find (rua_clearing_get_alliance (clearing), kind, id);
  RuaStatement *statement = rua_clearing_find_statement (clearing, receiver);

  if (statement == NULL)
    g_error ("%s %s has no statement", kind, id);
  return statement;
}

static RuaStatement *
account_of (RuaClearing *clearing, RuaStatementAccount account)
{
  g_autoptr (GListModel) all = rua_clearing_list_statements (clearing);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (all, i);

    if (rua_statement_get_account (statement) == account)
      return g_steal_pointer (&statement);
  }
  return NULL;
}

/* Every amount is told to somebody, once. */
static void
test_balances (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") ? 20 : 200); trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL), shuffled = market_case_build (given, &random);
    g_autoptr (RuaPolicy) policy = trial % 2 ? rua_policy_new_marginal_first () : rua_policy_new_equal_shares ();
    g_autoptr (RuaClearing) clearing = NULL, other = NULL;
    g_autoptr (GListModel) all = NULL, others = NULL;
    gint64 sum = 0, consumers = 0, producers = 0, wanted;

    rua_policy_set_price (policy, (RuaPolicyPrice) (trial % 5));
    rua_policy_set_rents (policy, (RuaPolicyRents) (trial / 5 % 2));
    clearing = clear (alliance, policy);
    other = clear (shuffled, policy);
    all = rua_clearing_list_statements (clearing);
    others = rua_clearing_list_statements (other);
    g_assert_cmpuint (g_list_model_get_n_items (all), ==, g_list_model_get_n_items (others));
    for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
      g_autoptr (RuaStatement) statement = g_list_model_get_item (all, i), same = g_list_model_get_item (others, i);
      g_autoptr (GListModel) lines = rua_statement_list_lines (statement);
      g_autofree char *text = rua_statement_to_text (statement, NULL, 100, FALSE), *same_text = rua_statement_to_text (same, NULL, 100, FALSE);
      gint64 balance = 0;

      g_assert_true (rua_statement_get_clearing (statement) == clearing);
      for (guint k = 0; k < g_list_model_get_n_items (lines); k++) {
        g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, k);
        gint64 amount = rua_statement_line_get_amount (line), price, quantity;

        if (rua_statement_line_get_unit_price (line, &price) && rua_statement_line_get_quantity (line, &quantity))
          g_assert_cmpint (ABS (amount), ==, price * quantity);
        if (!rua_statement_line_get_counts (line))
          continue;
        balance += amount;
        if (rua_statement_line_get_line_type (line) == RUA_STATEMENT_LINE_BOUGHT)
          consumers -= amount;
        if (rua_statement_line_get_line_type (line) == RUA_STATEMENT_LINE_SOLD)
          producers += amount;
      }
      g_assert_cmpint (balance, ==, rua_statement_get_balance (statement));
      sum += balance;
      /* The order of records changes no byte of it. */
      g_assert_cmpstr (text, ==, same_text);
    }
    g_assert_cmpint (sum, ==, 0);
    g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_CONSUMERS, &wanted));
    g_assert_cmpint (consumers, ==, wanted);
    g_assert_true (rua_clearing_get_sum (clearing, RUA_CLEARING_SUM_PRODUCERS, &wanted));
    g_assert_cmpint (producers, ==, wanted);
  }
}

static RuaAlliance *
new_alliance (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();

  market_case_add (given, "fees", "{'id': 'f1', 'title': {'en': 'Shop', 'zh': '店铺'}, 'payee': 'hub/city', 'percentage': 10}");
  market_case_add (given, "fees", "{'id': 'f2', 'title': 'Bags', 'payee': 'cooperative/c-rice', 'unit_amount': 0.05}");
  market_case_add (given, "fees", "{'id': 'f3', 'title': 'Nobody knows', 'unit_amount': 0.01}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 12, "9.13");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 10, "8.17");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d3", "h2", "tea", 2, "30.19");
  market_case_add (given, "orders", "{'id': 'd4', 'order_cycle': 'week', 'consumer_group': 'g', 'product': 'tea', 'quantity': 1, 'maximum_price': 31.23}");
  return market_case_build (given, NULL);
}

static guint
count_lines (RuaStatement *statement, RuaStatementLineType type)
{
  g_autoptr (GListModel) lines = rua_statement_list_lines (statement);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++) {
    g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, i);

    n += rua_statement_line_get_line_type (line) == type;
  }
  return n;
}

static void
test_lines (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaClearing) clearing = clear (alliance, NULL);
  g_autoptr (RuaStatement) rice = statement_of (clearing, "cooperative", "c-rice"), h2 = statement_of (clearing, "household", "h2");
  g_autoptr (RuaStatement) farmer = statement_of (clearing, "household", "f1"), group = statement_of (clearing, "consumer-group", "g");
  g_autoptr (RuaStatement) city = statement_of (clearing, "hub", "city"), transport = account_of (clearing, RUA_STATEMENT_ACCOUNT_TRANSPORT);
  g_autoptr (RuaStatement) unknown = account_of (clearing, RUA_STATEMENT_ACCOUNT_UNKNOWN);
  g_autoptr (RuaRecord) receiver = rua_statement_dup_receiver (rice), site = NULL, stray = market_case_find (alliance, "site", "hills");
  g_autoptr (GListModel) lines = rua_statement_list_lines (h2), carried = NULL;
  g_autoptr (RuaStatementLine) short_line = g_list_model_get_item (lines, 0), way = NULL;
  g_autoptr (RuaRecord) subject = rua_statement_line_dup_subject (short_line);
  g_autoptr (RuaProduct) product = rua_statement_line_dup_product (short_line);
  g_autofree char *reason = rua_statement_line_dup_reason (short_line);
  gint64 value;

  g_assert_cmpstr (rua_record_get_id (receiver), ==, "c-rice");
  g_assert_cmpuint (count_lines (rice, RUA_STATEMENT_LINE_SOLD), ==, 1);
  g_assert_cmpuint (count_lines (rice, RUA_STATEMENT_LINE_FEE), ==, 1);
  g_assert_cmpuint (count_lines (farmer, RUA_STATEMENT_LINE_MEMBER_SOLD), ==, 1);
  g_assert_cmpint (rua_statement_get_balance (farmer), ==, 0);
  g_assert_cmpint (rua_statement_get_balance (rice), >, 0);
  g_assert_cmpuint (count_lines (h2, RUA_STATEMENT_LINE_BOUGHT), ==, 2);
  g_assert_cmpint (rua_statement_get_balance (h2), <, 0);
  g_assert_cmpuint (count_lines (group, RUA_STATEMENT_LINE_BOUGHT), ==, 1);
  g_assert_cmpuint (count_lines (group, RUA_STATEMENT_LINE_MEMBERS_BOUGHT), ==, 2);
  g_assert_cmpuint (count_lines (city, RUA_STATEMENT_LINE_HANDED_OUT), ==, 2);
  g_assert_cmpuint (count_lines (city, RUA_STATEMENT_LINE_FEE), ==, 1);
  g_assert_cmpint (rua_statement_get_balance (transport), ==, 23 * 50);
  g_assert_cmpint (rua_statement_get_balance (unknown), ==, 23);
  g_assert_null (rua_statement_dup_receiver (transport));
  g_assert_null (rua_clearing_find_statement (clearing, stray));
  g_assert_cmpstr (rua_record_get_id (subject), ==, "d2");
  g_assert_cmpstr (rua_record_get_id (RUA_RECORD (product)), ==, "rice");
  g_assert_true (rua_statement_line_get_asked (short_line, &value));
  g_assert_cmpint (value, ==, 10);
  g_assert_true (rua_statement_line_get_quantity (short_line, &value));
  g_assert_cmpint (value, ==, 8);
  g_assert_nonnull (strstr (reason, "others pay more"));
  carried = rua_statement_list_lines (transport);
  g_assert_cmpuint (g_list_model_get_n_items (carried), ==, 2);
  way = g_list_model_get_item (carried, 0);
  site = rua_statement_line_dup_subject (way);
  g_assert_cmpstr (rua_record_get_id (site), ==, "hills");
  {
    g_autoptr (RuaHub) hub = rua_statement_line_dup_hub (way), none = rua_statement_line_dup_hub (short_line);
    g_autofree char *text = rua_statement_to_text (transport, "en", 100, FALSE), *own = rua_statement_to_text (farmer, "en", 100, FALSE);

    g_assert_cmpstr (rua_record_get_id (RUA_RECORD (hub)), ==, "city");
    g_assert_null (none);
    g_assert_nonnull (strstr (text, "Hills → City shop"));
    g_assert_nonnull (strstr (own, "Nothing"));
  }
  g_assert_false (rua_statement_line_get_asked (way, &value));
  g_assert_null (rua_statement_line_dup_reason (way));
}

/* What a statement tells is its receiver's: no other household's name, and of no other what it would have paid at most. */
static void
test_private (void)
{
  static const struct {
    const char *id, *name, *most;
  } homes[] = { { "h1", "One", "9.13" }, { "h1", "One", "1.11" }, { "h2", "Two", "8.17" }, { "h2", "Two", "30.19" } };
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (GListModel) all = NULL;
  g_autofree char *whole = NULL, *page = NULL, *json = NULL;

  /* Nothing is short, so that no price is what somebody would pay at most. */
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 12, "9.13");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d2", "h2", "rice", 7, "8.17");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d3", "h2", "tea", 2, "30.19");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d4", "h1", "rice", 2, "1.11");
  rua_policy_set_price (policy, RUA_POLICY_PRICE_CONSUMER_BEST);
  alliance = market_case_build (given, NULL);
  clearing = clear (alliance, policy);
  all = rua_clearing_list_statements (clearing);
  whole = rua_clearing_to_text (clearing, "en", 100, FALSE);
  page = rua_clearing_to_html (clearing, "en");
  json = rua_clearing_to_json (clearing);
  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (all, i);
    g_autoptr (RuaRecord) receiver = rua_statement_dup_receiver (statement);
    const char *id = receiver != NULL ? rua_record_get_id (receiver) : NULL;
    g_autofree char *text = rua_statement_to_text (statement, "en", 100, FALSE), *html = rua_statement_to_html (statement, "en");

    for (guint k = 0; k < G_N_ELEMENTS (homes); k++) {
      g_autofree char *title = g_strdup_printf ("Statement: %s", homes[k].name);

      g_assert_cmpint (strstr (text, title) != NULL, ==, g_strcmp0 (id, homes[k].id) == 0);
      g_assert_cmpint (strstr (html, title) != NULL, ==, g_strcmp0 (id, homes[k].id) == 0);
      if (g_strcmp0 (id, homes[k].id) != 0) {
        g_assert_null (strstr (text, homes[k].most));
        g_assert_null (strstr (html, homes[k].most));
      }
    }
    if (g_strcmp0 (id, "h1") == 0)
      g_assert_nonnull (strstr (text, "the most that you pay is 1.11 CNY"));
  }
  for (guint k = 0; k < G_N_ELEMENTS (homes); k++) {
    g_assert_null (strstr (whole, homes[k].most));
    g_assert_null (strstr (page, homes[k].most));
    g_assert_null (strstr (json, homes[k].most));
    g_assert_null (strstr (json, homes[k].name));
  }
}

static void
test_pages (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaPolicy) policy = rua_policy_new_equal_shares ();
  g_autoptr (RuaClearing) clearing = clear (alliance, policy);
  g_autoptr (RuaStatement) h2 = statement_of (clearing, "household", "h2");
  g_autofree char *text = rua_statement_to_text (h2, "en", 100, FALSE), *chinese = rua_statement_to_text (h2, "zh", 100, FALSE);
  g_autofree char *html = rua_statement_to_html (h2, "zh"), *whole = rua_clearing_to_text (clearing, "en", 100, FALSE), *narrow = rua_clearing_to_text (clearing, "en", 1, FALSE);

  g_assert_nonnull (strstr (text, "Statement: Two"));
  g_assert_nonnull (strstr (text, "To pay: CNY "));
  g_assert_nonnull (strstr (text, "Equal shares"));
  /* What was ordered, what is bought, and the two columns in this order. */
  g_assert_true (g_regex_match_simple ("Bought +Rice +10 +9 +CNY [0-9.]+ +CNY .[0-9.]+", text, 0, 0));
  g_assert_true (g_regex_match_simple ("Bought +Tea +2 +2 +CNY [0-9.]+ +CNY .[0-9.]+", text, 0, 0));
  g_assert_nonnull (strstr (text, "You get 9 × kg of the 10 × kg that you ordered."));
  if (rua_set_language ("zh")) { /* built with catalogues */
    rua_set_language ("en");
    g_assert_nonnull (strstr (chinese, "份额均等"));
    g_assert_nonnull (strstr (chinese, "项目  内容"));
    g_assert_null (strstr (chinese, "You get"));
    g_assert_null (strstr (chinese, "Statement"));
  }
  g_assert_true (g_str_has_prefix (html, "<!DOCTYPE html>"));
  g_assert_nonnull (strstr (html, "lang=\"zh\""));
  g_assert_nonnull (strstr (whole, "27 November 2026"));
  g_assert_nonnull (strstr (whole, "Consumers pay"));
  g_assert_nonnull (strstr (whole, "9 checks"));
  g_assert_nonnull (strstr (narrow, "Consumers pay"));
}

/* The list of them: each once, its name, what it gets and pays, and where it leads. */
static void
test_list (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") ? 10 : 60); trial++) {
    g_autoptr (MarketCase) given = market_case_new_random (&random);
    g_autoptr (RuaAlliance) alliance = market_case_build (given, NULL);
    g_autoptr (RuaPolicy) policy = rua_policy_new_marginal_first ();
    g_autoptr (RuaClearing) clearing = clear (alliance, policy);
    g_autoptr (GListModel) all = rua_clearing_list_statements (clearing);
    g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *text = rua_clearing_statements_to_text (clearing, "en", 200, FALSE), *html = rua_clearing_statements_to_html (clearing, "en");
    const char *at = text, *link = html;
    guint n = g_list_model_get_n_items (all);

    g_assert_true (g_str_has_prefix (text, "Statements\n"));
    g_assert_nonnull (strstr (text, n > 0 ? "Together " : "Nobody has anything"));
    for (guint i = 0; i < n; i++) {
      g_autoptr (RuaStatement) statement = g_list_model_get_item (all, i);
      g_autofree char *name = rua_statement_dup_file_name (statement), *page = rua_statement_to_text (statement, "en", 200, FALSE);
      g_autofree char *title = g_strndup (page, strcspn (page, "\n")), *address = g_uri_escape_string (name, NULL, FALSE), *expected = NULL;
      g_autofree char *row = g_strdup_printf ("\n%s ", title + strlen ("Statement: "));

      /* In the same order, so that each is told once. */
      at = strstr (at + 1, row);
      g_assert_nonnull (at);
      expected = g_strdup_printf ("<a href=\"%s\">", address);
      link = strstr (link, expected);
      g_assert_nonnull (link);
      g_assert_true (g_hash_table_add (names, g_steal_pointer (&name)));
    }
  }
}

/* Ids that no name of a file may hold, nor any attribute of HTML. */
static void
test_file_names (void)
{
  static const struct {
    const char *id, *name, *address;
  } homes[] = { { "a/b", "household-a%2Fb.html", "household-a%252Fb.html" },
                { "50%", "household-50%25.html", "household-50%2525.html" },
                { "x'><i>", "household-x%27%3E%3Ci%3E.html", "household-x%2527%253E%253Ci%253E.html" },
                { "家", "household-家.html", "household-%E5%AE%B6.html" } };
  g_autoptr (MarketCase) given = market_case_new_village ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autofree char *html = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (homes); i++) {
    g_auto (GStrv) parts = g_strsplit (homes[i].id, "'", -1);
    g_autofree char *json = g_strjoinv ("\\u0027", parts), *order = g_strdup_printf ("o%u", i);

    market_case_add (given, "households", "{'id': '%s', 'consumer_group': 'g'}", json);
    market_case_add (given, "orders", MARKET_CASE_ORDER, order, json, "rice", 1, "9.13");
  }
  alliance = market_case_build (given, NULL);
  clearing = clear (alliance, NULL);
  html = rua_clearing_statements_to_html (clearing, "en");
  for (guint i = 0; i < G_N_ELEMENTS (homes); i++) {
    g_autoptr (RuaStatement) statement = statement_of (clearing, "household", homes[i].id);
    g_autofree char *name = rua_statement_dup_file_name (statement), *link = NULL;

    g_assert_cmpstr (name, ==, homes[i].name);
    link = g_strdup_printf ("<a href=\"%s\">", homes[i].address);
    g_assert_nonnull (strstr (html, link));
  }
  g_assert_null (strstr (html, "<i>"));
  {
    g_autoptr (RuaStatement) carried = account_of (clearing, RUA_STATEMENT_ACCOUNT_TRANSPORT);
    g_autofree char *name = rua_statement_dup_file_name (carried);

    g_assert_cmpstr (name, ==, "transport.html");
  }
}

static void
test_chart (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaPolicy) gains = rua_policy_new_greatest_gains (), equal = rua_policy_new_equal_shares (), marginal = rua_policy_new_marginal_first ();
  RuaPolicy *const policies[] = { gains, equal, marginal };
  g_autoptr (GListStore) clearings = g_list_store_new (RUA_TYPE_CLEARING), none = g_list_store_new (RUA_TYPE_CLEARING);
  g_autoptr (RuaChart) chart = NULL, empty = NULL;
  g_autofree char *svg = NULL, *description = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (policies); i++) {
    g_autoptr (RuaClearing) clearing = clear (alliance, policies[i]);

    g_list_store_append (clearings, clearing);
  }
  chart = rua_chart_new_clearings ("Who gets what", G_LIST_MODEL (clearings), "en");
  /* All, and two classes, by three policies; there is one hub. */
  g_assert_cmpuint (rua_chart_get_n_items (chart), ==, 9);
  svg = rua_chart_to_svg (chart, 700);
  description = rua_chart_dup_description (chart);
  g_assert_nonnull (strstr (svg, "Class 1: Marginal households first"));
  g_assert_nonnull (strstr (description, "Class 1: Marginal households first: 100"));
  empty = rua_chart_new_clearings ("Nothing", G_LIST_MODEL (none), NULL);
  g_assert_cmpuint (rua_chart_get_n_items (empty), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statement/balances", test_balances);
  g_test_add_func ("/statement/lines", test_lines);
  g_test_add_func ("/statement/private", test_private);
  g_test_add_func ("/statement/pages", test_pages);
  g_test_add_func ("/statement/list", test_list);
  g_test_add_func ("/statement/file-names", test_file_names);
  g_test_add_func ("/statement/chart", test_chart);
  return g_test_run ();
}
