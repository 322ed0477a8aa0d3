/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-number-index-private.h"

#include <string.h>

void
rua_number_index_init (RuaNumberIndex *self)
{
  memset (self, 0, sizeof *self);
}

void
rua_number_index_clear (RuaNumberIndex *self)
{
  g_free (self->numbers);
  g_free (self->slots);
  rua_number_index_init (self);
}

/* Numbers that follow one another, as they mostly come, share a cache line of slots. */
#define LINE_BITS 4

/* Folded 64 × 64 → 128 bit multiplication. */
static inline guint32
hash_of (guint64 seed, guint64 number)
{
  __uint128_t product = (__uint128_t) (number ^ seed) * G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  guint64 h = (guint64) product ^ (guint64) (product >> 64);

  product = (__uint128_t) h * (seed | 1);
  h = (guint64) product ^ (guint64) (product >> 64);
  return (guint32) (h ^ (h >> 32));
}

static guint32 *
slot_of (const RuaNumberIndex *self, guint64 number)
{
  guint32 line = hash_of (self->seed, number >> LINE_BITS) << LINE_BITS;
  guint32 i = (line | (guint32) (number & ((1 << LINE_BITS) - 1))) & self->mask;

  while (self->slots[i] && self->numbers[self->slots[i] - 1] != number)
    i = (i + 1) & self->mask;
  return &self->slots[i];
}

static void
grow (RuaNumberIndex *self)
{
  guint32 size = self->slots ? (self->mask + 1) * 2 : 16;

  if (!self->slots)
    self->seed = (guint64) g_random_int () << 32 | g_random_int ();
  g_free (self->slots);
  self->slots = g_new0 (guint32, size);
  self->mask = size - 1;
  for (guint32 place = 0; place < self->n; place++)
    *slot_of (self, self->numbers[place]) = place + 1;
}

guint32
rua_number_index_intern (RuaNumberIndex *self, guint64 number)
{
  guint32 *slot;

  if (!self->slots || self->n >= self->mask / 2)
    grow (self);
  slot = slot_of (self, number);
  if (*slot)
    return *slot - 1;
  if (self->n == self->allocated) {
    self->allocated = self->allocated ? self->allocated * 2 : 16;
    self->numbers = g_renew (guint64, self->numbers, self->allocated);
  }
  self->numbers[self->n] = number;
  *slot = ++self->n;
  return self->n - 1;
}

guint32
rua_number_index_find (const RuaNumberIndex *self, guint64 number)
{
  guint32 slot = self->slots ? *slot_of (self, number) : 0;

  return slot ? slot - 1 : RUA_NO_NUMBER;
}
