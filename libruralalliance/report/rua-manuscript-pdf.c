/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A manuscript on pages of A4; not there where the library is built without cairo. */
#include "rua-manuscript-private.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "rua-galley-private.h"
#include "rua-picture-cairo-private.h"
#include "rua-wording-private.h"

#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.89
#define LEFT 56.0
#define TOP 52.0
#define BOTTOM 62.0
#define FOOT 34.0 /* of the base line of page numbers, from the foot of the page */
#define FOOT_SIZE 7.5

typedef struct {
  cairo_t *cairo;
  cairo_surface_t *surface;
  RuaGalley *galley;
  RuaLetters *letters;
  GArray *places;      /* RuaBandPlace */
  GHashTable *anchors; /* those that blocks have, and names of headings: a span that leads nowhere is no link */
  guint n_pages;
  guint table; /* that is open; 0 for none */
} Sheets;

/* ---- lines ---- */

static const RuaSpan *
find_span (const RuaWords *words, int index)
{
  gsize end = 0;

  for (guint i = 0; i < rua_words_get_n_spans (words); i++) {
    const RuaSpan *span = rua_words_get_span (words, i);

    end += strlen (span->text);
    if ((gsize) index < end)
      return span;
  }
  return NULL;
}

/* What tells cairo where the span leads; NULL for nowhere. */
static char *
say_target (Sheets *self, const RuaSpan *span)
{
  if (span->style == RUA_STYLE_LINK && rua_span_is_web_address (span))
    return g_strdup_printf ("uri='%s'", span->text);
  if (span->target && g_hash_table_contains (self->anchors, span->target))
    return g_strdup_printf ("dest='%s'", span->target);
  return NULL;
}

static void
set_colour (Sheets *self, const RuaSpan *span, RuaInk ink)
{
  static const RuaInk inks[RUA_N_STYLES] = {
    [RUA_STYLE_FAINT] = RUA_INK_FAINT, [RUA_STYLE_LINK] = RUA_INK_FIRST, [RUA_STYLE_GOOD] = RUA_INK_GOOD,
    [RUA_STYLE_BAD] = RUA_INK_BAD, [RUA_STYLE_DOUBT] = RUA_INK_SECOND,
  };

  /* RUA_INK_TEXT is the first: whatever has no ink of its own has that of its line. */
  rua_picture_set_ink (self->cairo, span && inks[span->style] != RUA_INK_TEXT ? inks[span->style] : ink);
}

static void
draw_line (Sheets *self, const RuaSetLine *set, double y)
{
  const char *text = pango_layout_get_text (set->layout);
  const RuaSpan *linked = NULL;
  double x = LEFT + set->x;

  for (GSList *l = set->line->runs; l; l = l->next) {
    PangoGlyphItem *run = l->data;
    const RuaSpan *span = find_span (set->words, run->item->offset);
    g_autofree char *target = span ? say_target (self, span) : NULL;
    double width;

    if (linked && linked != span) {
      cairo_tag_end (self->cairo, CAIRO_TAG_LINK);
      linked = NULL;
    }
    if (target && linked != span) {
      cairo_tag_begin (self->cairo, CAIRO_TAG_LINK, target);
      linked = span;
    }
    width = (double) pango_glyph_string_get_width (run->glyphs) / PANGO_SCALE;
    set_colour (self, span, set->ink);
    cairo_move_to (self->cairo, x, y);
    rua_letters_show (self->letters, self->cairo, text, run);
    /* Sentences that lead to a chapter stay readable on paper: black, on a thin line. */
    if (target) {
      rua_picture_set_ink (self->cairo, RUA_INK_RULE);
      cairo_rectangle (self->cairo, x, y + 1.6, width, 0.5);
      cairo_fill (self->cairo);
    }
    x += width;
  }
  if (linked)
    cairo_tag_end (self->cairo, CAIRO_TAG_LINK);
}

/* A text of one line, at @x or, to the right, ending there. */
static void
draw_text (Sheets *self, const char *text, double size, RuaAlign align, double x, double y, double width)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (self->galley->context);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("sans-serif");
  PangoRectangle logical;

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_get_extents (layout, NULL, &logical);
  rua_picture_set_ink (self->cairo, RUA_INK_FAINT);
  rua_letters_show_layout (self->letters, self->cairo, layout, align == RUA_ALIGN_RIGHT ? x - (double) logical.width / PANGO_SCALE : x,
                           y - (double) pango_layout_get_baseline (layout) / PANGO_SCALE);
}

/* ---- elements ---- */

static double
base_line (Sheets *self, const RuaBandPlace *place)
{
  return TOP + place->y + rua_galley_set (self->galley, place->band)->baseline;
}

static const char *
tag_of (const RuaSetBand *set)
{
  static const char *const levels[] = { "H1", "H2", "H3", "H4" };

  switch (set->type) {
  case RUA_SET_HEADING:
    return levels[set->level - 1];
  case RUA_SET_HEAD:
  case RUA_SET_ROW:
    return "TR";
  case RUA_SET_CHART:
    return "Figure";
  default:
    return "P";
  }
}

static void
draw_rules (Sheets *self, const RuaBandPlace *place)
{
  const RuaSetBand *set = rua_galley_set (self->galley, place->band);
  const RuaBand *band = rua_galley_band (self->galley, place->band);

  if (set->bar) {
    rua_picture_set_ink (self->cairo, RUA_INK_RULE);
    cairo_rectangle (self->cairo, LEFT + set->left, TOP + place->y, 2.5, band->height);
    cairo_fill (self->cairo);
  }
  if (set->rule > 0) {
    rua_picture_set_ink (self->cairo, set->type == RUA_SET_HEAD ? RUA_INK_FAINT : RUA_INK_RULE);
    cairo_rectangle (self->cairo, LEFT + set->left, TOP + place->y + band->height - set->rule, set->right - set->left, set->rule);
    cairo_fill (self->cairo);
  }
}

/* What stands in a column, from the first band to the last, so that a reader's cursor goes through a cell before it goes to the next. */
static void
draw_column (Sheets *self, const RuaBandPlace *places, guint n, guint column)
{
  for (guint i = 0; i < n; i++) {
    const RuaSetBand *set = rua_galley_set (self->galley, places[i].band);

    for (guint k = 0; k < set->lines->len; k++) {
      const RuaSetLine *line = &g_array_index (set->lines, RuaSetLine, k);

      if (line->column == column)
        draw_line (self, line, base_line (self, &places[i]));
    }
  }
}

static guint
count_columns (Sheets *self, const RuaBandPlace *places, guint n)
{
  guint columns = 0;

  for (guint i = 0; i < n; i++) {
    const RuaSetBand *set = rua_galley_set (self->galley, places[i].band);

    for (guint k = 0; k < set->lines->len; k++)
      columns = MAX (columns, g_array_index (set->lines, RuaSetLine, k).column + 1);
  }
  return columns;
}

static void
draw_picture (Sheets *self, const RuaSetBand *set, double y)
{
  cairo_save (self->cairo);
  cairo_translate (self->cairo, LEFT, y);
  cairo_scale (self->cairo, set->scale, set->scale);
  rua_picture_draw (set->picture, self->cairo, self->letters);
  cairo_restore (self->cairo);
}

static void
open_name (Sheets *self, const char *name)
{
  g_autofree char *attributes = g_strdup_printf ("name='%s'", name);

  cairo_tag_begin (self->cairo, CAIRO_TAG_DEST, attributes);
}

/* Bands of one element, as far as they are on one page. */
static void
draw_element (Sheets *self, const RuaBandPlace *places, guint n)
{
  const RuaSetBand *set = rua_galley_set (self->galley, places[0].band);
  gboolean is_row = set->type == RUA_SET_HEAD || set->type == RUA_SET_ROW;
  const char *cell = set->type == RUA_SET_HEAD ? "TH" : "TD";
  gboolean begins = !places[0].is_again;

  for (guint i = 0; i < n; i++)
    draw_rules (self, &places[i]);
  if (begins && set->anchor)
    open_name (self, set->anchor);
  if (begins && set->heading) {
    g_autofree char *name = rua_galley_heading_name (set->heading);

    open_name (self, name);
  }
  cairo_tag_begin (self->cairo, tag_of (set), NULL);
  if (set->picture)
    draw_picture (self, set, TOP + places[0].y);
  for (guint c = 0; c < count_columns (self, places, n); c++) {
    if (is_row)
      cairo_tag_begin (self->cairo, cell, NULL);
    draw_column (self, places, n, c);
    if (is_row)
      cairo_tag_end (self->cairo, cell);
  }
  cairo_tag_end (self->cairo, tag_of (set));
  if (begins && set->heading)
    cairo_tag_end (self->cairo, CAIRO_TAG_DEST);
  if (begins && set->anchor)
    cairo_tag_end (self->cairo, CAIRO_TAG_DEST);
}

static void
open_table (Sheets *self, guint table)
{
  if (self->table == table)
    return;
  if (self->table)
    cairo_tag_end (self->cairo, "Table");
  if (table)
    cairo_tag_begin (self->cairo, "Table", NULL);
  self->table = table;
}

/* ---- pages ---- */

static guint
page_of_heading (Sheets *self, guint heading)
{
  guint band = g_array_index (self->galley->headings, RuaSetHeading, heading - 1).band;

  for (guint i = 0; i < self->places->len; i++) {
    const RuaBandPlace *place = &g_array_index (self->places, RuaBandPlace, i);

    if (place->band == band && !place->is_again)
      return place->page + 1;
  }
  g_assert_not_reached ();
}

/* The numbers of pages, in the contents. */
static void
draw_contents (Sheets *self, const RuaBandPlace *place)
{
  for (guint i = 0; i < self->galley->contents->len; i++) {
    const RuaSetEntry *entry = &g_array_index (self->galley->contents, RuaSetEntry, i);
    g_autofree char *number = NULL;

    if (entry->band != place->band)
      continue;
    number = g_strdup_printf ("%u", page_of_heading (self, entry->heading));
    draw_text (self, number, 9, RUA_ALIGN_RIGHT, LEFT + entry->right, base_line (self, place), 40);
  }
}

static void
draw_foot (Sheets *self, guint page, const char *title)
{
  g_autofree char *number = g_strdup_printf (C_("page", "%1$u of %2$u"), page + 1, self->n_pages);
  double width = PAGE_WIDTH - 2 * LEFT;

  draw_text (self, number, FOOT_SIZE, RUA_ALIGN_RIGHT, PAGE_WIDTH - LEFT, PAGE_HEIGHT - FOOT, width);
  /* The first page has it at its head. */
  if (title && page > 0)
    draw_text (self, title, FOOT_SIZE, RUA_ALIGN_LEFT, LEFT, PAGE_HEIGHT - FOOT, width * 0.8);
}

static void
draw_pages (Sheets *self, const char *title)
{
  guint i = 0;

  for (guint page = 0; page < self->n_pages; page++) {
    while (i < self->places->len && g_array_index (self->places, RuaBandPlace, i).page == page) {
      const RuaBandPlace *places = &g_array_index (self->places, RuaBandPlace, i);
      const RuaSetBand *set = rua_galley_set (self->galley, places[0].band);
      guint n = 1;

      while (i + n < self->places->len && places[n].page == page && rua_galley_set (self->galley, places[n].band)->element == set->element)
        n++;
      open_table (self, set->table);
      draw_element (self, places, n);
      if (set->type == RUA_SET_ITEM)
        draw_contents (self, places);
      i += n;
    }
    open_table (self, 0);
    draw_foot (self, page, title);
    cairo_show_page (self->cairo);
  }
}

/* ---- the document ---- */

/* Chapters, under each what it has, as deep as headings go. */
static void
put_outline (Sheets *self)
{
  int parents[8] = { CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT };

  for (guint i = 0; i < self->galley->headings->len; i++) {
    const RuaSetHeading *heading = &g_array_index (self->galley->headings, RuaSetHeading, i);
    guint level = CLAMP (heading->level, 1, G_N_ELEMENTS (parents) - 2);
    g_autofree char *name = rua_galley_heading_name (i + 1), *target = g_strdup_printf ("dest='%s'", name);
    int entry = cairo_pdf_surface_add_outline (self->surface, parents[level], heading->title, target, (cairo_pdf_outline_flags_t) 0);

    /* The title of all has no chapters under it: they would be a step further from the reader. */
    for (guint deeper = level + 1; level > 1 && deeper < G_N_ELEMENTS (parents); deeper++)
      parents[deeper] = entry;
  }
}

/* The title, and what is said before the first chapter. What is not told, such as an author or a day, is left out. */
static char *
put_metadata (cairo_surface_t *surface, const RuaManuscript *manuscript)
{
  g_autoptr (GString) subject = g_string_new (NULL);
  char *title = NULL;

  for (guint i = 0; i < rua_manuscript_get_n_blocks (manuscript); i++) {
    const RuaBlock *block = rua_manuscript_get_block (manuscript, i);
    g_autofree char *text = block->words ? rua_words_to_plain (block->words) : NULL;

    if (block->type == RUA_BLOCK_HEADING && (title || block->level > 1))
      break;
    if (block->type == RUA_BLOCK_HEADING)
      title = g_steal_pointer (&text);
    else if (title && text)
      g_string_append_printf (subject, "%s%s", subject->len ? " " : "", text);
  }
  if (title)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  if (subject->len)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, subject->str);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "libruralalliance");
  return title;
}

static void
collect_anchors (Sheets *self, const RuaManuscript *manuscript)
{
  for (guint i = 0; i < rua_manuscript_get_n_blocks (manuscript); i++) {
    const RuaBlock *block = rua_manuscript_get_block (manuscript, i);

    if (block->anchor)
      g_hash_table_add (self->anchors, g_strdup (block->anchor));
  }
  for (guint i = 0; i < self->galley->headings->len; i++)
    g_hash_table_add (self->anchors, rua_galley_heading_name (i + 1));
}

/* Letters where they are, to a fraction of a point, on paper as on every screen. */
static PangoContext *
new_context (cairo_t *cairo, const char *language)
{
  PangoContext *context = pango_cairo_create_context (cairo);
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  pango_cairo_context_set_resolution (context, 72);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_context_set_language (context, pango_language_from_string (language));
  return context;
}

GBytes *
rua_manuscript_to_pdf (const RuaManuscript *manuscript, const char *language, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface = rua_picture_new_pdf (bytes, PAGE_WIDTH, PAGE_HEIGHT);
  cairo_t *cairo = cairo_create (surface);
  PangoContext *context = new_context (cairo, language ? language : rua_get_language ());
  g_autoptr (RuaGalley) galley = rua_galley_new (manuscript, context, PAGE_WIDTH - 2 * LEFT, PAGE_HEIGHT - TOP - BOTTOM);
  g_autoptr (GArray) places = rua_band_place_all ((const RuaBand *) (gpointer) galley->bands->data, galley->bands->len, galley->height);
  g_autoptr (GHashTable) anchors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (RuaLetters) letters = rua_letters_new ();
  g_autofree char *title = put_metadata (surface, manuscript);
  Sheets sheets = { .cairo = cairo, .surface = surface, .galley = galley, .letters = letters, .places = places, .anchors = anchors };

  sheets.n_pages = places->len ? g_array_index (places, RuaBandPlace, places->len - 1).page + 1 : 1;
  collect_anchors (&sheets, manuscript);
  put_outline (&sheets);
  draw_pages (&sheets, title);
  cairo_destroy (cairo);
  return rua_picture_end (surface, "The report", error) ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}
