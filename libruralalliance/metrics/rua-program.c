/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-program-private.h"
#include "rua-unit-private.h"

#include <math.h>
#include <string.h>

/* From the tree of an expression to typed nodes. */

static void
pick_free (RuaPick *self)
{
  g_clear_pointer (&self->value, rua_program_unref);
  g_clear_pointer (&self->condition, rua_program_unref);
  g_free (self->text);
  g_free (self);
}

void
rua_node_free (RuaNode *self)
{
  g_clear_pointer (&self->unit, rua_unit_unref);
  g_clear_pointer (&self->inner, rua_program_unref);
  g_clear_object (&self->column);
  g_free (self->parts);
  g_strfreev (self->constants);
  g_free (self->targets);
  g_free (self->numbers);
  g_free (self);
}

GPtrArray *
rua_program_new_nodes (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) rua_node_free);
}

RuaProgram *
rua_program_ref (RuaProgram *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
rua_program_unref (RuaProgram *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_ptr_array_unref (self->nodes);
  g_ptr_array_unref (self->picks);
  g_ptr_array_unref (self->warnings);
  rua_syntax_free (self->syntax);
  g_object_unref (self->table);
  g_free (self->source);
  g_free (self);
}

void
rua_deflation_free (RuaDeflation *self)
{
  if (self == NULL)
    return;
  rua_syntax_free (self->date);
  g_free (self->date_source);
  g_free (self->series);
  g_free (self->currency);
  g_free (self->partial);
  g_free (self->ratios);
  g_free (self);
}

const char *
rua_value_type_name (RuaValueType self)
{
  static const char *const names[] = { "unknown", "a number", "a truth", "a text",
                                       "a date",  "a record", "a record of any kind" };

  return names[self];
}

gboolean
rua_compile_refuse (RuaCompiler *c, RuaError code, const RuaSyntax *at, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  return rua_syntax_refuse (c->error, code, c->program->source, at->start, "%s", message);
}

RuaNode *
rua_node_new (RuaCompiler *c, RuaNodeKind kind, RuaValueType type, const RuaSyntax *at)
{
  RuaNode *self = g_new0 (RuaNode, 1);

  self->kind = kind;
  self->type = type;
  self->syntax = at;
  self->slot = c->program->nodes->len;
  g_ptr_array_add (c->program->nodes, self);
  return self;
}

/* Parts are made before wholes get their place, so that nodes run in the order of the list. */
void
rua_node_add (RuaNode *self, RuaNode *part)
{
  self->parts = g_renew (RuaNode *, self->parts, self->n_parts + 1);
  self->parts[self->n_parts++] = part;
}

RuaNode *
rua_compile_to_unit (RuaCompiler *c, RuaNode *node, RuaUnit *unit, RuaNode *other)
{
  g_autoptr (GError) error = NULL;
  RuaNode *made;
  double factor;

  if (node->unit == NULL || unit == NULL || rua_unit_equal (node->unit, unit))
    return node;
  /* The sentence speaks of first and second as they stand in the text. */
  if (other->syntax->start <= node->syntax->start ? !rua_unit_check_add (unit, node->unit, &error)
                                                  : !rua_unit_check_add (node->unit, unit, &error)) {
    rua_compile_refuse (c, RUA_ERROR_UNIT, node->syntax, "%s", error->message);
    return NULL;
  }
  rua_unit_get_factor (node->unit, unit, &factor, NULL);
  if (factor == 1)
    return node;
  made = rua_node_new (c, RUA_NODE_SCALE, RUA_VALUE_NUMBER, node->syntax);
  made->number = factor;
  made->unit = rua_unit_ref (unit);
  rua_node_add (made, node);
  return made;
}

gboolean
rua_compile_unify (RuaCompiler *c, const RuaSyntax *at, RuaNode **nodes, guint n, guint step,
                   RuaValueType *type, RuaUnit **unit, RuaTable **table)
{
  RuaNode *first = NULL, *united = NULL;

  for (guint i = 0; i < n; i += step) {
    RuaNode *node = nodes[i];

    if (node->type == RUA_VALUE_UNKNOWN)
      continue;
    if (first == NULL)
      first = node;
    else if (node->type != first->type)
      return rua_compile_refuse (c, RUA_ERROR_SYNTAX, node->syntax,
                                 "this is %s, but the value before it is %s; all values here must "
                                 "be of one type", rua_value_type_name (node->type),
                                 rua_value_type_name (first->type));
    else if (node->type == RUA_VALUE_REFERENCE && node->table != first->table)
      return rua_compile_refuse (c, RUA_ERROR_SYNTAX, node->syntax,
                                 "this is a %s, but the value before it is a %s",
                                 rua_kind_get_name (rua_table_get_kind (node->table)),
                                 rua_kind_get_name (rua_table_get_kind (first->table)));
    if (united == NULL && node->unit != NULL)
      united = node;
  }
  if (first == NULL)
    return rua_compile_refuse (c, RUA_ERROR_SYNTAX, at,
                               "every value here is unknown; at least one must be something");
  for (guint i = 0; united != NULL && i < n; i += step) {
    nodes[i] = rua_compile_to_unit (c, nodes[i], united->unit, united);
    if (nodes[i] == NULL)
      return FALSE;
  }
  /* The word unknown becomes an unknown value of the type. */
  for (guint i = 0; i < n; i += step)
    if (nodes[i]->type == RUA_VALUE_UNKNOWN) {
      nodes[i]->type = first->type;
      nodes[i]->table = first->table;
      nodes[i]->number = NAN;
      nodes[i]->date = RUA_NO_DATE;
    }
  *type = first->type;
  *unit = united != NULL ? united->unit : NULL;
  *table = first->table;
  return TRUE;
}

static gboolean
want (RuaCompiler *c, RuaNode *node, RuaValueType type, const char *where)
{
  if (node->type == RUA_VALUE_UNKNOWN) {
    node->type = type;
    node->number = NAN;
    node->date = RUA_NO_DATE;
    return TRUE;
  }
  if (node->type == type)
    return TRUE;
  return rua_compile_refuse (c, RUA_ERROR_SYNTAX, node->syntax, "%s takes %s, but this is %s%s",
                             where, rua_value_type_name (type), rua_value_type_name (node->type),
                             type == RUA_VALUE_BOOLEAN
                               ? "; compare it with something, or ask is known"
                               : type == RUA_VALUE_NUMBER && node->type == RUA_VALUE_TEXT
                                 ? "; numbers stand without quotes"
                                 : "");
}

gboolean
rua_compile_check_unit (RuaCompiler *c, RuaNode *node)
{
  if (node->unit == NULL || rua_unit_is_writable (node->unit))
    return TRUE;
  return rua_compile_refuse (c, RUA_ERROR_LIMIT, node->syntax,
                             "the unit of this has too many symbols, or too large exponents");
}

static RuaNode *
compile_constant (RuaCompiler *c, const RuaSyntax *s)
{
  RuaNode *made;

  switch (s->type) {
  case RUA_SYNTAX_NUMBER:
    made = rua_node_new (c, RUA_NODE_CONSTANT, RUA_VALUE_NUMBER, s);
    made->number = s->number;
    if (s->percent)
      made->unit = rua_unit_new ("%", NULL);
    return made;
  case RUA_SYNTAX_TEXT:
    made = rua_node_new (c, RUA_NODE_CONSTANT, RUA_VALUE_TEXT, s);
    made->constants = g_new0 (char *, 2);
    made->constants[0] = g_strdup (s->text);
    made->n_constants = 1;
    return made;
  case RUA_SYNTAX_BOOLEAN:
    made = rua_node_new (c, RUA_NODE_CONSTANT, RUA_VALUE_BOOLEAN, s);
    made->flag = s->flag;
    return made;
  default:
    made = rua_node_new (c, RUA_NODE_CONSTANT, RUA_VALUE_UNKNOWN, s);
    made->option = TRUE; /* unknown, whatever its type becomes */
    return made;
  }
}

/* In a product or a ratio with something else, a number without a dimension is a plain one: half of 80 CNY, written
 * 50 % * amount, is 40 CNY and not 4000 CNY * %. */
static gboolean
make_factors_plain (RuaCompiler *c, RuaOperator operator, RuaNode **left, RuaNode **right)
{
  g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);
  gboolean left_plain, right_plain;

  if ((*left)->unit == NULL || (*right)->unit == NULL)
    return TRUE;
  left_plain = rua_unit_is_dimensionless ((*left)->unit);
  right_plain = rua_unit_is_dimensionless ((*right)->unit);
  /* 50 % / 20 % are 2.5 as they stand. */
  if (left_plain && right_plain && operator != RUA_OPERATOR_MULTIPLY)
    return TRUE;
  if (right_plain)
    *right = rua_compile_to_unit (c, *right, one, *left);
  else if (left_plain)
    *left = rua_compile_to_unit (c, *left, one, *right);
  return *left != NULL && *right != NULL;
}

static RuaNode *
compile_arithmetic (RuaCompiler *c, const RuaSyntax *s)
{
  RuaNode *left = rua_compile (c, g_ptr_array_index (s->parts, 0));
  RuaNode *right = left != NULL ? rua_compile (c, g_ptr_array_index (s->parts, 1)) : NULL;
  RuaNode *made;
  RuaUnit *unit = NULL;
  g_autofree char *sign = g_strdup_printf ("the sign %s", rua_operator_text (s->operator));

  if (right == NULL)
    return NULL;
  if (left->type == RUA_VALUE_DATE || right->type == RUA_VALUE_DATE) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX,
                        left->type == RUA_VALUE_DATE ? left->syntax : right->syntax,
                        "dates are not added or subtracted; use days (from, to), months (from, to) or "
                        "age (from, to), or take them apart by year (…)");
    return NULL;
  }
  if (!want (c, left, RUA_VALUE_NUMBER, sign) || !want (c, right, RUA_VALUE_NUMBER, sign))
    return NULL;
  if (s->operator != RUA_OPERATOR_ADD && s->operator != RUA_OPERATOR_SUBTRACT
      && !make_factors_plain (c, s->operator, &left, &right))
    return NULL;
  switch (s->operator) {
  case RUA_OPERATOR_ADD:
  case RUA_OPERATOR_SUBTRACT:
    if (left->unit != NULL) {
      right = rua_compile_to_unit (c, right, left->unit, left);
      if (right == NULL)
        return NULL;
      unit = rua_unit_ref (left->unit);
    } else if (right->unit != NULL)
      unit = rua_unit_ref (right->unit);
    break;
  case RUA_OPERATOR_MULTIPLY:
    if (left->unit != NULL && right->unit != NULL)
      unit = rua_unit_multiply (left->unit, right->unit);
    else if (left->unit != NULL || right->unit != NULL)
      unit = rua_unit_ref (left->unit != NULL ? left->unit : right->unit);
    break;
  default:
    if (left->unit != NULL && right->unit != NULL)
      unit = rua_unit_divide (left->unit, right->unit);
    else if (left->unit != NULL)
      unit = rua_unit_ref (left->unit);
    else if (right->unit != NULL)
      unit = rua_unit_power (right->unit, -1);
    break;
  }
  made = rua_node_new (c, RUA_NODE_ARITHMETIC, RUA_VALUE_NUMBER, s);
  made->operator = s->operator;
  made->unit = unit;
  rua_node_add (made, left);
  rua_node_add (made, right);
  return rua_compile_check_unit (c, made) ? made : NULL;
}

static RuaNode *
compile_logic (RuaCompiler *c, const RuaSyntax *s)
{
  RuaNodeKind kind = s->type == RUA_SYNTAX_AND ? RUA_NODE_AND
    : s->type == RUA_SYNTAX_OR ? RUA_NODE_OR : RUA_NODE_NOT;
  const char *word = kind == RUA_NODE_AND ? "and" : kind == RUA_NODE_OR ? "or" : "not";
  RuaNode *parts[2] = { NULL, NULL };
  RuaNode *made;

  for (guint i = 0; i < s->parts->len; i++) {
    parts[i] = rua_compile (c, g_ptr_array_index (s->parts, i));
    if (parts[i] == NULL || !want (c, parts[i], RUA_VALUE_BOOLEAN, word))
      return NULL;
  }
  made = rua_node_new (c, kind, RUA_VALUE_BOOLEAN, s);
  for (guint i = 0; i < s->parts->len; i++)
    rua_node_add (made, parts[i]);
  return made;
}

static RuaNode *
compile_case (RuaCompiler *c, const RuaSyntax *s)
{
  /* Values first, then their conditions: value 0, condition 0, value 1, ... and the else. */
  guint pairs = s->parts->len / 2;
  guint n = pairs * 2 + 1;
  g_autofree RuaNode **nodes = g_new0 (RuaNode *, n);
  RuaNode *made;
  RuaValueType type;
  RuaUnit *unit;
  RuaTable *table;

  for (guint i = 0; i < pairs; i++) {
    nodes[2 * i + 1] = rua_compile (c, g_ptr_array_index (s->parts, 2 * i));
    if (nodes[2 * i + 1] == NULL || !want (c, nodes[2 * i + 1], RUA_VALUE_BOOLEAN, "when"))
      return NULL;
    nodes[2 * i] = rua_compile (c, g_ptr_array_index (s->parts, 2 * i + 1));
    if (nodes[2 * i] == NULL)
      return NULL;
  }
  if (s->flag)
    nodes[n - 1] = rua_compile (c, g_ptr_array_index (s->parts, s->parts->len - 1));
  else {
    nodes[n - 1] = rua_node_new (c, RUA_NODE_CONSTANT, RUA_VALUE_UNKNOWN, s);
    nodes[n - 1]->option = TRUE;
  }
  if (nodes[n - 1] == NULL || !rua_compile_unify (c, s, nodes, n, 2, &type, &unit, &table))
    return NULL;
  made = rua_node_new (c, RUA_NODE_CASE, type, s);
  made->table = table;
  made->unit = unit != NULL ? rua_unit_ref (unit) : NULL;
  for (guint i = 0; i < n; i++)
    rua_node_add (made, nodes[i]);
  return made;
}

RuaProgram *
rua_compile_inner (RuaCompiler *c, RuaSyntax *syntax, const RuaProgramOptions *options)
{
  RuaProgram *inner;

  if (options->nested > RUA_PROGRAM_MAX_NESTED) {
    rua_compile_refuse (c, RUA_ERROR_LIMIT, syntax,
                        "lists are asked about more than %d deep in one another",
                        RUA_PROGRAM_MAX_NESTED);
    rua_syntax_free (syntax);
    return NULL;
  }
  inner = rua_program_compile (syntax, c->program->source, options, c->error);
  if (inner == NULL)
    return NULL;
  for (guint i = 0; i < inner->warnings->len; i++)
    g_ptr_array_add (c->program->warnings, g_strdup (g_ptr_array_index (inner->warnings, i)));
  c->program->privacy = MAX (c->program->privacy, inner->privacy);
  c->program->n_nodes += inner->nodes->len + inner->n_nodes;
  return inner;
}

/* What stands on the rows of a pair: compiled on its own, over rows. */
static RuaNode *
compile_external (RuaCompiler *c, const RuaSyntax *value, const RuaSyntax *condition,
                  const RuaSyntax *at)
{
  RuaProgramOptions options = *c->options;
  g_autoptr (RuaProgram) inner = NULL;
  g_autoptr (RuaProgram) test = NULL;
  RuaNode *made;
  RuaPick *pick;

  options.pairs = FALSE;
  inner = rua_compile_inner (c, rua_syntax_copy (value), &options);
  if (inner == NULL)
    return NULL;
  if (condition != NULL) {
    options.deflation = NULL; /* a condition is about the row as it is */
    test = rua_compile_inner (c, rua_syntax_copy (condition), &options);
    if (test == NULL)
      return NULL;
    if (test->root->type != RUA_VALUE_BOOLEAN) {
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, condition,
                          "brackets hold a condition that tells the row, as in "
                          "amount[year = 2014], but this is %s",
                          rua_value_type_name (test->root->type));
      return NULL;
    }
  }
  made = rua_node_new (c, RUA_NODE_EXTERNAL, inner->root->type, at);
  made->table = inner->root->table;
  made->unit = inner->root->unit != NULL ? rua_unit_ref (inner->root->unit) : NULL;
  made->option = c->program->picks->len;
  pick = g_new0 (RuaPick, 1);
  pick->text = rua_syntax_dup_source (at, c->program->source);
  pick->value = g_steal_pointer (&inner);
  pick->condition = g_steal_pointer (&test);
  g_ptr_array_add (c->program->picks, pick);
  return made;
}

RuaNode *
rua_compile (RuaCompiler *c, const RuaSyntax *s)
{
  RuaNode *part, *made;
  gboolean is_any = FALSE;

  if (s->type == RUA_SYNTAX_OVER) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, s,
                        "over (…) stands in formulas over metrics; rows are grouped by the metric's "
                        "“by”");
    return NULL;
  }
  if (c->program->nodes->len + c->program->n_nodes > RUA_PROGRAM_MAX_NODES) {
    rua_compile_refuse (c, RUA_ERROR_LIMIT, s, "the expression takes more than %d steps",
                        RUA_PROGRAM_MAX_NODES);
    return NULL;
  }
  if (c->options->pairs && s->type != RUA_SYNTAX_PICK && rua_syntax_has_path (s)
      && !rua_syntax_has_pick (s))
    return compile_external (c, s, NULL, s);
  switch (s->type) {
  case RUA_SYNTAX_PATH:
    return rua_compile_path (c, s, s->names->len);
  case RUA_SYNTAX_PICK:
    if (!c->options->pairs) {
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, s,
                          "a value is picked by [ ] only in the columns, weight, stratum and "
                          "cluster of a metric; here every row stands for itself");
      return NULL;
    }
    return compile_external (c, g_ptr_array_index (s->parts, 0), g_ptr_array_index (s->parts, 1),
                             s);
  case RUA_SYNTAX_CALL:
    return rua_compile_call (c, s);
  case RUA_SYNTAX_NEGATE:
    part = rua_compile (c, g_ptr_array_index (s->parts, 0));
    if (part == NULL || !want (c, part, RUA_VALUE_NUMBER, "the sign -"))
      return NULL;
    made = rua_node_new (c, RUA_NODE_NEGATE, RUA_VALUE_NUMBER, s);
    made->unit = part->unit != NULL ? rua_unit_ref (part->unit) : NULL;
    rua_node_add (made, part);
    if (part->kind == RUA_NODE_CONSTANT) {
      made->kind = RUA_NODE_CONSTANT;
      made->number = -part->number;
    }
    return made;
  case RUA_SYNTAX_ARITHMETIC:
    return compile_arithmetic (c, s);
  case RUA_SYNTAX_COMPARE:
  case RUA_SYNTAX_IN:
  case RUA_SYNTAX_BETWEEN:
    made = rua_compile_any_of (c, s, &is_any);
    if (is_any)
      return made;
    if (s->type == RUA_SYNTAX_IN)
      return rua_compile_in (c, s);
    if (s->type == RUA_SYNTAX_BETWEEN)
      return rua_compile_between (c, s);
    part = rua_compile (c, g_ptr_array_index (s->parts, 0));
    made = part != NULL ? rua_compile (c, g_ptr_array_index (s->parts, 1)) : NULL;
    return made != NULL ? rua_compile_compare (c, s, s->operator, part, made) : NULL;
  case RUA_SYNTAX_AND:
  case RUA_SYNTAX_OR:
  case RUA_SYNTAX_NOT:
    return compile_logic (c, s);
  case RUA_SYNTAX_IS_UNKNOWN:
    part = rua_compile (c, g_ptr_array_index (s->parts, 0));
    if (part == NULL)
      return NULL;
    if (part->type == RUA_VALUE_UNKNOWN)
      want (c, part, RUA_VALUE_BOOLEAN, "is");
    made = rua_node_new (c, RUA_NODE_IS_UNKNOWN, RUA_VALUE_BOOLEAN, s);
    rua_node_add (made, part);
    return made;
  case RUA_SYNTAX_CASE:
    return compile_case (c, s);
  default:
    return compile_constant (c, s);
  }
}

RuaProgram *
rua_program_compile (RuaSyntax *syntax, const char *source, const RuaProgramOptions *options,
                     GError **error)
{
  g_autoptr (RuaProgram) self = g_new0 (RuaProgram, 1);
  g_autoptr (GError) problem = NULL;
  RuaCompiler compiler = { .program = self, .options = options, .error = &problem };

  g_atomic_ref_count_init (&self->refs);
  self->source = g_strdup (source);
  self->syntax = syntax;
  self->table = g_object_ref (options->table);
  self->deflation = options->deflation;
  self->nodes = rua_program_new_nodes ();
  self->picks = g_ptr_array_new_with_free_func ((GDestroyNotify) pick_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->root = rua_compile (&compiler, syntax);
  if (self->root != NULL && self->root->type == RUA_VALUE_UNKNOWN)
    rua_compile_refuse (&compiler, RUA_ERROR_SYNTAX, syntax, "this is always unknown");
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  return g_steal_pointer (&self);
}

RuaProgram *
rua_program_new (const char *source, const RuaProgramOptions *options, GError **error)
{
  RuaSyntax *syntax = rua_syntax_parse (source, error);

  return syntax != NULL ? rua_program_compile (syntax, source, options, error) : NULL;
}
