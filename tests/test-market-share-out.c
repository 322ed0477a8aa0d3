/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sharing out with limits left out at first, against sharing out with all of them in one piece: the same shares. */
#include "random-market.h"
#include "random-trials.h"

#include <string.h>

#include "rua-market-parts-private.h"
#include "rua-market-stages-private.h"

#define NONE RUA_MARKET_NONE

static RuaMarketWork *
work_of (const RandomMarket *market)
{
  g_autoptr (GError) error = NULL;
  RuaMarketRules rules = { .n_stages = 0 };
  RuaMarketWork *work;

  rules_of (&rules, "Mg");
  work = rua_market_work_new (&market->problem, &rules, NULL, &error);
  g_assert_no_error (error);
  return work;
}

static guint32
list_shares (const RuaMarketWork *work, RuaMarketShare *shares)
{
  guint32 n = 0;

  for (guint32 i = 0; i < work->problem.n_orders; i++) {
    guint32 o = work->orders[i];
    const RuaMarketOrder *order = &work->problem.orders[o];

    if (work->order_arc[o] == NONE || order->quantity == 0 || order->excluded != RUA_MARKET_TAKES_PART)
      continue;
    shares[n++] = (RuaMarketShare){ work->order_arc[o], NONE, order->quantity, order->quantity - work->order_left[o], 0, work->order_left[o], work->order_left[o], 0, FALSE };
  }
  return n;
}

static int
compare_fractions (gconstpointer a, gconstpointer b)
{
  const RuaMarketFraction *x = a, *y = b;

  return rua_market_compare_fractions (*x, *y);
}

static RuaMarketFraction *
sort_shares (const RuaMarketShare *shares, guint32 n)
{
  RuaMarketFraction *sorted = g_new (RuaMarketFraction, MAX (1, n));

  for (guint32 i = 0; i < n; i++)
    sorted[i] = (RuaMarketFraction){ shares[i].weight, shares[i].before + shares[i].got };
  qsort (sorted, n, sizeof *sorted, compare_fractions);
  return sorted;
}

/* Costs by which a network's flow is told apart from others: the least that it can be within its bounds. */
static __int128
cheapest (RuaNetwork *network, GRand *random)
{
  __int128 total;

  for (guint32 i = 0; i < rua_network_get_n_arcs (network); i++)
    rua_network_set_cost (network, i, g_rand_int_range (random, -50, 51));
  g_assert_true (rua_network_solve (network, NULL, NULL));
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_OPTIMAL);
  g_assert_true (rua_network_certify (network, NULL, NULL));
  rua_network_get_total (network, &total);
  return total;
}

/* How many of the markets had a limit that was full. */
static guint
compare_ways (GRand *random, const MarketShape *shape, gint tight, guint n_trials)
{
  guint n_full = 0;

  for (guint trial = 0; trial < n_trials; trial++) {
    g_autoptr (RandomMarket) market = random_market_new (random, shape);
    g_autoptr (RuaMarketWork) work = NULL;
    g_autoptr (RuaNetwork) pieces = NULL, whole = NULL;
    g_autofree RuaMarketShare *shares = NULL, *plain = NULL;
    g_autofree RuaMarketFraction *mine = NULL, *theirs = NULL;
    g_autofree guint32 *same = NULL;
    RuaMarketFraction smallest, least;
    gboolean all, every;
    guint64 n_pivots = 0;
    guint32 n, seed = g_rand_int (random);

    for (guint32 k = 0; k < market->problem.n_demand_limits; k++)
      if (tight > 0 && market->problem.n_delivered == 0)
        market->demand_limits[k].capacity = g_rand_int_range (random, 0, tight);
    work = work_of (market);
    shares = g_new (RuaMarketShare, market->problem.n_orders + 1);
    n = list_shares (work, shares);
    plain = g_memdup2 (shares, (n + 1) * sizeof *shares);
    pieces = rua_network_copy (work->network);
    whole = rua_network_copy (work->network);
    same = g_new (guint32, rua_network_get_n_nodes (whole));
    for (guint32 v = 0; v < rua_network_get_n_nodes (whole); v++)
      same[v] = v;
    g_assert_true (rua_market_share_out (work, pieces, shares, n, &all, &smallest, &n_pivots, NULL, NULL));
    g_assert_true (rua_market_share_out_in_parts (whole, same, plain, n, NULL, NULL, &every, &least, &n_pivots, NULL, NULL));
    mine = sort_shares (shares, n);
    theirs = sort_shares (plain, n);
    for (guint32 i = 0; i < n; i++)
      g_assert_cmpint (rua_market_compare_fractions (mine[i], theirs[i]), ==, 0);
    g_assert_cmpint (all, ==, every);
    /* And the same flows are left. */
    for (guint k = 0; k < 3; k++) {
      g_autoptr (GRand) first = g_rand_new_with_seed (seed + k), second = g_rand_new_with_seed (seed + k);

      g_assert_true (cheapest (pieces, first) == cheapest (whole, second));
    }
    for (guint32 k = 0; k < market->problem.n_demand_limits; k++) {
      guint32 arc = work->demand_arc[k];

      if (arc != NONE && rua_network_get_flow (pieces, arc) == work->capacity[arc])
        n_full++;
    }
  }
  return n_full;
}

static void
test_tiny (void)
{
  g_autoptr (GRand) random = open_random ();

  compare_ways (random, &tiny_market, 0, trials (2000));
}

static void
test_small (void)
{
  g_autoptr (GRand) random = open_random ();

  compare_ways (random, &small_market, 0, trials (400));
}

/* Limits that are full at all kinds of levels. */
static void
test_tight (void)
{
  g_autoptr (GRand) random = open_random ();
  MarketShape shape = small_market;
  guint n_full;

  shape.limits = TRUE;
  n_full = compare_ways (random, &tiny_market, 5, trials (2000));
  n_full += compare_ways (random, &shape, 60, trials (400));
  n_full += compare_ways (random, &shape, 400, trials (400));
  g_assert_cmpuint (n_full, >, 0);
}

/* Where the first limit is full just at a level at which some in other parts still stand: who gets a unit there is only told
 * with the limit. */
static void
test_full_at_a_level (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (581653131);
  MarketShape shape = small_market;

  shape.limits = TRUE;
  compare_ways (random, &tiny_market, 5, 2000);
  compare_ways (random, &shape, 60, 181);
}

/* Great weights and small ones, so that levels are far finer than the millionths at which it is asked what is full. */
static void
test_great (void)
{
  g_autoptr (GRand) random = open_random ();
  MarketShape shape = small_market;

  shape.limits = TRUE;
  shape.most_quantity = 100000000;
  compare_ways (random, &shape, 100000000, trials (100));
}

static void
test_nobody (void)
{
  g_autoptr (GRand) random = open_random ();
  g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
  g_autoptr (RuaMarketWork) work = work_of (market);
  g_autoptr (RuaNetwork) network = rua_network_copy (work->network);
  RuaMarketShare none[1] = { { 0 } };
  RuaMarketFraction smallest;
  gboolean all = FALSE;
  guint64 n_pivots = 0;

  g_assert_true (rua_market_share_out (work, network, none, 0, &all, &smallest, &n_pivots, NULL, NULL));
  g_assert_true (all);
  g_assert_cmpint (rua_market_compare_fractions (smallest, (RuaMarketFraction){ 1, 1 }), ==, 0);
}

static void
test_cancelled (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint trial = 0; trial < 20; trial++) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketWork) work = work_of (market);
    g_autoptr (RuaNetwork) network = rua_network_copy (work->network);
    g_autofree RuaMarketShare *shares = g_new (RuaMarketShare, market->problem.n_orders + 1);
    guint32 n = list_shares (work, shares);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    RuaMarketFraction smallest;
    gboolean all;
    guint64 n_pivots = 0;

    g_cancellable_cancel (cancellable);
    if (!rua_market_share_out (work, network, shares, n, &all, &smallest, &n_pivots, cancellable, &error))
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-share-out/tiny", test_tiny);
  g_test_add_func ("/market-share-out/small", test_small);
  g_test_add_func ("/market-share-out/tight", test_tight);
  g_test_add_func ("/market-share-out/full-at-a-level", test_full_at_a_level);
  g_test_add_func ("/market-share-out/great", test_great);
  g_test_add_func ("/market-share-out/nobody", test_nobody);
  g_test_add_func ("/market-share-out/cancelled", test_cancelled);
  return g_test_run ();
}
