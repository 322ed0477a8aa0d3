/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-parallel-private.h"
#include "rua-parts-private.h"
#include "rua-program-private.h"
#include "rua-block-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

/* Whole expressions over another table laid out once, so that a row has but to look one place up. */

/* ---- laying out ---- */

/* Numbers, codes and rows are looked at, then laid out in the bytes that they need. Those of a column are read
 * twice, others are kept meanwhile as vectors have them. */
typedef struct {
  RuaProgramBase *base;
  RuaFlat *flat;
  double *least, *greatest; /* by chunk; of words the greatest alone */
  double divisor;           /* that numbers may be whole over; 0: none */
  gint differs;             /* atomic: not all values are whole numbers over the divisor */
  gpointer values;          /* as vectors have them; NULL: to be read again */
} Laying;

static guint32
chunk_end (const RuaFlat *self, guint32 begin)
{
  return begin + MIN (self->n_rows - begin, RUA_CHUNK_ROWS);
}

/* Words of 4 bytes are codes of texts, or rows. */
static gboolean
is_words (const RuaFlat *self)
{
  return self->type != RUA_VALUE_NUMBER && self->type != RUA_VALUE_BOOLEAN && self->type != RUA_VALUE_DATE
    && self->type != RUA_VALUE_ANY_REFERENCE;
}

static gboolean
for_chunks (Laying *self, RuaParallelFunc func, GCancellable *cancellable, GError **error)
{
  guint64 n_rows = self->flat->n_rows;

  return rua_parallel_run ((guint) ((n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS), func, self, NULL,
                           cancellable, error);
}

static gconstpointer
read_batch (RuaProgramRun *run, guint32 first, guint n, GError **error)
{
  gconstpointer values = rua_program_run_batch (run, first, n);

  if (run->error == NULL)
    return values;
  g_propagate_error (error, g_steal_pointer (&run->error));
  return NULL;
}

/* ---- looking at values ---- */

RUA_WIDE static gboolean
are_multiples (const double *values, guint n, double divisor)
{
  guint n_other = 0;

  for (guint i = 0; i < n; i++)
    n_other += !(rint (values[i] * divisor) / divisor == values[i]) & (values[i] == values[i]);
  return n_other == 0;
}

RUA_WIDE static gboolean
are_whole (const double *values, guint n)
{
  guint n_other = 0;

  for (guint i = 0; i < n; i++)
    n_other += !(rint (values[i]) == values[i]) & (values[i] == values[i]);
  return n_other == 0;
}

/* The greatest that is known; -1 if none is. */
RUA_WIDE static double
find_greatest (const guint32 *values, guint n)
{
  guint32 next = 0; /* what is unknown comes round to 0 */

  for (guint i = 0; i < n; i++)
    next = values[i] + 1 > next ? values[i] + 1 : next;
  return (double) next - 1;
}

static gboolean
look_at_chunk (guint task, gpointer data, GError **error)
{
  Laying *self = data;
  RuaFlat *flat = self->flat;
  gsize size = rua_value_type_get_size (flat->type);
  guint32 begin = task << RUA_CHUNK_BITS, end = chunk_end (flat, begin);
  g_autoptr (RuaProgramRun) run = rua_program_run_new_through (self->base);
  double least = INFINITY, greatest = -INFINITY;
  gboolean agrees = self->divisor != 0;

  for (guint32 first = begin; first < end; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, end - first);
    gconstpointer values = read_batch (run, first, n, error);

    if (values == NULL)
      return FALSE;
    if (self->values != NULL)
      memcpy ((guint8 *) self->values + first * size, values, n * size);
    if (flat->type == RUA_VALUE_NUMBER) {
      rua_widen_range (values, n, &least, &greatest);
      agrees = agrees
               && (self->divisor == 1 ? are_whole (values, n) : are_multiples (values, n, self->divisor));
    } else
      greatest = MAX (greatest, find_greatest (values, n));
  }
  self->least[task] = least;
  self->greatest[task] = greatest;
  if (!agrees)
    g_atomic_int_set (&self->differs, TRUE);
  return TRUE;
}

/* The first values tell what all of them must then be whole over. */
static gboolean
find_divisor (Laying *self, GError **error)
{
  g_autoptr (RuaProgramRun) run = rua_program_run_new_on (self->base);
  guint n = MIN (self->flat->n_rows, 64);
  const double *values;
  double divisor = 1;

  if (self->flat->type != RUA_VALUE_NUMBER || n == 0)
    return TRUE;
  values = read_batch (run, 0, n, error);
  if (values == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    while (!isnan (values[i]) && divisor <= 1e6
           && (fabs (values[i]) > 1e9 || rint (values[i] * divisor) / divisor != values[i]))
      divisor *= 10;
  self->divisor = divisor <= 1e6 ? divisor : 0;
  return TRUE;
}

/* ---- in few bytes ---- */

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
lay_chunk (guint task, gpointer data, GError **error)
{
  Laying *self = data;
  RuaFlat *flat = self->flat;
  gsize size = rua_value_type_get_size (flat->type);
  guint32 begin = task << RUA_CHUNK_BITS, end = chunk_end (flat, begin);
  g_autoptr (RuaProgramRun) run = self->values == NULL ? rua_program_run_new_through (self->base) : NULL;
  guint32 codes[RUA_BATCH];

  for (guint32 first = begin; first < end; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, end - first);
    guint8 *to = (guint8 *) flat->values + (gsize) first * flat->width;
    gconstpointer values = run != NULL ? read_batch (run, first, n, error)
                                       : (const guint8 *) self->values + first * size;

    if (values == NULL)
      return FALSE;
    if (!flat->coded)
      memcpy (to, values, n * size);
    else if (flat->type == RUA_VALUE_NUMBER) {
      code_batch (values, n, flat->divisor, flat->base, codes);
      narrow (codes, n, flat->width, to);
    } else
      narrow (values, n, flat->width, to);
  }
  return TRUE;
}

guint8
rua_flat_count_bits (double greatest)
{
  guint8 bits = 1;

  while (bits < 32 && greatest > (double) ((G_GUINT64_CONSTANT (1) << bits) - 2))
    bits++;
  return bits;
}

/* Numbers as whole numbers over one power of ten, where all of them are that, in 1, 2 or 4 bytes. */
static void
choose_number_width (Laying *self, double least, double greatest)
{
  RuaFlat *flat = self->flat;
  double divisor = self->divisor;

  if (least > greatest)
    return;
  flat->least = least;
  flat->greatest = greatest;
  if (divisor == 0 || self->differs || (greatest - least) * divisor >= 4294967294.0 || fabs (least) > 1e9
      || fabs (greatest) > 1e9)
    return;
  flat->divisor = divisor;
  flat->base = rint (least * divisor);
  flat->whole = divisor == 1;
  flat->coded = TRUE;
  greatest = rint (greatest * divisor) - flat->base;
  flat->width = greatest < 255 ? 1 : greatest < 65535 ? 2 : 4;
  flat->needed = rua_flat_count_bits (greatest);
}

static void
choose_width (Laying *self)
{
  RuaFlat *flat = self->flat;
  double least = INFINITY, greatest = -INFINITY;

  for (guint32 c = 0; c < ((guint64) flat->n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS; c++) {
    least = MIN (least, self->least[c]);
    greatest = MAX (greatest, self->greatest[c]);
  }
  if (flat->type == RUA_VALUE_NUMBER)
    choose_number_width (self, least, greatest);
  else {
    flat->coded = greatest < 65535;
    flat->width = greatest < 255 ? 1 : greatest < 65535 ? 2 : 4;
    flat->needed = rua_flat_count_bits (greatest);
  }
}

/* The row that there is not. */
static void
lay_unknown (RuaFlat *self)
{
  guint8 *to = (guint8 *) self->values + (gsize) self->n_rows * self->width;
  double number = NAN;
  gint32 date = RUA_NO_DATE;
  guint8 truth = RUA_TRI_UNKNOWN;

  if (self->type == RUA_VALUE_NUMBER && !self->coded)
    memcpy (to, &number, sizeof number);
  else if (self->type == RUA_VALUE_DATE)
    memcpy (to, &date, sizeof date);
  else if (self->type == RUA_VALUE_BOOLEAN)
    memcpy (to, &truth, sizeof truth);
  else
    memset (to, 0xff, self->width);
}

static gboolean
lay_out (Laying *self, const RuaNode *root, GCancellable *cancellable, GError **error)
{
  RuaFlat *flat = self->flat;
  gsize room = flat->n_rows + (gsize) 1;

  if (flat->type == RUA_VALUE_NUMBER || is_words (flat)) {
    if (root->kind != RUA_NODE_COLUMN)
      self->values = rua_block_new (room * flat->width);
    if (!find_divisor (self, error) || !for_chunks (self, look_at_chunk, cancellable, error))
      return FALSE;
    choose_width (self);
  }
  if (self->values != NULL && !flat->coded) {
    flat->values = g_steal_pointer (&self->values);
  } else {
    flat->values = rua_block_new (room * flat->width);
    if (!for_chunks (self, lay_chunk, cancellable, error))
      return FALSE;
  }
  rua_program_base_give_back (self->base, 0, G_MAXUINT);
  lay_unknown (flat);
  return TRUE;
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
  Laying laying = { .base = base, .least = least, .greatest = greatest };

  if (base == NULL)
    return NULL;
  laying.flat = self = g_new0 (RuaFlat, 1);
  self->type = root->type;
  self->n_rows = n_rows;
  self->width = (guint8) rua_value_type_get_size (root->type);
  self->divisor = 1;
  self->least = self->greatest = NAN;
  self->all_known = root->kind == RUA_NODE_COLUMN && rua_node_base_is_known (&base->nodes[root->slot]);
  if (!lay_out (&laying, root, cancellable, error)) {
    g_clear_pointer (&self, rua_flat_free);
  } else {
    self->stride = self->width;
    self->bits = (guint8) (8 * self->width);
    if (self->type == RUA_VALUE_BOOLEAN)
      self->needed = 2;
    else if (self->needed == 0)
      self->needed = self->bits;
  }
  rua_block_free (laying.values);
  return self;
}

void
rua_flat_free (RuaFlat *self)
{
  if (self == NULL)
    return;
  if (self->block == NULL)
    rua_block_free (self->values);
  g_free (self);
}

/* ---- looking up ---- */

/* Rows whose values are called into the cache before their turn, where these do not lie in it anyhow. */
#define AHEAD 64
#define LARGE ((gsize) 512 << 10)

#define LOOK_UP(Type, To, Value)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const guint8 *from = self->values;                                                             \
    const gsize stride = self->stride;                                                             \
    To *to = values;                                                                               \
    guint i = 0;                                                                                   \
    if (self->n_rows * stride > LARGE)                                                             \
      for (; i + AHEAD < n; i++) {                                                                 \
        Type code;                                                                                 \
        __builtin_prefetch (from + MIN (rows[i + AHEAD], last) * stride);                          \
        memcpy (&code, from + MIN (rows[i], last) * stride, sizeof code);                          \
        to[i] = (To) (Value);                                                                      \
      }                                                                                            \
    for (; i < n; i++) {                                                                           \
      Type code;                                                                                   \
      memcpy (&code, from + MIN (rows[i], last) * stride, sizeof code);                            \
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

RUA_WIDE static void
divide (double *numbers, double divisor, guint n)
{
  if (divisor != 1)
    for (guint i = 0; i < n; i++)
      numbers[i] /= divisor;
}

static guint32
get_mask (const RuaFlat *self)
{
  return G_MAXUINT32 >> (32 - self->bits);
}

/* Values of records in which they begin at any bit. */
static gboolean
is_packed (const RuaFlat *self)
{
  return self->block != NULL && self->block->packed;
}

void
rua_flat_read_whole (const RuaFlat *self, const guint32 *rows, guint n, double *numbers)
{
  const guint32 last = self->n_rows;
  guint32 values[RUA_BATCH];

  g_assert (n <= RUA_BATCH);
  if (is_packed (self)) {
    guint64 words[RUA_BATCH];

    rua_flat_block_fetch (self->block, rows, n, words);
    rua_flat_take_whole (self, words, self->offset, n, numbers);
    return;
  }
  if (self->width == 1)
    LOOK_UP (guint8, guint32, code);
  else if (self->width == 2)
    LOOK_UP (guint16, guint32, code);
  else
    LOOK_UP (guint32, guint32, code);
  decode (values, get_mask (self), self->base, n, numbers);
}

void
rua_flat_read (const RuaFlat *self, const guint32 *rows, guint n, gpointer values)
{
  const guint32 last = self->n_rows;

  if (is_packed (self)) {
    guint64 words[RUA_BATCH];

    g_assert (n <= RUA_BATCH);
    rua_flat_block_fetch (self->block, rows, n, words);
    rua_flat_take (self, words, self->offset, n, values);
  } else if (self->coded && self->type == RUA_VALUE_NUMBER) {
    double *numbers = values;

    rua_flat_read_whole (self, rows, n, numbers);
    divide (numbers, self->divisor, n);
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

/* ---- taking out of words ---- */

RUA_WIDE static void
take_codes (const guint64 *words, guint shift, guint32 mask, guint n, guint32 *codes)
{
  for (guint i = 0; i < n; i++)
    codes[i] = (guint32) (words[i] >> shift) & mask;
}

/* The highest code is unknown. */
RUA_WIDE static void
take_marked (const guint64 *words, guint shift, guint32 mask, guint n, guint32 *codes)
{
  for (guint i = 0; i < n; i++) {
    guint32 code = (guint32) (words[i] >> shift) & mask;

    codes[i] = code == mask ? G_MAXUINT32 : code;
  }
}

RUA_WIDE static void
take_bytes (const guint64 *words, guint shift, guint8 mask, guint n, guint8 *bytes)
{
  for (guint i = 0; i < n; i++)
    bytes[i] = (guint8) (words[i] >> shift) & mask;
}

void
rua_flat_take_whole (const RuaFlat *self, const guint64 *words, guint shift, guint n, double *values)
{
  guint32 codes[RUA_BATCH];

  g_assert (n <= RUA_BATCH);
  take_codes (words, shift, get_mask (self), n, codes);
  decode (codes, get_mask (self), self->base, n, values);
}

void
rua_flat_take (const RuaFlat *self, const guint64 *words, guint shift, guint n, gpointer values)
{
  if (self->coded && self->type == RUA_VALUE_NUMBER) {
    rua_flat_take_whole (self, words, shift, n, values);
    divide (values, self->divisor, n);
  } else if (self->width == 8)
    memcpy (values, words, n * sizeof *words);
  else if (is_words (self))
    take_marked (words, shift, get_mask (self), n, values);
  else if (self->width == 4)
    take_codes (words, shift, G_MAXUINT32, n, values);
  else
    take_bytes (words, shift, (guint8) get_mask (self), n, values);
}
