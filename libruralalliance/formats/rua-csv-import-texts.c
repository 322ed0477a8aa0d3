/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-import-private.h"

#include <string.h>

#include "rua-erased-ids-private.h"
#include "rua-cell-json-private.h"
#include "rua-column-private.h"
#include "rua-json-private.h"
#include "rua-parallel-private.h"
#include "rua-table-core-private.h"

/* Columns of texts: every span numbered its own distinct ones; here those of all spans are numbered in
 * the order of the file, and each distinct one is checked, split or looked up once. */

static inline gboolean
is_known (const guint64 *known, guint32 i)
{
  return known[i >> 6] >> (i & 63) & 1;
}

static void
merge_read (RuaCsvImport *self, guint read)
{
  RuaCsvWords *all = rua_csv_words_new ();

  for (guint span = 0; span < self->n_spans; span++) {
    RuaCsvLot *lot = rua_csv_import_lot (self, read, span);

    lot->map = g_new (guint32, MAX (lot->words->n_words, 1));
    for (guint32 k = 0; k < lot->words->n_words; k++)
      lot->map[k] = rua_csv_words_take (all, &lot->words->words[k]);
    /* The texts stay with the words; their numbers are needed no more. */
    g_clear_pointer (&lot->words->words, g_free);
    lot->words->n_words = 0;
  }
  self->all[read] = all;
}

/* Every row whose code has a reason against it. */
static void
tell_bad_codes (RuaCsvImport *self, guint t, const guint8 *reasons)
{
  for (guint span = 0; span < self->n_spans; span++) {
    guint32 first, n, code;

    rua_csv_import_span (self, span, &first, &n);
    for (guint32 i = 0; i < n; i++)
      if (rua_csv_import_code_at (self, t, span, i, &code) && reasons[code])
        rua_csv_import_bad (self, first + i, t, reasons[code]);
  }
}

/* ---- several columns, one text in several languages ---- */

static void
pack_language (GString *packed, const char *language, const char *text, gsize length)
{
  g_string_append_len (packed, language, (gssize) strlen (language) + 1);
  g_string_append_len (packed, text, (gssize) length);
  g_string_append_c (packed, '\0');
}

static void
compose (RuaCsvImport *self, guint t)
{
  RuaCsvTarget *target = rua_csv_import_target (self, t);
  g_autoptr (RuaCsvWords) mixes = rua_csv_words_new ();
  g_autofree guint32 *mix = g_new (guint32, target->n);
  GPtrArray *texts = g_ptr_array_new ();

  self->values[t].codes = g_new0 (guint32 *, self->n_spans);
  self->values[t].known = g_new0 (guint64 *, self->n_spans);
  for (guint span = 0; span < self->n_spans; span++) {
    guint32 first, n;

    rua_csv_import_span (self, span, &first, &n);
    self->values[t].codes[span] = g_new0 (guint32, MAX (n, 1));
    self->values[t].known[span] = g_new0 (guint64, n / 64 + 1);
    for (guint32 i = 0; i < n; i++) {
      gboolean any = FALSE;

      for (guint k = 0; k < target->n; k++) {
        const RuaCsvLot *lot = rua_csv_import_lot (self, target->first + k, span);

        mix[k] = is_known (lot->known, i) ? lot->map[lot->codes[i]] + 1 : 0;
        any |= mix[k] > 0;
      }
      if (!any)
        continue;
      self->values[t].known[span][i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
      self->values[t].codes[span][i] = rua_csv_words_intern (mixes, (const char *) mix, target->n * sizeof *mix, TRUE);
      if (mixes->n_words > texts->len) {
        GString *packed = g_string_new (NULL);
        guint n_told = 0;

        for (guint k = 0; k < target->n; k++)
          n_told += mix[k] > 0;
        for (guint k = 0; k < target->n; k++) {
          const RuaCsvMapped *mapped = g_ptr_array_index (self->mapped, target->first + k);
          const RuaCsvWord *word;

          if (mix[k] == 0)
            continue;
          word = &self->all[target->first + k]->words[mix[k] - 1];
          pack_language (packed, mapped->language ? mapped->language : n_told > 1 ? RUA_LANGUAGE_UNDETERMINED : "", word->text, word->length);
        }
        g_ptr_array_add (texts, packed);
      }
    }
  }
  self->values[t].texts = texts;
}

/* ---- distinct texts ---- */

static gboolean
find_new (RuaCsvImport *self, const char *id, gsize length, guint32 *row)
{
  guint32 code;
  gint64 key;

  if (self->id_index != NULL) {
    if (!rua_csv_parse_key (id, length, &key))
      return FALSE;
    rua_key_index_find (self->id_index, &key, NULL, 1, row);
    return *row != RUA_NO_ROW;
  }
  for (guint t = 0; t < self->targets->len; t++)
    if (self->values[t].id_rows != NULL) {
      if (!rua_csv_words_find (self->all[rua_csv_import_target (self, t)->first], id, length, &code))
        return FALSE;
      *row = self->values[t].id_rows[code];
      return *row != RUA_NO_ROW;
    }
  return FALSE;
}

/* A record that is there, or is in this file. */
static gboolean
find_record (RuaCsvImport *self, RuaColumn *column, const char *id, gsize length, guint64 *word)
{
  guint32 row;

  if (rua_table_find_reference (self->table, column, id, length, word))
    return TRUE;
  if (column->any) {
    const char *slash = memchr (id, '/', length);
    g_autofree char *kind = slash ? g_strndup (id, (gsize) (slash - id)) : NULL;

    if (kind == NULL || rua_table_lookup (self->table, kind) != self->table || !find_new (self, slash + 1, length - (gsize) (slash + 1 - id), &row))
      return FALSE;
    *word = rua_column_pack_any (self->table, row);
    return TRUE;
  }
  if (rua_column_get_target (column) != self->table || !find_new (self, id, length, &row))
    return FALSE;
  *word = row;
  return TRUE;
}

/* The items of a list: a JSON array of texts, or texts with @between between them. */
static gboolean
split_list (const char *text, gsize length, const char *between, GPtrArray *items)
{
  gsize step = strlen (between);
  const char *at = text, *end = text + length;

  g_ptr_array_set_size (items, 0);
  if (length > 0 && *text == '[') {
    g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, length, NULL);
    RuaJsonToken token = rua_json_scanner_next (scanner, NULL);

    while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_STRING)
      g_ptr_array_add (items, g_strdup (rua_json_scanner_get_text (scanner, NULL)));
    return token == RUA_JSON_TOKEN_ARRAY_END && rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END;
  }
  for (;;) {
    const char *stop = g_strstr_len (at, end - at, between);
    char *item = g_strstrip (g_strndup (at, (gsize) ((stop ? stop : end) - at)));

    if (*item == '\0') {
      g_free (item);
      return FALSE;
    }
    g_ptr_array_add (items, item);
    if (stop == NULL)
      return TRUE;
    at = stop + step;
  }
}

static GString *
settle_list (RuaCsvImport *self, guint t, const RuaCsvWord *word, GPtrArray *items, guint8 *reason)
{
  RuaCsvTarget *target = rua_csv_import_target (self, t);
  const RuaCsvMapped *mapped = g_ptr_array_index (self->mapped, target->first);
  RuaColumn *column = rua_table_peek_column (self->table, target->index);
  GString *packed = g_string_new (NULL);

  if (!split_list (word->text, word->length, mapped && mapped->between ? mapped->between : ";", items)) {
    *reason = RUA_CSV_NO_LIST;
    return packed;
  }
  for (guint i = 0; i < items->len; i++) {
    const char *item = g_ptr_array_index (items, i);
    guint64 found;

    if (target->type == RUA_FIELD_TYPE_TEXT_LIST) {
      g_string_append_len (packed, item, (gssize) strlen (item) + 1);
      continue;
    }
    if (!find_record (self, column, item, strlen (item), &found)) {
      *reason = RUA_CSV_NO_RECORD;
      break;
    }
    /* As rows of the kind, or of any kind. */
    if (column->any)
      g_string_append_len (packed, (const char *) &found, sizeof found);
    else {
      guint32 row = (guint32) found;

      g_string_append_len (packed, (const char *) &row, sizeof row);
    }
  }
  return packed;
}

static void
settle_words (RuaCsvImport *self, guint t)
{
  RuaCsvTarget *target = rua_csv_import_target (self, t);
  RuaColumn *column = rua_table_peek_column (self->table, target->index);
  const RuaCsvWords *all = self->all[target->first];
  const RuaCsvMapped *mapped = g_ptr_array_index (self->mapped, target->first);
  g_autofree guint8 *reasons = g_new0 (guint8, MAX (all->n_words, 1));
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  gboolean bad = FALSE;
  GPtrArray *texts = NULL;

  if (target->type != RUA_FIELD_TYPE_TEXT && target->type != RUA_FIELD_TYPE_TOKEN && target->type != RUA_FIELD_TYPE_REFERENCE)
    texts = g_ptr_array_sized_new (all->n_words);
  if (target->type == RUA_FIELD_TYPE_REFERENCE)
    self->values[t].words = g_new0 (guint64, MAX (all->n_words, 1));
  for (guint32 code = 0; code < all->n_words; code++) {
    const RuaCsvWord *word = &all->words[code];
    GString *packed = NULL;

    switch (target->type) {
    case RUA_FIELD_TYPE_TOKEN:
      if (!rua_field_has_token (target->field, word->text, word->length))
        reasons[code] = RUA_CSV_NO_TOKEN;
      break;
    case RUA_FIELD_TYPE_REFERENCE:
      if (!find_record (self, column, word->text, word->length, &self->values[t].words[code]))
        reasons[code] = RUA_CSV_NO_RECORD;
      break;
    case RUA_FIELD_TYPE_TEXTS:
      packed = g_string_new (NULL);
      pack_language (packed, mapped && mapped->language ? mapped->language : "", word->text, word->length);
      break;
    case RUA_FIELD_TYPE_TEXT_LIST:
    case RUA_FIELD_TYPE_REFERENCE_LIST:
      packed = settle_list (self, t, word, items, &reasons[code]);
      break;
    case RUA_FIELD_TYPE_JSON: {
      g_autofree char *text = g_strndup (word->text, word->length), *compact = rua_json_canonicalise (text, (gssize) word->length, NULL);

      packed = g_string_new (compact);
      if (compact == NULL)
        reasons[code] = RUA_CSV_NO_JSON;
      break;
    }
    case RUA_FIELD_TYPE_TEXT:
    case RUA_FIELD_TYPE_BOOLEAN:
    case RUA_FIELD_TYPE_INTEGER:
    case RUA_FIELD_TYPE_NUMBER:
    case RUA_FIELD_TYPE_MONEY:
    case RUA_FIELD_TYPE_DATE:
    default:
      break;
    }
    if (texts)
      g_ptr_array_add (texts, packed);
    bad |= reasons[code] != 0;
  }
  self->values[t].texts = texts;
  if (bad)
    tell_bad_codes (self, t, reasons);
}

/* ---- ids ---- */

static gboolean
is_erased (RuaCsvImport *self, RuaErasedIds *erased, const RuaCsvWord *word)
{
  g_autofree char *id = erased ? g_strndup (word->text, word->length) : NULL;

  return id && rua_erased_ids_has (erased, rua_kind_get_name (self->kind), id);
}

/* The rows of the ids that are texts. */
static void
settle_text_ids (RuaCsvImport *self, guint t)
{
  g_autoptr (RuaErasedIds) erased = rua_erased_ids_new (self->reader);
  const RuaCsvWords *all = self->all[rua_csv_import_target (self, t)->first];
  guint32 *rows = g_new (guint32, MAX (all->n_words, 1));
  gboolean any = rua_table_get_n_records (self->table) > 0;

  memset (rows, 0xff, MAX (all->n_words, 1) * sizeof *rows);
  self->values[t].id_rows = rows;
  for (guint span = 0; span < self->n_spans; span++) {
    guint32 first, n, code;

    rua_csv_import_span (self, span, &first, &n);
    for (guint32 i = 0; i < n; i++) {
      const RuaCsvWord *word;

      if (!rua_csv_import_code_at (self, t, span, i, &code))
        continue;
      word = &all->words[code];
      if (word->length == 0)
        rua_csv_import_bad (self, first + i, t, RUA_CSV_EMPTY_ID);
      else if (rows[code] != RUA_NO_ROW || (any && rua_table_find_row (self->table, word->text, (gssize) word->length) != RUA_NO_ROW))
        rua_csv_import_bad (self, first + i, t, RUA_CSV_SAME_ID);
      else if (is_erased (self, erased, word))
        rua_csv_import_bad (self, first + i, t, RUA_CSV_ERASED_ID);
      else
        rows[code] = self->first_row + first + i;
    }
  }
}

static void
settle_key_ids (RuaCsvImport *self, guint t)
{
  g_autoptr (GArray) duplicates = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint64 *known = g_new0 (guint64, (gsize) self->n_rows / 64 + 1);
  guint most = self->bads.limit;
  g_autoptr (RuaErasedIds) erased = rua_erased_ids_new (self->reader);

  for (guint32 i = 0; i < self->n_rows; i++)
    known[i >> 6] |= (guint64) (self->ids[i] != G_MININT64) << (i & 63);
  self->id_index = rua_key_index_new (self->ids, known, self->first_row, self->n_rows, duplicates, most);
  for (guint i = 0; i < duplicates->len; i++)
    rua_csv_import_bad (self, g_array_index (duplicates, guint32, i) - self->first_row, t, RUA_CSV_SAME_ID);
  if (rua_table_get_n_records (self->table) == 0 && !erased)
    return;
  for (guint32 i = 0; i < self->n_rows; i++) {
    char text[24];
    int n;

    if (!is_known (known, i))
      continue;
    n = g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, self->ids[i]);
    if (rua_table_find_row (self->table, text, n) != RUA_NO_ROW)
      rua_csv_import_bad (self, i, t, RUA_CSV_SAME_ID);
    else if (rua_erased_ids_has (erased, rua_kind_get_name (self->kind), text))
      rua_csv_import_bad (self, i, t, RUA_CSV_ERASED_ID);
  }
}

static gboolean
settle_task (guint t, gpointer data, GError **error)
{
  RuaCsvImport *self = data;
  RuaCsvTarget *target = rua_csv_import_target (self, t);

  if (target->way != RUA_CSV_WAY_TEXT || target->index == 0)
    return TRUE;
  for (guint k = 0; k < target->n; k++)
    merge_read (self, target->first + k);
  if (target->type == RUA_FIELD_TYPE_TEXTS && target->n > 1)
    compose (self, t);
  else
    settle_words (self, t);
  return TRUE;
}

gboolean
rua_csv_import_settle (RuaCsvImport *self, GError **error)
{
  for (guint t = 0; t < self->targets->len; t++) {
    RuaCsvTarget *target = rua_csv_import_target (self, t);

    /* Asked for once before threads ask. */
    rua_column_get_target (rua_table_peek_column (self->table, target->index));
    if (target->way == RUA_CSV_WAY_ID)
      settle_key_ids (self, t);
    else if (target->index == 0) {
      merge_read (self, target->first);
      settle_text_ids (self, t);
    }
  }
  return rua_parallel_run (self->targets->len, settle_task, self, NULL, self->cancellable, error);
}
