/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is withheld of a metric is withheld as well where a formula goes on with it. */
#include "measure-case.h"
#include "metrics-case.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

/* 40 households in one village with incomes of 100, 200, …, 4000, and a share of whom something holds. */
static RuaAlliance *
case_of_forty (void)
{
  RuaAlliance *alliance = case_empty ();

  case_add (alliance, "place", "id", "a", "name", "a", "level", "village", NULL);
  for (guint i = 1; i <= 40; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i), *at = g_strdup_printf ("@h%u", i), *amount = g_strdup_printf ("%u", i * 100);

    case_add (alliance, "household", "id", id, "village", "@a", "name", id, "n_persons", i > 6 ? "4" : "3", NULL);
    case_add (alliance, "income", "household", at, "year", "2014", "amount", amount, NULL);
  }
  return alliance;
}

#define AMOUNTS "table", "incomes", "columns", "{\"value\":\"amount\"}"

/* What is published of @id, the only group: its value; NaN when it is withheld. */
static double
publish (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results = rua_metric_measure_public (RUA_METRIC (metric), alliance, NULL, NULL, 5, NULL, &error);
  g_autoptr (RuaResult) result = NULL;
  double value;

  if (!results)
    g_error ("%s: %s", id, error->message);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, 1);
  result = g_list_model_get_item (results, 0);
  g_assert_cmpint (rua_result_get_estimate (result, &value), ==, !rua_result_get_withheld (result));
  return rua_result_get_withheld (result) ? NAN : value;
}

static void
refuse (RuaAlliance *alliance, const char *id, const char *const *by, RuaError code, const char *message)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_metric_measure_public (RUA_METRIC (metric), alliance, by, NULL, 5, NULL, &error));
  g_assert_error (error, RUA_ERROR, (gint) code);
  g_assert_cmpstr (error->message, ==, message);
}

/* On the thinner side of each quantile there are to be enough: of 40, five above the 87th hundredth, four above the 90th. */
static void
test_quantiles (void)
{
  static const struct {
    const char *probs;
    gboolean told;
  } quantiles[] = { { "[0.5]", TRUE }, { "[0.85]", TRUE }, { "[0.9]", FALSE }, { "[0.1]", FALSE }, { "[0.15]", TRUE }, { "[0.5,0.99]", FALSE }, { "[0.01,0.5]", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (quantiles); i++) {
    g_autoptr (RuaAlliance) alliance = case_of_forty ();
    g_autofree char *options = g_strdup_printf ("{\"probs\":%s}", quantiles[i].probs);

    case_add (alliance, "metric", "id", "quantile", "estimator", "quantile", AMOUNTS, "options", options, NULL);
    case_add (alliance, "metric", "id", "formula", "formula", "1 * quantile", NULL);
    case_add (alliance, "metric", "id", "deep", "formula", "formula + 0", NULL);
    g_assert_cmpint (isnan (publish (alliance, "quantile")), ==, !quantiles[i].told);
    g_assert_cmpint (isnan (publish (alliance, "formula")), ==, !quantiles[i].told);
    g_assert_cmpint (isnan (publish (alliance, "deep")), ==, !quantiles[i].told);
  }
}

/* The greatest and the smallest are somebody's, by whatever name they are asked for. */
static void
test_single_values (void)
{
  g_autoptr (RuaAlliance) alliance = case_of_forty ();

  case_add (alliance, "metric", "id", "mean", "estimator", "mean", AMOUNTS, NULL);
  case_add (alliance, "metric", "id", "most", "estimator", "mean", AMOUNTS, "options", "{\"estimate\":\"max\"}", NULL);
  case_add (alliance, "metric", "id", "plain", "formula", "mean / 2", NULL);
  case_add (alliance, "metric", "id", "doubled", "formula", "2 * most", NULL);
  case_add (alliance, "metric", "id", "named", "formula", "mean['min'] + 0", NULL);
  case_add (alliance, "metric", "id", "range", "formula", "mean['max'] - mean['min']", NULL);
  case_add (alliance, "metric", "id", "below", "formula", "named / 2", NULL);
  g_assert_cmpfloat_with_epsilon (publish (alliance, "plain"), 1025, 1e-9);
  refuse (alliance, "most", NULL, RUA_ERROR_VALUE, "metric most: max is the value of one record, which is not published");
  refuse (alliance, "doubled", NULL, RUA_ERROR_VALUE, "metric most: max is the value of one record, which is not published");
  refuse (alliance, "named", NULL, RUA_ERROR_VALUE, "metric named: min is the value of one record, which is not published");
  refuse (alliance, "range", NULL, RUA_ERROR_VALUE, "metric range: max is the value of one record, which is not published");
  refuse (alliance, "below", NULL, RUA_ERROR_VALUE, "metric named: min is the value of one record, which is not published");
}

/* A share of all or of none tells of each of them. */
static void
test_shares (void)
{
  g_autoptr (RuaAlliance) alliance = case_of_forty ();

  case_add (alliance, "metric", "id", "some", "estimator", "proportion", "table", "households", "columns", "{\"value\":\"n_persons = 4\"}", NULL);
  case_add (alliance, "metric", "id", "all", "estimator", "proportion", "table", "households", "columns", "{\"value\":\"n_persons > 2\"}", NULL);
  case_add (alliance, "metric", "id", "percent-of-some", "formula", "100 * some", NULL);
  case_add (alliance, "metric", "id", "percent-of-all", "formula", "100 * all", NULL);
  case_add (alliance, "metric", "id", "both", "formula", "some + all", NULL);
  g_assert_cmpfloat_with_epsilon (publish (alliance, "some"), 34 / 40.0, 1e-12);
  g_assert_true (isnan (publish (alliance, "all")));
  g_assert_cmpfloat_with_epsilon (publish (alliance, "percent-of-some"), 85, 1e-9);
  g_assert_true (isnan (publish (alliance, "percent-of-all")));
  g_assert_true (isnan (publish (alliance, "both")));
}

/* Amounts of which one has nearly all are withheld in a formula, too; debts have no largest. */
static void
test_dominance (void)
{
  g_autoptr (RuaAlliance) alliance = case_of_forty ();

  case_add (alliance, "metric", "id", "total", "estimator", "total", AMOUNTS, NULL);
  case_add (alliance, "metric", "id", "thousands", "formula", "total / 1000", NULL);
  case_add (alliance, "metric", "id", "debts", "estimator", "total", "table", "incomes", "columns", "{\"value\":\"amount - 3000\"}", NULL);
  g_assert_cmpfloat_with_epsilon (publish (alliance, "total"), 82000, 1e-9);
  g_assert_cmpfloat_with_epsilon (publish (alliance, "thousands"), 82, 1e-9);
  g_assert_cmpfloat_with_epsilon (publish (alliance, "debts"), 82000 - 120000, 1e-9);
  case_add (alliance, "income", "household", "@h1", "year", "2015", "amount", "900000", NULL);
  g_assert_true (isnan (publish (alliance, "total")));
  g_assert_true (isnan (publish (alliance, "thousands")));
}

/* Labels that would be people, along any path; a path that there is not is refused in measuring. */
static void
test_labels (void)
{
  static const char *const people[] = { "household", "household.name", NULL };
  g_autoptr (RuaAlliance) alliance = case_of_forty ();

  case_add (alliance, "metric", "id", "mean", "estimator", "mean", AMOUNTS, NULL);
  case_add (alliance, "metric", "id", "half", "formula", "mean / 2", NULL);
  for (guint i = 0; people[i]; i++) {
    const char *const by[] = { people[i], NULL };
    g_autofree char *message
      = g_strdup_printf ("metric mean: groups by %s would be people, or what is known of one of them, which is not published; group by something that many have in common", people[i]);

    refuse (alliance, "mean", by, RUA_ERROR_VALUE, message);
    refuse (alliance, "half", by, RUA_ERROR_VALUE, message);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disclosure-formulas/quantiles", test_quantiles);
  g_test_add_func ("/disclosure-formulas/single-values", test_single_values);
  g_test_add_func ("/disclosure-formulas/shares", test_shares);
  g_test_add_func ("/disclosure-formulas/dominance", test_dominance);
  g_test_add_func ("/disclosure-formulas/labels", test_labels);
  return g_test_run ();
}
