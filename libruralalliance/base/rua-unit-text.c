/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-json-private.h"
#include "rua-unit-private.h"

#include <string.h>

/* Units as text, and the symbols that are known. */

#define MAX_TEXT 256

/* One quantity each has one base; factors are exact as a quotient of whole numbers. */
static const RuaUnitSymbol known_symbols[] = {
  { "%", "", 1, 100 },
  { "‰", "", 1, 1000 },
  { "dozen", "", 12, 1 },
  { "thousand", "", 1000, 1 },
  { "million", "", 1000000, 1 },
  { "kg", "kg", 1, 1 },
  { "g", "kg", 1, 1000 },
  { "mg", "kg", 1, 1000000 },
  { "t", "kg", 1000, 1 },
  { "jin", "kg", 1, 2 },
  { "ha", "ha", 1, 1 },
  { "mu", "ha", 1, 15 },
  { "km2", "ha", 100, 1 },
  { "m2", "ha", 1, 10000 },
  { "m", "m", 1, 1 },
  { "km", "m", 1000, 1 },
  { "l", "l", 1, 1 },
  { "ml", "l", 1, 1000 },
  { "year", "year", 1, 1 },
  { "month", "year", 1, 12 },
  { "day", "day", 1, 1 },
  { "week", "day", 7, 1 },
  { "h", "day", 1, 24 },
  { "min", "day", 1, 1440 },
};

static const char *const aliases[][2] = {
  { "RMB", "CNY" },         { "yuan", "CNY" },     { "percent", "%" },   { "people", "person" },
  { "persons", "person" },  { "years", "year" },   { "months", "month" }, { "days", "day" },
  { "weeks", "week" },      { "hour", "h" },       { "hours", "h" },     { "minute", "min" },
  { "minutes", "min" },     { "households", "household" }, { "members", "member" },
  { "villagers", "villager" }, { "villages", "village" }, { "stations", "station" },
  { "positions", "position" }, { "workshops", "workshop" }, { "cooperatives", "cooperative" },
};

static const RuaUnitSymbol *
find_known (const char *symbol)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_symbols); i++)
    if (strcmp (known_symbols[i].symbol, symbol) == 0)
      return &known_symbols[i];
  return NULL;
}

static gboolean
is_currency (const char *symbol)
{
  if (strcmp (symbol, RUA_UNIT_CURRENCY) == 0)
    return TRUE;
  return strlen (symbol) == 3 && g_ascii_isupper (symbol[0]) && g_ascii_isupper (symbol[1])
    && g_ascii_isupper (symbol[2]);
}

/* A symbol's bytes: letters of any script, digits after the first, and _ . % ‰ ' between. */
static gsize
symbol_length (const char *p)
{
  const char *start = p;

  if (g_str_has_prefix (p, RUA_UNIT_CURRENCY))
    return strlen (RUA_UNIT_CURRENCY);
  while (*p != '\0') {
    gunichar c = g_utf8_get_char (p);

    if (!(g_unichar_isalpha (c) || c == '_' || c == '%' || c == 0x2030
          || (p > start && (g_unichar_isdigit (c) || c == '-'))))
      break;
    p = g_utf8_next_char (p);
  }
  return p - start;
}

static gboolean
refuse (GError **error, const char *text, const char *at, const char *expected)
{
  g_set_error (error, RUA_ERROR, RUA_ERROR_SYNTAX,
               "unit “%s”, character %ld: expected %s; write units like kg/ha, CNY/household/year, "
               "CNY[2014] or %%",
               text, g_utf8_pointer_to_offset (text, at) + 1, expected);
  return FALSE;
}

static gboolean
parse_term (const char *text, const char **at, gboolean divide, RuaUnitTerm *term, double *factor,
            gboolean *is_number, GError **error)
{
  const char *p = *at;
  gsize length;

  *is_number = FALSE;
  if (g_ascii_isdigit (*p)) {
    const char *end = p;
    double value;

    while (g_ascii_isdigit (*end) || *end == '.')
      end++;
    if ((*end == 'e' || *end == 'E') && (g_ascii_isdigit (end[1]) || end[1] == '-' || end[1] == '+'))
      for (end += 2; g_ascii_isdigit (*end);)
        end++;
    if (!rua_number_parse (p, end - p, &value) || value <= 0)
      return refuse (error, text, p, "a number above 0");
    *factor = divide ? *factor / value : *factor * value;
    *is_number = TRUE;
    *at = end;
    return TRUE;
  }
  length = symbol_length (p);
  if (length == 0)
    return refuse (error, text, p, "a symbol");

  g_autofree char *symbol = g_strndup (p, length);
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i][0], symbol) == 0) {
      g_free (symbol);
      symbol = g_strdup (aliases[i][1]);
      break;
    }
  term->symbol = g_intern_string (symbol);
  term->known = find_known (symbol);
  term->money = is_currency (symbol);
  term->price_year = 0;
  term->exponent = 1;
  p += length;
  if (*p == '[') {
    gint64 year;
    const char *end = p + 1;

    while (g_ascii_isdigit (*end))
      end++;
    if (!term->money)
      return refuse (error, text, p, "a currency before the year of a price basis");
    if (!rua_integer_parse (p + 1, end - p - 1, &year) || year < 1000 || year > 9999)
      return refuse (error, text, p + 1, "a year of four digits");
    if (*end != ']')
      return refuse (error, text, end, "a closing bracket");
    term->price_year = (int) year;
    p = end + 1;
  }
  if (*p == '^') {
    gboolean minus = p[1] == '-';
    const char *digit = p + 1 + minus;

    if (!g_ascii_isdigit (*digit) || *digit == '0' || g_ascii_isdigit (digit[1]))
      return refuse (error, text, digit, "an exponent from 1 to 9");
    term->exponent = (*digit - '0') * (minus ? -1 : 1);
    p = digit + 1;
  }
  if (divide)
    term->exponent = -term->exponent;
  *at = p;
  return TRUE;
}

/**
 * rua_unit_new:
 * @text: a unit, such as `CNY/household/year`; `1` is no unit
 * @error: return location for a #GError
 *
 * Reads a unit.
 *
 * Returns: (transfer full) (nullable): the unit, or %NULL and a #RuaError of code
 *   %RUA_ERROR_SYNTAX or %RUA_ERROR_LIMIT
 *
 * Since: 1.0
 */
RuaUnit *
rua_unit_new (const char *text, GError **error)
{
  RuaUnitTerm terms[RUA_UNIT_MAX_TERMS];
  guint n = 0;
  double factor = 1;
  const char *p = text;
  gboolean divide = FALSE;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > MAX_TEXT) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "a unit of %" G_GSIZE_FORMAT " bytes is too long; at most %d are read",
                 strlen (text), MAX_TEXT);
    return NULL;
  }
  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_SYNTAX, "a unit that is not UTF-8 text");
    return NULL;
  }
  while (TRUE) {
    gboolean is_number;

    while (*p == ' ')
      p++;
    if (n == RUA_UNIT_MAX_TERMS) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                   "unit “%s” has more than %d symbols", text, RUA_UNIT_MAX_TERMS);
      return NULL;
    }
    if (!parse_term (text, &p, divide, &terms[n], &factor, &is_number, error))
      return NULL;
    if (!is_number)
      n++;
    while (*p == ' ')
      p++;
    if (*p == '\0')
      break;
    if (*p != '/' && *p != '*') {
      refuse (error, text, p, "/ or * or the end");
      return NULL;
    }
    divide = *p++ == '/';
  }
  return rua_unit_new_from_terms (factor, terms, n);
}

/**
 * rua_unit_to_string:
 * @self: a unit
 *
 * The unit as text that [ctor@Unit.new] reads back as an equal unit: money first, then other
 * symbols by name, then time, and so again for the divisors; `1` where there is no symbol.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
rua_unit_to_string (RuaUnit *self)
{
  GString *out = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  if (self->factor != 1) {
    char number[40];

    g_string_append (out, rua_number_format (self->factor, number));
  }
  for (guint i = 0; i < self->n_terms; i++) {
    const RuaUnitTerm *term = &self->terms[i];
    int exponent = ABS (term->exponent);

    if (term->exponent < 0)
      g_string_append (out, out->len == 0 ? "1/" : "/");
    else if (out->len != 0)
      g_string_append_c (out, '*');
    g_string_append (out, term->symbol);
    if (term->price_year != 0)
      g_string_append_printf (out, "[%d]", term->price_year);
    if (exponent != 1)
      g_string_append_printf (out, "^%d", exponent);
  }
  if (out->len == 0)
    g_string_append_c (out, '1');
  return g_string_free (out, FALSE);
}
