/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-ready-private.h"

/* Ready-made metrics of markets that were cleared: what was filled and why not all, who gets which part of a price, and what
 * is still traded when somebody has left. They read what a clearing writes back. */

#define CLEARED "status in ('cleared', 'delivered')"
/* Who bridges: co-operative -> worker -> group. No co-operative sells to a group but through its organiser, and the three are
 * of three sorts, so that what Gould and Fernandez count as a liaison is every pair of the one's and the other's ties. */
/* Whose order it was: the group's that is told, else the one of the household, as when a market is cleared. */
#define WORKER \
  "case when order.consumer_group is known then order.consumer_group.organiser else" \
  " order.household.consumer_group.organiser end"
#define GROUP "case when order.consumer_group is known then order.consumer_group else order.household.consumer_group end"
#define WITH_WORKER WORKER " is known and cooperative is known"
/* Of a sale whose day is unknown nobody can say that it lies outside. */
#define AFTER "days ({left}, sold_on) > {after} and days ({left}, sold_on) <= {after} + {days}"
#define BEFORE "days ({left}, sold_on) <= 0 and days ({left}, sold_on) > 0 - {days}"

const RuaReady rua_ready_market[] = {
  {
    .id = "market.ordered",
    .title = "Ordered in rounds that were cleared",
    .unit = "1",
    .direction = "none",
    .estimator = "total",
    .table = "orders",
    .columns = "{\"value\":\"quantity\"}",
    .where = "order_cycle." CLEARED,
    .collect = "Orders, and the status of the market rounds.",
  },
  {
    .id = "market.filled",
    .title = "Filled in rounds that were cleared",
    .unit = "1",
    .direction = "up",
    .estimator = "total",
    .table = "allocations",
    .columns = "{\"value\":\"coalesce (delivered_quantity, quantity)\"}",
    .options = "{\"complete\":true}", /* a clearing writes every allocation */
    .where = "order.order_cycle." CLEARED,
    .collect = "Allocations, by clearing the market and applying the outcome, and what was handed out.",
  },
  {
    .id = "market.fill",
    .title = "Filled part of what was ordered",
    .unit = "%",
    .direction = "up",
    .formula = "market.filled / market.ordered",
    .collect = "Orders and allocations of market rounds that were cleared.",
  },
  {
    .id = "market.unmet_by_cause",
    .title = "Ordered and not filled, by cause",
    .unit = "1",
    .direction = "down",
    .estimator = "total",
    .table = "shortfalls",
    .columns = "{\"value\":\"quantity\"}",
    .by = "cause",
    .collect = "Shortfalls, by clearing the market and applying the outcome.",
  },
  {
    .id = "market.cause_hhi",
    .title = "Concentration of what is not filled on few causes (Herfindahl-Hirschman)",
    .unit = "1",
    .direction = "none",
    .estimator = "concentration",
    .table = "shortfalls",
    .columns = "{\"unit\":\"cause\",\"amount\":\"quantity\"}",
    .collect = "Shortfalls, by clearing the market and applying the outcome.",
  },
  {
    .id = "trade.turnover",
    .title = "What buyers pay",
    .unit = "{currency}",
    .direction = "up",
    .estimator = "total",
    .table = "sales",
    .columns = "{\"value\":\"amount\"}",
    .collect = "What was sold, and for how much.",
  },
  {
    .id = "trade.cooperative_share",
    .title = "Co-operatives' share of what buyers pay",
    .unit = "%",
    .direction = "none",
    .estimator = "ratio_of_totals",
    .table = "sales",
    .columns = "{\"numerator\":\"cooperative_amount\",\"denominator\":\"amount\"}",
    .collect = "What buyers paid and what co-operatives kept of it.",
  },
  {
    .id = "trade.hub_share",
    .title = "Hubs' share of what buyers pay",
    .unit = "%",
    .direction = "none",
    .estimator = "ratio_of_totals",
    .table = "sales",
    .columns = "{\"numerator\":\"hub_amount\",\"denominator\":\"amount\"}",
    .collect = "What buyers paid and what hubs kept of it.",
  },
  {
    .id = "trade.transport_share",
    .title = "Transport's share of what buyers pay",
    .unit = "%",
    .direction = "down",
    .estimator = "ratio_of_totals",
    .table = "sales",
    .columns = "{\"numerator\":\"transport_amount\",\"denominator\":\"amount\"}",
    .collect = "What buyers paid and what transport took of it.",
  },
  {
    .id = "trade.fees_share",
    .title = "Other fees' share of what buyers pay",
    .unit = "%",
    .direction = "down",
    .estimator = "ratio_of_totals",
    .table = "sales",
    .columns = "{\"numerator\":\"fees_amount\",\"denominator\":\"amount\"}",
    .collect = "What buyers paid and what fees to others took of it.",
  },
  {
    .id = "trade.solidarity_share",
    .title = "The solidarity account's share of what buyers pay",
    .unit = "%",
    .direction = "none",
    .estimator = "ratio_of_totals",
    .table = "sales",
    .columns = "{\"numerator\":\"solidarity_amount\",\"denominator\":\"amount\"}",
    .collect = "What buyers paid and what went to the solidarity account of it.",
  },
  {
    .id = "trade.product_hhi",
    .title = "Concentration of products (Herfindahl-Hirschman)",
    .unit = "1",
    .direction = "down",
    .estimator = "concentration",
    .table = "sales",
    .columns = "{\"unit\":\"product\",\"amount\":\"amount\"}",
    .collect = "What was sold, and for how much.",
  },
  {
    .id = "trade.income_resilience",
    .title = "Producers' income that would remain without the largest buyer",
    .unit = "%",
    .direction = "up",
    .formula = "1 - unit (trade.income_hhi['cr1'], '1')",
    .collect = "Who bought, and what the producers got.",
  },
  {
    .id = "trade.income_hhi",
    .title = "Concentration of producers' income on buyers (Herfindahl-Hirschman)",
    .unit = "1",
    .direction = "down",
    .estimator = "concentration",
    .table = "sales",
    .columns = "{\"unit\":\"buyer\",\"amount\":\"producer_amount\"}",
    .collect = "Who bought, and what the producers got.",
  },
  {
    .id = "bridging.worker_cooperatives",
    .title = "Co-operatives from which the groups of a worker buy",
    .unit = "1",
    .direction = "up",
    .estimator = "distinct_count",
    .table = "sales",
    .columns = "{\"key\":\"cooperative\"}",
    .where = WITH_WORKER,
    .by = WORKER,
    .collect = "Sales by order, consumer groups, and who organises them.",
  },
  {
    .id = "bridging.worker_groups",
    .title = "Consumer groups that buy through a worker",
    .unit = "1",
    .direction = "up",
    .estimator = "distinct_count",
    .table = "sales",
    .columns = "{\"key\":\"" GROUP "\"}",
    .where = WITH_WORKER,
    .by = WORKER,
    .collect = "Sales by order, consumer groups, and who organises them.",
  },
  {
    .id = "bridging.liaisons",
    .title = "Ways from a co-operative to a consumer group through a worker (liaisons of Gould and Fernandez)",
    .unit = "1",
    .direction = "up",
    .formula = "bridging.worker_cooperatives * bridging.worker_groups",
    .by = WORKER,
    .collect = "Sales by order, consumer groups, and who organises them.",
  },
  {
    .id = "bridging.worker_value",
    .title = "What buyers pay through a worker",
    .unit = "{currency}",
    .direction = "none",
    .estimator = "total",
    .table = "sales",
    .columns = "{\"value\":\"amount\"}",
    .where = WORKER " is known",
    .by = WORKER,
    .collect = "Sales by order, consumer groups, and who organises them.",
  },
  {
    .id = "bridging.value_at_stake",
    .title = "What buyers pay through a worker, of all that they pay: what is at stake if the worker leaves",
    .unit = "%",
    .direction = "down",
    .formula = "bridging.worker_value / trade.turnover over ()",
    .by = WORKER,
    .collect = "Sales by order, consumer groups, and who organises them.",
  },
  {
    .id = "bridging.handover",
    .title = "Sales after a worker left, over those before",
    .unit = "%",
    .direction = "up",
    .estimator = "ratio_of_totals",
    .table = "sales",
    .columns = "{\"numerator\":\"case when " AFTER " then amount when not (" AFTER ") then 0 end\",\"denominator\":\"case when " BEFORE
      " then amount when not (" BEFORE ") then 0 end\"}",
    .where = "{which}",
    .collect = "Sales with their days, and when the worker left.",
    .parameters = "{\"left\":{\"type\":\"text\",\"doc\":\"The worker's last day, such as"
      " 2026-06-30.\"},\"after\":{\"type\":\"integer\",\"default\":90,\"doc\":\"Days after it from which sales are"
      " counted.\"},\"days\":{\"type\":\"integer\",\"default\":90,\"doc\":\"For how many days they are counted, before and"
      " after.\"},\"which\":{\"type\":\"expression\",\"default\":\"true\",\"doc\":\"Which sales the worker bridged, such as"
      " order.consumer_group.place.id = 'kunming'.\"}}",
  },
  { .id = NULL },
};
