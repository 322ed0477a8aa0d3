/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-date.h"

#include <string.h>

#include "rua-faults-private.h"

GType
rua_date_precision_get_type (void)
{
  static GType type;
  static const GEnumValue values[] = {
    { RUA_DATE_PRECISION_YEAR, "RUA_DATE_PRECISION_YEAR", "year" },
    { RUA_DATE_PRECISION_MONTH, "RUA_DATE_PRECISION_MONTH", "month" },
    { RUA_DATE_PRECISION_DAY, "RUA_DATE_PRECISION_DAY", "day" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaDatePrecision", values));
  return type;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar, by eras of 400 years that begin on
 * 1 March, so that the leap day is the last of its year. */
gint32
rua_date_civil_to_day (int year, int month, int dom)
{
  int y = month <= 2 ? year - 1 : year;
  int era = (y >= 0 ? y : y - 399) / 400;
  int year_of_era = y - era * 400;
  int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + dom - 1;
  int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

  return era * 146097 + day_of_era - 719468;
}

void
rua_date_day_to_civil (gint32 day, int *year, int *month, int *dom)
{
  gint32 z = day + 719468;
  int era = (z >= 0 ? z : z - 146096) / 146097;
  int day_of_era = z - era * 146097;
  int year_of_era
      = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int shifted_month = (5 * day_of_year + 2) / 153;
  int m = shifted_month + (shifted_month < 10 ? 3 : -9);

  if (year)
    *year = year_of_era + era * 400 + (m <= 2);
  if (month)
    *month = m;
  if (dom)
    *dom = day_of_year - (153 * shifted_month + 2) / 5 + 1;
}

static int
days_in_month (int year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    return 29;
  return days[month - 1];
}

static gboolean
read_digits (const char *text, gsize n, int *value)
{
  int v = 0;

  for (gsize i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9')
      return FALSE;
    v = v * 10 + (text[i] - '0');
  }
  *value = v;
  return TRUE;
}

gboolean
rua_date_parse_packed (const char *text, gsize length, RuaDatePacked *packed)
{
  int year, month = 1, dom = 1;
  RuaDatePrecision precision = RUA_DATE_PRECISION_YEAR;

  if (length != 4 && length != 7 && length != 10)
    return FALSE;
  if (!read_digits (text, 4, &year) || year == 0)
    return FALSE;
  if (length >= 7) {
    if (text[4] != '-' || !read_digits (text + 5, 2, &month) || month < 1 || month > 12)
      return FALSE;
    precision = RUA_DATE_PRECISION_MONTH;
  }
  if (length == 10) {
    if (text[7] != '-' || !read_digits (text + 8, 2, &dom) || dom < 1
        || dom > days_in_month (year, month))
      return FALSE;
    precision = RUA_DATE_PRECISION_DAY;
  }
  *packed = rua_date_pack (rua_date_civil_to_day (year, month, dom), precision);
  return TRUE;
}

/**
 * rua_date_parse:
 * @iso: an ISO 8601 date of any precision: `2014`, `2014-09` or `2014-09-15`
 * @first_day: (out) (optional): where to put its first day, in days since 1970-01-01
 * @precision: (out) (optional): where to put how much of it is known
 * @error: where to put an error
 *
 * Reads a date.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` with the code
 *   [error@RuralAlliance.Error.VALUE] when the text is no date of the years 0001 to 9999
 *
 * Since: 1.0
 */
gboolean
rua_date_parse (const char *iso, gint32 *first_day, RuaDatePrecision *precision, GError **error)
{
  RuaDatePacked packed;

  g_return_val_if_fail (iso != NULL, FALSE);

  if (!rua_date_parse_packed (iso, strlen (iso), &packed)) {
    g_autofree char *told = rua_shorten (iso, strlen (iso), 40);

    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "'%s' is not a date; write 2014, 2014-09 or 2014-09-15", told);
    return FALSE;
  }
  if (first_day)
    *first_day = rua_date_packed_day (packed);
  if (precision)
    *precision = rua_date_packed_precision (packed);
  return TRUE;
}

/* Without a detour through printf for the years of this world. */
gsize
rua_date_print_packed (char text[RUA_DATE_ROOM], RuaDatePacked packed)
{
  RuaDatePrecision precision = rua_date_packed_precision (packed);
  int year, month, dom;
  gsize length;

  rua_date_day_to_civil (rua_date_packed_day (packed), &year, &month, &dom);
  if (year < 0 || year > 9999) {
    length = (gsize) g_snprintf (text, RUA_DATE_ROOM, "%04d-%02d-%02d", year, month, dom);
    length -= precision == RUA_DATE_PRECISION_YEAR ? 6 : precision == RUA_DATE_PRECISION_MONTH ? 3 : 0;
  } else {
    text[0] = (char) ('0' + year / 1000);
    text[1] = (char) ('0' + year / 100 % 10);
    text[2] = (char) ('0' + year / 10 % 10);
    text[3] = (char) ('0' + year % 10);
    text[4] = text[7] = '-';
    text[5] = (char) ('0' + month / 10);
    text[6] = (char) ('0' + month % 10);
    text[8] = (char) ('0' + dom / 10);
    text[9] = (char) ('0' + dom % 10);
    length = precision == RUA_DATE_PRECISION_YEAR ? 4 : precision == RUA_DATE_PRECISION_MONTH ? 7 : 10;
  }
  text[length] = '\0';
  return length;
}

/**
 * rua_date_format:
 * @first_day: days since 1970-01-01
 * @precision: how much of the date is known
 *
 * Writes a date as ISO 8601.
 *
 * Returns: (transfer full): `2014`, `2014-09` or `2014-09-15`
 *
 * Since: 1.0
 */
char *
rua_date_format (gint32 first_day, RuaDatePrecision precision)
{
  char text[RUA_DATE_ROOM];

  rua_date_print_packed (text, rua_date_pack (first_day, precision));
  return g_strdup (text);
}

/**
 * rua_date_get_last_day:
 * @first_day: the first day of a date, in days since 1970-01-01
 * @precision: how much of the date is known
 *
 * Gets the last day that the date may mean: 31 December of a year, the last of a month, the day
 * itself.
 *
 * Returns: days since 1970-01-01
 *
 * Since: 1.0
 */
gint32
rua_date_get_last_day (gint32 first_day, RuaDatePrecision precision)
{
  int year, month, dom;

  rua_date_day_to_civil (first_day, &year, &month, &dom);
  if (precision == RUA_DATE_PRECISION_YEAR)
    return rua_date_civil_to_day (year, 12, 31);
  if (precision == RUA_DATE_PRECISION_MONTH)
    return rua_date_civil_to_day (year, month, days_in_month (year, month));
  return first_day;
}
