/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificate of a market's solution: it holds for what was solved, and not for that in which anything was spoiled. */
#include "random-market.h"

#include <string.h>

#include "rua-market-trades-private.h"

#define NONE RUA_MARKET_NONE

/* A solved market before the certificate looks at it. */
typedef struct {
  RandomMarket *market;
  RuaMarketRules rules;
  RuaMarketWork *work;
  RuaMarketRun run;
  RuaMarketPrices prices;
  RuaMarketSolution *solution;
} Solved;

static void
solved_begin (Solved *self, GRand *random, const char *policy, RuaMarketPriceRule price_rule)
{
  GError *error = NULL;

  memset (self, 0, sizeof *self);
  self->market = random_market_new (random, &small_market);
  rules_of (&self->rules, policy);
  self->rules.price_rule = price_rule;
  self->work = rua_market_work_new (&self->market->problem, &self->rules, NULL, &error);
  g_assert_no_error (error);
  self->work->gains = self->work->network;
  g_assert_true (rua_network_solve (self->work->gains, NULL, &error));
  rua_market_run_init (&self->run, self->work, &self->rules);
  g_assert_true (rua_market_run_stages (&self->run, NULL, NULL, &error));
  g_assert_true (rua_market_prices_find (&self->prices, &self->run, NULL, &error));
  self->solution = g_new0 (RuaMarketSolution, 1);
  g_assert_true (rua_market_list_trades (&self->run, &self->prices, self->solution, &error));
  g_assert_no_error (error);
  rua_market_sum_up (&self->run, &self->prices, self->solution);
}

static void
solved_end (Solved *self)
{
  rua_market_prices_clear (&self->prices, &self->run);
  rua_market_run_clear (&self->run);
  rua_market_solution_free (self->solution);
  rua_market_work_free (self->work);
  random_market_free (self->market);
}

static RuaMarketStageRun *
stage_of (Solved *self, RuaMarketStage stage)
{
  for (guint i = 0; i < self->run.stages->len; i++)
    if (g_array_index (self->run.stages, RuaMarketStageRun, i).stage == stage)
      return &g_array_index (self->run.stages, RuaMarketStageRun, i);
  return NULL;
}

/* ---- ways to spoil one; FALSE where this market has not what there is to spoil ---- */

static gboolean
spoil_nothing (Solved *self G_GNUC_UNUSED)
{
  return TRUE;
}

static gboolean
spoil_lot (Solved *self)
{
  if (self->solution->n_trades == 0)
    return FALSE;
  self->solution->lots[self->solution->trades[0].lot].sold--;
  return TRUE;
}

static gboolean
spoil_order (Solved *self)
{
  if (self->solution->n_trades == 0)
    return FALSE;
  self->solution->orders[self->solution->trades[0].order].filled++;
  return TRUE;
}

static gboolean
spoil_unsold (Solved *self)
{
  if (self->market->problem.n_lots == 0)
    return FALSE;
  self->solution->lots[0].unsold = -1;
  return TRUE;
}

static gboolean
spoil_limit (Solved *self)
{
  if (self->market->problem.n_demand_limits == 0)
    return FALSE;
  self->solution->demand_limits[0].flow++;
  return TRUE;
}

static gboolean
spoil_capacity (Solved *self)
{
  for (guint32 k = 0; k < self->market->problem.n_supply_limits; k++)
    if (self->solution->supply_limits[k].flow > 0) {
      self->work->supply_capacity[k] = self->solution->supply_limits[k].flow - 1;
      return TRUE;
    }
  return FALSE;
}

static gboolean
spoil_lot_left (Solved *self)
{
  for (guint32 l = 0; l < self->market->problem.n_lots; l++)
    if (self->solution->lots[l].sold > 0) {
      self->work->lot_left[l] = self->solution->lots[l].sold - 1;
      return TRUE;
    }
  return FALSE;
}

static gboolean
spoil_link (Solved *self)
{
  if (self->solution->n_trades == 0)
    return FALSE;
  self->solution->trades[0].transport++;
  self->solution->trades[0].transport_amount += self->solution->trades[0].quantity;
  return TRUE;
}

static gboolean
spoil_product (Solved *self)
{
  RuaMarketTrade *trade = self->solution->trades;
  const RuaMarketProblem *p = &self->market->problem;

  for (guint32 o = 0; self->solution->n_trades > 0 && o < p->n_orders; o++) {
    gint64 transport;

    if (!pair_is_open (p, trade->lot, o, &transport)) {
      trade->order = o;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
spoil_reserve (Solved *self)
{
  if (self->solution->n_trades == 0)
    return FALSE;
  self->solution->trades[0].producer_price = self->market->lots[self->solution->trades[0].lot].reserve - 1;
  return TRUE;
}

static gboolean
spoil_maximum (Solved *self)
{
  if (self->solution->n_trades == 0)
    return FALSE;
  self->solution->trades[0].consumer_price = self->market->orders[self->solution->trades[0].order].maximum + 1;
  return TRUE;
}

static gboolean
spoil_guarantee (Solved *self)
{
  if (self->market->problem.n_supply_limits == 0)
    return FALSE;
  self->run.minimum[0] = self->solution->supply_limits[0].flow + 1;
  return TRUE;
}

static gboolean
spoil_priority (Solved *self)
{
  RuaMarketStageRun *stage = stage_of (self, RUA_MARKET_STAGE_PRIORITY);

  if (stage == NULL)
    return FALSE;
  stage->objective++;
  return TRUE;
}

static gboolean
spoil_share (Solved *self)
{
  RuaMarketStageRun *stage = stage_of (self, RUA_MARKET_STAGE_MAX_MIN);

  if (stage == NULL || stage->n_shares == 0)
    return FALSE;
  stage->shares[0].got++;
  return TRUE;
}

static gboolean
spoil_gains (Solved *self)
{
  RuaMarketStageRun *stage = stage_of (self, RUA_MARKET_STAGE_GAINS);

  if (stage == NULL)
    return FALSE;
  stage->objective++;
  return TRUE;
}

static gboolean
spoil_producer_amount (Solved *self)
{
  if (self->solution->n_trades == 0)
    return FALSE;
  self->solution->trades[0].producer_amount++;
  return TRUE;
}

static gboolean
spoil_fee (Solved *self)
{
  if (self->solution->n_fee_amounts == 0)
    return FALSE;
  self->solution->fee_amounts[0].amount++;
  return TRUE;
}

static gboolean
spoil_total (Solved *self)
{
  self->solution->paid_to_producers++;
  return TRUE;
}

static gboolean
spoil_rounding (Solved *self)
{
  RuaMarketTrade *trade = self->solution->trades;

  if (self->solution->n_trades == 0)
    return FALSE;
  /* What is missing is found elsewhere, so that the sums are right. */
  trade->rent_amount += trade->rounding + 1;
  trade->rounding = -1;
  return TRUE;
}

static gboolean
spoil_prices (Solved *self)
{
  self->prices.certificate.slack = FALSE;
  return TRUE;
}

enum { CONSERVED, BOUNDED, ELIGIBLE, RATIONAL, GUARANTEED, SLACK, EQUAL, KEPT, BALANCED, N_PARTS };

static void
parts_of (const RuaMarketCertificate *c, gboolean *parts)
{
  const gboolean all[N_PARTS] = { c->conserved, c->bounded, c->eligible, c->rational, c->guaranteed, c->slack, c->equal, c->kept, c->balanced };

  memcpy (parts, all, sizeof all);
}

static void
test_spoiled (void)
{
  static const struct {
    const char *name;
    gboolean (*spoil) (Solved *self);
    guint part;
  } cases[] = {
    { "nothing", spoil_nothing, N_PARTS },
    { "a lot sells less than it does", spoil_lot, CONSERVED },
    { "an order is filled with more than it gets", spoil_order, CONSERVED },
    { "less than nothing is left of a lot", spoil_unsold, CONSERVED },
    { "more goes to a hub than its orders get", spoil_limit, CONSERVED },
    { "a co-operative sells more than it may", spoil_capacity, BOUNDED },
    { "a lot sells more than there is", spoil_lot_left, BOUNDED },
    { "transport costs something else", spoil_link, ELIGIBLE },
    { "an order gets what it cannot have", spoil_product, ELIGIBLE },
    { "sold below the reserve", spoil_reserve, RATIONAL },
    { "bought above the maximum", spoil_maximum, RATIONAL },
    { "a guarantee is not kept", spoil_guarantee, GUARANTEED },
    { "prices do not support the flow", spoil_prices, SLACK },
    { "a class got more before", spoil_priority, KEPT },
    { "an order's share was another", spoil_share, KEPT },
    { "gains were greater", spoil_gains, KEPT },
    { "a producer is paid more than is paid in", spoil_producer_amount, BALANCED },
    { "a fee takes more than is paid in", spoil_fee, BALANCED },
    { "totals do not add up", spoil_total, BALANCED },
    { "rounding takes from what was paid", spoil_rounding, BALANCED },
  };
  static const char *const policies[] = { "g", "GPMgt", "Mg", "PMg" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint c = 0; c < G_N_ELEMENTS (cases); c++) {
    guint n_spoiled = 0;

    for (guint t = 0; t < 400 && n_spoiled < 12; t++) {
      Solved solved;
      gboolean parts[N_PARTS];

      solved_begin (&solved, random, policies[t % G_N_ELEMENTS (policies)], (RuaMarketPriceRule) (t % 5));
      if (cases[c].spoil (&solved)) {
        n_spoiled++;
        rua_market_certify (&solved.run, &solved.prices, solved.solution);
        parts_of (&solved.solution->certificate, parts);
        if (rua_market_certificate_holds (&solved.solution->certificate) != (cases[c].part == N_PARTS)
            || (cases[c].part != N_PARTS && parts[cases[c].part])) {
          g_test_message ("%s, policy %s", cases[c].name, policies[t % G_N_ELEMENTS (policies)]);
          g_test_fail ();
        }
      }
      solved_end (&solved);
    }
    g_test_message ("%s: %u times", cases[c].name, n_spoiled);
    g_assert_cmpuint (n_spoiled, ==, 12);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-certificate/spoiled", test_spoiled);
  return g_test_run ();
}
