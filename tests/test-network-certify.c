/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificate of a flow beside one counted here in 128 bits, arc by arc: of optimal flows, of such in which one number
 * was spoiled, and of numbers that no sum of 64 bits holds. */
#include "random-trials.h"
#include "rua-network-private.h"

#include <string.h>

static RuaNetworkCertificate
count (RuaNetwork *network, const gint64 *flow, const gint64 *potential)
{
  guint32 n = rua_network_get_n_nodes (network);
  g_autofree __int128 *left = g_new0 (__int128, n);
  RuaNetworkCertificate c = { TRUE, TRUE, TRUE, TRUE, 0, 0 };

  for (guint32 i = 0; i < rua_network_get_n_arcs (network); i++) {
    guint32 from = rua_network_get_from (network, i), to = rua_network_get_to (network, i);
    __int128 lower = rua_network_get_lower (network, i), capacity = rua_network_get_capacity (network, i);
    __int128 cost = rua_network_get_cost (network, i), reduced = cost + potential[from] - potential[to];
    gboolean limited = capacity != RUA_NETWORK_NO_LIMIT;

    left[from] += flow[i];
    left[to] -= flow[i];
    c.primal += cost * flow[i];
    c.bounded = c.bounded && flow[i] >= lower && (!limited || flow[i] <= capacity);
    c.slack = c.slack && (reduced <= 0 || flow[i] <= lower) && (reduced >= 0 || (limited && flow[i] == capacity));
    if (reduced >= 0 || !limited)
      c.dual += reduced * lower;
    else
      c.dual += reduced * capacity;
  }
  for (guint32 v = 0; v < n; v++) {
    c.conserved = c.conserved && left[v] == rua_network_get_supply (network, v);
    c.dual -= (__int128) potential[v] * rua_network_get_supply (network, v);
  }
  c.equal = c.primal == c.dual;
  return c;
}

static gboolean
assert_counted (RuaNetwork *network, const gint64 *flow, const gint64 *potential)
{
  RuaNetworkCertificate expected = count (network, flow, potential), found;
  gboolean whole = expected.conserved && expected.bounded && expected.slack && expected.equal;

  g_assert_cmpint (rua_network_certify_flow (network, flow, potential, &found), ==, whole);
  g_assert_cmpint (rua_network_certify_flow (network, flow, potential, NULL), ==, whole);
  g_assert_cmpint (found.conserved, ==, expected.conserved);
  g_assert_cmpint (found.bounded, ==, expected.bounded);
  g_assert_cmpint (found.slack, ==, expected.slack);
  g_assert_cmpint (found.equal, ==, expected.equal);
  g_assert_true (found.primal == expected.primal);
  g_assert_true (found.dual == expected.dual);
  return whole;
}

/* Lower bounds in half of them, supplies in half, sums up to what a solve takes. */
static RuaNetwork *
draw_network (GRand *random, gint64 quantity, gint64 money)
{
  gint n = g_rand_int_range (random, 2, 30), m = g_rand_int_range (random, 1, 90);
  RuaNetwork *network = rua_network_new ((guint32) n, (guint32) m);
  gboolean lower = g_rand_boolean (random), supplied = g_rand_boolean (random);

  for (gint i = 0; i < m; i++) {
    guint32 arc = rua_network_add_arc (network, (guint32) g_rand_int_range (random, 0, n), (guint32) g_rand_int_range (random, 0, n), 0,
                                       money * g_rand_int_range (random, -4, 9));
    gint64 least = lower && g_rand_int_range (random, 0, 4) == 0 ? g_rand_int_range (random, -3, 1) : 0;

    if (g_rand_int_range (random, 0, 6) == 0 && rua_network_get_cost (network, arc) >= 0)
      rua_network_set_bounds (network, arc, least * quantity, RUA_NETWORK_NO_LIMIT);
    else
      rua_network_set_bounds (network, arc, least * quantity, (least + g_rand_int_range (random, 0, 5)) * quantity);
  }
  if (supplied) {
    rua_network_set_supply (network, 0, quantity);
    rua_network_set_supply (network, 1, -quantity);
  }
  return network;
}

static void
test_counted (void)
{
  static const gint64 scales[] = { 1, 1000, G_GINT64_CONSTANT (1) << 30, G_GINT64_CONSTANT (1) << 52 };
  g_autoptr (GRand) random = open_random ();
  guint n_whole = 0, n_spoiled = 0;

  for (guint t = trials (3000); t-- > 0;) {
    g_autoptr (RuaNetwork) network = draw_network (random, scales[g_rand_int_range (random, 0, 4)], scales[g_rand_int_range (random, 0, 4)]);
    guint32 n = rua_network_get_n_nodes (network), m = rua_network_get_n_arcs (network);
    g_autofree gint64 *flow = g_new0 (gint64, m);
    g_autofree gint64 *potential = g_new0 (gint64, n);
    RuaNetworkCertificate own, given;

    /* As it is before a solve, too. */
    assert_counted (network, flow, potential);
    if (!rua_network_solve (network, NULL, NULL))
      continue;
    for (guint32 i = 0; i < m; i++)
      flow[i] = rua_network_get_flow (network, i);
    for (guint32 v = 0; v < n; v++)
      potential[v] = rua_network_get_potential (network, v);
    if (rua_network_get_status (network) == RUA_NETWORK_OPTIMAL) {
      g_assert_true (assert_counted (network, flow, potential));
      n_whole++;
    }
    g_assert_cmpint (rua_network_certify (network, NULL, &own), ==, rua_network_certify_flow (network, flow, potential, &given));
    g_assert_true (own.primal == given.primal && own.dual == given.dual && own.conserved == given.conserved);
    g_assert_true (own.bounded == given.bounded && own.slack == given.slack);
    for (guint k = 0; k < 6; k++) {
      guint32 arc = (guint32) g_rand_int_range (random, 0, (gint) m), node = (guint32) g_rand_int_range (random, 0, (gint) n);
      gint64 step = g_rand_boolean (random) ? 1 : -1, kept = flow[arc], kept_potential = potential[node];

      if (g_rand_boolean (random))
        flow[arc] = g_rand_int_range (random, 0, 20) == 0 ? G_MAXINT64 * step : flow[arc] + step;
      else
        potential[node] = g_rand_int_range (random, 0, 20) == 0 ? G_MAXINT64 * step : potential[node] + step;
      n_spoiled += !assert_counted (network, flow, potential);
      flow[arc] = kept;
      potential[node] = kept_potential;
    }
  }
  g_test_message ("%u whole, %u spoiled", n_whole, n_spoiled);
  g_assert_cmpuint (n_whole, >, 0);
  g_assert_cmpuint (n_spoiled, >, n_whole);
}

/* Sums that come out right only where 64 bits go round. */
static void
test_round (void)
{
  g_autoptr (RuaNetwork) network = rua_network_new (3, 4);
  const gint64 half = G_GINT64_CONSTANT (1) << 62, potential[3] = { 0, 0, 0 };
  const gint64 flow[4] = { half, half, half, half }, far[3] = { G_MAXINT64, G_MININT64, 0 }, none[4] = { 0, 0, 0, 0 };

  for (guint i = 0; i < 4; i++)
    rua_network_add_arc (network, 0, 1, RUA_NETWORK_NO_LIMIT, 0);
  g_assert_false (assert_counted (network, flow, potential));
  g_assert_false (rua_network_certify_flow (network, flow, potential, NULL));
  g_assert_true (assert_counted (network, none, potential));
  /* 2^64 - 1 between the two: as if it was -1 the other way. */
  g_assert_true (assert_counted (network, none, far));
  rua_network_add_arc (network, 1, 0, RUA_NETWORK_NO_LIMIT, 0);
  g_assert_false (rua_network_certify_flow (network, (const gint64[5]) { 0 }, far, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-certify/counted", test_counted);
  g_test_add_func ("/network-certify/round", test_round);
  return g_test_run ();
}
