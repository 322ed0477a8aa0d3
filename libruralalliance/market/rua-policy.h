/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-kinds.h"

G_BEGIN_DECLS

/**
 * RuaPolicyStage:
 * @RUA_POLICY_STAGE_GUARANTEES: co-operatives sell what they were guaranteed, or the largest common
 *   fraction of it that can be sold
 * @RUA_POLICY_STAGE_PRIORITY: orders of a class are filled as far as they can be before those of the next
 * @RUA_POLICY_STAGE_MAX_MIN: whoever gets the smallest share of an entitlement gets as much as can be,
 *   then the next smallest, and so on
 * @RUA_POLICY_STAGE_GAINS: the gains from trade are as great as they can be
 *
 * One of the stages by which goods are shared out. Each is decided exactly, and none takes back what one
 * before it decided.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_POLICY_STAGE_GUARANTEES,
  RUA_POLICY_STAGE_PRIORITY,
  RUA_POLICY_STAGE_MAX_MIN,
  RUA_POLICY_STAGE_GAINS,
} RuaPolicyStage;

#define RUA_TYPE_POLICY_STAGE (rua_policy_stage_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_policy_stage_get_type (void);
RUA_AVAILABLE_IN_1_0
const char *rua_policy_stage_to_string (RuaPolicyStage stage);

/**
 * RuaPolicyPrice:
 * @RUA_POLICY_PRICE_MIXED: between the list that is best for consumers and the one that is best for
 *   producers, as far along as [method@RuralAlliance.Policy.get_producer_part] says
 * @RUA_POLICY_PRICE_CONSUMER_BEST: of all lists of prices that clear the market, the lowest
 * @RUA_POLICY_PRICE_PRODUCER_BEST: the highest of them
 * @RUA_POLICY_PRICE_POSTED: what each offer asks, and transport and fees on top
 * @RUA_POLICY_PRICE_SPLIT: what the two sides of each trade gain is split between them
 *
 * How prices are set.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_POLICY_PRICE_MIXED,
  RUA_POLICY_PRICE_CONSUMER_BEST,
  RUA_POLICY_PRICE_PRODUCER_BEST,
  RUA_POLICY_PRICE_POSTED,
  RUA_POLICY_PRICE_SPLIT,
} RuaPolicyPrice;

#define RUA_TYPE_POLICY_PRICE (rua_policy_price_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_policy_price_get_type (void);
RUA_AVAILABLE_IN_1_0
const char *rua_policy_price_to_string (RuaPolicyPrice price);

/**
 * RuaPolicyRents:
 * @RUA_POLICY_RENTS_SOLIDARITY: the alliance's solidarity account
 * @RUA_POLICY_RENTS_HUB: the hub through which the goods go
 *
 * Who receives what consumers pay above all costs because a limit (of a hub, a group, a household, a route) binds.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_POLICY_RENTS_SOLIDARITY,
  RUA_POLICY_RENTS_HUB,
} RuaPolicyRents;

#define RUA_TYPE_POLICY_RENTS (rua_policy_rents_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_policy_rents_get_type (void);
RUA_AVAILABLE_IN_1_0
const char *rua_policy_rents_to_string (RuaPolicyRents rents);

#define RUA_TYPE_POLICY (rua_policy_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaPolicy, rua_policy, RUA, POLICY, GObject)

RUA_AVAILABLE_IN_1_0
RuaPolicy *rua_policy_new (void);
RUA_AVAILABLE_IN_1_0
RuaPolicy *rua_policy_new_greatest_gains (void);
RUA_AVAILABLE_IN_1_0
RuaPolicy *rua_policy_new_equal_shares (void);
RUA_AVAILABLE_IN_1_0
RuaPolicy *rua_policy_new_marginal_first (void);
RUA_AVAILABLE_IN_1_0
RuaPolicy *rua_policy_new_from_text (const char *text, gssize length, const char *name, GError **error);
RUA_AVAILABLE_IN_1_0
RuaPolicy *rua_policy_new_from_file (const char *path, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
RuaPolicy *rua_policy_new_for_cycle (RuaOrderCycle *cycle, GError **error);
RUA_AVAILABLE_IN_1_0
char *rua_policy_to_json (RuaPolicy *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_policy_equal (RuaPolicy *self, RuaPolicy *other);
RUA_AVAILABLE_IN_1_0
const char *rua_policy_get_title (RuaPolicy *self, const char *language);
RUA_AVAILABLE_IN_1_0
void rua_policy_set_title (RuaPolicy *self, const char *language, const char *title);
RUA_AVAILABLE_IN_1_0
guint rua_policy_get_n_stages (RuaPolicy *self);
RUA_AVAILABLE_IN_1_0
RuaPolicyStage rua_policy_get_stage (RuaPolicy *self, guint index);
RUA_AVAILABLE_IN_1_0
gboolean rua_policy_has_stage (RuaPolicy *self, RuaPolicyStage stage);
RUA_AVAILABLE_IN_1_0
gboolean rua_policy_add_stage (RuaPolicy *self, RuaPolicyStage stage, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_policy_get_history (RuaPolicy *self);
RUA_AVAILABLE_IN_1_0
void rua_policy_set_history (RuaPolicy *self, gboolean history);
RUA_AVAILABLE_IN_1_0
gboolean rua_policy_get_subsidised (RuaPolicy *self);
RUA_AVAILABLE_IN_1_0
void rua_policy_set_subsidised (RuaPolicy *self, gboolean subsidised);
RUA_AVAILABLE_IN_1_0
RuaPolicyPrice rua_policy_get_price (RuaPolicy *self);
RUA_AVAILABLE_IN_1_0
void rua_policy_set_price (RuaPolicy *self, RuaPolicyPrice price);
RUA_AVAILABLE_IN_1_0
double rua_policy_get_producer_part (RuaPolicy *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_policy_set_producer_part (RuaPolicy *self, double part, GError **error);
RUA_AVAILABLE_IN_1_0
RuaPolicyRents rua_policy_get_rents (RuaPolicy *self);
RUA_AVAILABLE_IN_1_0
void rua_policy_set_rents (RuaPolicy *self, RuaPolicyRents rents);
RUA_AVAILABLE_IN_1_0
gboolean rua_policy_validate (RuaPolicy *self, GError **error);

G_END_DECLS
