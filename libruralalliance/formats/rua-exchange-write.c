/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-exchange-private.h"

#include <string.h>

#include "rua-progress-private.h"

/* What the other side has not, as an exchange file. */

#define FACTS_BETWEEN_LOOKS 4096

typedef struct {
  RuaLog *log;
  const RuaExchangeWriting *writing;
  const RuaPeer *peer;
  GString *out;
  GString *line;
  RuaChain chain;
  guint64 n_lines;
} Writer;

static void
append_line (GString *out, const GString *line)
{
  g_string_append_printf (out, "%" G_GSIZE_FORMAT " ", line->len);
  g_string_append_len (out, line->str, (gssize) line->len);
  g_string_append_c (out, '\n');
}

static void
put_line (Writer *self)
{
  rua_chain_add (&self->chain, self->line->str, self->line->len);
  append_line (self->out, self->line);
  g_string_truncate (self->line, 0);
  self->n_lines++;
}

/* The facts of a station that are to be sent, each after its change. */
static gboolean
put_facts (Writer *self, const RuaExchangeRange *range, GError **error)
{
  gint64 change_end = 0;

  for (gint64 sequence = range->after + 1; sequence <= range->through; sequence++) {
    guint fact = rua_log_find_fact (self->log, range->station, sequence), change;
    RuaFactData data;

    if (sequence % FACTS_BETWEEN_LOOKS == 0 && g_cancellable_set_error_if_cancelled (self->writing->cancellable, error))
      return FALSE;
    if (fact == RUA_NO_FACT)
      continue;
    rua_log_get_fact (self->log, fact, &data);
    if (self->peer->part && self->writing->concerns && !self->writing->concerns (self->writing->data, &data))
      continue;
    change = sequence > change_end ? rua_log_find_change (self->log, range->station, sequence) : RUA_NO_FACT;
    if (change != RUA_NO_FACT) {
      RuaChangeData told;

      rua_log_get_change (self->log, change, &told);
      change_end = told.first_sequence + told.n_facts - 1;
      /* Else it went with the facts before. */
      if (told.first_sequence > range->after || self->peer->part) {
        rua_exchange_append_change (self->line, &told);
        put_line (self);
      }
    }
    rua_exchange_append_fact (self->line, &data);
    put_line (self);
  }
  return TRUE;
}

static void
put_records (Writer *self)
{
  const GArray *records = self->writing->records;

  for (guint i = 0; self->peer->part && records && i < records->len; i++) {
    rua_exchange_append_record (self->line, &g_array_index (records, RuaExchangeRecord, i));
    put_line (self);
  }
}

static gboolean
hash_of (RuaChain *chain, RuaLog *log, const char *station, gint64 through, char hash[RUA_HASH_LENGTH + 1], GError **error)
{
  if (!rua_chain_follow (chain, log, NULL, station, through)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "station '%s': not all of its facts up to %" G_GINT64_FORMAT " are here; let the hub enroll it anew", station,
                 through);
    return FALSE;
  }
  rua_chain_get (chain, hash);
  return TRUE;
}

/* What is to be sent to a hub: one's own. */
static gboolean
fill_for_hub (Writer *self, RuaExchangeHeader *header, GError **error)
{
  const char *own = rua_log_get_station (self->log);
  gint64 highest = rua_log_get_next_sequence (self->log, own) - 1, after = self->peer->sent;

  if (self->writing->after >= 0)
    after = MIN (self->writing->after, after);
  after = MIN (after, highest);
  header->batch = self->peer->sent_batches + 1;
  rua_exchange_add_range (header->facts, own, after, highest);
  return hash_of (&self->chain, self->log, own, after, header->previous, error);
}

/* To a station: what it has not of all others, and a receipt. */
static gboolean
fill_for_station (Writer *self, RuaExchangeHeader *header, GStringChunk *texts, GError **error)
{
  g_autoptr (GArray) had = self->peer->has ? rua_exchange_parse_vector (self->peer->has, texts) : NULL;
  g_autoptr (GArray) here = rua_exchange_list_had (self->log, NULL, texts);

  header->is_part = self->peer->part != NULL;
  header->batch = self->peer->taken_batches + 1;
  for (guint i = 0; i < here->len; i++) {
    const RuaExchangeRange *range = &g_array_index (here, RuaExchangeRange, i);
    gint64 after = had && !self->writing->records ? rua_exchange_through (had, range->station) : 0;

    if (range->through > after && strcmp (range->station, self->peer->station) != 0)
      rua_exchange_add_range (header->facts, range->station, after, range->through);
  }
  if (self->peer->taken > 0) {
    header->has_receipt = TRUE;
    header->receipt_batch = MAX (self->peer->taken_batches, 1);
    header->receipt_through = self->peer->taken;
    if (!hash_of (&self->chain, self->log, self->peer->station, self->peer->taken, header->receipt_hash, error))
      return FALSE;
  }
  memset (self->chain.hash, 0, sizeof self->chain.hash);
  rua_chain_get (&self->chain, header->previous);
  return TRUE;
}

static gboolean
write_all (Writer *self, RuaExchangeHeader *header, GError **error)
{
  g_autofree char *told_header = NULL;
  char hash[RUA_HASH_LENGTH + 1], mac[RUA_HASH_LENGTH + 1];
  gsize length;

  rua_exchange_append_header (self->line, header);
  length = self->line->len;
  told_header = g_strdup (self->line->str);
  append_line (self->out, self->line);
  g_string_truncate (self->line, 0);
  put_records (self);
  for (guint i = 0; i < header->facts->len; i++) {
    rua_progress_tell (self->writing->progress, (double) i / header->facts->len);
    if (!put_facts (self, &g_array_index (header->facts, RuaExchangeRange, i), error))
      return FALSE;
  }
  rua_chain_get (&self->chain, hash);
  rua_exchange_sign (self->peer->key, told_header, length, self->n_lines, hash, mac);
  rua_exchange_append_trailer (self->line, self->n_lines, hash, mac);
  append_line (self->out, self->line);
  rua_progress_tell (self->writing->progress, 1);
  return TRUE;
}

GBytes *
rua_batch_write (RuaLog *log, const RuaExchangeWriting *writing, GError **error)
{
  Writer self = { .log = log, .writing = writing, .peer = rua_roster_find (rua_log_get_roster (log), writing->to) };
  RuaExchangeHeader header;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *made = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  GStringChunk *texts;
  gboolean done;

  if (!rua_log_get_station (log)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "this copy has no name as a station; enroll it: ruralalliance enroll FILE NAME");
    return NULL;
  }
  if (!self.peer) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "'%s' is not enrolled here, so there is no key to send it anything with; enroll it first",
                 writing->to);
    return NULL;
  }
  texts = g_string_chunk_new (1024);
  rua_exchange_header_init (&header);
  rua_chain_init (&self.chain);
  self.out = g_string_new (NULL);
  self.line = g_string_new (NULL);
  header.lineage = rua_log_get_lineage (log);
  header.from = rua_log_get_station (log);
  header.to = self.peer->station;
  header.schema = writing->schema;
  header.own_schema = writing->own_schema;
  header.made = writing->made ? writing->made : made;
  g_array_unref (header.has);
  header.has = rua_exchange_list_had (log, NULL, texts);
  done = (self.peer->is_hub ? fill_for_hub (&self, &header, error) : fill_for_station (&self, &header, texts, error)) && write_all (&self, &header, error);
  rua_exchange_header_clear (&header);
  rua_chain_clear (&self.chain);
  g_string_free (self.line, TRUE);
  g_string_chunk_free (texts);
  if (!done) {
    g_string_free (self.out, TRUE);
    return NULL;
  }
  return g_string_free_to_bytes (self.out);
}
