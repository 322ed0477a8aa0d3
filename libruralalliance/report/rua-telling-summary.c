/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include "rua-claim-words-private.h"
#include "rua-figure-words-private.h"

/* The first page: what this is, how the claims came out, and what to see to first. */

#define SEE_TO 3

/* A sentence of the summary, which leads to the chapter that tells the rest. */
static void tell_item (RuaTelling *self, const char *anchor, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
tell_item (RuaTelling *self, const char *anchor, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  rua_words_add_link (rua_manuscript_item (self->manuscript, 0, 0), RUA_STYLE_PLAIN, anchor, text);
}

void
rua_telling_opening (RuaTelling *self)
{
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (self->alliance);
  g_autofree char *title = profile ? rua_telling_name (self, RUA_RECORD (profile)) : g_strdup (_("A rural–urban alliance"));
  g_autoptr (GPtrArray) documents = rua_telling_records (self, "document");
  RuaWords *words;

  rua_words_add_printf (rua_manuscript_heading (self->manuscript, 1), RUA_STYLE_PLAIN, _("%s: impact report"), title);
  if (profile && rua_record_has (RUA_RECORD (profile), "description"))
    rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN,
                   rua_record_get_texts (RUA_RECORD (profile), "description", self->language));
  for (guint i = 0; i < documents->len; i++) {
    RuaRecord *document = g_ptr_array_index (documents, i);
    g_autofree char *name = rua_telling_name (self, document), *iso = rua_record_dup_date (document, "published");
    g_autofree char *by = rua_wording_reference (document, "publisher", self->language), *when = iso ? rua_wording_date (iso, FALSE) : NULL;

    words = rua_manuscript_paragraph (self->manuscript, 0);
    rua_words_add (words, RUA_STYLE_PLAIN, _("Checked here: "));
    rua_words_add (words, RUA_STYLE_STRONG, name);
    if (by)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(", published by %s"), by);
    if (when)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(", %s"), when);
    rua_words_add (words, RUA_STYLE_PLAIN, _("."));
  }
}

/* ---- what to see to first ---- */

/* How much depends on it: how bad the verdict is, whether the summary says it, whether others rest
 * on it, whether another reading turns it round. */
static guint
weigh (RuaTelling *self, RuaVerdict *verdict)
{
  static const guint by_type[RUA_N_VERDICTS] = {
    [RUA_VERDICT_CONTRADICTED] = 100, [RUA_VERDICT_NOT_ENTAILED] = 90, [RUA_VERDICT_DISPUTED] = 80,
    [RUA_VERDICT_STALE] = 70, [RUA_VERDICT_INCONCLUSIVE] = 60, [RUA_VERDICT_UNSUPPORTED] = 10,
  };
  RuaRecord *claim = RUA_RECORD (rua_verdict_get_claim (verdict));
  RuaVerdictType type = rua_verdict_get_verdict_type (verdict);
  gboolean flips = rua_claim_words_may_flip (verdict), causal = FALSE;
  guint weight = type == RUA_VERDICT_SUPPORTED ? (flips ? 50 : 0) : by_type[type];

  if (weight == 0)
    return 0;
  if (g_strcmp0 (rua_record_get_text (claim, "section"), "summary") == 0)
    weight += 15;
  if (rua_record_get_boolean (claim, "causal", &causal) && causal)
    weight += 5;
  if (flips)
    weight += 5;
  for (guint i = 0; i < self->verdicts->len; i++) {
    RuaRecord *other = RUA_RECORD (rua_verdict_get_claim (g_ptr_array_index (self->verdicts, i)));
    g_autoptr (RuaRecord) restated = rua_record_dup_reference (other, "restates");
    g_autoptr (GListModel) needed = rua_record_list_references (other, "depends_on");

    weight += restated == claim ? 6 : 0;
    for (guint k = 0; needed && k < g_list_model_get_n_items (needed); k++) {
      g_autoptr (RuaRecord) need = g_list_model_get_item (needed, k);

      weight += need == claim ? 6 : 0;
    }
  }
  return weight;
}

static gboolean
says_the_same (RuaVerdict *a, RuaVerdict *b)
{
  RuaRecord *x = RUA_RECORD (rua_verdict_get_claim (a)), *y = RUA_RECORD (rua_verdict_get_claim (b));
  g_autoptr (RuaRecord) of_x = rua_record_dup_reference (x, "restates"), of_y = rua_record_dup_reference (y, "restates");

  return of_x == y || of_y == x || (of_x && of_x == of_y);
}

static void
tell_one (RuaTelling *self, RuaVerdict *verdict, guint number)
{
  RuaClaim *claim = rua_verdict_get_claim (verdict);
  RuaVerdictType type = rua_verdict_get_verdict_type (verdict);
  g_autofree char *title = rua_claim_words_title (claim, self->language), *reasons = rua_claim_words_reasons (verdict, 2);
  g_autofree char *value = rua_claim_words_value (verdict), *word = rua_wording_sentence (rua_claim_words_verdict (type));
  g_autofree char *anchor = rua_telling_claim_anchor (self, verdict), *quoted = g_strdup_printf ("“%s”", title);
  g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);
  RuaWords *words = rua_manuscript_item (self->manuscript, 0, number);

  rua_words_add (words, rua_claim_words_style (type), word);
  rua_words_add (words, RUA_STYLE_PLAIN, _(": "));
  rua_words_add_link (words, RUA_STYLE_PLAIN, anchor, quoted);
  if (value)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, type == RUA_VERDICT_NOT_ENTAILED ? _(" (the figures give %s)") : _(" (%s)"), value);
  rua_words_add (words, RUA_STYLE_PLAIN, _("."));
  if (reasons && type != RUA_VERDICT_SUPPORTED) {
    g_autofree char *said = rua_telling_say (self, reasons, NULL), *sentence = rua_wording_sentence (said);

    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(" %s."), sentence);
  }
  for (guint i = 0; readings && i < g_list_model_get_n_items (readings); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (readings, i);
    g_autofree char *other = NULL;

    if (!rua_verdict_is_flipped (reading))
      continue;
    other = rua_claim_words_value (reading);
    rua_words_add_printf (words, RUA_STYLE_PLAIN, other ? _(" Read as “%1$s” it is %2$s (%3$s).") : _(" Read as “%1$s” it is %2$s."),
                          rua_verdict_get_name (reading), rua_claim_words_verdict (rua_verdict_get_verdict_type (reading)), other);
    break;
  }
}

static void
tell_first (RuaTelling *self)
{
  RuaVerdict *chosen[SEE_TO];
  guint n = 0;

  while (n < SEE_TO) {
    RuaVerdict *best = NULL;
    guint most = 0;

    for (guint i = 0; i < self->verdicts->len; i++) {
      RuaVerdict *verdict = g_ptr_array_index (self->verdicts, i);
      guint weight = weigh (self, verdict);
      gboolean known = FALSE;

      for (guint k = 0; k < n; k++)
        known |= chosen[k] == verdict || says_the_same (chosen[k], verdict);
      if (!known && weight > most) {
        best = verdict;
        most = weight;
      }
    }
    if (!best)
      break;
    chosen[n++] = best;
  }
  if (n == 0)
    return;
  rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_STRONG, n == 1 ? _("To see to first:") : _("To see to first, in this order:"));
  for (guint i = 0; i < n; i++)
    tell_one (self, chosen[i], i + 1);
}

static void
tell_tally (RuaTelling *self)
{
  guint counts[RUA_N_VERDICTS] = { 0 };

  for (guint i = 0; i < self->verdicts->len; i++)
    counts[rua_verdict_get_verdict_type (g_ptr_array_index (self->verdicts, i))]++;
  rua_manuscript_table (self->manuscript, 0);
  rua_manuscript_column (self->manuscript, _("Claims"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Verdict"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("Which means"), RUA_ALIGN_LEFT);
  for (guint type = 0; type < RUA_N_VERDICTS; type++) {
    if (counts[type] == 0)
      continue;
    {
      g_autofree char *anchor = g_strdup_printf ("verdict-%u", type), *count = g_strdup_printf ("%u", counts[type]);

      rua_words_add_link (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, anchor, count);
    }
    rua_words_add (rua_manuscript_cell (self->manuscript), rua_claim_words_style (type), rua_claim_words_verdict (type));
    rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, rua_claim_words_meaning (type));
  }
}

/* Unsupported is not all the same: somebody else may be named who would know. */
static void
tell_unsupported (RuaTelling *self)
{
  guint all = 0, independent = 0, tied = 0;

  for (guint i = 0; i < self->verdicts->len; i++) {
    RuaVerdict *verdict = g_ptr_array_index (self->verdicts, i);
    g_autoptr (GListModel) sources = rua_verdict_list_sources (verdict);
    guint n = g_list_model_get_n_items (sources);
    gboolean other = FALSE;

    if (rua_verdict_get_verdict_type (verdict) != RUA_VERDICT_UNSUPPORTED)
      continue;
    for (guint k = 0; k < n; k++) {
      g_autoptr (RuaSource) source = g_list_model_get_item (sources, k);

      other |= rua_ties_judge (self->ties, source)->independence == RUA_INDEPENDENCE_INDEPENDENT;
    }
    all++;
    independent += other;
    tied += n && !other;
  }
  if (all)
    tell_item (self, "claims",
                          _("Of the unsupported claims, %u cite an independent source that could be asked, %u only sources whose independence is not shown, and %u cite nothing."),
                          independent, tied, all - independent - tied);
}

/* What stands behind the verdicts, in a few numbers. */
static void
tell_ground (RuaTelling *self)
{
  g_autoptr (GPtrArray) sources = rua_telling_records (self, "source"), missing = rua_telling_list_missing (self);
  guint independent = 0, flipping = 0, with_records = 0, known = 0;

  for (guint i = 0; i < sources->len; i++)
    independent += rua_ties_judge (self->ties, g_ptr_array_index (sources, i))->independence == RUA_INDEPENDENCE_INDEPENDENT;
  for (guint i = 0; i < self->verdicts->len; i++) {
    flipping += rua_claim_words_may_flip (g_ptr_array_index (self->verdicts, i));
    with_records += rua_verdict_get_grade (g_ptr_array_index (self->verdicts, i)) == RUA_GRADE_RECORDS;
  }
  for (guint i = 0; i < self->results->len; i++)
    known += g_ptr_array_index (self->results, i) && rua_figure_words_is_known (g_ptr_array_index (self->results, i));
  rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_STRONG, _("What stands behind it:"));
  if (self->results->len)
    tell_item (self, "numbers",
                          _("%1$u of the %2$u numbers asked for could be measured."), known, self->results->len);
  if (missing->len) {
    RuaWords *words = rua_manuscript_item (self->manuscript, 0, 0);

    rua_words_add (words, RUA_STYLE_PLAIN, _("What would tell most, and is not on record: "));
    for (guint i = 0; i < missing->len; i++) {
      g_autofree char *many = rua_wording_kind (rua_table_get_kind (g_ptr_array_index (missing, i)), FALSE);

      rua_words_add_printf (words, RUA_STYLE_PLAIN, "%s%s", i ? C_("list", ", ") : "", many);
    }
    rua_words_add (words, RUA_STYLE_PLAIN, _("."));
  }
  if (self->verdicts->len) {
    tell_item (self, "claims",
                          _("%1$u of the %2$u verdicts rest on people's own records; all others on figures that somebody published, or on nothing."),
                          with_records, self->verdicts->len);
    tell_item (self, "claims",
                          flipping == 0 ? _("No verdict turns under another reading of the same words.") : rua_message_plural ("%u verdict turns under another reading of the same words.", "%u verdicts turn under another reading of the same words.", flipping), flipping);
  }
  tell_unsupported (self);
  if (sources->len)
    tell_item (self, "sources",
                          _("%1$u of the %2$u sources come from somebody with no tie to the alliance."), independent, sources->len);
  if (self->findings->len)
    tell_item (self, "findings",
                          rua_message_plural ("%u thing was found about the document itself.", "%u things were found about the document itself.", self->findings->len), self->findings->len);
}

void
rua_telling_summary (RuaTelling *self)
{
  if (self->verdicts->len == 0 && self->results->len == 0)
    return;
  rua_telling_chapter (self, _("In short"), "summary");
  if (self->verdicts->len) {
    g_autofree char *count = rua_wording_count (self->verdicts->len, _("claim was"), _("claims were"));

    rua_words_add_printf (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, _("%s taken from the document and computed again:"), count);
    tell_tally (self);
    rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN,
                   _("Unsupported does not mean untrue, and supported does not mean that one thing brought about the other."));
  }
  tell_first (self);
  tell_ground (self);
}
