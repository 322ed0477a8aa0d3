/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-csv-columns-private.h"
#include "rua-date.h"
#include "rua-parallel.h"

#include <string.h>

/* The first byte tells the dialect, the rest is a CSV text: read as columns of every type, by one thread and
 * by two, whose spans are cut elsewhere. Both say the same, or refuse it in the same words. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const RuaCsvType types[] = { RUA_CSV_TEXT, RUA_CSV_INTEGER, RUA_CSV_NUMBER, RUA_CSV_MONEY, RUA_CSV_DATE, RUA_CSV_BOOLEAN, RUA_CSV_KEY };

#define N_TYPES G_N_ELEMENTS (types)

/* A sum over the cells, which does not depend on how they are cut into spans. */
static gboolean
sum_span (guint span, guint32 first, guint32 n_rows, RuaCsvVector *vectors, gpointer data, GError **error)
{
  guint64 *sum = data, own = 0;
  static GMutex mutex;

  for (guint f = 0; f < N_TYPES; f++)
    for (guint32 i = 0; i < n_rows; i++) {
      guint64 cell = 0;

      if (!(vectors[f].known[i >> 6] >> (i & 63) & 1))
        continue;
      switch (types[f]) {
      case RUA_CSV_TEXT: {
        const RuaCsvWord *word = &vectors[f].words->words[vectors[f].codes[i]];

        if (!g_utf8_validate_len (word->text, word->length, NULL))
          g_error ("a text that is none");
        for (guint32 k = 0; k < word->length; k++)
          cell = cell * 31 + (guchar) word->text[k];
        break;
      }
      case RUA_CSV_DATE: {
        g_autofree char *date = rua_date_format (rua_date_packed_day (vectors[f].dates[i]), rua_date_packed_precision (vectors[f].dates[i]));

        if (!rua_date_parse (date, NULL, NULL, NULL))
          g_error ("%s: a date that is none", date);
        cell = (guint64) vectors[f].dates[i];
        break;
      }
      case RUA_CSV_BOOLEAN:
        cell = vectors[f].booleans[i];
        break;
      case RUA_CSV_INTEGER:
      case RUA_CSV_NUMBER:
      case RUA_CSV_MONEY:
      case RUA_CSV_KEY:
      default:
        memcpy (&cell, &vectors[f].integers[i], sizeof cell);
      }
      own += (cell + 1) * (first + i + 1) * (f + 1);
    }
  g_mutex_lock (&mutex);
  *sum += own;
  g_mutex_unlock (&mutex);
  return TRUE;
}

/* What was found, in words: the sum and the bad cells, or the error. */
static char *
read_all (GBytes *text, const RuaCsvDialect *dialect, const RuaCsvField *shape, guint threads, guint32 offset)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaCsv) csv = rua_csv_new (text, "fuzz.csv", dialect, NULL, NULL, &error);
  RuaCsvField fields[N_TYPES];
  RuaCsvBads bads;
  guint64 sum = 0;
  GString *out = g_string_new (NULL);
  gboolean done = csv != NULL;

  rua_set_n_threads (threads);
  rua_csv_bads_init (&bads, 20);
  if (done) {
    for (guint f = 0; f < N_TYPES; f++) {
      fields[f] = *shape;
      fields[f].type = types[f];
      fields[f].column = f % rua_csv_get_n_columns (csv);
      fields[f].digits = 2;
    }
    done = rua_csv_read (csv, fields, N_TYPES, offset, sum_span, &sum, &bads, NULL, NULL, &error);
  }
  if (done) {
    RuaCsvCursor cursor = { 0 };
    g_autoptr (GString) cell = g_string_new (NULL);

    rua_csv_bads_sort (&bads);
    g_string_append_printf (out, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, sum, bads.count);
    for (guint i = 0; i < bads.bad->len; i++) {
      const RuaCsvBad *bad = &g_array_index (bads.bad, RuaCsvBad, i);
      guint64 line, character;

      rua_csv_tell_cell (csv, &cursor, bad->row, bad->field == G_MAXUINT32 ? G_MAXUINT32 : fields[bad->field].column, cell, &line, &character);
      g_string_append_printf (out, " %" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%u:%s", line, character, bad->reason, cell->str);
    }
  } else {
    if (error == NULL || !g_utf8_validate (error->message, -1, NULL))
      g_error ("no error of ours");
    g_string_append (out, error->message);
  }
  rua_csv_bads_clear (&bads);
  rua_set_n_threads (0);
  return g_string_free (out, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char separators[] = { '\0', ',', ';', '\t', '|', ':', ' ', ',' };
  static const char *const missing[] = { "NA", "-", "9", NULL };
  RuaCsvDialect dialect = { 0 };
  RuaCsvField shape = { 0 };
  g_autoptr (GBytes) text = NULL;
  g_autofree char *one = NULL, *two = NULL;
  guint8 told;

  if (size == 0)
    return 0;
  told = data[0];
  dialect.separator = separators[told & 7];
  dialect.quote = told & 8 ? '\'' : told & 16 ? RUA_CSV_NO_QUOTE : '\0';
  dialect.no_header = (told & 32) != 0;
  if (told & 64) {
    shape.missing = missing;
    shape.trim = TRUE;
    shape.decimal = ',';
    shape.grouping = '.';
  }
  if (told & 128)
    dialect.encoding = "gb18030";
  text = g_bytes_new (data + 1, size - 1);
  one = read_all (text, &dialect, &shape, 1, 0);
  two = read_all (text, &dialect, &shape, 2, 65535);
  if (!g_str_equal (one, two))
    g_error ("'%s' by one thread, '%s' by two", one, two);
  return 0;
}
