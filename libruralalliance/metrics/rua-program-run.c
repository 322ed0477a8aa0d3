/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-program-private.h"

#include <math.h>
#include <string.h>

/* A run: buffers, columns laid open, and the order in which nodes work. */

gsize
rua_value_type_get_size (RuaValueType self)
{
  switch (self) {
  case RUA_VALUE_NUMBER:
  case RUA_VALUE_ANY_REFERENCE:
    return 8;
  case RUA_VALUE_BOOLEAN:
    return 1;
  default:
    return 4;
  }
}

static void
fill_constant (RuaProgramRun *run, RuaNode *node)
{
  gpointer buffer = run->states[node->slot].buffer;

  switch (node->type) {
  case RUA_VALUE_NUMBER:
    for (guint i = 0; i < RUA_BATCH; i++)
      ((double *) buffer)[i] = node->option ? NAN : node->number;
    break;
  case RUA_VALUE_BOOLEAN:
    memset (buffer,
            node->option ? RUA_TRI_UNKNOWN : node->flag ? RUA_TRI_TRUE : RUA_TRI_FALSE, RUA_BATCH);
    break;
  case RUA_VALUE_DATE:
    for (guint i = 0; i < RUA_BATCH; i++)
      ((gint32 *) buffer)[i] = node->option ? RUA_NO_DATE : node->date;
    break;
  case RUA_VALUE_TEXT: {
    guint32 code = node->option ? RUA_NO_CODE : rua_run_pool_code (run, node->constants[0], -1);

    for (guint i = 0; i < RUA_BATCH; i++)
      ((guint32 *) buffer)[i] = code;
    break;
  }
  case RUA_VALUE_ANY_REFERENCE:
    memset (buffer, 0xff, RUA_BATCH * sizeof (guint64));
    break;
  default:
    memset (buffer, 0xff, RUA_BATCH * sizeof (guint32));
    break;
  }
}

static void
open_column (RuaProgramRun *run, RuaNode *node)
{
  RuaNodeState *state = &run->states[node->slot];

  state->n_chunks = rua_column_get_n_chunks (node->column);
  if (rua_table_get_n_rows (node->column->table) == 0)
    state->n_chunks = 0;
  state->chunks = g_new0 (RuaSlice, MAX (state->n_chunks, 1));
  for (guint i = 0; i < state->n_chunks; i++)
    state->chunks[i].values = rua_column_get_chunk (node->column, i, &state->chunks[i].n_rows,
                                                    &state->chunks[i].known);
}

RuaProgramRun *
rua_program_run_new (RuaProgram *program)
{
  RuaProgramRun *self = g_new0 (RuaProgramRun, 1);

  self->program = rua_program_ref (program);
  self->states = g_new0 (RuaNodeState, program->nodes->len);
  self->pool = g_ptr_array_new_with_free_func (g_free);
  self->pool_codes = g_hash_table_new (g_str_hash, g_str_equal);
  self->money_scale = 1;
  for (guint i = rua_table_get_money_digits (program->table); i > 0; i--)
    self->money_scale *= 10;
  for (guint i = 0; i < program->nodes->len; i++) {
    RuaNode *node = g_ptr_array_index (program->nodes, i);
    RuaNodeState *state = &self->states[i];

    state->buffer = g_malloc (RUA_BATCH * MAX (rua_value_type_get_size (node->type), 4));
    if (node->kind == RUA_NODE_COLUMN || node->kind == RUA_NODE_GATHER)
      open_column (self, node);
    if (node->type == RUA_VALUE_TEXT && node->column != NULL) {
      state->text.column = node->column;
      state->text.n_codes = rua_column_get_n_codes (node->column);
    }
    if (node->kind == RUA_NODE_CONSTANT)
      fill_constant (self, node);
    else if (node->kind == RUA_NODE_COUNT || node->kind == RUA_NODE_ANY)
      rua_run_entries_prepare (self, node);
    else
      rua_run_text_prepare (self, node);
  }
  return self;
}

void
rua_program_run_free (RuaProgramRun *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->program->nodes->len; i++) {
    RuaNodeState *state = &self->states[i];

    g_free (state->buffer);
    g_free (state->text.to_pool);
    g_free (state->chunks);
    g_free (state->cache);
    g_free (state->letters);
    g_free (state->entries);
    g_free (state->offsets);
    g_free (state->rows);
  }
  g_free (self->states);
  g_hash_table_unref (self->pool_codes);
  g_ptr_array_unref (self->pool);
  g_clear_error (&self->error);
  rua_program_unref (self->program);
  g_free (self);
}

static inline gboolean
is_known (const guint64 *known, guint i)
{
  return known[i >> 6] >> (i & 63) & 1;
}

/* Rows [first, first + n) of the row's own table. */
void
rua_run_read_column (RuaProgramRun *run, RuaNode *node, guint32 first, guint n)
{
  RuaNodeState *state = &run->states[node->slot];
  guint c = first >> RUA_CHUNK_BITS;
  guint at = first & RUA_CHUNK_MASK;
  const RuaSlice *slice;

#define COPY(Type, Source, Value, Unknown)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const Source *from = (const Source *) slice->values + at;                                      \
    Type *to = state->buffer;                                                                      \
    for (guint i = 0; i < n; i++)                                                                  \
      to[i] = is_known (slice->known, at + i) ? (Type) (Value) : (Type) (Unknown);                 \
  }                                                                                                \
  G_STMT_END

  g_assert (c < state->n_chunks);
  slice = &state->chunks[c];
  switch (node->field_type) {
  case RUA_FIELD_TYPE_NUMBER:
    COPY (double, double, from[i], NAN);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    COPY (double, gint64, from[i], NAN);
    break;
  case RUA_FIELD_TYPE_MONEY:
    COPY (double, gint64, (double) from[i] / run->money_scale, NAN);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    COPY (guint8, guint8, from[i] ? RUA_TRI_TRUE : RUA_TRI_FALSE, RUA_TRI_UNKNOWN);
    break;
  case RUA_FIELD_TYPE_DATE:
    COPY (gint32, gint32, from[i], RUA_NO_DATE);
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    if (node->type == RUA_VALUE_ANY_REFERENCE)
      COPY (guint64, guint64, from[i], RUA_NO_ANY);
    else
      COPY (guint32, guint32, from[i], RUA_NO_ROW);
    break;
  default:
    COPY (guint32, guint32, from[i], RUA_NO_CODE);
    break;
  }
#undef COPY
}

/* The field of the records whose rows the part holds: an array look-up each. */
void
rua_run_gather (RuaProgramRun *run, RuaNode *node, guint n)
{
  RuaNodeState *state = &run->states[node->slot];
  const guint32 *rows = run->states[node->parts[0]->slot].buffer;
  const RuaSlice *chunks = state->chunks;

#define GATHER(Type, Source, Value, Unknown)                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    Type *to = state->buffer;                                                                      \
    for (guint i = 0; i < n; i++) {                                                                \
      guint32 row = rows[i];                                                                       \
      guint at = row & RUA_CHUNK_MASK;                                                             \
      const RuaSlice *slice = row != RUA_NO_ROW ? &chunks[row >> RUA_CHUNK_BITS] : NULL;           \
      if (slice != NULL && is_known (slice->known, at)) {                                          \
        Source value = ((const Source *) slice->values)[at];                                       \
        to[i] = (Type) (Value);                                                                    \
      } else                                                                                       \
        to[i] = (Type) (Unknown);                                                                  \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

  switch (node->field_type) {
  case RUA_FIELD_TYPE_NUMBER:
    GATHER (double, double, value, NAN);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    GATHER (double, gint64, value, NAN);
    break;
  case RUA_FIELD_TYPE_MONEY:
    GATHER (double, gint64, (double) value / run->money_scale, NAN);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    GATHER (guint8, guint8, value ? RUA_TRI_TRUE : RUA_TRI_FALSE, RUA_TRI_UNKNOWN);
    break;
  case RUA_FIELD_TYPE_DATE:
    GATHER (gint32, gint32, value, RUA_NO_DATE);
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    if (node->type == RUA_VALUE_ANY_REFERENCE)
      GATHER (guint64, guint64, value, RUA_NO_ANY);
    else
      GATHER (guint32, guint32, value, RUA_NO_ROW);
    break;
  default:
    GATHER (guint32, guint32, value, RUA_NO_CODE);
    break;
  }
#undef GATHER
}

gconstpointer
rua_program_run_batch (RuaProgramRun *self, guint32 first, guint n)
{
  RuaProgram *program = self->program;

  g_assert (n <= RUA_BATCH);
  for (guint i = 0; i < program->nodes->len; i++) {
    RuaNode *node = g_ptr_array_index (program->nodes, i);

    switch (node->kind) {
    case RUA_NODE_CONSTANT:
      break;
    case RUA_NODE_COLUMN:
      rua_run_read_column (self, node, first, n);
      break;
    case RUA_NODE_GATHER:
      rua_run_gather (self, node, n);
      break;
    case RUA_NODE_EXTERNAL: {
      gsize size = rua_value_type_get_size (node->type);

      memcpy (self->states[i].buffer,
              (const guint8 *) self->externals[node->option] + (gsize) first * size, n * size);
      break;
    }
    case RUA_NODE_COUNT:
    case RUA_NODE_ANY:
      rua_run_entries (self, node, first, n);
      break;
    default:
      if (!rua_run_text (self, node, n))
        rua_run_compute (self, node, n);
    }
  }
  return self->states[program->root->slot].buffer;
}

const char *
rua_program_run_get_text (RuaProgramRun *self, guint32 code, gsize *length)
{
  return rua_run_code_text (self, self->program->root, code, length);
}
