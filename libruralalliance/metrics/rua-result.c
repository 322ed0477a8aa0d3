/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-result-private.h"
#include "rua-json-private.h"

#include <math.h>
#include <string.h>

/**
 * RuaResult:
 *
 * A number that was measured, and everything that is to be known of it: estimate, error and
 * interval; how many rows were eligible, used and left out, and why; unit; warnings; how it was
 * computed; and a digest of what it was computed from.
 *
 * A value that cannot be computed is undefined, with a reason; it is never zero.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (RuaResult, rua_result, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (RuaResultBasis, rua_result_basis,
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_BASIS_RECORDS, "records"),
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_BASIS_PUBLISHED, "published"),
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_BASIS_MIXED, "mixed"))

static void
rua_result_finalize (GObject *object)
{
  RuaResult *self = RUA_RESULT (object);

  rua_result_head_unref (self->head);
  g_free (self->reason);
  for (guint i = 0; i < self->n_reasons; i++)
    rua_word_release (self->missing[i].reason);
  if (self->missing != self->few_missing)
    g_free (self->missing);
  g_free (self->missing_reasons);
  g_clear_pointer (&self->unit, rua_unit_unref);
  g_free (self->group_labels);
  rua_figures_free (self->figures);
  g_free (self->keys);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_free (self->digest);
  g_free (self->period);
  g_clear_pointer (&self->possible_periods, g_ptr_array_unref);
  g_clear_object (&self->sources);
  g_clear_object (&self->observations);
  g_clear_object (&self->inputs);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_object (&self->details);
  G_OBJECT_CLASS (rua_result_parent_class)->finalize (object);
}

static void
rua_result_class_init (RuaResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_result_finalize;
}

static RuaUnit *
plain_number (void)
{
  static gsize made;

  if (g_once_init_enter (&made))
    g_once_init_leave (&made, (gsize) rua_unit_new ("1", NULL));
  return (RuaUnit *) made;
}

static void
rua_result_init (RuaResult *self)
{
  self->estimate = self->se = self->low = self->high = NAN;
  self->worst_low = self->worst_high = NAN;
  self->confidence = 0.95;
  self->factor = 1;
  self->unit = rua_unit_ref (plain_number ());
}

static const RuaFigure *
find_named (RuaResult *self, const char *key)
{
  return self->figures != NULL ? rua_figures_find (self->figures, key) : NULL;
}

static const char *const *
terminated (GPtrArray *texts)
{
  static const char *const none[] = { NULL };

  if (texts == NULL)
    return none;
  if (texts->len == 0 || g_ptr_array_index (texts, texts->len - 1) != NULL)
    g_ptr_array_add (texts, NULL);
  return (const char *const *) texts->pdata;
}

/**
 * rua_result_get_metric:
 * @self: a result
 *
 * The id of the metric that was measured.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
rua_result_get_metric (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return self->head->metric;
}

/**
 * rua_result_get_estimator:
 * @self: a result
 *
 * The name of the estimator; `formula` for a formula over metrics.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
rua_result_get_estimator (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return self->head->estimator;
}

/**
 * rua_result_get_estimate:
 * @self: a result
 * @value: (out): return location for it
 *
 * The value measured.
 *
 * It is in the unit of [method@Result.get_unit].
 *
 * Returns: %TRUE; %FALSE where it is undefined, and @value is left alone
 *
 * Since: 1.0
 */
gboolean
rua_result_get_estimate (RuaResult *self, double *value)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  if (isnan (self->estimate))
    return FALSE;
  *value = self->estimate;
  return TRUE;
}

/**
 * rua_result_get_standard_error:
 * @self: a result
 * @value: (out): return location for it
 *
 * The standard error of the estimate.
 *
 * It is in the unit of [method@Result.get_unit].
 *
 * Returns: %TRUE; %FALSE where it is undefined, and @value is left alone
 *
 * Since: 1.0
 */
gboolean
rua_result_get_standard_error (RuaResult *self, double *value)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  if (isnan (self->se))
    return FALSE;
  *value = self->se;
  return TRUE;
}

/**
 * rua_result_get_low:
 * @self: a result
 * @value: (out): return location for it
 *
 * The low end of the interval.
 *
 * It is in the unit of [method@Result.get_unit].
 *
 * Returns: %TRUE; %FALSE where it is undefined, and @value is left alone
 *
 * Since: 1.0
 */
gboolean
rua_result_get_low (RuaResult *self, double *value)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  if (isnan (self->low))
    return FALSE;
  *value = self->low;
  return TRUE;
}

/**
 * rua_result_get_high:
 * @self: a result
 * @value: (out): return location for it
 *
 * The high end of the interval.
 *
 * It is in the unit of [method@Result.get_unit].
 *
 * Returns: %TRUE; %FALSE where it is undefined, and @value is left alone
 *
 * Since: 1.0
 */
gboolean
rua_result_get_high (RuaResult *self, double *value)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  if (isnan (self->high))
    return FALSE;
  *value = self->high;
  return TRUE;
}

/**
 * rua_result_get_confidence:
 * @self: a result
 *
 * The level of the interval, such as 0.95.
 *
 * Returns: the level
 *
 * Since: 1.0
 */
double
rua_result_get_confidence (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), 0);

  return self->confidence;
}

/**
 * rua_result_get_reason:
 * @self: a result
 *
 * Why the estimate is undefined.
 *
 * Returns: (nullable): the reason; %NULL where there is an estimate
 *
 * Since: 1.0
 */
const char *
rua_result_get_reason (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return self->reason;
}

/**
 * rua_result_get_n_eligible:
 * @self: a result
 *
 * How many rows, or pairs of rows, meet the condition and belong to the group. Of a formula they are those of its
 * metrics, as [method@Result.get_n_used] counts them.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
rua_result_get_n_eligible (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), 0);

  return self->n_eligible;
}

/**
 * rua_result_get_n_used:
 * @self: a result
 *
 * How many of the eligible the estimate was computed from. A formula is computed from the rows of its metrics: those
 * of one table and condition are the same rows, of which there are as many as the metric with the most of them used;
 * rows of different tables or conditions are added up.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
rua_result_get_n_used (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), 0);

  return self->n_used;
}

/**
 * rua_result_get_n_missing:
 * @self: a result
 *
 * How many of the eligible were left out, because something is unknown of them.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
rua_result_get_n_missing (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), 0);

  return self->n_missing;
}

/**
 * rua_result_get_missing_reasons:
 * @self: a result
 *
 * Why rows were left out, each reason once. A row that lacks two things counts for both reasons, so that
 * they may add up to more than [method@Result.get_n_missing].
 *
 * Returns: (transfer none) (array zero-terminated=1): the reasons, most frequent first
 *
 * Since: 1.0
 */
const char *const *
rua_result_get_missing_reasons (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  if (self->missing_reasons == NULL) {
    self->missing_reasons = g_new0 (char *, self->n_reasons + 1);
    for (guint i = 0; i < self->n_reasons; i++)
      self->missing_reasons[i] = self->missing[i].reason;
  }
  return (const char *const *) self->missing_reasons;
}

/**
 * rua_result_get_n_missing_for:
 * @self: a result
 * @reason: one of [method@Result.get_missing_reasons]
 *
 * How many rows were left out for a reason.
 *
 * A row that has several reasons counts for each.
 *
 * Returns: the number; 0 for another reason
 *
 * Since: 1.0
 */
guint64
rua_result_get_n_missing_for (RuaResult *self, const char *reason)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), 0);
  g_return_val_if_fail (reason != NULL, 0);

  for (guint i = 0; i < self->n_reasons; i++)
    if (strcmp (self->missing[i].reason, reason) == 0)
      return self->missing[i].n;
  return 0;
}

/**
 * rua_result_get_unit:
 * @self: a result
 *
 * The unit of estimate, error and interval.
 *
 * Returns: (transfer none): the unit
 *
 * Since: 1.0
 */
RuaUnit *
rua_result_get_unit (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return self->unit;
}

/**
 * rua_result_get_basis:
 * @self: a result
 *
 * Whether it was computed from records or taken from published figures.
 *
 * Returns: the basis
 *
 * Since: 1.0
 */
RuaResultBasis
rua_result_get_basis (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), RUA_RESULT_BASIS_RECORDS);

  return self->basis;
}

/**
 * rua_result_get_group_paths:
 * @self: a result
 *
 * The paths that the rows were grouped by.
 *
 * Returns: (transfer none) (array zero-terminated=1): the paths; empty for all rows together
 *
 * Since: 1.0
 */
const char *const *
rua_result_get_group_paths (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return (const char *const *) self->head->group_paths;
}

/**
 * rua_result_get_group_label:
 * @self: a result
 * @path: one of [method@Result.get_group_paths]
 *
 * What the rows of this group have there: an id, a text, a number.
 *
 * Returns: (nullable): the label; %NULL where it is unknown, and for another path
 *
 * Since: 1.0
 */
const char *
rua_result_get_group_label (RuaResult *self, const char *path)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  for (guint i = 0; self->head->group_paths[i] != NULL; i++)
    if (strcmp (self->head->group_paths[i], path) == 0)
      return self->group_labels[i];
  return NULL;
}

/**
 * rua_result_get_keys:
 * @self: a result
 *
 * The names of everything the estimator gave, such as `sd` or `q[0.25]`.
 *
 * These values are as the estimator defines them; only estimate, error and interval are
 * converted to the unit of the metric.
 *
 * Returns: (transfer none) (array zero-terminated=1): the names, in the order of the estimator
 *
 * Since: 1.0
 */
const char *const *
rua_result_get_keys (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  if (self->keys == NULL) {
    guint n = self->figures != NULL ? rua_figures_get_n (self->figures) : 0;

    self->keys = g_new0 (char *, n + 1);
    for (guint i = 0; i < n; i++)
      self->keys[i] = (char *) rua_figures_get_nth (self->figures, i)->key;
  }
  return (const char *const *) self->keys;
}

/**
 * rua_result_get_named:
 * @self: a result
 * @key: a name of [method@Result.get_keys]
 * @value: (out): return location for the value
 *
 * One of the named values, as the estimator gives it: in the unit of what it read, whatever unit the metric says. In
 * formulas and predicates it is brought to the metric's.
 *
 * Returns: %TRUE; %FALSE where it is undefined or there is no such name
 *
 * Since: 1.0
 */
gboolean
rua_result_get_named (RuaResult *self, const char *key, double *value)
{
  const RuaFigure *named;

  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);
  g_return_val_if_fail (key != NULL && value != NULL, FALSE);

  named = find_named (self, key);
  if (named == NULL || isnan (named->value))
    return FALSE;
  *value = named->value;
  return TRUE;
}

/**
 * rua_result_get_named_reason:
 * @self: a result
 * @key: a name of [method@Result.get_keys]
 *
 * Why a named value is undefined.
 *
 * Returns: (nullable): the reason; %NULL where it is defined
 *
 * Since: 1.0
 */
const char *
rua_result_get_named_reason (RuaResult *self, const char *key)
{
  const RuaFigure *named;

  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  named = find_named (self, key);
  return named != NULL ? named->reason : NULL;
}

/**
 * rua_result_get_warnings:
 * @self: a result
 *
 * What a reader should know before using the number.
 *
 * Returns: (transfer none) (array zero-terminated=1): the warnings
 *
 * Since: 1.0
 */
const char *const *
rua_result_get_warnings (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return terminated (self->warnings);
}

/**
 * rua_result_get_method:
 * @self: a result
 *
 * How it was computed, in words.
 *
 * Returns: the words
 *
 * Since: 1.0
 */
const char *
rua_result_get_method (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return self->head->method;
}

/* @text goes to whoever was first. */
static void
set_once (char **place, char *text)
{
  if (!g_atomic_pointer_compare_and_exchange (place, NULL, text))
    g_free (text);
}

static char *
make_digest (RuaResult *self)
{
  g_autoptr (GChecksum) sum = NULL;

  if (self->head->digest == NULL)
    return g_strdup ("");
  sum = g_checksum_copy (self->head->digest);
  for (guint i = 0; self->head->group_paths[i] != NULL; i++) {
    const char *label = self->group_labels[i];

    g_checksum_update (sum, (const guchar *) (label != NULL ? "=" : "?"), 1);
    if (label != NULL)
      g_checksum_update (sum, (const guchar *) label, strlen (label) + 1);
  }
  return g_strdup (g_checksum_get_string (sum));
}

/**
 * rua_result_get_digest:
 * @self: a result
 *
 * A SHA-256 digest of the definition and of exactly the values that were read, in their order.
 *
 * The same input gives the same digest; a changed value that was read gives another.
 *
 * Returns: (nullable): 64 hexadecimal digits; %NULL for a result made for publication
 *
 * Since: 1.0
 */
const char *
rua_result_get_digest (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  if (self->digest == NULL && !self->is_public)
    set_once (&self->digest, make_digest (self));
  return self->digest;
}

/**
 * rua_result_get_period:
 * @self: a result
 *
 * When a published figure holds, as an ISO date.
 *
 * Returns: (nullable): the date; %NULL where it is not told, and for records
 *
 * Since: 1.0
 */
const char *
rua_result_get_period (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return self->period;
}

/**
 * rua_result_get_possible_periods:
 * @self: a result
 *
 * The periods a published figure may belong to, where the words leave that open.
 *
 * Returns: (transfer none) (array zero-terminated=1): ISO dates
 *
 * Since: 1.0
 */
const char *const *
rua_result_get_possible_periods (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return terminated (self->possible_periods);
}

/**
 * rua_result_get_price_basis:
 * @self: a result
 *
 * The price basis of money: `nominal`, `real` or `unstated`.
 *
 * Returns: (nullable): the basis; %NULL where the unit has no money
 *
 * Since: 1.0
 */
const char *
rua_result_get_price_basis (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  return self->price_basis;
}

/**
 * rua_result_list_sources:
 * @self: a result
 *
 * The sources that published figures cite.
 *
 * Returns: (transfer full): a list of [class@Source]; empty where there are none
 *
 * Since: 1.0
 */
GListModel *
rua_result_list_sources (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  if (self->sources == NULL)
    self->sources = g_list_store_new (G_TYPE_OBJECT);
  return G_LIST_MODEL (g_object_ref (self->sources));
}

/**
 * rua_result_list_observations:
 * @self: a result
 *
 * The published figures that it was taken from.
 *
 * Returns: (transfer full): a list of [class@Observation]; empty where there are none
 *
 * Since: 1.0
 */
GListModel *
rua_result_list_observations (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  if (self->observations == NULL)
    self->observations = g_list_store_new (G_TYPE_OBJECT);
  return G_LIST_MODEL (g_object_ref (self->observations));
}

/**
 * rua_result_list_inputs:
 * @self: a result
 *
 * The results that a formula read, in the order first named.
 *
 * Returns: (transfer full): a list of [class@Result]; empty where there are none
 *
 * Since: 1.0
 */
GListModel *
rua_result_list_inputs (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), NULL);

  if (self->inputs == NULL)
    self->inputs = g_list_store_new (RUA_TYPE_RESULT);
  return G_LIST_MODEL (g_object_ref (self->inputs));
}
