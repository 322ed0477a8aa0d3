/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define MOST_LINKS 40
#define NEW_MODE 0600 /* alliances tell about people */
#define BUFFER (256 * 1024)

/* What is written: bytes, or what a writer gives bit by bit. */
typedef struct {
  const char *data;
  gsize length;
  RuaLocationWriter writer;
  RuaAlliance *alliance;
  GCancellable *cancellable;
} Contents;

static gboolean
fail (const RuaLocation *self, int code, const char *reason, const char *mend, GError **error)
{
  g_set_error (error, G_IO_ERROR, code, "%s: cannot be saved: %s; %s", self->type == RUA_LOCATION_STREAM ? "standard output" : self->name,
               reason, mend);
  return FALSE;
}

static gboolean
fail_errno (const RuaLocation *self, int reason, GError **error)
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

/* Where the links end that begin at @path; the last part need not be there. */
static char *
follow_links (const RuaLocation *self, GError **error)
{
  g_autofree char *path = g_strdup (self->path);

  for (guint i = 0; i < MOST_LINKS; i++) {
    g_autofree char *target = g_file_read_link (path, NULL);
    g_autofree char *folder = NULL;

    if (target == NULL)
      return g_steal_pointer (&path);
    folder = g_path_get_dirname (path);
    g_free (path);
    path = g_path_is_absolute (target) ? g_strdup (target) : g_build_filename (folder, target, NULL);
  }
  fail_errno (self, ELOOP, error);
  return NULL;
}

/* TRUE when the file may be written; @is_there with its state in @st. */
static gboolean
look_at (const RuaLocation *self, const char *path, RuaSaveFlags flags, gboolean *is_there, struct stat *st, GError **error)
{
  *is_there = lstat (path, st) == 0;
  if (!*is_there)
    return errno == ENOENT ? TRUE : fail_errno (self, errno, error);
  if (S_ISDIR (st->st_mode))
    return fail (self, G_IO_ERROR_IS_DIRECTORY, "it is a folder", "give the name of a file in it", error);
  if (!S_ISREG (st->st_mode))
    return fail (self, G_IO_ERROR_NOT_REGULAR_FILE, "it is a pipe, a socket or a device", "give the name of a file, or - for standard output", error);
  if (!(flags & RUA_SAVE_REPLACE))
    return fail (self, G_IO_ERROR_EXISTS, "there is a file already", "ask for it to be replaced, or choose another name", error);
  /* Its folder might let us put another file in its place; whoever may not write it shall not. */
  if (access (path, W_OK) != 0)
    return fail_errno (self, errno, error);
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
  path = follow_links (self, error);
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
      return fail_errno (self, errno, error);
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

/* Under another name first, and on the disk before it takes the place of what is there. */
static gboolean
stream_contents (const RuaLocation *self, const char *path, const Contents *contents, int mode, GError **error)
{
  g_autofree char *beside = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (beside, O_RDWR | O_CLOEXEC, mode);
  gboolean done;

  if (fd < 0)
    return fail_errno (self, errno, error);
  done = write_out (self, fd, contents, error);
  if (done && fsync (fd) != 0)
    done = fail_errno (self, errno, error);
  if (close (fd) != 0 && done)
    done = fail_errno (self, errno, error);
  if (done && g_rename (beside, path) != 0)
    done = fail_errno (self, errno, error);
  if (!done)
    (void) g_unlink (beside);
  return done;
}

static gboolean
write_contents (const RuaLocation *self, const char *path, const Contents *contents, int mode, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (contents->writer != NULL)
    return stream_contents (self, path, contents, mode, error);
  if (g_file_set_contents_full (path, contents->data, (gssize) contents->length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode, &local))
    return TRUE;
  return fail (self, (int) g_io_error_from_file_error ((GFileError) local->code), local->message,
               "save it elsewhere, or ask for the right to write there; nothing was changed", error);
}

/* The name, too, is on the disk. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);

  if (fd >= 0) {
    (void) fsync (fd);
    close (fd);
  }
}

/* Under a name of its own first, so that a file that somebody else makes meanwhile stays. */
static gboolean
write_new (const RuaLocation *self, const char *path, const Contents *contents, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *hidden = g_strdup_printf (".%s.XXXXXX", name);
  g_autofree char *beside = g_build_filename (folder, hidden, NULL);
  int fd = g_mkstemp_full (beside, O_RDWR | O_CLOEXEC, NEW_MODE);
  gboolean done;

  if (fd < 0)
    return fail_errno (self, errno, error);
  close (fd);
  done = write_contents (self, beside, contents, NEW_MODE, error);
  if (done && link (beside, path) != 0) {
    /* Some file systems know one name for a file only. */
    if (errno == EEXIST)
      done = fail (self, G_IO_ERROR_EXISTS, "there is a file already", "ask for it to be replaced, or choose another name", error);
    else if (!g_file_test (path, G_FILE_TEST_EXISTS) && g_rename (beside, path) == 0)
      return TRUE;
    else
      done = fail_errno (self, errno, error);
  }
  (void) g_unlink (beside);
  return done;
}

static gboolean
write_over (const RuaLocation *self, const char *path, const struct stat *old, const Contents *contents, GError **error)
{
  mode_t mode = old->st_mode & 07777;
  struct stat st;

  /* Never with more rights than the old one, not even for a moment. */
  if (!write_contents (self, path, contents, (int) (mode & 0700), error))
    return FALSE;
  if (stat (path, &st) != 0)
    return TRUE;
  if ((st.st_uid != old->st_uid || st.st_gid != old->st_gid) && chown (path, old->st_uid, old->st_gid) != 0) {
    /* The rights of the old group are none of the new group's. */
    if (st.st_gid != old->st_gid && chown (path, (uid_t) -1, old->st_gid) != 0)
      mode &= ~(mode_t) 0070;
    mode &= ~(mode_t) 07000;
  }
  (void) chmod (path, mode);
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
  path = follow_links (self, error);
  if (path == NULL || !look_at (self, path, flags, &is_there, &st, error))
    return FALSE;
  done = is_there ? write_over (self, path, &st, contents, error) : write_new (self, path, contents, error);
  if (done)
    sync_folder (path);
  return done;
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
