/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-catalogue-private.h"
#include "rua-definition-private.h"
#include "rua-estimator-private.h"
#include "rua-formula-private.h"
#include "rua-parameters-private.h"

#include <string.h>

/**
 * RuaCatalogue:
 *
 * Every metric that can be measured on an alliance: those it defines itself, and ready-made ones
 * over the built-in kinds. Where both have an id, the alliance's own is meant.
 *
 * The catalogue looks at the alliance each time it is asked, so it never goes stale.
 *
 * Since: 1.0
 */

struct _RuaCatalogue {
  GObject parent_instance;

  RuaAlliance *alliance;
};

enum { PROP_0, PROP_ALLIANCE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (RuaCatalogue, rua_catalogue, G_TYPE_OBJECT)

static void
rua_catalogue_finalize (GObject *object)
{
  g_clear_object (&RUA_CATALOGUE (object)->alliance);
  G_OBJECT_CLASS (rua_catalogue_parent_class)->finalize (object);
}

static void
rua_catalogue_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ALLIANCE)
    g_value_set_object (value, RUA_CATALOGUE (object)->alliance);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
rua_catalogue_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ALLIANCE)
    RUA_CATALOGUE (object)->alliance = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
rua_catalogue_class_init (RuaCatalogueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rua_catalogue_finalize;
  object_class->get_property = rua_catalogue_get_property;
  object_class->set_property = rua_catalogue_set_property;

  /**
   * RuaCatalogue:alliance:
   *
   * The alliance whose metrics these are.
   *
   * Since: 1.0
   */
  properties[PROP_ALLIANCE]
    = g_param_spec_object ("alliance", NULL, NULL, RUA_TYPE_ALLIANCE,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rua_catalogue_init (RuaCatalogue *self)
{
}

/**
 * rua_catalogue_new:
 * @alliance: an alliance
 *
 * Makes the catalogue of an alliance's metrics.
 *
 * Returns: (transfer full): the catalogue
 *
 * Since: 1.0
 */
RuaCatalogue *
rua_catalogue_new (RuaAlliance *alliance)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  return g_object_new (RUA_TYPE_CATALOGUE, "alliance", alliance, NULL);
}

/**
 * rua_catalogue_get_alliance: (get-property alliance)
 * @self: a catalogue
 *
 * The alliance whose metrics these are.
 *
 * Returns: (transfer none): the alliance
 *
 * Since: 1.0
 */
RuaAlliance *
rua_catalogue_get_alliance (RuaCatalogue *self)
{
  g_return_val_if_fail (RUA_IS_CATALOGUE (self), NULL);

  return self->alliance;
}

/**
 * rua_catalogue_list_metrics:
 * @self: a catalogue
 *
 * The alliance's own metrics in their order, then the ready-made ones.
 *
 * Returns: (transfer full): a list of [class@Metric]
 *
 * Since: 1.0
 */
GListModel *
rua_catalogue_list_metrics (RuaCatalogue *self)
{
  GListStore *list;
  RuaTable *table;
  g_autoptr (GPtrArray) ready = NULL;

  g_return_val_if_fail (RUA_IS_CATALOGUE (self), NULL);

  list = g_list_store_new (RUA_TYPE_METRIC);
  table = rua_alliance_get_table (self->alliance, "metric");
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (table, i);

    g_list_store_append (list, metric);
  }
  ready = rua_catalogue_list_ready_made (self->alliance);
  g_list_store_splice (list, g_list_model_get_n_items (G_LIST_MODEL (list)), 0, ready->pdata,
                       ready->len);
  return G_LIST_MODEL (list);
}

/**
 * rua_catalogue_find:
 * @self: a catalogue
 * @id: the id of a metric
 *
 * Finds a metric.
 *
 * Returns: (transfer full) (nullable): the metric, or %NULL if there is none
 *
 * Since: 1.0
 */
RuaMetric *
rua_catalogue_find (RuaCatalogue *self, const char *id)
{
  g_return_val_if_fail (RUA_IS_CATALOGUE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return rua_catalogue_lookup (self->alliance, id, NULL);
}

/**
 * rua_catalogue_find_with:
 * @self: a catalogue
 * @id: the id of a metric
 * @parameters: a JSON object of values by the names of the metric's parameters
 * @error: return location for a #GError
 *
 * Finds a metric with its parameters set: the years compared, a poverty line.
 *
 * Its id tells them, as in `income.share_doubled(after=2017,before=2014)`; by such an id it can be
 * asked for anywhere, in double quotes in a formula or a predicate.
 *
 * Returns: (transfer full) (nullable): the metric, or %NULL and a #RuaError that names the metric or
 *   the parameter
 *
 * Since: 1.0
 */
RuaMetric *
rua_catalogue_find_with (RuaCatalogue *self, const char *id, const char *parameters, GError **error)
{
  g_autoptr (RuaMetric) bare = NULL;
  g_autofree char *whole = NULL;

  g_return_val_if_fail (RUA_IS_CATALOGUE (self), NULL);
  g_return_val_if_fail (id != NULL && parameters != NULL, NULL);

  bare = rua_catalogue_lookup (self->alliance, id, NULL);
  whole = rua_parameters_join (id, bare, parameters, error);
  return whole != NULL ? rua_catalogue_lookup (self->alliance, whole, error) : NULL;
}

/**
 * rua_catalogue_is_ready_made:
 * @self: a catalogue
 * @id: the id of a metric
 *
 * Whether the metric is a ready-made one that the alliance does not define itself.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
rua_catalogue_is_ready_made (RuaCatalogue *self, const char *id)
{
  g_autoptr (RuaRecord) own = NULL;
  g_autoptr (RuaMetric) found = NULL;

  g_return_val_if_fail (RUA_IS_CATALOGUE (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  own = rua_alliance_find (self->alliance, "metric", id);
  found = own == NULL ? rua_catalogue_lookup (self->alliance, id, NULL) : NULL;
  return found != NULL;
}

/* Follows formulas down, and refuses one that comes back to itself. */
static gboolean
check (RuaCatalogue *self, const char *id, GPtrArray *open, GHashTable *good, GError **error)
{
  g_autoptr (RuaMetric) metric = NULL;
  g_autoptr (RuaDefinition) definition = NULL;
  g_autoptr (RuaSyntax) syntax = NULL;
  g_autoptr (GArray) inputs = rua_formula_inputs_new ();
  g_autoptr (GError) problem = NULL;

  if (g_hash_table_contains (good, id))
    return TRUE;
  if (g_ptr_array_find_with_equal_func (open, id, g_str_equal, NULL)) {
    g_autoptr (GString) path = g_string_new (NULL);

    for (guint i = 0; i < open->len; i++)
      g_string_append_printf (path, "%s needs ", (const char *) g_ptr_array_index (open, i));
    g_set_error (error, RUA_ERROR, RUA_ERROR_CYCLE,
                 "metrics need one another: %s%s; change one of the formulas", path->str, id);
    return FALSE;
  }
  if (open->len > 64) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "metric %s: formulas stand more than 64 deep in one another", id);
    return FALSE;
  }
  metric = rua_catalogue_lookup (self->alliance, id, error);
  definition = metric != NULL ? rua_definition_new (metric, error) : NULL;
  if (definition == NULL)
    return FALSE;
  if (definition->formula == NULL) {
    if (strcmp (definition->estimator, "reported") != 0
        && rua_estimator_find (definition->estimator) == NULL)
      return rua_definition_refuse (id, error, RUA_ERROR_UNKNOWN_NAME, "there is no estimator “%s”",
                                    definition->estimator);
    g_hash_table_add (good, g_strdup (id));
    return TRUE;
  }
  syntax = rua_syntax_parse (definition->formula, &problem);
  if (syntax == NULL || !rua_formula_collect (syntax, definition->formula, inputs, &problem))
    return rua_definition_refuse (id, error, problem->code, "formula: %s", problem->message);
  g_ptr_array_add (open, g_strdup (id));
  for (guint i = 0; i < inputs->len; i++)
    if (!check (self, g_array_index (inputs, RuaFormulaInput, i).id, open, good, error))
      return FALSE;
  g_ptr_array_set_size (open, open->len - 1);
  g_hash_table_add (good, g_strdup (id));
  return TRUE;
}

/**
 * rua_catalogue_check:
 * @self: a catalogue
 * @id: the id of a metric
 * @error: return location for a #GError
 *
 * Checks a metric's definition without measuring: its form, its estimator, and, for a formula,
 * that all metrics it needs exist and none of them needs it in turn.
 *
 * Returns: %TRUE, or %FALSE and a #RuaError, of code %RUA_ERROR_CYCLE where metrics need one
 *   another
 *
 * Since: 1.0
 */
gboolean
rua_catalogue_check (RuaCatalogue *self, const char *id, GError **error)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) good = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_return_val_if_fail (RUA_IS_CATALOGUE (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  return check (self, id, open, good, error);
}
