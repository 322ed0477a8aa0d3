/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-reading-private.h"

#include <string.h>

/* Whether two readings say the same: what was cleared is written back only where it is still what there is. Both
 * come from one alliance, whose rows keep their numbers. */

static gboolean
same_rows (const GArray *a, const GArray *b, guint size)
{
  return a->len == b->len && (a->len == 0 || memcmp (a->data, b->data, (gsize) a->len * size) == 0);
}

static gboolean
same_lists (const GArray *a, const GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!rua_market_list_equal (&g_array_index (a, RuaMarketList, i), &g_array_index (b, RuaMarketList, i)))
      return FALSE;
  return TRUE;
}

static gboolean
same_limits (const GArray *a, const GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++) {
    const RuaMarketLimit *one = &g_array_index (a, RuaMarketLimit, i), *other = &g_array_index (b, RuaMarketLimit, i);

    if (one->parent != other->parent || one->capacity != other->capacity || one->minimum != other->minimum)
      return FALSE;
  }
  return TRUE;
}

static gboolean
same_lots (const GArray *a, const GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++) {
    const RuaMarketLot *one = &g_array_index (a, RuaMarketLot, i), *other = &g_array_index (b, RuaMarketLot, i);

    if (g_strcmp0 (one->id, other->id) != 0 || one->product != other->product || one->site != other->site || one->certificates != other->certificates
        || one->hubs != other->hubs || one->limit != other->limit || one->excluded != other->excluded || one->quantity != other->quantity
        || one->reserve != other->reserve || one->posted != other->posted)
      return FALSE;
  }
  return TRUE;
}

static gboolean
same_orders (const GArray *a, const GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++) {
    const RuaMarketOrder *one = &g_array_index (a, RuaMarketOrder, i), *other = &g_array_index (b, RuaMarketOrder, i);

    if (g_strcmp0 (one->id, other->id) != 0 || one->hub != other->hub || one->products != other->products || one->certificates != other->certificates
        || one->limit != other->limit || one->excluded != other->excluded || one->quantity != other->quantity || one->maximum != other->maximum
        || one->priority != other->priority || one->entitlement != other->entitlement || one->received_before != other->received_before
        || one->entitled_before != other->entitled_before)
      return FALSE;
  }
  return TRUE;
}

static gboolean
same_terms (const RuaMarketReading *a, const RuaMarketReading *b)
{
  if (a->routes->len != b->routes->len || a->fees->len != b->fees->len || a->delivered->len != b->delivered->len)
    return FALSE;
  for (guint i = 0; i < a->routes->len; i++) {
    const RuaMarketRoute *one = &g_array_index (a->routes, RuaMarketRoute, i), *other = &g_array_index (b->routes, RuaMarketRoute, i);

    if (one->site != other->site || one->hub != other->hub || one->product != other->product || one->unit_cost != other->unit_cost
        || one->capacity != other->capacity)
      return FALSE;
  }
  for (guint i = 0; i < a->fees->len; i++) {
    const RuaMarketFee *one = &g_array_index (a->fees, RuaMarketFee, i), *other = &g_array_index (b->fees, RuaMarketFee, i);

    if (one->hub != other->hub || one->product != other->product || one->unit_amount != other->unit_amount || one->millionths != other->millionths)
      return FALSE;
  }
  for (guint i = 0; i < a->delivered->len; i++) {
    const RuaMarketDelivered *one = &g_array_index (a->delivered, RuaMarketDelivered, i), *other = &g_array_index (b->delivered, RuaMarketDelivered, i);

    if (one->lot != other->lot || one->order != other->order || one->quantity != other->quantity)
      return FALSE;
  }
  return TRUE;
}

gboolean
rua_market_reading_equal (const RuaMarketReading *self, const RuaMarketReading *other)
{
  if (!same_rows (self->origins, other->origins, sizeof (RuaMarketOrigin)) || !same_rows (self->receivers, other->receivers, sizeof (RuaMarketReceiver))
      || !same_rows (self->product_rows, other->product_rows, sizeof (guint32)) || !same_rows (self->hub_rows, other->hub_rows, sizeof (guint32))
      || !same_rows (self->site_rows, other->site_rows, sizeof (guint32)) || !same_rows (self->fee_rows, other->fee_rows, sizeof (guint32))
      || !same_rows (self->route_rows, other->route_rows, sizeof (guint32)))
    return FALSE;
  if (self->standards->len != other->standards->len)
    return FALSE;
  for (guint i = 0; i < self->standards->len; i++)
    if (strcmp (g_ptr_array_index (self->standards, i), g_ptr_array_index (other->standards, i)) != 0)
      return FALSE;
  return same_lists (self->certificate_sets, other->certificate_sets) && same_lists (self->product_lists, other->product_lists)
         && same_lists (self->hub_sets, other->hub_sets) && same_limits (self->supply_limits, other->supply_limits)
         && same_limits (self->demand_limits, other->demand_limits) && same_lots (self->lots, other->lots)
         && same_orders (self->orders, other->orders) && same_terms (self, other);
}
