/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ruralalliance.h>

/* bench-workload import DEFINITIONS DATA FILE: reads the CSV files of DATA into an alliance, and keeps it as FILE.
 * bench-workload file FILE FOLDER [TIMES]: opens it, measures its metrics, and writes the report of workload W as
 * r1.csv ... r8b.csv into FOLDER, TIMES.
 * bench-workload csv DEFINITIONS DATA FOLDER [TIMES]: the same from the CSV files, keeping nothing.
 * All print how many seconds each step took; measuring also how many of the processors' seconds.
 *
 * A program as any user of the library could write it. What is computed is said by the metrics in the file
 * (w/impact-report.json); which of their figures stand in which column is said by the sheets below. */

/* ---- the sheets ---- */

typedef struct {
  const char *header;
  const char *metric;
  const char *figure; /* NULL: the estimate; "" : how many records were used */
} Column;

typedef struct {
  const char *name;
  const char *headers; /* of the groups' labels, in the order in which the metric names its paths */
  Column columns[8];
} Sheet;

static const Sheet sheets[] = {
  { "r1",
    "wave,member",
    { { "n", "income.mean", "" },
      { "mean", "income.mean", NULL },
      { "wmean", "income.weighted_mean", NULL },
      { "q1", "income.quartiles", "q[0.25]" },
      { "q2", "income.quartiles", "q[0.5]" },
      { "q3", "income.quartiles", "q[0.75]" } } },
  { "r2",
    "site,wave,member",
    { { "n", "site.income.mean", "" },
      { "mean", "site.income.mean", NULL },
      { "wmean", "site.income.weighted_mean", NULL },
      { "q1", "site.income.quartiles", "q[0.25]" },
      { "q2", "site.income.quartiles", "q[0.5]" },
      { "q3", "site.income.quartiles", "q[0.75]" } } },
  { "r3",
    "site,member",
    { { "n", "site.income.change", "n_pairs" },
      { "ratio", "site.income.change", NULL },
      { "doubled", "site.income.share_doubled", NULL } } },
  { "r4",
    "site,wave",
    { { "n", "site.inequality", "" },
      { "gini", "site.inequality", NULL },
      { "fgt0", "site.poverty", "fgt0" },
      { "fgt1", "site.poverty", "fgt1" },
      { "fgt2", "site.poverty", "fgt2" } } },
  { "r5",
    "",
    { { "did", "income.effect", NULL },
      { "se", "income.effect", "se_cr1" },
      { "g", "income.effect", "n_clusters" },
      { "n", "income.effect", "" } } },
  { "r6a",
    "product",
    { { "po", "price.organic", NULL },
      { "pc", "price.conventional", NULL },
      { "premium", "price.organic_premium", NULL } } },
  { "r7",
    "yr,channel,mem",
    { { "rev", "revenue.by_channel", NULL }, { "shr", "revenue.share", NULL } } },
  { "r8a",
    "site",
    { { "n", "site.concentration", "n_units" }, { "hhi", "site.concentration", NULL } } },
};

static double
seconds_since (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1e6;
}

static void
fail_on (GError *error)
{
  if (error != NULL) {
    fprintf (stderr, "bench-workload: %s\n", error->message);
    exit (2);
  }
}

/* ---- writing ---- */

typedef struct {
  const char *folder;
  RuaMeasurement *measurement;
  GHashTable *places; /* id of a metric -> its place in the measurement + 1 */
} Report;

static FILE *
open_sheet (const Report *self, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.csv", self->folder, name);
  FILE *file = fopen (path, "wb");

  if (file == NULL) {
    fprintf (stderr, "bench-workload: %s: %s\n", path, g_strerror (errno));
    exit (2);
  }
  return file;
}

static void
close_sheet (FILE *file, const char *name)
{
  if (ferror (file) || fclose (file) != 0) {
    fprintf (stderr, "bench-workload: %s.csv: %s\n", name, g_strerror (errno));
    exit (2);
  }
}

static guint
find_metric (const Report *self, const char *id)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, id));

  if (place == 0) {
    fprintf (stderr, "bench-workload: the alliance has no metric %s\n", id);
    exit (2);
  }
  return place - 1;
}

static void
add_column (const Report *self, RuaResultTable *table, const Column *column)
{
  guint place = find_metric (self, column->metric);
  GError *error = NULL;

  if (column->figure != NULL && *column->figure != '\0')
    rua_result_table_add_named (table, place, column->figure, column->header, &error);
  else
    rua_result_table_add (table, place,
                          column->figure != NULL ? RUA_RESULT_NUMBER_N_USED
                                                 : RUA_RESULT_NUMBER_ESTIMATE,
                          column->header, &error);
  fail_on (error);
}

/* With headers of its own for the groups in place of their paths. */
static void
write_sheet (const Report *self, const Sheet *sheet)
{
  g_autoptr (RuaResultTable) table = rua_result_table_new (self->measurement);
  g_autofree char *text = NULL;
  FILE *file;

  for (guint i = 0; sheet->columns[i].header != NULL; i++)
    add_column (self, table, &sheet->columns[i]);
  text = rua_result_table_to_csv (table);
  file = open_sheet (self, sheet->name);
  fputs (sheet->headers, file);
  for (guint i = 0; sheet->columns[i].header != NULL; i++)
    fprintf (file, "%s%s", i > 0 || *sheet->headers != '\0' ? "," : "", sheet->columns[i].header);
  fputs (strchr (text, '\n'), file);
  close_sheet (file, sheet->name);
}

/* A row a figure of one result that is numbered by a label, as amount[h1]. */
static void
write_family (
  const Report *self, const char *name, const char *header, const char *metric, const char *family)
{
  FILE *file = open_sheet (self, name);
  g_autoptr (GListModel) results
    = rua_measurement_list_results (self->measurement, find_metric (self, metric), NULL);
  g_autoptr (RuaResult) result = g_list_model_get_item (results, 0);
  const char *const *keys = rua_result_get_keys (result);
  gsize length = strlen (family);

  fprintf (file, "%s\n", header);
  for (guint i = 0; keys[i] != NULL; i++) {
    double value;

    if (strncmp (keys[i], family, length) != 0 || keys[i][length] != '[')
      continue;
    fprintf (file, "%.*s,", (int)(strlen (keys[i]) - length - 2), keys[i] + length + 1);
    if (rua_result_get_named (result, keys[i], &value))
      fprintf (file, "%.17g", value);
    putc ('\n', file);
  }
  close_sheet (file, name);
}

static void
write_report (const Report *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (sheets); i++)
    write_sheet (self, &sheets[i]);
  write_family (self, "r6b", "yr,fisher", "price.index", "direct");
  write_family (self, "r8b", "hid,rev", "revenue.largest", "amount");
}

/* ---- measuring ---- */

static void
measure (RuaAlliance *alliance, Report *report)
{
  RuaTable *table = rua_alliance_get_table (alliance, "metric");
  GError *error = NULL;

  g_clear_object (&report->measurement);
  report->measurement = rua_measurement_new (alliance);
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (table, i);
    guint place = rua_measurement_add (report->measurement, RUA_METRIC (metric), NULL, NULL);

    g_hash_table_insert (report->places, g_strdup (rua_record_get_id (metric)),
                         GUINT_TO_POINTER (place + 1));
  }
  rua_measurement_run (report->measurement, NULL, NULL, &error);
  fail_on (error);
}

/* Measures and writes @times, with the alliance as it is. */
static void
run (RuaAlliance *alliance, const char *folder, guint times, gint64 start)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Report report = { folder, NULL, places };

  for (guint i = 0; i < times; i++) {
    gint64 measuring = g_get_monotonic_time ();
    clock_t working = clock ();

    if (i > 0)
      start = measuring;
    measure (alliance, &report);
    printf ("measure %.5f %.3f\n", seconds_since (measuring),
            (double)(clock () - working) / CLOCKS_PER_SEC);
    write_report (&report);
    printf ("pass %.5f\n", seconds_since (start));
  }
  g_clear_object (&report.measurement);
}

/* ---- reading ---- */

static const struct {
  const char *kind; /* how its columns become fields: DEFINITIONS/kind.json */
  const char *name;
} files[] = {
  { "places", "villages" },       { "sites", "sites" },       { "products", "products" },
  { "households", "households" }, { "interviews", "income" }, { "sales", "sales" },
};

static RuaAlliance *
import (const char *definitions, const char *data)
{
  g_autofree char *document = g_build_filename (definitions, "impact-report.json", NULL);
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_open (document, NULL, &error);

  fail_on (error);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *told = g_strdup_printf ("%s/%s.json", definitions, files[i].kind);
    g_autofree char *place = g_strdup_printf ("%s/%s.csv", data, files[i].name);
    g_autofree char *mapping = NULL;
    gint64 start = g_get_monotonic_time ();

    g_file_get_contents (told, &mapping, NULL, &error);
    fail_on (error);
    rua_alliance_import_csv (alliance, files[i].kind, place, mapping, NULL, NULL, NULL, &error);
    fail_on (error);
    printf ("import %.5f %s\n", seconds_since (start), files[i].kind);
  }
  return alliance;
}

int
main (int argc, char **argv)
{
  gint64 start = g_get_monotonic_time ();
  const char *step = argc > 1 ? argv[1] : "";
  gboolean keeps = g_str_equal (step, "import"), opens = g_str_equal (step, "file");
  int needs = opens ? 4 : 5;
  guint times = argc > needs ? (guint)atoi (argv[needs]) : 1;
  g_autoptr (RuaAlliance) alliance = NULL;
  GError *error = NULL;

  if ((!keeps && !opens && !g_str_equal (step, "csv")) || argc < needs || times < 1
      || argc > (keeps ? needs : needs + 1)) {
    fprintf (stderr, "usage: bench-workload import DEFINITIONS DATA FILE\n"
                     "       bench-workload file FILE FOLDER [TIMES]\n"
                     "       bench-workload csv DEFINITIONS DATA FOLDER [TIMES]\n");
    return 2;
  }
  if (opens) {
    alliance = rua_alliance_open (argv[2], NULL, &error);
    fail_on (error);
    printf ("open %.5f\n", seconds_since (start));
  } else {
    alliance = import (argv[2], argv[3]);
  }
  if (keeps) {
    rua_alliance_save (alliance, argv[4], RUA_SAVE_REPLACE, NULL, &error);
    fail_on (error);
    printf ("save %.5f\n", seconds_since (start));
  } else {
    run (alliance, argv[needs - 1], times, start);
  }
  return 0;
}
