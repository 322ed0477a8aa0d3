/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-terms-private.h"

#include <math.h>
#include <string.h>

#include "rua-catalogue-private.h"
#include "rua-expression.h"

/* ---- premises ---- */

void
rua_premises_free (RuaPremises *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->results);
  g_ptr_array_unref (self->observations);
  g_ptr_array_unref (self->used);
  g_free (self);
}

static void
collect_result (RuaPremises *self, RuaResult *result)
{
  if (g_ptr_array_find (self->results, result, NULL))
    return;
  g_ptr_array_add (self->results, g_object_ref (result));
  RUA_EVIDENCE_FOREACH_ITEM (rua_result_list_observations (result), RuaObservation, observation)
  if (!g_ptr_array_find (self->used, observation, NULL))
    g_ptr_array_add (self->used, g_object_ref (observation));
  RUA_EVIDENCE_FOREACH_ITEM (rua_result_list_inputs (result), RuaResult, input)
  collect_result (self, input);
}

/* ---- what is known ---- */

static RuaTable *
find_rows (RuaInquiry *inquiry, RuaResult *result, GBytes **chosen)
{
  g_autoptr (RuaMetric) metric
    = rua_catalogue_lookup (inquiry->alliance, rua_result_get_metric (result), NULL);
  const char *name = metric == NULL ? NULL : rua_metric_get_table (metric);
  const char *where = metric == NULL ? NULL : rua_metric_get_where (metric);
  RuaTable *table = name == NULL ? NULL : rua_alliance_get_table (inquiry->alliance, name);
  g_autoptr (RuaExpression) expression = NULL;

  *chosen = NULL;
  if (table != NULL && where != NULL && *where != '\0') {
    expression = rua_expression_new (where, table, NULL);
    if (expression != NULL)
      *chosen = rua_expression_dup_numbers (expression, NULL, NULL);
  }
  return table;
}

/* A count is 0 of a table without rows, too; that is no sign that there is nothing to count. */
static gboolean
is_known (RuaInquiry *inquiry, RuaResult *result)
{
  static const char *const counts[] = { "count", "distinct_count", NULL };
  const char *estimator = rua_result_get_estimator (result);
  g_autoptr (GBytes) chosen = NULL;
  RuaTable *table;
  double value;

  if (rua_result_get_n_used (result) > 0)
    return TRUE;
  if (g_str_equal (estimator, "formula") || !rua_result_get_estimate (result, &value))
    return FALSE;
  table = g_strv_contains (counts, estimator) ? find_rows (inquiry, result, &chosen) : NULL;
  return table == NULL || g_list_model_get_n_items (G_LIST_MODEL (table)) > 0;
}

/* Whether not one row or figure is there to compute it from. */
static gboolean
has_no_data (RuaInquiry *inquiry, RuaPredicateOutcome *outcome, RuaPremises *premises)
{
  for (guint i = 0; i < premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (premises->results, i);

    if (outcome->truth == RUA_TRUTH_UNDEFINED ? rua_result_get_n_used (result) > 0 : is_known (inquiry, result))
      return FALSE;
  }
  return TRUE;
}

static RuaPremises *
collect_premises (RuaInquiry *inquiry, RuaClaim *claim, RuaPredicateOutcome *outcome)
{
  RuaPremises *self = g_new0 (RuaPremises, 1);

  self->results = g_ptr_array_new_with_free_func (g_object_unref);
  self->observations = g_ptr_array_new_with_free_func (g_object_unref);
  self->used = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; outcome != NULL && i < outcome->results->len; i++)
    collect_result (self, g_ptr_array_index (outcome->results, i));
  self->has_data = outcome != NULL && !has_no_data (inquiry, outcome, self);
  /* Where the predicate has no data, the figures that the document gives are all there is; one
   * without a value says nothing. */
  if (self->has_data && outcome->truth != RUA_TRUTH_UNDEFINED) {
    for (guint i = 0; i < self->used->len; i++)
      g_ptr_array_add (self->observations, g_object_ref (g_ptr_array_index (self->used, i)));
  } else {
    RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_figures (claim), RuaObservation, figure)
    if (rua_record_has (RUA_RECORD (figure), "value"))
      g_ptr_array_add (self->observations, g_object_ref (figure));
  }
  return self;
}

/* ---- the comparison that decides ---- */

static double
relative_margin (const RuaPredicateComparison *comparison)
{
  double scale = fmax (fabs (comparison->threshold), fabs (comparison->value));

  if (!comparison->has_value || !comparison->has_threshold)
    return INFINITY;
  return scale == 0 ? fabs (comparison->margin) : fabs (comparison->margin) / scale;
}

/* What a comparison says for the whole: the other way round behind a “not”. */
static RuaTruth
get_part (const RuaPredicateComparison *comparison)
{
  if (!comparison->negated)
    return comparison->truth;
  return comparison->truth == RUA_TRUTH_TRUE    ? RUA_TRUTH_FALSE
         : comparison->truth == RUA_TRUTH_FALSE ? RUA_TRUTH_TRUE
                                                : comparison->truth;
}

/* Where all hold, the one with the least to spare; where not, the first one that does not. */
static const RuaPredicateComparison *
find_decisive (RuaPredicateOutcome *outcome)
{
  const RuaPredicateComparison *best = NULL;

  for (guint i = 0; i < outcome->comparisons->len; i++) {
    const RuaPredicateComparison *comparison = g_ptr_array_index (outcome->comparisons, i);
    if (get_part (comparison) != outcome->truth)
      continue;
    if (best == NULL)
      best = comparison;
    else if (outcome->truth == RUA_TRUTH_TRUE
             && relative_margin (comparison) < relative_margin (best))
      best = comparison;
  }
  if (best == NULL && outcome->comparisons->len > 0)
    best = g_ptr_array_index (outcome->comparisons, 0);
  return best;
}

static RuaVerdictType
verdict_of_truth (RuaTruth truth)
{
  switch (truth) {
  case RUA_TRUTH_TRUE:
    return RUA_VERDICT_SUPPORTED;
  case RUA_TRUTH_FALSE:
    return RUA_VERDICT_CONTRADICTED;
  default:
    return RUA_VERDICT_INCONCLUSIVE;
  }
}

/* ---- grade ---- */

static gboolean
is_chosen (GBytes *chosen, guint position)
{
  gsize size = 0;
  const double *values = chosen == NULL ? NULL : g_bytes_get_data (chosen, &size);

  return chosen == NULL || (position < size / sizeof (double) && values[position] != 0);
}

/* Rows that were typed in from the very document that makes the claim are that document's word, not
 * records of their own. A number is as good as the worst of its rows. */
static RuaGrade
weigh_rows (RuaInquiry *inquiry, RuaResult *result, const char *document_key)
{
  g_autoptr (GBytes) chosen = NULL;
  RuaTable *table = find_rows (inquiry, result, &chosen);
  g_autoptr (RuaColumn) documents = table == NULL ? NULL : rua_table_dup_column (table, "document");
  RuaGrade grade = RUA_GRADE_RECORDS;

  /* Large tables are registers: nothing of them comes from a document. */
  if (documents == NULL || document_key == NULL || rua_column_get_n_known (documents) == 0)
    return RUA_GRADE_RECORDS;
  RUA_EVIDENCE_FOREACH (table, RuaRecord, row)
  {
    g_autoptr (RuaRecord) document
      = is_chosen (chosen, row_i) ? rua_record_dup_reference (row, "document") : NULL;
    g_autofree char *key = document == NULL ? NULL : rua_evidence_dup_key (document);

    if (g_strcmp0 (key, document_key) != 0)
      continue;
    if (!rua_inquiry_has_independent_source (inquiry, row))
      return RUA_GRADE_OWN_FIGURE;
    grade = RUA_GRADE_INDEPENDENT_FIGURE;
  }
  return grade;
}

static RuaGrade
work_out_grade (RuaInquiry *inquiry, RuaClaim *claim, RuaPremises *premises)
{
  g_autoptr (RuaRecord) document = rua_record_dup_reference (RUA_RECORD (claim), "document");
  g_autofree char *key = document == NULL ? NULL : rua_evidence_dup_key (document);
  RuaGrade grade = RUA_GRADE_RECORDS;

  if (premises->results->len == 0)
    return RUA_GRADE_NONE;
  for (guint i = 0; i < premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (premises->results, i);
    if (rua_result_get_basis (result) == RUA_RESULT_BASIS_RECORDS)
      grade = MIN (grade, weigh_rows (inquiry, result, key));
  }
  for (guint i = 0; i < premises->used->len; i++) {
    RuaRecord *observation = g_ptr_array_index (premises->used, i);
    RuaRecord *from = rua_record_has (observation, "sources") ? observation : RUA_RECORD (claim);
    grade = MIN (grade, rua_inquiry_has_independent_source (inquiry, from)
                          ? RUA_GRADE_INDEPENDENT_FIGURE
                          : RUA_GRADE_OWN_FIGURE);
  }
  return grade;
}

/* What a result is computed from in the end: no formulas. */
static void
collect_leaves (RuaResult *result, GPtrArray *leaves)
{
  if (!g_str_equal (rua_result_get_estimator (result), "formula")) {
    if (!g_ptr_array_find (leaves, result, NULL))
      g_ptr_array_add (leaves, result);
    return;
  }
  RUA_EVIDENCE_FOREACH_ITEM (rua_result_list_inputs (result), RuaResult, input)
  collect_leaves (input, leaves);
}

/* Whether two published numbers are one number of one thing. */
static gboolean
is_same_number (RuaInquiry *inquiry, RuaResult *a, RuaResult *b)
{
  g_autoptr (GListModel) left = rua_result_list_observations (a);
  g_autoptr (GListModel) right = rua_result_list_observations (b);
  g_autoptr (RuaObservation) one = left == NULL ? NULL : g_list_model_get_item (left, 0);
  g_autoptr (RuaObservation) other = right == NULL ? NULL : g_list_model_get_item (right, 0);
  double value, other_value;

  if (one == NULL || other == NULL)
    return FALSE;
  return one == other
         || (rua_inquiry_is_same_thing (one, other)
             && rua_inquiry_get_values (inquiry, one, other, &value, &other_value) && value == other_value);
}

/* One published figure, or one count, and constants besides: nothing can come out but that number; nor does one count
 * of the document's rows check another. Where a count is held against a figure, or a figure against another, one does
 * check the other. */
static gboolean
is_one_number (RuaInquiry *inquiry, const RuaPredicateComparison *comparison)
{
  g_autoptr (GPtrArray) leaves = g_ptr_array_new ();
  const char *first = NULL;
  gboolean is_plain = comparison->is_plain;

  for (guint i = 0; i < comparison->inputs->len; i++) {
    RuaResult *input = g_ptr_array_index (comparison->inputs, i);

    is_plain = is_plain && !g_str_equal (rua_result_get_estimator (input), "formula");
    collect_leaves (input, leaves);
  }
  for (guint i = 0; i < leaves->len; i++) {
    const char *estimator = rua_result_get_estimator (g_ptr_array_index (leaves, i));

    if (!g_str_equal (estimator, "reported") && !g_str_equal (estimator, "count")
        && !g_str_equal (estimator, "distinct_count"))
      return FALSE;
    if (first == NULL)
      first = estimator;
    else if (is_plain && !g_str_equal (first, "reported") && !g_str_equal (estimator, "reported"))
      continue;
    else if (!g_str_equal (first, "reported") || !g_str_equal (estimator, "reported")
             || !is_same_number (inquiry, g_ptr_array_index (leaves, 0), g_ptr_array_index (leaves, i)))
      return FALSE;
  }
  return TRUE;
}

/* A number held against itself: the document's own figure, or a count of rows that were typed in
 * from it, and no arithmetic in between. */
static gboolean
only_repeats (RuaInquiry *inquiry, RuaClaim *claim, RuaJudgement *judgement, RuaGrade grade)
{
  g_autoptr (RuaRecord) document = rua_record_dup_reference (RUA_RECORD (claim), "document");
  g_autofree char *key = document == NULL ? NULL : rua_evidence_dup_key (document);
  RuaPremises *premises = judgement->premises;

  if (grade != RUA_GRADE_OWN_FIGURE)
    return FALSE;
  for (guint i = 0; i < judgement->outcome->comparisons->len; i++)
    if (!is_one_number (inquiry, g_ptr_array_index (judgement->outcome->comparisons, i)))
      return FALSE;
  for (guint i = 0; i < premises->used->len; i++) {
    g_autoptr (RuaRecord) stated
      = rua_record_dup_reference (g_ptr_array_index (premises->used, i), "document");
    g_autofree char *stated_key = stated == NULL ? NULL : rua_evidence_dup_key (stated);
    if (key == NULL || g_strcmp0 (key, stated_key) != 0)
      return FALSE;
  }
  return TRUE;
}

/* ---- sources, disputes ---- */

static void
add_sources (RuaVerdict *verdict, RuaRecord *record)
{
  RUA_EVIDENCE_FOREACH_ITEM (rua_record_list_references (record, "sources"), RuaSource, source)
  rua_verdict_add_source (verdict, source);
}

static gboolean
rests_on_disputed_row (RuaInquiry *inquiry, RuaResult *result)
{
  g_autoptr (GBytes) chosen = NULL;
  RuaTable *table;
  g_autofree char *prefix = NULL;
  GHashTableIter iter;
  gpointer key;
  gboolean any = FALSE;

  if (g_hash_table_size (inquiry->disputed) == 0)
    return FALSE;
  table = find_rows (inquiry, result, &chosen);
  if (table == NULL)
    return FALSE;
  prefix = g_strconcat (rua_kind_get_name (rua_table_get_kind (table)), "/", NULL);
  g_hash_table_iter_init (&iter, inquiry->disputed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    any = any || g_str_has_prefix (key, prefix);
  if (!any)
    return FALSE;
  RUA_EVIDENCE_FOREACH (table, RuaRecord, row)
  if (is_chosen (chosen, row_i) && rua_inquiry_is_disputed (inquiry, row))
    return TRUE;
  return FALSE;
}

typedef struct {
  GBytes *chosen;
} ChosenRows;

static gboolean
is_row_used (gpointer data, guint position)
{
  return is_chosen (((ChosenRows *)data)->chosen, position);
}

/* What stations say of the records or figures that a number is computed from, and nobody has settled. */
static char *
find_conflict (RuaInquiry *inquiry, RuaResult *result)
{
  g_autoptr (GBytes) chosen = NULL;
  g_autofree char *conflict = NULL;
  gboolean is_published = rua_result_get_basis (result) == RUA_RESULT_BASIS_PUBLISHED;
  ChosenRows rows;
  RuaTable *table;

  if (g_list_model_get_n_items (inquiry->conflicts) == 0)
    return NULL;
  table = is_published ? NULL : find_rows (inquiry, result, &chosen);
  rows.chosen = chosen;
  if (is_published)
    conflict = rua_inquiry_find_figure_conflict (inquiry, rua_result_get_metric (result));
  else if (table != NULL)
    conflict = rua_inquiry_find_conflict (inquiry, rua_result_get_metric (result), table, is_row_used, &rows);
  return conflict == NULL
           ? NULL
           : g_strdup_printf (
             _("“%s” is computed from what stations say differently and nobody has settled: %s"),
             rua_result_get_metric (result), conflict);
}

static char *
find_dispute (RuaInquiry *inquiry, RuaClaim *claim, RuaPremises *premises)
{
  g_autofree char *own = rua_inquiry_find_record_conflict (inquiry, RUA_RECORD (claim));

  if (own != NULL)
    return g_strdup_printf (
      _("stations say different things of the claim and nobody has settled which holds: %s"), own);
  if (rua_inquiry_is_disputed (inquiry, RUA_RECORD (claim)))
    return g_strdup (_("two copies of the claim differ and nobody has settled which holds"));
  for (guint i = 0; i < premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (premises->results, i);
    g_autofree char *key = g_strconcat ("metric/", rua_result_get_metric (result), NULL);
    g_autoptr (RuaRecord) metric = rua_alliance_find (inquiry->alliance, "metric", rua_result_get_metric (result));
    g_autofree char *of_metric = metric == NULL ? NULL : rua_inquiry_find_record_conflict (inquiry, metric);
    char *conflict = find_conflict (inquiry, result);

    if (conflict != NULL)
      return conflict;
    if (of_metric != NULL)
      return g_strdup_printf (_("stations say different things of the metric “%s” and nobody has "
                                 "settled which holds: %s"),
                              rua_result_get_metric (result), of_metric);
    if (g_hash_table_contains (inquiry->disputed, key))
      return g_strdup_printf (
        _("two copies of the metric “%s” differ and nobody has settled which holds"),
        rua_result_get_metric (result));
    if (rua_result_get_basis (result) == RUA_RESULT_BASIS_RECORDS
        && rests_on_disputed_row (inquiry, result))
      return g_strdup_printf (
        _("two copies of a record that “%s” is computed from differ and nobody has "
           "settled which holds"),
        rua_result_get_metric (result));
  }
  for (guint i = 0; i < premises->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (premises->observations, i);
    RuaObservation *rival;
    char *of_figure = rua_inquiry_find_record_conflict (inquiry, RUA_RECORD (observation));

    if (of_figure != NULL) {
      g_autofree char *what = of_figure;
      return g_strdup_printf (_("stations say different things of the figure “%s” and nobody has "
                                 "settled which holds: %s"),
                              rua_record_get_id (RUA_RECORD (observation)), what);
    }
    if (rua_inquiry_is_disputed (inquiry, RUA_RECORD (observation)))
      return g_strdup_printf (
        _("two copies of the figure “%s” differ and nobody has settled which holds"),
        rua_record_get_id (RUA_RECORD (observation)));
    rival = rua_inquiry_find_rival (inquiry, observation);
    if (rival != NULL) {
      g_autofree char *left = rua_inquiry_format_value (observation, rival);
      g_autofree char *right = rua_inquiry_format_value (rival, observation);
      return g_strdup_printf (_("“%s” says %s where “%s” says %s, and nothing tells which holds"),
                              rua_record_get_id (RUA_RECORD (observation)), left,
                              rua_record_get_id (RUA_RECORD (rival)), right);
    }
  }
  return NULL;
}

static gboolean
is_stale (RuaInquiry *inquiry, RuaClaim *claim, RuaPremises *premises, char **which)
{
  g_autoptr (RuaRecord) document = rua_record_dup_reference (RUA_RECORD (claim), "document");
  RuaInquiryText *text = rua_inquiry_find_text (inquiry, (RuaDocument *)document);

  for (guint i = 0; (text == NULL || !text->stale) && i < premises->observations->len; i++) {
    g_autoptr (RuaRecord) stated
      = rua_record_dup_reference (g_ptr_array_index (premises->observations, i), "document");
    text = rua_inquiry_find_text (inquiry, (RuaDocument *)stated);
  }
  if (text == NULL || !text->stale)
    return FALSE;
  *which = g_strdup (rua_record_get_id (RUA_RECORD (text->record)));
  return TRUE;
}

/* ---- judging ---- */

static void
fill_numbers (RuaVerdict *verdict, const RuaPredicateComparison *comparison)
{
  if (comparison->has_value)
    verdict->value = comparison->value;
  if (comparison->has_threshold)
    verdict->threshold = comparison->threshold;
  if (comparison->has_value && comparison->has_threshold)
    verdict->margin = comparison->negated ? -comparison->margin : comparison->margin;
  if (comparison->has_interval) {
    verdict->low = comparison->low;
    verdict->high = comparison->high;
  }
  verdict->unit = g_strdup (comparison->unit);
}

static void
say_truth (RuaVerdict *verdict, const RuaPredicateComparison *comparison, RuaTruth truth)
{
  /* What is no difference is not shown as one. */
  g_autofree char *value = comparison->margin == 0
                             ? rua_evidence_format (comparison->value)
                             : rua_evidence_format_beside (comparison->value, comparison->threshold);
  g_autofree char *low = rua_evidence_format_beside (comparison->low, comparison->threshold);
  g_autofree char *high = rua_evidence_format_beside (comparison->high, comparison->threshold);
  g_autofree char *shown = comparison->has_interval
                             ? g_strdup_printf (_("%s (%s to %s)"), value, low, high)
                             : g_strdup (value);
  g_autofree char *text = NULL;

  switch (truth) {
  case RUA_TRUTH_TRUE:
    text = g_strdup_printf (_("%s: %s is %s"), comparison->text, comparison->left, shown);
    break;
  case RUA_TRUTH_FALSE:
    text = g_strdup_printf (_("%s does not hold: %s is %s"), comparison->text, comparison->left,
                            shown);
    break;
  case RUA_TRUTH_STRADDLES:
    text = comparison->bound != NULL && !comparison->has_interval
             ? g_strdup_printf (_("%s cannot be told: %s is %s, and a figure is published as “%s”"), comparison->text,
                                comparison->left, shown, rua_message_token (comparison->bound))
             : g_strdup_printf (_("%s holds in a part of the interval only: %s is %s"),
                            comparison->text, comparison->left, shown);
    break;
  default:
    text = g_strdup_printf (_("%s cannot be told: %s"), comparison->text,
                            comparison->reason == NULL ? _("a value is undefined")
                                                       : comparison->reason);
  }
  if (comparison->note != NULL && (truth == RUA_TRUTH_TRUE || truth == RUA_TRUTH_FALSE)) {
    g_autofree char *noted = g_strconcat (text, _("; "), comparison->note, NULL);
    rua_verdict_add_reason (verdict, noted);
  } else {
    rua_verdict_add_reason (verdict, text);
  }
}

gboolean
rua_judgement_make (RuaJudgement *self,
                    RuaInquiry *inquiry,
                    RuaClaim *claim,
                    RuaTerms *terms,
                    RuaVerdict *verdict,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GPtrArray) reasons = NULL;
  g_autofree char *dispute = NULL;
  g_autofree char *changed = NULL;
  gboolean has_figures;
  gboolean has_data;

  memset (self, 0, sizeof *self);
  self->terms = terms;
  self->failed = g_ptr_array_new ();
  self->computed = RUA_VERDICT_UNSUPPORTED;
  if (terms->predicate != NULL && *terms->predicate != '\0') {
    g_autoptr (RuaPredicate) predicate
      = rua_predicate_new (terms->predicate, inquiry->alliance, error);
    if (predicate == NULL)
      return FALSE;
    self->outcome = rua_predicate_evaluate (predicate, terms->measures, cancellable, error);
    if (self->outcome == NULL)
      return FALSE;
  }
  self->premises = collect_premises (inquiry, claim, self->outcome);
  has_data = self->premises->has_data;
  if (has_data)
    self->computed = verdict_of_truth (self->outcome->truth);
  /* Of nothing, no number is told. */
  if (has_data || (self->outcome != NULL && self->outcome->truth == RUA_TRUTH_UNDEFINED))
    self->decisive = find_decisive (self->outcome);
  has_figures = has_data || self->premises->observations->len > 0;
  verdict->grade = has_data ? work_out_grade (inquiry, claim, self->premises) : RUA_GRADE_NONE;
  add_sources (verdict, RUA_RECORD (claim));
  for (guint i = 0; i < self->premises->observations->len; i++)
    add_sources (verdict, g_ptr_array_index (self->premises->observations, i));
  for (guint i = 0; i < self->premises->results->len; i++)
    RUA_EVIDENCE_FOREACH_ITEM (
      rua_result_list_sources (g_ptr_array_index (self->premises->results, i)), RuaSource, source)
  rua_verdict_add_source (verdict, source);
  if (self->decisive != NULL)
    fill_numbers (verdict, self->decisive);

  reasons = has_figures ? rua_entailment_check (inquiry, terms, self->premises, self->failed)
                        : g_ptr_array_new_with_free_func (g_free);
  dispute = find_dispute (inquiry, claim, self->premises);
  if (dispute != NULL) {
    verdict->type = RUA_VERDICT_DISPUTED;
    rua_verdict_add_reason (verdict, dispute);
  } else if (is_stale (inquiry, claim, self->premises, &changed)) {
    g_autofree char *reason
      = g_strdup_printf (_("the text of the document “%s” has changed since it was modelled: "
                            "look the claim up again and store the new digest"),
                         changed);
    verdict->type = RUA_VERDICT_STALE;
    rua_verdict_add_reason (verdict, reason);
  } else if (!has_figures) {
    verdict->type = RUA_VERDICT_UNSUPPORTED;
    rua_verdict_add_reason (
      verdict, _("neither a figure nor a record is given from which it could be computed"));
  } else if (reasons->len > 0) {
    verdict->type = RUA_VERDICT_NOT_ENTAILED;
  } else if (self->outcome != NULL && !has_data) {
    verdict->type = RUA_VERDICT_UNSUPPORTED;
    rua_verdict_add_reason (verdict, _("there is no record from which it could be computed"));
  } else if (self->outcome == NULL) {
    verdict->type = RUA_VERDICT_UNSUPPORTED;
    rua_verdict_add_reason (
      verdict, _("figures are given, but no condition under which the claim would hold"));
  } else if (self->computed == RUA_VERDICT_SUPPORTED
             && only_repeats (inquiry, claim, self, verdict->grade)) {
    verdict->type = RUA_VERDICT_UNSUPPORTED;
    rua_verdict_add_reason (
      verdict, _("the document's own number is all there is: nothing is computed, and no "
                  "independent source is given for it"));
  } else {
    verdict->type = self->computed;
  }
  for (guint i = 0; i < self->failed->len; i++)
    g_ptr_array_add (verdict->failed, g_ptr_array_index (self->failed, i));
  for (guint i = 0; i < reasons->len; i++)
    rua_verdict_add_reason (verdict, g_ptr_array_index (reasons, i));
  if (self->decisive != NULL)
    say_truth (verdict, self->decisive,
               self->decisive->says_not ? get_part (self->decisive) : self->decisive->truth);
  verdict->tells_number = self->decisive != NULL;
  return rua_judgement_publish (self, inquiry, verdict, cancellable, error);
}

void
rua_judgement_clear (RuaJudgement *self)
{
  g_clear_pointer (&self->outcome, rua_predicate_outcome_free);
  g_clear_pointer (&self->premises, rua_premises_free);
  g_clear_pointer (&self->failed, g_ptr_array_unref);
}
