/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-build-private.h"

#include <string.h>

#include "rua-block-private.h"
#include "rua-error.h"

/* The copy of a problem that a solution keeps, and the order by id in which everything is built, so that the
 * order of the arrays given changes no byte. */

#define NONE RUA_MARKET_NONE

#define COPY(array, n) g_memdup2 ((array), (gsize)(n) * sizeof *(array))

static RuaMarketList *
copy_lists (const RuaMarketList *lists, guint32 n)
{
  RuaMarketList *copy = COPY (lists, n);

  for (guint32 i = 0; i < n; i++)
    copy[i].members = COPY (lists[i].members, lists[i].n_members);
  return copy;
}

static RuaMarketLimit *
copy_limits (RuaMarketWork *self, const RuaMarketLimit *limits, guint32 n)
{
  RuaMarketLimit *copy = COPY (limits, n);

  for (guint32 i = 0; i < n; i++)
    copy[i].id = limits[i].id ? g_string_chunk_insert (self->ids, limits[i].id) : "";
  return copy;
}

static void
copy_problem (RuaMarketWork *self, const RuaMarketProblem *from)
{
  RuaMarketProblem *p = &self->problem;
  RuaMarketLot *lots = COPY (from->lots, from->n_lots);
  RuaMarketOrder *orders = COPY (from->orders, from->n_orders);

  *p = *from;
  p->certificate_sets = copy_lists (from->certificate_sets, from->n_certificate_sets);
  p->product_lists = copy_lists (from->product_lists, from->n_product_lists);
  p->hub_sets = copy_lists (from->hub_sets, from->n_hub_sets);
  p->supply_limits = copy_limits (self, from->supply_limits, from->n_supply_limits);
  p->demand_limits = copy_limits (self, from->demand_limits, from->n_demand_limits);
  for (guint32 i = 0; i < from->n_lots; i++)
    lots[i].id = g_string_chunk_insert (self->ids, lots[i].id);
  for (guint32 i = 0; i < from->n_orders; i++)
    orders[i].id = g_string_chunk_insert (self->ids, orders[i].id);
  p->lots = lots;
  p->orders = orders;
  p->routes = COPY (from->routes, from->n_routes);
  p->fees = COPY (from->fees, from->n_fees);
  p->pairs = COPY (from->pairs, from->n_pairs);
  p->delivered = COPY (from->delivered, from->n_delivered);
}

static void
free_lists (const RuaMarketList *lists, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    g_free ((gpointer)lists[i].members);
  g_free ((gpointer)lists);
}

static void
free_problem (RuaMarketProblem *p)
{
  free_lists (p->certificate_sets, p->n_certificate_sets);
  free_lists (p->product_lists, p->n_product_lists);
  free_lists (p->hub_sets, p->n_hub_sets);
  g_free ((gpointer)p->supply_limits);
  g_free ((gpointer)p->demand_limits);
  g_free ((gpointer)p->lots);
  g_free ((gpointer)p->orders);
  g_free ((gpointer)p->routes);
  g_free ((gpointer)p->fees);
  g_free ((gpointer)p->pairs);
  g_free ((gpointer)p->delivered);
}

void
rua_market_work_free (RuaMarketWork *self)
{
  if (!self)
    return;
  free_problem (&self->problem);
  if (self->ids)
    g_string_chunk_free (self->ids);
  g_free (self->lots);
  g_free (self->orders);
  g_free (self->lot_built);
  g_free (self->order_built);
  g_free (self->lot_left);
  g_free (self->order_left);
  g_free (self->lot_cost);
  g_free (self->supply_capacity);
  g_free (self->demand_capacity);
  g_free (self->supply_minimum);
  if (self->gains != self->network)
    rua_network_free (self->gains);
  rua_network_free (self->network);
  rua_block_free (self->arc_block);
  g_free (self->lot_arc);
  g_free (self->order_arc);
  g_free (self->supply_arc);
  g_free (self->demand_arc);
  g_free (self->classes);
  g_free (self->demand_fees);
  g_free (self->entries);
  g_free (self->first_entry);
  g_free (self->reached);
  g_free (self);
}

/* ---- order ---- */

typedef struct {
  guint64 start; /* the first eight bytes, as they sort */
  const char *id;
  guint32 place;
} Named;

static gint
compare_named (gconstpointer a, gconstpointer b)
{
  const Named *x = a, *y = b;

  if (x->start != y->start)
    return x->start < y->start ? -1 : 1;
  return strcmp (x->id, y->id);
}

static guint64
start_of (const char *id)
{
  guint64 start = 0;
  gsize i = 0;

  for (; i < 8 && id[i]; i++)
    start = start << 8 | (guchar)id[i];
  return start << 8 * (8 - i) % 64;
}

static guint32 *
sort_named (Named *named, guint32 n, const char *kind, GError **error)
{
  guint32 *places = g_new (guint32, MAX (1, n));

  if (n > 1)
    qsort (named, n, sizeof *named, compare_named);
  for (guint32 i = 0; i < n; i++) {
    places[i] = named[i].place;
    if (i > 0 && strcmp (named[i - 1].id, named[i].id) == 0) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE, "%s “%s” stands twice; leave one", kind,
                   named[i].id);
      g_free (places);
      return NULL;
    }
  }
  return places;
}

static gboolean
sort_by_id (RuaMarketWork *self, GError **error)
{
  const RuaMarketProblem *p = &self->problem;
  g_autofree Named *named = g_new (Named, MAX (1, MAX (p->n_lots, p->n_orders)));

  for (guint32 i = 0; i < p->n_lots; i++)
    named[i] = (Named){ start_of (p->lots[i].id), p->lots[i].id, i };
  self->lots = sort_named (named, p->n_lots, "lot", error);
  if (!self->lots)
    return FALSE;
  for (guint32 i = 0; i < p->n_orders; i++)
    named[i] = (Named){ start_of (p->orders[i].id), p->orders[i].id, i };
  self->orders = sort_named (named, p->n_orders, "order", error);
  return self->orders != NULL;
}

/* ---- what is left after deliveries ---- */

static gboolean
take (gint64 *left, gint64 quantity, const char *kind, const char *id, GError **error)
{
  if (*left == RUA_NETWORK_NO_LIMIT)
    return TRUE;
  if (quantity > *left) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "%s “%s”: more is delivered than it allows; correct the deliveries or raise it",
                 kind, id);
    return FALSE;
  }
  *left -= quantity;
  return TRUE;
}

static gint64
cost_of_lot (const RuaMarketWork *self, const RuaMarketLot *lot)
{
  return self->price_rule == RUA_MARKET_PRICE_POSTED ? MAX (lot->reserve, lot->posted)
                                                     : lot->reserve;
}

/* Fills in from @p what can change without a change of the links. */
gboolean
rua_market_work_count (RuaMarketWork *self, const RuaMarketProblem *p, GError **error)
{
  for (guint32 i = 0; i < p->n_lots; i++) {
    self->lot_left[i] = p->lots[i].quantity;
    self->lot_cost[i] = cost_of_lot (self, &p->lots[i]);
  }
  for (guint32 i = 0; i < p->n_orders; i++)
    self->order_left[i] = p->orders[i].quantity;
  for (guint32 i = 0; i < p->n_supply_limits; i++) {
    self->supply_capacity[i] = p->supply_limits[i].capacity;
    self->supply_minimum[i] = p->supply_limits[i].minimum;
  }
  for (guint32 i = 0; i < p->n_demand_limits; i++)
    self->demand_capacity[i] = p->demand_limits[i].capacity;
  for (guint32 i = 0; i < p->n_delivered; i++) {
    const RuaMarketDelivered *d = &p->delivered[i];
    const RuaMarketLot *lot = &p->lots[d->lot];
    const RuaMarketOrder *order = &p->orders[d->order];

    if (!take (&self->lot_left[d->lot], d->quantity, "lot", lot->id, error)
        || !take (&self->order_left[d->order], d->quantity, "order", order->id, error))
      return FALSE;
    for (guint32 k = lot->limit; k != NONE; k = p->supply_limits[k].parent) {
      if (!take (&self->supply_capacity[k], d->quantity, "limit", p->supply_limits[k].id, error))
        return FALSE;
      self->supply_minimum[k] = MAX (0, self->supply_minimum[k] - d->quantity);
    }
    for (guint32 k = order->limit; k != NONE; k = p->demand_limits[k].parent)
      if (!take (&self->demand_capacity[k], d->quantity, "limit", p->demand_limits[k].id, error))
        return FALSE;
  }
  for (guint32 i = 0; i < p->n_lots; i++)
    if (p->lots[i].excluded != RUA_MARKET_TAKES_PART)
      self->lot_left[i] = 0;
  for (guint32 i = 0; i < p->n_orders; i++)
    if (p->orders[i].excluded != RUA_MARKET_TAKES_PART)
      self->order_left[i] = 0;
  return TRUE;
}

/* Gains alone bring nobody together who does not gain. */
static gboolean
needs_levels (const RuaMarketRules *rules)
{
  gboolean fair = FALSE;

  for (guint i = 0; i < rules->n_stages; i++)
    fair |= rules->stages[i] != RUA_MARKET_STAGE_GAINS
            && rules->stages[i] != RUA_MARKET_STAGE_TIE_BREAK;
  return fair && !rules->subsidised;
}

RuaMarketWork *
rua_market_work_new (const RuaMarketProblem *problem,
                     const RuaMarketRules *rules,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (RuaMarketWork) self = g_new0 (RuaMarketWork, 1);

  if (!rua_market_problem_validate (problem, error))
    return NULL;
  self->ids = g_string_chunk_new (4096);
  copy_problem (self, problem);
  self->price_rule = rules->price_rule;
  self->levels = needs_levels (rules);
  if (!sort_by_id (self, error))
    return NULL;
  self->lot_built = g_new (guint8, MAX (1, problem->n_lots));
  self->order_built = g_new (guint8, MAX (1, problem->n_orders));
  for (guint32 i = 0; i < problem->n_lots; i++)
    self->lot_built[i] = problem->lots[i].excluded == RUA_MARKET_TAKES_PART;
  for (guint32 i = 0; i < problem->n_orders; i++)
    self->order_built[i] = problem->orders[i].excluded == RUA_MARKET_TAKES_PART;
  self->lot_left = g_new (gint64, MAX (1, problem->n_lots));
  self->lot_cost = g_new (gint64, MAX (1, problem->n_lots));
  self->order_left = g_new (gint64, MAX (1, problem->n_orders));
  self->supply_capacity = g_new (gint64, MAX (1, problem->n_supply_limits));
  self->supply_minimum = g_new (gint64, MAX (1, problem->n_supply_limits));
  self->demand_capacity = g_new (gint64, MAX (1, problem->n_demand_limits));
  if (!rua_market_work_count (self, &self->problem, error)
      || !rua_market_work_build (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* ---- the same network with other figures ---- */

static gboolean
same_lists (const RuaMarketList *a, const RuaMarketList *b, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    if (!rua_market_list_equal (&a[i], &b[i]))
      return FALSE;
  return TRUE;
}

static gboolean
same_limits (const RuaMarketLimit *a, const RuaMarketLimit *b, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    if (a[i].parent != b[i].parent)
      return FALSE;
  return TRUE;
}

static gboolean
same_lots (const RuaMarketWork *self, const RuaMarketProblem *new)
{
  for (guint32 i = 0; i < new->n_lots; i++) {
    const RuaMarketLot *a = &self->problem.lots[i], *b = &new->lots[i];

    if (a->product != b->product || a->site != b->site || a->certificates != b->certificates
        || a->hubs != b->hubs || a->limit != b->limit
        || (b->excluded == RUA_MARKET_TAKES_PART && !self->lot_built[i])
        || (self->levels && self->lot_cost[i] != cost_of_lot (self, b))
        || strcmp (a->id, b->id) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
same_orders (const RuaMarketWork *self, const RuaMarketProblem *new)
{
  for (guint32 i = 0; i < new->n_orders; i++) {
    const RuaMarketOrder *a = &self->problem.orders[i], *b = &new->orders[i];

    if (a->hub != b->hub || a->products != b->products || a->certificates != b->certificates
        || a->limit != b->limit || (b->excluded == RUA_MARKET_TAKES_PART && !self->order_built[i])
        || (self->levels && a->maximum != b->maximum) || strcmp (a->id, b->id) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
same_routes (const RuaMarketProblem *a, const RuaMarketProblem *b)
{
  for (guint32 i = 0; i < a->n_routes; i++) {
    const RuaMarketRoute *x = &a->routes[i], *y = &b->routes[i];

    /* How much a route can carry is not seen in one arc. */
    if (x->site != y->site || x->hub != y->hub || x->product != y->product
        || x->unit_cost != y->unit_cost || x->capacity != RUA_NETWORK_NO_LIMIT
        || y->capacity != RUA_NETWORK_NO_LIMIT)
      return FALSE;
  }
  for (guint32 i = 0; i < a->n_fees; i++) {
    const RuaMarketFee *x = &a->fees[i], *y = &b->fees[i];

    if (x->hub != y->hub || x->product != y->product || x->unit_amount != y->unit_amount
        || x->millionths != y->millionths)
      return FALSE;
  }
  for (guint32 i = 0; i < a->n_pairs; i++) {
    const RuaMarketPair *x = &a->pairs[i], *y = &b->pairs[i];

    if (x->lot != y->lot || x->order != y->order || x->unit_cost != y->unit_cost)
      return FALSE;
  }
  return TRUE;
}

static void
put_in (RuaMarketWork *self, guint32 arc, gint64 capacity, gint64 cost)
{
  if (capacity != self->capacity[arc]) {
    rua_network_set_bounds (self->gains, arc, 0, capacity);
    self->capacity[arc] = capacity;
  }
  if (cost != self->cost[arc]) {
    rua_network_set_cost (self->gains, arc, cost);
    self->cost[arc] = cost;
  }
}

gboolean
rua_market_work_renew (RuaMarketWork *self,
                       const RuaMarketProblem *new,
                       const RuaMarketRules *rules)
{
  RuaMarketProblem *p = &self->problem;
  RuaMarketLot *lots = (RuaMarketLot *)p->lots;
  RuaMarketOrder *orders = (RuaMarketOrder *)p->orders;
  RuaMarketLimit *supply = (RuaMarketLimit *)p->supply_limits,
                 *demand = (RuaMarketLimit *)p->demand_limits;
  RuaMarketPriceRule rule = self->price_rule;
  gboolean pairs_changed = FALSE;

  if (!self->gains || needs_levels (rules) != self->levels || p->n_products != new->n_products
      || p->n_sites != new->n_sites || p->n_hubs != new->n_hubs
      || p->n_certificate_sets != new->n_certificate_sets
      || p->n_product_lists != new->n_product_lists || p->n_hub_sets != new->n_hub_sets
      || p->n_supply_limits != new->n_supply_limits || p->n_demand_limits != new->n_demand_limits
      || p->n_lots != new->n_lots || p->n_orders != new->n_orders || p->n_routes != new->n_routes
      || p->n_fees != new->n_fees || p->n_pairs != new->n_pairs
      || !rua_market_problem_validate (new, NULL))
    return FALSE;
  self->price_rule = rules->price_rule;
  if (!same_lists (p->certificate_sets, new->certificate_sets, p->n_certificate_sets)
      || !same_lists (p->product_lists, new->product_lists, p->n_product_lists)
      || !same_lists (p->hub_sets, new->hub_sets, p->n_hub_sets)
      || !same_limits (p->supply_limits, new->supply_limits, p->n_supply_limits)
      || !same_limits (p->demand_limits, new->demand_limits, p->n_demand_limits)
      || !same_routes (p, new) || !same_lots (self, new) || !same_orders (self, new)
      || !rua_market_work_count (self, new, NULL)) {
    self->price_rule = rule;
    return FALSE;
  }
  for (guint32 i = 0; i < p->n_lots; i++) {
    const char *id = lots[i].id;

    lots[i] = new->lots[i];
    lots[i].id = id;
    if (self->lot_arc[i] != NONE)
      put_in (self, self->lot_arc[i], self->lot_left[i], self->lot_cost[i]);
  }
  for (guint32 i = 0; i < p->n_orders; i++) {
    const char *id = orders[i].id;
    gboolean changed = orders[i].maximum != new->orders[i].maximum;

    orders[i] = new->orders[i];
    orders[i].id = id;
    if (self->order_arc[i] == NONE)
      continue;
    put_in (self, self->order_arc[i], self->order_left[i], self->cost[self->order_arc[i]]);
    for (guint32 k = self->first_entry[i]; changed && k < self->first_entry[i + 1]; k++) {
      RuaMarketEntry *entry = &self->entries[k];
      const RuaMarketDemandClass *class_ = &self->classes[entry->class_];

      entry->net = rua_market_net (orders[i].maximum, class_->millionths, class_->fixed_fee);
      if (entry->arc != NONE)
        put_in (self, entry->arc, self->capacity[entry->arc], -entry->net);
    }
    pairs_changed |= changed && p->n_pairs > 0;
  }
  for (guint32 k = 0; k < p->n_supply_limits; k++) {
    supply[k].capacity = new->supply_limits[k].capacity;
    supply[k].minimum = new->supply_limits[k].minimum;
    if (self->supply_arc[k] != NONE)
      put_in (self, self->supply_arc[k], self->supply_capacity[k], 0);
  }
  for (guint32 k = 0; k < p->n_demand_limits; k++) {
    demand[k].capacity = new->demand_limits[k].capacity;
    if (self->demand_arc[k] != NONE)
      put_in (self, self->demand_arc[k], self->demand_capacity[k], 0);
  }
  for (guint32 i = 0, n = rua_network_get_n_arcs (self->gains); pairs_changed && i < n; i++)
    if (self->arc_route[i] != NONE) {
      const RuaMarketPair *pair = &p->pairs[self->arc_route[i]];

      put_in (self, i, self->capacity[i],
              pair->unit_cost
                - rua_market_entry_for (self, pair->order, lots[pair->lot].product)->net);
    }
  g_free ((gpointer)p->delivered);
  p->delivered = COPY (new->delivered, new->n_delivered);
  p->n_delivered = new->n_delivered;
  return TRUE;
}
