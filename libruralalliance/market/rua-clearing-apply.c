/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-clearing-private.h"

#include <string.h>

#include "rua-edits-private.h"
#include "rua-kinds-private.h"

/* What was cleared, written back: allocations and shortfalls take the place of those that an earlier clearing of the
 * same orders left, but for what was handed out. */

static gboolean
is_unchanged (RuaClearing *self, GError **error)
{
  const RuaMarketReading *reading = self->outcome->reading;
  g_autoptr (RuaAlliance) snapshot = rua_alliance_snapshot (self->alliance);
  g_autoptr (RuaMarketReading) now = rua_market_reading_new (snapshot, reading->cycle, reading->day, NULL, NULL);

  if (now != NULL && rua_market_reading_equal (reading, now))
    return TRUE;
  g_set_error_literal (error, RUA_ERROR, RUA_ERROR_FAILED, "the offers, the orders or what they are traded on have changed since the market was cleared; clear it again");
  return FALSE;
}

/* Records of the kind that are of orders of this market, but for those that @is_kept. */
static gboolean
remove_rows (RuaClearing *self, const char *kind, guint order_field, guint kept_field, GError **error)
{
  RuaTable *table = rua_alliance_get_table (self->alliance, kind);
  g_autoptr (GPtrArray) leaving = g_ptr_array_new_with_free_func (g_object_unref);
  /* Orders that came after the market was cleared are none of its own. */
  guint32 n_orders = rua_table_get_n_rows (rua_market_reading_table (self->outcome->reading, "order"));

  for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
    guint32 order;

    if (!rua_table_is_alive (table, row) || (kept_field != 0 && rua_column_is_known (rua_table_peek_column (table, kept_field), row)))
      continue;
    order = rua_market_read_row (table, row, order_field);
    if (order < n_orders && self->outcome->order_places[order] != RUA_MARKET_NONE)
      g_ptr_array_add (leaving, rua_table_dup_record_at_row (table, row));
  }
  for (guint i = 0; i < leaving->len; i++)
    if (!rua_table_remove (table, leaving->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
set_row (RuaClearing *self, RuaRecord *record, const char *field, const char *kind, guint32 row, GError **error)
{
  g_autoptr (RuaRecord) target = rua_table_dup_record_at_row (rua_alliance_get_table (self->alliance, kind), row);

  return rua_record_set_reference (record, field, target, error);
}

static gboolean
add_allocation (RuaClearing *self, const RuaMarketTrade *trade, GError **error)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (self->alliance, "allocation");
  gint64 fees, solidarity;

  rua_clearing_split_unit (self, trade, &fees, &solidarity);
  return set_row (self, record, "order", "order", rua_clearing_peek_receiver (self, trade->order)->order, error)
         && set_row (self, record, "lot", "lot", rua_clearing_peek_origin (self, trade->lot)->lot, error)
         && rua_record_set_integer (record, "quantity", trade->quantity, error)
         && rua_record_set_money (record, "producer_price", trade->producer_price, error)
         && rua_record_set_money (record, "consumer_price", trade->consumer_price, error)
         && rua_record_set_money (record, "transport", trade->transport, error) && rua_record_set_money (record, "fees", fees, error)
         && rua_record_set_money (record, "solidarity", solidarity, error) && rua_alliance_add (self->alliance, record, error);
}

static gboolean
add_shortfall (RuaClearing *self, const RuaMarketUnmet *unmet, GError **error)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (self->alliance, "shortfall");

  return set_row (self, record, "order", "order", rua_clearing_peek_receiver (self, unmet->order)->order, error)
         && rua_record_set_integer (record, "quantity", unmet->quantity, error)
         && rua_record_set_text (record, "cause", rua_clearing_cause_token (self, unmet), error) && rua_alliance_add (self->alliance, record, error);
}

/* While records are appended in bulk nothing can be taken back: half of an outcome would stay. */
gboolean
rua_market_begin_change (RuaAlliance *alliance, const char *title, GError **error)
{
  if (rua_alliance_is_appending (alliance)) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_FAILED, "records are being appended in bulk; commit or roll back that first");
    return FALSE;
  }
  return rua_alliance_begin (alliance, title, error);
}

gboolean
rua_market_mark_rounds (RuaAlliance *alliance, const RuaMarketReading *reading, const char *status, GError **error)
{
  RuaTable *cycles = rua_alliance_get_table (alliance, "order-cycle"), *orders = rua_alliance_get_table (alliance, "order");
  g_autofree guint8 *ours = g_new0 (guint8, rua_table_get_n_rows (cycles) + 1);

  if (reading->cycle != RUA_NO_ROW)
    ours[reading->cycle] = 1;
  for (guint i = 0; i < reading->receivers->len; i++) {
    guint32 cycle = rua_market_read_row (orders, g_array_index (reading->receivers, RuaMarketReceiver, i).order, RUA_ORDER_FIELD_ORDER_CYCLE);

    if (cycle != RUA_NO_ROW)
      ours[cycle] = 1;
  }
  for (guint32 row = 0; row < rua_table_get_n_rows (cycles); row++) {
    g_autoptr (RuaRecord) cycle = ours[row] ? rua_table_dup_record_at_row (cycles, row) : NULL;
    const char *now = cycle != NULL ? rua_record_get_text (cycle, "status") : NULL;

    if (cycle == NULL || g_strcmp0 (now, "delivered") == 0 || g_strcmp0 (now, status) == 0)
      continue;
    if (!rua_record_set_text (cycle, "status", status, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_back (RuaClearing *self, GError **error)
{
  const RuaMarketSolution *solution = self->outcome->solution;

  if (!remove_rows (self, "allocation", RUA_ALLOCATION_FIELD_ORDER, RUA_ALLOCATION_FIELD_DELIVERED_QUANTITY, error)
      || !remove_rows (self, "shortfall", RUA_SHORTFALL_FIELD_ORDER, 0, error))
    return FALSE;
  for (guint32 i = 0; i < solution->n_trades; i++)
    if (!add_allocation (self, &solution->trades[i], error))
      return FALSE;
  for (guint32 i = 0; i < solution->n_unmet; i++)
    if (!add_shortfall (self, &solution->unmet[i], error))
      return FALSE;
  return rua_market_mark_rounds (self->alliance, self->outcome->reading, "cleared", error);
}

/**
 * rua_clearing_apply:
 * @self: a clearing
 * @error: return location for an error
 *
 * Writes the outcome into the alliance, as one change that can be undone: an allocation for each order and lot that
 * were brought together, a shortfall for each cause for which an order was not met, and the status of the round.
 * They take the place of what an earlier clearing of the same orders left; allocations that were handed out stay.
 *
 * Returns: %FALSE with %RUA_ERROR_FAILED when the market has changed since it was cleared, a change is being made, or
 *   records are being appended in bulk; or an error when a record that has to go is referred to; then nothing is written
 *
 * Since: 1.0
 */
gboolean
rua_clearing_apply (RuaClearing *self, GError **error)
{
  g_autofree char *title = NULL;
  const char *cycle;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  if (!is_unchanged (self, error))
    return FALSE;
  cycle = rua_clearing_peek_id (self, "order-cycle", self->outcome->reading->cycle);
  title = cycle != NULL ? g_strdup_printf ("market cleared: %s, %s", cycle, self->date) : g_strdup_printf ("market cleared: %s", self->date);
  if (!rua_market_begin_change (self->alliance, title, error))
    return FALSE;
  if (!write_back (self, error)) {
    rua_alliance_rollback (self->alliance, NULL);
    return FALSE;
  }
  return rua_alliance_commit (self->alliance, error);
}
