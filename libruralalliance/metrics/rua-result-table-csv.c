/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-result-table.h"

#include "rua-csv-private.h"
#include "rua-json-private.h"

#include <math.h>
#include <string.h>

/* Figures side by side for spreadsheets. */

/* So much text is in memory on its way to a stream. */
#define PIECE 65536u

typedef struct {
  const gint32 *codes;
  const char *const *labels;
  GBytes *owner;
} Labels;

typedef struct {
  GOutputStream *stream; /* NULL: all stays in @out */
  GCancellable *cancellable;
  GString *out;
  GArray *labels;    /* of Labels */
  GPtrArray *owners; /* of the values */
  GPtrArray *values; /* arrays of doubles, by column */
} Writing;

static void
labels_clear (gpointer data)
{
  g_bytes_unref (((Labels *) data)->owner);
}

static void
begin (Writing *self, RuaResultTable *table)
{
  const char *const *paths = rua_result_table_get_group_paths (table);

  self->out = g_string_new (NULL);
  self->labels = g_array_new (FALSE, FALSE, sizeof (Labels));
  g_array_set_clear_func (self->labels, labels_clear);
  self->owners = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->values = g_ptr_array_new ();
  for (guint k = 0; paths[k] != NULL; k++) {
    Labels labels = { .labels = rua_result_table_get_labels (table, paths[k]),
                      .owner = rua_result_table_dup_codes (table, paths[k]) };

    labels.codes = g_bytes_get_data (labels.owner, NULL);
    g_array_append_val (self->labels, labels);
  }
  for (guint i = 0; i < rua_result_table_get_n_columns (table); i++) {
    GBytes *values = rua_result_table_dup_values (table, i);

    g_ptr_array_add (self->owners, values);
    g_ptr_array_add (self->values, (gpointer) g_bytes_get_data (values, NULL));
  }
}

static void
end (Writing *self)
{
  g_array_unref (self->labels);
  g_ptr_array_unref (self->values);
  g_ptr_array_unref (self->owners);
  if (self->out != NULL)
    g_string_free (self->out, TRUE);
}

static void
put_separator (GString *out, gboolean *is_first)
{
  if (!*is_first)
    g_string_append_c (out, ',');
  *is_first = FALSE;
}

/* An empty label is "", an unknown one nothing. */
static void
put_text (GString *out, const char *text)
{
  if (text != NULL && *text == '\0')
    g_string_append (out, "\"\"");
  else if (text != NULL)
    rua_csv_append_text (out, text, strlen (text), ',');
}

static void
put_header (Writing *self, RuaResultTable *table)
{
  const char *const *paths = rua_result_table_get_group_paths (table);
  gboolean is_first = TRUE;

  for (guint k = 0; paths[k] != NULL; k++) {
    put_separator (self->out, &is_first);
    put_text (self->out, paths[k]);
  }
  for (guint i = 0; i < self->values->len; i++) {
    put_separator (self->out, &is_first);
    put_text (self->out, rua_result_table_get_name (table, i));
  }
  g_string_append_c (self->out, '\n');
}

static void
put_row (Writing *self, guint row)
{
  gboolean is_first = TRUE;
  gsize before = self->out->len;

  for (guint k = 0; k < self->labels->len; k++) {
    const Labels *labels = &g_array_index (self->labels, Labels, k);

    put_separator (self->out, &is_first);
    put_text (self->out, labels->codes[row] >= 0 ? labels->labels[labels->codes[row]] : NULL);
  }
  for (guint i = 0; i < self->values->len; i++) {
    double value = ((const double *) g_ptr_array_index (self->values, i))[row];
    char text[40];

    put_separator (self->out, &is_first);
    if (isfinite (value))
      g_string_append (self->out, rua_number_format (value, text));
  }
  /* A blank line would be no row for most who read it. */
  if (self->out->len == before)
    g_string_append (self->out, "\"\"");
  g_string_append_c (self->out, '\n');
}

static gboolean
flush (Writing *self, gsize at_least, GError **error)
{
  if (self->stream == NULL || self->out->len < at_least)
    return TRUE;
  /* Not every stream looks. */
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
      || !g_output_stream_write_all (self->stream, self->out->str, self->out->len, NULL, self->cancellable, error))
    return FALSE;
  g_string_truncate (self->out, 0);
  return TRUE;
}

static gboolean
put_table (Writing *self, RuaResultTable *table, GError **error)
{
  put_header (self, table);
  for (guint row = 0; row < rua_result_table_get_n_rows (table); row++) {
    put_row (self, row);
    if (!flush (self, PIECE, error))
      return FALSE;
  }
  return flush (self, 1, error);
}

/**
 * rua_result_table_to_csv:
 * @self: a table
 *
 * Writes the table as comma-separated values (RFC 4180, lines ended by LF): a header of the groups' paths and the
 * columns' names, then a line a row.
 *
 * Numbers are the shortest text that reads back as the same double; what is undefined is empty, and so is an unknown
 * label, while one that is an empty text is `""`. A text that a spreadsheet would run as a formula is made harmless with
 * an apostrophe.
 *
 * Returns: (transfer full): the lines
 *
 * Since: 1.0
 */
char *
rua_result_table_to_csv (RuaResultTable *self)
{
  Writing writing = { NULL };
  char *text;

  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), NULL);

  begin (&writing, self);
  put_table (&writing, self, NULL);
  text = g_string_free (g_steal_pointer (&writing.out), FALSE);
  end (&writing);
  return text;
}

/**
 * rua_result_table_write_csv:
 * @self: a table
 * @stream: where to
 * @cancellable: (nullable): a cancellable
 * @error: return location for a #GError
 *
 * Writes the table as [method@ResultTable.to_csv] does, into a stream, which is left open.
 *
 * Returns: %TRUE, or %FALSE and a [error@Gio.IOErrorEnum], also when cancelled; part of the text may then have been
 *   written
 *
 * Since: 1.0
 */
gboolean
rua_result_table_write_csv (
  RuaResultTable *self, GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  Writing writing = { .stream = stream, .cancellable = cancellable };
  gboolean done;

  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  begin (&writing, self);
  done = put_table (&writing, self, error);
  end (&writing);
  return done;
}
