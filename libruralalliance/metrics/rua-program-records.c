/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-parallel-private.h"
#include "rua-program-private.h"
#include "rua-block-private.h"

#include <stdlib.h>
#include <string.h>

/* What is looked up by the same reference lies side by side, a record a row. Records as short as most are, are fetched as
 * they stand, once a batch, and each value is then taken out of them in order: rows are followed, in no order, once for
 * all values. */

/* Words of 8 bytes of a record that is fetched; longer ones are read value by value. */
#define MOST_WORDS 2

/* ---- laying them out ---- */

/* Smaller ones stay in the cache as they are. */
#define LEAST_BYTES ((gsize) 512 << 10)
/* A line of the cache. */
#define MOST_WIDTH 64

typedef struct {
  RuaFlat **flats;
  guint n;
  guint stride;
  guint8 *block;
} Joining;

static void
copy_field (const RuaFlat *flat, guint32 begin, guint32 end, guint stride, guint8 *to)
{
#define COPY(Type)                                                                                 \
  for (guint32 i = begin; i < end; i++)                                                            \
    memcpy (to + (gsize) i * stride, (const Type *) flat->values + i, sizeof (Type))

  if (flat->width == 1)
    COPY (guint8);
  else if (flat->width == 2)
    COPY (guint16);
  else if (flat->width == 4)
    COPY (guint32);
  else
    COPY (guint64);
#undef COPY
}

static gboolean
join_chunk (guint task, gpointer data, GError **error)
{
  Joining *self = data;
  guint64 begin = (guint64) task << RUA_CHUNK_BITS, last = self->flats[0]->n_rows + (guint64) 1;

  /* A stretch of all of them at a time stays in the cache. */
  for (guint64 first = begin; first < MIN (last, begin + RUA_CHUNK_ROWS); first += RUA_BATCH) {
    guint offset = 0;

    for (guint k = 0; k < self->n; k++) {
      copy_field (self->flats[k], (guint32) first,
                  (guint32) MIN (first + RUA_BATCH, MIN (last, begin + RUA_CHUNK_ROWS)), self->stride,
                  self->block + offset);
      offset += self->flats[k]->width;
    }
  }
  return TRUE;
}

static int
compare_widths (gconstpointer a, gconstpointer b)
{
  const RuaFlat *s = *(RuaFlat *const *) a, *t = *(RuaFlat *const *) b;

  return (s->width < t->width) - (s->width > t->width);
}

gboolean
rua_flat_join (RuaFlat **flats, guint n, RuaFlatBlock **block, GCancellable *cancellable, GError **error)
{
  Joining self = { .flats = flats };
  guint width = 0, offset = 0;
  guint64 n_rows = flats[0]->n_rows + (guint64) 1;
  RuaFlatBlock *made;

  *block = NULL;
  qsort (flats, n, sizeof *flats, compare_widths);
  while (self.n < n && width + flats[self.n]->width <= MOST_WIDTH)
    width += flats[self.n++]->width;
  if (self.n < 2 || n_rows * width < LEAST_BYTES)
    return TRUE;
  /* No wider than they are: fewer lines of the cache in all are worth more than that none is crossed. */
  self.stride = width;
  self.block = rua_block_new (n_rows * self.stride + MOST_WORDS * sizeof (guint64));
  if (!rua_parallel_run ((guint) ((n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS), join_chunk, &self, NULL,
                         cancellable, error)) {
    rua_block_free (self.block);
    return FALSE;
  }
  made = *block = g_new (RuaFlatBlock, 1);
  *made = (RuaFlatBlock){ self.block, flats[0]->n_rows, self.stride, 0 };
  for (guint k = 0; k < self.n; k++) {
    rua_block_free (flats[k]->values);
    flats[k]->values = self.block + offset;
    flats[k]->stride = (guint8) self.stride;
    flats[k]->offset = (guint8) offset;
    flats[k]->block = made;
    offset += flats[k]->width;
  }
  return TRUE;
}

void
rua_flat_block_free (RuaFlatBlock *self)
{
  rua_block_free (self->records);
  g_free (self);
}

/* ---- fetching them ---- */

/* The records of a batch. */
struct _RuaRunRecords {
  guint64 stamp;
  guint64 *words; /* MOST_WORDS a row: the first of all rows, then the second; NULL: never asked for */
};

/* Records that are called into the cache before their turn, where they do not lie in it anyhow. */
#define AHEAD 64
#define LARGE ((gsize) 2 << 20)

static void
fetch (const RuaFlatBlock *block, const guint32 *rows, guint n, guint64 *words)
{
  const guint8 *from = block->records;
  const gsize stride = block->stride;
  const guint32 last = block->n_rows;
  gboolean far = last * stride > LARGE, two = stride > sizeof (guint64);

  for (guint i = 0; i < n; i++) {
    const guint8 *record = from + MIN (rows[i], last) * stride;

    if (far && i + AHEAD < n)
      __builtin_prefetch (from + MIN (rows[i + AHEAD], last) * stride);
    memcpy (&words[i], record, sizeof *words);
    if (two)
      memcpy (&words[RUA_BATCH + i], record + sizeof *words, sizeof *words);
  }
}

/* The words that the node's value stands in; NULL: it is to be read where it lies. @shift: from which bit on. */
static const guint64 *
get_words (RuaProgramRun *run, const RuaNode *node, const RuaFlat *flat, guint *shift)
{
  RuaRunRecords *records;

  if (G_BYTE_ORDER != G_LITTLE_ENDIAN || flat->block == NULL || flat->block->stride > MOST_WORDS * sizeof (guint64))
    return NULL;
  records = &run->records[flat->block->place];
  if (records->words == NULL)
    records->words = g_new (guint64, MOST_WORDS * RUA_BATCH);
  if (records->stamp != run->stamp) {
    fetch (flat->block, run->states[node->parts[0]->slot].buffer, run->n, records->words);
    records->stamp = run->stamp;
  }
  *shift = flat->offset % sizeof (guint64) * 8;
  return records->words + flat->offset / sizeof (guint64) * RUA_BATCH;
}

void
rua_run_look_up (RuaProgramRun *run, RuaNode *node, guint n)
{
  const RuaFlat *flat = run->base->nodes[node->slot].flat;
  gpointer to = run->states[node->slot].buffer;
  guint shift;
  const guint64 *words = get_words (run, node, flat, &shift);

  if (words != NULL)
    rua_flat_take (flat, words, shift, n, to);
  else
    rua_flat_read (flat, run->states[node->parts[0]->slot].buffer, n, to);
}

void
rua_run_look_up_whole (RuaProgramRun *run, RuaNode *node, guint n, double *to)
{
  const RuaFlat *flat = run->base->nodes[node->slot].flat;
  const guint32 *rows = rua_program_run_node (run, node->parts[0]);
  guint shift;
  const guint64 *words = get_words (run, node, flat, &shift);

  if (words != NULL)
    rua_flat_take_whole (flat, words, shift, n, to);
  else
    rua_flat_read_whole (flat, rows, n, to);
}

void
rua_run_records_init (RuaProgramRun *run)
{
  run->records = g_new0 (RuaRunRecords, MAX (run->base->blocks->len, 1));
}

void
rua_run_records_clear (RuaProgramRun *run)
{
  for (guint i = 0; i < run->base->blocks->len; i++)
    g_free (run->records[i].words);
  g_free (run->records);
}
