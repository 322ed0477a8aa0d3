/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-formula-private.h"
#include "rua-measure-context-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A formula over metrics. Its inputs are measured by its groups, and it is worked out group by
 * group: so a ratio of a coarser group is that of its sums, never a mean of ratios. An input
 * over (paths) keeps only those of the groups: a year's total stands under each of its channels. */

/* The year that a result is of; 0: of several, or not told. */
static int
year_of (RuaResult *result)
{
  int latest = 0;
  guint n = rua_result_count (result->inputs);

  if (result->period != NULL)
    return atoi (result->period);
  for (guint i = 0; result->possible_periods != NULL && i < result->possible_periods->len; i++) {
    const char *text = g_ptr_array_index (result->possible_periods, i);

    latest = MAX (latest, text != NULL ? atoi (text) : 0);
  }
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaResult) input = g_list_model_get_item (G_LIST_MODEL (result->inputs), i);
    int year = year_of (input);

    if (i > 0 && year != latest)
      return 0;
    latest = year;
  }
  return latest;
}

static gboolean
grow_inputs (const RuaDefinition *definition, GArray *inputs, double growth, GError **error)
{
  int latest = 0;
  guint n_earlier = 0;

  for (guint i = 0; i < inputs->len; i++) {
    int year = year_of (g_array_index (inputs, RuaFormulaInput, i).result);

    if (year == 0)
      return rua_definition_refuse (definition->id, error, RUA_ERROR_MISSING,
                                    "a counterfactual growth needs to know which figure is earlier, "
                                    "but %s has no single period",
                                    g_array_index (inputs, RuaFormulaInput, i).id);
    latest = MAX (latest, year);
  }
  for (guint i = 0; i < inputs->len; i++) {
    RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);

    if (year_of (input->result) < latest) {
      input->factor = growth;
      n_earlier++;
    }
  }
  if (n_earlier == 0)
    return rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                                  "a counterfactual growth needs figures of two times, but all are "
                                  "of %d", latest);
  return TRUE;
}

static void
take_inputs (RuaResult *result, GArray *inputs)
{
  guint n_published = 0, n_records = 0;

  for (guint i = 0; i < inputs->len; i++) {
    RuaResult *input = g_array_index (inputs, RuaFormulaInput, i).result;
    guint n_sources = rua_result_count (input->sources);
    guint n_observations = rua_result_count (input->observations);

    n_published += input->basis != RUA_RESULT_BASIS_RECORDS;
    n_records += input->basis != RUA_RESULT_BASIS_PUBLISHED;
    rua_result_add_input (result, input);
    for (guint k = 0; k < n_sources; k++) {
      g_autoptr (GObject) source = g_list_model_get_item (G_LIST_MODEL (input->sources), k);

      rua_result_add_source (result, source);
    }
    for (guint k = 0; k < n_observations; k++) {
      g_autoptr (GObject) figure = g_list_model_get_item (G_LIST_MODEL (input->observations), k);

      rua_result_add_observation (result, figure);
    }
    rua_result_take_warnings (result, input->warnings);
    rua_result_add_rows (result, input);
  }
  result->basis = n_published == 0 ? RUA_RESULT_BASIS_RECORDS
                  : n_records == 0 ? RUA_RESULT_BASIS_PUBLISHED
                                   : RUA_RESULT_BASIS_MIXED;
}

static char *
formula_digest (const RuaDefinition *definition, const char *text, GArray *inputs, char *const *labels)
{
  g_autoptr (GString) out = g_string_new (text);

  for (guint i = 0; i < inputs->len; i++) {
    const RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);
    const char *digest = rua_result_get_digest (input->result);

    g_string_append_printf (out, "%s %s %a\n", input->id, digest != NULL ? digest : "none", input->factor);
  }
  for (guint i = 0; definition->by[i] != NULL; i++)
    g_string_append_printf (out, "%s\n", labels[i] != NULL ? labels[i] : "?");
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, out->str, out->len);
}

/* ---- inputs by groups ---- */

typedef struct {
  GPtrArray *results; /* the context's */
  guint n_paths;
  guint *paths;       /* each of its groups' paths, as a number of the formula's */
  GHashTable *by_key; /* labels -> RuaResult */
} Side;

static void
side_clear (gpointer data)
{
  Side *self = data;

  g_free (self->paths);
  g_clear_pointer (&self->by_key, g_hash_table_unref);
}

/* Labels, each with its length before it; an unknown one as "?". */
static char *
labels_key (char *const *labels, const guint *paths, guint n)
{
  GString *key = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    const char *label = labels[paths != NULL ? paths[i] : i];

    if (label == NULL)
      g_string_append_c (key, '?');
    else
      g_string_append_printf (key, "%" G_GSIZE_FORMAT ":%s", strlen (label), label);
  }
  return g_string_free (key, FALSE);
}

static int
find_text (char *const *paths, const char *text)
{
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    if (rua_syntax_text_equal (paths[i], text))
      return (int) i;
  return -1;
}

/* Which of the formula's groups an input keeps. A path that the metric itself says, but is not
 * measured by now, has no groups to keep. */
static char **
choose_paths (const RuaDefinition *definition, const RuaFormulaInput *input, Side *side,
              GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  guint n = g_strv_length (definition->by);

  side->paths = g_new0 (guint, n + 1);
  for (guint i = 0; input->over != NULL && input->over[i] != NULL; i++) {
    g_autofree char *known = NULL;

    if (find_text (definition->by, input->over[i]) >= 0
        || find_text (definition->own_by, input->over[i]) >= 0)
      continue;
    known = g_strjoinv (", ", definition->by);
    rua_definition_refuse (definition->id, error, RUA_ERROR_UNKNOWN_NAME,
                           "formula: %s over (%s): the formula is grouped by %s; say in its “by” "
                           "what it is to be grouped by", input->id, input->over[i],
                           n > 0 ? known : "nothing");
    return NULL;
  }
  for (guint i = 0; i < n; i++)
    if (input->over == NULL || find_text (input->over, definition->by[i]) >= 0) {
      side->paths[side->n_paths++] = i;
      g_ptr_array_add (paths, g_strdup (definition->by[i]));
    }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

static gboolean
measure_side (RuaMeasureContext *context, const RuaDefinition *definition,
              const RuaAssumption *assumption, const RuaFormulaInput *input, Side *side,
              GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) paths = choose_paths (definition, input, side, error);
  GError *problem = NULL;

  if (paths == NULL)
    return FALSE;
  side->results
    = rua_measure_context_measure_by (context, input->id, (const char *const *) paths,
                                      definition->where, assumption, cancellable, &problem);
  if (side->results == NULL) {
    if (paths[0] != NULL || definition->where != NULL)
      g_prefix_error (&problem, "metric %s: ", definition->id);
    g_propagate_error (error, problem);
    return FALSE;
  }
  side->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < side->results->len; i++) {
    RuaResult *result = g_ptr_array_index (side->results, i);

    g_hash_table_insert (side->by_key, labels_key (result->group_labels, NULL, side->n_paths),
                         result);
  }
  return TRUE;
}

/* By label, the unknown last, as the groups of rows are. */
static int
compare_labels (gconstpointer a, gconstpointer b)
{
  const RuaResult *s = *(RuaResult *const *) a, *t = *(RuaResult *const *) b;

  for (guint i = 0; s->head->group_paths[i] != NULL; i++) {
    const char *left = s->group_labels[i], *right = t->group_labels[i];
    int order = left == NULL || right == NULL ? (left == NULL) - (right == NULL)
                                              : strcmp (left, right);

    if (order != 0)
      return order;
  }
  return 0;
}

/* A result of each group in which any of the inputs that have all paths has rows; any of them. */
static GPtrArray *
list_groups (const RuaDefinition *definition, GArray *sides, GError **error)
{
  guint n_paths = g_strv_length (definition->by), n_whole = 0;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();

  for (guint i = 0; i < sides->len; i++) {
    const Side *side = &g_array_index (sides, Side, i);
    GHashTableIter iter;
    gpointer key, result;

    if (side->n_paths < n_paths)
      continue;
    n_whole++;
    g_hash_table_iter_init (&iter, side->by_key);
    while (g_hash_table_iter_next (&iter, &key, &result))
      if (g_hash_table_add (seen, key))
        g_ptr_array_add (groups, result);
  }
  if (n_whole == 0 && n_paths > 0) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                           "formula: none of its metrics is measured by all of its groups; leave "
                           "“over” away from one");
    return NULL;
  }
  g_ptr_array_sort (groups, compare_labels);
  return g_steal_pointer (&groups);
}

/* Stands for an input that has no rows in a group; its unit is that of its other groups. */
static RuaResult *
absent_result (const RuaFormulaInput *input, const Side *side)
{
  RuaResult *result = rua_result_new (input->id, NULL, "none");
  g_autofree char *reason = g_strdup_printf (_("%s has no rows in this group"), input->id);

  if (side->results->len > 0) {
    RuaResult *other = g_ptr_array_index (side->results, 0);

    rua_result_take_unit (result, rua_unit_ref (other->unit));
    result->price_basis = other->price_basis;
    rua_result_head_set_origin (result->head, &other->head->origin);
    for (guint i = 0; other->figures != NULL && i < rua_figures_get_n (other->figures); i++)
      rua_result_put_named (result, rua_figures_get_nth (other->figures, i)->key, NAN, reason);
  }
  rua_result_undefine (result, reason);
  return result;
}

/* ---- one group ---- */

/* What all groups have in common. */
typedef struct {
  const RuaDefinition *definition;
  const RuaSyntax *syntax;
  const RuaAssumption *assumption;
  GArray *inputs;
  GArray *sides;
  RuaResultHead *head;
  char *currency;
  char *text; /* of the definition */
} Formula;

static void
formula_init (Formula *self, RuaAlliance *alliance)
{
  const RuaDefinition *definition = self->definition;
  double growth = self->assumption->growth;
  g_autofree char *method = growth != 1
    ? g_strdup_printf (_("formula: %s; the earlier figure times %g, for what would have come about "
                          "anyway"),
                       definition->formula, growth)
    : g_strdup_printf (_("formula: %s"), definition->formula);

  self->head = rua_result_head_new (definition->id, definition->title, "formula", method,
                                    (const char *const *) definition->by);
  self->currency = rua_alliance_dup_currency (alliance);
  self->text = rua_definition_to_string (definition);
}

static void
formula_clear (Formula *self)
{
  rua_result_head_unref (self->head);
  g_free (self->currency);
  g_free (self->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Formula, formula_clear)

static RuaResult *
measure_group (const Formula *self, char *const *labels, GError **error)
{
  const RuaDefinition *definition = self->definition;
  const RuaAssumption *assumption = self->assumption;
  GArray *inputs = self->inputs, *sides = self->sides;
  g_autoptr (RuaResult) result = rua_result_new_under (self->head);
  guint n_paths = g_strv_length (definition->by);
  g_autoptr (RuaUnit) unit = NULL;
  g_autoptr (GError) problem = NULL;
  g_auto (RuaScalar) scalar = { 0 };
  gboolean one_sided = FALSE, empty = FALSE;

  for (guint i = 0; i < inputs->len; i++) {
    RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);
    const Side *side = &g_array_index (sides, Side, i);
    g_autofree char *key = labels_key (labels, side->paths, side->n_paths);
    RuaResult *found = g_hash_table_lookup (side->by_key, key);

    one_sided = one_sided || found == NULL;
    empty = empty || side->results->len == 0;
    input->factor = 1;
    g_clear_object (&input->result);
    input->result = found != NULL ? g_object_ref (found) : absent_result (input, side);
  }
  if (assumption->growth != 1 && !grow_inputs (definition, inputs, assumption->growth, error))
    return NULL;
  take_inputs (result, inputs);
  result->confidence = definition->confidence;
  rua_result_set_group_labels (result, (const char *const *) labels, n_paths);
  result->digest = formula_digest (definition, self->text, inputs, labels);
  if (one_sided)
    rua_result_warn (result, _("one-sided group: not every metric of the formula has rows in it"));
  /* Of a metric without any group not even the unit is known. */
  if (empty) {
    for (guint i = 0; i < inputs->len && result->reason == NULL; i++)
      rua_result_undefine (result, g_array_index (inputs, RuaFormulaInput, i).result->reason);
    if (definition->unit != NULL)
      rua_result_take_unit (result, rua_unit_ref (definition->unit));
    return g_steal_pointer (&result);
  }
  if (!rua_formula_evaluate (self->syntax, definition->formula, inputs, definition->independent,
                             definition->confidence, &scalar, &problem)) {
    rua_definition_refuse (definition->id, error, problem->code, "formula: %s", problem->message);
    return NULL;
  }
  result->estimate = scalar.value;
  result->se = scalar.se;
  result->low = scalar.low;
  result->high = scalar.high;
  if (scalar.note != NULL)
    rua_result_warn (result, "%s", scalar.note);
  if (isnan (scalar.value))
    rua_result_undefine (result, scalar.reason);
  unit = scalar.unit != NULL ? rua_unit_ref (scalar.unit) : rua_unit_new ("1", NULL);
  if (scalar.unit == NULL && definition->unit != NULL)
    rua_result_take_unit (result, rua_unit_ref (definition->unit));
  else if (!rua_measure_fit_unit (result, definition, unit, self->currency, FALSE, FALSE, error))
    return NULL;
  return g_steal_pointer (&result);
}

GPtrArray *
rua_measure_formula (RuaMeasureContext *self, const RuaDefinition *definition,
                     const RuaAssumption *assumption, GCancellable *cancellable, GError **error)
{
  static char *const none[] = { NULL };
  g_autoptr (GError) problem = NULL;
  g_autoptr (RuaSyntax) syntax = rua_syntax_parse (definition->formula, &problem);
  g_autoptr (GArray) inputs = rua_formula_inputs_new ();
  g_autoptr (GArray) sides = g_array_new (FALSE, TRUE, sizeof (Side));
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (Formula) formula = { .definition = definition, .assumption = assumption, .inputs = inputs, .sides = sides };
  RuaAssumption below = *assumption;
  gboolean waits = FALSE;

  if (syntax == NULL || !rua_formula_collect (syntax, definition->formula, inputs, &problem)) {
    rua_definition_refuse (definition->id, error, problem->code, "formula: %s", problem->message);
    return NULL;
  }
  below.growth = 1;
  if (below.series == NULL && definition->series != NULL) {
    below.series = definition->series;
    below.from = 0;
    below.to = definition->to;
  }
  g_array_set_clear_func (sides, side_clear);
  g_array_set_size (sides, inputs->len);
  for (guint i = 0; i < inputs->len; i++) {
    g_autoptr (GError) refusal = NULL;

    if (measure_side (self, definition, &below, &g_array_index (inputs, RuaFormulaInput, i),
                      &g_array_index (sides, Side, i), cancellable, &refusal))
      continue;
    /* What waits for a common pass is noted of every input before any is read. */
    waits = g_error_matches (refusal, G_IO_ERROR, G_IO_ERROR_PENDING);
    if (!waits || i + 1 == inputs->len) {
      g_propagate_error (error, g_steal_pointer (&refusal));
      return NULL;
    }
  }
  if (waits) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING, "an input is still to be measured");
    return NULL;
  }
  groups = list_groups (definition, sides, error);
  if (groups == NULL)
    return NULL;
  formula.syntax = syntax;
  formula_init (&formula, rua_measure_context_get_alliance (self));
  for (guint i = 0; i < MAX (groups->len, definition->by[0] == NULL ? 1 : 0); i++) {
    char *const *labels = definition->by[0] == NULL
      ? none : ((RuaResult *) g_ptr_array_index (groups, i))->group_labels;
    RuaResult *made = measure_group (&formula, labels, error);

    if (made == NULL)
      return NULL;
    g_ptr_array_add (results, made);
  }
  return g_steal_pointer (&results);
}
