/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan-case.h"
#include "metrics-case.h"
#include "results-case.h"

#include "rua-measurement.h"
#include "rua-random-private.h"

#define N_HOUSEHOLDS 700

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

RuaAlliance *
scan_case_incomes (guint32 seed, guint n, guint lacking, gboolean removes)
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

void
scan_case_add (RuaAlliance *alliance, const ScanMetric *list, guint n)
{
  for (guint i = 0; i < n; i++)
    case_add (alliance, "metric", "id", list[i].id, "estimator", list[i].estimator, "table", "incomes", "columns",
              list[i].columns, "where", list[i].where, "by", list[i].by, "options", list[i].options, NULL);
}

void
scan_case_raise_amounts (RuaAlliance *alliance)
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

char *
scan_case_measure (RuaAlliance *alliance)
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

RuaPlanned *
scan_case_plan (RuaPlan *self, RuaAlliance *alliance, const char *id)
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
