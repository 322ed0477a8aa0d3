/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must always hold of a cleared market, on random ones: the tiny ones against every way there is to bring lots
 * and orders together, the greater ones against themselves in other words. */
#include "random-market.h"
#include "random-trials.h"

#include <math.h>
#include <string.h>

#include "rua-error.h"

#define NONE RUA_MARKET_NONE

static RuaMarketSolution *
solve (const RuaMarketProblem *problem, const RuaMarketRules *rules)
{
  GError *error = NULL;
  RuaMarketSolution *solution = rua_market_solve (problem, rules, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (solution);
  g_assert_true (rua_market_certificate_holds (&solution->certificate));
  return solution;
}

/* ---- everything there is ---- */

#define MOST_PAIRS 9

typedef struct {
  gint64 of, part;
} Ratio;

/* What the stages look at, of one way to bring all together. */
typedef struct {
  Ratio guarantees[8];
  guint n_guarantees;
  gint64 classes[2];
  Ratio shares[3][8];
  guint n_shares[3];
  gint64 gains;
} Looks;

static int
compare_ratios (gconstpointer a, gconstpointer b)
{
  const Ratio *x = a, *y = b;
  gint64 left = x->part * y->of, right = y->part * x->of;

  return left < right ? -1 : left > right;
}

static int
compare_sorted (const Ratio *a, const Ratio *b, guint n)
{
  for (guint i = 0; i < n; i++) {
    int order = compare_ratios (&a[i], &b[i]);

    if (order != 0)
      return order;
  }
  return 0;
}

static int
compare_looks (const Looks *a, const Looks *b, const RuaMarketRules *rules)
{
  for (guint i = 0; i < rules->n_stages; i++) {
    int order = 0;

    switch (rules->stages[i]) {
    case RUA_MARKET_STAGE_GUARANTEES:
      order = compare_sorted (a->guarantees, b->guarantees, a->n_guarantees);
      break;
    case RUA_MARKET_STAGE_PRIORITY:
      for (guint k = 0; k < 2 && order == 0; k++)
        order = a->classes[k] < b->classes[k] ? -1 : a->classes[k] > b->classes[k];
      break;
    case RUA_MARKET_STAGE_MAX_MIN:
      for (guint k = 0; k < 3 && order == 0; k++)
        order = compare_sorted (a->shares[k], b->shares[k], a->n_shares[k]);
      break;
    case RUA_MARKET_STAGE_GAINS:
      order = a->gains < b->gains ? -1 : a->gains > b->gains;
      break;
    case RUA_MARKET_STAGE_TIE_BREAK:
    case RUA_MARKET_N_STAGES:
    default:
      break;
    }
    if (order != 0)
      return order;
  }
  return 0;
}

typedef struct {
  const RuaMarketProblem *p;
  const RuaMarketRules *rules;
  guint32 n_pairs, lot[MOST_PAIRS], order[MOST_PAIRS];
  gint64 gain[MOST_PAIRS], offered[8];
  gboolean demanded[8];
  gboolean by_class;
} Tried;

static gint64
cost_of (const RuaMarketRules *rules, const RuaMarketLot *lot)
{
  return rules->price_rule == RUA_MARKET_PRICE_POSTED ? MAX (lot->reserve, lot->posted)
                                                      : lot->reserve;
}

static gboolean
list_pairs (Tried *self)
{
  const RuaMarketProblem *p = self->p;
  gboolean fair = FALSE, classes = FALSE;

  for (guint i = 0; i < self->rules->n_stages; i++) {
    fair |= self->rules->stages[i] <= RUA_MARKET_STAGE_MAX_MIN;
    classes |= self->rules->stages[i] == RUA_MARKET_STAGE_PRIORITY;
    if (self->rules->stages[i] == RUA_MARKET_STAGE_MAX_MIN)
      self->by_class = classes;
  }
  for (guint32 l = 0; l < p->n_lots; l++)
    for (guint32 o = 0; o < p->n_orders; o++) {
      gint64 transport, gain;

      if (!pair_is_open (p, l, o, &transport))
        continue;
      gain = net_of (p, o, p->lots[l].product) - cost_of (self->rules, &p->lots[l]) - transport;
      if (fair && !self->rules->subsidised && gain < 0)
        continue;
      if (self->n_pairs == MOST_PAIRS)
        return FALSE;
      self->lot[self->n_pairs] = l;
      self->order[self->n_pairs] = o;
      self->gain[self->n_pairs++] = gain;
    }
  for (guint32 l = 0; l < p->n_lots; l++)
    for (guint32 k = p->lots[l].limit; k != NONE; k = p->supply_limits[k].parent)
      if (p->lots[l].excluded == RUA_MARKET_TAKES_PART)
        self->offered[k] += p->lots[l].quantity;
  return TRUE;
}

/* FALSE: it breaks a bound. */
static gboolean
look_at (const Tried *self, const gint64 *x, Looks *looks)
{
  const RuaMarketProblem *p = self->p;
  gint64 sold[8] = { 0 }, filled[8] = { 0 }, supply[8] = { 0 }, demand[8] = { 0 };

  memset (looks, 0, sizeof *looks);
  for (guint32 i = 0; i < self->n_pairs; i++) {
    sold[self->lot[i]] += x[i];
    filled[self->order[i]] += x[i];
    looks->gains += x[i] * self->gain[i];
  }
  for (guint32 l = 0; l < p->n_lots; l++) {
    if (sold[l] > p->lots[l].quantity)
      return FALSE;
    for (guint32 k = p->lots[l].limit; k != NONE; k = p->supply_limits[k].parent)
      supply[k] += sold[l];
  }
  for (guint32 o = 0; o < p->n_orders; o++) {
    if (filled[o] > p->orders[o].quantity)
      return FALSE;
    for (guint32 k = p->orders[o].limit; k != NONE; k = p->demand_limits[k].parent)
      demand[k] += filled[o];
  }
  for (guint32 k = 0; k < p->n_demand_limits; k++)
    if (demand[k] > p->demand_limits[k].capacity)
      return FALSE;
  for (guint32 k = 0; k < p->n_supply_limits; k++) {
    gint64 minimum = MIN (p->supply_limits[k].minimum, self->offered[k]);

    if (supply[k] > p->supply_limits[k].capacity)
      return FALSE;
    if (minimum > 0)
      looks->guarantees[looks->n_guarantees++] = (Ratio){ minimum, MIN (minimum, supply[k]) };
  }
  for (guint32 o = 0; o < p->n_orders; o++) {
    const RuaMarketOrder *order = &p->orders[o];
    gint64 weight = (order->entitlement < 0 ? order->quantity : order->entitlement)
                    + (self->rules->history ? order->entitled_before : 0);
    guint class_ = !self->by_class ? 0 : order->priority == 0 ? 2 : order->priority - 1;

    if (order->excluded != RUA_MARKET_TAKES_PART)
      continue;
    if (order->priority > 0)
      looks->classes[order->priority - 1] += filled[o];
    if (weight > 0)
      looks->shares[class_][looks->n_shares[class_]++]
        = (Ratio){ weight, filled[o] + (self->rules->history ? order->received_before : 0) };
  }
  qsort (looks->guarantees, looks->n_guarantees, sizeof (Ratio), compare_ratios);
  for (guint k = 0; k < 3; k++)
    qsort (looks->shares[k], looks->n_shares[k], sizeof (Ratio), compare_ratios);
  return TRUE;
}

static void
try_all (const Tried *self, Looks *best)
{
  const RuaMarketProblem *p = self->p;
  gint64 x[MOST_PAIRS] = { 0 };
  gboolean any = FALSE;

  for (;;) {
    Looks looks;
    guint32 i;

    if (look_at (self, x, &looks) && (!any || compare_looks (&looks, best, self->rules) > 0)) {
      *best = looks;
      any = TRUE;
    }
    for (i = 0; i < self->n_pairs
                && x[i] == MIN (p->lots[self->lot[i]].quantity, p->orders[self->order[i]].quantity);
         i++)
      x[i] = 0;
    if (i == self->n_pairs)
      return;
    x[i]++;
  }
}

static void
test_every_way (void)
{
  g_autoptr (GRand) random = open_random ();
  guint n_tried = 0, n_traded = 0, n_uplifted = 0;

  for (guint t = trials (3000); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &tiny_market);
    g_autoptr (RuaMarketSolution) solution = NULL;
    RuaMarketRules rules;
    Tried tried = { 0 };
    Looks best, own;
    gint64 x[MOST_PAIRS] = { 0 };

    random_rules (random, &rules);
    tried.p = &market->problem;
    tried.rules = &rules;
    if (!list_pairs (&tried))
      continue;
    solution = solve (&market->problem, &rules);
    for (guint32 i = 0; i < solution->n_trades; i++) {
      guint32 k;

      for (k = 0; k < tried.n_pairs; k++)
        if (tried.lot[k] == solution->trades[i].lot && tried.order[k] == solution->trades[i].order)
          break;
      g_assert_cmpuint (k, <, tried.n_pairs);
      x[k] += solution->trades[i].quantity;
    }
    try_all (&tried, &best);
    g_assert_true (look_at (&tried, x, &own));
    if (compare_looks (&own, &best, &rules) != 0) {
      g_test_message ("policy of %u stages from %u, gains %" G_GINT64_FORMAT
                      " of %" G_GINT64_FORMAT,
                      rules.n_stages, rules.stages[0], own.gains, best.gains);
      g_test_fail ();
    }
    g_assert_true (solution->welfare == own.gains);
    n_tried++;
    n_traded += solution->n_trades > 0;
    n_uplifted += solution->uplifts > 0;
  }
  g_test_message ("%u tried, %u with trades, %u with uplifts", n_tried, n_traded, n_uplifted);
  g_assert_cmpuint (n_traded * 4, >, n_tried);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-solve/every-way", test_every_way);
  return g_test_run ();
}
