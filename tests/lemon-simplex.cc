/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctime>
#include <vector>

#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include "lemon-simplex.h"

static double
processor_time ()
{
  timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

gboolean
lemon_simplex_solve (const PlainNetwork *network, gint64 *total, double *seconds)
{
  using namespace lemon;
  typedef NetworkSimplex<SmartDigraph, long long, long long> Simplex;
  SmartDigraph graph;
  SmartDigraph::ArcMap<long long> capacity (graph), cost (graph);
  SmartDigraph::NodeMap<long long> supply (graph);
  std::vector<SmartDigraph::Node> nodes;

  graph.reserveNode ((int) network->n_nodes);
  graph.reserveArc ((int) network->n_arcs);
  for (guint32 v = 0; v < network->n_nodes; v++) {
    nodes.push_back (graph.addNode ());
    supply[nodes[v]] = network->supply[v];
  }
  for (guint32 i = 0; i < network->n_arcs; i++) {
    SmartDigraph::Arc arc = graph.addArc (nodes[network->from[i]], nodes[network->to[i]]);

    capacity[arc] = network->capacity[i];
    cost[arc] = network->cost[i];
  }
  Simplex simplex (graph);
  simplex.upperMap (capacity).costMap (cost).supplyMap (supply);
  double begin = processor_time ();
  Simplex::ProblemType found = simplex.run ();
  if (seconds)
    *seconds = processor_time () - begin;
  if (found != Simplex::OPTIMAL)
    return FALSE;
  *total = simplex.totalCost<long long> ();
  return TRUE;
}
