/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-error.h"

G_BEGIN_DECLS

/**
 * RuaDatePrecision:
 * @RUA_DATE_PRECISION_YEAR: a year, `2014`
 * @RUA_DATE_PRECISION_MONTH: a month, `2014-09`
 * @RUA_DATE_PRECISION_DAY: a day, `2014-09-15`
 *
 * How much of a date is known.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_DATE_PRECISION_YEAR,
  RUA_DATE_PRECISION_MONTH,
  RUA_DATE_PRECISION_DAY,
} RuaDatePrecision;

#define RUA_TYPE_DATE_PRECISION (rua_date_precision_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_date_precision_get_type (void);

RUA_AVAILABLE_IN_1_0
gboolean rua_date_parse (const char *iso, gint32 *first_day, RuaDatePrecision *precision, GError **error);
RUA_AVAILABLE_IN_1_0
char *rua_date_format (gint32 first_day, RuaDatePrecision precision);
RUA_AVAILABLE_IN_1_0
gint32 rua_date_get_last_day (gint32 first_day, RuaDatePrecision precision);

#if defined(RUA_COMPILATION) && !defined(__GI_SCANNER__)
/* A date of any precision in one word: days since 1970-01-01 of its first day, times four, plus
 * the precision. Orders as its first day does, a coarser date before a finer one. */
typedef gint32 RuaDatePacked;

static inline RuaDatePacked
rua_date_pack (gint32 first_day, RuaDatePrecision precision)
{
  return first_day * 4 + (gint32) precision;
}

static inline gint32
rua_date_packed_day (RuaDatePacked packed)
{
  return packed >> 2;
}

static inline RuaDatePrecision
rua_date_packed_precision (RuaDatePacked packed)
{
  return (RuaDatePrecision) (packed & 3);
}

void rua_date_day_to_civil (gint32 day, int *year, int *month, int *dom);
gint32 rua_date_civil_to_day (int year, int month, int dom);
/* TRUE when the bytes are an ISO date of any precision. */
gboolean rua_date_parse_packed (const char *text, gsize length, RuaDatePacked *packed);
#ifndef __GI_SCANNER__ /* which would have it among the public constants */
#define RUA_DATE_ROOM 32
/* As ISO 8601, ended by a NUL; returns the length without it. */
gsize rua_date_print_packed (char text[RUA_DATE_ROOM], RuaDatePacked packed);
#endif
#endif

G_END_DECLS
