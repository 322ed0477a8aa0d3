/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-program-private.h"

#include <math.h>

/* Which expressions have a value on every row, and which have none below 0, so that nobody needs to look for such. */

gboolean
rua_node_base_is_known (const RuaNodeBase *self)
{
  for (guint c = 0; c < self->n_chunks; c++)
    if (self->chunks[c].known != NULL)
      return FALSE;
  return TRUE;
}

static gboolean
are_parts_known (const RuaProgramBase *base, const RuaNode *node)
{
  for (guint i = 0; i < node->n_parts; i++)
    if (!base->known[node->parts[i]->slot])
      return FALSE;
  return TRUE;
}

static gboolean
is_any_part_known (const RuaProgramBase *base, const RuaNode *node)
{
  for (guint i = 0; i < node->n_parts; i++)
    if (base->known[node->parts[i]->slot])
      return TRUE;
  return FALSE;
}

/* Whole numbers have a bound, so that nothing that is made of them lies beyond all numbers. */
static gboolean
is_bounded (const RuaProgramBase *base, const RuaNode *node)
{
  return base->wholes != NULL && base->wholes[node->slot].divisor != 0;
}

static gboolean
is_node_known (const RuaProgramBase *base, const RuaNode *node)
{
  const RuaNodeBase *own = &base->nodes[node->slot];

  switch (node->kind) {
  case RUA_NODE_COLUMN:
    return rua_node_base_is_known (own);
  case RUA_NODE_LOOKUP:
    return own->flat->all_known && are_parts_known (base, node);
  case RUA_NODE_ARITHMETIC:
    return (node->operator == RUA_OPERATOR_ADD || node->operator == RUA_OPERATOR_SUBTRACT
            || node->operator == RUA_OPERATOR_MULTIPLY)
      && is_bounded (base, node) && are_parts_known (base, node);
  case RUA_NODE_NEGATE:
  case RUA_NODE_NOT:
  case RUA_NODE_AND:
  case RUA_NODE_OR:
  case RUA_NODE_TRUTH:
  case RUA_NODE_COMPARE_NUMBERS:
  case RUA_NODE_COMPARE_BOOLEANS:
    return are_parts_known (base, node);
  case RUA_NODE_DATE_PART:
    return node->option == RUA_DATE_YEAR && are_parts_known (base, node);
  case RUA_NODE_COALESCE:
    return is_any_part_known (base, node);
  case RUA_NODE_IS_UNKNOWN:
    return TRUE;
  case RUA_NODE_CONSTANT:
    return !node->option
      && (node->type == RUA_VALUE_BOOLEAN || (node->type == RUA_VALUE_NUMBER && isfinite (node->number)));
  default:
    return FALSE;
  }
}

static gboolean
is_column_not_negative (const RuaNodeBase *base)
{
  for (guint c = 0; c < base->n_chunks; c++)
    if (!base->chunks[c].packed || base->chunks[c].base < 0)
      return FALSE;
  return TRUE;
}

static gboolean
is_node_not_negative (const RuaProgramBase *base, const RuaNode *node)
{
  const RuaNodeBase *own = &base->nodes[node->slot];

  switch (node->kind) {
  case RUA_NODE_COLUMN:
    return node->type == RUA_VALUE_NUMBER && is_column_not_negative (own);
  case RUA_NODE_LOOKUP:
    return own->flat->type == RUA_VALUE_NUMBER && own->flat->least >= 0;
  case RUA_NODE_TRUTH:
    return TRUE;
  case RUA_NODE_ARITHMETIC:
    return node->operator != RUA_OPERATOR_SUBTRACT && base->not_negative[node->parts[0]->slot]
      && base->not_negative[node->parts[1]->slot];
  default:
    return FALSE;
  }
}

void
rua_program_base_find_known (RuaProgramBase *self)
{
  GPtrArray *nodes = self->program->nodes;

  g_free (self->known);
  g_free (self->not_negative);
  self->known = g_new0 (guint8, MAX (nodes->len, 1));
  self->not_negative = g_new0 (guint8, MAX (nodes->len, 1));
  /* Parts come before what they are parts of. */
  for (guint i = 0; i < nodes->len; i++) {
    self->known[i] = is_node_known (self, g_ptr_array_index (nodes, i)) != FALSE;
    self->not_negative[i] = is_node_not_negative (self, g_ptr_array_index (nodes, i)) != FALSE;
  }
}
