/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-rules-private.h"

#include <string.h>

static const RuaRule rules[] = {
  { "not_verbatim", N_("a quotation that does not stand in the document word for word"),
    rua_rule_not_verbatim },
  { "text_missing",
    N_("a document whose text cannot be read, so that nothing can be looked up in it"),
    rua_rule_text_missing },
  { "text_changed", N_("a document whose text is not the one that was modelled"),
    rua_rule_text_changed },
  { "two_values", N_("one thing, told twice with two values"), rua_rule_two_values },
  { "two_names", N_("one thing, told twice under two names"), rua_rule_two_names },
  { "unit_drift",
    N_("the same claim or figure, once of households, once of members, once of villagers"),
    rua_rule_unit_drift },
  { "bare_figure", N_("a mean, share or change without the number of cases or an error"),
    rua_rule_bare_figure },
  { "implausible", N_("a ratio, share or count outside what is plausible"), rua_rule_implausible },
  { "round_number", N_("a round number that is given as exact"), rua_rule_round_number },
  { "approximation",
    N_("words that say “about” where the figure is taken as exact, or two ways of rounding"),
    rua_rule_approximation },
  { "headline_wider", N_("a summary that says more than the body it sums up"),
    rua_rule_headline_wider },
  { "one_carries_many", N_("a figure from one place or group that carries words about many"),
    rua_rule_one_carries_many },
  { "place_in_one_part",
    N_("a place that is named in the body and not in the summary's list, or the other way round"),
    rua_rule_place_in_one_part },
  { "place_without_work",
    N_("a place claimed for the work in which no project, site or adoption is known"),
    rua_rule_place_without_work },
  { "outside_period", N_("a date outside the period of what it belongs to"),
    rua_rule_outside_period },
  { "begins_before_first", N_("a period that begins before anything in it does"),
    rua_rule_begins_before_first },
  { "used_before_tried", N_("something in use elsewhere before its trial was over"),
    rua_rule_used_before_tried },
  { "tense", N_("a present tense that the date of publication belies"), rua_rule_tense },
  { "future_period", N_("a period that begins after the document was published, told as done"),
    rua_rule_future_period },
  { "cited_not_listed", N_("a label that is cited and that no list explains"),
    rua_rule_cited_not_listed },
  { "listed_never_cited", N_("an entry of a list that is never cited"),
    rua_rule_listed_never_cited },
  { "not_independent", N_("a source made by the alliance, its people or its partners"),
    rua_rule_not_independent },
  { "declared_independent", N_("a source that is declared to stand further off than it does"),
    rua_rule_declared_independent },
  { "circular", N_("a source that rests on itself or on the document that cites it"),
    rua_rule_circular },
  { "source_stretched", N_("one source of one place for claims about several places"),
    rua_rule_source_stretched },
  { "causal_words", N_("words that say one thing brought about another, without a comparison"),
    rua_rule_causal_words },
  { "open_comparison", N_("a comparative that does not say than what"), rua_rule_open_comparison },
  { "fact_and_attribution", N_("a fact and who brought it about, told as one claim"),
    rua_rule_fact_and_attribution },
  { "attribution_lag",
    N_("a proposal and an act of policy: how long lay between, and what there was before"),
    rua_rule_attribution_lag },
  { "not_entailed", N_("a claim that its figures do not say, whatever their values"),
    rua_rule_not_entailed },
  { "flips", N_("a verdict that turns under another reading of the words"), rua_rule_flips },
  { "rests_on_weak", N_("a claim that rests on a claim that is not supported"),
    rua_rule_rests_on_weak },
};

const RuaRule *
rua_rules_list (guint *n)
{
  *n = G_N_ELEMENTS (rules);
  return rules;
}

/* ---- what several rules need ---- */

static gboolean
is_latin_word (gunichar c)
{
  return g_unichar_isalnum (c) && c < 0x2E80;
}

static gboolean
is_whole (const char *folded, const char *hit, const char *phrase, gsize length)
{
  gboolean starts = hit == folded || !is_latin_word (g_utf8_get_char (phrase))
                    || !is_latin_word (g_utf8_get_char (g_utf8_prev_char (hit)));

  return starts
         && (hit[length] == '\0'
             || !is_latin_word (g_utf8_get_char (g_utf8_prev_char (hit + length)))
             || !is_latin_word (g_utf8_get_char (hit + length)));
}

const char *
rua_words_find_folded (const char *folded, gsize from, const char *const *phrases, gsize *at)
{
  const char *best = NULL;
  const char *best_hit = NULL;

  for (guint i = 0; phrases[i] != NULL; i++) {
    gsize n = strlen (phrases[i]);
    const char *hit = strstr (folded + from, phrases[i]);

    while (hit != NULL && !is_whole (folded, hit, phrases[i], n))
      hit = strstr (hit + 1, phrases[i]);
    if (hit != NULL && (best_hit == NULL || hit < best_hit)) {
      best = phrases[i];
      best_hit = hit;
    }
  }
  if (at != NULL && best != NULL)
    *at = (gsize)(best_hit - folded);
  return best;
}

char *
rua_words_fold (const char *text)
{
  return g_ascii_strdown (text, -1);
}

const char *
rua_words_find (const char *text, const char *const *phrases, gsize *at)
{
  g_autofree char *folded = text == NULL ? NULL : rua_words_fold (text);

  return folded == NULL ? NULL : rua_words_find_folded (folded, 0, phrases, at);
}

guint
rua_rules_line_of (RuaInquiry *inquiry, RuaRecord *record)
{
  const char *quote = rua_record_get_text (record, "quote");
  g_autoptr (RuaRecord) document = rua_record_dup_reference (record, "document");
  RuaInquiryText *text
    = document == NULL ? NULL : rua_inquiry_find_text (inquiry, RUA_DOCUMENT (document));
  RuaQuotation place;

  if (quote == NULL || text == NULL || text->text == NULL)
    return 0;
  rua_quotation_find (text->text, quote, &place);
  return place.stands ? place.line : 0;
}

const char *
rua_rules_get_id (gpointer record)
{
  const char *id = rua_record_get_id (RUA_RECORD (record));

  return id == NULL ? "?" : id;
}
