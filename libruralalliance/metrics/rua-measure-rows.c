/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure-rows-private.h"
#include "rua-nearest-private.h"
#include "rua-rows-private.h"
#include "rua-unit-private.h"

#include <math.h>
#include <string.h>

/* From the rows of a metric to its results: groups, the estimator, units, the digest. */

/* ---- units ---- */

typedef struct {
  const char *estimator;
  const char *role;  /* whose unit the values have */
  const char *under; /* divided by that of this role; NULL: by nothing */
} UnitRule;

static const UnitRule unit_rules[] = {
  { "mean", "value", NULL },
  { "total", "value", NULL },
  { "geometric_mean", "value", NULL },
  { "trimmed_mean", "value", NULL },
  { "quantile", "value", NULL },
  { "weighted_mean", "value", NULL },
  { "weighted_quantile", "value", NULL },
  { "mean_difference", "value", NULL },
  { "survey_estimate", "value", NULL },
  { "bootstrap", "value", NULL },
  { "paired_change", "after", NULL },
  { "ratio_of_totals", "numerator", "denominator" },
  { "did_2x2", "outcome", NULL },
  { "twfe", "outcome", NULL },
  { "group_time_att", "outcome", NULL },
  { "att_aggregate", "outcome", NULL },
  { "randomisation_test", "outcome", NULL },
  { "lee_bounds", "outcome", NULL },
  { "manski_bounds", "outcome", NULL },
  { "equivalise", "income", NULL },
};

static RuaUnit *
role_unit (const RuaRows *rows, const char *role)
{
  for (guint i = 0; role != NULL && i < rows->columns->len; i++) {
    const RuaRowsColumn *column = g_ptr_array_index (rows->columns, i);

    if (strcmp (column->role, role) == 0)
      return column->unit;
  }
  return NULL;
}

/* Keys that are plain numbers though their estimator's values have a unit. */
static gboolean
is_plain_key (const char *key)
{
  static const char *const starts[] = { "n_", "ratio", "t", "p_", "z", "correlation", "cohen",
                                        "share", "cv", "df", "gini", "statistic" };

  if (strcmp (key, "n") == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (key, starts[i])
        && (strlen (starts[i]) > 1 || strlen (key) == 1 || key[1] == '_'))
      return TRUE;
  return FALSE;
}

static gboolean
has_text_option (const RuaDefinition *self, const char *name, const char *value)
{
  JsonNode *node = json_object_get_member (self->options, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
    && json_node_get_value_type (node) == G_TYPE_STRING
    && strcmp (json_node_get_string (node), value) == 0;
}

static RuaUnit *
estimate_unit (const RuaDefinition *definition, const RuaRows *rows, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (unit_rules); i++) {
    const UnitRule *rule = &unit_rules[i];
    RuaUnit *over, *under;

    if (strcmp (rule->estimator, definition->estimator) != 0)
      continue;
    over = role_unit (rows, rule->role);
    under = role_unit (rows, rule->under);
    if (over == NULL || (key != NULL && rule->under == NULL && is_plain_key (key))
        || json_object_has_member (definition->options, "log")
        || has_text_option (definition, "statistic", "gini")
        || has_text_option (definition, "statistic", "ratio_of_means"))
      break;
    return under != NULL ? rua_unit_divide (over, under) : rua_unit_ref (over);
  }
  return rua_unit_new ("1", NULL);
}

gboolean
rua_measure_fit_unit (RuaResult *result, const RuaDefinition *definition, RuaUnit *computed,
                      const char *currency, gboolean counts, gboolean sums, GError **error)
{
  g_autoptr (RuaUnit) declared = NULL;
  g_autoptr (RuaUnit) based = NULL;
  g_autoptr (RuaUnit) difference = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *says = NULL, *is = NULL;
  int year = rua_unit_get_price_year (computed);
  double factor = 1;

  if (rua_unit_has_money (computed) && result->price_basis == NULL)
    result->price_basis = g_strdup (year != 0 ? "real" : "nominal");
  if (definition->unit == NULL) {
    rua_result_take_unit (result, rua_unit_ref (computed));
    return TRUE;
  }
  declared = currency != NULL ? rua_unit_with_currency (definition->unit, currency)
                              : rua_unit_ref (definition->unit);
  /* A unit written without a price basis takes that of the values. */
  if (year != 0 && rua_unit_has_money (declared) && rua_unit_get_price_year (declared) == 0)
    based = rua_unit_with_price_year (declared, year);
  else
    based = rua_unit_ref (declared);
  if (rua_unit_get_factor (computed, based, &factor, &problem)) {
    rua_result_scale (result, factor);
    rua_result_take_unit (result, g_steal_pointer (&based));
    return TRUE;
  }
  difference = rua_unit_divide (based, computed);
  /* Households in all: what is counted, or added up over what is counted, loses it. */
  if ((counts || sums) && rua_unit_is_count (difference)) {
    rua_result_take_unit (result, g_steal_pointer (&based));
    return TRUE;
  }
  says = rua_unit_to_string (declared);
  is = rua_unit_to_string (computed);
  return rua_definition_refuse (definition->id, error, RUA_ERROR_UNIT,
                                "its unit is said to be %s, but it comes out in %s: %s", says, is,
                                problem->message);
}

/* ---- groups ---- */

typedef struct {
  gint32 *codes; /* by path */
  guint n_paths;
  const RuaRows *rows;
  GArray *members; /* of guint32: places in the rows */
} Group;

static void
group_free (Group *self)
{
  g_free (self->codes);
  g_array_unref (self->members);
  g_free (self);
}

static const char *
group_label (const Group *self, guint path)
{
  const RuaRowsColumn *column = g_ptr_array_index (self->rows->by, path);

  return self->codes[path] < 0 ? NULL : g_ptr_array_index (column->labels, self->codes[path]);
}

/* By label, the unknown last. */
static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *s = *(Group *const *) a, *t = *(Group *const *) b;

  for (guint i = 0; i < s->n_paths; i++) {
    const char *left = group_label (s, i), *right = group_label (t, i);
    int order;

    if (left == NULL || right == NULL)
      order = (left == NULL) - (right == NULL);
    else
      order = strcmp (left, right);
    if (order != 0)
      return order;
  }
  return 0;
}

static GPtrArray *
make_groups (const RuaRows *rows)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) group_free);
  g_autoptr (GHashTable) by_key = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                         (GDestroyNotify) g_bytes_unref, NULL);
  guint n_paths = rows->by->len;
  g_autofree gint32 *codes = g_new0 (gint32, MAX (n_paths, 1));

  for (gsize i = 0; i < rows->n || (i == 0 && n_paths == 0); i++) {
    g_autoptr (GBytes) key = NULL;
    Group *group;
    guint32 member = (guint32) i;

    for (guint k = 0; k < n_paths; k++) {
      const RuaRowsColumn *column = g_ptr_array_index (rows->by, k);

      codes[k] = g_array_index (column->codes, gint32, i);
    }
    key = g_bytes_new (codes, MAX (n_paths, 1) * sizeof (gint32));
    group = g_hash_table_lookup (by_key, key);
    if (group == NULL) {
      group = g_new0 (Group, 1);
      group->codes = g_memdup2 (codes, MAX (n_paths, 1) * sizeof (gint32));
      group->n_paths = n_paths;
      group->rows = rows;
      group->members = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_ptr_array_add (groups, group);
      g_hash_table_insert (by_key, g_steal_pointer (&key), group);
    }
    if (i < rows->n)
      g_array_append_val (group->members, member);
  }
  g_ptr_array_sort (groups, compare_groups);
  return groups;
}

/* ---- one group ---- */

typedef struct {
  GArray *columns; /* of RuaInputColumn */
  GPtrArray *owned;
} Input;

static void
input_clear (Input *self)
{
  g_clear_pointer (&self->columns, g_array_unref);
  g_clear_pointer (&self->owned, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Input, input_clear)

/* The cells of a group; @growth multiplies the role `before`. */
static void
gather_input (const RuaRows *rows, const Group *group, double growth, Input *input)
{
  gsize n = group->members->len;

  input->columns = g_array_new (FALSE, TRUE, sizeof (RuaInputColumn));
  input->owned = g_ptr_array_new_with_free_func (g_free);
  for (guint k = 0; k < rows->columns->len; k++) {
    const RuaRowsColumn *column = g_ptr_array_index (rows->columns, k);
    RuaInputColumn made = { .role = column->role, .name = column->text,
                            .withheld = column->withheld };

    if (column->codes != NULL) {
      gint32 *codes = g_new (gint32, MAX (n, 1));

      for (gsize i = 0; i < n; i++)
        codes[i] = g_array_index (column->codes, gint32, g_array_index (group->members, guint32, i));
      made.codes = codes;
      made.labels = (const char *const *) column->labels->pdata;
      made.n_labels = column->labels->len - 1;
      g_ptr_array_add (input->owned, codes);
    } else {
      double *values = g_new (double, MAX (n, 1));
      double factor = strcmp (column->role, "before") == 0 ? growth : 1;

      for (gsize i = 0; i < n; i++)
        values[i]
          = g_array_index (column->values, double, g_array_index (group->members, guint32, i))
            * factor;
      made.values = values;
      g_ptr_array_add (input->owned, values);
    }
    g_array_append_val (input->columns, made);
  }
}

/* Every cell in the order of roles and rows: numbers as their eight bytes from the lowest, -0 as
 * 0, unknown as one pattern; labels with their end. */
static char *
make_digest (const RuaDefinition *definition, const RuaAssumption *assumption, const Input *input,
             gsize n, const Group *group)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = rua_definition_to_string (definition);
  guint64 words[512];
  guint n_words = 0;

  g_checksum_update (sum, (const guchar *) text, strlen (text));
  g_free (text);
  text = g_strdup_printf ("growth:%a\nrows:%" G_GSIZE_FORMAT "\n", assumption->growth, n);
  g_checksum_update (sum, (const guchar *) text, strlen (text));
  for (guint i = 0; i < group->n_paths; i++) {
    const char *label = group_label (group, i);

    g_checksum_update (sum, (const guchar *) (label != NULL ? "=" : "?"), 1);
    if (label != NULL)
      g_checksum_update (sum, (const guchar *) label, strlen (label) + 1);
  }
  for (guint k = 0; k < input->columns->len; k++) {
    const RuaInputColumn *column = &g_array_index (input->columns, RuaInputColumn, k);

    for (gsize i = 0; i < n; i++) {
      if (column->codes != NULL) {
        const char *label = column->codes[i] >= 0 ? column->labels[column->codes[i]] : NULL;

        g_checksum_update (sum, (const guchar *) (label != NULL ? "=" : "?"), 1);
        if (label != NULL)
          g_checksum_update (sum, (const guchar *) label, strlen (label) + 1);
        continue;
      }
      double value = column->values[i];
      guint64 word = G_MAXUINT64;

      if (value == 0)
        value = 0;
      if (!isnan (value))
        memcpy (&word, &value, sizeof word);
      words[n_words++] = GUINT64_TO_LE (word);
      if (n_words == G_N_ELEMENTS (words)) {
        g_checksum_update (sum, (const guchar *) words, sizeof words);
        n_words = 0;
      }
    }
    g_checksum_update (sum, (const guchar *) words, n_words * sizeof (guint64));
    n_words = 0;
  }
  return g_strdup (g_checksum_get_string (sum));
}

static double
figure_or_nan (RuaFigures *figures, const char *key)
{
  double value;

  return key != NULL && rua_figures_get (figures, key, &value) ? value : NAN;
}

/* The keys of an estimate's error and interval, where the metric names another key than the
 * estimator's own. */
static double
companion (RuaFigures *figures, const char *key, const char *part)
{
  g_autofree char *after = g_strdup_printf ("%s_%s", key, part);
  g_autofree char *before = g_strdup_printf ("%s_%s", part, key);
  const char *stem = strcmp (key, "ratio_of_means") == 0 ? "ratio" : key;
  g_autofree char *short_form = g_strdup_printf ("%s_%s", stem, part);
  double value = figure_or_nan (figures, after);

  if (isnan (value))
    value = figure_or_nan (figures, before);
  return isnan (value) ? figure_or_nan (figures, short_form) : value;
}

static gboolean
take_figures (RuaResult *result, const RuaDefinition *definition, const RuaEstimator *estimator,
              RuaFigures *figures, GError **error)
{
  const char *key = definition->estimate;
  const RuaFigure *figure;

  if (key != NULL && rua_figures_find (figures, key) == NULL) {
    g_autofree char *mend = NULL;
    RuaNearest nearest;

    rua_nearest_init (&nearest, key);
    for (guint i = 0; i < rua_figures_get_n (figures); i++)
      rua_nearest_offer (&nearest, rua_figures_get_nth (figures, i)->key);
    mend = rua_nearest_mend (&nearest, "the reference of estimators lists them");
    return rua_definition_refuse (definition->id, error, RUA_ERROR_UNKNOWN_NAME,
                                  "options: the estimator %s gives no “%s”; %s", estimator->name,
                                  key, mend);
  }
  if (key == NULL) {
    rua_estimator_get_estimate (estimator, figures, &result->estimate);
    rua_estimator_get_se (estimator, figures, &result->se);
    rua_estimator_get_low (estimator, figures, &result->low);
    rua_estimator_get_high (estimator, figures, &result->high);
    key = rua_estimator_get_main_key (estimator, estimator->estimate, figures);
  } else {
    result->estimate = figure_or_nan (figures, key);
    result->se = companion (figures, key, "se");
    result->low = companion (figures, key, "low");
    result->high = companion (figures, key, "high");
  }
  if (isnan (result->estimate)) {
    figure = key != NULL ? rua_figures_find (figures, key) : NULL;
    rua_result_undefine (result, figure != NULL && figure->reason != NULL
                                   ? figure->reason : "the estimator gives no single figure; name "
                                                      "one in the options: \"estimate\"");
  }
  for (guint i = 0; i < rua_figures_get_n (figures); i++) {
    figure = rua_figures_get_nth (figures, i);
    rua_result_put_named (result, figure->key, figure->value, figure->reason);
  }
  return TRUE;
}

static void
take_counts (RuaResult *result, const RuaDefinition *definition, RuaFigures *figures)
{
  const RuaMissing *missing;
  const char *const *warnings;
  guint n;

  result->n_eligible = rua_figures_get_n_total (figures);
  result->n_used = rua_figures_get_n_used (figures);
  result->n_missing = result->n_eligible - result->n_used;
  missing = rua_figures_get_missing (figures, &n);
  for (guint i = 0; i < n; i++) {
    const char *text = missing[i].role;
    g_autofree char *reason = NULL;

    for (guint k = 0; k < definition->roles->len; k++) {
      const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, k);

      if (strcmp (role->role, missing[i].role) == 0)
        text = role->text;
    }
    reason = g_strdup_printf ("%s is unknown (%s)", missing[i].role, text);
    rua_result_add_missing (result, reason, missing[i].n);
  }
  warnings = rua_figures_get_warnings (figures, &n);
  for (guint i = 0; i < n; i++)
    rua_result_warn (result, "%s", warnings[i]);
}

static char *
describe (const RuaDefinition *definition, const RuaEstimator *estimator, const RuaRows *rows,
          const RuaAssumption *assumption)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%s (%s) over ", estimator->title, estimator->name);
  if (rows->paired)
    g_string_append_printf (out, "%s paired by %s", definition->table, rows->pair_by);
  else
    g_string_append (out, definition->table);
  if (definition->where != NULL)
    g_string_append_printf (out, " where %s", definition->where);
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);

    g_string_append_printf (out, "; %s: %s", role->role, role->text);
  }
  if (definition->series != NULL)
    g_string_append_printf (out, "; money in prices of %d by %s", definition->to,
                            definition->series);
  if (assumption->growth != 1)
    g_string_append_printf (out, "; before times %g, for what would have come about anyway",
                            assumption->growth);
  return g_string_free (out, FALSE);
}

static RuaResult *
measure_group (const RuaDefinition *definition, const RuaEstimator *estimator,
               const RuaRows *rows, const Group *group, const RuaAssumption *assumption,
               JsonObject *options, const char *currency, GCancellable *cancellable, GError **error)
{
  g_auto (Input) input = { 0 };
  g_autoptr (RuaResult) result
    = rua_result_new (definition->id, definition->title, definition->estimator);
  g_autoptr (RuaFigures) figures = NULL;
  g_autoptr (RuaUnit) unit = NULL;
  g_autoptr (GError) problem = NULL;
  const char *key;
  RuaInput data;

  gather_input (rows, group, assumption->growth, &input);
  data = (RuaInput){ .n_rows = group->members->len,
                     .columns = (const RuaInputColumn *) (gpointer) input.columns->data,
                     .n_columns = input.columns->len,
                     .name = definition->table };
  figures = rua_estimator_run (estimator, &data, NULL, options, cancellable, &problem);
  if (figures == NULL) {
    if (problem->domain == RUA_ERROR)
      rua_definition_refuse (definition->id, error, problem->code, "%s", problem->message);
    else
      g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (!take_figures (result, definition, estimator, figures, error))
    return NULL;
  take_counts (result, definition, figures);
  rua_result_take_warnings (result, rows->warnings);
  result->confidence = definition->confidence;
  result->basis = RUA_RESULT_BASIS_RECORDS;
  g_free (result->method);
  result->method = describe (definition, estimator, rows, assumption);
  g_free (result->digest);
  result->digest = make_digest (definition, assumption, &input, group->members->len, group);
  g_strfreev (result->group_paths);
  result->group_paths = g_strdupv (definition->by);
  result->group_labels = g_new0 (char *, group->n_paths + 1);
  for (guint i = 0; i < group->n_paths; i++)
    result->group_labels[i] = g_strdup (group_label (group, i));
  key = definition->estimate != NULL
    ? definition->estimate : rua_estimator_get_main_key (estimator, estimator->estimate, figures);
  unit = estimate_unit (definition, rows, key);
  if (!rua_measure_fit_unit (result, definition, unit, currency,
                             strcmp (definition->estimator, "count") == 0
                               || strcmp (definition->estimator, "distinct_count") == 0,
                             strcmp (definition->estimator, "total") == 0
                               || strcmp (definition->estimator, "survey_estimate") == 0,
                             error))
    return NULL;
  return g_steal_pointer (&result);
}

static const RuaEstimator *
find_estimator (const RuaDefinition *definition, GError **error)
{
  const RuaEstimator *found = rua_estimator_find (definition->estimator);
  const RuaEstimator *const *all;
  g_autofree char *mend = NULL;
  RuaNearest nearest;
  guint n;

  if (found != NULL)
    return found;
  rua_nearest_init (&nearest, definition->estimator);
  all = rua_estimator_list (&n);
  for (guint i = 0; i < n; i++)
    rua_nearest_offer (&nearest, all[i]->name);
  rua_nearest_offer (&nearest, "reported");
  mend = rua_nearest_mend (&nearest, "the reference of estimators lists them");
  rua_definition_refuse (definition->id, error, RUA_ERROR_UNKNOWN_NAME,
                         "there is no estimator “%s”; %s", definition->estimator, mend);
  return NULL;
}

/* Money of the rows is brought to other prices than the metric says, if a context assumes so. */
static RuaDefinition
assume (const RuaDefinition *definition, const RuaAssumption *assumption)
{
  RuaDefinition assumed = *definition;

  if (assumption->series != NULL) {
    assumed.series = (char *) assumption->series;
    assumed.to = assumption->to;
  }
  return assumed;
}

GPtrArray *
rua_measure_rows (RuaAlliance *alliance, const RuaDefinition *definition,
                  const RuaAssumption *assumption, GCancellable *cancellable, GError **error)
{
  const RuaEstimator *estimator = find_estimator (definition, error);
  RuaDefinition assumed = assume (definition, assumption);
  g_autoptr (RuaRows) rows = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (JsonObject) options = NULL;
  g_autofree char *currency = rua_alliance_dup_currency (alliance);
  g_autoptr (GList) names = NULL;
  gboolean has_before = FALSE;

  if (estimator == NULL)
    return NULL;
  for (guint i = 0; i < definition->roles->len; i++)
    has_before = has_before
      || strcmp (g_array_index (definition->roles, RuaRoleText, i).role, "before") == 0;
  if (assumption->growth != 1 && !has_before) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                           "a counterfactual growth needs a value before, but the estimator %s "
                           "has no column in the role “before”", estimator->name);
    return NULL;
  }
  rows = rua_rows_read (alliance, &assumed, estimator, cancellable, error);
  if (rows == NULL)
    return NULL;
  /* The level of the metric is the estimator's, unless the options say otherwise. */
  options = json_object_new ();
  names = json_object_get_members (definition->options);
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (options, l->data, json_object_dup_member (definition->options, l->data));
  if (!json_object_has_member (options, "ci_level")
      && rua_estimator_find_option (estimator, "ci_level") != NULL)
    json_object_set_double_member (options, "ci_level", definition->confidence);
  groups = make_groups (rows);
  for (guint i = 0; i < groups->len; i++) {
    RuaResult *result
      = measure_group (&assumed, estimator, rows, g_ptr_array_index (groups, i), assumption,
                       options, currency, cancellable, error);

    if (result == NULL)
      return NULL;
    g_ptr_array_add (results, result);
  }
  return g_steal_pointer (&results);
}
