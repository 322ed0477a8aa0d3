/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-pairs-private.h"

#include <math.h>
#include <string.h>

/* Long to wide: the rows of one owner (a household) make a pair, and each picked value is taken
 * from the row that its condition tells. Two rows with a value for the same place are refused. */

#define MAX_LISTED 5

typedef struct {
  RuaPick *pick;
  RuaReader *reader;      /* whose expression it is part of */
  RuaProgramRun *value;
  RuaProgramRun *condition; /* NULL: any row */
  GArray *values;         /* by pair */
  GArray *rows;           /* where the value stood; RUA_NO_ROW: nowhere yet */
} Source;

static void
source_free (Source *self)
{
  g_clear_pointer (&self->value, rua_program_run_free);
  g_clear_pointer (&self->condition, rua_program_run_free);
  g_array_unref (self->values);
  g_array_unref (self->rows);
  g_free (self);
}

static GPtrArray *
list_sources (GPtrArray *readers)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) source_free);

  for (guint k = 0; k < readers->len; k++) {
    RuaReader *reader = g_ptr_array_index (readers, k);

    for (guint i = 0; i < reader->program->picks->len; i++) {
      Source *source = g_new0 (Source, 1);
      RuaPick *pick = g_ptr_array_index (reader->program->picks, i);

      source->pick = pick;
      source->reader = reader;
      source->value = rua_program_run_new (pick->value);
      if (pick->condition != NULL)
        source->condition = rua_program_run_new (pick->condition);
      source->values = g_array_new (FALSE, FALSE, rua_value_type_get_size (pick->value->root->type));
      source->rows = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_ptr_array_add (sources, source);
    }
  }
  return sources;
}

static void
add_unknown (Source *self)
{
  RuaValueType type = self->pick->value->root->type;
  double number = NAN;
  gint32 date = RUA_NO_DATE;
  guint8 truth = RUA_TRI_UNKNOWN;
  guint64 none = G_MAXUINT64;
  guint32 nowhere = RUA_NO_ROW;

  g_array_append_vals (self->values,
                       type == RUA_VALUE_NUMBER    ? (gconstpointer) &number
                       : type == RUA_VALUE_DATE    ? (gconstpointer) &date
                       : type == RUA_VALUE_BOOLEAN ? (gconstpointer) &truth
                                                   : (gconstpointer) &none,
                       1);
  g_array_append_val (self->rows, nowhere);
}

/* The i-th value of a batch, with a text as a code of the reader's own pool. */
static gboolean
take_value (Source *self, gconstpointer batch, guint i, guint64 *word)
{
  RuaNode *root = self->pick->value->root;
  gsize size = rua_value_type_get_size (root->type);
  RuaReader as = { .program = self->pick->value };
  guint64 key;

  if (!rua_reader_key (&as, batch, i, &key))
    return FALSE;
  *word = 0;
  memcpy (word, (const guint8 *) batch + i * size, size);
  if (root->type == RUA_VALUE_TEXT) {
    gsize length;
    const char *text = rua_program_run_get_text (self->value, (guint32) *word, &length);
    guint32 code = rua_run_pool_code (self->reader->run, text, length);

    *word = 0;
    memcpy (word, &code, sizeof code);
  }
  return TRUE;
}

typedef struct {
  const RuaDefinition *definition;
  RuaTable *table;
  RuaRows *rows;
  guint n_problems;
  GString *problems;
} Pairing;

static void
add_problem (Pairing *self, Source *source, guint32 there, guint32 row)
{
  g_autofree char *first = NULL, *second = NULL;

  if (self->n_problems++ >= MAX_LISTED)
    return;
  first = rua_table_name_row (self->table, there);
  second = rua_table_name_row (self->table, row);
  g_string_append_printf (self->problems, "%s%s in the rows %s and %s",
                          self->n_problems > 1 ? "; " : "", source->pick->text, first, second);
}

static void
settle (Pairing *self, Source *source, guint32 pair, guint32 row, gconstpointer batch, guint i)
{
  gsize size = rua_value_type_get_size (source->pick->value->root->type);
  guint8 *place = (guint8 *) source->values->data + pair * size;
  guint32 *there = &g_array_index (source->rows, guint32, pair);
  guint64 word;

  if (!take_value (source, batch, i, &word))
    return;
  if (*there == RUA_NO_ROW) {
    memcpy (place, &word, size);
    *there = row;
    return;
  }
  /* What is picked stands once; what is only read must be the same in all rows. */
  if (source->condition != NULL || memcmp (place, &word, size) != 0)
    add_problem (self, source, *there, row);
}

/* ---- who belongs to whom ---- */

static char **
default_pair_by (RuaTable *table)
{
  RuaKind *kind = rua_table_get_kind (table);
  RuaField *found = NULL;
  char **paths;

  for (guint i = 0; i < rua_kind_get_n_fields (kind) && found == NULL; i++) {
    RuaField *field = rua_kind_get_field (kind, i);

    if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_REFERENCE
        && rua_field_get_required (field))
      found = field;
  }
  for (guint i = 0; i < rua_kind_get_n_fields (kind) && found == NULL; i++) {
    RuaField *field = rua_kind_get_field (kind, i);

    if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_REFERENCE)
      found = field;
  }
  paths = g_new0 (char *, 2);
  paths[0] = found != NULL ? g_strdup (rua_field_get_name (found)) : NULL;
  return paths;
}

typedef struct {
  guint n;
  RuaReader *readers[4];
  gconstpointer batches[4];
  GHashTable *pairs; /* key words -> pair + 1 */
} Owners;

typedef struct {
  guint64 words[4];
} OwnerKey;

static guint
owner_hash (gconstpointer key)
{
  const OwnerKey *self = key;
  guint64 hash = 0;

  for (guint i = 0; i < 4; i++)
    hash = (hash ^ self->words[i]) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return (guint) (hash >> 32);
}

static gboolean
owner_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (OwnerKey)) == 0;
}

/* Strings of one key column are codes of one run, so that codes tell them apart. */
static gboolean
find_pair (Owners *self, guint i, RuaRows *rows, guint32 *pair, gboolean *is_new)
{
  OwnerKey key = { { 0 } };
  gpointer found;

  for (guint k = 0; k < self->n; k++)
    if (!rua_reader_key (self->readers[k], self->batches[k], i, &key.words[k]))
      return FALSE;
  found = g_hash_table_lookup (self->pairs, &key);
  *is_new = found == NULL;
  if (found == NULL) {
    OwnerKey *stored = g_new (OwnerKey, 1);

    *stored = key;
    rows->n++;
    g_hash_table_insert (self->pairs, stored, GUINT_TO_POINTER ((guint) rows->n));
    *pair = (guint32) rows->n - 1;
  } else
    *pair = GPOINTER_TO_UINT (found) - 1;
  return TRUE;
}

static void
owners_clear (Owners *self)
{
  for (guint k = 0; k < self->n; k++)
    rua_reader_free (self->readers[k]);
  g_clear_pointer (&self->pairs, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Owners, owners_clear)

static gboolean
open_owners (Owners *self, const RuaDefinition *definition, RuaTable *table,
             const RuaProgramOptions *options, RuaRows *rows, GError **error)
{
  g_auto (GStrv) paths = definition->pair_by != NULL ? g_strdupv (definition->pair_by)
                                                   : default_pair_by (table);
  RuaProgramOptions own = *options;

  own.pairs = FALSE;
  own.deflation = NULL;
  if (paths[0] == NULL || g_strv_length (paths) > G_N_ELEMENTS (self->readers))
    return rua_definition_refuse (definition->id, error, RUA_ERROR_MISSING,
                                  "values are picked by [ ], but %s; say in the options what "
                                  "belongs together, as in \"pair_by\": \"household\"",
                                  paths[0] == NULL ? "the kind has no reference to pair them by"
                                                   : "pair_by has more than four paths");
  rows->pair_by = g_strjoinv (" and ", paths);
  self->pairs = g_hash_table_new_full (owner_hash, owner_equal, g_free, NULL);
  for (guint k = 0; paths[k] != NULL; k++) {
    RuaReader *reader = rua_reader_new (definition, "pair_by", paths[k], RUA_ROLE_CATEGORY, &own,
                                        rows, error);

    if (reader == NULL)
      return FALSE;
    g_array_unref (reader->column->codes);
    g_ptr_array_unref (reader->column->labels);
    g_free (reader->column->role);
    g_free (reader->column->text);
    rua_unit_unref (reader->column->unit);
    g_clear_pointer (&reader->column, g_free);
    self->readers[self->n++] = reader;
  }
  return TRUE;
}

/* ---- the passes ---- */

static gboolean
collect (Pairing *self, RuaProgram *where, Owners *owners, GPtrArray *sources,
         GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaProgramRun) test = rua_program_run_new (where);
  guint32 n_rows = rua_table_get_n_rows (self->table);
  const char *plural = rua_kind_get_plural (rua_table_get_kind (self->table));
  guint64 n_open = 0, n_lost = 0;
  guint32 chosen[RUA_BATCH], pairs[RUA_BATCH];

  for (guint32 first = 0; first < n_rows; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - first);
    const guint8 *truths = rua_program_run_batch (test, first, n);
    guint n_chosen = 0;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    for (guint k = 0; k < owners->n; k++)
      owners->batches[k] = rua_program_run_batch (owners->readers[k]->run, first, n);
    for (guint i = 0; i < n; i++) {
      gboolean is_new;

      if (!rua_table_is_alive (self->table, first + i))
        continue;
      n_open += truths[i] == RUA_TRI_UNKNOWN;
      if (truths[i] != RUA_TRI_TRUE)
        continue;
      if (!find_pair (owners, i, self->rows, &pairs[n_chosen], &is_new)) {
        n_lost++;
        continue;
      }
      chosen[n_chosen++] = i;
      for (guint s = 0; is_new && s < sources->len; s++)
        add_unknown (g_ptr_array_index (sources, s));
    }
    for (guint s = 0; s < sources->len; s++) {
      Source *source = g_ptr_array_index (sources, s);
      gconstpointer batch = rua_program_run_batch (source->value, first, n);
      const guint8 *holds
        = source->condition != NULL ? rua_program_run_batch (source->condition, first, n) : NULL;

      for (guint c = 0; c < n_chosen; c++)
        if (holds == NULL || holds[chosen[c]] == RUA_TRI_TRUE)
          settle (self, source, pairs[c], first + chosen[c], batch, chosen[c]);
    }
  }
  for (guint s = 0; s < sources->len; s++) {
    GError *problem = ((Source *) g_ptr_array_index (sources, s))->value->error;

    if (problem != NULL)
      return rua_definition_refuse (self->definition->id, error, problem->code, "%s",
                                    problem->message);
  }
  if (n_open > 0)
    g_ptr_array_add (self->rows->warnings,
                     g_strdup_printf ("%" G_GUINT64_FORMAT " %s not counted, because it is unknown "
                                      "whether they meet the condition", n_open, plural));
  if (n_lost > 0)
    g_ptr_array_add (self->rows->warnings,
                     g_strdup_printf ("%" G_GUINT64_FORMAT " %s not counted, because their %s is "
                                      "unknown", n_lost, plural, self->rows->pair_by));
  return TRUE;
}

static void
write_out (RuaReader *reader, GPtrArray *sources, gsize n_pairs)
{
  g_autofree gconstpointer *externals = g_new0 (gconstpointer, reader->program->picks->len + 1);
  guint k = 0;

  for (guint s = 0; s < sources->len; s++) {
    Source *source = g_ptr_array_index (sources, s);

    if (source->reader == reader)
      externals[k++] = source->values->data;
  }
  reader->run->externals = externals;
  for (guint32 first = 0; first < n_pairs; first += RUA_BATCH) {
    guint n = (guint) MIN (RUA_BATCH, n_pairs - first);
    gconstpointer batch = rua_program_run_batch (reader->run, first, n);

    for (guint i = 0; i < n; i++)
      rua_reader_append (reader, batch, i);
  }
  reader->run->externals = NULL;
}

gboolean
rua_rows_read_pairs (const RuaDefinition *definition, RuaTable *table, RuaProgram *where,
                     GPtrArray *readers, const RuaProgramOptions *options, RuaRows *rows,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) sources = list_sources (readers);
  g_autoptr (GString) problems = g_string_new (NULL);
  g_auto (Owners) owners = { 0 };
  Pairing pairing = { definition, table, rows, 0, problems };

  if (!open_owners (&owners, definition, table, options, rows, error)
      || !collect (&pairing, where, &owners, sources, cancellable, error))
    return FALSE;
  if (pairing.n_problems > MAX_LISTED)
    g_string_append_printf (problems, "; and %u more", pairing.n_problems - MAX_LISTED);
  if (pairing.n_problems > 0)
    return rua_definition_refuse (definition->id, error, RUA_ERROR_DUPLICATE,
                                  "more than one value for one %s: %s; narrow where or the "
                                  "condition in [ ], or pair by more (options: pair_by)",
                                  rows->pair_by, problems->str);
  for (guint i = 0; i < readers->len; i++)
    write_out (g_ptr_array_index (readers, i), sources, rows->n);
  return TRUE;
}
