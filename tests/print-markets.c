/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* print-markets SEED NETWORKS MARKETS: networks and markets, one JSON object a line, each with what the library makes of
 * it, for another solver to look at. A market is printed as lots, orders and pairs, not as the library's network. */
#include <stdio.h>
#include <stdlib.h>

#include "plain-network.h"
#include "random-market.h"

#define NONE RUA_MARKET_NONE

static void
print_list (const char *name, const gint64 *values, guint32 n)
{
  printf ("\"%s\": [", name);
  for (guint32 i = 0; i < n; i++)
    printf ("%s%" G_GINT64_FORMAT, i > 0 ? "," : "", values[i]);
  printf ("], ");
}

static void
print_network (PlainNetwork *plain)
{
  g_autoptr (PlainNetwork) own = plain;
  g_autoptr (RuaNetwork) network = plain_network_build (plain);
  __int128 total;

  if (!rua_network_solve (network, NULL, NULL))
    exit (1);
  printf ("{\"nodes\": %u, \"arcs\": [", plain->n_nodes);
  for (guint32 i = 0; i < plain->n_arcs; i++)
    printf ("%s[%u,%u]", i > 0 ? "," : "", plain->from[i], plain->to[i]);
  printf ("], ");
  print_list ("capacity", plain->capacity, plain->n_arcs);
  print_list ("cost", plain->cost, plain->n_arcs);
  print_list ("supply", plain->supply, plain->n_nodes);
  rua_network_get_total (network, &total);
  printf ("\"feasible\": %s, \"total\": %" G_GINT64_FORMAT "}\n", rua_network_get_status (network) == RUA_NETWORK_OPTIMAL ? "true" : "false",
          (gint64) total);
}

static void
print_limits (const RuaMarketProblem *p, gboolean supply)
{
  const RuaMarketLimit *limits = supply ? p->supply_limits : p->demand_limits;
  guint32 n = supply ? p->n_supply_limits : p->n_demand_limits, n_items = supply ? p->n_lots : p->n_orders;

  printf ("\"%s_limits\": [", supply ? "supply" : "demand");
  for (guint32 k = 0; k < n; k++) {
    gboolean any = FALSE;

    printf ("%s[%" G_GINT64_FORMAT ", [", k > 0 ? "," : "", limits[k].capacity == RUA_NETWORK_NO_LIMIT ? -1 : limits[k].capacity);
    for (guint32 i = 0; i < n_items; i++)
      for (guint32 up = supply ? p->lots[i].limit : p->orders[i].limit; up != NONE; up = limits[up].parent)
        if (up == k) {
          printf ("%s%u", any ? "," : "", i);
          any = TRUE;
        }
    printf ("]]");
  }
  printf ("], ");
}

static void
print_market (GRand *random)
{
  g_autoptr (RandomMarket) market = random_market_new (random, &small_market);
  const RuaMarketProblem *p = &market->problem;
  g_autoptr (RuaMarketSolution) solution = NULL;
  RuaMarketRules rules;
  gboolean any = FALSE;

  rules_of (&rules, "g");
  solution = rua_market_solve (p, &rules, NULL, NULL, NULL, NULL);
  if (!solution)
    exit (1);
  printf ("{\"lots\": [");
  for (guint32 l = 0; l < p->n_lots; l++)
    printf ("%s%" G_GINT64_FORMAT, l > 0 ? "," : "", p->lots[l].quantity);
  printf ("], \"orders\": [");
  for (guint32 o = 0; o < p->n_orders; o++)
    printf ("%s%" G_GINT64_FORMAT, o > 0 ? "," : "", p->orders[o].quantity);
  printf ("], \"pairs\": [");
  for (guint32 l = 0; l < p->n_lots; l++)
    for (guint32 o = 0; o < p->n_orders; o++) {
      gint64 transport;

      if (!pair_is_open (p, l, o, &transport))
        continue;
      printf ("%s[%u,%u,%" G_GINT64_FORMAT "]", any ? "," : "", l, o, net_of (p, o, p->lots[l].product) - p->lots[l].reserve - transport);
      any = TRUE;
    }
  printf ("], ");
  print_limits (p, TRUE);
  print_limits (p, FALSE);
  printf ("\"welfare\": %" G_GINT64_FORMAT "}\n", (gint64) solution->welfare);
}

int
main (int argc, char **argv)
{
  g_autoptr (GRand) random = NULL;

  if (argc != 4)
    return 2;
  random = g_rand_new_with_seed ((guint32) strtoul (argv[1], NULL, 10));
  for (int i = atoi (argv[2]); i > 0; i--) {
    guint32 n = (guint32) g_rand_int_range (random, 10, 100);

    if (i % 3 == 0)
      print_network (plain_network_netgen (random, n, n * (guint32) g_rand_int_range (random, 1, 6)));
    else if (i % 3 == 1)
      print_network (plain_network_goto (random, (guint32) g_rand_int_range (random, 1, 6), (guint32) g_rand_int_range (random, 2, 12)));
    else
      print_network (plain_network_pairs (random, (guint32) g_rand_int_range (random, 1, 15), n, n * 4));
  }
  for (int i = atoi (argv[3]); i > 0; i--)
    print_market (random);
  return 0;
}
