/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MT19937: M. Matsumoto and T. Nishimura, "Mersenne twister", ACM TOMACS 8 (1998), with the
 * initialisation of 2002. */
#include "rua-random-private.h"

#define SIZE 624
#define SHIFT 397

void
rua_random_init (RuaRandom *self, guint32 seed)
{
  self->state[0] = seed;
  for (guint32 i = 1; i < SIZE; i++)
    self->state[i] = 1812433253u * (self->state[i - 1] ^ (self->state[i - 1] >> 30)) + i;
  self->position = SIZE;
}

static inline guint32
twist (guint32 high, guint32 low, guint32 far)
{
  guint32 joined = (high & 0x80000000u) | (low & 0x7fffffffu);

  return far ^ (joined >> 1) ^ (joined & 1 ? 0x9908b0dfu : 0);
}

static void
refill (RuaRandom *self)
{
  guint32 *s = self->state;

  for (guint i = 0; i < SIZE - SHIFT; i++)
    s[i] = twist (s[i], s[i + 1], s[i + SHIFT]);
  for (guint i = SIZE - SHIFT; i < SIZE - 1; i++)
    s[i] = twist (s[i], s[i + 1], s[i + SHIFT - SIZE]);
  s[SIZE - 1] = twist (s[SIZE - 1], s[0], s[SHIFT - 1]);
  self->position = 0;
}

guint32
rua_random_next (RuaRandom *self)
{
  guint32 y;

  if (self->position >= SIZE)
    refill (self);
  y = self->state[self->position++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  y ^= y >> 18;
  return y;
}

guint32
rua_random_below (RuaRandom *self, guint32 n)
{
  guint32 excess, last, raw;

  if (n <= 1)
    return 0;
  /* 2^32 mod n, in 32 bits */
  excess = (G_MAXUINT32 % n + 1) % n;
  last = G_MAXUINT32 - excess;
  do
    raw = rua_random_next (self);
  while (raw > last);
  return raw % n;
}
