/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-grouping-private.h"
#include "rua-pairs-private.h"
#include "rua-block-private.h"

#include "rua-table-core-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

/* Places that are called into the cache before their turn. */
#define AHEAD 32

static void
source_free (RuaPairsSource *self)
{
  g_free (self->text);
  rua_block_free (self->values);
  g_free (self);
}

static void
pairs_free (RuaPairs *self)
{
  rua_block_free (self->present);
  rua_block_free (self->numbers);
  g_free (self->externals);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->users);
  g_free (self);
}

RuaPairing *
rua_pairing_new (RuaTable *table)
{
  RuaPairing *self = g_new0 (RuaPairing, 1);

  self->table = table;
  self->sheet = rua_sheet_new (table);
  self->pairings = g_ptr_array_new_with_free_func ((GDestroyNotify) pairs_free);
  return self;
}

void
rua_pairing_free (RuaPairing *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->pairings);
  g_clear_pointer (&self->base, rua_program_base_unref);
  rua_sheet_free (self->sheet);
  g_free (self);
}

RuaPairs *
rua_pairing_add (RuaPairing *self, const RuaRows *rows)
{
  RuaNode *where = rows->where != NULL
    ? rua_sheet_add (self->sheet, rows->where->root, NULL, NULL) : NULL;
  RuaNode *keys[RUA_ROWS_MAX_KEYS];
  RuaPairs *pairs;
  RuaNode *root;

  for (guint k = 0; k < rows->keys->len; k++) {
    const RuaRowsColumn *key = g_ptr_array_index (rows->keys, k);

    keys[k] = rua_sheet_add (self->sheet, key->program->root, NULL, NULL);
  }
  for (guint i = 0; i < self->pairings->len; i++) {
    pairs = g_ptr_array_index (self->pairings, i);
    if (pairs->where == where && pairs->n_keys == rows->keys->len
        && memcmp (pairs->keys, keys, pairs->n_keys * sizeof *keys) == 0)
      return pairs;
  }
  pairs = g_new0 (RuaPairs, 1);
  pairs->pairing = self;
  pairs->where = where;
  pairs->n_keys = rows->keys->len;
  memcpy (pairs->keys, keys, pairs->n_keys * sizeof *keys);
  pairs->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) source_free);
  pairs->users = g_ptr_array_new ();
  root = ((RuaRowsColumn *) g_ptr_array_index (rows->keys, 0))->program->root;
  if (pairs->n_keys == 1 && rua_owner_path_init (&pairs->path, root)) {
    pairs->owners = root->table;
    pairs->n_pairs = rua_table_get_n_rows (root->table);
  }
  g_ptr_array_add (self->pairings, pairs);
  return pairs;
}

RuaNode *
rua_pairs_add_pick (RuaPairs *self, RuaSheet *sheet, const RuaPick *pick, GArray *used)
{
  RuaSheet *own = self->pairing->sheet;
  RuaNode *value, *condition;
  RuaPairsSource *source;
  guint i;

  if (pick->condition == NULL && self->owners != NULL) {
    g_autoptr (RuaProgram) program = rua_owner_path_translate (&self->path, pick->value->root);

    if (program != NULL)
      return rua_sheet_add (sheet, program->root, NULL, NULL);
  }
  value = rua_sheet_add (own, pick->value->root, NULL, NULL);
  condition = pick->condition != NULL
    ? rua_sheet_add (own, pick->condition->root, NULL, NULL) : NULL;
  for (i = 0; i < self->sources->len; i++) {
    source = g_ptr_array_index (self->sources, i);
    if (source->value == value && source->condition == condition)
      break;
  }
  if (i == self->sources->len) {
    source = g_new0 (RuaPairsSource, 1);
    source->value = value;
    source->condition = condition;
    source->text = g_strdup (pick->text);
    g_ptr_array_add (self->sources, source);
  }
  g_array_append_val (used, i);
  return rua_sheet_add_external (sheet, value, i);
}

/* ---- the pass ---- */

guint64
rua_pairs_get_word (RuaProgramRun *run, RuaNode *node, gconstpointer values, guint i)
{
  guint64 word = 0;
  gsize size = rua_value_type_get_size (node->type);

  memcpy (&word, (const guint8 *) values + i * size, size);
  if (node->type == RUA_VALUE_TEXT)
    word = rua_run_to_pool (run, node, (guint32) word);
  return word;
}

/* Of one place. */
static gsize
get_size (const RuaPairsSource *self)
{
  return self->packed ? sizeof (guint32) : rua_value_type_get_size (self->value->type);
}

/* A few large pages, so that two threads seldom make the same one. */
#define FILLED_PAIRS (1u << 19)

typedef struct {
  RuaPairsSource *source;
  guint32 begin, end;
} Range;

static void
open_source (RuaPairsSource *self, const RuaProgramBase *base, guint32 n_pairs, GArray *ranges)
{
  self->packed = rua_program_base_find_packing (base, self->value, &self->offset, &self->divisor);
  self->values = rua_block_new ((gsize) n_pairs * get_size (self));
  for (guint64 begin = 0; begin < n_pairs; begin += FILLED_PAIRS) {
    Range range = { self, (guint32) begin, (guint32) MIN (begin + FILLED_PAIRS, n_pairs) };

    g_array_append_val (ranges, range);
  }
}

static gboolean
fill_unknown (guint task, gpointer data, GError **error)
{
  const Range *range = &g_array_index ((GArray *) data, Range, task);
  const RuaPairsSource *source = range->source;
  guint8 *places = source->values;
  gsize size = get_size (source);

  if (source->value->type == RUA_VALUE_NUMBER && !source->packed)
    for (guint32 i = range->begin; i < range->end; i++)
      ((double *) source->values)[i] = NAN;
  else if (source->value->type == RUA_VALUE_DATE)
    for (guint32 i = range->begin; i < range->end; i++)
      ((gint32 *) source->values)[i] = RUA_NO_DATE;
  else
    memset (places + range->begin * size, source->value->type == RUA_VALUE_BOOLEAN ? RUA_TRI_UNKNOWN : 0xff,
            (range->end - range->begin) * size);
  return TRUE;
}

RUA_WIDE static guint
count_lost (const guint32 *owners, guint n)
{
  guint n_lost = 0;

  for (guint i = 0; i < n; i++)
    n_lost += owners[i] == RUA_NO_ROW;
  return n_lost;
}

guint
rua_pairs_choose_rows (RuaPairs *self, RuaProgramRun *run, guint32 *chosen, guint32 *pairs, guint64 *n_open,
                       guint64 *n_lost)
{
  RuaTable *table = self->pairing->table;
  const guint8 *truths = self->where != NULL ? rua_program_run_node (run, self->where) : NULL;
  const guint32 *owners = self->owners != NULL ? rua_program_run_node (run, self->keys[0])
                                               : self->numbers + run->first;
  gboolean dense = rua_table_is_dense (table);
  guint n = 0;

  if (truths == NULL && dense && count_lost (owners, run->n) == 0) {
    for (; n < run->n; n++)
      chosen[n] = n;
    memcpy (pairs, owners, n * sizeof *pairs);
    return n;
  }
  for (guint i = 0; i < run->n; i++) {
    guint8 truth = truths != NULL ? truths[i] : RUA_TRI_TRUE;

    if (!dense && !rua_table_is_alive (table, run->first + i))
      continue;
    *n_open += truth == RUA_TRI_UNKNOWN;
    if (truth != RUA_TRI_TRUE)
      continue;
    if (owners[i] == RUA_NO_ROW) {
      ++*n_lost;
      continue;
    }
    chosen[n] = i;
    pairs[n++] = owners[i];
  }
  return n;
}

/* What a batch has for the places: of numbers that are packed, the whole ones. */
static gconstpointer
read_values (const RuaPairsSource *self, RuaProgramRun *run)
{
  return self->packed ? rua_program_run_whole (run, self->value) : rua_program_run_node (run, self->value);
}

/* @idle: of rows of which a packed number was stored, no more. */
static gint64
store_numbers (RuaPairsSource *self, RuaProgramRun *run, const double *numbers, const guint8 *holds,
               const guint32 *chosen, const guint32 *pairs, guint n, guint8 *idle)
{
  guint32 taken[RUA_BATCH];
  guint n_taken = 0;

  /* Without a branch: a condition that half of the rows meet cannot be foreseen. */
  for (guint k = 0; k < n; k++) {
    guint i = chosen[k];

    taken[n_taken] = k;
    n_taken += (holds == NULL || holds[i] == RUA_TRI_TRUE) & (numbers[i] == numbers[i]);
  }
  if (self->packed) {
    guint32 words[RUA_BATCH], *places = self->values;

    rua_numbers_pack (numbers, self->offset, run->n, words);
    for (guint t = 0; t < n_taken; t++) {
      if (t + AHEAD < n_taken)
        __builtin_prefetch (&places[pairs[taken[t + AHEAD]]], 1);
      __atomic_store_n (&places[pairs[taken[t]]], words[chosen[taken[t]]], __ATOMIC_RELAXED);
      idle[taken[t]] = FALSE;
    }
  } else {
    double *places = self->values;

    for (guint t = 0; t < n_taken; t++) {
      double number = numbers[chosen[taken[t]]] + 0.0; /* -0 is 0 */

      __atomic_store (&places[pairs[taken[t]]], &number, __ATOMIC_RELAXED);
    }
  }
  return n_taken;
}

/* Stores are atomic, so that two rows of one pair may be read in two threads; that they collide is
 * found afterwards, by counting places. */
static gint64
store (RuaPairsSource *self, RuaProgramRun *run, gconstpointer values, const guint8 *holds,
       const guint32 *chosen, const guint32 *pairs, guint n, guint8 *idle)
{
  RuaNode *node = self->value;
  gint64 n_written = 0;
  guint64 key;

  if (node->type == RUA_VALUE_NUMBER)
    return store_numbers (self, run, values, holds, chosen, pairs, n, idle);
  for (guint k = 0; k < n; k++) {
    guint i = chosen[k];
    guint64 word;

    if ((holds != NULL && holds[i] != RUA_TRI_TRUE)
        || !rua_value_get_key (node->type, values, i, &key))
      continue;
    word = rua_pairs_get_word (run, node, values, i);
    n_written++;
    switch (rua_value_type_get_size (node->type)) {
    case 8:
      __atomic_store_n (&((guint64 *) self->values)[pairs[k]], word, __ATOMIC_RELAXED);
      break;
    case 4:
      __atomic_store_n (&((guint32 *) self->values)[pairs[k]], (guint32) word, __ATOMIC_RELAXED);
      break;
    default:
      __atomic_store_n (&((guint8 *) self->values)[pairs[k]], (guint8) word, __ATOMIC_RELAXED);
    }
  }
  return n_written;
}

static gboolean
agrees_packed (const RuaPairsSource *self, const RuaProgramRun *run, const double *numbers, const guint32 *chosen,
               const guint32 *pairs, guint n)
{
  const guint32 *places = self->values;
  guint32 words[RUA_BATCH];
  guint n_others = 0;

  rua_numbers_pack (numbers, self->offset, run->n, words);
  for (guint k = 0; k < n; k++)
    n_others += (words[chosen[k]] != G_MAXUINT32) & (words[chosen[k]] != places[pairs[k]]);
  return n_others == 0;
}

/* Whether each value that was stored is still the one of this row. */
static gboolean
agrees (RuaPairsSource *self, RuaProgramRun *run, gconstpointer values, const guint32 *chosen,
        const guint32 *pairs, guint n)
{
  gsize size = rua_value_type_get_size (self->value->type);
  guint64 key;

  if (self->packed)
    return agrees_packed (self, run, values, chosen, pairs, n);
  for (guint k = 0; k < n; k++) {
    guint64 word;

    if (!rua_value_get_key (self->value->type, values, chosen[k], &key))
      continue;
    word = self->value->type == RUA_VALUE_NUMBER ? key
                                                 : rua_pairs_get_word (run, self->value, values, chosen[k]);
    if (memcmp ((guint8 *) self->values + pairs[k] * size, &word, size) != 0)
      return FALSE;
  }
  return TRUE;
}

typedef struct {
  RuaPairing *pairing;
  GCancellable *cancellable;
  guint32 lane_rows;
  gboolean verifies; /* the second time: what must agree is compared */
} Collecting;

/* The pairs of those rows that are idle: those of the others are told by their values, once all are there. */
static void
mark_present (guint8 *present, const guint32 *pairs, const guint8 *idle, guint n)
{
  guint32 marked[RUA_BATCH];
  guint n_marked = 0;

  for (guint k = 0; k < n; k++) {
    marked[n_marked] = pairs[k];
    n_marked += idle[k];
  }
  for (guint k = 0; k < n_marked; k++) {
    if (k + AHEAD < n_marked)
      __builtin_prefetch (&present[marked[k + AHEAD]], 1);
    __atomic_store_n (&present[marked[k]], 1, __ATOMIC_RELAXED);
  }
}

static gboolean
collect_batch (RuaPairs *self, RuaProgramRun *run, gboolean verifies, guint64 *n_open,
               guint64 *n_lost, GError **error)
{
  guint32 chosen[RUA_BATCH], pairs[RUA_BATCH], held[RUA_BATCH];
  guint n = rua_pairs_choose_rows (self, run, chosen, pairs, n_open, n_lost);
  guint8 idle[RUA_BATCH];

  memset (idle, TRUE, n);
  for (guint s = 0; s < self->sources->len && n > 0; s++) {
    RuaPairsSource *source = g_ptr_array_index (self->sources, s);
    gconstpointer values;
    const guint8 *holds;
    guint n_held = 0;

    if (verifies && source->condition != NULL)
      continue;
    values = read_values (source, run);
    holds = source->condition != NULL ? rua_program_run_node (run, source->condition) : NULL;
    if (run->lacks_year) {
      for (guint k = 0; k < n; k++)
        if (holds == NULL || holds[chosen[k]] == RUA_TRI_TRUE)
          held[n_held++] = chosen[k];
      if (!rua_program_run_check_years (run, source->value, held, n_held, error))
        return FALSE;
    }
    if (!verifies)
      __atomic_add_fetch (&source->n_written, store (source, run, values, holds, chosen, pairs, n, idle),
                          __ATOMIC_RELAXED);
    else if (!agrees (source, run, values, chosen, pairs, n))
      g_atomic_int_set (&source->differs, TRUE);
  }
  if (!verifies)
    mark_present (self->present, pairs, idle, n);
  return TRUE;
}

static gboolean
collect_lane (guint lane, gpointer data, GError **error)
{
  Collecting *self = data;
  RuaPairing *pairing = self->pairing;
  g_autoptr (RuaProgramRun) run = rua_program_run_new_through (pairing->base);
  guint64 n_rows = rua_table_get_n_rows (pairing->table);
  guint64 begin = (guint64) lane * self->lane_rows, end = MIN (begin + self->lane_rows, n_rows);
  guint given = (guint) (begin >> RUA_CHUNK_BITS);

  for (guint64 first = begin; first < end; first += RUA_BATCH) {
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    rua_program_run_begin (run, (guint32) first, (guint) MIN (RUA_BATCH, end - first));
    for (guint i = 0; i < pairing->pairings->len; i++) {
      RuaPairs *pairs = g_ptr_array_index (pairing->pairings, i);
      guint64 n_open = 0, n_lost = 0;

      if (!collect_batch (pairs, run, self->verifies, &n_open, &n_lost, error))
        return FALSE;
      if (!self->verifies && (n_open > 0 || n_lost > 0)) {
        __atomic_add_fetch (&pairs->n_open, n_open, __ATOMIC_RELAXED);
        __atomic_add_fetch (&pairs->n_lost, n_lost, __ATOMIC_RELAXED);
      }
    }
    if ((first + RUA_BATCH) % (RUA_GIVEN_CHUNKS * RUA_CHUNK_ROWS) == 0 || first + RUA_BATCH >= end) {
      guint to = (guint) ((first + RUA_BATCH + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS);

      rua_program_base_give_back (pairing->base, given, to);
      given = to;
    }
  }
  return TRUE;
}

/* ---- pairs without owners ---- */

typedef struct {
  guint64 words[RUA_ROWS_MAX_KEYS];
} Key;

static guint
key_hash (gconstpointer key)
{
  const Key *self = key;
  guint64 hash = 0;

  for (guint i = 0; i < RUA_ROWS_MAX_KEYS; i++)
    hash = (hash ^ self->words[i]) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return (guint) (hash >> 32);
}

/* One number for each different key among the rows that count, in the order of rows. */
static gboolean
number_pairs (RuaPairs *self, GCancellable *cancellable, GError **error)
{
  RuaTable *table = self->pairing->table;
  g_autoptr (RuaProgramRun) run = rua_program_run_new_through (self->pairing->base);
  guint32 n_rows = rua_table_get_n_rows (table);
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (Key));
  guint32 mask = 1023;
  g_autofree guint32 *places = g_new0 (guint32, mask + 1);

  self->numbers = rua_block_new (n_rows * sizeof (guint32));
  for (guint32 first = 0; first < n_rows; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - first);
    const guint8 *truths;
    gconstpointer values[RUA_ROWS_MAX_KEYS];

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    rua_program_run_begin (run, first, n);
    truths = self->where != NULL ? rua_program_run_node (run, self->where) : NULL;
    for (guint k = 0; k < self->n_keys; k++)
      values[k] = rua_program_run_node (run, self->keys[k]);
    for (guint i = 0; i < n; i++) {
      Key key = { { 0 } };
      gboolean known = TRUE;
      guint32 at;

      self->numbers[first + i] = RUA_NO_ROW;
      if ((truths != NULL && truths[i] != RUA_TRI_TRUE) || !rua_table_is_alive (table, first + i))
        continue;
      for (guint k = 0; k < self->n_keys && known; k++) {
        known = rua_value_get_key (self->keys[k]->type, values[k], i, &key.words[k]);
        if (known && self->keys[k]->type == RUA_VALUE_TEXT)
          key.words[k] = rua_pairs_get_word (run, self->keys[k], values[k], i);
      }
      if (!known)
        continue;
      at = key_hash (&key) & mask;
      while (places[at] != 0
             && memcmp (&g_array_index (keys, Key, places[at] - 1), &key, sizeof key) != 0)
        at = (at + 1) & mask;
      if (places[at] == 0) {
        g_array_append_val (keys, key);
        places[at] = keys->len;
      }
      self->numbers[first + i] = places[at] - 1;
      if (keys->len <= mask / 2)
        continue;
      mask = mask * 2 + 1;
      g_free (places);
      places = g_new0 (guint32, (gsize) mask + 1);
      for (guint32 number = 0; number < keys->len; number++) {
        at = key_hash (&g_array_index (keys, Key, number)) & mask;
        while (places[at] != 0)
          at = (at + 1) & mask;
        places[at] = number + 1;
      }
    }
  }
  self->n_pairs = keys->len;
  return TRUE;
}

gboolean
rua_pairing_collect (RuaPairing *self, GCancellable *cancellable, GError **error)
{
  guint32 n_rows = rua_table_get_n_rows (self->table);
  guint n_lanes = n_rows < 1 << 15 ? 1 : 32;
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  Collecting work = { self, cancellable, 0, FALSE };
  gboolean verifies = FALSE;

  work.lane_rows = (n_rows + n_lanes - 1) / n_lanes;
  work.lane_rows = (work.lane_rows + RUA_BATCH - 1) / RUA_BATCH * RUA_BATCH;
  self->base = rua_program_base_new (self->sheet->program, NULL, cancellable, error);
  if (self->base == NULL || !rua_program_base_join (self->base, NULL, cancellable, error))
    return FALSE;
  rua_program_base_find_wholes (self->base, NULL);
  for (guint i = 0; i < self->pairings->len; i++) {
    RuaPairs *pairs = g_ptr_array_index (self->pairings, i);

    if (pairs->owners == NULL && !number_pairs (pairs, cancellable, error))
      return FALSE;
    pairs->present = rua_block_new0 (pairs->n_pairs);
    pairs->externals = g_new0 (RuaExternal, pairs->sources->len + 1);
    for (guint s = 0; s < pairs->sources->len; s++) {
      RuaPairsSource *source = g_ptr_array_index (pairs->sources, s);

      open_source (source, self->base, pairs->n_pairs, ranges);
      pairs->externals[s] = (RuaExternal){ source->values, source->packed, source->offset, source->divisor };
      verifies |= source->condition == NULL;
    }
  }
  if (!rua_parallel_run (ranges->len, fill_unknown, ranges, NULL, cancellable, error)
      || !rua_parallel_run (n_lanes, collect_lane, &work, NULL, cancellable, error)
      || !rua_pairing_count_known (self, cancellable, error))
    return FALSE;
  work.verifies = TRUE;
  return !verifies || rua_parallel_run (n_lanes, collect_lane, &work, NULL, cancellable, error);
}

void
rua_pairing_drop_values (RuaPairing *self)
{
  for (guint i = 0; i < self->pairings->len; i++) {
    RuaPairs *pairs = g_ptr_array_index (self->pairings, i);

    g_clear_pointer (&pairs->present, rua_block_free);
    g_clear_pointer (&pairs->numbers, rua_block_free);
    for (guint s = 0; s < pairs->sources->len; s++) {
      RuaPairsSource *source = g_ptr_array_index (pairs->sources, s);

      g_clear_pointer (&source->values, rua_block_free);
    }
  }
}

RuaScaled *
rua_pairs_dup_wholes (const RuaPairs *self)
{
  const RuaProgramBase *base = self->pairing->base;
  RuaScaled *wholes = g_new0 (RuaScaled, self->sources->len + 1);

  for (guint s = 0; s < self->sources->len; s++)
    wholes[s] = base->wholes[((RuaPairsSource *) g_ptr_array_index (self->sources, s))->value->slot];
  return wholes;
}
