/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define MOST_LINKS 40
#define BUFFER (256 * 1024)

/* What is written: bytes, what a writer gives bit by bit, or what a maker makes of an empty file. */
typedef struct {
  const char *data;
  gsize length;
  RuaLocationWriter writer;
  RuaAlliance *alliance;
  RuaLocationMaker maker;
  gpointer maker_data;
  GCancellable *cancellable;
} Contents;

static gboolean
fail (const RuaLocation *self, int code, const char *reason, const char *mend, GError **error)
{
  g_set_error (error, G_IO_ERROR, code, "%s: cannot be saved: %s; %s", self->type == RUA_LOCATION_STREAM ? "standard output" : self->name,
               reason, mend);
  return FALSE;
}

gboolean
rua_location_fail_write (const RuaLocation *self, int reason, GError **error)
{
  const char *mend = "nothing was changed";

  if (reason == ENOENT)
    mend = "make its folder first";
  else if (reason == EACCES || reason == EPERM || reason == EROFS)
    mend = "save it elsewhere, or ask for the right to write there";
  else if (reason == ENOSPC || reason == EDQUOT)
    mend = "make room, or save it elsewhere; nothing was changed";
  return fail (self, (int) g_io_error_from_errno (reason), g_strerror (reason), mend, error);
}

char *
rua_location_follow (const RuaLocation *self, GError **error)
{
  g_autofree char *path = g_strdup (self->path);

  /* lstat() would go through a link with a / behind it. */
  for (gsize length = strlen (path); length > 1 && path[length - 1] == G_DIR_SEPARATOR; length--)
    path[length - 1] = '\0';
  for (guint i = 0; i < MOST_LINKS; i++) {
    g_autofree char *target = g_file_read_link (path, NULL);
    g_autofree char *folder = NULL;

    if (target == NULL)
      return g_steal_pointer (&path);
    folder = g_path_get_dirname (path);
    g_free (path);
    path = g_path_is_absolute (target) ? g_strdup (target) : g_build_filename (folder, target, NULL);
  }
  rua_location_fail_write (self, ELOOP, error);
  return NULL;
}

/* TRUE when the file may be written; @is_there with its state in @st. */
static gboolean
look_at (const RuaLocation *self, const char *path, RuaSaveFlags flags, gboolean *is_there, struct stat *st, GError **error)
{
  *is_there = lstat (path, st) == 0;
  if (!*is_there)
    return errno == ENOENT ? TRUE : rua_location_fail_write (self, errno, error);
  if (S_ISDIR (st->st_mode))
    return fail (self, G_IO_ERROR_IS_DIRECTORY, "it is a folder", "give the name of a file in it", error);
  if (!S_ISREG (st->st_mode))
    return fail (self, G_IO_ERROR_NOT_REGULAR_FILE, "it is a pipe, a socket or a device", "give the name of a file, or - for standard output", error);
  if (!(flags & RUA_SAVE_REPLACE))
    return fail (self, G_IO_ERROR_EXISTS, "there is a file already", "ask for it to be replaced, or choose another name", error);
  /* Its folder might let us put another file in its place; whoever may not write it shall not. */
  if (access (path, W_OK) != 0)
    return rua_location_fail_write (self, errno, error);
  return TRUE;
}

gboolean
rua_location_check_write (const RuaLocation *self, RuaSaveFlags flags, GError **error)
{
  g_autofree char *path = NULL;
  gboolean is_there;
  struct stat st;

  if (self->type == RUA_LOCATION_STREAM)
    return TRUE;
  path = rua_location_follow (self, error);
  return path != NULL && look_at (self, path, flags, &is_there, &st, error);
}

static gboolean
write_stream (const RuaLocation *self, int fd, const char *data, gsize length, GError **error)
{
  while (length > 0) {
    gssize put = write (fd, data, length);

    if (put < 0 && errno == EAGAIN) {
      GPollFD poll = { fd, G_IO_OUT, 0 };
      g_poll (&poll, 1, -1);
      continue;
    }
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return rua_location_fail_write (self, errno, error);
    data += put;
    length -= (gsize) put;
  }
  return TRUE;
}

typedef struct {
  const RuaLocation *location;
  int fd;
  GByteArray *buffer;
} Stream;

static gboolean
flush (Stream *stream, GError **error)
{
  gboolean done = write_stream (stream->location, stream->fd, (const char *) stream->buffer->data, stream->buffer->len, error);

  g_byte_array_set_size (stream->buffer, 0);
  return done;
}

static gboolean
take_bytes (gpointer data, gconstpointer bytes, gsize length, GError **error)
{
  Stream *stream = data;

  if (stream->buffer->len + length > BUFFER && !flush (stream, error))
    return FALSE;
  if (length > BUFFER)
    return write_stream (stream->location, stream->fd, bytes, length, error);
  g_byte_array_append (stream->buffer, bytes, (guint) length);
  return TRUE;
}

static gboolean
write_out (const RuaLocation *self, int fd, const Contents *contents, GError **error)
{
  Stream stream = { self, fd, NULL };
  gboolean done;

  if (contents->writer == NULL)
    return write_stream (self, fd, contents->data, contents->length, error);
  stream.buffer = g_byte_array_sized_new (BUFFER);
  done = contents->writer (contents->alliance, take_bytes, &stream, contents->cancellable, error) && flush (&stream, error);
  g_byte_array_unref (stream.buffer);
  return done;
}

/* Under another name first, and on the disk: that name. */
static char *
write_beside (const RuaLocation *self, const char *path, const Contents *contents, int *fd, GError **error)
{
  g_autofree char *beside = rua_location_make_beside (self, path, RUA_BESIDE_FILE, fd, error);
  gboolean done = beside != NULL;

  if (!done)
    return NULL;
  done = contents->maker != NULL ? contents->maker (contents->maker_data, beside, error) : write_out (self, *fd, contents, error);
  if (done && fsync (*fd) != 0)
    done = rua_location_fail_write (self, errno, error);
  if (done)
    return g_steal_pointer (&beside);
  (void) g_unlink (beside);
  close (*fd);
  return NULL;
}

gboolean
rua_location_sync_folder (const RuaLocation *self, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY), reason = fd < 0 ? errno : 0;

  if (fd >= 0) {
    if (fsync (fd) != 0)
      reason = errno;
    close (fd);
  }
  /* Some folders may be written and not read, and some file systems do not do this. */
  if (reason == 0 || reason == EACCES || reason == EINVAL || reason == ENOTSUP || reason == ENOSYS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (reason),
               "%s: is saved, but may not outlast a power failure: its folder could not be put on the disk (%s); save it once more", self->name,
               g_strerror (reason));
  return FALSE;
}

/* A link, so that a file that somebody else makes meanwhile stays. */
static gboolean
write_new (const RuaLocation *self, const char *path, const Contents *contents, GError **error)
{
  int fd;
  g_autofree char *beside = write_beside (self, path, contents, &fd, error);
  gboolean done = beside != NULL;

  if (!done)
    return FALSE;
  if (link (beside, path) != 0) {
    int reason = errno;

    /* Some file systems know one name for a file only. */
    if (reason == EEXIST)
      done = fail (self, G_IO_ERROR_EXISTS, "there is a file already", "ask for it to be replaced, or choose another name", error);
    else if (g_file_test (path, G_FILE_TEST_EXISTS) || g_rename (beside, path) != 0)
      done = rua_location_fail_write (self, reason, error);
  }
  (void) g_unlink (beside);
  close (fd);
  return done;
}

static gboolean
write_over (const RuaLocation *self, const char *path, const struct stat *old, const Contents *contents, GError **error)
{
  mode_t mode = old->st_mode & 07777;
  struct stat st;
  int fd;
  g_autofree char *beside = write_beside (self, path, contents, &fd, error);

  if (beside == NULL)
    return FALSE;
  if (g_rename (beside, path) != 0) {
    rua_location_fail_write (self, errno, error);
    (void) g_unlink (beside);
    close (fd);
    return FALSE;
  }
  if (fstat (fd, &st) == 0 && (st.st_uid != old->st_uid || st.st_gid != old->st_gid) && fchown (fd, old->st_uid, old->st_gid) != 0) {
    /* The rights of the old group are none of the new group's. */
    if (st.st_gid != old->st_gid && fchown (fd, (uid_t) -1, old->st_gid) != 0)
      mode &= ~(mode_t) 0070;
    mode &= ~(mode_t) 07000;
  }
  /* Until now its owner alone could read it. */
  (void) fchmod (fd, mode);
  close (fd);
  return TRUE;
}

static gboolean
write_all (const RuaLocation *self, const Contents *contents, RuaSaveFlags flags, GError **error)
{
  g_autofree char *path = NULL;
  gboolean is_there, done;
  struct stat st;

  if (g_cancellable_set_error_if_cancelled (contents->cancellable, error))
    return FALSE;
  if (self->type == RUA_LOCATION_STREAM)
    return write_out (self, STDOUT_FILENO, contents, error);
  path = rua_location_follow (self, error);
  if (path == NULL || !look_at (self, path, flags, &is_there, &st, error))
    return FALSE;
  done = is_there ? write_over (self, path, &st, contents, error) : write_new (self, path, contents, error);
  return done && rua_location_sync_folder (self, path, error);
}

gboolean
rua_location_write (const RuaLocation *self, GBytes *bytes, RuaSaveFlags flags, GCancellable *cancellable, GError **error)
{
  Contents contents = { .cancellable = cancellable };

  contents.data = g_bytes_get_data (bytes, &contents.length);
  return write_all (self, &contents, flags, error);
}

gboolean
rua_location_write_stream (const RuaLocation *self,
                           RuaLocationWriter writer,
                           RuaAlliance *alliance,
                           RuaSaveFlags flags,
                           GCancellable *cancellable,
                           GError **error)
{
  const Contents contents = { .writer = writer, .alliance = alliance, .cancellable = cancellable };

  return write_all (self, &contents, flags, error);
}

gboolean
rua_location_make (const RuaLocation *self,
                   RuaLocationMaker maker,
                   gpointer maker_data,
                   RuaSaveFlags flags,
                   GCancellable *cancellable,
                   GError **error)
{
  const Contents contents = { .maker = maker, .maker_data = maker_data, .cancellable = cancellable };

  g_return_val_if_fail (self->type == RUA_LOCATION_FILE, FALSE);
  return write_all (self, &contents, flags, error);
}
