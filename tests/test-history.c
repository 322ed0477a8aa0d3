/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-json.h"
#include "rua-edits.h"
#include "rua-fault.h"
#include "rua-history.h"
#include "rua-log-private.h"
#include "rua-merge-conflict.h"
#include "rua-store.h"

#include <glib/gstdio.h>
#include <string.h>

#include "random-alliance.h"

/* Histories of several stations: whatever they edit, in whatever order and however often what they wrote comes,
 * those who have the same facts have the same alliance.
 *
 *     test-history [HISTORIES] [last-wins]
 *
 * With last-wins the log shows what came last, which this test must find out. */

#define MINUTE ((gint64) 60000)
#define DAY (24 * 60 * MINUTE)
#define MOST_STATIONS 12

static guint n_histories = 200;
static gboolean last_wins = FALSE;

typedef struct {
  RuaAlliance *alliance;
  char name[16];
  gint64 wall;
  gint64 drift;
  guint n_sent[MOST_STATIONS]; /* facts that a station has been sent in order */
} Station;

static gint64
wall (gpointer data)
{
  return ((Station *) data)->wall;
}

static char *
document_of (RuaAlliance *alliance)
{
  GError *error = NULL;
  g_autoptr (GBytes) json = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
}

static char *
waiting_of (RuaAlliance *alliance)
{
  g_autoptr (GListModel) list = rua_alliance_list_waiting (alliance);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaFault) fault = g_list_model_get_item (list, i);
    g_autofree char *line = rua_fault_to_string (fault);

    g_string_append_printf (text, "%s\n", line);
  }
  return g_string_free (text, FALSE);
}

static char *
conflicts_of (RuaAlliance *alliance)
{
  g_autoptr (GListModel) list = rua_alliance_list_merge_conflicts (alliance);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (list, i);
    g_autofree char *line = rua_merge_conflict_to_string (conflict);

    g_string_append_printf (text, "%s\n", line);
  }
  return g_string_free (text, FALSE);
}

static RuaLog *
empty_log (RuaLog *like, Station *station)
{
  RuaLog *log = rua_log_new (rua_log_get_lineage (like), station ? station->name : NULL, NULL);

  if (station)
    rua_log_set_wall (log, wall, station);
  rua_log_set_last_wins (log, last_wins);
  return log;
}

static void
send_fact (RuaLog *from, guint fact, RuaLog *to)
{
  GError *error = NULL;
  RuaFactData data;

  rua_log_get_fact (from, fact, &data);
  data.has_before = FALSE;
  data.before = NULL;
  rua_log_insert (to, &data, &error);
  g_assert_no_error (error);
}

static void
send_changes (RuaLog *from, RuaLog *to)
{
  GError *error = NULL;

  for (guint i = 0; i < rua_log_get_n_changes (from); i++) {
    RuaChangeData data;

    rua_log_get_change (from, i, &data);
    rua_log_insert_change (to, &data, &error);
    g_assert_no_error (error);
  }
}

static void
apply (RuaAlliance *alliance, guint first)
{
  GError *error = NULL;

  rua_alliance_apply_log (alliance, first, &error);
  g_assert_no_error (error);
}

/* ---- edits ---- */

static RuaRecord *
draw_record (RuaAlliance *alliance, const char *kind, RuaRandom *random)
{
  RuaTable *table = rua_alliance_get_table (alliance, kind);
  guint n = rua_table_get_n_records (table);

  return n ? rua_table_dup_record (table, rua_random_below (random, n)) : NULL;
}

static void
add_income (RuaAlliance *alliance, RuaRandom *random)
{
  g_autoptr (RuaRecord) household = draw_record (alliance, "household", random);
  g_autoptr (RuaRecord) income = rua_alliance_new_record (alliance, "income");
  GError *error = NULL;

  if (!household)
    return;
  rua_record_set_reference (income, "household", household, &error);
  rua_record_set_integer (income, "year", 2010 + rua_random_below (random, 10), &error);
  rua_record_set_money (income, "amount", rua_random_below (random, 100000), &error);
  g_assert_no_error (error);
  rua_alliance_add (alliance, income, &error);
  g_assert_no_error (error);
}

/* Few ids, so that stations make the same ones. */
static void
add_household (RuaAlliance *alliance, RuaRandom *random)
{
  g_autoptr (RuaRecord) household = rua_alliance_new_record (alliance, "household");
  g_autofree char *id = g_strdup_printf ("%sh%u", rua_random_below (random, 6) ? "" : "~", rua_random_below (random, 12));

  rua_record_set_id (household, id, NULL);
  if (rua_random_below (random, 2))
    rua_record_set_number (household, "weight", rua_random_below (random, 5), NULL);
  if (rua_random_below (random, 8) == 0)
    rua_record_set_extra (household, "{\"x\":[1,{\"y\":null}]}");
  /* Refused where the id is taken. */
  rua_alliance_add (alliance, household, NULL);
}

static void
edit_once (RuaAlliance *alliance, RuaRandom *random)
{
  guint what = rua_random_below (random, 14);
  g_autoptr (RuaRecord) household = draw_record (alliance, "household", random), income = draw_record (alliance, "income", random);

  if (what < 4) {
    random_alliance_edit (alliance, random);
  } else if (what < 6) {
    add_household (alliance, random);
  } else if (what < 8) {
    add_income (alliance, random);
  } else if (what == 8 && household) {
    /* Refused where an income refers to it. */
    rua_alliance_remove (alliance, household, NULL);
  } else if (what == 9 && income) {
    rua_alliance_remove (alliance, income, NULL);
  } else if (what == 10 && household) {
    g_autofree char *id = g_strdup_printf ("h%u", rua_random_below (random, 12));

    rua_record_set_id (household, id, NULL);
  } else if (what == 11 && income && household) {
    rua_record_set_reference (income, "household", household, NULL);
  } else if (household) {
    if (rua_random_below (random, 4))
      rua_record_set_number (household, "weight", rua_random_below (random, 5), NULL);
    else
      rua_record_unset (household, "weight", NULL);
  }
}

static void
edit (Station *station, RuaRandom *random)
{
  GError *error = NULL;
  guint what = rua_random_below (random, 10);

  station->wall += rua_random_below (random, 3) * MINUTE;
  if (what == 9 && rua_random_below (random, 2)) {
    g_autoptr (GListModel) list = rua_alliance_list_merge_conflicts (station->alliance);
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (list, rua_random_below (random, 5));
    g_autoptr (GListModel) sides = conflict ? rua_merge_conflict_list_sides (conflict) : NULL;
    g_autoptr (RuaFact) side = sides ? g_list_model_get_item (sides, rua_random_below (random, g_list_model_get_n_items (sides))) : NULL;

    /* Refused where the record is referred to. */
    if (conflict)
      rua_alliance_choose (station->alliance, conflict, side, "so it is", NULL);
  } else if (what == 0 && rua_alliance_can_undo (station->alliance)) {
    rua_alliance_undo (station->alliance, NULL); /* refused where somebody changed the same since */
  } else if (what == 1 && rua_alliance_can_redo (station->alliance)) {
    rua_alliance_redo (station->alliance, NULL);
  } else if (what < 5) {
    edit_once (station->alliance, random);
  } else {
    rua_alliance_begin (station->alliance, "several", &error);
    g_assert_no_error (error);
    for (guint n = rua_random_below (random, 5); n > 0; n--)
      edit_once (station->alliance, random);
    if (rua_random_below (random, 5))
      rua_alliance_commit (station->alliance, &error);
    else
      rua_alliance_rollback (station->alliance, &error);
    g_assert_no_error (error);
  }
}

/* What was kept in a file goes on as if it had never been away. */
static void
close_and_open (Station *station, const char *folder)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.rua", folder, station->name), *before = document_of (station->alliance), *after = NULL;
  g_autofree char *waits = waiting_of (station->alliance), *waits_after = NULL;
  GError *error = NULL;
  RuaLog *log;

  rua_alliance_save (station->alliance, path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (station->alliance);
  station->alliance = rua_alliance_open (path, NULL, &error);
  g_assert_no_error (error);
  log = rua_alliance_peek_log (station->alliance);
  rua_log_set_wall (log, wall, station);
  rua_log_set_last_wins (log, last_wins);
  after = document_of (station->alliance);
  waits_after = waiting_of (station->alliance);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (waits, ==, waits_after);
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

/* ---- sending ---- */

/* Some of what one has, in order or not, some of it again. */
static void
send_some (Station *from, Station *to, guint to_index, RuaRandom *random)
{
  RuaLog *source = rua_alliance_peek_log (from->alliance), *target = rua_alliance_peek_log (to->alliance);
  guint first = rua_log_get_n_facts (target), n = rua_log_get_n_facts (source);

  if (rua_random_below (random, 3)) {
    guint end = from->n_sent[to_index] + rua_random_below (random, n - from->n_sent[to_index] + 1);

    for (guint i = from->n_sent[to_index]; i < end; i++)
      send_fact (source, i, target);
    from->n_sent[to_index] = end;
  } else {
    for (guint i = n ? rua_random_below (random, 20) : 0; i > 0; i--)
      send_fact (source, rua_random_below (random, n), target);
  }
  apply (to->alliance, first);
}

/* ---- a history ---- */

static RuaAlliance *
make_baseline (RuaRandom *random)
{
  RuaAlliance *alliance = random_alliance_new (random, 1 + rua_random_below (random, 8));

  for (guint i = rua_random_below (random, 8); i > 0; i--)
    add_household (alliance, random);
  for (guint i = rua_random_below (random, 8); i > 0; i--)
    add_income (alliance, random);
  for (guint i = rua_random_below (random, 4); i > 0; i--) {
    g_autoptr (RuaRecord) income = draw_record (alliance, "income", random);

    if (income)
      rua_alliance_remove (alliance, income, NULL);
  }
  return alliance;
}

/* The baseline, and every fact in an order of its own, in batches. */
static RuaAlliance *
replay (RuaAlliance *baseline, RuaLog *facts, RuaRandom *random)
{
  RuaAlliance *copy = rua_alliance_copy_with_log (baseline, empty_log (facts, NULL));
  RuaLog *log = rua_alliance_peek_log (copy);
  guint n = rua_log_get_n_facts (facts);
  g_autofree guint *order = g_new (guint, MAX (1, n));

  for (guint i = 0; i < n; i++)
    order[i] = i;
  for (guint i = n; i > 1; i--) {
    guint j = rua_random_below (random, i), swap = order[i - 1];

    order[i - 1] = order[j];
    order[j] = swap;
  }
  for (guint i = 0; i < n;) {
    guint first = rua_log_get_n_facts (log);

    for (guint batch = 1 + rua_random_below (random, MAX (1, n)); batch > 0 && i < n; batch--)
      send_fact (facts, order[i++], log);
    apply (copy, first);
  }
  send_changes (facts, log);
  return copy;
}

static void
check_same (RuaAlliance *a, RuaAlliance *b)
{
  g_autofree char *document_a = document_of (a), *document_b = document_of (b), *waiting_a = waiting_of (a), *waiting_b = waiting_of (b);
  g_autofree char *conflicts_a = conflicts_of (a), *conflicts_b = conflicts_of (b);

  g_assert_cmpstr (document_a, ==, document_b);
  g_assert_cmpstr (waiting_a, ==, waiting_b);
  g_assert_cmpstr (conflicts_a, ==, conflicts_b);
}

/* Every fact is current, in conflict, or knowingly replaced. */
static void
check_facts (RuaLog *log)
{
  guint n = rua_log_get_n_facts (log);
  g_autofree gboolean *is_replaced = g_new0 (gboolean, MAX (1, n));

  for (guint i = 0; i < n; i++) {
    RuaFactData data;

    rua_log_get_fact (log, i, &data);
    for (guint p = 0; p < data.n_parents; p++) {
      guint parent = rua_log_find_fact (log, data.parents[p].station, data.parents[p].sequence);

      if (parent != RUA_NO_FACT && rua_log_get_fact_cell (log, parent) == rua_log_get_fact_cell (log, i))
        is_replaced[parent] = TRUE;
    }
  }
  for (guint i = 0; i < n; i++)
    g_assert_true (rua_log_is_head (log, i) != is_replaced[i]);
}

/* What can be read of an alliance can be read again, so it is whole. */
static void
check_whole (RuaAlliance *alliance)
{
  GError *error = NULL;
  g_autofree char *document = document_of (alliance), *again = NULL;
  g_autoptr (GBytes) json = g_bytes_new (document, strlen (document));
  g_autoptr (RuaAlliance) read = rua_alliance_new_from_json (json, "history", NULL, &error);

  g_assert_no_error (error);
  again = document_of (read);
  g_assert_cmpstr (document, ==, again);
}

/* @folder: NULL, or where stations are kept between their edits. */
static void
try_history (RuaRandom *random, const char *folder)
{
  guint n = 2 + rua_random_below (random, rua_random_below (random, 4) ? 4 : MOST_STATIONS - 1);
  g_autoptr (RuaAlliance) baseline = make_baseline (random), replayed = NULL;
  Station stations[MOST_STATIONS] = { 0 };
  RuaLog *first_log;
  GError *error = NULL;

  rua_alliance_enroll (baseline, "s0", &error);
  g_assert_no_error (error);
  first_log = rua_alliance_peek_log (baseline);
  for (guint s = 0; s < n; s++) {
    g_snprintf (stations[s].name, sizeof stations[s].name, "s%u", s);
    /* Some are slow, some fast, and some a year and more. */
    stations[s].drift = ((gint64) rua_random_below (random, 11) - 5) * (rua_random_below (random, 3) ? MINUTE : 100 * DAY);
    stations[s].wall = G_GINT64_CONSTANT (1700000000000) + stations[s].drift;
    stations[s].alliance = rua_alliance_copy_with_log (baseline, empty_log (first_log, &stations[s]));
  }
  for (guint step = 0; step < 12 + 4 * n; step++) {
    guint s = rua_random_below (random, n), t = rua_random_below (random, n);

    edit (&stations[s], random);
    if (t != s && rua_random_below (random, 2))
      send_some (&stations[s], &stations[t], t, random);
    if (folder && rua_random_below (random, 4) == 0)
      close_and_open (&stations[s], folder);
  }
  /* Then everything to everybody. */
  for (guint s = 0; s < n; s++)
    for (guint t = 0; t < n; t++) {
      RuaLog *source = rua_alliance_peek_log (stations[s].alliance), *target = rua_alliance_peek_log (stations[t].alliance);
      guint first = rua_log_get_n_facts (target);

      if (s == t)
        continue;
      for (guint i = 0; i < rua_log_get_n_facts (source); i++)
        send_fact (source, i, target);
      send_changes (source, target);
      apply (stations[t].alliance, first);
    }
  check_facts (rua_alliance_peek_log (stations[0].alliance));
  replayed = replay (baseline, rua_alliance_peek_log (stations[0].alliance), random);
  check_whole (replayed);
  for (guint s = 0; s < n; s++)
    check_same (stations[s].alliance, replayed);
  for (guint s = 0; s < n; s++)
    g_object_unref (stations[s].alliance);
}

static void
test_histories (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 3 : n_histories;
  RuaRandom random;

  for (guint i = 0; i < trials; i++) {
    rua_random_init (&random, seed + i);
    g_test_message ("history %u, seed %u", i, seed + i);
    /* Every eighth goes through files. */
    if (i % 8 == 0) {
      g_autofree char *folder = g_dir_make_tmp ("rua-history-XXXXXX", NULL);

      try_history (&random, folder);
      remove_folder (folder);
    } else
      try_history (&random, NULL);
  }
}

/* ---- one station ---- */

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* What every record says, whatever its place: one that is called otherwise is another record to the log, and stands
 * behind those that were there before. */
static char *
sorted_of (RuaAlliance *alliance)
{
  g_autofree char *document = document_of (alliance);
  g_auto (GStrv) lines = g_strsplit (document, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    if (g_str_has_suffix (lines[i], ","))
      lines[i][strlen (lines[i]) - 1] = '\0';
  qsort (lines, g_strv_length (lines), sizeof *lines, compare_texts);
  return g_strjoinv ("\n", lines);
}

/* The same edits with a log and without one say the same, and the alliance as of each change is what it was. */
static void
try_station (guint32 seed)
{
  RuaRandom first, second;
  g_autoptr (RuaAlliance) plain = NULL, logged = NULL;
  Station station = { .name = "s0", .wall = G_GINT64_CONSTANT (1700000000000) };
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GListModel) changes = NULL;
  g_autofree char *baseline = NULL, *earliest = NULL;
  g_autoptr (RuaAlliance) before_all = NULL;
  GError *error = NULL;

  rua_random_init (&first, seed);
  rua_random_init (&second, seed);
  plain = make_baseline (&first);
  logged = make_baseline (&second);
  rua_alliance_enroll (logged, "s0", &error);
  g_assert_no_error (error);
  rua_log_set_wall (rua_alliance_peek_log (logged), wall, &station);
  rua_alliance_begin (plain, NULL, NULL);
  rua_alliance_rollback (plain, NULL);
  baseline = document_of (logged);
  for (guint step = 0; step < 20; step++) {
    guint n_changes = rua_log_get_n_changes (rua_alliance_peek_log (logged));
    guint what = rua_random_below (&first, 8), n = rua_random_below (&first, 5);
    gboolean is_kept = rua_random_below (&first, 5) != 0;
    g_autofree char *of_plain = NULL, *of_logged = NULL;

    rua_random_below (&second, 8);
    rua_random_below (&second, 5);
    rua_random_below (&second, 5);
    station.wall += MINUTE;
    if (what < 2) {
      g_assert_true (rua_alliance_can_undo (plain) == rua_alliance_can_undo (logged));
      if (rua_alliance_can_undo (plain)) {
        g_assert_true (rua_alliance_undo (plain, NULL));
        rua_alliance_undo (logged, &error);
        g_assert_no_error (error);
      }
    } else if (what == 2) {
      g_assert_true (rua_alliance_can_redo (plain) == rua_alliance_can_redo (logged));
      if (rua_alliance_can_redo (plain)) {
        g_assert_true (rua_alliance_redo (plain, NULL));
        rua_alliance_redo (logged, &error);
        g_assert_no_error (error);
      }
    } else {
      RuaAlliance *both[] = { plain, logged };
      RuaRandom start = first;

      for (guint b = 0; b < 2; b++) {
        RuaRandom random = start;

        rua_alliance_begin (both[b], "several", &error);
        g_assert_no_error (error);
        /* By id, since records may stand in another order. */
        for (guint i = 0; i < n; i++) {
          g_autofree char *id = g_strdup_printf ("h%u", rua_random_below (&random, 12)), *other = g_strdup_printf ("h%u", rua_random_below (&random, 12));
          guint how = rua_random_below (&random, 6), weight = rua_random_below (&random, 9);
          g_autoptr (RuaRecord) household = rua_alliance_find (both[b], "household", id);

          if (!household) {
            household = rua_alliance_new_record (both[b], "household");
            rua_record_set_id (household, id, NULL);
            rua_record_set_number (household, "weight", weight, NULL);
            rua_alliance_add (both[b], household, &error);
            g_assert_no_error (error);
          } else if (how == 0)
            rua_alliance_remove (both[b], household, NULL);
          else if (how == 1)
            rua_record_set_id (household, other, NULL);
          else if (how == 2)
            rua_record_unset (household, "weight", NULL);
          else if (how == 3) {
            g_autoptr (RuaRecord) income = rua_alliance_new_record (both[b], "income");

            rua_record_set_reference (income, "household", household, NULL);
            rua_record_set_integer (income, "year", weight, NULL);
            rua_alliance_add (both[b], income, &error);
            g_assert_no_error (error);
          } else
            rua_record_set_number (household, "weight", weight, NULL);
        }
        if (is_kept)
          rua_alliance_commit (both[b], &error);
        else
          rua_alliance_rollback (both[b], &error);
        g_assert_no_error (error);
        first = second = random;
      }
    }
    of_plain = sorted_of (plain);
    of_logged = sorted_of (logged);
    g_assert_cmpstr (of_logged, ==, of_plain);
    if (rua_log_get_n_changes (rua_alliance_peek_log (logged)) > n_changes)
      g_ptr_array_add (documents, document_of (logged));
  }
  changes = rua_alliance_list_changes (logged);
  g_assert_cmpuint (g_list_model_get_n_items (changes), ==, documents->len);
  for (guint i = 0; i < documents->len; i++) {
    g_autoptr (RuaChange) change = g_list_model_get_item (changes, i);
    g_autofree char *when = g_strdup_printf ("%s.%" G_GINT64_FORMAT, rua_change_get_station (change), rua_change_get_first_sequence (change));
    g_autofree char *time = rua_change_dup_time (change), *then = NULL, *by_time = NULL;
    g_autoptr (RuaAlliance) past = rua_alliance_as_of (logged, when, &error), same = NULL;

    g_assert_no_error (error);
    then = document_of (past);
    g_assert_cmpstr (then, ==, documents->pdata[i]);
    same = rua_alliance_as_of (logged, time, &error);
    g_assert_no_error (error);
    by_time = document_of (same);
    g_assert_cmpstr (by_time, ==, documents->pdata[i]);
    g_assert_true (rua_alliance_is_snapshot (past));
  }
  before_all = rua_alliance_as_of (logged, "2001", &error);
  g_assert_no_error (error);
  earliest = document_of (before_all);
  g_assert_cmpstr (earliest, ==, baseline);
}

static void
test_station (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 2 : 60;

  for (guint i = 0; i < trials; i++) {
    g_test_message ("station %u, seed %u", i, seed + i);
    try_station (seed + i);
  }
}

static void
test_told (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) household = rua_alliance_new_record (alliance, "household");
  g_autoptr (GListModel) history = NULL, changes = NULL, facts = NULL;
  g_autoptr (RuaFact) made = NULL, last = NULL;
  g_autoptr (RuaChange) change = NULL;
  g_auto (GStrv) parents = NULL;
  g_autofree char *time = NULL, *text = NULL, *of_change = NULL;
  GError *error = NULL;

  g_assert_false (rua_alliance_keeps_log (alliance));
  g_assert_null (rua_alliance_get_station (alliance));
  g_assert_null (rua_alliance_list_history (alliance, "household", "h1", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "JSON"));
  g_clear_error (&error);
  g_assert_null (rua_alliance_as_of (alliance, "2020", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (rua_alliance_enroll (alliance, "Not so", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_true (rua_alliance_enroll (alliance, "gaopo", &error));
  g_assert_cmpstr (rua_alliance_get_station (alliance), ==, "gaopo");
  rua_alliance_set_author (alliance, "Lô");
  rua_alliance_begin (alliance, "a household", &error);
  rua_record_set_id (household, "h1", NULL);
  rua_alliance_add (alliance, household, &error);
  rua_alliance_commit (alliance, &error);
  g_assert_no_error (error);
  rua_record_set_number (household, "weight", 3, &error);
  rua_record_set_number (household, "weight", 4, &error);
  /* What says nothing new is no fact. */
  rua_record_set_number (household, "weight", 4, &error);
  history = rua_alliance_list_record_history (alliance, household, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (history), ==, 3);
  made = g_list_model_get_item (history, 0);
  g_assert_cmpstr (rua_fact_get_kind (made), ==, "household");
  g_assert_cmpstr (rua_fact_get_key (made), ==, "h1");
  g_assert_cmpstr (rua_fact_get_field (made), ==, "");
  g_assert_cmpstr (rua_fact_get_value (made), ==, "true");
  g_assert_cmpstr (rua_fact_get_author (made), ==, "Lô");
  last = g_list_model_get_item (history, 2);
  g_assert_cmpstr (rua_fact_get_value (last), ==, "4");
  g_assert_cmpint (rua_fact_get_sequence (last), ==, 3);
  parents = rua_fact_list_parents (last);
  g_assert_cmpuint (g_strv_length (parents), ==, 1);
  g_assert_cmpstr (parents[0], ==, "gaopo.2");
  time = rua_fact_dup_time (last);
  g_assert_cmpuint (strlen (time), ==, strlen ("2026-11-25T20:52:01.123Z"));
  g_assert_cmpint (rua_fact_get_clock (last), >, rua_fact_get_clock (made));
  text = rua_fact_to_string (last);
  g_assert_cmpstr (text, ==, "gaopo.3: household: weight");
  changes = rua_alliance_list_changes (alliance);
  g_assert_cmpuint (g_list_model_get_n_items (changes), ==, 3);
  change = g_list_model_get_item (changes, 0);
  g_assert_cmpstr (rua_change_get_title (change), ==, "a household");
  g_assert_cmpstr (rua_change_get_author (change), ==, "Lô");
  g_assert_cmpstr (rua_change_get_origin (change), ==, "edit");
  g_assert_cmpint (rua_change_get_n_facts (change), ==, 1);
  facts = rua_change_list_facts (change);
  g_assert_cmpuint (g_list_model_get_n_items (facts), ==, 1);
  of_change = rua_change_to_string (change);
  g_assert_cmpstr (of_change, ==, "gaopo.1: a household");
  g_assert_null (rua_alliance_as_of (alliance, "some day", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (rua_alliance_as_of (alliance, "gaopo.77", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  /* Changes of an earlier name of this copy are another station's. */
  g_assert_true (rua_alliance_enroll (alliance, "bala", &error));
  g_assert_false (rua_alliance_can_undo (alliance));
  g_assert_true (rua_alliance_enroll (alliance, "gaopo", &error));
  g_assert_true (rua_alliance_can_undo (alliance));
  g_assert_true (rua_alliance_undo (alliance, &error));
  g_assert_no_error (error);
}

/* A store gives the tables and the facts, and what can be undone and what waits is as it was. */
static void
test_taken (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new (), again = NULL;
  g_autofree char *before = NULL, *after = NULL, *key = NULL;
  RuaRandom random;
  RuaTable *incomes;
  RuaLog *log;
  GError *error = NULL;

  rua_random_init (&random, 7);
  for (guint i = 0; i < 4; i++)
    add_household (alliance, &random);
  add_income (alliance, &random);
  add_income (alliance, &random);
  add_income (alliance, &random);
  rua_alliance_enroll (alliance, "s0", &error);
  g_assert_no_error (error);
  before = document_of (alliance);
  incomes = rua_alliance_get_table (alliance, "income");
  {
    g_autoptr (RuaRecord) second = rua_table_dup_record (incomes, 1);

    g_assert_true (rua_alliance_remove (alliance, second, &error));
  }
  add_income (alliance, &random);
  after = document_of (alliance);

  {
    g_autoptr (GBytes) json = g_bytes_new (after, strlen (after));

    again = rua_alliance_new_from_json (json, "taken", NULL, &error);
    g_assert_no_error (error);
  }
  log = rua_log_new (rua_log_get_lineage (rua_alliance_peek_log (alliance)), "s0", NULL);
  for (guint i = 0; i < rua_log_get_n_facts (rua_alliance_peek_log (alliance)); i++) {
    RuaFactData data;

    rua_log_get_fact (rua_alliance_peek_log (alliance), i, &data);
    g_assert_cmpint (rua_log_insert (log, &data, &error), ==, RUA_LOG_NEW);
  }
  send_changes (rua_alliance_peek_log (alliance), log);
  for (guint32 row = 0, at = 0; row < rua_table_get_n_rows (incomes); row++) {
    g_autofree char *of_row = NULL;

    if (!rua_table_is_alive (incomes, row))
      continue;
    of_row = rua_alliance_dup_row_key (alliance, incomes, row);
    /* Those of the baseline need not be said: their places are those that are left. */
    if (strchr (of_row, '.'))
      rua_alliance_set_row_key (again, rua_alliance_get_table (again, "income"), at, of_row);
    at++;
  }
  rua_alliance_take_log (again, log);
  key = rua_alliance_dup_row_key (again, rua_alliance_get_table (again, "income"), 1);
  g_assert_cmpstr (key, ==, "~2");
  check_same (alliance, again);
  for (guint i = 0; i < 2; i++) {
    rua_alliance_undo (again, &error);
    g_assert_no_error (error);
  }
  {
    g_autofree char *undone = document_of (again);

    g_assert_cmpstr (undone, ==, before);
  }
  g_assert_false (rua_alliance_can_undo (again));
  rua_alliance_redo (again, &error);
  rua_alliance_redo (again, &error);
  g_assert_no_error (error);
  {
    g_autofree char *redone = document_of (again);

    g_assert_cmpstr (redone, ==, after);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++) {
    if (strcmp (argv[i], "last-wins") == 0)
      last_wins = TRUE;
    else
      n_histories = (guint) g_ascii_strtoull (argv[i], NULL, 10);
  }
  g_test_add_func ("/history/told", test_told);
  g_test_add_func ("/history/taken", test_taken);
  g_test_add_func ("/history/station", test_station);
  g_test_add_func ("/history/random", test_histories);
  return g_test_run ();
}
