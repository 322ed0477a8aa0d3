/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-ledger-private.h"

#include <string.h>

#include "rua-table-core-private.h"

/* What is edited, noted while it happens, and written as facts when the change is whole. */

typedef struct {
  guint field;
  char *json; /* what it held, or NULL */
} OldCell;

typedef struct {
  RuaTable *table;
  guint32 row;
  gboolean was_there;
  char *key;      /* what it was called; NULL where it was not there */
  GArray *cells;  /* of OldCell */
} Touch;

typedef struct {
  RuaTable *table;
  guint32 first;
  guint32 n;
} Range;

struct _RuaCommit {
  RuaLedger *ledger;
  GPtrArray *touches;
  GHashTable *by_row; /* ordinal << 32 | row → Touch */
  GArray *ranges;     /* of Range: rows that came in bulk */
  RuaRowNames old_names;
  /* While it is written: */
  const RuaChangeData *change;
  gint64 sequence;
};

static void
free_touch (gpointer data)
{
  Touch *touch = data;

  for (guint i = 0; i < touch->cells->len; i++)
    g_free (g_array_index (touch->cells, OldCell, i).json);
  g_array_unref (touch->cells);
  g_free (touch->key);
  g_free (touch);
}

static guint64
row_key (RuaTable *table, guint32 row)
{
  return (guint64) rua_table_get_ordinal (table) << 32 | row;
}

static Touch *
find_touch (RuaCommit *self, RuaTable *table, guint32 row)
{
  guint64 key = row_key (table, row);

  return g_hash_table_lookup (self->by_row, &key);
}

/* As it was called before the change. */
static const char *
old_name (gpointer data, RuaTable *table, guint32 row)
{
  RuaCommit *self = data;
  Touch *touch = find_touch (self, table, row);

  return touch && touch->key ? touch->key : rua_row_keys_name (self->ledger->keys, table, row);
}

RuaCommit *
rua_commit_new (RuaLedger *ledger)
{
  RuaCommit *self = g_new0 (RuaCommit, 1);

  self->ledger = ledger;
  self->touches = g_ptr_array_new_with_free_func (free_touch);
  self->by_row = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  self->old_names.name = old_name;
  self->old_names.data = self;
  return self;
}

void
rua_commit_free (RuaCommit *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->touches);
  g_hash_table_unref (self->by_row);
  g_array_unref (self->ranges);
  g_free (self);
}

/* ---- noting ---- */

static gboolean
came_in_bulk (RuaCommit *self, RuaTable *table, guint32 row)
{
  for (guint i = 0; i < self->ranges->len; i++) {
    const Range *range = &g_array_index (self->ranges, Range, i);

    if (range->table == table && row >= range->first && row - range->first < range->n)
      return TRUE;
  }
  return FALSE;
}

static Touch *
touch_row (RuaCommit *self, RuaTable *table, guint32 row, gboolean was_there)
{
  Touch *touch = find_touch (self, table, row);
  guint64 key = row_key (table, row);

  if (touch)
    return touch;
  touch = g_new0 (Touch, 1);
  touch->table = table;
  touch->row = row;
  touch->was_there = was_there && !came_in_bulk (self, table, row);
  touch->key = touch->was_there ? g_strdup (rua_row_keys_name (self->ledger->keys, table, row)) : NULL;
  touch->cells = g_array_new (FALSE, FALSE, sizeof (OldCell));
  g_ptr_array_add (self->touches, touch);
  g_hash_table_insert (self->by_row, g_memdup2 (&key, sizeof key), touch);
  return touch;
}

static OldCell *
find_old (Touch *touch, guint field)
{
  for (guint i = 0; i < touch->cells->len; i++)
    if (g_array_index (touch->cells, OldCell, i).field == field)
      return &g_array_index (touch->cells, OldCell, i);
  return NULL;
}

void
rua_commit_note_cell (RuaCommit *self, RuaTable *table, guint32 row, guint field)
{
  Touch *touch = touch_row (self, table, row, TRUE);
  OldCell old = { field, NULL };

  if (!touch->was_there || field == 0 || find_old (touch, field))
    return;
  old.json = rua_ledger_dup_cell (self->ledger, table, row, field, &self->old_names);
  g_array_append_val (touch->cells, old);
}

void
rua_commit_note_added (RuaCommit *self, RuaTable *table, guint32 row)
{
  touch_row (self, table, row, FALSE);
}

void
rua_commit_note_removing (RuaCommit *self, RuaTable *table, guint32 row)
{
  for (guint field = 0; field <= table->columns->len; field++)
    rua_commit_note_cell (self, table, row, field);
}

void
rua_commit_note_appended (RuaCommit *self, RuaTable *table, guint32 first, guint32 n)
{
  Range range = { table, first, n };

  g_array_append_val (self->ranges, range);
}

/* ---- writing ---- */

typedef struct {
  RuaTable *table;
  guint32 row;
  Touch *touch; /* or NULL */
  char *key;
} MadeRow;

static gboolean
put_fact (RuaCommit *self, RuaTable *table, const char *key, const char *field, const char *value, GArray *parents, gboolean has_before, const char *before, GError **error)
{
  RuaLog *log = self->ledger->log;
  RuaFactData fact = {
    .station = rua_log_get_station (log), .sequence = self->sequence, .clock = self->change->clock,
    .kind = rua_kind_get_name (table->kind), .key = key, .field = field, .value = value, .value_length = -1,
    .author = self->change->author, .has_before = has_before, .before = before,
  };
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (RuaFactName));

  for (guint p = 0; parents && p < parents->len; p++) {
    guint64 name = rua_log_name_key (log, rua_log_fact (log, g_array_index (parents, guint, p))->name);
    RuaFactName parent = {
      rua_log_text (&log->stations, (guint32) (name >> RUA_SEQUENCE_BITS)), (gint64) (name & RUA_SEQUENCE_MAX),
    };

    g_array_append_val (names, parent);
  }
  fact.parents = (const RuaFactName *) (gpointer) names->data;
  fact.n_parents = names->len;
  if (rua_log_insert (log, &fact, error) != RUA_LOG_NEW)
    return FALSE;
  self->sequence++;
  return TRUE;
}

/* What somebody who edits has seen: the current fact. */
static GArray *
list_current (RuaLog *log, guint cell)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (guint));

  if (cell != RUA_NO_FACT && rua_log_cell (log, cell)->facts != RUA_NO_FACT) {
    guint current = rua_log_get_current (log, cell);

    g_array_append_val (list, current);
  }
  return list;
}

void
rua_ledger_add_record_heads (RuaLedger *self, guint32 record, GArray *parents)
{
  RuaLog *log = self->log;

  for (guint32 cell = g_array_index (log->records, RuaLogRecord, record).cells; cell != RUA_NO_NUMBER;
       cell = rua_log_cell (log, cell)->next_in_record) {
    g_autoptr (GArray) heads = NULL;

    if (*rua_log_text (&log->fields, (guint32) log->cell_keys.numbers[cell]) == '\0' || rua_log_cell (log, cell)->facts == RUA_NO_FACT)
      continue;
    heads = rua_log_list_heads (log, cell);
    g_array_append_vals (parents, heads->data, heads->len);
  }
}

static gboolean
old_cell (gpointer data, RuaTable *table, guint32 row, guint field, const char **json)
{
  Touch *touch = find_touch (data, table, row);
  OldCell *old = touch ? find_old (touch, field) : NULL;

  if (!old)
    return FALSE;
  *json = old->json;
  return TRUE;
}

/* The cell's fact, where it says what it did not say before. */
static gboolean
put_cell (RuaCommit *self, RuaTable *table, guint32 row, const char *key, guint field, const char *old, GError **error)
{
  RuaLedger *ledger = self->ledger;
  const char *name = rua_ledger_name_field (table, field);
  guint cell = rua_log_find_cell (ledger->log, rua_kind_get_name (table->kind), key, name);
  g_autoptr (GArray) parents = list_current (ledger->log, cell);
  g_autofree char *json = rua_ledger_dup_cell (ledger, table, row, field, &ledger->names);
  gboolean has_before;

  if (g_strcmp0 (json, old) == 0)
    return TRUE;
  has_before = parents->len == 0 && rua_row_keys_get_place (ledger->keys, table, row) != RUA_NO_ROW
               && (!rua_ledger_is_singleton (table) || ledger->has_profile)
               && (cell == RUA_NO_FACT || !rua_log_get_before (ledger->log, cell, NULL));
  return put_fact (self, table, key, name, json, parents, has_before, old, error);
}

static gboolean
put_removal (RuaCommit *self, Touch *touch, GError **error)
{
  RuaLedger *ledger = self->ledger;
  const char *kind = rua_kind_get_name (touch->table->kind);
  guint cell = rua_log_find_cell (ledger->log, kind, touch->key, RUA_FACT_RECORD);
  g_autoptr (GArray) parents = list_current (ledger->log, cell);
  guint32 record = rua_log_find_record (ledger->log, kind, touch->key);
  g_autofree char *before = NULL;
  gboolean done;

  if (rua_row_keys_get_place (ledger->keys, touch->table, touch->row) != RUA_NO_ROW
      && (!rua_ledger_is_singleton (touch->table) || ledger->has_profile)
      && (cell == RUA_NO_FACT || !rua_log_get_before (ledger->log, cell, NULL)))
    before = rua_ledger_dup_record_before (ledger, touch->table, touch->row, touch->key, old_cell, self);
  if (record != RUA_NO_NUMBER)
    rua_ledger_add_record_heads (ledger, record, parents);
  done = put_fact (self, touch->table, touch->key, RUA_FACT_RECORD, NULL, parents, before != NULL, before, error);
  rua_row_keys_forget (ledger->keys, touch->table, touch->row);
  return done;
}

/* Is called, and has its place, from now on. */
static gboolean
put_made (RuaCommit *self, MadeRow *made, GError **error)
{
  RuaLedger *ledger = self->ledger;
  const char *id = rua_column_read_text (rua_table_column (made->table, 0), made->row, NULL);
  g_autoptr (GArray) parents = NULL;
  guint cell;
  guint32 record, place;

  if (id)
    made->key = rua_row_key_of_id (id);
  else if (rua_ledger_is_singleton (made->table))
    made->key = g_strdup ("~0");
  else
    made->key = g_strdup_printf ("~%s.%" G_GINT64_FORMAT, rua_log_get_station (ledger->log), self->sequence);
  cell = rua_log_find_cell (ledger->log, rua_kind_get_name (made->table->kind), made->key, RUA_FACT_RECORD);
  parents = list_current (ledger->log, cell);
  if (!put_fact (self, made->table, made->key, RUA_FACT_RECORD, RUA_FACT_THERE, parents, FALSE, NULL, error))
    return FALSE;
  record = rua_log_find_record (ledger->log, rua_kind_get_name (made->table->kind), made->key);
  if (rua_ledger_get_before_place (ledger, record, &place) || rua_row_key_get_place (made->key, strlen (made->key), &place))
    rua_row_keys_set_place (ledger->keys, made->table, made->row, place);
  else if (!id)
    rua_row_keys_set_made (ledger->keys, made->table, made->row, made->key);
  return TRUE;
}

/* What is unknown now, but was known when the record was there before, is said too. */
static gboolean
put_made_cells (RuaCommit *self, MadeRow *made, GError **error)
{
  RuaLog *log = self->ledger->log;

  for (guint field = 1; field <= made->table->columns->len; field++) {
    guint cell = rua_log_find_cell (log, rua_kind_get_name (made->table->kind), made->key, rua_ledger_name_field (made->table, field));
    const char *old = NULL;

    if (cell != RUA_NO_FACT && rua_log_cell (log, cell)->facts != RUA_NO_FACT) {
      guint32 value = rua_log_fact (log, rua_log_get_current (log, cell))->value;

      old = value ? rua_log_text (&log->values, value - 1) : NULL;
    } else if (cell != RUA_NO_FACT)
      rua_log_get_before (log, cell, &old);
    if (!put_cell (self, made->table, made->row, made->key, field, old, error))
      return FALSE;
  }
  return TRUE;
}

static void
free_made (gpointer data)
{
  g_free (((MadeRow *) data)->key);
}

static gint
compare_made (gconstpointer a, gconstpointer b)
{
  guint64 x = row_key (((const MadeRow *) a)->table, ((const MadeRow *) a)->row);
  guint64 y = row_key (((const MadeRow *) b)->table, ((const MadeRow *) b)->row);

  return x < y ? -1 : x > y;
}

static gboolean
is_called (Touch *touch, RuaRowKeys *keys)
{
  return strcmp (touch->key, rua_row_keys_name (keys, touch->table, touch->row)) == 0;
}

/* Rows that came, and those that are called otherwise now, which are other records to the log. */
static GArray *
list_made (RuaCommit *self)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (MadeRow));

  g_array_set_clear_func (list, free_made);
  for (guint i = 0; i < self->touches->len; i++) {
    Touch *touch = self->touches->pdata[i];
    MadeRow made = { touch->table, touch->row, touch, NULL };

    if (!rua_table_is_alive (touch->table, touch->row) || (touch->was_there && is_called (touch, self->ledger->keys)))
      continue;
    g_array_append_val (list, made);
  }
  for (guint i = 0; i < self->ranges->len; i++) {
    const Range *range = &g_array_index (self->ranges, Range, i);

    for (guint32 row = range->first; row < range->first + range->n; row++) {
      MadeRow made = { range->table, row, NULL, NULL };

      if (rua_table_is_alive (range->table, row) && !find_touch (self, range->table, row))
        g_array_append_val (list, made);
    }
  }
  g_array_sort (list, compare_made);
  return list;
}

/* ---- references to who is called otherwise ---- */

static gboolean
refers_to_renamed (RuaColumn *column, guint32 row, GHashTable *renamed)
{
  guint n = column->type == RUA_FIELD_TYPE_REFERENCE ? rua_column_is_known (column, row) : rua_column_get_n_references (column, row);

  for (guint i = 0; i < n; i++) {
    RuaTable *target;
    guint32 to;
    guint64 key;

    if (!(column->type == RUA_FIELD_TYPE_REFERENCE ? rua_column_read_reference (column, row, &target, &to)
                                                   : rua_column_read_reference_at (column, row, i, &target, &to)))
      continue;
    key = row_key (target, to);
    if (g_hash_table_contains (renamed, &key))
      return TRUE;
  }
  return FALSE;
}

static gboolean
put_referrers (RuaCommit *self, GHashTable *renamed, GHashTable *made, GError **error)
{
  RuaTables *tables = self->ledger->tables;

  for (guint t = 0; g_hash_table_size (renamed) && t < tables->tables->len; t++) {
    RuaTable *table = tables->tables->pdata[t];

    for (guint c = 1; c < table->columns->len; c++) {
      RuaColumn *column = rua_table_column (table, c);

      if (column->type != RUA_FIELD_TYPE_REFERENCE && column->type != RUA_FIELD_TYPE_REFERENCE_LIST)
        continue;
      for (guint32 row = 0; row < table->n_rows; row++) {
        guint64 key = row_key (table, row);
        Touch *touch;
        g_autofree char *old = NULL, *name = NULL;

        if (!rua_column_is_known (column, row) || g_hash_table_contains (made, &key) || !refers_to_renamed (column, row, renamed))
          continue;
        touch = find_touch (self, table, row);
        if (touch && find_old (touch, c))
          continue;
        old = rua_ledger_dup_cell (self->ledger, table, row, c, &self->old_names);
        name = g_strdup (rua_row_keys_name (self->ledger->keys, table, row));
        if (!put_cell (self, table, row, name, c, old, error))
          return FALSE;
      }
    }
  }
  return TRUE;
}

static void
put_key (GHashTable *set, RuaTable *table, guint32 row)
{
  guint64 key = row_key (table, row);

  g_hash_table_add (set, g_memdup2 (&key, sizeof key));
}

static gboolean
put_all (RuaCommit *self, GError **error)
{
  g_autoptr (GArray) made = list_made (self);
  g_autoptr (GHashTable) renamed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) fresh = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < made->len; i++) {
    MadeRow *row = &g_array_index (made, MadeRow, i);

    put_key (fresh, row->table, row->row);
    if (row->touch && row->touch->was_there)
      put_key (renamed, row->table, row->row);
  }
  for (guint i = 0; i < self->touches->len; i++) {
    Touch *touch = self->touches->pdata[i];
    guint64 key = row_key (touch->table, touch->row);

    if (touch->was_there && (!rua_table_is_alive (touch->table, touch->row) || g_hash_table_contains (renamed, &key))
        && !put_removal (self, touch, error))
      return FALSE;
  }
  /* Everybody is there before anybody refers to him. */
  for (guint i = 0; i < made->len; i++)
    if (!put_made (self, &g_array_index (made, MadeRow, i), error))
      return FALSE;
  for (guint i = 0; i < made->len; i++)
    if (!put_made_cells (self, &g_array_index (made, MadeRow, i), error))
      return FALSE;
  for (guint i = 0; i < self->touches->len; i++) {
    Touch *touch = self->touches->pdata[i];
    guint64 key = row_key (touch->table, touch->row);

    if (!touch->was_there || !rua_table_is_alive (touch->table, touch->row) || g_hash_table_contains (fresh, &key))
      continue;
    for (guint c = 0; c < touch->cells->len; c++) {
      OldCell *old = &g_array_index (touch->cells, OldCell, c);

      if (!put_cell (self, touch->table, touch->row, touch->key, old->field, old->json, error))
        return FALSE;
    }
  }
  return put_referrers (self, renamed, fresh, error);
}

gboolean
rua_commit_write (RuaCommit *self, const RuaChangeData *change, RuaTable *pending, guint n_before, gboolean *is_announced, gint64 *first, GError **error)
{
  RuaLog *log = self->ledger->log;
  guint n_facts = rua_log_get_n_facts (log);
  RuaChangeData written = *change;
  gboolean done;

  *is_announced = FALSE;
  *first = 0;
  written.station = rua_log_get_station (log);
  written.clock = rua_log_get_next_clock (log);
  written.first_sequence = self->sequence = rua_log_get_next_sequence (log, written.station);
  self->change = &written;
  done = put_all (self, error);
  written.n_facts = self->sequence - written.first_sequence;
  if (written.n_facts > 0) {
    *first = written.first_sequence;
    done = rua_log_insert_change (log, &written, done ? error : NULL) != RUA_LOG_ERROR && done;
    *is_announced = rua_ledger_apply (self->ledger, n_facts, pending, n_before);
  }
  return done;
}
