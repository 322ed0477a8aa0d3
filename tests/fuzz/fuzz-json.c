/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-json-private.h"

#include <string.h>

/* The first byte tells the limits, the rest is a text. It is refused with a place in it, or read to its end; what was
 * read has one compact form, which reads as itself, laid out or not. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_error (const GError *error)
{
  if (error == NULL || error->domain != RUA_ERROR || !g_utf8_validate (error->message, -1, NULL))
    g_error ("no error of ours");
}

/* TRUE when all of it was read. */
static gboolean
scan (const char *text, gsize length, const RuaJsonLimits *limits)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, length, limits);
  guint most_depth = limits->depth > 0 ? limits->depth : 64;
  guint64 line = 1;
  gsize offset = 0;

  for (;;) {
    g_autoptr (GError) error = NULL;
    RuaJsonToken token = rua_json_scanner_next (scanner, &error);
    gsize n = 0;
    const char *value;

    if (token == RUA_JSON_TOKEN_ERROR) {
      check_error (error);
      if (rua_json_scanner_get_line (scanner) == 0 || rua_json_scanner_get_column (scanner) == 0
          || rua_json_scanner_get_problem (scanner) == NULL || rua_json_scanner_get_mend (scanner) == NULL)
        g_error ("an error that tells no place or no mend: %s", error->message);
      return FALSE;
    }
    if (error != NULL)
      g_error ("an error and a token: %s", error->message);
    if (token == RUA_JSON_TOKEN_END)
      return TRUE;
    if (rua_json_scanner_get_line (scanner) < line || rua_json_scanner_get_offset (scanner) < offset
        || rua_json_scanner_get_offset (scanner) > length || rua_json_scanner_get_depth (scanner) > most_depth)
      g_error ("a token that is nowhere");
    line = rua_json_scanner_get_line (scanner);
    offset = rua_json_scanner_get_offset (scanner);
    if (token != RUA_JSON_TOKEN_NAME && token != RUA_JSON_TOKEN_STRING && token != RUA_JSON_TOKEN_NUMBER)
      continue;
    value = rua_json_scanner_get_text (scanner, &n);
    if (strlen (value) != n || !g_utf8_validate (value, -1, NULL))
      g_error ("a text that is none");
    if (token == RUA_JSON_TOKEN_NUMBER) {
      double number, again;
      gint64 integer;
      char digits[40];

      if (rua_number_parse (value, n, &number)) {
        rua_number_format (number, digits);
        if (!rua_number_parse (digits, strlen (digits), &again) || number != again)
          g_error ("%s: a number that does not read back", value);
      }
      if (rua_integer_parse (value, n, &integer) && rua_money_parse (value, n, 0, &integer) && integer != g_ascii_strtoll (value, NULL, 10))
        g_error ("%s: another integer", value);
    } else if (limits->string > 0 && n > limits->string) {
      g_error ("a string beyond its limit");
    }
  }
}

static char *
lay_out (const char *compact)
{
  g_autoptr (GString) out = g_string_new (NULL);
  RuaJsonWriter *writer = rua_json_writer_new (out, TRUE);

  rua_json_writer_raw (writer, compact, FALSE);
  rua_json_writer_free (writer);
  return g_strdup (out->str);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  RuaJsonLimits limits = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *compact = NULL, *again = NULL, *pretty = NULL;
  gboolean is_whole;

  if (size == 0)
    return 0;
  /* A copy of just this length, so that reading beyond it is seen. */
  text = g_malloc (size);
  memcpy (text, data + 1, size - 1);
  if (data[0] & 1)
    limits.depth = 3;
  if (data[0] & 2)
    limits.bytes = 100;
  if (data[0] & 4)
    limits.string = 10;
  is_whole = scan (text, size - 1, &limits);
  if (is_whole && limits.bytes > 0 && size - 1 > limits.bytes)
    g_error ("a text beyond its limit");
  if (data[0] & 7)
    return 0;
  compact = rua_json_canonicalise (text, (gssize) (size - 1), &error);
  if ((compact != NULL) != is_whole)
    g_error ("read by one and refused by the other: %s", error != NULL ? error->message : compact);
  if (compact == NULL) {
    check_error (error);
    return 0;
  }
  again = rua_json_canonicalise (compact, -1, &error);
  if (g_strcmp0 (again, compact) != 0)
    g_error ("%s: %s", compact, again != NULL ? again : error->message);
  pretty = lay_out (compact);
  g_free (again);
  again = rua_json_canonicalise (pretty, -1, &error);
  if (g_strcmp0 (again, compact) != 0)
    g_error ("%s laid out: %s", compact, again != NULL ? again : error->message);
  return 0;
}
