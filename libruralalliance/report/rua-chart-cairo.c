/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Not there where the library is built without cairo, which it does not load by itself. */
#include "rua-chart-draw.h"
#include "rua-chart-private.h"
#include "rua-drawing-private.h"

/**
 * rua_chart_draw:
 * @self: a chart
 * @cairo: what to draw on
 * @width: units across; no less than 240 are used
 *
 * Draws the chart at the origin of a cairo context, for instance in the `snapshot` of a GTK widget. The paper is
 * left as it is; [method@Chart.get_height] says how much of it is used.
 *
 * Since: 1.0
 */
void
rua_chart_draw (RuaChart *self, cairo_t *cairo, double width)
{
  g_autoptr (GError) error = NULL;
  const RuaDrawing *drawing;
  g_autoptr (RuaPicture) picture = NULL;

  g_return_if_fail (RUA_IS_CHART (self));
  g_return_if_fail (cairo != NULL);

  drawing = rua_drawing_get (&error);
  if (drawing == NULL) {
    g_warning ("%s", error->message);
    return;
  }
  picture = rua_chart_lay_out (self, width);
  drawing->draw (picture, cairo);
}
