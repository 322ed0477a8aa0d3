/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-json-private.h"
#include "rua-nearest-private.h"
#include "rua-rows-private.h"
#include "rua-pairs-private.h"

#include <math.h>
#include <string.h>

/* Reading the rows of a metric, batch by batch. */

char *
rua_alliance_dup_currency (RuaAlliance *alliance)
{
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (alliance);

  return profile != NULL ? g_strdup (rua_record_get_text (RUA_RECORD (profile), "currency")) : NULL;
}

static void
column_free (RuaRowsColumn *self)
{
  g_free (self->role);
  g_free (self->text);
  g_clear_pointer (&self->unit, rua_unit_unref);
  g_clear_pointer (&self->values, g_array_unref);
  g_clear_pointer (&self->codes, g_array_unref);
  g_clear_pointer (&self->labels, g_ptr_array_unref);
  g_free (self);
}

void
rua_rows_free (RuaRows *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->by);
  g_ptr_array_unref (self->warnings);
  g_free (self->pair_by);
  g_free (self);
}

RuaTable *
rua_definition_find_table (const RuaDefinition *self, RuaAlliance *alliance, GError **error)
{
  RuaTable *table = rua_alliance_get_table (alliance, self->table);
  g_autofree char *mend = NULL;
  g_autoptr (GListModel) tables = NULL;
  RuaNearest nearest;

  if (table != NULL)
    return table;
  tables = rua_alliance_list_tables (alliance);
  rua_nearest_init (&nearest, self->table);
  for (guint i = 0; i < g_list_model_get_n_items (tables); i++) {
    g_autoptr (RuaTable) other = g_list_model_get_item (tables, i);

    rua_nearest_offer (&nearest, rua_kind_get_plural (rua_table_get_kind (other)));
  }
  mend = rua_nearest_mend (&nearest, "name a kind by its plural, such as incomes");
  rua_definition_refuse (self->id, error, RUA_ERROR_UNKNOWN_NAME, "there is no table “%s”; %s",
                         self->table, mend);
  return NULL;
}

/* ---- categories ---- */

char *
rua_reader_label (RuaReader *self, gconstpointer batch, guint i)
{
  RuaNode *root = self->program->root;
  char number[40];
  gsize length;
  const char *text;

  switch (root->type) {
  case RUA_VALUE_TEXT:
    text = rua_program_run_get_text (self->run, ((const guint32 *) batch)[i], &length);
    return g_strndup (text, length);
  case RUA_VALUE_REFERENCE:
    return rua_table_name_row (root->table, ((const guint32 *) batch)[i]);
  case RUA_VALUE_ANY_REFERENCE: {
    guint64 word = ((const guint64 *) batch)[i];
    RuaTable *table = rua_table_find_ordinal (self->program->table, (guint) (word >> 32));
    g_autofree char *id = rua_table_name_row (table, (guint32) word);

    return g_strdup_printf ("%s/%s", rua_kind_get_name (rua_table_get_kind (table)), id);
  }
  case RUA_VALUE_DATE: {
    gint32 date = ((const gint32 *) batch)[i];

    return rua_date_format (rua_date_packed_day (date), rua_date_packed_precision (date));
  }
  case RUA_VALUE_BOOLEAN:
    return g_strdup (((const guint8 *) batch)[i] == RUA_TRI_TRUE ? "true" : "false");
  default:
    return g_strdup (rua_number_format (((const double *) batch)[i], number));
  }
}

/* The bits that tell a value from others of its type; FALSE where it is unknown. */
gboolean
rua_reader_key (RuaReader *self, gconstpointer batch, guint i, guint64 *key)
{
  double number;

  switch (self->program->root->type) {
  case RUA_VALUE_NUMBER:
    number = ((const double *) batch)[i];
    if (number == 0)
      number = 0; /* -0 is 0 */
    memcpy (key, &number, sizeof number);
    return !isnan (number);
  case RUA_VALUE_BOOLEAN:
    *key = ((const guint8 *) batch)[i];
    return *key != RUA_TRI_UNKNOWN;
  case RUA_VALUE_DATE:
    *key = (guint32) ((const gint32 *) batch)[i];
    return ((const gint32 *) batch)[i] != RUA_NO_DATE;
  case RUA_VALUE_ANY_REFERENCE:
    *key = ((const guint64 *) batch)[i];
    return *key != RUA_NO_ANY;
  default:
    *key = ((const guint32 *) batch)[i];
    return *key != G_MAXUINT32;
  }
}

static gint32
category_code (RuaReader *self, gconstpointer batch, guint i)
{
  RuaRowsColumn *column = self->column;
  guint64 key;
  gint64 *stored;
  gpointer found;

  if (!rua_reader_key (self, batch, i, &key))
    return -1;
  found = g_hash_table_lookup (self->categories, &key);
  if (found != NULL)
    return GPOINTER_TO_INT (found) - 1;
  stored = g_new (gint64, 1);
  memcpy (stored, &key, sizeof key);
  g_ptr_array_add (column->labels, rua_reader_label (self, batch, i));
  g_hash_table_insert (self->categories, stored, GINT_TO_POINTER ((gint) column->labels->len));
  return (gint32) column->labels->len - 1;
}

static gboolean
is_category (const RuaReader *self)
{
  return self->column->codes != NULL;
}

void
rua_reader_append (RuaReader *self, gconstpointer batch, guint i)
{
  if (is_category (self)) {
    gint32 code = category_code (self, batch, i);

    g_array_append_val (self->column->codes, code);
  } else {
    double value;

    if (self->program->root->type == RUA_VALUE_BOOLEAN) {
      guint8 truth = ((const guint8 *) batch)[i];

      value = truth == RUA_TRI_UNKNOWN ? NAN : truth == RUA_TRI_TRUE;
    } else
      value = ((const double *) batch)[i];
    g_array_append_val (self->column->values, value);
  }
}

void
rua_reader_free (RuaReader *self)
{
  g_clear_pointer (&self->run, rua_program_run_free);
  g_clear_pointer (&self->program, rua_program_unref);
  g_clear_pointer (&self->categories, g_hash_table_unref);
  g_free (self);
}

RuaReader *
rua_reader_new (const RuaDefinition *definition, const char *role, const char *text,
                RuaRoleType type, const RuaProgramOptions *options, RuaRows *rows, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (RuaProgram) program = rua_program_new (text, options, &problem);
  RuaReader *self;
  RuaRowsColumn *column;

  if (program == NULL) {
    rua_definition_refuse (definition->id, error, problem->code, "%s: %s", role, problem->message);
    return NULL;
  }
  if (type != RUA_ROLE_CATEGORY && program->root->type != RUA_VALUE_NUMBER
      && program->root->type != RUA_VALUE_BOOLEAN) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                           "%s: “%s” is %s, but the role takes a number%s", role, text,
                           rua_value_type_name (program->root->type),
                           program->root->type == RUA_VALUE_DATE ? "; take year (…) of it" : "");
    return NULL;
  }
  for (guint i = 0; i < program->warnings->len; i++)
    g_ptr_array_add (rows->warnings, g_strdup_printf ("%s: %s", role, (const char *) g_ptr_array_index (
                                                                  program->warnings, i)));
  self = g_new0 (RuaReader, 1);
  self->program = g_steal_pointer (&program);
  self->run = rua_program_run_new (self->program);
  self->column = column = g_new0 (RuaRowsColumn, 1);
  column->role = g_strdup (role);
  column->text = g_strdup (text);
  column->type = type;
  column->unit = self->program->root->unit != NULL ? rua_unit_ref (self->program->root->unit)
                                                   : rua_unit_new ("1", NULL);
  column->withheld = self->program->privacy != RUA_PRIVACY_PUBLIC;
  if (type == RUA_ROLE_CATEGORY) {
    column->codes = g_array_new (FALSE, FALSE, sizeof (gint32));
    column->labels = g_ptr_array_new_with_free_func (g_free);
    self->categories = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  } else
    column->values = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

/* ---- the pass over the rows ---- */

RuaProgram *
rua_rows_compile_where (const RuaDefinition *definition, const RuaProgramOptions *options,
                        RuaRows *rows, GError **error)
{
  RuaProgramOptions own = *options;
  g_autoptr (GError) problem = NULL;
  RuaProgram *program;

  own.pairs = FALSE;
  own.deflation = NULL;
  program = rua_program_new (definition->where != NULL ? definition->where : "true", &own, &problem);
  if (program == NULL) {
    rua_definition_refuse (definition->id, error, problem->code, "where: %s", problem->message);
    return NULL;
  }
  if (program->root->type != RUA_VALUE_BOOLEAN) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                           "where: “%s” is %s, not a condition", definition->where,
                           rua_value_type_name (program->root->type));
    rua_program_unref (program);
    return NULL;
  }
  for (guint i = 0; i < program->warnings->len; i++)
    g_ptr_array_add (rows->warnings,
                     g_strdup_printf ("where: %s",
                                      (const char *) g_ptr_array_index (program->warnings, i)));
  return program;
}

static gboolean
read_plain (const RuaDefinition *definition, RuaTable *table, RuaProgram *where, GPtrArray *readers,
            RuaRows *rows, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaProgramRun) test = rua_program_run_new (where);
  guint32 n_rows = rua_table_get_n_rows (table);
  gboolean dense = rua_table_is_dense (table);
  guint64 n_open = 0;
  guint32 chosen[RUA_BATCH];

  for (guint32 first = 0; first < n_rows; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - first);
    const guint8 *truths = rua_program_run_batch (test, first, n);
    guint n_chosen = 0;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    for (guint i = 0; i < n; i++) {
      gboolean alive = dense || rua_table_is_alive (table, first + i);

      n_open += alive && truths[i] == RUA_TRI_UNKNOWN;
      if (alive && truths[i] == RUA_TRI_TRUE)
        chosen[n_chosen++] = i;
    }
    if (n_chosen == 0)
      continue;
    for (guint k = 0; k < readers->len; k++) {
      RuaReader *reader = g_ptr_array_index (readers, k);
      gconstpointer batch = rua_program_run_batch (reader->run, first, n);

      for (guint c = 0; c < n_chosen; c++)
        rua_reader_append (reader, batch, chosen[c]);
    }
    rows->n += n_chosen;
  }
  for (guint k = 0; k < readers->len; k++) {
    RuaReader *reader = g_ptr_array_index (readers, k);

    if (reader->run->error != NULL)
      return rua_definition_refuse (definition->id, error, reader->run->error->code, "%s: %s",
                                    reader->column->role, reader->run->error->message);
  }
  if (n_open > 0)
    g_ptr_array_add (rows->warnings,
                     g_strdup_printf ("%" G_GUINT64_FORMAT " %s not counted, because it is unknown "
                                      "whether they meet the condition", n_open,
                                      rua_kind_get_plural (rua_table_get_kind (table))));
  return TRUE;
}

static gboolean
check_roles (const RuaDefinition *definition, const RuaEstimator *estimator, GError **error)
{
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);
    g_autoptr (GString) known = g_string_new (NULL);

    if (rua_estimator_find_role (estimator, role->role) != NULL)
      continue;
    for (const RuaRoleSpec *spec = estimator->roles; spec->name != NULL; spec++)
      g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", spec->name);
    return rua_definition_refuse (definition->id, error, RUA_ERROR_UNKNOWN_NAME,
                                  "the estimator %s has no role “%s”; it has %s", estimator->name,
                                  role->role, known->len > 0 ? known->str : "none");
  }
  for (const RuaRoleSpec *spec = estimator->roles; spec->name != NULL; spec++) {
    gboolean given = !(spec->flags & RUA_ROLE_REQUIRED) || (spec->flags & RUA_ROLE_NODES);

    for (guint i = 0; i < definition->roles->len && !given; i++)
      given = strcmp (g_array_index (definition->roles, RuaRoleText, i).role, spec->name) == 0;
    if (!given)
      return rua_definition_refuse (definition->id, error, RUA_ERROR_MISSING,
                                    "the estimator %s needs a column in the role “%s”: %s",
                                    estimator->name, spec->name, spec->doc);
  }
  return TRUE;
}

/* Values are picked in any of the columns. */
static gboolean
has_picks (const RuaDefinition *definition)
{
  for (guint i = 0; i < definition->roles->len; i++) {
    const char *text = g_array_index (definition->roles, RuaRoleText, i).text;
    g_autoptr (RuaSyntax) syntax = rua_syntax_parse (text, NULL);

    if (syntax != NULL && rua_syntax_has_pick (syntax))
      return TRUE;
  }
  return definition->pair_by != NULL;
}

RuaRows *
rua_rows_read (RuaAlliance *alliance, const RuaDefinition *definition,
               const RuaEstimator *estimator, GCancellable *cancellable, GError **error)
{
  RuaTable *table = rua_definition_find_table (definition, alliance, error);
  g_autofree char *currency = rua_alliance_dup_currency (alliance);
  g_autoptr (RuaDeflation) deflation = NULL;
  g_autoptr (GPtrArray) readers = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_reader_free);
  g_autoptr (RuaProgram) where = NULL;
  g_autoptr (RuaRows) self = NULL;
  RuaProgramOptions options = { .table = table, .currency = currency };

  if (table == NULL || !check_roles (definition, estimator, error))
    return NULL;
  if (definition->series != NULL) {
    g_autoptr (GError) problem = NULL;

    deflation = rua_deflation_new (alliance, table, definition->series, definition->to,
                                   definition->date, &problem);
    if (deflation == NULL) {
      rua_definition_refuse (definition->id, error, problem->code, "deflate: %s", problem->message);
      return NULL;
    }
    options.deflation = deflation;
  }
  self = g_new0 (RuaRows, 1);
  self->columns = g_ptr_array_new_with_free_func ((GDestroyNotify) column_free);
  self->by = g_ptr_array_new_with_free_func ((GDestroyNotify) column_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->paired = options.pairs = has_picks (definition);
  where = rua_rows_compile_where (definition, &options, self, error);
  if (where == NULL)
    return NULL;
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);
    RuaReader *reader
      = rua_reader_new (definition, role->role, role->text,
                        rua_estimator_find_role (estimator, role->role)->type, &options, self, error);

    if (reader == NULL)
      return NULL;
    g_ptr_array_add (readers, reader);
    g_ptr_array_add (self->columns, reader->column);
  }
  for (guint i = 0; definition->by[i] != NULL; i++) {
    RuaReader *reader = rua_reader_new (definition, "by", definition->by[i], RUA_ROLE_CATEGORY,
                                        &options, self, error);

    if (reader == NULL)
      return NULL;
    g_ptr_array_add (readers, reader);
    g_ptr_array_add (self->by, reader->column);
  }
  if (self->paired ? !rua_rows_read_pairs (definition, table, where, readers, &options, self,
                                           cancellable, error)
                   : !read_plain (definition, table, where, readers, self, cancellable, error))
    return NULL;
  for (guint i = 0; i < readers->len; i++) {
    RuaReader *reader = g_ptr_array_index (readers, i);

    if (reader->column->labels != NULL)
      g_ptr_array_add (reader->column->labels, NULL);
  }
  return g_steal_pointer (&self);
}
