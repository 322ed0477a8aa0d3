/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-trades-private.h"

#include <math.h>
#include <string.h>

#include "rua-market-routes-private.h"

/* Why an order was not met, how equally orders were, and who has reason to envy whom. */

#define NONE RUA_MARKET_NONE

static const char *const cause_tokens[RUA_MARKET_N_CAUSES] = {
  [RUA_MARKET_CAUSE_CANCELLED] = "cancelled",
  [RUA_MARKET_CAUSE_HUB_CLOSED] = "hub_closed",
  [RUA_MARKET_CAUSE_WINDOW] = "window",
  [RUA_MARKET_CAUSE_NO_SUPPLY] = "no_supply",
  [RUA_MARKET_CAUSE_DATE] = "date",
  [RUA_MARKET_CAUSE_CERTIFICATE] = "certificate",
  [RUA_MARKET_CAUSE_NOT_LINKED] = "not_linked",
  [RUA_MARKET_CAUSE_PRICE] = "price",
  [RUA_MARKET_CAUSE_LIMIT] = "limit",
  [RUA_MARKET_CAUSE_ROUTE] = "route",
  [RUA_MARKET_CAUSE_OUTBID] = "outbid",
  [RUA_MARKET_CAUSE_PRIORITY] = "priority",
  [RUA_MARKET_CAUSE_FAIRNESS] = "fairness",
};

const char *
rua_market_cause_get_token (RuaMarketCause cause)
{
  return (guint)cause < RUA_MARKET_N_CAUSES ? cause_tokens[cause] : NULL;
}

/* What lots could do for one order: as much as passes each hurdle, those before it included. */
typedef struct {
  gint64 any, on_day, certified, linked, affordable;
  guint32
    blocked_limit; /* of supply: it keeps an affordable lot from being sold; NONE: none does */
  gboolean route_full;
} Reach;

typedef struct {
  const RuaMarketRun *run;
  const RuaMarketPrices *prices;
  RuaMarketSolution *solution;
  RuaMarketRoutes routes;
  guint32 *first_lot, *lots;   /* by product */
  gint64 *delivered;           /* by lot */
  gint64 *over;                /* by route: what goes over it */
  guint32 *first_pair, *pairs; /* by order */
  guint32 *best_class;         /* by product: of the orders that got some */
  GArray *unmet;
} Explaining;

static void
list_lots (Explaining *self)
{
  const RuaMarketWork *w = self->run->work;
  const RuaMarketProblem *p = &w->problem;
  g_autofree guint32 *at = NULL;

  self->first_lot = g_new0 (guint32, (gsize)p->n_products + 1);
  self->lots = g_new (guint32, MAX (1, p->n_lots));
  for (guint32 l = 0; l < p->n_lots; l++)
    self->first_lot[p->lots[l].product + 1]++;
  for (guint32 i = 0; i < p->n_products; i++)
    self->first_lot[i + 1] += self->first_lot[i];
  at = g_memdup2 (self->first_lot, ((gsize)p->n_products + 1) * sizeof *at);
  for (guint32 i = 0; i < p->n_lots; i++)
    self->lots[at[p->lots[w->lots[i]].product]++] = w->lots[i];
}

static void
list_pairs (Explaining *self)
{
  const RuaMarketProblem *p = &self->run->work->problem;
  g_autofree guint32 *at = NULL;

  self->first_pair = g_new0 (guint32, (gsize)p->n_orders + 1);
  self->pairs = g_new (guint32, MAX (1, p->n_pairs));
  for (guint32 i = 0; i < p->n_pairs; i++)
    self->first_pair[p->pairs[i].order + 1]++;
  for (guint32 o = 0; o < p->n_orders; o++)
    self->first_pair[o + 1] += self->first_pair[o];
  at = g_memdup2 (self->first_pair, ((gsize)p->n_orders + 1) * sizeof *at);
  for (guint32 i = 0; i < p->n_pairs; i++)
    self->pairs[at[p->pairs[i].order]++] = i;
}

static gboolean
is_in (const RuaMarketList *list, guint32 member)
{
  for (guint32 i = 0; i < list->n_members; i++)
    if (list->members[i] == member)
      return TRUE;
  return FALSE;
}

static gboolean
has_certificates (const RuaMarketProblem *p, const RuaMarketLot *lot, const RuaMarketOrder *order)
{
  const RuaMarketList *needed;

  if (order->certificates == NONE)
    return TRUE;
  needed = &p->certificate_sets[order->certificates];
  for (guint32 i = 0; i < needed->n_members; i++)
    if (lot->certificates == NONE
        || !is_in (&p->certificate_sets[lot->certificates], needed->members[i]))
      return FALSE;
  return TRUE;
}

/* Whether something on the way of an affordable lot that is not sold out is full. */
static void
see_what_blocks (Explaining *self, guint32 lot, guint32 route, Reach *reach)
{
  const RuaMarketWork *w = self->run->work;
  const RuaMarketProblem *p = &w->problem;

  if (self->solution->lots[lot].sold == w->lot_left[lot])
    return;
  for (guint32 k = p->lots[lot].limit; k != NONE && reach->blocked_limit == NONE;
       k = p->supply_limits[k].parent)
    if (self->solution->supply_limits[k].flow == w->supply_capacity[k])
      reach->blocked_limit = k;
  if (p->n_pairs == 0 && route != NONE && self->over[route] == p->routes[route].capacity)
    reach->route_full = TRUE;
}

static void
reach_with (Explaining *self,
            guint32 order,
            guint32 l,
            gboolean linked,
            guint32 route,
            gint64 transport,
            Reach *reach)
{
  const RuaMarketWork *w = self->run->work;
  const RuaMarketLot *lot = &w->problem.lots[l];
  gint64 quantity = lot->quantity - self->delivered[l];
  const RuaMarketEntry *entry;

  reach->any += quantity;
  if (lot->excluded != RUA_MARKET_TAKES_PART && lot->excluded != RUA_MARKET_OUT_CERTIFICATE)
    return;
  reach->on_day += quantity;
  if (lot->excluded == RUA_MARKET_OUT_CERTIFICATE
      || !has_certificates (&w->problem, lot, &w->problem.orders[order]))
    return;
  reach->certified += quantity;
  if (!linked)
    return;
  reach->linked += quantity;
  entry = rua_market_entry_for (w, order, lot->product);
  if (!entry || entry->net < w->lot_cost[l] + transport)
    return;
  reach->affordable += quantity;
  see_what_blocks (self, l, route, reach);
}

static Reach
reach_of (Explaining *self, guint32 o)
{
  const RuaMarketProblem *p = &self->run->work->problem;
  const RuaMarketOrder *order = &p->orders[o];
  const RuaMarketList *list = &p->product_lists[order->products];
  Reach reach = { 0, 0, 0, 0, 0, NONE, FALSE };

  for (guint32 k = 0; k < list->n_members; k++) {
    guint32 product = list->members[k];
    gboolean again = FALSE;

    for (guint32 j = 0; j < k; j++)
      again |= list->members[j] == product;
    for (guint32 i = self->first_lot[product]; !again && i < self->first_lot[product + 1]; i++) {
      guint32 l = self->lots[i], route = NONE;
      const RuaMarketLot *lot = &p->lots[l];
      gboolean linked = FALSE;
      gint64 transport = 0;

      if (p->n_pairs > 0) {
        for (guint32 j = self->first_pair[o]; j < self->first_pair[o + 1] && !linked; j++)
          if (p->pairs[self->pairs[j]].lot == l) {
            linked = TRUE;
            transport = p->pairs[self->pairs[j]].unit_cost;
          }
      } else {
        route = rua_market_routes_find (&self->routes, lot->site, order->hub, product);
        linked
          = route != NONE && (lot->hubs == NONE || is_in (&p->hub_sets[lot->hubs], order->hub));
        transport = route == NONE ? 0 : p->routes[route].unit_cost;
      }
      reach_with (self, o, l, linked, route, transport, &reach);
    }
  }
  return reach;
}

static void
tell (Explaining *self,
      guint32 order,
      RuaMarketCause cause,
      gint64 wanted,
      gint64 *left,
      guint32 limit,
      gboolean of_supply)
{
  RuaMarketUnmet unmet = { order, cause, MIN (wanted, *left), limit, of_supply };

  if (unmet.quantity <= 0)
    return;
  *left -= unmet.quantity;
  g_array_append_val (self->unmet, unmet);
}

/* The limit of demand that keeps an order from more: that with the greatest rent, and of equals the nearest. */
static guint32
full_limit (Explaining *self, guint32 o)
{
  const RuaMarketWork *w = self->run->work;
  const RuaMarketProblem *p = &w->problem;
  guint32 found = NONE;

  for (guint32 k = p->orders[o].limit; k != NONE; k = p->demand_limits[k].parent)
    if (self->solution->demand_limits[k].flow == w->demand_capacity[k]
        && (found == NONE
            || self->solution->demand_limits[k].rent > self->solution->demand_limits[found].rent))
      found = k;
  return found;
}

/* Whether an order would pay what its goods cost at the hub, where limits of demand apart. */
static gboolean
would_pay (Explaining *self, guint32 o)
{
  const RuaMarketWork *w = self->run->work;

  for (guint32 k = w->first_entry[o]; k < w->first_entry[o + 1]; k++) {
    const RuaMarketEntry *entry = &w->entries[k];

    if (entry->node != NONE && w->reached[entry->node]
        && (w->problem.n_pairs > 0 ? self->prices->potential[entry->node] <= 0
                                   : self->prices->potential[entry->node] <= entry->net))
      return TRUE;
  }
  return FALSE;
}

static gboolean
others_go_before (Explaining *self, guint32 o)
{
  const RuaMarketProblem *p = &self->run->work->problem;
  const RuaMarketList *list = &p->product_lists[p->orders[o].products];
  guint32 own = p->orders[o].priority - 1; /* 0, without a class, comes last */

  for (guint32 k = 0; k < list->n_members; k++)
    if (self->best_class[list->members[k]] < own)
      return TRUE;
  return FALSE;
}

static void
explain_rest (Explaining *self, guint32 o, const Reach *reach, gint64 left)
{
  const RuaMarketRules *rules = self->run->rules;
  guint32 limit = full_limit (self, o);
  gboolean classes = FALSE, shared = FALSE;

  for (guint i = 0; i < rules->n_stages; i++) {
    classes |= rules->stages[i] == RUA_MARKET_STAGE_PRIORITY;
    shared |= rules->stages[i] == RUA_MARKET_STAGE_MAX_MIN;
  }
  if (limit != NONE && would_pay (self, o))
    tell (self, o, RUA_MARKET_CAUSE_LIMIT, left, &left, limit, FALSE);
  else if (reach->blocked_limit != NONE)
    tell (self, o, RUA_MARKET_CAUSE_LIMIT, left, &left, reach->blocked_limit, TRUE);
  else if (reach->route_full)
    tell (self, o, RUA_MARKET_CAUSE_ROUTE, left, &left, NONE, FALSE);
  else if (classes && others_go_before (self, o))
    tell (self, o, RUA_MARKET_CAUSE_PRIORITY, left, &left, NONE, FALSE);
  else
    tell (self, o, shared ? RUA_MARKET_CAUSE_FAIRNESS : RUA_MARKET_CAUSE_OUTBID, left, &left, NONE,
          FALSE);
}

static void
explain_order (Explaining *self, guint32 o)
{
  const RuaMarketOrder *order = &self->run->work->problem.orders[o];
  const RuaMarketOrderResult *result = &self->solution->orders[o];
  gint64 left = result->unmet, wanted = result->unmet + result->filled;
  Reach reach;

  if (left == 0)
    return;
  switch (order->excluded) {
  case RUA_MARKET_OUT_CANCELLED:
    tell (self, o, RUA_MARKET_CAUSE_CANCELLED, left, &left, NONE, FALSE);
    return;
  case RUA_MARKET_OUT_HUB:
    tell (self, o, RUA_MARKET_CAUSE_HUB_CLOSED, left, &left, NONE, FALSE);
    return;
  case RUA_MARKET_OUT_DATE:
    tell (self, o, RUA_MARKET_CAUSE_WINDOW, left, &left, NONE, FALSE);
    return;
  case RUA_MARKET_OUT_CERTIFICATE:
    tell (self, o, RUA_MARKET_CAUSE_CERTIFICATE, left, &left, NONE, FALSE);
    return;
  case RUA_MARKET_TAKES_PART:
  default:
    break;
  }
  reach = reach_of (self, o);
  tell (self, o, RUA_MARKET_CAUSE_NO_SUPPLY, wanted - MIN (wanted, reach.any), &left, NONE, FALSE);
  tell (self, o, RUA_MARKET_CAUSE_DATE, MIN (wanted, reach.any) - MIN (wanted, reach.on_day), &left,
        NONE, FALSE);
  tell (self, o, RUA_MARKET_CAUSE_CERTIFICATE,
        MIN (wanted, reach.on_day) - MIN (wanted, reach.certified), &left, NONE, FALSE);
  tell (self, o, RUA_MARKET_CAUSE_NOT_LINKED,
        MIN (wanted, reach.certified) - MIN (wanted, reach.linked), &left, NONE, FALSE);
  tell (self, o, RUA_MARKET_CAUSE_PRICE,
        MIN (wanted, reach.linked) - MIN (wanted, reach.affordable), &left, NONE, FALSE);
  if (left > 0)
    explain_rest (self, o, &reach, left);
}

static void
explain_orders (const RuaMarketRun *run, const RuaMarketPrices *prices, RuaMarketSolution *solution)
{
  const RuaMarketProblem *p = &run->work->problem;
  Explaining self = { run,  prices, solution, { NULL, NULL, NULL, NULL }, NULL, NULL, NULL, NULL,
                      NULL, NULL,   NULL,     NULL };

  self.unmet = g_array_new (FALSE, FALSE, sizeof (RuaMarketUnmet));
  self.delivered = g_new0 (gint64, MAX (1, p->n_lots));
  self.over = g_new0 (gint64, MAX (1, p->n_routes));
  self.best_class = g_new (guint32, MAX (1, p->n_products));
  rua_market_routes_init (&self.routes, p, NULL);
  list_lots (&self);
  list_pairs (&self);
  for (guint32 i = 0; i < p->n_products; i++)
    self.best_class[i] = NONE;
  for (guint32 i = 0; i < p->n_delivered; i++) {
    guint32 l = p->delivered[i].lot,
            route
            = rua_market_routes_find (&self.routes, p->lots[l].site,
                                      p->orders[p->delivered[i].order].hub, p->lots[l].product);

    self.delivered[l] += p->delivered[i].quantity;
    if (route != NONE)
      self.over[route] += p->delivered[i].quantity;
  }
  for (guint32 i = 0; i < solution->n_trades; i++) {
    const RuaMarketTrade *trade = &solution->trades[i];
    const RuaMarketLot *lot = &p->lots[trade->lot];
    guint32 route
      = rua_market_routes_find (&self.routes, lot->site, p->orders[trade->order].hub, lot->product);

    if (route != NONE)
      self.over[route] += trade->quantity;
    self.best_class[lot->product]
      = MIN (self.best_class[lot->product], p->orders[trade->order].priority - 1);
  }
  for (guint32 o = 0; o < p->n_orders; o++)
    explain_order (&self, o);
  solution->n_unmet = self.unmet->len;
  solution->unmet = (RuaMarketUnmet *)g_array_free (self.unmet, FALSE);
  rua_market_routes_clear (&self.routes);
  g_free (self.first_lot);
  g_free (self.lots);
  g_free (self.delivered);
  g_free (self.over);
  g_free (self.first_pair);
  g_free (self.pairs);
  g_free (self.best_class);
}

/* ---- how equally ---- */

static RuaMarketFraction
fill_of (const RuaMarketRun *run, const RuaMarketSolution *solution, guint32 o)
{
  gint64 quantity = run->work->problem.orders[o].quantity;

  return (RuaMarketFraction){ quantity, quantity - solution->orders[o].unmet };
}

static void
measure_fills (const RuaMarketRun *run, RuaMarketSolution *solution)
{
  const RuaMarketWork *w = run->work;
  double sum = 0, squares = 0;
  guint32 n = 0;

  for (guint32 i = 0; i < w->problem.n_orders; i++) {
    guint32 o = w->orders[i];
    RuaMarketFraction fill = fill_of (run, solution, o);
    double x;

    if (w->problem.orders[o].excluded != RUA_MARKET_TAKES_PART || fill.of == 0)
      continue;
    x = (double)fill.part / (double)fill.of;
    sum += x;
    squares += x * x;
    if (n == 0
        || rua_market_compare_fractions (
             fill, (RuaMarketFraction){ solution->smallest_fill_of, solution->smallest_fill })
             < 0) {
      solution->smallest_fill = fill.part;
      solution->smallest_fill_of = fill.of;
    }
    n++;
  }
  /* Where all got nothing, all got the same. */
  solution->jain = n == 0 ? NAN : squares == 0 ? 1 : sum * sum / (n * squares);
}

/* ---- envy ---- */

typedef struct {
  const RuaMarketEntry *entries;
  guint32 n_entries;
  guint32 order;
  RuaMarketFraction fill;
  gint64 paid; /* the least that it pays for a unit */
} Envious;

/* Whether they want the same: the same classes. */
static int
compare_wants (const Envious *x, const Envious *y)
{
  if (x->n_entries != y->n_entries)
    return x->n_entries < y->n_entries ? -1 : 1;
  for (guint32 k = 0; k < x->n_entries; k++)
    if (x->entries[k].class_ != y->entries[k].class_)
      return x->entries[k].class_ < y->entries[k].class_ ? -1 : 1;
  return 0;
}

static gint
compare_envious (gconstpointer a, gconstpointer b)
{
  const Envious *x = a, *y = b;
  int order = compare_wants (x, y);

  return order != 0 ? order : rua_market_compare_fractions (y->fill, x->fill);
}

static gint
compare_prices (gconstpointer a, gconstpointer b)
{
  const gint64 *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

/* How many of the sorted are less. */
static guint32
rank_below (const gint64 *sorted, guint32 n, gint64 value)
{
  guint32 low = 0, high = n;

  while (low < high) {
    guint32 middle = low + (high - low) / 2;

    if (sorted[middle] < value)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Among orders that want the same, those filled most first: counts in a tree of prices how many before pay less than
 * one would. @prices and @tree: room for n, and for one more. */
static guint64
count_envy (const RuaMarketRun *run,
            const RuaMarketSolution *solution,
            const Envious *alike,
            guint32 n,
            gint64 *prices,
            guint32 *tree)
{
  guint64 pairs = 0;
  guint32 n_prices = 0;

  memset (tree, 0, ((gsize)n + 1) * sizeof *tree);
  for (guint32 i = 0; i < n; i++)
    prices[i] = alike[i].paid;
  qsort (prices, n, sizeof *prices, compare_prices);
  for (guint32 i = 0; i < n; i++)
    if (n_prices == 0 || prices[n_prices - 1] != prices[i])
      prices[n_prices++] = prices[i];
  for (guint32 i = 0; i < n;) {
    guint32 end = i;

    while (end < n && rua_market_compare_fractions (alike[end].fill, alike[i].fill) == 0)
      end++;
    for (guint32 k = i; k < end; k++)
      if (solution->orders[alike[k].order].unmet > 0)
        for (guint32 at
             = rank_below (prices, n_prices, run->work->problem.orders[alike[k].order].maximum);
             at > 0; at &= at - 1)
          pairs += tree[at];
    for (guint32 k = i; k < end; k++)
      if (solution->orders[alike[k].order].filled > 0)
        for (guint32 at = rank_below (prices, n_prices, alike[k].paid) + 1; at <= n_prices;
             at += at & -at)
          tree[at]++;
    i = end;
  }
  return pairs;
}

/* In the first classes that they want, which are many, so that only few are left to be compared. Returns where each class's
 * begin, and one more. */
static guint32 *
sort_by_class (const RuaMarketWork *w, const Envious *all, guint32 n, Envious *sorted)
{
  guint32 *first = g_new0 (guint32, (gsize)w->n_classes + 3);

#define CLASS(i) (all[i].n_entries == 0 ? w->n_classes : all[i].entries[0].class_)
  for (guint32 i = 0; i < n; i++)
    first[CLASS (i) + 2]++;
  for (guint32 k = 2; k < w->n_classes + 3; k++)
    first[k] += first[k - 1];
  for (guint32 i = 0; i < n; i++)
    sorted[first[CLASS (i) + 1]++] = all[i];
#undef CLASS
  return first;
}

static void
measure_envy (const RuaMarketRun *run, RuaMarketSolution *solution)
{
  const RuaMarketWork *w = run->work;
  guint32 n_orders = w->problem.n_orders, n = 0;
  g_autofree Envious *all = g_new (Envious, MAX (1, n_orders));
  g_autofree Envious *sorted = g_new (Envious, MAX (1, n_orders));
  g_autofree gint64 *paid = g_new (gint64, MAX (1, n_orders));
  g_autofree guint32 *tree = g_new (guint32, (gsize)n_orders + 1);
  g_autofree guint32 *first = NULL;

  for (guint32 o = 0; o < n_orders; o++)
    paid[o] = G_MAXINT64;
  for (guint32 i = 0; i < solution->n_trades; i++)
    paid[solution->trades[i].order]
      = MIN (paid[solution->trades[i].order], solution->trades[i].consumer_price);
  for (guint32 o = 0; o < n_orders; o++) {
    guint32 entry = w->first_entry[o];
    RuaMarketFraction fill = fill_of (run, solution, o);

    if (w->problem.orders[o].excluded == RUA_MARKET_TAKES_PART && fill.of > 0)
      all[n++] = (Envious){ w->entries + entry, w->first_entry[o + 1] - entry, o, fill, paid[o] };
  }
  first = sort_by_class (w, all, n, sorted);
  for (guint32 k = 0; k <= w->n_classes; k++) {
    Envious *begin = sorted + first[k], *stop = sorted + first[k + 1];

    if (stop - begin < 2)
      continue;
    qsort (begin, (gsize)(stop - begin), sizeof *begin, compare_envious);
    while (begin < stop) {
      Envious *end = begin + 1;

      while (end < stop && compare_wants (begin, end) == 0)
        end++;
      /* What was paid by order is not needed any more. */
      if (end - begin > 1)
        solution->envy_pairs += count_envy (run, solution, begin, (guint32)(end - begin), paid, tree);
      begin = end;
    }
  }
}

void
rua_market_explain (const RuaMarketRun *run,
                    const RuaMarketPrices *prices,
                    RuaMarketSolution *solution)
{
  explain_orders (run, prices, solution);
  measure_fills (run, solution);
  measure_envy (run, solution);
}
