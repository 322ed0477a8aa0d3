/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-csv-columns-private.h"
#include "rua-date.h"
#include "rua-wide-private.h"

/* Cells of the plain form that most have: digits, perhaps a point and digits. Inlined into loops that know the type.
 * Up to RUA_CSV_PLAIN_AHEAD bytes from where a cell begins are looked at, whether they are its own or not. */

#define RUA_CSV_PLAIN_AHEAD 24 /* a sign, the most, and 7 of the last word that is loaded */
#define RUA_CSV_PLAIN_MOST 16  /* digits and point */

static const guint64 tens[] = {
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
  1000000000000, 10000000000000, 100000000000000, 1000000000000000,
};

/* Eight digits at once: whether they are, and what they say. The first byte is the lowest. */
static RUA_COPIED gboolean
are_digits (guint64 word)
{
  return ((word & (word + G_GUINT64_CONSTANT (0x0606060606060606))) & G_GUINT64_CONSTANT (0xf0f0f0f0f0f0f0f0)) == G_GUINT64_CONSTANT (0x3030303030303030);
}

static RUA_COPIED guint64
say_digits (guint64 word)
{
  word = (word & G_GUINT64_CONSTANT (0x0f0f0f0f0f0f0f0f)) * 2561 >> 8;
  word = (word & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff)) * 6553601 >> 16;
  return (word & G_GUINT64_CONSTANT (0x0000ffff0000ffff)) * G_GUINT64_CONSTANT (42949672960001) >> 32;
}

/* The high bit of each byte that is no digit. */
static RUA_COPIED guint64
mark_others (guint64 word)
{
  word ^= G_GUINT64_CONSTANT (0x3030303030303030);
  return (((word & G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)) + G_GUINT64_CONSTANT (0x7676767676767676)) | word) & G_GUINT64_CONSTANT (0x8080808080808080);
}

#define ZEROS G_GUINT64_CONSTANT (0x3030303030303030)

static RUA_COPIED guint64
load_word (const char *at)
{
  guint64 word;

  memcpy (&word, at, 8);
  return GUINT64_FROM_LE (word);
}

/* The first @n bytes, from 1 to 8, behind as many zeros as make eight digits. */
static RUA_COPIED guint64
lead_zeros (guint64 word, gsize n)
{
  return word << (64 - 8 * n) | ZEROS >> 4 * n >> 4 * n;
}

/* A whole number of @n digits, 1 to 16. */
static RUA_COPIED gboolean
say_whole (const char *at, gsize n, guint64 *value)
{
  guint64 word = load_word (at), rest;

  if (n <= 8) {
    word = lead_zeros (word, n);
    *value = say_digits (word);
    return are_digits (word);
  }
  rest = lead_zeros (load_word (at + 8), n - 8);
  *value = say_digits (word) * tens[n - 8] + say_digits (rest);
  return are_digits (word) && are_digits (rest);
}

/* A number of @n bytes, 1 to 16, among them perhaps the point between digits: what its digits say, 15 at most. */
static RUA_COPIED gboolean
say_decimal (const char *at, gsize n, char point, guint64 *digits, gsize *decimals)
{
  guint64 word, others, before;
  guint whole;
  gsize left, right;

  if (n > 8) {
    for (left = 0; left < n && at[left] != point;)
      left++;
    right = left < n ? n - left - 1 : 0;
    *decimals = right;
    if (left == n)
      return n <= 15 && say_whole (at, n, digits);
    if (left == 0 || right == 0 || !say_whole (at, left, digits) || !say_whole (at + left + 1, right, &before))
      return FALSE;
    *digits = *digits * tens[right] + before;
    return TRUE;
  }
  word = load_word (at);
  others = mark_others (word) & G_MAXUINT64 >> (64 - 8 * n);
  *decimals = 0;
  if (others == 0) {
    *digits = say_digits (word << (64 - 8 * n));
    return TRUE;
  }
  whole = (guint) __builtin_ctzll (others) / 8;
  if (G_UNLIKELY ((others & (others - 1)) != 0 || at[whole] != point || whole == 0 || whole + 1 == n))
    return FALSE;
  before = (G_GUINT64_CONSTANT (1) << 8 * whole) - 1;
  *digits = say_digits (((word & before) | (word >> 8 & ~before)) << (64 - 8 * (n - 1)));
  *decimals = n - whole - 1;
  return TRUE;
}

/* A cell of @n bytes, more than none, in the plain form of its type. @digits: of money. @to: the vector. */
static RUA_COPIED gboolean
read_plain (RuaCsvType type, gboolean iso, char point, guint digits, gpointer to, const char *at, gsize n, guint32 i)
{
  const gboolean negative = type != RUA_CSV_BOOLEAN && *at == '-';
  guint64 whole;
  gsize decimals;
  gint32 packed;

  if (type == RUA_CSV_BOOLEAN) {
    const char c = *at;

    ((guint8 *) to)[i] = c == '1';
    return n == 1 && (c == '0' || c == '1');
  }
  if (type == RUA_CSV_DATE && iso) {
    RuaDatePacked value;

    if (!rua_date_parse_packed (at, n, &value))
      return FALSE;
    ((gint32 *) to)[i] = value;
    return TRUE;
  }
  at += negative;
  n -= negative;
  if (G_UNLIKELY (n == 0 || n > 16))
    return FALSE;
  switch (type) {
  case RUA_CSV_KEY:
  case RUA_CSV_INTEGER:
    if (G_UNLIKELY (!say_whole (at, n, &whole) || (type == RUA_CSV_KEY && *at == '0' && (n > 1 || negative))))
      return FALSE;
    ((gint64 *) to)[i] = negative ? -(gint64) whole : (gint64) whole;
    return TRUE;
  case RUA_CSV_NUMBER:
    if (G_UNLIKELY (!say_decimal (at, n, point, &whole, &decimals)))
      return FALSE;
    ((double *) to)[i] = (negative ? -(double) whole : (double) whole) / rua_csv_powers[decimals];
    return TRUE;
  case RUA_CSV_MONEY:
    if (G_UNLIKELY (!say_decimal (at, n, point, &whole, &decimals) || decimals > digits || digits > 3))
      return FALSE;
    whole *= tens[digits - decimals];
    ((gint64 *) to)[i] = negative ? -(gint64) whole : (gint64) whole;
    return TRUE;
  case RUA_CSV_DATE:
    if (n > 9 || !say_whole (at, n, &whole) || !rua_csv_day_to_packed (negative ? -(gint64) whole : (gint64) whole, &packed))
      return FALSE;
    ((gint32 *) to)[i] = packed;
    return TRUE;
  case RUA_CSV_BOOLEAN:
  case RUA_CSV_TEXT:
  default:
    return FALSE;
  }
}
