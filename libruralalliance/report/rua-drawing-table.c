/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-drawing-private.h"
#include "rua-picture-cairo-private.h"

static void
draw (const RuaPicture *picture, cairo_t *cairo)
{
  rua_picture_draw (picture, cairo, NULL);
}

const RuaDrawing rua_drawing_table = {
  .draw = draw,
  .picture_to_png = rua_picture_to_png,
  .picture_to_pdf = rua_picture_to_pdf,
  .manuscript_to_pdf = rua_manuscript_to_pdf,
};
