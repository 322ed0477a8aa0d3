/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-figures-private.h"

#include <math.h>

#include "rua-json-private.h"

struct _RuaFigures {
  GStringChunk *texts;
  GArray *figures;   /* RuaFigure */
  GHashTable *index; /* made on the first look-up: key -> number + 1 */
  GArray *missing;   /* RuaMissing */
  GPtrArray *warnings;
  guint64 n_total;
  guint64 n_used;
};

RuaFigures *
rua_figures_new (void)
{
  RuaFigures *self = g_new0 (RuaFigures, 1);

  self->texts = g_string_chunk_new (1024);
  self->figures = g_array_new (FALSE, FALSE, sizeof (RuaFigure));
  self->missing = g_array_new (FALSE, FALSE, sizeof (RuaMissing));
  self->warnings = g_ptr_array_new ();
  return self;
}

void
rua_figures_free (RuaFigures *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->index, g_hash_table_unref);
  g_array_unref (self->figures);
  g_array_unref (self->missing);
  g_ptr_array_unref (self->warnings);
  g_string_chunk_free (self->texts);
  g_free (self);
}

void
rua_figures_put_or (RuaFigures *self, const char *key, double value, const char *reason)
{
  RuaFigure figure = { g_string_chunk_insert (self->texts, key), value, NULL };

  if (reason != NULL) {
    figure.value = NAN;
    figure.reason = g_string_chunk_insert_const (self->texts, reason);
  } else if (!isfinite (value)) {
    figure.value = NAN;
    figure.reason = isnan (value) ? "an operation has no result for these values"
                                  : "the result is beyond the range of numbers";
  }
  g_clear_pointer (&self->index, g_hash_table_unref);
  g_array_append_val (self->figures, figure);
}

void
rua_figures_put (RuaFigures *self, const char *key, double value)
{
  rua_figures_put_or (self, key, value, NULL);
}

void
rua_figures_undefined (RuaFigures *self, const char *key, const char *reason)
{
  rua_figures_put_or (self, key, NAN, reason);
}

void
rua_figures_put_at (
  RuaFigures *self, const char *name, const char *label, double value, const char *reason)
{
  char *key = g_strconcat (name, "[", label, "]", NULL);

  rua_figures_put_or (self, key, value, reason);
  g_free (key);
}

void
rua_figures_put_nth (
  RuaFigures *self, const char *name, double index, double value, const char *reason)
{
  char label[40];

  rua_figures_put_at (self, name, rua_number_format (index, label), value, reason);
}

void
rua_figures_put_cell (
  RuaFigures *self, const char *name, double row, double column, double value, const char *reason)
{
  char first[40], second[40], label[82];

  g_snprintf (label, sizeof label, "%s,%s", rua_number_format (row, first),
              rua_number_format (column, second));
  rua_figures_put_at (self, name, label, value, reason);
}

void
rua_figures_warn (RuaFigures *self, const char *format, ...)
{
  va_list arguments;
  char *text;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (self->warnings, g_string_chunk_insert (self->texts, text));
  g_free (text);
}

guint
rua_figures_get_n (RuaFigures *self)
{
  return self->figures->len;
}

const RuaFigure *
rua_figures_get_nth (RuaFigures *self, guint i)
{
  return &g_array_index (self->figures, RuaFigure, i);
}

const RuaFigure *
rua_figures_find (RuaFigures *self, const char *key)
{
  guint number;

  if (self->index == NULL) {
    self->index = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint i = 0; i < self->figures->len; i++)
      g_hash_table_insert (self->index, (gpointer)rua_figures_get_nth (self, i)->key,
                           GUINT_TO_POINTER (i + 1));
  }
  number = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, key));
  return number > 0 ? rua_figures_get_nth (self, number - 1) : NULL;
}

gboolean
rua_figures_get (RuaFigures *self, const char *key, double *value)
{
  const RuaFigure *figure = rua_figures_find (self, key);

  if (figure == NULL || figure->reason != NULL)
    return FALSE;
  if (value)
    *value = figure->value;
  return TRUE;
}

const char *const *
rua_figures_get_warnings (RuaFigures *self, guint *n)
{
  *n = self->warnings->len;
  return (const char *const *)self->warnings->pdata;
}

void
rua_figures_set_records (RuaFigures *self, guint64 n_total, guint64 n_used)
{
  self->n_total = n_total;
  self->n_used = n_used;
}

guint64
rua_figures_get_n_total (RuaFigures *self)
{
  return self->n_total;
}

guint64
rua_figures_get_n_used (RuaFigures *self)
{
  return self->n_used;
}

void
rua_figures_add_missing (RuaFigures *self, const char *role, guint64 n)
{
  RuaMissing missing = { g_string_chunk_insert_const (self->texts, role), n };

  g_array_append_val (self->missing, missing);
}

const RuaMissing *
rua_figures_get_missing (RuaFigures *self, guint *n)
{
  *n = self->missing->len;
  return (const RuaMissing *)self->missing->data;
}
