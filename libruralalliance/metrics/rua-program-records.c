/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-parallel-private.h"
#include "rua-program-private.h"
#include "rua-block-private.h"
#include "rua-wide-private.h"

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
  gboolean packed;
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

static void
join_bytes (const Joining *self, guint32 begin, guint32 end)
{
  guint offset = 0;

  for (guint k = 0; k < self->n; k++) {
    copy_field (self->flats[k], begin, end, self->stride, self->block + offset);
    offset += self->flats[k]->width;
  }
}

#define ADD_BITS(Type)                                                                             \
  for (guint i = 0; i < n; i++)                                                                    \
    words[i] |= ((guint64) ((const Type *) values)[i] & mask) << shift

RUA_WIDE static void
add_bits (gconstpointer values, guint width, guint64 mask, guint shift, guint n, guint64 *words)
{
  if (width == 1)
    ADD_BITS (guint8);
  else if (width == 2)
    ADD_BITS (guint16);
  else
    ADD_BITS (guint32);
}
#undef ADD_BITS

/* Words are written whole where the next ones of this stretch come to lie over what is too much: behind the last of it,
 * another thread may have written already. */
static void
join_bits (const Joining *self, guint32 begin, guint32 end)
{
  guint8 *to = self->block + (gsize) begin * self->stride;
  guint64 words[RUA_BATCH] = { 0 };
  guint n = end - begin, shift = 0, n_short = MIN ((sizeof (guint64) - 1) / self->stride, n);

  for (guint k = 0; k < self->n; k++) {
    const RuaFlat *flat = self->flats[k];

    add_bits ((const guint8 *) flat->values + (gsize) begin * flat->width, flat->width,
              (G_GUINT64_CONSTANT (1) << flat->needed) - 1, shift, n, words);
    shift += flat->needed;
  }
  for (guint i = 0; i < n - n_short; i++, to += self->stride)
    memcpy (to, &words[i], sizeof *words);
  for (guint i = n - n_short; i < n; i++, to += self->stride)
    memcpy (to, &words[i], self->stride);
}

static gboolean
join_chunk (guint task, gpointer data, GError **error)
{
  const Joining *self = data;
  guint64 begin = (guint64) task << RUA_CHUNK_BITS, last = self->flats[0]->n_rows + (guint64) 1,
          end = MIN (last, begin + RUA_CHUNK_ROWS);

  /* A stretch of all of them at a time stays in the cache. */
  for (; begin < end; begin += RUA_BATCH)
    if (self->packed)
      join_bits (self, (guint32) begin, (guint32) MIN (begin + RUA_BATCH, end));
    else
      join_bytes (self, (guint32) begin, (guint32) MIN (begin + RUA_BATCH, end));
  return TRUE;
}

static int
compare_widths (gconstpointer a, gconstpointer b)
{
  const RuaFlat *s = *(RuaFlat *const *) a, *t = *(RuaFlat *const *) b;

  return (s->width < t->width) - (s->width > t->width);
}

/* Where all values of a record fit into one word, they are put into it bit by bit. */
static gboolean
fit_word (RuaFlat *const *flats, guint n, guint *n_bytes)
{
  guint bits = 0;

  for (guint k = 0; k < n; k++)
    bits += flats[k]->needed;
  *n_bytes = (bits + 7) / 8;
  return G_BYTE_ORDER == G_LITTLE_ENDIAN && bits <= 64;
}

gboolean
rua_flat_join (RuaFlat **flats, guint n, RuaFlatBlock **block, GCancellable *cancellable, GError **error)
{
  Joining self = { .flats = flats };
  guint width = 0, offset = 0, n_bytes;
  guint64 n_rows = flats[0]->n_rows + (guint64) 1;
  RuaFlatBlock *made;

  *block = NULL;
  qsort (flats, n, sizeof *flats, compare_widths);
  while (self.n < n && width + flats[self.n]->width <= MOST_WIDTH)
    width += flats[self.n++]->width;
  if (self.n < 2 || n_rows * width < LEAST_BYTES)
    return TRUE;
  self.packed = fit_word (flats, self.n, &n_bytes);
  /* No wider than they are: fewer lines of the cache in all are worth more than that none is crossed. */
  self.stride = self.packed ? n_bytes : width;
  self.block = rua_block_new (n_rows * self.stride + MOST_WORDS * sizeof (guint64));
  if (!rua_parallel_run ((guint) ((n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS), join_chunk, &self, NULL,
                         cancellable, error)) {
    rua_block_free (self.block);
    return FALSE;
  }
  made = *block = g_new (RuaFlatBlock, 1);
  *made = (RuaFlatBlock){ self.block, flats[0]->n_rows, self.stride, 0, self.packed };
  for (guint k = 0; k < self.n; k++) {
    RuaFlat *flat = flats[k];

    rua_block_free (flat->values);
    flat->values = self.packed ? self.block : self.block + offset;
    flat->stride = (guint8) self.stride;
    flat->offset = (guint8) offset;
    flat->block = made;
    if (self.packed)
      flat->bits = flat->needed;
    offset += self.packed ? flat->bits : flat->width;
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
  guint64 *room;  /* MOST_WORDS a row: the first of all rows, then the second; NULL: never asked for */
  const guint64 *words; /* likewise: there, or among those that are kept */
};

/* Records that are called into the cache before their turn, where they do not lie in it anyhow. */
#define AHEAD 64

gsize rua_records_far_bytes = (gsize) 2 << 20;

static gboolean
is_far (const RuaFlatBlock *self)
{
  return self->n_rows * (gsize) self->stride > rua_records_far_bytes;
}

void
rua_flat_block_fetch (const RuaFlatBlock *self, const guint32 *rows, guint n, guint64 *words)
{
  const guint8 *from = self->records;
  const gsize stride = self->stride;
  const guint32 last = self->n_rows;
  gboolean far = is_far (self), two = stride > sizeof (guint64);
  const gsize end = (two ? 2 : 1) * sizeof (guint64) - 1;

  for (guint i = 0; i < n; i++) {
    const guint8 *record = from + MIN (rows[i], last) * stride;

    if (far && i + AHEAD < n) {
      const guint8 *called = from + MIN (rows[i + AHEAD], last) * stride;

      __builtin_prefetch (called);
      __builtin_prefetch (called + end); /* it may lie in two lines */
    }
    memcpy (&words[i], record, sizeof *words);
    if (two)
      memcpy (&words[RUA_BATCH + i], record + sizeof *words, sizeof *words);
  }
}

/* The place of the batch's words among those that are kept; NULL: there is none. @found: they are there. */
static guint64 *
find_kept (RuaProgramRun *run, guint block, gboolean *found)
{
  const RuaKeptRecords *kept = run->base->kept != NULL ? &run->base->kept[block] : NULL;
  guint16 *n_fetched;

  *found = FALSE;
  if (run->records_use == RUA_RECORDS_DROPPED || kept == NULL || kept->words == NULL || run->first % RUA_BATCH != 0)
    return NULL;
  n_fetched = &kept->n_fetched[run->first / RUA_BATCH];
  if (run->records_use == RUA_RECORDS_KEPT)
    *n_fetched = (guint16) run->n;
  else if (*n_fetched == run->n)
    *found = TRUE;
  else
    return NULL;
  return kept->words + run->first;
}

static void
fetch_batch (RuaProgramRun *run, const RuaNode *node, const RuaFlatBlock *block, RuaRunRecords *records)
{
  const guint32 *rows = run->states[node->parts[0]->slot].buffer;
  gboolean found;
  guint64 *words = find_kept (run, block->place, &found);

  if (words == NULL && records->room == NULL)
    records->room = rua_run_reserve (run, MOST_WORDS * RUA_BATCH * sizeof *records->room);
  if (words == NULL)
    words = records->room;
  if (!found)
    rua_flat_block_fetch (block, rows, run->n, words);
  records->words = words;
}

/* The words that the node's value stands in; NULL: it is to be read where it lies. @shift: from which bit on. */
static const guint64 *
get_words (RuaProgramRun *run, const RuaNode *node, const RuaFlat *flat, guint *shift)
{
  RuaRunRecords *records;

  if (G_BYTE_ORDER != G_LITTLE_ENDIAN || flat->block == NULL || flat->block->stride > MOST_WORDS * sizeof (guint64))
    return NULL;
  records = &run->records[flat->block->place];
  if (records->stamp != run->stamp) {
    fetch_batch (run, node, flat->block, records);
    records->stamp = run->stamp;
  }
  if (flat->block->packed) {
    *shift = flat->offset;
    return records->words;
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

/* What all of them may take. */
#define MOST_KEPT ((gsize) 256 << 20)

void
rua_program_base_keep_records (RuaProgramBase *self, guint32 n_rows)
{
  gsize n_batches = ((gsize) n_rows + RUA_BATCH - 1) / RUA_BATCH, size = n_batches * RUA_BATCH * sizeof (guint64), total = 0;

  if (self->kept != NULL)
    return;
  self->kept = g_new0 (RuaKeptRecords, MAX (self->blocks->len, 1));
  for (guint b = 0; b < self->blocks->len; b++) {
    const RuaFlatBlock *block = g_ptr_array_index (self->blocks, b);

    if (!block->packed || !is_far (block) || size > MOST_KEPT - total)
      continue;
    self->kept[b] = (RuaKeptRecords){ rua_block_new (size), g_new0 (guint16, n_batches) };
    total += size;
  }
}

void
rua_program_base_drop_records (RuaProgramBase *self)
{
  for (guint b = 0; self->kept != NULL && b < self->blocks->len; b++) {
    rua_block_free (self->kept[b].words);
    g_free (self->kept[b].n_fetched);
  }
  g_clear_pointer (&self->kept, g_free);
}
