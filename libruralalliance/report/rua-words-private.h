/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A line of words with styles, as long as it needs to be, and how it is broken into lines of a
 * terminal. */

typedef enum {
  RUA_STYLE_PLAIN,
  RUA_STYLE_STRONG,
  RUA_STYLE_FAINT, /* what a reader in a hurry may skip */
  RUA_STYLE_CODE,
  RUA_STYLE_LINK,  /* an address: never escaped, broken only where it must be */
  RUA_STYLE_GOOD,
  RUA_STYLE_BAD,
  RUA_STYLE_DOUBT,
  RUA_N_STYLES,
} RuaStyle;

typedef struct {
  RuaStyle style;
  char *text;
  char *target; /* the anchor of the block that explains this; or NULL */
  char *page;   /* the name of the file beside this one that tells it; or NULL */
} RuaSpan;

typedef struct _RuaWords RuaWords;

RuaWords *rua_words_new (void);
void rua_words_free (RuaWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaWords, rua_words_free)

/* Controls, line ends and invisible marks that turn text round taken out: a record's text may come from
 * anywhere, and the reader may be a terminal. */
char *rua_text_make_harmless (const char *text);
/* @text is made harmless. Returns @self. */
RuaWords *rua_words_add (RuaWords *self, RuaStyle style, const char *text);
RuaWords *rua_words_add_printf (RuaWords *self, RuaStyle style, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* What is said leads to the block with the anchor @target (may be NULL), where the page has links. */
RuaWords *rua_words_add_link (RuaWords *self, RuaStyle style, const char *target, const char *text);
/* What is said leads to the page @page in the same folder, where the page has links. */
RuaWords *rua_words_add_page (RuaWords *self, RuaStyle style, const char *page, const char *text);
guint rua_words_get_n_spans (const RuaWords *self);
const RuaSpan *rua_words_get_span (const RuaWords *self, guint index);
/* An address that is followed may not be a program, nor end the attribute that it stands in. */
gboolean rua_span_is_web_address (const RuaSpan *self);
gboolean rua_words_is_empty (const RuaWords *self);
char *rua_words_to_plain (const RuaWords *self);

/* Columns of a terminal that a text takes: two for wide characters, none for combining marks. */
guint rua_text_width (const char *text);
guint rua_words_get_width (const RuaWords *self);
/* Columns of the longest piece that cannot be broken, addresses aside. */
guint rua_words_get_least_width (const RuaWords *self);

/* Lines of at most @width columns, each a RuaWords; one empty line for nothing. A piece longer than
 * that is broken where it has to be. */
GPtrArray *rua_words_wrap (const RuaWords *self, guint width);

G_END_DECLS
