/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

/* A column's memory lent out: whoever holds a chunk's bytes holds the chunk, and a writer who finds it
 * held copies it first. */

/**
 * rua_column_get_n_chunks:
 * @self: a column
 *
 * Gets in how many chunks the column is held: 65,536 rows each, but for the last. Rows are those of
 * the records in the order of the table, and those of records that were removed, which are unknown.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
rua_column_get_n_chunks (RuaColumn *self)
{
  guint32 n_rows;

  g_return_val_if_fail (RUA_IS_COLUMN (self), 0);

  n_rows = self->table ? rua_table_get_n_rows (self->table) : 0;
  return (guint) (((guint64) n_rows + RUA_CHUNK_ROWS - 1) >> RUA_CHUNK_BITS);
}

static gboolean
peek (RuaColumn *self, guint chunk, RuaSlice *slice)
{
  g_return_val_if_fail (RUA_IS_COLUMN (self), FALSE);
  g_return_val_if_fail (chunk < rua_column_get_n_chunks (self), FALSE);

  rua_column_peek_slice (self, chunk, slice);
  return TRUE;
}

/* Of a value as it is lent. */
static guint
width_of (const RuaSlice *slice)
{
  return rua_codes_wide_bits (slice->bits) / 8;
}

/**
 * rua_column_get_chunk_rows:
 * @self: a column
 * @chunk: a chunk, counted from 0
 *
 * Gets how many rows a chunk has.
 *
 * Returns: the number, at most 65,536
 *
 * Since: 1.0
 */
guint
rua_column_get_chunk_rows (RuaColumn *self, guint chunk)
{
  RuaSlice slice;

  return peek (self, chunk, &slice) ? slice.n_rows : 0;
}

/**
 * rua_column_get_chunk_width:
 * @self: a column
 * @chunk: a chunk, counted from 0
 * @packed: (out) (optional): whether the chunk is packed
 *
 * Gets how many bytes each value of a chunk takes. A chunk that is not packed holds the values that
 * [method@RuralAlliance.Column.dup_values] tells of, save that a date is its first day times four plus
 * its precision, and a reference a row, which is a place only while nothing was removed. A packed one
 * holds unsigned codes, each the value less the base of the chunk. Codes that are kept in fewer bits than these bytes have
 * are copied where they are asked for.
 *
 * Returns: 1, 2, 4 or 8; 0 where every code is 0 and there are no bytes
 *
 * Since: 1.0
 */
guint
rua_column_get_chunk_width (RuaColumn *self, guint chunk, gboolean *packed)
{
  RuaSlice slice;

  if (packed)
    *packed = FALSE;
  if (!peek (self, chunk, &slice))
    return 0;
  if (packed)
    *packed = slice.packed;
  return width_of (&slice);
}

/**
 * rua_column_get_chunk_base:
 * @self: a column
 * @chunk: a chunk, counted from 0
 * @divisor: (out) (optional): by what the sum is divided: a power of ten for numbers, else 1
 *
 * Gets what is added to the codes of a packed chunk. The sum divided by the divisor is the number to
 * the last bit.
 *
 * Returns: the base; 0 for a chunk that is not packed
 *
 * Since: 1.0
 */
gint64
rua_column_get_chunk_base (RuaColumn *self, guint chunk, double *divisor)
{
  RuaSlice slice;

  if (divisor)
    *divisor = 1;
  if (!peek (self, chunk, &slice))
    return 0;
  if (divisor)
    *divisor = slice.divisor;
  return slice.base;
}

static GBytes *
lend (RuaColumn *self, guint chunk, gconstpointer bytes, gsize length)
{
  RuaChunk *held = chunk < self->n_chunks ? self->chunks[chunk] : NULL;

  if (!held)
    return g_bytes_new_static (bytes, length);
  return g_bytes_new_with_free_func (bytes, length, (GDestroyNotify) rua_chunk_unref, rua_chunk_ref (held));
}

/**
 * rua_column_dup_chunk_values:
 * @self: a column
 * @chunk: a chunk, counted from 0
 *
 * Gets the values or codes of a chunk, without copying them unless they are codes of 1, 2, 4, 20 or 24 bits. They stay as they
 * are when the column is written to, and outlive it; a chunk of an alliance opened from a columnar file lies in the file's
 * mapping. What stands for an unknown value says nothing.
 *
 * Returns: (transfer full) (nullable): as many values as the chunk has rows, of its width each; %NULL
 *   where the width is 0
 *
 * Since: 1.0
 */
GBytes *
rua_column_dup_chunk_values (RuaColumn *self, guint chunk)
{
  RuaSlice slice;
  gsize length;
  gpointer wide;

  if (!peek (self, chunk, &slice) || slice.bits == 0)
    return NULL;
  length = (gsize) slice.n_rows * width_of (&slice);
  if (!rua_codes_are_narrow (slice.bits))
    return lend (self, chunk, slice.values, length);
  wide = g_malloc (length);
  rua_codes_widen (slice.values, slice.bits, 0, slice.n_rows, wide);
  return g_bytes_new_take (wide, length);
}

/**
 * rua_column_dup_chunk_presence:
 * @self: a column
 * @chunk: a chunk, counted from 0
 *
 * Gets which values of a chunk are known, without copying: a bit a row, 1 where it is, in words of 64
 * bits beginning with the least; on a little-endian machine these are the bit sets of Arrow.
 *
 * Returns: (transfer full) (nullable): the bits, in whole bytes, or %NULL where all are known
 *
 * Since: 1.0
 */
GBytes *
rua_column_dup_chunk_presence (RuaColumn *self, guint chunk)
{
  RuaSlice slice;

  if (!peek (self, chunk, &slice) || !slice.known)
    return NULL;
  return lend (self, chunk, slice.known, ((gsize) slice.n_rows + 7) / 8);
}
