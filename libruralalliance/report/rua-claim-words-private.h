/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-verdict.h"
#include "rua-words-private.h"
#include "rua-wording-private.h"

G_BEGIN_DECLS

/* Verdicts in words. */

#define RUA_N_VERDICTS (RUA_VERDICT_DISPUTED + 1)

const char *rua_claim_words_verdict (RuaVerdictType type);      /* "not entailed" */
const char *rua_claim_words_meaning (RuaVerdictType type);      /* what that says, after a colon */
RuaStyle rua_claim_words_style (RuaVerdictType type);
const char *rua_claim_words_grade (RuaGrade grade);
/* What has to be seen to first, first. */
extern const RuaVerdictType rua_claim_words_order[RUA_N_VERDICTS];

/* "2.16×; the words need at least 2×, with 0.159 to spare"; NULL where there is no number. */
char *rua_claim_words_number (RuaVerdict *verdict);
/* The value alone, with enough digits beside the threshold; NULL where there is none. */
char *rua_claim_words_value (RuaVerdict *verdict);
/* "Summary, paragraph 1"; NULL when unknown. */
const char *rua_claim_words_passage (RuaClaim *claim);
char *rua_claim_words_title (RuaClaim *claim, const char *language);
/* Reasons of a verdict, without those that only say the number again; ends with NULL. */
char **rua_claim_words_list_reasons (RuaVerdict *verdict);
/* The first of them (@most; 0 for all) joined by semicolons; NULL for none. */
char *rua_claim_words_reasons (RuaVerdict *verdict, guint most);
gboolean rua_claim_words_may_flip (RuaVerdict *verdict);

G_END_DECLS
