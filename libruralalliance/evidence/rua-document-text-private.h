/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The plain text of a document, read from a file beside the alliance. */
typedef struct {
  char *text; /* UTF-8 without a byte order mark, NUL-terminated */
  gsize length;
  char *digest;  /* SHA-256 of the file's bytes, hex */
  GArray *lines; /* gsize: where each line begins */
  char *plain;   /* the text in the form quotations are compared in, made at need */
  gsize plain_length;
  guint32 *plain_origin; /* by byte of plain: where it came from in text */
} RuaDocumentText;

#define RUA_DOCUMENT_TEXT_LIMIT (16u << 20)

/* @name is relative to @folder and must stay inside it, links followed. */
RuaDocumentText *rua_document_text_open (const char *folder, const char *name, GError **error);
RuaDocumentText *rua_document_text_new (const char *text, gssize length, GError **error);
void rua_document_text_free (RuaDocumentText *self);
/* Both from 1; columns count characters. */
void
rua_document_text_locate (const RuaDocumentText *self, gsize offset, guint *line, guint *column);
/* The sentence around @offset: where it begins, and its length. */
gsize rua_document_text_sentence (const RuaDocumentText *self, gsize offset, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaDocumentText, rua_document_text_free)

G_END_DECLS
