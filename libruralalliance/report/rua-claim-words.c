/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-claim-words-private.h"

#include <math.h>
#include <string.h>

const RuaVerdictType rua_claim_words_order[RUA_N_VERDICTS] = {
  RUA_VERDICT_CONTRADICTED, RUA_VERDICT_NOT_ENTAILED, RUA_VERDICT_DISPUTED, RUA_VERDICT_STALE,
  RUA_VERDICT_INCONCLUSIVE, RUA_VERDICT_SUPPORTED, RUA_VERDICT_UNSUPPORTED,
};

const char *
rua_claim_words_verdict (RuaVerdictType type)
{
  switch (type) {
  case RUA_VERDICT_SUPPORTED:
    return _("supported");
  case RUA_VERDICT_CONTRADICTED:
    return _("contradicted");
  case RUA_VERDICT_INCONCLUSIVE:
    return _("inconclusive");
  case RUA_VERDICT_NOT_ENTAILED:
    return _("not entailed");
  case RUA_VERDICT_UNSUPPORTED:
    return _("unsupported");
  case RUA_VERDICT_STALE:
    return _("stale");
  case RUA_VERDICT_DISPUTED:
    return _("disputed");
  }
  g_return_val_if_reached ("");
}

const char *
rua_claim_words_meaning (RuaVerdictType type)
{
  switch (type) {
  case RUA_VERDICT_SUPPORTED:
    return _("computed again, it holds");
  case RUA_VERDICT_CONTRADICTED:
    return _("computed again, it does not hold");
  case RUA_VERDICT_INCONCLUSIVE:
    return _("what is known allows both");
  case RUA_VERDICT_NOT_ENTAILED:
    return _("its figures say something else than its words");
  case RUA_VERDICT_UNSUPPORTED:
    return _("nothing is given to compute it from: neither shown nor refuted");
  case RUA_VERDICT_STALE:
    return _("the text has changed since it was read");
  case RUA_VERDICT_DISPUTED:
    return _("its records or figures contradict one another");
  }
  g_return_val_if_reached ("");
}

RuaStyle
rua_claim_words_style (RuaVerdictType type)
{
  switch (type) {
  case RUA_VERDICT_SUPPORTED:
    return RUA_STYLE_GOOD;
  case RUA_VERDICT_CONTRADICTED:
  case RUA_VERDICT_NOT_ENTAILED:
    return RUA_STYLE_BAD;
  default:
    return RUA_STYLE_DOUBT;
  }
}

const char *
rua_claim_words_grade (RuaGrade grade)
{
  switch (grade) {
  case RUA_GRADE_RECORDS:
    return _("from records");
  case RUA_GRADE_INDEPENDENT_FIGURE:
    return _("from a published figure with an independent source");
  case RUA_GRADE_OWN_FIGURE:
    return _("from the document's own figures or those of its partners");
  case RUA_GRADE_NONE:
    return _("from nothing that could be computed");
  }
  g_return_val_if_reached ("");
}

static const char *
find_operator (const char *predicate, const char **found)
{
  static const struct {
    const char *sign, *words;
  } operators[] = {
    { ">=", N_("at least") }, { "<=", N_("at most") }, { "!=", N_("anything but") },
    { ">", N_("more than") }, { "<", N_("less than") }, { "=", N_("exactly") },
  };

  for (const char *p = predicate; *p; p++)
    for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
      if (g_str_has_prefix (p, operators[i].sign)) {
        *found = p + strlen (operators[i].sign);
        return _(operators[i].words);
      }
  return NULL;
}

/* "at least" for a predicate of one comparison; NULL for any other. */
static const char *
only_operator (const char *predicate)
{
  const char *after = NULL, *words = predicate ? find_operator (predicate, &after) : NULL, *again = NULL;

  return words && !find_operator (after, &again) ? words : NULL;
}

static gboolean
is_ratio (RuaVerdict *verdict)
{
  const char *unit = rua_verdict_get_unit (verdict);
  double value = 0, threshold = 0;

  /* Counts are whole; whatever else has no unit is a ratio or a share. */
  return (!unit || strcmp (unit, "1") == 0 || !*unit)
         && ((rua_verdict_get_value (verdict, &value) && value != floor (value))
             || (rua_verdict_get_threshold (verdict, &threshold) && threshold != floor (threshold)));
}

char *
rua_claim_words_value (RuaVerdict *verdict)
{
  double value, threshold;

  if (!rua_verdict_get_value (verdict, &value))
    return NULL;
  if (!rua_verdict_get_threshold (verdict, &threshold))
    return rua_wording_quantity (value, rua_verdict_get_unit (verdict), is_ratio (verdict));
  return rua_wording_quantity_beside (value, threshold, rua_verdict_get_unit (verdict), is_ratio (verdict));
}

/* The threshold beside a value that has told its unit already. */
static char *
say_threshold (RuaVerdict *verdict, double threshold)
{
  const char *unit = rua_verdict_get_unit (verdict);

  if (is_ratio (verdict) || g_strcmp0 (unit, "%") == 0 || g_strcmp0 (unit, "year") == 0)
    return rua_wording_quantity (threshold, unit, is_ratio (verdict));
  return rua_wording_number (threshold);
}

char *
rua_claim_words_number (RuaVerdict *verdict)
{
  RuaClaim *claim = rua_verdict_get_claim (verdict);
  const char *operator = only_operator (claim ? rua_record_get_text (RUA_RECORD (claim), "predicate") : NULL);
  gboolean beside = rua_verdict_get_verdict_type (verdict) == RUA_VERDICT_NOT_ENTAILED;
  g_autofree char *value = rua_claim_words_value (verdict), *need = NULL;
  double threshold, margin, low, high;
  GString *out;

  if (!value)
    return NULL;
  out = g_string_new (value);
  if (rua_verdict_get_low (verdict, &low) && rua_verdict_get_high (verdict, &high)) {
    g_autofree char *from = rua_wording_number_beside (low, high), *to = rua_wording_number_beside (high, low);

    g_string_append_printf (out, _(" (interval %1$s to %2$s)"), from, to);
  }
  if (beside)
    g_string_append (out, _(", though not of what the words are about"));
  if (!rua_verdict_get_threshold (verdict, &threshold))
    return g_string_free (out, FALSE);
  need = say_threshold (verdict, threshold);
  g_string_append_printf (out, operator ? _("; the words need %2$s %1$s") : _("; the words need %1$s"), need, operator);
  if (!beside && rua_verdict_get_margin (verdict, &margin) && margin != 0) {
    g_autofree char *by = rua_wording_number (fabs (margin));

    g_string_append_printf (out, margin > 0 ? _(", with %s to spare") : _(", short by %s"), by);
  }
  return g_string_free (out, FALSE);
}

const char *
rua_claim_words_passage (RuaClaim *claim)
{
  return rua_record_get_text (RUA_RECORD (claim), "passage");
}

char *
rua_claim_words_title (RuaClaim *claim, const char *language)
{
  const char *title = rua_record_get_texts (RUA_RECORD (claim), "title", language);
  const char *quote = rua_record_get_text (RUA_RECORD (claim), "quote");

  if (title)
    return g_strdup (title);
  return quote ? g_strdup_printf ("“%s”", quote) : rua_wording_name (RUA_RECORD (claim), language);
}

/* "income.ratio >= 2: income.ratio is 2.159": a comparison that holds, or the only one there is, is
 * said better by the number beside it. */
static gboolean
says_the_number (RuaVerdict *verdict, const char *reason)
{
  RuaClaim *claim = rua_verdict_get_claim (verdict);
  const char *predicate = claim ? rua_record_get_text (RUA_RECORD (claim), "predicate") : NULL;
  const char *colon = strstr (reason, _(": "));
  g_autofree char *comparison = colon ? g_strndup (reason, (gsize) (colon - reason)) : NULL;

  if (!predicate || !rua_verdict_get_value (verdict, NULL))
    return FALSE;
  return (comparison && strstr (predicate, comparison)) || (only_operator (predicate) && g_str_has_prefix (reason, predicate));
}

char **
rua_claim_words_list_reasons (RuaVerdict *verdict)
{
  const char *const *reasons = rua_verdict_get_reasons (verdict);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; reasons && reasons[i]; i++)
    if (!says_the_number (verdict, reasons[i]))
      g_strv_builder_add (builder, reasons[i]);
  return g_strv_builder_end (builder);
}

char *
rua_claim_words_reasons (RuaVerdict *verdict, guint most)
{
  g_auto (GStrv) reasons = rua_claim_words_list_reasons (verdict);
  guint n = g_strv_length (reasons), told = most ? MIN (most, n) : n;
  GString *out = n ? g_string_new (NULL) : NULL;

  for (guint i = 0; i < told; i++)
    g_string_append_printf (out, "%s%s", i ? _("; ") : "", reasons[i]);
  if (told < n)
    g_string_append_printf (out, rua_message_plural ("; and %u more reason", "; and %u more reasons", n - told), n - told);
  return out ? g_string_free (out, FALSE) : NULL;
}

gboolean
rua_claim_words_may_flip (RuaVerdict *verdict)
{
  g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);

  for (guint i = 0; readings && i < g_list_model_get_n_items (readings); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (readings, i);

    if (rua_verdict_is_flipped (reading))
      return TRUE;
  }
  return FALSE;
}
