/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sorting by bits, and selection without sorting, against a sort by comparison. */
#include "rua-moments-private.h"
#include "rua-parallel.h"
#include "rua-scratch-private.h"
#include "rua-sort-private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum { UNIFORM, CENTS, TIES, CONSTANT, SIGNED, EXTREME, ZEROS, OUTLIER, N_SHAPES } Shape;

static double
draw (Shape shape, gsize i)
{
  double x = g_test_rand_double_range (0, 1);

  switch (shape) {
  case UNIFORM:
    return x;
  case CENTS:
    return round (100 * exp (8 + 3 * x)) / 100;
  case TIES:
    return g_test_rand_int_range (-3, 4);
  case CONSTANT:
    return -0.25;
  case SIGNED:
    return (x - 0.5) * pow (10, g_test_rand_int_range (-12, 12));
  case EXTREME:
    return ldexp (x < 0.5 ? x : -x, g_test_rand_int_range (-1074, 1024));
  case ZEROS:
    return x < 0.4 ? 0.0 : x < 0.8 ? -0.0 : DBL_MIN * (x - 0.9);
  default:
    return i == 7 ? 1e300 : 5 + x * 1e-9;
  }
}

static gsize
draw_size (void)
{
  static const guint tops[] = { 3, 30, 300, 3000, 20000 };

  return g_test_rand_int_range (1, tops[g_test_rand_int_range (0, G_N_ELEMENTS (tops))]);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double *
draw_values (Shape shape, gsize n)
{
  double *values = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    values[i] = draw (shape, i);
  return values;
}

static double *
sort_plainly (const double *values, gsize n)
{
  double *sorted = g_memdup2 (values, n * sizeof (double));

  qsort (sorted, n, sizeof (double), compare);
  return sorted;
}

static guint
trials (void)
{
  return g_getenv ("RUA_SLOW_MACHINE") != NULL ? 2 : 15;
}

/* What a sum is to the last bit: four lanes, and what rounding took from each. */
static double
sum_plainly (const double *values, gsize n)
{
  RuaSum lanes[4] = { { 0 } }, all = { 0 };

  for (gsize i = 0; i < n; i++)
    rua_sum_add (&lanes[i % 4], values[i]);
  for (guint k = 0; k < 4; k++)
    rua_sum_add (&all, lanes[k].high);
  for (guint k = 0; k < 4; k++)
    rua_sum_add (&all, lanes[k].low);
  return rua_sum_get (&all);
}

/* All at once, and a block after the other. */
static void
test_sum (void)
{
  for (guint trial = 0; trial < trials (); trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++) {
      gsize n = trial < 10 ? trial : draw_size ();
      /* Sums of the greatest are beyond all numbers. */
      g_autofree double *values = draw_values (shape == EXTREME ? SIGNED : shape, n);
      double plain = sum_plainly (values, n);
      RuaSums sums = { { 0 } };

      g_assert_cmpfloat (rua_sum (values, n), ==, plain);
      for (gsize i = 0; i < n;) {
        gsize more = 4 * (gsize) g_test_rand_int_range (0, trial % 2 == 0 ? 4 : 200);

        more = MIN (n - i, more);
        rua_sums_add (&sums, values + i, more);
        i += more;
      }
      g_assert_cmpfloat (rua_sums_get (&sums), ==, plain);
    }
}

static void
test_sort (void)
{
  for (guint trial = 0; trial < trials (); trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++) {
      gsize n = draw_size ();
      g_autofree double *values = draw_values (shape, n), *plain = sort_plainly (values, n);
      g_autofree double *sorted = g_memdup2 (values, n * sizeof (double));
      g_autofree guint32 *order = rua_sort_index (values, n);

      rua_sort_doubles (sorted, n);
      for (gsize i = 0; i < n; i++) {
        g_assert_cmpfloat (sorted[i], ==, plain[i]);
        g_assert_false (sorted[i] == 0 && signbit (sorted[i]));
        g_assert_cmpfloat (values[order[i]], ==, plain[i]);
        /* Equal keys stay in order of row. */
        if (i > 0 && plain[i] == plain[i - 1])
          g_assert_cmpuint (order[i], >, order[i - 1]);
      }
    }
}

static void
test_weighted (void)
{
  for (guint trial = 0; trial < trials (); trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++) {
      gsize n = draw_size (), k = 0;
      g_autofree double *values = draw_values (shape, n), *weights = g_new (double, n);
      g_autofree double *sorted = g_new (double, n), *carried = g_new (double, n);
      g_autofree guint32 *order = rua_sort_index (values, n);

      for (gsize i = 0; i < n; i++)
        weights[i] = g_test_rand_int_range (0, 4);
      gsize n_kept = rua_sort_weighted (values, weights, n, sorted, carried);
      for (gsize i = 0; i < n; i++)
        if (weights[order[i]] > 0) {
          g_assert_cmpfloat (sorted[k], ==, values[order[i]]);
          g_assert_cmpfloat (carried[k++], ==, weights[order[i]]);
        }
      g_assert_cmpuint (k, ==, n_kept);
    }
}

/* Rows in place of weights, and either as threads share them, whatever their number. */
static void
test_shared (void)
{
  for (guint trial = 0; trial < trials (); trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++) {
      gsize n = trial < 3 ? trial : draw_size (), n_kept = 0;
      gboolean all = g_test_rand_int_range (0, 3) == 0;
      g_autofree double *values = draw_values (shape, n), *weights = g_new (double, n), *sorted = g_new (double, n),
                        *carried = g_new (double, n);
      g_autofree guint32 *order = rua_sort_index (values, n), *rows = g_new (guint32, n);

      for (gsize i = 0; i < n; i++)
        weights[i] = all ? 1 + i : g_test_rand_int_range (0, 4) * (double) (1 + i);
      for (gsize i = 0; i < n; i++)
        if (weights[order[i]] > 0)
          order[n_kept++] = order[i];
      rua_set_n_threads (1 + trial % 3);
      for (guint way = 0; way < 3; way++) {
        gsize k = way == 0 ? rua_sort_rows (values, all ? NULL : weights, n, sorted, rows)
                           : rua_sort_shared (values, all && way == 1 ? NULL : weights, n, sorted,
                                              way == 1 ? NULL : carried, way == 1 ? rows : NULL);

        g_assert_cmpuint (k, ==, n_kept);
        for (gsize i = 0; i < k; i++) {
          g_assert_cmpfloat (sorted[i], ==, values[order[i]]);
          g_assert_false (sorted[i] == 0 && signbit (sorted[i]));
          if (way < 2)
            g_assert_cmpuint (rows[i], ==, order[i]);
          else
            g_assert_cmpfloat (carried[i], ==, weights[order[i]]);
        }
      }
    }
  rua_set_n_threads (0);
}

static void
test_select (void)
{
  for (guint trial = 0; trial < trials (); trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++) {
      gsize n = draw_size (), ranks[6], rank = 0;
      g_autofree double *values = draw_values (shape, n), *plain = sort_plainly (values, n);
      double selected[6];
      guint n_ranks = 0;

      while (n_ranks < 6 && rank < n) {
        ranks[n_ranks++] = rank;
        rank += 1 + (g_test_rand_bit () ? 0 : g_test_rand_int_range (0, n));
      }
      if (ranks[n_ranks - 1] < n - 1 && n_ranks < 6)
        ranks[n_ranks++] = n - 1;
      rua_select_doubles (values, n, ranks, n_ranks, selected);
      for (guint r = 0; r < n_ranks; r++)
        g_assert_cmpfloat (selected[r], ==, plain[ranks[r]]);
    }
}

static void
test_quantiles (void)
{
  static const double probs[] = { 0.5, 0, 0.25, 1, 0.333, 0.999 };
  static const double more[] = { 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.2,
                                 0.3,  0.4,  0.5,  0.6,  0.7 };

  for (guint trial = 0; trial < trials (); trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++) {
      gsize n = draw_size ();
      g_autofree double *values = draw_values (shape, n), *plain = sort_plainly (values, n);
      int type = g_test_rand_int_range (1, 10);
      double quantiles[G_N_ELEMENTS (more)];

      rua_quantiles (values, n, probs, G_N_ELEMENTS (probs), type, quantiles);
      for (guint i = 0; i < G_N_ELEMENTS (probs); i++)
        g_assert_cmpfloat (quantiles[i], ==, rua_quantile_sorted (plain, n, probs[i], type));
      rua_quantiles (values, n, more, G_N_ELEMENTS (more), type, quantiles);
      for (guint i = 0; i < G_N_ELEMENTS (more); i++)
        g_assert_cmpfloat (quantiles[i], ==, rua_quantile_sorted (plain, n, more[i], type));
    }
}

#define LAST_WORD 4294967294u /* the next stands for what is unknown */

typedef enum { SPREAD, NARROW, FEW, EQUAL, ENDS, RISING, FAR, N_WORD_SHAPES } WordShape;

static guint32
draw_word (WordShape shape, gsize i)
{
  guint32 word = (guint32) g_test_rand_int ();

  switch (shape) {
  case SPREAD:
    return MIN (word, LAST_WORD);
  case NARROW:
    return 3000000000u + word % 5000;
  case FEW:
    return word % 5 * 1000003;
  case EQUAL:
    return 17;
  case ENDS:
    return i % 3 == 0 ? 0 : i % 3 == 1 ? LAST_WORD : LAST_WORD - word % 2;
  case RISING:
    return (guint32) (i * 7919);
  default:
    /* Nearly all in one bucket, of which nearly all are in one bucket again. */
    return i == 5 ? LAST_WORD : i == 9 ? 500000 : 7 + word % 300;
  }
}

static guint32 *
draw_words (WordShape shape, gsize n)
{
  guint32 *words = g_new (guint32, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    words[i] = draw_word (shape, i);
  return words;
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return (x > y) - (x < y);
}

/* @sorted: the same words. */
static void
try_ranks (const guint32 *words, const guint32 *sorted, gsize n, guint n_ranks)
{
  gsize ranks[RUA_MOST_WORD_RANKS];
  guint32 selected[RUA_MOST_WORD_RANKS] = { 0 };

  for (guint r = 0; r < n_ranks; r++)
    ranks[r] = r == 0 ? 0 : r == 1 ? n - 1 : (gsize) g_test_rand_int_range (0, (gint32) n);
  for (guint r = 1; r < n_ranks; r++)
    for (guint k = r; k > 0 && ranks[k - 1] > ranks[k]; k--) {
      gsize rank = ranks[k];

      ranks[k] = ranks[k - 1];
      ranks[k - 1] = rank;
    }
  rua_select_words (words, n, ranks, n_ranks, selected);
  for (guint r = 0; r < n_ranks; r++)
    g_assert_cmpuint (selected[r], ==, sorted[ranks[r]]);
}

static void
try_words (WordShape shape, gsize n)
{
  static const guint n_ranks[] = { 0, 1, 2, 6, 9, RUA_MOST_WORD_RANKS };
  g_autofree guint32 *words = draw_words (shape, n), *sorted = g_memdup2 (words, n * sizeof (guint32));

  qsort (sorted, n, sizeof (guint32), compare_words);
  for (guint k = 0; k < G_N_ELEMENTS (n_ranks); k++)
    try_ranks (words, sorted, n, n_ranks[k]);
}

/* Few ranks and many, around what is sorted whole, and where most stretches have nothing of what is wanted. */
static void
test_select_words (void)
{
  static const gsize sizes[] = { 1, 2, 3, 255, 256, 257, 258, 319, 320, 4095, 4097, 40063 };

  for (WordShape shape = 0; shape < N_WORD_SHAPES; shape++) {
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      try_words (shape, sizes[i]);
    for (guint trial = 0; trial < trials (); trial++)
      try_words (shape, draw_size ());
  }
}

static void
compare_quantiles (const RuaPacked *packed, gsize n, const double *probs, guint n_probs, int type)
{
  g_autofree double *numbers = g_new (double, MAX (n, 1));
  double found[16], wanted[16];

  rua_packed_read (packed, 0, n, numbers);
  rua_quantiles_packed (packed, n, probs, n_probs, type, found);
  rua_quantiles (numbers, n, probs, n_probs, type, wanted);
  for (guint i = 0; i < n_probs; i++)
    g_assert_true (n == 0 ? isnan (found[i]) : memcmp (&found[i], &wanted[i], sizeof *found) == 0);
}

/* The same to the bit as of the numbers, by each of the rules, for few quantiles and for many. */
static void
test_packed_quantiles (void)
{
  static const gsize sizes[] = { 0, 1, 2, 3, 4, 100, 256, 257, 1000, 9000 };
  static const double offsets[] = { 0, 5000, 2147483647 }, divisors[] = { 1, 100, 1e6 };
  static const double probs[] = { 0.25, 0.5, 0.75, 0, 1, 0.1, 0.9, 0.07, 0.333, 0.999, 0.5, 0.01, 0.66 };

  for (WordShape shape = 0; shape < N_WORD_SHAPES; shape++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
      g_autofree guint32 *words = draw_words (shape, sizes[i]);
      RuaPacked packed = { words, offsets[g_test_rand_int_range (0, 3)], divisors[g_test_rand_int_range (0, 3)] };

      for (int type = 1; type <= 9; type++) {
        compare_quantiles (&packed, sizes[i], probs, 0, type);
        compare_quantiles (&packed, sizes[i], probs, 3, type);
        compare_quantiles (&packed, sizes[i], probs, 12, type);
        compare_quantiles (&packed, sizes[i], probs, 13, type);
      }
    }
}

/* Whole weights, so that a weight is reached exactly now and then; rising from 1 to 2 weights. */
static void
test_weighted_quantiles (void)
{
  static const double probs[] = { 0.25, 0.5, 0.75, 0, 1, 0.1 };

  for (guint trial = 0; trial < trials (); trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++)
      for (RuaWeightedRule rule = RUA_WEIGHTED_INVERSE_CDF; rule <= RUA_WEIGHTED_LINEAR; rule++) {
        gsize n = draw_size () + 2000 * g_test_rand_int_range (0, 3);
        g_autofree double *values = draw_values (shape, n), *weights = g_new (double, n);
        double quantiles[G_N_ELEMENTS (probs)], total;
        RuaWeighted sorted;

        for (gsize i = 0; i < n; i++)
          weights[i] = g_test_rand_int_range (0, 3);
        rua_weighted_init (&sorted, values, weights, n, NULL);
        rua_weighted_quantiles (values, weights, n, probs, G_N_ELEMENTS (probs), rule, quantiles,
                                &total);
        g_assert_cmpfloat (total, ==, sorted.total);
        for (guint i = 0; i < G_N_ELEMENTS (probs); i++) {
          double want = rua_weighted_quantile (&sorted, probs[i], rule);

          g_assert_true (isnan (want) == isnan (quantiles[i]));
          if (!isnan (want))
            g_assert_cmpfloat (quantiles[i], ==, want);
        }
        rua_weighted_clear (&sorted);
      }
}

/* What is added up beside the weights is the same to the bit as one after the other, and so are the weights. */
static void
test_amounts (void)
{
  for (guint trial = 0; trial < trials (); trial++)
    for (Shape shape = 0; shape < N_SHAPES; shape++) {
      gsize n = draw_size () + 500 * g_test_rand_int_range (0, 3);
      g_autofree double *values = draw_values (shape, n), *weights = g_new (double, MAX (n, 1));
      g_autofree guint32 *rows = g_new (guint32, MAX (n, 1));
      RuaSum amounts, others, sum = { 0 };
      RuaWeighted sorted, alone, listed;

      for (gsize i = 0; i < n; i++)
        weights[i] = g_test_rand_int_range (0, 5) == 0 ? 0 : g_test_rand_double () * 1e6;
      rua_weighted_init (&sorted, values, weights, n, &amounts);
      rua_weighted_init (&alone, values, weights, n, NULL);
      rua_weighted_init_rows (&listed, values, weights, n, rows, &others);
      for (gsize i = 0; i < sorted.n; i++)
        rua_sum_add (&sum, sorted.weights[i] * sorted.values[i]);
      g_assert_true (amounts.high == sum.high || (isnan (amounts.high) && isnan (sum.high)));
      g_assert_true (amounts.low == sum.low || (isnan (amounts.low) && isnan (sum.low)));
      g_assert_cmpmem (&others, sizeof others, &amounts, sizeof amounts);
      g_assert_cmpuint (sorted.n, ==, alone.n);
      g_assert_cmpmem (sorted.cumulated, sorted.n * sizeof (double), alone.cumulated, alone.n * sizeof (double));
      g_assert_cmpmem (sorted.cumulated, sorted.n * sizeof (double), listed.cumulated, listed.n * sizeof (double));
      g_assert_cmpfloat (sorted.total, ==, alone.total);
      rua_weighted_clear (&sorted);
      rua_weighted_clear (&alone);
      rua_weighted_clear (&listed);
    }
}

static gpointer
take_and_give (gpointer data)
{
  for (guint i = 0; i < 50; i++) {
    gsize sizes[] = { 0, 100, 70000, 3000000, 90000 };
    guint8 *pieces[G_N_ELEMENTS (sizes)];

    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
      pieces[k] = rua_scratch_take (sizes[k]);
      memset (pieces[k], (int) k, sizes[k]);
    }
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
      g_assert_true (sizes[k] == 0 || (pieces[k][0] == k && pieces[k][sizes[k] - 1] == k));
      rua_scratch_give (pieces[k]);
    }
  }
  rua_scratch_give (NULL);
  return NULL;
}

/* A thread that keeps nothing yet gets back what it gave. */
static gpointer
take_again (gpointer data)
{
  gpointer first = rua_scratch_take (200000);

  rua_scratch_give (first);
  g_assert_true (rua_scratch_take (200000) == first);
  rua_scratch_give (first);
  return data;
}

/* Pieces do not overlap, and a thread's end gives back what it kept. */
static void
test_scratch (void)
{
  GThread *thread = g_thread_new ("scratch", take_and_give, NULL), *fresh = g_thread_new ("fresh", take_again, NULL);

  take_and_give (NULL);
  g_thread_join (thread);
  g_thread_join (fresh);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sort/sum", test_sum);
  g_test_add_func ("/sort/doubles", test_sort);
  g_test_add_func ("/sort/weighted", test_weighted);
  g_test_add_func ("/sort/shared", test_shared);
  g_test_add_func ("/sort/select", test_select);
  g_test_add_func ("/sort/quantiles", test_quantiles);
  g_test_add_func ("/sort/select-words", test_select_words);
  g_test_add_func ("/sort/packed-quantiles", test_packed_quantiles);
  g_test_add_func ("/sort/weighted-quantiles", test_weighted_quantiles);
  g_test_add_func ("/sort/amounts", test_amounts);
  g_test_add_func ("/sort/scratch", test_scratch);
  return g_test_run ();
}
