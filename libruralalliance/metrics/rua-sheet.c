/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-sheet-private.h"

#include <string.h>

/* ---- what a node computes, in words ---- */

static void
append_key (GString *out, const RuaNode *node)
{
  g_string_append_printf (out, "(%d,%d,%d,%u,%d,%a,%d,%d,%p,%p,%p,%d", node->kind, node->type,
                          node->operator, node->option, node->flag, node->number, node->date,
                          node->field_type, (gpointer) node->column, (gpointer) node->table,
                          (gpointer) node->deflation, node->reverse);
  for (guint i = 0; i < node->n_constants; i++)
    g_string_append_printf (out, ",%" G_GSIZE_FORMAT ":%s", strlen (node->constants[i]),
                            node->constants[i]);
  for (guint i = 0; i < node->n_targets; i++)
    g_string_append_printf (out, ",%" G_GINT64_MODIFIER "x", node->targets[i]);
  for (guint i = 0; i < node->n_numbers; i++)
    g_string_append_printf (out, ",%a", node->numbers[i]);
  g_string_append_printf (out, ",%d,%d", node->first, node->n_letters);
  if (node->inner != NULL)
    append_key (out, node->inner->root);
  for (guint i = 0; i < node->n_parts; i++)
    append_key (out, node->parts[i]);
  g_string_append_c (out, ')');
}

static char *
make_key (const RuaNode *node)
{
  GString *out = g_string_new (NULL);

  append_key (out, node);
  return g_string_free (out, FALSE);
}

/* ---- copies ---- */

static RuaNode *
copy_node (RuaProgram *program, const RuaNode *node)
{
  RuaNode *copy = g_new0 (RuaNode, 1);

  *copy = *node;
  copy->parts = NULL;
  copy->n_parts = 0;
  copy->syntax = NULL;
  copy->unit = node->unit != NULL ? rua_unit_ref (node->unit) : NULL;
  copy->column = node->column != NULL ? g_object_ref (node->column) : NULL;
  copy->inner = node->inner != NULL ? rua_program_ref (node->inner) : NULL;
  copy->constants = g_new0 (char *, node->n_constants + 1);
  for (guint i = 0; i < node->n_constants; i++)
    copy->constants[i] = g_strdup (node->constants[i]);
  copy->targets = g_memdup2 (node->targets, node->n_targets * sizeof (guint64));
  copy->numbers = g_memdup2 (node->numbers, node->n_numbers * sizeof (double));
  return copy;
}

static RuaNode *
take_place (RuaProgram *program, RuaNode *node)
{
  node->slot = program->nodes->len;
  g_ptr_array_add (program->nodes, node);
  return node;
}

static RuaNode *
new_node (RuaNodeKind kind, RuaValueType type)
{
  RuaNode *self = g_new0 (RuaNode, 1);

  self->kind = kind;
  self->type = type;
  return self;
}

/* ---- owners ---- */

gboolean
rua_owner_path_init (RuaOwnerPath *self, const RuaNode *node)
{
  guint n = 1;

  for (const RuaNode *at = node; at->kind == RUA_NODE_GATHER; at = at->parts[0])
    n++;
  if (n > G_N_ELEMENTS (self->columns) || node->type != RUA_VALUE_REFERENCE)
    return FALSE;
  self->n = n;
  for (; node->kind == RUA_NODE_GATHER; node = node->parts[0])
    self->columns[--n] = node->column;
  if (node->kind != RUA_NODE_COLUMN)
    return FALSE;
  self->columns[0] = node->column;
  return TRUE;
}

static gboolean
is_owner (const RuaOwnerPath *self, const RuaNode *node)
{
  for (guint i = self->n; i > 0; i--) {
    if (node->kind != (i > 1 ? RUA_NODE_GATHER : RUA_NODE_COLUMN)
        || node->column != self->columns[i - 1])
      return FALSE;
    if (i > 1)
      node = node->parts[0];
  }
  return TRUE;
}

static gboolean
follows (const RuaOwnerPath *self, const RuaNode *node)
{
  if (is_owner (self, node))
    return TRUE;
  switch (node->kind) {
  case RUA_NODE_CONSTANT:
    return TRUE;
  case RUA_NODE_COLUMN:
  case RUA_NODE_EXTERNAL:
  case RUA_NODE_ROW:
  case RUA_NODE_DEFLATOR: /* whose errors are those of rows */
    return FALSE;
  case RUA_NODE_COUNT:
  case RUA_NODE_ANY:
    if (node->n_parts == 0)
      return FALSE;
    break;
  default:
    break;
  }
  for (guint i = 0; i < node->n_parts; i++)
    if (!follows (self, node->parts[i]))
      return FALSE;
  return TRUE;
}

static RuaNode *
translate (const RuaOwnerPath *self, RuaProgram *program, const RuaNode *node)
{
  RuaNode *copy, *part;

  if (is_owner (self, node)) {
    copy = new_node (RUA_NODE_ROW, RUA_VALUE_REFERENCE);
    copy->table = program->table;
    return take_place (program, copy);
  }
  copy = copy_node (program, node);
  for (guint i = 0; i < node->n_parts; i++) {
    part = translate (self, program, node->parts[i]);
    if (part->kind == RUA_NODE_ROW && copy->kind == RUA_NODE_GATHER)
      copy->kind = RUA_NODE_COLUMN;
    else if (part->kind != RUA_NODE_ROW
             || (copy->kind != RUA_NODE_COUNT && copy->kind != RUA_NODE_ANY))
      rua_node_add (copy, part);
  }
  return take_place (program, copy);
}

static RuaProgram *
new_program (RuaTable *table)
{
  RuaProgram *self = g_new0 (RuaProgram, 1);

  g_atomic_ref_count_init (&self->refs);
  self->table = g_object_ref (table);
  self->nodes = rua_program_new_nodes ();
  self->picks = g_ptr_array_new ();
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  return self;
}

RuaProgram *
rua_owner_path_translate (const RuaOwnerPath *self, const RuaNode *node)
{
  RuaTable *table = rua_column_get_target (self->columns[self->n - 1]);
  RuaProgram *program;

  if (table == NULL || !follows (self, node))
    return NULL;
  program = new_program (table);
  program->root = translate (self, program, node);
  return program;
}

/* ---- the sheet ---- */

RuaSheet *
rua_sheet_new (RuaTable *table)
{
  RuaSheet *self = g_new0 (RuaSheet, 1);

  self->program = new_program (table);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
rua_sheet_free (RuaSheet *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->known);
  rua_program_unref (self->program);
  g_free (self);
}

/* @node is taken over; the one that is known already is preferred. */
static RuaNode *
settle (RuaSheet *self, RuaNode *node)
{
  g_autofree char *key = make_key (node);
  RuaNode *found = g_hash_table_lookup (self->known, key);

  if (found != NULL) {
    rua_node_free (node);
    return found;
  }
  g_hash_table_insert (self->known, g_steal_pointer (&key), node);
  return take_place (self->program, node);
}

static const RuaNode *
first_reference (const RuaNode *node)
{
  const RuaNode *found;

  if (node->kind == RUA_NODE_COLUMN)
    return node->type == RUA_VALUE_REFERENCE ? node : NULL;
  for (guint i = 0; i < node->n_parts; i++) {
    found = first_reference (node->parts[i]);
    if (found != NULL)
      return found;
  }
  return NULL;
}

static gboolean
is_text_of_column (const RuaNode *node)
{
  return node->column != NULL
    && (node->kind == RUA_NODE_COLUMN || node->kind == RUA_NODE_GATHER
        || node->kind == RUA_NODE_LOOKUP);
}

/* Whether a node may be known though its reference is not: then it does not follow from the owner. */
static gboolean
knows_without_owner (const RuaNode *node)
{
  if (node->kind == RUA_NODE_CASE || node->kind == RUA_NODE_COALESCE
      || node->kind == RUA_NODE_IS_UNKNOWN
      || (node->kind == RUA_NODE_CONSTANT && node->type == RUA_VALUE_BOOLEAN))
    return TRUE;
  for (guint i = 0; i < node->n_parts; i++)
    if (knows_without_owner (node->parts[i]))
      return TRUE;
  return FALSE;
}

/* Factors that are columns take fewer bytes than their product, which rounding keeps from being a decimal as they are. */
static gboolean
is_product_of_columns (const RuaNode *node)
{
  if (node->kind != RUA_NODE_ARITHMETIC || node->operator != RUA_OPERATOR_MULTIPLY)
    return FALSE;
  for (guint i = 0; i < node->n_parts; i++)
    if (node->parts[i]->kind != RUA_NODE_COLUMN && node->parts[i]->kind != RUA_NODE_GATHER
        && !is_product_of_columns (node->parts[i]))
      return FALSE;
  return TRUE;
}

/* A lookup in place of a node that follows from one reference; NULL where it does not, or where
 * laying it out would be more work than reading it. */
static RuaNode *
make_lookup (RuaSheet *self, const RuaNode *node)
{
  const RuaNode *reference;
  RuaNode *made;
  RuaOwnerPath path;
  g_autoptr (RuaProgram) program = NULL;
  g_autoptr (RuaSheet) inner = NULL;

  if (node->kind == RUA_NODE_COLUMN || node->kind == RUA_NODE_CONSTANT
      || (node->type == RUA_VALUE_TEXT && !is_text_of_column (node)) || knows_without_owner (node)
      || is_product_of_columns (node))
    return NULL;
  reference = first_reference (node);
  if (reference == NULL || !rua_owner_path_init (&path, reference))
    return NULL;
  if (reference->table == NULL
      || rua_table_get_n_rows (reference->table) > rua_table_get_n_rows (self->program->table))
    return NULL;
  program = rua_owner_path_translate (&path, node);
  if (program == NULL)
    return NULL;
  inner = rua_sheet_new (program->table);
  inner->program->root = rua_sheet_add (inner, program->root, NULL, NULL);
  made = new_node (RUA_NODE_LOOKUP, node->type);
  made->inner = rua_program_ref (inner->program);
  made->table = node->table;
  made->unit = node->unit != NULL ? rua_unit_ref (node->unit) : NULL;
  if (node->type == RUA_VALUE_TEXT) {
    made->column = g_object_ref (node->column);
    made->field_type = node->field_type;
  }
  rua_node_add (made, rua_sheet_add (self, reference, NULL, NULL));
  return settle (self, made);
}

RuaNode *
rua_sheet_add (RuaSheet *self, const RuaNode *node, RuaSheetExternal external, gpointer data)
{
  RuaNode *copy;

  if (node->kind == RUA_NODE_EXTERNAL && external != NULL)
    return external (self, node->option, data);
  copy = make_lookup (self, node);
  if (copy != NULL)
    return copy;
  copy = copy_node (self->program, node);
  for (guint i = 0; i < node->n_parts; i++)
    rua_node_add (copy, rua_sheet_add (self, node->parts[i], external, data));
  return settle (self, copy);
}

RuaNode *
rua_sheet_add_external (RuaSheet *self, const RuaNode *like, guint index)
{
  RuaNode *made = new_node (RUA_NODE_EXTERNAL, like->type);

  made->table = like->table;
  made->unit = like->unit != NULL ? rua_unit_ref (like->unit) : NULL;
  made->option = index;
  return settle (self, made);
}

RuaNode *
rua_sheet_add_number (RuaSheet *self, RuaNode *node)
{
  RuaNode *made;

  if (node->type != RUA_VALUE_BOOLEAN)
    return node;
  made = new_node (RUA_NODE_TRUTH, RUA_VALUE_NUMBER);
  rua_node_add (made, node);
  return settle (self, made);
}
