/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <cairo.h>

#include "rua-letters-private.h"
#include "rua-picture-private.h"

G_BEGIN_DECLS

/* On whatever cairo draws on, at its current origin and scale; with the letters of the document where it is a PDF, else NULL. */
void rua_picture_draw (const RuaPicture *self, cairo_t *cairo, RuaLetters *letters);

/* A PDF document that is gathered in @bytes, with pages of so many points. It has no date: one would make every file
 * another one. */
cairo_surface_t *rua_picture_new_pdf (GByteArray *bytes, double width, double height);
/* Ends and frees @surface. @what ("The chart") could not be drawn where it failed. */
gboolean rua_picture_end (cairo_surface_t *surface, const char *what, GError **error);
void rua_picture_set_ink (cairo_t *cairo, RuaInk ink);

/* On white paper. */
GBytes *rua_picture_to_png (const RuaPicture *self, double scale, GError **error);
GBytes *rua_picture_to_pdf (const RuaPicture *self, GError **error);

G_END_DECLS
