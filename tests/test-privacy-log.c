/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What test-privacy.c does, where a log is kept: nothing that is said of exchange files, of history, of erasing, or of a
 * damaged file tells what is personal or sensitive. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "marked-alliance.h"
#include "privacy-ear.h"
#include "rua-alliance-erasing.h"
#include "rua-edits.h"
#include "rua-history.h"
#include "rua-kinds-private.h"
#include "rua-merge-conflict.h"
#include "rua-merge.h"
#include "rua-station.h"
#include "rua-store.h"

static guint
trials (guint many)
{
  return g_getenv ("RUA_SLOW_MACHINE") ? many / 20 : many;
}

/* Every third household, income, … of people is changed: there are facts with marks in their keys and values. */
static void
touch_all (RuaAlliance *alliance, const char *note)
{
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    g_autoptr (RuaRecord) record = NULL;

    if (rua_kind_get_privacy (rua_table_get_kind (table)) == RUA_PRIVACY_PUBLIC || rua_table_get_n_records (table) == 0)
      continue;
    record = rua_table_dup_record (table, 0);
    rua_record_set_text (record, "note", note, NULL);
  }
}

static RuaMerge *
carry (RuaAlliance *from, RuaAlliance *to, const char *name)
{
  g_autoptr (GBytes) bytes = rua_alliance_export_changes (from, name, -1, NULL, NULL);
  GError *error = NULL;
  RuaMerge *merge = rua_alliance_import_changes (to, bytes, "b.ruax", NULL, NULL, &error);

  hear_error (&error);
  return merge;
}

static void
hear_all (RuaAlliance *alliance)
{
  g_autoptr (GListModel) conflicts = rua_alliance_list_merge_conflicts (alliance), waiting = rua_alliance_list_waiting (alliance);

  for (guint i = 0; i < g_list_model_get_n_items (conflicts); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (conflicts, i);
    g_autofree char *line = rua_merge_conflict_to_string (conflict);

    hear (line);
  }
  hear_model (waiting);
}

static void
hear_merge (RuaMerge *merge)
{
  g_auto (GStrv) remarks = merge ? rua_merge_list_remarks (merge) : NULL;

  for (guint i = 0; remarks && remarks[i]; i++)
    hear (remarks[i]);
}

static void
test_exchange (void)
{
  g_autoptr (RuaAlliance) hub = marked_alliance_new (), gaopo = NULL, twin = NULL;
  g_autoptr (RuaMerge) up = NULL, again = NULL;
  g_autoptr (GBytes) good = NULL;
  g_autofree guint8 *bytes = NULL;
  GError *error = NULL;
  gsize length;

  begin ("exchange");
  g_assert_true (rua_alliance_enroll (hub, "hub", &error));
  gaopo = rua_alliance_enroll_station (hub, "gaopo", &error);
  g_assert_no_error (error);
  touch_all (hub, MARK " hub");
  touch_all (gaopo, MARK " gaopo");
  good = rua_alliance_export_changes (gaopo, NULL, -1, NULL, &error);
  g_assert_no_error (error);
  bytes = g_memdup2 (g_bytes_get_data (good, &length), g_bytes_get_size (good));
  for (guint i = 0; i < trials (400); i++) {
    gsize at = (gsize) g_test_rand_int_range (0, (gint32) length);
    guint8 kept = bytes[at];
    g_autoptr (GBytes) bad = NULL;
    g_autoptr (RuaMerge) merge = NULL;

    bytes[at] = (guint8) g_test_rand_int_range (0, 256);
    bad = g_bytes_new (bytes, i % 7 ? length : at);
    merge = rua_alliance_import_changes (hub, bad, "b.ruax", NULL, NULL, &error);
    g_assert_true (merge == NULL || bytes[at] == kept);
    hear_error (&error);
    bytes[at] = kept;
  }
  up = carry (gaopo, hub, NULL);
  hear_merge (up);
  hear_all (hub);
  end (trials (400));
  /* Two who write as one. */
  begin ("twins");
  twin = rua_alliance_enroll_station (hub, "twin", &error);
  g_assert_no_error (error);
  {
    g_autofree char *path = g_build_filename (g_get_tmp_dir (), "rua-privacy-twin.rua", NULL);
    g_autoptr (RuaAlliance) other = NULL;
    g_autoptr (RuaMerge) first = NULL, second = NULL;

    g_assert_true (rua_alliance_save (twin, path, RUA_SAVE_REPLACE, NULL, &error));
    other = rua_alliance_open (path, NULL, &error);
    g_assert_no_error (error);
    g_remove (path);
    touch_all (twin, MARK " one");
    touch_all (other, MARK " other");
    first = carry (twin, hub, NULL);
    second = carry (other, hub, NULL);
    g_assert_nonnull (first);
    g_assert_null (second);
  }
  end (1);
}

static void
test_history (void)
{
  g_autoptr (RuaAlliance) hub = marked_alliance_new (), gaopo = NULL, other = marked_alliance_new ();
  g_autoptr (RuaMerge) down = NULL, up = NULL;
  GError *error = NULL;

  begin ("history");
  g_assert_true (rua_alliance_enroll (hub, "hub", &error));
  gaopo = rua_alliance_enroll_station (hub, "gaopo", &error);
  g_assert_no_error (error);
  touch_all (gaopo, MARK " first");
  up = carry (gaopo, hub, NULL);
  touch_all (hub, MARK " then");
  down = carry (hub, gaopo, "gaopo");
  /* Somebody has changed it since. */
  while (rua_alliance_can_undo (gaopo) && rua_alliance_undo (gaopo, &error))
    ;
  hear_error (&error);
  hear_all (gaopo);
  for (guint t = 0; t < rua_alliance_get_n_tables (hub); t++) {
    RuaTable *table = rua_alliance_get_table_at (other, t);
    const char *kind = rua_kind_get_name (rua_table_get_kind (table));
    g_autoptr (RuaRecord) foreign = rua_table_dup_record (table, 0);
    g_autoptr (GListModel) list = rua_alliance_list_record_history (hub, foreign, &error);

    hear_error (&error);
    if (rua_kind_get_privacy (rua_table_get_kind (table)) == RUA_PRIVACY_PUBLIC || !rua_record_get_id (foreign))
      continue;
    /* Refused, erased, erased twice, added again. */
    rua_alliance_erase (hub, kind, rua_record_get_id (foreign), "because", "2026-11-25", NULL, NULL, &error);
    hear_error (&error);
    rua_alliance_erase (hub, kind, MARK "nobody", NULL, "2026-11-25", NULL, NULL, &error);
    hear_error (&error);
    if (rua_alliance_erase (hub, kind, rua_record_get_id (foreign), NULL, "2026-11-25", NULL, NULL, &error)) {
      g_autoptr (RuaRecord) back = rua_alliance_new_record (hub, kind);

      rua_alliance_erase (hub, kind, rua_record_get_id (foreign), NULL, "2026-11-25", NULL, NULL, &error);
      hear_error (&error);
      g_assert_true (rua_record_set_id (back, rua_record_get_id (foreign), NULL));
      rua_alliance_add (hub, back, &error);
    }
    hear_error (&error);
  }
  hear_all (hub);
  end (50);
}

static void
test_sqlite (void)
{
  g_autoptr (RuaAlliance) hub = marked_alliance_new ();
  g_autofree char *path = NULL, *bytes = NULL;
  GError *error = NULL;
  gsize length;
  int fd = g_file_open_tmp ("rua-privacy-XXXXXX.rua", &path, &error);
  guint n_flips = g_getenv ("RUA_SLOW_MACHINE") ? 40 : 200;

  begin ("sqlite");
  g_close (fd, NULL);
  g_assert_true (rua_alliance_enroll (hub, "hub", &error));
  touch_all (hub, MARK " note");
  g_assert_true (rua_alliance_save (hub, path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &length, &error));
  for (guint i = 0; i < n_flips; i++) {
    gsize at = (gsize) g_test_rand_int_range (0, (gint32) length);
    char kept = bytes[at];
    g_autoptr (RuaStore) store = NULL;
    g_autoptr (RuaAlliance) read = NULL;
    g_autoptr (GListModel) faults = NULL;

    bytes[at] = (char) (bytes[at] ^ (1 << g_test_rand_int_range (0, 8)));
    g_assert_true (g_file_set_contents (path, bytes, (gssize) length, &error));
    store = rua_store_open (path, i % 2 ? RUA_STORE_STRANGER : RUA_STORE_NONE, NULL, NULL, &error);
    hear_error (&error);
    read = store ? rua_store_load (store, NULL, NULL, &error) : NULL;
    hear_error (&error);
    faults = store && !read ? rua_store_list_faults (store, NULL, NULL, NULL) : NULL;
    if (faults)
      hear_model (faults);
    bytes[at] = kept;
  }
  g_remove (path);
  /* Most bits are in pages of which nothing is left: about one in four is refused, with a message or two. */
  end (n_flips / 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (hear_log, NULL, NULL);
  g_test_add_func ("/privacy-log/exchange", test_exchange);
  g_test_add_func ("/privacy-log/history", test_history);
  g_test_add_func ("/privacy-log/sqlite", test_sqlite);
  return g_test_run ();
}
