/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>

#include "rua-picture-private.h"

G_BEGIN_DECLS

/* On whatever cairo draws on, at its current origin and scale. */
void rua_picture_draw (const RuaPicture *self, cairo_t *cairo);

/* On white paper. */
GBytes *rua_picture_to_png (const RuaPicture *self, double scale, GError **error);
GBytes *rua_picture_to_pdf (const RuaPicture *self, GError **error);

G_END_DECLS
