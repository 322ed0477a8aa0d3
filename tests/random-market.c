/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random-market.h"

#include <string.h>

#define NONE RUA_MARKET_NONE

const MarketShape tiny_market
  = { 3, 3, 2, 2, 2, 3, 6, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE };
const MarketShape small_market
  = { 12, 30, 4, 4, 4, 15, 60, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE };

static guint32
below (GRand *random, guint32 n)
{
  return n <= 1 ? 0 : (guint32)g_rand_int_range (random, 0, (gint)n);
}

static gboolean
once_in (GRand *random, gint n)
{
  return g_rand_int_range (random, 0, n) == 0;
}

static gpointer
own (RandomMarket *self, gpointer memory)
{
  g_ptr_array_add (self->owned, memory);
  return memory;
}

static const char *
name (RandomMarket *self, const char *kind, guint32 i, guint32 salt)
{
  return own (self, g_strdup_printf ("%s%03u-%u", kind, (i * 7919 + salt) % 997, i));
}

static RuaMarketList *
draw_lists (RandomMarket *self,
            GRand *random,
            guint32 n,
            guint32 n_members,
            gboolean may_be_empty,
            guint32 most)
{
  RuaMarketList *lists = own (self, g_new0 (RuaMarketList, MAX (1, n)));

  for (guint32 i = 0; i < n; i++) {
    guint32 many = (may_be_empty ? 0 : 1) + below (random, most),
            *members = own (self, g_new (guint32, MAX (1, many)));

    for (guint32 k = 0; k < many; k++)
      members[k] = below (random, n_members);
    lists[i] = (RuaMarketList){ members, many };
  }
  return lists;
}

static RuaMarketLimit *
draw_limits (RandomMarket *self,
             GRand *random,
             const MarketShape *shape,
             guint32 n,
             gboolean supply,
             guint32 salt)
{
  RuaMarketLimit *limits = own (self, g_new0 (RuaMarketLimit, MAX (1, n)));

  for (guint32 i = 0; i < n; i++) {
    limits[i].id = name (self, supply ? "coop" : "group", i, salt);
    limits[i].parent = i == 0 || once_in (random, 2) ? NONE : below (random, i);
    limits[i].capacity = once_in (random, 2)
                           ? RUA_NETWORK_NO_LIMIT
                           : g_rand_int_range (random, 0, shape->most_quantity * 3);
    if (supply && shape->minima && once_in (random, 2)) {
      gint64 minimum = g_rand_int_range (random, 0, shape->most_quantity * 2);

      limits[i].minimum = MIN (limits[i].capacity, minimum);
    }
  }
  return limits;
}

static void
point (RandomMarket *self)
{
  self->problem.lots = self->lots;
  self->problem.orders = self->orders;
  self->problem.supply_limits = self->supply_limits;
  self->problem.demand_limits = self->demand_limits;
  self->problem.routes = self->routes;
  self->problem.fees = self->fees;
  self->problem.pairs = self->pairs;
}

static void
draw_lots (RandomMarket *self, GRand *random, const MarketShape *shape, guint32 salt)
{
  RuaMarketProblem *p = &self->problem;

  p->n_lots
    = once_in (random, 20) ? 0 : shape->most_lots - below (random, (shape->most_lots + 2) / 2);
  self->lots = own (self, g_new0 (RuaMarketLot, MAX (1, p->n_lots)));
  for (guint32 i = 0; i < p->n_lots; i++) {
    RuaMarketLot *lot = &self->lots[i];

    lot->id = name (self, "lot", i, salt);
    lot->product = below (random, p->n_products);
    lot->site = below (random, p->n_sites);
    lot->certificates
      = shape->certificates && once_in (random, 2) ? below (random, p->n_certificate_sets) : NONE;
    lot->hubs = shape->hub_sets && once_in (random, 5) ? below (random, p->n_hub_sets) : NONE;
    lot->limit
      = p->n_supply_limits > 0 && !once_in (random, 4) ? below (random, p->n_supply_limits) : NONE;
    lot->quantity = g_rand_int_range (random, 0, shape->most_quantity + 1);
    lot->reserve = once_in (random, 4) ? 0 : g_rand_int_range (random, 0, shape->most_price);
    lot->posted = once_in (random, 2) ? -1 : lot->reserve + g_rand_int_range (random, 0, 3);
    if (shape->exclusions && once_in (random, 8))
      lot->excluded = once_in (random, 2) ? RUA_MARKET_OUT_DATE : RUA_MARKET_OUT_CERTIFICATE;
  }
}

static void
draw_orders (RandomMarket *self, GRand *random, const MarketShape *shape, guint32 salt)
{
  RuaMarketProblem *p = &self->problem;

  p->n_orders
    = once_in (random, 20) ? 0 : shape->most_orders - below (random, (shape->most_orders + 2) / 2);
  self->orders = own (self, g_new0 (RuaMarketOrder, MAX (1, p->n_orders)));
  for (guint32 i = 0; i < p->n_orders; i++) {
    RuaMarketOrder *order = &self->orders[i];

    order->id = name (self, "order", i, salt);
    order->hub = below (random, p->n_hubs);
    order->products = below (random, p->n_product_lists);
    order->certificates
      = shape->certificates && once_in (random, 4) ? below (random, p->n_certificate_sets) : NONE;
    order->limit
      = p->n_demand_limits > 0 && !once_in (random, 3) ? below (random, p->n_demand_limits) : NONE;
    order->quantity = g_rand_int_range (random, 0, shape->most_quantity + 1);
    order->maximum = g_rand_int_range (random, 0, shape->most_price * 3);
    order->priority = below (random, 3);
    order->entitlement
      = once_in (random, 2) ? -1 : g_rand_int_range (random, 0, shape->most_quantity + 1);
    if (shape->history && once_in (random, 2)) {
      order->received_before = g_rand_int_range (random, 0, shape->most_quantity);
      order->entitled_before = g_rand_int_range (random, 0, shape->most_quantity * 2);
    }
    if (shape->exclusions && once_in (random, 10))
      order->excluded = once_in (random, 2) ? RUA_MARKET_OUT_CANCELLED : RUA_MARKET_OUT_HUB;
  }
}

static void
draw_links (RandomMarket *self, GRand *random, const MarketShape *shape)
{
  RuaMarketProblem *p = &self->problem;

  self->routes = own (self, g_new0 (RuaMarketRoute, (gsize)p->n_sites * p->n_hubs * 2));
  for (guint32 s = 0; s < p->n_sites; s++)
    for (guint32 h = 0; h < p->n_hubs; h++) {
      if (!once_in (random, 6))
        self->routes[p->n_routes++]
          = (RuaMarketRoute){ s, h, NONE, g_rand_int_range (random, 0, shape->most_price / 3 + 1),
                              RUA_NETWORK_NO_LIMIT };
      if (once_in (random, 8))
        self->routes[p->n_routes++]
          = (RuaMarketRoute){ s, h, below (random, p->n_products),
                              g_rand_int_range (random, 0, shape->most_price / 3 + 1),
                              RUA_NETWORK_NO_LIMIT };
    }
  p->n_fees = shape->fees ? below (random, 4) : 0;
  self->fees = own (self, g_new0 (RuaMarketFee, 4));
  for (guint32 i = 0; i < p->n_fees; i++) {
    RuaMarketFee *fee = &self->fees[i];

    fee->hub = once_in (random, 2) ? NONE : below (random, p->n_hubs);
    fee->product = once_in (random, 2) ? NONE : below (random, p->n_products);
    fee->unit_amount = once_in (random, 2) ? 0 : g_rand_int_range (random, 0, 3);
    fee->millionths = once_in (random, 2) ? 0 : g_rand_int_range (random, 0, 300000);
  }
}

static RandomMarket *
begin (void)
{
  RandomMarket *self = g_new0 (RandomMarket, 1);

  self->owned = g_ptr_array_new_with_free_func (g_free);
  return self;
}

RandomMarket *
random_market_new (GRand *random, const MarketShape *shape)
{
  RandomMarket *self = begin ();
  RuaMarketProblem *p = &self->problem;
  guint32 salt = below (random, 997);

  p->n_products = 1 + below (random, shape->most_products);
  p->n_sites = 1 + below (random, shape->most_sites);
  p->n_hubs = 1 + below (random, shape->most_hubs);
  p->n_certificates = 3;
  p->n_certificate_sets = 4;
  p->certificate_sets
    = draw_lists (self, random, p->n_certificate_sets, p->n_certificates, TRUE, 3);
  p->n_hub_sets = 3;
  p->hub_sets = draw_lists (self, random, p->n_hub_sets, p->n_hubs, TRUE, 3);
  p->n_product_lists = 4;
  p->product_lists = draw_lists (self, random, p->n_product_lists, p->n_products, FALSE,
                                 shape->substitutes ? 3 : 1);
  p->n_supply_limits = shape->limits ? below (random, 4) : 0;
  p->n_demand_limits = shape->limits ? below (random, 4) : 0;
  self->supply_limits = draw_limits (self, random, shape, p->n_supply_limits, TRUE, salt);
  self->demand_limits = draw_limits (self, random, shape, p->n_demand_limits, FALSE, salt);
  draw_lots (self, random, shape, salt);
  draw_orders (self, random, shape, salt);
  draw_links (self, random, shape);
  point (self);
  return self;
}

void
random_market_free (RandomMarket *self)
{
  g_ptr_array_unref (self->owned);
  g_free (self);
}

/* ---- the same in other words ---- */

static guint32 *
shuffle (RandomMarket *self, GRand *random, guint32 n)
{
  guint32 *places = own (self, g_new (guint32, MAX (1, n)));

  for (guint32 i = 0; i < n; i++)
    places[i] = i;
  for (guint32 i = n; i > 1; i--) {
    guint32 other = below (random, i), kept = places[i - 1];

    places[i - 1] = places[other];
    places[other] = kept;
  }
  return places;
}

static guint32
moved (const guint32 *places, guint32 i)
{
  return i == NONE ? NONE : places[i];
}

static RuaMarketList *
move_lists (RandomMarket *self,
            const RuaMarketList *lists,
            guint32 n,
            const guint32 *places,
            const guint32 *members)
{
  RuaMarketList *copy = own (self, g_new0 (RuaMarketList, MAX (1, n)));

  for (guint32 i = 0; i < n; i++) {
    guint32 *list = own (self, g_new (guint32, MAX (1, lists[i].n_members)));

    for (guint32 k = 0; k < lists[i].n_members; k++)
      list[k] = moved (members, lists[i].members[k]);
    copy[moved (places, i)] = (RuaMarketList){ list, lists[i].n_members };
  }
  return copy;
}

static RuaMarketLimit *
move_limits (RandomMarket *self, const RuaMarketLimit *limits, guint32 n, const guint32 *places)
{
  RuaMarketLimit *copy = own (self, g_new0 (RuaMarketLimit, MAX (1, n)));

  for (guint32 i = 0; i < n; i++) {
    copy[places[i]] = limits[i];
    copy[places[i]].id = own (self, g_strdup (limits[i].id));
    copy[places[i]].parent = moved (places, limits[i].parent);
  }
  return copy;
}

RandomMarket *
random_market_shuffle (const RandomMarket *from,
                       GRand *random,
                       guint32 **to_lots,
                       guint32 **to_orders)
{
  RandomMarket *self = begin ();
  const RuaMarketProblem *p = &from->problem;
  guint32 *products = shuffle (self, random, p->n_products),
          *sites = shuffle (self, random, p->n_sites), *hubs = shuffle (self, random, p->n_hubs);
  guint32 *certificates = shuffle (self, random, p->n_certificates),
          *sets = shuffle (self, random, p->n_certificate_sets);
  guint32 *hub_sets = shuffle (self, random, p->n_hub_sets),
          *lists = shuffle (self, random, p->n_product_lists);
  guint32 *supply = shuffle (self, random, p->n_supply_limits),
          *demand = shuffle (self, random, p->n_demand_limits);
  guint32 *lots = shuffle (self, random, p->n_lots), *orders = shuffle (self, random, p->n_orders);
  guint32 *routes = shuffle (self, random, p->n_routes), *fees = shuffle (self, random, p->n_fees),
          *pairs = shuffle (self, random, p->n_pairs);

  self->problem = *p;
  self->problem.certificate_sets
    = move_lists (self, p->certificate_sets, p->n_certificate_sets, sets, certificates);
  self->problem.hub_sets = move_lists (self, p->hub_sets, p->n_hub_sets, hub_sets, hubs);
  self->problem.product_lists
    = move_lists (self, p->product_lists, p->n_product_lists, lists, products);
  self->supply_limits = move_limits (self, p->supply_limits, p->n_supply_limits, supply);
  self->demand_limits = move_limits (self, p->demand_limits, p->n_demand_limits, demand);
  self->lots = own (self, g_new0 (RuaMarketLot, MAX (1, p->n_lots)));
  self->orders = own (self, g_new0 (RuaMarketOrder, MAX (1, p->n_orders)));
  self->routes = own (self, g_new0 (RuaMarketRoute, MAX (1, p->n_routes)));
  self->fees = own (self, g_new0 (RuaMarketFee, MAX (1, p->n_fees)));
  self->pairs = own (self, g_new0 (RuaMarketPair, MAX (1, p->n_pairs)));
  for (guint32 i = 0; i < p->n_lots; i++) {
    RuaMarketLot *lot = &self->lots[lots[i]];

    *lot = p->lots[i];
    lot->id = own (self, g_strdup (lot->id));
    lot->product = products[lot->product];
    lot->site = sites[lot->site];
    lot->certificates = moved (sets, lot->certificates);
    lot->hubs = moved (hub_sets, lot->hubs);
    lot->limit = moved (supply, lot->limit);
  }
  for (guint32 i = 0; i < p->n_orders; i++) {
    RuaMarketOrder *order = &self->orders[orders[i]];

    *order = p->orders[i];
    order->id = own (self, g_strdup (order->id));
    order->hub = hubs[order->hub];
    order->products = lists[order->products];
    order->certificates = moved (sets, order->certificates);
    order->limit = moved (demand, order->limit);
  }
  for (guint32 i = 0; i < p->n_routes; i++) {
    const RuaMarketRoute *route = &p->routes[i];

    self->routes[routes[i]]
      = (RuaMarketRoute){ sites[route->site], hubs[route->hub], moved (products, route->product),
                          route->unit_cost, route->capacity };
  }
  for (guint32 i = 0; i < p->n_fees; i++) {
    const RuaMarketFee *fee = &p->fees[i];

    self->fees[fees[i]] = (RuaMarketFee){ moved (hubs, fee->hub), moved (products, fee->product),
                                          fee->unit_amount, fee->millionths };
  }
  for (guint32 i = 0; i < p->n_pairs; i++)
    self->pairs[pairs[i]]
      = (RuaMarketPair){ lots[p->pairs[i].lot], orders[p->pairs[i].order], p->pairs[i].unit_cost };
  point (self);
  if (to_lots)
    *to_lots = lots;
  if (to_orders)
    *to_orders = orders;
  return self;
}

static RandomMarket *
copy (const RandomMarket *from)
{
  RandomMarket *self = begin ();
  const RuaMarketProblem *p = &from->problem;
  guint32 most = MAX (
    MAX (MAX (p->n_products, p->n_hubs), MAX (p->n_certificates, p->n_certificate_sets)),
    MAX (MAX (p->n_hub_sets, p->n_product_lists), MAX (p->n_supply_limits, p->n_demand_limits)));
  guint32 *same = own (self, g_new (guint32, MAX (1, most)));

  for (guint32 i = 0; i < most; i++)
    same[i] = i;
  self->problem = *p;
  self->problem.certificate_sets
    = move_lists (self, p->certificate_sets, p->n_certificate_sets, same, same);
  self->problem.hub_sets = move_lists (self, p->hub_sets, p->n_hub_sets, same, same);
  self->problem.product_lists = move_lists (self, p->product_lists, p->n_product_lists, same, same);
  self->supply_limits = move_limits (self, p->supply_limits, p->n_supply_limits, same);
  self->demand_limits = move_limits (self, p->demand_limits, p->n_demand_limits, same);
  self->lots = own (self, g_memdup2 (p->lots, p->n_lots * sizeof *p->lots));
  self->orders = own (self, g_memdup2 (p->orders, p->n_orders * sizeof *p->orders));
  self->routes = own (self, g_memdup2 (p->routes, p->n_routes * sizeof *p->routes));
  self->fees = own (self, g_memdup2 (p->fees, p->n_fees * sizeof *p->fees));
  self->pairs = own (self, g_memdup2 (p->pairs, p->n_pairs * sizeof *p->pairs));
  for (guint32 i = 0; i < p->n_lots; i++)
    self->lots[i].id = own (self, g_strdup (p->lots[i].id));
  for (guint32 i = 0; i < p->n_orders; i++)
    self->orders[i].id = own (self, g_strdup (p->orders[i].id));
  point (self);
  return self;
}

RandomMarket *
random_market_to_pairs (const RandomMarket *from)
{
  RandomMarket *self = copy (from);
  const RuaMarketProblem *p = &from->problem;
  guint32 n = 0;

  self->pairs = own (self, g_new0 (RuaMarketPair, MAX (1, (gsize)p->n_lots * p->n_orders)));
  for (guint32 l = 0; l < p->n_lots; l++)
    for (guint32 o = 0; o < p->n_orders; o++) {
      gint64 transport;

      if (pair_is_open (p, l, o, &transport))
        self->pairs[n++] = (RuaMarketPair){ l, o, transport };
    }
  self->problem.n_pairs = n;
  point (self);
  return self;
}

static gint64
times (gint64 value, gint64 by)
{
  return value == RUA_NETWORK_NO_LIMIT || value < 0 ? value : value * by;
}

RandomMarket *
random_market_scale (const RandomMarket *from, gint64 quantity, gint64 money)
{
  RandomMarket *self = copy (from);
  const RuaMarketProblem *p = &self->problem;

  for (guint32 i = 0; i < p->n_lots; i++) {
    self->lots[i].quantity = times (self->lots[i].quantity, quantity);
    self->lots[i].reserve = times (self->lots[i].reserve, money);
    self->lots[i].posted = times (self->lots[i].posted, money);
  }
  for (guint32 i = 0; i < p->n_orders; i++) {
    RuaMarketOrder *order = &self->orders[i];

    order->quantity = times (order->quantity, quantity);
    order->maximum = times (order->maximum, money);
    order->entitlement = times (order->entitlement, quantity);
    order->received_before = times (order->received_before, quantity);
    order->entitled_before = times (order->entitled_before, quantity);
  }
  for (guint32 i = 0; i < p->n_supply_limits; i++) {
    self->supply_limits[i].capacity = times (self->supply_limits[i].capacity, quantity);
    self->supply_limits[i].minimum = times (self->supply_limits[i].minimum, quantity);
  }
  for (guint32 i = 0; i < p->n_demand_limits; i++)
    self->demand_limits[i].capacity = times (self->demand_limits[i].capacity, quantity);
  for (guint32 i = 0; i < p->n_routes; i++) {
    self->routes[i].unit_cost = times (self->routes[i].unit_cost, money);
    self->routes[i].capacity = times (self->routes[i].capacity, quantity);
  }
  for (guint32 i = 0; i < p->n_fees; i++)
    self->fees[i].unit_amount = times (self->fees[i].unit_amount, money);
  for (guint32 i = 0; i < p->n_pairs; i++)
    self->pairs[i].unit_cost = times (self->pairs[i].unit_cost, money);
  return self;
}

void
random_market_change (RandomMarket *self, GRand *random, guint n_changes)
{
  const RuaMarketProblem *p = &self->problem;

  for (guint i = 0; i < n_changes; i++) {
    RuaMarketOrder *order = p->n_orders > 0 ? &self->orders[below (random, p->n_orders)] : NULL;
    RuaMarketLot *lot = p->n_lots > 0 ? &self->lots[below (random, p->n_lots)] : NULL;

    switch (g_rand_int_range (random, 0, 6)) {
    case 0:
      if (order)
        order->quantity = g_rand_int_range (random, 0, (gint)order->quantity + 5);
      break;
    case 1:
      if (order)
        order->maximum = g_rand_int_range (random, 0, (gint)order->maximum + 5);
      break;
    case 2:
      if (order)
        order->excluded = RUA_MARKET_OUT_CANCELLED;
      break;
    case 3:
      if (lot)
        lot->quantity = g_rand_int_range (random, 0, (gint)lot->quantity + 5);
      break;
    case 4:
      if (lot)
        lot->reserve = g_rand_int_range (random, 0, (gint)lot->reserve + 3);
      break;
    default:
      if (p->n_demand_limits > 0)
        self->demand_limits[below (random, p->n_demand_limits)].capacity
          = g_rand_int_range (random, 0, 20);
      break;
    }
  }
}

/* ---- policies ---- */

void
rules_of (RuaMarketRules *rules, const char *letters)
{
  memset (rules, 0, sizeof *rules);
  for (; *letters; letters++)
    rules->stages[rules->n_stages++] = *letters == 'G'   ? RUA_MARKET_STAGE_GUARANTEES
                                       : *letters == 'P' ? RUA_MARKET_STAGE_PRIORITY
                                       : *letters == 'M' ? RUA_MARKET_STAGE_MAX_MIN
                                       : *letters == 'g' ? RUA_MARKET_STAGE_GAINS
                                                         : RUA_MARKET_STAGE_TIE_BREAK;
}

void
random_rules (GRand *random, RuaMarketRules *rules)
{
  static const char *const policies[] = { "g",   "gt",   "Gg",    "Ggt", "Pg",   "Pgt", "Mg", "Mgt",
                                          "PMg", "PMgt", "GPMgt", "GPg", "GMgt", "gM",  "MPg" };

  rules_of (rules, policies[below (random, G_N_ELEMENTS (policies))]);
  rules->history = once_in (random, 2);
  rules->subsidised = once_in (random, 3);
  rules->price_rule = (RuaMarketPriceRule)below (random, 5);
  rules->price_share = g_rand_int_range (random, 0, 1000001);
}

/* ---- plainly ---- */

static gboolean
is_in (const RuaMarketList *list, guint32 member)
{
  for (guint32 i = 0; i < list->n_members; i++)
    if (list->members[i] == member)
      return TRUE;
  return FALSE;
}

gboolean
pair_is_open (const RuaMarketProblem *p, guint32 l, guint32 o, gint64 *transport)
{
  const RuaMarketLot *lot = &p->lots[l];
  const RuaMarketOrder *order = &p->orders[o];
  gboolean found = FALSE, special = FALSE;

  if (lot->excluded != RUA_MARKET_TAKES_PART || order->excluded != RUA_MARKET_TAKES_PART
      || !is_in (&p->product_lists[order->products], lot->product)
      || (lot->hubs != NONE && !is_in (&p->hub_sets[lot->hubs], order->hub)))
    return FALSE;
  if (order->certificates != NONE)
    for (guint32 i = 0; i < p->certificate_sets[order->certificates].n_members; i++)
      if (lot->certificates == NONE
          || !is_in (&p->certificate_sets[lot->certificates],
                     p->certificate_sets[order->certificates].members[i]))
        return FALSE;
  for (guint32 i = 0; i < p->n_routes; i++) {
    const RuaMarketRoute *route = &p->routes[i];

    if (route->site != lot->site || route->hub != order->hub
        || (route->product != NONE && route->product != lot->product) || special)
      continue;
    found = TRUE;
    special = route->product != NONE;
    *transport = route->unit_cost;
  }
  return found;
}

gint64
net_of (const RuaMarketProblem *p, guint32 o, guint32 product)
{
  const RuaMarketOrder *order = &p->orders[o];
  gint64 millionths = 0, fixed = 0;

  for (guint32 i = 0; i < p->n_fees; i++)
    if ((p->fees[i].hub == NONE || p->fees[i].hub == order->hub)
        && (p->fees[i].product == NONE || p->fees[i].product == product)) {
      millionths += p->fees[i].millionths;
      fixed += p->fees[i].unit_amount;
    }
  return order->maximum * (1000000 - millionths) / 1000000 - fixed;
}
