/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sums of whole numbers, in one double or in two, against sums of 128 bits. */
#include "rua-reduction-private.h"

#include <math.h>

#include "rua-estimator-options-private.h"

#define N_CELLS 5
#define N_BATCH 1000

static const RuaReduction everything = {
  .n_factors = 3,
  .n_terms = 6,
  .terms = { { 0, RUA_ONE }, { 0, 0 }, { 1, RUA_ONE }, { 0, 1 }, { 2, RUA_ONE }, { 2, 2 } },
  .extremes = 1 << 0 | 1 << 2,
};

static RuaDouble2
nearest (__int128 sum)
{
  double high = (double) sum;

  return (RuaDouble2){ high, (double) (sum - (__int128) high) };
}

/* As many bits as @bits, of either sign, and often the greatest. */
static double
draw_whole (guint bits)
{
  gint64 most = (G_GINT64_CONSTANT (1) << bits) - 1,
         value = (gint64) ((guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ()) & most;

  if (g_test_rand_int_range (0, 4) == 0)
    value = most;
  return (double) (g_test_rand_bit () ? value : -value);
}

/* Sums and least and greatest to the bit, however records are divided, left out, and come one after another. */
static void
try_whole (guint bits, RuaSumForm form)
{
  gsize stride = rua_reduction_get_stride (&everything, form);
  g_autofree guint8 *first = g_malloc0 (N_CELLS * stride), *second = g_malloc0 (N_CELLS * stride);
  guint8 *const states[2] = { first, second };
  g_autofree double *vectors = g_new (double, 3 * N_BATCH);
  double *factors[3] = { vectors, vectors + N_BATCH, vectors + 2 * N_BATCH },
         divisors[3] = { 1, 1, 1 };
  __int128 sums[N_CELLS][6] = { { 0 } };
  double least[N_CELLS], greatest[N_CELLS];
  guint n_records[N_CELLS] = { 0 };
  guint32 cells[N_BATCH], places[N_BATCH];
  RuaCellSums read = { .reduction = &everything, .form = form, .divisors = divisors,
                       .states = states[0], .stride = stride, .n = N_CELLS };

  for (guint c = 0; c < N_CELLS; c++) {
    least[c] = INFINITY;
    greatest[c] = -INFINITY;
  }
  for (guint batch = 0; batch < 6; batch++) {
    guint n = (guint) g_test_rand_int_range (1, N_BATCH + 1), n_places = 0;
    gboolean all = g_test_rand_bit ();

    for (guint i = 0; i < n; i++) {
      /* The last cell stays empty. */
      cells[i] = (guint32) g_test_rand_int_range (0, N_CELLS - 1);
      for (guint f = 0; f < 3; f++)
        factors[f][i] = draw_whole (bits);
      if (all || g_test_rand_bit ())
        places[n_places++] = i;
      else {
        factors[0][i] = NAN; /* does not count, whatever it is */
        continue;
      }
      n_records[cells[i]]++;
      for (guint t = 0; t < 6; t++) {
        RuaTerm term = everything.terms[t];

        sums[cells[i]][t] += (__int128) factors[term.a][i]
                             * (term.b == RUA_ONE ? 1 : (__int128) factors[term.b][i]);
      }
      least[cells[i]] = MIN (least[cells[i]], factors[0][i]);
      greatest[cells[i]] = MAX (greatest[cells[i]], factors[0][i]);
    }
    rua_reduction_add (&everything, form, states[batch % 2],
                       &(RuaRecords){ cells, n, 0, NULL, all ? NULL : places, n_places },
                       (const double *const *) factors);
  }
  for (guint c = 0; c < N_CELLS; c++)
    rua_reduction_merge (&everything, form, states[0] + c * stride, states[1] + c * stride);
  for (guint t = 0; t < 6; t++) {
    double all[N_CELLS];

    rua_cell_sums_get_sums (&read, t, all);
    for (guint c = 0; c < N_CELLS; c++)
      g_assert_cmpfloat (all[c], ==, rua_cell_sums_get_sum (&read, c, t, NULL));
  }
  for (guint c = 0; c < N_CELLS; c++) {
    g_assert_cmpuint (rua_cell_sums_get_n_records (&read, c), ==, n_records[c]);
    for (guint t = 0; t < 6; t++) {
      RuaDouble2 sum = rua_cell_sums_get_sum2 (&read, c, t), exact = nearest (sums[c][t]);

      g_assert_cmpfloat (sum.high, ==, exact.high);
      g_assert_cmpfloat (sum.low, ==, exact.low);
    }
    if (n_records[c] == 0)
      g_assert_true (isnan (rua_cell_sums_get_least (&read, c, 0)));
    else {
      g_assert_cmpfloat (rua_cell_sums_get_least (&read, c, 0), ==, least[c]);
      g_assert_cmpfloat (rua_cell_sums_get_greatest (&read, c, 0), ==, greatest[c]);
    }
  }
}

static void
test_whole (void)
{
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") != NULL ? 3 : 40); trial++) {
    /* 6,000 products of 2 x 20 bits stay below 2^53, those of 2 x 37 bits below what two doubles hold. */
    try_whole ((guint) g_test_rand_int_range (1, 21), RUA_SUMS_PLAIN);
    try_whole ((guint) g_test_rand_int_range (1, 38), RUA_SUMS_WHOLE);
  }
}

/* A sum may just reach 2^53 in one double, and not one more. */
static void
test_forms (void)
{
  static const RuaReduction one = { .n_factors = 1, .n_terms = 1, .terms = { { 0, RUA_ONE } } };
  RuaReduction total = one;
  RuaScaled roles[2] = { { 100, RUA_SCALED_MOST / 8 }, { 1, 1 } };
  g_autoptr (RuaEstimation) setup = rua_estimation_new (rua_estimator_find ("total"), NULL, NULL, NULL);
  RuaInputColumn column = { .role = "value", .name = "value" };
  const RuaReduction *found = rua_estimation_reduce (setup, &column, 1, NULL);
  double divisors[RUA_MAX_FACTORS];

  g_assert_nonnull (found);
  g_assert_cmpint (rua_reduction_find_form (&total, roles, NULL, 8, divisors), ==, RUA_SUMS_ROUNDED);
  g_assert_cmpint (rua_reduction_find_form (found, roles, NULL, 8, divisors), ==, RUA_SUMS_PLAIN);
  g_assert_cmpfloat (divisors[0], ==, 100);
  g_assert_cmpint (rua_reduction_find_form (found, roles, NULL, 9, divisors), ==, RUA_SUMS_WHOLE);
  g_assert_cmpint (rua_reduction_find_form (found, roles, NULL, 1 << 28, divisors), ==, RUA_SUMS_ROUNDED);
  roles[0].divisor = 0;
  g_assert_cmpint (rua_reduction_find_form (found, roles, NULL, 8, divisors), ==, RUA_SUMS_ROUNDED);
}

/* States that lie side by side, brought together in one go and one by one. */
static void
test_merge_all (void)
{
  for (guint trial = 0; trial < 60; trial++) {
    guint n_terms = 1 + trial % 5;
    RuaSumForm form = trial % 3 == 0 ? RUA_SUMS_WHOLE : RUA_SUMS_PLAIN;
    RuaReduction self = { .n_factors = 1, .n_terms = n_terms, .any_order = trial % 2 == 0, .extremes = trial % 7 == 0 };
    gsize stride;
    g_autofree guint8 *one = NULL, *all = NULL, *from = NULL;

    for (guint t = 0; t < n_terms; t++)
      self.terms[t] = (RuaTerm){ 0, RUA_ONE };
    stride = rua_reduction_get_stride (&self, form);
    all = g_malloc0 (N_CELLS * stride);
    from = g_malloc0 (N_CELLS * stride);
    for (guint batch = 0; batch < 4; batch++) {
      guint32 cells[N_BATCH], rows[N_BATCH];
      double values[N_BATCH];
      const double *factors[] = { values };

      for (guint i = 0; i < N_BATCH; i++) {
        cells[i] = (guint32) g_test_rand_int_range (0, N_CELLS);
        rows[i] = (guint32) g_test_rand_int_range (0, 1000000);
        values[i] = draw_whole (20);
      }
      /* Mostly so few that some cells have records on one side alone. */
      rua_reduction_add (&self, form, batch % 2 ? from : all,
                         &(RuaRecords){ cells, N_BATCH, 0, rows, NULL, trial % 4 == 0 ? 30 : 1 }, factors);
    }
    one = g_memdup2 (all, N_CELLS * stride);
    for (guint c = 0; c < N_CELLS; c++)
      rua_reduction_merge (&self, form, one + c * stride, from + c * stride);
    rua_reduction_merge_all (&self, form, all, from, N_CELLS);
    for (guint c = 0; c < N_CELLS; c++) {
      const RuaCellHead *mine = (const RuaCellHead *) (gconstpointer) (all + c * stride),
                        *its = (const RuaCellHead *) (gconstpointer) (one + c * stride);

      g_assert_cmpuint (mine->n, ==, its->n);
      if (!self.any_order && mine->n > 0)
        g_assert_cmpuint (mine->first, ==, its->first);
      for (gsize at = sizeof (RuaCellHead); at < stride; at += sizeof (double))
        g_assert_cmpfloat (*(const double *) (gconstpointer) (all + c * stride + at), ==,
                           *(const double *) (gconstpointer) (one + c * stride + at));
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reduction-whole/sums", test_whole);
  g_test_add_func ("/reduction-whole/forms", test_forms);
  g_test_add_func ("/reduction-whole/merge-all", test_merge_all);
  return g_test_run ();
}
