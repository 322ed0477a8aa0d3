/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-clearing-price.h"

#include <string.h>

#include "rua-clearing-private.h"

/**
 * RuaClearingPrice:
 *
 * A line of a price list: what consumers pay for goods at a hub, or what producers get for goods at a site.
 *
 * Where prices clear the market, and no limit of a lot, a co-operative, a group or a household sets them apart, there is one
 * price for the same goods with the same certificates at the same place; else there is a lowest and a highest.
 *
 * Since: 1.0
 */
struct _RuaClearingPrice {
  GObject parent_instance;

  RuaClearing *clearing;
  guint32 product; /* number */
  guint32 hub;     /* number; RUA_MARKET_NONE: of producers */
  guint32 site;    /* number; RUA_MARKET_NONE: of consumers */
  guint32 certificates;
  gint64 low, high, quantity;
};

G_DEFINE_FINAL_TYPE (RuaClearingPrice, rua_clearing_price, G_TYPE_OBJECT)

static void
rua_clearing_price_finalize (GObject *object)
{
  g_clear_object (&RUA_CLEARING_PRICE (object)->clearing);
  G_OBJECT_CLASS (rua_clearing_price_parent_class)->finalize (object);
}

static void
rua_clearing_price_class_init (RuaClearingPriceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_clearing_price_finalize;
}

static void
rua_clearing_price_init (RuaClearingPrice *self G_GNUC_UNUSED)
{
}

static void
gather (GHashTable *known, GPtrArray *prices, const RuaClearingPrice *like, gint64 price, gint64 quantity)
{
  const guint32 key[] = { like->product, like->hub, like->site, like->certificates };
  GBytes *bytes = g_bytes_new (key, sizeof key);
  RuaClearingPrice *found = g_hash_table_lookup (known, bytes);

  if (found == NULL) {
    found = g_object_new (RUA_TYPE_CLEARING_PRICE, NULL);
    found->clearing = g_object_ref (like->clearing);
    found->product = like->product;
    found->hub = like->hub;
    found->site = like->site;
    found->certificates = like->certificates;
    found->low = found->high = price;
    g_ptr_array_add (prices, found);
    g_hash_table_insert (known, bytes, found);
  } else {
    g_bytes_unref (bytes);
  }
  found->low = MIN (found->low, price);
  found->high = MAX (found->high, price);
  found->quantity += quantity;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The standards of a set, parted by line ends, in their order: nothing that depends on the order of records. */
static char *
say_standards (const RuaClearingPrice *self)
{
  g_auto (GStrv) standards = rua_clearing_price_list_standards ((RuaClearingPrice *) self);

  return g_strjoinv ("\n", standards);
}

static const char *
id_of (const RuaClearingPrice *self, guint part)
{
  const RuaMarketReading *reading = self->clearing->outcome->reading;

  switch (part) {
  case 0:
    return rua_clearing_peek_id (self->clearing, "product", g_array_index (reading->product_rows, guint32, self->product));
  case 1:
    return self->hub != RUA_MARKET_NONE ? rua_clearing_peek_id (self->clearing, "hub", g_array_index (reading->hub_rows, guint32, self->hub)) : NULL;
  default:
    return self->site != RUA_MARKET_NONE ? rua_clearing_peek_id (self->clearing, "site", g_array_index (reading->site_rows, guint32, self->site)) : NULL;
  }
}

static int
compare_prices (gconstpointer a, gconstpointer b)
{
  const RuaClearingPrice *one = *(RuaClearingPrice *const *) a, *other = *(RuaClearingPrice *const *) b;
  g_autofree char *own = NULL, *theirs = NULL;

  if ((one->hub == RUA_MARKET_NONE) != (other->hub == RUA_MARKET_NONE))
    return one->hub == RUA_MARKET_NONE ? 1 : -1;
  for (guint part = 0; part < 3; part++) {
    int order = g_strcmp0 (id_of (one, part), id_of (other, part));

    if (order != 0)
      return order;
  }
  own = say_standards (one);
  theirs = say_standards (other);
  return strcmp (own, theirs);
}

/**
 * rua_clearing_list_prices:
 * @self: a clearing
 *
 * Lists the prices at which goods change hands: first what consumers pay, by product, hub and the certificates that they need,
 * transport and fees included; then what producers get, by product, site and the certificates that lots carry.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.ClearingPrice]
 *
 * Since: 1.0
 */
GListModel *
rua_clearing_list_prices (RuaClearing *self)
{
  g_autoptr (GHashTable) known = NULL;
  g_autoptr (GPtrArray) prices = NULL;
  const RuaMarketSolution *solution;
  GListStore *store;

  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  solution = self->outcome->solution;
  known = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  prices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint32 i = 0; i < solution->n_trades; i++) {
    const RuaMarketTrade *trade = &solution->trades[i];
    const RuaMarketLot *lot = rua_clearing_peek_lot (self, trade->lot);
    const RuaMarketOrder *order = rua_clearing_peek_order (self, trade->order);
    const RuaClearingPrice consumer = { .clearing = self, .product = lot->product, .hub = order->hub, .site = RUA_MARKET_NONE, .certificates = order->certificates };
    const RuaClearingPrice producer = { .clearing = self, .product = lot->product, .hub = RUA_MARKET_NONE, .site = lot->site, .certificates = lot->certificates };

    gather (known, prices, &consumer, trade->consumer_price, trade->quantity);
    gather (known, prices, &producer, trade->producer_price, trade->quantity);
  }
  g_ptr_array_sort (prices, compare_prices);
  store = g_list_store_new (RUA_TYPE_CLEARING_PRICE);
  g_list_store_splice (store, 0, 0, prices->pdata, prices->len);
  return G_LIST_MODEL (store);
}

static RuaRecord *
dup_at (RuaClearingPrice *self, const char *kind, const GArray *rows, guint32 number)
{
  if (number == RUA_MARKET_NONE)
    return NULL;
  return rua_table_dup_record_at_row (rua_market_reading_table (self->clearing->outcome->reading, kind), g_array_index (rows, guint32, number));
}

/**
 * rua_clearing_price_dup_product:
 * @self: a price
 *
 * Gets what it is the price of.
 *
 * Returns: (transfer full): the product, as it was when the market was cleared
 *
 * Since: 1.0
 */
RuaProduct *
rua_clearing_price_dup_product (RuaClearingPrice *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING_PRICE (self), NULL);
  return (RuaProduct *) dup_at (self, "product", self->clearing->outcome->reading->product_rows, self->product);
}

/**
 * rua_clearing_price_dup_hub:
 * @self: a price
 *
 * Gets the hub at which consumers pay it.
 *
 * Returns: (transfer full) (nullable): the hub; %NULL for a price of producers
 *
 * Since: 1.0
 */
RuaHub *
rua_clearing_price_dup_hub (RuaClearingPrice *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING_PRICE (self), NULL);
  return (RuaHub *) dup_at (self, "hub", self->clearing->outcome->reading->hub_rows, self->hub);
}

/**
 * rua_clearing_price_dup_site:
 * @self: a price
 *
 * Gets the site at which producers get it.
 *
 * Returns: (transfer full) (nullable): the site; %NULL for a price of consumers
 *
 * Since: 1.0
 */
RuaSite *
rua_clearing_price_dup_site (RuaClearingPrice *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING_PRICE (self), NULL);
  return (RuaSite *) dup_at (self, "site", self->clearing->outcome->reading->site_rows, self->site);
}

/**
 * rua_clearing_price_list_standards:
 * @self: a price
 *
 * Lists the standards that consumers need the goods to be certified by, or that producers' lots are certified by.
 *
 * Returns: (transfer full) (array zero-terminated=1): the standards, in alphabetical order
 *
 * Since: 1.0
 */
char **
rua_clearing_price_list_standards (RuaClearingPrice *self)
{
  const RuaMarketReading *reading;
  g_autoptr (GStrvBuilder) out = g_strv_builder_new ();
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  g_return_val_if_fail (RUA_IS_CLEARING_PRICE (self), NULL);
  reading = self->clearing->outcome->reading;
  if (self->certificates != RUA_MARKET_NONE) {
    const RuaMarketList *set = &reading->problem.certificate_sets[self->certificates];

    for (guint32 i = 0; i < set->n_members; i++)
      g_ptr_array_add (texts, g_ptr_array_index (reading->standards, set->members[i]));
  }
  g_ptr_array_sort (texts, compare_texts);
  for (guint i = 0; i < texts->len; i++)
    g_strv_builder_add (out, g_ptr_array_index (texts, i));
  return g_strv_builder_end (out);
}

/**
 * rua_clearing_price_get_low:
 * @self: a price
 *
 * Gets the lowest price of one smallest unit, in minor units.
 *
 * Returns: the price
 *
 * Since: 1.0
 */
gint64
rua_clearing_price_get_low (RuaClearingPrice *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING_PRICE (self), 0);
  return self->low;
}

/**
 * rua_clearing_price_get_high:
 * @self: a price
 *
 * Gets the highest price of one smallest unit, in minor units: the lowest, where there is one price.
 *
 * Returns: the price
 *
 * Since: 1.0
 */
gint64
rua_clearing_price_get_high (RuaClearingPrice *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING_PRICE (self), 0);
  return self->high;
}

/**
 * rua_clearing_price_get_quantity:
 * @self: a price
 *
 * Gets how much changes hands at it, in the product's smallest units.
 *
 * Returns: the quantity
 *
 * Since: 1.0
 */
gint64
rua_clearing_price_get_quantity (RuaClearingPrice *self)
{
  g_return_val_if_fail (RUA_IS_CLEARING_PRICE (self), 0);
  return self->quantity;
}
