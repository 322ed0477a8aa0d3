/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-chunk-private.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

/* Chunks, plain and packed. A packed chunk keeps the least value and, a row, how much more it is, in
 * as few bytes as hold the largest: what is most of a table is then read from a half to an eighth of
 * the memory. Numbers that are decimals (prices, weights in grams) are kept as whole numbers of their
 * last decimal where dividing gives back every one to the bit. */

#define ALL8 G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64
#define ALL64 ALL8, ALL8, ALL8, ALL8, ALL8, ALL8, ALL8, ALL8
#define ALL512 ALL64, ALL64, ALL64, ALL64, ALL64, ALL64, ALL64, ALL64

const guint64 rua_chunk_all_known[RUA_CHUNK_ROWS / 64] = { ALL512, ALL512 };
const guint64 rua_chunk_none_known[RUA_CHUNK_ROWS / 64];

/* Beyond 15 decimals no double is a decimal that another is not. */
#define MOST_DECIMALS 15

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

void
rua_slice_give_back (const RuaSlice *slice)
{
#ifdef MADV_DONTNEED
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize begin = (gsize) slice->values, end = begin + (gsize) slice->n_rows * slice->width;

  if (!slice->mapped || slice->values == NULL)
    return;
  /* Pages that others share stay. */
  begin = (begin + page - 1) / page * page;
  end = end / page * page;
  if (begin < end)
    madvise ((gpointer) begin, end - begin, MADV_DONTNEED);
#endif
}

/* A plain loop for each width, so that the compiler can make vectors of them. */
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
    case 1:                                                                                        \
      for (guint i = 0; i < n; i++) {                                                              \
        const guint32 code = ((const guint8 *) slice->values)[first + i];                          \
        values[i] = (Value);                                                                       \
      }                                                                                            \
      break;                                                                                       \
    case 2:                                                                                        \
      for (guint i = 0; i < n; i++) {                                                              \
        const guint32 code = ((const guint16 *) slice->values)[first + i];                         \
        values[i] = (Value);                                                                       \
      }                                                                                            \
      break;                                                                                       \
    default:                                                                                       \
      for (guint i = 0; i < n; i++) {                                                              \
        const guint32 code = ((const guint32 *) slice->values)[first + i];                         \
        values[i] = (Value);                                                                       \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

void
rua_slice_read_booleans (const RuaSlice *slice, guint first, guint n, guint8 *values)
{
  if (slice->packed)
    DECODE ((guint8) (slice->base + code));
  else
    memcpy (values, (const guint8 *) slice->values + first, n);
}

void
rua_slice_read_words (const RuaSlice *slice, guint first, guint n, guint32 *values)
{
  const guint32 base = (guint32) slice->base;

  if (slice->packed)
    DECODE (base + code);
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

/* ---- packing ---- */

static inline gboolean
is_known (const guint64 *known, guint32 i)
{
  return !known || (known[i >> 6] >> (i & 63) & 1);
}

/* The values as 64-bit integers; FALSE where they are numbers that no division gives back. */
static gboolean
widen_numbers (const double *from, const guint64 *known, guint32 n, gint64 *wide, double *divisor)
{
  double power = 1;

  for (guint decimals = 0; decimals <= MOST_DECIMALS; decimals++, power *= 10) {
    guint32 i;

    for (i = 0; i < n; i++) {
      double scaled, back;

      if (!is_known (known, i)) {
        wide[i] = 0;
        continue;
      }
      scaled = rint (from[i] * power);
      if (!(fabs (scaled) <= 9007199254740992.0))
        return FALSE;
      wide[i] = (gint64) scaled;
      back = (double) wide[i] / power;
      /* Bits, not values: there is a negative zero. */
      if (memcmp (&back, &from[i], sizeof back) != 0)
        break;
    }
    if (i == n) {
      *divisor = power;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
widen (RuaFieldType type, guint width, gconstpointer values, const guint64 *known, guint32 n, gint64 *wide, double *divisor)
{
  *divisor = 1;
  if (type == RUA_FIELD_TYPE_NUMBER)
    return widen_numbers (values, known, n, wide, divisor);
  if (width == 1) {
    for (guint32 i = 0; i < n; i++)
      wide[i] = ((const guint8 *) values)[i];
  } else if (width == 4 && type == RUA_FIELD_TYPE_DATE) {
    for (guint32 i = 0; i < n; i++)
      wide[i] = ((const gint32 *) values)[i];
  } else if (width == 4) {
    for (guint32 i = 0; i < n; i++)
      wide[i] = ((const guint32 *) values)[i];
  } else
    memcpy (wide, values, n * sizeof *wide);
  return TRUE;
}

static guint
code_width (guint64 range)
{
  return range == 0 ? 0 : range <= G_MAXUINT8 ? 1 : range <= G_MAXUINT16 ? 2 : range <= G_MAXUINT32 ? 4 : 8;
}

static void
narrow (RuaChunk *chunk, const gint64 *wide, const guint64 *known, guint32 n)
{
  const gint64 base = chunk->base;

#define NARROW(Type)                                                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    Type *codes = chunk->values;                                                                   \
    for (guint32 i = 0; i < n; i++)                                                                \
      codes[i] = (Type) ((guint64) wide[i] - (guint64) base);                                      \
    for (guint32 i = 0; known && i < n; i++)                                                       \
      if (!is_known (known, i))                                                                    \
        codes[i] = 0;                                                                              \
  }                                                                                                \
  G_STMT_END

  switch (chunk->width) {
  case 1:
    NARROW (guint8);
    break;
  case 2:
    NARROW (guint16);
    break;
  case 4:
    NARROW (guint32);
    break;
  default:
    break;
  }
#undef NARROW
}

/* All rows known gives NULL, so that nobody need look. */
static guint64 *
copy_known (const guint64 *known, guint32 n, guint32 *n_known)
{
  guint32 words = (n + 63) / 64;
  guint64 *copy;

  *n_known = n;
  if (!known)
    return NULL;
  copy = g_memdup2 (known, words * sizeof *copy);
  if (n % 64)
    copy[words - 1] &= (G_GUINT64_CONSTANT (1) << (n % 64)) - 1;
  *n_known = 0;
  for (guint32 w = 0; w < words; w++)
    *n_known += (guint32) __builtin_popcountll (copy[w]);
  if (*n_known == n)
    g_clear_pointer (&copy, g_free);
  return copy;
}

RuaChunk *
rua_chunk_new_vector (RuaFieldType type, guint width, gconstpointer values, const guint64 *known, guint32 n_rows)
{
  RuaChunk *self;
  g_autofree gint64 *wide = NULL;
  guint64 *bits;
  guint32 n_known;
  gint64 least = G_MAXINT64, most = G_MININT64;

  g_return_val_if_fail (n_rows > 0 && n_rows <= RUA_CHUNK_ROWS, NULL);

  bits = copy_known (known, n_rows, &n_known);
  if (n_known == 0) {
    g_free (bits);
    return NULL;
  }
  self = g_new0 (RuaChunk, 1);
  self->refs = 1;
  self->capacity = n_rows;
  self->known = bits ? bits : (guint64 *) rua_chunk_all_known;
  self->divisor = 1;
  self->width = (guint8) width;
  wide = g_new (gint64, n_rows);
  if (widen (type, width, values, bits, n_rows, wide, &self->divisor)) {
    guint packed_width;

    if (!bits) {
      for (guint32 i = 0; i < n_rows; i++) {
        least = MIN (least, wide[i]);
        most = MAX (most, wide[i]);
      }
    } else {
      for (guint32 i = 0; i < n_rows; i++)
        if (is_known (bits, i)) {
          least = MIN (least, wide[i]);
          most = MAX (most, wide[i]);
        }
    }
    packed_width = code_width ((guint64) most - (guint64) least);
    if (packed_width < width) {
      self->packed = TRUE;
      self->decimal = type == RUA_FIELD_TYPE_NUMBER;
      self->base = least;
      self->width = (guint8) packed_width;
      self->values = packed_width ? g_malloc ((gsize) n_rows * packed_width) : NULL;
      narrow (self, wide, bits, n_rows);
      return self;
    }
  }
  self->divisor = 1;
  self->values = g_memdup2 (values, (gsize) n_rows * width);
  for (guint32 i = 0; bits && i < n_rows; i++)
    if (!is_known (bits, i))
      memset ((char *) self->values + (gsize) i * width, 0, width);
  return self;
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

RuaChunk *
rua_chunk_pack (RuaChunk *self, RuaFieldType type, guint width, guint32 n_rows)
{
  RuaChunk *packed;
  g_autofree guint64 *known = NULL;
  g_autofree gpointer values = NULL;

  if (!self)
    return NULL;
  if (self->packed && self->capacity == n_rows)
    return rua_chunk_ref (self);
  if (!self->packed && self->capacity >= n_rows)
    packed = rua_chunk_new_vector (type, width, self->values, self->known, n_rows);
  else {
    RuaChunk *whole = rua_chunk_copy (self, RUA_CHUNK_ROWS, width);

    packed = rua_chunk_new_vector (type, width, whole->values, whole->known, n_rows);
    rua_chunk_unref (whole);
  }
  /* Where nothing is gained, the chunk stays as it is. */
  if (packed && !packed->packed && self->capacity >= n_rows) {
    rua_chunk_unref (packed);
    return rua_chunk_ref (self);
  }
  if (packed && (guint32) g_atomic_int_get (&self->printed) == n_rows) {
    packed->printed = (gint) n_rows;
    packed->print[0] = self->print[0];
    packed->print[1] = self->print[1];
  }
  return packed;
}
