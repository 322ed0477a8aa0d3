/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The route of goods beside a search through all of them: where nearly every site has one to every hub, and where most have
 * none to most. */
#include "random-trials.h"
#include "rua-market-routes-private.h"

#include "rua-error.h"

#define NONE RUA_MARKET_NONE
#define N_PRODUCTS 3

static guint32
below (GRand *random, guint32 n)
{
  return (guint32) g_rand_int_range (random, 0, (gint) n);
}

/* That for the product goes before that for all. */
static guint32
search (const RuaMarketProblem *problem, guint32 site, guint32 hub, guint32 product)
{
  guint32 found = NONE;

  for (guint32 i = 0; i < problem->n_routes; i++) {
    const RuaMarketRoute *route = &problem->routes[i];

    if (route->site != site || route->hub != hub)
      continue;
    if (route->product == product)
      return i;
    if (route->product == NONE)
      found = i;
  }
  return found;
}

static void
test_found (void)
{
  g_autoptr (GRand) random = open_random ();
  guint n_with_table = 0, n_without = 0, n_twice = 0;

  for (guint t = trials (400); t-- > 0;) {
    gboolean sparse = g_rand_boolean (random);
    guint32 n_sites = 1 + below (random, sparse ? 90 : 6), n_hubs = 1 + below (random, sparse ? 90 : 6), n = below (random, 40);
    g_autofree RuaMarketRoute *drawn = g_new (RuaMarketRoute, n + 1);
    g_autofree guint32 *by_hub = g_new (guint32, n_hubs);
    RuaMarketProblem problem = { .n_products = N_PRODUCTS, .n_sites = n_sites, .n_hubs = n_hubs, .routes = drawn };
    RuaMarketRoutes routes;
    g_autoptr (GError) error = NULL;

    for (guint32 i = 0; i < n; i++) {
      RuaMarketRoute route = { below (random, n_sites), below (random, n_hubs), below (random, N_PRODUCTS + 1), i, RUA_NETWORK_NO_LIMIT };
      gboolean there = FALSE;

      route.product = route.product == N_PRODUCTS ? NONE : route.product;
      for (guint32 k = 0; k < problem.n_routes; k++)
        there |= drawn[k].site == route.site && drawn[k].hub == route.hub && drawn[k].product == route.product;
      if (!there)
        drawn[problem.n_routes++] = route;
    }
    g_assert_true (rua_market_routes_init (&routes, &problem, &error));
    g_assert_no_error (error);
    n_with_table += routes.linked != NULL;
    n_without += routes.linked == NULL;
    for (guint32 site = 0; site < n_sites; site++)
      for (guint32 product = 0; product < N_PRODUCTS; product++) {
        rua_market_routes_list (&routes, site, product, by_hub);
        for (guint32 hub = 0; hub < n_hubs; hub++) {
          guint32 expected = search (&problem, site, hub, product);

          g_assert_cmpuint (rua_market_routes_find (&routes, site, hub, product), ==, expected);
          g_assert_cmpuint (by_hub[hub], ==, expected);
        }
      }
    rua_market_routes_clear (&routes);
    if (problem.n_routes == 0)
      continue;
    /* One of them once more. */
    drawn[problem.n_routes] = drawn[below (random, problem.n_routes)];
    problem.n_routes++;
    g_assert_false (rua_market_routes_init (&routes, &problem, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
    rua_market_routes_clear (&routes);
    n_twice++;
  }
  g_assert_cmpuint (n_with_table, >, 0);
  g_assert_cmpuint (n_without, >, 0);
  g_assert_cmpuint (n_twice, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/market-routes/found", test_found);
  return g_test_run ();
}
