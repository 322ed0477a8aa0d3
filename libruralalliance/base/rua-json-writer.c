/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-json-private.h"

#include <math.h>
#include <string.h>

typedef struct {
  gboolean is_inline;
  gboolean is_empty;
} Level;

struct _RuaJsonWriter {
  GString *out;
  gboolean is_pretty;
  gboolean after_name;
  GArray *levels;
};

RuaJsonWriter *
rua_json_writer_new (GString *out, gboolean pretty)
{
  RuaJsonWriter *self = g_new0 (RuaJsonWriter, 1);

  self->out = out;
  self->is_pretty = pretty;
  self->levels = g_array_new (FALSE, FALSE, sizeof (Level));
  return self;
}

void
rua_json_writer_free (RuaJsonWriter *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->levels);
  g_free (self);
}

static inline Level *
top_level (RuaJsonWriter *self)
{
  return self->levels->len > 0 ? &g_array_index (self->levels, Level, self->levels->len - 1) : NULL;
}

static void
break_line (RuaJsonWriter *self)
{
  static const char blanks[] = "\n                                ";
  guint indent = self->levels->len * 2;

  g_string_append_len (self->out, blanks, MIN (indent, sizeof blanks - 2) + 1);
  for (; indent > sizeof blanks - 2; indent--)
    g_string_append_c (self->out, ' ');
}

/* What stands between the last value and the next, which is a name or an element. */
static void
separate (RuaJsonWriter *self)
{
  Level *level = top_level (self);

  if (self->after_name) {
    self->after_name = FALSE;
    return;
  }
  if (level == NULL)
    return;
  if (!level->is_empty)
    g_string_append_c (self->out, ',');
  if (self->is_pretty) {
    if (!level->is_inline)
      break_line (self);
    else if (!level->is_empty)
      g_string_append_c (self->out, ' ');
  }
  level->is_empty = FALSE;
}

static void
begin (RuaJsonWriter *self, char bracket, gboolean is_inline)
{
  Level *outer, level;

  separate (self);
  outer = top_level (self);
  level.is_inline = is_inline || (outer != NULL && outer->is_inline);
  level.is_empty = TRUE;
  g_string_append_c (self->out, bracket);
  g_array_append_val (self->levels, level);
}

static void
end (RuaJsonWriter *self, char bracket)
{
  Level level = *top_level (self);

  g_array_set_size (self->levels, self->levels->len - 1);
  if (self->is_pretty && !level.is_inline && !level.is_empty)
    break_line (self);
  g_string_append_c (self->out, bracket);
}

void
rua_json_writer_begin_object (RuaJsonWriter *self, gboolean is_inline)
{
  begin (self, '{', is_inline);
}

void
rua_json_writer_end_object (RuaJsonWriter *self)
{
  end (self, '}');
}

void
rua_json_writer_begin_array (RuaJsonWriter *self, gboolean is_inline)
{
  begin (self, '[', is_inline);
}

void
rua_json_writer_end_array (RuaJsonWriter *self)
{
  end (self, ']');
}

void
rua_json_append_string (GString *out, const char *text, gsize length)
{
  static const char hex[] = "0123456789abcdef";
  const char *end = text + length, *run = text, *p;

  g_string_append_c (out, '"');
  for (p = text; p < end; p++) {
    guchar c = (guchar) *p;
    char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
    gssize size = 2;

    if (G_LIKELY (c >= 0x20 && c != '"' && c != '\\'))
      continue;
    switch (c) {
    case '"':
    case '\\':
      escape[1] = (char) c;
      break;
    case '\b':
      escape[1] = 'b';
      break;
    case '\f':
      escape[1] = 'f';
      break;
    case '\n':
      escape[1] = 'n';
      break;
    case '\r':
      escape[1] = 'r';
      break;
    case '\t':
      escape[1] = 't';
      break;
    default:
      size = 6;
    }
    g_string_append_len (out, run, p - run);
    g_string_append_len (out, escape, size);
    run = p + 1;
  }
  g_string_append_len (out, run, p - run);
  g_string_append_c (out, '"');
}

void
rua_json_writer_name (RuaJsonWriter *self, const char *name)
{
  separate (self);
  rua_json_append_string (self->out, name, strlen (name));
  g_string_append (self->out, self->is_pretty ? ": " : ":");
  self->after_name = TRUE;
}

void
rua_json_writer_quoted_name (RuaJsonWriter *self, const char *quoted, gsize length)
{
  separate (self);
  g_string_append_len (self->out, quoted, (gssize) length);
  g_string_append_len (self->out, ": ", self->is_pretty ? 2 : 1);
  self->after_name = TRUE;
}

void
rua_json_writer_literal (RuaJsonWriter *self, const char *literal, gsize length)
{
  separate (self);
  g_string_append_len (self->out, literal, (gssize) length);
}

void
rua_json_writer_string (RuaJsonWriter *self, const char *text)
{
  if (text == NULL) {
    rua_json_writer_null (self);
  } else {
    separate (self);
    rua_json_append_string (self->out, text, strlen (text));
  }
}

void
rua_json_writer_integer (RuaJsonWriter *self, gint64 value)
{
  char buffer[24];
  char *p = buffer + sizeof buffer;
  guint64 rest = value < 0 ? 0 - (guint64) value : (guint64) value;

  do
    *--p = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    *--p = '-';
  rua_json_writer_literal (self, p, (gsize) (buffer + sizeof buffer - p));
}

void
rua_json_writer_number (RuaJsonWriter *self, double value)
{
  char buffer[40];

  rua_number_format (value, buffer);
  rua_json_writer_literal (self, buffer, strlen (buffer));
}

void
rua_json_writer_money (RuaJsonWriter *self, gint64 minor, guint digits)
{
  char buffer[64];
  char *p = buffer + sizeof buffer;
  guint64 rest = minor < 0 ? 0 - (guint64) minor : (guint64) minor;
  gboolean is_written = FALSE;

  /* Zeros at the end of the decimals are left out: 3927.5, 3927. */
  g_return_if_fail (digits < 40);
  for (guint i = 0; i < digits; i++, rest /= 10) {
    if (rest % 10 != 0 || is_written) {
      *--p = (char) ('0' + rest % 10);
      is_written = TRUE;
    }
  }
  if (is_written)
    *--p = '.';
  do
    *--p = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (minor < 0)
    *--p = '-';
  rua_json_writer_literal (self, p, (gsize) (buffer + sizeof buffer - p));
}

void
rua_json_writer_boolean (RuaJsonWriter *self, gboolean value)
{
  if (value)
    rua_json_writer_literal (self, "true", 4);
  else
    rua_json_writer_literal (self, "false", 5);
}

void
rua_json_writer_null (RuaJsonWriter *self)
{
  rua_json_writer_literal (self, "null", 4);
}

static void
lay_out (RuaJsonWriter *self, const char *compact, gboolean is_inline, gboolean only_members)
{
  const RuaJsonLimits limits = { .depth = G_MAXINT32, .bytes = G_MAXUINT32, .string = G_MAXINT32 };
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (compact, strlen (compact), &limits);
  RuaJsonToken token;
  const char *text;
  gsize length;

  while ((token = rua_json_scanner_next (scanner, NULL)) != RUA_JSON_TOKEN_END) {
    if (only_members && rua_json_scanner_get_depth (scanner) == (token == RUA_JSON_TOKEN_OBJECT_BEGIN ? 1 : 0))
      continue;
    switch (token) {
    case RUA_JSON_TOKEN_OBJECT_BEGIN:
      begin (self, '{', is_inline);
      break;
    case RUA_JSON_TOKEN_OBJECT_END:
      end (self, '}');
      break;
    case RUA_JSON_TOKEN_ARRAY_BEGIN:
      begin (self, '[', is_inline);
      break;
    case RUA_JSON_TOKEN_ARRAY_END:
      end (self, ']');
      break;
    case RUA_JSON_TOKEN_NAME:
      text = rua_json_scanner_peek_text (scanner, &length);
      separate (self);
      rua_json_append_string (self->out, text, length);
      g_string_append (self->out, self->is_pretty ? ": " : ":");
      self->after_name = TRUE;
      break;
    case RUA_JSON_TOKEN_STRING:
      text = rua_json_scanner_peek_text (scanner, &length);
      separate (self);
      rua_json_append_string (self->out, text, length);
      break;
    case RUA_JSON_TOKEN_NUMBER:
      text = rua_json_scanner_peek_text (scanner, &length);
      rua_json_writer_literal (self, text, length);
      break;
    case RUA_JSON_TOKEN_TRUE:
      rua_json_writer_boolean (self, TRUE);
      break;
    case RUA_JSON_TOKEN_FALSE:
      rua_json_writer_boolean (self, FALSE);
      break;
    case RUA_JSON_TOKEN_NULL:
      rua_json_writer_null (self);
      break;
    case RUA_JSON_TOKEN_ERROR:
    case RUA_JSON_TOKEN_END:
    default:
      /* The caller's text came from copy_value(). */
      g_return_if_reached ();
    }
  }
}

void
rua_json_writer_raw (RuaJsonWriter *self, const char *compact, gboolean is_inline)
{
  lay_out (self, compact, is_inline, FALSE);
}

void
rua_json_writer_members (RuaJsonWriter *self, const char *compact, gboolean is_inline)
{
  lay_out (self, compact, is_inline, TRUE);
}
