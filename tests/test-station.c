/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "station-case.h"
#include "rua-csv-import.h"
#include "rua-edits.h"
#include "rua-exchange-private.h"
#include "rua-history.h"
#include "rua-random-private.h"

#include <glib/gstdio.h>
#include <string.h>

static void
make (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "household");
  GError *error = NULL;

  g_assert_true (rua_record_set_id (record, id, &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
}

static void
test_enroll (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) plain = case_document ("\"x\": 1");
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo");
  g_autoptr (RuaAlliance) baojing = case_enroll (hub, "baojing");
  g_auto (GStrv) names = rua_alliance_list_stations (hub);
  g_auto (GStrv) own = rua_alliance_list_stations (gaopo);
  g_autoptr (GError) error = NULL;
  const RuaPeer *at_hub, *at_station;

  case_assert_same (hub, gaopo);
  g_assert_cmpstr (rua_alliance_get_station (gaopo), ==, "gaopo");
  g_assert_cmpstr (rua_alliance_get_hub (gaopo), ==, "hub");
  g_assert_null (rua_alliance_get_hub (hub));
  g_assert_null (rua_alliance_get_hub (plain));
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "baojing");
  g_assert_cmpuint (g_strv_length (own), ==, 1);
  g_assert_cmpstr (own[0], ==, "hub");
  /* One key for each, which both hold. */
  at_hub = rua_roster_find (rua_log_get_roster (rua_alliance_peek_log (hub)), "gaopo");
  at_station = rua_roster_find (rua_log_get_roster (rua_alliance_peek_log (gaopo)), "hub");
  g_assert_cmpmem (at_hub->key, RUA_KEY_LENGTH, at_station->key, RUA_KEY_LENGTH);
  at_hub = rua_roster_find (rua_log_get_roster (rua_alliance_peek_log (hub)), "baojing");
  g_assert_cmpint (memcmp (at_hub->key, at_station->key, RUA_KEY_LENGTH), !=, 0);
  /* Names that are taken, wrong, or given by who cannot. */
  g_assert_null (rua_alliance_enroll_station (hub, "gaopo", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_null (rua_alliance_enroll_station (hub, "hub", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_null (rua_alliance_enroll_station (hub, "Gao Po", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (rua_alliance_enroll_station (gaopo, "further", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (rua_alliance_enroll_station (plain, "gaopo", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  /* Dismissed, its name is free only while it has made nothing. */
  g_assert_true (rua_alliance_dismiss_station (hub, "baojing", &error));
  g_assert_false (rua_alliance_dismiss_station (hub, "baojing", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
}

static void
test_dismissed (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo");
  g_autoptr (RuaMerge) merge = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  case_set_weight (gaopo, "h1", 2);
  merge = case_carry (gaopo, hub, NULL);
  case_set_weight (gaopo, "h1", 3);
  bytes = rua_alliance_export_changes (gaopo, NULL, -1, NULL, NULL);
  g_assert_true (rua_alliance_dismiss_station (hub, "gaopo", NULL));
  g_assert_null (rua_alliance_import_changes (hub, bytes, "b.ruax", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_clear_error (&error);
  g_assert_null (rua_alliance_enroll_station (hub, "gaopo", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
}

/* Two edit the same household without knowing of one another. */
static void
test_three_stations (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo");
  g_autoptr (RuaAlliance) baojing = case_enroll (hub, "baojing");
  RuaAlliance *const stations[] = { gaopo, baojing };
  const char *const names[] = { "gaopo", "baojing" };

  case_set_weight (gaopo, "h1", 2);
  make (gaopo, "h3");
  case_set_weight (baojing, "h1", 3);
  case_set_weight (baojing, "h2", 4);
  g_assert_cmpuint (rua_alliance_get_n_unsent (gaopo), ==, 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaMerge) merge = case_carry (stations[i], hub, NULL);

    g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 2);
  }
  g_assert_cmpuint (rua_alliance_get_n_unsent (gaopo), ==, 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaMerge) merge = case_carry (hub, stations[i], names[i]);

    g_assert_cmpuint (rua_alliance_get_n_unsent (stations[i]), ==, 0);
    g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 2);
    case_assert_same (hub, stations[i]);
  }
  g_assert_cmpfloat (case_weight_of (gaopo, "h2"), ==, 4);
  g_assert_true (case_weight_of (hub, "h1") == 2 || case_weight_of (hub, "h1") == 3);
  /* Both sides are there at every station. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GListModel) history = rua_alliance_list_history (stations[i], "household", "h1", NULL);

    g_assert_cmpuint (g_list_model_get_n_items (history), ==, 2);
  }
  /* What was seen is replaced, not in conflict. */
  case_set_weight (gaopo, "h1", 7);
  {
    g_autoptr (RuaMerge) up = case_carry (gaopo, hub, NULL);
    g_autoptr (RuaMerge) down = case_carry (hub, baojing, "baojing");

    g_assert_cmpfloat (case_weight_of (baojing, "h1"), ==, 7);
  }
}

static void
test_no_log (void)
{
  g_autoptr (RuaAlliance) plain = case_document ("\"x\": 1");
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (GBytes) bytes = NULL;
  const char *places[] = { "/nowhere/a.ruax", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_alliance_export_changes (plain, NULL, -1, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (rua_alliance_merge (plain, places, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (rua_alliance_export_changes (hub, NULL, -1, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (rua_alliance_export_changes (hub, "nobody", -1, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_clear_error (&error);
  g_assert_null (rua_alliance_merge (hub, places, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* In the middle of a change nothing is taken in. */
  g_assert_true (rua_alliance_begin (hub, NULL, NULL));
  bytes = g_bytes_new_static ("x", 1);
  g_assert_null (rua_alliance_import_changes (hub, bytes, "b", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
}

/* ---- files ---- */

static char *
make_folder (void)
{
  return g_dir_make_tmp ("rua-station-XXXXXX", NULL);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (folder);
}

static RuaAlliance *
save_and_open (RuaAlliance *alliance, const char *path)
{
  GError *error = NULL;
  RuaAlliance *opened;

  g_assert_true (rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  opened = rua_alliance_open (path, NULL, &error);
  g_assert_no_error (error);
  return opened;
}

/* Keys, marks and names come back from a file that only its owner can read; an exchange file has no key in it. */
static void
test_kept (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *hub_path = g_build_filename (folder, "hub.rua", NULL);
  g_autofree char *path = g_build_filename (folder, "gaopo.rua", NULL);
  g_autofree char *batch = g_build_filename (folder, "gaopo.ruax", NULL);
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo");
  g_autoptr (RuaAlliance) hub_again = NULL;
  g_autoptr (RuaAlliance) gaopo_again = NULL;
  g_autoptr (RuaAlliance) third = NULL;
  g_autoptr (RuaMerge) merge = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *places[] = { batch, NULL };
  const RuaPeer *peer;
  struct stat st;
  gsize length;

  hub_again = save_and_open (hub, hub_path);
  gaopo_again = save_and_open (gaopo, path);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_cmpstr (rua_alliance_get_station (gaopo_again), ==, "gaopo");
  g_assert_cmpstr (rua_alliance_get_hub (gaopo_again), ==, "hub");
  case_set_weight (gaopo_again, "h1", 5);
  g_assert_true (rua_alliance_send (gaopo_again, NULL, -1, batch, RUA_SAVE_NONE, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (rua_alliance_send (gaopo_again, NULL, -1, batch, RUA_SAVE_NONE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_cmpint (g_stat (batch, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  merge = rua_alliance_merge (hub_again, places, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 1);
  case_assert_same (hub_again, gaopo_again);
  /* The mark, too. */
  third = save_and_open (hub_again, hub_path);
  peer = rua_roster_find (rua_log_get_roster (rua_alliance_peek_log (third)), "gaopo");
  g_assert_cmpint (peer->taken, ==, 1);
  g_assert_cmpint (peer->taken_batches, ==, 1);
  g_assert_true (g_file_get_contents (batch, &text, &length, NULL));
  /* Its bytes are no text: one of them may be 0. */
  for (gsize i = 0; i + sizeof peer->key <= length; i++)
    g_assert_cmpint (memcmp (text + i, peer->key, sizeof peer->key), !=, 0);
  for (guint i = 0; i < 4; i++) {
    g_autofree char *part = g_strdup_printf ("%02x%02x%02x%02x", peer->key[8 * i], peer->key[8 * i + 1], peer->key[8 * i + 2], peer->key[8 * i + 3]);

    g_assert_null (g_strstr_len (text, (gssize) length, part));
  }
  remove_folder (folder);
}

/* Copies themselves are merged, whole, in any order. */
static void
test_copies (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *a_path = g_build_filename (folder, "a.rua", NULL);
  g_autofree char *b_path = g_build_filename (folder, "b.rua", NULL);
  g_autofree char *json_path = g_build_filename (folder, "c.json", NULL);
  g_autofree char *other_path = g_build_filename (folder, "d.rua", NULL);
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) a = case_enroll (hub, "a");
  g_autoptr (RuaAlliance) b = case_enroll (hub, "b");
  g_autoptr (RuaAlliance) stranger = case_hub ();
  g_autoptr (RuaAlliance) a_again = NULL;
  g_autoptr (RuaAlliance) b_again = NULL;
  g_autoptr (RuaMerge) merge = NULL;
  const char *both[] = { a_path, b_path, a_path, NULL };
  const char *json[] = { a_path, json_path, NULL };
  const char *others[] = { a_path, other_path, NULL };
  g_autofree char *before = case_text_of (hub);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  case_set_weight (a, "h1", 2);
  make (a, "h3");
  case_set_weight (b, "h1", 3);
  a_again = save_and_open (a, a_path);
  b_again = save_and_open (b, b_path);
  g_assert_true (rua_alliance_save (a, json_path, RUA_SAVE_NONE, NULL, NULL));
  g_assert_true (rua_alliance_save (stranger, other_path, RUA_SAVE_NONE, NULL, NULL));
  g_assert_null (rua_alliance_merge (hub, json, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "c.json: keeps no log"));
  g_clear_error (&error);
  g_assert_null (rua_alliance_merge (hub, others, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_clear_error (&error);
  after = case_text_of (hub);
  g_assert_cmpstr (after, ==, before);
  merge = rua_alliance_merge (hub, both, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 3);
  g_assert_cmpuint (rua_merge_get_n_known (merge), ==, 2);
  {
    const char *to_a[] = { b_path, NULL };
    g_autoptr (RuaMerge) second = rua_alliance_merge (a_again, to_a, NULL, NULL, NULL, &error);

    g_assert_no_error (error);
    case_assert_same (hub, a_again);
  }
  remove_folder (folder);
}

/* One bad file, and nothing of the good ones is taken. */
static void
test_all_or_nothing (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *a_path = g_build_filename (folder, "a.ruax", NULL);
  g_autofree char *b_path = g_build_filename (folder, "b.ruax", NULL);
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) a = case_enroll (hub, "a");
  g_autoptr (RuaAlliance) b = case_enroll (hub, "b");
  g_autofree char *before = case_text_of (hub);
  g_autofree char *after = NULL;
  g_autofree char *text = NULL;
  const char *both[] = { a_path, b_path, NULL };
  g_autoptr (GError) error = NULL;
  gsize length;

  case_set_weight (a, "h1", 2);
  case_set_weight (b, "h1", 3);
  g_assert_true (rua_alliance_send (a, NULL, -1, a_path, RUA_SAVE_NONE, NULL, NULL));
  g_assert_true (rua_alliance_send (b, NULL, -1, b_path, RUA_SAVE_NONE, NULL, NULL));
  g_assert_true (g_file_get_contents (b_path, &text, &length, NULL));
  text[length - 10] = text[length - 10] == '0' ? '1' : '0';
  g_assert_true (g_file_set_contents (b_path, text, (gssize) length, NULL));
  g_assert_null (rua_alliance_merge (hub, both, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, b_path));
  g_assert_cmpuint (rua_log_get_n_facts (rua_alliance_peek_log (hub)), ==, 0);
  after = case_text_of (hub);
  g_assert_cmpstr (after, ==, before);
  remove_folder (folder);
}

/* Batches of one station in one call: in their order, one missing, and two that say different things. */
static void
test_several_of_one (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *first = g_build_filename (folder, "1.ruax", NULL);
  g_autofree char *second = g_build_filename (folder, "2.ruax", NULL);
  g_autofree char *path = g_build_filename (folder, "a.rua", NULL);
  g_autofree char *cloned = g_build_filename (folder, "c.ruax", NULL);
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) a = case_enroll (hub, "a");
  g_autoptr (RuaAlliance) clone = save_and_open (a, path);
  g_autoptr (RuaMerge) merge = NULL;
  const char *in_order[] = { first, second, first, NULL };
  const char *missing[] = { second, NULL };
  const char *clones[] = { first, cloned, NULL };
  g_autoptr (GError) error = NULL;

  case_set_weight (a, "h1", 2);
  g_assert_true (rua_alliance_send (a, NULL, -1, first, RUA_SAVE_NONE, NULL, NULL));
  case_set_weight (a, "h1", 3);
  g_assert_true (rua_alliance_send (a, NULL, -1, second, RUA_SAVE_NONE, NULL, NULL));
  g_remove (second);
  {
    /* As if a receipt had come. */
    RuaRoster *roster = rua_log_get_roster (rua_alliance_peek_log (a));
    RuaPeer peer = *rua_roster_find (roster, "hub");

    peer.sent = peer.sent_batches = 1;
    rua_roster_set (roster, &peer);
  }
  g_assert_true (rua_alliance_send (a, NULL, -1, second, RUA_SAVE_NONE, NULL, NULL));
  case_set_weight (clone, "h1", 9);
  g_assert_true (rua_alliance_send (clone, NULL, -1, cloned, RUA_SAVE_NONE, NULL, NULL));
  g_assert_null (rua_alliance_merge (hub, missing, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (rua_alliance_merge (hub, clones, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_cmpfloat (case_weight_of (hub, "h1"), ==, 1);
  merge = rua_alliance_merge (hub, in_order, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 2);
  g_assert_cmpuint (rua_merge_get_n_known (merge), ==, 1);
  g_assert_cmpfloat (case_weight_of (hub, "h1"), ==, 3);
  remove_folder (folder);
}

/* ---- clocks, and where facts are from ---- */

static gint64
days_ahead (gpointer data)
{
  return g_get_real_time () / 1000 + GPOINTER_TO_INT (data) * (gint64) 24 * 60 * 60 * 1000 + 60000;
}

static void
test_clocks (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) a = case_enroll (hub, "a");
  g_autoptr (RuaAlliance) b = case_enroll (hub, "b");
  g_autoptr (RuaMerge) from_a = NULL;
  g_autoptr (RuaMerge) from_b = NULL;
  g_autoptr (GListModel) well = rua_alliance_validate (hub);
  g_autoptr (GListModel) faults = NULL;
  g_autoptr (RuaFault) fault = NULL;
  g_autofree char *told = NULL;
  g_auto (GStrv) remarks = NULL;

  rua_log_set_wall (rua_alliance_peek_log (a), days_ahead, GINT_TO_POINTER (3));
  rua_log_set_wall (rua_alliance_peek_log (b), days_ahead, GINT_TO_POINTER (0));
  case_set_weight (a, "h1", 5);
  case_set_weight (b, "h2", 5);
  from_b = case_carry (b, hub, NULL);
  g_assert_cmpuint (rua_alliance_get_days_ahead (hub, "b"), ==, 0);
  from_a = case_carry (a, hub, NULL);
  g_assert_cmpuint (rua_alliance_get_days_ahead (hub, "a"), ==, 3);
  g_assert_cmpuint (rua_alliance_get_days_ahead (hub, "nobody"), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (well), ==, 0);
  faults = rua_alliance_validate (hub);
  g_assert_cmpuint (g_list_model_get_n_items (faults), ==, 1);
  fault = g_list_model_get_item (faults, 0);
  told = rua_fault_to_string (fault);
  g_assert_nonnull (strstr (told, "the clock of station 'a' is 3 days ahead: set it right; nothing it says is lost"));
  remarks = rua_merge_list_remarks (from_a);
  g_assert_cmpstr (remarks[0], ==, "the clock of station 'a' is 3 days ahead: set it right; nothing it says is lost");
  /* The hub's own facts do not follow it. */
  case_set_weight (hub, "h1", 6);
  g_assert_cmpuint (rua_alliance_get_days_ahead (hub, "hub"), ==, 0);
  g_assert_cmpfloat (case_weight_of (hub, "h1"), ==, 6);
}

static void
test_import (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "register.csv", NULL);
  g_autoptr (RuaAlliance) hub = case_hub ();
  RuaLog *log = rua_alliance_peek_log (hub);
  RuaChangeData change;
  GError *error = NULL;

  g_assert_true (g_file_set_contents (path, "id,weight\nc1,3\nc2,4\n", -1, NULL));
  g_assert_true (rua_alliance_import_csv (hub, "household", path, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rua_log_get_n_changes (log), ==, 1);
  rua_log_get_change (log, 0, &change);
  g_assert_cmpstr (change.origin, ==, "import register.csv");
  g_assert_cmpint (change.n_facts, ==, 4);
  /* It is undone as one; and what cannot be taken leaves nothing begun. */
  g_assert_true (rua_alliance_undo (hub, &error));
  g_assert_true (g_file_set_contents (path, "id,weight\nh1,3\n", -1, NULL));
  g_assert_false (rua_alliance_import_csv (hub, "household", path, NULL, NULL, NULL, NULL, NULL));
  g_assert_false (rua_alliance_is_in_change (hub));
  /* Within somebody's change it is that change's. */
  g_assert_true (g_file_set_contents (path, "id,weight\nc3,3\n", -1, NULL));
  g_assert_true (rua_alliance_begin (hub, "mine", NULL));
  g_assert_true (rua_alliance_import_csv (hub, "household", path, NULL, NULL, NULL, NULL, &error));
  g_assert_true (rua_alliance_is_in_change (hub));
  g_assert_true (rua_alliance_commit (hub, NULL));
  rua_log_get_change (log, rua_log_get_n_changes (log) - 1, &change);
  g_assert_cmpstr (change.title, ==, "mine");
  g_assert_cmpstr (change.origin, ==, "edit");
  remove_folder (folder);
}

/* ---- not waiting ---- */

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
merge_async (RuaAlliance *alliance, const char *const *places, GCancellable *cancellable)
{
  GAsyncResult *result = NULL;

  rua_alliance_merge_async (alliance, places, NULL, NULL, cancellable, keep, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  return result;
}

static void
test_async (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.ruax", NULL);
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) a = case_enroll (hub, "a");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (RuaMerge) merge = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const char *places[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  case_set_weight (a, "h1", 2);
  g_assert_true (rua_alliance_send (a, NULL, -1, path, RUA_SAVE_NONE, NULL, NULL));
  g_cancellable_cancel (cancellable);
  cancelled = merge_async (hub, places, cancellable);
  g_assert_null (rua_alliance_merge_finish (hub, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  result = merge_async (hub, places, NULL);
  /* It is the owner who changes it, when he asks. */
  g_assert_cmpfloat (case_weight_of (hub, "h1"), ==, 1);
  merge = rua_alliance_merge_finish (hub, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 1);
  g_assert_cmpfloat (case_weight_of (hub, "h1"), ==, 2);
  remove_folder (folder);
}

/* ---- any order ---- */

#define MOST 5

static void
edit (RuaAlliance *alliance, RuaRandom *random, guint station)
{
  static const char *const ids[] = { "h1", "h2", "x1", "x2" };
  const char *id = ids[rua_random_below (random, G_N_ELEMENTS (ids))];
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", id);
  g_autoptr (GError) error = NULL;

  if (!record)
    make (alliance, id);
  else if (rua_random_below (random, 6) == 0)
    g_assert_true (rua_alliance_remove (alliance, record, &error));
  else if (rua_random_below (random, 2))
    g_assert_true (rua_record_set_number (record, "weight", rua_random_below (random, 4), &error));
  else
    g_assert_true (rua_record_unset (record, "weight", &error));
  g_assert_no_error (error);
}

static void
run_history (guint32 seed)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (GPtrArray) up = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  RuaAlliance *stations[MOST];
  char *names[MOST];
  RuaRandom random;
  guint n;

  rua_random_init (&random, seed);
  n = 2 + rua_random_below (&random, MOST - 1);
  for (guint i = 0; i < n; i++) {
    names[i] = g_strdup_printf ("s%u", i);
    stations[i] = case_enroll (hub, names[i]);
  }
  for (guint step = 0; step < 40; step++) {
    guint who = rua_random_below (&random, n);

    switch (rua_random_below (&random, 5)) {
    case 0:
    case 1:
      edit (stations[who], &random, who);
      break;
    case 2:
      g_ptr_array_add (up, rua_alliance_export_changes (stations[who], NULL, -1, NULL, NULL));
      break;
    case 3:
      if (up->len) {
        GBytes *bytes = up->pdata[rua_random_below (&random, up->len)];
        g_autoptr (RuaMerge) merge = rua_alliance_import_changes (hub, bytes, "b", NULL, NULL, NULL);

        g_assert_nonnull (merge);
      }
      break;
    default: {
      g_autoptr (RuaMerge) merge = case_carry (hub, stations[who], names[who]);
    }
    }
  }
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < n; i++) {
      g_autoptr (RuaMerge) to_hub = case_carry (stations[i], hub, NULL);
      g_autoptr (RuaMerge) back = case_carry (hub, stations[i], names[i]);
    }
  for (guint i = 0; i < n; i++) {
    case_assert_same (hub, stations[i]);
    g_assert_cmpuint (rua_alliance_get_n_unsent (stations[i]), ==, 0);
    g_object_unref (stations[i]);
    g_free (names[i]);
  }
}

static void
test_histories (void)
{
  const guint n = g_getenv ("RUA_SLOW_MACHINE") ? 3 : 60;
  guint32 seed = (guint32) g_test_rand_int ();

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < n; i++)
    run_history (seed + i);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/station/enroll", test_enroll);
  g_test_add_func ("/station/dismissed", test_dismissed);
  g_test_add_func ("/station/three", test_three_stations);
  g_test_add_func ("/station/no-log", test_no_log);
  g_test_add_func ("/station/kept", test_kept);
  g_test_add_func ("/station/copies", test_copies);
  g_test_add_func ("/station/all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/station/several-of-one", test_several_of_one);
  g_test_add_func ("/station/clocks", test_clocks);
  g_test_add_func ("/station/import", test_import);
  g_test_add_func ("/station/async", test_async);
  g_test_add_func ("/station/histories", test_histories);
  return g_test_run ();
}
