/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-core-private.h"

/* What a text was not told about itself, found by looking at its first records. */

#define LOOKED_AT 64 /* records */
#define LOOKED_BYTES ((gsize) 256 << 10)

void
rua_csv_set_kinds (RuaCsv *self)
{
  memset (self->kinds, RUA_CSV_PLAIN, sizeof self->kinds);
  self->kinds['\n'] = self->kinds['\r'] = RUA_CSV_LINE_END;
  self->kinds[(guchar) self->separator] = RUA_CSV_SEPARATOR;
  if (self->quote)
    self->kinds[(guchar) self->quote] = RUA_CSV_QUOTE;
}

/* How many of the first records have as many cells as the first, and how many that is; 0 where
 * they are no records under this separator. */
static guint
try_dialect (RuaCsv *self, const char *end, guint *width)
{
  const char *at = self->text + self->body;
  guint alike = 0;

  rua_csv_set_kinds (self);
  *width = 0;
  for (guint n = 0; n < LOOKED_AT && at < end;) {
    guint cells = 0;

    if (*at == '\n' || *at == '\r') {
      at++;
      continue;
    }
    for (;;) {
      RuaCsvCell cell;
      RuaCsvProblem problem;

      at = rua_csv_scan_cell (self, at, end, &cell, &problem);
      if (at == NULL)
        /* A record that the end of what is looked at has cut is not judged. */
        return end < self->text + self->length && n > 0 && problem.message != NULL && cell.quoted ? alike : 0;
      cells++;
      if (at >= end || self->kinds[(guchar) *at] != RUA_CSV_SEPARATOR)
        break;
      at++;
    }
    if (at >= end && end < self->text + self->length && n > 0)
      break;
    if (n == 0)
      *width = cells;
    alike += cells == *width;
    n++;
  }
  return alike;
}

static void
find_separator (RuaCsv *self, char decimal)
{
  static const char candidates[] = { ',', ';', '\t', '|' };
  const char *end = self->text + MIN (self->length, self->body + LOOKED_BYTES);
  guint best_alike = 0, best_width = 1, other_alike = 0, other_width = 1;
  char best = ',', other = ',';

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++) {
    guint width, alike;

    self->separator = candidates[i];
    alike = try_dialect (self, end, &width);
    if (width > 1 && (alike > best_alike || (alike == best_alike && width > best_width))) {
      best = candidates[i];
      best_alike = alike;
      best_width = width;
    }
    if (candidates[i] != decimal && width > 1 && (alike > other_alike || (alike == other_alike && width > other_width))) {
      other = candidates[i];
      other_alike = alike;
      other_width = width;
    }
  }
  /* "1,5;2,5": three cells or two. */
  if (best == decimal && other_width > 1 && other_alike == best_alike)
    best = other;
  self->separator = best;
}

/* Apostrophes quote where every cell of the first record stands between two. */
static gboolean
looks_apostrophed (RuaCsv *self)
{
  const char *at = self->text + self->body, *end = self->text + self->length;

  for (;;) {
    const char *from = at;

    while (at < end && self->kinds[(guchar) *at] == RUA_CSV_PLAIN)
      at++;
    if (at - from < 3 || *from != '\'' || at[-1] != '\'')
      return FALSE;
    if (at >= end || self->kinds[(guchar) *at] != RUA_CSV_SEPARATOR)
      return TRUE;
    at++;
  }
}

void
rua_csv_look (RuaCsv *self, const RuaCsvDialect *dialect)
{
  const char *text = self->text + self->body;
  gsize length = self->length - self->body;

  self->separator = dialect ? dialect->separator : 0;
  self->quote = dialect && dialect->quote ? dialect->quote : '"';
  if (self->quote == RUA_CSV_NO_QUOTE)
    self->quote = '\0';
  /* The line by which some spreadsheets tell their separator. */
  if (length >= 5 && memcmp (text, "sep=", 4) == 0 && (length == 5 || text[5] == '\n' || text[5] == '\r')) {
    if (self->separator == 0)
      self->separator = text[4];
    if (self->separator == text[4])
      self->body = (gsize) (rua_csv_skip_line_end (text + 5, text + length) - self->text);
  }
  if (self->separator == 0)
    find_separator (self, dialect ? dialect->decimal : '\0');
  rua_csv_set_kinds (self);
  if (!(dialect && dialect->quote) && looks_apostrophed (self)) {
    self->quote = '\'';
    rua_csv_set_kinds (self);
  }
}
