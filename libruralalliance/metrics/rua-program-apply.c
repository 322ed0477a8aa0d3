/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-program-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Functions at work on vectors. */

/* Days since 1970-01-01 of 0001-01-01 and of 9999-12-31. */
#define FIRST_DAY (-719162)
#define LAST_DAY 2932896

/* From here on a double has no decimals left. */
#define WHOLE 4503599627370496.0

static double
to_finite (double value)
{
  return fabs (value) <= DBL_MAX ? value : NAN;
}

/* Half away from zero, as round() does. */
static double
round_to (double value, int decimals)
{
  double scale = pow (10, abs (decimals));
  double rounded;

  if (decimals > 0) {
    rounded = fabs (value) < WHOLE ? round (value * scale) / scale : value;
    return isfinite (rounded) ? rounded : value;
  }
  return to_finite (round (value / scale) * scale);
}

/* Of the sign of the divisor, so that the year -1 is as far into its decade as the year 9. */
static double
modulo (double value, double divisor)
{
  double rest = fmod (value, divisor);

  if (rest != 0 && (rest < 0) != (divisor < 0))
    rest += divisor;
  return to_finite (rest);
}

static void
get_period (gint32 packed, gint32 *first, gint32 *last)
{
  *first = rua_date_packed_day (packed);
  *last = rua_date_get_last_day (*first, rua_date_packed_precision (packed));
}

static int
months_between (gint32 from, gint32 to)
{
  int y0, m0, d0, y1, m1, d1;

  rua_date_day_to_civil (from, &y0, &m0, &d0);
  rua_date_day_to_civil (to, &y1, &m1, &d1);
  return (y1 - y0) * 12 + m1 - m0 - (d1 < d0);
}

/* Unknown where the precision of the dates leaves it open. */
static double
span (RuaFunction function, gint32 from, gint32 to)
{
  gint32 a0, a1, b0, b1;
  int least, most;

  if (from == RUA_NO_DATE || to == RUA_NO_DATE)
    return NAN;
  get_period (from, &a0, &a1);
  get_period (to, &b0, &b1);
  least = function == RUA_FUNCTION_DAYS ? b0 - a1 : months_between (a1, b0);
  most = function == RUA_FUNCTION_DAYS ? b1 - a0 : months_between (a0, b1);
  return least == most ? least : NAN;
}

static double
date_part (RuaFunction function, gint32 date)
{
  int month;
  gint32 day;

  if (date == RUA_NO_DATE)
    return NAN;
  day = rua_date_packed_day (date);
  if (function == RUA_FUNCTION_WEEKDAY) {
    /* 1970-01-01 was a Thursday; Monday is 1. */
    if (rua_date_packed_precision (date) != RUA_DATE_PRECISION_DAY)
      return NAN;
    return ((day + 3) % 7 + 7) % 7 + 1;
  }
  if (rua_date_packed_precision (date) == RUA_DATE_PRECISION_YEAR)
    return NAN;
  rua_date_day_to_civil (day, NULL, &month, NULL);
  return (month - 1) / 3 + 1;
}

static gint32
date_of_days (double days)
{
  if (!(days >= FIRST_DAY && days <= LAST_DAY) || days != floor (days))
    return RUA_NO_DATE;
  return rua_date_pack ((gint32) days, RUA_DATE_PRECISION_DAY);
}

/* What is no date of the calendar is unknown. */
static gint32
date_of_parts (const double *parts, guint n)
{
  static const double last[] = { 9999, 12, 31 };
  int whole[3] = { 1, 1, 1 };
  int month;
  gint32 day;

  for (guint i = 0; i < n; i++) {
    if (!(parts[i] >= 1 && parts[i] <= last[i]) || parts[i] != floor (parts[i]))
      return RUA_NO_DATE;
    whole[i] = (int) parts[i];
  }
  day = rua_date_civil_to_day (whole[0], whole[1], whole[2]);
  rua_date_day_to_civil (day, NULL, &month, NULL);
  return month == whole[1] ? rua_date_pack (day, (RuaDatePrecision) (n - 1)) : RUA_NO_DATE;
}

static gint32
day_of (RuaFunction function, gint32 date)
{
  gint32 first, last;

  if (date == RUA_NO_DATE)
    return RUA_NO_DATE;
  get_period (date, &first, &last);
  return rua_date_pack (function == RUA_FUNCTION_FIRST_DAY ? first : last, RUA_DATE_PRECISION_DAY);
}

static void
run_date_of_parts (RuaProgramRun *run, RuaNode *node, guint n)
{
  gint32 *to = run->states[node->slot].buffer;

  for (guint i = 0; i < n; i++) {
    double parts[3];

    for (guint k = 0; k < node->n_parts; k++)
      parts[k] = ((const double *) run->states[node->parts[k]->slot].buffer)[i];
    to[i] = date_of_parts (parts, node->n_parts);
  }
}

static void
run_date_of_text (RuaProgramRun *run, RuaNode *node, guint n)
{
  gint32 *to = run->states[node->slot].buffer;
  const guint32 *codes = run->states[node->parts[0]->slot].buffer;

  for (guint i = 0; i < n; i++) {
    RuaDatePacked packed;
    const char *text;
    gsize length;

    to[i] = RUA_NO_DATE;
    if (codes[i] == RUA_NO_CODE)
      continue;
    text = rua_run_code_text (run, node->parts[0], codes[i], &length);
    if (rua_date_parse_packed (text, length, &packed))
      to[i] = packed;
  }
}

static void
run_number_in (RuaProgramRun *run, RuaNode *node, guint n)
{
  guint8 *to = run->states[node->slot].buffer;
  const double *from = run->states[node->parts[0]->slot].buffer;

  for (guint i = 0; i < n; i++) {
    guint low = 0, high = node->n_numbers;

    if (isnan (from[i])) {
      to[i] = RUA_TRI_UNKNOWN;
      continue;
    }
    while (low < high) {
      guint middle = (low + high) / 2;

      if (node->numbers[middle] < from[i])
        low = middle + 1;
      else
        high = middle;
    }
    to[i] = low < node->n_numbers && node->numbers[low] == from[i] ? RUA_TRI_TRUE : RUA_TRI_FALSE;
  }
}

static void
run_function (RuaProgramRun *run, RuaNode *node, guint n)
{
  gpointer buffer = run->states[node->slot].buffer;
  double *numbers = buffer;
  gint32 *dates = buffer;
  gconstpointer first = run->states[node->parts[0]->slot].buffer;
  gconstpointer second = node->n_parts > 1 ? run->states[node->parts[1]->slot].buffer : NULL;
  const double *a = first, *b = second;
  const gint32 *from = first, *until = second;
  RuaFunction function = node->option;

  switch (function) {
  case RUA_FUNCTION_ROUND_TO:
    for (guint i = 0; i < n; i++)
      numbers[i] = round_to (a[i], (int) node->number);
    break;
  case RUA_FUNCTION_LOG10:
    for (guint i = 0; i < n; i++)
      numbers[i] = to_finite (log10 (a[i]));
    break;
  case RUA_FUNCTION_POWER:
    /* pow (1, NaN) and pow (NaN, 0) are 1 in C, but what is unknown stays unknown. */
    for (guint i = 0; i < n; i++)
      numbers[i] = isnan (a[i]) || isnan (b[i]) ? NAN : to_finite (pow (a[i], b[i]));
    break;
  case RUA_FUNCTION_MOD:
    for (guint i = 0; i < n; i++)
      numbers[i] = modulo (a[i], b[i]);
    break;
  case RUA_FUNCTION_QUARTER:
  case RUA_FUNCTION_WEEKDAY:
    for (guint i = 0; i < n; i++)
      numbers[i] = date_part (function, from[i]);
    break;
  case RUA_FUNCTION_MONTHS:
  case RUA_FUNCTION_DAYS:
    for (guint i = 0; i < n; i++)
      numbers[i] = span (function, from[i], until[i]);
    break;
  case RUA_FUNCTION_FIRST_DAY:
  case RUA_FUNCTION_LAST_DAY:
    for (guint i = 0; i < n; i++)
      dates[i] = day_of (function, from[i]);
    break;
  case RUA_FUNCTION_DATE_OF_DAYS:
    for (guint i = 0; i < n; i++)
      dates[i] = date_of_days (a[i]);
    break;
  case RUA_FUNCTION_DATE_OF_PARTS:
    run_date_of_parts (run, node, n);
    break;
  case RUA_FUNCTION_DATE_OF_TEXT:
    run_date_of_text (run, node, n);
    break;
  case RUA_FUNCTION_AGE:
    g_assert_not_reached ();
  }
}

gboolean
rua_run_function (RuaProgramRun *run, RuaNode *node, guint n)
{
  if (node->kind == RUA_NODE_NUMBER_IN)
    run_number_in (run, node, n);
  else if (node->kind == RUA_NODE_FUNCTION)
    run_function (run, node, n);
  else
    return FALSE;
  return TRUE;
}
