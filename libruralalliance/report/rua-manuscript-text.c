/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-manuscript-private.h"

#define LEAST_WIDTH 40
#define INDENT 2
#define LABEL_WIDTH 12 /* of fields, so that what they say stands in one column */
#define COLUMN_GAP 2

typedef struct {
  GString *out;
  guint width;
  gboolean colour;
} Setting;

static const char *const colours[RUA_N_STYLES] = {
  [RUA_STYLE_STRONG] = "\033[1m",
  [RUA_STYLE_FAINT] = "\033[2m",
  [RUA_STYLE_CODE] = "\033[36m",
  [RUA_STYLE_LINK] = "\033[4m",
  [RUA_STYLE_GOOD] = "\033[1;32m",
  [RUA_STYLE_BAD] = "\033[1;31m",
  [RUA_STYLE_DOUBT] = "\033[1;33m",
};

static void
put_spaces (Setting *s, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_c (s->out, ' ');
}

/* No line ends in blanks: they would be noise in a diff of two reports. */
static void
end_line (Setting *s)
{
  while (s->out->len && s->out->str[s->out->len - 1] == ' ')
    g_string_truncate (s->out, s->out->len - 1);
  g_string_append_c (s->out, '\n');
}

static void
put_styled (Setting *s, RuaStyle style, const char *text)
{
  const char *on = s->colour ? colours[style] : NULL;

  if (on)
    g_string_append (s->out, on);
  g_string_append (s->out, text);
  if (on)
    g_string_append (s->out, "\033[0m");
}

static void
put_words (Setting *s, const RuaWords *words)
{
  for (guint i = 0; i < rua_words_get_n_spans (words); i++) {
    const RuaSpan *span = rua_words_get_span (words, i);

    put_styled (s, span->style, span->text);
  }
}

static void
put_rule (Setting *s, const char *stroke, guint width)
{
  for (guint i = 0; i < width; i++)
    g_string_append (s->out, stroke);
  g_string_append_c (s->out, '\n');
}

/* @first stands where the first line begins, after @indent; all lines hang under one another. */
static void
put_hanging (Setting *s, const RuaWords *words, guint indent, RuaStyle style, const char *first, guint hang)
{
  guint room = s->width > indent + hang + 20 ? s->width - indent - hang : 20;
  g_autoptr (GPtrArray) lines = rua_words_wrap (words, room);
  gboolean alone = first && rua_text_width (first) >= MAX (hang, 1);

  if (alone) {
    g_autoptr (RuaWords) label = rua_words_add (rua_words_new (), style, first);

    put_hanging (s, label, indent, RUA_STYLE_PLAIN, NULL, 0);
  }
  for (guint i = 0; i < lines->len; i++) {
    guint taken = 0;

    put_spaces (s, indent);
    if (i == 0 && first && !alone) {
      taken = rua_text_width (first);
      put_styled (s, style, first);
    }
    put_spaces (s, hang > taken ? hang - taken : 0);
    put_words (s, g_ptr_array_index (lines, i));
    end_line (s);
  }
}

static void
put_heading (Setting *s, const RuaBlock *block)
{
  g_autoptr (GPtrArray) lines = rua_words_wrap (block->words, s->width);
  guint widest = 0;

  for (guint i = 0; i < lines->len; i++) {
    RuaWords *line = g_ptr_array_index (lines, i);

    widest = MAX (widest, rua_words_get_width (line));
    /* A heading is strong throughout, unless its words already say how they want to look. */
    for (guint k = 0; k < rua_words_get_n_spans (line); k++) {
      const RuaSpan *span = rua_words_get_span (line, k);

      put_styled (s, span->style == RUA_STYLE_PLAIN ? RUA_STYLE_STRONG : span->style, span->text);
    }
    end_line (s);
  }
  if (block->level == 1)
    put_rule (s, "=", widest);
  else if (block->level == 2)
    put_rule (s, "-", widest);
}

/* ---- tables ---- */

static RuaAlign
align_of (const RuaBlock *table, guint column)
{
  return g_array_index (table->aligns, RuaAlign, column);
}

static const RuaWords *
cell_at (const RuaBlock *table, guint row, guint column)
{
  GPtrArray *cells = g_ptr_array_index (table->rows, row);

  return column < cells->len ? g_ptr_array_index (cells, column) : NULL;
}

static guint
sum_of (const guint *widths, guint n)
{
  guint sum = n ? (n - 1) * COLUMN_GAP : 0;

  for (guint i = 0; i < n; i++)
    sum += widths[i];
  return sum;
}

/* Every column gets what it needs least; what is left goes to those that want more, the widest
 * giving up first. FALSE when not even the least fits. */
static gboolean
measure_columns (const RuaBlock *table, guint room, guint *widths)
{
  guint n = table->titles->len;
  g_autofree guint *wanted = g_new0 (guint, n);

  for (guint c = 0; c < n; c++) {
    const char *title = g_ptr_array_index (table->titles, c);
    g_autoptr (RuaWords) title_words = rua_words_add (rua_words_new (), RUA_STYLE_PLAIN, title);

    wanted[c] = rua_text_width (title);
    widths[c] = rua_words_get_least_width (title_words);
    for (guint r = 0; r < table->rows->len; r++) {
      const RuaWords *cell = cell_at (table, r, c);
      guint width = cell ? rua_words_get_width (cell) : 0;

      wanted[c] = MAX (wanted[c], width);
      if (cell)
        widths[c] = MAX (widths[c], align_of (table, c) == RUA_ALIGN_RIGHT ? width : rua_words_get_least_width (cell));
    }
  }
  if (sum_of (widths, n) > room)
    return FALSE;
  /* A column at a time, the narrowest unsatisfied one: long texts share what remains. */
  while (sum_of (widths, n) < room) {
    guint narrowest = n;

    for (guint c = 0; c < n; c++)
      if (widths[c] < wanted[c] && (narrowest == n || widths[c] < widths[narrowest]))
        narrowest = c;
    if (narrowest == n)
      break;
    widths[narrowest]++;
  }
  return TRUE;
}

static void
put_row (Setting *s, const RuaBlock *table, GPtrArray *cells, const guint *widths, guint indent, gboolean title)
{
  guint n = table->titles->len, height = 1;
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  for (guint c = 0; c < n; c++) {
    g_autoptr (RuaWords) nothing = rua_words_new ();
    GPtrArray *lines = rua_words_wrap (c < cells->len ? g_ptr_array_index (cells, c) : nothing, widths[c]);

    height = MAX (height, lines->len);
    g_ptr_array_add (columns, lines);
  }
  for (guint line = 0; line < height; line++) {
    put_spaces (s, indent);
    for (guint c = 0; c < n; c++) {
      GPtrArray *lines = g_ptr_array_index (columns, c);
      /* Titles that need more lines than others stand on the rule. */
      guint skipped = title ? height - lines->len : 0;
      RuaWords *words = line >= skipped && line - skipped < lines->len ? g_ptr_array_index (lines, line - skipped) : NULL;
      guint width = words ? rua_words_get_width (words) : 0, left = widths[c] > width ? widths[c] - width : 0;

      if (align_of (table, c) == RUA_ALIGN_RIGHT)
        put_spaces (s, left);
      if (words)
        put_words (s, words);
      if (align_of (table, c) == RUA_ALIGN_LEFT)
        put_spaces (s, left);
      if (c + 1 < n)
        put_spaces (s, COLUMN_GAP);
    }
    end_line (s);
  }
}

/* A table too wide for the page, told row by row. */
static void
put_stacked (Setting *s, const RuaBlock *table, guint indent)
{
  guint hang = 0;

  for (guint c = 0; c < table->titles->len; c++)
    hang = MAX (hang, rua_text_width (g_ptr_array_index (table->titles, c)));
  hang = MIN (hang, s->width / 3) + 2;
  for (guint r = 0; r < table->rows->len; r++) {
    if (r)
      g_string_append_c (s->out, '\n');
    for (guint c = 0; c < table->titles->len; c++) {
      const RuaWords *cell = cell_at (table, r, c);

      if (cell && !rua_words_is_empty (cell))
        put_hanging (s, cell, indent, RUA_STYLE_FAINT, g_ptr_array_index (table->titles, c), hang);
    }
  }
}

static void
put_table (Setting *s, const RuaBlock *table)
{
  guint n = table->titles->len, indent = table->level * INDENT;
  guint room = s->width > indent + 20 ? s->width - indent : 20;
  g_autofree guint *widths = g_new0 (guint, MAX (n, 1));
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_words_free);

  if (n == 0)
    return;
  if (!measure_columns (table, room, widths)) {
    put_stacked (s, table, indent);
    return;
  }
  for (guint c = 0; c < n; c++)
    g_ptr_array_add (titles, rua_words_add (rua_words_new (), RUA_STYLE_FAINT, g_ptr_array_index (table->titles, c)));
  put_row (s, table, titles, widths, indent, TRUE);
  put_spaces (s, indent);
  for (guint c = 0; c < n; c++) {
    for (guint i = 0; i < widths[c]; i++)
      g_string_append_c (s->out, '-');
    if (c + 1 < n)
      put_spaces (s, COLUMN_GAP);
  }
  end_line (s);
  for (guint r = 0; r < table->rows->len; r++)
    put_row (s, table, g_ptr_array_index (table->rows, r), widths, indent, FALSE);
}

/* ---- the whole ---- */

static guint
space_before (const RuaBlock *previous, const RuaBlock *block)
{
  if (!previous)
    return 0;
  if (block->type == RUA_BLOCK_HEADING)
    return block->level <= 2 ? 2 : 1;
  if (previous->type == RUA_BLOCK_HEADING)
    return previous->level <= 3 ? 1 : 0;
  /* What belongs together stands together: items of a list, and all that is said under a heading
   * of the third level. */
  if (previous->type == block->type && (block->type == RUA_BLOCK_ITEM || block->type == RUA_BLOCK_FIELD))
    return 0;
  if (block->level > 0 && previous->level > 0)
    return 0;
  return block->type == RUA_BLOCK_ITEM && previous->type == RUA_BLOCK_PARAGRAPH && block->level > previous->level ? 0 : 1;
}

char *
rua_manuscript_to_text (const RuaManuscript *self, guint width, gboolean colour)
{
  Setting s = { g_string_new (NULL), MAX (width, LEAST_WIDTH), colour };
  const RuaBlock *previous = NULL;

  for (guint i = 0; i < rua_manuscript_get_n_blocks (self); i++) {
    const RuaBlock *block = rua_manuscript_get_block (self, i);
    guint indent = block->level * INDENT;
    g_autofree char *number = NULL;

    if (block->type == RUA_BLOCK_CHART)
      continue;
    for (guint k = space_before (previous, block); k > 0; k--)
      g_string_append_c (s.out, '\n');
    switch (block->type) {
    case RUA_BLOCK_HEADING:
      put_heading (&s, block);
      break;
    case RUA_BLOCK_PARAGRAPH:
      put_hanging (&s, block->words, indent, RUA_STYLE_PLAIN, NULL, 0);
      break;
    case RUA_BLOCK_ITEM:
      number = block->number ? g_strdup_printf ("%u.", block->number) : g_strdup ("-");
      put_hanging (&s, block->words, indent, RUA_STYLE_PLAIN, number, MAX (block->number ? 3 : 2, rua_text_width (number) + 1));
      break;
    case RUA_BLOCK_FIELD:
      put_hanging (&s, block->words, indent, RUA_STYLE_FAINT, block->label, MAX (LABEL_WIDTH, rua_text_width (block->label) + 1));
      break;
    case RUA_BLOCK_QUOTE:
      put_hanging (&s, block->words, indent, RUA_STYLE_FAINT, "|", 2);
      break;
    case RUA_BLOCK_TABLE:
      put_table (&s, block);
      break;
    case RUA_BLOCK_CHART:
      break;
    }
    previous = block;
  }
  return g_string_free (s.out, FALSE);
}
