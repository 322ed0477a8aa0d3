/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-rules-private.h"

#include <math.h>
#include <string.h>

/* ---- quotations ---- */

static char *
shorten (const char *text, gsize length, guint most)
{
  const char *p = text;
  const char *end = text + length;
  guint n = 0;

  while (p < end && n < most) {
    p = g_utf8_next_char (p);
    n++;
  }
  if (p >= end)
    return g_strndup (text, length);
  return g_strdup_printf ("%.*s…", (int)(p - text), text);
}

static void
check_quote (RuaInquiry *inquiry, RuaRecord *record)
{
  const char *quote = rua_record_get_text (record, "quote");
  g_autoptr (RuaRecord) document
    = quote == NULL ? NULL : rua_record_dup_reference (record, "document");
  RuaInquiryText *text
    = document == NULL ? NULL : rua_inquiry_find_text (inquiry, RUA_DOCUMENT (document));
  RuaQuotation place;
  g_autofree char *said = NULL;

  if (text == NULL || text->text == NULL)
    return;
  rua_quotation_find (text->text, quote, &place);
  if (place.stands)
    return;
  said = shorten (quote, strlen (quote), 80);
  if (place.n_words_found * 2 >= place.n_words && place.n_words > 0) {
    g_autofree char *nearest = shorten (text->text->text + place.offset, place.length, 120);
    rua_inquiry_report (
      inquiry, "not_verbatim", record, document, place.line,
      _(
        "“%s” does not stand there word for word; the nearest, line %u, has %u of %u words: “%s”."),
      said, place.line, place.n_words_found, place.n_words, nearest);
  } else {
    rua_inquiry_report (inquiry, "not_verbatim", record, document, 0,
                        _("“%s” does not stand there, nor anything like it."), said);
  }
}

void
rua_rule_not_verbatim (RuaInquiry *inquiry)
{
  g_autoptr (GListModel) tables = NULL;
  gboolean any = FALSE;

  for (guint i = 0; i < inquiry->texts->len; i++)
    any = any || ((RuaInquiryText *)g_ptr_array_index (inquiry->texts, i))->text != NULL;
  if (!any)
    return;
  tables = rua_alliance_list_tables (inquiry->alliance);
  for (guint i = 0; i < g_list_model_get_n_items (tables); i++) {
    g_autoptr (RuaTable) table = g_list_model_get_item (tables, i);
    if (rua_kind_find_field (rua_table_get_kind (table), "quote") == NULL)
      continue;
    RUA_EVIDENCE_FOREACH (table, RuaRecord, record)
    check_quote (inquiry, record);
  }
}

/* ---- cause ---- */

/* Phrases that say it by themselves … */
static const char *const causal_phrases[] = { "led to",
                                              "leads to",
                                              "lead to",
                                              "leading to",
                                              "as a result of",
                                              "result in",
                                              "resulted in",
                                              "results in",
                                              "resulting from",
                                              "thanks to",
                                              "owing to",
                                              "due to",
                                              "because of",
                                              "brought about",
                                              "caused",
                                              "causes",
                                              "influenced",
                                              "influence on",
                                              "impact on",
                                              "effect on",
                                              "contributed to",
                                              "contributes to",
                                              "enabled",
                                              "enables",
                                              "gave rise to",
                                              "makes a difference",
                                              "made a difference",
                                              "makes a positive difference",
                                              "导致",
                                              "導致",
                                              "促使",
                                              "促进了",
                                              "促進了",
                                              "带来",
                                              "帶來",
                                              "使得",
                                              "由于",
                                              "由於",
                                              "因此",
                                              "影响了",
                                              "影響了",
                                              NULL };
/* … and words that say it where the claim is known to mean it. */
static const char *const weak_causal_phrases[]
  = { "effectively",   "generated", "generates",     "stimulated", "empowered",
      "improved",      "improves",  "helps",         "regained",   "encourages",
      "met the goals", "unable to", "framework for", NULL };

/* A comparative estimator answers for the comparison: then that check of the verdict held. */
static gboolean
is_compared (RuaInquiry *inquiry, RuaClaim *claim)
{
  RuaVerdict *verdict = rua_inquiry_get_verdict (inquiry, claim);

  return verdict != NULL && verdict->type != RUA_VERDICT_UNSUPPORTED
         && (rua_verdict_get_value (verdict, NULL) || verdict->withheld != NULL)
         && !g_ptr_array_find_with_equal_func (verdict->failed, "comparison", g_str_equal, NULL);
}

void
rua_rule_causal_words (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    const char *phrase = rua_words_find (rua_claim_get_quote (claim), causal_phrases, NULL);
    gboolean causal = FALSE;
    gboolean known = rua_claim_get_causal (claim, &causal);
    const char *comparison = rua_claim_get_comparison (claim);

    /* Whoever modelled the claim as not causal has read it. */
    if (known ? !causal : phrase == NULL)
      continue;
    if (comparison != NULL && *comparison != '\0')
      continue;
    if (causal && is_compared (inquiry, claim))
      continue;
    if (phrase == NULL)
      phrase = rua_words_find (rua_claim_get_quote (claim), weak_causal_phrases, NULL);
    rua_inquiry_report (
      inquiry, "causal_words", RUA_RECORD (claim), NULL,
      rua_rules_line_of (inquiry, RUA_RECORD (claim)),
      _("“%s” says that one thing brought about another; nothing is compared with."),
      phrase != NULL ? phrase : rua_rules_get_id (claim));
  }
}

static const char *const comparatives[]
  = { "higher",  "lower",       "better",         "worse",
      "greater", "stronger",    "weaker",         "larger",
      "smaller", "fewer",       "faster",         "richer",
      "poorer",  "more active", "more confident", "more sustainable",
      "更高",    "更好",        "更多",           "更强",
      "更強",    NULL };
static const char *const comparators[]
  = { "than",   "compared",    "comparison", "relative to", "as against", "versus",
      "before", "relation to", "比",         "相比",        NULL };

void
rua_rule_open_comparison (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    const char *quote = rua_claim_get_quote (claim);
    const char *comparison = rua_claim_get_comparison (claim);
    const char *word = rua_words_find (quote, comparatives, NULL);

    if (word == NULL || rua_words_find (quote, comparators, NULL) != NULL
        || (comparison != NULL && *comparison != '\0'))
      continue;
    rua_inquiry_report (inquiry, "open_comparison", RUA_RECORD (claim), NULL,
                        rua_rules_line_of (inquiry, RUA_RECORD (claim)),
                        _("“%s” does not say than what."), word);
  }
}

/* ---- what happened, and who brought it about ---- */

static gboolean
states_fact (RuaClaim *claim)
{
  static const char *const facts[]
    = { "event", "existence", "adoption", "count", "amount", "recognition", NULL };
  const char *assertion = rua_claim_get_assertion (claim);

  return assertion != NULL && g_strv_contains (facts, assertion);
}

void
rua_rule_fact_and_attribution (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    gboolean causal = FALSE;
    gboolean of_policy = FALSE;
    g_autoptr (GString) facts = g_string_new (NULL);

    if (!rua_claim_get_causal (claim, &causal) || !causal)
      continue;
    RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_about (claim), RuaRecord, record)
    of_policy = of_policy || RUA_IS_POLICY_EVENT (record) || RUA_IS_ADOPTION (record);
    RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_depends_on (claim), RuaClaim, fact)
    if (states_fact (fact)) {
      RuaVerdict *verdict = rua_inquiry_get_verdict (inquiry, fact);
      g_string_append_printf (facts, "%s“%s”", facts->len == 0 ? "" : C_("list", ", "),
                              rua_rules_get_id (fact));
      if (verdict != NULL) {
        g_auto (GStrv) words = g_strsplit (rua_verdict_type_to_string (verdict->type), "_", -1);
        g_autofree char *said = g_strjoinv (" ", words);
        g_string_append_printf (facts, _(" (%s)"), _(said));
      }
    }
    if (facts->len > 0)
      rua_inquiry_report (
        inquiry, "fact_and_attribution", RUA_RECORD (claim), NULL,
        rua_rules_line_of (inquiry, RUA_RECORD (claim)),
        _("That it happened, %s, and what brought it about are two claims: “%s” needs evidence of "
           "its own."),
        facts->str, rua_rules_get_id (claim));
    else if (of_policy)
      rua_inquiry_report (inquiry, "fact_and_attribution", RUA_RECORD (claim), NULL,
                          rua_rules_line_of (inquiry, RUA_RECORD (claim)),
                          _("“%s” tells as one claim what happened and what brought it about."),
                          rua_rules_get_id (claim));
  }
}

static void
check_lag (RuaInquiry *inquiry, RuaPolicyEvent *event, RuaProposal *proposal)
{
  gint32 earliest, latest, announced, announced_last, drafted;
  gboolean has_draft = rua_evidence_get_day (RUA_RECORD (event), "drafted", TRUE, &drafted);
  g_autoptr (GString) text = g_string_new (NULL);

  if (!rua_evidence_get_day (RUA_RECORD (proposal), "submitted", FALSE, &earliest)
      || !rua_evidence_get_day (RUA_RECORD (event), "announced", FALSE, &announced))
    return;
  rua_evidence_get_day (RUA_RECORD (proposal), "submitted", TRUE, &latest);
  rua_evidence_get_day (RUA_RECORD (event), "announced", TRUE, &announced_last);
  if (earliest > announced_last)
    g_string_append_printf (
      text, _("“%s” was announced before “%s” was submitted, and cannot come of it"),
      rua_rules_get_id (event), rua_rules_get_id (proposal));
  else if (earliest == latest && announced == announced_last)
    g_string_append_printf (text, _("“%s” was announced %d days after “%s” was submitted"),
                            rua_rules_get_id (event), announced - earliest,
                            rua_rules_get_id (proposal));
  else if (latest > announced)
    g_string_append_printf (
      text,
      _("“%s” was announced at most %d days after “%s” was submitted, and, as far as the "
         "dates tell, perhaps before it"),
      rua_rules_get_id (event), announced_last - earliest, rua_rules_get_id (proposal));
  else
    g_string_append_printf (text, _("“%s” was announced %d to %d days after “%s” was submitted"),
                            rua_rules_get_id (event), announced - latest, announced_last - earliest,
                            rua_rules_get_id (proposal));
  if (has_draft && drafted < earliest)
    g_string_append (text, _("; work on it had begun before"));
  else if (!has_draft)
    g_string_append (text, _("; when work on it began is not known"));
  rua_inquiry_report (inquiry, "attribution_lag", RUA_RECORD (event), RUA_RECORD (proposal),
                      rua_rules_line_of (inquiry, RUA_RECORD (event)), _("%s."), text->str);
}

void
rua_rule_attribution_lag (RuaInquiry *inquiry)
{
  RUA_EVIDENCE_FOREACH (rua_alliance_get_policy_events (inquiry->alliance), RuaPolicyEvent, event)
  RUA_EVIDENCE_FOREACH_ITEM (rua_policy_event_list_proposals (event), RuaProposal, proposal)
  check_lag (inquiry, event, proposal);
}
