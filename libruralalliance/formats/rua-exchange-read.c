/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-exchange-private.h"

#include <string.h>

#include "rua-progress-private.h"

/* A batch is read whole: where it is from, that nothing of it was changed on its way, and that each fact is one. Any
 * fault refuses all of it. */

#define LINES_BETWEEN_LOOKS 1024

gboolean
rua_exchange_is_one (const char *head, gsize length)
{
  gsize digits = 0;

  while (digits < length && digits < 20 && g_ascii_isdigit (head[digits]))
    digits++;
  return digits > 0 && length > digits + strlen (" " RUA_EXCHANGE_HEAD) && head[digits] == ' '
         && memcmp (head + digits + 1, RUA_EXCHANGE_HEAD, strlen (RUA_EXCHANGE_HEAD)) == 0;
}

void
rua_batch_free (RuaBatch *self)
{
  if (!self)
    return;
  rua_exchange_header_clear (&self->header);
  g_array_unref (self->records);
  g_array_unref (self->facts);
  g_array_unref (self->lines);
  g_array_unref (self->changes);
  g_array_unref (self->parents);
  g_string_chunk_free (self->texts);
  g_free (self->name);
  g_free (self);
}

static RuaBatch *
batch_new (const char *name)
{
  RuaBatch *self = g_new0 (RuaBatch, 1);

  self->name = g_strdup (name);
  rua_exchange_header_init (&self->header);
  self->records = g_array_new (FALSE, FALSE, sizeof (RuaExchangeRecord));
  self->facts = g_array_new (FALSE, FALSE, sizeof (RuaFactData));
  self->lines = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->changes = g_array_new (FALSE, FALSE, sizeof (RuaChangeData));
  self->parents = g_array_new (FALSE, FALSE, sizeof (RuaFactName));
  self->texts = g_string_chunk_new (65536);
  return self;
}

/* The peer who sent this, and who alone can have; or NULL. */
static const RuaPeer *
check_header (RuaExchangeLine *line)
{
  const RuaExchangeHeader *header = &line->batch->header;
  RuaLog *log = line->reading->log;
  const char *station = rua_log_get_station (log);
  const RuaPeer *peer = rua_roster_find (rua_log_get_roster (log), header->from);

  if (strcmp (header->lineage, rua_log_get_lineage (log)) != 0)
    rua_exchange_refuse (line, RUA_ERROR_REFERENCE, "take it in where it belongs, or merge whole files with --base",
                         "it is of another alliance: its lineage is %.8s…, and here it is %.8s…", header->lineage, rua_log_get_lineage (log));
  else if (!station)
    rua_exchange_refuse (line, RUA_ERROR_MISSING, "enroll it: ruralalliance enroll FILE NAME", "this copy has no name as a station");
  else if (strcmp (header->from, station) == 0)
    rua_exchange_refuse (line, RUA_ERROR_VALUE, "take it in where it was sent", "it was sent by this copy, to '%s'", header->to);
  else if (strcmp (header->to, station) != 0)
    rua_exchange_refuse (line, RUA_ERROR_VALUE, "take it in where it was sent", "it was sent to '%s', and this is '%s'", header->to, station);
  else if (!peer)
    rua_exchange_refuse (line, RUA_ERROR_UNKNOWN_NAME, "enroll it here, and work on with the copy that this makes",
                         "the sender '%s' is not enrolled here", header->from);
  else
    return peer;
  return NULL;
}

static gboolean
check_facts_told (RuaExchangeLine *line, const RuaPeer *peer)
{
  const RuaExchangeHeader *header = &line->batch->header;
  const RuaExchangeRange *first = header->facts->len ? &g_array_index (header->facts, RuaExchangeRange, 0) : NULL;

  if (peer->is_hub)
    return TRUE;
  if (header->is_part)
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "only a hub sends a part of what there is, and '%s' is none", peer->station);
  if (header->has_receipt)
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "only a hub gives receipts, and '%s' is none", peer->station);
  if (header->facts->len != 1 || strcmp (first->station, peer->station) != 0)
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, "a station sends its own facts only; the hub hands on those of others",
                                "'%s' does not send facts of '%s' alone", peer->station, peer->station);
  return TRUE;
}

/* ---- lines in their order ---- */

typedef struct {
  RuaExchangeLine line;
  const RuaPeer *peer;
  RuaLog *nothing; /* for what can be wrong with a fact alone */
  GHashTable *come;        /* station → its RuaExchangeRange, `after` the last that has come */
  GHashTable *change_ends; /* station → gint64 */
  RuaExchangeRange *range; /* the recent one */
  gboolean has_change;     /* whose first fact comes next */
  guint64 n_bad;
} Reader;

void
rua_exchange_tell_fact (RuaFaults *faults, guint64 line, const RuaFactData *fact, const GError *error)
{
  RuaFaultInfo info = {
    .code = error->domain == RUA_ERROR ? (RuaError) error->code : RUA_ERROR_FAILED,
    .line = line,
    .kind = fact->kind,
    /* An id may tell who somebody is; the fact's name says which record it is, too. */
    .key = fact->key[0] == '~' ? fact->key : NULL,
    .field = *fact->field ? fact->field : NULL,
    .message = error->message,
  };

  rua_faults_add (faults, &info);
}

static gboolean
check_fact_order (Reader *self, const RuaFactData *fact)
{
  RuaExchangeLine *line = &self->line;
  gboolean is_part = line->batch->header.is_part;

  if (!self->range || self->range->station != fact->station) {
    self->range = g_hash_table_lookup (self->come, fact->station);
    if (!self->range)
      return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "the header names no facts of '%s'", fact->station);
  }
  if (self->has_change) {
    const RuaChangeData *change = &g_array_index (line->batch->changes, RuaChangeData, line->batch->changes->len - 1);

    self->has_change = FALSE;
    if (strcmp (change->station, fact->station) != 0 || fact->sequence < change->first_sequence
        || fact->sequence - change->first_sequence >= change->n_facts || (!is_part && fact->sequence != change->first_sequence))
      return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "the change on the line before is not this fact's");
  }
  if (fact->sequence > self->range->through)
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "the fact %s.%" G_GINT64_FORMAT " is not among those that the header names", fact->station,
                                fact->sequence);
  if (fact->sequence <= self->range->after || (!is_part && fact->sequence != self->range->after + 1)) {
    gint64 expected = self->range->after + 1;

    self->range->after = MAX (self->range->after, fact->sequence);
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "the fact %s.%" G_GINT64_FORMAT " stands where %s.%" G_GINT64_FORMAT " is to come", fact->station,
                                fact->sequence, fact->station, expected);
  }
  self->range->after = fact->sequence;
  return TRUE;
}

static gboolean
check_change (Reader *self, const RuaChangeData *change)
{
  RuaExchangeLine *line = &self->line;
  const RuaExchangeRange *range = g_hash_table_lookup (self->come, change->station);
  gint64 *end = g_hash_table_lookup (self->change_ends, change->station);
  gint64 last = change->n_facts > G_MAXINT64 - change->first_sequence ? G_MAXINT64 : change->first_sequence + change->n_facts - 1;

  if (self->has_change)
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "the change on the line before has no facts");
  self->has_change = TRUE;
  if (!range)
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "the header names no facts of '%s'", change->station);
  if (last > range->through || (end && change->first_sequence <= *end))
    return rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "the change has facts that are not in this batch, or in another change");
  if (!end) {
    end = g_new (gint64, 1);
    g_hash_table_insert (self->change_ends, (gpointer) change->station, end);
  }
  *end = last;
  return TRUE;
}

static void
read_entry (Reader *self, const char *json, gsize length)
{
  RuaExchangeLine *line = &self->line;
  RuaBatch *batch = line->batch;
  guint n_records = batch->records->len, n_facts = batch->facts->len, n_changes = batch->changes->len;
  g_autoptr (GError) error = NULL;

  if (!rua_exchange_read_entry (line, json, length))
    self->n_bad++;
  else if (batch->facts->len > n_facts) {
    RuaFactData *fact = &g_array_index (batch->facts, RuaFactData, n_facts);
    RuaFactData checked = *fact;

    checked.parents = &g_array_index (batch->parents, RuaFactName, batch->parents->len - fact->n_parents);
    if (!check_fact_order (self, fact))
      self->n_bad++;
    else if (rua_log_check (self->nothing, &checked, &error) == RUA_LOG_ERROR) {
      rua_exchange_tell_fact (line->faults, line->line, fact, error);
      self->n_bad++;
    }
  } else if (batch->records->len > n_records && n_facts + n_changes > 0) {
    rua_exchange_refuse (line, RUA_ERROR_VALUE, NULL, "a record stands behind facts or changes");
    self->n_bad++;
  } else if (batch->changes->len > n_changes && !check_change (self, &g_array_index (batch->changes, RuaChangeData, n_changes)))
    self->n_bad++;
}

/* LENGTH SP JSON LF. FALSE: there is no such line, and no telling where the next one would begin. */
static gboolean
next_line (RuaExchangeLine *line, const char *text, gsize size, gsize *offset, const char **json, gsize *length)
{
  const char *at = text + *offset;
  gsize left = size - *offset, digits = 0, n = 0;

  while (digits < left && digits < 11 && g_ascii_isdigit (at[digits]))
    n = 10 * n + (gsize) (at[digits++] - '0');
  line->line++;
  line->offset = digits + 1;
  if (digits == 0 || digits > 10 || *at == '0' || digits == left || at[digits] != ' ')
    return rua_exchange_refuse (line, RUA_ERROR_SYNTAX, NULL, "the line does not begin with its length and a blank");
  if (n >= left - digits - 1)
    return rua_exchange_refuse (line, RUA_ERROR_SYNTAX, NULL, "the line is cut off: it should have %" G_GSIZE_FORMAT " bytes", n);
  *json = at + digits + 1;
  *length = n;
  if ((*json)[n] != '\n')
    return rua_exchange_refuse (line, RUA_ERROR_SYNTAX, NULL, "the line does not end after its %" G_GSIZE_FORMAT " bytes", n);
  *offset += digits + 1 + n + 1;
  return TRUE;
}

static void
check_trailer (Reader *self, const char *header, gsize header_length, const char *json, gsize length, RuaChain *chain, guint64 n_lines)
{
  RuaExchangeLine *line = &self->line;
  char told_hash[RUA_HASH_LENGTH + 1], told_mac[RUA_HASH_LENGTH + 1], mac[RUA_HASH_LENGTH + 1];
  guint64 count;

  if (!g_str_has_prefix (json, "{\"count\":")) {
    rua_exchange_refuse (line, RUA_ERROR_SYNTAX, NULL, "the file is cut off: its last line, which seals it, is not there");
    return;
  }
  if (!rua_exchange_read_trailer (line, json, length, &count, told_hash, told_mac))
    return;
  rua_chain_get (chain, line->batch->hash);
  if (count != n_lines)
    rua_exchange_refuse (line, RUA_ERROR_FAILED, NULL, "lines are missing or too many: there should be %" G_GUINT64_FORMAT " between the first and the last, and there are %" G_GUINT64_FORMAT,
                         count, n_lines);
  if (!rua_exchange_equal (told_hash, line->batch->hash, RUA_HASH_LENGTH))
    rua_exchange_refuse (line, RUA_ERROR_FAILED, NULL, "the chain is broken: some line was changed on the way");
  rua_exchange_sign (self->peer->key, header, header_length, count, told_hash, mac);
  if (!rua_exchange_equal (told_mac, mac, RUA_HASH_LENGTH))
    rua_exchange_refuse (line, RUA_ERROR_FAILED, "have it sent again; if it is refused again, enroll the station anew",
                         "the seal is not one made with the key of '%s': the batch was changed on the way, or is not from there", self->peer->station);
}

static void
check_complete (Reader *self)
{
  GArray *ranges = self->line.batch->header.facts;

  if (self->has_change)
    rua_exchange_refuse (&self->line, RUA_ERROR_VALUE, NULL, "the change on the line before has no facts");
  /* Where a line was refused, its fact is not one that is missing. */
  if (self->line.batch->header.is_part || self->n_bad > 0)
    return;
  for (guint i = 0; i < ranges->len; i++) {
    const char *station = g_array_index (ranges, RuaExchangeRange, i).station;
    const RuaExchangeRange *come = g_hash_table_lookup (self->come, station);

    if (come->after != come->through)
      rua_exchange_refuse (&self->line, RUA_ERROR_MISSING, NULL, "the facts %s.%" G_GINT64_FORMAT " to %s.%" G_GINT64_FORMAT " are not there", station,
                           come->after + 1, station, come->through);
  }
}

static gboolean
read_lines (Reader *self, const char *text, gsize size, gsize offset, const char *header, gsize header_length, GError **error)
{
  RuaExchangeLine *line = &self->line;
  const RuaExchangeReading *reading = line->reading;
  RuaChain chain;
  guint64 n_lines = 0;
  gboolean going = TRUE;

  rua_chain_init (&chain);
  rua_chain_set (&chain, line->batch->header.previous);
  while (going) {
    const char *json = NULL;
    gsize length;

    if (offset == size) {
      line->line++;
      rua_exchange_refuse (line, RUA_ERROR_SYNTAX, NULL, "the file is cut off: its last line, which seals it, is not there");
      going = FALSE;
    } else if (!next_line (line, text, size, &offset, &json, &length))
      going = FALSE;
    else if (offset == size) {
      check_trailer (self, header, header_length, json, length, &chain, n_lines);
      check_complete (self);
      going = FALSE;
    } else {
      rua_chain_add (&chain, json, length);
      read_entry (self, json, length);
      n_lines++;
      if (line->batch->facts->len > reading->limits.rows || line->batch->records->len > reading->limits.rows)
        going = rua_exchange_refuse (line, RUA_ERROR_LIMIT, "allow more rows, where you trust the sender", "there are more than %u facts or records", reading->limits.rows);
      if (rua_faults_is_full (line->faults))
        going = FALSE;
      if (n_lines % LINES_BETWEEN_LOOKS == 0) {
        rua_progress_tell (reading->progress, (double) offset / (double) size);
        if (g_cancellable_set_error_if_cancelled (reading->cancellable, error))
          break;
      }
    }
  }
  rua_chain_clear (&chain);
  return !going;
}

static void
settle_parents (RuaBatch *self)
{
  guint at = 0;

  for (guint i = 0; i < self->facts->len; i++) {
    RuaFactData *fact = &g_array_index (self->facts, RuaFactData, i);

    if (fact->n_parents)
      fact->parents = &g_array_index (self->parents, RuaFactName, at);
    at += fact->n_parents;
  }
}

static gboolean
read_all (Reader *self, const char *text, gsize size, GError **error)
{
  RuaExchangeLine *line = &self->line;
  RuaBatch *batch = line->batch;
  const char *header;
  gsize offset = 0, header_length;

  if (!rua_exchange_is_one (text, size)) {
    line->line = 1;
    return rua_exchange_refuse (line, RUA_ERROR_SYNTAX, "take in a file that 'ruralalliance send' has written", "this is no exchange file");
  }
  if (!next_line (line, text, size, &offset, &header, &header_length) || !rua_exchange_read_header (line, header, header_length))
    return FALSE;
  self->peer = check_header (line);
  if (!self->peer || !check_facts_told (line, self->peer))
    return FALSE;
  for (guint i = 0; i < batch->header.facts->len; i++) {
    RuaExchangeRange *range = g_memdup2 (&g_array_index (batch->header.facts, RuaExchangeRange, i), sizeof *range);

    g_hash_table_insert (self->come, (gpointer) range->station, range);
  }
  return read_lines (self, text, size, offset, header, header_length, error);
}

RuaBatch *
rua_batch_read (const RuaExchangeReading *reading, GBytes *bytes, const char *name, RuaFaults *faults, GError **error)
{
  g_autoptr (RuaBatch) batch = batch_new (name);
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  guint64 n_faults = rua_faults_get_count (faults);
  Reader self = {
    .nothing = rua_log_new (NULL, NULL, NULL),
    .line = { .batch = batch, .faults = faults, .reading = reading, .canonical = g_string_new (NULL), .value = g_string_new (NULL) },
    .come = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free),
    .change_ends = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free),
  };
  gboolean done;

  if (reading->limits.bytes && size > reading->limits.bytes)
    done = rua_exchange_refuse (&self.line, RUA_ERROR_LIMIT, "allow more bytes, where you trust the sender",
                                "the file has more than %" G_GUINT64_FORMAT " bytes", reading->limits.bytes);
  else
    done = read_all (&self, text, size, error);
  g_string_free (self.line.canonical, TRUE);
  g_string_free (self.line.value, TRUE);
  g_hash_table_unref (self.come);
  rua_log_free (self.nothing);
  g_hash_table_unref (self.change_ends);
  if (!done || rua_faults_get_count (faults) > n_faults)
    return NULL;
  settle_parents (batch);
  rua_progress_tell (reading->progress, 1);
  return g_steal_pointer (&batch);
}
