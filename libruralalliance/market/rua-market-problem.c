/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-problem-private.h"

#include <string.h>

#include "rua-error.h"

gboolean
rua_market_list_equal (const RuaMarketList *a, const RuaMarketList *b)
{
  return a->n_members == b->n_members
         && (a->n_members == 0 || memcmp (a->members, b->members, a->n_members * sizeof *a->members) == 0);
}

/* What is refused before anything is built. */

#define NONE RUA_MARKET_NONE
#define MOST (G_GINT64_CONSTANT (1) << 62)
#define WHOLE G_GINT64_CONSTANT (1000000)

static gboolean
check_amount (const char *kind, const char *id, const char *field, gint64 value, GError **error)
{
  if (value < 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s “%s”: %s is below 0", kind, id, field);
    return FALSE;
  }
  if (value >= MOST) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "%s “%s”: %s is too great for exact sums; give it in a greater unit", kind, id,
                 field);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_product (const char *kind,
               const char *id,
               gint64 quantity,
               const char *field,
               gint64 price,
               GError **error)
{
  if (quantity > 0 && price > MOST / quantity) {
    g_set_error (
      error, RUA_ERROR, RUA_ERROR_LIMIT,
      "%s “%s”: quantity × %s is too great for exact sums; give one of them in a greater unit",
      kind, id, field);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_place (const char *kind,
             const char *id,
             const char *field,
             guint32 place,
             guint32 n,
             gboolean may_be_none,
             GError **error)
{
  if (place < n || (may_be_none && place == NONE))
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE, "%s “%s”: %s names number %u of %u", kind, id,
               field, place, n);
  return FALSE;
}

static gboolean
check_lists (const char *kind,
             const RuaMarketList *lists,
             guint32 n_lists,
             guint32 n,
             gboolean may_be_empty,
             GError **error)
{
  for (guint32 i = 0; i < n_lists; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    if (lists[i].n_members == 0 && !may_be_empty) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s “%s” is empty", kind, id);
      return FALSE;
    }
    for (guint32 k = 0; k < lists[i].n_members; k++)
      if (!check_place (kind, id, "a member", lists[i].members[k], n, FALSE, error))
        return FALSE;
  }
  return TRUE;
}

static gboolean
check_limits (const RuaMarketLimit *limits, guint32 n, gboolean supply, GError **error)
{
  for (guint32 i = 0; i < n; i++) {
    const RuaMarketLimit *limit = &limits[i];
    guint32 above = limit->parent, steps = 0;

    if (!check_place ("limit", limit->id, "parent", limit->parent, n, TRUE, error))
      return FALSE;
    while (above != NONE && above < n && steps <= n) {
      above = limits[above].parent;
      steps++;
    }
    if (steps > n) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_CYCLE, "limit “%s” stands under itself", limit->id);
      return FALSE;
    }
    if (limit->capacity < 0) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "limit “%s”: capacity is below 0", limit->id);
      return FALSE;
    }
    if (!check_amount ("limit", limit->id, "minimum", limit->minimum, error))
      return FALSE;
    if (limit->minimum > 0 && !supply) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "limit “%s”: a minimum can be guaranteed to sellers only", limit->id);
      return FALSE;
    }
    if (limit->minimum > limit->capacity) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "limit “%s”: minimum is greater than capacity", limit->id);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_lots (const RuaMarketProblem *p, GError **error)
{
  __int128 all = 0;

  for (guint32 i = 0; i < p->n_lots; i++) {
    const RuaMarketLot *lot = &p->lots[i];

    if (!check_place ("lot", lot->id, "product", lot->product, p->n_products, FALSE, error)
        || !check_place ("lot", lot->id, "site", lot->site, p->n_sites, FALSE, error)
        || !check_place ("lot", lot->id, "certificates", lot->certificates, p->n_certificate_sets,
                         TRUE, error)
        || !check_place ("lot", lot->id, "hubs", lot->hubs, p->n_hub_sets, TRUE, error)
        || !check_place ("lot", lot->id, "limit", lot->limit, p->n_supply_limits, TRUE, error)
        || !check_amount ("lot", lot->id, "quantity", lot->quantity, error)
        || !check_amount ("lot", lot->id, "reserve price", lot->reserve, error)
        || !check_amount ("lot", lot->id, "posted price", MAX (0, lot->posted), error)
        || !check_product ("lot", lot->id, lot->quantity, "price", MAX (lot->reserve, lot->posted),
                           error))
      return FALSE;
    if (lot->posted < -1) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "lot “%s”: posted price is below 0", lot->id);
      return FALSE;
    }
    all += lot->quantity;
  }
  if (all >= MOST) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "the quantities of all lots together are too great for exact sums; give them in a "
                 "greater unit");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_orders (const RuaMarketProblem *p, GError **error)
{
  __int128 all = 0, entitled = 0;

  for (guint32 i = 0; i < p->n_orders; i++) {
    const RuaMarketOrder *order = &p->orders[i];

    if (!check_place ("order", order->id, "hub", order->hub, p->n_hubs, FALSE, error)
        || !check_place ("order", order->id, "products", order->products, p->n_product_lists, FALSE,
                         error)
        || !check_place ("order", order->id, "certificates needed", order->certificates,
                         p->n_certificate_sets, TRUE, error)
        || !check_place ("order", order->id, "limit", order->limit, p->n_demand_limits, TRUE, error)
        || !check_amount ("order", order->id, "quantity", order->quantity, error)
        || !check_amount ("order", order->id, "maximum price", order->maximum, error)
        || !check_amount ("order", order->id, "entitlement", MAX (0, order->entitlement), error)
        || !check_amount ("order", order->id, "received before", order->received_before, error)
        || !check_amount ("order", order->id, "entitled before", order->entitled_before, error)
        || !check_product ("order", order->id, order->quantity, "maximum price", order->maximum,
                           error))
      return FALSE;
    if (order->entitlement < -1) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "order “%s”: entitlement is below 0",
                   order->id);
      return FALSE;
    }
    all += (__int128)order->quantity + order->received_before;
    entitled += (__int128)MAX (order->entitlement, order->quantity) + order->entitled_before;
  }
  if (all >= MOST || entitled >= MOST) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "the quantities of all orders together are too great for exact sums; give them in "
                 "a greater unit");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_links (const RuaMarketProblem *p, GError **error)
{
  for (guint32 i = 0; i < p->n_routes; i++) {
    const RuaMarketRoute *route = &p->routes[i];
    g_autofree char *id = g_strdup_printf ("%u", i);

    if (!check_place ("route", id, "site", route->site, p->n_sites, FALSE, error)
        || !check_place ("route", id, "hub", route->hub, p->n_hubs, FALSE, error)
        || !check_place ("route", id, "product", route->product, p->n_products, TRUE, error)
        || !check_amount ("route", id, "unit cost", route->unit_cost, error)
        || !check_amount ("route", id, "capacity",
                          route->capacity == RUA_NETWORK_NO_LIMIT ? 0 : route->capacity, error))
      return FALSE;
  }
  for (guint32 i = 0; i < p->n_fees; i++) {
    const RuaMarketFee *fee = &p->fees[i];
    g_autofree char *id = g_strdup_printf ("%u", i);

    if (!check_place ("fee", id, "hub", fee->hub, p->n_hubs, TRUE, error)
        || !check_place ("fee", id, "product", fee->product, p->n_products, TRUE, error)
        || !check_amount ("fee", id, "unit amount", fee->unit_amount, error)
        || !check_amount ("fee", id, "percentage", fee->millionths, error))
      return FALSE;
    if (fee->millionths >= WHOLE) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "fee “%s”: 100 %% of the price or more leaves nothing for who produced; give "
                   "less than 100 %%",
                   id);
      return FALSE;
    }
  }
  for (guint32 i = 0; i < p->n_pairs; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    if (!check_place ("pair", id, "lot", p->pairs[i].lot, p->n_lots, FALSE, error)
        || !check_place ("pair", id, "order", p->pairs[i].order, p->n_orders, FALSE, error)
        || !check_amount ("pair", id, "unit cost", p->pairs[i].unit_cost, error))
      return FALSE;
  }
  for (guint32 i = 0; i < p->n_delivered; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    if (!check_place ("delivery", id, "lot", p->delivered[i].lot, p->n_lots, FALSE, error)
        || !check_place ("delivery", id, "order", p->delivered[i].order, p->n_orders, FALSE, error)
        || !check_amount ("delivery", id, "quantity", p->delivered[i].quantity, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
rua_market_problem_validate (const RuaMarketProblem *problem, GError **error)
{
  const RuaMarketProblem *p = problem;

  return check_lists ("set of certificates", p->certificate_sets, p->n_certificate_sets,
                      p->n_certificates, TRUE, error)
         && check_lists ("list of products", p->product_lists, p->n_product_lists, p->n_products,
                         FALSE, error)
         && check_lists ("set of hubs", p->hub_sets, p->n_hub_sets, p->n_hubs, TRUE, error)
         && check_limits (p->supply_limits, p->n_supply_limits, TRUE, error)
         && check_limits (p->demand_limits, p->n_demand_limits, FALSE, error)
         && check_lots (p, error) && check_orders (p, error) && check_links (p, error);
}
