/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include <string.h>

#include "rua-claim-words-private.h"
#include "rua-figure-words-private.h"

/* The claims: verdict first, number next, how we know under it. Grouped by verdict, what has to be
 * seen to first; within a group in the order of the document. */

/* "S3 Official website of … (own)", each leading to where it is told; with labels only where the list of
 * sources tells the rest. Whether there were any. */
static gboolean
add_sources (RuaTelling *self, RuaVerdict *verdict, gboolean labels, RuaWords *words)
{
  g_autoptr (GListModel) sources = rua_verdict_list_sources (verdict);
  guint n = sources ? g_list_model_get_n_items (sources) : 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaRecord) source = g_list_model_get_item (sources, i);
    const char *label = rua_record_get_text (source, "label");
    g_autofree char *title = rua_telling_name (self, source), *anchor = rua_telling_source_anchor (source), *name = NULL;
    RuaIndependence how = rua_ties_judge (self->ties, RUA_SOURCE (source))->independence;

    name = g_strdup_printf ("%s%s%s", label ? label : "", label && !labels ? " " : "", label && labels ? "" : title);
    rua_words_add (words, RUA_STYLE_PLAIN, i ? _("; ") : "");
    rua_words_add_link (words, RUA_STYLE_PLAIN, anchor, name);
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(" (%s)"), how == RUA_INDEPENDENCE_UNKNOWN ? _("independence not known") : rua_independence_words (how));
  }
  return n > 0;
}

/* Every metric that bears on the claim and has a value. */
static void
tell_figures (RuaTelling *self, RuaClaim *claim)
{
  g_autoptr (GListModel) wanted = rua_record_list_references (RUA_RECORD (claim), "metrics");
  RuaWords *words = NULL;

  for (guint i = 0; wanted && i < g_list_model_get_n_items (wanted); i++) {
    g_autoptr (RuaRecord) metric = g_list_model_get_item (wanted, i);

    for (guint k = 0; k < self->metrics->len; k++) {
      RuaResult *result = g_ptr_array_index (self->results, k);
      g_autofree char *title = NULL, *value = NULL, *anchor = NULL;

      if (g_ptr_array_index (self->metrics, k) != metric)
        continue;
      title = rua_telling_name (self, metric);
      value = result ? rua_figure_words_estimate (result, RUA_METRIC (metric)) : g_strdup (_("not known"));
      if (!words)
        words = rua_manuscript_field (self->manuscript, 1, _("Figures"));
      else
        rua_words_add (words, RUA_STYLE_PLAIN, _("; "));
      anchor = rua_telling_result_anchor (k);
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _("%s: "), title);
      rua_words_add_link (words, RUA_STYLE_PLAIN, anchor, value);
      break;
    }
  }
}

static void
tell_readings (RuaTelling *self, RuaVerdict *verdict)
{
  g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict), flips = rua_verdict_list_flips (verdict);
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (readings && g_list_model_get_n_items (readings) > 0) {
    rua_manuscript_table (self->manuscript, 1);
    rua_manuscript_column (self->manuscript, _("Read as"), RUA_ALIGN_LEFT);
    rua_manuscript_column (self->manuscript, _("Number"), RUA_ALIGN_LEFT);
    rua_manuscript_column (self->manuscript, _("Verdict"), RUA_ALIGN_LEFT);
  }
  for (guint i = 0; readings && i < g_list_model_get_n_items (readings); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (readings, i);
    RuaVerdictType type = rua_verdict_get_verdict_type (reading);
    g_autofree char *value = rua_claim_words_value (reading);
    RuaWords *words;

    rua_telling_cell (self, rua_verdict_get_name (reading));
    rua_telling_cell (self, value);
    words = rua_manuscript_cell (self->manuscript);
    rua_words_add (words, rua_claim_words_style (type), rua_claim_words_verdict (type));
    if (rua_verdict_is_flipped (reading))
      rua_words_add (words, RUA_STYLE_STRONG, _(" — another verdict"));
  }
  for (guint i = 0; flips && i < g_list_model_get_n_items (flips); i++) {
    g_autoptr (RuaFlip) flip = g_list_model_get_item (flips, i);

    if (g_hash_table_add (told, g_strdup (rua_flip_get_text (flip))))
      rua_words_add (rua_manuscript_field (self->manuscript, 1, i ? "" : _("Flips")), RUA_STYLE_PLAIN, rua_flip_get_text (flip));
  }
}

static void
tell_quote (RuaTelling *self, RuaClaim *claim)
{
  const char *quote = rua_record_get_text (RUA_RECORD (claim), "quote"), *passage = rua_claim_words_passage (claim);
  RuaWords *words;

  if (!quote && !passage)
    return;
  words = rua_manuscript_quote (self->manuscript, 1);
  if (quote)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, "“%s”", quote);
  if (passage)
    rua_words_add_printf (words, RUA_STYLE_FAINT, "%s%s", quote ? " — " : "", passage);
}

static void
tell_claim (RuaTelling *self, RuaVerdict *verdict)
{
  RuaClaim *claim = rua_verdict_get_claim (verdict);
  RuaVerdictType type = rua_verdict_get_verdict_type (verdict);
  g_autofree char *title = rua_claim_words_title (claim, self->language), *number = rua_claim_words_number (verdict);
  g_auto (GStrv) reasons = rua_claim_words_list_reasons (verdict);
  g_autofree char *mark = g_utf8_strup (rua_claim_words_verdict (type), -1), *anchor = rua_telling_claim_anchor (self, verdict);
  RuaWords *words = rua_manuscript_heading (self->manuscript, 4);

  rua_manuscript_anchor (self->manuscript, anchor);
  rua_words_add (words, rua_claim_words_style (type), mark);
  rua_words_add_printf (words, RUA_STYLE_PLAIN, "  %s", title);
  if (number)
    rua_words_add (rua_manuscript_field (self->manuscript, 1, _("Number")), RUA_STYLE_STRONG, number);
  tell_quote (self, claim);
  words = rua_manuscript_field (self->manuscript, 1, _("How known"));
  rua_words_add (words, RUA_STYLE_PLAIN, rua_claim_words_grade (rua_verdict_get_grade (verdict)));
  for (guint i = 0; reasons[i]; i++) {
    g_autofree char *said = rua_telling_say (self, reasons[i], NULL);

    rua_words_add (rua_manuscript_field (self->manuscript, 1, i ? "" : _("Why")), RUA_STYLE_PLAIN, said);
  }
  tell_figures (self, claim);
  tell_readings (self, verdict);
  words = rua_manuscript_field (self->manuscript, 1, _("Sources"));
  if (!add_sources (self, verdict, FALSE, words))
    rua_words_add (words, RUA_STYLE_FAINT, _("none given"));
}

/* ---- claims of which there is no more to say than why nothing shows them ---- */

static gboolean
is_brief (RuaVerdict *verdict)
{
  g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict), flips = rua_verdict_list_flips (verdict);

  return rua_verdict_get_verdict_type (verdict) == RUA_VERDICT_UNSUPPORTED
         && g_list_model_get_n_items (readings) == 0 && g_list_model_get_n_items (flips) == 0;
}

static void
tell_briefly (RuaTelling *self, RuaVerdict *verdict)
{
  RuaClaim *claim = rua_verdict_get_claim (verdict);
  g_autofree char *title = rua_claim_words_title (claim, self->language), *value = rua_claim_words_value (verdict);
  g_autofree char *anchor = rua_telling_claim_anchor (self, verdict);
  g_autoptr (GListModel) sources = rua_verdict_list_sources (verdict);
  const char *quote = rua_record_get_text (RUA_RECORD (claim), "quote"), *passage = rua_claim_words_passage (claim);
  RuaWords *words = rua_manuscript_item (self->manuscript, 0, 0);

  rua_manuscript_anchor (self->manuscript, anchor);
  rua_words_add (words, RUA_STYLE_STRONG, title);
  if (value)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(" (told: %s)"), value);
  if (quote)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(": “%s”"), quote);
  if (passage)
    rua_words_add_printf (words, RUA_STYLE_FAINT, _(" (%s)"), passage);
  rua_words_add (words, RUA_STYLE_PLAIN, _("."));
  if (!sources || g_list_model_get_n_items (sources) == 0) {
    rua_words_add (words, RUA_STYLE_FAINT, _(" No source is given."));
    return;
  }
  rua_words_add (words, RUA_STYLE_PLAIN, _(" Sources: "));
  add_sources (self, verdict, TRUE, words);
  rua_words_add (words, RUA_STYLE_PLAIN, _("."));
}

static void
tell_all_briefly (RuaTelling *self, GPtrArray *verdicts)
{
  g_autoptr (GHashTable) done = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint i = 0; i < verdicts->len; i++) {
    RuaVerdict *first = g_ptr_array_index (verdicts, i);
    g_autofree char *reasons = rua_claim_words_reasons (first, 0), *said = NULL, *sentence = NULL;

    if (g_hash_table_contains (done, first))
      continue;
    said = rua_telling_say (self, reasons ? reasons : _("nothing to compute it from"), NULL);
    sentence = rua_wording_sentence (said);
    rua_words_add_printf (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, _("%s:"), sentence);
    for (guint k = i; k < verdicts->len; k++) {
      RuaVerdict *verdict = g_ptr_array_index (verdicts, k);
      g_autofree char *others = rua_claim_words_reasons (verdict, 0);

      if (g_strcmp0 (reasons, others) == 0) {
        tell_briefly (self, verdict);
        g_hash_table_add (done, verdict);
      }
    }
  }
}

static GPtrArray *
pick (RuaTelling *self, RuaVerdictType type)
{
  GPtrArray *picked = g_ptr_array_new ();

  for (guint i = 0; i < self->verdicts->len; i++)
    if (rua_verdict_get_verdict_type (g_ptr_array_index (self->verdicts, i)) == type)
      g_ptr_array_add (picked, g_ptr_array_index (self->verdicts, i));
  return picked;
}

void
rua_telling_claims (RuaTelling *self)
{
  if (self->verdicts->len == 0)
    return;
  rua_telling_chapter (self, _("The claims, one by one"), "claims");
  for (guint i = 0; i < RUA_N_VERDICTS; i++) {
    RuaVerdictType type = rua_claim_words_order[i];
    g_autoptr (GPtrArray) group = pick (self, type), brief = g_ptr_array_new ();
    g_autofree char *name = rua_wording_sentence (rua_claim_words_verdict (type)), *anchor = NULL;
    RuaWords *words;

    if (group->len == 0)
      continue;
    words = rua_manuscript_heading (self->manuscript, 3);
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _("%1$s (%2$u): %3$s"), name, group->len, rua_claim_words_meaning (type));
    anchor = g_strdup_printf ("verdict-%u", type);
    rua_manuscript_anchor (self->manuscript, anchor);
    for (guint k = 0; k < group->len; k++) {
      RuaVerdict *verdict = g_ptr_array_index (group, k);

      if (is_brief (verdict))
        g_ptr_array_add (brief, verdict);
      else
        tell_claim (self, verdict);
    }
    tell_all_briefly (self, brief);
  }
}
