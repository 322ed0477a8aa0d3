/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cairo makes of a chart; not there where the library is built without. */
#include "rua-chart-draw.h"
#include "rua-chart-private.h"
#include "rua-picture-cairo-private.h"

#include <cairo-pdf.h>
#include <math.h>

#include "rua-error.h"

static cairo_status_t
put_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* White paper, and the chart on it. */
static void
paint (const RuaPicture *picture, cairo_surface_t *surface, double scale)
{
  cairo_t *cairo = cairo_create (surface);

  cairo_scale (cairo, scale, scale);
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  rua_picture_draw (picture, cairo);
  cairo_destroy (cairo);
}

static gboolean
check (cairo_status_t status, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "The chart cannot be drawn: %s; make it smaller", cairo_status_to_string (status));
  return FALSE;
}

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
  g_autoptr (RuaPicture) picture = NULL;

  g_return_if_fail (RUA_IS_CHART (self));
  g_return_if_fail (cairo != NULL);

  picture = rua_chart_lay_out (self, width);
  rua_picture_draw (picture, cairo);
}

GBytes *
rua_picture_to_png (const RuaPicture *picture, double scale, GError **error)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (picture->width * scale), (int) ceil (picture->height * scale));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean done;

  paint (picture, surface, scale);
  done = check (cairo_surface_status (surface), error) && check (cairo_surface_write_to_png_stream (surface, put_bytes, bytes), error);
  cairo_surface_destroy (surface);
  return done ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

GBytes *
rua_picture_to_pdf (const RuaPicture *picture, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  /* Points are of 72 to the inch, pixels of 96. */
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (put_bytes, bytes, picture->width * 0.75, picture->height * 0.75);
  gboolean done;

  /* A date would make every file another one. */
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
  paint (picture, surface, 0.75);
  cairo_surface_finish (surface);
  done = check (cairo_surface_status (surface), error);
  cairo_surface_destroy (surface);
  return done ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}
