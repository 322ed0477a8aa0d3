/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What does not hang on the unit, nor on what all values have in common, keeps its digits at the ends of the range
 * of numbers, and where nearly all of a number cancels. The figures wanted are worked out from the very doubles that stand in
 * the tables, by the definitions: with mpmath of 60 digits, means of squares with Python's fractions. */
#include "estimate-ask.h"

#include <math.h>

typedef struct {
  const char *metric;
  const char *csv;
  const char *columns;
  const char *options;
  const char *key;
  double value;
} Wanted;

#define TOTAL "{\"statistic\":\"total\",\"deff\":true}"
#define MEAN "{\"statistic\":\"mean\",\"deff\":true}"
#define RATIO "{\"statistic\":\"ratio\",\"deff\":true}"
#define WEIGHTED "{\"value\":\"x\",\"weight\":\"w\"}"
#define SHARES "{\"numerator\":\"y\",\"denominator\":\"x\"}"
#define VALUE "{\"value\":\"x\"}"
#define ARMS "{\"value\":\"x\",\"treated\":\"t\"}"
#define WEIGHTED_ARMS "{\"value\":\"x\",\"treated\":\"t\",\"weight\":\"w\"}"
#define CLUSTERS "{\"value\":\"x\",\"cluster\":\"k\"}"
#define OUTCOMES "{\"outcome\":\"y\",\"arm\":\"a\"}"
#define ENDS "{\"min\":1e9,\"max\":1000000002}"
#define AMOUNTS "{\"unit\":\"u\",\"amount\":\"x\"}"

#define SMALL "x,w\n1e-80,1e-80\n2e-80,1e-80\n4e-80,1e-80\n"
#define SMALLER "x,w\n1e-80,1e-85\n2e-80,1e-85\n4e-80,1e-85\n"
#define LARGE "x,w\n1e80,1e80\n2e80,1e80\n4e80,1e80\n"
#define LEAST "x,w\n1e-150,1e-150\n2e-150,1e-150\n4e-150,1e-150\n"
#define GREATEST "x,w\n1e150,1e150\n2e150,1e150\n4e150,1e150\n"
#define BEYOND "x,w\n1e300,1e300\n2e300,2e300\n4e300,1e300\n"
#define APART "y,x\n1e-100,1e100\n2e-100,1e100\n4e-100,2e100\n"
#define FAR "x,t,w\n10000000000.1,1,1\n10000000000.5,1,2\n10000000000.3,1,3\n10000000000.2,0,2\n10000000000.9,0,1\n10000000000.4,0,1\n"
#define HEAVY "x,t,w\n3,1,1e9\n4,1,1e-3\n7,1,2e-3\n1,0,1\n2,0,2\n6,0,1\n"
#define ALIKE "x,w\n1000000000.000001,1.1\n1000000000.000002,2.2\n1000000000.000001,0.7\n1000000000.000003,1.3\n"
#define TRIAL "y,a\n1000000000.1,1\n1000000000.5,1\n1000000000.3,1\n,1\n1000000000.7,1\n1000000001.5,0\n1000000000.7,0\n,0\n,0\n1000000000.4,0\n"
#define RARE "x,w\n1,1e7\n1,1e7\n9,1e-3\n"

static const Wanted survey[] = {
  { "survey_estimate", SMALL, WEIGHTED, TOTAL, "se", 2.6457513110645904e-160 },
  { "survey_estimate", SMALL, WEIGHTED, TOTAL, "cv_percent", 37.796447300922723 },
  { "survey_estimate", SMALL, WEIGHTED, TOTAL, "deff", 1 },
  { "survey_estimate", SMALLER, WEIGHTED, TOTAL, "estimate", 7e-165 },
  { "survey_estimate", SMALLER, WEIGHTED, TOTAL, "se", 2.6457513110645904e-165 },
  { "survey_estimate", SMALLER, WEIGHTED, TOTAL, "cv_percent", 37.796447300922723 },
  { "survey_estimate", LARGE, WEIGHTED, TOTAL, "estimate", 7e160 },
  { "survey_estimate", LARGE, WEIGHTED, TOTAL, "se", 2.6457513110645906e160 },
  { "survey_estimate", LARGE, WEIGHTED, TOTAL, "deff", 1 },
  { "survey_estimate", LEAST, WEIGHTED, MEAN, "estimate", 7e-150 / 3 },
  { "survey_estimate", LEAST, WEIGHTED, MEAN, "se", 8.8191710368819687e-151 },
  { "survey_estimate", LEAST, WEIGHTED, MEAN, "deff", 1 },
  { "survey_estimate", GREATEST, WEIGHTED, MEAN, "estimate", 7e150 / 3 },
  { "survey_estimate", GREATEST, WEIGHTED, MEAN, "se", 8.8191710368819685e149 },
  { "survey_estimate", GREATEST, WEIGHTED, MEAN, "deff", 1 },
  { "survey_estimate", BEYOND, WEIGHTED, MEAN, "estimate", 2.25e300 },
  { "survey_estimate", BEYOND, WEIGHTED, MEAN, "se", 6.7604086414949803e299 },
  { "survey_estimate", BEYOND, WEIGHTED, MEAN, "cv_percent", 30.046260628866577 },
  { "survey_estimate", BEYOND, WEIGHTED, MEAN, "deff", 0.76973684210526316 },
  { "survey_estimate", APART, SHARES, RATIO, "estimate", 1.75e-200 },
  { "survey_estimate", APART, SHARES, RATIO, "se", 2.8641098093474e-201 },
  { "survey_estimate", APART, SHARES, RATIO, "cv_percent", 16.366341767699429 },
  { "survey_estimate", APART, SHARES, RATIO, "deff", 1 },
  { "survey_estimate", ALIKE, WEIGHTED, TOTAL, "deff", 2.8802012980536495e29 },
};

static const Wanted poverty[] = {
  { "poverty_fgt", "x\n-1e80\n1e80\n", VALUE, "{\"line\":1}", "se0", 0.5 },
  { "poverty_fgt", "x\n-1e80\n1e80\n", VALUE, "{\"line\":1}", "se1", 5e79 },
  { "poverty_fgt", "x\n-1e80\n1e80\n", VALUE, "{\"line\":1}", "se2", 5e159 },
  { "poverty_fgt", RARE, WEIGHTED, "{\"line\":5}", "se0", 7.4999999992500002e-11 },
  { "poverty_fgt", RARE, WEIGHTED, "{\"line\":5}", "se1", 5.9999999994000001e-11 },
  { "poverty_fgt", RARE, WEIGHTED, "{\"line\":5}", "se2", 4.7999999995200001e-11 },
};

static const Wanted inequality[] = {
  { "inequality", GREATEST, WEIGHTED, NULL, "gini", 2 / 7.0 },
  { "inequality", GREATEST, WEIGHTED, NULL, "theil_t", 0.1429123975555754 },
  { "inequality", GREATEST, WEIGHTED, NULL, "theil_l", 0.1541506798272583 },
  { "inequality", GREATEST, WEIGHTED, NULL, "cv", 0.53452248382484877 },
  { "inequality", GREATEST, WEIGHTED, NULL, "s80s20_lorenz", 4 },
  { "inequality", BEYOND, WEIGHTED, NULL, "lorenz[0.4]", 2.2 / 9 },
  { "inequality", LEAST, WEIGHTED, NULL, "gini", 2 / 7.0 },
  { "inequality", LEAST, WEIGHTED, NULL, "theil_t", 0.1429123975555754 },
  { "inequality", LEAST, WEIGHTED, NULL, "lorenz[0.4]", 0.2 },
  { "inequality", "x\n1e308\n1e308\n", VALUE, NULL, "gini", 0 },
  { "inequality", "x\n1e308\n1e308\n", VALUE, NULL, "s80s20", 0 },
  { "inequality", "x\n1e308\n1e308\n", VALUE, NULL, "palma", 0.25 },
  { "inequality_se", GREATEST, WEIGHTED, NULL, "gini", 2 / 7.0 },
  { "inequality_se", LEAST, WEIGHTED, NULL, "gini", 2 / 7.0 },
  { "inequality_se", LEAST, WEIGHTED, NULL, "theil_l", 0.1541506798272583 },
  { "theil_decomposition", "x,w,g\n1e150,1e150,a\n2e150,1e150,a\n4e150,1e150,b\n", "{\"value\":\"x\",\"weight\":\"w\",\"group\":\"g\"}", NULL, "total", 0.1429123975555754 },
  { "bootstrap", "x\n1e308\n1e308\n", VALUE, "{\"statistic\":\"gini\",\"replicates\":9}", "estimate", 0 },
};

static const Wanted balance[] = {
  { "balance", "x,t\n1e150,1\n2e150,1\n4e150,0\n5e150,0\n", ARMS, NULL, "smd_average", -4.2426406871192851 },
  { "balance", "x,t\n1e-150,1\n2e-150,1\n4e-150,0\n5e-150,0\n", ARMS, NULL, "smd_average", -4.2426406871192851 },
  { "balance", "x,t\n1e300,1\n2e300,1\n4e300,0\n5e300,0\n", ARMS, NULL, "smd_treated", -4.2426406871192851 },
  { "balance", "x,t\n1e300,1\n2e300,1\n4e300,0\n5e300,0\n", ARMS, NULL, "variance_ratio", 1 },
  { "balance", "x,t\n1e300,1\n2e300,1\n4e300,0\n5e300,0\n", ARMS, NULL, "mean0", 4.5e300 },
  { "balance", "x,t\n1e-300,1\n2e-300,1\n4e-300,0\n5e-300,0\n", ARMS, NULL, "hedges_g", -2.3936536824085961 },
  { "balance", "x,t,w\n1,1,1e300\n2,1,1e300\n4,0,1e300\n5,0,1e300\n", WEIGHTED_ARMS, NULL, "smd_control", -4.2426406871192851 },
  { "balance", "x,t,w\n1,1,1e-300\n2,1,1e-300\n4,0,1e-300\n5,0,1e-300\n", WEIGHTED_ARMS, NULL, "smd_control", -4.2426406871192851 },
  { "balance", FAR, ARMS, NULL, "smd_average", -0.68599562334544526 },
  { "balance", FAR, ARMS, NULL, "smd_treated", -1.0000015894549203 },
  { "balance", FAR, ARMS, NULL, "smd_control", -0.55470128136125105 },
  { "balance", FAR, ARMS, NULL, "variance_ratio", 0.30769253341621412 },
  { "balance", FAR, ARMS, NULL, "cohen_d", -0.68599562334544526 },
  { "balance", FAR, ARMS, NULL, "hedges_g", -0.54734531664566844 },
  { "balance", FAR, WEIGHTED_ARMS, NULL, "smd_average", -0.32217644968834775 },
  { "balance", FAR, WEIGHTED_ARMS, NULL, "variance_ratio", 0.23594794794705178 },
  /* One record bears nearly all the weight of its arm. */
  { "balance", HEAVY, WEIGHTED_ARMS, NULL, "smd_average", 0.10471347707669662 },
  { "balance", HEAVY, WEIGHTED_ARMS, NULL, "smd_treated", 0.10660035818164929 },
  { "balance", HEAVY, WEIGHTED_ARMS, NULL, "smd_control", 0.10292337120278252 },
  { "balance", HEAVY, WEIGHTED_ARMS, NULL, "variance_ratio", 0.93220338983039548 },
};

static const Wanted bounds[] = {
  { "lee_bounds", TRIAL, OUTCOMES, NULL, "naive", -0.46666666865348816 },
  { "lee_bounds", TRIAL, OUTCOMES, NULL, "lower", -0.56666668256123861 },
  { "lee_bounds", TRIAL, OUTCOMES, NULL, "upper", -0.36666667461395264 },
  { "manski_bounds", TRIAL, OUTCOMES, ENDS, "lower", -1.0 },
  { "manski_bounds", TRIAL, OUTCOMES, ENDS, "upper", 0.2 },
};

static const Wanted clusters[] = {
  { "icc", "x,k\n1000000000000,a\n1000000000001,a\n1000000000001,b\n1000000000003,b\n1000000000000,c\n1000000000002,c\n1000000000002,c\n", CLUSTERS, NULL, "ms_between", 1.130952380952381 },
  { "icc", "x,k\n1000000000000,a\n1000000000001,a\n1000000000001,b\n1000000000003,b\n1000000000000,c\n1000000000002,c\n1000000000002,c\n", CLUSTERS, NULL, "icc", -0.057569296375266525 },
  { "icc", "x,k\n0,a\n1e200,a\n1e200,b\n3e200,b\n0,c\n2e200,c\n2e200,c\n", CLUSTERS, NULL, "icc", -0.057569296375266525 },
  { "icc", "x,k\n0,a\n1e-200,a\n1e-200,b\n3e-200,b\n0,c\n2e-200,c\n2e-200,c\n", CLUSTERS, NULL, "icc", -0.057569296375266525 },
};

static const Wanted money[] = {
  { "concentration", "u,x\na,1e308\nb,1e308\n", AMOUNTS, NULL, "hhi", 0.5 },
  { "concentration", "u,x\na,1e308\nb,1e308\n", AMOUNTS, NULL, "entropy", 0.69314718055994531 },
  { "concentration", "u,x\na,1e308\nb,1e308\n", AMOUNTS, NULL, "cr1", 0.5 },
  { "concentration", "u,x\na,1e308\nb,1e308\n", AMOUNTS, NULL, "cr3", 1 },
  { "concentration", "u,x\na,1e308\nb,1e308\n", AMOUNTS, "{\"list\":1}", "share[a]", 0.5 },
  { "concentration", "u,x\na,1e308\nb,1e308\n", AMOUNTS, "{\"list\":1}", "amount[a]", 1e308 },
  { "growth", NULL, NULL, "{\"start\":1e10,\"end\":10000000001.5,\"years\":3}", "percent", 1.5e-8 },
  { "growth", NULL, NULL, "{\"start\":1e10,\"end\":10000000001.5,\"years\":3}", "log_change", 1.4999999998875e-10 },
  { "growth", NULL, NULL, "{\"start\":1e10,\"end\":10000000001.5,\"years\":3}", "annual_rate", 4.99999999975e-9 },
  { "growth", NULL, NULL, "{\"start\":1e-300,\"end\":1e300}", "log_change", 1381.5510557964274 },
  { "growth", NULL, NULL, "{\"start\":1,\"end\":0,\"years\":3}", "annual_rate", -100 },
};

typedef struct {
  const Wanted *wanted;
  gsize n;
  const char *path;
} Set;

static void
test_wanted (gconstpointer data)
{
  const Set *set = data;

  for (gsize i = 0; i < set->n; i++) {
    const Wanted *k = &set->wanted[i];
    g_autoptr (Answer) answer = ask (k->metric, k->csv, k->columns, k->options);
    double got = !answer->refused && has (answer, k->key) ? get (answer, k->key) : NAN;

    /* By the size of the figure, however small it is. */
    if (!(fabs (got - k->value) <= 1e-14 * fabs (k->value)))
      g_test_fail_printf ("%s of %s with %s: %s is %.17g instead of %.17g: %.300s", k->metric, k->csv, k->options, k->key, got,
                          k->value, answer->text);
  }
}

int
main (int argc, char **argv)
{
  static const Set tests[] = {
    { survey, G_N_ELEMENTS (survey), "/estimators-scales/survey" },
    { poverty, G_N_ELEMENTS (poverty), "/estimators-scales/poverty" },
    { inequality, G_N_ELEMENTS (inequality), "/estimators-scales/inequality" },
    { balance, G_N_ELEMENTS (balance), "/estimators-scales/balance" },
    { bounds, G_N_ELEMENTS (bounds), "/estimators-scales/bounds" },
    { clusters, G_N_ELEMENTS (clusters), "/estimators-scales/clusters" },
    { money, G_N_ELEMENTS (money), "/estimators-scales/money" },
  };
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i], test_wanted);
  status = g_test_run ();
  ask_clear ();
  return status;
}
