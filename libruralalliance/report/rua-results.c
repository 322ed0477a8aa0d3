/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-results-private.h"

#include <math.h>
#include <string.h>

#include "rua-csv-private.h"
#include "rua-figure-words-private.h"
#include "rua-manuscript-private.h"

/* Results for programs, spreadsheets and terminals. */

typedef gboolean (*Getter) (RuaResult *self, double *value);

static const struct {
  const char *name;
  Getter get;
} numbers[] = {
  { "estimate", rua_result_get_estimate },
  { "se", rua_result_get_standard_error },
  { "low", rua_result_get_low },
  { "high", rua_result_get_high },
};

static char *
dup_unit (RuaResult *result)
{
  RuaUnit *unit = rua_result_get_unit (result);

  return unit ? rua_unit_to_string (unit) : NULL;
}

/* What a reader must not overlook: why there is no value comes first. */
static GPtrArray *
collect_warnings (RuaResult *result)
{
  GPtrArray *all = g_ptr_array_new ();
  const char *const *warnings = rua_result_get_warnings (result);

  if (!rua_figure_words_is_known (result) && rua_result_get_reason (result))
    g_ptr_array_add (all, (gpointer) rua_result_get_reason (result));
  for (guint i = 0; warnings && warnings[i]; i++)
    g_ptr_array_add (all, (gpointer) warnings[i]);
  return all;
}

/* ---- JSON ---- */

static void
write_group (RuaJsonWriter *writer, RuaResult *result)
{
  const char *const *paths = result ? rua_result_get_group_paths (result) : NULL;

  rua_json_writer_name (writer, "group");
  rua_json_writer_begin_object (writer, TRUE);
  for (guint i = 0; paths && paths[i]; i++) {
    rua_json_writer_name (writer, paths[i]);
    rua_json_writer_string (writer, rua_result_get_group_label (result, paths[i]));
  }
  rua_json_writer_end_object (writer);
}

/* What only some results have, after what all of them have. */
static void
write_facts (RuaJsonWriter *writer, RuaResult *result)
{
  const char *const *reasons = rua_result_get_missing_reasons (result);
  guint64 seed, counts[3];

  if (rua_result_get_public (result)) {
    rua_json_writer_name (writer, "withheld");
    rua_json_writer_boolean (writer, rua_result_get_withheld (result));
    return;
  }

  if (reasons && reasons[0]) {
    rua_json_writer_name (writer, "missing_by_reason");
    rua_json_writer_begin_object (writer, TRUE);
    for (guint i = 0; reasons[i]; i++) {
      rua_json_writer_name (writer, reasons[i]);
      rua_json_writer_integer (writer, (gint64)rua_result_get_n_missing_for (result, reasons[i]));
    }
    rua_json_writer_end_object (writer);
  }
  if (rua_result_get_attrition (result, &counts[0], &counts[1], &counts[2])) {
    static const char *const names[] = { "matched", "left", "joined" };
    double worst[2] = { NAN, NAN };

    rua_result_get_worst_low (result, &worst[0]);
    rua_result_get_worst_high (result, &worst[1]);
    rua_json_writer_name (writer, "attrition");
    rua_json_writer_begin_object (writer, TRUE);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
      rua_json_writer_name (writer, names[i]);
      rua_json_writer_integer (writer, (gint64)counts[i]);
    }
    rua_json_writer_name (writer, "worst_low");
    rua_json_writer_number (writer, worst[0]);
    rua_json_writer_name (writer, "worst_high");
    rua_json_writer_number (writer, worst[1]);
    rua_json_writer_end_object (writer);
  }
  if (rua_result_get_seed (result, &seed)) {
    rua_json_writer_name (writer, "seed");
    rua_json_writer_integer (writer, (gint64)seed);
  }
}

void
rua_results_write (RuaJsonWriter *writer, RuaResult *result, const char *metric, const char *refusal)
{
  g_autoptr (GPtrArray) warnings = result ? collect_warnings (result) : g_ptr_array_new ();
  g_autofree char *unit = result ? dup_unit (result) : NULL;

  if (!result && refusal)
    g_ptr_array_add (warnings, (gpointer) refusal);
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "metric");
  rua_json_writer_string (writer, metric);
  write_group (writer, result);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    double value = NAN;

    rua_json_writer_name (writer, numbers[i].name);
    rua_json_writer_number (writer, result && numbers[i].get (result, &value) ? value : NAN);
  }
  rua_json_writer_name (writer, "n");
  if (result && rua_result_get_withheld (result))
    rua_json_writer_number (writer, NAN);
  else
    rua_json_writer_integer (writer, result ? (gint64) rua_result_get_n_used (result) : 0);
  rua_json_writer_name (writer, "missing");
  if (result && rua_result_get_public (result))
    rua_json_writer_number (writer, NAN);
  else
    rua_json_writer_integer (writer, result ? (gint64) rua_result_get_n_missing (result) : 0);
  rua_json_writer_name (writer, "unit");
  rua_json_writer_string (writer, unit);
  rua_json_writer_name (writer, "warnings");
  rua_json_writer_begin_array (writer, TRUE);
  for (guint i = 0; i < warnings->len; i++)
    rua_json_writer_string (writer, g_ptr_array_index (warnings, i));
  rua_json_writer_end_array (writer);
  rua_json_writer_name (writer, "digest");
  rua_json_writer_string (writer, result ? rua_result_get_digest (result) : NULL);
  if (result)
    write_facts (writer, result);
  rua_json_writer_end_object (writer);
}

/**
 * rua_results_to_json:
 * @results: (transfer none): a list of [class@Result]
 *
 * Writes results as a JSON array of objects with `metric`, `group`, `estimate`, `se`, `low`,
 * `high`, `n`, `missing`, `unit`, `warnings` and `digest`. What is undefined is `null`, and the
 * first of the warnings says why. Where rows are left out, `missing_by_reason` counts them; where a
 * before and an after are compared, `attrition` tells who left and the worst cases; where random
 * numbers were drawn, `seed` is theirs.
 *
 * Returns: (transfer full): JSON that ends with a line end
 *
 * Since: 1.0
 */
char *
rua_results_to_json (GListModel *results)
{
  GString *out = g_string_new (NULL);
  g_autoptr (RuaJsonWriter) writer = NULL;

  g_return_val_if_fail (G_IS_LIST_MODEL (results), g_string_free (out, FALSE));

  writer = rua_json_writer_new (out, TRUE);
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);

    rua_results_write (writer, result, rua_result_get_metric (result), NULL);
  }
  rua_json_writer_end_array (writer);
  g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

/* ---- CSV ---- */

/* RFC 4180's quotation. Text that a spreadsheet would take for a formula gets an apostrophe in
 * front, which spreadsheets hide; numbers of ours need none. */
static void
put_text (GString *out, const char *text)
{
  if (text && *text)
    rua_csv_append_text (out, text, strlen (text), ',');
}

/* An empty label is "", an unknown one nothing. */
static void
put_label (GString *out, const char *label)
{
  if (label != NULL)
    rua_csv_append_text (out, label, strlen (label), ',');
}

static GPtrArray *
collect_paths (GListModel *results)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);
    const char *const *paths = rua_result_get_group_paths (result);

    for (guint k = 0; paths && paths[k]; k++)
      if (!g_ptr_array_find_with_equal_func (all, paths[k], g_str_equal, NULL))
        g_ptr_array_add (all, g_strdup (paths[k]));
  }
  return all;
}

/**
 * rua_results_to_csv:
 * @results: (transfer none): a list of [class@Result]
 *
 * Writes results as comma-separated values (RFC 4180, lines ended by LF): a header, then a line a
 * result. Every path by which results are grouped is a column of its own. What is undefined is
 * empty, and so is the label of a group of which nothing is known; that of an empty text is `""`. A text that a spreadsheet would run as a formula is made harmless with an apostrophe.
 *
 * Returns: (transfer full): the lines
 *
 * Since: 1.0
 */
char *
rua_results_to_csv (GListModel *results)
{
  GString *out = g_string_new ("metric");
  g_autoptr (GPtrArray) paths = NULL;

  g_return_val_if_fail (G_IS_LIST_MODEL (results), g_string_free (out, FALSE));

  paths = collect_paths (results);
  for (guint k = 0; k < paths->len; k++) {
    g_string_append_c (out, ',');
    put_text (out, g_ptr_array_index (paths, k));
  }
  g_string_append (out, ",estimate,se,low,high,n,missing,unit,warnings,digest\n");
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);
    g_autoptr (GPtrArray) warnings = collect_warnings (result);
    const char *const *own = rua_result_get_group_paths (result);
    g_autofree char *unit = dup_unit (result), *joined = NULL;

    put_text (out, rua_result_get_metric (result));
    for (guint k = 0; k < paths->len; k++) {
      const char *path = g_ptr_array_index (paths, k);

      g_string_append_c (out, ',');
      if (own && g_strv_contains (own, path))
        put_label (out, rua_result_get_group_label (result, path));
    }
    for (guint k = 0; k < G_N_ELEMENTS (numbers); k++) {
      char buffer[40];
      double value;

      g_string_append_c (out, ',');
      if (numbers[k].get (result, &value) && isfinite (value))
        g_string_append (out, rua_number_format (value, buffer));
    }
    g_string_append_c (out, ',');
    if (!rua_result_get_withheld (result))
      g_string_append_printf (out, "%" G_GUINT64_FORMAT, rua_result_get_n_used (result));
    g_string_append_c (out, ',');
    if (!rua_result_get_public (result))
      g_string_append_printf (out, "%" G_GUINT64_FORMAT, rua_result_get_n_missing (result));
    g_string_append_c (out, ',');
    put_text (out, unit);
    g_string_append_c (out, ',');
    g_ptr_array_add (warnings, NULL);
    joined = g_strjoinv ("; ", (char **) warnings->pdata);
    put_text (out, joined);
    g_string_append_c (out, ',');
    put_text (out, rua_result_get_digest (result));
    g_string_append_c (out, '\n');
  }
  return g_string_free (out, FALSE);
}

/* ---- a table ---- */

static RuaMetric *
find_metric (RuaAlliance *alliance, const char *id)
{
  RuaRecord *record = alliance && id ? rua_alliance_find (alliance, "metric", id) : NULL;

  return record ? RUA_METRIC (record) : NULL;
}

static void
put_cell (RuaManuscript *m, RuaStyle style, const char *text)
{
  rua_words_add (rua_manuscript_cell (m), style, text);
}

/**
 * rua_results_to_text:
 * @results: (transfer none): a list of [class@Result]
 * @alliance: (nullable): the alliance whose metrics they are, for their titles
 * @language: (nullable): the language of titles
 * @width: columns of the page
 * @colour: whether to use ANSI colours
 *
 * Writes results as a table for a terminal, with a note for each that has something to say.
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
char *
rua_results_to_text (GListModel *results, RuaAlliance *alliance, const char *language, guint width, gboolean colour)
{
  g_autoptr (RuaManuscript) m = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autofree char *level_title = NULL;
  double level = 0;
  guint notes = 0;

  g_return_val_if_fail (G_IS_LIST_MODEL (results), NULL);
  g_return_val_if_fail (!alliance || RUA_IS_ALLIANCE (alliance), NULL);

  m = rua_manuscript_new ();
  paths = collect_paths (results);
  rua_manuscript_table (m, 0);
  rua_manuscript_column (m, _("Metric"), RUA_ALIGN_LEFT);
  for (guint k = 0; k < paths->len; k++)
    rua_manuscript_column (m, g_ptr_array_index (paths, k), RUA_ALIGN_LEFT);
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);

    if (level == 0)
      level = rua_figure_words_level (&result, 1);
  }
  level_title = rua_figure_words_level_title (level);
  rua_manuscript_column (m, _("Value"), RUA_ALIGN_LEFT);
  if (level > 0)
    rua_manuscript_column (m, level_title, RUA_ALIGN_LEFT);
  rua_manuscript_column (m, _("n"), RUA_ALIGN_RIGHT);
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);
    g_autoptr (RuaMetric) metric = find_metric (alliance, rua_result_get_metric (result));
    const char *const *own = rua_result_get_group_paths (result);
    g_autofree char *value = rua_figure_words_estimate (result, metric), *interval = rua_figure_words_interval (result, level);
    g_autofree char *n = rua_result_get_withheld (result) ? g_strdup ("") : rua_figure_words_n (result);

    put_cell (m, RUA_STYLE_PLAIN, rua_result_get_metric (result));
    for (guint k = 0; k < paths->len; k++) {
      const char *path = g_ptr_array_index (paths, k), *label = own && g_strv_contains (own, path) ? rua_result_get_group_label (result, path) : "";

      put_cell (m, label ? RUA_STYLE_PLAIN : RUA_STYLE_FAINT, label ? label : _("not known"));
    }
    put_cell (m, rua_figure_words_is_known (result) ? RUA_STYLE_STRONG : RUA_STYLE_FAINT, value);
    if (level > 0)
      put_cell (m, RUA_STYLE_PLAIN, interval);
    put_cell (m, RUA_STYLE_PLAIN, n);
  }
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);
    g_autoptr (GPtrArray) warnings = collect_warnings (result);

    for (guint k = 0; k < warnings->len; k++) {
      RuaWords *words = NULL;

      if (notes++ == 0)
        rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, _("Notes:"));
      words = rua_manuscript_item (m, 0, 0);
      rua_words_add (words, RUA_STYLE_CODE, rua_result_get_metric (result));
      rua_words_add_printf (words, RUA_STYLE_PLAIN, ": %s", (const char *) g_ptr_array_index (warnings, k));
    }
  }
  return rua_manuscript_to_text (m, width, colour);
}
