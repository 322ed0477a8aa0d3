/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents that are refused: each fault is told with its place, and never a value that is personal. */
#include "document-case.h"
#include "rua-alliance-json.h"
#include "rua-alliance-private.h"

#include <string.h>

/* ---- faults ---- */

typedef struct {
  const char *name;
  const char *records; /* of case_things; their line 1 is the first of the records */
  RuaError code;
  guint64 line, column;
  const char *key, *field, *value;
  const char *message, *mend; /* parts; mend NULL: any */
} Fault;

#define V RUA_ERROR_VALUE
#define L RUA_ERROR_LIMIT
#define R RUA_ERROR_REFERENCE

static const Fault value_faults[] = {
  { "text-number", "{\"label\":5}", V, 1, 10, "#1", "label", "5", "a number stands where a text", "quotation marks" },
  { "text-object", "{\"label\":{}}", V, 1, 10, "#1", "label", NULL, "an object stands where a text", NULL },
  { "text-null", "{\"label\":null}", V, 1, 10, "#1", "label", "null", "null stands where a text", "leave the member out" },
  { "key-is-the-id", "{\"id\":\"x\",\"label\":5}", V, 1, 19, "x", "label", "5", "a number", NULL },
  { "key-is-an-id-that-comes-later", "{\"label\":true,\"id\":\"x\"}", V, 1, 10, "x", "label", "true", "true stands where a text", NULL },
  { "key-is-the-position", "{},{},\n {\"label\":[]}", V, 2, 11, "#3", "label", NULL, "a list stands where a text", NULL },
  { "id-number", "{\"id\":5}", V, 1, 7, "#1", "id", "5", "a number stands where a text", NULL },
  { "id-empty", "{\"id\":\"\"}", V, 1, 7, "#1", "id", NULL, "the id is empty", "that no other" },
  { "id-twice", "{\"id\":\"x\"},\n{\"id\":\"y\"},{\"id\":\"x\"}", RUA_ERROR_DUPLICATE, 2, 18, "x", "id", "x", "the thing in line 36 has this id already", "another id" },
  { "texts-number", "{\"title\":5}", V, 1, 10, "#1", "title", "5", "an object of texts by language", "{\"en\": \"…\"}" },
  { "texts-list", "{\"title\":[\"x\"]}", V, 1, 10, "#1", "title", NULL, "a list stands where", NULL },
  { "texts-empty", "{\"title\":{}}", V, 1, 11, "#1", "title", NULL, "no text in any language", "leave the member out" },
  { "texts-language", "{\"title\":{\"english language\":\"x\"}}", V, 1, 11, "#1", "title", "english language", "not the tag of a language", "BCP 47" },
  { "texts-language-empty", "{\"title\":{\"\":\"x\"}}", V, 1, 11, "#1", "title", NULL, "not the tag of a language", NULL },
  { "texts-language-underscore", "{\"title\":{\"zh_CN\":\"x\"}}", V, 1, 11, "#1", "title", "zh_CN", "not the tag of a language", "zh-Hant" },
  { "texts-text-number", "{\"title\":{\"en\":5}}", V, 1, 16, "#1", "title", "5", "a number stands where a text", NULL },
  { "texts-text-null", "{\"title\":{\"en\":null}}", V, 1, 16, "#1", "title", "null", "null stands", "leave the member out" },
  { "token-unknown", "{\"colour\":\"purple\"}", V, 1, 11, "#1", "colour", "purple", "none of the words", "write one of red, green, blue" },
  { "token-near", "{\"colour\":\"gren\"}", V, 1, 11, "#1", "colour", "gren", "none of the words", "did you mean 'green'?" },
  { "token-case", "{\"colour\":\"Red\"}", V, 1, 11, "#1", "colour", "Red", "none of the words", "did you mean 'red'?" },
  { "token-number", "{\"colour\":1}", V, 1, 11, "#1", "colour", "1", "a number stands where a text", NULL },
  { "boolean-text", "{\"old\":\"yes\"}", V, 1, 8, "#1", "old", "yes", "a text stands where true or false", "without quotation marks" },
  { "boolean-number", "{\"old\":1}", V, 1, 8, "#1", "old", "1", "a number stands where true or false", NULL },
  { "integer-text", "{\"count\":\"5\"}", V, 1, 10, "#1", "count", "5", "a text stands where a whole number", "without quotation marks" },
  { "integer-decimals", "{\"count\":1.5}", V, 1, 10, "#1", "count", "1.5", "not written as a whole number", "without decimal point" },
  { "integer-exponent", "{\"count\":1e3}", V, 1, 10, "#1", "count", "1e3", "not written as a whole number", NULL },
  { "integer-beyond", "{\"count\":9223372036854775808}", L, 1, 10, "#1", "count", "9223372036854775808", "beyond the range of 64 bits", "9223372036854775807" },
  { "integer-beyond-below", "{\"count\":-9223372036854775809}", L, 1, 10, "#1", "count", "-9223372036854775809", "beyond the range", NULL },
  { "number-text", "{\"weight\":\"5 kg\"}", V, 1, 11, "#1", "weight", "5 kg", "a text stands where a number", "without quotation marks, unit" },
  { "number-beyond", "{\"weight\":1e309}", L, 1, 11, "#1", "weight", "1e309", "beyond the range of a double", NULL },
  { "number-too-small", "{\"weight\":1e-999}", L, 1, 11, "#1", "weight", "1e-999", "beyond the range of a double", NULL },
  { "money-text", "{\"price\":\"¥5\"}", V, 1, 10, "#1", "price", "¥5", "a text stands where an amount", "currency" },
  { "money-decimals", "{\"price\":39.275}", V, 1, 10, "#1", "price", "39.275", "more decimals than its currency", "at most 2 decimals" },
  { "money-beyond", "{\"price\":1e17}", L, 1, 10, "#1", "price", "1e17", "beyond the range of 64-bit minor units", NULL },
  { "date-number", "{\"made\":2014}", V, 1, 9, "#1", "made", "2014", "a number stands where a date", "in quotation marks" },
  { "date-order", "{\"made\":\"15.9.2014\"}", V, 1, 9, "#1", "made", "15.9.2014", "not a date", "2014-09-15" },
  { "date-no-such-day", "{\"made\":\"2014-02-30\"}", V, 1, 9, "#1", "made", "2014-02-30", "not a date", "a day that exists" },
  { "date-empty", "{\"made\":\"\"}", V, 1, 9, "#1", "made", NULL, "not a date", NULL },
  { "date-time", "{\"made\":\"2014-09-15T00:00:00Z\"}", V, 1, 9, "#1", "made", "2014-09-15T00:00:00Z", "not a date", NULL },
  { "reference-number", "{\"parent\":5}", V, 1, 11, "#1", "parent", "5", "a number stands where an id", NULL },
  { "reference-empty", "{\"parent\":\"\"}", R, 1, 11, "#1", "parent", NULL, "the id is empty", "leave the member out" },
  { "reference-dangling", "{\"id\":\"alpha\"},\n{\"parent\":\"alphb\"}", R, 2, 0, "#2", "parent", "alphb", "there is no thing of this id", "did you mean 'alpha'?" },
  { "reference-dangling-far", "{\"id\":\"alpha\"},\n{\"parent\":\"omega\"}", R, 2, 0, "#2", "parent", "omega", "there is no thing of this id", "add the record" },
  { "any-no-kind", "{\"id\":\"a\",\"subject\":\"a\"}", R, 1, 21, "a", "subject", NULL, "which kind of record", "household/h12" },
  { "any-no-id", "{\"subject\":\"thing/\"}", R, 1, 12, "#1", "subject", "thing/", "which kind of record", NULL },
  { "any-unknown-kind", "{\"subject\":\"thingy/a\"}", R, 1, 12, "#1", "subject", NULL, "no such kind", "did you mean 'thing'?" },
  { "any-dangling", "{\"subject\":\"household/h\"}", R, 1, 0, "#1", "subject", NULL, "there is no record of this id", NULL },
  { "text-list-text", "{\"tags\":\"a, b\"}", V, 1, 9, "#1", "tags", "a, b", "a text stands where a list of texts", "[\"…\", \"…\"]" },
  { "text-list-number", "{\"tags\":[\"a\",\n1]}", V, 2, 1, "#1", "tags", "1", "a number stands where a text", "quotation marks" },
  { "text-list-null", "{\"tags\":[null]}", V, 1, 10, "#1", "tags", "null", "null stands where a text", "leave it out of the list" },
  { "references-object", "{\"parts\":{}}", V, 1, 10, "#1", "parts", NULL, "an object stands where a list of ids", NULL },
  { "references-number", "{\"parts\":[5]}", V, 1, 11, "#1", "parts", "5", "a number stands where an id", NULL },
  { "references-nested", "{\"parts\":[[\"a\"]]}", V, 1, 11, "#1", "parts", NULL, "a list stands where an id", NULL },
  { "references-dangling", "{\"id\":\"a\",\"parts\":[\"a\",\"nobody\"]}", R, 1, 0, "a", "parts", "nobody", "there is no thing of this id", NULL },
  { "references-any-kind", "{\"about\":[\"x\"]}", R, 1, 11, "#1", "about", NULL, "which kind of record", NULL },
  { "json-null", "{\"data\":null}", V, 1, 9, "#1", "data", "null", "null stands where a value", "leave the member out" },
  { "record-number", "5", V, 1, 1, "#1", NULL, "5", "a number stands where a record", "{ … }" },
  { "record-list", "{},[{}]", V, 1, 4, "#2", NULL, NULL, "a list stands where a record", NULL },
  { "record-null", "null", V, 1, 1, "#1", NULL, "null", "null stands where a record", NULL },
  { "private-text", "{\"secret\":12345}", V, 1, 11, "#1", "secret", NULL, "a number stands where a text", NULL },
  { "private-money", "{\"income\":3927.123}", V, 1, 11, "#1", "income", NULL, "more decimals", NULL },
  { "private-reference", "{\"kin\":\"Li Wei\"}", R, 1, 0, "#1", "kin", NULL, "there is no thing of this id", NULL },
};

#undef V
#undef L
#undef R

/* Where the records of case_things() begin, after 35 lines. */
#define FIRST_LINE 36

/* The one fault of a document; all are told, so that one sees what went wrong where there are more. */
static RuaFault *
only_fault (const char *text)
{
  g_autoptr (GBytes) json = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) list = rua_alliance_validate_json (json, "test.json", NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaFault) each = g_list_model_get_item (list, i);
    g_autofree char *told = rua_fault_to_string (each);

    g_test_message ("%s", told);
  }
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 1);
  return g_list_model_get_item (list, 0);
}

static void
test_fault (gconstpointer data)
{
  const Fault *c = data;
  g_autofree char *text = case_things (c->records);
  g_autoptr (RuaFault) fault = only_fault (text);
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  g_assert_cmpint (rua_fault_get_code (fault), ==, c->code);
  g_assert_cmpstr (rua_fault_get_file (fault), ==, "test.json");
  g_assert_cmpuint (rua_fault_get_line (fault), ==, FIRST_LINE - 1 + c->line);
  g_assert_cmpuint (rua_fault_get_column (fault), ==, c->column);
  g_assert_cmpstr (rua_fault_get_kind (fault), ==, "thing");
  g_assert_cmpstr (rua_fault_get_key (fault), ==, c->key);
  g_assert_cmpstr (rua_fault_get_field (fault), ==, c->field);
  g_assert_cmpstr (rua_fault_get_value (fault), ==, c->value);
  g_assert_nonnull (strstr (rua_fault_get_message (fault), c->message));
  g_assert_nonnull (rua_fault_get_mend (fault));
  if (c->mend != NULL)
    g_assert_nonnull (strstr (rua_fault_get_mend (fault), c->mend));
  /* Reading refuses with the same words. */
  alliance = case_read (text, &error);
  g_assert_null (alliance);
  g_assert_error (error, RUA_ERROR, (int) c->code);
  line = rua_fault_to_string (fault);
  g_assert_cmpstr (error->message, ==, line);
  if (strstr (c->name, "private") != NULL) {
    g_assert_null (strstr (line, "12345"));
    g_assert_null (strstr (line, "3927"));
    g_assert_null (strstr (line, "Li Wei"));
  }
}

typedef struct {
  const char *name;
  const char *text;
  RuaError code;
  guint64 line, column; /* 0: not told */
  const char *part;     /* of the whole line */
} Broken;

#define F "\"format\":\"rural-alliance\",\"version\":1"
#define V RUA_ERROR_VALUE
#define M RUA_ERROR_MISSING

static const Broken broken[] = {
  { "empty", "", RUA_ERROR_SYNTAX, 1, 1, "the text is empty" },
  { "syntax", "{" F ",\n \"sites\": [}", RUA_ERROR_SYNTAX, 2, 12, "\"}\" stands where a value" },
  { "trailing", "{" F "}\n{}", RUA_ERROR_SYNTAX, 2, 1, "the end of the text is expected" },
  { "duplicate-member", "{" F ",\"sites\":[],\"sites\":[]}", RUA_ERROR_DUPLICATE, 1, 51, "given twice" },
  { "duplicate-field", "{" F ",\"households\":[{\"id\":\"a\",\"id\":\"b\"}]}", RUA_ERROR_DUPLICATE, 1, 64, "\"id\" is given twice" },
  { "number", "5", V, 1, 1, "no object but a number" },
  { "array", "[]", V, 1, 1, "no object but a list" },
  { "no-format", "{}", M, 1, 2, "does not tell its format" },
  { "no-format-but-records", "{\"households\":[{\"id\":5}]}", M, 1, 25, "does not tell its format" },
  { "other-format", "{\"format\":\"excel\",\"version\":1,\"households\":5}", V, 1, 11, "'excel': this is not the document of an alliance" },
  { "format-number", "{\"format\":1}", V, 1, 11, "not the document of an alliance" },
  { "no-version", "{\"format\":\"rural-alliance\"}", M, 1, 27, "does not tell its version" },
  { "version-text", "{\"format\":\"rural-alliance\",\"version\":\"1\"}", V, 1, 38, "not a whole number from 1" },
  { "version-zero", "{\"format\":\"rural-alliance\",\"version\":0}", V, 1, 38, "not a whole number from 1" },
  { "version-half", "{\"format\":\"rural-alliance\",\"version\":1.5}", V, 1, 38, "not a whole number from 1" },
  { "version-newer", "{\"format\":\"rural-alliance\",\"version\":2,\"households\":{\"new\":\"form\"}}", RUA_ERROR_VERSION, 1, 38, "newer libruralalliance" },
  { "version-newer-behind", "{\"households\":{\"new\":\"form\"},\"version\":2,\"format\":\"rural-alliance\"}", RUA_ERROR_VERSION, 1, 40, "newer version" },
  { "version-beyond", "{\"format\":\"rural-alliance\",\"version\":99999999999999999999}", V, 1, 38, "not a whole number from 1" },
  { "alliance-list", "{" F ",\"alliance\":[]}", V, 1, 51, "\"alliance\" is no object but a list" },
  { "alliance-no-title", "{" F ",\"alliance\":{}}", M, 1, 0, "title" },
  { "alliance-title", "{" F ",\n\"alliance\":{\"title\":5}}", V, 2, 21, "alliance: title: '5': a number stands where" },
  { "alliance-owner", "{" F ",\n\"alliance\":{\"title\":\"t\",\"owner\":\"o\"}}", RUA_ERROR_REFERENCE, 2, 0, "there is no organisation" },
  { "array-object", "{" F ",\"households\":{}}", V, 1, 53, "\"households\" is no list but an object" },
  { "array-null", "{" F ",\"households\":null}", V, 1, 53, "\"households\" is no list but null" },
  { "required", "{" F ",\n\"households\":[{\"id\":\"h\"}],\n\"incomes\":[{\"household\":\"h\"}]}", M, 3, 0, "income #1: year: the field is required" },
  { "required-id", "{" F ",\n\"households\":[\n{}]}", M, 3, 0, "household #1: id: the field is required" },
  { "schema-list", "{" F ",\"schema\":[]}", V, 1, 49, "\"schema\" is no object" },
  { "schema-kinds-list", "{" F ",\"schema\":{\"kinds\":[]}}", V, 1, 58, "kinds is no object" },
  { "schema-kind-list", "{" F ",\"schema\":{\"kinds\":{\"x\":5}}}", V, 1, 63, "the kind x is no object" },
  { "schema-no-plural", "{" F ",\"schema\":{\"kinds\":{\"x\":{}}}}", M, 1, 64, "the kind x has no plural" },
  { "schema-plural-number", "{" F ",\"schema\":{\"kinds\":{\"x\":{\"plural\":5}}}}", V, 1, 73, "plural is no text" },
  { "schema-bad-name", "{" F ",\"schema\":{\"kinds\":{\"X Y\":{\"plural\":\"xs\"}}}}", V, 1, 0, "a name is made of lower-case letters" },
  { "schema-taken", "{" F ",\n\"schema\":{\"kinds\":{\n\"household\":{\"plural\":\"homes\"}}}}", RUA_ERROR_DUPLICATE, 3, 0, "already a kind of this name" },
  { "schema-taken-by-document", "{" F ",\n\"schema\":{\"kinds\":{\n\"x\":{\"plural\":\"version\"}}}}", RUA_ERROR_DUPLICATE, 3, 0, "another part of a document" },
  { "schema-no-type", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{}}}}}", M, 1, 78, "the field household.x has no type" },
  { "schema-type", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{\"type\":\"numbr\"}}}}}", V, 1, 92, "did you mean 'number'?" },
  { "schema-type-number", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{\"type\":5,\"unit\":\"m\"}}}}}", V, 1, 85, "the type is no text" },
  { "schema-privacy", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{\"type\":\"text\",\"privacy\":\"secret\"}}}}}", V, 1, 110, "public, personal or sensitive" },
  { "schema-required", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{\"type\":\"text\",\"required\":1}}}}}", V, 1, 103, "required is a number" },
  { "schema-tokens", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{\"type\":\"token\",\"tokens\":\"a b\"}}}}}", V, 1, 102, "tokens is no list" },
  { "schema-no-tokens", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{\"type\":\"token\"}}}}}", M, 1, 0, "needs its list of words" },
  { "schema-no-target", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{\"type\":\"reference\"}}}}}", M, 1, 0, "tell its target" },
  { "schema-target", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":{\"type\":\"reference\",\"target\":\"houshold\"}}}}}", RUA_ERROR_UNKNOWN_NAME, 1, 0, "did you mean 'household'?" },
  { "schema-field-of-nothing", "{" F ",\"schema\":{\"fields\":{\"houshold\":{\"x\":{\"type\":\"text\"}}}}}", RUA_ERROR_UNKNOWN_NAME, 1, 0, "no kind 'houshold'" },
  { "schema-field-taken", "{" F ",\"schema\":{\"fields\":{\"household\":{\"name\":{\"type\":\"text\"}}}}}", RUA_ERROR_DUPLICATE, 1, 0, "already has a field of this name" },
  { "schema-field-number", "{" F ",\"schema\":{\"fields\":{\"household\":{\"x\":5}}}}", V, 1, 77, "the field household.x is no object" },
  { "schema-fields-number", "{" F ",\"schema\":{\"fields\":{\"household\":5}}}", V, 1, 72, "the fields of household are no object" },
};

#undef F
#undef V
#undef M

static void
test_broken (gconstpointer data)
{
  const Broken *c = data;
  g_autoptr (RuaFault) fault = only_fault (c->text);
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = rua_fault_to_string (fault);

  g_assert_cmpint (rua_fault_get_code (fault), ==, c->code);
  g_assert_cmpuint (rua_fault_get_line (fault), ==, c->line);
  g_assert_cmpuint (rua_fault_get_column (fault), ==, c->column);
  g_assert_nonnull (strstr (line, c->part));
  alliance = case_read (c->text, &error);
  g_assert_null (alliance);
  g_assert_error (error, RUA_ERROR, (int) c->code);
  g_assert_true (g_str_has_prefix (error->message, line));
}

/* Faults of values before a syntax error are told with it; of references nothing can be said. */
static void
test_faults_before_syntax_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = case_read (CASE_HEAD ",\n\"households\": [{\"id\": 5},\n{\"id\": \"h\", \"village\": \"v\"},\n{\"id\" \"x\"}]}", &error);
  g_auto (GStrv) lines = NULL;

  g_assert_null (alliance);
  lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  g_assert_true (g_str_has_prefix (lines[0], "test.json:4:23: household #1: id: a number"));
  g_assert_true (g_str_has_prefix (lines[1], "test.json:6:7: "));
}

/* All faults at once, in the order of the file, up to the limit; the rest is counted. */
static void
test_many_faults (void)
{
  g_autoptr (GString) text = g_string_new (CASE_HEAD ",\n\"households\": [");
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GListModel) list = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  guint64 last = 0;

  for (guint i = 0; i < 250; i++)
    g_string_append_printf (text, "%s\n{\"id\": \"h%u\", \"name\": %u}", i > 0 ? "," : "", i, i);
  g_string_append (text, "]}");
  json = g_bytes_new (text->str, text->len);
  list = rua_alliance_validate_json (json, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 100);
  for (guint i = 0; i < 100; i++) {
    g_autoptr (RuaFault) fault = g_list_model_get_item (list, i);
    g_assert_cmpuint (rua_fault_get_line (fault), ==, 5 + i);
    g_assert_cmpuint (rua_fault_get_line (fault), >, last);
    last = rua_fault_get_line (fault);
  }
  alliance = case_read (text->str, &error);
  g_assert_null (alliance);
  g_assert_true (g_str_has_suffix (error->message, "… and 150 more"));
}

static void
test_long_value_is_shortened (void)
{
  g_autoptr (GString) value = g_string_new (NULL);
  g_autofree char *record = NULL, *text = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (value, "寨");
  record = g_strdup_printf ("{\"made\":\"%s\"}", value->str);
  text = case_things (record);
  alliance = case_read (text, &error);
  g_assert_null (alliance);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), <, 400);
  g_assert_nonnull (strstr (error->message, "寨…"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/faults-before-syntax-error", test_faults_before_syntax_error);
  g_test_add_func ("/document/many-faults", test_many_faults);
  g_test_add_func ("/document/long-value-is-shortened", test_long_value_is_shortened);
  for (guint i = 0; i < G_N_ELEMENTS (value_faults); i++) {
    g_autofree char *path = g_strdup_printf ("/document/fault/%s", value_faults[i].name);
    g_test_add_data_func (path, &value_faults[i], test_fault);
  }
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autofree char *path = g_strdup_printf ("/document/broken/%s", broken[i].name);
    g_test_add_data_func (path, &broken[i], test_broken);
  }
  return g_test_run ();
}
