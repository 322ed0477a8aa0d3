/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-parallel-private.h"
#include "rua-program-private.h"

#include <math.h>
#include <string.h>

/* any() and count(): the condition runs once over the whole table of the entries; a row then looks
 * at its own entries. The way back (the records that refer to a row) is laid out once as rows
 * ordered by what they refer to. */

typedef struct {
  RuaProgramBase *base;
  guint8 *truths;
} Condition;

static gboolean
run_condition_chunk (guint task, gpointer data, GError **error)
{
  Condition *self = data;
  guint32 n_rows = rua_table_get_n_rows (self->base->program->table);
  guint32 begin = task << RUA_CHUNK_BITS;
  guint32 end = begin + MIN (n_rows - begin, RUA_CHUNK_ROWS);
  g_autoptr (RuaProgramRun) run = rua_program_run_new_on (self->base);

  for (guint32 first = begin; first < end; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, end - first);

    memcpy (self->truths + first, rua_program_run_batch (run, first, n), n);
    if (run->error != NULL) {
      g_propagate_error (error, g_steal_pointer (&run->error));
      return FALSE;
    }
  }
  return TRUE;
}

static guint8 *
run_condition (RuaProgram *condition, GCancellable *cancellable, GError **error)
{
  guint32 n_rows = rua_table_get_n_rows (condition->table);
  g_autoptr (RuaProgramBase) base = rua_program_base_new (condition, NULL, cancellable, error);
  g_autofree guint8 *truths = g_malloc (MAX (n_rows, 1));
  Condition work = { base, truths };

  if (base == NULL
      || !rua_parallel_run ((guint) (((guint64) n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS),
                            run_condition_chunk, &work, NULL, cancellable, error))
    return NULL;
  return g_steal_pointer (&truths);
}

/* What a row of the entries refers to. */
static guint
read_targets (RuaNode *node, guint32 row, guint32 *one, const guint32 **targets)
{
  RuaTable *table;
  guint n = 0;

  *targets = one;
  if (!rua_table_is_alive (node->table, row))
    return 0;
  if (node->column->type != RUA_FIELD_TYPE_REFERENCE_LIST)
    return rua_column_read_reference (node->column, row, &table, one);
  *targets = rua_column_read_references (node->column, row, &n, &table);
  return n;
}

static void
lay_out_reverse (RuaNodeBase *state, RuaNode *node)
{
  guint32 n_rows = rua_table_get_n_rows (node->table);
  guint32 n_targets = rua_table_get_n_rows (rua_column_get_target (node->column));
  g_autofree guint32 *last = g_new (guint32, MAX (n_targets, 1)); /* a list may have a target twice */
  const guint32 *targets;
  guint32 one;

  state->offsets = g_new0 (guint32, (gsize) n_targets + 2);
  memset (last, 0xff, n_targets * sizeof *last);
  for (guint32 row = 0; row < n_rows; row++)
    for (guint n = read_targets (node, row, &one, &targets), i = 0; i < n; i++)
      if (last[targets[i]] != row) {
        last[targets[i]] = row;
        state->offsets[targets[i] + 2]++;
      }
  for (guint32 i = 2; i < n_targets + 2; i++)
    state->offsets[i] += state->offsets[i - 1];
  state->rows = g_new (guint32, MAX (state->offsets[n_targets + 1], 1));
  memset (last, 0xff, n_targets * sizeof *last);
  /* offsets[t + 1] is where the next of t goes, and ends as where t ends. */
  for (guint32 row = 0; row < n_rows; row++)
    for (guint n = read_targets (node, row, &one, &targets), i = 0; i < n; i++)
      if (last[targets[i]] != row) {
        last[targets[i]] = row;
        state->rows[state->offsets[targets[i] + 1]++] = row;
      }
}

gboolean
rua_base_entries_prepare (RuaNodeBase *base, RuaNode *node, GCancellable *cancellable,
                          GError **error)
{
  if (node->inner != NULL) {
    base->entries = run_condition (node->inner, cancellable, error);
    if (base->entries == NULL)
      return FALSE;
  }
  if (node->reverse)
    lay_out_reverse (base, node);
  return TRUE;
}

static guint
count_texts (RuaColumn *column, guint32 row)
{
  gsize length = 0;
  const char *packed = rua_column_read_text (column, row, &length);
  guint n = 0;

  for (gsize at = 0; packed != NULL && at < length; at += strlen (packed + at) + 1)
    n++;
  return n;
}

void
rua_run_entries (RuaProgramRun *run, RuaNode *node, guint32 first, guint n)
{
  const RuaNodeBase *state = &run->base->nodes[node->slot];
  const guint32 *from = node->n_parts > 0 ? run->states[node->parts[0]->slot].buffer : NULL;
  guint8 *truths = run->states[node->slot].buffer;
  double *numbers = run->states[node->slot].buffer;

  for (guint i = 0; i < n; i++) {
    guint32 row = from != NULL ? from[i] : first + i;
    const guint32 *rows = NULL;
    RuaTable *table;
    guint n_entries = 0, n_true = 0, n_open = 0;
    gboolean known = row != RUA_NO_ROW && (node->reverse || rua_column_is_known (node->column, row));

    if (!known) {
      if (node->kind == RUA_NODE_ANY)
        truths[i] = RUA_TRI_UNKNOWN;
      else
        numbers[i] = NAN;
      continue;
    }
    if (node->reverse) {
      rows = state->rows + state->offsets[row];
      n_entries = state->offsets[row + 1] - state->offsets[row];
    } else if (node->table != NULL)
      rows = rua_column_read_references (node->column, row, &n_entries, &table);
    else if (node->column->type == RUA_FIELD_TYPE_TEXT_LIST)
      n_entries = count_texts (node->column, row);
    else
      n_entries = rua_column_get_n_references (node->column, row);
    for (guint k = 0; state->entries != NULL && k < n_entries; k++) {
      n_true += state->entries[rows[k]] == RUA_TRI_TRUE;
      n_open += state->entries[rows[k]] == RUA_TRI_UNKNOWN;
    }
    /* What cannot be told of one entry cannot be told of their number. */
    if (node->kind == RUA_NODE_ANY)
      truths[i] = n_true > 0 ? RUA_TRI_TRUE : n_open > 0 ? RUA_TRI_UNKNOWN : RUA_TRI_FALSE;
    else
      numbers[i] = state->entries == NULL ? n_entries : n_open > 0 ? NAN : n_true;
  }
}
