/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure-rows-private.h"
#include "rua-program-private.h"
#include "rua-rows-private.h"

#include <string.h>

/* Groups by a path through a list: memberships.cooperative of a household, peoples of a place. A
 * row counts in each of its groups, so that groups overlap. Each label is measured as the rows of
 * which an entry has it; rows of which no entry has any are the last group. */

#define MAX_LABELS 4096

typedef struct {
  char *list;        /* the path up to the list, as text */
  char *rest;        /* what is read of an entry; NULL: a list of texts */
  RuaTable *entries; /* borrowed */
  RuaColumn *column; /* of texts; borrowed */
  RuaTable *owner;   /* whose rows have the list; borrowed */
  RuaValueType type;
  guint at; /* which of the paths it is */
} List;

static void
list_clear (List *self)
{
  g_free (self->list);
  g_free (self->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (List, list_clear)

static void
append_names (GString *out, const RuaSyntax *path, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    g_string_append_printf (out, "%s\"%s\"", i > from ? "." : "",
                            (const char *)g_ptr_array_index (path->names, i));
}

/* Reads the k-th path: TRUE with a list, TRUE without one (list is NULL), or FALSE. */
static gboolean
read_path (const RuaDefinition *definition, RuaTable *table, guint k, List *self, GError **error)
{
  g_autoptr (RuaSyntax) path = rua_syntax_parse (definition->by[k], NULL);
  g_autoptr (GString) list = g_string_new (NULL), rest = g_string_new (NULL);
  g_autoptr (RuaProgram) program = NULL;
  g_autoptr (GError) problem = NULL;
  RuaProgramOptions options = { 0 };
  guint n_names;

  if (path == NULL || path->type != RUA_SYNTAX_PATH
      || !rua_syntax_find_list (path, table, &n_names, &self->owner, &self->entries, &self->column))
    return TRUE; /* whoever groups by it tells what is wrong */
  append_names (list, path, 0, n_names);
  append_names (rest, path, n_names, path->names->len);
  self->at = k;
  if (self->entries == NULL) {
    if (rest->len > 0)
      return rua_definition_refuse (definition->id, error, RUA_ERROR_SYNTAX,
                                    "by: “%s” goes on after a list of texts", definition->by[k]);
    self->list = g_string_free (g_steal_pointer (&list), FALSE);
    return TRUE;
  }
  if (rest->len == 0)
    g_string_append (rest, "id");
  options.table = self->entries;
  program = rua_program_new (rest->str, &options, &problem);
  if (program == NULL)
    return rua_definition_refuse (definition->id, error, problem->code, "by: %s", problem->message);
  self->type = program->root->type;
  if (self->type == RUA_VALUE_DATE)
    return rua_definition_refuse (
      definition->id, error, RUA_ERROR_VALUE,
      "by: “%s” leads through a list to a date, which names a period of "
      "any length; measure over the table %s by it instead",
      definition->by[k], rua_kind_get_plural (rua_table_get_kind (self->entries)));
  self->list = g_string_free (g_steal_pointer (&list), FALSE);
  self->rest = g_string_free (g_steal_pointer (&rest), FALSE);
  return TRUE;
}

/* ---- which labels there are ---- */

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
refuse_many (const RuaDefinition *definition, const List *list, GError **error)
{
  return rua_definition_refuse (
    definition->id, error, RUA_ERROR_LIMIT,
    "by: “%s” makes more than %d groups that may overlap; measure over a "
    "table of its entries instead",
    definition->by[list->at], MAX_LABELS);
}

/* Different texts of the lists of a column. */
static GPtrArray *
list_texts (const RuaDefinition *definition,
            const List *list,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  guint32 n_rows = rua_table_get_n_rows (list->owner);

  for (guint32 row = 0; row < n_rows; row++) {
    gsize length = 0;
    const char *packed;

    if (row % RUA_BATCH == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
      return NULL;
    if (!rua_table_is_alive (list->owner, row))
      continue;
    packed = rua_column_read_text (list->column, row, &length);
    for (gsize at = 0; packed != NULL && at < length; at += strlen (packed + at) + 1)
      if (!g_hash_table_contains (seen, packed + at)) {
        g_ptr_array_add (labels, g_strdup (packed + at));
        g_hash_table_add (seen, g_ptr_array_index (labels, labels->len - 1));
        if (labels->len > MAX_LABELS) {
          refuse_many (definition, list, error);
          return NULL;
        }
      }
  }
  g_ptr_array_sort (labels, compare_texts);
  return g_steal_pointer (&labels);
}

/* A definition that counts rows of a table, by one path or all together. */
static RuaDefinition *
counting (const RuaDefinition *definition, const char *table, const char *by, const char *where)
{
  RuaDefinition *made = g_new0 (RuaDefinition, 1);

  made->id = g_strdup (definition->id);
  made->estimator = g_strdup ("count");
  made->table = g_strdup (table);
  made->where = g_strdup (where);
  made->roles = g_array_new (FALSE, FALSE, sizeof (RuaRoleText));
  made->by = g_new0 (char *, 2);
  made->by[0] = g_strdup (by);
  made->options = json_object_new ();
  made->confidence = definition->confidence;
  return made;
}

/* Different values of what is read of the entries: the groups of a count over their table. */
static GPtrArray *
list_labels (RuaAlliance *alliance,
             const RuaDefinition *definition,
             const List *list,
             GCancellable *cancellable,
             GError **error)
{
  RuaAssumption none = { .growth = 1 };
  g_autoptr (RuaDefinition) entries = NULL;
  g_autoptr (RuaOutcome) groups = NULL;
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);

  if (list->rest == NULL)
    return list_texts (definition, list, cancellable, error);
  entries = counting (definition, rua_kind_get_plural (rua_table_get_kind (list->entries)),
                      list->rest, NULL);
  groups = rua_measure_rows (alliance, entries, &none, cancellable, error);
  if (groups == NULL)
    return NULL;
  for (guint i = 0; i < rua_outcome_get_n (groups); i++) {
    const char *label = rua_outcome_get_labels (groups, i)[0];

    if (label != NULL)
      g_ptr_array_add (labels, g_strdup (label));
  }
  if (labels->len > MAX_LABELS) {
    refuse_many (definition, list, error);
    return NULL;
  }
  return g_steal_pointer (&labels);
}

/* ---- the rows of a label ---- */

static char *
quote (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "'", -1);
  g_autofree char *doubled = g_strjoinv ("''", parts);

  return g_strdup_printf ("'%s'", doubled);
}

/* Whether an entry has the label; NULL: whether none has any. What is not known of other entries
 * does not matter: case … else takes it for no. */
static char *
condition_of (const List *list, const char *label)
{
  g_autofree char *quoted = label != NULL ? quote (label) : NULL;
  g_autofree char *test = NULL;

  if (label == NULL) {
    test = list->rest == NULL ? g_strdup_printf ("count (%s) > 0", list->list)
                              : g_strdup_printf ("any (%s, %s is known)", list->list, list->rest);
    return g_strdup_printf ("case when %s then false else true end", test);
  }
  if (list->rest == NULL)
    test = g_strdup_printf ("contains (%s, %s)", list->list, quoted);
  else if (list->type == RUA_VALUE_BOOLEAN)
    test = g_strdup_printf ("any (%s, %s%s)", list->list, strcmp (label, "true") == 0 ? "" : "not ",
                            list->rest);
  else
    test = g_strdup_printf ("any (%s, %s = %s)", list->list, list->rest,
                            list->type == RUA_VALUE_NUMBER ? label : quoted);
  return g_strdup_printf ("case when %s then true else false end", test);
}

static RuaDefinition
without_path (const RuaDefinition *definition, guint at, const char *condition, GPtrArray *owned)
{
  RuaDefinition made = *definition;
  guint n = g_strv_length (definition->by);

  made.by = g_new0 (char *, n);
  for (guint i = 0, to = 0; i < n; i++)
    if (i != at)
      made.by[to++] = definition->by[i];
  g_ptr_array_add (owned, made.by);
  made.where = definition->where != NULL
                 ? g_strdup_printf ("(%s) and %s", definition->where, condition)
                 : g_strdup (condition);
  g_ptr_array_add (owned, made.where);
  return made;
}

/* The label takes its place among the others. */
static void
insert_label (RuaResult *result, const RuaDefinition *definition, guint at, const char *label)
{
  guint n = g_strv_length (definition->by);
  g_autofree const char **labels = g_new0 (const char *, n + 1);

  for (guint i = 0, from = 0; i < n; i++)
    labels[i] = i == at ? label : result->group_labels[from++];
  rua_result_set_group_paths (result, (const char *const *) definition->by);
  rua_result_set_group_labels (result, labels, n);
}

static int
compare_results (gconstpointer a, gconstpointer b)
{
  const RuaResult *s = *(RuaResult *const *)a, *t = *(RuaResult *const *)b;

  for (guint i = 0; s->head->group_paths[i] != NULL; i++) {
    const char *left = s->group_labels[i], *right = t->group_labels[i];
    int order
      = left == NULL || right == NULL ? (left == NULL) - (right == NULL) : strcmp (left, right);

    if (order != 0)
      return order;
  }
  return 0;
}

/* How many rows have several entries, which is how far groups can overlap. */
static gboolean
warn_overlap (RuaAlliance *alliance,
              const RuaDefinition *definition,
              const List *list,
              GPtrArray *results,
              GCancellable *cancellable,
              GError **error)
{
  RuaAssumption none = { .growth = 1 };
  g_autofree char *several
    = g_strdup_printf ("%s%s%scount (%s) > 1", definition->where != NULL ? "(" : "",
                       definition->where != NULL ? definition->where : "",
                       definition->where != NULL ? ") and " : "", list->list);
  g_autoptr (RuaDefinition) rows = counting (definition, definition->table, NULL, several);
  g_autoptr (RuaOutcome) counted = rua_measure_rows (alliance, rows, &none, cancellable, error);
  guint64 n;

  if (counted == NULL)
    return FALSE;
  n = (guint64) rua_outcome_get_number (counted, 0, RUA_RESULT_NUMBER_N_ELIGIBLE);
  for (guint i = 0; n > 0 && i < results->len; i++)
    rua_result_warn (g_ptr_array_index (results, i),
                     _("groups by %s overlap: %llu %s have several and count in each of "
                        "their groups, so that groups do not add up"),
                     definition->by[list->at], (unsigned long long)n,
                     C_("table", definition->table));
  return TRUE;
}

gboolean
rua_measure_overlaps (RuaAlliance *alliance, const RuaDefinition *definition)
{
  RuaTable *table
    = definition->table != NULL ? rua_alliance_get_table (alliance, definition->table) : NULL;

  for (guint k = 0; table != NULL && definition->by[k] != NULL; k++) {
    g_autoptr (RuaSyntax) path = rua_syntax_parse (definition->by[k], NULL);
    RuaTable *owner, *entries;
    RuaColumn *column;
    guint n_names;

    if (path != NULL && rua_syntax_find_list (path, table, &n_names, &owner, &entries, &column))
      return TRUE;
  }
  return FALSE;
}

RuaOutcome *
rua_measure_grouped_rows (RuaAlliance *alliance,
                          const RuaDefinition *definition,
                          const RuaAssumption *assumption,
                          GCancellable *cancellable,
                          GError **error)
{
  RuaTable *table = NULL;
  g_auto (List) list = { 0 };
  g_autoptr (GPtrArray) labels = NULL;
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);

  if (definition->table != NULL && definition->by[0] != NULL) {
    table = rua_definition_find_table (definition, alliance, error);
    if (table == NULL)
      return NULL;
  }
  for (guint k = 0; table != NULL && definition->by[k] != NULL && list.list == NULL; k++)
    if (!read_path (definition, table, k, &list, error))
      return NULL;
  if (list.list == NULL)
    return rua_measure_rows (alliance, definition, assumption, cancellable, error);
  labels = list_labels (alliance, definition, &list, cancellable, error);
  if (labels == NULL)
    return NULL;
  g_ptr_array_add (labels, NULL); /* those without any */
  for (guint i = 0; i < labels->len; i++) {
    const char *label = g_ptr_array_index (labels, i);
    g_autofree char *condition = condition_of (&list, label);
    RuaDefinition one = without_path (definition, list.at, condition, owned);
    g_autoptr (RuaOutcome) outcome
      = rua_measure_grouped_rows (alliance, &one, assumption, cancellable, error);
    GPtrArray *groups = outcome != NULL ? rua_outcome_get_results (outcome) : NULL;

    if (groups == NULL)
      return NULL;
    for (guint k = 0; k < groups->len; k++) {
      RuaResult *group = g_ptr_array_index (groups, k);

      if (group->n_eligible == 0)
        continue;
      insert_label (group, definition, list.at, label);
      g_ptr_array_add (results, g_object_ref (group));
    }
  }
  g_ptr_array_sort (results, compare_results);
  if (!warn_overlap (alliance, definition, &list, results, cancellable, error))
    return NULL;
  return rua_outcome_new (g_steal_pointer (&results));
}
