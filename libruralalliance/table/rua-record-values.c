/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-record-private.h"

#include <math.h>
#include <string.h>

#include "rua-json-private.h"

/* Values as GValue: what languages without C's types use. Nothing is converted silently: a text is
 * never read as a number, a fraction never cut. */

static RuaFieldType
type_at (RuaRecord *self, guint field)
{
  return rua_field_get_field_type (rua_kind_get_field (rua_record_get_kind (self), field));
}

gboolean
rua_record_get_field_value (RuaRecord *self, guint field, GValue *value)
{
  gint64 integer;
  double number;
  gboolean boolean;

  if (!rua_record_knows (self, field))
    return FALSE;
  switch (type_at (self, field)) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_JSON:
    g_value_init (value, G_TYPE_STRING);
    g_value_set_string (value, rua_record_read_text (self, field));
    return TRUE;
  case RUA_FIELD_TYPE_TEXTS:
    g_value_init (value, G_TYPE_STRING);
    g_value_set_string (value, rua_record_read_texts (self, field, NULL));
    return TRUE;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_record_read_boolean (self, field, &boolean);
    g_value_init (value, G_TYPE_BOOLEAN);
    g_value_set_boolean (value, boolean);
    return TRUE;
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
    rua_record_read_integer (self, field, &integer);
    g_value_init (value, G_TYPE_INT64);
    g_value_set_int64 (value, integer);
    return TRUE;
  case RUA_FIELD_TYPE_NUMBER:
    rua_record_read_number (self, field, &number);
    g_value_init (value, G_TYPE_DOUBLE);
    g_value_set_double (value, number);
    return TRUE;
  case RUA_FIELD_TYPE_DATE:
    g_value_init (value, G_TYPE_STRING);
    g_value_take_string (value, rua_record_read_date (self, field));
    return TRUE;
  case RUA_FIELD_TYPE_REFERENCE:
    g_value_init (value, RUA_TYPE_RECORD);
    g_value_take_object (value, rua_record_read_reference (self, field));
    return TRUE;
  case RUA_FIELD_TYPE_TEXT_LIST:
    g_value_init (value, G_TYPE_STRV);
    g_value_take_boxed (value, rua_record_read_text_list (self, field));
    return TRUE;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    g_value_init (value, G_TYPE_LIST_MODEL);
    g_value_take_object (value, rua_record_read_references (self, field));
    return TRUE;
  }
  return FALSE;
}

/* A property has its own type, and a value even when the field's is unknown. */
void
rua_record_get_field_property (RuaRecord *self, guint field, GValue *value)
{
  g_auto (GValue) known = G_VALUE_INIT;

  if (!rua_record_get_field_value (self, field, &known)) {
    if (G_VALUE_HOLDS_INT64 (value))
      g_value_set_int64 (value, G_MININT64);
    else if (G_VALUE_HOLDS_DOUBLE (value))
      g_value_set_double (value, NAN);
  } else if (G_VALUE_HOLDS_BOOLEAN (&known))
    g_value_set_enum (value, g_value_get_boolean (&known) ? RUA_ANSWER_YES : RUA_ANSWER_NO);
  else
    g_value_copy (&known, value);
}

/* What was given, in a few words for a message. */
static char *
describe (const GValue *value)
{
  if (G_VALUE_HOLDS_STRING (value))
    return g_strdup (g_value_get_string (value));
  return g_strdup_value_contents (value);
}

static gboolean
refuse (RuaRecord *self, guint field, const GValue *value, const char *message, const char *mend, GError **error)
{
  g_autofree char *given = describe (value);

  return rua_record_refuse (self, field, RUA_ERROR_VALUE, given, message, mend, error);
}

typedef enum {
  WHOLE,
  FRACTION,
  NEITHER,
} Numeric;

static Numeric
read_numeric (const GValue *value, gint64 *whole, double *fraction)
{
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value))) {
  case G_TYPE_INT:
    *whole = g_value_get_int (value);
    return WHOLE;
  case G_TYPE_UINT:
    *whole = g_value_get_uint (value);
    return WHOLE;
  case G_TYPE_LONG:
    *whole = g_value_get_long (value);
    return WHOLE;
  case G_TYPE_INT64:
    *whole = g_value_get_int64 (value);
    return WHOLE;
  case G_TYPE_ULONG:
  case G_TYPE_UINT64: {
    guint64 big = G_VALUE_HOLDS_ULONG (value) ? g_value_get_ulong (value) : g_value_get_uint64 (value);

    if (big > G_MAXINT64)
      return NEITHER;
    *whole = (gint64) big;
    return WHOLE;
  }
  case G_TYPE_FLOAT:
    *fraction = g_value_get_float (value);
    return FRACTION;
  case G_TYPE_DOUBLE:
    *fraction = g_value_get_double (value);
    return FRACTION;
  default:
    return NEITHER;
  }
}

static gboolean
set_integer (RuaRecord *self, guint field, const GValue *value, GError **error)
{
  gint64 whole = 0;
  double fraction = 0;

  switch (read_numeric (value, &whole, &fraction)) {
  case WHOLE:
    return rua_record_write_integer (self, field, whole, error);
  case FRACTION:
    /* JavaScript has no other numbers. */
    if (fraction == floor (fraction) && fabs (fraction) <= 9007199254740992.0)
      return rua_record_write_integer (self, field, (gint64) fraction, error);
    break;
  case NEITHER:
    break;
  }
  return refuse (self, field, value, "this is not a whole number", "give a whole number", error);
}

static gboolean
set_number (RuaRecord *self, guint field, const GValue *value, GError **error)
{
  gint64 whole = 0;
  double fraction = 0;

  switch (read_numeric (value, &whole, &fraction)) {
  case WHOLE:
    return rua_record_write_number (self, field, (double) whole, error);
  case FRACTION:
    return rua_record_write_number (self, field, fraction, error);
  case NEITHER:
    break;
  }
  return refuse (self, field, value, "this is not a number", "give a number", error);
}

static gboolean
set_money (RuaRecord *self, guint field, const GValue *value, GError **error)
{
  gint64 whole = 0;
  double fraction = 0;

  if (G_VALUE_HOLDS_STRING (value)) {
    const char *text = g_value_get_string (value);

    if (rua_money_parse (text, strlen (text), rua_record_get_money_digits (self), &whole))
      return rua_record_write_integer (self, field, whole, error);
    return refuse (self, field, value, "this is not an amount of money",
                   "write it like 39.27, with no more decimals than the currency has", error);
  }
  switch (read_numeric (value, &whole, &fraction)) {
  case WHOLE:
    return rua_record_write_integer (self, field, whole, error);
  case FRACTION:
    if (fraction == floor (fraction) && fabs (fraction) <= 9007199254740992.0)
      return rua_record_write_integer (self, field, (gint64) fraction, error);
    break;
  case NEITHER:
    break;
  }
  return refuse (self, field, value, "this is not an amount of money",
                 "give whole minor units, or a text like '39.27'", error);
}

static gboolean
set_boolean (RuaRecord *self, guint field, const GValue *value, GError **error)
{
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return rua_record_write_boolean (self, field, g_value_get_boolean (value), error);
  if (G_VALUE_HOLDS (value, RUA_TYPE_ANSWER)) {
    int answer = g_value_get_enum (value);

    return answer == RUA_ANSWER_UNKNOWN ? rua_record_write_unknown (self, field, error)
                                        : rua_record_write_boolean (self, field, answer == RUA_ANSWER_YES, error);
  }
  return refuse (self, field, value, "this is neither true nor false", "give true or false", error);
}

static gboolean
set_reference (RuaRecord *self, guint field, const GValue *value, GError **error)
{
  if (G_VALUE_HOLDS_STRING (value))
    return rua_record_write_reference_id (self, field, g_value_get_string (value), error);
  if (G_VALUE_HOLDS_OBJECT (value) && RUA_IS_RECORD (g_value_get_object (value)))
    return rua_record_write_reference (self, field, g_value_get_object (value), error);
  return refuse (self, field, value, "this is not a record", "give a record, or the id of one", error);
}

static RuaRecord *
find_listed (RuaRecord *self, guint field, const char *id, GError **error)
{
  RuaTable *table = rua_record_get_table (self), *target;
  RuaColumn *column;
  guint64 word;

  column = rua_table_column (table, field);
  if (!rua_table_find_reference (table, column, id, strlen (id), &word)) {
    rua_record_refuse (self, field, RUA_ERROR_REFERENCE, id, "no such record is in this alliance", "add it first", error);
    return NULL;
  }
  target = column->any ? rua_table_find_ordinal (table, (guint) (word >> 32)) : rua_column_get_target (column);
  return rua_table_dup_record_at_row (target, (guint32) word);
}

static gboolean
set_references (RuaRecord *self, guint field, const GValue *value, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);

  if (G_VALUE_HOLDS (value, G_TYPE_STRV)) {
    if (!rua_record_get_table (self))
      return rua_record_write_reference_ids (self, field, g_value_get_boxed (value), error);
    for (char **id = g_value_get_boxed (value); id && *id; id++) {
      RuaRecord *record = find_listed (self, field, *id, error);

      if (!record)
        return FALSE;
      g_ptr_array_add (records, record);
    }
  } else if (G_VALUE_HOLDS_OBJECT (value) && G_IS_LIST_MODEL (g_value_get_object (value))) {
    GListModel *model = g_value_get_object (value);

    for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
      GObject *item = g_list_model_get_item (model, i);

      g_ptr_array_add (records, item);
      if (!RUA_IS_RECORD (item))
        return refuse (self, field, value, "the list holds something else than records", "list records only", error);
    }
  } else
    return refuse (self, field, value, "this is not a list of records", "give a list of records, or of their ids", error);
  return rua_record_write_references (self, field, (RuaRecord **) records->pdata, records->len, error);
}

static gboolean
set_texts (RuaRecord *self, guint field, const char *text, GError **error)
{
  gsize length, offset = 0;
  const char *packed = rua_record_read_packed (self, field, &length);
  const char *language = "", *old;
  g_autofree char *first = NULL;

  if (packed && rua_texts_next (packed, length, &offset, &language, &old))
    first = g_strdup (language);
  return rua_record_write_texts (self, field, first, text, error);
}

gboolean
rua_record_set_field_value (RuaRecord *self, guint field, const GValue *value, GError **error)
{
  RuaFieldType type = type_at (self, field);

  if (!G_IS_VALUE (value) || (G_VALUE_HOLDS_STRING (value) && !g_value_get_string (value))
      || (G_VALUE_HOLDS_OBJECT (value) && !g_value_get_object (value))
      || (G_VALUE_HOLDS_BOXED (value) && !g_value_get_boxed (value)))
    return rua_record_write_unknown (self, field, error);

  switch (type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_JSON:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_DATE:
    if (!G_VALUE_HOLDS_STRING (value))
      return refuse (self, field, value, "this is not a text", "give a text", error);
    if (type == RUA_FIELD_TYPE_TEXTS)
      return set_texts (self, field, g_value_get_string (value), error);
    if (type == RUA_FIELD_TYPE_DATE)
      return rua_record_write_date (self, field, g_value_get_string (value), error);
    return rua_record_write_text (self, field, g_value_get_string (value), error);
  case RUA_FIELD_TYPE_BOOLEAN:
    return set_boolean (self, field, value, error);
  case RUA_FIELD_TYPE_INTEGER:
    return set_integer (self, field, value, error);
  case RUA_FIELD_TYPE_NUMBER:
    return set_number (self, field, value, error);
  case RUA_FIELD_TYPE_MONEY:
    return set_money (self, field, value, error);
  case RUA_FIELD_TYPE_REFERENCE:
    return set_reference (self, field, value, error);
  case RUA_FIELD_TYPE_TEXT_LIST:
    if (!G_VALUE_HOLDS (value, G_TYPE_STRV))
      return refuse (self, field, value, "this is not a list of texts", "give a list of texts", error);
    return rua_record_write_text_list (self, field, g_value_get_boxed (value), error);
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return set_references (self, field, value, error);
  }
  return FALSE;
}

static gboolean
same_texts (RuaRecord *a, RuaRecord *b, guint field)
{
  gsize la, lb;
  const char *ta = rua_record_read_packed (a, field, &la);
  const char *tb = rua_record_read_packed (b, field, &lb);

  return la == lb && memcmp (ta, tb, la) == 0;
}

/* What a field refers to: records, and ids as a detached record keeps them (see RuaCells). */
static GPtrArray *
list_told (RuaRecord *self, guint field, gboolean many)
{
  GPtrArray *told = g_ptr_array_new_with_free_func (rua_cells_free_reference);
  guint64 word = 0;

  if (rua_record_get_table (self) && many) {
    g_autoptr (GListModel) model = rua_record_read_references (self, field);

    for (guint i = 0; i < g_list_model_get_n_items (model); i++)
      g_ptr_array_add (told, g_list_model_get_item (model, i));
  } else if (rua_record_get_table (self)) {
    RuaRecord *record = rua_record_read_reference (self, field);

    if (record)
      g_ptr_array_add (told, record);
  } else if (rua_record_read_word (self, field, &word)) {
    GPtrArray *list = (GPtrArray *) (gsize) word;
    gpointer *data = many ? list->pdata : (gpointer *) &word;

    for (guint i = 0; i < (many ? list->len : 1); i++)
      g_ptr_array_add (told, (gsize) data[i] & 1 ? g_ref_string_acquire ((char *) data[i] - 1) + 1
                                                 : g_object_ref (data[i]));
  }
  return told;
}

/* NULL for a record without one. */
static char *
dup_told_id (gpointer told, gboolean any)
{
  const char *id = (gsize) told & 1 ? (char *) told - 1 : rua_record_get_id (told);

  if (id && any && !((gsize) told & 1))
    return g_strdup_printf ("%s/%s", rua_kind_get_name (rua_record_get_kind (told)), id);
  return g_strdup (id);
}

static gboolean
same_references (RuaRecord *a, RuaRecord *b, guint field, gboolean many)
{
  g_autoptr (GPtrArray) ta = list_told (a, field, many), tb = list_told (b, field, many);
  RuaField *of = rua_kind_get_field (rua_record_get_kind (a), field);
  gboolean any = strcmp (rua_field_get_target (of), "*") == 0, same = ta->len == tb->len;

  for (guint i = 0; i < ta->len && same; i++) {
    g_autofree char *ida = dup_told_id (ta->pdata[i], any), *idb = dup_told_id (tb->pdata[i], any);

    same = ta->pdata[i] == tb->pdata[i] || (ida && g_strcmp0 (ida, idb) == 0);
  }
  return same;
}

static gboolean
same_field (RuaRecord *a, RuaRecord *b, guint field)
{
  guint64 wa = 0, wb = 0;

  if (rua_record_knows (a, field) != rua_record_knows (b, field))
    return FALSE;
  if (!rua_record_knows (a, field))
    return TRUE;
  switch (type_at (a, field)) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_JSON:
    return same_texts (a, b, field);
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
    rua_record_read_word (a, field, &wa);
    rua_record_read_word (b, field, &wb);
    return wa == wb;
  case RUA_FIELD_TYPE_REFERENCE:
    return same_references (a, b, field, FALSE);
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return same_references (a, b, field, TRUE);
  }
  return FALSE;
}

/**
 * rua_record_equal:
 * @self: a record
 * @other: another one
 *
 * Compares two records: they are equal when they are of the same kind and know the same values of
 * the same fields. References are equal when they refer to records of the same id, also where a
 * record that stands in no table yet has nothing but the id.
 *
 * Returns: %TRUE when the records are equal
 *
 * Since: 1.0
 */
gboolean
rua_record_equal (RuaRecord *self, RuaRecord *other)
{
  RuaKind *kind, *other_kind;

  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  g_return_val_if_fail (RUA_IS_RECORD (other), FALSE);

  if (self == other)
    return TRUE;
  kind = rua_record_get_kind (self);
  other_kind = rua_record_get_kind (other);
  if (strcmp (rua_kind_get_name (kind), rua_kind_get_name (other_kind)) != 0)
    return FALSE;
  for (guint i = 0; i < MAX (rua_kind_get_n_fields (kind), rua_kind_get_n_fields (other_kind)); i++) {
    /* A field that only one of the kinds has must be unknown there. */
    if (i >= rua_kind_get_n_fields (kind)) {
      if (rua_record_knows (other, i))
        return FALSE;
    } else if (i >= rua_kind_get_n_fields (other_kind)) {
      if (rua_record_knows (self, i))
        return FALSE;
    } else if (!same_field (self, other, i))
      return FALSE;
  }
  return g_strcmp0 (rua_record_get_extra (self), rua_record_get_extra (other)) == 0;
}
