/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "market-case.h"

#include <string.h>

#include "rua-alliance-json.h"

MarketCase *
market_case_new (void)
{
  MarketCase *self = g_new0 (MarketCase, 1);

  self->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->order = g_ptr_array_new ();
  return self;
}

void
market_case_free (MarketCase *self)
{
  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->kinds);
  g_free (self);
}

void
market_case_add (MarketCase *self, const char *plural, const char *format, ...)
{
  GPtrArray *records = g_hash_table_lookup (self->kinds, plural);
  va_list arguments;
  char *text;

  if (records == NULL) {
    char *name = g_strdup (plural);

    records = g_ptr_array_new_with_free_func (g_free);
    g_hash_table_insert (self->kinds, name, records);
    g_ptr_array_add (self->order, name);
  }
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_strdelimit (text, "'", '"');
  g_ptr_array_add (records, text);
}

RuaAlliance *
market_case_build (MarketCase *self, RuaRandom *random)
{
  g_autoptr (GString) text = g_string_new ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"A market\", \"currency\": \"CNY\"}");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  RuaAlliance *alliance;

  for (guint i = 0; i < self->order->len; i++) {
    GPtrArray *records = g_hash_table_lookup (self->kinds, g_ptr_array_index (self->order, i));

    for (guint k = records->len; random != NULL && k > 1; k--) {
      guint other = rua_random_below (random, k);
      gpointer kept = records->pdata[k - 1];

      records->pdata[k - 1] = records->pdata[other];
      records->pdata[other] = kept;
    }
    g_string_append_printf (text, ",\n\"%s\": [", (const char *) g_ptr_array_index (self->order, i));
    for (guint k = 0; k < records->len; k++)
      g_string_append_printf (text, "%s\n%s", k > 0 ? "," : "", (const char *) g_ptr_array_index (records, k));
    g_string_append_c (text, ']');
  }
  g_string_append (text, "}");
  bytes = g_bytes_new (text->str, text->len);
  alliance = rua_alliance_new_from_json (bytes, "market", NULL, &error);
  if (alliance == NULL)
    g_error ("%s\n%s", error->message, text->str);
  return alliance;
}

RuaRecord *
market_case_find (RuaAlliance *alliance, const char *kind, const char *id)
{
  RuaRecord *record = rua_alliance_find (alliance, kind, id);

  if (record == NULL)
    g_error ("no %s %s", kind, id);
  return record;
}

RuaMarket *
market_case_open (RuaAlliance *alliance)
{
  g_autoptr (RuaRecord) cycle = market_case_find (alliance, "order-cycle", "week");
  g_autoptr (GError) error = NULL;
  RuaMarket *market = rua_market_new (alliance, RUA_ORDER_CYCLE (cycle), NULL, &error);

  g_assert_no_error (error);
  return market;
}

RuaClearing *
market_case_clear (RuaMarket *market, RuaPolicy *policy)
{
  g_autoptr (RuaPolicy) gains = rua_policy_new_greatest_gains ();
  g_autoptr (GError) error = NULL;
  RuaClearing *clearing = rua_market_clear (market, policy != NULL ? policy : gains, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (clearing);
  return clearing;
}

MarketCase *
market_case_new_village (void)
{
  MarketCase *self = market_case_new ();

  market_case_add (self, "sites", "{'id': 'hills', 'name': 'Hills'}");
  market_case_add (self, "sites", "{'id': 'valley', 'name': 'Valley'}");
  market_case_add (self, "cooperatives", "{'id': 'c-rice', 'name': 'Rice growers', 'site': 'valley'}");
  market_case_add (self, "cooperatives", "{'id': 'c-tea', 'name': 'Tea growers', 'site': 'hills'}");
  market_case_add (self, "households", "{'id': 'h1', 'name': 'One', 'consumer_group': 'g', 'vulnerable': true}");
  market_case_add (self, "households", "{'id': 'h2', 'name': 'Two', 'consumer_group': 'g'}");
  market_case_add (self, "households", "{'id': 'f1', 'name': 'Farmer', 'household_type': 'producer'}");
  market_case_add (self, "products", "{'id': 'rice', 'name': 'Rice', 'quantity_unit': 'kg', 'unit_mass': 1}");
  market_case_add (self, "products", "{'id': 'tea', 'name': 'Tea', 'quantity_unit': '100 g', 'unit_mass': 0.1}");
  market_case_add (self, "certificates", "{'id': 'pgs', 'standard': 'organic', 'valid_from': '2026-01-01', 'valid_until': '2026-11-30'}");
  market_case_add (self, "consumer_groups", "{'id': 'g', 'name': 'Group', 'hub': 'city'}");
  market_case_add (self, "hubs", "{'id': 'city', 'name': 'City shop'}");
  market_case_add (self, "hubs", "{'id': 'town', 'name': 'Town depot'}");
  market_case_add (self, "routes", "{'site': 'valley', 'hub': 'city', 'unit_cost': 0.50}");
  market_case_add (self, "routes", "{'site': 'hills', 'hub': 'city', 'unit_cost': 0.50}");
  market_case_add (self, "routes", "{'site': 'valley', 'hub': 'town', 'unit_cost': 0.70}");
  market_case_add (self, "routes", "{'site': 'hills', 'hub': 'town', 'unit_cost': 0.70}");
  market_case_add (self, "order_cycles", "{'id': 'week', 'opens_on': '2026-11-16', 'closes_on': '2026-11-24', 'delivered_on': '2026-11-27'}");
  market_case_add (self, "lots", "{'id': 'l-rice', 'product': 'rice', 'cooperative': 'c-rice', 'household': 'f1', 'certificates': ['pgs'], 'quantity': 20}");
  market_case_add (self, "lots", "{'id': 'l-tea', 'product': 'tea', 'cooperative': 'c-tea', 'quantity': 10}");
  market_case_add (self, "offers", "{'id': 'o-rice', 'lot': 'l-rice', 'order_cycle': 'week', 'quantity': 20, 'reserve_price': 3.00}");
  market_case_add (self, "offers", "{'id': 'o-tea', 'lot': 'l-tea', 'order_cycle': 'week', 'quantity': 10, 'reserve_price': 8.00}");
  return self;
}

/* ---- random ones ---- */

static guint
below (RuaRandom *random, guint n)
{
  return rua_random_below (random, n);
}

/* An amount of whole 10 fen, as a document writes it. */
static const char *
money (guint tenths, char buffer[32])
{
  g_snprintf (buffer, 32, "%u.%u", tenths / 10, tenths % 10);
  return buffer;
}

static void
add_places (MarketCase *self, RuaRandom *random, guint n_sites, guint n_hubs, guint n_products)
{
  char amount[32];

  for (guint i = 0; i < n_sites; i++)
    market_case_add (self, "sites", "{'id': 's%u', 'name': 'S'}", i);
  for (guint i = 0; i < n_hubs; i++)
    if (below (random, 3))
      market_case_add (self, "hubs", "{'id': 'hub%u', 'name': 'H', 'capacity': %u}", i, 5 + below (random, 60));
    else
      market_case_add (self, "hubs", "{'id': 'hub%u', 'name': 'H', 'opening_days': ['FR'%s]}", i, below (random, 2) ? ", 'SA'" : "");
  for (guint i = 0; i < n_products; i++)
    market_case_add (self, "products", "{'id': 'p%u', 'name': 'P', 'quantity_unit': 'kg', 'unit_mass': 1}", i);
  for (guint s = 0; s < n_sites; s++)
    for (guint h = 0; h < n_hubs; h++)
      if (below (random, 8))
        market_case_add (self, "routes", "{'site': 's%u', 'hub': 'hub%u', 'unit_cost': %s}", s, h, money (below (random, 20), amount));
  market_case_add (self, "fees", "{'id': 'fee-hub', 'title': 'Hub', 'payee': 'hub/hub0', 'hub': 'hub0', 'percentage': %u.%u}", below (random, 12), below (random, 10));
  market_case_add (self, "fees", "{'id': 'fee-coop', 'title': 'Co-operative', 'payee': 'cooperative/c0', 'unit_amount': %s}", money (below (random, 6), amount));
  if (below (random, 2))
    market_case_add (self, "fees", "{'id': 'fee-all', 'title': 'Alliance', 'percentage': 0.%04u, 'product': 'p0'}", below (random, 10000));
}

static void
add_supply (MarketCase *self, RuaRandom *random, guint n_sites, guint n_hubs, guint n_products)
{
  guint n_coops = 1 + below (random, 3), n_lots = 1 + below (random, 8);
  char amount[32];

  market_case_add (self, "certificates", "{'id': 'cert', 'standard': 'organic', 'valid_until': '%s'}", below (random, 4) ? "2027-01-01" : "2026-11-26");
  for (guint i = 0; i < n_coops; i++)
    if (below (random, 2))
      market_case_add (self, "cooperatives", "{'id': 'c%u', 'name': 'C', 'site': 's%u', 'minimum_sales': %u}", i, below (random, n_sites), below (random, 12));
    else
      market_case_add (self, "cooperatives", "{'id': 'c%u', 'name': 'C', 'site': 's%u', 'capacity': %u}", i, below (random, n_sites), 10 + below (random, 40));
  for (guint i = 0; i < n_lots; i++) {
    guint quantity = below (random, 30), parts = 1 + below (random, 2);

    market_case_add (self, "lots", "{'id': 'l%u', 'product': 'p%u', 'cooperative': 'c%u', 'household': 'f%u', 'quantity': %u%s%s}", i, below (random, n_products),
                     below (random, n_coops), below (random, 3), quantity, below (random, 2) ? ", 'certificates': ['cert']" : "",
                     below (random, 8) ? "" : ", 'expires_on': '2026-11-20'");
    for (guint k = 0; k < parts; k++) {
      g_autofree char *hubs = below (random, 5) ? g_strdup ("") : g_strdup_printf (", 'hubs': ['hub%u']", below (random, n_hubs));

      market_case_add (self, "offers", "{'id': 'o%u-%u', 'lot': 'l%u', 'order_cycle': 'week', 'quantity': %u, 'reserve_price': %s%s%s}", i, k, i,
                       below (random, quantity + 1), money (below (random, 60), amount), hubs, below (random, 10) ? "" : ", 'withdrawn_on': '2026-11-20'");
    }
  }
}

static void
add_demand (MarketCase *self, RuaRandom *random, guint n_hubs, guint n_products)
{
  guint n_groups = 1 + below (random, 3), n_orders = below (random, 16), n_homes = 2 + below (random, 6);
  char amount[32];

  for (guint i = 0; i < n_groups; i++) {
    guint hub = below (random, n_hubs);

    if (below (random, 2))
      market_case_add (self, "consumer_groups", "{'id': 'g%u', 'name': 'G', 'hub': 'hub%u', 'capacity': %u}", i, hub, 5 + below (random, 30));
    else
      market_case_add (self, "consumer_groups", "{'id': 'g%u', 'name': 'G', 'hub': 'hub%u'}", i, hub);
  }
  for (guint i = 0; i < 3; i++)
    market_case_add (self, "households", "{'id': 'f%u', 'household_type': 'producer'}", i);
  for (guint i = 0; i < n_homes; i++)
    market_case_add (self, "households", "{'id': 'h%u', 'consumer_group': 'g%u'%s%s}", i, below (random, n_groups), below (random, 3) ? "" : ", 'vulnerable': true",
                     below (random, 3) ? "" : ", 'capacity': 9");
  for (guint i = 0; i < n_orders; i++) {
    g_autofree char *substitutes = below (random, 3) ? g_strdup ("") : g_strdup_printf (", 'substitutes': ['p%u']", below (random, n_products));
    g_autofree char *history
      = below (random, 3) ? g_strdup ("") : g_strdup_printf (", 'received_before': %u, 'entitled_before': %u", below (random, 10), 10 + below (random, 10));

    market_case_add (self, "orders", "{'id': 'd%u', 'order_cycle': 'week', 'product': 'p%u'%s, 'household': 'h%u', 'quantity': %u, 'maximum_price': %s%s%s%s}", i,
                     below (random, n_products), substitutes, below (random, n_homes), below (random, 15), money (20 + below (random, 100), amount),
                     below (random, 4) ? "" : ", 'certificates_needed': ['organic']", history, below (random, 9) ? "" : ", 'cancelled_on': '2026-11-20'");
  }
}

MarketCase *
market_case_new_random (RuaRandom *random)
{
  MarketCase *self = market_case_new ();
  guint n_sites = 1 + below (random, 3), n_hubs = 1 + below (random, 3), n_products = 1 + below (random, 3);

  market_case_add (self, "order_cycles", "{'id': 'week', 'delivered_on': '2026-11-27'}");
  add_places (self, random, n_sites, n_hubs, n_products);
  add_supply (self, random, n_sites, n_hubs, n_products);
  add_demand (self, random, n_hubs, n_products);
  return self;
}
