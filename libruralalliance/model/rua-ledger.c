/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-ledger-private.h"

#include <string.h>

#include "rua-table-core-private.h"

static void
clear_kind (gpointer data)
{
  g_clear_pointer (&((RuaLedgerKind *) data)->fields, g_array_unref);
}

static const char *
name_row (gpointer data, RuaTable *table, guint32 row)
{
  return rua_row_keys_name (data, table, row);
}

static guint32
find_row (gpointer data, RuaTable *table, const char *key, gsize length)
{
  return rua_row_keys_find (data, table, key, length);
}

RuaLedger *
rua_ledger_new (RuaAlliance *alliance, RuaTables *tables, RuaLog *log)
{
  RuaLedger *self = g_new0 (RuaLedger, 1);

  self->alliance = alliance;
  self->tables = tables;
  self->log = log;
  self->keys = rua_row_keys_new (tables);
  self->names.name = name_row;
  self->names.find = find_row;
  self->names.data = self->keys;
  self->kinds = g_array_new (FALSE, TRUE, sizeof (RuaLedgerKind));
  g_array_set_clear_func (self->kinds, clear_kind);
  self->waiting = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, (GDestroyNotify) g_array_unref);
  self->kept = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->marks = g_array_new (FALSE, TRUE, sizeof (guint32));
  return self;
}

void
rua_ledger_free (RuaLedger *self)
{
  if (!self)
    return;
  rua_log_free (self->log);
  rua_row_keys_free (self->keys);
  g_array_unref (self->kinds);
  g_hash_table_unref (self->waiting);
  g_hash_table_unref (self->kept);
  g_array_unref (self->marks);
  g_free (self);
}

/* ---- names of the log, places of the tables ---- */

gboolean
rua_ledger_refresh_kinds (RuaLedger *self)
{
  guint n_fields = 0;
  gboolean is_new;

  for (guint t = 0; t < rua_tables_get_n (self->tables); t++)
    n_fields += 1 + rua_kind_get_n_fields (rua_table_get_kind (rua_tables_get_at (self->tables, t)));
  is_new = n_fields != self->n_fields;
  if (is_new)
    g_array_set_size (self->kinds, 0);
  self->n_fields = n_fields;
  return is_new;
}

static RuaLedgerKind *
kind_of (RuaLedger *self, guint32 code)
{
  RuaLedgerKind *kind;

  if (code >= self->kinds->len)
    g_array_set_size (self->kinds, code + 1);
  kind = &g_array_index (self->kinds, RuaLedgerKind, code);
  if (!kind->is_known) {
    const char *name = rua_log_text (&self->log->kinds, code);

    kind->is_known = TRUE;
    kind->fields = g_array_new (FALSE, FALSE, sizeof (gint));
    kind->table = rua_tables_find (self->tables, name);
    /* Tables are also found by their plurals, which facts do not use. */
    if (kind->table && strcmp (rua_kind_get_name (rua_table_get_kind (kind->table)), name) != 0)
      kind->table = NULL;
  }
  return kind;
}

gint
rua_ledger_find_field (RuaLedger *self, guint32 kind_code, guint32 field, RuaTable **table)
{
  RuaLedgerKind *kind = kind_of (self, kind_code);
  gint *place;

  *table = kind->table;
  if (!kind->table)
    return -1;
  while (kind->fields->len <= field) {
    gint unknown = -2;

    g_array_append_val (kind->fields, unknown);
  }
  place = &g_array_index (kind->fields, gint, field);
  if (*place == -2) {
    const char *name = rua_log_text (&self->log->fields, field);

    /* The id is the record's key, no cell. */
    if (strcmp (name, RUA_FACT_EXTRA) == 0)
      *place = (gint) rua_kind_get_n_fields (rua_table_get_kind (kind->table));
    else
      *place = rua_kind_find_index (rua_table_get_kind (kind->table), name);
    if (*place == 0)
      *place = -1;
  }
  return *place;
}

char *
rua_ledger_dup_cell (RuaLedger *self, RuaTable *table, guint32 row, guint field, const RuaRowNames *names)
{
  GString *json;
  guint64 word;
  gsize length;

  if (!rua_table_read_cell (table, row, field, &word))
    return NULL;
  if (field == table->columns->len)
    return g_strdup (rua_dictionary_get (&table->extra->dictionary, (guint32) word, &length));
  json = g_string_new (NULL);
  rua_cell_append (json, rua_table_column (table, field), word, rua_table_get_money_digits (table), names);
  return g_string_free (json, FALSE);
}

/* ---- what the baseline said of a record ---- */

char *
rua_ledger_dup_record_before (RuaLedger *self, RuaTable *table, guint32 row, const char *key, RuaOldCell old, gpointer data)
{
  GString *text = g_string_new (NULL);
  guint32 place = rua_row_keys_get_place (self->keys, table, row);
  gboolean is_first = TRUE;

  g_string_append_printf (text, "[%u,{", place);
  for (guint field = 1; field <= table->columns->len; field++) {
    g_autofree char *now = NULL;
    const char *json = NULL, *name = rua_ledger_name_field (table, field);
    guint cell;

    /* What an earlier fact of the cell kept is the baseline's. */
    cell = rua_log_find_cell (self->log, rua_kind_get_name (table->kind), key, name);
    if (cell == RUA_NO_FACT || !rua_log_get_before (self->log, cell, &json)) {
      if (!old || !old (data, table, row, field, &json))
        json = now = rua_ledger_dup_cell (self, table, row, field, &self->names);
    }
    if (!json)
      continue;
    if (!is_first)
      g_string_append_c (text, ',');
    is_first = FALSE;
    rua_json_append_string (text, name, strlen (name));
    g_string_append_c (text, ':');
    g_string_append (text, json);
  }
  g_string_append (text, "}]");
  return g_string_free (text, FALSE);
}

gboolean
rua_ledger_get_before_place (RuaLedger *self, guint32 record, guint32 *place)
{
  guint32 code, cell;
  const char *before;

  if (!rua_dictionary_find (&self->log->fields, RUA_FACT_RECORD, 0, &code))
    return FALSE;
  cell = rua_number_index_find (&self->log->cell_keys, (guint64) record << 32 | code);
  if (cell == RUA_NO_NUMBER || !rua_log_get_before (self->log, cell, &before) || !before || *before != '[')
    return FALSE;
  *place = (guint32) g_ascii_strtoull (before + 1, NULL, 10);
  return TRUE;
}

/* ---- records in messages ---- */

/* The oldest fact of a record: what calls one that is not there and whose id may not be told. */
static char *
tell_oldest (RuaLog *log, guint32 record)
{
  guint32 oldest = RUA_NO_FACT;
  RuaFactData data;

  for (guint32 cell = g_array_index (log->records, RuaLogRecord, record).cells; cell != RUA_NO_NUMBER;
       cell = rua_log_cell (log, cell)->next_in_record)
    for (guint32 fact = rua_log_cell (log, cell)->facts; fact != RUA_NO_FACT; fact = rua_log_fact (log, fact)->next_in_cell)
      if (oldest == RUA_NO_FACT || rua_log_compare (log, fact, oldest) < 0)
        oldest = fact;
  if (oldest == RUA_NO_FACT)
    return g_strdup ("");
  rua_log_get_fact (log, oldest, &data);
  return g_strdup_printf ("%s.%" G_GINT64_FORMAT, data.station, data.sequence);
}

char *
rua_ledger_dup_told_key (RuaLedger *self, guint32 record)
{
  guint64 name = self->log->record_keys.numbers[record];
  const char *key = rua_log_text (&self->log->keys, (guint32) name);
  const char *kind = rua_log_text (&self->log->kinds, (guint32) (name >> 32));
  RuaTable *table = rua_tables_find (self->tables, kind);
  guint32 row = table ? rua_row_keys_find (self->keys, table, key, strlen (key)) : RUA_NO_ROW;
  gboolean is_public = table && rua_kind_get_privacy (table->kind) == RUA_PRIVACY_PUBLIC;

  if (is_public && rua_row_key_get_id (key))
    return g_strdup (rua_row_key_get_id (key));
  if (row != RUA_NO_ROW)
    return g_strdup_printf ("#%u", rua_table_position_of (table, row) + 1);
  return tell_oldest (self->log, record);
}

char *
rua_ledger_tell_record (RuaLedger *self, guint32 record)
{
  g_autofree char *key = rua_ledger_dup_told_key (self, record);
  const char *kind = rua_log_text (&self->log->kinds, (guint32) (self->log->record_keys.numbers[record] >> 32));

  return g_strdup_printf (*key == '#' ? "%s %s" : "%s '%s'", kind, key);
}

/* ---- the alliance's side ---- */

static gboolean
is_profile (RuaTable *table)
{
  return rua_kind_get_record_type (table->kind) == RUA_TYPE_PROFILE;
}

/* Places in the baseline, for the rows that are of it. */
static void
place_rows (RuaLedger *self, RuaTable *table)
{
  RuaLog *log = self->log;
  const char *kind = rua_kind_get_name (table->kind);
  g_autoptr (GHashTable) taken = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 kind_code, place, next = 0;

  /* Those of records that were removed, or came again, are kept in the log. */
  if (rua_dictionary_find (&log->kinds, kind, strlen (kind), &kind_code))
    for (guint32 record = 0; record < log->records->len; record++)
      if (log->record_keys.numbers[record] >> 32 == kind_code && rua_ledger_get_before_place (self, record, &place))
        g_hash_table_add (taken, GUINT_TO_POINTER (place));
  for (guint32 row = 0; row < table->n_rows; row++) {
    const char *id;
    guint32 record;

    if (!rua_table_is_alive (table, row) || rua_row_keys_is_made (self->keys, table, row) || rua_row_keys_is_unmade (self->keys, table, row))
      continue;
    place = rua_row_keys_get_place (self->keys, table, row);
    if (place != RUA_NO_ROW) {
      g_hash_table_add (taken, GUINT_TO_POINTER (place));
      continue;
    }
    id = rua_column_read_text (rua_table_column (table, 0), row, NULL);
    record = id ? rua_log_find_record (log, kind, rua_row_keys_name (self->keys, table, row)) : RUA_NO_NUMBER;
    if (record != RUA_NO_NUMBER && rua_ledger_get_before_place (self, record, &place))
      rua_row_keys_set_place (self->keys, table, row, place);
    else if (record == RUA_NO_NUMBER || !rua_ledger_is_made (self, record))
      g_array_append_val (open, row);
  }
  for (guint i = 0; i < open->len; i++) {
    while (g_hash_table_contains (taken, GUINT_TO_POINTER (next)))
      next++;
    rua_row_keys_set_place (self->keys, table, g_array_index (open, guint32, i), next++);
  }
}

gboolean
rua_ledger_is_made (RuaLedger *self, guint32 record)
{
  RuaLog *log = self->log;
  guint32 code, cell;

  if (!rua_dictionary_find (&log->fields, RUA_FACT_RECORD, 0, &code))
    return FALSE;
  cell = rua_number_index_find (&log->cell_keys, (guint64) record << 32 | code);
  return cell != RUA_NO_NUMBER && !rua_log_cell (log, cell)->before && rua_log_cell (log, cell)->facts != RUA_NO_FACT;
}

gboolean
rua_ledger_is_unmade (RuaLedger *self, RuaTable *table, guint32 row)
{
  guint32 record;

  if (!rua_column_is_known (rua_table_column (table, 0), row) || rua_row_keys_get_place (self->keys, table, row) != RUA_NO_ROW)
    return FALSE;
  record = rua_log_find_record (self->log, rua_kind_get_name (table->kind), rua_row_keys_name (self->keys, table, row));
  return record == RUA_NO_NUMBER || !rua_ledger_is_made (self, record);
}

void
rua_ledger_place_all (RuaLedger *self)
{
  for (guint t = 0; t < rua_tables_get_n (self->tables); t++)
    place_rows (self, rua_tables_get_at (self->tables, t));
}

gboolean
rua_ledger_is_singleton (RuaTable *table)
{
  return is_profile (table);
}
