/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-record-private.h"

#include <string.h>

#include "rua-nearest-private.h"

/* The fields of a record by name. */

/* -1 and an error when the kind has no such field. */
static gint
find_field (RuaRecord *self, const char *name, GError **error)
{
  RuaKind *kind = rua_record_get_kind (self);
  gint index = rua_kind_find_index (kind, name);

  if (index < 0 && error) {
    RuaNearest nearest;
    g_autofree char *mend = NULL;

    rua_nearest_init (&nearest, name);
    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++)
      rua_nearest_offer (&nearest, rua_field_get_name (rua_kind_get_field (kind, i)));
    mend = rua_nearest_mend (&nearest, "add the field to the kind first");
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "%s has no field '%s'; %s",
                 rua_kind_get_name (kind), name, mend);
  }
  return index;
}

static RuaFieldType
type_at (RuaRecord *self, gint index)
{
  return rua_field_get_field_type (rua_kind_get_field (rua_record_get_kind (self), (guint) index));
}

/* -1, with a critical warning, when there is no such field of such a type: the program is wrong. */
static gint
expect_field (RuaRecord *self, const char *name, guint types)
{
  gint index = find_field (self, name, NULL);

  if (index < 0)
    g_critical ("%s has no field '%s'", rua_kind_get_name (rua_record_get_kind (self)), name);
  else if (!(types >> type_at (self, index) & 1)) {
    g_critical ("the field '%s' of %s holds %s", name, rua_kind_get_name (rua_record_get_kind (self)),
                rua_field_type_name (type_at (self, index)));
    return -1;
  }
  return index;
}

static gint
find_typed (RuaRecord *self, const char *name, guint types, GError **error)
{
  gint index = find_field (self, name, error);

  if (index < 0 || types >> type_at (self, index) & 1)
    return index;
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: %s: the field holds %s; set it as such",
               rua_kind_get_name (rua_record_get_kind (self)), name, rua_field_type_name (type_at (self, index)));
  return -1;
}

#define OF(type) (1u << RUA_FIELD_TYPE_##type)
#define ANY_TYPE G_MAXUINT

/**
 * rua_record_has:
 * @self: a record
 * @field: a field's name
 *
 * Gets whether the record knows a field.
 *
 * Returns: %TRUE when the value is known; %FALSE when it is not, or there is no such field
 *
 * Since: 1.0
 */
gboolean
rua_record_has (RuaRecord *self, const char *field)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_field (self, field, NULL);
  return index >= 0 && rua_record_knows (self, (guint) index);
}

/**
 * rua_record_unset:
 * @self: a record
 * @field: a field's name
 * @error: where to put an error
 *
 * Makes a field unknown.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when there is no such field, or
 *   the record stands in a table and the field is required
 *
 * Since: 1.0
 */
gboolean
rua_record_unset (RuaRecord *self, const char *field, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_field (self, field, error);
  return index >= 0 && rua_record_write_unknown (self, (guint) index, error);
}

/**
 * rua_record_get_value:
 * @self: a record
 * @field: a field's name
 * @value: (out caller-allocates): an empty value to fill
 *
 * Gets a field's value, whatever its type: a string (text, token, date, JSON, and a text in
 * several languages in the first of them), a boolean, a 64-bit integer (also money, in minor
 * units), a double, a record, a list of strings, or a list model of records.
 *
 * Returns: %TRUE when the value is known; %FALSE, with @value left empty, when it is not
 *
 * Since: 1.0
 */
gboolean
rua_record_get_value (RuaRecord *self, const char *field, GValue *value)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  index = expect_field (self, field, ANY_TYPE);
  return index >= 0 && rua_record_get_field_value (self, (guint) index, value);
}

/**
 * rua_record_set_value:
 * @self: a record
 * @field: a field's name
 * @value: (nullable): a value of a type that [method@RuralAlliance.Record.get_value] gives;
 *   %NULL or an empty string, object or list pointer makes the field unknown
 * @error: where to put an error
 *
 * Sets a field's value, whatever its type. Nothing is converted silently: a text is no number. An
 * amount of money may be given as a decimal text, a reference as an id, a list of references as a
 * list of ids.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` that names the field, what it
 *   was given and how to mend it
 *
 * Since: 1.0
 */
gboolean
rua_record_set_value (RuaRecord *self, const char *field, const GValue *value, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_field (self, field, error);
  if (index < 0)
    return FALSE;
  return value ? rua_record_set_field_value (self, (guint) index, value, error)
               : rua_record_write_unknown (self, (guint) index, error);
}

/**
 * rua_record_get_text:
 * @self: a record
 * @field: a field's name
 *
 * Gets a text, a token, or nested data as JSON.
 *
 * Returns: (nullable): the text, or %NULL when it is unknown
 *
 * Since: 1.0
 */
const char *
rua_record_get_text (RuaRecord *self, const char *field)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  index = expect_field (self, field, OF (TEXT) | OF (TOKEN) | OF (JSON));
  return index >= 0 ? rua_record_read_text (self, (guint) index) : NULL;
}

/**
 * rua_record_get_texts:
 * @self: a record
 * @field: a field's name
 * @language: (nullable): a language tag such as `zh`, or %NULL for the one told first
 *
 * Gets a text in a language: the one asked for, else the same language in another script or region,
 * else the one told first.
 *
 * Returns: (nullable): the text, or %NULL when it is unknown
 *
 * Since: 1.0
 */
const char *
rua_record_get_texts (RuaRecord *self, const char *field, const char *language)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  index = expect_field (self, field, OF (TEXTS));
  return index >= 0 ? rua_record_read_texts (self, (guint) index, language) : NULL;
}

/**
 * rua_record_dup_languages:
 * @self: a record
 * @field: the name of a field of texts
 *
 * Gets the languages in which a text is known, in the order in which they were told. The language
 * of a text that came without one is the empty string.
 *
 * Returns: (transfer full) (array zero-terminated=1): the language tags
 *
 * Since: 1.0
 */
char **
rua_record_dup_languages (RuaRecord *self, const char *field)
{
  GPtrArray *list;
  const char *packed, *language, *text;
  gsize length = 0, offset = 0;
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  list = g_ptr_array_new ();
  index = expect_field (self, field, OF (TEXTS));
  packed = index >= 0 ? rua_record_read_packed (self, (guint) index, &length) : NULL;
  while (packed && rua_texts_next (packed, length, &offset, &language, &text))
    g_ptr_array_add (list, g_strdup (language));
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

/**
 * rua_record_get_boolean:
 * @self: a record
 * @field: a field's name
 * @value: (out) (optional): where to put the value
 *
 * Gets a yes or no.
 *
 * Returns: %TRUE when the value is known
 *
 * Since: 1.0
 */
gboolean
rua_record_get_boolean (RuaRecord *self, const char *field, gboolean *value)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = expect_field (self, field, OF (BOOLEAN));
  return index >= 0 ? rua_record_read_boolean (self, (guint) index, value) : FALSE;
}

/**
 * rua_record_get_integer:
 * @self: a record
 * @field: a field's name
 * @value: (out) (optional): where to put the value
 *
 * Gets a whole number.
 *
 * Returns: %TRUE when the value is known
 *
 * Since: 1.0
 */
gboolean
rua_record_get_integer (RuaRecord *self, const char *field, gint64 *value)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = expect_field (self, field, OF (INTEGER));
  return index >= 0 ? rua_record_read_integer (self, (guint) index, value) : FALSE;
}

/**
 * rua_record_get_number:
 * @self: a record
 * @field: a field's name
 * @value: (out) (optional): where to put the value
 *
 * Gets a number.
 *
 * Returns: %TRUE when the value is known
 *
 * Since: 1.0
 */
gboolean
rua_record_get_number (RuaRecord *self, const char *field, double *value)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = expect_field (self, field, OF (NUMBER));
  return index >= 0 ? rua_record_read_number (self, (guint) index, value) : FALSE;
}

/**
 * rua_record_get_money:
 * @self: a record
 * @field: a field's name
 * @minor: (out) (optional): where to put the amount, in minor units of the currency
 *
 * Gets an amount of money.
 *
 * Returns: %TRUE when the value is known
 *
 * Since: 1.0
 */
gboolean
rua_record_get_money (RuaRecord *self, const char *field, gint64 *minor)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = expect_field (self, field, OF (MONEY));
  return index >= 0 ? rua_record_read_integer (self, (guint) index, minor) : FALSE;
}

/**
 * rua_record_dup_date:
 * @self: a record
 * @field: a field's name
 *
 * Gets a date.
 *
 * Returns: (transfer full) (nullable): an ISO 8601 date of the precision that is known, or %NULL
 *
 * Since: 1.0
 */
char *
rua_record_dup_date (RuaRecord *self, const char *field)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  index = expect_field (self, field, OF (DATE));
  return index >= 0 ? rua_record_read_date (self, (guint) index) : NULL;
}

/**
 * rua_record_dup_reference:
 * @self: a record
 * @field: a field's name
 *
 * Gets the record that a field refers to.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL when it is unknown
 *
 * Since: 1.0
 */
RuaRecord *
rua_record_dup_reference (RuaRecord *self, const char *field)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  index = expect_field (self, field, OF (REFERENCE));
  return index >= 0 ? rua_record_read_reference (self, (guint) index) : NULL;
}

/**
 * rua_record_dup_text_list:
 * @self: a record
 * @field: a field's name
 *
 * Gets a list of texts.
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the texts, or %NULL when unknown
 *
 * Since: 1.0
 */
char **
rua_record_dup_text_list (RuaRecord *self, const char *field)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  index = expect_field (self, field, OF (TEXT_LIST));
  return index >= 0 ? rua_record_read_text_list (self, (guint) index) : NULL;
}

/**
 * rua_record_list_references:
 * @self: a record
 * @field: a field's name
 *
 * Lists the records that a field refers to, as they are now.
 *
 * Returns: (transfer full) (nullable): a list of [class@RuralAlliance.Record], or %NULL when unknown
 *
 * Since: 1.0
 */
GListModel *
rua_record_list_references (RuaRecord *self, const char *field)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  index = expect_field (self, field, OF (REFERENCE_LIST));
  return index >= 0 ? rua_record_read_references (self, (guint) index) : NULL;
}

/**
 * rua_record_set_text:
 * @self: a record
 * @field: a field's name
 * @text: (nullable): UTF-8, or %NULL for unknown
 * @error: where to put an error
 *
 * Sets a text, a token, or nested data as JSON.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_text (RuaRecord *self, const char *field, const char *text, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (TEXT) | OF (TOKEN) | OF (JSON), error);
  return index >= 0 && rua_record_write_text (self, (guint) index, text, error);
}

/**
 * rua_record_set_texts:
 * @self: a record
 * @field: a field's name
 * @language: (nullable): a language tag such as `zh`, or %NULL when it is not told
 * @text: (nullable): UTF-8, or %NULL to forget the text in this language
 * @error: where to put an error
 *
 * Sets a text in one language and leaves the others as they are.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_texts (RuaRecord *self, const char *field, const char *language, const char *text, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (TEXTS), error);
  return index >= 0 && rua_record_write_texts (self, (guint) index, language, text, error);
}

/**
 * rua_record_replace_texts:
 * @self: a record
 * @field: the name of a field of texts
 * @languages: (array zero-terminated=1): language tags, an empty one where it is not told
 * @texts: (array zero-terminated=1): the text in each of the languages
 * @error: where to put an error
 *
 * Sets a text in all its languages at once; languages that are not listed are forgotten.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`, with everything as it was
 *
 * Since: 1.0
 */
gboolean
rua_record_replace_texts (RuaRecord *self,
                          const char *field,
                          const char *const *languages,
                          const char *const *texts,
                          GError **error)
{
  g_autoptr (GString) packed = NULL;
  gint index;
  guint n;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);
  g_return_val_if_fail (languages != NULL && texts != NULL, FALSE);

  index = find_typed (self, field, OF (TEXTS), error);
  if (index < 0)
    return FALSE;
  n = g_strv_length ((char **) languages);
  if (g_strv_length ((char **) texts) != n)
    return rua_record_refuse (self, (guint) index, RUA_ERROR_VALUE, NULL,
                              "there are not as many texts as languages", "give one text for each language", error);
  packed = g_string_new (NULL);
  for (guint i = 0; i < n; i++) {
    if (!g_utf8_validate (languages[i], -1, NULL) || !g_utf8_validate (texts[i], -1, NULL))
      return rua_record_refuse (self, (guint) index, RUA_ERROR_VALUE, NULL, "the text is not UTF-8",
                                "convert it to UTF-8 first", error);
    if (g_strv_contains (languages + i + 1, languages[i]))
      return rua_record_refuse (self, (guint) index, RUA_ERROR_DUPLICATE, languages[i],
                                "the language is given twice", "give one text for each language", error);
    g_string_append_len (packed, languages[i], (gssize) strlen (languages[i]) + 1);
    g_string_append_len (packed, texts[i], (gssize) strlen (texts[i]) + 1);
  }
  if (n == 0)
    return rua_record_write_unknown (self, (guint) index, error);
  return rua_record_write_packed (self, (guint) index, packed->str, packed->len, error);
}

/**
 * rua_record_set_boolean:
 * @self: a record
 * @field: a field's name
 * @value: yes or no
 * @error: where to put an error
 *
 * Sets a yes or no.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_boolean (RuaRecord *self, const char *field, gboolean value, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (BOOLEAN), error);
  return index >= 0 && rua_record_write_boolean (self, (guint) index, value, error);
}

/**
 * rua_record_set_integer:
 * @self: a record
 * @field: a field's name
 * @value: a whole number
 * @error: where to put an error
 *
 * Sets a whole number.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_integer (RuaRecord *self, const char *field, gint64 value, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (INTEGER), error);
  return index >= 0 && rua_record_write_integer (self, (guint) index, value, error);
}

/**
 * rua_record_set_number:
 * @self: a record
 * @field: a field's name
 * @value: a finite number
 * @error: where to put an error
 *
 * Sets a number.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_number (RuaRecord *self, const char *field, double value, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (NUMBER), error);
  return index >= 0 && rua_record_write_number (self, (guint) index, value, error);
}

/**
 * rua_record_set_money:
 * @self: a record
 * @field: a field's name
 * @minor: an amount in minor units of the currency
 * @error: where to put an error
 *
 * Sets an amount of money.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_money (RuaRecord *self, const char *field, gint64 minor, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (MONEY), error);
  return index >= 0 && rua_record_write_integer (self, (guint) index, minor, error);
}

/**
 * rua_record_set_date:
 * @self: a record
 * @field: a field's name
 * @iso: (nullable): `2014`, `2014-09` or `2014-09-15`, or %NULL for unknown
 * @error: where to put an error
 *
 * Sets a date.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_date (RuaRecord *self, const char *field, const char *iso, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (DATE), error);
  return index >= 0 && rua_record_write_date (self, (guint) index, iso, error);
}

/**
 * rua_record_set_reference:
 * @self: a record
 * @field: a field's name
 * @target: (nullable): a record of the same alliance, or %NULL for unknown
 * @error: where to put an error
 *
 * Sets the record that a field refers to.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_reference (RuaRecord *self, const char *field, RuaRecord *target, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (REFERENCE), error);
  return index >= 0 && rua_record_write_reference (self, (guint) index, target, error);
}

/**
 * rua_record_set_text_list:
 * @self: a record
 * @field: a field's name
 * @texts: (nullable) (array zero-terminated=1): UTF-8 texts, or %NULL for unknown
 * @error: where to put an error
 *
 * Sets a list of texts.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_text_list (RuaRecord *self, const char *field, const char *const *texts, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (TEXT_LIST), error);
  return index >= 0 && rua_record_write_text_list (self, (guint) index, texts, error);
}

/**
 * rua_record_set_references:
 * @self: a record
 * @field: a field's name
 * @targets: (array length=n_targets): records of the same alliance
 * @n_targets: how many
 * @error: where to put an error
 *
 * Sets the records that a field refers to.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_references (RuaRecord *self, const char *field, RuaRecord **targets, gsize n_targets, GError **error)
{
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (REFERENCE_LIST), error);
  return index >= 0 && rua_record_write_references (self, (guint) index, targets, n_targets, error);
}

/**
 * rua_record_set_reference_ids:
 * @self: a record
 * @field: the name of a field that refers to a list of records
 * @ids: (nullable) (array zero-terminated=1): ids, with the kind before them (`site/pingzhai`)
 *   where the field refers to records of any kind; %NULL for unknown
 * @error: where to put an error
 *
 * Sets the records that a field refers to by their ids. A record that stands in no table yet keeps
 * the ids until it is added.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_record_set_reference_ids (RuaRecord *self, const char *field, const char *const *ids, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gint index;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  index = find_typed (self, field, OF (REFERENCE_LIST), error);
  if (index < 0)
    return FALSE;
  g_value_init (&value, G_TYPE_STRV);
  g_value_set_static_boxed (&value, ids);
  return rua_record_set_field_value (self, (guint) index, &value, error);
}
