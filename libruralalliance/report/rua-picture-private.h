/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A drawing as a list of marks in pixels, before it is known what it will be drawn on. Charts lay
 * marks out; what puts them on a page, into a file or on a screen knows nothing of charts. */

typedef enum {
  RUA_INK_TEXT,
  RUA_INK_FAINT,
  RUA_INK_RULE,
  RUA_INK_SHADE,
  RUA_INK_FIRST,  /* what is shown */
  RUA_INK_SECOND, /* what it is held against */
  RUA_INK_GOOD,
  RUA_INK_BAD,
  RUA_N_INKS,
} RuaInk;

typedef enum {
  RUA_MARK_RECTANGLE, /* x, y, width, height */
  RUA_MARK_LINE,      /* points, two or more, with a stroke of @size */
  RUA_MARK_CURVE,     /* points, four: a cubic from the first to the last */
  RUA_MARK_CIRCLE,    /* x, y; the radius is @size */
  RUA_MARK_TEXT,      /* x, y of the base line; the height of the letters is @size */
} RuaMarkType;

typedef enum {
  RUA_ANCHOR_START,
  RUA_ANCHOR_MIDDLE,
  RUA_ANCHOR_END,
} RuaAnchor;

typedef struct {
  double x, y;
} RuaPoint;

typedef struct {
  RuaMarkType type;
  RuaInk ink;
  gboolean is_hollow; /* of a circle; of a line: dashed; of a text: bold */
  RuaAnchor anchor;
  double x, y, width, height, size;
  char *text;
  GArray *points; /* RuaPoint */
} RuaMark;

typedef struct {
  double width, height;
  GArray *marks; /* RuaMark */
} RuaPicture;

RuaPicture *rua_picture_new (double width);
void rua_picture_free (RuaPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaPicture, rua_picture_free)

/* Takes what is drawn on @lower and lays it under all from the mark @first on. */
void rua_picture_lay_under (RuaPicture *self, guint first, RuaPicture *lower);

void rua_picture_rectangle (RuaPicture *self, RuaInk ink, double x, double y, double width, double height);
void rua_picture_line (RuaPicture *self, RuaInk ink, double size, double x1, double y1, double x2, double y2);
void rua_picture_dashes (RuaPicture *self, RuaInk ink, double size, double x1, double y1, double x2, double y2);
void rua_picture_path (RuaPicture *self, RuaInk ink, double size, const RuaPoint *points, guint n_points);
void rua_picture_curve (RuaPicture *self, RuaInk ink, double size, const RuaPoint points[4]);
void rua_picture_circle (RuaPicture *self, RuaInk ink, double x, double y, double radius, gboolean is_hollow);
void rua_picture_text (RuaPicture *self, RuaInk ink, RuaAnchor anchor, double size, gboolean is_bold, double x, double y, const char *text);
/* Broken into lines of at most @width; how high they are together. The first begins under @y. */
double rua_picture_lines (RuaPicture *self, RuaInk ink, double size, gboolean is_bold, double x, double y, double width, const char *text);
/* No less than what the letters take in the fonts that pages are usually set in. */
double rua_picture_text_width (const char *text, double size);

/* The colours on white paper, 0xrrggbb. */
guint32 rua_picture_colour (RuaInk ink);
/* Its class in the style of a page. */
const char *rua_picture_class (RuaInk ink);

/* An <svg> element, with @title and @description (text, escaped here) for whoever does not see it. A file of its own
 * where @prefix is NULL; in a page a prefix for ids, and colours by the page's style. */
char *rua_picture_to_svg (const RuaPicture *self, const char *title, const char *description, const char *prefix);

G_END_DECLS
