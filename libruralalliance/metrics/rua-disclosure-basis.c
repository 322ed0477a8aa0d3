/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-catalogue-private.h"
#include "rua-disclosure-private.h"
#include "rua-formula-private.h"
#include "rua-measure.h"

#include <string.h>

/* What is published is judged by what it rests on: a formula by its inputs, each by the rows that it
 * uses, the people and households these are about, and what is added up of them. */

#define MAX_DEPTH 64

static void
basis_free (gpointer data)
{
  RuaBasis *self = data;

  rua_definition_free (self->definition);
  g_free (self->key);
  g_free (self);
}

static void
bases_free (gpointer data)
{
  RuaBases *self = data;

  g_strfreev (self->by);
  g_ptr_array_unref (self->list);
  g_free (self);
}

static void
contributor_free (gpointer data)
{
  RuaContributor *self = data;

  g_free (self->path);
  g_free (self);
}

static const char *
role_text (const RuaDefinition *definition, const char *name)
{
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);

    if (strcmp (role->role, name) == 0)
      return role->text;
  }
  return NULL;
}

static gboolean
has_pick (const char *text)
{
  g_autoptr (RuaSyntax) syntax = rua_syntax_parse (text, NULL);

  return syntax != NULL && rua_syntax_has_pick (syntax);
}

static gboolean
is_estimator (const RuaDefinition *definition, const char *const *names)
{
  return g_strv_contains (names, definition->estimator);
}

static const char *
option_text (const RuaDefinition *definition, const char *name)
{
  JsonNode *node = json_object_get_member (definition->options, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

/* ---- labels ---- */

static gboolean
is_personal_kind (RuaTable *table)
{
  return table == NULL || rua_kind_get_privacy (rua_table_get_kind (table)) != RUA_PRIVACY_PUBLIC;
}

/* Whether the values of a field are told of one person or household alone. */
static gboolean
tells_one (RuaField *field)
{
  RuaPrivacy privacy = rua_field_get_privacy (field);

  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_JSON:
  case RUA_FIELD_TYPE_DATE:
    return privacy == RUA_PRIVACY_PERSONAL;
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_NUMBER:
    return privacy != RUA_PRIVACY_PUBLIC;
  default:
    return FALSE;
  }
}

static gboolean
path_tells_one (RuaAlliance *alliance, RuaTable *table, const RuaSyntax *path)
{
  RuaTable *at = table;

  for (guint i = 0; i < path->names->len; i++) {
    const char *name = rua_syntax_name (path, i);
    RuaField *field = rua_kind_find_field (rua_table_get_kind (at), name);
    const char *target = field != NULL ? rua_field_get_target (field) : NULL;
    gboolean is_last = i + 1 == path->names->len;
    RuaTable *next;

    if (strcmp (name, "id") == 0)
      return is_personal_kind (at);
    /* The way back goes by the name of a kind; what is no name at all, measuring refuses. */
    next = rua_alliance_get_table (alliance, field == NULL ? name : target != NULL ? target : "");
    if (field == NULL && next == NULL)
      return FALSE;
    if (is_last)
      return field == NULL || target != NULL ? is_personal_kind (next) : tells_one (field);
    if (next == NULL)
      return FALSE;
    at = next;
  }
  return FALSE;
}

/* Whether what an expression gives may be a single one's name or value. What a condition asks of one is not told. */
static gboolean
value_tells_one (RuaAlliance *alliance, RuaTable *table, const RuaSyntax *s)
{
  static const char *const coarse[] = { "year", "month", "day", "quarter", "weekday", "age", "months", "days",
                                        "length", "contains", "starts_with", "ends_with", "count", "any", NULL };

  switch (s->type) {
  case RUA_SYNTAX_PATH:
    return path_tells_one (alliance, table, s);
  case RUA_SYNTAX_PICK:
    return value_tells_one (alliance, table, rua_syntax_part (s, 0));
  case RUA_SYNTAX_CALL:
    if (g_strv_contains (coarse, rua_syntax_name (s, 0)))
      return FALSE;
    break;
  case RUA_SYNTAX_NEGATE:
  case RUA_SYNTAX_ARITHMETIC:
  case RUA_SYNTAX_CASE:
    break;
  default:
    return FALSE;
  }
  for (guint i = 0; i < s->parts->len; i++) {
    gboolean is_condition = s->type == RUA_SYNTAX_CASE && i % 2 == 0 && !(s->flag && i + 1 == s->parts->len);

    if (!is_condition && value_tells_one (alliance, table, rua_syntax_part (s, i)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
text_tells_one (RuaAlliance *alliance, RuaTable *table, const char *text)
{
  g_autoptr (RuaSyntax) syntax = rua_syntax_parse (text, NULL);

  return syntax != NULL && value_tells_one (alliance, table, syntax);
}

static gboolean
refuse_labels (RuaAlliance *alliance, const RuaDefinition *definition, GError **error)
{
  RuaTable *table = definition->table != NULL ? rua_alliance_get_table (alliance, definition->table) : NULL;

  for (guint i = 0; table != NULL && definition->by[i] != NULL; i++)
    if (text_tells_one (alliance, table, definition->by[i]))
      return rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                                    "groups by %s would be people, or what is known of one of them, which is not published; group by "
                                    "something that many have in common",
                                    definition->by[i]);
  return TRUE;
}

/* ---- single values ---- */

static gboolean
is_single_value (RuaAlliance *alliance, const RuaDefinition *definition, const char *key)
{
  static const char *const always[] = { "min", "max", "max_repeat", NULL };
  static const char *const of_records[] = { "equivalent_size[", "equivalent_income[", "real[" };
  static const char *const of_units[] = { "cr1", "cr3", "share[", "amount[" };
  static const char *const networks[] = { "bipartite_network", "brokerage", NULL };
  RuaTable *table = definition->table != NULL ? rua_alliance_get_table (alliance, definition->table) : NULL;
  const char *unit = role_text (definition, "unit");

  if (g_strv_contains (always, key))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (of_records); i++)
    if (g_str_has_prefix (key, of_records[i]))
      return TRUE;
  /* The largest one's, and that of so few. */
  for (guint i = 0; strcmp (definition->estimator, "concentration") == 0 && i < G_N_ELEMENTS (of_units); i++)
    if (g_str_has_prefix (key, of_units[i]))
      return table == NULL || unit == NULL || text_tells_one (alliance, table, unit);
  if (is_estimator (definition, networks) && (strchr (key, '[') != NULL || strcmp (key, "max_betweenness") == 0))
    return definition->nodes == NULL || definition->nodes->table == NULL
           || is_personal_kind (rua_alliance_get_table (alliance, definition->nodes->table));
  return FALSE;
}

static gboolean
refuse_single_values (RuaAlliance *alliance, const RuaDefinition *definition, const char *key, const char *asker, GError **error)
{
  if (key != NULL && is_single_value (alliance, definition, key))
    return rua_definition_refuse (asker, error, RUA_ERROR_VALUE,
                                  "%s is the value of one record, which is not published", key);
  return TRUE;
}

/* ---- what it rests on ---- */

/* NULL: there is none, or it is the first of several. */
static const char *
main_key (const RuaDefinition *definition)
{
  const RuaEstimator *estimator = rua_estimator_find (definition->estimator);

  return estimator != NULL && estimator->estimate != NULL && !g_str_has_suffix (estimator->estimate, "[") ? estimator->estimate : NULL;
}

typedef struct {
  RuaAlliance *alliance;
  GPtrArray *all;   /* of RuaBases */
  GHashTable *seen; /* texts */
  GError **error;
} Collecting;

static RuaBases *
bases_by (Collecting *self, char *const *by)
{
  RuaBases *made;

  for (guint i = 0; i < self->all->len; i++) {
    RuaBases *bases = g_ptr_array_index (self->all, i);

    if (g_strv_equal ((const char *const *) bases->by, (const char *const *) by))
      return bases;
  }
  made = g_new0 (RuaBases, 1);
  made->by = g_strdupv ((char **) by);
  made->list = g_ptr_array_new_with_free_func (basis_free);
  g_ptr_array_add (self->all, made);
  return made;
}

static gboolean
collect (Collecting *self, const RuaDefinition *definition, const char *key, guint depth)
{
  g_autofree char *by = g_strjoinv ("\n", definition->by),
                  *name = g_strdup_printf ("%s\n%s\n%s\n%s", definition->id, key != NULL ? key : "", definition->where != NULL ? definition->where : "", by);
  g_autoptr (RuaSyntax) syntax = NULL;
  g_autoptr (GArray) inputs = rua_formula_inputs_new ();

  if (!g_hash_table_add (self->seen, g_steal_pointer (&name)))
    return TRUE;
  if (!refuse_single_values (self->alliance, definition, definition->estimate, definition->id, self->error))
    return FALSE;
  if (definition->formula == NULL) {
    RuaBasis *basis;

    if (strcmp (definition->estimator, "reported") == 0)
      return TRUE;
    if (!refuse_labels (self->alliance, definition, self->error))
      return FALSE;
    basis = g_new0 (RuaBasis, 1);
    basis->definition = rua_definition_copy (definition);
    basis->key = g_strdup (key != NULL ? key : definition->estimate != NULL ? definition->estimate : main_key (definition));
    g_ptr_array_add (bases_by (self, definition->by)->list, basis);
    return TRUE;
  }
  syntax = rua_syntax_parse (definition->formula, self->error);
  if (syntax == NULL || depth > MAX_DEPTH || !rua_formula_collect (syntax, definition->formula, inputs, self->error))
    return FALSE;
  for (guint i = 0; i < inputs->len; i++) {
    const RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);
    g_autoptr (RuaMetric) metric = rua_catalogue_lookup (self->alliance, input->id, self->error);
    g_autoptr (RuaDefinition) inner = metric != NULL ? rua_definition_new (metric, self->error) : NULL;

    if (inner == NULL || !refuse_single_values (self->alliance, inner, input->key, definition->id, self->error))
      return FALSE;
    rua_definition_narrow (inner, (const char *const *) (input->over != NULL ? input->over : definition->by), definition->where);
    if (!collect (self, inner, input->key, depth + 1))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
rua_disclosure_list_bases (RuaAlliance *alliance, const RuaDefinition *definition, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (bases_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Collecting collecting = { alliance, all, seen, error };

  return collect (&collecting, definition, NULL, 0) ? g_steal_pointer (&all) : NULL;
}

/* ---- ethnicity ---- */

static gboolean
names_ethnicity (const RuaSyntax *s)
{
  for (guint i = 0; s->names != NULL && i < s->names->len; i++) {
    const char *name = rua_syntax_name (s, i);

    if (strcmp (name, "ethnicity") == 0 || strcmp (name, "peoples") == 0)
      return TRUE;
  }
  for (guint i = 0; i < s->parts->len; i++)
    if (names_ethnicity (rua_syntax_part (s, i)))
      return TRUE;
  return FALSE;
}

static gboolean
text_names_ethnicity (const char *text)
{
  g_autoptr (RuaSyntax) syntax = text != NULL ? rua_syntax_parse (text, NULL) : NULL;

  return syntax != NULL && names_ethnicity (syntax);
}

static gboolean
definition_names_ethnicity (const RuaDefinition *definition)
{
  for (guint i = 0; definition->by[i] != NULL; i++)
    if (text_names_ethnicity (definition->by[i]))
      return TRUE;
  for (guint i = 0; i < definition->roles->len; i++)
    if (text_names_ethnicity (g_array_index (definition->roles, RuaRoleText, i).text))
      return TRUE;
  return text_names_ethnicity (definition->where);
}

gboolean
rua_disclosure_tells_ethnicity (GPtrArray *all, const RuaDefinition *definition)
{
  for (guint i = 0; i < all->len; i++) {
    const RuaBases *bases = g_ptr_array_index (all, i);

    for (guint k = 0; k < bases->list->len; k++)
      if (definition_names_ethnicity (((RuaBasis *) g_ptr_array_index (bases->list, k))->definition))
        return TRUE;
  }
  return definition_names_ethnicity (definition);
}

/* ---- what is told of one ---- */

static double
thinner (double share)
{
  return MIN (share, 1 - share);
}

/* The number within brackets; -1: there are none. */
static double
bracketed (const char *key, const char *prefix)
{
  return key != NULL && g_str_has_prefix (key, prefix) ? g_ascii_strtod (key + strlen (prefix), NULL) : -1;
}

double
rua_basis_get_tail (const RuaBasis *self)
{
  const char *name = self->definition->estimator, *key = self->key, *statistic = option_text (self->definition, "statistic");
  double told = bracketed (key, "q["), tail = 1;

  if (strstr (name, "quantile") != NULL) {
    JsonNode *probs = json_object_get_member (self->definition->options, "probs");

    if (told >= 0)
      return thinner (told);
    tail = 0.5;
    for (guint i = 0; probs != NULL && JSON_NODE_HOLDS_ARRAY (probs) && i < json_array_get_length (json_node_get_array (probs)); i++)
      tail = MIN (tail, thinner (json_array_get_double_element (json_node_get_array (probs), i)));
    return tail;
  }
  if (strcmp (name, "trimmed_mean") == 0 && json_object_has_member (self->definition->options, "trim"))
    return 1 - 2 * json_object_get_double_member (self->definition->options, "trim");
  if (strcmp (name, "bootstrap") == 0)
    return g_strcmp0 (statistic, "median") == 0 ? 0.5 : 1;
  if (strcmp (name, "ratio_distribution") == 0)
    return g_strcmp0 (key, "median_ratio") == 0 ? 0.5 : 1;
  if (strcmp (name, "wilcoxon_signed_rank") == 0)
    return g_strcmp0 (key, "hodges_lehmann") == 0 || g_str_has_prefix (key != NULL ? key : "", "hl_") ? 0.5 : 1;
  if (strcmp (name, "kaplan_meier") == 0)
    return g_strcmp0 (key, "median") == 0 ? 0.5 : 1;
  if (strcmp (name, "equivalise") == 0)
    return g_strcmp0 (key, "median_person") == 0 ? 0.5 : 1;
  if (strcmp (name, "inequality") == 0 && key != NULL) {
    told = bracketed (key, "lorenz[");
    return told >= 0 ? thinner (told) : g_str_has_prefix (key, "s80s20") ? 0.2 : strcmp (key, "palma") == 0 ? 0.1 : 1;
  }
  return 1;
}

const char *
rua_basis_get_share (const RuaBasis *self, RuaAlliance *alliance)
{
  static const char *const shares[][2] = {
    { "proportion", "p" }, { "participation_rate", "rate" }, { "ratio_distribution", "share" }, { "poverty_fgt", "fgt0" }, { "survey_estimate", "estimate" },
    { "kaplan_meier", "survival" },
  };
  const char *name = self->definition->estimator, *share = NULL;
  g_autoptr (GPtrArray) contributors = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    if (strcmp (name, shares[i][0]) == 0)
      share = shares[i][1];
  if (strcmp (name, "ratio_distribution") == 0 && self->key != NULL && strstr (self->key, "ratio") != NULL)
    return NULL; /* how much it grew, not who did */
  if (share == NULL || (strcmp (name, "survey_estimate") == 0 && g_strcmp0 (option_text (self->definition, "statistic"), "proportion") != 0))
    return NULL;
  contributors = rua_basis_list_contributors (self, alliance);
  return contributors->len > 0 ? share : NULL;
}

GPtrArray *
rua_basis_list_amounts (const RuaBasis *self, gboolean *are_told)
{
  /* A mean times the rows behind it is a total. */
  static const char *const sums[] = { "total", "mean", "weighted_mean", "ratio_of_totals", "survey_estimate", "concentration", NULL };
  static const char *const roles[] = { "value", "numerator", "denominator", "amount" };
  GPtrArray *amounts = g_ptr_array_new_with_free_func (g_free);
  const char *weight = role_text (self->definition, "weight");

  *are_told = strcmp (self->definition->estimator, "concentration") != 0;
  if (!is_estimator (self->definition, sums) || g_strcmp0 (option_text (self->definition, "statistic"), "proportion") == 0)
    return amounts;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++) {
    const char *text = role_text (self->definition, roles[i]);

    if (text != NULL && !has_pick (text))
      g_ptr_array_add (amounts, weight != NULL && !has_pick (weight) ? g_strdup_printf ("(%s) * (%s)", text, weight) : g_strdup (text));
  }
  return amounts;
}

/* ---- who stands behind it ---- */

static void
add_contributor (GPtrArray *list, char *path, gboolean itself, gboolean of_any)
{
  RuaContributor *made = g_new0 (RuaContributor, 1);

  made->path = path;
  made->itself = itself;
  made->of_any = of_any;
  g_ptr_array_add (list, made);
}

static gboolean
is_contributor (const char *kind)
{
  return g_strcmp0 (kind, "household") == 0 || g_strcmp0 (kind, "person") == 0;
}

/* References to households and people, @prefix before them. */
static void
add_references (GPtrArray *list, RuaKind *kind, const char *prefix)
{
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);

    if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_REFERENCE && is_contributor (rua_field_get_target (field)))
      add_contributor (list, g_strconcat (prefix, rua_field_get_name (field), NULL), FALSE, FALSE);
  }
}

GPtrArray *
rua_basis_list_contributors (const RuaBasis *self, RuaAlliance *alliance)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (contributor_free);
  RuaTable *table = self->definition->table != NULL ? rua_alliance_get_table (alliance, self->definition->table) : NULL;
  RuaKind *kind = table != NULL ? rua_table_get_kind (table) : NULL;

  if (kind == NULL)
    return list;
  if (is_contributor (rua_kind_get_name (kind))) {
    add_contributor (list, g_strdup ("id"), TRUE, FALSE);
    return list;
  }
  add_references (list, kind, "");
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    const char *target = rua_field_get_target (field);
    RuaTable *next = target != NULL ? rua_alliance_get_table (alliance, target) : NULL;
    g_autofree char *prefix = g_strconcat (rua_field_get_name (field), ".", NULL);

    if (rua_field_get_field_type (field) != RUA_FIELD_TYPE_REFERENCE || is_contributor (target))
      continue;
    if (next != NULL)
      add_references (list, rua_table_get_kind (next), prefix);
  }
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);

    if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_REFERENCE && rua_field_get_target (field) != NULL
        && rua_alliance_get_table (alliance, rua_field_get_target (field)) == NULL)
      add_contributor (list, g_strdup (rua_field_get_name (field)), FALSE, TRUE);
  }
  return list;
}

GPtrArray *
rua_basis_list_arms (const RuaBasis *self)
{
  static const char *const names[] = { "treated", "post", "arm", "group", "domain" };
  const RuaEstimator *estimator = rua_estimator_find (self->definition->estimator);
  GPtrArray *arms = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; estimator != NULL && i < G_N_ELEMENTS (names); i++) {
    const RuaRoleSpec *spec = rua_estimator_find_role (estimator, names[i]);
    const char *text = role_text (self->definition, names[i]);

    if (spec != NULL && spec->type == RUA_ROLE_FLAG && text != NULL && !has_pick (text))
      g_ptr_array_add (arms, g_strdup (text));
  }
  return arms;
}

/* Rows in which a column that the estimator needs is unknown stand behind nothing. Of pairs there is no
 * telling row by row: they are counted as such. */
static char *
known_where (const RuaDefinition *definition)
{
  const RuaEstimator *estimator = rua_estimator_find (definition->estimator);
  GString *where = g_string_new (NULL);

  if (definition->where != NULL)
    g_string_append_printf (where, "(%s)", definition->where);
  for (guint i = 0; estimator != NULL && i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);
    const RuaRoleSpec *spec = rua_estimator_find_role (estimator, role->role);
    gboolean is_counted = strcmp (definition->estimator, "count") == 0;

    if (spec == NULL || ((spec->flags & RUA_ROLE_MAY_MISS) != 0 && !is_counted) || (spec->flags & RUA_ROLE_NODES) != 0 || has_pick (role->text))
      continue;
    g_string_append_printf (where, "%s(%s) is known", where->len > 0 ? " and " : "", role->text);
  }
  return g_string_free (where, where->len == 0);
}

RuaDefinition *
rua_basis_count (const RuaBasis *self, const char *amount, GPtrArray *arms, const char *contributor)
{
  const RuaDefinition *of = self->definition;
  RuaDefinition *made = g_new0 (RuaDefinition, 1);
  g_autoptr (GStrvBuilder) by = g_strv_builder_new ();

  made->id = g_strdup (of->id);
  made->estimator = g_strdup (amount != NULL ? "total" : "count");
  made->table = g_strdup (of->table);
  made->where = known_where (of);
  made->roles = rua_definition_roles_new ();
  if (amount != NULL) {
    RuaRoleText one = { g_strdup ("value"), g_strdup (amount) };

    g_array_append_val (made->roles, one);
  }
  g_strv_builder_addv (by, (const char **) of->by);
  for (guint i = 0; arms != NULL && i < arms->len; i++)
    g_strv_builder_add (by, g_ptr_array_index (arms, i));
  if (contributor != NULL)
    g_strv_builder_add (by, contributor);
  made->by = g_strv_builder_end (by);
  made->own_by = g_strdupv (made->by);
  made->pair_by = g_strdupv (of->pair_by);
  made->options = json_object_new ();
  made->confidence = 0.95;
  made->attrition_limit = 1;
  return made;
}

RuaDefinition *
rua_basis_tell (const RuaBasis *self, const char *key)
{
  RuaDefinition *made = rua_definition_copy (self->definition);

  g_clear_pointer (&made->unit, rua_unit_unref);
  g_free (made->estimate);
  made->estimate = g_strdup (key);
  return made;
}
