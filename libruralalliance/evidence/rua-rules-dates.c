/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-rules-private.h"

#include <math.h>
#include <string.h>

#define DAYS_OF_YEAR 365.25

typedef struct {
  gboolean has_start, has_end;
  gint32 start;      /* first day that the beginning may be */
  gint32 start_last; /* last day that it may be: a year is not its first of January */
  gint32 end_first;
  gint32 end;
} Period;

static void
read_start (RuaRecord *record, const char *field, Period *period)
{
  if (period->has_start || !rua_evidence_get_day (record, field, FALSE, &period->start))
    return;
  rua_evidence_get_day (record, field, TRUE, &period->start_last);
  period->has_start = TRUE;
}

static void
read_end (RuaRecord *record, const char *field, Period *period)
{
  if (period->has_end || !rua_evidence_get_day (record, field, TRUE, &period->end))
    return;
  rua_evidence_get_day (record, field, FALSE, &period->end_first);
  period->has_end = TRUE;
}

/* The same day so many years later. */
static gint32
add_years (gint32 day, double years)
{
  int year, month, dom;
  double whole = floor (years);

  rua_date_day_to_civil (day, &year, &month, &dom);
  return rua_date_civil_to_day (year + (int)whole, month, MIN (dom, 28)) + MAX (dom - 28, 0)
         + (gint32)((years - whole) * DAYS_OF_YEAR);
}

/* The names that periods have in the kinds, the wider ones first. */
static Period
read_period (RuaRecord *record)
{
  static const char *const starts[]
    = { "started", "development_started", "founded", "joined", "opened" };
  static const char *const ends[] = { "ended", "development_ended", "dissolved", "left", "closed" };
  Period period = { 0 };
  double years;

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    read_start (record, starts[i], &period);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    read_end (record, ends[i], &period);
  if (!period.has_end && period.has_start
      && rua_kind_find_field (rua_record_get_kind (record), "duration") != NULL
      && rua_record_get_number (record, "duration", &years)) {
    period.end_first = add_years (period.start, years);
    period.end = add_years (period.start_last, years);
    period.has_end = TRUE;
  }
  return period;
}

static char *
format_year (gint32 day)
{
  int year, month, dom;

  rua_date_day_to_civil (day, &year, &month, &dom);
  return g_strdup_printf ("%d", year);
}

static const char *const belonging[]
  = { "project", "parent", "of", "site", "activity", "event", "order_cycle", NULL };

static void
check_within (RuaInquiry *inquiry, RuaRecord *record, RuaRecord *whole)
{
  Period part = read_period (record);
  Period period = read_period (whole);
  g_autofree char *part_words = rua_evidence_dup_words (record);
  g_autofree char *whole_words = rua_evidence_dup_words (whole);

  if (part.has_start && period.has_start && part.start_last < period.start) {
    g_autofree char *left = format_year (part.start);
    g_autofree char *right = format_year (period.start);
    rua_inquiry_report (inquiry, "outside_period", record, whole,
                        rua_rules_line_of (inquiry, record),
                        _("“%s” begins in %s, before “%s”, which it belongs to, in %s."),
                        part_words, left, whole_words, right);
  }
  if (part.has_end && period.has_end && part.end_first > period.end) {
    g_autofree char *left = format_year (part.end_first);
    g_autofree char *right = format_year (period.end);
    rua_inquiry_report (inquiry, "outside_period", record, whole,
                        rua_rules_line_of (inquiry, record),
                        _("“%s” ends in %s, after “%s”, which it belongs to, in %s."), part_words,
                        left, whole_words, right);
  }
  if (part.has_start && !part.has_end && period.has_end && part.start > period.end) {
    g_autofree char *left = format_year (part.start);
    g_autofree char *right = format_year (period.end);
    rua_inquiry_report (inquiry, "outside_period", record, whole,
                        rua_rules_line_of (inquiry, record),
                        _("“%s” begins in %s, after “%s”, which it belongs to, ended in %s."),
                        part_words, left, whole_words, right);
  }
}

void
rua_rule_outside_period (RuaInquiry *inquiry)
{
  g_autoptr (GListModel) tables = rua_alliance_list_tables (inquiry->alliance);

  for (guint i = 0; i < g_list_model_get_n_items (tables); i++) {
    g_autoptr (RuaTable) table = g_list_model_get_item (tables, i);
    RuaKind *kind = rua_table_get_kind (table);

    if (rua_kind_find_field (kind, "started") == NULL
        && rua_kind_find_field (kind, "founded") == NULL
        && rua_kind_find_field (kind, "ended") == NULL)
      continue;
    for (guint j = 0; j < rua_kind_get_n_fields (kind); j++) {
      RuaField *field = rua_kind_get_field (kind, j);
      if (rua_field_get_field_type (field) != RUA_FIELD_TYPE_REFERENCE
          || !g_strv_contains (belonging, rua_field_get_name (field)))
        continue;
      RUA_EVIDENCE_FOREACH (table, RuaRecord, record)
      {
        g_autoptr (RuaRecord) whole = rua_record_dup_reference (record, rua_field_get_name (field));
        if (whole != NULL)
          check_within (inquiry, record, whole);
      }
    }
  }
}

/* ---- a period that begins before anything in it ---- */

typedef struct {
  RuaRecord *whole;
  gint32 start_last;
  gboolean any;
  gint32 first;
  char *first_id;
} Beginning;

static void
beginning_free (Beginning *self)
{
  g_object_unref (self->whole);
  g_free (self->first_id);
  g_free (self);
}

static void
note_part (GHashTable *beginnings, RuaRecord *whole, RuaRecord *part)
{
  g_autofree char *key = whole == NULL ? NULL : rua_evidence_dup_key (whole);
  Beginning *beginning;
  Period period = read_period (part);

  if (whole == NULL || !period.has_start)
    return;
  beginning = g_hash_table_lookup (beginnings, key);
  if (beginning == NULL) {
    Period of = read_period (whole);
    if (!of.has_start)
      return;
    beginning = g_new0 (Beginning, 1);
    beginning->whole = g_object_ref (whole);
    beginning->start_last = of.start_last;
    g_hash_table_insert (beginnings, g_steal_pointer (&key), beginning);
  }
  if (!beginning->any || period.start < beginning->first) {
    beginning->first = period.start;
    g_free (beginning->first_id);
    beginning->first_id = rua_evidence_dup_about (part);
  }
  beginning->any = TRUE;
}

static void
report_beginnings (RuaInquiry *inquiry, GHashTable *beginnings, RuaTable *wholes)
{
  RUA_EVIDENCE_FOREACH (wholes, RuaRecord, whole)
  {
    g_autofree char *key = rua_evidence_dup_key (whole);
    const Beginning *beginning = g_hash_table_lookup (beginnings, key);
    g_autofree char *left = NULL;
    g_autofree char *right = NULL;

    if (beginning == NULL || beginning->first <= beginning->start_last)
      continue;
    left = format_year (beginning->start_last);
    right = format_year (beginning->first);
    rua_inquiry_report (inquiry, "begins_before_first", whole, NULL,
                        rua_rules_line_of (inquiry, whole),
                        _("“%s” is said to begin in %s; the first thing in it, %s, begins in %s."),
                        rua_rules_get_id (whole), left, beginning->first_id, right);
  }
}

void
rua_rule_begins_before_first (RuaInquiry *inquiry)
{
  g_autoptr (GHashTable) beginnings
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)beginning_free);

  RUA_EVIDENCE_FOREACH (rua_alliance_get_projects (inquiry->alliance), RuaProject, project)
  {
    g_autoptr (RuaProject) parent = rua_project_dup_parent (project);
    g_autoptr (RuaPracticeModel) model = rua_project_dup_practice_model (project);
    note_part (beginnings, (RuaRecord *)parent, RUA_RECORD (project));
    note_part (beginnings, (RuaRecord *)model, RUA_RECORD (project));
  }
  report_beginnings (inquiry, beginnings, rua_alliance_get_projects (inquiry->alliance));
  report_beginnings (inquiry, beginnings, rua_alliance_get_practice_models (inquiry->alliance));
  /* A claim that gives a beginning, against what it is about. */
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    gint32 told_last, first = 0;
    g_autofree char *first_key = NULL;
    gboolean any = FALSE;

    if (!rua_evidence_get_day (RUA_RECORD (claim), "scope_start", TRUE, &told_last))
      continue;
    RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_about (claim), RuaRecord, record)
    {
      Period period = read_period (record);
      if (period.has_start && (!any || period.start < first)) {
        first = period.start;
        g_free (first_key);
        first_key = rua_evidence_dup_about (record);
      }
      any = any || period.has_start;
    }
    if (any && first > told_last) {
      g_autofree char *left = format_year (told_last);
      g_autofree char *right = format_year (first);
      rua_inquiry_report (inquiry, "begins_before_first", RUA_RECORD (claim), NULL,
                          rua_rules_line_of (inquiry, RUA_RECORD (claim)),
                          _("“%s” speaks of %s; %s, which it is about, begins in %s."),
                          rua_rules_get_id (claim), left, first_key, right);
    }
  }
}

/* ---- in use before it was tried ---- */

static void
check_use (RuaInquiry *inquiry,
           RuaPhase *trial,
           Period *period,
           RuaPracticeModel *model,
           RuaRecord *use,
           GHashTable *told)
{
  Period used = read_period (use);
  g_autofree char *key = NULL;

  if (!used.has_start || used.start <= period->start_last || used.start_last >= period->end_first)
    return;
  key = g_strconcat (rua_rules_get_id (trial), " ", rua_rules_get_id (use), NULL);
  if (g_hash_table_add (told, g_steal_pointer (&key))) {
    g_autofree char *from = format_year (period->start);
    g_autofree char *to = format_year (period->end_first);
    g_autofree char *in_use = format_year (used.start);
    rua_inquiry_report (inquiry, "used_before_tried", use, RUA_RECORD (trial),
                        rua_rules_line_of (inquiry, RUA_RECORD (trial)),
                        _("“%s” is in use in “%s” from %s, while its trial runs from %s to %s."),
                        rua_rules_get_id (model), rua_rules_get_id (use), in_use, from, to);
  }
}

void
rua_rule_used_before_tried (RuaInquiry *inquiry)
{
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  RUA_EVIDENCE_FOREACH (rua_alliance_get_phases (inquiry->alliance), RuaPhase, trial)
  {
    g_autoptr (RuaRecord) of = rua_phase_dup_of (trial);
    Period period = read_period (RUA_RECORD (trial));

    if (g_strcmp0 (rua_phase_get_phase_type (trial), "trial") != 0 || of == NULL
        || !RUA_IS_PRACTICE_MODEL (of) || !period.has_start || !period.has_end)
      continue;
    RUA_EVIDENCE_FOREACH (rua_alliance_get_projects (inquiry->alliance), RuaProject, project)
    {
      g_autoptr (RuaPracticeModel) model = rua_project_dup_practice_model (project);
      if ((RuaRecord *)model == of)
        check_use (inquiry, trial, &period, model, RUA_RECORD (project), told);
    }
    /* An adoption by a project is that project's use of it. */
    RUA_EVIDENCE_FOREACH (rua_alliance_get_adoptions (inquiry->alliance), RuaAdoption, adoption)
    {
      g_autoptr (RuaPracticeModel) model = rua_adoption_dup_practice_model (adoption);
      g_autoptr (RuaProject) project = rua_adoption_dup_project (adoption);
      if ((RuaRecord *)model == of && project == NULL)
        check_use (inquiry, trial, &period, model, RUA_RECORD (adoption), told);
    }
  }
}

/* ---- tense ---- */

static const char *const present_words[]
  = { "currently",     "at present", "presently",  "is now", "are now", "ongoing",
      "at the moment", "today",      "these days", "目前",   "现在",    "現在",
      "正在",          "当前",       "當前",       NULL };

/* The last year of a range such as "2010-2020" or "from 2010 to 2020" in the sentence. */
static gboolean
find_range (const char *sentence, int *last)
{
  static GRegex *range = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  gboolean any = FALSE;

  if (g_once_init_enter (&range)) {
    GRegex *made = g_regex_new ("\\b(1[89][0-9]{2}|20[0-9]{2})\\s*(?:[-\\x{2010}-\\x{2015}~\\x{"
                                "81F3}\\x{5230}]|to|until|and)\\s*"
                                "(1[89][0-9]{2}|20[0-9]{2})(?![0-9])",
                                G_REGEX_CASELESS, 0, NULL);
    g_once_init_leave (&range, made);
  }
  for (g_regex_match (range, sentence, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL)) {
    g_autofree char *from = g_match_info_fetch (match, 1);
    g_autofree char *to = g_match_info_fetch (match, 2);
    int year = (int)g_ascii_strtoll (to, NULL, 10);
    if (year < g_ascii_strtoll (from, NULL, 10))
      continue;
    *last = any ? MAX (*last, year) : year;
    any = TRUE;
  }
  return any;
}

static void
check_tense (RuaInquiry *inquiry, RuaInquiryText *text, gint32 published)
{
  g_autofree char *folded = rua_words_fold (text->text->text);
  const char *word;
  gsize from = 0;
  gsize position;

  while ((word = rua_words_find_folded (folded, from, present_words, &position)) != NULL) {
    gsize length;
    gsize start = rua_document_text_sentence (text->text, position, &length);
    g_autofree char *sentence = g_strndup (text->text->text + start, length);
    int last = 0;

    if (find_range (sentence, &last) && rua_date_civil_to_day (last + 1, 1, 1) <= published) {
      guint line;
      g_autofree char *year = format_year (published);
      rua_document_text_locate (text->text, position, &line, NULL);
      rua_inquiry_report (inquiry, "tense", RUA_RECORD (text->record), NULL, line,
                          _("“%s” is said of a period that ended in %d; the document is of %s."),
                          word, last, year);
    }
    /* A sentence is told once. */
    from = MAX (start + length, position + strlen (word));
  }
}

void
rua_rule_tense (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->texts->len; i++) {
    RuaInquiryText *text = g_ptr_array_index (inquiry->texts, i);
    gint32 published;

    if (text->text != NULL
        && rua_evidence_get_day (RUA_RECORD (text->record), "published", FALSE, &published))
      check_tense (inquiry, text, published);
  }
}

void
rua_rule_future_period (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->observations->len; i++) {
    RuaRecord *observation = g_ptr_array_index (inquiry->observations, i);
    g_autoptr (RuaRecord) document = rua_record_dup_reference (observation, "document");
    gint32 published, first;

    if (document == NULL || !rua_evidence_get_day (document, "published", TRUE, &published)
        || !(rua_evidence_get_day (observation, "period_end", FALSE, &first)
             || rua_evidence_get_day (observation, "period", FALSE, &first))
        || first <= published)
      continue;
    g_autofree char *left = format_year (first);
    g_autofree char *right = format_year (published);
    rua_inquiry_report (
      inquiry, "future_period", observation, document, rua_rules_line_of (inquiry, observation),
      _("“%s” is a figure of a period that reaches into %s; the document is of %s."),
      rua_rules_get_id (observation), left, right);
  }
}
