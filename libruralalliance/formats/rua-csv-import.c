/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-import.h"

#include <string.h>

#include "rua-block-private.h"
#include "rua-column-private.h"
#include "rua-csv-import-private.h"
#include "rua-edits-private.h"
#include "rua-history.h"
#include "rua-parallel-private.h"
#include "rua-progress-private.h"
#include "rua-table-core-private.h"

/* ---- reading into chunks ---- */

void
rua_csv_import_span (const RuaCsvImport *self, guint span, guint32 *first, guint32 *n_rows)
{
  guint32 begin = span == 0 ? 0 : span * RUA_CSV_SPAN_ROWS - self->offset;
  guint32 most = span == 0 ? RUA_CSV_SPAN_ROWS - self->offset : RUA_CSV_SPAN_ROWS;

  *first = begin;
  *n_rows = MIN (self->n_rows - begin, most);
}

/* Rows of a span that stand in @wanted and not in @known; at most the limit of them are kept. */
static void
tell_unknown (RuaCsvImport *self, guint field, guint32 first, guint32 n, const guint64 *wanted, const guint64 *known, guint reason, guint32 n_bad)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (RuaCsvBad));
  guint64 count = 0;

  for (guint32 i = 0; i < n; i++) {
    RuaCsvBad one = { first + i, field, reason, 0 };

    if ((known[i >> 6] >> (i & 63) & 1) || (wanted && !(wanted[i >> 6] >> (i & 63) & 1)))
      continue;
    count++;
    if (bad->len < self->bads.limit)
      g_array_append_val (bad, one);
  }
  /* Those that were told and refused are counted as that. */
  rua_csv_bads_add (&self->bads, (const RuaCsvBad *) bad->data, bad->len, count - MIN (n_bad, count));
}

static void
take_keys (RuaCsvImport *self, const RuaCsvTarget *target, guint span, guint32 first, guint32 n, RuaCsvVector *vector)
{
  RuaColumn *column = rua_table_peek_column (self->table, target->index);
  guint32 *rows = g_new (guint32, MAX (n, 1));
  g_autofree guint64 *found = g_memdup2 (vector->known, (n + 63) / 64 * 8);
  guint32 n_found = 0;

  rua_key_index_find (target->keys, vector->integers, vector->n_known == n ? NULL : vector->known, n, rows);
  for (guint32 i = 0; i < n; i++) {
    if (G_LIKELY (rows[i] != RUA_NO_ROW)) {
      n_found++;
      continue;
    }
    rows[i] = 0;
    found[i >> 6] &= ~(G_GUINT64_CONSTANT (1) << (i & 63));
  }
  if (n_found < vector->n_known)
    tell_unknown (self, target->first, first, n, vector->known, found, RUA_CSV_NO_RECORD, 0);
  self->chunks[(gsize) target->index * self->n_spans + span] = rua_chunk_take_packed (column, rows, n_found == n ? NULL : found, n);
}

static gboolean
take_span (guint span, guint32 first, guint32 n, RuaCsvVector *vectors, gpointer data, GError **error)
{
  RuaCsvImport *self = data;

  for (guint t = 0; t < self->targets->len; t++) {
    const RuaCsvTarget *target = rua_csv_import_target (self, t);
    RuaCsvVector *vector;

    if (target->constant)
      continue;
    vector = &vectors[target->first];
    switch (target->way) {
    case RUA_CSV_WAY_PLAIN:
      self->chunks[(gsize) target->index * self->n_spans + span]
          = rua_chunk_new_packed (rua_table_peek_column (self->table, target->index), vector->any, vector->n_known == n ? NULL : vector->known, n);
      break;
    case RUA_CSV_WAY_KEY:
      take_keys (self, target, span, first, n, vector);
      break;
    case RUA_CSV_WAY_ID:
      for (guint32 i = 0; i < n; i++)
        self->ids[first + i] = vector->known[i >> 6] >> (i & 63) & 1 ? vector->integers[i] : G_MININT64;
      break;
    case RUA_CSV_WAY_TEXT:
    default:
      for (guint k = 0; k < target->n; k++) {
        RuaCsvLot *lot = rua_csv_import_lot (self, target->first + k, span);

        vector = &vectors[target->first + k];
        lot->codes = g_memdup2 (vector->codes, MAX (n, 1) * sizeof *lot->codes);
        lot->known = g_memdup2 (vector->known, MAX ((n + 63) / 64, 1) * 8);
        lot->words = g_steal_pointer (&vector->words);
      }
      vector = &vectors[target->first];
    }
    if (rua_field_get_required (target->field) && vector->n_known < n && target->n == 1)
      tell_unknown (self, target->first, first, n, NULL, vector->known, RUA_CSV_REQUIRED, vector->n_bad);
  }
  return TRUE;
}

static void
free_lots (RuaCsvImport *self)
{
  gsize n = (gsize) self->reads->len * self->n_spans;

  for (gsize i = 0; self->lots && i < n; i++) {
    g_free (self->lots[i].codes);
    g_free (self->lots[i].known);
    g_free (self->lots[i].map);
    rua_csv_words_free (self->lots[i].words);
  }
  g_clear_pointer (&self->lots, g_free);
  n = self->chunks ? (gsize) rua_kind_get_n_fields (self->kind) * self->n_spans : 0;
  for (gsize i = 0; i < n; i++)
    rua_chunk_unref (self->chunks[i]);
  g_clear_pointer (&self->chunks, g_free);
  g_clear_pointer (&self->ids, rua_block_free);
}

static void
make_room (RuaCsvImport *self)
{
  self->chunks = g_new0 (RuaChunk *, MAX ((gsize) rua_kind_get_n_fields (self->kind) * self->n_spans, 1));
  self->lots = g_new0 (RuaCsvLot, MAX ((gsize) self->reads->len * self->n_spans, 1));
  for (guint t = 0; t < self->targets->len; t++)
    if (rua_csv_import_target (self, t)->way == RUA_CSV_WAY_ID)
      self->ids = rua_block_new (MAX (self->n_rows, 1) * sizeof *self->ids);
}

/* Some id turned out to be no whole number: all of them are read as texts. */
static gboolean
ids_are_texts (RuaCsvImport *self)
{
  for (guint t = 0; t < self->targets->len; t++) {
    RuaCsvTarget *target = rua_csv_import_target (self, t);

    if (target->way != RUA_CSV_WAY_ID)
      continue;
    for (guint i = 0; i < self->bads.bad->len; i++) {
      const RuaCsvBad *bad = &g_array_index (self->bads.bad, RuaCsvBad, i);

      if (bad->field == target->first && bad->reason == RUA_CSV_NO_KEY) {
        target->way = RUA_CSV_WAY_TEXT;
        g_array_index (self->reads, RuaCsvField, target->first).type = RUA_CSV_TEXT;
        return TRUE;
      }
    }
  }
  return FALSE;
}

/* ---- constants ---- */

static gboolean
make_constant (RuaCsvImport *self, RuaCsvTarget *target, GError **error)
{
  RuaColumn *column = rua_table_peek_column (self->table, target->index);
  const RuaCsvField *read = &g_array_index (self->reads, RuaCsvField, target->first);
  g_autoptr (GString) scratch = g_string_new (NULL);
  g_autofree guint64 *values = NULL;
  RuaCsvValue value = { 0 };

  if (target->way != RUA_CSV_WAY_TEXT && rua_csv_take (read, target->constant, strlen (target->constant), scratch, &value) != RUA_CSV_GOOD) {
    gboolean told = rua_table_may_tell (self->table, target->field, target->constant, strlen (target->constant));

    rua_set_clean_error (error, RUA_ERROR_VALUE, "the mapping: constants: %s: %s%s%s is no %s", rua_field_get_name (target->field),
                         told ? "\"" : "the value", told ? target->constant : "", told ? "\"" : "", rua_field_type_name (target->type));
    return FALSE;
  }
  if (target->way != RUA_CSV_WAY_TEXT) {
    values = g_new (guint64, RUA_CSV_SPAN_ROWS);
    for (guint32 i = 0; i < RUA_CSV_SPAN_ROWS; i++) {
      if (read->type == RUA_CSV_BOOLEAN)
        ((guint8 *) values)[i] = value.boolean;
      else if (read->type == RUA_CSV_DATE)
        ((gint32 *) values)[i] = value.date;
      else
        ((gint64 *) values)[i] = value.integer;
    }
  }
  for (guint span = 0; span < self->n_spans; span++) {
    guint32 first, n;

    rua_csv_import_span (self, span, &first, &n);
    if (target->way != RUA_CSV_WAY_TEXT) {
      self->chunks[(gsize) target->index * self->n_spans + span] = rua_chunk_new_packed (column, values, NULL, n);
    } else {
      RuaCsvLot *lot = rua_csv_import_lot (self, target->first, span);

      lot->codes = g_new0 (guint16, n);
      lot->known = g_malloc (n / 64 * 8 + 8);
      memset (lot->known, 0xff, n / 64 * 8 + 8);
      lot->words = rua_csv_words_new ();
      rua_csv_words_intern (lot->words, target->constant, strlen (target->constant), FALSE);
      rua_csv_words_seal (lot->words);
    }
  }
  return TRUE;
}

/* Each has a read of its own, behind those of the columns. */
static void
add_constant_reads (RuaCsvImport *self)
{
  self->n_columns_read = self->reads->len;
  for (guint t = 0; t < self->targets->len; t++) {
    RuaCsvTarget *target = rua_csv_import_target (self, t);
    RuaCsvField read = { .digits = self->digits };

    if (target->constant == NULL)
      continue;
    switch (target->type) {
    case RUA_FIELD_TYPE_BOOLEAN:
      read.type = RUA_CSV_BOOLEAN;
      break;
    case RUA_FIELD_TYPE_INTEGER:
      read.type = RUA_CSV_INTEGER;
      break;
    case RUA_FIELD_TYPE_NUMBER:
      read.type = RUA_CSV_NUMBER;
      break;
    case RUA_FIELD_TYPE_MONEY:
      read.type = RUA_CSV_MONEY;
      break;
    case RUA_FIELD_TYPE_DATE:
      read.type = RUA_CSV_DATE;
      break;
    case RUA_FIELD_TYPE_TEXT:
    case RUA_FIELD_TYPE_TEXTS:
    case RUA_FIELD_TYPE_TOKEN:
    case RUA_FIELD_TYPE_REFERENCE:
    case RUA_FIELD_TYPE_TEXT_LIST:
    case RUA_FIELD_TYPE_REFERENCE_LIST:
    case RUA_FIELD_TYPE_JSON:
    default:
      read.type = RUA_CSV_TEXT;
    }
    target->first = self->reads->len;
    target->n = 1;
    g_array_append_val (self->reads, read);
    g_ptr_array_add (self->mapped, NULL);
  }
}

/* ---- the whole of it ---- */

static void
import_free (RuaCsvImport *self)
{
  free_lots (self);
  for (guint t = 0; self->values && t < self->targets->len; t++) {
    GPtrArray *texts = self->values[t].texts;

    for (guint i = 0; texts && i < texts->len; i++)
      g_string_free (g_ptr_array_index (texts, i), TRUE);
    g_clear_pointer (&texts, g_ptr_array_unref);
    for (guint span = 0; self->values[t].codes && span < self->n_spans; span++) {
      g_free (self->values[t].codes[span]);
      g_free (self->values[t].known[span]);
    }
    g_free (self->values[t].codes);
    g_free (self->values[t].known);
    g_free (self->values[t].words);
    g_free (self->values[t].id_rows);
  }
  g_free (self->values);
  for (guint i = 0; self->all && i < self->reads->len; i++)
    rua_csv_words_free (self->all[i]);
  g_free (self->all);
  rua_key_index_free (self->id_index);
  g_clear_pointer (&self->same, g_hash_table_unref);
  rua_csv_free (self->csv);
  rua_csv_mapping_free (self->mapping);
  g_clear_pointer (&self->own_mapped, g_ptr_array_unref);
  g_clear_pointer (&self->indexes, g_ptr_array_unref);
  g_clear_pointer (&self->mapped, g_ptr_array_unref);
  g_clear_pointer (&self->reads, g_array_unref);
  g_clear_pointer (&self->targets, g_array_unref);
  rua_csv_bads_clear (&self->bads);
  g_clear_object (&self->reader);
  g_clear_object (&self->progress);
  g_clear_object (&self->cancellable);
  g_free (self->n_told);
  g_free (self->place);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaCsvImport, import_free)

static void
index_free (gpointer data)
{
  rua_key_index_free (data);
}

/* Of two limits the one that is reached first; 0 is none. */
static guint64
lower (guint64 a, guint64 b)
{
  return a == 0 || (b != 0 && b < a) ? b : a;
}

/* What the mapping and whoever calls say is too much. */
static void
take_limits (RuaCsvImport *self, RuaLimits *limits)
{
  const RuaLimitValues values = rua_limits_get_values (limits);
  RuaCsvLimits *own = &self->mapping->limits;

  own->bytes = lower (own->bytes, values.bytes);
  own->columns = (guint) lower (own->columns, values.columns);
  own->cell = (guint32) lower (own->cell, values.cell);
  own->rows = (guint32) lower (own->rows, values.rows);
  self->seconds = self->mapping->seconds;
  if (values.seconds > 0 && (self->seconds == 0 || values.seconds < self->seconds))
    self->seconds = values.seconds;
}

static RuaCsvImport *
import_new (RuaAlliance *reader,
            const char *kind,
            const char *place,
            const char *mapping,
            RuaLimits *limits,
            RuaProgress *progress,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (RuaCsvImport) self = g_new0 (RuaCsvImport, 1);

  self->reader = g_object_ref (reader);
  self->progress = rua_progress_begin (progress);
  self->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
  self->reads = g_array_new (FALSE, FALSE, sizeof (RuaCsvField));
  self->targets = g_array_new (FALSE, FALSE, sizeof (RuaCsvTarget));
  self->mapped = g_ptr_array_new ();
  self->indexes = g_ptr_array_new_with_free_func (index_free);
  rua_csv_bads_init (&self->bads, RUA_FAULTS_DEFAULT_LIMIT);
  self->place = g_str_has_prefix (place, "file:") ? g_filename_from_uri (place, NULL, error) : g_strdup (place);
  if (self->place == NULL)
    return NULL;
  self->table = rua_alliance_get_table (reader, kind);
  if (self->table == NULL) {
    rua_set_clean_error (error, RUA_ERROR_UNKNOWN_NAME, "this alliance has no kind '%s'; 'ruralalliance schema' lists the kinds", kind);
    return NULL;
  }
  self->kind = rua_table_get_kind (self->table);
  if (rua_kind_get_record_type (self->kind) == RUA_TYPE_PROFILE) {
    rua_set_clean_error (error, RUA_ERROR_VALUE, "an alliance has one profile; it is not read from CSV");
    return NULL;
  }
  self->mapping = rua_csv_mapping_new (mapping, error);
  if (self->mapping == NULL)
    return NULL;
  self->mapping->dialect.same_names = TRUE;
  self->mapping->dialect.decimal = self->mapping->whole.read.decimal;
  for (guint i = 0; i < self->mapping->columns->len; i++) {
    const RuaCsvMapped *mapped = g_ptr_array_index (self->mapping->columns, i);

    if (mapped->read.decimal != '\0' && mapped->read.decimal != '.')
      self->mapping->dialect.decimal = mapped->read.decimal;
  }
  take_limits (self, limits);
  self->bads.limit = self->mapping->most_faults;
  self->digits = rua_alliance_get_currency_digits (reader);
  self->first_row = rua_table_get_n_rows (self->table);
  self->offset = self->first_row & RUA_CHUNK_MASK;
  return g_steal_pointer (&self);
}

static gboolean
read_all (RuaCsvImport *self, GError **error)
{
  self->csv = rua_csv_open (self->place, &self->mapping->dialect, &self->mapping->limits, self->cancellable, error);
  if (self->csv == NULL || !rua_csv_index (self->csv, NULL, self->cancellable, error))
    return FALSE;
  self->n_rows = rua_csv_get_n_rows (self->csv);
  if (self->n_rows >= RUA_NO_ROW - self->first_row) {
    rua_set_clean_error (error, RUA_ERROR_LIMIT, "%s: more records than a table can have", rua_csv_get_name (self->csv));
    return FALSE;
  }
  self->n_spans = rua_csv_get_n_spans (self->csv, self->offset);
  if (!rua_csv_import_match (self, error))
    return FALSE;
  add_constant_reads (self);
  self->n_told = g_new0 (guint, MAX (self->targets->len, 1));
  make_room (self);
  for (;;) {
    if (!rua_csv_read (self->csv, (const RuaCsvField *) self->reads->data, self->n_columns_read, self->offset, take_span, self, &self->bads,
                       self->progress, self->cancellable, error))
      return FALSE;
    if (!ids_are_texts (self))
      break;
    g_array_set_size (self->bads.bad, 0);
    self->bads.count = 0;
    free_lots (self);
    make_room (self);
  }
  for (guint t = 0; t < self->targets->len; t++)
    if (rua_csv_import_target (self, t)->constant && !make_constant (self, rua_csv_import_target (self, t), error))
      return FALSE;
  self->all = g_new0 (RuaCsvWords *, MAX (self->reads->len, 1));
  self->values = g_malloc0 (MAX (self->targets->len, 1) * sizeof *self->values);
  if (!rua_csv_import_settle (self, error) || !rua_csv_import_raise (self, error))
    return FALSE;
  /* A file without records told nothing. */
  rua_progress_tell (self->progress, 1);
  return TRUE;
}

/* Everything that needs no change of the alliance; in any thread. */
static gboolean
import_read (RuaCsvImport *self, GError **error)
{
  RuaCrew *crew = rua_crew_gather ();
  GCancellable *callers = self->cancellable;
  RuaDeadline *deadline = rua_deadline_new (self->seconds, callers);
  g_autoptr (GError) local = NULL;
  gboolean done;

  self->cancellable = rua_deadline_get_cancellable (deadline, callers);
  done = read_all (self, &local);
  rua_crew_dismiss (crew);
  self->cancellable = callers;
  rua_deadline_end (deadline, strcmp (self->place, "-") == 0 ? "standard input" : self->place, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return done;
}

static gboolean
check_ready (RuaAlliance *self, RuaTable *table, GError **error)
{
  if (!rua_table_check_writable (table, error))
    return FALSE;
  if (table->appender == NULL)
    return TRUE;
  rua_set_clean_error (error, RUA_ERROR_FAILED, "%s: records are being appended in bulk; commit or roll back first",
                       rua_kind_get_name (table->kind));
  return FALSE;
}

/* What was read fits only the tables that it was read for. */
static gboolean
is_as_it_was (RuaAlliance *self, RuaCsvImport *import)
{
  if (self == import->reader)
    return TRUE;
  for (guint i = 0; i < rua_alliance_get_n_tables (import->reader); i++) {
    RuaTable *then = rua_alliance_get_table_at (import->reader, i), *now = rua_alliance_get_table (self, rua_kind_get_name (then->kind));

    if (now == NULL || now->n_rows != then->n_rows || now->n_records != then->n_records || now->columns->len != then->columns->len)
      return FALSE;
  }
  return rua_alliance_get_currency_digits (self) == import->digits;
}

static gboolean
commit_rows (RuaCsvImport *import, RuaAlliance *self, RuaTable *table, GError **error)
{
  g_autoptr (RuaAppender) appender = rua_table_append (table);

  if (!rua_csv_import_make_texts (import, appender, table, error))
    return FALSE;
  for (guint f = 0; f < rua_kind_get_n_fields (import->kind); f++)
    for (guint span = 0; span < import->n_spans; span++) {
      RuaChunk *chunk = g_steal_pointer (&import->chunks[(gsize) f * import->n_spans + span]);
      guint32 first, n;

      rua_csv_import_span (import, span, &first, &n);
      if (!rua_appender_take_chunk (appender, f, first, chunk, n, error))
        return FALSE;
    }
  rua_appender_end_rows (appender, import->n_rows);
  return rua_appender_commit (appender, error);
}

static gboolean
import_commit (RuaCsvImport *import, RuaAlliance *self, GError **error)
{
  RuaTable *table = rua_alliance_get_table (self, rua_kind_get_name (import->kind));

  if (table == NULL || !check_ready (self, table, error))
    return FALSE;
  if (!is_as_it_was (self, import)) {
    rua_set_clean_error (error, RUA_ERROR_FAILED, "the alliance was changed while %s was read; import it again", rua_csv_get_name (import->csv));
    return FALSE;
  }
  if (rua_alliance_keeps_log (self) && !rua_alliance_is_in_change (self)) {
    g_autofree char *file = g_path_get_basename (rua_csv_get_name (import->csv));
    g_autofree char *origin = g_strdup_printf ("import %s", file);

    /* The log says where they came from. */
    if (!rua_alliance_begin_from (self, NULL, origin, error))
      return FALSE;
    if (commit_rows (import, self, table, error) && rua_alliance_commit (self, error))
      return TRUE;
    if (rua_alliance_is_in_change (self))
      rua_alliance_rollback (self, NULL);
    return FALSE;
  }
  return commit_rows (import, self, table, error);
}

/**
 * rua_alliance_import_csv:
 * @self: an alliance
 * @kind: a kind's name, for one record or for many
 * @place: (type filename): a path, a `file:` URI, or `-` for standard input
 * @mapping: (nullable): how columns become fields: a JSON object, or %NULL where the header has the
 *   names of the fields
 * @limits: (nullable): what is too much, or %NULL
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Reads the records of a CSV file into the table of their kind, in as many threads as
 * [func@RuralAlliance.get_n_threads] says. All of them are added, or none: every cell that its field
 * cannot take is listed with its line, up to a limit. The page on CSV tells what a mapping can say, what
 * is found without being told, and how values are written.
 *
 * A file beyond a limit of @limits, or of those in the mapping where they are lower, is refused whole. The depth of
 * @limits is not looked at.
 *
 * References lead to records that are in the alliance, or in the same file: import kinds in the order
 * in which they refer to one another.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` with a line for each fault, or of
 *   `G_FILE_ERROR` when the file cannot be read; the alliance is then as it was
 *
 * Since: 1.0
 */
gboolean
rua_alliance_import_csv (RuaAlliance *self,
                         const char *kind,
                         const char *place,
                         const char *mapping,
                         RuaLimits *limits,
                         RuaProgress *progress,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (RuaCsvImport) import = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (kind != NULL, FALSE);
  g_return_val_if_fail (place != NULL, FALSE);
  g_return_val_if_fail (limits == NULL || RUA_IS_LIMITS (limits), FALSE);
  g_return_val_if_fail (progress == NULL || RUA_IS_PROGRESS (progress), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  import = import_new (self, kind, place, mapping, limits, progress, cancellable, error);
  return import != NULL && check_ready (self, import->table, error) && import_read (import, error) && import_commit (import, self, error);
}

static void
import_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (import_read (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
free_task_data (gpointer data)
{
  import_free (data);
}

/**
 * rua_alliance_import_csv_async:
 * @self: an alliance
 * @kind: a kind's name, for one record or for many
 * @place: (type filename): a path, a `file:` URI, or `-` for standard input
 * @mapping: (nullable): a JSON object, see [method@RuralAlliance.Alliance.import_csv]
 * @limits: (nullable): what is too much, or %NULL
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Reads records as [method@RuralAlliance.Alliance.import_csv] does, in a thread. They are added by
 * [method@RuralAlliance.Alliance.import_csv_finish]; an alliance that was changed meanwhile refuses
 * them.
 *
 * Since: 1.0
 */
void
rua_alliance_import_csv_async (RuaAlliance *self,
                               const char *kind,
                               const char *place,
                               const char *mapping,
                               RuaLimits *limits,
                               RuaProgress *progress,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (RuaAlliance) snapshot = NULL;
  RuaCsvImport *import;
  GError *error = NULL;

  g_return_if_fail (RUA_IS_ALLIANCE (self));
  g_return_if_fail (kind != NULL);
  g_return_if_fail (place != NULL);
  g_return_if_fail (limits == NULL || RUA_IS_LIMITS (limits));
  g_return_if_fail (progress == NULL || RUA_IS_PROGRESS (progress));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_alliance_import_csv_async);
  snapshot = rua_alliance_snapshot (self);
  import = import_new (snapshot, kind, place, mapping, limits, progress, cancellable, &error);
  if (import == NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_task_set_task_data (task, import, free_task_data);
  g_task_run_in_thread (task, import_in_thread);
}

/**
 * rua_alliance_import_csv_finish:
 * @self: an alliance
 * @result: the result that the callback was given
 * @error: where to put an error
 *
 * Ends what [method@RuralAlliance.Alliance.import_csv_async] began: the records are added.
 *
 * Returns: %TRUE, or %FALSE and an error; the alliance is then as it was
 *
 * Since: 1.0
 */
gboolean
rua_alliance_import_csv_finish (RuaAlliance *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, rua_alliance_import_csv_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error) && import_commit (g_task_get_task_data (G_TASK (result)), self, error);
}
