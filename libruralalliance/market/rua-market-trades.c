/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-trades-private.h"

#include "rua-error.h"
#include "rua-market-routes-private.h"
#include "rua-number-index-private.h"

#define NONE RUA_MARKET_NONE

/* ---- paths ---- */

/* Some of a lot on its way; those at one node make a chain. */
typedef struct {
  guint32 lot;
  guint32 next;
  gint64 quantity;
} Parcel;

typedef struct {
  guint32 first, last;
} Pile;

typedef struct {
  guint32 order, lot; /* by rank */
  gint64 quantity;
} Path;

typedef struct {
  const RuaMarketRun *run;
  GArray *parcels;
  Pile *piles;
  GArray *paths;
} Walk;

static void
put (Walk *self, guint32 node, guint32 parcel)
{
  Pile *pile = &self->piles[node];

  g_array_index (self->parcels, Parcel, parcel).next = NONE;
  if (pile->first == NONE)
    pile->first = parcel;
  else
    g_array_index (self->parcels, Parcel, pile->last).next = parcel;
  pile->last = parcel;
}

/* The first of a node's parcels, cut to at most @quantity. */
static guint32
take (Walk *self, guint32 node, gint64 quantity)
{
  Pile *pile = &self->piles[node];
  guint32 first = pile->first;
  Parcel *parcel = &g_array_index (self->parcels, Parcel, first);

  if (parcel->quantity > quantity) {
    Parcel cut = { parcel->lot, NONE, quantity };

    parcel->quantity -= quantity;
    g_array_append_val (self->parcels, cut);
    return self->parcels->len - 1;
  }
  pile->first = parcel->next;
  return first;
}

static void
move (Walk *self, guint32 arc, guint32 rank)
{
  const RuaMarketWork *w = self->run->work;
  guint32 from = rua_network_get_from (w->network, arc), to = rua_network_get_to (w->network, arc);

  for (gint64 left = self->run->flow[arc]; left > 0;) {
    guint32 parcel = take (self, from, left);
    const Parcel *taken = &g_array_index (self->parcels, Parcel, parcel);

    left -= taken->quantity;
    if (w->arc_order[arc] != NONE) {
      Path path = { rank, taken->lot, taken->quantity };

      g_array_append_val (self->paths, path);
    } else {
      put (self, to, parcel);
    }
  }
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  const Path *x = a, *y = b;

  if (x->order != y->order)
    return x->order < y->order ? -1 : 1;
  return x->lot < y->lot ? -1 : x->lot > y->lot;
}

/* By order, then by lot; what comes twice becomes one. Most orders have one or two. */
static GArray *
sort_paths (GArray *paths, guint32 n_orders)
{
  GArray *sorted = g_array_sized_new (FALSE, FALSE, sizeof (Path), paths->len);
  g_autofree guint32 *first = g_new0 (guint32, (gsize)n_orders + 2);
  Path *to = (Path *)sorted->data;
  guint32 n = 0;

  for (guint i = 0; i < paths->len; i++)
    first[g_array_index (paths, Path, i).order + 2]++;
  for (guint32 k = 0; k < n_orders; k++)
    first[k + 2] += first[k + 1];
  g_array_set_size (sorted, paths->len);
  for (guint i = 0; i < paths->len; i++) {
    const Path *path = &g_array_index (paths, Path, i);

    to[first[path->order + 1]++] = *path;
  }
  for (guint32 k = 0; k < n_orders; k++)
    if (first[k + 1] - first[k] > 1)
      qsort (to + first[k], first[k + 1] - first[k], sizeof *to, compare_paths);
  for (guint32 i = 0; i < sorted->len; i++) {
    if (n > 0 && compare_paths (&to[n - 1], &to[i]) == 0)
      to[n - 1].quantity += to[i].quantity;
    else
      to[n++] = to[i];
  }
  g_array_set_size (sorted, n);
  g_array_unref (paths);
  return sorted;
}

/* The flow as paths from lots to orders, node after node on the way. */
static GArray *
find_paths (const RuaMarketRun *run)
{
  const RuaMarketWork *w = run->work;
  guint32 n_nodes = rua_network_get_n_nodes (w->network),
          n_arcs = rua_network_get_n_arcs (w->network), n_ready = 0;
  g_autoptr (GArray) parcels = g_array_new (FALSE, FALSE, sizeof (Parcel));
  g_autofree Pile *piles = g_new (Pile, n_nodes);
  g_autofree guint32 *waits = g_new0 (guint32, n_nodes);
  g_autofree guint32 *first = g_new0 (guint32, (gsize)n_nodes + 2);
  g_autofree guint32 *arcs = g_new (guint32, MAX (1, n_arcs));
  g_autofree guint32 *ready = g_new (guint32, n_nodes);
  g_autofree guint32 *rank = g_new (guint32, MAX (1, w->problem.n_orders));
  GArray *paths = g_array_new (FALSE, FALSE, sizeof (Path));
  Walk walk = { run, parcels, piles, paths };

  for (guint32 v = 0; v < n_nodes; v++)
    piles[v].first = NONE;
  for (guint32 i = 0; i < w->problem.n_orders; i++)
    rank[w->orders[i]] = i;
  for (guint32 i = 0; i < w->problem.n_lots; i++) {
    guint32 l = w->lots[i], arc = w->lot_arc[l];
    Parcel parcel = { i, NONE, arc == NONE ? 0 : run->flow[arc] };

    if (parcel.quantity == 0)
      continue;
    g_array_append_val (parcels, parcel);
    put (&walk, rua_network_get_to (w->network, arc), parcels->len - 1);
  }
#define ON_THE_WAY(arc) (run->flow[arc] > 0 && w->arc_lot[arc] == NONE && !w->arc_limit[arc])
  for (guint32 i = 0; i < n_arcs; i++)
    if (ON_THE_WAY (i)) {
      first[rua_network_get_from (w->network, i) + 2]++;
      if (w->arc_order[i] == NONE)
        waits[rua_network_get_to (w->network, i)]++;
    }
  for (guint32 v = 0; v < n_nodes; v++)
    first[v + 2] += first[v + 1];
  for (guint32 i = 0; i < n_arcs; i++)
    if (ON_THE_WAY (i))
      arcs[first[rua_network_get_from (w->network, i) + 1]++] = i;
#undef ON_THE_WAY
  for (guint32 v = 1; v < n_nodes; v++)
    if (waits[v] == 0)
      ready[n_ready++] = v;
  for (guint32 i = 0; i < n_ready; i++)
    for (guint32 k = first[ready[i]]; k < first[ready[i] + 1]; k++) {
      guint32 arc = arcs[k], to = rua_network_get_to (w->network, arc);

      move (&walk, arc, w->arc_order[arc] != NONE ? rank[w->arc_order[arc]] : 0);
      if (w->arc_order[arc] == NONE && --waits[to] == 0)
        ready[n_ready++] = to;
    }
  return sort_paths (paths, w->problem.n_orders);
}

/* ---- money ---- */

typedef struct {
  const RuaMarketFee *terms;
  gint64 rest;
  guint32 place;
} Remainder;

static gint
compare_remainders (gconstpointer a, gconstpointer b)
{
  const Remainder *x = a, *y = b;

  if (x->rest != y->rest)
    return x->rest > y->rest ? -1 : 1;
  /* Not by place, which says nothing of the fee. */
  if (x->terms->millionths != y->terms->millionths)
    return x->terms->millionths > y->terms->millionths ? -1 : 1;
  if (x->terms->unit_amount != y->terms->unit_amount)
    return x->terms->unit_amount > y->terms->unit_amount ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

gint64
rua_market_share_percentages (const RuaMarketFee *fees, RuaMarketFeeAmount *amounts, guint32 n, gint64 whole)
{
  g_autofree Remainder *rests = NULL;
  __int128 millionths = 0;
  gint64 all, given = 0;

  if (n == 0)
    return 0;
  rests = g_new (Remainder, n);
  for (guint32 k = 0; k < n; k++) {
    const RuaMarketFee *fee = &fees[amounts[k].fee];
    __int128 exact = (__int128)whole * fee->millionths;

    amounts[k].amount = (gint64)(exact / 1000000);
    rests[k] = (Remainder){ fee, (gint64)(exact % 1000000), k };
    given += amounts[k].amount;
    millionths += fee->millionths;
  }
  all = (gint64)(millionths * whole / 1000000);
  qsort (rests, n, sizeof *rests, compare_remainders);
  for (guint32 k = 0; given < all; k++, given++)
    amounts[rests[k].place].amount++;
  return all;
}

/* Percentages of the whole trade. */
static gint64
share_fees (const RuaMarketWork *w,
            const RuaMarketDemandClass *class_,
            RuaMarketTrade *trade,
            GArray *amounts)
{
  RuaMarketFeeAmount *shares;
  gint64 all;

  trade->first_fee = amounts->len;
  trade->n_fees = class_->n_fees;
  g_array_set_size (amounts, amounts->len + class_->n_fees);
  shares = &g_array_index (amounts, RuaMarketFeeAmount, trade->first_fee);
  for (guint32 k = 0; k < class_->n_fees; k++)
    shares[k].fee = w->demand_fees[class_->first_fee + k];
  all = rua_market_share_percentages (w->problem.fees, shares, class_->n_fees, trade->consumer_amount);
  for (guint32 k = 0; k < class_->n_fees; k++)
    shares[k].amount += w->problem.fees[shares[k].fee].unit_amount * trade->quantity;
  return all;
}

/* The uplifts and, of supply, the price on the way from the ground to a lot. */
static void
price_lot (const RuaMarketRun *run,
           const RuaMarketPrices *prices,
           guint32 lot,
           gint64 *price,
           gint64 *uplift)
{
  const RuaMarketWork *w = run->work;

  *price = w->lot_cost[lot] - rua_market_prices_reduced (prices, w, w->lot_arc[lot]);
  *uplift = 0;
  for (guint32 k = w->problem.lots[lot].limit; prices->uplift && k != NONE;
       k = w->problem.supply_limits[k].parent)
    *uplift += prices->uplift[w->supply_arc[k]];
}

static gboolean
price_trade (const RuaMarketRun *run,
             const RuaMarketPrices *prices,
             RuaMarketTrade *trade,
             GArray *amounts,
             GError **error)
{
  const RuaMarketWork *w = run->work;
  const RuaMarketEntry *entry
    = rua_market_entry_for (w, trade->order, w->problem.lots[trade->lot].product);
  const RuaMarketDemandClass *class_ = &w->classes[entry->class_];
  gint64 reserve = w->lot_cost[trade->lot], net, surplus, percentages, fixed;
  gboolean fits = TRUE;

  surplus = entry->net - reserve - trade->transport;
  switch (run->rules->price_rule) {
  case RUA_MARKET_PRICE_POSTED:
    trade->producer_price = reserve;
    net = reserve + trade->transport;
    break;
  case RUA_MARKET_PRICE_SPLIT:
    trade->producer_price
      = reserve
        + (surplus > 0 ? (gint64)((__int128)surplus * run->rules->price_share / 1000000) : 0);
    net = trade->producer_price + trade->transport;
    break;
  case RUA_MARKET_PRICE_CONSUMER_BEST:
  case RUA_MARKET_PRICE_PRODUCER_BEST:
  case RUA_MARKET_PRICE_MIXED:
  default:
    price_lot (run, prices, trade->lot, &trade->producer_price, &trade->uplift);
    net = rua_market_prices_reduced (prices, w, w->order_arc[trade->order]);
    if (prices->uplift) {
      trade->uplift += prices->uplift[w->order_arc[trade->order]];
      net -= prices->uplift[w->order_arc[trade->order]];
    }
    net += entry->net;
    break;
  }
  /* Nobody pays more than the maximum, and nobody is paid for taking something. */
  net = CLAMP (net, MIN (-class_->fixed_fee, entry->net), entry->net);
  trade->rent = net + trade->uplift - trade->producer_price - trade->transport;
  if (trade->rent < 0) {
    trade->uplift -= trade->rent;
    trade->rent = 0;
  }
  trade->fixed_fees = class_->fixed_fee;
  trade->consumer_price = rua_market_gross (net, class_->millionths, class_->fixed_fee);
  fits &= !__builtin_mul_overflow (trade->quantity, trade->producer_price, &trade->producer_amount);
  fits &= !__builtin_mul_overflow (trade->quantity, trade->consumer_price, &trade->consumer_amount);
  fits &= !__builtin_mul_overflow (trade->quantity, trade->transport, &trade->transport_amount);
  fits &= !__builtin_mul_overflow (trade->quantity, trade->rent, &trade->rent_amount);
  fits &= !__builtin_mul_overflow (trade->quantity, trade->uplift, &trade->uplift_amount);
  fits &= !__builtin_mul_overflow (trade->quantity, class_->fixed_fee, &fixed);
  if (!fits) {
    g_set_error (
      error, RUA_ERROR, RUA_ERROR_LIMIT,
      "order “%s”: what is traded comes to more money than 64 bits hold; give it in a greater unit",
      w->problem.orders[trade->order].id);
    return FALSE;
  }
  percentages = share_fees (w, class_, trade, amounts);
  trade->rounding
    = trade->consumer_amount - (net + class_->fixed_fee) * trade->quantity - percentages;
  return TRUE;
}

gboolean
rua_market_list_trades (const RuaMarketRun *run,
                        const RuaMarketPrices *prices,
                        RuaMarketSolution *solution,
                        GError **error)
{
  const RuaMarketWork *w = run->work;
  const RuaMarketProblem *p = &w->problem;
  g_autoptr (GArray) paths = find_paths (run);
  g_autoptr (GArray) amounts = g_array_new (FALSE, FALSE, sizeof (RuaMarketFeeAmount));
  g_auto (RuaMarketRoutes) routes = { NULL, NULL, NULL, NULL };
  RuaNumberIndex pairs;
  gboolean done = TRUE;

  rua_number_index_init (&pairs);
  if (p->n_pairs == 0)
    done = rua_market_routes_init (&routes, p, error);
  else
    for (guint32 i = 0; i < p->n_pairs; i++)
      rua_number_index_intern (&pairs, (guint64)p->pairs[i].order << 32 | p->pairs[i].lot);
  solution->trades = g_new0 (RuaMarketTrade, MAX (1, paths->len));
  for (guint i = 0; done && i < paths->len; i++) {
    const Path *path = &g_array_index (paths, Path, i);
    RuaMarketTrade *trade = &solution->trades[i];

    trade->lot = w->lots[path->lot];
    trade->order = w->orders[path->order];
    trade->quantity = path->quantity;
    if (p->n_pairs > 0) {
      trade->transport
        = p->pairs[rua_number_index_find (&pairs, (guint64)trade->order << 32 | trade->lot)]
            .unit_cost;
    } else {
      const RuaMarketLot *lot = &p->lots[trade->lot];

      trade->transport = p->routes[rua_market_routes_find (
                                     &routes, lot->site, p->orders[trade->order].hub, lot->product)]
                           .unit_cost;
    }
    done = price_trade (run, prices, trade, amounts, error);
  }
  rua_number_index_clear (&pairs);
  solution->n_trades = paths->len;
  solution->n_fee_amounts = amounts->len;
  solution->fee_amounts = (RuaMarketFeeAmount *)g_array_free (g_steal_pointer (&amounts), FALSE);
  return done;
}

/* ---- sums ---- */

/* The least at which an order could have its goods; FALSE: none reach it. */
static gboolean
price_order (const RuaMarketRun *run, const RuaMarketPrices *prices, guint32 order, gint64 *price)
{
  const RuaMarketWork *w = run->work;
  guint32 arc = w->order_arc[order], head;
  gboolean found = FALSE;

  if (arc == NONE)
    return FALSE;
  head = rua_network_get_to (w->network, arc);
  for (guint32 k = w->first_entry[order]; k < w->first_entry[order + 1]; k++) {
    const RuaMarketEntry *entry = &w->entries[k];
    const RuaMarketDemandClass *class_ = &w->classes[entry->class_];
    gint64 net, gross;

    if (entry->node == NONE || !w->reached[entry->node])
      continue;
    net = prices->potential[entry->node] - prices->potential[head];
    if (w->problem.n_pairs > 0)
      net += entry->net;
    if (prices->uplift)
      net -= prices->uplift[arc];
    if (net > prices->most)
      continue;
    gross = rua_market_gross (net, class_->millionths, class_->fixed_fee);
    if (!found || gross < *price)
      *price = gross;
    found = TRUE;
  }
  return found;
}

static void
sum_up_limits (const RuaMarketRun *run,
               const RuaMarketPrices *prices,
               const guint32 *arcs,
               guint32 n,
               const gint64 *minimum,
               RuaMarketLimitResult *results)
{
  for (guint32 k = 0; k < n; k++) {
    gint64 reduced;

    if (arcs[k] == NONE)
      continue;
    reduced = rua_market_prices_reduced (prices, run->work, arcs[k]);
    results[k].flow = run->flow[arcs[k]];
    results[k].uplift = prices->uplift ? prices->uplift[arcs[k]] : 0;
    results[k].rent = MAX (0, results[k].uplift - reduced);
    if (results[k].flow == 0)
      results[k].rent = 0;
    results[k].minimum = minimum ? minimum[k] : 0;
  }
}

void
rua_market_sum_up (const RuaMarketRun *run,
                   const RuaMarketPrices *prices,
                   RuaMarketSolution *solution)
{
  const RuaMarketWork *w = run->work;
  const RuaMarketProblem *p = &w->problem;
  gboolean listed = run->rules->price_rule != RUA_MARKET_PRICE_POSTED
                    && run->rules->price_rule != RUA_MARKET_PRICE_SPLIT;

  solution->lots = g_new0 (RuaMarketLotResult, MAX (1, p->n_lots));
  solution->orders = g_new0 (RuaMarketOrderResult, MAX (1, p->n_orders));
  solution->supply_limits = g_new0 (RuaMarketLimitResult, MAX (1, p->n_supply_limits));
  solution->demand_limits = g_new0 (RuaMarketLimitResult, MAX (1, p->n_demand_limits));
  for (guint32 l = 0; l < p->n_lots; l++)
    solution->lots[l].unsold = p->lots[l].quantity;
  for (guint32 o = 0; o < p->n_orders; o++)
    solution->orders[o].unmet = p->orders[o].quantity;
  for (guint32 i = 0; i < p->n_delivered; i++) {
    solution->lots[p->delivered[i].lot].unsold -= p->delivered[i].quantity;
    solution->orders[p->delivered[i].order].unmet -= p->delivered[i].quantity;
  }
  for (guint32 l = 0; l < p->n_lots; l++) {
    gint64 uplift;

    if (w->lot_arc[l] == NONE)
      continue;
    if (listed) {
      price_lot (run, prices, l, &solution->lots[l].producer_price, &uplift);
      solution->lots[l].has_price = ABS (solution->lots[l].producer_price) <= prices->most;
    } else if (run->rules->price_rule == RUA_MARKET_PRICE_POSTED) {
      solution->lots[l].producer_price = w->lot_cost[l];
      solution->lots[l].has_price = TRUE;
    }
  }
  for (guint32 o = 0; o < p->n_orders; o++)
    solution->orders[o].has_price
      = listed && price_order (run, prices, o, &solution->orders[o].consumer_price);
  sum_up_limits (run, prices, w->supply_arc, p->n_supply_limits, run->minimum,
                 solution->supply_limits);
  sum_up_limits (run, prices, w->demand_arc, p->n_demand_limits, NULL, solution->demand_limits);
  solution->welfare = w->delivered_welfare;
  for (guint32 i = 0; i < solution->n_trades; i++) {
    const RuaMarketTrade *trade = &solution->trades[i];
    const RuaMarketEntry *entry
      = rua_market_entry_for (w, trade->order, p->lots[trade->lot].product);

    solution->lots[trade->lot].sold += trade->quantity;
    solution->lots[trade->lot].unsold -= trade->quantity;
    solution->orders[trade->order].filled += trade->quantity;
    solution->orders[trade->order].unmet -= trade->quantity;
    solution->welfare
      += (__int128)(entry->net - w->lot_cost[trade->lot] - trade->transport) * trade->quantity;
    solution->paid_by_consumers += trade->consumer_amount;
    solution->paid_to_producers += trade->producer_amount;
    solution->paid_for_transport += trade->transport_amount;
    solution->rents += trade->rent_amount;
    solution->uplifts += trade->uplift_amount;
    solution->roundings += trade->rounding;
  }
  for (guint32 i = 0; i < solution->n_fee_amounts; i++)
    solution->paid_in_fees += solution->fee_amounts[i].amount;
}
