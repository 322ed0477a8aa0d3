/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-picture-cairo-private.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>

#include "rua-error.h"
#include "rua-messages.h"

void
rua_picture_set_ink (cairo_t *cairo, RuaInk ink)
{
  guint32 colour = rua_picture_colour (ink);

  cairo_set_source_rgb (cairo, (colour >> 16) / 255.0, (colour >> 8 & 255) / 255.0, (colour & 255) / 255.0);
}

static void
draw_text (cairo_t *cairo, RuaLetters *letters, PangoLayout *layout, const RuaMark *mark)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("sans-serif");
  int width, height;

  pango_font_description_set_absolute_size (font, mark->size * PANGO_SCALE);
  if (mark->is_hollow)
    pango_font_description_set_weight (font, PANGO_WEIGHT_SEMIBOLD);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, mark->text, -1);
  pango_layout_get_size (layout, &width, &height);
  rua_letters_show_layout (letters, cairo, layout,
                           mark->x - (mark->anchor == RUA_ANCHOR_START ? 0 : mark->anchor == RUA_ANCHOR_END ? 1 : 0.5) * width / PANGO_SCALE,
                           mark->y - (double) pango_layout_get_baseline (layout) / PANGO_SCALE);
}

static void
draw_path (cairo_t *cairo, const RuaMark *mark)
{
  static const double dashes[] = { 4, 4 };
  const RuaPoint *points = (const RuaPoint *) (gpointer) mark->points->data;

  cairo_move_to (cairo, points[0].x, points[0].y);
  if (mark->type == RUA_MARK_CURVE)
    cairo_curve_to (cairo, points[1].x, points[1].y, points[2].x, points[2].y, points[3].x, points[3].y);
  for (guint i = 1; mark->type == RUA_MARK_LINE && i < mark->points->len; i++)
    cairo_line_to (cairo, points[i].x, points[i].y);
  cairo_set_line_width (cairo, mark->size);
  cairo_set_dash (cairo, dashes, mark->is_hollow ? 2 : 0, 0);
  cairo_stroke (cairo);
}

void
rua_picture_draw (const RuaPicture *self, cairo_t *cairo, RuaLetters *letters)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cairo);

  /* Characters that Chinese and Japanese share have the shapes of the language that is told, whatever the locale. */
  pango_context_set_language (pango_layout_get_context (layout), pango_language_from_string (rua_get_language ()));
  cairo_save (cairo);
  for (guint i = 0; i < self->marks->len; i++) {
    const RuaMark *mark = &g_array_index (self->marks, RuaMark, i);

    rua_picture_set_ink (cairo, mark->ink);
    switch (mark->type) {
    case RUA_MARK_RECTANGLE:
      cairo_rectangle (cairo, mark->x, mark->y, mark->width, mark->height);
      cairo_fill (cairo);
      break;
    case RUA_MARK_LINE:
    case RUA_MARK_CURVE:
      draw_path (cairo, mark);
      break;
    case RUA_MARK_CIRCLE:
      cairo_new_sub_path (cairo);
      cairo_arc (cairo, mark->x, mark->y, mark->is_hollow ? mark->size - 1 : mark->size, 0, 2 * G_PI);
      if (mark->is_hollow) {
        cairo_set_dash (cairo, NULL, 0, 0);
        cairo_set_line_width (cairo, 2);
        cairo_stroke (cairo);
      } else {
        cairo_fill (cairo);
      }
      break;
    case RUA_MARK_TEXT:
      draw_text (cairo, letters, layout, mark);
      break;
    }
  }
  cairo_restore (cairo);
}

/* ---- files ---- */

static cairo_status_t
put_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *
rua_picture_new_pdf (GByteArray *bytes, double width, double height)
{
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (put_bytes, bytes, width, height);

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
  return surface;
}

static gboolean
check (cairo_status_t status, const char *what, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s cannot be drawn: %s; make it smaller", what, cairo_status_to_string (status));
  return FALSE;
}

gboolean
rua_picture_end (cairo_surface_t *surface, const char *what, GError **error)
{
  gboolean done;

  cairo_surface_finish (surface);
  done = check (cairo_surface_status (surface), what, error);
  cairo_surface_destroy (surface);
  return done;
}

/* White paper, and the picture on it. */
static void
paint (const RuaPicture *picture, cairo_surface_t *surface, double scale, RuaLetters *letters)
{
  cairo_t *cairo = cairo_create (surface);

  cairo_scale (cairo, scale, scale);
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  rua_picture_draw (picture, cairo, letters);
  cairo_destroy (cairo);
}

GBytes *
rua_picture_to_png (const RuaPicture *picture, double scale, GError **error)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (picture->width * scale), (int) ceil (picture->height * scale));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean done;

  paint (picture, surface, scale, NULL);
  done = check (cairo_surface_status (surface), "The chart", error)
         && check (cairo_surface_write_to_png_stream (surface, put_bytes, bytes), "The chart", error);
  cairo_surface_destroy (surface);
  return done ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

GBytes *
rua_picture_to_pdf (const RuaPicture *picture, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (RuaLetters) letters = rua_letters_new ();
  /* Points are of 72 to the inch, pixels of 96. */
  cairo_surface_t *surface = rua_picture_new_pdf (bytes, picture->width * 0.75, picture->height * 0.75);

  paint (picture, surface, 0.75, letters);
  return rua_picture_end (surface, "The chart", error) ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}
