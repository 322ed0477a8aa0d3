/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure-nodes-private.h"
#include "rua-expression.h"
#include "rua-rows-private.h"

#include <string.h>

void
rua_measure_nodes_free (RuaMeasureNodes *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->codes->len; i++)
    g_free (g_array_index (self->codes, gint32 *, i));
  g_array_unref (self->codes);
  g_array_unref (self->columns);
  g_ptr_array_unref (self->owned);
  g_ptr_array_unref (self->warnings);
  g_free (self->digest);
  g_free (self);
}

static RuaExpression *
open_expression (RuaMeasureNodes *self, const RuaDefinition *definition, const char *role,
                 const char *text, RuaTable *table, GError **error)
{
  g_autoptr (GError) problem = NULL;
  RuaExpression *expression = rua_expression_new (text, table, &problem);
  g_auto (GStrv) warnings = NULL;

  if (expression == NULL) {
    rua_definition_refuse (definition->id, error, problem->code, "nodes: %s: %s", role,
                           problem->message);
    return NULL;
  }
  warnings = rua_expression_dup_warnings (expression);
  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    g_ptr_array_add (self->warnings, g_strdup_printf ("nodes: %s: %s", role, warnings[i]));
  return expression;
}

/* A byte for each row of the table that is a node. */
static GBytes *
choose_rows (RuaMeasureNodes *self, const RuaDefinition *definition, RuaTable *table, GError **error)
{
  g_autoptr (RuaExpression) where
    = open_expression (self, definition, "where", definition->where != NULL ? definition->where : "true",
                       table, error);
  g_autoptr (GBytes) values = NULL, presence = NULL;
  g_autoptr (GError) problem = NULL;
  gsize size;
  guint8 *chosen;
  const double *truths;
  const guint8 *known;

  if (where == NULL)
    return NULL;
  if (rua_expression_get_expression_type (where) == RUA_EXPRESSION_TYPE_TRUTH)
    values = rua_expression_dup_numbers (where, &presence, &problem);
  if (values == NULL) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE, "nodes: where: “%s” is no condition",
                           definition->where);
    return NULL;
  }
  known = g_bytes_get_data (presence, &size);
  truths = g_bytes_get_data (values, NULL);
  chosen = g_malloc (MAX (size, 1));
  for (gsize i = 0; i < size; i++)
    chosen[i] = known[i] && truths[i] == 1;
  return g_bytes_new_take (chosen, size);
}

/* Codes in the order of first appearance, as labels of their own. */
static gboolean
add_column (RuaMeasureNodes *self, const RuaDefinition *definition, const RuaRoleText *role,
            RuaTable *table, GBytes *rows, GChecksum *sum, GError **error)
{
  g_autoptr (RuaExpression) expression
    = open_expression (self, definition, role->role, role->text, table, error);
  g_autoptr (GBytes) presence = NULL;
  g_auto (GStrv) texts = NULL;
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *labels;
  RuaInputColumn column = { .role = role->role, .name = role->text };
  const guint8 *chosen, *known;
  gint32 *codes;
  gsize n_rows, n = 0;

  if (expression == NULL)
    return FALSE;
  texts = rua_expression_dup_texts (expression, &presence, error);
  if (texts == NULL)
    return FALSE;
  chosen = g_bytes_get_data (rows, &n_rows);
  known = g_bytes_get_data (presence, NULL);
  labels = g_ptr_array_new_with_free_func (g_free);
  codes = g_new (gint32, MAX (n_rows, 1));
  for (gsize i = 0; i < n_rows; i++) {
    gpointer found = NULL;

    if (!chosen[i])
      continue;
    g_checksum_update (sum, (const guchar *) (known[i] ? "=" : "?"), 1);
    g_checksum_update (sum, (const guchar *) texts[i], strlen (texts[i]) + 1);
    codes[n] = -1;
    if (known[i]) {
      found = g_hash_table_lookup (numbers, texts[i]);
      if (found == NULL) {
        g_ptr_array_add (labels, g_strdup (texts[i]));
        found = GUINT_TO_POINTER (labels->len);
        g_hash_table_insert (numbers, g_ptr_array_index (labels, labels->len - 1), found);
      }
      codes[n] = GPOINTER_TO_INT (found) - 1;
    }
    n++;
  }
  column.codes = codes;
  column.n_labels = labels->len;
  g_ptr_array_add (labels, NULL);
  column.labels = (const char *const *) labels->pdata;
  g_array_append_val (self->columns, column);
  g_array_append_val (self->codes, codes);
  g_ptr_array_add (self->owned, g_ptr_array_free (labels, FALSE));
  self->input.n_rows = n;
  return TRUE;
}

RuaMeasureNodes *
rua_measure_nodes_new (RuaAlliance *alliance, const RuaDefinition *definition,
                       const RuaEstimator *estimator, GError **error)
{
  RuaTable *table = rua_definition_find_table (definition, alliance, error);
  g_autoptr (RuaMeasureNodes) self = NULL;
  g_autoptr (GBytes) rows = NULL;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = rua_definition_to_string (definition);

  if (table == NULL)
    return NULL;
  self = g_new0 (RuaMeasureNodes, 1);
  self->columns = g_array_new (FALSE, TRUE, sizeof (RuaInputColumn));
  self->owned = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->codes = g_array_new (FALSE, FALSE, sizeof (gint32 *));
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  rows = choose_rows (self, definition, table, error);
  if (rows == NULL)
    return NULL;
  g_checksum_update (sum, (const guchar *) text, strlen (text));
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);
    const RuaRoleSpec *spec = rua_estimator_find_role (estimator, role->role);

    if (spec == NULL || !(spec->flags & RUA_ROLE_NODES)) {
      rua_definition_refuse (definition->id, error, RUA_ERROR_UNKNOWN_NAME,
                             "the estimator %s has no role “%s” of nodes", estimator->name, role->role);
      return NULL;
    }
    if (!add_column (self, definition, role, table, rows, sum, error))
      return NULL;
  }
  self->digest = g_strdup (g_checksum_get_string (sum));
  self->input.columns = (const RuaInputColumn *) (gpointer) self->columns->data;
  self->input.n_columns = self->columns->len;
  self->input.name = definition->table;
  return g_steal_pointer (&self);
}
