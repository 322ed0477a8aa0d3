/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-field-private.h"

#include <string.h>

#include "rua-fault-private.h"

/**
 * RuaField:
 *
 * What one field of a kind holds: its type, unit, privacy, and what it is for.
 *
 * A field of one's own is made with [ctor@RuralAlliance.Field.new], described with the setters
 * and added with [method@RuralAlliance.Alliance.add_field]. From then on it cannot be changed.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (RuaField, rua_field, G_TYPE_OBJECT)

static const char *const type_names[] = {
  [RUA_FIELD_TYPE_TEXT] = "text",
  [RUA_FIELD_TYPE_TEXTS] = "texts",
  [RUA_FIELD_TYPE_TOKEN] = "token",
  [RUA_FIELD_TYPE_BOOLEAN] = "boolean",
  [RUA_FIELD_TYPE_INTEGER] = "integer",
  [RUA_FIELD_TYPE_NUMBER] = "number",
  [RUA_FIELD_TYPE_MONEY] = "money",
  [RUA_FIELD_TYPE_DATE] = "date",
  [RUA_FIELD_TYPE_REFERENCE] = "reference",
  [RUA_FIELD_TYPE_TEXT_LIST] = "text-list",
  [RUA_FIELD_TYPE_REFERENCE_LIST] = "reference-list",
  [RUA_FIELD_TYPE_JSON] = "json",
};

const char *
rua_field_type_name (RuaFieldType type)
{
  return (guint) type < G_N_ELEMENTS (type_names) ? type_names[type] : "?";
}

gboolean
rua_field_type_has_codes (RuaFieldType type)
{
  switch (type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
  case RUA_FIELD_TYPE_JSON:
    return TRUE;
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_REFERENCE:
    return FALSE;
  }
  g_assert_not_reached ();
}

GType
rua_field_type_get_type (void)
{
  static GType type;
  static const GEnumValue values[] = {
    { RUA_FIELD_TYPE_TEXT, "RUA_FIELD_TYPE_TEXT", "text" },
    { RUA_FIELD_TYPE_TEXTS, "RUA_FIELD_TYPE_TEXTS", "texts" },
    { RUA_FIELD_TYPE_TOKEN, "RUA_FIELD_TYPE_TOKEN", "token" },
    { RUA_FIELD_TYPE_BOOLEAN, "RUA_FIELD_TYPE_BOOLEAN", "boolean" },
    { RUA_FIELD_TYPE_INTEGER, "RUA_FIELD_TYPE_INTEGER", "integer" },
    { RUA_FIELD_TYPE_NUMBER, "RUA_FIELD_TYPE_NUMBER", "number" },
    { RUA_FIELD_TYPE_MONEY, "RUA_FIELD_TYPE_MONEY", "money" },
    { RUA_FIELD_TYPE_DATE, "RUA_FIELD_TYPE_DATE", "date" },
    { RUA_FIELD_TYPE_REFERENCE, "RUA_FIELD_TYPE_REFERENCE", "reference" },
    { RUA_FIELD_TYPE_TEXT_LIST, "RUA_FIELD_TYPE_TEXT_LIST", "text-list" },
    { RUA_FIELD_TYPE_REFERENCE_LIST, "RUA_FIELD_TYPE_REFERENCE_LIST", "reference-list" },
    { RUA_FIELD_TYPE_JSON, "RUA_FIELD_TYPE_JSON", "json" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaFieldType", values));
  return type;
}

GType
rua_privacy_get_type (void)
{
  static GType type;
  static const GEnumValue values[] = {
    { RUA_PRIVACY_PUBLIC, "RUA_PRIVACY_PUBLIC", "public" },
    { RUA_PRIVACY_PERSONAL, "RUA_PRIVACY_PERSONAL", "personal" },
    { RUA_PRIVACY_SENSITIVE, "RUA_PRIVACY_SENSITIVE", "sensitive" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaPrivacy", values));
  return type;
}

GType
rua_answer_get_type (void)
{
  static GType type;
  static const GEnumValue values[] = {
    { RUA_ANSWER_UNKNOWN, "RUA_ANSWER_UNKNOWN", "unknown" },
    { RUA_ANSWER_NO, "RUA_ANSWER_NO", "no" },
    { RUA_ANSWER_YES, "RUA_ANSWER_YES", "yes" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaAnswer", values));
  return type;
}

static void
rua_field_finalize (GObject *object)
{
  RuaField *self = RUA_FIELD (object);

  g_free (self->name);
  g_free (self->unit);
  g_free (self->doc);
  g_free (self->target);
  g_free (self->since);
  g_strfreev (self->tokens);

  G_OBJECT_CLASS (rua_field_parent_class)->finalize (object);
}

static void
rua_field_class_init (RuaFieldClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_field_finalize;
}

static void
rua_field_init (RuaField *self)
{
  self->own = TRUE;
  self->index = G_MAXUINT;
}

RuaField *
rua_field_new_from_info (const RuaFieldInfo *info, guint index)
{
  RuaField *self = g_object_new (RUA_TYPE_FIELD, NULL);

  self->name = g_strdup (info->name);
  self->type = info->type;
  self->unit = g_strdup (info->unit);
  self->doc = g_strdup (info->doc);
  self->target = g_strdup (info->target);
  self->since = g_strdup (info->since);
  if (info->tokens)
    self->tokens = g_strsplit (info->tokens, " ", -1);
  self->privacy = info->privacy;
  self->required = info->required;
  self->own = FALSE;
  self->frozen = TRUE;
  self->index = index;
  return self;
}

/**
 * rua_field_new:
 * @name: a name in lower case: letters, digits and underscores, beginning with a letter
 * @type: what it holds
 *
 * Makes a field of one's own. It holds public data and is not required until told otherwise.
 *
 * Returns: (transfer full): a field that no kind has yet
 *
 * Since: 1.0
 */
RuaField *
rua_field_new (const char *name, RuaFieldType type)
{
  RuaField *self;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (type_names), NULL);

  self = g_object_new (RUA_TYPE_FIELD, NULL);
  self->name = g_strdup (name);
  self->type = type;
  return self;
}

/**
 * rua_field_get_name:
 * @self: a field
 *
 * Gets the field's name, as it stands in a document.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
rua_field_get_name (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), NULL);
  return self->name;
}

/**
 * rua_field_get_field_type:
 * @self: a field
 *
 * Gets what the field holds.
 *
 * Returns: the type
 *
 * Since: 1.0
 */
RuaFieldType
rua_field_get_field_type (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), RUA_FIELD_TYPE_TEXT);
  return self->type;
}

/**
 * rua_field_get_unit:
 * @self: a field
 *
 * Gets the unit of the field's numbers, such as `kg` or `{currency}/year`, where `{currency}`
 * stands for the alliance's currency.
 *
 * Returns: (nullable): the unit, or %NULL when the values have none
 *
 * Since: 1.0
 */
const char *
rua_field_get_unit (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), NULL);
  return self->unit;
}

/**
 * rua_field_get_doc:
 * @self: a field
 *
 * Gets what the field is for.
 *
 * Returns: (nullable): a sentence, or %NULL
 *
 * Since: 1.0
 */
const char *
rua_field_get_doc (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), NULL);
  return self->doc;
}

/**
 * rua_field_get_target:
 * @self: a field
 *
 * Gets what kind of record a reference refers to.
 *
 * Returns: (nullable): a kind's name, `*` for a record of any kind, or %NULL when the field holds
 *   no references
 *
 * Since: 1.0
 */
const char *
rua_field_get_target (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), NULL);
  return self->target;
}

/**
 * rua_field_get_since:
 * @self: a field
 *
 * Gets the version of the data model that first had this field.
 *
 * Returns: (nullable): a version such as `1.0`, or %NULL for a field of one's own
 *
 * Since: 1.0
 */
const char *
rua_field_get_since (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), NULL);
  return self->since;
}

/**
 * rua_field_get_tokens:
 * @self: a field
 *
 * Gets the words that a token field may hold.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the words, or %NULL when the
 *   field holds no token
 *
 * Since: 1.0
 */
const char *const *
rua_field_get_tokens (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), NULL);
  return (const char *const *) self->tokens;
}

/**
 * rua_field_get_required:
 * @self: a field
 *
 * Gets whether every record in a table must know this field.
 *
 * Returns: %TRUE when it must
 *
 * Since: 1.0
 */
gboolean
rua_field_get_required (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), FALSE);
  return self->required;
}

/**
 * rua_field_get_privacy:
 * @self: a field
 *
 * Gets who may see the field's values.
 *
 * Returns: the privacy class
 *
 * Since: 1.0
 */
RuaPrivacy
rua_field_get_privacy (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), RUA_PRIVACY_SENSITIVE);
  return self->privacy;
}

/**
 * rua_field_is_own:
 * @self: a field
 *
 * Gets whether the field was added at run time and is not one of the library's.
 *
 * Returns: %TRUE for a field of one's own
 *
 * Since: 1.0
 */
gboolean
rua_field_is_own (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), FALSE);
  return self->own;
}

/**
 * rua_field_get_index:
 * @self: a field
 *
 * Gets the field's place among the fields of its kind.
 *
 * Returns: the place, counted from 0; %G_MAXUINT when no kind has the field yet
 *
 * Since: 1.0
 */
guint
rua_field_get_index (RuaField *self)
{
  g_return_val_if_fail (RUA_IS_FIELD (self), G_MAXUINT);
  return self->index;
}

/**
 * rua_field_set_unit:
 * @self: a field that no kind has yet
 * @unit: (nullable): a unit
 *
 * Sets the unit of the field's numbers.
 *
 * Since: 1.0
 */
void
rua_field_set_unit (RuaField *self, const char *unit)
{
  g_return_if_fail (RUA_IS_FIELD (self) && !self->frozen);
  g_free (self->unit);
  self->unit = g_strdup (unit);
}

/**
 * rua_field_set_doc:
 * @self: a field that no kind has yet
 * @doc: (nullable): a sentence
 *
 * Sets what the field is for.
 *
 * Since: 1.0
 */
void
rua_field_set_doc (RuaField *self, const char *doc)
{
  g_return_if_fail (RUA_IS_FIELD (self) && !self->frozen);
  g_free (self->doc);
  self->doc = g_strdup (doc);
}

/**
 * rua_field_set_target:
 * @self: a field that no kind has yet
 * @kind: (nullable): a kind's name, or `*`
 *
 * Sets what kind of record a reference refers to.
 *
 * Since: 1.0
 */
void
rua_field_set_target (RuaField *self, const char *kind)
{
  g_return_if_fail (RUA_IS_FIELD (self) && !self->frozen);
  g_free (self->target);
  self->target = g_strdup (kind);
}

/**
 * rua_field_set_tokens:
 * @self: a field that no kind has yet
 * @tokens: (nullable) (array zero-terminated=1): words in lower case
 *
 * Sets the words that a token field may hold.
 *
 * Since: 1.0
 */
void
rua_field_set_tokens (RuaField *self, const char *const *tokens)
{
  g_return_if_fail (RUA_IS_FIELD (self) && !self->frozen);
  g_strfreev (self->tokens);
  self->tokens = g_strdupv ((char **) tokens);
}

/**
 * rua_field_set_required:
 * @self: a field that no kind has yet
 * @required: whether every record must know it
 *
 * Sets whether the field is required.
 *
 * Since: 1.0
 */
void
rua_field_set_required (RuaField *self, gboolean required)
{
  g_return_if_fail (RUA_IS_FIELD (self) && !self->frozen);
  self->required = !!required;
}

/**
 * rua_field_set_privacy:
 * @self: a field that no kind has yet
 * @privacy: a privacy class
 *
 * Sets who may see the field's values.
 *
 * Since: 1.0
 */
void
rua_field_set_privacy (RuaField *self, RuaPrivacy privacy)
{
  g_return_if_fail (RUA_IS_FIELD (self) && !self->frozen);
  self->privacy = privacy;
}

gboolean
rua_field_has_token (RuaField *self, const char *text, gsize length)
{
  for (char **t = self->tokens; t && *t; t++)
    if (strlen (*t) == length && memcmp (*t, text, length) == 0)
      return TRUE;
  return FALSE;
}

void
rua_field_set_error (RuaField *self,
                     GError **error,
                     RuaError code,
                     const char *kind,
                     const char *key,
                     const char *value,
                     const char *message,
                     const char *mend)
{
  g_autoptr (RuaFault) fault = NULL;
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;
  RuaFaultInfo info = {
    .code = code, .kind = kind, .key = key, .field = self->name, .message = message, .mend = mend,
  };

  if (!error)
    return;
  if (value && self->privacy == RUA_PRIVACY_PUBLIC) {
    shown = g_utf8_make_valid (value, MIN (strlen (value), 80));
    info.value = shown;
  }
  fault = rua_fault_new (NULL, &info);
  text = rua_fault_to_string (fault);
  g_set_error_literal (error, RUA_ERROR, code, text);
}
