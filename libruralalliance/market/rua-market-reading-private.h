/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-faults-private.h"
#include "rua-market-problem-private.h"

G_BEGIN_DECLS

/* What an alliance has for one market, as arrays of numbers, and what these numbers stand for. Read from a
 * snapshot, whose texts the arrays borrow; in any thread. */

typedef enum {
  RUA_MARKET_SCOPE_LOT, /* supply: offers of one lot */
  RUA_MARKET_SCOPE_COOPERATIVE,
  RUA_MARKET_SCOPE_HOUSEHOLD, /* demand */
  RUA_MARKET_SCOPE_GROUP,
  RUA_MARKET_SCOPE_HUB,
} RuaMarketScope;

/* Whose limit it is: a row of the kind's table. */
typedef struct {
  RuaMarketScope scope;
  guint32 row;
} RuaMarketHolder;

/* Beside the problem's lots: the rows that stand behind one of them. RUA_NO_ROW where unknown. */
typedef struct {
  guint32 offer, lot, cooperative, household;
} RuaMarketOrigin;

/* Beside the problem's orders. */
typedef struct {
  guint32 order, household, group, hub;
  guint32 organisation;
} RuaMarketReceiver;

typedef struct {
  RuaAlliance *alliance; /* a snapshot */
  guint32 cycle;         /* row of the round; RUA_NO_ROW for all of the day */
  gint32 day;
  RuaMarketProblem problem;
  GArray *lots, *orders, *routes, *fees, *delivered;      /* of the problem's types */
  GArray *supply_limits, *demand_limits;                  /* RuaMarketLimit */
  GArray *certificate_sets, *product_lists, *hub_sets;    /* RuaMarketList */
  GArray *origins, *receivers;                            /* by lot, by order */
  GArray *supply_holders, *demand_holders;                /* RuaMarketHolder, by limit */
  GArray *fee_rows, *route_rows;                          /* guint32 */
  GArray *product_rows, *hub_rows, *site_rows;            /* guint32, by number */
  GArray *delivered_rows;                                 /* guint32: rows of allocations, by delivered */
  GPtrArray *standards;                                   /* borrowed texts, by number */
  GPtrArray *members;                                     /* arrays of guint32 that lists point into */
} RuaMarketReading;

/* @cycle: the row of an order cycle, or RUA_NO_ROW for all offers and orders of the day. NULL and an error that
 * tells every fault. */
RuaMarketReading *rua_market_reading_new (RuaAlliance *snapshot, guint32 cycle, gint32 day, GCancellable *cancellable, GError **error);
void rua_market_reading_free (RuaMarketReading *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaMarketReading, rua_market_reading_free)
/* Of one alliance, at two times. */
gboolean rua_market_reading_equal (const RuaMarketReading *self, const RuaMarketReading *other);

RuaTable *rua_market_reading_table (const RuaMarketReading *self, const char *kind);
/* The holder's table. */
RuaTable *rua_market_reading_holder_table (const RuaMarketReading *self, const RuaMarketHolder *holder);

/* ---- while it is made ---- */

typedef struct {
  RuaMarketReading *reading;
  RuaFaults *faults;
  GCancellable *cancellable;
  guint32 *products, *hubs, *sites;     /* number by row, or RUA_MARKET_NONE */
  guint32 *lot_limits, *coop_limits;    /* supply limit by row */
  guint32 *household_limits, *group_limits, *hub_limits;
  guint64 *rounds;                      /* bit by row of order cycles: it takes part */
  GHashTable *standards;                /* text: number + 1 */
  GHashTable *certificate_sets, *product_lists, *hub_sets; /* GBytes: place + 1 */
  guint64 *taken;                       /* by lot row: allocated in other rounds */
  GHashTable *lots_by_row;              /* lot row + 1: its first place among the problem's lots + 1 */
} RuaMarketReader;

void rua_market_read_supply (RuaMarketReader *self);
void rua_market_read_demand (RuaMarketReader *self);
void rua_market_read_terms (RuaMarketReader *self);
void rua_market_read_delivered (RuaMarketReader *self);

guint32 rua_market_reader_product (RuaMarketReader *self, guint32 row);
guint32 rua_market_reader_hub (RuaMarketReader *self, guint32 row);
guint32 rua_market_reader_site (RuaMarketReader *self, guint32 row);
guint32 rua_market_reader_standard (RuaMarketReader *self, const char *text);
/* A set: sorted, each once; a list keeps its order. NONE where it is empty. */
guint32 rua_market_reader_set (RuaMarketReader *self, GHashTable *known, GArray *lists, guint32 *members, guint n, gboolean sorted);
gboolean rua_market_reader_in_round (RuaMarketReader *self, RuaColumn *cycles, guint32 row);

void rua_market_reader_tell (RuaMarketReader *self, RuaTable *table, guint32 row, guint field, RuaError code, const char *message, const char *mend);
/* A whole number or an amount that may not be negative. FALSE where it is unknown or was told to be a fault. */
gboolean rua_market_reader_quantity (RuaMarketReader *self, RuaTable *table, guint32 row, guint field, gint64 *value);
guint32 rua_market_read_row (RuaTable *table, guint32 row, guint field);
/* A date that is not known to the day is read against the use: as a beginning it is its last day, as an end
 * its first. Unknown is no bound. */
gboolean rua_market_has_begun (RuaTable *table, guint32 row, guint field, gint32 day);
gboolean rua_market_has_not_ended (RuaTable *table, guint32 row, guint field, gint32 day);
/* A known date that is not after the day. */
gboolean rua_market_has_happened (RuaTable *table, guint32 row, guint field, gint32 day);

G_END_DECLS
