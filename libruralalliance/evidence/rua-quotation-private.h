/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-document-text-private.h"

G_BEGIN_DECLS

typedef struct {
  gboolean stands; /* word for word */
  gsize offset;    /* where it stands, or where the nearest passage does */
  gsize length;
  guint line;
  guint column;
  guint n_words;       /* words of the quotation … */
  guint n_words_found; /* … and how many of them the passage has */
} RuaQuotation;

/* Looks @quote up in the text. White space, quotation marks, hyphens and the width of punctuation
 * do not count; letters, digits and their order do. "[…]" in the quotation stands for words left
 * out. When it does not stand, the nearest passage is told. */
void rua_quotation_find (RuaDocumentText *text, const char *quote, RuaQuotation *result);
/* The form in which texts are compared; @origin (nullable) gets a byte's origin. */
char *rua_quotation_normalise (const char *text, gsize length, gsize *out_length, guint32 **origin);

G_END_DECLS
