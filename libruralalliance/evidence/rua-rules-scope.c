/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-rules-private.h"

#include <string.h>

static gboolean
is_summary (RuaClaim *claim)
{
  return g_strcmp0 (rua_claim_get_section (claim), "summary") == 0;
}

static GPtrArray *
dup_places (RuaClaim *claim)
{
  GPtrArray *places = g_ptr_array_new_with_free_func (g_object_unref);

  RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_scope_places (claim), RuaPlace, place)
  g_ptr_array_add (places, g_object_ref (place));
  return places;
}

/* Places of @wide that no place of @narrow is, or holds. */
static char *
list_beyond (GPtrArray *wide, GPtrArray *narrow)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < wide->len; i++) {
    gboolean within = FALSE;
    for (guint j = 0; j < narrow->len && !within; j++)
      within = rua_evidence_is_within (g_ptr_array_index (wide, i), g_ptr_array_index (narrow, j));
    if (!within) {
      g_autofree char *name = rua_evidence_dup_name (g_ptr_array_index (wide, i));
      g_string_append_printf (out, "%s%s", out->len == 0 ? "" : C_("list", ", "), name);
    }
  }
  return g_string_free (out, FALSE);
}

static guint
rank_quantifier (const char *quantifier)
{
  static const char *const ranks[] = { "some", "many", "most", "almost_all", "all", NULL };

  for (guint i = 0; quantifier != NULL && ranks[i] != NULL; i++)
    if (g_str_equal (ranks[i], quantifier) || (i == 4 && g_str_equal (quantifier, "each")))
      return i + 1;
  return 0;
}

static void
compare_scopes (RuaInquiry *inquiry, RuaClaim *summary, RuaClaim *body)
{
  g_autoptr (GPtrArray) wide = dup_places (summary);
  g_autoptr (GPtrArray) narrow = dup_places (body);
  g_autofree char *beyond = narrow->len == 0 ? g_strdup ("") : list_beyond (wide, narrow);
  guint line = rua_rules_line_of (inquiry, RUA_RECORD (summary));
  gint64 many, few = 1;
  guint all = rank_quantifier (rua_claim_get_quantifier (summary));
  guint some = rank_quantifier (rua_claim_get_quantifier (body));

  if (*beyond != '\0') {
    g_autoptr (GPtrArray) none = g_ptr_array_new ();
    g_autofree char *names = list_beyond (narrow, none);
    rua_inquiry_report (inquiry, "headline_wider", RUA_RECORD (summary), RUA_RECORD (body), line,
                        _("The summary says it of %s too; the body only of %s."), beyond, names);
  }
  if (rua_claim_get_scope_count (summary, &many) && many > 1) {
    gboolean told = rua_claim_get_scope_count (body, &few);
    if (told ? few < many : narrow->len == 1)
      rua_inquiry_report (inquiry, "headline_wider", RUA_RECORD (summary), RUA_RECORD (body), line,
                          _("The summary says it of %lld; the body of %lld."), (long long)many,
                          (long long)(told ? few : 1));
  }
  if (some > 0 && all > some)
    rua_inquiry_report (inquiry, "headline_wider", RUA_RECORD (summary), RUA_RECORD (body), line,
                        _("The summary says it of “%s”, the body of “%s”."),
                        rua_message_token (rua_claim_get_quantifier (summary)),
                        rua_message_token (rua_claim_get_quantifier (body)));
}

void
rua_rule_headline_wider (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    g_autoptr (RuaClaim) restated = rua_claim_dup_restates (claim);

    if (restated == NULL)
      continue;
    if (is_summary (claim) && !is_summary (restated))
      compare_scopes (inquiry, claim, restated);
    else if (!is_summary (claim) && is_summary (restated))
      compare_scopes (inquiry, restated, claim);
  }
}

void
rua_rule_one_carries_many (RuaInquiry *inquiry)
{
  static const char *const ids[] = { "scope_count", "places", "subjects", NULL };

  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    RuaVerdict *verdict = rua_inquiry_get_verdict (inquiry, claim);
    const char *const *reasons;
    g_autoptr (GString) text = g_string_new (NULL);

    if (verdict == NULL)
      continue;
    /* The reasons of the checks that failed come in the order of the checks, after any other. */
    reasons = rua_verdict_get_reasons (verdict);
    for (guint j = 0; j < verdict->failed->len; j++) {
      const char *id = g_ptr_array_index (verdict->failed, j);
      guint offset = verdict->type == RUA_VERDICT_NOT_ENTAILED ? 0 : 1;
      if (g_strv_contains (ids, id) && j + offset < g_strv_length ((char **)reasons))
        g_string_append_printf (text, "%s%s", text->len == 0 ? "" : _("; "), reasons[j + offset]);
    }
    if (text->len > 0)
      rua_inquiry_report (inquiry, "one_carries_many", RUA_RECORD (claim), NULL,
                          rua_rules_line_of (inquiry, RUA_RECORD (claim)), _("“%s”: %s."),
                          rua_rules_get_id (claim), text->str);
  }
}

/* ---- places as the text names them ---- */

static GPtrArray *
dup_names (RuaPlace *place)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) languages = rua_record_dup_languages (RUA_RECORD (place), "name");
  g_auto (GStrv) others = rua_place_dup_alternate_names (place);

  for (guint i = 0; languages != NULL && languages[i] != NULL; i++) {
    const char *name = rua_place_get_name (place, languages[i]);
    if (name != NULL && *name != '\0')
      g_ptr_array_add (names, g_ascii_strdown (name, -1));
  }
  for (guint i = 0; others != NULL && others[i] != NULL; i++)
    g_ptr_array_add (names, g_ascii_strdown (others[i], -1));
  g_ptr_array_add (names, NULL);
  return names;
}

/* Which lines the summary is: the paragraphs that begin with one of the headline's words. */
static GArray *
find_headline (RuaInquiryText *text)
{
  g_auto (GStrv) starts = rua_document_dup_headline (text->record);
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; starts != NULL && starts[i] != NULL; i++) {
    RuaQuotation place;
    rua_quotation_find (text->text, starts[i], &place);
    if (place.stands)
      g_array_append_val (lines, place.line);
  }
  return lines;
}

typedef struct {
  RuaPlace *place;
  guint n_headline;
  guint n_body;
  guint first_line; /* in the body, or in the headline */
} Named;

static void
count_names (RuaInquiryText *text, const char *folded, GArray *headline, Named *named)
{
  g_autoptr (GPtrArray) names = dup_names (named->place);
  gsize offset = 0;

  for (gsize from = 0;
       rua_words_find_folded (folded, from, (const char *const *)names->pdata, &offset) != NULL;
       from = (gsize)(g_utf8_next_char (folded + offset) - folded)) {
    guint line;
    gboolean inside = FALSE;

    rua_document_text_locate (text->text, offset, &line, NULL);
    for (guint i = 0; i < headline->len; i++)
      inside = inside || g_array_index (headline, guint, i) == line;
    if (inside)
      named->n_headline++;
    else if (named->n_body++ == 0)
      named->first_line = line;
  }
}

/* Places of one level within one larger place are told as a list: provinces, villages. */
static gboolean
are_siblings (RuaPlace *a, RuaPlace *b)
{
  g_autoptr (RuaPlace) a_parent = rua_place_dup_parent (a);
  g_autoptr (RuaPlace) b_parent = rua_place_dup_parent (b);
  const char *level = rua_place_get_level (a);

  return level != NULL && g_strcmp0 (level, rua_place_get_level (b)) == 0 && a_parent == b_parent;
}

static void
check_places_of (RuaInquiry *inquiry, RuaInquiryText *text)
{
  g_autoptr (GArray) headline = find_headline (text);
  g_autofree char *folded = rua_words_fold (text->text->text);
  g_autoptr (GArray) places = g_array_new (FALSE, TRUE, sizeof (Named));
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);

  if (headline->len == 0)
    return;
  RUA_EVIDENCE_FOREACH (rua_alliance_get_places (inquiry->alliance), RuaPlace, place)
  {
    Named named = { g_object_ref (place), 0, 0, 0 };
    g_ptr_array_add (held, named.place);
    count_names (text, folded, headline, &named);
    g_array_append_val (places, named);
  }
  for (guint i = 0; i < places->len; i++) {
    const Named *named = &g_array_index (places, Named, i);
    g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (named->place));
    g_autoptr (GString) others = g_string_new (NULL);
    guint n_listed = 0;
    guint n_both = 0;

    for (guint j = 0; j < places->len; j++) {
      const Named *other = &g_array_index (places, Named, j);
      if (j == i || other->n_headline == 0 || !are_siblings (named->place, other->place))
        continue;
      g_autofree char *other_name = rua_evidence_dup_name (RUA_RECORD (other->place));
      g_string_append_printf (others, "%s%s", others->len == 0 ? "" : C_("list", ", "),
                              other_name);
      n_listed++;
      n_both += other->n_body > 0;
    }
    if (n_listed < 2)
      continue;
    if (named->n_headline == 0 && named->n_body > 0)
      rua_inquiry_report (inquiry, "place_in_one_part", RUA_RECORD (named->place),
                          RUA_RECORD (text->record), named->first_line,
                          _("%s is named %s in the body; the summary names %s and not it."), name,
                          named->n_body == 1 ? _("once") : _("several times"), others->str);
    else if (named->n_headline > 0 && named->n_body == 0 && n_both >= 2)
      rua_inquiry_report (inquiry, "place_in_one_part", RUA_RECORD (named->place),
                          RUA_RECORD (text->record), g_array_index (headline, guint, 0),
                          _("%s is named in the summary; the body never does."), name);
  }
}

void
rua_rule_place_in_one_part (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->texts->len; i++) {
    RuaInquiryText *text = g_ptr_array_index (inquiry->texts, i);
    if (text->text != NULL)
      check_places_of (inquiry, text);
  }
}

/* ---- places of which nothing is recorded ---- */

static void
add_place (GPtrArray *places, RuaPlace *place)
{
  if (place != NULL)
    g_ptr_array_add (places, g_object_ref (place));
}

static GPtrArray *
collect_places_of_work (RuaInquiry *inquiry)
{
  GPtrArray *places = g_ptr_array_new_with_free_func (g_object_unref);

  RUA_EVIDENCE_FOREACH (rua_alliance_get_projects (inquiry->alliance), RuaProject, project)
  RUA_EVIDENCE_FOREACH_ITEM (rua_project_list_places (project), RuaPlace, place)
  add_place (places, place);
  RUA_EVIDENCE_FOREACH (rua_alliance_get_sites (inquiry->alliance), RuaSite, site)
  {
    g_autoptr (RuaPlace) place = rua_site_dup_place (site);
    add_place (places, place);
  }
  RUA_EVIDENCE_FOREACH (rua_alliance_get_adoptions (inquiry->alliance), RuaAdoption, adoption)
  {
    g_autoptr (RuaPlace) place = rua_adoption_dup_place (adoption);
    add_place (places, place);
  }
  RUA_EVIDENCE_FOREACH (rua_alliance_get_cooperatives (inquiry->alliance), RuaCooperative,
                        cooperative)
  {
    g_autoptr (RuaPlace) place = rua_cooperative_dup_place (cooperative);
    add_place (places, place);
  }
  return places;
}

void
rua_rule_place_without_work (RuaInquiry *inquiry)
{
  g_autoptr (GPtrArray) work = collect_places_of_work (inquiry);
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (work->len == 0)
    return;
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    g_autoptr (GPtrArray) places = dup_places (claim);

    for (guint j = 0; j < places->len; j++) {
      RuaPlace *place = g_ptr_array_index (places, j);
      gboolean known = FALSE;

      if (!g_hash_table_add (told, rua_evidence_dup_key (RUA_RECORD (place))))
        continue;
      for (guint k = 0; k < work->len && !known; k++)
        known = rua_evidence_is_within (g_ptr_array_index (work, k), place)
                || rua_evidence_is_within (place, g_ptr_array_index (work, k));
      if (!known) {
        g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (place));
        rua_inquiry_report (
          inquiry, "place_without_work", RUA_RECORD (place), RUA_RECORD (claim),
          rua_rules_line_of (inquiry, RUA_RECORD (claim)),
          _("%s is among the places; no project, site, co-operative or adoption is known there."),
          name);
      }
    }
  }
}
