/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log in the *.rua file: what is kept over sessions is what was there, fact by fact, and editing and
 * merging go on from it. */
#include "rua-alliance-json.h"
#include "rua-edits.h"
#include "rua-history.h"
#include "rua-log-private.h"
#include "rua-sqlite-private.h"

#include <glib/gstdio.h>
#include <string.h>

#include "log-case.h"
#include "random-alliance.h"

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
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (f->folder, name, NULL);

    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

static char *
document_of (RuaAlliance *alliance)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return g_strndup (data, length);
}

/* All that a log says, as text. */
static char *
log_of (RuaAlliance *alliance)
{
  GString *text = g_string_new (NULL);
  RuaLog *log = rua_alliance_peek_log (alliance);

  g_assert_nonnull (log);
  g_string_append_printf (text, "%s %s\n", rua_log_get_lineage (log), rua_log_get_station (log));
  for (guint i = 0; i < rua_log_get_n_facts (log); i++) {
    RuaFactData fact;

    rua_log_get_fact (log, i, &fact);
    g_string_append_printf (text, "%s.%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s/%s/%s=%s by %s before %d %s\n", fact.station, fact.sequence, fact.clock,
                            fact.kind, fact.key, fact.field, fact.value, fact.author, fact.has_before, fact.has_before ? fact.before : NULL);
    for (guint p = 0; p < fact.n_parents; p++)
      g_string_append_printf (text, "  %s.%" G_GINT64_FORMAT "\n", fact.parents[p].station, fact.parents[p].sequence);
  }
  for (guint i = 0; i < rua_log_get_n_changes (log); i++) {
    RuaChangeData change;

    rua_log_get_change (log, i, &change);
    g_string_append_printf (text, "%s.%" G_GINT64_FORMAT " +%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %s\n", change.station, change.first_sequence,
                            change.n_facts, change.clock, change.author, change.title, change.origin);
  }
  return g_string_free (text, FALSE);
}

/* What the log calls each record. */
static char *
keys_of (RuaAlliance *alliance)
{
  GString *text = g_string_new (NULL);

  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);

    for (guint i = 0; i < rua_table_get_n_records (table); i++) {
      g_autofree char *key = rua_alliance_dup_row_key (alliance, table, rua_table_row_at (table, i));

      g_string_append_printf (text, "%s/%s\n", rua_kind_get_name (rua_table_get_kind (table)), key);
    }
  }
  return g_string_free (text, FALSE);
}

static RuaAlliance *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance = rua_alliance_open (path, NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

/* Saved, and the same when it is opened; what is opened. */
static RuaAlliance *
round_trip (RuaAlliance *alliance, const char *path)
{
  g_autofree char *document = document_of (alliance), *log = log_of (alliance), *keys = keys_of (alliance);
  g_autofree char *document_again = NULL, *log_again = NULL, *keys_again = NULL;
  g_autoptr (GError) error = NULL;
  RuaAlliance *again;

  rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  again = load (path);
  document_again = document_of (again);
  log_again = log_of (again);
  keys_again = keys_of (again);
  g_assert_cmpstr (document_again, ==, document);
  g_assert_cmpstr (log_again, ==, log);
  g_assert_cmpstr (keys_again, ==, keys);
  return again;
}

/* ---- edits ---- */

static RuaRecord *
draw_record (RuaAlliance *alliance, const char *kind, RuaRandom *random)
{
  RuaTable *table = rua_alliance_get_table (alliance, kind);
  guint n = rua_table_get_n_records (table);

  return n > 0 ? rua_table_dup_record (table, rua_random_below (random, n)) : NULL;
}

static void
add_household (RuaAlliance *alliance, RuaRandom *random)
{
  g_autoptr (RuaRecord) household = rua_alliance_new_record (alliance, "household");
  g_autofree char *id = g_strdup_printf ("h%u", rua_random_below (random, 12));

  rua_record_set_id (household, id, NULL);
  /* Refused where the id is taken. */
  rua_alliance_add (alliance, household, NULL);
}

static void
add_income (RuaAlliance *alliance, RuaRandom *random)
{
  g_autoptr (RuaRecord) household = draw_record (alliance, "household", random);
  g_autoptr (RuaRecord) income = rua_alliance_new_record (alliance, "income");

  if (household == NULL)
    return;
  rua_record_set_reference (income, "household", household, NULL);
  rua_record_set_integer (income, "year", 2010 + rua_random_below (random, 10), NULL);
  rua_alliance_add (alliance, income, NULL);
}

static void
edit (RuaAlliance *alliance, RuaRandom *random)
{
  g_autoptr (RuaRecord) household = draw_record (alliance, "household", random), income = draw_record (alliance, "income", random);

  switch (rua_random_below (random, 9)) {
  case 0:
  case 1:
    random_alliance_edit (alliance, random);
    break;
  case 2:
    add_household (alliance, random);
    break;
  case 3:
  case 4:
    add_income (alliance, random);
    break;
  case 5:
    if (income != NULL)
      rua_alliance_remove (alliance, income, NULL);
    break;
  case 6:
    if (income != NULL)
      rua_record_set_integer (income, "year", 1990 + rua_random_below (random, 10), NULL);
    break;
  case 7:
    if (rua_alliance_can_undo (alliance))
      rua_alliance_undo (alliance, NULL);
    break;
  default:
    if (household != NULL)
      rua_record_set_number (household, "weight", rua_random_below (random, 9), NULL);
    break;
  }
}

static RuaAlliance *
make_enrolled (RuaRandom *random)
{
  RuaAlliance *alliance = random_alliance_new (random, 10 + rua_random_below (random, 20));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 8; i++)
    add_household (alliance, random);
  for (guint i = 0; i < 12; i++)
    add_income (alliance, random);
  rua_alliance_enroll (alliance, "first", &error);
  g_assert_no_error (error);
  return alliance;
}

static void
test_sessions (Fixture *f, gconstpointer data)
{
  guint trials = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 1 : 10;

  for (guint trial = 0; trial < trials; trial++) {
    g_autoptr (RuaAlliance) alliance = NULL;
    RuaRandom random;

    g_unlink (f->path);
    rua_random_init (&random, (guint32) g_test_rand_int ());
    alliance = make_enrolled (&random);
    for (guint session = 0; session < 8; session++) {
      g_autoptr (RuaAlliance) again = round_trip (alliance, f->path);

      /* The one that was opened, or the one that was saved, goes on. */
      if (session % 2 == 0)
        g_set_object (&alliance, again);
      for (guint i = 1 + rua_random_below (&random, 6); i > 0; i--)
        edit (alliance, &random);
    }
    g_object_unref (round_trip (alliance, f->path));
  }
}

static guint64
inode_of (const char *path)
{
  GStatBuf st;

  g_assert_cmpint (g_stat (path, &st), ==, 0);
  return (guint64) st.st_ino;
}

/* One edit is a few rows more in the file that is there. */
static void
test_append (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) household = NULL;
  RuaRandom random;
  guint64 inode;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = make_enrolled (&random);
  g_object_unref (round_trip (alliance, f->path));
  inode = inode_of (f->path);
  household = draw_record (alliance, "household", &random);
  for (guint i = 0; i < 5; i++) {
    rua_record_set_number (household, "weight", 100 + i, NULL);
    g_object_unref (round_trip (alliance, f->path));
  }
  g_assert_cmpuint (inode_of (f->path), ==, inode);
}

static RuaRecord *
add_income_to (RuaAlliance *alliance, RuaRecord *household)
{
  RuaRecord *income = rua_alliance_new_record (alliance, "income");
  g_autoptr (GError) error = NULL;

  rua_record_set_reference (income, "household", household, &error);
  g_assert_no_error (error);
  rua_record_set_integer (income, "year", 2014, &error);
  g_assert_no_error (error);
  rua_alliance_add (alliance, income, &error);
  g_assert_no_error (error);
  return income;
}

static void
undo (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;

  rua_alliance_undo (alliance, &error);
  g_assert_no_error (error);
}

/* A record that comes back where it stood, of which the file knew nothing when it was last saved, for it
 * was removed by then: records stand before and behind it. */
static void
test_undone (Fixture *f, gconstpointer data)
{
  static const char *const formats[] = { "appended", "anew" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaRecord) household = NULL, income = NULL, next = NULL, later = NULL;
    g_autoptr (GError) error = NULL;
    RuaRandom random;

    g_test_message ("%s", formats[i]);
    g_unlink (f->path);
    rua_random_init (&random, (guint32) g_test_rand_int ());
    alliance = make_enrolled (&random);
    household = draw_record (alliance, "household", &random);
    if (i == 0)
      g_object_unref (round_trip (alliance, f->path));
    income = add_income_to (alliance, household);
    next = add_income_to (alliance, household);
    rua_alliance_remove (alliance, income, &error);
    g_assert_no_error (error);
    g_object_unref (round_trip (alliance, f->path));
    undo (alliance);
    later = add_income_to (alliance, household);
    g_object_unref (round_trip (alliance, f->path));
    undo (alliance);
    undo (alliance);
    g_object_unref (round_trip (alliance, f->path));
  }
}

/* Two stations that save and open between all they do come to the same. */
static void
test_stations (Fixture *f, gconstpointer data)
{
  guint trials = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 1 : 8;
  g_autofree char *other = g_build_filename (f->folder, "other.rua", NULL);

  for (guint trial = 0; trial < trials; trial++) {
    g_autoptr (RuaAlliance) a = NULL, b = NULL;
    g_autofree char *document_a = NULL, *document_b = NULL;
    RuaRandom random;

    g_unlink (f->path);
    g_unlink (other);
    rua_random_init (&random, (guint32) g_test_rand_int ());
    a = make_enrolled (&random);
    b = rua_alliance_copy_with_log (a, rua_log_new (rua_log_get_lineage (rua_alliance_peek_log (a)), "second", NULL));
    for (guint round = 0; round < 5; round++) {
      g_autoptr (RuaAlliance) a_again = round_trip (a, f->path);
      g_autoptr (RuaAlliance) b_again = round_trip (b, other);

      g_set_object (&a, a_again);
      g_set_object (&b, b_again);
      for (guint i = rua_random_below (&random, 5); i > 0; i--)
        edit (a, &random);
      for (guint i = rua_random_below (&random, 5); i > 0; i--)
        edit (b, &random);
      if (round % 2 == 1) {
        log_case_send (a, b, 0);
        log_case_send (b, a, 0);
      }
    }
    log_case_send (a, b, 0);
    log_case_send (b, a, 0);
    document_a = document_of (a);
    document_b = document_of (b);
    g_assert_cmpstr (document_a, ==, document_b);
    g_object_unref (round_trip (a, f->path));
    g_object_unref (round_trip (b, other));
  }
}

/* A change of a fact is noticed as one of a record is. */
static void
test_changed_facts (Fixture *f, gconstpointer data)
{
  static const char *const edits[] = {
    "UPDATE rua_facts SET clock = clock + 1 WHERE rua_row = 1", "UPDATE rua_facts SET author = 'x' WHERE rua_row = 1",
    "DELETE FROM rua_facts WHERE rua_row = (SELECT max (rua_row) FROM rua_facts)", "DELETE FROM rua_changes",
    "UPDATE rua_facts SET parents = '[\"first.1\"]' WHERE rua_row = 1", "UPDATE rua_file SET value = 'other' WHERE key = 'station'",
  };
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaRandom random;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = make_enrolled (&random);
  {
    g_autoptr (RuaRecord) household = draw_record (alliance, "household", &random);

    rua_record_set_number (household, "weight", 17, NULL);
    rua_record_set_number (household, "weight", 18, NULL);
  }
  g_object_unref (round_trip (alliance, f->path));
  for (guint i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_autofree char *path = g_strdup_printf ("%s.%u", f->path, i), *whole = NULL;
    g_autoptr (GError) error = NULL;
    sqlite3 *db;
    gsize length;

    g_assert_true (g_file_get_contents (f->path, &whole, &length, NULL));
    g_assert_true (g_file_set_contents (path, whole, (gssize) length, NULL));
    g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (db, edits[i], NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_changes (db), >, 0);
    g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
    g_assert_null (rua_alliance_open (path, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  }
}

typedef struct {
  GMainLoop *loop;
  gboolean is_saved;
  GError *error;
} Waiting;

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  waiting->is_saved = rua_alliance_save_finish (RUA_ALLIANCE (source), result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

/* The log is saved in a thread, too. */
static void
test_async (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = NULL, again = NULL;
  Waiting waiting = { g_main_loop_new (NULL, FALSE) };
  RuaRandom random;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = make_enrolled (&random);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *log = NULL, *log_again = NULL, *keys = NULL, *keys_again = NULL;

    for (guint k = 0; k < 5; k++)
      edit (alliance, &random);
    log = log_of (alliance);
    keys = keys_of (alliance);
    rua_alliance_save_async (alliance, f->path, RUA_SAVE_REPLACE, NULL, on_saved, &waiting);
    g_main_loop_run (waiting.loop);
    g_assert_no_error (waiting.error);
    g_assert_true (waiting.is_saved);
    g_clear_object (&again);
    again = load (f->path);
    log_again = log_of (again);
    keys_again = keys_of (again);
    g_assert_cmpstr (log_again, ==, log);
    g_assert_cmpstr (keys_again, ==, keys);
  }
  g_main_loop_unref (waiting.loop);
}

/* What came since somebody looked. */
static void
test_marks (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaStore) store = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) household = NULL;
  g_autoptr (GListModel) all = NULL, since = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *mark = NULL, *later = NULL;
  RuaRandom random;

  rua_random_init (&random, (guint32) g_test_rand_int ());
  alliance = make_enrolled (&random);
  household = draw_record (alliance, "household", &random);
  rua_record_set_number (household, "weight", 17, NULL);
  g_object_unref (round_trip (alliance, f->path));
  store = rua_store_open (f->path, RUA_STORE_NONE, NULL, NULL, &error);
  g_assert_no_error (error);
  mark = rua_store_dup_mark (store, NULL, &error);
  g_assert_no_error (error);
  all = rua_store_list_changes (store, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (all), ==, rua_log_get_n_facts (rua_alliance_peek_log (alliance)));
  none = rua_store_list_changes (store, mark, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (none), ==, 0);

  rua_record_set_number (household, "weight", 18, NULL);
  g_object_unref (round_trip (alliance, f->path));
  since = rua_store_list_changes (store, mark, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (since), ==, 1);
  {
    g_autoptr (RuaFact) fact = g_list_model_get_item (since, 0);

    g_assert_cmpstr (rua_fact_get_field (fact), ==, "weight");
    g_assert_cmpstr (rua_fact_get_value (fact), ==, "18");
  }
  later = g_strdup_printf ("%s9", mark);
  g_assert_null (rua_store_list_changes (store, later, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
}

#define ADD(path, function) g_test_add ("/sqlite-log/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sessions", test_sessions);
  ADD ("append", test_append);
  ADD ("undone", test_undone);
  ADD ("stations", test_stations);
  ADD ("changed-facts", test_changed_facts);
  ADD ("async", test_async);
  ADD ("marks", test_marks);
  return g_test_run ();
}
