/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-reading-private.h"

#include <string.h>

#include "rua-kinds-private.h"

/* Orders, and what households, groups and hubs can take, as the demand side of a market. */

/* Who is on the government's or the alliance's list of the marginal is served first where nobody gave the order a
 * class; all others without a class come behind the first. */
#define CLASS_MARGINAL 1
#define CLASS_OTHERS 2

typedef struct {
  RuaTable *orders, *households, *groups, *hubs, *cycles;
} Tables;

static void
find_receiver (const Tables *tables, guint32 order, RuaMarketReceiver *to)
{
  to->order = order;
  to->household = rua_market_read_row (tables->orders, order, RUA_ORDER_FIELD_HOUSEHOLD);
  to->group = rua_market_read_row (tables->orders, order, RUA_ORDER_FIELD_CONSUMER_GROUP);
  to->organisation = rua_market_read_row (tables->orders, order, RUA_ORDER_FIELD_ORGANISATION);
  if (to->group == RUA_NO_ROW && to->household != RUA_NO_ROW)
    to->group = rua_market_read_row (tables->households, to->household, RUA_HOUSEHOLD_FIELD_CONSUMER_GROUP);
  to->hub = rua_market_read_row (tables->orders, order, RUA_ORDER_FIELD_HUB);
  if (to->hub == RUA_NO_ROW && to->household != RUA_NO_ROW)
    to->hub = rua_market_read_row (tables->households, to->household, RUA_HOUSEHOLD_FIELD_HUB);
  if (to->hub == RUA_NO_ROW && to->group != RUA_NO_ROW)
    to->hub = rua_market_read_row (tables->groups, to->group, RUA_CONSUMER_GROUP_FIELD_HUB);
}

/* ---- where it is handed out ---- */

static gboolean
opens_that_day (RuaMarketReader *self, const Tables *tables, guint32 hub)
{
  static const char *const codes[] = { "TH", "FR", "SA", "SU", "MO", "TU", "WE" }; /* 1970-01-01 was a Thursday */
  const char *today = codes[((self->reading->day % 7) + 7) % 7];
  gsize length, offset = 0;
  const char *packed = rua_column_read_text (rua_table_peek_column (tables->hubs, RUA_HUB_FIELD_OPENING_DAYS), hub, &length);
  gboolean found = packed == NULL || length == 0;

  for (; packed != NULL && offset < length; offset += strlen (packed + offset) + 1) {
    gboolean known = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
      known |= strcmp (packed + offset, codes[i]) == 0;
    if (!known) {
      rua_market_reader_tell (self, tables->hubs, hub, RUA_HUB_FIELD_OPENING_DAYS, RUA_ERROR_VALUE, "one of the opening days is none",
                              "write MO, TU, WE, TH, FR, SA or SU");
      return TRUE;
    }
    found |= strcmp (packed + offset, today) == 0;
  }
  return found;
}

static gboolean
hub_takes_part (RuaMarketReader *self, const Tables *tables, guint32 hub, guint32 cycle)
{
  guint n;
  RuaTable *target;
  const guint32 *hubs;

  if (!rua_market_has_begun (tables->hubs, hub, RUA_HUB_FIELD_OPENED, self->reading->day)
      || rua_market_has_happened (tables->hubs, hub, RUA_HUB_FIELD_CLOSED, self->reading->day) || !opens_that_day (self, tables, hub))
    return FALSE;
  if (cycle == RUA_NO_ROW)
    return TRUE;
  hubs = rua_column_read_references (rua_table_peek_column (tables->cycles, RUA_ORDER_CYCLE_FIELD_HUBS), cycle, &n, &target);
  for (guint i = 0; i < n; i++)
    if (hubs[i] == hub)
      return TRUE;
  return n == 0;
}

/* ---- limits ---- */

static guint32
add_limit (RuaMarketReader *self, RuaMarketScope scope, RuaTable *table, guint32 row, guint field, guint32 parent, guint32 *known)
{
  RuaMarketHolder holder = { scope, row };
  RuaMarketLimit limit = { NULL, parent, 0, 0 };
  GArray *limits = self->reading->demand_limits;

  if (known[row] != RUA_MARKET_NONE)
    return known[row];
  if (!rua_market_reader_quantity (self, table, row, field, &limit.capacity))
    return parent;
  limit.id = rua_column_read_text (rua_table_peek_column (table, 0), row, NULL);
  known[row] = limits->len;
  g_array_append_val (self->reading->demand_holders, holder);
  g_array_append_val (limits, limit);
  return known[row];
}

/* A limit stands under one other: what of one household or group goes to two hubs, or through two groups, that have
 * limits of their own, is no network. */
static guint32
add_under (RuaMarketReader *self, RuaMarketScope scope, RuaTable *table, guint32 row, guint field, guint32 parent, guint32 *known)
{
  guint32 before = row != RUA_NO_ROW ? known[row] : RUA_MARKET_NONE;
  guint32 limit;

  if (row == RUA_NO_ROW)
    return parent;
  limit = add_limit (self, scope, table, row, field, parent, known);
  if (before != RUA_MARKET_NONE && g_array_index (self->reading->demand_limits, RuaMarketLimit, before).parent != parent)
    rua_market_reader_tell (self, table, row, field, RUA_ERROR_VALUE,
                            scope == RUA_MARKET_SCOPE_GROUP ? "the group has a capacity, and its orders go to hubs that have other ones"
                                                            : "the household has a capacity, and its orders go to groups or hubs that have other ones",
                            "let all of its orders go the same way, or leave its capacity out");
  return limit;
}

static guint32
limit_of (RuaMarketReader *self, const Tables *tables, const RuaMarketReceiver *receiver)
{
  guint32 limit = add_limit (self, RUA_MARKET_SCOPE_HUB, tables->hubs, receiver->hub, RUA_HUB_FIELD_CAPACITY, RUA_MARKET_NONE, self->hub_limits);

  limit = add_under (self, RUA_MARKET_SCOPE_GROUP, tables->groups, receiver->group, RUA_CONSUMER_GROUP_FIELD_CAPACITY, limit, self->group_limits);
  return add_under (self, RUA_MARKET_SCOPE_HOUSEHOLD, tables->households, receiver->household, RUA_HOUSEHOLD_FIELD_CAPACITY, limit, self->household_limits);
}

/* ---- orders ---- */

static gboolean
same_unit (RuaTable *products, guint32 a, guint32 b)
{
  RuaColumn *units = rua_table_peek_column (products, RUA_PRODUCT_FIELD_QUANTITY_UNIT);
  const char *one = rua_column_read_text (units, a, NULL), *other = rua_column_read_text (units, b, NULL);

  return one == NULL || other == NULL || strcmp (one, other) == 0;
}

static gboolean
read_products (RuaMarketReader *self, const Tables *tables, guint32 order, guint32 *list)
{
  RuaTable *products = rua_market_reading_table (self->reading, "product"), *target;
  guint32 product = rua_market_read_row (tables->orders, order, RUA_ORDER_FIELD_PRODUCT);
  guint n;
  const guint32 *rows = rua_column_read_references (rua_table_peek_column (tables->orders, RUA_ORDER_FIELD_SUBSTITUTES), order, &n, &target);
  g_autofree guint32 *members = g_new (guint32, n + 1);

  if (product == RUA_NO_ROW) {
    rua_market_reader_tell (self, tables->orders, order, RUA_ORDER_FIELD_PRODUCT, RUA_ERROR_MISSING, "what is wanted is unknown", "tell it");
    return FALSE;
  }
  members[0] = rua_market_reader_product (self, product);
  for (guint i = 0; i < n; i++) {
    if (!same_unit (products, product, rows[i])) {
      rua_market_reader_tell (self, tables->orders, order, RUA_ORDER_FIELD_SUBSTITUTES, RUA_ERROR_UNIT,
                              "a substitute is counted in another unit than what is wanted", "order it by itself");
      return FALSE;
    }
    members[i + 1] = rua_market_reader_product (self, rows[i]);
  }
  *list = rua_market_reader_set (self, self->product_lists, self->reading->product_lists, members, n + 1, FALSE);
  return TRUE;
}

static guint32
read_needed (RuaMarketReader *self, const Tables *tables, guint32 order)
{
  gsize length, offset = 0;
  const char *packed = rua_column_read_text (rua_table_peek_column (tables->orders, RUA_ORDER_FIELD_CERTIFICATES_NEEDED), order, &length);
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (; packed != NULL && offset < length; offset += strlen (packed + offset) + 1) {
    guint32 standard = rua_market_reader_standard (self, packed + offset);

    g_array_append_val (members, standard);
  }
  return rua_market_reader_set (self, self->certificate_sets, self->reading->certificate_sets, (guint32 *) (gpointer) members->data, members->len, TRUE);
}

/* A required number, or one that may be unknown (@otherwise >= -1 stands for it). */
static gboolean
read_number (RuaMarketReader *self, const Tables *tables, guint32 order, guint field, gint64 otherwise, gint64 *value)
{
  if (rua_column_is_known (rua_table_peek_column (tables->orders, field), order))
    return rua_market_reader_quantity (self, tables->orders, order, field, value);
  if (otherwise < -1) {
    rua_market_reader_tell (self, tables->orders, order, field, RUA_ERROR_MISSING, "it is needed to clear the market, but unknown", "tell its value");
    return FALSE;
  }
  *value = otherwise;
  return TRUE;
}

static gboolean
read_numbers (RuaMarketReader *self, const Tables *tables, guint32 row, guint32 household, RuaMarketOrder *order)
{
  gint64 priority;
  gboolean marginal = FALSE, before, entitled;

  if (household != RUA_NO_ROW)
    rua_column_read_boolean (rua_table_peek_column (tables->households, RUA_HOUSEHOLD_FIELD_VULNERABLE), household, &marginal);
  if (!read_number (self, tables, row, RUA_ORDER_FIELD_QUANTITY, -2, &order->quantity)
      || !read_number (self, tables, row, RUA_ORDER_FIELD_MAXIMUM_PRICE, -2, &order->maximum)
      || !read_number (self, tables, row, RUA_ORDER_FIELD_PRIORITY_CLASS, marginal ? CLASS_MARGINAL : CLASS_OTHERS, &priority)
      || !read_number (self, tables, row, RUA_ORDER_FIELD_ENTITLEMENT, -1, &order->entitlement)
      || !read_number (self, tables, row, RUA_ORDER_FIELD_RECEIVED_BEFORE, 0, &order->received_before)
      || !read_number (self, tables, row, RUA_ORDER_FIELD_ENTITLED_BEFORE, 0, &order->entitled_before))
    return FALSE;
  before = rua_column_is_known (rua_table_peek_column (tables->orders, RUA_ORDER_FIELD_RECEIVED_BEFORE), row);
  entitled = rua_column_is_known (rua_table_peek_column (tables->orders, RUA_ORDER_FIELD_ENTITLED_BEFORE), row);
  if (before != entitled) {
    rua_market_reader_tell (self, tables->orders, row, before ? RUA_ORDER_FIELD_ENTITLED_BEFORE : RUA_ORDER_FIELD_RECEIVED_BEFORE, RUA_ERROR_MISSING,
                            "of what was received and what would have been full shares before, one is told and the other is not",
                            "tell both, or neither");
    return FALSE;
  }
  if (priority < 1 || priority > G_MAXINT32) {
    rua_market_reader_tell (self, tables->orders, row, RUA_ORDER_FIELD_PRIORITY_CLASS, RUA_ERROR_VALUE, "this is no class", "the first class is 1, the next 2");
    return FALSE;
  }
  order->priority = (guint32) priority;
  return TRUE;
}

static RuaMarketExclusion
find_exclusion (RuaMarketReader *self, const Tables *tables, guint32 row, guint32 hub)
{
  guint32 cycle = rua_market_read_row (tables->orders, row, RUA_ORDER_FIELD_ORDER_CYCLE);
  gint32 day = self->reading->day;
  RuaDatePacked placed;

  if (rua_market_has_happened (tables->orders, row, RUA_ORDER_FIELD_CANCELLED_ON, day))
    return RUA_MARKET_OUT_CANCELLED;
  if (!hub_takes_part (self, tables, hub, cycle))
    return RUA_MARKET_OUT_HUB;
  if (!rua_market_has_begun (tables->orders, row, RUA_ORDER_FIELD_WINDOW_START, day)
      || !rua_market_has_not_ended (tables->orders, row, RUA_ORDER_FIELD_WINDOW_END, day))
    return RUA_MARKET_OUT_DATE;
  /* Placed when the round took no orders: a date that is not known to the day gets the benefit of the doubt. */
  if (cycle != RUA_NO_ROW && rua_column_read_date (rua_table_peek_column (tables->orders, RUA_ORDER_FIELD_PLACED_ON), row, &placed)
      && (!rua_market_has_begun (tables->cycles, cycle, RUA_ORDER_CYCLE_FIELD_OPENS_ON,
                                 rua_date_get_last_day (rua_date_packed_day (placed), rua_date_packed_precision (placed)))
          || !rua_market_has_not_ended (tables->cycles, cycle, RUA_ORDER_CYCLE_FIELD_CLOSES_ON, rua_date_packed_day (placed))))
    return RUA_MARKET_OUT_DATE;
  return RUA_MARKET_TAKES_PART;
}

static void
read_order (RuaMarketReader *self, const Tables *tables, guint32 row)
{
  RuaMarketOrder order = { .limit = RUA_MARKET_NONE };
  RuaMarketReceiver receiver;

  order.id = rua_column_read_text (rua_table_peek_column (tables->orders, RUA_ORDER_FIELD_ID), row, NULL);
  find_receiver (tables, row, &receiver);
  if (order.id == NULL || receiver.hub == RUA_NO_ROW) {
    rua_market_reader_tell (self, tables->orders, row, order.id == NULL ? RUA_ORDER_FIELD_ID : RUA_ORDER_FIELD_HUB, RUA_ERROR_MISSING,
                            order.id == NULL ? "an order in a market needs an id" : "neither the order nor its household nor its group tells a hub", "tell it");
    return;
  }
  if (!read_products (self, tables, row, &order.products) || !read_numbers (self, tables, row, receiver.household, &order))
    return;
  order.hub = rua_market_reader_hub (self, receiver.hub);
  order.certificates = read_needed (self, tables, row);
  order.limit = limit_of (self, tables, &receiver);
  order.excluded = find_exclusion (self, tables, row, receiver.hub);
  g_array_append_val (self->reading->orders, order);
  g_array_append_val (self->reading->receivers, receiver);
}

void
rua_market_read_demand (RuaMarketReader *self)
{
  const Tables tables = {
    rua_market_reading_table (self->reading, "order"),
    rua_market_reading_table (self->reading, "household"),
    rua_market_reading_table (self->reading, "consumer-group"),
    rua_market_reading_table (self->reading, "hub"),
    rua_market_reading_table (self->reading, "order-cycle"),
  };
  RuaColumn *cycles = rua_table_peek_column (tables.orders, RUA_ORDER_FIELD_ORDER_CYCLE);

  for (guint32 row = 0; row < rua_table_get_n_rows (tables.orders) && !g_cancellable_is_cancelled (self->cancellable); row++)
    if (rua_table_is_alive (tables.orders, row) && rua_market_reader_in_round (self, cycles, row))
      read_order (self, &tables, row);
}
