/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-inquiry-private.h"

G_BEGIN_DECLS

/* What a careful reader would ask of any document. A rule sees an alliance, its documents' texts
 * and its verdicts, and reports findings under its own id. */
typedef struct {
  const char *id;
  const char *doc; /* what it finds, in a line */
  void (*find) (RuaInquiry *inquiry);
} RuaRule;

/* In the order in which findings are given. */
const RuaRule *rua_rules_list (guint *n);

/* figures */
void rua_rule_two_values (RuaInquiry *inquiry);
void rua_rule_two_names (RuaInquiry *inquiry);
void rua_rule_unit_drift (RuaInquiry *inquiry);
void rua_rule_bare_figure (RuaInquiry *inquiry);
void rua_rule_implausible (RuaInquiry *inquiry);
void rua_rule_round_number (RuaInquiry *inquiry);
void rua_rule_approximation (RuaInquiry *inquiry);
/* scope */
void rua_rule_headline_wider (RuaInquiry *inquiry);
void rua_rule_one_carries_many (RuaInquiry *inquiry);
void rua_rule_place_in_one_part (RuaInquiry *inquiry);
void rua_rule_place_without_work (RuaInquiry *inquiry);
/* dates */
void rua_rule_outside_period (RuaInquiry *inquiry);
void rua_rule_begins_before_first (RuaInquiry *inquiry);
void rua_rule_used_before_tried (RuaInquiry *inquiry);
void rua_rule_tense (RuaInquiry *inquiry);
void rua_rule_future_period (RuaInquiry *inquiry);
/* sources */
void rua_rule_cited_not_listed (RuaInquiry *inquiry);
void rua_rule_listed_never_cited (RuaInquiry *inquiry);
void rua_rule_not_independent (RuaInquiry *inquiry);
void rua_rule_declared_independent (RuaInquiry *inquiry);
void rua_rule_circular (RuaInquiry *inquiry);
void rua_rule_source_stretched (RuaInquiry *inquiry);
/* words */
void rua_rule_not_verbatim (RuaInquiry *inquiry);
void rua_rule_causal_words (RuaInquiry *inquiry);
void rua_rule_open_comparison (RuaInquiry *inquiry);
void rua_rule_fact_and_attribution (RuaInquiry *inquiry);
void rua_rule_attribution_lag (RuaInquiry *inquiry);
/* verdicts */
void rua_rule_not_entailed (RuaInquiry *inquiry);
void rua_rule_flips (RuaInquiry *inquiry);
void rua_rule_rests_on_weak (RuaInquiry *inquiry);
void rua_rule_text_missing (RuaInquiry *inquiry);
void rua_rule_text_changed (RuaInquiry *inquiry);

/* ---- what several rules need ---- */

/* The first of @phrases that stands in @text as whole words, whatever the case; NULL. @at gets
 * where (nullable). */
const char *rua_words_find (const char *text, const char *const *phrases, gsize *at);
/* The same in a text that was folded once, from an offset on; offsets are those of the text itself. */
char *rua_words_fold (const char *text);
const char *rua_words_find_folded (const char *folded,
                                   gsize from,
                                   const char *const *phrases,
                                   gsize *at);
/* Where the record's quote stands in its document; 0 when that is not known. */
guint rua_rules_line_of (RuaInquiry *inquiry, RuaRecord *record);
const char *rua_rules_get_id (gpointer record);

G_END_DECLS
