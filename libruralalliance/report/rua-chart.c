/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-chart-private.h"

#include <math.h>

#include "rua-drawing-private.h"
#include "rua-error.h"
#include "rua-wording-private.h"
#include "rua-words-private.h"

/**
 * RuaChart:
 *
 * A chart of results or of an alliance: intervals by group, pairs of before and after, a waterfall, Lorenz curves,
 * a timeline, the tree of places, the network of co-operatives, stations and consumer groups.
 *
 * A chart keeps what it shows, not what it was made from: results or an alliance may change or be let go
 * afterwards. What is not known is said and has no mark; it never stands at 0. [method@Chart.to_svg] needs nothing
 * but the library; pictures in pixels, PDF and drawing on a cairo context are there where its drawing module is, which
 * is built with cairo and pango and loaded when something is first drawn.
 *
 * Names of people are told as [class@Report] tells them.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (RuaChart, rua_chart, G_TYPE_OBJECT)

#define LEAST_WIDTH 240.0
#define MARGIN 8.0

static void
clear_item (gpointer data)
{
  RuaChartItem *item = data;

  g_free (item->label);
  g_free (item->note);
  g_clear_pointer (&item->points, g_array_unref);
}

static void
rua_chart_finalize (GObject *object)
{
  RuaChart *self = RUA_CHART (object);

  g_free (self->title);
  g_free (self->unit);
  g_free (self->left_out);
  g_array_unref (self->items);
  g_array_unref (self->links);
  G_OBJECT_CLASS (rua_chart_parent_class)->finalize (object);
}

static void
rua_chart_class_init (RuaChartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_chart_finalize;
}

static void
rua_chart_init (RuaChart *self)
{
  self->items = g_array_new (FALSE, TRUE, sizeof (RuaChartItem));
  self->links = g_array_new (FALSE, TRUE, sizeof (RuaChartLink));
  g_array_set_clear_func (self->items, clear_item);
}

RuaChart *
rua_chart_new (RuaChartType type, const char *title)
{
  RuaChart *self = g_object_new (RUA_TYPE_CHART, NULL);

  self->type = type;
  self->title = g_strdup (title);
  return self;
}

RuaChartItem *
rua_chart_item (RuaChart *self, guint index)
{
  return &g_array_index (self->items, RuaChartItem, index);
}

RuaChartItem *
rua_chart_add (RuaChart *self, char *label, char *note)
{
  RuaChartItem item = { .label = label, .note = note, .value = NAN, .low = NAN, .high = NAN, .other = NAN };

  g_array_append_val (self->items, item);
  return rua_chart_item (self, self->items->len - 1);
}

/**
 * rua_chart_get_title:
 * @self: a chart
 *
 * Gets what stands above it.
 *
 * Returns: the title
 *
 * Since: 1.0
 */
const char *
rua_chart_get_title (RuaChart *self)
{
  g_return_val_if_fail (RUA_IS_CHART (self), NULL);

  return self->title;
}

/**
 * rua_chart_get_n_items:
 * @self: a chart
 *
 * Gets how many things it shows: rows, curves, times, places or nodes. A chart of nothing is empty paper with a title.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
rua_chart_get_n_items (RuaChart *self)
{
  g_return_val_if_fail (RUA_IS_CHART (self), 0);

  return self->items->len;
}

/* ---- in words ---- */

static void
say_item (RuaChart *self, const RuaChartItem *item, GString *out)
{
  g_autofree char *value = isnan (item->value) ? NULL : rua_wording_number (item->value);
  g_autofree char *other = isnan (item->other) ? NULL : rua_wording_number (item->other);
  g_autofree char *low = isnan (item->low) ? NULL : rua_wording_number_beside (item->low, item->high);
  g_autofree char *high = isnan (item->high) ? NULL : rua_wording_number_beside (item->high, item->low);

  g_string_append (out, item->label);
  switch (self->type) {
  case RUA_CHART_INTERVALS:
  case RUA_CHART_WATERFALL:
    g_string_append_printf (out, _(": %s"), value ? value : item->note ? item->note : _("not known"));
    if (low && high)
      g_string_append_printf (out, _(" (%s to %s)"), low, high);
    break;
  case RUA_CHART_PAIRS:
    g_string_append_printf (out, _(": from %s to %s"), value ? value : _("not known"), other ? other : _("not known"));
    break;
  default:
    if (item->note)
      g_string_append_printf (out, _(": %s"), item->note);
  }
}

/**
 * rua_chart_dup_description:
 * @self: a chart
 *
 * Says in words what the chart shows, for whoever does not see it.
 *
 * Returns: (transfer full): a text
 *
 * Since: 1.0
 */
char *
rua_chart_dup_description (RuaChart *self)
{
  GString *out;

  g_return_val_if_fail (RUA_IS_CHART (self), NULL);

  out = g_string_new (self->items->len == 0 ? _("Nothing is known to show.") : NULL);
  for (guint i = 0; i < self->items->len; i++) {
    if (i > 0)
      g_string_append (out, _("; "));
    say_item (self, rua_chart_item (self, i), out);
  }
  for (guint i = 0; i < self->links->len; i++) {
    const RuaChartLink *link = &g_array_index (self->links, RuaChartLink, i);

    g_string_append_printf (out, _("; %s – %s"), rua_chart_item (self, link->from)->label, rua_chart_item (self, link->to)->label);
  }
  if (self->unit)
    g_string_append_printf (out, C_("unit of a chart", " (%s)"), self->unit);
  if (self->left_out)
    g_string_append_printf (out, _("; %s"), self->left_out);
  return g_string_free (out, FALSE);
}

/* ---- drawn ---- */

double
rua_chart_step (double low, double high, guint n)
{
  double rough = (high - low) / n, power = pow (10, floor (log10 (rough))), part = rough / power;

  return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

RuaPicture *
rua_chart_lay_out (RuaChart *self, double width)
{
  RuaPicture *picture = rua_picture_new (MAX (width, LEAST_WIDTH));
  double y = MARGIN;

  y += rua_picture_lines (picture, RUA_INK_TEXT, RUA_CHART_TEXT + 1, TRUE, MARGIN, y, picture->width - 2 * MARGIN, self->title) + 6;
  if (self->items->len > 0)
    switch (self->type) {
    case RUA_CHART_INTERVALS:
    case RUA_CHART_PAIRS:
    case RUA_CHART_WATERFALL:
      y = rua_chart_draw_rows (self, picture, y);
      break;
    case RUA_CHART_LORENZ:
      y = rua_chart_draw_lorenz (self, picture, y);
      break;
    case RUA_CHART_TIMELINE:
      y = rua_chart_draw_timeline (self, picture, y);
      break;
    case RUA_CHART_PLACES:
      y = rua_chart_draw_places (self, picture, y);
      break;
    case RUA_CHART_NETWORK:
      y = rua_chart_draw_network (self, picture, y);
      break;
    }
  else
    y += rua_picture_lines (picture, RUA_INK_FAINT, RUA_CHART_TEXT, FALSE, MARGIN, y, picture->width - 2 * MARGIN, _("Nothing is known to show."));
  if (self->left_out)
    y += rua_picture_lines (picture, RUA_INK_FAINT, RUA_CHART_SMALL, FALSE, MARGIN, y, picture->width - 2 * MARGIN, self->left_out);
  picture->height = ceil (y + MARGIN);
  return picture;
}

/**
 * rua_chart_get_height:
 * @self: a chart
 * @width: pixels across; no less than 240 are used
 *
 * Gets how high the chart is when it is so wide.
 *
 * Returns: pixels
 *
 * Since: 1.0
 */
double
rua_chart_get_height (RuaChart *self, double width)
{
  g_autoptr (RuaPicture) picture = NULL;

  g_return_val_if_fail (RUA_IS_CHART (self), 0);

  picture = rua_chart_lay_out (self, width);
  return picture->height;
}

/**
 * rua_chart_to_svg:
 * @self: a chart
 * @width: pixels across; no less than 240 are used
 *
 * Draws the chart as Scalable Vector Graphics, with a title and a description for whoever does not see it, and texts that can
 * be found and copied. It has no script and loads nothing.
 *
 * Returns: (transfer full): an SVG file in UTF-8
 *
 * Since: 1.0
 */
char *
rua_chart_to_svg (RuaChart *self, double width)
{
  g_return_val_if_fail (RUA_IS_CHART (self), NULL);

  return rua_chart_to_inline_svg (self, width, NULL);
}

char *
rua_chart_to_inline_svg (RuaChart *self, double width, const char *prefix)
{
  g_autoptr (RuaPicture) picture = rua_chart_lay_out (self, width);
  g_autofree char *description = rua_chart_dup_description (self), *title = NULL, *harmless = NULL;

  title = rua_text_make_harmless (self->title);
  harmless = rua_text_make_harmless (description);
  return rua_picture_to_svg (picture, title, harmless, prefix);
}

/**
 * rua_chart_to_png:
 * @self: a chart
 * @width: pixels across before they are scaled; no less than 240 are used
 * @scale: how many pixels for each, such as 2 for fine screens; above 0 and at most 16
 * @error: return location for an error
 *
 * Draws the chart on white as a PNG picture.
 *
 * The error is %G_IO_ERROR_NOT_SUPPORTED where the drawing module is not there.
 *
 * Returns: (transfer full): the bytes of a PNG file, or %NULL
 *
 * Since: 1.0
 */
GBytes *
rua_chart_to_png (RuaChart *self, double width, double scale, GError **error)
{
  g_return_val_if_fail (RUA_IS_CHART (self), NULL);
  g_return_val_if_fail (scale > 0 && scale <= 16, NULL);

  g_autoptr (RuaPicture) picture = NULL;
  const RuaDrawing *drawing = rua_drawing_get (error);

  if (drawing == NULL)
    return NULL;
  picture = rua_chart_lay_out (self, width);
  return drawing->picture_to_png (picture, scale, error);
}

/**
 * rua_chart_to_pdf:
 * @self: a chart
 * @width: pixels across, of 96 to the inch; no less than 240 are used
 * @error: return location for an error
 *
 * Draws the chart on white as a PDF document of one page, just as large.
 *
 * The error is %G_IO_ERROR_NOT_SUPPORTED where the drawing module is not there.
 *
 * Returns: (transfer full): the bytes of a PDF file, or %NULL
 *
 * Since: 1.0
 */
GBytes *
rua_chart_to_pdf (RuaChart *self, double width, GError **error)
{
  g_return_val_if_fail (RUA_IS_CHART (self), NULL);

  g_autoptr (RuaPicture) picture = NULL;
  const RuaDrawing *drawing = rua_drawing_get (error);

  if (drawing == NULL)
    return NULL;
  picture = rua_chart_lay_out (self, width);
  return drawing->picture_to_pdf (picture, error);
}
