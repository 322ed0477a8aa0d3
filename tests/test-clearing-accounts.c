/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who sells and buys in a market beside co-operatives and households: a grower of her own, a school, a
 * group, and nobody that is known. Each has an account, and no money is lost between them. */
#include "rua-statement-private.h"

#include <string.h>

#include "market-case.h"

static RuaAlliance *
new_alliance (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();

  market_case_add (given, "organisations", "{'id': 'school', 'name': 'School'}");
  market_case_add (given, "households", "{'id': 'grower', 'name': 'Grower', 'household_type': 'producer'}");
  market_case_add (given, "lots", "{'id': 'l-own', 'product': 'rice', 'household': 'grower', 'site': 'valley', 'quantity': 6}");
  market_case_add (given, "lots", "{'id': 'l-nobody', 'product': 'rice', 'site': 'valley', 'quantity': 4}");
  market_case_add (given, "offers", "{'id': 'o-own', 'lot': 'l-own', 'order_cycle': 'week', 'quantity': 6, 'reserve_price': 1.00}");
  market_case_add (given, "offers", "{'id': 'o-nobody', 'lot': 'l-nobody', 'order_cycle': 'week', 'quantity': 4, 'reserve_price': 1.00}");
  market_case_add (given, "orders", MARKET_CASE_ORDER, "d-household", "h1", "rice", 5, "9.00");
  market_case_add (given, "orders", "{'id': 'd-school', 'order_cycle': 'week', 'organisation': 'school', 'hub': 'town', 'product': 'rice', 'quantity': 7, 'maximum_price': 9.00}");
  market_case_add (given, "orders", "{'id': 'd-group', 'order_cycle': 'week', 'consumer_group': 'g', 'product': 'rice', 'quantity': 3, 'maximum_price': 9.00}");
  market_case_add (given, "orders", "{'id': 'd-nobody', 'order_cycle': 'week', 'hub': 'city', 'product': 'rice', 'quantity': 2, 'maximum_price': 9.00}");
  market_case_add (given, "orders", "{'id': 'd-tea', 'order_cycle': 'week', 'household': 'h2', 'product': 'tea', 'quantity': 2, 'maximum_price': 0.10}");
  return market_case_build (given, NULL);
}

static RuaClearing *
clear (RuaAlliance *alliance)
{
  g_autoptr (RuaMarket) market = market_case_open (alliance);

  return market_case_clear (market, NULL);
}

static RuaStatement *
find_account (RuaClearing *clearing, const char *kind, const char *id)
{
  g_autoptr (GListModel) all = rua_clearing_list_statements (clearing);

  if (kind != NULL) {
    g_autoptr (RuaRecord) of = market_case_find (rua_clearing_get_alliance (clearing), kind, id);

    return rua_clearing_find_statement (clearing, of);
  }
  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (all, i);

    if (rua_statement_get_account (statement) == RUA_STATEMENT_ACCOUNT_UNKNOWN)
      return g_steal_pointer (&statement);
  }
  return NULL;
}

/* The one line of the account that is of the record. */
static RuaStatementLine *
find_line (RuaStatement *statement, RuaStatementLineType type, const char *id)
{
  g_autoptr (GListModel) lines = rua_statement_list_lines (statement);

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++) {
    g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, i);
    g_autoptr (RuaRecord) subject = rua_statement_line_dup_subject (line);

    if (rua_statement_line_get_line_type (line) == type && subject != NULL && g_strcmp0 (rua_record_get_id (subject), id) == 0)
      return g_steal_pointer (&line);
  }
  return NULL;
}

static void
test_accounts (void)
{
  static const struct {
    const char *kind, *id; /* NULL: who is not known */
    RuaStatementLineType type;
    const char *subject;
    gint64 asked;
  } cases[] = {
    { "cooperative", "c-rice", RUA_STATEMENT_LINE_SOLD, "o-rice", 20 },
    { "household", "f1", RUA_STATEMENT_LINE_MEMBER_SOLD, "o-rice", 20 },
    { "household", "grower", RUA_STATEMENT_LINE_SOLD, "o-own", 6 },
    { NULL, NULL, RUA_STATEMENT_LINE_SOLD, "o-nobody", 4 },
    { "household", "h1", RUA_STATEMENT_LINE_BOUGHT, "d-household", 5 },
    { "organisation", "school", RUA_STATEMENT_LINE_BOUGHT, "d-school", 7 },
    { "consumer-group", "g", RUA_STATEMENT_LINE_BOUGHT, "d-group", 3 },
    { NULL, NULL, RUA_STATEMENT_LINE_BOUGHT, "d-nobody", 2 },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaClearing) clearing = clear (alliance);
  g_autoptr (GListModel) all = rua_clearing_list_statements (clearing);
  gint64 sold = 0, sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaStatement) statement = find_account (clearing, cases[i].kind, cases[i].id);
    g_autoptr (RuaStatementLine) line = statement != NULL ? find_line (statement, cases[i].type, cases[i].subject) : NULL;
    gint64 quantity = 0, ordered = 0;

    if (line == NULL)
      g_error ("%s has no line of %s", cases[i].id, cases[i].subject);
    g_assert_true (rua_statement_line_get_quantity (line, &quantity));
    g_assert_true (rua_statement_line_get_asked (line, &ordered));
    g_assert_cmpint (ordered, ==, cases[i].asked);
    if (cases[i].type == RUA_STATEMENT_LINE_BOUGHT) {
      g_autoptr (RuaRecord) order = market_case_find (alliance, "order", cases[i].subject);
      gint64 price = 0, filled = 0, unmet = 0;

      /* There is rice for everybody; each pays the price that the clearing tells. */
      g_assert_cmpint (quantity, ==, cases[i].asked);
      g_assert_true (rua_clearing_get_consumer_price (clearing, RUA_ORDER (order), &price));
      g_assert_cmpint (-rua_statement_line_get_amount (line), ==, price * quantity);
      g_assert_true (rua_clearing_get_order (clearing, RUA_ORDER (order), &filled, NULL));
      g_assert_true (rua_clearing_get_order (clearing, RUA_ORDER (order), NULL, &unmet));
      g_assert_cmpint (filled, ==, cases[i].asked);
      g_assert_cmpint (unmet, ==, 0);
    } else {
      g_autoptr (RuaRecord) offer = market_case_find (alliance, "offer", cases[i].subject);
      gint64 part = 0, rest = 0;

      g_assert_true (rua_clearing_get_offer (clearing, RUA_OFFER (offer), &part, NULL));
      g_assert_true (rua_clearing_get_offer (clearing, RUA_OFFER (offer), NULL, &rest));
      g_assert_cmpint (part, ==, quantity);
      g_assert_cmpint (part + rest, ==, cases[i].asked);
      if (cases[i].type == RUA_STATEMENT_LINE_SOLD)
        sold += quantity;
    }
  }
  g_assert_cmpint (sold, ==, 5 + 7 + 3 + 2);
  /* The grower and nobody ask less than the co-operative, so all of theirs goes. */
  for (guint i = 2; i < 4; i++) {
    g_autoptr (RuaStatement) statement = find_account (clearing, cases[i].kind, cases[i].id);
    g_autoptr (RuaStatementLine) line = find_line (statement, RUA_STATEMENT_LINE_SOLD, cases[i].subject);
    gint64 quantity = 0;

    g_assert_true (rua_statement_line_get_quantity (line, &quantity));
    g_assert_cmpint (quantity, ==, cases[i].asked);
  }
  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (all, i);

    sum += rua_statement_get_balance (statement);
  }
  g_assert_cmpint (sum, ==, 0);
}

/* Co-operatives, then households, groups, organisations, hubs, and what is no one's; by id within each. */
static void
test_order (void)
{
  static const char *const kinds[] = { "cooperative", "household", "consumer-group", "organisation", "hub" };
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaClearing) clearing = clear (alliance);
  g_autoptr (GListModel) all = rua_clearing_list_statements (clearing);
  g_autofree char *last_id = NULL;
  guint last = 0, n_kinds = 0;

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (all, i);
    g_autoptr (RuaRecord) receiver = rua_statement_dup_receiver (statement);
    guint rank = 0;

    if (receiver == NULL) {
      g_assert_cmpint (rua_statement_get_account (statement), !=, RUA_STATEMENT_ACCOUNT_NONE);
      last = G_MAXUINT;
      continue;
    }
    while (strcmp (kinds[rank], rua_kind_get_name (rua_record_get_kind (receiver))) != 0)
      g_assert_cmpuint (++rank, <, G_N_ELEMENTS (kinds));
    g_assert_cmpuint (rank, >=, last);
    if (rank == last && last_id != NULL)
      g_assert_cmpstr (last_id, <, rua_record_get_id (receiver));
    n_kinds += rank > last || last_id == NULL;
    last = rank;
    g_free (last_id);
    last_id = g_strdup (rua_record_get_id (receiver));
  }
  g_assert_cmpuint (last, ==, G_MAXUINT);
  g_assert_cmpuint (n_kinds, ==, G_N_ELEMENTS (kinds));
}

/* What is asked about something that was not in this market is no number, and no account. */
static void
test_strangers (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance (), other = new_alliance ();
  g_autoptr (RuaClearing) clearing = clear (alliance);
  g_autoptr (RuaRecord) nameless = rua_alliance_new_record (alliance, "order"), site = market_case_find (alliance, "site", "valley");
  g_autoptr (RuaRecord) later = rua_alliance_new_record (other, "order"), offer = rua_alliance_new_record (other, "offer");
  g_autoptr (RuaRecord) hidden = rua_alliance_new_record (other, "household"), nobody = rua_alliance_new_record (other, "household");
  g_autoptr (RuaRecord) tea = market_case_find (alliance, "order", "d-tea"), metric = rua_alliance_new_record (other, "metric");
  gint64 value = 77, more = 77;

  g_assert_true (rua_record_set_id (later, "d-later", NULL) && rua_record_set_id (offer, "o-later", NULL));
  g_assert_true (rua_record_set_id (hidden, "h9", NULL) && rua_record_set_id (metric, "m", NULL));
  g_assert_false (rua_clearing_get_order (clearing, RUA_ORDER (nameless), &value, &more));
  g_assert_false (rua_clearing_get_order (clearing, RUA_ORDER (later), &value, &more));
  g_assert_false (rua_clearing_get_offer (clearing, RUA_OFFER (offer), &value, &more));
  g_assert_false (rua_clearing_get_consumer_price (clearing, RUA_ORDER (later), &value));
  g_assert_false (rua_clearing_get_producer_price (clearing, RUA_OFFER (offer), &value));
  g_assert_null (rua_clearing_find_statement (clearing, hidden));
  g_assert_null (rua_clearing_find_statement (clearing, nobody));
  g_assert_null (rua_clearing_find_statement (clearing, metric));
  g_assert_null (rua_clearing_find_statement (clearing, site));
  g_assert_cmpint (value, ==, 77);
  g_assert_cmpint (more, ==, 77);
  /* Who bids too little is in the market all the same. */
  g_assert_true (rua_clearing_get_order (clearing, RUA_ORDER (tea), &value, &more));
  g_assert_cmpint (value, ==, 0);
  g_assert_cmpint (more, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clearing-accounts/accounts", test_accounts);
  g_test_add_func ("/clearing-accounts/order", test_order);
  g_test_add_func ("/clearing-accounts/strangers", test_strangers);
  return g_test_run ();
}
