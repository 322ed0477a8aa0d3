/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "rua-network-private.h"

G_BEGIN_DECLS

/* A market to be cleared, as plain arrays. Products, sites, hubs and certificates are numbers below the
 * counts given; quantities are whole smallest units, money is whole minor units, both below 2^62 and never
 * negative. Nothing here is kept after a call. The order of any array changes no result. */

#define RUA_MARKET_NONE G_MAXUINT32

/* Why a lot or an order takes no part. It stands in the problem all the same, so that it can be told. */
typedef enum {
  RUA_MARKET_TAKES_PART,
  RUA_MARKET_OUT_DATE,        /* not ready yet, expired; the order's window does not hold the day */
  RUA_MARKET_OUT_CERTIFICATE, /* of a lot: the certificate that it is sold by is not valid on the day */
  RUA_MARKET_OUT_HUB,         /* of an order: its hub is closed, or takes no part */
  RUA_MARKET_OUT_CANCELLED,   /* cancelled, withdrawn */
} RuaMarketExclusion;

/* A set or a list of numbers, named by its place in one of the arrays of lists. */
typedef struct {
  const guint32 *members;
  guint32 n_members;
} RuaMarketList;

/* The same numbers in the same order; of none there may be no array. */
gboolean rua_market_list_equal (const RuaMarketList *a, const RuaMarketList *b);

/* A bound on what the lots (or orders) that stand under it, directly or by others, trade together. */
typedef struct {
  const char *id;
  guint32 parent;   /* in the same array, or RUA_MARKET_NONE */
  gint64 capacity;  /* RUA_NETWORK_NO_LIMIT: none */
  gint64 minimum;   /* guaranteed by the stage of guarantees; supply side only, else 0 */
} RuaMarketLimit;

typedef struct {
  const char *id;
  guint32 product;
  guint32 site;
  guint32 certificates; /* in certificate_sets; NONE: no certificate */
  guint32 hubs;         /* in hub_sets: where it can go; NONE: everywhere */
  guint32 limit;        /* in supply_limits, or NONE */
  RuaMarketExclusion excluded;
  gint64 quantity;
  gint64 reserve;       /* 0: a gift */
  gint64 posted;        /* price at which it is put up, -1: none */
} RuaMarketLot;

typedef struct {
  const char *id;
  guint32 hub;
  guint32 products;     /* in product_lists: what is wanted, then what is as welcome */
  guint32 certificates; /* in certificate_sets: all of these are needed; NONE: none */
  guint32 limit;        /* in demand_limits, or NONE */
  RuaMarketExclusion excluded;
  gint64 quantity;
  gint64 maximum;       /* most that is paid for one unit, all fees and transport included */
  guint32 priority;     /* 1 is served first; 0: after all that have a class */
  gint64 entitlement;   /* -1: the quantity */
  gint64 received_before, entitled_before;
} RuaMarketOrder;

/* Where there is none, site and hub are not linked. One for the product goes before one for all. */
typedef struct {
  guint32 site, hub;
  guint32 product;  /* NONE: all */
  gint64 unit_cost;
  gint64 capacity;  /* RUA_NETWORK_NO_LIMIT: none. Refused where it could bind several products together. */
} RuaMarketRoute;

/* All that match are taken. */
typedef struct {
  guint32 hub, product; /* NONE: all */
  gint64 unit_amount;
  gint64 millionths;    /* of the consumer's price; all that match together below 1000000 */
} RuaMarketFee;

/* Where the problem has pairs, they are the only links, in place of routes: what it costs to bring this lot
 * to that order. */
typedef struct {
  guint32 lot, order;
  gint64 unit_cost;
} RuaMarketPair;

/* What is delivered already and stays: it is taken off lots, orders, limits and routes before anything is
 * solved, counts in fills, entitlements and welfare, and is not among the solution's trades. */
typedef struct {
  guint32 lot, order;
  gint64 quantity;
} RuaMarketDelivered;

typedef struct {
  guint32 n_products, n_sites, n_hubs, n_certificates;
  const RuaMarketList *certificate_sets, *product_lists, *hub_sets;
  guint32 n_certificate_sets, n_product_lists, n_hub_sets;
  const RuaMarketLimit *supply_limits, *demand_limits;
  guint32 n_supply_limits, n_demand_limits;
  const RuaMarketLot *lots;
  guint32 n_lots;
  const RuaMarketOrder *orders;
  guint32 n_orders;
  const RuaMarketRoute *routes;
  guint32 n_routes;
  const RuaMarketFee *fees;
  guint32 n_fees;
  const RuaMarketPair *pairs;
  guint32 n_pairs;
  const RuaMarketDelivered *delivered;
  guint32 n_delivered;
} RuaMarketProblem;

/* FALSE: the error says of which lot, order, limit, route, fee or pair what is wrong. The solve asks it, too. */
gboolean rua_market_problem_validate (const RuaMarketProblem *problem, GError **error);

/* ---- the policy ---- */

typedef enum {
  RUA_MARKET_STAGE_GUARANTEES, /* the minimum of every limit; all cannot be: the largest common fraction */
  RUA_MARKET_STAGE_PRIORITY,   /* as much as can be for class 1, then for class 2, … */
  RUA_MARKET_STAGE_MAX_MIN,    /* the smallest (x + X) / (e + E) as great as can be, then the next, … : class
                                * by class behind the stage of priority, else over all orders */
  RUA_MARKET_STAGE_GAINS,      /* the gains from trade */
  RUA_MARKET_STAGE_TIE_BREAK,  /* of what is left equal, orders by id */
  RUA_MARKET_N_STAGES,
} RuaMarketStage;

typedef enum {
  RUA_MARKET_PRICE_CONSUMER_BEST, /* the least competitive list */
  RUA_MARKET_PRICE_PRODUCER_BEST, /* the greatest */
  RUA_MARKET_PRICE_MIXED,         /* between them, price_share of the way up, rounded down */
  RUA_MARKET_PRICE_POSTED,        /* the posted price (where none is posted: the reserve), transport and fees */
  RUA_MARKET_PRICE_SPLIT,         /* each pair's surplus is split; price_share of it is the producer's */
} RuaMarketPriceRule;

typedef struct {
  RuaMarketStage stages[RUA_MARKET_N_STAGES]; /* in their order, each at most once; gains among them */
  guint n_stages;
  gboolean history;       /* max-min counts received_before and entitled_before */
  /* Whether a stage may bring together pairs whose maximum does not cover reserve, transport and fees; the
   * difference is an uplift. Without it only pairs that both sides can agree on are links. */
  gboolean subsidised;
  RuaMarketPriceRule price_rule;
  gint64 price_share;     /* millionths; MIXED and SPLIT */
} RuaMarketRules;

G_END_DECLS
