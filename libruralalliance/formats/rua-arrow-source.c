/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-arrow-private.h"

#include <string.h>

#include "rua-table-core-private.h"
#include "rua-unit.h"

/* A table on its way out: how each column is to lie, the dictionaries, and the schema that says it. */

/* ---- texts one after another ---- */

static void
texts_clear (RuaArrowTexts *self)
{
  g_clear_pointer (&self->known, g_bytes_unref);
  g_clear_pointer (&self->offsets, g_bytes_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

/* A dictionary: @read gives the text of each code, or NULL. 64-bit offsets, so that no dictionary
 * is too long. */
static void
texts_fill (RuaArrowTexts *self, RuaColumn *column, guint32 n, char *(*read) (RuaColumn *column, guint32 code))
{
  g_autofree gint64 *offsets = g_new (gint64, (gsize) n + 1);
  g_autofree guint8 *known = g_malloc0 (((gsize) n + 7) / 8 + 1);
  GString *bytes = g_string_new (NULL);

  offsets[0] = 0;
  for (guint32 code = 0; code < n; code++) {
    g_autofree char *text = read (column, code);

    if (text) {
      g_string_append (bytes, text);
      known[code >> 3] |= 1 << (code & 7);
    } else
      self->n_unknown++;
    offsets[code + 1] = (gint64) bytes->len;
  }
  self->n = n;
  self->offsets = g_bytes_new_take (g_steal_pointer (&offsets), ((gsize) n + 1) * sizeof (gint64));
  self->bytes = g_string_free_to_bytes (bytes);
  if (self->n_unknown > 0)
    self->known = g_bytes_new_take (g_steal_pointer (&known), ((gsize) n + 7) / 8 + 1);
}

/* The text told first stands for a text in several languages. */
static char *
code_text (RuaColumn *column, guint32 code)
{
  gsize length;
  const char *text = rua_column_code_text (column, code, &length);

  if (column->type != RUA_FIELD_TYPE_TEXTS)
    return g_strndup (text, length);
  text = rua_texts_lookup (text, length, NULL);
  return g_strdup (text ? text : "");
}

static char *
target_id (RuaColumn *column, guint32 row)
{
  RuaTable *target = rua_column_get_target (column);

  return rua_table_is_alive (target, row) ? rua_table_name_row (target, row) : NULL;
}

/* ---- cells ---- */

static char *
any_text (RuaTable *table, guint32 row)
{
  g_autofree char *id = rua_table_name_row (table, row);

  return g_strconcat (rua_kind_get_name (rua_table_get_kind (table)), "/", id, NULL);
}

char *
rua_arrow_cell_text (const RuaArrowColumn *self, guint32 row)
{
  RuaDatePacked date;
  RuaTable *table;
  guint32 target;
  gsize length;
  const char *text;

  switch (rua_field_get_field_type (self->field)) {
  case RUA_FIELD_TYPE_DATE:
    if (!rua_column_read_date (self->column, row, &date))
      return NULL;
    return rua_date_format (rua_date_packed_day (date), rua_date_packed_precision (date));
  case RUA_FIELD_TYPE_REFERENCE:
    return rua_column_read_reference (self->column, row, &table, &target) ? any_text (table, target) : NULL;
  default:
    text = rua_column_read_text (self->column, row, &length);
    return text ? g_strndup (text, length) : NULL;
  }
}

char **
rua_arrow_cell_texts (const RuaArrowColumn *self, guint32 row)
{
  gsize length;
  const char *packed;
  guint n;
  char **texts;

  if (!rua_column_is_known (self->column, row))
    return NULL;
  if (rua_field_get_field_type (self->field) == RUA_FIELD_TYPE_TEXT_LIST) {
    packed = rua_column_read_text (self->column, row, &length);
    return rua_text_list_unpack (packed, length);
  }
  n = rua_column_get_n_references (self->column, row);
  texts = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++) {
    RuaTable *table;
    guint32 target;

    rua_column_read_reference_at (self->column, row, i, &table, &target);
    texts[i] = self->column->any ? any_text (table, target) : rua_table_name_row (table, target);
  }
  return texts;
}

/* ---- layouts ---- */

static gboolean
all_are_days (RuaColumn *column)
{
  guint32 n_rows = rua_table_get_n_rows (column->table);

  for (guint32 row = 0; row < n_rows; row++) {
    RuaDatePacked date;

    if (rua_column_read_date (column, row, &date)
        && rua_date_packed_precision (date) != RUA_DATE_PRECISION_DAY)
      return FALSE;
  }
  return TRUE;
}

static RuaArrowLayout
choose_layout (RuaColumn *column, RuaField *field)
{
  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_INTEGER:
    return RUA_ARROW_INTEGERS;
  case RUA_FIELD_TYPE_NUMBER:
    return RUA_ARROW_NUMBERS;
  case RUA_FIELD_TYPE_MONEY:
    return RUA_ARROW_AMOUNTS;
  case RUA_FIELD_TYPE_BOOLEAN:
    return RUA_ARROW_BOOLEANS;
  case RUA_FIELD_TYPE_DATE:
    return all_are_days (column) ? RUA_ARROW_DAYS : RUA_ARROW_TEXTS;
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return RUA_ARROW_LISTS;
  case RUA_FIELD_TYPE_REFERENCE:
    return column->any ? RUA_ARROW_TEXTS : RUA_ARROW_CODES;
  default:
    /* Every id is another: a dictionary would be the column once more. */
    return rua_field_get_index (field) == 0 ? RUA_ARROW_TEXTS : RUA_ARROW_CODES;
  }
}

static void
add_column (RuaArrowSource *self, guint index)
{
  RuaArrowColumn made = { 0 };

  made.column = rua_table_peek_column (self->table, index);
  made.field = rua_kind_get_field (rua_table_get_kind (self->table), index);
  made.layout = choose_layout (made.column, made.field);
  made.digits = rua_table_get_money_digits (self->table);
  if (made.layout == RUA_ARROW_CODES) {
    RuaTable *target = rua_column_get_target (made.column);

    made.has_dictionary = TRUE;
    if (made.column->type == RUA_FIELD_TYPE_REFERENCE)
      texts_fill (&made.dictionary, made.column, target ? rua_table_get_n_rows (target) : 0, target_id);
    else
      texts_fill (&made.dictionary, made.column, rua_column_get_n_codes (made.column), code_text);
  }
  g_array_append_val (self->columns, made);
}

static void
clear_column (gpointer data)
{
  texts_clear (&((RuaArrowColumn *) data)->dictionary);
}

RuaArrowSource *
rua_arrow_source_new (RuaTable *table, const char *field, GError **error)
{
  GObject *owner = rua_table_get_owner (table);
  RuaKind *kind = rua_table_get_kind (table);
  g_autoptr (RuaProfile) profile = NULL;
  RuaArrowSource *self;

  if (!owner || !RUA_IS_ALLIANCE (owner)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "the alliance of the table %s is no more",
                 rua_kind_get_plural (kind));
    return NULL;
  }
  self = g_new0 (RuaArrowSource, 1);
  g_atomic_ref_count_init (&self->refs);
  self->snapshot = rua_alliance_is_snapshot (RUA_ALLIANCE (owner)) ? g_object_ref (RUA_ALLIANCE (owner))
                                                                   : rua_alliance_snapshot (RUA_ALLIANCE (owner));
  self->table = rua_alliance_get_table (self->snapshot, rua_kind_get_name (kind));
  profile = rua_alliance_dup_profile (self->snapshot);
  self->currency = profile ? g_strdup (rua_record_get_text (RUA_RECORD (profile), "currency")) : NULL;
  self->columns = g_array_new (FALSE, FALSE, sizeof (RuaArrowColumn));
  g_array_set_clear_func (self->columns, clear_column);
  self->single = field != NULL;
  kind = rua_table_get_kind (self->table);
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++)
    if (!field || strcmp (rua_field_get_name (rua_kind_get_field (kind, i)), field) == 0)
      add_column (self, i);
  return self;
}

RuaArrowSource *
rua_arrow_source_ref (RuaArrowSource *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
rua_arrow_source_unref (RuaArrowSource *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->columns);
  g_free (self->currency);
  g_object_unref (self->snapshot);
  g_free (self);
}

guint
rua_arrow_source_get_n_chunks (RuaArrowSource *self)
{
  return (rua_table_get_n_rows (self->table) + RUA_CHUNK_ROWS - 1) >> RUA_CHUNK_BITS;
}

/* ---- the schema ---- */

typedef struct {
  char *format;
  char *name;
  char *metadata;
} SchemaPrivate;

static void
release_schema (struct ArrowSchema *schema)
{
  SchemaPrivate *own = schema->private_data;

  for (gint64 i = 0; i < schema->n_children; i++) {
    if (schema->children[i]->release)
      schema->children[i]->release (schema->children[i]);
    g_free (schema->children[i]);
  }
  g_free (schema->children);
  if (schema->dictionary) {
    if (schema->dictionary->release)
      schema->dictionary->release (schema->dictionary);
    g_free (schema->dictionary);
  }
  g_free (own->format);
  g_free (own->name);
  g_free (own->metadata);
  g_free (own);
  schema->release = NULL;
}

static void
put_schema (struct ArrowSchema *out, const char *format, const char *name, gint64 flags)
{
  SchemaPrivate *own = g_new0 (SchemaPrivate, 1);

  memset (out, 0, sizeof *out);
  own->format = g_strdup (format);
  own->name = g_strdup (name);
  out->format = own->format;
  out->name = own->name;
  out->flags = flags;
  out->private_data = own;
  out->release = release_schema;
}

/* Arrow's own form: how many, then each key and value after its length. */
static void
put_metadata (struct ArrowSchema *out, const char *const *pairs)
{
  SchemaPrivate *own = out->private_data;
  GByteArray *bytes = g_byte_array_new ();
  gint32 n = 0;

  g_byte_array_append (bytes, (const guint8 *) &n, sizeof n);
  for (guint i = 0; pairs[i]; i += 2) {
    if (!pairs[i + 1])
      break;
    for (guint k = i; k < i + 2; k++) {
      gint32 length = (gint32) strlen (pairs[k]);

      g_byte_array_append (bytes, (const guint8 *) &length, sizeof length);
      g_byte_array_append (bytes, (const guint8 *) pairs[k], length);
    }
    n++;
  }
  memcpy (bytes->data, &n, sizeof n);
  own->metadata = (char *) g_byte_array_free (bytes, FALSE);
  out->metadata = own->metadata;
}

static char *
unit_of (RuaArrowSource *self, RuaField *field)
{
  const char *text = rua_field_get_unit (field);
  g_autoptr (RuaUnit) unit = text ? rua_unit_new (text, NULL) : NULL;
  g_autoptr (RuaUnit) own = NULL;

  if (!unit || !self->currency || !rua_unit_has_money (unit))
    return g_strdup (text);
  own = rua_unit_with_currency (unit, self->currency);
  return rua_unit_to_string (own);
}

static struct ArrowSchema **
add_children (struct ArrowSchema *out, gint64 n)
{
  out->n_children = n;
  out->children = g_new0 (struct ArrowSchema *, MAX (n, 1));
  for (gint64 i = 0; i < n; i++)
    out->children[i] = g_new0 (struct ArrowSchema, 1);
  return out->children;
}

static void
put_column_schema (RuaArrowSource *self, const RuaArrowColumn *column, struct ArrowSchema *out)
{
  static const char *const formats[] = { "l", "g", NULL, "b", "tdD", "U", "i", "+L" };
  g_autofree char *decimal = g_strdup_printf ("d:19,%u", column->digits);
  g_autofree char *unit = unit_of (self, column->field);
  const char *format = formats[column->layout] ? formats[column->layout] : decimal;
  const char *pairs[7] = { "ruralalliance:type", rua_field_type_name (rua_field_get_field_type (column->field)) };
  guint n = 2;

  put_schema (out, format, rua_field_get_name (column->field), ARROW_FLAG_NULLABLE);
  if (unit) {
    pairs[n++] = "ruralalliance:unit";
    pairs[n++] = unit;
  }
  if (rua_field_get_target (column->field)) {
    pairs[n++] = "ruralalliance:kind";
    pairs[n++] = rua_field_get_target (column->field);
  }
  put_metadata (out, pairs);
  if (column->has_dictionary) {
    out->dictionary = g_new0 (struct ArrowSchema, 1);
    put_schema (out->dictionary, "U", "", ARROW_FLAG_NULLABLE);
  }
  if (column->layout == RUA_ARROW_LISTS)
    put_schema (add_children (out, 1)[0], "U", "item", 0);
}

void
rua_arrow_source_put_schema (RuaArrowSource *self, struct ArrowSchema *out)
{
  const char *pairs[] = { "ruralalliance:kind", rua_kind_get_name (rua_table_get_kind (self->table)), NULL };

  if (self->single) {
    put_column_schema (self, &g_array_index (self->columns, RuaArrowColumn, 0), out);
    return;
  }
  put_schema (out, "+s", "", 0);
  put_metadata (out, pairs);
  add_children (out, self->columns->len);
  for (guint i = 0; i < self->columns->len; i++)
    put_column_schema (self, &g_array_index (self->columns, RuaArrowColumn, i), out->children[i]);
}
