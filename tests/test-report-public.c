/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report for publication tells nothing of anybody, in none of its forms. */
#include <string.h>

#include "marked-alliance.h"
#include "rua-measure.h"
#include "rua-report.h"

static RuaAlliance *
unpublished_alliance (void)
{
  RuaAlliance *alliance = marked_alliance_new ();
  GError *error = NULL;

  /* What no document published, of people. */
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);

    for (guint i = 0; i < rua_table_get_n_records (table); i++) {
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);

      if (rua_kind_find_field (rua_record_get_kind (record), "document"))
        g_assert_true (rua_record_unset (record, "document", &error));
    }
  }
  return alliance;
}

static void
add_metric (RuaAlliance *alliance, const char *id, const char *estimator, const char *table, const char *columns, const char *by)
{
  g_autoptr (RuaMetric) metric = rua_metric_new ();
  const char *const paths[] = { by, NULL };
  GError *error = NULL;

  rua_record_set_id (RUA_RECORD (metric), id, NULL);
  rua_metric_set_estimator (metric, estimator, NULL);
  rua_metric_set_table (metric, table, NULL);
  rua_metric_set_columns (metric, columns, NULL);
  if (by)
    rua_metric_set_by (metric, paths, NULL);
  rua_alliance_add (alliance, RUA_RECORD (metric), &error);
  g_assert_no_error (error);
}

static void
assert_silent (const char *what, const char *text)
{
  if (marked_tells (text)) {
    const char *at = strstr (text, MARK);

    g_error ("%s tells a mark: %.200s", what, at ? at : text);
  }
}

static void
test_all_forms (void)
{
  g_autoptr (RuaAlliance) alliance = unpublished_alliance ();
  g_autoptr (RuaReport) report = NULL;
  g_autofree char *text = NULL, *markdown = NULL, *html = NULL, *json = NULL, *open = NULL;
  GError *error = NULL;

  add_metric (alliance, "income.mean", "mean", "incomes", "{\"value\": \"amount\"}", NULL);
  add_metric (alliance, "income.by-household", "total", "incomes", "{\"value\": \"amount\"}", "household");
  add_metric (alliance, "people.by-name", "count", "people", "{}", "contact");
  add_metric (alliance, "area.total", "total", "plots", "{\"value\": \"area\"}", "site");
  report = rua_report_new (alliance);
  rua_report_set_public (report, TRUE, 0);
  text = rua_report_to_text (report, 100, FALSE, &error);
  g_assert_no_error (error);
  markdown = rua_report_to_markdown (report, &error);
  g_assert_no_error (error);
  json = rua_report_to_json (report, &error);
  g_assert_no_error (error);
  assert_silent ("the text", text);
  assert_silent ("the Markdown", markdown);
  html = rua_report_to_html (report, &error);
  g_assert_no_error (error);
  assert_silent ("the page", html);
  assert_silent ("the JSON", json);
  g_assert_nonnull (strstr (text, "withheld"));
  g_assert_nonnull (strstr (text, "would be people"));
  /* The same report for those who may see it has the number. */
  rua_report_set_public (report, FALSE, 0);
  g_assert_true (rua_report_compile (report, NULL, &error));
  open = rua_report_to_text (report, 100, FALSE, &error);
  g_assert_true (marked_tells (open));
}

/* Labels that would be people. */
static void
test_labels (void)
{
  static const struct {
    const char *table;
    const char *by;
    gboolean refused;
  } cases[] = {
    { "incomes", "household", TRUE }, { "incomes", "earner", TRUE }, { "incomes", "earner.name", TRUE }, { "incomes", "household.name", TRUE },
    { "incomes", "household.membership", TRUE }, { "harvests", "plot", TRUE }, { "assets", "holder", TRUE }, { "incomes", "id", TRUE },
    { "incomes", "household.village", FALSE }, { "incomes", "household.site", FALSE }, { "incomes", "year", FALSE },
    { "incomes", "earner.sex", FALSE }, { "incomes", "household.household_type", FALSE },
  };
  g_autoptr (RuaAlliance) alliance = unpublished_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);
    g_autoptr (RuaRecord) metric = NULL;
    g_autoptr (GListModel) results = NULL;
    GError *error = NULL;

    add_metric (alliance, id, "count", cases[i].table, "{}", cases[i].by);
    metric = rua_alliance_find (alliance, "metric", id);
    results = rua_metric_measure_public (RUA_METRIC (metric), alliance, NULL, NULL, 0, NULL, &error);
    if (cases[i].refused) {
      g_assert_null (results);
      g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
      assert_silent (cases[i].by, error->message);
      g_assert_nonnull (strstr (error->message, cases[i].by));
    } else {
      g_assert_no_error (error);
    }
    g_clear_error (&error);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-public/all-forms", test_all_forms);
  g_test_add_func ("/report-public/labels", test_labels);
  return g_test_run ();
}
