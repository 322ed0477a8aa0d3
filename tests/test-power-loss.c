/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The power fails at any moment: what was acknowledged is there, and all of it can be read. Every harness is
 * also run over something that is done badly, and has to notice. */
#include "fault-case.h"
#include "file-calls.h"
#include "power-disk.h"
#include "power-vfs.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* What became of the trials. */
typedef struct {
  guint n_trials, n_unreadable, n_lost, n_ahead;
} Outcome;

static void
tell (const char *what, const Outcome *outcome)
{
  g_test_message ("%s: %u power failures, %u unreadable, %u with something acknowledged lost, %u with what was under way",
                  what, outcome->n_trials, outcome->n_unreadable, outcome->n_lost, outcome->n_ahead);
}

/* ---- the disk by itself ---- */

static char *
after_failure (PowerDisk *disk, guint n_steps, RuaRandom *random, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  char *text = NULL;

  power_disk_fail (disk, n_steps, random, folder);
  g_file_get_contents (path, &text, NULL, NULL);
  fault_remove (folder);
  return text;
}

static void
test_disk (void)
{
  g_autofree char *folder = fault_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL), *other = g_build_filename (folder, "b", NULL);
  g_autofree char *crashed = g_strconcat (folder, "-crashed", NULL);
  g_autofree char *old = g_strnfill (2000, 'o'), *new = g_strnfill (2000, 'n');
  g_autoptr (GError) error = NULL;
  g_autoptr (PowerDisk) disk = NULL;
  RuaRandom random;
  guint seed = (guint) g_test_rand_int (), n_old = 0, n_new = 0, n_torn = 0, n_gone = 0, synced, renamed;
  int file;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  g_file_set_contents (path, old, 2000, &error);
  g_assert_no_error (error);
  disk = power_disk_new (folder);
  file = power_disk_open (disk, path, FALSE);
  power_disk_write (disk, file, new, 2000, 0);
  synced = power_disk_get_n_steps (disk) + 1;
  power_disk_sync (disk, file);
  file = power_disk_open (disk, other, FALSE);
  power_disk_write (disk, file, "b", 1, 0);
  power_disk_sync (disk, file);
  power_disk_rename (disk, other, path);
  renamed = power_disk_get_n_steps (disk);
  power_disk_sync_folder (disk, folder);
  for (guint i = 0; i < 100; i++) {
    g_autofree char *before = after_failure (disk, synced - 1, &random, crashed);
    g_autofree char *after = after_failure (disk, synced, &random, crashed);
    g_autofree char *moved = after_failure (disk, renamed, &random, crashed);
    g_autofree char *safe = after_failure (disk, renamed + 1, &random, crashed);

    g_assert_cmpuint (strlen (before), <=, 2000);
    n_old += g_str_equal (before, old);
    n_new += g_str_equal (before, new);
    n_torn += strchr (before, 'o') != NULL && strchr (before, 'n') != NULL;
    g_assert_cmpstr (after, ==, new);
    n_gone += g_str_equal (moved, new);
    g_assert_true (g_str_equal (moved, new) || g_str_equal (moved, "b"));
    g_assert_cmpstr (safe, ==, "b");
  }
  g_test_message ("unsynced: %u old, %u new, %u torn; %u renames undone", n_old, n_new, n_torn, n_gone);
  g_assert_cmpuint (n_old, >, 0);
  g_assert_cmpuint (n_new, >, 0);
  g_assert_cmpuint (n_torn, >, 0);
  g_assert_cmpuint (n_gone, >, 0);
  g_assert_cmpuint (n_gone, <, 100);
  fault_remove (folder);
}

/* ---- SQLite by itself ---- */

typedef struct {
  const char *journal, *synchronous;
  gboolean may_lose, may_spoil;
} Way;

static const Way ways[] = {
  { "wal", "full", FALSE, FALSE },
  { "truncate", "full", FALSE, FALSE },
  { "delete", "extra", FALSE, FALSE },
  { "delete", "full", TRUE, FALSE }, /* whose last journal may come back, as its manual says */
  { "wal", "normal", TRUE, FALSE },
  { "wal", "off", TRUE, TRUE },
  { "delete", "off", TRUE, TRUE },
};

#define N_VERSIONS 12
#define N_ROWS 60

static void
execute (sqlite3 *db, const char *sql, guint a, guint b)
{
  sqlite3_stmt *statement;
  int status;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  sqlite3_bind_int64 (statement, 1, a);
  sqlite3_bind_int64 (statement, 2, b);
  do
    status = sqlite3_step (statement);
  while (status == SQLITE_ROW);
  g_assert_cmpint (status, ==, SQLITE_DONE);
  sqlite3_finalize (statement);
}

/* Each version changes every row, in one transaction. */
static void
write_versions (const char *path, const Way *way, PowerDisk *disk)
{
  g_autofree char *journal = g_strdup_printf ("PRAGMA journal_mode = %s", way->journal);
  g_autofree char *synchronous = g_strdup_printf ("PRAGMA synchronous = %s", way->synchronous);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), ==, SQLITE_OK);
  execute (db, "PRAGMA page_size = 1024", 0, 0);
  execute (db, journal, 0, 0);
  execute (db, synchronous, 0, 0);
  /* Now and then what is in the log goes into the file. */
  execute (db, "PRAGMA wal_autocheckpoint = 20", 0, 0);
  execute (db, "CREATE TABLE rows (n INTEGER PRIMARY KEY, version INTEGER, filling TEXT)", 0, 0);
  for (guint version = 1; version <= N_VERSIONS; version++) {
    execute (db, "BEGIN", 0, 0);
    for (guint row = 0; row < N_ROWS; row++)
      execute (db, "INSERT OR REPLACE INTO rows VALUES (?1, ?2, hex (zeroblob (20 + ?1 % 50)) || ?2)", row, version);
    execute (db, "COMMIT", 0, 0);
    power_disk_acknowledge (disk, version);
  }
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static int
take_number (gpointer data, int n, char **values, char **names)
{
  *(gint64 *) data = values[0] != NULL ? g_ascii_strtoll (values[0], NULL, 10) : -1;
  return 0;
}

/* The version in the file, 0 when there is none yet, -1 when it is no version at all. */
static gint64
read_version (const char *path)
{
  gint64 ok = 0, low = -1, high = -1, n = -1, is_there = -1;
  sqlite3 *db;
  gboolean done;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return 0;
  done = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
         && sqlite3_exec (db, "SELECT integrity_check = 'ok' FROM pragma_integrity_check", take_number, &ok, NULL) == SQLITE_OK
         && sqlite3_exec (db, "SELECT count(*) FROM sqlite_schema", take_number, &is_there, NULL) == SQLITE_OK
         && (is_there == 0
             || (sqlite3_exec (db, "SELECT min(version) FROM rows", take_number, &low, NULL) == SQLITE_OK
                 && sqlite3_exec (db, "SELECT max(version) FROM rows WHERE filling = hex (zeroblob (20 + n % 50)) || version", take_number, &high,
                                  NULL) == SQLITE_OK
                 && sqlite3_exec (db, "SELECT count(*) FROM rows", take_number, &n, NULL) == SQLITE_OK));
  sqlite3_close (db);
  if (!done || ok != 1)
    return -1;
  if (is_there == 0 || n == 0)
    return 0;
  return n == N_ROWS && low == high ? low : -1;
}

static Outcome
try_sqlite (const Way *way, guint n_trials, guint32 seed)
{
  g_autofree char *folder = fault_make_folder ();
  g_autofree char *path = g_build_filename (folder, "rows.db", NULL);
  g_autofree char *crashed = g_strconcat (folder, "-crashed", NULL), *crashed_path = g_build_filename (crashed, "rows.db", NULL);
  g_autoptr (PowerDisk) disk = power_disk_new (folder);
  Outcome outcome = { 0 };
  RuaRandom random;

  rua_random_init (&random, seed);
  power_vfs_install (disk);
  write_versions (path, way, disk);
  power_vfs_remove ();
  for (; outcome.n_trials < n_trials; outcome.n_trials++) {
    guint n_steps = rua_random_below (&random, power_disk_get_n_steps (disk) + 1);
    guint acknowledged = power_disk_get_acknowledged (disk, n_steps);
    gint64 found;

    power_disk_fail (disk, n_steps, &random, crashed);
    found = read_version (crashed_path);
    outcome.n_unreadable += found < 0 || found > acknowledged + 1;
    outcome.n_lost += found >= 0 && found < acknowledged;
    outcome.n_ahead += found == acknowledged + 1;
    fault_remove (crashed);
  }
  fault_remove (folder);
  return outcome;
}

static void
test_sqlite (gconstpointer data)
{
  const Way *way = data;
  g_autofree char *words = g_strdup_printf ("%s, synchronous=%s", way->journal, way->synchronous);
  guint seed = (guint) g_test_rand_int ();
  Outcome outcome;

  g_test_message ("seed %u", seed);
  outcome = try_sqlite (way, way->may_spoil ? MAX (30, fault_trials (100)) : fault_trials (100), seed);
  tell (words, &outcome);
  if (way->may_spoil)
    g_assert_cmpuint (outcome.n_unreadable + outcome.n_lost, >, 0);
  else
    g_assert_cmpuint (outcome.n_unreadable, ==, 0);
  if (!way->may_lose)
    g_assert_cmpuint (outcome.n_lost, ==, 0);
}

/* ---- the stores ---- */

/* How an alliance comes to be in a file. */
typedef void (*Saver) (RuaAlliance *alliance, const char *path);

static void
save_well (RuaAlliance *alliance, const char *path)
{
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
}

static void
write_file (const char *path, const char *text)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  g_assert_cmpint (close (fd), ==, 0);
}

/* Two ways in which one must not do it. */
static void
save_in_place (RuaAlliance *alliance, const char *path)
{
  g_autofree char *text = fault_document (alliance);

  write_file (path, text);
}

static void
save_unsynced (RuaAlliance *alliance, const char *path)
{
  g_autofree char *text = fault_document (alliance), *beside = g_strconcat (path, ".new", NULL);

  write_file (beside, text);
  g_assert_cmpint (g_rename (beside, path), ==, 0);
}

/* @edit: one alliance that is changed and saved again and again, and not others in its place. */
static Outcome
try_store (const char *name, Saver save, gboolean edit, guint n_trials, guint32 seed)
{
  g_autofree char *folder = fault_make_folder ();
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *crashed = g_strconcat (folder, "-crashed", NULL), *crashed_path = g_build_filename (crashed, name, NULL);
  g_autoptr (PowerDisk) disk = power_disk_new (folder);
  g_autoptr (RuaAlliance) alliance = fault_alliance (1, N_ROWS);
  char *documents[N_VERSIONS + 1] = { NULL };
  Outcome outcome = { 0 };
  RuaRandom random;

  rua_random_init (&random, seed);
  power_vfs_install (disk);
  power_disk_watch_calls (disk);
  for (guint version = 1; version <= N_VERSIONS; version++) {
    if (version > 1 && edit) {
      fault_edit (alliance, version);
    } else if (version > 1) {
      g_object_unref (alliance);
      alliance = fault_alliance (version, N_ROWS + version);
    }
    documents[version] = fault_document (alliance);
    save (alliance, path);
    power_disk_acknowledge (disk, version);
  }
  file_calls_forget ();
  power_vfs_remove ();
  for (; outcome.n_trials < n_trials; outcome.n_trials++) {
    guint n_steps = rua_random_below (&random, power_disk_get_n_steps (disk) + 1);
    guint acknowledged = power_disk_get_acknowledged (disk, n_steps), found = 0;
    g_autoptr (GError) error = NULL;

    power_disk_fail (disk, n_steps, &random, crashed);
    if (acknowledged > 0 || g_file_test (crashed_path, G_FILE_TEST_EXISTS)) {
      g_autoptr (RuaAlliance) opened = rua_alliance_open (crashed_path, NULL, &error);
      g_autofree char *document = opened != NULL ? fault_document (opened) : NULL;

      for (found = N_VERSIONS; found > 0; found--)
        if (g_strcmp0 (document, documents[found]) == 0)
          break;
      if (found == 0 || found > acknowledged + 1) {
        outcome.n_unreadable++;
        if (save == save_well)
          g_test_message ("after %u steps, %u acknowledged: %s", n_steps, acknowledged, error != NULL ? error->message : "something else");
      } else if (found < acknowledged) {
        outcome.n_lost++;
      }
    }
    outcome.n_ahead += found == acknowledged + 1;
    fault_remove (crashed);
  }
  fault_remove (folder);
  for (guint i = 0; i <= N_VERSIONS; i++)
    g_free (documents[i]);
  return outcome;
}

static void
test_store (gconstpointer data)
{
  const FaultStore *store = data;
  guint seed = (guint) g_test_rand_int ();

  g_test_message ("seed %u", seed);
  for (guint edit = 0; edit < 2; edit++) {
    g_autofree char *words = g_strdup_printf ("%s, %s", store->words, edit ? "edited" : "replaced");
    Outcome outcome = try_store (store->name, save_well, edit, fault_trials (40), seed + edit);

    tell (words, &outcome);
    g_assert_cmpuint (outcome.n_unreadable, ==, 0);
    g_assert_cmpuint (outcome.n_lost, ==, 0);
  }
}

static void
test_badly_saved (gconstpointer data)
{
  Saver save = data == NULL ? save_in_place : save_unsynced;
  Outcome outcome = try_store ("alliance.json", save, FALSE, MAX (20, fault_trials (40)), (guint32) g_test_rand_int ());

  tell (data == NULL ? "written in place" : "renamed unsynced", &outcome);
  g_assert_cmpuint (outcome.n_unreadable + outcome.n_lost, >, 0);
}

int
main (int argc, char *argv[])
{
  fault_take_arguments (&argc, argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power-loss/disk", test_disk);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autofree char *path = g_strdup_printf ("/power-loss/sqlite/%s/%s", ways[i].journal, ways[i].synchronous);
    g_test_add_data_func (path, &ways[i], test_sqlite);
  }
  g_test_add_data_func ("/power-loss/badly/in-place", NULL, test_badly_saved);
  g_test_add_data_func ("/power-loss/badly/unsynced", GINT_TO_POINTER (1), test_badly_saved);
  for (guint i = 0; i < fault_n_stores; i++) {
    g_autofree char *path = g_strdup_printf ("/power-loss/store/%s", fault_stores[i].words);
    g_test_add_data_func (path, &fault_stores[i], test_store);
  }
  return g_test_run ();
}
