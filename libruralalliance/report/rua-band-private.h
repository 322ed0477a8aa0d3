/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is laid on pages from top to bottom: a line of text, a line of a table's row, a picture. Pages break
 * between bands and never within one. */
typedef struct {
  double height;
  double space;  /* above it; not at the top of a page */
  gboolean keep; /* on one page with the band that follows */
  guint head, n_head; /* bands that come again above it where it begins a page: the head of its table */
} RuaBand;

typedef struct {
  guint band;
  guint page; /* from 0 */
  double y;   /* of its top, from the top of the page */
  gboolean is_again; /* a head that comes again */
} RuaBandPlace;

/* Places of all bands, in their order, on pages of @height; a band that is higher than a page has one of its own.
 * Bands to be kept together begin a page together where a page is high enough for them. */
GArray *rua_band_place_all (const RuaBand *bands, guint n_bands, double height);

G_END_DECLS
