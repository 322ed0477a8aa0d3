/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-core-private.h"

#include <errno.h>

#include "rua-faults-private.h"

/* Text of another encoding becomes UTF-8 before anything looks for separators: the second byte of a
 * character may look like one (in GB18030 and GBK from 0x30 on, so "|" is among them). */

#define STEP ((gsize) 1 << 20)

static gboolean
is_utf8 (const char *encoding)
{
  return g_ascii_strcasecmp (encoding, "utf-8") == 0 || g_ascii_strcasecmp (encoding, "utf8") == 0;
}

/* The line behind what was decoded, for a message. In other encodings a byte of LF may be part of a character. */
static guint64
line_behind (const char *decoded, gsize length)
{
  guint64 line = 1;

  for (gsize i = 0; i < length; i++)
    line += decoded[i] == '\n';
  return line;
}

static void
refuse_end (const char *name, const char *encoding, GError **error)
{
  rua_set_clean_error (error, RUA_ERROR_SYNTAX, "%s ends within a character of %s; the file is cut short", name, encoding);
}

static void
refuse_byte (const char *name, const char *encoding, char byte, gsize at, guint64 line, GError **error)
{
  rua_set_clean_error (error, RUA_ERROR_SYNTAX,
                       "%s, byte %" G_GSIZE_FORMAT " (line %" G_GUINT64_FORMAT "): 0x%02x is not %s here; tell the encoding in which the table was saved",
                       name, at + 1, line, (guint) (guchar) byte, encoding);
}

/* A table is as long as somebody made it. */
static gboolean
fail_memory (const char *name, gsize size, GError **error)
{
  rua_set_clean_error (error, RUA_ERROR_LIMIT,
                       "%s: there is not enough memory for %" G_GSIZE_FORMAT " bytes; split the table, or give the process more memory", name, size);
  return FALSE;
}

/* iconv takes a name without letters for the encoding of the locale: the same file would be read in different ways. */
static GIConv
open_converter (const char *encoding)
{
  for (const char *at = encoding; *at; at++)
    if (g_ascii_isalnum (*at))
      return g_iconv_open ("UTF-8", encoding);
  return (GIConv) -1;
}

/* @before_text: the bytes of a mark before @text. */
static GBytes *
convert (const char *text, gsize length, gsize before_text, const char *name, const char *encoding, GCancellable *cancellable, GError **error)
{
  GIConv converter = open_converter (encoding);
  char *in = (char *) text, *out;
  gsize left = length, size, used = 0;
  g_autofree char *buffer = NULL;
  GBytes *bytes = NULL;

  if (converter == (GIConv) -1) {
    rua_set_clean_error (error, RUA_ERROR_VALUE, "%s: the encoding \"%s\" is not known here; \"gb18030\", \"utf-16le\" and \"windows-1252\" are examples of names", name,
                         encoding);
    return NULL;
  }
  size = length + length / 2 + 64;
  buffer = g_try_malloc (size);
  for (;;) {
    gsize step = MIN (left, STEP), before = step, room;
    gsize done;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      break;
    if (buffer == NULL) {
      fail_memory (name, size, error);
      break;
    }
    if (size - used < STEP * 4 && size - used < left * 4 + 64) {
      char *larger;

      size = used + MAX (left * 4 + 64, STEP * 4);
      larger = g_try_realloc (buffer, size);
      if (larger == NULL) {
        fail_memory (name, size, error);
        break;
      }
      g_steal_pointer (&buffer);
      buffer = larger;
    }
    out = buffer + used;
    room = size - used;
    done = g_iconv (converter, &in, &step, &out, &room);
    used = size - room;
    left -= before - step;
    if (done == (gsize) -1 && errno == EILSEQ) {
      refuse_byte (name, encoding, *in, before_text + (gsize) (in - text), line_behind (buffer, used), error);
      break;
    }
    /* A character cut by the step is read with the next one. */
    if (done == (gsize) -1 && errno == EINVAL && left == step) {
      refuse_end (name, encoding, error);
      break;
    }
    if (left == 0) {
      buffer = g_realloc (buffer, MAX (used, 1));
      bytes = g_bytes_new_take (g_steal_pointer (&buffer), used);
      break;
    }
  }
  g_iconv_close (converter);
  return bytes;
}

static GBytes *
without_mark (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    return g_bytes_new_from_bytes (bytes, 3, length - 3);
  return g_bytes_ref (bytes);
}

GBytes *
rua_csv_decode (GBytes *bytes, const char *name, const char *encoding, GCancellable *cancellable, GError **error)
{
  gsize length, skip = 0;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (GBytes) decoded = NULL;

  if (length >= 2 && (encoding == NULL || g_ascii_strncasecmp (encoding, "utf-16", 6) == 0)) {
    if (memcmp (text, "\xff\xfe", 2) == 0)
      encoding = "UTF-16LE", skip = 2;
    else if (memcmp (text, "\xfe\xff", 2) == 0)
      encoding = "UTF-16BE", skip = 2;
  }
  if (encoding == NULL || is_utf8 (encoding))
    return without_mark (bytes);
  decoded = convert (length > 0 ? text + skip : "", length - skip, skip, name, encoding, cancellable, error);
  return decoded ? without_mark (decoded) : NULL;
}
