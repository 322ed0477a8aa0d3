/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-policy.h"

G_BEGIN_DECLS

/**
 * RuaClearingSum:
 * @RUA_CLEARING_SUM_CONSUMERS: what consumers pay
 * @RUA_CLEARING_SUM_PRODUCERS: what producers get of it
 * @RUA_CLEARING_SUM_TRANSPORT: what transport gets
 * @RUA_CLEARING_SUM_FEES: what fees take
 * @RUA_CLEARING_SUM_RENTS: what is paid because limits bind, which goes where the policy says
 * @RUA_CLEARING_SUM_SUBSIDIES: what the solidarity account adds, for guarantees
 * @RUA_CLEARING_SUM_ROUNDING: what shares of prices leave in minor units; it goes to the solidarity account
 * @RUA_CLEARING_SUM_GAINS: what consumers would have paid at most, less what producers wanted at least, less transport and fees
 * @RUA_CLEARING_SUM_GREATEST_GAINS: the most that the gains could be, were there no other stage
 *
 * A sum of money of a clearing. Consumers pay what producers, transport and fees get, with the rents and the rounding, less the subsidies: to the minor unit.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_CLEARING_SUM_CONSUMERS,
  RUA_CLEARING_SUM_PRODUCERS,
  RUA_CLEARING_SUM_TRANSPORT,
  RUA_CLEARING_SUM_FEES,
  RUA_CLEARING_SUM_RENTS,
  RUA_CLEARING_SUM_SUBSIDIES,
  RUA_CLEARING_SUM_ROUNDING,
  RUA_CLEARING_SUM_GAINS,
  RUA_CLEARING_SUM_GREATEST_GAINS,
} RuaClearingSum;

#define RUA_TYPE_CLEARING_SUM (rua_clearing_sum_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_clearing_sum_get_type (void);

#define RUA_TYPE_CLEARING (rua_clearing_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaClearing, rua_clearing, RUA, CLEARING, GObject)

RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_clearing_get_alliance (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
RuaPolicy *rua_clearing_get_policy (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
const char *rua_clearing_get_date (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
guint rua_clearing_get_n_orders (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
guint rua_clearing_get_n_offers (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_clearing_list_allocations (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_clearing_list_shortfalls (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_order (RuaClearing *self, RuaOrder *order, gint64 *filled, gint64 *unmet);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_offer (RuaClearing *self, RuaOffer *offer, gint64 *sold, gint64 *unsold);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_consumer_price (RuaClearing *self, RuaOrder *order, gint64 *minor);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_producer_price (RuaClearing *self, RuaOffer *offer, gint64 *minor);
RUA_AVAILABLE_IN_1_0
char *rua_clearing_explain_order (RuaClearing *self, RuaOrder *order);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_sum (RuaClearing *self, RuaClearingSum sum, gint64 *minor);
RUA_AVAILABLE_IN_1_0
double rua_clearing_get_price_of_fairness (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_jain (RuaClearing *self, double *index);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_smallest_fill (RuaClearing *self, double *fill);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_fill (RuaClearing *self, double *fill);
RUA_AVAILABLE_IN_1_0
double rua_clearing_get_guaranteed (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_clearing_get_n_envious (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_clearing_get_n_pivots (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_warm (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
char **rua_clearing_list_checks (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
char *rua_clearing_to_json (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_get_gains_without (RuaClearing *self, RuaRecord *leaver, gint64 *minor, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_clearing_apply (RuaClearing *self, GError **error);

G_END_DECLS
