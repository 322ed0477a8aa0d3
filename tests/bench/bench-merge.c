/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <ruralalliance.h>

/* bench-merge [STATIONS [FACTS [FOLDER]]]: what it costs a hub to open its file, to merge what so many stations have made,
 * and to save it. A station makes households of three fields, and as many incomes that refer to them; every fourth
 * one corrects a household that all have, so that there is a conflict. Merging is a process of its own, whose peak memory is
 * told; times are of the wall, and of all processors. */

static void
fail_on (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

typedef struct {
  double wall, processors;
} Time;

static Time
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (Time){ (double) g_get_monotonic_time () / 1e6, (double) time.tv_sec + (double) time.tv_nsec / 1e9 };
}

static void
tell (const char *what, Time from)
{
  Time to = now ();

  printf ("%-14s %6.2f s wall  %6.2f s of processors\n", what, to.wall - from.wall, to.processors - from.processors);
}

static void
add (RuaAlliance *alliance, RuaRecord *record)
{
  GError *error = NULL;

  rua_alliance_add (alliance, record, &error);
  fail_on (error);
}

/* Four facts each: the record, and its fields. */
static void
work (RuaAlliance *alliance, const char *station, guint n)
{
  GError *error = NULL;

  rua_alliance_begin (alliance, "a season", &error);
  fail_on (error);
  for (guint i = 0; i < n / 8; i++) {
    g_autoptr (RuaRecord) household = rua_alliance_new_record (alliance, "household");
    g_autoptr (RuaRecord) income = rua_alliance_new_record (alliance, "income");
    g_autofree char *id = g_strdup_printf ("%s-%u", station, i);

    rua_record_set_id (household, id, NULL);
    rua_record_set_number (household, "weight", 1 + i, NULL);
    rua_record_set_integer (household, "n_persons", 1 + i % 9, NULL);
    rua_record_set_text (household, "stratum", i % 3 ? "north" : "south", NULL);
    add (alliance, household);
    rua_record_set_reference (income, "household", household, NULL);
    rua_record_set_integer (income, "year", 2014 + i % 5, NULL);
    rua_record_set_money (income, "amount", 1000 * i, NULL);
    add (alliance, income);
  }
  rua_alliance_commit (alliance, &error);
  fail_on (error);
}

static void
make_files (const char *folder, guint n_stations, guint n_facts)
{
  static const char document[] = "{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"Stations\", \"currency\": \"CNY\"},"
                                 " \"households\": [{\"id\": \"all\", \"weight\": 1}]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (document, strlen (document));
  GError *error = NULL;
  g_autoptr (RuaAlliance) hub = rua_alliance_new_from_json (bytes, "document", NULL, &error);
  g_autofree char *path = g_build_filename (folder, "hub.rua", NULL);

  fail_on (error);
  rua_alliance_enroll (hub, "hub", &error);
  fail_on (error);
  for (guint s = 0; s < n_stations; s++) {
    g_autofree char *name = g_strdup_printf ("s%03u", s);
    g_autofree char *file = g_strdup_printf ("%s/%s.ruax", folder, name);
    g_autoptr (RuaAlliance) station = rua_alliance_enroll_station (hub, name, &error);

    fail_on (error);
    work (station, name, n_facts);
    if (s % 4 == 0) {
      g_autoptr (RuaRecord) known = rua_alliance_find (station, "household", "all");

      rua_record_set_number (known, "weight", s, &error);
      fail_on (error);
    }
    rua_alliance_send (station, NULL, -1, file, RUA_SAVE_REPLACE, NULL, &error);
    fail_on (error);
  }
  rua_alliance_save (hub, path, RUA_SAVE_REPLACE, NULL, &error);
  fail_on (error);
}

static void
merge_files (const char *folder, guint n_stations, guint n_facts)
{
  g_autofree char *path = g_build_filename (folder, "hub.rua", NULL);
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (RuaAlliance) hub = NULL;
  g_autoptr (RuaMerge) merge = NULL;
  GError *error = NULL;
  struct rusage usage;
  Time start, before;

  for (guint s = 0; s < n_stations; s++)
    g_ptr_array_add (places, g_strdup_printf ("%s/s%03u.ruax", folder, s));
  g_ptr_array_add (places, NULL);
  start = now ();
  hub = rua_alliance_open (path, NULL, &error);
  fail_on (error);
  merge = rua_alliance_merge (hub, (const char *const *) places->pdata, NULL, NULL, NULL, &error);
  fail_on (error);
  tell ("open and merge", start);
  before = now ();
  rua_alliance_save (hub, path, RUA_SAVE_REPLACE, NULL, &error);
  fail_on (error);
  tell ("save", before);
  tell ("together", start);
  getrusage (RUSAGE_SELF, &usage);
  printf ("%u stations of %u facts: %u came, %u in conflict; peak %.0f MiB\n", n_stations, n_facts, rua_merge_get_n_new (merge), rua_merge_get_n_conflicts (merge),
          (double) usage.ru_maxrss / 1024);
}

static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (folder);
}

/* In a process of its own: threads that one has begun do not go along into another. */
static gboolean
run_alone (void (*run) (const char *folder, guint n_stations, guint n_facts), const char *folder, guint n_stations, guint n_facts)
{
  pid_t child = fork ();
  int status = 1;

  if (child == 0) {
    run (folder, n_stations, n_facts);
    fflush (stdout);
    _exit (0);
  }
  return child > 0 && waitpid (child, &status, 0) == child && status == 0;
}

int
main (int argc, char **argv)
{
  guint n_stations = argc > 1 ? (guint) atoi (argv[1]) : 407, n_facts = argc > 2 ? (guint) atoi (argv[2]) : 2500;
  g_autofree char *folder = g_build_filename (argc > 3 ? argv[3] : g_get_tmp_dir (), "rua-merge-XXXXXX", NULL);
  gboolean done;

  if (g_mkdtemp (folder) == NULL)
    g_error ("no folder can be made where %s was to be", folder);
  done = run_alone (make_files, folder, n_stations, n_facts) && run_alone (merge_files, folder, n_stations, n_facts);
  remove_files (folder);
  return done ? 0 : 1;
}
