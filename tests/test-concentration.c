/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How concentrated amounts are, against what sorting them says: any number of units, many of them equal, and any
 * number listed; and each figure is the same to the bit whichever others are wanted with it. */
#include "random-trials.h"
#include "rua-estimator-options-private.h"
#include "rua-figures-private.h"
#include "rua-special-private.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define MOST_UNITS 1700

typedef struct {
  guint n;
  double totals[MOST_UNITS];
  char *labels[MOST_UNITS + 1];
  gint32 codes[MOST_UNITS];
} Units;

typedef enum { EVEN, TIES, FEW_BITS, SIGNS, SHAPES } Shape;

static double
draw (Shape shape)
{
  switch (shape) {
  case TIES:
    return g_test_rand_int_range (0, 4);
  case FEW_BITS:
    return ldexp (1, g_test_rand_int_range (-3, 3));
  case SIGNS:
    return g_test_rand_double_range (-1, 3);
  default:
    return g_test_rand_double_range (0, 1e6);
  }
}

static void
units_draw (Units *self, guint n, Shape shape)
{
  self->n = n;
  for (guint u = 0; u < n; u++) {
    self->totals[u] = draw (shape);
    self->codes[u] = (gint32) u;
    /* Not in the order of the units. */
    self->labels[u] = g_strdup_printf ("u%05u", u * 7919 % 10007);
  }
  self->labels[n] = NULL;
}

static void
units_clear (Units *self)
{
  for (guint u = 0; u < self->n; u++)
    g_free (self->labels[u]);
}

static RuaFigures *
ask (const Units *self, const char *options)
{
  g_autoptr (RuaEstimation) setup = NULL;
  RuaInputColumn columns[2] = {
    { .role = "unit", .name = "unit", .codes = self->codes, .labels = (const char *const *) self->labels,
      .n_labels = self->n },
    { .role = "amount", .name = "amount", .values = self->totals },
  };
  RuaInput input = { .n_rows = self->n, .columns = columns, .n_columns = 2, .name = "units" };
  GError *error = NULL;
  g_autoptr (JsonNode) parsed = json_from_string (options, &error);
  RuaFigures *figures;

  g_assert_no_error (error);
  setup = rua_estimation_new (rua_estimator_find ("concentration"), json_node_get_object (parsed), NULL, &error);
  g_assert_no_error (error);
  figures = rua_estimation_run (setup, &input, NULL, NULL, &error);
  g_assert_no_error (error);
  return figures;
}

/* By size, the largest first, and by label. */
static int
compare_units (gconstpointer a, gconstpointer b, gpointer data)
{
  const Units *self = data;
  guint s = *(const guint *) a, t = *(const guint *) b;

  if (self->totals[s] != self->totals[t])
    return self->totals[s] > self->totals[t] ? -1 : 1;
  return strcmp (self->labels[s], self->labels[t]);
}

static void
check_near (RuaFigures *figures, const char *key, double expected)
{
  double value = NAN;

  g_assert_true (rua_figures_get (figures, key, &value));
  g_assert_cmpfloat (fabs (value - expected), <=, 1e-12 * MAX (1, fabs (expected)));
}

static void
check_listed (Units *units, RuaFigures *figures, guint n_listed)
{
  guint order[MOST_UNITS], at = 0;

  for (guint u = 0; u < units->n; u++)
    order[u] = u;
  g_qsort_with_data (order, (gint) units->n, sizeof *order, compare_units, units);
  for (guint i = 0; i < rua_figures_get_n (figures); i++) {
    const RuaFigure *figure = rua_figures_get_nth (figures, i);
    g_autofree char *expected = NULL;

    if (!g_str_has_prefix (figure->key, "amount["))
      continue;
    g_assert_cmpuint (at, <, MIN (n_listed, units->n));
    expected = g_strdup_printf ("amount[%s]", units->labels[order[at]]);
    g_assert_cmpstr (figure->key, ==, expected);
    g_assert_cmpfloat (figure->value, ==, units->totals[order[at]]);
    at++;
  }
  g_assert_cmpuint (at, ==, MIN (n_listed, units->n));
}

static void
check_shares (const Units *units, RuaFigures *figures)
{
  double total = 0, squares = 0, largest[3] = { -INFINITY, -INFINITY, -INFINITY };
  guint n_positive = 0;

  for (guint u = 0; u < units->n; u++) {
    double value = units->totals[u];

    total += value;
    n_positive += value > 0;
    for (guint k = 0; k < 3; k++)
      if (value > largest[k]) {
        double rest = largest[k];

        largest[k] = value;
        value = rest;
      }
  }
  for (guint u = 0; u < units->n; u++)
    squares += units->totals[u] / total * (units->totals[u] / total);
  check_near (figures, "n_units", units->n);
  check_near (figures, "n_positive", n_positive);
  check_near (figures, "hhi", squares);
  check_near (figures, "n_equivalent", 1 / squares);
  check_near (figures, "cr1", largest[0] / total);
  check_near (figures, "cr3",
              units->n < 3 ? 1 : MIN (1, (largest[0] + largest[1] + largest[2]) / total));
}

/* Those of @some are those of @all. */
static void
check_same (RuaFigures *some, RuaFigures *all)
{
  for (guint i = 0; i < rua_figures_get_n (some); i++) {
    const RuaFigure *figure = rua_figures_get_nth (some, i), *other = rua_figures_find (all, figure->key);

    g_assert_nonnull (other);
    g_assert_cmpstr (figure->reason, ==, other->reason);
    g_assert_true (memcmp (&figure->value, &other->value, sizeof figure->value) == 0
                   || (isnan (figure->value) && isnan (other->value)));
  }
}

static guint
count_family (RuaFigures *figures, const char *family)
{
  guint n = 0;

  for (guint i = 0; i < rua_figures_get_n (figures); i++)
    n += g_str_has_prefix (rua_figures_get_nth (figures, i)->key, family);
  return n;
}

static void
try_units (guint n, Shape shape, guint n_listed)
{
  static const char *const wanted[] = { "hhi", "hhi_10000", "hhi_normalised", "n_equivalent", "cr1", "cr3",
                                        "entropy", "n_units", "amount[", "share[" };
  g_autofree char *list = g_strdup_printf ("{\"list\":%u}", n_listed);
  RuaFigures *all;
  Units units;

  units_draw (&units, n, shape);
  all = ask (&units, list);
  check_listed (&units, all, n_listed);
  if (n > 0 && shape != SIGNS && shape != TIES)
    check_shares (&units, all);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    g_autofree char *options
      = g_strdup_printf ("{\"list\":%u,\"figures\":[\"%s\"]}", n_listed, wanted[i]);
    RuaFigures *some = ask (&units, options);

    /* Those that were asked for; the estimate comes with them. */
    if (g_str_has_suffix (wanted[i], "["))
      g_assert_cmpuint (count_family (some, wanted[i]), ==, MIN (n_listed, n));
    else
      g_assert_nonnull (rua_figures_find (some, wanted[i]));
    check_same (some, all);
    rua_figures_free (some);
  }
  rua_figures_free (all);
  units_clear (&units);
}

static void
test_drawn (void)
{
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") != NULL ? 10 : 150); trial++)
    for (guint shape = 0; shape < SHAPES; shape++)
      try_units ((guint) g_test_rand_int_range (0, MOST_UNITS + 1), shape,
                 (guint) g_test_rand_int_range (0, trial % 2 == 0 ? 12 : 200));
}

/* Where one way of finding the largest ends and the other begins, and with hardly any units. */
static void
test_edges (void)
{
  static const guint n_listed[] = { 0, 1, 2, 3, 4, 63, 64, 65, 66, 299, 300, 301 };
  static const guint n_units[] = { 0, 1, 2, 3, 4, 63, 64, 65, 66, 300, 512, 513, 1025 };

  for (guint i = 0; i < G_N_ELEMENTS (n_units); i++)
    for (guint k = 0; k < G_N_ELEMENTS (n_listed); k += under_valgrind () ? 4 : 1)
      for (guint shape = 0; shape < SHAPES; shape++)
        try_units (n_units[i], shape, n_listed[k]);
}

/* So many units that their shares are squared block by block: the same to the bit as the sum of all. */
static void
test_many (void)
{
  static const guint n_units[] = { 508, 509, 511, 512, 513, 1023, 1024, 1025, 5000 };

  for (guint i = 0; i < G_N_ELEMENTS (n_units); i++)
    for (guint shape = 0; shape < SIGNS; shape++) {
      guint n = n_units[i];
      g_autofree double *totals = g_new (double, n), *squares = g_new (double, n);
      g_autofree double *units = g_new (double, n);
      RuaInputColumn columns[] = { { .role = "unit", .values = units }, { .role = "amount", .values = totals } };
      RuaInput input = { .n_rows = n, .columns = columns, .n_columns = 2 };
      g_autoptr (GError) error = NULL;
      RuaFigures *figures;
      double hhi = NAN, sum;

      for (guint u = 0; u < n; u++) {
        totals[u] = draw (shape);
        units[u] = u;
      }
      sum = rua_sum (totals, n);
      for (guint u = 0; u < n; u++)
        squares[u] = totals[u] / sum * (totals[u] / sum);
      figures = rua_estimator_run (rua_estimator_find ("concentration"), &input, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (rua_figures_get (figures, "hhi", &hhi));
      g_assert_cmpfloat (hhi, ==, rua_sum (squares, n));
      rua_figures_free (figures);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/concentration/drawn", test_drawn);
  g_test_add_func ("/concentration/edges", test_edges);
  g_test_add_func ("/concentration/many", test_many);
  return g_test_run ();
}
