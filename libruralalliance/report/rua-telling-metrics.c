/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include <math.h>
#include <string.h>

#include "rua-figure-words-private.h"

/* What was measured: the numbers in one table, how each was got below it, and what could not be
 * measured with the reason. */

static char *
say_group (RuaResult *result)
{
  const char *const *paths = rua_result_get_group_paths (result);
  GString *out = NULL;

  for (guint i = 0; paths && paths[i]; i++) {
    const char *label = rua_result_get_group_label (result, paths[i]);

    if (!out)
      out = g_string_new (NULL);
    g_string_append_printf (out, "%s%s", i ? C_("list", ", ") : "", label ? label : _("not known"));
  }
  return out ? g_string_free (out, FALSE) : NULL;
}

static RuaTable *
table_of (RuaTelling *self, RuaMetric *metric)
{
  const char *name = rua_record_get_text (RUA_RECORD (metric), "table");

  return name ? rua_alliance_get_table (self->alliance, name) : NULL;
}

/* Rows that were read off a document are the document's word, however they are counted. */
static gboolean
is_transcribed (RuaTelling *self, RuaMetric *metric)
{
  RuaTable *table = table_of (self, metric);
  g_autoptr (RuaColumn) column = table ? rua_table_dup_column (table, "document") : NULL;

  return column && rua_column_get_n_rows (column) > 0 && rua_column_get_n_known (column) == rua_column_get_n_rows (column);
}

static const char *
say_basis (RuaTelling *self, RuaResult *result, RuaMetric *metric)
{
  switch (rua_result_get_basis (result)) {
  case RUA_RESULT_BASIS_RECORDS:
    return is_transcribed (self, metric) ? _("what the document names") : _("records");
  case RUA_RESULT_BASIS_PUBLISHED:
    return _("published figure");
  default:
    return _("records and published figures");
  }
}

/* How a number was got, in words for people where there are any. */
static char *
say_method (RuaTelling *self, RuaResult *result, RuaMetric *metric)
{
  const char *estimator = rua_result_get_estimator (result), *where = rua_record_get_text (RUA_RECORD (metric), "where");
  g_autoptr (GListModel) observations = rua_result_list_observations (result), inputs = rua_result_list_inputs (result);
  g_autofree char *method = NULL;
  RuaTable *table = table_of (self, metric);
  g_autofree char *many = table ? rua_wording_kind (rua_table_get_kind (table), FALSE) : NULL;
  GString *out;

  if (g_strcmp0 (estimator, "reported") == 0 && g_list_model_get_n_items (observations) > 0) {
    out = g_string_new (_("As published"));
    for (guint i = 0; i < g_list_model_get_n_items (observations); i++) {
      g_autoptr (RuaRecord) observation = g_list_model_get_item (observations, i);
      const char *quote = rua_record_get_text (observation, "quote"), *passage = rua_record_get_text (observation, "passage");

      g_string_append (out, i ? _("; ") : _(": "));
      if (quote)
        g_string_append_printf (out, "“%s”", quote);
      if (passage)
        g_string_append_printf (out, quote ? _(" (%s)") : "%s", passage);
    }
    return g_string_free (out, FALSE);
  }
  if (many && (g_strcmp0 (estimator, "count") == 0 || g_strcmp0 (estimator, "distinct_count") == 0)) {
    out = g_string_new (NULL);
    g_string_append_printf (out, strcmp (estimator, "count") == 0 ? _("Counted over the %s on record") : _("Different ones counted over the %s on record"), many);
    if (where)
      g_string_append_printf (out, _(" where %s"), where);
    return g_string_free (out, FALSE);
  }
  method = rua_wording_sentence (rua_result_get_method (result) ? rua_result_get_method (result) : "");
  if (g_list_model_get_n_items (inputs) == 0)
    return g_steal_pointer (&method);
  /* A formula says names; a reader wants to see what was put in. */
  out = g_string_new (method);
  for (guint i = 0; i < g_list_model_get_n_items (inputs); i++) {
    g_autoptr (RuaResult) input = g_list_model_get_item (inputs, i);
    g_autoptr (RuaRecord) named = rua_alliance_find (self->alliance, "metric", rua_result_get_metric (input));
    g_autofree char *value = rua_figure_words_estimate (input, named ? RUA_METRIC (named) : NULL);

    g_string_append (out, i == 0 ? _(", where ") : i + 1 == g_list_model_get_n_items (inputs) ? _(" and ") : _(", "));
    g_string_append_printf (out, _("%1$s is %2$s"), rua_result_get_metric (input), value);
  }
  return g_string_free (out, FALSE);
}

static void
tell_numbers (RuaTelling *self)
{
  double level = rua_figure_words_level ((RuaResult *const *) self->results->pdata, self->results->len);
  g_autofree char *level_title = rua_figure_words_level_title (level);
  gboolean intervals = level > 0;

  rua_manuscript_table (self->manuscript, 0);
  rua_manuscript_column (self->manuscript, _("Number"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("Value"), RUA_ALIGN_LEFT);
  if (intervals)
    rua_manuscript_column (self->manuscript, level_title, RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("n"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Rests on"), RUA_ALIGN_LEFT);
  for (guint i = 0; i < self->results->len; i++) {
    RuaResult *result = g_ptr_array_index (self->results, i);
    RuaMetric *metric = g_ptr_array_index (self->metrics, i);
    g_autofree char *title = rua_telling_name (self, RUA_RECORD (metric)), *group = NULL, *value = NULL, *interval = NULL, *n = NULL, *anchor = NULL;
    RuaWords *cell;

    if (!result || !rua_figure_words_is_known (result))
      continue;
    group = say_group (result);
    value = rua_figure_words_estimate (result, metric);
    interval = rua_figure_words_interval (result, level);
    cell = rua_manuscript_cell (self->manuscript);
    rua_words_add (cell, RUA_STYLE_PLAIN, title);
    if (group)
      rua_words_add_printf (cell, RUA_STYLE_PLAIN, _(": %s"), group);
    anchor = rua_telling_result_anchor (i);
    rua_words_add_link (rua_manuscript_cell (self->manuscript), RUA_STYLE_STRONG, anchor, value);
    if (intervals) {
      if (interval)
        rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, interval);
      else
        rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_FAINT, _("none"));
    }
    /* Of a published figure nobody here counted the units it was got from. */
    n = rua_figure_words_n (result);
    rua_words_add (rua_manuscript_cell (self->manuscript), n ? RUA_STYLE_PLAIN : RUA_STYLE_FAINT, n ? n : _("not given"));
    rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, say_basis (self, result, metric));
  }
}

/* ---- charts ---- */

static GListStore *
list_of (RuaResult *result)
{
  GListStore *list = g_list_store_new (RUA_TYPE_RESULT);

  if (result)
    g_list_store_append (list, result);
  return list;
}

static gboolean
has_same_unit (RuaResult *a, RuaResult *b)
{
  RuaUnit *x = rua_result_get_unit (a), *y = rua_result_get_unit (b);
  g_autofree char *first = x ? rua_unit_to_string (x) : NULL, *second = y ? rua_unit_to_string (y) : NULL;

  /* Of years of the calendar one is no more than the other. */
  return first && g_strcmp0 (first, second) == 0 && strcmp (first, "year") != 0;
}

/* Of a formula that holds one number against another of the same unit: what it read, the earlier one first. */
static gboolean
find_pair (RuaResult *result, RuaMetric *metric, RuaResult **before, RuaResult **after)
{
  const char *formula = rua_record_get_text (RUA_RECORD (metric), "formula");
  g_autoptr (GListModel) inputs = rua_result_list_inputs (result);
  g_autoptr (RuaResult) x = NULL, y = NULL;
  double value;

  if (!formula || !inputs || g_list_model_get_n_items (inputs) != 2 || !rua_result_get_estimate (result, &value))
    return FALSE;
  x = g_list_model_get_item (inputs, 0);
  y = g_list_model_get_item (inputs, 1);
  if (!has_same_unit (x, y))
    return FALSE;
  /* "after / before" and "after - before" name the later one first. */
  if (!g_str_has_prefix (formula, rua_result_get_metric (y))) {
    *after = g_steal_pointer (&x);
    *before = g_steal_pointer (&y);
  } else {
    *after = g_steal_pointer (&y);
    *before = g_steal_pointer (&x);
  }
  return TRUE;
}

static void
chart_pairs (RuaTelling *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->results->len; i++) {
    RuaResult *result = g_ptr_array_index (self->results, i);
    g_autoptr (RuaResult) before = NULL, after = NULL;
    g_autoptr (GListStore) first = NULL, second = NULL;
    g_autoptr (RuaRecord) named = NULL, held = NULL;
    g_autofree char *name = NULL, *against = NULL, *label = NULL;

    if (!result || !find_pair (result, g_ptr_array_index (self->metrics, i), &before, &after))
      continue;
    if (!g_hash_table_add (seen, g_strdup_printf ("%s %s", rua_result_get_metric (before), rua_result_get_metric (after))))
      continue;
    first = list_of (before);
    second = list_of (after);
    named = rua_alliance_find (self->alliance, "metric", rua_result_get_metric (after));
    held = rua_alliance_find (self->alliance, "metric", rua_result_get_metric (before));
    if (!named || !held)
      continue;
    name = rua_telling_name (self, named);
    against = rua_telling_name (self, held);
    label = g_strdup_printf (_("%s → %s"), against, name);
    rua_manuscript_chart (self->manuscript, rua_chart_new_pairs (_("Before and after"), G_LIST_MODEL (first), G_LIST_MODEL (second), (const char *const[]){ label, NULL }));
  }
}

/* A metric by groups: each group beside the others. */
static void
chart_groups (RuaTelling *self)
{
  for (guint i = 0, n; i < self->results->len; i += n) {
    RuaMetric *metric = g_ptr_array_index (self->metrics, i);
    g_autoptr (GListStore) list = g_list_store_new (RUA_TYPE_RESULT);
    g_autofree char *title = rua_telling_name (self, RUA_RECORD (metric));
    const char *const *keys;

    for (n = 0; i + n < self->results->len && g_ptr_array_index (self->metrics, i + n) == metric; n++)
      if (g_ptr_array_index (self->results, i + n))
        g_list_store_append (list, g_ptr_array_index (self->results, i + n));
    if (g_list_model_get_n_items (G_LIST_MODEL (list)) > 1)
      rua_telling_chart (self, rua_chart_new_intervals (title, G_LIST_MODEL (list), NULL));
    keys = g_ptr_array_index (self->results, i) ? rua_result_get_keys (g_ptr_array_index (self->results, i)) : NULL;
    for (guint k = 0; keys && keys[k]; k++)
      if (g_str_has_prefix (keys[k], "lorenz[")) {
        rua_manuscript_chart (self->manuscript, rua_chart_new_lorenz (title, G_LIST_MODEL (list), NULL));
        break;
      }
  }
}

static void
tell_targets (RuaTelling *self, RuaMetric *metric, RuaResult *result, RuaWords *words)
{
  g_autoptr (GPtrArray) targets = rua_telling_records (self, "target");

  for (guint i = 0; i < targets->len; i++) {
    RuaRecord *target = g_ptr_array_index (targets, i);
    g_autoptr (RuaRecord) of = rua_record_dup_reference (target, "metric");
    g_autofree char *aim = NULL, *by = NULL, *until = NULL;
    const char *direction = rua_record_get_text (RUA_RECORD (metric), "direction");
    double wanted, value;

    if (of != RUA_RECORD (metric) || !rua_record_get_number (target, "value", &wanted))
      continue;
    aim = rua_wording_quantity (wanted, rua_record_get_text (RUA_RECORD (metric), "unit"), rua_figure_words_is_ratio (metric));
    by = rua_record_dup_date (target, "period");
    until = by ? rua_wording_date (by, FALSE) : NULL;
    rua_words_add_printf (words, RUA_STYLE_PLAIN, until ? _(" Target: %1$s by %2$s") : _(" Target: %1$s"), aim, until);
    if (result && rua_result_get_estimate (result, &value) && g_strcmp0 (direction, "none") != 0)
      rua_words_add (words, RUA_STYLE_PLAIN, (g_strcmp0 (direction, "down") == 0 ? value <= wanted : value >= wanted) ? _(", reached.") : _(", not reached."));
    else
      rua_words_add (words, RUA_STYLE_PLAIN, _("."));
  }
}

static void
tell_how (RuaTelling *self)
{
  gboolean begun = FALSE;

  for (guint i = 0; i < self->results->len; i++) {
    RuaResult *result = g_ptr_array_index (self->results, i);
    RuaMetric *metric = g_ptr_array_index (self->metrics, i);
    g_autofree char *title = NULL, *sources = NULL, *method = NULL, *anchor = rua_telling_result_anchor (i);
    const char *const *warnings;
    const char *description;
    RuaWords *words;

    if (!result || !rua_figure_words_is_known (result))
      continue;
    if (!begun) {
      rua_words_add (rua_manuscript_heading (self->manuscript, 3), RUA_STYLE_PLAIN, _("How each number was got"));
      begun = TRUE;
    }
    title = rua_telling_name (self, RUA_RECORD (metric));
    description = rua_record_get_texts (RUA_RECORD (metric), "description", self->language);
    words = rua_manuscript_item (self->manuscript, 0, 0);
    rua_manuscript_anchor (self->manuscript, anchor);
    rua_words_add (words, RUA_STYLE_STRONG, title);
    method = say_method (self, result, metric);
    rua_words_add (words, RUA_STYLE_PLAIN, _("."));
    if (*method) {
      g_autofree char *sentence = rua_wording_full_stop (method);

      rua_words_add_printf (words, RUA_STYLE_PLAIN, C_("sentence", " %s"), sentence);
    }
    if (description) {
      rua_words_add_printf (words, RUA_STYLE_PLAIN, C_("sentence", " %s"), description);
      /* What follows has no blank of its own in scripts without blanks; this may be told in one that has. */
      if (rua_messages_get_language () && g_str_has_suffix (description, "."))
        rua_words_add (words, RUA_STYLE_PLAIN, " ");
    }
    sources = rua_figure_words_sources (rua_result_list_sources (result));
    if (sources)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(" Sources: %s."), sources);
    warnings = rua_result_get_warnings (result);
    for (guint k = 0; warnings && warnings[k]; k++)
      rua_words_add_printf (words, RUA_STYLE_DOUBT, _(" Note: %s."), warnings[k]);
    tell_targets (self, metric, result, words);
  }
}

/* A number without data is a result too: it says what would have to be asked. */
static void
tell_unknown (RuaTelling *self)
{
  gboolean begun = FALSE;

  for (guint i = 0; i < self->results->len; i++) {
    RuaResult *result = g_ptr_array_index (self->results, i);
    const char *why = result ? rua_result_get_reason (result) : g_ptr_array_index (self->refusals, i);
    RuaMetric *metric = g_ptr_array_index (self->metrics, i);
    RuaTable *table = table_of (self, metric);
    g_autofree char *title = NULL, *anchor = rua_telling_result_anchor (i);
    const char *description;
    RuaWords *words;

    if (result && rua_figure_words_is_known (result))
      continue;
    if (!begun) {
      rua_words_add (rua_manuscript_heading (self->manuscript, 3), RUA_STYLE_PLAIN, _("Not known, and why"));
      begun = TRUE;
    }
    title = rua_telling_name (self, RUA_RECORD (metric));
    description = rua_record_get_texts (RUA_RECORD (metric), "description", self->language);
    words = rua_manuscript_item (self->manuscript, 0, 0);
    rua_manuscript_anchor (self->manuscript, anchor);
    rua_words_add (words, RUA_STYLE_STRONG, title);
    if (table && rua_table_get_n_records (table) == 0) {
      g_autofree char *many = rua_wording_kind (rua_table_get_kind (table), FALSE);

      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(": there are no %s on record."), many);
    } else {
      /* What an error says is in English, for whoever mends the file. */
      rua_words_add_printf (words, RUA_STYLE_PLAIN, result ? _(": %s.") : C_("refusal", ": %s."), why ? why : _("not known"));
    }
    if (description)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, C_("sentence", " %s"), description);
    tell_targets (self, metric, result, words);
  }
}

void
rua_telling_metrics (RuaTelling *self)
{
  guint known = 0;

  if (self->results->len == 0)
    return;
  for (guint i = 0; i < self->results->len; i++)
    known += g_ptr_array_index (self->results, i) && rua_figure_words_is_known (g_ptr_array_index (self->results, i));
  rua_telling_chapter (self, _("What was measured"), "numbers");
  if (known) {
    chart_pairs (self);
    chart_groups (self);
    tell_numbers (self);
  }
  tell_how (self);
  tell_unknown (self);
}
