/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-terms-private.h"

#include "rua-result-private.h"

#include <math.h>
#include <string.h>

static gboolean
is_computed (RuaVerdictType type)
{
  return type == RUA_VERDICT_SUPPORTED || type == RUA_VERDICT_CONTRADICTED
         || type == RUA_VERDICT_INCONCLUSIVE;
}

void
rua_readings_add_failed (RuaClaim *claim,
                         const char *name,
                         const char *message,
                         RuaVerdict *verdict)
{
  g_autoptr (RuaVerdict) reading = rua_verdict_new (claim, name);
  g_autofree char *reason = g_strdup_printf (_("cannot be computed: %s"), message);

  reading->faulty = TRUE;
  rua_verdict_add_reason (reading, reason);
  g_list_store_append (verdict->readings, reading);
}

/* Judges the claim under @terms and adds the outcome to the readings of @verdict; @plain is what
 * the figures alone say of the words as they stand. A reading that cannot be computed is kept and
 * says why; only being cancelled is an error. */
gboolean
rua_readings_judge (RuaInquiry *inquiry,
                    RuaClaim *claim,
                    RuaTerms *terms,
                    const char *name,
                    RuaVerdictType plain,
                    RuaVerdict *verdict,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (RuaVerdict) reading = rua_verdict_new (claim, name);
  g_autoptr (GError) fault = NULL;
  RuaJudgement judgement;
  gboolean made
    = rua_judgement_make (&judgement, inquiry, claim, terms, reading, cancellable, &fault);

  if (made) {
    if (is_computed (reading->type))
      reading->flipped = is_computed (plain) && reading->type != plain;
    else
      reading->flipped = reading->type == RUA_VERDICT_NOT_ENTAILED && is_computed (verdict->type);
    g_list_store_append (verdict->readings, reading);
  }
  rua_judgement_clear (&judgement);
  if (made)
    return TRUE;
  if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&fault));
    return FALSE;
  }
  rua_readings_add_failed (claim, name, fault->message, verdict);
  return TRUE;
}

/* ---- those of the alliance's records ---- */

static gboolean
add_recorded (RuaInquiry *inquiry,
              RuaClaim *claim,
              RuaJudgement *main,
              RuaVerdict *verdict,
              GCancellable *cancellable,
              GError **error)
{
  g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (claim));
  g_autoptr (GPtrArray) metrics = g_ptr_array_new ();

  for (guint i = 0; main->outcome != NULL && i < main->outcome->results->len; i++)
    g_ptr_array_add (
      metrics, (gpointer)rua_result_get_metric (g_ptr_array_index (main->outcome->results, i)));
  g_ptr_array_add (metrics, NULL);
  RUA_EVIDENCE_FOREACH (rua_alliance_get_readings (inquiry->alliance), RuaReading, record)
  {
    g_autoptr (RuaClaim) of = rua_reading_dup_claim (record);
    g_autofree char *of_key = of == NULL ? NULL : rua_evidence_dup_key (RUA_RECORD (of));
    g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (record));
    const char *changes = rua_reading_get_changes (record);
    g_autoptr (RuaTerms) terms = NULL;
    g_autoptr (GError) fault = NULL;

    if (g_strcmp0 (of_key, key) != 0)
      continue;
    terms = rua_terms_new (inquiry, claim);
    if (changes != NULL
        && !rua_terms_apply (terms, inquiry, changes, (const char *const *)metrics->pdata,
                             &fault)) {
      rua_readings_add_failed (claim, name, fault->message, verdict);
      continue;
    }
    /* How something is measured can be judged even where the words want more than is measured. */
    if (verdict->type == RUA_VERDICT_NOT_ENTAILED && !terms->other_words)
      rua_terms_strip (terms);
    if (!rua_readings_judge (inquiry, claim, terms, name, main->computed, verdict, cancellable,
                             error))
      return FALSE;
  }
  return TRUE;
}

/* ---- what the figures do say ---- */

static gboolean
failed_alone (RuaJudgement *main, const char *id)
{
  return main->failed->len == 1 && g_str_equal (g_ptr_array_index (main->failed, 0), id);
}

static void
append_word (GString *text, const char *word)
{
  if (word != NULL && *word != '\0')
    g_string_append_printf (text, "%s%s", text->len == 0 ? "" : C_("list", ", "), word);
}

static char *
name_plain_reading (RuaJudgement *main)
{
  g_autoptr (GString) text = g_string_new (NULL);
  RuaObservation *observation;
  g_autoptr (RuaPlace) place = NULL;

  if (failed_alone (main, "comparison"))
    return g_strdup (_("as a change, not as an effect"));
  if (main->premises->observations->len == 0)
    return g_strdup (_("as its figures say"));
  observation = g_ptr_array_index (main->premises->observations, 0);
  place = rua_observation_dup_location (observation);
  append_word (text, rua_message_token (rua_observation_get_statistic (observation)));
  append_word (text, rua_observation_get_population (observation) != NULL
                       ? rua_observation_get_population (observation)
                       : rua_message_token (rua_observation_get_unit_of_analysis (observation)));
  if (place != NULL) {
    g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (place));
    append_word (text, name);
  }
  return text->len == 0 ? g_strdup (_("as its figures say"))
                        : g_strdup_printf (_("as its figures say: %s"), text->str);
}

/* ---- the unit that the same claim has elsewhere ---- */

static gboolean
restates_each_other (RuaClaim *a, RuaClaim *b)
{
  g_autoptr (RuaClaim) a_of = rua_claim_dup_restates (a);
  g_autoptr (RuaClaim) b_of = rua_claim_dup_restates (b);

  return a != b && (a_of == b || b_of == a || (a_of != NULL && a_of == b_of));
}

static gboolean
add_units (RuaInquiry *inquiry,
           RuaClaim *claim,
           RuaJudgement *main,
           RuaVerdict *verdict,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();

  if (!is_computed (verdict->type) || main->terms->unit_of_analysis == NULL)
    return TRUE;
  g_ptr_array_add (seen, main->terms->unit_of_analysis);
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *other = g_ptr_array_index (inquiry->claims, i);
    const char *unit = rua_claim_get_unit_of_analysis (other);
    g_autoptr (RuaTerms) terms = NULL;
    g_autofree char *name = NULL;

    if (unit == NULL || !restates_each_other (claim, other)
        || g_ptr_array_find_with_equal_func (seen, unit, g_str_equal, NULL))
      continue;
    g_ptr_array_add (seen, (gpointer)unit);
    name = g_strdup_printf (_("of each %s, as “%s” has it"), rua_message_token (unit),
                            rua_record_get_id (RUA_RECORD (other)));
    terms = rua_terms_new (inquiry, claim);
    g_free (terms->unit_of_analysis);
    terms->unit_of_analysis = g_strdup (unit);
    if (!rua_readings_judge (inquiry, claim, terms, name, main->computed, verdict, cancellable,
                             error))
      return FALSE;
  }
  return TRUE;
}

/* ---- the other value that was published ---- */

/* The metric that gives nothing but this one figure. */
static const char *
find_metric_of (RuaJudgement *main, RuaObservation *observation)
{
  for (guint i = 0; i < main->premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (main->premises->results, i);
    g_autoptr (GListModel) figures = rua_result_list_observations (result);
    g_autoptr (GObject) first = NULL;

    if (!g_str_equal (rua_result_get_estimator (result), "reported") || figures == NULL
        || g_list_model_get_n_items (figures) != 1)
      continue;
    first = g_list_model_get_item (figures, 0);
    if (first == (GObject *)observation)
      return rua_result_get_metric (result);
  }
  return NULL;
}

static gboolean
add_values (RuaInquiry *inquiry,
            RuaClaim *claim,
            RuaJudgement *main,
            RuaVerdict *verdict,
            GCancellable *cancellable,
            GError **error)
{
  for (guint i = 0; i < main->premises->used->len; i++) {
    RuaObservation *observation = g_ptr_array_index (main->premises->used, i);
    const char *metric = find_metric_of (main, observation);
    g_autoptr (GPtrArray) same = NULL;

    if (metric == NULL)
      continue;
    same = rua_inquiry_list_same (inquiry, observation);
    for (guint j = 0; j < same->len; j++) {
      RuaObservation *other = g_ptr_array_index (same, j);
      const char *id = rua_record_get_id (RUA_RECORD (other));
      g_autoptr (RuaTerms) terms = NULL;
      g_autofree char *shown = NULL;
      g_autofree char *name = NULL;
      double value, other_value;

      if (!rua_inquiry_get_values (inquiry, observation, other, &value, &other_value) || value == other_value || value == 0)
        continue;
      shown = rua_inquiry_format_value (other, observation);
      name = g_strdup_printf (_("with %s of “%s”"), shown, id);
      terms = rua_terms_new (inquiry, claim);
      if (verdict->type == RUA_VERDICT_NOT_ENTAILED)
        rua_terms_strip (terms);
      if (!rua_measure_context_scale (rua_terms_assume (terms, inquiry), metric,
                                      other_value / value, name, NULL))
        continue;
      if (!rua_readings_judge (inquiry, claim, terms, name, main->computed, verdict, cancellable,
                               error))
        return FALSE;
    }
  }
  return TRUE;
}

/* ---- those who did not answer ---- */

/* What becomes of a share when those of whom nothing is known count as not belonging to it, and of its rest when they
 * count as belonging. Of an estimator of shares that is asked for another value, such as a median, nothing does. */
static gboolean
find_share_of_known (RuaResult *result, double *factor)
{
  static const struct {
    const char *estimator, *share;
  } shares[] = { { "proportion", "p" }, { "participation_rate", "rate" }, { "ratio_distribution", "share" } };
  double eligible, unknown, estimate, share = NAN;

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    if (g_str_equal (rua_result_get_estimator (result), shares[i].estimator))
      rua_result_get_named (result, shares[i].share, &share);
  if (!rua_result_get_estimate (result, &estimate) || !(estimate == share * result->factor))
    return FALSE;
  if (!rua_result_get_named (result, "n_eligible", &eligible)
      || !rua_result_get_named (result, "n_unknown", &unknown)) {
    eligible = (double)rua_result_get_n_used (result);
    unknown = (double)rua_result_get_n_missing (result);
  }
  if (!(eligible > 0) || !(unknown > 0))
    return FALSE;
  *factor = eligible / (eligible + unknown);
  return TRUE;
}

/* Whether the predicate asks it to be at least so much, or at most; neither is told of what stands within arithmetic. */
static gboolean
is_bounded (RuaJudgement *main, RuaResult *result, gboolean from_above)
{
  for (guint i = 0; i < main->outcome->comparisons->len; i++) {
    const RuaPredicateComparison *comparison = g_ptr_array_index (main->outcome->comparisons, i);

    if (comparison->result == result && *comparison->operation != '=' && *comparison->operation != '!'
        && ((*comparison->operation == '<') != comparison->negated) == from_above)
      return TRUE;
  }
  return FALSE;
}

static gboolean
add_missing_as (RuaInquiry *inquiry,
                RuaClaim *claim,
                RuaJudgement *main,
                RuaResult *result,
                double factor,
                gboolean belonging,
                RuaVerdict *verdict,
                GCancellable *cancellable,
                GError **error)
{
  const char *metric = rua_result_get_metric (result);
  g_autoptr (RuaTerms) terms = rua_terms_new (inquiry, claim);
  RuaMeasureContext *context = rua_terms_assume (terms, inquiry);

  if (verdict->type == RUA_VERDICT_NOT_ENTAILED)
    rua_terms_strip (terms);
  if (belonging ? !rua_measure_context_scale_rest (
        context, metric, factor, _("those of whom nothing is known are counted in"), NULL)
                : !rua_measure_context_scale (
                  context, metric, factor,
                  _("those of whom nothing is known are counted against it"), NULL))
    return TRUE;
  return rua_readings_judge (inquiry, claim, terms,
                             belonging ? _("those of whom nothing is known counted in")
                                       : _("those of whom nothing is known counted against it"),
                             main->computed, verdict, cancellable, error);
}

static gboolean
add_missing (RuaInquiry *inquiry,
             RuaClaim *claim,
             RuaJudgement *main,
             RuaVerdict *verdict,
             GCancellable *cancellable,
             GError **error)
{
  for (guint i = 0; i < main->outcome->results->len; i++) {
    RuaResult *result = g_ptr_array_index (main->outcome->results, i);
    gboolean from_above = is_bounded (main, result, TRUE);
    double factor;

    if (!find_share_of_known (result, &factor))
      continue;
    if ((!from_above || is_bounded (main, result, FALSE))
        && !add_missing_as (inquiry, claim, main, result, factor, FALSE, verdict, cancellable, error))
      return FALSE;
    if (from_above
        && !add_missing_as (inquiry, claim, main, result, factor, TRUE, verdict, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- how many more would tell ---- */

static void
add_sample_flip (RuaJudgement *main, RuaVerdict *verdict)
{
  const RuaPredicateComparison *decisive = main->decisive;
  double half, n, needed;
  g_autofree char *text = NULL;

  /* How many it takes where the other side has an interval, too, is no one number. */
  if (decisive == NULL || decisive->truth != RUA_TRUTH_STRADDLES || !decisive->has_interval
      || decisive->threshold_is_uncertain
      || !decisive->has_value || !decisive->has_threshold || decisive->result == NULL
      || decisive->value == decisive->threshold)
    return;
  n = (double)rua_result_get_n_used (decisive->result);
  half = decisive->value > decisive->threshold ? decisive->value - decisive->low
                                               : decisive->high - decisive->value;
  if (n < 2 || !(half > 0))
    return;
  /* Intervals shrink with the root of n. */
  needed = ceil (n * pow (half / (decisive->value - decisive->threshold), 2));
  if (!isfinite (needed) || needed > 1e12)
    return;
  text = g_strdup_printf (
    _("with about %.0f instead of %.0f the interval would no longer reach %g, if the value stays"),
    needed, n, decisive->threshold);
  rua_verdict_add_flip (verdict, "break_even_n", needed, "1", text);
}

gboolean
rua_readings_add (RuaInquiry *inquiry,
                  RuaClaim *claim,
                  RuaJudgement *main,
                  RuaVerdict *verdict,
                  GCancellable *cancellable,
                  GError **error)
{
  if (!add_recorded (inquiry, claim, main, verdict, cancellable, error))
    return FALSE;
  if (main->outcome == NULL)
    return TRUE;
  if (verdict->type == RUA_VERDICT_NOT_ENTAILED && is_computed (main->computed)) {
    g_autoptr (RuaTerms) terms = rua_terms_new (inquiry, claim);
    g_autofree char *name = name_plain_reading (main);
    rua_terms_strip (terms);
    if (!rua_readings_judge (inquiry, claim, terms, name, main->computed, verdict, cancellable,
                             error))
      return FALSE;
  }
  add_sample_flip (main, verdict);
  return rua_readings_add_economic (inquiry, claim, main, verdict, cancellable, error)
         && add_units (inquiry, claim, main, verdict, cancellable, error)
         && add_values (inquiry, claim, main, verdict, cancellable, error)
         && add_missing (inquiry, claim, main, verdict, cancellable, error);
}
