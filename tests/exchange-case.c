/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange-case.h"

#include <string.h>

RuaLog *
case_log (const char *station)
{
  RuaLog *log = rua_log_new (CASE_LINEAGE, station, NULL);

  g_assert_nonnull (log);
  return log;
}

void
case_key (const char *station, guint8 key[RUA_KEY_LENGTH])
{
  for (guint i = 0; i < RUA_KEY_LENGTH; i++)
    key[i] = (guint8) (i + 7 * (guint8) station[i % strlen (station)]);
}

void
case_introduce (RuaLog *hub, RuaLog *station)
{
  RuaPeer peer = { .station = rua_log_get_station (station) };

  case_key (peer.station, peer.key);
  rua_roster_set (rua_log_get_roster (hub), &peer);
  peer.station = rua_log_get_station (hub);
  peer.is_hub = TRUE;
  rua_roster_set (rua_log_get_roster (station), &peer);
}

void
case_edit (RuaLog *log, const char *key, guint n, const char *value)
{
  const char *station = rua_log_get_station (log);
  gint64 first = rua_log_get_next_sequence (log, station), clock = rua_log_get_next_clock (log);
  RuaChangeData change = { station, first, n, clock, "Frau Lô", NULL, "edit" };
  GError *error = NULL;

  g_assert_cmpint (rua_log_insert_change (log, &change, &error), ==, RUA_LOG_NEW);
  for (guint i = 0; i < n; i++) {
    g_autofree char *field = i ? g_strdup_printf ("f%u", i) : g_strdup ("");
    RuaFactName parent;
    RuaFactData fact = { .station = station, .sequence = first + i, .clock = clock, .kind = "household", .key = key, .field = field, .value = i ? value : "true",
                         .value_length = -1, .author = change.author };
    guint cell = rua_log_find_cell (log, "household", key, field);

    if (cell != RUA_NO_FACT) {
      RuaFactData current;

      rua_log_get_fact (log, rua_log_get_current (log, cell), &current);
      parent.station = current.station;
      parent.sequence = current.sequence;
      fact.parents = &parent;
      fact.n_parents = 1;
    }
    g_assert_cmpint (rua_log_insert (log, &fact, &error), ==, RUA_LOG_NEW);
    g_assert_no_error (error);
  }
}

GBytes *
case_send (RuaLog *from, const char *to)
{
  RuaExchangeWriting writing = { .to = to, .schema = "1.0", .after = -1, .made = CASE_MADE };
  GError *error = NULL;
  GBytes *bytes = rua_batch_write (from, &writing, &error);

  g_assert_no_error (error);
  return bytes;
}

gboolean
case_take (RuaLog *to, GBytes *bytes, guint *n_new, guint *n_known, char **told)
{
  RuaExchangeReading reading = { .log = to };
  g_autoptr (RuaFaults) faults = rua_faults_new ("b.ruax", 0);
  g_autoptr (RuaBatch) batch = NULL;
  GError *error = NULL;
  guint ignored[2] = { 0 };

  reading.limits = rua_limit_values_settle (&reading.limits);
  batch = rua_batch_read (&reading, bytes, "b.ruax", faults, &error);
  g_assert_no_error (error);
  if (batch && rua_batch_check (batch, to, NULL, faults)) {
    g_assert_cmpuint (rua_faults_get_count (faults), ==, 0);
    rua_batch_take (batch, to, n_new ? n_new : &ignored[0], n_known ? n_known : &ignored[1]);
    return TRUE;
  }
  g_assert_false (rua_faults_raise (faults, &error));
  if (told) {
    g_free (*told);
    *told = g_strdup (error->message);
  }
  g_clear_error (&error);
  return FALSE;
}

GPtrArray *
case_split (GBytes *bytes)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  gsize size;
  const char *at = g_bytes_get_data (bytes, &size), *end = at + size;

  while (at < end) {
    char *json;
    gsize length = g_ascii_strtoull (at, &json, 10);

    g_assert_true (*json == ' ' && json + 1 + length < end && json[1 + length] == '\n');
    g_ptr_array_add (lines, g_strndup (json + 1, length));
    at = json + 1 + length + 1;
  }
  return lines;
}

static void
put (GString *out, const char *json)
{
  g_string_append_printf (out, "%" G_GSIZE_FORMAT " %s\n", strlen (json), json);
}

GBytes *
case_join (GPtrArray *lines, const guint8 *key, const char *previous)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GString) trailer = g_string_new (NULL);
  const char *header = g_ptr_array_index (lines, 0);
  char hash[RUA_HASH_LENGTH + 1], mac[RUA_HASH_LENGTH + 1];
  RuaChain chain;

  rua_chain_init (&chain);
  g_assert_true (rua_chain_set (&chain, previous));
  put (out, header);
  for (guint i = 1; i + 1 < lines->len; i++) {
    const char *line = g_ptr_array_index (lines, i);

    rua_chain_add (&chain, line, strlen (line));
    put (out, line);
  }
  rua_chain_get (&chain, hash);
  rua_chain_clear (&chain);
  rua_exchange_sign (key, header, strlen (header), lines->len - 2, hash, mac);
  rua_exchange_append_trailer (trailer, lines->len - 2, hash, mac);
  put (out, trailer->str);
  return g_string_free_to_bytes (out);
}

static gboolean
holds (RuaLog *a, RuaLog *b)
{
  for (guint i = 0; i < rua_log_get_n_facts (b); i++) {
    RuaFactData fact;

    rua_log_get_fact (b, i, &fact);
    if (rua_log_check (a, &fact, NULL) != RUA_LOG_KNOWN)
      return FALSE;
  }
  return rua_log_get_n_facts (a) == rua_log_get_n_facts (b) && rua_log_get_n_changes (a) == rua_log_get_n_changes (b);
}

gboolean
case_same (RuaLog *a, RuaLog *b)
{
  return holds (a, b) && holds (b, a);
}

gint64
case_wall (gpointer data)
{
  return GPOINTER_TO_SIZE (data);
}

/* A hub and a station with some work, by a clock that stands still. */
void
case_set_up (RuaLog **hub, RuaLog **station)
{
  *hub = case_log ("hub");
  *station = case_log ("gaopo");
  rua_log_set_wall (*hub, case_wall, GSIZE_TO_POINTER (1789000000000));
  rua_log_set_wall (*station, case_wall, GSIZE_TO_POINTER (1789000000000));
  case_introduce (*hub, *station);
}

void
case_refuse (RuaLog *to, GBytes *bytes, const char *expected)
{
  g_autofree char *told = NULL;
  guint n_facts = rua_log_get_n_facts (to), n_changes = rua_log_get_n_changes (to);
  guint64 version = rua_roster_get_version (rua_log_get_roster (to));

  g_assert_false (case_take (to, bytes, NULL, NULL, &told));
  if (!strstr (told, expected))
    g_error ("told: %s\nexpected: %s", told, expected);
  g_assert_cmpuint (rua_log_get_n_facts (to), ==, n_facts);
  g_assert_cmpuint (rua_log_get_n_changes (to), ==, n_changes);
  g_assert_cmpuint (rua_roster_get_version (rua_log_get_roster (to)), ==, version);
}
