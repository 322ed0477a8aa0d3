/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-reading-private.h"

#include <string.h>

#include "rua-kinds-private.h"

/* Offers and their lots as the supply side of a market. */

typedef struct {
  RuaTable *offers, *lots, *cooperatives, *certificates;
} Tables;

/* How much of each lot went to orders of other rounds. */
static void
find_taken (RuaMarketReader *self, const Tables *tables)
{
  RuaTable *allocations = rua_market_reading_table (self->reading, "allocation");
  RuaTable *orders = rua_market_reading_table (self->reading, "order");
  RuaColumn *cycles = rua_table_peek_column (orders, RUA_ORDER_FIELD_ORDER_CYCLE);

  self->taken = g_new0 (guint64, rua_table_get_n_rows (tables->lots) + 1);
  for (guint32 row = 0; row < rua_table_get_n_rows (allocations); row++) {
    guint32 order, lot;
    gint64 quantity;

    if (!rua_table_is_alive (allocations, row))
      continue;
    order = rua_market_read_row (allocations, row, RUA_ALLOCATION_FIELD_ORDER);
    lot = rua_market_read_row (allocations, row, RUA_ALLOCATION_FIELD_LOT);
    if (order == RUA_NO_ROW || lot == RUA_NO_ROW || rua_market_reader_in_round (self, cycles, order))
      continue;
    if ((rua_column_read_integer (rua_table_peek_column (allocations, RUA_ALLOCATION_FIELD_DELIVERED_QUANTITY), row, &quantity)
         || rua_column_read_integer (rua_table_peek_column (allocations, RUA_ALLOCATION_FIELD_QUANTITY), row, &quantity))
        && quantity > 0)
      self->taken[lot] += (guint64) quantity;
  }
}

static gboolean
certificate_holds (RuaTable *certificates, guint32 row, guint32 product, RuaTable *products, gint32 day)
{
  guint32 covered = rua_market_read_row (certificates, row, RUA_CERTIFICATE_FIELD_PRODUCT);

  if (!rua_market_has_begun (certificates, row, RUA_CERTIFICATE_FIELD_VALID_FROM, day)
      || !rua_market_has_not_ended (certificates, row, RUA_CERTIFICATE_FIELD_VALID_UNTIL, day)
      || rua_market_has_happened (certificates, row, RUA_CERTIFICATE_FIELD_REVOKED_ON, day))
    return FALSE;
  return covered == RUA_NO_ROW || covered == product || covered == rua_market_read_row (products, product, RUA_PRODUCT_FIELD_VARIANT_OF);
}

/* The standards by which a lot is certified on the day. */
static guint32
read_certificates (RuaMarketReader *self, const Tables *tables, guint32 lot, guint32 product)
{
  RuaColumn *column = rua_table_peek_column (tables->lots, RUA_LOT_FIELD_CERTIFICATES);
  RuaTable *products = rua_market_reading_table (self->reading, "product");
  guint n, found = 0;
  RuaTable *target;
  const guint32 *rows = rua_column_read_references (column, lot, &n, &target);
  g_autofree guint32 *members = g_new (guint32, n + 1);

  for (guint i = 0; i < n; i++) {
    const char *standard = rua_column_read_text (rua_table_peek_column (tables->certificates, RUA_CERTIFICATE_FIELD_STANDARD), rows[i], NULL);

    if (standard != NULL && certificate_holds (tables->certificates, rows[i], product, products, self->reading->day))
      members[found++] = rua_market_reader_standard (self, standard);
  }
  return rua_market_reader_set (self, self->certificate_sets, self->reading->certificate_sets, members, found, TRUE);
}

static guint32
read_hubs (RuaMarketReader *self, const Tables *tables, guint32 offer)
{
  guint n;
  RuaTable *target;
  const guint32 *rows = rua_column_read_references (rua_table_peek_column (tables->offers, RUA_OFFER_FIELD_HUBS), offer, &n, &target);
  g_autofree guint32 *members = g_new (guint32, n + 1);

  for (guint i = 0; i < n; i++)
    members[i] = rua_market_reader_hub (self, rows[i]);
  return rua_market_reader_set (self, self->hub_sets, self->reading->hub_sets, members, n, TRUE);
}

/* The least that is wanted: as offered, else as the lot has it, else what is posted; a gift wants nothing. */
static gboolean
read_reserve (RuaMarketReader *self, const Tables *tables, guint32 offer, guint32 lot, RuaMarketLot *to)
{
  gboolean donated = FALSE, known, is_gift;
  gint64 value = 0;

  is_gift = rua_column_read_boolean (rua_table_peek_column (tables->lots, RUA_LOT_FIELD_DONATED), lot, &donated) && donated;
  to->posted = -1;
  if (rua_column_is_known (rua_table_peek_column (tables->offers, RUA_OFFER_FIELD_POSTED_PRICE), offer)
      && !rua_market_reader_quantity (self, tables->offers, offer, RUA_OFFER_FIELD_POSTED_PRICE, &to->posted))
    return FALSE;
  if (rua_column_is_known (rua_table_peek_column (tables->offers, RUA_OFFER_FIELD_RESERVE_PRICE), offer)) {
    known = rua_market_reader_quantity (self, tables->offers, offer, RUA_OFFER_FIELD_RESERVE_PRICE, &value);
    if (!known)
      return FALSE;
  } else if (rua_column_is_known (rua_table_peek_column (tables->lots, RUA_LOT_FIELD_RESERVE_PRICE), lot)) {
    known = rua_market_reader_quantity (self, tables->lots, lot, RUA_LOT_FIELD_RESERVE_PRICE, &value);
    if (!known)
      return FALSE;
  } else if (is_gift) {
    known = TRUE;
  } else {
    known = to->posted >= 0;
    value = to->posted;
  }
  if (!known) {
    rua_market_reader_tell (self, tables->offers, offer, RUA_OFFER_FIELD_RESERVE_PRICE, RUA_ERROR_MISSING, "neither the offer nor its lot tells a reserve price",
                            "tell the least that is accepted for one unit; 0 for a gift");
    return FALSE;
  }
  if (is_gift && value > 0) {
    rua_market_reader_tell (self, tables->lots, lot, RUA_LOT_FIELD_DONATED, RUA_ERROR_VALUE, "the lot is given away, and has a reserve price",
                            "leave the reserve price out, or donated");
    return FALSE;
  }
  if (to->posted >= 0 && to->posted < value) {
    rua_market_reader_tell (self, tables->offers, offer, RUA_OFFER_FIELD_POSTED_PRICE, RUA_ERROR_VALUE, "the posted price is below the reserve price", "raise the one or lower the other");
    return FALSE;
  }
  to->reserve = value;
  return TRUE;
}

/* Where nobody says when a lot expires: what its product keeps after the harvest. */
static gboolean
has_expired (RuaMarketReader *self, const Tables *tables, guint32 lot, guint32 product)
{
  RuaTable *harvests = rua_market_reading_table (self->reading, "harvest"), *products = rua_market_reading_table (self->reading, "product");
  guint32 harvest = rua_market_read_row (tables->lots, lot, RUA_LOT_FIELD_HARVEST);
  RuaDatePacked date;
  gint64 days;

  if (rua_column_is_known (rua_table_peek_column (tables->lots, RUA_LOT_FIELD_EXPIRES_ON), lot))
    return !rua_market_has_not_ended (tables->lots, lot, RUA_LOT_FIELD_EXPIRES_ON, self->reading->day);
  return harvest != RUA_NO_ROW && rua_column_read_integer (rua_table_peek_column (products, RUA_PRODUCT_FIELD_SHELF_LIFE), product, &days)
         && rua_column_read_date (rua_table_peek_column (harvests, RUA_HARVEST_FIELD_HARVESTED_ON), harvest, &date)
         && (gint64) rua_date_packed_day (date) + days < self->reading->day;
}

static guint32
add_limit (RuaMarketReader *self, RuaMarketScope scope, RuaTable *table, guint32 row, const RuaMarketLimit *limit)
{
  RuaMarketHolder holder = { scope, row };
  RuaMarketLimit with = *limit;
  GArray *limits = self->reading->supply_limits;

  with.id = rua_column_read_text (rua_table_peek_column (table, 0), row, NULL);
  g_array_append_val (self->reading->supply_holders, holder);
  g_array_append_val (limits, with);
  return limits->len - 1;
}

static guint32
limit_of_cooperative (RuaMarketReader *self, const Tables *tables, guint32 row)
{
  RuaMarketLimit limit = { NULL, RUA_MARKET_NONE, RUA_NETWORK_NO_LIMIT, 0 };
  gboolean bounded, guaranteed;

  if (row == RUA_NO_ROW || self->coop_limits[row] != RUA_MARKET_NONE)
    return row == RUA_NO_ROW ? RUA_MARKET_NONE : self->coop_limits[row];
  bounded = rua_market_reader_quantity (self, tables->cooperatives, row, RUA_COOPERATIVE_FIELD_CAPACITY, &limit.capacity);
  guaranteed = rua_market_reader_quantity (self, tables->cooperatives, row, RUA_COOPERATIVE_FIELD_MINIMUM_SALES, &limit.minimum);
  if (bounded || guaranteed)
    self->coop_limits[row] = add_limit (self, RUA_MARKET_SCOPE_COOPERATIVE, tables->cooperatives, row, &limit);
  return self->coop_limits[row];
}

static void
read_offer (RuaMarketReader *self, const Tables *tables, guint32 offer)
{
  RuaMarketOrigin origin = { .offer = offer };
  RuaMarketLot lot = { .limit = RUA_MARKET_NONE };
  guint32 product, site;
  gint64 whole;

  lot.id = rua_column_read_text (rua_table_peek_column (tables->offers, RUA_OFFER_FIELD_ID), offer, NULL);
  origin.lot = rua_market_read_row (tables->offers, offer, RUA_OFFER_FIELD_LOT);
  if (lot.id == NULL || origin.lot == RUA_NO_ROW) {
    rua_market_reader_tell (self, tables->offers, offer, lot.id == NULL ? RUA_OFFER_FIELD_ID : RUA_OFFER_FIELD_LOT, RUA_ERROR_MISSING,
                            "it is required, but unknown", "tell its value");
    return;
  }
  product = rua_market_read_row (tables->lots, origin.lot, RUA_LOT_FIELD_PRODUCT);
  origin.cooperative = rua_market_read_row (tables->lots, origin.lot, RUA_LOT_FIELD_COOPERATIVE);
  origin.household = rua_market_read_row (tables->lots, origin.lot, RUA_LOT_FIELD_HOUSEHOLD);
  site = rua_market_read_row (tables->lots, origin.lot, RUA_LOT_FIELD_SITE);
  if (site == RUA_NO_ROW && origin.cooperative != RUA_NO_ROW)
    site = rua_market_read_row (tables->cooperatives, origin.cooperative, RUA_COOPERATIVE_FIELD_SITE);
  if (product == RUA_NO_ROW || site == RUA_NO_ROW) {
    rua_market_reader_tell (self, tables->lots, origin.lot, product == RUA_NO_ROW ? RUA_LOT_FIELD_PRODUCT : RUA_LOT_FIELD_SITE, RUA_ERROR_MISSING,
                            product == RUA_NO_ROW ? "what it is, is unknown" : "neither the lot nor its co-operative tells the site that it leaves from",
                            "tell it");
    return;
  }
  if (!rua_market_reader_quantity (self, tables->offers, offer, RUA_OFFER_FIELD_QUANTITY, &lot.quantity)) {
    if (!rua_column_is_known (rua_table_peek_column (tables->offers, RUA_OFFER_FIELD_QUANTITY), offer))
      rua_market_reader_tell (self, tables->offers, offer, RUA_OFFER_FIELD_QUANTITY, RUA_ERROR_MISSING, "how much is offered is unknown", "tell it");
    return;
  }
  if (rua_market_reader_quantity (self, tables->lots, origin.lot, RUA_LOT_FIELD_QUANTITY, &whole) && lot.quantity > whole) {
    rua_market_reader_tell (self, tables->offers, offer, RUA_OFFER_FIELD_QUANTITY, RUA_ERROR_VALUE, "the lot has less than what is offered of it",
                            "offer at most what the lot has");
    return;
  }
  if (!read_reserve (self, tables, offer, origin.lot, &lot))
    return;
  lot.product = rua_market_reader_product (self, product);
  lot.site = rua_market_reader_site (self, site);
  lot.certificates = read_certificates (self, tables, origin.lot, product);
  lot.hubs = read_hubs (self, tables, offer);
  lot.limit = limit_of_cooperative (self, tables, origin.cooperative);
  if (rua_market_has_happened (tables->offers, offer, RUA_OFFER_FIELD_WITHDRAWN_ON, self->reading->day))
    lot.excluded = RUA_MARKET_OUT_CANCELLED;
  else if (!rua_market_has_begun (tables->lots, origin.lot, RUA_LOT_FIELD_READY_ON, self->reading->day) || has_expired (self, tables, origin.lot, product))
    lot.excluded = RUA_MARKET_OUT_DATE;
  g_array_append_val (self->reading->lots, lot);
  g_array_append_val (self->reading->origins, origin);
}

/* A lot that is offered more than once, or has gone to orders of other rounds, has not more than it has. */
static void
bound_lots (RuaMarketReader *self, const Tables *tables)
{
  RuaMarketReading *reading = self->reading;
  g_autofree guint8 *offered = g_new0 (guint8, rua_table_get_n_rows (tables->lots) + 1);

  for (guint i = 0; i < reading->origins->len; i++) {
    guint32 row = g_array_index (reading->origins, RuaMarketOrigin, i).lot;

    offered[row] = (guint8) MIN (offered[row] + 1, 2);
  }
  for (guint i = 0; i < reading->origins->len; i++) {
    guint32 row = g_array_index (reading->origins, RuaMarketOrigin, i).lot;
    RuaMarketLot *lot = &g_array_index (reading->lots, RuaMarketLot, i);
    gint64 whole;

    if (!g_hash_table_contains (self->lots_by_row, GUINT_TO_POINTER (row + 1)))
      g_hash_table_insert (self->lots_by_row, GUINT_TO_POINTER (row + 1), GUINT_TO_POINTER (i + 1));
    if ((offered[row] < 2 && self->taken[row] == 0) || !rua_column_read_integer (rua_table_peek_column (tables->lots, RUA_LOT_FIELD_QUANTITY), row, &whole))
      continue;
    if (self->lot_limits[row] == RUA_MARKET_NONE) {
      RuaMarketLimit limit = { NULL, lot->limit, 0, 0 };

      limit.capacity = (guint64) whole > self->taken[row] ? (gint64) ((guint64) whole - self->taken[row]) : 0;
      self->lot_limits[row] = add_limit (self, RUA_MARKET_SCOPE_LOT, tables->lots, row, &limit);
    }
    lot->limit = self->lot_limits[row];
  }
}

/* Nobody can be guaranteed to sell more than is offered and takes part. */
static void
bound_minima (RuaMarketReader *self)
{
  RuaMarketReading *reading = self->reading;
  g_autofree guint64 *offered = g_new0 (guint64, reading->supply_limits->len + 1);

  for (guint i = 0; i < reading->lots->len; i++) {
    const RuaMarketLot *lot = &g_array_index (reading->lots, RuaMarketLot, i);

    for (guint32 at = lot->limit; at != RUA_MARKET_NONE && lot->excluded == RUA_MARKET_TAKES_PART; at = g_array_index (reading->supply_limits, RuaMarketLimit, at).parent)
      offered[at] = MIN (offered[at] + (guint64) lot->quantity, (guint64) G_MAXINT64);
  }
  for (guint i = 0; i < reading->supply_limits->len; i++) {
    RuaMarketLimit *limit = &g_array_index (reading->supply_limits, RuaMarketLimit, i);

    limit->minimum = MIN (limit->minimum, MIN ((gint64) offered[i], limit->capacity));
  }
}

void
rua_market_read_supply (RuaMarketReader *self)
{
  const Tables tables = {
    rua_market_reading_table (self->reading, "offer"),
    rua_market_reading_table (self->reading, "lot"),
    rua_market_reading_table (self->reading, "cooperative"),
    rua_market_reading_table (self->reading, "certificate"),
  };
  RuaColumn *cycles = rua_table_peek_column (tables.offers, RUA_OFFER_FIELD_ORDER_CYCLE);

  find_taken (self, &tables);
  for (guint32 row = 0; row < rua_table_get_n_rows (tables.offers); row++)
    if (rua_table_is_alive (tables.offers, row) && rua_market_reader_in_round (self, cycles, row))
      read_offer (self, &tables, row);
  bound_lots (self, &tables);
  bound_minima (self);
}
