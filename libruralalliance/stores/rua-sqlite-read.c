/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file as a whole: its tables have to be those that a file of its schema has, and its rows those that
 * were hashed when it was written. */
#include "rua-sqlite-private.h"

#include <string.h>

#include "rua-json-reader-private.h"
#include "rua-parallel-private.h"
#include "rua-schema-private.h"
#include "rua-table-core-private.h"

#define ROWS_A_BLOCK RUA_CHUNK_ROWS
/* A connection reads the whole schema first, which takes as long as thousands of rows. */
#define ROWS_A_TASK 4096

static gboolean
prepare (RuaSqliteReading *self, sqlite3 *db, const char *sql, sqlite3_stmt **statement, GError **error)
{
  int code = sqlite3_prepare_v2 (db, sql, -1, statement, NULL);

  return code == SQLITE_OK || rua_sqlite_fail (db, code, self->copy->name, "reading it", self->copy->cancellable, error);
}

/* TRUE at the end of the rows. */
static gboolean
finish (RuaSqliteReading *self, sqlite3 *db, sqlite3_stmt *statement, int code, GError **error)
{
  sqlite3_finalize (statement);
  return code == SQLITE_DONE || rua_sqlite_fail (db, code, self->copy->name, "reading it", self->copy->cancellable, error);
}

static const char *
column_text (sqlite3_stmt *statement, int column, gsize *length)
{
  const char *text = sqlite3_column_type (statement, column) == SQLITE_TEXT ? (const char *) sqlite3_column_text (statement, column) : NULL;

  *length = text != NULL ? (gsize) sqlite3_column_bytes (statement, column) : 0;
  return text != NULL && memchr (text, '\0', *length) == NULL && g_utf8_validate (text, (gssize) *length, NULL) ? text : NULL;
}

/* ---- the tables there are ---- */

/* Every statement of @db, by name. NULL when something is there that no file of ours has. */
static GHashTable *
list_objects (RuaSqliteReading *self, sqlite3 *db, GError **error)
{
  g_autoptr (GHashTable) objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sqlite3_stmt *statement;
  int code;
  gboolean done = TRUE;

  if (!prepare (self, db, "SELECT type, name, sql FROM sqlite_schema", &statement, error))
    return NULL;
  while (done && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    gsize length;
    const char *type = column_text (statement, 0, &length);
    const char *name = column_text (statement, 1, &length);
    const char *sql = column_text (statement, 2, &length);

    if (name == NULL || type == NULL || (!g_str_equal (type, "table") && !g_str_equal (type, "index")))
      done = rua_sqlite_damaged (self->copy->name, error, "there is something in it besides tables and indexes");
    else if (sql != NULL && !g_hash_table_insert (objects, g_strdup (name), g_strdup (sql)))
      done = rua_sqlite_damaged (self->copy->name, error, "a table is in it twice");
    /* Those that SQLite makes for a primary key have no statement. */
    else if (sql == NULL && !g_str_has_prefix (name, "sqlite_autoindex_rua_"))
      done = rua_sqlite_damaged (self->copy->name, error, "there is something in it besides tables and indexes");
  }
  if (!done) {
    sqlite3_finalize (statement);
    return NULL;
  }
  return finish (self, db, statement, code, error) ? g_steal_pointer (&objects) : NULL;
}

static gboolean
check_statement (RuaSqliteReading *self, GHashTable *objects, const RuaSqliteStatement *statement, GError **error)
{
  const char *sql = g_hash_table_lookup (objects, statement->name);

  if (g_strcmp0 (sql, statement->sql) == 0)
    return TRUE;
  return rua_sqlite_damaged (self->copy->name, error, sql == NULL ? "the table or index '%s' is not there" : "the table or index '%s' is not made as its schema says",
                             statement->name);
}

/* A table of a newer library: all of our columns are in it, and perhaps more. */
static gboolean
holds_columns (const char *sql, const char *ours)
{
  g_autofree char *head = g_strndup (ours, strcspn (ours, "("));
  g_auto (GStrv) columns = NULL, wanted = g_strsplit (ours + strlen (head) + 1, ", ", -1);

  if (sql == NULL || !g_str_has_prefix (sql, head) || !g_str_has_suffix (sql, ") STRICT"))
    return FALSE;
  columns = g_strsplit (sql + strlen (head) + 1, ", ", -1);
  for (guint i = 0; wanted[i] != NULL; i++) {
    g_autofree char *last = g_str_has_suffix (wanted[i], ") STRICT") ? g_strndup (wanted[i], strlen (wanted[i]) - strlen (") STRICT")) : NULL;

    if (!g_strv_contains ((const char *const *) columns, wanted[i]) && (last == NULL || !g_strv_contains ((const char *const *) columns, last)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_objects (RuaSqliteReading *self, GHashTable *objects, GPtrArray *statements, GError **error)
{
  for (guint i = 0; i < statements->len; i++) {
    const RuaSqliteStatement *statement = statements->pdata[i];

    if (self->is_newer && !g_str_has_prefix (statement->name, "rua_")
        && (statement->is_index || holds_columns (g_hash_table_lookup (objects, statement->name), statement->sql)))
      continue;
    if (!check_statement (self, objects, statement, error))
      return FALSE;
  }
  if (!self->is_newer && g_hash_table_size (objects) != statements->len)
    return rua_sqlite_damaged (self->copy->name, error, "there are tables or indexes in it that its schema does not have; drop what was added");
  return TRUE;
}

/* Rows of kinds that we do not know would be left out. */
static gboolean
check_kinds (RuaSqliteReading *self, GError **error)
{
  GHashTableIter iter;
  gpointer name, seal;

  g_hash_table_iter_init (&iter, self->seals);
  while (g_hash_table_iter_next (&iter, &name, &seal))
    if (((RuaSqliteSeal *) seal)->n_rows > 0 && !g_str_has_prefix (name, "rua_") && rua_alliance_get_table (self->alliance, name) == NULL)
      return rua_sqlite_damaged (self->copy->name, error, "there are records of a kind that is not known");
  return TRUE;
}

/* ---- what the file says of itself ---- */

static gboolean
read_seals (RuaSqliteReading *self, sqlite3 *db, GError **error)
{
  sqlite3_stmt *statement;
  gboolean done = TRUE;
  int code;

  self->seals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!prepare (self, db, "SELECT table_name, n_rows, hash FROM rua_seals", &statement, error))
    return FALSE;
  while (done && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    RuaSqliteSeal seal = { 0 };
    gsize name_length, length;
    const char *name = column_text (statement, 0, &name_length);
    const char *hex = column_text (statement, 2, &length);

    seal.n_rows = (guint64) sqlite3_column_int64 (statement, 1);
    if (name == NULL || hex == NULL || sqlite3_column_type (statement, 1) != SQLITE_INTEGER || seal.n_rows >= RUA_NO_ROW
        || !rua_sqlite_seal_from_hex (&seal, hex, length)
        || !g_hash_table_insert (self->seals, g_strdup (name), g_memdup2 (&seal, sizeof seal)))
      done = rua_sqlite_damaged (self->copy->name, error, "its hashes cannot be read");
  }
  if (!done) {
    sqlite3_finalize (statement);
    return FALSE;
  }
  return finish (self, db, statement, code, error);
}

static const RuaSqliteSeal *
seal_of (RuaSqliteReading *self, const char *table, GError **error)
{
  const RuaSqliteSeal *seal = g_hash_table_lookup (self->seals, table);

  if (seal == NULL)
    rua_sqlite_damaged (self->copy->name, error, "%s: its hash is not there", table);
  return seal;
}

static gboolean
check_seal (RuaSqliteReading *self, const char *table, const RuaSqliteSeal *found, GError **error)
{
  const RuaSqliteSeal *told = seal_of (self, table, error);

  if (told == NULL)
    return FALSE;
  if (rua_sqlite_seal_equal (told, found))
    return TRUE;
  return rua_sqlite_damaged (self->copy->name, error, "%s: its content is not the one that was hashed when it was written", table);
}

/* The keys and values of rua_file, whose hash is over them as over cells of row 0. */
static GHashTable *
read_file_table (RuaSqliteReading *self, sqlite3 *db, GError **error)
{
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  RuaSqliteSeal seal = { 0 };
  sqlite3_stmt *statement;
  gboolean done = TRUE;
  int code;

  if (!prepare (self, db, "SELECT key, value FROM rua_file", &statement, error))
    return NULL;
  while (done && (code = sqlite3_step (statement)) == SQLITE_ROW) {
    RuaSqliteCell cell = { .type = SQLITE_TEXT };
    gsize length;
    const char *key = column_text (statement, 0, &length);

    cell.text = column_text (statement, 1, &cell.length);
    if (key == NULL || cell.text == NULL || !g_hash_table_insert (values, g_strdup (key), g_strndup (cell.text, cell.length))) {
      done = rua_sqlite_damaged (self->copy->name, error, "rua_file cannot be read");
      break;
    }
    rua_sqlite_hash_begin (bytes, 0);
    rua_sqlite_hash_cell (bytes, rua_sqlite_tag (key), &cell);
    rua_sqlite_seal_add (&seal, bytes);
  }
  if (!done) {
    sqlite3_finalize (statement);
    return NULL;
  }
  if (!finish (self, db, statement, code, error) || !check_seal (self, "rua_file", &seal, error))
    return NULL;
  return g_steal_pointer (&values);
}

/* An alliance without records: own kinds and fields, and members that we do not know. */
static gboolean
read_head (RuaSqliteReading *self, const char *head, GError **error)
{
  g_autoptr (GBytes) json = head != NULL ? g_bytes_new (head, strlen (head)) : NULL;
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (GError) local = NULL;

  if (json == NULL)
    return rua_sqlite_damaged (self->copy->name, error, "rua_file does not tell its head");
  self->alliance = rua_json_reader_read (json, &faults, self->copy->name, NULL, NULL, self->copy->cancellable, &local);
  if (self->alliance == NULL) {
    if (local != NULL)
      g_propagate_error (error, g_steal_pointer (&local));
    else
      rua_faults_raise (faults, error);
    return FALSE;
  }
  for (guint i = 0; i < rua_alliance_get_n_tables (self->alliance); i++)
    if (rua_alliance_get_table_at (self->alliance, i)->n_rows > 0)
      return rua_sqlite_damaged (self->copy->name, error, "there are records in its head");
  return TRUE;
}

/* ---- the rows ---- */

static void
table_clear (gpointer data)
{
  RuaSqliteTable *table = data;

  g_free (table->name);
  g_array_unref (table->fields);
  g_free (table->select);
  g_free (table->tags);
}

static void
add_column (RuaSqliteTable *table, GArray *tags, GString *select, guint field, const char *name)
{
  guint64 tag = rua_sqlite_tag (name);

  g_array_append_val (table->fields, field);
  g_array_append_val (tags, tag);
  g_string_append (select, ", ");
  rua_sqlite_quote (select, name);
}

static gboolean
plan_table (RuaSqliteReading *self, RuaTable *to, GError **error)
{
  RuaKind *kind = rua_table_get_kind (to);
  g_autoptr (GString) select = g_string_new ("SELECT \"rua_row\"");
  g_autoptr (GArray) tags = g_array_new (FALSE, FALSE, sizeof (guint64));
  RuaSqliteTable table = { .table = to };
  const RuaSqliteSeal *seal = seal_of (self, rua_kind_get_plural (kind), error);

  if (seal == NULL)
    return FALSE;
  if (seal->n_rows > self->copy->limits.rows) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: %s: has %" G_GUINT64_FORMAT " records, of %u that it may have; allow it more",
                 self->copy->name, rua_kind_get_plural (kind), seal->n_rows, self->copy->limits.rows);
    return FALSE;
  }
  if (rua_kind_get_n_fields (kind) > self->copy->limits.columns) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: %s: has %u fields, of %u that it may have; allow it more", self->copy->name,
                 rua_kind_get_plural (kind), rua_kind_get_n_fields (kind), self->copy->limits.columns);
    return FALSE;
  }
  table.seal = *seal;
  table.name = g_strdup (rua_kind_get_plural (kind));
  table.fields = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++)
    if (rua_sqlite_has_field (rua_kind_get_field (kind, i), self->version))
      add_column (&table, tags, select, i, rua_field_get_name (rua_kind_get_field (kind, i)));
  add_column (&table, tags, select, rua_kind_get_n_fields (kind), "rua_extra");
  add_column (&table, tags, select, rua_kind_get_n_fields (kind) + 1, "rua_key");
  g_string_append (select, " FROM ");
  rua_sqlite_quote (select, table.name);
  g_string_append (select, " WHERE \"rua_row\" BETWEEN ?1 AND ?2 ORDER BY \"rua_row\"");
  table.select = g_string_free (g_steal_pointer (&select), FALSE);
  table.tags = (guint64 *) (gpointer) g_array_free (g_steal_pointer (&tags), FALSE);
  g_array_append_val (self->tables, table);
  return TRUE;
}

static void
add_block (RuaSqliteReading *self, guint table, gint64 from, gint64 to)
{
  RuaSqliteBlock block = { .table = table, .from = from, .to = to };

  g_array_append_val (self->blocks, block);
  g_array_index (self->tables, RuaSqliteTable, table).n_blocks++;
}

/* Runs of row numbers, a task each; all at once where they are so far apart that most would be empty. */
static gboolean
plan_blocks (RuaSqliteReading *self, sqlite3 *db, guint t, GError **error)
{
  RuaSqliteTable *table = &g_array_index (self->tables, RuaSqliteTable, t);
  g_autofree char *sql = g_strdup_printf ("SELECT (SELECT min(\"rua_row\") FROM \"%s\"), (SELECT max(\"rua_row\") FROM \"%s\")", table->name, table->name);
  sqlite3_stmt *statement;
  gint64 from = 0, to = -1;
  int code;

  table->first_block = self->blocks->len;
  if (!prepare (self, db, sql, &statement, error))
    return FALSE;
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW && sqlite3_column_type (statement, 0) == SQLITE_INTEGER) {
    from = sqlite3_column_int64 (statement, 0);
    to = sqlite3_column_int64 (statement, 1);
  }
  if (!finish (self, db, statement, code == SQLITE_ROW ? SQLITE_DONE : code, error))
    return FALSE;
  if (to < from)
    return TRUE;
  if (from < RUA_SQLITE_FIRST_ROW)
    return rua_sqlite_damaged (self->copy->name, error, "%s: its rows are not numbered from 1", table->name);
  if ((guint64) (to - from) / 4 > table->seal.n_rows + 16 * ROWS_A_BLOCK) {
    add_block (self, t, from, to);
    return TRUE;
  }
  for (; from <= to; from += ROWS_A_BLOCK)
    add_block (self, t, from, MIN (to, from + ROWS_A_BLOCK - 1));
  return TRUE;
}

static gboolean
read_blocks (guint task, gpointer data, GError **error)
{
  RuaSqliteReading *self = data;

  for (guint b = g_array_index (self->tasks, guint, task); b < g_array_index (self->tasks, guint, task + 1); b++)
    if (g_cancellable_set_error_if_cancelled (self->copy->cancellable, error)
        || !rua_sqlite_read_block (self, &g_array_index (self->blocks, RuaSqliteBlock, b), error))
      return FALSE;
  return TRUE;
}

/* Small tables go together: by what the file tells of them, which is checked later. */
static void
plan_tasks (RuaSqliteReading *self)
{
  guint64 n_rows = 0;
  guint end = self->blocks->len;

  for (guint b = 0; b < end; b++) {
    const RuaSqliteBlock *block = &g_array_index (self->blocks, RuaSqliteBlock, b);

    if (b == 0 || n_rows >= ROWS_A_TASK) {
      g_array_append_val (self->tasks, b);
      n_rows = 0;
    }
    n_rows += MIN ((guint64) (block->to - block->from) + 1, g_array_index (self->tables, RuaSqliteTable, block->table).seal.n_rows);
  }
  g_array_append_val (self->tasks, end);
}

static gboolean
check_rows (RuaSqliteReading *self, GError **error)
{
  for (guint t = 0; t < self->tables->len; t++) {
    RuaSqliteTable *table = &g_array_index (self->tables, RuaSqliteTable, t);
    RuaSqliteSeal seal = { 0 };

    for (guint b = 0; b < table->n_blocks; b++)
      rua_sqlite_seal_merge (&seal, &g_array_index (self->blocks, RuaSqliteBlock, table->first_block + b).seal);
    if (!check_seal (self, table->name, &seal, error))
      return FALSE;
    table->n_rows = seal.n_rows;
    if (table->n_rows > 1 && g_str_equal (rua_kind_get_name (rua_table_get_kind (table->table)), RUA_PROFILE_KIND))
      return rua_sqlite_damaged (self->copy->name, error, "it tells of the alliance twice");
  }
  return TRUE;
}

static gboolean
plan_rows (RuaSqliteReading *self, sqlite3 *db, GError **error)
{
  for (guint i = 0; i < rua_alliance_get_n_tables (self->alliance); i++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, i);

    if (rua_sqlite_has_kind (rua_table_get_kind (table), self->version) && !plan_table (self, table, error))
      return FALSE;
  }
  for (guint t = 0; t < self->tables->len; t++)
    if (!plan_blocks (self, db, t, error))
      return FALSE;
  plan_tasks (self);
  return TRUE;
}

/* Which row of the file each row of a table is. */
static void
note_rows (RuaSqliteReading *self, RuaSqliteTable *table)
{
  RuaSqliteRows *rows = rua_sqlite_origin_add (self->copy->origin, table->name);
  guint32 n = 0;

  rows->seal = table->seal;
  for (guint b = 0; b < table->n_blocks; b++) {
    const RuaSqliteBlock *block = &g_array_index (self->blocks, RuaSqliteBlock, table->first_block + b);

    if (block->n_rows == 0)
      continue;
    if (rows->numbers == NULL && (block->rows != NULL || block->first != (gint64) n + RUA_SQLITE_FIRST_ROW)) {
      rows->numbers = g_new (gint64, table->n_rows);
      for (guint32 i = 0; i < n; i++)
        rows->numbers[i] = (gint64) i + RUA_SQLITE_FIRST_ROW;
    }
    for (guint32 i = 0; rows->numbers != NULL && i < block->n_rows; i++)
      rows->numbers[n + i] = block->rows != NULL ? block->rows[i] : block->first + (gint64) i;
    n += block->n_rows;
    rows->next = (block->rows != NULL ? block->rows[block->n_rows - 1] : block->first + (gint64) block->n_rows - 1) + 1;
  }
  rows->n_numbers = n;
}

/* What the log calls the records without an id; before it is taken. */
static gboolean
say_keys (RuaSqliteReading *self, RuaSqliteTable *table, RuaSqliteRows *rows, GError **error)
{
  guint column = table->fields->len - 1;
  guint32 row = 0;

  for (guint b = 0; b < table->n_blocks; b++) {
    const RuaSqliteBlock *block = &g_array_index (self->blocks, RuaSqliteBlock, table->first_block + b);
    const RuaSqliteCells *cells = block->cells != NULL ? &block->cells[column] : NULL;

    for (guint32 i = 0; i < block->n_rows; i++, row++) {
      gint64 number = block->rows != NULL ? block->rows[i] : block->first + (gint64) i;
      const char *key = NULL;
      gboolean has_id;
      char place[32];
      gsize length;

      if (cells->known[i >> 6] >> (i & 63) & 1)
        key = rua_dictionary_get (&cells->texts, ((const guint32 *) cells->values)[i], &length);
      if (key != NULL && (strlen (key) != length || !g_utf8_validate (key, (gssize) length, NULL)))
        return rua_sqlite_damaged (self->copy->name, error, "%s: rua_key is no key", table->name);
      if (rows != NULL && key != NULL)
        rua_sqlite_rows_set_key (rows, row, key);
      has_id = rua_column_is_known (rua_table_column (table->table, 0), row);
      if (has_id && key == NULL)
        continue;
      g_snprintf (place, sizeof place, "~%" G_GINT64_FORMAT, number - RUA_SQLITE_FIRST_ROW);
      /* The mark goes with an id, a key with none. */
      if ((g_strcmp0 (key, RUA_ROW_KEY_UNMADE) == 0) != has_id || !rua_alliance_set_row_key (self->alliance, table->table, row, key != NULL ? key : place))
        return rua_sqlite_damaged (self->copy->name, error, "%s: the rua_key of row %" G_GINT64_FORMAT " is no key, or that of another", table->name, number);
    }
  }
  return TRUE;
}

static gboolean
take_log (RuaSqliteReading *self, RuaLog *log, GError **error)
{
  RuaSqliteOrigin *origin = self->copy->origin;
  g_autoptr (RuaLog) own = log;

  for (guint t = 0; t < self->tables->len; t++)
    if (!say_keys (self, &g_array_index (self->tables, RuaSqliteTable, t), origin != NULL ? origin->file.tables->pdata[t] : NULL, error))
      return FALSE;
  rua_alliance_take_log (self->alliance, g_steal_pointer (&own));
  return TRUE;
}

static void
note_origin (RuaSqliteReading *self, RuaLog *log)
{
  RuaSqliteOrigin *origin = self->copy->origin;

  origin->file.is_newer = self->is_newer;
  for (guint t = 0; t < self->tables->len; t++)
    note_rows (self, &g_array_index (self->tables, RuaSqliteTable, t));
  origin->file.log = self->log_state;
  origin->file.file_seal = *(RuaSqliteSeal *) g_hash_table_lookup (self->seals, "rua_file");
  /* Keys without a log to use them in are not kept. */
  for (guint b = 0; log == NULL && b < self->blocks->len; b++) {
    const RuaSqliteBlock *block = &g_array_index (self->blocks, RuaSqliteBlock, b);
    guint n_columns = g_array_index (self->tables, RuaSqliteTable, block->table).fields->len;

    if (block->cells != NULL && rua_dictionary_get_n (&block->cells[n_columns - 1].texts) > 0)
      origin->file.is_whole_only = TRUE;
  }
  /* What is written otherwise than we would would be hashed otherwise, too. */
  if (g_atomic_int_get (&self->uncanonical) || rua_sqlite_compare_versions (self->version, rua_sqlite_builtin_version ()) != 0)
    origin->file.is_whole_only = TRUE;
  if (log != NULL)
    origin->file.roster = rua_roster_get_version (rua_log_get_roster (log));
  if (log != NULL)
    rua_sqlite_origin_set_log (origin, rua_log_get_lineage (log), rua_log_get_station (log));
  rua_sqlite_origin_set_base (origin, self->alliance);
  rua_alliance_set_origin (self->alliance, G_OBJECT (origin));
}

static gboolean
read_log (RuaSqliteReading *self, sqlite3 *db, GHashTable *values, RuaLog **log, GError **error)
{
  RuaSqliteLogState *state = &self->log_state;
  const char *stations = g_hash_table_lookup (values, "stations");

  if (!rua_sqlite_log_read (self, db, g_hash_table_lookup (values, "lineage"), g_hash_table_lookup (values, "station"), state, log, error))
    return FALSE;
  if (stations != NULL && (*log == NULL || !rua_roster_read_json (rua_log_get_roster (*log), stations, strlen (stations))))
    return rua_sqlite_damaged (self->copy->name, error, "rua_file tells of the other stations in no way that is known");
  return check_seal (self, "rua_facts", &state->facts, error) && check_seal (self, "rua_changes", &state->changes, error);
}

/* All but the records. */
static gboolean
read_plan (RuaSqliteReading *self, sqlite3 *db, RuaLog **log, GError **error)
{
  g_autoptr (GHashTable) objects = list_objects (self, db, error);
  g_autoptr (GHashTable) values = NULL;
  g_autoptr (GPtrArray) own = NULL;
  g_autoptr (GPtrArray) statements = NULL;
  const char *ours = rua_sqlite_builtin_version ();

  if (objects == NULL)
    return FALSE;
  /* Those that say what the others have to be. */
  own = rua_sqlite_list_own_statements ();
  for (guint i = 0; i < own->len; i++)
    if (!check_statement (self, objects, own->pdata[i], error))
      return FALSE;
  if (!read_seals (self, db, error) || (values = read_file_table (self, db, error)) == NULL)
    return FALSE;
  self->version = g_strdup (g_hash_table_lookup (values, "schema"));
  if (self->version == NULL || !g_ascii_isdigit (*self->version))
    return rua_sqlite_damaged (self->copy->name, error, "rua_file does not tell the version of its schema");
  self->is_newer = rua_sqlite_compare_versions (self->version, ours) > 0;
  if (!read_head (self, g_hash_table_lookup (values, "head"), error) || !check_kinds (self, error))
    return FALSE;
  statements = rua_sqlite_list_statements (rua_alliance_get_schema (self->alliance), self->is_newer ? ours : self->version);
  return check_objects (self, objects, statements, error) && read_log (self, db, values, log, error) && plan_rows (self, db, error);
}

static gboolean
read_all (RuaSqliteReading *self, RuaProgress *progress, GError **error)
{
  g_autoptr (RuaLog) log = NULL;
  sqlite3 *db = rua_sqlite_copy_borrow (self->copy, error);
  gboolean done;

  if (db == NULL)
    return FALSE;
  done = read_plan (self, db, &log, error);
  /* Whoever comes first to a task goes on with it. */
  rua_sqlite_copy_return (self->copy, db);
  if (!done || !rua_parallel_run (self->tasks->len - 1, read_blocks, self, progress, self->copy->cancellable, error) || !check_rows (self, error)
      || !rua_sqlite_fill_tables (self, error))
    return FALSE;
  if (self->copy->origin != NULL)
    note_origin (self, log);
  return log == NULL || take_log (self, g_steal_pointer (&log), error);
}

/* A newer file is read where nothing is in it that we do not know: cells that are unknown are not hashed,
 * so that the hash is right then, and only then. */
static gboolean
refuse_newer (RuaSqliteReading *self, GError **error)
{
  g_clear_error (error);
  g_set_error (error, RUA_ERROR, RUA_ERROR_VERSION,
               "%s: was written with the kinds and fields of version %s, and holds some that this version of libruralalliance, which knows those of %s, cannot read; update it, or save the alliance as JSON where it was written",
               self->copy->name, self->version, rua_sqlite_builtin_version ());
  return FALSE;
}

RuaAlliance *
rua_sqlite_read (RuaSqliteCopy *copy, RuaProgress *progress, GError **error)
{
  RuaSqliteReading self = { .copy = copy };
  g_autoptr (GError) local = NULL;
  gboolean done;

  self.tables = g_array_new (FALSE, TRUE, sizeof (RuaSqliteTable));
  g_array_set_clear_func (self.tables, table_clear);
  self.blocks = g_array_new (FALSE, TRUE, sizeof (RuaSqliteBlock));
  g_array_set_clear_func (self.blocks, rua_sqlite_block_clear);
  self.tasks = g_array_new (FALSE, FALSE, sizeof (guint));
  done = read_all (&self, progress, &local);
  if (!done && self.is_newer && local->domain == RUA_ERROR)
    refuse_newer (&self, &local);
  if (!done)
    g_propagate_error (error, g_steal_pointer (&local));
  g_array_unref (self.tasks);
  g_array_unref (self.blocks);
  g_array_unref (self.tables);
  g_clear_pointer (&self.seals, g_hash_table_unref);
  g_free (self.version);
  if (!done)
    g_clear_object (&self.alliance);
  return self.alliance;
}
