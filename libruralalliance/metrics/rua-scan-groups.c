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
    : ((const RuaCellHead *) (gconstpointer) (part->states + cell * part->stride))->n;
}

static int
compare_groups (gconstpointer a, gconstpointer b, gpointer data)
{
  const RuaScanGroup *s = *(RuaScanGroup *const *) a, *t = *(RuaScanGroup *const *) b;
  guint n_by = GPOINTER_TO_UINT (data);

  /* By label, the unknown last. */
  for (guint i = 0; i < n_by; i++) {
    const char *left = s->labels[i], *right = t->labels[i];
    int order;

    if (left == NULL || right == NULL)
      order = (left == NULL) - (right == NULL);
    else
      order = strcmp (left, right);
    if (order != 0)
      return order;
  }
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

/* The groups that cells belong to: by a table of all combinations of the paths' codes where it is
 * small, else by a hash table. */
typedef struct {
  guint32 *direct;
  GHashTable *hashed;
  guint64 strides[RUA_MAX_CODERS];
} GroupFinder;

static void
group_finder_init (GroupFinder *self, const RuaScanPart *part)
{
  guint64 product = 1;

  memset (self, 0, sizeof *self);
  for (guint k = part->n_by; k > 0; k--) {
    self->strides[k - 1] = product;
    product *= (guint64) part->keying->coders[k - 1]->n_codes + 1;
  }
  if (product <= (1 << 22)) {
    self->direct = g_new (guint32, product);
    memset (self->direct, 0xff, product * sizeof (guint32));
  } else
    self->hashed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/* The words of cells, RUA_BATCH at most. */
static void
find_words (const GroupFinder *self, RuaScan *scan, const RuaScanPart *part, guint64 first, guint n,
            guint64 *words)
{
  guint32 codes[RUA_BATCH];

  memset (words, 0, n * sizeof *words);
  for (guint k = 0; k < part->n_by; k++) {
    rua_keying_get_codes (part->keying, scan->base, (guint32) first, n, k, codes);
    for (guint i = 0; i < n; i++)
      words[i] += codes[i] * self->strides[k];
  }
}

static guint32
find_group (GroupFinder *self, RuaScan *scan, RuaScanPart *part, guint64 cell, guint64 word)
{
  guint32 codes[RUA_MAX_CODERS];
  guint32 found = G_MAXUINT32;
  gpointer stored;
  RuaScanGroup *group;

  if (self->direct != NULL)
    found = self->direct[word];
  else if ((stored = g_hash_table_lookup (self->hashed, &word)) != NULL)
    found = GPOINTER_TO_UINT (stored) - 1;
  if (found != G_MAXUINT32)
    return found;
  for (guint k = 0; k < part->n_by; k++)
    codes[k] = rua_keying_get_code (part->keying, scan->base, (guint32) cell, k);
  group = g_new0 (RuaScanGroup, 1);
  group->codes = g_memdup2 (codes, MAX (part->n_by, 1) * sizeof (guint32));
  group->labels = g_new0 (char *, part->n_by + 1);
  group->missing = g_new0 (guint64, part->n_roles + 1);
  g_ptr_array_add (part->groups, group);
  found = part->groups->len - 1;
  if (self->direct != NULL)
    self->direct[word] = found;
  else
    g_hash_table_insert (self->hashed, g_memdup2 (&word, sizeof word),
                         GUINT_TO_POINTER (found + 1));
  return found;
}

static void
label_groups (RuaScan *self, RuaScanPart *part)
{
  for (guint k = 0; k < part->n_by; k++) {
    const RuaCoder *coder = part->keying->coders[k];

    for (guint g = 0; g < part->groups->len; g++) {
      RuaScanGroup *group = g_ptr_array_index (part->groups, g);

      group->labels[k] = rua_coder_dup_label (coder, self->reader, group->codes[k]);
    }
  }
}

gboolean
rua_scan_collect_groups (RuaScan *self, RuaScanPart *part, GCancellable *cancellable,
                         GError **error)
{
  guint64 n_cells = part->keying->n_cells;
  gsize width = part->n_roles + 1;
  /* Of cells that are listed; G_MAXUINT32: it is not. Where there is one group, those that have records are. */
  gboolean one_group = part->n_by == 0 && part->n_cell_roles > 0;
  guint32 *group_of = one_group ? NULL : rua_block_new (MAX (n_cells, 1) * sizeof (guint32));
  guint64 n_listed = 0, words[RUA_BATCH];
  GroupFinder finder;
  guint32 begin = 0;
  Ordering ordering = { part };

  part->groups = g_ptr_array_new ();
  part->n_open = self->n_open[part->selection];
  group_finder_init (&finder, part);
  for (guint64 cell = 0; cell < n_cells; cell++) {
    guint32 n = cell_records (part, cell);
    const guint32 *missing = part->missing != NULL ? part->missing + cell * width : NULL;
    gboolean marked = part->bad_cells != NULL && part->bad_cells[cell];
    RuaScanGroup *group;
    guint32 found;

    if (cell % RUA_BATCH == 0 && part->n_by > 0)
      find_words (&finder, self, part, cell, (guint) MIN (RUA_BATCH, n_cells - cell), words);
    if (group_of != NULL)
      group_of[cell] = G_MAXUINT32;
    if (n == 0 && (missing == NULL || missing[0] == 0) && !marked)
      continue;
    found = part->n_by == 0 && part->groups->len > 0
      ? 0 : find_group (&finder, self, part, cell, part->n_by > 0 ? words[cell % RUA_BATCH] : 0);
    group = g_ptr_array_index (part->groups, found);
    group->n_used += n;
    group->n_total += n;
    group->bad |= marked;
    if (missing != NULL) {
      group->n_total += missing[0];
      for (guint r = 0; r < part->n_roles; r++)
        group->missing[r] += missing[r + 1];
    }
    if (n > 0 || part->n_cell_roles == 0) {
      if (group_of != NULL)
        group_of[cell] = found;
      group->n++;
      n_listed++;
    }
  }
  /* Without paths there is one group, be it empty. */
  if (part->groups->len == 0 && part->n_by == 0) {
    RuaScanGroup *group = g_new0 (RuaScanGroup, 1);

    group->codes = g_new0 (guint32, 1);
    group->labels = g_new0 (char *, 1);
    group->missing = g_new0 (guint64, part->n_roles + 1);
    g_ptr_array_add (part->groups, group);
    if (part->n_cell_roles == 0) {
      group_of[0] = 0;
      group->n = 1;
      n_listed = 1;
    }
  }
  g_free (finder.direct);
  g_clear_pointer (&finder.hashed, g_hash_table_unref);
  label_groups (self, part);
  part->order = rua_block_new (n_listed * sizeof (guint32));
  /* Cells of a group side by side, groups as they were found; then groups in the order of labels. */
  for (guint g = 0; g < part->groups->len; g++) {
    RuaScanGroup *group = g_ptr_array_index (part->groups, g);

    group->begin = begin;
    begin += group->n;
    group->n = 0;
  }
  for (guint64 cell = 0; cell < n_cells; cell++)
    if (one_group ? cell_records (part, cell) > 0 : group_of[cell] != G_MAXUINT32) {
      RuaScanGroup *group = g_ptr_array_index (part->groups, one_group ? 0 : group_of[cell]);

      part->order[group->begin + group->n++] = (guint32) cell;
    }
  rua_block_free (group_of);
  if (part->reduction != NULL && part->n_cell_roles > 0 && !part->reduction->any_order
      && !rua_parallel_run (part->groups->len, order_group, &ordering, NULL, cancellable, error))
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
                         .stride = part->stride, .order = part->order + group->begin,
                         .n = group->n, .pilots = part->pilots, .constants = part->constants,
                         .get_code = get_cell_code, .get_n_codes = get_n_cell_codes,
                         .dup_label = dup_cell_label, .owner = part };
  for (guint k = 0; k < part->n_cell_roles; k++)
    if (part->roles[part->cell_roles[k]].spec->type == RUA_ROLE_FLAG)
      sums->flags |= 1u << k;
}

/* ---- one group again ---- */

gboolean
rua_scan_visit_group (RuaScan *self, RuaScanPart *part, const RuaScanGroup *group, RuaScanTake take,
                      gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaScanView) view = rua_scan_view_new (self);

  for (guint64 first = 0; first < self->n_rows; first += RUA_BATCH) {
    guint n = (guint) MIN (RUA_BATCH, self->n_rows - first);
    RuaScanRows *chosen;
    const guint32 *places;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    rua_scan_view_begin (view, (guint32) first, n);
    chosen = rua_scan_view_chosen (view, part);
    places = rua_scan_view_places (view, chosen);
    for (guint k = 0; k < chosen->n; k++) {
      guint i = places != NULL ? places[k] : k;
      gboolean belongs = TRUE;

      for (guint b = 0; b < part->n_by && belongs; b++)
        belongs = rua_scan_view_codes (view, part->keying->coders[b])[i] == group->codes[b];
      if (belongs)
        take (data, view->run, (guint32) first + i, i);
    }
  }
  return TRUE;
}
