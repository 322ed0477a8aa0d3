/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-predicate-private.h"

#include <math.h>
#include <string.h>

/* Published figures: exact ones (ten, half, doubled), one of 100 with a standard error of 10, one
 * without a value. */
static RuaAlliance *
alliance_new (void)
{
  static const char *const figures[][4] = {
    { "ten", "10", "kg", "-" },
    { "doubled", "2.159", "1", "-" },
    { "about", "100", "1", "10" },
    { "share", "60", "%", "-" },
    { "rough", "100", "1", "20" },
    { "far", "200", "1", "10" },
    { "hundred", "100", "1", "-" },
    { "none", "-", "1", "-" },
    { "seven", "7", "1", "-" },
    { "of25", "25", "1", "-" },
    { "tenth", "0.1", "kg", "-" },
    { "fifth", "0.2", "kg", "-" },
    { "third", "0.3", "kg", "-" },
  };
  RuaAlliance *alliance = case_empty ();

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    g_autofree char *where = g_strdup_printf ("id = '%s'", figures[i][0]);

    case_add (alliance, "observation", "id", figures[i][0], "measured_property", "x", "statistic",
              "value", "value", figures[i][1], "unit", figures[i][2], "standard_error",
              figures[i][3], NULL);
    case_add (alliance, "metric", "id", figures[i][0], "estimator", "reported", "table",
              "observations", "where", where, NULL);
  }
  for (guint i = 0; i < 3; i++) {
    g_autofree char *id = g_strdup_printf ("p%u", i), *area = g_strdup_printf ("%u", 10 * (i + 1));

    case_add (alliance, "place", "id", id, "name", id, "level", "village", "area", area, "population", area, NULL);
  }
  case_add (alliance, "metric", "id", "area", "estimator", "weighted_mean", "table", "places", "columns",
            "{\"value\":\"area\",\"weight\":\"population\"}", "unit", "mu", NULL);
  case_add (alliance, "metric", "id", "wide", "estimator", "proportion", "table", "places", "columns", "{\"value\":\"area > 10\"}",
            "unit", "%", NULL);
  case_add (alliance, "metric", "id", "dotted.id", "formula", "ten / 2", NULL);
  case_add (alliance, "metric", "id", "part", "formula", "seven / of25", "unit", "%", NULL);
  return alliance;
}

static RuaPredicateOutcome *
evaluate (RuaAlliance *alliance, const char *text)
{
  g_autoptr (RuaMeasureContext) context = rua_measure_context_new (alliance);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaPredicate) predicate = rua_predicate_new (text, alliance, &error);
  RuaPredicateOutcome *outcome;

  if (predicate == NULL)
    g_error ("%s: %s", text, error->message);
  outcome = rua_predicate_evaluate (predicate, context, NULL, &error);
  if (outcome == NULL)
    g_error ("%s: %s", text, error->message);
  return outcome;
}

#define F RUA_TRUTH_FALSE
#define T RUA_TRUTH_TRUE
#define S RUA_TRUTH_STRADDLES
#define U RUA_TRUTH_UNDEFINED

static void
test_truth (void)
{
  static const struct {
    const char *text;
    RuaTruth point;
    RuaTruth truth;
  } cases[] = {
    { "doubled >= 2", T, T },
    { "doubled > 2.159", F, F },
    { "doubled < 2", F, F },
    { "doubled <= 2.159", T, T },
    { "doubled != 2", T, T },
    { "2 <= doubled", T, T },
    { "ten = 10", T, T },
    { "ten >= unit (9000, 'g')", T, T },
    { "dotted.id = 5", T, T },
    /* Named values are in the unit of their metric. */
    { "area['mean'] = 350", T, T },
    { "area['mean'] > unit (23, 'ha')", T, T },
    { "wide['p'] > 60", T, T },
    { "wide['p'] < 70 %", T, T },
    { "wide['n'] = 3", T, T },
    { "area['sum_weights'] = 60", T, T },
    { "ten = 2 * dotted.id", T, T },
    { "share >= 60", T, T },
    { "share > 0.5", T, T },
    { "share >= 60 %", T, T },
    { "doubled > share", T, T },
    /* 100, from 80.4 to 119.6 */
    { "about >= 80", T, T },
    { "about >= 90", T, S },
    { "about >= 119.5", F, S },
    { "about >= 120", F, F },
    { "about > 120", F, F },
    { "about < 120", T, T },
    { "about = 100", T, S },
    { "about = 200", F, F },
    { "about != 200", T, T },
    { "about != 100", F, S },
    { "not about >= 90", F, S },
    /* Two that are uncertain, from 80.4 to 119.6 and from 60.8 to 139.2; one that is at least 180.4. */
    { "about = rough", T, S },
    { "rough = about", T, S },
    { "about != rough", F, S },
    { "about >= rough", T, S },
    { "about < rough", F, S },
    { "about < far", T, T },
    { "about > far", F, F },
    { "about != far", T, T },
    { "about = far", F, F },
    { "far between about and 250", T, T },
    /* And one that is not. */
    { "hundred >= about", T, S },
    { "hundred < about", F, S },
    { "hundred = about", T, S },
    { "hundred != far", T, T },
    { "hundred < far", T, T },
    { "hundred >= far", F, F },
    { "hundred = 100", T, T },
    /* 28.000000000000004, as 7 / 25 comes out in binary. */
    { "part = 28 %", T, T },
    { "part != 28 %", F, F },
    { "part > 28 %", F, F },
    { "part <= 28 %", T, T },
    { "part >= 28 %", T, T },
    { "part < 28 %", F, F },
    { "part between 20 and 28", T, T },
    { "part in (27, 28)", T, T },
    { "part < 28.00000000001", T, T },
    { "part > 27.99999999999", T, T },
    { "part = 28.00000000001", F, F },
    { "tenth + fifth - third > 0", F, F },
    { "tenth + fifth - third = 0", T, T },
    { "tenth + fifth > third", F, F },
    { "third - fifth - tenth >= 0", T, T },
    { "third - 0.29999999999999 > 0", T, T },
    { "third - third > 0", F, F },
    { "hundred != 100", F, F },
    { "about between 70 and 130", T, T },
    { "about between 90 and 130", T, S },
    { "about not between 200 and 300", T, T },
    { "about in (1, 200)", F, F },
    { "about in (1, 100)", T, S },
    { "about / 2 >= 40", T, T },
    { "about * -1 <= -90", T, S },
    { "none > 1", U, U },
    { "none is unknown", T, T },
    { "ten is known", T, T },
    { "none > 1 and ten = 9", F, F },
    { "none > 1 and ten = 10", U, U },
    { "none > 1 or ten = 10", T, T },
    { "none > 1 or ten = 9", U, U },
    { "not none > 1", U, U },
    { "about >= 90 and ten = 10", T, S },
    { "about >= 90 and ten = 9", F, F },
    { "about >= 90 or ten = 10", T, T },
    { "about >= 90 or ten = 9", T, S },
    { "about >= 90 and none > 1", U, U },
    { "true", T, T },
    { "false or ten = 10", T, T },
  };
  g_autoptr (RuaAlliance) alliance = alliance_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaPredicateOutcome) outcome = evaluate (alliance, cases[i].text);

    if (outcome->point != cases[i].point || outcome->truth != cases[i].truth)
      g_error ("%s: %d %d, not %d %d", cases[i].text, outcome->point, outcome->truth,
               cases[i].point, cases[i].truth);
  }
}

/* What lies on the very end of an interval may be; what lies next to it may not. */
static void
test_ends_of_intervals (void)
{
  g_autoptr (RuaAlliance) alliance = alliance_new ();
  g_autoptr (RuaPredicateOutcome) outcome = evaluate (alliance, "about = 0");
  const RuaPredicateComparison *c = g_ptr_array_index (outcome->comparisons, 0);
  const struct {
    double threshold;
    RuaTruth equal;
    RuaTruth least;
    RuaTruth above;
  } cases[] = {
    { c->low, S, T, S },
    { nextafter (c->low, 0), F, T, T },
    { nextafter (c->low, 100), S, S, S },
    { c->high, S, S, F },
    { nextafter (c->high, 1000), F, F, F },
    { nextafter (c->high, 100), S, S, S },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const struct {
      const char *operator;
      RuaTruth truth;
    } asked[] = {
      { "=", cases[i].equal },
      { "!=", cases[i].equal == S ? S : T },
      { ">=", cases[i].least },
      { "<", cases[i].least == S ? S : cases[i].least == T ? F : T },
      { ">", cases[i].above },
      { "<=", cases[i].above == S ? S : cases[i].above == T ? F : T },
    };

    for (guint k = 0; k < G_N_ELEMENTS (asked); k++) {
      g_autofree char *text = g_strdup_printf ("about %s %.17g", asked[k].operator, cases[i].threshold);
      g_autoptr (RuaPredicateOutcome) at = evaluate (alliance, text);

      if (at->truth != asked[k].truth)
        g_error ("%s: %d, not %d", text, at->truth, asked[k].truth);
    }
  }
}

static void
test_comparisons (void)
{
  g_autoptr (RuaAlliance) alliance = alliance_new ();
  g_autoptr (RuaPredicateOutcome) outcome
    = evaluate (alliance, "doubled >= 2 and not (about < 90 or none = 3)");
  RuaPredicateComparison *c;

  g_assert_cmpuint (outcome->comparisons->len, ==, 3);
  g_assert_cmpuint (outcome->results->len, ==, 3);
  c = g_ptr_array_index (outcome->comparisons, 0);
  g_assert_cmpstr (c->text, ==, "doubled >= 2");
  g_assert_cmpstr (c->left, ==, "doubled");
  g_assert_cmpstr (c->operation, ==, ">=");
  g_assert_cmpstr (rua_result_get_metric (c->result), ==, "doubled");
  g_assert_cmpstr (c->unit, ==, "1");
  g_assert_cmpfloat (c->value, ==, 2.159);
  g_assert_cmpfloat (c->threshold, ==, 2);
  g_assert_cmpfloat_with_epsilon (c->margin, 0.159, 1e-12);
  g_assert_false (c->has_interval);
  g_assert_false (c->negated);
  c = g_ptr_array_index (outcome->comparisons, 1);
  g_assert_true (c->negated);
  g_assert_true (c->has_interval);
  g_assert_cmpfloat_with_epsilon (c->low, 100 - 19.59963984540054, 1e-9);
  g_assert_cmpfloat_with_epsilon (c->high, 100 + 19.59963984540054, 1e-9);
  g_assert_cmpfloat (c->margin, ==, -10);
  g_assert_cmpint (c->truth, ==, RUA_TRUTH_STRADDLES);
  c = g_ptr_array_index (outcome->comparisons, 2);
  g_assert_false (c->has_value);
  g_assert_true (isnan (c->margin));
  g_assert_nonnull (strstr (c->reason, "the observation has no value"));
}

static void
test_margins (void)
{
  static const struct {
    const char *text;
    double margin;
    const char *unit;
  } cases[] = {
    { "ten > 8", 2, "kg" },   { "ten < 8", -2, "kg" },  { "ten <= 12", 2, "kg" },
    { "ten = 12", -2, "kg" }, { "ten != 12", 2, "kg" }, { "8 < ten", 2, "kg" },
    { "ten = 10", 0, "kg" },  { "share >= 50 %", 10, "%" }, { "part <= 28 %", 0, "%" },
  };
  g_autoptr (RuaAlliance) alliance = alliance_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaPredicateOutcome) outcome = evaluate (alliance, cases[i].text);
    RuaPredicateComparison *c = g_ptr_array_index (outcome->comparisons, 0);

    g_assert_cmpfloat (c->margin, ==, cases[i].margin);
    g_assert_cmpstr (c->unit, ==, cases[i].unit);
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *text;
    RuaError code;
    const char *message;
  } cases[] = {
    { "doubled", RUA_ERROR_SYNTAX, "character 1: a predicate is true or false" },
    { "doubled >= 2 and ten", RUA_ERROR_SYNTAX, "character 18: a predicate is true or false" },
    { "doubld >= 2", RUA_ERROR_UNKNOWN_NAME, "there is no metric “doubld”; did you mean" },
    { "doubled >= 'two'", RUA_ERROR_SYNTAX, "character 12: a formula over metrics is arithmetic" },
    { "doubled >=", RUA_ERROR_SYNTAX, "character 11: expected a value" },
    { "lower (doubled) = 2", RUA_ERROR_UNKNOWN_NAME, "there is no function “lower” over metrics" },
    { "ten > doubled", RUA_ERROR_UNIT, "character 7: kg and 1 do not go together" },
    { "area['sum_weights'] > area", RUA_ERROR_UNIT, "character 1: nothing tells the unit of a value here, so it is not compared with what is in mu" },
    { "area = area['sum_weights'] * 2", RUA_ERROR_UNIT, "character 8: nothing tells the unit of a value here" },
    { "area['sum_weights'] + ten > 2", RUA_ERROR_UNIT, "nothing tells the unit of the value “sum_weights”" },
    { "area['mean'] > ten", RUA_ERROR_UNIT, "mu and kg do not go together" },
    { "area['n'] > area", RUA_ERROR_UNIT, "1 and mu do not go together" },
    { "ten + doubled > 2", RUA_ERROR_UNIT, "character 7: kg and 1 do not go together" },
  };
  g_autoptr (RuaAlliance) alliance = alliance_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaMeasureContext) context = rua_measure_context_new (alliance);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaPredicate) predicate = rua_predicate_new (cases[i].text, alliance, &error);
    g_autoptr (RuaPredicateOutcome) outcome
      = predicate != NULL ? rua_predicate_evaluate (predicate, context, NULL, &error) : NULL;

    g_assert_null (outcome);
    if (!g_error_matches (error, RUA_ERROR, cases[i].code)
        || strstr (error->message, cases[i].message) == NULL)
      g_error ("%s: %d %s", cases[i].text, error->code, error->message);
  }
}

static void
test_metrics (void)
{
  g_autoptr (RuaAlliance) alliance = alliance_new ();
  g_autoptr (RuaPredicate) predicate
    = rua_predicate_new ("ten > 1 and (doubled > 1 or ten + dotted.id < 5)", alliance, NULL);
  const char *const *metrics = rua_predicate_get_metrics (predicate);

  g_assert_cmpuint (g_strv_length ((char **) metrics), ==, 3);
  g_assert_cmpstr (metrics[0], ==, "ten");
  g_assert_cmpstr (metrics[1], ==, "doubled");
  g_assert_cmpstr (metrics[2], ==, "dotted.id");
  g_assert_cmpstr (rua_predicate_get_text (predicate), ==,
                   "ten > 1 and (doubled > 1 or ten + dotted.id < 5)");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predicate/truth", test_truth);
  g_test_add_func ("/predicate/ends-of-intervals", test_ends_of_intervals);
  g_test_add_func ("/predicate/comparisons", test_comparisons);
  g_test_add_func ("/predicate/margins", test_margins);
  g_test_add_func ("/predicate/refused", test_refused);
  g_test_add_func ("/predicate/metrics", test_metrics);
  return g_test_run ();
}
