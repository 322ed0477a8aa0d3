/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-json-private.h"

#include <string.h>

/* Reads on from the value whose first token is current to its end; @compact may be NULL. */
static gboolean
read_value (RuaJsonScanner *self, RuaJsonToken token, GString *compact, GError **error)
{
  guint depth = rua_json_scanner_get_depth (self);
  gboolean is_first = TRUE, after_name = FALSE;
  const char *text;
  gsize length;

  if (token == RUA_JSON_TOKEN_OBJECT_BEGIN || token == RUA_JSON_TOKEN_ARRAY_BEGIN)
    depth--;
  for (;;) {
    gboolean is_end = token == RUA_JSON_TOKEN_OBJECT_END || token == RUA_JSON_TOKEN_ARRAY_END;

    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (compact != NULL) {
      if (!is_first && !after_name && !is_end)
        g_string_append_c (compact, ',');
      switch (token) {
      case RUA_JSON_TOKEN_OBJECT_BEGIN:
        g_string_append_c (compact, '{');
        break;
      case RUA_JSON_TOKEN_OBJECT_END:
        g_string_append_c (compact, '}');
        break;
      case RUA_JSON_TOKEN_ARRAY_BEGIN:
        g_string_append_c (compact, '[');
        break;
      case RUA_JSON_TOKEN_ARRAY_END:
        g_string_append_c (compact, ']');
        break;
      case RUA_JSON_TOKEN_NAME:
      case RUA_JSON_TOKEN_STRING:
        text = rua_json_scanner_peek_text (self, &length);
        rua_json_append_string (compact, text, length);
        if (token == RUA_JSON_TOKEN_NAME)
          g_string_append_c (compact, ':');
        break;
      case RUA_JSON_TOKEN_NUMBER:
        text = rua_json_scanner_peek_text (self, &length);
        g_string_append_len (compact, text, (gssize) length);
        break;
      case RUA_JSON_TOKEN_TRUE:
        g_string_append (compact, "true");
        break;
      case RUA_JSON_TOKEN_FALSE:
        g_string_append (compact, "false");
        break;
      case RUA_JSON_TOKEN_NULL:
        g_string_append (compact, "null");
        break;
      case RUA_JSON_TOKEN_ERROR:
      case RUA_JSON_TOKEN_END:
      default:
        g_assert_not_reached ();
      }
    }
    is_first = token == RUA_JSON_TOKEN_OBJECT_BEGIN || token == RUA_JSON_TOKEN_ARRAY_BEGIN;
    after_name = token == RUA_JSON_TOKEN_NAME;
    if (!is_first && !after_name && rua_json_scanner_get_depth (self) == depth)
      return TRUE;
    token = rua_json_scanner_next (self, error);
  }
}

gboolean
rua_json_scanner_copy_value (RuaJsonScanner *self, GString *compact, GError **error)
{
  return read_value (self, rua_json_scanner_get_token (self), compact, error);
}

gboolean
rua_json_scanner_skip_value (RuaJsonScanner *self, GError **error)
{
  return read_value (self, rua_json_scanner_get_token (self), NULL, error);
}

char *
rua_json_canonicalise (const char *text, gssize length, GError **error)
{
  g_autoptr (RuaJsonScanner) scanner = NULL;
  g_autoptr (GString) compact = NULL;

  if (length < 0)
    length = (gssize) strlen (text);
  scanner = rua_json_scanner_new (text, (gsize) length, NULL);
  compact = g_string_sized_new ((gsize) length + 1);
  if (rua_json_scanner_next (scanner, error) == RUA_JSON_TOKEN_ERROR ||
      !rua_json_scanner_copy_value (scanner, compact, error) ||
      rua_json_scanner_next (scanner, error) != RUA_JSON_TOKEN_END)
    return NULL;
  return g_string_free (g_steal_pointer (&compact), FALSE);
}
