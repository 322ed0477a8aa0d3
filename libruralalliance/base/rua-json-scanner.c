/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-json-private.h"
#include "rua-json-names-private.h"

#include <string.h>

#define DEFAULT_DEPTH 64
#define DEFAULT_STRING (64 * 1024 * 1024)

typedef enum {
  EXPECT_VALUE,         /* at the top, after a colon or after a comma in an array */
  EXPECT_FIRST_ELEMENT, /* after [ */
  EXPECT_FIRST_NAME,    /* after { */
  EXPECT_NEXT,          /* after a value inside a container */
  EXPECT_NOTHING,       /* after the value of the whole text */
} Expectation;

typedef struct {
  gboolean is_object;
  RuaJsonNameScope names;
} Frame;

struct _RuaJsonScanner {
  const guchar *text;
  const guchar *end;
  const guchar *p;
  const guchar *line_start;
  guint64 line;
  Expectation expectation;
  RuaJsonToken token;

  const guchar *token_start;
  const guchar *token_line_start;
  guint64 token_line;

  /* The text of a NAME, STRING or NUMBER: in the source, or decoded. */
  const char *string;
  gsize string_length;
  gboolean is_decoded;
  char *buffer;
  gsize buffer_size;
  char *copy;
  gsize copy_size;

  GArray *frames;
  RuaJsonNames names;
  RuaJsonLimits limits;
  gsize length;

  /* The last column that was asked for, so that asking on along one line stays linear. */
  const guchar *column_line, *column_p;
  guint64 column;

  char *problem;
  char *mend;
  RuaError code;
};

RuaJsonScanner *
rua_json_scanner_new (const char *text, gsize length, const RuaJsonLimits *limits)
{
  RuaJsonScanner *self = g_new0 (RuaJsonScanner, 1);

  self->text = (const guchar *) (text != NULL ? text : "");
  self->length = length;
  self->end = self->text + length;
  self->p = self->line_start = self->text;
  self->token_start = self->token_line_start = self->text;
  self->line = self->token_line = 1;
  if (limits != NULL)
    self->limits = *limits;
  if (self->limits.depth == 0)
    self->limits.depth = DEFAULT_DEPTH;
  /* Offsets are kept in 32 bits. */
  if (self->limits.bytes == 0 || self->limits.bytes > G_MAXUINT32)
    self->limits.bytes = G_MAXUINT32;
  if (self->limits.string == 0)
    self->limits.string = DEFAULT_STRING;
  if (self->limits.string > G_MAXINT32)
    self->limits.string = G_MAXINT32;
  self->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  rua_json_names_init (&self->names);
  return self;
}

void
rua_json_scanner_free (RuaJsonScanner *self)
{
  if (self == NULL)
    return;
  while (self->frames->len > 0) {
    Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);
    if (frame->is_object)
      rua_json_names_end (&self->names, &frame->names);
    g_array_set_size (self->frames, self->frames->len - 1);
  }
  g_array_unref (self->frames);
  rua_json_names_clear (&self->names);
  g_free (self->buffer);
  g_free (self->copy);
  g_free (self->problem);
  g_free (self->mend);
  g_free (self);
}

static guint64
column_of (const guchar *line_start, const guchar *p)
{
  guint64 column = 1;

  for (const guchar *q = line_start; q < p; q++)
    column += (*q & 0xc0) != 0x80;
  return column;
}

/* ---- refusals ---- */

static RuaJsonToken refuse_at (RuaJsonScanner *self, const guchar *where, RuaError code, const char *mend, const char *format, ...) G_GNUC_PRINTF (5, 6);

/* @where lies on the current line. */
static RuaJsonToken
refuse_at (RuaJsonScanner *self, const guchar *where, RuaError code, const char *mend, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  self->problem = g_strdup_vprintf (format, args);
  va_end (args);
  self->mend = g_strdup (mend);
  self->code = code;
  self->token = RUA_JSON_TOKEN_ERROR;
  self->token_start = where;
  self->token_line = self->line;
  self->token_line_start = self->line_start;
  return RUA_JSON_TOKEN_ERROR;
}

/* The character at @p in words; never a raw control character. */
static char *
name_character (RuaJsonScanner *self, const guchar *p)
{
  gunichar c;

  if (p >= self->end)
    return g_strdup ("the end of the text");
  if (*p == '\n' || *p == '\r')
    return g_strdup ("the end of the line");
  if (*p < 0x20 || *p == 0x7f)
    return g_strdup_printf ("the control character U+%04X", *p);
  if (*p < 0x80)
    return g_strdup_printf ("\"%c\"", *p);
  c = g_utf8_get_char_validated ((const char *) p, self->end - p);
  if (c == (gunichar) -1 || c == (gunichar) -2)
    return g_strdup_printf ("the byte 0x%02X", *p);
  return g_strdup_printf ("U+%04X", c);
}

static RuaJsonToken
refuse_character (RuaJsonScanner *self, const guchar *p, const char *expected, const char *mend)
{
  g_autofree char *found = name_character (self, p);

  if (p < self->end && *p == 0)
    return refuse_at (self, p, RUA_ERROR_SYNTAX, "remove it, or save the file as UTF-8 text", "a NUL byte in the text");
  return refuse_at (self, p, RUA_ERROR_SYNTAX, mend, "%s stands where %s is expected", found, expected);
}

static RuaJsonToken
refuse_start (RuaJsonScanner *self)
{
  const guchar *p = self->text;

  if (self->length > self->limits.bytes)
    return refuse_at (self, p, RUA_ERROR_LIMIT, "split it into several files",
                      "the text has %" G_GSIZE_FORMAT " bytes, more than the %" G_GUINT64_FORMAT " allowed",
                      self->length, self->limits.bytes);
  if (self->length >= 3 && memcmp (p, "\xef\xbb\xbf", 3) == 0)
    return refuse_at (self, p, RUA_ERROR_SYNTAX, "save the file as UTF-8 without one", "the text begins with a byte order mark");
  if (self->length >= 2 && (memcmp (p, "\xff\xfe", 2) == 0 || memcmp (p, "\xfe\xff", 2) == 0))
    return refuse_at (self, p, RUA_ERROR_SYNTAX, "save the file as UTF-8", "the text is UTF-16 or UTF-32");
  return RUA_JSON_TOKEN_END;
}

/* ---- reading ---- */

static inline void
skip_blanks (RuaJsonScanner *self)
{
  const guchar *p = self->p, *end = self->end;

  for (;;) {
    if (p == end || *p > ' ')
      break;
    if (*p == ' ') {
      guint64 word;
      p++;
      while (end - p >= 8 && (memcpy (&word, p, 8), word == G_GUINT64_CONSTANT (0x2020202020202020)))
        p += 8;
    } else if (*p == '\n') {
      self->line_start = ++p;
      self->line++;
    } else if (*p == '\r') {
      p++;
      if (p == end || *p != '\n') {
        self->line_start = p;
        self->line++;
      }
    } else if (*p == '\t') {
      p++;
    } else {
      break;
    }
  }
  self->p = p;
}

static inline void
begin_token (RuaJsonScanner *self)
{
  self->token_start = self->p;
  self->token_line = self->line;
  self->token_line_start = self->line_start;
}

#define EACH(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* Past the plain characters of a string: printable ASCII but " and \. */
static inline const guchar *
skip_plain (const guchar *p, const guchar *end)
{
  while (end - p >= 8) {
    guint64 word, quote, escape;

    memcpy (&word, p, 8);
    quote = word ^ EACH ('"');
    escape = word ^ EACH ('\\');
    if ((((quote - EACH (1)) & ~quote) | ((escape - EACH (1)) & ~escape) | ((word - EACH (0x20)) & ~word) | word) & EACH (0x80))
      break;
    p += 8;
  }
  while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
    p++;
  return p;
}

static inline gboolean
is_continuation (guchar c)
{
  return (c & 0xc0) == 0x80;
}

/* Past the well-formed multi-byte characters (RFC 3629: none too long, no surrogate, none beyond
 * U+10FFFF); stays where one is malformed. */
static inline const guchar *
skip_multibyte (const guchar *p, const guchar *end)
{
  while (p < end && *p >= 0x80) {
    if (*p >= 0xe0 && *p < 0xf0) {
      if (end - p < 3 || !is_continuation (p[1]) || !is_continuation (p[2]) || (*p == 0xe0 && p[1] < 0xa0) ||
          (*p == 0xed && p[1] >= 0xa0))
        break;
      p += 3;
    } else if (*p >= 0xc2 && *p < 0xe0) {
      if (end - p < 2 || !is_continuation (p[1]))
        break;
      p += 2;
    } else if (*p >= 0xf0 && *p < 0xf5) {
      if (end - p < 4 || !is_continuation (p[1]) || !is_continuation (p[2]) || !is_continuation (p[3]) ||
          (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] >= 0x90))
        break;
      p += 4;
    } else {
      break;
    }
  }
  return p;
}

static inline void
reserve (char **buffer, gsize *size, gsize wanted)
{
  if (wanted > *size) {
    *size = MAX (wanted, *size * 2);
    *buffer = g_realloc (*buffer, *size);
  }
}

/* The four hexadecimal digits at @p, or -1. */
static int
read_hex (const guchar *p, const guchar *end)
{
  int value = 0;

  if (end - p < 4)
    return -1;
  for (guint i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value ((char) p[i]);
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* One escape at *@in, which is a backslash, to *@out. */
static gboolean
read_escape (RuaJsonScanner *self, const guchar **in, char **out)
{
  static const char escapes[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
  const guchar *p = *in + 1;
  const char *found;
  int unit, low;
  gunichar c;

  if (p >= self->end) {
    refuse_at (self, p, RUA_ERROR_SYNTAX, "close it with a quotation mark", "the text ends inside a string");
    return FALSE;
  }
  if (*p != 'u') {
    found = *p != 0 ? strchr (escapes, *p) : NULL;
    if (found == NULL) {
      g_autofree char *name = name_character (self, p);
      refuse_at (self, *in, RUA_ERROR_SYNTAX, "use one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX, or write \\\\ for a backslash",
                 "a backslash followed by %s is no escape", name);
      return FALSE;
    }
    *(*out)++ = characters[found - escapes];
    *in = p + 1;
    return TRUE;
  }

  unit = read_hex (p + 1, self->end);
  if (unit < 0) {
    refuse_at (self, *in, RUA_ERROR_SYNTAX, "write four hexadecimal digits", "\\u is not followed by four hexadecimal digits");
    return FALSE;
  }
  p += 5;
  c = (gunichar) unit;
  if (unit == 0) {
    refuse_at (self, *in, RUA_ERROR_SYNTAX, "remove it", "\\u0000 in a string: texts hold no NUL");
    return FALSE;
  }
  if (unit >= 0xd800 && unit < 0xe000) {
    low = unit < 0xdc00 && self->end - p >= 6 && p[0] == '\\' && p[1] == 'u' ? read_hex (p + 2, self->end) : -1;
    if (low < 0xdc00 || low >= 0xe000) {
      refuse_at (self, *in, RUA_ERROR_SYNTAX, "write both halves of the pair, or the character itself", "a lone %s surrogate \\u%04x",
                 unit < 0xdc00 ? "high" : "low", unit);
      return FALSE;
    }
    c = 0x10000 + ((gunichar) (unit - 0xd800) << 10) + (gunichar) (low - 0xdc00);
    p += 6;
  }
  *out += g_unichar_to_utf8 (c, *out);
  *in = p;
  return TRUE;
}

/* From the opening quotation mark at p to past the closing one. */
static gboolean
read_string (RuaJsonScanner *self)
{
  const guchar *start = self->p + 1;
  const guchar *p = start, *run;
  char *out = NULL;

  for (;;) {
    run = p;
    p = skip_plain (p, self->end);
    if (p < self->end && *p >= 0x80)
      p = skip_multibyte (p, self->end);
    if (out != NULL && p > run) {
      gsize used = (gsize) (out - self->buffer);
      reserve (&self->buffer, &self->buffer_size, used + (gsize) (p - run) + 8);
      out = self->buffer + used;
      memcpy (out, run, (gsize) (p - run));
      out += p - run;
    }
    if (p == self->end) {
      refuse_at (self, self->token_start, RUA_ERROR_SYNTAX, "close it with a quotation mark", "the text ends inside the string that begins here");
      return FALSE;
    }
    if (*p == '"')
      break;
    if (*p == '\\') {
      if (out == NULL) {
        reserve (&self->buffer, &self->buffer_size, (gsize) (p - start) + 64);
        memcpy (self->buffer, start, (gsize) (p - start));
        out = self->buffer + (p - start);
      } else {
        gsize used = (gsize) (out - self->buffer);
        reserve (&self->buffer, &self->buffer_size, used + 8);
        out = self->buffer + used;
      }
      if (!read_escape (self, &p, &out))
        return FALSE;
    } else if (*p == 0) {
      refuse_at (self, p, RUA_ERROR_SYNTAX, "remove it", "a NUL byte in a string");
      return FALSE;
    } else if (*p == '\n' || *p == '\r') {
      refuse_at (self, p, RUA_ERROR_SYNTAX, "close the string with a quotation mark, or write \\n for a line break",
                 "a line break inside the string that begins in column %" G_GUINT64_FORMAT,
                 column_of (self->token_line_start, self->token_start));
      return FALSE;
    } else if (*p < 0x20) {
      g_autofree char *mend = *p == '\t' ? g_strdup ("write \\t") : g_strdup_printf ("write \\u%04x, or remove it", *p);
      refuse_at (self, p, RUA_ERROR_SYNTAX, mend, "a control character U+%04X in a string", *p);
      return FALSE;
    } else if (*p >= 0x80) {
      const guchar *next = skip_multibyte (p, self->end);
      if (next == p) {
        refuse_at (self, p, RUA_ERROR_SYNTAX, "save the file as UTF-8", "the byte 0x%02X is not UTF-8 here", *p);
        return FALSE;
      }
    }
    if ((guint64) (p - start) > self->limits.string)
      break;
  }
  if ((guint64) (p - start) > self->limits.string) {
    refuse_at (self, self->token_start, RUA_ERROR_LIMIT, "shorten it, or keep it in a file of its own",
               "a string of more than %" G_GUINT64_FORMAT " bytes", self->limits.string);
    return FALSE;
  }
  self->is_decoded = out != NULL;
  self->string = out != NULL ? self->buffer : (const char *) start;
  self->string_length = (gsize) (out != NULL ? out - self->buffer : (const char *) p - (const char *) start);
  self->p = p + 1;
  return TRUE;
}

static inline const guchar *
skip_digits (const guchar *p, const guchar *end)
{
  while (p < end && *p >= '0' && *p <= '9')
    p++;
  return p;
}

static gboolean
read_number (RuaJsonScanner *self)
{
  const guchar *start = self->p, *p = start, *digits;

  if (*p == '-')
    p++;
  digits = p;
  p = skip_digits (p, self->end);
  if (p == digits) {
    refuse_character (self, p, "a digit", *start == '-' && p < self->end && (*p == 'I' || *p == 'N')
                                              ? "leave the member out: unknown values are not written"
                                              : "write the number as 0, -1, 0.5 or 1e9");
    return FALSE;
  }
  if (*digits == '0' && p - digits > 1) {
    refuse_at (self, digits, RUA_ERROR_SYNTAX, "remove the zeros, or write it as a string if they matter", "a number with leading zeros");
    return FALSE;
  }
  if (p < self->end && *p == '.') {
    digits = ++p;
    p = skip_digits (p, self->end);
    if (p == digits) {
      refuse_character (self, p, "a digit after the decimal point", "write a digit after the point, or remove the point");
      return FALSE;
    }
  }
  if (p < self->end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < self->end && (*p == '+' || *p == '-'))
      p++;
    digits = p;
    p = skip_digits (p, self->end);
    if (p == digits) {
      refuse_character (self, p, "a digit of the exponent", "write the exponent's digits, or remove the e");
      return FALSE;
    }
  }
  if (p < self->end && (g_ascii_isalnum (*p) || *p == '.' || *p == '_' || *p == '+' || *p == '-')) {
    refuse_character (self, p, "the end of a number", "write numbers as 0, -1, 0.5 or 1e9, without unit or separators, else as a string");
    return FALSE;
  }
  if ((guint64) (p - start) > self->limits.string) {
    refuse_at (self, start, RUA_ERROR_LIMIT, "shorten it", "a number of more than %" G_GUINT64_FORMAT " digits", self->limits.string);
    return FALSE;
  }
  self->is_decoded = FALSE;
  self->string = (const char *) start;
  self->string_length = (gsize) (p - start);
  self->p = p;
  return TRUE;
}

static gboolean
read_word (RuaJsonScanner *self, const char *word, gsize length)
{
  const guchar *p = self->p;

  if ((gsize) (self->end - p) < length || memcmp (p, word, length) != 0 ||
      (p + length < self->end && (g_ascii_isalnum (p[length]) || p[length] == '_'))) {
    refuse_at (self, p, RUA_ERROR_SYNTAX, "write texts in quotation marks; the only bare words are true, false and null", "a bare word");
    return FALSE;
  }
  self->p = p + length;
  return TRUE;
}

static RuaJsonToken
refuse_value (RuaJsonScanner *self)
{
  const guchar *p = self->p;
  const char *mend = "write a string, a number, an object, an array, true, false or null";

  if (p < self->end) {
    if (*p == '\'')
      mend = "use double quotation marks";
    else if (*p == ',' || *p == ']' || *p == '}')
      mend = "remove the comma before it, or write the value that is missing";
    else if (*p == '/' || *p == '#')
      mend = "remove the comment: JSON has none";
    else if (*p == '+' || *p == '.')
      mend = "write the number as 0, -1, 0.5 or 1e9";
    else if (g_ascii_isalpha (*p))
      return refuse_at (self, p, RUA_ERROR_SYNTAX,
                        *p == 'N' || *p == 'I' ? "leave the member out: unknown values are not written"
                                               : "write texts in quotation marks; the only bare words are true, false and null",
                        "a bare word");
  } else if (self->frames->len > 0) {
    mend = "close what is open; the file may have been cut short";
  } else {
    return refuse_at (self, p, RUA_ERROR_SYNTAX, "the file may have been cut short; an empty document is {}", "the text is empty");
  }
  return refuse_character (self, p, "a value", mend);
}

static inline Frame *
top_frame (RuaJsonScanner *self)
{
  return &((Frame *) (gpointer) self->frames->data)[self->frames->len - 1];
}

static RuaJsonToken
open_container (RuaJsonScanner *self, gboolean is_object)
{
  Frame frame = { is_object, { 0 } };

  if (self->frames->len >= self->limits.depth)
    return refuse_at (self, self->p, RUA_ERROR_LIMIT, "flatten the data", "nesting deeper than %u", self->limits.depth);
  if (is_object)
    rua_json_names_begin (&self->names, &frame.names);
  g_array_append_val (self->frames, frame);
  self->p++;
  self->expectation = is_object ? EXPECT_FIRST_NAME : EXPECT_FIRST_ELEMENT;
  return self->token = is_object ? RUA_JSON_TOKEN_OBJECT_BEGIN : RUA_JSON_TOKEN_ARRAY_BEGIN;
}

static RuaJsonToken
close_container (RuaJsonScanner *self, Frame *frame)
{
  RuaJsonToken token = frame->is_object ? RUA_JSON_TOKEN_OBJECT_END : RUA_JSON_TOKEN_ARRAY_END;

  if (frame->is_object)
    rua_json_names_end (&self->names, &frame->names);
  g_array_set_size (self->frames, self->frames->len - 1);
  self->p++;
  self->expectation = self->frames->len > 0 ? EXPECT_NEXT : EXPECT_NOTHING;
  return self->token = token;
}

static RuaJsonToken
read_value (RuaJsonScanner *self)
{
  begin_token (self);
  if (G_UNLIKELY (self->p == self->end))
    return refuse_value (self);
  switch (*self->p) {
  case '{':
    return open_container (self, TRUE);
  case '[':
    return open_container (self, FALSE);
  case '"':
    if (!read_string (self))
      return RUA_JSON_TOKEN_ERROR;
    self->token = RUA_JSON_TOKEN_STRING;
    break;
  case '-':
  case '0': case '1': case '2': case '3': case '4':
  case '5': case '6': case '7': case '8': case '9':
    if (!read_number (self))
      return RUA_JSON_TOKEN_ERROR;
    self->token = RUA_JSON_TOKEN_NUMBER;
    break;
  case 't':
    if (!read_word (self, "true", 4))
      return RUA_JSON_TOKEN_ERROR;
    self->token = RUA_JSON_TOKEN_TRUE;
    break;
  case 'f':
    if (!read_word (self, "false", 5))
      return RUA_JSON_TOKEN_ERROR;
    self->token = RUA_JSON_TOKEN_FALSE;
    break;
  case 'n':
    if (!read_word (self, "null", 4))
      return RUA_JSON_TOKEN_ERROR;
    self->token = RUA_JSON_TOKEN_NULL;
    break;
  default:
    return refuse_value (self);
  }
  self->expectation = self->frames->len > 0 ? EXPECT_NEXT : EXPECT_NOTHING;
  return self->token;
}

/* A member's name and its colon. */
static RuaJsonToken
read_name (RuaJsonScanner *self)
{
  guint32 earlier;

  begin_token (self);
  if (self->p == self->end || *self->p != '"') {
    const char *mend = "write member names in double quotation marks";
    if (self->p == self->end)
      mend = "close what is open; the file may have been cut short";
    else if (*self->p == '}' || *self->p == ',')
      mend = "remove the comma";
    else if (*self->p == '/' || *self->p == '#')
      mend = "remove the comment: JSON has none";
    return refuse_character (self, self->p, "a member's name", mend);
  }
  if (!read_string (self))
    return RUA_JSON_TOKEN_ERROR;
  if (!rua_json_names_add (&self->names, &top_frame (self)->names, (const char *) self->text, self->string,
                           self->string_length, self->is_decoded, (guint32) (self->token_start - self->text), &earlier)) {
    guint64 line = 1;
    for (const guchar *q = self->text; q < self->text + earlier; q++)
      line += *q == '\n' || (*q == '\r' && q[1] != '\n');
    return refuse_at (self, self->token_start, RUA_ERROR_DUPLICATE, "keep one of the two",
                      "the member \"%.*s\" is given twice, first in line %" G_GUINT64_FORMAT,
                      (int) MIN (self->string_length, 80), self->string, line);
  }
  skip_blanks (self);
  if (G_UNLIKELY (self->p == self->end || *self->p != ':'))
    return refuse_character (self, self->p, "\":\"", "write a colon between a member's name and its value");
  self->p++;
  self->expectation = EXPECT_VALUE;
  return self->token = RUA_JSON_TOKEN_NAME;
}

static RuaJsonToken
read_next (RuaJsonScanner *self)
{
  Frame *frame = top_frame (self);
  const char *mend;

  begin_token (self);
  if (G_LIKELY (self->p < self->end)) {
    if (*self->p == ',') {
      self->p++;
      skip_blanks (self);
      return frame->is_object ? read_name (self) : read_value (self);
    }
    if (*self->p == (frame->is_object ? '}' : ']'))
      return close_container (self, frame);
  }
  if (self->p == self->end)
    mend = "close what is open; the file may have been cut short";
  else if (*self->p == '/' || *self->p == '#')
    mend = "remove the comment: JSON has none";
  else if (*self->p == '}' || *self->p == ']')
    mend = "close each bracket with its own kind";
  else
    mend = "write a comma between two values";
  return refuse_character (self, self->p, frame->is_object ? "\",\" or \"}\"" : "\",\" or \"]\"", mend);
}

static RuaJsonToken
give_error (RuaJsonScanner *self, GError **error)
{
  g_set_error (error, RUA_ERROR, self->code, "line %" G_GUINT64_FORMAT ", column %" G_GUINT64_FORMAT ": %s; %s",
               rua_json_scanner_get_line (self), rua_json_scanner_get_column (self), self->problem, self->mend);
  return RUA_JSON_TOKEN_ERROR;
}

RuaJsonToken
rua_json_scanner_next (RuaJsonScanner *self, GError **error)
{
  RuaJsonToken token;

  if (G_UNLIKELY (self->problem != NULL))
    return give_error (self, error);
  if (G_UNLIKELY (self->p == self->text) && refuse_start (self) == RUA_JSON_TOKEN_ERROR)
    return give_error (self, error);
  skip_blanks (self);
  switch (self->expectation) {
  case EXPECT_VALUE:
    token = read_value (self);
    break;
  case EXPECT_FIRST_ELEMENT:
    if (self->p < self->end && *self->p == ']') {
      begin_token (self);
      token = close_container (self, top_frame (self));
    } else {
      token = read_value (self);
    }
    break;
  case EXPECT_FIRST_NAME:
    if (self->p < self->end && *self->p == '}') {
      begin_token (self);
      token = close_container (self, top_frame (self));
    } else {
      token = read_name (self);
    }
    break;
  case EXPECT_NEXT:
    token = read_next (self);
    break;
  case EXPECT_NOTHING:
  default:
    begin_token (self);
    if (self->p == self->end)
      return self->token = RUA_JSON_TOKEN_END;
    token = refuse_character (self, self->p, "the end of the text", "remove what follows the document");
    break;
  }
  return G_UNLIKELY (token == RUA_JSON_TOKEN_ERROR) ? give_error (self, error) : token;
}

/* ---- what was read ---- */

RuaJsonToken
rua_json_scanner_get_token (RuaJsonScanner *self)
{
  return self->token;
}

const char *
rua_json_scanner_peek_text (RuaJsonScanner *self, gsize *length)
{
  *length = self->string_length;
  return self->string;
}

const char *
rua_json_scanner_get_text (RuaJsonScanner *self, gsize *length)
{
  if (length != NULL)
    *length = self->string_length;
  reserve (&self->copy, &self->copy_size, self->string_length + 1);
  if (self->string_length > 0)
    memcpy (self->copy, self->string, self->string_length);
  self->copy[self->string_length] = '\0';
  return self->copy;
}

guint64
rua_json_scanner_get_line (RuaJsonScanner *self)
{
  return self->token_line;
}

guint64
rua_json_scanner_get_column (RuaJsonScanner *self)
{
  const guchar *from = self->token_line_start;
  guint64 column = 1;

  if (self->column_line == from && self->column_p <= self->token_start) {
    from = self->column_p;
    column = self->column;
  }
  column += column_of (from, self->token_start) - 1;
  self->column_line = self->token_line_start;
  self->column_p = self->token_start;
  self->column = column;
  return column;
}

gsize
rua_json_scanner_get_offset (RuaJsonScanner *self)
{
  return (gsize) (self->token_start - self->text);
}

guint
rua_json_scanner_get_depth (RuaJsonScanner *self)
{
  return self->frames->len;
}

const char *
rua_json_scanner_get_problem (RuaJsonScanner *self)
{
  return self->problem;
}

const char *
rua_json_scanner_get_mend (RuaJsonScanner *self)
{
  return self->mend;
}
