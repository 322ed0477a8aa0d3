/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-citation-private.h"

#include <string.h>

void
rua_citation_free (RuaCitation *self)
{
  if (self == NULL)
    return;
  g_free (self->label);
  g_free (self->locator);
  g_free (self);
}

#define LONGEST_BRACKET 200
#define LONGEST_RANGE 50

/* "R12": up to three letters, then up to three digits: a year in brackets is no label. */
static gboolean
split_label (const char *text, gsize *letters, guint *number)
{
  gsize n = 0;
  gsize digits = 0;

  while (g_ascii_isalpha (text[n]))
    n++;
  while (g_ascii_isdigit (text[n + digits]))
    digits++;
  if (n > 3 || digits == 0 || digits > 3 || text[n + digits] != '\0')
    return FALSE;
  *letters = n;
  *number = (guint)g_ascii_strtoull (text + n, NULL, 10);
  return TRUE;
}

static void
add_citation (
  GPtrArray *out, const RuaDocumentText *text, const char *label, gsize offset, gboolean is_entry)
{
  RuaCitation *citation = g_new0 (RuaCitation, 1);

  citation->label = g_strdup (label);
  citation->offset = offset;
  citation->is_entry = is_entry;
  rua_document_text_locate (text, offset, &citation->line, NULL);
  g_ptr_array_add (out, citation);
}

/* "R1-R3" and "R1-3": every label between the two. */
static gboolean
add_range (GPtrArray *out, const RuaDocumentText *text, const char *item, gsize offset)
{
  const char *dash = strpbrk (item, "-");
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  gsize letters = 0;
  gsize last_letters = 0;
  guint from = 0;
  guint to = 0;

  if (dash == NULL)
    return FALSE;
  first = g_strstrip (g_strndup (item, (gsize)(dash - item)));
  last = g_strstrip (g_strdup (dash + 1));
  if (!split_label (first, &letters, &from) || !split_label (last, &last_letters, &to)
      || (last_letters != 0 && (last_letters != letters || strncmp (first, last, letters) != 0))
      || to < from || to - from > LONGEST_RANGE)
    return FALSE;
  for (guint i = from; i <= to; i++) {
    g_autofree char *label = g_strdup_printf ("%.*s%u", (int)letters, first, i);
    add_citation (out, text, label, offset, FALSE);
  }
  return TRUE;
}

static gboolean
opens_line (const char *text, gsize offset)
{
  while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t'))
    offset--;
  return offset == 0 || text[offset - 1] == '\n';
}

static void
scan_bracket (GPtrArray *out, const RuaDocumentText *text, gsize offset, const char *inside)
{
  g_auto (GStrv) items = NULL;
  g_autoptr (GString) folded = g_string_new (NULL);
  guint first = out->len;

  for (const char *p = inside; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (c >= 0x2010 && c <= 0x2015)
      c = '-';
    else if (c == ';' || c == 0xFF0C || c == 0xFF1B || c == 0x3001)
      c = ',';
    g_string_append_unichar (folded, c);
  }
  items = g_strsplit (folded->str, ",", -1);
  for (guint i = 0; items[i] != NULL; i++) {
    gsize letters;
    guint number;
    char *item = g_strstrip (items[i]);

    if (split_label (item, &letters, &number)) {
      add_citation (out, text, item, offset, FALSE);
    } else if (add_range (out, text, item, offset)) {
      continue;
    } else if (out->len > first) {
      RuaCitation *owner = g_ptr_array_index (out, out->len - 1);
      char *joined
        = owner->locator == NULL ? g_strdup (item) : g_strconcat (owner->locator, ", ", item, NULL);
      g_free (owner->locator);
      owner->locator = joined;
    } else {
      return; /* a bracket of words */
    }
  }
  if (out->len == first + 1 && opens_line (text->text, offset)) {
    RuaCitation *citation = g_ptr_array_index (out, first);
    citation->is_entry = citation->locator == NULL;
  }
}

GPtrArray *
rua_citations_scan (const RuaDocumentText *text)
{
  GPtrArray *out = g_ptr_array_new_with_free_func ((GDestroyNotify)rua_citation_free);
  const char *p = text->text;

  while (*p != '\0') {
    gunichar c = g_utf8_get_char (p);
    const char *next = g_utf8_next_char (p);
    gunichar closing = c == '[' ? ']' : c == 0xFF3B ? 0xFF3D : c == 0x3010 ? 0x3011 : 0;

    if (closing != 0) {
      const char *end = next;
      while (*end != '\0' && *end != '\n' && g_utf8_get_char (end) != closing
             && end - next < LONGEST_BRACKET)
        end = g_utf8_next_char (end);
      if (g_utf8_get_char (end) == closing) {
        g_autofree char *inside = g_strndup (next, (gsize)(end - next));
        scan_bracket (out, text, (gsize)(p - text->text), inside);
        next = g_utf8_next_char (end);
      }
    }
    p = next;
  }
  return out;
}
