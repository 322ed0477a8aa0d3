/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading and writing a place, whatever is kept there. */
#include "rua-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rua-alliance-private.h"
#include "rua-progress-private.h"

/* The first that claims a place has it. */
static const RuaStoreDriver *const drivers[] = {
  &rua_store_sqlite, &rua_store_folder, &rua_store_archive, &rua_store_postgresql, &rua_store_address, &rua_store_columns,
  &rua_store_csv, &rua_store_json,
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

const RuaStoreDriver *
rua_store_find_driver (const RuaLocation *place, GBytes *head)
{
  for (guint i = 0; i < G_N_ELEMENTS (drivers); i++)
    if (drivers[i]->claims (place, head))
      return drivers[i];
  g_assert_not_reached ();
}

gboolean
rua_store_driver_can_save (const RuaStoreDriver *driver)
{
  return driver->to_bytes != NULL || driver->save != NULL || driver->save_file != NULL;
}

gboolean
rua_store_refuse_driver (const RuaLocation *place, const RuaStoreDriver *driver, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "%s: is %s, where this version of libruralalliance does not keep alliances; %sgive a JSON document, an SQLite file (.rua), a columnar "
               "file (.ruac) or a Data Package folder, or - for standard input and output",
               place->name, driver->words, driver->mend != NULL ? driver->mend : "");
  return FALSE;
}

/* ---- reading ---- */

static RuaAlliance *
read_place (const RuaStoreReading *reading, const RuaStoreDriver **driver, GError **error)
{
  const RuaLocation *place = reading->place;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) head = NULL;

  if (place->type == RUA_LOCATION_FILE)
    head = rua_location_peek (place);
  *driver = head != NULL ? rua_store_find_driver (place, head) : NULL;
  if (*driver != NULL && ((*driver)->open_file != NULL || (*driver)->open == NULL)) {
    /* Nothing of it is read here. */
  } else if (place->type == RUA_LOCATION_ADDRESS || (place->type == RUA_LOCATION_FILE && g_file_test (place->path, G_FILE_TEST_IS_DIR))) {
    *driver = rua_store_find_driver (place, NULL);
  } else {
    content = rua_location_read (place, reading->limits.bytes, reading->cancellable, error);
    if (content == NULL)
      return NULL;
    *driver = rua_store_find_driver (place, content);
  }
  if (content != NULL ? (*driver)->open == NULL : (*driver)->open_file == NULL) {
    rua_store_refuse_driver (place, *driver, error);
    return NULL;
  }
  return content == NULL ? (*driver)->open_file (reading, error) : (*driver)->open (reading, content, error);
}

RuaAlliance *
rua_store_read (const RuaLocation *place,
                RuaStoreFlags flags,
                const RuaLimitValues *limits,
                const RuaStoreDriver **driver,
                RuaFaults **faults,
                RuaProgress *progress,
                GCancellable *cancellable,
                GError **error)
{
  RuaDeadline *deadline = rua_deadline_new (limits->seconds, cancellable);
  const RuaStoreReading reading = {
    .place = place,
    .flags = flags,
    .limits = *limits,
    .progress = progress,
    .cancellable = rua_deadline_get_cancellable (deadline, cancellable),
    .faults = faults,
  };
  g_autofree char *uri = rua_location_dup_uri (place);
  g_autoptr (GError) local = NULL;
  RuaAlliance *alliance = read_place (&reading, driver, &local);

  rua_deadline_end (deadline, place->type == RUA_LOCATION_STREAM ? "standard input" : place->name, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  if (alliance != NULL && uri != NULL)
    rua_alliance_set_location (alliance, uri);
  if (alliance != NULL)
    rua_progress_tell (progress, 1);
  return alliance;
}

/* ---- what is there, and whether it still is ---- */

void
rua_store_take_stamp (const RuaLocation *place, RuaStoreStamp *stamp)
{
  g_autofree char *descriptor = NULL;
  struct stat st;

  *stamp = (RuaStoreStamp){ FALSE };
  if (place->type != RUA_LOCATION_FILE)
    return;
  descriptor = g_build_filename (place->path, "datapackage.json", NULL);
  if (stat (place->path, &st) != 0 || (S_ISDIR (st.st_mode) && stat (descriptor, &st) != 0))
    return;
  stamp->is_known = TRUE;
  stamp->device = (guint64) st.st_dev;
  stamp->inode = (guint64) st.st_ino;
  stamp->size = (gint64) st.st_size;
  stamp->seconds = (gint64) st.st_mtim.tv_sec;
  stamp->nanoseconds = (gint64) st.st_mtim.tv_nsec;
}

static gboolean
is_same (const RuaStoreStamp *a, const RuaStoreStamp *b)
{
  return a->is_known == b->is_known && a->device == b->device && a->inode == b->inode && a->size == b->size && a->seconds == b->seconds &&
         a->nanoseconds == b->nanoseconds;
}

/* What was loaded is saved over without being asked for, as long as it is what was loaded. The lock of
 * what is there keeps two that save at once apart: it goes with the file or folder that is replaced. */
static gboolean
check_own (const RuaLocation *place, const RuaStoreDriver *driver, const RuaStoreStamp *loaded, RuaSaveFlags *flags, int *lock, GError **error)
{
  RuaStoreStamp now;

  *lock = -1;
  if ((*flags & RUA_SAVE_REPLACE) || loaded == NULL || !loaded->is_known)
    return TRUE;
  /* Those that see to their own file lock it by themselves. */
  if (driver->save_file == NULL)
    *lock = open (place->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (*lock >= 0 && flock (*lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "%s: another program is saving it just now; load it again when it is done", place->name);
    return FALSE;
  }
  rua_store_take_stamp (place, &now);
  if (now.is_known && !is_same (&now, loaded)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG,
                 "%s: somebody else has changed it since it was loaded; load it again, save elsewhere, or ask for it to be replaced", place->name);
    return FALSE;
  }
  if (now.is_known)
    *flags |= RUA_SAVE_REPLACE;
  return TRUE;
}

/* ---- writing ---- */

static gboolean
write_place (RuaAlliance *alliance, const RuaStoreDriver *driver, const RuaStoreWriting *writing, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (driver->save_file != NULL)
    return driver->save_file (alliance, writing, error);
  if (!rua_location_check_write (writing->place, writing->flags, error))
    return FALSE;
  if (driver->save != NULL)
    return rua_location_write_stream (writing->place, driver->save, alliance, writing->flags, writing->cancellable, error);
  bytes = driver->to_bytes (alliance, writing, error);
  return bytes != NULL && rua_location_write (writing->place, bytes, writing->flags, writing->cancellable, error);
}

gboolean
rua_store_write (RuaAlliance *alliance,
                 const RuaLocation *place,
                 const RuaStoreDriver *driver,
                 const RuaStoreStamp *loaded,
                 RuaSaveFlags flags,
                 RuaProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  RuaStoreWriting writing = { place, flags, progress, cancellable };
  gboolean done;
  int lock;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!rua_store_driver_can_save (driver))
    return rua_store_refuse_driver (place, driver, error);
  done = check_own (place, driver, loaded, &writing.flags, &lock, error) && write_place (alliance, driver, &writing, error);
  if (lock >= 0)
    close (lock);
  if (done)
    rua_progress_tell (progress, 1);
  return done;
}
