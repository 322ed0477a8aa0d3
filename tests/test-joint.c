/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Metrics that are added up together: which are, and that each tells what it tells alone, to the bit. */
#include "metrics-case.h"
#include "random-trials.h"
#include "results-case.h"

#include "rua-measurement.h"
#include "rua-parallel.h"
#include "rua-plan-private.h"
#include "rua-random-private.h"

#define N_HOUSEHOLDS 700

typedef struct {
  const char *id;
  const char *estimator;
  const char *columns;
  const char *where; /* "-": none */
  const char *by;
  const char *options;
  char joint; /* those of one letter are added up together; 0: it is by itself */
} Metric;

/* In the order of which they are asked for, those under a condition among them. */
static const Metric metrics[] = {
  { "a.net", "total", "{\"value\":\"amount\"}", "net", "year=2015", "-", 'a' },
  { "a.gross", "ratio_of_totals", "{\"numerator\":\"recall * amount\",\"denominator\":\"recall\"}", "not net", "income_source",
    "{\"figures\":[\"ratio\"]}", 'a' },
  { "a.total", "total", "{\"value\":\"amount\"}", "-", "income_source", "-", 'a' },
  { "a.mean", "mean", "{\"value\":\"recall\"}", "-", "household.household_type year=2014", "{\"figures\":[\"mean\"]}", 'a' },
  { "a.prices", "price_index", "{\"period\":\"net\",\"item\":\"income_source\",\"price\":\"amount\",\"quantity\":\"recall\"}",
    "-", "household.household_type", "{\"base\":\"false\",\"current\":\"true\"}", 'a' },
  { "a.doubly-not", "total", "{\"value\":\"amount\"}", "not (not net)", "-", "-", 'a' },
  { "a.early", "total", "{\"value\":\"amount * recall\"}", "year < 2016", "-", "-", 'a' },
  /* The same sums again, in the same cells and in coarser ones. */
  { "again", "total", "{\"value\":\"amount\"}", "net", "year=2015", "-", 0 },
  { "coarser", "total", "{\"value\":\"amount\"}", "net", "-", "-", 0 },
  /* What only a part of the rows would be read for. */
  { "b.persons", "total", "{\"value\":\"household.n_persons\"}", "net", "year=2015", "-", 'b' },
  { "b.squares", "total", "{\"value\":\"household.n_persons * household.n_persons\"}", "net", "income_source", "-", 'b' },
  /* Which do not follow from sums of whole numbers by few cells. */
  { "spread", "mean", "{\"value\":\"amount\"}", "-", "year", "-", 0 },
  { "share", "total", "{\"value\":\"amount / 3\"}", "-", "year", "-", 0 },
  { "buyers", "concentration", "{\"unit\":\"household\",\"amount\":\"amount\"}", "-", "-", "-", 0 },
  { "median", "quantile", "{\"value\":\"amount\"}", "-", "year", "-", 0 },
  { "missing", "count", "{\"value\":\"amount\"}", "-", "year", "-", 0 },
};

static guint
find_field (RuaTable *table, const char *name)
{
  return rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), name));
}

static void
add_households (RuaAlliance *alliance, RuaRandom *random)
{
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  guint type = find_field (table, "household_type"), persons = find_field (table, "n_persons");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    char id[20];

    g_snprintf (id, sizeof id, "h%u", i);
    rua_appender_set_text (appender, 0, id, -1, &error);
    if (rua_random_below (random, 9) > 0)
      rua_appender_set_text (appender, type, rua_random_below (random, 2) ? "producer" : "consumer", -1, &error);
    if (rua_random_below (random, 12) > 0)
      rua_appender_set_integer (appender, persons, 1 + rua_random_below (random, 9), &error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
}

/* @lacking: one cell of so many is unknown; 0: none is. @removes: some incomes are taken away again. */
static RuaAlliance *
random_incomes (guint32 seed, guint n, guint lacking, gboolean removes)
{
  static const char *const sources[] = { "total", "wage", "cooperative", "rent" };
  RuaAlliance *alliance = case_empty ();
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  guint household = find_field (table, "household"), year = find_field (table, "year"),
        amount = find_field (table, "amount"), source = find_field (table, "income_source"),
        net = find_field (table, "net"), recall = find_field (table, "recall");
  g_autoptr (GError) error = NULL;
  RuaRandom random;

  rua_random_init (&random, seed);
  add_households (alliance, &random);
  for (guint i = 0; i < n; i++) {
    char id[20];

    g_snprintf (id, sizeof id, "h%u", rua_random_below (&random, N_HOUSEHOLDS));
    rua_appender_set_reference (appender, household, id, -1, &error);
    rua_appender_set_integer (appender, year, 2014 + rua_random_below (&random, 4), &error);
    rua_appender_set_text (appender, source, sources[rua_random_below (&random, 4)], -1, &error);
    if (lacking == 0 || rua_random_below (&random, lacking) > 0)
      rua_appender_set_money (appender, amount, (gint64) rua_random_below (&random, 900000) - 1000, &error);
    if (lacking == 0 || rua_random_below (&random, lacking) > 0)
      rua_appender_set_boolean (appender, net, rua_random_below (&random, 3) > 0, &error);
    if (lacking == 0 || rua_random_below (&random, lacking) > 0)
      rua_appender_set_integer (appender, recall, 1 + rua_random_below (&random, 14), &error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  for (guint i = 0; removes && i < n / 50; i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, rua_random_below (&random, rua_table_get_n_records (table)));

    rua_alliance_remove (alliance, record, &error);
    g_assert_no_error (error);
  }
  return alliance;
}

static void
add_metrics (RuaAlliance *alliance, const Metric *list, guint n)
{
  for (guint i = 0; i < n; i++)
    case_add (alliance, "metric", "id", list[i].id, "estimator", list[i].estimator, "table", "incomes", "columns",
              list[i].columns, "where", list[i].where, "by", list[i].by, "options", list[i].options, NULL);
}

/* Money below 0 is no price. */
static void
raise_amounts (RuaAlliance *alliance)
{
  RuaTable *table = rua_alliance_get_table (alliance, "income");

  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);
    gint64 minor;
    g_autoptr (GError) error = NULL;

    if (!rua_record_get_money (record, "amount", &minor) || minor > 0)
      continue;
    rua_record_set_money (record, "amount", 1 - minor, &error);
    g_assert_no_error (error);
  }
}

/* What all metrics tell, or why one has nothing to tell. */
static char *
measure_all (RuaAlliance *alliance)
{
  g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
  RuaTable *table = rua_alliance_get_table (alliance, "metric");
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (table, i);

    rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
  }
  rua_measurement_run (measurement, NULL, NULL, NULL);
  for (guint i = 0; i < rua_measurement_get_n_metrics (measurement); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GListModel) results = rua_measurement_list_results (measurement, i, &error);

    if (results != NULL)
      results_case_append (out, results);
    else
      g_string_append_printf (out, "%s\n", error->message);
  }
  return g_string_free (out, FALSE);
}

/* With none of the metrics added up with another, and with as many as can be, then of packed columns. */
static void
compare (RuaAlliance *alliance)
{
  g_autofree char *alone = NULL;
  guint usual = rua_scan_limits.joint_share;
  g_autoptr (GError) error = NULL;

  rua_scan_limits.joint_share = 0;
  rua_set_n_threads (1);
  alone = measure_all (alliance);
  rua_scan_limits.joint_share = 1;
  for (guint n_threads = 1; n_threads <= 4; n_threads *= 2) {
    g_autofree char *together = NULL;

    rua_set_n_threads (n_threads);
    together = measure_all (alliance);
    g_assert_cmpstr (together, ==, alone);
    rua_table_pack (rua_alliance_get_table (alliance, "income"), NULL, &error);
    g_assert_no_error (error);
    rua_table_pack (rua_alliance_get_table (alliance, "household"), NULL, &error);
    g_assert_no_error (error);
  }
  rua_scan_limits.joint_share = usual;
  rua_set_n_threads (0);
}

static void
test_same_bits (void)
{
  static const struct {
    guint n, lacking;
    gboolean removes;
  } cases[] = { { 0, 9, FALSE }, { 1, 9, FALSE }, { 60, 3, FALSE }, { 900, 9, TRUE }, { 5000, 0, FALSE }, { 5000, 0, TRUE },
                { 5000, 25, FALSE }, { 40000, 200, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases) - (under_valgrind () ? 4 : g_getenv ("RUA_SLOW_MACHINE") != NULL); i++) {
    guint32 seed = (guint32) g_test_rand_int ();
    g_autoptr (RuaAlliance) alliance = random_incomes (seed, cases[i].n, cases[i].lacking, cases[i].removes);

    g_test_message ("seed %u", seed);
    add_metrics (alliance, metrics, G_N_ELEMENTS (metrics));
    compare (alliance); /* some amounts are below 0, which the prices refuse */
    raise_amounts (alliance);
    compare (alliance);
  }
}

/* ---- which are ---- */

static RuaPlanned *
plan (RuaPlan *self, RuaAlliance *alliance, const char *id)
{
  static const RuaAssumption none = { .growth = 1 };
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaDefinition) definition = rua_definition_new (RUA_METRIC (metric), &error);
  const RuaEstimator *estimator = rua_estimator_find (definition->estimator);
  RuaRows *rows = rua_rows_new (alliance, definition, estimator, &error);
  RuaEstimation *estimation;
  RuaPlanned *planned;

  g_assert_no_error (error);
  estimation = rua_estimation_new (estimator, definition->options, definition->estimate, &error);
  g_assert_no_error (error);
  planned = rua_plan_add (self, definition, &none, estimation, rows);
  g_assert_no_error (planned->error);
  return planned;
}

static void
test_members (void)
{
  g_autoptr (RuaAlliance) alliance = random_incomes ((guint32) g_test_rand_int (), 40000, 20, TRUE);
  g_autoptr (RuaPlan) all = rua_plan_new ();
  RuaPlanned *planned[G_N_ELEMENTS (metrics)];
  g_autoptr (GError) error = NULL;

  add_metrics (alliance, metrics, G_N_ELEMENTS (metrics));
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++)
    planned[i] = plan (all, alliance, metrics[i].id);
  rua_scan_open (planned[0]->scan, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (planned[0]->scan->n_joints, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++) {
    const RuaScanPart *part = planned[i]->part;

    g_assert_true (planned[i]->scan == planned[0]->scan);
    if ((metrics[i].joint != 0) != (part->joint != NULL))
      g_error ("%s: added up %s", metrics[i].id, part->joint != NULL ? "with others" : "alone");
    for (guint k = 0; k < i && metrics[i].joint != 0; k++)
      g_assert_cmpint (metrics[k].joint == metrics[i].joint, ==, planned[k]->part->joint == part->joint);
  }
  /* Those of all rows have three sums between them, and the others read no more than these. */
  g_assert_cmpuint (planned[0]->part->joint->reduction->n_terms, ==, 3);
  /* All of these choose alike, and nothing else is read. */
  g_assert_true (planned[9]->part->joint->where == planned[9]->part->where);
  g_assert_null (planned[9]->part->condition);
}

/* Too many cells for the rows that there are. */
static void
test_few_rows (void)
{
  g_autoptr (RuaAlliance) alliance = random_incomes ((guint32) g_test_rand_int (), 500, 20, TRUE);
  g_autoptr (RuaPlan) all = rua_plan_new ();
  RuaPlanned *planned[2];
  g_autoptr (GError) error = NULL;

  add_metrics (alliance, metrics, G_N_ELEMENTS (metrics));
  planned[0] = plan (all, alliance, "a.total");
  planned[1] = plan (all, alliance, "a.mean");
  rua_scan_open (planned[0]->scan, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (planned[0]->part->joint);
  g_assert_null (planned[1]->part->joint);
  g_assert_cmpuint (planned[0]->scan->n_joints, ==, 0);
}

/* A key that follows from another one of the joint part's has no say in its cells, and is read from that. */
static void
test_keys_that_follow (void)
{
  static const Metric list[] = {
    { "type", "total", "{\"value\":\"recall\"}", "-", "household.household_type net", "-", 0 },
    { "household", "total", "{\"value\":\"recall\"}", "-", "income_source household", "-", 0 },
  };
  g_autoptr (RuaAlliance) alliance = random_incomes ((guint32) g_test_rand_int (), 40000, 20, FALSE);
  g_autoptr (RuaPlan) all = rua_plan_new ();
  RuaPlanned *planned[2];
  const RuaKeying *keying;
  g_autoptr (GError) error = NULL;
  guint usual = rua_scan_limits.joint_share;

  add_metrics (alliance, list, G_N_ELEMENTS (list));
  for (guint i = 0; i < 2; i++)
    planned[i] = plan (all, alliance, list[i].id);
  rua_scan_limits.joint_share = 1;
  rua_scan_open (planned[0]->scan, NULL, &error);
  rua_scan_limits.joint_share = usual;
  g_assert_no_error (error);
  g_assert_nonnull (planned[0]->part->joint);
  g_assert_true (planned[1]->part->joint == planned[0]->part->joint);
  keying = planned[0]->part->joint->keying;
  g_assert_cmpuint (keying->n, ==, 4);
  g_assert_cmpuint (keying->strides[0], ==, 0);
  compare (alliance);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/joint/same-bits", test_same_bits);
  g_test_add_func ("/joint/members", test_members);
  g_test_add_func ("/joint/few-rows", test_few_rows);
  g_test_add_func ("/joint/keys-that-follow", test_keys_that_follow);
  return g_test_run ();
}
