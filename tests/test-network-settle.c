/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* After few changes only what they reach is settled again: that leaves the same tree, flows, potentials and sizes as
 * settling all does, and the same optimum. */
#include "random-trials.h"
#include "rua-network-core-private.h"

#include "rua-error.h"

#define MARK 12345 /* by which all potentials are moved: settling all begins at 0 again */

static gint64
draw_capacity (GRand *random)
{
  gint kind = g_rand_int_range (random, 0, 10);

  return kind == 0 ? 0 : kind == 1 ? RUA_NETWORK_NO_LIMIT : g_rand_int_range (random, 1, 12);
}

/* Half of them circulations, as markets are, and some infeasible. */
static RuaNetwork *
draw_network (GRand *random)
{
  gint n = g_rand_int_range (random, 2, 200), m = n * 3;
  RuaNetwork *network = rua_network_new ((guint32) n, (guint32) m);

  for (gint i = 0; i < m; i++)
    rua_network_add_arc (network, (guint32) g_rand_int_range (random, 0, n), (guint32) g_rand_int_range (random, 0, n),
                         g_rand_int_range (random, 0, 12), g_rand_int_range (random, -3, 20));
  if (g_rand_boolean (random))
    for (gint k = g_rand_int_range (random, 0, 5); k > 0; k--) {
      gint from = g_rand_int_range (random, 0, n), to = g_rand_int_range (random, 0, n), quantity = g_rand_int_range (random, 1, 9);

      rua_network_set_supply (network, (guint32) from, rua_network_get_supply (network, (guint32) from) + quantity);
      rua_network_set_supply (network, (guint32) to, rua_network_get_supply (network, (guint32) to) - quantity);
    }
  return network;
}

/* What lies round without a limit must not cost less than nothing. */
static void
change (GRand *random, RuaNetwork *network)
{
  guint32 n_arcs = rua_network_get_n_arcs (network);

  for (gint k = g_rand_int_range (random, 0, 5); k > 0; k--) {
    guint32 arc = (guint32) g_rand_int_range (random, 0, (gint) n_arcs);
    gint64 capacity = draw_capacity (random), lower = g_rand_int_range (random, 0, 4) > 0 ? 0 : g_rand_int_range (random, -2, 3);

    if (capacity == RUA_NETWORK_NO_LIMIT)
      rua_network_set_cost (network, arc, g_rand_int_range (random, 0, 20));
    else if (g_rand_boolean (random) && rua_network_get_capacity (network, arc) != RUA_NETWORK_NO_LIMIT)
      rua_network_set_cost (network, arc, g_rand_int_range (random, -3, 20));
    if (capacity != RUA_NETWORK_NO_LIMIT || rua_network_get_cost (network, arc) >= 0)
      rua_network_set_bounds (network, arc, lower, capacity == RUA_NETWORK_NO_LIMIT ? capacity : lower + capacity);
  }
}

static void
move_potentials (RuaNetwork *network)
{
  for (guint32 v = 0; v <= network->n_nodes; v++)
    network->potential[v] += MARK;
}

/* TRUE when only what was reached was settled. */
static gboolean
assert_settled_alike (RuaNetwork *network)
{
  g_autoptr (RuaNetwork) all = rua_network_copy (network);
  guint32 root = network->n_nodes;
  gint64 moved;

  all->settled = all->flows_hold = FALSE;
  move_potentials (network);
  g_assert_true (rua_network_settle (network, NULL));
  g_assert_true (rua_network_settle (all, NULL));
  g_assert_cmpint (all->potential[root], ==, 0);
  moved = network->potential[root];
  for (guint32 i = 0; i < network->n_arcs; i++) {
    g_assert_cmpint (network->flow[i], ==, all->flow[i]);
    g_assert_cmpint (network->state[i], ==, all->state[i]);
  }
  for (guint32 v = 0; v < root; v++) {
    guint32 arc = all->n_arcs + v;

    g_assert_cmpuint (network->tree[v].parent, ==, all->tree[v].parent);
    g_assert_cmpuint (network->tree[v].pred, ==, all->tree[v].pred);
    g_assert_cmpuint (network->tree[v].size, ==, all->tree[v].size);
    g_assert_cmpint (network->potential[v] - moved, ==, all->potential[v]);
    if (all->tree[v].pred >> 1 == arc)
      g_assert_cmpint (network->flow[arc], ==, all->flow[arc]);
  }
  return moved != 0;
}

static void
test_few_are_all (void)
{
  g_autoptr (GRand) random = open_random ();
  guint n_few = 0, n_all = 0, n_infeasible = 0;

  for (guint t = trials (300); t-- > 0;) {
    g_autoptr (RuaNetwork) network = draw_network (random);

    g_assert_true (rua_network_solve (network, NULL, NULL));
    for (guint k = 0; k < 12; k++) {
      g_autoptr (RuaNetwork) cold = NULL;
      __int128 total, cold_total;

      change (random, network);
      if (assert_settled_alike (network))
        n_few++;
      else
        n_all++;
      cold = rua_network_copy (network);
      rua_network_forget (cold);
      /* And once more, for what is changed between. */
      change (random, network);
      change (random, network);
      for (guint32 i = 0; i < network->n_arcs; i++) {
        rua_network_set_bounds (cold, i, rua_network_get_lower (network, i), rua_network_get_capacity (network, i));
        rua_network_set_cost (cold, i, rua_network_get_cost (network, i));
      }
      g_assert_true (rua_network_solve (network, NULL, NULL));
      g_assert_true (rua_network_solve (cold, NULL, NULL));
      g_assert_cmpint (rua_network_get_status (network), ==, rua_network_get_status (cold));
      g_assert_cmpint (network->potential[network->n_nodes], ==, 0);
      if (rua_network_get_status (network) != RUA_NETWORK_OPTIMAL) {
        n_infeasible++;
        continue;
      }
      g_assert_true (rua_network_certify (network, NULL, NULL));
      rua_network_get_total (network, &total);
      rua_network_get_total (cold, &cold_total);
      g_assert_true (total == cold_total);
    }
  }
  g_test_message ("%u settled where they were changed, %u whole, %u infeasible", n_few, n_all, n_infeasible);
  g_assert_cmpuint (n_few, >, n_all);
  g_assert_cmpuint (n_infeasible, >, 0);
}

/* More changes than are worth following, of bounds or of costs alone. */
static void
test_many (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (40); t-- > 0;) {
    g_autoptr (RuaNetwork) network = draw_network (random);
    gboolean costs = g_rand_boolean (random);

    g_assert_true (rua_network_solve (network, NULL, NULL));
    for (guint32 i = 0; i < network->n_arcs; i++) {
      gint64 drawn = g_rand_int_range (random, 0, 20);

      /* What is set to what it was is not changed. */
      if (costs)
        rua_network_set_cost (network, i, drawn + (drawn == rua_network_get_cost (network, i)));
      else
        rua_network_set_bounds (network, i, 0, drawn + (drawn == rua_network_get_capacity (network, i)));
    }
    g_assert_cmpint (network->flows_hold, ==, costs);
    if (network->n_arcs > rua_network_few_of (network))
      g_assert_false (network->settled);
    assert_settled_alike (network);
  }
}

/* Costs that outgrow those of the arcs to the root change potentials everywhere. */
static void
test_root_cost (void)
{
  g_autoptr (RuaNetwork) network = rua_network_new (3, 3);
  gint64 before;

  rua_network_add_arc (network, 0, 1, 5, 3);
  rua_network_add_arc (network, 1, 2, 5, 3);
  rua_network_set_supply (network, 0, 4);
  rua_network_set_supply (network, 2, -4);
  g_assert_true (rua_network_solve (network, NULL, NULL));
  before = network->root_cost;
  g_assert_cmpint (before, >, 2 * 3);
  /* Within what is there. */
  rua_network_set_cost (network, 0, 2);
  g_assert_true (rua_network_solve (network, NULL, NULL));
  g_assert_cmpint (network->root_cost, ==, before);
  rua_network_set_cost (network, 0, 1000);
  g_assert_true (rua_network_solve (network, NULL, NULL));
  g_assert_cmpint (network->root_cost, >, 2 * 1000);
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_OPTIMAL);
  g_assert_true (rua_network_certify (network, NULL, NULL));
  /* What does not go has nowhere to go but the root. */
  rua_network_set_bounds (network, 1, 0, 1);
  g_assert_true (rua_network_solve (network, NULL, NULL));
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_INFEASIBLE);
  g_assert_cmpint (rua_network_get_shortfall (network, 2), ==, -3);
  rua_network_set_bounds (network, 1, 0, 4);
  g_assert_true (rua_network_solve (network, NULL, NULL));
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_OPTIMAL);
}

/* Bounds so great that what is carried does not fit in between: refused, and forgotten. */
static void
test_great (void)
{
  g_autoptr (RuaNetwork) network = rua_network_new (2, 2);
  g_autoptr (GError) error = NULL;
  __int128 total;

  rua_network_add_arc (network, 0, 1, 10, -3);
  rua_network_add_arc (network, 1, 0, 10, 1);
  g_assert_true (rua_network_solve (network, NULL, NULL));
  rua_network_set_bounds (network, 0, -G_MAXINT64 + 1, -G_MAXINT64 + 2);
  g_assert_cmpint (rua_network_get_lower (network, 0), ==, -G_MAXINT64 + 1);
  g_assert_false (rua_network_solve (network, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  rua_network_set_bounds (network, 0, 0, 10);
  rua_network_set_bounds (network, 1, 0, 10);
  g_assert_true (rua_network_solve (network, NULL, NULL));
  rua_network_get_total (network, &total);
  g_assert_true (total == -20);
  g_assert_true (rua_network_certify (network, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-settle/few-are-all", test_few_are_all);
  g_test_add_func ("/network-settle/many", test_many);
  g_test_add_func ("/network-settle/root-cost", test_root_cost);
  g_test_add_func ("/network-settle/great", test_great);
  return g_test_run ();
}
