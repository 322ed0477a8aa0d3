/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-columns-private.h"

#include <math.h>
#include <string.h>

#include "rua-date.h"
#include "rua-json-private.h"

/* What a cell's text stands for, beyond what the reader's inner loop takes at once. */

const double rua_csv_powers[23] = {
  1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/* A mantissa below 2^53 and a power of ten up to 22 are both exact doubles, so one division or
 * product rounds once and correctly (W. D. Clinger, PLDI 1990). All else goes to strtod. */
gboolean
rua_csv_parse_number (const char *text, gsize length, double *value)
{
  gsize i = 0;
  guint64 mantissa = 0;
  guint digits = 0, decimals = 0, significant = 0;
  gboolean negative = FALSE, point = FALSE;

  if (length > 0 && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    i++;
  }
  for (; i < length; i++) {
    if (g_ascii_isdigit (text[i])) {
      digits++;
      decimals += point;
      if (mantissa != 0 || text[i] != '0')
        significant++;
      if (significant <= 18)
        mantissa = mantissa * 10 + (guint64) (text[i] - '0');
    } else if (text[i] == '.' && !point) {
      point = TRUE;
    } else {
      break;
    }
  }
  if (digits == 0)
    return FALSE;
  if (i == length && significant <= 18 && mantissa < (G_GUINT64_CONSTANT (1) << 53) && decimals <= 22) {
    *value = (double) mantissa / rua_csv_powers[decimals];
  } else {
    char small[64], *copy = small, *end;

    if (i < length) {
      gsize j = i + 1;

      if (text[i] != 'e' && text[i] != 'E')
        return FALSE;
      if (j < length && (text[j] == '-' || text[j] == '+'))
        j++;
      if (j == length)
        return FALSE;
      for (; j < length; j++)
        if (!g_ascii_isdigit (text[j]))
          return FALSE;
    }
    if (length >= sizeof small)
      copy = g_malloc (length + 1);
    memcpy (copy, text, length);
    copy[length] = '\0';
    *value = g_ascii_strtod (copy + (text[0] == '-' || text[0] == '+'), &end);
    if (copy != small)
      g_free (copy);
    if (!isfinite (*value))
      return FALSE;
  }
  if (negative)
    *value = -*value;
  return TRUE;
}

/* The number's text with "." for the decimal mark and without grouping: "-1.234,50" -> "-1234.50". FALSE where groups
 * behind the first are not of three digits each, or of two before the last (12,34,567): what stands between them may
 * be the decimal mark of a table that the mapping was not made for. */
static gboolean
plain_number (const RuaCsvField *field, const char *text, gsize length, GString *out)
{
  char decimal = field->decimal ? field->decimal : '.', mark[6];
  gsize i = length > 0 && (text[0] == '-' || text[0] == '+'), marked = field->grouping ? (gsize) g_unichar_to_utf8 (field->grouping, mark) : 0;
  guint n_groups = 0, first = 0, size = 0;
  gboolean twos = FALSE, threes = FALSE;

  g_string_truncate (out, 0);
  g_string_append_len (out, text, (gssize) i);
  while (i < length) {
    if (g_ascii_isdigit (text[i])) {
      g_string_append_c (out, text[i++]);
      size++;
    } else if (marked > 0 && length - i >= marked && memcmp (text + i, mark, marked) == 0) {
      if (n_groups++ == 0)
        first = size;
      else if (size == 2)
        twos = TRUE;
      else if (size == 3)
        threes = TRUE;
      else
        return FALSE;
      size = 0;
      i += marked;
    } else {
      break;
    }
  }
  if (n_groups > 0 && (size != 3 || first < 1 || first > (twos ? 2 : 3) || (twos && threes)))
    return FALSE;
  for (; i < length; i++) {
    if (text[i] == decimal)
      g_string_append_c (out, '.');
    else if (text[i] == '.')
      return FALSE;
    else
      g_string_append_c (out, text[i]);
  }
  return TRUE;
}

static gboolean
parse_integer (const char *text, gsize length, gint64 *value)
{
  guint64 all = 0, limit = G_MAXINT64;
  gboolean negative = FALSE;
  gsize i = 0;

  if (length > 0 && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    limit += negative;
    i++;
  }
  if (i == length)
    return FALSE;
  for (; i < length; i++) {
    guint64 digit = (guint64) (guchar) text[i] - '0';

    if (digit > 9 || all > (limit - digit) / 10)
      return FALSE;
    all = all * 10 + digit;
  }
  *value = negative ? (gint64) (0 - all) : (gint64) all;
  return TRUE;
}

/* How many digits stand from @i on. */
static gsize
count_digits (const char *text, gsize length, gsize i)
{
  gsize n = 0;

  while (i + n < length && g_ascii_isdigit (text[i + n]))
    n++;
  return n;
}

/* "12.0" and "1e3" are whole as well, as spreadsheets write them. Told by the digits: a double holds 53 bits. */
static RuaCsvReason
take_integer (const char *text, gsize length, gint64 *value)
{
  gsize i = length > 0 && (text[0] == '-' || text[0] == '+'), begin = i, whole, decimals = 0;
  guint64 all = 0, limit = (guint64) G_MAXINT64 + (begin > 0 && text[0] == '-');
  gint64 exponent = 0;
  gboolean great = FALSE;

  if (parse_integer (text, length, value))
    return RUA_CSV_GOOD;
  whole = count_digits (text, length, i);
  i += whole;
  if (i < length && text[i] == '.') {
    decimals = count_digits (text, length, i + 1);
    i += 1 + decimals;
  }
  if (whole + decimals == 0)
    return RUA_CSV_NO_INTEGER;
  if (i < length) {
    gboolean down = i + 1 < length && text[i + 1] == '-';
    gsize from = i + 1 + (i + 1 < length && (down || text[i + 1] == '+')), n = count_digits (text, length, from);

    if ((text[i] != 'e' && text[i] != 'E') || n == 0 || from + n < length)
      return RUA_CSV_NO_INTEGER;
    /* What is beyond any cell's length is all alike. */
    for (; from < length; from++)
      exponent = MIN (exponent * 10 + (text[from] - '0'), G_MAXINT64 / 100);
    if (down)
      exponent = -exponent;
  }
  /* The digits before the point, once the exponent has moved it. */
  exponent += (gint64) whole;
  for (gsize k = 0; k < whole + decimals; k++) {
    guint digit = (guint) (text[begin + k + (k >= whole)] - '0');

    if ((gint64) k >= exponent && digit != 0)
      return RUA_CSV_NO_INTEGER;
    if ((gint64) k >= exponent || great)
      continue;
    great = all > (limit - digit) / 10;
    all = all * 10 + digit;
  }
  for (gint64 k = (gint64) (whole + decimals); k < exponent && all > 0 && !great; k++) {
    great = all > limit / 10;
    all *= 10;
  }
  if (great)
    return RUA_CSV_TOO_GREAT;
  *value = begin > 0 && text[0] == '-' ? (gint64) (0 - all) : (gint64) all;
  return RUA_CSV_GOOD;
}

static RuaCsvReason
take_money (const RuaCsvField *field, const char *text, gsize length, gint64 *value)
{
  double number;
  /* The money of JSON knows no plus sign, no zeros before and no bare point. */
  gboolean negative = length > 0 && text[0] == '-';
  gsize skip = length > 0 && (text[0] == '-' || text[0] == '+');
  char literal[64];
  gsize n = 0;

  if (!rua_csv_parse_number (text, length, &number))
    return RUA_CSV_NO_NUMBER;
  while (skip + 1 < length && text[skip] == '0' && g_ascii_isdigit (text[skip + 1]))
    skip++;
  if (length - skip > sizeof literal - 4)
    return RUA_CSV_TOO_GREAT;
  if (negative)
    literal[n++] = '-';
  if (text[skip] == '.')
    literal[n++] = '0';
  memcpy (literal + n, text + skip, length - skip);
  n += length - skip;
  if (literal[n - 1] == '.')
    n--;
  if (rua_money_parse (literal, n, field->digits, value))
    return RUA_CSV_GOOD;
  return fabs (number) * rua_csv_powers[MIN (field->digits, 22)] > 9.2e18 ? RUA_CSV_TOO_GREAT : RUA_CSV_MORE_DECIMALS;
}

/* ---- dates ---- */

static gboolean
take_digits (const char **at, const char *end, guint least, guint most, int *value)
{
  guint n = 0;

  *value = 0;
  while (*at < end && n < most && g_ascii_isdigit (**at)) {
    *value = *value * 10 + (**at - '0');
    ++*at;
    n++;
  }
  return n >= least;
}

/* %Y %m %d and %y (2000 to 2068, 1969 to 1999, as POSIX has it); %d and %m of one digit too; any other
 * character stands for itself. */
static gboolean
parse_by_form (const char *form, const char *text, gsize length, gint32 *packed)
{
  const char *at = text, *end = text + length;
  int year = -1, month = -1, day = -1;
  char iso[16];
  RuaDatePacked value;

  for (; *form; form++) {
    if (*form != '%') {
      if (at == end || *at != *form)
        return FALSE;
      at++;
      continue;
    }
    switch (*++form) {
    case 'Y':
      if (!take_digits (&at, end, 4, 4, &year))
        return FALSE;
      break;
    case 'y':
      if (!take_digits (&at, end, 2, 2, &year))
        return FALSE;
      year += year < 69 ? 2000 : 1900;
      break;
    case 'm':
      if (!take_digits (&at, end, 1, 2, &month))
        return FALSE;
      break;
    case 'd':
      if (!take_digits (&at, end, 1, 2, &day))
        return FALSE;
      break;
    default:
      return FALSE;
    }
  }
  if (at != end || year < 0)
    return FALSE;
  if (day >= 0)
    g_snprintf (iso, sizeof iso, "%04d-%02d-%02d", year, month, day);
  else if (month >= 0)
    g_snprintf (iso, sizeof iso, "%04d-%02d", year, month);
  else
    g_snprintf (iso, sizeof iso, "%04d", year);
  if (!rua_date_parse_packed (iso, strlen (iso), &value))
    return FALSE;
  *packed = value;
  return TRUE;
}

gboolean
rua_csv_date_form_is_good (const char *form)
{
  gboolean year = FALSE, month = FALSE, day = FALSE;

  for (; *form; form++) {
    if (*form != '%')
      continue;
    switch (*++form) {
    case 'Y':
    case 'y':
      year = TRUE;
      break;
    case 'm':
      month = TRUE;
      break;
    case 'd':
      day = TRUE;
      break;
    default:
      return FALSE;
    }
  }
  return year && (month || !day);
}

gboolean
rua_csv_day_to_packed (gint64 day, gint32 *packed)
{
  /* The years 0001 to 9999. */
  if (day < -719162 || day > 2932896)
    return FALSE;
  *packed = rua_date_pack ((gint32) day, RUA_DATE_PRECISION_DAY);
  return TRUE;
}

static RuaCsvReason
take_date (const RuaCsvField *field, const char *text, gsize length, gint32 *packed)
{
  RuaDatePacked value;
  gint64 day;

  switch (field->date) {
  case RUA_CSV_DATE_ISO:
    if (!rua_date_parse_packed (text, length, &value))
      return RUA_CSV_NO_DATE;
    *packed = value;
    return RUA_CSV_GOOD;
  case RUA_CSV_DATE_DAYS:
    return take_integer (text, length, &day) == RUA_CSV_GOOD && rua_csv_day_to_packed (day, packed) ? RUA_CSV_GOOD : RUA_CSV_NO_DAY;
  case RUA_CSV_DATE_SERIAL_1900:
    /* Serial 60 is 29 February 1900, a day that never was; before it everything is one day off. */
    if (take_integer (text, length, &day) != RUA_CSV_GOOD || day < 1 || day == 60)
      return RUA_CSV_NO_DAY;
    return rua_csv_day_to_packed (day - (day < 60 ? 25568 : 25569), packed) ? RUA_CSV_GOOD : RUA_CSV_NO_DAY;
  case RUA_CSV_DATE_SERIAL_1904:
    return take_integer (text, length, &day) == RUA_CSV_GOOD && day >= 0 && rua_csv_day_to_packed (day - 24107, packed) ? RUA_CSV_GOOD
                                                                                                                       : RUA_CSV_NO_DAY;
  case RUA_CSV_DATE_FORM:
  default:
    return parse_by_form (field->date_form, text, length, packed) ? RUA_CSV_GOOD : RUA_CSV_NO_DATE;
  }
}

/* ---- yes and no ---- */

static gboolean
is_among (const char *const *words, const char *text, gsize length)
{
  for (guint i = 0; words[i]; i++)
    if (strlen (words[i]) == length && memcmp (words[i], text, length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_among_nocase (const char *const *words, const char *text, gsize length)
{
  for (guint i = 0; words[i]; i++)
    if (strlen (words[i]) == length && g_ascii_strncasecmp (words[i], text, length) == 0)
      return TRUE;
  return FALSE;
}

static RuaCsvReason
take_boolean (const RuaCsvField *field, const char *text, gsize length, guint8 *value)
{
  static const char *const yes[] = { "1", "true", "yes", NULL };
  static const char *const no[] = { "0", "false", "no", NULL };
  gboolean told = field->yes || field->no;

  if (told ? field->yes && is_among (field->yes, text, length) : is_among_nocase (yes, text, length))
    *value = 1;
  else if (told ? field->no && is_among (field->no, text, length) : is_among_nocase (no, text, length))
    *value = 0;
  else
    return RUA_CSV_NO_BOOLEAN;
  return RUA_CSV_GOOD;
}

/* ---- keys ---- */

/* A whole number of up to 18 digits in the one way that it is written without thinking, so that equal
 * numbers are equal texts. */
gboolean
rua_csv_parse_key (const char *text, gsize length, gint64 *value)
{
  gsize sign = length > 0 && text[0] == '-';
  guint64 all = 0;

  if (length <= sign || length - sign > 18 || (text[sign] == '0' && length != 1))
    return FALSE;
  for (gsize i = sign; i < length; i++) {
    guint digit = (guint) (guchar) text[i] - '0';

    if (digit > 9)
      return FALSE;
    all = all * 10 + digit;
  }
  *value = sign ? -(gint64) all : (gint64) all;
  return TRUE;
}

/* ---- a whole cell ---- */

static gboolean
is_missing (const RuaCsvField *field, const char *text, gsize length)
{
  return length == 0 || (field->missing && is_among (field->missing, text, length));
}

static void
trim (const char **text, gsize *length)
{
  while (*length > 0 && (**text == ' ' || **text == '\t'))
    ++*text, --*length;
  while (*length > 0 && ((*text)[*length - 1] == ' ' || (*text)[*length - 1] == '\t'))
    --*length;
}

RuaCsvReason
rua_csv_take (const RuaCsvField *field, const char *text, gsize length, GString *scratch, RuaCsvValue *value)
{
  if (field->trim)
    trim (&text, &length);
  if (is_missing (field, text, length))
    return RUA_CSV_MISSING;
  switch (field->type) {
  case RUA_CSV_DATE:
    return take_date (field, text, length, &value->date);
  case RUA_CSV_BOOLEAN:
    return take_boolean (field, text, length, &value->boolean);
  case RUA_CSV_KEY:
    return rua_csv_parse_key (text, length, &value->integer) ? RUA_CSV_GOOD : RUA_CSV_NO_KEY;
  case RUA_CSV_INTEGER:
  case RUA_CSV_NUMBER:
  case RUA_CSV_MONEY:
    break;
  case RUA_CSV_TEXT:
  default:
    g_assert_not_reached ();
  }
  if (field->grouping || (field->decimal && field->decimal != '.')) {
    if (!plain_number (field, text, length, scratch))
      return field->type == RUA_CSV_INTEGER ? RUA_CSV_NO_INTEGER : RUA_CSV_NO_NUMBER;
    text = scratch->str;
    length = scratch->len;
  }
  if (field->type == RUA_CSV_INTEGER)
    return take_integer (text, length, &value->integer);
  if (field->type == RUA_CSV_MONEY)
    return take_money (field, text, length, &value->integer);
  return rua_csv_parse_number (text, length, &value->number) ? RUA_CSV_GOOD : RUA_CSV_NO_NUMBER;
}

gboolean
rua_csv_is_missing_word (const RuaCsvField *field, const char *text, gsize length)
{
  return field->missing && is_among (field->missing, text, length);
}

gboolean
rua_csv_is_formula (const char *text, gsize length)
{
  /* Full-width = + - @ begin with the bytes EF BC. */
  while (length > 0 && *text == '\'')
    text++, length--;
  if (length == 0)
    return FALSE;
  if (memchr ("=+-@\t\r\n", *text, 7))
    return TRUE;
  return length >= 3 && (guchar) text[0] == 0xef && (guchar) text[1] == 0xbc
         && ((guchar) text[2] == 0x9d || (guchar) text[2] == 0x8b || (guchar) text[2] == 0x8d || (guchar) text[2] == 0xa0);
}
