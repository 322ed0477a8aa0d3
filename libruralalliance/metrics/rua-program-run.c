/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-block-private.h"
#include "rua-program-private.h"

#include <math.h>
#include <string.h>

/* A run: buffers, columns laid open, and the order in which nodes work. What can be shared by the
 * runs of several threads is its base. */

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

/* A line of the cache, from which vectors begin. */
#define ALIGNMENT 64

/* Side by side as far as the last block goes; where buffers do not share blocks, each has one. */
gpointer
rua_run_reserve (RuaProgramRun *self, gsize size)
{
  guint8 *buffer;

  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (size > self->n_left) {
    self->n_left = MAX (size, self->block_size);
    self->next = rua_block_new (self->n_left);
    g_ptr_array_add (self->blocks, self->next);
  }
  buffer = self->next;
  self->next += size;
  self->n_left -= size;
  return buffer;
}

static gsize
get_buffer_size (const RuaProgramBase *base, const RuaNode *node)
{
  return base->room * MAX (rua_value_type_get_size (node->type), 4);
}

gpointer
rua_run_get_own (RuaProgramRun *self, const RuaNode *node)
{
  RuaNodeState *state = &self->states[node->slot];

  if (state->own == NULL)
    state->own = rua_run_reserve (self, get_buffer_size (self->base, node));
  return state->own;
}

static void
fill_constant (RuaProgramRun *run, RuaNode *node)
{
  gpointer buffer = run->states[node->slot].buffer = rua_run_get_own (run, node);
  guint n = run->base->room;

  switch (node->type) {
  case RUA_VALUE_NUMBER:
    for (guint i = 0; i < n; i++)
      ((double *) buffer)[i] = node->option ? NAN : node->number;
    break;
  case RUA_VALUE_BOOLEAN:
    memset (buffer,
            node->option ? RUA_TRI_UNKNOWN : node->flag ? RUA_TRI_TRUE : RUA_TRI_FALSE, n);
    break;
  case RUA_VALUE_DATE:
    for (guint i = 0; i < n; i++)
      ((gint32 *) buffer)[i] = node->option ? RUA_NO_DATE : node->date;
    break;
  case RUA_VALUE_TEXT: {
    guint32 code = node->option ? RUA_NO_CODE : rua_run_pool_code (run, node->constants[0], -1);

    for (guint i = 0; i < n; i++)
      ((guint32 *) buffer)[i] = code;
    break;
  }
  case RUA_VALUE_ANY_REFERENCE:
    memset (buffer, 0xff, n * sizeof (guint64));
    break;
  default:
    memset (buffer, 0xff, n * sizeof (guint32));
    break;
  }
}

/* ---- the base ---- */

static void
open_column (RuaNodeBase *base, RuaNode *node)
{
  base->n_chunks = rua_column_get_n_chunks (node->column);
  if (rua_table_get_n_rows (node->column->table) == 0)
    base->n_chunks = 0;
  base->chunks = g_new0 (RuaSlice, MAX (base->n_chunks, 1));
  for (guint i = 0; i < base->n_chunks; i++)
    rua_column_peek_slice (node->column, i, &base->chunks[i]);
}

gboolean
rua_program_base_join (RuaProgramBase *self, const guint8 *read, GCancellable *cancellable, GError **error)
{
  GPtrArray *nodes = self->program->nodes;
  g_autofree RuaFlat **flats = g_new (RuaFlat *, nodes->len + 1);

  for (guint i = 0; i < nodes->len; i++) {
    const RuaNode *node = g_ptr_array_index (nodes, i);
    guint n = 0;
    RuaFlatBlock *block;

    if (node->kind != RUA_NODE_LOOKUP || self->nodes[i].flat->block != NULL)
      continue;
    for (guint k = i; k < nodes->len; k++) {
      const RuaNode *other = g_ptr_array_index (nodes, k);

      if (other->kind == RUA_NODE_LOOKUP && other->parts[0] == node->parts[0]
          && self->nodes[k].flat->block == NULL && (read == NULL || read[k]))
        flats[n++] = self->nodes[k].flat;
    }
    if (n < 2)
      continue;
    if (!rua_flat_join (flats, n, &block, cancellable, error))
      return FALSE;
    if (block == NULL)
      continue;
    block->place = self->blocks->len;
    g_ptr_array_add (self->blocks, block);
  }
  return TRUE;
}

RuaProgramBase *
rua_program_base_new (RuaProgram *program, RuaTextPool *pool, GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (RuaProgramBase) self = g_new0 (RuaProgramBase, 1);

  g_atomic_ref_count_init (&self->refs);
  self->program = rua_program_ref (program);
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_flat_block_free);
  self->nodes = g_new0 (RuaNodeBase, MAX (program->nodes->len, 1));
  self->room = rua_batch_room (rua_table_get_n_rows (program->table));
  self->pool = pool != NULL ? rua_text_pool_ref (pool) : rua_text_pool_new ();
  self->money_scale = 1;
  for (guint i = rua_table_get_money_digits (program->table); i > 0; i--)
    self->money_scale *= 10;
  for (guint i = 0; i < program->nodes->len; i++) {
    RuaNode *node = g_ptr_array_index (program->nodes, i);
    RuaNodeBase *base = &self->nodes[i];

    switch (node->kind) {
    case RUA_NODE_COLUMN:
    case RUA_NODE_GATHER:
      open_column (base, node);
      break;
    case RUA_NODE_COUNT:
    case RUA_NODE_ANY:
      if (!rua_base_entries_prepare (base, node, cancellable, error))
        return NULL;
      break;
    case RUA_NODE_LOOKUP:
      base->flat = rua_flat_new (node->inner, cancellable, error);
      if (base->flat == NULL)
        return NULL;
      break;
    default:
      break;
    }
  }
  return g_steal_pointer (&self);
}

/* Tables of fewer rows stay in memory as they are: to read them anew costs more than they take. */
#define LARGE_TABLE (1u << 22)

void
rua_program_base_give_back (const RuaProgramBase *self, guint from, guint to)
{
  GPtrArray *nodes = self->program->nodes;

  if (rua_table_get_n_rows (self->program->table) < LARGE_TABLE)
    return;
  for (guint i = 0; i < nodes->len; i++) {
    const RuaNode *node = g_ptr_array_index (nodes, i);

    if (node->kind == RUA_NODE_COLUMN && from < MIN (to, self->nodes[i].n_chunks))
      rua_slices_give_back (&self->nodes[i].chunks[from], MIN (to, self->nodes[i].n_chunks) - from);
  }
}

RuaProgramBase *
rua_program_base_ref (RuaProgramBase *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
rua_program_base_unref (RuaProgramBase *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->program->nodes->len; i++) {
    RuaNodeBase *base = &self->nodes[i];

    g_free (base->chunks);
    g_free (base->entries);
    g_free (base->offsets);
    g_free (base->rows);
    rua_flat_free (base->flat);
  }
  rua_program_base_drop_records (self);
  g_ptr_array_unref (self->blocks);
  g_free (self->wholes);
  g_free (self->known);
  g_free (self->not_negative);
  g_free (self->nodes);
  rua_text_pool_unref (self->pool);
  rua_program_unref (self->program);
  g_free (self);
}

/* ---- runs ---- */

static RuaProgramRun *
run_new (RuaProgramBase *base, gsize block_size)
{
  RuaProgramRun *self = g_new0 (RuaProgramRun, 1);
  RuaProgram *program = base->program;

  self->blocks = g_ptr_array_new_with_free_func (rua_block_free);
  self->block_size = block_size;
  self->program = program;
  self->base = rua_program_base_ref (base);
  self->pool = base->pool;
  self->states = g_new0 (RuaNodeState, MAX (program->nodes->len, 1));
  rua_run_records_init (self);
  for (guint i = 0; i < program->nodes->len; i++) {
    RuaNode *node = g_ptr_array_index (program->nodes, i);
    RuaNodeState *state = &self->states[i];

    if (node->type == RUA_VALUE_TEXT && node->column != NULL) {
      state->text.column = node->column;
      state->text.n_codes = rua_column_get_n_codes (node->column);
    }
    if (node->kind == RUA_NODE_CONSTANT)
      fill_constant (self, node);
    else
      rua_run_text_prepare (self, node);
  }
  return self;
}

RuaProgramRun *
rua_program_run_new_on (RuaProgramBase *base)
{
  return run_new (base, 0);
}

RuaProgramRun *
rua_program_run_new_through (RuaProgramBase *base)
{
  const GPtrArray *nodes = base->program->nodes;
  gsize size = 0;

  if (RUA_SANITIZED || rua_table_get_n_rows (base->program->table) < RUA_CHUNK_ROWS)
    return run_new (base, 0);
  /* Numbers have a second one, times their divisor. */
  for (guint i = 0; i < nodes->len && size < RUA_LARGE_PAGE; i++)
    size += 2 * get_buffer_size (base, g_ptr_array_index (nodes, i));
  return run_new (base, MIN (size, RUA_LARGE_PAGE));
}

RuaProgramRun *
rua_program_run_new (RuaProgram *program)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaProgramBase) base = rua_program_base_new (program, NULL, NULL, &error);
  RuaProgramRun *self;

  if (base == NULL) {
    /* Without a base nothing can be read; the error is the run's. */
    self = g_new0 (RuaProgramRun, 1);
    self->error = g_steal_pointer (&error);
    return self;
  }
  self = rua_program_run_new_on (base);
  return self;
}

void
rua_program_run_free (RuaProgramRun *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; self->base != NULL && i < self->program->nodes->len; i++) {
    RuaNodeState *state = &self->states[i];

    g_free (state->text.to_pool);
    g_free (state->cache);
    g_free (state->letters);
  }
  g_clear_pointer (&self->blocks, g_ptr_array_unref);
  g_free (self->records);
  g_free (self->states);
  g_clear_error (&self->error);
  g_clear_pointer (&self->base, rua_program_base_unref);
  g_free (self);
}

static void
read_external (const RuaExternal *external, gsize size, guint32 first, guint n, gpointer to)
{
  RuaPacked packed = { external->values, external->offset, external->divisor };

  if (external->packed)
    rua_packed_read (&packed, first, n, to);
  else
    memcpy (to, (const guint8 *) external->values + first * size, n * size);
}

static void
work (RuaProgramRun *self, RuaNode *node)
{
  RuaNodeState *state = &self->states[node->slot];
  guint n = self->n;

  if (node->kind != RUA_NODE_COLUMN)
    state->buffer = rua_run_get_own (self, node);
  switch (node->kind) {
  case RUA_NODE_CONSTANT:
    break;
  case RUA_NODE_COLUMN:
    rua_run_read_column (self, node, self->first, n);
    break;
  case RUA_NODE_ROW:
    for (guint i = 0; i < n; i++)
      ((guint32 *) state->buffer)[i] = self->first + i;
    break;
  case RUA_NODE_GATHER:
    rua_run_gather (self, node, n);
    break;
  case RUA_NODE_LOOKUP:
    rua_run_look_up (self, node, n);
    break;
  case RUA_NODE_EXTERNAL:
    read_external (&self->externals[node->option], rua_value_type_get_size (node->type), self->first, n,
                   state->buffer);
    break;
  case RUA_NODE_COUNT:
  case RUA_NODE_ANY:
    rua_run_entries (self, node, self->first, n);
    break;
  default:
    if (!rua_run_text (self, node, n))
      rua_run_compute (self, node, n);
  }
}

void
rua_program_run_begin (RuaProgramRun *self, guint32 first, guint n)
{
  g_assert (n <= self->base->room);
  self->stamp++;
  self->first = first;
  self->n = n;
  self->lacks_year = FALSE;
}

gconstpointer
rua_program_run_node (RuaProgramRun *self, RuaNode *node)
{
  RuaNodeState *state = &self->states[node->slot];

  if (state->stamp == self->stamp)
    return state->buffer;
  for (guint i = 0; i < node->n_parts; i++)
    rua_program_run_node (self, node->parts[i]);
  work (self, node);
  state->stamp = self->stamp;
  return state->buffer;
}

gconstpointer
rua_program_run_batch (RuaProgramRun *self, guint32 first, guint n)
{
  gconstpointer values;

  g_return_val_if_fail (self->base != NULL, NULL);
  rua_program_run_begin (self, first, n);
  values = rua_program_run_node (self, self->program->root);
  if (self->error == NULL)
    rua_program_run_check_years (self, self->program->root, NULL, n, &self->error);
  return values;
}

const char *
rua_program_run_get_text (RuaProgramRun *self, guint32 code, gsize *length)
{
  return rua_run_code_text (self, self->program->root, code, length);
}
