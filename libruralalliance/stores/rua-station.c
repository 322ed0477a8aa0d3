/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-station.h"

#include <string.h>

#include "rua-exchange-private.h"
#include "rua-json-private.h"
#include "rua-json-reader-private.h"
#include "rua-part-private.h"
#include "rua-schema-private.h"
#include "rua-store-private.h"
#include "rua-table-core-private.h"

/* A hub and its stations: copies of one alliance, each with a name and a key of its own. */

static RuaLog *
expect_log (RuaAlliance *self, GError **error)
{
  RuaLog *log = rua_alliance_peek_log (self);

  if (!log)
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
                 "this alliance keeps no log, as a JSON document does not; enroll it as a station, and save it as a .rua file");
  else if (!rua_log_get_station (log)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "this copy has no name as a station; enroll it first");
    return NULL;
  }
  return log;
}

static RuaLog *
copy_log (RuaLog *log, const char *station, RuaPart *part, GError **error)
{
  g_autoptr (RuaLog) copy = rua_log_new (rua_log_get_lineage (log), station, error);

  if (copy)
    rua_log_take_erasures (copy, log);
  for (guint i = 0; copy && i < rua_log_get_n_facts (log); i++) {
    RuaFactData fact;

    rua_log_get_fact (log, i, &fact);
    if (part && !rua_part_has_fact (part, &fact))
      continue;
    if (rua_log_insert (copy, &fact, error) == RUA_LOG_ERROR)
      return NULL;
    if (part) {
      guint of = rua_log_find_change (log, fact.station, fact.sequence);
      RuaChangeData change;

      if (of == RUA_NO_FACT)
        continue;
      rua_log_get_change (log, of, &change);
      if (rua_log_insert_change (copy, &change, error) == RUA_LOG_ERROR)
        return NULL;
    }
  }
  for (guint i = 0; copy && !part && i < rua_log_get_n_changes (log); i++) {
    RuaChangeData change;

    rua_log_get_change (log, i, &change);
    if (rua_log_insert_change (copy, &change, error) == RUA_LOG_ERROR)
      return NULL;
  }
  return g_steal_pointer (&copy);
}

/* Nothing refers to what is dropped: a part has all that its records refer to. */
static void
drop_others (RuaAlliance *copy, RuaAlliance *whole, RuaPart *part)
{
  RuaLedger *ledger = rua_alliance_peek_ledger (copy);

  for (guint t = 0; t < rua_alliance_get_n_tables (whole); t++) {
    RuaTable *from = rua_alliance_get_table_at (whole, t), *table = rua_alliance_get_table_at (copy, t);

    for (guint32 row = 0; row < rua_table_get_n_rows (from); row++)
      if (rua_table_is_alive (from, row) && !rua_part_has_row (part, from, row)) {
        rua_table_drop_row (table, row);
        rua_row_keys_forget (ledger->keys, table, row);
      }
  }
  /* Members that no kind holds may be about anybody. */
  rua_alliance_set_extra (copy, NULL);
  rua_alliance_set_origin (copy, NULL);
}

static gboolean
check_hub (RuaLog *log, GError **error)
{
  const RuaPeer *hub = rua_roster_find_hub (rua_log_get_roster (log));

  if (!hub)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "this copy is the station '%s' of the hub '%s'; enroll stations at the hub", rua_log_get_station (log), hub->station);
  return FALSE;
}

static gboolean
check_name (RuaLog *log, const char *station, GError **error)
{
  g_autoptr (RuaLog) named = rua_log_new (NULL, station, error);

  if (!named)
    return FALSE;
  if (!rua_roster_find (rua_log_get_roster (log), station) && strcmp (station, rua_log_get_station (log)) != 0 && rua_log_get_next_sequence (log, station) == 1)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE, "the name '%s' is taken: two copies that write under one name cannot be merged; choose another", station);
  return FALSE;
}

/* What is here without a gap: {"gaopo":12}. */
static char *
dup_had (RuaLog *log)
{
  GString *has = g_string_new (NULL);
  GStringChunk *texts = g_string_chunk_new (1024);
  g_autoptr (GArray) had = rua_exchange_list_had (log, NULL, texts);

  rua_exchange_append_vector (has, had);
  g_string_chunk_free (texts);
  return g_string_free (has, FALSE);
}

static RuaAlliance *
enroll (RuaAlliance *self, const char *station, const char *const *only, GError **error)
{
  RuaLog *log = expect_log (self, error);
  g_autoptr (RuaPart) part = NULL;
  g_autoptr (RuaLog) copy_log_of = NULL;
  g_autofree char *has = NULL;
  g_autofree char *description = NULL;
  RuaPeer peer = { 0 };
  RuaAlliance *copy;

  if (!log || !check_hub (log, error) || !check_name (log, station, error))
    return NULL;
  has = dup_had (log);
  if (only) {
    description = rua_part_describe (self, only, has, error);
    part = description ? rua_part_new (self, description, error) : NULL;
    if (!part)
      return NULL;
  }
  copy_log_of = copy_log (log, station, part, error);
  if (!copy_log_of || !rua_key_draw (peer.key, error))
    return NULL;
  peer.station = station;
  peer.has = has;
  peer.part = description;
  rua_roster_set (rua_log_get_roster (log), &peer);
  peer.station = rua_log_get_station (log);
  peer.is_hub = TRUE;
  peer.has = description ? has : NULL;
  rua_roster_set (rua_log_get_roster (copy_log_of), &peer);
  rua_key_forget (peer.key, sizeof peer.key);
  copy = rua_alliance_copy_with_log (self, g_steal_pointer (&copy_log_of));
  if (part)
    drop_others (copy, self, part);
  return copy;
}

/**
 * rua_alliance_enroll_station:
 * @self: the hub's copy, which is enrolled itself
 * @station: the name of the new station: 1 to 64 of a-z, 0-9, `.`, `_` and `-`, a letter or digit first
 * @error: where to put an error
 *
 * Makes a copy of the alliance for a new station to work with, offline, and a key of 256 random bits that both hold:
 * with it they seal what they send one another. Save both copies, each as a `.rua` file, before anything is edited;
 * the key is kept in these files only, which their owners alone can read.
 *
 * A name is given once: two copies that write under one name cannot be merged, and are found out.
 *
 * Returns: (transfer full): the station's copy, or %NULL and an error of the domain `RUA_ERROR` when this is no name
 *   of a station, is taken already, or the alliance is not enrolled or is a station itself
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_enroll_station (RuaAlliance *self, const char *station, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (station != NULL, NULL);
  return enroll (self, station, NULL, error);
}

/**
 * rua_alliance_enroll_station_part:
 * @self: the hub's copy, which is enrolled itself
 * @station: the name of the new station, as for [method@RuralAlliance.Alliance.enroll_station]
 * @only: (array zero-terminated=1): what the station is given: any of `KIND=ID`, `KIND.FIELD=VALUE` and `KIND`
 * @error: where to put an error
 *
 * Makes a copy for a new station that is given a part of the alliance, now and later: the records that any of @only
 * chooses, those that belong to them, and all that these refer to. It may edit what it has, and make new records; what it
 * sends is merged as from any other.
 *
 * `household.village=gaopo` chooses by a field, which may lie behind references, as in `household.village.province=Yunnan`;
 * `household=h1` chooses one record, `product` all of a kind. The manual's page "offline" says what belongs to a chosen
 * record.
 *
 * Returns: (transfer full): the station's copy, or %NULL and an error of the domain `RUA_ERROR`, as for
 *   [method@RuralAlliance.Alliance.enroll_station], or where @only is empty, names what is not there, or chooses by a
 *   field by which nothing can be chosen
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_enroll_station_part (RuaAlliance *self, const char *station, const char *const *only, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (station != NULL, NULL);
  g_return_val_if_fail (only != NULL, NULL);
  return enroll (self, station, only, error);
}

static const RuaPeer *
expect_station (RuaAlliance *self, const char *station, GError **error)
{
  RuaLog *log = expect_log (self, error);
  const RuaPeer *peer = log && check_hub (log, error) ? rua_roster_find (rua_log_get_roster (log), station) : NULL;

  if (log && !peer && !(error && *error))
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "no station '%s' is enrolled here", station);
  return peer;
}

/**
 * rua_alliance_set_part:
 * @self: the hub's copy
 * @station: the name of a station that is given a part of the alliance
 * @only: (array zero-terminated=1): what it is given from now on, as for
 *   [method@RuralAlliance.Alliance.enroll_station_part]
 * @error: where to put an error
 *
 * Gives a station another part. What comes into it goes with what is sent next; what is no longer in it stays at the
 * station as it was, and nothing more is sent of it.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` where no such station is enrolled here, it has the whole
 *   alliance, or nothing can be chosen so
 *
 * Since: 1.0
 */
gboolean
rua_alliance_set_part (RuaAlliance *self, const char *station, const char *const *only, GError **error)
{
  g_autofree char *since = NULL;
  g_autofree char *description = NULL;
  const RuaPeer *known;
  RuaPeer peer;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (station != NULL, FALSE);
  g_return_val_if_fail (only != NULL, FALSE);

  known = expect_station (self, station, error);
  if (!known)
    return FALSE;
  if (!known->part) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "the station '%s' has the whole alliance, and keeps it; enroll another one with a part", station);
    return FALSE;
  }
  since = rua_part_dup_since (known->part);
  description = rua_part_describe (self, only, since ? since : "{}", error);
  if (!description)
    return FALSE;
  peer = *known;
  peer.part = description;
  rua_roster_set (rua_log_get_roster (rua_alliance_peek_log (self)), &peer);
  rua_key_forget (peer.key, sizeof peer.key);
  return TRUE;
}

/**
 * rua_alliance_list_part:
 * @self: an alliance
 * @station: (nullable): the name of a station that is enrolled here, or %NULL for this copy, where it is a station itself
 *
 * Lists what a station is given, where that is not the whole alliance. A station is told when it is enrolled, and not when
 * the hub gives it another part.
 *
 * Returns: (transfer full) (array zero-terminated=1): what was chosen, as for
 *   [method@RuralAlliance.Alliance.enroll_station_part]; empty where it is everything, or there is no such station
 *
 * Since: 1.0
 */
char **
rua_alliance_list_part (RuaAlliance *self, const char *station)
{
  RuaLog *log;
  const RuaPeer *peer = NULL;
  char **only;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  log = rua_alliance_peek_log (self);
  if (log)
    peer = station ? rua_roster_find (rua_log_get_roster (log), station) : rua_roster_find_hub (rua_log_get_roster (log));
  only = peer && peer->part ? rua_part_list_choices (peer->part) : NULL;
  return only ? only : g_new0 (char *, 1);
}

/**
 * rua_alliance_dismiss_station:
 * @self: the hub's copy
 * @station: the name of a station
 * @error: where to put an error
 *
 * Forgets a station's key: nothing it sends is taken in any more, and nothing is sent to it. What it sent before stays,
 * and so does its name, which is not given again where it has made facts.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when no station of this name is enrolled here
 *
 * Since: 1.0
 */
gboolean
rua_alliance_dismiss_station (RuaAlliance *self, const char *station, GError **error)
{
  RuaLog *log;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (station != NULL, FALSE);

  log = expect_log (self, error);
  if (!log)
    return FALSE;
  if (rua_roster_remove (rua_log_get_roster (log), station))
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "no station '%s' is enrolled here", station);
  return FALSE;
}

/**
 * rua_alliance_list_stations:
 * @self: an alliance
 *
 * Lists with whom this copy exchanges facts: a hub's stations, or a station's hub.
 *
 * Returns: (transfer full) (array zero-terminated=1): names, in their order
 *
 * Since: 1.0
 */
char **
rua_alliance_list_stations (RuaAlliance *self)
{
  g_autoptr (GStrvBuilder) names = NULL;
  RuaLog *log;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  names = g_strv_builder_new ();
  log = rua_alliance_peek_log (self);
  for (guint i = 0; log && i < rua_roster_get_n_peers (rua_log_get_roster (log)); i++)
    g_strv_builder_add (names, rua_roster_get_peer (rua_log_get_roster (log), i)->station);
  return g_strv_builder_end (names);
}

static const RuaPeer *
find_hub (RuaAlliance *self)
{
  RuaLog *log = rua_alliance_peek_log (self);

  return log ? rua_roster_find_hub (rua_log_get_roster (log)) : NULL;
}

/**
 * rua_alliance_get_hub:
 * @self: an alliance
 *
 * Gets the hub to which this copy sends what is done here.
 *
 * Returns: (nullable): the hub's name, or %NULL where this copy is no station of any
 *
 * Since: 1.0
 */
const char *
rua_alliance_get_hub (RuaAlliance *self)
{
  const RuaPeer *hub;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  hub = find_hub (self);
  return hub ? hub->station : NULL;
}

/**
 * rua_alliance_get_n_unsent:
 * @self: an alliance
 *
 * Gets how many facts were made here for which the hub has given no receipt. Until it is 0, this copy is the only place
 * where some work is sure to be.
 *
 * Returns: a number of facts; all that were made here, where this copy is no station of any hub
 *
 * Since: 1.0
 */
guint64
rua_alliance_get_n_unsent (RuaAlliance *self)
{
  RuaLog *log;
  const RuaPeer *hub;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), 0);
  log = rua_alliance_peek_log (self);
  if (!log || !rua_log_get_station (log))
    return 0;
  hub = find_hub (self);
  return (guint64) (rua_log_get_next_sequence (log, rua_log_get_station (log)) - 1 - (hub ? hub->sent : 0));
}

/* ---- sending ---- */

/* The latest version in which a kind or field of the built-in schema came. */
static char *
dup_schema_version (RuaAlliance *self)
{
  g_autoptr (GListModel) kinds = rua_schema_list_kinds (rua_alliance_get_schema (self));
  const char *latest = "1.0";

  for (guint k = 0; k < g_list_model_get_n_items (kinds); k++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, k);

    for (guint f = 0; f < rua_kind_get_n_fields (kind); f++) {
      const char *since = rua_field_get_since (rua_kind_get_field (kind, f));

      if (since && g_ascii_strtod (since, NULL) > g_ascii_strtod (latest, NULL))
        latest = since;
    }
  }
  return g_strdup (latest);
}

/* Kinds and fields of one's own, as the document has them; or NULL. */
static char *
dup_own_schema (RuaAlliance *self)
{
  g_autoptr (GBytes) head = rua_alliance_head_to_json (self);
  gsize length;
  const char *json = g_bytes_get_data (head, &length);
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, length, NULL);

  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return NULL;
  while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_NAME) {
    gboolean is_schema = strcmp (rua_json_scanner_get_text (scanner, &length), "schema") == 0;
    g_autoptr (GString) compact = g_string_new (NULL);

    rua_json_scanner_next (scanner, NULL);
    if (!rua_json_scanner_copy_value (scanner, compact, NULL))
      return NULL;
    if (is_schema)
      return g_strdup (compact->str);
  }
  return NULL;
}

static gboolean
concerns (gpointer data, const RuaFactData *fact)
{
  return rua_part_has_fact (data, fact);
}

/**
 * rua_alliance_export_changes:
 * @self: an alliance that is enrolled
 * @to: (nullable): a station that is enrolled here, or %NULL for the hub
 * @after: -1, or of the facts made here the last that need not be sent
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Writes what @to does not have as an exchange file: to a hub what was done here since the last receipt; to a station
 * what all others have done, and a receipt for what came from it. To a station that is given a part of the alliance it
 * writes all of that part each time. Nothing is changed here: until a receipt comes, all of
 * it is sent again, so that nothing is lost with a file that is lost.
 *
 * Returns: (transfer full): the bytes of an exchange file, or %NULL and an error of the domain `RUA_ERROR` where no such
 *   station is enrolled, or `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
GBytes *
rua_alliance_export_changes (RuaAlliance *self, const char *to, gint64 after, GCancellable *cancellable, GError **error)
{
  RuaExchangeWriting writing = { .to = to, .after = after, .cancellable = cancellable };
  g_autofree char *version = NULL;
  g_autofree char *own = NULL;
  g_autoptr (RuaPart) part = NULL;
  g_autoptr (GArray) records = NULL;
  GStringChunk *texts;
  const RuaPeer *peer;
  RuaLog *log;
  GBytes *bytes;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  log = expect_log (self, error);
  if (!log || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!to && !find_hub (self)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "this copy is the station of no hub; say to which station this goes");
    return NULL;
  }
  if (!to)
    writing.to = find_hub (self)->station;
  version = dup_schema_version (self);
  writing.schema = version;
  own = dup_own_schema (self);
  writing.own_schema = own;
  peer = rua_roster_find (rua_log_get_roster (log), writing.to);
  if (!peer || peer->is_hub || !peer->part)
    return rua_batch_write (log, &writing, error);
  part = rua_part_new (self, peer->part, error);
  if (!part)
    return NULL;
  texts = g_string_chunk_new (65536);
  writing.records = records = rua_part_list_records (part, texts);
  writing.concerns = concerns;
  writing.data = part;
  bytes = rua_batch_write (log, &writing, error);
  g_string_chunk_free (texts);
  return bytes;
}

/**
 * rua_alliance_send:
 * @self: an alliance that is enrolled
 * @to: (nullable): a station that is enrolled here, or %NULL for the hub
 * @after: -1, or of the facts made here the last that need not be sent
 * @place: a path or a `file:` URI, or `-` for standard output
 * @flags: how to save
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Writes an exchange file, as [method@RuralAlliance.Alliance.export_changes] does, to a place. All of it is there
 * afterwards or nothing. It can be read by its owner only, for it holds what was recorded, unencrypted.
 *
 * Returns: %TRUE, or %FALSE and an error
 *
 * Since: 1.0
 */
gboolean
rua_alliance_send (RuaAlliance *self, const char *to, gint64 after, const char *place, RuaSaveFlags flags, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaLocation) where = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (place != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  where = rua_location_new (place);
  if (!rua_location_check_write (where, flags, error))
    return FALSE;
  bytes = rua_alliance_export_changes (self, to, after, cancellable, error);
  return bytes && rua_location_write (where, bytes, flags, cancellable, error);
}
