/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is saved is made under another name first. A saver that is killed leaves that file behind: the next one
 * to save there removes it. Whoever is still at work holds a lock on theirs, which ends with the process. */
#include "rua-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define MOST_NAME 64 /* of the name that it is beside; file systems take 255 bytes */
#define RANDOM "XXXXXX"
#define MOST_TRIES 100

static char *
make_prefix (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  return g_strdup_printf (".%.*s.rua-", MOST_NAME, name);
}

static gboolean
is_ours (const char *name, const char *prefix)
{
  gsize length = strlen (prefix);

  if (strncmp (name, prefix, length) != 0 || strlen (name) != length + strlen (RANDOM))
    return FALSE;
  for (const char *p = name + length; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p))
      return FALSE;
  return TRUE;
}

/* The lock of a file that still has its name. */
static gboolean
lock (int fd, struct stat *st)
{
  return flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, st) == 0 && st->st_nlink > 0;
}

/* A folder of ours holds files only. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *below = g_build_filename (path, name, NULL);
    (void) g_unlink (below);
  }
  (void) g_rmdir (path);
}

static void
sweep (const char *folder, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = NULL;
    struct stat st;
    int fd;

    if (!is_ours (name, prefix))
      continue;
    path = g_build_filename (folder, name, NULL);
    fd = g_open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0);
    if (fd < 0)
      continue;
    if (lock (fd, &st) && st.st_uid == geteuid ()) {
      if (S_ISREG (st.st_mode))
        (void) g_unlink (path);
      else if (S_ISDIR (st.st_mode))
        remove_folder (path);
    }
    close (fd);
  }
}

/* Opened, or not there. */
static int
make_folder (char *template)
{
  int fd;

  if (g_mkdtemp_full (template, 0700) == NULL)
    return -1;
  fd = g_open (template, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0) {
    int reason = errno;

    (void) g_rmdir (template);
    errno = reason;
  }
  return fd;
}

char *
rua_location_make_beside (const RuaLocation *self, const char *path, RuaBesideType type, int *fd, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path), *prefix = make_prefix (path);
  int reason = EEXIST;

  sweep (folder, prefix);
  for (guint i = 0; i < MOST_TRIES && reason == EEXIST; i++) {
    g_autofree char *name = g_strconcat (prefix, RANDOM, NULL), *beside = g_build_filename (folder, name, NULL);
    struct stat st;

    if (type == RUA_BESIDE_FOLDER)
      *fd = make_folder (beside);
    else
      *fd = g_mkstemp_full (beside, O_RDWR | O_CLOEXEC, 0600);
    if (*fd < 0) {
      reason = errno;
      break;
    }
    /* Somebody may have swept it before it was locked; a file system that knows no locks is not swept. */
    if (lock (*fd, &st) || (fstat (*fd, &st) == 0 && st.st_nlink > 0))
      return g_steal_pointer (&beside);
    close (*fd);
    *fd = -1;
  }
  rua_location_fail_write (self, reason, error);
  return NULL;
}
