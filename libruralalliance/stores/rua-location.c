/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES G_GUINT64_CONSTANT (0xffffffff)
#define DESCRIPTOR "datapackage.json"
#define READ_SIZE (1024 * 1024)

static gboolean
has_scheme (const char *text)
{
  const char *colon = strstr (text, "://");

  if (colon == NULL || !g_ascii_isalpha (text[0]))
    return FALSE;
  for (const char *p = text; p < colon; p++)
    if (!g_ascii_isalnum (*p) && *p != '+' && *p != '-' && *p != '.')
      return FALSE;
  return TRUE;
}

/* "postgresql://user:secret@host/…" without its secret. */
static char *
without_password (const char *address)
{
  const char *start = strstr (address, "://") + 3;
  const char *end = start + strcspn (start, "/?#");
  const char *at = NULL, *colon;

  for (const char *p = start; p < end; p++)
    if (*p == '@')
      at = p;
  colon = at != NULL ? memchr (start, ':', (gsize) (at - start)) : NULL;
  if (colon == NULL)
    return g_strdup (address);
  return g_strdup_printf ("%.*s:…%s", (int) (colon - address), address, at);
}

RuaLocation *
rua_location_new (const char *place)
{
  RuaLocation *self = g_new0 (RuaLocation, 1);

  if (g_str_equal (place, "-")) {
    self->type = RUA_LOCATION_STREAM;
    self->name = g_strdup (place);
  } else if (has_scheme (place) && g_ascii_strncasecmp (place, "file:", 5) != 0) {
    self->type = RUA_LOCATION_ADDRESS;
    self->name = without_password (place);
  } else {
    g_autoptr (GFile) file = has_scheme (place) ? g_file_new_for_uri (place) : g_file_new_for_path (place);
    self->type = RUA_LOCATION_FILE;
    self->path = g_file_get_path (file);
    if (self->path == NULL && !has_scheme (place))
      self->path = g_strdup (place);
    self->name = g_filename_display_name (has_scheme (place) && self->path != NULL ? self->path : place);
    /* A package may be called by its descriptor. */
    if (self->path != NULL && (g_str_equal (self->path, DESCRIPTOR) || g_str_has_suffix (self->path, G_DIR_SEPARATOR_S DESCRIPTOR))) {
      char *folder = g_path_get_dirname (self->path);

      g_free (self->path);
      g_free (self->name);
      self->path = folder;
      self->name = g_strconcat (folder, G_DIR_SEPARATOR_S, NULL);
    }
    /* A file of another machine. */
    if (self->path == NULL)
      self->type = RUA_LOCATION_ADDRESS;
  }
  return self;
}

RuaLocation *
rua_location_copy (const RuaLocation *self)
{
  RuaLocation *copy = g_new0 (RuaLocation, 1);

  copy->type = self->type;
  copy->name = g_strdup (self->name);
  copy->path = g_strdup (self->path);
  return copy;
}

void
rua_location_free (RuaLocation *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->path);
  g_free (self);
}

char *
rua_location_dup_uri (const RuaLocation *self)
{
  g_autoptr (GFile) file = NULL;

  if (self->path == NULL)
    return NULL;
  file = g_file_new_for_path (self->path);
  return g_file_get_uri (file);
}

static gboolean
fail (const RuaLocation *self, int reason, const char *mend, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (reason), "%s: cannot be read: %s%s%s",
               self->type == RUA_LOCATION_STREAM ? "standard input" : self->name, g_strerror (reason), mend != NULL ? "; " : "",
               mend != NULL ? mend : "");
  return FALSE;
}

static gboolean
fail_size (const RuaLocation *self, guint64 most, GError **error)
{
  if (most < MOST_BYTES) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: has more than %" G_GUINT64_FORMAT " bytes, the limit; give a smaller file, or raise the limit of bytes",
                 self->type == RUA_LOCATION_STREAM ? "standard input" : self->name, most);
    return FALSE;
  }
  g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: is greater than 4 GiB; split it into several files",
               self->type == RUA_LOCATION_STREAM ? "standard input" : self->name);
  return FALSE;
}

/* Waits until something can be read, or is cancelled. */
static gboolean
wait_readable (int fd, GCancellable *cancellable, GError **error)
{
  GPollFD polls[2] = { { fd, G_IO_IN, 0 } };
  guint n = 1;
  int result;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (g_cancellable_make_pollfd (cancellable, &polls[1]))
    n = 2;
  do
    result = g_poll (polls, n, -1);
  while (result < 0 && errno == EINTR);
  if (n == 2)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static GBytes *
read_all (const RuaLocation *self, int fd, gsize expected, guint64 most, GCancellable *cancellable, GError **error)
{
  gsize size = MAX (expected + 1, 65536), used = 0;
  g_autofree char *buffer = g_try_malloc (size);

  while (buffer != NULL) {
    gssize got;

    if (!wait_readable (fd, cancellable, error))
      return NULL;
    if (used == size) {
      char *larger = size > MOST_BYTES ? NULL : g_try_realloc (buffer, size *= 2);
      if (larger == NULL)
        break;
      g_steal_pointer (&buffer);
      buffer = larger;
    }
    got = read (fd, buffer + used, MIN (size - used, READ_SIZE));
    if (got == 0)
      return g_bytes_new_take (g_steal_pointer (&buffer), used);
    if (got < 0) {
      if (errno == EINTR || errno == EAGAIN)
        continue;
      fail (self, errno, NULL, error);
      return NULL;
    }
    used += (gsize) got;
    if (used > most) {
      fail_size (self, most, error);
      return NULL;
    }
  }
  fail (self, ENOMEM, "give the process more memory", error);
  return NULL;
}

GBytes *
rua_location_read (const RuaLocation *self, guint64 limit, GCancellable *cancellable, GError **error)
{
  guint64 most = limit > 0 ? MIN (limit, MOST_BYTES) : MOST_BYTES;
  struct stat st;
  GBytes *bytes = NULL;
  int fd;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (self->type == RUA_LOCATION_STREAM)
    return read_all (self, STDIN_FILENO, 0, most, cancellable, error);
  /* Not to wait for a pipe's writer here, where nothing could be cancelled. */
  fd = open (self->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    fail (self, errno,
          errno == ENOENT   ? "check its name"
          : errno == EACCES ? "ask its owner for the right to read it"
                            : NULL,
          error);
    return NULL;
  }
  if (fstat (fd, &st) != 0)
    fail (self, errno, NULL, error);
  else if (S_ISREG (st.st_mode) && (guint64) st.st_size > most)
    fail_size (self, most, error);
  else if (S_ISREG (st.st_mode) || S_ISFIFO (st.st_mode))
    bytes = read_all (self, fd, S_ISREG (st.st_mode) ? (gsize) st.st_size : 0, most, cancellable, error);
  else
    g_set_error (error, G_IO_ERROR, S_ISDIR (st.st_mode) ? G_IO_ERROR_IS_DIRECTORY : G_IO_ERROR_NOT_REGULAR_FILE,
                 "%s: is %s; give a file, or - for standard input", self->name, S_ISDIR (st.st_mode) ? "a folder" : "a device");
  close (fd);
  return bytes;
}

GBytes *
rua_location_peek (const RuaLocation *self)
{
  struct stat st;
  char head[64];
  gssize n = -1;
  int fd = open (self->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
    do
      n = pread (fd, head, sizeof head, 0);
    while (n < 0 && errno == EINTR);
  close (fd);
  return n >= 0 ? g_bytes_new (head, (gsize) n) : NULL;
}

typedef struct {
  gpointer address;
  gsize length;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->address, mapping->length);
  g_free (mapping);
}

GBytes *
rua_location_map (const RuaLocation *self, int *fd, GError **error)
{
  struct stat st;
  Mapping *mapping;
  gpointer address = MAP_FAILED;

  *fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (*fd < 0 || fstat (*fd, &st) != 0) {
    fail (self, errno, "check its name, or ask its owner for the right to read it", error);
  } else if (st.st_size <= 0) {
    fail (self, EINVAL, "it is empty", error);
  } else {
    address = mmap (NULL, (gsize) st.st_size, PROT_READ, MAP_PRIVATE, *fd, 0);
    if (address == MAP_FAILED)
      fail (self, errno, NULL, error);
#ifdef MADV_HUGEPAGE
    /* Read and mapped 2 MiB at a time, where the system and the file's can: otherwise some thousand pages are each made known. */
    else
      madvise (address, (gsize) st.st_size, MADV_HUGEPAGE);
#endif
  }
  if (address == MAP_FAILED) {
    if (*fd >= 0)
      close (*fd);
    return NULL;
  }
  mapping = g_new (Mapping, 1);
  mapping->address = address;
  mapping->length = (gsize) st.st_size;
  return g_bytes_new_with_free_func (address, mapping->length, mapping_free, mapping);
}
