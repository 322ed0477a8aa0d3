/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network simplex against every flow there is of tiny networks, and against itself on greater
 * ones: warm and cold, scaled, renumbered, after changes. */
#include "random-trials.h"
#include "rua-network-private.h"

#include <string.h>

#include "rua-error.h"

#define MOST_NODES 5
#define MOST_ARCS 7

typedef struct {
  guint32 n_nodes;
  guint32 n_arcs;
  guint32 from[MOST_ARCS], to[MOST_ARCS];
  gint64 lower[MOST_ARCS], capacity[MOST_ARCS], cost[MOST_ARCS];
  gint64 supply[MOST_NODES];
} Tiny;

static void
draw_tiny (GRand *random, Tiny *tiny)
{
  gint64 sum = 0;

  memset (tiny, 0, sizeof *tiny);
  tiny->n_nodes = (guint32) g_rand_int_range (random, 1, MOST_NODES + 1);
  tiny->n_arcs = (guint32) g_rand_int_range (random, 0, MOST_ARCS + 1);
  for (guint32 i = 0; i < tiny->n_arcs; i++) {
    tiny->from[i] = (guint32) g_rand_int_range (random, 0, (gint) tiny->n_nodes);
    tiny->to[i] = (guint32) g_rand_int_range (random, 0, (gint) tiny->n_nodes);
    tiny->lower[i] = g_rand_int_range (random, 0, 4) == 0 ? g_rand_int_range (random, -1, 2) : 0;
    tiny->capacity[i] = tiny->lower[i] + g_rand_int_range (random, 0, 3);
    tiny->cost[i] = g_rand_int_range (random, -4, 6);
  }
  if (g_rand_boolean (random))
    for (guint32 v = 0; v + 1 < tiny->n_nodes; v++)
      sum += tiny->supply[v] = g_rand_int_range (random, -2, 3);
  tiny->supply[tiny->n_nodes - 1] = -sum;
}

/* Of all flows the cheapest; FALSE where there is none. */
static gboolean
try_all (const Tiny *tiny, gint64 *total)
{
  gint64 flow[MOST_ARCS];
  gboolean found = FALSE;

  memcpy (flow, tiny->lower, sizeof flow);
  for (;;) {
    gint64 balance[MOST_NODES] = { 0 }, cost = 0;
    guint32 i;

    for (i = 0; i < tiny->n_arcs; i++) {
      balance[tiny->from[i]] += flow[i];
      balance[tiny->to[i]] -= flow[i];
      cost += flow[i] * tiny->cost[i];
    }
    if (memcmp (balance, tiny->supply, tiny->n_nodes * sizeof *balance) == 0 && (!found || cost < *total)) {
      found = TRUE;
      *total = cost;
    }
    for (i = 0; i < tiny->n_arcs && flow[i] == tiny->capacity[i]; i++)
      flow[i] = tiny->lower[i];
    if (i == tiny->n_arcs)
      return found;
    flow[i]++;
  }
}

static RuaNetwork *
build_tiny (const Tiny *tiny)
{
  RuaNetwork *network = rua_network_new (tiny->n_nodes, 0);

  for (guint32 i = 0; i < tiny->n_arcs; i++) {
    g_assert_cmpuint (rua_network_add_arc (network, tiny->from[i], tiny->to[i], 0, tiny->cost[i]), ==, i);
    rua_network_set_bounds (network, i, tiny->lower[i], tiny->capacity[i]);
  }
  for (guint32 v = 0; v < tiny->n_nodes; v++)
    rua_network_set_supply (network, v, tiny->supply[v]);
  return network;
}

static gint64
solve (RuaNetwork *network)
{
  GError *error = NULL;
  RuaNetworkCertificate certificate;
  __int128 total;

  g_assert_true (rua_network_solve (network, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_OPTIMAL);
  g_assert_true (rua_network_certify (network, NULL, &certificate));
  rua_network_get_total (network, &total);
  g_assert_true (total == certificate.primal && total == certificate.dual);
  return (gint64) total;
}

/* What is short adds up, out of some nodes and into others. */
static void
assert_short (RuaNetwork *network)
{
  gint64 sum = 0, most = 0;

  for (guint32 v = 0; v < rua_network_get_n_nodes (network); v++) {
    gint64 shortfall = rua_network_get_shortfall (network, v);

    sum += shortfall;
    most = MAX (most, ABS (shortfall));
  }
  g_assert_cmpint (sum, ==, 0);
  g_assert_cmpint (most, >, 0);
}

static void
assert_as_tried (RuaNetwork *network, const Tiny *tiny)
{
  GError *error = NULL;
  gint64 best = 0;

  if (try_all (tiny, &best)) {
    g_assert_cmpint (solve (network), ==, best);
  } else {
    g_assert_true (rua_network_solve (network, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_INFEASIBLE);
    assert_short (network);
  }
}

static void
test_every_flow (void)
{
  g_autoptr (GRand) random = open_random ();
  guint n_feasible = 0, n = trials (4000);

  for (guint t = 0; t < n; t++) {
    g_autoptr (RuaNetwork) network = NULL;
    Tiny tiny;
    gint64 best;

    draw_tiny (random, &tiny);
    n_feasible += try_all (&tiny, &best);
    network = build_tiny (&tiny);
    assert_as_tried (network, &tiny);
  }
  /* Both happen, so both are tried. */
  g_assert_cmpuint (n_feasible, >, n / 10);
  g_assert_cmpuint (n_feasible, <, n);
}

/* One network after the other, each from the tree that the last one left. */
static void
test_changed_and_tried (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (1000); t-- > 0;) {
    g_autoptr (RuaNetwork) network = NULL;
    Tiny tiny;

    draw_tiny (random, &tiny);
    network = build_tiny (&tiny);
    for (guint change = 0; change < 6; change++) {
      assert_as_tried (network, &tiny);
      if (tiny.n_arcs > 0) {
        guint32 arc = (guint32) g_rand_int_range (random, 0, (gint) tiny.n_arcs);

        tiny.cost[arc] = g_rand_int_range (random, -4, 6);
        rua_network_set_cost (network, arc, tiny.cost[arc]);
        arc = (guint32) g_rand_int_range (random, 0, (gint) tiny.n_arcs);
        tiny.lower[arc] = g_rand_int_range (random, -1, 2);
        tiny.capacity[arc] = tiny.lower[arc] + g_rand_int_range (random, 0, 3);
        rua_network_set_bounds (network, arc, tiny.lower[arc], tiny.capacity[arc]);
      }
      /* Not always: supplies that change make it begin again with all flows. */
      if (tiny.n_nodes > 1 && g_rand_boolean (random)) {
        guint32 node = (guint32) g_rand_int_range (random, 0, (gint) tiny.n_nodes - 1);
        gint64 more = g_rand_int_range (random, -1, 2);

        tiny.supply[node] += more;
        tiny.supply[tiny.n_nodes - 1] -= more;
        rua_network_set_supply (network, node, tiny.supply[node]);
        rua_network_set_supply (network, tiny.n_nodes - 1, tiny.supply[tiny.n_nodes - 1]);
      }
    }
  }
}

/* ---- greater ones ---- */

typedef struct {
  guint32 from, to;
  gint64 capacity, cost;
} Arc;

/* Sellers to buyers over a middle, all round in a circle, as a market is built; what is bought has a
 * negative cost. */
static GArray *
draw_market (GRand *random, guint32 n_lots, guint32 n_orders, guint32 *n_nodes)
{
  guint32 n_middles = 1 + n_lots / 5;
  GArray *arcs = g_array_new (FALSE, FALSE, sizeof (Arc));

#define ADD(...) \
  do { \
    Arc arc_ = { __VA_ARGS__ }; \
    g_array_append_val (arcs, arc_); \
  } while (0)
  *n_nodes = 2 + n_lots + n_middles + n_orders;
  for (guint32 l = 0; l < n_lots; l++) {
    ADD (0, 2 + l, g_rand_int_range (random, 0, 60), g_rand_int_range (random, 1, 50));
    for (guint k = 0; k < 2; k++)
      ADD (2 + l, 2 + n_lots + (guint32) g_rand_int_range (random, 0, (gint) n_middles), RUA_NETWORK_NO_LIMIT, g_rand_int_range (random, 0, 9));
  }
  for (guint32 o = 0; o < n_orders; o++) {
    for (guint k = 0; k < 3; k++)
      ADD (2 + n_lots + (guint32) g_rand_int_range (random, 0, (gint) n_middles), 2 + n_lots + n_middles + o, RUA_NETWORK_NO_LIMIT,
           g_rand_int_range (random, 0, 9));
    ADD (2 + n_lots + n_middles + o, 1, g_rand_int_range (random, 1, 12), -g_rand_int_range (random, 10, 90));
  }
  ADD (1, 0, RUA_NETWORK_NO_LIMIT, 0);
#undef ADD
  return arcs;
}

static RuaNetwork *
build (GArray *arcs, guint32 n_nodes, const guint32 *order, const guint32 *names, gint64 quantity, gint64 money)
{
  RuaNetwork *network = rua_network_new (n_nodes, arcs->len);

  for (guint i = 0; i < arcs->len; i++) {
    const Arc *arc = &g_array_index (arcs, Arc, order ? order[i] : i);

    rua_network_add_arc (network, names ? names[arc->from] : arc->from, names ? names[arc->to] : arc->to,
                         arc->capacity == RUA_NETWORK_NO_LIMIT ? arc->capacity : arc->capacity * quantity, arc->cost * money);
  }
  return network;
}

static guint32 *
shuffle (GRand *random, guint32 n)
{
  guint32 *order = g_new (guint32, MAX (1, n));

  for (guint32 i = 0; i < n; i++)
    order[i] = i;
  for (guint32 i = n; i > 1; i--) {
    guint32 other = (guint32) g_rand_int_range (random, 0, (gint) i), kept = order[i - 1];

    order[i - 1] = order[other];
    order[other] = kept;
  }
  return order;
}

static void
test_scaled_and_renumbered (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (60); t-- > 0;) {
    guint32 n_nodes;
    g_autoptr (GArray) arcs = draw_market (random, (guint32) g_rand_int_range (random, 1, 60), (guint32) g_rand_int_range (random, 0, 300), &n_nodes);
    g_autofree guint32 *order = shuffle (random, arcs->len);
    g_autofree guint32 *names = shuffle (random, n_nodes);
    g_autoptr (RuaNetwork) plain = build (arcs, n_nodes, NULL, NULL, 1, 1);
    g_autoptr (RuaNetwork) again = build (arcs, n_nodes, NULL, NULL, 1, 1);
    g_autoptr (RuaNetwork) scaled = build (arcs, n_nodes, NULL, NULL, 7, 11);
    g_autoptr (RuaNetwork) other = build (arcs, n_nodes, order, names, 1, 1);
    gint64 total = solve (plain);

    g_assert_cmpint (total, <=, 0);
    g_assert_cmpint (solve (again), ==, total);
    for (guint32 i = 0; i < arcs->len; i++)
      g_assert_cmpint (rua_network_get_flow (again, i), ==, rua_network_get_flow (plain, i));
    for (guint32 v = 0; v < n_nodes; v++)
      g_assert_cmpint (rua_network_get_potential (again, v), ==, rua_network_get_potential (plain, v));
    g_assert_cmpint (solve (scaled), ==, total * 77);
    g_assert_cmpint (solve (other), ==, total);
  }
}

static void
test_warm_is_cold (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (20); t-- > 0;) {
    guint32 n_nodes;
    g_autoptr (GArray) arcs = draw_market (random, 40, 400, &n_nodes);
    g_autoptr (RuaNetwork) warm = build (arcs, n_nodes, NULL, NULL, 1, 1);
    guint64 cold_pivots, warm_pivots = 0;

    solve (warm);
    cold_pivots = rua_network_get_n_pivots (warm);
    for (guint change = 0; change < 8; change++) {
      g_autoptr (RuaNetwork) cold = NULL;

      for (guint k = 0; k < 3; k++) {
        guint32 i = (guint32) g_rand_int_range (random, 0, (gint) arcs->len - 1);
        Arc *arc = &g_array_index (arcs, Arc, i);

        arc->cost += g_rand_int_range (random, -3, 4);
        rua_network_set_cost (warm, i, arc->cost);
        if (arc->capacity != RUA_NETWORK_NO_LIMIT) {
          arc->capacity += g_rand_int_range (random, -5, 6);
          arc->capacity = MAX (0, arc->capacity);
          rua_network_set_bounds (warm, i, 0, arc->capacity);
        }
      }
      cold = build (arcs, n_nodes, NULL, NULL, 1, 1);
      g_assert_cmpint (solve (warm), ==, solve (cold));
      warm_pivots += rua_network_get_n_pivots (warm);
    }
    /* Going on has to be less work than beginning, or it is not what is done. */
    g_assert_cmpuint (warm_pivots, <, cold_pivots * 4);
    rua_network_forget (warm);
    solve (warm);
  }
}

/* More to sell never lowers what is gained. */
static void
test_more_supply (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (30); t-- > 0;) {
    guint32 n_nodes;
    g_autoptr (GArray) arcs = draw_market (random, 30, 150, &n_nodes);
    g_autoptr (RuaNetwork) network = build (arcs, n_nodes, NULL, NULL, 1, 1);
    gint64 before = solve (network), after;
    guint32 i;

    do
      i = (guint32) g_rand_int_range (random, 0, (gint) arcs->len);
    while (g_array_index (arcs, Arc, i).from != 0);
    rua_network_set_bounds (network, i, 0, g_array_index (arcs, Arc, i).capacity + 1 + g_rand_int_range (random, 0, 20));
    after = solve (network);
    g_assert_cmpint (after, <=, before);
  }
}

/* ---- prices ---- */

/* Both ends of the lattice are potentials of the same flow, what lies between them is, and no node's
 * can be one less than the least or more than the greatest. */
static void
test_prices (void)
{
  g_autoptr (GRand) random = open_random ();

  for (guint t = trials (40); t-- > 0;) {
    guint32 n_nodes;
    g_autoptr (GArray) arcs = draw_market (random, (guint32) g_rand_int_range (random, 1, 30), (guint32) g_rand_int_range (random, 1, 100), &n_nodes);
    g_autoptr (RuaNetwork) network = build (arcs, n_nodes, NULL, NULL, 1, 1);
    g_autofree gint64 *least = g_new (gint64, n_nodes);
    g_autofree gint64 *greatest = g_new (gint64, n_nodes);
    g_autofree gint64 *mixed = g_new (gint64, n_nodes);
    GError *error = NULL;
    gboolean bounded = TRUE;
    gint64 base;

    solve (network);
    g_assert_true (rua_network_price (network, 0, least, greatest, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (least[0], ==, 0);
    g_assert_cmpint (greatest[0], ==, 0);
    base = rua_network_get_potential (network, 0);
    for (guint32 v = 0; v < n_nodes; v++) {
      gint64 now = rua_network_get_potential (network, v) - base;

      g_assert_cmpint (least[v], <=, now);
      g_assert_cmpint (greatest[v], >=, now);
      bounded = bounded && least[v] != -RUA_NETWORK_NO_LIMIT && greatest[v] != RUA_NETWORK_NO_LIMIT;
      if (least[v] == -RUA_NETWORK_NO_LIMIT)
        least[v] = MIN (now, greatest[v]);
      if (greatest[v] == RUA_NETWORK_NO_LIMIT)
        greatest[v] = MAX (now, least[v]);
    }
    if (!bounded)
      continue;
    g_assert_true (rua_network_certify (network, least, NULL));
    g_assert_true (rua_network_certify (network, greatest, NULL));
    for (guint step = 0; step <= 4; step++) {
      for (guint32 v = 0; v < n_nodes; v++)
        mixed[v] = least[v] + (greatest[v] - least[v]) * step / 4;
      g_assert_true (rua_network_certify (network, mixed, NULL));
    }
    for (guint32 v = 1; v < n_nodes; v++) {
      memcpy (mixed, greatest, n_nodes * sizeof *mixed);
      mixed[v]++;
      g_assert_false (rua_network_certify (network, mixed, NULL));
    }
  }
}

/* ---- edges ---- */

static void
test_certificate_can_fail (void)
{
  g_autoptr (RuaNetwork) network = rua_network_new (2, 2);
  RuaNetworkCertificate certificate;
  gint64 wrong[2] = { 0, 100 };

  rua_network_add_arc (network, 0, 1, 10, -3);
  rua_network_add_arc (network, 1, 0, RUA_NETWORK_NO_LIMIT, 1);
  g_assert_cmpint (solve (network), ==, -20);
  g_assert_false (rua_network_certify (network, wrong, &certificate));
  g_assert_true (certificate.conserved && certificate.bounded);
  g_assert_false (certificate.slack);
  /* Changed since: what flows is no answer any more. */
  rua_network_set_bounds (network, 0, 0, 4);
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_UNSOLVED);
  g_assert_false (rua_network_certify (network, NULL, &certificate));
  g_assert_false (certificate.bounded);
  rua_network_set_bounds (network, 0, 0, 10);
  rua_network_set_supply (network, 0, 1);
  rua_network_set_supply (network, 1, -1);
  g_assert_false (rua_network_certify (network, NULL, &certificate));
  g_assert_false (certificate.conserved);
}

static void
test_empty (void)
{
  g_autoptr (RuaNetwork) nothing = rua_network_new (0, 0);
  g_autoptr (RuaNetwork) nodes = rua_network_new (3, 0);

  g_assert_cmpint (solve (nothing), ==, 0);
  g_assert_cmpint (solve (nodes), ==, 0);
  rua_network_set_supply (nodes, 1, 5);
  rua_network_set_supply (nodes, 2, -5);
  g_assert_true (rua_network_solve (nodes, NULL, NULL));
  g_assert_cmpint (rua_network_get_status (nodes), ==, RUA_NETWORK_INFEASIBLE);
  g_assert_cmpint (rua_network_get_shortfall (nodes, 0), ==, 0);
  g_assert_cmpint (rua_network_get_shortfall (nodes, 1), ==, 5);
  g_assert_cmpint (rua_network_get_shortfall (nodes, 2), ==, -5);
  /* Mended, it goes on. */
  rua_network_add_arc (nodes, 1, 0, 9, 2);
  rua_network_add_arc (nodes, 0, 2, 9, 3);
  g_assert_cmpint (solve (nodes), ==, 25);
}

static void
test_unbounded (void)
{
  g_autoptr (RuaNetwork) network = rua_network_new (3, 3);

  rua_network_add_arc (network, 0, 1, RUA_NETWORK_NO_LIMIT, -2);
  rua_network_add_arc (network, 1, 2, RUA_NETWORK_NO_LIMIT, 1);
  rua_network_add_arc (network, 2, 0, RUA_NETWORK_NO_LIMIT, 0);
  g_assert_true (rua_network_solve (network, NULL, NULL));
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_UNBOUNDED);
  rua_network_set_cost (network, 0, -1);
  g_assert_cmpint (solve (network), ==, 0);
}

static void
test_limits (void)
{
  g_autoptr (RuaNetwork) costly = rua_network_new (3, 1);
  g_autoptr (RuaNetwork) much = rua_network_new (2, 3);
  GError *error = NULL;

  rua_network_add_arc (costly, 0, 1, 1, G_MAXINT64 / 2);
  g_assert_false (rua_network_solve (costly, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "greater unit"));
  g_clear_error (&error);
  rua_network_set_cost (costly, 0, G_MININT64);
  g_assert_false (rua_network_solve (costly, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_clear_error (&error);
  rua_network_set_cost (costly, 0, 1);
  g_assert_cmpint (solve (costly), ==, 0);

  for (guint i = 0; i < 3; i++) {
    rua_network_add_arc (much, 0, 1, 0, 1);
    rua_network_set_bounds (much, i, G_MAXINT64 / 2, G_MAXINT64 - 1);
  }
  g_assert_false (rua_network_solve (much, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_clear_error (&error);
}

static void
test_cancel (void)
{
  g_autoptr (GRand) random = open_random ();
  guint32 n_nodes;
  g_autoptr (GArray) arcs = draw_market (random, 20, 100, &n_nodes);
  g_autoptr (RuaNetwork) network = build (arcs, n_nodes, NULL, NULL, 1, 1);
  g_autoptr (RuaNetwork) whole = build (arcs, n_nodes, NULL, NULL, 1, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (rua_network_solve (network, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (rua_network_get_status (network), ==, RUA_NETWORK_UNSOLVED);
  g_assert_cmpint (solve (network), ==, solve (whole));
}

static void
test_accessors (void)
{
  g_autoptr (RuaNetwork) network = rua_network_new (4, 0);

  for (guint32 i = 0; i < 100; i++) {
    g_assert_cmpuint (rua_network_add_arc (network, i % 4, (i + 1) % 4, i, i * 3), ==, i);
    if (i == 50)
      solve (network);
  }
  rua_network_set_bounds (network, 7, -2, 5);
  rua_network_set_supply (network, 3, 0);
  for (guint pass = 0; pass < 2; pass++) {
    g_assert_cmpuint (rua_network_get_n_nodes (network), ==, 4);
    g_assert_cmpuint (rua_network_get_n_arcs (network), ==, 100);
    for (guint32 i = 0; i < 100; i++) {
      g_assert_cmpuint (rua_network_get_from (network, i), ==, i % 4);
      g_assert_cmpuint (rua_network_get_to (network, i), ==, (i + 1) % 4);
      g_assert_cmpint (rua_network_get_cost (network, i), ==, i * 3);
      g_assert_cmpint (rua_network_get_lower (network, i), ==, i == 7 ? -2 : 0);
      g_assert_cmpint (rua_network_get_capacity (network, i), ==, i == 7 ? 5 : i);
    }
    g_assert_cmpint (rua_network_get_supply (network, 3), ==, 0);
    solve (network);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/every-flow", test_every_flow);
  g_test_add_func ("/network/changed-and-tried", test_changed_and_tried);
  g_test_add_func ("/network/scaled-and-renumbered", test_scaled_and_renumbered);
  g_test_add_func ("/network/warm-is-cold", test_warm_is_cold);
  g_test_add_func ("/network/more-supply", test_more_supply);
  g_test_add_func ("/network/prices", test_prices);
  g_test_add_func ("/network/certificate-can-fail", test_certificate_can_fail);
  g_test_add_func ("/network/empty", test_empty);
  g_test_add_func ("/network/unbounded", test_unbounded);
  g_test_add_func ("/network/limits", test_limits);
  g_test_add_func ("/network/cancel", test_cancel);
  g_test_add_func ("/network/accessors", test_accessors);
  return g_test_run ();
}
