/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-parallel-private.h"
#include "rua-program-private.h"
#include "rua-block-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whole expressions over another table laid out once, so that a row has but to look one place up. Those that
 * are looked up by the same reference lie side by side: what one look calls into the cache serves the others. */

/* ---- laying out ---- */

typedef struct {
  RuaProgramBase *base;
  RuaFlat *flat;
  double *least, *greatest; /* by chunk */
  gint differs;             /* atomic: not all values are whole numbers over the divisor */
  gpointer codes;
} Laying;

static guint32
chunk_end (const RuaFlat *self, guint32 begin)
{
  return begin + MIN (self->n_rows - begin, RUA_CHUNK_ROWS);
}

RUA_WIDE static void
find_range (const double *values, guint32 n, double *least, double *greatest)
{
  double low = INFINITY, high = -INFINITY;

  for (guint32 i = 0; i < n; i++) {
    low = values[i] < low ? values[i] : low;
    high = values[i] > high ? values[i] : high;
  }
  *least = low;
  *greatest = high;
}

static gboolean
lay_chunk (guint task, gpointer data, GError **error)
{
  Laying *self = data;
  RuaFlat *flat = self->flat;
  gsize size = flat->width;
  guint32 begin = task << RUA_CHUNK_BITS;
  guint32 end = chunk_end (flat, begin);
  g_autoptr (RuaProgramRun) run = rua_program_run_new_on (self->base);

  for (guint32 first = begin; first < end; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, end - first);

    memcpy ((guint8 *) flat->values + first * size, rua_program_run_batch (run, first, n), n * size);
    if (run->error != NULL) {
      g_propagate_error (error, g_steal_pointer (&run->error));
      return FALSE;
    }
  }
  if (flat->type == RUA_VALUE_NUMBER)
    find_range ((const double *) flat->values + begin, end - begin, &self->least[task],
                &self->greatest[task]);
  return TRUE;
}

static gboolean
for_chunks (Laying *self, RuaParallelFunc func, GCancellable *cancellable, GError **error)
{
  guint64 n_rows = self->flat->n_rows;

  return rua_parallel_run ((guint) ((n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS), func, self, NULL,
                           cancellable, error);
}

/* ---- numbers in few bytes ---- */

RUA_WIDE static gboolean
are_multiples (const double *values, guint32 n, double divisor)
{
  guint n_other = 0;

  for (guint32 i = 0; i < n; i++)
    n_other += !(rint (values[i] * divisor) / divisor == values[i]) & (values[i] == values[i]);
  return n_other == 0;
}

static gboolean
test_chunk (guint task, gpointer data, GError **error)
{
  Laying *self = data;
  guint32 begin = task << RUA_CHUNK_BITS;

  if (!are_multiples ((const double *) self->flat->values + begin,
                      chunk_end (self->flat, begin) - begin, self->flat->divisor))
    g_atomic_int_set (&self->differs, TRUE);
  return TRUE;
}

/* Codes lie below 2^32 - 1, which is the unknown; by way of signed words, which vector instructions make of
 * numbers. */
RUA_WIDE static void
code_batch (const double *values, guint n, double divisor, double base, guint32 *codes)
{
  for (guint i = 0; i < n; i++) {
    double code = values[i] == values[i] ? rint (values[i] * divisor) - base : 4294967295.0;

    codes[i] = (guint32) (gint32) (code - 2147483648.0) ^ 0x80000000u;
  }
}

static void
narrow (const guint32 *codes, guint n, guint8 width, guint8 *to)
{
  if (width == 1)
    for (guint i = 0; i < n; i++)
      to[i] = (guint8) codes[i];
  else if (width == 2)
    for (guint i = 0; i < n; i++)
      ((guint16 *) (gpointer) to)[i] = (guint16) codes[i];
  else
    memcpy (to, codes, n * sizeof (guint32));
}

static gboolean
code_chunk (guint task, gpointer data, GError **error)
{
  Laying *self = data;
  RuaFlat *flat = self->flat;
  guint32 begin = task << RUA_CHUNK_BITS, end = chunk_end (flat, begin);
  guint32 codes[RUA_BATCH];

  for (guint32 first = begin; first < end; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, end - first);
    guint8 *to = (guint8 *) self->codes + (gsize) first * flat->width;

    if (flat->type == RUA_VALUE_NUMBER) {
      code_batch ((const double *) flat->values + first, n, flat->divisor, flat->base, codes);
      narrow (codes, n, flat->width, to);
    } else
      narrow ((const guint32 *) flat->values + first, n, flat->width, to);
  }
  return TRUE;
}

/* Values become codes of @width bytes. */
static gboolean
code_values (Laying *self, guint8 width, GCancellable *cancellable, GError **error)
{
  RuaFlat *flat = self->flat;

  self->codes = rua_block_new ((flat->n_rows + (gsize) 1) * width);
  flat->width = width;
  if (!for_chunks (self, code_chunk, cancellable, error)) {
    rua_block_free (self->codes);
    return FALSE;
  }
  memset ((guint8 *) self->codes + (gsize) flat->n_rows * width, 0xff, width);
  rua_block_free (flat->values);
  flat->values = self->codes;
  flat->coded = TRUE;
  return TRUE;
}

/* Numbers as whole numbers over one power of ten, where all of them are that, in 1, 2 or 4 bytes. */
static gboolean
code_numbers (Laying *self, GCancellable *cancellable, GError **error)
{
  RuaFlat *flat = self->flat;
  const double *values = flat->values;
  double least = INFINITY, greatest = -INFINITY, divisor = 1;
  guint32 n = flat->n_rows;

  for (guint32 c = 0; c < ((guint64) n + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS; c++) {
    least = MIN (least, self->least[c]);
    greatest = MAX (greatest, self->greatest[c]);
  }
  if (least > greatest)
    return TRUE;
  flat->least = least;
  flat->greatest = greatest;
  /* The first values tell the divisor; all of them must then agree. */
  for (guint32 i = 0; i < MIN (n, 64); i++)
    while (!isnan (values[i]) && divisor <= 1e6
           && (fabs (values[i]) > 1e9 || rint (values[i] * divisor) / divisor != values[i]))
      divisor *= 10;
  if (divisor > 1e6 || (greatest - least) * divisor >= 4294967294.0 || fabs (least) > 1e9
      || fabs (greatest) > 1e9)
    return TRUE;
  flat->divisor = divisor;
  flat->base = rint (least * divisor);
  if (!for_chunks (self, test_chunk, cancellable, error))
    return FALSE;
  if (self->differs) {
    flat->divisor = 1;
    flat->base = 0;
    return TRUE;
  }
  flat->whole = divisor == 1;
  greatest = rint (greatest * divisor) - flat->base;
  return code_values (self, greatest < 255 ? 1 : greatest < 65535 ? 2 : 4, cancellable, error);
}

/* The greatest that is known; 0 if none is. */
RUA_WIDE static guint32
find_greatest (const guint32 *values, guint32 n)
{
  guint32 next = 0; /* what is unknown comes round to 0 */

  for (guint32 i = 0; i < n; i++)
    next = values[i] + 1 > next ? values[i] + 1 : next;
  return next > 0 ? next - 1 : 0;
}

/* Codes and rows in 1 or 2 bytes. */
static gboolean
code_words (Laying *self, GCancellable *cancellable, GError **error)
{
  guint32 greatest = find_greatest (self->flat->values, self->flat->n_rows);

  return greatest >= 65535 || code_values (self, greatest < 255 ? 1 : 2, cancellable, error);
}

static gboolean
lay_out (Laying *self, GCancellable *cancellable, GError **error)
{
  RuaFlat *flat = self->flat;
  guint32 n_rows = flat->n_rows;

  if (!for_chunks (self, lay_chunk, cancellable, error))
    return FALSE;
  rua_program_base_give_back (self->base, 0, G_MAXUINT);
  switch (flat->type) {
  case RUA_VALUE_NUMBER:
    ((double *) flat->values)[n_rows] = NAN;
    return code_numbers (self, cancellable, error);
  case RUA_VALUE_BOOLEAN:
    ((guint8 *) flat->values)[n_rows] = RUA_TRI_UNKNOWN;
    return TRUE;
  case RUA_VALUE_DATE:
    ((gint32 *) flat->values)[n_rows] = RUA_NO_DATE;
    return TRUE;
  case RUA_VALUE_ANY_REFERENCE:
    ((guint64 *) flat->values)[n_rows] = RUA_NO_ANY;
    return TRUE;
  default:
    ((guint32 *) flat->values)[n_rows] = G_MAXUINT32;
    return code_words (self, cancellable, error);
  }
}

static guint8
shift_of (guint width)
{
  guint8 shift = 0;

  while (1u << shift < width)
    shift++;
  return shift;
}

RuaFlat *
rua_flat_new (RuaProgram *program, GCancellable *cancellable, GError **error)
{
  RuaNode *root = program->root;
  guint32 n_rows = rua_table_get_n_rows (program->table);
  gsize n_chunks = ((gsize) n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS;
  g_autoptr (RuaProgramBase) base = rua_program_base_new (program, NULL, cancellable, error);
  g_autofree double *least = g_new (double, n_chunks + 1), *greatest = g_new (double, n_chunks + 1);
  RuaFlat *self;
  Laying laying = { base, NULL, least, greatest, FALSE, NULL };

  if (base == NULL)
    return NULL;
  laying.flat = self = g_new0 (RuaFlat, 1);
  self->type = root->type;
  self->n_rows = n_rows;
  self->width = (guint8) rua_value_type_get_size (root->type);
  self->divisor = 1;
  self->least = self->greatest = NAN;
  self->values = rua_block_new ((n_rows + (gsize) 1) * self->width);
  self->owns = TRUE;
  if (!lay_out (&laying, cancellable, error))
    g_clear_pointer (&self, rua_flat_free);
  else
    self->shift = shift_of (self->width);
  return self;
}

void
rua_flat_free (RuaFlat *self)
{
  if (self == NULL)
    return;
  if (self->owns)
    rua_block_free (self->values);
  g_free (self);
}

/* ---- side by side ---- */

/* Smaller ones stay in the cache as they are. */
#define LEAST_BYTES ((gsize) 512 << 10)
/* A line of the cache. */
#define MOST_WIDTH 64

typedef struct {
  RuaFlat **flats;
  guint n;
  guint8 shift;
  guint8 *block;
} Joining;

static void
copy_field (const RuaFlat *flat, guint32 begin, guint32 end, guint8 shift, guint8 *to)
{
#define COPY(Type)                                                                                 \
  for (guint32 i = begin; i < end; i++)                                                            \
    memcpy (to + ((gsize) i << shift), (const Type *) flat->values + i, sizeof (Type))

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
                  (guint32) MIN (first + RUA_BATCH, MIN (last, begin + RUA_CHUNK_ROWS)), self->shift,
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
rua_flat_join (RuaFlat **flats, guint n, gpointer *block, GCancellable *cancellable, GError **error)
{
  Joining self = { .flats = flats };
  guint width = 0, offset = 0;
  guint64 n_rows = flats[0]->n_rows + (guint64) 1;

  *block = NULL;
  qsort (flats, n, sizeof *flats, compare_widths);
  while (self.n < n && width + flats[self.n]->width <= MOST_WIDTH)
    width += flats[self.n++]->width;
  if (self.n < 2 || n_rows * width < LEAST_BYTES)
    return TRUE;
  self.shift = shift_of (width);
  self.block = rua_block_new ((gsize) n_rows << self.shift);
  if (!rua_parallel_run ((guint) ((n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS), join_chunk, &self, NULL,
                         cancellable, error)) {
    rua_block_free (self.block);
    return FALSE;
  }
  for (guint k = 0; k < self.n; k++) {
    rua_block_free (flats[k]->values);
    flats[k]->values = self.block + offset;
    flats[k]->shift = self.shift;
    flats[k]->owns = FALSE;
    offset += flats[k]->width;
  }
  *block = self.block;
  return TRUE;
}

/* ---- looking up ---- */

#define LOOK_UP(Type, To, Value)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const guint8 *from = self->values;                                                             \
    const guint8 shift = self->shift;                                                              \
    To *to = values;                                                                               \
    for (guint i = 0; i < n; i++) {                                                                \
      Type code;                                                                                   \
      memcpy (&code, from + ((gsize) MIN (rows[i], last) << shift), sizeof code);                  \
      to[i] = (To) (Value);                                                                        \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

/* By way of signed words, which vector instructions turn into numbers; exact. */
RUA_WIDE static void
decode (const guint32 *codes, guint32 unknown, double base, guint n, double *numbers)
{
  for (guint i = 0; i < n; i++) {
    double number = ((double) (gint32) (codes[i] ^ 0x80000000u) + 2147483648.0) + base;

    numbers[i] = codes[i] == unknown ? NAN : number;
  }
}

void
rua_flat_read_whole (const RuaFlat *self, const guint32 *rows, guint n, double *numbers)
{
  const guint32 last = self->n_rows;
  guint32 values[RUA_BATCH];

  g_assert (n <= RUA_BATCH);
  if (self->width == 1)
    LOOK_UP (guint8, guint32, code);
  else if (self->width == 2)
    LOOK_UP (guint16, guint32, code);
  else
    LOOK_UP (guint32, guint32, code);
  decode (values, G_MAXUINT32 >> (32 - 8 * self->width), self->base, n, numbers);
}

void
rua_flat_read (const RuaFlat *self, const guint32 *rows, guint n, gpointer values)
{
  const guint32 last = self->n_rows;

  if (self->coded && self->type == RUA_VALUE_NUMBER) {
    double *numbers = values;

    rua_flat_read_whole (self, rows, n, numbers);
    if (self->divisor != 1)
      for (guint i = 0; i < n; i++)
        numbers[i] /= self->divisor;
  } else if (self->coded && self->width == 1)
    LOOK_UP (guint8, guint32, code == G_MAXUINT8 ? G_MAXUINT32 : code);
  else if (self->coded && self->width == 2)
    LOOK_UP (guint16, guint32, code == G_MAXUINT16 ? G_MAXUINT32 : code);
  else if (self->width == 8)
    LOOK_UP (guint64, guint64, code);
  else if (self->width == 4)
    LOOK_UP (guint32, guint32, code);
  else
    LOOK_UP (guint8, guint8, code);
}
