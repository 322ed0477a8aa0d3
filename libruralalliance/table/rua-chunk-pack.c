/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-chunk-private.h"

#include <math.h>

#include "rua-wide-private.h"

/* A packed chunk keeps the least value and, a row, how much more it is, in as few bits as hold the
 * largest: what is most of a table is then read from a half to a sixty-fourth of the memory. Numbers that
 * are decimals (prices, weights in grams) are kept as whole numbers of their last decimal where
 * dividing gives back every one to the bit. */

/* Beyond 15 decimals no double is a decimal that another is not. */
#define MOST_DECIMALS 15
/* Up to here every whole number is a double. */
#define MOST_WHOLE 9007199254740992.0
/* The least significant bit of a double of this size is 1: added to a smaller whole number it leaves
 * the number in the low bits. */
#define UNIT_BITS 4503599627370496.0
/* Values that one step looks at: a fixed number, so that the compiler makes vectors of the loops. */
#define LANES 8

typedef struct {
  gint64 least;
  gint64 most;
} Range;

static inline gboolean
is_known (const guint64 *known, guint32 i)
{
  return known[i >> 6] >> (i & 63) & 1;
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

/* ---- whole numbers ---- */

#define DEFINE_WHOLE(name, Type)                                                                   \
  RUA_WIDE static Range find_range_of_##name (const Type *values, const guint64 *known, guint32 n) \
  {                                                                                                \
    Type least[LANES], most[LANES];                                                                \
    Range range = { G_MAXINT64, G_MININT64 };                                                      \
    guint32 i = 0;                                                                                 \
                                                                                                   \
    if (known == NULL && n >= LANES) {                                                             \
      for (guint k = 0; k < LANES; k++)                                                            \
        least[k] = most[k] = values[k];                                                            \
      for (; i + LANES <= n; i += LANES)                                                           \
        for (guint k = 0; k < LANES; k++) {                                                        \
          const Type value = values[i + k];                                                        \
                                                                                                   \
          least[k] = value < least[k] ? value : least[k];                                          \
          most[k] = value > most[k] ? value : most[k];                                             \
        }                                                                                          \
      for (guint k = 0; k < LANES; k++) {                                                          \
        range.least = MIN (range.least, (gint64) least[k]);                                        \
        range.most = MAX (range.most, (gint64) most[k]);                                           \
      }                                                                                            \
    }                                                                                              \
    for (; i < n; i++)                                                                             \
      if (known == NULL || is_known (known, i)) {                                                  \
        range.least = MIN (range.least, (gint64) values[i]);                                       \
        range.most = MAX (range.most, (gint64) values[i]);                                         \
      }                                                                                            \
    return range;                                                                                  \
  }                                                                                                \
                                                                                                   \
  RUA_WIDE static void narrow_##name (const Type *values, guint32 n, gint64 base, guint width, gpointer codes) \
  {                                                                                                \
    if (width == 1)                                                                                \
      for (guint32 i = 0; i < n; i++)                                                              \
        ((guint8 *) codes)[i] = (guint8) ((guint64) values[i] - (guint64) base);                   \
    else if (width == 2)                                                                           \
      for (guint32 i = 0; i < n; i++)                                                              \
        ((guint16 *) codes)[i] = (guint16) ((guint64) values[i] - (guint64) base);                 \
    else                                                                                           \
      for (guint32 i = 0; i < n; i++)                                                              \
        ((guint32 *) codes)[i] = (guint32) ((guint64) values[i] - (guint64) base);                 \
  }

DEFINE_WHOLE (booleans, guint8)
DEFINE_WHOLE (days, gint32)
DEFINE_WHOLE (words, guint32)
DEFINE_WHOLE (integers, gint64)

/* ---- decimals ---- */

static inline guint64
bits_of (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

/* Whether the value is a whole number of 1 / @power. Bits are compared, not values: there is a negative
 * zero, which no whole number is. */
static inline guint64
differs (double value, double scaled, double power)
{
  return (bits_of ((scaled + 0.0) / power) ^ bits_of (value)) | (guint64) !(fabs (scaled) <= MOST_WHOLE);
}

/* LANES * @n_steps values that are all known. */
RUA_WIDE static gboolean
are_decimals (const double *values, guint n_steps, double power, double *least, double *most)
{
  for (guint s = 0; s < n_steps; s++, values += LANES) {
    guint64 bad = 0;

    for (guint k = 0; k < LANES; k++) {
      const double scaled = rint (values[k] * power);

      bad |= differs (values[k], scaled, power);
      least[k] = scaled < least[k] ? scaled : least[k];
      most[k] = scaled > most[k] ? scaled : most[k];
    }
    if (bad)
      return FALSE;
  }
  return TRUE;
}

static gboolean
find_range_of_decimals (const double *values, const guint64 *known, guint32 n, double power, Range *range)
{
  double least[LANES], most[LANES], all_least = MOST_WHOLE, all_most = -MOST_WHOLE;

  for (guint k = 0; k < LANES; k++) {
    least[k] = MOST_WHOLE;
    most[k] = -MOST_WHOLE;
  }
  for (guint32 from = 0; from < n; from += 64) {
    guint32 m = MIN (n - from, 64), i = 0;

    if (known == NULL || known[from >> 6] == G_MAXUINT64) {
      if (!are_decimals (values + from, m / LANES, power, least, most))
        return FALSE;
      i = m / LANES * LANES;
    }
    for (; i < m; i++) {
      double scaled;

      if (known && !is_known (known, from + i))
        continue;
      scaled = rint (values[from + i] * power);
      if (differs (values[from + i], scaled, power))
        return FALSE;
      all_least = MIN (all_least, scaled);
      all_most = MAX (all_most, scaled);
    }
  }
  for (guint k = 0; k < LANES; k++) {
    all_least = MIN (all_least, least[k]);
    all_most = MAX (all_most, most[k]);
  }
  range->least = (gint64) all_least;
  range->most = (gint64) all_most;
  return TRUE;
}

/* FALSE where they are numbers that no division gives back. */
static gboolean
find_decimals (const double *values, const guint64 *known, guint32 n, Range *range, double *divisor)
{
  double power = 1;

  for (guint decimals = 0; decimals <= MOST_DECIMALS; decimals++, power *= 10)
    if (find_range_of_decimals (values, known, n, power, range)) {
      *divisor = power;
      return TRUE;
    }
  return FALSE;
}

/* What @value is more than the base is below 2^32, so that the sum holds it to the bit. What is unknown
 * may be anything, and its code is none. */
static inline guint64
code_of (double value, double power, double base)
{
  return bits_of (rint (value * power) - base + UNIT_BITS);
}

RUA_WIDE static void
narrow_decimals (const double *values, guint32 n, double power, gint64 least, guint width, gpointer codes)
{
  const double base = (double) least;

  if (width == 1)
    for (guint32 i = 0; i < n; i++)
      ((guint8 *) codes)[i] = (guint8) code_of (values[i], power, base);
  else if (width == 2)
    for (guint32 i = 0; i < n; i++)
      ((guint16 *) codes)[i] = (guint16) code_of (values[i], power, base);
  else
    for (guint32 i = 0; i < n; i++)
      ((guint32 *) codes)[i] = (guint32) code_of (values[i], power, base);
}

/* ---- of each type ---- */

static void
clear_unknown (gpointer values, guint width, const guint64 *known, guint32 n)
{
  for (guint32 w = 0; w * 64 < n; w++)
    for (guint64 bits = ~known[w]; bits; bits &= bits - 1) {
      guint32 i = w * 64 + (guint32) __builtin_ctzll (bits);

      if (i >= n)
        break;
      memset ((char *) values + (gsize) i * width, 0, width);
    }
}

static gboolean
find_range (RuaFieldType type, guint width, gconstpointer values, const guint64 *known, guint32 n, Range *range, double *divisor)
{
  *divisor = 1;
  if (type == RUA_FIELD_TYPE_NUMBER)
    return find_decimals (values, known, n, range, divisor);
  if (width == 1)
    *range = find_range_of_booleans (values, known, n);
  else if (width == 4 && type == RUA_FIELD_TYPE_DATE)
    *range = find_range_of_days (values, known, n);
  else if (width == 4)
    *range = find_range_of_words (values, known, n);
  else
    *range = find_range_of_integers (values, known, n);
  return TRUE;
}

/* As whole numbers of the machine, of @width bytes. */
static void
put_codes (const RuaChunk *chunk, RuaFieldType type, guint plain_width, gconstpointer values, guint32 n, guint width, gpointer codes)
{
  if (chunk->decimal)
    narrow_decimals (values, n, chunk->divisor, chunk->base, width, codes);
  else if (plain_width == 1)
    narrow_booleans (values, n, chunk->base, width, codes);
  else if (plain_width == 4 && type == RUA_FIELD_TYPE_DATE)
    narrow_days (values, n, chunk->base, width, codes);
  else if (plain_width == 4)
    narrow_words (values, n, chunk->base, width, codes);
  else
    narrow_integers (values, n, chunk->base, width, codes);
}

/* @known NULL: all are. */
static gpointer
new_codes (const RuaChunk *chunk, RuaFieldType type, guint plain_width, gconstpointer values, const guint64 *known, guint32 n)
{
  guint width = rua_codes_wide_bits (chunk->bits) / 8;
  gpointer codes, narrow;

  if (chunk->bits == 0)
    return NULL;
  codes = g_malloc ((gsize) n * width);
  put_codes (chunk, type, plain_width, values, n, width, codes);
  if (known)
    clear_unknown (codes, width, known, n);
  if (!rua_codes_are_narrow (chunk->bits))
    return codes;
  narrow = g_malloc (rua_codes_size (chunk->bits, n));
  rua_codes_narrow (codes, chunk->bits, n, narrow);
  g_free (codes);
  return narrow;
}

/* The chunk, and NULL in @own if it has taken the values. */
static RuaChunk *
pack (RuaFieldType type, guint width, gconstpointer values, const guint64 *known, guint32 n_rows, gpointer *own)
{
  RuaChunk *self;
  guint64 *bits;
  guint32 n_known;
  Range range;

  bits = copy_known (known, n_rows, &n_known);
  if (n_known == 0) {
    g_free (bits);
    return NULL;
  }
  self = g_new0 (RuaChunk, 1);
  self->refs = 1;
  self->capacity = n_rows;
  self->known = bits ? bits : (guint64 *) rua_chunk_all_known;
  self->bits = (guint8) (8 * width);
  if (find_range (type, width, values, bits, n_rows, &range, &self->divisor)) {
    guint packed = rua_codes_bits_for ((guint64) range.most - (guint64) range.least);

    if (packed < 8 * width) {
      self->packed = TRUE;
      self->decimal = type == RUA_FIELD_TYPE_NUMBER;
      self->base = range.least;
      self->bits = (guint8) packed;
      self->values = new_codes (self, type, width, values, bits, n_rows);
      return self;
    }
  }
  self->divisor = 1;
  self->values = own ? g_steal_pointer (own) : g_memdup2 (values, (gsize) n_rows * width);
  if (bits)
    clear_unknown (self->values, width, bits, n_rows);
  return self;
}

RuaChunk *
rua_chunk_new_vector (RuaFieldType type, guint width, gconstpointer values, const guint64 *known, guint32 n_rows)
{
  g_return_val_if_fail (n_rows > 0 && n_rows <= RUA_CHUNK_ROWS, NULL);

  return pack (type, width, values, known, n_rows, NULL);
}

RuaChunk *
rua_chunk_take_vector (RuaFieldType type, guint width, gpointer values, const guint64 *known, guint32 n_rows)
{
  g_autofree gpointer own = values;

  g_return_val_if_fail (n_rows > 0 && n_rows <= RUA_CHUNK_ROWS, NULL);

  return pack (type, width, values, known, n_rows, &own);
}

/* Codes of the first version of the columnar file are whole bytes. */
static gboolean
is_narrowest (const RuaChunk *self)
{
  RuaSlice slice;

  if (self->bits == 0 || self->bits > 32)
    return TRUE;
  rua_chunk_get_slice (self, self->capacity, &slice);
  return rua_codes_bits_for (rua_slice_get_most (&slice)) == self->bits;
}

RuaChunk *
rua_chunk_pack (RuaChunk *self, RuaFieldType type, guint width, guint32 n_rows)
{
  RuaChunk *packed;

  if (!self)
    return NULL;
  if (self->packed && self->capacity == n_rows && is_narrowest (self))
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
