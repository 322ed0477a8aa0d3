/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rua-arrow-private.h"

/* Arrays that somebody gave, read cell by cell. */

/* No array is longer; sums of two such numbers do not overflow. */
#define MOST ((gint64) 1 << 60)

void
rua_arrow_view_free (RuaArrowView *self)
{
  if (!self)
    return;
  rua_arrow_view_free (self->dictionary);
  rua_arrow_view_free (self->entries);
  g_free (self);
}

/* ---- types ---- */

static void
take_integer (RuaArrowView *self, const char *format)
{
  static const char letters[] = "cCsSiIlL";
  guint place = (guint) (strchr (letters, *format) - letters);

  self->kind = RUA_ARROW_KIND_INTEGER;
  self->width = 1u << (place / 2);
  self->is_signed = place % 2 == 0;
}

static gboolean
take_timestamp (RuaArrowView *self, const char *format)
{
  static const char units[] = "smun";
  gint64 per_day = 86400;

  if (strncmp (format, "ts", 2) != 0 || format[2] == '\0' || !strchr (units, format[2]) || strcmp (format + 3, ":") != 0)
    return FALSE;
  for (const char *unit = units; *unit != format[2]; unit++)
    per_day *= 1000;
  self->kind = RUA_ARROW_KIND_DAYS;
  self->width = 8;
  self->per_day = per_day;
  return TRUE;
}

static gboolean
take_decimal (RuaArrowView *self, const char *format)
{
  int precision, scale, bits = 128, length = 0;

  if (sscanf (format, "d:%d,%d%n", &precision, &scale, &length) != 2)
    return FALSE;
  if (format[length] != '\0' && (sscanf (format + length, ",%d", &bits) != 1 || bits != 128))
    return FALSE;
  if (precision < 1 || precision > 38 || scale < -38 || scale > 38)
    return FALSE;
  self->kind = RUA_ARROW_KIND_DECIMAL;
  self->width = 16;
  self->scale = scale;
  return TRUE;
}

static gboolean
take_format (RuaArrowView *self, const char *format)
{
  static const struct {
    const char *format;
    RuaArrowKind kind;
    guint width;
    gint64 per_day;
  } plain[] = {
    { "n", RUA_ARROW_KIND_NULL, 0, 0 },        { "b", RUA_ARROW_KIND_BOOLEAN, 0, 0 },
    { "f", RUA_ARROW_KIND_NUMBER, 4, 0 },      { "g", RUA_ARROW_KIND_NUMBER, 8, 0 },
    { "u", RUA_ARROW_KIND_TEXT, 4, 0 },        { "U", RUA_ARROW_KIND_TEXT, 8, 0 },
    { "tdD", RUA_ARROW_KIND_DAYS, 4, 1 },      { "tdm", RUA_ARROW_KIND_DAYS, 8, 86400000 },
    { "+l", RUA_ARROW_KIND_LIST, 4, 0 },       { "+L", RUA_ARROW_KIND_LIST, 8, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    if (strcmp (format, plain[i].format) == 0) {
      self->kind = plain[i].kind;
      self->width = plain[i].width;
      self->per_day = plain[i].per_day;
      return TRUE;
    }
  if (strlen (format) == 1 && strchr ("cCsSiIlL", *format)) {
    take_integer (self, format);
    return TRUE;
  }
  return take_timestamp (self, format) || take_decimal (self, format);
}

static RuaArrowView *
view_new (const struct ArrowSchema *schema, guint depth, char **problem)
{
  g_autoptr (RuaArrowView) self = g_new0 (RuaArrowView, 1);

  if (!schema || !schema->release || !schema->format) {
    *problem = g_strdup ("its schema is not there, or was released before");
    return NULL;
  }
  /* A list of what a dictionary tells is the deepest. */
  if (depth > 2 || !take_format (self, schema->format)) {
    *problem = g_strdup_printf ("the Arrow type “%.40s” is not read here", schema->format);
    return NULL;
  }
  if (schema->dictionary) {
    if (self->kind != RUA_ARROW_KIND_INTEGER) {
      *problem = g_strdup ("the codes of its dictionary are no whole numbers");
      return NULL;
    }
    self->coded = TRUE;
    self->dictionary = view_new (schema->dictionary, depth + 1, problem);
    if (!self->dictionary)
      return NULL;
  }
  if (self->kind == RUA_ARROW_KIND_LIST) {
    if (schema->n_children != 1 || !schema->children) {
      *problem = g_strdup ("it is a list without a type of its entries");
      return NULL;
    }
    self->entries = view_new (schema->children[0], depth + 1, problem);
    if (!self->entries)
      return NULL;
  }
  return g_steal_pointer (&self);
}

RuaArrowView *
rua_arrow_view_new (const struct ArrowSchema *schema, char **problem)
{
  return view_new (schema, 0, problem);
}

/* ---- arrays ---- */

static gint64
offset_at (const RuaArrowView *self, gint64 row)
{
  return self->width == 4 ? ((const gint32 *) self->array->buffers[1])[self->first + row]
                          : ((const gint64 *) self->array->buffers[1])[self->first + row];
}

static gboolean
is_right (const RuaArrowView *self, const struct ArrowArray *array, gint64 offset, gint64 n, const char **what)
{
  gint64 n_buffers = self->kind == RUA_ARROW_KIND_NULL ? 0 : self->kind == RUA_ARROW_KIND_TEXT ? 3 : 2;

  if (!array || !array->release)
    *what = "it is not there, or was released before";
  else if (array->length < 0 || array->offset < 0 || array->length > MOST || array->offset > MOST)
    *what = "its length or its offset is no length";
  else if (array->length < offset + n)
    *what = "it is shorter than the table";
  else if (array->n_buffers != n_buffers || (n_buffers > 0 && !array->buffers))
    *what = "it has another number of buffers than its type";
  else if (n_buffers > 0 && array->null_count > 0 && !array->buffers[0])
    *what = "it says that values are missing, but not which";
  else if (n_buffers > 0 && n > 0 && !array->buffers[1])
    *what = "its values are not there";
  else if (array->n_children != (self->entries ? 1 : 0) || (self->entries && !array->children))
    *what = "it has another number of children than its type";
  else
    return TRUE;
  return FALSE;
}

gboolean
rua_arrow_view_open (RuaArrowView *self, const struct ArrowArray *array, gint64 offset, gint64 n, char **problem)
{
  const char *what = NULL;

  if (!is_right (self, array, offset, n, &what)) {
    *problem = g_strdup (what);
    return FALSE;
  }
  self->array = array;
  self->first = array->offset + offset;
  if (self->kind == RUA_ARROW_KIND_TEXT && n > 0 && offset_at (self, n) != 0 && !array->buffers[2]) {
    *problem = g_strdup ("its texts are not there");
    return FALSE;
  }
  if (self->coded)
    return rua_arrow_view_open (self->dictionary, array->dictionary, 0,
                                array->dictionary ? MAX (array->dictionary->length, 0) : 0, problem);
  if (self->entries)
    return rua_arrow_view_open (self->entries, array->children[0], 0,
                                array->children[0] ? MAX (array->children[0]->length, 0) : 0, problem);
  return TRUE;
}

/* ---- cells ---- */

gboolean
rua_arrow_view_is_known (const RuaArrowView *self, gint64 row)
{
  const guint8 *known;
  gint64 at = self->first + row;
  gint64 code;

  if (self->kind == RUA_ARROW_KIND_NULL)
    return FALSE;
  known = self->array->buffers[0];
  if (known && !(known[at >> 3] >> (at & 7) & 1))
    return FALSE;
  /* A code may also mean an unknown text. */
  if (self->coded && rua_arrow_view_read_code (self, row, &code))
    return rua_arrow_view_is_known (self->dictionary, code);
  return TRUE;
}

gboolean
rua_arrow_view_read_boolean (const RuaArrowView *self, gint64 row, gboolean *value)
{
  gint64 at = self->first + row;

  *value = ((const guint8 *) self->array->buffers[1])[at >> 3] >> (at & 7) & 1;
  return TRUE;
}

gboolean
rua_arrow_view_read_integer (const RuaArrowView *self, gint64 row, gint64 *value)
{
  gconstpointer values = self->array->buffers[1];
  gint64 at = self->first + row;

  switch (self->width * 2 + self->is_signed) {
  case 2:
    *value = ((const guint8 *) values)[at];
    return TRUE;
  case 3:
    *value = ((const gint8 *) values)[at];
    return TRUE;
  case 4:
    *value = ((const guint16 *) values)[at];
    return TRUE;
  case 5:
    *value = ((const gint16 *) values)[at];
    return TRUE;
  case 8:
    *value = ((const guint32 *) values)[at];
    return TRUE;
  case 9:
    *value = ((const gint32 *) values)[at];
    return TRUE;
  case 16:
    *value = (gint64) ((const guint64 *) values)[at];
    return *value >= 0;
  default:
    *value = ((const gint64 *) values)[at];
    return TRUE;
  }
}

gboolean
rua_arrow_view_read_number (const RuaArrowView *self, gint64 row, double *value)
{
  gconstpointer values = self->array->buffers[1];
  gint64 at = self->first + row;

  *value = self->width == 4 ? (double) ((const float *) values)[at] : ((const double *) values)[at];
  return isfinite (*value);
}

gboolean
rua_arrow_view_read_code (const RuaArrowView *self, gint64 row, gint64 *code)
{
  return rua_arrow_view_read_integer (self, row, code) && *code >= 0
    && *code < self->dictionary->array->length;
}

static gboolean
read_span (const RuaArrowView *self, gint64 row, gint64 *first, gint64 *n)
{
  gint64 end = offset_at (self, row + 1);

  *first = offset_at (self, row);
  *n = end - *first;
  return *first >= 0 && *n >= 0 && end <= MOST;
}

gboolean
rua_arrow_view_read_text (const RuaArrowView *self, gint64 row, const char **text, gsize *length)
{
  gint64 first, n, code;

  if (self->coded)
    return rua_arrow_view_read_code (self, row, &code)
      && rua_arrow_view_read_text (self->dictionary, code, text, length);
  if (!read_span (self, row, &first, &n))
    return FALSE;
  *text = n > 0 ? (const char *) self->array->buffers[2] + first : "";
  *length = (gsize) n;
  /* A NUL ends a text here. */
  return g_utf8_validate_len (*text, *length, NULL);
}

gboolean
rua_arrow_view_read_day (const RuaArrowView *self, gint64 row, gint64 *day, gboolean *exact)
{
  gint64 at = self->first + row;
  gint64 told = self->width == 4 ? ((const gint32 *) self->array->buffers[1])[at]
                                 : ((const gint64 *) self->array->buffers[1])[at];

  *exact = told % self->per_day == 0;
  *day = told / self->per_day - (told % self->per_day < 0);
  return TRUE;
}

gboolean
rua_arrow_view_read_decimal (const RuaArrowView *self, gint64 row, guint digits, gint64 *value)
{
  __extension__ __int128 wide;
  int shift = (int) digits - self->scale;

  memcpy (&wide, (const guint8 *) self->array->buffers[1] + (self->first + row) * 16, sizeof wide);
  for (; shift < 0; shift++) {
    if (wide % 10 != 0)
      return FALSE;
    wide /= 10;
  }
  for (; shift > 0 && wide != 0; shift--) {
    if (wide > G_MAXINT64 || wide < G_MININT64)
      return FALSE;
    wide *= 10;
  }
  if (wide > G_MAXINT64 || wide < G_MININT64)
    return FALSE;
  *value = (gint64) wide;
  return TRUE;
}

gboolean
rua_arrow_view_read_list (const RuaArrowView *self, gint64 row, gint64 *first, gint64 *n)
{
  return read_span (self, row, first, n) && *first + *n <= self->entries->array->length;
}
