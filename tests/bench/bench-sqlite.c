/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <ruralalliance.h>

/* bench-sqlite [RECORDS [FOLDER]]: what an SQLite file of so many records, a quarter of them households and
 * the others their incomes, costs to save and to open, and then to save again with one record changed.
 * Saving and opening are a process each, whose peak memory is told; times are of the wall, and of all
 * processors; the bytes are those that the process handed to the system to write. */

static void
fail_on (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static double
wall (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

static double
processors (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static double
peak_mebibytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_maxrss / 1024;
}

/* What the process has written so far, where the system tells. */
static guint64
bytes_written (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/io", &text, NULL, NULL) || (line = strstr (text, "wchar: ")) == NULL)
    return 0;
  return g_ascii_strtoull (line + strlen ("wchar: "), NULL, 10);
}

static void
tell (const char *what, double seconds, double cpu)
{
  printf ("%-44s %9.3f s wall %9.3f s cpu %8.0f MiB peak\n", what, seconds, cpu, peak_mebibytes ());
  fflush (stdout);
}

static guint
place_of (RuaTable *table, const char *field)
{
  return rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), field));
}

static void
add_households (RuaAlliance *alliance, guint n)
{
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  guint name = place_of (table, "name"), persons = place_of (table, "n_persons"), joined = place_of (table, "joined");
  GError *error = NULL;

  for (guint i = 0; i < n; i++) {
    guint hash = i * 2654435761u;
    char text[32];

    g_snprintf (text, sizeof text, "h%u", i);
    rua_appender_set_text (appender, 0, text, -1, &error);
    g_snprintf (text, sizeof text, "Family %u", hash >> 18);
    rua_appender_set_text (appender, name, text, -1, &error);
    rua_appender_set_integer (appender, persons, 1 + hash % 9, &error);
    g_snprintf (text, sizeof text, "%u-%02u", 2008 + (hash >> 8) % 9, 1 + (hash >> 12) % 12);
    rua_appender_set_date (appender, joined, text, -1, &error);
    fail_on (error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  fail_on (error);
}

static void
add_incomes (RuaAlliance *alliance, guint n, guint n_households)
{
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  guint household = place_of (table, "household"), year = place_of (table, "year"), amount = place_of (table, "amount");
  guint collected = place_of (table, "collected_on"), note = place_of (table, "note");
  GError *error = NULL;

  for (guint i = 0; i < n; i++) {
    guint hash = i * 2654435761u;
    char text[32];

    g_snprintf (text, sizeof text, "h%u", i % n_households);
    rua_appender_set_reference (appender, household, text, -1, &error);
    rua_appender_set_integer (appender, year, 2012 + i / n_households, &error);
    rua_appender_set_money (appender, amount, (hash >> 1) % 10000000, &error);
    g_snprintf (text, sizeof text, "%u-%02u-%02u", 2012 + (hash >> 8) % 8, 1 + (hash >> 12) % 12, 1 + (hash >> 16) % 28);
    rua_appender_set_date (appender, collected, text, -1, &error);
    if (hash % 7 == 0)
      rua_appender_set_text (appender, note, "told by the household", -1, &error);
    fail_on (error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  fail_on (error);
}

static void
save_new (const char *path, guint n)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  double start, cpu;
  GError *error = NULL;

  add_households (alliance, n / 4);
  add_incomes (alliance, n - n / 4, n / 4);
  start = wall ();
  cpu = processors ();
  rua_alliance_save (alliance, path, RUA_SAVE_NONE, NULL, &error);
  fail_on (error);
  tell ("saved", wall () - start, processors () - cpu);
}

static void
open_it (const char *path, guint n)
{
  double start = wall (), cpu = processors ();
  GError *error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (path, NULL, &error);

  fail_on (error);
  tell ("opened, from the page cache", wall () - start, processors () - cpu);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (alliance, "income")), ==, n - n / 4);
}

static void
save_again (const char *path, guint n)
{
  GError *error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (path, NULL, &error);

  fail_on (error);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (RuaRecord) income = rua_table_dup_record (rua_alliance_get_table (alliance, "income"), n / 3 + i);
    guint64 written;
    double start, cpu;

    rua_record_set_integer (income, "year", 1990 + i, &error);
    fail_on (error);
    start = wall ();
    cpu = processors ();
    written = bytes_written ();
    rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
    fail_on (error);
    printf ("%-44s %9.3f s wall %9.3f s cpu %8" G_GUINT64_FORMAT " bytes written\n", "saved again, one record changed", wall () - start, processors () - cpu,
            bytes_written () - written);
    fflush (stdout);
  }
}

static void
in_child (void (*work) (const char *path, guint n), const char *path, guint n)
{
  pid_t child = fork ();
  int status = 1;

  if (child == 0) {
    work (path, n);
    _exit (0);
  }
  if (child < 0 || waitpid (child, &status, 0) != child || status != 0)
    g_error ("%s: failed", path);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 200000;
  g_autofree char *folder = g_build_filename (argc > 2 ? argv[2] : g_get_tmp_dir (), "bench-sqlite-XXXXXX", NULL);
  g_autofree char *path = NULL;
  struct stat st;

  if (g_mkdtemp (folder) == NULL)
    g_error ("%s: cannot be made", folder);
  path = g_build_filename (folder, "a.rua", NULL);
  printf ("%u records: %u households of 4 fields, %u incomes of 4 or 5\n", n, n / 4, n - n / 4);
  fflush (stdout);
  in_child (save_new, path, n);
  g_assert_cmpint (stat (path, &st), ==, 0);
  printf ("%-44s %9.1f MiB, %.1f bytes a record\n", "the file", (double) st.st_size / (1 << 20), (double) st.st_size / n);
  fflush (stdout);
  for (guint i = 0; i < 3; i++)
    in_child (open_it, path, n);
  in_child (save_again, path, n);
  g_unlink (path);
  g_rmdir (folder);
  return 0;
}
