/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The document as a whole.
 *
 * In the order in which documents are written, everything that records need to be understood comes
 * before them, and one pass does. A document in another order is found out on the way; it is then
 * read again, what comes first to be known first. */
#include "rua-json-reader-private.h"

#include <string.h>

#include "rua-erased-ids-private.h"
#include "rua-nearest-private.h"

typedef enum {
  PART_FORMAT = 1 << 0, /* format and version */
  PART_SCHEMA = 1 << 1,
  PART_PROFILE = 1 << 2,
  PART_RECORDS = 1 << 3, /* and what we do not know */
} Parts;

#define PART_ALL (PART_FORMAT | PART_SCHEMA | PART_PROFILE | PART_RECORDS)

typedef enum {
  READ_WHOLE,
  READ_STOPPED, /* with a fault or an error */
  READ_DISORDER, /* to be read again part by part */
} Outcome;

typedef struct {
  gboolean format, version, schema, profile, records;
} Seen;

static void
put_fault (RuaJsonReader *self, RuaError code, const char *message, const char *mend)
{
  rua_json_reader_fault (self, NULL, code, NULL, mend, "%s", message);
}

static gboolean
read_format (RuaJsonReader *self, RuaJsonToken token)
{
  if (token == RUA_JSON_TOKEN_STRING && g_str_equal (rua_json_scanner_get_text (self->scanner, NULL), RUA_DOCUMENT_FORMAT))
    return TRUE;
  put_fault (self, RUA_ERROR_VALUE, "this is not the document of an alliance: its format is another", "write \"format\": \"" RUA_DOCUMENT_FORMAT "\"");
  return FALSE;
}

static gboolean
read_version (RuaJsonReader *self, RuaJsonToken token)
{
  const char *text;
  gsize length;
  gint64 version;

  text = rua_json_scanner_peek_text (self->scanner, &length);
  if (token != RUA_JSON_TOKEN_NUMBER || !rua_integer_parse (text, length, &version) || version < 1) {
    put_fault (self, RUA_ERROR_VALUE, "the version of the document is not a whole number from 1", "write \"version\": 1");
    return FALSE;
  }
  if (version > RUA_DOCUMENT_VERSION) {
    put_fault (self, RUA_ERROR_VERSION, "the document is of a newer version than this library reads, which is 1", "read it with a newer libruralalliance");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_seen (RuaJsonReader *self, const Seen *seen)
{
  if (!seen->format) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_MISSING, "", "write \"format\": \"" RUA_DOCUMENT_FORMAT "\", \"version\": 1 at its beginning",
                           "this is not the document of an alliance: it does not tell its format");
    return FALSE;
  }
  if (!seen->version) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_MISSING, "", "write \"version\": 1 after its format", "the document does not tell its version");
    return FALSE;
  }
  return TRUE;
}

/* The table whose array has this name. */
static RuaTable *
find_table (RuaJsonReader *self, const char *name)
{
  RuaTable *table = rua_alliance_get_table (self->alliance, name);

  if (table != NULL && !g_str_equal (rua_kind_get_plural (rua_table_get_kind (table)), name))
    return NULL;
  return table;
}

static gboolean
read_member (RuaJsonReader *self, Parts parts, Seen *seen, GString *unknown, GString *unknown_schema, Outcome *outcome)
{
  g_autofree char *name = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));
  gboolean is_profile = g_str_equal (name, RUA_PROFILE_KIND);
  gboolean is_schema = g_str_equal (name, "schema");
  gboolean is_format = g_str_equal (name, "format"), is_version = g_str_equal (name, "version");
  Parts part = is_format || is_version ? PART_FORMAT : is_schema ? PART_SCHEMA : is_profile ? PART_PROFILE : PART_RECORDS;
  RuaTable *table = NULL;
  RuaJsonToken token;

  if ((parts & part) && parts == PART_ALL &&
      ((part != PART_FORMAT && (!seen->format || !seen->version)) || ((is_schema || is_profile) && seen->records))) {
    *outcome = READ_DISORDER;
    return FALSE;
  }
  /* Not asked for now, or ours to keep. */
  if (part == PART_RECORDS) {
    seen->records = TRUE;
    table = find_table (self, name);
    if (table == NULL && (parts & part))
      return rua_json_reader_keep_member (self, unknown);
  }
  token = rua_json_reader_next (self);
  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (!(parts & part))
    return rua_json_reader_skip (self);

  if (is_format) {
    seen->format = TRUE;
    return read_format (self, token);
  }
  if (is_version) {
    seen->version = TRUE;
    return read_version (self, token);
  }
  if (is_schema || is_profile) {
    gboolean adds_to_profile;

    if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
      rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write an object, { … }", "\"%s\" is no object but %s", name,
                             rua_json_token_words (token));
      return rua_json_reader_skip (self);
    }
    if (is_profile) {
      seen->profile = TRUE;
      return rua_json_reader_read_profile (self, rua_alliance_get_table (self->alliance, RUA_PROFILE_KIND));
    }
    seen->schema = TRUE;
    if (!rua_json_reader_read_schema (self, unknown_schema, &adds_to_profile))
      return FALSE;
    if (adds_to_profile && seen->profile && parts == PART_ALL) {
      *outcome = READ_DISORDER;
      return FALSE;
    }
    return TRUE;
  }
  if (token != RUA_JSON_TOKEN_ARRAY_BEGIN) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write a list of records, [ { … }, … ]", "\"%s\" is no list but %s", name,
                           rua_json_token_words (token));
    return rua_json_reader_skip (self);
  }
  return rua_json_reader_read_array (self, table);
}

/* One pass over the document for some of its parts. */
static Outcome
read_parts (RuaJsonReader *self, Parts parts, GString *unknown, GString *unknown_schema)
{
  const RuaJsonLimits limits = {
    .depth = self->limits.depth > 0 ? self->limits.depth : RUA_DOCUMENT_LIMITS.depth,
    .bytes = self->limits.bytes,
    .string = self->limits.cell,
  };
  Outcome outcome = READ_STOPPED;
  Seen seen = { FALSE };
  RuaJsonToken token;

  rua_json_scanner_free (self->scanner);
  self->scanner = rua_json_scanner_new (self->text, self->length, &limits);
  token = rua_json_reader_next (self);
  if (token == RUA_JSON_TOKEN_ERROR)
    return READ_STOPPED;
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, "", "write { \"format\": \"" RUA_DOCUMENT_FORMAT "\", \"version\": 1, … }",
                           "this is not the document of an alliance: it is no object but %s", rua_json_token_words (token));
    return READ_STOPPED;
  }
  while ((token = rua_json_reader_next (self)) == RUA_JSON_TOKEN_NAME)
    if (!read_member (self, parts, &seen, unknown, unknown_schema, &outcome))
      return outcome;
  if (token == RUA_JSON_TOKEN_ERROR)
    return READ_STOPPED;
  if ((parts & PART_FORMAT) && !check_seen (self, &seen))
    return READ_STOPPED;
  return rua_json_reader_next (self) == RUA_JSON_TOKEN_END ? READ_WHOLE : READ_STOPPED;
}

static Outcome
read_in_order (RuaJsonReader *self, GString *unknown, GString *unknown_schema)
{
  static const Parts order[] = { PART_FORMAT, PART_SCHEMA, PART_PROFILE, PART_RECORDS };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    Outcome outcome = read_parts (self, order[i], unknown, unknown_schema);
    if (outcome != READ_WHOLE)
      return outcome;
  }
  return READ_WHOLE;
}

/* Unknown members of the section "schema" are kept beside the unknown members of the document. */
static void
keep_unknown (RuaJsonReader *self, GString *unknown, GString *unknown_schema)
{
  if (unknown_schema->len > 0) {
    g_string_append (unknown, unknown->len == 0 ? "{" : ",");
    g_string_append_printf (unknown, "\"schema\":%s", unknown_schema->str);
  }
  if (unknown->len > 0) {
    g_string_append_c (unknown, '}');
    rua_alliance_set_extra (self->alliance, unknown->str);
  }
}

RuaAlliance *
rua_json_reader_read (GBytes *json,
                      RuaFaults **faults,
                      const char *name,
                      const RuaLimitValues *limits,
                      RuaProgress *progress,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GString) unknown = g_string_new (NULL), unknown_schema = g_string_new (NULL);
  RuaJsonReader self = { NULL };
  Outcome outcome;
  gsize length;

  self.text = g_bytes_get_data (json, &length);
  self.length = length;
  self.limits = rua_limit_values_settle (limits);
  self.cancellable = cancellable;
  self.progress = progress;
  self.id = g_string_new (NULL);
  self.extra = g_string_new (NULL);
  self.packed = g_string_new (NULL);
  self.alliance = rua_alliance_new ();
  self.faults = rua_faults_new (name, RUA_FAULTS_DEFAULT_LIMIT);
  if (!g_cancellable_set_error_if_cancelled (cancellable, &self.error)) {
    outcome = read_parts (&self, PART_ALL, unknown, unknown_schema);
    if (outcome == READ_DISORDER) {
      g_object_unref (self.alliance);
      self.alliance = rua_alliance_new ();
      rua_faults_free (self.faults);
      self.faults = rua_faults_new (name, RUA_FAULTS_DEFAULT_LIMIT);
      g_string_truncate (unknown, 0);
      g_string_truncate (unknown_schema, 0);
      self.position = 0;
      outcome = read_in_order (&self, unknown, unknown_schema);
    }
    /* What a document that broke off refers to may well be in the part that is not there. */
    if (outcome == READ_WHOLE) {
      rua_alliance_resolve (self.alliance, self.faults);
      rua_erased_ids_check (self.alliance, self.faults);
      keep_unknown (&self, unknown, unknown_schema);
    }
  }
  if (self.error == NULL)
    rua_progress_tell (progress, 1);
  rua_json_scanner_free (self.scanner);
  g_string_free (self.id, TRUE);
  g_string_free (self.extra, TRUE);
  g_string_free (self.packed, TRUE);
  g_clear_pointer (&self.pending, g_array_unref);
  *faults = self.faults;
  if (self.error != NULL || rua_faults_get_count (self.faults) > 0)
    g_clear_object (&self.alliance);
  if (self.error != NULL)
    g_propagate_error (error, self.error);
  return self.alliance;
}
