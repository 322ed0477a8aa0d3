/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder with a Data Package in it. It is written beside, and takes the place of what is there in one
 * step; files in the old folder that are not of the package move on into the new one. */
#define _GNU_SOURCE /* renameat2 */
#include "rua-store-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "rua-package-private.h"


#define WAIT 10000 /* microseconds */
#define MOST_WAITS 1000

typedef struct {
  const RuaLocation *place;
  const char *shown;
  char *path;   /* where links have been followed to, without a / at its end */
  char *beside; /* the new folder while it is written */
  int old, new; /* open, or -1 */
  gboolean is_placed; /* the new one: nothing is to be taken back */
  GHashTable *ours; /* names in the old folder that are the package's */
} Saving;

static void
saving_clear (Saving *self)
{
  if (self->old >= 0)
    close (self->old);
  if (self->new >= 0)
    close (self->new);
  g_free (self->path);
  g_free (self->beside);
  g_clear_pointer (&self->ours, g_hash_table_unref);
}

static gboolean
fail (const char *shown, int code, const char *reason, const char *mend, GError **error)
{
  g_set_error (error, G_IO_ERROR, code, "%s: cannot be saved: %s; %s", shown, reason, mend);
  return FALSE;
}

/* ---- what is there ---- */

typedef gboolean (*NameFunc) (Saving *self, int folder, const char *name, gpointer data, GError **error);

/* Calls @func with each name in a folder that is open. */
static gboolean
each_name (Saving *self, int folder, NameFunc func, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  int fd = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  const struct dirent *entry;

  if (dir == NULL) {
    if (fd >= 0)
      close (fd);
    return fail (self->shown, G_IO_ERROR_FAILED, "what is in the folder cannot be listed", "ask its owner for the right to read it; nothing was changed", error);
  }
  while ((entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      g_ptr_array_add (names, g_strdup (entry->d_name));
  closedir (dir);
  for (guint i = 0; i < names->len; i++)
    if (!func (self, folder, names->pdata[i], data, error))
      return FALSE;
  return TRUE;
}

static gboolean
count_name (Saving *self, int folder, const char *name, gpointer data, GError **error)
{
  (*(guint *) data)++;
  return TRUE;
}

/* The names of the package that this library wrote there: its tables are CSV files in the folder
 * itself, whatever else a descriptor may say. */
static gboolean
list_ours (Saving *self, GError **error)
{
  g_autofree char *descriptor = g_build_filename (self->path, RUA_PACKAGE_DESCRIPTOR, NULL);
  const RuaLimitValues limits = rua_limit_values_settle (NULL);
  g_autoptr (RuaFaults) faults = rua_faults_new (NULL, 0);
  g_autoptr (RuaPackage) package = NULL;
  g_autofree char *text = NULL;
  guint64 length = 0;
  gsize size;
  int fd;

  self->ours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  fd = rua_package_open (self->old, RUA_PACKAGE_DESCRIPTOR, 0, 0, &length, faults);
  if (fd < 0)
    return faccessat (self->old, RUA_PACKAGE_DESCRIPTOR, F_OK, AT_SYMLINK_NOFOLLOW) != 0
           || fail (self->shown, G_IO_ERROR_EXISTS, "its datapackage.json cannot be read", "choose another folder; nothing was changed", error);
  close (fd);
  if (g_file_get_contents (descriptor, &text, &size, NULL))
    package = rua_package_parse (text, size, &limits, faults);
  if (package == NULL || !package->is_ours)
    return fail (self->shown, G_IO_ERROR_EXISTS, "there is a Data Package that this library did not write", "choose another folder; nothing was changed", error);
  g_hash_table_add (self->ours, g_strdup (RUA_PACKAGE_DESCRIPTOR));
  for (guint i = 0; i < package->resources->len; i++) {
    const RuaPackageResource *resource = package->resources->pdata[i];

    if (strchr (resource->path, '/') == NULL && g_str_has_suffix (resource->path, ".csv"))
      g_hash_table_add (self->ours, g_strdup (resource->path));
  }
  return TRUE;
}

/* Of two that save at once the other would take away what this one has put there: one waits a while.
 * FALSE without an error when there is nothing of this name. */
static gboolean
open_old (Saving *self, struct stat *st, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < MOST_WAITS; i++) {
    struct stat here;

    if (lstat (self->path, st) != 0)
      return errno == ENOENT ? FALSE : rua_location_fail_write (self->place, errno, error);
    if (!S_ISDIR (st->st_mode))
      return fail (self->shown, G_IO_ERROR_NOT_DIRECTORY, "there is a file of this name", "choose another name; nothing was changed", error);
    if (stat (".", &here) == 0 && here.st_dev == st->st_dev && here.st_ino == st->st_ino)
      return fail (self->shown, G_IO_ERROR_BUSY, "it is the folder that this process stands in, and another is to take its place",
                   "go out of it first; nothing was changed", error);
    self->old = open (self->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (self->old < 0)
      return rua_location_fail_write (self->place, errno, error);
    /* Locked, it has to be still the one of this name; a file system without locks has to do without. */
    if ((flock (self->old, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) && fstat (self->old, st) == 0 && lstat (self->path, &here) == 0 &&
        here.st_dev == st->st_dev && here.st_ino == st->st_ino)
      return TRUE;
    close (self->old);
    self->old = -1;
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    g_usleep (WAIT);
  }
  return fail (self->shown, G_IO_ERROR_BUSY, "another program is saving it", "try again when it is done", error);
}

/* Opens what is there, if it may be replaced; *@is_there says whether anything is. */
static gboolean
look_at (Saving *self, const RuaStoreWriting *writing, gboolean *is_there, mode_t *mode, GError **error)
{
  g_autoptr (GError) local = NULL;
  struct stat st;
  guint n = 0;

  *is_there = open_old (self, &st, writing->cancellable, &local);
  *mode = *is_there ? st.st_mode & 0777 : 0700;
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (!*is_there)
    return TRUE;
  if (!each_name (self, self->old, count_name, &n, error))
    return FALSE;
  if (n > 0 && !(writing->flags & RUA_SAVE_REPLACE))
    return fail (self->shown, G_IO_ERROR_EXISTS, "there is a folder already, and it is not empty", "ask for it to be replaced, or choose another name", error);
  if (access (self->path, W_OK) != 0)
    return rua_location_fail_write (self->place, errno, error);
  if (!list_ours (self, error))
    return FALSE;
  /* A name that was mistyped is not to turn somebody's folder of everything into a package. */
  return n == 0 || g_hash_table_size (self->ours) > 0
         || fail (self->shown, G_IO_ERROR_EXISTS, "there is a folder that is no Data Package", "give the name of a new folder in it; nothing was changed", error);
}

/* ---- putting the new one in its place ---- */

/* A file that is not the package's is in both folders until the old one goes. */
static gboolean
link_others (Saving *self, int folder, const char *name, gpointer data, GError **error)
{
  struct stat st;

  if (g_hash_table_contains (self->ours, name) || fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR (st.st_mode))
    return TRUE;
  if (linkat (folder, name, self->new, name, 0) == 0)
    return TRUE;
  if (errno == EEXIST || errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK) {
    g_autofree char *shown = g_filename_display_name (name), *reason = g_strdup_printf ("there is a file '%s' that is not of the package", shown);

    return fail (self->shown, G_IO_ERROR_EXISTS, reason, "move it away, or choose another folder; nothing was changed", error);
  }
  return rua_location_fail_write (self->place, errno, error);
}

/* Folders cannot be linked. */
static gboolean
move_others (Saving *self, int folder, const char *name, gpointer data, GError **error)
{
  struct stat st;

  if (!g_hash_table_contains (self->ours, name) && fstatat (self->new, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    (void) renameat (folder, name, self->new, name);
  return TRUE;
}

/* Only what the package has, and what is in the new folder, too. */
static gboolean
remove_name (Saving *self, int folder, const char *name, gpointer data, GError **error)
{
  struct stat st;

  if (data != NULL || g_hash_table_contains (self->ours, name) || fstatat (self->new, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    (void) unlinkat (folder, name, 0);
  return TRUE;
}

static gboolean
exchange (Saving *self, GError **error)
{
  g_autofree char *aside = NULL;

#ifdef RENAME_EXCHANGE
  if (renameat2 (AT_FDCWD, self->beside, AT_FDCWD, self->path, RENAME_EXCHANGE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return rua_location_fail_write (self->place, errno, error);
#endif
  /* A file system that cannot do it in one step. */
  aside = g_strconcat (self->beside, ".old", NULL);
  if (g_rename (self->path, aside) != 0)
    return rua_location_fail_write (self->place, errno, error);
  if (g_rename (self->beside, self->path) != 0) {
    int reason = errno;

    (void) g_rename (aside, self->path);
    return rua_location_fail_write (self->place, reason, error);
  }
  (void) g_rename (aside, self->beside);
  return TRUE;
}

static gboolean
replace (Saving *self, mode_t mode, GError **error)
{
  g_autofree char *inside = NULL;
  gboolean done;

  if (!each_name (self, self->old, link_others, NULL, error))
    return FALSE;
  if (fchmod (self->new, mode) != 0 || fsync (self->new) != 0)
    return rua_location_fail_write (self->place, errno, error);
  if (!exchange (self, error))
    return FALSE;
  self->is_placed = TRUE;
  done = rua_location_sync_folder (self->place, self->path, error);
  (void) each_name (self, self->old, move_others, NULL, NULL);
  /* What others had in the folder, too, is in its new place for good, before it leaves the old one. */
  inside = g_build_filename (self->path, "datapackage.json", NULL);
  done = done && rua_location_sync_folder (self->place, inside, error);
  (void) each_name (self, self->old, remove_name, NULL, NULL);
  (void) g_rmdir (self->beside);
  return done;
}

/* Never over a folder that somebody else makes meanwhile, unless it is empty. */
static gboolean
put_new (Saving *self, GError **error)
{
  if (fsync (self->new) != 0)
    return rua_location_fail_write (self->place, errno, error);
  if (g_rename (self->beside, self->path) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
      return fail (self->shown, G_IO_ERROR_EXISTS, "there is something of this name already", "ask for it to be replaced, or choose another name", error);
    return rua_location_fail_write (self->place, errno, error);
  }
  self->is_placed = TRUE;
  return rua_location_sync_folder (self->place, self->path, error);
}

gboolean
rua_folder_save (RuaAlliance *alliance, const RuaStoreWriting *writing, GError **error)
{
  Saving self = { .place = writing->place, .shown = writing->place->name, .old = -1, .new = -1 };
  gboolean is_there = FALSE, done;
  mode_t mode = 0700;

  if (g_cancellable_set_error_if_cancelled (writing->cancellable, error))
    return FALSE;
  self.path = rua_location_follow (writing->place, error);
  if (self.path == NULL)
    return FALSE;
  if (look_at (&self, writing, &is_there, &mode, error))
    self.beside = rua_location_make_beside (self.place, self.path, RUA_BESIDE_FOLDER, &self.new, error);
  done = self.beside != NULL && rua_package_write (alliance, self.new, self.shown, writing->progress, writing->cancellable, error)
         && (is_there ? replace (&self, mode, error) : put_new (&self, error));
  if (!done && self.beside != NULL && !self.is_placed) {
    (void) each_name (&self, self.new, remove_name, GINT_TO_POINTER (1), NULL);
    (void) g_rmdir (self.beside);
  }
  saving_clear (&self);
  return done;
}

RuaAlliance *
rua_folder_open (const RuaStoreReading *reading, GError **error)
{
  return rua_package_read (reading->place->path, &reading->limits, reading->faults, reading->progress, reading->cancellable, error);
}
