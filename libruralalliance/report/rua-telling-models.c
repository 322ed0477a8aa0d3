/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

/* The practice model, what it rests on, and who took it up. */

static void
tell_adoptions (RuaTelling *self, RuaRecord *model)
{
  g_autoptr (GPtrArray) adoptions = rua_telling_records (self, "adoption");
  gboolean begun = FALSE;

  for (guint i = 0; i < adoptions->len; i++) {
    RuaRecord *adoption = g_ptr_array_index (adoptions, i);
    g_autoptr (RuaRecord) of = rua_record_dup_reference (adoption, "practice_model");
    g_autofree char *how = NULL, *who = NULL, *where = NULL, *when = NULL, *from = NULL, *to = NULL;

    if (of != model)
      continue;
    if (!begun) {
      rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, _("Taken up:"));
      rua_manuscript_table (self->manuscript, 0);
      rua_manuscript_column (self->manuscript, _("How"), RUA_ALIGN_LEFT);
      rua_manuscript_column (self->manuscript, _("Where"), RUA_ALIGN_LEFT);
      rua_manuscript_column (self->manuscript, _("By"), RUA_ALIGN_LEFT);
      rua_manuscript_column (self->manuscript, _("When"), RUA_ALIGN_LEFT);
      begun = TRUE;
    }
    how = rua_wording_token (rua_record_get_text (adoption, "adoption_type"));
    where = rua_wording_reference (adoption, "place", self->language);
    who = rua_wording_reference (adoption, "adopter", self->language);
    if (!who)
      who = rua_wording_reference (adoption, "project", self->language);
    from = rua_record_dup_date (adoption, "started");
    to = rua_record_dup_date (adoption, "ended");
    when = rua_wording_period (from, to, TRUE);
    rua_telling_cell (self, how);
    rua_telling_cell (self, where);
    rua_telling_cell (self, who);
    rua_telling_cell (self, when);
  }
}

static void
tell_finding (RuaTelling *self, RuaRecord *finding, guint number)
{
  RuaWords *words = rua_manuscript_item (self->manuscript, 0, number);
  g_autofree char *places = rua_wording_names (finding, "places", self->language), *title = rua_telling_name (self, finding);
  g_autofree char *type = rua_wording_token (rua_record_get_text (finding, "finding_type"));

  rua_words_add (words, RUA_STYLE_PLAIN, title);
  if (*type || places)
    rua_words_add_printf (words, RUA_STYLE_FAINT, *type && places ? _(" (%1$s; %2$s)") : _(" (%1$s)"), *type ? type : places, places);
}

/* Those that the document counts first, by their number; then all others. */
static void
tell_findings (RuaTelling *self)
{
  g_autoptr (GPtrArray) findings = rua_telling_records (self, "finding");
  guint unranked = 0;
  gint64 rank;

  if (findings->len == 0)
    return;
  rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN,
                 _("What its own research found, as the document states it (whether it holds is judged among the claims below):"));
  for (gint64 wanted = 1; wanted <= findings->len; wanted++)
    for (guint i = 0; i < findings->len; i++)
      if (rua_record_get_integer (g_ptr_array_index (findings, i), "rank", &rank) && rank == wanted)
        tell_finding (self, g_ptr_array_index (findings, i), (guint) rank);
  for (guint i = 0; i < findings->len; i++)
    if (!rua_record_get_integer (g_ptr_array_index (findings, i), "rank", &rank) || rank < 1 || rank > findings->len) {
      if (unranked++ == 0 && findings->len > 1)
        rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, _("And, without a number:"));
      tell_finding (self, g_ptr_array_index (findings, i), 0);
    }
}

void
rua_telling_models (RuaTelling *self)
{
  g_autoptr (GPtrArray) models = rua_telling_records (self, "practice-model");

  if (models->len == 0 && rua_telling_count (self, "finding") == 0)
    return;
  rua_telling_chapter (self, models->len > 1 ? _("The practice models") : _("The practice model"), NULL);
  for (guint i = 0; i < models->len; i++) {
    RuaRecord *model = g_ptr_array_index (models, i);
    g_autofree char *name = rua_telling_name (self, model), *by = rua_wording_names (model, "developed_by", self->language);
    g_autofree char *from = rua_record_dup_date (model, "development_started"), *to = rua_record_dup_date (model, "development_ended");
    g_autofree char *shaped = rua_record_dup_date (model, "developed"), *shape = shaped ? rua_wording_date (shaped, FALSE) : NULL;
    g_autofree char *when = rua_wording_period (from, to, FALSE);
    g_auto (GStrv) goals = rua_record_dup_text_list (model, "goals");
    RuaWords *words = rua_manuscript_paragraph (self->manuscript, 0);

    rua_words_add (words, RUA_STYLE_STRONG, name);
    if (by && when)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(", developed by %1$s %2$s"), by, when);
    else if (by)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(", developed by %s"), by);
    else if (when)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(", developed %s"), when);
    if (shape)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _("; it took its shape in %s"), shape);
    rua_words_add (words, RUA_STYLE_PLAIN, _("."));
    if (rua_record_has (model, "description"))
      rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, rua_record_get_texts (model, "description", self->language));
    if (goals && goals[0]) {
      rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, _("It is meant to:"));
      for (guint k = 0; goals[k]; k++)
        rua_words_add (rua_manuscript_item (self->manuscript, 0, 0), RUA_STYLE_PLAIN, goals[k]);
    }
    tell_adoptions (self, model);
  }
  tell_findings (self);
}
