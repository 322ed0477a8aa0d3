/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-catalogue-private.h"
#include "rua-formula-private.h"
#include "rua-measure-context-private.h"

#include <math.h>
#include <string.h>

/* Measuring by id: ready results, assumptions, formulas and their cycles. */

typedef struct {
  char *series;
  int from;
  int to;
  double growth;
  double scale;
  char *words;
} Entry;

struct _RuaMeasureContext {
  RuaAlliance *alliance;
  GHashTable *substitutes; /* id -> id */
  GHashTable *entries;     /* id -> Entry */
  GHashTable *results;     /* key -> RuaResult */
  GPtrArray *open;         /* ids being measured, outermost first */
};

static void
entry_free (Entry *self)
{
  g_free (self->series);
  g_free (self->words);
  g_free (self);
}

RuaMeasureContext *
rua_measure_context_new (RuaAlliance *alliance)
{
  RuaMeasureContext *self = g_new0 (RuaMeasureContext, 1);

  self->alliance = g_object_ref (alliance);
  self->substitutes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->entries
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) entry_free);
  self->results = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->open = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
rua_measure_context_free (RuaMeasureContext *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->alliance);
  g_hash_table_unref (self->substitutes);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->results);
  g_ptr_array_unref (self->open);
  g_free (self);
}

RuaAlliance *
rua_measure_context_get_alliance (RuaMeasureContext *self)
{
  return self->alliance;
}

static Entry *
ensure_entry (RuaMeasureContext *self, const char *metric, GError **error)
{
  g_autoptr (RuaMetric) found = rua_catalogue_lookup (self->alliance, metric, error);
  Entry *entry;

  if (found == NULL)
    return NULL;
  entry = g_hash_table_lookup (self->entries, metric);
  if (entry == NULL) {
    entry = g_new0 (Entry, 1);
    entry->growth = entry->scale = 1;
    g_hash_table_insert (self->entries, g_strdup (metric), entry);
  }
  g_hash_table_remove_all (self->results);
  return entry;
}

gboolean
rua_measure_context_substitute (RuaMeasureContext *self, const char *metric, const char *other,
                                GError **error)
{
  g_autoptr (RuaMetric) first = rua_catalogue_lookup (self->alliance, metric, error);
  g_autoptr (RuaMetric) second
    = first != NULL ? rua_catalogue_lookup (self->alliance, other, error) : NULL;

  if (second == NULL)
    return FALSE;
  for (const char *id = other; id != NULL; id = g_hash_table_lookup (self->substitutes, id))
    if (strcmp (id, metric) == 0) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_CYCLE,
                   "the metric %s cannot stand for %s: one stands for the other already", other,
                   metric);
      return FALSE;
    }
  g_hash_table_insert (self->substitutes, g_strdup (metric), g_strdup (other));
  g_hash_table_remove_all (self->results);
  return TRUE;
}

gboolean
rua_measure_context_deflate (RuaMeasureContext *self, const char *metric, const char *series,
                             int from, int to, GError **error)
{
  Entry *entry = ensure_entry (self, metric, error);
  double ratio;

  if (entry == NULL)
    return FALSE;
  if (to < 1000 || to > 9999 || (from != 0 && (from < 1000 || from > 9999))) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "the metric %s cannot be brought from %d to %d: years have four digits", metric,
                 from, to);
    return FALSE;
  }
  if (!rua_series_get_price_ratio (self->alliance, series, from != 0 ? from : to, to, &ratio, error))
    return FALSE;
  g_free (entry->series);
  entry->series = g_strdup (series);
  entry->from = from;
  entry->to = to;
  return TRUE;
}

gboolean
rua_measure_context_grow (RuaMeasureContext *self, const char *metric, double factor, GError **error)
{
  Entry *entry = ensure_entry (self, metric, error);

  if (entry == NULL)
    return FALSE;
  if (!(factor > 0) || !isfinite (factor)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "growth of the metric %s is told as a factor above 0, such as 1.45", metric);
    return FALSE;
  }
  entry->growth = factor;
  return TRUE;
}

gboolean
rua_measure_context_scale (RuaMeasureContext *self, const char *metric, double factor,
                           const char *words, GError **error)
{
  Entry *entry = ensure_entry (self, metric, error);

  if (entry == NULL)
    return FALSE;
  entry->scale = factor;
  g_free (entry->words);
  entry->words = g_strdup (words);
  return TRUE;
}

/* ---- formulas ---- */

/* The year that a result is of; 0: of several, or not told. */
static int
year_of (RuaResult *result)
{
  int latest = 0;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (result->inputs));

  if (result->period != NULL)
    return atoi (result->period);
  for (guint i = 0; i < result->possible_periods->len; i++) {
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
    guint n_sources = g_list_model_get_n_items (G_LIST_MODEL (input->sources));
    guint n_observations = g_list_model_get_n_items (G_LIST_MODEL (input->observations));
    guint there;

    n_published += input->basis != RUA_RESULT_BASIS_RECORDS;
    n_records += input->basis != RUA_RESULT_BASIS_PUBLISHED;
    if (!g_list_store_find (result->inputs, input, &there))
      g_list_store_append (result->inputs, input);
    for (guint k = 0; k < n_sources; k++) {
      g_autoptr (GObject) source = g_list_model_get_item (G_LIST_MODEL (input->sources), k);

      if (!g_list_store_find (result->sources, source, &there))
        g_list_store_append (result->sources, source);
    }
    for (guint k = 0; k < n_observations; k++) {
      g_autoptr (GObject) figure = g_list_model_get_item (G_LIST_MODEL (input->observations), k);

      if (!g_list_store_find (result->observations, figure, &there))
        g_list_store_append (result->observations, figure);
    }
    rua_result_take_warnings (result, input->warnings);
    result->n_eligible += input->n_eligible;
    result->n_used += input->n_used;
    result->n_missing += input->n_missing;
  }
  result->basis = n_published == 0 ? RUA_RESULT_BASIS_RECORDS
                  : n_records == 0 ? RUA_RESULT_BASIS_PUBLISHED
                                   : RUA_RESULT_BASIS_MIXED;
}

static char *
formula_digest (const RuaDefinition *definition, GArray *inputs)
{
  g_autofree char *text = rua_definition_to_string (definition);
  g_autoptr (GString) out = g_string_new (text);

  for (guint i = 0; i < inputs->len; i++) {
    const RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);

    g_string_append_printf (out, "%s %s %a\n", input->id, input->result->digest, input->factor);
  }
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, out->str, out->len);
}

static RuaResult *
measure_formula (RuaMeasureContext *self, const RuaDefinition *definition,
                 const RuaAssumption *assumption, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaResult) result = rua_result_new (definition->id, definition->title, "formula");
  g_autoptr (GError) problem = NULL;
  g_autoptr (RuaSyntax) syntax = rua_syntax_parse (definition->formula, &problem);
  g_autoptr (GArray) inputs = rua_formula_inputs_new ();
  g_autofree char *currency = rua_alliance_dup_currency (self->alliance);
  g_autoptr (RuaUnit) unit = NULL;
  g_auto (RuaScalar) scalar = { 0 };
  RuaAssumption below = *assumption;

  if (syntax == NULL || !rua_formula_collect (syntax, definition->formula, inputs, &problem)) {
    rua_definition_refuse (definition->id, error, problem->code, "formula: %s", problem->message);
    return NULL;
  }
  below.growth = 1;
  for (guint i = 0; i < inputs->len; i++) {
    RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);
    RuaResult *measured
      = rua_measure_context_measure_under (self, input->id, &below, cancellable, error);

    if (measured == NULL)
      return NULL;
    input->result = g_object_ref (measured);
  }
  if (assumption->growth != 1 && !grow_inputs (definition, inputs, assumption->growth, error))
    return NULL;
  if (!rua_formula_evaluate (syntax, definition->formula, inputs, definition->independent,
                             definition->confidence, &scalar, &problem)) {
    rua_definition_refuse (definition->id, error, problem->code, "formula: %s", problem->message);
    return NULL;
  }
  result->estimate = scalar.value;
  result->se = scalar.se;
  result->low = scalar.low;
  result->high = scalar.high;
  result->confidence = definition->confidence;
  take_inputs (result, inputs);
  if (scalar.note != NULL)
    rua_result_warn (result, "%s", scalar.note);
  if (isnan (scalar.value))
    rua_result_undefine (result, scalar.reason);
  g_free (result->method);
  result->method = assumption->growth != 1
    ? g_strdup_printf ("formula: %s; the earlier figure times %g, for what would have come about "
                       "anyway", definition->formula, assumption->growth)
    : g_strdup_printf ("formula: %s", definition->formula);
  g_free (result->digest);
  result->digest = formula_digest (definition, inputs);
  unit = scalar.unit != NULL ? rua_unit_ref (scalar.unit) : rua_unit_new ("1", NULL);
  if (scalar.unit == NULL && definition->unit != NULL)
    rua_result_take_unit (result, rua_unit_ref (definition->unit));
  else if (!rua_measure_fit_unit (result, definition, unit, currency, FALSE, FALSE, error))
    return NULL;
  return g_steal_pointer (&result);
}

/* ---- one metric ---- */

static gboolean
refuse_cycle (RuaMeasureContext *self, const char *id, GError **error)
{
  g_autoptr (GString) path = g_string_new (NULL);
  gboolean within = FALSE;

  for (guint i = 0; i < self->open->len; i++) {
    within = within || strcmp (g_ptr_array_index (self->open, i), id) == 0;
    if (within)
      g_string_append_printf (path, "%s needs ", (const char *) g_ptr_array_index (self->open, i));
  }
  g_set_error (error, RUA_ERROR, RUA_ERROR_CYCLE,
               "metrics need one another: %s%s; change one of the formulas", path->str, id);
  return FALSE;
}

GPtrArray *
rua_measure_context_measure_definition (RuaMeasureContext *self, const RuaDefinition *definition,
                                        const RuaAssumption *assumption, GCancellable *cancellable,
                                        GError **error)
{
  GPtrArray *results;
  RuaResult *result;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (g_ptr_array_find_with_equal_func (self->open, definition->id, g_str_equal, NULL)) {
    refuse_cycle (self, definition->id, error);
    return NULL;
  }
  if (definition->formula == NULL && strcmp (definition->estimator, "reported") == 0) {
    if (assumption->growth != 1) {
      rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                             "one published figure has no earlier one to grow; scale it instead");
      return NULL;
    }
    return rua_measure_reported (self->alliance, definition, assumption, cancellable, error);
  }
  if (definition->formula == NULL)
    return rua_measure_rows (self->alliance, definition, assumption, cancellable, error);
  if (self->open->len >= 64) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_LIMIT,
                           "formulas stand more than 64 deep in one another");
    return NULL;
  }
  g_ptr_array_add (self->open, g_strdup (definition->id));
  result = measure_formula (self, definition, assumption, cancellable, error);
  g_ptr_array_set_size (self->open, self->open->len - 1);
  if (result == NULL)
    return NULL;
  results = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (results, result);
  return results;
}

/* What is said of this metric joins what is said of the formula above it. */
static RuaAssumption
join_assumption (const Entry *entry, const RuaAssumption *above)
{
  RuaAssumption made = *above;

  if (entry != NULL && made.series == NULL) {
    made.series = entry->series;
    made.from = entry->from;
    made.to = entry->to;
  }
  if (entry != NULL)
    made.growth *= entry->growth;
  return made;
}

RuaResult *
rua_measure_context_measure_under (RuaMeasureContext *self, const char *metric,
                                   const RuaAssumption *above, GCancellable *cancellable,
                                   GError **error)
{
  const char *id = metric;
  const Entry *entry;
  RuaAssumption assumption;
  g_autofree char *key = NULL;
  g_autoptr (RuaMetric) record = NULL;
  g_autoptr (RuaDefinition) definition = NULL;
  g_autoptr (GPtrArray) results = NULL;
  RuaResult *result;

  while (g_hash_table_contains (self->substitutes, id))
    id = g_hash_table_lookup (self->substitutes, id);
  entry = g_hash_table_lookup (self->entries, id);
  assumption = join_assumption (entry, above);
  if (strcmp (id, metric) != 0 && g_hash_table_contains (self->entries, metric))
    assumption = join_assumption (g_hash_table_lookup (self->entries, metric), &assumption);
  key = g_strdup_printf ("%s|%s|%d|%d|%a", id, assumption.series != NULL ? assumption.series : "",
                         assumption.from, assumption.to, assumption.growth);
  result = g_hash_table_lookup (self->results, key);
  if (result != NULL)
    return result;
  record = rua_catalogue_lookup (self->alliance, id, error);
  if (record == NULL)
    return NULL;
  definition = rua_definition_new (record, error);
  if (definition == NULL)
    return NULL;
  g_strfreev (definition->by);
  definition->by = g_new0 (char *, 1);
  results = rua_measure_context_measure_definition (self, definition, &assumption, cancellable, error);
  if (results == NULL)
    return NULL;
  result = g_object_ref (g_ptr_array_index (results, 0));
  if (entry != NULL && entry->scale != 1) {
    g_autofree char *line = g_strdup_printf ("times %g: %s", entry->scale,
                                             entry->words != NULL ? entry->words : "as assumed");

    rua_result_scale (result, entry->scale);
    rua_result_add_detail (result, line);
  }
  g_hash_table_insert (self->results, g_steal_pointer (&key), result);
  return result;
}

RuaResult *
rua_measure_context_measure (RuaMeasureContext *self, const char *metric, GCancellable *cancellable,
                             GError **error)
{
  RuaAssumption none = { .growth = 1 };

  return rua_measure_context_measure_under (self, metric, &none, cancellable, error);
}
