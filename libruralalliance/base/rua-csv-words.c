/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-columns-private.h"

#include <string.h>

#define BLOCK ((gsize) 16 << 10)

/* A seeded hash by folded 64 × 64 → 128 bit multiplication; the seed is the process's own, so that a
 * file cannot be made to collide. */
static inline guint64
fold (guint64 a, guint64 b)
{
  __uint128_t product = (__uint128_t) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

static inline guint32
hash_bytes (guint64 seed, const char *text, gsize length)
{
  guint64 h = seed ^ length, word;

  while (length >= 8) {
    memcpy (&word, text, 8);
    h = fold (h ^ word, G_GUINT64_CONSTANT (0xd6e8feb86659fd93));
    text += 8;
    length -= 8;
  }
  word = 0;
  for (gsize i = 0; i < length; i++)
    word = word << 8 | (guchar) text[i];
  h = fold (h ^ word, G_GUINT64_CONSTANT (0xa0761d6478bd642f));
  return (guint32) (h ^ h >> 32);
}

static guint64
process_seed (void)
{
  static gsize seed;

  if (g_once_init_enter (&seed))
    g_once_init_leave (&seed, (gsize) g_random_int () << 32 | g_random_int () | 1);
  return seed;
}

RuaCsvWords *
rua_csv_words_new (void)
{
  RuaCsvWords *self = g_new0 (RuaCsvWords, 1);

  self->seed = process_seed ();
  self->mask = 31;
  self->slots = g_new0 (guint32, self->mask + 1);
  return self;
}

void
rua_csv_words_free (RuaCsvWords *self)
{
  if (self == NULL)
    return;
  g_free (self->words);
  g_free (self->slots);
  g_clear_pointer (&self->blocks, g_ptr_array_unref);
  g_free (self);
}

void
rua_csv_words_seal (RuaCsvWords *self)
{
  g_clear_pointer (&self->slots, g_free);
  self->words = g_renew (RuaCsvWord, self->words, MAX (self->n_words, 1));
  self->allocated = self->n_words;
}

static void
grow (RuaCsvWords *self)
{
  self->mask = self->mask * 2 + 1;
  g_free (self->slots);
  self->slots = g_new0 (guint32, (gsize) self->mask + 1);
  for (guint32 code = 0; code < self->n_words; code++) {
    guint32 slot = self->words[code].hash & self->mask;

    while (self->slots[slot])
      slot = (slot + 1) & self->mask;
    self->slots[slot] = code + 1;
  }
}

static const char *
keep (RuaCsvWords *self, const char *text, gsize length)
{
  char *kept;

  if (self->room_left < length) {
    gsize size = MAX (BLOCK, length);

    if (self->blocks == NULL)
      self->blocks = g_ptr_array_new_with_free_func (g_free);
    self->room = g_malloc (size);
    self->room_left = size;
    g_ptr_array_add (self->blocks, self->room);
  }
  kept = self->room;
  memcpy (kept, text, length);
  self->room += length;
  self->room_left -= length;
  return kept;
}

static guint32
intern (RuaCsvWords *self, const char *text, gsize length, guint32 hash, gboolean copy)
{
  guint32 slot;
  RuaCsvWord *word;

  for (slot = hash & self->mask; self->slots[slot]; slot = (slot + 1) & self->mask) {
    word = &self->words[self->slots[slot] - 1];
    if (word->hash == hash && word->length == length && memcmp (word->text, text, length) == 0)
      return self->slots[slot] - 1;
  }
  if ((guint64) self->n_words * 4 >= ((guint64) self->mask + 1) * 3) {
    grow (self);
    for (slot = hash & self->mask; self->slots[slot]; slot = (slot + 1) & self->mask)
      ;
  }
  if (self->n_words == self->allocated) {
    self->allocated = self->allocated ? self->allocated * 2 : 16;
    self->words = g_renew (RuaCsvWord, self->words, self->allocated);
  }
  word = &self->words[self->n_words];
  word->text = length == 0 ? "" : copy ? keep (self, text, length) : text;
  word->length = (guint32) length;
  word->hash = hash;
  self->slots[slot] = ++self->n_words;
  return self->n_words - 1;
}

guint32
rua_csv_words_intern (RuaCsvWords *self, const char *text, gsize length, gboolean copy)
{
  return intern (self, text, length, hash_bytes (self->seed, text, length), copy);
}

guint32
rua_csv_words_take (RuaCsvWords *self, const RuaCsvWord *word)
{
  return intern (self, word->text, word->length, word->hash, FALSE);
}

gboolean
rua_csv_words_find (const RuaCsvWords *self, const char *text, gsize length, guint32 *code)
{
  guint32 hash = hash_bytes (self->seed, text, length);

  for (guint32 slot = hash & self->mask; self->slots[slot]; slot = (slot + 1) & self->mask) {
    const RuaCsvWord *word = &self->words[self->slots[slot] - 1];

    if (word->hash == hash && word->length == length && memcmp (word->text, text, length) == 0) {
      *code = self->slots[slot] - 1;
      return TRUE;
    }
  }
  return FALSE;
}
