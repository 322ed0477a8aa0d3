/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No figure hangs on the unit of its data, be it next to the ends of the range of numbers, nor on what all values have in
 * common. The expected ones are worked out from their definitions with mpmath, 60 digits. */
#include "estimate-ask.h"

#include <math.h>
#include <string.h>

#include "rua-estimator-private.h"
#include "rua-reduction-private.h"

#define VALUE "{\"value\":\"x\"}"
#define WEIGHTED "{\"value\":\"x\",\"weight\":\"w\"}"
#define GROUPED "{\"value\":\"x\",\"group\":\"g\"}"
#define RATIO "{\"numerator\":\"y\",\"denominator\":\"x\",\"weight\":\"w\"}"
#define WILD "{\"outcome\":\"y\",\"cluster\":\"g\"}"
#define ALL_SIGNS "{\"regressors\":[\"x\"],\"tested\":\"x\",\"enumerate\":true}"

static const double wide_factors[]
  = { 1, 1e-6, 1e6, 1e-75, 1e80, 1e-85, 1e-108, 1e-150, 1e150, 1e-250, 1e250 };

/* @wanted, but for a share of 1e-12 or so. */
static void
check (Answer *answer, const char *key, double wanted, double share)
{
  double got;

  if (answer->refused || !has (answer, key)) {
    g_test_fail_printf ("%s is not given: %.300s", key, answer->text);
    return;
  }
  got = get (answer, key);
  if (!(fabs (got - wanted) <= share * fabs (wanted)))
    g_test_fail_printf ("%s is %.17g, not %.17g: %.500s", key, got, wanted, answer->text);
}

static void
check_reason (Answer *answer, const char *key, const char *words)
{
  if (answer->refused || answer->undefined == NULL
      || !json_object_has_member (answer->undefined, key)
      || strstr (json_object_get_string_member (answer->undefined, key), words) == NULL)
    g_test_fail_printf ("%s is not undefined as \"%s\": %.500s", key, words, answer->text);
}

/* ---- the wild bootstrap ---- */

#define NEAR "y,x,g\n0,0,a\n3000001,1,b\n6000000,2,a\n9000002,3,b\n12000001,4,c\n15000003,5,c\n"

/* The draws that repeat what was observed, or its opposite, are as far. */
static void
test_nearly_perfect (void)
{
  g_autoptr (Answer) all = ask ("wild_cluster_bootstrap", NEAR, WILD, ALL_SIGNS);
  g_autoptr (Answer) null
    = ask ("wild_cluster_bootstrap", "y,x,g\n1,0,a\n2,1,b\n2,2,a\n5,3,b\n4,4,c\n", WILD,
           "{\"regressors\":[\"x\"],\"tested\":\"x\",\"enumerate\":true,\"null_value\":1e12}");
  g_autoptr (Answer) seeded
    = ask ("wild_cluster_bootstrap", NEAR, WILD,
           "{\"regressors\":[\"x\"],\"tested\":\"x\",\"replicates\":199,\"seed\":1}");
  g_autoptr (Answer) webb = ask (
    "wild_cluster_bootstrap", NEAR, WILD,
    "{\"regressors\":[\"x\"],\"tested\":\"x\",\"replicates\":199,\"seed\":1,\"weights\":\"webb\"}");

  check (all, "t", 56569162.489056558, 1e-7);
  check (all, "n_draws", 8, 0);
  check (all, "n_extreme", 2, 0);
  check (all, "p_value", 0.25, 0);
  check (null, "t", -4166666666662.9167, 1e-12);
  check (null, "n_extreme", 2, 0);
  check (null, "p_value", 0.25, 0);
  /* Those draws of the seed that are all of one number, counted with an MT19937 of its own. */
  check (seeded, "n_extreme", 60, 0);
  check (seeded, "p_value", 61 / 200.0, 1e-15);
  check (webb, "n_extreme", 6, 0);
  check (webb, "p_value", 7 / 200.0, 1e-15);
}

static const int x_of[] = { 0, 1, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7 };
static const int y_of[] = { 1, 2, 2, 4, 3, 7, 8, 7, 10, 11, 13, 13 };
static const int noise_of[] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8 };

static char *
make_wild (const int *y, double by_y, double to_y, double by_x, double to_x)
{
  GString *csv = g_string_new ("y,x,g\n");

  for (guint i = 0; i < 12; i++)
    g_string_append_printf (csv, "%.17g,%.17g,g%u\n", y[i] * by_y + to_y, x_of[i] * by_x + to_x,
                            i % 6);
  return g_string_free (csv, FALSE);
}

static void
test_wild_scale (void)
{
  for (guint a = 0; a < G_N_ELEMENTS (wide_factors); a++)
    for (guint b = 0; b < G_N_ELEMENTS (wide_factors); b++) {
      g_autofree char *csv = make_wild (y_of, wide_factors[a], 0, wide_factors[b], 0);
      g_autoptr (Answer) answer = ask ("wild_cluster_bootstrap", csv, WILD, ALL_SIGNS);

      check (answer, "t", 14.92460612390762, 1e-12);
      check (answer, "n_extreme", 2, 0);
      check (answer, "p_value", 0.03125, 0);
    }
}

/* Whole numbers are what they are, however large. */
static void
test_wild_offset (void)
{
  static const double offsets[] = { 0, 1e6, 1e10, 1e14 };

  for (guint a = 0; a < G_N_ELEMENTS (offsets); a++)
    for (guint b = 0; b < G_N_ELEMENTS (offsets); b++) {
      g_autofree char *near = make_wild (y_of, 1, offsets[a], 1, offsets[b]);
      g_autofree char *far = make_wild (noise_of, 1, offsets[a], 1, offsets[b]);
      g_autoptr (Answer) first = ask ("wild_cluster_bootstrap", near, WILD, ALL_SIGNS);
      g_autoptr (Answer) second = ask ("wild_cluster_bootstrap", far, WILD, ALL_SIGNS);

      check (first, "t", 14.92460612390762, 1e-12);
      check (first, "n_extreme", 2, 0);
      check (second, "t", 2.4767344540712023, 1e-12);
      check (second, "n_extreme", 2, 0);
    }
}

/* ---- differences in differences ---- */

static char *
make_panel (double by_y, double by_d)
{
  static const int y[] = { 2, 3, 5, 1, 4, 4, 6, 5, 9, 3, 3, 8, 2, 6, 7, 5, 4, 6 };
  static const int d[] = { 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 2, 0, 0, 3, 0, 1, 0 };
  GString *csv = g_string_new ("y,d,u,p,c\n");

  for (guint i = 0; i < 18; i++)
    g_string_append_printf (csv, "%.17g,%.17g,u%u,%u,c%u\n", y[i] * by_y, d[i] * by_d, i / 3, i % 3,
                            i / 6);
  return g_string_free (csv, FALSE);
}

static void
test_twfe_scale (void)
{
  for (guint a = 0; a < G_N_ELEMENTS (wide_factors); a++)
    for (guint b = 0; b < G_N_ELEMENTS (wide_factors); b++) {
      double by = wide_factors[a] / wide_factors[b];
      g_autofree char *csv = make_panel (wide_factors[a], wide_factors[b]);
      g_autoptr (Answer) answer = NULL;

      /* The coefficient itself must be a number. */
      if (!(by > 1e-300 && by < 1e300))
        continue;
      answer = ask (
        "twfe", csv,
        "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"treatment\":\"d\",\"cluster\":\"c\"}",
        NULL);
      check (answer, "estimate", 0.075471698113207547 * by, 1e-12);
      check (answer, "se_cr0", 0.13557026882515066 * by, 1e-12);
      check (answer, "se_cr1", 0.22819876658244726 * by, 1e-12);
      check (answer, "p_cr1", 0.77228411871555933, 1e-12);
      check (answer, "se_cr2", 0.14455142683518674 * by, 1e-12);
      check (answer, "df_cr2", 1.2325269846135557, 1e-12);
      check (answer, "p_cr2", 0.67984803582377585, 1e-12);
    }
}

static char *
make_did (double by_y, double by_w, gboolean equal)
{
  static const int y[] = { 1, 2, 3, 5, 4, 1, 7, 8 };
  GString *csv = g_string_new ("y,t,p,w,c\n");

  for (guint i = 0; i < 8; i++)
    g_string_append_printf (csv, "%.17g,%u,%u,%.17g,c%u\n", y[i] * by_y, i % 2, i / 2 % 2,
                            by_w * (equal ? 1 : 1 + i % 3), i % 3);
  return g_string_free (csv, FALSE);
}

#define DID                                                                                        \
  "{\"outcome\":\"y\",\"treated\":\"t\",\"post\":\"p\",\"weight\":\"w\",\"cluster\":\"c\"}"

static void
test_did_scale (void)
{
  static const char *const keys[] = { "estimate", "se_classical", "se_hc1", "se_cr0", "se_cr1" };
  static const double wanted[2][5]
    = { { 4.6, 2.6523574419749688, 2.4568181771461142, 2.5525978052869111, 4.1356811208473669 },
        { 2.5, 2.958039891549808, 2.958039891549808, 3.0618621784789726, 4.9607837082461074 } };

  for (guint a = 0; a < G_N_ELEMENTS (wide_factors); a++)
    for (guint b = 0; b < G_N_ELEMENTS (wide_factors); b++)
      for (guint equal = 0; equal < 2; equal++) {
        g_autofree char *csv = make_did (wide_factors[a], wide_factors[b], equal);
        g_autoptr (Answer) answer = ask ("did_2x2", csv, DID, NULL);

        for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
          check (answer, keys[k], wanted[equal][k] * wide_factors[a], 1e-12);
      }
}

/* ---- means and ratios ---- */

static void
test_welch_scale (void)
{
  for (guint a = 0; a < G_N_ELEMENTS (wide_factors); a++) {
    double by = wide_factors[a];
    g_autofree char *csv
      = g_strdup_printf ("x,g\n%.17g,1\n%.17g,1\n%.17g,0\n%.17g,0\n", by, 3 * by, 2 * by, 5 * by);
    g_autoptr (Answer) answer = ask ("mean_difference", csv, GROUPED, NULL);

    check (answer, "difference", -1.5 * by, 1e-13);
    check (answer, "se", 1.8027756377319946 * by, 1e-13);
    check (answer, "df", 1.7422680412371134, 1e-13);
    check (answer, "p_value", 0.50383786374193728, 1e-13);
  }
}

static void
test_weighted_scale (void)
{
  for (guint a = 0; a < G_N_ELEMENTS (wide_factors); a++)
    for (guint b = 0; b < G_N_ELEMENTS (wide_factors); b++) {
      double x = wide_factors[a], w = wide_factors[b];
      g_autofree char *csv = g_strdup_printf ("x,w\n%.17g,%.17g\n%.17g,%.17g\n%.17g,%.17g\n", x, w,
                                              3 * x, 2 * w, 7 * x, 5 * w);
      g_autoptr (Answer) answer = ask ("weighted_mean", csv, WEIGHTED, NULL);

      check (answer, "sum_weights", 8 * w, 1e-14);
      check (answer, "mean", 5.25 * x, 1e-14);
      check (answer, "se", 1.6408481991031346 * x, 1e-13);
      check (answer, "n_effective", 2.1333333333333333, 1e-13);
      if (fabs (log10 (x)) < 140)
        check (answer, "var_reliability", 10.235294117647059 * x * x, 1e-13);
      if (w == 1 && fabs (log10 (x)) < 140)
        check (answer, "var_frequency", 6.2142857142857143 * x * x, 1e-13);
    }
}

static void
test_ratio_scale (void)
{
  for (guint a = 0; a < G_N_ELEMENTS (wide_factors); a++)
    for (guint b = 0; b < G_N_ELEMENTS (wide_factors); b++) {
      double y = wide_factors[a], w = wide_factors[b];
      g_autofree char *csv = g_strdup_printf (
        "y,x,w\n%.17g,2,%.17g\n%.17g,3,%.17g\n%.17g,4,%.17g\n", y, w, 3 * y, 2 * w, 7 * y, 5 * w);
      g_autofree char *same
        = g_strdup_printf ("y,x,w\n%.17g,%.17g,%.17g\n%.17g,%.17g,%.17g\n%.17g,%.17g,%.17g\n", y,
                           2 * y, w, 3 * y, 3 * y, 2 * w, 7 * y, 4 * y, 5 * w);
      g_autoptr (Answer) answer = ask ("ratio_of_totals", csv, RATIO, NULL),
                         second = ask ("ratio_of_totals", same, RATIO, NULL);

      check (answer, "ratio", 1.5 * y, 1e-14);
      check (answer, "se", 0.26963694411681249 * y, 1e-13);
      check (second, "ratio", 1.5, 1e-14);
      check (second, "se", 0.26963694411681249, 1e-13);
    }
}

/* Next to a single weight, and to weights of which all but one are next to nothing. */
static void
test_one_weight (void)
{
  g_autoptr (Answer) answer = ask ("weighted_mean", "x,w\n1,1\n3,1e-9\n", WEIGHTED, NULL);

  check (answer, "var_frequency", 3.999999996, 1e-14);
  check (answer, "var_reliability", 2, 1e-14);
}

static void
test_sum_of_weights (void)
{
  g_autoptr (Answer) mean = ask ("weighted_mean", "x,w\n1,1e308\n3,1e308\n", WEIGHTED, NULL);
  g_autoptr (Answer) quantile
    = ask ("weighted_quantile", "x,w\n1,1e308\n3,1e308\n", WEIGHTED, NULL);

  check (mean, "mean", 2, 0);
  check (mean, "se", 1, 1e-15);
  check (mean, "n_effective", 2, 0);
  check_reason (mean, "sum_weights", "beyond the range");
  check_reason (quantile, "sum_weights", "beyond the range");
  check_reason (quantile, "q[0.5]", "beyond the range");
}

/* ---- others ---- */

static void
test_bootstrap_scale (void)
{
  g_autoptr (Answer) plain
    = ask ("bootstrap", "x\n1\n2\n7\n", VALUE, "{\"replicates\":99,\"seed\":1}");
  g_autoptr (Answer) offset = NULL;
  static const char *const keys[]
    = { "estimate", "boot_se", "percentile_low", "bca_low", "bca_high", "bca_dh_high" };

  check (plain, "acceleration", 0.060708751917441953, 1e-14);
  for (guint a = 0; a < G_N_ELEMENTS (wide_factors); a++) {
    double by = wide_factors[a];
    g_autofree char *csv = g_strdup_printf ("x\n%.17g\n%.17g\n%.17g\n", by, 2 * by, 7 * by);
    g_autoptr (Answer) answer = ask ("bootstrap", csv, VALUE, "{\"replicates\":99,\"seed\":1}");

    check (answer, "acceleration", 0.060708751917441953, 1e-13);
    check (answer, "z0", get (plain, "z0"), 0);
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      check (answer, keys[k], get (plain, keys[k]) * by, 1e-13);
  }
  for (double to = 1e6; to < 1e15; to *= 1e3) {
    g_autofree char *csv = g_strdup_printf ("x\n%.17g\n%.17g\n%.17g\n%.17g\n%.17g\n", to, to + 1,
                                            to + 2, to + 9, to + 30);
    g_autofree char *pairs = g_strdup_printf ("b,a\n0,%.17g\n0,%.17g\n0,%.17g\n0,%.17g\n0,%.17g\n",
                                              to, to + 1, to + 2, to + 9, to + 30);
    g_autoptr (Answer) answer = ask ("bootstrap", csv, VALUE, "{\"replicates\":99,\"seed\":1}");
    g_autoptr (Answer) change
      = ask ("bootstrap", pairs, "{\"before\":\"b\",\"after\":\"a\"}",
             "{\"statistic\":\"mean_change\",\"replicates\":99,\"seed\":1}");

    check (answer, "acceleration", 0.092235818194442525, 1e-14);
    check (answer, "estimate", to + 8.4, 1e-15);
    check (change, "acceleration", 0.092235818194442525, 1e-14);
  }
}

static void
test_correlation_offset (void)
{
  g_autoptr (Answer) answer
    = ask ("paired_change",
           "b,a\n10000000000001,10000000000002\n10000000000002,10000000000005\n"
           "10000000000004,10000000000006\n",
           "{\"before\":\"b\",\"after\":\"a\"}", NULL);

  check (answer, "correlation", 0.89104211121363055, 1e-14);
}

static void
test_given_once (void)
{
  static const char *const metrics[] = { "quantile", "weighted_quantile" };

  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++) {
    g_autoptr (Answer) answer
      = ask (metrics[i], "x\n1\n2\n4\n", VALUE, "{\"probs\":[0.5,0.25,0.50,0.5]}");
    const char *first = strstr (answer->text, "\"q[0.5]\"");

    g_assert_nonnull (first);
    if (strstr (first + 1, "\"q[0.5]\"") != NULL)
      g_test_fail_printf ("%s gives a quantile twice: %s", metrics[i], answer->text);
    check (answer, "q[0.5]", 2, 0);
  }
}

static void
test_participation (void)
{
  g_autoptr (Answer) answer = ask ("participation_rate", "e,p\n1,1\n1,\n,1\n0,1\n",
                                   "{\"exempt\":\"e\",\"participated\":\"p\"}", NULL);

  if (strstr (answer->text, "\"records\":{\"total\":4,\"used\":1") == NULL)
    g_test_fail_printf ("not all records are told: %s", answer->text);
}

/* A whole number between two doubles is not taken for one of them. */
static void
test_whole_options (void)
{
  static const char *const refused[] = { "9007199254740993", "9007199254740994" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *options = g_strdup_printf ("{\"x\":1,\"n\":%s}", refused[i]);
    g_autoptr (Answer) answer = ask ("proportion", NULL, NULL, options);

    if (!answer->refused || strstr (answer->text, refused[i]) == NULL)
      g_test_fail_printf ("%s is taken: %.300s", refused[i], answer->text);
  }
  {
    g_autoptr (Answer) answer = ask ("proportion", NULL, NULL, "{\"x\":1,\"n\":9007199254740992}");

    g_assert_false (answer->refused);
  }
}

/* A share of the records that is a whole number of them as written. */
static void
test_trim (void)
{
  static const struct {
    guint n;
    const char *trim;
    guint used;
  } cases[]
    = { { 100, "0.29", 42 },    { 100, "0.28", 44 }, { 100, "0.2899", 44 }, { 10, "0.15", 8 },
        { 1000, "0.007", 986 }, { 50, "0.14", 36 },  { 100, "0", 100 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) csv = g_string_new ("x\n");
    g_autofree char *options = g_strdup_printf ("{\"trim\":%s}", cases[i].trim);
    g_autoptr (Answer) answer = NULL;

    for (guint k = 0; k < cases[i].n; k++)
      g_string_append_printf (csv, "%u\n", k);
    answer = ask ("trimmed_mean", csv->str, VALUE, options);
    check (answer, "n_used", cases[i].used, 0);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  g_test_add_func ("/estimators-units/nearly-perfect", test_nearly_perfect);
  g_test_add_func ("/estimators-units/wild-scale", test_wild_scale);
  g_test_add_func ("/estimators-units/wild-offset", test_wild_offset);
  g_test_add_func ("/estimators-units/twfe-scale", test_twfe_scale);
  g_test_add_func ("/estimators-units/did-scale", test_did_scale);
  g_test_add_func ("/estimators-units/welch-scale", test_welch_scale);
  g_test_add_func ("/estimators-units/weighted-scale", test_weighted_scale);
  g_test_add_func ("/estimators-units/ratio-scale", test_ratio_scale);
  g_test_add_func ("/estimators-units/one-weight", test_one_weight);
  g_test_add_func ("/estimators-units/sum-of-weights", test_sum_of_weights);
  g_test_add_func ("/estimators-units/bootstrap-scale", test_bootstrap_scale);
  g_test_add_func ("/estimators-units/correlation-offset", test_correlation_offset);
  g_test_add_func ("/estimators-units/given-once", test_given_once);
  g_test_add_func ("/estimators-units/participation", test_participation);
  g_test_add_func ("/estimators-units/whole-options", test_whole_options);
  g_test_add_func ("/estimators-units/trim", test_trim);
  status = g_test_run ();
  ask_clear ();
  return status;
}
