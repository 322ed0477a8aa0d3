/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-problem-private.h"
#include "rua-progress-private.h"

G_BEGIN_DECLS

/* Lots, orders, limits and fees are named by their places in the problem's arrays. */

/* Of one unit: consumer_price = producer_price + transport + fixed_fees + (percentage fees and rounding) +
 * rent - uplift. Of the whole trade, exactly:
 * consumer_amount = producer_amount + transport_amount + Σ its fees + rounding + rent_amount - uplift_amount. */
typedef struct {
  guint32 lot, order;
  gint64 quantity;
  gint64 producer_price, consumer_price, transport, fixed_fees;
  gint64 rent;   /* of all binding limits and routes on the way: to the solidarity account unless the policy says else */
  gint64 uplift; /* from the solidarity account */
  gint64 producer_amount, consumer_amount, transport_amount, rent_amount, uplift_amount;
  gint64 rounding;              /* what is left of the percentages in whole minor units, below one a unit: >= 0 */
  guint32 first_fee, n_fees;    /* in the solution's fee_amounts */
} RuaMarketTrade;

typedef struct {
  guint32 fee;
  gint64 amount; /* of the whole trade; percentages by largest remainder */
} RuaMarketFeeAmount;

typedef struct {
  gint64 sold, unsold;   /* sold + unsold = quantity - delivered */
  gint64 producer_price; /* of what is sold; of what is not, at which it would be */
  gboolean has_price;
} RuaMarketLotResult;

typedef struct {
  gint64 filled, unmet;  /* filled + unmet = quantity - delivered */
  gint64 consumer_price; /* the least at which it could have its goods, fees and transport included */
  gboolean has_price;    /* FALSE: nothing that it could have reaches its hub */
} RuaMarketOrderResult;

typedef struct {
  gint64 flow;      /* delivered not counted */
  gint64 rent;      /* of one unit; > 0 only where it binds */
  gint64 uplift;    /* of one unit, where a minimum had to be paid for */
  gint64 minimum;   /* what was guaranteed in the end: the common fraction, rounded up */
} RuaMarketLimitResult;

typedef enum {
  RUA_MARKET_CAUSE_CANCELLED,
  RUA_MARKET_CAUSE_HUB_CLOSED,
  RUA_MARKET_CAUSE_WINDOW,      /* the order's own dates */
  RUA_MARKET_CAUSE_NO_SUPPLY,   /* more than all there is of the product */
  RUA_MARKET_CAUSE_DATE,        /* there are lots, but not on that day (or withdrawn) */
  RUA_MARKET_CAUSE_CERTIFICATE, /* there are, but without the certificates needed */
  RUA_MARKET_CAUSE_NOT_LINKED,  /* there are, but none that comes to the hub */
  RUA_MARKET_CAUSE_PRICE,       /* the maximum does not cover reserve, transport and fees */
  RUA_MARKET_CAUSE_LIMIT,       /* a limit of its household, group or hub, or of the other side: see limit */
  RUA_MARKET_CAUSE_ROUTE,       /* a route that carries no more */
  RUA_MARKET_CAUSE_OUTBID,      /* goods were short; others pay more */
  RUA_MARKET_CAUSE_PRIORITY,    /* goods were short; another class goes before */
  RUA_MARKET_CAUSE_FAIRNESS,    /* goods were short and are shared out */
  RUA_MARKET_N_CAUSES,
} RuaMarketCause;

const char *rua_market_cause_get_token (RuaMarketCause cause);

/* Of every order the quantities add up to what is unmet. By order, then by cause. */
typedef struct {
  guint32 order;
  RuaMarketCause cause;
  gint64 quantity;
  guint32 limit;          /* RUA_MARKET_CAUSE_LIMIT: which one */
  gboolean limit_of_supply; /* whether it is one of supply_limits */
} RuaMarketUnmet;

/* A stage's objective as it stood when it was solved and as the final flow has it: equal, or the certificate
 * fails. */
typedef struct {
  RuaMarketStage stage;
  guint32 priority; /* the class; 0: all, or those without */
  __int128 objective, kept;
  guint64 n_pivots;
} RuaMarketStageResult;

/* What was checked on this very solution, in O(arcs). */
typedef struct {
  gboolean conserved;  /* at every node, and sold + unsold = offered, filled + unmet = ordered */
  gboolean bounded;    /* lots, orders, limits, routes */
  gboolean eligible;   /* products, certificates, hubs, links of every trade */
  gboolean rational;   /* no sale below reserve, none above the maximum */
  gboolean guaranteed; /* minima, or the fraction of them that is reported */
  gboolean slack;      /* reduced costs have their signs under the prices told */
  gboolean equal;      /* primal = dual */
  gboolean kept;       /* each stage's objective after the later ones */
  gboolean balanced;   /* money in = money out, trade by trade and in all */
  __int128 primal, dual;
} RuaMarketCertificate;

typedef struct _RuaMarketWork RuaMarketWork; /* networks and trees to go on from */

typedef struct {
  RuaMarketTrade *trades; /* by order's id, then by lot's */
  guint32 n_trades;
  RuaMarketFeeAmount *fee_amounts;
  guint32 n_fee_amounts;
  RuaMarketLotResult *lots;
  RuaMarketOrderResult *orders;
  RuaMarketLimitResult *supply_limits, *demand_limits;
  RuaMarketUnmet *unmet;
  guint32 n_unmet;
  RuaMarketStageResult *stages;
  guint32 n_stages;
  RuaMarketCertificate certificate;

  gint64 fraction, fraction_of; /* of the minima that is guaranteed: fraction / fraction_of; 1/1 where all are */
  __int128 welfare;             /* Σ (v - r - t - φ) x, delivered included */
  __int128 most_welfare;        /* of the policy of gains alone */
  double price_of_fairness;     /* 1 - W/W*; 0 where W* is 0 */
  double jain;                  /* of filled/ordered over the orders that take part; NAN where there is none */
  gint64 smallest_fill, smallest_fill_of; /* the same, the smallest; 0/0 where there is none */
  guint64 envy_pairs;           /* (a, b) that want the same at the same hub, a filled to a smaller part than b, and
                                 * a would pay more than b does */
  __int128 paid_by_consumers, paid_to_producers, paid_for_transport, paid_in_fees;
  __int128 rents, uplifts, roundings; /* solidarity account: rents + roundings - uplifts */
  guint64 n_pivots;
  gboolean warm; /* went on from the earlier solution */

  RuaMarketWork *work;
} RuaMarketSolution;

gboolean rua_market_certificate_holds (const RuaMarketCertificate *certificate);

/* @earlier: a solution of the same market before something changed, or NULL; it keeps its figures and lends its
 * trees, so two threads cannot go on from one. NULL and an error: refused, cancelled. A certificate that fails is
 * an error, too, never a result. */
RuaMarketSolution *rua_market_solve (const RuaMarketProblem *problem,
                                     const RuaMarketRules *rules,
                                     RuaMarketSolution *earlier,
                                     GCancellable *cancellable,
                                     RuaProgress *progress,
                                     GError **error);
void rua_market_solution_free (RuaMarketSolution *self);

/* The greatest gains from trade that would be left (most_welfare) if these lots, orders and routes (places in the
 * problem that was solved) were not there; the solution itself stays as it is. */
gboolean rua_market_value_without (RuaMarketSolution *self,
                                   const guint32 *lots,
                                   guint32 n_lots,
                                   const guint32 *orders,
                                   guint32 n_orders,
                                   const guint32 *routes,
                                   guint32 n_routes,
                                   __int128 *value,
                                   GCancellable *cancellable,
                                   GError **error);

/* In decimal. */
char *rua_market_total_to_string (__int128 total);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaMarketSolution, rua_market_solution_free)

G_END_DECLS
