/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-rules-private.h"

#include <string.h>

/* ---- labels ---- */

static void
add_label (GHashTable *labels, const char *label, RuaRecord *record)
{
  if (label != NULL && *label != '\0')
    g_hash_table_replace (labels, g_ascii_strup (label, -1), rua_evidence_dup_key (record));
}

static gboolean
is_of_document (RuaRecord *record, RuaInquiryText *text)
{
  g_autoptr (RuaRecord) document = rua_record_dup_reference (record, "document");
  g_autofree char *key = document == NULL ? NULL : rua_evidence_dup_key (document);

  return key == NULL || g_str_equal (key, text->key);
}

/* Labels that the records know for the document: the label, and the record's key. */
static GHashTable *
collect_labels (RuaInquiry *inquiry, RuaInquiryText *text)
{
  GHashTable *labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  RUA_EVIDENCE_FOREACH (rua_alliance_get_publications (inquiry->alliance), RuaPublication,
                        publication)
  if (is_of_document (RUA_RECORD (publication), text))
    add_label (labels, rua_publication_get_label (publication), RUA_RECORD (publication));
  RUA_EVIDENCE_FOREACH (rua_alliance_get_sources (inquiry->alliance), RuaSource, source)
  if (is_of_document (RUA_RECORD (source), text))
    add_label (labels, rua_source_get_label (source), RUA_RECORD (source));
  return labels;
}

static RuaRecord *
find_by_key (RuaInquiry *inquiry, const char *key)
{
  g_auto (GStrv) parts = g_strsplit (key, "/", 2);

  return rua_alliance_find (inquiry->alliance, parts[0], parts[1]);
}

/* Bare numbers in brackets are labels only where a list of such numbers stands. */
static gboolean
is_label_here (GPtrArray *citations, GHashTable *labels, const char *label)
{
  if (g_ascii_isalpha (label[0]))
    return TRUE;
  if (g_hash_table_contains (labels, label))
    return TRUE;
  for (guint i = 0; i < citations->len; i++) {
    const RuaCitation *citation = g_ptr_array_index (citations, i);
    if (citation->is_entry && g_ascii_isdigit (citation->label[0]))
      return TRUE;
  }
  return FALSE;
}

void
rua_rule_cited_not_listed (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->texts->len; i++) {
    RuaInquiryText *text = g_ptr_array_index (inquiry->texts, i);
    g_autoptr (GHashTable) labels = NULL;
    g_autoptr (GHashTable) listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    if (text->citations == NULL)
      continue;
    labels = collect_labels (inquiry, text);
    for (guint j = 0; j < text->citations->len; j++) {
      const RuaCitation *citation = g_ptr_array_index (text->citations, j);
      if (citation->is_entry)
        g_hash_table_add (listed, g_ascii_strup (citation->label, -1));
    }
    for (guint j = 0; j < text->citations->len; j++) {
      const RuaCitation *citation = g_ptr_array_index (text->citations, j);
      g_autofree char *label = g_ascii_strup (citation->label, -1);

      if (citation->is_entry || g_hash_table_contains (listed, label)
          || g_hash_table_contains (labels, label)
          || !is_label_here (text->citations, labels, label)
          || !g_hash_table_add (told, g_strdup (label)))
        continue;
      rua_inquiry_report (inquiry, "cited_not_listed", RUA_RECORD (text->record), NULL,
                          citation->line, _("[%s] is cited and no list has it."), citation->label);
    }
  }
}

void
rua_rule_listed_never_cited (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->texts->len; i++) {
    RuaInquiryText *text = g_ptr_array_index (inquiry->texts, i);
    g_autoptr (GHashTable) labels = NULL;
    g_autoptr (GHashTable) cited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (GHashTable) entered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint n_cited = 0;

    if (text->citations == NULL)
      continue;
    labels = collect_labels (inquiry, text);
    for (guint j = 0; j < text->citations->len; j++) {
      const RuaCitation *citation = g_ptr_array_index (text->citations, j);
      if (!citation->is_entry)
        n_cited += g_hash_table_add (cited, g_ascii_strup (citation->label, -1));
    }
    /* A document that cites nothing by label does not use labels. */
    if (n_cited == 0)
      continue;
    for (guint j = 0; j < text->citations->len; j++) {
      const RuaCitation *citation = g_ptr_array_index (text->citations, j);
      g_autofree char *label = g_ascii_strup (citation->label, -1);
      const char *key;
      g_autoptr (RuaRecord) record = NULL;

      if (!citation->is_entry || !g_hash_table_add (entered, g_strdup (label))
          || g_hash_table_contains (cited, label))
        continue;
      key = g_hash_table_lookup (labels, label);
      record = key == NULL ? NULL : find_by_key (inquiry, key);
      rua_inquiry_report (inquiry, "listed_never_cited",
                          record != NULL ? record : RUA_RECORD (text->record),
                          record != NULL ? RUA_RECORD (text->record) : NULL, citation->line,
                          _("[%s] is listed and never cited."), citation->label);
    }
  }
}

/* ---- independence ---- */

static const char *
get_label (RuaSource *source)
{
  const char *label = rua_source_get_label (source);

  return label != NULL ? label : rua_rules_get_id (source);
}

typedef struct {
  guint n;       /* claims that name the source … */
  guint n_alone; /* … and no independent one besides */
} Uses;

static GHashTable *
count_uses (RuaInquiry *inquiry)
{
  GHashTable *uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaRecord *claim = g_ptr_array_index (inquiry->claims, i);
    gboolean alone = !rua_inquiry_has_independent_source (inquiry, claim);

    RUA_EVIDENCE_FOREACH_ITEM (rua_record_list_references (claim, "sources"), RuaRecord, source)
    {
      g_autofree char *key = rua_evidence_dup_key (source);
      Uses *use = g_hash_table_lookup (uses, key);
      if (use == NULL) {
        use = g_new0 (Uses, 1);
        g_hash_table_insert (uses, g_steal_pointer (&key), use);
      }
      use->n++;
      use->n_alone += alone;
    }
  }
  return uses;
}

void
rua_rule_not_independent (RuaInquiry *inquiry)
{
  g_autoptr (GHashTable) uses = count_uses (inquiry);

  RUA_EVIDENCE_FOREACH (rua_alliance_get_sources (inquiry->alliance), RuaSource, source)
  {
    const RuaTie *tie = rua_ties_judge (inquiry->ties, source);
    g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (source));
    const Uses *use = g_hash_table_lookup (uses, key);
    guint n = use == NULL ? 0 : use->n;

    if (tie->independence != RUA_INDEPENDENCE_OWN && tie->independence != RUA_INDEPENDENCE_PARTNER)
      continue;
    /* A part that nothing names is told with the whole. */
    if (n == 0 && rua_record_has (RUA_RECORD (source), "part_of"))
      continue;
    rua_inquiry_report (
      inquiry, "not_independent", RUA_RECORD (source), NULL,
      rua_rules_line_of (inquiry, RUA_RECORD (source)),
      _("%s is %s: %s. %u claims name it, %u of them no independent source besides."),
      get_label (source),
      tie->independence == RUA_INDEPENDENCE_OWN ? _("the alliance's own") : _("a partner's"),
      tie->reason, n, use == NULL ? 0 : use->n_alone);
  }
}

static int
rank_independence (const char *word)
{
  static const char *const ranks[] = { "own", "partner", "independent", NULL };

  for (int i = 0; word != NULL && ranks[i] != NULL; i++)
    if (g_str_equal (word, ranks[i]))
      return i;
  return -1;
}

void
rua_rule_declared_independent (RuaInquiry *inquiry)
{
  RUA_EVIDENCE_FOREACH (rua_alliance_get_sources (inquiry->alliance), RuaSource, source)
  {
    const RuaTie *tie = rua_ties_judge (inquiry->ties, source);
    const char *declared = rua_source_get_independence (source);
    const char *found = rua_independence_to_string (tie->independence);

    if (rank_independence (declared) < 0)
      continue;
    if (tie->independence == RUA_INDEPENDENCE_UNKNOWN
          ? g_str_equal (declared, "independent")
          : rank_independence (declared) > rank_independence (found))
      rua_inquiry_report (inquiry, "declared_independent", RUA_RECORD (source), NULL,
                          rua_rules_line_of (inquiry, RUA_RECORD (source)),
                          _("%s is declared %s; it is %s: %s."), get_label (source),
                          C_("independence", declared), rua_independence_words (tie->independence),
                          tie->reason);
  }
}

void
rua_rule_circular (RuaInquiry *inquiry)
{
  RUA_EVIDENCE_FOREACH (rua_alliance_get_sources (inquiry->alliance), RuaSource, source)
  {
    const RuaTie *tie = rua_ties_judge (inquiry->ties, source);

    if (tie->in_circle)
      rua_inquiry_report (inquiry, "circular", RUA_RECORD (source), NULL,
                          rua_rules_line_of (inquiry, RUA_RECORD (source)),
                          _("%s rests on itself: %s."), get_label (source), tie->circle);
  }
}

/* ---- one source for many places ---- */

void
rua_rule_source_stretched (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    g_autoptr (GListModel) sources = rua_claim_list_sources (claim);
    g_autoptr (RuaSource) source = NULL;
    g_autoptr (RuaOrganisation) publisher = NULL;
    g_autoptr (RuaPlace) seat = NULL;
    g_autoptr (GString) beyond = g_string_new (NULL);
    guint n_seat = 0;
    guint n_beyond = 0;

    if (sources == NULL || g_list_model_get_n_items (sources) != 1)
      continue;
    source = g_list_model_get_item (sources, 0);
    publisher = rua_source_dup_publisher (source);
    seat = publisher == NULL ? NULL : rua_organisation_dup_place (publisher);
    if (seat == NULL)
      continue;
    RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_scope_places (claim), RuaPlace, place)
    {
      if (rua_evidence_is_within (seat, place) || rua_evidence_is_within (place, seat)) {
        n_seat++;
      } else {
        g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (place));
        g_string_append_printf (beyond, "%s%s", n_beyond++ == 0 ? "" : C_("list", ", "), name);
      }
    }
    if (n_seat > 0 && n_beyond > 0) {
      g_autofree char *at = rua_evidence_dup_name (RUA_RECORD (seat));
      rua_inquiry_report (inquiry, "source_stretched", RUA_RECORD (claim), RUA_RECORD (source),
                          rua_rules_line_of (inquiry, RUA_RECORD (claim)),
                          _("%s, from %s, is the only source for what is said of %s too."),
                          get_label (source), at, beyond->str);
    }
  }
}
