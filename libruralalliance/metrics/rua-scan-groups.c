/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
#include "rua-block-private.h"
#include "rua-table-core-private.h"

#include <stdlib.h>
#include <string.h>

/* From cells to groups, in the order of their labels, and what an estimator reads of one. */

static guint32
cell_records (const RuaScanPart *part, guint64 cell)
{
  return part->reduction == NULL
    ? part->counts[cell]
    : rua_state_get_n (part->states + cell * part->stride, part->count_bits);
}

static int
compare_groups (gconstpointer a, gconstpointer b, gpointer data)
{
  const RuaScanGroup *s = *(RuaScanGroup *const *) a, *t = *(RuaScanGroup *const *) b;
  guint n_by = GPOINTER_TO_UINT (data);

  for (guint i = 0; i < n_by; i++)
    if (s->ranks[i] != t->ranks[i])
      return s->ranks[i] < t->ranks[i] ? -1 : 1;
  /* Different values may have one label. */
  for (guint i = 0; i < n_by; i++)
    if (s->codes[i] != t->codes[i])
      return s->codes[i] < t->codes[i] ? -1 : 1;
  return 0;
}

/* A cell and where its first record stands, in one word. */
static int
compare_places (gconstpointer a, gconstpointer b)
{
  guint64 s = *(const guint64 *) a, t = *(const guint64 *) b;

  return s < t ? -1 : s > t;
}

#define DIGIT_BITS 11
#define N_DIGITS (1u << DIGIT_BITS)

/* By their upper halves. A group may have as many cells as there are households. */
static void
sort_places (guint64 *places, guint32 n)
{
  g_autofree guint64 *spare = NULL;
  guint64 *from = places, *to;

  if (n < 256) {
    qsort (places, n, sizeof *places, compare_places);
    return;
  }
  to = spare = g_new (guint64, n);
  for (guint shift = 32; shift < 64; shift += DIGIT_BITS) {
    guint32 at[N_DIGITS] = { 0 }, sum = 0;
    guint64 *swap = from;

    for (guint32 i = 0; i < n; i++)
      at[from[i] >> shift & (N_DIGITS - 1)]++;
    if (at[from[0] >> shift & (N_DIGITS - 1)] == n)
      continue;
    for (guint d = 0; d < N_DIGITS; d++) {
      guint32 count = at[d];

      at[d] = sum;
      sum += count;
    }
    for (guint32 i = 0; i < n; i++)
      to[at[from[i] >> shift & (N_DIGITS - 1)]++] = from[i];
    from = to;
    to = swap;
  }
  if (from != places)
    memcpy (places, from, n * sizeof *places);
}

typedef struct {
  RuaScanPart *part;
} Ordering;

static gboolean
order_group (guint task, gpointer data, GError **error)
{
  RuaScanPart *part = ((Ordering *) data)->part;
  RuaScanGroup *group = g_ptr_array_index (part->groups, task);
  g_autofree guint64 *places = g_new (guint64, MAX (group->n, 1));
  gboolean sorted = TRUE;

  for (guint32 i = 0; i < group->n; i++) {
    guint32 cell = part->order[group->begin + i];

    places[i] = (guint64) ((const RuaCellHead *) (gconstpointer) (part->states
                                                                  + cell * part->stride))->first << 32
                | cell;
    sorted = sorted && (i == 0 || places[i - 1] < places[i]);
  }
  if (sorted)
    return TRUE;
  sort_places (places, group->n);
  for (guint32 i = 0; i < group->n; i++)
    part->order[group->begin + i] = (guint32) places[i];
  return TRUE;
}

/* Numbers for the combinations of the paths' codes: by a table of all of them where it is small, else by a hash
 * table. */
typedef struct {
  guint32 *direct;
  GHashTable *hashed;
} WordNumbers;

static void
word_numbers_init (WordNumbers *self, guint64 n_words)
{
  *self = (WordNumbers){ NULL, NULL };
  if (n_words <= (1 << 22)) {
    self->direct = g_new (guint32, n_words);
    memset (self->direct, 0xff, n_words * sizeof (guint32));
  } else
    self->hashed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
word_numbers_clear (WordNumbers *self)
{
  g_free (self->direct);
  g_clear_pointer (&self->hashed, g_hash_table_unref);
}

/* G_MAXUINT32: it has none. */
static guint32
word_numbers_find (const WordNumbers *self, guint64 word)
{
  gpointer stored;

  if (self->direct != NULL)
    return self->direct[word];
  stored = g_hash_table_lookup (self->hashed, &word);
  return stored != NULL ? GPOINTER_TO_UINT (stored) - 1 : G_MAXUINT32;
}

static void
word_numbers_set (WordNumbers *self, guint64 word, guint32 number)
{
  if (self->direct != NULL)
    self->direct[word] = number;
  else
    g_hash_table_insert (self->hashed, g_memdup2 (&word, sizeof word), GUINT_TO_POINTER (number + 1));
}

/* Cells that one task looks at. */
#define RANGE_CELLS (1u << 16)

/* So few words that a range has a place for each. */
#define FEW_WORDS 4096

/* What a range of cells has of a group. */
typedef struct {
  guint64 word;
  guint32 cell; /* the first of them */
  guint group;
  guint32 n;    /* cells that are listed */
  guint32 at;   /* where the next of them stands in the part's order */
  guint64 n_used;
  guint64 n_total;
  gboolean bad;
} Share;

typedef struct {
  guint64 begin, end;
  GArray *shares;  /* of Share, as they are found */
  GArray *missing; /* guint64 a share and role */
} Range;

typedef struct {
  RuaScan *scan;
  RuaScanPart *part;
  guint64 strides[RUA_MAX_CODERS];
  guint64 n_words;
  GArray *ranges;
  guint32 *share_of; /* by cell, in its range; G_MAXUINT32: it is not listed. NULL: there is one group, and cells that have
                      * records are */
  gboolean counts_alone; /* of a cell without records there is nothing to tell, and of others only how many they have */
  gboolean by_word; /* share_of is the word, of which there are few */
} Collecting;

static void
clear_range (gpointer data)
{
  Range *range = data;

  g_array_unref (range->shares);
  g_array_unref (range->missing);
}

static void
collecting_init (Collecting *self, RuaScan *scan, RuaScanPart *part)
{
  guint64 n_cells = part->keying->n_cells, size;

  *self = (Collecting){ .scan = scan, .part = part, .n_words = 1 };
  for (guint k = part->n_by; k > 0; k--) {
    self->strides[k - 1] = self->n_words;
    self->n_words *= rua_coder_get_size (part->keying->coders[k - 1]);
  }
  /* Each range has numbers of its own for the words that it meets. */
  size = self->n_words <= RANGE_CELLS ? RANGE_CELLS : MAX (n_cells, 1);
  self->ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  g_array_set_clear_func (self->ranges, clear_range);
  for (guint64 begin = 0; begin < n_cells; begin += size) {
    Range range = { begin, MIN (begin + size, n_cells), g_array_new (FALSE, FALSE, sizeof (Share)),
                    g_array_new (FALSE, TRUE, sizeof (guint64)) };

    g_array_append_val (self->ranges, range);
  }
  if (part->n_by > 0 || part->n_cell_roles == 0)
    self->share_of = rua_block_new (MAX (n_cells, 1) * sizeof (guint32));
  self->counts_alone = part->reduction != NULL && part->missing == NULL && part->bad_cells == NULL;
  self->by_word = self->counts_alone && part->n_by > 0 && part->n_cell_roles > 0 && self->n_words <= FEW_WORDS
    && n_cells >= 4 * self->n_words;
}

static void
collecting_clear (Collecting *self)
{
  g_array_unref (self->ranges);
  rua_block_free (self->share_of);
}

/* The words of cells, RUA_BATCH at most. */
static void
find_words (const Collecting *self, guint64 first, guint n, guint64 *words)
{
  guint32 codes[RUA_BATCH];

  memset (words, 0, n * sizeof *words);
  for (guint k = 0; k < self->part->n_by; k++) {
    rua_keying_get_codes (self->part->keying, self->scan->base, (guint32) first, n, k, codes);
    for (guint i = 0; i < n; i++)
      words[i] += codes[i] * self->strides[k];
  }
}

static guint32
add_share (Range *range, guint64 word, guint64 cell, guint n_roles)
{
  Share share = { .word = word, .cell = (guint32) cell };

  g_array_append_val (range->shares, share);
  g_array_set_size (range->missing, range->missing->len + n_roles);
  return range->shares->len - 1;
}

/* What cells lack, and whether one of them has a value that must be refused. */
static void
share_missing (const Collecting *self, Range *range, guint found, guint64 cell)
{
  const RuaScanPart *part = self->part;
  Share *share = &g_array_index (range->shares, Share, found);
  guint64 *lacking = (guint64 *) (gpointer) range->missing->data + (gsize) found * part->n_roles;
  const guint32 *missing = part->missing + cell * (part->n_roles + (gsize) 1);

  share->n_total += missing[0];
  for (guint r = 0; r < part->n_roles; r++)
    lacking[r] += missing[r + 1];
}

/* Of at most RUA_BATCH cells, @words of which are those of their groups. */
static void
share_cells (const Collecting *self, Range *range, WordNumbers *numbers, guint64 first, guint n_cells,
             const guint64 *words)
{
  const RuaScanPart *part = self->part;
  gsize width = part->n_roles + 1;
  guint32 *share_of = self->share_of != NULL ? self->share_of + first : NULL;

  for (guint i = 0; i < n_cells; i++) {
    guint64 cell = first + i;
    guint32 n = cell_records (part, cell), found;
    gboolean marked = part->bad_cells != NULL && part->bad_cells[cell];
    Share *share;

    if (share_of != NULL)
      share_of[i] = G_MAXUINT32;
    if (n == 0 && !marked && (part->missing == NULL || part->missing[cell * width] == 0))
      continue;
    found = word_numbers_find (numbers, words[i]);
    if (found == G_MAXUINT32) {
      found = add_share (range, words[i], cell, part->n_roles);
      word_numbers_set (numbers, words[i], found);
    }
    share = &g_array_index (range->shares, Share, found);
    share->n_used += n;
    share->n_total += n;
    share->bad |= marked;
    if (part->missing != NULL)
      share_missing (self, range, found, cell);
    if (n > 0 || part->n_cell_roles == 0) {
      if (share_of != NULL)
        share_of[i] = found;
      share->n++;
    }
  }
}

/* All cells are of one group. */
static void
share_one_group (const Collecting *self, Range *range)
{
  const RuaScanPart *part = self->part;
  const guint8 *states = part->states + range->begin * part->stride;
  guint64 n_used = 0, first = G_MAXUINT64;
  guint32 n_cells = 0;

  for (guint64 cell = range->begin; cell < range->end; cell++, states += part->stride) {
    guint32 n = rua_state_get_n (states, part->count_bits);

    n_used += n;
    n_cells += n > 0;
    first = n > 0 && first == G_MAXUINT64 ? cell : first;
  }
  if (n_cells > 0) {
    guint32 found = add_share (range, 0, first, part->n_roles);
    Share *share = &g_array_index (range->shares, Share, found);

    share->n_used = share->n_total = n_used;
    share->n = n_cells;
  }
}

/* What a range has of the groups that may be, by word. */
typedef struct {
  guint32 n[FEW_WORDS]; /* cells that have records */
  guint64 n_used[FEW_WORDS];
  guint32 cell[FEW_WORDS]; /* one of them */
} FewShares;

static void
count_cells (const Collecting *self, guint64 first, guint n_cells, const guint64 *words, FewShares *few)
{
  guint count_bits = self->part->count_bits;
  gsize stride = self->part->stride;
  const guint8 *states = self->part->states + first * stride;

  for (guint i = 0; i < n_cells; i++, states += stride) {
    guint32 n = rua_state_get_n (states, count_bits), word = (guint32) words[i];

    few->n[word] += n > 0;
    few->n_used[word] += n;
    few->cell[word] = n > 0 ? (guint32) first + i : few->cell[word];
    self->share_of[first + i] = n > 0 ? word : G_MAXUINT32;
  }
}

static void
share_few (const Collecting *self, Range *range)
{
  g_autofree FewShares *few = g_new0 (FewShares, 1);
  guint64 words[RUA_BATCH];

  for (guint64 first = range->begin; first < range->end; first += RUA_BATCH) {
    guint n = (guint) MIN (RUA_BATCH, range->end - first);

    find_words (self, first, n, words);
    count_cells (self, first, n, words, few);
  }
  for (guint32 word = 0; word < self->n_words; word++)
    if (few->n[word] > 0) {
      guint found = add_share (range, word, few->cell[word], self->part->n_roles);
      Share *share = &g_array_index (range->shares, Share, found);

      share->n = few->n[word];
      share->n_used = share->n_total = few->n_used[word];
    }
}

static gboolean
share_range (guint task, gpointer data, GError **error)
{
  const Collecting *self = data;
  const RuaScanPart *part = self->part;
  Range *range = &g_array_index (self->ranges, Range, task);
  guint64 words[RUA_BATCH] = { 0 };
  WordNumbers numbers;

  if (self->by_word) {
    share_few (self, range);
    return TRUE;
  }
  if (self->counts_alone && self->share_of == NULL) {
    share_one_group (self, range);
    return TRUE;
  }
  word_numbers_init (&numbers, self->n_words);
  for (guint64 first = range->begin; first < range->end; first += RUA_BATCH) {
    guint n = (guint) MIN (RUA_BATCH, range->end - first);

    if (part->n_by > 0)
      find_words (self, first, n, words);
    share_cells (self, range, &numbers, first, n, words);
  }
  word_numbers_clear (&numbers);
  return TRUE;
}

static RuaScanGroup *
add_group (Collecting *self)
{
  RuaScanPart *part = self->part;
  gsize size = sizeof (RuaScanGroup) + part->n_roles * sizeof (guint64)
               + part->n_by * (sizeof (char *) + 2 * sizeof (guint32));
  RuaScanGroup *group = g_malloc0 (size);

  group->missing = (guint64 *) (gpointer) (group + 1);
  group->labels = (const char **) (gpointer) (group->missing + part->n_roles);
  group->codes = (guint32 *) (gpointer) (group->labels + part->n_by);
  group->ranks = group->codes + part->n_by;
  g_ptr_array_add (part->groups, group);
  return group;
}

/* Groups come in the order of their first cells. */
static void
join_shares (Collecting *self)
{
  RuaScanPart *part = self->part;
  WordNumbers numbers;

  word_numbers_init (&numbers, self->n_words);
  for (guint i = 0; i < self->ranges->len; i++) {
    const Range *range = &g_array_index (self->ranges, Range, i);

    for (guint k = 0; k < range->shares->len; k++) {
      Share *share = &g_array_index (range->shares, Share, k);
      const guint64 *missing = (const guint64 *) (gconstpointer) range->missing->data + (gsize) k * part->n_roles;
      RuaScanGroup *group;

      share->group = word_numbers_find (&numbers, share->word);
      if (share->group == G_MAXUINT32) {
        group = add_group (self);
        share->group = part->groups->len - 1;
        word_numbers_set (&numbers, share->word, share->group);
        for (guint b = 0; b < part->n_by; b++)
          group->codes[b] = rua_keying_get_code (part->keying, self->scan->base, share->cell, b);
      }
      group = g_ptr_array_index (part->groups, share->group);
      group->n += share->n;
      group->n_used += share->n_used;
      group->n_total += share->n_total;
      group->bad |= share->bad;
      for (guint r = 0; r < part->n_roles; r++)
        group->missing[r] += missing[r];
    }
  }
  word_numbers_clear (&numbers);
}

/* Where the cells of each stand: those of a group side by side. Returns how many there are. */
static guint32
place_shares (Collecting *self)
{
  GPtrArray *groups = self->part->groups;
  g_autofree guint32 *next = g_new (guint32, MAX (groups->len, 1));
  guint32 begin = 0;

  for (guint g = 0; g < groups->len; g++) {
    RuaScanGroup *group = g_ptr_array_index (groups, g);

    group->begin = next[g] = begin;
    begin += group->n;
  }
  for (guint i = 0; i < self->ranges->len; i++) {
    const Range *range = &g_array_index (self->ranges, Range, i);

    for (guint k = 0; k < range->shares->len; k++) {
      Share *share = &g_array_index (range->shares, Share, k);

      share->at = next[share->group];
      next[share->group] += share->n;
    }
  }
  return begin;
}

/* Where the next cell of each word stands. */
static void
list_by_word (const Collecting *self, const Range *range)
{
  g_autofree guint32 *at = g_new (guint32, FEW_WORDS);
  guint32 *order = self->part->order;

  for (guint k = 0; k < range->shares->len; k++) {
    const Share *share = &g_array_index (range->shares, Share, k);

    at[share->word] = share->at;
  }
  for (guint64 cell = range->begin; cell < range->end; cell++) {
    guint32 word = self->share_of[cell];

    if (word != G_MAXUINT32)
      order[at[word]++] = (guint32) cell;
  }
}

static gboolean
list_range (guint task, gpointer data, GError **error)
{
  const Collecting *self = data;
  RuaScanPart *part = self->part;
  const Range *range = &g_array_index (self->ranges, Range, task);
  Share *shares = (Share *) (gpointer) range->shares->data;

  if (self->by_word) {
    list_by_word (self, range);
    return TRUE;
  }
  for (guint64 cell = range->begin; cell < range->end; cell++)
    if (self->share_of == NULL ? cell_records (part, cell) > 0 : self->share_of[cell] != G_MAXUINT32)
      part->order[shares[self->share_of != NULL ? self->share_of[cell] : 0].at++] = (guint32) cell;
  return TRUE;
}

typedef struct {
  const char *text;
  guint32 number;
} Label;

/* The unknown last. */
static int
compare_labels (gconstpointer a, gconstpointer b)
{
  const char *left = ((const Label *) a)->text, *right = ((const Label *) b)->text;

  if (left == NULL || right == NULL)
    return (left == NULL) - (right == NULL);
  return strcmp (left, right);
}

/* Where there are not many more codes than groups, the label of each is made once. */
static void
label_path (RuaScan *self, RuaScanPart *part, guint k)
{
  const RuaCoder *coder = part->keying->coders[k];
  guint n = part->groups->len, n_labels = 0;
  g_autofree Label *labels = g_new (Label, MAX (n, 1));
  g_autofree guint32 *ranks = g_new (guint32, MAX (n, 1));
  g_autofree guint32 *of_code = NULL;

  if (coder->n_codes / 4 <= n) {
    of_code = g_new (guint32, coder->n_codes + (gsize) 1);
    memset (of_code, 0xff, (coder->n_codes + (gsize) 1) * sizeof (guint32));
  }
  for (guint g = 0; g < n; g++) {
    RuaScanGroup *group = g_ptr_array_index (part->groups, g);
    guint32 code = group->codes[k];
    guint32 number = of_code != NULL ? of_code[code] : G_MAXUINT32;

    if (number == G_MAXUINT32) {
      char *text = rua_coder_dup_label (coder, self->reader, code);

      number = n_labels++;
      labels[number] = (Label){ text, number };
      if (text != NULL)
        g_ptr_array_add (part->labels, text);
      if (of_code != NULL)
        of_code[code] = number;
    }
    group->labels[k] = labels[number].text;
    group->ranks[k] = number;
  }
  qsort (labels, n_labels, sizeof *labels, compare_labels);
  for (guint32 i = 0; i < n_labels; i++)
    ranks[labels[i].number]
      = i > 0 && compare_labels (&labels[i - 1], &labels[i]) == 0 ? ranks[labels[i - 1].number] : i;
  for (guint g = 0; g < n; g++) {
    RuaScanGroup *group = g_ptr_array_index (part->groups, g);

    group->ranks[k] = ranks[group->ranks[k]];
  }
}

static gboolean
list_cells (Collecting *self, GCancellable *cancellable, GError **error)
{
  RuaScanPart *part = self->part;

  join_shares (self);
  /* Without paths there is one group, be it empty. */
  if (part->groups->len == 0 && part->n_by == 0)
    add_group (self)->n = part->n_cell_roles == 0;
  for (guint k = 0; k < part->n_by; k++)
    label_path (self->scan, part, k);
  part->order = rua_block_new (MAX (place_shares (self), 1) * sizeof (guint32));
  part->order[0] = 0;
  return rua_parallel_run (self->ranges->len, list_range, self, NULL, cancellable, error);
}

gboolean
rua_scan_has_many_cells (const RuaScanPart *part)
{
  return part->keying->n_cells > RANGE_CELLS;
}

gboolean
rua_scan_collect_groups (RuaScan *self, RuaScanPart *part, GCancellable *cancellable,
                         GError **error)
{
  Collecting collecting;
  Ordering ordering = { part };
  gboolean done;

  part->groups = g_ptr_array_new_with_free_func (g_free);
  part->labels = g_ptr_array_new_with_free_func (g_free);
  part->n_open = self->n_open[part->selection];
  collecting_init (&collecting, self, part);
  done = rua_parallel_run (collecting.ranges->len, share_range, &collecting, NULL, cancellable, error)
    && list_cells (&collecting, cancellable, error);
  collecting_clear (&collecting);
  if (!done
      || (part->reduction != NULL && part->n_cell_roles > 0 && !part->reduction->any_order
          && !rua_parallel_run (part->groups->len, order_group, &ordering, NULL, cancellable, error)))
    return FALSE;
  g_ptr_array_sort_with_data (part->groups, compare_groups, GUINT_TO_POINTER (part->n_by));
  return TRUE;
}

/* ---- what finish() reads ---- */

static guint32
get_cell_code (gconstpointer owner, guint32 state, guint k)
{
  const RuaScanPart *part = owner;
  const RuaCoder *coder = part->roles[part->cell_roles[k]].coder;
  guint32 code = rua_keying_get_code (part->keying, part->scan->base, state, part->n_by + k);
  double number;

  if (part->roles[part->cell_roles[k]].spec->type != RUA_ROLE_FLAG
      || coder->kind == RUA_CODER_TRUTH)
    return code;
  number = (double) (coder->base + (gint64) code);
  if (coder->kind == RUA_CODER_LISTED)
    memcpy (&number, &coder->words[code], sizeof number);
  return number != 0;
}

static guint32
get_n_cell_codes (gconstpointer owner, guint k)
{
  const RuaScanPart *part = owner;

  return part->roles[part->cell_roles[k]].coder->n_codes;
}

static char *
dup_cell_label (gconstpointer owner, guint k, guint32 code)
{
  const RuaScanPart *part = owner;

  return rua_coder_dup_label (part->roles[part->cell_roles[k]].coder, part->scan->reader, code);
}

void
rua_scan_get_cell_sums (RuaScanPart *part, const RuaScanGroup *group, RuaCellSums *sums)
{
  *sums = (RuaCellSums){ .reduction = part->reduction, .form = part->form,
                         .divisors = part->divisors, .role_divisors = part->role_divisors,
                         .states = part->states,
                         .stride = part->stride, .count_bits = part->count_bits, .order = part->order + group->begin,
                         .n = group->n, .pilots = part->pilots, .constants = part->constants,
                         .get_code = get_cell_code, .get_n_codes = get_n_cell_codes,
                         .dup_label = dup_cell_label, .owner = part };
  for (guint k = 0; k < part->n_cell_roles; k++)
    if (part->roles[part->cell_roles[k]].spec->type == RUA_ROLE_FLAG)
      sums->flags |= 1u << k;
}
