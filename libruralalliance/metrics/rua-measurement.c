/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measurement-private.h"
#include "rua-measure-context-private.h"
#include "rua-progress-private.h"

/**
 * RuaMeasurement:
 *
 * Many metrics measured together, in as few passes over the records as they need.
 *
 * Metrics over one table share its passes, and an expression that several of them read is worked
 * out once. A formula's inputs are measured in the same passes. Each metric comes out as if it were
 * measured alone, to the bit.
 *
 * Since: 1.0
 */

typedef struct {
  RuaDefinition *definition; /* NULL: it is faulty, as the error says */
  RuaOutcome *outcome;
  GError *error;
} Entry;

/* What a run works on, in whatever thread. */
typedef struct {
  RuaAlliance *alliance;
  GPtrArray *entries; /* of Entry */
  RuaProgress *progress;
} Work;

struct _RuaMeasurement {
  GObject parent_instance;

  RuaAlliance *alliance;
  GPtrArray *entries; /* of Entry */
  gboolean running;
};

G_DEFINE_FINAL_TYPE (RuaMeasurement, rua_measurement, G_TYPE_OBJECT)

static void
entry_clear_results (Entry *self)
{
  g_clear_pointer (&self->outcome, rua_outcome_unref);
  if (self->definition != NULL)
    g_clear_error (&self->error);
}

static void
entry_free (Entry *self)
{
  g_clear_pointer (&self->definition, rua_definition_free);
  g_clear_pointer (&self->outcome, rua_outcome_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
work_free (Work *self)
{
  g_clear_object (&self->alliance);
  g_clear_object (&self->progress);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

static void
rua_measurement_finalize (GObject *object)
{
  RuaMeasurement *self = RUA_MEASUREMENT (object);

  g_clear_object (&self->alliance);
  g_ptr_array_unref (self->entries);
  G_OBJECT_CLASS (rua_measurement_parent_class)->finalize (object);
}

static void
rua_measurement_class_init (RuaMeasurementClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_measurement_finalize;
}

static void
rua_measurement_init (RuaMeasurement *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
}

/**
 * rua_measurement_new:
 * @alliance: the alliance whose records are read
 *
 * Makes a measurement of no metrics.
 *
 * Returns: (transfer full): the measurement
 *
 * Since: 1.0
 */
RuaMeasurement *
rua_measurement_new (RuaAlliance *alliance)
{
  RuaMeasurement *self;

  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  self = g_object_new (RUA_TYPE_MEASUREMENT, NULL);
  self->alliance = g_object_ref (alliance);
  return self;
}

/**
 * rua_measurement_get_alliance:
 * @self: a measurement
 *
 * Gets the alliance whose records are read.
 *
 * Returns: (transfer none): the alliance
 *
 * Since: 1.0
 */
RuaAlliance *
rua_measurement_get_alliance (RuaMeasurement *self)
{
  g_return_val_if_fail (RUA_IS_MEASUREMENT (self), NULL);

  return self->alliance;
}

/**
 * rua_measurement_add:
 * @self: a measurement that is not running
 * @metric: a metric, which need not be one of the alliance's
 * @by: (nullable) (array zero-terminated=1): paths to group by, in place of the metric's own;
 *   empty for all rows together; %NULL for its own
 * @where: (nullable): a further condition on rows
 *
 * Adds a metric as it is now. The same may be added several times, by different groups.
 *
 * Returns: its place, by which [method@Measurement.list_results] is asked
 *
 * Since: 1.0
 */
guint
rua_measurement_add (RuaMeasurement *self, RuaMetric *metric, const char *const *by,
                     const char *where)
{
  Entry *entry;

  g_return_val_if_fail (RUA_IS_MEASUREMENT (self), 0);
  g_return_val_if_fail (RUA_IS_METRIC (metric), 0);
  g_return_val_if_fail (!self->running, 0);

  entry = g_new0 (Entry, 1);
  entry->definition = rua_definition_new (metric, &entry->error);
  if (entry->definition != NULL)
    rua_definition_narrow (entry->definition, by, where);
  g_ptr_array_add (self->entries, entry);
  return self->entries->len - 1;
}

/**
 * rua_measurement_get_n_metrics:
 * @self: a measurement
 *
 * Gets how many metrics were added.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
rua_measurement_get_n_metrics (RuaMeasurement *self)
{
  g_return_val_if_fail (RUA_IS_MEASUREMENT (self), 0);

  return self->entries->len;
}

/* ---- running ---- */

static gboolean
is_pending (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING);
}

/* Each round asks every metric that has no results yet; what rows they need is then measured in one
 * go. Formulas over formulas take a further round for each that they are deep. */
static gboolean
measure (Work *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaMeasureContext) context = rua_measure_context_new (self->alliance);
  RuaAssumption none = { .growth = 1 };

  rua_measure_context_gather (context);
  do {
    if (!rua_measure_context_measure_waiting (context, self->progress, cancellable, error))
      return FALSE;
    for (guint i = 0; i < self->entries->len; i++) {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->outcome != NULL || (entry->error != NULL && !is_pending (entry->error)))
        continue;
      g_clear_error (&entry->error);
      entry->outcome
        = rua_measure_context_measure_definition (context, entry->definition, &none, cancellable,
                                                  &entry->error);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
  } while (rua_measure_context_get_n_waiting (context) > 0);
  rua_progress_tell (self->progress, 1);
  return TRUE;
}

/* All that could be measured has results; the first that could not is the error. */
static gboolean
tell_first_error (RuaMeasurement *self, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (entry->error != NULL) {
      g_propagate_error (error, g_error_copy (entry->error));
      return FALSE;
    }
  }
  return TRUE;
}

static Work *
begin (RuaMeasurement *self, RuaAlliance *alliance, RuaProgress *progress)
{
  Work *work = g_new0 (Work, 1);

  for (guint i = 0; i < self->entries->len; i++)
    entry_clear_results (g_ptr_array_index (self->entries, i));
  work->alliance = g_object_ref (alliance);
  work->entries = g_ptr_array_ref (self->entries);
  work->progress = rua_progress_begin (progress);
  return work;
}

/* Of a run that was cancelled nothing stays. */
static void
give_up (RuaMeasurement *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    entry_clear_results (g_ptr_array_index (self->entries, i));
}

/**
 * rua_measurement_run:
 * @self: a measurement
 * @progress: (nullable): told how far it is
 * @cancellable: (nullable): a cancellable
 * @error: return location for a #GError
 *
 * Measures all metrics by their groups. May be run again, after changes of the records.
 *
 * One metric that cannot be measured does not keep the others from it: they can be listed.
 *
 * Returns: %TRUE, or %FALSE and the error of the first metric that could not be measured, as of
 *   [method@Metric.measure]; or a [error@Gio.IOErrorEnum] when cancelled, and then there are no
 *   results
 *
 * Since: 1.0
 */
gboolean
rua_measurement_run (RuaMeasurement *self, RuaProgress *progress, GCancellable *cancellable,
                     GError **error)
{
  Work *work;
  gboolean done;

  g_return_val_if_fail (RUA_IS_MEASUREMENT (self), FALSE);
  g_return_val_if_fail (!self->running, FALSE);

  work = begin (self, self->alliance, progress);
  self->running = TRUE;
  done = measure (work, cancellable, error);
  self->running = FALSE;
  work_free (work);
  if (!done) {
    give_up (self);
    return FALSE;
  }
  return tell_first_error (self, error);
}

static void
measure_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (measure (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * rua_measurement_run_async:
 * @self: a measurement
 * @progress: (nullable): told how far it is
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Measures like [method@Measurement.run], in a thread of its own and on a snapshot of the alliance
 * as it is now, which its owner may go on changing meanwhile. Records that the results name (their
 * sources) are the snapshot's.
 *
 * Since: 1.0
 */
void
rua_measurement_run_async (RuaMeasurement *self, RuaProgress *progress, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (RuaAlliance) snapshot = NULL;

  g_return_if_fail (RUA_IS_MEASUREMENT (self));
  g_return_if_fail (!self->running);

  snapshot = rua_alliance_snapshot (self->alliance);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_measurement_run_async);
  g_task_set_task_data (task, begin (self, snapshot, progress), (GDestroyNotify) work_free);
  self->running = TRUE;
  g_task_run_in_thread (task, measure_in_thread);
}

/**
 * rua_measurement_run_finish:
 * @self: a measurement
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Ends what [method@Measurement.run_async] began.
 *
 * Returns: %TRUE, or %FALSE and an error as of [method@Measurement.run]
 *
 * Since: 1.0
 */
gboolean
rua_measurement_run_finish (RuaMeasurement *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RUA_IS_MEASUREMENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  self->running = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), error)) {
    give_up (self);
    return FALSE;
  }
  return tell_first_error (self, error);
}

/* ---- what came of it ---- */

gboolean
rua_measurement_is_running (RuaMeasurement *self)
{
  return self->running;
}

const RuaDefinition *
rua_measurement_peek_definition (RuaMeasurement *self, guint index)
{
  return ((Entry *) g_ptr_array_index (self->entries, index))->definition;
}

RuaOutcome *
rua_measurement_peek_outcome (RuaMeasurement *self, guint index, GError **error)
{
  Entry *entry = g_ptr_array_index (self->entries, index);

  if (entry->error != NULL)
    g_propagate_error (error, g_error_copy (entry->error));
  else if (entry->outcome == NULL)
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_MISSING,
                         "nothing was measured yet: run the measurement first");
  return entry->error == NULL ? entry->outcome : NULL;
}

void
rua_measurement_replace_outcome (RuaMeasurement *self, guint index, RuaOutcome *outcome)
{
  Entry *entry = g_ptr_array_index (self->entries, index);

  rua_outcome_unref (entry->outcome);
  entry->outcome = outcome;
}

/**
 * rua_measurement_list_results:
 * @self: a measurement that was run
 * @index: the metric's place, as [method@Measurement.add] gave it
 * @error: return location for a #GError
 *
 * Lists the results of one metric: one a group, in the order of the groups' labels.
 *
 * Returns: (transfer full) (nullable): a list of [class@Result], or %NULL and the error why there
 *   are none
 *
 * Since: 1.0
 */
GListModel *
rua_measurement_list_results (RuaMeasurement *self, guint index, GError **error)
{
  RuaOutcome *outcome;

  g_return_val_if_fail (RUA_IS_MEASUREMENT (self), NULL);
  g_return_val_if_fail (index < self->entries->len, NULL);
  g_return_val_if_fail (!self->running, NULL);

  outcome = rua_measurement_peek_outcome (self, index, error);
  return outcome != NULL ? rua_outcome_list_results (outcome) : NULL;
}
