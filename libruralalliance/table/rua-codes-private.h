/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Unsigned codes one behind the other, of 0, 1, 2, 4, 8, 16, 20, 24, 32 or 64 bits each. Bits are filled from the low ones of
 * the first byte up; codes of 8, 16, 32 and 64 are whole numbers of the machine, whose order of bytes they have. */

static inline gsize
rua_codes_size (guint bits, guint32 n)
{
  return ((gsize) n * bits + 7) / 8;
}

/* Whether they are no whole numbers of the machine. */
static inline gboolean
rua_codes_are_narrow (guint bits)
{
  return (bits & 7) != 0 || bits == 24;
}

/* The bits of the whole numbers that narrow codes are widened to; others stay as they are. */
static inline guint
rua_codes_wide_bits (guint bits)
{
  return !rua_codes_are_narrow (bits) ? bits : bits < 8 ? 8 : 32;
}

static inline guint64
rua_code_at (gconstpointer codes, guint bits, guint32 i)
{
  const guint8 *bytes = codes;

  switch (bits) {
  case 0:
    return 0;
  case 8:
    return bytes[i];
  case 16:
    return ((const guint16 *) codes)[i];
  case 20:
  case 24:
    bytes += (gsize) i * bits / 8;
    return ((bytes[0] | (guint32) bytes[1] << 8 | (guint32) bytes[2] << 16) >> (i * bits & 7)) & ((1u << bits) - 1);
  case 32:
    return ((const guint32 *) codes)[i];
  case 64:
    return ((const guint64 *) codes)[i];
  default:
    return bytes[(gsize) i * bits / 8] >> (i * bits & 7) & ((1u << bits) - 1);
  }
}

/* The fewest bits that hold all codes up to @most. */
guint rua_codes_bits_for (guint64 most);
/* Narrow codes as whole numbers of rua_codes_wide_bits(). */
void rua_codes_widen (gconstpointer codes, guint bits, guint32 first, guint n, gpointer wide);
/* The other way; what is left of the last byte is 0. */
void rua_codes_narrow (gconstpointer wide, guint bits, guint32 n, gpointer codes);

G_END_DECLS
