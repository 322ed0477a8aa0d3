/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-csv-core-private.h"

G_BEGIN_DECLS

/* Cells that are looked for at a time: their text and their ends stay in the first cache. */
#define RUA_CSV_SPLIT_CELLS 4096u
/* So long is no cell within them. */
#define RUA_CSV_SPLIT_BYTES ((gsize) 64 << 10)

/* Plain records, one behind the other. */
typedef struct {
  const char *base; /* where the first begins */
  guint width;
  guint n;          /* records */
  guint32 next;     /* where the record behind them begins, from @base on */
  gboolean returns; /* there may be a carriage return before a line feed */
  /* Where cell c of record r ends, at r * width + c, from @base on; the last one of a record with its line feed. */
  guint32 ends[RUA_CSV_SPLIT_CELLS + 64];
} RuaCsvLines;

/* Whether records of this text can be looked for so at all. */
gboolean rua_csv_can_split (const RuaCsv *self);
/* Finds the cells of at most @most records from @at on, in which there is no quote and which end with a line feed,
 * with or without a carriage return before it, and have as many cells as the header. The first that is not so ends
 * them. At least 16 bytes of the text stand behind the last. */
void rua_csv_split (const RuaCsv *self, const char *at, guint most, RuaCsvLines *found);

static inline const char *
rua_csv_lines_get_start (const RuaCsvLines *self, guint record)
{
  return self->base + (record > 0 ? self->ends[(gsize) record * self->width - 1] + 1 : 0);
}

G_END_DECLS
