/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-nearest-private.h"
#include "rua-program-private.h"
#include "rua-unit-private.h"

#include <math.h>
#include <string.h>

/* Names: fields, paths over references, and lists. */

static const char *
name_at (const RuaSyntax *s, guint i)
{
  return g_ptr_array_index (s->names, i);
}

static gboolean
refuse_field (RuaCompiler *c, const RuaSyntax *s, RuaTable *table, const char *name)
{
  RuaKind *kind = rua_table_get_kind (table);
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  rua_nearest_init (&nearest, name);
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++)
    rua_nearest_offer (&nearest, rua_field_get_name (rua_kind_get_field (kind, i)));
  mend = rua_nearest_mend (&nearest, "a text stands in single quotes, a name without");
  return rua_compile_refuse (c, RUA_ERROR_UNKNOWN_NAME, s, "the kind %s has no field “%s”; %s",
                             rua_kind_get_name (kind), name, mend);
}

/* The first field of the type by which the records of @other refer to those of the kind @here. */
static RuaColumn *
find_field_to (RuaTable *other, const char *here, RuaFieldType type, gboolean *several)
{
  RuaKind *kind = rua_table_get_kind (other);
  RuaColumn *found = NULL;

  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);

    if (rua_field_get_field_type (field) != type
        || g_strcmp0 (rua_field_get_target (field), here) != 0)
      continue;
    *several = found != NULL;
    if (found == NULL)
      found = rua_table_peek_column (other, i);
  }
  return found;
}

/* A kind whose records refer to those of @table, by its name or plural: the way back. A list counts
 * where no field of one reference leads here. */
static RuaColumn *
find_reverse (RuaTable *table, const char *name, RuaTable **entries, gboolean *several)
{
  GObject *owner = G_OBJECT (rua_table_get_owner (table));
  const char *here = rua_kind_get_name (rua_table_get_kind (table));
  RuaTable *other;
  RuaColumn *found;

  *several = FALSE;
  if (owner == NULL || !RUA_IS_ALLIANCE (owner))
    return NULL;
  other = rua_alliance_get_table (RUA_ALLIANCE (owner), name);
  if (other == NULL)
    return NULL;
  found = find_field_to (other, here, RUA_FIELD_TYPE_REFERENCE, several);
  if (found == NULL)
    found = find_field_to (other, here, RUA_FIELD_TYPE_REFERENCE_LIST, several);
  *entries = other;
  return found;
}

static RuaUnit *
field_unit (RuaCompiler *c, RuaField *field)
{
  const char *text = rua_field_get_unit (field);
  g_autoptr (RuaUnit) unit = rua_unit_new (text != NULL ? text : "1", NULL);

  /* A unit of one's own that does not follow the grammar is a thing of its own. */
  if (unit == NULL)
    unit = rua_unit_new ("1", NULL);
  if (c->options->currency != NULL && rua_unit_has_money (unit))
    return rua_unit_with_currency (unit, c->options->currency);
  return g_steal_pointer (&unit);
}

static RuaNode *
deflated (RuaCompiler *c, RuaNode *money)
{
  RuaDeflation *deflation = c->options->deflation;
  RuaNode *date, *ratio, *made;
  RuaCompiler inner = *c;
  RuaProgramOptions options = *c->options;

  if (deflation == NULL || money->unit == NULL || !rua_unit_has_money (money->unit)
      || rua_unit_get_price_year (money->unit) != 0)
    return money;
  if (!rua_series_is_of_currency (deflation->currency, money->unit)) {
    rua_compile_refuse (c, RUA_ERROR_UNIT, money->syntax,
                        "the field %s is in %s, but the series %s tells prices in %s; deflate by a series of prices in "
                        "%s, or mend the currency of this one",
                        rua_field_get_name (rua_column_get_field (money->column)), rua_unit_get_currency (money->unit),
                        deflation->series, deflation->currency, rua_unit_get_currency (money->unit));
    return NULL;
  }
  options.deflation = NULL;
  inner.options = &options;
  date = rua_compile (&inner, deflation->date);
  if (date == NULL)
    return NULL;
  if (date->type != RUA_VALUE_DATE && date->type != RUA_VALUE_NUMBER) {
    rua_compile_refuse (c, RUA_ERROR_VALUE, money->syntax,
                        "“%s”, which is to tell the year of this amount, is %s; deflate needs a "
                        "date or a year", deflation->date_source, rua_value_type_name (date->type));
    return NULL;
  }
  ratio = rua_node_new (c, RUA_NODE_DEFLATOR, RUA_VALUE_NUMBER, money->syntax);
  ratio->deflation = deflation;
  rua_node_add (ratio, date);
  made = rua_node_new (c, RUA_NODE_ARITHMETIC, RUA_VALUE_NUMBER, money->syntax);
  made->operator = RUA_OPERATOR_MULTIPLY;
  made->unit = rua_unit_with_price_year (money->unit, deflation->to);
  rua_node_add (made, money);
  rua_node_add (made, ratio);
  return made;
}

/* Whether it is a list of records of any kind, which have no field in common: it is refused but where it is counted. */
static gboolean
refuse_any_kind (RuaCompiler *c, const RuaSyntax *s, RuaColumn *column)
{
  RuaField *field = rua_column_get_field (column);

  if (rua_field_get_field_type (field) != RUA_FIELD_TYPE_REFERENCE_LIST || rua_column_get_target (column) != NULL)
    return FALSE;
  rua_compile_refuse (c, RUA_ERROR_SYNTAX, s, "“%s” lists records of any kind, which have no field in common; only count (%s) reads it",
                      rua_field_get_name (field), rua_field_get_name (field));
  return TRUE;
}

static RuaNode *
compile_field (RuaCompiler *c, const RuaSyntax *s, RuaTable *table, RuaNode *from, guint index)
{
  RuaField *field = rua_kind_get_field (rua_table_get_kind (table), index);
  RuaNode *made = rua_node_new (c, from != NULL ? RUA_NODE_GATHER : RUA_NODE_COLUMN,
                                RUA_VALUE_NUMBER, s);

  made->column = g_object_ref (rua_table_peek_column (table, index));
  made->field_type = rua_field_get_field_type (field);
  if (from != NULL)
    rua_node_add (made, from);
  c->program->privacy = MAX (c->program->privacy, rua_field_get_privacy (field));
  switch (made->field_type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
    made->type = RUA_VALUE_TEXT;
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    made->type = RUA_VALUE_BOOLEAN;
    break;
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
    made->unit = field_unit (c, field);
    break;
  case RUA_FIELD_TYPE_MONEY:
    made->unit = field_unit (c, field);
    return deflated (c, made);
  case RUA_FIELD_TYPE_DATE:
    made->type = RUA_VALUE_DATE;
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    made->table = rua_column_get_target (made->column);
    made->type = made->table != NULL ? RUA_VALUE_REFERENCE : RUA_VALUE_ANY_REFERENCE;
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    if (refuse_any_kind (c, s, made->column))
      return NULL;
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, s,
                        "“%s” is a list; use count (%s), %s", rua_field_get_name (field),
                        rua_field_get_name (field),
                        made->field_type == RUA_FIELD_TYPE_TEXT_LIST
                          ? "contains (…, 'text')" : "any (…, condition), or compare it");
    return NULL;
  case RUA_FIELD_TYPE_JSON:
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, s,
                        "“%s” holds nested data, which expressions do not read",
                        rua_field_get_name (field));
    return NULL;
  }
  return made;
}

/* The first @n_names names of a path. */
RuaNode *
rua_compile_path (RuaCompiler *c, const RuaSyntax *s, guint n_names)
{
  RuaTable *table = c->options->table;
  RuaNode *node = NULL;

  for (guint i = 0; i < n_names; i++) {
    const char *name = name_at (s, i);
    RuaField *field;
    RuaTable *entries;
    gboolean several;

    if (node != NULL && node->type != RUA_VALUE_REFERENCE) {
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, s,
                          node->type == RUA_VALUE_ANY_REFERENCE
                            ? "“%s” refers to records of any kind, so “%s” cannot be told; compare "
                              "it with 'kind/id', or ask is known"
                            : "“%s” is no reference, so it has no “%s”",
                          name_at (s, i - 1), name);
      return NULL;
    }
    if (node != NULL)
      table = node->table;
    field = rua_kind_find_field (rua_table_get_kind (table), name);
    if (field == NULL) {
      if (find_reverse (table, name, &entries, &several) != NULL)
        rua_compile_refuse (c, RUA_ERROR_SYNTAX, s,
                            "there may be several %s to a %s; use count (%s) or any (%s, "
                            "condition), or compare the path with something",
                            rua_kind_get_plural (rua_table_get_kind (entries)),
                            rua_kind_get_name (rua_table_get_kind (table)), name, name);
      else
        refuse_field (c, s, table, name);
      return NULL;
    }
    node = compile_field (c, s, table, node, rua_field_get_index (field));
    if (node == NULL)
      return NULL;
  }
  return node;
}

/* ---- lists ---- */

typedef struct {
  RuaNode *from;    /* the record that has the list; NULL: the row itself */
  RuaColumn *column;
  RuaTable *entries; /* NULL: a list of texts */
  gboolean reverse;
  guint n_names;    /* of the path, used up to the list */
  RuaTable *from_table;
} ListPath;

/* The first list that a path passes through; @several: more than one field could be meant. */
static gboolean
locate_list (const RuaSyntax *s, RuaTable *table, ListPath *list, gboolean *several)
{
  memset (list, 0, sizeof *list);
  *several = FALSE;
  if (s->type != RUA_SYNTAX_PATH)
    return FALSE;
  for (guint i = 0; i < s->names->len; i++) {
    RuaField *field = rua_kind_find_field (rua_table_get_kind (table), name_at (s, i));
    RuaFieldType type = field != NULL ? rua_field_get_field_type (field) : RUA_FIELD_TYPE_JSON;

    list->n_names = i + 1;
    list->from_table = table;
    if (field == NULL)
      list->column = find_reverse (table, name_at (s, i), &list->entries, several);
    else if (type == RUA_FIELD_TYPE_REFERENCE_LIST || type == RUA_FIELD_TYPE_TEXT_LIST)
      list->column = rua_table_peek_column (table, rua_field_get_index (field));
    if (*several)
      return TRUE;
    if (list->column != NULL) {
      list->reverse = field == NULL;
      if (field != NULL)
        list->entries
          = type == RUA_FIELD_TYPE_REFERENCE_LIST ? rua_column_get_target (list->column) : NULL;
      return TRUE;
    }
    if (field == NULL || type != RUA_FIELD_TYPE_REFERENCE)
      return FALSE;
    table = rua_column_get_target (rua_table_peek_column (table, rua_field_get_index (field)));
    if (table == NULL)
      return FALSE;
  }
  return FALSE;
}

gboolean
rua_syntax_find_list (const RuaSyntax *s,
                      RuaTable *table,
                      guint *n_names,
                      RuaTable **owner,
                      RuaTable **entries,
                      RuaColumn **column)
{
  ListPath list;
  gboolean several;

  if (!locate_list (s, table, &list, &several) || several)
    return FALSE;
  *n_names = list.n_names;
  *owner = list.from_table;
  *entries = list.entries;
  *column = list.column;
  return TRUE;
}

/* As locate_list, with the record that has it compiled. FALSE and no error: it passes through
 * none. */
static gboolean
find_list (RuaCompiler *c, const RuaSyntax *s, ListPath *list)
{
  gboolean several;

  if (!locate_list (s, c->options->table, list, &several))
    return FALSE;
  if (several) {
    RuaKind *kind = rua_table_get_kind (list->entries);

    rua_compile_refuse (c, RUA_ERROR_SYNTAX, s,
                        "%s have more than one field that refers to a %s, so “%s” is not clear; "
                        "measure over the table %s instead",
                        rua_kind_get_plural (kind),
                        rua_kind_get_name (rua_table_get_kind (list->from_table)),
                        name_at (s, list->n_names - 1), rua_kind_get_plural (kind));
    return TRUE;
  }
  if (list->n_names > 1)
    list->from = rua_compile_path (c, s, list->n_names - 1);
  return TRUE;
}

/* A list is as private as the field that holds it. */
static void
read_list_field (RuaCompiler *c, const ListPath *list)
{
  c->program->privacy
    = MAX (c->program->privacy, rua_field_get_privacy (rua_column_get_field (list->column)));
}

/* @condition is taken over; NULL: none. */
static RuaNode *
list_node (RuaCompiler *c, const RuaSyntax *at, const ListPath *list, RuaNodeKind kind,
           RuaSyntax *condition)
{
  RuaProgramOptions options = {
    .table = list->entries, .currency = c->options->currency, .nested = c->options->nested + 1,
  };
  g_autoptr (RuaProgram) inner = NULL;
  RuaNode *made;

  if (condition != NULL) {
    inner = rua_compile_inner (c, condition, &options);
    if (inner == NULL)
      return NULL;
    if (inner->root->type != RUA_VALUE_BOOLEAN) {
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, inner->syntax, "this is %s, not a condition",
                          rua_value_type_name (inner->root->type));
      return NULL;
    }
  }
  read_list_field (c, list);
  made = rua_node_new (c, kind, kind == RUA_NODE_ANY ? RUA_VALUE_BOOLEAN : RUA_VALUE_NUMBER, at);
  made->column = g_object_ref (list->column);
  made->table = list->entries;
  made->reverse = list->reverse;
  made->inner = g_steal_pointer (&inner);
  if (kind == RUA_NODE_COUNT)
    made->unit = rua_unit_new ("1", NULL);
  if (list->from != NULL)
    rua_node_add (made, list->from);
  return made;
}

/* memberships.cooperative = 'a'  is  any (memberships, cooperative = 'a'). */
RuaNode *
rua_compile_any_of (RuaCompiler *c, const RuaSyntax *s, gboolean *is_any)
{
  const RuaSyntax *left = rua_syntax_part (s, 0);
  RuaSyntax *condition;
  GPtrArray *names;
  ListPath list;

  *is_any = FALSE;
  if (c->options->pairs || !find_list (c, left, &list)) {
    *is_any = *c->error != NULL;
    return NULL;
  }
  *is_any = TRUE;
  if (*c->error != NULL || (list.from == NULL && list.n_names > 1))
    return NULL;
  if (list.entries == NULL && refuse_any_kind (c, left, list.column))
    return NULL;
  if (list.entries == NULL) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, left,
                        "“%s” is a list of texts; ask contains (%s, 'text')",
                        name_at (left, list.n_names - 1), name_at (left, list.n_names - 1));
    return NULL;
  }
  for (guint i = 1; i < s->parts->len; i++)
    if (rua_syntax_has_path (rua_syntax_part (s, i))) {
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, rua_syntax_part (s, i),
                          "what stands in a list is compared with a field of the row itself; "
                          "compare it with a constant");
      return NULL;
    }
  /* The rest of the path, or the entry's own id. */
  condition = rua_syntax_copy (s);
  names = rua_syntax_part (condition, 0)->names;
  g_ptr_array_remove_range (names, 0, list.n_names);
  if (names->len == 0)
    g_ptr_array_add (names, g_strdup ("id"));
  return list_node (c, s, &list, RUA_NODE_ANY, condition);
}

/* count (path), count (path, condition), any (path, condition) */
RuaNode *
rua_compile_entries (RuaCompiler *c, const RuaSyntax *call, guint kind)
{
  const RuaSyntax *path = rua_syntax_part (call, 0);
  RuaSyntax *condition = NULL;
  ListPath list;

  if (!find_list (c, path, &list)) {
    if (*c->error == NULL)
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, path,
                          "%s reads a list: a field that holds several records, or the plural of a "
                          "kind that refers to this one", name_at (call, 0));
    return NULL;
  }
  if (*c->error != NULL)
    return NULL;
  if (path->names->len != list.n_names) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, path,
                        "the path goes on after the list “%s”; put the rest into a condition, as "
                        "in %s (%s, … = …)", name_at (path, list.n_names - 1), name_at (call, 0),
                        name_at (path, list.n_names - 1));
    return NULL;
  }
  if (call->parts->len > 1) {
    if (list.entries == NULL && refuse_any_kind (c, call, list.column))
      return NULL;
    if (list.entries == NULL) {
      rua_compile_refuse (c, RUA_ERROR_SYNTAX, call,
                          "“%s” is a list of texts, which has no fields to ask; use contains",
                          name_at (path, list.n_names - 1));
      return NULL;
    }
    condition = rua_syntax_copy (rua_syntax_part (call, 1));
  }
  return list_node (c, call, &list, kind, condition);
}

/* ---- texts against constants ---- */

RuaNode *
rua_compile_text_test (RuaCompiler *c, const RuaSyntax *at, RuaNode *text, RuaTextTest test,
                       RuaOperator operator)
{
  RuaNode *made = rua_node_new (c, RUA_NODE_TEXT_TEST, RUA_VALUE_BOOLEAN, at);

  made->option = test;
  made->operator = operator;
  made->field_type = text->column != NULL ? text->field_type : RUA_FIELD_TYPE_TEXT;
  rua_node_add (made, text);
  return made;
}

RuaNode *
rua_compile_contains (RuaCompiler *c, const RuaSyntax *s, guint test)
{
  const RuaSyntax *what = g_ptr_array_index (s->parts, 0);
  const RuaSyntax *part = g_ptr_array_index (s->parts, 1);
  RuaNode *text = NULL, *made;
  ListPath list;

  if (part->type != RUA_SYNTAX_TEXT) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, part, "%s looks for a text in single quotes",
                        name_at (s, 0));
    return NULL;
  }
  if (!find_list (c, what, &list) && *c->error == NULL)
    text = rua_compile (c, what);
  else if (*c->error == NULL && list.entries == NULL && refuse_any_kind (c, what, list.column))
    return NULL;
  else if (*c->error == NULL && list.entries == NULL
           && list.n_names == what->names->len && test == RUA_TEXT_CONTAINS) {
    /* A list of texts: one of them is it. */
    text = rua_node_new (c, list.from != NULL ? RUA_NODE_GATHER : RUA_NODE_COLUMN, RUA_VALUE_TEXT,
                         what);
    text->column = g_object_ref (list.column);
    read_list_field (c, &list);
    text->field_type = RUA_FIELD_TYPE_TEXT_LIST;
    if (list.from != NULL)
      rua_node_add (text, list.from);
    test = RUA_TEXT_IN;
  } else if (*c->error == NULL)
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, what, "%s takes a text, but this is a list",
                        name_at (s, 0));
  if (text == NULL)
    return NULL;
  if (text->type != RUA_VALUE_TEXT) {
    rua_compile_refuse (c, RUA_ERROR_SYNTAX, text->syntax, "%s takes a text, but this is %s",
                        name_at (s, 0), rua_value_type_name (text->type));
    return NULL;
  }
  made = rua_compile_text_test (c, s, text, test, RUA_OPERATOR_NONE);
  made->constants = g_new0 (char *, 2);
  made->constants[0] = g_strdup (part->text);
  made->n_constants = 1;
  return made;
}
