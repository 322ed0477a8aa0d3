/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-clearing-private.h"

#include <math.h>

#include "rua-clearing-price.h"
#include "rua-json-private.h"

/* A clearing as JSON. It tells ids and figures, no names. */

typedef struct {
  RuaClearing *clearing;
  const RuaMarketReading *reading;
  const RuaMarketSolution *solution;
  RuaJsonWriter *writer;
  guint digits;
} Telling;

static void
write_text (Telling *self, const char *name, const char *text)
{
  rua_json_writer_name (self->writer, name);
  rua_json_writer_string (self->writer, text);
}

static void
write_integer (Telling *self, const char *name, gint64 value)
{
  rua_json_writer_name (self->writer, name);
  rua_json_writer_integer (self->writer, value);
}

static void
write_money (Telling *self, const char *name, gint64 minor)
{
  rua_json_writer_name (self->writer, name);
  rua_json_writer_money (self->writer, minor, self->digits);
}

/* null where it is not defined. */
static void
write_number (Telling *self, const char *name, gboolean known, double value)
{
  rua_json_writer_name (self->writer, name);
  rua_json_writer_number (self->writer, known ? value : NAN);
}

static void
write_sums (Telling *self)
{
  static const struct {
    const char *name;
    RuaClearingSum sum;
  } sums[] = {
    { "consumers", RUA_CLEARING_SUM_CONSUMERS }, { "producers", RUA_CLEARING_SUM_PRODUCERS }, { "transport", RUA_CLEARING_SUM_TRANSPORT },
    { "fees", RUA_CLEARING_SUM_FEES },           { "rents", RUA_CLEARING_SUM_RENTS },         { "subsidies", RUA_CLEARING_SUM_SUBSIDIES },
    { "rounding", RUA_CLEARING_SUM_ROUNDING },   { "gains", RUA_CLEARING_SUM_GAINS },         { "greatest_gains", RUA_CLEARING_SUM_GREATEST_GAINS },
  };

  rua_json_writer_name (self->writer, "money");
  rua_json_writer_begin_object (self->writer, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++) {
    gint64 minor;

    if (rua_clearing_get_sum (self->clearing, sums[i].sum, &minor)) {
      write_money (self, sums[i].name, minor);
    } else {
      rua_json_writer_name (self->writer, sums[i].name);
      rua_json_writer_null (self->writer);
    }
  }
  rua_json_writer_end_object (self->writer);
}

static void
write_figures (Telling *self)
{
  double value = 0;
  gboolean known = rua_clearing_get_fill (self->clearing, &value);

  write_number (self, "fill", known, value);
  write_number (self, "price_of_fairness", TRUE, rua_clearing_get_price_of_fairness (self->clearing));
  known = rua_clearing_get_jain (self->clearing, &value);
  write_number (self, "jain", known, value);
  known = rua_clearing_get_smallest_fill (self->clearing, &value);
  write_number (self, "smallest_fill", known, value);
  write_integer (self, "envious_pairs", (gint64) rua_clearing_get_n_envious (self->clearing));
  write_number (self, "guaranteed", TRUE, rua_clearing_get_guaranteed (self->clearing));
}

static void
write_certificate (Telling *self)
{
  g_auto (GStrv) checks = rua_clearing_list_checks (self->clearing);
  g_autofree char *primal = rua_market_total_to_string (self->solution->certificate.primal);
  g_autofree char *dual = rua_market_total_to_string (self->solution->certificate.dual);

  rua_json_writer_name (self->writer, "certificate");
  rua_json_writer_begin_object (self->writer, FALSE);
  rua_json_writer_name (self->writer, "holds");
  rua_json_writer_begin_array (self->writer, TRUE);
  for (guint i = 0; checks[i] != NULL; i++)
    rua_json_writer_string (self->writer, checks[i]);
  rua_json_writer_end_array (self->writer);
  write_text (self, "primal", primal);
  write_text (self, "dual", dual);
  rua_json_writer_end_object (self->writer);
}

static void
write_record (Telling *self, const char *name, RuaRecord *record)
{
  if (record != NULL)
    write_text (self, name, rua_record_get_id (record));
}

static void
write_prices (Telling *self)
{
  g_autoptr (GListModel) prices = rua_clearing_list_prices (self->clearing);

  rua_json_writer_name (self->writer, "prices");
  rua_json_writer_begin_array (self->writer, FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (prices); i++) {
    g_autoptr (RuaClearingPrice) price = g_list_model_get_item (prices, i);
    g_autoptr (RuaProduct) product = rua_clearing_price_dup_product (price);
    g_autoptr (RuaHub) hub = rua_clearing_price_dup_hub (price);
    g_autoptr (RuaSite) site = rua_clearing_price_dup_site (price);
    g_auto (GStrv) standards = rua_clearing_price_list_standards (price);

    rua_json_writer_begin_object (self->writer, TRUE);
    write_record (self, "product", (RuaRecord *) product);
    write_record (self, "hub", (RuaRecord *) hub);
    write_record (self, "site", (RuaRecord *) site);
    if (standards[0] != NULL) {
      rua_json_writer_name (self->writer, "standards");
      rua_json_writer_begin_array (self->writer, TRUE);
      for (guint k = 0; standards[k] != NULL; k++)
        rua_json_writer_string (self->writer, standards[k]);
      rua_json_writer_end_array (self->writer);
    }
    write_money (self, "low", rua_clearing_price_get_low (price));
    write_money (self, "high", rua_clearing_price_get_high (price));
    write_integer (self, "quantity", rua_clearing_price_get_quantity (price));
    rua_json_writer_end_object (self->writer);
  }
  rua_json_writer_end_array (self->writer);
}

static void
write_allocations (Telling *self)
{
  rua_json_writer_name (self->writer, "allocations");
  rua_json_writer_begin_array (self->writer, FALSE);
  for (guint32 i = 0; i < self->solution->n_trades; i++) {
    const RuaMarketTrade *trade = &self->solution->trades[i];
    gint64 fees, solidarity;

    rua_clearing_split_unit (self->clearing, trade, &fees, &solidarity);
    rua_json_writer_begin_object (self->writer, TRUE);
    write_text (self, "order", self->reading->problem.orders[trade->order].id);
    write_text (self, "offer", self->reading->problem.lots[trade->lot].id);
    write_text (self, "lot", rua_clearing_peek_id (self->clearing, "lot", rua_clearing_peek_origin (self->clearing, trade->lot)->lot));
    write_integer (self, "quantity", trade->quantity);
    write_money (self, "producer_price", trade->producer_price);
    write_money (self, "transport", trade->transport);
    write_money (self, "fees", fees);
    write_money (self, "solidarity", solidarity);
    write_money (self, "consumer_price", trade->consumer_price);
    rua_json_writer_end_object (self->writer);
  }
  rua_json_writer_end_array (self->writer);
}

static int
compare_orders (gconstpointer a, gconstpointer b, gpointer data)
{
  const RuaMarketOrder *orders = data;

  return g_strcmp0 (orders[*(const guint32 *) a].id, orders[*(const guint32 *) b].id);
}

static int
compare_lots (gconstpointer a, gconstpointer b, gpointer data)
{
  const RuaMarketLot *lots = data;

  return g_strcmp0 (lots[*(const guint32 *) a].id, lots[*(const guint32 *) b].id);
}

/* The order of records in a table says nothing: all is told by id. */
static guint32 *
sorted_places (guint32 n, GCompareDataFunc compare, gconstpointer of)
{
  guint32 *places = g_new (guint32, n + 1);

  for (guint32 i = 0; i < n; i++)
    places[i] = i;
  g_qsort_with_data (places, (gint) n, sizeof *places, compare, (gpointer) of);
  return places;
}

/* By cause; two limits of one sort are one member. */
static void
write_unmet (Telling *self, guint32 place)
{
  const RuaMarketUnmet *unmet = self->solution->unmet;
  guint32 first = self->clearing->outcome->first_unmet[place];

  rua_json_writer_name (self->writer, "unmet");
  rua_json_writer_begin_object (self->writer, TRUE);
  for (guint32 i = first; i < self->solution->n_unmet && unmet[i].order == place; i++) {
    const char *token = rua_clearing_cause_token (self->clearing, &unmet[i]);
    gboolean told = FALSE;
    gint64 quantity = 0;

    for (guint32 k = first; k < self->solution->n_unmet && unmet[k].order == place; k++)
      if (g_str_equal (token, rua_clearing_cause_token (self->clearing, &unmet[k]))) {
        told |= k < i;
        quantity += unmet[k].quantity;
      }
    if (!told)
      write_integer (self, token, quantity);
  }
  rua_json_writer_end_object (self->writer);
}

static void
write_orders (Telling *self)
{
  const RuaMarketProblem *problem = &self->reading->problem;
  g_autofree guint32 *places = sorted_places (problem->n_orders, compare_orders, problem->orders);

  rua_json_writer_name (self->writer, "orders");
  rua_json_writer_begin_array (self->writer, FALSE);
  for (guint32 i = 0; i < problem->n_orders; i++) {
    guint32 place = places[i];
    const RuaMarketOrderResult *result = &self->solution->orders[place];

    rua_json_writer_begin_object (self->writer, TRUE);
    write_text (self, "id", problem->orders[place].id);
    write_integer (self, "ordered", problem->orders[place].quantity);
    if (self->clearing->outcome->delivered_to[place] > 0)
      write_integer (self, "delivered", self->clearing->outcome->delivered_to[place]);
    write_integer (self, "filled", result->filled + self->clearing->outcome->delivered_to[place]);
    if (result->has_price)
      write_money (self, "price", result->consumer_price);
    if (result->unmet > 0)
      write_unmet (self, place);
    rua_json_writer_end_object (self->writer);
  }
  rua_json_writer_end_array (self->writer);
}

static void
write_offers (Telling *self)
{
  const RuaMarketProblem *problem = &self->reading->problem;
  g_autofree guint32 *places = sorted_places (problem->n_lots, compare_lots, problem->lots);

  rua_json_writer_name (self->writer, "offers");
  rua_json_writer_begin_array (self->writer, FALSE);
  for (guint32 i = 0; i < problem->n_lots; i++) {
    guint32 place = places[i];
    const RuaMarketLotResult *result = &self->solution->lots[place];

    rua_json_writer_begin_object (self->writer, TRUE);
    write_text (self, "id", problem->lots[place].id);
    write_integer (self, "offered", problem->lots[place].quantity);
    if (self->clearing->outcome->delivered_from[place] > 0)
      write_integer (self, "delivered", self->clearing->outcome->delivered_from[place]);
    write_integer (self, "sold", result->sold + self->clearing->outcome->delivered_from[place]);
    if (result->has_price)
      write_money (self, "price", result->producer_price);
    rua_json_writer_end_object (self->writer);
  }
  rua_json_writer_end_array (self->writer);
}

/**
 * rua_clearing_to_json:
 * @self: a clearing
 *
 * Gives the outcome as JSON, as `ruralalliance clear --format json` prints it: date, policy, figures, sums of money, certificate,
 * prices, orders, offers and allocations, by their ids. Amounts are decimals of the alliance's currency. What is not defined is null.
 *
 * Returns: (transfer full): the text, which ends with a new line
 *
 * Since: 1.0
 */
char *
rua_clearing_to_json (RuaClearing *self)
{
  g_autoptr (RuaJsonWriter) writer = NULL;
  g_autofree char *policy = NULL, *compact = NULL;
  GString *out;
  Telling telling;

  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  out = g_string_new (NULL);
  writer = rua_json_writer_new (out, TRUE);
  telling = (Telling){ self, self->outcome->reading, self->outcome->solution, writer, rua_alliance_get_currency_digits (self->outcome->reading->alliance) };
  policy = rua_policy_to_json (self->policy);
  compact = rua_json_canonicalise (policy, -1, NULL);
  rua_json_writer_begin_object (writer, FALSE);
  if (self->outcome->reading->cycle != RUA_NO_ROW)
    write_text (&telling, "order_cycle", rua_clearing_peek_id (self, "order-cycle", self->outcome->reading->cycle));
  write_text (&telling, "date", self->date);
  rua_json_writer_name (writer, "policy");
  rua_json_writer_raw (writer, compact, FALSE);
  write_figures (&telling);
  write_sums (&telling);
  write_certificate (&telling);
  write_prices (&telling);
  write_orders (&telling);
  write_offers (&telling);
  write_allocations (&telling);
  rua_json_writer_end_object (writer);
  g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}
