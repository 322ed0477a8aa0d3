/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-ledger-erase-private.h"

#include <string.h>

#include "rua-ledger-state-private.h"

/* Whoever was erased leaves the tables and the log. Which records these are the facts of erasure say; who goes with
 * them and nobody has erased yet, since what is recorded about them came from somewhere else, this station erases. */

/* ---- what is left of a value ---- */

typedef struct {
  RuaLog *log;
  GArray *erased; /* of gboolean, by element */
  gboolean any;
} Targets;

static gboolean
note_target (gpointer data, RuaTable *table, const char *key, gsize length)
{
  Targets *targets = data;
  g_autofree char *name = g_strndup (key, length);
  gboolean is_erased = table && rua_log_is_erased (targets->log, rua_kind_get_name (rua_table_get_kind (table)), name);

  g_array_append_val (targets->erased, is_erased);
  targets->any |= is_erased;
  return TRUE;
}

static RuaColumn *
find_reference (RuaLedger *self, const char *kind, const char *field)
{
  RuaTable *table = rua_tables_find (self->tables, kind);
  gint at = table && strcmp (rua_kind_get_name (rua_table_get_kind (table)), kind) == 0 ? rua_kind_find_index (rua_table_get_kind (table), field) : -1;
  RuaColumn *column = at > 0 ? rua_table_column (table, (guint) at) : NULL;

  return column && (column->type == RUA_FIELD_TYPE_REFERENCE || column->type == RUA_FIELD_TYPE_REFERENCE_LIST) ? column : NULL;
}

gboolean
rua_ledger_map_erased (gpointer data, const char *kind, const char *field, const char *value, gsize length, char **mapped)
{
  RuaLedger *self = data;
  RuaColumn *column = find_reference (self, kind, field);
  g_autoptr (GArray) erased = NULL;
  g_autoptr (RuaJsonScanner) scanner = NULL;
  GString *out;
  Targets targets = { .log = self->log };

  *mapped = NULL;
  if (!column)
    return FALSE;
  targets.erased = erased = g_array_new (FALSE, FALSE, sizeof (gboolean));
  if (!rua_cell_each_target (column, value, length, note_target, &targets) || !targets.any)
    return FALSE;
  if (column->type == RUA_FIELD_TYPE_REFERENCE)
    return TRUE;
  out = g_string_new ("[");
  scanner = rua_json_scanner_new (value, length, &RUA_LOG_JSON_LIMITS);
  rua_json_scanner_next (scanner, NULL);
  for (guint i = 0; rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_STRING; i++) {
    gsize n;
    const char *text = rua_json_scanner_get_text (scanner, &n);

    if (g_array_index (erased, gboolean, i))
      continue;
    if (out->len > 1)
      g_string_append_c (out, ',');
    rua_json_append_string (out, text, n);
  }
  g_string_append_c (out, ']');
  *mapped = g_string_free (out, FALSE);
  return TRUE;
}

static gboolean
names_erased (RuaLedger *self, guint32 cell)
{
  RuaLog *log = self->log;
  const char *kind, *field, *before;
  g_autofree char *mapped = NULL;

  rua_log_get_cell (log, cell, &kind, NULL, &field);
  return rua_log_get_before (log, cell, &before) && before && *field
         && rua_ledger_map_erased (self, kind, field, before, strlen (before), &mapped);
}

static gboolean
brings_erased (RuaLedger *self, guint fact)
{
  RuaLog *log = self->log;
  RuaFactData data;
  g_autofree char *mapped = NULL;
  guint32 cell = rua_log_fact (log, fact)->cell, record = rua_log_get_cell_record (log, cell);

  rua_log_get_fact (log, fact, &data);
  if (data.value && *data.field && rua_ledger_map_erased (self, data.kind, data.field, data.value, (gsize) data.value_length, &mapped))
    return TRUE;
  if (*data.field)
    return names_erased (self, cell);
  /* What the baseline said of the record came with the fact. */
  for (cell = g_array_index (log->records, RuaLogRecord, record).cells; data.has_before && cell != RUA_NO_NUMBER; cell = rua_log_cell (log, cell)->next_in_record)
    if (names_erased (self, cell))
      return TRUE;
  return FALSE;
}

/* A fact of a record that was not erased refers to one that was; or one was made here again under the id of one that was. */
static gboolean
is_of_erased (RuaLog *log, guint fact)
{
  RuaFactData data;

  if (!rua_log_fact (log, fact)->is_erased)
    return FALSE;
  if (!rua_log_record_is_erased (log, rua_log_get_cell_record (log, rua_log_fact (log, fact)->cell)))
    return TRUE;
  rua_log_get_fact (log, fact, &data);
  return g_strcmp0 (data.station, rua_log_get_station (log)) == 0;
}

gboolean
rua_ledger_must_erase (RuaLedger *self, guint first, gboolean is_new_schema)
{
  RuaLog *log = self->log;

  if (!rua_log_has_erasures (log))
    return FALSE;
  rua_log_settle_changes (log, first);
  if (log->is_unsettled || is_new_schema)
    return TRUE;
  for (guint fact = first; fact < log->facts->len; fact++)
    if (brings_erased (self, fact) || is_of_erased (log, fact))
      return TRUE;
  return FALSE;
}

/* ---- who goes with them ---- */

typedef struct {
  RuaLedger *ledger;
  guint32 record;
  RuaTable *table;
  gboolean is_removed;
} Asked;

static guint32
find_cell (RuaLog *log, guint32 record, const char *field)
{
  guint32 code;

  return rua_dictionary_find (&log->fields, field, strlen (field), &code) ? rua_number_index_find (&log->cell_keys, (guint64) record << 32 | code) : RUA_NO_NUMBER;
}

static RuaErasingReference
ask_value (Asked *asked, const char *field, const char *value, gsize length)
{
  g_autofree char *mapped = NULL;

  if (!value)
    return RUA_ERASING_NOTHING;
  return rua_ledger_map_erased (asked->ledger, rua_kind_get_name (rua_table_get_kind (asked->table)), field, value, length, &mapped) ? RUA_ERASING_GONE
                                                                                                                                     : RUA_ERASING_OTHER;
}

static RuaErasingReference
ask_fact (Asked *asked, const char *field, guint fact)
{
  RuaLogFact *found = rua_log_fact (asked->ledger->log, fact);
  gsize length = 0;
  const char *value = found->value ? rua_dictionary_get (&asked->ledger->log->values, found->value - 1, &length) : NULL;

  return !value && found->is_erased ? RUA_ERASING_GONE : ask_value (asked, field, value, length);
}

/* By what is said of it now; one that was removed says nothing now, and goes with whomever it was once of. */
static RuaErasingReference
ask_record (gpointer data, guint field)
{
  Asked *asked = data;
  RuaLog *log = asked->ledger->log;
  const char *name = rua_ledger_name_field (asked->table, field), *before;
  RuaErasingReference answer = RUA_ERASING_NOTHING, other;
  guint32 cell = find_cell (log, asked->record, name);

  if (cell == RUA_NO_NUMBER)
    return answer;
  if (rua_log_cell (log, cell)->facts != RUA_NO_FACT)
    answer = ask_fact (asked, name, rua_log_get_current (log, cell));
  if (!asked->is_removed && rua_log_cell (log, cell)->facts != RUA_NO_FACT)
    return answer;
  for (guint32 fact = rua_log_cell (log, cell)->facts; fact != RUA_NO_FACT; fact = rua_log_fact (log, fact)->next_in_cell) {
    other = ask_fact (asked, name, fact);
    answer = MAX (answer, other);
  }
  other = rua_log_get_before (log, cell, &before) && before ? ask_value (asked, name, before, strlen (before)) : RUA_ERASING_NOTHING;
  return MAX (answer, other);
}

void
rua_erased_keys_add (GPtrArray *list, const char *kind, const char *key)
{
  RuaErasedKey *erased = g_new (RuaErasedKey, 1);

  erased->kind = g_strdup (kind);
  erased->key = g_strdup (key);
  g_ptr_array_add (list, erased);
}

static void
free_key (gpointer data)
{
  RuaErasedKey *key = data;

  g_free (key->kind);
  g_free (key->key);
  g_free (key);
}

GPtrArray *
rua_erased_keys_new (void)
{
  return g_ptr_array_new_with_free_func (free_key);
}

void
rua_ledger_list_gone (RuaLedger *self, const RuaErasing *erasing, GPtrArray *list)
{
  for (guint t = 0; t < erasing->n_tables; t++) {
    RuaTable *table = rua_tables_get_at (self->tables, t);
    const char *kind = rua_kind_get_name (rua_table_get_kind (table));

    for (guint32 row = 0; row < table->n_rows; row++)
      if (rua_erasing_is_gone (erasing, table, row)) {
        const char *key = rua_row_keys_name (self->keys, table, row);

        if (!rua_log_is_erased (self->log, kind, key))
          rua_erased_keys_add (list, kind, key);
      }
  }
}

/* Records that were removed, or wait: what is said of them is in the log alone. */
static void
list_gone_records (RuaLedger *self, GPtrArray *list)
{
  RuaLog *log = self->log;

  for (guint32 record = 0; record < log->records->len; record++) {
    Asked asked = { .ledger = self, .record = record };
    guint32 own = find_cell (log, record, RUA_FACT_RECORD);
    guint64 name = log->record_keys.numbers[record];
    const char *key = rua_log_text (&log->keys, (guint32) name), *kind = rua_log_text (&log->kinds, (guint32) (name >> 32));

    rua_ledger_find_field (self, (guint32) (name >> 32), 0, &asked.table);
    if (!asked.table || rua_log_record_is_erased (log, record) || rua_row_keys_find (self->keys, asked.table, key, strlen (key)) != RUA_NO_ROW)
      continue;
    asked.is_removed = own != RUA_NO_NUMBER && rua_log_cell (log, own)->facts != RUA_NO_FACT && !rua_log_fact (log, rua_log_get_current (log, own))->value;
    if (rua_erasing_goes (rua_table_get_kind (asked.table), ask_record, &asked) && !rua_log_is_erased (log, kind, key))
      rua_erased_keys_add (list, kind, key);
  }
}

static void
mark_erased (RuaLedger *self, RuaErasing *erasing)
{
  for (guint t = 0; t < erasing->n_tables; t++) {
    RuaTable *table = rua_tables_get_at (self->tables, t);
    const char *kind = rua_kind_get_name (rua_table_get_kind (table));

    for (guint32 row = 0; row < table->n_rows; row++)
      if (rua_table_is_alive (table, row) && rua_log_is_erased (self->log, kind, rua_row_keys_name (self->keys, table, row)))
        rua_erasing_mark (erasing, table, row);
  }
}

/* ---- saying so ---- */

typedef struct {
  RuaLog *log;
  const RuaChangeData *change;
  gint64 sequence;
} Putting;

static gboolean
put (Putting *self, const char *kind, const char *key, const char *field, const char *json, GError **error)
{
  RuaFactData fact = {
    .station = self->change->station, .sequence = self->sequence, .clock = self->change->clock, .author = self->change->author,
    .kind = kind, .key = key, .field = field, .value = json, .value_length = -1,
  };

  return rua_log_insert (self->log, &fact, error) == RUA_LOG_NEW && ++self->sequence;
}

static gboolean
put_text (Putting *self, const char *key, const char *field, const char *text, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);

  if (!text)
    return TRUE;
  rua_json_append_string (json, text, strlen (text));
  return put (self, RUA_ERASURE_KIND, key, field, json->str, error);
}

static gboolean
put_erasure (Putting *self, const RuaErasedKey *erased, const RuaErasureWords *words, GError **error)
{
  g_autofree char *id = g_uuid_string_random (), *digest = rua_log_digest (self->log, erased->kind, erased->key);

  return put (self, RUA_ERASURE_KIND, id, RUA_FACT_RECORD, RUA_FACT_THERE, error) && put_text (self, id, "kind_erased", erased->kind, error)
         && put_text (self, id, "erased_on", words->date, error) && put_text (self, id, "reason", words->reason, error)
         && put_text (self, id, "salt", rua_log_get_lineage (self->log), error) && put_text (self, id, RUA_ERASURE_DIGEST, digest, error)
         /* By which the place that it had is kept. */
         && put (self, erased->kind, erased->key, RUA_FACT_RECORD, NULL, error);
}

gboolean
rua_ledger_put_erasures (RuaLedger *self, GPtrArray *keys, const RuaErasureWords *words, GError **error)
{
  RuaLog *log = self->log;
  RuaChangeData change = {
    .station = rua_log_get_station (log), .clock = rua_log_get_next_clock (log), .author = rua_alliance_get_author (self->alliance), .origin = RUA_ERASURE_ORIGIN,
  };
  Putting putting = { log, &change, 0 };
  gboolean done = TRUE;

  change.first_sequence = putting.sequence = rua_log_get_next_sequence (log, change.station);
  for (guint i = 0; done && i < keys->len; i++)
    done = put_erasure (&putting, keys->pdata[i], words, error);
  change.n_facts = putting.sequence - change.first_sequence;
  if (change.n_facts > 0)
    rua_log_insert_change (log, &change, NULL);
  return done;
}

/* ---- the whole ---- */

static void
keep_places (RuaLedger *self, const RuaErasing *erasing)
{
  for (guint t = 0; t < erasing->n_tables; t++) {
    RuaTable *table = rua_tables_get_at (self->tables, t);

    for (guint32 row = 0; row < table->n_rows; row++) {
      guint32 place = rua_erasing_is_gone (erasing, table, row) ? rua_row_keys_get_place (self->keys, table, row) : RUA_NO_ROW;
      g_autofree char *before = place != RUA_NO_ROW ? g_strdup_printf ("[%u,{}]", place) : NULL;
      guint32 cell;

      if (!before)
        continue;
      cell = rua_log_make_cell (self->log, rua_kind_get_name (rua_table_get_kind (table)), rua_row_keys_name (self->keys, table, row), RUA_FACT_RECORD);
      if (!rua_log_get_before (self->log, cell, NULL))
        rua_log_set_before (self->log, cell, before);
    }
  }
}

void
rua_ledger_find_erased (RuaLedger *self, RuaErasing *erasing)
{
  RuaLog *log = self->log;
  g_autofree char *today = rua_clock_to_iso (rua_log_get_next_clock (log));
  const RuaErasureWords words = { .date = today };
  guint n;

  /* 2026-11-25T… */
  today[10] = '\0';
  do {
    g_autoptr (GPtrArray) keys = rua_erased_keys_new ();

    rua_erasing_init (erasing, self->tables);
    mark_erased (self, erasing);
    rua_erasing_close (erasing, NULL, NULL);
    rua_ledger_list_gone (self, erasing, keys);
    list_gone_records (self, keys);
    n = keys->len;
    /* A copy in whose name nobody writes erases what it was told to, and cannot show the rest. */
    if (n == 0 || !rua_log_get_station (log) || !rua_ledger_put_erasures (self, keys, &words, NULL))
      break;
    rua_erasing_clear (erasing);
  } while (n > 0);
  keep_places (self, erasing);
}

/* ---- what stations are given ---- */

/* Whether KIND=ID, or KIND.FIELD…=ID, names who was erased. */
static gboolean
chooses_erased (RuaLedger *self, const char *choice)
{
  const char *equals = strchr (choice, '=');
  g_autofree char *path = equals ? g_strndup (choice, (gsize) (equals - choice)) : NULL, *key = NULL;
  g_auto (GStrv) names = path ? g_strsplit (path, ".", -1) : NULL;
  RuaTable *table = names && names[0] ? rua_tables_find (self->tables, names[0]) : NULL;

  for (guint i = 1; table && names[i]; i++) {
    gint at = rua_kind_find_index (rua_table_get_kind (table), names[i]);
    RuaColumn *column = at > 0 ? rua_table_column (table, (guint) at) : NULL;
    gboolean is_reference = column && !column->any && (column->type == RUA_FIELD_TYPE_REFERENCE || column->type == RUA_FIELD_TYPE_REFERENCE_LIST);

    table = is_reference ? rua_column_get_target (column) : NULL;
  }
  if (!table)
    return FALSE;
  key = rua_row_key_of_id (equals + 1);
  return rua_log_is_erased (self->log, rua_kind_get_name (rua_table_get_kind (table)), key);
}

/* {"only":[…],…} without those choices; NULL: there are none. */
static char *
map_part (RuaLedger *self, const char *part)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (part, strlen (part), &RUA_LOG_JSON_LIMITS);
  g_autoptr (GString) out = g_string_new ("{\"only\":[");
  gboolean any = FALSE, is_first = TRUE;

  if (!g_str_has_prefix (part, "{\"only\":["))
    return NULL;
  for (guint i = 0; i < 3; i++)
    rua_json_scanner_next (scanner, NULL);
  while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_STRING) {
    gsize length;
    const char *choice = rua_json_scanner_get_text (scanner, &length);

    if (chooses_erased (self, choice)) {
      any = TRUE;
      continue;
    }
    if (!is_first)
      g_string_append_c (out, ',');
    is_first = FALSE;
    rua_json_append_string (out, choice, length);
  }
  g_string_append_c (out, ']');
  while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_NAME) {
    gsize length;
    const char *name = rua_json_scanner_get_text (scanner, &length);

    g_string_append_c (out, ',');
    rua_json_append_string (out, name, length);
    g_string_append_c (out, ':');
    rua_json_scanner_next (scanner, NULL);
    if (!rua_json_scanner_copy_value (scanner, out, NULL))
      return NULL;
  }
  g_string_append_c (out, '}');
  return any ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

/* Which part a station is given may have been said by their ids. */
static void
map_parts (RuaLedger *self)
{
  RuaRoster *roster = rua_log_get_roster (self->log);

  for (guint i = 0; i < rua_roster_get_n_peers (roster); i++) {
    RuaPeer peer = *rua_roster_get_peer (roster, i);
    g_autofree char *part = peer.part ? map_part (self, peer.part) : NULL;

    if (part) {
      peer.part = part;
      rua_roster_set (roster, &peer);
    }
    rua_key_forget (peer.key, sizeof peer.key);
  }
}

void
rua_ledger_rewrite (RuaLedger *self)
{
  map_parts (self);
  rua_log_rewrite (self->log, rua_ledger_map_erased, self);
  /* Records and fields have other numbers now. */
  g_array_set_size (self->kinds, 0);
  g_hash_table_remove_all (self->waiting);
  g_hash_table_remove_all (self->kept);
  g_array_set_size (self->marks, 0);
  self->has_erased = TRUE;
}
