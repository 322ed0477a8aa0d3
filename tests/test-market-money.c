/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who gets which part of what a buyer pays, to the minor unit: counted again for every trade of random markets, and
 * the same in the books as in the clearing. */
#include "market-case.h"
#include "random-market.h"
#include "random-trials.h"

#include "rua-market-booking.h"
#include "rua-market-trades-private.h"

#define NONE RUA_MARKET_NONE

/* ---- percentages ---- */

/* What defines the largest remainder: whole parts first, at most one unit more, and nobody has one for whom the remainder
 * is smaller than another's who has none. */
static void
assert_largest_remainder (const RuaMarketFee *fees, const RuaMarketFeeAmount *amounts, guint32 n, gint64 whole, gint64 quantity)
{
  gint64 smallest_given = G_MAXINT64, largest_left = -1;
  __int128 millionths = 0, sum = 0;

  for (guint32 k = 0; k < n; k++) {
    const RuaMarketFee *fee = &fees[amounts[k].fee];
    __int128 exact = (__int128) fee->millionths * whole;
    gint64 rest = (gint64) (exact % 1000000), more = amounts[k].amount - fee->unit_amount * quantity - (gint64) (exact / 1000000);

    g_assert_true (more == 0 || more == 1);
    if (more == 1)
      smallest_given = MIN (smallest_given, rest);
    else
      largest_left = MAX (largest_left, rest);
    millionths += fee->millionths;
    sum += amounts[k].amount - fee->unit_amount * quantity;
  }
  g_assert_true (sum == millionths * whole / 1000000);
  g_assert_cmpint (smallest_given, >=, largest_left);
}

static void
test_percentages (void)
{
  /* Of 100: 2.5, 7.5, 3.4, 1.6: together 15, whole parts 13, and of the remainders .5, .5, .4 and .6 two go up: the
   * largest, and of the two equal ones that of the greater percentage. */
  const RuaMarketFee fees[] = { { NONE, NONE, 0, 25000 }, { NONE, NONE, 7, 75000 }, { NONE, NONE, 0, 34000 }, { NONE, NONE, 0, 16000 } };
  const gint64 expected[] = { 2, 8, 3, 2 };

  for (guint turn = 0; turn < 4; turn++) {
    RuaMarketFeeAmount amounts[4];

    for (guint k = 0; k < 4; k++)
      amounts[k].fee = (k + turn) % 4;
    g_assert_cmpint (rua_market_share_percentages (fees, amounts, 4, 100), ==, 15);
    for (guint k = 0; k < 4; k++)
      g_assert_cmpint (amounts[k].amount, ==, expected[amounts[k].fee]);
  }
  g_assert_cmpint (rua_market_share_percentages (fees, NULL, 0, 100), ==, 0);
}

static void
test_random_percentages (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint t = trials (20000); t-- > 0;) {
    RuaMarketFee fees[7];
    RuaMarketFeeAmount amounts[7];
    guint n = (guint) g_rand_int_range (random, 0, 8);
    gint64 whole = g_rand_int_range (random, 0, 2) ? g_rand_int_range (random, 0, 1000) : (gint64) g_rand_int (random) << 30;

    for (guint k = 0; k < n; k++) {
      fees[k] = (RuaMarketFee){ NONE, NONE, 0, g_rand_int_range (random, 0, 140000) };
      amounts[k].fee = k;
    }
    rua_market_share_percentages (fees, amounts, n, whole);
    assert_largest_remainder (fees, amounts, n, whole, 0);
  }
}

/* ---- trades ---- */

static gboolean
is_due (const RuaMarketProblem *p, guint32 fee, const RuaMarketTrade *trade)
{
  return (p->fees[fee].hub == NONE || p->fees[fee].hub == p->orders[trade->order].hub)
         && (p->fees[fee].product == NONE || p->fees[fee].product == p->lots[trade->lot].product);
}

static void
check_trade (const RuaMarketProblem *p, const RuaMarketRules *rules, const RuaMarketSolution *solution, const RuaMarketTrade *trade)
{
  const RuaMarketLot *lot = &p->lots[trade->lot];
  const RuaMarketFeeAmount *amounts = solution->fee_amounts + trade->first_fee;
  guint32 n_due = 0;

  for (guint32 i = 0; i < p->n_fees; i++)
    n_due += is_due (p, i, trade);
  g_assert_cmpuint (trade->n_fees, ==, n_due);
  for (guint32 k = 0; k < trade->n_fees; k++) {
    g_assert_true (is_due (p, amounts[k].fee, trade));
    for (guint32 other = 0; other < k; other++)
      g_assert_cmpuint (amounts[other].fee, !=, amounts[k].fee);
  }
  if (trade->n_fees > 0)
    assert_largest_remainder (p->fees, amounts, trade->n_fees, trade->consumer_amount, trade->quantity);
  g_assert_cmpint (trade->consumer_amount, ==, trade->consumer_price * trade->quantity);
  g_assert_cmpint (trade->producer_amount, ==, trade->producer_price * trade->quantity);
  if (rules->price_rule == RUA_MARKET_PRICE_SPLIT) {
    gint64 surplus = net_of (p, trade->order, lot->product) - lot->reserve - trade->transport;

    g_assert_cmpint (trade->producer_price, ==,
                     lot->reserve + (surplus > 0 ? (gint64) ((__int128) surplus * rules->price_share / 1000000) : 0));
  }
}

static void
test_trades (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint n_with_fees = 0, n_split = 0;

  g_test_message ("seed %u", seed);
  for (guint t = trials (2000); t-- > 0;) {
    g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
    g_autoptr (RuaMarketSolution) solution = NULL;
    g_autoptr (GError) error = NULL;
    RuaMarketRules rules;

    random_rules (random, &rules);
    /* Shares that leave nothing over as well as such that do. */
    if (t % 3 == 0)
      rules.price_share = 250000 * (t % 5);
    solution = rua_market_solve (&market->problem, &rules, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    for (guint32 i = 0; i < solution->n_trades; i++) {
      check_trade (&market->problem, &rules, solution, &solution->trades[i]);
      n_with_fees += solution->trades[i].n_fees > 1;
      n_split += rules.price_rule == RUA_MARKET_PRICE_SPLIT;
    }
  }
  g_test_message ("%u trades with several fees, %u of split surplus", n_with_fees, n_split);
  g_assert_cmpuint (n_with_fees, >, 0);
  g_assert_cmpuint (n_split, >, 0);
}

/* ---- books ---- */

static gint64
money_of (RuaRecord *record, const char *field)
{
  gint64 value = 0;

  g_assert_true (rua_record_get_money (record, field, &value));
  return value;
}

/* Two fees of equal remainders, the smaller percentage first and last: what the co-operative gets is the same in its
 * statement and in the books, wherever its fee stands. */
static void
test_books (void)
{
  static const char *const fees[] = {
    "{'id': 'a', 'title': 'Co-op', 'percentage': 7.5, 'payee': 'cooperative/c-rice'}",
    "{'id': 'b', 'title': 'Fund', 'percentage': 2.5}",
  };

  for (guint turn = 0; turn < 2; turn++) {
    g_autoptr (MarketCase) given = market_case_new_village ();
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaMarket) market = NULL;
    g_autoptr (RuaClearing) clearing = NULL;
    g_autoptr (RuaPolicy) policy = rua_policy_new_greatest_gains ();
    g_autoptr (RuaRecord) sale = NULL;
    g_autoptr (GError) error = NULL;
    gint64 sum;
    guint n;

    market_case_add (given, "fees", "%s", fees[turn]);
    market_case_add (given, "fees", "%s", fees[1 - turn]);
    market_case_add (given, "orders", MARKET_CASE_ORDER, "d1", "h1", "rice", 20, "9.00");
    alliance = market_case_build (given, NULL);
    market = market_case_open (alliance);
    clearing = market_case_clear (market, policy);
    g_assert_true (rua_clearing_apply (clearing, &error));
    g_assert_true (rua_market_deliver_all (market, &error));
    g_assert_true (rua_market_book_sales (market, &n, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (n, ==, 1);
    sale = rua_table_dup_record (rua_alliance_get_table (alliance, "sale"), 0);
    sum = money_of (sale, "cooperative_amount") + money_of (sale, "fees_amount");
    g_test_message ("of %" G_GINT64_FORMAT " fen %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, money_of (sale, "amount"),
                    money_of (sale, "cooperative_amount"), money_of (sale, "fees_amount"));
    g_assert_cmpint (money_of (sale, "amount") % 40, ==, 20);
    g_assert_cmpint (sum, ==, money_of (sale, "amount") / 10);
    /* Half a fen each is left over: it goes to the greater percentage. */
    g_assert_cmpint (money_of (sale, "cooperative_amount"), ==, (money_of (sale, "amount") * 75 + 500) / 1000);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-money/percentages", test_percentages);
  g_test_add_func ("/market-money/random-percentages", test_random_percentages);
  g_test_add_func ("/market-money/trades", test_trades);
  g_test_add_func ("/market-money/books", test_books);
  return g_test_run ();
}
