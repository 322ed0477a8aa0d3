/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every estimator that follows from sums gives what it gives when it sees its columns: on random
 * data with unknowns, zero weights, few records, constants and offsets that cancel. */
#include "reduce-alone.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- random tables ---- */

typedef struct {
  RuaInput input;
  RuaInputColumn columns[MOST_COLUMNS];
  double values[MOST_COLUMNS][MOST_ROWS];
  gint32 codes[MOST_COLUMNS][MOST_ROWS];
} Table;

typedef enum { SMALL, CENTS, OFFSET, CONSTANT, WIDE, N_SHAPES } Shape;

static const char *const labels[]
  = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p" };

static double
draw (Shape shape)
{
  double x = g_test_rand_double_range (-1, 1);

  switch (shape) {
  case SMALL:
    return g_test_rand_int_range (-3, 4);
  case CENTS:
    return g_test_rand_int_range (1, 2000000) / 100.0;
  case OFFSET:
    return 1e9 + x;
  case CONSTANT:
    return 0.1;
  default:
    return x * pow (10, g_test_rand_int_range (-3, 4));
  }
}

static double *
add_values (Table *self, const char *role)
{
  guint k = self->input.n_columns++;

  self->columns[k] = (RuaInputColumn){ .role = role, .name = role, .values = self->values[k] };
  return self->values[k];
}

static void
add_number (Table *self, const char *role, Shape shape, gboolean gaps)
{
  double *values = add_values (self, role);

  for (gsize i = 0; i < self->input.n_rows; i++)
    values[i] = gaps && g_test_rand_int_range (0, 8) == 0 ? NAN : draw (shape);
}

static void
add_positive (Table *self, const char *role, gboolean zeros)
{
  double *values = add_values (self, role);

  for (gsize i = 0; i < self->input.n_rows; i++)
    values[i]
      = zeros && g_test_rand_int_range (0, 5) == 0 ? 0 : g_test_rand_int_range (1, 900) / 100.0;
}

static void
add_flag (Table *self, const char *role, gboolean gaps)
{
  double *values = add_values (self, role);

  for (gsize i = 0; i < self->input.n_rows; i++)
    values[i] = gaps && g_test_rand_int_range (0, 8) == 0 ? NAN : g_test_rand_int_range (0, 2);
}

static void
add_category (Table *self, const char *role, guint n)
{
  guint k = self->input.n_columns++;

  self->columns[k] = (RuaInputColumn){ .role = role, .name = role, .codes = self->codes[k],
                                       .labels = labels, .n_labels = n };
  for (gsize i = 0; i < self->input.n_rows; i++)
    self->codes[k][i] = g_test_rand_int_range (0, 40) == 0 ? -1 : g_test_rand_int_range (0, n);
}

static gsize
draw_rows (void)
{
  switch (g_test_rand_int_range (0, 5)) {
  case 0:
    return g_test_rand_int_range (0, 4);
  case 1:
    return g_test_rand_int_range (2, 12);
  default:
    return g_test_rand_int_range (12, MOST_ROWS + 1);
  }
}

/* ---- the comparison ---- */

/* Values below @floor are compared as if they were as large: what sums of large values leave. */

typedef struct {
  guint n_compared;
  guint n_imprecise;
  guint n_reduced;
} Tally;

/* A decimal is no double: as one it is off by half a unit in the last place, which differences of values keep, and
 * sums of whole numbers do not have. */
static double
find_rounding (const Table *table, const char *key, double figure)
{
  double greatest = 0;

  for (guint c = 0; c < table->input.n_columns; c++)
    if ((strcmp (table->columns[c].role, "value") == 0 || strcmp (table->columns[c].role, "numerator") == 0)
        && table->columns[c].values != NULL)
      for (gsize i = 0; i < table->input.n_rows; i++)
        greatest = fmax (greatest, fabs (table->columns[c].values[i]));
  if (strcmp (key, "se") == 0 || strcmp (key, "sd") == 0)
    return greatest * DBL_EPSILON;
  return g_str_has_prefix (key, "var") ? 2 * sqrt (fabs (figure)) * greatest * DBL_EPSILON : 0;
}

/* How many times an estimate its error is has no value to compare where the estimate is 0 but for what numbers of the data
 * are rounded by: as whole numbers over a power of ten they may add up to nothing at all. */
static gboolean
is_of_nothing (RuaFigures *figures, const char *key, double least)
{
  double estimate;

  return g_str_equal (key, "cv_percent") && (!rua_figures_get (figures, "estimate", &estimate) || fabs (estimate) <= least);
}

static void
compare (const char *name,
         const char *options,
         Table *table,
         double tolerance,
         double floor,
         Tally *tally)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = options ? json_from_string (options, &error) : NULL;
  g_autoptr (RuaEstimation) setup = NULL;
  g_autoptr (RuaFigures) dense = NULL;
  const guint64 rooms[] = { 0, MOST_ROWS, 1 << 23 };

  g_assert_no_error (error);
  setup = rua_estimation_new (rua_estimator_find (name), node ? json_node_get_object (node) : NULL,
                              NULL, &error);
  g_assert_no_error (error);
  table->input.columns = table->columns;
  dense = rua_estimation_run (setup, &table->input, NULL, NULL, &error);
  for (guint room = 0; room < G_N_ELEMENTS (rooms); room++) {
    gboolean precise = TRUE;
    g_autoptr (RuaFigures) reduced = reduce (setup, &table->input, rooms[room], &precise);

    if (reduced == NULL)
      return;
    tally->n_reduced++;
    if (!precise) {
      tally->n_imprecise++;
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpuint (rua_figures_get_n_total (dense), ==, rua_figures_get_n_total (reduced));
    g_assert_cmpuint (rua_figures_get_n_used (dense), ==, rua_figures_get_n_used (reduced));
    if (rua_figures_get_n (dense) != rua_figures_get_n (reduced))
      g_error ("%s: %u and %u figures", name, rua_figures_get_n (dense), rua_figures_get_n (reduced));
    for (guint i = 0; i < rua_figures_get_n (dense); i++) {
      const RuaFigure *one = rua_figures_get_nth (dense, i), *other = rua_figures_get_nth (reduced, i);

      /* Totals that are the same, but for rounding, may come in either order. */
      g_assert_cmpuint (strcspn (one->key, "["), ==, strcspn (other->key, "["));
      g_assert_cmpint (strncmp (one->key, other->key, strcspn (one->key, "[")), ==, 0);
      if (is_of_nothing (dense, one->key, tolerance * floor) && is_of_nothing (reduced, one->key, tolerance * floor))
        continue;
      if (g_strcmp0 (one->reason, other->reason) != 0
          || (one->reason == NULL
              && !(fabs (one->value - other->value) <= tolerance * MAX (fabs (one->value), floor)
                                                         + find_rounding (table, one->key, one->value))))
        g_error ("%s %s of %" G_GSIZE_FORMAT " rows: %s is %.17g (%s), by sums with room for %"
                 G_GUINT64_FORMAT " %.17g (%s)", name, options ? options : "", table->input.n_rows,
                 one->key, one->value, one->reason, rooms[room], other->value, other->reason);
      tally->n_compared++;
    }
  }
}

typedef void (*Fill) (Table *table, Shape shape, guint variant);

static void
try_many (const char *name,
          const char *const *options,
          double tolerance,
          double floor,
          guint n_variants,
          Fill fill)
{
  guint n_trials = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 4 : 60;
  Tally tally = { 0 };

  for (guint trial = 0; trial < n_trials; trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++)
      for (guint variant = 0; variant < n_variants; variant++)
        for (guint o = 0; options[o] != NULL; o++) {
          g_autofree Table *table = g_new0 (Table, 1);

          table->input.n_rows = draw_rows ();
          fill (table, shape, variant);
          compare (name, *options[o] != '\0' ? options[o] : NULL, table, tolerance, floor,
                   &tally);
        }
  g_test_message ("%s: %u runs by sums, %u ask for columns, %u figures compared", name,
                  tally.n_reduced, tally.n_imprecise, tally.n_compared);
  g_assert_cmpuint (tally.n_reduced, >, 0);
  /* Asking for the columns is for rare data. */
  g_assert_cmpuint (3 * tally.n_imprecise, <=, tally.n_reduced);
}

static void
fill_value (Table *table, Shape shape, guint variant)
{
  add_number (table, "value", shape, TRUE);
  if (variant > 0)
    add_positive (table, "weight", TRUE);
}

static void
fill_records (Table *table, Shape shape, guint variant)
{
  if (variant == 0)
    add_number (table, "value", shape, TRUE);
}

static void
fill_positive (Table *table, Shape shape, guint variant)
{
  add_positive (table, "value", variant > 0);
}

static void
test_description (void)
{
  static const char *const none[] = { "", NULL };
  static const char *const count[]
    = { "{\"figures\":[\"n_valid\",\"n_total\",\"n_zero\",\"n_negative\",\"n_missing\"]}", NULL };
  static const char *const mean[]
    = { "", "{\"figures\":[\"n\"]}", "{\"figures\":[\"se\"],\"ci_level\":0.5}", NULL };
  static const char *const weighted[] = { "", "{\"figures\":[\"sum_weights\"]}", NULL };

  try_many ("count", count, 0, 1e-9, 2, fill_records);
  try_many ("total", none, 1e-13, 1e6, 2, fill_value);
  try_many ("mean", mean, 1e-11, 1e-9, 1, fill_value);
  /* Products are rounded: where the weighted values cancel, only what is not next to nothing agrees. */
  try_many ("weighted_mean", weighted, 1e-11, 1e-3, 2, fill_value);
  try_many ("geometric_mean", none, 1e-12, 1e-9, 2, fill_positive);
}

static void
fill_distinct (Table *table, Shape shape, guint variant)
{
  add_category (table, "key", 16);
  if (variant & 1)
    add_number (table, "amount", shape, TRUE);
  if (variant & 2)
    add_flag (table, "completed", FALSE);
}

static void
fill_concentration (Table *table, Shape shape, guint variant)
{
  add_category (table, "unit", 12);
  if (shape == SMALL)
    add_number (table, "amount", shape, FALSE);
  else
    add_positive (table, "amount", variant > 0);
}

static void
fill_market (Table *table, Shape shape, guint variant)
{
  add_category (table, "period", 4);
  add_category (table, "item", 9);
  /* What is below 0 the engine finds itself. */
  add_positive (table, "price", variant > 0);
  add_positive (table, "quantity", shape == SMALL);
}

static void
test_cells (void)
{
  static const char *const none[] = { "", NULL };
  static const char *const list[] = { "", "{\"list\":3}", "{\"figures\":[\"cr3\"]}", NULL };
  static const char *const direct[] = { "{\"base\":\"a\",\"current\":\"c\"}", NULL };
  static const char *const chained[]
    = { "{\"periods\":[\"a\",\"b\",\"d\"],\"formula\":\"tornqvist\"}", "{\"periods\":[\"c\"]}", NULL };

  try_many ("distinct_count", none, 1e-12, 1e-9, 4, fill_distinct);
  /* The normalised index is a difference, of which rounding leaves what it took from the terms. */
  try_many ("concentration", list, 1e-12, 1e-3, 2, fill_concentration);
  try_many ("price_index", direct, 1e-12, 1e-9, 2, fill_market);
  try_many ("price_index_chained", chained, 1e-12, 1e-9, 2, fill_market);
}

static void
fill_ratio (Table *table, Shape shape, guint variant)
{
  add_number (table, "numerator", shape, TRUE);
  add_positive (table, "denominator", TRUE);
  if (variant > 0)
    add_positive (table, "weight", TRUE);
}

static void
fill_flag (Table *table, Shape shape, guint variant)
{
  add_flag (table, "value", TRUE);
}

static void
fill_two_flags (Table *table, Shape shape, guint variant)
{
  add_flag (table, "value", TRUE);
  add_flag (table, "group", variant > 0);
}

static void
fill_participation (Table *table, Shape shape, guint variant)
{
  add_flag (table, "exempt", TRUE);
  add_flag (table, "participated", variant > 0);
}

static void
test_ratios (void)
{
  static const char *const none[] = { "", NULL };
  static const char *const ratio[]
    = { "", "{\"ci_dist\":\"normal\"}", "{\"figures\":[\"n\"]}", NULL };

  /* An end of an interval may be next to nothing beside the ratio. */
  try_many ("ratio_of_totals", ratio, 1e-11, 1e-3, 2, fill_ratio);
  try_many ("proportion", none, 1e-12, 1e-9, 1, fill_flag);
  try_many ("two_proportions", none, 1e-12, 1e-9, 2, fill_two_flags);
  try_many ("participation_rate", none, 1e-12, 1e-9, 2, fill_participation);
}

static void
fill_pairs (Table *table, Shape shape, guint variant)
{
  add_number (table, "before", shape, TRUE);
  add_number (table, "after", variant == 1 ? SMALL : shape, TRUE);
  if (variant == 2) /* changes that do not vary */
    for (gsize i = 0; i < table->input.n_rows; i++)
      table->values[1][i] = table->values[0][i] + 2;
}

static void
fill_flags (Table *table, Shape shape, guint variant)
{
  add_flag (table, "before", TRUE);
  add_flag (table, "after", TRUE);
}

static void
fill_difference (Table *table, Shape shape, guint variant)
{
  add_number (table, "value", shape, TRUE);
  add_flag (table, "group", variant > 0);
  if (variant == 2) /* one group is constant */
    for (gsize i = 0; i < table->input.n_rows; i++)
      if (table->values[1][i] == 1)
        table->values[0][i] = 7.3;
}

static void
test_changes (void)
{
  static const char *const none[] = { "", NULL };
  static const char *const paired[]
    = { "", "{\"figures\":[\"ratio_of_means\",\"n_pairs\"]}", "{\"figures\":[\"p_value\"]}", NULL };
  static const char *const difference[] = { "", "{\"pooled\":true}", NULL };

  try_many ("paired_change", paired, 1e-9, 1e-2, 3, fill_pairs);
  try_many ("sign_test", none, 1e-12, 1e-9, 1, fill_pairs);
  try_many ("mcnemar", none, 1e-12, 1e-9, 1, fill_flags);
  try_many ("mean_difference", difference, 1e-10, 1e-3, 3, fill_difference);
}

static void
fill_poverty (Table *table, Shape shape, guint variant)
{
  add_number (table, "value", shape, TRUE);
  if (variant & 1)
    add_positive (table, "weight", TRUE);
  if (variant & 2)
    add_category (table, "psu", 16);
  if (variant & 4)
    add_category (table, "stratum", 2);
}

static void
test_poverty (void)
{
  static const char *const lines[]
    = { "{\"line\":1.5}", "{\"line\":2,\"poor_if\":\"at_or_below\"}",
        "{\"line\":9000,\"figures\":[\"fgt1\",\"fgt2\"]}", "{\"line\":1.5,\"figures\":[\"fgt2\",\"se2\"]}",
        "{\"line\":2,\"figures\":[\"fgt0\",\"n_poor\"]}",
        "{\"line\":2,\"figures\":[\"fgt1\",\"mean_shortfall_poor\"]}", "{\"line\":-1}", "{\"line\":0}", NULL };

  try_many ("poverty_fgt", lines, 1e-10, 10, 8, fill_poverty);
}

static void
fill_did (Table *table, Shape shape, guint variant)
{
  add_number (table, "outcome", shape, TRUE);
  add_flag (table, "treated", FALSE);
  add_flag (table, "post", TRUE);
  if (variant & 1)
    add_category (table, "cluster", 16);
  if (variant & 2)
    add_positive (table, "weight", TRUE);
}

static void
fill_did_positive (Table *table, Shape shape, guint variant)
{
  add_positive (table, "outcome", variant > 1);
  add_flag (table, "treated", FALSE);
  add_flag (table, "post", FALSE);
  add_category (table, "cluster", 16);
}

static void
test_did (void)
{
  static const char *const none[]
    = { "", "{\"figures\":[\"estimate\",\"se_cr1\",\"n_clusters\"]}",
        "{\"figures\":[\"p_cr2\",\"cell_mean[\",\"ci_low_cr1\"]}", NULL };
  static const char *const logs[] = { "{\"log\":true}", "{\"log\":true,\"figures\":[\"se_cr1\"]}", NULL };

  try_many ("did_2x2", none, 1e-9, 1e-3, 4, fill_did);
  try_many ("did_2x2", logs, 1e-9, 1e-3, 2, fill_did_positive);
}

static void
fill_survey (Table *table, Shape shape, guint variant)
{
  add_number (table, "value", shape, TRUE);
  add_category (table, "psu", 16);
  if (variant & 1)
    add_positive (table, "weight", TRUE);
  if (variant & 2)
    add_category (table, "stratum", 3);
}

static void
fill_survey_ratio (Table *table, Shape shape, guint variant)
{
  fill_survey (table, shape, variant);
  table->columns[0].role = "numerator";
  add_number (table, "denominator", CENTS, TRUE);
}

static void
fill_survey_share (Table *table, Shape shape, guint variant)
{
  fill_survey (table, shape, variant);
  for (gsize i = 0; i < table->input.n_rows; i++)
    if (!isnan (table->values[0][i]))
      table->values[0][i] = g_test_rand_int_range (0, 2);
}

static void
test_survey (void)
{
  static const char *const numbers[]
    = { "{\"statistic\":\"mean\"}", "{\"statistic\":\"total\",\"lonely\":\"adjust\"}",
        "{\"statistic\":\"mean\",\"lonely\":\"average\",\"figures\":[\"estimate\",\"se\"]}",
        "{\"statistic\":\"total\",\"lonely\":\"remove\",\"figures\":[\"se\",\"n\"]}", NULL };
  static const char *const shares[]
    = { "{\"statistic\":\"proportion\"}", "{\"statistic\":\"proportion\",\"lonely\":\"certainty\"}", NULL };
  static const char *const ratios[]
    = { "{\"statistic\":\"ratio\"}", "{\"statistic\":\"ratio\",\"lonely\":\"adjust\"}", NULL };

  try_many ("survey_estimate", numbers, 1e-9, 1e-3, 4, fill_survey);
  /* Where all are alike columns leave what they were rounded by. */
  try_many ("survey_estimate", shares, 1e-11, 0.1, 4, fill_survey_share);
  try_many ("survey_estimate", ratios, 1e-9, 1e-3, 4, fill_survey_ratio);
}

/* Of a ratio of values that are nearly as large as each other sums lose nothing. */
static void
test_survey_offset (void)
{
  g_autofree Table *table = g_new0 (Table, 1);
  g_autoptr (JsonNode) node = json_from_string ("{\"statistic\":\"ratio\"}", NULL);
  g_autoptr (RuaEstimation) setup
    = rua_estimation_new (rua_estimator_find ("survey_estimate"), json_node_get_object (node), NULL, NULL);
  g_autoptr (RuaFigures) reduced = NULL;
  long double above = 0, below = 0, totals[16] = { 0 }, squares = 0;
  double *y, *x, *w, estimate, se;
  gboolean precise;

  table->input.n_rows = MOST_ROWS;
  y = add_values (table, "numerator");
  x = add_values (table, "denominator");
  w = add_values (table, "weight");
  add_category (table, "psu", 16);
  for (guint i = 0; i < MOST_ROWS; i++) {
    y[i] = draw (OFFSET);
    x[i] = draw (OFFSET);
    w[i] = g_test_rand_int_range (1, 9);
    table->codes[3][i] = (gint32) i % 16;
    above += (long double) w[i] * (y[i] - x[i]); /* which is exact */
    below += (long double) w[i] * x[i];
  }
  for (guint i = 0; i < MOST_ROWS; i++)
    totals[i % 16] += w[i] * ((long double) (y[i] - x[i]) - above / below * x[i]) / below;
  for (guint u = 0; u < 16; u++)
    squares += totals[u] * totals[u];
  table->input.columns = table->columns;
  reduced = reduce (setup, &table->input, 0, &precise);
  g_assert_true (precise);
  g_assert_true (rua_figures_get (reduced, "estimate", &estimate));
  g_assert_true (rua_figures_get (reduced, "se", &se));
  g_assert_cmpfloat_with_epsilon (estimate, (double) (1 + above / below), 1e-15);
  g_assert_cmpfloat_with_epsilon (se / (double) sqrtl (squares * 16 / 15), 1, 1e-9);
}

/* A proportion of what is no flag is refused by its sums as well. */
static void
test_survey_refused (void)
{
  g_autofree Table *table = g_new0 (Table, 1);
  g_autoptr (JsonNode) node = json_from_string ("{\"statistic\":\"proportion\"}", NULL);
  g_autoptr (RuaEstimation) setup
    = rua_estimation_new (rua_estimator_find ("survey_estimate"), json_node_get_object (node), NULL, NULL);
  gboolean precise;

  table->input.n_rows = 50;
  fill_survey_share (table, SMALL, 1);
  table->input.columns = table->columns;
  for (guint turn = 0; turn < 2; turn++) {
    g_autoptr (RuaFigures) reduced = NULL;

    table->values[0][0] = turn == 0 ? 1 : 0.5;
    table->codes[1][0] = 3;
    table->values[2][0] = 1;
    reduced = reduce (setup, &table->input, 0, &precise);
    g_assert_cmpint (precise, ==, turn == 0);
  }
}

/* A mean of 1e9 whose values lie a thousandth apart keeps its variance, and one value repeated has
 * none. */
static void
test_cancelling (void)
{
  static const char *const figures = "{\"figures\":[\"sd\",\"se\"]}";
  g_autofree Table *table = g_new0 (Table, 1);
  g_autoptr (JsonNode) node = json_from_string (figures, NULL);
  g_autoptr (RuaEstimation) setup
    = rua_estimation_new (rua_estimator_find ("mean"), json_node_get_object (node), NULL, NULL);
  g_autoptr (RuaFigures) reduced = NULL;
  double *values, sd, mean;
  gboolean precise;

  table->input.n_rows = 100;
  values = add_values (table, "value");
  for (guint i = 0; i < 100; i++)
    values[i] = 1e9 + (i % 2) / 1024.0;
  table->input.columns = table->columns;
  reduced = reduce (setup, &table->input, 0, &precise);
  g_assert_true (precise);
  g_assert_true (rua_figures_get (reduced, "sd", &sd));
  g_assert_cmpfloat_with_epsilon (sd, sqrt (100 / 99.0) / 2048, 1e-16);
  g_clear_pointer (&reduced, rua_figures_free);
  for (guint i = 0; i < 100; i++)
    values[i] = 1e9 + 0.1;
  reduced = reduce (setup, &table->input, 0, &precise);
  g_assert_true (precise);
  g_assert_true (rua_figures_get (reduced, "sd", &sd));
  g_assert_true (rua_figures_get (reduced, "mean", &mean));
  g_assert_cmpfloat (sd, ==, 0);
  g_assert_cmpfloat (mean, ==, 1e9 + 0.1);
}

/* Where sums have left the range of numbers, or nearly all of them goes off, errors of poverty are left to the columns:
 * what sums tell would be 0, or have no digit. */
static void
test_poverty_lost (void)
{
  static const struct {
    const char *options;
    double values[4];
    double weights[4];
  } cases[] = {
    { "{\"line\":1}", { -1e80, 1e80, -2e80, 3 }, { 1, 1, 1, 1 } },
    { "{\"line\":1}", { 0.5, 0.25, 2, 3 }, { 1e-170, 1e-170, 2e-170, 1e-170 } },
    { "{\"line\":5}", { 1, 1, 1, 9 }, { 1e7, 1e7, 1e7, 1e-3 } },
  };

  for (guint k = 0; k < 2 * G_N_ELEMENTS (cases); k++) {
    g_autofree Table *table = g_new0 (Table, 1);
    g_autoptr (JsonNode) node = json_from_string (cases[k / 2].options, NULL);
    g_autoptr (RuaEstimation) setup
      = rua_estimation_new (rua_estimator_find ("poverty_fgt"), json_node_get_object (node), NULL, NULL);
    g_autoptr (RuaFigures) reduced = NULL;
    double *values, *weights;
    gboolean precise;

    table->input.n_rows = 4;
    values = add_values (table, "value");
    weights = add_values (table, "weight");
    memcpy (values, cases[k / 2].values, sizeof cases->values);
    memcpy (weights, cases[k / 2].weights, sizeof cases->weights);
    if (k % 2 == 1)
      add_category (table, "psu", 16);
    for (guint i = 0; i < 4 && k % 2 == 1; i++)
      table->codes[table->input.n_columns - 1][i] = (gint32) i;
    table->input.columns = table->columns;
    reduced = reduce (setup, &table->input, 0, &precise);
    g_assert_nonnull (reduced);
    g_assert_false (precise);
  }
}

/* Next to the ends of the range of numbers sums ask for the columns, or tell what those do in any unit. */
static void
test_scale (void)
{
  static const struct {
    const char *metric;
    const char *roles[4]; /* the first is scaled by the one, those that are weights by the other */
    const char *keys[6];
  } cases[] = {
    { "weighted_mean", { "value", "weight" }, { "se", "n_effective", "kish_deff" } },
    { "weighted_mean", { "value", "weight" }, { "mean" } },
    { "ratio_of_totals", { "numerator", "denominator", "weight" }, { "ratio", "se" } },
    { "ratio_of_totals", { "numerator", "denominator", "weight" }, { "ratio" } },
    { "survey_estimate", { "value", "psu", "weight" }, { "estimate", "se", "df" } },
    { "mean_difference", { "value", "group" }, { "difference", "se", "df", "p_value" } },
    { "did_2x2",
      { "outcome", "treated", "post", "weight" },
      { "estimate", "se_classical", "se_hc1" } },
  };
  static const double factors[]
    = { 1, 1e-20, 1e20, 1e-60, 1e60, 1e-81, 1e77, 1e-150, 1e150, 1e-250, 1e250 };
  guint n_precise = 0, n_asked = 0;

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++) {
    g_autoptr (GString) figures = g_string_new ("{\"figures\":[");
    g_autoptr (JsonNode) node = NULL;
    g_autoptr (RuaEstimation) setup = NULL;
    double plain[6] = { 0 };

    for (guint k = 0; k < 6 && cases[c].keys[k] != NULL; k++)
      g_string_append_printf (figures, "%s\"%s\"", k > 0 ? "," : "", cases[c].keys[k]);
    g_string_append (figures, "]}");
    node = json_from_string (figures->str, NULL);
    setup = rua_estimation_new (rua_estimator_find (cases[c].metric), json_node_get_object (node),
                                NULL, NULL);
    for (guint a = 0; a < G_N_ELEMENTS (factors); a++)
      for (guint b = 0; b < G_N_ELEMENTS (factors); b++) {
        g_autofree Table *table = g_new0 (Table, 1);
        g_autoptr (RuaFigures) sums = NULL, whole = NULL;
        gboolean precise;
        GError *error = NULL;

        table->input.n_rows = 16;
        for (guint r = 0; r < 4 && cases[c].roles[r] != NULL; r++) {
          gboolean unit = g_str_equal (cases[c].roles[r], "psu");
          double *values = unit ? NULL : add_values (table, cases[c].roles[r]);
          gboolean weighs = g_str_equal (cases[c].roles[r], "weight");
          gboolean flag = strstr ("group treated post", cases[c].roles[r]) != NULL;

          if (unit)
            add_category (table, "psu", 5);
          for (guint i = 0; i < 16 && unit; i++)
            table->codes[table->input.n_columns - 1][i] = i % 5;
          for (guint i = 0; i < 16 && !unit; i++)
            values[i] = flag     ? (g_str_equal (cases[c].roles[r], "post") ? i / 2 % 2 : i % 2)
                        : weighs ? (1 + i % 3) * factors[b]
                                 : (1 + (i * i * 7 + r * i) % 11) * (r == 0 ? factors[a] : 1);
        }
        table->input.columns = table->columns;
        sums = reduce (setup, &table->input, 0, &precise);
        whole = rua_estimation_run (setup, &table->input, NULL, NULL, &error);
        g_assert_no_error (error);
        n_precise += precise;
        n_asked += !precise;
        for (guint k = 0; k < 6 && cases[c].keys[k] != NULL; k++) {
          const char *key = cases[c].keys[k];
          gboolean bare = strstr ("n_effective kish_deff df p_value", key) != NULL;
          double by = bare ? 1 : factors[a], seen, told;

          g_assert_true (rua_figures_get (whole, key, &seen));
          if (a == 0 && b == 0)
            plain[k] = seen;
          g_assert_cmpfloat (plain[k], !=, 0);
          if (!(fabs (seen / by / plain[k] - 1) < 1e-12))
            g_error ("%s of %s at %g, %g is %.17g", key, cases[c].metric, factors[a], factors[b],
                     seen);
          if (precise
              && !(rua_figures_get (sums, key, &told) && fabs (told / by / plain[k] - 1) < 1e-11))
            g_error ("%s of %s at %g, %g is %.17g by sums", key, cases[c].metric, factors[a],
                     factors[b], told);
        }
      }
  }
  /* Where nothing is near the ends, nobody asks. */
  g_assert_cmpuint (n_precise, >, 100);
  g_assert_cmpuint (n_asked, >, 100);
}

/* Of all runs before it, some were of each form, be there few on a slow machine. */
static void
test_all_forms (void)
{
  for (guint form = 0; form < 3; form++)
    g_assert_cmpuint (n_forms[form], >, 10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reduction/description", test_description);
  g_test_add_func ("/reduction/cells", test_cells);
  g_test_add_func ("/reduction/ratios", test_ratios);
  g_test_add_func ("/reduction/changes", test_changes);
  g_test_add_func ("/reduction/poverty", test_poverty);
  g_test_add_func ("/reduction/did", test_did);
  g_test_add_func ("/reduction/survey", test_survey);
  g_test_add_func ("/reduction/survey-offset", test_survey_offset);
  g_test_add_func ("/reduction/survey-refused", test_survey_refused);
  g_test_add_func ("/reduction/cancelling", test_cancelling);
  g_test_add_func ("/reduction/poverty-lost", test_poverty_lost);
  g_test_add_func ("/reduction/scale", test_scale);
  g_test_add_func ("/reduction/all-forms", test_all_forms);
  return g_test_run ();
}
