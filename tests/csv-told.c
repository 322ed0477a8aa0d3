/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "csv-told.h"

#include <string.h>

#include "rua-date.h"

typedef struct {
  const RuaCsvField *fields;
  guint n_fields;
  GString *spans[64];
} Told;

static gboolean
tell_span (guint span, guint32 first, guint32 n_rows, RuaCsvVector *vectors, gpointer data, GError **error)
{
  Told *told = data;
  GString *out = told->spans[span] = g_string_new (NULL);

  for (guint32 i = 0; i < n_rows; i++) {
    for (guint f = 0; f < told->n_fields; f++) {
      RuaCsvVector *vector = &vectors[f];

      g_string_append_c (out, f ? '|' : '/');
      if (!(vector->known[i >> 6] >> (i & 63) & 1)) {
        g_string_append_c (out, '?');
        continue;
      }
      switch (told->fields[f].type) {
      case RUA_CSV_TEXT:
        g_string_append_len (out, vector->words->words[vector->codes[i]].text, vector->words->words[vector->codes[i]].length);
        break;
      case RUA_CSV_NUMBER:
        g_string_append_printf (out, "%.17g", vector->numbers[i]);
        break;
      case RUA_CSV_DATE: {
        g_autofree char *date = rua_date_format (rua_date_packed_day (vector->dates[i]), rua_date_packed_precision (vector->dates[i]));

        g_string_append (out, date);
        break;
      }
      case RUA_CSV_BOOLEAN:
        g_string_append (out, vector->booleans[i] ? "yes" : "no");
        break;
      case RUA_CSV_INTEGER:
      case RUA_CSV_MONEY:
      case RUA_CSV_KEY:
      default:
        g_string_append_printf (out, "%" G_GINT64_FORMAT, vector->integers[i]);
      }
    }
  }
  return TRUE;
}

char *
csv_read_text (const char *text, gsize length, const RuaCsvDialect *dialect, const RuaCsvLimits *limits, const RuaCsvField *fields, guint n_fields, guint32 offset, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (RuaCsv) csv = rua_csv_new (bytes, "t.csv", dialect, limits, NULL, error);
  Told told = { fields, n_fields, { NULL } };
  RuaCsvBads bads;
  GString *all = g_string_new (NULL);
  gboolean done;

  rua_csv_bads_init (&bads, 100);
  done = csv != NULL && rua_csv_read (csv, fields, n_fields, offset, tell_span, &told, &bads, NULL, NULL, error);
  for (guint i = 0; i < G_N_ELEMENTS (told.spans); i++)
    if (told.spans[i]) {
      g_string_append_len (all, told.spans[i]->str, (gssize) told.spans[i]->len);
      g_string_free (told.spans[i], TRUE);
    }
  rua_csv_bads_sort (&bads);
  for (guint i = 0; i < bads.bad->len; i++) {
    const RuaCsvBad *bad = &g_array_index (bads.bad, RuaCsvBad, i);

    g_string_append_printf (all, " %u:%d:%u", bad->row, (int) bad->field, bad->reason);
  }
  rua_csv_bads_clear (&bads);
  return g_string_free (all, !done);
}

char *
csv_read_good (const char *text, const RuaCsvDialect *dialect, const RuaCsvField *fields, guint n_fields)
{
  GError *error = NULL;
  char *told = csv_read_text (text, strlen (text), dialect, NULL, fields, n_fields, 0, &error);

  g_assert_no_error (error);
  return told;
}
