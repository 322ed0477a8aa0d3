/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure-rows-private.h"
#include "rua-attrition-private.h"
#include "rua-caution-private.h"
#include "rua-estimators-private.h"
#include "rua-measure-nodes-private.h"
#include "rua-measure-unit-private.h"
#include "rua-nearest-private.h"
#include "rua-parallel-private.h"
#include "rua-plan-private.h"
#include "rua-special-private.h"

#include <math.h>
#include <string.h>

/* From the groups of a metric to its results: figures, the digest. */

/* ---- the digest ---- */

/* What the results of one metric have in common. */
typedef struct {
  RuaMeasureRequest *request;
  char *currency;
  RuaResultHead *head;
  RuaUnit *units[2]; /* of an estimate; of one whose key is a plain number */
  char **reasons; /* by role of the estimator: words for what lacks it; NULL: it has no column */
  RuaMeasureNodes *nodes;
  guint n_roles;
  gboolean counts;
  gboolean sums;
} Measured;

static void
measured_free (Measured *self)
{
  g_free (self->currency);
  rua_result_head_unref (self->head);
  for (guint plain = 0; plain < 2; plain++)
    g_clear_pointer (&self->units[plain], rua_unit_unref);
  for (guint i = 0; self->reasons != NULL && i < self->n_roles; i++)
    rua_word_release (self->reasons[i]);
  g_free (self->reasons);
  rua_measure_nodes_free (self->nodes);
  g_free (self);
}

/* The columns that a program reads, in its order, those along paths and of lists among them. */
static void
list_columns (RuaProgram *program, GPtrArray *columns)
{
  for (guint i = 0; i < program->nodes->len; i++) {
    RuaNode *node = g_ptr_array_index (program->nodes, i);

    if (node->column != NULL && !g_ptr_array_find (columns, node->column, NULL))
      g_ptr_array_add (columns, node->column);
    if (node->inner != NULL)
      list_columns (node->inner, columns);
  }
  for (guint i = 0; i < program->picks->len; i++) {
    const RuaPick *pick = g_ptr_array_index (program->picks, i);

    list_columns (pick->value, columns);
    if (pick->condition != NULL)
      list_columns (pick->condition, columns);
  }
}

static void
list_columns_of (GPtrArray *from, GPtrArray *columns)
{
  for (guint i = 0; i < from->len; i++)
    list_columns (((RuaRowsColumn *) g_ptr_array_index (from, i))->program, columns);
}

/* The definition, how many records there are, and a fingerprint of each column that is read. What
 * no metric reads, and how columns are kept, has no say. */
static GChecksum *
start_digest (const RuaPlanned *reading)
{
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = rua_definition_to_string (&reading->definition);
  g_autofree char *growth = g_strdup_printf ("growth:%a\n", reading->assumption.growth);
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  const RuaRows *rows = reading->rows;

  g_checksum_update (sum, (const guchar *) text, strlen (text));
  g_checksum_update (sum, (const guchar *) growth, strlen (growth));
  if (rows->where != NULL)
    list_columns (rows->where, columns);
  list_columns_of (rows->columns, columns);
  list_columns_of (rows->by, columns);
  list_columns_of (rows->keys, columns);
  for (guint i = 0; i < columns->len + 1; i++) {
    RuaColumn *column = i > 0 ? g_ptr_array_index (columns, i - 1) : NULL;
    RuaTable *table = column != NULL ? column->table : rows->table;
    guint64 print[2] = { 0, 0 };
    g_autofree char *line = NULL;

    if (column != NULL)
      rua_column_fingerprint (column, print);
    line = g_strdup_printf ("%s.%s:%u:%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x\n",
                            rua_kind_get_name (rua_table_get_kind (table)),
                            column != NULL ? rua_field_get_name (column->field) : "",
                            g_list_model_get_n_items (G_LIST_MODEL (table)), print[0], print[1]);
    g_checksum_update (sum, (const guchar *) line, strlen (line));
  }
  return sum;
}

/* ---- one group ---- */

static double
figure_or_nan (RuaFigures *figures, const char *key)
{
  double value;

  return key != NULL && rua_figures_get (figures, key, &value) ? value : NAN;
}

static gboolean
is_joined (const char *key, const char *first, const char *second)
{
  gsize length = strlen (first);

  return strncmp (key, first, length) == 0 && key[length] == '_' && strcmp (key + length + 1, second) == 0;
}

/* The figure called first_second, the last of them; NaN: there is none. */
static double
joined_or_nan (RuaFigures *figures, const char *first, const char *second)
{
  for (guint i = rua_figures_get_n (figures); i > 0; i--) {
    const RuaFigure *figure = rua_figures_get_nth (figures, i - 1);

    if (is_joined (figure->key, first, second))
      return figure->value;
  }
  return NAN;
}

/* The keys of an estimate's error and interval, where the metric names another key than the
 * estimator's own. */
static double
companion (RuaFigures *figures, const char *key, const char *part)
{
  double value = joined_or_nan (figures, key, part);

  if (isnan (value))
    value = joined_or_nan (figures, part, key);
  if (isnan (value) && strcmp (key, "ratio_of_means") == 0)
    value = joined_or_nan (figures, "ratio", part);
  return value;
}

/* Of an estimator that gives a standard error and leaves the interval to whoever reads it: Student's t
 * for a mean, else the normal of large samples. Poverty indices lie between 0 and 1. */
static void
take_interval (RuaResult *result, const RuaDefinition *definition, const RuaEstimator *estimator,
               RuaFigures *figures)
{
  gboolean mean = estimator == &rua_estimator_weighted_mean;
  double n, half;

  if (estimator->low != NULL || estimator->se == NULL || !isfinite (result->estimate) || !isfinite (result->se)
      || !isnan (result->low) || !isnan (result->high))
    return;
  if (!rua_estimator_get_n (estimator, figures, &n) || n < 2)
    return;
  half = result->se * (mean ? rua_t_critical (definition->confidence, n - 1)
                            : rua_normal_critical (definition->confidence));
  result->low = result->estimate - half;
  result->high = result->estimate + half;
  if (estimator == &rua_estimator_poverty_fgt) {
    result->low = MAX (result->low, 0);
    result->high = MIN (result->high, 1);
  }
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
    /* fgt1 has its standard error in se1. */
    if (isnan (result->se) && g_str_has_prefix (key, "fgt")) {
      g_autofree char *se = g_strconcat ("se", key + strlen ("fgt"), NULL);

      result->se = figure_or_nan (figures, se);
    }
  }
  take_interval (result, definition, estimator, figures);
  if (isnan (result->estimate)) {
    figure = key != NULL ? rua_figures_find (figures, key) : NULL;
    rua_result_undefine (result, figure != NULL && figure->reason != NULL
                                   ? figure->reason
                                   : _("the estimator gives no single figure; name "
                                        "one in the options: \"estimate\""));
  }
  rua_result_set_figures (result, figures);
  return TRUE;
}

/* Why records were left out that lack the role. */
static char *
tell_lacking (const RuaDefinition *definition, const char *role)
{
  const char *text = role;

  for (guint k = 0; k < definition->roles->len; k++) {
    const RuaRoleText *told = &g_array_index (definition->roles, RuaRoleText, k);

    if (strcmp (told->role, role) == 0)
      text = told->text;
  }
  return g_strdup_printf (_("%s is unknown (%s)"), role, text);
}

/* Each text is made once for all groups. */
static void
find_reasons (Measured *self, const RuaPlanned *reading)
{
  GPtrArray *columns = reading->rows->columns;

  self->n_roles = reading->part->n_factor_inputs;
  self->reasons = g_new0 (char *, self->n_roles + 1);
  for (guint i = 0; i < columns->len; i++) {
    const RuaRoleSpec *spec = ((RuaRowsColumn *) g_ptr_array_index (columns, i))->spec;
    char **reason = &self->reasons[spec - reading->estimator->roles];
    g_autofree char *text = *reason == NULL ? tell_lacking (&reading->definition, spec->name) : NULL;

    if (text != NULL)
      *reason = rua_word_share (text);
  }
}

static char *
find_reason (const Measured *self, const RuaEstimator *estimator, const char *role)
{
  for (guint i = 0; self != NULL && i < self->n_roles; i++)
    if (strcmp (estimator->roles[i].name, role) == 0)
      return self->reasons[i];
  return NULL;
}

/* @common: NULL where there are no rows. */
static void
take_counts (RuaResult *result, const RuaDefinition *definition, const RuaEstimator *estimator, const Measured *common,
             RuaFigures *figures)
{
  const RuaMissing *missing;
  const char *const *warnings;
  double n_excluded;
  guint n;

  result->n_eligible = rua_figures_get_n_total (figures);
  result->n_used = rua_attrition_count_used (definition, figures);
  result->n_missing = result->n_eligible - result->n_used;
  missing = rua_figures_get_missing (figures, &n);
  for (guint i = 0; i < n; i++) {
    char *word = find_reason (common, estimator, missing[i].role);
    g_autofree char *text = word == NULL ? tell_lacking (definition, missing[i].role) : NULL;

    if (word != NULL)
      rua_result_add_missing_word (result, word, missing[i].n);
    else
      rua_result_add_missing (result, text, missing[i].n);
  }
  if (rua_attrition_applies (definition) && rua_figures_get (figures, "n_excluded_baseline", &n_excluded) && n_excluded > 0)
    rua_result_add_missing (result, _("before is not above 0, so nothing can be a multiple of it"), (guint64) n_excluded);
  warnings = rua_figures_get_warnings (figures, &n);
  for (guint i = 0; i < n; i++)
    rua_result_warn (result, "%s", warnings[i]);
}

static char *
describe (const RuaDefinition *definition, const RuaEstimator *estimator, const RuaRows *rows,
          const RuaAssumption *assumption)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, _("%s (%s) over "), _(estimator->title), estimator->name);
  if (rows->paired)
    g_string_append_printf (out, _("%s paired by %s"), C_("table", definition->table),
                            rows->pair_by);
  else
    g_string_append (out, C_("table", definition->table));
  if (definition->where != NULL)
    g_string_append_printf (out, _(" where %s"), definition->where);
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);

    g_string_append_printf (out, _("; %s: %s"), role->role, role->text);
  }
  if (definition->series != NULL)
    g_string_append_printf (out, _("; money in prices of %d by %s"), definition->to,
                            definition->series);
  if (assumption->growth != 1)
    g_string_append_printf (out, _("; before times %g, for what would have come about anyway"),
                            assumption->growth);
  return g_string_free (out, FALSE);
}

static RuaResult *
make_result (const RuaPlanned *reading, const Measured *common, const RuaScanGroup *group,
             RuaFigures *figures, GError **error)
{
  const RuaDefinition *definition = &reading->definition;
  const RuaEstimator *estimator = reading->estimator;
  guint n_by = reading->part->n_by;
  g_autoptr (RuaResult) result = rua_result_new_under (common->head);
  const char *key;

  if (!take_figures (result, definition, estimator, figures, error))
    return NULL;
  take_counts (result, definition, estimator, common, figures);
  key = definition->estimate != NULL
    ? definition->estimate : rua_estimator_get_main_key (estimator, estimator->estimate, figures);
  rua_attrition_tell (definition, figures, key, result);
  rua_caution_note (result, definition, estimator, figures);
  rua_result_take_warnings (result, reading->rows->warnings);
  if (common->nodes != NULL)
    rua_result_take_warnings (result, common->nodes->warnings);
  result->confidence = definition->confidence;
  result->basis = RUA_RESULT_BASIS_RECORDS;
  rua_result_set_group_labels (result, (const char *const *) group->labels, n_by);
  if (!rua_measure_fit_unit (result, definition, common->units[key != NULL && rua_measure_is_plain_key (key)], common->currency,
                             common->counts, common->sums, error))
    return NULL;
  return g_steal_pointer (&result);
}

static gboolean
take_group (RuaPlanned *reading, guint group, RuaFigures *figures, GError **error)
{
  Measured *self = reading->data;
  RuaResult *result = make_result (reading, self, g_ptr_array_index (reading->part->groups, group),
                                   figures, error);

  rua_figures_free (figures);
  self->request->results->pdata[group] = result;
  return result != NULL;
}

static void
warn_of_rows (RuaPlanned *reading)
{
  const RuaRows *rows = reading->rows;
  const char *plural = rua_kind_get_plural (rua_table_get_kind (rows->table));
  guint64 n_open = reading->pairs != NULL ? reading->pairs->n_open : reading->part->n_open;

  if (n_open > 0)
    g_ptr_array_add (rows->warnings,
                     g_strdup_printf (_("%llu %s not counted, because it is unknown "
                                         "whether they meet the condition"),
                                      (unsigned long long)n_open, C_("table", plural)));
  if (reading->pairs != NULL && reading->pairs->n_lost > 0)
    g_ptr_array_add (rows->warnings, g_strdup_printf (_("%llu %s not counted, because their %s is "
                                                         "unknown"),
                                                      (unsigned long long)reading->pairs->n_lost,
                                                      C_("table", plural), rows->pair_by));
}

static void
begin_groups (RuaPlanned *reading)
{
  Measured *self = reading->data;
  g_autofree char *method = NULL;
  GPtrArray *results = g_ptr_array_new_with_free_func (g_object_unref);

  warn_of_rows (reading);
  g_ptr_array_set_size (results, (gint) reading->part->groups->len);
  self->request->results = results;
  method = describe (&reading->definition, reading->estimator, reading->rows, &reading->assumption);
  self->head = rua_result_head_new (reading->definition.id, reading->definition.title, reading->definition.estimator,
                                    method, (const char *const *) reading->definition.by);
  for (guint plain = 0; plain < 2; plain++)
    self->units[plain] = rua_measure_find_unit (&reading->definition, reading->rows, plain);
  find_reasons (self, reading);
  self->head->digest = start_digest (reading);
  if (self->nodes != NULL)
    g_checksum_update (self->head->digest, (const guchar *) self->nodes->digest, -1);
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

/* The level of the metric is the estimator's, unless the options say otherwise. */
static RuaEstimation *
read_options (const RuaDefinition *definition, const RuaEstimator *estimator, GError **error)
{
  g_autoptr (JsonObject) options = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (definition->options);
  g_autoptr (GError) problem = NULL;
  RuaEstimation *estimation;

  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (options, l->data, json_object_dup_member (definition->options, l->data));
  if (!json_object_has_member (options, "ci_level")
      && rua_estimator_find_option (estimator, "ci_level") != NULL)
    json_object_set_double_member (options, "ci_level", definition->confidence);
  estimation = rua_estimation_new (estimator, options, definition->estimate, &problem);
  if (estimation == NULL)
    rua_definition_refuse (definition->id, error, problem->code, "%s", problem->message);
  return estimation;
}

static RuaPlanned *
plan_request (RuaPlan *plan, RuaAlliance *alliance, RuaMeasureRequest *request, GError **error)
{
  const RuaDefinition *definition = request->definition;
  const RuaAssumption *assumption = request->assumption;
  const RuaEstimator *estimator = find_estimator (definition, error);
  RuaDefinition assumed = assume (definition, assumption);
  g_autoptr (RuaRows) rows = NULL;
  g_autoptr (RuaMeasureNodes) nodes = NULL;
  RuaEstimation *estimation;
  RuaPlanned *reading;
  Measured *measured;
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
  rows = rua_rows_new (alliance, &assumed, estimator, error);
  if (rows == NULL)
    return NULL;
  if (definition->nodes != NULL) {
    nodes = rua_measure_nodes_new (alliance, definition->nodes, estimator, error);
    if (nodes == NULL)
      return NULL;
  }
  estimation = read_options (definition, estimator, error);
  if (estimation == NULL)
    return NULL;
  measured = g_new0 (Measured, 1);
  measured->request = request;
  measured->currency = rua_alliance_dup_currency (alliance);
  measured->counts = strcmp (definition->estimator, "count") == 0
    || strcmp (definition->estimator, "distinct_count") == 0;
  measured->sums = strcmp (definition->estimator, "total") == 0
    || strcmp (definition->estimator, "survey_estimate") == 0;
  reading = rua_plan_add (plan, &assumed, assumption, estimation, g_steal_pointer (&rows));
  reading->data = measured;
  measured->nodes = g_steal_pointer (&nodes);
  reading->nodes = measured->nodes != NULL ? &measured->nodes->input : NULL;
  return reading;
}

/* What is computed from options alone. */
static GPtrArray *
measure_without_rows (RuaAlliance *alliance, const RuaDefinition *definition,
                      GCancellable *cancellable, GError **error)
{
  const RuaEstimator *estimator = find_estimator (definition, error);
  g_autoptr (RuaEstimation) estimation
    = estimator != NULL ? read_options (definition, estimator, error) : NULL;
  g_autoptr (RuaResult) result
    = rua_result_new (definition->id, definition->title, definition->estimator);
  RuaInput nothing = { .name = "options" };
  g_autoptr (RuaFigures) figures = NULL;
  g_autoptr (RuaUnit) unit = rua_unit_new ("1", NULL);
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = rua_definition_to_string (definition);
  g_autofree char *currency = rua_alliance_dup_currency (alliance);
  g_autofree char *method = NULL;
  GPtrArray *results;

  if (estimation == NULL)
    return NULL;
  figures = rua_estimation_run (estimation, &nothing, NULL, cancellable, &problem);
  if (figures == NULL) {
    if (problem->domain == RUA_ERROR)
      rua_definition_refuse (definition->id, error, problem->code, "%s", problem->message);
    else
      g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (!take_figures (result, definition, estimator, figures, error))
    return NULL;
  take_counts (result, definition, estimator, NULL, figures);
  rua_caution_note (result, definition, estimator, figures);
  result->confidence = definition->confidence;
  method = g_strdup_printf (_("%s (%s) of its options"), _(estimator->title), estimator->name);
  rua_result_set_method (result, method);
  result->digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  if (!rua_measure_fit_unit (result, definition, unit, currency, FALSE, FALSE, error))
    return NULL;
  results = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (results, g_steal_pointer (&result));
  return results;
}

static gboolean
measure_together (RuaAlliance *alliance, RuaMeasureRequest *requests, guint n,
                  RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaPlan) plan = rua_plan_new ();
  g_autofree RuaPlanned **readings = g_new0 (RuaPlanned *, MAX (n, 1));
  gboolean done;

  for (guint i = 0; i < n; i++)
    if (requests[i].definition->table == NULL)
      requests[i].results
        = measure_without_rows (alliance, requests[i].definition, cancellable, &requests[i].error);
    else
      readings[i] = plan_request (plan, alliance, &requests[i], &requests[i].error);
  done = rua_plan_run (plan, begin_groups, take_group, progress, cancellable, error);
  for (guint i = 0; i < n; i++) {
    if (readings[i] == NULL)
      continue;
    if (readings[i]->error != NULL)
      requests[i].error = g_steal_pointer (&readings[i]->error);
    measured_free (readings[i]->data);
    if (done && requests[i].error == NULL)
      continue;
    /* Some groups may have no result. */
    for (guint g = 0; requests[i].results != NULL && g < requests[i].results->len; g++)
      g_clear_object ((GObject **) &requests[i].results->pdata[g]);
    if (requests[i].results != NULL)
      g_ptr_array_set_free_func (requests[i].results, NULL);
    g_clear_pointer (&requests[i].results, g_ptr_array_unref);
  }
  return done;
}

static gboolean
same_group (RuaResult *a, RuaResult *b)
{
  for (guint i = 0; a->head->group_paths[i] != NULL; i++)
    if (b->head->group_paths[i] == NULL || g_strcmp0 (a->group_labels[i], b->group_labels[i]) != 0)
      return FALSE;
  return TRUE;
}

/* Worst cases of means, from what was measured beside them. */
static void
tell_means (RuaMeasureRequest *request, const RuaMeasureRequest *left, const RuaMeasureRequest *after)
{
  for (guint g = 0; request->results != NULL && g < request->results->len; g++) {
    RuaResult *result = g_ptr_array_index (request->results, g);

    if (left->results != NULL && after->results != NULL && g < left->results->len
        && g < after->results->len
        && same_group (result, g_ptr_array_index (left->results, g))
        && same_group (result, g_ptr_array_index (after->results, g)))
      rua_attrition_tell_mean (request->definition, g_ptr_array_index (left->results, g),
                               g_ptr_array_index (after->results, g), result);
  }
}

gboolean
rua_measure_rows_together (RuaAlliance *alliance, RuaMeasureRequest *requests, guint n,
                           RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  RuaCrew *crew = rua_crew_gather ();
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (RuaMeasureRequest));
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autofree guint *beside = g_new0 (guint, MAX (n, 1));
  gboolean done;

  g_array_append_vals (all, requests, n);
  for (guint i = 0; i < n; i++) {
    GPtrArray *list = rua_attrition_list_needed (requests[i].definition);

    if (list == NULL)
      continue;
    beside[i] = all->len;
    for (guint k = 0; k < list->len; k++) {
      RuaMeasureRequest more = { .definition = g_ptr_array_index (list, k),
                                 .assumption = requests[i].assumption };

      g_array_append_val (all, more);
    }
    g_ptr_array_add (owned, list);
  }
  done = measure_together (alliance, (RuaMeasureRequest *) (gpointer) all->data, all->len, progress,
                           cancellable, error);
  for (guint i = 0; i < n; i++) {
    requests[i] = g_array_index (all, RuaMeasureRequest, i);
    if (beside[i] > 0 && done && requests[i].error == NULL)
      tell_means (&requests[i], &g_array_index (all, RuaMeasureRequest, beside[i]),
                  &g_array_index (all, RuaMeasureRequest, beside[i] + 1));
  }
  for (guint i = n; i < all->len; i++) {
    RuaMeasureRequest *more = &g_array_index (all, RuaMeasureRequest, i);

    g_clear_error (&more->error);
    g_clear_pointer (&more->results, g_ptr_array_unref);
  }
  rua_crew_dismiss (crew);
  return done;
}

GPtrArray *
rua_measure_rows (RuaAlliance *alliance, const RuaDefinition *definition,
                  const RuaAssumption *assumption, GCancellable *cancellable, GError **error)
{
  RuaMeasureRequest request = { .definition = definition, .assumption = assumption };

  if (!rua_measure_rows_together (alliance, &request, 1, NULL, cancellable, error))
    return NULL;
  if (request.error != NULL)
    g_propagate_error (error, request.error);
  return request.results;
}
