/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One suite for every store: whatever is kept where, it is kept the same way. */
#include "random-alliance.h"
#include "rua-alliance-json.h"
#include "rua-limits.h"
#include "rua-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  const char *id, *name, *words;
  RuaStoreFeatures features; /* at least */
} Kind;

static const Kind kinds[] = {
  { "json", "alliance.json", "a JSON document", RUA_STORE_FEATURE_NONE },
  { "columns", "alliance.ruac", "a columnar file", RUA_STORE_FEATURE_NONE },
  { "sqlite", "alliance.rua", "an SQLite file", RUA_STORE_FEATURE_INCREMENTAL },
  { "folder", "alliance/", "a Data Package folder", RUA_STORE_FEATURE_NONE },
};

typedef struct {
  const Kind *kind;
  char *folder, *place;
} Fixture;

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* What is wrong, which is the same when it is asked for in a thread. */
static GListModel *
list_faults (RuaStore *store, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GListModel) later = NULL;
  g_autoptr (GError) now = NULL, then = NULL;
  GListModel *faults = rua_store_list_faults (store, NULL, cancellable, &now);

  rua_store_list_faults_async (store, NULL, cancellable, on_listed, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  later = rua_store_list_faults_finish (store, result, &then);
  g_assert_true ((faults != NULL) == (later != NULL));
  if (now != NULL) {
    g_assert_error (then, now->domain, now->code);
    g_assert_cmpstr (then->message, ==, now->message);
    g_propagate_error (error, g_steal_pointer (&now));
  }
  for (guint i = 0; faults != NULL && i < g_list_model_get_n_items (faults); i++) {
    g_autoptr (RuaFault) a = g_list_model_get_item (faults, i), b = g_list_model_get_item (later, i);
    g_autofree char *one = rua_fault_to_string (a), *other = rua_fault_to_string (b);

    g_assert_cmpstr (one, ==, other);
  }
  g_assert_true (faults == NULL || g_list_model_get_n_items (later) == g_list_model_get_n_items (faults));
  return faults;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->kind = data;
  f->folder = g_dir_make_tmp ("rua-stores-XXXXXX", NULL);
  f->place = g_build_filename (f->folder, f->kind->name, NULL);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_all (child);
  }
  (void) g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_all (f->folder);
  g_free (f->folder);
  g_free (f->place);
}

static guint
count_names (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static char *
to_json (RuaAlliance *alliance)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* @n places, the same for the same n. */
static RuaAlliance *
make (guint n)
{
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaAppender) appender = rua_table_append (rua_alliance_get_table (alliance, "place"));
  gint name = -1;
  GError *error = NULL;

  for (guint i = 0; name < 0; i++)
    if (g_str_equal (rua_field_get_name (rua_kind_get_field (rua_table_get_kind (rua_alliance_get_table (alliance, "place")), i)), "name"))
      name = (gint) i;
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("p%u", i), *packed = g_strdup_printf ("%cPlace %u", 0, i);

    rua_appender_set_text (appender, 0, id, -1, &error);
    rua_appender_set_packed (appender, (guint) name, packed, strlen (packed + 1) + 2, &error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  return alliance;
}

static RuaStore *
open_store (const Fixture *f, RuaStoreFlags flags)
{
  g_autoptr (GError) error = NULL;
  RuaStore *store = rua_store_open (f->place, flags, NULL, NULL, &error);

  g_assert_no_error (error);
  return store;
}

static void
put (const Fixture *f, guint n)
{
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE);
  g_autoptr (RuaAlliance) alliance = make (n);
  g_autoptr (GError) error = NULL;

  rua_store_save (store, alliance, RUA_SAVE_REPLACE, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* It holds @n places, and nothing else is in the folder. */
static void
assert_holds (const Fixture *f, guint n)
{
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_READ_ONLY);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_store_load (store, NULL, NULL, &error), expected = make (n);
  g_autofree char *got = NULL, *wanted = to_json (expected);

  g_assert_no_error (error);
  got = to_json (alliance);
  g_assert_cmpstr (got, ==, wanted);
  g_assert_cmpuint (count_names (f->folder), ==, 1);
}

/* What every refusal says: where, and how to mend it. */
static void
assert_told (const Fixture *f, const GError *error, GQuark domain, int code)
{
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_cmpstr (g_quark_to_string (error->domain), ==, g_quark_to_string (domain));
  if (code >= 0)
    g_assert_cmpint (error->code, ==, code);
  g_assert_nonnull (strstr (error->message, f->folder));
  g_assert_nonnull (strstr (error->message, "; "));
}

/* ---- round trips ---- */

static void
assert_round_trip (const Fixture *f, RuaAlliance *alliance)
{
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE), other = NULL;
  g_autofree char *before = to_json (alliance), *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) back = NULL;

  rua_store_save (store, alliance, RUA_SAVE_REPLACE, NULL, NULL, &error);
  g_assert_no_error (error);
  other = open_store (f, RUA_STORE_NONE);
  back = rua_store_load (other, NULL, NULL, &error);
  g_assert_no_error (error);
  after = to_json (back);
  g_assert_cmpstr (before, ==, after);
}

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "examples", "rural-urban-alliance.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) empty = rua_alliance_new (), case_study = rua_alliance_open (path, NULL, &error);
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;

  g_assert_no_error (error);
  assert_round_trip (f, empty);
  assert_round_trip (f, case_study);
  rua_random_init (&random, seed);
  g_test_message ("seed %u", seed);
  for (guint i = g_getenv ("RUA_SLOW_MACHINE") ? 2 : 8; i > 0; i--) {
    g_autoptr (RuaAlliance) alliance = random_alliance_new (&random, rua_random_below (&random, 200));

    assert_round_trip (f, alliance);
    /* Saved again after edits: what is saved bit by bit is whole, too. */
    for (guint k = 0; k < 10; k++)
      random_alliance_edit (alliance, &random);
    assert_round_trip (f, alliance);
  }
}

/* ---- what a store says of itself ---- */

static void
test_words (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE), stranger = open_store (f, RUA_STORE_STRANGER), read_only = open_store (f, RUA_STORE_READ_ONLY);
  g_autoptr (RuaAlliance) alliance = make (1);
  RuaStore *const closed_to_writing[] = { stranger, read_only };

  g_assert_cmpstr (rua_store_get_place (store), ==, f->place);
  g_assert_cmpstr (rua_store_get_words (store), ==, f->kind->words);
  g_assert_cmpuint (rua_store_get_features (store) & f->kind->features, ==, f->kind->features);
  g_assert_false (rua_store_get_features (store) & RUA_STORE_FEATURE_READ_ONLY);
  /* Opening makes nothing. */
  g_assert_cmpuint (count_names (f->folder), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (closed_to_writing); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (rua_store_get_features (closed_to_writing[i]) & RUA_STORE_FEATURE_READ_ONLY);
    g_assert_false (rua_store_save (closed_to_writing[i], alliance, RUA_SAVE_REPLACE, NULL, NULL, &error));
    assert_told (f, error, G_IO_ERROR, G_IO_ERROR_READ_ONLY);
  }
  g_assert_cmpuint (count_names (f->folder), ==, 0);
}

static void
test_closed (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE);
  g_autoptr (RuaAlliance) alliance = make (1);
  g_autoptr (GError) error = NULL;

  rua_store_close (store);
  rua_store_close (store);
  g_assert_null (rua_store_load (store, NULL, NULL, &error));
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (rua_store_save (store, alliance, RUA_SAVE_NONE, NULL, NULL, &error));
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (list_faults (store, NULL, &error));
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (rua_store_list_changes (store, NULL, NULL, NULL, &error));
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (rua_store_get_place (store), ==, f->place);
}

/* ---- what is there ---- */

static void
test_not_there (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE);
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_store_load (store, NULL, NULL, &error));
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (list_faults (store, NULL, &error));
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpuint (count_names (f->folder), ==, 0);
}

/* Each time another alliance: an SQLite file also knows which alliance came from it. */
static gboolean
save_new (RuaStore *store, guint n, RuaSaveFlags flags, GError **error)
{
  g_autoptr (RuaAlliance) alliance = make (n);

  return rua_store_save (store, alliance, flags, NULL, NULL, error);
}

static void
test_replace (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE), fresh = NULL;
  g_autoptr (RuaAlliance) loaded = NULL;
  g_autoptr (GError) error = NULL;

  save_new (store, 1, RUA_SAVE_NONE, &error);
  g_assert_no_error (error);
  assert_holds (f, 1);
  /* Its own it saves over. */
  save_new (store, 2, RUA_SAVE_NONE, &error);
  g_assert_no_error (error);
  assert_holds (f, 2);
  /* Another, that has not looked, does not. */
  fresh = open_store (f, RUA_STORE_NONE);
  g_assert_false (save_new (fresh, 1, RUA_SAVE_NONE, &error));
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  assert_holds (f, 2);
  loaded = rua_store_load (fresh, NULL, NULL, &error);
  g_assert_no_error (error);
  save_new (fresh, 1, RUA_SAVE_NONE, &error);
  g_assert_no_error (error);
  assert_holds (f, 1);
  /* And now the first does not know what is there. */
  g_assert_false (save_new (store, 2, RUA_SAVE_NONE, &error));
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG);
  g_clear_error (&error);
  assert_holds (f, 1);
  save_new (store, 2, RUA_SAVE_REPLACE, &error);
  g_assert_no_error (error);
  assert_holds (f, 2);
  /* What was taken away meanwhile is made anew. */
  remove_all (f->place);
  save_new (store, 1, RUA_SAVE_NONE, &error);
  g_assert_no_error (error);
  assert_holds (f, 1);
}

/* What was loaded, edited and saved, again and again. */
static void
test_edited (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaStore) store = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;

  put (f, 5);
  store = open_store (f, RUA_STORE_NONE);
  alliance = rua_store_load (store, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *id = g_strdup_printf ("p%u", i), *wanted = NULL, *got = NULL;
    g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "place", id);
    g_autoptr (RuaAlliance) back = NULL;

    rua_record_set_texts (record, "name", "en", "edited", &error);
    g_assert_no_error (error);
    rua_store_save (store, alliance, RUA_SAVE_NONE, NULL, NULL, &error);
    g_assert_no_error (error);
    back = rua_alliance_open (f->place, NULL, &error);
    g_assert_no_error (error);
    wanted = to_json (alliance);
    got = to_json (back);
    g_assert_cmpstr (wanted, ==, got);
  }
  g_assert_cmpuint (count_names (f->folder), ==, 1);
}

/* Whatever is there instead is named, and kept. */
static void
test_something_else (Fixture *f, gconstpointer data)
{
  g_autofree char *place = g_strdup (f->place);
  g_autoptr (RuaStore) store = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  if (g_str_has_suffix (place, "/"))
    place[strlen (place) - 1] = '\0';
  g_file_set_contents (place, "neither this nor that", -1, NULL);
  store = open_store (f, RUA_STORE_NONE);
  g_assert_null (rua_store_load (store, NULL, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, f->folder));
  g_file_get_contents (place, &kept, NULL, NULL);
  g_assert_cmpstr (kept, ==, "neither this nor that");
}

/* ---- cancelling ---- */

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE);
  g_autoptr (RuaAlliance) two = make (2);
  g_autoptr (GError) error = NULL;

  put (f, 1);
  g_cancellable_cancel (cancellable);
  g_assert_null (rua_store_load (store, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (list_faults (store, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (rua_store_save (store, two, RUA_SAVE_REPLACE, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (rua_store_open (f->place, RUA_STORE_NONE, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_holds (f, 1);
}

typedef struct {
  GCancellable *cancellable;
  guint after;
} Cancelling;

static gpointer
cancel_later (gpointer data)
{
  const Cancelling *cancelling = data;

  g_usleep (cancelling->after);
  g_cancellable_cancel (cancelling->cancellable);
  return NULL;
}

static GThread *
cancel_after (Cancelling *cancelling, guint trial)
{
  cancelling->cancellable = g_cancellable_new ();
  cancelling->after = 40 * trial * trial;
  return g_thread_new ("cancel", cancel_later, cancelling);
}

static void
end_cancelling (Cancelling *cancelling, GThread *thread)
{
  g_thread_join (thread);
  g_object_unref (cancelling->cancellable);
}

/* At whatever point it comes: the old or the new, whole, and nothing beside it. */
static void
test_cancelled_midway (Fixture *f, gconstpointer data)
{
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 300 : 4000, n_cancelled = 0, n_loaded = 0;
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 4 : 24;

  put (f, 3);
  for (guint i = 0; i < trials; i++) {
    g_autoptr (RuaAlliance) large = make (n), loaded = NULL;
    g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE);
    g_autoptr (GError) error = NULL;
    Cancelling cancelling;
    GThread *thread = cancel_after (&cancelling, i);
    gboolean done = rua_store_save (store, large, RUA_SAVE_REPLACE, NULL, cancelling.cancellable, &error);

    end_cancelling (&cancelling, thread);
    if (!done) {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      n_cancelled++;
      g_clear_error (&error);
    }
    assert_holds (f, done ? n : 3);
    if (!done)
      put (f, n);
    thread = cancel_after (&cancelling, i);
    loaded = rua_store_load (store, NULL, cancelling.cancellable, &error);
    end_cancelling (&cancelling, thread);
    if (loaded == NULL)
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    else
      n_loaded++;
    put (f, 3);
  }
  g_test_message ("%u saves cancelled, %u loads done of %u", n_cancelled, n_loaded, trials);
}

/* ---- in threads ---- */

typedef struct {
  GMainLoop *loop;
  RuaAlliance *alliance;
  gboolean is_saved;
  GError *error;
  double fraction;
  guint n_steps;
} Waiting;

static void
on_progress (RuaProgress *progress, GParamSpec *pspec, gpointer data)
{
  Waiting *waiting = data;
  double fraction = rua_progress_get_fraction (progress);

  g_assert_cmpfloat (fraction, >=, waiting->fraction);
  g_assert_cmpfloat (fraction, <=, 1);
  waiting->fraction = fraction;
  waiting->n_steps++;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  waiting->alliance = rua_store_load_finish (RUA_STORE (source), result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  waiting->is_saved = rua_store_save_finish (RUA_STORE (source), result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

static void
test_async (Fixture *f, gconstpointer data)
{
  Waiting waiting = { g_main_loop_new (NULL, FALSE) };
  g_autoptr (RuaStore) store = open_store (f, RUA_STORE_NONE);
  g_autoptr (RuaAlliance) alliance = make (500);
  g_autoptr (RuaProgress) saving = rua_progress_new (), loading = rua_progress_new ();
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "place", "p7");
  g_autoptr (GError) error = NULL;
  g_autofree char *before = to_json (alliance), *after = NULL;

  g_signal_connect (saving, "notify::fraction", G_CALLBACK (on_progress), &waiting);
  rua_store_save_async (store, alliance, RUA_SAVE_NONE, saving, NULL, on_saved, &waiting);
  /* What is saved is as it was. */
  rua_record_set_texts (record, "name", "en", "changed meanwhile", &error);
  g_assert_no_error (error);
  g_main_loop_run (waiting.loop);
  g_assert_no_error (waiting.error);
  g_assert_true (waiting.is_saved);
  g_assert_cmpfloat (waiting.fraction, ==, 1);
  assert_holds (f, 500);

  waiting.fraction = 0;
  g_signal_connect (loading, "notify::fraction", G_CALLBACK (on_progress), &waiting);
  rua_store_load_async (store, loading, NULL, on_loaded, &waiting);
  /* Others may be edited meanwhile. */
  for (guint i = 0; i < 100; i++)
    rua_record_set_texts (record, "name", "en", i % 2 ? "a" : "b", NULL);
  g_main_loop_run (waiting.loop);
  g_assert_no_error (waiting.error);
  g_assert_cmpfloat (waiting.fraction, ==, 1);
  after = to_json (waiting.alliance);
  g_assert_cmpstr (before, ==, after);

  /* Saved by the thread, it is the store's own. */
  rua_store_save_async (store, waiting.alliance, RUA_SAVE_NONE, NULL, NULL, on_saved, &waiting);
  g_main_loop_run (waiting.loop);
  g_assert_no_error (waiting.error);
  assert_holds (f, 500);
  rua_store_close (store);
  rua_store_load_async (store, NULL, NULL, on_loaded, &waiting);
  g_clear_object (&waiting.alliance);
  g_main_loop_run (waiting.loop);
  g_assert_error (waiting.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&waiting.error);
  g_main_loop_unref (waiting.loop);
}

/* ---- limits ---- */

static void
assert_limit (const Fixture *f, const char *good, const char *bad)
{
  const char *const texts[] = { good, bad };

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaLimits) limits = rua_limits_new_from_text (texts[i], &error);
    g_autoptr (RuaStore) store = NULL;
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (GListModel) faults = NULL;

    g_assert_no_error (error);
    store = rua_store_open (f->place, RUA_STORE_NONE, limits, NULL, &error);
    g_assert_no_error (error);
    alliance = rua_store_load (store, NULL, NULL, &error);
    if (i == 0) {
      g_assert_no_error (error);
      continue;
    }
    g_test_message ("%s: %s", bad, error != NULL ? error->message : "taken");
    g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    g_assert_nonnull (strstr (error->message, f->folder));
    g_clear_error (&error);
    faults = list_faults (store, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_list_model_get_n_items (faults), ==, 1);
  }
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  g_autofree char *most = NULL, *less = NULL;
  guint64 size = 0;

  put (f, 20);
  assert_limit (f, "rows=20", "rows=19");
  if (g_str_has_suffix (f->place, "/")) {
    g_autoptr (GDir) dir = g_dir_open (f->place, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *path = g_build_filename (f->place, name, NULL);
      struct stat st;

      g_stat (path, &st);
      size += (guint64) st.st_size;
    }
  } else {
    struct stat st;

    g_stat (f->place, &st);
    size = (guint64) st.st_size;
  }
  most = g_strdup_printf ("bytes=%" G_GUINT64_FORMAT, size);
  less = g_strdup_printf ("bytes=%" G_GUINT64_FORMAT, size - 1);
  assert_limit (f, most, less);
  assert_limit (f, "seconds=1000", "rows=1,seconds=1000");
}

/* The time that there is has run out before a large one is read. */
static void
test_deadline (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaLimits) limits = rua_limits_new ();
  g_autoptr (RuaStore) store = NULL;
  guint n_late = 0;

  put (f, g_getenv ("RUA_SLOW_MACHINE") ? 2000 : 20000);
  rua_limits_set_seconds (limits, 1e-6);
  store = rua_store_open (f->place, RUA_STORE_NONE, limits, NULL, NULL);
  for (guint i = 0; i < 20; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaAlliance) alliance = rua_store_load (store, NULL, NULL, &error);

    if (alliance == NULL) {
      g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
      n_late++;
    }
  }
  g_test_message ("%u of 20 late", n_late);
}

/* ---- what is damaged ---- */

static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autofree char *victim = g_str_has_suffix (f->place, "/") ? g_build_filename (f->place, "places.csv", NULL) : g_strdup (f->place);
  g_autofree char *text = NULL;
  gsize length;

  put (f, 40);
  g_assert_true (g_file_get_contents (victim, &text, &length, NULL));
  for (guint i = 0; i < 12; i++) {
    g_autoptr (RuaStore) store = NULL;
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GListModel) faults = NULL;

    /* Cut off, each time at another place. */
    g_file_set_contents (victim, text, (gssize) (length * i / 12), NULL);
    store = open_store (f, RUA_STORE_STRANGER);
    alliance = rua_store_load (store, NULL, NULL, &error);
    g_assert_null (alliance);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, f->folder));
    if (error->domain == RUA_ERROR) {
      faults = list_faults (store, NULL, NULL);
      g_assert_cmpuint (g_list_model_get_n_items (faults), >, 0);
    }
  }
}

/* ---- the log ---- */

static void
test_changes (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaStore) store = NULL;
  g_autoptr (GListModel) changes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *mark = NULL;

  put (f, 1);
  store = open_store (f, RUA_STORE_NONE);
  changes = rua_store_list_changes (store, NULL, NULL, NULL, &error);
  if (rua_store_get_features (store) & RUA_STORE_FEATURE_LOG) {
    g_assert_no_error (error);
    mark = rua_store_dup_mark (store, NULL, &error);
    g_assert_no_error (error);
    return;
  }
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "keeps no log"));
  g_clear_error (&error);
  mark = rua_store_dup_mark (store, NULL, &error);
  g_assert_null (mark);
  assert_told (f, error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
add (const char *name, void (*function) (Fixture *, gconstpointer))
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path = g_strdup_printf ("/store-conformance/%s/%s", kinds[i].id, name);

    g_test_add (path, Fixture, &kinds[i], set_up, function, tear_down);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("round-trip", test_round_trip);
  add ("words", test_words);
  add ("closed", test_closed);
  add ("not-there", test_not_there);
  add ("replace", test_replace);
  add ("edited", test_edited);
  add ("something-else", test_something_else);
  add ("cancelled", test_cancelled);
  add ("cancelled-midway", test_cancelled_midway);
  add ("async", test_async);
  add ("limits", test_limits);
  add ("deadline", test_deadline);
  add ("damaged", test_damaged);
  add ("changes", test_changes);
  return g_test_run ();
}
