/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-claim-check.h"

#include "rua-terms-private.h"

/* ---- how the verdict came about ---- */

static void
explain_claim (RuaClaim *claim, RuaExplanation *explanation)
{
  const char *quote = rua_claim_get_quote (claim);
  const char *passage = rua_claim_get_passage (claim);
  g_autoptr (RuaDocument) document = rua_claim_dup_document (claim);

  if (quote != NULL) {
    g_autofree char *words = g_strdup_printf (_("the words: “%s”"), quote);
    g_autoptr (GString) place = g_string_new (NULL);
    RuaExplanation *node = rua_explanation_add_text (explanation, words);

    if (document != NULL)
      g_string_append_printf (place, _("in %s"), rua_record_get_id (RUA_RECORD (document)));
    if (passage != NULL)
      g_string_append_printf (place, "%s%s", place->len > 0 ? _(", ") : "", passage);
    if (place->len > 0)
      rua_explanation_add_text (node, place->str);
  }
}

static void
explain_figure (RuaInquiry *inquiry, RuaObservation *observation, RuaExplanation *parent)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *period = rua_observation_dup_period (observation);
  g_autoptr (RuaPlace) place = rua_observation_dup_location (observation);
  const char *unit = rua_observation_get_unit (observation);
  const char *of = rua_observation_get_unit_of_analysis (observation);
  const char *quote = rua_observation_get_quote (observation);
  RuaExplanation *node;
  gint64 sample;
  double value;

  g_string_append_printf (text, _("figure “%s”: "), rua_record_get_id (RUA_RECORD (observation)));
  if (rua_observation_get_statistic (observation) != NULL)
    g_string_append_printf (text, C_("statistic", "%1$s of %2$s"),
                            rua_message_token (rua_observation_get_statistic (observation)),
                            rua_observation_get_measured_property (observation));
  else
    g_string_append (text, rua_observation_get_measured_property (observation));
  if (rua_observation_get_value (observation, &value)) {
    g_autofree char *shown = rua_evidence_format (value);
    g_string_append_printf (text, " = %s", shown);
    if (unit != NULL)
      g_string_append_printf (text, " %s", unit);
  }
  if (period != NULL)
    g_string_append_printf (text, _(", %s"), period);
  if (place != NULL) {
    g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (place));
    g_string_append_printf (text, _(", %s"), name);
  }
  if (of != NULL)
    g_string_append_printf (text, _(", of each %s"), rua_message_token (of));
  if (rua_observation_get_sample_size (observation, &sample))
    g_string_append_printf (text, _(", n = %lld"), (long long)sample);
  node = rua_explanation_add_text (parent, text->str);
  if (quote != NULL) {
    g_autofree char *words = g_strdup_printf ("“%s”", quote);
    rua_explanation_add_text (node, words);
  }
}

static void
explain_source (RuaInquiry *inquiry, RuaSource *source, RuaExplanation *parent)
{
  const RuaTie *tie = rua_ties_judge (inquiry->ties, source);
  const char *label = rua_source_get_label (source);
  g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (source));
  g_autofree char *text = g_strdup_printf (
    _("source %s: %s; %s: %s"), label != NULL ? label : rua_record_get_id (RUA_RECORD (source)),
    name, rua_independence_words (tie->independence), tie->reason);

  rua_explanation_add_text (parent, text);
}

/* Where numbers are withheld, names are told and nothing else: a figure that a number is held
 * against would tell it. */
static void
explain_names (RuaJudgement *judgement, RuaExplanation *parent)
{
  for (guint i = 0; i < judgement->premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (judgement->premises->results, i);
    g_autofree char *text = g_strdup_printf (_("metric “%s”"), rua_result_get_metric (result));
    rua_explanation_add_text (parent, text);
  }
  for (guint i = 0; i < judgement->premises->observations->len; i++) {
    RuaRecord *observation = g_ptr_array_index (judgement->premises->observations, i);
    g_autofree char *text = g_strdup_printf (_("figure “%s”"), rua_record_get_id (observation));
    rua_explanation_add_text (parent, text);
  }
}

static void
explain_numbers (RuaInquiry *inquiry, RuaJudgement *judgement, RuaExplanation *parent)
{
  for (guint i = 0; judgement->outcome != NULL && i < judgement->outcome->results->len; i++) {
    RuaResult *result = g_ptr_array_index (judgement->outcome->results, i);
    RuaResult *published
      = inquiry->is_public
          ? g_hash_table_lookup (inquiry->published, rua_result_get_metric (result))
          : NULL;
    g_autoptr (RuaExplanation) how = rua_result_explain (published != NULL ? published : result);
    rua_explanation_add (parent, how);
  }
  for (guint i = 0; i < judgement->premises->observations->len; i++)
    explain_figure (inquiry, g_ptr_array_index (judgement->premises->observations, i), parent);
}

static RuaExplanation *
explain (RuaInquiry *inquiry, RuaClaim *claim, RuaJudgement *judgement, RuaVerdict *verdict)
{
  g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (claim));
  g_autofree char *head = g_strdup_printf (
    _("%s: %s"), name, C_("verdict", rua_verdict_type_to_string (verdict->type)));
  RuaExplanation *explanation = rua_explanation_new (head);
  const char *const *reasons = rua_verdict_get_reasons (verdict);
  g_autoptr (GListModel) sources = rua_verdict_list_sources (verdict);
  g_autofree char *grade
    = g_strdup_printf (_("grade: %s"), C_("grade", rua_grade_to_string (verdict->grade)));

  for (guint i = 0; reasons[i] != NULL; i++)
    rua_explanation_add_text (explanation, reasons[i]);
  rua_explanation_add_text (explanation, grade);
  explain_claim (claim, explanation);
  if (verdict->withheld != NULL)
    explain_names (judgement, explanation);
  else
    explain_numbers (inquiry, judgement, explanation);
  for (guint i = 0; i < g_list_model_get_n_items (sources); i++) {
    g_autoptr (RuaSource) source = g_list_model_get_item (sources, i);
    explain_source (inquiry, source, explanation);
  }
  return explanation;
}

RuaVerdict *
rua_inquiry_check (RuaInquiry *self, RuaClaim *claim, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaVerdict) verdict = rua_verdict_new (claim, NULL);
  g_autoptr (RuaTerms) terms = rua_terms_new (self, claim);
  RuaJudgement judgement;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!rua_judgement_make (&judgement, self, claim, terms, verdict, cancellable, error)
      || !rua_readings_add (self, claim, &judgement, verdict, cancellable, error)) {
    rua_judgement_clear (&judgement);
    return NULL;
  }
  rua_verdict_withhold (verdict);
  verdict->explanation = explain (self, claim, &judgement, verdict);
  rua_judgement_clear (&judgement);
  g_hash_table_replace (self->verdicts, rua_evidence_dup_key (RUA_RECORD (claim)),
                        g_object_ref (verdict));
  return g_steal_pointer (&verdict);
}

/**
 * rua_claim_check:
 * @self: a claim
 * @alliance: the alliance that it is about
 * @cancellable: (nullable): to give up with
 * @error: return location for an error
 *
 * Computes a claim again, from the alliance's records and from the figures that are published.
 *
 * [class@RuralAlliance.Checker] checks all claims at once, and knows of conflicts.
 *
 * Returns: (transfer full) (nullable): the verdict; %NULL if the claim's predicate is not one, names
 *   a metric that there is not, or combines units that cannot be (%RUA_ERROR), or if it was
 *   cancelled
 *
 * Since: 1.0
 */
RuaVerdict *
rua_claim_check (RuaClaim *self, RuaAlliance *alliance, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaInquiry) inquiry = NULL;

  g_return_val_if_fail (RUA_IS_CLAIM (self), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);
  inquiry = rua_inquiry_new (alliance);
  return rua_inquiry_check (inquiry, self, cancellable, error);
}
