/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Figures of several metrics side by side: every cell is what the result of its group says. */

#include "metrics-case.h"

#include "rua-measure.h"
#include "rua-measurement-private.h"
#include "rua-random-private.h"
#include "rua-result-private.h"
#include "rua-result-table.h"

#include <math.h>
#include <string.h>

static void
add_metric (
  RuaAlliance *alliance, const char *id, const char *estimator, const char *where, const char *by)
{
  case_add (alliance, "metric", "id", id, "estimator", estimator, "table", "incomes", "columns",
            "{\"value\":\"amount\"}", "where", where, "by", by, NULL);
}

/* Of h1 to h4 in 2014, and of h1, h2, h4 and h5 in 2017, in which the amount of h3 is unknown. */
static RuaAlliance *
panel (void)
{
  RuaAlliance *alliance = case_new ();

  add_metric (alliance, "early", "mean", "year = 2014", "household");
  add_metric (alliance, "late", "mean", "year = 2017", "household");
  add_metric (alliance, "some", "total", "year = 2014 and amount < 3500", "household");
  add_metric (alliance, "quantiles", "quantile", "-", "household");
  add_metric (alliance, "villages", "mean", "-", "household.village year");
  add_metric (alliance, "villages.n", "count", "-", "household.village year");
  add_metric (alliance, "years", "mean", "-", "year household.village");
  add_metric (alliance, "all", "mean", "-", "-");
  add_metric (alliance, "nobody", "mean", "year = 1900", "household");
  add_metric (alliance, "faulty", "mean", "yaer = 1900", "household");
  return alliance;
}

/* Of the ids, each at the place at which it stands there; ended by NULL. */
static RuaMeasurement *
measure (RuaAlliance *alliance, ...)
{
  RuaMeasurement *self = rua_measurement_new (alliance);
  const char *id;
  va_list ids;

  va_start (ids, alliance);
  while ((id = va_arg (ids, const char *)) != NULL) {
    g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);

    rua_measurement_add (self, RUA_METRIC (metric), NULL, NULL);
  }
  va_end (ids);
  rua_measurement_run (self, NULL, NULL, NULL);
  return self;
}

static void
add (RuaResultTable *table, guint index, RuaResultNumber number, const char *name)
{
  g_autoptr (GError) error = NULL;
  gboolean done = rua_result_table_add (table, index, number, name, &error);

  g_assert_no_error (error);
  g_assert_true (done);
}

static void
add_named (RuaResultTable *table, guint index, const char *key, const char *name)
{
  g_autoptr (GError) error = NULL;
  gboolean done = rua_result_table_add_named (table, index, key, name, &error);

  g_assert_no_error (error);
  g_assert_true (done);
}

/* Each part of the message between bars. */
static void
assert_refused (gboolean done, GError *error, RuaError code, const char *parts)
{
  g_auto (GStrv) texts = g_strsplit (parts, "|", -1);

  g_assert_false (done);
  g_assert_error (error, RUA_ERROR, (int) code);
  for (guint i = 0; texts[i] != NULL; i++)
    if (strstr (error->message, texts[i]) == NULL)
      g_error ("“%s” does not say “%s”", error->message, texts[i]);
  g_error_free (error);
}

static void
assert_labels (RuaResultTable *table, const char *path, const char *want)
{
  g_autoptr (GString) got = g_string_new (NULL);
  g_autoptr (GBytes) bytes = rua_result_table_dup_codes (table, path);
  const char *const *labels = rua_result_table_get_labels (table, path);
  guint n = rua_result_table_get_n_rows (table);
  const gint32 *codes;
  gsize size;

  codes = g_bytes_get_data (bytes, &size);
  g_assert_cmpuint (size, ==, n * sizeof *codes);
  for (guint row = 0; row < n; row++) {
    const char *label = rua_result_table_get_label (table, row, path);

    g_string_append_printf (got, "%s%s", row > 0 ? " " : "", label == NULL ? "?" : *label == '\0' ? "''" : label);
    g_assert_cmpint (codes[row], >=, -1);
    g_assert_cmpint (codes[row], <, (gint) g_strv_length ((char **) labels));
    g_assert_true (label == (codes[row] >= 0 ? labels[codes[row]] : NULL));
  }
  g_assert_cmpstr (got->str, ==, want);
  for (guint i = 0; labels[i] != NULL; i++)
    for (guint k = 0; k < i; k++)
      g_assert_cmpstr (labels[i], !=, labels[k]);
}

static void
assert_values (RuaResultTable *table, guint column, const char *want)
{
  g_autoptr (GString) got = g_string_new (NULL);
  g_autoptr (GBytes) bytes = rua_result_table_dup_values (table, column);
  gsize size;
  const double *values = g_bytes_get_data (bytes, &size);

  g_assert_cmpuint (size, ==, rua_result_table_get_n_rows (table) * sizeof *values);
  for (guint row = 0; row < rua_result_table_get_n_rows (table); row++)
    if (isnan (values[row]))
      g_string_append (got, row > 0 ? " -" : "-");
    else
      g_string_append_printf (got, "%s%g", row > 0 ? " " : "", values[row]);
  g_assert_cmpstr (got->str, ==, want);
}

static void
assert_csv (RuaResultTable *table, const char *want)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autofree char *got = rua_result_table_to_csv (table);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (got, ==, want);
  rua_result_table_write_csv (table, stream, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_output_stream_is_closed (stream));
  g_output_stream_close (stream, NULL, NULL);
  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), want, strlen (want));
}

static void
test_shapes (void)
{
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "villages", "villages.n", "all", NULL);
  g_autoptr (RuaResultTable) table = rua_result_table_new (measurement), whole = rua_result_table_new (measurement);
  static const char *const names[] = { "villages", "villages.n", "mine", "villages.n_used" };

  g_assert_cmpuint (rua_result_table_get_n_rows (table), ==, 0);
  g_assert_cmpuint (rua_result_table_get_n_columns (table), ==, 0);
  g_assert_null (rua_result_table_get_group_paths (table)[0]);
  assert_csv (table, "\n");

  add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add (table, 1, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add (table, 0, RUA_RESULT_NUMBER_N_MISSING, "mine");
  add (table, 0, RUA_RESULT_NUMBER_N_USED, NULL);
  g_assert_cmpuint (rua_result_table_get_n_columns (table), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (rua_result_table_get_name (table, i), ==, names[i]);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_table_get_group_paths (table)), ==, 2);
  g_assert_cmpstr (rua_result_table_get_group_paths (table)[0], ==, "household.village");
  g_assert_cmpstr (rua_result_table_get_group_paths (table)[1], ==, "year");
  assert_labels (table, "household.village", "miaoxia miaoxia pingzhai pingzhai ?");
  assert_labels (table, "year", "2014 2017 2014 2017 2017");
  g_assert_null (rua_result_table_get_label (table, 0, "household"));
  g_assert_null (rua_result_table_get_labels (table, "household"));
  g_assert_null (rua_result_table_dup_codes (table, "household"));
  assert_values (table, 0, "4250 12000 3500.25 7000 800");
  assert_values (table, 1, "2 1 2 2 1");
  assert_values (table, 2, "0 1 0 0 0");
  assert_values (table, 3, "2 1 2 2 1");

  /* All together are one row. */
  add (whole, 2, RUA_RESULT_NUMBER_N_ELIGIBLE, NULL);
  add (whole, 2, RUA_RESULT_NUMBER_STANDARD_ERROR, NULL);
  add (whole, 2, RUA_RESULT_NUMBER_LOW, NULL);
  add (whole, 2, RUA_RESULT_NUMBER_HIGH, NULL);
  g_assert_cmpuint (rua_result_table_get_n_rows (whole), ==, 1);
  g_assert_null (rua_result_table_get_group_paths (whole)[0]);
  assert_values (whole, 0, "9");
  g_assert_cmpstr (rua_result_table_get_name (whole, 0), ==, "all.n_eligible");
  g_assert_cmpstr (rua_result_table_get_name (whole, 1), ==, "all.se");
  g_assert_cmpstr (rua_result_table_get_name (whole, 2), ==, "all.low");
  g_assert_cmpstr (rua_result_table_get_name (whole, 3), ==, "all.high");
}

/* Nothing is dropped: groups that come later stand behind, and have no figures in the columns before. */
static void
test_missing_groups (void)
{
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "early", "late", "some", "nobody", NULL);
  g_autoptr (RuaResultTable) table = rua_result_table_new (measurement), other = rua_result_table_new (measurement);
  g_autoptr (RuaResultTable) last = rua_result_table_new (measurement);
  g_autoptr (GBytes) before = NULL, unlabelled = NULL;

  add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  before = rua_result_table_dup_values (table, 0);
  unlabelled = rua_result_table_dup_codes (table, "household");
  add (table, 1, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add (table, 2, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add (table, 3, RUA_RESULT_NUMBER_N_USED, NULL);
  assert_labels (table, "household", "h1 h2 h3 h4 h5");
  assert_values (table, 0, "4000 3000.5 2500 6000 -");
  assert_values (table, 1, "9000 5000 - 12000 800");
  assert_values (table, 2, "- 3000.5 2500 - -");
  assert_values (table, 3, "- - - - -");
  assert_csv (table, "household,early,late,some,nobody.n_used\n"
                     "h1,4000,9000,,\nh2,3000.5,5000,3000.5,\nh3,2500,,2500,\nh4,6000,12000,,\nh5,,800,,\n");
  /* What was handed out stays as it was. */
  g_assert_cmpuint (g_bytes_get_size (before), ==, 4 * sizeof (double));
  g_assert_cmpuint (g_bytes_get_size (unlabelled), ==, 4 * sizeof (gint32));

  add (other, 2, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add (other, 1, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add (other, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add (other, 1, RUA_RESULT_NUMBER_N_ELIGIBLE, NULL);
  assert_labels (other, "household", "h2 h3 h1 h4 h5");
  assert_values (other, 0, "3000.5 2500 - - -");
  assert_values (other, 1, "5000 - 9000 12000 800");
  assert_values (other, 2, "3000.5 2500 4000 6000 -");
  assert_values (other, 3, "1 1 1 1 1");

  /* No group at all, and yet grouped. */
  add (last, 3, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add_named (last, 3, "whatever", NULL);
  g_assert_cmpuint (rua_result_table_get_n_rows (last), ==, 0);
  g_assert_cmpstr (rua_result_table_get_group_paths (last)[0], ==, "household");
  g_assert_null (rua_result_table_get_labels (last, "household")[0]);
  assert_csv (last, "household,nobody,nobody.whatever\n");
  add (last, 2, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  assert_values (last, 0, "- -");
  assert_values (last, 2, "3000.5 2500");
}

/* ---- results made by hand ---- */

static GPtrArray *
copy_results (RuaMeasurement *measurement, guint index)
{
  g_autoptr (GListModel) there = rua_measurement_list_results (measurement, index, NULL);
  GPtrArray *results = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (there); i++)
    g_ptr_array_add (results, g_list_model_get_item (there, i));
  return results;
}

/* Replaces those of a metric by results of the same head with other labels, each of which is a group with the estimate of
 * its place; "?" is unknown. */
static GPtrArray *
relabel (RuaMeasurement *measurement, guint index, guint n, const char *const *labels)
{
  GPtrArray *results = copy_results (measurement, index);
  g_autoptr (RuaResult) first = g_object_ref (g_ptr_array_index (results, 0));
  guint n_paths = g_strv_length (first->head->group_paths);

  g_ptr_array_set_size (results, 0);
  for (guint i = 0; i < n; i++) {
    RuaResult *result = rua_result_new_under (first->head);
    const char *own[4] = { NULL };

    for (guint k = 0; k < n_paths; k++)
      own[k] = strcmp (labels[i * n_paths + k], "?") == 0 ? NULL : labels[i * n_paths + k];
    rua_result_set_group_labels (result, own, n_paths);
    result->estimate = i;
    g_ptr_array_add (results, result);
  }
  rua_measurement_replace_outcome (measurement, index, rua_outcome_new (results));
  return results;
}

static void
test_unknown_labels (void)
{
  static const char *const first[] = { "", "a", "?" }, *const second[] = { "?", "a", "", "b" };
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "early", "late", NULL);
  g_autoptr (RuaResultTable) table = NULL;

  relabel (measurement, 0, G_N_ELEMENTS (first), first);
  relabel (measurement, 1, G_N_ELEMENTS (second), second);
  table = rua_result_table_new (measurement);
  add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, "first");
  add (table, 1, RUA_RESULT_NUMBER_ESTIMATE, "second");
  assert_labels (table, "household", "'' a ? b");
  assert_values (table, 0, "0 1 2 -");
  assert_values (table, 1, "2 1 0 3");
  assert_csv (table, "household,first,second\n\"\",0,2\na,1,1\n,2,0\nb,,3\n");
}

/* Two paths: what one has, and what the other has, in every combination. */
static void
test_two_paths (void)
{
  static const char *const first[][2] = { { "a", "x" }, { "a", "y" }, { "b", "x" }, { "?", "x" }, { "x", "?" } };
  static const char *const second[][2] = { { "x", "?" }, { "b", "y" }, { "b", "x" }, { "?", "?" }, { "a", "y" }, { "?", "x" } };
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "villages", "villages.n", NULL);
  g_autoptr (RuaResultTable) table = NULL;

  relabel (measurement, 0, G_N_ELEMENTS (first), &first[0][0]);
  relabel (measurement, 1, G_N_ELEMENTS (second), &second[0][0]);
  table = rua_result_table_new (measurement);
  add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  add (table, 1, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  assert_labels (table, "household.village", "a a b ? x b ?");
  assert_labels (table, "year", "x y x x ? y ?");
  assert_values (table, 0, "0 1 2 3 4 - -");
  assert_values (table, 1, "- 4 2 5 0 1 3");
}

static void
test_csv_texts (void)
{
  static const char *const labels[] = { "a,b", "say \"no\"", "=HYPERLINK(1)", "two\nlines", " plain " };
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "early", "all", "faulty", NULL);
  g_autoptr (RuaResultTable) table = NULL, lone = NULL;
  GPtrArray *results = relabel (measurement, 0, G_N_ELEMENTS (labels), labels), *lacking;

  ((RuaResult *) g_ptr_array_index (results, 0))->estimate = 0.1;
  ((RuaResult *) g_ptr_array_index (results, 1))->estimate = 1.0 / 3;
  ((RuaResult *) g_ptr_array_index (results, 2))->estimate = -1e300;
  ((RuaResult *) g_ptr_array_index (results, 3))->estimate = NAN;
  table = rua_result_table_new (measurement);
  add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, "+sum");
  add (table, 0, RUA_RESULT_NUMBER_HIGH, "up, to");
  assert_csv (table, "household,\"'+sum\",\"up, to\"\n"
                     "\"a,b\",0.1,\n\"say \"\"no\"\"\",0.3333333333333333,\n\"'=HYPERLINK(1)\",-1e+300,\n"
                     "\"two\nlines\",,\n\" plain \",4,\n");

  /* One row with nothing in it is a row all the same. */
  lacking = copy_results (measurement, 1);
  ((RuaResult *) g_ptr_array_index (lacking, 0))->low = NAN;
  rua_measurement_replace_outcome (measurement, 1, rua_outcome_new (lacking));
  lone = rua_result_table_new (measurement);
  add (lone, 1, RUA_RESULT_NUMBER_LOW, "low");
  assert_csv (lone, "low\n\"\"\n");
}

static void
test_streams (void)
{
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "early", NULL);
  g_autofree const char **labels = g_new (const char *, 5000);
  g_autoptr (GStringChunk) texts = g_string_chunk_new (4096);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autofree guint8 *small = g_malloc (100000);
  g_autoptr (GOutputStream) full = g_memory_output_stream_new (small, 100000, NULL, NULL);
  g_autoptr (RuaResultTable) table = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5000; i++) {
    char label[60];

    g_snprintf (label, sizeof label, "a group with a label that is rather long %u", i);
    labels[i] = g_string_chunk_insert (texts, label);
  }
  relabel (measurement, 0, 5000, labels);
  table = rua_result_table_new (measurement);
  add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  text = rua_result_table_to_csv (table);
  g_assert_cmpuint (strlen (text), >, 200000);
  assert_csv (table, text);

  g_assert_false (rua_result_table_write_csv (table, full, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (rua_result_table_write_csv (table, stream, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- refusals ---- */

static void
test_refusals (void)
{
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement
    = measure (alliance, "villages", "years", "early", "all", "faulty", NULL);
  g_autoptr (RuaResultTable) table = rua_result_table_new (measurement), whole = rua_result_table_new (measurement);
  GError *error = NULL;
  gboolean done;

  /* A first column that is refused leaves no trace. */
  done = rua_result_table_add (table, 4, RUA_RESULT_NUMBER_ESTIMATE, NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_UNKNOWN_NAME, "faulty|yaer|'year'");
  done = rua_result_table_add_named (table, 0, "mena", NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_UNKNOWN_NAME, "villages|“mena”|did you mean 'mean'?");
  done = rua_result_table_add_named (table, 0, "nothing of the kind", NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_UNKNOWN_NAME, "“nothing of the kind”|the reference of estimators");
  done = rua_result_table_add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, "year", &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_DUPLICATE, "“year”|path|another name");
  g_assert_cmpuint (rua_result_table_get_n_rows (table), ==, 0);
  g_assert_null (rua_result_table_get_group_paths (table)[0]);

  add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  done = rua_result_table_add (table, 1, RUA_RESULT_NUMBER_ESTIMATE, NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_VALUE,
                  "metric years|grouped by “year, household.village”, but|first column of the table grouped by "
                  "“household.village, year”|the same paths in the same order");
  done = rua_result_table_add_named (table, 2, "mean", NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_VALUE, "metric early|“household”|“household.village, year”");
  done = rua_result_table_add (table, 3, RUA_RESULT_NUMBER_N_USED, NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_VALUE, "metric all|not grouped|“household.village, year”");
  done = rua_result_table_add (table, 0, RUA_RESULT_NUMBER_LOW, "villages", &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_DUPLICATE, "“villages” already|another name");
  done = rua_result_table_add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_DUPLICATE, "“villages”");
  g_assert_cmpuint (rua_result_table_get_n_columns (table), ==, 1);
  g_assert_cmpuint (rua_result_table_get_n_rows (table), ==, 5);
  assert_values (table, 0, "4250 12000 3500.25 7000 800");

  add (whole, 3, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  done = rua_result_table_add (whole, 2, RUA_RESULT_NUMBER_ESTIMATE, NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_VALUE, "“household”|first column of the table not grouped");
}

static void
test_not_measured (void)
{
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "early");
  g_autoptr (RuaResultTable) table = NULL;
  GError *error = NULL;
  gboolean done;

  rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
  table = rua_result_table_new (measurement);
  done = rua_result_table_add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_MISSING, "run the measurement first");
  /* It is what was measured when it was made. */
  rua_measurement_run (measurement, NULL, NULL, NULL);
  done = rua_result_table_add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL, &error);
  assert_refused (done, g_steal_pointer (&error), RUA_ERROR_MISSING, "run the measurement first");
}

static void
test_later_run (void)
{
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "early", NULL);
  g_autoptr (RuaResultTable) table = rua_result_table_new (measurement), later = NULL;
  g_autoptr (GError) error = NULL;

  add (table, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  case_add (alliance, "household", "id", "h0", NULL);
  case_add (alliance, "income", "household", "@h0", "year", "2014", "amount", "70", NULL);
  rua_measurement_run (measurement, NULL, NULL, &error);
  g_assert_no_error (error);
  later = rua_result_table_new (measurement);
  g_clear_object (&measurement);
  add (table, 0, RUA_RESULT_NUMBER_N_USED, NULL);
  assert_labels (table, "household", "h1 h2 h3 h4");
  assert_values (table, 0, "4000 3000.5 2500 6000");
  assert_values (table, 1, "1 1 1 1");
  add (later, 0, RUA_RESULT_NUMBER_ESTIMATE, NULL);
  assert_labels (later, "household", "h0 h1 h2 h3 h4");
  assert_values (later, 0, "70 4000 3000.5 2500 6000");
}

/* What results made for publication hold back is not told by their numbers either. */
static void
test_published (void)
{
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "villages", NULL);
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "villages");
  g_autoptr (GListModel) published = NULL;
  g_autoptr (RuaResultTable) table = NULL;
  GPtrArray *results = g_ptr_array_new_with_free_func (g_object_unref);
  const char *const by[] = { "household.village", "year", NULL };
  guint n_withheld = 0;
  g_autoptr (GError) error = NULL;

  published = rua_metric_measure_public (RUA_METRIC (metric), alliance, by, NULL, 2, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (published); i++)
    g_ptr_array_add (results, g_list_model_get_item (published, i));
  rua_measurement_replace_outcome (measurement, 0, rua_outcome_new (results));
  /* One more that is told. */
  ((RuaResult *) g_ptr_array_index (results, 0))->withheld = FALSE;
  ((RuaResult *) g_ptr_array_index (results, 0))->n_used = 2;
  ((RuaResult *) g_ptr_array_index (results, 0))->estimate = 4250;
  /* Even if a withheld one had its numbers still. */
  ((RuaResult *) g_ptr_array_index (results, 1))->n_used = 1;
  ((RuaResult *) g_ptr_array_index (results, 1))->estimate = 12000;
  table = rua_result_table_new (measurement);
  for (guint number = 0; number <= RUA_RESULT_NUMBER_N_MISSING; number++)
    add (table, 0, number, NULL);
  for (guint i = 0; i < results->len; i++) {
    RuaResult *result = g_ptr_array_index (results, i);

    g_assert_true (rua_result_get_public (result));
    n_withheld += rua_result_get_withheld (result);
    for (guint column = 0; column <= RUA_RESULT_NUMBER_N_MISSING; column++) {
      g_autoptr (GBytes) bytes = rua_result_table_dup_values (table, column);
      double value = ((const double *) g_bytes_get_data (bytes, NULL))[i];

      if (rua_result_get_withheld (result) || column == RUA_RESULT_NUMBER_N_ELIGIBLE
          || column == RUA_RESULT_NUMBER_N_MISSING)
        g_assert_true (isnan (value));
      else if (column == RUA_RESULT_NUMBER_N_USED)
        g_assert_cmpfloat (value, ==, rua_result_get_n_used (result));
      else if (column == RUA_RESULT_NUMBER_ESTIMATE)
        g_assert_false (isnan (value));
    }
  }
  g_assert_cmpuint (n_withheld, >, 1);
  g_assert_cmpuint (n_withheld, <, results->len);
  g_assert_false (rua_result_table_add_named (table, 0, "mean", NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
}

/* A key that only some results have, and figures of which there are many. */
static void
test_some_keys (void)
{
  static const char *const labels[] = { "a", "b", "c", "d", "e" };
  static const guint n_figures[] = { 40, 40, 0, 40, 3 };
  g_autoptr (RuaAlliance) alliance = panel ();
  g_autoptr (RuaMeasurement) measurement = measure (alliance, "early", NULL);
  g_autoptr (RuaResultTable) table = NULL;
  GPtrArray *results = relabel (measurement, 0, G_N_ELEMENTS (labels), labels);
  GError *error = NULL;
  gboolean done;

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    for (guint k = 0; k < n_figures[i]; k++) {
      char key[20];

      /* In the fourth all stand one place on. */
      g_snprintf (key, sizeof key, "key[%u]", i == 3 ? (k + 39) % 40 : k);
      rua_result_put_named (g_ptr_array_index (results, i), key, 100 * i + k, k == 1 ? "it is not known" : NULL);
    }
  table = rua_result_table_new (measurement);
  add_named (table, 0, "key[5]", NULL);
  add_named (table, 0, "key[1]", "one");
  add_named (table, 0, "key[2]", "two");
  assert_values (table, 0, "5 105 - 306 -");
  assert_values (table, 1, "- - - 302 -");
  assert_values (table, 2, "2 102 - 303 402");
  g_assert_cmpstr (rua_result_table_get_name (table, 0), ==, "early.key[5]");
  done = rua_result_table_add_named (table, 0, "kye[17]", NULL, &error);
  assert_refused (done, error, RUA_ERROR_UNKNOWN_NAME, "'key[17]'");
}

/* ---- at random ---- */

#define N_METRICS 6

static void
fill (RuaAlliance *alliance, RuaRandom *random, char **by)
{
  static const char *const wheres[] = { "year = 2014", "year = 2017", "amount < 500", "net", "amount >= 300", "recall > 2" };
  static const char *const villages[] = { "-", "@v0", "@v1", "@v2", "@v3" };
  static const char *const years[] = { "2014", "2017", "2020" };
  static const char *const nets[] = { "true", "false", "-" };
  g_autofree char *paths = g_strjoinv (" ", by);

  for (guint i = 0; i < 4; i++) {
    g_autofree char *id = g_strdup_printf ("v%u", i);

    case_add (alliance, "place", "id", id, "name", id, NULL);
  }
  for (guint i = 0; i < 7; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);

    case_add (alliance, "household", "id", id, "village", villages[rua_random_below (random, 5)], NULL);
  }
  for (guint i = 0; i < 40; i++) {
    g_autofree char *household = g_strdup_printf ("@h%u", rua_random_below (random, 7));
    g_autofree char *amount = g_strdup_printf ("%u", rua_random_below (random, 1000));
    g_autofree char *recall = g_strdup_printf ("%u", rua_random_below (random, 9));

    case_add (alliance, "income", "household", household, "year",
              years[rua_random_below (random, 3)], "amount", rua_random_below (random, 5) > 0 ? amount : "-", "net",
              nets[rua_random_below (random, 3)], "recall", recall, NULL);
  }
  for (guint i = 0; i < N_METRICS; i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);

    add_metric (alliance, id, i % 2 ? "mean" : "quantile", rua_random_below (random, 6) > 0 ? wheres[i] : "-",
                *paths != '\0' ? paths : "-");
  }
}

/* Results in any order, and some of them lost. Those of other metrics stay figures, of which no object was made. */
static void
shuffle (RuaMeasurement *measurement, guint index, RuaRandom *random)
{
  GPtrArray *results = copy_results (measurement, index);

  for (guint i = results->len; i > 1; i--) {
    guint k = rua_random_below (random, i);
    gpointer kept = results->pdata[k];

    results->pdata[k] = results->pdata[i - 1];
    results->pdata[i - 1] = kept;
  }
  while (results->len > 1 && rua_random_below (random, 3) == 0)
    g_ptr_array_remove_index (results, results->len - 1);
  rua_measurement_replace_outcome (measurement, index, rua_outcome_new (results));
}

static RuaResult *
find_result (GListModel *results, RuaResultTable *table, guint row)
{
  const char *const *paths = rua_result_table_get_group_paths (table);

  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    RuaResult *result = g_list_model_get_item (results, i);
    guint k = 0;

    while (paths[k] != NULL
           && g_strcmp0 (rua_result_get_group_label (result, paths[k]), rua_result_table_get_label (table, row, paths[k])) == 0)
      k++;
    if (paths[k] == NULL)
      return result;
    g_object_unref (result);
  }
  return NULL;
}

/* What its getters say. */
static double
ask (RuaResult *result, guint number, const char *key)
{
  double value;

  if (key != NULL)
    return rua_result_get_named (result, key, &value) ? value : NAN;
  switch (number) {
  case RUA_RESULT_NUMBER_ESTIMATE:
    return rua_result_get_estimate (result, &value) ? value : NAN;
  case RUA_RESULT_NUMBER_STANDARD_ERROR:
    return rua_result_get_standard_error (result, &value) ? value : NAN;
  case RUA_RESULT_NUMBER_LOW:
    return rua_result_get_low (result, &value) ? value : NAN;
  case RUA_RESULT_NUMBER_HIGH:
    return rua_result_get_high (result, &value) ? value : NAN;
  case RUA_RESULT_NUMBER_N_ELIGIBLE:
    return rua_result_get_n_eligible (result);
  case RUA_RESULT_NUMBER_N_USED:
    return rua_result_get_n_used (result);
  default:
    return rua_result_get_n_missing (result);
  }
}

typedef struct {
  guint index;
  guint number;
  const char *key;
} Asked;

static void
compare (RuaResultTable *table, RuaMeasurement *measurement, const Asked *asked, guint n)
{
  guint n_rows = rua_result_table_get_n_rows (table);

  for (guint column = 0; column < n; column++) {
    g_autoptr (GListModel) results = rua_measurement_list_results (measurement, asked[column].index, NULL);
    g_autoptr (GBytes) bytes = rua_result_table_dup_values (table, column);
    const double *values = g_bytes_get_data (bytes, NULL);
    guint n_found = 0;

    g_assert_cmpuint (g_bytes_get_size (bytes), ==, n_rows * sizeof *values);
    for (guint row = 0; row < n_rows; row++) {
      g_autoptr (RuaResult) result = find_result (results, table, row);
      double want = result != NULL ? ask (result, asked[column].number, asked[column].key) : NAN;

      n_found += result != NULL;
      if (isnan (want) ? !isnan (values[row]) : memcmp (&want, &values[row], sizeof want) != 0)
        g_error ("column %u (%s), row %u: %.17g, but the result says %.17g", column,
                 rua_result_table_get_name (table, column), row, values[row], want);
      if (column == 0 && result != NULL) {
        g_autoptr (RuaResult) there = g_list_model_get_item (results, row);

        g_assert_true (there == result);
      }
    }
    /* No group is dropped, and none stands there twice. */
    g_assert_cmpuint (n_found, ==, g_list_model_get_n_items (results));
  }
}

static void
try_random (RuaRandom *random)
{
  static const char *const all[] = { "household.village", "year", "net" };
  static const char *const keys[2] = { "q[0.5]", "mean" };
  g_autoptr (RuaAlliance) alliance = case_empty ();
  g_autoptr (RuaMeasurement) measurement = NULL;
  g_autoptr (RuaResultTable) table = NULL;
  char *by[4] = { NULL };
  Asked asked[15];
  guint n_paths = rua_random_below (random, 4), first = rua_random_below (random, 3);

  for (guint k = 0; k < n_paths; k++)
    by[k] = (char *) all[(first + k) % 3];
  fill (alliance, random, by);
  measurement = measure (alliance, "m0", "m1", "m2", "m3", "m4", "m5", NULL);
  for (guint i = 0; i < N_METRICS; i++)
    if (n_paths > 0 && rua_random_below (random, 2) == 0)
      shuffle (measurement, i, random);
  table = rua_result_table_new (measurement);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    guint index = rua_random_below (random, N_METRICS), number = rua_random_below (random, 9);
    g_autofree char *name = g_strdup_printf ("column %u", i);

    asked[i] = (Asked){ index, number, number > RUA_RESULT_NUMBER_N_MISSING ? keys[index % 2] : NULL };
    if (asked[i].key != NULL)
      add_named (table, index, asked[i].key, name);
    else
      add (table, index, number, name);
    compare (table, measurement, asked, i + 1);
  }
}

static void
test_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 6 : 40;
  RuaRandom random;

  for (guint i = 0; i < n; i++) {
    g_test_message ("seed %u", seed + i);
    rua_random_init (&random, seed + i);
    try_random (&random);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/result-table/shapes", test_shapes);
  g_test_add_func ("/result-table/missing-groups", test_missing_groups);
  g_test_add_func ("/result-table/unknown-labels", test_unknown_labels);
  g_test_add_func ("/result-table/two-paths", test_two_paths);
  g_test_add_func ("/result-table/csv-texts", test_csv_texts);
  g_test_add_func ("/result-table/streams", test_streams);
  g_test_add_func ("/result-table/refusals", test_refusals);
  g_test_add_func ("/result-table/not-measured", test_not_measured);
  g_test_add_func ("/result-table/later-run", test_later_run);
  g_test_add_func ("/result-table/published", test_published);
  g_test_add_func ("/result-table/some-keys", test_some_keys);
  g_test_add_func ("/result-table/random", test_random);
  return g_test_run ();
}
