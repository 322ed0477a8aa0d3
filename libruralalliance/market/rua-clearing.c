/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-clearing-private.h"

#include <math.h>
#include <string.h>

#include "rua-kinds-private.h"
#include "rua-made-list-private.h"
#include "rua-policy-private.h"

/**
 * RuaClearing:
 *
 * What came of a market that was cleared: who gets what from whom, at what prices, what was not met and why, and what
 * fairness cost.
 *
 * Every clearing carries its certificate: that goods and money are conserved, limits and minima kept, nobody sells below
 * the reserve price or buys above the maximum, and that no other allocation gains more without taking back what an
 * earlier stage decided. It was checked on this very outcome; one that fails is an error and no clearing.
 *
 * Allocations and shortfalls are records ([class@RuralAlliance.Allocation], [class@RuralAlliance.Shortfall]) that stand
 * in no alliance yet; [method@RuralAlliance.Clearing.apply] writes them back.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (RuaClearing, rua_clearing, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (RuaClearingSum, rua_clearing_sum,
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_CONSUMERS, "consumers"),
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_PRODUCERS, "producers"),
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_TRANSPORT, "transport"),
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_FEES, "fees"),
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_RENTS, "rents"),
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_SUBSIDIES, "subsidies"),
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_ROUNDING, "rounding"),
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_GAINS, "gains"),
                    G_DEFINE_ENUM_VALUE (RUA_CLEARING_SUM_GREATEST_GAINS, "greatest-gains"))

static void
rua_clearing_finalize (GObject *object)
{
  RuaClearing *self = RUA_CLEARING (object);

  g_clear_object (&self->alliance);
  g_clear_object (&self->policy);
  g_clear_pointer (&self->outcome, rua_market_outcome_unref);
  g_free (self->date);
  G_OBJECT_CLASS (rua_clearing_parent_class)->finalize (object);
}

static void
rua_clearing_class_init (RuaClearingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_clearing_finalize;
}

static void
rua_clearing_init (RuaClearing *self G_GNUC_UNUSED)
{
}

RuaClearing *
rua_clearing_new (RuaAlliance *alliance, RuaPolicy *policy, const char *date, RuaMarketOutcome *outcome)
{
  RuaClearing *self = g_object_new (RUA_TYPE_CLEARING, NULL);

  self->alliance = g_object_ref (alliance);
  self->policy = g_object_ref (policy);
  self->date = g_strdup (date);
  self->outcome = rua_market_outcome_ref (outcome);
  return self;
}

/* ---- places ---- */

const RuaMarketOrder *
rua_clearing_peek_order (RuaClearing *self, guint32 place)
{
  return &self->outcome->reading->problem.orders[place];
}

const RuaMarketLot *
rua_clearing_peek_lot (RuaClearing *self, guint32 place)
{
  return &self->outcome->reading->problem.lots[place];
}

const RuaMarketReceiver *
rua_clearing_peek_receiver (RuaClearing *self, guint32 place)
{
  return &g_array_index (self->outcome->reading->receivers, RuaMarketReceiver, place);
}

const RuaMarketOrigin *
rua_clearing_peek_origin (RuaClearing *self, guint32 place)
{
  return &g_array_index (self->outcome->reading->origins, RuaMarketOrigin, place);
}

const char *
rua_clearing_peek_id (RuaClearing *self, const char *kind, guint32 row)
{
  RuaTable *table = rua_market_reading_table (self->outcome->reading, kind);

  return row != RUA_NO_ROW ? rua_column_read_text (rua_table_peek_column (table, 0), row, NULL) : NULL;
}

static guint32
find_place (RuaClearing *self, const char *kind, const guint32 *places, RuaRecord *record)
{
  const char *id = rua_record_get_id (record);
  guint32 row = id != NULL ? rua_table_find_row (rua_market_reading_table (self->outcome->reading, kind), id, -1) : RUA_NO_ROW;

  return row != RUA_NO_ROW ? places[row] : RUA_MARKET_NONE;
}

guint32
rua_clearing_find_order (RuaClearing *self, RuaRecord *order)
{
  return find_place (self, "order", self->outcome->order_places, order);
}

guint32
rua_clearing_find_offer (RuaClearing *self, RuaRecord *offer)
{
  return find_place (self, "offer", self->outcome->offer_places, offer);
}

const char *
rua_clearing_cause_token (RuaClearing *self, const RuaMarketUnmet *unmet)
{
  const RuaMarketReading *reading = self->outcome->reading;

  if (unmet->cause == RUA_MARKET_CAUSE_ROUTE)
    return "route_limit";
  if (unmet->cause != RUA_MARKET_CAUSE_LIMIT)
    return rua_market_cause_get_token (unmet->cause);
  if (unmet->limit_of_supply)
    return "producer_limit";
  switch (g_array_index (reading->demand_holders, RuaMarketHolder, unmet->limit).scope) {
  case RUA_MARKET_SCOPE_HOUSEHOLD:
    return "household_limit";
  case RUA_MARKET_SCOPE_GROUP:
    return "group_limit";
  default:
    return "hub_limit";
  }
}

void
rua_clearing_split_unit (RuaClearing *self, const RuaMarketTrade *trade, gint64 *fees, gint64 *solidarity)
{
  const RuaMarketProblem *problem = &self->outcome->reading->problem;
  const RuaMarketSolution *solution = self->outcome->solution;
  __int128 shares = 0;

  for (guint32 i = 0; i < trade->n_fees; i++)
    shares += problem->fees[solution->fee_amounts[trade->first_fee + i].fee].millionths;
  /* What percentages take of one unit, rounded down; the rest of a unit is rounding. */
  *fees = trade->fixed_fees + (gint64) (shares * trade->consumer_price / 1000000);
  if (self->policy->rents == RUA_POLICY_RENTS_HUB)
    *fees += trade->rent;
  *solidarity = trade->consumer_price - trade->producer_price - trade->transport - *fees;
}

/* ---- what it is of ---- */

/**
 * rua_clearing_get_alliance:
 * @self: a clearing
 *
 * Gets the alliance whose market was cleared.
 *
 * Returns: (transfer none): the alliance
 *
 * Since: 1.0
 */
RuaAlliance *
rua_clearing_get_alliance (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return self->alliance;
}

/**
 * rua_clearing_get_policy:
 * @self: a clearing
 *
 * Gets the policy by which goods were shared out.
 *
 * Returns: (transfer none): the policy
 *
 * Since: 1.0
 */
RuaPolicy *
rua_clearing_get_policy (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return self->policy;
}

/**
 * rua_clearing_get_date:
 * @self: a clearing
 *
 * Gets the day on which goods are handed out.
 *
 * Returns: the day
 *
 * Since: 1.0
 */
const char *
rua_clearing_get_date (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return self->date;
}

/**
 * rua_clearing_get_n_orders:
 * @self: a clearing
 *
 * Counts the orders of the market, those that could not take part among them.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
rua_clearing_get_n_orders (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), 0);
  return self->outcome->reading->problem.n_orders;
}

/**
 * rua_clearing_get_n_offers:
 * @self: a clearing
 *
 * Counts the offers of the market, those that could not take part among them.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
rua_clearing_get_n_offers (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), 0);
  return self->outcome->reading->problem.n_lots;
}

/* ---- lists ---- */

/* References that a detached record has from values of its own cannot fail. */
static void
set_reference (RuaClearing *self, RuaRecord *record, const char *field, const char *kind, guint32 row)
{
  g_autoptr (RuaRecord) target = rua_table_dup_record_at_row (rua_market_reading_table (self->outcome->reading, kind), row);

  rua_record_set_reference (record, field, target, NULL);
}

static gpointer
make_allocation (gpointer owner, guint position)
{
  RuaClearing *self = owner;
  const RuaMarketTrade *trade = &self->outcome->solution->trades[position];
  RuaRecord *record = rua_alliance_new_record (self->outcome->reading->alliance, "allocation");
  gint64 fees, solidarity;

  rua_clearing_split_unit (self, trade, &fees, &solidarity);
  set_reference (self, record, "order", "order", rua_clearing_peek_receiver (self, trade->order)->order);
  set_reference (self, record, "lot", "lot", rua_clearing_peek_origin (self, trade->lot)->lot);
  rua_record_set_integer (record, "quantity", trade->quantity, NULL);
  rua_record_set_money (record, "producer_price", trade->producer_price, NULL);
  rua_record_set_money (record, "consumer_price", trade->consumer_price, NULL);
  rua_record_set_money (record, "transport", trade->transport, NULL);
  rua_record_set_money (record, "fees", fees, NULL);
  rua_record_set_money (record, "solidarity", solidarity, NULL);
  return record;
}

/**
 * rua_clearing_list_allocations:
 * @self: a clearing
 *
 * Lists what each order gets out of which lot, and at what prices, by the ids of orders. What was handed out already is not
 * among them.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Allocation]; each is made when it is asked for
 *
 * Since: 1.0
 */
GListModel *
rua_clearing_list_allocations (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return rua_made_list_new (RUA_TYPE_ALLOCATION, 0, self->outcome->solution->n_trades, make_allocation, G_OBJECT (self));
}

static gpointer
make_shortfall (gpointer owner, guint position)
{
  RuaClearing *self = owner;
  const RuaMarketUnmet *unmet = &self->outcome->solution->unmet[position];
  RuaRecord *record = rua_alliance_new_record (self->outcome->reading->alliance, "shortfall");

  set_reference (self, record, "order", "order", rua_clearing_peek_receiver (self, unmet->order)->order);
  rua_record_set_integer (record, "quantity", unmet->quantity, NULL);
  rua_record_set_text (record, "cause", rua_clearing_cause_token (self, unmet), NULL);
  return record;
}

/**
 * rua_clearing_list_shortfalls:
 * @self: a clearing
 *
 * Lists what was not met, and why: for every order its quantities by cause, which add up to what it did not get.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Shortfall]; each is made when it is asked for
 *
 * Since: 1.0
 */
GListModel *
rua_clearing_list_shortfalls (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return rua_made_list_new (RUA_TYPE_SHORTFALL, 0, self->outcome->solution->n_unmet, make_shortfall, G_OBJECT (self));
}

/* ---- one order, one offer ---- */

/**
 * rua_clearing_get_order:
 * @self: a clearing
 * @order: an order
 * @filled: (out) (optional): what it gets, with what was handed out already
 * @unmet: (out) (optional): what it does not get
 *
 * Gets how far an order was met. The two add up to what was ordered.
 *
 * Returns: %FALSE when the order is none of the market's
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_order (RuaClearing *self, RuaOrder *order, gint64 *filled, gint64 *unmet)
{
  guint32 place;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (RUA_IS_ORDER (order), FALSE);
  place = rua_clearing_find_order (self, RUA_RECORD (order));
  if (place == RUA_MARKET_NONE)
    return FALSE;
  if (filled != NULL)
    *filled = self->outcome->solution->orders[place].filled + self->outcome->delivered_to[place];
  if (unmet != NULL)
    *unmet = self->outcome->solution->orders[place].unmet;
  return TRUE;
}

/**
 * rua_clearing_get_offer:
 * @self: a clearing
 * @offer: an offer
 * @sold: (out) (optional): what of it is sold, with what was handed out already
 * @unsold: (out) (optional): what is not
 *
 * Gets how much of an offer is sold. The two add up to what was offered.
 *
 * Returns: %FALSE when the offer is none of the market's
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_offer (RuaClearing *self, RuaOffer *offer, gint64 *sold, gint64 *unsold)
{
  guint32 place;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (RUA_IS_OFFER (offer), FALSE);
  place = rua_clearing_find_offer (self, RUA_RECORD (offer));
  if (place == RUA_MARKET_NONE)
    return FALSE;
  if (sold != NULL)
    *sold = self->outcome->solution->lots[place].sold + self->outcome->delivered_from[place];
  if (unsold != NULL)
    *unsold = self->outcome->solution->lots[place].unsold;
  return TRUE;
}

/**
 * rua_clearing_get_consumer_price:
 * @self: a clearing
 * @order: an order
 * @minor: (out): the price of one smallest unit, transport and fees included, in minor units
 *
 * Gets the price of what an order asks for, at its hub and with its certificates: also of an order that got nothing, and then
 * it is what others pay.
 *
 * Returns: %FALSE when there is no price: nothing that it could have comes to its hub, or it is none of the market's
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_consumer_price (RuaClearing *self, RuaOrder *order, gint64 *minor)
{
  guint32 place;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (RUA_IS_ORDER (order), FALSE);
  g_return_val_if_fail (minor != NULL, FALSE);
  place = rua_clearing_find_order (self, RUA_RECORD (order));
  if (place == RUA_MARKET_NONE || !self->outcome->solution->orders[place].has_price)
    return FALSE;
  *minor = self->outcome->solution->orders[place].consumer_price;
  return TRUE;
}

/**
 * rua_clearing_get_producer_price:
 * @self: a clearing
 * @offer: an offer
 * @minor: (out): the price of one smallest unit, in minor units
 *
 * Gets what an offer fetches.
 *
 * Returns: %FALSE when there is no price, or the offer is none of the market's
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_producer_price (RuaClearing *self, RuaOffer *offer, gint64 *minor)
{
  guint32 place;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (RUA_IS_OFFER (offer), FALSE);
  g_return_val_if_fail (minor != NULL, FALSE);
  place = rua_clearing_find_offer (self, RUA_RECORD (offer));
  if (place == RUA_MARKET_NONE || !self->outcome->solution->lots[place].has_price)
    return FALSE;
  *minor = self->outcome->solution->lots[place].producer_price;
  return TRUE;
}

/**
 * rua_clearing_explain_order:
 * @self: a clearing
 * @order: an order
 *
 * Says in words, in the language of [func@RuralAlliance.set_language], what an order gets, and why not all of it. The most
 * that others would have paid is not told.
 *
 * Returns: (transfer full) (nullable): the sentences; %NULL when the order is none of the market's
 *
 * Since: 1.0
 */
char *
rua_clearing_explain_order (RuaClearing *self, RuaOrder *order)
{
  guint32 place;

  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  g_return_val_if_fail (RUA_IS_ORDER (order), NULL);
  place = rua_clearing_find_order (self, RUA_RECORD (order));
  return place != RUA_MARKET_NONE ? rua_clearing_say_order (self, place) : NULL;
}

/* ---- figures ---- */

/**
 * rua_clearing_get_sum:
 * @self: a clearing
 * @sum: which sum
 * @minor: (out): the sum, in minor units
 *
 * Gets a sum of money over all allocations. Gains count what was handed out already.
 *
 * Returns: %FALSE when it does not fit into 64 bits
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_sum (RuaClearing *self, RuaClearingSum sum, gint64 *minor)
{
  const RuaMarketSolution *solution;
  __int128 total = 0;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (minor != NULL, FALSE);
  solution = self->outcome->solution;
  switch (sum) {
  case RUA_CLEARING_SUM_CONSUMERS:
    total = solution->paid_by_consumers;
    break;
  case RUA_CLEARING_SUM_PRODUCERS:
    total = solution->paid_to_producers;
    break;
  case RUA_CLEARING_SUM_TRANSPORT:
    total = solution->paid_for_transport;
    break;
  case RUA_CLEARING_SUM_FEES:
    total = solution->paid_in_fees;
    break;
  case RUA_CLEARING_SUM_RENTS:
    total = solution->rents;
    break;
  case RUA_CLEARING_SUM_SUBSIDIES:
    total = solution->uplifts;
    break;
  case RUA_CLEARING_SUM_ROUNDING:
    total = solution->roundings;
    break;
  case RUA_CLEARING_SUM_GAINS:
    total = solution->welfare;
    break;
  case RUA_CLEARING_SUM_GREATEST_GAINS:
    total = solution->most_welfare;
    break;
  default:
    g_return_val_if_reached (FALSE);
  }
  if (total > G_MAXINT64 || total < G_MININT64)
    return FALSE;
  *minor = (gint64) total;
  return TRUE;
}

/**
 * rua_clearing_get_price_of_fairness:
 * @self: a clearing
 *
 * Gets which part of the greatest possible gains the policy gives up: 1 - gains / greatest gains.
 *
 * Returns: the part; 0 where there is nothing to gain
 *
 * Since: 1.0
 */
double
rua_clearing_get_price_of_fairness (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), 0);
  return self->outcome->solution->price_of_fairness;
}

/**
 * rua_clearing_get_jain:
 * @self: a clearing
 * @index: (out): Jain's index
 *
 * Gets how evenly orders were filled: Jain's index (Jain, Chiu and Hawe 1984), (Σ f)² / (n Σ f²), of the filled parts f of the
 * orders that take part. 1 is all alike, 1/n is one order that has everything.
 *
 * Returns: %FALSE when no order takes part, or none gets anything
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_jain (RuaClearing *self, double *index)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (index != NULL, FALSE);
  *index = self->outcome->solution->jain;
  return !isnan (*index);
}

/**
 * rua_clearing_get_smallest_fill:
 * @self: a clearing
 * @fill: (out): the part, between 0 and 1
 *
 * Gets to which part the order that fared worst was filled, among those that take part.
 *
 * Returns: %FALSE when no order takes part
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_smallest_fill (RuaClearing *self, double *fill)
{
  const RuaMarketSolution *solution;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (fill != NULL, FALSE);
  solution = self->outcome->solution;
  if (solution->smallest_fill_of == 0)
    return FALSE;
  *fill = (double) solution->smallest_fill / (double) solution->smallest_fill_of;
  return TRUE;
}

/**
 * rua_clearing_get_fill:
 * @self: a clearing
 * @fill: (out): the part, between 0 and 1
 *
 * Gets which part of all that was ordered was filled, with what was handed out already.
 *
 * Returns: %FALSE when nothing was ordered
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_fill (RuaClearing *self, double *fill)
{
  const RuaMarketProblem *problem;
  __int128 ordered = 0, unmet = 0;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (fill != NULL, FALSE);
  problem = &self->outcome->reading->problem;
  for (guint32 i = 0; i < problem->n_orders; i++) {
    ordered += problem->orders[i].quantity;
    unmet += self->outcome->solution->orders[i].unmet;
  }
  if (ordered == 0)
    return FALSE;
  *fill = (double) (ordered - unmet) / (double) ordered;
  return TRUE;
}

/**
 * rua_clearing_get_guaranteed:
 * @self: a clearing
 *
 * Gets which part of their guarantees (as far as they offer that much) all co-operatives sell at least. Below 1 the
 * guarantees could not all be kept, and the same part of each was.
 *
 * Returns: the part, between 0 and 1; 1 where nothing is guaranteed, or the policy has no stage of guarantees
 *
 * Since: 1.0
 */
double
rua_clearing_get_guaranteed (RuaClearing *self)
{
  const RuaMarketSolution *solution;

  g_return_val_if_fail (RUA_IS_CLEARING (self), 0);
  solution = self->outcome->solution;
  return solution->fraction_of > 0 ? (double) solution->fraction / (double) solution->fraction_of : 1;
}

/**
 * rua_clearing_get_n_envious:
 * @self: a clearing
 *
 * Counts the pairs of orders of the same goods at the same hub of which the one was filled to a smaller part and would pay
 * more than the other does.
 *
 * Returns: how many pairs
 *
 * Since: 1.0
 */
guint64
rua_clearing_get_n_envious (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), 0);
  return self->outcome->solution->envy_pairs;
}

/**
 * rua_clearing_get_n_pivots:
 * @self: a clearing
 *
 * Counts the steps of the solver.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint64
rua_clearing_get_n_pivots (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), 0);
  return self->outcome->solution->n_pivots;
}

/**
 * rua_clearing_get_warm:
 * @self: a clearing
 *
 * Tells whether the solver went on from the clearing before.
 *
 * Returns: %TRUE when it did
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_warm (RuaClearing *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  return self->outcome->solution->warm;
}

/**
 * rua_clearing_list_checks:
 * @self: a clearing
 *
 * Lists what was checked, and holds, of this very outcome.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of the checks
 *
 * Since: 1.0
 */
char **
rua_clearing_list_checks (RuaClearing *self)
{
  const RuaMarketCertificate *certificate;
  GPtrArray *held = g_ptr_array_new ();

  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  certificate = &self->outcome->solution->certificate;
  {
    const struct {
      const char *name;
      gboolean holds;
    } all[] = {
      { "conserved", certificate->conserved }, { "bounded", certificate->bounded }, { "eligible", certificate->eligible },
      { "rational", certificate->rational }, { "guaranteed", certificate->guaranteed }, { "slack", certificate->slack },
      { "equal", certificate->equal }, { "kept", certificate->kept }, { "balanced", certificate->balanced },
    };

    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
      if (all[i].holds)
        g_ptr_array_add (held, g_strdup (all[i].name));
  }
  g_ptr_array_add (held, NULL);
  return (char **) g_ptr_array_free (held, FALSE);
}
