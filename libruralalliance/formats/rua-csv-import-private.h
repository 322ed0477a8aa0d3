/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-csv-mapping-private.h"
#include "rua-key-index-private.h"
#include "rua-limits-private.h"

G_BEGIN_DECLS

/* One CSV file on its way into a table: read into chunks first, which the table then takes. */

typedef enum {
  RUA_CSV_WAY_PLAIN, /* as it is read */
  RUA_CSV_WAY_KEY,   /* a reference to a kind all of whose ids are whole numbers */
  RUA_CSV_WAY_ID,    /* ids that are whole numbers */
  RUA_CSV_WAY_TEXT,  /* what is told by distinct texts: texts, words, lists, other references and ids */
} RuaCsvWay;

/* Reasons of the import's own. */
enum {
  RUA_CSV_NO_RECORD = RUA_CSV_REASONS, /* a reference to nothing */
  RUA_CSV_NO_TOKEN,
  RUA_CSV_NO_JSON,
  RUA_CSV_NO_LIST,
  RUA_CSV_EMPTY_ID,
  RUA_CSV_SAME_ID,
  RUA_CSV_ERASED_ID,
  RUA_CSV_REQUIRED, /* the last: of several about one cell it says the least */
};

/* A field and the columns it comes from: several where a text is told in several languages. */
typedef struct {
  RuaField *field;
  guint index;
  RuaFieldType type;
  RuaCsvWay way;
  guint first; /* among the reads */
  guint n;
  const char *constant; /* instead of a column */
  const RuaKeyIndex *keys; /* KEY: of the kind referred to */
} RuaCsvTarget;

/* One span of a TEXT column. */
typedef struct {
  guint16 *codes;
  guint64 *known;
  RuaCsvWords *words;
  guint32 *map; /* of a code of the span: the code in all */
} RuaCsvLot;

typedef struct {
  RuaAlliance *reader; /* what is read while reading: the alliance, or a snapshot of it */
  RuaTable *table;
  RuaKind *kind;
  guint digits;
  char *place;
  RuaCsvMapping *mapping;
  double seconds; /* to be read in; 0: as many as it takes */
  RuaCsv *csv;
  GHashTable *same; /* names that several columns have; NULL: none */
  GArray *reads; /* of RuaCsvField */
  GPtrArray *mapped; /* of RuaCsvMapped by read; borrowed */
  GPtrArray *own_mapped; /* those that no mapping told */
  GArray *targets; /* of RuaCsvTarget */
  GPtrArray *indexes; /* of RuaKeyIndex */
  guint n_columns_read; /* reads; those behind are constants' */
  guint32 n_rows;
  guint32 offset; /* of the first new row in its chunk */
  guint32 first_row;
  guint n_spans;
  RuaChunk **chunks; /* field * n_spans + span */
  RuaCsvLot *lots; /* read * n_spans + span */
  gint64 *ids; /* WAY_ID: G_MININT64 where there is none */
  RuaKeyIndex *id_index; /* of the new rows */
  RuaCsvWords **all; /* by read: distinct texts of all spans */
  /* What the texts of a TEXT target become: bytes for the dictionary, or rows. By target. */
  struct {
    GPtrArray *texts; /* of GString by code; NULL: the texts themselves */
    guint64 *words; /* references by code */
    guint32 **codes; /* by span and row, where several columns make one value; else the lots' */
    guint64 **known; /* likewise */
    guint32 *id_rows; /* ids: the row of each code */
  } *values;
  RuaCsvBads bads;
  guint *n_told; /* by target: bad rows that are kept */
  RuaProgress *progress;
  GCancellable *cancellable;
} RuaCsvImport;

static inline RuaCsvTarget *
rua_csv_import_target (RuaCsvImport *self, guint i)
{
  return &g_array_index (self->targets, RuaCsvTarget, i);
}

static inline RuaCsvLot *
rua_csv_import_lot (RuaCsvImport *self, guint read, guint span)
{
  return &self->lots[(gsize) read * self->n_spans + span];
}

/* The code of row @i of a span among all texts of a TEXT target; FALSE where it is unknown. */
static inline gboolean
rua_csv_import_code_at (RuaCsvImport *self, guint t, guint span, guint32 i, guint32 *code)
{
  if (self->values[t].codes) {
    *code = self->values[t].codes[span][i];
    return self->values[t].known[span][i >> 6] >> (i & 63) & 1;
  } else {
    const RuaCsvLot *lot = rua_csv_import_lot (self, rua_csv_import_target (self, t)->first, span);

    if (!(lot->known[i >> 6] >> (i & 63) & 1))
      return FALSE;
    *code = lot->map[lot->codes[i]];
    return TRUE;
  }
}

/* Which column becomes which field. */
gboolean rua_csv_import_match (RuaCsvImport *self, GError **error);
/* The rows of a span. */
void rua_csv_import_span (const RuaCsvImport *self, guint span, guint32 *first, guint32 *n_rows);
/* The distinct texts of all spans, checked and turned into what their fields hold. */
gboolean rua_csv_import_settle (RuaCsvImport *self, GError **error);
/* Into the dictionaries and to chunks, by the owner's thread. */
gboolean rua_csv_import_make_texts (RuaCsvImport *self, RuaAppender *appender, RuaTable *table, GError **error);
/* In the order of the rows, from one thread a target. */
void rua_csv_import_bad (RuaCsvImport *self, guint32 row, guint target, guint reason);
/* FALSE and an error that lists the bad cells, when there are any. */
gboolean rua_csv_import_raise (RuaCsvImport *self, GError **error);

G_END_DECLS
