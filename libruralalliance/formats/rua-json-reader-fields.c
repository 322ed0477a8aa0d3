/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-json-reader-private.h"

#include <math.h>
#include <string.h>

#include "rua-cell-json-private.h"
#include "rua-nearest-private.h"
#include "rua-schema-private.h"

static const char *
expected_words (RuaFieldType type)
{
  switch (type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
    return "a text";
  case RUA_FIELD_TYPE_TEXTS:
    return "a text, or an object of texts by language";
  case RUA_FIELD_TYPE_BOOLEAN:
    return "true or false";
  case RUA_FIELD_TYPE_INTEGER:
    return "a whole number";
  case RUA_FIELD_TYPE_NUMBER:
    return "a number";
  case RUA_FIELD_TYPE_MONEY:
    return "an amount of money";
  case RUA_FIELD_TYPE_DATE:
    return "a date";
  case RUA_FIELD_TYPE_REFERENCE:
    return "an id";
  case RUA_FIELD_TYPE_TEXT_LIST:
    return "a list of texts";
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return "a list of ids";
  case RUA_FIELD_TYPE_JSON:
  default:
    return "a value";
  }
}

static const char *
mend_type (RuaFieldType type, RuaJsonToken token)
{
  if (token == RUA_JSON_TOKEN_NULL)
    return "leave the member out: unknown values are not written";
  switch (type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
    return "write it in quotation marks";
  case RUA_FIELD_TYPE_TEXTS:
    return "write {\"en\": \"…\"}, or one text in quotation marks";
  case RUA_FIELD_TYPE_BOOLEAN:
    return "write true or false without quotation marks";
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
    return token == RUA_JSON_TOKEN_STRING ? "write it without quotation marks, unit and separators" : "write a number";
  case RUA_FIELD_TYPE_MONEY:
    return token == RUA_JSON_TOKEN_STRING ? "write it without quotation marks, currency and separators" : "write the amount as a number";
  case RUA_FIELD_TYPE_DATE:
    return "write \"2014\", \"2014-09\" or \"2014-09-15\", in quotation marks";
  case RUA_FIELD_TYPE_REFERENCE:
    return "write the record's id in quotation marks";
  case RUA_FIELD_TYPE_TEXT_LIST:
    return "write [\"…\", \"…\"]";
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return "write the records' ids: [\"…\", \"…\"]";
  case RUA_FIELD_TYPE_JSON:
  default:
    return NULL;
  }
}

static gboolean
refuse_type (RuaJsonReader *self, const RuaJsonField *field, RuaJsonToken token)
{
  rua_json_reader_fault (self, field->field, RUA_ERROR_VALUE, NULL, mend_type (field->type, token),
                         "%s stands where %s is expected", rua_json_token_words (token), expected_words (field->type));
  rua_appender_excuse (self->appender, field->index);
  return rua_json_reader_skip (self);
}

/* A fault of the field's value, which is then not called missing too. */
#define refuse(self, told_field, ...) \
  G_STMT_START { \
    rua_json_reader_fault (self, (told_field)->field, __VA_ARGS__); \
    rua_appender_excuse ((self)->appender, (told_field)->index); \
  } G_STMT_END

/* What the table itself refuses beyond what is checked here. */
static gboolean
told (RuaJsonReader *self, const RuaJsonField *field, gboolean done, GError *error)
{
  if (G_UNLIKELY (!done)) {
    refuse (self, field, (RuaError) error->code, "", NULL, "%s", error->message);
    g_error_free (error);
  }
  return TRUE;
}

static gboolean
put_text (RuaJsonReader *self, const RuaJsonField *field, const char *text, gsize length)
{
  GError *error = NULL;
  gboolean done = rua_appender_set_text (self->appender, field->index, text, (gssize) length, &error);

  return told (self, field, done, error);
}

/* Many short texts make a long cell. */
static gboolean
is_short (RuaJsonReader *self, const RuaJsonField *field)
{
  if (G_LIKELY (self->packed->len <= self->limits.cell))
    return TRUE;
  refuse (self, field, RUA_ERROR_LIMIT, "", "make it shorter, or raise the limit of a cell", "the value has %" G_GSIZE_FORMAT " bytes, more than the %u allowed",
          self->packed->len, self->limits.cell);
  return FALSE;
}

static gboolean
put_packed (RuaJsonReader *self, const RuaJsonField *field)
{
  GError *error = NULL;
  gboolean done;

  if (!is_short (self, field))
    return TRUE;
  done = rua_appender_set_packed (self->appender, field->index, self->packed->str, self->packed->len, &error);

  return told (self, field, done, error);
}

static gboolean
put_id (RuaJsonReader *self, const RuaJsonField *field, const char *text, gsize length)
{
  GError *error = NULL;

  if (length == 0) {
    refuse (self, field, RUA_ERROR_VALUE, "", "give the record an id that no other of its kind has", "the id is empty");
    return TRUE;
  }
  g_string_append_len (self->id, text, (gssize) length);
  if (rua_appender_set_text (self->appender, field->index, text, (gssize) length, &error))
    return TRUE;
  if (g_error_matches (error, RUA_ERROR, RUA_ERROR_DUPLICATE)) {
    refuse (self, field, RUA_ERROR_DUPLICATE, NULL, "give one of the two another id",
            "the %s in line %" G_GUINT64_FORMAT " has this id already", rua_kind_get_name (self->kind),
            rua_appender_find_line (self->appender, text, length));
    g_error_free (error);
    return TRUE;
  }
  return told (self, field, FALSE, error);
}

/* ---- single values ---- */

static gboolean
read_token (RuaJsonReader *self, const RuaJsonField *field)
{
  gsize length;
  const char *text = rua_json_scanner_peek_text (self->scanner, &length);
  const char *const *tokens = rua_field_get_tokens (field->field);

  if (!rua_field_has_token (field->field, text, length)) {
    g_autofree char *words = g_strjoinv (", ", (char **) tokens);
    g_autofree char *one_of = g_strdup_printf ("write one of %s", words);
    g_autofree char *mend = NULL;
    RuaNearest nearest;

    rua_nearest_init (&nearest, rua_json_scanner_get_text (self->scanner, NULL));
    for (guint i = 0; tokens != NULL && tokens[i] != NULL; i++)
      rua_nearest_offer (&nearest, tokens[i]);
    /* The nearest word of a withheld value would tell it. */
    mend = rua_field_get_privacy (field->field) == RUA_PRIVACY_PUBLIC ? rua_nearest_mend (&nearest, one_of) : g_strdup (one_of);
    refuse (self, field, RUA_ERROR_VALUE, NULL, mend, "this is none of the words of the field");
    return TRUE;
  }
  return put_text (self, field, text, length);
}

static gboolean
read_boolean (RuaJsonReader *self, const RuaJsonField *field, gboolean value)
{
  GError *error = NULL;
  gboolean done = rua_appender_set_boolean (self->appender, field->index, value, &error);

  return told (self, field, done, error);
}

static gboolean
read_integer (RuaJsonReader *self, const RuaJsonField *field)
{
  GError *error = NULL;
  gboolean done;
  gint64 value;
  gsize length;
  const char *text = rua_json_scanner_peek_text (self->scanner, &length);

  if (!rua_integer_parse (text, length, &value)) {
    if (memchr (text, '.', length) != NULL || memchr (text, 'e', length) != NULL || memchr (text, 'E', length) != NULL)
      refuse (self, field, RUA_ERROR_VALUE, NULL, "write it without decimal point and exponent",
                             "this is not written as a whole number");
    else
      refuse (self, field, RUA_ERROR_LIMIT, NULL, "write a number between -9223372036854775808 and 9223372036854775807",
                             "the whole number is beyond the range of 64 bits");
    return TRUE;
  }
  done = rua_appender_set_integer (self->appender, field->index, value, &error);
  return told (self, field, done, error);
}

static gboolean
read_number (RuaJsonReader *self, const RuaJsonField *field)
{
  GError *error = NULL;
  gboolean done;
  double value;
  gsize length;
  const char *text = rua_json_scanner_peek_text (self->scanner, &length);

  if (!rua_number_parse (text, length, &value)) {
    refuse (self, field, RUA_ERROR_LIMIT, NULL, "write a number between 1e-307 and 1e308 in size",
                           "the number is beyond the range of a double");
    return TRUE;
  }
  done = rua_appender_set_number (self->appender, field->index, value, &error);
  return told (self, field, done, error);
}

static gboolean
read_money (RuaJsonReader *self, const RuaJsonField *field)
{
  GError *error = NULL;
  gboolean done;
  gint64 minor;
  gsize length;
  const char *text = rua_json_scanner_peek_text (self->scanner, &length);

  if (!rua_money_parse (text, length, self->digits, &minor)) {
    double value;
    if (!rua_number_parse (text, length, &value) || fabs (value) * pow (10, self->digits) > 9.2e18) {
      refuse (self, field, RUA_ERROR_LIMIT, NULL, "check its decimal point",
                             "the amount is beyond the range of 64-bit minor units");
    } else {
      g_autofree char *mend = g_strdup_printf (self->digits == 0 ? "round it to a whole number"
                                                                 : "round it to at most %u decimals",
                                               self->digits);
      refuse (self, field, RUA_ERROR_VALUE, NULL, mend, "the amount has more decimals than its currency");
    }
    return TRUE;
  }
  done = rua_appender_set_money (self->appender, field->index, minor, &error);
  return told (self, field, done, error);
}

static gboolean
read_date (RuaJsonReader *self, const RuaJsonField *field)
{
  GError *error = NULL;
  gboolean done;
  RuaDatePacked packed;
  gsize length;
  const char *text = rua_json_scanner_peek_text (self->scanner, &length);

  if (!rua_date_parse_packed (text, length, &packed)) {
    refuse (self, field, RUA_ERROR_VALUE, NULL, "write \"2014\", \"2014-09\" or \"2014-09-15\", a day that exists",
                           "this is not a date");
    return TRUE;
  }
  done = rua_appender_set_date (self->appender, field->index, text, (gssize) length, &error);
  return told (self, field, done, error);
}

/* ---- references ---- */

static gboolean
check_reference (RuaJsonReader *self, const RuaJsonField *field, const char *text, gsize length)
{
  const char *slash;
  g_autofree char *kind = NULL, *mend = NULL;
  RuaSchema *schema;

  if (length == 0) {
    refuse (self, field, RUA_ERROR_REFERENCE, "", "leave the member out: unknown values are not written", "the id is empty");
    return FALSE;
  }
  if (g_strcmp0 (rua_field_get_target (field->field), "*") != 0)
    return TRUE;
  slash = memchr (text, '/', length);
  if (slash == NULL || slash == text || slash == text + length - 1) {
    refuse (self, field, RUA_ERROR_REFERENCE, NULL, "write kind and id, such as \"household/h12\"",
                           "the reference does not say which kind of record it means");
    return FALSE;
  }
  kind = g_strndup (text, (gsize) (slash - text));
  schema = rua_alliance_get_schema (self->alliance);
  if (rua_schema_find_kind (schema, kind) == NULL) {
    g_autoptr (GListModel) kinds = rua_schema_list_kinds (schema);
    RuaNearest nearest;

    rua_nearest_init (&nearest, kind);
    for (guint i = 0; i < g_list_model_get_n_items (kinds); i++) {
      g_autoptr (RuaKind) other = g_list_model_get_item (kinds, i);
      rua_nearest_offer (&nearest, rua_kind_get_name (other));
    }
    mend = rua_nearest_mend (&nearest, "write kind and id, such as \"household/h12\"");
    refuse (self, field, RUA_ERROR_REFERENCE, NULL, mend, "there is no such kind of record");
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_reference (RuaJsonReader *self, const RuaJsonField *field)
{
  GError *error = NULL;
  gboolean done;
  gsize length;
  const char *text = rua_json_scanner_peek_text (self->scanner, &length);

  if (!check_reference (self, field, text, length))
    return TRUE;
  done = rua_appender_set_reference (self->appender, field->index, text, (gssize) length, &error);
  return told (self, field, done, error);
}

/* ---- texts and lists ---- */

static gboolean
read_texts (RuaJsonReader *self, const RuaJsonField *field, RuaJsonToken token)
{
  const char *text;
  gsize length;
  gboolean is_good = TRUE;

  g_string_truncate (self->packed, 0);
  if (token == RUA_JSON_TOKEN_STRING) {
    text = rua_json_scanner_peek_text (self->scanner, &length);
    g_string_append_c (self->packed, '\0');
    g_string_append_len (self->packed, text, (gssize) length);
    g_string_append_c (self->packed, '\0');
    return put_packed (self, field);
  }
  for (;;) {
    token = rua_json_reader_next (self);
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (token == RUA_JSON_TOKEN_OBJECT_END)
      break;
    text = rua_json_scanner_peek_text (self->scanner, &length);
    if (!rua_texts_is_language (text, length)) {
      refuse (self, field, RUA_ERROR_VALUE, NULL, "write a tag of BCP 47, such as \"en\", \"zh\" or \"zh-Hant\"",
                             "this is not the tag of a language");
      is_good = FALSE;
    }
    if (length != strlen (RUA_LANGUAGE_UNDETERMINED) || memcmp (text, RUA_LANGUAGE_UNDETERMINED, length) != 0)
      g_string_append_len (self->packed, text, (gssize) length);
    g_string_append_c (self->packed, '\0');
    token = rua_json_reader_next (self);
    if (token != RUA_JSON_TOKEN_STRING) {
      if (token == RUA_JSON_TOKEN_ERROR)
        return FALSE;
      refuse (self, field, RUA_ERROR_VALUE, NULL, mend_type (RUA_FIELD_TYPE_TEXT, token),
                             "%s stands where a text is expected", rua_json_token_words (token));
      is_good = FALSE;
      if (!rua_json_reader_skip (self))
        return FALSE;
      continue;
    }
    text = rua_json_scanner_peek_text (self->scanner, &length);
    g_string_append_len (self->packed, text, (gssize) length);
    g_string_append_c (self->packed, '\0');
  }
  if (is_good && self->packed->len == 0) {
    refuse (self, field, RUA_ERROR_VALUE, "", "leave the member out: unknown values are not written",
                           "there is no text in any language");
    return TRUE;
  }
  return is_good ? put_packed (self, field) : TRUE;
}

static gboolean
read_list (RuaJsonReader *self, const RuaJsonField *field)
{
  g_string_truncate (self->packed, 0);
  for (;;) {
    RuaJsonToken token = rua_json_reader_next (self);
    const char *text;
    gsize length;

    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (token == RUA_JSON_TOKEN_ARRAY_END)
      break;
    if (token != RUA_JSON_TOKEN_STRING) {
      refuse (self, field, RUA_ERROR_VALUE, NULL,
              token == RUA_JSON_TOKEN_NULL ? "leave it out of the list" : "write it in quotation marks",
              "%s stands where %s is expected", rua_json_token_words (token),
              field->type == RUA_FIELD_TYPE_TEXT_LIST ? "a text" : "an id");
      if (!rua_json_reader_skip (self))
        return FALSE;
      continue;
    }
    text = rua_json_scanner_peek_text (self->scanner, &length);
    /* The good ones are gone on with, since they may turn out to lead nowhere. */
    if (field->type == RUA_FIELD_TYPE_REFERENCE_LIST && !check_reference (self, field, text, length))
      continue;
    g_string_append_len (self->packed, text, (gssize) length);
    g_string_append_c (self->packed, '\0');
  }
  return put_packed (self, field);
}

gboolean
rua_json_reader_read_field (RuaJsonReader *self, const RuaJsonField *field, RuaJsonToken token)
{
  gsize length;
  const char *text;

  if (G_UNLIKELY (token == RUA_JSON_TOKEN_NULL)) {
    return self->takes_null ? TRUE : refuse_type (self, field, token);
  }
  switch (field->type) {
  case RUA_FIELD_TYPE_TEXT:
    if (token != RUA_JSON_TOKEN_STRING)
      break;
    text = rua_json_scanner_peek_text (self->scanner, &length);
    if (field->index == 0)
      return put_id (self, field, text, length);
    return put_text (self, field, text, length);
  case RUA_FIELD_TYPE_TEXTS:
    if (token != RUA_JSON_TOKEN_STRING && token != RUA_JSON_TOKEN_OBJECT_BEGIN)
      break;
    return read_texts (self, field, token);
  case RUA_FIELD_TYPE_TOKEN:
    if (token != RUA_JSON_TOKEN_STRING)
      break;
    return read_token (self, field);
  case RUA_FIELD_TYPE_BOOLEAN:
    if (token != RUA_JSON_TOKEN_TRUE && token != RUA_JSON_TOKEN_FALSE)
      break;
    return read_boolean (self, field, token == RUA_JSON_TOKEN_TRUE);
  case RUA_FIELD_TYPE_INTEGER:
    if (token != RUA_JSON_TOKEN_NUMBER)
      break;
    return read_integer (self, field);
  case RUA_FIELD_TYPE_NUMBER:
    if (token != RUA_JSON_TOKEN_NUMBER)
      break;
    return read_number (self, field);
  case RUA_FIELD_TYPE_MONEY:
    if (token != RUA_JSON_TOKEN_NUMBER)
      break;
    return read_money (self, field);
  case RUA_FIELD_TYPE_DATE:
    if (token != RUA_JSON_TOKEN_STRING)
      break;
    return read_date (self, field);
  case RUA_FIELD_TYPE_REFERENCE:
    if (token != RUA_JSON_TOKEN_STRING)
      break;
    return read_reference (self, field);
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    if (token != RUA_JSON_TOKEN_ARRAY_BEGIN)
      break;
    return read_list (self, field);
  case RUA_FIELD_TYPE_JSON:
    g_string_truncate (self->packed, 0);
    if (!rua_json_reader_copy (self, self->packed))
      return FALSE;
    if (!is_short (self, field))
      return TRUE;
    return put_text (self, field, self->packed->str, self->packed->len);
  default:
    break;
  }
  return refuse_type (self, field, token);
}
