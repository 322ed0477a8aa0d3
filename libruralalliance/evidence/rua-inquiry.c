/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-inquiry-private.h"

#include <math.h>
#include <string.h>

#include "rua-finding-private.h"
#include "rua-merge-conflict.h"
#include "rua-rows-private.h"

static void
inquiry_text_free (RuaInquiryText *self)
{
  g_object_unref (self->record);
  g_free (self->key);
  rua_document_text_free (self->text);
  g_clear_pointer (&self->citations, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
take_text (RuaInquiryText *self, RuaDocumentText *text)
{
  const char *digest = rua_document_get_digest (self->record);

  g_clear_pointer (&self->text, rua_document_text_free);
  g_clear_pointer (&self->citations, g_ptr_array_unref);
  g_clear_error (&self->error);
  self->text = text;
  self->citations = rua_citations_scan (text);
  self->stale = digest != NULL && *digest != '\0' && g_ascii_strcasecmp (digest, text->digest) != 0;
}

static void
read_texts (RuaInquiry *self)
{
  g_autofree char *folder = rua_evidence_dup_folder (self->alliance);

  RUA_EVIDENCE_FOREACH (rua_alliance_get_documents (self->alliance), RuaDocument, document)
  {
    RuaInquiryText *entry = g_new0 (RuaInquiryText, 1);
    const char *name = rua_document_get_file (document);

    entry->record = g_object_ref (document);
    entry->key = rua_evidence_dup_key (RUA_RECORD (document));
    if (name != NULL && folder != NULL) {
      RuaDocumentText *text = rua_document_text_open (folder, name, &entry->error);
      if (text != NULL)
        take_text (entry, text);
    }
    g_ptr_array_add (self->texts, entry);
  }
}

/* Conflicts of a merge that nobody has settled yet. */
static void
read_conflicts (RuaInquiry *self)
{
  RUA_EVIDENCE_FOREACH (rua_alliance_get_conflicts (self->alliance), RuaConflict, conflict)
  {
    g_autofree char *settled = rua_conflict_dup_settled_on (conflict);
    g_autoptr (RuaRecord) about = rua_conflict_dup_about (conflict);
    if (settled == NULL && about != NULL)
      g_hash_table_add (self->disputed, rua_evidence_dup_key (about));
  }
}

static void
unref_nullable (gpointer object)
{
  g_clear_object ((GObject **)&object);
}

static void index_observations (RuaInquiry *self);

RuaInquiry *
rua_inquiry_new (RuaAlliance *alliance)
{
  RuaInquiry *self = g_new0 (RuaInquiry, 1);

  self->alliance = g_object_ref (alliance);
  self->ties = rua_ties_new (alliance);
  self->measures = rua_measure_context_new (alliance);
  self->disputed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->texts = g_ptr_array_new_with_free_func ((GDestroyNotify)inquiry_text_free);
  self->claims = g_ptr_array_new_with_free_func (g_object_unref);
  self->observations = g_ptr_array_new_with_free_func (g_object_unref);
  self->verdicts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->findings = g_list_store_new (RUA_TYPE_FINDING);
  self->published = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_nullable);
  RUA_EVIDENCE_FOREACH (rua_alliance_get_claims (alliance), RuaClaim, claim)
  g_ptr_array_add (self->claims, g_object_ref (claim));
  RUA_EVIDENCE_FOREACH (rua_alliance_get_observations (alliance), RuaObservation, observation)
  g_ptr_array_add (self->observations, g_object_ref (observation));
  index_observations (self);
  read_texts (self);
  read_conflicts (self);
  self->conflicts = rua_alliance_list_merge_conflicts (alliance);
  return self;
}

void
rua_inquiry_free (RuaInquiry *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->measures, rua_measure_context_free);
  rua_ties_free (self->ties);
  g_hash_table_unref (self->disputed);
  g_object_unref (self->conflicts);
  g_ptr_array_unref (self->texts);
  g_ptr_array_unref (self->claims);
  g_ptr_array_unref (self->observations);
  g_hash_table_unref (self->alike);
  g_hash_table_unref (self->verdicts);
  g_object_unref (self->findings);
  g_hash_table_unref (self->published);
  g_object_unref (self->alliance);
  g_free (self);
}

void
rua_inquiry_set_disputed (RuaInquiry *self, const char *const *records)
{
  for (guint i = 0; records != NULL && records[i] != NULL; i++)
    g_hash_table_add (self->disputed, g_strdup (records[i]));
}

gboolean
rua_inquiry_is_disputed (RuaInquiry *self, RuaRecord *record)
{
  g_autofree char *key = NULL;

  if (g_hash_table_size (self->disputed) == 0)
    return FALSE;
  key = rua_evidence_dup_key (record);
  return g_hash_table_contains (self->disputed, key);
}

RuaInquiryText *
rua_inquiry_find_text (RuaInquiry *self, RuaDocument *document)
{
  g_autofree char *key = NULL;

  if (document == NULL)
    return NULL;
  key = rua_evidence_dup_key (RUA_RECORD (document));
  for (guint i = 0; i < self->texts->len; i++) {
    RuaInquiryText *entry = g_ptr_array_index (self->texts, i);
    if (g_str_equal (entry->key, key))
      return entry;
  }
  return NULL;
}

gboolean
rua_inquiry_set_text (RuaInquiry *self, const char *document_id, const char *text, GError **error)
{
  for (guint i = 0; i < self->texts->len; i++) {
    RuaInquiryText *entry = g_ptr_array_index (self->texts, i);
    RuaDocumentText *taken;

    if (g_strcmp0 (rua_record_get_id (RUA_RECORD (entry->record)), document_id) != 0)
      continue;
    taken = rua_document_text_new (text, -1, error);
    if (taken == NULL)
      return FALSE;
    take_text (entry, taken);
    return TRUE;
  }
  g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE,
               "A text was given for the document “%s”, which the alliance has not: give it the id "
               "of one of its documents",
               document_id);
  return FALSE;
}

RuaVerdict *
rua_inquiry_get_verdict (RuaInquiry *self, RuaClaim *claim)
{
  g_autofree char *key = rua_evidence_dup_key (RUA_RECORD (claim));

  return g_hash_table_lookup (self->verdicts, key);
}

static gboolean
is_same_record (RuaRecord *a, RuaRecord *b)
{
  g_autofree char *left = a == NULL ? NULL : rua_evidence_dup_key (a);
  g_autofree char *right = b == NULL ? NULL : rua_evidence_dup_key (b);

  return g_strcmp0 (left, right) == 0;
}

static gboolean
periods_meet (RuaObservation *a, RuaObservation *b)
{
  gint32 a_from, a_to, b_from, b_to;
  gboolean a_known = rua_evidence_get_day (RUA_RECORD (a), "period", FALSE, &a_from);
  gboolean b_known = rua_evidence_get_day (RUA_RECORD (b), "period", FALSE, &b_from);

  if (!a_known || !b_known)
    return a_known == b_known;
  if (!rua_evidence_get_day (RUA_RECORD (a), "period_end", TRUE, &a_to))
    rua_evidence_get_day (RUA_RECORD (a), "period", TRUE, &a_to);
  if (!rua_evidence_get_day (RUA_RECORD (b), "period_end", TRUE, &b_to))
    rua_evidence_get_day (RUA_RECORD (b), "period", TRUE, &b_to);
  return a_from <= b_to && b_from <= a_to;
}

/* Whoever modelled the text said that one repeats the other, or both a third. */
static gboolean
are_linked (RuaObservation *a, RuaObservation *b)
{
  g_autoptr (RuaObservation) a_of = rua_observation_dup_restates (a);
  g_autoptr (RuaObservation) b_of = rua_observation_dup_restates (b);

  return a_of == b || b_of == a || (a_of != NULL && a_of == b_of);
}

gboolean
rua_inquiry_is_same_thing (RuaObservation *a, RuaObservation *b)
{
  const char *property = rua_observation_get_measured_property (a);
  gboolean same_property;

  if (a == b)
    return FALSE;
  /* This is asked of many pairs: what most of them differ in comes first. */
  same_property
    = property != NULL && g_strcmp0 (property, rua_observation_get_measured_property (b)) == 0
      && g_strcmp0 (rua_observation_get_statistic (a), rua_observation_get_statistic (b)) == 0;
  if (same_property) {
    g_autoptr (RuaRecord) a_subject = rua_observation_dup_subject (a);
    g_autoptr (RuaRecord) b_subject = rua_observation_dup_subject (b);
    g_autoptr (RuaPlace) a_place = rua_observation_dup_location (a);
    g_autoptr (RuaPlace) b_place = rua_observation_dup_location (b);

    if (a_subject != NULL && a_subject == b_subject
        && (a_place == NULL || b_place == NULL || a_place == b_place) && periods_meet (a, b))
      return TRUE;
  }
  return (rua_record_has (RUA_RECORD (a), "restates")
          || rua_record_has (RUA_RECORD (b), "restates"))
         && are_linked (a, b);
}

/* ---- which of many can be of the same thing ---- */

/* What an observation, step by step, repeats in the end. */
static char *
dup_root (RuaObservation *observation)
{
  g_autoptr (RuaObservation) at = g_object_ref (observation);

  for (guint i = 0; i < 16; i++) {
    RuaObservation *of = rua_observation_dup_restates (at);
    if (of == NULL)
      break;
    g_object_unref (at);
    at = of;
  }
  return rua_evidence_dup_key (RUA_RECORD (at));
}

static char *
dup_signature (RuaObservation *observation)
{
  g_autoptr (RuaRecord) subject = rua_observation_dup_subject (observation);
  const char *property = rua_observation_get_measured_property (observation);
  const char *statistic = rua_observation_get_statistic (observation);
  g_autofree char *key = subject == NULL ? NULL : rua_evidence_dup_key (subject);

  if (key == NULL || property == NULL)
    return NULL;
  return g_strconcat (key, "\n", property, "\n", statistic == NULL ? "" : statistic, NULL);
}

static void
put_alike (RuaInquiry *self, char *key, guint index)
{
  GArray *bucket;

  if (key == NULL)
    return;
  bucket = g_hash_table_lookup (self->alike, key);
  if (bucket == NULL) {
    bucket = g_array_new (FALSE, FALSE, sizeof (guint));
    g_hash_table_insert (self->alike, g_strdup (key), bucket);
  }
  g_array_append_val (bucket, index);
}

/* Two figures can be of the same thing only if subject, property and statistic are the same, or
 * one repeats the other: this keeps every figure from being held against every other. */
static void
index_observations (RuaInquiry *self)
{
  self->alike
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  for (guint i = 0; i < self->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (self->observations, i);
    g_autofree char *root = dup_root (observation);
    g_autofree char *signature = dup_signature (observation);
    put_alike (self, root, i);
    put_alike (self, signature, i);
  }
}

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  guint left = *(const guint *)a;
  guint right = *(const guint *)b;

  return left < right ? -1 : left > right;
}

GPtrArray *
rua_inquiry_list_same (RuaInquiry *self, RuaObservation *observation)
{
  GPtrArray *same = g_ptr_array_new ();
  g_autofree char *root = dup_root (observation);
  g_autofree char *signature = dup_signature (observation);
  const char *keys[] = { root, signature };
  g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    GArray *bucket = keys[i] == NULL ? NULL : g_hash_table_lookup (self->alike, keys[i]);
    if (bucket != NULL)
      g_array_append_vals (indices, bucket->data, bucket->len);
  }
  g_array_sort (indices, compare_indices);
  for (guint i = 0; i < indices->len; i++) {
    guint index = g_array_index (indices, guint, i);
    RuaObservation *other = g_ptr_array_index (self->observations, index);
    if ((i == 0 || index != g_array_index (indices, guint, i - 1))
        && rua_inquiry_is_same_thing (observation, other))
      g_ptr_array_add (same, other);
  }
  return same;
}

static gboolean
shares_source (RuaObservation *a, RuaObservation *b)
{
  RUA_EVIDENCE_FOREACH_ITEM (rua_record_list_references (RUA_RECORD (a), "sources"), RuaRecord,
                             source)
  RUA_EVIDENCE_FOREACH_ITEM (rua_record_list_references (RUA_RECORD (b), "sources"), RuaRecord,
                             other)
  if (is_same_record (source, other))
    return TRUE;
  return FALSE;
}

gboolean
rua_inquiry_get_values (RuaInquiry *self, RuaObservation *a, RuaObservation *b, double *value, double *other)
{
  g_autofree char *currency = NULL;
  g_autoptr (RuaUnit) unit = NULL;
  g_autoptr (RuaUnit) other_unit = NULL;
  double factor;

  if (!rua_observation_get_value (a, value) || !rua_observation_get_value (b, other))
    return FALSE;
  currency = rua_alliance_dup_currency (self->alliance);
  unit = rua_measure_figure_unit (RUA_RECORD (a), currency, NULL);
  other_unit = rua_measure_figure_unit (RUA_RECORD (b), currency, NULL);
  if (unit == NULL || other_unit == NULL || !rua_unit_get_factor (other_unit, unit, &factor, NULL))
    return FALSE;
  *other *= factor;
  if (fabs (*other - *value) <= 1e-12 * fabs (*value))
    *other = *value;
  return TRUE;
}

static gboolean
leaves_room (RuaObservation *observation, double value, double other)
{
  const char *bound = rua_observation_get_approximation (observation);

  return (g_strcmp0 (bound, "at_least") == 0 && other >= value)
         || (g_strcmp0 (bound, "more_than") == 0 && other > value)
         || (g_strcmp0 (bound, "at_most") == 0 && other <= value);
}

gboolean
rua_inquiry_contradict (RuaInquiry *self, RuaObservation *a, RuaObservation *b)
{
  double value, other;

  return rua_inquiry_get_values (self, a, b, &value, &other) && value != other && !leaves_room (a, value, other)
         && !leaves_room (b, other, value);
}

char *
rua_inquiry_format_value (RuaObservation *observation, RuaObservation *beside)
{
  const char *unit = rua_observation_get_unit (observation);
  g_autofree char *shown = NULL;
  double value = NAN, other = NAN;

  rua_observation_get_value (observation, &value);
  rua_observation_get_value (beside, &other);
  if (unit != NULL && g_strcmp0 (unit, rua_observation_get_unit (beside)) != 0) {
    shown = rua_evidence_format (value);
    return g_strdup_printf ("%s %s", shown, unit);
  }
  return rua_evidence_format_beside (value, other);
}

RuaObservation *
rua_inquiry_find_rival (RuaInquiry *self, RuaObservation *observation)
{
  g_autoptr (RuaRecord) document = rua_record_dup_reference (RUA_RECORD (observation), "document");
  g_autoptr (GPtrArray) same = NULL;

  same = rua_inquiry_list_same (self, observation);
  for (guint i = 0; i < same->len; i++) {
    RuaObservation *other = g_ptr_array_index (same, i);
    g_autoptr (RuaRecord) other_document = NULL;

    if (!rua_inquiry_contradict (self, observation, other))
      continue;
    /* Within one document, two values are the document's own fault and not a dispute. */
    other_document = rua_record_dup_reference (RUA_RECORD (other), "document");
    if (is_same_record (document, other_document)
        && (document != NULL || shares_source (observation, other)))
      continue;
    return other;
  }
  return NULL;
}

gboolean
rua_inquiry_has_independent_source (RuaInquiry *self, RuaRecord *record)
{
  RUA_EVIDENCE_FOREACH_ITEM (rua_record_list_references (record, "sources"), RuaSource, source)
  if (rua_ties_judge (self->ties, source)->independence == RUA_INDEPENDENCE_INDEPENDENT)
    return TRUE;
  return FALSE;
}

void
rua_inquiry_report (RuaInquiry *self,
                    const char *rule,
                    RuaRecord *about,
                    RuaRecord *other,
                    guint line,
                    const char *format,
                    ...)
{
  g_autofree char *first = about == NULL ? NULL : rua_evidence_dup_about (about);
  g_autofree char *second = other == NULL ? NULL : rua_evidence_dup_about (other);
  const char *keys[3] = { NULL, NULL, NULL };
  g_autofree char *message = NULL;
  g_autoptr (RuaFinding) finding = NULL;
  guint n = 0;
  va_list arguments;

  if (first != NULL)
    keys[n++] = first;
  if (second != NULL)
    keys[n++] = second;
  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  finding = rua_finding_new (rule, keys, message, line);
  g_list_store_append (self->findings, finding);
}
