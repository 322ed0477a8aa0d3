/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-reading-private.h"

#include <math.h>

#include "rua-kinds-private.h"

/* Routes, fees and what is delivered already: the terms on which supply and demand meet. */

static void
read_route (RuaMarketReader *self, RuaTable *routes, guint32 row, GHashTable *known)
{
  RuaMarketRoute route = { .product = RUA_MARKET_NONE, .capacity = RUA_NETWORK_NO_LIMIT };
  guint32 site = rua_market_read_row (routes, row, RUA_ROUTE_FIELD_SITE), hub = rua_market_read_row (routes, row, RUA_ROUTE_FIELD_HUB);
  guint32 product = rua_market_read_row (routes, row, RUA_ROUTE_FIELD_PRODUCT);
  const guint32 key[] = { site, hub, product };

  /* Nothing of the market goes that way. */
  if (site == RUA_NO_ROW || hub == RUA_NO_ROW || self->sites[site] == RUA_MARKET_NONE || self->hubs[hub] == RUA_MARKET_NONE)
    return;
  if (product != RUA_NO_ROW && self->products[product] == RUA_MARKET_NONE)
    return;
  if (!g_hash_table_add (known, g_bytes_new (key, sizeof key))) {
    rua_market_reader_tell (self, routes, row, RUA_ROUTE_FIELD_HUB, RUA_ERROR_DUPLICATE, "another route of the day leads from the same site to the same hub",
                            "end the one before the other begins");
    return;
  }
  if (!rua_market_reader_quantity (self, routes, row, RUA_ROUTE_FIELD_UNIT_COST, &route.unit_cost)) {
    if (!rua_column_is_known (rua_table_peek_column (routes, RUA_ROUTE_FIELD_UNIT_COST), row))
      rua_market_reader_tell (self, routes, row, RUA_ROUTE_FIELD_UNIT_COST, RUA_ERROR_MISSING, "what it costs to move one unit is unknown",
                              "tell it; 0 where it costs nothing");
    return;
  }
  if (rua_column_is_known (rua_table_peek_column (routes, RUA_ROUTE_FIELD_CAPACITY), row)
      && !rua_market_reader_quantity (self, routes, row, RUA_ROUTE_FIELD_CAPACITY, &route.capacity))
    return;
  route.site = self->sites[site];
  route.hub = self->hubs[hub];
  if (product != RUA_NO_ROW)
    route.product = self->products[product];
  g_array_append_val (self->reading->routes, route);
  g_array_append_val (self->reading->route_rows, row);
}

static void
read_fee (RuaMarketReader *self, RuaTable *fees, guint32 row)
{
  RuaMarketFee fee = { RUA_MARKET_NONE, RUA_MARKET_NONE, 0, 0 };
  guint32 hub = rua_market_read_row (fees, row, RUA_FEE_FIELD_HUB), product = rua_market_read_row (fees, row, RUA_FEE_FIELD_PRODUCT);
  gboolean has_amount = rua_column_is_known (rua_table_peek_column (fees, RUA_FEE_FIELD_UNIT_AMOUNT), row), has_share;
  double percentage = 0, millionths;

  if ((hub != RUA_NO_ROW && self->hubs[hub] == RUA_MARKET_NONE) || (product != RUA_NO_ROW && self->products[product] == RUA_MARKET_NONE))
    return;
  has_share = rua_column_read_number (rua_table_peek_column (fees, RUA_FEE_FIELD_PERCENTAGE), row, &percentage);
  if (!has_amount && !has_share) {
    rua_market_reader_tell (self, fees, row, RUA_FEE_FIELD_UNIT_AMOUNT, RUA_ERROR_MISSING, "how much is taken is unknown", "tell unit_amount, percentage or both");
    return;
  }
  if (has_amount && !rua_market_reader_quantity (self, fees, row, RUA_FEE_FIELD_UNIT_AMOUNT, &fee.unit_amount))
    return;
  millionths = percentage * 10000;
  if (!(percentage >= 0 && percentage <= 100) || fabs (millionths - rint (millionths)) > 1e-4) {
    rua_market_reader_tell (self, fees, row, RUA_FEE_FIELD_PERCENTAGE, RUA_ERROR_VALUE, "this is no share of a price", "give 0 to 100 with at most four decimals");
    return;
  }
  fee.millionths = (gint64) rint (millionths);
  if (hub != RUA_NO_ROW)
    fee.hub = self->hubs[hub];
  if (product != RUA_NO_ROW)
    fee.product = self->products[product];
  g_array_append_val (self->reading->fees, fee);
  g_array_append_val (self->reading->fee_rows, row);
}

void
rua_market_read_terms (RuaMarketReader *self)
{
  RuaTable *routes = rua_market_reading_table (self->reading, "route"), *fees = rua_market_reading_table (self->reading, "fee");
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  gint32 day = self->reading->day;

  for (guint32 row = 0; row < rua_table_get_n_rows (routes); row++)
    if (rua_table_is_alive (routes, row) && rua_market_has_begun (routes, row, RUA_ROUTE_FIELD_VALID_FROM, day)
        && rua_market_has_not_ended (routes, row, RUA_ROUTE_FIELD_VALID_UNTIL, day))
      read_route (self, routes, row, known);
  for (guint32 row = 0; row < rua_table_get_n_rows (fees); row++)
    if (rua_table_is_alive (fees, row) && rua_market_has_begun (fees, row, RUA_FEE_FIELD_VALID_FROM, day)
        && rua_market_has_not_ended (fees, row, RUA_FEE_FIELD_VALID_UNTIL, day))
      read_fee (self, fees, row);
}

/* ---- what is delivered already ---- */

/* Out of the lot's offers by their ids, as far as each goes. What is over is in none of them. */
static gint64
take_from_offers (RuaMarketReader *self, guint32 lot, guint32 row, RuaMarketDelivered *delivered, gint64 *left)
{
  RuaMarketReading *reading = self->reading;
  gint64 over = delivered->quantity;

  while (over > 0) {
    guint32 found = RUA_MARKET_NONE;

    for (guint i = GPOINTER_TO_UINT (g_hash_table_lookup (self->lots_by_row, GUINT_TO_POINTER (lot + 1))); i > 0 && i <= reading->origins->len; i++) {
      const RuaMarketOrigin *origin = &g_array_index (reading->origins, RuaMarketOrigin, i - 1);

      if (origin->lot != lot || left[i - 1] == 0)
        continue;
      if (found == RUA_MARKET_NONE || g_strcmp0 (g_array_index (reading->lots, RuaMarketLot, i - 1).id, g_array_index (reading->lots, RuaMarketLot, found).id) < 0)
        found = i - 1;
    }
    if (found == RUA_MARKET_NONE)
      break;
    delivered->lot = found;
    delivered->quantity = MIN (over, left[found]);
    left[found] -= delivered->quantity;
    over -= delivered->quantity;
    g_array_append_vals (reading->delivered, delivered, 1);
    g_array_append_val (reading->delivered_rows, row);
  }
  return over;
}

void
rua_market_read_delivered (RuaMarketReader *self)
{
  RuaMarketReading *reading = self->reading;
  RuaTable *allocations = rua_market_reading_table (reading, "allocation");
  RuaTable *orders = rua_market_reading_table (reading, "order");
  g_autofree guint32 *places = g_new (guint32, rua_table_get_n_rows (orders) + 1);
  g_autofree gint64 *left = g_new (gint64, reading->lots->len + 1);

  for (guint32 i = 0; i < rua_table_get_n_rows (orders); i++)
    places[i] = RUA_MARKET_NONE;
  for (guint32 i = 0; i < reading->receivers->len; i++)
    places[g_array_index (reading->receivers, RuaMarketReceiver, i).order] = i;
  for (guint32 i = 0; i < reading->lots->len; i++)
    left[i] = g_array_index (reading->lots, RuaMarketLot, i).quantity;
  for (guint32 row = 0; row < rua_table_get_n_rows (allocations); row++) {
    RuaMarketDelivered delivered;
    guint32 order, lot;

    if (!rua_table_is_alive (allocations, row) || !rua_column_is_known (rua_table_peek_column (allocations, RUA_ALLOCATION_FIELD_DELIVERED_QUANTITY), row))
      continue;
    order = rua_market_read_row (allocations, row, RUA_ALLOCATION_FIELD_ORDER);
    lot = rua_market_read_row (allocations, row, RUA_ALLOCATION_FIELD_LOT);
    if (order == RUA_NO_ROW || lot == RUA_NO_ROW || places[order] == RUA_MARKET_NONE
        || !rua_market_reader_quantity (self, allocations, row, RUA_ALLOCATION_FIELD_DELIVERED_QUANTITY, &delivered.quantity))
      continue;
    delivered.order = places[order];
    if (take_from_offers (self, lot, row, &delivered, left) > 0)
      rua_market_reader_tell (self, allocations, row, RUA_ALLOCATION_FIELD_DELIVERED_QUANTITY, RUA_ERROR_VALUE,
                              "more of the lot was handed out than is offered of it", "tell what was handed out, and offer at least that");
  }
}
