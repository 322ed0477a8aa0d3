/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-arrow.h"

#include <math.h>
#include <string.h>

#include "rua-arrow-private.h"
#include "rua-json-private.h"
#include "rua-nearest-private.h"
#include "rua-schema-private.h"
#include "rua-table-core-private.h"

/* Rows of another library: every fault is told, and either all rows are taken or none. */

/* Days since 1970-01-01 of 0001-01-01 and of 9999-12-31. */
#define FIRST_DAY (-719162)
#define LAST_DAY 2932896

/* Rows between two looks at the cancellable. */
#define ROWS_AT_ONCE 4096

/* Whole numbers up to here are doubles. */
#define EXACT ((gint64) 1 << 53)

typedef struct {
  RuaField *field;
  RuaFieldType type;
  guint index;
  RuaArrowView *view;
} Target;

typedef struct {
  RuaTable *table;
  RuaAppender *appender;
  RuaFaults *faults;
  GPtrArray *targets; /* of Target, by child; NULL for one that cannot be read */
  GString *scratch;
  double money_scale;
  guint digits;
  guint64 row; /* from 1 */
} Import;

static void
target_free (gpointer data)
{
  Target *self = data;

  if (!self)
    return;
  rua_arrow_view_free (self->view);
  g_free (self);
}

static void
import_clear (Import *self)
{
  g_clear_object (&self->appender);
  g_clear_pointer (&self->faults, rua_faults_free);
  g_clear_pointer (&self->targets, g_ptr_array_unref);
  if (self->scratch)
    g_string_free (self->scratch, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

static void
import_init (Import *self, RuaTable *table)
{
  self->table = table;
  self->faults = rua_faults_new ("Arrow", 0);
  self->targets = g_ptr_array_new_with_free_func (target_free);
  self->scratch = g_string_new (NULL);
  self->digits = rua_table_get_money_digits (table);
  self->money_scale = pow (10, self->digits);
}

static void
add_fault (Import *self, RuaError code, const char *field, const char *message, const char *mend)
{
  RuaFaultInfo info = {
    .code = code, .line = self->row, .kind = rua_kind_get_name (rua_table_get_kind (self->table)),
    .field = field, .message = message, .mend = mend,
  };

  rua_faults_add (self->faults, &info);
}

/* ---- columns ---- */

/* Which Arrow types a field takes, as its mend says. */
static const char *
takes (RuaFieldType type, guint *kinds)
{
#define OF(kind) (1u << RUA_ARROW_KIND_##kind)
  switch (type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    *kinds = OF (BOOLEAN);
    return "the field takes booleans";
  case RUA_FIELD_TYPE_INTEGER:
    *kinds = OF (INTEGER) | OF (NUMBER);
    return "the field takes whole numbers";
  case RUA_FIELD_TYPE_NUMBER:
    *kinds = OF (INTEGER) | OF (NUMBER);
    return "the field takes numbers; cast decimals to float64";
  case RUA_FIELD_TYPE_MONEY:
    *kinds = OF (DECIMAL) | OF (INTEGER) | OF (NUMBER);
    return "the field takes amounts: decimal128, or numbers";
  case RUA_FIELD_TYPE_DATE:
    *kinds = OF (DAYS) | OF (TEXT);
    return "the field takes dates: date32, date64, timestamps without a time zone, or ISO texts";
  case RUA_FIELD_TYPE_TEXT_LIST:
    *kinds = OF (LIST);
    return "the field takes lists of texts";
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    *kinds = OF (LIST);
    return "the field takes lists of ids";
  case RUA_FIELD_TYPE_REFERENCE:
    *kinds = OF (TEXT);
    return "the field takes ids, as texts";
  default:
    *kinds = OF (TEXT);
    return "the field takes texts";
  }
#undef OF
}

static RuaArrowKind
value_kind (const RuaArrowView *view)
{
  return view->coded ? view->dictionary->kind : view->kind;
}

static Target *
match_column (Import *self, const struct ArrowSchema *schema)
{
  RuaKind *kind = rua_table_get_kind (self->table);
  const char *name = schema && schema->release && schema->name ? schema->name : "";
  RuaField *field = g_utf8_validate (name, -1, NULL) ? rua_kind_find_field (kind, name) : NULL;
  g_autofree char *problem = NULL;
  g_autofree char *safe = g_utf8_make_valid (name, -1);
  const char *mend;
  guint kinds;
  Target *target;

  if (!field) {
    g_autofree char *mended = NULL;
    RuaNearest nearest;

    rua_nearest_init (&nearest, safe);
    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++)
      rua_nearest_offer (&nearest, rua_field_get_name (rua_kind_get_field (kind, i)));
    mended = rua_nearest_mend (&nearest, "rename the column, or leave it out");
    add_fault (self, RUA_ERROR_UNKNOWN_NAME, safe, "there is no field of this name", mended);
    return NULL;
  }
  for (guint i = 0; i < self->targets->len; i++) {
    Target *other = g_ptr_array_index (self->targets, i);

    if (other && other->field == field) {
      add_fault (self, RUA_ERROR_DUPLICATE, name, "two columns have this name", "leave one of them out");
      return NULL;
    }
  }
  target = g_new0 (Target, 1);
  target->field = field;
  target->type = rua_field_get_field_type (field);
  target->index = rua_field_get_index (field);
  mend = takes (target->type, &kinds);
  target->view = rua_arrow_view_new (schema, &problem);
  if (!target->view) {
    add_fault (self, RUA_ERROR_VALUE, name, problem, mend);
  } else if (value_kind (target->view) != RUA_ARROW_KIND_NULL
             && (!(kinds >> value_kind (target->view) & 1)
                 || (target->view->coded && value_kind (target->view) != RUA_ARROW_KIND_TEXT)
                 || (target->view->entries && value_kind (target->view->entries) != RUA_ARROW_KIND_TEXT
                     && value_kind (target->view->entries) != RUA_ARROW_KIND_NULL))) {
    g_autofree char *text = g_strdup_printf ("the column is of another type, “%.40s”", schema->format);

    add_fault (self, RUA_ERROR_VALUE, name, text, mend);
  } else
    return target;
  target_free (target);
  return NULL;
}

static gboolean
match_columns (Import *self, const struct ArrowSchema *schema)
{
  if (!schema->release || !schema->format || strcmp (schema->format, "+s") != 0 || schema->dictionary
      || schema->n_children < 0 || schema->n_children > G_MAXINT16 || (schema->n_children > 0 && !schema->children)) {
    add_fault (self, RUA_ERROR_VALUE, NULL, "this is no table: its type is not a struct of columns",
               "give a table or a record batch");
    return FALSE;
  }
  for (gint64 i = 0; i < schema->n_children; i++)
    g_ptr_array_add (self->targets, match_column (self, schema->children[i]));
  return rua_faults_get_count (self->faults) == 0;
}

/* ---- cells ---- */

static gboolean
refuse_cell (Import *self, const Target *target, const char *message, const char *mend)
{
  add_fault (self, RUA_ERROR_VALUE, rua_field_get_name (target->field), message, mend);
  rua_appender_excuse (self->appender, target->index);
  return FALSE;
}

/* What the appender refuses, it says itself, with the kind, the record and the field. */
static gboolean
refuse_by (Import *self, const Target *target, GError *error)
{
  RuaFaultInfo info = { .code = error->code, .line = self->row, .message = error->message };

  rua_faults_add (self->faults, &info);
  rua_appender_excuse (self->appender, target->index);
  g_error_free (error);
  return FALSE;
}

static gboolean
take_integer (Import *self, const Target *target, gint64 row)
{
  double number;
  gint64 value;

  if (value_kind (target->view) == RUA_ARROW_KIND_INTEGER) {
    if (!rua_arrow_view_read_integer (target->view, row, &value))
      return refuse_cell (self, target, "the number does not fit in 64 bits with a sign", "leave it out");
  } else if (!rua_arrow_view_read_number (target->view, row, &number) || number != floor (number))
    return refuse_cell (self, target, "this is no whole number", "give a whole number, or null where it is unknown");
  else if (number < -0x1p63 || number >= 0x1p63)
    return refuse_cell (self, target, "this is no whole number of 64 bits", "give a whole number, or null where it is unknown");
  else
    value = (gint64) number;
  return rua_appender_set_integer (self->appender, target->index, value, NULL);
}

static gboolean
take_number (Import *self, const Target *target, gint64 row)
{
  double number;
  gint64 value;

  if (value_kind (target->view) == RUA_ARROW_KIND_INTEGER) {
    if (!rua_arrow_view_read_integer (target->view, row, &value) || value > EXACT || value < -EXACT)
      return refuse_cell (self, target, "the whole number is too large for a number", "at most 2^53");
    number = (double) value;
  } else if (!rua_arrow_view_read_number (target->view, row, &number))
    return refuse_cell (self, target, "the number is not finite", "give null where it is unknown");
  return rua_appender_set_number (self->appender, target->index, number, NULL);
}

/* Whole numbers are whole amounts; a number with a fraction has to be an amount to the last bit. */
static gboolean
take_money (Import *self, const Target *target, gint64 row)
{
  const char *mend = "round it first, or give null where it is unknown";
  gint64 scale = (gint64) self->money_scale;
  double number;
  gint64 value;

  switch (value_kind (target->view)) {
  case RUA_ARROW_KIND_DECIMAL:
    if (!rua_arrow_view_read_decimal (target->view, row, self->digits, &value))
      return refuse_cell (self, target, "the amount has more decimals than the currency, or is too large", mend);
    break;
  case RUA_ARROW_KIND_INTEGER:
    if (!rua_arrow_view_read_integer (target->view, row, &value) || __builtin_mul_overflow (value, scale, &value))
      return refuse_cell (self, target, "the amount is too large", "leave it out");
    break;
  default:
    if (!rua_arrow_view_read_number (target->view, row, &number)
        || fabs (number * self->money_scale) > (double) EXACT)
      return refuse_cell (self, target, "the amount is not finite, or too large", mend);
    value = (gint64) llround (number * self->money_scale);
    if ((double) value / self->money_scale != number)
      return refuse_cell (self, target, "the amount has more decimals than the currency", mend);
  }
  return rua_appender_set_money (self->appender, target->index, value, NULL);
}

static gboolean
take_day (Import *self, const Target *target, gint64 row)
{
  g_autofree char *iso = NULL;
  gboolean exact;
  gint64 day;

  rua_arrow_view_read_day (target->view, row, &day, &exact);
  if (!exact)
    return refuse_cell (self, target, "there is a time of day, which a date has not", "cast the column to date32");
  if (day < FIRST_DAY || day > LAST_DAY)
    return refuse_cell (self, target, "the day is not within the years 0001 to 9999", "correct it");
  iso = rua_date_format ((gint32) day, RUA_DATE_PRECISION_DAY);
  return rua_appender_set_date (self->appender, target->index, iso, -1, NULL);
}

static gboolean
take_json (Import *self, const Target *target, const char *text, gsize length)
{
  g_autofree char *compact = rua_json_canonicalise (text, (gssize) length, NULL);

  if (!compact)
    return refuse_cell (self, target, "this is no JSON", "write it as JSON");
  return rua_appender_set_text (self->appender, target->index, compact, -1, NULL);
}

static gboolean
take_text (Import *self, const Target *target, gint64 row)
{
  GError *error = NULL;
  const char *text;
  gsize length;
  gboolean taken;

  if (!rua_arrow_view_read_text (target->view, row, &text, &length))
    return refuse_cell (self, target, "this is no text: not UTF-8, or beyond its array", "write the column as UTF-8");
  switch (target->type) {
  case RUA_FIELD_TYPE_JSON:
    return take_json (self, target, text, length);
  case RUA_FIELD_TYPE_DATE:
    taken = rua_appender_set_date (self->appender, target->index, text, (gssize) length, &error);
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    taken = rua_appender_set_reference (self->appender, target->index, text, (gssize) length, &error);
    break;
  case RUA_FIELD_TYPE_TEXTS:
    g_string_truncate (self->scratch, 0);
    g_string_append_c (self->scratch, '\0'); /* of no language */
    g_string_append_len (self->scratch, text, (gssize) length);
    g_string_append_c (self->scratch, '\0');
    taken = rua_appender_set_packed (self->appender, target->index, self->scratch->str, self->scratch->len, &error);
    break;
  default:
    taken = rua_appender_set_text (self->appender, target->index, text, (gssize) length, &error);
  }
  return taken || refuse_by (self, target, error);
}

static gboolean
take_list (Import *self, const Target *target, gint64 row)
{
  const RuaArrowView *entries = target->view->entries;
  GError *error = NULL;
  gint64 first, n;

  if (!rua_arrow_view_read_list (target->view, row, &first, &n))
    return refuse_cell (self, target, "the list is beyond its array", "correct the array");
  g_string_truncate (self->scratch, 0);
  for (gint64 i = first; i < first + n; i++) {
    const char *text;
    gsize length;

    if (!rua_arrow_view_is_known (entries, i))
      return refuse_cell (self, target, "an entry of the list is null", "leave it out of the list");
    if (!rua_arrow_view_read_text (entries, i, &text, &length))
      return refuse_cell (self, target, "an entry of the list is no text", "write the column as UTF-8");
    g_string_append_len (self->scratch, text, (gssize) length);
    g_string_append_c (self->scratch, '\0');
  }
  if (!rua_appender_set_packed (self->appender, target->index, self->scratch->str, self->scratch->len, &error))
    return refuse_by (self, target, error);
  return TRUE;
}

static void
take_cell (Import *self, const Target *target, gint64 row)
{
  if (!rua_arrow_view_is_known (target->view, row))
    return;
  switch (target->type) {
  case RUA_FIELD_TYPE_BOOLEAN: {
    gboolean value;

    rua_arrow_view_read_boolean (target->view, row, &value);
    rua_appender_set_boolean (self->appender, target->index, value, NULL);
    break;
  }
  case RUA_FIELD_TYPE_INTEGER:
    take_integer (self, target, row);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    take_number (self, target, row);
    break;
  case RUA_FIELD_TYPE_MONEY:
    take_money (self, target, row);
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    take_list (self, target, row);
    break;
  default:
    if (value_kind (target->view) == RUA_ARROW_KIND_DAYS)
      take_day (self, target, row);
    else
      take_text (self, target, row);
  }
}

/* ---- batches ---- */

static gboolean
open_batch (Import *self, const struct ArrowArray *array)
{
  guint64 before = rua_faults_get_count (self->faults);
  const guint8 *known;

  if (!array->release || array->length < 0 || array->offset < 0 || array->length > G_MAXUINT32
      || array->offset > G_MAXINT64 / 2 || array->n_children != (gint64) self->targets->len
      || (self->targets->len > 0 && !array->children)) {
    add_fault (self, RUA_ERROR_VALUE, NULL, "a batch has not the columns, or not the length, that it says",
               "give arrays that follow the Arrow C Data Interface");
    return FALSE;
  }
  known = array->n_buffers > 0 && array->buffers ? array->buffers[0] : NULL;
  if (array->null_count != 0 && known)
    for (gint64 row = array->offset; row < array->offset + array->length; row++)
      if (!(known[row >> 3] >> (row & 7) & 1)) {
        add_fault (self, RUA_ERROR_VALUE, NULL, "a whole row is null", "leave the row out");
        return FALSE;
      }
  for (guint i = 0; i < self->targets->len; i++) {
    Target *target = g_ptr_array_index (self->targets, i);
    g_autofree char *problem = NULL;

    if (!rua_arrow_view_open (target->view, array->children[i], array->offset, array->length, &problem))
      add_fault (self, RUA_ERROR_VALUE, rua_field_get_name (target->field), problem,
                 "give arrays that follow the Arrow C Data Interface");
  }
  return rua_faults_get_count (self->faults) == before;
}

static gboolean
take_batch (Import *self, const struct ArrowArray *array, GCancellable *cancellable, GError **error)
{
  if (!open_batch (self, array))
    return TRUE;
  for (gint64 row = 0; row < array->length; row++) {
    if (row % ROWS_AT_ONCE == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (rua_faults_is_full (self->faults))
      break;
    self->row++;
    /* By which faults that only the end shows are told. */
    rua_appender_set_line (self->appender, self->row);
    for (guint i = 0; i < self->targets->len; i++)
      take_cell (self, g_ptr_array_index (self->targets, i), row);
    rua_appender_end_row (self->appender);
  }
  return TRUE;
}

static gboolean
finish (Import *self, GError **error)
{
  rua_appender_check (self->appender, self->faults);
  if (rua_faults_get_count (self->faults) == 0)
    return rua_appender_commit_pending (self->appender, self->faults);
  rua_appender_rollback (self->appender);
  return rua_faults_raise (self->faults, error);
}

static gboolean
begin (Import *self, RuaTable *table, const struct ArrowSchema *schema, GError **error)
{
  import_init (self, table);
  if (!match_columns (self, schema))
    return rua_faults_raise (self->faults, error);
  self->appender = rua_table_append (table);
  return TRUE;
}

static gboolean
import_array (RuaTable *table, const struct ArrowSchema *schema, const struct ArrowArray *array, GCancellable *cancellable, GError **error)
{
  g_auto (Import) self = { 0 };

  return begin (&self, table, schema, error) && take_batch (&self, array, cancellable, error) && finish (&self, error);
}

static gboolean
refuse_stream (struct ArrowArrayStream *stream, int code, GError **error)
{
  const char *told = stream->get_last_error (stream);
  g_autofree char *safe = told ? g_utf8_make_valid (told, -1) : NULL;

  rua_set_clean_error (error, RUA_ERROR_FAILED, "Arrow: the stream broke off: %s",
                       safe ? safe : g_strerror (code));
  return FALSE;
}

static gboolean
import_batches (Import *self, struct ArrowArrayStream *stream, GCancellable *cancellable, GError **error)
{
  while (TRUE) {
    struct ArrowArray batch = { 0 };
    int code = stream->get_next (stream, &batch);
    gboolean taken;

    if (code != 0)
      return refuse_stream (stream, code, error);
    if (!batch.release)
      return finish (self, error);
    taken = take_batch (self, &batch, cancellable, error);
    batch.release (&batch);
    if (!taken)
      return FALSE;
  }
}

static gboolean
import_stream (RuaTable *table, struct ArrowArrayStream *stream, GCancellable *cancellable, GError **error)
{
  g_auto (Import) self = { 0 };
  struct ArrowSchema schema = { 0 };
  int code = stream->get_schema (stream, &schema);
  gboolean begun;

  if (code != 0)
    return refuse_stream (stream, code, error);
  begun = begin (&self, table, &schema, error);
  if (schema.release)
    schema.release (&schema);
  return begun && import_batches (&self, stream, cancellable, error);
}

static gboolean
can_take (RuaTable *table, GError **error)
{
  if (!rua_table_check_writable (table, error))
    return FALSE;
  if (!table->appender)
    return TRUE;
  rua_set_clean_error (error, RUA_ERROR_FAILED, "rows are being appended to %s already; commit them first",
                       rua_kind_get_plural (table->kind));
  return FALSE;
}

/**
 * rua_table_import_arrow_stream:
 * @self: a table
 * @stream: the address of a `struct ArrowArrayStream`, which is read to its end and
 *   released, whatever comes of it
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Adds the rows of another library through the Arrow C Stream Interface: a stream of struct arrays,
 * whose columns are called as fields of the table are. What is null is unknown. The page on Arrow
 * has the types that a field takes.
 *
 * All rows are added, or none.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` with a line for each fault: a
 *   column that is no field or of another type, a value that the field cannot hold, an id that is
 *   taken, a reference to nothing, a required field without a value
 *
 * Since: 1.0
 */
gboolean
rua_table_import_arrow_stream (RuaTable *self, gsize stream, GCancellable *cancellable, GError **error)
{
  struct ArrowArrayStream *given = (struct ArrowArrayStream *) stream;
  gboolean taken;

  g_return_val_if_fail (RUA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (stream != 0, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  if (!given->release || !given->get_schema || !given->get_next || !given->get_last_error) {
    rua_set_clean_error (error, RUA_ERROR_VALUE, "Arrow: the stream is not there, or was released before");
    return FALSE;
  }
  taken = can_take (self, error) && import_stream (self, given, cancellable, error);
  given->release (given);
  return taken;
}

/**
 * rua_table_import_arrow:
 * @self: a table
 * @schema: the address of a `struct ArrowSchema`, which is released, whatever comes
 *   of it
 * @array: the address of a `struct ArrowArray` of it, which is released likewise
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Adds the rows of one struct array of the Arrow C Data Interface, as
 * [method@Table.import_arrow_stream] does with many.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` with a line for each fault
 *
 * Since: 1.0
 */
gboolean
rua_table_import_arrow (RuaTable *self, gsize schema, gsize array, GCancellable *cancellable, GError **error)
{
  struct ArrowSchema *type = (struct ArrowSchema *) schema;
  struct ArrowArray *given = (struct ArrowArray *) array;
  gboolean taken;

  g_return_val_if_fail (RUA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (schema != 0 && array != 0, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  taken = can_take (self, error) && import_array (self, type, given, cancellable, error);
  if (type->release)
    type->release (type);
  if (given->release)
    given->release (given);
  return taken;
}
