/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saving: a part into the file that the alliance came from, or all of it into a new file that takes the
 * old one's place. Whoever saves locks the file that is there, so that of two the second is told. */
#include "rua-sqlite-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (const char *name, int code, const char *reason, const char *mend, GError **error)
{
  g_set_error (error, G_IO_ERROR, code, "%s: cannot be saved: %s; %s", name, reason, mend);
  return FALSE;
}

gboolean
rua_sqlite_changed (const char *name, GError **error)
{
  return fail (name, G_IO_ERROR_WRONG_ETAG, "another program has changed it since it was opened",
               "open it again and merge the two, or save under another name", error);
}

/* Whether the name still leads to the file that is open. */
static gboolean
is_there (const char *path, int fd)
{
  struct stat a, b;

  return fstat (fd, &a) == 0 && lstat (path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* An open file, locked; -1 and no error when there is none. */
static int
lock_file (const char *path, const char *name, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

  if (fd < 0) {
    if (errno != ENOENT)
      fail (name, (int) g_io_error_from_errno (errno), g_strerror (errno), "save it elsewhere, or ask for the right to read and write there", error);
    return -1;
  }
  /* Where a file system knows no locks, the hashes tell. */
  if (flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    fail (name, G_IO_ERROR_BUSY, "another program is saving or reading it", "try again when it is done", error);
  else if (!is_there (path, fd))
    fail (name, G_IO_ERROR_BUSY, "another program has just saved it", "open it again and merge the two, or save under another name", error);
  else
    return fd;
  close (fd);
  return -1;
}

/* A journal beside the file is the old content's: SQLite would take it for the new file's. */
static gboolean
settle_journals (const char *path, const char *name, gboolean is_new, GError **error)
{
  static const char *const suffixes[] = { "-wal", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *journal = g_strconcat (path, suffixes[i], NULL);
    sqlite3 *db = NULL;

    if (!g_file_test (journal, G_FILE_TEST_EXISTS))
      continue;
    if (!is_new && sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL) == SQLITE_OK)
      sqlite3_exec (db, "SELECT count(*) FROM sqlite_schema; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    sqlite3_close (db);
    if (g_file_test (journal, G_FILE_TEST_EXISTS)) {
      g_autofree char *shown = g_filename_display_basename (journal);
      g_autofree char *reason = g_strdup_printf ("there is a journal '%s' beside it, which would be taken for its own", shown);

      return fail (name, G_IO_ERROR_BUSY, reason,
                   is_new ? "move the journal away, or save under another name" : "close the program that has the file open, or save under another name", error);
    }
  }
  return TRUE;
}

typedef struct {
  RuaAlliance *alliance;
  const RuaLocation *place;
  RuaSqliteOrigin *origin;
  GCancellable *cancellable;
  struct stat made;
} Whole;

static gboolean
make_file (gpointer data, const char *path, GError **error)
{
  Whole *whole = data;

  return rua_sqlite_write_file (whole->alliance, path, whole->place, whole->origin, whole->cancellable, error)
         && (stat (path, &whole->made) == 0 || fail (whole->place->name, G_IO_ERROR_FAILED, g_strerror (errno), "nothing was changed", error));
}

/* A file that has its name now, though something may have failed after it was given, is the one that the
 * next save will find. */
static void
keep_origin (const Whole *whole)
{
  int fd = open (whole->origin->file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return;
  if (rua_sqlite_origin_note (whole->origin, fd) && whole->origin->file.inode == (guint64) whole->made.st_ino
      && whole->origin->file.device == (guint64) whole->made.st_dev) {
    GObject *before = rua_alliance_get_origin (whole->alliance);

    rua_sqlite_origin_set_base (whole->origin, whole->alliance);
    /* Saves that wait for this one look there. */
    if (RUA_IS_SQLITE_ORIGIN (before) && g_strcmp0 (RUA_SQLITE_ORIGIN (before)->file.path, whole->origin->file.path) == 0)
      rua_sqlite_origin_swap (RUA_SQLITE_ORIGIN (before), whole->origin);
    else
      rua_alliance_set_origin (whole->alliance, G_OBJECT (whole->origin));
  }
  close (fd);
}

static gboolean
save_whole (RuaAlliance *alliance, const RuaStoreWriting *writing, const char *path, gboolean is_new, GError **error)
{
  g_autoptr (RuaSqliteOrigin) origin = rua_sqlite_origin_new (path);
  Whole whole = { alliance, writing->place, origin, writing->cancellable };
  gboolean done;

  if (!settle_journals (path, writing->place->name, is_new, error))
    return FALSE;
  done = rua_location_make (writing->place, make_file, &whole, writing->flags, writing->cancellable, error);
  if (whole.made.st_ino != 0)
    keep_origin (&whole);
  return done;
}

/* With the file locked that is there. */
static gboolean
save_over (RuaAlliance *alliance, const RuaStoreWriting *writing, const char *path, int fd, GError **error)
{
  RuaSqliteOrigin *origin = (RuaSqliteOrigin *) rua_alliance_get_origin (alliance);
  const char *name = writing->place->name;

  if (!RUA_IS_SQLITE_ORIGIN (origin) || g_strcmp0 (origin->file.path, path) != 0)
    return save_whole (alliance, writing, path, FALSE, error);
  if (origin->file.is_newer) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VERSION,
                 "%s: was written by a newer version of libruralalliance, and can only be read by this one; save under another name", name);
    return FALSE;
  }
  if (!rua_sqlite_origin_matches (origin, fd))
    return rua_sqlite_changed (name, error);
  switch (rua_sqlite_update_file (alliance, origin, name, writing->cancellable, error)) {
  case RUA_SQLITE_UPDATE_DONE:
    rua_sqlite_origin_note (origin, fd);
    return TRUE;
  case RUA_SQLITE_UPDATE_NOT:
    return save_whole (alliance, writing, path, FALSE, error);
  case RUA_SQLITE_UPDATE_FAILED:
    break;
  }
  /* What SQLite did to the file before it gave up is no other program's doing. */
  rua_sqlite_origin_note (origin, fd);
  return FALSE;
}

static gboolean
save (RuaAlliance *alliance, const RuaStoreWriting *writing, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean done;
  int fd;

  if (!rua_location_check_write (writing->place, writing->flags, error))
    return FALSE;
  fd = lock_file (path, writing->place->name, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (fd < 0)
    return save_whole (alliance, writing, path, TRUE, error);
  done = save_over (alliance, writing, path, fd, error);
  close (fd);
  return done;
}

char *
rua_sqlite_settle_path (const RuaLocation *place, GError **error)
{
  g_autofree char *path = rua_location_follow (place, error);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  char *real, *settled;

  if (path == NULL)
    return NULL;
  real = realpath (folder, NULL);
  if (real == NULL) {
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "%s: its folder cannot be found: %s; make it first, or correct the name",
                 place->name, g_strerror (errno));
    return NULL;
  }
  settled = g_build_filename (real, name, NULL);
  free (real);
  return settled;
}

gboolean
rua_sqlite_save (RuaAlliance *alliance, const RuaStoreWriting *writing, GError **error)
{
  g_autofree char *path = NULL;
  GObject *origin = rua_alliance_get_origin (alliance);
  g_autoptr (GObject) held = origin != NULL ? g_object_ref (origin) : NULL;
  GMutex *mutex = RUA_IS_SQLITE_ORIGIN (held) ? &RUA_SQLITE_ORIGIN (held)->mutex : NULL;
  gboolean done;

  if (g_cancellable_set_error_if_cancelled (writing->cancellable, error))
    return FALSE;
  path = rua_sqlite_settle_path (writing->place, error);
  if (path == NULL)
    return FALSE;
  if (mutex != NULL)
    g_mutex_lock (mutex);
  done = save (alliance, writing, path, error);
  if (mutex != NULL)
    g_mutex_unlock (mutex);
  return done;
}
