/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-galley-private.h"

#include <math.h>

#include "rua-chart-private.h"
#include "rua-wording-private.h"

#define TEXT_SIZE 9.5
#define LABEL_SIZE 8.5
#define LEADING 1.36 /* from one base line to the next, for each point of the letters */
#define INDENT 12.0
#define LABEL_WIDTH 82.0
#define CHART_WIDTH 760.0 /* pixels across: so wide that its letters come out as those of the text */
#define WHOLE 5 /* lines of a paragraph that is not broken */

/* ---- the galley ---- */

static void
clear_set (gpointer data)
{
  RuaSetBand *set = data;

  g_array_unref (set->lines);
  g_clear_pointer (&set->picture, rua_picture_free);
}

static void
clear_heading (gpointer data)
{
  g_free (((RuaSetHeading *) data)->title);
}

void
rua_galley_free (RuaGalley *self)
{
  if (!self)
    return;
  g_array_unref (self->bands);
  g_array_unref (self->set);
  g_array_unref (self->headings);
  g_array_unref (self->contents);
  g_ptr_array_unref (self->layouts);
  g_ptr_array_unref (self->words);
  g_object_unref (self->context);
  g_free (self);
}

RuaBand *
rua_galley_band (RuaGalley *self, guint band)
{
  return &g_array_index (self->bands, RuaBand, band);
}

RuaSetBand *
rua_galley_set (RuaGalley *self, guint band)
{
  return &g_array_index (self->set, RuaSetBand, band);
}

char *
rua_galley_heading_name (guint heading)
{
  return g_strdup_printf ("h%u", heading);
}

RuaWords *
rua_galley_words (RuaGalley *self)
{
  RuaWords *words = rua_words_new ();

  g_ptr_array_add (self->words, words);
  return words;
}

static guint
add_band (RuaGalley *self, RuaSetType type, double height, double space)
{
  RuaBand band = { .height = height, .space = space };
  RuaSetBand set = { .type = type, .element = self->n_elements, .lines = g_array_new (FALSE, FALSE, sizeof (RuaSetLine)) };

  g_array_append_val (self->bands, band);
  g_array_append_val (self->set, set);
  return self->bands->len - 1;
}

/* ---- words as lines ---- */

static void
add_attribute (PangoAttrList *list, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (list, attribute);
}

static void
add_style (PangoAttrList *list, const RuaSpan *span, guint start, guint end)
{
  switch (span->style) {
  case RUA_STYLE_STRONG:
    add_attribute (list, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
    break;
  case RUA_STYLE_GOOD:
  case RUA_STYLE_BAD:
  case RUA_STYLE_DOUBT:
    add_attribute (list, pango_attr_weight_new (PANGO_WEIGHT_SEMIBOLD), start, end);
    break;
  case RUA_STYLE_CODE:
    add_attribute (list, pango_attr_family_new ("monospace"), start, end);
    add_attribute (list, pango_attr_scale_new (0.9), start, end);
    break;
  default:
    break;
  }
  /* The colour is set when it is drawn; this makes a run of each span, however alike two look. */
  add_attribute (list, pango_attr_foreground_new ((guint16) start, (guint16) (start >> 16), (guint16) span->style), start, end);
}

PangoLayout *
rua_galley_lay_out (RuaGalley *self, const RuaWords *words, double size, gboolean is_strong, double width, RuaAlign align)
{
  PangoLayout *layout = pango_layout_new (self->context);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("sans-serif");
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  if (is_strong)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  for (guint i = 0; i < rua_words_get_n_spans (words); i++) {
    const RuaSpan *span = rua_words_get_span (words, i);
    gsize start = text->len;

    g_string_append (text, span->text);
    add_style (attributes, span, (guint) start, (guint) text->len);
  }
  /* Ligatures are not found by whoever looks for their letters, nor words with hyphens that nobody wrote. */
  add_attribute (attributes, pango_attr_font_features_new ("liga=0, clig=0"), 0, G_MAXUINT);
  add_attribute (attributes, pango_attr_insert_hyphens_new (FALSE), 0, G_MAXUINT);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text->str, (int) text->len);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, (int) floor (width * PANGO_SCALE));
  pango_layout_set_alignment (layout, align == RUA_ALIGN_RIGHT ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  g_ptr_array_add (self->layouts, layout);
  return layout;
}

/* ---- lines as bands ---- */

static double
to_points (int units)
{
  return (double) units / PANGO_SCALE;
}

/* The lines at which the iterators of the cells stand; NULL where there is none. */
static void
put_band (RuaGalley *self, RuaSetType type, const RuaSetCell *cells, PangoLayoutIter **iters, guint n_cells, double size)
{
  double above = 0, below = 0, pitch;
  guint band = add_band (self, type, 0, 0);

  for (guint c = 0; c < n_cells; c++) {
    PangoRectangle logical;
    RuaSetLine line = { .layout = cells[c].layout, .words = cells[c].words, .ink = cells[c].ink, .column = cells[c].column };

    if (!iters[c])
      continue;
    pango_layout_iter_get_line_extents (iters[c], NULL, &logical);
    line.line = pango_layout_iter_get_line_readonly (iters[c]);
    line.x = cells[c].x + to_points (logical.x);
    above = MAX (above, to_points (pango_layout_iter_get_baseline (iters[c]) - logical.y));
    below = MAX (below, to_points (logical.y + logical.height - pango_layout_iter_get_baseline (iters[c])));
    g_array_append_val (rua_galley_set (self, band)->lines, line);
  }
  pitch = MAX (size * LEADING, above + below);
  rua_galley_band (self, band)->height = pitch;
  rua_galley_set (self, band)->baseline = (pitch - above - below) / 2 + above;
}

/* No line stands alone at the foot or the head of a page. */
static void
keep_lines (RuaGalley *self, guint first, guint n, guint whole)
{
  for (guint i = 0; i + 1 < n; i++)
    rua_galley_band (self, first + i)->keep = n <= whole || i == 0 || i + 2 == n;
}

guint
rua_galley_put (RuaGalley *self, RuaSetType type, const RuaSetCell *cells, guint n_cells, double size, double space, guint whole)
{
  g_autofree PangoLayoutIter **iters = g_new0 (PangoLayoutIter *, n_cells), **shown = g_new0 (PangoLayoutIter *, n_cells);
  guint first = self->bands->len, n_lines = 0;

  self->n_elements++;
  for (guint c = 0; c < n_cells; c++) {
    iters[c] = pango_layout_get_iter (cells[c].layout);
    n_lines = MAX (n_lines, (guint) pango_layout_get_line_count (cells[c].layout));
  }
  for (guint line = 0; line < n_lines; line++) {
    /* Titles of columns stand on their rule, however many lines their neighbours take. */
    for (guint c = 0; c < n_cells; c++)
      shown[c] = type != RUA_SET_HEAD || line + (guint) pango_layout_get_line_count (cells[c].layout) >= n_lines ? iters[c] : NULL;
    put_band (self, type, cells, shown, n_cells, size);
    for (guint c = 0; c < n_cells; c++)
      if (shown[c] && !pango_layout_iter_next_line (iters[c]))
        g_clear_pointer (&iters[c], pango_layout_iter_free);
  }
  rua_galley_band (self, first)->space = space;
  keep_lines (self, first, n_lines, whole);
  return first;
}

/* ---- blocks ---- */

static RuaSetCell
set_cell (RuaGalley *self, const RuaWords *words, double size, gboolean is_strong, double x, double width, RuaInk ink)
{
  RuaSetCell cell = { .words = words, .layout = rua_galley_lay_out (self, words, size, is_strong, width, RUA_ALIGN_LEFT), .x = x, .ink = ink };

  return cell;
}

static RuaSetCell
set_label (RuaGalley *self, const char *text, double size, double x, double width, RuaInk ink)
{
  return set_cell (self, rua_words_add (rua_galley_words (self), RUA_STYLE_PLAIN, text), size, FALSE, x, width, ink);
}

static void
put_heading (RuaGalley *self, const RuaBlock *block, gboolean is_first)
{
  static const struct {
    double size, space;
  } levels[] = { { 20, 26 }, { 14, 24 }, { 11, 15 }, { TEXT_SIZE + 0.5, 12 } };
  guint level = CLAMP (block->level, 1, G_N_ELEMENTS (levels)), last;
  RuaSetHeading heading = { .level = block->level, .title = rua_words_to_plain (block->words) };
  RuaSetCell cell = set_cell (self, block->words, levels[level - 1].size, TRUE, 0, self->width, RUA_INK_TEXT);

  heading.band = rua_galley_put (self, RUA_SET_HEADING, &cell, 1, levels[level - 1].size * 0.94, is_first ? 0 : levels[level - 1].space, G_MAXUINT);
  last = self->bands->len - 1;
  g_array_append_val (self->headings, heading);
  rua_galley_set (self, heading.band)->heading = self->headings->len;
  for (guint i = heading.band; i <= last; i++) {
    rua_galley_set (self, i)->level = level;
    rua_galley_band (self, i)->keep = TRUE;
  }
  if (level <= 2) {
    rua_galley_band (self, last)->height += 4;
    rua_galley_set (self, last)->rule = level == 1 ? 1.5 : 0.75;
    rua_galley_set (self, last)->right = self->width;
  }
}

static void
put_item (RuaGalley *self, const RuaBlock *block, double left, double space)
{
  g_autofree char *mark = block->number ? g_strdup_printf ("%u.", block->number) : g_strdup ("\xE2\x80\xA2");
  double hang = block->number ? 18 : 11;
  RuaSetCell cells[] = {
    set_label (self, mark, TEXT_SIZE, left, self->width - left, RUA_INK_FAINT),
    set_cell (self, block->words, TEXT_SIZE, FALSE, left + hang, self->width - left - hang, RUA_INK_TEXT),
  };

  cells[1].column = 1;
  rua_galley_put (self, RUA_SET_ITEM, cells, 2, TEXT_SIZE, space, WHOLE);
}

static void
put_field (RuaGalley *self, const RuaBlock *block, double left, double space)
{
  double x = left + LABEL_WIDTH;
  RuaSetCell cells[2];
  guint n = 0;

  if (*block->label)
    cells[n++] = set_label (self, block->label, LABEL_SIZE, left, LABEL_WIDTH - 8, RUA_INK_FAINT);
  cells[n] = set_cell (self, block->words, TEXT_SIZE, FALSE, x, self->width - x, RUA_INK_TEXT);
  cells[n++].column = 1;
  rua_galley_put (self, RUA_SET_PARAGRAPH, cells, n, TEXT_SIZE, space, WHOLE);
}

static void
put_quote (RuaGalley *self, const RuaBlock *block, double left, double space)
{
  RuaSetCell cell = set_cell (self, block->words, TEXT_SIZE, FALSE, left + 10, self->width - left - 10, RUA_INK_TEXT);

  for (guint i = rua_galley_put (self, RUA_SET_PARAGRAPH, &cell, 1, TEXT_SIZE, space, WHOLE); i < self->bands->len; i++) {
    rua_galley_set (self, i)->bar = TRUE;
    rua_galley_set (self, i)->left = left;
  }
}

/* A chart that is higher than a page is made smaller; room is left for a heading that is kept with it. */
static void
put_chart (RuaGalley *self, const RuaBlock *block, double space)
{
  RuaPicture *picture = rua_chart_lay_out (block->chart, CHART_WIDTH);
  double scale = MIN (self->width / picture->width, self->height * 0.85 / picture->height);
  RuaSetBand *set;

  self->n_elements++;
  set = rua_galley_set (self, add_band (self, RUA_SET_CHART, picture->height * scale, space));
  set->picture = picture;
  set->scale = scale;
}

static double
space_before (const RuaBlock *previous, const RuaBlock *block)
{
  if (!previous)
    return 0;
  if (previous->type == RUA_BLOCK_HEADING)
    return previous->level <= 2 ? 7 : previous->level == 3 ? 4 : 2;
  if (block->type == RUA_BLOCK_CHART || block->type == RUA_BLOCK_TABLE || previous->type == RUA_BLOCK_TABLE)
    return block->level > 0 ? 4 : 9;
  if (previous->type == block->type && block->type == RUA_BLOCK_FIELD)
    return 2.5;
  if (previous->type == block->type && block->type == RUA_BLOCK_ITEM)
    return 2.5;
  return block->level > 0 && previous->level > 0 ? 3 : 6;
}

static void
put_block (RuaGalley *self, const RuaBlock *previous, const RuaBlock *block)
{
  double left = MIN (block->level * INDENT, self->width / 3), space = space_before (previous, block);
  guint first = self->bands->len;
  RuaSetCell cell;

  /* "These are:" stays with what they are. */
  if (previous && previous->type == RUA_BLOCK_PARAGRAPH && first > 0 && (block->type == RUA_BLOCK_ITEM || block->type == RUA_BLOCK_TABLE))
    rua_galley_band (self, first - 1)->keep = TRUE;
  switch (block->type) {
  case RUA_BLOCK_HEADING:
    put_heading (self, block, !previous);
    break;
  case RUA_BLOCK_PARAGRAPH:
    cell = set_cell (self, block->words, TEXT_SIZE, FALSE, left, self->width - left, RUA_INK_TEXT);
    rua_galley_put (self, RUA_SET_PARAGRAPH, &cell, 1, TEXT_SIZE, space, WHOLE);
    break;
  case RUA_BLOCK_ITEM:
    put_item (self, block, left, space);
    break;
  case RUA_BLOCK_FIELD:
    put_field (self, block, left, space);
    break;
  case RUA_BLOCK_QUOTE:
    put_quote (self, block, left, space);
    break;
  case RUA_BLOCK_TABLE:
    rua_galley_put_table (self, block, left, space);
    break;
  case RUA_BLOCK_CHART:
    put_chart (self, block, space);
    break;
  }
  if (self->bands->len == first)
    return;
  rua_galley_set (self, first)->anchor = block->anchor;
  /* A title does not stand with the first of its fields alone, nor the last of them on a page without the others. */
  if (block->type == RUA_BLOCK_FIELD && previous && previous->type == RUA_BLOCK_HEADING)
    rua_galley_band (self, self->bands->len - 1)->keep = TRUE;
  if (block->type == RUA_BLOCK_HEADING && previous && previous->type == RUA_BLOCK_FIELD && self->last > 0)
    rua_galley_band (self, self->last - 1)->keep = TRUE;
  self->last = first;
}

/* ---- the contents ---- */

#define LEAST_CHAPTERS 3
#define CONTENTS_GAP 24.0
#define NUMBER_WIDTH 22.0

/* Chapters in two columns; the pages they are on are not known yet. */
static void
put_contents (RuaGalley *self, const RuaManuscript *manuscript)
{
  g_autoptr (GArray) chapters = g_array_new (FALSE, FALSE, sizeof (guint)), names = g_array_new (FALSE, FALSE, sizeof (guint));
  double width = (self->width - CONTENTS_GAP) / 2;
  guint heading = 0, rows;

  for (guint i = 0; i < rua_manuscript_get_n_blocks (manuscript); i++) {
    const RuaBlock *block = rua_manuscript_get_block (manuscript, i);

    if (block->type != RUA_BLOCK_HEADING)
      continue;
    heading++;
    if (block->level != 2)
      continue;
    g_array_append_val (chapters, i);
    g_array_append_val (names, heading);
  }
  if (chapters->len < LEAST_CHAPTERS)
    return;
  rows = (chapters->len + 1) / 2;
  for (guint row = 0; row < rows; row++) {
    RuaSetCell cells[2];
    guint n = 0, band;

    for (guint k = row; k < chapters->len; k += rows, n++) {
      const RuaBlock *block = rua_manuscript_get_block (manuscript, g_array_index (chapters, guint, k));
      g_autofree char *name = rua_galley_heading_name (g_array_index (names, guint, k)), *title = rua_words_to_plain (block->words);

      cells[n] = set_cell (self, rua_words_add_link (rua_galley_words (self), RUA_STYLE_PLAIN, name, title), TEXT_SIZE, FALSE,
                           n * (width + CONTENTS_GAP), width - NUMBER_WIDTH, RUA_INK_TEXT);
      cells[n].column = n;
    }
    band = rua_galley_put (self, RUA_SET_ITEM, cells, n, TEXT_SIZE, row == 0 ? 12 : 1.5, G_MAXUINT);
    for (guint c = 0; c < n; c++) {
      RuaSetEntry entry = { .band = band, .heading = g_array_index (names, guint, row + c * rows), .right = c * (width + CONTENTS_GAP) + width };

      g_array_append_val (self->contents, entry);
    }
  }
}

/* ---- the whole ---- */

RuaGalley *
rua_galley_new (const RuaManuscript *manuscript, PangoContext *context, double width, double height)
{
  RuaGalley *self = g_new0 (RuaGalley, 1);
  const RuaBlock *previous = NULL;
  gboolean in_chapters = FALSE;

  self->width = width;
  self->height = height;
  self->context = context;
  self->bands = g_array_new (FALSE, TRUE, sizeof (RuaBand));
  self->set = g_array_new (FALSE, TRUE, sizeof (RuaSetBand));
  self->headings = g_array_new (FALSE, TRUE, sizeof (RuaSetHeading));
  self->contents = g_array_new (FALSE, TRUE, sizeof (RuaSetEntry));
  self->layouts = g_ptr_array_new_with_free_func (g_object_unref);
  self->words = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_words_free);
  g_array_set_clear_func (self->set, clear_set);
  g_array_set_clear_func (self->headings, clear_heading);
  for (guint i = 0; i < rua_manuscript_get_n_blocks (manuscript); i++) {
    const RuaBlock *block = rua_manuscript_get_block (manuscript, i);

    /* Behind the opening, which is what stands before the first chapter. */
    if (!in_chapters && block->type == RUA_BLOCK_HEADING && block->level == 2) {
      put_contents (self, manuscript);
      in_chapters = TRUE;
    }
    put_block (self, previous, block);
    previous = block;
  }
  return self;
}
