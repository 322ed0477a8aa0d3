/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-wording-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rua-date.h"

/* "not_entailed" is "not entailed". */
static char *
say_name (const char *name)
{
  g_autofree char *words = g_strdelimit (g_strdup (name), "_-", ' ');
  const char *found = strstr (words, "cooperative");

  if (!found)
    return g_steal_pointer (&words);
  return g_strdup_printf ("%.*sco-%s", (int) (found - words), words, found + 2);
}

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
  { "person", "person", "people" },
  { "cooperative", "co-operative", "co-operatives" },
  { "activity", "activity", "activities" },
  { "series", "series", "series" },
};

/* What languages have of a unit beside its plural: a measure word, a character. */
static const char *const units[] = {
  NC_("unit", "person"), NC_("unit", "household"), NC_("unit", "cooperative"), NC_("unit", "member"), NC_("unit", "villager"),
  NC_("unit", "worker"), NC_("unit", "consumer"), NC_("unit", "position"), NC_("unit", "station"), NC_("unit", "village"),
  NC_("unit", "site"), NC_("unit", "plot"), NC_("unit", "project"), NC_("unit", "workshop"), NC_("unit", "activity"),
  NC_("unit", "proposal"), NC_("unit", "finding"), NC_("unit", "document"), NC_("unit", "source"), NC_("unit", "claim"),
  NC_("unit", "place"), NC_("unit", "province"), NC_("unit", "order"), NC_("unit", "delivery"), NC_("unit", "market"),
  NC_("unit", "piece"), NC_("unit", "item"), NC_("unit", "record"), NC_("unit", "series"), NC_("unit", "meal"),
  NC_("unit", "year"), NC_("unit", "month"), NC_("unit", "week"), NC_("unit", "day"), NC_("unit", "h"), NC_("unit", "min"),
  NC_("unit", "s"), NC_("unit", "kg"), NC_("unit", "g"), NC_("unit", "t"), NC_("unit", "ha"), NC_("unit", "mu"), NC_("unit", "km"),
  NC_("unit", "m"), NC_("unit", "m2"), NC_("unit", "l"),
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
  g_autofree char *plain = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i], word) == 0 && C_("unit", units[i]) != units[i])
      return g_strdup (C_("unit", units[i]));
  for (guint i = 0; i < G_N_ELEMENTS (irregular); i++)
    if (strcmp (irregular[i][0], word) == 0)
      return g_strdup (irregular[i][is_one ? 1 : 2]);
  plain = say_name (word);
  if (is_one || is_symbol (word) || g_ascii_isupper (*word) || strpbrk (word, "^[*") || g_str_has_suffix (plain, "s"))
    return g_strdup (plain);
  if (g_str_has_suffix (plain, "y") && !g_str_has_suffix (plain, "ay"))
    return g_strdup_printf ("%.*sies", (int) strlen (plain) - 1, plain);
  return g_strconcat (plain, "s", NULL);
}

/* The currency of an alliance that does not say which it has. */
static gboolean
is_untold_currency (const char *word)
{
  return g_str_has_prefix (word, "{currency}");
}

static gboolean
is_currency (const char *word)
{
  if (is_untold_currency (word))
    return TRUE;
  return strlen (word) >= 3 && g_ascii_isupper (word[0]) && g_ascii_isupper (word[1]) && g_ascii_isupper (word[2])
         && (word[3] == '\0' || word[3] == '[');
}

/* "household/year" after the first slash: " per household and year". */
static char *
say_denominators (char **parts)
{
  GString *out = NULL;
  char *per = NULL;

  for (guint i = 1; parts[0] && parts[i]; i++) {
    g_autofree char *one = say_factor (parts[i], TRUE);

    if (!out)
      out = g_string_new (one);
    else
      g_string_append_printf (out, C_("denominators", " and %s"), one);
  }
  if (!out)
    return g_strdup ("");
  per = g_strdup_printf (_(" per %s"), out->str);
  g_string_free (out, TRUE);
  return per;
}

static const struct {
  const char *code, *amount, *word;
} currencies[] = {
  { "CNY", NC_("amount", "CNY %s"), NC_("currency", "CNY") }, { "USD", NC_("amount", "USD %s"), NC_("currency", "USD") },
  { "EUR", NC_("amount", "EUR %s"), NC_("currency", "EUR") }, { "HKD", NC_("amount", "HKD %s"), NC_("currency", "HKD") },
  { "GBP", NC_("amount", "GBP %s"), NC_("currency", "GBP") },
};

/* "CNY 8,478"; @currency begins with the code. */
static char *
say_amount (const char *currency, const char *digits)
{
  if (is_untold_currency (currency))
    return g_strdup_printf (C_("amount", "%s units of money"), digits);
  for (guint i = 0; i < G_N_ELEMENTS (currencies); i++)
    if (strncmp (currencies[i].code, currency, 3) == 0)
      return g_strdup_printf (C_("amount", currencies[i].amount), digits);
  return g_strdup_printf ("%.3s %s", currency, digits);
}

static char *
say_currency (const char *currency)
{
  if (is_untold_currency (currency))
    return g_strdup (C_("currency", "units of money"));
  for (guint i = 0; i < G_N_ELEMENTS (currencies); i++)
    if (strncmp (currencies[i].code, currency, 3) == 0)
      return g_strdup (C_("currency", currencies[i].word));
  return g_strndup (currency, 3);
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

    first = say_currency (parts[0]);
    return g_strconcat (first, per, in, NULL);
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
    g_autofree char *in = year ? g_strdup_printf (_(", in prices of %s"), year) : g_strdup (""), *amount = say_amount (parts[0], digits);

    return g_strconcat (amount, per, in, NULL);
  }
  if (!parts[0] || !*parts[0] || (strcmp (parts[0], "1") == 0 && !parts[1]))
    return is_ratio ? g_strdup_printf (C_("ratio", "%s×"), digits) : g_strdup (digits);
  if (strcmp (parts[0], "%") == 0 && !parts[1])
    return g_strconcat (digits, "%", NULL);
  /* A calendar year is no amount of years. */
  if (strcmp (parts[0], "year") == 0 && !parts[1] && value == floor (value) && value >= 1500 && value <= 2500)
    return g_strdup_printf (C_("year", "%d"), (int) value);
  words = rua_wording_unit (unit, value == 1);
  /* A unit that no catalogue knows stands apart, as in English. */
  return g_strdup_printf (g_ascii_isalpha (*words) ? "%s %s" : C_("quantity", "%1$s %2$s"), digits, words);
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
  if (size % unit != 0) {
    char *all = g_strdup_printf ("%s.%0*" G_GUINT64_FORMAT, whole, (int) digits, size % unit);

    g_free (whole);
    whole = all;
  }
  return currency ? say_amount (currency, whole) : g_steal_pointer (&whole);
}

char *
rua_wording_count (guint64 n, const char *one, const char *many)
{
  g_autofree char *digits = rua_wording_number ((double) n);

  return g_strdup_printf (C_("count", "%1$s %2$s"), digits, n == 1 ? one : many);
}

/* ---- dates ---- */

char *
rua_wording_date (const char *iso, gboolean is_short)
{
  static const char *const months[] = {
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
    N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
  };
  static const char *const short_months[] = {
    NC_("short", "Jan"), NC_("short", "Feb"), NC_("short", "Mar"), NC_("short", "Apr"), NC_("short", "May"), NC_("short", "Jun"),
    NC_("short", "Jul"), NC_("short", "Aug"), NC_("short", "Sep"), NC_("short", "Oct"), NC_("short", "Nov"), NC_("short", "Dec"),
  };
  RuaDatePacked packed;
  int year, month, day;
  const char *name;

  if (!iso || !rua_date_parse_packed (iso, strlen (iso), &packed))
    return g_strdup (iso ? iso : _("not known"));
  rua_date_day_to_civil (rua_date_packed_day (packed), &year, &month, &day);
  name = is_short ? C_("short", short_months[month - 1]) : _(months[month - 1]);
  switch (rua_date_packed_precision (packed)) {
  case RUA_DATE_PRECISION_YEAR:
    return g_strdup_printf (C_("year", "%d"), year);
  case RUA_DATE_PRECISION_MONTH:
    return g_strdup_printf (C_("date", "%1$s %2$d"), name, year);
  default:
    return g_strdup_printf (C_("date", "%1$d %2$s %3$d"), day, name, year);
  }
}

static gboolean
is_year (const char *iso)
{
  return strlen (iso) == 4 && strspn (iso, "0123456789") == 4;
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
  if (is_year (from) && is_year (to))
    return g_strdup_printf (C_("years", "%1$s–%2$s"), from, to);
  if (strchr (from, '-') || strchr (to, '-'))
    return g_strdup_printf (C_("dates", "%1$s – %2$s"), begin, end);
  return g_strdup_printf ("%s–%s", begin, end);
}

/* ---- names ---- */

/* The catalogue's word for a name of the model; what an organisation named itself is said as it is. */
static char *
say (const char *context, const char *name)
{
  const char *found = name ? rua_message_in (context, name) : NULL;

  return found && found != name ? g_strdup (found) : say_name (name ? name : "");
}

char *
rua_wording_token (const char *token)
{
  return say ("token", token);
}

char *
rua_wording_field (const char *field)
{
  const char *found = rua_message_in ("field", field);

  return found != field ? g_strdup (found) : say_name (g_str_has_prefix (field, "n_") ? field + 2 : field);
}

char *
rua_wording_rule (const char *rule)
{
  return say ("rule", rule);
}

#define CHINESE_STOP "\xE3\x80\x82"

char *
rua_wording_full_stop (const char *text)
{
  return g_strconcat (text, g_str_has_suffix (text, ".") || g_str_has_suffix (text, CHINESE_STOP) ? "" : _("."), NULL);
}

char *
rua_wording_without_stop (const char *text)
{
  gsize length = strlen (text), stop = g_str_has_suffix (text, ".") ? 1 : g_str_has_suffix (text, CHINESE_STOP) ? strlen (CHINESE_STOP) : 0;

  return g_strndup (text, length - stop);
}

char *
rua_wording_sentence (const char *text)
{
  gunichar first = g_utf8_get_char (text);
  char capital[8] = { 0 };

  /* What is Latin in a sentence of another script is a name, and stays. */
  if (!*text || rua_messages_get_language ())
    return g_strdup (text);
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
  if (id && rua_kind_get_privacy (rua_record_get_kind (record)) == RUA_PRIVACY_PUBLIC)
    return g_strdup_printf (C_("kind and id", "%1$s %2$s"), kind, id);
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
      g_string_append_printf (out, C_("list", ", %s"), name);
  }
  return out ? g_string_free (out, FALSE) : NULL;
}

char *
rua_wording_kind (RuaKind *kind, gboolean is_one)
{
  const char *name = rua_kind_get_name (kind), *found = rua_message_in ("kind", name);

  return found != name ? g_strdup (found) : say_name (is_one ? name : rua_kind_get_plural (kind));
}

char *
rua_wording_count_kind (guint64 n, RuaKind *kind)
{
  g_autofree char *digits = rua_wording_number ((double) n), *words = rua_wording_kind (kind, n == 1);

  return g_strdup_printf (C_("count of a kind", "%1$s %2$s"), digits, words);
}
