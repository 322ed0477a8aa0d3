/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "disclosure-case.h"
#include "metrics-case.h"
#include "rua-measure.h"
#include "rua-results.h"

#include <math.h>
#include <string.h>

/* Ways to learn of one household from what is published, each of which was open once. */

#define AMOUNTS "table", "incomes", "columns", "{\"value\":\"amount\"}"

static void
refuse (RuaAlliance *alliance, const char *id, const char *by, const char *word)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  const char *const paths[] = { by, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results
    = rua_metric_measure_public (RUA_METRIC (metric), alliance, by != NULL ? paths : NULL, NULL, 0, NULL, &error);

  if (results != NULL)
    g_error ("%s by %s is published", id, by);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  if (strstr (error->message, word) == NULL)
    g_error ("%s", error->message);
}

/* Amounts of their own, from 100 upwards. */
static void
add_rising (RuaAlliance *alliance, guint *serial, const char *village, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *amount = g_strdup_printf ("%u", 100 + *serial);

    disclosure_case_add (alliance, serial, village, "producer", 1, amount);
  }
}

/* What a formula takes of all groups together is published, too. */
static void
test_over (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  add_rising (alliance, &serial, "@a", 10);
  add_rising (alliance, &serial, "@b", 10);
  add_rising (alliance, &serial, "@c", 10);
  case_add (alliance, "metric", "id", "one", "estimator", "total", AMOUNTS, "where", "household = 'h3'", NULL);
  case_add (alliance, "metric", "id", "same", "formula", "total - total + one over ()", "by", "household.village", NULL);
  case_add (alliance, "metric", "id", "share", "formula", "total / total over ()", "by", "household.village", NULL);
  case_add (alliance, "metric", "id", "sum", "formula", "total + one over ()", NULL);
  case_add (alliance, "metric", "id", "deeper", "formula", "same + 0 * total", "by", "household.village", NULL);
  case_add (alliance, "metric", "id", "few", "estimator", "total", AMOUNTS, "where", "amount between 107 and 111", NULL);
  case_add (alliance, "metric", "id", "times", "formula", "total / few over ()", "by", "household.village", NULL);
  /* Five in all, though no village has as many. */
  disclosure_case_assert (alliance, "times", "household.village", NULL, 0, "a 1.91743; b 2.10092; c 2.2844");
  disclosure_case_assert (alliance, "same", "household.village", NULL, 0, "a withheld; b withheld; c withheld");
  disclosure_case_assert (alliance, "deeper", "household.village", NULL, 0, "a withheld; b withheld; c withheld");
  disclosure_case_assert (alliance, "sum", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "share", "household.village", NULL, 0, "a 0.304221; b 0.333333; c 0.362445");
}

/* A share is one in any unit. */
static void
test_percent (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  disclosure_case_add (alliance, &serial, "@a", "producer", 20, "100");
  disclosure_case_add (alliance, &serial, "@a", "producer", 20, "300");
  case_add (alliance, "metric", "id", "half", "estimator", "proportion", "table", "incomes", "columns", "{\"value\":\"amount > 200\"}", "unit", "%", NULL);
  case_add (alliance, "metric", "id", "whole", "estimator", "proportion", "table", "incomes", "columns", "{\"value\":\"amount > 20\"}", "unit", "%", NULL);
  case_add (alliance, "metric", "id", "poor", "estimator", "poverty_fgt", AMOUNTS, "options", "{\"line\":1000}", NULL);
  case_add (alliance, "metric", "id", "few", "estimator", "poverty_fgt", AMOUNTS, "options", "{\"line\":200}", NULL);
  disclosure_case_assert (alliance, "half", "", NULL, 0, " 50");
  disclosure_case_assert (alliance, "whole", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "poor", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "few", "", NULL, 0, " 0.5");
}

/* That all of a village are alike must not follow from the rest and the reason: a further one hides it, and the
 * reasons are the same. */
static void
test_unanimous (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  g_autoptr (GListModel) results = NULL;
  guint serial = 0;

  disclosure_case_add (alliance, &serial, "@a", "producer", 10, "300");
  disclosure_case_add (alliance, &serial, "@b", "producer", 9, "300");
  disclosure_case_add (alliance, &serial, "@b", "producer", 1, "100");
  disclosure_case_add (alliance, &serial, "@c", "producer", 6, "300");
  disclosure_case_add (alliance, &serial, "@c", "producer", 8, "100");
  disclosure_case_add (alliance, &serial, "@d", "producer", 8, "300");
  disclosure_case_add (alliance, &serial, "@d", "producer", 12, "100");
  case_add (alliance, "metric", "id", "rich", "estimator", "proportion", "table", "incomes", "columns", "{\"value\":\"amount > 200\"}", NULL);
  /* a and b together have one below: a third hides which of the two. */
  disclosure_case_assert (alliance, "rich", "household.village", NULL, 0, "a withheld; b withheld; c withheld; d 0.4");
  results = disclosure_case_measure (alliance, "rich", "household.village", NULL, 0);
  for (guint i = 1; i < 3; i++) {
    g_autoptr (RuaResult) first = g_list_model_get_item (results, 0);
    g_autoptr (RuaResult) other = g_list_model_get_item (results, i);

    g_assert_nonnull (rua_result_get_reason (first));
    g_assert_cmpstr (rua_result_get_reason (other), ==, rua_result_get_reason (first));
  }
}

/* Ten where ethnicity has a say, wherever it is named. */
static void
test_ethnicity (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();

  for (guint i = 0; i < 24; i++) {
    g_autofree char *id = g_strdup_printf ("p%u", i);

    case_add (alliance, "person", "id", id, "ethnicity", i % 4 == 0 ? "Yi" : "Miao", NULL);
  }
  case_add (alliance, "metric", "id", "yi", "estimator", "count", "table", "people", "where", "ethnicity = 'Yi'", NULL);
  case_add (alliance, "metric", "id", "everybody", "estimator", "count", "table", "people", NULL);
  case_add (alliance, "metric", "id", "once", "formula", "yi * 1", NULL);
  case_add (alliance, "metric", "id", "part", "formula", "yi / everybody", NULL);
  case_add (alliance, "metric", "id", "over-all", "formula", "everybody + yi over ()", NULL);
  case_add (alliance, "metric", "id", "share", "estimator", "proportion", "table", "people", "columns", "{\"value\":\"ethnicity = 'Yi'\"}", "where", "id in ('p0', 'p1', 'p2', 'p3', 'p4', 'p5')", NULL);
  disclosure_case_assert (alliance, "everybody", "", NULL, 0, " 24");
  disclosure_case_assert (alliance, "yi", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "once", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "part", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "over-all", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "share", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "yi", "", NULL, 6, " 6");
}

/* A formula hides as many groups as each of its inputs. */
static void
test_formula_rows (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  add_rising (alliance, &serial, "@a", 1);
  add_rising (alliance, &serial, "@b", 2);
  add_rising (alliance, &serial, "@c", 10);
  add_rising (alliance, &serial, "@d", 10);
  case_add (alliance, "metric", "id", "number", "estimator", "count", AMOUNTS, NULL);
  case_add (alliance, "metric", "id", "each", "formula", "total / number", NULL);
  disclosure_case_assert (alliance, "mean", "household.village", NULL, 0, "a withheld; b withheld; c withheld; d 117.5");
  disclosure_case_assert (alliance, "each", "household.village", NULL, 0, "a withheld; b withheld; c withheld; d 117.5");
}

/* What is left of a total when the published groups are taken away is a group, too. */
static void
test_what_is_left (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  for (guint i = 0; i < 4; i++)
    case_add (alliance, "product", "id", ((const char *[]){ "rice", "silk", "tea", "wax" })[i], "name", "x", NULL);
  disclosure_case_add (alliance, &serial, "@a", "producer", 30, "100");
  for (guint i = 0; i < 4; i++) {
    case_add (alliance, "sale", "producer", "@h0", "product", "@silk", "amount", "500", NULL);
    case_add (alliance, "sale", "producer", "@h0", "product", "@wax", "amount", "300", NULL);
  }
  for (guint i = 1; i < 30; i++) {
    g_autofree char *at = g_strdup_printf ("@h%u", i);

    case_add (alliance, "sale", "producer", at, "product", i % 2 ? "@rice" : "@tea", "amount", "100", NULL);
  }
  case_add (alliance, "metric", "id", "turnover", "estimator", "total", "table", "sales", "columns", "{\"value\":\"amount\"}", NULL);
  case_add (alliance, "metric", "id", "sales", "estimator", "count", "table", "sales", NULL);
  /* silk and wax are h0's, so they are hidden with tea. */
  disclosure_case_assert (alliance, "turnover", "product", NULL, 0, "rice 1500; silk withheld; tea withheld; wax withheld");
  disclosure_case_assert (alliance, "sales", "product", NULL, 0, "rice 15; silk withheld; tea withheld; wax withheld");
  disclosure_case_assert (alliance, "turnover", "", NULL, 0, " 6100");
}

/* One has most of a weighted sum, of either side of a ratio, of a survey's total. */
static void
test_dominance (void)
{
  static const char *const dominated[] = { "weighted", "below", "above", "survey" };
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();

  for (guint i = 0; i < 10; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i), *at = g_strdup_printf ("@h%u", i);

    case_add (alliance, "household", "id", id, "village", "@a", "weight", i == 0 ? "1000" : "1", "n_persons", "4", NULL);
    case_add (alliance, "income", "household", at, "year", "2014", "amount", "100", NULL);
    case_add (alliance, "income", "household", at, "year", "2015", "amount", i == 0 ? "90000" : "10", NULL);
  }
  case_add (alliance, "metric", "id", "weighted", "estimator", "total", AMOUNTS, "weight", "household.weight", "where", "year = 2014", NULL);
  case_add (alliance, "metric", "id", "below", "estimator", "ratio_of_totals", "table", "incomes", "columns",
            "{\"numerator\":\"household.n_persons\",\"denominator\":\"amount\"}", "where", "year = 2015", NULL);
  case_add (alliance, "metric", "id", "above", "estimator", "ratio_of_totals", "table", "incomes", "columns",
            "{\"numerator\":\"amount\",\"denominator\":\"household.n_persons\"}", "where", "year = 2015", NULL);
  case_add (alliance, "metric", "id", "survey", "estimator", "survey_estimate", AMOUNTS, "options", "{\"statistic\":\"total\"}", "where", "year = 2015", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (dominated); i++)
    disclosure_case_assert (alliance, dominated[i], "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "total", "", "year = 2014", 0, " 1000");
}

/* Who is asked and tells nothing does not stand behind a number. */
static void
test_unknown_rows (void)
{
  static const char *const estimators[] = { "quantile", "inequality", "survey_estimate", "geometric_mean" };
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  disclosure_case_add (alliance, &serial, "@a", "producer", 10, "-");
  for (guint i = 0; i < 12; i++) {
    g_autofree char *year = g_strdup_printf ("%u", 2015 + i), *amount = g_strdup_printf ("%u", 100 + i);

    case_add (alliance, "income", "household", "@h0", "year", year, "amount", amount, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (estimators); i++) {
    case_add (alliance, "metric", "id", estimators[i], "estimator", estimators[i], AMOUNTS, "options",
              strcmp (estimators[i], "survey_estimate") == 0 ? "{\"statistic\":\"mean\"}" : "{}", NULL);
    disclosure_case_assert (alliance, estimators[i], "", NULL, 0, " withheld");
  }
  case_add (alliance, "metric", "id", "rich", "estimator", "count", "table", "incomes", "columns", "{\"value\":\"case when amount > 110 then 1 end\"}", NULL);
  disclosure_case_assert (alliance, "rich", "", NULL, 0, " withheld");
}

/* Labels that are people, or their amounts, however they are written. */
static void
test_labels (void)
{
  static const char *const refused[] = {
    "lower (household.name)", "coalesce (household.name, 'x')", "household.\"name\"", "household.\"id\"", "household.memberships",
    "household.memberships.person", "amount", "amount / 2", "round (amount)", "case when year = 2014 then household.name else 'x' end",
    "coalesce (amount, 0)",
  };
  static const char *const taken[] = { "amount > 1000", "case when amount > 1000 then 'high' else 'low' end", "household.n_persons", "household.village.name", "year" };
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  disclosure_case_add (alliance, &serial, "@a", "producer", 12, "100");
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    refuse (alliance, "mean", refused[i], "would be people, or what is known of one of them");
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    g_autoptr (GListModel) results = disclosure_case_measure (alliance, "mean", taken[i], NULL, 0);

    g_assert_cmpuint (g_list_model_get_n_items (results), ==, 1);
  }
}

/* Figures that are one record's, or of so few. */
static void
test_single_values (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  case_add (alliance, "product", "id", "rice", "name", "rice", NULL);
  add_rising (alliance, &serial, "@a", 40);
  for (guint i = 0; i < 40; i++) {
    g_autofree char *at = g_strdup_printf ("@h%u", i), *amount = g_strdup_printf ("%u", 10 + i);

    case_add (alliance, "sale", "producer", at, "product", "@rice", "amount", amount, NULL);
  }
  case_add (alliance, "metric", "id", "largest", "estimator", "concentration", "table", "sales", "columns",
            "{\"unit\":\"producer\",\"amount\":\"amount\"}", "options", "{\"estimate\":\"cr1\"}", NULL);
  case_add (alliance, "metric", "id", "by-producer", "estimator", "concentration", "table", "sales", "columns", "{\"unit\":\"producer\",\"amount\":\"amount\"}", NULL);
  case_add (alliance, "metric", "id", "by-product", "estimator", "concentration", "table", "sales", "columns", "{\"unit\":\"product\",\"amount\":\"amount\"}", NULL);
  case_add (alliance, "metric", "id", "three", "formula", "\"by-producer\"['cr3'] * total", NULL);
  case_add (alliance, "metric", "id", "product", "formula", "1 - \"by-product\"['cr1'] / 2", NULL);
  case_add (alliance, "metric", "id", "top", "estimator", "quantile", AMOUNTS, "options", "{\"probs\":[0.5,1]}", NULL);
  case_add (alliance, "metric", "id", "top-over", "formula", "total * 0 + top['q[1]'] over ()", NULL);
  case_add (alliance, "metric", "id", "middle", "formula", "top['q[0.5]'] * 1", NULL);
  case_add (alliance, "metric", "id", "repeat", "estimator", "distinct_count", "table", "incomes", "columns", "{\"key\":\"household\"}", "options", "{\"estimate\":\"max_repeat\"}", NULL);
  refuse (alliance, "largest", NULL, "cr1 is the value of one record");
  refuse (alliance, "three", NULL, "cr3 is the value of one record");
  refuse (alliance, "repeat", NULL, "max_repeat is the value of one record");
  disclosure_case_assert (alliance, "by-producer", "", NULL, 0, " 0.0288279");
  disclosure_case_assert (alliance, "product", "", NULL, 0, " 0.5");
  disclosure_case_assert (alliance, "top", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "top-over", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "middle", "", NULL, 0, " 119.5");
}

/* Each arm of a comparison has its mean. */
static void
test_arms (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  add_rising (alliance, &serial, "@a", 40);
  case_add (alliance, "metric", "id", "one-of-them", "estimator", "mean_difference", "table", "incomes", "columns",
            "{\"value\":\"amount\",\"group\":\"household = 'h7'\"}", NULL);
  case_add (alliance, "metric", "id", "halves", "estimator", "mean_difference", "table", "incomes", "columns",
            "{\"value\":\"amount\",\"group\":\"amount > 119\"}", NULL);
  disclosure_case_assert (alliance, "one-of-them", "", NULL, 0, " withheld");
  disclosure_case_assert (alliance, "halves", "", NULL, 0, " 20");
}

/* A median by another name needs as many as a median. */
static void
test_tails (void)
{
  static const struct { const char *id, *estimator, *options; guint enough; } metrics[] = {
    { "middle", "trimmed_mean", "{\"trim\":0.4}", 25 },
    { "resampled", "bootstrap", "{\"statistic\":\"median\",\"replicates\":20,\"seed\":1}", 10 },
    { "poorest", "inequality", "{\"lorenz\":[0.2],\"estimate\":\"lorenz[0.2]\"}", 25 },
    { "ends", "inequality", "{\"estimate\":\"s80s20\"}", 25 },
    { "gini", "inequality", "{}", 5 },
    { "resampled-mean", "bootstrap", "{\"statistic\":\"mean\",\"replicates\":20,\"seed\":1}", 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++)
    for (guint less = 0; less < 2; less++) {
      g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
      g_autoptr (GListModel) results = NULL;
      g_autoptr (RuaResult) result = NULL;
      guint serial = 0;

      add_rising (alliance, &serial, "@a", metrics[i].enough - less);
      case_add (alliance, "metric", "id", metrics[i].id, "estimator", metrics[i].estimator, AMOUNTS, "options", metrics[i].options, NULL);
      results = disclosure_case_measure (alliance, metrics[i].id, "", NULL, 0);
      result = g_list_model_get_item (results, 0);
      g_assert_cmpint (rua_result_get_withheld (result), ==, less == 1);
    }
}

/* Records that are a household's by way of another one's, or by a field that may name anything. */
static void
test_two_steps (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  case_add (alliance, "product", "id", "rice", "name", "rice", NULL);
  case_add (alliance, "organisation", "id", "shop", "name", "shop", NULL);
  add_rising (alliance, &serial, "@a", 12);
  for (guint i = 0; i < 12; i++) {
    g_autofree char *plot = g_strdup_printf ("p%u", i), *at = g_strdup_printf ("@h%u", i), *there = g_strdup_printf ("@p%u", i);

    case_add (alliance, "plot", "id", plot, "household", i < 6 ? "@h0" : at, "area", "1", NULL);
    case_add (alliance, "input-use", "plot", there, "input_type", "feed", "mass", "2", NULL);
    case_add (alliance, "sale", "product", "@rice", "buyer", i < 6 ? "@household/h0" : "@organisation/shop", "amount", "10", NULL);
  }
  case_add (alliance, "metric", "id", "inputs", "estimator", "total", "table", "input_uses", "columns", "{\"value\":\"mass\"}", NULL);
  case_add (alliance, "metric", "id", "bought", "estimator", "total", "table", "sales", "columns", "{\"value\":\"amount\"}", NULL);
  disclosure_case_assert (alliance, "inputs", "", "plot.household = 'h0'", 0, " withheld");
  disclosure_case_assert (alliance, "inputs", "", NULL, 0, " 24");
  disclosure_case_assert (alliance, "bought", "", "buyer = 'household/h0'", 0, " withheld");
  disclosure_case_assert (alliance, "bought", "", "buyer = 'organisation/shop'", 0, " 60");
}

/* Formulas that ask for the same many times over are looked at once. */
static void
test_chain (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  add_rising (alliance, &serial, "@a", 12);
  case_add (alliance, "metric", "id", "s0", "formula", "total + 0 * mean", NULL);
  for (guint i = 1; i <= 40; i++) {
    g_autofree char *id = g_strdup_printf ("s%u", i), *formula = g_strdup_printf ("s%u / 2 + s%u / 2", i - 1, i > 1 ? i - 2 : 0);

    case_add (alliance, "metric", "id", id, "formula", formula, NULL);
  }
  disclosure_case_assert (alliance, "s40", "", NULL, 0, " 1266");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disclosure-attacks/over", test_over);
  g_test_add_func ("/disclosure-attacks/percent", test_percent);
  g_test_add_func ("/disclosure-attacks/unanimous", test_unanimous);
  g_test_add_func ("/disclosure-attacks/ethnicity", test_ethnicity);
  g_test_add_func ("/disclosure-attacks/formula-rows", test_formula_rows);
  g_test_add_func ("/disclosure-attacks/what-is-left", test_what_is_left);
  g_test_add_func ("/disclosure-attacks/dominance", test_dominance);
  g_test_add_func ("/disclosure-attacks/unknown-rows", test_unknown_rows);
  g_test_add_func ("/disclosure-attacks/labels", test_labels);
  g_test_add_func ("/disclosure-attacks/single-values", test_single_values);
  g_test_add_func ("/disclosure-attacks/arms", test_arms);
  g_test_add_func ("/disclosure-attacks/tails", test_tails);
  g_test_add_func ("/disclosure-attacks/two-steps", test_two_steps);
  g_test_add_func ("/disclosure-attacks/chain", test_chain);
  return g_test_run ();
}
