/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-document-text-private.h"

G_BEGIN_DECLS

/* A label in brackets: "[R2, R5]" is two, "[S10, Chapter 2]" one with a locator, "[3-5]" three.
 * A bracket that opens a line and holds one label alone opens an entry of a list. */
typedef struct {
  char *label;
  char *locator; /* or NULL */
  gsize offset;
  guint line;
  gboolean is_entry;
} RuaCitation;

void rua_citation_free (RuaCitation *self);
GPtrArray *rua_citations_scan (const RuaDocumentText *text); /* RuaCitation, in order */

G_END_DECLS
