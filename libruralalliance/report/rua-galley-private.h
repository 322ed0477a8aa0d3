/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pango/pango.h>

#include "rua-band-private.h"
#include "rua-manuscript-private.h"
#include "rua-picture-private.h"

G_BEGIN_DECLS

/* A manuscript set in type, in points, before it is cut into pages: bands, and what stands in each. */

typedef struct {
  PangoLayout *layout;   /* of the galley */
  PangoLayoutLine *line; /* of the layout */
  const RuaWords *words; /* what it says; its spans have styles and lead somewhere */
  RuaInk ink;            /* of words without a style */
  guint column;          /* of a table */
  double x;              /* where it begins, from the left of the column of text */
} RuaSetLine;

typedef enum {
  RUA_SET_PARAGRAPH,
  RUA_SET_HEADING,
  RUA_SET_ITEM,
  RUA_SET_HEAD, /* titles of a table */
  RUA_SET_ROW,
  RUA_SET_CHART,
} RuaSetType;

typedef struct {
  RuaSetType type;
  guint level;        /* of a heading */
  guint element;      /* the same number for all bands of a paragraph, of a row, …, from 1 */
  guint table;        /* the same number for all rows of a table, from 1; else 0 */
  guint heading;      /* of its first band: which heading this is, from 1; else 0 */
  const char *anchor; /* of its first band; or NULL */
  GArray *lines;      /* RuaSetLine */
  double baseline;    /* of the lines, below the top of the band */
  double left, right; /* of rules */
  double rule;        /* how thick the line at its foot is; 0 for none */
  gboolean bar;       /* at the left of a quotation */
  RuaPicture *picture;
  double scale;
} RuaSetBand;

typedef struct {
  guint band, level;
  char *title;
} RuaSetHeading;

/* Of the contents: a chapter, whose page is not known before there are pages. */
typedef struct {
  guint band;
  guint heading; /* from 1 */
  double right;  /* where the number of its page ends */
} RuaSetEntry;

typedef struct {
  double width, height; /* of the column of text on a page */
  GArray *bands;        /* RuaBand */
  GArray *set;          /* RuaSetBand, as many */
  GArray *headings;     /* RuaSetHeading */
  GArray *contents;     /* RuaSetEntry */
  GPtrArray *layouts;   /* PangoLayout */
  GPtrArray *words;     /* RuaWords that no block has, such as labels */
  PangoContext *context;
  guint n_elements, n_tables;
  guint last; /* the first band of the block before */
} RuaGalley;

/* Takes @context, which is of a font map of cairo, with points for units. @manuscript is kept by its owner as long as the galley is. */
RuaGalley *rua_galley_new (const RuaManuscript *manuscript, PangoContext *context, double width, double height);
void rua_galley_free (RuaGalley *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaGalley, rua_galley_free)

RuaBand *rua_galley_band (RuaGalley *self, guint band);
RuaSetBand *rua_galley_set (RuaGalley *self, guint band);

/* The name of the place of a heading, from 1. */
char *rua_galley_heading_name (guint heading);

/* ---- for whoever sets blocks ---- */

typedef struct {
  const RuaWords *words;
  PangoLayout *layout; /* of the galley */
  double x;            /* of its column */
  guint column;
  RuaInk ink;
} RuaSetCell;

/* Words as lines no wider than @width, lent by the galley. */
PangoLayout *rua_galley_lay_out (RuaGalley *self, const RuaWords *words, double size, gboolean is_strong, double width, RuaAlign align);
/* Cells beside one another, on common base lines: their first band. Each line takes no less than @size asks for.
 * They are kept together where they are no more than @whole lines. */
guint rua_galley_put (RuaGalley *self, RuaSetType type, const RuaSetCell *cells, guint n_cells, double size, double space, guint whole);
/* Words of the galley's own. */
RuaWords *rua_galley_words (RuaGalley *self);
void rua_galley_put_table (RuaGalley *self, const RuaBlock *block, double left, double space);

G_END_DECLS
