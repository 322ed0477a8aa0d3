/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ties, equal values, records without weight and amounts of 0, where a rule decides on the last
 * bit. The values come from exact fractions or from mpmath with 50 digits; none comes from this
 * library. */
#include "estimate-ask.h"

#include <math.h>

/* 0.07 times 100 and 0.28 times 25 are one step above 7 in double, which is 4 epsilon: still 7. */
static void
test_quantile_guard (void)
{
  static const double of_100[] = { 49, 56.5, 49, 49, 56.5, 50.05, 62.95, 54.35, 54.8875 };
  static const double of_25[] = { 49, 56.5, 49, 49, 56.5, 53.2, 59.8, 55.4, 55.675 };
  GString *csv = g_string_new ("x\n");

  for (int i = 1; i <= 100; i++) {
    g_string_append_printf (csv, "%d\n", i * i);
    for (int type = 1; type <= 9 && (i == 25 || i == 100); type++) {
      char *options
        = g_strdup_printf ("{\"probs\":[%s],\"type\":%d}", i == 25 ? "0.28" : "0.07", type);

      assert_close (value_of (i == 25 ? "q[0.28]" : "q[0.07]", "quantile", csv->str,
                              "{\"value\":\"x\"}", options),
                    i == 25 ? of_25[type - 1] : of_100[type - 1], 1e-14);
      g_free (options);
    }
  }
  g_string_free (csv, TRUE);
}

#define TRIMMED(csv, trim, value) { "trimmed_mean", "x\n" csv, "{\"value\":\"x\"}", "{\"trim\":" trim "}", "trimmed_mean", value, NULL }

/* Of values like those at the ends of what is kept as many are left as there is room for. */
static void
test_trimmed_ends (void)
{
  static const Known known[] = {
    TRIMMED ("1\n9\n1\n5\n9\n1\n", "0.2", 4),          /* 1 1 5 9 */
    TRIMMED ("9\n1\n9\n9\n5\n1\n", "0.2", 6),          /* 1 5 9 9 */
    TRIMMED ("1\n1\n1\n1\n2\n", "0.4", 1),             /* 1 */
    TRIMMED ("2\n7\n2\n2\n7\n7\n", "0.34", 4.5),       /* 2 7 */
    TRIMMED ("3\n3\n3\n3\n", "0.25", 3),
    TRIMMED ("-4\n0\n0\n8\n", "0.25", 0),
    TRIMMED ("4\n1\n3\n2\n", "0", 2.5),
    TRIMMED ("8\n", "0.49", 8),
  };

  assert_known (known, G_N_ELEMENTS (known));
}

static void
test_equal_groups (void)
{
  const char *csv = "x,g\n5,1\n5,1\n5,0\n5,0\n5,0\n",
             *columns = "{\"value\":\"x\",\"group\":\"g\"}";
  g_autoptr (Answer) welch = ask ("mean_difference", csv, columns, NULL);
  g_autoptr (Answer) pooled = ask ("mean_difference", csv, columns, "{\"pooled\":true}");

  assert_value (welch, "se", 0);
  assert_undefined (welch, "df");
  assert_undefined (welch, "ci_low");
  assert_undefined (welch, "t");
  assert_value (pooled, "se", 0);
  assert_value (pooled, "df", 3);
  assert_value (pooled, "ci_low", 0);
  assert_value (pooled, "ci_high", 0);
  assert_undefined (pooled, "t");
  assert_undefined (pooled, "p_value");
}

/* Nobody to ask is not nobody who changed. */
static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The median of all averages of two changes, those with themselves among them: with many that are the same, with few, and
 * with some that are far from the others. */
static void
test_hodges_lehmann (void)
{
  for (guint round = 0; round < 60; round++) {
    guint n = (guint) g_test_rand_int_range (1, 120), most = 1u << g_test_rand_int_range (1, 20), n_averages = 0;
    g_autoptr (GString) csv = g_string_new ("b,a\n");
    g_autofree double *changes = g_new (double, n), *averages = g_new (double, n * (n + 1) / 2);

    for (guint i = 0; i < n; i++) {
      changes[i] = g_test_rand_int_range (1, (gint32) most + 1) * (g_test_rand_bit () ? 1 : -1) / 8.0;
      if (g_test_rand_int_range (0, 20) == 0)
        changes[i] *= 1 << 20;
      g_string_append_printf (csv, "0,%.17g\n", changes[i]);
    }
    for (guint i = 0; i < n; i++)
      for (guint j = i; j < n; j++)
        averages[n_averages++] = (changes[i] + changes[j]) / 2;
    qsort (averages, n_averages, sizeof *averages, compare_doubles);
    g_assert_cmpfloat (value_of ("hodges_lehmann", "wilcoxon_signed_rank", csv->str, "{\"before\":\"b\",\"after\":\"a\"}", "{\"method\":\"normal\"}"),
                       ==, (averages[(n_averages - 1) / 2] + averages[n_averages / 2]) / 2);
  }
}

static void
test_mcnemar (void)
{
  g_autoptr (Answer) none = ask ("mcnemar", "b,a\n", "{\"before\":\"b\",\"after\":\"a\"}", NULL);
  g_autoptr (Answer) same
    = ask ("mcnemar", "b,a\n1,1\n0,0\n", "{\"before\":\"b\",\"after\":\"a\"}", NULL);

  assert_undefined (none, "p_exact");
  assert_undefined (none, "p_mid");
  assert_value (none, "b", 0);
  assert_value (same, "p_exact", 1);
  assert_value (same, "p_mid", 1);
  assert_undefined (same, "chi2");
}

/* Every replicate is the estimate: half of each counts as below, so z0 is 0, and leaving a record
 * out changes nothing. 7.3 times a count, summed and divided, is off by a bit now and then. */
static void
test_constant_bootstrap (void)
{
  static const char *const statistics[] = { "mean", "median", "gini" };

  for (guint i = 0; i < G_N_ELEMENTS (statistics); i++) {
    char *options = g_strdup_printf ("{\"statistic\":\"%s\",\"replicates\":199}", statistics[i]);
    g_autoptr (Answer) answer
      = ask ("bootstrap", "x\n7.3\n7.3\n7.3\n7.3\n7.3\n7.3\n7.3\n", "{\"value\":\"x\"}", options);

    g_assert_cmpfloat (get (answer, "z0"), ==, 0);
    g_assert_cmpfloat (get (answer, "boot_se"), ==, 0);
    g_assert_cmpfloat (get (answer, "bias"), ==, 0);
    assert_undefined (answer, "acceleration");
    assert_undefined (answer, "bca_low");
    assert_value (answer, "percentile_low", get (answer, "estimate"));
    g_free (options);
  }
}

/* Of two records, each left out gives a Gini coefficient of 0: nothing to accelerate. */
static void
test_bootstrap_of_two (void)
{
  g_autoptr (Answer) answer = ask ("bootstrap", "x\n0.1\n0.7\n", "{\"value\":\"x\"}",
                                   "{\"statistic\":\"gini\",\"replicates\":99}");

  assert_close (get (answer, "estimate"), 0.375, 1e-15);
  assert_undefined (answer, "acceleration");
  assert_undefined (answer, "bca_high");
}

/* Records without weight have neither influence nor logarithm, whatever they hold. */
static void
test_inequality_se_weights (void)
{
  g_autoptr (Answer) answer = ask ("inequality_se", "x,w\n10,1\n20,2\n0,0\n40,1\n-3,0\n25,3\n",
                                   "{\"value\":\"x\",\"weight\":\"w\"}", "{\"epsilon\":0.5}");

  assert_value (answer, "n", 6);
  assert_value (answer, "gini", 0.18181818181818182);
  assert_value (answer, "gini_se", 0.088036830752134918);
  assert_value (answer, "theil_t", 0.063152595771536361);
  assert_value (answer, "theil_t_se", 0.046454543689578284);
  assert_value (answer, "theil_l", 0.068670100728043559);
  assert_value (answer, "theil_l_se", 0.051439817333820286);
  assert_value (answer, "atkinson", 0.032347381645107957);
  assert_value (answer, "atkinson_se", 0.023777957210142624);
}

static void
test_empty_domain (void)
{
  const char *csv = "x,h,p,d\n1,a,1,m\n2,a,2,m\n3,b,3,m\n4,b,4,m\n";
  const char *columns = "{\"value\":\"x\",\"stratum\":\"h\",\"psu\":\"p\"}";
  g_autoptr (Answer) total = ask (
    "survey_estimate", csv, columns,
    "{\"statistic\":\"total\",\"deff\":true,\"domain\":{\"column\":\"d\",\"values\":[\"f\"]}}");
  g_autoptr (Answer) mean
    = ask ("survey_estimate", csv, columns,
           "{\"statistic\":\"mean\",\"domain\":{\"column\":\"d\",\"values\":[\"f\"]}}");
  g_autoptr (Answer) nothing
    = ask ("survey_estimate", "x,h,p\n", columns, "{\"statistic\":\"total\"}");

  assert_value (total, "estimate", 0);
  assert_value (total, "n", 0);
  assert_value (total, "df", 2);
  assert_undefined (total, "se");
  assert_undefined (total, "ci_low");
  assert_undefined (total, "deff");
  assert_undefined (mean, "estimate");
  assert_undefined (mean, "se");
  assert_value (nothing, "estimate", 0);
  assert_value (nothing, "df", 0);
  assert_undefined (nothing, "se");
}

static void
test_growth_from_nothing (void)
{
  g_autoptr (Answer) answer
    = ask ("growth", NULL, NULL,
           "{\"start\":0,\"end\":5,\"years\":2,\"inflation\":[2,3],\"comparator_start\":10,"
           "\"comparator_end\":12}");
  static const char *const keys[] = {
    "ratio",        "percent",           "annual_rate",       "price_ratio",  "real_ratio",
    "real_percent", "log_change",        "comparator_ratio",  "excess_ratio", "counterfactual_end",
    "naive_effect", "growth_gap_points", "annual_gap_points", "log_did"
  };

  assert_value (answer, "change", 5);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    assert_undefined (answer, keys[i]);
}

/* An item of which nothing was sold in a period has a price all the same. */
static void
test_nothing_sold (void)
{
  const char *csv = "p,i,r,q\n1,a,2,10\n1,b,5,0\n2,a,3,8\n2,b,4,6\n";
  const char *columns = "{\"period\":\"p\",\"item\":\"i\",\"price\":\"r\",\"quantity\":\"q\"}";
  g_autoptr (Answer) index = ask ("price_index", csv, columns, "{\"base\":1,\"current\":2}");
  g_autoptr (Answer) chain
    = ask ("price_index_chained", csv, columns, "{\"periods\":[1,2],\"formula\":\"paasche\"}");

  assert_value (index, "n_matched", 2);
  assert_value (index, "laspeyres", 1.5);
  assert_value (index, "paasche", 48.0 / 46);
  assert_value (index, "fisher", 1.2510864843424485);
  assert_value (index, "tornqvist", 1.2818610191887023);
  assert_value (index, "value_ratio", 2.4);
  assert_value (index, "fisher_quantity", 1.9183326093250879);
  assert_value (chain, "chain[2]", 48.0 / 46);
  assert_value (chain, "direct", 48.0 / 46);
}

/* 29 % of 100 is 28.999999999999996 in double; 29 of 100 is not above it. */
static void
test_dominance_ties (void)
{
  GString *csv = g_string_new ("r,c,a\nx,y,29\n");

  for (int i = 0; i < 71; i++)
    g_string_append (csv, "x,y,1\n");
  g_assert_cmpfloat (value_of ("n_primary", "suppress_primary", csv->str,
                               "{\"row\":\"r\",\"column\":\"c\",\"amount\":\"a\"}",
                               "{\"dominance_n\":1,\"dominance_k\":29}"),
                     ==, 0);
  g_assert_cmpfloat (value_of ("n_primary", "suppress_primary", csv->str,
                               "{\"row\":\"r\",\"column\":\"c\",\"amount\":\"a\"}",
                               "{\"dominance_n\":1,\"dominance_k\":28.9}"),
                     ==, 1);
  g_string_free (csv, TRUE);
  /* Counts need no amounts; the other rules do. */
  g_assert_cmpfloat (value_of ("primary[x,y]", "suppress_primary", "r,c\nx,y\nx,y\n",
                               "{\"row\":\"r\",\"column\":\"c\"}", "{\"min_count\":3}"),
                     ==, 1);
  assert_refused (ask ("suppress_primary", "r,c\nx,y\n", "{\"row\":\"r\",\"column\":\"c\"}",
                       "{\"p_percent\":10}"),
                  "amount", NULL);
}

static void
test_options_that_need_others (void)
{
  g_autoptr (Answer) cluster = ask (
    "power", NULL, NULL,
    "{\"design\":\"cluster\",\"clusters\":2,\"cluster_size\":10,\"treated_share\":0.5,\"icc\":0.1,"
    "\"power\":0.8}");

  assert_refused (ask ("random_numbers", NULL, NULL, "{\"seed\":1,\"below\":3}"), "bound", NULL);
  assert_refused (ask ("random_numbers", NULL, NULL, "{\"seed\":1,\"below\":3,\"bound\":0}"),
                  "bound", NULL);
  /* What a design of clusters is solved for goes without saying. */
  assert_value (cluster, "se", sqrt (0.19 / 0.5));
  assert_undefined (cluster, "mde_t");
  assert_refused (ask ("power", NULL, NULL,
                       "{\"design\":\"cluster\",\"solve\":\"n\",\"clusters\":4,\"cluster_size\":"
                       "10,\"treated_share\":0.5,\"icc\":0.1,\"power\":0.8}"),
                  "mde", NULL);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  g_test_add_func ("/estimators-ties/quantile-guard", test_quantile_guard);
  g_test_add_func ("/estimators-ties/trimmed-ends", test_trimmed_ends);
  g_test_add_func ("/estimators-ties/equal-groups", test_equal_groups);
  g_test_add_func ("/estimators-ties/hodges-lehmann", test_hodges_lehmann);
  g_test_add_func ("/estimators-ties/mcnemar", test_mcnemar);
  g_test_add_func ("/estimators-ties/constant-bootstrap", test_constant_bootstrap);
  g_test_add_func ("/estimators-ties/bootstrap-of-two", test_bootstrap_of_two);
  g_test_add_func ("/estimators-ties/inequality-se-weights", test_inequality_se_weights);
  g_test_add_func ("/estimators-ties/empty-domain", test_empty_domain);
  g_test_add_func ("/estimators-ties/growth-from-nothing", test_growth_from_nothing);
  g_test_add_func ("/estimators-ties/nothing-sold", test_nothing_sold);
  g_test_add_func ("/estimators-ties/dominance-ties", test_dominance_ties);
  g_test_add_func ("/estimators-ties/options", test_options_that_need_others);
  status = g_test_run ();
  ask_clear ();
  return status;
}
