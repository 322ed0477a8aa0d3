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
  self->width = (guint8) width;
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
  slice->width = self->width;
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

#define FIND_MOST(Type)                                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const Type *codes = slice->values;                                                             \
    Type highest = 0;                                                                              \
    for (guint i = 0; i < slice->n_rows; i++)                                                      \
      highest = codes[i] > highest ? codes[i] : highest;                                           \
    most = highest;                                                                                \
  }                                                                                                \
  G_STMT_END

RUA_WIDE static guint32
find_most (const RuaSlice *slice)
{
  guint32 most = 0;

  if (slice->width == 1)
    FIND_MOST (guint8);
  else if (slice->width == 2)
    FIND_MOST (guint16);
  else if (slice->width == 4)
    FIND_MOST (guint32);
  return most;
}
#undef FIND_MOST

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
  gsize end = (gsize) slice->values + (gsize) slice->n_rows * slice->width, bits = (gsize) slice->known;

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

/* A plain loop for each width, from a place of its own, so that the compiler can make vectors of them. */
#define DECODE(Value)                                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    switch (slice->width) {                                                                        \
    case 0: {                                                                                      \
      const guint32 code = 0;                                                                      \
      for (guint i = 0; i < n; i++)                                                                \
        values[i] = (Value);                                                                       \
      break;                                                                                       \
    }                                                                                              \
    case 1: {                                                                                      \
      const guint8 *codes = (const guint8 *) slice->values + first;                                \
      for (guint i = 0; i < n; i++) {                                                              \
        const guint32 code = codes[i];                                                             \
        values[i] = (Value);                                                                       \
      }                                                                                            \
      break;                                                                                       \
    }                                                                                              \
    case 2: {                                                                                      \
      const guint16 *codes = (const guint16 *) slice->values + first;                              \
      for (guint i = 0; i < n; i++) {                                                              \
        const guint32 code = codes[i];                                                             \
        values[i] = (Value);                                                                       \
      }                                                                                            \
      break;                                                                                       \
    }                                                                                              \
    default: {                                                                                     \
      const guint32 *codes = (const guint32 *) slice->values + first;                              \
      for (guint i = 0; i < n; i++) {                                                              \
        const guint32 code = codes[i];                                                             \
        values[i] = (Value);                                                                       \
      }                                                                                            \
    }                                                                                              \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

RUA_WIDE static void
decode_booleans (const RuaSlice *slice, guint first, guint n, guint8 *values)
{
  const guint8 base = (guint8) slice->base;

  DECODE ((guint8) (base + code));
}

RUA_WIDE static void
decode_words (const RuaSlice *slice, guint first, guint n, guint32 *values)
{
  const guint32 base = (guint32) slice->base;

  DECODE (base + code);
}

void
rua_slice_read_booleans (const RuaSlice *slice, guint first, guint n, guint8 *values)
{
  if (slice->packed)
    decode_booleans (slice, first, n, values);
  else
    memcpy (values, (const guint8 *) slice->values + first, n);
}

void
rua_slice_read_words (const RuaSlice *slice, guint first, guint n, guint32 *values)
{
  if (slice->packed)
    decode_words (slice, first, n, values);
  else
    memcpy (values, (const guint32 *) slice->values + first, n * sizeof *values);
}

void
rua_slice_read_integers (const RuaSlice *slice, guint first, guint n, gint64 *values)
{
  const gint64 base = slice->base;

  if (slice->packed)
    DECODE ((gint64) ((guint64) base + code));
  else
    memcpy (values, (const gint64 *) slice->values + first, n * sizeof *values);
}

void
rua_slice_read_numbers (const RuaSlice *slice, guint first, guint n, double *values)
{
  const gint64 base = slice->base;
  const double divisor = slice->divisor;

  if (slice->packed)
    DECODE ((double) (base + code) / divisor);
  else
    memcpy (values, (const double *) slice->values + first, n * sizeof *values);
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
  self->width = slice->width;
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
