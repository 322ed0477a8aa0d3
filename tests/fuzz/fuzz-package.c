/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz-place.h"

#include <string.h>

/* A Data Package: its datapackage.json, and behind each byte 0x1e a line with a file's name and what is in it. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define BETWEEN 0x1e

static gboolean
is_name (const char *name, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (name[i]) && strchr ("_-.", name[i]) == NULL)
      return FALSE;
  return length > 0 && length < 64 && name[0] != '.';
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *folder = fuzz_place_empty (), *at = (const char *) data, *end = at + size;
  const char *stop = size > 0 ? memchr (at, BETWEEN, size) : NULL;
  g_autofree char *descriptor = g_build_filename (folder, "datapackage.json", NULL);

  g_file_set_contents_full (descriptor, size > 0 ? at : "", (stop != NULL ? stop : end) - at, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
  while (stop != NULL) {
    const char *line_end;

    at = stop + 1;
    stop = memchr (at, BETWEEN, (gsize) (end - at));
    line_end = memchr (at, '\n', (gsize) ((stop != NULL ? stop : end) - at));
    if (line_end != NULL && is_name (at, (gsize) (line_end - at))) {
      g_autofree char *name = g_strndup (at, (gsize) (line_end - at)), *path = g_build_filename (folder, name, NULL);

      g_file_set_contents_full (path, line_end + 1, (stop != NULL ? stop : end) - line_end - 1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
    }
  }
  fuzz_place_open (folder);
  return 0;
}
