/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "rua-error.h"

G_BEGIN_DECLS

/* A reader of CSV (RFC 4180) by column: UTF-8 with or without a byte order mark, any line end,
 * quoted line ends, a header row. Opening reads the header; selecting columns goes once through
 * the text and keeps where their cells stand, nothing else. Cells are decoded when asked for. */
typedef struct _RuaCsv RuaCsv;

/* @separator 0 is a comma. @name is for messages. */
RuaCsv *rua_csv_new (GBytes *bytes, const char *name, char separator, GError **error);
RuaCsv *rua_csv_open (const char *path, char separator, GError **error);
void rua_csv_free (RuaCsv *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaCsv, rua_csv_free)

const char *rua_csv_get_name (RuaCsv *self);
const char *const *rua_csv_get_header (RuaCsv *self);
/* The column of this name, -1 with an error that lists the names there are. */
int rua_csv_find (RuaCsv *self, const char *column, GError **error);

/* Reads the records; @columns are those whose cells will be asked for. A record with more or
 * fewer cells than the header, an open quote or text after one is refused with line and column. */
gboolean rua_csv_select (
  RuaCsv *self, const int *columns, guint n, GCancellable *cancellable, GError **error);
gsize rua_csv_get_n_rows (RuaCsv *self);
/* The text of a cell of the k-th selected column: not NUL-terminated and valid until the next
 * call. */
const char *rua_csv_get_cell (RuaCsv *self, guint k, gsize row, gsize *length);
/* Line and character, from 1, where a cell of the k-th selected column starts. */
void rua_csv_get_place (RuaCsv *self, guint k, gsize row, guint64 *line, guint64 *character);

/* Empty or NA. */
static inline gboolean
rua_csv_cell_is_missing (const char *text, gsize length)
{
  return length == 0 || (length == 2 && text[0] == 'N' && text[1] == 'A');
}

/* A decimal number and nothing else: no blanks, no inf, no nan, no comma, no hexadecimal. */
gboolean rua_csv_parse_number (const char *text, gsize length, double *value);

G_END_DECLS
