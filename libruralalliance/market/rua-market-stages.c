/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-stages-private.h"

#include <string.h>

/* The stages of a policy, one after the other, each over the flows that all before it leave. */

#define NONE RUA_MARKET_NONE

static void
stage_run_clear (gpointer data)
{
  g_free (((RuaMarketStageRun *)data)->shares);
}

void
rua_market_run_init (RuaMarketRun *self, RuaMarketWork *work, const RuaMarketRules *rules)
{
  guint32 n = work->problem.n_supply_limits;

  self->work = work;
  self->rules = rules;
  self->network = NULL;
  self->stages = g_array_new (FALSE, TRUE, sizeof (RuaMarketStageRun));
  g_array_set_clear_func (self->stages, stage_run_clear);
  self->fraction = (RuaMarketFraction){ 1, 1 };
  self->minimum = g_new0 (gint64, MAX (1, n));
  self->least_minimum = g_new0 (gint64, MAX (1, n));
  self->flow = g_new0 (gint64, MAX (1, rua_network_get_n_arcs (work->network)));
  self->rationed = FALSE;
}

void
rua_market_run_clear (RuaMarketRun *self)
{
  if (!self->work)
    return;
  if (self->network != self->work->gains)
    rua_network_free (self->network);
  g_array_unref (self->stages);
  g_free (self->minimum);
  g_free (self->least_minimum);
  g_free (self->flow);
}

static void
note_stage (RuaMarketRun *self, RuaMarketStage stage, guint32 priority, __int128 objective, guint64 n_pivots)
{
  RuaMarketStageRun run = { stage, priority, objective, n_pivots, NULL, 0 };

  g_array_append_val (self->stages, run);
}

/* ---- guarantees ---- */

/* What is offered under each limit: more than that cannot be guaranteed. */
static gint64 *
offered_under (const RuaMarketWork *w)
{
  const RuaMarketProblem *p = &w->problem;
  gint64 *offered = g_new0 (gint64, MAX (1, p->n_supply_limits));

  for (guint32 l = 0; l < p->n_lots; l++)
    for (guint32 k = p->lots[l].limit; k != NONE; k = p->supply_limits[k].parent)
      offered[k] += w->lot_left[l];
  return offered;
}

/* Whether all can be whole at once, as mostly they can: one solve that goes on from the last tree tells, and then there
 * is nothing to share out. */
static gboolean
give_whole (RuaMarketRun *self, RuaMarketShare *shares, guint32 n, gboolean *whole, guint64 *n_pivots, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaNetwork) trial = rua_network_copy (self->network);

  for (guint32 i = 0; i < n; i++) {
    gint64 least = rua_network_get_lower (trial, shares[i].arc), most = rua_network_get_capacity (trial, shares[i].arc);

    if (least < shares[i].high)
      rua_network_set_bounds (trial, shares[i].arc, MIN (shares[i].high, most), most);
  }
  if (!rua_network_solve (trial, cancellable, error))
    return FALSE;
  *n_pivots += rua_network_get_n_pivots (trial);
  *whole = rua_network_get_status (trial) == RUA_NETWORK_OPTIMAL;
  for (guint32 i = 0; *whole && i < n; i++) {
    gint64 least = rua_network_get_lower (self->network, shares[i].arc), most = rua_network_get_capacity (self->network, shares[i].arc);

    if (least < shares[i].high) {
      shares[i].high = MIN (shares[i].high, most);
      rua_network_set_bounds (self->network, shares[i].arc, shares[i].high, most);
    } else if (least == most) {
      shares[i].high = most;
    }
    shares[i].low = shares[i].high;
  }
  return TRUE;
}

static gboolean
run_guarantees (RuaMarketRun *self, GCancellable *cancellable, GError **error)
{
  RuaMarketWork *w = self->work;
  guint32 n_limits = w->problem.n_supply_limits, n = 0;
  g_autofree gint64 *offered = offered_under (w);
  g_autofree RuaMarketShare *shares = g_new0 (RuaMarketShare, MAX (1, n_limits));
  g_autofree guint32 *limits = g_new (guint32, MAX (1, n_limits));
  guint64 n_pivots = 0;
  gboolean all = TRUE, whole = TRUE;

  for (guint32 k = 0; k < n_limits; k++) {
    gint64 most = MIN (w->supply_minimum[k], offered[k]);

    if (most == 0)
      continue;
    if (w->supply_arc[k] == NONE) {
      /* Nobody wants what it offers. */
      self->fraction = (RuaMarketFraction){ 1, 0 };
      whole = FALSE;
      continue;
    }
    limits[n] = k;
    shares[n].arc = w->supply_arc[k];
    shares[n].weight = most;
    shares[n++].high = most;
  }
  if (n > 0) {
    RuaMarketFraction fraction;

    if (!give_whole (self, shares, n, &all, &n_pivots, cancellable, error))
      return FALSE;
    if (!all
        && !rua_market_share_out (w, self->network, shares, n, &all, &fraction, &n_pivots, cancellable, error))
      return FALSE;
    if (whole && !all)
      self->fraction = fraction;
    whole = whole && all;
    for (guint32 i = 0; i < n; i++) {
      self->minimum[limits[i]] = shares[i].high;
      self->least_minimum[limits[i]] = shares[i].low;
    }
  }
  note_stage (self, RUA_MARKET_STAGE_GUARANTEES, 0,
              whole ? 1000000 : (__int128)self->fraction.part * 1000000 / self->fraction.of,
              n_pivots);
  return TRUE;
}

/* ---- priority ---- */

static gint
compare_classes (gconstpointer a, gconstpointer b)
{
  const guint32 *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

/* The classes of orders that take part, in the order in which they are served; without a class comes last. */
static GArray *
list_classes (const RuaMarketRun *self, gboolean and_without)
{
  const RuaMarketProblem *p = &self->work->problem;
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (guint32));
  GArray *classes = g_array_new (FALSE, FALSE, sizeof (guint32));
  gboolean without = FALSE;

  for (guint32 o = 0; o < p->n_orders; o++) {
    if (p->orders[o].excluded != RUA_MARKET_TAKES_PART)
      continue;
    if (p->orders[o].priority == 0)
      without = TRUE;
    else
      g_array_append_val (all, p->orders[o].priority);
  }
  g_array_sort (all, compare_classes);
  for (guint i = 0; i < all->len; i++)
    if (i == 0 || g_array_index (all, guint32, i) != g_array_index (all, guint32, i - 1))
      g_array_append_val (classes, g_array_index (all, guint32, i));
  if (without && and_without) {
    guint32 last = 0;

    g_array_append_val (classes, last);
  }
  return classes;
}

static gboolean
solve (RuaMarketRun *self, __int128 *total, GCancellable *cancellable, GError **error)
{
  if (!rua_network_solve (self->network, cancellable, error))
    return FALSE;
  /* What the stages before left is feasible, and every way round the ground goes through a bounded order. */
  g_assert (rua_network_get_status (self->network) == RUA_NETWORK_OPTIMAL);
  rua_network_get_total (self->network, total);
  return TRUE;
}

static gboolean
run_priority (RuaMarketRun *self, GCancellable *cancellable, GError **error)
{
  RuaMarketWork *w = self->work;
  g_autoptr (GArray) classes = list_classes (self, FALSE);
  guint32 n_arcs = rua_network_get_n_arcs (self->network);

  for (guint i = 0; i < classes->len; i++) {
    guint32 priority = g_array_index (classes, guint32, i);
    __int128 total;

    for (guint32 k = 0; k < n_arcs; k++) {
      guint32 o = w->arc_order[k];

      rua_network_set_cost (self->network, k,
                            o != NONE && w->problem.orders[o].priority == priority ? -1 : 0);
    }
    if (!solve (self, &total, cancellable, error))
      return FALSE;
    note_stage (self, RUA_MARKET_STAGE_PRIORITY, priority, -total,
                rua_network_get_n_pivots (self->network));
    rua_market_keep_face (self->network);
  }
  return TRUE;
}

/* ---- max-min ---- */

/* What an order gets counts as a part of what it is entitled to. */
static RuaMarketShare
share_of_order (const RuaMarketRun *self, guint32 o)
{
  const RuaMarketWork *w = self->work;
  const RuaMarketOrder *order = &w->problem.orders[o];
  RuaMarketShare share = { w->order_arc[o], NONE, order->entitlement, 0, 0, w->order_left[o], w->order_left[o], FALSE };

  if (order->entitlement < 0)
    share.weight = order->quantity;
  share.before = order->quantity - w->order_left[o];
  if (self->rules->history) {
    share.weight += order->entitled_before;
    share.before += order->received_before;
  }
  return share;
}

/* The smallest share in millionths, rounded down. */
static __int128
smallest_of (const RuaMarketShare *shares, guint32 n)
{
  RuaMarketFraction least = { 1, 1 };

  for (guint32 i = 0; i < n; i++) {
    RuaMarketFraction share = { shares[i].weight, shares[i].got + shares[i].before };

    if (i == 0 || rua_market_compare_fractions (share, least) < 0)
      least = share;
  }
  return (__int128) least.part * 1000000 / least.of;
}

static gboolean
run_max_min (RuaMarketRun *self, gboolean by_class, GCancellable *cancellable, GError **error)
{
  RuaMarketWork *w = self->work;
  guint32 n_orders = w->problem.n_orders;
  g_autoptr (GArray) classes = list_classes (self, TRUE);
  g_autofree RuaMarketShare *shares = g_new (RuaMarketShare, MAX (1, n_orders));

  if (!by_class)
    g_array_set_size (classes, MIN (1, classes->len));
  for (guint i = 0; i < classes->len; i++) {
    guint32 priority = by_class ? g_array_index (classes, guint32, i) : 0, n = 0, n_out = 0;
    RuaMarketStageRun *run;
    guint64 n_pivots = 0;
    gboolean all;
    RuaMarketFraction smallest;

    for (guint32 k = 0; k < n_orders; k++) {
      const RuaMarketOrder *order = &w->problem.orders[w->orders[k]];
      RuaMarketShare share;

      if (order->excluded != RUA_MARKET_TAKES_PART || (by_class && order->priority != priority))
        continue;
      share = share_of_order (self, w->orders[k]);
      /* Those that nothing can reach get nothing, and come last. */
      if (share.weight > 0 && share.arc != NONE)
        shares[n++] = share;
      else if (share.weight > 0)
        shares[n_orders - ++n_out] = share;
    }
    if (n_out > 0)
      memmove (shares + n, shares + (n_orders - n_out), n_out * sizeof *shares);
    if (!rua_market_share_out (w, self->network, shares, n, &all, &smallest, &n_pivots, cancellable,
                               error))
      return FALSE;
    note_stage (self, RUA_MARKET_STAGE_MAX_MIN, priority, smallest_of (shares, n + n_out), n_pivots);
    run = &g_array_index (self->stages, RuaMarketStageRun, self->stages->len - 1);
    run->n_shares = n + n_out;
    run->shares = g_memdup2 (shares, run->n_shares * sizeof *shares);
  }
  return TRUE;
}

/* ---- gains ---- */

static gboolean
run_gains (RuaMarketRun *self, gboolean last, GCancellable *cancellable, GError **error)
{
  RuaMarketWork *w = self->work;
  __int128 total;

  if (self->network != w->gains)
    for (guint32 k = 0, n = rua_network_get_n_arcs (self->network); k < n; k++)
      rua_network_set_cost (self->network, k, w->cost[k]);
  if (!solve (self, &total, cancellable, error))
    return FALSE;
  note_stage (self, RUA_MARKET_STAGE_GAINS, 0, -total, rua_network_get_n_pivots (self->network));
  if (!last)
    rua_market_keep_face (self->network);
  return TRUE;
}

/* ---- tie-break ---- */

static guint64
scatter (guint64 x)
{
  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ x >> 31;
}

/* Orders count by their rank, so that of two that could have a unit the first by id gets it. What is equal even
 * then, which lot and which way, is decided by numbers that make it most unlikely that anything stays equal
 * (Mulmuley, Vazirani and Vazirani 1987). */
static gboolean
run_tie_break (RuaMarketRun *self, gboolean last, GCancellable *cancellable, GError **error)
{
  RuaMarketWork *w = self->work;
  guint32 n_arcs = rua_network_get_n_arcs (self->network), n_orders = w->problem.n_orders;
  gint64 most = (G_GINT64_CONSTANT (1) << 58)
                / ((gint64)rua_network_get_n_nodes (self->network) + 2) / ((gint64)n_orders + 2);
  g_autofree guint32 *rank = g_new (guint32, MAX (1, n_orders));
  guint shift = 0;
  __int128 total;

  while (shift < 24 && most >> (shift + 1) > 0)
    shift++;
  for (guint32 k = 0; k < n_orders; k++)
    rank[w->orders[k]] = k;
  for (guint32 k = 0; k < n_arcs; k++) {
    gint64 cost = (gint64)(scatter (k + 1) & ((G_GUINT64_CONSTANT (1) << shift) - 1));

    if (w->arc_order[k] != NONE)
      cost -= (gint64)(n_orders - rank[w->arc_order[k]]) << shift;
    rua_network_set_cost (self->network, k, cost);
  }
  if (!solve (self, &total, cancellable, error))
    return FALSE;
  note_stage (self, RUA_MARKET_STAGE_TIE_BREAK, 0, -total, rua_network_get_n_pivots (self->network));
  if (!last)
    rua_market_keep_face (self->network);
  return TRUE;
}

/* ---- all ---- */

gboolean
rua_market_run_stages (RuaMarketRun *self,
                       GCancellable *cancellable,
                       RuaProgress *progress,
                       GError **error)
{
  RuaMarketWork *w = self->work;
  const RuaMarketRules *rules = self->rules;
  gboolean classes = FALSE;

  self->network = rules->n_stages == 1 ? w->gains : rua_network_copy (w->gains);
  for (guint i = 0; i < rules->n_stages; i++) {
    gboolean last = i + 1 == rules->n_stages, done = TRUE;

    switch (rules->stages[i]) {
    case RUA_MARKET_STAGE_GUARANTEES:
      done = run_guarantees (self, cancellable, error);
      break;
    case RUA_MARKET_STAGE_PRIORITY:
      done = run_priority (self, cancellable, error);
      self->rationed = classes = TRUE;
      break;
    case RUA_MARKET_STAGE_MAX_MIN:
      done = run_max_min (self, classes, cancellable, error);
      self->rationed = TRUE;
      break;
    case RUA_MARKET_STAGE_GAINS:
      done = run_gains (self, last, cancellable, error);
      break;
    case RUA_MARKET_STAGE_TIE_BREAK:
      done = run_tie_break (self, last, cancellable, error);
      break;
    case RUA_MARKET_N_STAGES:
    default:
      g_assert_not_reached ();
    }
    if (!done)
      return FALSE;
    rua_progress_tell (progress, 0.3 + 0.5 * (i + 1) / rules->n_stages);
  }
  /* After max-min as the last stage what flows is yet to be found. */
  if (rules->stages[rules->n_stages - 1] == RUA_MARKET_STAGE_MAX_MIN
      || rules->stages[rules->n_stages - 1] == RUA_MARKET_STAGE_GUARANTEES) {
    __int128 total;

    if (!solve (self, &total, cancellable, error))
      return FALSE;
  }
  for (guint32 k = 0, n = rua_network_get_n_arcs (self->network); k < n; k++)
    self->flow[k] = rua_network_get_flow (self->network, k);
  for (guint32 k = 0; k < w->problem.n_supply_limits; k++)
    if (self->minimum[k] > 0 && self->flow[w->supply_arc[k]] >= self->least_minimum[k])
      self->minimum[k] = MIN (self->minimum[k], self->flow[w->supply_arc[k]]);
  return TRUE;
}
