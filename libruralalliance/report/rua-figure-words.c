/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-figure-words-private.h"

#include <string.h>

gboolean
rua_figure_words_is_ratio (RuaMetric *metric)
{
  const char *unit = metric ? rua_record_get_text (RUA_RECORD (metric), "unit") : NULL;
  const char *formula = metric ? rua_record_get_text (RUA_RECORD (metric), "formula") : NULL;
  const char *estimator = metric ? rua_record_get_text (RUA_RECORD (metric), "estimator") : NULL;

  if (unit && strcmp (unit, "1") != 0)
    return FALSE;
  return (formula && strchr (formula, '/')) || g_strcmp0 (estimator, "ratio_of_totals") == 0;
}

gboolean
rua_figure_words_is_known (RuaResult *result)
{
  double value;

  return rua_result_get_estimate (result, &value);
}

gboolean
rua_figure_words_has_interval (RuaResult *result)
{
  double value;

  return rua_result_get_low (result, &value) && rua_result_get_high (result, &value);
}

static char *
dup_unit (RuaResult *result, RuaMetric *metric)
{
  RuaUnit *unit = rua_result_get_unit (result);
  const char *told = metric ? rua_record_get_text (RUA_RECORD (metric), "unit") : NULL;

  return unit ? rua_unit_to_string (unit) : g_strdup (told ? told : "1");
}

char *
rua_figure_words_estimate (RuaResult *result, RuaMetric *metric)
{
  g_autofree char *unit = dup_unit (result, metric);
  double value;

  if (!rua_result_get_estimate (result, &value))
    return g_strdup (_("not known"));
  return rua_wording_quantity (value, unit, rua_figure_words_is_ratio (metric));
}

char *
rua_figure_words_interval (RuaResult *result, double level)
{
  g_autofree char *from = NULL, *to = NULL, *own = NULL;
  double low, high;

  if (!rua_result_get_low (result, &low) || !rua_result_get_high (result, &high))
    return NULL;
  from = rua_wording_number_beside (low, high);
  to = rua_wording_number_beside (high, low);
  if (rua_result_get_confidence (result) == level)
    return g_strdup_printf (_("%1$s to %2$s"), from, to);
  own = rua_wording_number (rua_result_get_confidence (result) * 100);
  return g_strdup_printf (_("%1$s to %2$s (%3$s%%)"), from, to, own);
}

double
rua_figure_words_level (RuaResult *const *results, guint n)
{
  for (guint i = 0; i < n; i++)
    if (results[i] && rua_figure_words_has_interval (results[i]))
      return rua_result_get_confidence (results[i]);
  return 0;
}

char *
rua_figure_words_level_title (double level)
{
  g_autofree char *words = rua_wording_number (level * 100);

  return g_strdup_printf (_("%s%% interval"), words);
}

char *
rua_figure_words_n (RuaResult *result)
{
  guint64 used = rua_result_get_n_used (result), eligible = rua_result_get_n_eligible (result);
  g_autofree char *n = rua_wording_number ((double) used), *of = rua_wording_number ((double) eligible);

  if (rua_result_get_basis (result) != RUA_RESULT_BASIS_RECORDS)
    return NULL;
  return used == eligible ? g_steal_pointer (&n) : g_strdup_printf (_("%1$s of %2$s"), n, of);
}

char *
rua_figure_words_sources (GListModel *sources)
{
  GString *out = NULL;

  for (guint i = 0; sources && i < g_list_model_get_n_items (sources); i++) {
    g_autoptr (RuaRecord) source = g_list_model_get_item (sources, i);
    const char *label = rua_record_get_text (source, "label");

    if (!label)
      label = rua_record_get_id (source);
    if (!out)
      out = g_string_new (label);
    else
      g_string_append_printf (out, C_("list", ", %s"), label);
  }
  g_clear_object (&sources);
  return out ? g_string_free (out, FALSE) : NULL;
}
