/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-clearing-private.h"

#include <string.h>

static guint32 *
places_of (RuaTable *table, guint32 n, const GArray *rows, guint size, guint offset)
{
  guint32 *places = g_new (guint32, rua_table_get_n_rows (table) + 1);

  for (guint32 i = 0; i <= rua_table_get_n_rows (table); i++)
    places[i] = RUA_MARKET_NONE;
  for (guint32 i = 0; i < n; i++) {
    guint32 row;

    memcpy (&row, rows->data + (gsize) i * size + offset, sizeof row);
    places[row] = i;
  }
  return places;
}

/* Trades are by order's id; by place they are told first. The solution keeps those of an order together. */
static void
find_firsts (RuaMarketOutcome *self)
{
  guint32 n = self->reading->problem.n_orders;

  self->first_trade = g_new (guint32, n + 1);
  self->first_unmet = g_new (guint32, n + 1);
  for (guint32 i = 0; i <= n; i++)
    self->first_trade[i] = self->first_unmet[i] = RUA_MARKET_NONE;
  for (guint32 i = self->solution->n_trades; i > 0; i--)
    self->first_trade[self->solution->trades[i - 1].order] = i - 1;
  for (guint32 i = self->solution->n_unmet; i > 0; i--)
    self->first_unmet[self->solution->unmet[i - 1].order] = i - 1;
}

RuaMarketOutcome *
rua_market_outcome_new (RuaMarketReading *reading, const RuaMarketRules *rules, RuaMarketSolution *solution)
{
  RuaMarketOutcome *self = g_new0 (RuaMarketOutcome, 1);
  const RuaMarketProblem *problem = &reading->problem;

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->reading = reading;
  self->rules = *rules;
  self->solution = solution;
  self->delivered_to = g_new0 (gint64, problem->n_orders + 1);
  self->delivered_from = g_new0 (gint64, problem->n_lots + 1);
  for (guint32 i = 0; i < problem->n_delivered; i++) {
    self->delivered_to[problem->delivered[i].order] += problem->delivered[i].quantity;
    self->delivered_from[problem->delivered[i].lot] += problem->delivered[i].quantity;
  }
  find_firsts (self);
  self->order_places = places_of (rua_market_reading_table (reading, "order"), problem->n_orders, reading->receivers, sizeof (RuaMarketReceiver),
                                  G_STRUCT_OFFSET (RuaMarketReceiver, order));
  self->offer_places = places_of (rua_market_reading_table (reading, "offer"), problem->n_lots, reading->origins, sizeof (RuaMarketOrigin),
                                  G_STRUCT_OFFSET (RuaMarketOrigin, offer));
  return self;
}

RuaMarketOutcome *
rua_market_outcome_ref (RuaMarketOutcome *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
rua_market_outcome_unref (RuaMarketOutcome *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  rua_market_solution_free (self->solution);
  rua_market_reading_free (self->reading);
  g_free (self->delivered_to);
  g_free (self->delivered_from);
  g_free (self->first_trade);
  g_free (self->first_unmet);
  g_free (self->order_places);
  g_free (self->offer_places);
  g_mutex_clear (&self->lock);
  g_free (self);
}
