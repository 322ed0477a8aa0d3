/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-json-private.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* A literal of JSON's grammar taken apart: digits without leading zeros, and the power of ten of
 * the last of them. */
typedef struct {
  gboolean is_negative;
  gboolean is_whole;  /* written without point and exponent */
  guint64 mantissa;   /* the first 19 significant digits */
  gsize n_digits;     /* significant digits, leading zeros not counted */
  gint64 exponent;    /* value = all digits * 10^exponent */
  gboolean is_zero;
} Literal;

static inline gboolean
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static gboolean
take_apart (const char *text, gsize length, Literal *literal)
{
  const char *p = text, *end = text + length;
  gboolean after_point = FALSE;

  memset (literal, 0, sizeof *literal);
  literal->is_whole = TRUE;
  literal->is_zero = TRUE;
  if (p < end && *p == '-') {
    literal->is_negative = TRUE;
    p++;
  }
  if (p == end || !is_digit (*p) || (*p == '0' && end - p > 1 && is_digit (p[1])))
    return FALSE;
  for (; p < end; p++) {
    if (is_digit (*p)) {
      if (*p != '0')
        literal->is_zero = FALSE;
      if (!literal->is_zero) {
        if (literal->n_digits < 19)
          literal->mantissa = literal->mantissa * 10 + (guint64) (*p - '0');
        literal->n_digits++;
      }
      if (after_point)
        literal->exponent--;
    } else if (*p == '.' && !after_point) {
      if (end - p < 2 || !is_digit (p[1]))
        return FALSE;
      after_point = TRUE;
      literal->is_whole = FALSE;
    } else {
      break;
    }
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    gboolean is_negative = FALSE;
    gint64 exponent = 0;

    literal->is_whole = FALSE;
    p++;
    if (p < end && (*p == '+' || *p == '-'))
      is_negative = *p++ == '-';
    if (p == end)
      return FALSE;
    for (; p < end && is_digit (*p); p++)
      if (exponent < G_MAXINT32)
        exponent = exponent * 10 + (*p - '0');
    literal->exponent += is_negative ? -exponent : exponent;
  }
  return p == end;
}

gboolean
rua_integer_parse (const char *text, gsize length, gint64 *value)
{
  Literal literal;
  guint64 limit;

  if (!take_apart (text, length, &literal) || !literal.is_whole || literal.n_digits > 19)
    return FALSE;
  limit = (guint64) G_MAXINT64 + (literal.is_negative ? 1 : 0);
  if (literal.mantissa > limit)
    return FALSE;
  *value = literal.is_negative ? (gint64) (0 - literal.mantissa) : (gint64) literal.mantissa;
  return TRUE;
}

gboolean
rua_money_parse (const char *text, gsize length, guint digits, gint64 *minor)
{
  Literal literal;
  gint64 shift;
  guint64 amount, limit;

  if (!take_apart (text, length, &literal))
    return FALSE;
  if (literal.is_zero) {
    *minor = 0;
    return TRUE;
  }
  /* Beyond 19 digits only zeros at the end could be exact. */
  if (literal.n_digits > 19) {
    gsize seen = 0;
    for (const char *p = text; p < text + length && *p != 'e' && *p != 'E'; p++)
      if (is_digit (*p) && (seen > 0 || *p != '0') && ++seen > 19 && *p != '0')
        return FALSE;
    literal.exponent += (gint64) literal.n_digits - 19;
  }
  amount = literal.mantissa;
  shift = literal.exponent + (gint64) digits;
  while (amount % 10 == 0) {
    amount /= 10;
    shift++;
  }
  if (shift < 0)
    return FALSE;
  limit = (guint64) G_MAXINT64 + (literal.is_negative ? 1 : 0);
  for (; shift > 0; shift--) {
    if (amount > limit / 10)
      return FALSE;
    amount *= 10;
  }
  if (amount > limit)
    return FALSE;
  *minor = literal.is_negative ? (gint64) (0 - amount) : (gint64) amount;
  return TRUE;
}

static const double powers_of_ten[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

gboolean
rua_number_parse (const char *text, gsize length, double *value)
{
  Literal literal;
  char small[64];
  g_autofree char *large = NULL;
  char *copy = small;
  double result;

  if (!take_apart (text, length, &literal))
    return FALSE;
  if (literal.is_zero) {
    *value = literal.is_negative ? -0.0 : 0.0;
    return TRUE;
  }
#if FLT_EVAL_METHOD == 0
  /* Both factors are exact, so one rounding gives the nearest double (Clinger 1990). */
  if (literal.n_digits <= 19 && literal.mantissa <= (G_GUINT64_CONSTANT (1) << 53) && literal.exponent >= -22 &&
      literal.exponent <= 22) {
    result = (double) literal.mantissa;
    if (literal.exponent < 0)
      result /= powers_of_ten[-literal.exponent];
    else
      result *= powers_of_ten[literal.exponent];
    *value = literal.is_negative ? -result : result;
    return TRUE;
  }
#endif
  if (length >= sizeof small)
    copy = large = g_malloc (length + 1);
  memcpy (copy, text, length);
  copy[length] = '\0';
  result = g_ascii_strtod (copy, NULL);
  if (!isfinite (result) || result == 0)
    return FALSE;
  *value = result;
  return TRUE;
}
