/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-chart.h"
#include "rua-words-private.h"

G_BEGIN_DECLS

/* A report before it is set: headings, paragraphs, lists, labelled fields, quotations and tables,
 * one after the other. Renderers know nothing of alliances; what is told knows nothing of
 * terminals. */

typedef enum {
  RUA_BLOCK_HEADING,
  RUA_BLOCK_PARAGRAPH,
  RUA_BLOCK_ITEM,
  RUA_BLOCK_FIELD, /* a label and what stands under it */
  RUA_BLOCK_QUOTE,
  RUA_BLOCK_TABLE,
  RUA_BLOCK_CHART, /* shows what stands in a table or in words beside it: a text goes without */
} RuaBlockType;

typedef enum {
  RUA_ALIGN_LEFT,
  RUA_ALIGN_RIGHT, /* numbers: also never broken */
} RuaAlign;

typedef struct {
  RuaBlockType type;
  guint level;   /* of a heading, from 1; of anything else how far it is indented, from 0 */
  guint number;  /* of a numbered item; 0 for a bullet */
  char *label;   /* of a field */
  char *anchor;  /* what spans lead to; NULL for none */
  RuaWords *words;
  RuaChart *chart;
  /* of a table */
  GPtrArray *titles; /* char* */
  GArray *aligns;    /* RuaAlign */
  GPtrArray *rows;   /* GPtrArray of RuaWords, as many as there are titles */
} RuaBlock;

typedef struct _RuaManuscript RuaManuscript;

RuaManuscript *rua_manuscript_new (void);
void rua_manuscript_free (RuaManuscript *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaManuscript, rua_manuscript_free)

guint rua_manuscript_get_n_blocks (const RuaManuscript *self);
const RuaBlock *rua_manuscript_get_block (const RuaManuscript *self, guint index);

/* Each appends a block and lends out its words to be filled. */
RuaWords *rua_manuscript_heading (RuaManuscript *self, guint level);
RuaWords *rua_manuscript_paragraph (RuaManuscript *self, guint level);
RuaWords *rua_manuscript_item (RuaManuscript *self, guint level, guint number);
RuaWords *rua_manuscript_field (RuaManuscript *self, guint level, const char *label);
RuaWords *rua_manuscript_quote (RuaManuscript *self, guint level);
void rua_manuscript_table (RuaManuscript *self, guint level);
/* Takes @chart. */
void rua_manuscript_chart (RuaManuscript *self, RuaChart *chart);
/* Of the table that was begun last. A row is filled column by column, left to right. */
void rua_manuscript_column (RuaManuscript *self, const char *title, RuaAlign align);
RuaWords *rua_manuscript_cell (RuaManuscript *self);

/* Names the block that was begun last, for spans to lead to: a letter, then letters, digits and hyphens. */
void rua_manuscript_anchor (RuaManuscript *self, const char *anchor);

/* Plain text of at most @width columns (no less than 40), with colours of ANSI terminals if asked
 * for. Without colours a table or a mark loses nothing. */
char *rua_manuscript_to_text (const RuaManuscript *self, guint width, gboolean colour);
/* CommonMark with the tables of GitHub's flavour. */
char *rua_manuscript_to_markdown (const RuaManuscript *self);
/* One HTML page that needs no other: style, script and pictures are in it, and nothing else may be loaded.
 * @language (may be NULL) is the one that it is told in. */
char *rua_manuscript_to_html (const RuaManuscript *self, const char *language);
/* Pages of A4 as a PDF document: the same bytes for the same manuscript and the same fonts. Where the library is built with cairo. */
GBytes *rua_manuscript_to_pdf (const RuaManuscript *self, const char *language, GError **error);

G_END_DECLS
