/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market.h"
#include "rua-random-private.h"

G_BEGIN_DECLS

/* Records of a document, kind by kind, each as the text of a JSON object. */
typedef struct {
  GHashTable *kinds; /* plural: GPtrArray of texts */
  GPtrArray *order;  /* of plurals, as they came */
} MarketCase;

MarketCase *market_case_new (void);
void market_case_free (MarketCase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MarketCase, market_case_free)

/* printf, but with ' for ". */
void market_case_add (MarketCase *self, const char *plural, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* @random (nullable): the records of each kind in any order. */
RuaAlliance *market_case_build (MarketCase *self, RuaRandom *random);

/* Two villages, two co-operatives, two hubs, two households and a group; 20 rice for 3.00 and 10 tea for 8.00 are offered,
 * transport is 0.50 to the city, 0.70 to the town. No orders. */
MarketCase *market_case_new_village (void);
/* Of everything something, in small numbers: for the same state of @random the same. */
MarketCase *market_case_new_random (RuaRandom *random);

/* For market_case_add(): id, household, product, quantity, maximum. */
#define MARKET_CASE_ORDER "{'id': '%s', 'order_cycle': 'week', 'household': '%s', 'product': '%s', 'quantity': %u, 'maximum_price': %s}"

/* Of the round "week". */
RuaMarket *market_case_open (RuaAlliance *alliance);
/* @policy NULL: greatest gains. Aborts where it is refused. */
RuaClearing *market_case_clear (RuaMarket *market, RuaPolicy *policy);
/* A record by its id, alive. */
RuaRecord *market_case_find (RuaAlliance *alliance, const char *kind, const char *id);

G_END_DECLS
