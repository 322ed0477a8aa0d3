/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-manuscript-private.h"

#include <string.h>

/* Whatever could be read as markup is escaped; @cell also the bar that ends a table's cell. */
static void
put_escaped (GString *out, const char *text, gboolean cell)
{
  for (const char *p = text; *p; p++) {
    if (strchr ("\\`*_[]<>~&", *p) || (*p == '|' && cell) || (*p == '$'))
      g_string_append_c (out, '\\');
    g_string_append_c (out, *p);
  }
}

/* A paragraph that would begin like a heading, a list or a rule. */
static void
escape_beginning (GString *out, gsize from)
{
  gsize digits = from;

  if (out->len == from)
    return;
  if (strchr ("#+-=", out->str[from])) {
    g_string_insert_c (out, (gssize) from, '\\');
    return;
  }
  while (digits < out->len && g_ascii_isdigit (out->str[digits]))
    digits++;
  if (digits > from && digits < out->len && strchr (".)", out->str[digits]))
    g_string_insert_c (out, (gssize) digits, '\\');
}

/* Marks have to touch the words they mark, so blanks at either end stay outside. */
static void
put_marked (GString *out, const char *mark, const char *text, gboolean cell)
{
  gsize length = strlen (text), lead = strspn (text, " "), trail = 0;
  g_autofree char *core = NULL;

  while (trail < length - lead && text[length - trail - 1] == ' ')
    trail++;
  core = g_strndup (text + lead, length - lead - trail);
  g_string_append_len (out, text, (gssize) lead);
  if (*core) {
    g_string_append (out, mark);
    put_escaped (out, core, cell);
    g_string_append (out, mark);
  }
  g_string_append_len (out, text + length - trail, (gssize) trail);
}

/* A run of backquotes longer than any inside, as CommonMark wants it. */
static void
put_code (GString *out, const char *text, gboolean cell)
{
  guint longest = 0, run = 0;
  gboolean pad = *text == '`' || g_str_has_suffix (text, "`");

  for (const char *p = text; *p; p++) {
    run = *p == '`' ? run + 1 : 0;
    longest = MAX (longest, run);
  }
  for (guint i = 0; i <= longest; i++)
    g_string_append_c (out, '`');
  if (pad)
    g_string_append_c (out, ' ');
  for (const char *p = text; *p; p++) {
    if (*p == '|' && cell)
      g_string_append_c (out, '\\');
    g_string_append_c (out, *p);
  }
  if (pad)
    g_string_append_c (out, ' ');
  for (guint i = 0; i <= longest; i++)
    g_string_append_c (out, '`');
}

static void
put_words (GString *out, const RuaWords *words, gboolean cell, gboolean heading)
{
  for (guint i = 0; i < rua_words_get_n_spans (words); i++) {
    const RuaSpan *span = rua_words_get_span (words, i);

    switch (span->style) {
    case RUA_STYLE_STRONG:
    case RUA_STYLE_GOOD:
    case RUA_STYLE_BAD:
    case RUA_STYLE_DOUBT:
      if (heading)
        put_escaped (out, span->text, cell);
      else
        put_marked (out, "**", span->text, cell);
      break;
    case RUA_STYLE_CODE:
      put_code (out, span->text, cell);
      break;
    case RUA_STYLE_LINK:
      /* Only what CommonMark takes for an address may stand between the brackets. */
      if (strpbrk (span->text, "<> |\\") || !strstr (span->text, "://"))
        put_escaped (out, span->text, cell);
      else
        g_string_append_printf (out, "<%s>", span->text);
      break;
    default:
      put_escaped (out, span->text, cell);
    }
  }
}

static void
put_table (GString *out, const RuaBlock *table)
{
  for (guint c = 0; c < table->titles->len; c++) {
    g_string_append (out, "| ");
    put_escaped (out, g_ptr_array_index (table->titles, c), TRUE);
    g_string_append_c (out, ' ');
  }
  g_string_append (out, "|\n");
  for (guint c = 0; c < table->titles->len; c++)
    g_string_append (out, g_array_index (table->aligns, RuaAlign, c) == RUA_ALIGN_RIGHT ? "| ---: " : "| --- ");
  g_string_append (out, "|\n");
  for (guint r = 0; r < table->rows->len; r++) {
    GPtrArray *cells = g_ptr_array_index (table->rows, r);

    for (guint c = 0; c < table->titles->len; c++) {
      g_string_append (out, "| ");
      if (c < cells->len)
        put_words (out, g_ptr_array_index (cells, c), TRUE, FALSE);
      g_string_append_c (out, ' ');
    }
    g_string_append (out, "|\n");
  }
}

char *
rua_manuscript_to_markdown (const RuaManuscript *self)
{
  GString *out = g_string_new (NULL);
  const RuaBlock *previous = NULL;

  for (guint i = 0; i < rua_manuscript_get_n_blocks (self); i++) {
    const RuaBlock *block = rua_manuscript_get_block (self, i);
    gboolean listed = block->type == RUA_BLOCK_ITEM || block->type == RUA_BLOCK_FIELD;
    gboolean goes_on = listed && previous && previous->type == block->type && !previous->number == !block->number;
    gsize from;

    if (block->type == RUA_BLOCK_CHART)
      continue;
    if (previous && !goes_on)
      g_string_append_c (out, '\n');
    switch (block->type) {
    case RUA_BLOCK_HEADING:
      for (guint k = 0; k < MIN (block->level, 6); k++)
        g_string_append_c (out, '#');
      g_string_append_c (out, ' ');
      put_words (out, block->words, FALSE, TRUE);
      g_string_append_c (out, '\n');
      break;
    case RUA_BLOCK_ITEM:
      if (block->number)
        g_string_append_printf (out, "%u. ", block->number);
      else
        g_string_append (out, "- ");
      from = out->len;
      put_words (out, block->words, FALSE, FALSE);
      escape_beginning (out, from);
      g_string_append_c (out, '\n');
      break;
    case RUA_BLOCK_FIELD:
      /* More of the same label hangs under it. */
      g_string_append (out, *block->label ? "- " : "  - ");
      if (*block->label) {
        put_marked (out, "**", block->label, FALSE);
        g_string_append (out, ": ");
      }
      put_words (out, block->words, FALSE, FALSE);
      g_string_append_c (out, '\n');
      break;
    case RUA_BLOCK_QUOTE:
      g_string_append (out, "> ");
      from = out->len;
      put_words (out, block->words, FALSE, FALSE);
      escape_beginning (out, from);
      g_string_append_c (out, '\n');
      break;
    case RUA_BLOCK_TABLE:
      put_table (out, block);
      break;
    case RUA_BLOCK_CHART:
      break;
    case RUA_BLOCK_PARAGRAPH:
      from = out->len;
      put_words (out, block->words, FALSE, FALSE);
      escape_beginning (out, from);
      g_string_append_c (out, '\n');
      break;
    }
    previous = block;
  }
  return g_string_free (out, FALSE);
}
