/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure-unit-private.h"
#include "rua-unit-private.h"

#include <string.h>

/* The unit of a result: that of what was read, brought to the one that the metric says. */

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

gboolean
rua_measure_is_plain_key (const char *key)
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

RuaUnit *
rua_measure_find_unit (const RuaDefinition *definition, const RuaRows *rows, gboolean plain)
{
  for (guint i = 0; i < G_N_ELEMENTS (unit_rules); i++) {
    const UnitRule *rule = &unit_rules[i];
    RuaUnit *over, *under;

    if (strcmp (rule->estimator, definition->estimator) != 0)
      continue;
    over = role_unit (rows, rule->role);
    under = role_unit (rows, rule->under);
    if (over == NULL || (plain && rule->under == NULL)
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
    result->price_basis = year != 0 ? "real" : "nominal";
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
