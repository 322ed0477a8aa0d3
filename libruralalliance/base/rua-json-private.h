/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-error.h"

G_BEGIN_DECLS

/* A strict pull scanner for JSON (RFC 8259) and a canonical writer.
 *
 * The scanner refuses, with line and column: nesting beyond a limit, bytes that are not UTF-8,
 * lone surrogates, NUL, duplicate members of one object, trailing text, an empty input, and any
 * deviation from the grammar. Numbers are handed on as their text. */

typedef enum {
  RUA_JSON_TOKEN_ERROR,
  RUA_JSON_TOKEN_END, /* the input is read, nothing follows */
  RUA_JSON_TOKEN_OBJECT_BEGIN,
  RUA_JSON_TOKEN_OBJECT_END,
  RUA_JSON_TOKEN_ARRAY_BEGIN,
  RUA_JSON_TOKEN_ARRAY_END,
  RUA_JSON_TOKEN_NAME, /* a member's name; its value follows */
  RUA_JSON_TOKEN_STRING,
  RUA_JSON_TOKEN_NUMBER,
  RUA_JSON_TOKEN_TRUE,
  RUA_JSON_TOKEN_FALSE,
  RUA_JSON_TOKEN_NULL,
} RuaJsonToken;

typedef struct _RuaJsonScanner RuaJsonScanner;

typedef struct {
  guint depth;    /* nesting allowed; 0: 64 */
  guint64 bytes;  /* size allowed; 0: 4 GiB - 1 */
  guint64 string; /* length of one string allowed; 0: 64 MiB */
} RuaJsonLimits;

/* @text need not be NUL-terminated and must outlive the scanner. */
RuaJsonScanner *rua_json_scanner_new (const char *text, gsize length, const RuaJsonLimits *limits);
void rua_json_scanner_free (RuaJsonScanner *self);
RuaJsonToken rua_json_scanner_next (RuaJsonScanner *self, GError **error);
RuaJsonToken rua_json_scanner_get_token (RuaJsonScanner *self); /* the current token */
/* The decoded text of a NAME or STRING, or the literal of a NUMBER: NUL-terminated, valid until
 * the next call. A string never holds NUL. */
const char *rua_json_scanner_get_text (RuaJsonScanner *self, gsize *length);
/* Where the current token starts, from 1; columns count characters. */
guint64 rua_json_scanner_get_line (RuaJsonScanner *self);
guint64 rua_json_scanner_get_column (RuaJsonScanner *self);
gsize rua_json_scanner_get_offset (RuaJsonScanner *self);
guint rua_json_scanner_get_depth (RuaJsonScanner *self);
/* The text as get_text() gives it, but not NUL-terminated: no copy unless it held escapes. */
const char *rua_json_scanner_peek_text (RuaJsonScanner *self, gsize *length);
/* After RUA_JSON_TOKEN_ERROR, whose line and column are then the current ones: what is wrong and
 * how to mend it. NULL before. */
const char *rua_json_scanner_get_problem (RuaJsonScanner *self);
const char *rua_json_scanner_get_mend (RuaJsonScanner *self);
/* With a value's first token current: reads to the value's end and appends it to @compact as
 * canonical compact JSON (numbers keep their literal, members their order). */
gboolean rua_json_scanner_copy_value (RuaJsonScanner *self, GString *compact, GError **error);
gboolean rua_json_scanner_skip_value (RuaJsonScanner *self, GError **error);

/* Appends @text in quotation marks with the escapes of the canonical form: the two-character ones
 * where JSON has them, \u00xx for other controls, everything else as it is. */
void rua_json_append_string (GString *out, const char *text, gsize length);

/* One whole text checked and made compact; NULL and @error otherwise. */
char *rua_json_canonicalise (const char *text, gssize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaJsonScanner, rua_json_scanner_free)

/* The writer: two spaces of indent, one member a line, an empty array or object closed at once;
 * objects and arrays written "inline" stay on one line with ", " and ": ". Ends with no newline
 * of its own. */
typedef struct _RuaJsonWriter RuaJsonWriter;

RuaJsonWriter *rua_json_writer_new (GString *out, gboolean pretty);
void rua_json_writer_free (RuaJsonWriter *self);
void rua_json_writer_begin_object (RuaJsonWriter *self, gboolean is_inline);
void rua_json_writer_end_object (RuaJsonWriter *self);
void rua_json_writer_begin_array (RuaJsonWriter *self, gboolean is_inline);
void rua_json_writer_end_array (RuaJsonWriter *self);
void rua_json_writer_name (RuaJsonWriter *self, const char *name);
/* A name that was put into its quotation marks before. */
void rua_json_writer_quoted_name (RuaJsonWriter *self, const char *quoted, gsize length);
void rua_json_writer_string (RuaJsonWriter *self, const char *text); /* NULL writes null */
void rua_json_writer_integer (RuaJsonWriter *self, gint64 value);
void rua_json_writer_number (RuaJsonWriter *self, double value); /* NaN and infinities write null */
void rua_json_writer_money (RuaJsonWriter *self, gint64 minor, guint digits);
void rua_json_writer_boolean (RuaJsonWriter *self, gboolean value);
void rua_json_writer_null (RuaJsonWriter *self);
/* A number, or any other scalar, as it was written. */
void rua_json_writer_literal (RuaJsonWriter *self, const char *literal, gsize length);
/* A value in canonical compact JSON, laid out again by this writer. */
void rua_json_writer_raw (RuaJsonWriter *self, const char *compact, gboolean is_inline);
/* The members of a compact object, without its braces, as members of the object being written. */
void rua_json_writer_members (RuaJsonWriter *self, const char *compact, gboolean is_inline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaJsonWriter, rua_json_writer_free)

/* Shortest text that reads back as the same double; no exponent between 1e-6 and 1e21. */
char *rua_number_format (double value, char buffer[static 40]);
/* "39.27" -> 3927 with two digits: exact, refuses more digits than the currency has (zeros at the
 * end change nothing and are taken). */
gboolean rua_money_parse (const char *text, gsize length, guint digits, gint64 *minor);
/* Strict parse of a whole literal in JSON's grammar: no blanks, no inf, no nan, no hex. A number
 * refuses what a double cannot hold: too great, or so small that it would become zero. */
gboolean rua_number_parse (const char *text, gsize length, double *value);
gboolean rua_integer_parse (const char *text, gsize length, gint64 *value);

G_END_DECLS
