/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-private.h"

#include <string.h>

/* Texts as cells: quoted where RFC 4180 asks for it, where blanks at an end could get lost, and where
 * nothing between two separators would say unknown. A comma is quoted under any separator: it is what is taken for
 * one where a text has a single column. */

static gboolean
needs_quotes (const char *text, gsize length, char separator)
{
  if (length == 0 || *text == ' ' || *text == '\t' || text[length - 1] == ' ' || text[length - 1] == '\t')
    return TRUE;
  for (gsize i = 0; i < length; i++)
    if (text[i] == separator || text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r')
      return TRUE;
  return FALSE;
}

void
rua_csv_append_text (GString *out, const char *text, gsize length, char separator)
{
  gboolean formula = rua_csv_is_formula (text, length);
  const char *end = text + length;

  if (!formula && !needs_quotes (text, length, separator)) {
    g_string_append_len (out, text, (gssize) length);
    return;
  }
  g_string_append_c (out, '"');
  if (formula)
    g_string_append_c (out, '\'');
  while (text < end) {
    const char *quote = memchr (text, '"', (gsize) (end - text));
    const char *stop = quote ? quote + 1 : end;

    g_string_append_len (out, text, stop - text);
    if (quote)
      g_string_append_c (out, '"');
    text = stop;
  }
  g_string_append_c (out, '"');
}
