/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clears a made-up market week by three policies, says what each means for whom, and follows a basket back to the field.
 *
 *     cc market-week.c $(pkg-config --cflags --libs ruralalliance-1)
 *     ./a.out examples/market-week.json who-gets-what.svg */
#include <locale.h>

#include <ruralalliance.h>

/* Which part of what marginal households ordered is filled. */
static double
fill_of_marginal (RuaAlliance *alliance, RuaClearing *clearing)
{
  RuaTable *orders = rua_alliance_get_orders (alliance);
  gint64 ordered = 0, filled = 0;

  for (guint i = 0; i < rua_table_get_n_records (orders); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (orders, i);
    g_autoptr (RuaHousehold) household = rua_order_dup_household (RUA_ORDER (record));
    gboolean vulnerable = FALSE;
    gint64 got, missed;

    if (!rua_household_get_vulnerable (household, &vulnerable) || !vulnerable || !rua_clearing_get_order (clearing, RUA_ORDER (record), &got, &missed))
      continue;
    ordered += got + missed;
    filled += got;
  }
  return (double) filled / (double) ordered;
}

static RuaClearing *
clear (RuaMarket *market, RuaPolicy *policy, GError **error)
{
  RuaClearing *clearing = rua_market_clear (market, policy, NULL, NULL, error);
  double fill = 0, smallest = 0;

  if (clearing == NULL)
    return NULL;
  rua_clearing_get_fill (clearing, &fill);
  rua_clearing_get_smallest_fill (clearing, &smallest);
  g_print ("%s: %.1f %% filled, of marginal households %.1f %%, the worst order %.1f %%; gains given up %.1f %%\n", rua_policy_get_title (policy, "en"), 100 * fill,
           100 * fill_of_marginal (rua_market_get_alliance (market), clearing), 100 * smallest, 100 * rua_clearing_get_price_of_fairness (clearing));
  return clearing;
}

/* The first order that was not met in full, in words. */
static void
explain (RuaClearing *clearing)
{
  g_autoptr (GListModel) shortfalls = rua_clearing_list_shortfalls (clearing);
  g_autoptr (RuaShortfall) shortfall = g_list_model_get_item (shortfalls, 0);
  g_autoptr (RuaOrder) order = rua_shortfall_dup_order (shortfall);
  g_autofree char *words = rua_clearing_explain_order (clearing, order);

  g_print ("\n%s: %s\n", rua_record_get_id (RUA_RECORD (order)), words);
}

static void
follow (RuaAlliance *alliance)
{
  g_autoptr (RuaTrace) trace = rua_trace_new (alliance);
  g_autoptr (RuaRecord) sale = rua_table_dup_record (rua_alliance_get_sales (alliance), 0);
  g_autoptr (RuaOrder) order = rua_sale_dup_order (RUA_SALE (sale));
  g_autoptr (GListModel) lots = rua_trace_list_lots (trace, RUA_RECORD (order)), producers = rua_trace_list_producers (trace, RUA_RECORD (order));
  g_autoptr (RuaRecord) lot = g_list_model_get_item (lots, 0), producer = g_list_model_get_item (producers, 0);
  g_autoptr (GListModel) baskets = rua_trace_list_baskets (trace, RUA_LOT (lot));

  g_print ("\nthe basket %s has some of %s, from %s; were it recalled, %u baskets have some of it\n", rua_record_get_id (RUA_RECORD (order)), rua_record_get_id (lot),
           rua_record_get_id (producer), g_list_model_get_n_items (baskets));
}

/* Who gets what by each policy, as a picture. */
static gboolean
draw (RuaClearing *const clearings[], guint n, const char *place, GError **error)
{
  g_autoptr (GListStore) list = g_list_store_new (RUA_TYPE_CLEARING);
  g_autoptr (RuaChart) chart = NULL;
  g_autofree char *svg = NULL;

  for (guint i = 0; i < n; i++)
    g_list_store_append (list, clearings[i]);
  chart = rua_chart_new_clearings ("Who gets what", G_LIST_MODEL (list), "en");
  svg = rua_chart_to_svg (chart, 700);
  return g_file_set_contents (place, svg, -1, error);
}

static gboolean
run (const char *place, const char *picture, GError **error)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (place, NULL, error);
  g_autoptr (RuaRecord) cycle = alliance != NULL ? rua_alliance_find (alliance, "order-cycle", "week-48") : NULL;
  g_autoptr (RuaMarket) market = cycle != NULL ? rua_market_new (alliance, RUA_ORDER_CYCLE (cycle), NULL, error) : NULL;
  g_autoptr (RuaPolicy) gains = rua_policy_new_greatest_gains (), equal = rua_policy_new_equal_shares (), marginal = rua_policy_new_marginal_first ();
  g_autoptr (RuaClearing) first = NULL, second = NULL, third = NULL;
  guint n_sales;

  if (market == NULL)
    return FALSE;
  first = clear (market, gains, error);
  second = first != NULL ? clear (market, equal, error) : NULL;
  third = second != NULL ? clear (market, marginal, error) : NULL;
  if (third == NULL)
    return FALSE;
  if (picture != NULL && !draw ((RuaClearing *const[]){ first, second, third }, 3, picture, error))
    return FALSE;
  explain (third);
  if (!rua_clearing_apply (third, error) || !rua_market_deliver_all (market, error) || !rua_market_book_sales (market, &n_sales, error))
    return FALSE;
  g_print ("\n%u sales are booked\n", n_sales);
  follow (alliance);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (run (argc > 1 ? argv[1] : "examples/market-week.json", argc > 2 ? argv[2] : NULL, &error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 2;
}
