/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-network-core-private.h"

#include "rua-block-private.h"

/* A flow and potentials looked at again: from ends, bounds, costs and supplies alone, not from the tree that they came
 * of. Twice the same: in 64 bits, without anything that the processor would have to guess, and in 128 bits where numbers
 * are so great that those might not do. */

/* The bits of @value but for those that say no more than its sign does. */
static inline guint64
bits_of (gint64 value)
{
  return (guint64) (value ^ (value >> 63));
}

/* FALSE: a sum may not fit, so nothing is known. @balance: room for what leaves each node beyond its supply. */
static inline __attribute__ ((always_inline)) gboolean
certify_small (RuaNetwork *self,
               const gint64 *flows,
               const gint64 *potentials,
               guint64 *balance,
               gboolean has_lower,
               RuaNetworkCertificate *certificate)
{
  const RuaEnds *ends = self->ends;
  const guint32 *place = flows ? self->place : NULL;
  const gint64 *costs = self->cost, *widths = self->capacity, *lowers = self->lower;
  /* No node has more arcs than there are, so what is below this in size adds up to less than 2^62. */
  guint64 small = (G_GUINT64_CONSTANT (1) << 61) / ((guint64) self->n_arcs + 1);
  guint64 quantity_bits = 0, money_bits = 0, unbalanced = 0;
  guint unbounded = 0, wrong = 0;
  __int128 primal = 0, dual = 0;

  for (guint32 v = 0; v < self->n_nodes; v++) {
    gint64 supply = self->supply[v];

    balance[v] = 0 - (guint64) supply;
    quantity_bits |= bits_of (supply);
    money_bits |= bits_of (potentials[v]);
    dual -= (__int128) potentials[v] * supply;
  }
  for (guint32 k = 0; k < self->n_arcs; k++) {
    guint32 i = place ? place[k] : k, from = ends[i].from, to = ends[i].to;
    gint64 lower = has_lower ? lowers[i] : 0, width = widths[i], cost = costs[i], flow, above, reduced;

    if (flows) {
      flow = flows[k];
      above = (gint64) ((guint64) flow - (guint64) lower);
    } else {
      above = self->flow[i];
      flow = (gint64) ((guint64) above + (guint64) lower);
    }
    reduced = (gint64) ((guint64) cost + (guint64) potentials[from] - (guint64) potentials[to]);
    quantity_bits |= bits_of (flow) | bits_of (lower);
    money_bits |= bits_of (cost);
    balance[from] += (guint64) flow;
    balance[to] -= (guint64) flow;
    primal += (__int128) flow * cost;
    unbounded |= (above < 0) | (above > width);
    wrong |= ((reduced > 0) & (above > 0)) | ((reduced < 0) & (above != width));
    dual += (__int128) (reduced & (reduced >> 63)) * (width == RUA_NETWORK_NO_LIMIT ? 0 : width);
    if (has_lower)
      dual += (__int128) reduced * lower;
  }
  if (quantity_bits >= small || money_bits >> 61 != 0)
    return FALSE;
  for (guint32 v = 0; v < self->n_nodes; v++)
    unbalanced |= balance[v];
  *certificate = (RuaNetworkCertificate) { unbalanced == 0, unbounded == 0, wrong == 0, primal == dual, primal, dual };
  return TRUE;
}

static void
certify_great (RuaNetwork *self, const gint64 *flows, const gint64 *potentials, RuaNetworkCertificate *certificate)
{
  g_autofree __int128 *balance = g_new0 (__int128, MAX (1, self->n_nodes));
  RuaNetworkCertificate c = { TRUE, TRUE, TRUE, TRUE, 0, 0 };

  for (guint32 k = 0; k < self->n_arcs; k++) {
    guint32 i = flows ? rua_network_place (self, k) : k;
    const RuaEnds *arc = &self->ends[i];
    gint64 lower = self->lower ? self->lower[i] : 0, width = self->capacity[i];
    __int128 above = flows ? (__int128) flows[k] - lower : self->flow[i], flow = above + lower;
    __int128 reduced = (__int128) self->cost[i] + potentials[arc->from] - potentials[arc->to];
    gboolean limited = width != RUA_NETWORK_NO_LIMIT;

    balance[arc->from] += flow;
    balance[arc->to] -= flow;
    c.primal += flow * self->cost[i];
    if (above < 0 || (limited && above > width))
      c.bounded = FALSE;
    if (reduced > 0 ? above > 0 : reduced < 0 && !(limited && above == width))
      c.slack = FALSE;
    if (reduced < 0 && limited)
      c.dual += reduced * width;
    c.dual += reduced * lower;
  }
  for (guint32 v = 0; v < self->n_nodes; v++) {
    if (balance[v] != self->supply[v])
      c.conserved = FALSE;
    c.dual -= (__int128) potentials[v] * self->supply[v];
  }
  c.equal = c.primal == c.dual;
  *certificate = c;
}

static gboolean
certify (RuaNetwork *self, const gint64 *flows, const gint64 *potentials, RuaNetworkCertificate *certificate)
{
  /* What a solve has left over; before one there is nothing. */
  guint64 *balance = self->node_block ? (guint64 *) self->excess : rua_block_new (MAX (1, self->n_nodes) * sizeof *balance);
  RuaNetworkCertificate c;
  gboolean small;

  if (flows)
    small = certify_small (self, flows, potentials, balance, self->lower != NULL, &c);
  else if (self->lower)
    small = certify_small (self, NULL, potentials, balance, TRUE, &c);
  else
    small = certify_small (self, NULL, potentials, balance, FALSE, &c);
  if (!small)
    certify_great (self, flows, potentials, &c);
  if (!self->node_block)
    rua_block_free (balance);
  if (certificate)
    *certificate = c;
  return c.conserved && c.bounded && c.slack && c.equal;
}

gboolean
rua_network_certify (RuaNetwork *self, const gint64 *potentials, RuaNetworkCertificate *certificate)
{
  return certify (self, NULL, potentials ? potentials : self->potential, certificate);
}

gboolean
rua_network_certify_flow (RuaNetwork *self, const gint64 *flow, const gint64 *potentials, RuaNetworkCertificate *certificate)
{
  return certify (self, flow, potentials, certificate);
}
