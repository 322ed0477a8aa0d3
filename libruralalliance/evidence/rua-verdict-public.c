/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-terms-private.h"

#include <math.h>

#include "rua-catalogue-private.h"
#include "rua-measure.h"

/* What of a verdict may be published. Whether the number of a metric is told is decided where
 * metrics are measured for publication; here a verdict is kept and the numbers behind it go. */

#define WITHHELD                                                                                   \
  N_("the number is withheld: too few households or people stand behind it, or one has most of "  \
      "it")
#define REFUSED N_("the number is withheld: it may not be published")

/* What is measured for publication as @record is kept under @key. */
static gboolean
find_public (RuaInquiry *self,
             const char *key,
             RuaMetric *record,
             RuaResult **result,
             GCancellable *cancellable,
             GError **error)
{
  static const char *const all[] = { NULL };
  g_autoptr (GListModel) made = NULL;
  g_autoptr (GError) fault = NULL;

  if (record != NULL)
    made = rua_metric_measure_public (record, self->alliance, all, NULL, self->min_count,
                                      cancellable, &fault);
  if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&fault));
    return FALSE;
  }
  *result = made != NULL ? g_list_model_get_item (made, 0) : NULL;
  g_hash_table_insert (self->published, g_strdup (key), *result);
  return TRUE;
}

/* @result is borrowed; NULL where the metric is not measured for publication at all. */
gboolean
rua_inquiry_find_public (RuaInquiry *self,
                         const char *metric,
                         RuaResult **result,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (RuaMetric) record = NULL;

  if (g_hash_table_lookup_extended (self->published, metric, NULL, (gpointer *)result))
    return TRUE;
  record = rua_catalogue_lookup (self->alliance, metric, NULL);
  return find_public (self, metric, record, result, cancellable, error);
}

/* A named value that the predicate asks for is judged as a formula of it: it may be one record's. */
static gboolean
find_public_value (RuaInquiry *self,
                   const char *formula,
                   RuaResult **result,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (RuaMetric) record = NULL;

  if (g_hash_table_lookup_extended (self->published, formula, NULL, (gpointer *)result))
    return TRUE;
  record = rua_metric_new ();
  if (!rua_record_set_id (RUA_RECORD (record), "named-value", error) || !rua_metric_set_formula (record, formula, error))
    return FALSE;
  return find_public (self, formula, record, result, cancellable, error);
}

static void
mark (RuaVerdict *verdict, RuaResult *published)
{
  if (published == NULL)
    verdict->withheld = REFUSED;
  else if (rua_result_get_withheld (published))
    verdict->withheld = WITHHELD;
}

gboolean
rua_judgement_publish (RuaJudgement *self,
                       RuaInquiry *inquiry,
                       RuaVerdict *verdict,
                       GCancellable *cancellable,
                       GError **error)
{
  for (guint i = 0; inquiry->is_public && i < self->premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (self->premises->results, i);
    RuaResult *published = NULL;

    if (rua_result_get_basis (result) == RUA_RESULT_BASIS_PUBLISHED)
      continue;
    if (!rua_inquiry_find_public (inquiry, rua_result_get_metric (result), &published, cancellable,
                                  error))
      return FALSE;
    mark (verdict, published);
    if (verdict->withheld != NULL)
      return TRUE;
  }
  for (guint i = 0; inquiry->is_public && self->outcome != NULL && i < self->outcome->named->len; i++) {
    RuaResult *published = NULL;

    if (!find_public_value (inquiry, g_ptr_array_index (self->outcome->named, i), &published, cancellable, error))
      return FALSE;
    mark (verdict, published);
    if (verdict->withheld != NULL)
      return TRUE;
  }
  return TRUE;
}

static void
withhold (RuaVerdict *self, const char *why)
{
  self->withheld = why;
  self->value = self->threshold = self->margin = self->low = self->high = NAN;
  g_list_store_remove_all (self->flips);
  /* The others tell of words, of published figures, or of what is at fault. */
  if (self->tells_number)
    g_ptr_array_remove_index (self->reasons, self->reasons->len - 2);
  self->tells_number = FALSE;
  rua_verdict_add_reason (self, _(why));
}

void
rua_verdict_withhold (RuaVerdict *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->readings)); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (G_LIST_MODEL (self->readings), i);
    /* A reading is mostly the same number, restated: it would tell it. */
    const char *why = reading->withheld != NULL ? reading->withheld : self->withheld;

    if (why != NULL)
      withhold (reading, why);
  }
  if (self->withheld != NULL)
    withhold (self, self->withheld);
}
