/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market.h"

#include <string.h>

#include "rua-clearing-private.h"
#include "rua-policy-private.h"
#include "rua-progress-private.h"

/**
 * RuaMarket:
 *
 * The offers and the orders of a market round, to be cleared.
 *
 * What takes part are the offers and orders of an order cycle, or, where none is given, all those of the rounds that
 * are handed out on a day and those that belong to no round. [method@RuralAlliance.Market.clear] matches them: by
 * product and declared substitutes, certificates that hold on that day, dates, opening days and routes; within what
 * lots, co-operatives, routes, hubs, groups and households can bring or take; by a [class@RuralAlliance.Policy]. It
 * reads the alliance as it is then, so after a change it can be asked again, and goes on from where it was.
 *
 * What an offer or an order does not tell itself is taken from what stands behind it: an order's hub from its
 * household or group, a lot's site from its co-operative, an offer's reserve price from its lot (else what is
 * posted; a gift wants nothing), a lot's last day from the harvest and the product's shelf life, an order's class from
 * whether its household counts as marginal (class 1, all others 2). What is still unknown then is a fault: nothing
 * is cleared, and every fault is told.
 *
 * Dates that are not known to the day are read against the use: “2026-11” as a beginning is its last day, as an
 * end its first.
 *
 * Since: 1.0
 */
struct _RuaMarket {
  GObject parent_instance;

  RuaAlliance *alliance;
  RuaOrderCycle *cycle; /* or NULL */
  char *date;
  gint32 day;
  RuaPolicy *policy;      /* that the last outcome came by */
  RuaMarketOutcome *last; /* to go on from; or NULL */
  gboolean running;
};

G_DEFINE_FINAL_TYPE (RuaMarket, rua_market, G_TYPE_OBJECT)

static void
rua_market_finalize (GObject *object)
{
  RuaMarket *self = RUA_MARKET (object);

  g_clear_object (&self->alliance);
  g_clear_object (&self->cycle);
  g_clear_object (&self->policy);
  g_clear_pointer (&self->last, rua_market_outcome_unref);
  g_free (self->date);
  G_OBJECT_CLASS (rua_market_parent_class)->finalize (object);
}

static void
rua_market_class_init (RuaMarketClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_market_finalize;
}

static void
rua_market_init (RuaMarket *self G_GNUC_UNUSED)
{
}

/**
 * rua_market_new:
 * @alliance: an alliance
 * @cycle: (nullable): a market round of it, or %NULL for all of a day
 * @date: (nullable): the day on which goods are handed out, `2026-11-27`; %NULL for the one that is on record with
 *   the round
 * @error: return location for an error
 *
 * Makes a market that has not been cleared yet.
 *
 * Returns: (transfer full) (nullable): the market; %NULL with %RUA_ERROR_MISSING when there is no day,
 *   %RUA_ERROR_VALUE when the date is no day, or %RUA_ERROR_REFERENCE when the round is none of the alliance's
 *
 * Since: 1.0
 */
RuaMarket *
rua_market_new (RuaAlliance *alliance, RuaOrderCycle *cycle, const char *date, GError **error)
{
  g_autoptr (RuaMarket) self = NULL;
  g_autofree char *recorded = NULL;
  RuaDatePrecision precision;

  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);
  g_return_val_if_fail (cycle == NULL || RUA_IS_ORDER_CYCLE (cycle), NULL);
  if (cycle != NULL && rua_record_get_table (RUA_RECORD (cycle)) != rua_alliance_get_table (alliance, "order-cycle")) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_REFERENCE, "the order cycle is none of this alliance; add it, or take one that it has");
    return NULL;
  }
  if (date == NULL && cycle != NULL)
    date = recorded = rua_order_cycle_dup_delivered_on (cycle);
  if (date == NULL) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_MISSING,
                         cycle != NULL ? "order-cycle: delivered_on: the day on which goods are handed out is unknown; record it, or give a date"
                                       : "a market needs a round or a day; give an order cycle, or a date such as 2026-11-27");
    return NULL;
  }
  self = g_object_new (RUA_TYPE_MARKET, NULL);
  if (!rua_date_parse (date, &self->day, &precision, error))
    return NULL;
  if (precision != RUA_DATE_PRECISION_DAY) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "'%s' is no day; a market is cleared for a day, such as 2026-11-27", date);
    return NULL;
  }
  self->alliance = g_object_ref (alliance);
  g_set_object (&self->cycle, cycle);
  self->date = g_strdup (date);
  return g_steal_pointer (&self);
}

/**
 * rua_market_get_alliance:
 * @self: a market
 *
 * Gets the alliance whose market it is.
 *
 * Returns: (transfer none): the alliance
 *
 * Since: 1.0
 */
RuaAlliance *
rua_market_get_alliance (RuaMarket *self)
{
  g_return_val_if_fail (RUA_IS_MARKET (self), NULL);
  return self->alliance;
}

/**
 * rua_market_get_cycle:
 * @self: a market
 *
 * Gets the round that is cleared.
 *
 * Returns: (transfer none) (nullable): the round; %NULL where all of a day is cleared
 *
 * Since: 1.0
 */
RuaOrderCycle *
rua_market_get_cycle (RuaMarket *self)
{
  g_return_val_if_fail (RUA_IS_MARKET (self), NULL);
  return self->cycle;
}

/**
 * rua_market_get_date:
 * @self: a market
 *
 * Gets the day on which goods are handed out.
 *
 * Returns: the day
 *
 * Since: 1.0
 */
const char *
rua_market_get_date (RuaMarket *self)
{
  g_return_val_if_fail (RUA_IS_MARKET (self), NULL);
  return self->date;
}

/* ---- clearing ---- */

/* All that a thread needs. */
typedef struct {
  RuaAlliance *snapshot;
  guint32 cycle;
  gint32 day;
  RuaPolicy *policy;
  RuaMarketOutcome *earlier;
  RuaProgress *progress;
} Work;

static void
work_free (Work *work)
{
  g_clear_object (&work->snapshot);
  g_clear_object (&work->policy);
  g_clear_object (&work->progress);
  g_clear_pointer (&work->earlier, rua_market_outcome_unref);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

static void
find_rules (RuaPolicy *policy, RuaMarketRules *rules)
{
  static const RuaMarketStage stages[] = { RUA_MARKET_STAGE_GUARANTEES, RUA_MARKET_STAGE_PRIORITY, RUA_MARKET_STAGE_MAX_MIN, RUA_MARKET_STAGE_GAINS };
  static const RuaMarketPriceRule prices[] = { RUA_MARKET_PRICE_MIXED, RUA_MARKET_PRICE_CONSUMER_BEST, RUA_MARKET_PRICE_PRODUCER_BEST, RUA_MARKET_PRICE_POSTED,
                                               RUA_MARKET_PRICE_SPLIT };

  memset (rules, 0, sizeof *rules);
  for (guint i = 0; i < policy->n_stages; i++)
    rules->stages[rules->n_stages++] = stages[policy->stages[i]];
  rules->stages[rules->n_stages++] = RUA_MARKET_STAGE_TIE_BREAK;
  rules->history = policy->history;
  rules->subsidised = policy->subsidised;
  rules->price_rule = prices[policy->price];
  rules->price_share = policy->producer_part;
}

static Work *
work_new (RuaMarket *self, RuaPolicy *policy, RuaProgress *progress, GError **error)
{
  g_autoptr (Work) work = g_new0 (Work, 1);

  if (self->running) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_FAILED, "The market is being cleared already: wait for that to end");
    return NULL;
  }
  if (policy != NULL)
    work->policy = rua_policy_copy (policy);
  else if (self->cycle != NULL)
    work->policy = rua_policy_new_for_cycle (self->cycle, error);
  else
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_MISSING, "a market that is cleared for a day needs a policy; give one");
  if (work->policy == NULL || !rua_policy_validate (work->policy, error))
    return NULL;
  work->cycle = self->cycle != NULL ? rua_record_get_row (RUA_RECORD (self->cycle)) : RUA_NO_ROW;
  if (self->cycle != NULL && work->cycle == RUA_NO_ROW) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_REFERENCE, "the order cycle was removed from the alliance; take one that it has");
    return NULL;
  }
  work->snapshot = rua_alliance_snapshot (self->alliance);
  work->day = self->day;
  work->progress = rua_progress_begin (progress);
  if (self->last != NULL && rua_policy_equal (self->policy, work->policy))
    work->earlier = rua_market_outcome_ref (self->last);
  return g_steal_pointer (&work);
}

static RuaMarketOutcome *
do_work (Work *work, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaMarketReading) reading = rua_market_reading_new (work->snapshot, work->cycle, work->day, cancellable, error);
  RuaMarketSolution *solution;
  RuaMarketRules rules;

  if (reading == NULL)
    return NULL;
  find_rules (work->policy, &rules);
  if (work->earlier != NULL)
    g_mutex_lock (&work->earlier->lock);
  solution = rua_market_solve (&reading->problem, &rules, work->earlier != NULL ? work->earlier->solution : NULL, cancellable, work->progress, error);
  if (work->earlier != NULL)
    g_mutex_unlock (&work->earlier->lock);
  return solution != NULL ? rua_market_outcome_new (g_steal_pointer (&reading), &rules, solution) : NULL;
}

/* Takes @outcome. */
static RuaClearing *
take_outcome (RuaMarket *self, Work *work, RuaMarketOutcome *outcome)
{
  RuaClearing *clearing = rua_clearing_new (self->alliance, work->policy, self->date, outcome);

  g_clear_pointer (&self->last, rua_market_outcome_unref);
  self->last = outcome;
  g_set_object (&self->policy, work->policy);
  return clearing;
}

/**
 * rua_market_clear:
 * @self: a market
 * @policy: (nullable): how goods are shared out, or %NULL for the policy that is on record with the round
 * @progress: (nullable): told how far it is
 * @cancellable: (nullable): to give up with
 * @error: return location for an error
 *
 * Clears the market as the alliance has it now. Nothing is changed: [method@RuralAlliance.Clearing.apply] writes the
 * outcome back. What was handed out already (`delivered_quantity` of an allocation) stays as it is, and only the rest
 * is shared out. After a change of the alliance the next clearing by the same policy goes on from this one: it is
 * quicker, and comes to the same.
 *
 * Returns: (transfer full) (nullable): the outcome, whose certificate was checked; %NULL and an error, of the domain
 *   `RUA_ERROR` for what is wrong with offers, orders, limits, routes or fees, with a line for each fault
 *
 * Since: 1.0
 */
RuaClearing *
rua_market_clear (RuaMarket *self, RuaPolicy *policy, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (Work) work = NULL;
  RuaMarketOutcome *outcome;

  g_return_val_if_fail (RUA_IS_MARKET (self), NULL);
  g_return_val_if_fail (policy == NULL || RUA_IS_POLICY (policy), NULL);
  work = work_new (self, policy, progress, error);
  outcome = work != NULL ? do_work (work, cancellable, error) : NULL;
  return outcome != NULL ? take_outcome (self, work, outcome) : NULL;
}

static void
do_task (GTask *task, gpointer source G_GNUC_UNUSED, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  RuaMarketOutcome *outcome = do_work (data, cancellable, &error);

  if (outcome != NULL)
    g_task_return_pointer (task, outcome, (GDestroyNotify) rua_market_outcome_unref);
  else
    g_task_return_error (task, error);
}

/* Where nobody calls finish. */
static void
on_completed (GObject *task, GParamSpec *pspec G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  RUA_MARKET (g_task_get_source_object (G_TASK (task)))->running = FALSE;
}

/**
 * rua_market_clear_async:
 * @self: a market
 * @policy: (nullable): how goods are shared out, or %NULL for the policy that is on record with the round
 * @progress: (nullable): told how far it is
 * @cancellable: (nullable): to give up with
 * @callback: (nullable) (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Clears the market as the alliance has it now, in a thread. The alliance may be changed meanwhile.
 *
 * Since: 1.0
 */
void
rua_market_clear_async (RuaMarket *self, RuaPolicy *policy, RuaProgress *progress, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Work *work;

  g_return_if_fail (RUA_IS_MARKET (self));
  g_return_if_fail (policy == NULL || RUA_IS_POLICY (policy));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_market_clear_async);
  work = work_new (self, policy, progress, &error);
  if (work == NULL) {
    g_task_return_error (task, error);
    return;
  }
  self->running = TRUE;
  g_signal_connect (task, "notify::completed", G_CALLBACK (on_completed), NULL);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, do_task);
}

/**
 * rua_market_clear_finish:
 * @self: a market
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends what [method@RuralAlliance.Market.clear_async] began.
 *
 * Returns: (transfer full) (nullable): the outcome; %NULL with the errors of [method@RuralAlliance.Market.clear]
 *
 * Since: 1.0
 */
RuaClearing *
rua_market_clear_finish (RuaMarket *self, GAsyncResult *result, GError **error)
{
  RuaMarketOutcome *outcome;
  Work *work;

  g_return_val_if_fail (RUA_IS_MARKET (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  work = g_task_get_task_data (G_TASK (result));
  if (work != NULL)
    self->running = FALSE;
  outcome = g_task_propagate_pointer (G_TASK (result), error);
  return outcome != NULL ? take_outcome (self, work, outcome) : NULL;
}
