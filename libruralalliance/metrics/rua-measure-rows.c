/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure-rows-private.h"
#include "rua-attrition-private.h"
#include "rua-measure-nodes-private.h"
#include "rua-nearest-private.h"
#include "rua-parallel-private.h"
#include "rua-plan-private.h"

#include <string.h>

/* From a metric over rows to what came of it, the digest among it. */

/* ---- the digest ---- */

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

/* What is kept of a metric while it is measured. */
typedef struct {
  RuaAlliance *alliance;
  RuaMeasureRequest *request;
  RuaMeasureNodes *nodes; /* NULL: none */
} Measuring;

static void
measuring_free (Measuring *self)
{
  rua_measure_nodes_free (self->nodes);
  g_free (self);
}

/* Labels are the part's, which goes before the outcome does: it keeps the texts. */
static void
label_groups (RuaOutcome *outcome, const RuaScanPart *part)
{
  const char **labels = g_new (const char *, (gsize) part->groups->len * part->n_by + 1);

  for (guint g = 0; g < part->groups->len; g++) {
    const RuaScanGroup *group = g_ptr_array_index (part->groups, g);

    for (guint k = 0; k < part->n_by; k++)
      labels[(gsize) g * part->n_by + k] = group->labels[k];
  }
  rua_outcome_set_labels (outcome, labels, part->labels);
}

static void
begin_groups (RuaPlanned *reading)
{
  const Measuring *self = reading->data;
  g_autofree char *method
    = describe (&reading->definition, reading->estimator, reading->rows, &reading->assumption);
  g_autofree char *currency = rua_alliance_dup_currency (self->alliance);
  GChecksum *digest = start_digest (reading);
  RuaOutcome *outcome;

  if (self->nodes != NULL)
    g_checksum_update (digest, (const guchar *) self->nodes->digest, -1);
  warn_of_rows (reading);
  outcome = rua_outcome_begin (&reading->definition, reading->estimator, reading->rows, currency, method,
                               digest, reading->part->groups->len);
  if (self->nodes != NULL)
    rua_outcome_add_warnings (outcome, self->nodes->warnings);
  label_groups (outcome, reading->part);
  self->request->outcome = outcome;
}

static gboolean
take_group (RuaPlanned *reading, guint group, RuaFigures *figures, GError **error)
{
  const Measuring *self = reading->data;

  return rua_outcome_take (self->request->outcome, group, figures, error);
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
  Measuring *measuring;
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
  measuring = g_new0 (Measuring, 1);
  measuring->alliance = alliance;
  measuring->request = request;
  measuring->nodes = g_steal_pointer (&nodes);
  reading = rua_plan_add (plan, &assumed, assumption, estimation, g_steal_pointer (&rows));
  reading->data = measuring;
  reading->nodes = measuring->nodes != NULL ? &measuring->nodes->input : NULL;
  return reading;
}

/* What is computed from options alone. */
static RuaOutcome *
measure_without_rows (RuaAlliance *alliance, const RuaDefinition *definition,
                      GCancellable *cancellable, GError **error)
{
  const RuaEstimator *estimator = find_estimator (definition, error);
  g_autoptr (RuaEstimation) estimation
    = estimator != NULL ? read_options (definition, estimator, error) : NULL;
  g_autoptr (RuaOutcome) outcome = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = rua_definition_to_string (definition);
  g_autofree char *currency = rua_alliance_dup_currency (alliance);
  g_autofree char *method = NULL;
  GChecksum *digest;
  RuaInput nothing = { .name = "options" };
  RuaFigures *figures;

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
  method = g_strdup_printf (_("%s (%s) of its options"), _(estimator->title), estimator->name);
  digest = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (digest, (const guchar *) text, -1);
  outcome = rua_outcome_begin (definition, estimator, NULL, currency, method, digest, 1);
  return rua_outcome_take (outcome, 0, figures, error) && rua_outcome_check_figures (outcome, estimation, error)
    ? g_steal_pointer (&outcome) : NULL;
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
      requests[i].outcome
        = measure_without_rows (alliance, requests[i].definition, cancellable, &requests[i].error);
    else
      readings[i] = plan_request (plan, alliance, &requests[i], &requests[i].error);
  done = rua_plan_run (plan, begin_groups, take_group, progress, cancellable, error);
  for (guint i = 0; i < n; i++) {
    if (readings[i] == NULL)
      continue;
    if (readings[i]->error != NULL)
      requests[i].error = g_steal_pointer (&readings[i]->error);
    else if (done && requests[i].outcome != NULL)
      rua_outcome_check_figures (requests[i].outcome, readings[i]->estimation, &requests[i].error);
    measuring_free (readings[i]->data);
    if (!done || requests[i].error != NULL)
      g_clear_pointer (&requests[i].outcome, rua_outcome_unref);
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
  GPtrArray *results, *before, *then;

  if (request->outcome == NULL || left->outcome == NULL || after->outcome == NULL)
    return;
  results = rua_outcome_get_results (request->outcome);
  before = rua_outcome_get_results (left->outcome);
  then = rua_outcome_get_results (after->outcome);
  for (guint g = 0; g < results->len && g < before->len && g < then->len; g++) {
    RuaResult *result = g_ptr_array_index (results, g);

    if (same_group (result, g_ptr_array_index (before, g)) && same_group (result, g_ptr_array_index (then, g)))
      rua_attrition_tell_mean (request->definition, g_ptr_array_index (before, g),
                               g_ptr_array_index (then, g), result);
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
    g_clear_pointer (&more->outcome, rua_outcome_unref);
  }
  rua_crew_dismiss (crew);
  return done;
}

RuaOutcome *
rua_measure_rows (RuaAlliance *alliance, const RuaDefinition *definition,
                  const RuaAssumption *assumption, GCancellable *cancellable, GError **error)
{
  RuaMeasureRequest request = { .definition = definition, .assumption = assumption };

  if (!rua_measure_rows_together (alliance, &request, 1, NULL, cancellable, error))
    return NULL;
  if (request.error != NULL)
    g_propagate_error (error, request.error);
  return request.outcome;
}
