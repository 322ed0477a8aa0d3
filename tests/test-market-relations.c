/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cleared markets have to do with one another: the same in other words, on another scale, with explicit pairs,
 * after changes, with more to sell, with something taken out. */
#include "random-market.h"
#include "random-trials.h"

#include <math.h>
#include <string.h>

#include "rua-error.h"
#include "rua-market-work-private.h"

#define NONE RUA_MARKET_NONE

static RuaMarketSolution *
solve_from (const RuaMarketProblem *problem, const RuaMarketRules *rules, RuaMarketSolution *earlier)
{
  GError *error = NULL;
  RuaMarketSolution *solution = rua_market_solve (problem, rules, earlier, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (solution);
  g_assert_true (rua_market_certificate_holds (&solution->certificate));
  return solution;
}

static RuaMarketSolution *
solve (const RuaMarketProblem *problem, const RuaMarketRules *rules)
{
  return solve_from (problem, rules, NULL);
}

static void
assert_same_objectives (const RuaMarketSolution *a, const RuaMarketSolution *b)
{
  g_assert_true (a->welfare == b->welfare);
  g_assert_true (a->most_welfare == b->most_welfare);
  g_assert_cmpuint (a->n_stages, ==, b->n_stages);
  for (guint32 i = 0; i < a->n_stages; i++) {
    g_assert_cmpint (a->stages[i].stage, ==, b->stages[i].stage);
    g_assert_cmpuint (a->stages[i].priority, ==, b->stages[i].priority);
    if (a->stages[i].stage != RUA_MARKET_STAGE_TIE_BREAK)
      g_assert_true (a->stages[i].objective == b->stages[i].objective);
  }
  g_assert_cmpint (a->fraction, ==, b->fraction);
  g_assert_cmpint (a->fraction_of, ==, b->fraction_of);
}

static guint32
moved (const guint32 *places, guint32 i)
{
  return i == NONE || !places ? i : places[i];
}

/* @b is @a with lots and orders at other places. */
static void
assert_same_trades (const RuaMarketSolution *a, const RuaMarketSolution *b, const guint32 *lots, const guint32 *orders)
{
  g_assert_cmpuint (a->n_trades, ==, b->n_trades);
  for (guint32 i = 0; i < a->n_trades; i++) {
    const RuaMarketTrade *x = &a->trades[i], *y = &b->trades[i];

    g_assert_cmpuint (moved (lots, x->lot), ==, y->lot);
    g_assert_cmpuint (moved (orders, x->order), ==, y->order);
    g_assert_cmpint (x->quantity, ==, y->quantity);
    g_assert_cmpint (x->producer_price, ==, y->producer_price);
    g_assert_cmpint (x->consumer_price, ==, y->consumer_price);
    g_assert_cmpint (x->transport, ==, y->transport);
    g_assert_cmpint (x->fixed_fees, ==, y->fixed_fees);
    g_assert_cmpint (x->rent, ==, y->rent);
    g_assert_cmpint (x->uplift, ==, y->uplift);
    g_assert_cmpint (x->rounding, ==, y->rounding);
    g_assert_cmpuint (x->n_fees, ==, y->n_fees);
  }
}

/* ---- the same ---- */

static void
test_again_and_in_other_order (void)
{
  g_autoptr (GRand) random = open_random ();
  guint n_traded = 0;

  for (guint t = trials (1500); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RandomMarket) other = NULL;
    g_autoptr (RuaMarketSolution) first = NULL;
    g_autoptr (RuaMarketSolution) again = NULL;
    g_autoptr (RuaMarketSolution) second = NULL;
    guint32 *lots, *orders;
    RuaMarketRules rules;

    random_rules (random, &rules);
    other = random_market_shuffle (market, random, &lots, &orders);
    first = solve (&market->problem, &rules);
    again = solve (&market->problem, &rules);
    second = solve (&other->problem, &rules);
    assert_same_trades (first, again, NULL, NULL);
    g_assert_cmpmem (first->unmet, first->n_unmet * sizeof *first->unmet, again->unmet, again->n_unmet * sizeof *again->unmet);
    assert_same_objectives (first, second);
    assert_same_trades (first, second, lots, orders);
    g_assert_cmpuint (first->envy_pairs, ==, second->envy_pairs);
    g_assert_true (isnan (first->jain) ? isnan (second->jain) : first->jain == second->jain);
    g_assert_cmpint (first->smallest_fill, ==, second->smallest_fill);
    for (guint32 o = 0; o < market->problem.n_orders; o++) {
      g_assert_cmpint (first->orders[o].has_price, ==, second->orders[orders[o]].has_price);
      g_assert_cmpint (first->orders[o].consumer_price, ==, second->orders[orders[o]].consumer_price);
    }
    n_traded += first->n_trades > 1;
  }
  g_assert_cmpuint (n_traded, >, trials (1500) / 3);
}

static void
test_pairs (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (1000); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RandomMarket) pairs = random_market_to_pairs (market);
    g_autoptr (RuaMarketSolution) factored = NULL;
    g_autoptr (RuaMarketSolution) pairwise = NULL;
    RuaMarketRules rules;

    if (pairs->problem.n_pairs == 0)
      continue;
    random_rules (random, &rules);
    factored = solve (&market->problem, &rules);
    pairwise = solve (&pairs->problem, &rules);
    assert_same_objectives (factored, pairwise);
  }
}

/* Money in other units: all as before, in those units. Quantities, too, where nothing is rounded. */
static void
test_scaled (void)
{
  g_autoptr (GRand) random = open_random ();
  MarketShape shape = small_market;

  shape.fees = FALSE;
  for (guint t = trials (500); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &shape);
    g_autoptr (RandomMarket) dearer = random_market_scale (market, 1, 13);
    g_autoptr (RandomMarket) larger = random_market_scale (market, 7, 1);
    g_autoptr (RuaMarketSolution) plain = NULL;
    g_autoptr (RuaMarketSolution) scaled = NULL;
    RuaMarketRules rules;

    random_rules (random, &rules);
    rules.price_rule = g_rand_boolean (random) ? RUA_MARKET_PRICE_CONSUMER_BEST : RUA_MARKET_PRICE_PRODUCER_BEST;
    plain = solve (&market->problem, &rules);
    scaled = solve (&dearer->problem, &rules);
    g_assert_true (scaled->welfare == plain->welfare * 13);
    g_assert_true (scaled->most_welfare == plain->most_welfare * 13);
    for (guint32 i = 0; i < plain->n_stages; i++)
      if (plain->stages[i].stage < RUA_MARKET_STAGE_GAINS)
        g_assert_true (plain->stages[i].objective == scaled->stages[i].objective);
    if (rules.n_stages == 1 && rules.stages[0] == RUA_MARKET_STAGE_GAINS) {
      g_autoptr (RuaMarketSolution) more = solve (&larger->problem, &rules);

      g_assert_true (more->welfare == plain->welfare * 7);
      /* Who trades can be another where it is as good; prices at an end of their lattice cannot. */
      for (guint32 l = 0; l < market->problem.n_lots; l++)
        if (plain->lots[l].sold > 0 && scaled->lots[l].sold > 0)
          g_assert_cmpint (scaled->lots[l].producer_price, ==, plain->lots[l].producer_price * 13);
    }
  }
}

/* ---- changed ---- */

static void
test_warm_is_cold (void)
{
  g_autoptr (GRand) random = open_random ();
  guint n_warm = 0;

  for (guint t = trials (400); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) warm = NULL;
    RuaMarketRules rules;

    random_rules (random, &rules);
    warm = solve (&market->problem, &rules);
    for (guint change = 0; change < 4; change++) {
      g_autoptr (RuaMarketSolution) cold = NULL;
      RuaMarketSolution *next;

      random_market_change (market, random, 1 + change);
      next = solve_from (&market->problem, &rules, warm);
      g_assert_true (!next->warm || !warm->work);
      rua_market_solution_free (warm);
      warm = next;
      n_warm += warm->warm;
      cold = solve (&market->problem, &rules);
      g_assert_false (cold->warm);
      assert_same_objectives (warm, cold);
      if (warm->n_stages == 1) {
        /* Ends of a lattice do not hang on where one comes from. */
        for (guint32 l = 0; l < market->problem.n_lots; l++)
          if (rules.price_rule <= RUA_MARKET_PRICE_MIXED && warm->lots[l].sold > 0 && cold->lots[l].sold > 0)
            g_assert_cmpint (warm->lots[l].producer_price, ==, cold->lots[l].producer_price);
      }
    }
  }
  g_assert_cmpuint (n_warm, >, trials (400) / 4);
}

static void
test_more_supply (void)
{
  g_autoptr (GRand) random = open_random ();
  RuaMarketRules rules;

  rules_of (&rules, "g");
  for (guint t = trials (300); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) before = NULL;
    g_autoptr (RuaMarketSolution) after = NULL;

    if (market->problem.n_lots == 0)
      continue;
    before = solve (&market->problem, &rules);
    market->lots[g_rand_int_range (random, 0, (gint) market->problem.n_lots)].quantity += 1 + g_rand_int_range (random, 0, 9);
    after = solve (&market->problem, &rules);
    g_assert_true (after->welfare >= before->welfare);
    g_assert_true (before->welfare == before->most_welfare);
  }
}

/* What is left without somebody is what a market without them comes to; and asking changes nothing. */
static void
test_value_without (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (300); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) solution = NULL;
    g_autoptr (RuaMarketSolution) without = NULL;
    GError *error = NULL;
    RuaMarketRules rules;
    guint32 lots[1], orders[2];
    __int128 value, all;

    if (market->problem.n_lots < 1 || market->problem.n_orders < 2 || market->problem.n_routes < 1)
      continue;
    random_rules (random, &rules);
    solution = solve (&market->problem, &rules);
    lots[0] = (guint32) g_rand_int_range (random, 0, (gint) market->problem.n_lots);
    orders[0] = (guint32) g_rand_int_range (random, 0, (gint) market->problem.n_orders);
    orders[1] = (guint32) g_rand_int_range (random, 0, (gint) market->problem.n_orders);
    g_assert_true (rua_market_value_without (solution, lots, 1, orders, 2, NULL, 0, &value, NULL, &error));
    g_assert_no_error (error);
    g_assert_true (value <= solution->most_welfare);
    g_assert_true (rua_market_value_without (solution, NULL, 0, NULL, 0, NULL, 0, &all, NULL, &error));
    g_assert_true (all == solution->most_welfare);
    market->lots[lots[0]].excluded = RUA_MARKET_OUT_DATE;
    market->orders[orders[0]].excluded = market->orders[orders[1]].excluded = RUA_MARKET_OUT_CANCELLED;
    without = solve (&market->problem, &rules);
    g_assert_true (value == without->most_welfare);
    {
      guint32 route = (guint32) g_rand_int_range (random, 0, (gint) market->problem.n_routes);
      gboolean special = market->routes[route].product != NONE;

      g_assert_true (rua_market_value_without (without, NULL, 0, NULL, 0, &route, 1, &value, NULL, &error));
      g_assert_true (value <= without->most_welfare);
      /* Where one for the product goes, that for all would take its place: it is not the same as a market without. */
      if (!special) {
        g_autoptr (RuaMarketSolution) unlinked = NULL;

        market->routes[route] = market->routes[market->problem.n_routes - 1];
        market->problem.n_routes--;
        unlinked = solve (&market->problem, &rules);
        g_assert_true (value == unlinked->most_welfare);
      }
    }
  }
}

/* Some of what was cleared is delivered: with that fixed the rest comes to the same. */
static void
test_delivered (void)
{
  g_autoptr (GRand) random = open_random ();
  guint n_delivered = 0;

  for (guint t = trials (400); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) before = NULL;
    g_autoptr (RuaMarketSolution) after = NULL;
    g_autofree RuaMarketDelivered *delivered = NULL;
    RuaMarketRules rules;
    guint32 n = 0;

    random_rules (random, &rules);
    before = solve (&market->problem, &rules);
    delivered = g_new (RuaMarketDelivered, MAX (1, before->n_trades));
    for (guint32 i = 0; i < before->n_trades; i++)
      if (g_rand_boolean (random))
        delivered[n++] = (RuaMarketDelivered) { before->trades[i].lot, before->trades[i].order,
                                                g_rand_int_range (random, 1, (gint) before->trades[i].quantity + 1) };
    market->problem.delivered = delivered;
    market->problem.n_delivered = n;
    after = solve (&market->problem, &rules);
    for (guint32 o = 0; o < market->problem.n_orders; o++) {
      gint64 had = 0;

      for (guint32 i = 0; i < n; i++)
        had += delivered[i].order == o ? delivered[i].quantity : 0;
      g_assert_cmpint (after->orders[o].filled + after->orders[o].unmet + had, ==, market->orders[o].quantity);
    }
    /* The rest of what was best is best for the rest. */
    if (rules.stages[0] == RUA_MARKET_STAGE_GAINS)
      g_assert_true (after->welfare == before->welfare);
    n_delivered += n;
  }
  g_assert_cmpuint (n_delivered, >, trials (400) / 4);
}

/* ---- prices and causes ---- */

static void
test_prices_between (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (500); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) least = NULL;
    g_autoptr (RuaMarketSolution) mixed = NULL;
    g_autoptr (RuaMarketSolution) greatest = NULL;
    RuaMarketRules rules;

    random_rules (random, &rules);
    rules.price_rule = RUA_MARKET_PRICE_CONSUMER_BEST;
    least = solve (&market->problem, &rules);
    rules.price_rule = RUA_MARKET_PRICE_MIXED;
    mixed = solve (&market->problem, &rules);
    rules.price_rule = RUA_MARKET_PRICE_PRODUCER_BEST;
    greatest = solve (&market->problem, &rules);
    g_assert_cmpuint (least->n_trades, ==, greatest->n_trades);
    for (guint32 i = 0; i < least->n_trades; i++) {
      g_assert_cmpint (least->trades[i].lot, ==, greatest->trades[i].lot);
      /* What a limit leaves of the one can rise while the other falls: potentials go up together, differences need
       * not. Without limits prices do. */
      if (market->problem.n_supply_limits == 0)
        g_assert_cmpint (least->trades[i].producer_price, <=, greatest->trades[i].producer_price);
      if (market->problem.n_demand_limits == 0)
        g_assert_cmpint (least->trades[i].consumer_price, <=, greatest->trades[i].consumer_price);
      if (market->problem.n_supply_limits == 0) {
        g_assert_cmpint (mixed->trades[i].producer_price, >=, least->trades[i].producer_price);
        g_assert_cmpint (mixed->trades[i].producer_price, <=, greatest->trades[i].producer_price);
      }
    }
  }
}

static void
test_causes_add_up (void)
{
  g_autoptr (GRand) random = open_random ();
  guint seen[RUA_MARKET_N_CAUSES] = { 0 };

  for (guint t = trials (1500); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) solution = NULL;
    RuaMarketRules rules;
    guint32 k = 0;

    random_rules (random, &rules);
    solution = solve (&market->problem, &rules);
    for (guint32 o = 0; o < market->problem.n_orders; o++) {
      gint64 sum = 0;

      for (; k < solution->n_unmet && solution->unmet[k].order == o; k++) {
        g_assert_cmpint (solution->unmet[k].quantity, >, 0);
        sum += solution->unmet[k].quantity;
        seen[solution->unmet[k].cause]++;
        if (solution->unmet[k].cause == RUA_MARKET_CAUSE_LIMIT) {
          const RuaMarketLimit *limit =
              &(solution->unmet[k].limit_of_supply ? market->supply_limits : market->demand_limits)[solution->unmet[k].limit];
          const RuaMarketLimitResult *result =
              &(solution->unmet[k].limit_of_supply ? solution->supply_limits : solution->demand_limits)[solution->unmet[k].limit];

          g_assert_cmpint (result->flow, ==, limit->capacity);
        }
      }
      g_assert_cmpint (sum, ==, solution->orders[o].unmet);
    }
    g_assert_cmpuint (k, ==, solution->n_unmet);
  }
  for (guint i = 0; i < RUA_MARKET_N_CAUSES; i++) {
    g_test_message ("%s: %u", rua_market_cause_get_token ((RuaMarketCause) i), seen[i]);
    /* Orders out of their window and full routes are not drawn. */
    if (i != RUA_MARKET_CAUSE_WINDOW && i != RUA_MARKET_CAUSE_ROUTE && !g_getenv ("RUA_SLOW_MACHINE"))
      g_assert_cmpuint (seen[i], >, 0);
  }
}

/* Whether two orders want the same: goods of the same classes in the same order. */
static gboolean
wants_the_same (const RuaMarketWork *w, guint32 a, guint32 b)
{
  guint32 n = w->first_entry[a + 1] - w->first_entry[a];

  if (w->first_entry[b + 1] - w->first_entry[b] != n)
    return FALSE;
  for (guint32 k = 0; k < n; k++)
    if (w->entries[w->first_entry[a] + k].class_ != w->entries[w->first_entry[b] + k].class_)
      return FALSE;
  return TRUE;
}

/* Envy pair by pair where most want something else, and some the same first and then something else. */
static void
test_envy_of_the_same (void)
{
  g_autoptr (GRand) random = open_random ();
  guint64 all = 0, other = 0;

  for (guint t = trials (1000); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) solution = NULL;
    g_autofree gint64 *paid = NULL;
    const RuaMarketProblem *p = &market->problem;
    RuaMarketRules rules;
    guint64 pairs = 0;

    for (guint32 o = 0; o < p->n_orders; o++) {
      market->orders[o].certificates = NONE;
      market->orders[o].hub = 0;
    }
    random_rules (random, &rules);
    solution = solve (p, &rules);
    paid = g_new (gint64, MAX (1, p->n_orders));
    for (guint32 o = 0; o < p->n_orders; o++)
      paid[o] = G_MAXINT64;
    for (guint32 i = 0; i < solution->n_trades; i++)
      paid[solution->trades[i].order] = MIN (paid[solution->trades[i].order], solution->trades[i].consumer_price);
    for (guint32 a = 0; a < p->n_orders; a++)
      for (guint32 b = 0; b < p->n_orders; b++) {
        gboolean envies = !p->orders[a].excluded && !p->orders[b].excluded && p->orders[a].quantity > 0 && solution->orders[a].unmet > 0
                          && solution->orders[b].filled > 0 && paid[b] < p->orders[a].maximum
                          && solution->orders[a].filled * p->orders[b].quantity < solution->orders[b].filled * p->orders[a].quantity;

        if (envies && wants_the_same (solution->work, a, b))
          pairs++;
        else if (envies && p->product_lists[p->orders[a].products].members[0] == p->product_lists[p->orders[b].products].members[0])
          other++;
      }
    g_assert_cmpuint (solution->envy_pairs, ==, pairs);
    all += pairs;
  }
  g_assert_cmpuint (all, >, 0);
  g_assert_cmpuint (other, >, 0);
}

/* Trades come by the ids of orders and then of lots, each pair once, whatever ways the goods took. */
static void
test_trades_in_order (void)
{
  g_autoptr (GRand) random = open_random ();
  guint n_of_two = 0;

  for (guint t = trials (1500); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) solution = NULL;
    const RuaMarketProblem *p = &market->problem;
    RuaMarketRules rules;

    random_rules (random, &rules);
    solution = solve (p, &rules);
    for (guint32 i = 1; i < solution->n_trades; i++) {
      const RuaMarketTrade *before = &solution->trades[i - 1], *trade = &solution->trades[i];
      int order = strcmp (p->orders[before->order].id, p->orders[trade->order].id);

      g_assert_cmpint (order, <=, 0);
      if (order == 0) {
        g_assert_cmpstr (p->lots[before->lot].id, <, p->lots[trade->lot].id);
        n_of_two++;
      }
    }
  }
  g_assert_cmpuint (n_of_two, >, 0);
}

/* Envy pair by pair. */
static void
test_envy_counted_plainly (void)
{
  g_autoptr (GRand) random = open_random ();
  guint64 all = 0;

  for (guint t = trials (500); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) solution = NULL;
    g_autofree gint64 *paid = NULL;
    const RuaMarketProblem *p = &market->problem;
    RuaMarketRules rules;
    guint64 pairs = 0;
    double sum = 0, squares = 0;
    guint n = 0;

    /* So that what is wanted is the same only where the lists are. */
    for (guint32 o = 0; o < p->n_orders; o++) {
      market->orders[o].certificates = NONE;
      market->orders[o].products = 0;
      market->orders[o].hub = 0;
    }
    random_rules (random, &rules);
    solution = solve (p, &rules);
    paid = g_new (gint64, MAX (1, p->n_orders));
    for (guint32 o = 0; o < p->n_orders; o++)
      paid[o] = G_MAXINT64;
    for (guint32 i = 0; i < solution->n_trades; i++)
      paid[solution->trades[i].order] = MIN (paid[solution->trades[i].order], solution->trades[i].consumer_price);
    for (guint32 a = 0; a < p->n_orders; a++) {
      if (p->orders[a].excluded || p->orders[a].quantity == 0)
        continue;
      sum += (double) solution->orders[a].filled / (double) p->orders[a].quantity;
      squares += pow ((double) solution->orders[a].filled / (double) p->orders[a].quantity, 2);
      n++;
      for (guint32 b = 0; b < p->n_orders; b++)
        pairs += !p->orders[b].excluded && solution->orders[a].unmet > 0 && solution->orders[b].filled > 0 && paid[b] < p->orders[a].maximum
                 && solution->orders[a].filled * p->orders[b].quantity < solution->orders[b].filled * p->orders[a].quantity;
    }
    g_assert_cmpuint (solution->envy_pairs, ==, pairs);
    if (n > 0 && squares > 0)
      g_assert_cmpfloat_with_epsilon (solution->jain, sum * sum / (n * squares), 1e-12);
    all += pairs;
  }
  g_assert_cmpuint (all, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-relations/again-and-in-other-order", test_again_and_in_other_order);
  g_test_add_func ("/market-relations/pairs", test_pairs);
  g_test_add_func ("/market-relations/scaled", test_scaled);
  g_test_add_func ("/market-relations/warm-is-cold", test_warm_is_cold);
  g_test_add_func ("/market-relations/more-supply", test_more_supply);
  g_test_add_func ("/market-relations/value-without", test_value_without);
  g_test_add_func ("/market-relations/delivered", test_delivered);
  g_test_add_func ("/market-relations/prices-between", test_prices_between);
  g_test_add_func ("/market-relations/causes-add-up", test_causes_add_up);
  g_test_add_func ("/market-relations/envy-counted-plainly", test_envy_counted_plainly);
  g_test_add_func ("/market-relations/envy-of-the-same", test_envy_of_the_same);
  g_test_add_func ("/market-relations/trades-in-order", test_trades_in_order);
  return g_test_run ();
}
