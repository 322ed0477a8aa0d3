/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-catalogue-private.h"
#include "rua-measure-context-private.h"

#include <math.h>
#include <string.h>

/* Measuring by id: ready results, assumptions, cycles of formulas. */

typedef struct {
  char *series;
  int from;
  int to;
  double growth;
  double scale;
  gboolean of_rest; /* what is no part of the share is scaled */
  char *words;
} Entry;

struct _RuaMeasureContext {
  RuaAlliance *alliance;
  GHashTable *substitutes; /* id -> id */
  GHashTable *entries;     /* id -> Entry */
  GHashTable *results;     /* key -> RuaOutcome */
  GPtrArray *open;         /* ids being measured, outermost first */
  GHashTable *ready;       /* definition and assumption -> Ready; NULL: each is measured alone */
  GPtrArray *waiting;      /* of Ready, which the next common pass is to measure */
};

/* A metric over rows of a common pass. */
typedef struct {
  RuaDefinition *definition;
  RuaAssumption assumption;
  RuaOutcome *outcome;
  GError *error;
} Ready;

static void
ready_free (Ready *self)
{
  rua_definition_free (self->definition);
  g_free ((char *) self->assumption.series);
  g_clear_pointer (&self->outcome, rua_outcome_unref);
  g_clear_error (&self->error);
  g_free (self);
}

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
  self->results = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) rua_outcome_unref);
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
  g_clear_pointer (&self->ready, g_hash_table_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
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
  entry->of_rest = FALSE;
  g_free (entry->words);
  entry->words = g_strdup (words);
  return TRUE;
}

gboolean
rua_measure_context_scale_rest (RuaMeasureContext *self, const char *metric, double factor,
                                const char *words, GError **error)
{
  if (!rua_measure_context_scale (self, metric, factor, words, error))
    return FALSE;
  ((Entry *) g_hash_table_lookup (self->entries, metric))->of_rest = TRUE;
  return TRUE;
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

void
rua_measure_context_gather (RuaMeasureContext *self)
{
  if (self->ready != NULL)
    return;
  self->ready = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) ready_free);
  self->waiting = g_ptr_array_new ();
}

/* What a common pass found; or the metric waits for the next one. */
static RuaOutcome *
get_ready (RuaMeasureContext *self, const RuaDefinition *definition,
           const RuaAssumption *assumption, GError **error)
{
  g_autofree char *text = rua_definition_to_string (definition);
  g_autofree char *key
    = g_strdup_printf ("%s|%s|%d|%d|%a", text, assumption->series != NULL ? assumption->series : "",
                       assumption->from, assumption->to, assumption->growth);
  Ready *ready = g_hash_table_lookup (self->ready, key);

  if (ready == NULL) {
    ready = g_new0 (Ready, 1);
    ready->definition = rua_definition_copy (definition);
    ready->assumption = *assumption;
    ready->assumption.series = g_strdup (assumption->series);
    g_hash_table_insert (self->ready, g_steal_pointer (&key), ready);
    g_ptr_array_add (self->waiting, ready);
  }
  if (ready->error != NULL)
    g_propagate_error (error, g_error_copy (ready->error));
  else if (ready->outcome == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING, "still to be measured");
  return ready->outcome != NULL ? rua_outcome_ref (ready->outcome) : NULL;
}

guint
rua_measure_context_get_n_waiting (RuaMeasureContext *self)
{
  return self->waiting->len;
}

gboolean
rua_measure_context_measure_waiting (RuaMeasureContext *self, RuaProgress *progress,
                                     GCancellable *cancellable, GError **error)
{
  guint n = self->waiting->len;
  g_autofree RuaMeasureRequest *requests = g_new0 (RuaMeasureRequest, MAX (n, 1));
  gboolean done;

  for (guint i = 0; i < n; i++) {
    Ready *ready = g_ptr_array_index (self->waiting, i);

    requests[i].definition = ready->definition;
    requests[i].assumption = &ready->assumption;
  }
  done = rua_measure_rows_together (self->alliance, requests, n, progress, cancellable, error);
  for (guint i = 0; i < n; i++) {
    Ready *ready = g_ptr_array_index (self->waiting, i);

    ready->outcome = requests[i].outcome;
    ready->error = requests[i].error;
  }
  g_ptr_array_set_size (self->waiting, 0);
  return done;
}

/* NULL, and @error is set: the same. */
static RuaOutcome *
with_results (GPtrArray *results)
{
  return results != NULL ? rua_outcome_new (results) : NULL;
}

RuaOutcome *
rua_measure_context_measure_definition (RuaMeasureContext *self, const RuaDefinition *definition,
                                        const RuaAssumption *assumption, GCancellable *cancellable,
                                        GError **error)
{
  RuaOutcome *outcome;

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
    return with_results (
      rua_measure_reported (self->alliance, definition, assumption, cancellable, error));
  }
  if (definition->formula == NULL && self->ready != NULL
      && !rua_measure_overlaps (self->alliance, definition))
    return get_ready (self, definition, assumption, error);
  if (definition->formula == NULL)
    return rua_measure_grouped_rows (self->alliance, definition, assumption, cancellable, error);
  if (self->open->len >= 64) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_LIMIT,
                           "formulas stand more than 64 deep in one another");
    return NULL;
  }
  g_ptr_array_add (self->open, g_strdup (definition->id));
  outcome = with_results (rua_measure_formula (self, definition, assumption, cancellable, error));
  g_ptr_array_set_size (self->open, self->open->len - 1);
  return outcome;
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

static char *
results_key (const char *id, const char *const *by, const char *where,
             const RuaAssumption *assumption)
{
  GString *key = g_string_new (NULL);

  g_string_printf (key, "%s|%s|%d|%d|%a", id, assumption->series != NULL ? assumption->series : "",
                   assumption->from, assumption->to, assumption->growth);
  for (guint i = 0; by[i] != NULL; i++)
    g_string_append_printf (key, "|%" G_GSIZE_FORMAT ":%s", strlen (by[i]), by[i]);
  if (where != NULL)
    g_string_append_printf (key, "?%s", where);
  return g_string_free (key, FALSE);
}

static void
scale_results (GPtrArray *results, const Entry *entry)
{
  g_autofree char *line = NULL;

  if (entry == NULL || entry->scale == 1)
    return;
  line = g_strdup_printf (entry->of_rest ? _("the rest times %g: %s") : _("times %g: %s"), entry->scale,
                          entry->words != NULL ? entry->words : _("as assumed"));
  for (guint i = 0; i < results->len; i++) {
    if (entry->of_rest)
      rua_result_scale_rest (g_ptr_array_index (results, i), entry->scale);
    else
      rua_result_scale (g_ptr_array_index (results, i), entry->scale);
    rua_result_add_detail (g_ptr_array_index (results, i), line);
  }
}

GPtrArray *
rua_measure_context_measure_by (RuaMeasureContext *self, const char *metric, const char *const *by,
                                const char *where, const RuaAssumption *above,
                                GCancellable *cancellable, GError **error)
{
  const char *id = metric;
  const Entry *entry;
  RuaAssumption assumption;
  g_autofree char *key = NULL;
  g_autoptr (RuaMetric) record = NULL;
  g_autoptr (RuaDefinition) definition = NULL;
  RuaOutcome *outcome;
  GPtrArray *results;

  while (g_hash_table_contains (self->substitutes, id))
    id = g_hash_table_lookup (self->substitutes, id);
  entry = g_hash_table_lookup (self->entries, id);
  assumption = join_assumption (entry, above);
  if (strcmp (id, metric) != 0 && g_hash_table_contains (self->entries, metric))
    assumption = join_assumption (g_hash_table_lookup (self->entries, metric), &assumption);
  key = results_key (id, by, where, &assumption);
  outcome = g_hash_table_lookup (self->results, key);
  if (outcome != NULL)
    return rua_outcome_get_results (outcome);
  record = rua_catalogue_lookup (self->alliance, id, error);
  if (record == NULL)
    return NULL;
  definition = rua_definition_new (record, error);
  if (definition == NULL)
    return NULL;
  rua_definition_narrow (definition, by, where);
  outcome = rua_measure_context_measure_definition (self, definition, &assumption, cancellable, error);
  if (outcome == NULL)
    return NULL;
  results = rua_outcome_get_results (outcome);
  scale_results (results, entry);
  g_hash_table_insert (self->results, g_steal_pointer (&key), outcome);
  return results;
}

RuaResult *
rua_measure_context_measure (RuaMeasureContext *self, const char *metric, GCancellable *cancellable,
                             GError **error)
{
  static const char *const all[] = { NULL };
  RuaAssumption none = { .growth = 1 };
  GPtrArray *results
    = rua_measure_context_measure_by (self, metric, all, NULL, &none, cancellable, error);

  return results != NULL ? g_ptr_array_index (results, 0) : NULL;
}
