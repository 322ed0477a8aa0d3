/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All that is wrong with what a store keeps, at once. */
#include "rua-progress-private.h"
#include "rua-store-private.h"

typedef struct {
  RuaLocation *place;
  RuaStoreFlags flags;
  RuaLimitValues limits;
  RuaProgress *progress;
} Look;

static Look *
look_new (RuaStore *self, RuaProgress *progress)
{
  Look *look = g_new0 (Look, 1);

  look->place = rua_location_copy (self->place);
  look->flags = self->flags;
  look->limits = self->limits;
  look->progress = rua_progress_begin (progress);
  return look;
}

static void
look_free (gpointer data)
{
  Look *look = data;

  rua_location_free (look->place);
  g_clear_object (&look->progress);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static GListModel *
list_faults (const Look *look, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) local = NULL;
  const RuaStoreDriver *driver = NULL;

  alliance = rua_store_read (look->place, look->flags, &look->limits, &driver, &faults, look->progress, cancellable, &local);
  if (alliance != NULL)
    return rua_alliance_validate (alliance);
  if (local != NULL && local->domain != RUA_ERROR) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  /* A format whose reader stops at the first tells that one. */
  if (local != NULL) {
    const RuaFaultInfo info = { .code = (RuaError) local->code, .message = local->message };

    g_clear_pointer (&faults, rua_faults_free);
    faults = rua_faults_new (NULL, 0);
    rua_faults_add (faults, &info);
  }
  rua_progress_tell (look->progress, 1);
  return rua_faults_to_model (faults);
}

/**
 * rua_store_list_faults:
 * @self: a store
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Lists what is wrong with what is kept there: all for which [method@RuralAlliance.Store.load] refuses
 * it, up to a limit of 100; if it can be read, what [method@RuralAlliance.Alliance.validate] finds.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fault], empty when nothing is wrong, or
 *   %NULL and an error of the domain `G_IO_ERROR` when it cannot be read
 *
 * Since: 1.0
 */
GListModel *
rua_store_list_faults (RuaStore *self, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (Look) look = NULL;

  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  g_return_val_if_fail (progress == NULL || RUA_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!rua_store_check_open (self, error))
    return NULL;
  look = look_new (self, progress);
  return list_faults (look, cancellable, error);
}

static void
list_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GListModel *faults = list_faults (data, cancellable, &error);

  if (faults != NULL)
    g_task_return_pointer (task, faults, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * rua_store_list_faults_async:
 * @self: a store
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Lists what is wrong as [method@RuralAlliance.Store.list_faults] does, in a thread.
 *
 * Since: 1.0
 */
void
rua_store_list_faults_async (RuaStore *self,
                             RuaProgress *progress,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (RUA_IS_STORE (self));
  g_return_if_fail (progress == NULL || RUA_IS_PROGRESS (progress));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_store_list_faults_async);
  if (!rua_store_check_open (self, &error)) {
    g_task_return_error (task, error);
    return;
  }
  g_task_set_task_data (task, look_new (self, progress), look_free);
  g_task_run_in_thread (task, list_in_thread);
}

/**
 * rua_store_list_faults_finish:
 * @self: a store
 * @result: the result that the callback was given
 * @error: where to put an error
 *
 * Ends what [method@RuralAlliance.Store.list_faults_async] began.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fault], empty when nothing is wrong, or
 *   %NULL and an error
 *
 * Since: 1.0
 */
GListModel *
rua_store_list_faults_finish (RuaStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, rua_store_list_faults_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
