/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "fault-case.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <string.h>

#include "rua-alliance-erasing.h"
#include "rua-alliance-json.h"
#include "rua-checker.h"
#include "rua-consented.h"
#include "rua-csv-export.h"
#include "rua-csv-import.h"
#include "rua-erasure.h"
#include "rua-estimate.h"
#include "rua-history.h"
#include "rua-measure.h"
#include "rua-measurement.h"
#include "rua-merge.h"
#include "rua-pseudonyms.h"
#include "rua-report.h"
#include "rua-station.h"

/* Whatever takes long is cancelled at each place in which the library asks whether it is: it ends with an error that says
 * so, and everything is as it was. */

/* ---- where the library asks ---- */

/* A program's own function stands before the library's: it counts who asks, and cancels in good time. */
static struct {
  GMutex mutex;
  GCancellable *watched;
  GHashTable *sites; /* address: how often it asked; NULL while nobody counts */
  gpointer at;       /* where to cancel, when it asks for the @left-th time */
  guint left;
} ask;

static gpointer
find_next (const char *name)
{
  gpointer address = dlsym (RTLD_NEXT, name);

  if (address == NULL)
    g_error ("no %s", name);
  return address;
}

static void
note (GCancellable *cancellable, gpointer site)
{
  gboolean is_due;

  if (cancellable == NULL || ask.watched == NULL)
    return;
  g_mutex_lock (&ask.mutex);
  if (ask.sites != NULL)
    g_hash_table_insert (ask.sites, site, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (ask.sites, site)) + 1));
  is_due = ask.at == site && ask.left > 0 && --ask.left == 0;
  g_mutex_unlock (&ask.mutex);
  if (is_due)
    g_cancellable_cancel (ask.watched);
}

gboolean
g_cancellable_is_cancelled (GCancellable *cancellable)
{
  static gboolean (*next) (GCancellable *);

  if (g_once_init_enter (&next)) {
    gboolean (*found) (GCancellable *) = NULL;

    *(gpointer *) (gpointer) &found = find_next ("g_cancellable_is_cancelled");
    g_once_init_leave (&next, found);
  }
  note (cancellable, __builtin_return_address (0));
  return next (cancellable);
}

gboolean
g_cancellable_set_error_if_cancelled (GCancellable *cancellable, GError **error)
{
  static gboolean (*next) (GCancellable *, GError **);

  if (g_once_init_enter (&next)) {
    gboolean (*found) (GCancellable *, GError **) = NULL;

    *(gpointer *) (gpointer) &found = find_next ("g_cancellable_set_error_if_cancelled");
    g_once_init_leave (&next, found);
  }
  note (cancellable, __builtin_return_address (0));
  return next (cancellable, error);
}

/* ---- what is there before ---- */

typedef struct {
  RuaAlliance *alliance, *other;
  char *folder, *place, *csv;
  GBytes *bytes;
} World;

typedef struct {
  const char *name;
  const char *file; /* that is there, of version 1 */
  void (*prepare) (World *self);
  gboolean (*run) (World *self, GCancellable *cancellable, GError **error);
} Work;

/* Villages, so that there are groups, and a metric of each of many ways of computing. */
static RuaAlliance *
new_panel (void)
{
  static const char *const metrics[] = {
    "\"estimator\":\"mean\",\"table\":\"incomes\",\"columns\":{\"value\":\"amount\"},\"by\":[\"household.village\"]",
    "\"estimator\":\"quantile\",\"table\":\"incomes\",\"columns\":{\"value\":\"amount / household.n_persons\"},\"where\":\"year = 2014\"",
    "\"estimator\":\"inequality\",\"table\":\"incomes\",\"columns\":{\"value\":\"amount\"}",
    "\"estimator\":\"bootstrap\",\"table\":\"incomes\",\"columns\":{\"value\":\"amount\"},\"options\":{\"statistic\":\"mean\",\"replicates\":40,\"seed\":7}",
    "\"estimator\":\"paired_change\",\"table\":\"incomes\",\"columns\":{\"before\":\"amount[year = 2014]\",\"after\":\"amount[year = 2017]\"}",
    "\"estimator\":\"did_2x2\",\"table\":\"incomes\",\"columns\":{\"outcome\":\"amount\",\"treated\":\"household.arm = 'treated'\","
    "\"post\":\"year = 2017\",\"cluster\":\"household.village\"}",
    "\"estimator\":\"concentration\",\"table\":\"incomes\",\"columns\":{\"unit\":\"household\",\"amount\":\"amount\"}",
    "\"estimator\":\"wilcoxon_signed_rank\",\"table\":\"incomes\",\"columns\":{\"before\":\"amount[year = 2014]\",\"after\":\"amount[year = 2017]\"}",
    "\"estimator\":\"distinct_count\",\"table\":\"incomes\",\"columns\":{\"key\":\"household\"},\"by\":[\"year\"]",
    "\"formula\":\"\\\"m0\\\" / \\\"m2\\\"\"",
  };
  g_autoptr (GString) text = g_string_new ("{\"format\":\"rural-alliance\",\"version\":1,\"alliance\":{\"title\":\"P\",\"currency\":\"CNY\"},\"places\":[");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance;

  for (guint i = 0; i < 4; i++)
    g_string_append_printf (text, "%s{\"id\":\"v%u\",\"name\":\"V\"}", i ? "," : "", i);
  g_string_append (text, "],\"households\":[");
  for (guint i = 0; i < 60; i++)
    g_string_append_printf (text, "%s{\"id\":\"h%u\",\"name\":\"H\",\"n_persons\":%u,\"village\":\"v%u\",\"arm\":\"%s\"}", i ? "," : "", i, 1 + i % 5, i % 4,
                            i % 2 ? "treated" : "comparison");
  g_string_append (text, "],\"incomes\":[");
  for (guint i = 0; i < 120; i++)
    g_string_append_printf (text, "%s{\"household\":\"h%u\",\"year\":%u,\"amount\":%u}", i ? "," : "", i / 2, i % 2 ? 2017 : 2014, 100 + i * 37 % 90);
  g_string_append (text, "],\"metrics\":[");
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++)
    g_string_append_printf (text, "%s{\"id\":\"m%u\",%s}", i ? "," : "", i, metrics[i]);
  g_string_append (text, "]}");
  bytes = g_bytes_new (text->str, text->len);
  alliance = rua_alliance_new_from_json (bytes, "panel", NULL, &error);
  g_assert_no_error (error);
  return alliance;
}

static RuaAlliance *
open_study (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "examples", "rural-urban-alliance.json", NULL);
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance = rua_alliance_open (path, NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static void
prepare_study (World *self)
{
  g_set_object (&self->alliance, NULL);
  self->alliance = open_study ();
}

static void
prepare_panel (World *self)
{
  g_set_object (&self->alliance, NULL);
  self->alliance = new_panel ();
}

static void
prepare_stations (World *self)
{
  g_autoptr (GError) error = NULL;

  prepare_panel (self);
  g_assert_true (rua_alliance_enroll (self->alliance, "hub", &error));
  self->other = rua_alliance_enroll_station (self->alliance, "gaopo", &error);
  g_assert_no_error (error);
  fault_edit (self->alliance, 5);
  fault_edit (self->other, 6);
  self->bytes = rua_alliance_export_changes (self->other, NULL, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
prepare_edited (World *self)
{
  g_autoptr (GError) error = NULL;

  g_set_object (&self->alliance, NULL);
  self->alliance = rua_alliance_open (self->place, NULL, &error);
  g_assert_no_error (error);
  fault_edit (self->alliance, 7);
}

static void
prepare_logged (World *self)
{
  g_autoptr (GError) error = NULL;

  prepare_panel (self);
  g_assert_true (rua_alliance_enroll (self->alliance, "hub", &error));
  fault_edit (self->alliance, 5);
  g_assert_true (rua_alliance_save (self->alliance, self->place, RUA_SAVE_REPLACE, NULL, &error));
  fault_edit (self->alliance, 6);
  g_assert_no_error (error);
}

static void
prepare_csv (World *self)
{
  g_autoptr (GString) text = g_string_new ("id,name,n_persons,arm\n");

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (text, "n%u,\"N, %u\",%u,%s\n", i, i, i % 9, i % 3 ? "treated" : "");
  self->csv = g_build_filename (self->folder, "new.csv", NULL);
  g_assert_true (g_file_set_contents (self->csv, text->str, -1, NULL));
}

/* ---- what takes long ---- */

static gboolean
run_open (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (self->place, cancellable, error);

  return alliance != NULL;
}

static gboolean
run_save (World *self, GCancellable *cancellable, GError **error)
{
  return rua_alliance_save (self->alliance, self->place, RUA_SAVE_REPLACE, cancellable, error);
}

static gboolean
run_store (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaStore) store = rua_store_open (self->place, RUA_STORE_STRANGER, NULL, cancellable, error);
  g_autoptr (RuaAlliance) alliance = store ? rua_store_load (store, NULL, cancellable, error) : NULL;
  g_autoptr (GListModel) faults = alliance ? rua_store_list_faults (store, NULL, cancellable, error) : NULL;

  return faults != NULL;
}

static gboolean
run_changes (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaStore) store = rua_store_open (self->place, RUA_STORE_READ_ONLY, NULL, cancellable, error);
  g_autofree char *mark = store ? rua_store_dup_mark (store, cancellable, error) : NULL;
  g_autoptr (GListModel) changes = mark ? rua_store_list_changes (store, NULL, NULL, cancellable, error) : NULL;

  return changes != NULL;
}

static gboolean
run_json (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (self->alliance, cancellable, error);
  g_autoptr (RuaAlliance) again = bytes ? rua_alliance_new_from_json (bytes, "again", cancellable, error) : NULL;
  g_autoptr (GListModel) faults = again ? rua_alliance_validate_json (bytes, "again", cancellable, error) : NULL;

  return faults != NULL;
}

static gboolean
run_csv (World *self, GCancellable *cancellable, GError **error)
{
  for (guint t = 0; t < rua_alliance_get_n_tables (self->alliance); t++) {
    g_autoptr (GBytes) bytes = rua_table_to_csv (rua_alliance_get_table_at (self->alliance, t), RUA_CSV_COMMAS, cancellable, error);

    if (bytes == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_import (World *self, GCancellable *cancellable, GError **error)
{
  return rua_alliance_import_csv (self->alliance, "household", self->csv, NULL, NULL, NULL, cancellable, error);
}

static gboolean
run_measurement (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaMeasurement) measurement = rua_measurement_new (self->alliance);
  RuaTable *metrics = rua_alliance_get_table (self->alliance, "metric");

  for (guint i = 0; i < rua_table_get_n_records (metrics); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (metrics, i);

    rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
  }
  return rua_measurement_run (measurement, NULL, cancellable, error);
}

static gboolean
run_each_metric (World *self, GCancellable *cancellable, GError **error)
{
  RuaTable *metrics = rua_alliance_get_table (self->alliance, "metric");

  for (guint i = 0; i < rua_table_get_n_records (metrics); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (metrics, i);
    g_autoptr (GListModel) results = rua_metric_measure_groups (RUA_METRIC (metric), self->alliance, cancellable, error);

    if (results == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_check (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaChecker) checker = rua_checker_new (self->alliance);

  return rua_checker_run (checker, cancellable, error);
}

static gboolean
run_report (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaReport) report = rua_report_new (self->alliance);

  return rua_report_compile (report, cancellable, error);
}

static gboolean
run_public_report (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaReport) report = rua_report_new (self->alliance);

  rua_report_set_public (report, TRUE, 5);
  return rua_report_compile (report, cancellable, error);
}

static gboolean
run_send (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = rua_alliance_export_changes (self->alliance, "gaopo", -1, cancellable, error);

  return bytes != NULL;
}

static gboolean
run_take (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaMerge) merge = rua_alliance_import_changes (self->alliance, self->bytes, "gaopo.ruax", NULL, cancellable, error);

  return merge != NULL;
}

static gboolean
run_merge_base (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaAlliance) mine = fault_alliance (1, 20), base = fault_alliance (1, 20), theirs = fault_alliance (1, 20);
  g_autoptr (RuaMerge) merge = NULL;
  g_autofree char *before = NULL, *after = NULL;

  fault_edit (mine, 5);
  fault_edit (theirs, 6);
  before = fault_document (mine);
  merge = rua_alliance_merge_base (mine, base, theirs, "theirs.json", cancellable, error);
  after = fault_document (mine);
  g_assert_true (merge != NULL || g_str_equal (before, after));
  return merge != NULL;
}

static gboolean
run_erase (World *self, GCancellable *cancellable, GError **error)
{
  return rua_alliance_erase (self->alliance, "household", "h3", "request", "2026-11-25", NULL, cancellable, error);
}

static gboolean
run_dup_erased (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaRecord) household = rua_alliance_find (self->alliance, "household", "h3");
  g_autoptr (RuaAlliance) copy = rua_alliance_dup_erased (self->alliance, household, "request", "2026-11-25", NULL, cancellable, error);

  return copy != NULL;
}

static gboolean
run_consented (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaAlliance) copy = rua_alliance_dup_consented (self->alliance, "research", "2015-01-01", NULL, cancellable, error);

  return copy != NULL;
}

static gboolean
run_pseudonymise (World *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (RuaAlliance) copy = rua_alliance_pseudonymise (self->alliance, key, NULL, FALSE, cancellable, error);

  return copy != NULL;
}

static const Work works[] = {
  { "open-json", "a.json", NULL, run_open },
  { "open-columns", "a.ruac", NULL, run_open },
  { "open-sqlite", "a.rua", NULL, run_open },
  { "open-folder", "a/", NULL, run_open },
  { "save-json", "a.json", prepare_study, run_save },
  { "save-columns", "a.ruac", prepare_study, run_save },
  { "save-sqlite", "a.rua", prepare_study, run_save },
  { "save-folder", "a/", prepare_study, run_save },
  { "save-edited-json", "a.json", prepare_edited, run_save },
  { "save-edited-columns", "a.ruac", prepare_edited, run_save },
  { "save-edited-sqlite", "a.rua", prepare_edited, run_save },
  { "save-logged-sqlite", "a.rua", prepare_logged, run_save },
  { "store-json", "a.json", NULL, run_store },
  { "store-sqlite", "a.rua", NULL, run_store },
  { "store-folder", "a/", NULL, run_store },
  { "changes-sqlite", "a.rua", prepare_logged, run_changes },
  { "json", NULL, prepare_study, run_json },
  { "csv", NULL, prepare_study, run_csv },
  { "import", NULL, prepare_csv, run_import },
  { "measurement", NULL, prepare_panel, run_measurement },
  { "each-metric", NULL, prepare_panel, run_each_metric },
  { "measurement-study", NULL, prepare_study, run_measurement },
  { "check", NULL, prepare_study, run_check },
  { "report", NULL, prepare_study, run_report },
  { "public-report", NULL, prepare_study, run_public_report },
  { "send", NULL, prepare_stations, run_send },
  { "take", NULL, prepare_stations, run_take },
  { "merge-base", NULL, NULL, run_merge_base },
  { "erase", NULL, prepare_stations, run_erase },
  { "dup-erased", NULL, prepare_panel, run_dup_erased },
  { "consented", NULL, prepare_panel, run_consented },
  { "pseudonymise", NULL, prepare_panel, run_pseudonymise },
};

/* ---- each of them, at each place ---- */

static void
set_up (World *self, const Work *work)
{
  g_autoptr (GError) error = NULL;

  *self = (World){ .folder = fault_make_folder (), .alliance = fault_alliance (2, 30) };
  if (work->file != NULL) {
    g_autoptr (RuaAlliance) first = fault_alliance (1, 40);

    self->place = g_build_filename (self->folder, work->file, NULL);
    g_assert_true (rua_alliance_save (first, self->place, RUA_SAVE_NONE, NULL, &error));
    g_assert_no_error (error);
  }
  if (work->prepare != NULL)
    work->prepare (self);
}

static void
tear_down (World *self)
{
  fault_remove (self->folder);
  g_clear_object (&self->alliance);
  g_clear_object (&self->other);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->folder);
  g_free (self->place);
  g_free (self->csv);
}

static char *
read_again (World *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = self->place ? rua_alliance_open (self->place, NULL, &error) : NULL;

  g_assert_no_error (error);
  return alliance ? fault_document (alliance) : NULL;
}

/* Whether it was done all the same, since what was cancelled was about to end. */
static gboolean
cancel_at (const Work *work, gpointer site, guint time)
{
  World world;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *before = NULL, *after = NULL, *kept = NULL, *there = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;

  set_up (&world, work);
  before = fault_document (world.alliance);
  kept = read_again (&world);
  ask.at = site;
  ask.left = time;
  ask.watched = cancellable;
  done = work->run (&world, cancellable, &error);
  ask.watched = NULL;
  if (!done) {
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    after = fault_document (world.alliance);
    there = read_again (&world);
    g_assert_cmpstr (after, ==, before);
    g_assert_cmpstr (there, ==, kept);
    g_assert_cmpuint (fault_count_files (world.folder), ==, world.place != NULL || world.csv != NULL);
  } else {
    g_assert_no_error (error);
  }
  tear_down (&world);
  return done;
}

static void
test_work (gconstpointer data)
{
  static const guint times[] = { 1, 2, 3, 4, 6, 9, 14, 22 };
  const gboolean is_slow = g_getenv ("RUA_SLOW_MACHINE") != NULL;
  const Work *work = data;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GHashTable) sites = g_hash_table_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer site, count;
  guint n_tried = 0, n_cancelled = 0;
  World world;

  set_up (&world, work);
  ask.sites = sites;
  ask.watched = cancellable;
  work->run (&world, cancellable, &error);
  ask.watched = NULL;
  ask.sites = NULL;
  g_assert_no_error (error);
  tear_down (&world);
  g_hash_table_iter_init (&iter, sites);
  while (g_hash_table_iter_next (&iter, &site, &count))
    for (guint i = 0; i < (is_slow ? 1 : G_N_ELEMENTS (times)) && times[i] <= GPOINTER_TO_UINT (count); i++) {
      n_tried++;
      n_cancelled += !cancel_at (work, site, times[i]);
    }
  g_test_message ("asks at %u places, tried %u times, ended early %u times", g_hash_table_size (sites), n_tried, n_cancelled);
  g_assert_cmpuint (n_tried, >, 0);
  g_assert_cmpuint (n_cancelled, >=, n_tried / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (works); i++) {
    g_autofree char *path = g_strdup_printf ("/cancelled/%s", works[i].name);

    g_test_add_data_func (path, &works[i], test_work);
  }
  return g_test_run ();
}
