/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The strict scanner: what it takes, what it refuses and where, and that no input harms it. */
#include "rua-json-private.h"
#include "rua-random-private.h"

#include <string.h>

/* One whole text; the canonical form, or NULL and @error. */
static char *
canonical (const char *text, gsize length, GError **error)
{
  return rua_json_canonicalise (text, (gssize) length, error);
}

/* ---- the grammar of RFC 8259, one case a line ---- */

typedef struct {
  const char *name;
  const char *text;
  const char *canonical; /* NULL: the text itself */
} Taken;

static const Taken taken[] = {
  { "string", "\"a\"", NULL },
  { "empty-string", "\"\"", NULL },
  { "zero", "0", NULL },
  { "minus-zero", "-0", NULL },
  { "minus-zero-point", "-0.0", NULL },
  { "integer", "1234567890", NULL },
  { "negative", "-7", NULL },
  { "decimal", "0.125", NULL },
  { "exponent", "1e9", NULL },
  { "exponent-plus", "1E+9", NULL },
  { "exponent-minus", "-1.5e-9", NULL },
  { "exponent-zeros", "0e00", NULL },
  { "beyond-a-double", "1e9999", NULL },
  { "many-digits", "123456789012345678901234567890.123456789012345678901234567890", NULL },
  { "true", "true", NULL },
  { "false", "false", NULL },
  { "null", "null", NULL },
  { "empty-object", "{}", NULL },
  { "empty-array", "[]", NULL },
  { "blanks", " \t\r\n[ \t\r\n1 \t\r\n, \t\r\n2 \t\r\n] \t\r\n", "[1,2]" },
  { "blanks-in-object", "\n{ \"a\" \n:\t1 , \"b\":{ } }\r\n", "{\"a\":1,\"b\":{}}" },
  { "many-blanks", "                                   [                                 ]                       ", "[]" },
  { "nested", "{\"a\":[{\"b\":[[]]},[],{}]}", NULL },
  { "order-kept", "{\"b\":1,\"a\":2}", NULL },
  { "empty-name", "{\"\":0}", NULL },
  { "same-name-in-other-objects", "[{\"a\":1},{\"a\":{\"a\":2}}]", NULL },
  { "same-value-twice", "[1,1]", NULL },
  { "names-of-one-length", "{\"ab\":1,\"ba\":2,\"aa\":3,\"bb\":4}", NULL },
  { "escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
  { "escaped-ascii", "\"\\u0061\\u005A\\u002f\"", "\"aZ/\"" },
  { "escaped-control", "\"\\u0001\\u001F\\u007f\"", "\"\\u0001\\u001f\177\"" },
  { "escaped-two-bytes", "\"\\u00e9\"", "\"é\"" },
  { "escaped-three-bytes", "\"\\u4e2D\\u6587\"", "\"中文\"" },
  { "escaped-pair", "\"\\ud83c\\udf3e\"", "\"🌾\"" },
  { "escaped-last-pair", "\"\\uDBFF\\uDFFF\"", "\"\xf4\x8f\xbf\xbf\"" },
  { "escaped-noncharacter", "\"\\uffff\\ufdd0\"", "\"\xef\xbf\xbf\xef\xb7\x90\"" },
  { "escape-after-long-run", "\"a long run of plain characters, then\\nanother run of plain characters\"", NULL },
  { "escaped-bom", "\"\\ufeff\"", "\"\xef\xbb\xbf\"" },
  { "bom-inside", "\"a\xef\xbb\xbf\"", NULL },
  { "two-bytes", "\"\xc2\x80\xdf\xbf\"", NULL },
  { "three-bytes", "\"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"", NULL },
  { "four-bytes", "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"", NULL },
  { "mixed", "{\"合作社\":\"Pingzhai 平寨\",\"ménage\":[\"Ωμέγα\",\"🌾🌾\"]}", NULL },
  { "delete-and-line-separator", "\"\177\xe2\x80\xa8\xe2\x80\xa9\"", NULL },
  { "slash", "\"a/b\"", NULL },
};

static void
test_taken (gconstpointer data)
{
  const Taken *c = data;
  g_autoptr (GError) error = NULL;
  /* An exact copy on the heap, so that a read beyond the end is seen by the sanitizers. */
  gsize length = strlen (c->text);
  g_autofree char *copy = g_memdup2 (c->text, length);
  g_autofree char *got = canonical (copy, length, &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, c->canonical != NULL ? c->canonical : c->text);
  again = canonical (got, strlen (got), &error);
  g_assert_cmpstr (again, ==, got);
}

typedef struct {
  const char *name;
  const char *text;
  gssize length; /* -1: up to the NUL */
  RuaError code;
  guint64 line, column;
  const char *problem; /* a part of it */
  const char *mend;    /* a part of it */
} Refused;

#define S RUA_ERROR_SYNTAX
#define D RUA_ERROR_DUPLICATE

static const Refused refused[] = {
  { "empty", "", -1, S, 1, 1, "the text is empty", "{}" },
  { "blanks-only", " \n  ", -1, S, 2, 3, "the text is empty", "{}" },
  { "bom", "\xef\xbb\xbf{}", -1, S, 1, 1, "byte order mark", "UTF-8 without one" },
  { "utf-16-le", "\xff\xfe{\0}\0", 6, S, 1, 1, "UTF-16", "save the file as UTF-8" },
  { "utf-16-be", "\xfe\xff\0{\0}", 6, S, 1, 1, "UTF-16", "save the file as UTF-8" },
  { "utf-16-no-mark", "{\0}\0", 4, S, 1, 2, "a NUL byte in the text", "UTF-8" },
  { "trailing-text", "{} x", -1, S, 1, 4, "\"x\" stands where the end of the text is expected", "remove what follows" },
  { "trailing-bracket", "[]]", -1, S, 1, 3, "end of the text", "remove" },
  { "second-document", "{}\n{}", -1, S, 2, 1, "end of the text", "remove" },
  { "two-numbers", "1 2", -1, S, 1, 3, "end of the text", "remove" },
  { "trailing-nul", "{}\0", 3, S, 1, 3, "a NUL byte in the text", "remove it" },
  { "trailing-comment", "{} // done", -1, S, 1, 4, "\"/\" stands where the end", "remove" },
  { "array-open", "[1,2", -1, S, 1, 5, "the end of the text stands where \",\" or \"]\"", "cut short" },
  { "array-open-at-value", "[1,", -1, S, 1, 4, "the end of the text stands where a value", "cut short" },
  { "object-open", "{\"a\":1\n", -1, S, 2, 1, "the end of the text stands where \",\" or \"}\"", "cut short" },
  { "object-open-at-name", "{", -1, S, 1, 2, "a member's name", "cut short" },
  { "object-open-at-colon", "{\"a\"", -1, S, 1, 5, "\":\"", "colon" },
  { "object-open-at-value", "{\"a\":", -1, S, 1, 6, "a value", "cut short" },
  { "array-closed-as-object", "[1}", -1, S, 1, 3, "\"}\" stands where", "its own kind" },
  { "object-closed-as-array", "{\"a\":1]", -1, S, 1, 7, "\"]\" stands where", "its own kind" },
  { "only-closed", "]", -1, S, 1, 1, "\"]\" stands where a value", NULL },
  { "comma-trailing-array", "[1,]", -1, S, 1, 4, "\"]\" stands where a value", "remove the comma" },
  { "comma-trailing-object", "{\"a\":1,}", -1, S, 1, 8, "\"}\" stands where a member's name", "remove the comma" },
  { "comma-leading", "[,1]", -1, S, 1, 2, "\",\" stands where a value", "comma" },
  { "comma-leading-object", "{,}", -1, S, 1, 2, "\",\" stands where a member's name", "remove the comma" },
  { "comma-double", "[1,,2]", -1, S, 1, 4, "\",\" stands where a value", "comma" },
  { "comma-missing", "[1 2]", -1, S, 1, 4, "\"2\" stands where", "write a comma" },
  { "comma-missing-object", "{\"a\":1\n \"b\":2}", -1, S, 2, 2, "stands where \",\" or \"}\"", "write a comma" },
  { "comma-only", "[,]", -1, S, 1, 2, "\",\"", NULL },
  { "colon-missing", "{\"a\" 1}", -1, S, 1, 6, "\"1\" stands where \":\"", "colon" },
  { "colon-as-equals", "{\"a\"=1}", -1, S, 1, 5, "\"=\" stands where \":\"", "colon" },
  { "colon-double", "{\"a\"::1}", -1, S, 1, 6, "\":\" stands where a value", NULL },
  { "colon-in-array", "[\"a\":1]", -1, S, 1, 5, "\":\" stands where", "comma" },
  { "value-missing", "{\"a\":}", -1, S, 1, 6, "\"}\" stands where a value", "value that is missing" },
  { "name-missing", "{:1}", -1, S, 1, 2, "a member's name", NULL },
  { "name-bare", "{a:1}", -1, S, 1, 2, "a member's name", "double quotation marks" },
  { "name-number", "{1:1}", -1, S, 1, 2, "a member's name", "double quotation marks" },
  { "name-single-quotes", "{'a':1}", -1, S, 1, 2, "a member's name", "double quotation marks" },
  { "single-quotes", "['a']", -1, S, 1, 2, "\"'\" stands where a value", "double quotation marks" },
  { "curly-quotes", "[“a”]", -1, S, 1, 2, "U+201C stands where a value", NULL },
  { "comment", "[1, // one\n2]", -1, S, 1, 5, "\"/\"", "JSON has none" },
  { "comment-block", "/* x */ {}", -1, S, 1, 1, "\"/\"", "JSON has none" },
  { "comment-in-object", "{ /* x */ }", -1, S, 1, 3, "\"/\"", "JSON has none" },
  { "comment-after-value", "[1 # one\n]", -1, S, 1, 4, "\"#\"", "JSON has none" },
  { "word", "[maybe]", -1, S, 1, 2, "a bare word", "quotation marks" },
  { "word-python", "[True]", -1, S, 1, 2, "a bare word", "quotation marks" },
  { "word-capital", "[NULL]", -1, S, 1, 2, "a bare word", "leave the member out" },
  { "word-cut", "[tru]", -1, S, 1, 2, "a bare word", "quotation marks" },
  { "word-cut-at-end", "nul", -1, S, 1, 1, "a bare word", NULL },
  { "word-long", "[truer]", -1, S, 1, 2, "a bare word", NULL },
  { "word-glued", "[null1]", -1, S, 1, 2, "a bare word", NULL },
  { "nan", "[NaN]", -1, S, 1, 2, "a bare word", "leave the member out" },
  { "infinity", "[Infinity]", -1, S, 1, 2, "a bare word", "leave the member out" },
  { "minus-infinity", "[-Infinity]", -1, S, 1, 3, "\"I\" stands where a digit", "leave the member out" },
  { "number-plus", "[+1]", -1, S, 1, 2, "\"+\" stands where a value", "0.5" },
  { "number-zeros", "[007]", -1, S, 1, 2, "leading zeros", "string if they matter" },
  { "number-minus-zeros", "[-012]", -1, S, 1, 3, "leading zeros", NULL },
  { "number-bare-point", "[.5]", -1, S, 1, 2, "\".\" stands where a value", "0.5" },
  { "number-ends-in-point", "[5.]", -1, S, 1, 4, "a digit after the decimal point", "remove the point" },
  { "number-point-exponent", "[5.e3]", -1, S, 1, 4, "a digit after the decimal point", NULL },
  { "number-no-exponent", "[1e]", -1, S, 1, 4, "a digit of the exponent", NULL },
  { "number-no-exponent-sign", "[1e+]", -1, S, 1, 5, "a digit of the exponent", NULL },
  { "number-exponent-point", "[1e1.5]", -1, S, 1, 5, "the end of a number", NULL },
  { "number-minus", "[-]", -1, S, 1, 3, "a digit", NULL },
  { "number-minus-end", "-", -1, S, 1, 2, "the end of the text stands where a digit", NULL },
  { "number-two-minus", "[--1]", -1, S, 1, 3, "a digit", NULL },
  { "number-hex", "[0x1F]", -1, S, 1, 3, "the end of a number", "without unit" },
  { "number-unit", "[12kg]", -1, S, 1, 4, "the end of a number", "without unit" },
  { "number-underscore", "[1_000]", -1, S, 1, 3, "the end of a number", "separators" },
  { "number-two-points", "[1.2.3]", -1, S, 1, 5, "the end of a number", NULL },
  { "number-date", "[2014-09-15]", -1, S, 1, 6, "the end of a number", "string" },
  { "string-open", "[\"abc", -1, S, 1, 2, "ends inside the string", "close it" },
  { "string-open-escape", "[\"abc\\", -1, S, 1, 7, "ends inside a string", "close it" },
  { "string-open-quote-escaped", "[\"abc\\\"", -1, S, 1, 2, "ends inside the string", "close it" },
  { "string-line-break", "[1,\n  \"ab\ncd\"]", -1, S, 2, 6, "line break inside the string that begins in column 3", "\\n" },
  { "string-carriage-return", "\"a\r\"", -1, S, 1, 3, "line break", NULL },
  { "string-tab", "[\"a\tb\"]", -1, S, 1, 4, "control character U+0009", "\\t" },
  { "string-control", "[\"\x1f\"]", -1, S, 1, 3, "control character U+001F", "\\u001f" },
  { "string-nul", "[\"a\0b\"]", 7, S, 1, 4, "a NUL byte in a string", "remove" },
  { "string-nul-escaped", "[\"a\\u0000b\"]", -1, S, 1, 4, "\\u0000", "remove" },
  { "name-nul-escaped", "{\"\\u0000\":1}", -1, S, 1, 3, "\\u0000", "remove" },
  { "escape-unknown", "[\"\\x41\"]", -1, S, 1, 3, "a backslash followed by \"x\"", "\\\\ for a backslash" },
  { "escape-path", "[\"C:\\data\"]", -1, S, 1, 5, "a backslash followed by \"d\"", "\\\\ for a backslash" },
  { "escape-control", "[\"\\\n\"]", -1, S, 1, 3, "the end of the line", NULL },
  { "escape-nul", "[\"\\\0\"]", 6, S, 1, 3, "U+0000", NULL },
  { "escape-non-ascii", "[\"\\é\"]", -1, S, 1, 3, "U+00E9", NULL },
  { "escape-short", "[\"\\u12\"]", -1, S, 1, 3, "four hexadecimal digits", NULL },
  { "escape-short-at-end", "\"\\u12", -1, S, 1, 2, "four hexadecimal digits", NULL },
  { "escape-not-hex", "[\"\\u12g4\"]", -1, S, 1, 3, "four hexadecimal digits", NULL },
  { "escape-sign", "[\"\\u+123\"]", -1, S, 1, 3, "four hexadecimal digits", NULL },
  { "surrogate-high", "[\"\\ud83c\"]", -1, S, 1, 3, "lone high surrogate \\ud83c", "both halves" },
  { "surrogate-high-then-text", "[\"\\ud83cabcdef\"]", -1, S, 1, 3, "lone high surrogate", NULL },
  { "surrogate-high-high", "[\"\\ud83c\\ud83c\"]", -1, S, 1, 3, "lone high surrogate", NULL },
  { "surrogate-high-then-ascii", "[\"\\ud83c\\u0041\"]", -1, S, 1, 3, "lone high surrogate", NULL },
  { "surrogate-high-then-newline", "[\"\\ud83c\\n12345\"]", -1, S, 1, 3, "lone high surrogate", NULL },
  { "surrogate-high-at-end", "\"\\ud83c\\u", -1, S, 1, 2, "lone high surrogate", NULL },
  { "surrogate-low", "[\"a\\udf3e\"]", -1, S, 1, 4, "lone low surrogate \\udf3e", "both halves" },
  { "surrogate-swapped", "[\"\\udf3e\\ud83c\"]", -1, S, 1, 3, "lone low surrogate", NULL },
  { "utf8-surrogate", "[\"\xed\xa0\x80\"]", -1, S, 1, 3, "the byte 0xED is not UTF-8", "UTF-8" },
  { "utf8-latin-1", "[\"caf\xe9\"]", -1, S, 1, 6, "the byte 0xE9 is not UTF-8", "save the file as UTF-8" },
  { "utf8-gbk", "[\"\xba\xcf\xd7\xf7\"]", -1, S, 1, 3, "the byte 0xBA is not UTF-8", NULL },
  { "utf8-continuation", "[\"\x80\"]", -1, S, 1, 3, "the byte 0x80 is not UTF-8", NULL },
  { "utf8-too-long-two", "[\"\xc0\xaf\"]", -1, S, 1, 3, "0xC0", NULL },
  { "utf8-too-long-two-c1", "[\"\xc1\xbf\"]", -1, S, 1, 3, "0xC1", NULL },
  { "utf8-too-long-three", "[\"\xe0\x9f\xbf\"]", -1, S, 1, 3, "0xE0", NULL },
  { "utf8-too-long-four", "[\"\xf0\x8f\xbf\xbf\"]", -1, S, 1, 3, "0xF0", NULL },
  { "utf8-beyond", "[\"\xf4\x90\x80\x80\"]", -1, S, 1, 3, "0xF4", NULL },
  { "utf8-f5", "[\"\xf5\x80\x80\x80\"]", -1, S, 1, 3, "0xF5", NULL },
  { "utf8-ff", "[\"\xff\"]", -1, S, 1, 3, "0xFF", NULL },
  { "utf8-cut-two", "[\"\xc3", -1, S, 1, 3, "0xC3", NULL },
  { "utf8-cut-three", "[\"\xe4\xb8", -1, S, 1, 3, "0xE4", NULL },
  { "utf8-cut-four", "[\"\xf0\x9f\x8c", -1, S, 1, 3, "0xF0", NULL },
  { "utf8-cut-by-quote", "[\"\xe4\xb8\"]", -1, S, 1, 3, "0xE4", NULL },
  { "utf8-outside", "[\xe9]", -1, S, 1, 2, "the byte 0xE9 stands where a value", NULL },
  { "utf8-in-name", "{\"\xe9\":1}", -1, S, 1, 3, "0xE9", NULL },
  { "blank-no-break-space", "[\xc2\xa0\x31]", -1, S, 1, 2, "U+00A0 stands where a value", NULL },
  { "blank-form-feed", "[\f1]", -1, S, 1, 2, "control character U+000C", NULL },
  { "blank-vertical-tab", "\v1", -1, S, 1, 1, "control character U+000B", NULL },
  { "column-counts-characters", "[\"平寨\", \"é\", x]", -1, S, 1, 13, "a bare word", NULL },
  { "line-crlf", "[\r\n\r\n  x]", -1, S, 3, 3, "a bare word", NULL },
  { "line-cr", "[\r\r  x]", -1, S, 3, 3, "a bare word", NULL },
  { "line-mixed", "[\n\r\n\r\n\rx]", -1, S, 5, 1, "a bare word", NULL },
  { "duplicate", "{\"a\":1,\n\"b\":2,\n \"a\":3}", -1, D, 3, 2, "\"a\" is given twice, first in line 1", "keep one" },
  { "duplicate-escaped", "{\"a\":1,\"\\u0061\":2}", -1, D, 1, 8, "\"a\" is given twice", NULL },
  { "duplicate-escaped-first", "{\"\\u0061\":1,\"a\":2}", -1, D, 1, 13, "\"a\" is given twice", NULL },
  { "duplicate-both-escaped", "{\"\\u0061b\":1,\"\\u0061b\":2}", -1, D, 1, 14, "\"ab\" is given twice", NULL },
  { "duplicate-empty", "{\"\":1,\"\":2}", -1, D, 1, 7, "\"\" is given twice", NULL },
  { "duplicate-inner", "[{\"x\":{\"k\":[],\"k\":0}}]", -1, D, 1, 15, "\"k\" is given twice", NULL },
  { "duplicate-after-inner", "{\"k\":{\"k\":{\"k\":0}},\n\"k\":0}", -1, D, 2, 1, "\"k\" is given twice, first in line 1", NULL },
  { "duplicate-same-value", "{\"a\":1,\"a\":1}", -1, D, 1, 8, "\"a\" is given twice", NULL },
};

#undef S
#undef D

static void
test_refused (gconstpointer data)
{
  const Refused *c = data;
  gsize length = c->length < 0 ? strlen (c->text) : (gsize) c->length;
  g_autofree char *copy = g_memdup2 (c->text, MAX (length, 1));
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (copy, length, NULL);
  g_autoptr (GError) error = NULL, second = NULL;
  g_autofree char *where = NULL;
  RuaJsonToken token;

  do
    token = rua_json_scanner_next (scanner, &error);
  while (token != RUA_JSON_TOKEN_ERROR && token != RUA_JSON_TOKEN_END);
  g_assert_cmpint (token, ==, RUA_JSON_TOKEN_ERROR);
  g_assert_error (error, RUA_ERROR, (int) c->code);
  g_test_message ("%s", error->message);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpuint (rua_json_scanner_get_line (scanner), ==, c->line);
  g_assert_cmpuint (rua_json_scanner_get_column (scanner), ==, c->column);
  where = g_strdup_printf ("line %" G_GUINT64_FORMAT ", column %" G_GUINT64_FORMAT ": ", c->line, c->column);
  g_assert_true (g_str_has_prefix (error->message, where));
  g_assert_nonnull (strstr (rua_json_scanner_get_problem (scanner), c->problem));
  g_assert_nonnull (rua_json_scanner_get_mend (scanner));
  if (c->mend != NULL)
    g_assert_nonnull (strstr (rua_json_scanner_get_mend (scanner), c->mend));
  /* It stays refused. */
  g_assert_cmpint (rua_json_scanner_next (scanner, &second), ==, RUA_JSON_TOKEN_ERROR);
  g_assert_cmpstr (second->message, ==, error->message);
  g_clear_error (&second);
  g_assert_null (canonical (copy, length, &second));
  g_assert_cmpstr (second->message, ==, error->message);
}

/* ---- tokens ---- */

static void
test_tokens (void)
{
  static const char text[] = "{\n  \"größe\": [1.50, \"a\\tb\", true],\n  \"x\": {}\n}";
  static const struct {
    RuaJsonToken token;
    guint64 line, column;
    guint depth;
    const char *text;
  } expected[] = {
    { RUA_JSON_TOKEN_OBJECT_BEGIN, 1, 1, 1, NULL }, { RUA_JSON_TOKEN_NAME, 2, 3, 1, "größe" },
    { RUA_JSON_TOKEN_ARRAY_BEGIN, 2, 12, 2, NULL }, { RUA_JSON_TOKEN_NUMBER, 2, 13, 2, "1.50" },
    { RUA_JSON_TOKEN_STRING, 2, 19, 2, "a\tb" },    { RUA_JSON_TOKEN_TRUE, 2, 27, 2, NULL },
    { RUA_JSON_TOKEN_ARRAY_END, 2, 31, 1, NULL },   { RUA_JSON_TOKEN_NAME, 3, 3, 1, "x" },
    { RUA_JSON_TOKEN_OBJECT_BEGIN, 3, 8, 2, NULL }, { RUA_JSON_TOKEN_OBJECT_END, 3, 9, 1, NULL },
    { RUA_JSON_TOKEN_OBJECT_END, 4, 1, 0, NULL },   { RUA_JSON_TOKEN_END, 4, 2, 0, NULL },
    { RUA_JSON_TOKEN_END, 4, 2, 0, NULL },
  };
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, strlen (text), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (GError) error = NULL;
    gsize length, peeked;

    g_assert_cmpint (rua_json_scanner_next (scanner, &error), ==, expected[i].token);
    g_assert_no_error (error);
    g_assert_cmpint (rua_json_scanner_get_token (scanner), ==, expected[i].token);
    g_assert_cmpuint (rua_json_scanner_get_line (scanner), ==, expected[i].line);
    g_assert_cmpuint (rua_json_scanner_get_column (scanner), ==, expected[i].column);
    g_assert_cmpuint (rua_json_scanner_get_depth (scanner), ==, expected[i].depth);
    if (expected[i].text != NULL) {
      const char *peek = rua_json_scanner_peek_text (scanner, &peeked);
      g_assert_cmpmem (peek, peeked, expected[i].text, strlen (expected[i].text));
      g_assert_cmpstr (rua_json_scanner_get_text (scanner, &length), ==, expected[i].text);
      g_assert_cmpuint (length, ==, peeked);
    }
  }
  g_assert_null (rua_json_scanner_get_problem (scanner));
}

static void
test_offset (void)
{
  static const char text[] = " [ \"é\", 12 ]";
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, strlen (text), NULL);
  static const gsize offsets[] = { 1, 3, 9, 12 };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    g_assert_cmpint (rua_json_scanner_next (scanner, NULL), !=, RUA_JSON_TOKEN_ERROR);
    g_assert_cmpuint (rua_json_scanner_get_offset (scanner), ==, offsets[i]);
  }
}

static void
test_copy_and_skip (void)
{
  static const char text[] = "{ \"a\" : { \"n\" : [ 1.0, 2e5, { } ], \"t\" : \"\\u00e9\\/\" }, \"b\" : [ [ ], null ], \"c\" : -0.10 }";
  static const char *const copies[] = { "{\"n\":[1.0,2e5,{}],\"t\":\"é/\"}", "[[],null]", "-0.10" };

  /* Bit i says whether member i is copied or skipped. */
  for (guint choice = 0; choice < 8; choice++) {
    g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, strlen (text), NULL);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (rua_json_scanner_next (scanner, &error), ==, RUA_JSON_TOKEN_OBJECT_BEGIN);
    for (guint i = 0; i < 3; i++) {
      g_autoptr (GString) compact = g_string_new ("<");
      g_assert_cmpint (rua_json_scanner_next (scanner, &error), ==, RUA_JSON_TOKEN_NAME);
      g_assert_cmpint (rua_json_scanner_next (scanner, &error), !=, RUA_JSON_TOKEN_ERROR);
      if (choice & (1u << i)) {
        g_assert_true (rua_json_scanner_copy_value (scanner, compact, &error));
        g_assert_cmpstr (compact->str + 1, ==, copies[i]);
      } else {
        g_assert_true (rua_json_scanner_skip_value (scanner, &error));
      }
    }
    g_assert_cmpint (rua_json_scanner_next (scanner, &error), ==, RUA_JSON_TOKEN_OBJECT_END);
    g_assert_cmpint (rua_json_scanner_next (scanner, &error), ==, RUA_JSON_TOKEN_END);
    g_assert_no_error (error);
  }
}

static void
test_copy_refuses (void)
{
  static const char text[] = "[ { \"a\" : [ 1, } ]";
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, strlen (text), NULL);
  g_autoptr (GString) compact = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  rua_json_scanner_next (scanner, &error);
  rua_json_scanner_next (scanner, &error);
  g_assert_no_error (error);
  g_assert_false (rua_json_scanner_copy_value (scanner, compact, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
  g_assert_true (g_str_has_prefix (error->message, "line 1, column 16: "));
}

/* ---- random texts ---- */

static void
append_random_string (GString *out, RuaRandom *random)
{
  static const char *const parts[] = { "a", "household", "\\n", "\\\"", "\\\\", "平寨", "é", "🌾", "\\u0001", " ", "0", "/", "\\b\\f\\r\\t", "\177" };
  guint n = rua_random_below (random, 12);

  g_string_append_c (out, '"');
  for (guint i = 0; i < n; i++)
    g_string_append (out, parts[rua_random_below (random, G_N_ELEMENTS (parts))]);
  g_string_append_c (out, '"');
}

/* Canonical already, so that reading it must give the same bytes. */
static void
append_random_value (GString *out, RuaRandom *random, guint depth)
{
  guint n;

  switch (rua_random_below (random, depth > 5 ? 5 : 8)) {
  case 0:
    g_string_append (out, rua_random_below (random, 2) ? "true" : "false");
    break;
  case 1:
    g_string_append (out, "null");
    break;
  case 2:
    g_string_append_printf (out, "%s%u", rua_random_below (random, 2) ? "-" : "", rua_random_next (random));
    break;
  case 3:
    g_string_append_printf (out, "%u.%05ue%d", rua_random_below (random, 10), rua_random_below (random, 100000),
                            (int) rua_random_below (random, 600) - 300);
    break;
  case 4:
    append_random_string (out, random);
    break;
  case 5:
    n = rua_random_below (random, 40);
    g_string_append_c (out, '{');
    for (guint i = 0; i < n; i++) {
      if (i > 0)
        g_string_append_c (out, ',');
      append_random_string (out, random);
      /* Made unlike all others by a number before the closing quotation mark. */
      g_string_truncate (out, out->len - 1);
      g_string_append_printf (out, "#%u\":", i);
      append_random_value (out, random, depth + 2);
    }
    g_string_append_c (out, '}');
    break;
  default:
    n = rua_random_below (random, 6);
    g_string_append_c (out, '[');
    for (guint i = 0; i < n; i++) {
      if (i > 0)
        g_string_append_c (out, ',');
      append_random_value (out, random, depth + 1);
    }
    g_string_append_c (out, ']');
    break;
  }
}

static void
test_random_round_trip (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0, n = g_getenv ("RUA_SLOW_MACHINE") ? 100 : 2000; i < n; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GString) pretty = g_string_new (NULL);
    g_autoptr (RuaJsonWriter) writer = NULL;
    g_autofree char *got = NULL, *back = NULL;
    g_autoptr (GError) error = NULL;

    append_random_value (text, &random, 0);
    got = canonical (text->str, text->len, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (got, ==, text->str);
    /* Laid out in lines and read again, it is the same. */
    writer = rua_json_writer_new (pretty, TRUE);
    rua_json_writer_raw (writer, got, i % 2 == 0);
    g_assert_true (i % 2 != 0 || strchr (pretty->str, '\n') == NULL);
    back = canonical (pretty->str, pretty->len, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (back, ==, text->str);
  }
}

/* Texts spoilt at random are either refused, with a place inside the text, or read as something
 * that reads back. The sanitizers watch. */
static void
test_mutations (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint n_refused = 0, n_taken = 0, n_tried = g_getenv ("RUA_SLOW_MACHINE") ? 1000 : 20000;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < n_tried; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char *exact = NULL, *got = NULL;
    guint n = 1 + rua_random_below (&random, 3);

    append_random_value (text, &random, 3);
    for (guint k = 0; k < n && text->len > 0; k++) {
      gsize at = rua_random_below (&random, (guint32) text->len);
      switch (rua_random_below (&random, 5)) {
      case 0:
        text->str[at] = (char) rua_random_below (&random, 256);
        break;
      case 1:
        g_string_erase (text, (gssize) at, 1);
        break;
      case 2:
        g_string_insert_c (text, (gssize) at, "{}[],:\"\\0-eu"[rua_random_below (&random, 12)]);
        break;
      case 3:
        g_string_truncate (text, at);
        break;
      default:
        text->str[at] = (char) (text->str[at] ^ (1 << rua_random_below (&random, 8)));
        break;
      }
    }
    exact = g_memdup2 (text->str, MAX (text->len, 1));
    got = canonical (exact, text->len, &error);
    if (got == NULL) {
      g_assert_nonnull (error);
      g_assert_true (error->domain == RUA_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "line "));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      n_refused++;
    } else {
      g_autofree char *back = canonical (got, strlen (got), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (back, ==, got);
      g_assert_true (g_utf8_validate (got, -1, NULL));
      n_taken++;
    }
  }
  g_test_message ("%u refused, %u taken", n_refused, n_taken);
  /* Most single changes spoil a text; some do not. */
  g_assert_cmpuint (n_refused, >, n_tried / 4);
  g_assert_cmpuint (n_taken, >, n_tried / 200);
}

/* Cut at every byte, a document of one object is refused until it is whole. */
static void
test_every_prefix (void)
{
  static const char text[] = "{\"a\":[1.5e+3,\"\\u00e9\\ud83c\\udf3e平🌾\",true,false,null,{\"b\":-0}],\"c\":{}}";

  for (gsize length = 0; length < strlen (text); length++) {
    g_autofree char *exact = g_memdup2 (text, MAX (length, 1));
    g_autoptr (GError) error = NULL;
    g_assert_null (canonical (exact, length, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    g_autofree char *path = g_strdup_printf ("/json/taken/%s", taken[i].name);
    g_test_add_data_func (path, &taken[i], test_taken);
  }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_strdup_printf ("/json/refused/%s", refused[i].name);
    g_test_add_data_func (path, &refused[i], test_refused);
  }
  g_test_add_func ("/json/tokens", test_tokens);
  g_test_add_func ("/json/offset", test_offset);
  g_test_add_func ("/json/copy-and-skip", test_copy_and_skip);
  g_test_add_func ("/json/copy-refuses", test_copy_refuses);
#if GLIB_SIZEOF_SIZE_T > 4
#endif
  g_test_add_func ("/json/random-round-trip", test_random_round_trip);
  g_test_add_func ("/json/mutations", test_mutations);
  g_test_add_func ("/json/every-prefix", test_every_prefix);
  return g_test_run ();
}
