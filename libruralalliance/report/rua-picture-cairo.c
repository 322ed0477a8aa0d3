/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-picture-cairo-private.h"

#include <pango/pangocairo.h>

static void
set_ink (cairo_t *cairo, RuaInk ink)
{
  guint32 colour = rua_picture_colour (ink);

  cairo_set_source_rgb (cairo, (colour >> 16) / 255.0, (colour >> 8 & 255) / 255.0, (colour & 255) / 255.0);
}

static void
draw_text (cairo_t *cairo, PangoLayout *layout, const RuaMark *mark)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("sans-serif");
  int width, height;

  pango_font_description_set_absolute_size (font, mark->size * PANGO_SCALE);
  if (mark->is_hollow)
    pango_font_description_set_weight (font, PANGO_WEIGHT_SEMIBOLD);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, mark->text, -1);
  pango_layout_get_size (layout, &width, &height);
  cairo_move_to (cairo, mark->x - (mark->anchor == RUA_ANCHOR_START ? 0 : mark->anchor == RUA_ANCHOR_END ? 1 : 0.5) * width / PANGO_SCALE,
                 mark->y - (double) pango_layout_get_baseline (layout) / PANGO_SCALE);
  pango_cairo_show_layout (cairo, layout);
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
rua_picture_draw (const RuaPicture *self, cairo_t *cairo)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cairo);

  cairo_save (cairo);
  for (guint i = 0; i < self->marks->len; i++) {
    const RuaMark *mark = &g_array_index (self->marks, RuaMark, i);

    set_ink (cairo, mark->ink);
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
      draw_text (cairo, layout, mark);
      break;
    }
  }
  cairo_restore (cairo);
}
