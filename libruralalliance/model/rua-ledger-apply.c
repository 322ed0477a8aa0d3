/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-ledger-erase-private.h"
#include "rua-ledger-state-private.h"

#include <string.h>

#include "rua-kinds-private.h"
#include "rua-table-core-private.h"

/* Brings the tables to what the log says. */

typedef struct {
  RuaRecord *record;
  guint field;
} Told;

typedef struct {
  RuaTable *table;
  guint n_before;   /* records, as those know who listen */
  guint32 from;     /* rows from here on have come, and nothing else happened, where */
  gboolean is_tail;
} Moved;

typedef struct {
  RuaLedger *ledger;
  RuaLedgerState state;
  GArray *told;  /* of Told, who hold their records */
  GArray *moved; /* of Moved */
  gboolean has_moved; /* a record came, or went */
} Applying;

static RuaLedgerRecord *
record_at (Applying *self, guint i)
{
  return &g_array_index (self->state.records, RuaLedgerRecord, i);
}

static Moved *
note_rows (Applying *self, RuaTable *table, gboolean is_tail)
{
  Moved fresh = { table, table->n_records, table->n_rows, TRUE };

  for (guint i = 0; i < self->moved->len; i++) {
    Moved *moved = &g_array_index (self->moved, Moved, i);

    if (moved->table == table) {
      moved->is_tail &= is_tail;
      return moved;
    }
  }
  fresh.is_tail = is_tail;
  g_array_append_val (self->moved, fresh);
  return &g_array_index (self->moved, Moved, self->moved->len - 1);
}

/* ---- order ---- */

typedef struct {
  guint32 place; /* in the baseline, or RUA_NO_ROW */
  guint32 fact;  /* that made it first */
  guint32 row;
} Rank;

static Rank
rank_of (RuaLedger *self, RuaTable *table, guint32 row)
{
  RuaLog *log = self->log;
  Rank rank = { rua_row_keys_get_place (self->keys, table, row), RUA_NO_FACT, row };
  guint cell;

  if (rank.place != RUA_NO_ROW)
    return rank;
  cell = rua_log_find_cell (log, rua_kind_get_name (table->kind), rua_row_keys_name (self->keys, table, row), RUA_FACT_RECORD);
  for (guint32 fact = cell == RUA_NO_FACT ? RUA_NO_FACT : rua_log_cell (log, cell)->facts; fact != RUA_NO_FACT;
       fact = rua_log_fact (log, fact)->next_in_cell)
    if (rua_log_fact (log, fact)->value && (rank.fact == RUA_NO_FACT || rua_log_compare (log, fact, rank.fact) < 0))
      rank.fact = fact;
  return rank;
}

static gint
compare_ranks (gconstpointer a, gconstpointer b, gpointer data)
{
  const Rank *x = a, *y = b;

  if (x->place != y->place)
    return x->place < y->place ? -1 : 1;
  if (x->place != RUA_NO_ROW || x->fact == y->fact)
    return 0;
  if (x->fact == RUA_NO_FACT || y->fact == RUA_NO_FACT)
    return x->fact == RUA_NO_FACT ? 1 : -1;
  return rua_log_compare (data, x->fact, y->fact);
}

/* Against the living rows before and behind it. */
static gboolean
is_in_order (RuaLedger *self, RuaTable *table, guint32 row)
{
  Rank rank = rank_of (self, table, row), other;
  guint32 before = row, behind = row + 1;

  while (before > 0 && !rua_table_is_alive (table, before - 1))
    before--;
  while (behind < table->n_rows && !rua_table_is_alive (table, behind))
    behind++;
  if (before > 0) {
    other = rank_of (self, table, before - 1);
    if (compare_ranks (&other, &rank, self->log) > 0)
      return FALSE;
  }
  if (behind < table->n_rows) {
    other = rank_of (self, table, behind);
    return compare_ranks (&rank, &other, self->log) <= 0;
  }
  return TRUE;
}

static void
reorder (Applying *self, RuaTable *table)
{
  RuaLedger *ledger = self->ledger;
  g_autoptr (GArray) ranks = g_array_sized_new (FALSE, FALSE, sizeof (Rank), table->n_records);
  g_autofree guint32 *order = g_new (guint32, MAX (1, table->n_records));
  gboolean is_sorted = TRUE;

  for (guint32 row = 0; row < table->n_rows; row++) {
    Rank rank;

    if (!rua_table_is_alive (table, row))
      continue;
    rank = rank_of (ledger, table, row);
    if (ranks->len && compare_ranks (&g_array_index (ranks, Rank, ranks->len - 1), &rank, ledger->log) > 0)
      is_sorted = FALSE;
    g_array_append_val (ranks, rank);
  }
  if (is_sorted)
    return;
  g_array_sort_with_data (ranks, compare_ranks, ledger->log);
  for (guint i = 0; i < ranks->len; i++)
    order[i] = g_array_index (ranks, Rank, i).row;
  note_rows (self, table, FALSE);
  rua_table_reorder (table, order, ranks->len);
  rua_row_keys_reorder (ledger->keys, table, order, ranks->len);
}

/* ---- rows and cells ---- */

static void
make_row (Applying *self, RuaLedgerRecord *record)
{
  RuaLedger *ledger = self->ledger;
  const char *key = rua_log_text (&ledger->log->keys, (guint32) ledger->log->record_keys.numbers[record->record]);
  const char *id = rua_row_key_get_id (key);
  RuaColumn *ids = rua_table_column (record->table, 0);
  guint32 place;

  note_rows (self, record->table, TRUE);
  record->row = rua_table_make_row (record->table);
  if (id)
    rua_table_write_cell (record->table, record->row, 0, TRUE, rua_dictionary_intern (&ids->dictionary, id, strlen (id)));
  if (rua_ledger_get_before_place (ledger, record->record, &place) || rua_row_key_get_place (key, strlen (key), &place))
    rua_row_keys_set_place (ledger->keys, record->table, record->row, place);
  else if (!id)
    rua_row_keys_set_made (ledger->keys, record->table, record->row, key);
}

static void
add_waiting (Applying *self, guint32 record, guint32 cell, const char *field, RuaWaitingReason reason)
{
  RuaLedger *ledger = self->ledger;
  GArray *list = g_hash_table_lookup (ledger->waiting, GUINT_TO_POINTER (record));
  RuaWaitingCell waiting = { 0, reason };

  waiting.field = field ? rua_dictionary_intern (&ledger->log->fields, field, strlen (field))
                        : (guint32) ledger->log->cell_keys.numbers[cell];
  if (!list) {
    list = g_array_new (FALSE, FALSE, sizeof (RuaWaitingCell));
    g_hash_table_insert (ledger->waiting, GUINT_TO_POINTER (record), list);
  }
  g_array_append_val (list, waiting);
}

static guint64
read_word (Applying *self, RuaTable *table, guint field, const char *json, gsize length)
{
  guint64 word = 0;

  if (field == table->columns->len)
    return rua_dictionary_intern (&table->extra->dictionary, json, length);
  rua_cell_read (rua_table_column (table, field), json, length, rua_table_get_money_digits (table), &self->ledger->names, &word);
  return word;
}

static void
write_cell (Applying *self, RuaLedgerRecord *record, guint field, const char *json, gsize length)
{
  RuaTable *table = record->table;
  guint64 word = json ? read_word (self, table, field, json, length) : 0, old = 0;
  gboolean is_known = rua_table_read_cell (table, record->row, field, &old);
  RuaRecord *window;

  if (json ? is_known && old == word : !is_known)
    return;
  rua_table_write_cell (table, record->row, field, json != NULL, word);
  window = field < table->columns->len ? rua_table_peek_window (table, record->row) : NULL;
  if (window) {
    Told told = { g_object_ref (window), field };

    g_array_append_val (self->told, told);
  }
}

/* Amounts stand in the tables in the smallest units of the currency that is shown: another one, with other decimals, waits
 * for as long as there are any. */
static gboolean
is_other_money (Applying *self, RuaLedgerRecord *record, guint field, const char *json, gsize length)
{
  g_autofree char *currency = json && length > 2 ? g_strndup (json + 1, length - 2) : NULL;

  return rua_ledger_is_singleton (record->table) && field == RUA_PROFILE_FIELD_CURRENCY && !rua_alliance_check_currency (self->ledger->alliance, currency, NULL);
}

static void
write_record (Applying *self, guint i)
{
  RuaLedgerRecord *record = record_at (self, i);
  RuaLog *log = self->ledger->log;

  for (guint32 cell = g_array_index (log->records, RuaLogRecord, record->record).cells; cell != RUA_NO_NUMBER;
       cell = rua_log_cell (log, cell)->next_in_record) {
    guint32 code = (guint32) log->cell_keys.numbers[cell];
    RuaTable *table;
    const char *json;
    gsize length = 0;
    gboolean is_waiting;
    RuaWaitingReason reason;
    gint field = rua_ledger_find_field (self->ledger, record->kind, code, &table);

    if (*rua_log_text (&log->fields, code) == '\0')
      continue;
    if (field < 0) {
      if (rua_log_cell (log, cell)->facts != RUA_NO_FACT && rua_log_fact (log, rua_log_get_current (log, cell))->value)
        add_waiting (self, record->record, cell, NULL, RUA_WAITING_FIELD);
      continue;
    }
    if (!rua_log_cell_is_told (log, cell))
      continue;
    json = rua_ledger_state_choose (&self->state, record, cell, (guint) field, &length, &is_waiting, &reason);
    if (is_other_money (self, record, (guint) field, json, length)) {
      add_waiting (self, record->record, cell, NULL, RUA_WAITING_VALUE);
      continue;
    }
    if (is_waiting && rua_log_cell (log, cell)->facts != RUA_NO_FACT)
      add_waiting (self, record->record, cell, NULL, reason);
    write_cell (self, record, (guint) field, json, length);
  }
}

static void
tell_missing (Applying *self, RuaLedgerRecord *record)
{
  RuaLog *log = self->ledger->log;

  for (guint r = 0; r < record->table->required->len; r++) {
    guint field = g_array_index (record->table->required, guint, r);
    const char *name = rua_ledger_name_field (record->table, field);
    guint32 cell = field ? rua_ledger_state_find_cell (&self->state, record, field) : RUA_NO_NUMBER;
    gsize length;
    gboolean is_waiting = TRUE;
    RuaWaitingReason reason = RUA_WAITING_MISSING;

    if (field == 0 && rua_row_key_get_id (rua_log_text (&log->keys, (guint32) log->record_keys.numbers[record->record])))
      continue;
    if (rua_log_cell_is_told (log, cell) && rua_ledger_state_choose (&self->state, record, cell, field, &length, &is_waiting, &reason))
      continue;
    if (!rua_log_cell_is_told (log, cell) && record->row != RUA_NO_ROW && rua_column_is_known (rua_table_column (record->table, field), record->row))
      continue;
    add_waiting (self, record->record, RUA_NO_NUMBER, name, reason);
  }
}

static void
settle_waiting (Applying *self, RuaLedgerRecord *record)
{
  RuaLog *log = self->ledger->log;
  guint32 code, cell;

  if (record->is_erased)
    return;
  if (!record->table) {
    add_waiting (self, record->record, RUA_NO_NUMBER, RUA_FACT_RECORD, RUA_WAITING_KIND);
    return;
  }
  if (record->is_wanted) {
    tell_missing (self, record);
    return;
  }
  /* Facts of its fields, but none that makes it or removes it. */
  if (rua_dictionary_find (&log->fields, RUA_FACT_RECORD, 0, &code)) {
    cell = rua_number_index_find (&log->cell_keys, (guint64) record->record << 32 | code);
    if (cell != RUA_NO_NUMBER && rua_log_cell (log, cell)->facts != RUA_NO_FACT)
      return;
  }
  for (cell = g_array_index (log->records, RuaLogRecord, record->record).cells; cell != RUA_NO_NUMBER;
       cell = rua_log_cell (log, cell)->next_in_record)
    if (rua_log_cell (log, cell)->facts != RUA_NO_FACT) {
      add_waiting (self, record->record, RUA_NO_NUMBER, RUA_FACT_RECORD, RUA_WAITING_RECORD);
      return;
    }
}

static gint
compare_new (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_ranks (a, b, ((RuaLedger *) data)->log);
}

/* Rows for all who come, in their order, before any cell refers to one. */
static void
make_rows (Applying *self)
{
  RuaLedger *ledger = self->ledger;
  RuaLog *log = ledger->log;
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (Rank));
  guint32 code = 0;

  rua_dictionary_find (&log->fields, RUA_FACT_RECORD, 0, &code);
  for (guint i = 0; i < self->state.records->len; i++) {
    RuaLedgerRecord *record = record_at (self, i);
    Rank rank = { RUA_NO_ROW, RUA_NO_FACT, i };
    guint32 cell;

    if (!record->is_in || record->row != RUA_NO_ROW)
      continue;
    rua_ledger_get_before_place (ledger, record->record, &rank.place);
    cell = rua_number_index_find (&log->cell_keys, (guint64) record->record << 32 | code);
    for (guint32 fact = cell == RUA_NO_NUMBER ? RUA_NO_FACT : rua_log_cell (log, cell)->facts; fact != RUA_NO_FACT;
         fact = rua_log_fact (log, fact)->next_in_cell)
      if (rua_log_fact (log, fact)->value && (rank.fact == RUA_NO_FACT || rua_log_compare (log, fact, rank.fact) < 0))
        rank.fact = fact;
    g_array_append_val (fresh, rank);
  }
  g_array_sort_with_data (fresh, compare_new, ledger);
  self->has_moved |= fresh->len > 0;
  for (guint i = 0; i < fresh->len; i++)
    make_row (self, record_at (self, g_array_index (fresh, Rank, i).row));
}

static void
check_order (Applying *self)
{
  g_autoptr (GHashTable) wrong = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint i = 0; i < self->state.records->len; i++) {
    RuaLedgerRecord *record = record_at (self, i);

    if (record->is_in && !g_hash_table_contains (wrong, record->table) && !is_in_order (self->ledger, record->table, record->row))
      g_hash_table_add (wrong, record->table);
  }
  for (guint t = 0; t < rua_tables_get_n (self->ledger->tables); t++)
    if (g_hash_table_contains (wrong, rua_tables_get_at (self->ledger->tables, t)))
      reorder (self, rua_tables_get_at (self->ledger->tables, t));
}

/* What the baseline said, before a fact that came from elsewhere replaces it. */
static void
keep_before (RuaLedger *self, guint32 record, guint32 cell)
{
  RuaLog *log = self->log;
  guint64 key = log->record_keys.numbers[record];
  RuaTable *table;
  gint field = rua_ledger_find_field (self, (guint32) (key >> 32), (guint32) log->cell_keys.numbers[cell], &table);
  guint32 row;
  gsize length;
  const char *name;
  g_autofree char *before = NULL;

  if (!table || rua_log_get_before (log, cell, NULL))
    return;
  name = rua_dictionary_get (&log->keys, (guint32) key, &length);
  row = rua_row_keys_find (self->keys, table, name, length);
  if (row == RUA_NO_ROW || rua_row_keys_get_place (self->keys, table, row) == RUA_NO_ROW)
    return;
  /* The one record of a kind that has but one has the place, whoever made it. */
  if (rua_ledger_is_singleton (table) && rua_ledger_is_made (self, record) && !self->has_profile)
    return;
  if (*rua_log_text (&log->fields, (guint32) log->cell_keys.numbers[cell]) == '\0')
    before = rua_ledger_dup_record_before (self, table, row, name, NULL, NULL);
  else if (field > 0)
    before = rua_ledger_dup_cell (self, table, row, (guint) field, &self->names);
  rua_log_set_before (log, cell, before);
}

static void
apply (Applying *self)
{
  RuaLedger *ledger = self->ledger;

  rua_ledger_state_settle (&self->state);
  for (guint i = 0; i < self->state.records->len; i++) {
    RuaLedgerRecord *record = record_at (self, i);

    g_hash_table_remove (ledger->waiting, GUINT_TO_POINTER (record->record));
    if (record->is_in && !record->is_wanted)
      g_hash_table_add (ledger->kept, GUINT_TO_POINTER (record->record));
    else
      g_hash_table_remove (ledger->kept, GUINT_TO_POINTER (record->record));
  }
  make_rows (self);
  for (guint i = 0; i < self->state.records->len; i++)
    if (record_at (self, i)->is_in)
      write_record (self, i);
    else
      settle_waiting (self, record_at (self, i));
  for (guint i = 0; i < self->state.records->len; i++) {
    RuaLedgerRecord *record = record_at (self, i);

    if (record->is_in || record->row == RUA_NO_ROW)
      continue;
    note_rows (self, record->table, FALSE);
    rua_table_drop_row (record->table, record->row);
    rua_row_keys_forget (ledger->keys, record->table, record->row);
    record->row = RUA_NO_ROW;
    self->has_moved = TRUE;
  }
  check_order (self);
}

static void
announce (Applying *self)
{
  for (guint i = 0; i < self->moved->len; i++) {
    Moved *moved = &g_array_index (self->moved, Moved, i);
    guint kept = moved->is_tail ? moved->n_before : 0;

    g_list_model_items_changed (G_LIST_MODEL (moved->table), kept, moved->n_before - kept, moved->table->n_records - kept);
  }
  for (guint i = 0; i < self->told->len; i++) {
    Told *told = &g_array_index (self->told, Told, i);

    /* One that has left its table meanwhile keeps what it last knew. */
    if (rua_record_get_table (told->record))
      rua_record_announce (told->record, told->field);
    g_object_unref (told->record);
  }
}

static void
add_all_of (RuaLedgerState *state, GHashTable *records)
{
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, &record, NULL))
    rua_ledger_state_add (state, GPOINTER_TO_UINT (record));
}

/* What waits can be shown only when a record comes, or the alliance is given a kind or a field; its own facts are
 * looked at in any case. */
static gboolean
may_help_waiting (RuaLedger *self, guint first)
{
  RuaLog *log = self->log;

  if (g_hash_table_size (self->waiting) == 0)
    return FALSE;
  for (guint fact = first; fact < log->facts->len; fact++) {
    guint32 cell = rua_log_fact (log, fact)->cell;

    if (*rua_log_text (&log->fields, (guint32) log->cell_keys.numbers[cell]) == '\0'
        || g_hash_table_contains (self->waiting, GUINT_TO_POINTER (rua_log_get_cell_record (log, cell))))
      return TRUE;
  }
  return FALSE;
}

/* Who refers to those that go refers to them no more; then they go. */
static void
take_out (Applying *self, const RuaErasing *erasing)
{
  RuaLedger *ledger = self->ledger;

  for (guint t = 0; t < erasing->n_tables; t++) {
    RuaTable *table = rua_tables_get_at (ledger->tables, t);

    for (guint field = 1; field < table->columns->len; field++)
      for (guint32 row = 0; row < table->n_rows; row++) {
        RuaLedgerRecord record = { .table = table, .row = row };
        g_autofree char *json = NULL, *left = NULL;

        if (!rua_table_is_alive (table, row) || rua_erasing_is_gone (erasing, table, row) || !rua_erasing_refers (erasing, rua_table_column (table, field), row))
          continue;
        json = rua_ledger_dup_cell (ledger, table, row, field, &ledger->names);
        if (rua_ledger_map_erased (ledger, rua_kind_get_name (rua_table_get_kind (table)), rua_ledger_name_field (table, field), json, strlen (json), &left))
          write_cell (self, &record, field, left, left ? strlen (left) : 0);
      }
  }
  for (guint t = 0; t < erasing->n_tables; t++) {
    RuaTable *table = rua_tables_get_at (ledger->tables, t);

    for (guint32 row = 0; row < table->n_rows; row++) {
      if (!rua_table_is_alive (table, row) || !rua_erasing_is_gone (erasing, table, row))
        continue;
      note_rows (self, table, FALSE);
      rua_table_drop_row (table, row);
      rua_row_keys_forget (ledger->keys, table, row);
    }
  }
}

static gboolean
run (RuaLedger *ledger, guint first, gboolean by_all, RuaTable *pending, guint n_before)
{
  RuaLog *log = ledger->log;
  Applying self = { .ledger = ledger };
  gboolean is_announced = FALSE, is_new_schema, sees_waiting;
  g_autoptr (GObject) owner G_GNUC_UNUSED = g_object_ref (G_OBJECT (ledger->alliance));

  is_new_schema = rua_ledger_refresh_kinds (ledger);
  by_all |= ledger->needs_all;
  ledger->needs_all = FALSE;
  self.told = g_array_new (FALSE, FALSE, sizeof (Told));
  self.moved = g_array_new (FALSE, FALSE, sizeof (Moved));
  if (rua_ledger_must_erase (ledger, first, is_new_schema)) {
    RuaErasing erasing;

    rua_ledger_find_erased (ledger, &erasing);
    take_out (&self, &erasing);
    rua_erasing_clear (&erasing);
    rua_ledger_rewrite (ledger);
    by_all = TRUE;
  }
  for (guint fact = first; fact < log->facts->len; fact++) {
    guint32 cell = rua_log_fact (log, fact)->cell;

    keep_before (ledger, rua_log_get_cell_record (log, cell), cell);
  }
  rua_ledger_state_init (&self.state, ledger);
  for (guint fact = first; fact < log->facts->len; fact++)
    rua_ledger_state_add (&self.state, rua_log_get_cell_record (log, rua_log_fact (log, fact)->cell));
  for (guint32 record = 0; by_all && record < log->records->len; record++)
    rua_ledger_state_add (&self.state, record);
  sees_waiting = is_new_schema || may_help_waiting (ledger, first);
  if (sees_waiting)
    add_all_of (&self.state, ledger->waiting);
  add_all_of (&self.state, ledger->kept);
  apply (&self);
  /* One that is there only while another refers to it came or went by a reference: who waits may have waited for it. */
  if (self.has_moved && !sees_waiting && g_hash_table_size (ledger->waiting) > 0) {
    rua_ledger_state_clear (&self.state);
    rua_ledger_state_init (&self.state, ledger);
    add_all_of (&self.state, ledger->waiting);
    add_all_of (&self.state, ledger->kept);
    apply (&self);
  }
  for (guint i = 0; pending && i < self.moved->len; i++) {
    Moved *moved = &g_array_index (self.moved, Moved, i);

    if (moved->table != pending)
      continue;
    moved->n_before = n_before;
    moved->is_tail = FALSE;
    is_announced = TRUE;
  }
  announce (&self);
  rua_ledger_state_clear (&self.state);
  g_array_unref (self.told);
  g_array_unref (self.moved);
  return is_announced;
}

gboolean
rua_ledger_apply (RuaLedger *self, guint first, RuaTable *pending, guint n_before)
{
  return run (self, first, FALSE, pending, n_before);
}

void
rua_ledger_apply_all (RuaLedger *self)
{
  run (self, self->log->facts->len, TRUE, NULL, 0);
}
