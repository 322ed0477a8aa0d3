/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-fingerprint-private.h"

#include <string.h>

#include "rua-wide-private.h"

#define LANES 8
#define STRIPE (LANES * sizeof (guint64))
#define STRIPES_A_BLOCK 16

/* The first outputs of splitmix64 from 0. */
static const guint64 keys[LANES] = {
  G_GUINT64_CONSTANT (0xe220a8397b1dcdaf), G_GUINT64_CONSTANT (0x6e789e6aa1b965f4),
  G_GUINT64_CONSTANT (0x06c45d188009454f), G_GUINT64_CONSTANT (0xf88bb8a8724c81ec),
  G_GUINT64_CONSTANT (0x1b39896a51a8749b), G_GUINT64_CONSTANT (0x53cb9f0c747ea2ea),
  G_GUINT64_CONSTANT (0x2c829abe1f4532e1), G_GUINT64_CONSTANT (0xc584133ac916ab3c),
};

#define GOLDEN G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)
#define STIR G_GUINT64_CONSTANT (0xd6e8feb86659fd93)

static inline guint64
fold (guint64 a, guint64 b)
{
  __uint128_t product = (__uint128_t) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

/* Each product of 32 by 32 bits fits its word: a plain loop that becomes vectors. */
RUA_WIDE static void
add_block (guint64 lanes[LANES], const guint8 *bytes, guint n_stripes)
{
  guint64 products[LANES] = { 0 }, sums[LANES] = { 0 }, key[LANES];

  memcpy (key, keys, sizeof key);
  for (guint s = 0; s < n_stripes; s++, bytes += STRIPE) {
    for (guint l = 0; l < LANES; l++) {
      guint64 word, mixed;

      memcpy (&word, bytes + l * sizeof word, sizeof word);
      word = GUINT64_FROM_LE (word);
      mixed = word ^ key[l];
      products[l] += (mixed & 0xffffffffu) * (mixed >> 32);
      sums[l] += word;
      key[l] += GOLDEN;
    }
  }
  for (guint l = 0; l < LANES; l++) {
    /* The sum goes to the neighbour, whose products it does not depend on. */
    guint64 lane = lanes[l] + products[l] + sums[l ^ 1];

    lane ^= lane >> 47;
    lanes[l] = lane * STIR;
  }
}

void
rua_fingerprint (gconstpointer data, gsize length, guint64 seed, guint64 print[2])
{
  const guint8 *bytes = data;
  gsize left = length;
  guint64 lanes[LANES];

  for (guint l = 0; l < LANES; l++)
    lanes[l] = keys[l] ^ (seed + l) * GOLDEN;
  for (; left >= STRIPE * STRIPES_A_BLOCK; left -= STRIPE * STRIPES_A_BLOCK, bytes += STRIPE * STRIPES_A_BLOCK)
    add_block (lanes, bytes, STRIPES_A_BLOCK);
  if (left >= STRIPE) {
    guint n = (guint) (left / STRIPE);

    add_block (lanes, bytes, n);
    bytes += n * STRIPE;
    left -= n * STRIPE;
  }
  if (left > 0) {
    guint8 last[STRIPE] = { 0 };

    memcpy (last, bytes, left);
    add_block (lanes, last, 1);
  }
  print[0] = fold (length ^ keys[0], seed ^ STIR);
  print[1] = fold (length ^ keys[1], seed ^ GOLDEN);
  for (guint l = 0; l < LANES; l++) {
    print[0] = fold (print[0] ^ lanes[l], keys[l] | 1) + lanes[l];
    print[1] = fold (print[1] ^ lanes[LANES - 1 - l], keys[l] + GOLDEN) + lanes[LANES - 1 - l];
  }
}

guint64
rua_fingerprint_text (const char *text, gsize length)
{
  guint64 hash = fold (length + GOLDEN, keys[0]), word;

  while (length >= sizeof word) {
    memcpy (&word, text, sizeof word);
    hash = fold (hash ^ GUINT64_FROM_LE (word), STIR) + GUINT64_FROM_LE (word);
    text += sizeof word;
    length -= sizeof word;
  }
  if (length > 0) {
    word = 0;
    memcpy (&word, text, length);
    hash = fold (hash ^ GUINT64_FROM_LE (word), keys[1]) + GUINT64_FROM_LE (word);
  }
  return fold (hash ^ keys[2], keys[3] | 1);
}
