/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-grouping-private.h"
#include "rua-pairs-private.h"

#include "rua-table-core-private.h"
#include "rua-wide-private.h"

#include <string.h>

/* Which values pairs have in the end: pairs are told by them, and more rows than values have given two for one place. */

#define MAX_LISTED 5

/* Pairs that a task looks at. */
#define COUNTED 65536u

typedef struct {
  RuaPairs *pairs;
  guint32 begin, end;
} Stretch;

/* How many are known. */
RUA_WIDE static guint32
mark_known (const guint32 *words, guint32 n, guint8 *present)
{
  guint32 n_known = 0;

  for (guint32 i = 0; i < n; i++) {
    guint8 known = words[i] != G_MAXUINT32;

    present[i] |= known;
    n_known += known;
  }
  return n_known;
}

RUA_WIDE static gint64
count_known (const double *numbers, guint32 n)
{
  gint64 n_known = 0;

  for (guint32 i = 0; i < n; i++)
    n_known += numbers[i] == numbers[i];
  return n_known;
}

static gint64
count_set (RuaValueType type, gconstpointer values, guint32 begin, guint32 end)
{
  gint64 n_set = 0;

  for (guint32 i = begin; i < end; i++) {
    guint64 key;

    n_set += rua_value_get_key (type, values, i, &key);
  }
  return n_set;
}

static gboolean
count_stretch (guint task, gpointer data, GError **error)
{
  const Stretch *stretch = &g_array_index ((GArray *) data, Stretch, task);
  const GPtrArray *sources = stretch->pairs->sources;
  guint32 begin = stretch->begin, end = stretch->end;

  for (guint s = 0; s < sources->len; s++) {
    RuaPairsSource *source = g_ptr_array_index (sources, s);
    gint64 n;

    /* What all rows must agree in is looked at row by row. */
    if (source->condition == NULL && !source->packed)
      continue;
    if (source->packed)
      n = mark_known ((const guint32 *) source->values + begin, end - begin, stretch->pairs->present + begin);
    else if (source->value->type == RUA_VALUE_NUMBER)
      n = count_known ((const double *) source->values + begin, end - begin);
    else
      n = count_set (source->value->type, source->values, begin, end);
    __atomic_add_fetch (&source->n_known, n, __ATOMIC_RELAXED);
  }
  return TRUE;
}

gboolean
rua_pairing_count_known (RuaPairing *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));

  for (guint i = 0; i < self->pairings->len; i++) {
    RuaPairs *pairs = g_ptr_array_index (self->pairings, i);

    for (guint64 begin = 0; begin < pairs->n_pairs; begin += COUNTED) {
      Stretch stretch = { pairs, (guint32) begin, (guint32) MIN (begin + COUNTED, pairs->n_pairs) };

      g_array_append_val (stretches, stretch);
    }
  }
  return rua_parallel_run (stretches->len, count_stretch, stretches, NULL, cancellable, error);
}

/* ---- two values for one place ---- */

static gboolean
is_doubtful (const RuaPairsSource *source)
{
  return source->condition == NULL ? source->differs : source->n_known != source->n_written;
}

typedef struct {
  guint n;
  GString *text;
} Problems;

static void
add_problem (Problems *self, RuaTable *table, const char *pick, guint32 there, guint32 row)
{
  g_autofree char *first = NULL, *second = NULL;

  if (self->n++ >= MAX_LISTED)
    return;
  first = rua_table_tell_row (table, there);
  second = rua_table_tell_row (table, row);
  g_string_append_printf (self->text, "%s%s in the rows %s and %s", self->n > 1 ? "; " : "", pick,
                          first, second);
}

/* All rows again, one after the other. */
static gboolean
list_problems (RuaPairs *self, RuaPairsSource *source, Problems *problems,
               GCancellable *cancellable, GError **error)
{
  RuaTable *table = self->pairing->table;
  g_autoptr (RuaProgramRun) run = rua_program_run_new_on (self->pairing->base);
  guint32 n_rows = rua_table_get_n_rows (table);
  g_autofree guint32 *there = g_new (guint32, MAX (self->n_pairs, 1));
  g_autofree guint64 *words = g_new (guint64, MAX (self->n_pairs, 1));
  guint32 chosen[RUA_BATCH], pairs[RUA_BATCH];

  memset (there, 0xff, self->n_pairs * sizeof (guint32));
  for (guint32 first = 0; first < n_rows; first += RUA_BATCH) {
    guint64 n_open = 0, n_lost = 0, key;
    gconstpointer values;
    const guint8 *holds;
    guint n;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    rua_program_run_begin (run, first, MIN (RUA_BATCH, n_rows - first));
    n = rua_pairs_choose_rows (self, run, chosen, pairs, &n_open, &n_lost);
    values = rua_program_run_node (run, source->value);
    holds = source->condition != NULL ? rua_program_run_node (run, source->condition) : NULL;
    for (guint k = 0; k < n; k++) {
      guint i = chosen[k];

      if ((holds != NULL && holds[i] != RUA_TRI_TRUE)
          || !rua_value_get_key (source->value->type, values, i, &key))
        continue;
      if (source->value->type != RUA_VALUE_NUMBER)
        key = rua_pairs_get_word (run, source->value, values, i);
      if (there[pairs[k]] == RUA_NO_ROW) {
        there[pairs[k]] = first + i;
        words[pairs[k]] = key;
      } else if (holds != NULL || words[pairs[k]] != key)
        /* What is picked stands once; what is only read must be the same in all rows. */
        add_problem (problems, table, source->text, there[pairs[k]], first + i);
    }
  }
  return TRUE;
}

gboolean
rua_pairs_check (RuaPairs *self, const GArray *used, const char *pair_by, const char *metric,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Problems problems = { 0, text };

  for (guint i = 0; i < used->len; i++) {
    RuaPairsSource *source
      = g_ptr_array_index (self->sources, g_array_index (used, guint, i));

    if (is_doubtful (source)
        && !list_problems (self, source, &problems, cancellable, error))
      return FALSE;
  }
  if (problems.n == 0)
    return TRUE;
  if (problems.n > MAX_LISTED)
    g_string_append_printf (text, "; and %u more", problems.n - MAX_LISTED);
  return rua_definition_refuse (metric, error, RUA_ERROR_DUPLICATE,
                                "more than one value for one %s: %s; narrow where or the condition "
                                "in [ ], or pair by more (options: pair_by)", pair_by, text->str);
}
