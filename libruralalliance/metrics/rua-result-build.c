/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-result-private.h"
#include "rua-json-private.h"
#include "rua-kinds.h"

#include <math.h>
#include <string.h>

/* Filling a result in, and telling it. */

static void
origin_clear (RuaResultOrigin *self)
{
  g_free (self->rows);
  g_free (self->estimate);
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&self->units[i], rua_unit_unref);
}

RuaResultHead *
rua_result_head_new (const char *metric, const char *title, const char *estimator, const char *method,
                     const char *const *group_paths)
{
  RuaResultHead *self = g_new (RuaResultHead, 1);

  g_atomic_ref_count_init (&self->refs);
  self->metric = g_strdup (metric);
  self->title = g_strdup (title);
  self->estimator = g_strdup (estimator);
  self->method = g_strdup (method != NULL ? method : "");
  self->group_paths = group_paths != NULL ? g_strdupv ((char **) group_paths) : g_new0 (char *, 1);
  self->digest = NULL;
  self->origin = (RuaResultOrigin) { 0 };
  return self;
}

RuaResultHead *
rua_result_head_ref (RuaResultHead *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
rua_result_head_unref (RuaResultHead *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->metric);
  g_free (self->title);
  g_free (self->estimator);
  g_free (self->method);
  g_strfreev (self->group_paths);
  g_clear_pointer (&self->digest, g_checksum_free);
  origin_clear (&self->origin);
  g_free (self);
}

void
rua_result_head_set_origin (RuaResultHead *self, const RuaResultOrigin *origin)
{
  RuaResultOrigin copy = *origin;

  copy.rows = g_strdup (origin->rows);
  copy.estimate = g_strdup (origin->estimate);
  for (guint i = 0; i < 2; i++)
    copy.units[i] = origin->units[i] != NULL ? rua_unit_ref (origin->units[i]) : NULL;
  origin_clear (&self->origin);
  self->origin = copy;
}

RuaResult *
rua_result_new_under (RuaResultHead *head)
{
  RuaResult *self = g_object_new (RUA_TYPE_RESULT, NULL);

  self->head = rua_result_head_ref (head);
  return self;
}

RuaResult *
rua_result_new (const char *metric, const char *title, const char *estimator)
{
  g_autoptr (RuaResultHead) head = rua_result_head_new (metric, title, estimator, NULL, NULL);

  return rua_result_new_under (head);
}

void
rua_result_take_unit (RuaResult *self, RuaUnit *unit)
{
  rua_unit_unref (self->unit);
  self->unit = unit;
}

/* A head that others have as well stays as it is, and the digest is that of the group that was measured. */
static void
replace_head (RuaResult *self, const char *method, const char *const *paths)
{
  RuaResultHead *before = self->head;

  if (before->digest != NULL)
    rua_result_get_digest (self);
  self->head = rua_result_head_new (before->metric, before->title, before->estimator, method, paths);
  rua_result_head_set_origin (self->head, &before->origin);
  rua_result_head_unref (before);
}

void
rua_result_set_method (RuaResult *self, const char *method)
{
  replace_head (self, method, (const char *const *) self->head->group_paths);
}

void
rua_result_set_group_paths (RuaResult *self, const char *const *paths)
{
  replace_head (self, self->head->method, paths);
}

void
rua_result_set_group_labels (RuaResult *self, const char *const *labels, guint n)
{
  gsize size = (n + (gsize) 1) * sizeof (char *);
  char **block, *text;

  for (guint i = 0; i < n; i++)
    size += labels[i] != NULL ? strlen (labels[i]) + 1 : 0;
  block = g_malloc (size);
  text = (char *) (block + n + 1);
  for (guint i = 0; i < n; i++) {
    block[i] = labels[i] != NULL ? text : NULL;
    text = labels[i] != NULL ? g_stpcpy (text, labels[i]) + 1 : text;
  }
  block[n] = NULL;
  g_free (self->group_labels);
  self->group_labels = block;
}

void
rua_result_set_figures (RuaResult *self, RuaFigures *figures)
{
  rua_figures_free (self->figures);
  self->figures = rua_figures_ref (figures);
  self->figures_shared = TRUE;
  g_clear_pointer (&self->keys, g_free);
}

void
rua_result_put_named (RuaResult *self, const char *key, double value, const char *reason)
{
  if (self->figures == NULL || self->figures_shared) {
    RuaFigures *own = rua_figures_new ();

    for (guint i = 0; self->figures != NULL && i < rua_figures_get_n (self->figures); i++) {
      const RuaFigure *figure = rua_figures_get_nth (self->figures, i);

      rua_figures_put_or (own, figure->key, figure->value, figure->reason);
    }
    rua_figures_free (self->figures);
    self->figures = own;
    self->figures_shared = FALSE;
  }
  rua_figures_put_or (self->figures, key, value, reason);
  g_clear_pointer (&self->keys, g_free);
}

static void
clear_count (gpointer data)
{
  RuaRowsCount *count = data;

  g_free (count->rows);
}

static void
add_count (RuaResult *self, const char *rows, guint64 n_eligible, guint64 n_used)
{
  RuaRowsCount more = { NULL, n_eligible, n_used };

  if (self->rows == NULL) {
    self->rows = g_array_new (FALSE, FALSE, sizeof (RuaRowsCount));
    g_array_set_clear_func (self->rows, clear_count);
  }
  for (guint i = 0; i < self->rows->len; i++) {
    RuaRowsCount *count = &g_array_index (self->rows, RuaRowsCount, i);

    if (strcmp (count->rows, rows) != 0)
      continue;
    if (count->n_eligible == n_eligible && count->n_used != n_used)
      rua_result_warn (self, _("metrics of the formula use different rows: what is unknown to one counts in another"));
    count->n_eligible = MAX (count->n_eligible, n_eligible);
    count->n_used = MAX (count->n_used, n_used);
    return;
  }
  more.rows = g_strdup (rows);
  g_array_append_val (self->rows, more);
}

void
rua_result_add_rows (RuaResult *self, RuaResult *input)
{
  const char *rows = input->head->origin.rows;

  if (input->rows == NULL && input->n_eligible > 0)
    add_count (self, rows != NULL ? rows : input->head->metric, input->n_eligible, input->n_used);
  for (guint i = 0; input->rows != NULL && i < input->rows->len; i++) {
    const RuaRowsCount *count = &g_array_index (input->rows, RuaRowsCount, i);

    add_count (self, count->rows, count->n_eligible, count->n_used);
  }
  self->n_eligible = self->n_used = 0;
  for (guint i = 0; self->rows != NULL && i < self->rows->len; i++) {
    const RuaRowsCount *count = &g_array_index (self->rows, RuaRowsCount, i);

    self->n_eligible += count->n_eligible;
    self->n_used += count->n_used;
  }
  self->n_missing = self->n_eligible - self->n_used;
}

gboolean
rua_result_has_named (RuaResult *self, const char *key)
{
  return self->figures != NULL && rua_figures_find (self->figures, key) != NULL;
}

/* The most come first. */
void
rua_result_add_missing_word (RuaResult *self, char *word, guint64 n)
{
  guint at = self->n_reasons;

  if (n == 0)
    return;
  if (at < RUA_FEW_REASONS) {
    self->missing = self->few_missing;
  } else {
    self->missing = g_renew (RuaMissingCount, at > RUA_FEW_REASONS ? self->missing : NULL, at + 1);
    if (at == RUA_FEW_REASONS)
      memcpy (self->missing, self->few_missing, sizeof self->few_missing);
  }
  self->n_reasons++;
  for (; at > 0 && self->missing[at - 1].n < n; at--)
    self->missing[at] = self->missing[at - 1];
  self->missing[at] = (RuaMissingCount){ rua_word_ref (word), n };
  g_clear_pointer (&self->missing_reasons, g_free);
}

void
rua_result_add_missing (RuaResult *self, const char *reason, guint64 n)
{
  char *word = rua_word_share (reason);

  rua_result_add_missing_word (self, word, n);
  rua_word_release (word);
}

static void
add_once (GListStore **list, GType type, gpointer item)
{
  guint there;

  if (*list == NULL)
    *list = g_list_store_new (type);
  if (!g_list_store_find (*list, item, &there))
    g_list_store_append (*list, item);
}

void
rua_result_add_source (RuaResult *self, GObject *source)
{
  add_once (&self->sources, G_TYPE_OBJECT, source);
}

void
rua_result_add_observation (RuaResult *self, GObject *observation)
{
  add_once (&self->observations, G_TYPE_OBJECT, observation);
}

void
rua_result_add_input (RuaResult *self, RuaResult *input)
{
  add_once (&self->inputs, RUA_TYPE_RESULT, input);
}

guint
rua_result_count (GListStore *list)
{
  return list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (list)) : 0;
}

static void
add_text (GPtrArray **list, const char *text)
{
  GPtrArray *texts = *list;

  if (texts == NULL)
    texts = *list = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < texts->len; i++)
    if (g_strcmp0 (g_ptr_array_index (texts, i), text) == 0)
      return;
  if (texts->len > 0 && g_ptr_array_index (texts, texts->len - 1) == NULL)
    g_ptr_array_set_size (texts, texts->len - 1);
  g_ptr_array_add (texts, g_strdup (text));
}

void
rua_result_warn (RuaResult *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  add_text (&self->warnings, text);
}

void
rua_result_take_warnings (RuaResult *self, GPtrArray *texts)
{
  for (guint i = 0; texts != NULL && i < texts->len; i++)
    if (g_ptr_array_index (texts, i) != NULL)
      add_text (&self->warnings, g_ptr_array_index (texts, i));
}

void
rua_result_add_possible_period (RuaResult *self, const char *period)
{
  add_text (&self->possible_periods, period);
}

void
rua_result_scale (RuaResult *self, double factor)
{
  double low = self->low * factor, high = self->high * factor;
  double worst_low = self->worst_low * factor, worst_high = self->worst_high * factor;

  self->worst_low = factor < 0 ? worst_high : worst_low;
  self->worst_high = factor < 0 ? worst_low : worst_high;
  self->estimate *= factor;
  self->factor *= factor;
  self->se *= fabs (factor);
  self->low = factor < 0 ? high : low;
  self->high = factor < 0 ? low : high;
}

void
rua_result_scale_rest (RuaResult *self, double factor)
{
  double rest = self->factor * (1 - factor);

  rua_result_scale (self, factor);
  self->estimate += rest;
  self->low += rest;
  self->high += rest;
  self->worst_low += rest;
  self->worst_high += rest;
}

void
rua_result_undefine (RuaResult *self, const char *reason)
{
  self->estimate = self->se = self->low = self->high = NAN;
  self->worst_low = self->worst_high = NAN;
  g_free (self->reason);
  self->reason = reason != NULL ? g_strdup (_(reason)) : NULL;
}

static GListStore *
copy_list (GListStore *list)
{
  guint n = rua_result_count (list);
  GListStore *copy = n > 0 ? g_list_store_new (g_list_model_get_item_type (G_LIST_MODEL (list)))
                           : NULL;

  for (guint i = 0; i < n; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (list), i);

    g_list_store_append (copy, item);
  }
  return copy;
}

RuaResult *
rua_result_copy (RuaResult *self)
{
  RuaResult *copy = rua_result_new_under (self->head);

  copy->estimate = self->estimate;
  copy->se = self->se;
  copy->low = self->low;
  copy->high = self->high;
  copy->confidence = self->confidence;
  copy->factor = self->factor;
  copy->reason = g_strdup (self->reason);
  copy->n_eligible = self->n_eligible;
  copy->n_used = self->n_used;
  copy->n_missing = self->n_missing;
  for (guint i = 0; i < self->n_reasons; i++)
    rua_result_add_missing_word (copy, self->missing[i].reason, self->missing[i].n);
  rua_result_take_unit (copy, rua_unit_ref (self->unit));
  copy->basis = self->basis;
  if (self->group_labels != NULL)
    rua_result_set_group_labels (copy, (const char *const *) self->group_labels,
                                 g_strv_length (self->head->group_paths));
  if (self->figures != NULL)
    rua_result_set_figures (copy, self->figures);
  rua_result_take_warnings (copy, self->warnings);
  copy->digest = g_strdup (self->digest);
  copy->period = g_strdup (self->period);
  for (guint i = 0; self->possible_periods != NULL && i < self->possible_periods->len; i++)
    if (g_ptr_array_index (self->possible_periods, i) != NULL)
      rua_result_add_possible_period (copy, g_ptr_array_index (self->possible_periods, i));
  copy->price_basis = self->price_basis;
  copy->is_public = self->is_public;
  copy->withheld = self->withheld;
  copy->has_seed = self->has_seed;
  copy->seed = self->seed;
  copy->has_attrition = self->has_attrition;
  copy->n_matched = self->n_matched;
  copy->n_left = self->n_left;
  copy->n_joined = self->n_joined;
  copy->worst_low = self->worst_low;
  copy->worst_high = self->worst_high;
  copy->sources = copy_list (self->sources);
  copy->observations = copy_list (self->observations);
  copy->inputs = copy_list (self->inputs);
  if (self->rows != NULL)
    rua_result_add_rows (copy, self);
  if (self->details != NULL) {
    g_autoptr (GListModel) lines = rua_explanation_list_children (self->details);

    for (guint i = 0; i < g_list_model_get_n_items (lines); i++) {
      g_autoptr (RuaExplanation) line = g_list_model_get_item (lines, i);

      rua_result_add_detail (copy, rua_explanation_get_text (line));
    }
  }
  return copy;
}

void
rua_result_add_detail (RuaResult *self, const char *text)
{
  if (self->details == NULL)
    self->details = rua_explanation_new ("");
  rua_explanation_add_text (self->details, text);
}

char *
rua_result_format_number (double value)
{
  char text[64];

  if (isnan (value))
    return g_strdup (_("undefined"));
  if (value == floor (value) && fabs (value) < 1e15)
    g_snprintf (text, sizeof text, "%.0f", value);
  else {
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    double rounded;

    /* At least the whole part, at least four digits. */
    g_ascii_formatd (digits, sizeof digits, fabs (value) >= 1000 ? "%.1f" : "%.4g", value);
    rounded = g_ascii_strtod (digits, NULL);
    rua_number_format (rounded, text);
  }
  return g_strdup (text);
}

static void
explain_value (RuaResult *self, RuaExplanation *into)
{
  g_autofree char *unit = rua_unit_to_string (self->unit);
  g_autofree char *low = rua_result_format_number (self->low);
  g_autofree char *high = rua_result_format_number (self->high);
  g_autofree char *se = rua_result_format_number (self->se);
  g_autofree char *text = NULL;

  if (!isnan (self->low) && !isnan (self->high)) {
    text = g_strdup_printf (isnan (self->se)
                              ? _("%1$g %% interval from %2$s to %3$s %4$s")
                              : _("%1$g %% interval from %2$s to %3$s %4$s, standard error %5$s"),
                            self->confidence * 100, low, high, unit, se);
    rua_explanation_add_text (into, text);
  } else if (!isnan (self->se)) {
    text = g_strdup_printf (_("standard error %s %s"), se, unit);
    rua_explanation_add_text (into, text);
  }
}

static void
explain_rows (RuaResult *self, RuaExplanation *into)
{
  g_autofree char *text = g_strdup_printf (
    _("%llu eligible, %llu used, %llu left out"), (unsigned long long)self->n_eligible,
    (unsigned long long)self->n_used, (unsigned long long)self->n_missing);
  RuaExplanation *rows = rua_explanation_add_text (into, text);

  for (guint i = 0; i < self->n_reasons; i++) {
    const RuaMissingCount *missing = &self->missing[i];
    g_autofree char *line
      = g_strdup_printf (_("%llu left out: %s"), (unsigned long long)missing->n, missing->reason);

    rua_explanation_add_text (rows, line);
  }
}

static void
explain_facts (RuaResult *self, RuaExplanation *into)
{
  if (self->has_attrition) {
    g_autofree char *text
      = g_strdup_printf (_("of %llu there before, %llu left; %llu joined later"),
                         (unsigned long long)(self->n_matched + self->n_left),
                         (unsigned long long)self->n_left, (unsigned long long)self->n_joined);
    RuaExplanation *line = rua_explanation_add_text (into, text);

    if (!isnan (self->worst_low) && !isnan (self->worst_high)) {
      g_autofree char *low = rua_result_format_number (self->worst_low);
      g_autofree char *high = rua_result_format_number (self->worst_high);
      g_autofree char *unit = rua_unit_to_string (self->unit);
      g_autofree char *worst = g_strdup_printf (
        _("whatever became of those who left, it is from %s to %s %s"), low, high, unit);

      rua_explanation_add_text (line, worst);
    }
  }
  if (self->has_seed) {
    g_autofree char *text
      = g_strdup_printf (_("random numbers from the seed %llu"), (unsigned long long)self->seed);

    rua_explanation_add_text (into, text);
  }
}

static void
explain_sources (RuaResult *self, RuaExplanation *into)
{
  guint n = rua_result_count (self->sources);

  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaRecord) source = g_list_model_get_item (G_LIST_MODEL (self->sources), i);
    const char *label = rua_record_get_text (source, "label");
    const char *title = rua_record_get_texts (source, "title", rua_messages_get_language ());
    g_autofree char *text
      = g_strdup_printf (_("source %s%s%s"), label != NULL ? label : rua_record_get_id (source),
                         title != NULL ? _(": ") : "", title != NULL ? title : "");

    rua_explanation_add_text (into, text);
  }
}

/**
 * rua_result_explain:
 * @self: a result
 *
 * How the number was got: value and interval, method, inputs (explained in turn), rows used and
 * left out, published figures and sources, warnings, and the digest.
 *
 * Returns: (transfer full): the tree
 *
 * Since: 1.0
 */
RuaExplanation *
rua_result_explain (RuaResult *self)
{
  g_autofree char *number = NULL, *unit = NULL, *digest = NULL;
  g_autoptr (GString) head = NULL;
  RuaExplanation *tree;
  guint n_inputs;

  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  number = rua_result_format_number (self->estimate);
  unit = rua_unit_to_string (self->unit);
  head = g_string_new (self->head->metric);
  for (guint i = 0; self->head->group_paths[i] != NULL; i++)
    g_string_append_printf (head, "%s%s: %s", i == 0 ? " (" : ", ", self->head->group_paths[i],
                            self->group_labels[i] != NULL ? self->group_labels[i] : _("unknown"));
  g_string_append_printf (head, "%s = %s", self->head->group_paths[0] != NULL ? ")" : "", number);
  if (strcmp (unit, "1") != 0 && !isnan (self->estimate))
    g_string_append_printf (head, " %s", unit);
  if (isnan (self->estimate) && self->reason != NULL)
    g_string_append_printf (head, _(": %s"), self->reason);
  tree = rua_explanation_new (head->str);

  if (self->head->title != NULL && *self->head->title != '\0')
    rua_explanation_add_text (tree, self->head->title);
  explain_value (self, tree);
  if (*self->head->method != '\0')
    rua_explanation_add_text (tree, self->head->method);
  if (self->details != NULL) {
    g_autoptr (GListModel) lines = rua_explanation_list_children (self->details);

    for (guint i = 0; i < g_list_model_get_n_items (lines); i++) {
      g_autoptr (RuaExplanation) line = g_list_model_get_item (lines, i);

      rua_explanation_add (tree, line);
    }
  }
  n_inputs = rua_result_count (self->inputs);
  for (guint i = 0; i < n_inputs; i++) {
    g_autoptr (RuaResult) input = g_list_model_get_item (G_LIST_MODEL (self->inputs), i);
    g_autoptr (RuaExplanation) child = rua_result_explain (input);

    rua_explanation_add (tree, child);
  }
  if (n_inputs == 0 && !self->is_public)
    explain_rows (self, tree);
  explain_facts (self, tree);
  explain_sources (self, tree);
  for (guint i = 0; self->warnings != NULL && i < self->warnings->len; i++)
    if (g_ptr_array_index (self->warnings, i) != NULL) {
      g_autofree char *line
        = g_strdup_printf (_("note: %s"), (const char *)g_ptr_array_index (self->warnings, i));

      rua_explanation_add_text (tree, line);
    }
  if (rua_result_get_digest (self) != NULL) {
    digest = g_strdup_printf (_("digest of what was read: %s"), rua_result_get_digest (self));
    rua_explanation_add_text (tree, digest);
  }
  return tree;
}
