/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Regressions and tests with few clusters, where errors are 0 by construction, designs are
 * singular and outcomes constant. The values come from brute-force matrix algebra in NumPy (the
 * whole hat matrix, eigenvalues of each block) and, where conditioning is bad, from the same in
 * mpmath with 60 digits; none comes from this library. */
#include "estimate-ask.h"

#include <math.h>
#include <string.h>

#define DID "{\"outcome\":\"y\",\"treated\":\"t\",\"post\":\"p\",\"cluster\":\"c\"}"
#define TWFE                                                                                       \
  "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"treatment\":\"d\",\"cluster\":\"c\"}"

static void
test_did (void)
{
  g_autoptr (Answer) answer
    = ask ("did_2x2",
           "y,t,p,c\n3,0,0,a\n5,0,1,a\n4,0,0,b\n4,0,1,b\n6,1,0,c\n9,1,1,c\n7,1,0,d\n11,1,1,d\n"
           "2,0,0,b\n8,1,1,d\n",
           DID, NULL);

  assert_value (answer, "estimate", 1.3333333333333333);
  assert_value (answer, "se_cr0", 0.4044505494044754);
  assert_value (answer, "se_cr1", 0.5719794522770586);
  assert_value (answer, "p_cr1", 0.1020467285002489);
  assert_value (answer, "se_cr2", 0.5685488081094424);
  assert_value (answer, "df_cr2", 2.0278337006850484);
  assert_value (answer, "p_cr2", 0.1419283577649421);
  assert_value (answer, "ci_high_cr2", 3.747704857573178);
}

/* One treated cluster and one not: the residuals sum to 0 within each of the two, so the clusters
 * say nothing about the error, and p would be that of rounding. */
static void
test_one_cluster_an_arm (void)
{
  g_autoptr (Answer) answer
    = ask ("did_2x2",
           "y,t,p,c\n3.1,0,0,a\n5.7,0,0,a\n4.9,0,1,a\n4.2,0,1,a\n6.3,1,0,b\n9.6,1,0,b\n7.7,1,1,b\n"
           "11.9,1,1,b\n",
           DID, NULL);

  assert_value (answer, "n_clusters", 2);
  assert_value (answer, "estimate", (9.8 - 7.95) - (4.55 - 4.4));
  g_assert_cmpfloat (get (answer, "se_cr0"), ==, 0);
  g_assert_cmpfloat (get (answer, "se_cr1"), ==, 0);
  g_assert_cmpfloat (get (answer, "se_cr2"), ==, 0);
  assert_undefined (answer, "p_cr1");
  assert_undefined (answer, "df_cr2");
  assert_undefined (answer, "p_cr2");
  assert_undefined (answer, "ci_low_cr2");
  g_assert_true (get (answer, "se_classical") > 0);
}

/* Nearly all the leverage is in one cluster: an eigenvalue of its I - H is 3.84e-5, and squares
 * cancel unless they are kept apart. 60 digits: df 1.82109270732217, standard error 5.97335544162757. */
static void
test_leverage (void)
{
  g_autoptr (Answer) answer = ask ("twfe",
                                   "y,u,p,d,c\n"
                                   "14.101345145783789,u2,2001,0.357,v3\n"
                                   "4.180629798895808,u4,2001,0.693,v3\n"
                                   "6.759125602912606,u3,2003,0.559,v1\n"
                                   "6.184859543871104,u1,2001,0.142,v1\n"
                                   "8.027192369271809,u3,2001,0.104,v1\n"
                                   "10.756753134826015,u4,2003,0.447,v3\n"
                                   "6.927881734393358,u0,2001,0.355,v3\n"
                                   "7.036877650311569,u2,2002,0.823,v3\n"
                                   "9.095005540930444,u4,2000,0.842,v3\n"
                                   "11.303283754484687,u0,2000,0.669,v3\n"
                                   "10.163846622158811,u2,2003,0.446,v3\n"
                                   "6.422613310636068,u1,2003,0.59,v1\n",
                                   TWFE, NULL);

  assert_close (get (answer, "df_cr2"), 1.82109270732217, 1e-11);
  assert_close (get (answer, "se_cr2"), 5.97335544162757, 1e-11);
  assert_value (answer, "k", 9);
}

static void
test_singular (void)
{
  /* Treated before and after alike: the unit effects hold all of it. */
  g_autoptr (Answer) absorbed = ask (
    "twfe", "y,u,p,d,c\n1,a,1,1,x\n2,a,2,1,x\n3,b,1,0,y\n5,b,2,0,y\n4,c,1,1,z\n", TWFE, NULL);
  /* As many coefficients as records. */
  g_autoptr (Answer) saturated
    = ask ("did_2x2", "y,t,p,c\n3,0,0,a\n5,0,1,b\n6,1,0,c\n9,1,1,d\n", DID, NULL);
  g_autoptr (Answer) empty_cell
    = ask ("did_2x2", "y,t,p,c\n3,0,0,a\n5,0,1,b\n6,1,0,c\n7,0,1,d\n2,1,0,e\n", DID, NULL);

  assert_undefined (absorbed, "estimate");
  assert_undefined (absorbed, "se_cr1");
  assert_undefined (absorbed, "se_cr2");
  assert_value (absorbed, "n", 5);
  assert_value (saturated, "estimate", 1);
  assert_undefined (saturated, "se_classical");
  assert_undefined (saturated, "se_cr1");
  assert_undefined (saturated, "se_cr2");
  assert_undefined (empty_cell, "estimate");
  assert_undefined (empty_cell, "cell_mean[1,1]");
  assert_value (empty_cell, "cell_n[1,1]", 0);
  assert_value (empty_cell, "k", 3);
}

#define WILD "{\"outcome\":\"y\",\"cluster\":\"c\"}"

static void
test_wild (void)
{
  /* The scores of both clusters are 0 by construction. */
  g_autoptr (Answer) two
    = ask ("wild_cluster_bootstrap",
           "y,ev,po,tn,c\n3.432652710899653,1,0,0,c0\n6.646385893856612,1,0,0,c0\n"
           "2.01809012096734,1,1,1,c0\n3.585076297776748,0,1,0,c1\n2.926739789741831,0,1,0,c1\n"
           "2.8188566758056277,0,1,0,c1\n",
           WILD, "{\"regressors\":[\"po\",\"tn\"],\"tested\":\"tn\",\"enumerate\":true}");
  g_autoptr (Answer) constant = ask (
    "wild_cluster_bootstrap", "y,x,c\n0.1,0,a\n0.1,1,a\n0.1,1,b\n0.1,0,c\n0.1,1,c\n0.1,0,d\n", WILD,
    "{\"regressors\":[\"x\"],\"tested\":\"x\",\"enumerate\":true}");
  g_autoptr (Answer) one = ask ("wild_cluster_bootstrap", "y,x,c\n1,0,a\n2,1,a\n4,1,a\n", WILD,
                                "{\"regressors\":[\"x\"],\"tested\":\"x\",\"enumerate\":true}");

  assert_undefined (two, "t");
  assert_undefined (two, "p_value");
  assert_undefined (constant, "t");
  assert_undefined (constant, "p_value");
  assert_undefined (one, "p_value");
  assert_value (one, "n_clusters", 1);
  assert_refused (ask ("wild_cluster_bootstrap", "y,x,c\n1,0,a\n", WILD,
                       "{\"regressors\":[\"x\"],\"tested\":\"z\"}"),
                  "z", "regressors", NULL);
}

/* An estimate that is the null is as near as any draw; so is one that is off by rounding alone. */
static void
test_wild_at_null (void)
{
  const char *five = "y,a,c\n-2,1,c0\n-3,1,c0\n-3,0,c1\n2,1,c2\n1,0,c3\n";
  g_autoptr (Answer) zero = ask ("wild_cluster_bootstrap", five, WILD,
                                 "{\"regressors\":[\"a\"],\"tested\":\"a\",\"enumerate\":true}");
  g_autoptr (Answer) half
    = ask ("wild_cluster_bootstrap", "y,c,a\n5,c2,0\n4,c0,1\n1,c0,1\n-2,c3,0\n3,c1,0\n", WILD,
           "{\"regressors\":[\"a\"],\"tested\":\"a\",\"null_value\":0.5,\"weights\":\"webb\",\"replicates\":50,\"seed\":70}");
  /* What follows from the others is left out, and told. */
  g_autoptr (Answer) twice
    = ask ("wild_cluster_bootstrap", "y,a,b,c\n-2,1,3,c0\n-3,1,3,c0\n-3,0,3,c1\n2,1,3,c2\n1,0,3,c3\n", WILD,
           "{\"regressors\":[\"a\",\"b\"],\"tested\":\"a\",\"enumerate\":true}");
  /* Nothing is drawn, so weights are told to have no say; unless they are what is taken anyhow. */
  g_autoptr (Answer) webb
    = ask ("wild_cluster_bootstrap", five, WILD,
           "{\"regressors\":[\"a\"],\"tested\":\"a\",\"enumerate\":true,\"weights\":\"webb\"}");
  g_autoptr (Answer) signs
    = ask ("wild_cluster_bootstrap", five, WILD,
           "{\"regressors\":[\"a\"],\"tested\":\"a\",\"enumerate\":true,\"weights\":\"rademacher\"}");
  /* A little more than rounding is something. */
  g_autoptr (Answer) little
    = ask ("wild_cluster_bootstrap", "y,a,c\n-2,1,c0\n-3.00000000001,1,c0\n-3,0,c1\n2,1,c2\n1,0,c3\n", WILD,
           "{\"regressors\":[\"a\"],\"tested\":\"a\",\"enumerate\":true}");

  g_assert_cmpfloat (get (zero, "t"), ==, 0);
  assert_value (zero, "n_extreme", 16);
  assert_value (zero, "p_value", 1);
  g_assert_cmpfloat (get (half, "t"), ==, 0);
  assert_value (half, "n_extreme", 50);
  g_assert_cmpfloat (get (little, "t"), <, 0);
  assert_value (twice, "p_value", 1);
  g_assert_nonnull (strstr (twice->text, "1 of the other regressors follow from the rest"));
  g_assert_null (strstr (zero->text, "warnings"));
  assert_value (webb, "n_extreme", 16);
  g_assert_nonnull (strstr (webb->text, "weights say how random draws are made"));
  g_assert_null (strstr (signs->text, "warnings"));
}

/* Outcomes whose digits are mostly the same: p is that of what differs. The numbers of assignments come from fractions. */
static void
test_randomisation_offset (void)
{
  const char *columns = "{\"outcome\":\"y\",\"treated\":\"t\",\"cluster\":\"c\"}";
  g_autoptr (Answer) four
    = ask ("randomisation_test", "y,t,c\n10000000.44,1,c0\n10000003.0,0,c1\n10000000.12,1,c2\n10000000.9,0,c3\n", columns, NULL);
  g_autoptr (Answer) five = ask (
    "randomisation_test", "y,t,c\n1000000.2,1,c0\n1000001.0,0,c1\n1000000.36,0,c2\n1000002.0,0,c3\n1000002.0,1,c4\n", columns, NULL);

  assert_value (four, "n_extreme", 2);
  /* Of the numbers as doubles hold them. */
  g_assert_cmpfloat (get (four, "difference"), ==, -1.6700000008568168);
  assert_value (five, "n_extreme", 10);
  assert_value (five, "p_value", 1);
}

#define STAGGERED "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"first_treated\":\"g\"}"

/* Where nothing varies before the treatment, a test of it would be one of rounding. */
static void
test_pretrend (void)
{
  g_autoptr (Answer) alike
    = ask ("group_time_att", "y,u,p,g\n0.1,a,1,3\n0.3,a,2,3\n1,a,3,3\n0.2,b,1,3\n0.4,b,2,3\n2,b,3,3\n0.7,n,1,0\n0.5,n,2,0\n1,n,3,0\n",
           STAGGERED, NULL);
  g_autoptr (Answer) one_cluster
    = ask ("group_time_att",
           "y,u,p,g,c\n1.6,u0,1,0,c\n-3.0,u0,2,0,c\n-0.2,u0,3,0,c\n-1.8,u1,1,0,c\n-9.6,u1,2,0,c\n5.4,u1,3,0,c\n"
           "-1.6,u2,1,3,c\n5.5,u2,2,3,c\n3.4,u2,3,3,c\n6.6,u3,1,0,c\n-8.9,u3,2,0,c\n0.2,u3,3,0,c\n",
           "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"first_treated\":\"g\",\"cluster\":\"c\"}", NULL);

  assert_undefined (alike, "se[3,2]");
  assert_undefined (alike, "pretrend_wald");
  assert_undefined (alike, "pretrend_p");
  assert_value (alike, "pretrend_df", 1);
  g_assert_true (get (alike, "se[3,3]") > 0);
  assert_undefined (one_cluster, "se[3,2]");
  assert_undefined (one_cluster, "se[3,3]");
  assert_undefined (one_cluster, "pretrend_p");
}

/* One unit that is far off, and does not change, takes nothing from the errors of the others. */
static void
test_far_unit (void)
{
  static const char *const others = "1,a,1,2\n5,a,2,2\n6,a,3,2\n2,b,1,2\n9,b,2,2\n7,b,3,2\n1,n1,1,0\n2,n1,2,0\n5,n1,3,0\n"
                                    "3,n2,1,0\n8,n2,2,0\n4,n2,3,0\n1,n3,1,0\n1,n3,2,0\n2,n3,3,0\n1,z,1,3\n2,z,2,3\n5,z,3,3\n";
  static const char *const keys[] = { "se[2,2]", "se[2,3]", "se[3,2]", "se[3,3]", "pretrend_wald" };
  g_autofree char *near = g_strconcat ("y,u,p,g\n", others, "1,x,1,3\n1,x,2,3\n1,x,3,3\n", NULL);
  g_autofree char *far = g_strconcat ("y,u,p,g\n", others, "1e14,x,1,3\n1e14,x,2,3\n1e14,x,3,3\n", NULL);
  g_autoptr (Answer) a = ask ("group_time_att", near, STAGGERED, NULL), b = ask ("group_time_att", far, STAGGERED, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_assert_true (get (a, keys[i]) > 0);
    assert_close (get (b, keys[i]), get (a, keys[i]), 1e-12);
  }
}

/* Cluster means that differ by nothing but rounding: every assignment is as far from 0. */
static void
test_randomisation (void)
{
  g_autoptr (Answer) answer
    = ask ("randomisation_test", "y,t,c\n0.1,1,a\n0.2,1,a\n0.15,0,b\n0.3,1,d\n0.3,0,e\n",
           "{\"outcome\":\"y\",\"treated\":\"t\",\"cluster\":\"c\"}", NULL);

  assert_value (answer, "n_assignments", 6);
  g_assert_cmpfloat (get (answer, "difference"), ==, 0);
  assert_value (answer, "n_extreme", 6);
  assert_value (answer, "p_value", 1);
  assert_refused (ask ("randomisation_test", "y,t,c\n1,1,a\n2,0,a\n",
                       "{\"outcome\":\"y\",\"treated\":\"t\",\"cluster\":\"c\"}", NULL),
                  "cluster", "line 3", NULL);
}

/* A base period is 0 by definition, also where there is nobody to compare with. */
static void
test_base_period (void)
{
  const char *csv = "y,u,p,g\n1,a,1,2\n3,a,2,2\n4,a,3,2\n2,b,1,3\n2,b,2,3\n6,b,3,3\n";
  const char *columns
    = "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"first_treated\":\"g\"}";
  g_autoptr (Answer) never = ask ("group_time_att", csv, columns, "{\"base\":\"universal\"}");
  g_autoptr (Answer) notyet
    = ask ("group_time_att", csv, columns, "{\"base\":\"universal\",\"control\":\"notyet\"}");

  assert_value (never, "att[2,1]", 0);
  assert_undefined (never, "se[2,1]");
  assert_undefined (never, "att[2,2]");
  assert_value (never, "att[3,2]", 0);
  assert_value (notyet, "att[2,2]", 2);
  assert_undefined (notyet, "att[2,3]");
  assert_undefined (notyet, "att[3,1]");
  assert_undefined (notyet, "pretrend_wald");
  assert_refused (ask ("group_time_att", "y,u,p,g\n1,a,1,2\n3,a,1,2\n", columns, NULL), "twice",
                  "line 3", NULL);
  assert_refused (ask ("group_time_att", "y,u,p,g\n1,a,1,2\n3,a,2,3\n", columns, NULL), "differs",
                  NULL);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  g_test_add_func ("/estimators-clusters/did", test_did);
  g_test_add_func ("/estimators-clusters/one-cluster-an-arm", test_one_cluster_an_arm);
  g_test_add_func ("/estimators-clusters/leverage", test_leverage);
  g_test_add_func ("/estimators-clusters/singular", test_singular);
  g_test_add_func ("/estimators-clusters/wild", test_wild);
  g_test_add_func ("/estimators-clusters/wild-at-null", test_wild_at_null);
  g_test_add_func ("/estimators-clusters/pretrend", test_pretrend);
  g_test_add_func ("/estimators-clusters/far-unit", test_far_unit);
  g_test_add_func ("/estimators-clusters/randomisation-offset", test_randomisation_offset);
  g_test_add_func ("/estimators-clusters/randomisation", test_randomisation);
  g_test_add_func ("/estimators-clusters/base-period", test_base_period);
  status = g_test_run ();
  ask_clear ();
  return status;
}
