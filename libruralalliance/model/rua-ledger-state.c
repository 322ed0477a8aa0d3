/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-ledger-state-private.h"

#include <string.h>

#include "rua-table-core-private.h"

/* Which records are there. A record is there when the facts say so and it can be shown: it knows its
 * required fields, and those it must refer to are there. One that was removed stays when a record
 * that is there refers to it. */

void
rua_ledger_state_init (RuaLedgerState *self, RuaLedger *ledger)
{
  self->ledger = ledger;
  self->records = g_array_new (FALSE, TRUE, sizeof (RuaLedgerRecord));
  g_array_set_size (ledger->marks, ledger->log->records->len);
}

void
rua_ledger_state_clear (RuaLedgerState *self)
{
  for (guint i = 0; i < self->records->len; i++)
    g_array_index (self->ledger->marks, guint32, g_array_index (self->records, RuaLedgerRecord, i).record) = 0;
  g_array_unref (self->records);
}

static RuaLedgerRecord *
record_at (RuaLedgerState *self, guint i)
{
  return &g_array_index (self->records, RuaLedgerRecord, i);
}

static RuaLedgerRecord *
find_marked (RuaLedgerState *self, guint32 record)
{
  guint32 mark = record < self->ledger->marks->len ? g_array_index (self->ledger->marks, guint32, record) : 0;

  return mark ? record_at (self, mark - 1) : NULL;
}

static guint32
field_code (RuaLedgerState *self, const char *name)
{
  guint32 code;

  return rua_dictionary_find (&self->ledger->log->fields, name, strlen (name), &code) ? code : RUA_NO_NUMBER;
}

static guint32
cell_of (RuaLedgerState *self, guint32 record, guint32 code)
{
  return code == RUA_NO_NUMBER ? RUA_NO_NUMBER
                               : rua_number_index_find (&self->ledger->log->cell_keys, (guint64) record << 32 | code);
}

guint32
rua_ledger_state_find_cell (RuaLedgerState *self, const RuaLedgerRecord *record, guint field)
{
  return cell_of (self, record->record, field_code (self, rua_ledger_name_field (record->table, field)));
}

void
rua_ledger_state_add (RuaLedgerState *self, guint32 record)
{
  RuaLedger *ledger = self->ledger;
  RuaLog *log = ledger->log;
  guint64 key = log->record_keys.numbers[record];
  RuaLedgerRecord fresh = { .record = record, .row = RUA_NO_ROW, .kind = (guint) (key >> 32) };
  guint32 cell, place;
  gsize length;
  const char *name;

  if (find_marked (self, record))
    return;
  rua_ledger_find_field (ledger, fresh.kind, 0, &fresh.table);
  if (fresh.table) {
    name = rua_dictionary_get (&log->keys, (guint32) key, &length);
    fresh.row = rua_row_keys_find (ledger->keys, fresh.table, name, length);
  }
  cell = cell_of (self, record, field_code (self, RUA_FACT_RECORD));
  fresh.is_erased = rua_log_record_is_erased (log, record);
  if (fresh.is_erased)
    fresh.is_wanted = FALSE;
  else if (cell != RUA_NO_NUMBER && rua_log_cell (log, cell)->facts != RUA_NO_FACT)
    fresh.is_wanted = rua_log_fact (log, rua_log_get_current (log, cell))->value != 0;
  else
    fresh.is_wanted = (fresh.row != RUA_NO_ROW && rua_row_keys_get_place (ledger->keys, fresh.table, fresh.row) != RUA_NO_ROW)
                      || rua_ledger_get_before_place (ledger, record, &place);
  g_array_append_val (self->records, fresh);
  g_array_index (ledger->marks, guint32, record) = self->records->len;
}

/* ---- values ---- */

typedef struct {
  RuaLedgerState *state;
  gboolean is_whole;
} Targets;

static gboolean
is_target_in (gpointer data, RuaTable *table, const char *key, gsize length)
{
  Targets *targets = data;
  RuaLedger *ledger = targets->state->ledger;
  g_autofree char *name = NULL;
  guint32 record;
  RuaLedgerRecord *worked;

  targets->is_whole = FALSE;
  if (!table)
    return FALSE;
  name = g_strndup (key, length);
  record = rua_log_find_record (ledger->log, rua_kind_get_name (table->kind), name);
  worked = record != RUA_NO_NUMBER ? find_marked (targets->state, record) : NULL;
  targets->is_whole = worked ? worked->is_in : rua_row_keys_find (ledger->keys, table, key, length) != RUA_NO_ROW;
  return targets->is_whole;
}

static gboolean
is_reference (RuaColumn *column)
{
  return column->type == RUA_FIELD_TYPE_REFERENCE || column->type == RUA_FIELD_TYPE_REFERENCE_LIST;
}

static gboolean
can_show (RuaLedgerState *self, const RuaLedgerRecord *record, guint field, const char *json, gsize length, RuaWaitingReason *reason)
{
  RuaColumn *column;
  Targets targets = { self, TRUE };
  guint64 word;

  *reason = RUA_WAITING_VALUE;
  if (field == record->table->columns->len)
    return *json == '{';
  column = rua_table_column (record->table, field);
  if (!is_reference (column))
    return rua_cell_read (column, json, length, rua_table_get_money_digits (record->table), NULL, &word) == RUA_CELL_TAKEN;
  if (!rua_cell_each_target (column, json, length, is_target_in, &targets))
    return FALSE;
  *reason = RUA_WAITING_TARGET;
  return targets.is_whole;
}

static const char *
value_of (RuaLog *log, guint32 fact, gsize *length)
{
  guint32 code = rua_log_fact (log, fact)->value;

  *length = 0;
  return code ? rua_dictionary_get (&log->values, code - 1, length) : NULL;
}

/* A field that a record must know shows the newest value that it can, for a record does not go because somebody's
 * edit has come in part. */
static const char *
choose_older (RuaLedgerState *self, const RuaLedgerRecord *record, guint32 cell, guint field, gsize *length)
{
  RuaLog *log = self->ledger->log;
  g_autoptr (GArray) heads = rua_log_list_heads (log, cell), facts = rua_log_list_cell_facts (log, cell);
  RuaWaitingReason reason;
  const char *json;

  for (guint i = facts->len; i > 0; i--)
    g_array_append_val (heads, g_array_index (facts, guint, i - 1));
  for (guint i = 0; i < heads->len; i++) {
    json = value_of (log, g_array_index (heads, guint, i), length);
    if (json && can_show (self, record, field, json, *length, &reason))
      return json;
  }
  if (rua_log_get_before (log, cell, &json) && json) {
    *length = strlen (json);
    if (can_show (self, record, field, json, *length, &reason))
      return json;
  }
  return NULL;
}

const char *
rua_ledger_state_choose (RuaLedgerState *self,
                         const RuaLedgerRecord *record,
                         guint32 cell,
                         guint field,
                         gsize *length,
                         gboolean *is_waiting,
                         RuaWaitingReason *reason)
{
  RuaLog *log = self->ledger->log;
  gboolean is_required = field < record->table->columns->len && rua_table_column (record->table, field)->field->required;
  const char *json;

  if (rua_log_cell (log, cell)->facts != RUA_NO_FACT)
    json = value_of (log, rua_log_get_current (log, cell), length);
  else if (rua_log_get_before (log, cell, &json) && json)
    *length = strlen (json);
  *reason = RUA_WAITING_MISSING;
  *is_waiting = json ? !can_show (self, record, field, json, *length, reason) : is_required;
  if (!*is_waiting)
    return json;
  return is_required && rua_log_cell (log, cell)->facts != RUA_NO_FACT ? choose_older (self, record, cell, field, length) : NULL;
}

/* ---- who refers to whom ---- */

typedef void (*TargetRecord) (RuaLedgerState *self, guint32 record);

typedef struct {
  RuaLedgerState *state;
  TargetRecord found;
} Visit;

static gboolean
visit_target (gpointer data, RuaTable *table, const char *key, gsize length)
{
  Visit *visit = data;
  g_autofree char *name = g_strndup (key, length);
  guint32 record = table ? rua_log_find_record (visit->state->ledger->log, rua_kind_get_name (table->kind), name) : RUA_NO_NUMBER;

  if (record != RUA_NO_NUMBER)
    visit->found (visit->state, record);
  return TRUE;
}

static void
visit_row (RuaLedgerState *self, RuaTable *table, guint32 row, TargetRecord found)
{
  guint32 record = rua_log_find_record (self->ledger->log, rua_kind_get_name (table->kind), rua_row_keys_name (self->ledger->keys, table, row));

  if (record != RUA_NO_NUMBER)
    found (self, record);
}

static void
visit_word (RuaLedgerState *self, RuaColumn *column, guint32 row, TargetRecord found)
{
  RuaTable *table;
  guint32 target;

  if (column->type == RUA_FIELD_TYPE_REFERENCE) {
    if (rua_column_read_reference (column, row, &table, &target))
      visit_row (self, table, target, found);
    return;
  }
  for (guint i = 0; i < rua_column_get_n_references (column, row); i++)
    if (rua_column_read_reference_at (column, row, i, &table, &target))
      visit_row (self, table, target, found);
}

/* Those records of the log that a record refers to: by all that it could show, or by what it does. */
static void
visit_references (RuaLedgerState *self, guint at, gboolean by_all, TargetRecord found)
{
  RuaLog *log = self->ledger->log;
  Visit visit = { self, found };

  for (guint field = 1; field < record_at (self, at)->table->columns->len; field++) {
    RuaLedgerRecord *record = record_at (self, at);
    RuaColumn *column = rua_table_column (record->table, field);
    guint32 cell, row = record->row;
    const char *json;
    gsize length;
    gboolean is_waiting;
    RuaWaitingReason reason;

    if (!is_reference (column))
      continue;
    cell = rua_ledger_state_find_cell (self, record, field);
    if (!rua_log_cell_is_told (log, cell)) {
      if (row != RUA_NO_ROW && rua_column_is_known (column, row))
        visit_word (self, column, row, found);
      continue;
    }
    if (!by_all) {
      json = rua_ledger_state_choose (self, record, cell, field, &length, &is_waiting, &reason);
      if (json)
        rua_cell_each_target (column, json, length, visit_target, &visit);
      continue;
    }
    for (guint32 fact = rua_log_cell (log, cell)->facts; fact != RUA_NO_FACT; fact = rua_log_fact (log, fact)->next_in_cell) {
      if (!column->field->required && fact != rua_log_get_current (log, cell))
        continue;
      json = value_of (log, fact, &length);
      if (json)
        rua_cell_each_target (column, json, length, visit_target, &visit);
    }
    if (rua_log_get_before (log, cell, &json) && json && (column->field->required || rua_log_cell (log, cell)->facts == RUA_NO_FACT))
      rua_cell_each_target (column, json, strlen (json), visit_target, &visit);
  }
}

/* A record that was removed, but is referred to, may have to stay. */
static void
add_candidate (RuaLedgerState *self, guint32 record)
{
  rua_ledger_state_add (self, record);
  find_marked (self, record)->is_candidate = TRUE;
}

static gboolean
may_be_in (const RuaLedgerRecord *record)
{
  return record->table && !record->is_erased && (record->is_wanted || record->is_candidate);
}

static void
add_candidates (RuaLedgerState *self)
{
  g_autoptr (GArray) done = g_array_new (FALSE, TRUE, sizeof (gboolean));
  gboolean is_more = TRUE;

  /* One that becomes a candidate refers to others itself. */
  while (is_more) {
    is_more = FALSE;
    g_array_set_size (done, self->records->len);
    for (guint i = 0; i < self->records->len; i++) {
      if (i < done->len && (g_array_index (done, gboolean, i) || !may_be_in (record_at (self, i))))
        continue;
      if (i >= done->len) {
        is_more = TRUE;
        break;
      }
      g_array_index (done, gboolean, i) = TRUE;
      is_more = TRUE;
      visit_references (self, i, TRUE, add_candidate);
    }
  }
}

/* ---- those who can be shown ---- */

static gboolean
is_complete (RuaLedgerState *self, const RuaLedgerRecord *record)
{
  RuaLog *log = self->ledger->log;
  RuaTable *table = record->table;

  for (guint r = 0; r < table->required->len; r++) {
    guint field = g_array_index (table->required, guint, r);
    guint32 cell;
    gsize length;
    gboolean is_waiting;
    RuaWaitingReason reason;

    if (field == 0) {
      if (!rua_row_key_get_id (rua_log_text (&log->keys, (guint32) log->record_keys.numbers[record->record])))
        return FALSE;
      continue;
    }
    cell = rua_ledger_state_find_cell (self, record, field);
    if (rua_log_cell_is_told (log, cell)) {
      if (!rua_ledger_state_choose (self, record, cell, field, &length, &is_waiting, &reason))
        return FALSE;
    } else if (record->row == RUA_NO_ROW || !rua_column_is_known (rua_table_column (table, field), record->row))
      return FALSE;
  }
  return TRUE;
}

/* The greatest set in which everybody can be shown: those who need one another may. */
static void
drop_incomplete (RuaLedgerState *self)
{
  gboolean is_settled = FALSE;

  for (guint i = 0; i < self->records->len; i++)
    record_at (self, i)->is_in = may_be_in (record_at (self, i));
  while (!is_settled) {
    is_settled = TRUE;
    for (guint i = 0; i < self->records->len; i++) {
      RuaLedgerRecord *record = record_at (self, i);

      if (!record->is_in || is_complete (self, record))
        continue;
      record->is_in = FALSE;
      is_settled = FALSE;
    }
  }
}

/* ---- those who stay because one refers to them ---- */

static void
reach (RuaLedgerState *self, guint32 record)
{
  RuaLedgerRecord *worked = find_marked (self, record);

  if (worked)
    worked->is_reached = TRUE;
}

static gboolean
is_worked_on (RuaLedgerState *self, RuaTable *table, guint32 row)
{
  guint32 record = rua_log_find_record (self->ledger->log, rua_kind_get_name (table->kind), rua_row_keys_name (self->ledger->keys, table, row));

  return record != RUA_NO_NUMBER && find_marked (self, record);
}

/* Calls @found for each record that a row refers to which is not worked on itself. */
static void
visit_others (RuaLedgerState *self, GHashTable *targets, TargetRecord found, gboolean give_referrer)
{
  RuaTables *tables = self->ledger->tables;

  for (guint t = 0; t < tables->tables->len; t++) {
    RuaTable *table = tables->tables->pdata[t];

    for (guint c = 1; c < table->columns->len; c++) {
      RuaColumn *column = rua_table_column (table, c);

      if (!is_reference (column) || (!column->any && !g_hash_table_contains (targets, rua_column_get_target (column))))
        continue;
      for (guint32 row = 0; row < table->n_rows; row++) {
        guint n = column->type == RUA_FIELD_TYPE_REFERENCE ? rua_column_is_known (column, row) : rua_column_get_n_references (column, row);

        for (guint i = 0; i < n; i++) {
          RuaTable *target;
          guint32 to, record;

          if (!(column->type == RUA_FIELD_TYPE_REFERENCE ? rua_column_read_reference (column, row, &target, &to)
                                                         : rua_column_read_reference_at (column, row, i, &target, &to)))
            continue;
          record = rua_log_find_record (self->ledger->log, rua_kind_get_name (target->kind),
                                        rua_row_keys_name (self->ledger->keys, target, to));
          if (record == RUA_NO_NUMBER || !find_marked (self, record) || is_worked_on (self, table, row))
            continue;
          if (!give_referrer)
            found (self, record);
          else if (!find_marked (self, record)->is_in)
            visit_row (self, table, row, found);
        }
      }
    }
  }
}

static void
keep_referred (RuaLedgerState *self)
{
  g_autoptr (GHashTable) targets = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autofree gboolean *is_done = g_new0 (gboolean, self->records->len);
  gboolean is_more = FALSE;

  for (guint i = 0; i < self->records->len; i++) {
    RuaLedgerRecord *record = record_at (self, i);

    if (record->is_wanted || !record->is_in)
      continue;
    is_more = TRUE;
    if (record->row != RUA_NO_ROW)
      g_hash_table_add (targets, record->table);
  }
  if (!is_more)
    return;
  if (g_hash_table_size (targets))
    visit_others (self, targets, reach, FALSE);
  while (is_more) {
    is_more = FALSE;
    for (guint i = 0; i < self->records->len; i++) {
      RuaLedgerRecord *record = record_at (self, i);

      if (is_done[i] || !record->is_in || (!record->is_wanted && !record->is_reached))
        continue;
      is_done[i] = is_more = TRUE;
      visit_references (self, i, FALSE, reach);
    }
  }
  for (guint i = 0; i < self->records->len; i++) {
    RuaLedgerRecord *record = record_at (self, i);

    if (!record->is_wanted && !record->is_reached)
      record->is_in = FALSE;
  }
}

/* A removed record that stands in its table may be referred to by rows that nobody touched. */
static void
mark_standing (RuaLedgerState *self)
{
  for (guint i = 0; i < self->records->len; i++)
    if (!record_at (self, i)->is_wanted && record_at (self, i)->row != RUA_NO_ROW)
      record_at (self, i)->is_candidate = TRUE;
}

void
rua_ledger_state_settle (RuaLedgerState *self)
{
  g_autoptr (GHashTable) leaving = g_hash_table_new (g_direct_hash, g_direct_equal);
  guint n;

  do {
    n = self->records->len;
    mark_standing (self);
    add_candidates (self);
    for (guint i = 0; i < self->records->len; i++)
      record_at (self, i)->is_reached = FALSE;
    drop_incomplete (self);
    keep_referred (self);
    /* Who refers to one that goes has to be looked at as well. */
    g_hash_table_remove_all (leaving);
    for (guint i = 0; i < self->records->len; i++)
      if (!record_at (self, i)->is_in && record_at (self, i)->row != RUA_NO_ROW)
        g_hash_table_add (leaving, record_at (self, i)->table);
    n = self->records->len;
    if (g_hash_table_size (leaving))
      visit_others (self, leaving, rua_ledger_state_add, TRUE);
  } while (self->records->len > n);
}
