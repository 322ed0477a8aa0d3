/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-codes-private.h"
#include "rua-table-private.h"

#include <string.h>

G_BEGIN_DECLS

/* 65,536 rows of one column. A snapshot takes a reference; a writer who is not alone, or finds the
 * chunk packed or mapped, copies. */
struct _RuaChunk {
  gint refs;        /* atomic */
  guint32 capacity; /* rows that can be read; of a plain chunk a power of two, at least 64 */
  guint32 room;     /* rows that can be written: the capacity, or 0 */
  guint8 bits;      /* of a value, or of a code when packed */
  gboolean packed;
  gboolean decimal; /* a packed NUMBER */
  gboolean mapped;  /* values are pages of a file */
  gint64 base;      /* 0 unless packed */
  double divisor;   /* 1 unless decimal */
  guint64 *known;   /* rua_chunk_all_known where all of a packed chunk's rows are */
  gpointer values;
  gint printed;     /* atomic: rows whose fingerprint print is, 0 for none, -1 while it is written */
  guint64 print[2];
  guint64 most;     /* atomic: the highest code of all rows, plus 1; 0: never looked for */
  GBytes *owner; /* whose memory known and values are; NULL when they are the chunk's own */
};

/* Bit sets of a whole chunk that are the same for many. */
extern const guint64 rua_chunk_all_known[RUA_CHUNK_ROWS / 64];
extern const guint64 rua_chunk_none_known[RUA_CHUNK_ROWS / 64];

RuaChunk *rua_chunk_new (guint32 capacity, guint width);
RuaChunk *rua_chunk_ref (RuaChunk *self);
/* Plain and writable, of at least this capacity, with the values of @self. */
RuaChunk *rua_chunk_copy (const RuaChunk *self, guint32 capacity, guint width);

/* The first @n values as in a plain chunk: 0 where unknown. */
void rua_chunk_read_plain (const RuaChunk *self, guint32 n, guint width, gpointer values);
/* @self may be NULL: nothing is known. */
void rua_chunk_get_slice (const RuaChunk *self, guint32 n_rows, RuaSlice *slice);
/* @values are of @width bytes. NULL where no row is known. */
RuaChunk *rua_chunk_new_vector (RuaFieldType type, guint width, gconstpointer values, const guint64 *known, guint32 n_rows);
/* The same of values that g_malloc() gave and that are the chunk's from now on, or freed. */
RuaChunk *rua_chunk_take_vector (RuaFieldType type, guint width, gpointer values, const guint64 *known, guint32 n_rows);
/* In memory that @owner keeps; @print of all of its rows. */
RuaChunk *rua_chunk_new_mapped (const RuaSlice *slice, gboolean decimal, const guint64 print[2], GBytes *owner);
/* Of which each value is its row's number, the first of them @first. */
RuaChunk *rua_chunk_new_rows (guint32 first, guint32 n_rows, const guint64 print[2], GBytes *owner);
/* The first @n_rows rows of a chunk as small as they can be: a reference to it where it is so already. */
RuaChunk *rua_chunk_pack (RuaChunk *self, RuaFieldType type, guint width, guint32 n_rows);

/* Rows of a table that lie in a chunk. */
static inline guint32
rua_chunk_rows_of (guint32 n_rows, guint chunk)
{
  guint32 first = chunk << RUA_CHUNK_BITS;

  return n_rows > first ? MIN (RUA_CHUNK_ROWS, n_rows - first) : 0;
}

static inline guint64
rua_chunk_read_code (const RuaChunk *self, guint32 i)
{
  return rua_code_at (self->values, self->bits, i);
}

static inline double
rua_chunk_read_decimal (const RuaChunk *self, guint32 i)
{
  return (double) (self->base + (gint64) rua_chunk_read_code (self, i)) / self->divisor;
}

static inline double
rua_chunk_read_number (const RuaChunk *self, guint32 i)
{
  return G_LIKELY (!self->decimal) ? ((const double *) self->values)[i] : rua_chunk_read_decimal (self, i);
}

/* The value's bytes in the low end of a word, as they are in a plain chunk of values of @width. */
static inline guint64
rua_chunk_read_word (const RuaChunk *self, guint32 i, guint width)
{
  guint64 word;

  if (G_UNLIKELY (self->decimal)) {
    double number = rua_chunk_read_decimal (self, i);

    memcpy (&word, &number, sizeof word);
    return word;
  }
  word = (guint64) self->base + rua_chunk_read_code (self, i);
  return width == 4 ? (guint32) word : word;
}

G_END_DECLS
