/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The *.rua file: what is saved is what is read, to the document's bytes. */
#include "rua-alliance-json.h"
#include "rua-sqlite-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "random-alliance.h"
#include "rua-parallel.h"

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("rua-sqlite-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "alliance.rua", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

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
save (RuaAlliance *alliance, const char *path)
{
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
}

static RuaAlliance *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance = rua_alliance_open (path, NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static void
assert_round_trip (RuaAlliance *alliance, const char *path)
{
  g_autofree char *before = document_of (alliance);
  g_autoptr (RuaAlliance) again = NULL;
  g_autofree char *after = NULL;

  save (alliance, path);
  again = load (path);
  after = document_of (again);
  g_assert_cmpstr (after, ==, before);
}

static void
test_random (Fixture *f, gconstpointer data)
{
  guint trials = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 3 : 20;

  for (guint trial = 0; trial < trials; trial++) {
    RuaRandom random;
    g_autoptr (RuaAlliance) alliance = NULL;

    rua_random_init (&random, (guint64) g_test_rand_int_range (0, G_MAXINT32));
    alliance = random_alliance_new (&random, rua_random_below (&random, trial % 10 == 9 ? 6000 : 60));
    assert_round_trip (alliance, f->path);
    for (guint i = rua_random_below (&random, 60); i > 0; i--)
      random_alliance_edit (alliance, &random);
    assert_round_trip (alliance, f->path);
  }
}

static void
test_documents (Fixture *f, gconstpointer data)
{
  const char *const names[] = { "tests/data/beekeepers.json", "tests/data/fishers.json", "examples/rural-urban-alliance.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), names[i], NULL);
    g_autoptr (RuaAlliance) alliance = load (path);

    assert_round_trip (alliance, f->path);
  }
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  GStatBuf st;

  assert_round_trip (alliance, f->path);
  g_assert_cmpint (g_stat (f->path, &st), ==, 0);
  g_test_message ("an empty file has %" G_GINT64_FORMAT " bytes", (gint64) st.st_size);
}

/* ---- a part at a time ---- */

static guint64
inode_of (const char *path)
{
  GStatBuf st;

  g_assert_cmpint (g_stat (path, &st), ==, 0);
  return (guint64) st.st_ino;
}

/* Every edit is saved into the same file, and is there when it is opened. */
static void
test_edits (Fixture *f, gconstpointer data)
{
  guint trials = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 1 : 12, n_kept = 0, n_saves = 0;

  for (guint trial = 0; trial < trials; trial++) {
    RuaRandom random;
    g_autoptr (RuaAlliance) alliance = NULL;

    g_unlink (f->path);
    rua_random_init (&random, (guint32) g_test_rand_int ());
    alliance = random_alliance_new (&random, 20 + rua_random_below (&random, 60));
    save (alliance, f->path);
    for (guint round = 0; round < 8; round++) {
      guint64 before = inode_of (f->path);

      if (round % 3 == 2) {
        g_object_unref (alliance);
        alliance = load (f->path);
      }
      for (guint i = rua_random_below (&random, 6); i > 0; i--)
        random_alliance_edit (alliance, &random);
      assert_round_trip (alliance, f->path);
      n_kept += inode_of (f->path) == before;
      n_saves++;
    }
  }
  g_test_message ("%u of %u saves into the file that was there", n_kept, n_saves);
  g_assert_cmpuint (n_kept, >, n_saves * 3 / 4);
}

static void
set_id (RuaTable *table, const char *from, const char *to)
{
  g_autoptr (RuaRecord) record = rua_table_find (table, from);
  g_autoptr (GError) error = NULL;

  rua_record_set_id (record, to, &error);
  g_assert_no_error (error);
}

/* Ids that change places, while others refer to them. */
static void
test_ids (Fixture *f, gconstpointer data)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaTable *table;
  guint64 inode;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = random_alliance_new (&random, 30);
  table = random_alliance_get_table (alliance);
  save (alliance, f->path);
  inode = inode_of (f->path);
  set_id (table, "t3", "other");
  set_id (table, "t4", "t3");
  set_id (table, "other", "t4");
  assert_round_trip (alliance, f->path);
  set_id (table, "t7", "seven");
  assert_round_trip (alliance, f->path);
  g_assert_cmpuint (inode_of (f->path), ==, inode);
}

static void
assert_untouched (const char *path, const char *bytes, gsize length)
{
  g_autofree char *now = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (path, &now, &n, NULL));
  g_assert_cmpmem (now, n, bytes, length);
}

/* Two copies of one file, both edited: whoever saves second is told, and what the first saved stays. */
static void
test_changed_meanwhile (Fixture *f, gconstpointer data)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) made = NULL, first = NULL, second = NULL, now = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *saved = NULL, *found = NULL, *other = g_strconcat (f->path, ".other.rua", NULL);

  rua_random_init (&random, (guint32) g_test_rand_int ());
  made = random_alliance_new (&random, 30);
  save (made, f->path);
  first = load (f->path);
  second = load (f->path);
  set_id (random_alliance_get_table (first), "t1", "first");
  set_id (random_alliance_get_table (second), "t2", "second");
  save (first, f->path);
  saved = document_of (first);
  g_assert_false (rua_alliance_save (second, f->path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG);
  g_assert_nonnull (strstr (error->message, "merge"));
  now = load (f->path);
  found = document_of (now);
  g_assert_cmpstr (found, ==, saved);
  save (second, other);
  save (first, f->path);
  g_unlink (other);
  /* In place, and as long as it was: only the time tells. */
  set_id (random_alliance_get_table (first), "t3", "third");
  {
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { 1000000000, 500 } };

    g_assert_cmpint (utimensat (AT_FDCWD, f->path, times, 0), ==, 0);
  }
  g_clear_error (&error);
  g_assert_false (rua_alliance_save (first, f->path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG);
}

/* While another program holds the file. */
static void
test_locked (Fixture *f, gconstpointer data)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;
  int fd;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = random_alliance_new (&random, 30);
  save (alliance, f->path);
  g_assert_true (g_file_get_contents (f->path, &bytes, &length, NULL));
  set_id (random_alliance_get_table (alliance), "t1", "one");
  fd = open (f->path, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_SH), ==, 0);
  g_assert_false (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  assert_untouched (f->path, bytes, length);
  close (fd);
  assert_round_trip (alliance, f->path);
}

/* A reader of SQLite's own that has the file open. */
static void
test_open_elsewhere (Fixture *f, gconstpointer data)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) now = NULL;
  g_autofree char *before = NULL, *found = NULL;
  sqlite3 *db;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = random_alliance_new (&random, 30);
  save (alliance, f->path);
  before = document_of (alliance);
  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN; SELECT count(*) FROM things", NULL, NULL, NULL), ==, SQLITE_OK);
  set_id (random_alliance_get_table (alliance), "t1", "one");
  g_assert_false (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  now = load (f->path);
  found = document_of (now);
  g_assert_cmpstr (found, ==, before);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  assert_round_trip (alliance, f->path);
}

/* A journal beside the file: an own one's commits are heeded, a stranger's are not, and of one that does
 * not fit nothing is. */
static void
test_journal (Fixture *f, gconstpointer data)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL, heeded = NULL, strange = NULL, misfit = NULL;
  g_autofree char *journal = g_strconcat (f->path, "-wal", NULL), *shared = g_strconcat (f->path, "-shm", NULL);
  g_autofree char *before = NULL, *after = NULL, *main_bytes = NULL, *wal_bytes = NULL, *found = NULL, *alone = NULL, *old = NULL;
  g_autoptr (RuaLocation) place = rua_location_new (f->path);
  RuaFaults *faults = NULL;
  RuaStoreReading reading = { .place = place, .flags = RUA_STORE_STRANGER, .faults = &faults };
  g_autoptr (GError) error = NULL;
  gsize main_length, wal_length;
  sqlite3 *db;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = random_alliance_new (&random, 30);
  save (alliance, f->path);
  before = document_of (alliance);
  g_assert_true (g_file_get_contents (f->path, &main_bytes, &main_length, NULL));
  set_id (random_alliance_get_table (alliance), "t1", "one");
  after = document_of (alliance);
  save (alliance, f->path);
  /* What the last save would have left, had it been killed after its commit: pages of the file as it is
   * now, in a journal beside the file as it was. */
  g_assert_true (g_file_set_contents (f->path, main_bytes, (gssize) main_length, NULL));
  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  {
    g_autoptr (RuaAlliance) other = NULL;
    g_autofree char *path = g_strconcat (f->path, ".2.rua", NULL), *sql = NULL;

    save (alliance, path);
    sql = g_strdup_printf ("PRAGMA wal_autocheckpoint=0; ATTACH '%s' AS o; BEGIN; DELETE FROM things; INSERT INTO things SELECT * FROM o.things;"
                           " DELETE FROM rua_seals; INSERT INTO rua_seals SELECT * FROM o.rua_seals; COMMIT; DETACH o", path);
    g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    g_unlink (path);
  }
  g_assert_true (g_file_get_contents (journal, &wal_bytes, &wal_length, NULL));
  g_assert_cmpuint (wal_length, >, 0);
  /* Taken before the database is closed, which would fold it in. */
  sqlite3_close (db);
  g_assert_true (g_file_set_contents (f->path, main_bytes, (gssize) main_length, NULL));
  g_assert_true (g_file_set_contents (journal, wal_bytes, (gssize) wal_length, NULL));
  g_unlink (shared);

  heeded = load (f->path);
  found = document_of (heeded);
  g_assert_cmpstr (found, ==, after);
  strange = rua_sqlite_open (&reading, &error);
  g_assert_no_error (error);
  alone = document_of (strange);
  g_assert_cmpstr (alone, ==, before);
  /* Saving goes on from what was read, and leaves no journal. */
  set_id (random_alliance_get_table (heeded), "t2", "two");
  assert_round_trip (heeded, f->path);
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));

  /* One bit in its first page: then it is no journal at all. */
  g_assert_true (g_file_set_contents (f->path, main_bytes, (gssize) main_length, NULL));
  wal_bytes[100] ^= 4;
  g_assert_true (g_file_set_contents (journal, wal_bytes, (gssize) wal_length, NULL));
  misfit = load (f->path);
  old = document_of (misfit);
  g_assert_cmpstr (old, ==, before);
  g_unlink (journal);
  g_unlink (shared);
}

/* Journals of files that are gone would be taken for the new one's. */
static void
test_stale_journal (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autofree char *journal = g_strconcat (f->path, "-wal", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (journal, "x", 1, NULL));
  g_assert_false (rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_unlink (journal);
}

/* Rows that are deleted leave pages that nobody uses; the next save leaves none. */
static void
test_deleted (Fixture *f, gconstpointer data)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) again = NULL;
  RuaTable *table;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = random_alliance_new (&random, 400);
  save (alliance, f->path);
  table = random_alliance_get_table (alliance);
  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < 60; i++) {
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, rua_random_below (&random, rua_table_get_n_records (table)));

      rua_alliance_remove (alliance, record, NULL);
    }
    assert_round_trip (alliance, f->path);
  }
  again = load (f->path);
  g_assert_cmpuint (rua_table_get_n_records (random_alliance_get_table (again)), ==, rua_table_get_n_records (table));
}

static void
add_kind (RuaAlliance *alliance, const char *name, guint n)
{
  g_autofree char *plural = g_strconcat (name, "s", NULL);
  g_autoptr (RuaKind) kind = rua_kind_new (name, plural);
  g_autoptr (RuaAppender) appender = NULL;
  g_autoptr (GError) error = NULL;

  rua_alliance_add_kind (alliance, kind, &error);
  g_assert_no_error (error);
  appender = rua_table_append (rua_alliance_get_table (alliance, name));
  for (guint i = 0; i < n; i++) {
    char id[16];

    g_snprintf (id, sizeof id, "%x", i * 2654435761u);
    rua_appender_set_text (appender, 0, id, -1, &error);
    g_assert_no_error (error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
}

/* Enough rows for several threads, small tables among large ones. */
static void
test_threads (Fixture *f, gconstpointer data)
{
  static const guint n_threads[] = { 1, 2, 8 };
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autofree char *before = NULL;

  add_kind (alliance, "barn", 3);
  add_kind (alliance, "field", 5000);
  add_kind (alliance, "hive", 4100);
  add_kind (alliance, "mill", 2);
  add_kind (alliance, "well", 1);
  save (alliance, f->path);
  before = document_of (alliance);
  for (guint i = 0; i < G_N_ELEMENTS (n_threads); i++) {
    g_autoptr (RuaAlliance) again = NULL;
    g_autofree char *after = NULL;

    rua_set_n_threads (n_threads[i]);
    again = load (f->path);
    after = document_of (again);
    g_assert_cmpstr (after, ==, before);
  }
  rua_set_n_threads (0);
}

static void
test_names (Fixture *f, gconstpointer data)
{
  static const char *const plurals[] = { "rua_facts", "sqlite_stat1", "rua_x" };

  for (guint i = 0; i < G_N_ELEMENTS (plurals); i++) {
    g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
    g_autoptr (RuaKind) kind = rua_kind_new ("thing", plurals[i]);
    g_autoptr (GError) error = NULL;

    rua_alliance_add_kind (alliance, kind, &error);
    g_assert_no_error (error);
    g_assert_false (rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  }
}

static void
test_mode (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  GStatBuf st;

  save (alliance, f->path);
  g_assert_cmpint (g_stat (f->path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
}

#define ADD(path, function) g_test_add ("/sqlite/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("empty", test_empty);
  ADD ("documents", test_documents);
  ADD ("random", test_random);
  ADD ("edits", test_edits);
  ADD ("ids", test_ids);
  ADD ("changed-meanwhile", test_changed_meanwhile);
  ADD ("locked", test_locked);
  ADD ("open-elsewhere", test_open_elsewhere);
  ADD ("journal", test_journal);
  ADD ("stale-journal", test_stale_journal);
  ADD ("deleted", test_deleted);
  ADD ("threads", test_threads);
  ADD ("names", test_names);
  ADD ("mode", test_mode);
  return g_test_run ();
}
