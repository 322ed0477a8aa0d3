/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The functions below have two names each, of which the headers would give us only one. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "file-calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A program's own function stands before the C library's for every library of the process. */

static struct {
  char *folder;
  FileCallBefore before;
  FileCallAfter after;
  gpointer data;
} watch;

static GRecMutex lock; /* a thread may save while another goes on */
static __thread int blind;
static __thread char path_buffer[PATH_MAX], to_buffer[PATH_MAX];

void
file_calls_watch (const char *folder, FileCallBefore before, FileCallAfter after, gpointer data)
{
  g_assert_true (g_path_is_absolute (folder));
  g_rec_mutex_lock (&lock);
  g_assert_null (watch.folder);
  watch.before = before;
  watch.after = after;
  watch.data = data;
  watch.folder = g_strdup (folder);
  g_rec_mutex_unlock (&lock);
}

void
file_calls_forget (void)
{
  g_rec_mutex_lock (&lock);
  g_clear_pointer (&watch.folder, g_free);
  g_rec_mutex_unlock (&lock);
}

void
file_calls_set_blind (gboolean is_blind)
{
  blind += is_blind ? 1 : -1;
}

const char *
file_call_type_to_string (FileCallType type)
{
  static const char *const words[] = { "open", "write", "truncate", "sync", "close", "rename", "link", "unlink", "mkdir", "chmod" };

  return words[type];
}

/* The C library's own. */
static gpointer
next (gpointer *address, const char *name)
{
  if (*address == NULL)
    *address = dlsym (RTLD_NEXT, name);
  return *address;
}

#define NEXT(name) \
  static gpointer address_of_##name; \
  __typeof__ (&name) real = next (&address_of_##name, #name)

/* Where an open file is now; NULL for what is none. */
static const char *
path_of (int fd, char buffer[PATH_MAX])
{
  char link_path[64];
  gssize n;

  g_snprintf (link_path, sizeof link_path, "/proc/self/fd/%d", fd);
  n = readlink (link_path, buffer, PATH_MAX - 1);
  if (n <= 0 || buffer[0] != '/')
    return NULL;
  buffer[n] = '\0';
  return buffer;
}

/* @path seen from an open folder. */
static const char *
seen_from (int folder, const char *path, char buffer[PATH_MAX])
{
  gsize n;

  if (watch.folder == NULL || blind > 0 || folder == AT_FDCWD || path == NULL || path[0] == '/' || path_of (folder, buffer) == NULL)
    return path;
  n = strlen (buffer);
  if (!g_str_equal (path, "."))
    g_snprintf (buffer + n, PATH_MAX - n, "/%s", path);
  return buffer;
}

static gboolean
is_watched (const char *path)
{
  gsize n;

  if (watch.folder == NULL || blind > 0 || path == NULL)
    return FALSE;
  n = strlen (watch.folder);
  return strncmp (path, watch.folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* What is watched begins with the lock held, and ends in leave(). */
static gboolean
enter (FileCall *call)
{
  if (watch.folder == NULL || blind > 0)
    return FALSE;
  g_rec_mutex_lock (&lock);
  if (call->path == NULL && call->fd >= 0)
    call->path = path_of (call->fd, path_buffer);
  if (is_watched (call->path) || is_watched (call->to)) {
    blind++;
    return TRUE;
  }
  g_rec_mutex_unlock (&lock);
  return FALSE;
}

/* FALSE when the call fails before it is made. */
static gboolean
may (FileCall *call)
{
  int reason = watch.before != NULL ? watch.before (call, watch.data) : 0;

  errno = reason;
  return reason == 0;
}

static gssize
leave (const FileCall *call, gssize result)
{
  int reason = errno;

  if (result >= 0 && watch.after != NULL)
    watch.after (call, result, watch.data);
  blind--;
  g_rec_mutex_unlock (&lock);
  errno = reason;
  return result;
}

#define WATCHED(call, expression) (enter (&(call)) ? leave (&(call), may (&(call)) ? (gssize) (expression) : -1) : (gssize) (expression))

/* ---- opening ---- */

int open (const char *path, int flags, ...);
int open64 (const char *path, int flags, ...);
int openat (int folder, const char *path, int flags, ...);
int openat64 (int folder, const char *path, int flags, ...);

static int
open_any (int folder, const char *path, int flags, mode_t mode)
{
  FileCall call = { .type = FILE_CALL_OPEN, .fd = -1, .path = seen_from (folder, path, path_buffer), .flags = flags };
  NEXT (openat);

  return (int) WATCHED (call, real (folder, path, flags, mode));
}

#define MODE \
  mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list arguments; \
    va_start (arguments, flags); \
    mode = va_arg (arguments, mode_t); \
    va_end (arguments); \
  }

int
open (const char *path, int flags, ...)
{
  MODE
  return open_any (AT_FDCWD, path, flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
  MODE
  return open_any (AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int
openat (int folder, const char *path, int flags, ...)
{
  MODE
  return open_any (folder, path, flags, mode);
}

int
openat64 (int folder, const char *path, int flags, ...)
{
  MODE
  return open_any (folder, path, flags | O_LARGEFILE, mode);
}

int
close (int fd)
{
  FileCall call = { .type = FILE_CALL_CLOSE, .fd = fd };
  NEXT (close);

  if (!enter (&call))
    return real (fd);
  /* A file whose closing fails is closed. */
  if (!may (&call)) {
    int reason = errno;
    real (fd);
    errno = reason;
    return (int) leave (&call, -1);
  }
  return (int) leave (&call, real (fd));
}

/* ---- what is in a file ---- */

ssize_t
write (int fd, const void *data, size_t length)
{
  FileCall call = { .type = FILE_CALL_WRITE, .fd = fd, .data = data, .length = length };
  NEXT (write);

  if (!enter (&call))
    return real (fd, data, length);
  call.offset = lseek (fd, 0, SEEK_CUR);
  return leave (&call, may (&call) ? real (fd, data, call.length) : -1);
}

ssize_t pwrite64 (int fd, const void *data, size_t length, off64_t offset);

ssize_t
pwrite64 (int fd, const void *data, size_t length, off64_t offset)
{
  FileCall call = { .type = FILE_CALL_WRITE, .fd = fd, .data = data, .length = length, .offset = offset };
  NEXT (pwrite64);

  return WATCHED (call, real (fd, data, call.length, offset));
}

ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  return pwrite64 (fd, data, length, offset);
}

int ftruncate64 (int fd, off64_t length);

int
ftruncate64 (int fd, off64_t length)
{
  FileCall call = { .type = FILE_CALL_TRUNCATE, .fd = fd, .length = (gsize) length };
  NEXT (ftruncate64);

  return (int) WATCHED (call, real (fd, length));
}

int
ftruncate (int fd, off_t length)
{
  return ftruncate64 (fd, length);
}

int fallocate64 (int fd, int mode, off64_t offset, off64_t length);

/* Nobody needs it: GLib and SQLite go on where a file system does not know it. */
int
fallocate64 (int fd, int mode, off64_t offset, off64_t length)
{
  FileCall call = { .type = FILE_CALL_TRUNCATE, .fd = fd };
  NEXT (fallocate64);

  if (enter (&call)) {
    errno = EOPNOTSUPP;
    return (int) leave (&call, -1);
  }
  return real (fd, mode, offset, length);
}

int
fallocate (int fd, int mode, off_t offset, off_t length)
{
  return fallocate64 (fd, mode, offset, length);
}

int
fsync (int fd)
{
  FileCall call = { .type = FILE_CALL_SYNC, .fd = fd };
  NEXT (fsync);

  return (int) WATCHED (call, real (fd));
}

int
fdatasync (int fd)
{
  FileCall call = { .type = FILE_CALL_SYNC, .fd = fd };
  NEXT (fdatasync);

  return (int) WATCHED (call, real (fd));
}

/* ---- names ---- */

int
rename (const char *from, const char *to)
{
  FileCall call = { .type = FILE_CALL_RENAME, .fd = -1, .path = from, .to = to };
  NEXT (rename);

  return (int) WATCHED (call, real (from, to));
}

static int
rename_any (int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
  FileCall call = { .type = FILE_CALL_RENAME, .fd = -1, .path = seen_from (from_folder, from, path_buffer),
                    .to = seen_from (to_folder, to, to_buffer), .flags = (int) flags };
  NEXT (renameat2);

  return (int) WATCHED (call, real (from_folder, from, to_folder, to, flags));
}

int
renameat2 (int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
  return rename_any (from_folder, from, to_folder, to, flags);
}

int
renameat (int from_folder, const char *from, int to_folder, const char *to)
{
  return rename_any (from_folder, from, to_folder, to, 0);
}

int
linkat (int from_folder, const char *from, int to_folder, const char *to, int flags)
{
  FileCall call = { .type = FILE_CALL_LINK, .fd = -1, .path = seen_from (from_folder, from, path_buffer),
                    .to = seen_from (to_folder, to, to_buffer) };
  NEXT (linkat);

  return (int) WATCHED (call, real (from_folder, from, to_folder, to, flags));
}

int
unlinkat (int folder, const char *path, int flags)
{
  FileCall call = { .type = FILE_CALL_UNLINK, .fd = -1, .path = seen_from (folder, path, path_buffer) };
  NEXT (unlinkat);

  return (int) WATCHED (call, real (folder, path, flags));
}

int
mkdirat (int folder, const char *path, mode_t mode)
{
  FileCall call = { .type = FILE_CALL_MKDIR, .fd = -1, .path = seen_from (folder, path, path_buffer) };
  NEXT (mkdirat);

  return (int) WATCHED (call, real (folder, path, mode));
}

int
link (const char *from, const char *to)
{
  FileCall call = { .type = FILE_CALL_LINK, .fd = -1, .path = from, .to = to };
  NEXT (link);

  return (int) WATCHED (call, real (from, to));
}

int
unlink (const char *path)
{
  FileCall call = { .type = FILE_CALL_UNLINK, .fd = -1, .path = path };
  NEXT (unlink);

  return (int) WATCHED (call, real (path));
}

int
rmdir (const char *path)
{
  FileCall call = { .type = FILE_CALL_UNLINK, .fd = -1, .path = path };
  NEXT (rmdir);

  return (int) WATCHED (call, real (path));
}

int
remove (const char *path)
{
  FileCall call = { .type = FILE_CALL_UNLINK, .fd = -1, .path = path };
  NEXT (remove);

  return (int) WATCHED (call, real (path));
}

int
mkdir (const char *path, mode_t mode)
{
  FileCall call = { .type = FILE_CALL_MKDIR, .fd = -1, .path = path };
  NEXT (mkdir);

  return (int) WATCHED (call, real (path, mode));
}

int
chmod (const char *path, mode_t mode)
{
  FileCall call = { .type = FILE_CALL_CHMOD, .fd = -1, .path = path };
  NEXT (chmod);

  return (int) WATCHED (call, real (path, mode));
}

int
fchmod (int fd, mode_t mode)
{
  FileCall call = { .type = FILE_CALL_CHMOD, .fd = fd };
  NEXT (fchmod);

  return (int) WATCHED (call, real (fd, mode));
}

int
chown (const char *path, uid_t owner, gid_t group)
{
  FileCall call = { .type = FILE_CALL_CHMOD, .fd = -1, .path = path };
  NEXT (chown);

  return (int) WATCHED (call, real (path, owner, group));
}

int
fchown (int fd, uid_t owner, gid_t group)
{
  FileCall call = { .type = FILE_CALL_CHMOD, .fd = fd };
  NEXT (fchown);

  return (int) WATCHED (call, real (fd, owner, group));
}
