/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-schema-forms.h"

#include <string.h>

#include "rua-json-reader-private.h"

static const char shared[] =
    "// Types of the JSON document of a rural-urban alliance.\n"
    "\n"
    "/** The same text in one language, or in several by tags of BCP 47. */\n"
    "export type Texts = string | { [language: string]: string };\n"
    "\n"
    "/** ISO 8601: \"2014\", \"2014-09\" or \"2014-09-15\". */\n"
    "export type DateText = string;\n"
    "\n"
    "/** The id of a record of the kind. */\n"
    "export type IdOf<_Kind extends string> = string;\n"
    "\n"
    "/** A record of any kind: \"kind/id\". */\n"
    "export type AnyReference = `${string}/${string}`;\n"
    "\n"
    "/** Anything that JSON can hold. */\n"
    "export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };\n"
    "\n"
    "/** A field of one's own. */\n"
    "export interface OwnField {\n"
    "  type: \"text\" | \"texts\" | \"token\" | \"boolean\" | \"integer\" | \"number\" | \"money\" | \"date\" | \"reference\" | \"text-list\" | \"reference-list\" | \"json\";\n"
    "  unit?: string;\n"
    "  target?: string;\n"
    "  tokens?: string[];\n"
    "  required?: boolean;\n"
    "  privacy?: \"public\" | \"personal\" | \"sensitive\";\n"
    "  doc?: string;\n"
    "}\n"
    "\n"
    "/** Kinds and fields of one's own. */\n"
    "export interface OwnSchema {\n"
    "  kinds?: { [kind: string]: { plural: string; doc?: string; fields?: { [field: string]: OwnField } } };\n"
    "  fields?: { [kind: string]: { [field: string]: OwnField } };\n"
    "}\n";

static void
put_comment (GString *out, const char *indent, const char *text)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *safe = NULL, *line = NULL;

  if (text == NULL || *text == '\0')
    return;
  parts = g_strsplit (text, "*/", -1);
  safe = g_strjoinv ("* /", parts);
  line = g_strdelimit (g_strdup (safe), "\r\n", ' ');
  g_string_append_printf (out, "%s/** %s */\n", indent, line);
}

/* household-member → HouseholdMember; a built-in kind's class without its prefix. */
static char *
interface_name (RuaKind *kind)
{
  GString *name;

  if (!rua_kind_is_own (kind))
    return g_strdup (g_type_name (rua_kind_get_record_type (kind)) + strlen ("Rua"));
  name = g_string_new ("Own");
  for (const char *p = rua_kind_get_name (kind); *p != '\0'; p++) {
    gboolean begins = p == rua_kind_get_name (kind) || p[-1] == '-' || p[-1] == '_';
    if (*p != '-' && *p != '_')
      g_string_append_c (name, begins ? g_ascii_toupper (*p) : *p);
  }
  return g_string_free (name, FALSE);
}

static void
put_reference (GString *out, const char *target)
{
  if (g_strcmp0 (target, "*") == 0)
    g_string_append (out, "AnyReference");
  else
    g_string_append_printf (out, "IdOf<\"%s\">", target);
}

static void
put_type (GString *out, RuaField *field)
{
  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXT:
    g_string_append (out, "string");
    break;
  case RUA_FIELD_TYPE_TEXTS:
    g_string_append (out, "Texts");
    break;
  case RUA_FIELD_TYPE_TOKEN:
    for (const char *const *token = rua_field_get_tokens (field); token != NULL && *token != NULL; token++) {
      if (token != rua_field_get_tokens (field))
        g_string_append (out, " | ");
      rua_json_append_string (out, *token, strlen (*token));
    }
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    g_string_append (out, "boolean");
    break;
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
    g_string_append (out, "number");
    break;
  case RUA_FIELD_TYPE_DATE:
    g_string_append (out, "DateText");
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    put_reference (out, rua_field_get_target (field));
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
    g_string_append (out, "string[]");
    break;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    put_reference (out, rua_field_get_target (field));
    g_string_append (out, "[]");
    break;
  case RUA_FIELD_TYPE_JSON:
  default:
    g_string_append (out, "Json");
    break;
  }
}

static void
put_field (GString *out, RuaField *field, gboolean takes_null)
{
  g_autoptr (GString) words = g_string_new (rua_field_get_doc (field));

  if (rua_field_get_unit (field) != NULL)
    g_string_append_printf (words, "%sUnit: %s.", words->len > 0 ? " " : "", rua_field_get_unit (field));
  if (rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC)
    g_string_append_printf (words, "%s%s.", words->len > 0 ? " " : "", rua_field_get_privacy (field) == RUA_PRIVACY_PERSONAL ? "Personal" : "Sensitive");
  put_comment (out, "  ", words->str);
  g_string_append_printf (out, "  %s%s: ", rua_field_get_name (field), rua_field_get_required (field) ? "" : "?");
  put_type (out, field);
  g_string_append (out, takes_null && !rua_field_get_required (field) ? " | null;\n" : ";\n");
}

/**
 * rua_schema_to_typescript:
 * @self: a schema
 *
 * Writes the schema as TypeScript: an interface for each kind, and `AllianceDocument` for the JSON
 * document as a whole. Interfaces of kinds of one's own begin with `Own`.
 *
 * Returns: (transfer full): the declarations, which end with a line end
 *
 * Since: 1.0
 */
char *
rua_schema_to_typescript (RuaSchema *self)
{
  g_autoptr (GString) out = NULL, members = NULL;
  g_autoptr (GListModel) kinds = NULL;

  g_return_val_if_fail (RUA_IS_SCHEMA (self), NULL);

  out = g_string_new (shared);
  members = g_string_new (NULL);
  kinds = rua_schema_list_kinds (self);
  for (guint i = 0; i < g_list_model_get_n_items (kinds); i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
    g_autofree char *name = interface_name (kind);
    gboolean is_profile = g_str_equal (rua_kind_get_name (kind), RUA_PROFILE_KIND);

    g_string_append_c (out, '\n');
    put_comment (out, "", rua_kind_get_doc (kind));
    g_string_append_printf (out, "export interface %s {\n", name);
    for (guint k = 0; k < rua_kind_get_n_fields (kind); k++)
      put_field (out, rua_kind_get_field (kind, k), g_str_equal (rua_kind_get_name (kind), RUA_NULLABLE_KIND));
    g_string_append (out, "  [member: string]: unknown;\n}\n");
    g_string_append_printf (members, "  %s?: %s%s;\n", rua_kind_get_plural (kind), name, is_profile ? "" : "[]");
    if (is_profile)
      g_string_append (members, "  schema?: OwnSchema;\n");
  }
  g_string_append_printf (out,
                          "\n/** The document. Members that a reader does not know are kept. */\n"
                          "export interface AllianceDocument {\n"
                          "  format: \"" RUA_DOCUMENT_FORMAT "\";\n"
                          "  version: " G_STRINGIFY (RUA_DOCUMENT_VERSION) ";\n"
                          "%s  [member: string]: unknown;\n}\n",
                          members->str);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
