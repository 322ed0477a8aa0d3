/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure.h"
#include "rua-measure-context-private.h"

#include <string.h>

static GPtrArray *
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
  g_autoptr (GPtrArray) results = NULL;

  g_return_val_if_fail (RUA_IS_METRIC (self), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  results = measure (self, alliance, none, NULL, cancellable, error);
  return results != NULL ? g_object_ref (g_ptr_array_index (results, 0)) : NULL;
}

static gboolean
measure_idle (gpointer data)
{
  GTask *task = data;
  RuaMetric *self = g_task_get_source_object (task);
  GError *error = NULL;
  RuaResult *result
    = rua_metric_measure (self, g_task_get_task_data (task), g_task_get_cancellable (task), &error);

  if (result != NULL)
    g_task_return_pointer (task, result, g_object_unref);
  else
    g_task_return_error (task, error);
  return G_SOURCE_REMOVE;
}

/**
 * rua_metric_measure_async:
 * @self: a metric
 * @alliance: the alliance whose records are read
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Measures like [method@Metric.measure], once the main context of the caller is idle. It is done
 * in the caller's thread, to which the alliance belongs.
 *
 * Since: 1.0
 */
void
rua_metric_measure_async (RuaMetric *self, RuaAlliance *alliance, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  g_autoptr (GSource) source = NULL;

  g_return_if_fail (RUA_IS_METRIC (self));
  g_return_if_fail (RUA_IS_ALLIANCE (alliance));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_metric_measure_async);
  g_task_set_task_data (task, g_object_ref (alliance), g_object_unref);
  source = g_idle_source_new ();
  g_source_set_callback (source, measure_idle, task, g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
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
to_model (GPtrArray *results)
{
  GListStore *store;

  if (results == NULL)
    return NULL;
  store = g_list_store_new (RUA_TYPE_RESULT);
  g_list_store_splice (store, 0, 0, results->pdata, results->len);
  g_ptr_array_unref (results);
  return G_LIST_MODEL (store);
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

  return to_model (measure (self, alliance, NULL, NULL, cancellable, error));
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

  return to_model (measure (self, alliance, by, where, cancellable, error));
}
