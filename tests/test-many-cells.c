/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cells and groups: by keys of which every row has a value and by others, and groups that are made of thousands of cells
 * each, amounts by household told by village. What comes of them is what adding up and counting in plain loops says. */
#include "metrics-case.h"

#include "rua-measure.h"
#include "rua-measurement.h"
#include "rua-parallel.h"
#include "rua-result-private.h"
#include "rua-scan-private.h"

#include <math.h>
#include <string.h>

#define N_HOUSEHOLDS 70000 /* more cells than one task looks at */
#define N_VILLAGES 9
#define NOWHERE N_VILLAGES /* of households of which the village is unknown */
#define N_INCOMES 120000

typedef struct {
  guint village;
  guint n;
  gint64 sum; /* of minor units */
} Household;

typedef struct {
  guint n_units;
  guint n_rows;
  double sum;
  double squares;
} Village;

static guint
find_field (RuaTable *table, const char *name)
{
  return rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), name));
}

/* The last village has households of which none has an income. */
static void
draw_households (RuaAlliance *alliance, Household *all)
{
  RuaTable *households = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaAppender) appender = rua_table_append (households);
  guint village = find_field (households, "village");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);

    all[i] = (Household){ .village = (guint) g_test_rand_int_range (0, N_VILLAGES + 1) };
    rua_appender_set_text (appender, 0, id, -1, &error);
    if (all[i].village != NOWHERE) {
      g_autofree char *of = g_strdup_printf ("v%u", all[i].village);

      rua_appender_set_reference (appender, village, of, -1, &error);
    }
    g_assert_no_error (error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
}

static void
draw_incomes (RuaAlliance *alliance, Household *all)
{
  RuaTable *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) appender = rua_table_append (incomes);
  guint household = find_field (incomes, "household"), amount = find_field (incomes, "amount"),
        year = find_field (incomes, "year");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_INCOMES; i++) {
    guint of = (guint) g_test_rand_int_range (0, N_HOUSEHOLDS);
    gint64 cents = g_test_rand_int_range (0, 4) == 0 ? 0 : g_test_rand_int_range (0, 500000);
    g_autofree char *id = g_strdup_printf ("h%u", of);

    if (all[of].village == N_VILLAGES - 1)
      continue;
    rua_appender_set_reference (appender, household, id, -1, &error);
    rua_appender_set_integer (appender, year, 2014, &error);
    rua_appender_set_money (appender, amount, cents, &error);
    g_assert_no_error (error);
    rua_appender_end_row (appender);
    all[of].n++;
    all[of].sum += cents;
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
}

static void
add_up (const Household *all, Village *villages)
{
  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    Village *village = &villages[all[i].village];

    village->n_units += all[i].n > 0;
    village->n_rows += all[i].n;
    village->sum += (double) all[i].sum / 100;
  }
  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    Village *village = &villages[all[i].village];
    double share = (double) all[i].sum / 100 / village->sum;

    village->squares += village->sum > 0 ? share * share : 0;
  }
}

static double
named (RuaResult *result, const char *key)
{
  double value = NAN;

  rua_result_get_named (result, key, &value);
  return value;
}

static void
check (GListModel *results, const Village *villages)
{
  guint n_groups = g_list_model_get_n_items (results);

  /* All but the one without incomes, and those of nowhere. */
  g_assert_cmpuint (n_groups, ==, N_VILLAGES);
  for (guint g = 0; g < n_groups; g++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, g);
    const char *label = rua_result_get_group_label (result, "household.village");
    const Village *village = &villages[label != NULL ? (guint) (label[1] - '0') : NOWHERE];

    g_assert_true (label != NULL || g + 1 == n_groups);
    g_assert_cmpuint (rua_result_get_n_used (result), ==, village->n_rows);
    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, village->n_rows);
    g_assert_cmpfloat (named (result, "n_units"), ==, village->n_units);
    g_assert_cmpfloat_with_epsilon (named (result, "hhi"), village->squares, 1e-11 * village->squares);
  }
}

static void
test_villages (void)
{
  g_autofree Household *all = g_new (Household, N_HOUSEHOLDS);
  Village villages[N_VILLAGES + 1] = { { 0 } };
  g_autoptr (RuaAlliance) alliance = case_empty ();
  g_autoptr (RuaRecord) metric = NULL;
  g_autoptr (GError) error = NULL;

  for (guint v = 0; v < N_VILLAGES; v++) {
    g_autofree char *id = g_strdup_printf ("v%u", v);

    case_add (alliance, "place", "id", id, "name", id, "level", "village", NULL);
  }
  draw_households (alliance, all);
  draw_incomes (alliance, all);
  add_up (all, villages);
  case_add (alliance, "metric", "id", "m", "estimator", "concentration", "table", "incomes", "columns",
            "{\"unit\":\"household\",\"amount\":\"amount\"}", "by", "household.village", NULL);
  metric = rua_alliance_find (alliance, "metric", "m");
  for (guint threads = 1; threads <= 3; threads++) {
    g_autoptr (GListModel) results = NULL;

    rua_set_n_threads (threads);
    results = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &error);
    g_assert_no_error (error);
    check (results, villages);
  }
  rua_set_n_threads (0);
}

/* Groups, their labels between slashes, and how many rows each has. */
static char *
tell_groups (RuaAlliance *alliance, const char *const *by)
{
  g_autoptr (RuaMetric) metric = RUA_METRIC (rua_alliance_new_record (alliance, "metric"));
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GListModel) results = NULL;
  g_autoptr (GError) error = NULL;

  case_set (RUA_RECORD (metric), alliance, "id", "m");
  case_set (RUA_RECORD (metric), alliance, "estimator", "count");
  case_set (RUA_RECORD (metric), alliance, "table", "incomes");
  results = rua_metric_measure_by (metric, alliance, by, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);

    g_string_append (told, i > 0 ? " " : "");
    for (guint k = 0; by[k] != NULL; k++) {
      const char *label = rua_result_get_group_label (result, by[k]);

      g_string_append_printf (told, "%s%s", k > 0 ? "/" : "", label != NULL ? label : "?");
    }
    g_string_append_printf (told, ":%u", (guint) rua_result_get_n_used (result));
  }
  return g_string_free (g_steal_pointer (&told), FALSE);
}

static void
test_keys (void)
{
  static const struct {
    const char *by[4];
    const char *want;
  } cases[] = {
    { { "net" }, "false:2 true:5 ?:2" },
    { { "net is unknown" }, "false:7 true:2" },
    { { "coalesce (net, true)" }, "false:2 true:7" },
    { { "coalesce (net, household.weight > 1)" }, "false:2 true:7" },
    { { "coalesce (household.village in ('pingzhai'), household.weight > 1)" }, "false:4 true:4 ?:1" },
    { { "case when net then true end" }, "true:5 ?:4" },
    { { "case when net then true else false end" }, "false:4 true:5" },
    { { "year", "net" }, "2014/false:1 2014/true:2 2014/?:1 2017/false:1 2017/true:3 2017/?:1" },
    { { "net is unknown", "year", "net" },
      "false/2014/false:1 false/2014/true:2 false/2017/false:1 false/2017/true:3 true/2014/?:1 true/2017/?:1" },
    { { "net", "household.village", "year" },
      "false/miaoxia/2014:1 false/pingzhai/2017:1 true/miaoxia/2014:1 true/miaoxia/2017:1 true/pingzhai/2014:1 "
      "true/pingzhai/2017:1 true/?/2017:1 ?/miaoxia/2017:1 ?/pingzhai/2014:1" },
  };
  g_autoptr (RuaAlliance) alliance = case_new (), empty = case_empty ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *told = tell_groups (alliance, cases[i].by), *none = tell_groups (empty, cases[i].by);

    g_assert_cmpstr (told, ==, cases[i].want);
    g_assert_cmpstr (none, ==, "");
  }
}

/* ---- groups far from the first value ---- */

#define N_STRATA 100
#define N_OF_STRATUM 7

typedef struct {
  guint n;
  guint n_known;
  double sums[2]; /* of weights of which the household is not vulnerable, and of the others */
  guint counts[2];
  double squares; /* about the mean of all */
} Stratum;

/* The first weight is as far from all others as a slip of the keyboard is; every fifth stratum lacks one. */
static double
weight_of (guint i)
{
  guint stratum = i % N_STRATA;

  if (i == 0)
    return 1e12;
  return i / N_STRATA == 3 && stratum % 5 == 0 ? NAN : 30 + stratum % 13 + (i / N_STRATA) / 7.0;
}

static RuaAlliance *
draw_strata (void)
{
  RuaAlliance *alliance = case_empty ();

  for (guint i = 0; i < N_STRATA * N_OF_STRATUM; i++) {
    char id[20], stratum[20], weight[G_ASCII_DTOSTR_BUF_SIZE] = "-";

    g_snprintf (id, sizeof id, "h%u", i);
    g_snprintf (stratum, sizeof stratum, "s%u", i % N_STRATA);
    if (!isnan (weight_of (i)))
      g_ascii_dtostr (weight, sizeof weight, weight_of (i));
    case_add (alliance, "household", "id", id, "stratum", i % N_STRATA == N_STRATA - 1 ? "-" : stratum, "weight", weight,
              "vulnerable", i / N_STRATA % 2 == 1 ? "true" : "false", NULL);
  }
  return alliance;
}

static Stratum
add_up_stratum (guint stratum)
{
  Stratum self = { 0 };
  double mean;

  for (guint i = stratum; i < N_STRATA * N_OF_STRATUM; i += N_STRATA) {
    self.n++;
    if (isnan (weight_of (i)))
      continue;
    self.n_known++;
    self.sums[i / N_STRATA % 2] += weight_of (i);
    self.counts[i / N_STRATA % 2]++;
  }
  mean = (self.sums[0] + self.sums[1]) / self.n_known;
  for (guint i = stratum; i < N_STRATA * N_OF_STRATUM; i += N_STRATA)
    if (!isnan (weight_of (i)))
      self.squares += (weight_of (i) - mean) * (weight_of (i) - mean);
  return self;
}

static void
check_strata (RuaAlliance *alliance, const char *id)
{
  static const char *const by[] = { "stratum", NULL };
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results = rua_metric_measure_by (RUA_METRIC (metric), alliance, by, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, N_STRATA);
  for (guint g = 0; g < N_STRATA; g++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, g);
    const char *label = rua_result_get_group_label (result, "stratum");
    guint number = label != NULL ? (guint) g_ascii_strtoull (label + 1, NULL, 10) : N_STRATA - 1;
    Stratum want = add_up_stratum (number);
    double got = NAN, difference = want.sums[1] / want.counts[1] - want.sums[0] / want.counts[0],
           mean = (want.sums[0] + want.sums[1]) / want.n_known;

    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, want.n);
    g_assert_cmpuint (rua_result_get_n_used (result), ==, want.n_known);
    g_assert_cmpuint (rua_result_get_n_missing_for (result, "value is unknown (weight)"), ==, want.n - want.n_known);
    if (number == 0)
      continue;
    g_assert_true (rua_result_get_estimate (result, &got));
    if (strcmp (id, "mean") == 0) {
      g_assert_cmpfloat_with_epsilon (got, mean, 1e-14 * mean);
      g_assert_cmpfloat_with_epsilon (named (result, "sd"), sqrt (want.squares / (want.n_known - 1)), 1e-12);
    } else {
      g_assert_cmpfloat_with_epsilon (got, difference, 1e-12);
    }
  }
}

/* Whoever has typed one weight too large still has the means of all the other groups, however many they are. */
static void
test_far_from_the_first (void)
{
  g_autoptr (RuaAlliance) alliance = draw_strata ();
  guint32 usual = rua_scan_limits.again_rows;

  case_add (alliance, "metric", "id", "mean", "estimator", "mean", "table", "households", "columns",
            "{\"value\":\"weight\"}", NULL);
  case_add (alliance, "metric", "id", "difference", "estimator", "mean_difference", "table", "households", "columns",
            "{\"value\":\"weight\",\"group\":\"vulnerable\"}", NULL);
  for (guint rows = 1; rows < 1000; rows *= 9) {
    rua_scan_limits.again_rows = rows;
    check_strata (alliance, "mean");
    check_strata (alliance, "difference");
  }
  rua_scan_limits.again_rows = usual;
  check_strata (alliance, "mean");
}

/* A slip and the entry that takes it back leave the mean of the rest, whatever figures are asked for. */
static void
test_taken_back (void)
{
  static const struct {
    const char *estimator;
    const char *columns;
    const char *options;
  } cases[] = {
    { "mean", "{\"value\":\"weight\"}", "-" },
    { "mean", "{\"value\":\"weight\"}", "{\"figures\":[\"sd\"]}" },
    { "mean", "{\"value\":\"weight\"}", "{\"figures\":[\"mean\"]}" },
    { "weighted_mean", "{\"value\":\"weight\",\"weight\":\"n_persons / 3\"}", "-" },
    { "weighted_mean", "{\"value\":\"weight\"}", "-" },
    { "mean_difference", "{\"value\":\"weight\",\"group\":\"vulnerable\"}", "-" },
  };
  g_autoptr (RuaAlliance) alliance = case_empty ();
  const double slip = 4e14 + 0.3;
  double sum = 0;

  for (guint i = 0; i < 40; i++) {
    double weight = i == 7 ? slip : i == 20 ? -slip : 30 + i / 7.0;
    char id[20], text[G_ASCII_DTOSTR_BUF_SIZE];

    g_snprintf (id, sizeof id, "h%u", i);
    g_ascii_dtostr (text, sizeof text, weight);
    case_add (alliance, "household", "id", id, "weight", text, "n_persons", "2", "vulnerable", "true", NULL);
    sum += i == 7 || i == 20 ? 0 : weight;
  }
  /* Without which there is no difference. */
  case_add (alliance, "household", "id", "other", "vulnerable", "false", "weight", "0", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);
    gboolean differs = strcmp (cases[i].estimator, "mean_difference") == 0;
    g_autoptr (RuaRecord) metric = NULL;
    g_autoptr (RuaResult) result = NULL;
    g_autoptr (GError) error = NULL;
    double got = NAN;

    case_add (alliance, "metric", "id", id, "estimator", cases[i].estimator, "table", "households", "columns",
              cases[i].columns, "options", cases[i].options, "where", differs ? "-" : "vulnerable", NULL);
    metric = rua_alliance_find (alliance, "metric", id);
    result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (rua_result_get_estimate (result, &got));
    g_assert_cmpfloat_with_epsilon (got, sum / 40, 1e-12);
  }
}

/* Nor does one outcome that is typed too large leave no effect in the other groups. */
static void
test_differences_far_from_the_first (void)
{
  static const char *const columns[] = {
    "{\"outcome\":\"weight\",\"treated\":\"vulnerable\",\"post\":\"poverty_registered\"}",
    "{\"outcome\":\"weight\",\"treated\":\"vulnerable\",\"post\":\"poverty_registered\",\"weight\":\"n_persons / 2\"}",
  };
  static const char *const by[] = { "stratum", NULL };
  g_autoptr (RuaAlliance) alliance = case_empty ();

  /* The effect is 5; of each of four cells the outcomes are one apart. */
  for (guint i = 0; i < 36; i++) {
    guint cell = i / 3 % 4;
    char id[20], stratum[20], weight[20];

    g_snprintf (id, sizeof id, "h%u", i);
    g_snprintf (stratum, sizeof stratum, "s%u", i / 12);
    g_snprintf (weight, sizeof weight, "%u", 1000 + 10 * cell + 5 * (cell == 3) + i % 3);
    case_add (alliance, "household", "id", id, "stratum", stratum, "weight", i == 0 ? "1e21" : weight, "n_persons", "2",
              "vulnerable", cell % 2 == 1 ? "true" : "false", "poverty_registered", cell >= 2 ? "true" : "false", NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);
    g_autoptr (RuaRecord) metric = NULL;
    g_autoptr (GListModel) results = NULL;
    g_autoptr (GError) error = NULL;

    case_add (alliance, "metric", "id", id, "estimator", "did_2x2", "table", "households", "columns", columns[i], NULL);
    metric = rua_alliance_find (alliance, "metric", id);
    results = rua_metric_measure_by (RUA_METRIC (metric), alliance, by, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_list_model_get_n_items (results), ==, 3);
    for (guint g = 1; g < 3; g++) {
      g_autoptr (RuaResult) result = g_list_model_get_item (results, g);
      double got = NAN;

      g_assert_true (rua_result_get_estimate (result, &got));
      g_assert_cmpfloat_with_epsilon (got, 5, 1e-11);
      g_assert_cmpfloat_with_epsilon (named (result, "se_classical"), sqrt (4 / 3.0), 1e-11);
    }
  }
}

/* ---- sums in words ---- */

#define N_SALES 40000 /* of several lanes */
#define N_SELLERS 40

/* One seller has a third of them: more than the bits of a word tell beside amounts that large. */
static RuaAlliance *
draw_sellers (gint64 most)
{
  RuaAlliance *alliance = case_empty ();
  RuaTable *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) appender = NULL;
  guint household = find_field (incomes, "household"), amount = find_field (incomes, "amount"),
        year = find_field (incomes, "year");
  g_autoptr (GError) error = NULL;

  case_add (alliance, "place", "id", "v0", "name", "v0", "level", "village", NULL);
  case_add (alliance, "place", "id", "v1", "name", "v1", "level", "village", NULL);
  for (guint i = 0; i < N_SELLERS; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);

    case_add (alliance, "household", "id", id, "village", i % 2 ? "@v1" : "@v0", NULL);
  }
  appender = rua_table_append (incomes);
  for (guint i = 0; i < N_SALES; i++) {
    /* The last has none. */
    guint of = i % 3 == 0 ? 0 : (guint) g_test_rand_int_range (0, N_SELLERS - 1);
    g_autofree char *id = g_strdup_printf ("h%u", of);

    rua_appender_set_reference (appender, household, id, -1, &error);
    rua_appender_set_integer (appender, year, 2014 + i % 2, &error);
    if (i % 50 != 7)
      rua_appender_set_money (appender, amount, i == 1 ? most : (gint64) (g_test_rand_double () * (double) most), &error);
    g_assert_no_error (error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  return alliance;
}

/* Of some metrics that are measured together, which may follow from one another. */
static void
tell_digests (RuaAlliance *alliance, const char *const *metrics, GString *told)
{
  g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
  g_autoptr (GError) error = NULL;

  for (guint m = 0; metrics[m] != NULL; m++) {
    g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", metrics[m]);

    rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
  }
  rua_measurement_run (measurement, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint m = 0; metrics[m] != NULL; m++) {
    g_autoptr (GListModel) results = rua_measurement_list_results (measurement, m, &error);

    g_assert_no_error (error);
    for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
      g_autoptr (RuaResult) result = g_list_model_get_item (results, i);

      g_string_append_printf (told, "%s %u %u %s\n", metrics[m], i, (guint) rua_result_get_n_used (result),
                              rua_result_get_digest (result));
    }
  }
}

static char *
tell_all (RuaAlliance *alliance)
{
  static const char *const sets[][5] = {
    { "villages", NULL }, { "all", "largest", NULL }, { "years", NULL }, { "all", "villages", "largest", "years", NULL },
  };
  GString *told = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    tell_digests (alliance, sets[i], told);
  return g_string_free (told, FALSE);
}

/* Whether sums by household are words or not, and whether or not some are spilled, results have the same digest. */
static void
test_words (void)
{
  static const gint64 most[] = { 1000, G_GINT64_CONSTANT (220000000000) };
  gsize usual = rua_scan_limits.words_bytes;
  guint usual_share = rua_scan_limits.joint_share;

  rua_scan_limits.joint_share = 0;
  for (guint i = 0; i < G_N_ELEMENTS (most); i++) {
    g_autoptr (RuaAlliance) alliance = draw_sellers (most[i]);
    g_autofree char *want = NULL;

    case_add (alliance, "metric", "id", "all", "estimator", "concentration", "table", "incomes", "columns",
              "{\"unit\":\"household\",\"amount\":\"amount\"}", NULL);
    case_add (alliance, "metric", "id", "largest", "estimator", "concentration", "table", "incomes", "columns",
              "{\"unit\":\"household\",\"amount\":\"amount\"}", "options",
              "{\"figures\":[\"amount[\"],\"list\":3}", NULL);
    case_add (alliance, "metric", "id", "villages", "estimator", "concentration", "table", "incomes", "columns",
              "{\"unit\":\"household\",\"amount\":\"amount\"}", "by", "household.village", NULL);
    case_add (alliance, "metric", "id", "years", "estimator", "concentration", "table", "incomes", "columns",
              "{\"unit\":\"household\",\"amount\":\"amount\"}", "by", "year", NULL);
    rua_scan_limits.words_bytes = G_MAXSIZE;
    want = tell_all (alliance);
    rua_scan_limits.words_bytes = 0;
    for (guint threads = 1; threads <= 2; threads++) {
      g_autofree char *got = NULL;

      rua_set_n_threads (threads);
      got = tell_all (alliance);
      g_assert_cmpstr (got, ==, want);
    }
    rua_set_n_threads (0);
  }
  rua_scan_limits.words_bytes = usual;
  rua_scan_limits.joint_share = usual_share;
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/many-cells/far-from-the-first", test_far_from_the_first);
  g_test_add_func ("/many-cells/taken-back", test_taken_back);
  g_test_add_func ("/many-cells/differences-far-from-the-first", test_differences_far_from_the_first);
  g_test_add_func ("/many-cells/keys", test_keys);
  g_test_add_func ("/many-cells/villages", test_villages);
  g_test_add_func ("/many-cells/words", test_words);
  return g_test_run ();
}
