/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
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

/* bench-columns [ROWS [FOLDER]]: what a columnar file of ROWS records with an id and eight fields
 * costs to save, to open from the disk and from the page cache, and to use; beside it what reading one
 * column and looking one id up cost then. Each opening is a process of its own, whose peak memory is
 * told; times are of the wall, and of all processors. */

enum { ID, VILLAGE, CHANNEL, QUANTITY, MASS, AMOUNT, SOLD_ON, YEAR, CERTIFIED };

static const char *const channels[] = { "market_stall", "consumer_group", "shop", "online", NULL };

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

static RuaAlliance *
make_alliance (guint rows)
{
  static const struct {
    const char *name;
    RuaFieldType type;
  } fields[] = {
    { "village", RUA_FIELD_TYPE_TEXT },      { "channel", RUA_FIELD_TYPE_TOKEN },
    { "quantity", RUA_FIELD_TYPE_INTEGER },  { "mass", RUA_FIELD_TYPE_NUMBER },
    { "amount", RUA_FIELD_TYPE_MONEY },      { "sold_on", RUA_FIELD_TYPE_DATE },
    { "year", RUA_FIELD_TYPE_INTEGER },      { "certified", RUA_FIELD_TYPE_BOOLEAN },
  };
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaKind) kind = rua_kind_new ("stall-sale", "stall_sales");
  g_autoptr (RuaAppender) appender = NULL;
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autoptr (RuaField) field = rua_field_new (fields[i].name, fields[i].type);

    if (fields[i].type == RUA_FIELD_TYPE_TOKEN)
      rua_field_set_tokens (field, channels);
    rua_kind_add_field (kind, field, &error);
    fail_on (error);
  }
  rua_alliance_add_kind (alliance, kind, &error);
  fail_on (error);
  appender = rua_table_append (rua_alliance_get_table (alliance, "stall-sale"));
  for (guint i = 0; i < rows; i++) {
    guint hash = i * 2654435761u;
    char id[16], village[16], date[16];

    g_snprintf (id, sizeof id, "s%u", i);
    g_snprintf (village, sizeof village, "village %u", hash >> 22);
    g_snprintf (date, sizeof date, "%u-%02u-%02u", 2012 + (hash >> 8) % 8, 1 + (hash >> 12) % 12, 1 + (hash >> 16) % 28);
    rua_appender_set_text (appender, ID, id, -1, NULL);
    rua_appender_set_text (appender, VILLAGE, village, -1, NULL);
    rua_appender_set_text (appender, CHANNEL, channels[hash >> 30], -1, NULL);
    rua_appender_set_integer (appender, QUANTITY, (hash >> 5) % 500, NULL);
    if (hash % 33)
      rua_appender_set_number (appender, MASS, ((hash >> 3) % 100000) / 1000.0, NULL);
    rua_appender_set_money (appender, AMOUNT, (hash >> 1) % 1000000, NULL);
    rua_appender_set_date (appender, SOLD_ON, date, -1, NULL);
    rua_appender_set_integer (appender, YEAR, 2012 + (hash >> 8) % 8, NULL);
    rua_appender_set_boolean (appender, CERTIFIED, hash & 1, NULL);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  fail_on (error);
  return alliance;
}

/* Out of the page cache, as far as the system will. */
static void
evict (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void) fsync (fd);
  (void) posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  close (fd);
}

static void
tell (const char *what, double seconds, double cpu, double mebibytes)
{
  printf ("%-52s %9.3f s wall %9.3f s cpu %8.0f MiB peak\n", what, seconds, cpu, mebibytes);
  fflush (stdout);
}

static void
use (RuaAlliance *alliance, guint rows)
{
  RuaTable *table = rua_alliance_get_table (alliance, "stall-sale");
  g_autoptr (RuaColumn) amounts = rua_table_dup_column (table, "amount");
  g_autofree char *id = g_strdup_printf ("s%u", rows - 1);
  double start = wall (), cpu = processors ();

  {
    g_autoptr (GBytes) values = rua_column_dup_values (amounts);
    const gint64 *minor = g_bytes_get_data (values, NULL);
    gint64 sum = 0;

    for (guint i = 0; i < rows; i++)
      sum += minor[i];
    g_assert_cmpint (sum, >, 0);
  }
  tell ("  one column copied out and added up", wall () - start, processors () - cpu, peak_mebibytes ());
  start = wall ();
  cpu = processors ();
  {
    g_autoptr (RuaRecord) record = rua_table_find (table, id);

    g_assert_nonnull (record);
  }
  tell ("  the first id looked up, which makes the index", wall () - start, processors () - cpu, peak_mebibytes ());
}

/* In a process of its own. */
static void
in_child (const char *what, const char *path, guint rows, gboolean uses)
{
  pid_t child = fork ();
  int status = 1;

  if (child == 0) {
    double start = wall (), cpu = processors ();
    GError *error = NULL;
    RuaAlliance *alliance = rua_alliance_open (path, NULL, &error);

    fail_on (error);
    tell (what, wall () - start, processors () - cpu, peak_mebibytes ());
    if (uses)
      use (alliance, rows);
    g_object_unref (alliance);
    _exit (0);
  }
  if (child < 0 || waitpid (child, &status, 0) != child || status != 0)
    g_error ("%s: failed", what);
}

static void
save_in_child (const char *path, guint rows)
{
  pid_t child = fork ();
  int status = 1;

  if (child == 0) {
    double begun = wall ();
    RuaAlliance *alliance = make_alliance (rows);
    double before = peak_mebibytes (), start = wall (), cpu = processors ();
    GError *error = NULL;

    tell ("table made, in memory", start - begun, cpu, before);
    rua_alliance_save (alliance, path, RUA_SAVE_NONE, NULL, &error);
    fail_on (error);
    tell ("saved", wall () - start, processors () - cpu, peak_mebibytes ());
    _exit (0);
  }
  if (child < 0 || waitpid (child, &status, 0) != child || status != 0)
    g_error ("saving failed");
}

int
main (int argc, char **argv)
{
  guint rows = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 200000;
  const char *within = argc > 2 ? argv[2] : g_get_tmp_dir ();
  g_autofree char *folder = g_build_filename (within, "bench-columns-XXXXXX", NULL);
  g_autofree char *path = NULL;
  struct stat st;

  if (g_mkdtemp (folder) == NULL)
    g_error ("%s: cannot be made", folder);
  path = g_build_filename (folder, "a.ruac", NULL);
  printf ("%u rows of an id and 8 fields\n", rows);
  fflush (stdout);
  save_in_child (path, rows);
  g_assert_cmpint (stat (path, &st), ==, 0);
  printf ("%-52s %9.1f MiB, %.2f bytes a row\n", "the file", (double) st.st_size / (1 << 20), (double) st.st_size / rows);
  fflush (stdout);
  evict (path);
  in_child ("opened, from the disk", path, rows, FALSE);
  for (guint i = 0; i < 3; i++)
    in_child ("opened, from the page cache", path, rows, i == 2);
  g_unlink (path);
  g_rmdir (folder);
  return 0;
}
