/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log of a store, listed in a thread; and what a columns file may be at most. */
#include "document-case.h"
#include "fault-case.h"
#include "rua-alliance-json.h"
#include "rua-fact.h"
#include "rua-limits.h"
#include "station-case.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  GMainLoop *loop;
  GListModel *changes;
  GError *error;
} Waiting;

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *self = data;

  self->changes = rua_store_list_changes_finish (RUA_STORE (source), result, &self->error);
  g_main_loop_quit (self->loop);
}

/* What the thread gives, or its error. */
static GListModel *
list_in_thread (RuaStore *store, const char *mark, GCancellable *cancellable, GError **error)
{
  Waiting waiting = { g_main_loop_new (NULL, FALSE), NULL, NULL };

  rua_store_list_changes_async (store, mark, NULL, cancellable, on_listed, &waiting);
  g_main_loop_run (waiting.loop);
  g_main_loop_unref (waiting.loop);
  if (waiting.error)
    g_propagate_error (error, waiting.error);
  return waiting.changes;
}

static char *
facts_of (GListModel *changes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (changes); i++) {
    g_autoptr (RuaFact) fact = g_list_model_get_item (changes, i);

    g_string_append_printf (text, "%s=%s\n", rua_fact_get_field (fact), rua_fact_get_value (fact));
  }
  return g_string_free (text, FALSE);
}

static void
test_changes (void)
{
  g_autofree char *folder = fault_make_folder (), *path = g_build_filename (folder, "a.rua", NULL), *mark = NULL, *there = NULL, *here = NULL, *later = NULL;
  g_autoptr (RuaAlliance) alliance = case_hub ();
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GListModel) all = NULL, same = NULL, since = NULL;
  g_autoptr (RuaStore) store = NULL;
  g_autoptr (GError) error = NULL;

  case_set_weight (alliance, "h1", 1.5);
  rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  store = rua_store_open (path, RUA_STORE_NONE, NULL, NULL, &error);
  g_assert_no_error (error);
  all = list_in_thread (store, NULL, NULL, &error);
  g_assert_no_error (error);
  same = rua_store_list_changes (store, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  there = facts_of (all);
  here = facts_of (same);
  g_assert_cmpuint (g_list_model_get_n_items (all), >, 0);
  g_assert_cmpstr (there, ==, here);
  /* Only what came behind a mark. */
  mark = rua_store_dup_mark (store, NULL, &error);
  g_assert_no_error (error);
  case_set_weight (alliance, "h1", 2.5);
  rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  since = list_in_thread (store, mark, NULL, &error);
  g_assert_no_error (error);
  later = facts_of (since);
  g_assert_cmpstr (later, ==, "weight=2.5\n");
  g_assert_null (list_in_thread (store, "elsewhere:3", NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "the mark 'elsewhere:3' is of another log, or of a later state of this one; ask without a mark"));
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_null (list_in_thread (store, NULL, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  rua_store_close (store);
  g_assert_null (list_in_thread (store, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  fault_remove (folder);
}

/* Where there is no log, the thread says so. */
static void
test_no_log (void)
{
  g_autofree char *folder = fault_make_folder (), *path = g_build_filename (folder, "a.json", NULL), *want = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaStore) store = NULL;
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  store = rua_store_open (path, RUA_STORE_NONE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (list_in_thread (store, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  want = g_strdup_printf ("%s: is a JSON document, which keeps no log of changes; save it as an SQLite file (.rua) to keep one", path);
  g_assert_cmpstr (error->message, ==, want);
  fault_remove (folder);
}

/* ---- limits of a columns file ---- */

static void
refuse_columns (const char *path, RuaLimits *limits, const char *told)
{
  g_autofree char *want = g_strdup_printf ("%s: has more than %s", path, told);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaStore) store = rua_store_open (path, RUA_STORE_NONE, limits, NULL, &error);
  g_autoptr (RuaAlliance) alliance = store ? rua_store_load (store, NULL, NULL, &error) : NULL;

  g_assert_null (alliance);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, want);
}

static void
take_columns (const char *path, RuaLimits *limits)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaStore) store = rua_store_open (path, RUA_STORE_NONE, limits, NULL, &error);
  g_autoptr (RuaAlliance) alliance = store ? rua_store_load (store, NULL, NULL, &error) : NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (alliance, "thing")), ==, 3);
}

static void
test_columns_limits (void)
{
  static const char *const records[] = { "{\"id\": \"a\", \"label\": \"twelve bytes\"}", "{\"id\": \"a\", \"title\": {\"en\": \"twelve bytes\"}}",
                                         "{\"id\": \"a\", \"tags\": [\"twelve\", \"bytes\"]}", "{\"id\": \"a\", \"data\": [\"twelve b\"]}" };
  g_autofree char *folder = fault_make_folder (), *path = g_build_filename (folder, "a.ruac", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    g_autofree char *rows = g_strconcat (records[i], ",\n{\"id\": \"b\", \"weight\": 123456789012345},\n{\"id\": \"c\", \"colour\": \"green\"}", NULL);
    g_autofree char *document = case_things (rows);
    g_autoptr (RuaLimits) limits = rua_limits_new (), few = rua_limits_new (), narrow = rua_limits_new (), small = rua_limits_new ();
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaAlliance) alliance = case_read (document, &error);

    g_assert_no_error (error);
    rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
    g_assert_no_error (error);
    rua_limits_set_cell (limits, 11);
    refuse_columns (path, limits, "11 bytes in a value, the limit; give a smaller file, or raise the limit of a cell");
    /* Enough for each of them, with the marks between its parts. */
    rua_limits_set_cell (limits, 16);
    take_columns (path, limits);
    rua_limits_set_rows (few, 2);
    refuse_columns (path, few, "2 records of one kind, the limit; give a smaller file, or raise the limit of rows");
    rua_limits_set_rows (few, 3);
    take_columns (path, few);
    rua_limits_set_columns (narrow, 17);
    refuse_columns (path, narrow, "17 fields of one kind, the limit; give a smaller file, or raise the limit of columns");
    rua_limits_set_bytes (small, 100);
    refuse_columns (path, small, "100 bytes, the limit; give a smaller file, or raise the limit of bytes");
  }
  fault_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store-changes/changes", test_changes);
  g_test_add_func ("/store-changes/no-log", test_no_log);
  g_test_add_func ("/store-changes/columns-limits", test_columns_limits);
  return g_test_run ();
}
