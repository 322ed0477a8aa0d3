/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that is there brought up to what the alliance is now, in one transaction: rows that are gone or
 * have another id are deleted, cells that are different updated, rows that are new inserted, and the
 * hashes of their tables moved by as much. */
#include "rua-sqlite-private.h"

#include <string.h>

/* Beyond a quarter of the records it is quicker to write the file anew. */
#define MOST_SHARE 4
#define ALWAYS_FEW 1000u

typedef struct {
  RuaAlliance *alliance;
  RuaSqliteOrigin *origin;
  const char *name;
  GCancellable *cancellable;
  sqlite3 *db;
} Updating;

static gboolean
fail (Updating *self, int code, GError **error)
{
  return rua_sqlite_fail (self->db, code, self->name, "saving it", self->cancellable, error);
}

static gboolean
prepare (Updating *self, const char *sql, sqlite3_stmt **statement, GError **error)
{
  int code = sqlite3_prepare_v2 (self->db, sql, -1, statement, NULL);

  return code == SQLITE_OK || fail (self, code, error);
}

/* Of a statement that changes one row. */
static gboolean
step_one (Updating *self, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  sqlite3_reset (statement);
  if (code != SQLITE_DONE)
    return fail (self, code, error);
  return sqlite3_changes (self->db) == 1 || rua_sqlite_damaged (self->name, error, "a row that was in it is not there");
}

/* ---- rows ---- */

static gboolean
is_marked (const guint64 *bits, guint32 row)
{
  return bits != NULL && (bits[row >> 6] >> (row & 63) & 1) != 0;
}

typedef struct {
  guint32 row;
  char *key; /* or NULL */
} KeyUpdate;

typedef struct {
  const RuaSqliteDiff *diff;
  RuaSqliteRows *rows;
  RuaSqliteSeal seal;
  GArray *before; /* sources */
  GArray *now;
  GByteArray *bytes;
  sqlite3_stmt *remove, *insert;
  sqlite3_stmt **updates; /* by source */
  GArray *numbers; /* of rows that were added */
  GArray *keys;    /* of KeyUpdate */
} TableUpdate;

static gboolean
remove_row (Updating *self, TableUpdate *t, gint64 number, GError **error)
{
  sqlite3_bind_int64 (t->remove, 1, number);
  return step_one (self, t->remove, error);
}

static gboolean
insert_row (Updating *self, TableUpdate *t, guint32 row, gint64 number, const char *key, GError **error)
{
  int code = sqlite3_bind_int64 (t->insert, 1, number);

  for (guint i = 0; code == SQLITE_OK && i < t->now->len; i++) {
    RuaSqliteCell cell;

    rua_sqlite_source_read (&g_array_index (t->now, RuaSqliteSource, i), row, &cell);
    code = rua_sqlite_bind (t->insert, (int) i + 2, &cell);
  }
  if (code == SQLITE_OK)
    code = rua_sqlite_bind_key (t->insert, (int) t->now->len + 2, key);
  return code == SQLITE_OK ? step_one (self, t->insert, error) : fail (self, code, error);
}

static gboolean
is_same (const RuaSqliteCell *a, const RuaSqliteCell *b)
{
  if (a->type != b->type)
    return FALSE;
  switch (a->type) {
  case SQLITE_INTEGER:
    return a->integer == b->integer;
  case SQLITE_FLOAT:
    return memcmp (&a->real, &b->real, sizeof a->real) == 0;
  case SQLITE_TEXT:
    return a->length == b->length && memcmp (a->text, b->text, a->length) == 0;
  default:
    return TRUE;
  }
}

static gboolean
update_cell (Updating *self, TableUpdate *t, guint i, gint64 number, const RuaSqliteCell *cell, GError **error)
{
  /* After the last, the key. */
  RuaColumn *column = i < t->now->len ? g_array_index (t->now, RuaSqliteSource, i).column : NULL;

  if (t->updates[i] == NULL) {
    g_autofree char *sql = g_strdup_printf ("UPDATE \"%s\" SET \"%s\" = ?1 WHERE \"rua_row\" = ?2", t->rows->name,
                                            column == NULL ? "rua_key" : column == t->diff->now->extra ? "rua_extra" : rua_field_get_name (column->field));

    if (!prepare (self, sql, &t->updates[i], error))
      return FALSE;
  }
  rua_sqlite_bind (t->updates[i], 1, cell);
  sqlite3_bind_int64 (t->updates[i], 2, number);
  return step_one (self, t->updates[i], error);
}

static gboolean
update_row (Updating *self, TableUpdate *t, guint32 row, gint64 number, const char *key, GError **error)
{
  const char *key_before = rua_sqlite_rows_get_key (t->rows, row);
  RuaSqliteCell key_cell = { .type = key != NULL ? SQLITE_TEXT : SQLITE_NULL, .text = key, .length = key != NULL ? strlen (key) : 0 };

  for (guint i = 0; i < t->now->len; i++) {
    RuaSqliteCell before, now;

    rua_sqlite_source_read (&g_array_index (t->before, RuaSqliteSource, i), row, &before);
    rua_sqlite_source_read (&g_array_index (t->now, RuaSqliteSource, i), row, &now);
    if (!is_same (&before, &now) && !update_cell (self, t, i, number, &now, error))
      return FALSE;
  }
  return g_strcmp0 (key, key_before) == 0 || update_cell (self, t, t->now->len, number, &key_cell, error);
}

/* Those that are gone, or whose id somebody else may have now, go first. */
static gboolean
remove_rows (Updating *self, TableUpdate *t, GError **error)
{
  for (guint32 row = 0; row < t->diff->before->n_rows; row++) {
    gint64 number = rua_sqlite_rows_get_number (t->rows, row);

    if (!is_marked (t->diff->changed, row))
      continue;
    if (rua_table_is_alive (t->diff->before, row)) {
      rua_sqlite_hash_row (t->bytes, t->before, row, number, rua_sqlite_rows_get_key (t->rows, row));
      rua_sqlite_seal_remove (&t->seal, t->bytes);
      if (is_marked (t->diff->renamed, row) && !remove_row (self, t, number, error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
put_rows (Updating *self, TableUpdate *t, GError **error)
{
  gint64 next = t->rows->next;

  for (guint32 row = 0; row < t->diff->now->n_rows; row++) {
    gboolean is_new = row >= t->diff->before->n_rows;
    KeyUpdate key = { row, NULL };
    gint64 number = is_new ? 0 : rua_sqlite_rows_get_number (t->rows, row);
    gboolean done;

    if ((row & 0xffff) == 0 && g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    if (!is_new && !is_marked (t->diff->changed, row))
      continue;
    if (!rua_table_is_alive (t->diff->now, row)) {
      number = 0;
      if (is_new)
        g_array_append_val (t->numbers, number);
      continue;
    }
    if (is_new) {
      number = next++;
      g_array_append_val (t->numbers, number);
    }
    key.key = rua_sqlite_dup_key (self->alliance, t->diff->now, row, number);
    g_array_append_val (t->keys, key);
    done = is_new || is_marked (t->diff->renamed, row) ? insert_row (self, t, row, number, key.key, error)
                                                       : update_row (self, t, row, number, key.key, error);
    if (!done)
      return FALSE;
    rua_sqlite_hash_row (t->bytes, t->now, row, number, key.key);
    rua_sqlite_seal_add (&t->seal, t->bytes);
  }
  return TRUE;
}

static gboolean
put_seal (Updating *self, const char *table, const RuaSqliteSeal *seal, GError **error)
{
  char hex[RUA_SQLITE_HEX_LENGTH + 1];
  sqlite3_stmt *statement;
  gboolean done;

  rua_sqlite_seal_to_hex (seal, hex);
  if (!prepare (self, "UPDATE rua_seals SET n_rows = ?1, hash = ?2 WHERE table_name = ?3", &statement, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) seal->n_rows);
  sqlite3_bind_text (statement, 2, hex, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, table, -1, SQLITE_STATIC);
  done = step_one (self, statement, error);
  sqlite3_finalize (statement);
  return done;
}

static gboolean
update_table (Updating *self, TableUpdate *t, GError **error)
{
  g_autofree char *remove = g_strdup_printf ("DELETE FROM \"%s\" WHERE \"rua_row\" = ?", t->rows->name);
  g_autofree char *insert = NULL;
  gboolean done;

  t->before = rua_sqlite_list_sources (t->diff->before, TRUE);
  t->now = rua_sqlite_list_sources (t->diff->now, TRUE);
  t->bytes = g_byte_array_new ();
  t->seal = t->rows->seal;
  t->updates = g_new0 (sqlite3_stmt *, t->now->len + 1);
  insert = rua_sqlite_insert_sql (t->diff->now, t->now);
  done = prepare (self, remove, &t->remove, error) && prepare (self, insert, &t->insert, error) && remove_rows (self, t, error)
         && put_rows (self, t, error) && put_seal (self, t->rows->name, &t->seal, error);
  sqlite3_finalize (t->remove);
  sqlite3_finalize (t->insert);
  for (guint i = 0; i <= t->now->len; i++)
    sqlite3_finalize (t->updates[i]);
  g_free (t->updates);
  g_array_unref (t->before);
  g_array_unref (t->now);
  g_byte_array_unref (t->bytes);
  return done;
}

/* What was done, remembered once it is on the disk. */
static void
keep_table (TableUpdate *t)
{
  RuaSqliteRows *rows = t->rows;
  guint32 n_before = t->diff->before->n_rows, n = t->diff->now->n_rows;

  rows->seal = t->seal;
  for (guint i = 0; i < t->keys->len; i++)
    rua_sqlite_rows_set_key (rows, g_array_index (t->keys, KeyUpdate, i).row, g_array_index (t->keys, KeyUpdate, i).key);
  for (guint i = 0; i < t->numbers->len; i++) {
    gint64 number = g_array_index (t->numbers, gint64, i);

    rows->next = MAX (rows->next, number + 1);
    /* While rows and numbers go together nothing need be kept. */
    if (rows->numbers == NULL && number != (gint64) n_before + i + RUA_SQLITE_FIRST_ROW) {
      rows->numbers = g_new (gint64, n);
      for (guint32 row = 0; row < n_before + i; row++)
        rows->numbers[row] = (gint64) row + RUA_SQLITE_FIRST_ROW;
    } else if (rows->numbers != NULL && i == 0) {
      rows->numbers = g_renew (gint64, rows->numbers, n);
    }
    if (rows->numbers != NULL)
      rows->numbers[n_before + i] = number;
  }
  rows->n_numbers = n;
}

/* ---- the file ---- */

/* One number; -1 when there is none. */
static gint64
ask (Updating *self, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  gint64 answer = -1;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW)
    answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return answer;
}

static gboolean
open_file (Updating *self, GError **error)
{
  int code = sqlite3_open_v2 (self->origin->file.path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
                              NULL);

  if (code != SQLITE_OK)
    return fail (self, code, error);
  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  return rua_sqlite_run (self->db, self->name,
                         "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                         " PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; BEGIN IMMEDIATE",
                         error);
}

static gboolean
find_seal (Updating *self, sqlite3_stmt *statement, const char *table, const RuaSqliteSeal *seal)
{
  char hex[RUA_SQLITE_HEX_LENGTH + 1];
  gboolean is_same_seal;

  rua_sqlite_seal_to_hex (seal, hex);
  sqlite3_bind_text (statement, 1, table, -1, SQLITE_STATIC);
  is_same_seal = sqlite3_step (statement) == SQLITE_ROW && sqlite3_column_int64 (statement, 0) == (gint64) seal->n_rows
                 && g_strcmp0 ((const char *) sqlite3_column_text (statement, 1), hex) == 0;
  sqlite3_reset (statement);
  return is_same_seal;
}

/* Whether the file says of itself what it said when we last saw it. */
static gboolean
check_seals (Updating *self, GError **error)
{
  sqlite3_stmt *statement;
  gboolean is_ours;

  if (!prepare (self, "SELECT n_rows, hash FROM rua_seals WHERE table_name = ?", &statement, error))
    return FALSE;
  is_ours = find_seal (self, statement, "rua_file", &self->origin->file.file_seal)
            && find_seal (self, statement, "rua_facts", &self->origin->file.log.facts)
            && find_seal (self, statement, "rua_changes", &self->origin->file.log.changes);
  for (guint i = 0; is_ours && i < self->origin->file.tables->len; i++) {
    const RuaSqliteRows *rows = self->origin->file.tables->pdata[i];

    is_ours = find_seal (self, statement, rows->name, &rows->seal);
  }
  sqlite3_finalize (statement);
  return is_ours || rua_sqlite_changed (self->name, error);
}

/* What is committed is safe in the journal; this moves it to where whoever copies the file finds it. */
static gboolean
fold_journal (Updating *self, GError **error)
{
  int code = sqlite3_exec (self->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (code & 0xff) == SQLITE_FULL ? G_IO_ERROR_NO_SPACE : G_IO_ERROR_FAILED,
               "%s: is saved, but only in the journal beside it, and may not outlast a power failure (%s); make room, and save it once more", self->name,
               sqlite3_errstr (code));
  return FALSE;
}

static gboolean
append_log (Updating *self, RuaSqliteLogState *state, GError **error)
{
  guint n_facts = state->n_facts, n_changes = state->n_changes;

  return rua_sqlite_log_append (self->db, self->name, rua_alliance_peek_log (self->alliance), state, self->cancellable, error)
         && (state->n_facts == n_facts || put_seal (self, "rua_facts", &state->facts, error))
         && (state->n_changes == n_changes || put_seal (self, "rua_changes", &state->changes, error));
}

static void
key_update_clear (gpointer data)
{
  g_free (((KeyUpdate *) data)->key);
}

static void
table_update_clear (gpointer data)
{
  g_array_unref (((TableUpdate *) data)->numbers);
  g_array_unref (((TableUpdate *) data)->keys);
}

static gboolean
update_all (Updating *self, GArray *diffs, gboolean *is_not, gboolean *is_committed, GError **error)
{
  g_autoptr (GArray) updates = g_array_new (FALSE, TRUE, sizeof (TableUpdate));
  RuaSqliteLogState state = self->origin->file.log;

  g_array_set_clear_func (updates, table_update_clear);
  if (!open_file (self, error) || !check_seals (self, error))
    return FALSE;
  /* A list of free pages is believed by whoever writes, and by no hash covered. */
  if (ask (self, "PRAGMA freelist_count") != 0) {
    *is_not = TRUE;
    return FALSE;
  }
  for (guint i = 0; i < diffs->len; i++) {
    TableUpdate update = { .diff = &g_array_index (diffs, RuaSqliteDiff, i), .rows = self->origin->file.tables->pdata[i] };

    if (update.diff->n_changed == 0 && update.diff->n_added == 0)
      continue;
    update.numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
    update.keys = g_array_new (FALSE, FALSE, sizeof (KeyUpdate));
    g_array_set_clear_func (update.keys, key_update_clear);
    g_array_append_val (updates, update);
    if (!update_table (self, &g_array_index (updates, TableUpdate, updates->len - 1), error))
      return FALSE;
  }
  if (!append_log (self, &state, error) || !rua_sqlite_run (self->db, self->name, "COMMIT", error))
    return FALSE;
  self->origin->file.log = state;
  for (guint i = 0; i < updates->len; i++)
    keep_table (&g_array_index (updates, TableUpdate, i));
  *is_committed = TRUE;
  return fold_journal (self, error);
}

/* Of the log in the file this one is the same, or goes on from it. */
static gboolean
has_same_log (RuaSqliteOrigin *origin, RuaAlliance *alliance)
{
  RuaLog *log = rua_alliance_peek_log (alliance);

  if (log == NULL || origin->file.lineage == NULL)
    return log == NULL && origin->file.lineage == NULL;
  return g_str_equal (rua_log_get_lineage (log), origin->file.lineage) && g_strcmp0 (rua_log_get_station (log), origin->file.station) == 0
         && rua_roster_get_version (rua_log_get_roster (log)) == origin->file.roster
         /* What was erased must not stay in a page or a journal: the file is written anew. */
         && rua_log_get_n_rewritten (log) == origin->file.n_rewritten
         && rua_log_get_n_facts (log) >= origin->file.log.n_facts && rua_log_get_n_changes (log) >= origin->file.log.n_changes;
}

/* A record whose removal was undone stands where it stood, and the file may have no number there: it was not
 * saved before it was removed, or the file was written anew since. */
static gboolean
has_numbers (GArray *diffs, RuaSqliteOrigin *origin)
{
  for (guint i = 0; i < diffs->len; i++) {
    const RuaSqliteDiff *diff = &g_array_index (diffs, RuaSqliteDiff, i);
    const RuaSqliteRows *rows = origin->file.tables->pdata[i];

    for (guint32 row = 0; diff->has_renamed && row < diff->before->n_rows; row++)
      if (is_marked (diff->renamed, row) && rua_table_is_alive (diff->now, row) && rua_sqlite_rows_get_number (rows, row) < RUA_SQLITE_FIRST_ROW)
        return FALSE;
  }
  return TRUE;
}

RuaSqliteUpdate
rua_sqlite_update_file (RuaAlliance *alliance, RuaSqliteOrigin *origin, const char *name, GCancellable *cancellable, GError **error)
{
  Updating self = { .alliance = alliance, .origin = origin, .name = name, .cancellable = cancellable };
  g_autoptr (GArray) diffs = NULL;
  guint64 n_changes = 0, n_records = 0;
  gboolean done, is_not = FALSE, is_committed = FALSE;

  if (!has_same_log (origin, alliance) || origin->file.is_whole_only || origin->file.base == NULL || origin->file.tables->len != rua_alliance_get_n_tables (alliance))
    return RUA_SQLITE_UPDATE_NOT;
  diffs = rua_sqlite_diff (origin->file.base, alliance, origin->file.tables, &n_changes);
  for (guint i = 0; i < rua_alliance_get_n_tables (alliance); i++)
    n_records += rua_table_get_n_records (rua_alliance_get_table_at (alliance, i));
  if (diffs == NULL || !has_numbers (diffs, origin) || (n_changes > ALWAYS_FEW && n_changes > n_records / MOST_SHARE))
    return RUA_SQLITE_UPDATE_NOT;
  done = update_all (&self, diffs, &is_not, &is_committed, error);
  /* Without a commit it takes everything back. */
  sqlite3_close (self.db);
  if (is_committed)
    rua_sqlite_origin_set_base (origin, alliance);
  return done ? RUA_SQLITE_UPDATE_DONE : is_not ? RUA_SQLITE_UPDATE_NOT : RUA_SQLITE_UPDATE_FAILED;
}
