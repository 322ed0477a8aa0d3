/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-chunk-private.h"

#include "rua-wide-private.h"

#include <sys/mman.h>
#include <unistd.h>

/* Chunks, plain and packed; how they are packed is in rua-chunk-pack.c. */

#define ALL8 G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64
#define ALL64 ALL8, ALL8, ALL8, ALL8, ALL8, ALL8, ALL8, ALL8
#define ALL512 ALL64, ALL64, ALL64, ALL64, ALL64, ALL64, ALL64, ALL64

const guint64 rua_chunk_all_known[RUA_CHUNK_ROWS / 64] = { ALL512, ALL512 };
const guint64 rua_chunk_none_known[RUA_CHUNK_ROWS / 64];

RuaChunk *
rua_chunk_new (guint32 capacity, guint width)
{
  RuaChunk *self = g_new0 (RuaChunk, 1);

  self->refs = 1;
  self->capacity = self->room = capacity;
  self->bits = (guint8) (8 * width);
  self->divisor = 1;
  self->known = g_new0 (guint64, capacity / 64);
  self->values = g_malloc0 ((gsize) capacity * width);
  return self;
}

RuaChunk *
rua_chunk_ref (RuaChunk *self)
{
  if (self)
    g_atomic_int_inc (&self->refs);
  return self;
}

void
rua_chunk_unref (RuaChunk *self)
{
  if (!self || !g_atomic_int_dec_and_test (&self->refs))
    return;
  if (self->owner)
    g_bytes_unref (self->owner);
  else {
    if (self->known != rua_chunk_all_known)
      g_free (self->known);
    g_free (self->values);
  }
  g_free (self);
}

/* ---- reading ---- */

static void
slice_of (const RuaChunk *self, guint32 n_rows, RuaSlice *slice)
{
  slice->most = self->packed && n_rows == self->capacity ? (guint64 *) &self->most : NULL;
  slice->values = self->values;
  slice->known = self->known == rua_chunk_all_known ? NULL : self->known;
  slice->n_rows = n_rows;
  slice->bits = self->bits;
  slice->packed = self->packed;
  slice->mapped = self->mapped;
  slice->base = self->base;
  slice->divisor = self->divisor;
}

void
rua_chunk_get_slice (const RuaChunk *self, guint32 n_rows, RuaSlice *slice)
{
  static const RuaSlice nothing = {
    .values = rua_chunk_none_known, .known = rua_chunk_none_known, .packed = TRUE, .divisor = 1,
  };

  if (self) {
    slice_of (self, n_rows, slice);
    return;
  }
  *slice = nothing;
  slice->n_rows = n_rows;
}

const RuaSlice *
rua_slice_get_block (const RuaSlice *slice, guint first, guint n, RuaSliceBlock *block)
{
  block->slice = *slice;
  if (rua_codes_are_narrow (slice->bits)) {
    rua_codes_widen (slice->values, slice->bits, first, n, block->codes);
    block->slice.values = block->codes;
    block->slice.bits = (guint8) rua_codes_wide_bits (slice->bits);
  } else if (slice->bits > 0)
    block->slice.values = (const guint8 *) slice->values + (gsize) first * slice->bits / 8;
  return &block->slice;
}

#define FIND_MOST(Type)                                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const Type *codes = slice->values;                                                             \
    Type highest = 0;                                                                              \
    for (guint i = 0; i < n; i++)                                                                  \
      highest = codes[i] > highest ? codes[i] : highest;                                           \
    most = highest;                                                                                \
  }                                                                                                \
  G_STMT_END

RUA_WIDE static guint32
find_most_of_block (const RuaSlice *slice, guint n)
{
  guint32 most = 0;

  if (slice->bits == 8)
    FIND_MOST (guint8);
  else if (slice->bits == 16)
    FIND_MOST (guint16);
  else if (slice->bits == 32)
    FIND_MOST (guint32);
  return most;
}
#undef FIND_MOST

static guint32
find_most (const RuaSlice *slice)
{
  guint32 most = 0;
  RuaSliceBlock block;

  /* Of flags there are both, or they would have no bits. */
  if (slice->bits == 1)
    return 1;
  if (!rua_codes_are_narrow (slice->bits))
    return find_most_of_block (slice, slice->n_rows);
  for (guint at = 0; at < slice->n_rows; at += RUA_BLOCK_ROWS) {
    guint n = MIN (slice->n_rows - at, RUA_BLOCK_ROWS);

    most = MAX (most, find_most_of_block (rua_slice_get_block (slice, at, n, &block), n));
  }
  return most;
}

guint32
rua_slice_get_most (const RuaSlice *slice)
{
  guint64 most = slice->most != NULL ? __atomic_load_n (slice->most, __ATOMIC_RELAXED) : 0;

  if (most > 0)
    return (guint32) (most - 1);
  most = find_most (slice);
  if (slice->most != NULL)
    __atomic_store_n (slice->most, most + 1, __ATOMIC_RELAXED);
  return (guint32) most;
}

/* Where the bytes of a slice end: its bits, if it has any, stand behind its values. */
static gsize
end_of (const RuaSlice *slice)
{
  gsize end = (gsize) slice->values + rua_codes_size (slice->bits, slice->n_rows), bits = (gsize) slice->known;

  return slice->known && bits >= end && bits - end < 64 ? bits + ((gsize) slice->n_rows + 63) / 64 * 8 : end;
}

void
rua_slices_give_back (const RuaSlice *slices, guint n)
{
#ifdef MADV_DONTNEED
  gsize page = (gsize) sysconf (_SC_PAGESIZE);

  for (guint i = 0, next; i < n; i = next) {
    gsize begin = (gsize) slices[i].values, end = end_of (&slices[i]);

    next = i + 1;
    if (!slices[i].mapped || slices[i].values == NULL)
      continue;
    /* Those that stand one behind the other go together: a call takes as long for one page as for a thousand. In
     * the gap that aligns them there is no page of anybody else. */
    for (; next < n && slices[next].mapped && (gsize) slices[next].values >= end
           && (gsize) slices[next].values - end < 64; next++)
      end = end_of (&slices[next]);
    /* Pages that others share stay. */
    begin = (begin + page - 1) / page * page;
    end = end / page * page;
    if (begin < end)
      madvise ((gpointer) begin, end - begin, MADV_DONTNEED);
  }
#endif
}

/* A plain loop for each width, so that the compiler can make vectors of them. */
#define DECODE_CODES(Type, Value)                                                                  \
  {                                                                                                \
    const Type *codes = slice->values;                                                             \
    for (guint i = 0; i < n; i++) {                                                                \
      const guint32 code = codes[i];                                                               \
      values[i] = (Value);                                                                         \
    }                                                                                              \
    break;                                                                                         \
  }

#define DECODE(Value)                                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    switch (slice->bits) {                                                                         \
    case 0: {                                                                                      \
      const guint32 code = 0;                                                                      \
      for (guint i = 0; i < n; i++)                                                                \
        values[i] = (Value);                                                                       \
      break;                                                                                       \
    }                                                                                              \
    case 8:                                                                                        \
      DECODE_CODES (guint8, Value)                                                                 \
    case 16:                                                                                       \
      DECODE_CODES (guint16, Value)                                                                \
    default:                                                                                       \
      DECODE_CODES (guint32, Value)                                                                \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

RUA_WIDE static void
decode_booleans (const RuaSlice *slice, guint n, gpointer to)
{
  const guint8 base = (guint8) slice->base;
  guint8 *values = to;

  DECODE ((guint8) (base + code));
}

RUA_WIDE static void
decode_words (const RuaSlice *slice, guint n, gpointer to)
{
  const guint32 base = (guint32) slice->base;
  guint32 *values = to;

  DECODE (base + code);
}

RUA_WIDE static void
decode_integers (const RuaSlice *slice, guint n, gpointer to)
{
  const gint64 base = slice->base;
  gint64 *values = to;

  DECODE ((gint64) ((guint64) base + code));
}

RUA_WIDE static void
decode_numbers (const RuaSlice *slice, guint n, gpointer to)
{
  const gint64 base = slice->base;
  const double divisor = slice->divisor;
  double *values = to;

  DECODE ((double) (base + code) / divisor);
}
#undef DECODE
#undef DECODE_CODES

/* @values of @width bytes each. */
static void
read_slice (const RuaSlice *slice, guint first, guint n, guint width, guint8 *values,
            void (*decode) (const RuaSlice *slice, guint n, gpointer to))
{
  RuaSliceBlock block;

  if (!slice->packed) {
    memcpy (values, (const guint8 *) slice->values + (gsize) first * width, (gsize) n * width);
    return;
  }
  for (guint at = 0; at < n; at += RUA_BLOCK_ROWS) {
    guint m = MIN (n - at, RUA_BLOCK_ROWS);

    decode (rua_slice_get_block (slice, first + at, m, &block), m, values + (gsize) at * width);
  }
}

void
rua_slice_read_booleans (const RuaSlice *slice, guint first, guint n, guint8 *values)
{
  read_slice (slice, first, n, sizeof *values, values, decode_booleans);
}

void
rua_slice_read_words (const RuaSlice *slice, guint first, guint n, guint32 *values)
{
  read_slice (slice, first, n, sizeof *values, (guint8 *) values, decode_words);
}

void
rua_slice_read_integers (const RuaSlice *slice, guint first, guint n, gint64 *values)
{
  read_slice (slice, first, n, sizeof *values, (guint8 *) values, decode_integers);
}

void
rua_slice_read_numbers (const RuaSlice *slice, guint first, guint n, double *values)
{
  read_slice (slice, first, n, sizeof *values, (guint8 *) values, decode_numbers);
}

void
rua_chunk_read_plain (const RuaChunk *self, guint32 n, guint width, gpointer values)
{
  RuaSlice slice;

  rua_chunk_get_slice (self, n, &slice);
  if (self->decimal)
    rua_slice_read_numbers (&slice, 0, n, values);
  else if (width == 1)
    rua_slice_read_booleans (&slice, 0, n, values);
  else if (width == 4)
    rua_slice_read_words (&slice, 0, n, values);
  else
    rua_slice_read_integers (&slice, 0, n, values);
  if (!slice.known)
    return;
  for (guint32 w = 0; w * 64 < n; w++)
    for (guint64 bits = ~slice.known[w]; bits; bits &= bits - 1) {
      guint32 i = w * 64 + (guint32) __builtin_ctzll (bits);

      if (i >= n)
        break;
      memset ((char *) values + (gsize) i * width, 0, width);
    }
}

RuaChunk *
rua_chunk_copy (const RuaChunk *self, guint32 capacity, guint width)
{
  RuaChunk *copy = rua_chunk_new (capacity, width);
  guint32 n = MIN (self->capacity, capacity);

  memcpy (copy->known, self->known, (n + 63) / 64 * sizeof *copy->known);
  if (n % 64)
    copy->known[n / 64] &= (G_GUINT64_CONSTANT (1) << (n % 64)) - 1;
  rua_chunk_read_plain (self, n, width, copy->values);
  return copy;
}

RuaChunk *
rua_chunk_new_mapped (const RuaSlice *slice, gboolean decimal, const guint64 print[2], GBytes *owner)
{
  RuaChunk *self = g_new0 (RuaChunk, 1);

  self->refs = 1;
  self->capacity = slice->n_rows;
  self->bits = slice->bits;
  self->packed = slice->packed;
  self->mapped = slice->mapped;
  self->decimal = decimal;
  self->base = slice->base;
  self->divisor = slice->divisor;
  self->known = (guint64 *) (slice->known ? slice->known : rua_chunk_all_known);
  self->values = (gpointer) slice->values;
  self->printed = (gint) slice->n_rows;
  self->print[0] = print[0];
  self->print[1] = print[1];
  self->owner = g_bytes_ref (owner);
  return self;
}

/* Codes 0, 1, 2, … for all chunks that have these. */
static const guint16 *
get_counting_codes (void)
{
  static guint16 *codes = NULL;

  if (g_once_init_enter (&codes)) {
    guint16 *made = g_new (guint16, RUA_CHUNK_ROWS);

    for (guint i = 0; i < RUA_CHUNK_ROWS; i++)
      made[i] = (guint16) i;
    g_once_init_leave (&codes, made);
  }
  return codes;
}

RuaChunk *
rua_chunk_new_rows (guint32 first, guint32 n_rows, const guint64 print[2], GBytes *owner)
{
  RuaSlice slice = { .values = get_counting_codes (), .n_rows = n_rows, .bits = 16, .packed = TRUE, .base = first, .divisor = 1 };
  RuaChunk *self = rua_chunk_new_mapped (&slice, FALSE, print, owner);

  self->most = n_rows;
  return self;
}
