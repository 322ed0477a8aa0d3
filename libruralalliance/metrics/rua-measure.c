/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure.h"
#include "rua-measure-context-private.h"

#include <string.h>

static RuaOutcome *
measure (RuaMetric *metric, RuaAlliance *alliance, const char *const *by, const char *where,
         GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaMeasureContext) context = rua_measure_context_new (alliance);
  g_autoptr (RuaDefinition) definition = rua_definition_new (metric, error);
  RuaAssumption none = { .growth = 1 };

  if (definition == NULL)
    return NULL;
  rua_definition_narrow (definition, by, where);
  return rua_measure_context_measure_definition (context, definition, &none, cancellable, error);
}

static RuaResult *
dup_first (RuaOutcome *outcome)
{
  return g_object_ref (g_ptr_array_index (rua_outcome_get_results (outcome), 0));
}

/**
 * rua_metric_measure:
 * @self: a metric, which need not be one of the alliance's
 * @alliance: the alliance whose records are read
 * @cancellable: (nullable): a cancellable
 * @error: return location for a #GError
 *
 * Measures the metric over all its rows together, whatever its `by` says.
 *
 * A value that cannot be computed is no error: it is a result whose estimate is undefined, with
 * the reason.
 *
 * Returns: (transfer full) (nullable): the result, or %NULL and an error: a #RuaError where the
 *   definition is faulty (names, units, roles, options, a cycle of formulas), where a value does
 *   not suit its role, or where a pair has two values for one place; a [error@Gio.IOErrorEnum]
 *   when cancelled
 *
 * Since: 1.0
 */
RuaResult *
rua_metric_measure (RuaMetric *self, RuaAlliance *alliance, GCancellable *cancellable,
                    GError **error)
{
  static const char *const none[] = { NULL };
  g_autoptr (RuaOutcome) outcome = NULL;

  g_return_val_if_fail (RUA_IS_METRIC (self), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  outcome = measure (self, alliance, none, NULL, cancellable, error);
  return outcome != NULL ? dup_first (outcome) : NULL;
}

typedef struct {
  RuaAlliance *snapshot;
  RuaDefinition *definition; /* NULL: it is faulty */
  GError *error;
} Alone;

static void
alone_free (Alone *self)
{
  g_object_unref (self->snapshot);
  g_clear_pointer (&self->definition, rua_definition_free);
  g_clear_error (&self->error);
  g_free (self);
}

static void
measure_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Alone *self = data;
  g_autoptr (RuaMeasureContext) context = rua_measure_context_new (self->snapshot);
  g_autoptr (RuaOutcome) outcome = NULL;
  RuaAssumption none = { .growth = 1 };
  GError *error = g_steal_pointer (&self->error);

  if (self->definition != NULL)
    outcome = rua_measure_context_measure_definition (context, self->definition, &none, cancellable,
                                                      &error);
  if (outcome != NULL)
    g_task_return_pointer (task, dup_first (outcome), g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * rua_metric_measure_async:
 * @self: a metric
 * @alliance: the alliance whose records are read
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Measures like [method@Metric.measure], in a thread of its own and on a snapshot of the alliance as
 * it is now, which its owner may go on changing meanwhile. Records that the result names (its
 * sources) are the snapshot's. [class@Measurement] measures several metrics, by groups and with
 * progress.
 *
 * Since: 1.0
 */
void
rua_metric_measure_async (RuaMetric *self, RuaAlliance *alliance, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const none[] = { NULL };
  g_autoptr (GTask) task = NULL;
  Alone *alone;

  g_return_if_fail (RUA_IS_METRIC (self));
  g_return_if_fail (RUA_IS_ALLIANCE (alliance));

  alone = g_new0 (Alone, 1);
  alone->snapshot = rua_alliance_snapshot (alliance);
  alone->definition = rua_definition_new (self, &alone->error);
  if (alone->definition != NULL)
    rua_definition_narrow (alone->definition, none, NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_metric_measure_async);
  g_task_set_task_data (task, alone, (GDestroyNotify) alone_free);
  g_task_run_in_thread (task, measure_in_thread);
}

/**
 * rua_metric_measure_finish:
 * @self: a metric
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends what [method@Metric.measure_async] began.
 *
 * Returns: (transfer full) (nullable): the result, or %NULL and an error as of
 *   [method@Metric.measure]
 *
 * Since: 1.0
 */
RuaResult *
rua_metric_measure_finish (RuaMetric *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RUA_IS_METRIC (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static GListModel *
measure_groups (RuaMetric *metric, RuaAlliance *alliance, const char *const *by, const char *where,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaOutcome) outcome = measure (metric, alliance, by, where, cancellable, error);

  return outcome != NULL ? rua_outcome_list_results (outcome) : NULL;
}

/**
 * rua_metric_measure_groups:
 * @self: a metric
 * @alliance: the alliance whose records are read
 * @cancellable: (nullable): a cancellable
 * @error: return location for a #GError
 *
 * Measures the metric for each group that its `by` makes, in the order of the groups' labels.
 *
 * Rows of which a path is unknown are a group of their own, the last.
 *
 * Returns: (transfer full) (nullable): a list of [class@Result], one for a metric without `by`;
 *   or %NULL and an error as of [method@Metric.measure]
 *
 * Since: 1.0
 */
GListModel *
rua_metric_measure_groups (RuaMetric *self, RuaAlliance *alliance, GCancellable *cancellable,
                           GError **error)
{
  g_return_val_if_fail (RUA_IS_METRIC (self), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  return measure_groups (self, alliance, NULL, NULL, cancellable, error);
}

/**
 * rua_metric_measure_by:
 * @self: a metric
 * @alliance: the alliance whose records are read
 * @by: (array zero-terminated=1): paths to group by, in place of the metric's own; empty for all
 *   rows together
 * @where: (nullable): a further condition on rows
 * @cancellable: (nullable): a cancellable
 * @error: return location for a #GError
 *
 * Measures the metric by other groups, or over fewer rows, than it says.
 *
 * Returns: (transfer full) (nullable): a list of [class@Result]; or %NULL and an error as of
 *   [method@Metric.measure]
 *
 * Since: 1.0
 */
GListModel *
rua_metric_measure_by (RuaMetric *self, RuaAlliance *alliance, const char *const *by,
                       const char *where, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (RUA_IS_METRIC (self), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);
  g_return_val_if_fail (by != NULL, NULL);

  return measure_groups (self, alliance, by, where, cancellable, error);
}
