/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "rua-chart-private.h"
#include "rua-manuscript-private.h"
#include "rua-picture-private.h"

G_BEGIN_DECLS

/* What draws with cairo and pango stands in a module of its own, which is loaded when something is first drawn:
 * these two bring thirty libraries along, for which a program that only counts would wait at every start. */

typedef struct _cairo cairo_t;

/* What the library lends to the module; nothing of it is exported. */
typedef struct {
  const char *version; /* of the library; a module of another one is refused */
  RuaPicture *(*chart_lay_out) (RuaChart *chart, double width);
  const char *(*message_in) (const char *context, const char *text);
  guint (*manuscript_get_n_blocks) (const RuaManuscript *manuscript);
  const RuaBlock *(*manuscript_get_block) (const RuaManuscript *manuscript, guint index);
  guint32 (*picture_colour) (RuaInk ink);
  void (*picture_free) (RuaPicture *picture);
  gboolean (*span_is_web_address) (const RuaSpan *span);
  RuaWords *(*words_new) (void);
  void (*words_free) (RuaWords *words);
  RuaWords *(*words_add) (RuaWords *words, RuaStyle style, const char *text);
  RuaWords *(*words_add_link) (RuaWords *words, RuaStyle style, const char *target, const char *text);
  guint (*words_get_n_spans) (const RuaWords *words);
  const RuaSpan *(*words_get_span) (const RuaWords *words, guint index);
  gboolean (*words_is_empty) (const RuaWords *words);
  char *(*words_to_plain) (const RuaWords *words);
} RuaDrawingHost;

/* What the module does. */
typedef struct {
  void (*draw) (const RuaPicture *picture, cairo_t *cairo);
  GBytes *(*picture_to_png) (const RuaPicture *picture, double scale, GError **error);
  GBytes *(*picture_to_pdf) (const RuaPicture *picture, GError **error);
  GBytes *(*manuscript_to_pdf) (const RuaManuscript *manuscript, const char *language, GError **error);
} RuaDrawing;

/* The module's only symbol. NULL: it is of another version. */
typedef const RuaDrawing *(*RuaDrawingEnter) (const RuaDrawingHost *host);
const RuaDrawing *rua_drawing_enter (const RuaDrawingHost *host);

/* NULL and G_IO_ERROR_NOT_SUPPORTED: built without, or the module is not where the library is. */
const RuaDrawing *rua_drawing_get (GError **error);

/* Where the module is part of the program, as in a test; else NULL. */
extern const RuaDrawing rua_drawing_table __attribute__ ((weak));

G_END_DECLS
