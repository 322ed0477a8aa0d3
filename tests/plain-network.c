/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain-network.h"

#include <string.h>

#define MUCH G_GINT64_CONSTANT (1000000000)

static guint32
between (GRand *random, guint32 first, guint32 last)
{
  return (guint32) g_rand_int_range (random, (gint32) first, (gint32) last + 1);
}

static PlainNetwork *
begin (guint32 n_nodes, guint32 n_arcs)
{
  PlainNetwork *self = g_new0 (PlainNetwork, 1);

  self->n_nodes = n_nodes;
  self->room = MAX (16, n_arcs);
  self->from = g_new (guint32, self->room);
  self->to = g_new (guint32, self->room);
  self->capacity = g_new (gint64, self->room);
  self->cost = g_new (gint64, self->room);
  self->supply = g_new0 (gint64, n_nodes);
  return self;
}

static void
add (PlainNetwork *self, guint32 from, guint32 to, gint64 capacity, gint64 cost)
{
  if (self->n_arcs == self->room) {
    self->room *= 2;
    self->from = g_renew (guint32, self->from, self->room);
    self->to = g_renew (guint32, self->to, self->room);
    self->capacity = g_renew (gint64, self->capacity, self->room);
    self->cost = g_renew (gint64, self->cost, self->room);
  }
  self->from[self->n_arcs] = from;
  self->to[self->n_arcs] = to;
  self->capacity[self->n_arcs] = capacity;
  self->cost[self->n_arcs++] = cost;
}

void
plain_network_free (PlainNetwork *self)
{
  g_free (self->from);
  g_free (self->to);
  g_free (self->capacity);
  g_free (self->cost);
  g_free (self->supply);
  g_free (self);
}

RuaNetwork *
plain_network_build (const PlainNetwork *self)
{
  RuaNetwork *network = rua_network_new (self->n_nodes, self->n_arcs);

  for (guint32 i = 0; i < self->n_arcs; i++)
    rua_network_add_arc (network, self->from[i], self->to[i], self->capacity[i], self->cost[i]);
  for (guint32 v = 0; v < self->n_nodes; v++)
    rua_network_set_supply (network, v, self->supply[v]);
  return network;
}

PlainNetwork *
plain_network_netgen (GRand *random, guint32 n_nodes, guint32 n_arcs)
{
  guint32 n_ends = MAX (1, n_nodes / 10);
  PlainNetwork *self = begin (n_nodes, n_arcs + n_nodes);
  g_autofree guint32 *at = g_new (guint32, n_ends);

  for (guint32 k = 0; k < n_ends; k++) {
    self->supply[k] = between (random, 1, 1000);
    at[k] = k;
  }
  /* Each node between is put at the end of the chain of one source. */
  for (guint32 v = n_ends; v < n_nodes - n_ends; v++) {
    guint32 k = between (random, 0, n_ends - 1);

    add (self, at[k], v, self->supply[k] + between (random, 0, 500), between (random, 1, 10000));
    at[k] = v;
  }
  for (guint32 k = 0; k < n_ends; k++) {
    guint32 one = n_nodes - 1 - between (random, 0, n_ends - 1), other = n_nodes - 1 - between (random, 0, n_ends - 1);
    gint64 part = between (random, 0, (guint32) self->supply[k]);

    add (self, at[k], one, self->supply[k], between (random, 1, 10000));
    add (self, at[k], other, self->supply[k], between (random, 1, 10000));
    self->supply[one] -= part;
    self->supply[other] -= self->supply[k] - part;
  }
  while (self->n_arcs < n_arcs) {
    guint32 a = between (random, 0, n_nodes - 1), b = between (random, 0, n_nodes - 1);

    if (a != b)
      add (self, a, b, between (random, 1, 1000), between (random, 1, 10000));
  }
  return self;
}

PlainNetwork *
plain_network_goto (GRand *random, guint32 rows, guint32 columns)
{
  guint32 n = rows * columns;
  PlainNetwork *self = begin (n, n * 8);
  gint64 flow = 0;

  for (guint32 x = 0; x < columns; x++)
    for (guint32 y = 0; y < rows; y++) {
      guint32 node = x * rows + y;

      add (self, node, x * rows + (y + 1) % rows, MUCH, between (random, 5000, 10000));
      add (self, node, (x + 1) % columns * rows + y, MUCH, between (random, 5000, 10000));
      for (guint32 reach = 2, width = 200; reach < columns; reach *= 2, width /= 2)
        add (self, node, (x + reach) % columns * rows + (y + between (random, 0, rows - 1)) % rows, between (random, 1, width + 1),
             between (random, 1, 100) * reach);
    }
  for (guint32 y = 0; y < rows; y++) {
    gint64 quantity = between (random, 1, 300);

    self->supply[y] += quantity;
    flow += quantity;
  }
  for (guint32 y = 0; y < rows; y++) {
    gint64 quantity = y + 1 == rows ? flow : flow / (rows - y);

    self->supply[columns / 2 * rows + y] -= quantity;
    flow -= quantity;
  }
  return self;
}

#define N_SITES 12
#define N_PRODUCTS 120
#define N_GRADES 3
#define N_HUBS 60

PlainNetwork *
plain_network_market (GRand *random, guint32 n_lots, guint32 n_orders)
{
  guint32 n_coops = n_lots / 20 + 1, n_households = n_orders / 4 + 1, n_places = N_PRODUCTS * N_GRADES * N_SITES;
  guint32 n_wants = N_PRODUCTS * N_GRADES * N_HUBS, coops = 1, lots = coops + n_coops, places = lots + n_lots, wants = places + n_places;
  guint32 orders = wants + n_wants, households = orders + n_orders, hubs = households + n_households;
  PlainNetwork *self = begin (hubs + N_HUBS, n_lots * 3 + n_orders * 3);
  g_autofree guint8 *offered = g_new0 (guint8, n_places);
  g_autofree guint8 *wanted = g_new0 (guint8, n_wants);
  g_autofree guint32 *want = g_new (guint32, n_orders);
  g_autofree guint32 *household = g_new (guint32, n_orders);
  gint64 way[N_SITES * N_HUBS];

  for (guint32 c = 0; c < n_coops; c++)
    add (self, 0, coops + c, MUCH, 0);
  for (guint32 l = 0; l < n_lots; l++) {
    guint32 product = between (random, 0, N_PRODUCTS - 1), grade = between (random, 0, N_GRADES - 1), site = between (random, 0, N_SITES - 1);
    gint64 quantity = between (random, 20, 2000);

    add (self, coops + l / 20, lots + l, quantity, between (random, 100, 2000));
    for (guint32 g = 0; g <= grade; g++) {
      guint32 place = (product * N_GRADES + g) * N_SITES + site;

      add (self, lots + l, places + place, quantity, 0);
      offered[place] = TRUE;
    }
  }
  for (guint32 o = 0; o < n_orders; o++) {
    guint32 grade = between (random, 0, 99) < 60 ? 0 : between (random, 0, N_GRADES - 1);

    household[o] = between (random, 0, n_households - 1);
    want[o] = (between (random, 0, N_PRODUCTS - 1) * N_GRADES + grade) * N_HUBS + household[o] % N_HUBS;
    wanted[want[o]] = TRUE;
  }
  for (guint32 i = 0; i < N_SITES * N_HUBS; i++)
    way[i] = between (random, 5, 400);
  for (guint32 kind = 0; kind < N_PRODUCTS * N_GRADES; kind++)
    for (guint32 s = 0; s < N_SITES; s++)
      for (guint32 h = 0; offered[kind * N_SITES + s] && h < N_HUBS; h++)
        if (wanted[kind * N_HUBS + h])
          add (self, places + kind * N_SITES + s, wants + kind * N_HUBS + h, MUCH, way[s * N_HUBS + h]);
  for (guint32 o = 0; o < n_orders; o++) {
    gint64 quantity = between (random, 1, 40);

    add (self, wants + want[o], orders + o, quantity, -(gint64) between (random, 500, 3500));
    add (self, orders + o, households + household[o], quantity, 0);
  }
  for (guint32 h = 0; h < n_households; h++)
    add (self, households + h, hubs + h % N_HUBS, MUCH, 0);
  for (guint32 h = 0; h < N_HUBS; h++)
    add (self, hubs + h, 0, (gint64) n_orders * 20 / N_HUBS, 0);
  return self;
}

PlainNetwork *
plain_network_pairs (GRand *random, guint32 n_lots, guint32 n_orders, guint32 n_pairs)
{
  PlainNetwork *self = begin (1 + n_lots + n_orders, n_pairs + n_lots + n_orders);
  guint32 each = MAX (1, n_pairs / MAX (1, n_orders));

  for (guint32 l = 0; l < n_lots; l++)
    add (self, 0, 1 + l, between (random, 20, 2000), between (random, 100, 2000));
  for (guint32 o = 0; o < n_orders; o++) {
    gint64 most = between (random, 500, 3500);

    for (guint32 k = 0; k < each; k++)
      add (self, 1 + between (random, 0, n_lots - 1), 1 + n_lots + o, MUCH, (gint64) between (random, 5, 400) - most);
    add (self, 1 + n_lots + o, 0, between (random, 1, 40), 0);
  }
  return self;
}
