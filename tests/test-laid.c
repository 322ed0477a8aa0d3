/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns that are laid out for an estimator, and values that are picked, hold the numbers of the rows to the bit,
 * as whole numbers in four bytes or as they are: every quantile is one of them. */
#include "metrics-case.h"

#include "rua-measure.h"
#include "rua-moments-private.h"
#include "rua-parallel.h"
#include "rua-result-private.h"
#include "rua-scan-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_HOUSEHOLDS 900
#define N_INCOMES 3000
#define N_PROBS 12
#define N_YEARS 3
/* More than are made ready in one go. */
#define MANY_HOUSEHOLDS ((1u << 19) + 77)

typedef enum {
  CENTS,     /* packed: few bytes */
  MILLIONTHS,
  NEGATIVE,
  JUST,      /* whole numbers that just fit */
  TOO_MANY,  /* and that do not */
  ANY,       /* not whole over anything */
  MIXED,     /* one among many is not */
  CONSTANT,
  SHAPES
} Shape;

static double
draw (Shape shape, guint i)
{
  gint32 word = g_test_rand_int ();

  switch (shape) {
  case CENTS:
    return abs (word % 500000) / 100.0;
  case MILLIONTHS:
    return abs (word % 1000000000) / 1e6;
  case NEGATIVE:
    return word % 70000 / 10.0;
  case JUST:
    return i == 7 ? 2147483647.0 : i == 8 ? -2147483647.0 : (double) word;
  case TOO_MANY:
    return i == 7 ? 2147483648.0 : (double) word;
  case ANY:
    return g_test_rand_double () * 1000;
  case MIXED:
    return i == 11 ? 1 / 3.0 : word % 1000 / 100.0;
  default:
    return 12.5;
  }
}

static guint
find_field (RuaTable *table, const char *name)
{
  return rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), name));
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double s = *(const double *) a, t = *(const double *) b;

  return (s > t) - (s < t);
}

/* Households with weights, some unknown, and incomes of theirs; what the weights are is told in order. */
static RuaAlliance *
fill (Shape shape, GArray *own, GArray *followed, GArray *const *years)
{
  RuaAlliance *alliance = case_empty ();
  RuaTable *households = rua_alliance_get_table (alliance, "household"),
           *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) first = rua_table_append (households), second = rua_table_append (incomes);
  g_autofree double *weights = g_new (double, N_HOUSEHOLDS);
  guint weight = find_field (households, "weight"), household = find_field (incomes, "household"),
        year = find_field (incomes, "year");
  g_autoptr (GError) error = NULL;
  char id[20];

  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    weights[i] = i > 20 && g_test_rand_int_range (0, 8) == 0 ? NAN : draw (shape, i);
    g_snprintf (id, sizeof id, "h%u", i);
    rua_appender_set_text (first, 0, id, -1, &error);
    if (!isnan (weights[i])) {
      rua_appender_set_number (first, weight, weights[i], &error);
      g_array_append_val (own, weights[i]);
    }
    rua_appender_end_row (first);
  }
  rua_appender_commit (first, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_INCOMES; i++) {
    guint of = (guint) g_test_rand_int_range (0, N_HOUSEHOLDS);

    g_snprintf (id, sizeof id, "h%u", of);
    rua_appender_set_reference (second, household, id, -1, &error);
    rua_appender_set_integer (second, year, 2014 + i % N_YEARS, &error);
    if (!isnan (weights[of])) {
      g_array_append_val (followed, weights[of]);
      g_array_append_val (years[i % N_YEARS], weights[of]);
    }
    rua_appender_end_row (second);
  }
  rua_appender_commit (second, &error);
  g_assert_no_error (error);
  g_array_sort (own, compare_numbers);
  g_array_sort (followed, compare_numbers);
  for (guint y = 0; y < N_YEARS; y++)
    g_array_sort (years[y], compare_numbers);
  return alliance;
}

/* The next rank that none before it is: what is asked for twice is given once. */
static guint
pass_repeated (const guint *ranks, guint at)
{
  for (guint k = 0; at < N_PROBS && k < at; k++)
    if (ranks[k] == ranks[at])
      return pass_repeated (ranks, at + 1);
  return at;
}

static void
check_quantiles (RuaAlliance *alliance, const char *id, const char *table, const char *value, const char *begin,
                 GArray *sorted)
{
  g_autoptr (GString) options = g_string_new (begin);
  g_autofree char *columns = g_strdup_printf ("{\"value\":\"%s\"}", value);
  g_autoptr (RuaRecord) metric = NULL;
  g_autoptr (RuaResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint ranks[N_PROBS], at = 0;

  for (guint k = 0; k < N_PROBS; k++) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    ranks[k] = k == 0 ? 0 : k + 1 == N_PROBS ? sorted->len - 1 : (guint) g_test_rand_int_range (0, sorted->len);
    g_string_append_printf (options, "%s%s", k > 0 ? "," : "",
                            g_ascii_dtostr (text, sizeof text, (ranks[k] + 0.5) / sorted->len));
  }
  g_string_append (options, "]}");
  case_add (alliance, "metric", "id", id, "estimator", "quantile", "table", table, "columns", columns, "options",
            options->str, NULL);
  metric = rua_alliance_find (alliance, "metric", id);
  result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_result_get_n_used (result), ==, sorted->len);
  for (guint i = 0; rua_result_get_keys (result)[i] != NULL; i++) {
    const char *key = rua_result_get_keys (result)[i];
    double found;

    if (!g_str_has_prefix (key, "q["))
      continue;
    g_assert_true (rua_result_get_named (result, key, &found));
    g_assert_cmpfloat (found, ==, g_array_index (sorted, double, ranks[at]));
    g_assert_true (found != 0 || !signbit (found));
    at = pass_repeated (ranks, at + 1);
  }
  g_assert_cmpuint (at, ==, N_PROBS);
}

/* Groups lie one behind the other. */
static void
check_groups (RuaAlliance *alliance, GArray *const *years)
{
  static const double probs[] = { 0.25, 0.5, 0.75 };
  g_autoptr (GListModel) groups = NULL;
  g_autoptr (RuaRecord) metric = NULL;
  g_autoptr (GError) error = NULL;

  case_add (alliance, "metric", "id", "years", "estimator", "quantile", "table", "incomes", "by", "year", "columns",
            "{\"value\":\"household.weight\"}", "options", "{\"probs\":[0.25,0.5,0.75]}", NULL);
  metric = rua_alliance_find (alliance, "metric", "years");
  groups = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (groups), ==, N_YEARS);
  for (guint y = 0; y < N_YEARS; y++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, y);

    g_assert_cmpuint (rua_result_get_n_used (result), ==, years[y]->len);
    for (guint i = 0; i < G_N_ELEMENTS (probs); i++) {
      g_autofree char *key = g_strdup_printf ("q[%g]", probs[i]);
      double found;

      g_assert_true (rua_result_get_named (result, key, &found));
      g_assert_cmpfloat (found, ==,
                         rua_quantile_sorted ((const double *) (gpointer) years[y]->data, years[y]->len, probs[i], 7));
    }
  }
}
#define TYPE_1 "{\"type\":1,\"probs\":["
#define BY_PRODUCER "{\"pair_by\":\"producer\",\"type\":1,\"probs\":["

static void
test_quantiles (void)
{
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") != NULL ? 1 : 4); trial++)
    for (guint shape = 0; shape < SHAPES; shape++) {
      g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) followed = g_array_new (FALSE, FALSE, sizeof (double));
      GArray *years[N_YEARS];
      g_autoptr (RuaAlliance) alliance = NULL;

      for (guint y = 0; y < N_YEARS; y++)
        years[y] = g_array_new (FALSE, FALSE, sizeof (double));
      alliance = fill (shape, own, followed, years);

      rua_set_n_threads (trial % 2 == 0 ? 1 : 4);
      check_quantiles (alliance, "own", "households", "weight", TYPE_1, own);
      check_quantiles (alliance, "followed", "incomes", "household.weight", TYPE_1, followed);
      check_groups (alliance, years);
      for (guint y = 0; y < N_YEARS; y++)
        g_array_unref (years[y]);
    }
  rua_set_n_threads (0);
}

typedef struct {
  guint32 n_households;
  double *masses[2]; /* by household, what is not certified and what is; NaN: unknown, or no such sale */
  double *weights;   /* by household */
  gboolean *sells;   /* by household: something that is certified */
} Market;

static void
draw_market (Market *self, Shape shape, guint32 n_households)
{
  self->n_households = n_households;
  self->weights = g_new (double, n_households);
  self->sells = g_new0 (gboolean, n_households);
  for (guint k = 0; k < 2; k++)
    self->masses[k] = g_new (double, n_households);
  for (guint32 i = 0; i < n_households; i++) {
    self->weights[i] = draw (shape, i);
    for (guint k = 0; k < 2; k++)
      self->masses[k][i] = i > 20 && g_test_rand_int_range (0, 4) == 0 ? NAN : draw (shape, i);
    if (i > 20 && shape == NEGATIVE && i % 50 == 0)
      self->masses[1][i] = -0.0;
  }
}

static void
market_clear (Market *self)
{
  g_free (self->weights);
  g_free (self->sells);
  g_free (self->masses[0]);
  g_free (self->masses[1]);
}

/* Sales in no order; a few households sell nothing, and a few do not know the mass. */
static RuaAlliance *
make_market (Market *self)
{
  RuaAlliance *alliance = case_empty ();
  RuaTable *households = rua_alliance_get_table (alliance, "household"),
           *sales = rua_alliance_get_table (alliance, "sale");
  g_autoptr (RuaAppender) first = rua_table_append (households), second = rua_table_append (sales);
  guint weight = find_field (households, "weight"), producer = find_field (sales, "producer"),
        mass = find_field (sales, "mass"), certified = find_field (sales, "certified");
  guint32 n = self->n_households, step = 7919; /* a prime, so that each household comes once */
  g_autoptr (GError) error = NULL;
  char id[20];

  for (guint32 i = 0; i < n; i++) {
    g_snprintf (id, sizeof id, "h%u", i);
    rua_appender_set_text (first, 0, id, -1, &error);
    rua_appender_set_number (first, weight, self->weights[i], &error);
    rua_appender_end_row (first);
  }
  rua_appender_commit (first, &error);
  g_assert_no_error (error);
  for (guint64 s = 0; s < 2 * (guint64) n; s++) {
    guint32 of = (guint32) (s * step % n);
    guint k = s >= n;

    if (isnan (self->masses[k][of]) && g_test_rand_bit ())
      continue;
    g_snprintf (id, sizeof id, "h%u", of);
    rua_appender_set_reference (second, producer, id, -1, &error);
    rua_appender_set_boolean (second, certified, k == 1, &error);
    if (!isnan (self->masses[k][of]))
      rua_appender_set_number (second, mass, self->masses[k][of], &error);
    rua_appender_end_row (second);
    self->sells[of] |= k == 1;
  }
  rua_appender_commit (second, &error);
  g_assert_no_error (error);
  return alliance;
}

static void
check_total (RuaAlliance *alliance, const char *id, const char *value, double want, double size)
{
  g_autofree char *columns = g_strdup_printf ("{\"value\":\"%s\"}", value);
  g_autoptr (RuaRecord) metric = NULL;
  g_autoptr (RuaResult) result = NULL;
  g_autoptr (GError) error = NULL;
  double found;

  case_add (alliance, "metric", "id", id, "estimator", "total", "table", "sales", "columns", columns, "options",
            "{\"pair_by\":\"producer\"}", NULL);
  metric = rua_alliance_find (alliance, "metric", id);
  result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rua_result_get_estimate (result, &found));
  g_assert_cmpfloat_with_epsilon (found, want, 1e-12 * size);
}

static void
check_market (Market *self)
{
  g_autoptr (RuaAlliance) alliance = make_market (self);
  g_autoptr (GArray) plain = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) certified = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) weights = g_array_new (FALSE, FALSE, sizeof (double));
  double difference = 0, size = 1;

  for (guint32 i = 0; i < self->n_households; i++) {
    if (!isnan (self->masses[0][i]))
      g_array_append_val (plain, self->masses[0][i]);
    if (!isnan (self->masses[1][i]))
      g_array_append_val (certified, self->masses[1][i]);
    if (self->sells[i])
      g_array_append_val (weights, self->weights[i]);
    if (!isnan (self->masses[0][i]) && !isnan (self->masses[1][i])) {
      difference += self->masses[1][i] - 2 * self->masses[0][i];
      size += fabs (self->masses[1][i]) + 2 * fabs (self->masses[0][i]);
    }
  }
  g_array_sort (plain, compare_numbers);
  g_array_sort (certified, compare_numbers);
  g_array_sort (weights, compare_numbers);
  check_quantiles (alliance, "plain", "sales", "mass[not certified]", BY_PRODUCER, plain);
  check_quantiles (alliance, "certified", "sales", "mass[certified]", BY_PRODUCER, certified);
  check_quantiles (alliance, "weights", "sales", "producer.weight[certified]", BY_PRODUCER, weights);
  check_total (alliance, "difference", "mass[certified] - 2 * mass[not certified]", difference, size);
}

static void
test_picked (void)
{
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") != NULL ? 1 : 3); trial++)
    for (guint shape = 0; shape < SHAPES; shape++) {
      Market market;

      rua_set_n_threads (trial % 2 == 0 ? 1 : 4);
      draw_market (&market, shape, N_HOUSEHOLDS);
      check_market (&market);
      market_clear (&market);
    }
  rua_set_n_threads (0);
}

static void
test_many_picked (void)
{
  Market market;

  if (g_getenv ("RUA_SLOW_MACHINE") != NULL) {
    g_test_skip ("too many for a slow machine");
    return;
  }
  rua_set_n_threads (2);
  draw_market (&market, CENTS, MANY_HOUSEHOLDS);
  check_market (&market);
  market_clear (&market);
  rua_set_n_threads (0);
}

/* What all rows of a household must agree in is compared to the last digit. */
static void
test_agreeing (void)
{
  static const struct {
    Shape shape;
    double other; /* than 12.5 in the first place */
  } cases[] = { { CENTS, 12.51 }, { MILLIONTHS, 12.500001 }, { NEGATIVE, -12.5 }, { ANY, 12.500000000000002 } };

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    for (guint differs = 0; differs < 2; differs++) {
      Market market;
      g_autoptr (RuaAlliance) alliance = NULL;
      g_autoptr (RuaRecord) metric = NULL;
      g_autoptr (RuaResult) result = NULL;
      g_autoptr (GError) error = NULL;

      draw_market (&market, cases[c].shape, 200);
      memcpy (market.masses[1], market.masses[0], 200 * sizeof (double));
      market.masses[0][5] = 12.5;
      market.masses[1][5] = differs ? cases[c].other : 12.5;
      alliance = make_market (&market);
      case_add (alliance, "metric", "id", "m", "estimator", "mean", "table", "sales", "columns",
                "{\"value\":\"case when mass[certified] > -1e10 then mass end\"}", "options",
                "{\"pair_by\":\"producer\"}", NULL);
      metric = rua_alliance_find (alliance, "metric", "m");
      result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
      if (differs)
        g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
      else
        g_assert_no_error (error);
      market_clear (&market);
    }
}

/* What is read of a role, wherever it begins. */
static void
test_read (void)
{
  double numbers[] = { 0.5, -3.25, 7 }, room[4];
  guint32 words[] = { 0, 5, 11, G_MAXUINT32, 4294967294u };
  RuaScanRole plain = { .vector = numbers },
              packed = { .vector = words, .packed = TRUE, .offset = 5, .divisor = 10 };

  g_assert_true (rua_scan_role_read (&plain, 1, 2, room) == numbers + 1);
  g_assert_true (rua_scan_role_read (&packed, 0, 4, room) == room);
  g_assert_cmpfloat (room[0], ==, -0.5);
  g_assert_cmpfloat (room[1], ==, 0);
  g_assert_cmpfloat (room[2], ==, 0.6);
  g_assert_true (isnan (room[3]));
  rua_scan_role_read (&packed, 2, 3, room);
  g_assert_cmpfloat (room[0], ==, 0.6);
  g_assert_true (isnan (room[1]));
  g_assert_cmpfloat (room[2], ==, 4294967289.0 / 10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/laid/quantiles", test_quantiles);
  g_test_add_func ("/laid/picked", test_picked);
  g_test_add_func ("/laid/many-picked", test_many_picked);
  g_test_add_func ("/laid/agreeing", test_agreeing);
  g_test_add_func ("/laid/read", test_read);
  return g_test_run ();
}
