/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Circulations begin with a tree of cheapest ways to node 0. The same network with one pair of nodes more, between which
 * a unit has to go, is no circulation and begins with nothing: it costs the same. */
#include "plain-network.h"
#include "random-trials.h"

static RuaNetwork *
build (const PlainNetwork *plain, gboolean circulates)
{
  RuaNetwork *network = rua_network_new (plain->n_nodes + (circulates ? 0 : 2), plain->n_arcs);

  for (guint32 i = 0; i < plain->n_arcs; i++)
    rua_network_add_arc (network, plain->from[i], plain->to[i], plain->capacity[i], plain->cost[i]);
  if (!circulates) {
    rua_network_add_arc (network, plain->n_nodes, plain->n_nodes + 1, 1, 0);
    rua_network_set_supply (network, plain->n_nodes, 1);
    rua_network_set_supply (network, plain->n_nodes + 1, -1);
  }
  return network;
}

static __int128
solve (RuaNetwork *network)
{
  g_autoptr (GError) error = NULL;
  __int128 total;

  g_assert_true (rua_network_solve (network, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_OPTIMAL);
  g_assert_true (rua_network_certify (network, NULL, NULL));
  rua_network_get_total (network, &total);
  return total;
}

/* Layers with ways that lead round, nodes that lead nowhere, arcs that carry nothing, loops. */
static PlainNetwork *
draw (GRand *random)
{
  guint32 n = (guint32) g_rand_int_range (random, 1, 60), m = (guint32) g_rand_int_range (random, 0, 300);
  PlainNetwork *plain = g_new0 (PlainNetwork, 1);
  gboolean round = g_rand_boolean (random);

  plain->n_nodes = n;
  plain->from = g_new (guint32, m + 1);
  plain->to = g_new (guint32, m + 1);
  plain->capacity = g_new (gint64, m + 1);
  plain->cost = g_new (gint64, m + 1);
  plain->supply = g_new0 (gint64, n);
  for (guint32 i = 0; i < m; i++) {
    guint32 a = (guint32) g_rand_int_range (random, 0, (gint) n), b = (guint32) g_rand_int_range (random, 0, (gint) n);

    /* Down to node 0 and from there up, but for those that lead round. */
    plain->from[i] = round && g_rand_int_range (random, 0, 20) == 0 ? MIN (a, b) : a == b ? 0 : MAX (a, b);
    plain->to[i] = plain->from[i] == 0 ? MAX (a, b) : plain->from[i] == MAX (a, b) ? MIN (a, b) : MAX (a, b);
    plain->capacity[i] = g_rand_int_range (random, 0, 30);
    plain->cost[i] = g_rand_int_range (random, -40, 30);
  }
  plain->n_arcs = m;
  return plain;
}

static void
test_either_start (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint trial = 0; trial < trials (4000); trial++) {
    PlainNetwork *plain = draw (random);
    g_autoptr (RuaNetwork) circulation = build (plain, TRUE);
    g_autoptr (RuaNetwork) other = build (plain, FALSE);

    g_assert_true (solve (circulation) == solve (other));
    plain_network_free (plain);
  }
}

/* After forget, after an arc more, and after copies, a solve begins anew, in memory with what was there before. */
static void
test_begun_again (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint trial = 0; trial < trials (1000); trial++) {
    PlainNetwork *plain = draw (random);
    g_autoptr (RuaNetwork) network = build (plain, TRUE);
    g_autoptr (RuaNetwork) copy = rua_network_copy (network);
    __int128 total = solve (network);
    guint64 n_pivots = rua_network_get_n_pivots (network);
    g_autofree gint64 *flow = g_new (gint64, MAX (1, plain->n_arcs));

    for (guint32 i = 0; i < plain->n_arcs; i++)
      flow[i] = rua_network_get_flow (network, i);
    g_assert_true (solve (copy) == total);
    g_assert_cmpuint (rua_network_get_n_pivots (copy), ==, n_pivots);
    rua_network_forget (network);
    g_assert_true (solve (network) == total);
    g_assert_cmpuint (rua_network_get_n_pivots (network), ==, n_pivots);
    for (guint32 i = 0; i < plain->n_arcs; i++) {
      g_assert_cmpint (rua_network_get_flow (network, i), ==, flow[i]);
      g_assert_cmpint (rua_network_get_flow (copy, i), ==, flow[i]);
    }
    rua_network_add_arc (network, 0, plain->n_nodes - 1, 0, -1000);
    g_assert_true (solve (network) == total);
    plain_network_free (plain);
  }
}

/* Not a matter of time: what is brought in from node 0 is brought once, where from nothing each node has first to be
 * hung somewhere. */
static void
test_fewer_pivots (void)
{
  g_autoptr (GRand) random = open_random ();
  PlainNetwork *plain = plain_network_market (random, 100, 3000);
  g_autoptr (RuaNetwork) circulation = build (plain, TRUE);
  g_autoptr (RuaNetwork) other = build (plain, FALSE);

  g_assert_true (solve (circulation) == solve (other));
  g_assert_cmpuint (rua_network_get_n_pivots (circulation), <, rua_network_get_n_pivots (other));
  plain_network_free (plain);
}

/* Many arcs a node: each pivot looks for the best arc there is. */
static void
test_dense (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint trial = 0; trial < trials (20); trial++) {
    PlainNetwork *plain = plain_network_pairs (random, 10 + trial, 40, 40 * (10 + trial * 3));
    g_autoptr (RuaNetwork) circulation = build (plain, TRUE);
    g_autoptr (RuaNetwork) other = build (plain, FALSE);

    g_assert_true (solve (circulation) == solve (other));
    plain_network_free (plain);
  }
}

/* A network that circulated is given something to carry, and the other way round. */
static void
test_changed_kind (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint trial = 0; trial < trials (500); trial++) {
    PlainNetwork *plain = draw (random);
    g_autoptr (RuaNetwork) network = build (plain, FALSE);
    guint32 n = plain->n_nodes;
    __int128 total = solve (network);

    rua_network_set_supply (network, n, 0);
    rua_network_set_supply (network, n + 1, 0);
    g_assert_true (solve (network) == total);
    rua_network_forget (network);
    g_assert_true (solve (network) == total);
    rua_network_set_supply (network, n, 1);
    rua_network_set_supply (network, n + 1, -1);
    g_assert_true (solve (network) == total);
    g_assert_cmpint (rua_network_get_flow (network, plain->n_arcs), ==, 1);
    rua_network_set_bounds (network, plain->n_arcs, 0, 0);
    g_assert_true (rua_network_solve (network, NULL, NULL));
    g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_INFEASIBLE);
    g_assert_cmpint (rua_network_get_shortfall (network, n), ==, 1);
    g_assert_cmpint (rua_network_get_shortfall (network, n + 1), ==, -1);
    plain_network_free (plain);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-start/either", test_either_start);
  g_test_add_func ("/network-start/begun-again", test_begun_again);
  g_test_add_func ("/network-start/fewer-pivots", test_fewer_pivots);
  g_test_add_func ("/network-start/dense", test_dense);
  g_test_add_func ("/network-start/changed-kind", test_changed_kind);
  return g_test_run ();
}
