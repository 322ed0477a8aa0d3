/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-trace.h"

#include <string.h>

#include "rua-alliance-private.h"
#include "rua-kinds-private.h"
#include "rua-made-list-private.h"
#include "rua-market-reading-private.h"
#include "rua-table-core-private.h"

/**
 * RuaTrace:
 *
 * Where goods came from, and where they went: from any basket back to lots, the households that produced them and the
 * certificates that they carried, and from a lot that is recalled to every basket that has some of it.
 *
 * A basket is an order, or a sale that is on record without one. It has of a lot what an allocation gave to it (unless
 * it is known that nothing was handed out) and what a sale says.
 *
 * The index is made once, of the alliance as it is then; after that each question is answered at once, however many deliveries
 * there are. Records that it gives are as they were then.
 *
 * Since: 1.0
 */
struct _RuaTrace {
  GObject parent_instance;

  RuaAlliance *alliance; /* a snapshot */
  RuaTable *orders, *sales, *lots;
  guint32 n_orders;      /* baskets from here on are sales */
  guint32 n_baskets;
  guint n_deliveries;
  guint32 *lot_ends;     /* by lot: where the baskets of the next one begin */
  guint32 *lot_baskets;
  guint32 *basket_ends;
  guint32 *basket_lots;
};

G_DEFINE_FINAL_TYPE (RuaTrace, rua_trace, G_TYPE_OBJECT)

static void
rua_trace_finalize (GObject *object)
{
  RuaTrace *self = RUA_TRACE (object);

  g_clear_object (&self->alliance);
  g_free (self->lot_ends);
  g_free (self->lot_baskets);
  g_free (self->basket_ends);
  g_free (self->basket_lots);
  G_OBJECT_CLASS (rua_trace_parent_class)->finalize (object);
}

static void
rua_trace_class_init (RuaTraceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_trace_finalize;
}

static void
rua_trace_init (RuaTrace *self G_GNUC_UNUSED)
{
}

/* ---- the index ---- */

typedef struct {
  guint32 lot, basket;
} Pair;

static void
find_allocated (RuaTrace *self, GArray *pairs)
{
  RuaTable *allocations = rua_alliance_get_table (self->alliance, "allocation");
  RuaColumn *planned = rua_table_peek_column (allocations, RUA_ALLOCATION_FIELD_QUANTITY);
  RuaColumn *delivered = rua_table_peek_column (allocations, RUA_ALLOCATION_FIELD_DELIVERED_QUANTITY);

  for (guint32 row = 0; row < rua_table_get_n_rows (allocations); row++) {
    gint64 quantity;
    Pair pair;

    if (!rua_table_is_alive (allocations, row))
      continue;
    if ((rua_column_read_integer (delivered, row, &quantity) || rua_column_read_integer (planned, row, &quantity)) && quantity <= 0)
      continue;
    pair.lot = rua_market_read_row (allocations, row, RUA_ALLOCATION_FIELD_LOT);
    pair.basket = rua_market_read_row (allocations, row, RUA_ALLOCATION_FIELD_ORDER);
    if (pair.lot != RUA_NO_ROW && pair.basket != RUA_NO_ROW)
      g_array_append_val (pairs, pair);
  }
}

static void
find_sold (RuaTrace *self, GArray *pairs)
{
  for (guint32 row = 0; row < rua_table_get_n_rows (self->sales); row++) {
    Pair pair;

    if (!rua_table_is_alive (self->sales, row))
      continue;
    pair.lot = rua_market_read_row (self->sales, row, RUA_SALE_FIELD_LOT);
    pair.basket = rua_market_read_row (self->sales, row, RUA_SALE_FIELD_ORDER);
    if (pair.basket == RUA_NO_ROW)
      pair.basket = self->n_orders + row;
    if (pair.lot != RUA_NO_ROW)
      g_array_append_val (pairs, pair);
  }
}

/* The pairs in the order of their lots (or baskets); those of one as they came. */
static GArray *
sort_pairs (const GArray *pairs, gboolean by_lot, guint32 n)
{
  g_autofree guint32 *next = g_new0 (guint32, (gsize) n + 1);
  GArray *sorted = g_array_sized_new (FALSE, FALSE, sizeof (Pair), pairs->len);

  g_array_set_size (sorted, pairs->len);
  for (guint i = 0; i < pairs->len; i++)
    next[(by_lot ? g_array_index (pairs, Pair, i).lot : g_array_index (pairs, Pair, i).basket) + 1]++;
  for (guint32 i = 0; i < n; i++)
    next[i + 1] += next[i];
  for (guint i = 0; i < pairs->len; i++) {
    Pair pair = g_array_index (pairs, Pair, i);

    g_array_index (sorted, Pair, next[by_lot ? pair.lot : pair.basket]++) = pair;
  }
  return sorted;
}

/* @pairs by one side and, within that, by the other: each once. */
static void
lay_out (const GArray *pairs, gboolean by_lot, guint32 n, guint32 **ends, guint32 **values)
{
  guint32 kept = 0, at = 0;

  *ends = g_new0 (guint32, (gsize) n + 1);
  *values = g_new (guint32, (gsize) pairs->len + 1);
  for (guint i = 0; i < pairs->len; i++) {
    Pair pair = g_array_index (pairs, Pair, i);
    guint32 key = by_lot ? pair.lot : pair.basket, value = by_lot ? pair.basket : pair.lot;

    for (; at < key; at++)
      (*ends)[at] = kept;
    if (kept == (at > 0 ? (*ends)[at - 1] : 0) || (*values)[kept - 1] != value)
      (*values)[kept++] = value;
  }
  for (; at <= n; at++)
    (*ends)[at] = kept;
}

/**
 * rua_trace_new:
 * @alliance: an alliance
 *
 * Makes the index of all allocations and sales that the alliance has.
 *
 * Returns: (transfer full): the index
 *
 * Since: 1.0
 */
RuaTrace *
rua_trace_new (RuaAlliance *alliance)
{
  g_autoptr (GArray) pairs = NULL, by_basket = NULL, by_lot = NULL;
  RuaTrace *self;

  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);
  self = g_object_new (RUA_TYPE_TRACE, NULL);
  self->alliance = rua_alliance_snapshot (alliance);
  self->orders = rua_alliance_get_table (self->alliance, "order");
  self->sales = rua_alliance_get_table (self->alliance, "sale");
  self->lots = rua_alliance_get_table (self->alliance, "lot");
  self->n_orders = rua_table_get_n_rows (self->orders);
  self->n_baskets = self->n_orders + rua_table_get_n_rows (self->sales);
  pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  find_allocated (self, pairs);
  find_sold (self, pairs);
  self->n_deliveries = pairs->len;
  by_basket = sort_pairs (pairs, FALSE, self->n_baskets);
  by_lot = sort_pairs (by_basket, TRUE, rua_table_get_n_rows (self->lots));
  lay_out (by_lot, TRUE, rua_table_get_n_rows (self->lots), &self->lot_ends, &self->lot_baskets);
  g_clear_pointer (&by_basket, g_array_unref);
  by_basket = sort_pairs (by_lot, FALSE, self->n_baskets);
  lay_out (by_basket, FALSE, self->n_baskets, &self->basket_ends, &self->basket_lots);
  return self;
}

/**
 * rua_trace_get_n_deliveries:
 * @self: an index
 *
 * Counts the allocations and sales that it was made of.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
rua_trace_get_n_deliveries (RuaTrace *self)
{
  g_return_val_if_fail (RUA_IS_TRACE (self), 0);
  return self->n_deliveries;
}

/* ---- questions ---- */

/* The record's row in the snapshot: the one that it has in its alliance, if that is the one that was indexed. */
static guint32
find_row (RuaTable *table, RuaRecord *record)
{
  const char *id = rua_record_get_id (record);
  guint32 row;

  if (id != NULL)
    return rua_table_find_row (table, id, -1);
  row = rua_record_get_row (record);
  return row < rua_table_get_n_rows (table) && rua_table_is_alive (table, row) ? row : RUA_NO_ROW;
}

static gpointer
make_basket (gpointer owner, guint position)
{
  RuaTrace *self = owner;
  guint32 basket = self->lot_baskets[position];

  return basket < self->n_orders ? rua_table_dup_record_at_row (self->orders, basket) : rua_table_dup_record_at_row (self->sales, basket - self->n_orders);
}

/**
 * rua_trace_list_baskets:
 * @self: an index
 * @lot: a lot
 *
 * Lists the baskets that have some of a lot: orders, then sales without an order.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Order] and [class@RuralAlliance.Sale], empty where nobody has any
 *
 * Since: 1.0
 */
GListModel *
rua_trace_list_baskets (RuaTrace *self, RuaLot *lot)
{
  guint32 row, first;

  g_return_val_if_fail (RUA_IS_TRACE (self), NULL);
  g_return_val_if_fail (RUA_IS_LOT (lot), NULL);
  row = find_row (self->lots, RUA_RECORD (lot));
  if (row == RUA_NO_ROW)
    return rua_made_list_new (RUA_TYPE_RECORD, 0, 0, make_basket, G_OBJECT (self));
  first = row > 0 ? self->lot_ends[row - 1] : 0;
  return rua_made_list_new (RUA_TYPE_RECORD, first, self->lot_ends[row] - first, make_basket, G_OBJECT (self));
}

/**
 * rua_trace_get_alliance:
 * @self: an index
 *
 * Gets the alliance as it was when the index was made.
 *
 * Returns: (transfer none): the snapshot
 *
 * Since: 1.0
 */
RuaAlliance *
rua_trace_get_alliance (RuaTrace *self)
{
  g_return_val_if_fail (RUA_IS_TRACE (self), NULL);
  return self->alliance;
}

static GBytes *
dup_positions (RuaTable *table, const guint32 *baskets, guint n, guint32 first)
{
  guint32 *positions = g_new (guint32, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    positions[i] = rua_table_position_of (table, baskets[i] - first);
  return g_bytes_new_take (positions, n * sizeof *positions);
}

/**
 * rua_trace_dup_baskets:
 * @self: an index
 * @lot: a lot
 * @sales: (out) (optional) (transfer full): the same of sales without an order
 *
 * Gets the baskets that have some of a lot in bulk: for each order the position in the table of the alliance that
 * [method@RuralAlliance.Trace.get_alliance] gives, counted from 0, as a #guint32 in the byte order of the machine,
 * ascending. With that table's columns they are the baskets of [method@RuralAlliance.Trace.list_baskets], without an object
 * for each: a lot that is all over is in a fifth of a million deliveries.
 *
 * Returns: (transfer full): the positions of orders
 *
 * Since: 1.0
 */
GBytes *
rua_trace_dup_baskets (RuaTrace *self, RuaLot *lot, GBytes **sales)
{
  const guint32 *baskets;
  guint32 row, first = 0, end = 0, n_orders = 0;

  g_return_val_if_fail (RUA_IS_TRACE (self), NULL);
  g_return_val_if_fail (RUA_IS_LOT (lot), NULL);
  row = find_row (self->lots, RUA_RECORD (lot));
  if (row != RUA_NO_ROW) {
    first = row > 0 ? self->lot_ends[row - 1] : 0;
    end = self->lot_ends[row];
  }
  baskets = self->lot_baskets + first;
  while (n_orders < end - first && baskets[n_orders] < self->n_orders)
    n_orders++;
  if (sales != NULL)
    *sales = dup_positions (self->sales, baskets + n_orders, end - first - n_orders, self->n_orders);
  return dup_positions (self->orders, baskets, n_orders, 0);
}

/* Of @basket: the range of its lots. */
static guint
find_lots (RuaTrace *self, RuaRecord *basket, guint32 *first)
{
  guint32 row = find_row (RUA_IS_ORDER (basket) ? self->orders : self->sales, basket), order;

  *first = 0;
  if (row == RUA_NO_ROW)
    return 0;
  if (!RUA_IS_ORDER (basket)) {
    order = rua_market_read_row (self->sales, row, RUA_SALE_FIELD_ORDER);
    row = order != RUA_NO_ROW ? order : self->n_orders + row;
  }
  *first = row > 0 ? self->basket_ends[row - 1] : 0;
  return self->basket_ends[row] - *first;
}

static gpointer
make_lot (gpointer owner, guint position)
{
  RuaTrace *self = owner;

  return rua_table_dup_record_at_row (self->lots, self->basket_lots[position]);
}

/**
 * rua_trace_list_lots:
 * @self: an index
 * @basket: an order, or a sale
 *
 * Lists the lots of which a basket has some. A sale of an order is part of the order's basket.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Lot], empty where nothing is on record
 *
 * Since: 1.0
 */
GListModel *
rua_trace_list_lots (RuaTrace *self, RuaRecord *basket)
{
  guint32 first;
  guint n;

  g_return_val_if_fail (RUA_IS_TRACE (self), NULL);
  g_return_val_if_fail (RUA_IS_ORDER (basket) || RUA_IS_SALE (basket), NULL);
  n = find_lots (self, basket, &first);
  return rua_made_list_new (RUA_TYPE_LOT, first, n, make_lot, G_OBJECT (self));
}

/* Each record of the rows once, in their order. */
static void
append_once (GListStore *store, GHashTable *seen, RuaTable *table, guint32 row)
{
  g_autoptr (RuaRecord) record = NULL;

  if (row == RUA_NO_ROW || !g_hash_table_add (seen, GUINT_TO_POINTER (row)))
    return;
  record = rua_table_dup_record_at_row (table, row);
  g_list_store_append (store, record);
}

/**
 * rua_trace_list_producers:
 * @self: an index
 * @basket: an order, or a sale
 *
 * Lists the households that produced what is in a basket: those of its lots, or, where a lot tells none, of the harvest that it
 * was taken from.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Household]
 *
 * Since: 1.0
 */
GListModel *
rua_trace_list_producers (RuaTrace *self, RuaRecord *basket)
{
  g_autoptr (GHashTable) seen = NULL;
  RuaTable *harvests, *households;
  GListStore *store;
  guint32 first;
  guint n;

  g_return_val_if_fail (RUA_IS_TRACE (self), NULL);
  g_return_val_if_fail (RUA_IS_ORDER (basket) || RUA_IS_SALE (basket), NULL);
  seen = g_hash_table_new (NULL, NULL);
  store = g_list_store_new (RUA_TYPE_HOUSEHOLD);
  harvests = rua_alliance_get_table (self->alliance, "harvest");
  households = rua_alliance_get_table (self->alliance, "household");
  n = find_lots (self, basket, &first);
  for (guint i = 0; i < n; i++) {
    guint32 lot = self->basket_lots[first + i], household = rua_market_read_row (self->lots, lot, RUA_LOT_FIELD_HOUSEHOLD);
    guint32 harvest = rua_market_read_row (self->lots, lot, RUA_LOT_FIELD_HARVEST);

    if (household == RUA_NO_ROW && harvest != RUA_NO_ROW)
      household = rua_market_read_row (harvests, harvest, RUA_HARVEST_FIELD_HOUSEHOLD);
    append_once (store, seen, households, household);
  }
  return G_LIST_MODEL (store);
}

/**
 * rua_trace_list_certificates:
 * @self: an index
 * @basket: an order, or a sale
 *
 * Lists the certificates that the lots in a basket carry, whether or not they still hold.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Certificate]
 *
 * Since: 1.0
 */
GListModel *
rua_trace_list_certificates (RuaTrace *self, RuaRecord *basket)
{
  g_autoptr (GHashTable) seen = NULL;
  GListStore *store;
  guint32 first;
  guint n;

  g_return_val_if_fail (RUA_IS_TRACE (self), NULL);
  g_return_val_if_fail (RUA_IS_ORDER (basket) || RUA_IS_SALE (basket), NULL);
  seen = g_hash_table_new (NULL, NULL);
  store = g_list_store_new (RUA_TYPE_CERTIFICATE);
  n = find_lots (self, basket, &first);
  for (guint i = 0; i < n; i++) {
    RuaTable *certificates;
    guint n_rows;
    const guint32 *rows
      = rua_column_read_references (rua_table_peek_column (self->lots, RUA_LOT_FIELD_CERTIFICATES), self->basket_lots[first + i], &n_rows, &certificates);

    for (guint k = 0; k < n_rows; k++)
      append_once (store, seen, certificates, rows[k]);
  }
  return G_LIST_MODEL (store);
}
