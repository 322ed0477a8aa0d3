/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-clearing.h"
#include "rua-market-reading-private.h"
#include "rua-market-solution-private.h"

G_BEGIN_DECLS

/* What was solved, and what came of it: shared by a clearing and by the market that goes on from it. */
typedef struct {
  gatomicrefcount refs;
  GMutex lock; /* of the trees that the solution lends */
  RuaMarketReading *reading;
  RuaMarketRules rules;
  RuaMarketSolution *solution;
  gint64 *delivered_to;   /* by order: what is handed out already */
  gint64 *delivered_from; /* by lot */
  guint32 *first_trade;   /* by order, and one behind the last */
  guint32 *first_unmet;
  guint32 *order_places;  /* by row of orders: place, or RUA_MARKET_NONE */
  guint32 *offer_places;
} RuaMarketOutcome;

/* Takes both. */
RuaMarketOutcome *rua_market_outcome_new (RuaMarketReading *reading, const RuaMarketRules *rules, RuaMarketSolution *solution);
RuaMarketOutcome *rua_market_outcome_ref (RuaMarketOutcome *self);
void rua_market_outcome_unref (RuaMarketOutcome *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaMarketOutcome, rua_market_outcome_unref)

struct _RuaClearing {
  GObject parent_instance;

  RuaAlliance *alliance; /* the one that was cleared, as it goes on */
  RuaPolicy *policy;
  char *date;
  RuaMarketOutcome *outcome;
};

RuaClearing *rua_clearing_new (RuaAlliance *alliance, RuaPolicy *policy, const char *date, RuaMarketOutcome *outcome);

/* By place among the problem's orders; all of these are borrowed or by value. */
const RuaMarketOrder *rua_clearing_peek_order (RuaClearing *self, guint32 place);
const RuaMarketLot *rua_clearing_peek_lot (RuaClearing *self, guint32 place);
const RuaMarketReceiver *rua_clearing_peek_receiver (RuaClearing *self, guint32 place);
const RuaMarketOrigin *rua_clearing_peek_origin (RuaClearing *self, guint32 place);
/* The row's own id in its table, borrowed; NULL where it has none. */
const char *rua_clearing_peek_id (RuaClearing *self, const char *kind, guint32 row);
/* RUA_MARKET_NONE where the record takes no part; records are found by their ids. */
guint32 rua_clearing_find_order (RuaClearing *self, RuaRecord *order);
guint32 rua_clearing_find_offer (RuaClearing *self, RuaRecord *offer);
/* The word of the model for why a quantity is not met. */
const char *rua_clearing_cause_token (RuaClearing *self, const RuaMarketUnmet *unmet);
/* What of each unit's price goes to the solidarity account (rent and rounding, less the subsidy), and what are fees;
 * with transport and the producer's price they are the consumer's. */
void rua_clearing_split_unit (RuaClearing *self, const RuaMarketTrade *trade, gint64 *fees, gint64 *solidarity);
/* Refused also while records are being appended in bulk. */
gboolean rua_market_begin_change (RuaAlliance *alliance, const char *title, GError **error);
/* The status of the rounds whose orders are in the market; one that was handed out stays so. */
gboolean rua_market_mark_rounds (RuaAlliance *alliance, const RuaMarketReading *reading, const char *status, GError **error);
/* One sentence for each reason why the order of this place was not met in full, and how much it gets; in this
 * thread's language. */
char *rua_clearing_say_order (RuaClearing *self, guint32 place);
char *rua_clearing_say_offer (RuaClearing *self, guint32 place);

G_END_DECLS
