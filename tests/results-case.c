/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "results-case.h"

#include "rua-result-private.h"

#include <math.h>
#include <string.h>

static void
append_bits (GString *out, double value)
{
  guint64 word;

  memcpy (&word, &value, sizeof word);
  g_string_append_printf (out, " %016" G_GINT64_MODIFIER "x", isnan (value) ? G_MAXUINT64 : word);
}

static void
append_result (GString *out, RuaResult *result)
{
  const char *const *warnings = rua_result_get_warnings (result), *const *reasons = rua_result_get_missing_reasons (result),
             *const *keys = rua_result_get_keys (result);

  g_string_append (out, rua_result_get_metric (result));
  for (guint i = 0; result->head->group_paths[i] != NULL; i++)
    g_string_append_printf (out, "/%s", result->group_labels[i] != NULL ? result->group_labels[i] : "?");
  append_bits (out, result->estimate);
  append_bits (out, result->se);
  append_bits (out, result->low);
  append_bits (out, result->high);
  for (guint i = 0; keys[i] != NULL; i++) {
    double value = NAN;

    rua_result_get_named (result, keys[i], &value);
    g_string_append_printf (out, " %s", keys[i]);
    append_bits (out, value);
  }
  g_string_append_printf (out, " %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT " %s",
                          rua_result_get_n_used (result), rua_result_get_n_eligible (result),
                          rua_result_get_digest (result));
  for (guint i = 0; reasons[i] != NULL; i++)
    g_string_append_printf (out, " %s: %" G_GUINT64_FORMAT, reasons[i], rua_result_get_n_missing_for (result, reasons[i]));
  for (guint i = 0; warnings[i] != NULL; i++)
    g_string_append_printf (out, " %s", warnings[i]);
  g_string_append_c (out, '\n');
}

void
results_case_append (GString *out, GListModel *results)
{
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);

    append_result (out, result);
  }
}
