/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-key-index-private.h"

#include <string.h>

#include "rua-block-private.h"
#include "rua-csv-columns-private.h"
#include "rua-parallel-private.h"

/* Numbers to a row up to which bits are smaller than a hash: 16 bytes for each 64. */
#define SPARSEST 64

typedef struct {
  guint64 bits;
  guint32 before;
  guint32 unused;
} Word;

struct _RuaKeyIndex {
  guint32 first;
  /* Bits: rows by rank; NULL where the keys ascend with the rows. */
  Word *words;
  guint64 n_words;
  gint64 least;
  guint32 *by_rank;
  /* A hash: the key's place + 1, 0 for empty. */
  gint64 *keys;
  guint32 *slots;
  guint64 mask;
  guint64 seed;
};

void
rua_key_index_free (RuaKeyIndex *self)
{
  if (self == NULL)
    return;
  g_free (self->words);
  g_free (self->by_rank);
  g_free (self->keys);
  g_free (self->slots);
  g_free (self);
}

/* SWAR; a table or an instruction that may not be there would not be faster. */
static inline guint
count_bits (guint64 x)
{
  x -= (x >> 1) & G_GUINT64_CONSTANT (0x5555555555555555);
  x = (x & G_GUINT64_CONSTANT (0x3333333333333333)) + ((x >> 2) & G_GUINT64_CONSTANT (0x3333333333333333));
  x = (x + (x >> 4)) & G_GUINT64_CONSTANT (0x0f0f0f0f0f0f0f0f);
  return (guint) ((x * G_GUINT64_CONSTANT (0x0101010101010101)) >> 56);
}

static inline gboolean
is_known (const guint64 *known, guint32 i)
{
  return known == NULL || (known[i >> 6] >> (i & 63) & 1);
}

static void
add_duplicate (GArray *duplicates, guint most, guint32 row)
{
  if (duplicates->len < most)
    g_array_append_val (duplicates, row);
}

static inline guint32
rank_of (const Word *word, guint64 offset)
{
  return word->before + count_bits (word->bits & ((G_GUINT64_CONSTANT (1) << (offset & 63)) - 1));
}

static void
build_bits (RuaKeyIndex *self, const gint64 *keys, const guint64 *known, guint32 n, GArray *duplicates, guint most)
{
  guint32 total = 0;
  gboolean ascends = TRUE;
  gint64 last = G_MININT64;
  g_autofree guint64 *again = NULL;

  self->words = g_new0 (Word, self->n_words);
  for (guint32 i = 0; i < n; i++) {
    guint64 offset, bit;
    Word *word;

    if (!is_known (known, i)) {
      ascends = FALSE;
      continue;
    }
    offset = (guint64) keys[i] - (guint64) self->least;
    bit = G_GUINT64_CONSTANT (1) << (offset & 63);
    word = &self->words[offset >> 6];
    if (G_UNLIKELY (word->bits & bit)) {
      add_duplicate (duplicates, most, self->first + i);
      if (again == NULL)
        again = g_new0 (guint64, (gsize) n / 64 + 1);
      again[i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
      ascends = FALSE;
      continue;
    }
    word->bits |= bit;
    ascends &= keys[i] > last;
    last = keys[i];
  }
  for (guint64 w = 0; w < self->n_words; w++) {
    self->words[w].before = total;
    total += count_bits (self->words[w].bits);
  }
  if (ascends)
    return;
  self->by_rank = g_new (guint32, MAX (total, 1));
  for (guint32 i = 0; i < n; i++) {
    guint64 offset = (guint64) keys[i] - (guint64) self->least;

    if (is_known (known, i) && !(again && is_known (again, i)))
      self->by_rank[rank_of (&self->words[offset >> 6], offset)] = self->first + i;
  }
}

static inline guint64
hash_key (guint64 seed, gint64 key)
{
  __uint128_t product = (__uint128_t) ((guint64) key ^ seed) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return (guint64) product ^ (guint64) (product >> 64);
}

static void
build_hash (RuaKeyIndex *self, const guint64 *known, guint32 n, GArray *duplicates, guint most)
{
  guint64 size = 64;

  while (size < (guint64) n + n / 2)
    size *= 2;
  self->mask = size - 1;
  self->seed = (guint64) g_random_int () << 32 | g_random_int ();
  self->slots = g_new0 (guint32, size);
  for (guint32 i = 0; i < n; i++) {
    guint64 slot;

    if (!is_known (known, i))
      continue;
    slot = hash_key (self->seed, self->keys[i]) & self->mask;
    while (self->slots[slot] && self->keys[self->slots[slot] - 1] != self->keys[i])
      slot = (slot + 1) & self->mask;
    if (G_UNLIKELY (self->slots[slot]))
      add_duplicate (duplicates, most, self->first + i);
    else
      self->slots[slot] = i + 1;
  }
}

RuaKeyIndex *
rua_key_index_new (const gint64 *keys, const guint64 *known, guint32 first, guint32 n, GArray *duplicates, guint most)
{
  RuaKeyIndex *self = g_new0 (RuaKeyIndex, 1);
  gint64 least = G_MAXINT64, greatest = G_MININT64;

  self->first = first;
  for (guint32 i = 0; i < n; i++)
    if (is_known (known, i)) {
      least = MIN (least, keys[i]);
      greatest = MAX (greatest, keys[i]);
    }
  if (least > greatest)
    least = greatest = 0;
  self->least = least;
  if ((guint64) greatest - (guint64) least < (guint64) n * SPARSEST + 4096) {
    self->n_words = (((guint64) greatest - (guint64) least) >> 6) + 1;
    build_bits (self, keys, known, n, duplicates, most);
  } else {
    self->keys = g_memdup2 (keys, n * sizeof *keys);
    build_hash (self, known, n, duplicates, most);
  }
  return self;
}

/* What a batch looks at is asked for before it is looked at. */
#define BATCH 32

static void
find_by_bits (const RuaKeyIndex *self, const gint64 *keys, const guint64 *known, guint32 n, guint32 *rows)
{
  for (guint32 from = 0; from < n; from += BATCH) {
    guint32 m = MIN (BATCH, n - from);
    guint64 offsets[BATCH];
    guint32 ranks[BATCH];

    for (guint32 k = 0; k < m; k++) {
      offsets[k] = (guint64) keys[from + k] - (guint64) self->least;
      if (G_LIKELY ((offsets[k] >> 6) < self->n_words))
        __builtin_prefetch (&self->words[offsets[k] >> 6]);
    }
    for (guint32 k = 0; k < m; k++) {
      const Word *word;

      ranks[k] = RUA_NO_ROW;
      if (G_UNLIKELY ((offsets[k] >> 6) >= self->n_words) || !is_known (known, from + k))
        continue;
      word = &self->words[offsets[k] >> 6];
      if (G_UNLIKELY (!(word->bits >> (offsets[k] & 63) & 1)))
        continue;
      ranks[k] = rank_of (word, offsets[k]);
      if (self->by_rank)
        __builtin_prefetch (&self->by_rank[ranks[k]]);
    }
    if (self->by_rank)
      for (guint32 k = 0; k < m; k++)
        rows[from + k] = ranks[k] == RUA_NO_ROW ? RUA_NO_ROW : self->by_rank[ranks[k]];
    else
      for (guint32 k = 0; k < m; k++)
        rows[from + k] = ranks[k] == RUA_NO_ROW ? RUA_NO_ROW : self->first + ranks[k];
  }
}

static void
find_by_hash (const RuaKeyIndex *self, const gint64 *keys, const guint64 *known, guint32 n, guint32 *rows)
{
  guint64 slots[BATCH];

  for (guint32 from = 0; from < n; from += BATCH) {
    guint32 m = MIN (BATCH, n - from);

    for (guint32 k = 0; k < m; k++) {
      slots[k] = hash_key (self->seed, keys[from + k]) & self->mask;
      __builtin_prefetch (&self->slots[slots[k]]);
    }
    for (guint32 k = 0; k < m; k++)
      if (self->slots[slots[k]])
        __builtin_prefetch (&self->keys[self->slots[slots[k]] - 1]);
    for (guint32 k = 0; k < m; k++) {
      guint64 slot = slots[k];

      while (self->slots[slot] && self->keys[self->slots[slot] - 1] != keys[from + k])
        slot = (slot + 1) & self->mask;
      rows[from + k] = self->slots[slot] && is_known (known, from + k) ? self->first + self->slots[slot] - 1 : RUA_NO_ROW;
    }
  }
}

void
rua_key_index_find (const RuaKeyIndex *self, const gint64 *keys, const guint64 *known, guint32 n, guint32 *rows)
{
  if (self->slots)
    find_by_hash (self, keys, known, n, rows);
  else
    find_by_bits (self, keys, known, n, rows);
}

/* ---- of a table's ids ---- */

typedef struct {
  RuaTable *table;
  RuaColumn *ids;
  gint64 *keys;
  guint64 *known;
  guint32 n_rows;
} Reading;

static gboolean
read_ids (guint task, gpointer data, GError **error)
{
  Reading *reading = data;
  guint32 row = task * RUA_CHUNK_ROWS, last = row + MIN (RUA_CHUNK_ROWS, reading->n_rows - row);

  for (; row < last; row++) {
    gsize length;
    const char *id;

    if (!rua_table_is_alive (reading->table, row) || (id = rua_column_read_text (reading->ids, row, &length)) == NULL)
      continue;
    if (!rua_csv_parse_key (id, length, &reading->keys[row])) {
      g_set_error_literal (error, RUA_ERROR, RUA_ERROR_VALUE, "no number");
      return FALSE;
    }
    reading->known[row >> 6] |= G_GUINT64_CONSTANT (1) << (row & 63);
  }
  return TRUE;
}

RuaKeyIndex *
rua_key_index_new_for_table (RuaTable *table, GCancellable *cancellable)
{
  guint32 n = rua_table_get_n_rows (table);
  Reading reading = { table, rua_table_peek_column (table, 0), NULL, NULL, n };
  g_autoptr (GArray) duplicates = NULL;
  g_autofree guint64 *known = NULL;
  RuaKeyIndex *self;

  if (n == 0)
    return NULL;
  /* Only those that are known are looked at. */
  reading.keys = rua_block_new (n * sizeof *reading.keys);
  reading.known = known = g_new0 (guint64, (gsize) n / 64 + 1);
  if (!rua_parallel_run ((n + RUA_CHUNK_ROWS - 1) / RUA_CHUNK_ROWS, read_ids, &reading, NULL, cancellable, NULL)) {
    rua_block_free (reading.keys);
    return NULL;
  }
  duplicates = g_array_new (FALSE, FALSE, sizeof (guint32));
  self = rua_key_index_new (reading.keys, known, 0, n, duplicates, 0);
  rua_block_free (reading.keys);
  return self;
}
