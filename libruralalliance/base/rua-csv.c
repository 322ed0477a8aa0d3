/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-private.h"

#include <math.h>
#include <string.h>

#include "rua-json-private.h"

#define QUOTED (G_GUINT64_CONSTANT (1) << 63)

struct _RuaCsv {
  GBytes *bytes;
  const char *text;
  gsize length;
  gsize body; /* where the first record starts */
  char separator;
  char *name;
  GPtrArray *header;
  guint n_selected;
  gsize n_rows;
  gsize capacity;
  /* Of selected cell k of row r at r * n_selected + k: start, with QUOTED when quotes have to be
   * undone, and length of what stands between. */
  guint64 *starts;
  guint32 *lengths;
  GString *decoded;
};

void
rua_csv_free (RuaCsv *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->header, g_ptr_array_unref);
  g_free (self->name);
  g_free (self->starts);
  g_free (self->lengths);
  g_string_free (self->decoded, TRUE);
  g_free (self);
}

static void
locate (RuaCsv *self, gsize offset, guint64 *line, guint64 *character)
{
  const char *start = self->text, *at, *end = self->text + offset;

  *line = 1;
  /* A line ends in LF, CR LF, or CR alone. */
  for (at = start; at < end; at++)
    if (*at == '\n' || (*at == '\r' && !(at + 1 < self->text + self->length && at[1] == '\n'))) {
      ++*line;
      start = at + 1;
    }
  *character = g_utf8_strlen (start, end - start) + 1;
}

static gboolean refuse (RuaCsv *self, gsize offset, GError **error, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

static gboolean
refuse (RuaCsv *self, gsize offset, GError **error, const char *format, ...)
{
  guint64 line, character;
  va_list arguments;
  char *text;

  locate (self, MIN (offset, self->length), &line, &character);
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, RUA_ERROR, RUA_ERROR_SYNTAX,
               "%s, line %" G_GUINT64_FORMAT ", character %" G_GUINT64_FORMAT ": %s", self->name,
               line, character, text);
  g_free (text);
  return FALSE;
}

/* One cell from @at: its bounds, and where the scan goes on (on the separator, the line end or
 * the end of the text). */
static inline gboolean
scan_cell (RuaCsv *self, gsize at, guint64 *start, gsize *length, gsize *next, GError **error)
{
  const char *text = self->text;
  gsize end = self->length, from = at;
  char separator = self->separator;
  guint64 mark = 0;

  if (at < end && text[at] == '"') {
    from = ++at;
    for (;;) {
      const char *quote = memchr (text + at, '"', end - at);

      if (quote == NULL)
        return refuse (self, from - 1, error, "the quote that opens here is not closed");
      at = quote - text;
      if (at + 1 < end && text[at + 1] == '"') {
        mark = QUOTED;
        at += 2;
        continue;
      }
      break;
    }
    *start = from | mark;
    *length = at - from;
    at++;
    if (at < end && text[at] != separator && text[at] != '\n' && text[at] != '\r')
      return refuse (self, at, error,
                     "text follows a closing quote; double a quote that belongs to the text");
  } else {
    while (at < end && text[at] != separator && text[at] != '\n' && text[at] != '\r') {
      if (text[at] == '"')
        return refuse (
          self, at, error,
          "a quote stands within an unquoted cell; quote the cell and double the quote");
      at++;
    }
    *start = from;
    *length = at - from;
  }
  if (*length > G_MAXUINT32)
    return refuse (self, from, error, "a cell of more than 4 GiB");
  *next = at;
  return TRUE;
}

static inline gsize
skip_line_end (RuaCsv *self, gsize at)
{
  if (at < self->length && self->text[at] == '\r')
    at++;
  else if (at < self->length && self->text[at] == '\n')
    return at + 1;
  if (at < self->length && self->text[at] == '\n')
    at++;
  return at;
}

static const char *
decode (RuaCsv *self, guint64 start, gsize *length)
{
  const char *text = self->text + (start & ~QUOTED);

  if (!(start & QUOTED))
    return text;
  g_string_truncate (self->decoded, 0);
  for (gsize i = 0; i < *length; i++) {
    g_string_append_c (self->decoded, text[i]);
    if (text[i] == '"')
      i++;
  }
  *length = self->decoded->len;
  return self->decoded->str;
}

static gboolean
read_header (RuaCsv *self, GError **error)
{
  gsize at = 0;

  if (self->length >= 3 && memcmp (self->text, "\xef\xbb\xbf", 3) == 0)
    at = 3;
  if (at == self->length)
    return refuse (self, at, error,
                   "the file is empty; a row with the names of the columns is needed");
  for (;;) {
    guint64 start;
    gsize length;
    const char *name;
    char *copy;

    if (!scan_cell (self, at, &start, &length, &at, error))
      return FALSE;
    name = decode (self, start, &length);
    copy = g_strndup (name, length);
    g_ptr_array_add (self->header, copy);
    for (guint i = 0; i + 1 < self->header->len; i++)
      if (*copy != '\0' && g_str_equal (g_ptr_array_index (self->header, i), copy))
        return refuse (self, start & ~QUOTED, error, "the column \"%s\" is there twice; rename one",
                       copy);
    if (at >= self->length || self->text[at] != self->separator)
      break;
    at++;
  }
  self->body = skip_line_end (self, at);
  g_ptr_array_add (self->header, NULL);
  return TRUE;
}

RuaCsv *
rua_csv_new (GBytes *bytes, const char *name, char separator, GError **error)
{
  RuaCsv *self = g_new0 (RuaCsv, 1);
  const char *bad;

  self->bytes = g_bytes_ref (bytes);
  self->text = g_bytes_get_data (bytes, &self->length);
  if (self->text == NULL)
    self->text = "";
  self->name = g_strdup (name ? name : "CSV");
  self->separator = separator ? separator : ',';
  self->header = g_ptr_array_new_with_free_func (g_free);
  self->decoded = g_string_new (NULL);
  if (!g_utf8_validate_len (self->text, self->length, &bad)) {
    refuse (self, bad - self->text, error,
            *bad == '\0' ? "a NUL byte; save the table as plain UTF-8 text"
                         : "not UTF-8; save the table as UTF-8");
    g_clear_pointer (&self, rua_csv_free);
  } else if (!read_header (self, error)) {
    g_clear_pointer (&self, rua_csv_free);
  }
  return self;
}

RuaCsv *
rua_csv_open (const char *path, char separator, GError **error)
{
  GMappedFile *file = g_mapped_file_new (path, FALSE, error);
  char *name;
  GBytes *bytes;
  RuaCsv *self;

  if (file == NULL)
    return NULL;
  bytes = g_mapped_file_get_bytes (file);
  g_mapped_file_unref (file);
  name = g_path_get_basename (path);
  self = rua_csv_new (bytes, name, separator, error);
  g_free (name);
  g_bytes_unref (bytes);
  return self;
}

const char *
rua_csv_get_name (RuaCsv *self)
{
  return self->name;
}

const char *const *
rua_csv_get_header (RuaCsv *self)
{
  return (const char *const *)self->header->pdata;
}

int
rua_csv_find (RuaCsv *self, const char *column, GError **error)
{
  char *names;

  for (guint i = 0; i + 1 < self->header->len; i++)
    if (g_str_equal (g_ptr_array_index (self->header, i), column))
      return i;
  names = g_strjoinv (", ", (char **)self->header->pdata);
  g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "%s has no column \"%s\"; its columns are: %s",
               self->name, column, names);
  g_free (names);
  return -1;
}

gboolean
rua_csv_select (
  RuaCsv *self, const int *columns, guint n, GCancellable *cancellable, GError **error)
{
  guint width = self->header->len - 1;
  int *slots = g_new (int, width);      /* of a column: first selected cell of it, -1 */
  int *again = g_new (int, MAX (n, 1)); /* next selected cell of the same column, -1 */
  gsize at = self->body;
  gboolean done = TRUE;

  for (guint i = 0; i < width; i++)
    slots[i] = -1;
  for (int k = (int)n - 1; k >= 0; k--) {
    again[k] = slots[columns[k]];
    slots[columns[k]] = k;
  }
  g_clear_pointer (&self->starts, g_free);
  g_clear_pointer (&self->lengths, g_free);
  self->n_selected = n;
  self->n_rows = 0;
  /* The first guess of the number of rows is from the text's length. */
  self->capacity = MAX (16, self->length / (8 * width + 8));
  self->starts = g_new (guint64, self->capacity * MAX (n, 1));
  self->lengths = g_new (guint32, self->capacity * MAX (n, 1));
  while (done && at < self->length) {
    gsize record = at;
    guint column = 0;

    /* A blank line is no record where records have several cells, nor at the end. */
    if (self->text[at] == '\n' || self->text[at] == '\r') {
      gsize next = skip_line_end (self, at);

      if (width > 1 || next >= self->length) {
        at = next;
        continue;
      }
    }
    if (self->n_rows == self->capacity) {
      self->capacity += self->capacity / 2;
      self->starts = g_renew (guint64, self->starts, self->capacity * MAX (n, 1));
      self->lengths = g_renew (guint32, self->lengths, self->capacity * MAX (n, 1));
    }
    if ((self->n_rows & 0xffff) == 0xffff
        && g_cancellable_set_error_if_cancelled (cancellable, error)) {
      done = FALSE;
      break;
    }
    for (;;) {
      guint64 start;
      gsize length;

      if (!scan_cell (self, at, &start, &length, &at, error)) {
        done = FALSE;
        break;
      }
      if (column < width) {
        for (int k = slots[column]; k >= 0; k = again[k]) {
          self->starts[self->n_rows * n + k] = start;
          self->lengths[self->n_rows * n + k] = length;
        }
      }
      column++;
      if (at >= self->length || self->text[at] != self->separator)
        break;
      at++;
    }
    if (done && column != width)
      done
        = refuse (self, record, error,
                  "%u cells where the header has %u columns; quote a cell that holds the separator",
                  column, width);
    self->n_rows++;
    at = skip_line_end (self, at);
  }
  if (!done)
    self->n_rows = 0;
  g_free (slots);
  g_free (again);
  return done;
}

gsize
rua_csv_get_n_rows (RuaCsv *self)
{
  return self->n_rows;
}

const char *
rua_csv_get_cell (RuaCsv *self, guint k, gsize row, gsize *length)
{
  gsize cell = row * self->n_selected + k;

  *length = self->lengths[cell];
  return decode (self, self->starts[cell], length);
}

void
rua_csv_get_place (RuaCsv *self, guint k, gsize row, guint64 *line, guint64 *character)
{
  locate (self, self->starts[row * self->n_selected + k] & ~QUOTED, line, character);
}

/* A mantissa below 2^53 and a power of ten up to 22 are both exact doubles, so one division or
 * product rounds once and correctly (W. D. Clinger, PLDI 1990). All else goes to strtod. */
gboolean
rua_csv_parse_number (const char *text, gsize length, double *value)
{
  static const double powers[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  };
  gsize i = 0;
  guint64 mantissa = 0;
  guint digits = 0, decimals = 0, significant = 0;
  gboolean negative = FALSE, point = FALSE;

  if (length > 0 && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    i++;
  }
  for (; i < length; i++) {
    if (g_ascii_isdigit (text[i])) {
      digits++;
      decimals += point;
      if (mantissa != 0 || text[i] != '0')
        significant++;
      if (significant <= 18)
        mantissa = mantissa * 10 + (text[i] - '0');
    } else if (text[i] == '.' && !point) {
      point = TRUE;
    } else {
      break;
    }
  }
  if (digits == 0)
    return FALSE;
  if (i == length && significant <= 18 && mantissa < (G_GUINT64_CONSTANT (1) << 53)
      && decimals <= 22) {
    *value = (double)mantissa / powers[decimals];
  } else {
    char small[64], *copy = small, *end;

    if (i < length) {
      gsize j = i + 1;

      if (text[i] != 'e' && text[i] != 'E')
        return FALSE;
      if (j < length && (text[j] == '-' || text[j] == '+'))
        j++;
      if (j == length)
        return FALSE;
      for (; j < length; j++)
        if (!g_ascii_isdigit (text[j]))
          return FALSE;
    }
    if (length >= sizeof small)
      copy = g_malloc (length + 1);
    memcpy (copy, text, length);
    copy[length] = '\0';
    *value = g_ascii_strtod (copy + (text[0] == '-' || text[0] == '+'), &end);
    if (copy != small)
      g_free (copy);
    if (!isfinite (*value))
      return FALSE;
  }
  if (negative)
    *value = -*value;
  return TRUE;
}
