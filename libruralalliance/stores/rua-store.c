/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-store-private.h"

#include <unistd.h>

#include "rua-alliance-private.h"
#include "rua-progress-private.h"

/**
 * RuaStore:
 *
 * A place where an alliance is kept, of whatever kind: a JSON document, an SQLite file, a columnar file,
 * a Data Package folder, standard input or output.
 *
 * A store knows what it loaded: it saves over it without being asked to replace it, and refuses to when
 * somebody else has changed it meanwhile. Use [func@RuralAlliance.Alliance.open] and
 * [method@RuralAlliance.Alliance.save] where that is not needed.
 *
 * ```python
 * store = RuralAlliance.Store.open('alliance.json', 0, None)
 * alliance = store.load()
 * alliance.find('household', 'h1').n_persons = 4
 * store.save(alliance, 0)
 * ```
 *
 * A store belongs to one thread; what is long can be done in another by the `_async` twins.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (RuaStore, rua_store, G_TYPE_OBJECT)

static void
rua_store_finalize (GObject *object)
{
  RuaStore *self = RUA_STORE (object);

  g_clear_pointer (&self->place, rua_location_free);
  g_free (self->name);

  G_OBJECT_CLASS (rua_store_parent_class)->finalize (object);
}

static void
rua_store_class_init (RuaStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_store_finalize;
}

static void
rua_store_init (RuaStore *self)
{
}

/* ---- opening and closing ---- */

/**
 * rua_store_open: (constructor)
 * @place: a path or a `file:` URI, or `-` for standard input and output
 * @flags: how to open it
 * @limits: (nullable): what is too much to be read, or %NULL for what each format takes
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Opens a place. What is kept there is told by its content, or by its name where nothing is there yet:
 * `.rua` is an SQLite file, `.ruac` a columnar file, a `/` at the end a Data Package folder, anything
 * else a JSON document. Nothing is read but its first bytes, and nothing is made.
 *
 * Returns: (transfer full): a store, or %NULL and `G_IO_ERROR_NOT_SUPPORTED` where alliances are not
 *   kept in such a place, or `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
RuaStore *
rua_store_open (const char *place, RuaStoreFlags flags, RuaLimits *limits, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaStore) self = NULL;
  g_autoptr (GBytes) head = NULL;

  g_return_val_if_fail (place != NULL, NULL);
  g_return_val_if_fail (limits == NULL || RUA_IS_LIMITS (limits), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  self = g_object_new (RUA_TYPE_STORE, NULL);
  self->place = rua_location_new (place);
  self->name = g_strdup (self->place->name);
  self->flags = flags;
  self->limits = rua_limits_get_values (limits);
  if (self->place->type == RUA_LOCATION_STREAM)
    return g_steal_pointer (&self);
  if (self->place->type == RUA_LOCATION_FILE)
    head = rua_location_peek (self->place);
  self->driver = rua_store_find_driver (self->place, head);
  if (self->place->type == RUA_LOCATION_ADDRESS && self->driver->open_file == NULL && !rua_store_driver_can_save (self->driver)) {
    rua_store_refuse_driver (self->place, self->driver, error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

/**
 * rua_store_close:
 * @self: a store
 *
 * Closes the store: nothing can be loaded or saved by it any more. What is under way ends as it would
 * have. Closing it twice does nothing.
 *
 * Since: 1.0
 */
void
rua_store_close (RuaStore *self)
{
  g_return_if_fail (RUA_IS_STORE (self));
  g_clear_pointer (&self->place, rua_location_free);
}

gboolean
rua_store_check_open (RuaStore *self, GError **error)
{
  if (self->place != NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "%s: the store is closed; open it again", self->name);
  return FALSE;
}

/* ---- what it is ---- */

/**
 * rua_store_get_place:
 * @self: a store
 *
 * Gets where it is, as it was told, but for a password.
 *
 * Returns: a path, an address, or `-`
 *
 * Since: 1.0
 */
const char *
rua_store_get_place (RuaStore *self)
{
  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  return self->name;
}

/**
 * rua_store_get_words:
 * @self: a store
 *
 * Gets what it is, for people.
 *
 * Returns: such as `a JSON document` or `an SQLite file`
 *
 * Since: 1.0
 */
const char *
rua_store_get_words (RuaStore *self)
{
  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  return self->driver != NULL ? self->driver->words : "a stream";
}

/**
 * rua_store_get_features:
 * @self: a store
 *
 * Gets what the store can do. A JSON document has none of the features: it keeps an alliance as it is
 * now, without the log of who changed what.
 *
 * Returns: its features
 *
 * Since: 1.0
 */
RuaStoreFeatures
rua_store_get_features (RuaStore *self)
{
  RuaStoreFeatures features;

  g_return_val_if_fail (RUA_IS_STORE (self), RUA_STORE_FEATURE_NONE);

  features = self->driver != NULL ? self->driver->features : RUA_STORE_FEATURE_NONE;
  if ((self->flags & (RUA_STORE_READ_ONLY | RUA_STORE_STRANGER)) || (self->driver != NULL && !rua_store_driver_can_save (self->driver)) ||
      (self->place != NULL && self->place->type == RUA_LOCATION_FILE && access (self->place->path, F_OK) == 0 && access (self->place->path, W_OK) != 0))
    features |= RUA_STORE_FEATURE_READ_ONLY;
  return features;
}

/* ---- loading ---- */

typedef struct {
  RuaLocation *place;
  RuaStoreFlags flags;
  RuaLimitValues limits;
  const RuaStoreDriver *driver;
  RuaStoreStamp stamp;
  RuaProgress *progress;
  char *mark;
  /* of a save */
  RuaAlliance *alliance, *snapshot;
  RuaSaveFlags save_flags;
} Job;

static Job *
job_new (RuaStore *self, RuaProgress *progress)
{
  Job *job = g_new0 (Job, 1);

  job->place = rua_location_copy (self->place);
  job->flags = self->flags;
  job->limits = self->limits;
  job->driver = self->driver;
  job->stamp = self->stamp;
  job->progress = rua_progress_begin (progress);
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  rua_location_free (job->place);
  g_clear_object (&job->progress);
  g_clear_object (&job->alliance);
  g_clear_object (&job->snapshot);
  g_free (job->mark);
  g_free (job);
}

/* The stamp is taken before: what changes while it is read is noticed when it is saved. */
static RuaAlliance *
load (Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (GError) local = NULL;
  RuaAlliance *alliance;

  rua_store_take_stamp (job->place, &job->stamp);
  alliance = rua_store_read (job->place, job->flags, &job->limits, &job->driver, &faults, job->progress, cancellable, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (alliance == NULL)
    rua_faults_raise (faults, error);
  return alliance;
}

static void
take_loaded (RuaStore *self, const Job *job)
{
  self->driver = job->driver;
  self->stamp = job->stamp;
  self->is_loaded = TRUE;
}

/**
 * rua_store_load:
 * @self: a store
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Reads the alliance. What is kept there is told by its content. A place with any fault is refused
 * whole; [method@RuralAlliance.Store.list_faults] lists the faults one by one.
 *
 * Returns: (transfer full): the alliance, or %NULL and an error of the domain `RUA_ERROR` for what is
 *   kept there (`RUA_ERROR_LIMIT` where it is beyond a limit), or of `G_IO_ERROR` when it cannot be
 *   read
 *
 * Since: 1.0
 */
RuaAlliance *
rua_store_load (RuaStore *self, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  RuaAlliance *alliance;
  Job *job;

  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  g_return_val_if_fail (progress == NULL || RUA_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!rua_store_check_open (self, error))
    return NULL;
  job = job_new (self, progress);
  alliance = load (job, cancellable, error);
  if (alliance != NULL)
    take_loaded (self, job);
  job_free (job);
  return alliance;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  RuaAlliance *alliance = load (data, cancellable, &error);

  if (alliance != NULL)
    g_task_return_pointer (task, alliance, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* NULL, and the task has its error, when the store is closed. */
static Job *
begin (RuaStore *self, GTask *task, RuaProgress *progress)
{
  GError *error = NULL;
  Job *job;

  if (!rua_store_check_open (self, &error)) {
    g_task_return_error (task, error);
    return NULL;
  }
  job = job_new (self, progress);
  g_task_set_task_data (task, job, job_free);
  return job;
}

/**
 * rua_store_load_async:
 * @self: a store
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Reads the alliance as [method@RuralAlliance.Store.load] does, in a thread. The alliance belongs to
 * the thread in whose context the callback is called.
 *
 * Since: 1.0
 */
void
rua_store_load_async (RuaStore *self, RuaProgress *progress, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (RUA_IS_STORE (self));
  g_return_if_fail (progress == NULL || RUA_IS_PROGRESS (progress));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_store_load_async);
  if (begin (self, task, progress) != NULL)
    g_task_run_in_thread (task, load_in_thread);
}

/**
 * rua_store_load_finish:
 * @self: a store
 * @result: the result that the callback was given
 * @error: where to put an error
 *
 * Ends what [method@RuralAlliance.Store.load_async] began.
 *
 * Returns: (transfer full): the alliance, or %NULL and an error
 *
 * Since: 1.0
 */
RuaAlliance *
rua_store_load_finish (RuaStore *self, GAsyncResult *result, GError **error)
{
  RuaAlliance *alliance;

  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, rua_store_load_async), NULL);

  alliance = g_task_propagate_pointer (G_TASK (result), error);
  if (alliance != NULL)
    take_loaded (self, g_task_get_task_data (G_TASK (result)));
  return alliance;
}

/* ---- saving ---- */

/* What is to be written with, when there is nothing against it. */
static gboolean
prepare (RuaStore *self, Job *job, GError **error)
{
  if (self->flags & (RUA_STORE_READ_ONLY | RUA_STORE_STRANGER)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_READ_ONLY, "%s: was opened to be read only; open it anew to save there, or save elsewhere", self->name);
    return FALSE;
  }
  if (!self->is_loaded || !rua_store_driver_can_save (self->driver))
    job->driver = rua_store_find_driver (self->place, NULL);
  return TRUE;
}

static void
take_saved (RuaStore *self, const Job *job, RuaAlliance *alliance, RuaAlliance *snapshot)
{
  g_autofree char *uri = rua_location_dup_uri (job->place);

  if (job->driver->saved != NULL)
    job->driver->saved (alliance, snapshot, job->place);
  if (uri != NULL)
    rua_alliance_set_location (alliance, uri);
  self->driver = job->driver;
  self->stamp = job->stamp;
  self->is_loaded = TRUE;
}

static gboolean
save (Job *job, RuaAlliance *alliance, GCancellable *cancellable, GError **error)
{
  if (!rua_store_write (alliance, job->place, job->driver, &job->stamp, job->save_flags, job->progress, cancellable, error))
    return FALSE;
  rua_store_take_stamp (job->place, &job->stamp);
  return TRUE;
}

/**
 * rua_store_save:
 * @self: a store
 * @alliance: an alliance
 * @flags: how to save
 * @progress: (nullable): told how far the writing has come
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Saves an alliance there. Either all of it is on the disk afterwards, or nothing was changed, even if
 * the machine stops meanwhile.
 *
 * What this store has loaded or saved itself is saved over, unless somebody else has changed it since.
 * Anything else that is there is replaced only if @flags say so; a file keeps its mode, and the link that
 * led to it. What is new can be read by its owner only, since alliances tell about people.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `G_IO_ERROR`: `G_IO_ERROR_EXISTS` when
 *   something else is there already, `G_IO_ERROR_WRONG_ETAG` when somebody else has changed it,
 *   `G_IO_ERROR_BUSY` when somebody is saving there, `G_IO_ERROR_READ_ONLY` when the store was opened
 *   to be read only; or of `RUA_ERROR` when the alliance holds what cannot be kept there
 *
 * Since: 1.0
 */
gboolean
rua_store_save (RuaStore *self, RuaAlliance *alliance, RuaSaveFlags flags, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  gboolean done;
  Job *job;

  g_return_val_if_fail (RUA_IS_STORE (self), FALSE);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), FALSE);
  g_return_val_if_fail (progress == NULL || RUA_IS_PROGRESS (progress), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  if (!rua_store_check_open (self, error))
    return FALSE;
  job = job_new (self, progress);
  job->save_flags = flags;
  done = prepare (self, job, error) && save (job, alliance, cancellable, error);
  if (done)
    take_saved (self, job, alliance, alliance);
  job_free (job);
  return done;
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (save (job, job->snapshot, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * rua_store_save_async:
 * @self: a store
 * @alliance: an alliance
 * @flags: how to save
 * @progress: (nullable): told how far the writing has come
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Saves an alliance as [method@RuralAlliance.Store.save] does, in a thread. What is saved is the
 * alliance as it is now; it may be changed at once.
 *
 * Since: 1.0
 */
void
rua_store_save_async (RuaStore *self,
                      RuaAlliance *alliance,
                      RuaSaveFlags flags,
                      RuaProgress *progress,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Job *job;

  g_return_if_fail (RUA_IS_STORE (self));
  g_return_if_fail (RUA_IS_ALLIANCE (alliance));
  g_return_if_fail (progress == NULL || RUA_IS_PROGRESS (progress));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_store_save_async);
  /* What was saved is saved, cancelled or not. */
  g_task_set_check_cancellable (task, FALSE);
  job = begin (self, task, progress);
  if (job == NULL)
    return;
  if (!prepare (self, job, &error)) {
    g_task_return_error (task, error);
    return;
  }
  job->save_flags = flags;
  job->alliance = g_object_ref (alliance);
  job->snapshot = job->driver->dup_for_thread != NULL ? job->driver->dup_for_thread (alliance) : rua_alliance_snapshot (alliance);
  g_task_run_in_thread (task, save_in_thread);
}

/**
 * rua_store_save_finish:
 * @self: a store
 * @result: the result that the callback was given
 * @error: where to put an error
 *
 * Ends what [method@RuralAlliance.Store.save_async] began.
 *
 * Returns: %TRUE, or %FALSE and an error
 *
 * Since: 1.0
 */
gboolean
rua_store_save_finish (RuaStore *self, GAsyncResult *result, GError **error)
{
  const Job *job;

  g_return_val_if_fail (RUA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, rua_store_save_async), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  job = g_task_get_task_data (G_TASK (result));
  take_saved (self, job, job->alliance, job->snapshot);
  return TRUE;
}

/* ---- the log ---- */

static gboolean
check_log (const Job *job, gpointer hook, GError **error)
{
  if (job->driver != NULL && hook != NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s: is %s, which keeps no log of changes; save it as an SQLite file (.rua) to keep one", job->place->name,
               job->driver != NULL ? job->driver->words : "a stream");
  return FALSE;
}

static GListModel *
list_changes (Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;
  const RuaStoreReading reading = {
    .place = job->place, .flags = job->flags, .limits = job->limits, .progress = job->progress, .cancellable = cancellable, .faults = &faults,
  };

  GListModel *changes;

  if (!check_log (job, job->driver != NULL ? (gpointer) job->driver->list_changes : NULL, error))
    return NULL;
  changes = job->driver->list_changes (&reading, job->mark, error);
  if (changes != NULL)
    rua_progress_tell (job->progress, 1);
  return changes;
}

/**
 * rua_store_dup_mark:
 * @self: a store
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Gets a mark of how far the log that is kept there goes, for
 * [method@RuralAlliance.Store.list_changes].
 *
 * Returns: (transfer full): a mark, or %NULL and an error: `G_IO_ERROR_NOT_SUPPORTED` where no log is
 *   kept
 *
 * Since: 1.0
 */
char *
rua_store_dup_mark (RuaStore *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;
  char *mark = NULL;
  Job *job;

  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!rua_store_check_open (self, error))
    return NULL;
  job = job_new (self, NULL);
  if (check_log (job, job->driver != NULL ? (gpointer) job->driver->dup_mark : NULL, error)) {
    const RuaStoreReading reading = { .place = job->place, .flags = job->flags, .limits = job->limits, .cancellable = cancellable, .faults = &faults };

    mark = job->driver->dup_mark (&reading, error);
  }
  job_free (job);
  return mark;
}

/**
 * rua_store_list_changes:
 * @self: a store
 * @mark: (nullable): a mark that [method@RuralAlliance.Store.dup_mark] gave, or %NULL for all
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Lists the facts that were added to the log since a mark.
 *
 * Returns: (transfer full): a list, or %NULL and an error: `G_IO_ERROR_NOT_SUPPORTED` where no log is
 *   kept, `RUA_ERROR_VALUE` for a mark of another log
 *
 * Since: 1.0
 */
GListModel *
rua_store_list_changes (RuaStore *self, const char *mark, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  GListModel *changes;
  Job *job;

  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  g_return_val_if_fail (progress == NULL || RUA_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!rua_store_check_open (self, error))
    return NULL;
  job = job_new (self, progress);
  job->mark = g_strdup (mark);
  changes = list_changes (job, cancellable, error);
  job_free (job);
  return changes;
}

static void
list_changes_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GListModel *changes = list_changes (data, cancellable, &error);

  if (changes != NULL)
    g_task_return_pointer (task, changes, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * rua_store_list_changes_async:
 * @self: a store
 * @mark: (nullable): a mark, or %NULL for all
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Lists changes as [method@RuralAlliance.Store.list_changes] does, in a thread.
 *
 * Since: 1.0
 */
void
rua_store_list_changes_async (RuaStore *self,
                              const char *mark,
                              RuaProgress *progress,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (RUA_IS_STORE (self));
  g_return_if_fail (progress == NULL || RUA_IS_PROGRESS (progress));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_store_list_changes_async);
  job = begin (self, task, progress);
  if (job == NULL)
    return;
  job->mark = g_strdup (mark);
  g_task_run_in_thread (task, list_changes_in_thread);
}

/**
 * rua_store_list_changes_finish:
 * @self: a store
 * @result: the result that the callback was given
 * @error: where to put an error
 *
 * Ends what [method@RuralAlliance.Store.list_changes_async] began.
 *
 * Returns: (transfer full): a list, or %NULL and an error
 *
 * Since: 1.0
 */
GListModel *
rua_store_list_changes_finish (RuaStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RUA_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, rua_store_list_changes_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
