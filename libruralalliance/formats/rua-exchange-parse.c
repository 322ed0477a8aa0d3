/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-exchange-private.h"

#include <string.h>

#include "rua-json-private.h"
#include "rua-log-core-private.h"

/* The lines of an exchange file as they are read: members in their order, none missing, none more. */

#define MEND_RESEND "send it again as its station wrote it"
#define SHORT_TEXT 65536 /* bytes of a name, an author, a title */

gboolean
rua_exchange_refuse (RuaExchangeLine *self, RuaError code, const char *mend, const char *format, ...)
{
  g_autofree char *message = NULL;
  RuaFaultInfo info = { .code = code, .line = self->line, .mend = mend ? mend : MEND_RESEND };
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  info.message = message;
  rua_faults_add (self->faults, &info);
  return FALSE;
}

typedef struct {
  RuaExchangeLine *line;
  RuaJsonScanner *scanner;
  RuaJsonToken token; /* not yet used up */
} Cursor;

static gboolean
refuse_json (Cursor *self)
{
  const char *problem = rua_json_scanner_get_problem (self->scanner);
  RuaFaultInfo info = {
    .code = RUA_ERROR_SYNTAX,
    .line = self->line->line,
    .column = self->line->offset + rua_json_scanner_get_column (self->scanner),
    .message = problem ? problem : "this is not how such a line goes on",
    .mend = MEND_RESEND,
  };

  rua_faults_add (self->line->faults, &info);
  return FALSE;
}

static void
step (Cursor *self)
{
  self->token = rua_json_scanner_next (self->scanner, NULL);
}

static gboolean
expect (Cursor *self, RuaJsonToken token)
{
  if (self->token != token)
    return refuse_json (self);
  step (self);
  return TRUE;
}

static gboolean
is_name (Cursor *self, const char *name)
{
  gsize length;

  return self->token == RUA_JSON_TOKEN_NAME && strcmp (rua_json_scanner_get_text (self->scanner, &length), name) == 0;
}

static gboolean
expect_name (Cursor *self, const char *name)
{
  if (!is_name (self, name)) {
    if (self->token == RUA_JSON_TOKEN_ERROR)
      return refuse_json (self);
    return rua_exchange_refuse (self->line, RUA_ERROR_MISSING, NULL, "here the member \"%s\" has to stand", name);
  }
  step (self);
  return TRUE;
}

/* Kept as long as the batch. @recent: where the last such text is, which often is the same. */
static gboolean
take_text (Cursor *self, const char **recent, const char **text)
{
  const char *found;
  gsize length;

  if (self->token != RUA_JSON_TOKEN_STRING)
    return refuse_json (self);
  found = rua_json_scanner_get_text (self->scanner, &length);
  if (length > SHORT_TEXT)
    return rua_exchange_refuse (self->line, RUA_ERROR_LIMIT, NULL, "a name, an author or a title has more than %d bytes", SHORT_TEXT);
  if (recent && *recent && strcmp (*recent, found) == 0)
    *text = *recent;
  else if (recent)
    *text = g_string_chunk_insert_const (self->line->batch->texts, found);
  else
    *text = g_string_chunk_insert_len (self->line->batch->texts, found, (gssize) length);
  if (recent)
    *recent = *text;
  step (self);
  return TRUE;
}

static gboolean
take_integer (Cursor *self, gint64 least, gint64 *number)
{
  const char *text;
  gsize length;

  if (self->token != RUA_JSON_TOKEN_NUMBER)
    return refuse_json (self);
  text = rua_json_scanner_get_text (self->scanner, &length);
  if (!rua_integer_parse (text, length, number) || *number < least)
    return rua_exchange_refuse (self->line, RUA_ERROR_VALUE, NULL, "a count, clock or sequence is no whole number of at least %" G_GINT64_FORMAT, least);
  step (self);
  return TRUE;
}

static gboolean
take_hash (Cursor *self, char hash[RUA_HASH_LENGTH + 1])
{
  const char *text;
  gsize length;

  if (self->token != RUA_JSON_TOKEN_STRING)
    return refuse_json (self);
  text = rua_json_scanner_get_text (self->scanner, &length);
  if (length != RUA_HASH_LENGTH || strspn (text, "0123456789abcdef") != RUA_HASH_LENGTH)
    return rua_exchange_refuse (self->line, RUA_ERROR_VALUE, NULL, "a hash is not 64 hexadecimal digits");
  memcpy (hash, text, RUA_HASH_LENGTH + 1);
  step (self);
  return TRUE;
}

/* "gaopo.12" */
static gboolean
take_fact_name (Cursor *self, const char **recent, const char **station, gint64 *sequence)
{
  const char *text, *dot;
  char name[65];
  gsize length;

  if (self->token != RUA_JSON_TOKEN_STRING)
    return refuse_json (self);
  text = rua_json_scanner_get_text (self->scanner, &length);
  dot = strrchr (text, '.');
  if (dot && dot > text && dot - text < (gssize) sizeof name) {
    memcpy (name, text, (gsize) (dot - text));
    name[dot - text] = '\0';
  }
  if (!dot || dot == text || dot - text >= (gssize) sizeof name || !rua_log_is_station (name) || dot[1] == '0'
      || !rua_integer_parse (dot + 1, length - (gsize) (dot + 1 - text), sequence) || *sequence < 1)
    return rua_exchange_refuse (self->line, RUA_ERROR_VALUE, NULL, "this is no name of a fact, as \"gaopo.12\" is one");
  if (!*recent || strcmp (*recent, name) != 0)
    *recent = g_string_chunk_insert_const (self->line->batch->texts, name);
  *station = *recent;
  step (self);
  return TRUE;
}

/* With everything read: nothing follows, and it would be written in just this way. */
static gboolean
expect_end (Cursor *self, const char *json, gsize length)
{
  const GString *canonical = self->line->canonical;

  if (!expect (self, RUA_JSON_TOKEN_OBJECT_END))
    return FALSE;
  if (self->token != RUA_JSON_TOKEN_END)
    return refuse_json (self);
  if (canonical->len != length || memcmp (canonical->str, json, length) != 0)
    return rua_exchange_refuse (self->line, RUA_ERROR_SYNTAX, NULL, "the line is not written in its canonical form");
  return TRUE;
}

static void
begin (Cursor *self, RuaExchangeLine *line, const char *json, gsize length)
{
  const RuaJsonLimits limits = { .depth = line->reading->limits.depth ? line->reading->limits.depth : RUA_LIMITS_MOST_DEPTH,
                                 .string = line->reading->limits.cell };

  self->line = line;
  self->scanner = rua_json_scanner_new (json, length, &limits);
  step (self);
}

/* ---- facts and changes ---- */

static gboolean
take_value (Cursor *self, RuaFactData *fact)
{
  GString *value = self->line->value;

  if (self->token == RUA_JSON_TOKEN_NULL)
    return rua_exchange_refuse (self->line, RUA_ERROR_VALUE, NULL, "a value that is unknown is left out, and not null");
  g_string_truncate (value, 0);
  if (self->token == RUA_JSON_TOKEN_ERROR || !rua_json_scanner_copy_value (self->scanner, value, NULL))
    return refuse_json (self);
  if (value->len > self->line->reading->limits.cell)
    return rua_exchange_refuse (self->line, RUA_ERROR_LIMIT, NULL, "the value has more than %u bytes, the limit of a cell", self->line->reading->limits.cell);
  fact->value = g_string_chunk_insert_len (self->line->batch->texts, value->str, (gssize) value->len);
  fact->value_length = (gssize) value->len;
  step (self);
  return TRUE;
}

static gboolean
take_parents (Cursor *self, RuaFactData *fact)
{
  GArray *parents = self->line->batch->parents;
  const char *recent = NULL;

  if (!expect (self, RUA_JSON_TOKEN_ARRAY_BEGIN))
    return FALSE;
  while (self->token != RUA_JSON_TOKEN_ARRAY_END) {
    RuaFactName parent;

    if (!take_fact_name (self, &recent, &parent.station, &parent.sequence))
      return FALSE;
    g_array_append_val (parents, parent);
    fact->n_parents++;
  }
  if (fact->n_parents == 0)
    return rua_exchange_refuse (self->line, RUA_ERROR_VALUE, NULL, "an empty list of parents is left out");
  step (self);
  return TRUE;
}

static gboolean
read_fact (Cursor *self, const char *json, gsize length)
{
  RuaExchangeLine *line = self->line;
  RuaFactData fact = { 0 };
  guint first_parent = line->batch->parents->len;

  if (!take_fact_name (self, &line->recent[0], &fact.station, &fact.sequence) || !expect_name (self, "clock") || !take_integer (self, 0, &fact.clock)
      || !expect_name (self, "kind") || !take_text (self, &line->recent[1], &fact.kind) || !expect_name (self, "key") || !take_text (self, NULL, &fact.key)
      || !expect_name (self, "field") || !take_text (self, &line->recent[2], &fact.field))
    return FALSE;
  if (is_name (self, "value")) {
    step (self);
    if (!take_value (self, &fact))
      return FALSE;
  }
  if (is_name (self, "erased")) {
    step (self);
    fact.is_erased = TRUE;
    if (!expect (self, RUA_JSON_TOKEN_TRUE))
      return FALSE;
  }
  if (is_name (self, "author")) {
    step (self);
    if (!take_text (self, &line->recent[3], &fact.author))
      return FALSE;
  }
  if (is_name (self, "parents")) {
    step (self);
    if (!take_parents (self, &fact))
      return FALSE;
  }
  g_string_truncate (line->canonical, 0);
  fact.parents = &g_array_index (line->batch->parents, RuaFactName, first_parent);
  rua_exchange_append_fact (line->canonical, &fact);
  if (!expect_end (self, json, length))
    return FALSE;
  /* The array may yet move: settled when all has been read. */
  fact.parents = NULL;
  g_array_append_val (line->batch->facts, fact);
  g_array_append_vals (line->batch->lines, &(guint32){ (guint32) line->line }, 1);
  return TRUE;
}

/* [place, {field: value, …}] */
static gboolean
is_before (const char *json)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, strlen (json), &RUA_LOG_JSON_LIMITS);
  g_autoptr (GString) value = g_string_new (NULL);
  RuaJsonToken token;
  const char *place;
  gsize length;
  gint64 number;

  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_ARRAY_BEGIN || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_NUMBER)
    return FALSE;
  place = rua_json_scanner_get_text (scanner, &length);
  if (!rua_integer_parse (place, length, &number) || number < 0 || number >= G_MAXUINT32 || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return FALSE;
  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_NAME)
    if (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_NULL || !rua_json_scanner_copy_value (scanner, value, NULL))
      return FALSE;
  return token == RUA_JSON_TOKEN_OBJECT_END && rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_ARRAY_END;
}

static gboolean
read_record (Cursor *self, const char *json, gsize length)
{
  RuaExchangeLine *line = self->line;
  RuaExchangeRecord record = { 0 };

  if (!take_text (self, NULL, &record.key) || !expect_name (self, "kind") || !take_text (self, &line->recent[1], &record.kind) || !expect_name (self, "before"))
    return FALSE;
  g_string_truncate (line->value, 0);
  if (self->token != RUA_JSON_TOKEN_ARRAY_BEGIN || !rua_json_scanner_copy_value (self->scanner, line->value, NULL))
    return refuse_json (self);
  if (line->value->len > line->reading->limits.cell)
    return rua_exchange_refuse (line, RUA_ERROR_LIMIT, NULL, "the record has more than %u bytes, the limit of a cell", line->reading->limits.cell);
  if (!*record.key || !*record.kind || !is_before (line->value->str))
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "a record is not told by its kind, its key, its place and its values");
  record.before = g_string_chunk_insert_len (line->batch->texts, line->value->str, (gssize) line->value->len);
  step (self);
  g_string_truncate (line->canonical, 0);
  rua_exchange_append_record (line->canonical, &record);
  if (!expect_end (self, json, length))
    return FALSE;
  g_array_append_val (line->batch->records, record);
  return TRUE;
}

static gboolean
read_change (Cursor *self, const char *json, gsize length)
{
  RuaExchangeLine *line = self->line;
  RuaChangeData change = { 0 };
  const struct {
    const char *name;
    const char **text;
  } texts[] = { { "author", &change.author }, { "title", &change.title }, { "origin", &change.origin } };

  if (!take_fact_name (self, &line->recent[0], &change.station, &change.first_sequence) || !expect_name (self, "facts")
      || !take_integer (self, 1, &change.n_facts) || !expect_name (self, "clock") || !take_integer (self, 0, &change.clock))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (is_name (self, texts[i].name)) {
      step (self);
      if (!take_text (self, NULL, texts[i].text))
        return FALSE;
    }
  if (is_name (self, "erased")) {
    step (self);
    change.is_erased = TRUE;
    if (!expect (self, RUA_JSON_TOKEN_TRUE))
      return FALSE;
    if (change.title)
      return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "a change that is erased has a title");
  }
  g_string_truncate (line->canonical, 0);
  rua_exchange_append_change (line->canonical, &change);
  if (!expect_end (self, json, length))
    return FALSE;
  g_array_append_val (line->batch->changes, change);
  return TRUE;
}

gboolean
rua_exchange_read_entry (RuaExchangeLine *self, const char *json, gsize length)
{
  Cursor cursor;
  gboolean taken;

  begin (&cursor, self, json, length);
  if (!expect (&cursor, RUA_JSON_TOKEN_OBJECT_BEGIN))
    taken = FALSE;
  else if (is_name (&cursor, "fact")) {
    step (&cursor);
    taken = read_fact (&cursor, json, length);
  } else if (is_name (&cursor, "change")) {
    step (&cursor);
    taken = read_change (&cursor, json, length);
  } else if (is_name (&cursor, "record") && self->batch->header.is_part) {
    step (&cursor);
    taken = read_record (&cursor, json, length);
  } else if (cursor.token == RUA_JSON_TOKEN_ERROR)
    taken = refuse_json (&cursor);
  else
    taken = rua_exchange_refuse (self, RUA_ERROR_SYNTAX, NULL, "the line is neither a fact nor a change, and not the last one");
  rua_json_scanner_free (cursor.scanner);
  return taken;
}

/* ---- header and trailer ---- */

static gboolean
take_station (Cursor *self, const char **station)
{
  if (!take_text (self, NULL, station))
    return FALSE;
  if (!rua_log_is_station (*station))
    return rua_exchange_refuse (self->line, RUA_ERROR_VALUE, NULL, "a sender or receiver is no name of a station");
  return TRUE;
}

/* {"gaopo":[100,120],…} or {"gaopo":120,…} */
static gboolean
take_ranges (Cursor *self, GArray *ranges, gboolean has_after)
{
  const char *before = NULL;

  if (!expect (self, RUA_JSON_TOKEN_OBJECT_BEGIN))
    return FALSE;
  while (self->token == RUA_JSON_TOKEN_NAME) {
    RuaExchangeRange range = { 0 };
    gsize length;

    range.station = g_string_chunk_insert (self->line->batch->texts, rua_json_scanner_get_text (self->scanner, &length));
    if (!rua_log_is_station (range.station) || (before && strcmp (before, range.station) >= 0))
      return rua_exchange_refuse (self->line, RUA_ERROR_VALUE, NULL, "the stations of the header are no stations, or not in their order");
    before = range.station;
    step (self);
    if (has_after
        && (!expect (self, RUA_JSON_TOKEN_ARRAY_BEGIN) || !take_integer (self, 0, &range.after)
            || !take_integer (self, range.after, &range.through) || !expect (self, RUA_JSON_TOKEN_ARRAY_END)))
      return FALSE;
    if (!has_after && !take_integer (self, 1, &range.through))
      return FALSE;
    g_array_append_val (ranges, range);
  }
  return expect (self, RUA_JSON_TOKEN_OBJECT_END);
}

static gboolean
take_format (Cursor *self)
{
  const char *format;
  gint64 version;

  if (!expect (self, RUA_JSON_TOKEN_OBJECT_BEGIN) || !expect_name (self, "format") || !take_text (self, NULL, &format))
    return FALSE;
  if (strcmp (format, RUA_EXCHANGE_FORMAT) != 0)
    return rua_exchange_refuse (self->line, RUA_ERROR_SYNTAX, "take in a file that 'ruralalliance send' has written", "this is no exchange file");
  if (!expect_name (self, "version") || !take_integer (self, 1, &version))
    return FALSE;
  if (version > RUA_EXCHANGE_VERSION)
    return rua_exchange_refuse (self->line, RUA_ERROR_VERSION, "use a newer version of this library", "the exchange file is of version %" G_GINT64_FORMAT ", this library knows version %d",
                                version, RUA_EXCHANGE_VERSION);
  return TRUE;
}

static gboolean
take_receipt (Cursor *self, RuaExchangeHeader *header)
{
  header->has_receipt = TRUE;
  return expect (self, RUA_JSON_TOKEN_OBJECT_BEGIN) && expect_name (self, "batch") && take_integer (self, 1, &header->receipt_batch)
         && expect_name (self, "through") && take_integer (self, 1, &header->receipt_through) && expect_name (self, "hash")
         && take_hash (self, header->receipt_hash) && expect (self, RUA_JSON_TOKEN_OBJECT_END);
}

static gboolean
take_own_schema (Cursor *self, RuaExchangeHeader *header)
{
  GString *value = self->line->value;

  g_string_truncate (value, 0);
  if (self->token != RUA_JSON_TOKEN_OBJECT_BEGIN || !rua_json_scanner_copy_value (self->scanner, value, NULL))
    return refuse_json (self);
  header->own_schema = g_string_chunk_insert_len (self->line->batch->texts, value->str, (gssize) value->len);
  step (self);
  return TRUE;
}

static gboolean
read_header (Cursor *self, const char *json, gsize length)
{
  RuaExchangeHeader *header = &self->line->batch->header;

  if (!take_format (self) || !expect_name (self, "lineage") || !take_text (self, NULL, &header->lineage) || !expect_name (self, "from")
      || !take_station (self, &header->from) || !expect_name (self, "to") || !take_station (self, &header->to) || !expect_name (self, "batch")
      || !take_integer (self, 1, &header->batch) || !expect_name (self, "facts") || !take_ranges (self, header->facts, TRUE))
    return FALSE;
  if (is_name (self, "part")) {
    step (self);
    header->is_part = TRUE;
    if (!expect (self, RUA_JSON_TOKEN_TRUE))
      return FALSE;
  }
  if (!expect_name (self, "previous") || !take_hash (self, header->previous) || !expect_name (self, "schema") || !take_text (self, NULL, &header->schema))
    return FALSE;
  if (is_name (self, "own_schema")) {
    step (self);
    if (!take_own_schema (self, header))
      return FALSE;
  }
  if (!expect_name (self, "made") || !take_text (self, NULL, &header->made) || !expect_name (self, "has") || !take_ranges (self, header->has, FALSE))
    return FALSE;
  if (is_name (self, "receipt")) {
    step (self);
    if (!take_receipt (self, header))
      return FALSE;
  }
  g_string_truncate (self->line->canonical, 0);
  rua_exchange_append_header (self->line->canonical, header);
  return expect_end (self, json, length);
}

gboolean
rua_exchange_read_header (RuaExchangeLine *self, const char *json, gsize length)
{
  Cursor cursor;
  gboolean taken;

  begin (&cursor, self, json, length);
  taken = read_header (&cursor, json, length);
  rua_json_scanner_free (cursor.scanner);
  return taken;
}

gboolean
rua_exchange_read_trailer (RuaExchangeLine *self,
                           const char *json,
                           gsize length,
                           guint64 *count,
                           char hash[RUA_HASH_LENGTH + 1],
                           char mac[RUA_HASH_LENGTH + 1])
{
  Cursor cursor;
  gint64 n;
  gboolean taken;

  begin (&cursor, self, json, length);
  taken = expect (&cursor, RUA_JSON_TOKEN_OBJECT_BEGIN) && expect_name (&cursor, "count") && take_integer (&cursor, 0, &n) && expect_name (&cursor, "hash")
          && take_hash (&cursor, hash) && expect_name (&cursor, "mac") && take_hash (&cursor, mac);
  if (taken) {
    *count = (guint64) n;
    g_string_truncate (self->canonical, 0);
    rua_exchange_append_trailer (self->canonical, *count, hash, mac);
    taken = expect_end (&cursor, json, length);
  }
  rua_json_scanner_free (cursor.scanner);
  return taken;
}
