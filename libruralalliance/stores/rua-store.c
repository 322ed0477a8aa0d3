/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-store-private.h"

#include "rua-alliance-private.h"

/* The first that claims a place has it. */
static const RuaStoreDriver *const drivers[] = {
  &rua_store_sqlite, &rua_store_folder, &rua_store_archive, &rua_store_postgresql, &rua_store_address, &rua_store_columns,
  &rua_store_json,
};

GType
rua_save_flags_get_type (void)
{
  static GType type;
  static const GFlagsValue values[] = {
    { RUA_SAVE_NONE, "RUA_SAVE_NONE", "none" },
    { RUA_SAVE_REPLACE, "RUA_SAVE_REPLACE", "replace" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("RuaSaveFlags", values));
  return type;
}

GType
rua_store_flags_get_type (void)
{
  static GType type;
  static const GFlagsValue values[] = {
    { RUA_STORE_NONE, "RUA_STORE_NONE", "none" },
    { RUA_STORE_READ_ONLY, "RUA_STORE_READ_ONLY", "read-only" },
    { RUA_STORE_STRANGER, "RUA_STORE_STRANGER", "stranger" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("RuaStoreFlags", values));
  return type;
}

GType
rua_store_features_get_type (void)
{
  static GType type;
  static const GFlagsValue values[] = {
    { RUA_STORE_FEATURE_NONE, "RUA_STORE_FEATURE_NONE", "none" },
    { RUA_STORE_FEATURE_LOG, "RUA_STORE_FEATURE_LOG", "log" },
    { RUA_STORE_FEATURE_INCREMENTAL, "RUA_STORE_FEATURE_INCREMENTAL", "incremental" },
    { RUA_STORE_FEATURE_READ_ONLY, "RUA_STORE_FEATURE_READ_ONLY", "read-only" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("RuaStoreFeatures", values));
  return type;
}

static const RuaStoreDriver *
find_driver (const RuaLocation *place, GBytes *head)
{
  for (guint i = 0; i < G_N_ELEMENTS (drivers); i++)
    if (drivers[i]->claims (place, head))
      return drivers[i];
  g_assert_not_reached ();
}

static gboolean
refuse (const RuaLocation *place, const RuaStoreDriver *driver, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "%s: is %s, where this version of libruralalliance does not keep alliances; give a JSON document or a columnar file (.ruac), or - for standard input and output",
               place->name, driver->words);
  return FALSE;
}

/* ---- opening ---- */

static RuaAlliance *
open_place (const RuaLocation *place, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  const RuaStoreDriver *driver;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) head = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (GError) local = NULL;
  const RuaStoreReading reading = { .place = place, .progress = progress, .cancellable = cancellable, .faults = &faults };
  RuaAlliance *alliance;

  if (place->type == RUA_LOCATION_FILE)
    head = rua_location_peek (place);
  if (head != NULL && find_driver (place, head)->open_file != NULL) {
    driver = find_driver (place, head);
  } else if (place->type == RUA_LOCATION_ADDRESS || (place->type == RUA_LOCATION_FILE && g_file_test (place->path, G_FILE_TEST_IS_DIR))) {
    driver = find_driver (place, NULL);
  } else {
    content = rua_location_read (place, cancellable, error);
    if (content == NULL)
      return NULL;
    driver = find_driver (place, content);
  }
  if (content != NULL ? driver->open == NULL : driver->open_file == NULL) {
    refuse (place, driver, error);
    return NULL;
  }
  if (content == NULL)
    alliance = driver->open_file (&reading, &local);
  else
    alliance = driver->open (&reading, content, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (alliance == NULL)
    rua_faults_raise (faults, error);
  uri = rua_location_dup_uri (place);
  if (alliance != NULL && uri != NULL)
    rua_alliance_set_location (alliance, uri);
  return alliance;
}

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
  g_autoptr (RuaLocation) where = NULL;

  g_return_val_if_fail (place != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  where = rua_location_new (place);
  return open_place (where, NULL, cancellable, error);
}

typedef struct {
  RuaLocation *place;
  RuaProgress *progress;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  rua_location_free (opening->place);
  g_clear_object (&opening->progress);
  g_free (opening);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  GError *error = NULL;
  RuaAlliance *alliance = open_place (opening->place, opening->progress, cancellable, &error);

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
  Opening *opening;

  g_return_if_fail (place != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (progress == NULL || RUA_IS_PROGRESS (progress));

  opening = g_new0 (Opening, 1);
  opening->place = rua_location_new (place);
  opening->progress = progress != NULL ? g_object_ref (progress) : NULL;
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_alliance_open_async);
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_in_thread);
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

/* What is to be written, when there is nothing against it: @bytes, or NULL where the driver writes
 * bit by bit. */
static gboolean
prepare (RuaAlliance *self,
         const RuaLocation *place,
         RuaSaveFlags flags,
         const RuaStoreDriver **driver,
         GBytes **bytes,
         GCancellable *cancellable,
         GError **error)
{
  const RuaStoreWriting writing = { place, flags, NULL, cancellable };

  *driver = find_driver (place, NULL);
  *bytes = NULL;
  if ((*driver)->to_bytes == NULL && (*driver)->save == NULL && (*driver)->save_file == NULL)
    return refuse (place, *driver, error);
  if ((*driver)->save_file != NULL)
    return TRUE;
  if (!rua_location_check_write (place, flags, error))
    return FALSE;
  if ((*driver)->save != NULL)
    return TRUE;
  *bytes = (*driver)->to_bytes (self, &writing, error);
  return *bytes != NULL;
}

static gboolean
write_out (RuaAlliance *snapshot,
           const RuaLocation *place,
           RuaSaveFlags flags,
           const RuaStoreDriver *driver,
           GBytes *bytes,
           GCancellable *cancellable,
           GError **error)
{
  const RuaStoreWriting writing = { place, flags, NULL, cancellable };

  if (driver->save_file != NULL)
    return driver->save_file (snapshot, &writing, error);
  if (bytes != NULL)
    return rua_location_write (place, bytes, flags, cancellable, error);
  return rua_location_write_stream (place, driver->save, snapshot, flags, cancellable, error);
}

static void
tell_saved (RuaAlliance *self, RuaAlliance *snapshot, const RuaLocation *place, const RuaStoreDriver *driver)
{
  if (driver->saved != NULL)
    driver->saved (self, snapshot, place);
}

static void
take_location (RuaAlliance *self, const RuaLocation *place)
{
  g_autofree char *uri = rua_location_dup_uri (place);

  if (uri != NULL)
    rua_alliance_set_location (self, uri);
}

/**
 * rua_alliance_save:
 * @self: an alliance
 * @place: a path or a `file:` URI, or `-` for standard output
 * @flags: how to save
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Saves the alliance as a JSON document, or under a name that ends in `.ruac` as a columnar file,
 * which opens without its cells being read (see the manual's page on it). Either all of it is on the disk afterwards, or nothing
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
  g_autoptr (RuaLocation) where = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const RuaStoreDriver *driver;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (place != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  where = rua_location_new (place);
  if (!prepare (self, where, flags, &driver, &bytes, cancellable, error))
    return FALSE;
  if (!write_out (self, where, flags, driver, bytes, cancellable, error))
    return FALSE;
  tell_saved (self, self, where, driver);
  take_location (self, where);
  return TRUE;
}

typedef struct {
  RuaLocation *place;
  GBytes *bytes;         /* or */
  RuaAlliance *snapshot; /* that @driver writes */
  const RuaStoreDriver *driver;
  RuaSaveFlags flags;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  rua_location_free (saving->place);
  g_clear_pointer (&saving->bytes, g_bytes_unref);
  g_clear_object (&saving->snapshot);
  g_free (saving);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Saving *saving = data;
  GError *error = NULL;

  if (write_out (saving->snapshot, saving->place, saving->flags, saving->driver, saving->bytes, cancellable, &error))
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
  g_autoptr (RuaLocation) where = NULL;
  const RuaStoreDriver *driver;
  GBytes *bytes;
  GError *error = NULL;
  Saving *saving;

  g_return_if_fail (RUA_IS_ALLIANCE (self));
  g_return_if_fail (place != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_alliance_save_async);
  where = rua_location_new (place);
  if (!prepare (self, where, flags, &driver, &bytes, cancellable, &error)) {
    g_task_return_error (task, error);
    return;
  }
  saving = g_new0 (Saving, 1);
  saving->driver = driver;
  saving->snapshot = bytes == NULL ? rua_alliance_snapshot (self) : NULL;
  saving->place = g_steal_pointer (&where);
  saving->bytes = bytes;
  saving->flags = flags;
  g_task_set_task_data (task, saving, saving_free);
  g_task_run_in_thread (task, save_in_thread);
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
  Saving *saving;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  saving = g_task_get_task_data (G_TASK (result));
  tell_saved (self, saving->snapshot != NULL ? saving->snapshot : self, saving->place, saving->driver);
  take_location (self, saving->place);
  return TRUE;
}
