/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-text-run-private.h"

#include <string.h>

#include "rua-parallel-private.h"

/* Texts one behind the other, as a file or a reader of one has them: nothing is made for each of
 * them. The index is cut into regions that fit a processor's cache and know nothing of one another,
 * so that threads fill them side by side, and the result is the same for any number of threads. */

#define REGION_BITS 16
#define REGION (1u << REGION_BITS)
#define RANGE 65536u /* texts a task hashes */

static RuaTextRun *
run_new (guint32 n, guint gap)
{
  RuaTextRun *self = g_new0 (RuaTextRun, 1);

  self->refs = 1;
  self->n = n;
  self->gap = (guint8) gap;
  self->seed = (guint64) g_random_int () << 32 | g_random_int () | 1;
  g_mutex_init (&self->mutex);
  return self;
}

RuaTextRun *
rua_text_run_new (GBytes *offsets, GBytes *texts, guint32 n, guint gap)
{
  RuaTextRun *self = run_new (n, gap);

  self->wide = g_bytes_get_size (offsets) != ((gsize) n + 1) * sizeof (guint32);
  g_assert (!self->wide || g_bytes_get_size (offsets) == ((gsize) n + 1) * sizeof (guint64));
  self->offset_bytes = g_bytes_ref (offsets);
  self->text_bytes = g_bytes_ref (texts);
  self->offsets = g_bytes_get_data (offsets, NULL);
  self->texts = g_bytes_get_data (texts, NULL);
  return self;
}

RuaTextRun *
rua_text_run_new_numbered (RuaNumbered *numbered, GBytes *owner)
{
  RuaTextRun *self = run_new (numbered->n, 1);

  self->numbered = numbered;
  self->text_bytes = g_bytes_ref (owner);
  return self;
}

RuaTextRun *
rua_text_run_ref (RuaTextRun *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
rua_text_run_unref (RuaTextRun *self)
{
  if (!self || !g_atomic_int_dec_and_test (&self->refs))
    return;
  g_clear_pointer (&self->offset_bytes, g_bytes_unref);
  g_clear_pointer (&self->numbered, rua_numbered_free);
  g_bytes_unref (self->text_bytes);
  g_free (self->slots);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* ---- the index ---- */

typedef struct {
  RuaTextRun *run;
  guint32 *slots;
  guint32 mask;
  guint32 n_regions;
  guint32 n_ranges;
  guint32 *hashes;  /* by code */
  guint32 *counts;  /* texts of a range in a region; then where they go in codes */
  guint32 *codes;   /* by region, in their order within it */
  guint32 *starts;  /* of the regions in codes, and the end */
  gboolean compare; /* look for texts that come twice */
  guint32 *repeated; /* by region: the first code whose text came before, + 1 */
  guint32 *before;   /* and where it came */
} Indexing;

static inline guint32
region_of (const Indexing *x, guint32 hash)
{
  return (hash & x->mask) >> REGION_BITS;
}

static gboolean
hash_range (guint task, gpointer data, GError **error)
{
  Indexing *x = data;
  guint32 first = task * RANGE, end = MIN (x->run->n, first + RANGE);
  guint32 *counts = x->counts + (gsize) task * x->n_regions;

  for (guint32 code = first; code < end; code++) {
    gsize length;
    const char *text = rua_text_run_get (x->run, code, &length);

    x->hashes[code] = rua_text_hash (x->run->seed, text, length);
    counts[region_of (x, x->hashes[code])]++;
  }
  return TRUE;
}

static gboolean
scatter_range (guint task, gpointer data, GError **error)
{
  Indexing *x = data;
  guint32 first = task * RANGE, end = MIN (x->run->n, first + RANGE);
  guint32 *places = x->counts + (gsize) task * x->n_regions;

  for (guint32 code = first; code < end; code++)
    x->codes[places[region_of (x, x->hashes[code])]++] = code;
  return TRUE;
}

static gboolean
same_text (const RuaTextRun *run, guint32 a, guint32 b)
{
  gsize la, lb;
  const char *ta = rua_text_run_get (run, a, &la), *tb = rua_text_run_get (run, b, &lb);

  return la == lb && memcmp (ta, tb, la) == 0;
}

static gboolean
fill_region (guint task, gpointer data, GError **error)
{
  Indexing *x = data;
  guint32 within = MIN (x->mask, REGION - 1);

  for (guint32 i = x->starts[task]; i < x->starts[task + 1]; i++) {
    guint32 code = x->codes[i], slot = x->hashes[code] & x->mask;

    while (x->slots[slot]) {
      guint32 other = x->slots[slot] - 1;

      if (x->compare && !x->repeated[task] && x->hashes[other] == x->hashes[code] && same_text (x->run, other, code)) {
        x->repeated[task] = code + 1;
        x->before[task] = other;
      }
      slot = (slot & ~within) | ((slot + 1) & within);
    }
    x->slots[slot] = code + 1;
  }
  return TRUE;
}

/* FALSE when a region would be too full for a search in it to end soon. */
static gboolean
lay_out (Indexing *x)
{
  guint32 at = 0, most = MIN (x->mask, REGION - 1);

  for (guint32 r = 0; r < x->n_regions; r++) {
    x->starts[r] = at;
    for (guint32 t = 0; t < x->n_ranges; t++) {
      guint32 n = x->counts[(gsize) t * x->n_regions + r];

      x->counts[(gsize) t * x->n_regions + r] = at;
      at += n;
    }
    if (at - x->starts[r] > most - most / 8)
      return FALSE;
  }
  x->starts[x->n_regions] = at;
  return TRUE;
}

/* With the mutex. */
static gboolean
build (RuaTextRun *self, gboolean compare, guint32 *first, guint32 *second)
{
  Indexing x = { .run = self, .compare = compare };
  guint64 n_slots = 16;
  gboolean found = FALSE, fits;

  while (n_slots * 2 < (guint64) self->n * 3)
    n_slots *= 2;
  x.n_ranges = (self->n + RANGE - 1) / RANGE;
  x.hashes = g_new (guint32, MAX (self->n, 1));
  x.codes = g_new (guint32, MAX (self->n, 1));
  do {
    x.mask = (guint32) (n_slots - 1);
    x.n_regions = (guint32) MAX (n_slots >> REGION_BITS, 1);
    x.counts = g_new0 (guint32, (gsize) x.n_ranges * x.n_regions + 1);
    x.starts = g_new (guint32, x.n_regions + 1);
    rua_parallel_run (x.n_ranges, hash_range, &x, NULL, NULL, NULL);
    fits = lay_out (&x);
    if (!fits) {
      g_free (x.counts);
      g_free (x.starts);
      n_slots *= 2;
    }
  } while (!fits);
  x.slots = g_new0 (guint32, n_slots);
  x.repeated = g_new0 (guint32, x.n_regions);
  x.before = g_new0 (guint32, x.n_regions);
  rua_parallel_run (x.n_ranges, scatter_range, &x, NULL, NULL, NULL);
  rua_parallel_run (x.n_regions, fill_region, &x, NULL, NULL, NULL);
  for (guint32 r = 0; r < x.n_regions; r++)
    if (x.repeated[r] && (!found || x.repeated[r] - 1 < *second)) {
      found = TRUE;
      *second = x.repeated[r] - 1;
      *first = x.before[r];
    }
  g_free (x.hashes);
  g_free (x.codes);
  g_free (x.counts);
  g_free (x.starts);
  g_free (x.repeated);
  g_free (x.before);
  self->mask = x.mask;
  g_atomic_pointer_set (&self->slots, x.slots);
  return found;
}

gboolean
rua_text_run_find_repeated (RuaTextRun *self, guint32 *first, guint32 *second)
{
  gboolean found;

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->slots, g_free);
  found = build (self, TRUE, first, second);
  g_mutex_unlock (&self->mutex);
  return found;
}

gboolean
rua_text_run_find (RuaTextRun *self, const char *text, gsize length, guint32 *code)
{
  const guint32 *slots = g_atomic_pointer_get (&self->slots);
  guint32 within, slot, hash;

  if (G_UNLIKELY (!slots)) {
    guint32 first, second;

    g_mutex_lock (&self->mutex);
    if (!self->slots)
      build (self, FALSE, &first, &second);
    g_mutex_unlock (&self->mutex);
    slots = self->slots;
  }
  within = MIN (self->mask, REGION - 1);
  hash = rua_text_hash (self->seed, text, length);
  for (slot = hash & self->mask; slots[slot]; slot = (slot & ~within) | ((slot + 1) & within)) {
    gsize held_length;
    const char *held = rua_text_run_get (self, slots[slot] - 1, &held_length);

    if (held_length == length && memcmp (held, text, length) == 0) {
      *code = slots[slot] - 1;
      return TRUE;
    }
  }
  return FALSE;
}

gsize
rua_text_run_get_index_size (RuaTextRun *self)
{
  return g_atomic_pointer_get (&self->slots) ? ((gsize) self->mask + 1) * sizeof *self->slots : 0;
}
