/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-parallel-private.h"
#include "rua-program-private.h"
#include "rua-block-private.h"

#include <math.h>
#include <string.h>

/* Reading columns: a batch of rows straight from a chunk, packed or plain; cells of other tables
 * by row; and whole expressions over another table laid out once, so that a row has but to look
 * one place up. */

static inline gboolean
is_known (const guint64 *known, guint i)
{
  return known == NULL || (known[i >> 6] >> (i & 63) & 1);
}

/* Unknown cells get their mark, found by the word. */
#define MARK_UNKNOWN(Type, Unknown)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    Type *marked = to;                                                                             \
    for (guint w = at >> 6; w <= (at + n - 1) >> 6; w++)                                           \
      for (guint64 bits = ~known[w]; bits != 0; bits &= bits - 1) {                                \
        guint row = (w << 6) + (guint) __builtin_ctzll (bits);                                     \
        if (row >= at && row < at + n)                                                             \
          marked[row - at] = (Type) (Unknown);                                                     \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static void
read_codes (const RuaSlice *slice, guint at, guint n, double *to)
{
  const double base = (double) slice->base;

  switch (slice->width) {
  case 0:
    for (guint i = 0; i < n; i++)
      to[i] = base;
    break;
  case 1: {
    const guint8 *codes = (const guint8 *) slice->values + at;

    for (guint i = 0; i < n; i++)
      to[i] = base + (double) (gint32) codes[i];
    break;
  }
  case 2: {
    const guint16 *codes = (const guint16 *) slice->values + at;

    for (guint i = 0; i < n; i++)
      to[i] = base + (double) (gint32) codes[i];
    break;
  }
  default: {
    const guint32 *codes = (const guint32 *) slice->values + at;

    /* By way of signed words, which vector instructions turn into numbers; exact. */
    for (guint i = 0; i < n; i++)
      to[i] = ((double) (gint32) (codes[i] ^ 0x80000000u) + 2147483648.0) + base;
  }
  }
}

/* Codes and base are whole numbers; their sum is exact in a double below 2^53. */
static gboolean
is_exact (const RuaSlice *slice)
{
  const gint64 limit = G_GINT64_CONSTANT (9007199254740992) - G_MAXUINT32;

  return slice->packed && slice->base > -limit && slice->base < limit;
}

static void
read_numbers (const RuaSlice *slice, RuaFieldType type, double scale, guint at, guint n, double *to)
{
  double divisor = type == RUA_FIELD_TYPE_NUMBER ? slice->divisor : scale;

  if (is_exact (slice))
    read_codes (slice, at, n, to);
  else if (type == RUA_FIELD_TYPE_NUMBER) {
    rua_slice_read_numbers (slice, at, n, to);
    return;
  } else {
    gint64 *whole = (gint64 *) to;

    rua_slice_read_integers (slice, at, n, whole);
    for (guint i = 0; i < n; i++)
      to[i] = (double) whole[i];
  }
  if (divisor != 1)
    for (guint i = 0; i < n; i++)
      to[i] /= divisor;
}

void
rua_slice_read (const RuaSlice *slice, const RuaNode *node, double money_scale, guint at, guint n,
                gpointer to)
{
  const guint64 *known = slice->known;

  if (n == 0)
    return;
  switch (node->field_type) {
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
    read_numbers (slice, node->field_type,
                  node->field_type == RUA_FIELD_TYPE_MONEY ? money_scale : 1, at, n, to);
    if (known != NULL)
      MARK_UNKNOWN (double, NAN);
    break;
  case RUA_FIELD_TYPE_BOOLEAN: {
    guint8 *truths = to;

    rua_slice_read_booleans (slice, at, n, truths);
    for (guint i = 0; i < n; i++)
      truths[i] = truths[i] != 0 ? RUA_TRI_TRUE : RUA_TRI_FALSE;
    if (known != NULL)
      MARK_UNKNOWN (guint8, RUA_TRI_UNKNOWN);
    break;
  }
  case RUA_FIELD_TYPE_DATE:
    rua_slice_read_words (slice, at, n, to);
    if (known != NULL)
      MARK_UNKNOWN (gint32, RUA_NO_DATE);
    break;
  default:
    if (node->type == RUA_VALUE_ANY_REFERENCE) {
      rua_slice_read_integers (slice, at, n, to);
      if (known != NULL)
        MARK_UNKNOWN (guint64, RUA_NO_ANY);
    } else {
      rua_slice_read_words (slice, at, n, to);
      if (known != NULL)
        MARK_UNKNOWN (guint32, G_MAXUINT32);
    }
  }
}

/* Rows [first, first + n) of the row's own table. */
void
rua_run_read_column (RuaProgramRun *run, RuaNode *node, guint32 first, guint n)
{
  const RuaNodeBase *base = &run->base->nodes[node->slot];
  guint c = first >> RUA_CHUNK_BITS;

  g_assert (c < base->n_chunks);
  rua_slice_read (&base->chunks[c], node, run->base->money_scale, first & RUA_CHUNK_MASK, n,
                  run->states[node->slot].buffer);
}

/* The field of the records whose rows the part holds, cell by cell: for tables that are larger than
 * the one whose rows are worked on. */
void
rua_run_gather (RuaProgramRun *run, RuaNode *node, guint n)
{
  const RuaNodeBase *base = &run->base->nodes[node->slot];
  const guint32 *rows = run->states[node->parts[0]->slot].buffer;
  gsize size = rua_value_type_get_size (node->type);
  guint8 *to = run->states[node->slot].buffer;
  double number = NAN;
  gint32 date = RUA_NO_DATE;
  guint8 truth = RUA_TRI_UNKNOWN;
  guint64 none = G_MAXUINT64;
  gconstpointer unknown = node->type == RUA_VALUE_NUMBER    ? (gconstpointer) &number
                          : node->type == RUA_VALUE_DATE    ? (gconstpointer) &date
                          : node->type == RUA_VALUE_BOOLEAN ? (gconstpointer) &truth
                                                            : (gconstpointer) &none;

  for (guint i = 0; i < n; i++) {
    if (rows[i] == RUA_NO_ROW)
      memcpy (to + i * size, unknown, size);
    else
      rua_slice_read (&base->chunks[rows[i] >> RUA_CHUNK_BITS], node, run->base->money_scale,
                      rows[i] & RUA_CHUNK_MASK, 1, to + i * size);
  }
}

/* ---- whole expressions ---- */

typedef struct {
  RuaProgramBase *base;
  RuaFlat *flat;
} Laying;

static gboolean
lay_chunk (guint task, gpointer data, GError **error)
{
  Laying *self = data;
  gsize size = self->flat->width;
  guint32 begin = task << RUA_CHUNK_BITS;
  guint32 end = begin + MIN (self->flat->n_rows - begin, RUA_CHUNK_ROWS);
  g_autoptr (RuaProgramRun) run = rua_program_run_new_on (self->base);

  for (guint32 first = begin; first < end; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, end - first);

    memcpy ((guint8 *) self->flat->values + first * size, rua_program_run_batch (run, first, n),
            n * size);
    if (run->error != NULL) {
      g_propagate_error (error, g_steal_pointer (&run->error));
      return FALSE;
    }
  }
  return TRUE;
}

/* Numbers as whole numbers over one power of ten, where all of them are that, in 1, 2 or 4 bytes. */
static void
code_numbers (RuaFlat *self)
{
  const double *values = self->values;
  double least = INFINITY, greatest = -INFINITY, divisor = 1;
  guint32 n = self->n_rows;
  guint8 width;
  gboolean same = TRUE;
  gpointer codes;

  for (guint32 i = 0; i < n; i++) {
    least = values[i] < least ? values[i] : least;
    greatest = values[i] > greatest ? values[i] : greatest;
  }
  if (least > greatest)
    return;
  self->least = least;
  self->greatest = greatest;
  /* The first values tell the divisor; all of them must then agree. */
  for (guint32 i = 0; i < MIN (n, 64); i++)
    while (!isnan (values[i]) && divisor <= 1e6
           && (fabs (values[i]) > 1e9 || rint (values[i] * divisor) / divisor != values[i]))
      divisor *= 10;
  if (divisor > 1e6 || (greatest - least) * divisor >= 4294967294.0 || fabs (least) > 1e9
      || fabs (greatest) > 1e9)
    return;
  self->base = rint (least * divisor);
  for (guint32 i = 0; i < n; i++) {
    double code = rint (values[i] * divisor);

    same &= code / divisor == values[i] || isnan (values[i]);
  }
  if (!same)
    return;
  greatest = rint (greatest * divisor) - self->base;
  width = greatest < 255 ? 1 : greatest < 65535 ? 2 : 4;
  codes = g_malloc ((n + (gsize) 1) * width);
  for (guint32 i = 0; i < n; i++) {
    gint64 code = isnan (values[i]) ? -1 : (gint64) (rint (values[i] * divisor) - self->base);

    if (width == 1)
      ((guint8 *) codes)[i] = (guint8) code;
    else if (width == 2)
      ((guint16 *) codes)[i] = (guint16) code;
    else
      ((guint32 *) codes)[i] = (guint32) code;
  }
  memset ((guint8 *) codes + (gsize) n * width, 0xff, width);
  g_free (self->values);
  self->values = codes;
  self->width = width;
  self->coded = TRUE;
  self->divisor = divisor;
  self->whole = divisor == 1;
}

/* Codes and rows in 1 or 2 bytes. */
static void
code_words (RuaFlat *self)
{
  const guint32 *values = self->values;
  guint32 greatest = 0, n = self->n_rows;
  guint8 width;
  gpointer codes;

  for (guint32 i = 0; i < n; i++)
    greatest = values[i] != G_MAXUINT32 && values[i] > greatest ? values[i] : greatest;
  if (greatest >= 65535)
    return;
  width = greatest < 255 ? 1 : 2;
  codes = g_malloc ((n + (gsize) 1) * width);
  for (guint32 i = 0; i < n; i++)
    if (width == 1)
      ((guint8 *) codes)[i] = (guint8) values[i];
    else
      ((guint16 *) codes)[i] = (guint16) values[i];
  memset ((guint8 *) codes + (gsize) n * width, 0xff, width);
  g_free (self->values);
  self->values = codes;
  self->width = width;
  self->coded = TRUE;
}

RuaFlat *
rua_flat_new (RuaProgram *program, GCancellable *cancellable, GError **error)
{
  RuaNode *root = program->root;
  guint32 n_rows = rua_table_get_n_rows (program->table);
  g_autoptr (RuaProgramBase) base = rua_program_base_new (program, NULL, cancellable, error);
  RuaFlat *self;
  Laying laying;
  double number = NAN;
  gint32 date = RUA_NO_DATE;

  if (base == NULL)
    return NULL;
  self = g_new0 (RuaFlat, 1);
  g_atomic_ref_count_init (&self->refs);
  self->type = root->type;
  self->n_rows = n_rows;
  self->width = (guint8) rua_value_type_get_size (root->type);
  self->divisor = 1;
  self->least = self->greatest = NAN;
  self->values = rua_block_new ((n_rows + (gsize) 1) * self->width);
  laying = (Laying){ base, self };
  if (!rua_parallel_run ((guint) (((guint64) n_rows + RUA_CHUNK_MASK) >> RUA_CHUNK_BITS), lay_chunk,
                         &laying, NULL, cancellable, error)) {
    rua_flat_unref (self);
    return NULL;
  }
  switch (root->type) {
  case RUA_VALUE_NUMBER:
    ((double *) self->values)[n_rows] = number;
    code_numbers (self);
    break;
  case RUA_VALUE_BOOLEAN:
    ((guint8 *) self->values)[n_rows] = RUA_TRI_UNKNOWN;
    break;
  case RUA_VALUE_DATE:
    ((gint32 *) self->values)[n_rows] = date;
    break;
  case RUA_VALUE_ANY_REFERENCE:
    ((guint64 *) self->values)[n_rows] = RUA_NO_ANY;
    break;
  default:
    ((guint32 *) self->values)[n_rows] = G_MAXUINT32;
    code_words (self);
  }
  return self;
}

RuaFlat *
rua_flat_ref (RuaFlat *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
rua_flat_unref (RuaFlat *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->values);
  g_free (self);
}

gsize
rua_flat_get_size (const RuaFlat *self)
{
  return (self->n_rows + (gsize) 1) * self->width;
}

#define LOOK_UP(Type, To, Value)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const Type *from = self->values;                                                               \
    To *to = values;                                                                               \
    for (guint i = 0; i < n; i++) {                                                                \
      const Type code = from[MIN (rows[i], last)];                                                 \
      to[i] = (To) (Value);                                                                        \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

void
rua_flat_read (const RuaFlat *self, const guint32 *rows, guint n, gpointer values)
{
  const guint32 last = self->n_rows;
  const double base = self->base;

  if (self->coded && self->type == RUA_VALUE_NUMBER) {
    double *numbers = values;

    if (self->width == 1)
      LOOK_UP (guint8, double, code == G_MAXUINT8 ? NAN : base + code);
    else if (self->width == 2)
      LOOK_UP (guint16, double, code == G_MAXUINT16 ? NAN : base + code);
    else
      LOOK_UP (guint32, double, code == G_MAXUINT32 ? NAN : base + code);
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
