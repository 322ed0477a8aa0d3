/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-split-private.h"

#include "rua-wide-private.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Where cells end, found for many records at once before any is read: 64 bytes give a word of bits for each of the
 * few bytes that have a meaning, and each bit set is a place (G. Langdale and D. Lemire, Parsing Gigabytes of JSON
 * per Second, The VLDB Journal 28, 2019, do likewise with another grammar). */

#define STEP 64 /* bytes: one word of bits */
#define AHEAD 16 /* bytes that whoever reads a cell may look at behind it */
#define FEWEST_RECORDS 8

/* The bytes of a step that are the separator, and so on. */
typedef struct {
  guint64 separators;
  guint64 feeds;
  guint64 returns;
  guint64 quotes;
} Marks;

#ifdef __SSE2__

static inline guint64
mark (const __m128i bytes[4], char c)
{
  const __m128i wanted = _mm_set1_epi8 (c);
  guint64 bits = 0;

  for (guint k = 0; k < 4; k++)
    bits |= (guint64) (guint) _mm_movemask_epi8 (_mm_cmpeq_epi8 (bytes[k], wanted)) << (16 * k);
  return bits;
}

static inline Marks
mark_step (const RuaCsv *csv, const char *at)
{
  __m128i bytes[4];

  for (guint k = 0; k < 4; k++)
    bytes[k] = _mm_loadu_si128 ((const __m128i *) (gconstpointer) (at + 16 * k));
  return (Marks){ mark (bytes, csv->separator), mark (bytes, '\n'), mark (bytes, '\r'),
                  csv->quote != '\0' ? mark (bytes, csv->quote) : 0 };
}

#else

static inline Marks
mark_step (const RuaCsv *csv, const char *at)
{
  Marks marks = { 0, 0, 0, 0 };

  for (guint k = 0; k < STEP; k++) {
    const guint64 bit = G_GUINT64_CONSTANT (1) << k;

    marks.separators |= at[k] == csv->separator ? bit : 0;
    marks.feeds |= at[k] == '\n' ? bit : 0;
    marks.returns |= at[k] == '\r' ? bit : 0;
    marks.quotes |= csv->quote != '\0' && at[k] == csv->quote ? bit : 0;
  }
  return marks;
}

#endif

#define LAST (G_GUINT64_CONSTANT (1) << 63)

/* Puts the places of @bits behind @places, eight at a time: there is room for 64 more than are counted. */
static inline guint
put_places (guint32 *places, guint n, guint64 bits, guint32 from)
{
  const guint n_bits = (guint) __builtin_popcountll (bits);
  guint32 *to = places + n;

  for (guint done = 0; done < n_bits; done += 8)
#pragma GCC unroll 8
    for (guint k = 0; k < 8; k++) {
      to[done + k] = from + (guint32) __builtin_ctzll (bits | LAST);
      bits &= bits - 1;
    }
  return n + n_bits;
}

/* How many of the first records end where every width-th cell does, and nowhere else. @n_feeds: in all cells. */
static guint
count_records (const RuaCsvLines *self, guint n_ends, guint n_feeds, guint most)
{
  const char *base = self->base;
  const guint width = self->width, whole = n_ends / width;
  guint n = 0, within = n_feeds;

  while (n < whole && base[self->ends[(n + 1) * width - 1]] == '\n')
    n++;
  for (guint k = n * width; k < n_ends; k++)
    within -= base[self->ends[k]] == '\n';
  if (G_LIKELY (within == n))
    return MIN (n, most);
  /* One of them has a line end before its last cell. */
  for (guint r = 0; r < n; r++)
    for (guint c = 0; c + 1 < width; c++)
      if (base[self->ends[r * width + c]] == '\n')
        return MIN (r, most);
  g_assert_not_reached ();
}

gboolean
rua_csv_can_split (const RuaCsv *self)
{
  /* Of one column, a blank line is a record; that many columns leave too few records for one go. */
  return self->width > 1 && self->width <= RUA_CSV_SPLIT_CELLS / FEWEST_RECORDS
    && self->limits.cell >= RUA_CSV_SPLIT_BYTES;
}

RUA_WIDE static void
split (const RuaCsv *self, const char *at, guint most, RuaCsvLines *found)
{
  const gsize left = (gsize) (self->text + self->length - at), bytes = MIN (left, RUA_CSV_SPLIT_BYTES);
  const guint width = self->width, n_cells = MIN (most, RUA_CSV_SPLIT_CELLS / width) * width;
  guint n_ends = 0, n_feeds = 0;
  guint64 returns = 0;
  gboolean goes_on = TRUE;

  found->base = at;
  found->width = width;
  for (guint32 from = 0; goes_on && n_ends < n_cells && from + STEP + AHEAD <= bytes; from += STEP) {
    Marks marks = mark_step (self, at + from);
    /* A return before no feed ends a record as well, and is left to whoever reads record by record. */
    guint64 others = marks.quotes
      | (marks.returns & ~(marks.feeds >> 1 | (guint64) (at[from + STEP] == '\n') << 63));

    if (G_UNLIKELY (others != 0)) {
      guint64 before = (others & -others) - 1;

      marks.separators &= before;
      marks.feeds &= before;
      goes_on = FALSE;
    }
    returns |= marks.returns;
    n_ends = put_places (found->ends, n_ends, marks.separators | marks.feeds, from);
    n_feeds += (guint) __builtin_popcountll (marks.feeds);
  }
  found->n = count_records (found, n_ends, n_feeds, n_cells / width);
  found->next = found->n > 0 ? found->ends[found->n * width - 1] + 1 : 0;
  found->returns = returns != 0;
}

void
rua_csv_split (const RuaCsv *self, const char *at, guint most, RuaCsvLines *found)
{
  split (self, at, most, found);
}
