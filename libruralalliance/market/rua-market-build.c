/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-build-private.h"

#include <string.h>

#include "rua-block-private.h"
#include "rua-error.h"
#include "rua-market-routes-private.h"
#include "rua-number-index-private.h"

/* From lots and orders to the nodes and arcs of the network. Everything is numbered in the order in which the
 * lots and orders by id come upon it. */

#define NONE RUA_MARKET_NONE
#define GROUND 0

typedef struct {
  guint32 from, to;
  gint64 capacity, cost;
  guint32 lot, order, route;
} Arc;

typedef struct {
  guint32 need, site, hubs;
  guint32 first_level, n_levels;
} SupplyClass;

typedef struct {
  gint64 value;
  guint32 class_, item;
} Level;

typedef struct {
  RuaMarketWork *work;
  RuaMarketRoutes routes;
  guint32 n_nodes;
  Arc *arcs;
  guint32 n_arcs, room;
  guint32 *certificate_sets, *hub_sets; /* of each the first with the same members */
  RuaMarketList *sorted_certificates, *sorted_hubs;
  RuaNumberIndex needs;               /* product << 32 | set */
  RuaNumberIndex classes;             /* need << 32 | hub */
  guint32 *supply_node, *demand_node; /* of limits; NONE: not met yet */
  GArray *supply_classes;
  guint32 *first_supply; /* by place in the lots by id, and one more: in lot_classes */
  GArray *lot_classes;   /* SupplyClass places */
  guint32 *lot_levels;   /* by lot_classes: node */
} Builder;

static void
free_sorted (RuaMarketList *lists, guint32 n)
{
  for (guint32 i = 0; lists && i < n; i++)
    g_free ((gpointer)lists[i].members);
  g_free (lists);
}

static void
builder_clear (Builder *self)
{
  rua_market_routes_clear (&self->routes);
  free_sorted (self->sorted_certificates, self->work->problem.n_certificate_sets);
  free_sorted (self->sorted_hubs, self->work->problem.n_hub_sets);
  rua_block_free (self->arcs);
  g_array_unref (self->supply_classes);
  g_array_unref (self->lot_classes);
  g_free (self->certificate_sets);
  g_free (self->hub_sets);
  rua_number_index_clear (&self->needs);
  rua_number_index_clear (&self->classes);
  g_free (self->supply_node);
  g_free (self->demand_node);
  g_free (self->first_supply);
  g_free (self->lot_levels);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Builder, builder_clear)

static guint32
add_arc (Builder *self,
         guint32 from,
         guint32 to,
         gint64 capacity,
         gint64 cost,
         guint32 lot,
         guint32 order,
         guint32 route)
{
  if (self->n_arcs == self->room) {
    Arc *arcs = rua_block_new (2 * (gsize) self->room * sizeof *arcs);

    memcpy (arcs, self->arcs, self->n_arcs * sizeof *arcs);
    rua_block_free (self->arcs);
    self->arcs = arcs;
    self->room *= 2;
  }
  self->arcs[self->n_arcs] = (Arc) { from, to, capacity, cost, lot, order, route };
  return self->n_arcs++;
}

/* ---- sets ---- */

static gint
compare_numbers (gconstpointer a, gconstpointer b)
{
  const guint32 *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

static RuaMarketList
sort_members (const RuaMarketList *list)
{
  guint32 *members = g_new (guint32, MAX (1, list->n_members)), n = 0;

  for (guint32 i = 0; i < list->n_members; i++)
    members[i] = list->members[i];
  qsort (members, list->n_members, sizeof *members, compare_numbers);
  for (guint32 i = 0; i < list->n_members; i++)
    if (n == 0 || members[n - 1] != members[i])
      members[n++] = members[i];
  return (RuaMarketList){ members, n };
}

static guint
hash_list (gconstpointer key)
{
  const RuaMarketList *list = key;
  guint hash = 5381;

  for (guint32 i = 0; i < list->n_members; i++)
    hash = hash * 33 + list->members[i];
  return hash;
}

static gboolean
equal_lists (gconstpointer a, gconstpointer b)
{
  return rua_market_list_equal (a, b);
}

static guint32 *
intern_lists (const RuaMarketList *lists, guint32 n, RuaMarketList **sorted)
{
  g_autoptr (GHashTable) known = g_hash_table_new (hash_list, equal_lists);
  guint32 *same = g_new (guint32, MAX (1, n));

  *sorted = g_new0 (RuaMarketList, MAX (1, n));
  for (guint32 i = 0; i < n; i++) {
    gpointer place;

    (*sorted)[i] = sort_members (&lists[i]);
    if (g_hash_table_lookup_extended (known, &(*sorted)[i], NULL, &place)) {
      same[i] = GPOINTER_TO_UINT (place);
    } else {
      g_hash_table_insert (known, &(*sorted)[i], GUINT_TO_POINTER (i));
      same[i] = i;
    }
  }
  return same;
}

/* A set of certificates without a member is as none. */
static guint32
set_of_certificates (const Builder *self, guint32 set)
{
  return set == NONE || self->sorted_certificates[set].n_members == 0 ? NONE
                                                                      : self->certificate_sets[set];
}

static gboolean
holds_all (const Builder *self, guint32 set, guint32 needed)
{
  const RuaMarketList *all, *some;
  guint32 i = 0;

  if (needed == NONE || needed == set)
    return TRUE;
  if (set == NONE)
    return FALSE;
  all = &self->sorted_certificates[set];
  some = &self->sorted_certificates[needed];
  for (guint32 k = 0; k < some->n_members; k++) {
    while (i < all->n_members && all->members[i] < some->members[k])
      i++;
    if (i == all->n_members || all->members[i] != some->members[k])
      return FALSE;
  }
  return TRUE;
}

static gboolean
holds (const RuaMarketList *sorted, guint32 member)
{
  return bsearch (&member, sorted->members, sorted->n_members, sizeof member, compare_numbers)
         != NULL;
}

/* ---- limits ---- */

static guint32
node_of_supply (Builder *self, guint32 limit)
{
  RuaMarketWork *w = self->work;
  guint32 above, node;

  if (limit == NONE)
    return GROUND;
  if (self->supply_node[limit] != NONE)
    return self->supply_node[limit];
  above = node_of_supply (self, w->problem.supply_limits[limit].parent);
  node = self->supply_node[limit] = self->n_nodes++;
  w->supply_arc[limit]
    = add_arc (self, above, node, w->supply_capacity[limit], 0, NONE, NONE, NONE);
  return node;
}

static guint32
node_of_demand (Builder *self, guint32 limit)
{
  RuaMarketWork *w = self->work;
  guint32 above, node;

  if (limit == NONE)
    return GROUND;
  if (self->demand_node[limit] != NONE)
    return self->demand_node[limit];
  above = node_of_demand (self, w->problem.demand_limits[limit].parent);
  node = self->demand_node[limit] = self->n_nodes++;
  w->demand_arc[limit]
    = add_arc (self, node, above, w->demand_capacity[limit], 0, NONE, NONE, NONE);
  return node;
}

/* ---- fees ---- */

static gboolean
find_fees (Builder *self, RuaMarketDemandClass *class_, GArray *taken, GError **error)
{
  const RuaMarketProblem *p = &self->work->problem;

  class_->first_fee = taken->len;
  for (guint32 i = 0; i < p->n_fees; i++) {
    const RuaMarketFee *fee = &p->fees[i];

    if ((fee->hub != NONE && fee->hub != class_->hub)
        || (fee->product != NONE && fee->product != class_->product))
      continue;
    class_->fixed_fee += fee->unit_amount;
    class_->millionths += fee->millionths;
    g_array_append_val (taken, i);
    if (class_->millionths >= 1000000) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "the fees on product %u at hub %u come to 100 %% of the price or more: nothing "
                   "is left for who produced; give less",
                   class_->product, class_->hub);
      return FALSE;
    }
    if (class_->fixed_fee >= G_GINT64_CONSTANT (1) << 61) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                   "the fees on product %u at hub %u are too great for exact sums", class_->product,
                   class_->hub);
      return FALSE;
    }
  }
  class_->n_fees = taken->len - class_->first_fee;
  return TRUE;
}

/* ---- what orders want ---- */

static gboolean
list_entries (Builder *self, GError **error)
{
  RuaMarketWork *w = self->work;
  const RuaMarketProblem *p = &w->problem;
  g_autoptr (GArray) classes = g_array_new (FALSE, TRUE, sizeof (RuaMarketDemandClass));
  g_autoptr (GArray) entries
    = g_array_sized_new (FALSE, FALSE, sizeof (RuaMarketEntry), p->n_orders);
  g_autoptr (GArray) fees = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *seen = g_new (guint32, MAX (1, p->n_products));
  g_autofree guint32 *first = g_new (guint32, (gsize)p->n_orders + 1);
  g_autofree guint32 *many = g_new0 (guint32, MAX (1, p->n_orders));

  for (guint32 i = 0; i < p->n_products; i++)
    seen[i] = NONE;
  for (guint32 i = 0; i < p->n_orders; i++) {
    guint32 o = w->orders[i];
    const RuaMarketOrder *order = &p->orders[o];
    const RuaMarketList *list = &p->product_lists[order->products];
    guint32 set = set_of_certificates (self, order->certificates);

    first[o] = entries->len;
    if (order->excluded != RUA_MARKET_TAKES_PART)
      continue;
    for (guint32 k = 0; k < list->n_members; k++) {
      guint32 product = list->members[k], need, place;
      RuaMarketDemandClass *class_;
      RuaMarketEntry entry = { 0, NONE, NONE, 0 };

      if (seen[product] == o)
        continue;
      seen[product] = o;
      need = rua_number_index_intern (&self->needs, (guint64)product << 32 | set);
      place = rua_number_index_intern (&self->classes, (guint64)need << 32 | order->hub);
      if (place == classes->len) {
        RuaMarketDemandClass made = { product, need, order->hub, 0, 0, 0, 0, NONE, 0 };

        if (!find_fees (self, &made, fees, error))
          return FALSE;
        g_array_append_val (classes, made);
      }
      class_ = &g_array_index (classes, RuaMarketDemandClass, place);
      entry.class_ = place;
      entry.net = rua_market_net (order->maximum, class_->millionths, class_->fixed_fee);
      g_array_append_val (entries, entry);
      many[o]++;
    }
  }
  /* By order as they are numbered outside; within, as they were made. */
  w->first_entry = g_new (guint32, (gsize)p->n_orders + 1);
  w->entries = g_new (RuaMarketEntry, MAX (1, entries->len));
  w->first_entry[0] = 0;
  for (guint32 o = 0; o < p->n_orders; o++) {
    for (guint32 k = 0; k < many[o]; k++)
      w->entries[w->first_entry[o] + k] = g_array_index (entries, RuaMarketEntry, first[o] + k);
    w->first_entry[o + 1] = w->first_entry[o] + many[o];
  }
  w->n_classes = classes->len;
  w->classes = (RuaMarketDemandClass *)g_array_free (g_steal_pointer (&classes), FALSE);
  w->demand_fees = (guint32 *)g_array_free (g_steal_pointer (&fees), FALSE);
  return TRUE;
}

/* ---- where lots stand ---- */

static void
list_supply (Builder *self)
{
  RuaMarketWork *w = self->work;
  const RuaMarketProblem *p = &w->problem;
  RuaNumberIndex places, classes;
  g_autofree guint32 *first_need = g_new0 (guint32, (gsize)p->n_products + 1);
  g_autofree guint32 *needs = g_new (guint32, MAX (1, self->needs.n));

  for (guint32 n = 0; n < self->needs.n; n++)
    first_need[(self->needs.numbers[n] >> 32) + 1]++;
  for (guint32 i = 0; i < p->n_products; i++)
    first_need[i + 1] += first_need[i];
  {
    g_autofree guint32 *at
      = g_memdup2 (first_need, ((gsize)p->n_products + 1) * sizeof *first_need);

    for (guint32 n = 0; n < self->needs.n; n++)
      needs[at[self->needs.numbers[n] >> 32]++] = n;
  }
  rua_number_index_init (&places);
  rua_number_index_init (&classes);
  self->first_supply = g_new (guint32, (gsize)p->n_lots + 1);
  for (guint32 i = 0; i < p->n_lots; i++) {
    const RuaMarketLot *lot = &p->lots[w->lots[i]];
    guint32 set = set_of_certificates (self, lot->certificates),
            hubs = lot->hubs == NONE ? NONE : self->hub_sets[lot->hubs];

    self->first_supply[i] = self->lot_classes->len;
    if (lot->excluded != RUA_MARKET_TAKES_PART)
      continue;
    for (guint32 k = first_need[lot->product]; k < first_need[lot->product + 1]; k++) {
      guint32 place, at;

      if (!holds_all (self, set, (guint32)self->needs.numbers[needs[k]]))
        continue;
      at = rua_number_index_intern (&places, (guint64)lot->site << 32 | hubs);
      place = rua_number_index_intern (&classes, (guint64)needs[k] << 32 | at);
      if (place == self->supply_classes->len) {
        SupplyClass made = { needs[k], lot->site, hubs, NONE, 0 };

        g_array_append_val (self->supply_classes, made);
      }
      g_array_append_val (self->lot_classes, place);
    }
  }
  self->first_supply[p->n_lots] = self->lot_classes->len;
  rua_number_index_clear (&places);
  rua_number_index_clear (&classes);
}

/* ---- levels ---- */

static gint
compare_levels (gconstpointer a, gconstpointer b)
{
  const Level *x = a, *y = b;

  if (x->class_ != y->class_)
    return x->class_ < y->class_ ? -1 : 1;
  if (x->value != y->value)
    return x->value < y->value ? -1 : 1;
  return x->item < y->item ? -1 : x->item > y->item;
}

/* The nodes of the classes of supply; the levels of each by what their goods cost. */
static void
number_supply (Builder *self, GArray *values)
{
  RuaMarketWork *w = self->work;
  guint32 n = self->lot_classes->len;
  g_autofree Level *levels = g_new (Level, MAX (1, n));

  self->lot_levels = g_new (guint32, MAX (1, n));
  for (guint32 i = 0; i < w->problem.n_lots; i++)
    for (guint32 k = self->first_supply[i]; k < self->first_supply[i + 1]; k++)
      levels[k] = (Level){ w->levels ? w->lot_cost[w->lots[i]] : 0,
                           g_array_index (self->lot_classes, guint32, k), k };
  qsort (levels, n, sizeof *levels, compare_levels);
  for (guint32 i = 0; i < n; i++) {
    SupplyClass *class_ = &g_array_index (self->supply_classes, SupplyClass, levels[i].class_);
    gboolean begins = class_->first_level == NONE;

    if (begins)
      class_->first_level = self->n_nodes;
    if (begins || levels[i].value != levels[i - 1].value) {
      class_->n_levels++;
      g_array_append_val (values, levels[i].value);
      if (!begins)
        add_arc (self, self->n_nodes - 1, self->n_nodes, RUA_NETWORK_NO_LIMIT, 0, NONE, NONE, NONE);
      self->n_nodes++;
    }
    self->lot_levels[levels[i].item] = self->n_nodes - 1;
  }
}

/* The same of demand, by what orders pay. An order that pays less than nothing has no node. */
static void
number_demand (Builder *self, GArray *values)
{
  RuaMarketWork *w = self->work;
  guint32 n = w->first_entry[w->problem.n_orders], n_levels = 0;
  g_autofree Level *levels = g_new (Level, MAX (1, n));

  for (guint32 k = 0; k < n; k++)
    if (!w->levels || w->entries[k].net >= 0)
      levels[n_levels++] = (Level){ w->levels ? w->entries[k].net : 0, w->entries[k].class_, k };
  qsort (levels, n_levels, sizeof *levels, compare_levels);
  for (guint32 i = 0; i < n_levels; i++) {
    RuaMarketDemandClass *class_ = &w->classes[levels[i].class_];
    gboolean begins = class_->first_level == NONE;

    if (begins)
      class_->first_level = self->n_nodes;
    if (begins || levels[i].value != levels[i - 1].value) {
      class_->n_levels++;
      g_array_append_val (values, levels[i].value);
      if (!begins)
        add_arc (self, self->n_nodes - 1, self->n_nodes, RUA_NETWORK_NO_LIMIT, 0, NONE, NONE, NONE);
      self->n_nodes++;
    }
    w->entries[levels[i].item].node = self->n_nodes - 1;
  }
}

/* ---- links ---- */

/* One class to the other: each level of goods to the first orders that pay for it and the way. */
static void
link_levels (Builder *self,
             const SupplyClass *from,
             const RuaMarketDemandClass *to,
             const gint64 *costs,
             const gint64 *nets,
             guint32 route)
{
  gint64 transport = self->work->problem.routes[route].unit_cost;
  guint32 j = 0;

  if (!self->work->levels) {
    add_arc (self, from->first_level, to->first_level, RUA_NETWORK_NO_LIMIT, transport, NONE, NONE,
             route);
    return;
  }
  for (guint32 i = 0; i < from->n_levels; i++) {
    while (j < to->n_levels && nets[j] < costs[i] + transport)
      j++;
    if (j == to->n_levels)
      return;
    /* Goods that cost less come along. */
    if (i + 1 == from->n_levels || nets[j] < costs[i + 1] + transport)
      add_arc (self, from->first_level + i, to->first_level + j, RUA_NETWORK_NO_LIMIT, transport,
               NONE, NONE, route);
  }
}

static void
link_classes (
  Builder *self, const gint64 *costs, guint32 first_cost, const gint64 *nets, guint32 first_net)
{
  RuaMarketWork *w = self->work;
  g_autofree guint32 *first = g_new0 (guint32, (gsize)self->needs.n + 1);
  g_autofree guint32 *demand = g_new (guint32, MAX (1, w->n_classes));
  g_autofree guint32 *way = g_new (guint32, MAX (1, w->problem.n_hubs));

  for (guint32 c = 0; c < w->n_classes; c++)
    first[w->classes[c].need + 1]++;
  for (guint32 n = 0; n < self->needs.n; n++)
    first[n + 1] += first[n];
  {
    g_autofree guint32 *at = g_memdup2 (first, ((gsize)self->needs.n + 1) * sizeof *first);

    for (guint32 c = 0; c < w->n_classes; c++)
      demand[at[w->classes[c].need]++] = c;
  }
  for (guint32 s = 0; s < self->supply_classes->len; s++) {
    const SupplyClass *from = &g_array_index (self->supply_classes, SupplyClass, s);
    guint32 product = (guint32)(self->needs.numbers[from->need] >> 32);

    rua_market_routes_list (&self->routes, from->site, product, way);
    for (guint32 k = first[from->need]; k < first[from->need + 1]; k++) {
      const RuaMarketDemandClass *to = &w->classes[demand[k]];

      if (to->first_level == NONE || way[to->hub] == NONE
          || (from->hubs != NONE && !holds (&self->sorted_hubs[from->hubs], to->hub)))
        continue;
      link_levels (self, from, to, costs + (from->first_level - first_cost),
                   nets + (to->first_level - first_net), way[to->hub]);
    }
  }
}

static void
add_lots (Builder *self)
{
  RuaMarketWork *w = self->work;

  for (guint32 i = 0; i < w->problem.n_lots; i++) {
    guint32 l = w->lots[i], many = self->first_supply[i + 1] - self->first_supply[i];
    const guint32 *levels = self->lot_levels + self->first_supply[i];
    guint32 above;

    if (many == 0)
      continue;
    above = node_of_supply (self, w->problem.lots[l].limit);
    if (many == 1) {
      w->lot_arc[l]
        = add_arc (self, above, levels[0], w->lot_left[l], w->lot_cost[l], l, NONE, NONE);
      continue;
    }
    w->lot_arc[l]
      = add_arc (self, above, self->n_nodes, w->lot_left[l], w->lot_cost[l], l, NONE, NONE);
    for (guint32 k = 0; k < many; k++)
      add_arc (self, self->n_nodes, levels[k], RUA_NETWORK_NO_LIMIT, 0, NONE, NONE, NONE);
    self->n_nodes++;
  }
}

static void
add_orders (Builder *self)
{
  RuaMarketWork *w = self->work;

  for (guint32 i = 0; i < w->problem.n_orders; i++) {
    guint32 o = w->orders[i], above, n = 0;
    RuaMarketEntry *only = NULL;

    for (guint32 k = w->first_entry[o]; k < w->first_entry[o + 1]; k++)
      if (w->entries[k].node != NONE) {
        only = &w->entries[k];
        n++;
      }
    if (n == 0)
      continue;
    above = node_of_demand (self, w->problem.orders[o].limit);
    if (n == 1) {
      only->arc = w->order_arc[o]
        = add_arc (self, only->node, above, w->order_left[o], -only->net, NONE, o, NONE);
      continue;
    }
    for (guint32 k = w->first_entry[o]; k < w->first_entry[o + 1]; k++)
      if (w->entries[k].node != NONE)
        w->entries[k].arc = add_arc (self, w->entries[k].node, self->n_nodes, RUA_NETWORK_NO_LIMIT,
                                     -w->entries[k].net, NONE, NONE, NONE);
    w->order_arc[o] = add_arc (self, self->n_nodes, above, w->order_left[o], 0, NONE, o, NONE);
    self->n_nodes++;
  }
}

/* ---- pairs ---- */

typedef struct {
  guint32 order_rank, lot_rank, place;
} RankedPair;

static gint
compare_pairs (gconstpointer a, gconstpointer b)
{
  const RankedPair *x = a, *y = b;

  if (x->order_rank != y->order_rank)
    return x->order_rank < y->order_rank ? -1 : 1;
  return x->lot_rank < y->lot_rank ? -1 : x->lot_rank > y->lot_rank;
}

RuaMarketEntry *
rua_market_entry_for (const RuaMarketWork *w, guint32 order, guint32 product)
{
  for (guint32 k = w->first_entry[order]; k < w->first_entry[order + 1]; k++)
    if (w->classes[w->entries[k].class_].product == product)
      return &w->entries[k];
  return NULL;
}

static gboolean
add_pairs (Builder *self, GError **error)
{
  RuaMarketWork *w = self->work;
  const RuaMarketProblem *p = &w->problem;
  g_autofree RankedPair *pairs = g_new (RankedPair, p->n_pairs);
  g_autofree guint32 *lot_rank = g_new (guint32, MAX (1, p->n_lots));
  g_autofree guint32 *order_rank = g_new (guint32, MAX (1, p->n_orders));
  g_autofree guint32 *lot_node = g_new (guint32, MAX (1, p->n_lots));
  guint32 node = NONE;

  for (guint32 i = 0; i < p->n_lots; i++) {
    lot_rank[w->lots[i]] = i;
    lot_node[i] = NONE;
  }
  for (guint32 i = 0; i < p->n_orders; i++)
    order_rank[w->orders[i]] = i;
  for (guint32 i = 0; i < p->n_pairs; i++)
    pairs[i] = (RankedPair){ order_rank[p->pairs[i].order], lot_rank[p->pairs[i].lot], i };
  qsort (pairs, p->n_pairs, sizeof *pairs, compare_pairs);
  for (guint32 i = 0; i < p->n_pairs; i++) {
    const RuaMarketPair *pair = &p->pairs[pairs[i].place];
    const RuaMarketLot *lot = &p->lots[pair->lot];
    const RuaMarketOrder *order = &p->orders[pair->order];
    RuaMarketEntry *entry;

    if (i > 0 && compare_pairs (&pairs[i - 1], &pairs[i]) == 0) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                   "the pair of lot “%s” and order “%s” stands twice; leave one", lot->id,
                   order->id);
      return FALSE;
    }
    if (lot->excluded != RUA_MARKET_TAKES_PART || order->excluded != RUA_MARKET_TAKES_PART)
      continue;
    entry = rua_market_entry_for (w, pair->order, lot->product);
    if (!entry
        || !holds_all (self, set_of_certificates (self, lot->certificates),
                       set_of_certificates (self, order->certificates))
        || (lot->hubs != NONE && !holds (&self->sorted_hubs[lot->hubs], order->hub))) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE,
                   "the pair of lot “%s” and order “%s”: the product, a certificate or the hub "
                   "does not fit; leave it out",
                   lot->id, order->id);
      return FALSE;
    }
    if (w->levels && entry->net < w->lot_cost[pair->lot] + pair->unit_cost)
      continue;
    if (lot_node[pair->lot] == NONE) {
      guint32 above = node_of_supply (self, lot->limit);

      lot_node[pair->lot] = self->n_nodes++;
      w->lot_arc[pair->lot] = add_arc (self, above, lot_node[pair->lot], w->lot_left[pair->lot],
                                       w->lot_cost[pair->lot], pair->lot, NONE, NONE);
    }
    if (w->order_arc[pair->order] == NONE) {
      guint32 above = node_of_demand (self, order->limit);

      node = self->n_nodes++;
      w->order_arc[pair->order]
        = add_arc (self, node, above, w->order_left[pair->order], 0, NONE, pair->order, NONE);
    }
    /* Every product's goods come to the one node; what the order pays for them is on the pair. */
    entry->node = node;
    add_arc (self, lot_node[pair->lot], node, RUA_NETWORK_NO_LIMIT, pair->unit_cost - entry->net,
             NONE, NONE, pairs[i].place);
  }
  return TRUE;
}

/* ---- the network ---- */

static gboolean
make_network (Builder *self, GError **error)
{
  RuaMarketWork *w = self->work;
  guint32 n = self->n_arcs;
  const Arc *arcs = self->arcs;
  gint64 most = (G_GINT64_CONSTANT (1) << 60) / ((gint64)self->n_nodes + 2);

  w->network = rua_network_new (self->n_nodes, n);
  w->arc_block = rua_block_new (n * (2 * sizeof (gint64) + 3 * sizeof (guint32) + sizeof (guint8)));
  w->cost = w->arc_block;
  w->capacity = w->cost + n;
  w->arc_lot = (guint32 *) (w->capacity + n);
  w->arc_order = w->arc_lot + n;
  w->arc_route = w->arc_order + n;
  w->arc_limit = (guint8 *) (w->arc_route + n);
  w->reached = g_new0 (guint8, self->n_nodes);
  for (guint32 i = 0; i < n; i++) {
    const Arc *arc = &arcs[i];

    if (ABS (arc->cost) >= most) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                   "%s “%s”: with a price so great, paths through the market would cost more than "
                   "64 bits hold; give money in a greater unit",
                   arc->lot != NONE ? "lot" : "order",
                   arc->lot != NONE     ? w->problem.lots[arc->lot].id
                   : arc->order != NONE ? w->problem.orders[arc->order].id
                                        : "…");
      return FALSE;
    }
    rua_network_add_arc (w->network, arc->from, arc->to, arc->capacity, arc->cost);
    w->cost[i] = arc->cost;
    w->capacity[i] = arc->capacity;
    w->arc_lot[i] = arc->lot;
    w->arc_order[i] = arc->order;
    w->arc_route[i] = arc->route;
    if (arc->route != NONE)
      w->reached[arc->to] = TRUE;
  }
  memset (w->arc_limit, FALSE, n);
  for (guint32 k = 0; k < w->problem.n_supply_limits; k++)
    if (w->supply_arc[k] != NONE)
      w->arc_limit[w->supply_arc[k]] = TRUE;
  for (guint32 k = 0; k < w->problem.n_demand_limits; k++)
    if (w->demand_arc[k] != NONE)
      w->arc_limit[w->demand_arc[k]] = TRUE;
  /* Along a chain goods go up. */
  for (guint32 c = 0; c < w->n_classes; c++)
    for (guint32 k = 1; k < w->classes[c].n_levels; k++)
      w->reached[w->classes[c].first_level + k] |= w->reached[w->classes[c].first_level + k - 1];
  return TRUE;
}

static guint32 *
new_places (guint32 n)
{
  guint32 *places = g_new (guint32, MAX (1, n));

  for (guint32 i = 0; i < n; i++)
    places[i] = NONE;
  return places;
}

gboolean
rua_market_work_build (RuaMarketWork *w, GCancellable *cancellable, GError **error)
{
  const RuaMarketProblem *p = &w->problem;
  g_auto (Builder) self = { 0 };
  g_autoptr (GArray) costs = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) nets = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint32 first_cost, first_net;

  self.work = w;
  self.n_nodes = 1;
  self.room = MAX (16, p->n_lots + p->n_orders * 4 + p->n_pairs);
  self.arcs = rua_block_new (self.room * sizeof *self.arcs);
  self.supply_classes = g_array_new (FALSE, FALSE, sizeof (SupplyClass));
  self.lot_classes = g_array_new (FALSE, FALSE, sizeof (guint32));
  self.certificate_sets
    = intern_lists (p->certificate_sets, p->n_certificate_sets, &self.sorted_certificates);
  self.hub_sets = intern_lists (p->hub_sets, p->n_hub_sets, &self.sorted_hubs);
  self.supply_node = new_places (p->n_supply_limits);
  self.demand_node = new_places (p->n_demand_limits);
  w->lot_arc = new_places (p->n_lots);
  w->order_arc = new_places (p->n_orders);
  w->supply_arc = new_places (p->n_supply_limits);
  w->demand_arc = new_places (p->n_demand_limits);
  if (!rua_market_routes_init (&self.routes, p, error) || !list_entries (&self, error))
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (p->n_pairs > 0) {
    if (!add_pairs (&self, error))
      return FALSE;
  } else {
    list_supply (&self);
    first_cost = self.n_nodes;
    number_supply (&self, costs);
    first_net = self.n_nodes;
    number_demand (&self, nets);
    link_classes (&self, (const gint64 *)costs->data, first_cost, (const gint64 *)nets->data,
                  first_net);
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    add_lots (&self);
    add_orders (&self);
  }
  return make_network (&self, error)
         && (p->n_pairs > 0 || rua_market_routes_bound (&self.routes, w, error));
}
