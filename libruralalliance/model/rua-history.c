/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-history.h"

#include <string.h>

#include "rua-fact-private.h"
#include "rua-faults-private.h"
#include "rua-ledger-private.h"

/* What a kept log tells: who changed what and when, and how it was before. */

static RuaLedger *
expect_ledger (RuaAlliance *self, GError **error)
{
  RuaLedger *ledger = rua_alliance_peek_ledger (self);

  if (!ledger)
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
                 "this alliance keeps no log, as a JSON document does not; enroll it as a station, and save it as a .rua file");
  return ledger;
}

/**
 * rua_alliance_enroll:
 * @self: an alliance
 * @station: the name of this copy: 1 to 64 of a-z, 0-9, `.`, `_` and `-`, a letter or digit first
 * @error: where to put an error
 *
 * Makes this copy a station whose changes are kept as facts, under its name. What the alliance holds
 * when it is enrolled first is the log's baseline; what was edited before can no longer be undone. A
 * copy of an enrolled alliance is enrolled under a name of its own before it is edited: two copies that
 * write under the same name cannot be merged.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when this is no name of a station, on
 *   a snapshot, or while a change is being made
 *
 * Since: 1.0
 */
gboolean
rua_alliance_enroll (RuaAlliance *self, const char *station, GError **error)
{
  RuaLedger *ledger;
  RuaLog *log;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (station != NULL, FALSE);

  if (rua_alliance_is_snapshot (self)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "a snapshot cannot be changed; change the alliance that it was taken of");
    return FALSE;
  }
  if (rua_alliance_is_in_change (self) || rua_alliance_is_appending (self)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "a change is being made; commit it or roll it back first");
    return FALSE;
  }
  ledger = rua_alliance_peek_ledger (self);
  if (ledger) {
    if (!rua_log_set_station (ledger->log, station, error))
      return FALSE;
    rua_edits_set_ledger (rua_alliance_make_edits (self), ledger);
    return TRUE;
  }
  log = rua_log_new (NULL, station, error);
  if (!log)
    return FALSE;
  rua_alliance_take_log (self, log);
  return TRUE;
}

/**
 * rua_alliance_keeps_log:
 * @self: an alliance
 *
 * Gets whether changes are kept as facts, so that there is a history, and copies can be merged.
 *
 * Returns: %TRUE when a log is kept
 *
 * Since: 1.0
 */
gboolean
rua_alliance_keeps_log (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  return rua_alliance_peek_ledger (self) != NULL;
}

/**
 * rua_alliance_get_station:
 * @self: an alliance
 *
 * Gets under what name this copy writes its changes.
 *
 * Returns: (nullable): the station's name, or %NULL when no log is kept
 *
 * Since: 1.0
 */
const char *
rua_alliance_get_station (RuaAlliance *self)
{
  RuaLog *log;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  log = rua_alliance_peek_log (self);
  return log ? rua_log_get_station (log) : NULL;
}

/**
 * rua_alliance_get_days_ahead:
 * @self: an alliance
 * @station: the name of a station of which facts are here, or of this one
 *
 * Gets by how many whole days the clock with which a station made its facts is ahead of this machine's. It loses
 * nothing, since clocks only break ties between those who did not know of one another, but the station's side is shown
 * in each of them, and its history is told in a wrong order: set it right. One that is behind cannot be told from one
 * that was off. [method@RuralAlliance.Alliance.validate] finds them all, and merging remarks on them.
 *
 * Returns: a number of days; 0 when it is less than a day ahead, nothing of it has come, or no log is kept
 *
 * Since: 1.0
 */
guint
rua_alliance_get_days_ahead (RuaAlliance *self, const char *station)
{
  RuaLog *log;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), 0);
  g_return_val_if_fail (station != NULL, 0);

  log = rua_alliance_peek_log (self);
  return log ? rua_log_get_days_ahead (log, station) : 0;
}

typedef struct {
  gint64 clock;
  const char *station;
  gint64 sequence;
  guint index;
} Place;

static gint
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *x = a, *y = b;

  if (x->clock != y->clock)
    return x->clock < y->clock ? -1 : 1;
  if (strcmp (x->station, y->station) != 0)
    return strcmp (x->station, y->station);
  return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/**
 * rua_alliance_list_changes:
 * @self: an alliance
 *
 * Lists the changes of all stations, as they are now, the oldest first by the stations' clocks.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Change], empty when no log is kept
 *
 * Since: 1.0
 */
GListModel *
rua_alliance_list_changes (RuaAlliance *self)
{
  GListStore *list;
  RuaLog *log;
  g_autoptr (GArray) places = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  list = g_list_store_new (RUA_TYPE_CHANGE);
  log = rua_alliance_peek_log (self);
  places = g_array_new (FALSE, FALSE, sizeof (Place));
  for (guint i = 0; log && i < rua_log_get_n_changes (log); i++) {
    RuaChangeData data;
    Place place = { 0 };

    rua_log_get_change (log, i, &data);
    place = (Place){ data.clock, data.station, data.first_sequence, i };
    g_array_append_val (places, place);
  }
  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++) {
    g_autoptr (RuaChange) change = rua_change_new (log, g_array_index (places, Place, i).index);

    g_list_store_append (list, change);
  }
  return G_LIST_MODEL (list);
}

static gint
compare_facts (gconstpointer a, gconstpointer b, gpointer log)
{
  return rua_log_compare (log, *(const guint *) a, *(const guint *) b);
}

/**
 * rua_alliance_list_history:
 * @self: an alliance
 * @kind: a kind's name, for one record
 * @key: the record's key, as facts have it: the id of a record that has one
 * @error: where to put an error
 *
 * Lists what was said of a record since the log began, the oldest first by the stations' clocks; also of
 * one that was removed. Of one that was erased the list is one fact, which tells when and by whom. [method@RuralAlliance.Alliance.list_changes] tells of each change where it came from.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fact], empty when nothing was said, or %NULL and an
 *   error of the domain `RUA_ERROR` when no log is kept
 *
 * Since: 1.0
 */
GListModel *
rua_alliance_list_history (RuaAlliance *self, const char *kind, const char *key, GError **error)
{
  RuaLedger *ledger;
  RuaLog *log;
  GListStore *list;
  guint32 record;
  g_autoptr (GArray) facts = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (kind != NULL && key != NULL, NULL);

  ledger = expect_ledger (self, error);
  if (!ledger)
    return NULL;
  log = ledger->log;
  list = g_list_store_new (RUA_TYPE_FACT);
  if (rua_log_is_erased (log, kind, key)) {
    g_autoptr (RuaFact) erasure = rua_fact_new_erasure (log, kind, key);

    if (erasure)
      g_list_store_append (list, erasure);
    return G_LIST_MODEL (list);
  }
  facts = g_array_new (FALSE, FALSE, sizeof (guint));
  record = rua_log_find_record (log, kind, key);
  for (guint32 cell = record == RUA_NO_NUMBER ? RUA_NO_NUMBER : g_array_index (log->records, RuaLogRecord, record).cells;
       cell != RUA_NO_NUMBER; cell = rua_log_cell (log, cell)->next_in_record) {
    g_autoptr (GArray) of_cell = rua_log_list_cell_facts (log, cell);

    g_array_append_vals (facts, of_cell->data, of_cell->len);
  }
  g_array_sort_with_data (facts, compare_facts, log);
  for (guint i = 0; i < facts->len; i++) {
    g_autoptr (RuaFact) fact = rua_fact_new (log, g_array_index (facts, guint, i));

    g_list_store_append (list, fact);
  }
  return G_LIST_MODEL (list);
}

/**
 * rua_alliance_list_record_history:
 * @self: an alliance
 * @record: (transfer none): a record of this alliance
 * @error: where to put an error
 *
 * Lists what was said of a record, as [method@RuralAlliance.Alliance.list_history] does.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fact], or %NULL and an error of the domain
 *   `RUA_ERROR` when no log is kept, or the record is not in this alliance
 *
 * Since: 1.0
 */
GListModel *
rua_alliance_list_record_history (RuaAlliance *self, RuaRecord *record, GError **error)
{
  RuaTable *table;
  g_autofree char *key = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (RUA_IS_RECORD (record), NULL);

  if (!expect_ledger (self, error))
    return NULL;
  table = rua_record_get_table (record);
  if (!table || rua_table_get_owner (table) != G_OBJECT (self)) {
    g_autofree char *name = rua_record_to_string (record);

    g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE, "%s is not in this alliance; ask by its kind and key", name);
    return NULL;
  }
  key = rua_alliance_dup_row_key (self, table, rua_record_get_row (record));
  return rua_alliance_list_history (self, rua_kind_get_name (rua_table_get_kind (table)), key, error);
}

/* ---- as of ---- */

/* The last moment that a date, a time or a change's name means, as a clock that is greater than those of all facts
 * that are in. */
static gboolean
read_moment (RuaLog *log, const char *when, gint64 *clock, guint *last_fact, GError **error)
{
  const char *dot = strrchr (when, '.');
  gint32 day;
  RuaDatePrecision precision;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;

  *last_fact = RUA_NO_FACT;
  if (rua_date_parse (when, &day, &precision, NULL)) {
    *clock = (((gint64) rua_date_get_last_day (day, precision) + 1) * 24 * 60 * 60 * 1000) << RUA_CLOCK_COUNTER_BITS;
    return TRUE;
  }
  time = g_date_time_new_from_iso8601 (when, utc);
  if (time) {
    /* A second means all of it where no part of it is told. */
    gint64 milliseconds = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;

    *clock = (milliseconds + (strchr (when, '.') ? 1 : 1000)) << RUA_CLOCK_COUNTER_BITS;
    return TRUE;
  }
  if (dot && dot != when) {
    g_autofree char *station = g_strndup (when, (gsize) (dot - when));
    char *end;
    gint64 sequence = g_ascii_strtoll (dot + 1, &end, 10);
    guint change = *end == '\0' ? rua_log_find_change (log, station, sequence) : RUA_NO_FACT;
    RuaChangeData data;

    if (change != RUA_NO_FACT) {
      rua_log_get_change (log, change, &data);
      *last_fact = rua_log_find_fact (log, data.station, MIN (data.first_sequence + data.n_facts, rua_log_get_next_sequence (log, data.station)) - 1);
      if (*last_fact != RUA_NO_FACT)
        return TRUE;
    }
  }
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
               "“%s” is no moment of this alliance's log: write 2026-11, 2026-11-25, 2026-11-25T20:52:01Z, or a change as station.sequence", when);
  return FALSE;
}

/* The same baseline, and the facts up to a moment. */
static RuaLog *
copy_log (RuaLog *log, gint64 clock, guint last_fact)
{
  RuaLog *copy = rua_log_new (rua_log_get_lineage (log), rua_log_get_station (log), NULL);

  /* Who is erased was never there. */
  rua_log_take_erasures (copy, log);
  for (guint cell = 0; cell < rua_log_get_n_cells (log); cell++) {
    const char *kind, *key, *field, *before;
    guint other;

    /* Every record is looked at again, whether something was said of it by then or not. */
    rua_log_get_cell (log, cell, &kind, &key, &field);
    other = rua_log_make_cell (copy, kind, key, field);
    if (rua_log_get_before (log, cell, &before))
      rua_log_set_before (copy, other, before);
  }
  for (guint fact = 0; fact < rua_log_get_n_facts (log); fact++) {
    RuaFactData data;

    if (last_fact != RUA_NO_FACT ? rua_log_compare (log, fact, last_fact) > 0 : rua_log_fact (log, fact)->clock >= clock)
      continue;
    rua_log_get_fact (log, fact, &data);
    rua_log_insert (copy, &data, NULL);
  }
  for (guint change = 0; change < rua_log_get_n_changes (log); change++) {
    RuaChangeData data;

    rua_log_get_change (log, change, &data);
    if (rua_log_find_fact (copy, data.station, data.first_sequence) != RUA_NO_FACT)
      rua_log_insert_change (copy, &data, NULL);
  }
  return copy;
}

/**
 * rua_alliance_as_of:
 * @self: an alliance
 * @when: an ISO 8601 date of any precision, the end of which is meant; a time; or a change, as
 *   `station.sequence`
 * @error: where to put an error
 *
 * Gets the alliance as it was: with what was said up to a moment by the clocks of the stations, of those
 * facts that are here now. As of a moment before the log began it is the baseline. A record made since is
 * not there, one that was removed is.
 *
 * Returns: (transfer full): a snapshot, or %NULL and an error of the domain `RUA_ERROR` when no log is
 *   kept, or this is no moment
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_as_of (RuaAlliance *self, const char *when, GError **error)
{
  RuaLedger *ledger;
  RuaAlliance *past;
  gint64 clock = 0;
  guint last_fact;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (when != NULL, NULL);

  ledger = expect_ledger (self, error);
  if (!ledger || !read_moment (ledger->log, when, &clock, &last_fact, error))
    return NULL;
  past = rua_alliance_copy_with_log (self, copy_log (ledger->log, clock, last_fact));
  rua_ledger_apply_all (rua_alliance_peek_ledger (past));
  rua_alliance_freeze (past);
  return past;
}

/* ---- what waits ---- */

static const struct {
  RuaError code;
  const char *message;
  const char *mend;
} waiting_words[] = {
  [RUA_WAITING_KIND] = { RUA_ERROR_UNKNOWN_NAME, "what was said of it waits: this alliance has no such kind", "add the kind" },
  [RUA_WAITING_FIELD] = { RUA_ERROR_UNKNOWN_NAME, "what was said of it waits: the kind has no such field here", "add the field" },
  [RUA_WAITING_VALUE] = { RUA_ERROR_VALUE, "what was said last waits: the field cannot hold it here", "correct the value, or change the field" },
  [RUA_WAITING_TARGET] = { RUA_ERROR_REFERENCE, "what was said last waits: the record it refers to has not come", "take in the other stations' facts" },
  [RUA_WAITING_RECORD] = { RUA_ERROR_MISSING, "what was said of it waits: the fact that makes the record has not come", "take in the station's earlier facts" },
  [RUA_WAITING_MISSING] = { RUA_ERROR_MISSING, "a value that the record must know has not come", "take in the station's other facts, or tell the value" },
};

typedef struct {
  guint32 record;
  const char *kind;
  const char *key;
  const char *field;
  RuaWaitingReason reason;
} Waiting;

static gint
compare_waiting (gconstpointer a, gconstpointer b)
{
  const Waiting *x = a, *y = b;

  if (strcmp (x->kind, y->kind) != 0)
    return strcmp (x->kind, y->kind);
  if (strcmp (x->key, y->key) != 0)
    return strcmp (x->key, y->key);
  return strcmp (x->field, y->field);
}

/**
 * rua_alliance_list_waiting:
 * @self: an alliance
 *
 * Lists what was said, and is kept, but cannot be shown yet: of records whose beginning, or a value
 * that they must know, has not come, of records that refer to one that has not come, of kinds and
 * fields that this copy does not know. When what is missing comes, it is shown.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fault], by kind, key and field; empty when
 *   nothing waits, or no log is kept
 *
 * Since: 1.0
 */
GListModel *
rua_alliance_list_waiting (RuaAlliance *self)
{
  RuaLedger *ledger;
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (GArray) list = NULL;
  GHashTableIter iter;
  gpointer record, cells;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  ledger = rua_alliance_peek_ledger (self);
  faults = rua_faults_new (NULL, G_MAXUINT);
  if (!ledger)
    return rua_faults_to_model (faults);
  if (ledger->needs_all)
    rua_ledger_apply_all (ledger);
  list = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_hash_table_iter_init (&iter, ledger->waiting);
  while (g_hash_table_iter_next (&iter, &record, &cells)) {
    guint64 key = ledger->log->record_keys.numbers[GPOINTER_TO_UINT (record)];

    for (guint i = 0; i < ((GArray *) cells)->len; i++) {
      const RuaWaitingCell *cell = &g_array_index ((GArray *) cells, RuaWaitingCell, i);
      Waiting waiting = {
        GPOINTER_TO_UINT (record), rua_log_text (&ledger->log->kinds, (guint32) (key >> 32)), rua_log_text (&ledger->log->keys, (guint32) key),
        rua_log_text (&ledger->log->fields, cell->field), cell->reason,
      };

      g_array_append_val (list, waiting);
    }
  }
  g_array_sort (list, compare_waiting);
  for (guint i = 0; i < list->len; i++) {
    const Waiting *waiting = &g_array_index (list, Waiting, i);
    g_autofree char *key = rua_ledger_dup_told_key (ledger, waiting->record);
    RuaFaultInfo info = {
      .code = waiting_words[waiting->reason].code,
      .kind = waiting->kind,
      .key = key,
      .field = *waiting->field ? waiting->field : NULL,
      .message = waiting_words[waiting->reason].message,
      .mend = waiting_words[waiting->reason].mend,
    };

    rua_faults_add (faults, &info);
  }
  return rua_faults_to_model (faults);
}
