/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include "rua-claim-words-private.h"

/* Verdicts and findings, a line or two each: for whoever mends the document. */

static void
tell_verdict (RuaTelling *self, RuaVerdict *verdict)
{
  RuaClaim *claim = rua_verdict_get_claim (verdict);
  RuaVerdictType type = rua_verdict_get_verdict_type (verdict);
  g_autofree char *title = rua_claim_words_title (claim, self->language), *number = rua_claim_words_number (verdict);
  g_autofree char *reasons = rua_claim_words_reasons (verdict, 0);
  const char *id = rua_record_get_id (RUA_RECORD (claim));
  RuaWords *words;

  rua_words_add (rua_manuscript_cell (self->manuscript), rua_claim_words_style (type), rua_claim_words_verdict (type));
  words = rua_manuscript_cell (self->manuscript);
  rua_words_add (words, RUA_STYLE_CODE, id ? id : "");
  rua_words_add_printf (words, RUA_STYLE_PLAIN, _(": %s."), title);
  if (number && type != RUA_VERDICT_UNSUPPORTED)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(" %s."), number);
  if (reasons && (!number || type == RUA_VERDICT_UNSUPPORTED)) {
    g_autofree char *sentence = rua_wording_sentence (reasons);

    rua_words_add_printf (words, RUA_STYLE_FAINT, _(" %s."), sentence);
  }
  if (rua_claim_words_may_flip (verdict))
    rua_words_add (words, RUA_STYLE_DOUBT, _(" Another reading turns it round."));
}

void
rua_telling_brief (RuaTelling *self)
{
  guint counts[RUA_N_VERDICTS] = { 0 };
  RuaWords *words;

  for (guint i = 0; i < self->verdicts->len; i++)
    counts[rua_verdict_get_verdict_type (g_ptr_array_index (self->verdicts, i))]++;
  if (self->verdicts->len) {
    rua_manuscript_table (self->manuscript, 0);
    rua_manuscript_column (self->manuscript, _("Verdict"), RUA_ALIGN_LEFT);
    rua_manuscript_column (self->manuscript, _("Claim"), RUA_ALIGN_LEFT);
    for (guint i = 0; i < self->verdicts->len; i++)
      tell_verdict (self, g_ptr_array_index (self->verdicts, i));
  }
  if (self->findings->len) {
    rua_manuscript_table (self->manuscript, 0);
    rua_manuscript_column (self->manuscript, _("Rule"), RUA_ALIGN_LEFT);
    rua_manuscript_column (self->manuscript, _("Found about the document"), RUA_ALIGN_LEFT);
    for (guint i = 0; i < self->findings->len; i++) {
      RuaFinding *finding = g_ptr_array_index (self->findings, i);

      const char *rule = rua_finding_get_rule (finding);
      g_autofree char *said = rua_wording_rule (rule);

      /* English has the name by which programs and the manual know it. */
      if (rua_messages_get_language ())
        rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, said);
      else
        rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_CODE, rule);
      rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, rua_finding_get_message (finding));
    }
  }
  words = rua_manuscript_paragraph (self->manuscript, 0);
  rua_words_add_printf (words, RUA_STYLE_STRONG, rua_message_plural ("%u claim", "%u claims", self->verdicts->len), self->verdicts->len);
  for (guint type = 0; type < RUA_N_VERDICTS; type++)
    if (counts[type])
      rua_words_add_printf (words, RUA_STYLE_PLAIN, C_("tally", ", %1$u %2$s"), counts[type], rua_claim_words_verdict (type));
  rua_words_add_printf (words, RUA_STYLE_PLAIN, rua_message_plural ("; %u finding about the document.", "; %u findings about the document.", self->findings->len), self->findings->len);
}
