/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who deals with whom: two-sided networks, and brokers between groups. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-json-private.h"
#include "rua-special-private.h"

/* Nodes from the node list, ties by node number, each once. */
typedef struct {
  guint n;
  const char **names;
  GHashTable *numbers; /* name -> number + 1 */
  gsize n_ties;
  gsize *starts; /* neighbours of v at starts[v] ... starts[v + 1] - 1 */
  guint32 *neighbours;
} Graph;

static void
graph_clear (Graph *self)
{
  g_free (self->names);
  if (self->numbers)
    g_hash_table_unref (self->numbers);
  g_free (self->starts);
  g_free (self->neighbours);
}

static gboolean
graph_read_nodes (Graph *self, RuaRun *run, GError **error)
{
  const RuaRunColumn *node = rua_run_column (run, "node", 0);

  *self = (Graph){ run->nodes.n };
  self->names = g_new (const char *, MAX (self->n, 1));
  self->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint v = 0; v < self->n; v++) {
    self->names[v] = rua_run_column_label (node, v);
    if (!g_hash_table_insert (self->numbers, (gpointer)self->names[v], GUINT_TO_POINTER (v + 1))) {
      graph_clear (self);
      return rua_run_refuse_row (run, error, node, v, "is there twice in the node list; keep one");
    }
  }
  return TRUE;
}

/* The label in a row of the input, NULL when it is unknown. */
static const char *
label_in (const RuaInputColumn *column, gsize row, char text[40])
{
  if (column->known != NULL && !column->known[row])
    return NULL;
  if (column->codes != NULL)
    return column->codes[row] >= 0 ? rua_input_column_label (column, column->codes[row]) : NULL;
  return isnan (column->values[row]) ? NULL : rua_number_format (column->values[row], text);
}

/* Why somebody is no node: not in the list, or there without a side, or of another one (transfer full). */
static char *
why_absent (RuaRun *run, const char *name, const char *side)
{
  const RuaInputColumn *nodes = rua_run_column (run, "node", 0)->input,
                       *sides = rua_run_column (run, side, 0)->input;
  char text[40];

  for (gsize row = 0; row < run->nodes.input->n_rows; row++) {
    const char *label;

    if (g_strcmp0 (label_in (nodes, row, text), name) != 0)
      continue;
    label = label_in (sides, row, text);
    if (label == NULL)
      return g_strdup_printf ("is in the node list, but the %s is unknown; give it", side);
    if (sides->withheld)
      return g_strdup_printf ("is of a %s which is neither left nor right", side);
    return g_strdup_printf ("is of %s \"%s\", which is neither left nor right", side, label);
  }
  return g_strdup ("is not in the node list; add it");
}

/* The node of an end of each record; NULL with an error when one is not in the list, or without what is in the role
 * @side. */
static guint32 *
read_ends (const Graph *self, RuaRun *run, const char *role, const char *side, GError **error)
{
  const RuaRunColumn *column = rua_run_column (run, role, 0);
  guint n_names;
  const char **names;
  guint32 *ends = rua_run_groups (run, role, 0, &n_names, &names);
  guint32 *nodes = g_new (guint32, MAX (n_names, 1));

  for (guint k = 0; k < n_names; k++)
    nodes[k] = GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, names[k]));
  for (gsize i = 0; i < run->data.n; i++) {
    guint32 node = nodes[ends[i]];

    if (node == 0) {
      g_autofree char *why = why_absent (run, names[ends[i]], side);

      rua_run_refuse_row (run, error, column, i, why);
      g_clear_pointer (&ends, g_free);
      break;
    }
    ends[i] = node - 1;
  }
  g_free (names);
  g_free (nodes);
  return ends;
}

static int
compare_ties (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;

  return x < y ? -1 : x > y;
}

/* From pairs, of which repeated ones become one; both ways when not directed. */
static void
graph_link (Graph *self, const guint32 *from, const guint32 *to, gsize n, gboolean directed)
{
  guint64 *ties = g_new (guint64, MAX (2 * n, 1));
  gsize n_ties = 0, kept = 0;

  for (gsize i = 0; i < n; i++) {
    ties[n_ties++] = (guint64)from[i] << 32 | to[i];
    if (!directed)
      ties[n_ties++] = (guint64)to[i] << 32 | from[i];
  }
  qsort (ties, n_ties, sizeof *ties, compare_ties);
  for (gsize i = 0; i < n_ties; i++)
    if (i == 0 || ties[i] != ties[i - 1])
      ties[kept++] = ties[i];
  self->n_ties = directed ? kept : kept / 2;
  self->starts = g_new0 (gsize, self->n + 2);
  self->neighbours = g_new (guint32, MAX (kept, 1));
  for (gsize i = 0; i < kept; i++) {
    self->starts[(ties[i] >> 32) + 1]++;
    self->neighbours[i] = ties[i] & G_MAXUINT32;
  }
  for (guint v = 0; v < self->n; v++)
    self->starts[v + 1] += self->starts[v];
  g_free (ties);
}

/* U. Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical Sociology
 * 25 (2001); each pair counted once. */
static gboolean
betweenness (const Graph *self, RuaRun *run, double *result, GError **error)
{
  guint n = self->n;
  gint32 *distance = g_new (gint32, MAX (n, 1));
  double *paths = g_new (double, MAX (n, 1)), *share = g_new (double, MAX (n, 1));
  guint32 *queue = g_new (guint32, MAX (n, 1));
  gboolean done = TRUE;

  memset (result, 0, n * sizeof (double));
  for (guint source = 0; source < n && done; source++) {
    guint head = 0, tail = 0;

    for (guint v = 0; v < n; v++) {
      distance[v] = -1;
      paths[v] = share[v] = 0;
    }
    distance[source] = 0;
    paths[source] = 1;
    queue[tail++] = source;
    while (head < tail) {
      guint32 v = queue[head++];

      for (gsize k = self->starts[v]; k < self->starts[v + 1]; k++) {
        guint32 u = self->neighbours[k];

        if (distance[u] < 0) {
          distance[u] = distance[v] + 1;
          queue[tail++] = u;
        }
        if (distance[u] == distance[v] + 1)
          paths[u] += paths[v];
      }
    }
    while (tail-- > 1) {
      guint32 u = queue[tail];

      for (gsize k = self->starts[u]; k < self->starts[u + 1]; k++) {
        guint32 v = self->neighbours[k];

        if (distance[v] == distance[u] - 1)
          share[v] += paths[v] / paths[u] * (1 + share[u]);
      }
      result[u] += share[u] / 2;
    }
    if (source % 256 == 255)
      done = !rua_run_cancelled (run, error);
  }
  g_free (queue);
  g_free (share);
  g_free (paths);
  g_free (distance);
  return done;
}

/* J. Hopcroft and R. Tarjan, CACM 16 (1973), without recursion. */
static void
walk (const Graph *self, guint *n_components, guint *largest, guint *n_articulation)
{
  guint n = self->n, clock = 0;
  guint32 *order = g_new0 (guint32, MAX (n, 1)), *low = g_new0 (guint32, MAX (n, 1)),
          *parent = g_new (guint32, MAX (n, 1));
  guint32 *stack = g_new (guint32, MAX (n, 1));
  gsize *next = g_new (gsize, MAX (n, 1));
  guint8 *cut = g_new0 (guint8, MAX (n, 1));

  *n_components = *largest = *n_articulation = 0;
  for (guint root = 0; root < n; root++) {
    guint depth = 0, before = clock, branches = 0;

    if (order[root] != 0)
      continue;
    ++*n_components;
    parent[root] = G_MAXUINT32;
    stack[depth++] = root;
    order[root] = low[root] = ++clock;
    next[root] = self->starts[root];
    while (depth > 0) {
      guint32 v = stack[depth - 1];

      if (next[v] < self->starts[v + 1]) {
        guint32 u = self->neighbours[next[v]++];

        if (order[u] == 0) {
          parent[u] = v;
          order[u] = low[u] = ++clock;
          next[u] = self->starts[u];
          stack[depth++] = u;
          branches += v == root;
        } else if (u != parent[v]) {
          low[v] = MIN (low[v], order[u]);
        }
      } else {
        depth--;
        if (parent[v] != G_MAXUINT32) {
          guint32 up = parent[v];

          low[up] = MIN (low[up], low[v]);
          if (up != root && low[v] >= order[up])
            cut[up] = 1;
        }
      }
    }
    if (branches > 1)
      cut[root] = 1;
    *largest = MAX (*largest, clock - before);
  }
  for (guint v = 0; v < n; v++)
    *n_articulation += cut[v];
  g_free (cut);
  g_free (next);
  g_free (stack);
  g_free (parent);
  g_free (low);
  g_free (order);
}

/* The most betweenness a node of a side of @n facing @m can have: S. P. Borgatti and M. G.
 * Everett, "Network analysis of 2-mode data", Social Networks 19 (1997). */
static double
most_betweenness (double n, double m)
{
  double s = floor ((n - 1) / m), t = n - 1 - s * m;

  return (m * m * (s + 1) * (s + 1) + m * (s + 1) * (2 * t - s - 1) - t * (2 * s - t + 3)) / 2;
}

static gboolean
check_sides (RuaRun *run,
             const Graph *graph,
             const guint32 *from,
             const guint32 *to,
             const guint8 *side,
             GError **error)
{
  for (gsize i = 0; i < run->data.n; i++) {
    if (side[from[i]] == side[to[i]])
      return rua_run_refuse_row (
        run, error, rua_run_column (run, "to", 0), i,
        "is on the same side as its partner; a tie goes from one side to the other");
  }
  return TRUE;
}

static gboolean
put_bipartite (RuaRun *run,
               const Graph *graph,
               const guint8 *side,
               const double *strength,
               const double *between,
               GError **error)
{
  RuaFigures *figures = run->figures;
  guint counts[3] = { 0 }, covered[3] = { 0 }, n_components, largest, n_articulation;
  double most = 0;
  char **show = rua_run_labels (run, "show");
  gboolean done = TRUE;

  for (guint v = 0; v < graph->n; v++) {
    counts[side[v]]++;
    covered[side[v]] += graph->starts[v + 1] > graph->starts[v];
    most = MAX (most, between[v]);
  }
  walk (graph, &n_components, &largest, &n_articulation);
  rua_figures_put (figures, "n_left", counts[1]);
  rua_figures_put (figures, "n_right", counts[2]);
  rua_figures_put (figures, "n_records", run->data.n);
  rua_figures_put (figures, "n_edges", graph->n_ties);
  rua_figures_put_or (figures, "density", (double)graph->n_ties / counts[1] / counts[2],
                      counts[1] > 0 && counts[2] > 0 ? NULL : N_("a side has no nodes"));
  for (guint s = 1; s <= 2; s++) {
    const char *none = counts[s] > 0 ? NULL : N_("the side has no nodes");

    rua_figures_put_or (figures, s == 1 ? "mean_degree_left" : "mean_degree_right",
                        (double)graph->n_ties / counts[s], none);
    rua_figures_put_or (figures, s == 1 ? "coverage_left" : "coverage_right",
                        (double)covered[s] / counts[s], none);
  }
  rua_figures_put (figures, "n_components", n_components);
  rua_figures_put (figures, "largest_component", largest);
  rua_figures_put (figures, "n_articulation", n_articulation);
  rua_figures_put_or (figures, "max_betweenness", most,
                      graph->n > 0 ? NULL : N_("there are no nodes"));
  for (guint k = 0; show && show[k] && done; k++) {
    guint v = GPOINTER_TO_UINT (g_hash_table_lookup (graph->numbers, show[k]));
    double limit;

    if (v-- == 0) {
      char *why = why_absent (run, show[k], "side");

      done = rua_run_refuse (run, error, RUA_ERROR_VALUE, "option \"show\" names \"%s\", which %s", show[k], why);
      g_free (why);
      break;
    }
    limit = most_betweenness (counts[side[v]], counts[3 - side[v]]);
    rua_figures_put_at (figures, "degree", show[k], graph->starts[v + 1] - graph->starts[v], NULL);
    rua_figures_put_at (figures, "strength", show[k], strength[v], NULL);
    rua_figures_put_at (figures, "betweenness", show[k], between[v], NULL);
    rua_figures_put_at (figures, "betweenness_bipartite", show[k], between[v] / limit,
                        limit > 0 ? NULL : N_("no node of this side can lie between others"));
  }
  g_strfreev (show);
  return done;
}

static gboolean
run_bipartite_network (RuaRun *run, GError **error)
{
  const RuaRunColumn *side = rua_run_column (run, "side", 0);
  const double *amount = rua_run_values (run, "amount");
  char *left = rua_run_label (run, "left"), *right = rua_run_label (run, "right");
  guint32 *from = NULL, *to = NULL;
  guint8 *sides = NULL;
  RuaSum *sums = NULL;
  double *strength = NULL, *between = NULL;
  gboolean done = FALSE;
  Graph graph;

  if (g_str_equal (left, right)) {
    rua_run_refuse (run, error, RUA_ERROR_VALUE, "left and right are the same side");
  } else if (graph_read_nodes (&graph, run, error)) {
    /* Nodes of other sides do not count. */
    guint kept = 0;

    sides = g_new0 (guint8, MAX (graph.n, 1));
    for (guint v = 0; v < graph.n; v++) {
      const char *label = rua_run_column_label (side, v);
      guint8 which = g_str_equal (label, left) ? 1 : g_str_equal (label, right) ? 2 : 0;

      if (which == 0) {
        g_hash_table_remove (graph.numbers, graph.names[v]);
        continue;
      }
      g_hash_table_insert (graph.numbers, (gpointer)graph.names[v], GUINT_TO_POINTER (kept + 1));
      graph.names[kept] = graph.names[v];
      sides[kept++] = which;
    }
    graph.n = kept;
    from = read_ends (&graph, run, "from", "side", error);
    to = from ? read_ends (&graph, run, "to", "side", error) : NULL;
    if (to != NULL && check_sides (run, &graph, from, to, sides, error)) {
      graph_link (&graph, from, to, run->data.n, FALSE);
      sums = g_new0 (RuaSum, MAX (graph.n, 1));
      strength = g_new (double, MAX (graph.n, 1));
      between = g_new (double, MAX (graph.n, 1));
      for (gsize i = 0; i < run->data.n; i++) {
        rua_sum_add (&sums[from[i]], amount ? amount[i] : 1);
        rua_sum_add (&sums[to[i]], amount ? amount[i] : 1);
      }
      for (guint v = 0; v < graph.n; v++)
        strength[v] = rua_sum_get (&sums[v]);
      done = betweenness (&graph, run, between, error)
             && put_bipartite (run, &graph, sides, strength, between, error);
    }
    graph_clear (&graph);
  }
  g_free (between);
  g_free (strength);
  g_free (sums);
  g_free (sides);
  g_free (from);
  g_free (to);
  g_free (left);
  g_free (right);
  return done;
}

static const RuaRoleSpec bipartite_roles[] = {
  { "from", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "One end of a tie" },
  { "to", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Its other end" },
  { "amount", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL, "How much; 1 without it" },
  { "node", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED | RUA_ROLE_NODES,
    "Everybody there is, with ties or without" },
  { "side", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED | RUA_ROLE_NODES, "The side of each" },
  { NULL },
};

static const RuaOptionSpec bipartite_options[] = {
  { "left", RUA_OPTION_LABEL, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "One side" },
  { "right", RUA_OPTION_LABEL, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The other side" },
  { "show", RUA_OPTION_LABELS, NULL, 0, 0, 0, NULL, "Nodes whose own figures are wanted" },
  { NULL },
};

const RuaEstimator rua_estimator_bipartite_network = {
  "bipartite_network",
  N_("Network between two sides"),
  "density = edges/(left x right); degree, strength, betweenness; components, articulation points; "
  "coverage",
  "Borgatti and Everett, Social Networks 19 (1997); Brandes (2001)",
  bipartite_roles,
  bipartite_options,
  "density",
  NULL,
  NULL,
  NULL,
  "n_edges",
  run_bipartite_network,
};

/* ---- brokers ---- */

typedef enum { COORDINATOR, ITINERANT, REPRESENTATIVE, GATEKEEPER, LIAISON, N_BROKERS } Broker;

static Broker
broker_role (guint32 a, guint32 b, guint32 c)
{
  if (a == b)
    return b == c ? COORDINATOR : REPRESENTATIVE;
  if (b == c)
    return GATEKEEPER;
  return a == c ? ITINERANT : LIAISON;
}

static gboolean
run_brokerage (RuaRun *run, GError **error)
{
  static const char *const names[]
    = { "coordinator", "itinerant", "representative", "gatekeeper", "liaison" };
  static const char *const totals[]
    = { "all_coordinator", "all_itinerant", "all_representative", "all_gatekeeper", "all_liaison" };
  guint32 *from = NULL, *to = NULL, *group, *mark;
  double *counts, all[N_BROKERS] = { 0 };
  guint n_groups;
  gboolean done = FALSE;
  Graph graph;

  if (!graph_read_nodes (&graph, run, error))
    return FALSE;
  from = read_ends (&graph, run, "from", "group", error);
  to = from ? read_ends (&graph, run, "to", "group", error) : NULL;
  if (to != NULL) {
    graph_link (&graph, from, to, run->data.n, TRUE);
    group = rua_run_groups (run, "group", 0, &n_groups, NULL);
    counts = g_new0 (double, MAX ((gsize)graph.n * N_BROKERS, 1));
    mark = g_new0 (guint32, MAX (graph.n, 1));
    for (guint a = 0; a < graph.n; a++) {
      for (gsize k = graph.starts[a]; k < graph.starts[a + 1]; k++)
        mark[graph.neighbours[k]] = a + 1;
      for (gsize k = graph.starts[a]; k < graph.starts[a + 1]; k++) {
        guint32 b = graph.neighbours[k];

        for (gsize j = graph.starts[b]; b != a && j < graph.starts[b + 1]; j++) {
          guint32 c = graph.neighbours[j];

          if (c != a && c != b && mark[c] != a + 1)
            counts[(gsize)b * N_BROKERS + broker_role (group[a], group[b], group[c])]++;
        }
      }
    }
    for (guint v = 0; v < graph.n; v++) {
      double total = 0;

      for (Broker role = 0; role < N_BROKERS; role++) {
        double count = counts[(gsize)v * N_BROKERS + role];

        rua_figures_put_at (run->figures, names[role], graph.names[v], count, NULL);
        total += count;
        all[role] += count;
      }
      rua_figures_put_at (run->figures, "total", graph.names[v], total, NULL);
    }
    for (Broker role = 0; role < N_BROKERS; role++)
      rua_figures_put (run->figures, totals[role], all[role]);
    g_free (mark);
    g_free (counts);
    g_free (group);
    done = TRUE;
  }
  g_free (from);
  g_free (to);
  graph_clear (&graph);
  return done;
}

static const RuaRoleSpec brokerage_roles[] = {
  { "from", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Where a tie starts" },
  { "to", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Where it ends" },
  { "node", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED | RUA_ROLE_NODES,
    "Everybody there is, with ties or without" },
  { "group", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED | RUA_ROLE_NODES, "The group of each" },
  { NULL },
};

const RuaEstimator rua_estimator_brokerage = {
  "brokerage",
  N_("Brokers between groups"),
  "a -> b -> c without a -> c, by whether a, b and c are of the same group",
  "Gould and Fernandez, Sociological Methodology 19 (1989)",
  brokerage_roles,
  rua_no_options,
  "all_liaison",
  NULL,
  NULL,
  NULL,
  NULL,
  run_brokerage,
};
