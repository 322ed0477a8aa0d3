/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Odd but legal input of estimators, answered with the number that it has or with the reason why it
 * has none; requests that contradict themselves; and work that is stopped half-way. */
#include "estimate-ask.h"

#include <math.h>
#include <string.h>

#include "rua-estimator-private.h"

/* ---- requests that contradict themselves ---- */

#define PAIRS "b,a,f,g\n1,2,0,1\n3,5,1,0\n4,4,1,1\n"

typedef struct {
  const char *metric;
  const char *csv;
  const char *columns;
  const char *options;
  const char *words[3];
} Refusal;

static const Refusal refusals[] = {
  { "random_numbers", NULL, NULL, "{\"seed\":1,\"below\":2}", { "\\\"bound\\\"" } },

  /* Which columns a statistic is made of. */
  { "bootstrap", PAIRS, "{\"before\":\"b\"}", NULL, { "mean", "\\\"value\\\" alone" } },
  { "bootstrap", PAIRS, "{\"value\":\"b\",\"before\":\"b\"}", NULL, { "\\\"value\\\" alone" } },
  { "bootstrap", PAIRS, "{\"value\":\"b\",\"after\":\"a\"}", NULL, { "\\\"value\\\" alone" } },
  { "bootstrap", PAIRS, "{\"before\":\"b\"}", "{\"statistic\":\"mean_change\"}", { "mean_change", "\\\"before\\\" and \\\"after\\\" alone" } },
  { "bootstrap", PAIRS, "{\"after\":\"a\"}", "{\"statistic\":\"ratio_of_means\"}", { "ratio_of_means", "\\\"before\\\" and \\\"after\\\" alone" } },
  { "bootstrap", PAIRS, "{\"value\":\"f\",\"before\":\"b\",\"after\":\"a\"}", "{\"statistic\":\"mean_change\"}", { "\\\"before\\\" and \\\"after\\\" alone" } },

  /* Counts, or columns that are counted. */
  { "mcnemar", PAIRS, "{\"before\":\"f\",\"after\":\"g\"}", "{\"b\":1}", { "counts b and c", "give one of them" } },
  { "mcnemar", PAIRS, "{\"before\":\"f\",\"after\":\"g\"}", "{\"c\":1}", { "counts b and c", "give one of them" } },
  { "mcnemar", NULL, NULL, "{\"b\":1}", { "options b and c" } },
  { "mcnemar", NULL, NULL, "{\"c\":1}", { "options b and c" } },
  { "mcnemar", PAIRS, "{\"before\":\"f\"}", "{\"b\":1,\"c\":2}", { "options b and c, or columns" } },
  { "mcnemar", PAIRS, "{\"after\":\"g\"}", "{\"b\":1,\"c\":2}", { "options b and c, or columns" } },
  { "mcnemar", PAIRS, "{\"after\":\"g\"}", NULL, { "options b and c, or columns" } },
  { "proportion", PAIRS, "{\"value\":\"f\"}", "{\"x\":1}", { "counts x and n", "give one of them" } },
  { "proportion", PAIRS, "{\"value\":\"f\"}", "{\"n\":1}", { "counts x and n", "give one of them" } },
  { "proportion", NULL, NULL, "{\"x\":1}", { "options x and n" } },
  { "proportion", NULL, NULL, "{\"n\":1}", { "options x and n" } },
  { "proportion", NULL, NULL, "{\"x\":3,\"n\":2}", { "3 successes among 2" } },
  { "two_proportions", PAIRS, "{\"value\":\"f\"}", NULL, { "both roles", "\\\"group\\\"" } },
  { "two_proportions", PAIRS, "{\"group\":\"f\"}", NULL, { "both roles", "\\\"value\\\"" } },
  { "two_proportions", PAIRS, "{\"value\":\"f\",\"group\":\"g\"}", "{\"x0\":1}", { "count x0", "give one of them" } },
  { "two_proportions", NULL, NULL, "{\"x1\":1,\"n1\":3,\"n0\":4}", { "option \\\"x0\\\"" } },
  { "two_proportions", NULL, NULL, "{\"x1\":4,\"n1\":3,\"x0\":2,\"n0\":4}", { "4 successes among 3" } },
  { "two_proportions", NULL, NULL, "{\"x1\":1,\"n1\":3,\"x0\":5,\"n0\":4}", { "5 successes among 4" } },

  /* As many of one as of the other. */
  { "deflate", NULL, NULL, "{\"years\":[2014,2015],\"index\":[100],\"base_year\":2014}", { "1 index values for 2 years" } },
  { "deflate", NULL, NULL, "{\"years\":[2014,2015],\"rates\":[2,3],\"base_year\":2014}", { "2 rates for 2 years" } },
  { "deflate", NULL, NULL, "{\"years\":[2014,2015],\"rates\":[2],\"base_year\":2014,\"nominal\":[1]}", { "1 nominal values for 2 years" } },
  { "deflate", NULL, NULL, "{\"years\":[2014,2015],\"rates\":[2],\"index\":[1,2],\"base_year\":2014}", { "either rates or index" } },
  { "deflate", NULL, NULL, "{\"years\":[2014,2015],\"base_year\":2014}", { "either rates or index" } },
  { "deflate", NULL, NULL, "{\"years\":[2014,2015],\"rates\":[2],\"base_year\":2013}", { "base_year 2013" } },
  { "deflate", NULL, NULL, "{\"years\":[2014,2014],\"rates\":[2],\"base_year\":2014}", { "year 2014 is there twice" } },
  { "deflate", NULL, NULL, "{\"years\":[2014,2015],\"rates\":[-100],\"base_year\":2014}", { "index of 2015 is not above 0" } },
  { "growth", NULL, NULL, "{\"start\":1,\"end\":2,\"comparator_start\":1}", { "comparator_start and comparator_end" } },
  { "growth", NULL, NULL, "{\"start\":1,\"end\":2,\"comparator_end\":1}", { "comparator_start and comparator_end" } },
  { "manski_bounds", PAIRS, "{\"outcome\":\"b\",\"arm\":\"f\"}", "{\"min\":2,\"max\":1}", { "min is above max" } },
  { "balance", PAIRS, "{\"value\":\"b\",\"treated\":\"f\"}", "{\"binary\":true}", { "is not a flag", "line 3" } },
  /* What would have no say. */
  { "power", NULL, NULL, "{\"design\":\"two_proportions\",\"n\":20,\"p1\":0.5,\"p2\":0.6,\"ratio\":3}", { "\\\"ratio\\\" has no say", "two_proportions" } },
  { "power", NULL, NULL, "{\"design\":\"two_proportions\",\"n\":20,\"p1\":0.5,\"p2\":0.6,\"delta\":1}", { "\\\"delta\\\" has no say" } },
  { "power", NULL, NULL, "{\"design\":\"paired_t\",\"n\":20,\"delta\":1,\"ratio\":2}", { "\\\"ratio\\\" has no say", "paired_t" } },
  { "power", NULL, NULL, "{\"design\":\"two_sample_t\",\"n\":20,\"delta\":1,\"icc\":0.1}", { "\\\"icc\\\" has no say" } },
  { "price_index_chained", "t,i,p,q\n1,x,2,3\n", "{\"period\":\"t\",\"item\":\"i\",\"price\":\"p\",\"quantity\":\"q\"}", "{\"periods\":[]}", { "periods", "no period" } },

  /* A line, or what it is relative to. */
  { "poverty_fgt", PAIRS, "{\"value\":\"b\"}", NULL, { "either as line, or as relative_to and fraction" } },
  { "poverty_fgt", PAIRS, "{\"value\":\"b\"}", "{\"fraction\":0.6}", { "either as line" } },
  { "poverty_fgt", PAIRS, "{\"value\":\"b\"}", "{\"relative_to\":\"mean\"}", { "either as line" } },
  { "poverty_fgt", PAIRS, "{\"value\":\"b\"}", "{\"line\":2,\"fraction\":0.6}", { "either as line" } },
  { "poverty_fgt", PAIRS, "{\"value\":\"b\"}", "{\"line\":2,\"relative_to\":\"mean\",\"fraction\":0.6}", { "either as line" } },

  /* Survey designs. */
  { "survey_estimate", PAIRS, "{\"value\":\"b\",\"numerator\":\"a\"}", "{\"statistic\":\"mean\"}", { "statistic mean", "\\\"value\\\" alone" } },
  { "survey_estimate", PAIRS, "{\"value\":\"b\",\"denominator\":\"a\"}", "{\"statistic\":\"total\"}", { "statistic total", "\\\"value\\\" alone" } },
  { "survey_estimate", PAIRS, "{\"numerator\":\"a\"}", "{\"statistic\":\"mean\"}", { "statistic mean", "\\\"value\\\" alone" } },
  { "survey_estimate", PAIRS, "{\"numerator\":\"a\"}", "{\"statistic\":\"ratio\"}", { "ratio", "\\\"denominator\\\" alone" } },
  { "survey_estimate", PAIRS, "{\"denominator\":\"a\"}", "{\"statistic\":\"ratio\"}", { "ratio", "\\\"numerator\\\"" } },
  { "survey_estimate", PAIRS, "{\"value\":\"b\",\"numerator\":\"a\",\"denominator\":\"b\"}", "{\"statistic\":\"ratio\"}", { "ratio", "alone" } },
  { "survey_estimate", PAIRS, "{\"value\":\"b\",\"psu\":[\"a\",\"b\",\"f\"]}", "{\"statistic\":\"mean\"}", { "at most two stages" } },
  { "survey_estimate", PAIRS, "{\"value\":\"b\",\"psu\":[\"a\",\"b\"],\"fpc\":[\"a\",\"b\",\"b\"]}", "{\"statistic\":\"mean\"}", { "at most two stages" } },
  { "survey_estimate", PAIRS, "{\"value\":\"b\",\"psu\":[\"a\"],\"fpc\":[\"a\",\"b\"]}", "{\"statistic\":\"mean\"}", { "more fpc columns than stages" } },

  /* A logarithm of what has none. */
  { "twfe", PAIRS, "{\"unit\":\"b\",\"period\":\"a\",\"outcome\":\"f\",\"treatment\":\"g\"}", "{\"log\":true}", { "line 2", "\\\"f\\\"" } },
  { "did_2x2", PAIRS, "{\"outcome\":\"f\",\"treated\":\"f\",\"post\":\"g\"}", "{\"log\":true}", { "line 2", "\\\"f\\\"" } },
  { "group_time_att", PAIRS, "{\"unit\":\"b\",\"period\":\"a\",\"outcome\":\"f\",\"first_treated\":\"g\"}", "{\"log\":true}", { "line 2", "\\\"f\\\"" } },
  { "att_aggregate", PAIRS, "{\"unit\":\"b\",\"period\":\"a\",\"outcome\":\"f\",\"first_treated\":\"g\"}", "{\"type\":\"simple\",\"log\":true}", { "line 2", "\\\"f\\\"" } },
  { "wild_cluster_bootstrap", PAIRS, "{\"outcome\":\"f\",\"cluster\":\"b\",\"regressors\":[\"a\"]}", "{\"tested\":\"a\",\"log\":true}", { "line 2", "\\\"f\\\"" } },
  { "wild_cluster_bootstrap", PAIRS, "{\"outcome\":\"b\",\"cluster\":\"b\",\"regressors\":[\"a\"]}", "{\"tested\":\"g\"}", { "\\\"g\\\"", "not among the regressors" } },

  /* Tables of which some cells are withheld. */
  { "suppress_primary", PAIRS, "{\"row\":\"b\",\"column\":\"a\"}", NULL, { "give a rule" } },
  { "suppress_primary", PAIRS, "{\"row\":\"b\",\"column\":\"a\"}", "{\"dominance_n\":1}", { "both dominance_n and dominance_k" } },
  { "suppress_primary", PAIRS, "{\"row\":\"b\",\"column\":\"a\"}", "{\"dominance_k\":75}", { "both dominance_n and dominance_k" } },
  { "suppress_primary", PAIRS, "{\"row\":\"b\",\"column\":\"a\"}", "{\"dominance_n\":1,\"dominance_k\":75}", { "\\\"amount\\\"" } },
  { "suppress_primary", PAIRS, "{\"row\":\"b\",\"column\":\"a\"}", "{\"p_percent\":10}", { "\\\"amount\\\"" } },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1,2],[3,4]],\"suppressed\":[[0,2]]}", { "no cell [0, 2]", "2 by 2" } },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1,2],[3,4]],\"suppressed\":[[2,0]]}", { "no cell [2, 0]", "2 by 2" } },

  /* Lists and figures. */
  { "mean", PAIRS, "{\"value\":\"b\"}", "{\"figures\":[]}", { "\\\"figures\\\"", "[\\\"mean\\\"]" } },
  { "mean", PAIRS, "{\"value\":\"b\"}", "{\"figures\":\"mean\"}", { "\\\"figures\\\"", "[\\\"mean\\\"]" } },
  { "mean", PAIRS, "{\"value\":\"b\"}", "{\"figures\":[\"mean\",1]}", { "\\\"figures\\\"", "[\\\"mean\\\"]" } },
  { "mean", PAIRS, "{\"value\":\"b\"}", "{\"figures\":[\"median\"]}", { "median" } },
  { "manski_bounds", PAIRS, "{\"outcome\":\"b\",\"arm\":\"f\"}", "{\"min\":0,\"max\":9,\"figures\":[]}", { "\\\"figures\\\"", "[\\\"n\\\"]" } },
  { "suppress_audit", NULL, NULL, "{\"table\":[[]],\"suppressed\":[[0,0]]}", { "\\\"table\\\"" } },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1,2],[3,4]],\"suppressed\":[[0,1000000001]]}", { "\\\"suppressed\\\"" } },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1,2],[3,4]],\"suppressed\":[[0,1,2]]}", { "\\\"suppressed\\\"" } },
};

static void
test_contradictions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    const Refusal *r = &refusals[i];
    g_autoptr (Answer) answer = ask (r->metric, r->csv, r->columns, r->options);

    if (!answer->refused) {
      g_test_fail_printf ("%s with %s takes %s: %.200s", r->metric, r->columns, r->options, answer->text);
      continue;
    }
    for (guint k = 0; k < G_N_ELEMENTS (r->words) && r->words[k] != NULL; k++)
      if (strstr (answer->text, r->words[k]) == NULL)
        g_test_fail_printf ("%s with %s and %s does not tell %s: %s", r->metric, r->columns, r->options, r->words[k],
                            answer->text);
  }
}

/* An option's value is shown in the message, and cut when it is long: at a whole character. */
static void
test_long_value (void)
{
  static const char *const letters[] = { "a", "\303\251", "\345\206\234", "\360\237\214\276" };

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++) {
    g_autoptr (GString) options = g_string_new ("{\"statistic\":\"");
    g_autoptr (Answer) answer = NULL;

    for (guint k = 0; k < 100; k++)
      g_string_append (options, letters[i]);
    g_string_append (options, "\"}");
    answer = ask ("bootstrap", PAIRS, "{\"value\":\"b\"}", options->str);
    g_assert_true (answer->refused);
    g_assert_true (g_utf8_validate (answer->text, -1, NULL));
    g_assert_nonnull (strstr (answer->text, letters[i]));
    g_assert_nonnull (strstr (answer->text, "..."));
    g_assert_null (strstr (answer->text, "\357\277\275"));
    g_assert_cmpuint (strlen (answer->text), <, 300);
  }
}

/* ---- odd but legal ---- */

#define MEAN_CHANGE "{\"before\":\"b\",\"after\":\"a\"}"
#define VALUE "{\"value\":\"x\"}"
#define GINI "{\"statistic\":\"gini\",\"replicates\":99}"
#define RATIO "{\"statistic\":\"ratio_of_means\",\"replicates\":99}"
#define NORMAL "{\"method\":\"normal\",\"continuity\":true}"
#define BALANCE "{\"value\":\"x\",\"treated\":\"t\",\"weight\":\"w\"}"
#define TREATED "{\"value\":\"x\",\"treated\":\"t\"}"
#define PAIR "{\"before\":\"b\",\"after\":\"a\"}"
#define EXEMPT "{\"exempt\":\"e\",\"participated\":\"p\"}"
#define CELLS "{\"row\":\"r\",\"column\":\"c\"}"
#define CELLS_OF "{\"row\":\"r\",\"column\":\"c\",\"amount\":\"x\"}"
#define LIKE_LABELS "r,c\n\"a,b\",c\na,\"b,c\"\na,\"b,c\"\n"
#define ALL_FOUR "\"suppressed\":[[0,0],[0,1],[1,0],[1,1]]"
#define SURVEY "{\"value\":\"x\",\"weight\":\"w\"}"
#define GROUPED "{\"value\":\"x\",\"group\":\"g\",\"weight\":\"w\"}"

static const Known odd[] = {
  /* Nothing to divide by, at once or in some draw. */
  { "bootstrap", "b,a\n1,2\n-1,3\n", MEAN_CHANGE, RATIO, "estimate", NAN, "undefined for these values" },
  { "bootstrap", "b,a\n1,2\n-1,3\n", MEAN_CHANGE, RATIO, "percentile_low", NAN, "undefined for these values" },
  { "bootstrap", "b,a\n0,2\n4,6\n", MEAN_CHANGE, RATIO, "estimate", 2, NULL },
  { "bootstrap", "b,a\n0,2\n4,6\n", MEAN_CHANGE, RATIO, "boot_se", NAN, "undefined in a replicate" },
  { "bootstrap", "x\n0\n0\n", VALUE, GINI, "estimate", NAN, "undefined for these values" },
  { "bootstrap", "x\n0\n5\n", VALUE, GINI, "estimate", 0.5, NULL },
  { "bootstrap", "x\n0\n5\n", VALUE, GINI, "bca_low", NAN, "undefined in a replicate" },
  { "bootstrap", "x,k\n1,a\n5,a\n", "{\"value\":\"x\",\"cluster\":\"k\"}", NULL, "estimate", 3, NULL },
  { "bootstrap", "x,k\n1,a\n5,a\n", "{\"value\":\"x\",\"cluster\":\"k\"}", NULL, "boot_se", NAN, "at least two clusters" },
  { "bootstrap", "x\n7\n", VALUE, NULL, "estimate", 7, NULL },
  { "bootstrap", "x\n7\n", VALUE, NULL, "boot_se", NAN, "at least two records" },
  { "bootstrap", "x\n7\n7\n7\n", VALUE, NULL, "boot_se", 0, NULL },
  { "bootstrap", "x\n7\n7\n7\n", VALUE, NULL, "bca_low", NAN, "does not change the statistic" },
  { "bootstrap", "x\n1\n2\n", VALUE, "{\"replicates\":1}", "boot_se", NAN, "one replicate" },

  /* The correction for continuity takes half a rank off either way, and never turns the sign:
   * ranks 1, 2, 3 make 6, a mean of 3 and a variance of 14 / 4. */
  { "wilcoxon_signed_rank", "b,a\n0,1\n0,2\n0,3\n", MEAN_CHANGE, NORMAL, "z", 2.5 / 1.8708286933869706928, NULL },
  { "wilcoxon_signed_rank", "b,a\n1,0\n2,0\n3,0\n", MEAN_CHANGE, NORMAL, "z", -2.5 / 1.8708286933869706928, NULL },
  { "wilcoxon_signed_rank", "b,a\n0,1\n1,0\n", MEAN_CHANGE, NORMAL, "z", 0, NULL },
  { "wilcoxon_signed_rank", "b,a\n0,1\n1,0\n", MEAN_CHANGE, NORMAL, "p_value", 1, NULL },
  { "wilcoxon_signed_rank", "b,a\n0,1\n1,0\n", MEAN_CHANGE, NULL, "p_value", 1, NULL },
  { "wilcoxon_signed_rank", "b,a\n2,2\n", MEAN_CHANGE, NORMAL, "z", NAN, "no value changed" },
  { "wilcoxon_signed_rank", "b,a\n0,1\n", MEAN_CHANGE, NULL, "z", NAN, "exact method" },

  /* Arms from which everybody is lost, or nobody. */
  { "attrition", "y,t\n,0\n,1\n", "{\"outcome\":\"y\",\"arm\":\"t\"}", NULL, "z", NAN, "everybody was lost" },
  { "attrition", "y,t\n,0\n,1\n", "{\"outcome\":\"y\",\"arm\":\"t\"}", NULL, "attrition_overall", 1, NULL },
  { "attrition", "y,t\n1,0\n2,1\n", "{\"outcome\":\"y\",\"arm\":\"t\"}", NULL, "p_value", NAN, "nobody was lost" },
  { "attrition", "y,t\n1,1\n2,1\n", "{\"outcome\":\"y\",\"arm\":\"t\"}", NULL, "differential", NAN, "an arm has no records" },
  { "manski_bounds", "y,t\n1,1\n,0\n", "{\"outcome\":\"y\",\"arm\":\"t\"}", "{\"min\":0,\"max\":4}", "lower", -3, NULL },
  { "manski_bounds", "y,t\n9,1\n,0\n", "{\"outcome\":\"y\",\"arm\":\"t\"}", "{\"min\":0,\"max\":4}", "upper", 9, NULL },
  { "manski_bounds", "y,t\n-9,1\n,0\n", "{\"outcome\":\"y\",\"arm\":\"t\"}", "{\"min\":0,\"max\":4}", "upper", -9, NULL },
  { "icc", "x,k\n5,a\n5,a\n5,b\n5,b\n", "{\"value\":\"x\",\"cluster\":\"k\"}", NULL, "icc", NAN, "do not vary" },
  { "icc", "x,k\n5,a\n6,b\n", "{\"value\":\"x\",\"cluster\":\"k\"}", NULL, "icc", NAN, "one record" },
  { "icc", "x,k\n5,a\n6,a\n", "{\"value\":\"x\",\"cluster\":\"k\"}", NULL, "icc", NAN, "two clusters" },
  { "icc", "x,k\n1,a\n1,a\n3,b\n3,b\n", "{\"value\":\"x\",\"cluster\":\"k\"}", NULL, "icc", 1, NULL },

  /* Growth from, to and against what is not above 0. */
  { "growth", NULL, NULL, "{\"start\":0,\"end\":2,\"years\":1}", "ratio", NAN, "start is not above 0" },
  { "growth", NULL, NULL, "{\"start\":0,\"end\":2,\"years\":1}", "change", 2, NULL },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":-2,\"years\":1}", "ratio", -0.5, NULL },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":-2,\"years\":1}", "annual_rate", NAN, "end is negative" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2}", "annual_rate", 50, NULL },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":0}", "annual_rate", NAN, "not above 0" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9}", "annual_rate", NAN, "no number of years" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":0}", "log_change", NAN, "end is not above 0" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"inflation\":[-100]}", "real_ratio", NAN, "falls to 0" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"inflation\":[]}", "real_ratio", 2.25, NULL },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9}", "real_ratio", NAN, "no inflation" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2,\"comparator_start\":0,\"comparator_end\":2}", "excess_ratio", NAN, "comparator's start" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2,\"comparator_start\":0,\"comparator_end\":2}", "annual_gap_points", NAN, "comparator's start" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2,\"comparator_start\":0,\"comparator_end\":2}", "log_did", NAN, "comparator's start" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2,\"comparator_start\":2,\"comparator_end\":0}", "excess_ratio", NAN, "comparator's end is 0" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2,\"comparator_start\":2,\"comparator_end\":0}", "naive_effect", 9, NULL },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2,\"comparator_start\":2,\"comparator_end\":0}", "annual_gap_points", 150, NULL },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2,\"comparator_start\":2,\"comparator_end\":0}", "log_did", NAN, "comparator's end" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":9,\"years\":2,\"comparator_start\":2,\"comparator_end\":-1}", "annual_gap_points", NAN, "comparator's end is negative" },
  { "growth", NULL, NULL, "{\"start\":4,\"end\":0,\"years\":2,\"comparator_start\":2,\"comparator_end\":1}", "log_did", NAN, "end is not above 0" },

  /* Groups that weigh nothing, are one, or are all the same. */
  { "balance", "x,t,w\n1,1,0\n2,1,0\n3,0,1\n4,0,1\n", BALANCE, NULL, "smd_average", NAN, "all weights of an arm are 0" },
  { "balance", "x,t,w\n1,1,0\n2,1,0\n3,0,1\n4,0,1\n", BALANCE, NULL, "mean1", NAN, "all weights are 0" },
  { "balance", "x,t,w\n1,1,0\n2,1,0\n3,0,1\n4,0,1\n", BALANCE, NULL, "mean0", 3.5, NULL },
  { "balance", "x,t,w\n1,1,1\n2,1,1\n3,0,0\n4,0,0\n", BALANCE, NULL, "mean0", NAN, "all weights are 0" },
  { "balance", "x,t,w\n1,1,1\n2,1,1\n3,0,0\n4,0,0\n", BALANCE, NULL, "smd_control", NAN, "all weights of an arm are 0" },
  { "balance", "x,t\n1,1\n3,0\n5,0\n", TREATED, NULL, "smd_average", NAN, "an arm has one record" },
  { "balance", "x,t\n1,1\n3,0\n5,0\n", TREATED, NULL, "smd_treated", NAN, "an arm has one record" },
  { "balance", "x,t,w\n1,1,1\n2,1,0\n3,0,1\n4,0,1\n", BALANCE, NULL, "smd_treated", NAN,
    "in an arm one record bears all the weight" },
  { "balance", "x,t,w\n1,1,1\n2,1,0\n3,0,1\n4,0,1\n", BALANCE, NULL, "smd_average", NAN,
    "in an arm one record bears all the weight" },
  { "balance", "x,t,w\n1,1,1\n2,1,1\n3,0,0\n4,0,1\n", BALANCE, NULL, "smd_control", NAN,
    "in an arm one record bears all the weight" },
  { "balance", "x,t,w\n1,1,1\n4,1,1\n3,0,0\n5,0,1\n", BALANCE, NULL, "smd_treated", -1.1785113019775793, NULL },
  { "balance", "x,t\n1,1\n3,0\n5,0\n", TREATED, NULL, "smd_control", -3 / G_SQRT2, NULL },
  { "balance", "x,t\n1,0\n3,1\n5,1\n", TREATED, NULL, "smd_control", NAN, "an arm has one record" },
  { "balance", "x,t\n1,0\n1,0\n3,1\n5,1\n", TREATED, NULL, "smd_control", NAN, "others do not vary" },
  { "balance", "x,t\n1,1\n1,1\n3,0\n5,0\n", TREATED, NULL, "smd_treated", NAN, "treated do not vary" },
  { "balance", "x,t\n1,1\n1,1\n3,0\n5,0\n", TREATED, NULL, "variance_ratio", NAN, "treated do not vary" },
  { "balance", "x,t\n1,1\n1,1\n3,0\n5,0\n", TREATED, NULL, "smd_average", -3, NULL },
  { "balance", "x,t\n1,1\n1,1\n3,0\n3,0\n", TREATED, NULL, "cohen_d", NAN, "do not vary" },
  { "balance", "x,t\n1,1\n1,1\n3,0\n3,0\n", TREATED, NULL, "ks", 1, NULL },
  { "balance", "x,t\n1,1\n3,1\n", TREATED, NULL, "ks", NAN, "an arm has no records" },
  { "balance", "x,t\n1,1\n0,1\n1,0\n0,0\n", TREATED, "{\"binary\":true}", "variance_ratio", NAN, "of a flag" },
  { "theil_decomposition", "x,g,w\n2,a,1\n-1,b,1\n", GROUPED, NULL, "within", NAN, "a value is negative" },
  /* A group without weight or without income has no part in it: log (3 / 2) of two thirds of three. */
  { "theil_decomposition", "x,g,w\n3,a,1\n3,a,1\n0,b,1\n9,c,0\n", GROUPED, NULL, "between", 0.40546510810816438198, NULL },
  { "theil_decomposition", "x,g,w\n3,a,1\n3,a,1\n0,b,1\n9,c,0\n", GROUPED, NULL, "within", 0, NULL },
  { "theil_decomposition", "x,g,w\n0.001,a,1\n0.001,a,1\n1e308,a,0\n-1,b,0\n", GROUPED, NULL, "within", 0, NULL },
  { "theil_decomposition", "x,g,w\n0,a,1\n6,a,1\n3,b,1\n3,b,1\n", GROUPED, NULL, "within", 0.34657359027997265471, NULL },
  { "theil_decomposition", "x,g,w\n3,a,1\n3,b,1\n", GROUPED, NULL, "between_share", NAN, "do not vary" },

  /* Surveys in which nothing varies, or nobody is asked. */
  { "survey_estimate", "x,w\n4,1\n4,3\n", SURVEY, "{\"statistic\":\"mean\",\"deff\":true}", "deff", NAN, "do not vary" },
  { "survey_estimate", "x,w\n4,1\n4,3\n", SURVEY, "{\"statistic\":\"mean\",\"deff\":true}", "se", 0, NULL },
  { "survey_estimate", "x,w\n0,1\n0,3\n", SURVEY, "{\"statistic\":\"mean\"}", "cv_percent", NAN, "estimate is 0" },
  { "survey_estimate", "x,w\n4,0\n5,0\n", SURVEY, "{\"statistic\":\"mean\"}", "estimate", NAN, "all weights are 0" },
  { "survey_estimate", "x,w\n4,2\n", SURVEY, "{\"statistic\":\"mean\",\"deff\":true}", "deff", NAN, "at least two records" },
  { "survey_estimate", "x,w\n4,2\n", SURVEY, "{\"statistic\":\"total\"}", "estimate", 8, NULL },
  { "survey_estimate", "x,y\n4,1\n5,-1\n", "{\"numerator\":\"x\",\"denominator\":\"y\"}", "{\"statistic\":\"ratio\"}", "estimate", NAN, "denominators sum to 0" },
  { "ratio_of_totals", "x,y\n4,1\n5,-1\n", "{\"numerator\":\"x\",\"denominator\":\"y\"}", NULL, "ratio", NAN, "denominators sum to 0" },
  { "ratio_of_totals", "x,y\n4,2\n", "{\"numerator\":\"x\",\"denominator\":\"y\"}", NULL, "ratio", 2, NULL },
  { "ratio_of_totals", "x,y\n4,2\n", "{\"numerator\":\"x\",\"denominator\":\"y\"}", NULL, "ci_low", NAN, "two records" },

  /* All or nobody. */
  { "proportion", NULL, NULL, "{\"x\":0,\"n\":5}", "wilson_cc_low", 0, NULL },
  { "proportion", NULL, NULL, "{\"x\":5,\"n\":5}", "wilson_cc_high", 1, NULL },
  { "proportion", NULL, NULL, "{\"x\":0,\"n\":0}", "jeffreys_low", NAN, "no records" },
  { "two_proportions", NULL, NULL, "{\"x1\":2,\"n1\":3,\"x0\":0,\"n0\":4}", "risk_ratio", NAN, "nobody in group 0 has the outcome" },
  { "two_proportions", NULL, NULL, "{\"x1\":0,\"n1\":3,\"x0\":2,\"n0\":4}", "rr_low", NAN, "nobody in group 1 has the outcome" },
  { "two_proportions", NULL, NULL, "{\"x1\":0,\"n1\":3,\"x0\":2,\"n0\":4}", "risk_ratio", 0, NULL },
  { "two_proportions", NULL, NULL, "{\"x1\":0,\"n1\":3,\"x0\":0,\"n0\":4}", "z", NAN, "do not vary" },
  { "two_proportions", NULL, NULL, "{\"x1\":3,\"n1\":3,\"x0\":4,\"n0\":4}", "z", NAN, "do not vary" },
  { "two_proportions", NULL, NULL, "{\"x1\":0,\"n1\":0,\"x0\":2,\"n0\":4}", "fisher_p", NAN, "a group has no records" },
  { "mean_difference", "x,t\n1,1\n1,1\n3,0\n3,0\n", "{\"value\":\"x\",\"group\":\"t\"}", NULL, "t", NAN, "do not vary" },
  { "mean_difference", "x,t\n1,1\n1,1\n3,0\n3,0\n", "{\"value\":\"x\",\"group\":\"t\"}", "{\"pooled\":true}", "ci_low", -2, NULL },
  { "mean_difference", "x,t\n1,1\n3,0\n3,0\n", "{\"value\":\"x\",\"group\":\"t\"}", NULL, "se", NAN, "one record" },
  /* A slip and the entry that takes it back leave what the mean of the rest is. */
  { "mean_difference", "x,t\n400000000000000.3,1\n-400000000000000.3,1\n31.3,1\n30.5,1\n0,0\n0,0\n",
    "{\"value\":\"x\",\"group\":\"t\"}", NULL, "difference", 15.45, NULL },

  /* Leaving out one of two units leaves no inequality: the jackknife does not vary, but is not the estimate either. */
  { "bootstrap", "x\n1\n4\n", VALUE, "{\"statistic\":\"gini\",\"replicates\":99,\"seed\":1}", "bca_low", NAN, "leaving out" },
  { "bootstrap", "x\n1\n4\n", VALUE, "{\"statistic\":\"gini\",\"replicates\":99,\"seed\":1}", "bca_dh_low", 0, NULL },
  { "bootstrap", "x\n1\n4\n", VALUE, "{\"statistic\":\"gini\",\"replicates\":99,\"seed\":1}", "bca_dh_high", 0.3, NULL },

  /* Spread in units of the mean has no scale. */
  { "inequality", "x\n1e-170\n3e-170\n", VALUE, NULL, "cv", 0.5, NULL },
  { "inequality", "x\n1e155\n3e155\n", VALUE, NULL, "cv", 0.5, NULL },

  /* Cells whose labels run into each other. */
  { "suppress_primary", LIKE_LABELS, CELLS, "{\"min_count\":2}", "count[a,\"b,c\"]", 2, NULL },
  { "suppress_primary", LIKE_LABELS, CELLS, "{\"min_count\":2}", "count[\"a,b\",c]", 1, NULL },
  { "suppress_primary", LIKE_LABELS, CELLS, "{\"min_count\":2}", "primary[\"a,b\",c]", 1, NULL },
  { "suppress_primary", "r,c\n\"a\"\"b\",c\n", CELLS, "{\"min_count\":2}", "count[a\"b,c]", 1, NULL },
  { "suppress_primary", "r,c\n\"\"\"b\",c\n", CELLS, "{\"min_count\":2}", "count[\"\"\"b\",c]", 1, NULL },
  /* The largest are never more than all. */
  { "suppress_primary", "r,c,x\nb,v,2.652\nb,v,4.027\nb,v,3.116\n", CELLS_OF, "{\"dominance_n\":3,\"dominance_k\":100}", "primary[b,v]", 0, NULL },
  { "suppress_primary", "r,c,x\nb,v,2.652\nb,v,4.027\nb,v,3.116\n", CELLS_OF, "{\"dominance_n\":3,\"dominance_k\":99}", "primary[b,v]", 1, NULL },
  { "suppress_primary", "r,c,x\nb,v,2\nb,v,4\nb,v,3\n", CELLS_OF, "{\"dominance_n\":2,\"dominance_k\":77}", "primary[b,v]", 1, NULL },
  { "suppress_primary", "r,c,x\nb,v,2\nb,v,4\nb,v,3\n", CELLS_OF, "{\"dominance_n\":2,\"dominance_k\":78}", "primary[b,v]", 0, NULL },

  /* What can be worked out does not hang on the unit. */
  { "suppress_audit", NULL, NULL, "{\"table\":[[6e-12,0],[8e-12,6e-12]]," ALL_FOUR "}", "n_exact", 0, NULL },
  { "suppress_audit", NULL, NULL, "{\"table\":[[6,0],[8,6]]," ALL_FOUR "}", "n_exact", 0, NULL },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1e10,1],[1,1]]," ALL_FOUR "}", "n_exact", 0, NULL },
  { "suppress_audit", NULL, NULL, "{\"table\":[[6e-12,0],[8e-12,6e-12]],\"suppressed\":[[0,0],[1,1]]}", "n_exact", 2, NULL },

  { "price_index", "t,i,p,q\n1,a,1,0\n2,a,3,4\n", "{\"period\":\"t\",\"item\":\"i\",\"price\":\"p\",\"quantity\":\"q\"}", "{\"base\":\"1\",\"current\":\"2\"}", "value_ratio", NAN, "has no value" },
  { "price_index", "t,i,p,q\n1,a,1,0\n2,a,3,4\n", "{\"period\":\"t\",\"item\":\"i\",\"price\":\"p\",\"quantity\":\"q\"}", "{\"base\":\"1\",\"current\":\"2\"}", "paasche", 3, NULL },
  { "survey_estimate", "x,w\n4,1\n5,3\n", SURVEY, "{\"statistic\":\"mean\",\"figures\":[\"deff\"]}", "deff", 0.75, NULL },
  { "power", NULL, NULL, "{\"design\":\"two_proportions\",\"n\":20,\"p1\":0.5,\"p2\":0.6,\"ratio\":1}", "power", 0.09158432939573988, NULL },
};

/* Next to equal values: what they have in common takes no digits away. Worked out with 60 digits. */
static void
test_nearly_equal (void)
{
  static const struct {
    const char *key;
    double value;
  } wanted[] = { { "theil_t", 3.8874999897228127e-19 }, { "theil_l", 3.88749998897e-19 }, { "gini", 4.79999999412e-10 } };
  g_autoptr (Answer) answer
    = ask ("inequality", "x\n1000000000.25\n1000000000.5\n1000000001.5\n1000000002.75\n1000000001.125\n", VALUE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpfloat (fabs (get (answer, wanted[i].key) / wanted[i].value - 1), <, 1e-11);
}

/* Errors do not hang on what all values have in common, be it in strata of clusters of any size. */
static void
test_survey_offset (void)
{
  static const double parts[] = { 0.25, 0.5, 1.5, 2.75, 1.125, 4, 0.75 };
  static const char design[] = "{\"value\":\"x\",\"weight\":\"w\",\"stratum\":\"s\",\"psu\":\"c\"}";
  static const double offsets[] = { 0, 1e6, 1e9, 1e12 };
  double first = NAN;

  for (guint k = 0; k < G_N_ELEMENTS (offsets); k++) {
    g_autoptr (GString) csv = g_string_new ("x,w,s,c\n");
    g_autoptr (Answer) answer = NULL;

    for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
      g_string_append_printf (csv, "%.17g,%u,%u,%u\n", offsets[k] + parts[i], 1 + i % 3, i < 3, i / 2 * 2 + (i == 6));
    answer = ask ("survey_estimate", csv->str, design, "{\"statistic\":\"mean\",\"lonely\":\"average\"}");
    if (k == 0)
      first = get (answer, "se");
    g_assert_cmpfloat (first, >, 0);
    g_assert_cmpfloat (fabs (get (answer, "se") / first - 1), <, 1e-13);
  }
}

/* And what is far below the mean keeps its digits, too; worked out with 60. */
static void
test_far_below (void)
{
  g_autoptr (Answer) answer = ask ("inequality", "x\n8035600.960339244\n0.0025503860770403923\n1.281475601569493e-07\n", VALUE, NULL);

  g_assert_cmpfloat (fabs (get (answer, "theil_t") / 1.098612281408686 - 1), <, 1e-15);
  g_assert_cmpfloat (fabs (get (answer, "theil_l") / 16.781513927033508 - 1), <, 1e-15);
}

/* On both sides of where the series ends, against the formula in the textbook. */
static void
test_theil_about (void)
{
  for (double spread = 1e-3; spread < 0.9; spread *= 1.07) {
    double d[] = { -spread, spread / 3, spread * 2 / 3 }, t = 0, l = 0;
    g_autofree char *csv = g_strdup_printf ("x\n%.17g\n%.17g\n%.17g\n", 1 + d[0], 1 + d[1], 1 + d[2]);
    g_autoptr (Answer) answer = ask ("inequality", csv, VALUE, NULL);

    for (guint i = 0; i < 3; i++) {
      t += (1 + d[i]) * log1p (d[i]) / 3;
      l -= log1p (d[i]) / 3;
    }
    g_assert_cmpfloat (fabs (get (answer, "theil_t") - t), <, 4e-16);
    g_assert_cmpfloat (fabs (get (answer, "theil_l") - l), <, 4e-16);
  }
}

/* Records of which half is unknown are not used, and lack each what they lack. */
static void
test_records (void)
{
  static const struct {
    const char *metric;
    const char *csv;
    const char *columns;
    const char *told;
  } cases[] = {
    { "paired_change", "b,a\n,1\n1,\n", PAIR, "\"records\":{\"total\":2,\"used\":0,\"missing\":[{\"role\":\"before\",\"n\":1},{\"role\":\"after\",\"n\":1}]}" },
    { "paired_change", "b,a\n,1\n1,3\n2,2\n", PAIR, "\"records\":{\"total\":3,\"used\":2,\"missing\":[{\"role\":\"before\",\"n\":1}]}" },
    /* Nor is one with nothing before, of which nothing is a multiple. */
    { "ratio_distribution", "b,a\n,1\n1,\n0,3\n2,4\n", PAIR, "\"records\":{\"total\":4,\"used\":1,\"missing\":[{\"role\":\"before\",\"n\":1},{\"role\":\"after\",\"n\":1}]}" },
    /* The exempt need not tell. */
    { "participation_rate", "e,p\n1,1\n1,\n1,\n,1\n0,1\n", EXEMPT, "\"records\":{\"total\":5,\"used\":1,\"missing\":[{\"role\":\"exempt\",\"n\":1}]}" },
    { "participation_rate", "e,p\n1,1\n1,\n0,\n,\n0,1\n", EXEMPT, "\"records\":{\"total\":5,\"used\":1,\"missing\":[{\"role\":\"exempt\",\"n\":1},{\"role\":\"participated\",\"n\":1}]}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Answer) answer = ask (cases[i].metric, cases[i].csv, cases[i].columns, NULL);

    if (strstr (answer->text, cases[i].told) == NULL)
      g_test_fail_printf ("%s of %s: %s", cases[i].metric, cases[i].csv, answer->text);
  }
}

static void
test_odd (void)
{
  assert_known (odd, G_N_ELEMENTS (odd));
}

/* Figures asked for by name, alone: the same numbers, and nothing else but the estimate. */
static void
test_figures_alone (void)
{
  static const struct {
    const char *metric;
    const char *columns;
    const char *options; /* a member of them, or none */
    const char *figure;
  } cases[] = {
    { "inequality", VALUE, "", "s80s20" },
    { "inequality", VALUE, "", "s80s20_lorenz" },
    { "inequality", VALUE, "", "palma" },
    { "poverty_fgt", VALUE, "\"line\":4,", "se0" },
    { "poverty_fgt", VALUE, "\"line\":4,", "se1" },
    { "poverty_fgt", VALUE, "\"line\":4,", "se2" },
    { "mean", VALUE, "", "ci_low" },
    { "mean", VALUE, "", "ci_high" },
    { "ratio_of_totals", "{\"numerator\":\"x\",\"denominator\":\"y\"}", "", "ci_low" },
    { "ratio_of_totals", "{\"numerator\":\"x\",\"denominator\":\"y\"}", "", "ci_high" },
    { "ratio_of_totals", "{\"numerator\":\"x\",\"denominator\":\"y\"}", "", "se" },
    { "proportion", "{\"value\":\"t\"}", "", "wald_low" },
    { "proportion", "{\"value\":\"t\"}", "", "wilson_low" },
    { "proportion", "{\"value\":\"t\"}", "", "clopper_pearson_low" },
    { "proportion", "{\"value\":\"t\"}", "", "clopper_pearson_high" },
    { "two_proportions", "{\"value\":\"t\",\"group\":\"u\"}", "", "p_value" },
    { "two_proportions", "{\"value\":\"t\",\"group\":\"u\"}", "", "fisher_p" },
    { "mean_difference", "{\"value\":\"x\",\"group\":\"t\"}", "", "ci_low" },
    { "mean_difference", "{\"value\":\"x\",\"group\":\"t\"}", "", "ci_high" },
    { "mean_difference", "{\"value\":\"x\",\"group\":\"t\"}", "", "p_value" },
    { "mean_difference", "{\"value\":\"x\",\"group\":\"t\"}", "", "se" },
  };
  static const char csv[] = "x,y,t,u\n1,2,0,0\n2,3,1,0\n3,5,0,1\n5,4,1,1\n8,6,1,0\n9,9,0,1\n";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *named = g_strdup_printf ("{%s\"figures\":[\"%s\"]}", cases[i].options, cases[i].figure);
    g_autofree char *plain = g_strdup_printf ("{%s}", cases[i].options);
    g_autoptr (Answer) alone = NULL, all = NULL;
    g_autoptr (GList) members = NULL;

    if (plain[strlen (plain) - 2] == ',')
      strcpy (plain + strlen (plain) - 2, "}");
    alone = ask (cases[i].metric, csv, cases[i].columns, named);
    all = ask (cases[i].metric, csv, cases[i].columns, plain);
    g_assert_false (alone->refused);
    g_assert_false (all->refused);
    g_assert_cmpfloat (get (alone, cases[i].figure), ==, get (all, cases[i].figure));
    g_assert_cmpuint (json_object_get_size (alone->values), <, json_object_get_size (all->values));
    members = json_object_get_members (alone->values);
    for (GList *m = members; m != NULL; m = m->next)
      g_assert_cmpfloat (get (alone, m->data), ==, get (all, m->data));
  }
}

/* ---- limits ---- */

static void
test_limits (void)
{
  g_autoptr (GString) csv = g_string_new ("b,a,r,t\n");
  g_autofree char *thirty = NULL, *changes = NULL;
  const char *pairs = MEAN_CHANGE;

  for (guint i = 0; i < 30; i++)
    g_string_append_printf (csv, "%u,%u,%u,%u\n", i, 2 * i + 1, i * i % 7, i % 2);
  thirty = g_strdup (csv->str);
  /* 155 117 520 ways to choose 15 of 30; 2^30 sign vectors. */
  assert_refused (ask ("randomisation_test", thirty, "{\"outcome\":\"a\",\"treated\":\"t\",\"cluster\":\"b\"}", NULL),
                  "155117520 assignments of 30 clusters", NULL);
  assert_refused (ask ("wild_cluster_bootstrap", thirty, "{\"outcome\":\"a\",\"cluster\":\"b\",\"regressors\":[\"r\"]}",
                       "{\"tested\":\"r\",\"enumerate\":true}"),
                  "30 clusters are too many (at most 24)", "replicates and seed", NULL);
  for (guint i = 30; i < 2001; i++)
    g_string_append_printf (csv, "%u,%u,%u,%u\n", i, 2 * i + 1, i * i % 7, i % 2);
  changes = g_strdup (csv->str);
  assert_refused (ask ("wilcoxon_signed_rank", changes, pairs, NULL), "at most 2000 changes, there are 2001",
                  "method normal without hl_ci", NULL);
  assert_refused (ask ("wilcoxon_signed_rank", changes, pairs, "{\"method\":\"normal\",\"hl_ci\":true}"), "at most 2000 changes",
                  NULL);
  {
    /* All are changes for the better: V is the sum of all ranks. */
    g_autoptr (Answer) answer = ask ("wilcoxon_signed_rank", changes, pairs, "{\"method\":\"normal\"}");

    assert_value (answer, "v_plus", 2001 * 2002 / 2);
    assert_value (answer, "v_minus", 0);
  }
  assert_refused (ask ("suppress_primary", changes, "{\"row\":\"b\",\"column\":\"a\"}", "{\"min_count\":3}"),
                  "2001 by 2001 cells is too large", NULL);
  for (guint i = 2001; i < 63300; i++)
    g_string_append_printf (csv, "%u,%u,%u,%u\n", i, 2 * i + 1, i * i % 7, i % 2);
  assert_refused (ask ("twfe", csv->str, "{\"unit\":\"r\",\"period\":\"b\",\"outcome\":\"a\",\"treatment\":\"t\"}", NULL),
                  "63300 periods of 63300 records are too many", NULL);
}

/* Forty markets that have nothing in common but what is asked about: places are looked up otherwise
 * when most would be empty, to the same index. */
static void
test_sparse_prices (void)
{
  const char *columns = "{\"period\":\"t\",\"item\":\"i\",\"price\":\"p\",\"quantity\":\"q\"}";
  const char *options = "{\"base\":\"2014\",\"current\":\"2015\"}";
  g_autoptr (GString) csv = g_string_new ("t,i,p,q\n2014,rice,2,10\n2014,eggs,4,5\n2015,rice,3,8\n2015,eggs,5,6\n");
  g_autoptr (Answer) dense = ask ("price_index", csv->str, columns, options), sparse = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (csv, "y%u,item%u,%u,1\n", i, i, i + 1);
  sparse = ask ("price_index", csv->str, columns, options);
  /* (3 * 10 + 5 * 5) / (2 * 10 + 4 * 5), (3 * 8 + 5 * 6) / (2 * 8 + 4 * 6) */
  assert_value (dense, "laspeyres", 1.375);
  assert_value (sparse, "laspeyres", 1.375);
  assert_value (dense, "paasche", 1.35);
  assert_value (sparse, "paasche", 1.35);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Answer) chained
      = ask ("price_index_chained", csv->str, columns,
             i == 0 ? "{\"periods\":[\"2014\",\"2015\"],\"formula\":\"laspeyres\"}"
                    : "{\"periods\":[\"2014\",\"y7\"],\"formula\":\"laspeyres\"}");

    if (i == 0)
      assert_value (chained, "chain[2015]", 1.375);
    else
      assert_undefined (chained, "chain[y7]");
  }
}

/* ---- who is in a network ---- */

static void
test_networks (void)
{
  static const char nodes[] = "node,side\nu,l\nv,l\nx,r\ny,r\nlone,l\nz,other\n";
  const char *columns = "{\"from\":\"f\",\"to\":\"t\",\"node\":\"node\",\"side\":\"side\"}";
  g_autoptr (Answer) answer = NULL, empty = NULL;

  assert_refused (ask_more ("bipartite_network", "f,t\nu,x\n", columns, "{\"left\":\"l\",\"right\":\"l\"}", nodes, NULL),
                  "left and right are the same side", NULL);
  assert_refused (ask_more ("bipartite_network", "f,t\nu,x\n", columns, "{\"left\":\"l\",\"right\":\"r\",\"show\":[\"w\"]}", nodes, NULL),
                  "\\\"show\\\" names \\\"w\\\"", "not in the node list", NULL);
  /* Whoever is on neither side is not in this network, so nothing may lead there. */
  assert_refused (ask_more ("bipartite_network", "f,t\nu,x\nu,z\n", columns, "{\"left\":\"l\",\"right\":\"r\"}", nodes, NULL),
                  "line 3", "\\\"t\\\"", NULL);
  assert_refused (ask_more ("bipartite_network", "f,t\nz,x\n", columns, "{\"left\":\"l\",\"right\":\"r\"}", nodes, NULL),
                  "line 2", "\\\"f\\\"", NULL);
  assert_refused (ask_more ("bipartite_network", "f,t\nu,v\n", columns, "{\"left\":\"l\",\"right\":\"r\"}", nodes, NULL),
                  "line 2", "same side as its partner", NULL);
  assert_refused (ask_more ("brokerage", "f,t\nu,nobody\n", "{\"from\":\"f\",\"to\":\"t\",\"node\":\"node\",\"group\":\"side\"}", NULL, nodes, NULL),
                  "line 2", "\\\"t\\\"", NULL);
  assert_refused (ask_more ("brokerage", "f,t\nnobody,u\n", "{\"from\":\"f\",\"to\":\"t\",\"node\":\"node\",\"group\":\"side\"}", NULL, nodes, NULL),
                  "line 2", "\\\"f\\\"", NULL);
  /* u - x - v is a path and lone and y are alone: x lies between one pair, of the most that one of
   * two can lie between with three on the other side. */
  answer = ask_more ("bipartite_network", "f,t\nu,x\nv,x\nu,x\n", columns, "{\"left\":\"l\",\"right\":\"r\",\"show\":[\"x\",\"lone\"]}", nodes, NULL);
  assert_value (answer, "n_left", 3);
  assert_value (answer, "n_right", 2);
  assert_value (answer, "n_edges", 2);
  assert_value (answer, "density", 2.0 / 6);
  assert_value (answer, "n_components", 3);
  assert_value (answer, "strength[x]", 3);
  assert_value (answer, "betweenness[x]", 1);
  assert_value (answer, "degree[lone]", 0);
  assert_value (answer, "coverage_left", 2.0 / 3);
  empty = ask_more ("bipartite_network", "f,t\n", columns, "{\"left\":\"nobody\",\"right\":\"r\"}", nodes, NULL);
  assert_undefined (empty, "density");
  assert_undefined (empty, "mean_degree_left");
  assert_value (empty, "mean_degree_right", 0);
}

/* ---- stopped half-way ---- */

/* Which question, whether to go on, is answered with no; and how many were asked. */
static gint n_asked, stopping_at;

/* In place of GIO's for whatever is linked into this program: a clock would stop the work somewhere else each time. */
gboolean
g_cancellable_set_error_if_cancelled (GCancellable *cancellable, GError **error)
{
  if (cancellable != NULL && g_atomic_int_add (&n_asked, 1) + 1 == stopping_at)
    g_cancellable_cancel (cancellable);
  if (!g_cancellable_is_cancelled (cancellable))
    return FALSE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  return TRUE;
}

/* What would take seconds ends with the error of whoever stopped it, and without a number. */
static void
must_stop (const char *metric, const RuaInput *data, const RuaInput *nodes, const char *options)
{
  static const gint at[] = { 1, 2, 3, 5, 20 };

  for (guint i = 0; i < G_N_ELEMENTS (at); i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (JsonNode) node = options != NULL ? json_from_string (options, NULL) : NULL;
    g_autoptr (GError) error = NULL;
    RuaFigures *figures;

    n_asked = 0;
    stopping_at = at[i];
    figures = rua_estimator_run (rua_estimator_find (metric), data, nodes, node != NULL ? json_node_get_object (node) : NULL, cancellable, &error);
    if (figures != NULL) {
      g_test_message ("%s with %s went on to its end; it asked %d times", metric, options, n_asked);
      g_test_fail ();
    } else {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
    rua_figures_free (figures);
  }
}

static void
test_stopped (void)
{
  const gsize n = 60000;
  g_autofree double *x = g_new (double, n), *flag = g_new (double, n);
  g_autofree gint32 *each = g_new (gint32, n), *to = g_new (gint32, n);
  g_autofree const char **names = g_new (const char *, n);
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  static const char *const sides[] = { "l", "r" };

  for (gsize i = 0; i < n; i++) {
    x[i] = (double) (i * 7919 % 1009);
    flag[i] = i % 2;
    each[i] = i;
    names[i] = g_strdup_printf ("n%u", (guint) i);
    g_ptr_array_add (owned, (gpointer) names[i]);
  }
  {
    RuaInputColumn columns[] = {
      { .role = "value", .name = "x", .values = x },
      { .role = "cluster", .name = "k", .codes = each, .labels = names, .n_labels = n },
    };

    must_stop ("bootstrap", &(RuaInput){ .n_rows = 1000, .columns = columns, .n_columns = 1 }, NULL,
               "{\"replicates\":10000000,\"figures\":[\"boot_se\"]}");
    must_stop ("bootstrap", &(RuaInput){ .n_rows = n, .columns = columns, .n_columns = 2 }, NULL, NULL);
  }
  {
    RuaInputColumn columns[] = {
      { .role = "outcome", .name = "x", .values = x },
      { .role = "cluster", .name = "k", .codes = each, .labels = names, .n_labels = n },
      { .role = "regressors", .name = "f", .values = flag },
    };

    must_stop ("wild_cluster_bootstrap", &(RuaInput){ .n_rows = 24, .columns = columns, .n_columns = 3 }, NULL,
               "{\"tested\":\"f\",\"enumerate\":true}");
    must_stop ("wild_cluster_bootstrap", &(RuaInput){ .n_rows = 60, .columns = columns, .n_columns = 3 }, NULL,
               "{\"tested\":\"f\",\"replicates\":10000000}");
    columns[2].role = "treated";
    must_stop ("randomisation_test", &(RuaInput){ .n_rows = 28, .columns = columns, .n_columns = 3 }, NULL, NULL);
  }
  {
    const guint n_nodes = 6000;
    g_autofree gint32 *own = g_new (gint32, n_nodes), *left = g_new (gint32, n_nodes);
    RuaInputColumn ties[] = {
      { .role = "from", .name = "f", .codes = each, .labels = names, .n_labels = n_nodes },
      { .role = "to", .name = "t", .codes = to, .labels = names, .n_labels = n_nodes },
    };
    RuaInputColumn columns[] = {
      { .role = "node", .name = "node", .codes = own, .labels = names, .n_labels = n_nodes },
      { .role = "side", .name = "side", .codes = left, .labels = sides, .n_labels = 2 },
    };

    for (guint i = 0; i < n_nodes; i++) {
      own[i] = i;
      left[i] = i % 2;
    }
    for (gsize i = 0; i < n; i++) {
      each[i] = 2 * (i * 31 % (n_nodes / 2));
      to[i] = 1 + 2 * (i * 1009 / 7 % (n_nodes / 2));
    }
    must_stop ("bipartite_network", &(RuaInput){ .n_rows = n, .columns = ties, .n_columns = 2 },
               &(RuaInput){ .n_rows = n_nodes, .columns = columns, .n_columns = 2 }, "{\"left\":\"l\",\"right\":\"r\"}");
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  g_test_add_func ("/estimators-edges/contradictions", test_contradictions);
  g_test_add_func ("/estimators-edges/long-value", test_long_value);
  g_test_add_func ("/estimators-edges/odd", test_odd);
  g_test_add_func ("/estimators-edges/nearly-equal", test_nearly_equal);
  g_test_add_func ("/estimators-edges/theil-about", test_theil_about);
  g_test_add_func ("/estimators-edges/far-below", test_far_below);
  g_test_add_func ("/estimators-edges/survey-offset", test_survey_offset);
  g_test_add_func ("/estimators-edges/records", test_records);
  g_test_add_func ("/estimators-edges/figures-alone", test_figures_alone);
  g_test_add_func ("/estimators-edges/limits", test_limits);
  g_test_add_func ("/estimators-edges/sparse-prices", test_sparse_prices);
  g_test_add_func ("/estimators-edges/networks", test_networks);
  g_test_add_func ("/estimators-edges/stopped", test_stopped);
  status = g_test_run ();
  ask_clear ();
  return status;
}
