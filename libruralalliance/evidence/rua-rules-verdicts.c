/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-rules-private.h"

#include <string.h>

static char *
say_verdict (RuaVerdictType type)
{
  g_auto (GStrv) words = g_strsplit (rua_verdict_type_to_string (type), "_", -1);
  g_autofree char *said = g_strjoinv (" ", words);

  return g_strdup (_(said));
}

void
rua_rule_not_entailed (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    RuaVerdict *verdict = rua_inquiry_get_verdict (inquiry, claim);
    g_autoptr (GString) text = g_string_new (NULL);
    const char *const *reasons;

    if (verdict == NULL || verdict->type != RUA_VERDICT_NOT_ENTAILED)
      continue;
    reasons = rua_verdict_get_reasons (verdict);
    for (guint j = 0; j < verdict->failed->len && reasons[j] != NULL; j++)
      g_string_append_printf (text, "%s%s", j == 0 ? "" : _("; "), reasons[j]);
    rua_inquiry_report (inquiry, "not_entailed", RUA_RECORD (claim), NULL,
                        rua_rules_line_of (inquiry, RUA_RECORD (claim)),
                        _("“%s” does not follow from its figures: %s."), rua_rules_get_id (claim),
                        text->str);
  }
}

void
rua_rule_flips (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    RuaVerdict *verdict = rua_inquiry_get_verdict (inquiry, claim);

    if (verdict == NULL)
      continue;
    for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (verdict->readings)); j++) {
      g_autoptr (RuaVerdict) reading = g_list_model_get_item (G_LIST_MODEL (verdict->readings), j);
      g_autofree char *said = say_verdict (reading->type);
      g_autofree char *value = rua_evidence_format_beside (reading->value, reading->threshold);

      if (!reading->flipped)
        continue;
      rua_inquiry_report (
        inquiry, "flips", RUA_RECORD (claim), NULL, rua_rules_line_of (inquiry, RUA_RECORD (claim)),
        _("“%s” is %s when it is read as “%s”%s%s."), rua_rules_get_id (claim), said,
        reading->name, reading->value == reading->value ? _(": the value is ") : "",
        reading->value == reading->value ? value : "");
    }
  }
}

void
rua_rule_rests_on_weak (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    RuaVerdict *own = rua_inquiry_get_verdict (inquiry, claim);

    RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_depends_on (claim), RuaClaim, base)
    {
      RuaVerdict *verdict = rua_inquiry_get_verdict (inquiry, base);
      if (verdict != NULL && verdict->type != RUA_VERDICT_SUPPORTED && own != NULL) {
        g_autofree char *said = say_verdict (verdict->type);
        rua_inquiry_report (inquiry, "rests_on_weak", RUA_RECORD (claim), RUA_RECORD (base),
                            rua_rules_line_of (inquiry, RUA_RECORD (claim)),
                            _("“%s” rests on “%s”, which is %s."), rua_rules_get_id (claim),
                            rua_rules_get_id (base), said);
      }
    }
  }
}

void
rua_rule_text_missing (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->texts->len; i++) {
    RuaInquiryText *text = g_ptr_array_index (inquiry->texts, i);
    if (text->error != NULL)
      rua_inquiry_report (inquiry, "text_missing", RUA_RECORD (text->record), NULL, 0, "%s.",
                          text->error->message);
  }
}

void
rua_rule_text_changed (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->texts->len; i++) {
    RuaInquiryText *text = g_ptr_array_index (inquiry->texts, i);
    if (text->stale)
      rua_inquiry_report (
        inquiry, "text_changed", RUA_RECORD (text->record), NULL, 0,
        _("The text is not the one that was modelled: its digest is %s, the stored one %s."),
        text->text->digest, rua_document_get_digest (text->record));
  }
}
