/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-schema-forms.h"

#include <string.h>

#include "rua-json-reader-private.h"
#include "rua-schema-private.h"

static void
put (RuaJsonWriter *writer, const char *name, const char *text)
{
  rua_json_writer_name (writer, name);
  rua_json_writer_string (writer, text);
}

static void
put_ref (RuaJsonWriter *writer, const char *definition)
{
  g_autofree char *ref = g_strconcat ("#/$defs/", definition, NULL);

  put (writer, "$ref", ref);
}

static void
put_items (RuaJsonWriter *writer, const char *definition)
{
  put (writer, "type", "array");
  rua_json_writer_name (writer, "items");
  rua_json_writer_begin_object (writer, TRUE);
  put_ref (writer, definition);
  rua_json_writer_end_object (writer);
}

/* The keywords that say what a value of the type looks like. */
static void
put_type (RuaJsonWriter *writer, RuaField *field)
{
  gboolean any = g_strcmp0 (rua_field_get_target (field), "*") == 0;

  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXT:
    if (rua_field_get_index (field) == 0)
      put_ref (writer, "Id");
    else
      put (writer, "type", "string");
    break;
  case RUA_FIELD_TYPE_TEXTS:
    put_ref (writer, "Texts");
    break;
  case RUA_FIELD_TYPE_TOKEN:
    rua_json_writer_name (writer, "enum");
    rua_json_writer_begin_array (writer, TRUE);
    for (const char *const *token = rua_field_get_tokens (field); token != NULL && *token != NULL; token++)
      rua_json_writer_string (writer, *token);
    rua_json_writer_end_array (writer);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    put (writer, "type", "boolean");
    break;
  case RUA_FIELD_TYPE_INTEGER:
    put_ref (writer, "Integer");
    break;
  case RUA_FIELD_TYPE_NUMBER:
    put (writer, "type", "number");
    break;
  case RUA_FIELD_TYPE_MONEY:
    put_ref (writer, "Money");
    break;
  case RUA_FIELD_TYPE_DATE:
    put_ref (writer, "Date");
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    put_ref (writer, any ? "AnyReference" : "Id");
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
    put (writer, "type", "array");
    rua_json_writer_name (writer, "items");
    rua_json_writer_begin_object (writer, TRUE);
    put (writer, "type", "string");
    rua_json_writer_end_object (writer);
    break;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    put_items (writer, any ? "AnyReference" : "Id");
    break;
  case RUA_FIELD_TYPE_JSON:
  default:
    rua_json_writer_name (writer, "not");
    rua_json_writer_begin_object (writer, TRUE);
    put (writer, "type", "null");
    rua_json_writer_end_object (writer);
    break;
  }
}

static const char *
privacy_word (RuaField *field)
{
  switch (rua_field_get_privacy (field)) {
  case RUA_PRIVACY_PERSONAL:
    return "personal";
  case RUA_PRIVACY_SENSITIVE:
    return "sensitive";
  case RUA_PRIVACY_PUBLIC:
  default:
    return NULL;
  }
}

static void
put_field (RuaJsonWriter *writer, RuaField *field, gboolean takes_null)
{
  rua_json_writer_name (writer, rua_field_get_name (field));
  rua_json_writer_begin_object (writer, TRUE);
  if (rua_field_get_doc (field) != NULL)
    put (writer, "description", rua_field_get_doc (field));
  if (rua_field_get_unit (field) != NULL)
    put (writer, "x-unit", rua_field_get_unit (field));
  if (rua_field_get_target (field) != NULL)
    put (writer, "x-target", rua_field_get_target (field));
  if (privacy_word (field) != NULL)
    put (writer, "x-privacy", privacy_word (field));
  if (rua_field_get_since (field) != NULL)
    put (writer, "x-since", rua_field_get_since (field));
  if (takes_null) {
    rua_json_writer_name (writer, "anyOf");
    rua_json_writer_begin_array (writer, TRUE);
    rua_json_writer_begin_object (writer, TRUE);
    put_type (writer, field);
    rua_json_writer_end_object (writer);
    rua_json_writer_begin_object (writer, TRUE);
    put (writer, "type", "null");
    rua_json_writer_end_object (writer);
    rua_json_writer_end_array (writer);
  } else {
    put_type (writer, field);
  }
  rua_json_writer_end_object (writer);
}

static void
put_kind (RuaJsonWriter *writer, RuaKind *kind)
{
  gboolean takes_null = g_str_equal (rua_kind_get_name (kind), RUA_NULLABLE_KIND);
  guint n_required = 0;

  rua_json_writer_name (writer, rua_kind_get_name (kind));
  rua_json_writer_begin_object (writer, FALSE);
  if (rua_kind_get_doc (kind) != NULL)
    put (writer, "description", rua_kind_get_doc (kind));
  put (writer, "type", "object");
  rua_json_writer_name (writer, "properties");
  rua_json_writer_begin_object (writer, FALSE);
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    n_required += rua_field_get_required (field);
    put_field (writer, field, takes_null && !rua_field_get_required (field));
  }
  rua_json_writer_end_object (writer);
  if (n_required > 0) {
    rua_json_writer_name (writer, "required");
    rua_json_writer_begin_array (writer, TRUE);
    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++)
      if (rua_field_get_required (rua_kind_get_field (kind, i)))
        rua_json_writer_string (writer, rua_field_get_name (rua_kind_get_field (kind, i)));
    rua_json_writer_end_array (writer);
  }
  rua_json_writer_end_object (writer);
}

/* What fields share. Their names begin with a capital, those of kinds with a small letter. */
static const char definitions[] =
    "{\"Id\":{\"description\":\"What a record is called among those of its kind.\",\"type\":\"string\",\"minLength\":1},"
    "\"AnyReference\":{\"description\":\"A record of any kind: its kind, a slash, its id.\",\"type\":\"string\",\"pattern\":\"^[^/]+/(.|\\n)+$\"},"
    "\"Texts\":{\"description\":\"The same text in one language or several, by tags of BCP 47.\",\"oneOf\":[{\"type\":\"string\"},"
    "{\"type\":\"object\",\"minProperties\":1,\"propertyNames\":{\"pattern\":\"^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$\",\"minLength\":2,\"maxLength\":35},"
    "\"additionalProperties\":{\"type\":\"string\"}}]},"
    "\"Date\":{\"description\":\"ISO 8601: a year, a month or a day.\",\"type\":\"string\","
    "\"pattern\":\"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$\"},"
    "\"Integer\":{\"type\":\"integer\",\"minimum\":-9223372036854775808,\"maximum\":9223372036854775807},"
    "\"Money\":{\"description\":\"An amount in the alliance's currency, with at most the currency's decimals.\",\"type\":\"number\"},"
    "\"OwnField\":{\"description\":\"A field of one's own.\",\"type\":\"object\",\"properties\":{\"type\":{\"enum\":[\"text\",\"texts\",\"token\","
    "\"boolean\",\"integer\",\"number\",\"money\",\"date\",\"reference\",\"text-list\",\"reference-list\",\"json\"]},\"unit\":{\"type\":\"string\"},"
    "\"target\":{\"type\":\"string\"},\"tokens\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"required\":{\"type\":\"boolean\"},"
    "\"privacy\":{\"enum\":[\"public\",\"personal\",\"sensitive\"]},\"doc\":{\"type\":\"string\"}},\"required\":[\"type\"]},"
    "\"OwnKind\":{\"description\":\"A kind of one's own.\",\"type\":\"object\",\"properties\":{\"plural\":{\"type\":\"string\"},\"doc\":{\"type\":\"string\"},"
    "\"fields\":{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/OwnField\"}}},\"required\":[\"plural\"]},"
    "\"OwnSchema\":{\"description\":\"Kinds and fields of one's own.\",\"type\":\"object\",\"properties\":{\"kinds\":{\"type\":\"object\","
    "\"additionalProperties\":{\"$ref\":\"#/$defs/OwnKind\"}},\"fields\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\","
    "\"additionalProperties\":{\"$ref\":\"#/$defs/OwnField\"}}}}}}";

/**
 * rua_schema_to_json_schema:
 * @self: a schema
 *
 * Writes the schema as a JSON Schema (draft 2020-12) of the document of an alliance, with the fields
 * and kinds of one's own. It says what a record looks like; that ids stand once and references lead
 * somewhere no such schema can say, so a document that it takes may still have faults.
 *
 * Unit, target, privacy class and version of a field are told as `x-unit`, `x-target`, `x-privacy`
 * and `x-since`.
 *
 * Returns: (transfer full): the JSON, which ends with a line end
 *
 * Since: 1.0
 */
char *
rua_schema_to_json_schema (RuaSchema *self)
{
  g_autoptr (GString) out = NULL;
  g_autoptr (RuaJsonWriter) writer = NULL;
  g_autoptr (GListModel) kinds = NULL;
  guint n;

  g_return_val_if_fail (RUA_IS_SCHEMA (self), NULL);

  out = g_string_new (NULL);
  writer = rua_json_writer_new (out, TRUE);
  kinds = rua_schema_list_kinds (self);
  n = g_list_model_get_n_items (kinds);
  rua_json_writer_begin_object (writer, FALSE);
  put (writer, "$schema", "https://json-schema.org/draft/2020-12/schema");
  put (writer, "title", "Document of a rural-urban alliance");
  put (writer, "type", "object");
  rua_json_writer_name (writer, "required");
  rua_json_writer_raw (writer, "[\"format\",\"version\"]", TRUE);
  rua_json_writer_name (writer, "properties");
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "format");
  rua_json_writer_raw (writer, "{\"const\":\"" RUA_DOCUMENT_FORMAT "\"}", TRUE);
  rua_json_writer_name (writer, "version");
  rua_json_writer_raw (writer, "{\"const\":" G_STRINGIFY (RUA_DOCUMENT_VERSION) "}", TRUE);
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
    gboolean is_profile = g_str_equal (rua_kind_get_name (kind), RUA_PROFILE_KIND);

    rua_json_writer_name (writer, rua_kind_get_plural (kind));
    rua_json_writer_begin_object (writer, TRUE);
    if (is_profile)
      put_ref (writer, RUA_PROFILE_KIND);
    else
      put_items (writer, rua_kind_get_name (kind));
    rua_json_writer_end_object (writer);
    if (is_profile) {
      rua_json_writer_name (writer, "schema");
      rua_json_writer_raw (writer, "{\"$ref\":\"#/$defs/OwnSchema\"}", TRUE);
    }
  }
  rua_json_writer_end_object (writer);
  rua_json_writer_name (writer, "$defs");
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_members (writer, definitions, TRUE);
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
    put_kind (writer, kind);
  }
  rua_json_writer_end_object (writer);
  rua_json_writer_end_object (writer);
  g_string_append_c (out, '\n');
  return g_string_free (g_steal_pointer (&out), FALSE);
}
