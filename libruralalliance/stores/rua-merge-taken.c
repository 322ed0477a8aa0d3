/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-merge-private.h"

#include <string.h>

#include "rua-exchange-private.h"
#include "rua-ledger-private.h"
#include "rua-table-core-private.h"

/* A station that has a part of the alliance does not see the ids of the others. Where it makes a record under an id that
 * was taken by one of the baseline, what the baseline says is no fact, and would be overwritten as if somebody had seen
 * it. So the hub says it as facts of its own: then both sides are there, in conflict. */

typedef struct {
  RuaAlliance *alliance;
  RuaLedger *ledger;
  guint first; /* of the facts that have come */
  RuaChangeData change;
  gint64 sequence;
} Stating;

/* The baseline's row of which a fact says, without having seen one, that it is made; or RUA_NO_ROW. */
static guint32
find_taken (Stating *self, guint index, RuaTable **table)
{
  RuaFactData fact;
  guint32 row;

  rua_log_get_fact (self->ledger->log, index, &fact);
  if (*fact.field || !fact.value || fact.n_parents
      || g_strcmp0 (fact.station, rua_log_get_station (self->ledger->log)) == 0)
    return RUA_NO_ROW;
  *table = rua_tables_find (self->ledger->tables, fact.kind);
  row = *table && !rua_ledger_is_singleton (*table)
          ? rua_row_keys_find (self->ledger->keys, *table, fact.key, strlen (fact.key))
          : RUA_NO_ROW;
  return row != RUA_NO_ROW && rua_row_keys_get_place (self->ledger->keys, *table, row) != RUA_NO_ROW
           ? row
           : RUA_NO_ROW;
}

/* Everything that is said of the cell has come just now, and by whom did not know it. */
static gboolean
is_unseen (Stating *self, guint32 cell)
{
  RuaLog *log = self->ledger->log;
  gboolean has_begin = FALSE;

  for (guint32 fact = rua_log_cell (log, cell)->facts; fact != RUA_NO_FACT;
       fact = rua_log_fact (log, fact)->next_in_cell) {
    if (fact < self->first)
      return FALSE;
    has_begin |= rua_log_fact (log, fact)->n_parents == 0;
  }
  return has_begin;
}

static void
state (Stating *self, RuaTable *table, const char *key, const char *field, const char *value)
{
  RuaFactData fact = { .station = self->change.station,
                       .sequence = self->sequence,
                       .clock = self->change.clock,
                       .kind = rua_kind_get_name (table->kind),
                       .key = key,
                       .field = field,
                       .value = value,
                       .value_length = -1,
                       .has_before = *field != '\0',
                       .before = *field ? value : NULL };

  if (rua_log_insert (self->ledger->log, &fact, NULL) == RUA_LOG_NEW)
    self->sequence++;
}

static void
state_record (Stating *self, RuaTable *table, guint32 row)
{
  RuaLog *log = self->ledger->log;
  g_autofree char *key = g_strdup (rua_row_keys_name (self->ledger->keys, table, row));
  guint cell = rua_log_find_cell (log, rua_kind_get_name (table->kind), key, RUA_FACT_RECORD);

  /* The record's own before keeps its place, as if it had been removed and come again. */
  if (!rua_log_get_before (log, cell, NULL)) {
    g_autofree char *before
      = rua_ledger_dup_record_before (self->ledger, table, row, key, NULL, NULL);

    rua_log_set_before (log, cell, before);
  }
  state (self, table, key, RUA_FACT_RECORD, RUA_FACT_THERE);
  for (guint field = 1; field <= table->columns->len; field++) {
    const char *name = rua_ledger_name_field (table, field);
    g_autofree char *value
      = rua_ledger_dup_cell (self->ledger, table, row, field, &self->ledger->names);

    cell = rua_log_find_cell (log, rua_kind_get_name (table->kind), key, name);
    if (value && cell != RUA_NO_FACT && is_unseen (self, cell))
      state (self, table, key, name, value);
  }
}

guint
rua_merge_state_taken (RuaAlliance *alliance, guint first)
{
  Stating self
    = { .alliance = alliance, .ledger = rua_alliance_peek_ledger (alliance), .first = first };
  RuaLog *log = self.ledger->log;
  guint n = rua_log_get_n_facts (log), n_taken = 0;
  g_autoptr (GHashTable) done = g_hash_table_new (g_direct_hash, g_direct_equal);

  if (!rua_log_get_station (log) || rua_roster_find_hub (rua_log_get_roster (log)))
    return 0;
  self.change.station = rua_log_get_station (log);
  self.change.clock = rua_log_get_next_clock (log);
  self.change.first_sequence = self.sequence = rua_log_get_next_sequence (log, self.change.station);
  self.change.origin = "merge";
  for (guint i = first; i < n; i++) {
    RuaTable *table = NULL;
    guint32 row = find_taken (&self, i, &table);

    if (row == RUA_NO_ROW
        || !g_hash_table_add (
          done, GUINT_TO_POINTER (rua_log_get_cell_record (log, rua_log_get_fact_cell (log, i)))))
      continue;
    state_record (&self, table, row);
    n_taken++;
  }
  self.change.n_facts = self.sequence - self.change.first_sequence;
  if (self.change.n_facts > 0)
    rua_log_insert_change (log, &self.change, NULL);
  return n_taken;
}

void
rua_merge_take_records (RuaAlliance *alliance, const GArray *records)
{
  RuaLedger *ledger = rua_alliance_peek_ledger (alliance);

  for (guint i = 0; i < records->len; i++) {
    const RuaExchangeRecord *record = &g_array_index (records, RuaExchangeRecord, i);
    RuaTable *table = rua_tables_find (ledger->tables, record->kind);
    guint32 row = table ? rua_row_keys_find (ledger->keys, table, record->key, strlen (record->key))
                        : RUA_NO_ROW;

    if (row != RUA_NO_ROW && rua_row_keys_get_place (ledger->keys, table, row) != RUA_NO_ROW)
      continue;
    if (rua_log_is_erased (ledger->log, record->kind, record->key)
        || !rua_log_insert_before (ledger->log, record->kind, record->key, record->before))
      continue;
    /* Nobody hears of it by a fact. */
    ledger->needs_all = TRUE;
    /* One that was made here, unseen: what it does not say itself is the baseline's. */
    if (row != RUA_NO_ROW)
      rua_row_keys_set_place (ledger->keys, table, row,
                              (guint32)g_ascii_strtoull (record->before + 1, NULL, 10));
  }
}
