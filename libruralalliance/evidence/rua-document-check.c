/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-document-check.h"

#include "rua-evidence-private.h"
#include "rua-quotation-private.h"

static RuaDocumentText *
open_text (RuaDocument *self, RuaAlliance *alliance, GError **error)
{
  const char *file = rua_document_get_file (self);
  const char *id = rua_record_get_id (RUA_RECORD (self));
  g_autofree char *folder = rua_evidence_dup_folder (alliance);

  if (file == NULL || *file == '\0') {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 "document “%s”: field “file” is unknown; name the file of its plain text, beside "
                 "the alliance",
                 id == NULL ? "" : id);
    return NULL;
  }
  if (folder == NULL) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 "document “%s”: the alliance was not opened from a file, so that nothing is "
                 "beside it; save it first",
                 id == NULL ? "" : id);
    return NULL;
  }
  return rua_document_text_open (folder, file, error);
}

/**
 * rua_document_read_text:
 * @self: a document
 * @alliance: the alliance beside whose file the text is
 * @digest: (out) (optional) (transfer full): where to put the SHA-256 of the file, in hexadecimal:
 *   what the document's field `digest` is to hold
 * @error: return location for an error
 *
 * Reads the plain text of a document from the file that its field `file` names, a path below the
 * folder of the alliance's own file.
 *
 * Returns: (transfer full): the text, UTF-8; %NULL if there is no such file, it leads out of the
 *   folder, is too large or is not UTF-8 text
 *
 * Since: 1.0
 */
char *
rua_document_read_text (RuaDocument *self, RuaAlliance *alliance, char **digest, GError **error)
{
  g_autoptr (RuaDocumentText) text = NULL;

  g_return_val_if_fail (RUA_IS_DOCUMENT (self), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);
  if (digest != NULL)
    *digest = NULL;
  text = open_text (self, alliance, error);
  if (text == NULL)
    return NULL;
  if (digest != NULL)
    *digest = g_steal_pointer (&text->digest);
  return g_steal_pointer (&text->text);
}

/**
 * rua_document_find_quote:
 * @self: a document
 * @alliance: the alliance beside whose file the text is
 * @quote: words that the document is said to have
 * @nearest: (out) (optional) (nullable) (transfer full): where to put the nearest passage, when the
 *   words do not stand there
 * @error: return location for an error
 *
 * Looks words up in a document's text, word for word. White space and the way punctuation is set do
 * not count; `[…]` stands for words left out.
 *
 * Returns: the line on which they stand, from 1; 0 if they do not, or with an error if the text
 *   cannot be read
 *
 * Since: 1.0
 */
guint
rua_document_find_quote (
  RuaDocument *self, RuaAlliance *alliance, const char *quote, char **nearest, GError **error)
{
  g_autoptr (RuaDocumentText) text = NULL;
  RuaQuotation place;

  g_return_val_if_fail (RUA_IS_DOCUMENT (self), 0);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), 0);
  g_return_val_if_fail (quote != NULL, 0);
  if (nearest != NULL)
    *nearest = NULL;
  text = open_text (self, alliance, error);
  if (text == NULL)
    return 0;
  rua_quotation_find (text, quote, &place);
  if (place.stands)
    return place.line;
  if (nearest != NULL && place.n_words_found > 0)
    *nearest = g_strndup (text->text + place.offset, place.length);
  return 0;
}
