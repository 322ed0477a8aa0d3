/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digits of indices of inequality and of their errors: of values that are nearly equal, or not at all, in any unit. */
#include "estimate-ask.h"

#include <math.h>
#include <stdlib.h>

#include "rua-entropy-private.h"
#include "rua-parallel.h"
#include "rua-random-private.h"

#define VALUE "{\"value\":\"x\"}"
#define WEIGHED "{\"value\":\"x\",\"weight\":\"w\"}"
#define DESIGN "{\"value\":\"x\",\"weight\":\"w\",\"stratum\":\"s\",\"psu\":\"p\"}"
#define UNITS "{\"value\":\"x\",\"weight\":\"w\",\"psu\":\"p\"}"
#define GROUPED "{\"value\":\"x\",\"group\":\"g\"}"
#define WEIGHED_GROUPS "{\"value\":\"x\",\"group\":\"g\",\"weight\":\"w\"}"

#define NEAR "x\n1000000000.25\n1000000000.5\n1000000001.5\n1000000002.75\n1000000001.125\n"
#define NEAR_WEIGHED \
  "x,w\n1000000000.25,0.3\n1000000000.5,2\n1000000001.5,1.7\n1000000002.75,0.011\n1000000001.125,1\n"
#define FAR "x\n1000000000000001\n1000000000000000\n1000000000000003\n"
#define TWO "x\n999999999\n1000000001\n"
#define WIDE "x\n0.001\n7.5\n31000\n2.5e8\n1e12\n"
#define GREAT "x\n1000000000.25e150\n1000000000.5e150\n1000000001.5e150\n1000000002.75e150\n1000000001.125e150\n"
#define SMALL "x\n1000000000.25e-150\n1000000000.5e-150\n1000000001.5e-150\n1000000002.75e-150\n1000000001.125e-150\n"
#define CLUSTERS \
  "x,w,s,p\n1000000000.25,0.3,0,0\n1000000000.5,2,0,0\n1000000001.5,1.7,0,1\n1000000002.75,0.011,1,2\n" \
  "1000000001.125,1,1,3\n1000000000.75,3,1,2\n"

static RuaRandom source;

static double
uniform (void)
{
  return (rua_random_next (&source) + 0.5) / 4294967296.0;
}

typedef struct {
  const char *metric;
  const char *csv;
  const char *columns;
  const char *options;
  struct {
    const char *key;
    double value;
  } wanted[12];
} Case;

/* Worked out from the formulas in the textbooks with 150 digits (mpmath), of the doubles that the texts are read as. */
static const Case cases[] = {
  { "inequality", NEAR, VALUE, "{\"epsilon\":[0.01,0.5,0.999999,1,2,10]}",
    { { "gini", 4.79999999412e-10 }, { "cv", 8.8175960334726437e-10 }, { "theil_t", 3.8874999897228125e-19 },
      { "theil_l", 3.88749998897e-19 }, { "atkinson[0.01]", 3.8874999897152845e-21 },
      { "atkinson[0.5]", 1.9437499946732031e-19 }, { "atkinson[0.999999]", 3.8874961014700117e-19 },
      { "atkinson[1]", 3.88749998897e-19 }, { "atkinson[2]", 7.7749999764343751e-19 },
      { "atkinson[10]", 3.8874999821946875e-18 } } },
  { "inequality", NEAR_WEIGHED, WEIGHED, "{\"epsilon\":[0.5,1,3]}",
    { { "gini", 2.5633090313901285e-10 }, { "cv", 4.7538423828399315e-10 }, { "theil_t", 1.1299508700263763e-19 },
      { "theil_l", 1.1299508700084908e-19 }, { "atkinson[0.5]", 5.6497543500871677e-20 },
      { "atkinson[1]", 1.1299508700084908e-19 }, { "atkinson[3]", 3.3898526099181589e-19 } } },
  { "inequality", FAR, VALUE, "{\"epsilon\":[0.5,1,2]}",
    { { "gini", 6.6666666666666578e-16 }, { "cv", 1.2472191289246455e-15 }, { "theil_t", 7.7777777777777558e-31 },
      { "theil_l", 7.7777777777777546e-31 }, { "atkinson[0.5]", 3.8888888888888776e-31 },
      { "atkinson[1]", 7.7777777777777546e-31 }, { "atkinson[2]", 1.5555555555555507e-30 } } },
  { "inequality", WIDE, VALUE, "{\"epsilon\":[0.000001,0.5,0.9,1,2,5,40]}",
    { { "gini", 0.79990000019405063 }, { "cv", 1.9993751373088633 }, { "theil_t", 1.6071143825561496 },
      { "theil_l", 15.53845663989291 }, { "atkinson[0.000001]", 1.6071146896626676e-6 },
      { "atkinson[0.5]", 0.79360437715349946 }, { "atkinson[0.9]", 0.99988224710174966 },
      { "atkinson[1]", 0.9999998214606193 }, { "atkinson[2]", 0.99999999999997501 },
      { "atkinson[5]", 0.99999999999999253 }, { "atkinson[40]", 0.99999999999999479 } } },
  { "inequality", GREAT, VALUE, "{\"epsilon\":[1]}",
    { { "theil_t", 3.8874994675080722e-19 }, { "atkinson[1]", 3.8874994667552598e-19 } } },
  { "inequality", SMALL, VALUE, "{\"epsilon\":[1]}",
    { { "theil_t", 3.8874997919725649e-19 }, { "atkinson[1]", 3.8874997912197525e-19 } } },
  { "inequality", "x\n1000\n1000000000.25\n1000000000.5\n", VALUE, "{\"epsilon\":[0.5,1]}",
    { { "gini", 0.33333283337525017 }, { "cv", 0.70710572052690647 }, { "theil_t", 0.40545770035646687 },
      { "theil_l", 4.1997055780048018 }, { "atkinson[0.5]", 0.3326668336667081 },
      { "atkinson[1]", 0.98500000750187125 } } },
  { "inequality", "x\n0.9\n1\n1.1001\n", VALUE, "{\"epsilon\":[0.3,0.7,1.5,9]}",
    { { "gini", 0.044465184493850216 }, { "cv", 0.081687763396741283 }, { "theil_t", 3.3419777971943517e-3 },
      { "theil_l", 3.353143075981236e-3 }, { "atkinson[0.3]", 1.0032689417697138e-3 },
      { "atkinson[0.7]", 2.3425157872317265e-3 }, { "atkinson[1.5]", 5.0222903657345648e-3 },
      { "atkinson[9]", 0.028804025965727879 } } },
  { "inequality", "x\n0\n0\n1\n0.0001\n2e9\n", VALUE, "{\"epsilon\":[0.3]}",
    { { "theil_t", 1.6094379012243125 }, { "atkinson[0.3]", 0.49830286816057755 } } },
  { "inequality_se", NEAR, VALUE, "{\"epsilon\":0.5}",
    { { "gini_se", 1.4823967047319436e-10 }, { "theil_t_se", 2.1129922615446928e-19 },
      { "theil_l_se", 2.1129922615162117e-19 }, { "atkinson_se", 1.0564961307652261e-19 } } },
  { "inequality_se", NEAR_WEIGHED, WEIGHED, "{\"epsilon\":1}",
    { { "gini_se", 2.9581632941269718e-11 }, { "theil_t_se", 2.7995350931112369e-20 },
      { "theil_l_se", 2.7995350936040741e-20 }, { "atkinson_se", 2.7995350936040741e-20 } } },
  { "inequality_se", TWO, VALUE, "{\"epsilon\":0.5}",
    { { "gini_se", 5.0e-19 }, { "theil_t_se", 6.6666666666666667e-28 }, { "theil_l_se", 3.3333333333333333e-28 },
      { "atkinson_se", 2.5e-28 } } },
  { "inequality_se", FAR, VALUE, "{\"epsilon\":3}",
    { { "gini_se", 1.9245008972987461e-16 }, { "theil_t_se", 3.888888888888873e-31 },
      { "theil_l_se", 3.8888888888888748e-31 }, { "atkinson_se", 1.1666666666666636e-30 } } },
  { "inequality_se", WIDE, VALUE, "{\"epsilon\":0.5}",
    { { "gini_se", 0.1999125763789346 }, { "theil_t_se", 0.99709880980702242 }, { "theil_l_se", 5.4550262243409888 },
      { "atkinson_se", 0.19843442000180349 } } },
  { "inequality_se", WIDE, VALUE, "{\"epsilon\":40}",
    { { "atkinson_se", 5.1759371246460591e-15 } } },
  { "inequality_se", WIDE, VALUE, "{\"epsilon\":1000}",
    { { "atkinson", 0.99999999999999499 }, { "atkinson_se", 5.0039946007822089e-15 } } },
  { "inequality_se", GREAT, VALUE, "{\"epsilon\":1}",
    { { "gini_se", 1.482396685612923e-10 }, { "atkinson_se", 2.1129920622838568e-19 } } },
  { "inequality_se", SMALL, VALUE, "{\"epsilon\":2}",
    { { "gini_se", 1.4823966965623191e-10 }, { "atkinson_se", 4.2259843803670786e-19 } } },
  { "poverty_fgt", "x,s\n1,0\n1.0000000000000002,0\n2.5,1\n2.5,1\n", "{\"value\":\"x\",\"stratum\":\"s\"}", "{\"line\":3}",
    { { "se1", 1.850371707708594e-17 } } },
  { "inequality_se", CLUSTERS, DESIGN, "{\"epsilon\":0.3}",
    { { "gini_se", 6.1351868650475481e-11 }, { "theil_t_se", 2.7689798820182907e-20 },
      { "theil_l_se", 2.7689798828176871e-20 }, { "atkinson_se", 8.3069396467743285e-21 } } },
  { "theil_decomposition",
    "x,g\n1000000000.25,a\n1000000000.5,a\n1000000001.5,b\n1000000002.75,b\n1000000001.125,a\n",
    GROUPED, NULL,
    { { "within", 1.1874999966078125e-19 }, { "between", 2.699999993115e-19 } } },
  { "theil_decomposition",
    "x,w,g\n1000000000.25,0.3,a\n1000000000.5,2,b\n1000000001.5,1.7,b\n1000000002.75,0.011,a\n1000000001.125,1,a\n",
    WEIGHED_GROUPS, NULL,
    { { "within", 1.129522734840525e-19 }, { "between", 4.2813518585131271e-23 } } },
  { "theil_decomposition", "x,g\n1000000000000001,a\n1000000000000000,b\n1000000000000003,b\n", GROUPED, NULL,
    { { "within", 7.4999999999999787e-31 }, { "between", 2.7777777777777705e-32 } } },
  { "theil_decomposition", "x,g\n0.001,a\n7.5,b\n31000,b\n2.5e8,a\n1e12,a\n", GROUPED, NULL,
    { { "within", 1.0962893131841416 }, { "between", 0.51082506937200803 } } },
  { "theil_decomposition",
    "x,g\n1000000000.25e-150,a\n1000000000.5e-150,a\n1000000001.5e-150,b\n1000000002.75e-150,b\n"
    "1000000001.125e-150,a\n",
    GROUPED, NULL,
    { { "within", 1.1874999685210173e-19 }, { "between", 2.6999998234515476e-19 } } },
  { "theil_decomposition", "x,g\n1000000000.25,a\n1000000000.5,a\n3,b\n4,b\n", GROUPED, NULL,
    { { "within", 3.5836765377102824e-11 }, { "between", 0.69314710891318554 } } },
  { "theil_decomposition",
    "x,g\n999999999,a\n1000000001,a\n1000000000,b\n1000000000,b\n1000000000.0000001,c\n",
    GROUPED, NULL,
    { { "within", 2.0e-19 }, { "between", 1.1368683772161602e-33 } } },
  { "inequality", "x\n1\n2\n3\n", VALUE, "{\"epsilon\":[0.02,0.999999999,1.000000001]}",
    { { "atkinson[0.02]", 1.746576895176727e-3 }, { "atkinson[0.999999999]", 0.091439703490459311 },
      { "atkinson[1.000000001]", 0.091439703677401041 } } },
  { "inequality", "x\n1\n1.00001\n1.00003\n", VALUE, "{\"epsilon\":[1000000]}",
    { { "atkinson[1000000]", 1.2234601616286235e-5 } } },
  { "inequality_se", "x,w\n1000000000.1,0.7\n1000000000.3,0.7\n", WEIGHED, "{\"epsilon\":0.5}",
    { { "gini_se", 4.9999964217219545e-21 }, { "theil_t_se", 6.6666595101118561e-31 },
      { "theil_l_se", 3.3333297550559281e-31 }, { "atkinson_se", 2.499997316291946e-31 } } },
  { "inequality_se", "x\n0\n0\n0\n0\n1\n", VALUE, "{\"epsilon\":0.995}",
    { { "atkinson_se", 1.598903354038151e-137 } } },
  { "theil_decomposition", "x,g\n0.1,a\n3.7,a\n1.9,b\n1.9000000000000004,b\n", GROUPED, NULL,
    { { "within", 0.28572738894094167 }, { "between", 6.0018592449740722e-35 } } },
  /* Both strata's scores are nearly equal, to the third order of what differs. */
  { "inequality_se",
    "x,w,s,p\n1000000000000002,1,a,1\n1000000000000002,1,a,2\n1000000000000002,1,a,3\n"
    "1000000000000000,1,b,4\n1000000000000000,1,b,5\n1000000000000003,1,b,6\n",
    DESIGN, "{\"epsilon\":1}",
    { { "gini_se", 2.9166666666666579e-31 }, { "theil_t_se", 4.9999999999999779e-46 },
      { "theil_l_se", 3.7499999999999831e-46 }, { "atkinson_se", 3.7499999999999831e-46 } } },
};

static void
test_digits (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (cases); c++) {
    g_autoptr (Answer) answer = ask (cases[c].metric, cases[c].csv, cases[c].columns, cases[c].options);

    for (guint i = 0; i < G_N_ELEMENTS (cases[c].wanted) && cases[c].wanted[i].key; i++) {
      double got = get (answer, cases[c].wanted[i].key), want = cases[c].wanted[i].value;

      if (!(fabs (got / want - 1) < 1e-13))
        g_error ("%s: %s is %.17g instead of %.17g", cases[c].csv, cases[c].wanted[i].key, got, want);
    }
  }
}

/* No inequality at all, as within a group of equal values when others have others; with any weights. */
static void
test_equal (void)
{
  static const char *const values[] = { "0.1", "1000000000.1", "3.3e-150", "7e150" };
  static const char *const zero[]
    = { "gini", "theil_t", "theil_l", "atkinson", "gini_se", "theil_t_se", "theil_l_se", "atkinson_se" };

  for (guint v = 0; v < G_N_ELEMENTS (values); v++)
    for (double e = 0; e < 4; e += 0.25) {
      g_autofree char *csv
        = g_strdup_printf ("x,w,g\n%1$s,%2$.17g,a\n%1$s,%3$.17g,b\n%1$s,%4$.17g,a\n", values[v], uniform (), uniform (),
                           uniform ());
      g_autofree char *one = g_strdup_printf ("%s2e-150,1.3,c\n", csv);
      g_autofree char *options = g_strdup_printf ("{\"epsilon\":%g}", e);
      g_autoptr (Answer) answer = ask ("inequality_se", csv, WEIGHED, options);

      for (guint i = 0; i < G_N_ELEMENTS (zero); i++)
        g_assert_cmpfloat (get (answer, zero[i]), ==, 0);
      g_assert_cmpfloat (value_of ("cv", "inequality", csv, WEIGHED, NULL), ==, 0);
      g_assert_cmpfloat (value_of ("within", "theil_decomposition", csv, WEIGHED_GROUPS, NULL), ==, 0);
      g_assert_cmpfloat (value_of ("between", "theil_decomposition", csv, WEIGHED_GROUPS, NULL), ==, 0);
      g_assert_cmpfloat (value_of ("within", "theil_decomposition", one, WEIGHED_GROUPS, NULL), ==, 0);
    }
}

/* On both sides of where the series ends, against the formula in the textbook. */
static void
test_about (void)
{
  static const double aversions[] = { 0.0625, 0.25, 0.75, 1.5, 5 };

  for (double spread = 1e-3; spread < 0.9; spread *= 1.07)
    for (guint a = 0; a < G_N_ELEMENTS (aversions); a++) {
      double d[] = { -spread, spread / 3, spread * 2 / 3 }, k = 1 - aversions[a], mean = 0;
      g_autofree char *csv = g_strdup_printf ("x\n%.17g\n%.17g\n%.17g\n", 1 + d[0], 1 + d[1], 1 + d[2]);
      g_autofree char *options = g_strdup_printf ("{\"epsilon\":[%g]}", aversions[a]);
      g_autofree char *key = g_strdup_printf ("atkinson[%g]", aversions[a]);

      for (guint i = 0; i < 3; i++)
        mean += pow (1 + d[i], k) / 3;
      g_assert_cmpfloat (fabs (value_of (key, "inequality", csv, VALUE, options) - (1 - pow (mean, 1 / k))), <, 2e-15);
    }
}

/* Whole numbers above a base of up to 10^15: their gaps from the mean are known but for the last rounding. */
typedef struct {
  guint n;
  double gaps[40];
  double weights[40];
  double weight;
  GString *csv;
} Sample;

static void
sample_init (Sample *self)
{
  double base = floor (pow (10, rua_random_below (&source, 15001) / 1000.0)), sum = 0, above[40];
  guint n_groups = 1 + rua_random_below (&source, 5);

  self->n = 2 + rua_random_below (&source, 38);
  self->csv = g_string_new ("x,w,g\n");
  self->weight = 0;
  for (guint i = 0; i < self->n; i++) {
    above[i] = i < 2 ? i : rua_random_below (&source, 20);
    self->weights[i] = (1 + rua_random_below (&source, 8)) / 4.0;
    self->weight += self->weights[i];
    sum += self->weights[i] * above[i];
    g_string_append_printf (self->csv, "%.17g,%g,g%u\n", base + above[i], self->weights[i],
                            rua_random_below (&source, n_groups));
  }
  for (guint i = 0; i < self->n; i++)
    self->gaps[i] = (self->weight * above[i] - sum) / (self->weight * base + sum);
}

static void
sample_clear (Sample *self)
{
  g_string_free (self->csv, TRUE);
}

static void
assert_same (double got, double want, double tolerance, const char *what, const Sample *sample)
{
  if (!(fabs (got - want) <= tolerance * fabs (want)))
    g_error ("%s is %.17g instead of %.17g of\n%s", what, got, want, sample->csv->str);
}

static void
test_parts (void)
{
  for (int round = 0; round < 200; round++) {
    Sample sample;
    g_autoptr (Answer) parts = NULL;

    sample_init (&sample);
    parts = ask ("theil_decomposition", sample.csv->str, WEIGHED_GROUPS, NULL);
    g_assert_cmpfloat (get (parts, "within"), >=, 0);
    g_assert_cmpfloat (get (parts, "between"), >=, 0);
    assert_same (get (parts, "within") + get (parts, "between"), get (parts, "total"), 1e-12, "the sum", &sample);
    assert_same (get (parts, "total"), value_of ("theil_t", "inequality", sample.csv->str, WEIGHED, NULL), 1e-14,
                 "total", &sample);
    sample_clear (&sample);
  }
}

/* As r = 1 + d and mean d = 0, mean 1/r is 1 + mean d^2/r, and mean sqrt (r) is 1 - mean (d / (1 + sqrt (r)))^2 / 2. */
static void
test_atkinson (void)
{
  for (int round = 0; round < 200; round++) {
    Sample sample;
    double inverse = 0, root = 0;
    g_autoptr (Answer) indices = NULL, errors = NULL;

    sample_init (&sample);
    for (guint i = 0; i < sample.n; i++) {
      double d = sample.gaps[i], share = sample.weights[i] / sample.weight, half = d / (1 + sqrt (1 + d));

      inverse += share * d * d / (1 + d);
      root += share * half * half / 2;
    }
    indices = ask ("inequality", sample.csv->str, WEIGHED, NULL);
    errors = ask ("inequality_se", sample.csv->str, WEIGHED, "{\"epsilon\":1}");
    assert_same (get (indices, "atkinson[0.5]"), root * (2 - root), 1e-13, "atkinson[0.5]", &sample);
    assert_same (get (indices, "atkinson[2]"), inverse / (1 + inverse), 1e-13, "atkinson[2]", &sample);
    assert_same (get (indices, "atkinson[1]"), -expm1 (-get (indices, "theil_l")), 1e-15, "atkinson[1]", &sample);
    /* The index is a function of Theil's, as is its error. */
    assert_same (get (errors, "atkinson_se"), exp (-get (indices, "theil_l")) * get (errors, "theil_l_se"), 1e-13,
                 "atkinson_se", &sample);
    sample_clear (&sample);
  }
}

/* ---- excesses ---- */

/* Of 64 bits at least: near the mean from the series, elsewhere as the formula stands. */
static long double
find_excess (long double e, long double d, long double r)
{
  long double sum = 1, k = 1 - e;

  if (fabsl (d) < 0.05) {
    for (int j = 60; j > 0; j--)
      sum = 1 - (e + j) / (j + 2) * d * sum;
    return d * d / 2 * sum;
  }
  return e == 0 ? r * logl (r) - d : e == 1 ? d - logl (r) : (powl (r, k) - 1 - k * d) / (-k * e);
}

static void
check_excesses (double e, const double *gaps, const double *shares, guint n)
{
  g_autofree double *excesses = g_new (double, n);
  RuaEntropy index;

  rua_entropy_init (&index, e);
  rua_entropy_get_excesses (&index, gaps, shares, n, excesses);
  for (guint i = 0; i < n; i++) {
    double exact = (double) find_excess (e, gaps[i], shares[i]);

    if (excesses[i] != exact && !(fabs (excesses[i] - exact) <= 2e-15 * exact))
      g_error ("of aversion %g, share %.17g (%.17g): %.17g instead of %.17g", e, shares[i], gaps[i], excesses[i], exact);
    /* Whether it is one or many says nothing. */
    g_assert_cmpfloat (rua_entropy_get_excess (&index, gaps[i], shares[i]), ==, excesses[i]);
  }
}

/* From what is nearly the mean to what is nothing beside it, and a million times as much. */
static void
test_excesses (void)
{
  const double some[] = { 0, 1, 0.5, 2 };
  double gaps[500], shares[500];

  for (int round = 0; round < 200; round++) {
    guint n = 1 + rua_random_below (&source, G_N_ELEMENTS (gaps));

    for (guint i = 0; i < n; i++)
      if (uniform () < 0.5) {
        gaps[i] = ldexp (uniform () - 0.5, -(int) rua_random_below (&source, 60));
        shares[i] = 1 + gaps[i];
      } else {
        shares[i] = exp (uniform () < 0.1 ? -720 * uniform () : 14 * uniform () - 7);
        gaps[i] = shares[i] - 1;
      }
    for (guint k = 0; k < G_N_ELEMENTS (some); k++)
      check_excesses (some[k], gaps, shares, n);
  }
}

static void
test_excess_of_nothing (void)
{
  const double gap = -1, share = 0;
  double excess;
  RuaEntropy index;

  rua_entropy_init (&index, 0);
  rua_entropy_get_excesses (&index, &gap, &share, 1, &excess);
  g_assert_cmpfloat (excess, ==, 1);
  rua_entropy_init (&index, 1);
  rua_entropy_get_excesses (&index, &gap, &share, 1, &excess);
  g_assert_cmpfloat (excess, ==, INFINITY);
  rua_entropy_init (&index, 0.5);
  rua_entropy_get_excesses (&index, &gap, &share, 1, &excess);
  g_assert_cmpfloat (excess, ==, 2);
}

/* ---- many records ---- */

#define MANY 100000
#define MANY_UNITS 30

typedef struct {
  double x, w;
  guint unit;
} Income;

static int
compare_incomes (gconstpointer a, gconstpointer b)
{
  double x = ((const Income *) a)->x, y = ((const Income *) b)->x;

  return (x > y) - (x < y);
}

/* And the coefficient, from the formulas as they stand. Puts them in order. */
static double
find_gini_error (Income *incomes, double *coefficient)
{
  long double W = 0, T = 0, before = 0, rest = 0, gini = 0, totals[MANY_UNITS] = { 0 }, sum = 0, squares = 0;

  qsort (incomes, MANY, sizeof *incomes, compare_incomes);
  for (guint i = 0; i < MANY; i++) {
    long double wx = (long double) incomes[i].w * incomes[i].x;

    W += incomes[i].w;
    T += wx;
    gini += wx * (2 * W - incomes[i].w);
  }
  gini = gini / (W * T) - 1;
  *coefficient = (double) gini;
  for (guint i = 0; i < MANY; i++) {
    long double w = incomes[i].w, x = incomes[i].x, apart = x * (2 * before - W) + T - 2 * rest;

    totals[incomes[i].unit] += w * (apart / (W * T) - gini / W - gini * x / T);
    before += w;
    rest += w * x;
  }
  for (guint u = 0; u < MANY_UNITS; u++)
    sum += totals[u];
  for (guint u = 0; u < MANY_UNITS; u++)
    squares += (totals[u] - sum / MANY_UNITS) * (totals[u] - sum / MANY_UNITS);
  return (double) sqrtl (squares * MANY_UNITS / (MANY_UNITS - 1));
}

/* So many that threads share the records of one group, be it for all indices or for one: the bits are the same, and the
 * error is that of the formula. */
static void
test_many (void)
{
  static const struct {
    const char *metric;
    const char *columns;
    const char *options;
    const char *keys[8];
  } requests[] = {
    { "inequality", WEIGHED, "{\"epsilon\":[0.3,2]}",
      { "gini", "cv", "theil_t", "theil_l", "atkinson[0.3]", "atkinson[2]", "palma" } },
    { "inequality_se", UNITS, NULL,
      { "gini", "theil_t", "theil_l", "atkinson", "gini_se", "theil_t_se", "theil_l_se", "atkinson_se" } },
    { "inequality_se", UNITS, "{\"figures\":[\"gini_se\"]}", { "gini_se" } },
    { "inequality_se", UNITS, "{\"epsilon\":0.7,\"figures\":[\"atkinson_se\"]}", { "atkinson_se" } },
  };
  static const guint threads[] = { 1, 2, 8 };
  g_autofree Income *incomes = g_new (Income, MANY);
  g_autoptr (GString) csv = g_string_new ("x,w,p\n");
  double first[G_N_ELEMENTS (requests)][8], error, gini;

  for (guint i = 0; i < MANY; i++) {
    incomes[i] = (Income){ floor (exp (9 + 2 * uniform ()) * 100) / 100, rua_random_below (&source, 40) / 10.0,
                           rua_random_below (&source, MANY_UNITS) };
    g_string_append_printf (csv, "%.17g,%.17g,p%u\n", incomes[i].x, incomes[i].w, incomes[i].unit);
  }
  error = find_gini_error (incomes, &gini);
  for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
    for (guint r = 0; r < G_N_ELEMENTS (requests); r++) {
      g_autoptr (Answer) answer = NULL;

      rua_set_n_threads (threads[t]);
      answer = ask (requests[r].metric, csv->str, requests[r].columns, requests[r].options);
      for (guint k = 0; k < 8 && requests[r].keys[k] != NULL; k++) {
        double value = get (answer, requests[r].keys[k]);

        if (t == 0)
          first[r][k] = value;
        g_assert_cmpfloat (value, ==, first[r][k]);
      }
      if (has (answer, "gini_se"))
        assert_close (get (answer, "gini_se"), error, 1e-12);
    }
  rua_set_n_threads (0);
  assert_close (first[0][0], gini, 1e-12);
  g_assert_cmpfloat (first[0][0], ==, first[1][0]);
  g_assert_cmpfloat (first[1][4], ==, first[2][0]);
}

int
main (int argc, char **argv)
{
  guint32 seed;
  int status;

  g_test_init (&argc, &argv, NULL);
  seed = g_test_rand_int ();
  g_test_message ("seed %u", seed);
  rua_random_init (&source, seed);
  ask_init ();
  g_test_add_func ("/inequality/digits", test_digits);
  g_test_add_func ("/inequality/equal", test_equal);
  g_test_add_func ("/inequality/about", test_about);
  g_test_add_func ("/inequality/parts", test_parts);
  g_test_add_func ("/inequality/atkinson", test_atkinson);
  g_test_add_func ("/inequality/excesses", test_excesses);
  g_test_add_func ("/inequality/excess-of-nothing", test_excess_of_nothing);
  g_test_add_func ("/inequality/many", test_many);
  status = g_test_run ();
  ask_clear ();
  return status;
}
