/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-program-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

/* Reading columns: a batch of rows straight from a chunk, packed or plain; and cells of other tables by row. */

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

RUA_WIDE static void
read_block (const RuaSlice *block, guint n, double *to)
{
  const double base = (double) block->base;

  switch (block->bits) {
  case 0:
    for (guint i = 0; i < n; i++)
      to[i] = base;
    break;
  case 8: {
    const guint8 *codes = block->values;

    for (guint i = 0; i < n; i++)
      to[i] = base + (double) (gint32) codes[i];
    break;
  }
  case 16: {
    const guint16 *codes = block->values;

    for (guint i = 0; i < n; i++)
      to[i] = base + (double) (gint32) codes[i];
    break;
  }
  default: {
    const guint32 *codes = block->values;

    /* By way of signed words, which vector instructions turn into numbers; exact. */
    for (guint i = 0; i < n; i++)
      to[i] = ((double) (gint32) (codes[i] ^ 0x80000000u) + 2147483648.0) + base;
  }
  }
}

static void
read_codes (const RuaSlice *slice, guint at, guint n, double *to)
{
  RuaSliceBlock block;

  for (guint from = 0; from < n; from += RUA_BLOCK_ROWS) {
    guint m = MIN (n - from, RUA_BLOCK_ROWS);

    read_block (rua_slice_get_block (slice, at + from, m, &block), m, to + from);
  }
}

RUA_WIDE static void
divide (double *numbers, double divisor, guint n)
{
  for (guint i = 0; i < n; i++)
    numbers[i] /= divisor;
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
    divide (to, divisor, n);
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

/* The words of references and texts as they lie in the chunk, if they are what a vector has. */
static gconstpointer
peek_words (const RuaSlice *slice, const RuaNode *node, guint at)
{
  gboolean words = node->type == RUA_VALUE_REFERENCE || node->type == RUA_VALUE_TEXT;

  return words && slice->known == NULL && slice->bits == 32 && (!slice->packed || slice->base == 0)
    ? (const guint32 *) slice->values + at : NULL;
}

/* Rows [first, first + n) of the row's own table. */
void
rua_run_read_column (RuaProgramRun *run, RuaNode *node, guint32 first, guint n)
{
  const RuaNodeBase *base = &run->base->nodes[node->slot];
  const RuaSlice *slice = &base->chunks[first >> RUA_CHUNK_BITS];
  RuaNodeState *state = &run->states[node->slot];
  guint at = first & RUA_CHUNK_MASK;
  gconstpointer there;

  g_assert (first >> RUA_CHUNK_BITS < base->n_chunks);
  there = peek_words (slice, node, at);
  /* Whoever reads a vector leaves it as it is. */
  state->buffer = there != NULL ? (gpointer) there : rua_run_get_own (run, node);
  if (there == NULL)
    rua_slice_read (slice, node, run->base->money_scale, at, n, state->own);
}

RUA_WIDE static void
scale (double *numbers, double factor, guint n)
{
  for (guint i = 0; i < n; i++)
    numbers[i] *= factor;
}

RUA_WIDE static void
make_whole (double *numbers, double divisor, guint n)
{
  for (guint i = 0; i < n; i++)
    numbers[i] = rint (numbers[i] * divisor);
}

void
rua_run_read_whole (RuaProgramRun *run, RuaNode *node, double divisor, double *to)
{
  guint32 first = run->first;
  const RuaSlice *slice = &run->base->nodes[node->slot].chunks[first >> RUA_CHUNK_BITS];
  const guint64 *known = slice->known;
  guint at = first & RUA_CHUNK_MASK, n = run->n;
  double own = node->field_type == RUA_FIELD_TYPE_NUMBER ? slice->divisor
               : node->field_type == RUA_FIELD_TYPE_MONEY ? run->base->money_scale
                                                          : 1;

  if (n == 0)
    return;
  if (is_exact (slice)) {
    read_codes (slice, at, n, to);
    if (own != divisor)
      scale (to, divisor / own, n);
  } else {
    read_numbers (slice, node->field_type, run->base->money_scale, at, n, to);
    make_whole (to, divisor, n);
  }
  if (known != NULL)
    MARK_UNKNOWN (double, NAN);
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
