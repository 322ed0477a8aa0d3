/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <math.h>

#include "rua-estimator-private.h"

/* bench-estimators [NAME...]: CPU time of each estimator that reads columns, over a million rows
 * at once and over ten thousand groups of a hundred rows, in one thread. Fewer rows where the work
 * grows faster than they do. What follows from sums is timed with its columns here, as every other. */

#define MOST_ROWS 1000000
#define GROUP 100

/* From VILLAGE on they are groups; UNIT was seen in WAVE 0 to 3, and some are treated from one on. */
enum {
  INCOME, AFTER, WEIGHT, ONE, OTHER, SMALL, WAVE, FIRST, TREATED, ARM, VILLAGE, PERSON, PERIOD, UNIT, TURN, N_COLUMNS
};

static double *numbers[N_COLUMNS];
static gint32 *codes[N_COLUMNS];
static const char **labels;

typedef struct {
  const char *name;
  const char *options;
  const char *roles; /* "role:column role:column" */
  gsize most;        /* rows at once; 0: all */
} Case;

static const Case cases[] = {
  { "count", NULL, "value:income", 0 },
  { "total", NULL, "value:income weight:weight", 0 },
  { "mean", NULL, "value:income", 0 },
  { "mean", "{\"figures\":[\"n\"]}", "value:income", 0 },
  { "geometric_mean", NULL, "value:income", 0 },
  { "trimmed_mean", "{\"trim\":0.1}", "value:income", 0 },
  { "quantile", "{\"probs\":[0.25,0.5,0.75]}", "value:income", 0 },
  { "weighted_mean", NULL, "value:income weight:weight", 0 },
  { "weighted_quantile", "{\"probs\":[0.25,0.5,0.75]}", "value:income weight:weight", 0 },
  { "distinct_count", NULL, "key:village", 0 },
  { "ratio_of_totals", NULL, "numerator:income denominator:weight", 0 },
  { "proportion", NULL, "value:one", 0 },
  { "two_proportions", "{\"figures\":[\"z\"]}", "value:one group:other", 0 },
  { "participation_rate", NULL, "exempt:one participated:other", 0 },
  { "paired_change", NULL, "before:income after:after", 0 },
  { "ratio_distribution", NULL, "before:income after:after", 0 },
  { "ratio_distribution", "{\"figures\":[\"share\"]}", "before:income after:after", 0 },
  { "sign_test", NULL, "before:income after:after", 0 },
  { "mcnemar", NULL, "before:one after:other", 0 },
  { "wilcoxon_signed_rank", "{\"method\":\"normal\"}", "before:income after:after", 0 },
  { "mean_difference", NULL, "value:income group:one", 0 },
  { "equivalise", NULL, "income:income size:small", 0 },
  { "price_index", "{\"base\":\"l0\",\"current\":\"l1\"}",
    "period:period item:village price:weight quantity:income", 0 },
  { "concentration", NULL, "unit:village amount:income", 0 },
  { "poverty_fgt", "{\"line\":20000}", "value:income weight:weight", 0 },
  { "poverty_fgt", "{\"relative_to\":\"median\",\"fraction\":0.6}", "value:income weight:weight", 0 },
  { "inequality", NULL, "value:income weight:weight", 0 },
  { "inequality", "{\"figures\":[\"gini\"]}", "value:income weight:weight", 0 },
  { "inequality_se", NULL, "value:income weight:weight", 0 },
  { "theil_decomposition", NULL, "value:income group:village", 0 },
  { "survey_estimate", NULL, "value:income weight:weight psu:village", 0 },
  { "did_2x2", NULL, "outcome:income treated:one post:other cluster:village", 0 },
  { "icc", NULL, "value:income cluster:village", 0 },
  { "attrition", NULL, "outcome:income arm:one", 0 },
  { "lee_bounds", NULL, "outcome:income arm:one", 0 },
  { "kaplan_meier", "{\"at\":20000}", "duration:income event:one", 0 },
  { "manski_bounds", "{\"min\":0,\"max\":1000000}", "outcome:income arm:one", 0 },
  { "balance", NULL, "value:income treated:one weight:weight", 0 },
  { "twfe", NULL, "outcome:income unit:unit period:turn treatment:treated cluster:village", 0 },
  { "twfe", NULL, "outcome:income unit:unit period:turn treatment:treated", 0 },
  { "group_time_att", NULL, "outcome:income unit:unit period:wave first_treated:first", 0 },
  { "group_time_att", "{\"control\":\"notyet\"}", "outcome:income unit:unit period:wave first_treated:first", 0 },
  { "att_aggregate", "{\"type\":\"dynamic\"}", "outcome:income unit:unit period:wave first_treated:first", 0 },
  { "wild_cluster_bootstrap", "{\"regressors\":[\"arm\",\"small\"],\"tested\":\"arm\"}",
    "outcome:income cluster:village regressors:arm regressors:small", 0 },
  { "bootstrap", NULL, "value:income", 100000 },
  { "bootstrap", "{\"statistic\":\"median\"}", "value:income", 100000 },
  { "bootstrap", "{\"statistic\":\"gini\"}", "value:income", 10000 },
  { "bootstrap", "{\"statistic\":\"ratio_of_means\"}", "before:income after:after cluster:village", 0 },
  { "price_index_chained", "{\"periods\":[\"l0\",\"l1\",\"l2\",\"l3\"]}",
    "period:period item:village price:weight quantity:income", 0 },
};

static const char *const column_names[]
  = { "income", "after",  "weight",  "one",    "other", "small", "wave", "first", "treated",
      "arm",    "village", "person", "period", "unit",  "turn" };

/* Numbers of one's own, so that every run has the same. */
static double
draw (void)
{
  static guint64 state = 88172645463325252u;

  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (state >> 11) * 0x1p-53;
}

static void
make_columns (void)
{
  for (guint k = 0; k < N_COLUMNS; k++) {
    numbers[k] = g_new (double, MOST_ROWS);
    codes[k] = g_new (gint32, MOST_ROWS);
  }
  labels = g_new (const char *, MOST_ROWS);
  for (guint i = 0; i < MOST_ROWS; i++) {
    double gauss = draw () + draw () + draw () + draw () - 2;

    labels[i] = i < 1000 ? g_strdup_printf ("l%u", i) : "more";
    numbers[INCOME][i] = round (100 * exp (10 + gauss)) / 100;
    numbers[AFTER][i] = round (100 * exp (10.3 + gauss + draw ())) / 100;
    numbers[WEIGHT][i] = round (100 * (0.5 + draw ())) / 100;
    numbers[ONE][i] = draw () < 0.4;
    numbers[OTHER][i] = draw () < 0.5;
    numbers[SMALL][i] = 1 + floor (8 * draw ());
    codes[VILLAGE][i] = (gint32) (400 * draw ());
    codes[PERSON][i] = i;
    codes[PERIOD][i] = (gint32) (4 * draw ());
    codes[UNIT][i] = (gint32) i / 4;
    codes[TURN][i] = (gint32) i % 4;
    numbers[WAVE][i] = i % 4 + 1;
    numbers[FIRST][i] = i / 4 % 3 == 0 ? 0 : i / 4 % 3 + 1;
    numbers[TREATED][i] = numbers[FIRST][i] > 0 && numbers[WAVE][i] >= numbers[FIRST][i];
    numbers[ARM][i] = codes[VILLAGE][i] % 2;
  }
}

static guint
read_roles (const Case *self, RuaInputColumn *columns, gsize first)
{
  g_auto (GStrv) parts = g_strsplit (self->roles, " ", -1);
  const RuaEstimator *estimator = rua_estimator_find (self->name);
  guint n = 0;

  for (; parts[n] != NULL; n++) {
    char *colon = strchr (parts[n], ':');
    guint k = 0;

    *colon = '\0';
    while (!g_str_equal (column_names[k], colon + 1))
      k++;
    columns[n] = (RuaInputColumn){ .name = column_names[k] };
    if (rua_estimator_find_role (estimator, parts[n]) == NULL)
      g_error ("%s has no role %s", self->name, parts[n]);
    columns[n].role = rua_estimator_find_role (estimator, parts[n])->name;
    if (k >= VILLAGE) {
      columns[n].codes = codes[k] + first;
      columns[n].labels = labels;
      columns[n].n_labels = k == PERSON || k == UNIT ? MOST_ROWS : 400;
    } else {
      columns[n].values = numbers[k] + first;
    }
  }
  return n;
}

static double
run (const RuaEstimation *setup, const Case *self, gsize n_rows, gsize size)
{
  clock_t start = clock ();

  for (gsize first = 0; first + size <= n_rows; first += size) {
    RuaInputColumn columns[8];
    RuaInput input = { .n_rows = size, .columns = columns };
    g_autoptr (GError) error = NULL;
    RuaFigures *figures;

    input.n_columns = read_roles (self, columns, first);
    figures = rua_estimation_run (setup, &input, NULL, NULL, &error);
    if (figures == NULL)
      g_error ("%s: %s", self->name, error->message);
    rua_figures_free (figures);
  }
  return (double) (clock () - start) / CLOCKS_PER_SEC;
}

int
main (int argc, char *argv[])
{
  make_columns ();
  printf ("%-24s %-28s %10s %8s %10s %10s\n", "estimator", "options", "at once s", "ns/row",
          "groups s", "us/group");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *self = &cases[i];
    g_autoptr (JsonNode) node = self->options ? json_from_string (self->options, NULL) : NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaEstimation) setup = NULL;
    gsize n = self->most > 0 ? self->most : MOST_ROWS;
    double whole, groups;
    gboolean asked = argc == 1;

    for (int a = 1; a < argc; a++)
      asked = asked || g_str_equal (argv[a], self->name);
    if (!asked)
      continue;
    setup = rua_estimation_new (rua_estimator_find (self->name),
                                node ? json_node_get_object (node) : NULL, NULL, &error);
    if (setup == NULL)
      g_error ("%s", error->message);
    whole = run (setup, self, n, n);
    groups = run (setup, self, n, GROUP);
    printf ("%-24s %-28.28s %10.3f %8.1f %10.3f %10.2f\n", self->name,
            self->options ? self->options : "", whole, 1e9 * whole / n, groups,
            1e6 * groups / (n / GROUP));
    fflush (stdout);
  }
  return EXIT_SUCCESS;
}
