/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-wording-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rua-date.h"

/* ---- numbers ---- */

static char *
group_thousands (const char *digits)
{
  GString *out = g_string_new (NULL);
  const char *p = digits;
  gsize whole;

  if (*p == '-') {
    g_string_append (out, "\xE2\x88\x92");
    p++;
  }
  whole = strspn (p, "0123456789");
  for (gsize i = 0; i < whole; i++) {
    if (i && (whole - i) % 3 == 0)
      g_string_append_c (out, ',');
    g_string_append_c (out, p[i]);
  }
  g_string_append (out, p + whole);
  return g_string_free (out, FALSE);
}

static void
drop_zeros (char *digits)
{
  char *end = digits + strlen (digits);

  if (!strchr (digits, '.'))
    return;
  while (end[-1] == '0')
    *--end = '\0';
  if (end[-1] == '.')
    end[-1] = '\0';
}

/* With @significant digits, but never fewer than the whole part has. */
static char *
write_number (double value, int significant)
{
  double size = fabs (value);
  char digits[G_ASCII_DTOSTR_BUF_SIZE + 32];
  int decimals;

  if (isnan (value))
    return g_strdup (_("not known"));
  if (isinf (value))
    return g_strdup (value > 0 ? "\xE2\x88\x9E" : "\xE2\x88\x92\xE2\x88\x9E");
  if (size != 0 && (size >= 1e15 || size < 1e-6)) {
    g_autofree char *format = g_strdup_printf ("%%.%de", significant - 1);
    char *exponent;

    g_ascii_formatd (digits, sizeof digits, format, value);
    exponent = strchr (digits, 'e');
    *exponent = '\0';
    drop_zeros (digits);
    return g_strdup_printf ("%s × 10^%d", digits, atoi (exponent + 1));
  }
  decimals = size == 0 ? 0 : significant - 1 - (int) floor (log10 (size));
  decimals = value == floor (value) ? 0 : CLAMP (decimals, 0, 17);
  {
    g_autofree char *format = g_strdup_printf ("%%.%df", decimals);

    g_ascii_formatd (digits, sizeof digits, format, value);
  }
  drop_zeros (digits);
  if (strcmp (digits, "-0") == 0)
    return g_strdup ("0");
  return group_thousands (digits);
}

char *
rua_wording_number (double value)
{
  return write_number (value, 3);
}

char *
rua_wording_number_beside (double value, double other)
{
  g_autofree char *there = write_number (other, 15);
  char *here = NULL;

  for (int digits = 3; digits <= 17; digits++) {
    g_free (here);
    here = write_number (value, digits);
    if (value == other || isnan (value) || isnan (other) || strcmp (here, there) != 0)
      break;
  }
  return here;
}

/* ---- units ---- */

static const char *const irregular[][3] = {
  { "person", N_("person"), N_("people") },
  { "cooperative", N_("co-operative"), N_("co-operatives") },
  { "activity", N_("activity"), N_("activities") },
  { "series", N_("series"), N_("series") },
};

/* Symbols take no plural: kg, ha, h, m2. */
static gboolean
is_symbol (const char *word)
{
  static const char *const symbols[] = { "kg", "g", "t", "ha", "mu", "h", "km", "m", "m2", "l", "%", "min", "s" };

  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (strcmp (symbols[i], word) == 0)
      return TRUE;
  return FALSE;
}

static char *
say_factor (const char *word, gboolean is_one)
{
  g_autofree char *plain = rua_wording_token (word);

  for (guint i = 0; i < G_N_ELEMENTS (irregular); i++)
    if (strcmp (irregular[i][0], word) == 0)
      return g_strdup (_(irregular[i][is_one ? 1 : 2]));
  if (is_one || is_symbol (word) || g_ascii_isupper (*word) || strpbrk (word, "^[*") || g_str_has_suffix (plain, "s"))
    return g_strdup (plain);
  if (g_str_has_suffix (plain, "y") && !g_str_has_suffix (plain, "ay"))
    return g_strdup_printf ("%.*sies", (int) strlen (plain) - 1, plain);
  return g_strconcat (plain, "s", NULL);
}

static gboolean
is_currency (const char *word)
{
  return strlen (word) >= 3 && g_ascii_isupper (word[0]) && g_ascii_isupper (word[1]) && g_ascii_isupper (word[2])
         && (word[3] == '\0' || word[3] == '[');
}

/* "household/year" after the first slash: " per household and year". */
static char *
say_denominators (char **parts)
{
  GString *out = g_string_new (NULL);

  for (guint i = 1; parts[0] && parts[i]; i++) {
    g_autofree char *one = say_factor (parts[i], TRUE);

    g_string_append (out, i == 1 ? _(" per ") : _(" and "));
    g_string_append (out, one);
  }
  return g_string_free (out, FALSE);
}

static char *
price_year_of (const char *currency)
{
  const char *open = strchr (currency, '['), *close = open ? strchr (open, ']') : NULL;

  return close ? g_strndup (open + 1, (gsize) (close - open - 1)) : NULL;
}

char *
rua_wording_unit (const char *unit, gboolean is_one)
{
  g_auto (GStrv) parts = g_strsplit (unit ? unit : "1", "/", -1);
  g_autofree char *per = say_denominators (parts), *first = NULL;

  if (parts[0] && is_currency (parts[0])) {
    g_autofree char *year = price_year_of (parts[0]), *in = year ? g_strdup_printf (_(", in prices of %s"), year) : g_strdup ("");

    return g_strdup_printf ("%.3s%s%s", parts[0], per, in);
  }
  if (!parts[0] || !*parts[0] || strcmp (parts[0], "1") == 0)
    return g_strdup (per + (*per == ' '));
  first = say_factor (parts[0], is_one);
  return g_strconcat (first, per, NULL);
}

static char *
add_unit (double value, const char *digits, const char *unit, gboolean is_ratio)
{
  g_auto (GStrv) parts = g_strsplit (unit ? unit : "1", "/", -1);
  g_autofree char *words = NULL;

  if (isnan (value))
    return g_strdup (digits);
  if (parts[0] && is_currency (parts[0])) {
    g_autofree char *per = say_denominators (parts), *year = price_year_of (parts[0]);
    g_autofree char *in = year ? g_strdup_printf (_(", in prices of %s"), year) : g_strdup ("");

    return g_strdup_printf ("%.3s %s%s%s", parts[0], digits, per, in);
  }
  if (!parts[0] || !*parts[0] || (strcmp (parts[0], "1") == 0 && !parts[1]))
    return g_strconcat (digits, is_ratio ? "×" : "", NULL);
  if (strcmp (parts[0], "%") == 0 && !parts[1])
    return g_strconcat (digits, "%", NULL);
  /* A calendar year is no amount of years. */
  if (strcmp (parts[0], "year") == 0 && !parts[1] && value == floor (value) && value >= 1500 && value <= 2500)
    return g_strdup_printf ("%.0f", value);
  words = rua_wording_unit (unit, value == 1);
  return g_strdup_printf ("%s %s", digits, words);
}

char *
rua_wording_quantity (double value, const char *unit, gboolean is_ratio)
{
  g_autofree char *digits = rua_wording_number (value);

  return add_unit (value, digits, unit, is_ratio);
}

char *
rua_wording_quantity_beside (double value, double other, const char *unit, gboolean is_ratio)
{
  g_autofree char *digits = rua_wording_number_beside (value, other);

  return add_unit (value, digits, unit, is_ratio);
}

char *
rua_wording_money (gint64 minor, guint digits, const char *currency)
{
  guint64 size = minor < 0 ? (guint64) -(minor + 1) + 1 : (guint64) minor, unit = 1;
  g_autofree char *major = NULL, *whole = NULL;

  for (guint i = 0; i < MIN (digits, 18); i++)
    unit *= 10;
  major = g_strdup_printf ("%s%" G_GUINT64_FORMAT, minor < 0 ? "-" : "", size / unit);
  whole = group_thousands (major);
  if (size % unit == 0)
    return g_strdup_printf ("%s%s%s", currency ? currency : "", currency ? " " : "", whole);
  return g_strdup_printf ("%s%s%s.%0*" G_GUINT64_FORMAT, currency ? currency : "", currency ? " " : "", whole, (int) digits, size % unit);
}

char *
rua_wording_count (guint64 n, const char *one, const char *many)
{
  g_autofree char *digits = rua_wording_number ((double) n);

  return g_strdup_printf ("%s %s", digits, n == 1 ? one : many);
}

/* ---- dates ---- */

char *
rua_wording_date (const char *iso, gboolean is_short)
{
  static const char *const months[] = {
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
    N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
  };
  RuaDatePacked packed;
  int year, month, day;
  const char *name;

  if (!iso || !rua_date_parse_packed (iso, strlen (iso), &packed))
    return g_strdup (iso ? iso : _("not known"));
  rua_date_day_to_civil (rua_date_packed_day (packed), &year, &month, &day);
  name = _(months[month - 1]);
  switch (rua_date_packed_precision (packed)) {
  case RUA_DATE_PRECISION_YEAR:
    return g_strdup_printf ("%d", year);
  case RUA_DATE_PRECISION_MONTH:
    return is_short ? g_strdup_printf ("%.3s %d", name, year) : g_strdup_printf ("%s %d", name, year);
  default:
    return is_short ? g_strdup_printf ("%d %.3s %d", day, name, year) : g_strdup_printf ("%d %s %d", day, name, year);
  }
}

char *
rua_wording_period (const char *from, const char *to, gboolean is_short)
{
  g_autofree char *begin = from ? rua_wording_date (from, is_short) : NULL;
  g_autofree char *end = to ? rua_wording_date (to, is_short) : NULL;

  if (!begin && !end)
    return NULL;
  if (!end)
    return g_strdup_printf (_("since %s"), begin);
  if (!begin)
    return g_strdup_printf (_("until %s"), end);
  if (strcmp (begin, end) == 0)
    return g_steal_pointer (&begin);
  if (strchr (begin, ' ') || strchr (end, ' '))
    return g_strdup_printf ("%s – %s", begin, end);
  return g_strdup_printf ("%s–%s", begin, end);
}

/* ---- names ---- */

char *
rua_wording_token (const char *token)
{
  g_autofree char *words = g_strdelimit (g_strdup (token ? token : ""), "_-", ' ');
  const char *found = strstr (words, "cooperative");

  if (!found)
    return g_steal_pointer (&words);
  return g_strdup_printf ("%.*sco-%s", (int) (found - words), words, found + 2);
}

char *
rua_wording_sentence (const char *text)
{
  gunichar first = g_utf8_get_char (text);
  char capital[8] = { 0 };

  if (!*text)
    return g_strdup ("");
  g_unichar_to_utf8 (g_unichar_toupper (first), capital);
  return g_strconcat (capital, g_utf8_next_char (text), NULL);
}

gboolean
rua_wording_may_tell (RuaRecord *record, const char *field)
{
  RuaField *f = rua_kind_find_field (rua_record_get_kind (record), field);

  if (!f)
    return FALSE;
  switch (rua_field_get_privacy (f)) {
  case RUA_PRIVACY_PUBLIC:
    return TRUE;
  case RUA_PRIVACY_PERSONAL:
    return rua_record_has (record, "document");
  default:
    return FALSE;
  }
}

static char *
dup_text (RuaRecord *record, const char *name, const char *language)
{
  RuaField *field = rua_kind_find_field (rua_record_get_kind (record), name);

  if (!field || !rua_record_has (record, name))
    return NULL;
  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXTS:
    return g_strdup (rua_record_get_texts (record, name, language));
  case RUA_FIELD_TYPE_TEXT:
    return g_strdup (rua_record_get_text (record, name));
  default:
    return NULL;
  }
}

char *
rua_wording_name (RuaRecord *record, const char *language)
{
  static const char *const names[] = { "name", "title", "label", "term", "measured_property" };
  g_autofree char *kind = rua_wording_kind (rua_record_get_kind (record), TRUE);
  const char *id = rua_record_get_id (record);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *text = dup_text (record, names[i], language);

    if (!text)
      continue;
    if (rua_wording_may_tell (record, names[i]))
      return g_steal_pointer (&text);
    return g_strdup_printf (_("one %s"), kind);
  }
  if (id && (rua_kind_get_privacy (rua_record_get_kind (record)) == RUA_PRIVACY_PUBLIC || rua_record_has (record, "document")))
    return g_strdup_printf ("%s %s", kind, id);
  return g_strdup_printf (_("one %s"), kind);
}

char *
rua_wording_reference (RuaRecord *record, const char *field, const char *language)
{
  g_autoptr (RuaRecord) target = NULL;

  if (!rua_wording_may_tell (record, field))
    return NULL;
  target = rua_record_dup_reference (record, field);
  return target ? rua_wording_name (target, language) : NULL;
}

char *
rua_wording_names (RuaRecord *record, const char *field, const char *language)
{
  g_autoptr (GListModel) list = NULL;
  GString *out = NULL;

  if (!rua_wording_may_tell (record, field))
    return NULL;
  list = rua_record_list_references (record, field);
  for (guint i = 0; list && i < g_list_model_get_n_items (list); i++) {
    g_autoptr (RuaRecord) target = g_list_model_get_item (list, i);
    g_autofree char *name = rua_wording_name (target, language);

    if (!out)
      out = g_string_new (name);
    else
      g_string_append_printf (out, ", %s", name);
  }
  return out ? g_string_free (out, FALSE) : NULL;
}

char *
rua_wording_kind (RuaKind *kind, gboolean is_one)
{
  return rua_wording_token (is_one ? rua_kind_get_name (kind) : rua_kind_get_plural (kind));
}
