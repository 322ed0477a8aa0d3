/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-galley-private.h"

#define GAP 11.0
#define PADDING 2.6 /* above and below what stands in a row */
#define HAIR 0.4
#define WHOLE 9 /* lines of a row that is not broken */

/* A table in type: its columns are as wide as what stands in them, and where that is too much, the wordy ones are
 * narrower. Where no letter size makes it fit, it is told row by row. */

static const double sizes[] = { 8.5, 7.5, 6.8 };

static RuaAlign
align_of (const RuaBlock *table, guint column)
{
  return g_array_index (table->aligns, RuaAlign, column);
}

/* How wide words are in one line, and at the least: as their longest piece. */
static void
measure_words (RuaGalley *self, const RuaWords *words, double size, gboolean is_strong, double *wanted, double *least)
{
  PangoLayout *layout = rua_galley_lay_out (self, words, size, is_strong, 0, RUA_ALIGN_LEFT);
  int width;

  pango_layout_set_wrap (layout, PANGO_WRAP_WORD);
  pango_layout_get_size (layout, &width, NULL);
  *least = (double) width / PANGO_SCALE;
  pango_layout_set_width (layout, -1);
  pango_layout_get_size (layout, &width, NULL);
  *wanted = (double) width / PANGO_SCALE;
  g_ptr_array_remove_index (self->layouts, self->layouts->len - 1);
}

typedef struct {
  double wanted, least, width;
} Column;

static void
widen (RuaGalley *self, const RuaWords *words, double size, gboolean is_strong, gboolean is_whole, Column *column)
{
  double wanted, least;

  measure_words (self, words, size, is_strong, &wanted, &least);
  /* A thousandth more, so that rounding breaks no line. */
  column->wanted = MAX (column->wanted, wanted + 0.01);
  column->least = MAX (column->least, (is_whole ? wanted : least) + 0.01);
}

/* Narrow columns get all they want; the others share what is left, none less than it needs. */
static void
share (Column *columns, guint n, double room)
{
  double low = 0, high = room;

  for (int step = 0; step < 60; step++) {
    double level = (low + high) / 2, sum = 0;

    for (guint c = 0; c < n; c++)
      sum += MIN (MAX (columns[c].least, level), columns[c].wanted);
    if (sum <= room)
      low = level;
    else
      high = level;
  }
  for (guint c = 0; c < n; c++)
    columns[c].width = MIN (MAX (columns[c].least, low), columns[c].wanted);
}

/* FALSE where not even the least fits into @room. */
static gboolean
measure_columns (RuaGalley *self, const RuaBlock *table, GPtrArray *titles, double size, double room, Column *columns)
{
  guint n = titles->len;
  double least = (n - 1) * GAP;

  for (guint c = 0; c < n; c++) {
    columns[c] = (Column) { 0 };
    widen (self, g_ptr_array_index (titles, c), size, TRUE, FALSE, &columns[c]);
    for (guint r = 0; r < table->rows->len; r++) {
      GPtrArray *cells = g_ptr_array_index (table->rows, r);

      if (c < cells->len)
        widen (self, g_ptr_array_index (cells, c), size, FALSE, align_of (table, c) == RUA_ALIGN_RIGHT, &columns[c]);
    }
    least += columns[c].least;
  }
  if (least > room)
    return FALSE;
  share (columns, n, room - (n - 1) * GAP);
  return TRUE;
}

/* @cells of as many columns; those that a row does not have are empty. */
static guint
put_row (RuaGalley *self, const RuaBlock *table, RuaSetType type, GPtrArray *cells, const Column *columns, double size, double left, double space)
{
  guint n = table->titles->len, first, last;
  g_autofree RuaSetCell *set = g_new0 (RuaSetCell, n);
  double x = left;

  for (guint c = 0; c < n; c++) {
    const RuaWords *words = c < cells->len ? g_ptr_array_index (cells, c) : rua_galley_words (self);

    set[c].words = words;
    set[c].layout = rua_galley_lay_out (self, words, size, type == RUA_SET_HEAD, columns[c].width, align_of (table, c));
    set[c].x = x;
    set[c].column = c;
    set[c].ink = type == RUA_SET_HEAD ? RUA_INK_FAINT : RUA_INK_TEXT;
    x += columns[c].width + GAP;
  }
  first = rua_galley_put (self, type, set, n, size * 0.95, space, WHOLE);
  last = self->bands->len - 1;
  rua_galley_band (self, first)->height += PADDING;
  rua_galley_set (self, first)->baseline += PADDING;
  rua_galley_band (self, last)->height += PADDING;
  for (guint i = first; i <= last; i++)
    rua_galley_set (self, i)->table = self->n_tables;
  rua_galley_set (self, last)->left = left;
  rua_galley_set (self, last)->right = x - GAP;
  rua_galley_set (self, last)->rule = type == RUA_SET_HEAD ? 2 * HAIR : HAIR;
  return first;
}

static void
put_head (RuaGalley *self, const RuaBlock *table, GPtrArray *titles, const Column *columns, double size, double left, double space)
{
  guint first = put_row (self, table, RUA_SET_HEAD, titles, columns, size, left, space);

  for (guint i = first; i < self->bands->len; i++)
    rua_galley_band (self, i)->keep = TRUE;
}

static void
put_stacked (RuaGalley *self, const RuaBlock *table, GPtrArray *titles, double left, double space)
{
  double width = (self->width - left) / 3;

  for (guint r = 0; r < table->rows->len; r++) {
    GPtrArray *cells = g_ptr_array_index (table->rows, r);

    for (guint c = 0; c < MIN (cells->len, titles->len); c++) {
      const RuaWords *title = g_ptr_array_index (titles, c), *words = g_ptr_array_index (cells, c);
      RuaSetCell set[2] = {
        { .words = title, .x = left, .ink = RUA_INK_FAINT },
        { .words = words, .x = left + width, .column = 1, .ink = RUA_INK_TEXT },
      };

      if (rua_words_is_empty (words))
        continue;
      set[0].layout = rua_galley_lay_out (self, title, sizes[0], FALSE, width - GAP, RUA_ALIGN_LEFT);
      set[1].layout = rua_galley_lay_out (self, words, sizes[0], FALSE, self->width - left - width, RUA_ALIGN_LEFT);
      rua_galley_put (self, RUA_SET_PARAGRAPH, set, 2, sizes[0], c == 0 && r > 0 ? 6 : c == 0 ? space : 1, WHOLE);
    }
  }
}

void
rua_galley_put_table (RuaGalley *self, const RuaBlock *table, double left, double space)
{
  guint n = table->titles->len, size = 0, head, n_head;
  g_autofree Column *columns = g_new0 (Column, MAX (n, 1));
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();

  if (n == 0)
    return;
  for (guint c = 0; c < n; c++)
    g_ptr_array_add (titles, rua_words_add (rua_galley_words (self), RUA_STYLE_PLAIN, g_ptr_array_index (table->titles, c)));
  while (size < G_N_ELEMENTS (sizes) && !measure_columns (self, table, titles, sizes[size], self->width - left, columns))
    size++;
  if (size == G_N_ELEMENTS (sizes)) {
    put_stacked (self, table, titles, left, space);
    return;
  }
  self->n_tables++;
  head = self->bands->len;
  put_head (self, table, titles, columns, sizes[size], left, space);
  n_head = self->bands->len - head;
  for (guint r = 0; r < table->rows->len; r++) {
    guint first = put_row (self, table, RUA_SET_ROW, g_ptr_array_index (table->rows, r), columns, sizes[size], left, 0);

    for (guint i = first; i < self->bands->len; i++) {
      rua_galley_band (self, i)->head = head;
      rua_galley_band (self, i)->n_head = n_head;
    }
  }
}
