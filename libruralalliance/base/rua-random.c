/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MT19937: M. Matsumoto and T. Nishimura, "Mersenne twister", ACM TOMACS 8 (1998), with the
 * initialisation of 2002. */
#include "rua-random-private.h"

#include "rua-wide-private.h"

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

  return far ^ (joined >> 1) ^ (-(joined & 1) & 0x9908b0dfu);
}

static inline guint32
temper (guint32 y)
{
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

RUA_WIDE static void
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
  if (self->position >= SIZE)
    refill (self);
  return temper (self->state[self->position++]);
}

/* The largest raw number that is not rejected: all but the last 2^32 mod @n. */
static guint32
find_last (guint32 n)
{
  return G_MAXUINT32 - (G_MAXUINT32 % n + 1) % n;
}

guint32
rua_random_below (RuaRandom *self, guint32 n)
{
  guint32 last, raw;

  if (n <= 1)
    return 0;
  last = find_last (n);
  do
    raw = rua_random_next (self);
  while (raw > last);
  return raw % n;
}

/* Of @raw, to be divided by @n: exact for 32 bits (D. Lemire, O. Kaser and N. Kurz, "Faster remainder by direct
 * computation", Software: Practice and Experience 49 (2019)). */
RUA_WIDE static void
temper_below (const guint32 *state, guint n_raw, guint32 n, guint32 *raw, guint32 *below)
{
  guint64 inverse = G_MAXUINT64 / n + 1;

  for (guint i = 0; i < n_raw; i++) {
    guint64 part;

    raw[i] = temper (state[i]);
    part = inverse * raw[i];
    below[i] = (guint32) (((part >> 32) * n + ((part & G_MAXUINT32) * n >> 32)) >> 32);
  }
}

void
rua_random_count_below (RuaRandom *self, guint32 n, guint32 n_draws, guint32 *counts)
{
  guint32 raw[SIZE], below[SIZE], last;

  if (n <= 1) {
    counts[0] += n_draws;
    return;
  }
  last = find_last (n);
  while (n_draws > 0) {
    guint n_raw;

    if (self->position >= SIZE)
      refill (self);
    n_raw = MIN (n_draws, SIZE - self->position);
    temper_below (self->state + self->position, n_raw, n, raw, below);
    self->position += n_raw;
    for (guint i = 0; i < n_raw; i++)
      if (raw[i] <= last) {
        counts[below[i]]++;
        n_draws--;
      }
  }
}
