/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-letters-private.h"

#include <cairo-ft.h>
#include <hb.h>
#include <string.h>

/* Cairo embeds the outlines of a font that it makes bolder or slants, for which it has a flag each. Any other flag
 * changes no letter and has it done, too. */
#define BY_OUTLINES (1u << 8)

struct _RuaLetters {
  GHashTable *faces; /* by what the font is called without its size: cairo_font_face_t, or NULL where cairo's own will do */
};

/* Cairo keeps fonts for a while after their last use, in any thread: each has a library of its own. */
typedef struct {
  FT_Library library;
  FT_Face face;
  hb_blob_t *file; /* that it reads */
} Source;

static const cairo_user_data_key_t source_key;

static void
destroy_source (void *data)
{
  Source *source = data;

  FT_Done_FreeType (source->library);
  hb_blob_destroy (source->file);
  g_free (source);
}

static void
destroy_face (gpointer face)
{
  if (face)
    cairo_font_face_destroy (face);
}

RuaLetters *
rua_letters_new (void)
{
  RuaLetters *self = g_new0 (RuaLetters, 1);

  self->faces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, destroy_face);
  return self;
}

void
rua_letters_free (RuaLetters *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->faces);
  g_free (self);
}

/* ---- fonts ---- */

static gboolean
has_postscript_outlines (hb_face_t *face)
{
  hb_blob_t *table = hb_face_reference_table (face, HB_TAG ('C', 'F', 'F', ' '));
  gboolean has = hb_blob_get_length (table) > 0;

  hb_blob_destroy (table);
  return has;
}

/* NULL where it cannot be read: then cairo does as it can. */
static Source *
open_source (hb_face_t *face)
{
  Source *source = g_new0 (Source, 1);
  unsigned int length;
  const char *bytes;

  source->file = hb_face_reference_blob (face);
  bytes = hb_blob_get_data (source->file, &length);
  if (FT_Init_FreeType (&source->library) == 0) {
    if (FT_New_Memory_Face (source->library, (const FT_Byte *) bytes, (FT_Long) length, (FT_Long) hb_face_get_index (face), &source->face) == 0)
      return source;
    FT_Done_FreeType (source->library);
  }
  hb_blob_destroy (source->file);
  g_free (source);
  return NULL;
}

/* A font that is made bolder or slanted is embedded by its outlines anyway. */
static gboolean
is_as_drawn (PangoFont *font)
{
  cairo_scaled_font_t *own = pango_cairo_font_get_scaled_font (PANGO_CAIRO_FONT (font));

  return own && cairo_scaled_font_get_type (own) == CAIRO_FONT_TYPE_FT
         && cairo_ft_font_face_get_synthesize (cairo_scaled_font_get_font_face (own)) == 0;
}

static cairo_font_face_t *
new_face (PangoFont *font)
{
  hb_face_t *outlines = hb_font_get_face (pango_font_get_hb_font (font));
  Source *source = has_postscript_outlines (outlines) ? open_source (outlines) : NULL;
  cairo_font_face_t *face;

  if (!source)
    return NULL;
  face = cairo_ft_font_face_create_for_ft_face (source->face, FT_LOAD_NO_HINTING);
  cairo_ft_font_face_set_synthesize (face, BY_OUTLINES);
  cairo_font_face_set_user_data (face, &source_key, source, destroy_source);
  return face;
}

/* One for all sizes. */
static cairo_font_face_t *
find_face (RuaLetters *self, PangoFont *font)
{
  PangoFontDescription *description;
  gpointer face = NULL;
  char *name;

  if (!is_as_drawn (font))
    return NULL;
  description = pango_font_describe (font);
  pango_font_description_unset_fields (description, PANGO_FONT_MASK_SIZE);
  name = pango_font_description_to_string (description);
  pango_font_description_free (description);
  if (g_hash_table_lookup_extended (self->faces, name, NULL, &face)) {
    g_free (name);
    return face;
  }
  face = new_face (font);
  g_hash_table_insert (self->faces, name, face);
  return face;
}

/* ---- runs ---- */

static GArray *
place_glyphs (const PangoGlyphString *string, double x, double y)
{
  GArray *glyphs = g_array_sized_new (FALSE, FALSE, sizeof (cairo_glyph_t), (guint) string->num_glyphs);
  int at = 0;

  for (int i = 0; i < string->num_glyphs; i++) {
    const PangoGlyphInfo *info = &string->glyphs[i];
    cairo_glyph_t glyph = {
      .index = info->glyph,
      .x = x + (double) (at + info->geometry.x_offset) / PANGO_SCALE,
      .y = y + (double) info->geometry.y_offset / PANGO_SCALE,
    };

    at += info->geometry.width;
    g_array_append_val (glyphs, glyph);
  }
  return glyphs;
}

static gboolean
has_outline (PangoGlyph glyph)
{
  return glyph != PANGO_GLYPH_EMPTY && !(glyph & PANGO_GLYPH_UNKNOWN_FLAG);
}

/* The glyph at which the next cluster begins, from left to right. */
static int
next_cluster (const PangoGlyphString *string, int first)
{
  int next = first + 1;

  while (next < string->num_glyphs && string->log_clusters[next] == string->log_clusters[first])
    next++;
  return next;
}

/* The byte before which all glyphs are in the font, or none is: the others are drawn by pango, as boxes; 0 for the end. */
static int
find_change (const PangoGlyphItem *item)
{
  const PangoGlyphString *string = item->glyphs;

  for (int i = next_cluster (string, 0); i < string->num_glyphs; i = next_cluster (string, i))
    if (has_outline (string->glyphs[i].glyph) != has_outline (string->glyphs[0].glyph))
      return string->log_clusters[i];
  return 0;
}

/* Which bytes of the text each glyph stands for, so that it can be found. */
static GArray *
list_clusters (const PangoGlyphItem *item)
{
  const PangoGlyphString *string = item->glyphs;
  GArray *clusters = g_array_new (FALSE, FALSE, sizeof (cairo_text_cluster_t));

  for (int i = 0, next; i < string->num_glyphs; i = next) {
    cairo_text_cluster_t cluster;

    next = next_cluster (string, i);
    cluster.num_glyphs = next - i;
    cluster.num_bytes = (next < string->num_glyphs ? string->log_clusters[next] : item->item->length) - string->log_clusters[i];
    g_array_append_val (clusters, cluster);
  }
  return clusters;
}

static void
show_outlines (cairo_t *cairo, cairo_font_face_t *face, const char *text, const PangoGlyphItem *item, double x, double y)
{
  g_autoptr (GArray) clusters = list_clusters (item), glyphs = place_glyphs (item->glyphs, x, y);
  cairo_matrix_t size;

  cairo_scaled_font_get_font_matrix (pango_cairo_font_get_scaled_font (PANGO_CAIRO_FONT (item->item->analysis.font)), &size);
  cairo_save (cairo);
  cairo_set_font_face (cairo, face);
  cairo_set_font_matrix (cairo, &size);
  cairo_show_text_glyphs (cairo, text + item->item->offset, item->item->length, (const cairo_glyph_t *) (gpointer) glyphs->data, (int) glyphs->len,
                          (const cairo_text_cluster_t *) (gpointer) clusters->data, (int) clusters->len, (cairo_text_cluster_flags_t) 0);
  cairo_restore (cairo);
}

void
rua_letters_show (RuaLetters *self, cairo_t *cairo, const char *text, PangoGlyphItem *item)
{
  PangoFont *font = item->item->analysis.font;
  cairo_font_face_t *face = self && font ? find_face (self, font) : NULL;
  PangoGlyphItem *rest;
  double x, y;

  /* What runs from right to left has its clusters the other way round. */
  if (!face || item->item->analysis.level % 2 != 0 || item->glyphs->num_glyphs == 0) {
    pango_cairo_show_glyph_item (cairo, text, item);
    return;
  }
  cairo_get_current_point (cairo, &x, &y);
  rest = pango_glyph_item_copy (item);
  while (rest) {
    int change = find_change (rest);
    PangoGlyphItem *part = change ? pango_glyph_item_split (rest, text, change) : g_steal_pointer (&rest);

    if (has_outline (part->glyphs->glyphs[0].glyph)) {
      show_outlines (cairo, face, text, part, x, y);
    } else {
      cairo_move_to (cairo, x, y);
      pango_cairo_show_glyph_item (cairo, text, part);
    }
    x += (double) pango_glyph_string_get_width (part->glyphs) / PANGO_SCALE;
    pango_glyph_item_free (part);
  }
}

void
rua_letters_show_layout (RuaLetters *self, cairo_t *cairo, PangoLayout *layout, double x, double y)
{
  PangoLayoutIter *iter;

  if (!self) {
    cairo_move_to (cairo, x, y);
    pango_cairo_show_layout (cairo, layout);
    return;
  }
  iter = pango_layout_get_iter (layout);
  do {
    PangoLayoutRun *run = pango_layout_iter_get_run_readonly (iter);
    PangoRectangle logical;

    if (!run)
      continue;
    pango_layout_iter_get_run_extents (iter, NULL, &logical);
    cairo_move_to (cairo, x + (double) logical.x / PANGO_SCALE, y + (double) pango_layout_iter_get_baseline (iter) / PANGO_SCALE);
    rua_letters_show (self, cairo, pango_layout_get_text (layout), run);
  } while (pango_layout_iter_next_run (iter));
  pango_layout_iter_free (iter);
}
