/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must hold between results whatever the data: on random tables from a printed seed. */
#include "estimate-ask.h"

#include <math.h>
#include <string.h>

#include "rua-random-private.h"

#define ROUNDS 12

static RuaRandom source;

static double
uniform (void)
{
  return (rua_random_next (&source) + 0.5) / 4294967296.0;
}

static double
gaussian (void)
{
  return sqrt (-2 * log (uniform ())) * cos (2 * G_PI * uniform ());
}

/* A table of households: income (with ties), before, after, weight, strata, villages, flags. */
typedef struct {
  GPtrArray *rows;
} Table;

#define HEADER "income,before,after,weight,stratum,village,treated,post,unit,half,scaled\n"
#define DESIGN                                                                                     \
  "{\"value\":\"income\",\"weight\":\"weight\",\"stratum\":\"stratum\",\"psu\":\"village\"}"

static Table *
table_new (gsize n)
{
  Table *self = g_new (Table, 1);

  self->rows = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < n; i++) {
    double income = floor (exp (8 + 0.8 * gaussian ()) / 10) * 10 + 10;
    double before = floor (100 + 900 * uniform ()), after = floor (before * (0.5 + 2 * uniform ()));
    double weight = rua_random_below (&source, 8) / 4.0;
    guint village = rua_random_below (&source, 6);

    g_ptr_array_add (self->rows,
                     g_strdup_printf ("%.17g,%.17g,%.17g,%.17g,s%u,v%u,%u,%u,u%u,%.17g,%.17g\n",
                                      income, before, after, weight, village / 3, village,
                                      village % 2, rua_random_below (&source, 2), (guint)i % 17,
                                      weight / 2, income * 7.25));
  }
  return self;
}

static void
table_free (Table *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static void
table_shuffle (Table *self)
{
  for (guint i = self->rows->len; i > 1; i--) {
    guint j = rua_random_below (&source, i);
    gpointer keep = self->rows->pdata[i - 1];

    self->rows->pdata[i - 1] = self->rows->pdata[j];
    self->rows->pdata[j] = keep;
  }
}

/* Each row @times times. */
static char *
table_text (Table *self, guint times)
{
  GString *text = g_string_new (HEADER);

  for (guint i = 0; i < self->rows->len; i++)
    for (guint k = 0; k < times; k++)
      g_string_append (text, self->rows->pdata[i]);
  return g_string_free (text, FALSE);
}

static void
same_values (Answer *a, Answer *b, double tolerance)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  g_assert_false (a->refused || b->refused);
  g_assert_cmpuint (json_object_get_size (a->values), ==, json_object_get_size (b->values));
  json_object_iter_init (&iter, a->values);
  while (json_object_iter_next (&iter, &key, &node)) {
    double x = get (a, key), y = get (b, key);

    if (isnan (x) != isnan (y) || fabs (x - y) > tolerance * MAX (1, fabs (x)))
      g_error ("%s is %.17g and %.17g", key, x, y);
  }
}

static void
test_order_of_rows (void)
{
  static const struct {
    const char *metric;
    const char *columns;
    const char *options;
  } cases[] = {
    { "count", "{\"value\":\"income\"}", NULL },
    { "mean", "{\"value\":\"income\"}", NULL },
    { "geometric_mean", "{\"value\":\"income\"}", NULL },
    { "quantile", "{\"value\":\"income\"}", "{\"probs\":[0.1,0.5,0.9],\"type\":8}" },
    { "weighted_mean", "{\"value\":\"income\",\"weight\":\"weight\"}", NULL },
    { "weighted_quantile", "{\"value\":\"income\",\"weight\":\"weight\"}",
      "{\"probs\":[0.1,0.5,0.9]}" },
    { "ratio_of_totals",
      "{\"numerator\":\"after\",\"denominator\":\"before\",\"weight\":\"weight\"}", NULL },
    { "paired_change", "{\"before\":\"before\",\"after\":\"after\"}", NULL },
    { "ratio_distribution", "{\"before\":\"before\",\"after\":\"after\"}", NULL },
    { "wilcoxon_signed_rank", "{\"before\":\"before\",\"after\":\"after\"}", "{\"hl_ci\":true}" },
    { "mean_difference", "{\"value\":\"income\",\"group\":\"treated\"}", NULL },
    { "did_2x2",
      "{\"outcome\":\"income\",\"treated\":\"treated\",\"post\":\"post\",\"cluster\":\"village\"}",
      NULL },
    { "twfe",
      "{\"outcome\":\"income\",\"unit\":\"unit\",\"period\":\"stratum\",\"treatment\":\"before\","
      "\"cluster\":\"village\"}",
      NULL },
    { "wild_cluster_bootstrap", "{\"outcome\":\"income\",\"cluster\":\"village\"}",
      "{\"regressors\":[\"post\",\"before\"],\"tested\":\"post\",\"enumerate\":true}" },
    { "randomisation_test",
      "{\"outcome\":\"income\",\"treated\":\"treated\",\"cluster\":\"village\"}", NULL },
    { "icc", "{\"value\":\"income\",\"cluster\":\"village\"}", NULL },
    { "lee_bounds", "{\"outcome\":\"income\",\"arm\":\"treated\"}", NULL },
    { "kaplan_meier", "{\"duration\":\"income\",\"event\":\"treated\"}", "{\"at\":2000}" },
    { "poverty_fgt", DESIGN, "{\"line\":3000}" },
    { "inequality", "{\"value\":\"income\",\"weight\":\"weight\"}", NULL },
    { "inequality_se", DESIGN, NULL },
    { "theil_decomposition", "{\"value\":\"income\",\"group\":\"village\",\"weight\":\"weight\"}",
      NULL },
    { "survey_estimate", DESIGN, "{\"lonely\":\"adjust\",\"deff\":true}" },
    { "concentration", "{\"unit\":\"village\",\"amount\":\"income\"}", NULL },
    { "balance", "{\"value\":\"income\",\"treated\":\"treated\",\"weight\":\"weight\"}", NULL },
    { "suppress_primary", "{\"row\":\"village\",\"column\":\"post\",\"amount\":\"income\"}",
      "{\"min_count\":3,\"p_percent\":20}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Table *table = table_new (40 + rua_random_below (&source, 20));
    char *text = table_text (table, 1);
    Answer *first = ask (cases[i].metric, text, cases[i].columns, cases[i].options), *second;

    g_free (text);
    table_shuffle (table);
    text = table_text (table, 1);
    second = ask (cases[i].metric, text, cases[i].columns, cases[i].options);
    same_values (first, second, 1e-9);
    answer_free (first);
    answer_free (second);
    g_free (text);
    table_free (table);
  }
}

/* Two records of half the weight each are one record. */
static void
test_duplicate_and_halve (void)
{
  static const struct {
    const char *metric;
    const char *columns;
    const char *keys[8];
  } cases[] = {
    { "total", "{\"value\":\"income\",\"weight\":\"%s\"}", { "total" } },
    { "weighted_mean",
      "{\"value\":\"income\",\"weight\":\"%s\"}",
      { "mean", "sum_weights", "var_frequency" } },
    { "ratio_of_totals",
      "{\"numerator\":\"after\",\"denominator\":\"before\",\"weight\":\"%s\"}",
      { "ratio" } },
    { "weighted_quantile", "{\"value\":\"income\",\"weight\":\"%s\"}", { "q[0.5]" } },
    { "inequality",
      "{\"value\":\"income\",\"weight\":\"%s\"}",
      { "gini", "theil_t", "theil_l", "cv", "palma", "s80s20", "atkinson[2]", "lorenz[0.4]" } },
    { "poverty_fgt",
      "{\"value\":\"income\",\"weight\":\"%s\"}",
      { "fgt0", "fgt1", "fgt2", "mean_shortfall_poor" } },
    { "theil_decomposition",
      "{\"value\":\"income\",\"group\":\"village\",\"weight\":\"%s\"}",
      { "total", "within", "between" } },
    /* The village is drawn, so its records may be split. */
    { "survey_estimate",
      "{\"value\":\"income\",\"psu\":\"village\",\"weight\":\"%s\"}",
      { "estimate", "se", "ci_low" } },
    { "inequality_se",
      "{\"value\":\"income\",\"psu\":\"village\",\"weight\":\"%s\"}",
      { "gini_se", "theil_t_se", "atkinson_se" } },
    { "did_2x2",
      "{\"outcome\":\"income\",\"treated\":\"treated\",\"post\":\"post\",\"weight\":\"%s\","
      "\"cluster\":\"village\"}",
      { "estimate", "se_cr0", "cell_mean[1,1]" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Table *table = table_new (50);
    char *once = table_text (table, 1), *twice = table_text (table, 2);
    char *whole = g_strdup_printf (cases[i].columns, "weight"),
         *half = g_strdup_printf (cases[i].columns, "half");
    const char *options = g_str_equal (cases[i].metric, "poverty_fgt") ? "{\"line\":3000}" : NULL;
    Answer *one = ask (cases[i].metric, once, whole, options),
           *two = ask (cases[i].metric, twice, half, options);

    for (guint k = 0; k < 8 && cases[i].keys[k]; k++)
      assert_close_at (get (two, cases[i].keys[k]), get (one, cases[i].keys[k]), 1e-10,
                       cases[i].keys[k], cases[i].metric);
    answer_free (one);
    answer_free (two);
    g_free (whole);
    g_free (half);
    g_free (once);
    g_free (twice);
    table_free (table);
  }
}

/* Money in another unit: amounts scale, shares and tests do not. */
static void
test_scaling (void)
{
  static const struct {
    const char *metric;
    const char *columns;
    const char *options;
    const char *kept[8];
    const char *moved[6];
  } cases[] = {
    { "mean", "{\"value\":\"%s\"}", NULL, { "n" }, { "mean", "sd", "ci_low", "max" } },
    { "inequality",
      "{\"value\":\"%s\"}",
      NULL,
      { "gini", "theil_t", "theil_l", "atkinson[0.5]", "palma", "s80s20", "cv" },
      { NULL } },
    { "inequality_se",
      "{\"value\":\"%s\"}",
      NULL,
      { "gini_se", "theil_t_se", "theil_l_se", "atkinson_se" },
      { NULL } },
    { "poverty_fgt",
      "{\"value\":\"%s\"}",
      "{\"relative_to\":\"median\",\"fraction\":0.6}",
      { "fgt0", "fgt1", "fgt2" },
      { "line", "mean_shortfall_poor" } },
    { "survey_estimate",
      "{\"value\":\"%s\",\"psu\":\"village\"}",
      "{\"deff\":true}",
      { "deff", "cv_percent" },
      { "estimate", "se", "ci_high" } },
    { "mean_difference",
      "{\"value\":\"%s\",\"group\":\"treated\"}",
      NULL,
      { "t", "df", "p_value" },
      { "difference", "se" } },
    { "did_2x2",
      "{\"outcome\":\"%s\",\"treated\":\"treated\",\"post\":\"post\",\"cluster\":\"village\"}",
      NULL,
      { "p_cr1", "p_cr2", "df_cr2", "p_classical" },
      { "estimate", "se_cr2", "se_hc1" } },
    { "twfe",
      "{\"outcome\":\"%s\",\"unit\":\"unit\",\"period\":\"stratum\",\"treatment\":\"before\","
      "\"cluster\":\"unit\"}",
      NULL,
      { "p_cr1", "df_cr2", "p_cr2" },
      { "estimate", "se_cr1_nested" } },
    { "icc", "{\"value\":\"%s\",\"cluster\":\"village\"}", NULL, { "icc", "m0" }, { NULL } },
    { "balance",
      "{\"value\":\"%s\",\"treated\":\"treated\"}",
      NULL,
      { "smd_average", "variance_ratio", "hedges_g", "ks" },
      { "mean1" } },
    { "bootstrap",
      "{\"value\":\"%s\"}",
      "{\"statistic\":\"gini\",\"replicates\":99}",
      { "estimate", "boot_se", "bca_low", "z0" },
      { NULL } },
    { "concentration",
      "{\"unit\":\"village\",\"amount\":\"%s\"}",
      NULL,
      { "hhi", "entropy", "cr3" },
      { NULL } },
    { "randomisation_test",
      "{\"outcome\":\"%s\",\"treated\":\"treated\",\"cluster\":\"village\"}",
      NULL,
      { "p_value" },
      { "difference" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Table *table = table_new (60);
    char *text = table_text (table, 1);
    char *plain = g_strdup_printf (cases[i].columns, "income"),
         *scaled = g_strdup_printf (cases[i].columns, "scaled");
    Answer *a = ask (cases[i].metric, text, plain, cases[i].options),
           *b = ask (cases[i].metric, text, scaled, cases[i].options);

    for (guint k = 0; k < 8 && cases[i].kept[k]; k++)
      assert_close_at (get (b, cases[i].kept[k]), get (a, cases[i].kept[k]), 1e-9, cases[i].kept[k],
                       cases[i].metric);
    for (guint k = 0; k < 6 && cases[i].moved[k]; k++)
      assert_close_at (get (b, cases[i].moved[k]), 7.25 * get (a, cases[i].moved[k]), 1e-9,
                       cases[i].moved[k], cases[i].metric);
    answer_free (a);
    answer_free (b);
    g_free (plain);
    g_free (scaled);
    g_free (text);
    table_free (table);
  }
}

static void
test_inequality (void)
{
  for (int round = 0; round < ROUNDS; round++) {
    gsize n = 2 + rua_random_below (&source, 60);
    Table *table = table_new (n);
    char *text = table_text (table, 1);
    g_autoptr (Answer) all = ask ("inequality", text, "{\"value\":\"income\"}", NULL);
    g_autoptr (Answer) parts
      = ask ("theil_decomposition", text, "{\"value\":\"income\",\"group\":\"village\"}", NULL);
    g_autoptr (Answer) se
      = ask ("inequality_se", text, "{\"value\":\"income\"}", "{\"epsilon\":2}");
    double *x = g_new (double, n), apart = 0, total = 0;

    for (gsize i = 0; i < n; i++)
      total += x[i] = g_ascii_strtod (table->rows->pdata[i], NULL);
    for (gsize i = 0; i < n; i++)
      for (gsize j = 0; j < n; j++)
        apart += fabs (x[i] - x[j]);
    assert_close (get (all, "gini"), apart / (2 * n * total), 1e-11);
    g_assert_true (get (all, "gini") >= 0 && get (all, "gini_unbiased") <= 1 + 1e-12);
    assert_close (get (parts, "within") + get (parts, "between"), get (all, "theil_t"), 1e-11);
    g_assert_true (get (parts, "between") >= -1e-12);
    assert_close (get (se, "gini"), get (all, "gini"), 1e-13);
    assert_close (get (se, "atkinson"), get (all, "atkinson[2]"), 1e-13);
    g_assert_true (get (all, "atkinson[0.5]") <= get (all, "atkinson[1]")
                   && get (all, "atkinson[1]") <= get (all, "atkinson[2]"));
    g_assert_true (get (all, "lorenz[0.2]") <= 0.2 && get (all, "lorenz[0.8]") <= 0.8
                   && get (all, "lorenz[0.4]") <= get (all, "lorenz[0.6]"));
    g_free (x);
    g_free (text);
    table_free (table);
  }
}

static void
test_surveys (void)
{
  for (int round = 0; round < ROUNDS; round++) {
    Table *table = table_new (30 + rua_random_below (&source, 30));
    char *text = table_text (table, 1);
    g_autoptr (Answer) mean
      = ask ("weighted_mean", text, "{\"value\":\"income\",\"weight\":\"weight\"}", NULL);
    g_autoptr (Answer) same
      = ask ("survey_estimate", text, "{\"value\":\"income\",\"weight\":\"weight\"}", NULL);
    g_autoptr (Answer) ratio
      = ask ("ratio_of_totals", text,
             "{\"numerator\":\"after\",\"denominator\":\"before\",\"weight\":\"weight\"}", NULL);
    g_autoptr (Answer) same_ratio
      = ask ("survey_estimate", text,
             "{\"numerator\":\"after\",\"denominator\":\"before\",\"weight\":\"weight\"}",
             "{\"statistic\":\"ratio\"}");
    g_autoptr (Answer) flag = ask (
      "survey_estimate", text, "{\"value\":\"treated\",\"weight\":\"weight\",\"psu\":\"village\"}",
      "{\"statistic\":\"proportion\"}");
    g_autoptr (Answer) poor
      = ask ("poverty_fgt", text,
             "{\"value\":\"treated\",\"weight\":\"weight\",\"psu\":\"village\"}", "{\"line\":0.5}");
    double n = 0, total = 0;

    assert_close (get (same, "estimate"), get (mean, "mean"), 1e-12);
    assert_close (get (same, "se"), get (mean, "se"), 1e-11);
    assert_close (get (same_ratio, "estimate"), get (ratio, "ratio"), 1e-12);
    assert_close (get (same_ratio, "se"), get (ratio, "se"), 1e-11);
    assert_close (get (same_ratio, "ci_low"), get (ratio, "ci_low"), 1e-10);
    assert_close (get (poor, "fgt0"), 1 - get (flag, "estimate"), 1e-12);
    assert_close (get (poor, "se0"), get (flag, "se"), 1e-11);
    for (guint v = 0; v < 6; v++) {
      char *domain = g_strdup_printf (
        "{\"statistic\":\"total\",\"domain\":{\"column\":\"village\",\"values\":[\"v%u\"]}}", v);
      Answer *part
        = ask ("survey_estimate", text, "{\"value\":\"income\",\"weight\":\"weight\"}", domain);

      n += get (part, "n");
      total += get (part, "estimate");
      answer_free (part);
      g_free (domain);
    }
    assert_close (n, get (same, "n"), 0);
    assert_close (
      total,
      value_of ("total", "total", text, "{\"value\":\"income\",\"weight\":\"weight\"}", NULL),
      1e-12);
    g_free (text);
    table_free (table);
  }
}

static void
test_double_difference (void)
{
  for (int round = 0; round < ROUNDS; round++) {
    guint units = 6 + rua_random_below (&source, 12);
    GString *text = g_string_new ("y,u,p,t,post,d,first,c\n");
    double mean[2][2] = { { 0 } }, count[2] = { 0 };

    for (guint u = 0; u < units; u++) {
      guint t = u < 2 ? u : rua_random_below (&source, 2);

      count[t]++;
      for (guint p = 0; p < 2; p++) {
        double y = floor (1000 * gaussian () + 500 * p * t) / 8;

        mean[t][p] += y;
        g_string_append_printf (text, "%.17g,u%u,%u,%u,%u,%u,%u,c%u\n", y, u, 2014 + p, t, p, t * p,
                                t ? 2015 : 0, u / 2);
      }
    }
    {
      const char *columns = "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"treatment\":"
                            "\"d\",\"cluster\":\"c\"}";
      g_autoptr (Answer) did
        = ask ("did_2x2", text->str,
               "{\"outcome\":\"y\",\"treated\":\"t\",\"post\":\"post\",\"cluster\":\"c\"}", NULL);
      g_autoptr (Answer) twfe = ask ("twfe", text->str, columns, NULL);
      g_autoptr (Answer) att = ask ("group_time_att", text->str,
                                    "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\",\"first_"
                                    "treated\":\"first\",\"cluster\":\"c\"}",
                                    NULL);
      g_autoptr (Answer) average = ask ("att_aggregate", text->str,
                                        "{\"outcome\":\"y\",\"unit\":\"u\",\"period\":\"p\","
                                        "\"first_treated\":\"first\",\"cluster\":\"c\"}",
                                        "{\"type\":\"dynamic\"}");
      double gap = (mean[1][1] - mean[1][0]) / count[1] - (mean[0][1] - mean[0][0]) / count[0];

      assert_close (get (did, "estimate"), gap, 1e-10);
      assert_close (get (did, "cell_mean[1,1]") - get (did, "cell_mean[1,0]")
                      - get (did, "cell_mean[0,1]") + get (did, "cell_mean[0,0]"),
                    gap, 1e-10);
      assert_close (get (twfe, "estimate"), gap, 1e-10);
      /* With two balanced periods the effects of units change no score. */
      assert_close (get (twfe, "se_cr0"), get (did, "se_cr0"), 1e-9);
      assert_close (get (att, "att[2015,2015]"), gap, 1e-10);
      assert_close (get (att, "se[2015,2015]"), get (did, "se_cr0"), 1e-9);
      assert_close (get (average, "att[0]"), gap, 1e-10);
      assert_close (get (average, "overall_se"), get (att, "se[2015,2015]"), 1e-10);
    }
    g_string_free (text, TRUE);
  }
}

static void
test_pairs (void)
{
  for (int round = 0; round < ROUNDS; round++) {
    Table *table = table_new (5 + rua_random_below (&source, 30));
    char *text = table_text (table, 1);
    g_autoptr (Answer) there
      = ask ("paired_change", text, "{\"before\":\"before\",\"after\":\"after\"}", NULL);
    g_autoptr (Answer) back
      = ask ("paired_change", text, "{\"before\":\"after\",\"after\":\"before\"}", NULL);
    g_autoptr (Answer) ranks
      = ask ("wilcoxon_signed_rank", text, "{\"before\":\"before\",\"after\":\"after\"}",
             "{\"hl_ci\":true}");
    g_autoptr (Answer) mirrored
      = ask ("wilcoxon_signed_rank", text, "{\"before\":\"after\",\"after\":\"before\"}",
             "{\"hl_ci\":true}");
    g_autoptr (Answer) ratio
      = ask ("ratio_of_totals", text, "{\"numerator\":\"after\",\"denominator\":\"before\"}", NULL);
    double n = get (ranks, "n_used");

    assert_close (get (there, "mean_change"), -get (back, "mean_change"), 1e-12);
    assert_close (get (there, "p_value"), get (back, "p_value"), 1e-10);
    assert_close (get (there, "ratio_of_means") * get (back, "ratio_of_means"), 1, 1e-12);
    assert_close (get (there, "ratio_of_means"), get (ratio, "ratio"), 1e-12);
    assert_close (get (there, "ratio_se"), get (ratio, "se"), 1e-11);
    assert_close (get (ranks, "v_plus") + get (ranks, "v_minus"), n * (n + 1) / 2, 0);
    assert_close (get (ranks, "v_plus"), get (mirrored, "v_minus"), 0);
    assert_close (get (ranks, "p_value"), get (mirrored, "p_value"), 1e-12);
    assert_close (get (ranks, "hodges_lehmann"), -get (mirrored, "hodges_lehmann"), 1e-12);
    assert_close (get (ranks, "hl_low"), -get (mirrored, "hl_high"), 1e-12);
    g_assert_true (get (ranks, "hl_low") <= get (ranks, "hodges_lehmann")
                   && get (ranks, "hodges_lehmann") <= get (ranks, "hl_high"));
    g_free (text);
    table_free (table);
  }
}

static void
test_prices (void)
{
  const char *columns = "{\"period\":\"t\",\"item\":\"i\",\"price\":\"p\",\"quantity\":\"q\"}";

  for (int round = 0; round < ROUNDS; round++) {
    GString *text = g_string_new ("t,i,p,q\n");

    for (guint t = 1; t <= 3; t++)
      for (guint i = 0; i < 7; i++)
        if (t != 2 || i != 3)
          g_string_append_printf (text, "%u,item %u,%.17g,%.17g\n", t, i, 0.5 + 9 * uniform (),
                                  1 + floor (99 * uniform ()));
    {
      g_autoptr (Answer) there
        = ask ("price_index", text->str, columns, "{\"base\":1,\"current\":3}");
      g_autoptr (Answer) back
        = ask ("price_index", text->str, columns, "{\"base\":3,\"current\":1}");
      g_autoptr (Answer) chain = ask ("price_index_chained", text->str, columns,
                                      "{\"periods\":[1,3],\"formula\":\"tornqvist\"}");
      g_autoptr (Answer) from_first = ask ("price_index_chained", text->str, columns,
                                           "{\"periods\":[1,2,3],\"formula\":\"fisher\"}");

      assert_close (get (there, "fisher") * get (there, "fisher_quantity"),
                    get (there, "value_ratio"), 1e-12);
      assert_close (get (there, "fisher") * get (back, "fisher"), 1, 1e-12);
      assert_close (get (there, "tornqvist") * get (back, "tornqvist"), 1, 1e-12);
      assert_close (get (there, "laspeyres") * get (back, "paasche"), 1, 1e-12);
      assert_close (get (chain, "chain[3]"), get (there, "tornqvist"), 1e-13);
      assert_close (get (chain, "direct"), get (chain, "chain[3]"), 1e-13);
      assert_close (get (from_first, "direct[1]"), 1, 1e-13);
      assert_close (get (from_first, "direct[2]"), get (from_first, "chain[2]"), 1e-13);
      assert_close (get (from_first, "direct[3]"), get (there, "fisher"), 1e-13);
      assert_close (get (there, "n_matched"), 7, 0);
    }
    g_string_free (text, TRUE);
  }
}

static void
test_bounds (void)
{
  for (int round = 0; round < ROUNDS; round++) {
    GString *text = g_string_new ("y,a\n");

    for (guint i = 0; i < 40; i++) {
      double y = floor (100 * uniform ());

      if (uniform () < (i % 2 ? 0.7 : 0.9))
        g_string_append_printf (text, "%.17g,%u\n", y, i % 2);
      else
        g_string_append_printf (text, ",%u\n", i % 2);
    }
    g_string_append (text, "5,0\n7,1\n");
    {
      const char *columns = "{\"outcome\":\"y\",\"arm\":\"a\"}";
      g_autoptr (Answer) lee = ask ("lee_bounds", text->str, columns, NULL);
      g_autoptr (Answer) worst
        = ask ("manski_bounds", text->str, columns, "{\"min\":0,\"max\":100}");
      g_autoptr (Answer) lost = ask ("attrition", text->str, columns, NULL);
      double low = get (lee, "lower"), high = get (lee, "upper"), naive = get (lee, "naive");

      g_assert_true (low <= naive + 1e-9 && naive <= high + 1e-9);
      g_assert_true (get (worst, "lower") <= naive && naive <= get (worst, "upper"));
      assert_close (get (worst, "upper") - get (worst, "lower"),
                    100 * (get (lost, "attrition1") + get (lost, "attrition0")), 1e-11);
      assert_close (get (lee, "response1"), 1 - get (lost, "attrition1"), 1e-12);
    }
    g_string_free (text, TRUE);
  }
}

static void
test_counts_agree (void)
{
  for (int round = 0; round < ROUNDS; round++) {
    Table *table = table_new (20 + rua_random_below (&source, 50));
    char *text = table_text (table, 1);
    g_autoptr (Answer) units
      = ask ("distinct_count", text, "{\"key\":\"unit\",\"amount\":\"income\"}", NULL);
    g_autoptr (Answer) shares
      = ask ("concentration", text, "{\"unit\":\"unit\",\"amount\":\"income\"}", NULL);
    g_autoptr (Answer) flags = ask ("proportion", text, "{\"value\":\"treated\"}", NULL);
    g_autoptr (Answer) cells = ask (
      "suppress_primary", text, "{\"row\":\"village\",\"column\":\"post\",\"amount\":\"income\"}",
      "{\"min_count\":4}");
    g_autoptr (Answer) sides
      = ask ("two_proportions", text, "{\"value\":\"post\",\"group\":\"treated\"}", NULL);
    g_autoptr (Answer) swapped
      = ask ("two_proportions", text, "{\"value\":\"treated\",\"group\":\"post\"}", NULL);
    double n = 0, total = 0;
    JsonObjectIter iter;
    const char *key;
    JsonNode *node;

    assert_close (get (units, "n_distinct"), get (shares, "n_units"), 0);
    g_assert_true (get (shares, "hhi") >= 1 / get (shares, "n_units") - 1e-12
                   && get (shares, "hhi") <= 1);
    g_assert_true (get (shares, "cr1") <= get (shares, "cr3") && get (shares, "cr3") <= 1);
    g_assert_true (get (flags, "clopper_pearson_low") <= get (flags, "wilson_low") + 0.2
                   && get (flags, "clopper_pearson_low") <= get (flags, "p"));
    json_object_iter_init (&iter, cells->values);
    while (json_object_iter_next (&iter, &key, &node)) {
      if (g_str_has_prefix (key, "count["))
        n += json_node_get_double (node);
      if (g_str_has_prefix (key, "total["))
        total += json_node_get_double (node);
    }
    assert_close (n, table->rows->len, 0);
    assert_close (total, get (units, "total_amount"), 1e-12);
    /* Fisher's test and the pooled z do not mind which of the two is the group. */
    assert_close (get (sides, "fisher_p"), get (swapped, "fisher_p"), 1e-9);
    assert_close (get (sides, "p_value"), get (swapped, "p_value"), 1e-9);
    g_free (text);
    table_free (table);
  }
}

/* What the search for further cells hides, the audit confirms. */
static void
test_protection (void)
{
  for (int round = 0; round < ROUNDS; round++) {
    GString *rows = g_string_new ("["), *hidden = g_string_new ("[");
    guint32 values[3][4], prime = rua_random_below (&source, 12);
    char *options;

    for (guint i = 0; i < 3; i++) {
      g_string_append (rows, i ? ",[" : "[");
      for (guint j = 0; j < 4; j++) {
        values[i][j] = 1 + rua_random_below (&source, 30);
        g_string_append_printf (rows, "%s%u", j ? "," : "", values[i][j]);
      }
      g_string_append (rows, "]");
    }
    g_string_append (rows, "]");
    options = g_strdup_printf ("{\"table\":%s,\"primary\":[[%u,%u]],\"protection_percent\":30}",
                               rows->str, prime / 4, prime % 4);
    {
      g_autoptr (Answer) found = ask ("suppress_secondary", NULL, NULL, options);

      if (get (found, "n_optimal") == 1) {
        double cost = 0, value = values[prime / 4][prime % 4];
        g_autofree char *audit = NULL, *low = NULL, *high = NULL;

        for (guint k = 0; k < 12; k++) {
          g_autofree char *key = g_strdup_printf ("suppressed[%u,%u]", k / 4 + 1, k % 4 + 1);

          if (get (found, key) == 1) {
            g_string_append_printf (hidden, "%s[%u,%u]", hidden->len > 1 ? "," : "", k / 4, k % 4);
            cost += k == prime ? 0 : values[k / 4][k % 4];
          }
        }
        assert_close (get (found, "min_cost"), cost, 1e-12);
        audit = g_strdup_printf ("{\"table\":%s,\"suppressed\":%s]}", rows->str, hidden->str);
        low = g_strdup_printf ("low[%u,%u]", prime / 4 + 1, prime % 4 + 1);
        high = g_strdup_printf ("high[%u,%u]", prime / 4 + 1, prime % 4 + 1);
        g_assert_true (value_of (low, "suppress_audit", NULL, NULL, audit) <= 0.7 * value + 1e-9);
        g_assert_true (value_of (high, "suppress_audit", NULL, NULL, audit) >= 1.3 * value - 1e-9);
      }
    }
    g_free (options);
    g_string_free (rows, TRUE);
    g_string_free (hidden, TRUE);
  }
}

static void
test_adjustments (void)
{
  GString *text = g_string_new ("t,p\n");

  for (guint i = 0; i < 30; i++)
    g_string_append_printf (text, "t%u,%.17g\n", i, floor (1000 * pow (uniform (), 3)) / 1000);
  {
    g_autoptr (Answer) answer
      = ask ("multiple_testing", text->str, "{\"test\":\"t\",\"p\":\"p\"}", NULL);

    for (guint i = 0; i < 30; i++) {
      double values[5];
      static const char *const names[] = { "bh", "hochberg", "holm", "bonferroni", "by" };

      for (guint k = 0; k < 5; k++) {
        g_autofree char *key = g_strdup_printf ("%s[t%u]", names[k], i);

        values[k] = get (answer, key);
        g_assert_true (values[k] >= 0 && values[k] <= 1);
      }
      g_assert_true (values[0] <= values[1] + 1e-15 && values[1] <= values[2] + 1e-15
                     && values[2] <= values[3] + 1e-15);
      g_assert_true (values[0] <= values[4] + 1e-15);
    }
  }
  g_string_free (text, TRUE);
}

static void
test_seeds (void)
{
  Table *table = table_new (30);
  char *text = table_text (table, 1);
  g_autoptr (Answer) first
    = ask ("bootstrap", text, "{\"value\":\"income\"}", "{\"seed\":5,\"replicates\":199}");
  g_autoptr (Answer) again
    = ask ("bootstrap", text, "{\"value\":\"income\"}", "{\"seed\":5,\"replicates\":199}");
  g_autoptr (Answer) other
    = ask ("bootstrap", text, "{\"value\":\"income\"}", "{\"seed\":6,\"replicates\":199}");

  g_assert_cmpstr (first->text, ==, again->text);
  g_assert_cmpfloat (get (first, "boot_se"), !=, get (other, "boot_se"));
  g_assert_cmpfloat (get (first, "estimate"), ==, get (other, "estimate"));
  g_free (text);
  table_free (table);
}

/* Solving for a size or an effect leads back to the power asked for. */
static void
test_power (void)
{
  for (int round = 0; round < ROUNDS; round++) {
    double power = 0.5 + 0.45 * uniform (), delta = 0.2 + uniform (), ratio = 0.5 + uniform ();
    g_autofree char *n_options
      = g_strdup_printf ("{\"design\":\"two_sample_t\",\"solve\":\"n\",\"delta\":%.17g,\"power\":%."
                         "17g,\"ratio\":%.17g}",
                         delta, power, ratio);
    double n = value_of ("n_real", "power", NULL, NULL, n_options);
    g_autofree char *back = g_strdup_printf (
      "{\"design\":\"two_sample_t\",\"n\":%.17g,\"delta\":%.17g,\"ratio\":%.17g}", n, delta, ratio);
    g_autofree char *mde = g_strdup_printf (
      "{\"design\":\"two_sample_t\",\"solve\":\"mde\",\"n\":%.17g,\"power\":%.17g,\"ratio\":%.17g}",
      n, power, ratio);

    assert_close (value_of ("power", "power", NULL, NULL, back), power, 1e-9);
    assert_close (value_of ("mde", "power", NULL, NULL, mde), delta, 1e-9);
  }
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
  g_test_add_func ("/relations/order-of-rows", test_order_of_rows);
  g_test_add_func ("/relations/duplicate-and-halve", test_duplicate_and_halve);
  g_test_add_func ("/relations/scaling", test_scaling);
  g_test_add_func ("/relations/inequality", test_inequality);
  g_test_add_func ("/relations/surveys", test_surveys);
  g_test_add_func ("/relations/double-difference", test_double_difference);
  g_test_add_func ("/relations/pairs", test_pairs);
  g_test_add_func ("/relations/prices", test_prices);
  g_test_add_func ("/relations/bounds", test_bounds);
  g_test_add_func ("/relations/counts-agree", test_counts_agree);
  g_test_add_func ("/relations/protection", test_protection);
  g_test_add_func ("/relations/adjustments", test_adjustments);
  g_test_add_func ("/relations/seeds", test_seeds);
  g_test_add_func ("/relations/power", test_power);
  status = g_test_run ();
  ask_clear ();
  return status;
}
