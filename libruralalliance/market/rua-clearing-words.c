/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-clearing-private.h"

#include "rua-kinds-private.h"
#include "rua-messages-private.h"

/* Why, in words: read from the prices and the binding limits of the solution. */

/* "12.50 CNY" */
static char *
say_money (RuaClearing *self, gint64 minor)
{
  RuaAlliance *alliance = self->outcome->reading->alliance;
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (alliance);
  const char *currency = rua_profile_get_currency (profile);
  guint digits = rua_alliance_get_currency_digits (alliance);
  guint64 size = minor < 0 ? -(guint64) minor : (guint64) minor, scale = 1;
  g_autofree char *decimals = NULL;

  for (guint i = 0; i < digits; i++)
    scale *= 10;
  decimals = digits > 0 ? g_strdup_printf (".%0*" G_GUINT64_FORMAT, (int) digits, size % scale) : g_strdup ("");
  return g_strdup_printf ("%s%" G_GUINT64_FORMAT "%s%s%s", minor < 0 ? "-" : "", size / scale, decimals, currency != NULL ? " " : "", currency != NULL ? currency : "");
}

/* "1,200 g": the quantity with what the product is counted in. */
static char *
say_quantity (RuaClearing *self, gint64 quantity, guint32 product)
{
  RuaTable *products = rua_market_reading_table (self->outcome->reading, "product");
  guint32 row = g_array_index (self->outcome->reading->product_rows, guint32, product);
  const char *unit = rua_column_read_text (rua_table_peek_column (products, RUA_PRODUCT_FIELD_QUANTITY_UNIT), row, NULL);

  return unit != NULL && unit[0] != '\0' ? g_strdup_printf ("%" G_GINT64_FORMAT " × %s", quantity, unit) : g_strdup_printf ("%" G_GINT64_FORMAT, quantity);
}

static char *
say_price (RuaClearing *self, guint32 place, const char *quantity)
{
  const RuaMarketOrder *order = rua_clearing_peek_order (self, place);
  const RuaMarketOrderResult *result = &self->outcome->solution->orders[place];
  g_autofree char *most = say_money (self, order->maximum), *price = NULL;

  if (!result->has_price)
    return g_strdup_printf (_("%1$s: the most that you pay, %2$s for each, does not cover what producers want, transport and fees."), quantity, most);
  price = say_money (self, result->consumer_price);
  return g_strdup_printf (_("%1$s: each costs %3$s with transport and fees, and the most that you pay is %2$s."), quantity, most, price);
}

static char *
say_cause (RuaClearing *self, const RuaMarketUnmet *unmet)
{
  const RuaMarketReading *reading = self->outcome->reading;
  const RuaMarketOrder *order = rua_clearing_peek_order (self, unmet->order);
  g_autofree char *quantity = say_quantity (self, unmet->quantity, reading->problem.product_lists[order->products].members[0]);

  switch (unmet->cause) {
  case RUA_MARKET_CAUSE_CANCELLED:
    return g_strdup_printf (_("%s: the order was cancelled."), quantity);
  case RUA_MARKET_CAUSE_HUB_CLOSED:
    return g_strdup_printf (_("%s: the hub is closed on that day, or takes no part in the round."), quantity);
  case RUA_MARKET_CAUSE_WINDOW:
    return g_strdup_printf (_("%s: goods are not handed out in the time that was asked for, or the order came when the round took none."), quantity);
  case RUA_MARKET_CAUSE_NO_SUPPLY:
    return g_strdup_printf (_("%s: nobody offered so much."), quantity);
  case RUA_MARKET_CAUSE_DATE:
    return g_strdup_printf (_("%s: what is offered is not ready on that day, has expired, or was withdrawn."), quantity);
  case RUA_MARKET_CAUSE_CERTIFICATE:
    return g_strdup_printf (_("%s: what is offered does not carry the certificates that you need on that day."), quantity);
  case RUA_MARKET_CAUSE_NOT_LINKED:
    return g_strdup_printf (_("%s: what is offered does not come to your hub."), quantity);
  case RUA_MARKET_CAUSE_PRICE:
    return say_price (self, unmet->order, quantity);
  case RUA_MARKET_CAUSE_LIMIT:
    if (unmet->limit_of_supply)
      return g_strdup_printf (_("%s: the producers who could have brought it had no more that they could bring."), quantity);
    switch (g_array_index (reading->demand_holders, RuaMarketHolder, unmet->limit).scope) {
    case RUA_MARKET_SCOPE_HOUSEHOLD:
      return g_strdup_printf (_("%s: more than your household can take in one round."), quantity);
    case RUA_MARKET_SCOPE_GROUP:
      return g_strdup_printf (_("%s: your group could take no more in this round."), quantity);
    default:
      return g_strdup_printf (_("%s: your hub could handle no more in this round."), quantity);
    }
  case RUA_MARKET_CAUSE_ROUTE:
    return g_strdup_printf (_("%s: the way to your hub carries no more in one round."), quantity);
  case RUA_MARKET_CAUSE_OUTBID:
    return g_strdup_printf (_("%s: goods were short, and others pay more."), quantity);
  case RUA_MARKET_CAUSE_PRIORITY:
    return g_strdup_printf (_("%s: goods were short, and orders that are served first took them."), quantity);
  case RUA_MARKET_CAUSE_FAIRNESS:
    return g_strdup_printf (_("%s: goods were short, and are shared out in equal parts of what everybody is entitled to."), quantity);
  default:
    g_assert_not_reached ();
  }
}

char *
rua_clearing_say_order (RuaClearing *self, guint32 place)
{
  const RuaMarketReading *reading = self->outcome->reading;
  const RuaMarketSolution *solution = self->outcome->solution;
  const RuaMarketOrder *order = rua_clearing_peek_order (self, place);
  guint32 product = reading->problem.product_lists[order->products].members[0];
  gint64 filled = solution->orders[place].filled + self->outcome->delivered_to[place];
  g_autofree char *got = say_quantity (self, filled, product), *asked = say_quantity (self, order->quantity, product);
  GString *out = g_string_new (NULL);

  if (filled == order->quantity)
    g_string_append_printf (out, _("You get all of the %s that you ordered."), asked);
  else if (filled == 0)
    g_string_append_printf (out, _("You get nothing of the %s that you ordered."), asked);
  else
    g_string_append_printf (out, _("You get %1$s of the %2$s that you ordered."), got, asked);
  for (guint32 i = self->outcome->first_unmet[place]; i < solution->n_unmet && solution->unmet[i].order == place; i++) {
    g_autofree char *cause = say_cause (self, &solution->unmet[i]);

    g_string_append_printf (out, " %s", cause);
  }
  return g_string_free (out, FALSE);
}

char *
rua_clearing_say_offer (RuaClearing *self, guint32 place)
{
  const RuaMarketLot *lot = rua_clearing_peek_lot (self, place);
  const RuaMarketLotResult *result = &self->outcome->solution->lots[place];
  gint64 sold = result->sold + self->outcome->delivered_from[place];
  g_autofree char *some = say_quantity (self, sold, lot->product), *all = say_quantity (self, lot->quantity, lot->product), *price = NULL;

  if (lot->excluded == RUA_MARKET_OUT_CANCELLED)
    return g_strdup_printf (_("The offer of %s was withdrawn."), all);
  if (lot->excluded == RUA_MARKET_OUT_DATE)
    return g_strdup_printf (_("The %s are not ready on that day, or have expired."), all);
  if (sold == lot->quantity)
    return g_strdup_printf (_("All of the %s are sold."), all);
  price = say_money (self, lot->reserve);
  if (sold == 0)
    return g_strdup_printf (_("Nothing of the %1$s is sold: nobody whom it reaches still pays %2$s for each, with transport and fees."), all, price);
  return g_strdup_printf (_("%1$s of the %2$s are sold: for the rest nobody whom it reaches still pays %3$s for each, with transport and fees."), some, all, price);
}
