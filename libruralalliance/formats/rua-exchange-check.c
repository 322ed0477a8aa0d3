/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-exchange-private.h"

#include <string.h>

/* A batch that is whole, beside what is here: whether nothing before it is missing, whether its station is the one that
 * wrote here before; and then into the log. */

#define NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

static gboolean
has_fact (RuaLog *log, RuaLog *more, const char *station, gint64 sequence)
{
  return rua_log_find_fact (log, station, sequence) != RUA_NO_FACT || (more && rua_log_find_fact (more, station, sequence) != RUA_NO_FACT);
}

static void
add_had (GArray *ranges, RuaLog *log, RuaLog *more, const char *only)
{
  for (guint i = 0; i < rua_log_get_n_stations (log); i++) {
    gint64 through;
    guint n_facts;
    const char *station = rua_log_get_station_at (log, i, &through, NULL, &n_facts);

    if (only && strcmp (station, only) != 0)
      continue;
    if (through != n_facts)
      for (through = 0; has_fact (log, more, station, through + 1);)
        through++;
    while (more && has_fact (log, more, station, through + 1))
      through++;
    if (through > rua_exchange_through (ranges, station))
      rua_exchange_add_range (ranges, station, 0, through);
  }
}

GArray *
rua_exchange_list_had (RuaLog *log, RuaLog *more, GStringChunk *texts)
{
  const RuaPeer *hub = rua_roster_find_hub (rua_log_get_roster (log));
  const char *only = NULL;
  GArray *ranges = NULL;

  if (hub && hub->part) {
    ranges = rua_exchange_parse_vector (hub->has ? hub->has : "{}", texts);
    only = rua_log_get_station (log);
  }
  if (!ranges)
    ranges = g_array_new (FALSE, FALSE, sizeof (RuaExchangeRange));
  add_had (ranges, log, more, only);
  if (more)
    add_had (ranges, more, log, only);
  return ranges;
}

/* ---- what must have come before ---- */

typedef struct {
  RuaExchangeLine line; /* the first */
  RuaLog *log;
  RuaLog *more;
  const RuaPeer *peer;
} Check;

static gboolean
refuse_gap (Check *self, const RuaExchangeRange *range, gint64 had)
{
  g_autofree char *mend = NULL;

  if (self->peer->is_hub)
    mend = g_strdup_printf ("send '%s' what is here: its answer brings what is missing", self->peer->station);
  else
    mend = g_strdup_printf ("take in its batch %" G_GINT64_FORMAT " first, or let it send from there on: ruralalliance send FILE --after %" G_GINT64_FORMAT,
                            self->peer->taken_batches + 1, had);
  return rua_exchange_refuse (&self->line, RUA_ERROR_MISSING, mend,
                              "an earlier batch is missing: the facts %s.%" G_GINT64_FORMAT " to %s.%" G_GINT64_FORMAT " have not come", range->station,
                              had + 1, range->station, range->after);
}

static gboolean
check_ranges (Check *self)
{
  const RuaExchangeHeader *header = &self->line.batch->header;
  g_autoptr (GArray) had = rua_exchange_list_had (self->log, self->more, self->line.batch->texts);
  gboolean good = TRUE;

  for (guint i = 0; i < header->facts->len; i++) {
    const RuaExchangeRange *range = &g_array_index (header->facts, RuaExchangeRange, i);
    gint64 through = rua_exchange_through (had, range->station);

    if (range->after > through)
      good = refuse_gap (self, range, through);
  }
  return good;
}

/* Whether what a station wrote before is what it says it was. */
static gboolean
check_history (Check *self, const char *station, gint64 through, const char *told, const char *whose)
{
  RuaChain chain;
  char hash[RUA_HASH_LENGTH + 1];
  gboolean same;

  rua_chain_init (&chain);
  same = rua_chain_follow (&chain, self->log, self->more, station, through);
  rua_chain_get (&chain, hash);
  rua_chain_clear (&chain);
  if (same && strcmp (hash, told) == 0)
    return TRUE;
  return rua_exchange_refuse (&self->line, RUA_ERROR_DUPLICATE, "enroll one of the two under a name of its own",
                              "%s is not what is here, up to %s.%" G_GINT64_FORMAT ": two copies write as station '%s', or one was restored from an older one",
                              whose, station, through, station);
}

static gboolean
check_chain (Check *self)
{
  const RuaExchangeHeader *header = &self->line.batch->header;
  gboolean good = TRUE;

  if (self->peer->is_hub && strcmp (header->previous, NO_HASH) != 0)
    good = rua_exchange_refuse (&self->line, RUA_ERROR_VALUE, NULL, "the chain of a hub's batch does not begin with zeros");
  if (!self->peer->is_hub)
    good = check_history (self, self->peer->station, g_array_index (header->facts, RuaExchangeRange, 0).after, header->previous,
                          "what the sender wrote earlier");
  if (header->has_receipt)
    good &= check_history (self, rua_log_get_station (self->log), header->receipt_through, header->receipt_hash, "what the receipt names");
  return good;
}

gboolean
rua_exchange_check_change (RuaLog *log, const RuaChangeData *change)
{
  guint known = rua_log_find_change (log, change->station, change->first_sequence);
  RuaChangeData data;

  if (known == RUA_NO_FACT)
    return TRUE;
  rua_log_get_change (log, known, &data);
  return data.first_sequence == change->first_sequence && data.n_facts == change->n_facts && data.clock == change->clock
         && g_strcmp0 (data.author, change->author) == 0
         && (data.is_erased || change->is_erased || (g_strcmp0 (data.title, change->title) == 0 && g_strcmp0 (data.origin, change->origin) == 0));
}

static void
check_facts (Check *self)
{
  RuaBatch *batch = self->line.batch;

  for (guint i = 0; i < batch->facts->len; i++) {
    const RuaFactData *fact = &g_array_index (batch->facts, RuaFactData, i);
    g_autoptr (GError) error = NULL;

    if (rua_log_check (self->log, fact, &error) == RUA_LOG_ERROR || (self->more && rua_log_check (self->more, fact, &error) == RUA_LOG_ERROR))
      rua_exchange_tell_fact (self->line.faults, g_array_index (batch->lines, guint32, i), fact, error);
  }
  for (guint i = 0; i < batch->changes->len; i++) {
    const RuaChangeData *change = &g_array_index (batch->changes, RuaChangeData, i);

    if (!rua_exchange_check_change (self->log, change) || (self->more && !rua_exchange_check_change (self->more, change)))
      rua_exchange_refuse (&self->line, RUA_ERROR_DUPLICATE, "enroll one of the two under a name of its own",
                           "change %s.%" G_GINT64_FORMAT ": another change has this name: two copies write as station '%s'", change->station,
                           change->first_sequence, change->station);
  }
}

gboolean
rua_batch_check (RuaBatch *self, RuaLog *log, RuaLog *more, RuaFaults *faults)
{
  Check check = {
    .line = { .batch = self, .faults = faults, .line = 1 },
    .log = log,
    .more = more,
    .peer = rua_roster_find (rua_log_get_roster (log), self->header.from),
  };
  guint64 n_faults = rua_faults_get_count (faults);

  /* Dismissed while the file was read. */
  if (!check.peer)
    return rua_exchange_refuse (&check.line, RUA_ERROR_UNKNOWN_NAME, "enroll it here, and work on with the copy that this makes",
                                "the sender '%s' is not enrolled here", self->header.from);
  if (check_ranges (&check) && check_chain (&check))
    check_facts (&check);
  return rua_faults_get_count (faults) == n_faults;
}

/* ---- taking in ---- */

static void
learn_of_station (const RuaExchangeHeader *header, RuaPeer *peer, GString *has)
{
  gint64 through = rua_exchange_through (header->facts, header->from);

  /* One that was overtaken by a later one says nothing new. */
  if (through < peer->taken)
    return;
  peer->taken = through;
  peer->taken_batches = MAX (peer->taken_batches, header->batch);
  rua_exchange_append_vector (has, header->has);
  peer->has = has->str;
}

static void
learn_of_hub (RuaLog *log, const RuaExchangeHeader *header, RuaPeer *peer, GString *has)
{
  if (header->has_receipt && header->receipt_through >= peer->sent) {
    peer->sent = header->receipt_through;
    peer->sent_batches = MAX (peer->sent_batches, header->receipt_batch);
  }
  if (peer->part) {
    GStringChunk *texts = g_string_chunk_new (1024);
    g_autoptr (GArray) had = rua_exchange_list_had (log, NULL, texts);

    for (guint i = 0; i < header->facts->len; i++) {
      const RuaExchangeRange *range = &g_array_index (header->facts, RuaExchangeRange, i);

      if (range->through > rua_exchange_through (had, range->station))
        rua_exchange_add_range (had, range->station, 0, range->through);
    }
    rua_exchange_append_vector (has, had);
    g_string_chunk_free (texts);
    peer->has = has->str;
  }
}

void
rua_batch_take (RuaBatch *self, RuaLog *log, guint *n_new, guint *n_known)
{
  RuaRoster *roster = rua_log_get_roster (log);
  RuaPeer peer = *rua_roster_find (roster, self->header.from);
  g_autoptr (GString) has = g_string_new (NULL);

  for (guint i = 0; i < self->facts->len; i++) {
    RuaLogInsert inserted = rua_log_insert (log, &g_array_index (self->facts, RuaFactData, i), NULL);

    *n_new += inserted == RUA_LOG_NEW;
    *n_known += inserted == RUA_LOG_KNOWN;
  }
  for (guint i = 0; i < self->changes->len; i++)
    rua_log_insert_change (log, &g_array_index (self->changes, RuaChangeData, i), NULL);
  if (peer.is_hub)
    learn_of_hub (log, &self->header, &peer, has);
  else
    learn_of_station (&self->header, &peer, has);
  rua_roster_set (roster, &peer);
  rua_key_forget (peer.key, sizeof peer.key);
}
