/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-estimator-options-private.h"
#include "rua-reductions-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

/* Sums by cell in two doubles, their merging, and what an estimator reads of them. */

/* Records worked on at once: their products stay in the first cache. */
#define BLOCK 128

/* ---- sums in two doubles ---- */

double
rua_double2_spread (RuaDouble2 wxx, RuaDouble2 wx, RuaDouble2 w)
{
  RuaDouble2 spread
    = rua_double2_subtract (wxx, rua_double2_divide (rua_double2_multiply (wx, wx), w));
  double value = spread.high + spread.low;

  return value < 0 ? 0 : value;
}

/* ---- states ---- */

guint
rua_reduction_count_extremes (const RuaReduction *self)
{
  guint n = 0;

  for (guint f = 0; f < self->n_factors; f++)
    n += self->extremes >> f & 1;
  return n;
}

guint
rua_reduction_count_places (const RuaReduction *self, RuaSumForm form)
{
  guint n = self->n_terms;

  if (form == RUA_SUMS_PLAIN || n <= 2)
    return n;
  return n <= 8 ? (n + 1) & ~1u : (n + 3) & ~3u;
}

static guint
count_parts (RuaSumForm form)
{
  return form == RUA_SUMS_PLAIN ? 1 : 2;
}

gsize
rua_reduction_get_stride (const RuaReduction *self, RuaSumForm form)
{
  if (form == RUA_SUMS_WORDS)
    return sizeof (guint64);
  return sizeof (RuaCellHead)
    + (count_parts (form) * (gsize) rua_reduction_count_places (self, form)
       + 2 * (gsize) rua_reduction_count_extremes (self)) * sizeof (double);
}

RuaSumForm
rua_reduction_find_form (const RuaReduction *self, const RuaScaled *roles, const double *constants,
                         guint64 n_records, double *divisors)
{
  RuaScaled factors[RUA_MAX_FACTORS];
  gboolean plain = TRUE;

  if (self->wholes == NULL || !self->wholes (roles, constants, factors))
    return RUA_SUMS_ROUNDED;
  for (guint f = 0; f < self->n_factors; f++) {
    if (factors[f].divisor == 0)
      return RUA_SUMS_ROUNDED;
    divisors[f] = factors[f].divisor;
  }
  for (guint t = 0; t < self->n_terms; t++) {
    RuaTerm term = self->terms[t];
    RuaScaled b = term.b == RUA_ONE ? (RuaScaled){ 1, 1 } : factors[term.b];
    double most = factors[term.a].bound * b.bound, n = (double) n_records;

    /* Each addition leaves at most 2^-53 of the sum to the low part, and these must add up to less than
     * 2^53; what is left of a product is less. */
    if (factors[term.a].divisor * b.divisor > RUA_SCALED_MOST_DIVISOR
        || 2 * most * n * (n + 1) > RUA_SCALED_MOST * RUA_SCALED_MOST)
      return RUA_SUMS_ROUNDED;
    plain = plain && most * n <= RUA_SCALED_MOST;
  }
  return plain ? RUA_SUMS_PLAIN : RUA_SUMS_WHOLE;
}

/* Fewer records would be spilled at every turn. */
#define LEAST_COUNT_BITS 12

guint
rua_reduction_find_count_bits (const RuaReduction *self, const RuaScaled *roles, const double *constants)
{
  RuaScaled factors[RUA_MAX_FACTORS];
  RuaTerm term = self->terms[0];
  double most;
  guint bits = 0, left;

  if (!self->any_order || self->n_terms != 1 || self->extremes != 0 || self->wholes == NULL
      || !self->wholes (roles, constants, factors))
    return 0;
  most = factors[term.a].bound * (term.b == RUA_ONE ? 1 : factors[term.b].bound);
  while (most > (double) (G_GUINT64_CONSTANT (1) << bits))
    bits++;
  /* Numbers of records below 2^n, none of more than @bits, have a sum of fewer than n + @bits, and a sign. */
  left = (63 - bits) / 2;
  return left < LEAST_COUNT_BITS ? 0 : MIN (left, 31);
}

/* Of a block of records, by term: products, and what rounding left of them. What stands in places beyond the terms
 * stays 0. */
typedef struct {
  double high[RUA_MAX_TERMS][BLOCK];
  double low[RUA_MAX_TERMS][BLOCK]; /* of no meaning where no term is a product */
} Products;

RUA_WIDE static void
multiply (const double *restrict a, const double *restrict b, guint n, double *restrict products, double *restrict rests)
{
  for (guint i = 0; i < n; i++) {
    RuaDouble2 product = rua_two_product (a[i], b[i]);

    products[i] = product.high;
    rests[i] = product.low;
  }
}

static void
multiply_block (const RuaReduction *self, const double *const *factors, guint at, guint n, Products *products)
{
  for (guint t = 0; t < self->n_terms; t++) {
    RuaTerm term = self->terms[t];

    if (term.b == RUA_ONE)
      memcpy (products->high[t], factors[term.a] + at, n * sizeof (double));
    else
      multiply (factors[term.a] + at, factors[term.b] + at, n, products->high[t], products->low[t]);
  }
}

/* What is not multiplied has no rests. */
static void
begin_products (const RuaReduction *self, guint n_places, Products *products)
{
  for (guint t = 0; t < n_places; t++) {
    if (t >= self->n_terms)
      memset (products->high[t], 0, sizeof products->high[t]);
    if (t >= self->n_terms || self->terms[t].b == RUA_ONE)
      memset (products->low[t], 0, sizeof products->low[t]);
  }
}

static void
add_sums (double *restrict highs, double *restrict lows, const double *restrict others, const double *restrict rests,
          guint n_places)
{
  for (guint t = 0; t < n_places; t++) {
    RuaDouble2 sum = rua_two_sum (highs[t], others[t]);

    highs[t] = sum.high;
    lows[t] += sum.low + rests[t];
  }
}

/* Terms of one record, as rua_two_sum() adds each to its sum. */
typedef double Two __attribute__ ((vector_size (16)));
typedef double Four __attribute__ ((vector_size (32)));

#define ADD_VECTOR(Vector, product, rests)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    Vector high, low, sum, back, rest;                                                             \
                                                                                                   \
    memcpy (&high, highs + t, sizeof high);                                                        \
    memcpy (&low, lows + t, sizeof low);                                                           \
    sum = high + (product);                                                                        \
    back = sum - high;                                                                             \
    rest = (high - (sum - back)) + ((product) - back);                                             \
    if (!exact)                                                                                    \
      rest += (rests);                                                                             \
    low += rest;                                                                                   \
    memcpy (highs + t, &sum, sizeof sum);                                                          \
    memcpy (lows + t, &low, sizeof low);                                                           \
  }                                                                                                \
  G_STMT_END

/* @i: of the block. @n_places: 1, or even. */
static RUA_COPIED void
add_record (double *restrict highs, double *restrict lows, const Products *products, guint i, guint n_places,
            gboolean exact)
{
  const double (*p)[BLOCK] = products->high, (*r)[BLOCK] = products->low;
  guint t = 0;

  if (n_places == 1)
    ADD_VECTOR (double, p[0][i], r[0][i]);
  for (; t + 4 <= n_places; t += 4) {
    Four product = { p[t][i], p[t + 1][i], p[t + 2][i], p[t + 3][i] };

    ADD_VECTOR (Four, product, ((Four){ r[t][i], r[t + 1][i], r[t + 2][i], r[t + 3][i] }));
  }
  if (t + 2 <= n_places) {
    Two product = { p[t][i], p[t + 1][i] };

    ADD_VECTOR (Two, product, ((Two){ r[t][i], r[t + 1][i] }));
  }
}
#undef ADD_VECTOR

gboolean
rua_reduction_is_exact (const RuaReduction *self)
{
  for (guint t = 0; t < self->n_terms; t++)
    if (self->terms[t].b != RUA_ONE)
      return FALSE;
  return TRUE;
}

/* Records whose cells are called into the cache before their turn. */
#define AHEAD 12

typedef struct {
  guint8 *states;
  gsize stride;
  const RuaRecords *records;
  guint at;           /* of the vectors: where the block begins */
  guint begin, end;   /* its records: among the places, where these are told */
  guint n_extremes;
} Block;

static inline guint
get_place (const Block *self, guint k)
{
  return self->records->places != NULL ? self->records->places[k] : k;
}

/* Inlined for each number of places, so that their loop becomes a few wide additions. */
static RUA_COPIED void
add_block (const Block *self, const Products *products, guint n_places, gboolean exact)
{
  const guint32 *cells = self->records->cells, *rows = self->records->rows;
  guint32 first = self->records->first;

  for (guint k = self->begin; k < self->end; k++) {
    guint i = get_place (self, k);
    guint8 *state = self->states + cells[i] * self->stride;
    RuaCellHead *head = (RuaCellHead *) (gpointer) state;
    double *sums = rua_state_sums (state);

    if (k + AHEAD < self->records->n_places)
      __builtin_prefetch (self->states + cells[get_place (self, k + AHEAD)] * self->stride, 1);
    if (head->n++ == 0)
      rua_state_begin (head, rows != NULL ? rows[i] : first + i, sums + 2 * n_places, self->n_extremes);
    else if (rows != NULL && rows[i] < head->first)
      head->first = rows[i];
    add_record (sums, sums + n_places, products, i - self->at, n_places, exact);
  }
}

static RUA_COPIED void
add_block_of (const Block *self, const Products *products, guint n_places, gboolean exact)
{
  if (n_places == 1)
    add_block (self, products, 1, exact);
  else if (n_places == 2)
    add_block (self, products, 2, exact);
  else if (n_places == 4)
    add_block (self, products, 4, exact);
  else if (n_places == 6)
    add_block (self, products, 6, exact);
  else if (n_places == 8)
    add_block (self, products, 8, exact);
  else
    add_block (self, products, n_places, exact);
}

RUA_WIDE static void
add_exact (const Block *self, const Products *products, guint n_places)
{
  add_block_of (self, products, n_places, TRUE);
}

RUA_WIDE static void
add_rounded (const Block *self, const Products *products, guint n_places)
{
  add_block_of (self, products, n_places, FALSE);
}

/* Comparisons with NaN are false. */
static void
add_extremes (const Block *self, const double *values, gsize offset)
{
  for (guint k = self->begin; k < self->end; k++) {
    guint i = get_place (self, k);
    double *extremes
      = (double *) (gpointer) (self->states + self->records->cells[i] * self->stride + offset);
    double value = values[i];

    if (value < extremes[0])
      extremes[0] = value;
    if (value > extremes[1])
      extremes[1] = value;
  }
}

void
rua_reduction_add (const RuaReduction *self, RuaSumForm form, guint8 *states, const RuaRecords *records,
                   const double *const *factors)
{
  guint n_places = rua_reduction_count_places (self, form);
  gboolean exact = rua_reduction_is_exact (self);
  Products products;
  Block block = { .states = states, .stride = rua_reduction_get_stride (self, form), .records = records,
                  .n_extremes = rua_reduction_count_extremes (self) };

  if (form != RUA_SUMS_ROUNDED) {
    rua_reduction_add_whole (self, form, states, records, factors);
    return;
  }
  begin_products (self, n_places, &products);
  for (; block.at < records->n; block.at += BLOCK) {
    gsize offset = sizeof (RuaCellHead) + 2 * (gsize) n_places * sizeof (double);
    guint n = MIN (BLOCK, records->n - block.at);

    block.begin = block.end;
    if (records->places == NULL)
      block.end = block.at + n;
    else
      while (block.end < records->n_places && records->places[block.end] < block.at + n)
        block.end++;
    if (block.begin == block.end)
      continue;
    multiply_block (self, factors, block.at, n, &products);
    if (exact)
      add_exact (&block, &products, n_places);
    else
      add_rounded (&block, &products, n_places);
    for (guint f = 0; self->extremes >> f != 0; f++)
      if (self->extremes >> f & 1) {
        add_extremes (&block, factors[f], offset);
        offset += 2 * sizeof (double);
      }
  }
}

void
rua_reduction_merge (const RuaReduction *self, RuaSumForm form, guint8 *to, const guint8 *from)
{
  RuaCellHead *head = (RuaCellHead *) (gpointer) to;
  const RuaCellHead *other = (const RuaCellHead *) (gconstpointer) from;
  guint n_places = rua_reduction_count_places (self, form), n_parts = count_parts (form),
        n_extremes = rua_reduction_count_extremes (self);
  double *sums = rua_state_sums (to);
  const double *others = (const double *) (gconstpointer) (from + sizeof (RuaCellHead));

  if (other->n == 0)
    return;
  if (head->n == 0) {
    memcpy (to, from, rua_reduction_get_stride (self, form));
    return;
  }
  head->first = MIN (head->first, other->first);
  head->n += other->n;
  if (form == RUA_SUMS_PLAIN)
    for (guint t = 0; t < n_places; t++)
      sums[t] += others[t];
  else
    add_sums (sums, sums + n_places, others, others + n_places, n_places);
  for (guint e = 0; e < n_extremes; e++) {
    double *mine = sums + n_parts * n_places + 2 * e;
    const double *theirs = others + n_parts * n_places + 2 * e;

    mine[0] = MIN (mine[0], theirs[0]);
    mine[1] = MAX (mine[1], theirs[1]);
  }
}

void
rua_reduction_merge_all (const RuaReduction *self, RuaSumForm form, guint8 *to, const guint8 *from, guint64 n)
{
  gsize stride = rua_reduction_get_stride (self, form);

  if (form == RUA_SUMS_WORDS)
    rua_reduction_merge_words (to, from, n);
  else if (form == RUA_SUMS_PLAIN && self->extremes == 0)
    rua_reduction_merge_plain (self, to, from, n);
  else
    for (guint64 i = 0; i < n; i++)
      rua_reduction_merge (self, form, to + i * stride, from + i * stride);
}

void
rua_reduction_take (const RuaReduction *self, guint8 *to, const guint8 *from, const guint8 *terms)
{
  RuaCellHead *head = (RuaCellHead *) (gpointer) to;
  const RuaCellHead *other = (const RuaCellHead *) (gconstpointer) from;
  double *sums = rua_state_sums (to);
  const double *others = (const double *) (gconstpointer) (from + sizeof (RuaCellHead));

  if (other->n == 0)
    return;
  if (head->n == 0 || other->first < head->first)
    head->first = other->first;
  head->n += other->n;
  for (guint t = 0; t < self->n_terms; t++)
    sums[t] += others[terms[t]];
}

/* ---- what an estimator reads ---- */

static const guint8 *
get_state (const RuaCellSums *self, gsize cell)
{
  return self->states + (self->order != NULL ? self->order[cell] : cell) * self->stride;
}

gsize
rua_cell_sums_get_n (const RuaCellSums *self)
{
  return self->n;
}

guint64
rua_cell_sums_get_n_records (const RuaCellSums *self, gsize cell)
{
  return rua_state_get_n (get_state (self, cell), self->count_bits);
}

double
rua_cell_sums_get_divisor (const RuaCellSums *self, guint term)
{
  RuaTerm factors = self->reduction->terms[term];

  return self->form == RUA_SUMS_ROUNDED ? 1 : self->divisors[factors.a] * (factors.b == RUA_ONE ? 1 : self->divisors[factors.b]);
}

RuaDouble2
rua_cell_sums_get_whole2 (const RuaCellSums *self, gsize cell, guint term)
{
  const double *sums = (const double *) (gconstpointer) (get_state (self, cell) + sizeof (RuaCellHead));

  /* Of many cells in the order of their first records, which are mostly asked for one after the other. */
  if (self->order != NULL && cell + AHEAD < self->n)
    __builtin_prefetch (get_state (self, cell + AHEAD));
  if (self->form == RUA_SUMS_WORDS)
    return (RuaDouble2){ rua_word_get_sum (get_state (self, cell), self->count_bits), 0 };
  if (self->form == RUA_SUMS_PLAIN)
    return (RuaDouble2){ sums[term], 0 };
  return rua_fast_two_sum (sums[term], sums[rua_reduction_count_places (self->reduction, self->form) + term]);
}

RuaDouble2
rua_cell_sums_get_sum2 (const RuaCellSums *self, gsize cell, guint term)
{
  RuaDouble2 sum = rua_cell_sums_get_whole2 (self, cell, term);
  double divisor = rua_cell_sums_get_divisor (self, term);

  return divisor == 1 ? sum : rua_double2_divide (sum, (RuaDouble2){ divisor, 0 });
}

RUA_WIDE static void
divide_all (double *numbers, gsize n, double divisor)
{
  for (gsize i = 0; i < n; i++)
    numbers[i] /= divisor;
}

double
rua_cell_sums_get_sum (const RuaCellSums *self, gsize cell, guint term, double *low)
{
  const double *sums = (const double *) (gconstpointer) (get_state (self, cell) + sizeof (RuaCellHead));
  RuaDouble2 sum;

  if (low == NULL && self->form == RUA_SUMS_PLAIN)
    return sums[term] / rua_cell_sums_get_divisor (self, term);
  sum = rua_cell_sums_get_sum2 (self, cell, term);
  if (low != NULL)
    *low = sum.low;
  return sum.high;
}

void
rua_cell_sums_get_sums (const RuaCellSums *self, guint term, double *sums)
{
  double divisor;

  if (self->form != RUA_SUMS_PLAIN && self->form != RUA_SUMS_WORDS) {
    for (gsize i = 0; i < self->n; i++)
      sums[i] = rua_cell_sums_get_sum (self, i, term, NULL);
    return;
  }
  divisor = rua_cell_sums_get_divisor (self, term);
  if (self->form == RUA_SUMS_WORDS)
    for (gsize i = 0; i < self->n; i++)
      sums[i] = rua_word_get_sum (get_state (self, i), self->count_bits);
  else
    for (gsize i = 0; i < self->n; i++) {
      const double *all = (const double *) (gconstpointer) (get_state (self, i) + sizeof (RuaCellHead));

      sums[i] = all[term];
    }
  divide_all (sums, self->n, divisor);
}

static double
get_extreme (const RuaCellSums *self, gsize cell, guint factor, guint side)
{
  const RuaReduction *reduction = self->reduction;
  const double *sums = (const double *) (gconstpointer) (get_state (self, cell) + sizeof (RuaCellHead));
  guint place = 0;
  double value;

  g_assert (reduction->extremes >> factor & 1);
  for (guint f = 0; f < factor; f++)
    place += reduction->extremes >> f & 1;
  if (rua_cell_sums_get_n_records (self, cell) == 0)
    return NAN;
  value = sums[count_parts (self->form) * rua_reduction_count_places (reduction, self->form) + 2 * place + side];
  if (self->form != RUA_SUMS_ROUNDED)
    value /= self->divisors[factor];
  return isinf (value) ? NAN : value;
}

double
rua_cell_sums_get_least (const RuaCellSums *self, gsize cell, guint factor)
{
  return get_extreme (self, cell, factor, 0);
}

double
rua_cell_sums_get_greatest (const RuaCellSums *self, gsize cell, guint factor)
{
  return get_extreme (self, cell, factor, 1);
}

static guint32
get_code (const RuaCellSums *self, gsize cell, guint k)
{
  return self->get_code (self->owner, self->order != NULL ? self->order[cell] : (guint32) cell, k);
}

/* By an array of all codes, or, where a group has only few of them, by a hash table. */
static guint
number_codes (guint32 *codes, gsize n, guint32 n_codes)
{
  guint next = 0;

  if (n_codes / 16 <= n) {
    g_autofree guint32 *numbers = g_new (guint32, MAX (n_codes, 1));

    memset (numbers, 0xff, n_codes * sizeof (guint32));
    for (gsize i = 0; i < n; i++) {
      guint32 *number = &numbers[codes[i]];

      if (*number == G_MAXUINT32)
        *number = next++;
      codes[i] = *number;
    }
  } else {
    g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);

    for (gsize i = 0; i < n; i++) {
      gpointer key = GUINT_TO_POINTER (codes[i]), number;

      if (!g_hash_table_lookup_extended (numbers, key, NULL, &number)) {
        number = GUINT_TO_POINTER (next++);
        g_hash_table_insert (numbers, key, number);
      }
      codes[i] = GPOINTER_TO_UINT (number);
    }
  }
  return next;
}

guint32 *
rua_cell_sums_number (const RuaCellSums *self, guint k, guint *n)
{
  guint32 *numbers = g_new (guint32, MAX (self->n, 1));

  g_assert (self->reduction->cells != NULL);
  for (gsize i = 0; i < self->n; i++)
    numbers[i] = get_code (self, i, k);
  *n = self->flags >> k & 1 ? 2 : number_codes (numbers, self->n, self->get_n_codes (self->owner, k));
  return numbers;
}

char *
rua_cell_sums_dup_label (const RuaCellSums *self, gsize cell, guint k)
{
  return self->dup_label (self->owner, k, get_code (self, cell, k));
}

double
rua_cell_sums_get_pilot (const RuaCellSums *self, guint role)
{
  return self->form == RUA_SUMS_ROUNDED ? self->pilots[role]
                                        : self->pilots[role] / self->role_divisors[role];
}

RuaDouble2
rua_cell_sums_get_taken (const RuaCellSums *self, guint role)
{
  RuaDouble2 taken = { rua_pilot (self->pilots[role]), 0 };

  return self->form == RUA_SUMS_ROUNDED
    ? taken : rua_double2_divide (taken, (RuaDouble2){ self->role_divisors[role], 0 });
}

double
rua_cell_sums_get_constant (const RuaCellSums *self, guint constant)
{
  return self->constants[constant];
}

/* ---- an estimator by its sums ---- */

/* Columns that a run has room for without an allocation. */
#define FEW_COLUMNS 6

static void
open_run (RuaRun *run, const RuaEstimation *setup, const RuaInputColumn *columns, guint n_columns,
          RuaRunColumn few[static FEW_COLUMNS])
{
  run->estimator = setup->estimator;
  run->setup = setup;
  run->data.columns = n_columns <= FEW_COLUMNS ? few : g_new (RuaRunColumn, n_columns);
  run->data.n_columns = n_columns;
  memset (run->data.columns, 0, n_columns * sizeof (RuaRunColumn));
  for (guint k = 0; k < n_columns; k++) {
    run->data.columns[k].spec = rua_estimator_find_role (setup->estimator, columns[k].role);
    run->data.columns[k].input = &columns[k];
  }
}

static void
close_run (RuaRun *run, const RuaRunColumn *few)
{
  if (run->data.columns != few)
    g_free (run->data.columns);
}

const RuaReduction *
rua_estimation_reduce (const RuaEstimation *self, const RuaInputColumn *columns, guint n_columns,
                       double *constants)
{
  RuaRun run = { 0 };
  RuaRunColumn few[FEW_COLUMNS];
  const RuaReduction *found;

  if (self->estimator->reduce == NULL)
    return NULL;
  open_run (&run, self, columns, n_columns, few);
  found = self->estimator->reduce (&run);
  if (found != NULL && found->constants != NULL)
    found->constants (&run, constants);
  close_run (&run, few);
  return found;
}

RuaFigures *
rua_estimation_finish (const RuaEstimation *self, const RuaInputColumn *columns, guint n_columns,
                       const RuaCellSums *cells, const RuaInputCounts *counts, guint64 n_used,
                       gboolean *needs_columns, GCancellable *cancellable, GError **error)
{
  RuaRun run = { .cancellable = cancellable };
  RuaRunColumn few[FEW_COLUMNS];
  gboolean done;

  open_run (&run, self, columns, n_columns, few);
  run.figures = rua_figures_new ();
  rua_figures_set_wanted (run.figures, (const char *const *) self->wanted);
  run.data.n = n_used;
  run.data.n_total = counts->n_total;
  for (guint k = 0; k < n_columns; k++)
    if (counts->missing[k] > 0)
      rua_figures_add_missing (run.figures, run.data.columns[k].spec->name, counts->missing[k]);
  rua_figures_set_records (run.figures, counts->n_total, n_used);
  done = cells->reduction->finish (&run, cells, error)
    && (!run.must_refuse
        || rua_run_refuse (&run, error, RUA_ERROR_VALUE, "a record has a value that it refuses"));
  *needs_columns = run.needs_columns;
  close_run (&run, few);
  if (!done)
    g_clear_pointer (&run.figures, rua_figures_free);
  else
    rua_figures_set_wanted (run.figures, NULL);
  return run.figures;
}
