/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-dictionary-private.h"

#include <string.h>

#define FIRST_BLOCK 1024
#define LARGEST_BLOCK (1u << 20)

/* A seeded hash by folded 64 × 64 → 128 bit multiplication, eight bytes at a time. The seed is
 * drawn for each dictionary, so that a file cannot be made to collide. */
static inline guint64
fold (guint64 a, guint64 b)
{
  __uint128_t product = (__uint128_t) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

guint32
rua_text_hash (guint64 seed, const char *text, gsize length)
{
  guint64 h = seed ^ fold (length + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15), seed);
  guint64 word;

  while (length >= 8) {
    memcpy (&word, text, 8);
    h = fold (h ^ word, G_GUINT64_CONSTANT (0xd6e8feb86659fd93));
    text += 8;
    length -= 8;
  }
  if (length) {
    word = 0;
    memcpy (&word, text, length);
    h = fold (h ^ word, G_GUINT64_CONSTANT (0xa0761d6478bd642f));
  }
  return (guint32) (h ^ (h >> 32));
}

void
rua_dictionary_init (RuaDictionary *self)
{
  memset (self, 0, sizeof *self);
}

void
rua_dictionary_clear (RuaDictionary *self)
{
  if (!self->shares || g_atomic_int_dec_and_test (self->shares)) {
    g_free (self->entries);
    g_free (self->slots);
    g_free (self->shares);
  }
  g_clear_pointer (&self->blocks, g_ptr_array_unref);
  rua_text_run_unref (self->run);
  memset (self, 0, sizeof *self);
}

void
rua_dictionary_take_run (RuaDictionary *self, RuaTextRun *run)
{
  g_assert (rua_dictionary_get_n (self) == 0);
  rua_dictionary_clear (self);
  self->run = run;
  self->n_run = run->n;
}

void
rua_dictionary_share (RuaDictionary *self, RuaDictionary *to)
{
  if (!self->slots) {
    /* Nothing of its own to share. */
    if (self->run) {
      to->run = rua_text_run_ref (self->run);
      to->n_run = self->n_run;
    }
    return;
  }
  if (!self->shares) {
    self->shares = g_new (gint, 1);
    *self->shares = 1;
  }
  g_atomic_int_inc (self->shares);
  *to = *self;
  if (self->run)
    rua_text_run_ref (self->run);
  /* The texts stay alive; what room is left behind them is the other's. */
  to->blocks = self->blocks ? g_ptr_array_ref (self->blocks) : NULL;
  to->free_text = NULL;
  to->free_length = 0;
}

static void
unshare (RuaDictionary *self)
{
  RuaDictionaryEntry *entries;
  guint64 *slots;

  if (g_atomic_int_get (self->shares) > 1) {
    entries = g_memdup2 (self->entries, self->allocated * sizeof *entries);
    slots = g_memdup2 (self->slots, ((gsize) self->mask + 1) * sizeof *slots);
    if (g_atomic_int_dec_and_test (self->shares)) {
      g_free (self->entries);
      g_free (self->slots);
      g_free (self->shares);
    }
    self->entries = entries;
    self->slots = slots;
  } else
    g_free (self->shares);
  self->shares = NULL;
}

static guint64
n_slots (const RuaDictionary *self)
{
  return self->slots ? (guint64) self->mask + 1 : 0;
}

/* At most three quarters are full. */
static guint64
n_slots_for (guint64 n_entries)
{
  return (n_entries * 4 + 2) / 3;
}

static void
grow (RuaDictionary *self, guint64 n_slots)
{
  g_autofree guint64 *old = self->slots;
  guint64 n_old = old ? (guint64) self->mask + 1 : 0;

  if (!old)
    self->seed = (guint64) g_random_int () << 32 | g_random_int () | 1;
  self->slots = g_new0 (guint64, n_slots);
  self->mask = (guint32) (n_slots - 1);
  for (guint64 i = 0; i < n_old; i++)
    if (old[i]) {
      guint32 slot = (guint32) (old[i] >> 32) & self->mask;

      while (self->slots[slot])
        slot = (slot + 1) & self->mask;
      self->slots[slot] = old[i];
    }
}

/* The slot of @text, which is empty where it is not there. Another text is met only where all of the hash is the
 * same: a look into the slots' own line of memory tells. */
static inline guint32
find_slot (const RuaDictionary *self, guint32 hash, const char *text, gsize length)
{
  guint32 slot = hash & self->mask;

  for (; self->slots[slot]; slot = (slot + 1) & self->mask)
    if (self->slots[slot] >> 32 == hash) {
      const RuaDictionaryEntry *entry = &self->entries[(guint32) self->slots[slot] - 1];

      if (entry->length == length && memcmp (entry->text, text, length) == 0)
        break;
    }
  return slot;
}

static const char *
store_text (RuaDictionary *self, const char *text, gsize length)
{
  char *stored;
  gsize room = (length + 4) & ~(gsize) 3; /* a NUL, and 32-bit values stay aligned */

  if (self->free_length < room) {
    gsize size = self->blocks ? MIN (LARGEST_BLOCK, FIRST_BLOCK << MIN (self->blocks->len, 10))
                              : FIRST_BLOCK;

    size = MAX (size, room);
    if (!self->blocks)
      self->blocks = g_ptr_array_new_with_free_func (g_free);
    self->free_text = g_malloc (size);
    self->free_length = size;
    g_ptr_array_add (self->blocks, self->free_text);
  }
  stored = self->free_text;
  memcpy (stored, text, length);
  stored[length] = '\0';
  self->free_text += room;
  self->free_length -= room;
  return stored;
}

guint32
rua_dictionary_intern (RuaDictionary *self, const char *text, gsize length)
{
  guint32 hash, slot, code;
  RuaDictionaryEntry *entry;

  if (G_UNLIKELY (self->run != NULL) && rua_text_run_find (self->run, text, length, &code))
    return code;
  if (G_UNLIKELY (self->shares)) {
    if (rua_dictionary_find (self, text, length, &code))
      return code;
    unshare (self);
  }
  if (n_slots_for (self->n_entries + (guint64) 1) > n_slots (self))
    grow (self, MAX (16, n_slots (self) * 2));
  hash = rua_text_hash (self->seed, text, length);
  slot = find_slot (self, hash, text, length);
  if (self->slots[slot])
    return self->n_run + (guint32) self->slots[slot] - 1;
  if (self->n_entries == self->allocated) {
    self->allocated = self->allocated ? self->allocated * 2 : 8;
    self->entries = g_renew (RuaDictionaryEntry, self->entries, self->allocated);
  }
  entry = &self->entries[self->n_entries];
  entry->text = store_text (self, text, length);
  entry->length = length;
  self->slots[slot] = (guint64) hash << 32 | ++self->n_entries;
  return self->n_run + self->n_entries - 1;
}

void
rua_dictionary_reserve (RuaDictionary *self, guint32 n)
{
  guint64 n_entries = (guint64) self->n_entries + n, wanted = 16;

  if (self->shares || n_entries > G_MAXUINT32 / 4)
    return;
  while (wanted < n_slots_for (n_entries))
    wanted *= 2;
  if (wanted > n_slots (self))
    grow (self, wanted);
  if (n_entries > self->allocated) {
    self->allocated = (guint32) n_entries;
    self->entries = g_renew (RuaDictionaryEntry, self->entries, self->allocated);
  }
}

void
rua_dictionary_prefetch (const RuaDictionary *self, const char *text, gsize length)
{
  if (self->slots)
    __builtin_prefetch (&self->slots[rua_text_hash (self->seed, text, length) & self->mask]);
}

gboolean
rua_dictionary_find (const RuaDictionary *self, const char *text, gsize length, guint32 *code)
{
  guint32 slot;

  if (self->run && rua_text_run_find (self->run, text, length, code))
    return TRUE;
  if (!self->slots)
    return FALSE;
  slot = find_slot (self, rua_text_hash (self->seed, text, length), text, length);
  if (!self->slots[slot])
    return FALSE;
  *code = self->n_run + (guint32) self->slots[slot] - 1;
  return TRUE;
}

gsize
rua_dictionary_get_overhead (const RuaDictionary *self)
{
  return self->allocated * sizeof *self->entries
         + (self->slots ? ((gsize) self->mask + 1) * sizeof *self->slots : 0) + self->free_length
         + (self->run ? rua_text_run_get_index_size (self->run) : 0);
}
