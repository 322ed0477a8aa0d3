/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CSV into a table and out of it: sales with an id to look up, a date, numbers, a word and flags. */
#include <glib/gstdio.h>
#include <ruralalliance.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static double
now (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

static double
used (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
write_households (const char *path, guint n)
{
  FILE *out = fopen (path, "wb");

  fputs ("id,weight\n", out);
  for (guint i = 0; i < n; i++)
    fprintf (out, "%llu,%u.%04u\n", 100000000000ull + 7ull * i + i * 2654435761u % 7, i % 3, i * 7919u % 10000);
  fclose (out);
}

static void
write_sales (const char *path, guint n, guint n_households, gboolean quoted)
{
  static const char *const channels[] = { "shop", "online", "trader", "market_stall" };
  FILE *out = fopen (path, "wb");

  fputs ("producer,sold_on,mass,amount,channel,certified\n", out);
  for (guint i = 0; i < n; i++) {
    guint h = (guint) ((guint64) i * 2654435761u % n_households);

    fprintf (out, quoted ? "\"%llu\",\"20%02u-%02u-%02u\",\"%u.%u\",\"%u.%02u\",\"%s\",\"%u\"\n" : "%llu,20%02u-%02u-%02u,%u.%u,%u.%02u,%s,%u\n",
             100000000000ull + 7ull * h + h * 2654435761u % 7, 10 + i % 10, 1 + i % 12, 1 + i % 28, i % 97, i % 10, i * 31u % 9999, i % 100, channels[i % 4], i & 1);
  }
  fclose (out);
}

static void
time_import (RuaAlliance *alliance, const char *kind, const char *path, const char *what)
{
  g_autoptr (GError) error = NULL;
  double wall = now (), cpu = used ();
  GStatBuf st;

  if (!rua_alliance_import_csv (alliance, kind, path, NULL, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
  wall = now () - wall;
  cpu = used () - cpu;
  g_stat (path, &st);
  printf ("%-28s %7.1f MB  wall %.3f s  CPU %.3f s  %.0f MB/s\n", what, (double) st.st_size / 1e6, wall, cpu, (double) st.st_size / 1e6 / wall);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 2000000;
  g_autofree char *folder = g_dir_make_tmp ("rua-bench-XXXXXX", NULL);
  g_autofree char *households = g_build_filename (folder, "households.csv", NULL), *sales = g_build_filename (folder, "sales.csv", NULL);
  g_autofree char *quoted = g_build_filename (folder, "quoted.csv", NULL), *again = g_build_filename (folder, "again.csv", NULL);
  struct rusage usage;

  write_households (households, n / 5 + 1);
  write_sales (sales, n, n / 5 + 1, FALSE);
  write_sales (quoted, n, n / 5 + 1, TRUE);
  printf ("%u sales, %u households\n", n, n / 5 + 1);
  for (guint threads = 1; threads <= 2; threads++) {
    g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
    g_autoptr (GFile) file = g_file_new_for_path (again);
    g_autoptr (GFileOutputStream) out = NULL;
    double wall, cpu;

    rua_set_n_threads (threads);
    printf ("%u thread%s\n", threads, threads > 1 ? "s" : "");
    time_import (alliance, "household", households, "households");
    time_import (alliance, "sale", sales, "sales");
    time_import (alliance, "sale", quoted, "sales, every cell quoted");
    wall = now ();
    cpu = used ();
    out = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL);
    if (!rua_table_write_csv (rua_alliance_get_table (alliance, "sale"), G_OUTPUT_STREAM (out), RUA_CSV_COMMAS, NULL, NULL)
        || !g_output_stream_close (G_OUTPUT_STREAM (out), NULL, NULL))
      g_error ("nothing was written");
    printf ("%-28s %7u rows  wall %.3f s  CPU %.3f s\n", "written", 2 * n, now () - wall, used () - cpu);
  }
  getrusage (RUSAGE_SELF, &usage);
  printf ("peak memory %.0f MiB\n", (double) usage.ru_maxrss / 1024);
  g_unlink (households);
  g_unlink (sales);
  g_unlink (quoted);
  g_unlink (again);
  g_rmdir (folder);
  return 0;
}
