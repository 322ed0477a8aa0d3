/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "rua-error.h"
#include "rua-progress.h"

G_BEGIN_DECLS

/* CSV (RFC 4180) read in parallel. The text is mapped, or decoded to UTF-8 first; a pass over it
 * finds where records start (in quotes or not is settled by the parity of the quotes before); then
 * any 65,536 records can be read by a thread of their own.
 *
 * A line ends in LF, CR LF or CR. A blank line is no record where records have several cells, nor at
 * the end of the text. A record with more or fewer cells than the header, a quote left open, text
 * behind a closing quote, a NUL byte and what is no UTF-8 are refused with line and character. */
typedef struct _RuaCsv RuaCsv;

#define RUA_CSV_NO_QUOTE '\n' /* which can quote nothing */

/* How a text is written. All members may be left out (0, NULL): what is not told is found by
 * looking at the first records. */
typedef struct {
  char separator; /* one of , ; tab | is found; any other has to be told */
  char quote;     /* found: a quotation mark, or an apostrophe; RUA_CSV_NO_QUOTE: none */
  gboolean no_header;
  gboolean same_names; /* columns may have equal names: they are told apart by number */
  char decimal; /* of the text's numbers: is found to be the separator where no other character will do */
  const char *encoding; /* NULL: UTF-8, or UTF-16 where a byte order mark says so */
} RuaCsvDialect;

/* What is refused as too much; 0: the default. */
typedef struct {
  guint64 bytes;  /* of the text; 256 GiB */
  guint columns;  /* 65,536 */
  guint32 cell;   /* bytes of one cell; 64 MiB */
  guint32 rows;   /* 4,294,967,294 */
} RuaCsvLimits;

/* @name is for messages. @dialect and @limits may be NULL. */
RuaCsv *rua_csv_new (GBytes *bytes, const char *name, const RuaCsvDialect *dialect, const RuaCsvLimits *limits, GCancellable *cancellable, GError **error);
/* A file is mapped, a pipe read to its end. */
RuaCsv *rua_csv_open (const char *path, const RuaCsvDialect *dialect, const RuaCsvLimits *limits, GCancellable *cancellable, GError **error);
void rua_csv_free (RuaCsv *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaCsv, rua_csv_free)

const char *rua_csv_get_name (RuaCsv *self);
/* As told or found. */
char rua_csv_get_separator (RuaCsv *self);
guint rua_csv_get_n_columns (RuaCsv *self);
/* Without a header row "1", "2", … */
const char *const *rua_csv_get_header (RuaCsv *self);
/* The column of this name, -1 with an error that lists the names there are. */
int rua_csv_find (RuaCsv *self, const char *column, GError **error);

/* Counts the records and checks the bytes. */
gboolean rua_csv_index (RuaCsv *self, RuaProgress *progress, GCancellable *cancellable, GError **error);
/* After rua_csv_index(). */
guint32 rua_csv_get_n_rows (RuaCsv *self);

/* ---- cell by cell ---- */

/* Finds the cells of @columns in all records, and refuses what is no CSV anywhere. */
gboolean rua_csv_select (RuaCsv *self, const int *columns, guint n, GCancellable *cancellable, GError **error);
/* The text of a cell of the k-th selected column: not NUL-terminated and valid until the next
 * call. */
const char *rua_csv_get_cell (RuaCsv *self, guint k, gsize row, gsize *length);
/* Line and character, from 1, where a cell of the k-th selected column starts. */
void rua_csv_get_place (RuaCsv *self, guint k, gsize row, guint64 *line, guint64 *character);

/* ---- values ---- */

/* Empty or NA. */
static inline gboolean
rua_csv_cell_is_missing (const char *text, gsize length)
{
  return length == 0 || (length == 2 && text[0] == 'N' && text[1] == 'A');
}

/* A decimal number and nothing else: no blanks, no inf, no nan, no comma, no hexadecimal. */
gboolean rua_csv_parse_number (const char *text, gsize length, double *value);

/* ---- cells that a spreadsheet would run ----
 * A text that begins, behind any number of apostrophes, with one of = + - @ tab CR LF or a
 * full-width = + - @ is written with one more apostrophe before it, and read with one less: every
 * text comes back as it was. */
gboolean rua_csv_is_formula (const char *text, gsize length);
/* A known text as a cell. */
void rua_csv_append_text (GString *out, const char *text, gsize length, char separator);

G_END_DECLS
