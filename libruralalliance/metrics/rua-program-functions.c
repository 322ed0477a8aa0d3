/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-nearest-private.h"
#include "rua-program-private.h"

#include <math.h>
#include <string.h>

/* Of least, greatest and coalesce. */
#define MOST_VALUES 32

/* The functions of the language: what each takes, and the node that it becomes. */

typedef struct _Function Function;

struct _Function {
  const char *name;
  guint min;
  guint max;
  const char *usage;
  RuaNode *(*compile) (RuaCompiler *c, const RuaSyntax *s, guint option);
  guint option;
};

static gboolean
need (RuaCompiler *c, const RuaSyntax *s, RuaNode *node, RuaValueType type)
{
  if (node->type == type)
    return TRUE;
  if (node->type == RUA_VALUE_UNKNOWN) {
    node->type = type;
    node->number = NAN;
    node->date = RUA_NO_DATE;
    return TRUE;
  }
  return rua_compile_refuse (c, RUA_ERROR_SYNTAX, node->syntax, "%s takes %s, but this is %s",
                             rua_syntax_name (s, 0), rua_value_type_name (type),
                             rua_value_type_name (node->type));
}

static RuaNode *
argument (RuaCompiler *c, const RuaSyntax *s, guint i, RuaValueType type)
{
  RuaNode *node = rua_compile (c, rua_syntax_part (s, i));

  return node != NULL && need (c, s, node, type) ? node : NULL;
}

/* A text in quotes stands for the date that it is. */
static RuaNode *
date_argument (RuaCompiler *c, const RuaSyntax *s, guint i)
{
  const RuaSyntax *part = rua_syntax_part (s, i);

  return part->type == RUA_SYNTAX_TEXT ? rua_compile_date_constant (c, part)
                                       : argument (c, s, i, RUA_VALUE_DATE);
}

/* A number without a dimension, as a plain one: 50 % is 0.5. */
static RuaNode *
plain_argument (RuaCompiler *c, const RuaSyntax *s, guint i)
{
  RuaNode *node = argument (c, s, i, RUA_VALUE_NUMBER);
  g_autoptr (RuaUnit) one = NULL;

  if (node == NULL || node->unit == NULL)
    return node;
  if (!rua_unit_is_dimensionless (node->unit)) {
    g_autofree char *unit = rua_unit_to_string (node->unit);

    rua_compile_refuse (c, RUA_ERROR_UNIT, node->syntax,
                        "%s is taken of plain numbers, but this is in %s; divide it by something "
                        "in the same unit", rua_syntax_name (s, 0), unit);
    return NULL;
  }
  one = rua_unit_new ("1", NULL);
  return rua_compile_to_unit (c, node, one, node);
}

/* A whole number that is written out. */
static gboolean
whole_argument (RuaCompiler *c, const RuaSyntax *s, guint i, int low, int high, int *value)
{
  const RuaSyntax *part = rua_syntax_part (s, i);
  gboolean negative = part->type == RUA_SYNTAX_NEGATE;
  const RuaSyntax *number = negative ? rua_syntax_part (part, 0) : part;

  if (number->type == RUA_SYNTAX_NUMBER && !number->percent) {
    double told = negative ? -number->number : number->number;

    if (told == floor (told) && told >= low && told <= high) {
      *value = (int) told;
      return TRUE;
    }
  }
  return rua_compile_refuse (c, RUA_ERROR_VALUE, part,
                             "%s takes a whole number from %d to %d here, written out",
                             rua_syntax_name (s, 0), low, high);
}

static const char *
text_constant (RuaCompiler *c, const RuaSyntax *s, guint i)
{
  const RuaSyntax *part = rua_syntax_part (s, i);

  if (part->type == RUA_SYNTAX_TEXT)
    return part->text;
  rua_compile_refuse (c, RUA_ERROR_SYNTAX, part, "%s takes a text in single quotes here",
                      rua_syntax_name (s, 0));
  return NULL;
}

static RuaNode *
function_node (RuaCompiler *c, const RuaSyntax *s, RuaFunction function, RuaValueType type,
               const char *unit)
{
  RuaNode *made = rua_node_new (c, RUA_NODE_FUNCTION, type, s);

  made->option = function;
  if (unit != NULL)
    made->unit = rua_unit_new (unit, NULL);
  return made;
}

/* ---- of numbers ---- */

/* abs, round, floor, ceiling: in the number's own unit. */
static RuaNode *
compile_same_unit (RuaCompiler *c, const RuaSyntax *s, guint maths)
{
  RuaNode *number = argument (c, s, 0, RUA_VALUE_NUMBER);
  int digits = 0;
  RuaNode *made;

  if (number == NULL || (s->parts->len > 1 && !whole_argument (c, s, 1, -15, 15, &digits)))
    return NULL;
  if (digits != 0) {
    made = function_node (c, s, RUA_FUNCTION_ROUND_TO, RUA_VALUE_NUMBER, NULL);
    made->number = digits;
  } else {
    made = rua_node_new (c, RUA_NODE_MATHS, RUA_VALUE_NUMBER, s);
    made->option = maths;
  }
  made->unit = number->unit != NULL ? rua_unit_ref (number->unit) : NULL;
  rua_node_add (made, number);
  return made;
}

/* sqrt, ln, exp: from plain numbers to plain numbers. */
static RuaNode *
compile_plain (RuaCompiler *c, const RuaSyntax *s, guint maths)
{
  RuaNode *number = plain_argument (c, s, 0);
  RuaNode *made;

  if (number == NULL)
    return NULL;
  made = rua_node_new (c, RUA_NODE_MATHS, RUA_VALUE_NUMBER, s);
  made->option = maths;
  made->unit = number->unit != NULL ? rua_unit_ref (number->unit) : NULL;
  rua_node_add (made, number);
  return made;
}

static RuaNode *
compile_log10 (RuaCompiler *c, const RuaSyntax *s, guint option)
{
  RuaNode *number = plain_argument (c, s, 0);
  RuaNode *made;

  if (number == NULL)
    return NULL;
  made = function_node (c, s, option, RUA_VALUE_NUMBER, NULL);
  made->unit = number->unit != NULL ? rua_unit_ref (number->unit) : NULL;
  rua_node_add (made, number);
  return made;
}

/* least, greatest, mod: all in the unit of the first that has one. */
static RuaNode *
compile_united (RuaCompiler *c, const RuaSyntax *s, guint option)
{
  gboolean is_mod = strcmp (rua_syntax_name (s, 0), "mod") == 0;
  RuaNode *args[MOST_VALUES], *united = NULL, *made;
  guint n = s->parts->len;

  for (guint i = 0; i < n; i++) {
    args[i] = argument (c, s, i, RUA_VALUE_NUMBER);
    if (args[i] == NULL)
      return NULL;
    if (united == NULL && args[i]->unit != NULL)
      united = args[i];
  }
  for (guint i = 0; united != NULL && i < n; i++) {
    args[i] = rua_compile_to_unit (c, args[i], united->unit, united);
    if (args[i] == NULL)
      return NULL;
  }
  made = rua_node_new (c, is_mod ? RUA_NODE_FUNCTION : RUA_NODE_MATHS, RUA_VALUE_NUMBER, s);
  made->option = option;
  made->unit = united != NULL ? rua_unit_ref (united->unit) : NULL;
  for (guint i = 0; i < n; i++)
    rua_node_add (made, args[i]);
  return made;
}

/* A number with a dimension is raised to a whole exponent that is written out, so that the unit of
 * the power is known; plain numbers to any. */
static RuaNode *
compile_power (RuaCompiler *c, const RuaSyntax *s, guint option)
{
  RuaNode *base = argument (c, s, 0, RUA_VALUE_NUMBER);
  RuaNode *exponent, *made;
  int whole = 0;

  if (base == NULL)
    return NULL;
  if (base->unit != NULL && !rua_unit_is_dimensionless (base->unit)) {
    if (!whole_argument (c, s, 1, -9, 9, &whole))
      return NULL;
    exponent = rua_compile (c, rua_syntax_part (s, 1));
    made = function_node (c, s, option, RUA_VALUE_NUMBER, NULL);
    made->unit = rua_unit_power (base->unit, whole);
  } else {
    g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);
    gboolean plain = base->unit == NULL;

    base = rua_compile_to_unit (c, base, one, base);
    exponent = plain_argument (c, s, 1);
    if (exponent == NULL)
      return NULL;
    made = function_node (c, s, option, RUA_VALUE_NUMBER, plain ? NULL : "1");
  }
  rua_node_add (made, base);
  rua_node_add (made, exponent);
  return rua_compile_check_unit (c, made) ? made : NULL;
}

static RuaNode *
compile_unit (RuaCompiler *c, const RuaSyntax *s, guint convert)
{
  RuaNode *number = argument (c, s, 0, RUA_VALUE_NUMBER);
  const RuaSyntax *text = rua_syntax_part (s, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaUnit) unit = NULL;
  RuaNode *made;
  double factor = 1;

  if (number == NULL)
    return NULL;
  if (text->type != RUA_SYNTAX_TEXT) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, text, "%s takes a unit in single quotes, as in 'kg/ha'",
                        rua_syntax_name (s, 0));
    return NULL;
  }
  unit = rua_unit_new (text->text, &error);
  if (unit == NULL) {
    rua_compile_refuse (c, RUA_ERROR_UNIT, text, "%s", error->message);
    return NULL;
  }
  if (!convert && number->unit != NULL && !rua_unit_is_dimensionless (number->unit)) {
    g_autofree char *has = rua_unit_to_string (number->unit);

    rua_compile_refuse (c, RUA_ERROR_UNIT, number->syntax,
                        "this is in %s already; to change between units of one kind write "
                        "convert (…, '%s')", has, text->text);
    return NULL;
  }
  if (!convert && number->unit != NULL) {
    /* 50 % of something is half of it. */
    g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);

    rua_unit_get_factor (number->unit, one, &factor, NULL);
  }
  if (convert && number->unit != NULL
      && !rua_unit_get_factor (number->unit, unit, &factor, &error)) {
    rua_compile_refuse (c, RUA_ERROR_UNIT, number->syntax, "%s", error->message);
    return NULL;
  }
  made = rua_node_new (c, RUA_NODE_SCALE, RUA_VALUE_NUMBER, s);
  made->number = factor;
  made->unit = g_steal_pointer (&unit);
  rua_node_add (made, number);
  return made;
}

/* ---- of dates ---- */

static RuaNode *
compile_date_part (RuaCompiler *c, const RuaSyntax *s, guint part)
{
  RuaNode *date = date_argument (c, s, 0);
  RuaNode *made;

  if (date == NULL)
    return NULL;
  made = rua_node_new (c, RUA_NODE_DATE_PART, RUA_VALUE_NUMBER, s);
  made->option = part;
  made->unit = rua_unit_new (rua_syntax_name (s, 0), NULL);
  rua_node_add (made, date);
  return made;
}

/* quarter, weekday; first_day, last_day. */
static RuaNode *
compile_of_date (RuaCompiler *c, const RuaSyntax *s, guint function)
{
  RuaNode *date = date_argument (c, s, 0);
  RuaNode *made;

  if (date == NULL)
    return NULL;
  if (function == RUA_FUNCTION_FIRST_DAY || function == RUA_FUNCTION_LAST_DAY)
    made = function_node (c, s, function, RUA_VALUE_DATE, NULL);
  else
    made = function_node (c, s, function, RUA_VALUE_NUMBER,
                          function == RUA_FUNCTION_QUARTER ? "quarter" : "1");
  rua_node_add (made, date);
  return made;
}

/* age, months, days: from one date to another. */
static RuaNode *
compile_span (RuaCompiler *c, const RuaSyntax *s, guint function)
{
  RuaNode *from = date_argument (c, s, 0);
  RuaNode *to = from != NULL ? date_argument (c, s, 1) : NULL;
  RuaNode *made;

  if (to == NULL)
    return NULL;
  if (function == RUA_FUNCTION_AGE) {
    made = rua_node_new (c, RUA_NODE_AGE, RUA_VALUE_NUMBER, s);
    made->unit = rua_unit_new ("year", NULL);
  } else
    made = function_node (c, s, function, RUA_VALUE_NUMBER,
                          function == RUA_FUNCTION_DAYS ? "day" : "month");
  rua_node_add (made, from);
  rua_node_add (made, to);
  return made;
}

/* A part of a date that is put together: in its own unit, or a plain number. */
static RuaNode *
civil_argument (RuaCompiler *c, const RuaSyntax *s, guint i, const char *unit)
{
  RuaNode *node = argument (c, s, i, RUA_VALUE_NUMBER);
  g_autoptr (RuaUnit) own = rua_unit_new (unit, NULL);
  g_autofree char *has = NULL;

  if (node == NULL || node->unit == NULL || rua_unit_equal (node->unit, own))
    return node;
  if (rua_unit_is_dimensionless (node->unit)) {
    g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);

    return rua_compile_to_unit (c, node, one, node);
  }
  has = rua_unit_to_string (node->unit);
  rua_compile_refuse (c, RUA_ERROR_UNIT, node->syntax,
                      "this is the %s of the date, but is in %s", unit, has);
  return NULL;
}

static RuaNode *
compile_date (RuaCompiler *c, const RuaSyntax *s, guint option)
{
  static const char *const units[] = { "year", "month", "day" };
  const RuaSyntax *first = rua_syntax_part (s, 0);
  g_autoptr (RuaUnit) year = rua_unit_new ("year", NULL);
  g_autoptr (RuaUnit) day = rua_unit_new ("day", NULL);
  RuaNode *node, *made, *parts[3];

  if (s->parts->len > 1) {
    for (guint i = 0; i < s->parts->len; i++) {
      parts[i] = civil_argument (c, s, i, units[i]);
      if (parts[i] == NULL)
        return NULL;
    }
    made = function_node (c, s, RUA_FUNCTION_DATE_OF_PARTS, RUA_VALUE_DATE, NULL);
    for (guint i = 0; i < s->parts->len; i++)
      rua_node_add (made, parts[i]);
    return made;
  }
  if (first->type == RUA_SYNTAX_TEXT)
    return rua_compile_date_constant (c, first);
  node = rua_compile (c, first);
  if (node == NULL || node->type == RUA_VALUE_DATE)
    return node;
  if (node->type == RUA_VALUE_TEXT) {
    made = function_node (c, s, RUA_FUNCTION_DATE_OF_TEXT, RUA_VALUE_DATE, NULL);
    rua_node_add (made, node);
    return made;
  }
  if (!need (c, s, node, RUA_VALUE_NUMBER))
    return NULL;
  if (node->unit == NULL) {
    rua_compile_refuse (c, RUA_ERROR_UNIT, node->syntax,
                        "whether this number is a year or a day is not clear; a day is written "
                        "date ('2014-09-15'), a year date ('2014'), a number of days since "
                        "1970-01-01 date (unit (…, 'day'))");
    return NULL;
  }
  if (rua_unit_equal (node->unit, year)) {
    made = function_node (c, s, RUA_FUNCTION_DATE_OF_PARTS, RUA_VALUE_DATE, NULL);
    rua_node_add (made, node);
    return made;
  }
  if (!rua_unit_is_dimensionless (node->unit) && !rua_unit_is_compatible (node->unit, day)) {
    g_autofree char *has = rua_unit_to_string (node->unit);

    rua_compile_refuse (c, RUA_ERROR_UNIT, node->syntax,
                        "date takes days since 1970-01-01, or a year, but this is in %s", has);
    return NULL;
  }
  if (rua_unit_is_dimensionless (node->unit)) {
    g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);

    node = rua_compile_to_unit (c, node, one, node);
  } else
    node = rua_compile_to_unit (c, node, day, node);
  made = function_node (c, s, RUA_FUNCTION_DATE_OF_DAYS, RUA_VALUE_DATE, NULL);
  rua_node_add (made, node);
  return made;
}

/* ---- of texts ---- */

static RuaNode *
compile_length (RuaCompiler *c, const RuaSyntax *s, guint option)
{
  RuaNode *text = argument (c, s, 0, RUA_VALUE_TEXT);
  RuaNode *made;

  if (text == NULL)
    return NULL;
  made = rua_node_new (c, RUA_NODE_LENGTH, RUA_VALUE_NUMBER, s);
  made->unit = rua_unit_new ("1", NULL);
  rua_node_add (made, text);
  return made;
}

static RuaNode *
compile_letters (RuaCompiler *c, const RuaSyntax *s, guint letters)
{
  RuaNode *text = argument (c, s, 0, RUA_VALUE_TEXT);
  const char *what = NULL, *by = NULL;
  int from = 1, n = G_MAXINT16;
  RuaNode *made;

  if (text == NULL)
    return NULL;
  if (letters == RUA_LETTERS_REPLACE) {
    what = text_constant (c, s, 1);
    by = what != NULL ? text_constant (c, s, 2) : NULL;
    if (by == NULL)
      return NULL;
    if (*what == '\0') {
      rua_compile_refuse (c, RUA_ERROR_VALUE, rua_syntax_part (s, 1),
                          "the empty text is everywhere and nowhere; say what to replace");
      return NULL;
    }
  }
  if (letters == RUA_LETTERS_SUBSTRING
      && (!whole_argument (c, s, 1, 1, G_MAXINT16, &from)
          || (s->parts->len > 2 && !whole_argument (c, s, 2, 0, G_MAXINT16, &n))))
    return NULL;
  made = rua_node_new (c, RUA_NODE_LETTERS, RUA_VALUE_TEXT, s);
  made->option = letters;
  if (what != NULL) {
    made->constants = g_new0 (char *, 3);
    made->constants[0] = g_strdup (what);
    made->constants[1] = g_strdup (by);
    made->n_constants = 2;
  }
  made->first = from;
  made->n_letters = n;
  rua_node_add (made, text);
  return made;
}

/* ---- of anything ---- */

static RuaNode *
compile_coalesce (RuaCompiler *c, const RuaSyntax *s, guint option)
{
  RuaNode *args[MOST_VALUES], *made;
  guint n = s->parts->len;
  RuaValueType type;
  RuaUnit *unit;
  RuaTable *table;

  for (guint i = 0; i < n; i++) {
    args[i] = rua_compile (c, rua_syntax_part (s, i));
    if (args[i] == NULL)
      return NULL;
  }
  if (!rua_compile_unify (c, s, args, n, 1, &type, &unit, &table))
    return NULL;
  made = rua_node_new (c, RUA_NODE_COALESCE, type, s);
  made->table = table;
  made->unit = unit != NULL ? rua_unit_ref (unit) : NULL;
  for (guint i = 0; i < n; i++)
    rua_node_add (made, args[i]);
  return made;
}

static const Function functions[] = {
  { "abs", 1, 1, "abs (number)", compile_same_unit, RUA_MATHS_ABS },
  { "round", 1, 2, "round (number), round (number, decimals)", compile_same_unit, RUA_MATHS_ROUND },
  { "floor", 1, 1, "floor (number)", compile_same_unit, RUA_MATHS_FLOOR },
  { "ceiling", 1, 1, "ceiling (number)", compile_same_unit, RUA_MATHS_CEILING },
  { "sqrt", 1, 1, "sqrt (number)", compile_plain, RUA_MATHS_SQRT },
  { "ln", 1, 1, "ln (number)", compile_plain, RUA_MATHS_LN },
  { "exp", 1, 1, "exp (number)", compile_plain, RUA_MATHS_EXP },
  { "log10", 1, 1, "log10 (number)", compile_log10, RUA_FUNCTION_LOG10 },
  { "power", 2, 2, "power (number, exponent)", compile_power, RUA_FUNCTION_POWER },
  { "mod", 2, 2, "mod (number, divisor)", compile_united, RUA_FUNCTION_MOD },
  { "least", 2, MOST_VALUES, "least (a, b, …)", compile_united, RUA_MATHS_LEAST },
  { "greatest", 2, MOST_VALUES, "greatest (a, b, …)", compile_united, RUA_MATHS_GREATEST },
  { "unit", 2, 2, "unit (number, 'unit')", compile_unit, FALSE },
  { "convert", 2, 2, "convert (number, 'unit')", compile_unit, TRUE },
  { "year", 1, 1, "year (date)", compile_date_part, RUA_DATE_YEAR },
  { "month", 1, 1, "month (date)", compile_date_part, RUA_DATE_MONTH },
  { "day", 1, 1, "day (date)", compile_date_part, RUA_DATE_DAY },
  { "quarter", 1, 1, "quarter (date)", compile_of_date, RUA_FUNCTION_QUARTER },
  { "weekday", 1, 1, "weekday (date)", compile_of_date, RUA_FUNCTION_WEEKDAY },
  { "first_day", 1, 1, "first_day (date)", compile_of_date, RUA_FUNCTION_FIRST_DAY },
  { "last_day", 1, 1, "last_day (date)", compile_of_date, RUA_FUNCTION_LAST_DAY },
  { "age", 2, 2, "age (born, at)", compile_span, RUA_FUNCTION_AGE },
  { "months", 2, 2, "months (from, to)", compile_span, RUA_FUNCTION_MONTHS },
  { "days", 2, 2, "days (from, to)", compile_span, RUA_FUNCTION_DAYS },
  { "date", 1, 3, "date ('2014-09-15'), date (days) or date (year, month, day)", compile_date, 0 },
  { "length", 1, 1, "length (text)", compile_length, 0 },
  { "lower", 1, 1, "lower (text)", compile_letters, RUA_LETTERS_LOWER },
  { "upper", 1, 1, "upper (text)", compile_letters, RUA_LETTERS_UPPER },
  { "trim", 1, 1, "trim (text)", compile_letters, RUA_LETTERS_TRIM },
  { "replace", 3, 3, "replace (text, 'what', 'by')", compile_letters, RUA_LETTERS_REPLACE },
  { "substring", 2, 3, "substring (text, first), substring (text, first, n)", compile_letters,
    RUA_LETTERS_SUBSTRING },
  { "contains", 2, 2, "contains (text, 'part')", rua_compile_contains, RUA_TEXT_CONTAINS },
  { "starts_with", 2, 2, "starts_with (text, 'part')", rua_compile_contains, RUA_TEXT_STARTS_WITH },
  { "ends_with", 2, 2, "ends_with (text, 'part')", rua_compile_contains, RUA_TEXT_ENDS_WITH },
  { "coalesce", 2, MOST_VALUES, "coalesce (a, b, …)", compile_coalesce, 0 },
  { "count", 1, 2, "count (list), count (list, condition)", rua_compile_entries, RUA_NODE_COUNT },
  { "any", 2, 2, "any (list, condition)", rua_compile_entries, RUA_NODE_ANY },
};

/* What other languages call them. */
static const char *
find_other_name (const char *name)
{
  static const char *const pairs[][2] = {
    { "min", "least (a, b)" },
    { "max", "greatest (a, b)" },
    { "if", "case when … then … else … end" },
    { "iif", "case when … then … else … end" },
    { "ifnull", "coalesce" },
    { "nvl", "coalesce" },
    { "isnull", "… is unknown" },
    { "is_null", "… is unknown" },
    { "ceil", "ceiling" },
    { "log", "ln, or log10" },
    { "pow", "power" },
    { "modulo", "mod" },
    { "len", "length" },
    { "substr", "substring" },
    { "mid", "substring" },
    { "strip", "trim" },
    { "datediff", "days (from, to)" },
    { "date_diff", "days (from, to)" },
    { "to_date", "date" },
    { "sum", "the estimator total; an expression reads one row" },
    { "avg", "the estimator mean; an expression reads one row" },
    { "mean", "the estimator mean; an expression reads one row" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_ascii_strcasecmp (pairs[i][0], name) == 0)
      return pairs[i][1];
  return NULL;
}

RuaNode *
rua_compile_call (RuaCompiler *c, const RuaSyntax *s)
{
  const char *name = rua_syntax_name (s, 0);
  const char *other = find_other_name (name);
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  rua_nearest_init (&nearest, name);
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++) {
    const Function *f = &functions[i];

    if (strcmp (f->name, name) != 0) {
      rua_nearest_offer (&nearest, f->name);
      continue;
    }
    if (s->parts->len >= f->min && s->parts->len <= f->max)
      return f->compile (c, s, f->option);
    if (f->max == MOST_VALUES && s->parts->len > f->max)
      rua_compile_refuse (c, RUA_ERROR_LIMIT, s, "%s has %u values, but takes at most %d; put one %s within another", name,
                          s->parts->len, MOST_VALUES, name);
    else
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, s, "%s has %u values, but is written %s", name,
                          s->parts->len, f->usage);
    return NULL;
  }
  mend = other != NULL ? g_strdup_printf ("here it is %s", other)
                       : rua_nearest_mend (&nearest, "doc/expressions.md lists the functions");
  rua_compile_refuse (c, RUA_ERROR_UNKNOWN_NAME, s, "there is no function “%s”; %s", name, mend);
  return NULL;
}
