/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network simplex beside LEMON's, on markets and on the kinds of networks on which solvers are compared. */
#include "lemon-simplex.h"
#include "random-trials.h"

static void
assert_as_lemon (PlainNetwork *plain)
{
  g_autoptr (RuaNetwork) network = plain_network_build (plain);
  GError *error = NULL;
  gint64 theirs = 0;
  __int128 ours;

  g_assert_true (rua_network_solve (network, NULL, &error));
  g_assert_no_error (error);
  if (!lemon_simplex_solve (plain, &theirs, NULL)) {
    g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_INFEASIBLE);
  } else {
    g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_OPTIMAL);
    g_assert_true (rua_network_certify (network, NULL, NULL));
    rua_network_get_total (network, &ours);
    g_assert_true (ours == theirs);
  }
  plain_network_free (plain);
}

static void
test_lemon (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint t = trials (200); t-- > 0;) {
    guint32 n = (guint32) g_rand_int_range (random, 10, 200);

    assert_as_lemon (plain_network_netgen (random, n, n * (guint32) g_rand_int_range (random, 1, 8)));
    assert_as_lemon (plain_network_goto (random, (guint32) g_rand_int_range (random, 1, 8), (guint32) g_rand_int_range (random, 2, 20)));
    assert_as_lemon (plain_network_pairs (random, (guint32) g_rand_int_range (random, 1, 20), n, n * 5));
  }
  for (guint t = trials (10); t-- > 0;)
    assert_as_lemon (plain_network_market (random, (guint32) g_rand_int_range (random, 1, 100), (guint32) g_rand_int_range (random, 1, 1000)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-lemon/as-lemon", test_lemon);
  return g_test_run ();
}
