/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "rua-csv-private.h"

G_BEGIN_DECLS

/* What the reader's own files share. */

/* Records whose start is looked for from one place. */
#define RUA_CSV_BLOCK 65536

enum {
  RUA_CSV_PLAIN,
  RUA_CSV_SEPARATOR,
  RUA_CSV_LINE_END,
  RUA_CSV_QUOTE,
};

typedef struct {
  guint64 record; /* records that start before the block */
  guint32 starts[2]; /* records that start in it, when it begins outside quotes and inside */
  guint8 flips;   /* an odd number of quotes */
  guint8 inside;  /* begins inside quotes */
} RuaCsvBlock;

struct _RuaCsv {
  GBytes *bytes;
  gboolean mapped; /* our own mapping of a file, whose pages may be let go */
  const char *text;
  gsize length;
  gsize body; /* where the first record starts */
  char *name;
  char separator;
  char quote; /* '\0': none */
  guint8 kinds[256];
  RuaCsvLimits limits;
  GPtrArray *header;
  guint width;
  RuaCsvBlock *blocks;
  guint n_blocks;
  guint32 n_rows;
  /* Of selected cell k of row r at r * n_selected + k. */
  guint n_selected;
  guint64 *starts;
  guint32 *lengths;
  GString *decoded;
};

/* What is wrong with a text as CSV, and where. */
typedef struct {
  const char *at;
  const char *message;
} RuaCsvProblem;

typedef struct {
  const char *text; /* without its quotes */
  gsize length;
  gboolean quoted;
  gboolean doubled; /* holds doubled quotes */
} RuaCsvCell;

/* One cell from @at. Returns where the scan goes on: on the separator, on a line end or at @end;
 * NULL where it is no cell. */
static inline const char *
rua_csv_scan_cell (const RuaCsv *self, const char *at, const char *end, RuaCsvCell *cell, RuaCsvProblem *problem)
{
  const guint8 *kinds = self->kinds;

  cell->quoted = cell->doubled = FALSE;
  if (at < end && kinds[(guchar) *at] == RUA_CSV_QUOTE) {
    const char *from = ++at;

    cell->quoted = TRUE;
    for (;;) {
      const char *quote = memchr (at, self->quote, (gsize) (end - at));

      if (quote == NULL) {
        problem->at = from - 1;
        problem->message = "the quote that opens here is not closed";
        return NULL;
      }
      if (quote + 1 < end && quote[1] == self->quote) {
        cell->doubled = TRUE;
        at = quote + 2;
        continue;
      }
      cell->text = from;
      cell->length = (gsize) (quote - from);
      at = quote + 1;
      break;
    }
    if (at < end && kinds[(guchar) *at] != RUA_CSV_SEPARATOR && kinds[(guchar) *at] != RUA_CSV_LINE_END) {
      problem->at = at;
      problem->message = "text follows a closing quote; double a quote that belongs to the text";
      return NULL;
    }
  } else {
    cell->text = at;
    while (at < end && kinds[(guchar) *at] == RUA_CSV_PLAIN)
      at++;
    cell->length = (gsize) (at - cell->text);
    if (at < end && kinds[(guchar) *at] == RUA_CSV_QUOTE) {
      problem->at = at;
      problem->message = "a quote stands within an unquoted cell; quote the cell and double the quote";
      return NULL;
    }
  }
  if (G_UNLIKELY (cell->length > self->limits.cell)) {
    problem->at = cell->text;
    problem->message = NULL; /* a limit */
    return NULL;
  }
  return at;
}

/* Behind the line end on which @at stands. */
static inline const char *
rua_csv_skip_line_end (const char *at, const char *end)
{
  if (at < end && *at == '\r') {
    at++;
    if (at < end && *at == '\n')
      at++;
  } else if (at < end && *at == '\n') {
    at++;
  }
  return at;
}

/* To where the next record starts, over blank lines that are none. */
static inline const char *
rua_csv_skip_blank (const RuaCsv *self, const char *at, const char *end)
{
  if (self->width > 1)
    while (at < end && (*at == '\n' || *at == '\r'))
      at++;
  return at;
}

/* The cell's text with doubled quotes undone, appended to @out. */
void rua_csv_append_cell (const RuaCsv *self, const RuaCsvCell *cell, GString *out);

void rua_csv_locate (const RuaCsv *self, gsize offset, guint64 *line, guint64 *character);
gboolean rua_csv_refuse (const RuaCsv *self, RuaError code, gsize offset, GError **error, const char *format, ...) G_GNUC_PRINTF (5, 6);
gboolean rua_csv_refuse_problem (const RuaCsv *self, const RuaCsvProblem *problem, GError **error);
gboolean rua_csv_refuse_byte (const RuaCsv *self, const char *bad, GError **error);
gboolean rua_csv_refuse_width (const RuaCsv *self, gsize offset, guint n_cells, GError **error);

/* Where a record starts, after rua_csv_index(). */
gsize rua_csv_find_record (const RuaCsv *self, guint32 row);
/* The bytes from @from to @to are about to be read. */
void rua_csv_expect (const RuaCsv *self, gsize from, gsize to);
/* The bytes from @from to @to have been read: pages of our own mapping are given back. */
void rua_csv_release (const RuaCsv *self, gsize from, gsize to);

/* @bytes as UTF-8 without a byte order mark; NULL and an error. */
GBytes *rua_csv_decode (GBytes *bytes, const char *name, const char *encoding, GCancellable *cancellable, GError **error);
/* Finds what @self was not told. */
void rua_csv_look (RuaCsv *self, const RuaCsvDialect *dialect);
void rua_csv_set_kinds (RuaCsv *self);

G_END_DECLS
