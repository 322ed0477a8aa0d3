/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole file, from the first row to the last: tables without indexes, then the indexes, then what is
 * said of it all. Nobody sees the file before it is whole, so that it needs no journal. A small one is
 * made in memory, and written in one piece. */
#include "rua-sqlite-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "rua-json-reader-private.h"
#include "rua-table-core-private.h"

#define FEW_RECORDS 4096u /* a file of so few is small, and has small pages, since each table takes one */
#define AT_VERSIONS 18    /* of the header: how to be written and read */

typedef struct {
  RuaAlliance *alliance;
  const char *name;
  const RuaLocation *place;
  GCancellable *cancellable;
  RuaSqliteOrigin *origin;
  gboolean is_small;
  sqlite3 *db;
  sqlite3_stmt *seals;
} Writing;

static gboolean
fail (Writing *self, int code, GError **error)
{
  return rua_sqlite_fail (self->db, code, self->name, "writing it", self->cancellable, error);
}

static gboolean
is_small (RuaAlliance *alliance)
{
  guint64 n_records = 0;

  for (guint i = 0; i < rua_alliance_get_n_tables (alliance); i++)
    n_records += rua_table_get_n_records (rua_alliance_get_table_at (alliance, i));
  return n_records < FEW_RECORDS;
}

static gboolean
open_file (Writing *self, const char *path, GError **error)
{
  g_autofree char *setup = NULL;
  int code;

  code = sqlite3_open_v2 (self->is_small ? "alliance" : path, &self->db,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
                          self->is_small ? "memdb" : NULL);
  if (code != SQLITE_OK)
    return fail (self, code, error);
  sqlite3_extended_result_codes (self->db, 1);
  setup = g_strdup_printf ("PRAGMA page_size=%d; PRAGMA auto_vacuum=0; PRAGMA encoding='UTF-8'; PRAGMA locking_mode=EXCLUSIVE;"
                           " PRAGMA journal_mode=OFF; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"
                           " PRAGMA foreign_keys=OFF; PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN",
                           self->is_small ? 1024 : 4096, RUA_SQLITE_APPLICATION, RUA_SQLITE_FORMAT);
  return rua_sqlite_run (self->db, self->name, setup, error);
}

static gboolean
make (Writing *self, GPtrArray *statements, gboolean indexes, GError **error)
{
  for (guint i = 0; i < statements->len; i++) {
    const RuaSqliteStatement *statement = statements->pdata[i];

    if (statement->is_index != indexes)
      continue;
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error) || !rua_sqlite_run (self->db, self->name, statement->sql, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
step (Writing *self, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  sqlite3_reset (statement);
  return code == SQLITE_DONE || fail (self, code, error);
}

static gboolean
put_seal (Writing *self, const char *table, const RuaSqliteSeal *seal, GError **error)
{
  char hex[RUA_SQLITE_HEX_LENGTH + 1];

  rua_sqlite_seal_to_hex (seal, hex);
  sqlite3_bind_text (self->seals, 1, table, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64 (self->seals, 2, (gint64) seal->n_rows);
  sqlite3_bind_text (self->seals, 3, hex, -1, SQLITE_TRANSIENT);
  return step (self, self->seals, error);
}

static gboolean
insert_rows (Writing *self, RuaTable *table, GArray *sources, sqlite3_stmt *statement, RuaSqliteRows *rows, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (256);

  /* Rows that were removed leave no gaps in the file. */
  if (!rua_table_is_dense (table)) {
    rows->n_numbers = rua_table_get_n_rows (table);
    rows->numbers = g_new0 (gint64, rows->n_numbers);
  }

  for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
    g_autofree char *key = NULL;
    int code = SQLITE_OK;

    if ((row & 0xfff) == 0 && g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    if (!rua_table_is_alive (table, row))
      continue;
    if (rows->numbers != NULL)
      rows->numbers[row] = rows->next;
    key = rua_sqlite_dup_key (self->alliance, table, row, rows->next);
    rua_sqlite_rows_set_key (rows, row, key);
    rua_sqlite_hash_begin (bytes, rows->next);
    sqlite3_bind_int64 (statement, 1, rows->next++);
    for (guint i = 0; i < sources->len && code == SQLITE_OK; i++) {
      RuaSqliteSource *source = &g_array_index (sources, RuaSqliteSource, i);
      RuaSqliteCell cell;

      rua_sqlite_source_read (source, row, &cell);
      rua_sqlite_hash_cell (bytes, source->tag, &cell);
      code = rua_sqlite_bind (statement, (int) i + 2, &cell);
    }
    if (code == SQLITE_OK)
      code = rua_sqlite_bind_key (statement, (int) sources->len + 2, key);
    if (code != SQLITE_OK)
      return fail (self, code, error);
    rua_sqlite_hash_key (bytes, key);
    rua_sqlite_seal_add (&rows->seal, bytes);
    if (!step (self, statement, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_table (Writing *self, RuaTable *table, GError **error)
{
  g_autoptr (GArray) sources = rua_sqlite_list_sources (table, FALSE);
  g_autofree char *sql = rua_sqlite_insert_sql (table, sources);
  RuaSqliteRows *rows = rua_sqlite_origin_add (self->origin, rua_kind_get_plural (rua_table_get_kind (table)));
  sqlite3_stmt *statement = NULL;
  gboolean done = TRUE;
  int code;

  if (rua_table_get_n_records (table) > 0) {
    code = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    done = code == SQLITE_OK ? insert_rows (self, table, sources, statement, rows, error) : fail (self, code, error);
    sqlite3_finalize (statement);
  }
  return done && put_seal (self, rows->name, &rows->seal, error);
}

static gboolean
put_value (Writing *self, sqlite3_stmt *statement, const char *key, const char *value, gsize length, RuaSqliteSeal *seal, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const RuaSqliteCell cell = { .type = SQLITE_TEXT, .text = value, .length = length };

  rua_sqlite_hash_begin (bytes, 0);
  rua_sqlite_hash_cell (bytes, rua_sqlite_tag (key), &cell);
  rua_sqlite_seal_add (seal, bytes);
  sqlite3_bind_text (statement, 1, key, -1, SQLITE_TRANSIENT);
  rua_sqlite_bind (statement, 2, &cell);
  return step (self, statement, error);
}

static gboolean
write_file_table (Writing *self, GError **error)
{
  g_autoptr (GBytes) head = rua_alliance_head_to_json (self->alliance);
  g_autofree char *version = rua_sqlite_schema_version (rua_alliance_get_schema (self->alliance));
  RuaSqliteSeal *seal = &self->origin->file.file_seal;
  RuaLog *log = rua_alliance_peek_log (self->alliance);
  const char *lineage = log != NULL ? rua_log_get_lineage (log) : NULL, *station = log != NULL ? rua_log_get_station (log) : NULL;
  g_autofree char *stations = log != NULL ? rua_roster_to_json (rua_log_get_roster (log)) : NULL;
  sqlite3_stmt *statement = NULL;
  gsize length;
  const char *json = g_bytes_get_data (head, &length);
  int code = sqlite3_prepare_v2 (self->db, "INSERT INTO rua_file (key, value) VALUES (?, ?)", -1, &statement, NULL);
  gboolean done;

  if (code != SQLITE_OK)
    return fail (self, code, error);
  done = put_value (self, statement, "head", json, length, seal, error)
         && put_value (self, statement, "schema", version, strlen (version), seal, error)
         && (lineage == NULL || put_value (self, statement, "lineage", lineage, strlen (lineage), seal, error))
         && (station == NULL || put_value (self, statement, "station", station, strlen (station), seal, error))
         && (stations == NULL || put_value (self, statement, "stations", stations, strlen (stations), seal, error));
  /* The keys are in the file, and nowhere else. */
  if (stations != NULL)
    rua_key_forget (stations, strlen (stations));
  self->origin->file.roster = log != NULL ? rua_roster_get_version (rua_log_get_roster (log)) : 0;
  self->origin->file.n_rewritten = log != NULL ? rua_log_get_n_rewritten (log) : 0;
  rua_sqlite_origin_set_log (self->origin, lineage, station);
  sqlite3_finalize (statement);
  return done && put_seal (self, "rua_file", seal, error);
}

static gboolean
write_log (Writing *self, GError **error)
{
  RuaSqliteLogState *state = &self->origin->file.log;

  return rua_sqlite_log_append (self->db, self->name, rua_alliance_peek_log (self->alliance), state, self->cancellable, error)
         && put_seal (self, "rua_facts", &state->facts, error) && put_seal (self, "rua_changes", &state->changes, error);
}

static gboolean
write_content (Writing *self, GError **error)
{
  g_autoptr (GPtrArray) statements = rua_sqlite_list_statements (rua_alliance_get_schema (self->alliance), NULL);
  gboolean done = TRUE;
  int code;

  if (!make (self, statements, FALSE, error))
    return FALSE;
  code = sqlite3_prepare_v2 (self->db, "INSERT INTO rua_seals (table_name, n_rows, hash) VALUES (?, ?, ?)", -1, &self->seals, NULL);
  if (code != SQLITE_OK)
    return fail (self, code, error);
  for (guint i = 0; done && i < rua_alliance_get_n_tables (self->alliance); i++)
    done = write_table (self, rua_alliance_get_table_at (self->alliance, i), error);
  done = done && write_log (self, error) && write_file_table (self, error) && make (self, statements, TRUE, error);
  sqlite3_finalize (self->seals);
  return done && rua_sqlite_run (self->db, self->name, "COMMIT", error);
}

static gboolean
write_bytes (Writing *self, const char *path, const guint8 *bytes, gsize length, off_t at, GError **error)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW), reason = fd < 0 ? errno : 0;
  gsize done = 0;

  while (reason == 0 && done < length) {
    gssize put = pwrite (fd, bytes + done, length - done, at + (off_t) done);

    if (put < 0 && errno != EINTR)
      reason = errno;
    done += put > 0 ? (gsize) put : 0;
  }
  if (fd >= 0 && close (fd) != 0 && reason == 0)
    reason = errno;
  return reason == 0 || rua_location_fail_write (self->place, reason, error);
}

/* Whoever writes to it next keeps a journal. Said through SQLite, it would leave one now beside a name
 * that is not the file's own. */
static const guint8 versions[2] = { 2, 2 };

static gboolean
write_small (Writing *self, const char *path, GError **error)
{
  sqlite3_int64 size = 0;
  guint8 *bytes = sqlite3_serialize (self->db, "main", &size, 0);
  gboolean done;

  if (bytes == NULL)
    return fail (self, SQLITE_NOMEM, error);
  memcpy (bytes + AT_VERSIONS, versions, sizeof versions);
  done = write_bytes (self, path, bytes, (gsize) size, 0, error);
  sqlite3_free (bytes);
  return done;
}

gboolean
rua_sqlite_write_file (RuaAlliance *alliance,
                       const char *path,
                       const RuaLocation *place,
                       RuaSqliteOrigin *origin,
                       GCancellable *cancellable,
                       GError **error)
{
  Writing self = { .alliance = alliance, .name = place->name, .place = place, .cancellable = cancellable, .origin = origin };
  gboolean done;
  int code;

  self.is_small = is_small (alliance);
  done = rua_sqlite_check_schema (rua_alliance_get_schema (alliance), self.name, error) && open_file (&self, path, error)
         && write_content (&self, error) && (!self.is_small || write_small (&self, path, error));
  code = sqlite3_close (self.db);
  if (done && code != SQLITE_OK) {
    self.db = NULL;
    done = fail (&self, code, error);
  }
  return done && (self.is_small || write_bytes (&self, path, versions, sizeof versions, AT_VERSIONS, error));
}
