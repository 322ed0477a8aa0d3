/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-routes-private.h"

#include "rua-error.h"

#define NONE RUA_MARKET_NONE
#define ROOM_FOR_EACH 16 /* pairs of site and hub a route for which a table of all is made */

static gint
compare_routes (gconstpointer a, gconstpointer b, gpointer data)
{
  const RuaMarketRoute *routes = data, *x = &routes[*(const guint32 *)a],
                       *y = &routes[*(const guint32 *)b];

  if (x->site != y->site)
    return x->site < y->site ? -1 : 1;
  if (x->hub != y->hub)
    return x->hub < y->hub ? -1 : 1;
  /* That for all products comes last. */
  return x->product < y->product ? -1 : x->product > y->product;
}

static void
list_links (RuaMarketRoutes *self)
{
  const RuaMarketProblem *p = self->problem;
  gsize n = (gsize) p->n_sites * p->n_hubs;

  self->linked = g_new (guint32, MAX (1, n));
  for (gsize i = 0; i < n; i++)
    self->linked[i] = NONE;
  for (guint32 i = p->n_routes; i-- > 0;) {
    const RuaMarketRoute *route = &p->routes[self->sorted[i]];

    self->linked[(gsize) route->site * p->n_hubs + route->hub] = i;
  }
}

gboolean
rua_market_routes_init (RuaMarketRoutes *self, const RuaMarketProblem *problem, GError **error)
{
  guint32 n = problem->n_routes;

  self->problem = problem;
  self->linked = NULL;
  self->sorted = g_new (guint32, MAX (1, n));
  self->first = g_new0 (guint32, (gsize)problem->n_sites + 1);
  for (guint32 i = 0; i < n; i++) {
    self->sorted[i] = i;
    self->first[problem->routes[i].site + 1]++;
  }
  for (guint32 s = 0; s < problem->n_sites; s++)
    self->first[s + 1] += self->first[s];
  g_qsort_with_data (self->sorted, (gint)n, sizeof *self->sorted, compare_routes,
                     (gpointer)problem->routes);
  for (guint32 i = 1; i < n; i++)
    if (compare_routes (&self->sorted[i - 1], &self->sorted[i], (gpointer)problem->routes) == 0) {
      guint32 a = self->sorted[i - 1], b = self->sorted[i];

      g_set_error (
        error, RUA_ERROR, RUA_ERROR_DUPLICATE,
        "routes %u and %u are from the same site to the same hub for the same product; leave one",
        MIN (a, b), MAX (a, b));
      return FALSE;
    }
  if ((gsize) problem->n_sites * problem->n_hubs <= ROOM_FOR_EACH * ((gsize) n + 64))
    list_links (self);
  return TRUE;
}

void
rua_market_routes_clear (RuaMarketRoutes *self)
{
  g_clear_pointer (&self->sorted, g_free);
  g_clear_pointer (&self->first, g_free);
  g_clear_pointer (&self->linked, g_free);
}

static gboolean
is_for (const RuaMarketRoute *route, guint32 product)
{
  return route->product == NONE || route->product == product;
}

guint32
rua_market_routes_find (const RuaMarketRoutes *self, guint32 site, guint32 hub, guint32 product)
{
  const RuaMarketRoute *routes = self->problem->routes;
  guint32 low = self->first[site], end = self->first[site + 1], high = end;

  if (self->linked) {
    low = self->linked[(gsize) site * self->problem->n_hubs + hub];
    if (low == NONE)
      return NONE;
    high = low;
  }
  while (low < high) {
    guint32 middle = low + (high - low) / 2;

    if (routes[self->sorted[middle]].hub < hub)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < end && routes[self->sorted[low]].hub == hub; low++)
    if (is_for (&routes[self->sorted[low]], product))
      return self->sorted[low];
  return NONE;
}

void
rua_market_routes_list (const RuaMarketRoutes *self, guint32 site, guint32 product, guint32 *by_hub)
{
  const RuaMarketRoute *routes = self->problem->routes;

  for (guint32 h = 0; h < self->problem->n_hubs; h++)
    by_hub[h] = NONE;
  for (guint32 i = self->first[site]; i < self->first[site + 1]; i++) {
    const RuaMarketRoute *route = &routes[self->sorted[i]];

    if (is_for (route, product) && by_hub[route->hub] == NONE)
      by_hub[route->hub] = self->sorted[i];
  }
}

/* More than this never goes over the route. */
static gint64
most_over (const RuaMarketRoutes *self, const RuaMarketWork *work, guint32 place)
{
  const RuaMarketProblem *p = self->problem;
  const RuaMarketRoute *route = &p->routes[place];
  gint64 supply = 0, demand = 0;

  for (guint32 l = 0; l < p->n_lots; l++)
    if (p->lots[l].site == route->site
        && rua_market_routes_find (self, route->site, route->hub, p->lots[l].product) == place)
      supply += work->lot_left[l];
  for (guint32 o = 0; o < p->n_orders; o++) {
    const RuaMarketList *list = &p->product_lists[p->orders[o].products];

    for (guint32 k = 0; p->orders[o].hub == route->hub && k < list->n_members; k++)
      if (rua_market_routes_find (self, route->site, route->hub, list->members[k]) == place) {
        demand += work->order_left[o];
        break;
      }
  }
  return MIN (supply, demand);
}

static gboolean
take_delivered (const RuaMarketRoutes *self, gint64 *left, GError **error)
{
  const RuaMarketProblem *p = self->problem;

  for (guint32 i = 0; i < p->n_delivered; i++) {
    const RuaMarketLot *lot = &p->lots[p->delivered[i].lot];
    guint32 route = rua_market_routes_find (self, lot->site, p->orders[p->delivered[i].order].hub,
                                            lot->product);

    if (route == NONE || left[route] == RUA_NETWORK_NO_LIMIT)
      continue;
    if (p->delivered[i].quantity > left[route]) {
      g_set_error (
        error, RUA_ERROR, RUA_ERROR_VALUE,
        "route %u: more is delivered than its capacity; correct the deliveries or raise it", route);
      return FALSE;
    }
    left[route] -= p->delivered[i].quantity;
  }
  return TRUE;
}

gboolean
rua_market_routes_bound (const RuaMarketRoutes *self, RuaMarketWork *work, GError **error)
{
  const RuaMarketProblem *p = self->problem;
  guint32 n_arcs = rua_network_get_n_arcs (work->network);
  g_autofree guint32 *many = g_new0 (guint32, MAX (1, p->n_routes));
  g_autofree guint32 *last = g_new (guint32, MAX (1, p->n_routes));
  g_autofree gint64 *left = g_new (gint64, MAX (1, p->n_routes));
  gboolean any = FALSE;

  for (guint32 i = 0; i < p->n_routes; i++) {
    left[i] = p->routes[i].capacity;
    any |= left[i] != RUA_NETWORK_NO_LIMIT;
  }
  if (!any)
    return TRUE;
  if (!take_delivered (self, left, error))
    return FALSE;
  for (guint32 i = 0; i < n_arcs; i++)
    if (work->arc_route[i] != NONE) {
      many[work->arc_route[i]]++;
      last[work->arc_route[i]] = i;
    }
  for (guint32 i = 0; i < p->n_routes; i++) {
    if (left[i] == RUA_NETWORK_NO_LIMIT || many[i] == 0)
      continue;
    if (many[i] == 1) {
      work->capacity[last[i]] = left[i];
      rua_network_set_bounds (work->network, last[i], 0, left[i]);
    } else if (left[i] < most_over (self, work, i)) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "route %u: its capacity would bind goods of several kinds together, which is no "
                   "flow through a network; give it for one product, "
                   "as the capacity of the hub, or as a limit of the co-operative",
                   i);
      return FALSE;
    }
  }
  return TRUE;
}
