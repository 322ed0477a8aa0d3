/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* The letters of a PDF document. Cairo (1.16 among others) damages some of an OpenType font with PostScript outlines,
 * such as most Chinese ones: where a letter's first mask of hints comes after a stroke, it takes too many bytes for
 * the mask, does not see what the letter calls, and leaves that out of the font it embeds. Here the letters of such a font are embedded
 * by their outlines, as cairo does for fonts that it has to change. */
typedef struct _RuaLetters RuaLetters;

RuaLetters *rua_letters_new (void);
void rua_letters_free (RuaLetters *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaLetters, rua_letters_free)

/* At the current point. @self is NULL for what is no PDF document. */
void rua_letters_show (RuaLetters *self, cairo_t *cairo, const char *text, PangoGlyphItem *item);
/* All lines of a layout, with its top left corner at @x and @y. */
void rua_letters_show_layout (RuaLetters *self, cairo_t *cairo, PangoLayout *layout, double x, double y);

G_END_DECLS
