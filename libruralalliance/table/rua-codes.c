/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-codes-private.h"

#include "rua-wide-private.h"

guint
rua_codes_bits_for (guint64 most)
{
  static const guint8 widths[] = { 0, 1, 2, 4, 8, 16, 20, 24, 32 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    if (most >> widths[i] == 0)
      return widths[i];
  return 64;
}

/* ---- wide ---- */

/* Eight codes of each loaded word are drawn apart by halves, until each has a byte. */
#define SPREAD(Type, far, far_mask, near, near_mask, next, next_mask)                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    for (guint i = 0; i < n; i++) {                                                                \
      Type word;                                                                                   \
      guint64 bytes;                                                                               \
      memcpy (&word, codes + i * sizeof word, sizeof word);                                        \
      bytes = word;                                                                                \
      bytes = (bytes | bytes << far) & G_GUINT64_CONSTANT (far_mask);                              \
      bytes = (bytes | bytes << near) & G_GUINT64_CONSTANT (near_mask);                            \
      bytes = (bytes | bytes << next) & G_GUINT64_CONSTANT (next_mask);                            \
      memcpy (wide + (gsize) i * 8, &bytes, 8);                                                    \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

/* @n times eight codes that begin with a byte, on little-endian machines. */
RUA_WIDE static void
spread (const guint8 *codes, guint bits, guint n, guint8 *wide)
{
  if (bits == 1)
    SPREAD (guint8, 28, 0x0000000f0000000f, 14, 0x0003000300030003, 7, 0x0101010101010101);
  else if (bits == 2)
    SPREAD (guint16, 24, 0x000000ff000000ff, 12, 0x000f000f000f000f, 6, 0x0303030303030303);
  else
    SPREAD (guint32, 16, 0x0000ffff0000ffff, 8, 0x00ff00ff00ff00ff, 4, 0x0f0f0f0f0f0f0f0f);
}
#undef SPREAD

#ifndef __has_builtin
#define __has_builtin(x) 0
#endif

#if __has_builtin(__builtin_shufflevector)
typedef guint8 Vector __attribute__ ((vector_size (16)));
typedef guint32 Words __attribute__ ((vector_size (16)));

/* Four codes at a time, on little-endian machines. Each vector is loaded with bytes behind its codes. Returns how many codes there
 * are before the last bytes that may be loaded so. */
RUA_WIDE static guint
widen_fours (const guint8 *codes, guint bits, guint n, guint32 *wide)
{
  const Vector zero = { 0 };
  const Words odd = { 0, 4, 0, 4 };
  const gsize step = bits / 2, size = rua_codes_size (bits, n);
  guint i = 0;

  for (gsize at = 0; at + sizeof (Vector) <= size; at += step, i += 4) {
    Vector four;

    memcpy (&four, codes + at, sizeof four);
    if (bits == 24)
      four = __builtin_shufflevector (four, zero, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16);
    else {
      four = __builtin_shufflevector (four, zero, 0, 1, 2, 16, 2, 3, 4, 16, 5, 6, 7, 16, 7, 8, 9, 16);
      four = (Vector) (((Words) four >> odd) & 0xfffff);
    }
    memcpy (wide + i, &four, sizeof four);
  }
  return i;
}
#else
static guint
widen_fours (const guint8 *codes, guint bits, guint n, guint32 *wide)
{
  return 0;
}
#endif

void
rua_codes_widen (gconstpointer codes, guint bits, guint32 first, guint n, gpointer wide)
{
  guint8 *bytes = wide;
  guint32 *words = wide;
  guint i = 0, whole;

  if (bits > 8) {
    /* Two codes of 20 bits begin with a byte. */
    if ((first & 1) != 0 && n > 0) {
      words[i] = (guint32) rua_code_at (codes, bits, first);
      i++;
    }
    if (G_BYTE_ORDER == G_LITTLE_ENDIAN)
      i += widen_fours ((const guint8 *) codes + (gsize) (first + i) * bits / 8, bits, n - i, words + i);
    for (; i < n; i++)
      words[i] = (guint32) rua_code_at (codes, bits, first + i);
    return;
  }
  for (; i < n && ((first + i) & 7) != 0; i++)
    bytes[i] = (guint8) rua_code_at (codes, bits, first + i);
  whole = G_BYTE_ORDER == G_LITTLE_ENDIAN ? (n - i) / 8 : 0;
  if (whole > 0)
    spread ((const guint8 *) codes + (gsize) (first + i) * bits / 8, bits, whole, bytes + i);
  for (i += whole * 8; i < n; i++)
    bytes[i] = (guint8) rua_code_at (codes, bits, first + i);
}

/* ---- narrow ---- */

/* The halves back, the other way. */
#define COLLECT(Type, near, near_mask, far, far_mask, last)                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    for (guint i = 0; i < n; i++) {                                                                \
      guint64 bytes;                                                                               \
      Type word;                                                                                   \
      memcpy (&bytes, wide + (gsize) i * 8, 8);                                                    \
      bytes = (bytes | bytes >> near) & G_GUINT64_CONSTANT (near_mask);                            \
      bytes = (bytes | bytes >> far) & G_GUINT64_CONSTANT (far_mask);                              \
      word = (Type) (bytes | bytes >> last);                                                       \
      memcpy (codes + i * sizeof word, &word, sizeof word);                                        \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

RUA_WIDE static void
collect (const guint8 *wide, guint bits, guint n, guint8 *codes)
{
  if (bits == 1)
    COLLECT (guint8, 7, 0x0003000300030003, 14, 0x0000000f0000000f, 28);
  else if (bits == 2)
    COLLECT (guint16, 6, 0x000f000f000f000f, 12, 0x000000ff000000ff, 24);
  else
    COLLECT (guint32, 4, 0x00ff00ff00ff00ff, 8, 0x0000ffff0000ffff, 16);
}
#undef COLLECT

/* Two codes have 5 bytes or 6. */
static void
narrow_words (const guint32 *words, guint bits, guint32 n, guint8 *codes)
{
  for (guint32 i = 0; i < n; i += 2) {
    guint64 pair = words[i] | (i + 1 < n ? (guint64) words[i + 1] << bits : 0);
    gsize size = rua_codes_size (bits, MIN (n - i, 2));

    for (gsize k = 0; k < size; k++, pair >>= 8)
      *codes++ = (guint8) pair;
  }
}

void
rua_codes_narrow (gconstpointer wide, guint bits, guint32 n, gpointer codes)
{
  const guint8 *bytes = wide;
  guint8 *to = codes;
  guint32 whole = bits < 8 && G_BYTE_ORDER == G_LITTLE_ENDIAN ? n / 8 : 0;

  if (bits > 8) {
    narrow_words (wide, bits, n, codes);
    return;
  }
  if (whole > 0)
    collect (bytes, bits, whole, to);
  if (whole * 8 < n)
    memset (to + (gsize) whole * bits, 0, rua_codes_size (bits, n) - (gsize) whole * bits);
  for (guint32 i = whole * 8; i < n; i++)
    to[(gsize) i * bits / 8] |= (guint8) (bytes[i] << (i * bits & 7));
}
