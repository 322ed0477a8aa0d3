/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-program-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Comparisons, lists and ranges to typed nodes. */

/* A date or a reference beside a constant text reads the text as one. */
RuaNode *
rua_compile_date_constant (RuaCompiler *c, const RuaSyntax *text)
{
  RuaDatePacked packed;
  RuaNode *made;

  if (!rua_date_parse_packed (text->text, strlen (text->text), &packed)) {
    rua_compile_refuse (c, RUA_ERROR_VALUE, text,
                        "“%s” stands for a date, but is none; write a year '2014', a month "
                        "'2014-09' or a day '2014-09-15'", text->text);
    return NULL;
  }
  made = rua_node_new (c, RUA_NODE_CONSTANT, RUA_VALUE_DATE, text);
  made->date = packed;
  return made;
}

static RuaNode *
number_as_date (RuaCompiler *c, RuaNode *number)
{
  RuaNode *made;
  double year = number->number;

  if (year != floor (year) || year < 1 || year > 9999) {
    rua_compile_refuse (c, RUA_ERROR_VALUE, number->syntax,
                        "a date is compared with this number, which is no year; write a year as "
                        "2014, a month as '2014-09', a day as '2014-09-15'");
    return NULL;
  }
  made = rua_node_new (c, RUA_NODE_CONSTANT, RUA_VALUE_DATE, number->syntax);
  made->date = rua_date_pack (rua_date_civil_to_day ((int) year, 1, 1), RUA_DATE_PRECISION_YEAR);
  return made;
}

static gboolean
is_constant (RuaNode *node, RuaValueType type)
{
  return node->kind == RUA_NODE_CONSTANT && node->type == type;
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  guint64 s = *(const guint64 *) a, t = *(const guint64 *) b;

  return s < t ? -1 : s > t;
}

/* Which of the records a reference is compared with; ids that are not there are warned of. */
static gboolean
add_target (RuaCompiler *c, RuaNode *made, RuaNode *reference, const RuaSyntax *text)
{
  const char *id = text->text;
  RuaTable *table = reference->table;
  guint64 place = 0;
  guint32 row;

  if (reference->type == RUA_VALUE_ANY_REFERENCE) {
    const char *slash = strchr (id, '/');
    g_autofree char *kind = slash != NULL ? g_strndup (id, slash - id) : NULL;
    GObject *owner = G_OBJECT (rua_table_get_owner (c->options->table));

    table = kind != NULL && RUA_IS_ALLIANCE (owner)
      ? rua_alliance_get_table (RUA_ALLIANCE (owner), kind) : NULL;
    if (table == NULL)
      return rua_compile_refuse (c, RUA_ERROR_REFERENCE, text,
                                 "“%s” is compared with a record of any kind, which is written "
                                 "'kind/id', as in 'cooperative/pingzhai'", id);
    id = slash + 1;
  }
  row = rua_table_find_row (table, id, -1);
  if (row == RUA_NO_ROW) {
    g_ptr_array_add (c->program->warnings,
                     g_strdup_printf ("no %s has the id “%s”, so nothing is equal to it",
                                      rua_kind_get_name (rua_table_get_kind (table)), id));
    return TRUE;
  }
  if (reference->type == RUA_VALUE_ANY_REFERENCE)
    place = rua_table_get_ordinal (table);
  made->targets = g_renew (guint64, made->targets, made->n_targets + 1);
  made->targets[made->n_targets++] = place << 32 | row;
  return TRUE;
}

static RuaNode *
compile_reference_is (RuaCompiler *c, const RuaSyntax *at, RuaNode *reference,
                      RuaSyntax *const *texts, guint n)
{
  RuaNode *made = rua_node_new (c, RUA_NODE_REFERENCE_IS, RUA_VALUE_BOOLEAN, at);

  rua_node_add (made, reference);
  for (guint i = 0; i < n; i++)
    if (!add_target (c, made, reference, texts[i]))
      return NULL;
  if (made->n_targets > 1)
    qsort (made->targets, made->n_targets, sizeof (guint64), compare_words);
  return made;
}

static RuaNode *
compile_not (RuaCompiler *c, RuaNode *node)
{
  RuaNode *made;

  if (node == NULL)
    return NULL;
  made = rua_node_new (c, RUA_NODE_NOT, RUA_VALUE_BOOLEAN, node->syntax);
  rua_node_add (made, node);
  return made;
}

static gboolean
is_reference (RuaNode *node)
{
  return node->type == RUA_VALUE_REFERENCE || node->type == RUA_VALUE_ANY_REFERENCE;
}

/* Whether nothing is read for it, be it computed as date (2014, 2). */
static gboolean
is_written (const RuaNode *node)
{
  if (node->kind == RUA_NODE_CONSTANT)
    return TRUE;
  for (guint i = 0; i < node->n_parts; i++)
    if (!is_written (node->parts[i]))
      return FALSE;
  return node->n_parts > 0 && node->column == NULL;
}

RuaNode *
rua_compile_compare (RuaCompiler *c, const RuaSyntax *at, RuaOperator operator, RuaNode *left,
                     RuaNode *right)
{
  RuaNodeKind kind = RUA_NODE_COMPARE_NUMBERS;
  gboolean equality = operator == RUA_OPERATOR_EQUAL || operator == RUA_OPERATOR_NOT_EQUAL;
  RuaNode *made;

  if (left->type == RUA_VALUE_UNKNOWN || right->type == RUA_VALUE_UNKNOWN) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX,
                        left->type == RUA_VALUE_UNKNOWN ? left->syntax : right->syntax,
                        "nothing equals unknown; ask “is unknown” or “is known”");
    return NULL;
  }
  if ((left->kind == RUA_NODE_CONSTANT && right->kind != RUA_NODE_CONSTANT)
      || (left->type == RUA_VALUE_DATE && is_written (left) && !is_written (right))) {
    RuaNode *swap = left;

    left = right;
    right = swap;
    operator = rua_operator_mirror (operator);
  }
  if (left->type == RUA_VALUE_DATE && is_constant (right, RUA_VALUE_TEXT))
    right = rua_compile_date_constant (c, right->syntax);
  else if (left->type == RUA_VALUE_DATE && is_constant (right, RUA_VALUE_NUMBER))
    right = number_as_date (c, right);
  if (right == NULL)
    return NULL;
  if (is_reference (left) && !equality) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, at,
                        "records are equal or not, they have no order; compare one of their "
                        "fields, as in place.population > 100");
    return NULL;
  }
  if (is_reference (left) && is_constant (right, RUA_VALUE_TEXT)) {
    RuaSyntax *text = (RuaSyntax *) right->syntax;

    made = compile_reference_is (c, at, left, &text, 1);
    return operator == RUA_OPERATOR_EQUAL ? made : compile_not (c, made);
  }
  if (left->type == RUA_VALUE_TEXT && left->kind != RUA_NODE_CONSTANT
      && is_constant (right, RUA_VALUE_TEXT)) {
    made = rua_compile_text_test (c, at, left, RUA_TEXT_COMPARE, operator);
    if (made != NULL) {
      made->constants = g_strdupv (right->constants);
      made->n_constants = 1;
    }
    return made;
  }
  if (left->type != right->type) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, at, "%s is compared with %s%s",
                        rua_value_type_name (left->type), rua_value_type_name (right->type),
                        left->type == RUA_VALUE_NUMBER && is_constant (right, RUA_VALUE_TEXT)
                          ? "; a number stands without quotes"
                          : left->type == RUA_VALUE_TEXT && is_constant (right, RUA_VALUE_NUMBER)
                            ? "; a text stands in single quotes"
                            : "; both sides must be of one type");
    return NULL;
  }
  switch (left->type) {
  case RUA_VALUE_NUMBER:
    if (left->unit != NULL)
      right = rua_compile_to_unit (c, right, left->unit, left);
    if (right == NULL)
      return NULL;
    break;
  case RUA_VALUE_DATE:
    kind = RUA_NODE_COMPARE_DATES;
    break;
  case RUA_VALUE_TEXT:
    kind = RUA_NODE_COMPARE_TEXTS;
    break;
  case RUA_VALUE_BOOLEAN:
    kind = RUA_NODE_COMPARE_BOOLEANS;
    if (!equality) {
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, at, "truths are equal or not, they have no order");
      return NULL;
    }
    break;
  default:
    kind = RUA_NODE_COMPARE_REFERENCES;
    if (left->type == RUA_VALUE_REFERENCE && left->table != right->table) {
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, at, "a %s is compared with a %s, so never equal",
                          rua_kind_get_name (rua_table_get_kind (left->table)),
                          rua_kind_get_name (rua_table_get_kind (right->table)));
      return NULL;
    }
    break;
  }
  made = rua_node_new (c, kind, RUA_VALUE_BOOLEAN, at);
  made->operator = operator;
  made->flag = kind == RUA_NODE_COMPARE_DATES && is_written (right);
  rua_node_add (made, left);
  rua_node_add (made, right);
  return made;
}

static gboolean
is_signed_number (const RuaSyntax *s)
{
  while (s->type == RUA_SYNTAX_NEGATE)
    s = rua_syntax_part (s, 0);
  return s->type == RUA_SYNTAX_NUMBER && !s->percent;
}

static double
signed_number (const RuaSyntax *s)
{
  return s->type == RUA_SYNTAX_NEGATE ? -signed_number (rua_syntax_part (s, 0)) : s->number;
}

static gboolean
list_is_of (const RuaSyntax *s, RuaSyntaxType type)
{
  for (guint i = 1; i < s->parts->len; i++) {
    const RuaSyntax *entry = rua_syntax_part (s, i);

    if (type == RUA_SYNTAX_NUMBER ? !is_signed_number (entry) : entry->type != type)
      return FALSE;
  }
  return TRUE;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double s = *(const double *) a, t = *(const double *) b;

  return s < t ? -1 : s > t;
}

/* A long list of constants is one node, however long it is. */
static RuaNode *
compile_in_constants (RuaCompiler *c, const RuaSyntax *s, RuaNode *left)
{
  guint n = s->parts->len - 1;
  RuaSyntax *const *list = (RuaSyntax *const *) s->parts->pdata + 1;
  RuaNode *made;

  if (is_reference (left))
    return compile_reference_is (c, s, left, list, n);
  if (left->type == RUA_VALUE_TEXT) {
    made = rua_compile_text_test (c, s, left, RUA_TEXT_IN, RUA_OPERATOR_NONE);
    made->constants = g_new0 (char *, n + 1);
    for (guint i = 0; i < n; i++)
      made->constants[i] = g_strdup (list[i]->text);
    made->n_constants = n;
    return made;
  }
  made = rua_node_new (c, RUA_NODE_NUMBER_IN, RUA_VALUE_BOOLEAN, s);
  rua_node_add (made, left);
  made->numbers = g_new (double, n);
  for (guint i = 0; i < n; i++)
    made->numbers[i] = signed_number (list[i]);
  made->n_numbers = n;
  qsort (made->numbers, n, sizeof (double), compare_doubles);
  return made;
}

RuaNode *
rua_compile_in (RuaCompiler *c, const RuaSyntax *s)
{
  RuaNode *left = rua_compile (c, rua_syntax_part (s, 0));
  RuaNode *whole = NULL;

  if (left == NULL)
    return NULL;
  if (left->kind != RUA_NODE_CONSTANT
      && ((list_is_of (s, RUA_SYNTAX_TEXT) && (is_reference (left) || left->type == RUA_VALUE_TEXT))
          || (list_is_of (s, RUA_SYNTAX_NUMBER) && left->type == RUA_VALUE_NUMBER)))
    return compile_in_constants (c, s, left);
  for (guint i = 1; i < s->parts->len; i++) {
    RuaNode *entry = rua_compile (c, rua_syntax_part (s, i));
    RuaNode *equal, *made;

    if (entry == NULL)
      return NULL;
    equal = rua_compile_compare (c, entry->syntax, RUA_OPERATOR_EQUAL, left, entry);
    if (equal == NULL)
      return NULL;
    if (whole == NULL) {
      whole = equal;
      continue;
    }
    made = rua_node_new (c, RUA_NODE_OR, RUA_VALUE_BOOLEAN, s);
    rua_node_add (made, whole);
    rua_node_add (made, equal);
    whole = made;
  }
  return whole;
}

RuaNode *
rua_compile_between (RuaCompiler *c, const RuaSyntax *s)
{
  RuaNode *value = rua_compile (c, g_ptr_array_index (s->parts, 0));
  RuaNode *low = value != NULL ? rua_compile (c, g_ptr_array_index (s->parts, 1)) : NULL;
  RuaNode *high = low != NULL ? rua_compile (c, g_ptr_array_index (s->parts, 2)) : NULL;
  RuaNode *made;

  if (high == NULL)
    return NULL;
  low = rua_compile_compare (c, low->syntax, RUA_OPERATOR_GREATER_EQUAL, value, low);
  high = low != NULL ? rua_compile_compare (c, high->syntax, RUA_OPERATOR_LESS_EQUAL, value, high)
                     : NULL;
  if (high == NULL)
    return NULL;
  made = rua_node_new (c, RUA_NODE_AND, RUA_VALUE_BOOLEAN, s);
  rua_node_add (made, low);
  rua_node_add (made, high);
  return made;
}
