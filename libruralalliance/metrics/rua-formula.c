/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-formula-private.h"
#include "rua-special-private.h"
#include "rua-unit-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define MAX_INPUTS 64

void
rua_scalar_clear (RuaScalar *self)
{
  g_clear_pointer (&self->unit, rua_unit_unref);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->note, g_free);
}

static void
clear_input (gpointer data)
{
  RuaFormulaInput *input = data;

  g_free (input->id);
  g_free (input->key);
  g_strfreev (input->over);
  g_clear_object (&input->result);
  g_clear_pointer (&input->unit, rua_unit_unref);
}

GArray *
rua_formula_inputs_new (void)
{
  GArray *inputs = g_array_new (FALSE, TRUE, sizeof (RuaFormulaInput));

  g_array_set_clear_func (inputs, clear_input);
  return inputs;
}

/* Splits metric, metric['key'], and either of them over (paths). */
static gboolean
name_input (const RuaSyntax *s, const char *source, char **id, char **key, char ***over)
{
  const RuaSyntax *path = s, *inner;

  *id = *key = NULL;
  *over = NULL;
  if (s->type == RUA_SYNTAX_OVER) {
    *over = g_new0 (char *, s->parts->len);
    for (guint i = 1; i < s->parts->len; i++)
      (*over)[i - 1] = rua_syntax_dup_source (g_ptr_array_index (s->parts, i), source);
    path = s = g_ptr_array_index (s->parts, 0);
  }
  if (s->type == RUA_SYNTAX_PICK) {
    path = g_ptr_array_index (s->parts, 0);
    inner = g_ptr_array_index (s->parts, 1);
    if (path->type != RUA_SYNTAX_PATH)
      return FALSE;
    if (inner->type == RUA_SYNTAX_TEXT)
      *key = g_strdup (inner->text);
    else if (inner->type == RUA_SYNTAX_PATH && inner->names->len == 1)
      *key = g_strdup (g_ptr_array_index (inner->names, 0));
    else
      return FALSE;
  } else if (s->type != RUA_SYNTAX_PATH)
    return FALSE;
  *id = rua_syntax_dup_path (path);
  return TRUE;
}

static gboolean
same_over (char **a, char **b)
{
  guint i = 0;

  if (a == NULL || b == NULL)
    return a == b;
  while (a[i] != NULL && b[i] != NULL && rua_syntax_text_equal (a[i], b[i]))
    i++;
  return a[i] == NULL && b[i] == NULL;
}

static RuaFormulaInput *
find_input (GArray *inputs, const char *id, const char *key, char **over)
{
  for (guint i = 0; i < inputs->len; i++) {
    RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);

    if (strcmp (input->id, id) == 0 && g_strcmp0 (input->key, key) == 0
        && same_over (input->over, over))
      return input;
  }
  return NULL;
}

RuaFormulaInput *
rua_formula_find_input (const RuaSyntax *syntax, const char *source, GArray *inputs)
{
  g_autofree char *id = NULL, *key = NULL;
  g_auto (GStrv) over = NULL;

  return name_input (syntax, source, &id, &key, &over) ? find_input (inputs, id, key, over) : NULL;
}

typedef enum {
  ABS,
  SQRT,
  LN,
  LOG10,
  EXP,
  POWER,
  ROUND,
  LEAST,
  GREATEST,
  UNIT,
  CONVERT,
} Function;

static const struct {
  const char *name;
  guint min;
  guint max;
} functions[] = {
  { "abs", 1, 1 },   { "sqrt", 1, 1 },  { "ln", 1, 1 },    { "log10", 1, 1 },
  { "exp", 1, 1 },   { "power", 2, 2 }, { "round", 1, 1 }, { "least", 2, 8 },
  { "greatest", 2, 8 }, { "unit", 2, 2 },  { "convert", 2, 2 },
};

static gboolean
find_function (const RuaSyntax *s, const char *source, Function *function, GError **error)
{
  const char *name = g_ptr_array_index (s->names, 0);

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    if (strcmp (functions[i].name, name) == 0) {
      *function = i;
      if (s->parts->len >= functions[i].min && s->parts->len <= functions[i].max)
        return TRUE;
      return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, source, s->start,
                                "%s does not take %u values", name, s->parts->len);
    }
  return rua_syntax_refuse (error, RUA_ERROR_UNKNOWN_NAME, source, s->start,
                            "there is no function “%s” over metrics; there are abs, sqrt, ln, "
                            "log10, exp, power, round, least, greatest, unit and convert", name);
}

gboolean
rua_formula_collect (const RuaSyntax *s, const char *source, GArray *inputs, GError **error)
{
  RuaFormulaInput input = { .factor = 1 };
  Function function;

  switch (s->type) {
  case RUA_SYNTAX_NUMBER:
    return TRUE;
  case RUA_SYNTAX_PATH:
  case RUA_SYNTAX_PICK:
  case RUA_SYNTAX_OVER:
    if (!name_input (s, source, &input.id, &input.key, &input.over)) {
      clear_input (&input);
      return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, source, s->start,
                                "brackets after a metric hold the name of one of its values, as "
                                "in income.change['p_value']");
    }
    if (find_input (inputs, input.id, input.key, input.over) == NULL && inputs->len < MAX_INPUTS)
      g_array_append_val (inputs, input);
    else {
      gboolean full = find_input (inputs, input.id, input.key, input.over) == NULL;

      clear_input (&input);
      if (full)
        return rua_syntax_refuse (error, RUA_ERROR_LIMIT, source, s->start,
                                  "more than %d metrics in one formula", MAX_INPUTS);
    }
    return TRUE;
  case RUA_SYNTAX_CALL:
    if (!find_function (s, source, &function, error))
      return FALSE;
    for (guint i = 0; i < s->parts->len; i++) {
      const RuaSyntax *part = g_ptr_array_index (s->parts, i);

      if (i == 1 && (function == UNIT || function == CONVERT)) {
        if (part->type != RUA_SYNTAX_TEXT)
          return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, source, part->start,
                                    "a unit stands in single quotes, as in 'kg/ha'");
      } else if (!rua_formula_collect (part, source, inputs, error))
        return FALSE;
    }
    return TRUE;
  case RUA_SYNTAX_NEGATE:
  case RUA_SYNTAX_ARITHMETIC:
    for (guint i = 0; i < s->parts->len; i++)
      if (!rua_formula_collect (g_ptr_array_index (s->parts, i), source, inputs, error))
        return FALSE;
    return TRUE;
  default:
    return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, source, s->start,
                              "a formula over metrics is arithmetic: names of metrics, numbers, "
                              "+ - * / and functions");
  }
}

/* ---- evaluation: value, unit, and the derivative by each input ---- */

typedef struct {
  const char *source;
  GArray *inputs;
  const double *at; /* the inputs' values */
  GError **error;
  guint32 signs; /* of all that was divided by, mixed into one number */
} Scope;

typedef struct {
  double value;
  RuaUnit *unit;
  const char *untold; /* a named value in it of which no unit is known; NULL: none */
  double slope[MAX_INPUTS];
} Term;

static gboolean evaluate (Scope *self, const RuaSyntax *s, Term *term, char **reason);

/* Where a divisor has another sign, a place without a value lies between. */
static void
note_divisor (Scope *self, double divisor)
{
  self->signs = self->signs * 31 + (divisor < 0 ? 2 : 1);
}

static void
scale_term (Scope *self, Term *term, double factor)
{
  term->value *= factor;
  for (guint i = 0; i < self->inputs->len; i++)
    term->slope[i] *= factor;
}

static gboolean
to_unit (Scope *self, const RuaSyntax *s, Term *term, RuaUnit *unit, gboolean second)
{
  g_autoptr (GError) problem = NULL;
  double factor;

  if (term->unit == NULL || unit == NULL)
    return TRUE;
  if (second ? !rua_unit_check_add (unit, term->unit, &problem)
             : !rua_unit_check_add (term->unit, unit, &problem))
    return rua_syntax_refuse (self->error, RUA_ERROR_UNIT, self->source, s->start, "%s",
                              problem->message);
  rua_unit_get_factor (term->unit, unit, &factor, NULL);
  if (factor != 1)
    scale_term (self, term, factor);
  rua_unit_unref (term->unit);
  term->unit = rua_unit_ref (unit);
  return TRUE;
}

static void
note_reason (char **reason, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note_reason (char **reason, const char *format, ...)
{
  va_list args;

  if (*reason != NULL)
    return;
  va_start (args, format);
  *reason = g_strdup_vprintf (format, args);
  va_end (args);
}

static gboolean
evaluate_input (Scope *self, const RuaSyntax *s, Term *term, char **reason)
{
  RuaFormulaInput *input = rua_formula_find_input (s, self->source, self->inputs);
  guint place = (guint) (input - (RuaFormulaInput *) (gpointer) self->inputs->data);

  term->value = self->at[place];
  term->slope[place] = 1;
  if (input->key == NULL) {
    term->unit = rua_unit_ref (input->result->unit);
    if (isnan (term->value))
      note_reason (reason, _("%s is undefined: %s"), input->id,
                   input->result->reason != NULL ? input->result->reason
                                                 : _("no reason is given"));
    return TRUE;
  }
  if (!rua_result_has_named (input->result, input->key))
    return rua_syntax_refuse (self->error, RUA_ERROR_UNKNOWN_NAME, self->source, s->start,
                              "the metric %s gives no value “%s”", input->id, input->key);
  term->unit = input->unit != NULL ? rua_unit_ref (input->unit) : NULL;
  term->untold = input->unit == NULL ? input->key : NULL;
  if (isnan (term->value))
    note_reason (reason, _("%s of %s is undefined"), input->key, input->id);
  return TRUE;
}

/* A number without a dimension as a plain one: 50 % is 0.5. */
static void
make_plain (Scope *self, Term *term)
{
  g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);
  double factor;

  if (term->unit == NULL)
    return;
  rua_unit_get_factor (term->unit, one, &factor, NULL);
  if (factor != 1)
    scale_term (self, term, factor);
  rua_unit_unref (term->unit);
  term->unit = g_steal_pointer (&one);
}

/* In a product or a ratio with something else a number without a dimension is a plain one; 50 % / 20 % are 2.5 as they
 * stand. */
static void
make_factors_plain (Scope *self, RuaOperator operator, Term *a, Term *b)
{
  gboolean a_plain, b_plain;

  if (a->unit == NULL || b->unit == NULL)
    return;
  a_plain = rua_unit_is_dimensionless (a->unit);
  b_plain = rua_unit_is_dimensionless (b->unit);
  if (a_plain && b_plain && operator != RUA_OPERATOR_MULTIPLY)
    return;
  if (b_plain)
    make_plain (self, b);
  else if (a_plain)
    make_plain (self, a);
}

/* A value whose unit nobody knows does not go together with one that has a unit. */
static gboolean
check_untold (Scope *self, const RuaSyntax *s, Term *a, const Term *b)
{
  const char *key = a->untold != NULL ? a->untold : b->untold;
  RuaUnit *unit = a->untold != NULL ? b->unit : a->unit;
  g_autofree char *text = NULL;

  a->untold = key;
  if (key == NULL || unit == NULL || rua_unit_is_dimensionless (unit))
    return TRUE;
  text = rua_unit_to_string (unit);
  return rua_syntax_refuse (self->error, RUA_ERROR_UNIT, self->source, s->start,
                            "nothing tells the unit of the value “%s”, so it does not go together with what is in %s; say it, "
                            "as in unit (metric['%s'], '%s')", key, text, key, text);
}

/* A sum; what computing in binary leaves of two equal numbers is nothing: 0.1 + 0.2 - 0.3 is no 5.6e-17. */
static double
add_up (double a, double b)
{
  double sum = a + b;

  return fabs (sum) < 4 * DBL_EPSILON * fmax (fabs (a), fabs (b)) ? 0 : sum;
}

static gboolean
evaluate_arithmetic (Scope *self, const RuaSyntax *s, Term *a, char **reason)
{
  const RuaSyntax *right = g_ptr_array_index (s->parts, 1);
  Term b = { 0 };
  guint n = self->inputs->len;
  gboolean good = evaluate (self, g_ptr_array_index (s->parts, 0), a, reason)
    && evaluate (self, right, &b, reason) && check_untold (self, s, a, &b);
  RuaUnit *unit = NULL;

  if (good && s->operator != RUA_OPERATOR_ADD && s->operator != RUA_OPERATOR_SUBTRACT)
    make_factors_plain (self, s->operator, a, &b);
  if (good && (s->operator == RUA_OPERATOR_ADD || s->operator == RUA_OPERATOR_SUBTRACT)) {
    double sign = s->operator == RUA_OPERATOR_ADD ? 1 : -1;

    good = to_unit (self, right, &b, a->unit, TRUE);
    unit = a->unit != NULL ? rua_unit_ref (a->unit) : b.unit != NULL ? rua_unit_ref (b.unit) : NULL;
    a->value = add_up (a->value, sign * b.value);
    for (guint i = 0; i < n; i++)
      a->slope[i] += sign * b.slope[i];
  } else if (good && s->operator == RUA_OPERATOR_MULTIPLY) {
    for (guint i = 0; i < n; i++)
      a->slope[i] = a->slope[i] * b.value + b.slope[i] * a->value;
    a->value *= b.value;
    unit = a->unit != NULL && b.unit != NULL ? rua_unit_multiply (a->unit, b.unit)
           : a->unit != NULL                 ? rua_unit_ref (a->unit)
           : b.unit != NULL                  ? rua_unit_ref (b.unit)
                                             : NULL;
  } else if (good) {
    note_divisor (self, b.value);
    if (b.value == 0) {
      g_autofree char *text = rua_syntax_dup_source (right, self->source);

      note_reason (reason, _("%s is zero, and nothing is divided by zero"), text);
    }
    for (guint i = 0; i < n; i++)
      a->slope[i] = a->slope[i] / b.value - a->value * b.slope[i] / (b.value * b.value);
    a->value /= b.value;
    unit = a->unit != NULL && b.unit != NULL ? rua_unit_divide (a->unit, b.unit)
           : a->unit != NULL                 ? rua_unit_ref (a->unit)
           : b.unit != NULL                  ? rua_unit_power (b.unit, -1)
                                             : NULL;
  }
  g_clear_pointer (&a->unit, rua_unit_unref);
  g_clear_pointer (&b.unit, rua_unit_unref);
  a->unit = unit;
  if (good && unit != NULL && !rua_unit_is_writable (unit))
    return rua_syntax_refuse (self->error, RUA_ERROR_LIMIT, self->source, s->start,
                              "the unit of this has too many symbols, or too large exponents");
  return good;
}

/* The exponent is written out, so that the unit is known. */
static gboolean
raise_term (Scope *self, const RuaSyntax *exponent, Term *a, double *factor)
{
  gboolean negative = exponent->type == RUA_SYNTAX_NEGATE;
  const RuaSyntax *number = negative ? rua_syntax_part (exponent, 0) : exponent;
  double n = negative ? -number->number : number->number;
  RuaUnit *unit;

  if (number->type != RUA_SYNTAX_NUMBER || number->percent || fabs (n) > RUA_UNIT_MAX_EXPONENT
      || (n != floor (n) && a->unit != NULL && !rua_unit_is_dimensionless (a->unit)))
    return rua_syntax_refuse (self->error, RUA_ERROR_VALUE, self->source, exponent->start,
                              "power takes a number from -9 to 9 here, written out; a whole one "
                              "where there is a unit");
  if (a->unit != NULL && rua_unit_is_dimensionless (a->unit))
    make_plain (self, a);
  if (n < 0)
    note_divisor (self, a->value);
  *factor = n == 0 ? 0 : n * pow (a->value, n - 1);
  a->value = pow (a->value, n);
  if (a->unit == NULL || rua_unit_is_dimensionless (a->unit))
    return TRUE;
  unit = rua_unit_power (a->unit, (int) n);
  rua_unit_unref (a->unit);
  a->unit = unit;
  if (!rua_unit_is_writable (unit))
    return rua_syntax_refuse (self->error, RUA_ERROR_LIMIT, self->source, exponent->start,
                              "the unit of this has too large exponents");
  return TRUE;
}

static gboolean
evaluate_call (Scope *self, const RuaSyntax *s, Term *a, char **reason)
{
  Function function;
  const RuaSyntax *second = s->parts->len > 1 ? g_ptr_array_index (s->parts, 1) : NULL;
  double factor = 1;

  if (!find_function (s, self->source, &function, self->error)
      || !evaluate (self, g_ptr_array_index (s->parts, 0), a, reason))
    return FALSE;
  if (function == LN || function == LOG10 || function == EXP || function == SQRT) {
    if (a->unit != NULL && !rua_unit_is_dimensionless (a->unit))
      return rua_syntax_refuse (self->error, RUA_ERROR_UNIT, self->source, s->start,
                                "%s is taken of plain numbers; divide by something in the same "
                                "unit first", functions[function].name);
    make_plain (self, a);
  }
  switch (function) {
  case ABS:
    if (a->value < 0)
      scale_term (self, a, -1);
    return TRUE;
  case SQRT:
    factor = 0.5 / sqrt (a->value);
    a->value = sqrt (a->value);
    break;
  case LN:
    factor = 1 / a->value;
    a->value = log (a->value);
    break;
  case LOG10:
    factor = 1 / (a->value * log (10));
    a->value = log10 (a->value);
    break;
  case POWER:
    if (!raise_term (self, second, a, &factor))
      return FALSE;
    break;
  case EXP:
    a->value = factor = exp (a->value);
    break;
  case ROUND:
    a->value = round (a->value);
    break;
  case UNIT:
  case CONVERT: {
    g_autoptr (GError) problem = NULL;
    g_autoptr (RuaUnit) unit = rua_unit_new (second->text, &problem);

    if (unit == NULL)
      return rua_syntax_refuse (self->error, RUA_ERROR_UNIT, self->source, second->start, "%s",
                                problem->message);
    if (function == UNIT && a->unit != NULL && !rua_unit_is_dimensionless (a->unit))
      return rua_syntax_refuse (self->error, RUA_ERROR_UNIT, self->source, s->start,
                                "this has a unit already; use convert");
    if (function == UNIT)
      make_plain (self, a);
    a->untold = NULL;
    if (function == CONVERT && !to_unit (self, s, a, unit, FALSE))
      return FALSE;
    g_clear_pointer (&a->unit, rua_unit_unref);
    a->unit = g_steal_pointer (&unit);
    return TRUE;
  }
  default:
    for (guint k = 1; k < s->parts->len; k++) {
      Term b = { 0 };
      const RuaSyntax *part = g_ptr_array_index (s->parts, k);
      gboolean good = evaluate (self, part, &b, reason) && check_untold (self, part, a, &b)
        && to_unit (self, part, &b, a->unit, TRUE);

      if (good && (isnan (b.value) || (function == LEAST ? b.value < a->value : b.value > a->value))) {
        a->value = b.value;
        memcpy (a->slope, b.slope, sizeof b.slope);
      }
      g_clear_pointer (&b.unit, rua_unit_unref);
      if (!good)
        return FALSE;
    }
    return TRUE;
  }
  if (!isfinite (a->value))
    note_reason (reason, _("%s has no value there"), functions[function].name);
  if (function != ROUND)
    for (guint i = 0; i < self->inputs->len; i++)
      a->slope[i] *= factor;
  return TRUE;
}

static gboolean
evaluate (Scope *self, const RuaSyntax *s, Term *term, char **reason)
{
  memset (term, 0, sizeof *term);
  switch (s->type) {
  case RUA_SYNTAX_NUMBER:
    term->value = s->number;
    if (s->percent)
      term->unit = rua_unit_new ("%", NULL);
    return TRUE;
  case RUA_SYNTAX_NEGATE:
    if (!evaluate (self, g_ptr_array_index (s->parts, 0), term, reason))
      return FALSE;
    scale_term (self, term, -1);
    return TRUE;
  case RUA_SYNTAX_ARITHMETIC:
    return evaluate_arithmetic (self, s, term, reason);
  case RUA_SYNTAX_CALL:
    return evaluate_call (self, s, term, reason);
  default:
    return evaluate_input (self, s, term, reason);
  }
}

/* A named value is brought to the unit of the metric, where it has that. */
static double
read_input (RuaFormulaInput *input)
{
  double value = NAN, factor;

  if (input->key == NULL)
    return input->result->estimate * input->factor;
  rua_result_get_named (input->result, input->key, &value);
  g_clear_pointer (&input->unit, rua_unit_unref);
  input->unit = rua_result_dup_key_unit (input->result, input->key, &factor);
  return value * factor;
}

static gboolean
has_interval (const RuaFormulaInput *input)
{
  return input->key == NULL && !isnan (input->result->low) && !isnan (input->result->high);
}

/* One uncertain input, by which the formula only rises or only falls: the ends of its interval
 * become those of the formula. Points between the ends are looked at, too: 1 / x falls at both ends
 * of an interval around 0, and is no interval. */
#define POINTS 9

static gboolean
map_interval (Scope *scope, const RuaSyntax *s, guint place, double *at, const Term *middle,
              RuaScalar *scalar)
{
  const RuaFormulaInput *input = &g_array_index (scope->inputs, RuaFormulaInput, place);
  double low = input->result->low * input->factor, high = input->result->high * input->factor;
  double keep = at[place], values[POINTS];
  guint32 signs = scope->signs;
  gboolean good = TRUE;

  for (guint i = 0; good && i < POINTS; i++) {
    Term term;
    g_autofree char *reason = NULL;

    at[place] = i == POINTS - 1 ? high : low + (high - low) * i / (POINTS - 1);
    scope->signs = 0;
    good = evaluate (scope, s, &term, &reason);
    g_clear_pointer (&term.unit, rua_unit_unref);
    values[i] = term.value;
    good = good && isfinite (term.value) && term.slope[place] * middle->slope[place] > 0 && scope->signs == signs;
  }
  at[place] = keep;
  if (!good || middle->value < MIN (values[0], values[POINTS - 1]) || middle->value > MAX (values[0], values[POINTS - 1]))
    return FALSE;
  scalar->se = fabs (middle->slope[place]) * input->result->se * fabs (input->factor);
  scalar->low = MIN (values[0], values[POINTS - 1]);
  scalar->high = MAX (values[0], values[POINTS - 1]);
  return TRUE;
}

/* Whether the formula moves with an uncertain input though its slope is 0 at the estimate: it turns round there. */
static gboolean
turns_round (Scope *scope, const RuaSyntax *s, guint place, double *at, double middle)
{
  const RuaFormulaInput *input = &g_array_index (scope->inputs, RuaFormulaInput, place);
  double low = input->result->low * input->factor, high = input->result->high * input->factor;
  double keep = at[place];
  gboolean turns = FALSE;

  for (guint i = 0; !turns && i < POINTS; i++) {
    Term term;
    g_autofree char *reason = NULL;

    at[place] = i == POINTS - 1 ? high : low + (high - low) * i / (POINTS - 1);
    if (!evaluate (scope, s, &term, &reason))
      break;
    g_clear_pointer (&term.unit, rua_unit_unref);
    turns = !isfinite (term.value) || fabs (term.value - middle) > 1e-12 * fabs (middle);
  }
  at[place] = keep;
  return turns;
}

static void
add_interval (Scope *scope, const RuaSyntax *s, double *at, const Term *term, gboolean independent,
              double confidence, RuaScalar *scalar)
{
  guint n_moving = 0, n_uncertain = 0, n_without = 0, place = 0;
  const char *without = NULL;
  double variance = 0;
  gboolean turns = FALSE;

  for (guint i = 0; i < scope->inputs->len; i++) {
    const RuaFormulaInput *input = &g_array_index (scope->inputs, RuaFormulaInput, i);

    if (term->slope[i] == 0) {
      turns = turns || (has_interval (input) && turns_round (scope, s, i, at, term->value));
      continue;
    }
    n_moving++;
    if (has_interval (input)) {
      n_uncertain++;
      place = i;
    }
    if (input->key != NULL || isnan (input->result->se)) {
      n_without++;
      without = input->id;
    } else
      variance += pow (term->slope[i] * input->result->se * input->factor, 2);
  }
  if (n_uncertain == 0 && !turns)
    return;
  if (turns || n_moving == 1) {
    if (turns || !map_interval (scope, s, place, at, term, scalar))
      scalar->note
        = g_strdup (_("no interval: the formula turns round, or has no value, within the "
                       "interval of its input"));
  } else if (n_without > 0)
    scalar->note = g_strdup_printf (_("no interval: %s has no standard error"), without);
  else if (!independent)
    scalar->note = g_strdup (_("no interval: nothing says that the inputs are independent of one "
                                "another (options: \"independent\": true)"));
  else {
    double z = rua_normal_quantile ((1 + confidence) / 2);

    scalar->se = sqrt (variance);
    scalar->low = term->value - z * scalar->se;
    scalar->high = term->value + z * scalar->se;
  }
}

gboolean
rua_formula_evaluate (const RuaSyntax *s, const char *source, GArray *inputs, gboolean independent,
                      double confidence, RuaScalar *scalar, GError **error)
{
  double at[MAX_INPUTS];
  Scope scope = { source, inputs, at, error };
  Term term;

  memset (scalar, 0, sizeof *scalar);
  scalar->se = scalar->low = scalar->high = NAN;
  for (guint i = 0; i < inputs->len; i++)
    at[i] = read_input (&g_array_index (inputs, RuaFormulaInput, i));
  if (!evaluate (&scope, s, &term, &scalar->reason)) {
    g_clear_pointer (&term.unit, rua_unit_unref);
    rua_scalar_clear (scalar);
    return FALSE;
  }
  scalar->value = isfinite (term.value) ? term.value : NAN;
  scalar->unit = term.unit;
  scalar->untold = term.untold;
  if (isnan (scalar->value))
    note_reason (&scalar->reason, _("the formula has no value"));
  else {
    g_clear_pointer (&scalar->reason, g_free);
    add_interval (&scope, s, at, &term, independent, confidence, scalar);
  }
  return TRUE;
}
