/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An alliance opened from a place and saved to one, for those who need no more of a store. */
#include "rua-store-private.h"

/**
 * rua_alliance_open:
 * @place: a path or a `file:` URI, or `-` for standard input
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Opens an alliance. What kind of file it is is told by its content. A file with any fault is
 * refused whole; see [ctor@RuralAlliance.Alliance.new_from_json].
 *
 * Returns: (transfer full): the alliance, or %NULL and an error of the domain `RUA_ERROR` for what
 *   stands in the file, or of `G_IO_ERROR` when it cannot be read, is no file or is kept in a way
 *   that this version does not know (`G_IO_ERROR_NOT_SUPPORTED`)
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_open (const char *place, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaStore) store = NULL;

  g_return_val_if_fail (place != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  store = rua_store_open (place, RUA_STORE_NONE, NULL, cancellable, error);
  return store != NULL ? rua_store_load (store, NULL, cancellable, error) : NULL;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  RuaAlliance *alliance = rua_store_load_finish (RUA_STORE (source), result, &error);

  if (alliance != NULL)
    g_task_return_pointer (task, alliance, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * rua_alliance_open_async:
 * @place: a path or a `file:` URI, or `-` for standard input
 * @cancellable: (nullable): a cancellable
 * @progress: (nullable): told how far the reading has come
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Opens an alliance as [func@RuralAlliance.Alliance.open] does, in a thread. The callback is
 * called in the thread-default main context of the caller, to whose thread the alliance belongs.
 *
 * Since: 1.0
 */
void
rua_alliance_open_async (const char *place,
                         GCancellable *cancellable,
                         RuaProgress *progress,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (RuaStore) store = NULL;
  GError *error = NULL;

  g_return_if_fail (place != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (progress == NULL || RUA_IS_PROGRESS (progress));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_alliance_open_async);
  store = rua_store_open (place, RUA_STORE_NONE, NULL, cancellable, &error);
  if (store == NULL)
    g_task_return_error (task, error);
  else
    rua_store_load_async (store, progress, cancellable, on_loaded, g_steal_pointer (&task));
}

/**
 * rua_alliance_open_finish:
 * @result: the result that the callback was given
 * @error: where to put an error
 *
 * Ends what [func@RuralAlliance.Alliance.open_async] began.
 *
 * Returns: (transfer full): the alliance, or %NULL and an error
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, rua_alliance_open_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- saving ---- */

/**
 * rua_alliance_save:
 * @self: an alliance
 * @place: a path or a `file:` URI, or `-` for standard output
 * @flags: how to save
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Saves the alliance: as an SQLite file under a name that ends in `.rua`, as a columnar file, which opens
 * without its cells being read, under one that ends in `.ruac`, as a Data Package in a folder whose name
 * ends in `/` or that is there, else as a JSON document. The manual's page on stores says which to choose. Either all of it is on the disk afterwards, or nothing
 * was changed, even if the machine stops meanwhile.
 *
 * A file that is there is replaced only if @flags say so; it keeps its mode, and the link that led
 * to it. A new file can be read by its owner only, since alliances tell about people.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `G_IO_ERROR`: `G_IO_ERROR_EXISTS` when
 *   there is a file already, `G_IO_ERROR_NOT_SUPPORTED` when alliances are not kept in such a place
 *
 * Since: 1.0
 */
gboolean
rua_alliance_save (RuaAlliance *self, const char *place, RuaSaveFlags flags, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaStore) store = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (place != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  store = rua_store_open (place, RUA_STORE_NONE, NULL, cancellable, error);
  return store != NULL && rua_store_save (store, self, flags, NULL, cancellable, error);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (rua_store_save_finish (RUA_STORE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * rua_alliance_save_async:
 * @self: an alliance
 * @place: a path or a `file:` URI, or `-` for standard output
 * @flags: how to save
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Saves the alliance as [method@RuralAlliance.Alliance.save] does, writing in a thread. What is
 * saved is the alliance as it is now; it may be changed at once.
 *
 * Since: 1.0
 */
void
rua_alliance_save_async (RuaAlliance *self,
                         const char *place,
                         RuaSaveFlags flags,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (RuaStore) store = NULL;
  GError *error = NULL;

  g_return_if_fail (RUA_IS_ALLIANCE (self));
  g_return_if_fail (place != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_alliance_save_async);
  /* What was saved is saved, cancelled or not. */
  g_task_set_check_cancellable (task, FALSE);
  store = rua_store_open (place, RUA_STORE_NONE, NULL, cancellable, &error);
  if (store == NULL)
    g_task_return_error (task, error);
  else
    rua_store_save_async (store, self, flags, NULL, cancellable, on_saved, g_steal_pointer (&task));
}

/**
 * rua_alliance_save_finish:
 * @self: an alliance
 * @result: the result that the callback was given
 * @error: where to put an error
 *
 * Ends what [method@RuralAlliance.Alliance.save_async] began.
 *
 * Returns: %TRUE, or %FALSE and an error
 *
 * Since: 1.0
 */
gboolean
rua_alliance_save_finish (RuaAlliance *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, rua_alliance_save_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
