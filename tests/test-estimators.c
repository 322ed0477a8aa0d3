/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The edges of every estimator: nothing, one record, equal values, all missing, no weight,
 * negative values, and what is refused. */
#include "estimate-ask.h"

#include <math.h>

#include "rua-estimate.h"
#include "rua-estimator-private.h"

/* ---- common rules ---- */

static void
test_missing (void)
{
  g_autoptr (Answer) answer = ask ("weighted_mean", "x,w\n1,1\n,5\nNA,5\n3,\n5,NA\n4,1\n", "{\"value\":\"x\",\"weight\":\"w\"}", NULL);

  assert_value (answer, "n", 2);
  assert_value (answer, "mean", 2.5);
  g_assert_nonnull (strstr (answer->text, "\"records\":{\"total\":6,\"used\":2,\"missing\":[{\"role\":\"value\",\"n\":2},{\"role\":\"weight\",\"n\":2}]}"));
}

static void
test_refused_values (void)
{
  static const char *const bad[] = { "inf", "-inf", "nan", "NaN", "\"12,5\"", "many", "1e999", "0x1F", "--1", "1 2", "na", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    char *csv = g_strdup_printf ("x,w\n1,1\n2,1\n%s,1\n", bad[i]);

    assert_refused (ask ("mean", csv, "{\"value\":\"x\"}", NULL), "line 4", "\\\"x\\\"", "value", NULL);
    /* The same cell is left alone where the column is not asked for. */
    g_assert_cmpfloat (value_of ("mean", "mean", csv, "{\"value\":\"w\"}", NULL), ==, 1);
    g_free (csv);
  }
  assert_refused (ask ("weighted_mean", "x,w\n1,1\n2,-0.5\n", "{\"value\":\"x\",\"weight\":\"w\"}", NULL), "line 3", "-0.5", "weight", NULL);
  /* A bad weight is refused also where its record would be left out. */
  assert_refused (ask ("weighted_mean", "x,w\n1,1\n,-1\n", "{\"value\":\"x\",\"weight\":\"w\"}", NULL), "line 3", NULL);
  assert_refused (ask ("proportion", "x\n1\n0\n2\n", "{\"value\":\"x\"}", NULL), "line 4", "flag", NULL);
  assert_refused (ask ("proportion", "x\n1\n0.5\n", "{\"value\":\"x\"}", NULL), "0.5", NULL);
}

static void
test_refused_requests (void)
{
  const char *csv = "x,g\n1,a\n2,b\n";
  static const char *const levels[] = { "0", "1", "-0.1", "1.5", "95", "\"0.95\"", "null", "[0.9]" };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    char *options = g_strdup_printf ("{\"ci_level\":%s}", levels[i]);

    assert_refused (ask ("mean", csv, "{\"value\":\"x\"}", options), "ci_level", "above 0 and below 1", NULL);
    g_free (options);
  }
  assert_refused (ask ("mean", csv, "{\"value\":\"nope\"}", NULL), "nope", "x, g", NULL);
  assert_refused (ask ("mean", csv, "{\"values\":\"x\"}", NULL), "values", "roles are: value", NULL);
  assert_refused (ask ("mean", csv, "{\"value\":\"x\",\"cluster\":\"g\"}", NULL), "cluster", NULL);
  assert_refused (ask ("mean", csv, "{\"value\":[\"x\",\"x\"]}", NULL), "takes one column", NULL);
  assert_refused (ask ("mean", csv, "{\"value\":7}", NULL), "name of a column", NULL);
  assert_refused (ask ("mean", csv, NULL, NULL), "value", NULL);
  assert_refused (ask ("mean", NULL, "{\"value\":\"x\"}", NULL), "data", NULL);
  assert_refused (ask ("mean", csv, "{\"value\":\"x\"}", "{\"level\":0.9}"), "level", "ci_level", NULL);
  assert_refused (ask ("mean", csv, "{\"value\":\"x\"}", "[]"), "objects", NULL);
  assert_refused (ask ("average", csv, "{\"value\":\"x\"}", NULL), "average", "paired_change", NULL);
  assert_refused (ask ("quantile", csv, "{\"value\":\"x\"}", "{\"probs\":[0.5,-0.1]}"), "probs", NULL);
  assert_refused (ask ("quantile", csv, "{\"value\":\"x\"}", "{\"type\":10}"), "type", "at most 9", NULL);
  assert_refused (ask ("quantile", csv, "{\"value\":\"x\"}", "{\"type\":6.5}"), "type", NULL);
  assert_refused (ask ("trimmed_mean", csv, "{\"value\":\"x\"}", "{\"trim\":-0.1}"), "trim", NULL);
  assert_refused (ask ("weighted_quantile", csv, "{\"value\":\"x\"}", "{\"rule\":\"linear\"}"), "rule", "inverse_cdf", NULL);
  assert_refused (ask_more ("mean", csv, "{\"value\":\"x\"}", NULL, NULL, "{\"h\":[\"a\"]}"), "h", NULL);
  assert_refused (ask ("random_numbers", NULL, NULL, "{\"seed\":100000000000000000000}"), "seed", NULL);
}

static void
test_refused_texts (void)
{
  static const char *const texts[] = {
    "", "{", "[]", "7", "{\"metric\":\"mean\"} x", "{\"metric\":\"mean\",\"metric\":\"mean\"}", "{\"data\":\"t.csv\"}",
    "{\"metric\":7}", "{\"metric\":\"mean\",\"data\":\"not-there.csv\",\"columns\":{\"value\":\"x\"}}",
    "{\"metric\":\"mean\",\"data\":7,\"columns\":{\"value\":\"x\"}}", "{\"metric\":\"mean\",\"columns\":[]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    gboolean refused = FALSE;
    char *answer = rua_estimate_request (texts[i], NULL, &refused, NULL, NULL);

    if (!refused || !g_str_has_prefix (answer, "{\"status\":\"refused\",\"message\":\""))
      g_test_fail_printf ("\"%s\" gives %s", texts[i], answer);
    g_free (answer);
  }
}

static void
test_cancelled (void)
{
  GCancellable *cancellable = g_cancellable_new ();
  GError *error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (rua_estimate_request ("{\"metric\":\"growth\",\"options\":{\"start\":1,\"end\":2}}", NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_object_unref (cancellable);
}

static void
test_where (void)
{
  g_autoptr (Answer) some = ask_more ("mean", "x,g\n1,a\n2,b\nbad,c\n4,a\n", "{\"value\":\"x\"}", NULL, NULL, "{\"g\":[\"a\",\"b\"],\"x\":[1,4]}");
  g_autoptr (Answer) none = ask_more ("mean", "x,g\n1,a\n", "{\"value\":\"x\"}", NULL, NULL, "{\"g\":[]}");

  assert_value (some, "n", 2);
  assert_value (some, "mean", 2.5);
  assert_value (none, "n", 0);
  assert_undefined (none, "mean");
}

/* Every metric that reads one table answers for one without records, and puts no number where
 * there is none. */
static void
test_nothing (void)
{
  static const struct {
    const char *metric;
    const char *columns;
    const char *options;
    const char *undefined[5];
  } cases[] = {
    { "mean", "{\"value\":\"x\"}", NULL, { "mean", "sd", "ci_low", "min" } },
    { "geometric_mean", "{\"value\":\"x\"}", NULL, { "geometric_mean" } },
    { "trimmed_mean", "{\"value\":\"x\"}", "{\"trim\":0.1}", { "trimmed_mean" } },
    { "quantile", "{\"value\":\"x\"}", NULL, { "q[0.5]" } },
    { "weighted_mean", "{\"value\":\"x\",\"weight\":\"w\"}", NULL, { "mean", "se", "n_effective", "kish_deff", "var_frequency" } },
    { "weighted_quantile", "{\"value\":\"x\",\"weight\":\"w\"}", NULL, { "q[0.5]" } },
    { "ratio_of_totals", "{\"numerator\":\"x\",\"denominator\":\"w\"}", NULL, { "ratio", "se", "ci_low" } },
    { "proportion", "{\"value\":\"x\"}", NULL, { "p", "wilson_low", "clopper_pearson_high", "wald_low" } },
    { "two_proportions", "{\"value\":\"x\",\"group\":\"w\"}", NULL, { "p1", "difference", "z", "fisher_p" } },
    { "participation_rate", "{\"exempt\":\"x\",\"participated\":\"w\"}", NULL, { "rate", "wilson_low" } },
    { "paired_change", "{\"before\":\"x\",\"after\":\"w\"}", NULL, { "mean_change", "t", "ratio_of_means", "correlation" } },
    { "ratio_distribution", "{\"before\":\"x\",\"after\":\"w\"}", NULL, { "median_ratio", "share", "geometric_mean_ratio" } },
    { "sign_test", "{\"before\":\"x\",\"after\":\"w\"}", NULL, { "p_value" } },
    { "wilcoxon_signed_rank", "{\"before\":\"x\",\"after\":\"w\"}", "{\"hl_ci\":true}", { "p_value", "hodges_lehmann", "hl_low" } },
    { "mean_difference", "{\"value\":\"x\",\"group\":\"w\"}", NULL, { "difference", "se", "p_value" } },
    { "bootstrap", "{\"value\":\"x\"}", NULL, { "estimate", "boot_se", "bca_low", "percentile_dh_high" } },
    { "did_2x2", "{\"outcome\":\"x\",\"treated\":\"w\",\"post\":\"w\",\"cluster\":\"x\"}", NULL, { "estimate", "se_classical", "se_cr1", "df_cr2", "cell_mean[0,1]" } },
    { "twfe", "{\"outcome\":\"x\",\"unit\":\"w\",\"period\":\"w\",\"treatment\":\"x\",\"cluster\":\"w\"}", NULL, { "estimate", "se_cr2", "se_cr1_nested" } },
    { "wild_cluster_bootstrap", "{\"outcome\":\"x\",\"cluster\":\"w\"}", "{\"regressors\":[\"x\"],\"tested\":\"x\"}", { "t", "p_value" } },
    { "randomisation_test", "{\"outcome\":\"x\",\"treated\":\"w\",\"cluster\":\"w\"}", NULL, { "difference", "p_value" } },
    { "group_time_att", "{\"outcome\":\"x\",\"unit\":\"w\",\"period\":\"w\",\"first_treated\":\"x\"}", NULL, { "pretrend_wald" } },
    { "att_aggregate", "{\"outcome\":\"x\",\"unit\":\"w\",\"period\":\"w\",\"first_treated\":\"x\"}", NULL, { "overall_att", "overall_se" } },
    { "attrition", "{\"outcome\":\"x\",\"arm\":\"w\"}", NULL, { "attrition1", "differential", "z" } },
    { "lee_bounds", "{\"outcome\":\"x\",\"arm\":\"w\"}", NULL, { "lower", "naive", "trim_share" } },
    { "manski_bounds", "{\"outcome\":\"x\",\"arm\":\"w\"}", "{\"min\":0,\"max\":1}", { "lower", "upper" } },
    { "kaplan_meier", "{\"duration\":\"x\",\"event\":\"w\"}", "{\"at\":1}", { "survival", "ci_low", "median" } },
    { "icc", "{\"value\":\"x\",\"cluster\":\"w\"}", NULL, { "icc", "ms_between", "ms_within" } },
    { "cronbach_alpha", "{\"value\":\"x\",\"item\":\"w\",\"unit\":\"x\"}", NULL, { "alpha", "ci_low" } },
    { "equivalise", "{\"income\":\"x\",\"size\":\"w\"}", NULL, { "mean_household", "median_person" } },
    { "price_index", "{\"period\":\"x\",\"item\":\"w\",\"price\":\"x\",\"quantity\":\"w\"}", "{\"base\":1,\"current\":2}", { "fisher", "tornqvist" } },
    { "price_index_chained", "{\"period\":\"x\",\"item\":\"w\",\"price\":\"x\",\"quantity\":\"w\"}", "{\"periods\":[1,2]}", { "chain[2]", "direct" } },
    { "concentration", "{\"unit\":\"x\",\"amount\":\"w\"}", NULL, { "hhi", "cr1", "entropy" } },
    { "poverty_fgt", "{\"value\":\"x\"}", "{\"line\":5}", { "fgt0", "se0", "fgt2", "mean_shortfall_poor" } },
    { "poverty_fgt", "{\"value\":\"x\"}", "{\"relative_to\":\"median\",\"fraction\":0.6}", { "line", "fgt0" } },
    { "inequality", "{\"value\":\"x\"}", NULL, { "gini", "theil_t", "palma", "lorenz[0.2]", "atkinson[1]" } },
    { "inequality_se", "{\"value\":\"x\"}", NULL, { "gini", "gini_se", "atkinson_se" } },
    { "theil_decomposition", "{\"value\":\"x\",\"group\":\"w\"}", NULL, { "total", "within", "between_share" } },
    { "survey_estimate", "{\"value\":\"x\"}", NULL, { "estimate", "se", "ci_low", "cv_percent" } },
    { "balance", "{\"value\":\"x\",\"treated\":\"w\"}", NULL, { "mean1", "smd_average", "variance_ratio", "ks" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const tables[] = { "x,w\n", "x,w\n,\nNA,NA\n" };

    for (guint t = 0; t < 2; t++) {
      Answer *answer = ask (cases[i].metric, tables[t], cases[i].columns, cases[i].options);

      for (guint k = 0; k < 5 && cases[i].undefined[k]; k++)
        assert_undefined (answer, cases[i].undefined[k]);
      answer_free (answer);
    }
  }
  g_assert_cmpfloat (value_of ("total", "total", "x\n", "{\"value\":\"x\"}", NULL), ==, 0);
  g_assert_cmpfloat (value_of ("n_missing", "count", "x,y\n,1\n1,\n", "{\"value\":\"x\"}", NULL), ==, 1);
  g_assert_cmpfloat (value_of ("n_total", "count", "x,y\n,1\n1,\n", NULL, NULL), ==, 2);
}

/* ---- families ---- */

static void
test_one_record (void)
{
  g_autoptr (Answer) mean = ask ("mean", "x\n-7.5\n", "{\"value\":\"x\"}", NULL);
  g_autoptr (Answer) paired = ask ("paired_change", "b,a\n4,6\n3,\n,2\n", "{\"before\":\"b\",\"after\":\"a\"}", NULL);
  g_autoptr (Answer) boot = ask ("bootstrap", "x\n4\n", "{\"value\":\"x\"}", NULL);
  g_autoptr (Answer) survey = ask ("survey_estimate", "x\n4\n", "{\"value\":\"x\"}", NULL);

  assert_value (mean, "mean", -7.5);
  assert_value (mean, "max", -7.5);
  assert_undefined (mean, "sd");
  assert_undefined (mean, "ci_low");
  assert_value (paired, "n_pairs", 1);
  assert_value (paired, "n_before_only", 1);
  assert_value (paired, "n_after_only", 1);
  assert_value (paired, "n_total", 3);
  assert_value (paired, "ratio_of_means", 1.5);
  assert_undefined (paired, "ratio_se");
  assert_undefined (paired, "t");
  g_assert_nonnull (strstr (paired->text, "warnings"));
  assert_value (boot, "estimate", 4);
  assert_undefined (boot, "boot_se");
  assert_value (survey, "estimate", 4);
  assert_undefined (survey, "se");
}

static void
test_equal_values (void)
{
  /* 0.1 + 0.1 + 0.1 is not 0.3 in doubles; equal values must vary by nothing all the same. */
  g_autoptr (Answer) mean = ask ("mean", "x\n0.1\n0.1\n0.1\n", "{\"value\":\"x\"}", NULL);
  g_autoptr (Answer) paired = ask ("paired_change", "b,a\n1.1,1.3\n2.1,2.3\n3.1,3.3\n", "{\"before\":\"b\",\"after\":\"a\"}", NULL);
  g_autoptr (Answer) groups = ask ("mean_difference", "x,g\n0.1,1\n0.1,1\n0.7,0\n0.7,0\n", "{\"value\":\"x\",\"group\":\"g\"}", NULL);
  g_autoptr (Answer) spread = ask ("inequality", "x\n0.1\n0.1\n0.1\n", "{\"value\":\"x\"}", NULL);
  g_autoptr (Answer) icc = ask ("icc", "x,c\n0.1,a\n0.1,a\n0.1,b\n0.1,b\n", "{\"value\":\"x\",\"cluster\":\"c\"}", NULL);
  g_autoptr (Answer) boot = ask ("bootstrap", "x\n0.1\n0.1\n0.1\n", "{\"value\":\"x\"}", NULL);
  g_autoptr (Answer) weighted = ask ("weighted_mean", "x,w\n0.1,0.7\n0.1,0.3\n0.3,0\n", "{\"value\":\"x\",\"weight\":\"w\"}", NULL);

  g_assert_cmpfloat (get (mean, "sd"), ==, 0);
  g_assert_cmpfloat (get (mean, "ci_low"), ==, 0.1);
  assert_undefined (paired, "t");
  assert_undefined (paired, "cohen_dz");
  assert_value (paired, "mean_change", 0.2);
  assert_value (paired, "correlation", 1);
  assert_value (groups, "difference", -0.6);
  assert_undefined (groups, "t");
  assert_undefined (groups, "df");
  g_assert_cmpfloat (get (spread, "gini"), ==, 0);
  assert_undefined (icc, "icc");
  g_assert_cmpfloat (get (icc, "ms_within"), ==, 0);
  g_assert_cmpfloat (get (boot, "boot_se"), ==, 0);
  assert_undefined (boot, "acceleration");
  assert_undefined (boot, "bca_low");
  g_assert_cmpfloat (get (boot, "z0"), ==, 0);
  g_assert_cmpfloat (get (weighted, "mean"), ==, 0.1);
  g_assert_cmpfloat (get (weighted, "se"), ==, 0);
}

static void
test_weights (void)
{
  const char *csv = "x,w\n5,0\n1,2\n-3,1\n7,0\n";
  g_autoptr (Answer) mean = ask ("weighted_mean", csv, "{\"value\":\"x\",\"weight\":\"w\"}", NULL);
  g_autoptr (Answer) quantile = ask ("weighted_quantile", csv, "{\"value\":\"x\",\"weight\":\"w\"}", "{\"probs\":[0,0.3333,0.5,1]}");
  g_autoptr (Answer) zero = ask ("inequality", "x,w\n5,0\n1,0\n", "{\"value\":\"x\",\"weight\":\"w\"}", NULL);
  g_autoptr (Answer) poverty = ask ("poverty_fgt", "x,w\n5,0\n1,0\n", "{\"value\":\"x\",\"weight\":\"w\"}", "{\"line\":3}");
  g_autoptr (Answer) one = ask ("weighted_mean", "x,w\n5,0.7\n1,0\n", "{\"value\":\"x\",\"weight\":\"w\"}", NULL);

  assert_value (mean, "n", 4);
  assert_value (mean, "mean", -1.0 / 3);
  assert_value (mean, "n_effective", 9.0 / 5);
  assert_value (quantile, "q[0]", -3);
  assert_value (quantile, "q[0.5]", 1);
  assert_value (quantile, "q[1]", 1);
  assert_undefined (zero, "gini");
  assert_undefined (poverty, "fgt0");
  assert_value (one, "mean", 5);
  assert_undefined (one, "var_reliability");
  assert_undefined (one, "var_frequency");
  assert_refused (ask ("weighted_quantile", "x,w\n1,1\n2,1.5\n", "{\"value\":\"x\",\"weight\":\"w\"}", "{\"rule\":\"frequency_linear\"}"), "line 3", "1.5", NULL);
}

static void
test_counts (void)
{
  g_autoptr (Answer) p = ask ("proportion", NULL, NULL, "{\"x\":0,\"n\":5}");
  g_autoptr (Answer) two = ask ("two_proportions", NULL, NULL, "{\"x1\":3,\"n1\":3,\"x0\":0,\"n0\":4}");
  g_autoptr (Answer) mcnemar = ask ("mcnemar", "b,a\n0,1\n0,1\n1,0\n1,1\n,1\n", "{\"before\":\"b\",\"after\":\"a\"}", NULL);

  assert_value (p, "wilson_low", 0);
  assert_value (p, "wilson_cc_low", 0);
  assert_value (p, "jeffreys_low", 0);
  assert_value (p, "clopper_pearson_high", 1 - pow (0.025, 0.2));
  assert_value (two, "difference", 1);
  assert_undefined (two, "risk_ratio");
  assert_undefined (two, "rr_low");
  assert_value (two, "fisher_p", 1.0 / 35);
  assert_value (mcnemar, "b", 2);
  assert_value (mcnemar, "c", 1);
  assert_value (mcnemar, "p_exact", 1);
  assert_value (mcnemar, "p_mid", 1 - 3.0 / 8);
  assert_refused (ask ("proportion", NULL, NULL, "{\"x\":-1,\"n\":4}"), "x", NULL);
  assert_refused (ask ("proportion", NULL, NULL, "{\"x\":5,\"n\":4}"), "at most n", NULL);
  assert_refused (ask ("proportion", NULL, NULL, "{\"x\":1.5,\"n\":4}"), "whole", NULL);
  assert_refused (ask ("proportion", NULL, NULL, "{\"x\":1}"), "x and n", NULL);
  assert_refused (ask ("two_proportions", NULL, NULL, "{\"x1\":3,\"n1\":2,\"x0\":0,\"n0\":4}"), "not possible", NULL);
  assert_refused (ask ("two_proportions", NULL, NULL, "{\"x1\":3,\"n1\":4,\"x0\":0}"), "n0", NULL);
}

static void
test_growth_and_deflation (void)
{
  g_autoptr (Answer) fallen = ask ("growth", NULL, NULL, "{\"start\":10,\"end\":0,\"years\":2,\"inflation\":[0,100]}");
  g_autoptr (Answer) below = ask ("growth", NULL, NULL, "{\"start\":-10,\"end\":5,\"years\":2,\"comparator_start\":2,\"comparator_end\":3}");
  g_autoptr (Answer) real = ask ("deflate", NULL, NULL, "{\"years\":[2014,2015],\"rates\":[-50],\"base_year\":2015,\"nominal\":[10,10]}");

  assert_value (fallen, "annual_rate", -100);
  assert_value (fallen, "real_ratio", 0);
  assert_undefined (fallen, "log_change");
  assert_value (below, "change", 15);
  assert_undefined (below, "comparator_ratio");
  assert_undefined (below, "ratio");
  assert_undefined (below, "naive_effect");
  assert_undefined (below, "log_did");
  assert_value (real, "deflator[2014]", 2);
  assert_value (real, "real[2014]", 5);
  assert_value (real, "real[2015]", 10);
  assert_refused (ask ("growth", NULL, NULL, "{\"start\":10}"), "end", NULL);
  assert_refused (ask ("growth", NULL, NULL, "{\"start\":1,\"end\":2,\"comparator_start\":1}"), "comparator_end", NULL);
  assert_refused (ask ("deflate", NULL, NULL, "{\"years\":[2014,2015],\"rates\":[1,2],\"base_year\":2014}"), "2 rates for 2 years", NULL);
  assert_refused (ask ("deflate", NULL, NULL, "{\"years\":[2014,2015],\"rates\":[1],\"base_year\":2013}"), "2013", NULL);
  assert_refused (ask ("deflate", NULL, NULL, "{\"years\":[2014,2014],\"rates\":[1],\"base_year\":2014}"), "twice", NULL);
  assert_refused (ask ("deflate", NULL, NULL, "{\"years\":[2014,2015],\"index\":[0,1],\"base_year\":2014}"), "not above 0", NULL);
  assert_refused (ask ("deflate", NULL, NULL, "{\"years\":[2014],\"index\":[1],\"rates\":[],\"base_year\":2014}"), "either", NULL);
}

static void
test_concentration_and_prices (void)
{
  const char *columns = "{\"period\":\"t\",\"item\":\"i\",\"price\":\"p\",\"quantity\":\"q\"}";
  g_autoptr (Answer) negative = ask ("concentration", "u,a\nx,5\ny,-1\n", "{\"unit\":\"u\",\"amount\":\"a\"}", NULL);
  g_autoptr (Answer) returns = ask ("concentration", "u,a\nx,5\ny,-1\ny,1\n", "{\"unit\":\"u\",\"amount\":\"a\"}", NULL);
  g_autoptr (Answer) one = ask ("price_index", "t,i,p,q\n1,tea,2,3\n2,tea,4,5\n1,rice,1,1\n", columns, "{\"base\":\"1\",\"current\":2}");
  g_autoptr (Answer) twice = ask ("price_index", "t,i,p,q\n1,tea,2,1\n1,tea,4,1\n2,tea,6,5\n", columns, "{\"base\":1,\"current\":2}");
  g_autoptr (Answer) gap = ask ("price_index_chained", "t,i,p,q\n1,tea,2,1\n2,rice,4,1\n3,tea,6,5\n", columns, "{\"periods\":[1,2,3]}");

  assert_undefined (negative, "hhi");
  assert_value (returns, "hhi", 1);
  assert_value (returns, "n_units", 2);
  assert_value (returns, "n_positive", 1);
  assert_value (one, "n_matched", 1);
  assert_value (one, "n_base_only", 1);
  assert_value (one, "tornqvist", 2);
  assert_value (one, "fisher_quantity", 5.0 / 3);
  assert_value (twice, "fisher", 2);
  g_assert_nonnull (strstr (twice->text, "unit value"));
  assert_value (gap, "chain[1]", 1);
  assert_undefined (gap, "chain[2]");
  assert_undefined (gap, "chain[3]");
  assert_value (gap, "direct", 3);
  assert_value (gap, "direct[1]", 1);
  assert_undefined (gap, "direct[2]");
  assert_value (gap, "direct[3]", 3);
  assert_refused (ask ("price_index", "t,i,p,q\n1,tea,-2,3\n", columns, "{\"base\":1,\"current\":2}"), "line 2", "-2", NULL);
}

static void
test_households (void)
{
  g_autoptr (Answer) answer = ask ("equivalise", "y,s,k\n100,1,1\n200,2,0\n,1,0\n", "{\"income\":\"y\",\"size\":\"s\",\"children\":\"k\"}", "{\"scale\":\"oxford\",\"show\":[2]}");

  assert_value (answer, "n", 2);
  assert_value (answer, "equivalent_size[2]", 1.7);
  assert_value (answer, "mean_household", (100 + 200 / 1.7) / 2);
  assert_refused (ask ("equivalise", "y,s,k\n100,1,2\n", "{\"income\":\"y\",\"size\":\"s\",\"children\":\"k\"}", NULL), "line 2", "children", NULL);
  assert_refused (ask ("equivalise", "y,s\n100,0\n", "{\"income\":\"y\",\"size\":\"s\"}", NULL), "line 2", "size", NULL);
  assert_refused (ask ("equivalise", "y,s\n100,1\n", "{\"income\":\"y\",\"size\":\"s\"}", "{\"show\":[2]}"), "show", NULL);
}

static void
test_poverty_and_inequality (void)
{
  g_autoptr (Answer) zero_line = ask ("poverty_fgt", "x\n-1\n2\n", "{\"value\":\"x\"}", "{\"line\":0}");
  g_autoptr (Answer) at = ask ("poverty_fgt", "x\n5\n5\n", "{\"value\":\"x\"}", "{\"line\":5,\"poor_if\":\"at_or_below\"}");
  g_autoptr (Answer) negative = ask ("inequality", "x\n-10\n12\n", "{\"value\":\"x\"}", NULL);
  g_autoptr (Answer) below = ask ("inequality", "x\n-10\n1\n", "{\"value\":\"x\"}", NULL);
  g_autoptr (Answer) epsilon = ask ("inequality", "x\n0\n4\n", "{\"value\":\"x\"}", "{\"epsilon\":[0,0.9,1.5],\"lorenz\":[0,0.25,1]}");
  g_autoptr (Answer) zero_se = ask ("inequality_se", "x\n0\n4\n6\n", "{\"value\":\"x\"}", "{\"epsilon\":1}");

  assert_value (zero_line, "fgt0", 0.5);
  assert_undefined (zero_line, "fgt1");
  assert_undefined (zero_line, "se2");
  assert_value (at, "fgt0", 1);
  assert_value (at, "fgt1", 0);
  assert_value (at, "mean_shortfall_poor", 0);
  assert_value (negative, "gini", 5.5);
  assert_undefined (negative, "theil_t");
  assert_undefined (negative, "atkinson[0.5]");
  assert_undefined (below, "gini");
  assert_undefined (below, "cv");
  assert_value (epsilon, "atkinson[0]", 0);
  assert_value (epsilon, "atkinson[1.5]", 1);
  assert_undefined (epsilon, "theil_l");
  assert_value (epsilon, "lorenz[0]", 0);
  assert_value (epsilon, "lorenz[1]", 1);
  assert_value (zero_se, "atkinson", 1);
  assert_undefined (zero_se, "atkinson_se");
  assert_undefined (zero_se, "theil_l_se");
  assert_refused (ask ("inequality", "x\n1\n", "{\"value\":\"x\"}", "{\"epsilon\":[-1]}"), "epsilon", NULL);
  assert_refused (ask ("poverty_fgt", "x\n1\n", "{\"value\":\"x\"}", NULL), "line", NULL);
  assert_refused (ask ("poverty_fgt", "x\n1\n", "{\"value\":\"x\"}", "{\"line\":3,\"relative_to\":\"mean\",\"fraction\":0.5}"), "either", NULL);
}

static void
test_survey (void)
{
  const char *columns = "{\"value\":\"x\",\"stratum\":\"s\",\"psu\":[\"p\"],\"fpc\":[\"N\"]}";
  g_autoptr (Answer) census = ask ("survey_estimate", "x,s,p,N\n1,a,1,2\n2,a,2,2\n7,b,1,1\n", columns, "{\"statistic\":\"total\"}");
  g_autoptr (Answer) outside = ask ("survey_estimate", "x,h\n1,m\n2,m\n", "{\"value\":\"x\"}", "{\"domain\":{\"column\":\"h\",\"values\":[\"f\"]}}");

  assert_value (census, "estimate", 10);
  assert_value (census, "se", 0);
  assert_value (outside, "n", 0);
  assert_undefined (outside, "estimate");
  assert_refused (ask ("survey_estimate", "x,s,p,N\n1,a,1,1\n2,a,2,1\n", columns, NULL), "line 2", "fewer", NULL);
  assert_refused (ask ("survey_estimate", "x,s,p,N\n1,a,1,5\n2,a,2,6\n", columns, NULL), "line 3", "differs", NULL);
  assert_refused (ask ("survey_estimate", "x\n1\n", "{\"value\":\"x\"}", "{\"statistic\":\"ratio\"}"), "numerator", NULL);
  assert_refused (ask ("survey_estimate", "x\n3\n", "{\"value\":\"x\"}", "{\"statistic\":\"proportion\"}"), "flag", NULL);
  assert_refused (ask ("survey_estimate", "x\n3\n", "{\"value\":\"x\"}", "{\"domain\":{\"column\":\"h\"}}"), "domain", NULL);
  assert_refused (ask ("survey_estimate", "x\n3\n", "{\"value\":\"x\"}", "{\"domain\":{\"column\":\"h\",\"values\":[1]}}"), "no column \\\"h\\\"", NULL);
}

static void
test_panels (void)
{
  const char *did = "{\"outcome\":\"y\",\"treated\":\"t\",\"post\":\"p\",\"cluster\":\"c\"}";
  const char *twfe = "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"treatment\":\"d\",\"cluster\":\"u\"}";
  const char *staggered = "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"first_treated\":\"f\"}";
  g_autoptr (Answer) cells = ask ("did_2x2", "y,t,p,c\n1,0,0,a\n2,0,1,a\n4,1,0,b\n9,1,1,b\n", did, NULL);
  g_autoptr (Answer) empty = ask ("did_2x2", "y,t,p,c\n1,0,0,a\n2,0,1,a\n4,1,0,b\n9,1,0,b\n", did, NULL);
  g_autoptr (Answer) constant = ask ("did_2x2", "y,t,p,c\n0.1,0,0,a\n0.1,0,1,a\n0.1,1,0,b\n0.1,1,1,b\n0.1,1,1,c\n", did, NULL);
  g_autoptr (Answer) absorbed = ask ("twfe", "y,u,p,d\n1,a,1,1\n2,a,2,1\n4,b,1,0\n9,b,2,0\n", twfe, NULL);
  g_autoptr (Answer) alone = ask ("twfe", "y,u,p,d\n1,a,1,0\n2,a,2,0\n4,b,1,0\n9,b,2,1\n5,c,1,0\n", twfe, NULL);
  g_autoptr (Answer) nobody = ask ("group_time_att", "y,u,p,f\n1,a,1,2\n3,a,2,2\n", staggered, NULL);
  g_autoptr (Answer) pair = ask ("group_time_att", "y,u,p,f\n1,a,1,2\n3,a,2,2\n1,b,1,0\n1.5,b,2,0\n8,c,1,1\n8,c,2,1\n2,d,1,9\n2,d,2,9\n5,e,2,0\n", staggered, NULL);
  g_autoptr (Answer) shuffled = ask ("randomisation_test", "y,t,c\n1,0,a\n2,0,a\n4,1,b\n9,1,d\n", "{\"outcome\":\"y\",\"treated\":\"t\",\"cluster\":\"c\"}", NULL);

  assert_value (cells, "estimate", 4);
  assert_value (cells, "cell_mean[1,1]", 9);
  assert_undefined (cells, "se_classical");
  assert_undefined (empty, "estimate");
  assert_undefined (empty, "cell_mean[1,1]");
  assert_value (empty, "cell_n[1,1]", 0);
  assert_undefined (empty, "se_cr2");
  g_assert_cmpfloat (get (constant, "estimate"), ==, 0);
  g_assert_cmpfloat (get (constant, "se_cr1"), ==, 0);
  assert_undefined (constant, "p_cr1");
  assert_undefined (absorbed, "estimate");
  assert_value (absorbed, "k", 3);
  assert_value (alone, "estimate", 4);
  assert_value (alone, "n_units", 3);
  assert_value (alone, "k", 5);
  assert_undefined (nobody, "att[2,2]");
  assert_value (pair, "n_units", 3);
  assert_value (pair, "att[2,2]", 1.75);
  assert_undefined (pair, "pretrend_wald");
  assert_value (shuffled, "difference", 5);
  assert_value (shuffled, "n_assignments", 3);
  assert_refused (ask ("did_2x2", "y,t,p,c\n1,0,0,a\n-2,0,1,a\n", did, "{\"log\":true}"), "line 3", "-2", "logarithm", NULL);
  assert_refused (ask ("group_time_att", "y,u,p,f\n1,a,1,2\n3,a,1,2\n", staggered, NULL), "line 3", "twice", NULL);
  assert_refused (ask ("group_time_att", "y,u,p,f\n1,a,1,2\n3,a,2,3\n", staggered, NULL), "line 3", "differs", NULL);
  assert_refused (ask ("randomisation_test", "y,t,c\n1,0,a\n2,1,a\n", "{\"outcome\":\"y\",\"treated\":\"t\",\"cluster\":\"c\"}", NULL), "line 3", "cluster", NULL);
  assert_refused (ask ("wild_cluster_bootstrap", "y,x,c\n1,0,a\n", "{\"outcome\":\"y\",\"cluster\":\"c\"}", "{\"regressors\":[\"x\"],\"tested\":\"z\"}"), "z", NULL);
}

static void
test_trials (void)
{
  const char *columns = "{\"outcome\":\"y\",\"arm\":\"a\"}";
  g_autoptr (Answer) same = ask ("lee_bounds", "y,a\n1,1\n3,1\n2,0\n4,0\n", columns, NULL);
  g_autoptr (Answer) trimmed = ask ("lee_bounds", "y,a\n1,1\n3,1\n5,1\n2,0\n4,0\n,0\n", columns, NULL);
  g_autoptr (Answer) lost = ask ("lee_bounds", "y,a\n1,1\n,0\n", columns, NULL);
  g_autoptr (Answer) worst = ask ("manski_bounds", "y,a\n1,1\n,1\n2,0\n", columns, "{\"min\":0,\"max\":10}");
  g_autoptr (Answer) outside = ask ("manski_bounds", "y,a\n11,1\n,0\n", columns, "{\"min\":0,\"max\":10}");

  assert_value (same, "trim_share", 0);
  assert_value (same, "lower", -1);
  assert_value (same, "upper", -1);
  assert_value (trimmed, "lower", 2 - 3);
  assert_value (trimmed, "upper", 4 - 3);
  assert_undefined (lost, "lower");
  assert_value (worst, "lower", 0.5 - 2);
  assert_value (worst, "upper", 5.5 - 2);
  assert_value (outside, "lower", 11 - 10);
  assert_value (outside, "upper", 11);
  g_assert_nonnull (strstr (outside->text, "1 outcomes are outside min and max"));
  g_assert_null (strstr (worst->text, "warnings"));
  assert_refused (ask ("manski_bounds", "y,a\n1,1\n", columns, "{\"min\":0}"), "max", NULL);
}

static void
test_networks (void)
{
  const char *columns = "{\"from\":\"f\",\"to\":\"t\",\"amount\":\"m\",\"node\":\"n\",\"side\":\"s\"}", *sides = "{\"left\":\"l\",\"right\":\"r\"}";
  const char *nodes = "n,s\na,l\nb,l\nx,r\ny,r\nz,other\n";
  g_autoptr (Answer) path = ask_more ("bipartite_network", "f,t,m\na,x,1\nb,x,2\nb,y,3\na,x,4\n", columns, "{\"left\":\"l\",\"right\":\"r\",\"show\":[\"x\",\"b\"]}", nodes, NULL);
  g_autoptr (Answer) bare = ask_more ("bipartite_network", "f,t,m\n", columns, sides, "n,s\n", NULL);

  assert_value (path, "n_edges", 3);
  assert_value (path, "n_records", 4);
  assert_value (path, "betweenness[x]", 2);
  assert_value (path, "betweenness[b]", 2);
  assert_value (path, "strength[x]", 7);
  assert_value (path, "n_articulation", 2);
  assert_value (path, "n_components", 1);
  assert_undefined (bare, "density");
  assert_undefined (bare, "coverage_left");
  assert_refused (ask_more ("bipartite_network", "f,t,m\na,q,1\n", columns, sides, nodes, NULL), "line 2", "q", NULL);
  assert_refused (ask_more ("bipartite_network", "f,t,m\na,b,1\n", columns, sides, nodes, NULL), "same side", NULL);
  assert_refused (ask_more ("bipartite_network", "f,t,m\n", columns, sides, "n,s\na,l\na,r\n", NULL), "twice", NULL);
  assert_refused (ask_more ("bipartite_network", "f,t,m\na,x,1\n", columns, sides, NULL, NULL), "nodes", NULL);
}

static void
test_testing_and_power (void)
{
  g_autoptr (Answer) tests = ask ("multiple_testing", "t,p\na,0.01\nb,\nc,0.04\n", "{\"test\":\"t\",\"p\":\"p\"}", NULL);
  g_autoptr (Answer) none = ask ("power", NULL, NULL, "{\"design\":\"two_sample_t\",\"solve\":\"n\",\"delta\":0,\"power\":0.8}");
  g_autoptr (Answer) back = ask ("power", NULL, NULL, "{\"design\":\"paired_t\",\"solve\":\"n\",\"delta\":0.4,\"power\":0.75}");
  g_autoptr (Answer) few = ask ("power", NULL, NULL, "{\"design\":\"cluster\",\"solve\":\"mde\",\"clusters\":2,\"cluster_size\":9,\"treated_share\":0.5,\"icc\":0,\"power\":0.8}");
  char *options = g_strdup_printf ("{\"design\":\"paired_t\",\"n\":%.17g,\"delta\":0.4}", get (back, "n_real"));

  assert_value (tests, "holm[a]", 0.02);
  assert_value (tests, "holm[c]", 0.04);
  assert_undefined (tests, "bh[b]");
  assert_undefined (none, "n");
  assert_close (value_of ("power", "power", NULL, NULL, options), 0.75, 1e-10);
  g_free (options);
  assert_undefined (few, "mde_t");
  g_assert_true (get (few, "mde_normal") > 0);
  assert_refused (ask ("multiple_testing", "t,p\na,1.01\n", "{\"test\":\"t\",\"p\":\"p\"}", NULL), "line 2", NULL);
  assert_refused (ask ("multiple_testing", "t,p\na,0.1\na,0.2\n", "{\"test\":\"t\",\"p\":\"p\"}", NULL), "line 3", "twice", NULL);
  assert_refused (ask ("power", NULL, NULL, "{\"design\":\"cluster\",\"solve\":\"mde\",\"clusters\":9,\"cluster_size\":9,\"treated_share\":1,\"icc\":0,\"power\":0.8}"), "treated_share", NULL);
  assert_refused (ask ("power", NULL, NULL, "{\"design\":\"two_sample_t\",\"n\":1}"), NULL);
  assert_refused (ask ("power", NULL, NULL, "{\"n\":10}"), "design", NULL);
}

static void
test_disclosure (void)
{
  const char *columns = "{\"row\":\"r\",\"column\":\"c\",\"amount\":\"m\"}", *table = "r,c,m\na,x,5\na,x,4\nb,y,0\n";
  g_autoptr (Answer) primary = ask ("suppress_primary", table, columns, "{\"min_count\":2}");
  g_autoptr (Answer) lonely = ask ("suppress_audit", NULL, NULL, "{\"table\":[[3,0],[1,2]],\"suppressed\":[[0,0]]}");
  g_autoptr (Answer) none = ask ("suppress_audit", NULL, NULL, "{\"table\":[[3]],\"suppressed\":[]}");
  g_autoptr (Answer) hopeless = ask ("suppress_secondary", NULL, NULL, "{\"table\":[[3,0],[0,2]],\"primary\":[[0,0]],\"protection_percent\":10}");
  g_autoptr (Answer) nothing = ask ("suppress_secondary", NULL, NULL, "{\"table\":[[3,1],[1,2]],\"primary\":[],\"protection_percent\":10}");

  assert_value (primary, "primary[a,x]", 0);
  assert_value (primary, "count[a,y]", 0);
  assert_value (primary, "primary[a,y]", 0);
  assert_value (primary, "primary[b,y]", 1);
  assert_value (primary, "n_primary", 1);
  assert_value (lonely, "low[1,1]", 3);
  assert_value (lonely, "high[1,1]", 3);
  assert_value (lonely, "n_exact", 1);
  assert_value (none, "n_exact", 0);
  assert_undefined (hopeless, "min_cost");
  assert_value (hopeless, "n_optimal", 0);
  assert_value (nothing, "min_cost", 0);
  assert_value (nothing, "n_optimal", 1);
  assert_refused (ask ("suppress_primary", table, columns, NULL), "rule", NULL);
  assert_refused (ask ("suppress_primary", table, columns, "{\"dominance_n\":1}"), "dominance_k", NULL);
  assert_refused (ask ("suppress_audit", NULL, NULL, "{\"table\":[[1,2],[3]],\"suppressed\":[]}"), "table", NULL);
  assert_refused (ask ("suppress_audit", NULL, NULL, "{\"table\":[[1,-2]],\"suppressed\":[]}"), "table", NULL);
  assert_refused (ask ("suppress_audit", NULL, NULL, "{\"table\":[[1,2]],\"suppressed\":[[1,0]]}"), "[1, 0]", NULL);
  assert_refused (ask ("suppress_audit", NULL, NULL, "{\"table\":[[1,2]],\"suppressed\":[[0,0.5]]}"), "suppressed", NULL);
}

/* ---- the registry itself ---- */

static void
test_registry (void)
{
  guint n;
  const RuaEstimator *const *all = rua_estimator_list (&n);
  char **names = rua_estimate_list_metrics ();

  g_assert_cmpuint (n, ==, 52);
  g_assert_cmpuint (g_strv_length (names), ==, n);
  for (guint i = 0; i < n; i++) {
    JsonParser *parser = json_parser_new ();
    char *text = rua_estimate_describe (names[i]);
    JsonObject *object;

    g_assert_true (rua_estimator_find (all[i]->name) == all[i]);
    g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
    object = json_node_get_object (json_parser_get_root (parser));
    g_assert_cmpstr (json_object_get_string_member (object, "metric"), ==, names[i]);
    g_assert_cmpuint (strlen (all[i]->title), >, 3);
    g_assert_cmpuint (strlen (all[i]->formula), >, 5);
    for (const RuaRoleSpec *spec = all[i]->roles; spec->name; spec++)
      g_assert_cmpuint (strlen (spec->doc), >, 3);
    for (const RuaOptionSpec *spec = all[i]->options; spec->name; spec++) {
      g_assert_cmpuint (strlen (spec->doc), >, 3);
      g_assert_true ((spec->type == RUA_OPTION_TOKEN) == (spec->tokens != NULL));
    }
    g_free (text);
    g_object_unref (parser);
  }
  g_assert_null (rua_estimator_find ("nope"));
  g_assert_null (rua_estimate_describe ("nope"));
  g_strfreev (names);
}

/* Columns from elsewhere than a CSV file: presence bytes, numbers as categories, private values. */
static void
test_columns (void)
{
  static const double amount[] = { 5, 3, 100, 2 }, unit[] = { 2014, 2015, 2014, 2015 };
  static const guint8 known[] = { 1, 1, 0, 1 };
  RuaInputColumn columns[] = {
    { .role = "unit", .name = "year", .values = unit },
    { .role = "amount", .name = "amount", .values = amount, .known = known },
  };
  RuaInput input = { .n_rows = 4, .columns = columns, .n_columns = 2 };
  const RuaEstimator *estimator = rua_estimator_find ("concentration");
  GError *error = NULL;
  RuaFigures *figures = rua_estimator_run (estimator, &input, NULL, NULL, NULL, &error);
  const RuaMissing *missing;
  double value, bad[] = { 1, -1 };
  guint n;

  g_assert_no_error (error);
  g_assert_true (rua_estimator_get_estimate (estimator, figures, &value));
  g_assert_cmpfloat (value, ==, 0.5);
  g_assert_true (rua_estimator_get_n (estimator, figures, &value));
  g_assert_cmpfloat (value, ==, 2);
  g_assert_false (rua_estimator_get_se (estimator, figures, &value));
  g_assert_cmpuint (rua_figures_get_n_total (figures), ==, 4);
  g_assert_cmpuint (rua_figures_get_n_used (figures), ==, 3);
  missing = rua_figures_get_missing (figures, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (missing[0].role, ==, "amount");
  g_assert_cmpuint (missing[0].n, ==, 1);
  rua_figures_free (figures);

  columns[0] = (RuaInputColumn) { .role = "value", .values = amount };
  columns[1] = (RuaInputColumn) { .role = "weight", .name = "income", .values = bad, .withheld = TRUE };
  input.n_rows = 2;
  input.name = "households";
  g_assert_null (rua_estimator_run (rua_estimator_find ("weighted_mean"), &input, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "households, record 2"));
  g_assert_nonnull (strstr (error->message, "withheld"));
  g_assert_null (strstr (error->message, "-1"));
  g_clear_error (&error);

  figures = rua_estimator_run (rua_estimator_find ("quantile"), &(RuaInput){ .n_rows = 4, .columns = columns, .n_columns = 1 }, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rua_estimator_get_estimate (rua_estimator_find ("quantile"), figures, &value));
  g_assert_cmpfloat (value, ==, 4);
  rua_figures_free (figures);
}

/* A small request must not cost a start-up. */
static void
test_small_is_quick (void)
{
  gint64 start;

  value_of ("p", "proportion", NULL, NULL, "{\"x\":1,\"n\":3}");
  start = g_get_monotonic_time ();
  for (int i = 0; i < 20; i++)
    value_of ("p", "proportion", NULL, NULL, "{\"x\":1,\"n\":3}");
  g_test_message ("%.3f ms a request", (g_get_monotonic_time () - start) / 20000.0);
  if (g_getenv ("RUA_SLOW_MACHINE") == NULL)
    g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * 10000);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  g_test_add_func ("/estimators/missing", test_missing);
  g_test_add_func ("/estimators/refused/values", test_refused_values);
  g_test_add_func ("/estimators/refused/requests", test_refused_requests);
  g_test_add_func ("/estimators/refused/texts", test_refused_texts);
  g_test_add_func ("/estimators/cancelled", test_cancelled);
  g_test_add_func ("/estimators/where", test_where);
  g_test_add_func ("/estimators/nothing", test_nothing);
  g_test_add_func ("/estimators/one-record", test_one_record);
  g_test_add_func ("/estimators/equal-values", test_equal_values);
  g_test_add_func ("/estimators/weights", test_weights);
  g_test_add_func ("/estimators/counts", test_counts);
  g_test_add_func ("/estimators/growth-and-deflation", test_growth_and_deflation);
  g_test_add_func ("/estimators/concentration-and-prices", test_concentration_and_prices);
  g_test_add_func ("/estimators/households", test_households);
  g_test_add_func ("/estimators/poverty-and-inequality", test_poverty_and_inequality);
  g_test_add_func ("/estimators/survey", test_survey);
  g_test_add_func ("/estimators/panels", test_panels);
  g_test_add_func ("/estimators/trials", test_trials);
  g_test_add_func ("/estimators/networks", test_networks);
  g_test_add_func ("/estimators/testing-and-power", test_testing_and_power);
  g_test_add_func ("/estimators/disclosure", test_disclosure);
  g_test_add_func ("/estimators/registry", test_registry);
  g_test_add_func ("/estimators/columns", test_columns);
  g_test_add_func ("/estimators/small-is-quick", test_small_is_quick);
  status = g_test_run ();
  ask_clear ();
  return status;
}
