/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where there is no number, the reason that is given is the one; where there is one, it says what it seems to. The figures
 * wanted follow from the definitions with pencil and paper. */
#include "estimate-ask.h"

#include <math.h>
#include <string.h>

#define VALUE "{\"value\":\"x\"}"
#define WEIGHTED "{\"value\":\"x\",\"weight\":\"w\"}"
#define IN_DOMAIN "{\"value\":\"x\",\"domain\":\"d\"}"
#define COUNTED "{\"value\":\"x\",\"fpc\":\"N\"}"
#define DOMAIN_COUNTED "{\"value\":\"x\",\"domain\":\"d\",\"fpc\":\"N\"}"
#define RATIO_IN_DOMAIN "{\"numerator\":\"x\",\"denominator\":\"y\",\"domain\":\"d\"}"
#define TOTAL "{\"statistic\":\"total\"}"
#define MEAN "{\"statistic\":\"mean\"}"
#define ONE_INSIDE "x,d,N\n1,1,4\n2,0,4\n3,0,4\n9,0,4\n"
#define UNKNOWN_OUTSIDE "x,d\n1,1\n2,1\n,0\n9,0\n"
#define ALL_FOUR "\"suppressed\":[[0,0],[0,1],[1,0],[1,1]]"
#define CELLS "{\"row\":\"r\",\"column\":\"c\",\"amount\":\"x\"}"
#define PRICES "{\"period\":\"t\",\"item\":\"i\",\"price\":\"p\",\"quantity\":\"q\"}"
#define FROM_1_TO_2 "{\"base\":\"1\",\"current\":\"2\"}"

static const Known survey[] = {
  /* One record tells of no spread, unless there is no other. */
  { "survey_estimate", "x\n3\n", VALUE, "{\"lonely\":\"remove\"}", "se", NAN, "at least two records" },
  { "survey_estimate", "x\n3\n", VALUE, "{\"lonely\":\"certainty\"}", "cv_percent", NAN, "at least two records" },
  { "survey_estimate", "x\n3\n", VALUE, "{\"lonely\":\"adjust\"}", "ci_low", NAN, "at least two records" },
  { "survey_estimate", "x\n3\n", VALUE, "{\"lonely\":\"adjust\",\"statistic\":\"total\"}", "se", NAN, "at least two records" },
  { "survey_estimate", "x\n3\n", VALUE, "{\"lonely\":\"average\"}", "se", NAN, "at least two records" },
  { "survey_estimate", "x\n3\n", VALUE, "{\"lonely\":\"remove\"}", "estimate", 3, NULL },
  { "survey_estimate", "x,N\n3,1\n", COUNTED, NULL, "se", 0, NULL },
  { "survey_estimate", "x,N\n3,2\n", COUNTED, "{\"lonely\":\"remove\"}", "se", NAN, "at least two records" },
  { "survey_estimate", ONE_INSIDE, IN_DOMAIN, MEAN, "se", NAN, "at least two records" },
  { "survey_estimate", ONE_INSIDE, IN_DOMAIN, MEAN, "ci_high", NAN, "at least two records" },
  { "survey_estimate", ONE_INSIDE, IN_DOMAIN, MEAN, "estimate", 1, NULL },
  { "survey_estimate", "x,d\n1,1\n0,0\n1,0\n", IN_DOMAIN, "{\"statistic\":\"proportion\"}", "cv_percent", NAN, "at least two records" },
  { "survey_estimate", ONE_INSIDE, DOMAIN_COUNTED, MEAN, "se", 0, NULL },
  /* 4/3 (9/16 + 3/16) */
  { "survey_estimate", ONE_INSIDE, IN_DOMAIN, TOTAL, "se", 1, NULL },

  /* What is unknown outside is not needed: 4/3 (1/16 + 1/16). */
  { "survey_estimate", UNKNOWN_OUTSIDE, IN_DOMAIN, MEAN, "n", 2, NULL },
  { "survey_estimate", UNKNOWN_OUTSIDE, IN_DOMAIN, MEAN, "df", 3, NULL },
  { "survey_estimate", UNKNOWN_OUTSIDE, IN_DOMAIN, MEAN, "se", 0.40824829046386302, NULL },
  { "survey_estimate", "x,d\n1,1\n2,1\n,1\n9,0\n", IN_DOMAIN, MEAN, "df", 2, NULL },
  { "survey_estimate", "x,d\n1,1\n2,1\n8,\n9,0\n", IN_DOMAIN, MEAN, "df", 2, NULL },
  { "survey_estimate", "x,d\n1,1\n0,1\n,0\n1,0\n", IN_DOMAIN, "{\"statistic\":\"proportion\"}", "df", 3, NULL },
  { "survey_estimate", "x,y,d\n1,2,1\n2,2,1\n3,,0\n,1,0\n", RATIO_IN_DOMAIN, "{\"statistic\":\"ratio\"}", "df", 3, NULL },
  { "survey_estimate", "x,y,d\n1,2,1\n2,2,1\n3,,0\n,1,0\n", RATIO_IN_DOMAIN, "{\"statistic\":\"ratio\"}", "estimate", 0.75, NULL },
  { "survey_estimate", "x,y,d\n1,2,1\n2,,1\n3,,0\n,1,0\n", RATIO_IN_DOMAIN, "{\"statistic\":\"ratio\"}", "df", 2, NULL },

  /* A total of nothing is 0, as that of the estimator total is, but nothing is known of its error. */
  { "survey_estimate", "x,w\n3,0\n4,0\n", WEIGHTED, TOTAL, "estimate", 0, NULL },
  { "survey_estimate", "x,w\n3,0\n4,0\n", WEIGHTED, TOTAL, "se", NAN, "all weights are 0" },
  { "survey_estimate", "x,w\n3,0\n4,0\n", WEIGHTED, TOTAL, "ci_low", NAN, "all weights are 0" },
  { "survey_estimate", "x,w\n3,0\n4,0\n", WEIGHTED, TOTAL, "cv_percent", NAN, "all weights are 0" },

  /* The mean that values vary about is theirs, though their total was rounded. */
  { "survey_estimate", "x,w\n1e9,26942.53609612623\n1e9,2960.5870874342922\n", WEIGHTED, "{\"statistic\":\"total\",\"deff\":true}", "deff", NAN, "do not vary" },
};

#define PANEL "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"t\",\"first_treated\":\"f\"}"
#define UNCHANGED "u,t,f,y\na,1,2,5\na,2,2,5\na,3,2,9\nb,1,0,7\nb,2,0,7\nb,3,0,8\n"
#define UNIVERSAL "{\"base\":\"universal\"}"
#define DYNAMIC "{\"base\":\"universal\",\"type\":\"dynamic\"}"

/* Of what is 0 in these data it is not told that it could be nothing else. */
static const Known panels[] = {
  { "group_time_att", UNCHANGED, PANEL, NULL, "se[2,2]", NAN, "nothing varies between units or clusters" },
  { "group_time_att", UNCHANGED, PANEL, UNIVERSAL, "se[2,2]", NAN, "nothing varies between units or clusters" },
  { "group_time_att", UNCHANGED, PANEL, UNIVERSAL, "se[2,1]", NAN, "0 by construction" },
  { "att_aggregate", UNCHANGED, PANEL, DYNAMIC, "se[-1]", NAN, "0 by construction" },
  { "att_aggregate", UNCHANGED, PANEL, DYNAMIC, "se[0]", NAN, "nothing varies between units or clusters" },
  { "att_aggregate", UNCHANGED, PANEL, "{\"type\":\"group\"}", "overall_se", NAN, "nothing varies between units or clusters" },
};

static const Known disclosure[] = {
  /* What is worked out has an interval without width, as it is told. */
  { "suppress_audit", NULL, NULL, "{\"table\":[[1e15,2],[3,4]]," ALL_FOUR "}", "n_exact", 0, NULL },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1e15,2],[3,4]]," ALL_FOUR "}", "high[1,2]", 6, NULL },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1e-13,2e-13,1e6],[3e-13,4e-13,1]]," ALL_FOUR "}", "n_exact", 0, NULL },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1,2,1e6],[0,4,1]]," ALL_FOUR "}", "n_exact", 0, NULL },
  { "suppress_audit", NULL, NULL, "{\"table\":[[1,0,1e6],[0,4,1]],\"suppressed\":[[0,0],[0,1],[1,1]]}", "n_exact", 3, NULL },
  /* 4 less of 1e17 is 1e17 in doubles. */
  { "suppress_audit", NULL, NULL, "{\"table\":[[1e17,2],[3,4]]," ALL_FOUR "}", "n_exact", 1, NULL },

  /* A tie of decimals is no excess, though their doubles add up to a little more or less. */
  { "suppress_primary", "r,c,x\na,b,0.07\na,b,0.03\n", CELLS, "{\"dominance_n\":1,\"dominance_k\":70}", "n_primary", 0, NULL },
  { "suppress_primary", "r,c,x\na,b,0.07000000001\na,b,0.03\n", CELLS, "{\"dominance_n\":1,\"dominance_k\":70}", "n_primary", 1, NULL },
  { "suppress_primary", "r,c,x\na,b,0.7\na,b,0.1\na,b,0.2\n", CELLS, "{\"dominance_n\":2,\"dominance_k\":90}", "n_primary", 0, NULL },
  { "suppress_primary", "r,c,x\na,b,2.9\na,b,2.9\na,b,0.29\n", CELLS, "{\"p_percent\":10}", "n_primary", 0, NULL },
  { "suppress_primary", "r,c,x\na,b,2.9\na,b,2.9\na,b,0.2899999999\n", CELLS, "{\"p_percent\":10}", "n_primary", 1, NULL },
  { "suppress_primary", "r,c,x\na,b,2.9\na,b,2.9\na,b,0.1\na,b,0.19\n", CELLS, "{\"p_percent\":10}", "n_primary", 0, NULL },
};

static const Known prices[] = {
  { "price_index", "t,i,p,q\n1,a,0,2\n2,a,4,2\n", PRICES, FROM_1_TO_2, "paasche", NAN, "a price or a value is 0" },
  { "price_index", "t,i,p,q\n1,a,0,2\n2,a,4,2\n", PRICES, FROM_1_TO_2, "laspeyres", NAN, "has no value" },
  { "price_index", "t,i,p,q\n1,a,3,2\n2,a,4,0\n", PRICES, FROM_1_TO_2, "paasche", NAN, "a price or a value is 0" },
  { "price_index", "t,i,p,q\n1,a,3,2\n2,a,4,0\n", PRICES, FROM_1_TO_2, "fisher", NAN, "a price or a value is 0" },
  { "price_index", "t,i,p,q\n1,a,3,2\n2,a,4,0\n", PRICES, FROM_1_TO_2, "fisher_quantity", NAN, "a price or a value is 0" },
  { "price_index", "t,i,p,q\n1,a,3,2\n2,a,4,0\n", PRICES, FROM_1_TO_2, "tornqvist", NAN, "a price or a value is 0" },
  { "price_index", "t,i,p,q\n1,a,3,0\n2,a,4,0\n", PRICES, FROM_1_TO_2, "paasche", NAN, "a price or a value is 0" },
  { "price_index", "t,i,p,q\n1,a,1e-200,1\n2,a,1e200,1\n", PRICES, FROM_1_TO_2, "laspeyres", NAN, "beyond the range" },
  { "price_index_chained", "t,i,p,q\n1,a,0,2\n2,a,4,2\n", PRICES, "{\"periods\":[1,2],\"formula\":\"paasche\"}", "direct[2]", NAN, "a price or a value is 0" },
  { "price_index_chained", "t,i,p,q\n1,a,3,2\n2,a,4,0\n", PRICES, "{\"periods\":[1,2]}", "direct", NAN, "a price or a value is 0" },
  { "price_index_chained", "t,i,p,q\n1,a,3,2\n2,a,4,0\n", PRICES, "{\"periods\":[1,2]}", "chain[2]", NAN, "a price or a value is 0" },
};

static const Known planning[] = {
  { "power", NULL, NULL, "{\"design\":\"cluster\",\"clusters\":20,\"cluster_size\":25,\"treated_share\":0.5,\"icc\":0.1,\"power\":0.01,\"solve\":\"mde\"}", "mde_normal", NAN, "not above alpha" },
  { "power", NULL, NULL, "{\"design\":\"cluster\",\"clusters\":20,\"cluster_size\":25,\"treated_share\":0.5,\"icc\":0.1,\"power\":0.01,\"solve\":\"mde\"}", "mde_t", NAN, "not above alpha" },
  { "power", NULL, NULL, "{\"design\":\"cluster\",\"clusters\":20,\"cluster_size\":25,\"treated_share\":0.5,\"icc\":0.1,\"power\":0.01,\"solve\":\"mde\"}", "design_effect", 3.4, NULL },
  { "power", NULL, NULL, "{\"design\":\"two_proportions\",\"solve\":\"mde\",\"n\":100,\"p1\":0.5,\"power\":0.02}", "mde", NAN, "not above alpha" },
};

typedef struct {
  const Known *known;
  gsize n;
  const char *path;
} Set;

static void
test_known (gconstpointer data)
{
  const Set *set = data;

  assert_known (set->known, set->n);
}

/* ---- refusals ---- */

typedef struct {
  const char *metric;
  const char *csv;
  const char *columns;
  const char *nodes;
  const char *options;
  const char *words[3];
} Refusal;

#define TIES "{\"from\":\"f\",\"to\":\"t\",\"node\":\"node\",\"side\":\"side\"}"
#define BROKERS "{\"from\":\"f\",\"to\":\"t\",\"node\":\"node\",\"group\":\"side\"}"
#define SIDES "{\"left\":\"l\",\"right\":\"r\"}"
#define NODES "node,side\nu,l\nx,r\nc,Z\nd,\n"

static const Refusal refusals[] = {
  /* Who is in the list, but not of this network. */
  { "bipartite_network", "f,t\nu,c\n", TIES, NODES, SIDES, { "c is of side \\\"Z\\\"", "neither left nor right", "line 2" } },
  { "bipartite_network", "f,t\nc,x\n", TIES, NODES, SIDES, { "c is of side \\\"Z\\\"", "(role from)" } },
  { "bipartite_network", "f,t\nu,d\n", TIES, NODES, SIDES, { "d is in the node list", "the side is unknown" } },
  { "bipartite_network", "f,t\nu,e\n", TIES, NODES, SIDES, { "is not in the node list; add it" } },
  { "bipartite_network", "f,t\nu,x\n", TIES, NODES, "{\"left\":\"l\",\"right\":\"r\",\"show\":[\"c\"]}", { "\\\"show\\\" names \\\"c\\\"", "is of side \\\"Z\\\"" } },
  { "bipartite_network", "f,t\nu,x\n", TIES, NODES, "{\"left\":\"l\",\"right\":\"r\",\"show\":[\"d\"]}", { "\\\"show\\\" names \\\"d\\\"", "the side is unknown" } },
  { "bipartite_network", "f,t\n1,3\n", TIES, "node,side\n1,l\n2,r\n3,\n", SIDES, { "3 is in the node list", "the side is unknown" } },
  { "brokerage", "f,t\nu,d\n", BROKERS, NODES, NULL, { "d is in the node list", "the group is unknown" } },
  { "brokerage", "f,t\nu,e\n", BROKERS, NODES, NULL, { "is not in the node list; add it" } },

  /* What would have no say in what is looked for. */
  { "power", NULL, NULL, NULL, "{\"design\":\"two_sample_t\",\"solve\":\"power\",\"n\":20,\"delta\":0.5,\"power\":0.8}", { "\\\"power\\\" has no say", "solve for power", "leave it out" } },
  { "power", NULL, NULL, NULL, "{\"design\":\"paired_t\",\"n\":20,\"delta\":0.5,\"power\":0.8}", { "\\\"power\\\" has no say" } },
  { "power", NULL, NULL, NULL, "{\"design\":\"two_sample_t\",\"solve\":\"n\",\"n\":20,\"delta\":0.5,\"power\":0.8}", { "\\\"n\\\" has no say" } },
  { "power", NULL, NULL, NULL, "{\"design\":\"two_proportions\",\"solve\":\"n\",\"n\":20,\"p1\":0.5,\"p2\":0.6,\"power\":0.8}", { "\\\"n\\\" has no say" } },
  { "power", NULL, NULL, NULL, "{\"design\":\"two_sample_t\",\"solve\":\"mde\",\"n\":20,\"delta\":0.5,\"power\":0.8}", { "\\\"delta\\\" has no say" } },
  { "power", NULL, NULL, NULL, "{\"design\":\"two_proportions\",\"solve\":\"mde\",\"n\":20,\"p1\":0.5,\"p2\":0.6,\"power\":0.8}", { "\\\"p2\\\" has no say" } },

  /* Years and periods that do not follow each other. */
  { "deflate", NULL, NULL, NULL, "{\"years\":[3,2,1],\"rates\":[1,2],\"base_year\":3}", { "year 2 does not follow 3", "each year to the next" } },
  { "deflate", NULL, NULL, NULL, "{\"years\":[1,2,5],\"rates\":[1,2],\"base_year\":1}", { "year 5 does not follow 2" } },
  { "price_index_chained", "t,i,p,q\n1,a,1,2\n2,a,4,2\n", PRICES, NULL, "{\"periods\":[1,2,1]}", { "period 1 is there twice" } },

  /* Numbers that a double does not hold, as they were written. */
  { "mean", "x\n1\n1e-400\n", VALUE, NULL, NULL, { "line 3", "1e-400", "below the range of numbers" } },
  { "mean", "x\n1\n-0.00001E-400\n", VALUE, NULL, NULL, { "line 3", "-0.00001E-400" } },
  { "mean", "x\n1\n1e400\n", VALUE, NULL, NULL, { "line 3", "1e400" } },
  { "growth", NULL, NULL, NULL, "{\"start\":1,\"end\":1e400}", { "option \\\"end\\\" is 1e400", "beyond the range of numbers" } },
  { "growth", NULL, NULL, NULL, "{\"start\":1,\"end\":1e-400}", { "option \\\"end\\\" is 1e-400", "below the range of numbers" } },
  { "growth", NULL, NULL, NULL, "{\"start\":1,\"end\":2,\"inflation\":[2,1e400]}", { "\\\"inflation\\\"", "1e400" } },
};

static void
test_refusals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    const Refusal *r = &refusals[i];
    g_autoptr (Answer) answer = ask_more (r->metric, r->csv, r->columns, r->options, r->nodes, NULL);

    if (!answer->refused) {
      g_test_fail_printf ("%s takes %s: %.200s", r->metric, r->options, answer->text);
      continue;
    }
    for (guint k = 0; k < G_N_ELEMENTS (r->words) && r->words[k] != NULL; k++)
      if (strstr (answer->text, r->words[k]) == NULL)
        g_test_fail_printf ("%s with %s does not tell %s: %s", r->metric, r->options, r->words[k], answer->text);
  }
}

/* What looks like those but is none of them. */
static void
test_taken (void)
{
  g_assert_cmpfloat (value_of ("mean", "mean", "x\n0e-400\n-0.0e500\n", VALUE, NULL), ==, 0);
  g_assert_cmpfloat (value_of ("max", "mean", "x\n5e-324\n0\n", VALUE, NULL), ==, 5e-324);
  g_assert_cmpfloat (value_of ("change", "growth", NULL, NULL, "{\"start\":1,\"end\":0e999}"), ==, -1);
  g_assert_cmpfloat (value_of ("deflator[2]", "deflate", NULL, NULL, "{\"years\":[1,2,3],\"rates\":[100,2],\"base_year\":1}"), ==, 2);
  g_assert_cmpfloat (value_of ("deflator[1]", "deflate", NULL, NULL, "{\"years\":[5,1],\"index\":[100,50],\"base_year\":5}"), ==, 0.5);
}

int
main (int argc, char **argv)
{
  static const Set tests[] = {
    { survey, G_N_ELEMENTS (survey), "/estimators-causes/survey" },
    { panels, G_N_ELEMENTS (panels), "/estimators-causes/panels" },
    { disclosure, G_N_ELEMENTS (disclosure), "/estimators-causes/disclosure" },
    { prices, G_N_ELEMENTS (prices), "/estimators-causes/prices" },
    { planning, G_N_ELEMENTS (planning), "/estimators-causes/planning" },
  };
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i], test_known);
  g_test_add_func ("/estimators-causes/refusals", test_refusals);
  g_test_add_func ("/estimators-causes/taken", test_taken);
  status = g_test_run ();
  ask_clear ();
  return status;
}
