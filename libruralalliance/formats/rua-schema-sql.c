/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-schema-forms.h"

#include <string.h>

/* "--" comments end with the line, so what they say has to stay on one. */
static void
put_comment (GString *out, const char *indent, const char *text)
{
  if (text == NULL)
    return;
  g_string_append_printf (out, "%s-- ", indent);
  for (const char *p = text; *p != '\0'; p++)
    g_string_append_c (out, *p == '\n' || *p == '\r' ? ' ' : *p);
  g_string_append_c (out, '\n');
}

static void
put_quoted (GString *out, char quote, const char *text)
{
  g_string_append_c (out, quote);
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == quote)
      g_string_append_c (out, quote);
    g_string_append_c (out, *p);
  }
  g_string_append_c (out, quote);
}

static const char *
column_type (RuaFieldType type)
{
  switch (type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    return "BOOLEAN";
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
    return "BIGINT";
  case RUA_FIELD_TYPE_NUMBER:
    return "DOUBLE PRECISION";
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_REFERENCE:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
  default:
    return "TEXT";
  }
}

/* What the type of the column does not tell. */
static const char *
column_words (RuaField *field)
{
  gboolean any = g_strcmp0 (rua_field_get_target (field), "*") == 0;

  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXTS:
    return "JSON: texts by language";
  case RUA_FIELD_TYPE_MONEY:
    return "minor units of the currency";
  case RUA_FIELD_TYPE_DATE:
    return "ISO 8601: year, month or day";
  case RUA_FIELD_TYPE_REFERENCE:
    return any ? "kind/id" : NULL;
  case RUA_FIELD_TYPE_TEXT_LIST:
    return "JSON: list of texts";
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return any ? "JSON: list of kind/id" : "JSON: list of ids";
  case RUA_FIELD_TYPE_JSON:
    return "JSON";
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  default:
    return NULL;
  }
}

static void
put_field_comment (GString *out, RuaField *field)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *line = NULL;

  if (rua_field_get_doc (field) != NULL)
    g_ptr_array_add (parts, g_strdup (rua_field_get_doc (field)));
  if (column_words (field) != NULL)
    g_ptr_array_add (parts, g_strdup_printf ("[%s]", column_words (field)));
  if (rua_field_get_unit (field) != NULL)
    g_ptr_array_add (parts, g_strdup_printf ("[unit: %s]", rua_field_get_unit (field)));
  if (rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC)
    g_ptr_array_add (parts, g_strdup (rua_field_get_privacy (field) == RUA_PRIVACY_PERSONAL ? "[personal]" : "[sensitive]"));
  if (parts->len == 0)
    return;
  g_ptr_array_add (parts, NULL);
  line = g_strjoinv (" ", (char **) parts->pdata);
  put_comment (out, "  ", line);
}

static void
put_field (GString *out, RuaSchema *schema, RuaField *field, gboolean is_last)
{
  RuaFieldType type = rua_field_get_field_type (field);
  const char *target = rua_field_get_target (field);

  put_field_comment (out, field);
  g_string_append (out, "  ");
  put_quoted (out, '"', rua_field_get_name (field));
  g_string_append_printf (out, " %s", column_type (type));
  if (rua_field_get_index (field) == 0)
    g_string_append (out, rua_field_get_required (field) ? " PRIMARY KEY" : " UNIQUE");
  if (rua_field_get_required (field))
    g_string_append (out, " NOT NULL");
  if (type == RUA_FIELD_TYPE_TOKEN) {
    g_string_append (out, " CHECK (");
    put_quoted (out, '"', rua_field_get_name (field));
    g_string_append (out, " IN (");
    for (const char *const *token = rua_field_get_tokens (field); token != NULL && *token != NULL; token++) {
      if (token != rua_field_get_tokens (field))
        g_string_append (out, ", ");
      put_quoted (out, '\'', *token);
    }
    g_string_append (out, "))");
  }
  if (type == RUA_FIELD_TYPE_REFERENCE && g_strcmp0 (target, "*") != 0) {
    RuaKind *kind = rua_schema_find_kind (schema, target);
    g_string_append (out, " REFERENCES ");
    put_quoted (out, '"', rua_kind_get_plural (kind));
    g_string_append (out, " (\"id\") DEFERRABLE INITIALLY DEFERRED");
  }
  g_string_append (out, is_last ? "\n" : ",\n");
}

/**
 * rua_schema_to_sql:
 * @self: a schema
 *
 * Writes the schema as SQL: a `CREATE TABLE` for each kind, in the dialect of SQLite (3.37 and
 * later), which lets a table refer to one that is made after it. Texts in several languages and
 * lists are columns of JSON, amounts of money whole numbers of minor units, dates ISO texts.
 *
 * Returns: (transfer full): the statements, which end with a line end
 *
 * Since: 1.0
 */
char *
rua_schema_to_sql (RuaSchema *self)
{
  g_autoptr (GString) out = NULL;
  g_autoptr (GListModel) kinds = NULL;

  g_return_val_if_fail (RUA_IS_SCHEMA (self), NULL);

  out = g_string_new ("-- Tables of a rural-urban alliance\n");
  kinds = rua_schema_list_kinds (self);
  for (guint i = 0; i < g_list_model_get_n_items (kinds); i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
    guint n = rua_kind_get_n_fields (kind);

    g_string_append_c (out, '\n');
    put_comment (out, "", rua_kind_get_doc (kind));
    g_string_append (out, "CREATE TABLE ");
    put_quoted (out, '"', rua_kind_get_plural (kind));
    g_string_append (out, " (\n");
    for (guint k = 0; k < n; k++)
      put_field (out, self, rua_kind_get_field (kind, k), k + 1 == n);
    g_string_append (out, ");\n");
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
