/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-chunk-private.h"
#include "rua-dictionary-private.h"
#include "rua-schema-private.h"

G_BEGIN_DECLS

/* A reference told by id to a record that had not come yet. */
typedef struct {
  guint32 row;
  guint32 code; /* in the column's pending dictionary */
} RuaPending;

/* Where the values of all chunks lie end to end, so that they can be lent in one piece. */
typedef struct {
  GBytes *block; /* owns the memory of every chunk; NULL: never laid so */
  guint32 n_rows;
  gboolean all_known;
  GBytes *unknown; /* a byte a row, made when asked for */
} RuaWhole;

void rua_whole_clear (RuaWhole *self);

struct _RuaColumn {
  GObject parent_instance;

  RuaField *field;
  RuaTable *table;  /* borrowed; NULL once the table has gone */
  RuaTable *target; /* borrowed; looked up when first asked for */
  RuaFieldType type;
  guint8 width;
  gboolean any; /* references to records of any kind */
  RuaChunk **chunks;
  guint n_chunks;
  RuaWhole whole;
  RuaDictionary dictionary;
  RuaDictionary pending_ids;
  GArray *pending; /* of RuaPending */
};

RuaColumn *rua_column_new (RuaTable *table, RuaField *field);
/* A column of a snapshot's table, with the values of this one as they are; a first chunk that is
 * shorter than the table grows before. */
RuaColumn *rua_column_share (RuaColumn *self, RuaTable *table);

static inline const RuaChunk *
rua_column_peek (RuaColumn *self, guint32 row)
{
  guint c = row >> RUA_CHUNK_BITS;
  const RuaChunk *chunk;
  guint32 i = row & RUA_CHUNK_MASK;

  if (G_UNLIKELY (c >= self->n_chunks))
    return NULL;
  chunk = self->chunks[c];
  if (!chunk || i >= chunk->capacity || !(chunk->known[i >> 6] >> (i & 63) & 1))
    return NULL;
  return chunk;
}

/* In place of what was there. */
void rua_column_take_chunk (RuaColumn *self, guint c, RuaChunk *chunk);
/* The chunk of a row, made, grown and unshared as needed. */
RuaChunk *rua_column_make_chunk (RuaColumn *self, guint32 row);

static inline RuaChunk *
rua_column_prepare (RuaColumn *self, guint32 row)
{
  guint c = row >> RUA_CHUNK_BITS;
  RuaChunk *chunk = G_LIKELY (c < self->n_chunks) ? self->chunks[c] : NULL;

  if (G_LIKELY (chunk && (row & RUA_CHUNK_MASK) < chunk->room && g_atomic_int_get (&chunk->refs) == 1))
    return chunk;
  return rua_column_make_chunk (self, row);
}
void rua_column_forget (RuaColumn *self, guint32 row);

static inline void
rua_column_put_word (gpointer to, guint width, guint64 word)
{
  switch (width) {
  case 1:
    *(guint8 *) to = (guint8) word;
    break;
  case 4:
    *(guint32 *) to = (guint32) word;
    break;
  default:
    *(guint64 *) to = word;
    break;
  }
}

/* Raw cells: the value's bytes in the low end of a word. */
gboolean rua_column_read_word (RuaColumn *self, guint32 row, guint64 *word);
void rua_column_write_word (RuaColumn *self, guint32 row, guint64 word);
gsize rua_column_get_overhead (RuaColumn *self);
/* TRUE when some live row other than @target itself refers to @target; that row in @row. */
gboolean rua_column_refers_to (RuaColumn *self, RuaTable *target_table, guint32 target, guint32 *row);
/* In the column of "*" references. */
guint64 rua_column_pack_any (RuaTable *table, guint32 row);

G_END_DECLS
