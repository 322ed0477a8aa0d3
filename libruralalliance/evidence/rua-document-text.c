/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-document-text-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rua-error.h"

static gboolean
name_stays_inside (const char *name)
{
  g_auto (GStrv) parts = NULL;

  if (*name == '\0' || g_path_is_absolute (name) || strchr (name, '\\') != NULL)
    return FALSE;
  parts = g_strsplit (name, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (g_str_equal (parts[i], ".."))
      return FALSE;
  return TRUE;
}

/* The file's real path, when it lies below the folder's real path. */
static char *
resolve_inside (const char *folder, const char *name, GError **error)
{
  g_autofree char *joined = g_build_filename (folder, name, NULL);
  char *root = realpath (folder, NULL);
  char *path = realpath (joined, NULL);
  char *inside = NULL;

  if (root == NULL || path == NULL) {
    int code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                 "Text of a document “%s”: %s; put the file beside the alliance", name,
                 g_strerror (code));
  } else {
    gsize n = strlen (root);
    while (n > 0 && root[n - 1] == '/')
      n--;
    if (strncmp (path, root, n) == 0 && path[n] == '/')
      inside = g_strdup (path);
    else
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "Text of a document “%s” leads out of the alliance's folder; "
                   "put the file itself beside the alliance",
                   name);
  }
  free (root);
  free (path);
  return inside;
}

static char *
read_whole (const char *path, const char *name, gsize *length, GError **error)
{
  /* O_NONBLOCK: a pipe must not hold us; O_NOFOLLOW: the path was resolved, a link now is new. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat status;
  g_autofree char *data = NULL;
  gsize n = 0;

  if (fd < 0 || fstat (fd, &status) < 0) {
    int code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Text of a document “%s”: %s",
                 name, g_strerror (code));
    if (fd >= 0)
      close (fd);
    return NULL;
  }
  if (!S_ISREG (status.st_mode)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "Text of a document “%s” is not a regular file",
                 name);
    close (fd);
    return NULL;
  }
  if (status.st_size > RUA_DOCUMENT_TEXT_LIMIT) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "Text of a document “%s” has %" G_GINT64_FORMAT
                 " bytes, more than the %u allowed; "
                 "divide the document",
                 name, (gint64)status.st_size, RUA_DOCUMENT_TEXT_LIMIT);
    close (fd);
    return NULL;
  }
  /* The file may grow while it is read: never read beyond the limit. */
  data = g_malloc ((gsize)status.st_size + 1);
  while (n < (gsize)status.st_size) {
    gssize got = read (fd, data + n, (gsize)status.st_size - n);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      int code = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Text of a document “%s”: %s",
                   name, g_strerror (code));
      close (fd);
      return NULL;
    }
    if (got == 0)
      break;
    n += (gsize)got;
  }
  close (fd);
  data[n] = '\0';
  *length = n;
  return g_steal_pointer (&data);
}

static RuaDocumentText *
text_new_take (char *data, gsize length, const char *name, GError **error)
{
  g_autofree char *owned = data;
  const char *end;
  RuaDocumentText *self;
  gsize skip = 0;
  gsize start = 0;

  if (!g_utf8_validate_len (data, length, &end)) {
    guint line = 1;
    for (const char *p = data; p < end; p++)
      line += *p == '\n';
    g_set_error (error, RUA_ERROR, RUA_ERROR_SYNTAX,
                 "Text of a document “%s”, line %u: not UTF-8; save it as UTF-8 text", name, line);
    return NULL;
  }
  self = g_new0 (RuaDocumentText, 1);
  self->digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)data, length);
  if (length >= 3 && memcmp (data, "\xEF\xBB\xBF", 3) == 0)
    skip = 3;
  self->text = skip == 0 ? g_steal_pointer (&owned) : g_strndup (data + skip, length - skip);
  self->length = length - skip;
  self->lines = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_array_append_val (self->lines, start);
  for (gsize i = 0; i < self->length; i++)
    if (self->text[i] == '\n') {
      start = i + 1;
      g_array_append_val (self->lines, start);
    }
  return self;
}

RuaDocumentText *
rua_document_text_new (const char *text, gssize length, GError **error)
{
  gsize n = length < 0 ? strlen (text) : (gsize)length;
  char *copy = g_malloc (n + 1);

  memcpy (copy, text, n);
  copy[n] = '\0';
  return text_new_take (copy, n, "(memory)", error);
}

RuaDocumentText *
rua_document_text_open (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  char *data;
  gsize length = 0;

  if (!name_stays_inside (name)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "Text of a document “%s”: the name must be a path inside the alliance's folder",
                 name);
    return NULL;
  }
  path = resolve_inside (folder, name, error);
  if (path == NULL)
    return NULL;
  data = read_whole (path, name, &length, error);
  if (data == NULL)
    return NULL;
  return text_new_take (data, length, name, error);
}

void
rua_document_text_free (RuaDocumentText *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->digest);
  g_clear_pointer (&self->lines, g_array_unref);
  g_free (self->plain);
  g_free (self->plain_origin);
  g_free (self);
}

void
rua_document_text_locate (const RuaDocumentText *self, gsize offset, guint *line, guint *column)
{
  guint low = 0;
  guint high = self->lines->len;
  gsize start;

  offset = MIN (offset, self->length);
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (self->lines, gsize, middle) <= offset)
      low = middle;
    else
      high = middle;
  }
  start = g_array_index (self->lines, gsize, low);
  if (line != NULL)
    *line = low + 1;
  if (column != NULL)
    *column = (guint)g_utf8_strlen (self->text + start, (gssize)(offset - start)) + 1;
}

/* "Prof. Li", "No. 4", "J. Smith": a full stop that ends no sentence. */
static gboolean
is_abbreviation (const char *text, const char *stop)
{
  static const char *const words[]
    = { "prof", "dr", "mr",  "mrs", "ms",  "st", "no",  "vol", "pp",  "al", "cf",
        "eg",   "ie", "fig", "ch",  "art", "ed", "eds", "co",  "ltd", NULL };
  const char *word = stop;
  g_autofree char *lower = NULL;

  while (word > text && g_ascii_isalpha (word[-1]))
    word--;
  if (stop - word == 1)
    return TRUE;
  lower = g_ascii_strdown (word, stop - word);
  return g_strv_contains (words, lower);
}

static gboolean
ends_sentence (const char *text, const char *p)
{
  gunichar c = g_utf8_get_char (p);

  if (c == '\n' || c == 0x3002 || c == 0xFF01 || c == 0xFF1F) /* 。！？ */
    return TRUE;
  if (c == '.' || c == '!' || c == '?') {
    const char *next = p + 1;
    if (c == '.' && is_abbreviation (text, p))
      return FALSE;
    while (*next == '"' || *next == '\'' || *next == ')' || *next == ']')
      next++;
    if (g_str_has_prefix (next, "”") || g_str_has_prefix (next, "’"))
      next += strlen ("”");
    return *next == '\0' || g_ascii_isspace (*next);
  }
  return FALSE;
}

gsize
rua_document_text_sentence (const RuaDocumentText *self, gsize offset, gsize *length)
{
  const char *text = self->text;
  const char *start = text + MIN (offset, self->length);
  const char *end = start;

  while (start > text) {
    const char *previous = g_utf8_prev_char (start);
    if (ends_sentence (text, previous))
      break;
    start = previous;
  }
  while (g_ascii_isspace (*start) && start < end)
    start++;
  while (*end != '\0' && !ends_sentence (text, end))
    end = g_utf8_next_char (end);
  if (*end != '\0' && *end != '\n')
    end = g_utf8_next_char (end);
  *length = (gsize)(end - start);
  return (gsize)(start - text);
}
