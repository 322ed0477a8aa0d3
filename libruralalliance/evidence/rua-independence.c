/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-independence-private.h"

#include <string.h>

#include "rua-evidence-private.h"

static const GEnumValue independences[] = {
  { RUA_INDEPENDENCE_UNKNOWN, "RUA_INDEPENDENCE_UNKNOWN", "unknown" },
  { RUA_INDEPENDENCE_OWN, "RUA_INDEPENDENCE_OWN", "own" },
  { RUA_INDEPENDENCE_PARTNER, "RUA_INDEPENDENCE_PARTNER", "partner" },
  { RUA_INDEPENDENCE_INDEPENDENT, "RUA_INDEPENDENCE_INDEPENDENT", "independent" },
  { 0, NULL, NULL },
};

GType
rua_independence_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaIndependence", independences));
  return type;
}

/**
 * rua_independence_to_string:
 * @independence: how near a source stands
 *
 * The word that stands for it in JSON: `unknown`, `own`, `partner`, `independent`.
 *
 * Returns: the word
 *
 * Since: 1.0
 */
const char *
rua_independence_to_string (RuaIndependence independence)
{
  g_return_val_if_fail ((guint)independence < G_N_ELEMENTS (independences) - 1, NULL);
  return independences[independence].value_nick;
}

const char *
rua_independence_words (RuaIndependence independence)
{
  static const char *const words[] = {
    NC_("independence", "unknown"),
    NC_("independence", "own"),
    NC_("independence", "partner"),
    NC_("independence", "independent"),
  };

  return C_("independence", words[independence]);
}

/* ---- who is tied to the alliance ---- */

typedef struct {
  RuaIndependence tie; /* OWN or PARTNER */
  char *why;
} Bond;

struct _RuaTies {
  RuaAlliance *alliance;
  GHashTable *bonds;     /* "kind/id" of an organisation or person: Bond */
  GHashTable *ties;      /* "source/id": RuaTie */
  GHashTable *addresses; /* normalised address of each document: its key */
};

static void
bond_free (Bond *bond)
{
  g_free (bond->why);
  g_free (bond);
}

static void
tie_free (RuaTie *tie)
{
  g_free (tie->reason);
  g_free (tie->circle);
  g_free (tie);
}

/* Own outdoes partner; the first reason stays. */
static gboolean
bind_record (RuaTies *self, RuaRecord *record, RuaIndependence tie, const char *why)
{
  g_autofree char *key = NULL;
  Bond *bond;

  if (record == NULL)
    return FALSE;
  key = rua_evidence_dup_key (record);
  bond = g_hash_table_lookup (self->bonds, key);
  if (bond != NULL && bond->tie <= tie)
    return FALSE;
  bond = g_new0 (Bond, 1);
  bond->tie = tie;
  bond->why = g_strdup (why);
  g_hash_table_replace (self->bonds, g_steal_pointer (&key), bond);
  return TRUE;
}

static const Bond *
find_bond (RuaTies *self, RuaRecord *record)
{
  g_autofree char *key = rua_evidence_dup_key (record);

  return g_hash_table_lookup (self->bonds, key);
}

static void
bind_all (RuaTies *self, GListModel *records, RuaIndependence tie, const char *why)
{
  RUA_EVIDENCE_FOREACH_ITEM (records, RuaRecord, record)
  bind_record (self, record, tie, why);
}

/* Programmes of others that took the model up: the organisation that answers for one is an adopter
 * and not the alliance itself. */
static GHashTable *
collect_adopted_projects (RuaTies *self)
{
  GHashTable *adopted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  RUA_EVIDENCE_FOREACH (rua_alliance_get_adoptions (self->alliance), RuaAdoption, adoption)
  {
    g_autoptr (RuaProject) project = rua_adoption_dup_project (adoption);
    g_autoptr (RuaOrganisation) adopter = rua_adoption_dup_adopter (adoption);
    const char *type = rua_adoption_get_adoption_type (adoption);

    bind_record (self, (RuaRecord *)adopter, RUA_INDEPENDENCE_PARTNER, _("it took up the model"));
    if (project != NULL && type != NULL
        && (g_str_equal (type, "framework") || g_str_equal (type, "policy")
            || g_str_equal (type, "replicated")))
      g_hash_table_add (adopted, rua_evidence_dup_key (RUA_RECORD (project)));
  }
  return adopted;
}

static void
bind_projects (RuaTies *self, GHashTable *adopted)
{
  RUA_EVIDENCE_FOREACH (rua_alliance_get_projects (self->alliance), RuaProject, project)
  {
    g_autoptr (RuaOrganisation) organisation = rua_project_dup_organisation (project);
    g_autoptr (RuaPerson) lead = rua_project_dup_lead (project);
    g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (project));
    gboolean own = !g_hash_table_contains (adopted, key);

    bind_record (self, (RuaRecord *)organisation,
                 own ? RUA_INDEPENDENCE_OWN : RUA_INDEPENDENCE_PARTNER,
                 own ? _("it answers for a project of the alliance")
                     : _("it answers for a programme that took up the model"));
    bind_record (self, (RuaRecord *)lead, own ? RUA_INDEPENDENCE_OWN : RUA_INDEPENDENCE_PARTNER,
                 own ? _("a leader of a project of the alliance")
                     : _("a leader of a programme that took up the model"));
    bind_all (self, rua_project_list_partners (project), RUA_INDEPENDENCE_PARTNER,
              _("a partner in a project of the alliance"));
  }
}

static void
bind_others (RuaTies *self)
{
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (self->alliance);
  g_autoptr (RuaOrganisation) owner = profile == NULL ? NULL : rua_profile_dup_owner (profile);

  bind_record (self, (RuaRecord *)owner, RUA_INDEPENDENCE_OWN, _("it speaks for the alliance"));
  RUA_EVIDENCE_FOREACH (rua_alliance_get_practice_models (self->alliance), RuaPracticeModel, model)
  bind_all (self, rua_practice_model_list_developed_by (model), RUA_INDEPENDENCE_OWN,
            _("it developed the model"));
  RUA_EVIDENCE_FOREACH (rua_alliance_get_partnerships (self->alliance), RuaPartnership, partnership)
  {
    g_autoptr (RuaOrganisation) organisation = rua_partnership_dup_organisation (partnership);
    g_autoptr (RuaPerson) person = rua_partnership_dup_person (partnership);
    bind_record (self, (RuaRecord *)organisation, RUA_INDEPENDENCE_PARTNER,
                 _("a partner of the alliance"));
    bind_record (self, (RuaRecord *)person, RUA_INDEPENDENCE_PARTNER,
                 _("a partner of the alliance"));
  }
  RUA_EVIDENCE_FOREACH (rua_alliance_get_grants (self->alliance), RuaGrant, grant)
  {
    g_autoptr (RuaOrganisation) funder = rua_grant_dup_funder (grant);
    bind_record (self, (RuaRecord *)funder, RUA_INDEPENDENCE_PARTNER,
                 _("a funder of the alliance"));
  }
  RUA_EVIDENCE_FOREACH (rua_alliance_get_sites (self->alliance), RuaSite, site)
  {
    g_autoptr (RuaOrganisation) partner = rua_site_dup_partner (site);
    bind_record (self, (RuaRecord *)partner, RUA_INDEPENDENCE_PARTNER,
                 _("it hosts work of the alliance"));
  }
  RUA_EVIDENCE_FOREACH (rua_alliance_get_proposals (self->alliance), RuaProposal, proposal)
  {
    g_autoptr (RuaPerson) submitter = rua_proposal_dup_submitted_by (proposal);
    bind_all (self, rua_proposal_list_authors (proposal), RUA_INDEPENDENCE_OWN,
              _("an author of the alliance's proposals"));
    bind_record (self, (RuaRecord *)submitter, RUA_INDEPENDENCE_PARTNER,
                 _("the person who submitted the alliance's proposals"));
  }
}

/* Ties that follow from others, until nothing follows any more: who was set up by an own
 * organisation or is a part of it, and who works for it. */
static void
spread_bonds (RuaTies *self, GHashTable *adopted)
{
  gboolean more = TRUE;

  while (more) {
    more = FALSE;
    RUA_EVIDENCE_FOREACH (rua_alliance_get_organisations (self->alliance), RuaOrganisation,
                          organisation)
    {
      g_autoptr (RuaOrganisation) parent = rua_organisation_dup_parent (organisation);
      const Bond *above = parent == NULL ? NULL : find_bond (self, RUA_RECORD (parent));
      const Bond *here;

      if (above != NULL)
        more |= bind_record (self, RUA_RECORD (organisation), above->tie,
                             above->tie == RUA_INDEPENDENCE_OWN
                               ? _("a part of the alliance's own organisation")
                               : _("a part of a partner"));
      here = find_bond (self, RUA_RECORD (organisation));
      if (here != NULL && here->tie == RUA_INDEPENDENCE_OWN && parent != NULL)
        more |= bind_record (self, RUA_RECORD (parent), RUA_INDEPENDENCE_OWN,
                             _("the alliance's own organisation is a part of it"));
      RUA_EVIDENCE_FOREACH_ITEM (rua_organisation_list_established_by (organisation), RuaRecord,
                                 founder)
      {
        const Bond *bond = find_bond (self, founder);
        if (bond != NULL)
          more |= bind_record (self, RUA_RECORD (organisation), bond->tie,
                               bond->tie == RUA_INDEPENDENCE_OWN
                                 ? _("set up by the alliance's own organisation")
                                 : _("set up by a partner"));
      }
    }
    RUA_EVIDENCE_FOREACH (rua_alliance_get_roles (self->alliance), RuaRole, role)
    {
      g_autoptr (RuaPerson) person = rua_role_dup_person (role);
      g_autoptr (RuaRecord) at = rua_role_dup_at (role);
      const char *type = rua_role_get_role_type (role);
      const char *kind = at == NULL ? "" : rua_kind_get_name (rua_record_get_kind (at));
      gboolean beside = type != NULL
                        && (g_str_equal (type, "collaborator") || g_str_equal (type, "official")
                            || g_str_equal (type, "representative"));

      if (person == NULL || at == NULL)
        continue;
      if (g_str_equal (kind, "organisation")) {
        const Bond *bond = find_bond (self, at);
        if (bond != NULL)
          more |= bind_record (
            self, RUA_RECORD (person),
            bond->tie == RUA_INDEPENDENCE_OWN && !beside ? RUA_INDEPENDENCE_OWN
                                                         : RUA_INDEPENDENCE_PARTNER,
            bond->tie == RUA_INDEPENDENCE_OWN ? _("a member of the alliance's own organisation")
                                              : _("a member of a partner"));
      } else if (g_str_equal (kind, "project")) {
        g_autofree char *key = rua_evidence_dup_key (at);
        gboolean own = !beside && !g_hash_table_contains (adopted, key);
        more |= bind_record (
          self, RUA_RECORD (person), own ? RUA_INDEPENDENCE_OWN : RUA_INDEPENDENCE_PARTNER,
          own ? _("a member of a project of the alliance") : _("a partner in a project"));
      } else {
        more |= bind_record (self, RUA_RECORD (person),
                             beside ? RUA_INDEPENDENCE_PARTNER : RUA_INDEPENDENCE_OWN,
                             _("a member of a group of the alliance"));
      }
    }
  }
}

/* "https://www.x.org/a/#b" and "http://x.org/a" are the same address. */
static char *
normalise_address (const char *address)
{
  const char *start = strstr (address, "://");
  const char *hash;
  g_autofree char *lower = NULL;
  gsize n;

  start = start == NULL ? address : start + 3;
  if (g_str_has_prefix (start, "www."))
    start += 4;
  hash = strchr (start, '#');
  n = hash == NULL ? strlen (start) : (gsize)(hash - start);
  while (n > 0 && start[n - 1] == '/')
    n--;
  lower = g_strndup (start, n);
  return g_ascii_strdown (lower, -1);
}

static void judge_all (RuaTies *self);

RuaTies *
rua_ties_new (RuaAlliance *alliance)
{
  RuaTies *self = g_new0 (RuaTies, 1);
  g_autoptr (GHashTable) adopted = NULL;

  self->alliance = g_object_ref (alliance);
  self->bonds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)bond_free);
  self->ties = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)tie_free);
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  adopted = collect_adopted_projects (self);
  bind_projects (self, adopted);
  bind_others (self);
  spread_bonds (self, adopted);
  RUA_EVIDENCE_FOREACH (rua_alliance_get_documents (alliance), RuaDocument, document)
  {
    const char *url = rua_document_get_url (document);
    if (url != NULL && *url != '\0')
      g_hash_table_replace (self->addresses, normalise_address (url),
                            rua_evidence_dup_key (RUA_RECORD (document)));
  }
  judge_all (self);
  return self;
}

void
rua_ties_free (RuaTies *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->alliance);
  g_hash_table_unref (self->bonds);
  g_hash_table_unref (self->ties);
  g_hash_table_unref (self->addresses);
  g_free (self);
}

/* ---- one source ---- */

typedef struct {
  gboolean known; /* somebody made it, and we know who */
  RuaIndependence tie;
  char *reason;
} Maker;

static void
weigh_maker (RuaTies *self, Maker *maker, RuaRecord *record, const char *role)
{
  const Bond *bond;
  g_autofree char *name = NULL;

  if (record == NULL)
    return;
  maker->known = TRUE;
  bond = find_bond (self, record);
  if (bond == NULL || bond->tie >= maker->tie)
    return;
  name = rua_evidence_dup_name (record);
  g_free (maker->reason);
  maker->tie = bond->tie;
  maker->reason = g_strdup_printf (_("%s, %s: %s"), role, name, bond->why);
}

static void
weigh_makers (RuaTies *self, Maker *maker, RuaSource *source, guint depth)
{
  g_autoptr (RuaOrganisation) publisher = rua_source_dup_publisher (source);
  g_autoptr (RuaPublication) publication = rua_source_dup_publication (source);
  g_autoptr (RuaSource) whole = rua_source_dup_part_of (source);

  weigh_maker (self, maker, (RuaRecord *)publisher, _("the publisher"));
  RUA_EVIDENCE_FOREACH_ITEM (rua_source_list_authors (source), RuaRecord, author)
  weigh_maker (self, maker, author, _("an author"));
  if (publication != NULL)
    RUA_EVIDENCE_FOREACH_ITEM (rua_publication_list_author_people (publication), RuaRecord, author)
  weigh_maker (self, maker, author, _("an author"));
  if (whole != NULL && depth < 8)
    weigh_makers (self, maker, whole, depth + 1);
}

static char *
find_circle (RuaSource *from, const char *target, GHashTable *seen)
{
  RUA_EVIDENCE_FOREACH_ITEM (rua_record_list_references (RUA_RECORD (from), "sources"), RuaSource,
                             next)
  {
    const char *id = rua_record_get_id (RUA_RECORD (next));

    if (id == NULL)
      continue;
    if (g_str_equal (id, target))
      return g_strdup (id);
    if (g_hash_table_add (seen, g_strdup (id))) {
      g_autofree char *rest = find_circle (next, target, seen);
      if (rest != NULL)
        return g_strdup_printf ("%s → %s", id, rest);
    }
  }
  return NULL;
}

static RuaTie *
judge (RuaTies *self, RuaSource *source)
{
  RuaTie *tie = g_new0 (RuaTie, 1);
  Maker maker = { FALSE, RUA_INDEPENDENCE_INDEPENDENT, NULL };
  const char *id = rua_record_get_id (RUA_RECORD (source));
  const char *url = rua_source_get_url (source);
  const char *declared = rua_source_get_independence (source);

  weigh_makers (self, &maker, source, 0);
  if (!maker.known) {
    tie->independence = RUA_INDEPENDENCE_UNKNOWN;
    tie->reason = g_strdup (_("nobody is named who made it"));
  } else if (maker.tie == RUA_INDEPENDENCE_INDEPENDENT) {
    tie->independence = RUA_INDEPENDENCE_INDEPENDENT;
    tie->reason = g_strdup (_("whoever made it has no tie to the alliance in these records"));
  } else {
    tie->independence = maker.tie;
    tie->reason = g_steal_pointer (&maker.reason);
  }
  g_free (maker.reason);

  /* A declaration against one's own interest is believed, one in its favour is not. */
  if (g_strcmp0 (declared, "own") == 0 && tie->independence != RUA_INDEPENDENCE_OWN) {
    tie->independence = RUA_INDEPENDENCE_OWN;
    g_free (tie->reason);
    tie->reason = g_strdup (_("it is declared to be the alliance's own"));
  } else if (g_strcmp0 (declared, "partner") == 0 && tie->independence != RUA_INDEPENDENCE_OWN
             && tie->independence != RUA_INDEPENDENCE_PARTNER) {
    tie->independence = RUA_INDEPENDENCE_PARTNER;
    g_free (tie->reason);
    tie->reason = g_strdup (_("it is declared to be a partner's"));
  }

  if (url != NULL && *url != '\0') {
    g_autofree char *address = normalise_address (url);
    const char *document = g_hash_table_lookup (self->addresses, address);
    if (document != NULL) {
      g_free (tie->reason);
      tie->independence = RUA_INDEPENDENCE_OWN;
      tie->in_circle = TRUE;
      tie->circle = g_strdup_printf ("%s → %s", id == NULL ? _("it") : id, document);
      tie->reason = g_strdup (_("it is the document that cites it"));
    }
  }
  if (id != NULL && !tie->in_circle) {
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *way = find_circle (source, id, seen);
    if (way != NULL) {
      tie->in_circle = TRUE;
      tie->circle = g_strdup_printf ("%s → %s", id, way);
    }
  }

  return tie;
}

/* What rests on own sources alone says nothing that they do not say. A source has ground when it
 * gives no sources, or one of those it gives has: the least such set, so that a circle which
 * nothing from outside holds up has none. */
static gboolean
has_ground (RuaTies *self, RuaSource *source, GHashTable *grounded)
{
  guint n_below = 0;
  gboolean ground = FALSE;

  RUA_EVIDENCE_FOREACH_ITEM (rua_record_list_references (RUA_RECORD (source), "sources"), RuaSource,
                             below)
  {
    g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (below));
    n_below++;
    ground = ground || g_hash_table_contains (grounded, key);
  }
  return n_below == 0 || ground;
}

static void
judge_all (RuaTies *self)
{
  g_autoptr (GHashTable) grounded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean more = TRUE;

  RUA_EVIDENCE_FOREACH (rua_alliance_get_sources (self->alliance), RuaSource, source)
  g_hash_table_replace (self->ties, rua_evidence_dup_key (RUA_RECORD (source)),
                        judge (self, source));
  while (more) {
    more = FALSE;
    RUA_EVIDENCE_FOREACH (rua_alliance_get_sources (self->alliance), RuaSource, source)
    {
      g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (source));
      const RuaTie *tie = g_hash_table_lookup (self->ties, key);
      if (tie->independence != RUA_INDEPENDENCE_OWN && !g_hash_table_contains (grounded, key)
          && has_ground (self, source, grounded)) {
        g_hash_table_add (grounded, g_steal_pointer (&key));
        more = TRUE;
      }
    }
  }
  RUA_EVIDENCE_FOREACH (rua_alliance_get_sources (self->alliance), RuaSource, source)
  {
    g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (source));
    RuaTie *tie = g_hash_table_lookup (self->ties, key);
    if (tie->independence == RUA_INDEPENDENCE_OWN || g_hash_table_contains (grounded, key))
      continue;
    g_free (tie->reason);
    tie->independence = RUA_INDEPENDENCE_OWN;
    tie->reason
      = g_strdup (tie->in_circle ? _("it rests on itself, by way of the sources that it gives")
                                 : _("it only repeats sources that are the alliance's own"));
  }
}

const RuaTie *
rua_ties_judge (RuaTies *self, RuaSource *source)
{
  g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (source));
  RuaTie *tie = g_hash_table_lookup (self->ties, key);

  if (tie == NULL) {
    tie = judge (self, source);
    g_hash_table_replace (self->ties, g_steal_pointer (&key), tie);
  }
  return tie;
}

/**
 * rua_source_judge_independence:
 * @self: a source
 * @alliance: the alliance that it is cited for
 * @reason: (out) (optional) (nullable) (transfer full): where to put why, as a sentence without its
 *   full stop
 *
 * Works out how near the maker of a source stands to the alliance: from who published and wrote it,
 * from the alliance's projects, partnerships, grants, adoptions, roles and proposals, from who set
 * whom up, and from the sources that it rests on itself. What the record declares counts only where
 * it is less favourable.
 *
 * Returns: the independence
 *
 * Since: 1.0
 */
RuaIndependence
rua_source_judge_independence (RuaSource *self, RuaAlliance *alliance, char **reason)
{
  g_autoptr (RuaTies) ties = NULL;
  const RuaTie *tie;

  g_return_val_if_fail (RUA_IS_SOURCE (self), RUA_INDEPENDENCE_UNKNOWN);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), RUA_INDEPENDENCE_UNKNOWN);
  ties = rua_ties_new (alliance);
  tie = rua_ties_judge (ties, self);
  if (reason != NULL)
    *reason = g_strdup (tie->reason);
  return tie->independence;
}
