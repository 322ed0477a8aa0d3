/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include <string.h>

/* Who and where: sites, organisations, people, and what they undertook. */

#define MOST_ROWS 40 /* of a table: a register of thousands is counted, not listed */

static void
tell_rest (RuaTelling *self, guint n, const char *what)
{
  if (n > MOST_ROWS)
    rua_words_add_printf (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_FAINT, _("… and %1$u more %2$s."), n - MOST_ROWS, what);
}

/* "Pingzhai, Yunnan": a place and the province it lies in. */
static char *
say_place (RuaTelling *self, RuaRecord *place)
{
  g_autofree char *name = rua_telling_name (self, place);
  g_autoptr (RuaRecord) up = rua_record_dup_reference (place, "parent");
  GString *out = g_string_new (name);

  for (guint depth = 0; up && depth < 8; depth++) {
    const char *level = rua_record_get_text (up, "level");
    RuaRecord *next;

    if (g_strcmp0 (level, "country") == 0)
      break;
    {
      g_autofree char *above = rua_telling_name (self, up);

      if (!strstr (out->str, above))
        g_string_append_printf (out, _(", %s"), above);
    }
    next = rua_record_dup_reference (up, "parent");
    g_object_unref (up);
    up = next;
  }
  return g_string_free (out, FALSE);
}

static char *
period_of (RuaRecord *record, const char *from, const char *to)
{
  g_autofree char *begin = rua_record_dup_date (record, from), *end = rua_record_dup_date (record, to);

  return rua_wording_period (begin, end, TRUE);
}

void
rua_telling_where (RuaTelling *self)
{
  g_autoptr (GPtrArray) sites = rua_telling_records (self, "site"), places = rua_telling_records (self, "place");

  if (sites->len == 0 && places->len == 0)
    return;
  rua_telling_chapter (self, _("Where"), NULL);
  rua_telling_chart (self, rua_chart_new_places (_("Places, and what is there"), self->alliance, self->language));
  if (sites->len) {
    rua_manuscript_table (self->manuscript, 0);
    rua_manuscript_column (self->manuscript, _("Site"), RUA_ALIGN_LEFT);
    rua_manuscript_column (self->manuscript, _("Place"), RUA_ALIGN_LEFT);
    rua_manuscript_column (self->manuscript, _("Work there"), RUA_ALIGN_LEFT);
    for (guint i = 0; i < MIN (sites->len, MOST_ROWS); i++) {
      RuaRecord *site = g_ptr_array_index (sites, i);
      g_autoptr (RuaRecord) place = rua_record_dup_reference (site, "place");
      g_autofree char *name = rua_telling_name (self, site), *where = place ? say_place (self, place) : NULL;
      g_autofree char *when = period_of (site, "started", "ended");

      rua_telling_cell (self, name);
      rua_telling_cell (self, where);
      rua_telling_cell (self, when);
    }
    tell_rest (self, sites->len, _("sites"));
  }
  if (places->len) {
    RuaWords *words = rua_manuscript_paragraph (self->manuscript, 0);

    rua_words_add_printf (words, RUA_STYLE_PLAIN, _("Places on record (%u): "), places->len);
    for (guint i = 0; i < MIN (places->len, MOST_ROWS); i++) {
      g_autofree char *name = rua_telling_name (self, g_ptr_array_index (places, i));

      rua_words_add_printf (words, RUA_STYLE_PLAIN, "%s%s", i ? _("; ") : "", name);
    }
    rua_words_add (words, RUA_STYLE_PLAIN, places->len > MOST_ROWS ? _("; and more.") : _("."));
  }
}

/* ---- organisations ---- */

static void
add_part (GPtrArray *parts, const char *part)
{
  if (part && !g_ptr_array_find_with_equal_func (parts, part, g_str_equal, NULL))
    g_ptr_array_add (parts, g_strdup (part));
}

static char *
join_parts (GPtrArray *parts, const char *between)
{
  if (parts->len == 0)
    return NULL;
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (between, (char **) parts->pdata);
}

static gboolean
refers_to (RuaRecord *record, const char *field, RuaRecord *target)
{
  g_autoptr (RuaRecord) found = rua_record_dup_reference (record, field);

  return found == target;
}

static gboolean
lists (RuaRecord *record, const char *field, RuaRecord *target)
{
  g_autoptr (GListModel) list = rua_record_list_references (record, field);

  for (guint i = 0; list && i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaRecord) found = g_list_model_get_item (list, i);

    if (found == target)
      return TRUE;
  }
  return FALSE;
}

typedef struct {
  GPtrArray *partnerships, *grants, *sources, *projects;
  RuaRecord *owner;
} Ties;

static char *
say_part (RuaTelling *self, Ties *ties, RuaRecord *organisation)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) types = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *founders = rua_wording_names (organisation, "established_by", self->language);
  g_autofree char *above = rua_wording_reference (organisation, "parent", self->language);
  gboolean is_partner = FALSE;

  if (above) {
    g_autofree char *part = g_strdup_printf (_("part of %s"), above);

    add_part (parts, part);
  }
  if (organisation == ties->owner)
    add_part (parts, _("speaks for the alliance"));
  for (guint i = 0; i < ties->projects->len; i++)
    if (refers_to (g_ptr_array_index (ties->projects, i), "organisation", organisation))
      add_part (parts, _("answers for projects"));
  for (guint i = 0; i < ties->partnerships->len; i++) {
    RuaRecord *partnership = g_ptr_array_index (ties->partnerships, i);

    if (!refers_to (partnership, "organisation", organisation))
      continue;
    add_part (types, rua_message_token (rua_record_get_text (partnership, "partnership_type")));
    is_partner = TRUE;
  }
  if (is_partner) {
    g_autofree char *joined = join_parts (types, C_("list", ", ")), *part = joined ? g_strdup_printf (_("partner (%s)"), joined) : g_strdup (_("partner"));

    add_part (parts, part);
  }
  for (guint i = 0; i < ties->grants->len; i++)
    if (refers_to (g_ptr_array_index (ties->grants, i), "funder", organisation))
      add_part (parts, _("funder"));
  if (founders) {
    g_autofree char *set_up = g_strdup_printf (_("set up by %s"), founders);

    add_part (parts, set_up);
  }
  for (guint i = 0; i < ties->sources->len; i++) {
    RuaRecord *source = g_ptr_array_index (ties->sources, i);
    const char *label = rua_record_get_text (source, "label");
    g_autofree char *part = g_strdup_printf (_("made source %s"), label ? label : rua_record_get_id (source));

    if (refers_to (source, "publisher", organisation))
      add_part (parts, part);
  }
  return join_parts (parts, _("; "));
}

static void
tell_organisations (RuaTelling *self)
{
  g_autoptr (GPtrArray) organisations = rua_telling_records (self, "organisation");
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (self->alliance);
  g_autoptr (RuaRecord) owner = profile ? rua_record_dup_reference (RUA_RECORD (profile), "owner") : NULL;
  Ties ties = {
    rua_telling_records (self, "partnership"), rua_telling_records (self, "grant"),
    rua_telling_records (self, "source"), rua_telling_records (self, "project"), owner,
  };

  if (organisations->len) {
    rua_manuscript_table (self->manuscript, 0);
    rua_manuscript_column (self->manuscript, _("Organisation"), RUA_ALIGN_LEFT);
    rua_manuscript_column (self->manuscript, _("Kind"), RUA_ALIGN_LEFT);
    rua_manuscript_column (self->manuscript, _("Its part"), RUA_ALIGN_LEFT);
    for (guint i = 0; i < MIN (organisations->len, MOST_ROWS); i++) {
      RuaRecord *organisation = g_ptr_array_index (organisations, i);
      g_autofree char *name = rua_telling_name (self, organisation), *part = say_part (self, &ties, organisation);
      g_autofree char *kind = rua_wording_token (rua_record_get_text (organisation, "organisation_type"));

      rua_telling_cell (self, name);
      rua_telling_cell (self, kind);
      rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, part);
    }
    tell_rest (self, organisations->len, _("organisations"));
  }
  g_ptr_array_unref (ties.partnerships);
  g_ptr_array_unref (ties.grants);
  g_ptr_array_unref (ties.sources);
  g_ptr_array_unref (ties.projects);
}

/* ---- people ---- */

static char *
say_roles (RuaTelling *self, GPtrArray *roles, GPtrArray *publications, RuaRecord *person)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  guint authored = 0;

  for (guint i = 0; i < roles->len; i++) {
    RuaRecord *role = g_ptr_array_index (roles, i);
    g_autoptr (RuaRecord) at = NULL;
    g_autofree char *title = NULL, *place = NULL, *when = NULL, *part = NULL;
    g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func (g_free);

    if (!rua_wording_may_tell (role, "person") || !refers_to (role, "person", person))
      continue;
    at = rua_record_dup_reference (role, "at");
    place = at ? rua_telling_name (self, at) : NULL;
    when = period_of (role, "started", "ended");
    title = g_strdup (rua_record_get_texts (role, "title", self->language));
    if (!title && rua_record_has (role, "role_type"))
      title = rua_wording_token (rua_record_get_text (role, "role_type"));
    add_part (pieces, title);
    add_part (pieces, place);
    add_part (pieces, when);
    part = join_parts (pieces, _(", "));
    add_part (parts, part);
  }
  for (guint i = 0; i < publications->len; i++)
    authored += rua_wording_may_tell (g_ptr_array_index (publications, i), "author_people")
                && lists (g_ptr_array_index (publications, i), "author_people", person);
  if (parts->len == 0 && authored)
    add_part (parts, _("author of a work in the list of references"));
  return join_parts (parts, _("; "));
}

/* Everybody whom a document names; everybody else is counted. */
static void
tell_people (RuaTelling *self)
{
  g_autoptr (GPtrArray) people = rua_telling_records (self, "person"), roles = rua_telling_records (self, "role");
  g_autoptr (GPtrArray) publications = rua_telling_records (self, "publication");
  guint withheld = 0, told = 0;

  for (guint i = 0; i < people->len; i++) {
    RuaRecord *person = g_ptr_array_index (people, i);
    g_autofree char *name = NULL, *part = NULL;

    if (!rua_wording_may_tell (person, "name") || !rua_record_has (person, "name")) {
      withheld++;
      continue;
    }
    if (told++ >= MOST_ROWS)
      continue;
    if (told == 1) {
      rua_manuscript_table (self->manuscript, 0);
      rua_manuscript_column (self->manuscript, _("Person"), RUA_ALIGN_LEFT);
      rua_manuscript_column (self->manuscript, _("Role"), RUA_ALIGN_LEFT);
    }
    name = rua_telling_name (self, person);
    part = say_roles (self, roles, publications, person);
    rua_telling_cell (self, name);
    rua_telling_cell (self, part);
  }
  tell_rest (self, told, _("people"));
  if (withheld) {
    g_autofree char *count = rua_wording_count (withheld, _("more person is"), _("more people are"));

    rua_words_add_printf (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_FAINT,
                          _("%s on record and not named here: no document that was modelled publishes their names."), count);
  }
}

/* Where nobody is linked with anybody the tables tell as much. */
static void
tell_network (RuaTelling *self)
{
  g_autoptr (RuaChart) chart = rua_chart_new_network (_("Co-operatives, stations and consumer groups"), self->alliance, self->language);

  if (chart->links->len > 0)
    rua_manuscript_chart (self->manuscript, g_steal_pointer (&chart));
}

void
rua_telling_who (RuaTelling *self)
{
  if (rua_telling_count (self, "organisation") + rua_telling_count (self, "person") == 0)
    return;
  rua_telling_chapter (self, _("Who"), NULL);
  tell_network (self);
  tell_organisations (self);
  tell_people (self);
}

/* ---- projects ---- */

static char *
say_funding (RuaTelling *self, GPtrArray *grants, RuaRecord *project)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  guint digits = rua_alliance_get_currency_digits (self->alliance);
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (self->alliance);
  const char *currency = profile ? rua_record_get_text (RUA_RECORD (profile), "currency") : NULL;

  for (guint i = 0; i < grants->len; i++) {
    RuaRecord *grant = g_ptr_array_index (grants, i);
    g_autofree char *funder = NULL, *part = NULL, *title = NULL, *amount = NULL;
    gint64 minor;

    if (!refers_to (grant, "project", project))
      continue;
    funder = rua_wording_reference (grant, "funder", self->language);
    title = g_strdup (rua_record_get_texts (grant, "title", self->language));
    if (rua_record_get_money (grant, "amount", &minor))
      amount = rua_wording_money (minor, digits, currency);
    part = g_strdup_printf (title && funder ? _("%1$s of %3$s (%2$s)") : _("%1$s (%2$s)"), title ? title : funder ? funder : _("a grant"),
                            amount ? amount : _("amount not known"), funder);
    add_part (parts, part);
  }
  return join_parts (parts, _("; "));
}

void
rua_telling_projects (RuaTelling *self)
{
  g_autoptr (GPtrArray) projects = rua_telling_records (self, "project"), grants = rua_telling_records (self, "grant");

  if (projects->len == 0)
    return;
  rua_telling_chapter (self, _("What was undertaken"), NULL);
  for (guint i = 0; i < MIN (projects->len, MOST_ROWS); i++) {
    RuaRecord *project = g_ptr_array_index (projects, i);
    g_autofree char *name = rua_telling_name (self, project), *when = period_of (project, "started", "ended");
    g_autofree char *lead = rua_wording_reference (project, "lead", self->language);
    g_autofree char *body = rua_wording_reference (project, "organisation", self->language);
    g_autofree char *partners = rua_wording_names (project, "partners", self->language);
    g_autofree char *places = rua_wording_names (project, "places", self->language);
    g_autofree char *funding = say_funding (self, grants, project);
    RuaWords *words = rua_manuscript_item (self->manuscript, 0, 0);

    rua_words_add (words, RUA_STYLE_STRONG, name);
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(" (%s)"), when ? when : _("when is not known"));
    if (places)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(", in %s"), places);
    if (lead || body)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, lead && body ? _("; led by %1$s, %2$s") : _("; led by %1$s"), lead ? lead : body, body);
    if (partners)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _("; with %s"), partners);
    if (funding)
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _("; funding: %s"), funding);
    rua_words_add (words, RUA_STYLE_PLAIN, _("."));
  }
  tell_rest (self, projects->len, _("projects"));
}
