/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-picture-private.h"

#include <math.h>

/* Scalable Vector Graphics 1.1 with texts as texts, so that they can be found, copied, read out, and set
 * in the fonts of whoever reads them. Colours are attributes, which a page's style overrides. */

static void
put_text (GString *out, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (out, escaped);
}

/* Hundredths of a pixel are enough, whatever the locale. */
static void
put_number (GString *out, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  double rounded = round (value * 100) / 100;

  g_string_append (out, g_ascii_formatd (text, sizeof text, "%.8g", rounded == 0 ? 0 : rounded));
}

static void
put_attribute (GString *out, const char *name, double value)
{
  g_string_append_printf (out, " %s=\"", name);
  put_number (out, value);
  g_string_append_c (out, '"');
}

static void
put_ink (GString *out, const RuaMark *mark, gboolean is_stroke)
{
  g_string_append_printf (out, " class=\"%s-%s\"", is_stroke ? "stroke" : "fill", rua_picture_class (mark->ink));
  g_string_append_printf (out, is_stroke ? " fill=\"none\" stroke=\"#%06x\"" : " fill=\"#%06x\"", rua_picture_colour (mark->ink));
}

static void
put_path (GString *out, const RuaMark *mark)
{
  g_string_append (out, "<path d=\"");
  for (guint i = 0; i < mark->points->len; i++) {
    const RuaPoint *point = &g_array_index (mark->points, RuaPoint, i);

    g_string_append (out, i == 0 ? "M" : i == 1 ? (mark->type == RUA_MARK_CURVE ? "C" : "L") : " ");
    put_number (out, point->x);
    g_string_append_c (out, ' ');
    put_number (out, point->y);
  }
  g_string_append_c (out, '"');
  put_ink (out, mark, TRUE);
  put_attribute (out, "stroke-width", mark->size);
  if (mark->is_hollow)
    g_string_append (out, " stroke-dasharray=\"4 4\"");
  g_string_append (out, "/>\n");
}

static void
put_mark (GString *out, const RuaMark *mark)
{
  static const char *const anchors[] = { "start", "middle", "end" };

  switch (mark->type) {
  case RUA_MARK_RECTANGLE:
    g_string_append (out, "<rect");
    put_attribute (out, "x", mark->x);
    put_attribute (out, "y", mark->y);
    put_attribute (out, "width", mark->width);
    put_attribute (out, "height", mark->height);
    put_ink (out, mark, FALSE);
    g_string_append (out, "/>\n");
    return;
  case RUA_MARK_LINE:
  case RUA_MARK_CURVE:
    put_path (out, mark);
    return;
  case RUA_MARK_CIRCLE:
    g_string_append (out, "<circle");
    put_attribute (out, "cx", mark->x);
    put_attribute (out, "cy", mark->y);
    put_attribute (out, "r", mark->is_hollow ? mark->size - 1 : mark->size);
    put_ink (out, mark, mark->is_hollow);
    g_string_append (out, mark->is_hollow ? " stroke-width=\"2\"/>\n" : "/>\n");
    return;
  case RUA_MARK_TEXT:
    g_string_append (out, "<text");
    put_attribute (out, "x", mark->x);
    put_attribute (out, "y", mark->y);
    put_attribute (out, "font-size", mark->size);
    if (mark->anchor != RUA_ANCHOR_START)
      g_string_append_printf (out, " text-anchor=\"%s\"", anchors[mark->anchor]);
    if (mark->is_hollow)
      g_string_append (out, " font-weight=\"600\"");
    put_ink (out, mark, FALSE);
    g_string_append_c (out, '>');
    put_text (out, mark->text);
    g_string_append (out, "</text>\n");
    return;
  }
}

char *
rua_picture_to_svg (const RuaPicture *self, const char *title, const char *description, const char *prefix)
{
  GString *out = g_string_new (prefix ? NULL : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  const char *name = prefix ? prefix : "chart";

  g_string_append_printf (out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"%s-title %s-description\" viewBox=\"0 0 ", name, name);
  put_number (out, self->width);
  g_string_append_c (out, ' ');
  put_number (out, self->height);
  g_string_append_c (out, '"');
  put_attribute (out, "width", self->width);
  put_attribute (out, "height", self->height);
  g_string_append (out, " font-family=\"system-ui, 'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK SC', sans-serif\">\n");
  g_string_append_printf (out, "<title id=\"%s-title\">", name);
  put_text (out, title);
  g_string_append_printf (out, "</title>\n<desc id=\"%s-description\">", name);
  put_text (out, description);
  g_string_append (out, "</desc>\n");
  if (!prefix) {
    g_string_append (out, "<rect");
    put_attribute (out, "width", self->width);
    put_attribute (out, "height", self->height);
    g_string_append (out, " fill=\"#ffffff\"/>\n");
  }
  for (guint i = 0; i < self->marks->len; i++)
    put_mark (out, &g_array_index (self->marks, RuaMark, i));
  g_string_append (out, "</svg>\n");
  return g_string_free (out, FALSE);
}
