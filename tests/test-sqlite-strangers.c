/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are damaged, of another version, or meant ill: refused, or just what was saved. */
#include "random-trials.h"
#include "rua-alliance-json.h"
#include "rua-sqlite-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "random-alliance.h"

typedef struct {
  char *folder;
  char *path;
  char *document; /* of what is saved there */
} Fixture;

static char *
document_of (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);
  gsize length;
  const char *data;

  g_assert_no_error (error);
  data = g_bytes_get_data (bytes, &length);
  return g_strndup (data, length);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaRandom random;

  f->folder = g_dir_make_tmp ("rua-sqlite-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "alliance.rua", NULL);
  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = random_alliance_new (&random, 40);
  rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error);
  g_assert_no_error (error);
  f->document = document_of (alliance);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (f->folder, name, NULL);

    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
  g_free (f->document);
}

static RuaAlliance *
open_bytes (const guint8 *bytes, gsize length, GError **error)
{
  g_autoptr (GBytes) content = g_bytes_new_static (bytes, length);
  const RuaLimitValues none = { 0 };
  g_autoptr (RuaSqliteCopy) copy = rua_sqlite_copy_new (content, "x.rua", &none, NULL, error);

  return copy != NULL ? rua_sqlite_read (copy, NULL, error) : NULL;
}

static RuaAlliance *
open_as (const char *path, RuaStoreFlags flags, GError **error)
{
  g_autoptr (RuaLocation) place = rua_location_new (path);
  RuaFaults *faults = NULL;
  const RuaStoreReading reading = { .place = place, .flags = flags, .faults = &faults };

  return rua_sqlite_open (&reading, error);
}

/* ---- damage ---- */

/* TRUE when it was refused; never another content. */
static gboolean
try_bytes (Fixture *f, const guint8 *bytes, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = open_bytes (bytes, length, &error);
  g_autofree char *found = NULL;

  if (alliance == NULL) {
    g_assert_nonnull (error);
    g_assert_true (g_str_has_prefix (error->message, "x.rua: "));
    return TRUE;
  }
  g_assert_no_error (error);
  found = document_of (alliance);
  g_assert_cmpstr (found, ==, f->document);
  return FALSE;
}

static void
test_flips (Fixture *f, gconstpointer data)
{
  guint n = under_valgrind () ? 9 : g_getenv ("RUA_SLOW_MACHINE") != NULL ? 30 : 700, n_refused = 0;
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  for (guint i = 0; i < n; i++) {
    /* A third of them where there is most to break, and a third in what is written: most of the file is room. */
    gsize at = (gsize) g_test_rand_int_range (0, (gint32) (i % 3 == 0 ? 4096 : length));
    guint8 bit = (guint8) (1u << g_test_rand_int_range (0, 8));

    while (i % 3 == 1 && bytes[at] == 0)
      at = (at + 1) % length;
    bytes[at] = (char) ((guint8) bytes[at] ^ bit);
    n_refused += try_bytes (f, (const guint8 *) bytes, length);
    bytes[at] = (char) ((guint8) bytes[at] ^ bit);
  }
  g_assert_false (try_bytes (f, (const guint8 *) bytes, length));
  g_test_message ("%u single bits of %" G_GSIZE_FORMAT " bytes flipped: %u refused, the others changed nothing that is read", n, length, n_refused);
  if (n >= 30)
    g_assert_cmpuint (n_refused, >, n / 20);
}

/* The same with the hashes not looked at would let some through: that they are what catches them. */
static void
test_cells_changed (Fixture *f, gconstpointer data)
{
  static const char *const edits[] = {
    "UPDATE things SET name = 'other' WHERE rua_row = 3",      "UPDATE things SET small = 1 - coalesce (small, 0) WHERE rua_row = 4",
    "UPDATE things SET price = 17.25 WHERE rua_row = 5",       "DELETE FROM things WHERE rua_row = 40",
    "UPDATE things SET rua_row = 1000 WHERE rua_row = 6",      "INSERT INTO things (id) VALUES ('more')",
    "UPDATE things SET rua_extra = '{}' WHERE rua_row = 7",    "UPDATE rua_file SET value = value || ' ' WHERE key = 'head'",
    "INSERT INTO rua_file VALUES ('a', 'b')",                  "DELETE FROM rua_seals WHERE table_name = 'things'",
    "UPDATE rua_seals SET n_rows = n_rows + 1",                "INSERT INTO households (id) VALUES ('h')",
    "UPDATE things SET day = '2031' WHERE rua_row = 8",
  };

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_autofree char *path = g_strdup_printf ("%s.%u", f->path, i), *whole = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaAlliance) alliance = NULL;
    sqlite3 *db;
    gsize length;

    g_assert_true (g_file_get_contents (f->path, &whole, &length, NULL));
    g_assert_true (g_file_set_contents (path, whole, (gssize) length, NULL));
    g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (db, edits[i], NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_changes (db), >, 0);
    g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
    alliance = open_as (path, RUA_STORE_NONE, &error);
    g_assert_null (alliance);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
    g_test_message ("%s: %s", edits[i], strstr (error->message, ": is damaged"));
  }
}

static void
test_truncated (Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  for (gsize n = 0; n < length; n += n < 200 ? 7 : length / 23)
    g_assert_true (try_bytes (f, (const guint8 *) bytes, n));
}

/* ---- what does not belong there ---- */

static void
run (const char *path, const char *sql)
{
  sqlite3 *db;
  char *why = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &why);
  g_assert_cmpstr (why, ==, NULL);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_schema (Fixture *f, gconstpointer data)
{
  static const char *const edits[] = {
    "CREATE VIEW v AS SELECT 1",
    "CREATE TRIGGER t AFTER INSERT ON households BEGIN DELETE FROM households; END",
    "CREATE TABLE more (a)",
    "CREATE INDEX more ON households (id)",
    "DROP INDEX \"households.id\"",
    "DROP TABLE incomes",
    "ALTER TABLE households ADD COLUMN more TEXT",
    "CREATE VIRTUAL TABLE f USING fts5 (a)",
    "ANALYZE",
    "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace (sql, 'STRICT', 'STRICT /* */') WHERE name = 'incomes'",
    "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'things'",
    "PRAGMA writable_schema=ON; INSERT INTO sqlite_schema SELECT * FROM sqlite_schema WHERE name = 'incomes'",
    "PRAGMA application_id=5",
    "PRAGMA user_version=0",
  };

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_autofree char *path = g_strdup_printf ("%s.%u", f->path, i), *whole = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaAlliance) alliance = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (f->path, &whole, &length, NULL));
    g_assert_true (g_file_set_contents (path, whole, (gssize) length, NULL));
    run (path, edits[i]);
    alliance = open_as (path, RUA_STORE_STRANGER, &error);
    g_test_message ("%s: %s", edits[i], error != NULL ? error->message : "opened");
    g_assert_null (alliance);
    g_assert_true (error->domain == RUA_ERROR);
  }
}

static void
test_newer (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  run (f->path, "PRAGMA user_version=2");
  g_assert_null (open_as (f->path, RUA_STORE_NONE, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VERSION);
  g_assert_nonnull (strstr (error->message, "format 2"));
}

/* Gives the file another version of the schema, and rua_file the hash that goes with it. */
static void
set_version (const char *path, const char *text)
{
  const RuaSqliteCell version = { .type = SQLITE_TEXT, .text = text, .length = strlen (text) };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *sql = NULL;
  RuaSqliteSeal seal = { 0 };
  char hex[RUA_SQLITE_HEX_LENGTH + 1];
  sqlite3_stmt *statement;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT key, value FROM rua_file WHERE key <> 'schema'", -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW) {
    RuaSqliteCell cell = { .type = SQLITE_TEXT, .text = (const char *) sqlite3_column_text (statement, 1) };

    cell.length = (gsize) sqlite3_column_bytes (statement, 1);
    rua_sqlite_hash_begin (bytes, 0);
    rua_sqlite_hash_cell (bytes, rua_sqlite_tag ((const char *) sqlite3_column_text (statement, 0)), &cell);
    rua_sqlite_seal_add (&seal, bytes);
  }
  sqlite3_finalize (statement);
  rua_sqlite_hash_begin (bytes, 0);
  rua_sqlite_hash_cell (bytes, rua_sqlite_tag ("schema"), &version);
  rua_sqlite_seal_add (&seal, bytes);
  rua_sqlite_seal_to_hex (&seal, hex);
  sql = g_strdup_printf ("UPDATE rua_file SET value = '%s' WHERE key = 'schema'; UPDATE rua_seals SET hash = '%s' WHERE table_name = 'rua_file'", text, hex);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
assert_opens (Fixture *f, RuaAlliance **opened)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = open_as (f->path, RUA_STORE_NONE, &error);
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  found = document_of (alliance);
  g_assert_cmpstr (found, ==, f->document);
  if (opened != NULL)
    *opened = g_steal_pointer (&alliance);
}

/* A newer library's file: read while what we do not know is not used, saved over never. */
static void
test_newer_schema (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;

  run (f->path, "ALTER TABLE households ADD COLUMN \"more\" TEXT; ALTER TABLE things ADD COLUMN \"more\" INTEGER;"
                " CREATE TABLE \"mores\" (\"rua_row\" INTEGER PRIMARY KEY) STRICT;"
                " INSERT INTO rua_seals VALUES ('mores', 0, '00000000000000000000000000000000')");
  set_version (f->path, "99.0");
  assert_opens (f, &alliance);
  g_assert_false (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VERSION);
  g_clear_error (&error);
  assert_opens (f, NULL);

  run (f->path, "UPDATE rua_seals SET n_rows = 1 WHERE table_name = 'mores'");
  g_assert_null (open_as (f->path, RUA_STORE_NONE, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VERSION);
  g_clear_error (&error);
  run (f->path, "UPDATE rua_seals SET n_rows = 0 WHERE table_name = 'mores'; ALTER TABLE things DROP COLUMN \"whatever\"");
  g_assert_null (open_as (f->path, RUA_STORE_NONE, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VERSION);
  g_assert_nonnull (strstr (error->message, "99.0"));
}

/* A file of a library that had none of the kinds of this one, made by hand: it opens, and the next save
 * makes it one of ours. */
static void
test_older_schema (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) drops = g_string_new (NULL);
  g_autoptr (RuaAlliance) empty = rua_alliance_new ();
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  for (guint i = 0; i < rua_alliance_get_n_tables (empty); i++) {
    const char *plural = rua_kind_get_plural (rua_table_get_kind (rua_alliance_get_table_at (empty, i)));

    g_string_append_printf (drops, "DROP TABLE \"%s\"; DELETE FROM rua_seals WHERE table_name = '%s';", plural, plural);
  }
  run (f->path, drops->str);
  g_assert_null (open_as (f->path, RUA_STORE_NONE, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  set_version (f->path, "0.9");
  assert_opens (f, &alliance);
  rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  assert_opens (f, NULL);
  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "SELECT count(*) FROM households", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_link (Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_build_filename (f->folder, "link.rua", NULL), *found = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) own = NULL;

  g_assert_cmpint (symlink (f->path, link), ==, 0);
  g_assert_null (open_as (link, RUA_STORE_STRANGER, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS);
  g_clear_error (&error);
  own = open_as (link, RUA_STORE_NONE, &error);
  g_assert_no_error (error);
  found = document_of (own);
  g_assert_cmpstr (found, ==, f->document);
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  const RuaLimitValues limits[] = { { .bytes = 1000 }, { .rows = 10 }, { .columns = 5 }, { .cell = 10 } };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autoptr (RuaLocation) place = rua_location_new (f->path);
    g_autoptr (GError) error = NULL;
    RuaFaults *faults = NULL;
    const RuaStoreReading reading = { .place = place, .limits = limits[i], .faults = &faults };

    g_assert_null (rua_sqlite_open (&reading, &error));
    g_assert_true (error->domain == RUA_ERROR);
    g_test_message ("%s", error->message);
  }
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (rua_alliance_open (f->path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Personal values are in no message. */
static void
test_messages (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaHousehold) household = rua_household_new ();
  g_autofree char *bytes = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  rua_record_set_id (RUA_RECORD (household), "h1", &error);
  rua_record_set_text (RUA_RECORD (household), "name", "Wei Secret", &error);
  rua_alliance_add (alliance, RUA_RECORD (household), &error);
  rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  for (gsize i = 0; i + 10 < length; i++)
    if (memcmp (bytes + i, "Wei Secret", 10) == 0)
      bytes[i + 1] = (char) 0xff;
  g_assert_null (open_bytes ((const guint8 *) bytes, length, &error));
  g_assert_null (strstr (error->message, "Secret"));
}

#define ADD(path, function) g_test_add ("/sqlite-strangers/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("flips", test_flips);
  ADD ("cells-changed", test_cells_changed);
  ADD ("truncated", test_truncated);
  ADD ("schema", test_schema);
  ADD ("newer", test_newer);
  ADD ("newer-schema", test_newer_schema);
  ADD ("older-schema", test_older_schema);
  ADD ("link", test_link);
  ADD ("limits", test_limits);
  ADD ("cancelled", test_cancelled);
  ADD ("messages", test_messages);
  return g_test_run ();
}
