/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

#include <string.h>

gboolean
rua_texts_next (const char *packed, gsize length, gsize *offset, const char **language, const char **text)
{
  if (*offset >= length)
    return FALSE;
  *language = packed + *offset;
  *text = *language + strlen (*language) + 1;
  *offset = (gsize) (*text - packed) + strlen (*text) + 1;
  return TRUE;
}

/* The asked language, else the same language with another script or region ("zh" for "zh-Hant"),
 * else the first one that was told. */
const char *
rua_texts_lookup (const char *packed, gsize length, const char *language)
{
  const char *lang, *text, *first = NULL, *near = NULL;
  gsize offset = 0, stem = language ? strcspn (language, "-_.@") : 0;

  while (rua_texts_next (packed, length, &offset, &lang, &text)) {
    if (!language)
      return text;
    if (strcmp (lang, language) == 0)
      return text;
    if (!near && stem && strcspn (lang, "-_") == stem && strncmp (lang, language, stem) == 0)
      near = text;
    if (!first)
      first = text;
  }
  return near ? near : first;
}

/* @packed (may be NULL) with the text of one language told anew, or left out when @text is NULL. */
GString *
rua_texts_replace (const char *packed, gsize length, const char *language, const char *text)
{
  GString *out = g_string_new (NULL);
  const char *lang, *old;
  gsize offset = 0;
  gboolean placed = FALSE;

  while (packed && rua_texts_next (packed, length, &offset, &lang, &old)) {
    gboolean same = strcmp (lang, language) == 0;

    if (same && !text)
      continue;
    g_string_append_len (out, lang, (gssize) strlen (lang) + 1);
    g_string_append_len (out, same ? text : old, (gssize) strlen (same ? text : old) + 1);
    placed |= same;
  }
  if (!placed && text) {
    g_string_append_len (out, language, (gssize) strlen (language) + 1);
    g_string_append_len (out, text, (gssize) strlen (text) + 1);
  }
  return out;
}

char **
rua_text_list_unpack (const char *packed, gsize length)
{
  GPtrArray *list = g_ptr_array_new ();
  gsize offset = 0;

  while (offset < length) {
    g_ptr_array_add (list, g_strdup (packed + offset));
    offset += strlen (packed + offset) + 1;
  }
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

GString *
rua_text_list_pack (const char *const *texts)
{
  GString *out = g_string_new (NULL);

  for (; texts && *texts; texts++)
    g_string_append_len (out, *texts, (gssize) strlen (*texts) + 1);
  return out;
}
