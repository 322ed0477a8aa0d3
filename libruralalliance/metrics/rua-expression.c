/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-expression-private.h"
#include "rua-json-private.h"

#include <math.h>
#include <string.h>

/**
 * RuaExpression:
 *
 * An expression over the rows of a table, such as `amount / household.n_persons` or
 * `household.village.province = 'Yunnan' and year >= 2014`.
 *
 * It is checked when it is made: names, types and units. Paths follow references. What is unknown
 * stays unknown: it is never zero and never false. The page on expressions has the grammar.
 *
 * Since: 1.0
 */

struct _RuaExpression {
  GObject parent_instance;

  RuaProgram *program;
  RuaUnit *unit;
};

G_DEFINE_FINAL_TYPE (RuaExpression, rua_expression, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (RuaExpressionType, rua_expression_type,
                    G_DEFINE_ENUM_VALUE (RUA_EXPRESSION_TYPE_NUMBER, "number"),
                    G_DEFINE_ENUM_VALUE (RUA_EXPRESSION_TYPE_TRUTH, "truth"),
                    G_DEFINE_ENUM_VALUE (RUA_EXPRESSION_TYPE_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (RUA_EXPRESSION_TYPE_DATE, "date"),
                    G_DEFINE_ENUM_VALUE (RUA_EXPRESSION_TYPE_REFERENCE, "reference"))

static void
rua_expression_finalize (GObject *object)
{
  RuaExpression *self = RUA_EXPRESSION (object);

  g_clear_pointer (&self->program, rua_program_unref);
  g_clear_pointer (&self->unit, rua_unit_unref);
  G_OBJECT_CLASS (rua_expression_parent_class)->finalize (object);
}

static void
rua_expression_class_init (RuaExpressionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_expression_finalize;
}

static void
rua_expression_init (RuaExpression *self)
{
}

/**
 * rua_expression_new:
 * @text: the expression
 * @table: the table whose rows it is about
 * @error: return location for a #GError
 *
 * Reads and checks an expression.
 *
 * Returns: (transfer full) (nullable): the expression, or %NULL and a #RuaError that tells the
 *   character: of code %RUA_ERROR_SYNTAX, %RUA_ERROR_UNKNOWN_NAME, %RUA_ERROR_UNIT,
 *   %RUA_ERROR_VALUE, %RUA_ERROR_REFERENCE or %RUA_ERROR_LIMIT
 *
 * Since: 1.0
 */
RuaExpression *
rua_expression_new (const char *text, RuaTable *table, GError **error)
{
  RuaProgramOptions options = { .table = table };
  g_autoptr (RuaProfile) profile = NULL;
  GObject *owner;
  RuaProgram *program;
  RuaExpression *self;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (RUA_IS_TABLE (table), NULL);

  owner = rua_table_get_owner (table);
  if (owner != NULL && RUA_IS_ALLIANCE (owner)) {
    profile = rua_alliance_dup_profile (RUA_ALLIANCE (owner));
    options.currency = profile != NULL ? rua_record_get_text (RUA_RECORD (profile), "currency") : NULL;
  }
  program = rua_program_new (text, &options, error);
  if (program == NULL)
    return NULL;
  self = g_object_new (RUA_TYPE_EXPRESSION, NULL);
  self->program = program;
  self->unit = program->root->unit != NULL ? rua_unit_ref (program->root->unit)
                                           : rua_unit_new ("1", NULL);
  return self;
}

/**
 * rua_expression_get_text:
 * @self: an expression
 *
 * The text that it was made of.
 *
 * Returns: the text
 *
 * Since: 1.0
 */
const char *
rua_expression_get_text (RuaExpression *self)
{
  g_return_val_if_fail (RUA_IS_EXPRESSION (self), NULL);

  return self->program->source;
}

RuaProgram *
rua_expression_peek_program (RuaExpression *self)
{
  return self->program;
}

/**
 * rua_expression_to_string:
 * @self: an expression
 *
 * The expression in its one spelling: small key words, one blank, parentheses and quotes only where
 * they are needed, numbers in their shortest form. Two texts that differ only in these have the
 * same, and it reads as the same expression again.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
rua_expression_to_string (RuaExpression *self)
{
  g_return_val_if_fail (RUA_IS_EXPRESSION (self), NULL);

  return rua_syntax_to_string (self->program->syntax);
}

/**
 * rua_expression_get_expression_type:
 * @self: an expression
 *
 * What it gives for a row.
 *
 * Returns: the type
 *
 * Since: 1.0
 */
RuaExpressionType
rua_expression_get_expression_type (RuaExpression *self)
{
  g_return_val_if_fail (RUA_IS_EXPRESSION (self), RUA_EXPRESSION_TYPE_NUMBER);

  switch (self->program->root->type) {
  case RUA_VALUE_NUMBER:
    return RUA_EXPRESSION_TYPE_NUMBER;
  case RUA_VALUE_BOOLEAN:
    return RUA_EXPRESSION_TYPE_TRUTH;
  case RUA_VALUE_TEXT:
    return RUA_EXPRESSION_TYPE_TEXT;
  case RUA_VALUE_DATE:
    return RUA_EXPRESSION_TYPE_DATE;
  default:
    return RUA_EXPRESSION_TYPE_REFERENCE;
  }
}

/**
 * rua_expression_get_unit:
 * @self: an expression
 *
 * The unit of its numbers; `1` for what is no number.
 *
 * Returns: (transfer none): the unit
 *
 * Since: 1.0
 */
RuaUnit *
rua_expression_get_unit (RuaExpression *self)
{
  g_return_val_if_fail (RUA_IS_EXPRESSION (self), NULL);

  return self->unit;
}

/**
 * rua_expression_dup_warnings:
 * @self: an expression
 *
 * What is right but may be meant otherwise, such as an id that no record has.
 *
 * Returns: (transfer full) (array zero-terminated=1): the warnings
 *
 * Since: 1.0
 */
char **
rua_expression_dup_warnings (RuaExpression *self)
{
  GPtrArray *warnings;
  char **texts;

  g_return_val_if_fail (RUA_IS_EXPRESSION (self), NULL);

  warnings = self->program->warnings;
  texts = g_new0 (char *, warnings->len + 1);
  for (guint i = 0; i < warnings->len; i++)
    texts[i] = g_strdup (g_ptr_array_index (warnings, i));
  return texts;
}

static double
number_at (RuaValueType type, gconstpointer values, guint i)
{
  gint32 date;
  guint8 truth;

  switch (type) {
  case RUA_VALUE_NUMBER:
    return ((const double *) values)[i];
  case RUA_VALUE_BOOLEAN:
    truth = ((const guint8 *) values)[i];
    return truth == RUA_TRI_UNKNOWN ? NAN : truth == RUA_TRI_TRUE;
  case RUA_VALUE_DATE:
    date = ((const gint32 *) values)[i];
    return date == RUA_NO_DATE ? NAN : rua_date_packed_day (date);
  default:
    return NAN;
  }
}

/**
 * rua_expression_dup_numbers:
 * @self: an expression that gives numbers, truths or dates
 * @presence: (out) (optional) (transfer full): a byte a row, 1 where the value is known
 * @error: return location for a #GError
 *
 * The value of every row, in the order of the table, as doubles in the byte order of the machine:
 * a number, 1 and 0 for true and false, or for a date its first day counted from 1970-01-01. An
 * unknown value is 0, with a presence of 0.
 *
 * Returns: (transfer full) (nullable): the values, or %NULL and a #RuaError of code
 *   %RUA_ERROR_VALUE for texts and records
 *
 * Since: 1.0
 */
GBytes *
rua_expression_dup_numbers (RuaExpression *self, GBytes **presence, GError **error)
{
  RuaValueType type;
  RuaTable *table;
  g_autoptr (RuaProgramRun) run = NULL;
  guint n_live, k = 0;
  guint32 n_rows;
  double *values;
  guint8 *known;

  g_return_val_if_fail (RUA_IS_EXPRESSION (self), NULL);

  type = self->program->root->type;
  table = self->program->table;
  if (type != RUA_VALUE_NUMBER && type != RUA_VALUE_BOOLEAN && type != RUA_VALUE_DATE) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "expression “%s” gives %s, not a number; ask for its texts", self->program->source,
                 rua_value_type_name (type));
    return NULL;
  }
  n_live = rua_table_get_n_records (table);
  n_rows = rua_table_get_n_rows (table);
  run = rua_program_run_new (self->program);
  values = g_new0 (double, MAX (n_live, 1));
  known = g_malloc0 (MAX (n_live, 1));
  for (guint32 first = 0; first < n_rows; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - first);
    gconstpointer batch = rua_program_run_batch (run, first, n);

    for (guint i = 0; i < n; i++)
      if (rua_table_is_alive (table, first + i)) {
        double value = number_at (type, batch, i);

        known[k] = !isnan (value);
        values[k++] = isnan (value) ? 0 : value;
      }
  }
  if (presence != NULL)
    *presence = g_bytes_new_take (known, n_live);
  else
    g_free (known);
  return g_bytes_new_take (values, n_live * sizeof (double));
}

static char *
text_at (RuaProgramRun *run, gconstpointer values, guint i)
{
  RuaNode *root = run->program->root;
  double number;
  char buffer[40];

  switch (root->type) {
  case RUA_VALUE_TEXT: {
    guint32 code = ((const guint32 *) values)[i];
    gsize length;
    const char *text;

    if (code == RUA_NO_CODE)
      return NULL;
    text = rua_program_run_get_text (run, code, &length);
    return g_strndup (text, length);
  }
  case RUA_VALUE_DATE: {
    gint32 date = ((const gint32 *) values)[i];

    return date == RUA_NO_DATE ? NULL : rua_date_format (rua_date_packed_day (date),
                                                       rua_date_packed_precision (date));
  }
  case RUA_VALUE_REFERENCE: {
    guint32 row = ((const guint32 *) values)[i];

    return row == RUA_NO_ROW ? NULL : rua_table_name_row (root->table, row);
  }
  case RUA_VALUE_ANY_REFERENCE: {
    guint64 word = ((const guint64 *) values)[i];
    RuaTable *table;
    g_autofree char *id = NULL;

    if (word == RUA_NO_ANY)
      return NULL;
    table = rua_table_find_ordinal (run->program->table, (guint) (word >> 32));
    id = rua_table_name_row (table, (guint32) word);
    return g_strdup_printf ("%s/%s", rua_kind_get_name (rua_table_get_kind (table)), id);
  }
  case RUA_VALUE_BOOLEAN: {
    guint8 truth = ((const guint8 *) values)[i];

    return truth == RUA_TRI_UNKNOWN ? NULL : g_strdup (truth == RUA_TRI_TRUE ? "true" : "false");
  }
  default:
    number = ((const double *) values)[i];
    return isnan (number) ? NULL : g_strdup (rua_number_format (number, buffer));
  }
}

/**
 * rua_expression_dup_texts:
 * @self: an expression
 * @presence: (out) (optional) (transfer full): a byte a row, 1 where the value is known
 * @error: return location for a #GError
 *
 * The value of every row as text, in the order of the table: numbers in full, ISO dates, `true`
 * and `false`, the ids of records. An unknown value is the empty text, with a presence of 0.
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): the texts, or %NULL and an error
 *
 * Since: 1.0
 */
char **
rua_expression_dup_texts (RuaExpression *self, GBytes **presence, GError **error)
{
  RuaTable *table;
  g_autoptr (RuaProgramRun) run = NULL;
  guint n_live, k = 0;
  guint32 n_rows;
  char **texts;
  guint8 *known;

  g_return_val_if_fail (RUA_IS_EXPRESSION (self), NULL);

  table = self->program->table;
  n_live = rua_table_get_n_records (table);
  n_rows = rua_table_get_n_rows (table);
  run = rua_program_run_new (self->program);
  texts = g_new0 (char *, n_live + 1);
  known = g_malloc0 (MAX (n_live, 1));
  for (guint32 first = 0; first < n_rows; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - first);
    gconstpointer batch = rua_program_run_batch (run, first, n);

    for (guint i = 0; i < n; i++)
      if (rua_table_is_alive (table, first + i)) {
        texts[k] = text_at (run, batch, i);
        known[k] = texts[k] != NULL;
        if (texts[k] == NULL)
          texts[k] = g_strdup ("");
        k++;
      }
  }
  if (presence != NULL)
    *presence = g_bytes_new_take (known, n_live);
  else
    g_free (known);
  return texts;
}
