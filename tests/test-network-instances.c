/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The solver alone on the kinds of networks on which solvers are compared: what it finds passes its certificate, cold,
 * warm and copied, and what is fixed to a face stays as cheap. */
#include "plain-network.h"
#include "random-trials.h"

#include "rua-market-levels-private.h"

static gint64
solve (RuaNetwork *network)
{
  GError *error = NULL;
  __int128 total;

  g_assert_true (rua_network_solve (network, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_OPTIMAL);
  g_assert_true (rua_network_certify (network, NULL, NULL));
  rua_network_get_total (network, &total);
  return (gint64) total;
}

/* Any other costs over the flows that are optimal under the first leave those as they are, and a network that is let
 * loose again goes back to what it was. */
static void
assert_face_is_kept (RuaNetwork *network, const PlainNetwork *plain, gint64 total, GRand *random)
{
  g_autoptr (RuaNetwork) face = rua_network_copy (network);
  __int128 now = 0;

  rua_market_keep_face (face);
  for (guint32 i = 0; i < plain->n_arcs; i++)
    rua_network_set_cost (face, i, g_rand_int_range (random, -50, 50));
  solve (face);
  for (guint32 i = 0; i < plain->n_arcs; i++)
    now += (__int128) plain->cost[i] * rua_network_get_flow (face, i);
  g_assert_true (now == total);
  for (guint32 i = 0; i < plain->n_arcs; i++) {
    rua_network_set_cost (face, i, plain->cost[i]);
    rua_network_set_bounds (face, i, 0, plain->capacity[i]);
  }
  g_assert_cmpint (solve (face), ==, total);
}

static void
assert_solved (PlainNetwork *plain, GRand *random)
{
  g_autoptr (PlainNetwork) own = plain;
  g_autoptr (RuaNetwork) network = plain_network_build (plain);
  g_autoptr (RuaNetwork) copy = NULL;
  g_autoptr (RuaNetwork) cold = NULL;
  g_autofree gint64 *least = g_new (gint64, plain->n_nodes);
  g_autofree gint64 *greatest = g_new (gint64, plain->n_nodes);
  g_autofree gint64 *flow = g_new (gint64, plain->n_arcs);
  g_autofree gint64 *potential = g_new (gint64, plain->n_nodes);
  gint64 total = solve (network), bound = 0;
  GError *error = NULL;

  copy = rua_network_copy (network);
  for (guint32 i = 0; i < plain->n_arcs; i++) {
    flow[i] = rua_network_get_flow (network, i);
    g_assert_cmpint (flow[i], ==, rua_network_get_flow (copy, i));
  }
  g_assert_cmpint (solve (copy), ==, total);
  g_assert_cmpuint (rua_network_get_n_pivots (copy), ==, 0);
  assert_face_is_kept (network, plain, total, random);

  /* Prices, with a bound so that all have one. */
  for (guint32 v = 0; v < plain->n_nodes; v++) {
    potential[v] = rua_network_get_potential (network, v) - rua_network_get_potential (network, 0);
    bound = MAX (bound, ABS (potential[v]));
  }
  g_assert_true (rua_network_price_flow (network, flow, potential, 0, bound + 17, least, greatest, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (rua_network_certify_flow (network, flow, least, NULL));
  g_assert_true (rua_network_certify_flow (network, flow, greatest, NULL));
  for (guint32 v = 0; v < plain->n_nodes; v++) {
    g_assert_cmpint (least[v], <=, potential[v]);
    g_assert_cmpint (greatest[v], >=, potential[v]);
    g_assert_cmpint (ABS (least[v]), <=, bound + 17);
  }
  flow[0]++;
  g_assert_false (rua_network_certify_flow (network, flow, potential, NULL));

  for (guint32 k = 0; k < 5; k++) {
    guint32 i = (guint32) g_rand_int_range (random, 0, (gint) plain->n_arcs);

    plain->cost[i] += g_rand_int_range (random, -20, 20);
    rua_network_set_cost (copy, i, plain->cost[i]);
  }
  cold = plain_network_build (plain);
  if (rua_network_solve (cold, NULL, NULL) && rua_network_get_status (cold) == RUA_NETWORK_OPTIMAL)
    g_assert_cmpint (solve (copy), ==, solve (cold));
}

static void
test_netgen (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint t = trials (100); t-- > 0;) {
    guint32 n = (guint32) g_rand_int_range (random, 10, 300);

    assert_solved (plain_network_netgen (random, n, n * (guint32) g_rand_int_range (random, 1, 10)), random);
  }
}

static void
test_goto (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint t = trials (100); t-- > 0;)
    assert_solved (plain_network_goto (random, (guint32) g_rand_int_range (random, 1, 10), (guint32) g_rand_int_range (random, 2, 30)), random);
}

static void
test_market (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint t = trials (20); t-- > 0;) {
    assert_solved (plain_network_market (random, (guint32) g_rand_int_range (random, 1, 60), (guint32) g_rand_int_range (random, 1, 500)), random);
    assert_solved (plain_network_pairs (random, (guint32) g_rand_int_range (random, 1, 60), (guint32) g_rand_int_range (random, 1, 300), 3000), random);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-instances/netgen", test_netgen);
  g_test_add_func ("/network-instances/goto", test_goto);
  g_test_add_func ("/network-instances/market", test_market);
  return g_test_run ();
}
