/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-booking.h"

#include <string.h>

#include "rua-clearing-private.h"
#include "rua-edits.h"
#include "rua-kinds-private.h"
#include "rua-market-trades-private.h"

/* What was handed out becomes sales: of each, who gets which part of what the buyer pays, to the minor unit. */

typedef struct {
  RuaAlliance *alliance;
  RuaMarketReading *reading; /* of the alliance as it is */
  RuaTable *allocations, *lots, *products, *households, *cooperatives, *hubs, *fees;
  GHashTable *booked;    /* order row << 32 | lot row: gint64*, quantity of the sales there are */
  guint n_sales;
} Booking;

typedef struct {
  gint64 amount, producer, cooperative, hub, transport, fees, solidarity;
} Split;

/* ---- who gets what ---- */

static gboolean
refuse (Booking *self, guint32 row, guint field, const char *message, const char *mend, GError **error)
{
  g_autoptr (RuaFaults) faults = rua_faults_new (NULL, 0);
  RuaMarketReader reader = { .reading = self->reading, .faults = faults };

  rua_market_reader_tell (&reader, self->allocations, row, field, RUA_ERROR_VALUE, message, mend);
  return rua_faults_raise (faults, error);
}

static gint64
read_money (Booking *self, guint32 row, guint field)
{
  gint64 value = 0;

  rua_column_read_integer (rua_table_peek_column (self->allocations, field), row, &value);
  return value;
}

static gboolean
matches (const RuaMarketFee *fee, guint32 hub, guint32 product)
{
  return (fee->hub == RUA_MARKET_NONE || fee->hub == hub) && (fee->product == RUA_MARKET_NONE || fee->product == product);
}

/* What each fee takes of a sale, percentages and fixed ones; how many fees there are. */
static guint32
share_out (const RuaMarketReading *reading, guint32 hub, guint32 product, gint64 amount, gint64 quantity, RuaMarketFeeAmount *amounts)
{
  const RuaMarketProblem *problem = &reading->problem;
  guint32 n = 0;

  for (guint32 i = 0; i < problem->n_fees; i++)
    if (matches (&problem->fees[i], hub, product))
      amounts[n++].fee = i;
  rua_market_share_percentages (problem->fees, amounts, n, amount);
  for (guint32 k = 0; k < n; k++)
    amounts[k].amount += problem->fees[amounts[k].fee].unit_amount * quantity;
  return n;
}

/* @over: what the allocation has as fees of a unit beyond those on record: rent that goes to the hub. */
static gboolean
find_over (Booking *self, guint32 row, guint32 hub, guint32 product, gint64 price, gint64 *over, GError **error)
{
  const RuaMarketProblem *problem = &self->reading->problem;
  __int128 millionths = 0;
  gint64 fixed = 0;

  for (guint32 i = 0; i < problem->n_fees; i++)
    if (matches (&problem->fees[i], hub, product)) {
      fixed += problem->fees[i].unit_amount;
      millionths += problem->fees[i].millionths;
    }
  *over = read_money (self, row, RUA_ALLOCATION_FIELD_FEES) - fixed - (gint64) (millionths * price / 1000000);
  return *over >= 0
         || refuse (self, row, RUA_ALLOCATION_FIELD_FEES, "these are less than the fees on record for that day", "let the fees be as they were when the market was cleared", error);
}

/* What an allocation tells of each unit. */
static const guint of_a_unit[] = { RUA_ALLOCATION_FIELD_PRODUCER_PRICE, RUA_ALLOCATION_FIELD_CONSUMER_PRICE, RUA_ALLOCATION_FIELD_TRANSPORT, RUA_ALLOCATION_FIELD_FEES };

static gboolean
fits (gint64 price, gint64 quantity)
{
  __int128 product = (__int128) price * quantity;

  return product <= G_MAXINT64 / 4 && product >= -(G_MAXINT64 / 4);
}

static gboolean
split (Booking *self, guint32 row, guint32 hub_row, guint32 cooperative, gint64 quantity, guint32 product_row, Split *to, GError **error)
{
  const RuaMarketProblem *problem = &self->reading->problem;
  g_autofree RuaMarketFeeAmount *amounts = g_new (RuaMarketFeeAmount, problem->n_fees + 1);
  gint64 price = read_money (self, row, RUA_ALLOCATION_FIELD_CONSUMER_PRICE), over;
  guint32 hub = RUA_MARKET_NONE, product = RUA_MARKET_NONE, n_fees;

  for (guint32 i = 0; i < problem->n_hubs; i++)
    if (g_array_index (self->reading->hub_rows, guint32, i) == hub_row)
      hub = i;
  for (guint32 i = 0; i < problem->n_products; i++)
    if (g_array_index (self->reading->product_rows, guint32, i) == product_row)
      product = i;
  for (guint i = 0; i < G_N_ELEMENTS (of_a_unit); i++)
    if (!fits (read_money (self, row, of_a_unit[i]), quantity))
      return refuse (self, row, of_a_unit[i], "its amount does not fit into 64 bits", "check price and quantity", error);
  if (!find_over (self, row, hub, product, price, &over, error))
    return FALSE;
  memset (to, 0, sizeof *to);
  to->amount = price * quantity;
  to->producer = read_money (self, row, RUA_ALLOCATION_FIELD_PRODUCER_PRICE) * quantity;
  to->transport = read_money (self, row, RUA_ALLOCATION_FIELD_TRANSPORT) * quantity;
  to->hub = over * quantity;
  n_fees = share_out (self->reading, hub, product, to->amount, quantity, amounts);
  for (guint32 i = 0; i < n_fees; i++) {
    guint32 fee_row = g_array_index (self->reading->fee_rows, guint32, amounts[i].fee), who = RUA_NO_ROW;
    RuaTable *payee = NULL;

    rua_column_read_reference (rua_table_peek_column (self->fees, RUA_FEE_FIELD_PAYEE), fee_row, &payee, &who);
    if (payee == self->hubs && who == hub_row)
      to->hub += amounts[i].amount;
    else if (payee == self->cooperatives && who == cooperative)
      to->cooperative += amounts[i].amount;
    else
      to->fees += amounts[i].amount;
  }
  to->solidarity = to->amount - to->producer - to->transport - to->hub - to->cooperative - to->fees;
  return TRUE;
}

/* ---- one sale ---- */

static gboolean
set_row (Booking *self, RuaRecord *sale, const char *field, const char *kind, guint32 row, GError **error)
{
  g_autoptr (RuaRecord) target = NULL;

  if (row == RUA_NO_ROW)
    return TRUE;
  target = rua_table_dup_record_at_row (rua_alliance_get_table (self->alliance, kind), row);
  return rua_record_set_reference (sale, field, target, error);
}

static gboolean
set_parties (Booking *self, RuaRecord *sale, const RuaMarketReceiver *receiver, guint32 lot, guint32 product, guint32 cooperative, GError **error)
{
  const char *kind = receiver->household != RUA_NO_ROW ? "household" : receiver->organisation != RUA_NO_ROW ? "organisation" : "consumer-group";
  guint32 buyer = receiver->household != RUA_NO_ROW ? receiver->household : receiver->organisation != RUA_NO_ROW ? receiver->organisation : receiver->group;

  return set_row (self, sale, "product", "product", product, error) && set_row (self, sale, "lot", "lot", lot, error)
         && set_row (self, sale, "order", "order", receiver->order, error) && set_row (self, sale, "cooperative", "cooperative", cooperative, error)
         && set_row (self, sale, "producer", "household", rua_market_read_row (self->lots, lot, RUA_LOT_FIELD_HOUSEHOLD), error)
         && set_row (self, sale, "buyer", kind, buyer, error) && set_row (self, sale, "hub", "hub", receiver->hub, error)
         && (receiver->group == RUA_NO_ROW || rua_record_set_text (sale, "channel", "consumer_group", error));
}

static gboolean
set_amounts (RuaRecord *sale, const Split *parts, GError **error)
{
  return rua_record_set_money (sale, "amount", parts->amount, error) && rua_record_set_money (sale, "producer_amount", parts->producer, error)
         && rua_record_set_money (sale, "cooperative_amount", parts->cooperative, error) && rua_record_set_money (sale, "hub_amount", parts->hub, error)
         && rua_record_set_money (sale, "transport_amount", parts->transport, error) && rua_record_set_money (sale, "solidarity_amount", parts->solidarity, error)
         && rua_record_set_money (sale, "fees_amount", parts->fees, error);
}

static gboolean
set_date (Booking *self, RuaRecord *sale, guint32 row, GError **error)
{
  RuaDatePacked date;
  g_autofree char *day = NULL;
  int year, month, dom;

  if (!rua_column_read_date (rua_table_peek_column (self->allocations, RUA_ALLOCATION_FIELD_DELIVERED_ON), row, &date))
    date = rua_date_pack (self->reading->day, RUA_DATE_PRECISION_DAY);
  rua_date_day_to_civil (rua_date_packed_day (date), &year, &month, &dom);
  day = rua_date_format (rua_date_packed_day (date), rua_date_packed_precision (date));
  return rua_record_set_date (sale, "sold_on", day, error) && rua_record_set_integer (sale, "year", year, error);
}

/* Whether the lot carries a certificate that holds, by what was read of its offers; a sale from a lot that carries
 * none was none of certified goods. */
static gboolean
is_certified (Booking *self, guint32 lot)
{
  for (guint i = 0; i < self->reading->origins->len; i++)
    if (g_array_index (self->reading->origins, RuaMarketOrigin, i).lot == lot)
      return g_array_index (self->reading->lots, RuaMarketLot, i).certificates != RUA_MARKET_NONE;
  return FALSE;
}

static gboolean
book (Booking *self, guint32 row, guint32 place, gint64 quantity, GError **error)
{
  const RuaMarketReceiver *receiver = &g_array_index (self->reading->receivers, RuaMarketReceiver, place);
  guint32 lot = rua_market_read_row (self->allocations, row, RUA_ALLOCATION_FIELD_LOT);
  guint32 product = rua_market_read_row (self->lots, lot, RUA_LOT_FIELD_PRODUCT), cooperative = rua_market_read_row (self->lots, lot, RUA_LOT_FIELD_COOPERATIVE);
  g_autoptr (RuaRecord) sale = rua_alliance_new_record (self->alliance, "sale");
  double mass;
  Split parts;

  for (guint i = 0; i < G_N_ELEMENTS (of_a_unit); i++)
    if (!rua_column_is_known (rua_table_peek_column (self->allocations, of_a_unit[i]), row))
      return refuse (self, row, of_a_unit[i], "it is unknown", "clear the market and apply the outcome, or tell it", error);
  if (!split (self, row, receiver->hub, cooperative, quantity, product, &parts, error) || !set_date (self, sale, row, error)
      || !set_parties (self, sale, receiver, lot, product, cooperative, error) || !set_amounts (sale, &parts, error)
      || !rua_record_set_integer (sale, "quantity", quantity, error) || !rua_record_set_boolean (sale, "certified", is_certified (self, lot), error))
    return FALSE;
  if (rua_column_read_number (rua_table_peek_column (self->products, RUA_PRODUCT_FIELD_UNIT_MASS), product, &mass)
      && !rua_record_set_number (sale, "mass", mass * (double) quantity, error))
    return FALSE;
  self->n_sales++;
  return rua_alliance_add (self->alliance, sale, error);
}

/* ---- all of them ---- */

static gint64 *
booked_of (Booking *self, guint32 order, guint32 lot)
{
  const guint64 key = (guint64) order << 32 | lot;
  gint64 *quantity = g_hash_table_lookup (self->booked, &key);

  if (quantity == NULL) {
    quantity = g_new0 (gint64, 1);
    g_hash_table_insert (self->booked, g_memdup2 (&key, sizeof key), quantity);
  }
  return quantity;
}

static void
find_booked (Booking *self)
{
  RuaTable *sales = rua_alliance_get_table (self->alliance, "sale");

  for (guint32 row = 0; row < rua_table_get_n_rows (sales); row++) {
    guint32 order, lot;
    gint64 quantity;

    if (!rua_table_is_alive (sales, row))
      continue;
    order = rua_market_read_row (sales, row, RUA_SALE_FIELD_ORDER);
    lot = rua_market_read_row (sales, row, RUA_SALE_FIELD_LOT);
    if (order != RUA_NO_ROW && lot != RUA_NO_ROW && rua_column_read_integer (rua_table_peek_column (sales, RUA_SALE_FIELD_QUANTITY), row, &quantity))
      *booked_of (self, order, lot) += quantity;
  }
}

static gboolean
book_all (Booking *self, GError **error)
{
  const RuaMarketProblem *problem = &self->reading->problem;

  for (guint32 i = 0; i < problem->n_delivered;) {
    guint32 row = g_array_index (self->reading->delivered_rows, guint32, i), place = problem->delivered[i].order;
    guint32 order = g_array_index (self->reading->receivers, RuaMarketReceiver, place).order;
    gint64 *booked = booked_of (self, order, rua_market_read_row (self->allocations, row, RUA_ALLOCATION_FIELD_LOT));
    gint64 quantity = 0, old;

    /* One delivery may have come out of several offers. */
    for (; i < problem->n_delivered && g_array_index (self->reading->delivered_rows, guint32, i) == row; i++)
      quantity += problem->delivered[i].quantity;
    old = MIN (*booked, quantity);
    *booked -= old;
    if (quantity > old && !book (self, row, place, quantity - old, error))
      return FALSE;
  }
  for (guint32 i = 0; i < problem->n_delivered; i++) {
    guint32 row = g_array_index (self->reading->delivered_rows, guint32, i);
    guint32 order = g_array_index (self->reading->receivers, RuaMarketReceiver, problem->delivered[i].order).order;

    if (*booked_of (self, order, rua_market_read_row (self->allocations, row, RUA_ALLOCATION_FIELD_LOT)) > 0)
      return refuse (self, row, RUA_ALLOCATION_FIELD_DELIVERED_QUANTITY, "more of it is booked as sold than was handed out", "take back the sale, or tell what was handed out", error);
  }
  return TRUE;
}

static void
booking_init (Booking *self, RuaAlliance *alliance, RuaMarketReading *reading)
{
  memset (self, 0, sizeof *self);
  self->alliance = alliance;
  self->reading = reading;
  self->allocations = rua_alliance_get_table (alliance, "allocation");
  self->lots = rua_alliance_get_table (alliance, "lot");
  self->products = rua_alliance_get_table (alliance, "product");
  self->households = rua_alliance_get_table (alliance, "household");
  self->cooperatives = rua_alliance_get_table (alliance, "cooperative");
  self->hubs = rua_alliance_get_table (alliance, "hub");
  self->fees = rua_alliance_get_table (alliance, "fee");
  self->booked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

static RuaMarketReading *
read_now (RuaMarket *self, GError **error)
{
  RuaOrderCycle *cycle = rua_market_get_cycle (self);
  g_autoptr (RuaAlliance) snapshot = rua_alliance_snapshot (rua_market_get_alliance (self));
  RuaDatePrecision precision;
  gint32 day;

  if (!rua_date_parse (rua_market_get_date (self), &day, &precision, error))
    return NULL;
  return rua_market_reading_new (snapshot, cycle != NULL ? rua_record_get_row (RUA_RECORD (cycle)) : RUA_NO_ROW, day, NULL, error);
}

/* As one change, or not at all. */
static gboolean
as_change (RuaMarket *self, const char *what, gboolean (*func) (RuaMarket *self, gpointer data, GError **error), gpointer data, GError **error)
{
  RuaAlliance *alliance = rua_market_get_alliance (self);
  RuaRecord *cycle = (RuaRecord *) rua_market_get_cycle (self);
  g_autofree char *title = g_strdup_printf ("%s: %s%s%s", what, cycle != NULL ? rua_record_get_id (cycle) : "", cycle != NULL ? ", " : "", rua_market_get_date (self));

  if (!rua_market_begin_change (alliance, title, error))
    return FALSE;
  if (!func (self, data, error)) {
    rua_alliance_rollback (alliance, NULL);
    return FALSE;
  }
  return rua_alliance_commit (alliance, error);
}

static gboolean
deliver (RuaMarket *self, gpointer data, GError **error)
{
  RuaMarketReading *reading = data;
  RuaTable *allocations = rua_alliance_get_table (rua_market_get_alliance (self), "allocation");
  RuaTable *orders = rua_alliance_get_table (rua_market_get_alliance (self), "order");
  g_autofree guint8 *ours = g_new0 (guint8, rua_table_get_n_rows (orders) + 1);

  for (guint i = 0; i < reading->receivers->len; i++)
    ours[g_array_index (reading->receivers, RuaMarketReceiver, i).order] = 1;
  for (guint32 row = 0; row < rua_table_get_n_rows (allocations); row++) {
    g_autoptr (RuaRecord) record = NULL;
    guint32 order;
    gint64 quantity;

    if (!rua_table_is_alive (allocations, row) || rua_column_is_known (rua_table_peek_column (allocations, RUA_ALLOCATION_FIELD_DELIVERED_QUANTITY), row))
      continue;
    order = rua_market_read_row (allocations, row, RUA_ALLOCATION_FIELD_ORDER);
    if (order == RUA_NO_ROW || !ours[order] || !rua_column_read_integer (rua_table_peek_column (allocations, RUA_ALLOCATION_FIELD_QUANTITY), row, &quantity))
      continue;
    record = rua_table_dup_record_at_row (allocations, row);
    if (!rua_record_set_integer (record, "delivered_quantity", quantity, error) || !rua_record_set_date (record, "delivered_on", rua_market_get_date (self), error))
      return FALSE;
  }
  return rua_market_mark_rounds (rua_market_get_alliance (self), reading, "delivered", error);
}

/**
 * rua_market_deliver_all:
 * @self: a market whose clearing was applied
 * @error: return location for an error
 *
 * Records that all that was allocated, and of which nothing else is told, was handed out as allocated, on the market's day. It is one
 * change, which can be undone. Where a delivery comes short, tell its `delivered_quantity` before.
 *
 * Returns: %FALSE and an error when the market cannot be read, or a change is being made; then nothing has changed
 *
 * Since: 1.0
 */
gboolean
rua_market_deliver_all (RuaMarket *self, GError **error)
{
  g_autoptr (RuaMarketReading) reading = NULL;

  g_return_val_if_fail (RUA_IS_MARKET (self), FALSE);
  reading = read_now (self, error);
  return reading != NULL && as_change (self, "market delivered", deliver, reading, error);
}

static gboolean
book_sales (RuaMarket *self G_GNUC_UNUSED, gpointer data, GError **error)
{
  return book_all (data, error);
}

/**
 * rua_market_book_sales:
 * @self: a market whose clearing was applied
 * @n_sales: (out) (optional): how many sales were booked
 * @error: return location for an error
 *
 * Makes a sale of what was handed out and is not booked yet, for each allocation: what the buyer paid, and how much of it went to
 * the producers, the co-operative, the hub, transport, other fees, and the solidarity account (less than 0 where it added
 * something). The parts add up to the whole, to the minor unit: percentages by largest remainder (Hamilton's method), and what
 * they leave goes to the solidarity account. It is one change, which can be undone; asked again, it books what came since.
 *
 * Returns: %FALSE and an error, when the market cannot be read, an allocation tells no prices, the fees are not those it was
 *   cleared by, or more is booked than was handed out; then nothing has changed
 *
 * Since: 1.0
 */
gboolean
rua_market_book_sales (RuaMarket *self, guint *n_sales, GError **error)
{
  g_autoptr (RuaMarketReading) reading = NULL;
  Booking booking;
  gboolean done;

  g_return_val_if_fail (RUA_IS_MARKET (self), FALSE);
  reading = read_now (self, error);
  if (reading == NULL)
    return FALSE;
  booking_init (&booking, rua_market_get_alliance (self), reading);
  find_booked (&booking);
  done = as_change (self, "market booked", book_sales, &booking, error);
  g_hash_table_unref (booking.booked);
  if (done && n_sales != NULL)
    *n_sales = booking.n_sales;
  return done;
}
