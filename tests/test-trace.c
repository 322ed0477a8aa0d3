/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-trace.h"

#include <string.h>

#include "market-case.h"

/* The ids of a list, parted by blanks; of a record without one its place. */
static char *
ids_of (GListModel *list)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaRecord) record = g_list_model_get_item (list, i);
    const char *id = rua_record_get_id (record);

    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", id != NULL ? id : rua_kind_get_name (rua_record_get_kind (record)));
  }
  g_object_unref (list);
  return g_string_free (out, FALSE);
}

#define assert_ids(list, wanted)                                                                                       \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *ids_ = ids_of (list);                                                                             \
    g_assert_cmpstr (ids_, ==, wanted);                                                                                \
  }                                                                                                                    \
  G_STMT_END

static guint
read_positions (RuaAlliance *alliance, const char *kind, GBytes *positions, GListStore *store)
{
  RuaTable *table = rua_alliance_get_table (alliance, kind);
  gsize size;
  const guint32 *at = g_bytes_get_data (positions, &size);

  g_assert_cmpuint (size % sizeof *at, ==, 0);
  for (gsize i = 0; i < size / sizeof *at; i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, at[i]);

    g_assert_true (i == 0 || at[i - 1] < at[i]);
    g_list_store_append (store, record);
  }
  g_bytes_unref (positions);
  return (guint) (size / sizeof *at);
}

/* In bulk as one by one. */
static GListModel *
list_in_bulk (RuaTrace *trace, RuaLot *lot)
{
  RuaAlliance *then = rua_trace_get_alliance (trace);
  GListStore *store = g_list_store_new (RUA_TYPE_RECORD);
  GBytes *sales, *orders = rua_trace_dup_baskets (trace, lot, &sales), *without = rua_trace_dup_baskets (trace, lot, NULL);
  guint n;

  g_assert_true (g_bytes_equal (orders, without));
  g_bytes_unref (without);
  n = read_positions (then, "order", orders, store);
  n += read_positions (then, "sale", sales, store);
  g_assert_cmpuint (n, ==, g_list_model_get_n_items (G_LIST_MODEL (store)));
  return G_LIST_MODEL (store);
}

static RuaAlliance *
new_alliance (void)
{
  g_autoptr (MarketCase) given = market_case_new_village ();

  market_case_add (given, "households", "{'id': 'f2', 'household_type': 'producer'}");
  market_case_add (given, "certificates", "{'id': 'old', 'standard': 'organic', 'valid_until': '2020-01-01'}");
  market_case_add (given, "harvests", "{'id': 'hv', 'household': 'f2'}");
  market_case_add (given, "lots", "{'id': 'l-mixed', 'product': 'rice', 'harvest': 'hv', 'certificates': ['old', 'pgs'], 'quantity': 9}");
  market_case_add (given, "lots", "{'id': 'l-none', 'product': 'rice', 'quantity': 9}");
  for (guint i = 1; i <= 4; i++)
    market_case_add (given, "orders", "{'id': 'd%u', 'product': 'rice', 'household': 'h1', 'quantity': 9, 'maximum_price': 5}", i);
  market_case_add (given, "allocations", "{'order': 'd2', 'lot': 'l-rice', 'quantity': 3}");
  market_case_add (given, "allocations", "{'order': 'd1', 'lot': 'l-rice', 'quantity': 3, 'delivered_quantity': 2}");
  market_case_add (given, "allocations", "{'order': 'd1', 'lot': 'l-rice', 'quantity': 1}");
  market_case_add (given, "allocations", "{'order': 'd1', 'lot': 'l-mixed', 'quantity': 1}");
  /* Nothing of it was handed out. */
  market_case_add (given, "allocations", "{'order': 'd3', 'lot': 'l-rice', 'quantity': 4, 'delivered_quantity': 0}");
  market_case_add (given, "sales", "{'lot': 'l-rice', 'order': 'd1', 'quantity': 2}");
  market_case_add (given, "sales", "{'lot': 'l-rice', 'buyer': 'household/h2', 'quantity': 1}");
  market_case_add (given, "sales", "{'product': 'rice', 'quantity': 1}");
  return market_case_build (given, NULL);
}

static void
test_forth (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance (), other = rua_alliance_new ();
  g_autoptr (RuaTrace) trace = rua_trace_new (alliance), empty = rua_trace_new (other);
  g_autoptr (RuaRecord) rice = market_case_find (alliance, "lot", "l-rice"), mixed = market_case_find (alliance, "lot", "l-mixed");
  g_autoptr (RuaRecord) none = market_case_find (alliance, "lot", "l-none");

  g_assert_cmpuint (rua_trace_get_n_deliveries (trace), ==, 6);
  assert_ids (rua_trace_list_baskets (trace, RUA_LOT (rice)), "d1 d2 sale");
  assert_ids (list_in_bulk (trace, RUA_LOT (rice)), "d1 d2 sale");
  assert_ids (rua_trace_list_baskets (trace, RUA_LOT (mixed)), "d1");
  assert_ids (list_in_bulk (trace, RUA_LOT (mixed)), "d1");
  assert_ids (rua_trace_list_baskets (trace, RUA_LOT (none)), "");
  assert_ids (list_in_bulk (trace, RUA_LOT (none)), "");
  g_assert_cmpuint (rua_trace_get_n_deliveries (empty), ==, 0);
  assert_ids (rua_trace_list_baskets (empty, RUA_LOT (rice)), "");
  assert_ids (list_in_bulk (empty, RUA_LOT (rice)), "");
}

static void
test_back (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaTrace) trace = rua_trace_new (alliance);
  g_autoptr (RuaRecord) d1 = market_case_find (alliance, "order", "d1"), d2 = market_case_find (alliance, "order", "d2"), d3 = market_case_find (alliance, "order", "d3");
  RuaTable *sales = rua_alliance_get_table (alliance, "sale");
  g_autoptr (RuaRecord) of_order = rua_table_dup_record (sales, 0), alone = rua_table_dup_record (sales, 1), without = rua_table_dup_record (sales, 2);

  assert_ids (rua_trace_list_lots (trace, d1), "l-rice l-mixed");
  assert_ids (rua_trace_list_producers (trace, d1), "f1 f2");
  assert_ids (rua_trace_list_certificates (trace, d1), "pgs old");
  assert_ids (rua_trace_list_lots (trace, d2), "l-rice");
  assert_ids (rua_trace_list_lots (trace, d3), "");
  assert_ids (rua_trace_list_producers (trace, d3), "");
  /* A sale of an order is part of its basket. */
  assert_ids (rua_trace_list_lots (trace, of_order), "l-rice l-mixed");
  assert_ids (rua_trace_list_lots (trace, alone), "l-rice");
  assert_ids (rua_trace_list_producers (trace, alone), "f1");
  assert_ids (rua_trace_list_lots (trace, without), "");
}

/* As it was when the index was made, whatever becomes of it. */
static void
test_later (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaTrace) trace = rua_trace_new (alliance), later = NULL;
  g_autoptr (RuaRecord) rice = market_case_find (alliance, "lot", "l-rice");
  RuaTable *allocations = rua_alliance_get_table (alliance, "allocation");

  {
    g_autoptr (RuaRecord) first = rua_table_dup_record (allocations, 0);

    g_assert_true (rua_alliance_remove (alliance, first, NULL));
  }
  assert_ids (rua_trace_list_baskets (trace, RUA_LOT (rice)), "d1 d2 sale");
  assert_ids (list_in_bulk (trace, RUA_LOT (rice)), "d1 d2 sale");
  later = rua_trace_new (alliance);
  assert_ids (rua_trace_list_baskets (later, RUA_LOT (rice)), "d1 sale");
  assert_ids (list_in_bulk (later, RUA_LOT (rice)), "d1 sale");
}

/* Positions are those of what is left, not of all that ever was there. */
static void
test_after_removal (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaRecord) rice = market_case_find (alliance, "lot", "l-rice"), mixed = market_case_find (alliance, "lot", "l-mixed");
  RuaTable *sales = rua_alliance_get_table (alliance, "sale");
  g_autoptr (RuaTrace) trace = NULL;

  {
    g_autoptr (RuaRecord) third = market_case_find (alliance, "order", "d4"), of_order = rua_table_dup_record (sales, 0);

    g_assert_true (rua_alliance_remove (alliance, third, NULL));
    g_assert_true (rua_alliance_remove (alliance, of_order, NULL));
  }
  trace = rua_trace_new (alliance);
  g_assert_true (rua_trace_get_alliance (trace) != alliance);
  assert_ids (rua_trace_list_baskets (trace, RUA_LOT (rice)), "d1 d2 sale");
  assert_ids (list_in_bulk (trace, RUA_LOT (rice)), "d1 d2 sale");
  assert_ids (list_in_bulk (trace, RUA_LOT (mixed)), "d1");
}

/* Both ways say the same, and it is what a search through all rows finds. */
static void
test_random (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") ? 10 : 100); trial++) {
    g_autoptr (MarketCase) given = market_case_new ();
    guint n_lots = 1 + rua_random_below (&random, 8), n_orders = 1 + rua_random_below (&random, 12), n = rua_random_below (&random, 60);
    g_autofree gboolean *linked = g_new0 (gboolean, n_lots * n_orders);
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaTrace) trace = NULL;

    market_case_add (given, "products", "{'id': 'p', 'name': 'P'}");
    for (guint i = 0; i < n_lots; i++)
      market_case_add (given, "lots", "{'id': 'l%u', 'product': 'p', 'quantity': 1}", i);
    for (guint i = 0; i < n_orders; i++)
      market_case_add (given, "orders", "{'id': 'd%u', 'product': 'p', 'quantity': 1}", i);
    for (guint i = 0; i < n; i++) {
      guint lot = rua_random_below (&random, n_lots), order = rua_random_below (&random, n_orders), quantity = rua_random_below (&random, 3);

      if (rua_random_below (&random, 2))
        market_case_add (given, "allocations", "{'order': 'd%u', 'lot': 'l%u', 'quantity': 5, 'delivered_quantity': %u}", order, lot, quantity);
      else
        market_case_add (given, "sales", "{'order': 'd%u', 'lot': 'l%u', 'quantity': %u}", order, lot, quantity = 1);
      linked[lot * n_orders + order] |= quantity > 0;
    }
    alliance = market_case_build (given, NULL);
    trace = rua_trace_new (alliance);
    for (guint lot = 0; lot < n_lots; lot++) {
      g_autofree char *id = g_strdup_printf ("l%u", lot);
      g_autoptr (RuaRecord) record = market_case_find (alliance, "lot", id);
      g_autoptr (GString) wanted = g_string_new (NULL);

      for (guint order = 0; order < n_orders; order++)
        if (linked[lot * n_orders + order])
          g_string_append_printf (wanted, "%sd%u", wanted->len ? " " : "", order);
      assert_ids (rua_trace_list_baskets (trace, RUA_LOT (record)), wanted->str);
      assert_ids (list_in_bulk (trace, RUA_LOT (record)), wanted->str);
    }
    for (guint order = 0; order < n_orders; order++) {
      g_autofree char *id = g_strdup_printf ("d%u", order);
      g_autoptr (RuaRecord) record = market_case_find (alliance, "order", id);
      g_autoptr (GString) wanted = g_string_new (NULL);

      for (guint lot = 0; lot < n_lots; lot++)
        if (linked[lot * n_orders + order])
          g_string_append_printf (wanted, "%sl%u", wanted->len ? " " : "", lot);
      assert_ids (rua_trace_list_lots (trace, record), wanted->str);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trace/forth", test_forth);
  g_test_add_func ("/trace/back", test_back);
  g_test_add_func ("/trace/later", test_later);
  g_test_add_func ("/trace/after-removal", test_after_removal);
  g_test_add_func ("/trace/random", test_random);
  return g_test_run ();
}
