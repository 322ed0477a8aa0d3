/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many metrics at once: the same bits alone and together, with any number of threads, packed or
 * not, on a snapshot; against an estimator that sees plain columns; cancelled, edited meanwhile. */

#include "metrics-case.h"
#include "results-case.h"

#include "rua-estimator-private.h"
#include "rua-measure.h"
#include "rua-measurement.h"
#include "rua-parallel.h"
#include "rua-random-private.h"
#include "rua-result-private.h"
#include "rua-scan-private.h"

#include <math.h>
#include <string.h>

#define N_VILLAGES 23

/* More rows of incomes than one lane takes, where lanes are what is tried. */
typedef struct {
  guint n_households;
  guint n_incomes;
} Size;

static const Size whole_size = { 6000, 40000 };

static Size
usual_size (void)
{
  return g_getenv ("RUA_SLOW_MACHINE") ? (Size){ 600, 4000 } : (Size){ 1500, 10000 };
}

typedef struct {
  const char *id;
  const char *estimator;
  const char *columns;
  const char *where; /* "-": none */
  const char *by;
  const char *options;
} Metric;

static const Metric metrics[] = {
  { "count", "count", "{\"value\":\"amount\"}", "-", "household.village", "-" },
  { "total", "total", "{\"value\":\"amount\"}", "year = 2014", "income_source", "-" },
  { "mean", "mean", "{\"value\":\"amount\"}", "-", "household.village year", "-" },
  { "mean-all", "mean", "{\"value\":\"amount / household.n_persons\"}", "-", "-", "-" },
  { "weighted", "weighted_mean", "{\"value\":\"amount\",\"weight\":\"household.weight\"}",
    "amount > 100", "income_source year", "-" },
  { "quantile", "quantile", "{\"value\":\"amount\"}", "-", "household.village income_source",
    "{\"probs\":[0.1,0.5]}" },
  { "weighted-quantile", "weighted_quantile",
    "{\"value\":\"amount\",\"weight\":\"household.weight * household.n_persons\"}", "-", "year",
    "-" },
  { "inequality", "inequality", "{\"value\":\"amount\",\"weight\":\"household.weight\"}", "-",
    "household.village", "-" },
  { "poverty", "poverty_fgt",
    "{\"value\":\"amount / household.n_persons\",\"weight\":\"household.weight\"}", "-", "year",
    "{\"line\":900}" },
  { "ratio", "ratio_of_totals", "{\"numerator\":\"amount\",\"denominator\":\"recall\"}", "net", "-",
    "-" },
  { "change", "paired_change",
    "{\"before\":\"amount[year = 2014]\",\"after\":\"amount[year = 2017]\"}",
    "income_source = 'total'", "household.village", "-" },
  { "distribution", "ratio_distribution",
    "{\"before\":\"amount[year = 2014]\",\"after\":\"amount[year = 2017]\"}",
    "income_source = 'total'", "household.household_type", "{\"factor\":2}" },
  { "bootstrap", "bootstrap", "{\"value\":\"amount[year = 2014]\"}", "income_source = 'total'", "-",
    "{\"statistic\":\"mean\",\"replicates\":50,\"seed\":7}" },
  { "did", "did_2x2",
    "{\"outcome\":\"amount\",\"treated\":\"household.household_type = 'producer'\","
    "\"post\":\"year = 2017\",\"cluster\":\"household.village\"}",
    "-", "-", "-" },
  { "concentration", "concentration", "{\"unit\":\"household\",\"amount\":\"amount\"}", "-",
    "household.village", "-" },
  { "units", "concentration", "{\"unit\":\"household\",\"amount\":\"amount\"}", "year = 2017", "-",
    "-" },
  /* What they add up is one and the same; how it is grouped and told is not. */
  { "shared.whole", "concentration", "{\"unit\":\"household\",\"amount\":\"amount\"}", "-", "-",
    "{\"list\":5}" },
  { "shared.types", "concentration", "{\"unit\":\"household\",\"amount\":\"amount\"}", "-",
    "household.household_type household.village", "{\"figures\":[\"hhi\"]}" },
  { "shared.later", "concentration", "{\"unit\":\"household\",\"amount\":\"amount\"}",
    "year = 2017", "household.village", "-" },
  { "shared.mean", "mean", "{\"value\":\"amount\"}", "-", "household.village year",
    "{\"figures\":[\"mean\"]}" },
  /* Sums of these follow from those of the finest: one pass adds them up once, be they asked for first or last. */
  { "nested.year", "total", "{\"value\":\"amount\"}", "-", "year", "-" },
  { "nested.finest", "total", "{\"value\":\"amount\"}", "-", "household.village income_source year", "-" },
  { "nested.middle", "total", "{\"value\":\"amount\"}", "-", "year income_source", "-" },
  { "nested.all", "total", "{\"value\":\"amount\"}", "-", "-", "-" },
  { "nested.weighted", "weighted_mean", "{\"value\":\"amount\",\"weight\":\"recall\"}", "-", "income_source",
    "{\"figures\":[\"mean\"]}" },
  { "nested.weighted-finest", "weighted_mean", "{\"value\":\"amount\",\"weight\":\"recall\"}", "-",
    "household.village income_source", "{\"figures\":[\"mean\"]}" },
  { "nested.spread", "mean", "{\"value\":\"amount\"}", "net", "-", "-" },
  { "nested.spread-finest", "mean", "{\"value\":\"amount\"}", "net", "household.village", "-" },
  /* Laid out once: in the order of the groups of one of the coarser, which reads the columns of the finest. */
  { "nested.median", "quantile", "{\"value\":\"amount\"}", "-", "income_source", "{\"figures\":[\"q[\"]}" },
  { "nested.median-all", "quantile", "{\"value\":\"amount\"}", "-", "-", "{\"probs\":[0.01,0.3,0.99]}" },
  { "did.light", "did_2x2",
    "{\"outcome\":\"amount\",\"treated\":\"household.household_type = 'producer'\","
    "\"post\":\"year = 2017\",\"cluster\":\"household.village\"}",
    "-", "-", "{\"figures\":[\"estimate\",\"se_cr1\"]}" },
  { "prices", "price_index_chained",
    "{\"period\":\"year\",\"item\":\"income_source\",\"price\":\"recall\",\"quantity\":\"recall\"}", "-", "-",
    "{\"periods\":[2014,2017],\"formula\":\"fisher\"}" },
  { "distinct", "distinct_count", "{\"key\":\"household\",\"amount\":\"amount\"}", "-", "year",
    "-" },
  { "by-number", "mean", "{\"value\":\"recall\"}", "-", "amount", "-" },
  { "by-text", "total", "{\"value\":\"amount\"}", "-", "household.name", "-" },
  { "keyed", "paired_change",
    "{\"before\":\"amount[year = 2014]\",\"after\":\"amount[year = 2017]\"}", "-", "-",
    "{\"pair_by\":[\"household\",\"income_source\"]}" },
};

static const char *const sources[] = { "total", "wage", "cooperative", "rent" };

static guint
find_field (RuaTable *table, const char *name)
{
  return rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), name));
}

static void
add_households (RuaAlliance *alliance, RuaRandom *random, Size size)
{
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  guint id = 0, name = find_field (table, "name"), village = find_field (table, "village"),
        type = find_field (table, "household_type"), persons = find_field (table, "n_persons"),
        weight = find_field (table, "weight");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < size.n_households; i++) {
    char text[40];

    g_snprintf (text, sizeof text, "m%u", i);
    rua_appender_set_text (appender, id, text, -1, &error);
    g_snprintf (text, sizeof text, "family %u", rua_random_below (random, 300));
    if (rua_random_below (random, 10) > 0)
      rua_appender_set_text (appender, name, text, -1, &error);
    g_snprintf (text, sizeof text, "v%u", rua_random_below (random, N_VILLAGES));
    if (rua_random_below (random, 20) > 0)
      rua_appender_set_reference (appender, village, text, -1, &error);
    if (rua_random_below (random, 30) > 0)
      rua_appender_set_text (appender, type, rua_random_below (random, 2) ? "producer" : "consumer",
                             -1, &error);
    if (rua_random_below (random, 25) > 0)
      rua_appender_set_integer (appender, persons, 1 + rua_random_below (random, 9), &error);
    if (rua_random_below (random, 40) > 0)
      rua_appender_set_number (appender, weight, rua_random_below (random, 40000) / 10000.0, &error);
    rua_appender_end_row (appender);
  }
  g_assert_no_error (error);
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
}

static void
add_incomes (RuaAlliance *alliance, RuaRandom *random, Size size)
{
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  guint household = find_field (table, "household"), year = find_field (table, "year"),
        amount = find_field (table, "amount"), source = find_field (table, "income_source"),
        net = find_field (table, "net"), recall = find_field (table, "recall");
  g_autoptr (GError) error = NULL;

  /* Each household has each source once a year, in random order of households. */
  for (guint i = 0; i < size.n_incomes; i++) {
    char text[40];
    guint round = i / size.n_households;

    g_snprintf (text, sizeof text, "m%u", (guint) (((guint64) i * 2477) % size.n_households));
    rua_appender_set_reference (appender, household, text, -1, &error);
    rua_appender_set_integer (appender, year, round % 2 ? 2017 : 2014, &error);
    rua_appender_set_text (appender, source, sources[round / 2], -1, &error);
    if (rua_random_below (random, 30) > 0)
      rua_appender_set_money (appender, amount, (gint64) rua_random_below (random, 900000) + 1, &error);
    if (rua_random_below (random, 9) > 0)
      rua_appender_set_boolean (appender, net, rua_random_below (random, 3) > 0, &error);
    if (rua_random_below (random, 12) > 0)
      rua_appender_set_integer (appender, recall, 1 + rua_random_below (random, 14), &error);
    rua_appender_end_row (appender);
  }
  g_assert_no_error (error);
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
}

static void
remove_some (RuaAlliance *alliance, RuaRandom *random)
{
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 60; i++) {
    g_autoptr (RuaRecord) record
      = rua_table_dup_record (table, rua_random_below (random, rua_table_get_n_records (table)));

    rua_alliance_remove (alliance, record, &error);
    g_assert_no_error (error);
  }
}

static RuaAlliance *
random_panel (guint32 seed, Size size)
{
  RuaAlliance *alliance = case_empty ();
  RuaRandom random;

  rua_random_init (&random, seed);
  for (guint i = 0; i < N_VILLAGES; i++) {
    char id[20];

    g_snprintf (id, sizeof id, "v%u", i);
    case_add (alliance, "place", "id", id, "name", id, NULL);
  }
  add_households (alliance, &random, size);
  add_incomes (alliance, &random, size);
  remove_some (alliance, &random);
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++)
    case_add (alliance, "metric", "id", metrics[i].id, "estimator", metrics[i].estimator, "table",
              "incomes", "columns", metrics[i].columns, "where", metrics[i].where, "by",
              metrics[i].by, "options", metrics[i].options, NULL);
  case_add (alliance, "metric", "id", "formula", "formula", "\"mean-all\" / \"by-number\"", NULL);
  return alliance;
}

static RuaMeasurement *
measurement_of_all (RuaAlliance *alliance)
{
  RuaMeasurement *self = rua_measurement_new (alliance);
  RuaTable *table = rua_alliance_get_table (alliance, "metric");

  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (table, i);

    g_assert_cmpuint (rua_measurement_add (self, RUA_METRIC (metric), NULL, NULL), ==, i);
  }
  return self;
}

static char *
tell_all (RuaMeasurement *measurement)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < rua_measurement_get_n_metrics (measurement); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GListModel) results = rua_measurement_list_results (measurement, i, &error);

    g_assert_no_error (error);
    results_case_append (out, results);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
measure_all (RuaAlliance *alliance)
{
  g_autoptr (RuaMeasurement) measurement = measurement_of_all (alliance);
  g_autoptr (GError) error = NULL;

  rua_measurement_run (measurement, NULL, NULL, &error);
  g_assert_no_error (error);
  return tell_all (measurement);
}

static char *
measure_one_by_one (RuaAlliance *alliance)
{
  g_autoptr (GString) out = g_string_new (NULL);
  RuaTable *table = rua_alliance_get_table (alliance, "metric");

  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (table, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (GListModel) results
      = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &error);

    g_assert_no_error (error);
    results_case_append (out, results);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
is_close (double a, double b)
{
  return (isnan (a) && isnan (b)) || a == b || fabs (a - b) <= 1e-9 * MAX (fabs (a), fabs (b)) + 1e-9;
}

static void
compare_results (RuaResult *a, RuaResult *b)
{
  const char *const *keys = rua_result_get_keys (a), *const *others = rua_result_get_keys (b);

  g_assert_cmpuint (rua_result_get_n_used (a), ==, rua_result_get_n_used (b));
  g_assert_cmpuint (rua_result_get_n_eligible (a), ==, rua_result_get_n_eligible (b));
  for (guint i = 0; a->head->group_paths[i] != NULL; i++)
    g_assert_cmpstr (a->group_labels[i], ==, b->group_labels[i]);
  g_assert_true (g_strv_equal (keys, others));
  for (guint i = 0; keys[i] != NULL; i++) {
    double mine = NAN, its = NAN;

    rua_result_get_named (a, keys[i], &mine);
    rua_result_get_named (b, keys[i], &its);
    if (!is_close (mine, its))
      g_error ("%s: %s is %.17g in lanes, %.17g by blocks", rua_result_get_metric (a), keys[i], mine, its);
  }
}

/* Every metric of sums by ranges of cells, over several stretches of rows: the same bits with any number of
 * threads, and the same figures as in lanes. */
static void
test_blocks (void)
{
  const RuaScanLimits usual = rua_scan_limits;
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), whole_size);
  g_autoptr (RuaMeasurement) in_lanes = measurement_of_all (alliance),
                             in_blocks = measurement_of_all (alliance);
  g_autofree char *first = NULL;
  g_autoptr (GError) error = NULL;

  rua_measurement_run (in_lanes, NULL, NULL, &error);
  g_assert_no_error (error);
  rua_scan_limits = (RuaScanLimits){ .block_rows = RUA_LANE_SHARES * RUA_BATCH, .lanes_bytes = 0,
                                     .range_bytes = 4096 };
  rua_set_n_threads (1);
  rua_measurement_run (in_blocks, NULL, NULL, &error);
  g_assert_no_error (error);
  first = tell_all (in_blocks);
  for (guint n_threads = g_getenv ("RUA_SLOW_MACHINE") ? 8 : 2; n_threads <= 8; n_threads *= 4) {
    g_autofree char *again = NULL;

    rua_set_n_threads (n_threads);
    again = measure_all (alliance);
    g_assert_cmpstr (again, ==, first);
  }
  rua_set_n_threads (0);
  rua_scan_limits = usual;
  for (guint i = 0; i < rua_measurement_get_n_metrics (in_lanes); i++) {
    g_autoptr (GListModel) mine = rua_measurement_list_results (in_lanes, i, &error);
    g_autoptr (GListModel) its = rua_measurement_list_results (in_blocks, i, &error);
    guint n = g_list_model_get_n_items (mine);

    g_assert_cmpuint (n, ==, g_list_model_get_n_items (its));
    for (guint k = 0; k < n; k++) {
      g_autoptr (RuaResult) a = g_list_model_get_item (mine, k), b = g_list_model_get_item (its, k);

      compare_results (a, b);
    }
  }
}

/* Threads, packing, snapshots, company: none of them changes a bit. */
static void
test_bits (void)
{
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), whole_size);
  g_autoptr (RuaAlliance) snapshot = NULL;
  g_autofree char *first = NULL, *alone = NULL;
  static const guint threads[] = { 1, 2, 8 };
  const gboolean is_slow = g_getenv ("RUA_SLOW_MACHINE") != NULL;
  g_autoptr (GError) error = NULL;

  rua_set_n_threads (1);
  first = measure_all (alliance);
  for (guint round = is_slow ? 1 : 0; round < 2; round++) {
    for (guint i = is_slow ? 2 : 0; i < G_N_ELEMENTS (threads); i++) {
      g_autofree char *again = NULL;

      rua_set_n_threads (threads[i]);
      again = measure_all (alliance);
      g_assert_cmpstr (again, ==, first);
    }
    rua_table_pack (rua_alliance_get_table (alliance, "income"), NULL, &error);
    rua_table_pack (rua_alliance_get_table (alliance, "household"), NULL, &error);
    g_assert_no_error (error);
  }
  alone = measure_one_by_one (alliance);
  g_assert_cmpstr (alone, ==, first);
  snapshot = rua_alliance_snapshot (alliance);
  g_free (alone);
  alone = measure_all (snapshot);
  g_assert_cmpstr (alone, ==, first);
  rua_set_n_threads (0);
}

/* ---- against plain columns ---- */

/* A mean, a weighted mean and a total, of arrays laid out here from cells read one by one. */
static void
test_plain (void)
{
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), usual_size ());
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  g_autoptr (GArray) amounts = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) weights = g_array_new (FALSE, FALSE, sizeof (double));
  static const char *const estimators[] = { "mean", "weighted_mean", "total", "count", "inequality" };

  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) income = rua_table_dup_record (table, i);
    g_autoptr (RuaRecord) household = rua_record_dup_reference (income, "household");
    gint64 minor;
    double amount = NAN, weight = NAN, found;

    if (rua_record_get_money (income, "amount", &minor))
      amount = minor / 100.0;
    if (rua_record_get_number (household, "weight", &found))
      weight = found;
    g_array_append_val (amounts, amount);
    g_array_append_val (weights, weight);
  }
  for (guint e = 0; e < G_N_ELEMENTS (estimators); e++) {
    const RuaEstimator *estimator = rua_estimator_find (estimators[e]);
    gboolean weighted = rua_estimator_find_role (estimator, "weight") != NULL;
    RuaInputColumn columns[] = { { .role = "value", .values = (double *) (gpointer) amounts->data },
                                 { .role = "weight", .values = (double *) (gpointer) weights->data } };
    RuaInput input = { .n_rows = amounts->len, .columns = columns, .n_columns = weighted ? 2 : 1 };
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaFigures) figures = rua_estimator_run (estimator, &input, NULL, NULL, NULL, &error);
    g_autoptr (RuaResult) result = NULL;
    g_autoptr (RuaRecord) metric = NULL;
    g_autofree char *id = NULL;
    double n_used;

    g_assert_no_error (error);
    id = g_strdup_printf ("plain.%s", estimators[e]);
    case_add (alliance, "metric", "id", id, "estimator", estimators[e], "table",
              "incomes", "columns",
              weighted ? "{\"value\":\"amount\",\"weight\":\"household.weight\"}"
                       : "{\"value\":\"amount\"}",
              NULL);
    metric = rua_alliance_find (alliance, "metric", id);
    result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
    g_assert_no_error (error);
    /* A count of values uses those that are known. */
    if (strcmp (estimators[e], "count") != 0 || !rua_figures_get (figures, "n_valid", &n_used))
      n_used = (double) rua_figures_get_n_used (figures);
    g_assert_cmpfloat ((double) rua_result_get_n_used (result), ==, n_used);
    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, rua_figures_get_n_total (figures));
    for (guint i = 0; i < rua_figures_get_n (figures); i++) {
      const RuaFigure *figure = rua_figures_get_nth (figures, i);
      double value = NAN;

      rua_result_get_named (result, figure->key, &value);
      if (isnan (figure->value))
        g_assert_true (isnan (value));
      else
        g_assert_cmpfloat_with_epsilon (value, figure->value, 1e-12 * MAX (fabs (figure->value), 1e-9));
    }
  }
}

/* ---- cancelled, refused, edited meanwhile ---- */

static void
cancel_midway (GObject *progress, GParamSpec *spec, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_cancel (void)
{
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), usual_size ());
  g_autoptr (RuaMeasurement) measurement = measurement_of_all (alliance);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (RuaProgress) progress = rua_progress_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (rua_measurement_run (measurement, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (rua_measurement_list_results (measurement, 0, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);

  /* Once it has told some progress; should it be done before the signal comes, it is done. */
  g_cancellable_reset (cancellable);
  g_signal_connect (progress, "notify::fraction", G_CALLBACK (cancel_midway), cancellable);
  rua_measurement_run_async (measurement, progress, cancellable, keep_result, &result);
  wait_for (&result);
  if (!rua_measurement_run_finish (measurement, result, &error)) {
    g_autoptr (GError) other = NULL;

    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_null (rua_measurement_list_results (measurement, 0, &other));
  }
  g_clear_error (&error);
  rua_measurement_run (measurement, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
note_fraction (RuaProgress *progress, GParamSpec *spec, double *last)
{
  double fraction = rua_progress_get_fraction (progress);

  /* A further run begins at 0. */
  if (fraction < *last && fraction != 0)
    g_test_fail_printf ("%g after %g", fraction, *last);
  *last = fraction;
}

/* Progress goes one way in each run, and ends at 1. */
static void
test_progress (void)
{
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), usual_size ());
  g_autoptr (RuaMeasurement) measurement = measurement_of_all (alliance);
  g_autoptr (RuaProgress) progress = rua_progress_new ();
  guint threads = rua_get_n_threads ();
  double last = 0;

  rua_set_n_threads (8);
  g_signal_connect (progress, "notify::fraction", G_CALLBACK (note_fraction), &last);
  for (guint run = 0; run < 4; run++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    if (run % 2 == 0) {
      rua_measurement_run (measurement, progress, NULL, &error);
    } else {
      rua_measurement_run_async (measurement, progress, NULL, keep_result, &result);
      wait_for (&result);
      rua_measurement_run_finish (measurement, result, &error);
    }
    g_assert_no_error (error);
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_assert_cmpfloat (rua_progress_get_fraction (progress), ==, 1);
  }
  rua_set_n_threads (threads);
}

/* Metrics of the same sums are refused each in its own name, and in the same words as alone. */
static void
test_shared_refusal (void)
{
  static const char *const ids[] = { "bad.first", "bad.second", "bad.third" };
  static const char *const by[] = { "household.village", "household.village", "-" };
  /* Different definitions: results of equal ones are one and the same. */
  static const char *const options[] = { "{\"figures\":[\"mean\"]}",
                                         "{\"figures\":[\"mean\"],\"estimate\":\"mean\"}", "-" };
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), usual_size ());
  g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (RuaRecord) metric = NULL;

    case_add (alliance, "metric", "id", ids[i], "estimator", "weighted_mean", "table", "incomes",
              "columns", "{\"value\":\"amount\",\"weight\":\"household.weight - 2\"}", "by", by[i],
              "options", options[i], NULL);
    metric = rua_alliance_find (alliance, "metric", ids[i]);
    rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
  }
  rua_measurement_run (measurement, NULL, NULL, &problem);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", ids[i]);
    g_autoptr (GListModel) together = NULL;
    g_autoptr (GListModel) alone = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) own = NULL;

    together = rua_measurement_list_results (measurement, i, &error);
    alone = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &own);
    g_assert_null (together);
    g_assert_null (alone);
    g_assert_error (error, own->domain, own->code);
    g_assert_cmpstr (error->message, ==, own->message);
    g_assert_nonnull (strstr (error->message, ids[i]));
  }
}

/* Of a metric with several groups that are refused the first is told of, whatever the number of threads and
 * whatever else is measured with it; and the others are what they are without it. */
static void
test_first_refusal (void)
{
  static const guint threads[] = { 1, 2, 8 };
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), usual_size ());
  RuaTable *table = rua_alliance_get_table (alliance, "metric");
  guint n = rua_table_get_n_records (table);
  g_autofree char *before = measure_all (alliance), *told = NULL;
  g_autoptr (RuaRecord) metric = NULL;

  case_add (alliance, "metric", "id", "bad-price", "estimator", "price_index", "table", "incomes", "columns",
            "{\"period\":\"year\",\"item\":\"income_source\",\"price\":\"amount - 400\","
            "\"quantity\":\"household.n_persons\"}",
            "by", "household.village", "options", "{\"base\":\"2014\",\"current\":\"2017\"}", NULL);
  metric = rua_alliance_find (alliance, "metric", "bad-price");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autoptr (RuaMeasurement) measurement = measurement_of_all (alliance);
    g_autoptr (GListModel) groups = NULL, together = NULL;
    g_autoptr (GString) others = g_string_new (NULL);
    g_autoptr (GError) alone = NULL, error = NULL, problem = NULL;

    rua_set_n_threads (threads[i]);
    groups = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &alone);
    g_assert_null (groups);
    g_assert_error (alone, RUA_ERROR, RUA_ERROR_VALUE);
    g_assert_nonnull (strstr (alone->message, "bad-price"));
    if (told == NULL)
      told = g_strdup (alone->message);
    g_assert_cmpstr (alone->message, ==, told);
    g_assert_false (rua_measurement_run (measurement, NULL, NULL, &problem));
    together = rua_measurement_list_results (measurement, n, &error);
    g_assert_null (together);
    g_assert_cmpstr (error->message, ==, told);
    for (guint k = 0; k < n; k++) {
      g_autoptr (GListModel) results = rua_measurement_list_results (measurement, k, NULL);

      results_case_append (others, results);
    }
    g_assert_cmpstr (others->str, ==, before);
  }
  rua_set_n_threads (0);
}

/* What is measured is what was there when it began. */
static void
test_edited (void)
{
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), usual_size ());
  g_autoptr (RuaMeasurement) measurement = measurement_of_all (alliance);
  g_autofree char *before = measure_all (alliance);
  g_autofree char *told = NULL, *after = NULL;
  g_autoptr (GAsyncResult) result = NULL, alone = NULL;
  g_autoptr (GError) error = NULL;
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "mean-all");
  g_autoptr (RuaResult) old = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
  g_autoptr (RuaResult) one = NULL;

  rua_measurement_run_async (measurement, NULL, NULL, keep_result, &result);
  rua_metric_measure_async (RUA_METRIC (metric), alliance, NULL, keep_result, &alone);
  for (guint i = 0; i < 500; i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, i * 7 % rua_table_get_n_records (table));

    rua_record_set_money (record, "amount", 123456 + i, &error);
    g_assert_no_error (error);
  }
  wait_for (&result);
  wait_for (&alone);
  rua_measurement_run_finish (measurement, result, &error);
  g_assert_no_error (error);
  told = tell_all (measurement);
  g_assert_cmpstr (told, ==, before);
  one = rua_metric_measure_finish (RUA_METRIC (metric), alone, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (rua_result_get_digest (one), ==, rua_result_get_digest (old));
  g_assert_cmpfloat (one->estimate, ==, old->estimate);
  after = measure_all (alliance);
  g_assert_cmpstr (after, !=, before);
}

/* One that is refused does not keep the others from being measured, and is told of in the words of
 * the estimator, by the number of its record in the group. */
static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), usual_size ());
  RuaTable *table = rua_alliance_get_table (alliance, "metric");
  g_autoptr (RuaMeasurement) measurement = NULL;
  g_autoptr (GError) error = NULL, first = NULL;
  guint n = rua_table_get_n_records (table);

  case_add (alliance, "metric", "id", "bad-weight", "estimator", "weighted_mean", "table", "incomes",
            "columns", "{\"value\":\"recall\",\"weight\":\"recall - 3\"}", NULL);
  case_add (alliance, "metric", "id", "bad-flag", "estimator", "did_2x2", "table", "incomes",
            "columns", "{\"outcome\":\"recall\",\"treated\":\"recall\",\"post\":\"net\"}", NULL);
  case_add (alliance, "metric", "id", "twice", "estimator", "paired_change", "table", "incomes",
            "columns", "{\"before\":\"amount[year = 2014]\",\"after\":\"amount[year = 2017]\"}",
            NULL);
  case_add (alliance, "metric", "id", "bad-price", "estimator", "price_index_chained", "table", "incomes",
            "columns", "{\"period\":\"year\",\"item\":\"net\",\"price\":\"recall - 3\",\"quantity\":\"recall\"}",
            "options", "{\"periods\":[2014,2017]}", NULL);
  case_add (alliance, "metric", "id", "bad-quantity", "estimator", "price_index", "table", "incomes",
            "columns", "{\"period\":\"year\",\"item\":\"net\",\"price\":\"recall\",\"quantity\":\"recall / 7 - 3\"}",
            "options", "{\"base\":2014,\"current\":2017}", NULL);
  measurement = measurement_of_all (alliance);
  g_assert_false (rua_measurement_run (measurement, NULL, NULL, &first));
  g_assert_null (rua_measurement_list_results (measurement, n + 3, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "is not a price; it is at least 0"));
  g_clear_error (&error);
  g_assert_null (rua_measurement_list_results (measurement, n + 4, &error));
  g_assert_nonnull (strstr (error->message, "is not a quantity sold; it is at least 0"));
  g_clear_error (&error);
  g_assert_null (rua_measurement_list_results (measurement, n, &error));
  g_assert_cmpstr (first->message, ==, error->message);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "is below 0"));
  g_assert_nonnull (strstr (error->message, "record "));
  g_clear_error (&error);
  g_assert_null (rua_measurement_list_results (measurement, n + 1, &error));
  g_assert_nonnull (strstr (error->message, "is not a flag"));
  g_clear_error (&error);
  g_assert_null (rua_measurement_list_results (measurement, n + 2, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GListModel) results = rua_measurement_list_results (measurement, i, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (g_list_model_get_n_items (results), >, 0);
  }
}

/* Groups of a metric are those of its rows: their numbers add up, also by values of any kind. */
static void
test_adds_up (void)
{
  g_autoptr (RuaAlliance) alliance = random_panel ((guint32) g_test_rand_int (), usual_size ());
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "mean-all");
  static const char *const paths[][3] = { { "amount", NULL },
                                          { "household.name", "recall", NULL },
                                          { "lower (household.name)", NULL },
                                          { "household", "year", NULL },
                                          { "net", "household.village", NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaResult) whole = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);

  for (guint p = 0; p < G_N_ELEMENTS (paths); p++) {
    g_autoptr (GListModel) groups
      = rua_metric_measure_by (RUA_METRIC (metric), alliance, paths[p], NULL, NULL, &error);
    guint64 n_used = 0, n_eligible = 0;
    double sum = 0;

    g_assert_no_error (error);
    for (guint i = 0; i < g_list_model_get_n_items (groups); i++) {
      g_autoptr (RuaResult) group = g_list_model_get_item (groups, i);

      n_used += rua_result_get_n_used (group);
      n_eligible += rua_result_get_n_eligible (group);
      if (rua_result_get_n_used (group) > 0)
        sum += group->estimate * rua_result_get_n_used (group);
    }
    g_assert_cmpuint (n_used, ==, rua_result_get_n_used (whole));
    g_assert_cmpuint (n_eligible, ==, rua_result_get_n_eligible (whole));
    g_assert_cmpfloat_with_epsilon (sum / n_used, whole->estimate, 1e-9 * whole->estimate);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measurement/bits", test_bits);
  g_test_add_func ("/measurement/blocks", test_blocks);
  g_test_add_func ("/measurement/plain", test_plain);
  g_test_add_func ("/measurement/cancel", test_cancel);
  g_test_add_func ("/measurement/progress", test_progress);
  g_test_add_func ("/measurement/shared-refusal", test_shared_refusal);
  g_test_add_func ("/measurement/first-refusal", test_first_refusal);
  g_test_add_func ("/measurement/edited", test_edited);
  g_test_add_func ("/measurement/refused", test_refused);
  g_test_add_func ("/measurement/adds-up", test_adds_up);
  return g_test_run ();
}
