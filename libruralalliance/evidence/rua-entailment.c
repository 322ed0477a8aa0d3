/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-terms-private.h"

#include "rua-result-private.h"

#include <string.h>

/* Each check asks one thing: whether figures of this sort can say what the words say, whatever
 * their values are. It answers with a sentence where they cannot. */

static gboolean
is_one_of (const char *word, const char *const *list)
{
  return word != NULL && g_strv_contains (list, word);
}

static const char *const share_estimators[] = {
  "proportion", "two_proportions", "participation_rate", "ratio_distribution", "mcnemar", NULL
};
static const char *const comparative_estimators[]
  = { "two_proportions",    "mean_difference", "did_2x2",       "twfe", "wild_cluster_bootstrap",
      "randomisation_test", "group_time_att",  "att_aggregate", NULL };

/* A metric that had no row to read gives nothing. */
static gboolean
any_estimator (RuaPremises *premises, const char *const *list)
{
  for (guint i = 0; i < premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (premises->results, i);
    if (rua_result_get_n_used (result) > 0 && is_one_of (rua_result_get_estimator (result), list))
      return TRUE;
  }
  return FALSE;
}

static guint
count_statistic (RuaPremises *premises, const char *statistic)
{
  guint n = 0;

  for (guint i = 0; i < premises->observations->len; i++)
    n += g_strcmp0 (rua_observation_get_statistic (g_ptr_array_index (premises->observations, i)),
                    statistic)
         == 0;
  return n;
}

static char *
list_statistics (RuaPremises *premises)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();

  for (guint i = 0; i < premises->observations->len; i++) {
    const char *statistic
      = rua_observation_get_statistic (g_ptr_array_index (premises->observations, i));
    if (statistic != NULL && !g_ptr_array_find_with_equal_func (seen, statistic, g_str_equal, NULL))
      g_ptr_array_add (seen, (gpointer)statistic);
  }
  for (guint i = 0; i < premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (premises->results, i);
    const char *estimator = rua_result_get_estimator (result);
    if (rua_result_get_n_used (result) > 0 && !g_str_equal (estimator, "reported")
        && !g_str_equal (estimator, "formula")
        && !g_ptr_array_find_with_equal_func (seen, estimator, g_str_equal, NULL))
      g_ptr_array_add (seen, (gpointer)estimator);
  }
  g_ptr_array_add (seen, NULL);
  for (guint i = 0; i + 1 < seen->len; i++)
    seen->pdata[i] = (gpointer)rua_message_token (seen->pdata[i]);
  return g_strjoinv (C_("list", ", "), (char **)seen->pdata);
}

/* Counts of records say how many of how many. */
static gboolean
says_how_many (RuaPremises *premises)
{
  guint n_counts = 0;

  if (any_estimator (premises, share_estimators) || count_statistic (premises, "share") > 0)
    return TRUE;
  for (guint i = 0; i < premises->results->len; i++) {
    const char *estimator = rua_result_get_estimator (g_ptr_array_index (premises->results, i));
    n_counts += g_str_equal (estimator, "count") || g_str_equal (estimator, "distinct_count");
  }
  return n_counts + count_statistic (premises, "count") >= 2;
}

static gboolean
asks_for_share (RuaTerms *terms)
{
  static const char *const quantifiers[] = { "all", "almost_all", "most", "many", "each", NULL };

  return is_one_of (terms->quantifier, quantifiers);
}

static char *
check_quantifier (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  g_autofree char *given = NULL;
  g_auto (GStrv) words = NULL;
  g_autofree char *spoken = NULL;

  if (!asks_for_share (terms) || says_how_many (premises))
    return NULL;
  given = list_statistics (premises);
  words = g_strsplit (terms->quantifier, "_", -1);
  spoken = rua_message_token (terms->quantifier) == terms->quantifier
             ? g_strjoinv (" ", words)
             : g_strdup (rua_message_token (terms->quantifier));
  return g_strdup_printf (_("“%s” needs a share of how many; the figures give no more than %s"),
                          spoken, *given == '\0' ? _("nothing") : given);
}

static char *
check_statistic (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  static const struct {
    const char *statistic;
    const char *estimators[6];
  } given_by[] = {
    { "mean", { "mean", "weighted_mean", "trimmed_mean", "paired_change", NULL } },
    { "median", { "quantile", "weighted_quantile", "ratio_distribution", NULL } },
    { "share",
      { "proportion", "two_proportions", "participation_rate", "ratio_distribution", "mcnemar",
        NULL } },
    { "count", { "count", "distinct_count", "total", NULL } },
    { "total", { "total", "count", NULL } },
  };
  g_autofree char *given = NULL;

  if (terms->statistic == NULL)
    return NULL;
  /* “Most” asks for the share already. */
  if (g_str_equal (terms->statistic, "share") && asks_for_share (terms))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (given_by); i++) {
    if (!g_str_equal (terms->statistic, given_by[i].statistic))
      continue;
    if (count_statistic (premises, terms->statistic) > 0
        || any_estimator (premises, given_by[i].estimators)
        || (g_str_equal (terms->statistic, "share") && says_how_many (premises)))
      return NULL;
    given = list_statistics (premises);
    return g_strdup_printf (_("the words are about a %s; the figures give %s"),
                            rua_message_token (terms->statistic),
                            *given == '\0' ? _("none") : given);
  }
  return NULL;
}

static char *
check_unit_of_analysis (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  static const char *const of_units[]
    = { "count", "total", "mean", "median", "share", "ratio", "change", NULL };

  if (terms->unit_of_analysis == NULL || g_str_equal (terms->unit_of_analysis, "other"))
    return NULL;
  for (guint i = 0; i < premises->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (premises->observations, i);
    const char *unit = rua_observation_get_unit_of_analysis (observation);
    if (unit != NULL && !g_str_equal (unit, terms->unit_of_analysis) && !g_str_equal (unit, "other")
        && is_one_of (rua_observation_get_statistic (observation), of_units))
      return g_strdup_printf (_("the words are about each %s; the figure “%s” is about each %s"),
                              rua_message_token (terms->unit_of_analysis),
                              rua_record_get_id (RUA_RECORD (observation)),
                              rua_message_token (unit));
  }
  return NULL;
}

static char *
check_places (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  g_autoptr (GHashTable) measured = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) missing = g_string_new (NULL);
  g_autoptr (GString) given = g_string_new (NULL);

  for (guint i = 0; i < premises->observations->len; i++) {
    g_autoptr (RuaPlace) place
      = rua_observation_dup_location (g_ptr_array_index (premises->observations, i));
    if (place != NULL && g_hash_table_add (measured, rua_evidence_dup_key (RUA_RECORD (place)))) {
      g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (place));
      g_string_append_printf (given, "%s%s", given->len == 0 ? "" : C_("list", ", "), name);
    }
  }
  if (g_hash_table_size (measured) == 0)
    return NULL;
  for (guint i = 0; i < terms->places->len; i++) {
    RuaPlace *place = g_ptr_array_index (terms->places, i);
    g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (place));
    gboolean qualifies = FALSE;

    /* "Yunnan, in Pingzhai": the larger place only says where the smaller one is. */
    for (guint j = 0; j < terms->places->len && !qualifies; j++)
      qualifies = j != i && rua_evidence_is_within (g_ptr_array_index (terms->places, j), place);
    if (!qualifies && !g_hash_table_contains (measured, key)) {
      g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (place));
      g_string_append_printf (missing, "%s%s", missing->len == 0 ? "" : C_("list", ", "), name);
    }
  }
  if (missing->len == 0)
    return NULL;
  return g_strdup_printf (_("the words are about %s too; the figures are from %s"), missing->str,
                          given->str);
}

static gboolean
describes_units (RuaObservation *observation)
{
  static const char *const statistics[]
    = { "mean", "median", "share", "ratio", "change", "value", NULL };

  return is_one_of (rua_observation_get_statistic (observation), statistics);
}

static char *
check_scope_count (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  g_autoptr (GHashTable) subjects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean any = FALSE;

  if (terms->scope_count <= 1)
    return NULL;
  for (guint i = 0; i < premises->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (premises->observations, i);
    g_autoptr (RuaRecord) subject = NULL;
    gint64 sample;

    if (!describes_units (observation))
      continue;
    any = TRUE;
    if (rua_observation_get_sample_size (observation, &sample) && sample >= terms->scope_count)
      return NULL;
    subject = rua_observation_dup_subject (observation);
    if (subject != NULL)
      g_hash_table_add (subjects, rua_evidence_dup_key (subject));
  }
  if (!any || g_hash_table_size (subjects) == 0
      || (gint64)g_hash_table_size (subjects) >= terms->scope_count)
    return NULL;
  return g_strdup_printf (_("the words are about %lld; the figures are from %u"),
                          (long long)terms->scope_count, g_hash_table_size (subjects));
}

/* A record is covered by a figure about itself or about something that it belongs to. */
static gboolean
is_covered (RuaRecord *record, GHashTable *subjects, guint depth)
{
  g_autofree char *key = rua_evidence_dup_key (record);
  RuaKind *kind = rua_record_get_kind (record);

  if (g_hash_table_contains (subjects, key))
    return TRUE;
  for (guint i = 0; i < rua_kind_get_n_fields (kind) && depth < 2; i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    static const char *const belonging[]
      = { "parent", "project", "cooperative", "site", "part_of", "of", NULL };

    if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_REFERENCE
        && g_strv_contains (belonging, rua_field_get_name (field))) {
      g_autoptr (RuaRecord) above = rua_record_dup_reference (record, rua_field_get_name (field));
      if (above != NULL && is_covered (above, subjects, depth + 1))
        return TRUE;
    }
  }
  return FALSE;
}

static char *
check_subjects (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  g_autoptr (GHashTable) subjects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) kinds = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) missing = g_string_new (NULL);
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_missing = 0;

  for (guint i = 0; i < premises->observations->len; i++) {
    RuaRecord *subject
      = rua_observation_dup_subject (g_ptr_array_index (premises->observations, i));
    if (subject == NULL)
      continue;
    g_ptr_array_add (held, subject);
    if (!describes_units (g_ptr_array_index (premises->observations, i)))
      continue;
    g_hash_table_add (subjects, rua_evidence_dup_key (subject));
    g_hash_table_add (kinds, (gpointer)rua_kind_get_name (rua_record_get_kind (subject)));
  }
  /* A claim names many sorts of things; only those of the sort that was measured are compared. */
  for (guint i = 0; i < terms->about->len; i++) {
    RuaRecord *record = g_ptr_array_index (terms->about, i);
    if (g_hash_table_contains (kinds, rua_kind_get_name (rua_record_get_kind (record)))
        && !is_covered (record, subjects, 0) && ++n_missing <= 5) {
      g_autofree char *name = rua_evidence_dup_name (record);
      g_string_append_printf (missing, "%s%s", missing->len == 0 ? "" : C_("list", ", "), name);
    }
  }
  if (n_missing == 0)
    return NULL;
  return g_strdup_printf (_("the words are about %s%s too, of which there is no figure"),
                          missing->str, n_missing > 5 ? _(" and others") : "");
}

static char *
check_change (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  guint n = 0;

  if (g_strcmp0 (terms->assertion, "change") != 0 && g_strcmp0 (terms->statistic, "change") != 0)
    return NULL;
  for (guint i = 0; i < premises->results->len; i++)
    if (rua_result_get_basis (g_ptr_array_index (premises->results, i))
        != RUA_RESULT_BASIS_PUBLISHED)
      return NULL;
  for (guint i = 0; i < premises->observations->len; i++) {
    static const char *const changes[] = { "change", "ratio", "rank", NULL };
    if (is_one_of (rua_observation_get_statistic (g_ptr_array_index (premises->observations, i)),
                   changes))
      return NULL;
    n++;
  }
  return n >= 2
           ? NULL
           : g_strdup (_("a change needs a value before and a value after; one value is given"));
}

static char *
check_comparison (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  if (!terms->causal || (terms->comparison != NULL && *terms->comparison != '\0')
      || any_estimator (premises, comparative_estimators))
    return NULL;
  return g_strdup (
    _("the words say that one thing brought about another; nothing tells what would have come "
       "about without it"));
}

static char *
check_price_basis (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises)
{
  if (g_strcmp0 (terms->price_basis, "real") != 0)
    return NULL;
  for (guint i = 0; i < premises->results->len; i++)
    if (g_strcmp0 (rua_result_get_price_basis (g_ptr_array_index (premises->results, i)), "real")
        == 0)
      return NULL;
  for (guint i = 0; i < premises->results->len; i++) {
    RuaResult *result = g_ptr_array_index (premises->results, i);
    if (rua_result_get_n_used (result) > 0 && result->head->origin.is_nominal)
      return g_strdup_printf (_("the words mean money of one year; the metric “%s” is computed from the money of each year"),
                              rua_result_get_metric (result));
  }
  for (guint i = 0; i < premises->used->len; i++) {
    RuaObservation *observation = g_ptr_array_index (premises->used, i);
    const char *basis = rua_observation_get_price_basis (observation);
    if (basis != NULL && !g_str_equal (basis, "real"))
      return g_strdup_printf (_("the words mean money of one year; the figure “%s” is %s"),
                              rua_record_get_id (RUA_RECORD (observation)),
                              g_str_equal (basis, "nominal") ? _("in the money of its own year")
                                                             : _("of no stated price basis"));
  }
  return NULL;
}

static const struct {
  RuaEntailmentInfo info;
  char *(*check) (RuaInquiry *inquiry, RuaTerms *terms, RuaPremises *premises);
} checks[] = {
  { { "quantifier", N_("“all”, “most”, “almost all” need a share; a mean or a total gives none") },
    check_quantifier },
  { { "statistic",
      N_("words about a median, a share or a total need a figure of that statistic") },
    check_statistic },
  { { "unit_of_analysis", N_("a figure per member says nothing per household") },
    check_unit_of_analysis },
  { { "scope_count", N_("figures from one co-operative do not carry words about twenty") },
    check_scope_count },
  { { "places", N_("every place the words are about needs a figure of its own") }, check_places },
  { { "subjects", N_("so does every record of the sort that was measured") }, check_subjects },
  { { "change", N_("a change needs a value before and a value after") }, check_change },
  { { "comparison", N_("an effect needs a comparison: what would have come about without it") },
    check_comparison },
  { { "price_basis", N_("words about real money need figures in the prices of one year") },
    check_price_basis },
};

GPtrArray *
rua_entailment_check (RuaInquiry *inquiry,
                      RuaTerms *terms,
                      RuaPremises *premises,
                      GPtrArray *failed)
{
  GPtrArray *reasons = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++) {
    char *reason = checks[i].check (inquiry, terms, premises);
    if (reason == NULL)
      continue;
    g_ptr_array_add (reasons, reason);
    g_ptr_array_add (failed, (gpointer)checks[i].info.id);
  }
  return reasons;
}

const RuaEntailmentInfo *
rua_entailment_list (guint *n)
{
  static RuaEntailmentInfo infos[G_N_ELEMENTS (checks)];

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    infos[i] = checks[i].info;
  *n = G_N_ELEMENTS (checks);
  return infos;
}
