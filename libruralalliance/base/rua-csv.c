/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-core-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rua-faults-private.h"
#include "rua-parallel-private.h"

#define READ_SIZE ((gsize) 1 << 20)

void
rua_csv_free (RuaCsv *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->header, g_ptr_array_unref);
  g_free (self->name);
  g_free (self->blocks);
  g_free (self->starts);
  g_free (self->lengths);
  g_string_free (self->decoded, TRUE);
  g_free (self);
}

/* ---- places and refusals ---- */

void
rua_csv_locate (const RuaCsv *self, gsize offset, guint64 *line, guint64 *character)
{
  const char *start = self->text, *at, *end = self->text + offset;

  *line = 1;
  for (at = start; at < end; at++)
    if (*at == '\n' || (*at == '\r' && !(at + 1 < self->text + self->length && at[1] == '\n'))) {
      ++*line;
      start = at + 1;
    }
  *character = (guint64) g_utf8_strlen (start, end - start) + 1;
}

gboolean
rua_csv_refuse (const RuaCsv *self, RuaError code, gsize offset, GError **error, const char *format, ...)
{
  guint64 line, character;
  va_list arguments;
  g_autofree char *text = NULL;

  if (error == NULL)
    return FALSE;
  rua_csv_locate (self, MIN (offset, self->length), &line, &character);
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  rua_set_clean_error (error, code, "%s, line %" G_GUINT64_FORMAT ", character %" G_GUINT64_FORMAT ": %s", self->name,
                       line, character, text);
  return FALSE;
}

gboolean
rua_csv_refuse_problem (const RuaCsv *self, const RuaCsvProblem *problem, GError **error)
{
  gsize offset = (gsize) (problem->at - self->text);

  if (problem->message)
    return rua_csv_refuse (self, RUA_ERROR_SYNTAX, offset, error, "%s", problem->message);
  return rua_csv_refuse (self, RUA_ERROR_LIMIT, offset, error, "a cell of more than %u bytes, the limit; look for a quote that is not closed, or raise the limit",
                         self->limits.cell);
}

gboolean
rua_csv_refuse_byte (const RuaCsv *self, const char *bad, GError **error)
{
  return rua_csv_refuse (self, RUA_ERROR_SYNTAX, (gsize) (bad - self->text), error, "%s",
                         *bad == '\0' ? "a NUL byte; save the table as plain UTF-8 text"
                                      : "not UTF-8; save the table as UTF-8, or tell its encoding");
}

gboolean
rua_csv_refuse_width (const RuaCsv *self, gsize offset, guint n_cells, GError **error)
{
  return rua_csv_refuse (self, RUA_ERROR_SYNTAX, offset, error, "%u cells where the header has %u columns; quote a cell that holds the separator",
                         n_cells, self->width);
}

void
rua_csv_append_cell (const RuaCsv *self, const RuaCsvCell *cell, GString *out)
{
  const char *at = cell->text, *end = at + cell->length;

  if (!cell->doubled) {
    g_string_append_len (out, at, (gssize) cell->length);
    return;
  }
  while (at < end) {
    const char *quote = memchr (at, self->quote, (gsize) (end - at));

    if (quote == NULL) {
      g_string_append_len (out, at, end - at);
      break;
    }
    g_string_append_len (out, at, quote + 1 - at);
    at = quote + 2;
  }
}

/* ---- opening ---- */

/* The names of columns that others have as well: each once, by commas. */
static gboolean
refuse_same (const RuaCsv *self, const char *name, gsize offset, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) names = g_string_new (NULL);
  gboolean several = FALSE;

  for (guint i = 0; i < self->header->len; i++) {
    char *other = g_ptr_array_index (self->header, i);
    guint times = GPOINTER_TO_UINT (g_hash_table_lookup (seen, other));

    g_hash_table_insert (seen, other, GUINT_TO_POINTER (times + 1));
    if (times == 1 && *other != '\0') {
      several = names->len > 0;
      g_string_append_printf (names, "%s\"%s\"", several ? ", " : "", other);
    }
  }
  if (!several)
    return rua_csv_refuse (self, RUA_ERROR_SYNTAX, offset, error, "the column \"%s\" is there twice; rename one", name);
  return rua_csv_refuse (self, RUA_ERROR_SYNTAX, offset, error, "the columns %s are there more than once; rename them", names->str);
}

static gboolean
read_header (RuaCsv *self, gboolean no_header, gboolean same_names, GError **error)
{
  const char *at = self->text + self->body, *end = self->text + self->length, *same = NULL;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  gsize same_at = 0;

  if (at == end)
    return rua_csv_refuse (self, RUA_ERROR_SYNTAX, self->body, error, no_header ? "the file is empty" : "the file is empty; a row with the names of the columns is needed");
  if (!no_header && (*at == '\n' || *at == '\r'))
    return rua_csv_refuse (self, RUA_ERROR_SYNTAX, self->body, error, "a blank line stands where the names of the columns have to be; remove it");
  for (;;) {
    RuaCsvCell cell;
    RuaCsvProblem problem;
    char *name;

    at = rua_csv_scan_cell (self, at, end, &cell, &problem);
    if (at == NULL)
      return rua_csv_refuse_problem (self, &problem, error);
    if (no_header) {
      name = g_strdup_printf ("%u", self->header->len + 1);
    } else {
      const char *bad;

      if (!g_utf8_validate_len (cell.text, cell.length, &bad))
        return rua_csv_refuse_byte (self, bad, error);
      g_string_truncate (self->decoded, 0);
      rua_csv_append_cell (self, &cell, self->decoded);
      name = g_strndup (self->decoded->str, self->decoded->len);
    }
    g_ptr_array_add (self->header, name);
    if (*name != '\0' && !g_hash_table_add (names, name) && same == NULL) {
      same = name;
      same_at = (gsize) (cell.text - self->text) - cell.quoted;
    }
    if (self->header->len > self->limits.columns)
      return rua_csv_refuse (self, RUA_ERROR_LIMIT, (gsize) (cell.text - self->text), error,
                             "more than %u columns, the limit; check the separator, or raise the limit", self->limits.columns);
    if (at >= end || self->kinds[(guchar) *at] != RUA_CSV_SEPARATOR)
      break;
    at++;
  }
  if (same != NULL && !same_names)
    return refuse_same (self, same, same_at, error);
  self->width = self->header->len;
  if (!no_header)
    self->body = (gsize) (rua_csv_skip_line_end (at, end) - self->text);
  g_ptr_array_add (self->header, NULL);
  return TRUE;
}

static RuaCsv *
take_bytes (GBytes *bytes, gboolean mapped, const char *name, const RuaCsvDialect *dialect, const RuaCsvLimits *limits, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaCsv) self = g_new0 (RuaCsv, 1);

  self->name = rua_clean (name ? name : "CSV");
  self->header = g_ptr_array_new_with_free_func (g_free);
  self->decoded = g_string_new (NULL);
  if (limits)
    self->limits = *limits;
  if (self->limits.bytes == 0)
    self->limits.bytes = G_GUINT64_CONSTANT (256) << 30;
  if (self->limits.columns == 0)
    self->limits.columns = 65536;
  if (self->limits.cell == 0)
    self->limits.cell = (guint32) 64 << 20;
  if (self->limits.rows == 0)
    self->limits.rows = G_MAXUINT32 - 1;
  if (g_bytes_get_size (bytes) > self->limits.bytes) {
    rua_set_clean_error (error, RUA_ERROR_LIMIT, "%s has %" G_GSIZE_FORMAT " bytes; %" G_GUINT64_FORMAT " are the limit: split the file, or raise the limit",
                         self->name, g_bytes_get_size (bytes), self->limits.bytes);
    return NULL;
  }
  self->bytes = rua_csv_decode (bytes, self->name, dialect ? dialect->encoding : NULL, cancellable, error);
  if (self->bytes == NULL)
    return NULL;
  self->text = g_bytes_get_data (self->bytes, &self->length);
  if (self->text == NULL)
    self->text = "";
  self->mapped = mapped && (const char *) g_bytes_get_data (bytes, NULL) <= self->text && self->length <= g_bytes_get_size (bytes)
                 && self->text <= (const char *) g_bytes_get_data (bytes, NULL) + 3;
  rua_csv_look (self, dialect);
  if (!read_header (self, dialect && dialect->no_header, dialect && dialect->same_names, error))
    return NULL;
  return g_steal_pointer (&self);
}

RuaCsv *
rua_csv_new (GBytes *bytes, const char *name, const RuaCsvDialect *dialect, const RuaCsvLimits *limits, GCancellable *cancellable, GError **error)
{
  return take_bytes (bytes, FALSE, name, dialect, limits, cancellable, error);
}

static char *
show_place (const char *path)
{
  return g_str_equal (path, "-") ? g_strdup ("standard input") : g_filename_display_name (path);
}

static gboolean
fail_file (const char *path, GError **error)
{
  int reason = errno;
  g_autofree char *shown = show_place (path);

  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (reason), "%s: cannot be read: %s", shown, g_strerror (reason));
  return FALSE;
}

static GBytes *
read_pipe (int fd, const char *path, guint64 limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();

  while (!g_cancellable_set_error_if_cancelled (cancellable, error)) {
    guint before = all->len;
    gssize got;

    if (before > G_MAXUINT - READ_SIZE || (limit && before > limit)) {
      g_autofree char *shown = show_place (path);

      rua_set_clean_error (error, RUA_ERROR_LIMIT, "%s: more bytes than can be read from a pipe; give a file", shown);
      return NULL;
    }
    g_byte_array_set_size (all, before + READ_SIZE);
    do
      got = read (fd, all->data + before, READ_SIZE);
    while (got < 0 && errno == EINTR);
    g_byte_array_set_size (all, before + (guint) MAX (got, 0));
    if (got == 0)
      return g_byte_array_free_to_bytes (g_steal_pointer (&all));
    if (got < 0) {
      fail_file (path, error);
      return NULL;
    }
  }
  return NULL;
}

RuaCsv *
rua_csv_open (const char *path, const RuaCsvDialect *dialect, const RuaCsvLimits *limits, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean mapped = FALSE;
  struct stat st;
  int fd = g_str_equal (path, "-") ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

  if (fd < 0 || fstat (fd, &st) != 0) {
    fail_file (path, error);
  } else if (S_ISREG (st.st_mode)) {
    GMappedFile *file = g_mapped_file_new_from_fd (fd, FALSE, error);

    if (file != NULL)
      bytes = g_mapped_file_get_bytes (file);
    g_clear_pointer (&file, g_mapped_file_unref);
    mapped = TRUE;
  } else if (S_ISDIR (st.st_mode)) {
    errno = EISDIR;
    fail_file (path, error);
  } else {
    bytes = read_pipe (fd, path, limits ? limits->bytes : 0, cancellable, error);
  }
  if (fd > STDIN_FILENO)
    close (fd);
  if (bytes == NULL)
    return NULL;
  if (g_str_equal (path, "-")) {
    name = show_place (path);
  } else {
    g_autofree char *base = g_path_get_basename (path);

    name = g_filename_display_name (base);
  }
  return take_bytes (bytes, mapped, name, dialect, limits, cancellable, error);
}

const char *
rua_csv_get_name (RuaCsv *self)
{
  return self->name;
}

char
rua_csv_get_separator (RuaCsv *self)
{
  return self->separator;
}

guint
rua_csv_get_n_columns (RuaCsv *self)
{
  return self->width;
}

const char *const *
rua_csv_get_header (RuaCsv *self)
{
  return (const char *const *) self->header->pdata;
}

int
rua_csv_find (RuaCsv *self, const char *column, GError **error)
{
  g_autofree char *names = NULL;

  for (guint i = 0; i < self->width; i++)
    if (g_str_equal (g_ptr_array_index (self->header, i), column))
      return (int) i;
  if (error == NULL)
    return -1;
  names = g_strjoinv (", ", (char **) self->header->pdata);
  rua_set_clean_error (error, RUA_ERROR_MISSING, "%s has no column \"%s\"; its columns are: %s", self->name, column, names);
  return -1;
}

/* ---- cell by cell ---- */

#define QUOTED (G_GUINT64_CONSTANT (1) << 63)

typedef struct {
  RuaCsv *csv;
  const int *slots; /* of a column: first selected cell of it, -1 */
  const int *again; /* next selected cell of the same column, -1 */
} Selecting;

#define ROWS_A_TASK 65536u

static gboolean
select_task (guint task, gpointer data, GError **error)
{
  const Selecting *selecting = data;
  RuaCsv *self = selecting->csv;
  guint32 row = task * ROWS_A_TASK, last = MIN (self->n_rows - row, ROWS_A_TASK) + row;
  const char *end = self->text + self->length, *at = self->text + rua_csv_find_record (self, row);

  for (; row < last; row++) {
    const char *record;
    guint column = 0;

    at = record = rua_csv_skip_blank (self, at, end);
    for (;; at++) {
      RuaCsvCell cell;
      RuaCsvProblem problem;

      at = rua_csv_scan_cell (self, at, end, &cell, &problem);
      if (at == NULL)
        return rua_csv_refuse_problem (self, &problem, error);
      if (column < self->width)
        for (int k = selecting->slots[column]; k >= 0; k = selecting->again[k]) {
          gsize slot = (gsize) row * self->n_selected + (guint) k;

          self->starts[slot] = (guint64) (cell.text - self->text) | (cell.doubled ? QUOTED : 0);
          self->lengths[slot] = (guint32) cell.length;
        }
      column++;
      if (at >= end || self->kinds[(guchar) *at] != RUA_CSV_SEPARATOR)
        break;
    }
    if (column != self->width)
      return rua_csv_refuse_width (self, (gsize) (record - self->text), column, error);
    at = rua_csv_skip_line_end (at, end);
  }
  return TRUE;
}

gboolean
rua_csv_select (RuaCsv *self, const int *columns, guint n, GCancellable *cancellable, GError **error)
{
  g_autofree int *slots = g_new (int, self->width), *again = g_new (int, MAX (n, 1));
  Selecting selecting = { self, slots, again };

  for (guint i = 0; i < self->width; i++)
    slots[i] = -1;
  for (int k = (int) n - 1; k >= 0; k--) {
    again[k] = slots[columns[k]];
    slots[columns[k]] = k;
  }
  g_clear_pointer (&self->starts, g_free);
  g_clear_pointer (&self->lengths, g_free);
  self->n_selected = n;
  if (!rua_csv_index (self, NULL, cancellable, error))
    return FALSE;
  self->starts = g_try_new (guint64, MAX ((gsize) self->n_rows * n, 1));
  self->lengths = g_try_new (guint32, MAX ((gsize) self->n_rows * n, 1));
  if (self->starts == NULL || self->lengths == NULL)
    rua_set_clean_error (error, RUA_ERROR_LIMIT,
                         "%s: there is not enough memory for its %" G_GUINT64_FORMAT " rows; split the table, or give the process more memory", self->name,
                         (guint64) self->n_rows);
  else if (rua_parallel_run ((guint) (((guint64) self->n_rows + ROWS_A_TASK - 1) / ROWS_A_TASK), select_task, &selecting, NULL, cancellable, error))
    return TRUE;
  g_clear_pointer (&self->blocks, g_free);
  self->n_rows = 0;
  return FALSE;
}

const char *
rua_csv_get_cell (RuaCsv *self, guint k, gsize row, gsize *length)
{
  gsize slot = row * self->n_selected + k;
  RuaCsvCell cell = {
    .text = self->text + (self->starts[slot] & ~QUOTED),
    .length = self->lengths[slot],
    .doubled = (self->starts[slot] & QUOTED) != 0,
  };

  *length = cell.length;
  if (!cell.doubled)
    return cell.text;
  g_string_truncate (self->decoded, 0);
  rua_csv_append_cell (self, &cell, self->decoded);
  *length = self->decoded->len;
  return self->decoded->str;
}

void
rua_csv_get_place (RuaCsv *self, guint k, gsize row, guint64 *line, guint64 *character)
{
  rua_csv_locate (self, self->starts[row * self->n_selected + k] & ~QUOTED, line, character);
}
