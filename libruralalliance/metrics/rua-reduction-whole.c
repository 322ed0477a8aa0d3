/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-reduction-private.h"
#include "rua-scratch-private.h"
#include "rua-wide-private.h"

#include <string.h>

/* Sums of whole numbers by cell. No addition is rounded, or what is rounded is a whole number as well, so that
 * any order gives the same. */

/* Records at once. While they are added up, the cells of those that come next are called into the cache. */
#define BLOCK 32

typedef struct {
  guint8 *states;
  gsize stride;
  const RuaRecords *records;
  const double *terms[RUA_MAX_TERMS]; /* of each record */
  guint n_places;                     /* of a state's high parts */
  guint n_extremes;
  gboolean far;                       /* the cells do not lie in the cache anyhow */
} Adding;

/* Of the records from @begin to @end. */
static RUA_COPIED void
call_cells (const Adding *self, const guint32 *places, guint begin, guint end)
{
  const guint32 *cells = self->records->cells;

  for (guint k = begin; k < end; k++)
    __builtin_prefetch (self->states + cells[places != NULL ? places[k] : k] * self->stride, 1);
}

RUA_WIDE static void
multiply (const double *a, const double *b, guint n, double *products)
{
  for (guint i = 0; i < n; i++)
    products[i] = a[i] * b[i];
}

RUA_WIDE static gboolean
find_rests (const double *a, const double *b, guint n, double *rests)
{
  guint n_rests = 0;

  for (guint i = 0; i < n; i++) {
    rests[i] = rua_product_rest (a[i], b[i]);
    n_rests += (rests[i] != 0) & (rests[i] == rests[i]);
  }
  return n_rests > 0;
}

/* What rounding takes from @high goes to @low. */
static inline void
add_kept (double *high, double *low, double value)
{
  double sum = *high + value, back = sum - *high;

  *low += (*high - (sum - back)) + (value - back);
  *high = sum;
}

static RUA_COPIED void
add_term (const Adding *self, double *sums, guint term, guint i, gboolean plain)
{
  if (plain)
    sums[term] += self->terms[term][i];
  else
    add_kept (&sums[term], &sums[self->n_places + term], self->terms[term][i]);
}

/* Inlined for the commonest numbers of terms, whether some places are left out or none. */
static RUA_COPIED void
add_block (const Adding *self, guint n_terms, gboolean plain, const guint32 *places, guint begin, guint end)
{
  const RuaRecords *records = self->records;
  const guint32 *cells = records->cells, *rows = records->rows;
  guint32 first = records->first;
  guint n_places = self->n_places;

  for (guint k = begin; k < end; k++) {
    guint i = places != NULL ? places[k] : k;
    guint8 *state = self->states + cells[i] * self->stride;
    RuaCellHead *head = (RuaCellHead *) (gpointer) state;
    double *sums = rua_state_sums (state);

    if (head->n++ == 0)
      rua_state_begin (head, rows != NULL ? rows[i] : first + i, sums + (plain ? 1 : 2) * n_places,
                       self->n_extremes);
    else if (rows != NULL && rows[i] < head->first)
      head->first = rows[i];
    if (n_terms > 0)
      add_term (self, sums, 0, i, plain);
    if (n_terms > 1)
      add_term (self, sums, 1, i, plain);
    if (n_terms > 2)
      add_term (self, sums, 2, i, plain);
    if (n_terms > 3)
      add_term (self, sums, 3, i, plain);
    for (guint t = 4; t < n_terms; t++)
      add_term (self, sums, t, i, plain);
  }
}

static RUA_COPIED void
add_all (const Adding *self, guint n_terms, gboolean plain, const guint32 *places)
{
  guint n = self->records->n_places;

  for (guint begin = 0; begin < n; begin += BLOCK) {
    guint end = MIN (begin + BLOCK, n);

    if (self->far)
      call_cells (self, places, end, MIN (end + BLOCK, n));
    add_block (self, n_terms, plain, places, begin, end);
  }
}

/* One sum a cell, where nobody asks for its first record: nothing is to be made ready, and there is no branch that cannot
 * be foreseen. */
static RUA_COPIED void
add_single (const Adding *self, const guint32 *places)
{
  const guint32 *cells = self->records->cells;
  const double *values = self->terms[0];
  guint n = self->records->n_places;

  for (guint begin = 0; begin < n; begin += BLOCK) {
    guint end = MIN (begin + BLOCK, n);

    if (self->far)
      call_cells (self, places, end, MIN (end + BLOCK, n));
    for (guint k = begin; k < end; k++) {
      guint i = places != NULL ? places[k] : k;
      guint8 *state = self->states + cells[i] * self->stride;

      ((RuaCellHead *) (gpointer) state)->n++;
      rua_state_sums (state)[0] += values[i];
    }
  }
}

static void
spill (const RuaRecords *records, guint32 cell, guint64 *word)
{
  RuaSpilled spilled = { cell, rua_state_get_n (word, records->count_bits), rua_word_get_sum (word, records->count_bits) };

  if (*records->spilled == NULL)
    *records->spilled = g_array_new (FALSE, FALSE, sizeof (RuaSpilled));
  g_array_append_val (*records->spilled, spilled);
  *word = 0;
}

/* Records whose words are called before their turn. */
#define AHEAD 64

static RUA_COPIED void
add_words_range (const Adding *self, const guint32 *places, guint begin, guint end, gboolean calls)
{
  const RuaRecords *records = self->records;
  const guint32 *cells = records->cells;
  const double *values = self->terms[0];
  guint64 *words = (guint64 *) (gpointer) self->states;
  guint count_bits = records->count_bits;
  guint64 mask = (G_GUINT64_CONSTANT (1) << count_bits) - 1, full = (mask + 1) / RUA_WORD_PLACES;

  for (guint k = begin; k < end; k++) {
    guint i = places != NULL ? places[k] : k;
    guint64 word = words[cells[i]] + ((guint64) (gint64) values[i] << count_bits) + 1;

    if (calls)
      __builtin_prefetch (&words[cells[places != NULL ? places[k + AHEAD] : k + AHEAD]], 1);
    words[cells[i]] = word;
    if (G_UNLIKELY ((word & mask) == full))
      spill (records, cells[i], &words[cells[i]]);
  }
}

static RUA_COPIED void
add_words (const Adding *self, const guint32 *places)
{
  guint n = self->records->n_places, n_calling = self->far && n > AHEAD ? n - AHEAD : 0;

  add_words_range (self, places, 0, n_calling, TRUE);
  add_words_range (self, places, n_calling, n, FALSE);
}

static RUA_COPIED void
add_some (const Adding *self, guint n_terms, gboolean plain)
{
  if (self->records->places != NULL)
    add_all (self, n_terms, plain, self->records->places);
  else
    add_all (self, n_terms, plain, NULL);
}

static void
add_single_terms (const Adding *self)
{
  if (self->records->places != NULL)
    add_single (self, self->records->places);
  else
    add_single (self, NULL);
}

static void
add_all_words (const Adding *self)
{
  if (self->records->places != NULL)
    add_words (self, self->records->places);
  else
    add_words (self, NULL);
}

static void
add_plain (const Adding *self, guint n_terms)
{
  switch (n_terms) {
  case 0:
    add_some (self, 0, TRUE);
    break;
  case 1:
    add_some (self, 1, TRUE);
    break;
  case 2:
    add_some (self, 2, TRUE);
    break;
  case 3:
    add_some (self, 3, TRUE);
    break;
  case 4:
    add_some (self, 4, TRUE);
    break;
  default:
    add_some (self, n_terms, TRUE);
  }
}

static void
add_twofold (const Adding *self, guint n_terms)
{
  switch (n_terms) {
  case 1:
    add_some (self, 1, FALSE);
    break;
  case 2:
    add_some (self, 2, FALSE);
    break;
  case 3:
    add_some (self, 3, FALSE);
    break;
  default:
    add_some (self, n_terms, FALSE);
  }
}

/* What products of more than 53 bits left. */
static void
add_rests (const Adding *self, const double *rests, guint term)
{
  const RuaRecords *records = self->records;

  for (guint k = 0; k < records->n_places; k++) {
    guint i = records->places != NULL ? records->places[k] : k;

    rua_state_sums (self->states + records->cells[i] * self->stride)[self->n_places + term] += rests[i];
  }
}

/* Comparisons with NaN are false. Of the two zeros it is the positive one, whichever comes first. */
static void
add_extremes (const Adding *self, const double *values, gsize offset)
{
  const RuaRecords *records = self->records;

  for (guint k = 0; k < records->n_places; k++) {
    guint i = records->places != NULL ? records->places[k] : k;
    double *extremes
      = (double *) (gpointer) (self->states + records->cells[i] * self->stride + offset);
    double value = values[i] + 0.0;

    if (value < extremes[0])
      extremes[0] = value;
    if (value > extremes[1])
      extremes[1] = value;
  }
}

void
rua_reduction_add_whole (const RuaReduction *self, RuaSumForm form, guint8 *states,
                         const RuaRecords *records, const double *const *factors)
{
  gboolean plain = form == RUA_SUMS_PLAIN;
  double *products = rua_reduction_is_exact (self) ? NULL : rua_scratch_take (self->n_terms * (gsize) records->n * sizeof (double));
  Adding adding = { states, rua_reduction_get_stride (self, form), records, { NULL },
                    rua_reduction_count_places (self, form), rua_reduction_count_extremes (self), records->far };
  gsize offset = sizeof (RuaCellHead) + (plain ? 1 : 2) * (gsize) adding.n_places * sizeof (double);

  for (guint t = 0; t < self->n_terms; t++) {
    adding.terms[t] = factors[self->terms[t].a];
    if (self->terms[t].b == RUA_ONE)
      continue;
    multiply (adding.terms[t], factors[self->terms[t].b], records->n, products + (gsize) t * records->n);
    adding.terms[t] = products + (gsize) t * records->n;
  }
  if (form == RUA_SUMS_WORDS)
    add_all_words (&adding);
  else if (plain && self->any_order && self->n_terms == 1 && adding.n_extremes == 0)
    add_single_terms (&adding);
  else if (plain)
    add_plain (&adding, self->n_terms);
  else
    add_twofold (&adding, self->n_terms);
  for (guint t = 0; t < self->n_terms && form == RUA_SUMS_WHOLE; t++) {
    RuaTerm term = self->terms[t];
    double *rests = products + (gsize) t * records->n;

    if (term.b != RUA_ONE && find_rests (factors[term.a], factors[term.b], records->n, rests))
      add_rests (&adding, rests, t);
  }
  for (guint f = 0; self->extremes >> f != 0; f++)
    if (self->extremes >> f & 1) {
      add_extremes (&adding, factors[f], offset);
      offset += 2 * sizeof (double);
    }
  rua_scratch_give (products);
}

/* ---- bringing together ---- */

/* A sum of no records is 0. */
static RUA_COPIED void
merge_cells (guint8 *to, const guint8 *from, gsize stride, guint64 n, guint n_places, gboolean any_order)
{
  for (; n > 0; n--, to += stride, from += stride) {
    RuaCellHead *head = (RuaCellHead *) (gpointer) to;
    const RuaCellHead *other = (const RuaCellHead *) (gconstpointer) from;
    double *sums = rua_state_sums (to);
    const double *others = (const double *) (gconstpointer) (from + sizeof (RuaCellHead));

    if (!any_order && other->n > 0 && (head->n == 0 || other->first < head->first))
      head->first = other->first;
    head->n += other->n;
    for (guint t = 0; t < n_places; t++)
      sums[t] += others[t];
  }
}

void
rua_reduction_merge_plain (const RuaReduction *self, guint8 *to, const guint8 *from, guint64 n)
{
  gsize stride = rua_reduction_get_stride (self, RUA_SUMS_PLAIN);
  guint n_places = rua_reduction_count_places (self, RUA_SUMS_PLAIN);

  if (n_places == 1 && self->any_order)
    merge_cells (to, from, stride, n, 1, TRUE);
  else
    merge_cells (to, from, stride, n, n_places, self->any_order);
}

/* Both parts of words add up by themselves. */
RUA_WIDE static void
add_up (guint64 *restrict to, const guint64 *restrict from, gsize n)
{
  for (gsize i = 0; i < n; i++)
    to[i] += from[i];
}

void
rua_reduction_merge_words (guint8 *to, const guint8 *from, guint64 n)
{
  add_up ((guint64 *) (gpointer) to, (const guint64 *) (gconstpointer) from, n);
}

static void
add_to_plain (guint8 *state, guint32 n, double sum)
{
  ((RuaCellHead *) (gpointer) state)->n += n;
  rua_state_sums (state)[0] += sum;
}

void
rua_reduction_unpack (const RuaReduction *self, guint8 *to, const guint8 *from, guint64 n, guint count_bits)
{
  gsize stride = rua_reduction_get_stride (self, RUA_SUMS_PLAIN);

  for (; n > 0; n--, to += stride, from += sizeof (guint64))
    add_to_plain (to, rua_state_get_n (from, count_bits), rua_word_get_sum (from, count_bits));
}

void
rua_reduction_add_spilled (const RuaReduction *self, guint8 *to, const GArray *spilled)
{
  gsize stride = rua_reduction_get_stride (self, RUA_SUMS_PLAIN);

  for (guint i = 0; i < spilled->len; i++) {
    const RuaSpilled *one = &g_array_index (spilled, RuaSpilled, i);

    add_to_plain (to + one->cell * stride, one->n, one->sum);
  }
}
