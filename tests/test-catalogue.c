/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-catalogue.h"
#include "rua-estimator-private.h"
#include "rua-measure.h"

#include <string.h>

static void
test_ready_made (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (GListModel) metrics = rua_catalogue_list_metrics (catalogue);
  guint n = g_list_model_get_n_items (metrics);

  g_assert_true (rua_catalogue_get_alliance (catalogue) == alliance);
  g_assert_cmpuint (n, >=, 20);
  /* Each is told in full, and measures on an alliance that has few records or none. */
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaRecord) metric = g_list_model_get_item (metrics, i);
    const char *id = rua_record_get_id (metric);
    const char *estimator = rua_record_get_text (metric, "estimator");
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = NULL;

    g_assert_nonnull (rua_record_get_texts (metric, "title", NULL));
    g_assert_nonnull (rua_record_get_texts (metric, "description", NULL));
    g_assert_nonnull (rua_record_get_text (metric, "unit"));
    g_assert_true (rua_catalogue_is_ready_made (catalogue, id));
    if (!rua_catalogue_check (catalogue, id, &error))
      g_error ("%s", error->message);
    g_assert_true (estimator == NULL || rua_estimator_find (estimator) != NULL);
    result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
    if (result == NULL)
      g_error ("%s", error->message);
    for (guint k = 0; k < i; k++) {
      g_autoptr (RuaRecord) other = g_list_model_get_item (metrics, k);

      g_assert_cmpstr (rua_record_get_id (other), !=, id);
    }
  }
}

static double
value_of (RuaAlliance *alliance, RuaCatalogue *catalogue, const char *id)
{
  g_autoptr (RuaMetric) metric = rua_catalogue_find (catalogue, id);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaResult) result = rua_metric_measure (metric, alliance, NULL, &error);
  double value;

  if (result == NULL)
    g_error ("%s", error->message);
  if (!rua_result_get_estimate (result, &value))
    g_error ("%s: %s", id, rua_result_get_reason (result));
  return value;
}

static void
test_values (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  static const char *const sales[][6] = {
    /* producer, amount, what the producers got, local price, mass, certified */
    { "@h1", "100", "70", "80", "10", "true" },
    { "@h1", "50", "30", "40", "30", "false" },
    { "@h2", "50", "20", "40", "20", "-" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sales); i++)
    case_add (alliance, "sale", "producer", sales[i][0], "amount", sales[i][1], "producer_amount",
              sales[i][2], "local_price", sales[i][3], "mass", sales[i][4], "certified",
              sales[i][5], NULL);
  case_add (alliance, "station", "id", "s1", "name", "One", NULL);
  case_add (alliance, "station", "id", "s2", "name", "Two", "closed", "2020", NULL);
  for (guint i = 0; i < 3; i++)
    case_add (alliance, "position", "id", i == 0 ? "p0" : i == 1 ? "p1" : "p2", "station", "@s1", NULL);

  g_assert_cmpfloat (value_of (alliance, catalogue, "trade.rural_payments"), ==, 120);
  g_assert_cmpfloat_with_epsilon (value_of (alliance, catalogue, "trade.producer_share"), 60, 1e-9);
  g_assert_cmpfloat_with_epsilon (value_of (alliance, catalogue, "price.premium_local"), 25, 1e-9);
  /* the sale of which nothing says if it was certified is left out on both sides */
  g_assert_cmpfloat_with_epsilon (value_of (alliance, catalogue, "trade.certified_share"), 25, 1e-9);
  g_assert_cmpfloat (value_of (alliance, catalogue, "producers.active"), ==, 2);
  g_assert_cmpfloat (value_of (alliance, catalogue, "coop.active"), ==, 2);
  g_assert_cmpfloat (value_of (alliance, catalogue, "members.households"), ==, 2);
  g_assert_cmpfloat (value_of (alliance, catalogue, "sw.stations"), ==, 1);
  g_assert_cmpfloat (value_of (alliance, catalogue, "sw.positions_per_station"), ==, 3);
}

static void
test_own (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (RuaMetric) none = NULL;
  g_autoptr (GListModel) before = rua_catalogue_list_metrics (catalogue);

  g_assert_true (rua_catalogue_is_ready_made (catalogue, "coop.active"));
  case_add (alliance, "metric", "id", "coop.active", "estimator", "count", "table", "households", NULL);
  case_add (alliance, "metric", "id", "own", "formula", "coop.active * 2", NULL);
  g_assert_false (rua_catalogue_is_ready_made (catalogue, "coop.active"));
  g_assert_false (rua_catalogue_is_ready_made (catalogue, "own"));
  g_assert_false (rua_catalogue_is_ready_made (catalogue, "nothing"));
  g_assert_cmpfloat (value_of (alliance, catalogue, "own"), ==, 10);

  g_autoptr (GListModel) after = rua_catalogue_list_metrics (catalogue);
  g_autoptr (RuaRecord) first = g_list_model_get_item (after, 0);
  g_assert_cmpuint (g_list_model_get_n_items (after), ==, g_list_model_get_n_items (before) + 1);
  g_assert_cmpstr (rua_record_get_id (first), ==, "coop.active");
  none = rua_catalogue_find (catalogue, "nothing");
  g_assert_null (none);
}

static void
test_check (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  static const struct {
    const char *id;
    const char *formula;
    RuaError code;
    const char *message;
  } cases[] = {
    { "a", "b + 1", RUA_ERROR_CYCLE, "a needs b needs c needs a" },
    { "b", "c * 2", RUA_ERROR_CYCLE, "b needs c needs a needs b" },
    { "c", "a", RUA_ERROR_CYCLE, "c needs a needs b needs c" },
    { "self", "self", RUA_ERROR_CYCLE, "self needs self" },
    { "lost", "nowhere + 1", RUA_ERROR_UNKNOWN_NAME, "there is no metric “nowhere”" },
    { "bad", "1 + ", RUA_ERROR_SYNTAX, "metric bad: formula" },
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    case_add (alliance, "metric", "id", cases[i].id, "formula", cases[i].formula, NULL);
  case_add (alliance, "metric", "id", "fine", "formula", "coop.active + sw.stations * coop.active", NULL);
  case_add (alliance, "metric", "id", "unknown", "estimator", "men", "table", "incomes", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_false (rua_catalogue_check (catalogue, cases[i].id, &error));
    if (!g_error_matches (error, RUA_ERROR, cases[i].code)
        || strstr (error->message, cases[i].message) == NULL)
      g_error ("%s: %s", cases[i].id, error->message);
    g_clear_error (&error);
  }
  g_assert_true (rua_catalogue_check (catalogue, "fine", &error));
  g_assert_no_error (error);
  g_assert_false (rua_catalogue_check (catalogue, "unknown", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/ready-made", test_ready_made);
  g_test_add_func ("/catalogue/values", test_values);
  g_test_add_func ("/catalogue/own", test_own);
  g_test_add_func ("/catalogue/check", test_check);
  return g_test_run ();
}
