/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-nearest-private.h"
#include "rua-rows-private.h"

#include <math.h>
#include <string.h>

/* What a metric reads of rows, compiled: its condition, its roles, its groups, and what makes pairs
 * of rows. */

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
  g_clear_pointer (&self->program, rua_program_unref);
  g_free (self);
}

void
rua_rows_free (RuaRows *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->by);
  g_ptr_array_unref (self->keys);
  g_ptr_array_unref (self->warnings);
  g_clear_pointer (&self->where, rua_program_unref);
  g_clear_pointer (&self->deflation, rua_deflation_free);
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

static gboolean
check_roles (const RuaDefinition *definition, const RuaEstimator *estimator, GError **error)
{
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);
    g_autoptr (GString) known = g_string_new (NULL);

    const RuaRoleSpec *found = rua_estimator_find_role (estimator, role->role);

    if (found != NULL && (found->flags & RUA_ROLE_NODES))
      return rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                                    "the role “%s” is of the second table; give it in nodes",
                                    role->role);
    if (found != NULL)
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

static gboolean
text_has_pick (const char *text)
{
  g_autoptr (RuaSyntax) syntax = rua_syntax_parse (text, NULL);

  return syntax != NULL && rua_syntax_has_pick (syntax);
}

/* Values are picked in any of the columns, or in what makes the groups. */
static gboolean
has_picks (const RuaDefinition *definition)
{
  for (guint i = 0; i < definition->roles->len; i++)
    if (text_has_pick (g_array_index (definition->roles, RuaRoleText, i).text))
      return TRUE;
  for (guint i = 0; definition->by[i] != NULL; i++)
    if (text_has_pick (definition->by[i]))
      return TRUE;
  return definition->pair_by != NULL;
}

static void
take_warnings (RuaRows *self, const char *role, RuaProgram *program)
{
  for (guint i = 0; i < program->warnings->len; i++)
    g_ptr_array_add (self->warnings,
                     g_strdup_printf ("%s: %s", role,
                                      (const char *) g_ptr_array_index (program->warnings, i)));
}

static gboolean
add_column (RuaRows *self, GPtrArray *to, const RuaDefinition *definition, const char *role,
            const char *text, const RuaRoleSpec *spec, const RuaProgramOptions *options,
            GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (RuaProgram) program = rua_program_new (text, options, &problem);
  RuaRoleType type = spec != NULL ? spec->type : RUA_ROLE_CATEGORY;
  RuaRowsColumn *column;

  if (program == NULL)
    return rua_definition_refuse (definition->id, error, problem->code, "%s: %s", role,
                                  problem->message);
  if (type != RUA_ROLE_CATEGORY && program->root->type != RUA_VALUE_NUMBER
      && program->root->type != RUA_VALUE_BOOLEAN)
    return rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                                  "%s: “%s” is %s, but the role takes a number%s", role, text,
                                  rua_value_type_name (program->root->type),
                                  program->root->type == RUA_VALUE_DATE ? "; take year (…) of it"
                                                                        : "");
  take_warnings (self, role, program);
  column = g_new0 (RuaRowsColumn, 1);
  column->role = g_strdup (role);
  column->text = g_strdup (text);
  column->spec = spec;
  column->type = type;
  column->unit = program->root->unit != NULL ? rua_unit_ref (program->root->unit)
                                             : rua_unit_new ("1", NULL);
  column->withheld = program->privacy != RUA_PRIVACY_PUBLIC;
  column->program = g_steal_pointer (&program);
  g_ptr_array_add (to, column);
  return TRUE;
}

static gboolean
compile_where (RuaRows *self, const RuaDefinition *definition, const RuaProgramOptions *options,
               GError **error)
{
  RuaProgramOptions own = *options;
  g_autoptr (GError) problem = NULL;

  if (definition->where == NULL)
    return TRUE;
  own.pairs = FALSE;
  own.deflation = NULL;
  self->where = rua_program_new (definition->where, &own, &problem);
  if (self->where == NULL)
    return rua_definition_refuse (definition->id, error, problem->code, "where: %s",
                                  problem->message);
  if (self->where->root->type != RUA_VALUE_BOOLEAN)
    return rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                                  "where: “%s” is %s, not a condition", definition->where,
                                  rua_value_type_name (self->where->root->type));
  take_warnings (self, "where", self->where);
  return TRUE;
}

/* What belongs together, as the options say it or as the table does. */
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

static gboolean
compile_keys (RuaRows *self, const RuaDefinition *definition, const RuaProgramOptions *options,
              GError **error)
{
  g_auto (GStrv) paths = definition->pair_by != NULL ? g_strdupv (definition->pair_by)
                                                   : default_pair_by (options->table);
  RuaProgramOptions own = *options;

  own.pairs = FALSE;
  own.deflation = NULL;
  if (paths[0] == NULL || g_strv_length (paths) > RUA_ROWS_MAX_KEYS)
    return rua_definition_refuse (definition->id, error, RUA_ERROR_MISSING,
                                  "values are picked by [ ], but %s; say in the options what "
                                  "belongs together, as in \"pair_by\": \"household\"",
                                  paths[0] == NULL ? "the kind has no reference to pair them by"
                                                   : "pair_by has more than four paths");
  self->pair_by = g_strjoinv (" and ", paths);
  for (guint k = 0; paths[k] != NULL; k++)
    if (!add_column (self, self->keys, definition, "pair_by", paths[k], NULL, &own, error))
      return FALSE;
  return TRUE;
}

RuaRows *
rua_rows_new (RuaAlliance *alliance, const RuaDefinition *definition,
              const RuaEstimator *estimator, GError **error)
{
  RuaTable *table = rua_definition_find_table (definition, alliance, error);
  g_autofree char *currency = rua_alliance_dup_currency (alliance);
  g_autoptr (RuaRows) self = NULL;
  RuaProgramOptions options = { .table = table, .currency = currency };

  if (table == NULL || !check_roles (definition, estimator, error))
    return NULL;
  self = g_new0 (RuaRows, 1);
  self->table = table;
  self->columns = g_ptr_array_new_with_free_func ((GDestroyNotify) column_free);
  self->by = g_ptr_array_new_with_free_func ((GDestroyNotify) column_free);
  self->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) column_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  if (definition->series != NULL) {
    g_autoptr (GError) problem = NULL;

    self->deflation = rua_deflation_new (alliance, table, definition->series, definition->to,
                                         definition->date, &problem);
    if (self->deflation == NULL) {
      rua_definition_refuse (definition->id, error, problem->code, "deflate: %s", problem->message);
      return NULL;
    }
    options.deflation = self->deflation;
    if (self->deflation->partial != NULL)
      g_ptr_array_add (self->warnings, g_strdup (self->deflation->partial));
  }
  self->paired = options.pairs = has_picks (definition);
  if (!compile_where (self, definition, &options, error))
    return NULL;
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);

    if (!add_column (self, self->columns, definition, role->role, role->text,
                     rua_estimator_find_role (estimator, role->role), &options, error))
      return NULL;
  }
  for (guint i = 0; definition->by[i] != NULL; i++)
    if (!add_column (self, self->by, definition, "by", definition->by[i], NULL, &options, error))
      return NULL;
  if (self->paired && !compile_keys (self, definition, &options, error))
    return NULL;
  return g_steal_pointer (&self);
}
