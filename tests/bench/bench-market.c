/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lemon-simplex.h"
#include "rua-market-solution-private.h"

/* bench-market [ORDERS [LOTS [PAIRS]]]: the network simplex beside LEMON's on the same networks in the same run, one after
 * the other, medians of processor time; and whole clearings. MB: the peak above what was there before, of the first. */

#define REPEATS 5

static guint32 n_orders = 51000, n_lots = 1600, n_pairs = 1000000;

static double
processor_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static int
compare_doubles (const void *a, const void *b)
{
  const double *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

/* A line of /proc/self/status, in bytes: VmRSS, what is in memory, or VmHWM, the most that ever was. */
static gsize
memory_of (const char *line)
{
  g_autofree char *status = NULL;
  const char *at;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) || (at = strstr (status, line)) == NULL)
    return 0;
  return (gsize) g_ascii_strtoull (at + strlen (line) + 1, NULL, 10) * 1024;
}

/* The most is counted from here; what is there now is the base. */
static gsize
begin_memory (void)
{
  FILE *clear = fopen ("/proc/self/clear_refs", "w");

  if (clear != NULL) {
    fputs ("5", clear);
    fclose (clear);
  }
  return memory_of ("VmRSS:");
}

static double
end_memory (gsize base)
{
  gsize most = memory_of ("VmHWM:");

  return most > base ? (double) (most - base) / 1e6 : 0;
}

static void
fail_on (GError *error)
{
  if (error)
    g_error ("%s", error->message);
}

/* ---- the solver ---- */

static void
bench_solver (const char *name, PlainNetwork *plain, gboolean market)
{
  double own[REPEATS], lemon[REPEATS], warm[REPEATS], resized[REPEATS], certificate[REPEATS], ratio[REPEATS];
  guint64 n_pivots = 0;
  double memory = 0;
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint r = 0; r < REPEATS; r++) {
    gsize base = begin_memory ();
    g_autoptr (RuaNetwork) network = plain_network_build (plain);
    gint64 theirs = 0;
    __int128 ours;
    GError *error = NULL;
    double begin = processor_time ();

    rua_network_solve (network, NULL, &error);
    own[r] = processor_time () - begin;
    fail_on (error);
    n_pivots = rua_network_get_n_pivots (network);
    /* Later ones take again what the first gave back. */
    if (r == 0)
      memory = end_memory (base);
    begin = processor_time ();
    if (!rua_network_certify (network, NULL, NULL))
      g_error ("no certificate");
    certificate[r] = processor_time () - begin;
    rua_network_get_total (network, &ours);
    lemon_simplex_solve (plain, &theirs, &lemon[r]);
    if (ours != theirs)
      g_error ("LEMON finds another total");
    ratio[r] = own[r] / lemon[r];
    /* One order in a thousand at another price. */
    for (guint32 i = 0; i < plain->n_arcs; i++)
      if (plain->cost[i] < 0 && market && g_rand_int_range (random, 0, 1000) == 0)
        rua_network_set_cost (network, i, plain->cost[i] + g_rand_int_range (random, -200, 200));
    begin = processor_time ();
    rua_network_solve (network, NULL, &error);
    warm[r] = processor_time () - begin;
    fail_on (error);
    /* And one in a thousand of another size. */
    for (guint32 i = 0; i < plain->n_arcs; i++)
      if (plain->cost[i] < 0 && market && g_rand_int_range (random, 0, 1000) == 0)
        rua_network_set_bounds (network, i, 0, g_rand_int_range (random, 1, 40));
    begin = processor_time ();
    rua_network_solve (network, NULL, &error);
    resized[r] = processor_time () - begin;
    fail_on (error);
  }
  printf ("%-28s %7u nodes %8u arcs  own %7.1f ms  LEMON %7.1f ms  ratio %.2f  %" G_GUINT64_FORMAT " pivots  certificate %.1f ms  %.1f MB\n", name,
          plain->n_nodes, plain->n_arcs, 1e3 * median (own, REPEATS), 1e3 * median (lemon, REPEATS), median (ratio, REPEATS), n_pivots,
          1e3 * median (certificate, REPEATS), memory);
  if (market)
    printf ("%-28s one order in a thousand: other prices %.2f ms, cold / warm %.0f; other quantities %.2f ms, cold / warm %.0f\n", name, 1e3 * median (warm, REPEATS),
            median (own, REPEATS) / median (warm, REPEATS), 1e3 * median (resized, REPEATS), median (own, REPEATS) / median (resized, REPEATS));
  plain_network_free (plain);
}

/* ---- whole clearings ---- */

#define N_SITES 12
#define N_PRODUCTS 120
#define N_HUBS 60

static RuaMarketProblem *
make_problem (void)
{
  static const guint32 members[] = { 0, 1, 0, 1 };
  static const RuaMarketList sets[] = { { members, 1 }, { members, 2 } };
  GRand *random = g_rand_new_with_seed (3);
  RuaMarketProblem *p = g_new0 (RuaMarketProblem, 1);
  guint32 n_coops = n_lots / 20 + 1, n_households = n_orders / 4 + 1;
  RuaMarketLot *lots = g_new0 (RuaMarketLot, n_lots);
  RuaMarketOrder *orders = g_new0 (RuaMarketOrder, n_orders);
  RuaMarketLimit *supply = g_new0 (RuaMarketLimit, n_coops), *demand = g_new0 (RuaMarketLimit, N_HUBS + n_households);
  RuaMarketRoute *routes = g_new0 (RuaMarketRoute, N_SITES * N_HUBS);
  RuaMarketList *lists = g_new0 (RuaMarketList, N_PRODUCTS);
  guint32 *products = g_new (guint32, N_PRODUCTS);

#define BETWEEN(a, b) g_rand_int_range (random, (a), (b) + 1)
  p->n_products = N_PRODUCTS;
  p->n_sites = N_SITES;
  p->n_hubs = N_HUBS;
  p->n_certificates = 2;
  p->certificate_sets = sets;
  p->n_certificate_sets = 2;
  for (guint32 i = 0; i < N_PRODUCTS; i++) {
    products[i] = i;
    lists[i] = (RuaMarketList) { products + i, 1 };
  }
  p->product_lists = lists;
  p->n_product_lists = N_PRODUCTS;
  for (guint32 c = 0; c < n_coops; c++)
    supply[c] = (RuaMarketLimit) { g_strdup_printf ("coop%u", c), RUA_MARKET_NONE, RUA_NETWORK_NO_LIMIT, 2000 };
  for (guint32 h = 0; h < N_HUBS; h++)
    demand[h] = (RuaMarketLimit) { g_strdup_printf ("hub%u", h), RUA_MARKET_NONE, (gint64) n_orders * 20 / N_HUBS, 0 };
  for (guint32 h = 0; h < n_households; h++)
    demand[N_HUBS + h] = (RuaMarketLimit) { g_strdup_printf ("household%u", h), h % N_HUBS, RUA_NETWORK_NO_LIMIT, 0 };
  for (guint32 l = 0; l < n_lots; l++) {
    int grade = BETWEEN (0, 2);

    lots[l] = (RuaMarketLot) { g_strdup_printf ("lot%06u", l), (guint32) BETWEEN (0, N_PRODUCTS - 1), (guint32) BETWEEN (0, N_SITES - 1),
                               grade == 0 ? RUA_MARKET_NONE : (guint32) grade - 1, RUA_MARKET_NONE, l / 20, RUA_MARKET_TAKES_PART, BETWEEN (20, 2000),
                               BETWEEN (100, 2000), -1 };
  }
  for (guint32 o = 0; o < n_orders; o++) {
    guint32 household = (guint32) BETWEEN (0, (gint) n_households - 1);
    int grade = BETWEEN (0, 99) < 60 ? 0 : BETWEEN (0, 2);

    orders[o] = (RuaMarketOrder) { g_strdup_printf ("order%06u", o), household % N_HUBS, (guint32) BETWEEN (0, N_PRODUCTS - 1),
                                   grade == 0 ? RUA_MARKET_NONE : (guint32) grade - 1, N_HUBS + household, RUA_MARKET_TAKES_PART, BETWEEN (1, 40),
                                   BETWEEN (500, 3500), BETWEEN (0, 9) == 0 ? 1 : 0, -1, 0, 0 };
  }
  for (guint32 i = 0; i < N_SITES * N_HUBS; i++)
    routes[i] = (RuaMarketRoute) { i / N_HUBS, i % N_HUBS, RUA_MARKET_NONE, BETWEEN (5, 400), RUA_NETWORK_NO_LIMIT };
#undef BETWEEN
  p->lots = lots;
  p->n_lots = n_lots;
  p->orders = orders;
  p->n_orders = n_orders;
  p->supply_limits = supply;
  p->n_supply_limits = n_coops;
  p->demand_limits = demand;
  p->n_demand_limits = N_HUBS + n_households;
  p->routes = routes;
  p->n_routes = N_SITES * N_HUBS;
  g_rand_free (random);
  return p;
}

static double *gains; /* what they alone took, which is asked first; shared by the processes */

/* The median of @repeats. */
static void
bench_policy (const RuaMarketProblem *problem, const char *name, const RuaMarketStage *stages, guint n_stages, guint repeats)
{
  RuaMarketRules rules = { .price_rule = RUA_MARKET_PRICE_CONSUMER_BEST };
  GError *error = NULL;
  RuaMarketSolution *solution = NULL, *again;
  gsize base = begin_memory ();
  double begin, cold, warm, times[REPEATS];
  guint64 n_pivots;
  guint32 n_changed = 0;

  memcpy (rules.stages, stages, n_stages * sizeof *stages);
  rules.n_stages = n_stages;
  for (guint r = 0; r < repeats; r++) {
    rua_market_solution_free (solution);
    begin = processor_time ();
    solution = rua_market_solve (problem, &rules, NULL, NULL, NULL, &error);
    times[r] = processor_time () - begin;
    fail_on (error);
  }
  cold = median (times, repeats);
  if (*gains == 0)
    *gains = cold;
  n_pivots = solution->n_pivots;
  for (guint32 o = 7; o < problem->n_orders; o += 1000, n_changed++)
    ((RuaMarketOrder *) problem->orders)[o].quantity += 3;
  begin = processor_time ();
  again = rua_market_solve (problem, &rules, solution, NULL, NULL, &error);
  warm = processor_time () - begin;
  fail_on (error);
  for (guint32 o = 7; o < problem->n_orders; o += 1000)
    ((RuaMarketOrder *) problem->orders)[o].quantity -= 3;
  printf ("%-28s cold %7.1f ms, %.1f times gains (%" G_GUINT64_FORMAT " pivots)  %u orders changed%s %7.1f ms  %u trades  price of fairness %.4f  Jain %.3f  envy %" G_GUINT64_FORMAT
          "  %.1f MB\n",
          name, 1e3 * cold, cold / *gains, n_pivots, n_changed, again->warm ? ", warm" : "", 1e3 * warm, again->n_trades, again->price_of_fairness, again->jain,
          again->envy_pairs, end_memory (base));
  rua_market_solution_free (solution);
  rua_market_solution_free (again);
}

/* Each in a process of its own, so that none has memory of another's. */
static gboolean
in_child (void)
{
  pid_t child;
  int status;

  fflush (stdout);
  child = fork ();
  if (child == 0)
    return TRUE;
  if (child < 0 || waitpid (child, &status, 0) != child || status != 0)
    g_error ("a benchmark did not come to its end");
  return FALSE;
}

static void
bench_all_policies (void)
{
  static const RuaMarketStage all[] = { RUA_MARKET_STAGE_GUARANTEES, RUA_MARKET_STAGE_PRIORITY, RUA_MARKET_STAGE_GAINS };
  static const RuaMarketStage shared[] = { RUA_MARKET_STAGE_MAX_MIN, RUA_MARKET_STAGE_GAINS };
  static const RuaMarketStage tied[] = { RUA_MARKET_STAGE_GAINS, RUA_MARKET_STAGE_TIE_BREAK };
  const struct {
    const char *name;
    const RuaMarketStage *stages;
    guint n_stages, repeats;
  } policies[] = {
    { "gains", &all[2], 1, 5 },
    { "gains, tie-break", tied, 2, 5 },
    { "priority, gains", &all[1], 2, 5 },
    { "guarantees, priority, gains", all, 3, 5 },
    { "max-min, gains", shared, 2, 1 },
  };
  RuaMarketProblem *problem = make_problem ();

  for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
    if (in_child ()) {
      bench_policy (problem, policies[i].name, policies[i].stages, policies[i].n_stages, policies[i].repeats);
      exit (0);
    }
}

static PlainNetwork *
make_network (guint which)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1 + which);

  switch (which) {
  case 0:
    return plain_network_market (random, n_lots, n_orders);
  case 1:
    return plain_network_pairs (random, n_lots, n_orders, n_pairs);
  case 2:
    return plain_network_netgen (random, 10000, 100000);
  default:
    return plain_network_goto (random, 64, 64);
  }
}

int
main (int argc, char **argv)
{
  static const char *const networks[] = { "solver, factored", "solver, pairs", "solver, NETGEN", "solver, GOTO" };

  if (argc > 1)
    n_orders = (guint32) atoi (argv[1]);
  if (argc > 2)
    n_lots = (guint32) atoi (argv[2]);
  if (argc > 3)
    n_pairs = (guint32) atoi (argv[3]);
  setvbuf (stdout, NULL, _IOLBF, 0);
  gains = mmap (NULL, sizeof *gains, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (gains == MAP_FAILED)
    g_error ("no memory");
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    if (in_child ()) {
      bench_solver (networks[i], make_network (i), i == 0);
      exit (0);
    }
  bench_all_policies ();
  return 0;
}
