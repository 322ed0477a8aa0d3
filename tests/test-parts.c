/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One group's records that threads share: what comes of them does not tell how many threads there were. */
#include "rua-inequality-private.h"
#include "rua-parallel-private.h"
#include "rua-parts-private.h"
#include "random-trials.h"

#include <math.h>
#include <string.h>

static const guint some_threads[] = { 1, 2, 8, 3 };

static double *
random_incomes (GRand *random, gsize n)
{
  double *values = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    values[i] = g_rand_int_range (random, 0, 20) == 0 ? -0.0 : exp (g_rand_double_range (random, 0, 12));
  return values;
}

static void
count_calls (guint part, gsize begin, gsize end, gpointer data)
{
  guint8 *calls = data;

  for (gsize i = begin; i < end; i++)
    calls[i]++;
}

static void
test_cut (void)
{
  static const gsize lengths[] = { 0, 1, 32768, 32769, 100000, 262144, 1000003 };

  for (guint l = 0; l < G_N_ELEMENTS (lengths); l++)
    for (guint n_parts = rua_parts_count (lengths[l]); n_parts <= 40; n_parts += 13) {
      guint8 *calls = g_new0 (guint8, lengths[l] + 1);

      rua_parts_run (lengths[l], n_parts, count_calls, calls);
      for (gsize i = 0; i < lengths[l] && n_parts > 0; i++)
        g_assert_cmpuint (calls[i], ==, 1);
      g_free (calls);
    }
  g_assert_cmpuint (rua_parts_count (0), ==, 0);
  g_assert_cmpuint (rua_parts_count (1), ==, 1);
}

static void
test_tables (void)
{
  g_assert_cmpuint (rua_parts_count_tables (0, 0, 4), ==, 1);
  g_assert_cmpuint (rua_parts_count_tables (1000000, 0, 4), ==, 4);
  g_assert_cmpuint (rua_parts_count_tables (1000000, 25000, 4), ==, 2);
  g_assert_cmpuint (rua_parts_count_tables (1000000, 1000000, 4), ==, 1);
  g_assert_cmpuint (rua_parts_count_tables (40000, 1, 4), ==, 2);
}

static void
test_range (void)
{
  GRand *random = open_random ();

  for (guint trial = 0; trial < trials (20); trial++) {
    gsize n = g_rand_int_range (random, 1, trial % 2 ? 300000 : 40);
    double *values = random_incomes (random, n), least, greatest, low = values[0], high = values[0];

    for (gsize i = 0; i < n; i++) {
      low = MIN (low, values[i]);
      high = MAX (high, values[i]);
    }
    rua_set_n_threads (some_threads[trial % 4]);
    rua_parts_range (values, n, &least, &greatest);
    g_assert_cmpfloat (least, ==, low);
    g_assert_cmpfloat (greatest, ==, high);
    g_assert_false (signbit (least) && least == 0);
    g_assert_cmpfloat (rua_moments (values, n).mean, ==, rua_mean (values, n));
    g_free (values);
  }
  rua_set_n_threads (0);
  g_rand_free (random);
}

static void
test_range_of_none (void)
{
  double least, greatest, zeros[] = { -0.0, -0.0 };

  rua_parts_range (NULL, 0, &least, &greatest);
  g_assert_true (isinf (least) && least > 0 && isinf (greatest) && greatest < 0);
  rua_parts_range (zeros, 2, &least, &greatest);
  g_assert_false (signbit (least) || signbit (greatest));
  g_assert_true (isnan (rua_mean (NULL, 0)));
}

static void
add_values (gsize begin, gsize end, gconstpointer data, RuaSum *sum)
{
  const double *values = data;

  for (gsize i = begin; i < end; i++)
    rua_sum_add (sum, values[i]);
}

static void
test_sum (void)
{
  GRand *random = open_random ();
  gsize n = trials (20) * 25000;
  double *values = random_incomes (random, n), plain = rua_sum (values, n);

  for (guint k = 0; k < G_N_ELEMENTS (some_threads); k++) {
    RuaSum sum;

    rua_set_n_threads (some_threads[k]);
    sum = rua_parts_sum (n, add_values, values);
    g_assert_cmpfloat (rua_sum_get (&sum), ==, plain);
  }
  /* What cancels within a part, and what does across parts. */
  for (gsize i = 0; i < n; i++)
    values[i] = i % 2 ? -1e17 : 1e17 + 16 * (i % 5);
  for (guint k = 0; k < G_N_ELEMENTS (some_threads); k++) {
    double exact = 0;
    RuaSum sum;

    for (gsize i = 0; i < n; i += 2)
      exact += 16 * (i % 5);
    rua_set_n_threads (some_threads[k]);
    sum = rua_parts_sum (n, add_values, values);
    g_assert_cmpfloat (rua_sum_get (&sum), ==, exact);
  }
  rua_set_n_threads (0);
  g_free (values);
  g_rand_free (random);
}

static void
test_indices (void)
{
  GRand *random = open_random ();
  gsize n = 150000;
  double *values = random_incomes (random, n), first[4] = { 0 };

  for (guint k = 0; k < G_N_ELEMENTS (some_threads); k++) {
    RuaInequality incomes;
    double indices[4];

    rua_set_n_threads (some_threads[k]);
    rua_inequality_init (&incomes, values, NULL, n);
    rua_inequality_centre (&incomes);
    indices[0] = rua_inequality_get_cv (&incomes);
    indices[1] = rua_inequality_get_entropy (&incomes, 0);
    indices[2] = rua_inequality_get_entropy (&incomes, 0.5);
    indices[3] = incomes.centre.rest.high;
    rua_inequality_clear (&incomes);
    if (k == 0)
      memcpy (first, indices, sizeof first);
    g_assert_cmpmem (indices, sizeof indices, first, sizeof first);
  }
  rua_set_n_threads (0);
  g_free (values);
  g_rand_free (random);
}

/* What sorting puts at a rank, of so many values that threads share the counting. */
static void
test_select (void)
{
  GRand *random = open_random ();
  gsize n = 300000;
  double *values = random_incomes (random, n), *sorted = g_memdup2 (values, n * sizeof (double));
  const gsize ranks[] = { 0, 7, n / 3, n / 2, n - 2, n - 1 };

  rua_sort_doubles (sorted, n);
  for (guint k = 0; k < G_N_ELEMENTS (some_threads); k++) {
    double selected[G_N_ELEMENTS (ranks)];

    rua_set_n_threads (some_threads[k]);
    rua_select_doubles (values, n, ranks, G_N_ELEMENTS (ranks), selected);
    for (guint r = 0; r < G_N_ELEMENTS (ranks); r++)
      g_assert_cmpfloat (selected[r], ==, sorted[ranks[r]]);
  }
  rua_set_n_threads (0);
  g_free (values);
  g_free (sorted);
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parts/cut", test_cut);
  g_test_add_func ("/parts/tables", test_tables);
  g_test_add_func ("/parts/range", test_range);
  g_test_add_func ("/parts/range-of-none", test_range_of_none);
  g_test_add_func ("/parts/sum", test_sum);
  g_test_add_func ("/parts/indices", test_indices);
  g_test_add_func ("/parts/select", test_select);
  return g_test_run ();
}
