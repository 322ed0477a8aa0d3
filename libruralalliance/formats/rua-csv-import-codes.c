/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-import-private.h"

#include <string.h>

#include "rua-column-private.h"
#include "rua-parallel-private.h"

/* Distinct texts into the dictionaries of the table, and their codes into chunks. Where there are many
 * and the dictionary is still empty, they are laid one behind the other, and nothing else is made for
 * them until somebody looks for one. */

#define LEAST_RUN 4096

typedef struct {
  RuaCsvImport *import;
  RuaAppender *appender;
  RuaTable *table;
  guint32 **codes; /* by target: of a code, the dictionary's; NULL: the same */
  guint32 *before; /* WAY_ID: by span, the ids before */
  gsize *at; /* and their bytes */
  gpointer offsets;
  char *texts;
  gboolean wide;
} Making;

/* ---- many texts ---- */

static void
put_offset (Making *making, guint32 code, gsize offset)
{
  if (making->wide)
    ((guint64 *) making->offsets)[code] = offset;
  else
    ((guint32 *) making->offsets)[code] = (guint32) offset;
}

static RuaTextRun *
take_run (Making *making, guint32 n, gsize size)
{
  g_autoptr (GBytes) offsets = g_bytes_new_take (making->offsets, ((gsize) n + 1) * (making->wide ? 8 : 4));
  g_autoptr (GBytes) texts = g_bytes_new_take (making->texts, size);

  making->offsets = NULL;
  making->texts = NULL;
  return rua_text_run_new (offsets, texts, n, 1);
}

static void
make_run (Making *making, gsize size, guint32 n)
{
  making->wide = size > G_MAXUINT32;
  making->offsets = g_malloc (((gsize) n + 1) * (making->wide ? 8 : 4));
  making->texts = g_malloc (MAX (size, 1));
  put_offset (making, n, size);
}

static void
get_text (RuaCsvImport *self, guint t, guint32 code, const char **text, gsize *length)
{
  if (self->values[t].texts) {
    const GString *string = g_ptr_array_index (self->values[t].texts, code);

    *text = string->str;
    *length = string->len;
  } else {
    const RuaCsvWord *word = &self->all[rua_csv_import_target (self, t)->first]->words[code];

    *text = word->text;
    *length = word->length;
  }
}

static RuaTextRun *
run_of_texts (Making *making, guint t, guint32 n)
{
  RuaCsvImport *self = making->import;
  gsize size = 0, length;
  const char *text;

  for (guint32 code = 0; code < n; code++) {
    get_text (self, t, code, &text, &length);
    size += length + 1;
  }
  make_run (making, size, n);
  size = 0;
  for (guint32 code = 0; code < n; code++) {
    get_text (self, t, code, &text, &length);
    put_offset (making, code, size);
    memcpy (making->texts + size, text, length);
    making->texts[size + length] = '\0';
    size += length + 1;
  }
  return take_run (making, n, size);
}

/* ---- ids that are whole numbers ---- */

/* Digits from the last, as they come. */
static gsize
write_key (gint64 key, char out[24])
{
  guint64 left = key < 0 ? 0 - (guint64) key : (guint64) key;
  char digits[24];
  gsize n = 0, length = 0;

  do {
    digits[n++] = (char) ('0' + left % 10);
    left /= 10;
  } while (left > 0);
  if (key < 0)
    out[length++] = '-';
  while (n > 0)
    out[length++] = digits[--n];
  return length;
}

static gsize
key_length (gint64 key)
{
  guint64 left = key < 0 ? 0 - (guint64) key : (guint64) key;
  gsize n = 1 + (key < 0);

  for (; left >= 10; left /= 10)
    n++;
  return n;
}

static gboolean
measure_ids (guint span, gpointer data, GError **error)
{
  Making *making = data;
  const gint64 *ids = making->import->ids;
  guint32 first, n, count = 0;
  gsize size = 0;

  rua_csv_import_span (making->import, span, &first, &n);
  for (guint32 i = first; i < first + n; i++)
    if (ids[i] != G_MININT64) {
      count++;
      size += key_length (ids[i]) + 1;
    }
  making->before[span + 1] = count;
  making->at[span + 1] = size;
  return TRUE;
}

static gboolean
write_ids (guint span, gpointer data, GError **error)
{
  Making *making = data;
  const gint64 *ids = making->import->ids;
  guint32 first, n, code = making->before[span];
  gsize at = making->at[span];

  rua_csv_import_span (making->import, span, &first, &n);
  for (guint32 i = first; i < first + n; i++) {
    char text[24];
    gsize length;

    if (ids[i] == G_MININT64)
      continue;
    length = write_key (ids[i], text);
    put_offset (making, code++, at);
    memcpy (making->texts + at, text, length);
    making->texts[at + length] = '\0';
    at += length + 1;
  }
  return TRUE;
}

static gboolean
run_of_ids (Making *making, RuaTextRun **run, GError **error)
{
  RuaCsvImport *self = making->import;

  making->before = g_new0 (guint32, self->n_spans + 1);
  making->at = g_new0 (gsize, self->n_spans + 1);
  if (!rua_parallel_run (self->n_spans, measure_ids, making, NULL, self->cancellable, error))
    return FALSE;
  for (guint span = 0; span < self->n_spans; span++) {
    making->before[span + 1] += making->before[span];
    making->at[span + 1] += making->at[span];
  }
  make_run (making, making->at[self->n_spans], making->before[self->n_spans]);
  if (!rua_parallel_run (self->n_spans, write_ids, making, NULL, self->cancellable, error))
    return FALSE;
  *run = take_run (making, making->before[self->n_spans], making->at[self->n_spans]);
  return TRUE;
}

/* ---- codes ---- */

static void
intern_ids (Making *making, guint t, RuaDictionary *dictionary)
{
  RuaCsvImport *self = making->import;
  guint32 *codes = making->codes[t] = g_new (guint32, MAX (self->n_rows, 1));

  for (guint32 i = 0; i < self->n_rows; i++) {
    char text[24];

    if (self->ids[i] != G_MININT64)
      codes[i] = rua_dictionary_intern (dictionary, text, write_key (self->ids[i], text));
  }
}

static gboolean
intern (Making *making, guint t, GError **error)
{
  RuaCsvImport *self = making->import;
  RuaCsvTarget *target = rua_csv_import_target (self, t);
  RuaDictionary *dictionary = &rua_table_peek_column (making->table, target->index)->dictionary;
  gboolean empty = rua_dictionary_get_n (dictionary) == 0;
  RuaTextRun *run = NULL;
  guint32 n;

  if (target->way == RUA_CSV_WAY_ID) {
    if (!empty || self->n_rows < LEAST_RUN) {
      intern_ids (making, t, dictionary);
      return TRUE;
    }
    if (!run_of_ids (making, &run, error))
      return FALSE;
    rua_appender_take_texts (making->appender, target->index, run);
    return TRUE;
  }
  if (target->way != RUA_CSV_WAY_TEXT || self->values[t].words)
    return TRUE;
  n = self->values[t].texts ? self->values[t].texts->len : self->all[target->first]->n_words;
  /* Lists that were written differently may be packed alike. */
  if (empty && n >= LEAST_RUN && self->values[t].texts == NULL) {
    run = run_of_texts (making, t, n);
    rua_appender_take_texts (making->appender, target->index, run);
    return TRUE;
  }
  making->codes[t] = g_new (guint32, MAX (n, 1));
  for (guint32 code = 0; code < n; code++) {
    const char *text;
    gsize length;

    get_text (self, t, code, &text, &length);
    making->codes[t][code] = rua_dictionary_intern (dictionary, text, length);
  }
  return TRUE;
}

static gboolean
make_task (guint task, gpointer data, GError **error)
{
  Making *making = data;
  RuaCsvImport *self = making->import;
  guint t = task / self->n_spans, span = task % self->n_spans;
  RuaCsvTarget *target = rua_csv_import_target (self, t);
  RuaColumn *column = rua_table_peek_column (making->table, target->index);
  const guint32 *map = making->codes[t];
  const guint64 *words = self->values[t].words;
  gboolean wide = words && column->any;
  g_autofree guint64 *known = NULL;
  g_autofree gpointer values = NULL;
  guint32 first, n, next = making->before ? making->before[span] : 0;

  if (target->way != RUA_CSV_WAY_ID && target->way != RUA_CSV_WAY_TEXT)
    return TRUE;
  rua_csv_import_span (self, span, &first, &n);
  values = g_malloc0 ((gsize) n * (wide ? 8 : 4));
  known = g_new0 (guint64, n / 64 + 1);
  for (guint32 i = 0; i < n; i++) {
    guint32 code;

    if (target->way == RUA_CSV_WAY_ID) {
      if (self->ids[first + i] == G_MININT64)
        continue;
      ((guint32 *) values)[i] = map ? map[first + i] : next++;
    } else if (!rua_csv_import_code_at (self, t, span, i, &code))
      continue;
    else if (wide)
      ((guint64 *) values)[i] = words[code];
    else
      ((guint32 *) values)[i] = words ? (guint32) words[code] : map ? map[code] : code;
    known[i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
  }
  self->chunks[(gsize) target->index * self->n_spans + span] = rua_chunk_new_packed (column, values, known, n);
  return TRUE;
}

gboolean
rua_csv_import_make_texts (RuaCsvImport *self, RuaAppender *appender, RuaTable *table, GError **error)
{
  Making making = { .import = self, .appender = appender, .table = table, .codes = g_new0 (guint32 *, MAX (self->targets->len, 1)) };
  gboolean done = TRUE;

  for (guint t = 0; done && t < self->targets->len; t++)
    done = intern (&making, t, error);
  done = done && rua_parallel_run (self->targets->len * self->n_spans, make_task, &making, NULL, self->cancellable, error);
  for (guint t = 0; t < self->targets->len; t++)
    g_free (making.codes[t]);
  g_free (making.codes);
  g_free (making.before);
  g_free (making.at);
  g_free (making.offsets);
  g_free (making.texts);
  return done;
}
