/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-alliance-json.h"
#include "rua-market.h"
#include "rua-market-booking.h"
#include "rua-statement.h"
#include "rua-trace.h"

#include <string.h>

/* A document with a market: the first byte chooses the policy, the rest is the document. Whatever its numbers are, each
 * round is refused with words, or is cleared so that nothing comes from nowhere, told, entered and booked, and the
 * document can then be written and read. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_error (const GError *error)
{
  if (error == NULL || error->domain != RUA_ERROR || !g_utf8_validate (error->message, -1, NULL))
    g_error ("no error of ours: %s", error != NULL ? error->message : "none");
}

static RuaPolicy *
choose_policy (guint8 told, RuaOrderCycle *cycle, GError **error)
{
  RuaPolicy *policy;

  switch (told & 3) {
  case 0:
    return rua_policy_new_for_cycle (cycle, error);
  case 1:
    policy = rua_policy_new_greatest_gains ();
    break;
  case 2:
    policy = rua_policy_new_equal_shares ();
    break;
  default:
    policy = rua_policy_new_marginal_first ();
  }
  rua_policy_set_price (policy, (RuaPolicyPrice) (told >> 2 & 7) % (RUA_POLICY_PRICE_SPLIT + 1));
  rua_policy_set_subsidised (policy, (told & 32) != 0);
  rua_policy_set_rents (policy, told & 64 ? RUA_POLICY_RENTS_HUB : RUA_POLICY_RENTS_SOLIDARITY);
  return policy;
}

/* What is sold is what is filled, and neither is more than was offered and asked for. */
static void
check_quantities (RuaAlliance *alliance, RuaClearing *clearing)
{
  RuaTable *orders = rua_alliance_get_table (alliance, "order"),
           *offers = rua_alliance_get_table (alliance, "offer");
  gint64 total_filled = 0, total_sold = 0;

  for (guint i = 0; i < rua_table_get_n_records (orders); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (orders, i);
    g_autofree char *words = rua_clearing_explain_order (clearing, RUA_ORDER (record));
    gint64 filled, unmet, asked, price;

    if (words != NULL && !g_utf8_validate (words, -1, NULL))
      g_error ("explained in no words");
    rua_clearing_get_consumer_price (clearing, RUA_ORDER (record), &price);
    if (!rua_clearing_get_order (clearing, RUA_ORDER (record), &filled, &unmet))
      continue;
    if (filled < 0 || unmet < 0 || !rua_record_get_integer (record, "quantity", &asked)
        || filled + unmet != asked)
      g_error ("%" G_GINT64_FORMAT " filled, %" G_GINT64_FORMAT " unmet", filled, unmet);
    total_filled += filled;
  }
  for (guint i = 0; i < rua_table_get_n_records (offers); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (offers, i);
    gint64 sold, unsold, price;

    rua_clearing_get_producer_price (clearing, RUA_OFFER (record), &price);
    if (!rua_clearing_get_offer (clearing, RUA_OFFER (record), &sold, &unsold))
      continue;
    if (sold < 0 || unsold < 0)
      g_error ("%" G_GINT64_FORMAT " sold, %" G_GINT64_FORMAT " unsold", sold, unsold);
    total_sold += sold;
  }
  if (total_filled != total_sold)
    g_error ("%" G_GINT64_FORMAT " filled, %" G_GINT64_FORMAT " sold", total_filled, total_sold);
}

static void
tell (RuaClearing *clearing)
{
  g_autoptr (GListModel) statements = rua_clearing_list_statements (clearing);
  g_autofree char *json = rua_clearing_to_json (clearing);
  g_autoptr (GListModel) shortfalls G_GNUC_UNUSED = rua_clearing_list_shortfalls (clearing);

  if (!g_utf8_validate (json, -1, NULL))
    g_error ("told in no words");
  for (guint i = 0; i < g_list_model_get_n_items (statements); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (statements, i);
    g_autoptr (GListModel) lines = rua_statement_list_lines (statement);

    for (guint k = 0; k < g_list_model_get_n_items (lines); k++) {
      g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, k);
      g_autofree char *reason = rua_statement_line_dup_reason (line);

      if (reason != NULL && !g_utf8_validate (reason, -1, NULL))
        g_error ("a reason in no words");
    }
  }
}

static void
enter (RuaMarket *market, RuaClearing *clearing)
{
  RuaAlliance *alliance = rua_market_get_alliance (market);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaTrace) trace = NULL;
  guint n_sales;

  if (!rua_clearing_apply (clearing, &error) || !rua_market_deliver_all (market, &error)
      || !rua_market_book_sales (market, &n_sales, &error)) {
    check_error (error);
    return;
  }
  trace = rua_trace_new (alliance);
  rua_trace_get_n_deliveries (trace);
}

static void
hold_round (RuaAlliance *alliance, RuaOrderCycle *cycle, guint8 told)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaPolicy) policy = choose_policy (told, cycle, &error);
  g_autoptr (RuaMarket) market
    = policy != NULL ? rua_market_new (alliance, cycle, told & 128 ? "2026-11-26" : NULL, &error)
                     : NULL;
  g_autoptr (RuaClearing) clearing
    = market != NULL ? rua_market_clear (market, policy, NULL, NULL, &error) : NULL;

  if (clearing == NULL) {
    check_error (error);
    return;
  }
  check_quantities (alliance, clearing);
  tell (clearing);
  enter (market, clearing);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL, written = NULL;
  g_autoptr (RuaAlliance) alliance = NULL, again = NULL;
  RuaTable *cycles;

  if (size == 0)
    return 0;
  bytes = g_bytes_new (data + 1, size - 1);
  alliance = rua_alliance_new_from_json (bytes, "fuzz", NULL, NULL);
  if (alliance == NULL)
    return 0;
  cycles = rua_alliance_get_table (alliance, "order-cycle");
  for (guint i = 0; i < MIN (rua_table_get_n_records (cycles), 4); i++) {
    g_autoptr (RuaRecord) cycle = rua_table_dup_record (cycles, i);

    hold_round (alliance, RUA_ORDER_CYCLE (cycle), data[0]);
  }
  written = rua_alliance_to_json (alliance, NULL, &error);
  if (written == NULL)
    g_error ("cleared, and not written: %s", error->message);
  again = rua_alliance_new_from_json (written, "again", NULL, &error);
  if (again == NULL)
    g_error ("cleared and written, and not read: %s", error->message);
  return 0;
}
