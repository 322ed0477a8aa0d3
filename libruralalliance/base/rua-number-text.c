/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-json-private.h"

#include <math.h>
#include <string.h>

#include "rua-powers.h"

/* A double as the shortest decimal text that reads back as it, after R. Giulietti, "The Schubfach way to render
 * doubles" (2020). A double is c * 2^q, and what lies between half the way to the double below it and half the way to
 * the one above reads back as it. With the greatest k at which 10^k is no wider than that, at most one multiple of
 * 10^(k+1) lies there; if it does, it is the shortest, and otherwise the multiple of 10^k nearest to the value is. */

#define MANTISSA_BITS 52

/* Seventeen digits, zeros at the end among them, each a byte: two lots of eight, of which the lowest byte is the first,
 * and one. The point stands before the digit @point. */
typedef struct {
  guint64 high, low, last;
  int point;
} Digits;

/* The product's upper half; its lower one is left in @low. */
static inline guint64
multiply (guint64 a, guint64 b, guint64 *low)
{
#ifdef __SIZEOF_INT128__
  __extension__ unsigned __int128 product = (unsigned __int128) a * b;

  *low = (guint64) product;
  return (guint64) (product >> 64);
#else
  guint64 a_low = a & G_MAXUINT32, b_low = b & G_MAXUINT32, a_high = a >> 32, b_high = b >> 32;
  guint64 first = a_low * b_low, second = a_high * b_low + (first >> 32), third = a_low * b_high + (second & G_MAXUINT32);

  *low = third << 32 | (first & G_MAXUINT32);
  return a_high * b_high + (second >> 32) + (third >> 32);
#endif
}

/* n * 2^q / 10^k, where powers[@which] and the places by which @n is shifted stand for q and k: itself if that is whole,
 * and otherwise the odd one of its two neighbours, which compares with any even number as it would. The power is
 * rounded up, which makes the quotient too great by less than 2^-68. Of every double the true one is even, or at least
 * 2^-63 away from any even number (tests/test-number-powers.py works it out): so 64 bits of the fraction tell. */
static inline guint64
scale (guint64 n, int which)
{
  guint64 whole, fraction, carry;

  carry = multiply (n, powers[which].low, &fraction);
  whole = multiply (n, powers[which].high, &fraction);
  fraction += carry;
  whole += fraction < carry;
  return whole | (fraction != 0);
}

/* The shortest digits of the double of @bits, which is not zero, as a number that stands before @exponent zeros. All is
 * compared in quarters of 10^k, so that the middle between two multiples is a whole number, too. */
static guint64
find_shortest (guint64 bits, int *exponent)
{
  int biased = (int) (bits >> MANTISSA_BITS);
  guint64 c = bits & ((G_GUINT64_CONSTANT (1) << MANTISSA_BITS) - 1);
  /* The double below a power of two is only half as far away as the one above it. */
  gboolean is_uneven = c == 0 && biased > 1;
  gboolean is_below, is_above, is_nearer_above;
  guint64 odd, value, least, greatest, ones, tens;
  int q, k, shift, which;

  if (biased > 0)
    c |= G_GUINT64_CONSTANT (1) << MANTISSA_BITS;
  q = MAX (biased, 1) - 1075;
  /* Logarithms rounded down, right for every exponent: of 2^q, or of 3/4 of that, to the base of 10, and of 10^-k to
   * that of 2. */
  k = (q * 315653 - (is_uneven ? 131008 : 0)) >> 20;
  shift = q + (-k * 108853 >> 15) + 1;
  which = k - LEAST_POWER;
  *exponent = k;

  /* A text half the way to the next double is read as the one that is even. */
  odd = c & 1;
  value = scale (4 * c << shift, which);
  least = scale ((4 * c - (is_uneven ? 1 : 2)) << shift, which) + odd;
  greatest = scale ((4 * c + 2) << shift, which) - odd;

  ones = value / 4;
  tens = ones / 10 * 10;
  is_above = 4 * tens + 40 <= greatest;
  if (least <= 4 * tens || is_above)
    return tens + (is_above ? 10 : 0);
  is_below = least <= 4 * ones;
  is_above = 4 * ones + 4 <= greatest;
  /* Of two that are as near as each other, the even one. */
  is_nearer_above = value + (ones & 1) > 4 * ones + 2;
  return ones + (is_above && (is_nearer_above || !is_below) ? 1 : 0);
}

/* The digits of a number of eight, each in a byte, the first in the lowest one: the number is parted into two of four
 * digits, these into four of two, and those into eight, all parts of a kind at once. */
static inline guint64
part_digits (guint64 number)
{
  guint64 fours = number / 10000 | number % 10000 << 32;
  guint64 hundreds = (fours * 5243 >> 19) & G_GUINT64_CONSTANT (0x0000007f0000007f);
  guint64 twos = hundreds | (fours - 100 * hundreds) << 16;
  guint64 tens = (twos * 103 >> 10) & G_GUINT64_CONSTANT (0x000f000f000f000f);

  return tens | (twos - 10 * tens) << 8;
}

/* Most numbers have few decimals: where up to 15 digits read back, no others do, and none that are fewer. */
static inline gboolean
take_few (double value, Digits *digits)
{
  guint32 hundredths = value < 1e6 ? (guint32) (value * 100 + 0.5) : 0;
  guint64 parted;
  int zeros;

  if (hundredths / 100.0 != value)
    return FALSE;
  parted = part_digits (hundredths);
  zeros = __builtin_ctzll (parted) / 8;
  digits->high = parted >> 8 * zeros;
  digits->low = digits->last = 0;
  digits->point = 6 - zeros;
  return TRUE;
}

static inline void
take_all (double value, Digits *digits)
{
  const guint64 enough = G_GUINT64_CONSTANT (10000000000000000);
  guint64 bits, number;
  int exponent;

  memcpy (&bits, &value, sizeof bits);
  number = find_shortest (bits, &exponent);
  /* Once at most, unless it is below the normal range. */
  if (number < enough) {
    number *= 10;
    exponent--;
  }
  for (; number < enough; exponent--)
    number *= 10;
  digits->last = number % 10;
  number /= 10;
  digits->low = part_digits (number % 100000000);
  digits->high = part_digits (number / 100000000);
  digits->point = exponent + 17;
}

/* How many there are without the zeros at the end. */
static inline int
count_digits (const Digits *digits)
{
  if (digits->last != 0)
    return 17;
  if (digits->low != 0)
    return 16 - __builtin_clzll (digits->low) / 8;
  return 8 - __builtin_clzll (digits->high) / 8;
}

static inline void
write_eight (guint64 parted, char *out)
{
  guint64 text = GUINT64_TO_LE (parted + G_GUINT64_CONSTANT (0x3030303030303030));

  memcpy (out, &text, sizeof text);
}

static void
write_exponent (int exponent, char *out)
{
  guint size = (guint) ABS (exponent);

  *out++ = 'e';
  *out++ = exponent < 0 ? '-' : '+';
  if (size >= 100)
    *out++ = (char) ('0' + size / 100);
  if (size >= 10)
    *out++ = (char) ('0' + size / 10 % 10);
  *out++ = (char) ('0' + size % 10);
  *out = '\0';
}

/* As JavaScript does (ECMA-262, Number::toString). More is copied than is needed, for a copy of a known length is no
 * call: @out has room for it. */
static inline void
lay_out (const Digits *digits, char *out)
{
  int n = count_digits (digits), point = digits->point;
  char text[40];

  write_eight (digits->high, text);
  write_eight (digits->low, text + 8);
  write_eight (digits->last, text + 16);
  write_eight (0, text + 24);
  write_eight (0, text + 32);
  if (0 < point && point <= 21) {
    memcpy (out, text, 24);
    if (n > point) {
      out[point] = '.';
      memcpy (out + point + 1, text + point, 16);
      out[n + 1] = '\0';
    } else {
      out[point] = '\0';
    }
  } else if (-6 < point && point <= 0) {
    memcpy (out, "0.000000", 8);
    memcpy (out + 2 - point, text, 24);
    out[2 - point + n] = '\0';
  } else {
    out[0] = text[0];
    out[1] = '.';
    memcpy (out + 2, text + 1, 16);
    write_exponent (point - 1, out + (n > 1 ? n + 1 : 1));
  }
}

char *
rua_number_format (double value, char buffer[static 40])
{
  Digits digits;
  char *out = buffer;

  if (!isfinite (value))
    return strcpy (buffer, "null");
  if (value == 0)
    return strcpy (buffer, "0");
  if (value < 0) {
    *out++ = '-';
    value = -value;
  }
  if (!take_few (value, &digits))
    take_all (value, &digits);
  lay_out (&digits, out);
  return buffer;
}
