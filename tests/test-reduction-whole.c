/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sums of whole numbers, in one double, in two, or in words, against sums of 128 bits; and rounded ones of many terms. */
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

/* ---- words ---- */

static const RuaReduction single = {
  .n_factors = 1, .n_terms = 1, .terms = { { 0, RUA_ONE } }, .any_order = TRUE,
};

typedef struct {
  guint count_bits;
  guint64 words[2][N_CELLS]; /* of two places */
  GArray *spilled[2];
  __int128 sums[N_CELLS];
  guint n_records[N_CELLS];
} Words;

static void
add_words (Words *self, guint place, guint bits)
{
  guint32 cells[N_BATCH], places[N_BATCH];
  double values[N_BATCH];
  const double *factors[] = { values };
  guint n = (guint) g_test_rand_int_range (1, N_BATCH + 1), n_places = 0;
  gboolean all = g_test_rand_bit ();

  for (guint i = 0; i < n; i++) {
    /* The last cell stays empty. */
    cells[i] = (guint32) g_test_rand_int_range (0, N_CELLS - 1);
    values[i] = draw_whole (bits);
    if (!all && g_test_rand_bit ()) {
      values[i] = NAN;
      continue;
    }
    places[n_places++] = i;
    self->sums[cells[i]] += (__int128) values[i];
    self->n_records[cells[i]]++;
  }
  rua_reduction_add (&single, RUA_SUMS_WORDS, (guint8 *) self->words[place],
                     &(RuaRecords){ .cells = cells, .n = n, .places = all ? NULL : places, .n_places = n_places,
                                    .far = g_test_rand_bit (), .count_bits = self->count_bits,
                                    .spilled = &self->spilled[place] },
                     factors);
}

static void
check_sums (const Words *self, const RuaCellSums *read)
{
  double all[N_CELLS];

  rua_cell_sums_get_sums (read, 0, all);
  for (guint c = 0; c < N_CELLS; c++) {
    g_assert_cmpuint (rua_cell_sums_get_n_records (read, c), ==, self->n_records[c]);
    g_assert_cmpfloat (all[c], ==, (double) self->sums[c]);
    g_assert_cmpfloat (rua_cell_sums_get_sum (read, c, 0, NULL), ==, (double) self->sums[c]);
    g_assert_cmpfloat (rua_cell_sums_get_sum2 (read, c, 0).high, ==, (double) self->sums[c]);
    g_assert_cmpfloat (rua_cell_sums_get_sum2 (read, c, 0).low, ==, 0);
  }
}

/* As long as no cell has more records than its bits tell, and where some were spilled. */
static void
test_words (void)
{
  guint n_all = 0;

  for (guint trial = 0; trial < 60; trial++) {
    /* A place has a sixteenth of these: more than any cell comes to have of it, or fewer. */
    gboolean spills = trial % 2 == 1;
    Words words = { .count_bits = spills ? 12 : 20 };
    double divisors[] = { 1 };
    RuaCellSums read = { .reduction = &single, .form = RUA_SUMS_WORDS, .divisors = divisors, .stride = sizeof (guint64),
                         .states = (const guint8 *) words.words[0], .n = N_CELLS, .count_bits = words.count_bits };
    guint8 *plain = g_malloc0 (N_CELLS * rua_reduction_get_stride (&single, RUA_SUMS_PLAIN));
    guint n_spilled = 0;

    for (guint batch = 0; batch < 8; batch++)
      add_words (&words, batch % 2, spills ? 39 : 23);
    for (guint place = 0; place < 2; place++) {
      rua_reduction_unpack (&single, plain, (const guint8 *) words.words[place], N_CELLS, words.count_bits);
      if (words.spilled[place] == NULL)
        continue;
      n_spilled += words.spilled[place]->len;
      for (guint i = 0; i < words.spilled[place]->len; i++)
        g_assert_cmpuint (g_array_index (words.spilled[place], RuaSpilled, i).n, ==, 256);
      rua_reduction_add_spilled (&single, plain, words.spilled[place]);
      g_array_unref (words.spilled[place]);
    }
    n_all += n_spilled;
    if (!spills)
      g_assert_cmpuint (n_spilled, ==, 0);
    if (!spills) {
      rua_reduction_merge_all (&single, RUA_SUMS_WORDS, (guint8 *) words.words[0], (const guint8 *) words.words[1], N_CELLS);
      check_sums (&words, &read);
    }
    read.form = RUA_SUMS_PLAIN;
    read.count_bits = 0;
    read.stride = rua_reduction_get_stride (&single, RUA_SUMS_PLAIN);
    read.states = plain;
    check_sums (&words, &read);
    g_free (plain);
  }
  g_assert_cmpuint (n_all, >, 0);
}

/* Just before it is spilled, and then all places together, a word holds the greatest and the least of sums. */
static void
test_full_words (void)
{
  for (gint sign = -1; sign <= 1; sign += 2) {
    Words words = { .count_bits = 12 };
    const guint8 *one = (const guint8 *) words.words[0];
    guint32 cells[255] = { 0 };
    double values[255], most = 549755813888.0; /* 2^39 */
    const double *factors[] = { values };

    for (guint i = 0; i < 255; i++)
      values[i] = sign * most;
    rua_reduction_add (&single, RUA_SUMS_WORDS, (guint8 *) words.words[0],
                       &(RuaRecords){ .cells = cells, .n = 255, .n_places = 255, .count_bits = 12, .spilled = words.spilled },
                       factors);
    g_assert_null (words.spilled[0]);
    for (guint place = 0; place < RUA_WORD_PLACES; place++)
      rua_reduction_merge_all (&single, RUA_SUMS_WORDS, (guint8 *) words.words[1], one, 1);
    g_assert_cmpuint (rua_state_get_n (words.words[1], 12), ==, 255 * RUA_WORD_PLACES);
    g_assert_cmpfloat (rua_word_get_sum (words.words[1], 12), ==, sign * 255.0 * RUA_WORD_PLACES * most);
    rua_reduction_add (&single, RUA_SUMS_WORDS, (guint8 *) words.words[0],
                       &(RuaRecords){ .cells = cells, .n = 1, .n_places = 1, .count_bits = 12, .spilled = words.spilled },
                       factors);
    g_assert_nonnull (words.spilled[0]);
    g_assert_cmpuint (words.words[0][0], ==, 0);
    g_assert_cmpfloat (g_array_index (words.spilled[0], RuaSpilled, 0).sum, ==, sign * 256 * most);
    g_array_unref (words.spilled[0]);
  }
}

static gboolean
as_they_are (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[0];
  return TRUE;
}

static void
test_count_bits (void)
{
  RuaReduction one = single;
  RuaScaled roles[] = { { 1, 1 } };

  g_assert_cmpuint (rua_reduction_find_count_bits (&one, roles, NULL), ==, 0); /* nobody says what they are */
  one.wholes = as_they_are;
  g_assert_cmpuint (rua_reduction_find_count_bits (&one, roles, NULL), ==, 31);
  for (guint bits = 2; bits < 53; bits++) {
    guint want = (63 - bits) / 2 < 12 ? 0 : MIN ((63 - bits) / 2, 31);

    roles[0].bound = (double) (G_GUINT64_CONSTANT (1) << bits);
    g_assert_cmpuint (rua_reduction_find_count_bits (&one, roles, NULL), ==, want);
    roles[0].bound += bits < 52;
    want = (62 - bits) / 2 < 12 ? 0 : MIN ((62 - bits) / 2, 31);
    g_assert_cmpuint (rua_reduction_find_count_bits (&one, roles, NULL), ==, want);
  }
  roles[0].bound = 1000;
  one.terms[0].b = 0; /* squares */
  g_assert_cmpuint (rua_reduction_find_count_bits (&one, roles, NULL), ==, (63 - 20) / 2);
  one.extremes = 1;
  g_assert_cmpuint (rua_reduction_find_count_bits (&one, roles, NULL), ==, 0);
  one.extremes = 0;
  one.any_order = FALSE;
  g_assert_cmpuint (rua_reduction_find_count_bits (&one, roles, NULL), ==, 0);
  one.any_order = TRUE;
  one.n_terms = 2;
  g_assert_cmpuint (rua_reduction_find_count_bits (&one, roles, NULL), ==, 0);
}

/* ---- rounded ---- */

/* By plain loops: each term of each record, in their order. */
static void
add_plainly (const RuaReduction *self, const guint32 *cells, const guint32 *places, guint n, const double *const *factors,
             RuaDouble2 sums[N_CELLS][RUA_MAX_TERMS])
{
  for (guint k = 0; k < n; k++) {
    guint i = places[k];

    for (guint t = 0; t < self->n_terms; t++) {
      RuaTerm term = self->terms[t];
      RuaDouble2 *sum = &sums[cells[i]][t], kept,
                 product = { factors[term.a][i], 0 };

      if (term.b != RUA_ONE)
        product = rua_two_product (factors[term.a][i], factors[term.b][i]);
      kept = rua_two_sum (sum->high, product.high);
      sum->high = kept.high;
      sum->low += kept.low + product.low;
    }
  }
}

/* Any number of terms, of products or not, gives the same to the bit. */
static void
test_rounded (void)
{
  for (guint trial = 0; trial < 8 * RUA_MAX_TERMS; trial++) {
    RuaReduction self = { .n_factors = 3, .n_terms = 1 + trial % RUA_MAX_TERMS };
    gboolean products = trial / RUA_MAX_TERMS % 4 != 0;
    gsize stride = 0;
    g_autofree guint8 *states = NULL;
    RuaDouble2 sums[N_CELLS][RUA_MAX_TERMS] = { { { 0, 0 } } };
    g_autofree double *vectors = g_new (double, 3 * N_BATCH);
    const double *factors[3] = { vectors, vectors + N_BATCH, vectors + 2 * N_BATCH };
    double divisors[3] = { 1, 1, 1 };
    RuaCellSums read = { .reduction = &self, .form = RUA_SUMS_ROUNDED, .divisors = divisors, .n = N_CELLS };

    for (guint t = 0; t < self.n_terms; t++)
      self.terms[t] = (RuaTerm){ (guint8) g_test_rand_int_range (0, 3),
                                 products && g_test_rand_bit () ? (guint8) g_test_rand_int_range (0, 3) : RUA_ONE };
    read.stride = stride = rua_reduction_get_stride (&self, RUA_SUMS_ROUNDED);
    read.states = states = g_malloc0 (N_CELLS * stride);
    for (guint batch = 0; batch < 3; batch++) {
      guint32 cells[N_BATCH], places[N_BATCH];
      guint n = (guint) g_test_rand_int_range (1, N_BATCH + 1), n_places = 0;

      for (guint i = 0; i < n; i++) {
        cells[i] = (guint32) g_test_rand_int_range (0, N_CELLS);
        for (guint f = 0; f < 3; f++)
          vectors[f * N_BATCH + i] = g_test_rand_double_range (-1, 1) * pow (10, g_test_rand_int_range (-8, 9));
        if (batch == 0 || g_test_rand_bit ())
          places[n_places++] = i;
      }
      rua_reduction_add (&self, RUA_SUMS_ROUNDED, states,
                         &(RuaRecords){ cells, n, 0, NULL, batch == 0 ? NULL : places, n_places }, factors);
      add_plainly (&self, cells, places, n_places, factors, sums);
    }
    for (guint c = 0; c < N_CELLS; c++)
      for (guint t = 0; t < self.n_terms; t++) {
        RuaDouble2 got = rua_cell_sums_get_whole2 (&read, c, t), want = rua_fast_two_sum (sums[c][t].high, sums[c][t].low);

        g_assert_cmpfloat (got.high, ==, want.high);
        g_assert_cmpfloat (got.low, ==, want.low);
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
  g_test_add_func ("/reduction-whole/words", test_words);
  g_test_add_func ("/reduction-whole/full-words", test_full_words);
  g_test_add_func ("/reduction-whole/count-bits", test_count_bits);
  g_test_add_func ("/reduction-whole/rounded", test_rounded);
  return g_test_run ();
}
