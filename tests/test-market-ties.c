/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Markets in which much is alike or nothing is left: under every policy they are cleared, whatever the order in which
 * they are given, and going on from an earlier solution comes to the same. */
#include "random-market.h"
#include "random-trials.h"

static RuaMarketSolution *
solve (const RandomMarket *market, const RuaMarketRules *rules, RuaMarketSolution *earlier)
{
  g_autoptr (GError) error = NULL;
  RuaMarketSolution *solution = rua_market_solve (&market->problem, rules, earlier, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (solution);
  g_assert_true (rua_market_certificate_holds (&solution->certificate));
  return solution;
}

/* Every stage comes to the same, and so does the money that all gain together. */
static void
assert_same_worth (const RuaMarketSolution *a, const RuaMarketSolution *b)
{
  g_assert_true (a->welfare == b->welfare);
  g_assert_true (a->most_welfare == b->most_welfare);
  g_assert_cmpuint (a->n_stages, ==, b->n_stages);
  for (guint32 i = 0; i < a->n_stages; i++)
    g_assert_true (a->stages[i].objective == b->stages[i].objective);
}

typedef void (*Flatten) (RandomMarket *market, GRand *random);

static void
look_at (const MarketShape *shape, Flatten flatten, guint n_trials)
{
  g_autoptr (GRand) random = open_random ();

  for (guint trial = 0; trial < n_trials; trial++) {
    g_autoptr (RandomMarket) market = random_market_new (random, shape);
    g_autoptr (RandomMarket) shuffled = NULL;
    g_autoptr (RuaMarketSolution) cold = NULL, other = NULL, first = NULL, warm = NULL;
    RuaMarketRules rules;
    gint64 kept = 0;

    random_rules (random, &rules);
    flatten (market, random);
    cold = solve (market, &rules, NULL);
    shuffled = random_market_shuffle (market, random, NULL, NULL);
    other = solve (shuffled, &rules, NULL);
    assert_same_worth (cold, other);
    g_assert_cmpuint (cold->n_trades, ==, other->n_trades);
    /* There and back again. */
    if (market->problem.n_orders == 0 || market->problem.n_delivered > 0)
      continue;
    kept = market->orders[0].quantity;
    market->orders[0].quantity = kept + 1;
    first = solve (market, &rules, NULL);
    market->orders[0].quantity = kept;
    warm = solve (market, &rules, first);
    assert_same_worth (cold, warm);
  }
}

static void
make_equal (RandomMarket *market, GRand *random)
{
  gint64 quantity = g_rand_int_range (random, 1, 5), maximum = g_rand_int_range (random, 0, 60), reserve = g_rand_int_range (random, 0, 40);

  for (guint32 i = 0; i < market->problem.n_lots && market->problem.n_delivered == 0; i++)
    market->lots[i].quantity = quantity;
  for (guint32 i = 0; i < market->problem.n_lots; i++)
    market->lots[i].reserve = reserve;
  for (guint32 i = 0; i < market->problem.n_orders && market->problem.n_delivered == 0; i++)
    market->orders[i].quantity = quantity;
  for (guint32 i = 0; i < market->problem.n_orders; i++)
    market->orders[i].maximum = maximum;
  for (guint32 i = 0; i < market->problem.n_routes; i++)
    market->routes[i].unit_cost = 1;
}

static void
make_free (RandomMarket *market, GRand *random)
{
  (void) random;
  for (guint32 i = 0; i < market->problem.n_lots; i++)
    market->lots[i].reserve = 0;
  for (guint32 i = 0; i < market->problem.n_routes; i++)
    market->routes[i].unit_cost = 0;
}

static void
leave_no_lots (RandomMarket *market, GRand *random)
{
  (void) random;
  if (market->problem.n_delivered == 0 && market->problem.n_pairs == 0)
    market->problem.n_lots = 0;
}

static void
leave_no_orders (RandomMarket *market, GRand *random)
{
  (void) random;
  if (market->problem.n_delivered == 0 && market->problem.n_pairs == 0)
    market->problem.n_orders = 0;
}

static void
leave_one_of_each (RandomMarket *market, GRand *random)
{
  (void) random;
  if (market->problem.n_delivered > 0 || market->problem.n_pairs > 0)
    return;
  market->problem.n_lots = MIN (1, market->problem.n_lots);
  market->problem.n_orders = MIN (1, market->problem.n_orders);
}

static void
close_all (RandomMarket *market, GRand *random)
{
  (void) random;
  for (guint32 i = 0; i < market->problem.n_demand_limits && market->problem.n_delivered == 0; i++)
    market->demand_limits[i].capacity = 0;
}

static void
test_equal (void)
{
  look_at (&tiny_market, make_equal, trials (1000));
  look_at (&small_market, make_equal, trials (150));
}

static void
test_free (void)
{
  look_at (&small_market, make_free, trials (150));
}

static void
test_no_lots (void)
{
  look_at (&small_market, leave_no_lots, trials (100));
}

static void
test_no_orders (void)
{
  look_at (&small_market, leave_no_orders, trials (100));
}

static void
test_one_of_each (void)
{
  look_at (&small_market, leave_one_of_each, trials (300));
}

static void
test_closed (void)
{
  look_at (&small_market, close_all, trials (100));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-ties/equal", test_equal);
  g_test_add_func ("/market-ties/free", test_free);
  g_test_add_func ("/market-ties/no-lots", test_no_lots);
  g_test_add_func ("/market-ties/no-orders", test_no_orders);
  g_test_add_func ("/market-ties/one-of-each", test_one_of_each);
  g_test_add_func ("/market-ties/closed", test_closed);
  return g_test_run ();
}
