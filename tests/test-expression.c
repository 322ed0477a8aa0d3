/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-expression.h"
#include "rua-program-private.h"

#include <math.h>
#include <string.h>

/* The values of an expression as texts joined by blanks; "?" is unknown. */
static char *
values (RuaTable *table, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaExpression) expression = rua_expression_new (text, table, &error);
  g_autoptr (GBytes) presence = NULL;
  g_auto (GStrv) texts = NULL;
  GString *out = g_string_new (NULL);
  const guint8 *known;

  if (expression == NULL)
    return g_strdup (error->message);
  texts = rua_expression_dup_texts (expression, &presence, &error);
  g_assert_no_error (error);
  known = g_bytes_get_data (presence, NULL);
  for (guint i = 0; texts[i] != NULL; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", known[i] ? texts[i] : "?");
  return g_string_free (out, FALSE);
}

static void
check (RuaAlliance *alliance, const char *kind, const char *text, const char *want)
{
  g_autofree char *got = values (rua_alliance_get_table (alliance, kind), text);

  if (strcmp (got, want) != 0) {
    g_test_message ("%s gives %s, not %s", text, got, want);
    g_test_fail ();
  }
}

static void
test_values (void)
{
  static const char *const cases[][3] = {
    { "household", "n_persons", "4 2 5 ? 3" },
    { "household", "n_persons + 1", "5 3 6 ? 4" },
    { "household", "-n_persons", "-4 -2 -5 ? -3" },
    { "household", "n_persons * 2 - 1", "7 3 9 ? 5" },
    { "household", "1 - 2 - 3", "-4 -4 -4 -4 -4" },
    { "household", "8 / 4 / 2", "1 1 1 1 1" },
    { "household", "2 + 3 * 4", "14 14 14 14 14" },
    { "household", "(2 + 3) * 4", "20 20 20 20 20" },
    { "household", "- - 3", "3 3 3 3 3" },
    { "household", "n_persons / 0", "? ? ? ? ?" },
    { "household", "1e308 * 10", "? ? ? ? ?" },
    { "household", "abs (2 - n_persons)", "2 0 3 ? 1" },
    { "household", "round (weight)", "1 2 1 2 ?" },
    { "household", "least (n_persons, 3)", "3 2 3 ? 3" },
    { "household", "greatest (n_persons, 3, 4.5)", "4.5 4.5 5 ? 4.5" },
    { "household", "sqrt (weight / unit (1, 'household') - 2)", "? 0 ? ? ?" },
    { "household", "name", "Luo Yang Wu Pan Long" },
    { "household", "upper (name)", "LUO YANG WU PAN LONG" },
    { "household", "lower (name) = 'wu'", "false false true false false" },
    { "household", "length (name)", "3 4 2 3 4" },
    { "household", "name in ('Luo', 'Wu')", "true false true false false" },
    { "household", "name not in ('Luo', 'Wu')", "false true false true true" },
    { "household", "name < 'Pan'", "true false false false true" },
    { "household", "'Pan' > name", "true false false false true" },
    { "household", "contains (name, 'an')", "false true false true false" },
    { "household", "starts_with (name, 'L')", "true false false false true" },
    { "household", "ends_with (name, 'g')", "false true false false true" },
    { "household", "n_persons between 3 and 4", "true false false ? true" },
    { "household", "n_persons not between 3 and 4", "false true true ? false" },
    { "household", "n_persons in (2, 5)", "false true true ? false" },
    { "household", "n_persons is unknown", "false false false true false" },
    { "household", "n_persons is not unknown", "true true true false true" },
    { "household", "n_persons is known", "true true true false true" },
    { "household", "coalesce (n_persons, 0)", "4 2 5 0 3" },
    { "household", "case when n_persons > 3 then 'large' when n_persons > 2 then 'middle' else 'small' end",
      "large small large small middle" },
    { "household", "case when n_persons > 3 then 1 end", "1 ? 1 ? ?" },
    { "household", "case when n_persons is unknown then unknown else weight end", "1 2 1 ? ?" },
    { "household", "case when weight > 1 then name else 'other' end", "other Yang other Pan other" },
    { "household", "coalesce (village.province, name)", "Yunnan Yunnan Guizhou Guizhou Long" },
    /* dates are periods */
    { "household", "joined", "2012-03 2013 2014-09-15 2014 ?" },
    { "household", "year (joined)", "2012 2013 2014 2014 ?" },
    { "household", "month (joined)", "3 ? 9 ? ?" },
    { "household", "day (joined)", "? ? 15 ? ?" },
    { "household", "joined = 2014", "false false true true ?" },
    { "household", "joined = '2014-09'", "false false true ? ?" },
    { "household", "joined < '2014-09'", "true true false ? ?" },
    { "household", "joined <= 2014", "true true true true ?" },
    { "household", "joined > 2013", "false false true true ?" },
    { "household", "joined >= '2014-09-15'", "false false true ? ?" },
    { "household", "joined between 2013 and 2014", "false true true true ?" },
    /* One written out is a period, however it is written and on whichever side. */
    { "household", "joined = date (2014, 9)", "false false true ? ?" },
    { "household", "date (2014, 9) = joined", "false false true ? ?" },
    { "household", "date (2014, 1) <= joined", "false false true true ?" },
    /* Of two that are read neither is: they are compared alike from either side. */
    { "household", "joined = date (year (joined))", "? ? ? ? ?" },
    { "household", "date (year (joined)) = joined", "? ? ? ? ?" },
    { "household", "joined < date (year (joined))", "? ? ? ? ?" },
    { "household", "date (year (joined)) > joined", "? ? ? ? ?" },
    { "household", "joined != date (year (joined) + unit (1, 'year'))", "true true true true ?" },
    { "household", "joined < date (year (joined) + unit (1, 'year'))", "true true true true ?" },
    { "household", "date (year (joined) + unit (1, 'year')) <= joined", "false false false false ?" },
    { "household", "joined = joined", "? ? true ? ?" },
    { "household", "joined <= joined", "? ? true ? ?" },
    { "household", "joined != joined", "? ? false ? ?" },
    { "household", "joined = first_day (joined)", "? ? true ? ?" },
    { "household", "joined >= first_day (joined)", "true true true true ?" },
    { "household", "first_day (joined) <= joined", "true true true true ?" },
    { "household", "joined > last_day (joined)", "false false false false ?" },
    { "household", "last_day (joined) < joined", "false false false false ?" },
    { "household", "last_day (joined) <= joined", "? ? true ? ?" },
    { "household", "joined >= last_day (joined)", "? ? true ? ?" },
    { "household", "age (joined, '2020-01-01')", "7 ? 5 ? ?" },
    /* paths */
    { "household", "village", "pingzhai pingzhai miaoxia miaoxia ?" },
    { "household", "village.province", "Yunnan Yunnan Guizhou Guizhou ?" },
    { "household", "village = 'pingzhai'", "true true false false ?" },
    { "household", "village != 'pingzhai'", "false false true true ?" },
    { "household", "village in ('pingzhai', 'nowhere')", "true true false false ?" },
    { "household", "village.name = 'Pingzhai'", "true true false false ?" },
    { "household", "village.parent = 'yunnan'", "true true ? ? ?" },
    { "household", "village.parent.level", "province province ? ? ?" },
    { "household", "village.population / n_persons", "30 60 16 ? ?" },
    { "household", "village is unknown", "false false false false true" },
    { "income", "household.village.province", "Yunnan Yunnan Yunnan Yunnan Guizhou Guizhou Guizhou Guizhou ?" },
    { "income", "amount", "4000 9000 3000.5 5000 2500 ? 6000 12000 800" },
    { "income", "amount / household.n_persons", "1000 2250 1500.25 2500 500 ? ? ? 266.6666666666667" },
    { "income", "amount >= 5000 and year = 2017", "false true false true false ? false true false" },
    { "income", "net and amount > 3000", "true true ? false false ? false ? false" },
    { "income", "not net", "false false ? true false false true ? false" },
    /* lists and the way back */
    { "household", "count (memberships)", "2 0 1 0 0" },
    { "household", "count (memberships, shares > 2)", "? 0 0 0 0" },
    { "household", "any (memberships, cooperative = 'tea')", "true false true false false" },
    { "household", "memberships.cooperative = 'rice'", "true false false false false" },
    { "household", "memberships.shares >= 1", "true false true false false" },
    { "household", "memberships.shares >= 4", "? false false false false" },
    { "household", "memberships.cooperative in ('rice', 'tea')", "true false true false false" },
    { "place", "count (peoples)", "? 2 1" },
    { "place", "contains (peoples, 'Yi')", "? true false" },
    { "place", "count (places)", "1 0 0" },
    { "income", "count (household.village.peoples)", "2 2 2 2 1 1 1 1 ?" },
    { "income", "household.memberships.cooperative = 'tea'", "true true false false true true false false false" },
    /* units */
    { "place", "convert (area, 'mu')", "? 450 ?" },
    { "place", "area >= unit (300, 'mu')", "? true ?" },
    { "household", "50 % + 0 * 1 %", "50 50 50 50 50" },
    { "household", "50 % * n_persons", "2 1 2.5 ? 1.5" },
    { "household", "n_persons * 50 % > 1.5", "true false true ? false" },
    { "household", "n_persons / 50 %", "8 4 10 ? 6" },
    { "household", "50 % / n_persons", "0.125 0.25 0.1 ? 0.16666666666666666" },
    { "household", "50 % / 25 %", "2 2 2 2 2" },
    { "household", "50 % * 50 %", "25 25 25 25 25" },
    { "household", "unit (1, '1') - 50 %", "0.5 0.5 0.5 0.5 0.5" },
    { "household", "\"n_persons\" = 4", "true false false ? false" },
    /* powers, remainders, decimals */
    { "household", "power (n_persons / unit (1, 'person'), 2)", "16 4 25 ? 9" },
    { "household", "power (2, n_persons / unit (1, 'person/household'))", "16 4 32 ? 8" },
    { "household", "power (2, -1)", "0.5 0.5 0.5 0.5 0.5" },
    { "household", "power (0, -1)", "? ? ? ? ?" },
    { "household", "power (-8, 0.5)", "? ? ? ? ?" },
    { "household", "power (50 %, 2)", "0.25 0.25 0.25 0.25 0.25" },
    { "household", "coalesce (power (1, 0 / 0), 7)", "7 7 7 7 7" },
    { "household", "coalesce (power (0 / 0, 0), 7)", "7 7 7 7 7" },
    { "household", "mod (n_persons, 3)", "1 2 2 ? 0" },
    { "household", "mod (-n_persons, 3)", "2 1 1 ? 0" },
    { "household", "mod (n_persons, -3)", "-2 -1 -1 ? 0" },
    { "household", "mod (n_persons, 0)", "? ? ? ? ?" },
    { "household", "mod (7.5, 2)", "1.5 1.5 1.5 1.5 1.5" },
    { "household", "round (weight / 1.6, 2)", "0.63 1.25 0.63 0.94 ?" },
    { "household", "round (-1234.5, -2)", "-1200 -1200 -1200 -1200 -1200" },
    { "household", "round (1e300, 15)", "1e+300 1e+300 1e+300 1e+300 1e+300" },
    { "household", "log10 (1000)", "3 3 3 3 3" },
    { "household", "log10 (-1)", "? ? ? ? ?" },
    /* what is a plain number is one: not the digits before the % */
    { "household", "sqrt (25 %)", "0.5 0.5 0.5 0.5 0.5" },
    { "household", "exp (0 %)", "1 1 1 1 1" },
    { "household", "ln (100 %)", "0 0 0 0 0" },
    { "household", "unit (50 %, 'kg')", "0.5 0.5 0.5 0.5 0.5" },
    /* dates: put together, taken apart, subtracted */
    { "household", "date ('2014-09')", "2014-09 2014-09 2014-09 2014-09 2014-09" },
    { "household", "date (unit (16328, 'day'))", "2014-09-15 2014-09-15 2014-09-15 2014-09-15 2014-09-15" },
    { "household", "date (unit (2, 'week'))", "1970-01-15 1970-01-15 1970-01-15 1970-01-15 1970-01-15" },
    { "household", "date (unit (-1, 'day'))", "1969-12-31 1969-12-31 1969-12-31 1969-12-31 1969-12-31" },
    { "household", "date (unit (0.5, 'day'))", "? ? ? ? ?" },
    { "household", "date (unit (1e9, 'day'))", "? ? ? ? ?" },
    { "household", "date (2014, 9)", "2014-09 2014-09 2014-09 2014-09 2014-09" },
    { "household", "date (2016, 2, 29)", "2016-02-29 2016-02-29 2016-02-29 2016-02-29 2016-02-29" },
    { "household", "date (2015, 2, 29)", "? ? ? ? ?" },
    { "household", "date (2015, 13, 1)", "? ? ? ? ?" },
    { "household", "date (year (joined))", "2012 2013 2014 2014 ?" },
    { "household", "date (year (joined), month (joined), 1)", "2012-03-01 ? 2014-09-01 ? ?" },
    { "household", "date (name)", "? ? ? ? ?" },
    { "household", "date (joined)", "2012-03 2013 2014-09-15 2014 ?" },
    { "income", "date (year, 6, 30) = 2014", "true false true false true false true false false" },
    { "household", "days ('2014-09-01', joined)", "? ? 14 ? ?" },
    { "household", "days (joined, '2014-09-01')", "? ? -14 ? ?" },
    { "household", "days (first_day (joined), '2014-09-15')", "928 622 0 257 ?" },
    { "household", "months (joined, '2020-01-31')", "94 ? 64 ? ?" },
    { "household", "months ('2014-01-31', '2014-02-28')", "0 0 0 0 0" },
    { "household", "months ('2014-01-31', '2014-03-01')", "1 1 1 1 1" },
    { "household", "first_day (joined)", "2012-03-01 2013-01-01 2014-09-15 2014-01-01 ?" },
    { "household", "last_day (joined)", "2012-03-31 2013-12-31 2014-09-15 2014-12-31 ?" },
    { "household", "last_day ('2016-02')", "2016-02-29 2016-02-29 2016-02-29 2016-02-29 2016-02-29" },
    { "household", "quarter (joined)", "1 ? 3 ? ?" },
    { "household", "quarter (joined) = 3", "false ? true ? ?" },
    { "household", "weekday (joined)", "? ? 1 ? ?" },
    { "household", "weekday ('1969-12-28')", "7 7 7 7 7" },
    { "household", "year ('2014')", "2014 2014 2014 2014 2014" },
    { "household", "age ('1980-02-29', '2014-02-28')", "33 33 33 33 33" },
    { "household", "age ('1980', '2014-06-01')", "? ? ? ? ?" },
    { "household", "coalesce (joined, date ('2000'))", "2012-03 2013 2014-09-15 2014 2000" },
    /* texts */
    { "household", "trim ('  a b\t')", "a b a b a b a b a b" },
    { "household", "trim ('\u3000名\u3000')", "名 名 名 名 名" },
    { "household", "length (trim ('   '))", "0 0 0 0 0" },
    { "household", "replace (name, 'an', 'en')", "Luo Yeng Wu Pen Long" },
    { "household", "replace (name, 'L', '')", "uo Yang Wu Pan ong" },
    { "household", "substring (name, 2)", "uo ang u an ong" },
    { "household", "substring (name, 1, 2) = 'Pa'", "false false false true false" },
    { "household", "length (substring (name, 9))", "0 0 0 0 0" },
    { "household", "substring ('平寨村', 2, 1)", "寨 寨 寨 寨 寨" },
    { "household", "upper (substring (name, 1, 1)) in ('L', 'W')", "true false true false true" },
    { "household", "substring (village.province, 1, 3)", "Yun Yun Gui Gui ?" },
    /* long lists */
    { "household", "n_persons in (-2, 5, 2.0, 1e0)", "false true true ? false" },
    { "household", "n_persons not in (-2, - -5, 2)", "true false false ? true" },
    { "household", "50 % in (0.5, 50)", "true true true true true" },
    { "household", "joined in (2012, '2014-09')", "true false true ? ?" },
    { "household", "TRUE AND NOT FALSE", "true true true true true" },
    { "household", "name = 'O''Brien'", "false false false false false" },
  };
  g_autoptr (RuaAlliance) alliance = case_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check (alliance, cases[i][0], cases[i][1], cases[i][2]);
}

static void
test_units (void)
{
  static const char *const cases[][3] = {
    { "income", "amount", "CNY/household/year" },
    { "income", "amount / household.n_persons", "CNY/person/year" },
    { "income", "amount / amount", "1" },
    { "income", "amount * 2 + 1", "CNY/household/year" },
    { "income", "1 / amount", "household*year/CNY" },
    { "income", "coalesce (amount, 0)", "CNY/household/year" },
    { "income", "case when net then amount else 0 end", "CNY/household/year" },
    { "income", "convert (amount, 'CNY/household/month')", "CNY/household/month" },
    { "place", "population / area", "person/ha" },
    { "place", "unit (3, 'kg')", "kg" },
    { "place", "count (places)", "1" },
    { "household", "year (joined)", "year" },
    { "household", "joined = 2014", "1" },
    { "place", "power (area, 2)", "ha^2" },
    { "place", "power (area, -1) * area", "1" },
    { "place", "power (area, 0)", "1" },
    { "household", "n_persons * 50 %", "person/household" },
    { "household", "50 % * n_persons", "person/household" },
    { "household", "n_persons / 50 %", "person/household" },
    { "household", "50 % / n_persons", "household/person" },
    { "household", "50 % * 50 %", "%" },
    { "household", "power (50 %, 2)", "1" },
    { "household", "sqrt (25 %)", "1" },
    { "income", "mod (amount, 100)", "CNY/household/year" },
    { "income", "round (amount, -2)", "CNY/household/year" },
    { "household", "days (joined, '2020')", "day" },
    { "household", "months (joined, '2020')", "month" },
    { "household", "age (joined, '2020')", "year" },
    { "household", "quarter (joined)", "quarter" },
    { "household", "weekday (joined)", "1" },
  };
  g_autoptr (RuaAlliance) alliance = case_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaExpression) expression
      = rua_expression_new (cases[i][1], rua_alliance_get_table (alliance, cases[i][0]), &error);
    g_autofree char *unit = NULL;

    g_assert_no_error (error);
    unit = rua_unit_to_string (rua_expression_get_unit (expression));
    g_assert_cmpstr (unit, ==, cases[i][2]);
  }
}

typedef struct {
  const char *kind;
  const char *text;
  RuaError code;
  const char *message; /* a part of it */
} Refused;

static void
test_refused (void)
{
  static const Refused cases[] = {
    { "income", "", RUA_ERROR_SYNTAX, "character 1: expected a value" },
    { "income", "amount +", RUA_ERROR_SYNTAX, "character 9: expected a value" },
    { "income", "amount 3", RUA_ERROR_SYNTAX, "character 8: expected an operator or the end, found “3”" },
    /* A long text is cut between characters, which have three bytes here. */
    { "income", "amount 'x云南云南云南云南云南云南云南云南云南云南云南云南'", RUA_ERROR_SYNTAX,
      "expected an operator or the end, found “'x云南云南云南云南云南云南云南云南云南云…”" },
    { "income", "(amount", RUA_ERROR_SYNTAX, "character 8: expected an operator or a closing parenthesis, but the expression ends" },
    { "income", "amount)", RUA_ERROR_SYNTAX, "character 7: expected an operator or the end" },
    { "income", "amount == 3", RUA_ERROR_SYNTAX, "character 8: this sign is not known; did you mean = ?" },
    { "income", "net && net", RUA_ERROR_SYNTAX, "character 5: this sign is not known; did you mean and ?" },
    { "income", "amount ≥ 3", RUA_ERROR_SYNTAX, "character 8: this sign is not known; did you mean >= ?" },
    { "income", "amount # 3", RUA_ERROR_SYNTAX, "character 8: the character “#”" },
    { "income", "income_source = 'total", RUA_ERROR_SYNTAX, "character 17: a text begins here" },
    { "income", "\"amount", RUA_ERROR_SYNTAX, "character 1: a name in quotes begins here" },
    { "income", "\"\"", RUA_ERROR_SYNTAX, "character 1: a name in quotes is empty" },
    { "income", "12kg", RUA_ERROR_SYNTAX, "character 3: a letter follows a number" },
    { "income", "1e999", RUA_ERROR_LIMIT, "character 1: the number 1e999 is too large" },
    { "income", "1e-400", RUA_ERROR_LIMIT, "character 1: the number 1e-400 is too small" },
    { "income", "1 < 2 < 3", RUA_ERROR_SYNTAX, "character 7: a comparison is compared again" },
    { "income", "amount between 1", RUA_ERROR_SYNTAX, "character 17: expected and" },
    { "income", "amount between 1 or 2", RUA_ERROR_SYNTAX, "character 18: expected and" },
    { "income", "amount in 3", RUA_ERROR_SYNTAX, "character 11: expected an opening parenthesis" },
    { "income", "amount in ()", RUA_ERROR_SYNTAX, "character 12: expected a value" },
    { "income", "amount in (3", RUA_ERROR_SYNTAX, "character 13: expected a comma" },
    { "income", "amount not 3", RUA_ERROR_SYNTAX, "character 12: expected in or between" },
    { "income", "amount is 3", RUA_ERROR_SYNTAX, "character 11: expected unknown or known" },
    { "income", "case amount end", RUA_ERROR_SYNTAX, "character 6: expected when" },
    { "income", "case when net end", RUA_ERROR_SYNTAX, "character 15: expected then" },
    { "income", "case when net then 1", RUA_ERROR_SYNTAX, "character 21: expected when, else or end" },
    { "income", "household.", RUA_ERROR_SYNTAX, "character 11: expected a name" },
    { "income", "amount[year=2014]", RUA_ERROR_SYNTAX, "character 1: a value is picked by [ ] only in" },
    { "income", "abs (1, 2)", RUA_ERROR_SYNTAX, "character 1: abs has 2 values, but is written abs (number)" },
    { "income", "amont", RUA_ERROR_UNKNOWN_NAME, "character 1: the kind income has no field “amont”; did you mean" },
    { "income", "household.vilage", RUA_ERROR_UNKNOWN_NAME, "no field “vilage”; did you mean" },
    { "income", "yeer (year)", RUA_ERROR_UNKNOWN_NAME, "there is no function “yeer”; did you mean" },
    { "income", "year.month", RUA_ERROR_SYNTAX, "“year” is no reference, so it has no “month”" },
    { "income", "amount + year", RUA_ERROR_UNIT, "character 10: CNY/household/year and year do not go together" },
    { "income", "amount > household.n_persons", RUA_ERROR_UNIT, "character 10: CNY/household/year and person/household" },
    { "income", "ln (amount)", RUA_ERROR_UNIT, "plain numbers" },
    { "income", "unit (amount, 'kg')", RUA_ERROR_UNIT, "this is in CNY/household/year already" },
    { "income", "unit (1, 'k g')", RUA_ERROR_UNIT, "unit “k g”, character 3" },
    { "income", "convert (amount, 'kg')", RUA_ERROR_UNIT, "do not go together" },
    { "income", "amount = '3'", RUA_ERROR_SYNTAX, "a number stands without quotes" },
    { "income", "income_source = 3", RUA_ERROR_SYNTAX, "a text stands in single quotes" },
    { "income", "income_source = total", RUA_ERROR_UNKNOWN_NAME, "character 17: the kind income has no field “total”" },
    { "income", "amount and net", RUA_ERROR_SYNTAX, "character 1: and takes a truth, but this is a number" },
    { "income", "net > net", RUA_ERROR_SYNTAX, "truths are equal or not" },
    { "income", "household > 'h1'", RUA_ERROR_SYNTAX, "records are equal or not" },
    { "income", "amount = unknown", RUA_ERROR_SYNTAX, "character 10: nothing equals unknown; ask" },
    { "income", "unknown", RUA_ERROR_SYNTAX, "this is always unknown" },
    { "income", "household + 1", RUA_ERROR_SYNTAX, "the sign + takes a number, but this is a record" },
    { "household", "joined = '2014-13'", RUA_ERROR_VALUE, "character 10: “2014-13” stands for a date, but is none" },
    { "household", "joined = 2014.5", RUA_ERROR_VALUE, "character 10: a date is compared with this number" },
    { "household", "joined + 1", RUA_ERROR_SYNTAX, "dates are not added" },
    { "household", "date (16328)", RUA_ERROR_UNIT, "character 7: whether this number is a year or a day" },
    { "household", "date (n_persons)", RUA_ERROR_UNIT, "date takes days since 1970-01-01, or a year, but this is in person" },
    { "household", "date (2014, n_persons)", RUA_ERROR_UNIT, "character 13: this is the month of the date, but is in person" },
    { "household", "date ('2014-13')", RUA_ERROR_VALUE, "character 7: “2014-13” stands for a date, but is none" },
    { "household", "date (true)", RUA_ERROR_SYNTAX, "date takes a number, but this is a truth" },
    { "household", "days (joined, 'tomorrow')", RUA_ERROR_VALUE, "character 15: “tomorrow”" },
    { "household", "days (joined, 2014)", RUA_ERROR_SYNTAX, "days takes a date, but this is a number" },
    { "household", "substring (name, 0)", RUA_ERROR_VALUE, "character 18: substring takes a whole number from 1" },
    { "household", "substring (name, n_persons)", RUA_ERROR_VALUE, "written out" },
    { "household", "replace (name, '', 'x')", RUA_ERROR_VALUE, "the empty text is everywhere" },
    { "household", "replace (name, name, 'x')", RUA_ERROR_SYNTAX, "replace takes a text in single quotes here" },
    { "household", "round (1.5, 0.5)", RUA_ERROR_VALUE, "round takes a whole number from -15 to 15" },
    { "income", "power (amount, 0.5)", RUA_ERROR_VALUE, "power takes a whole number from -9 to 9" },
    { "income", "power (amount, year)", RUA_ERROR_VALUE, "written out" },
    { "income", "power (2, amount)", RUA_ERROR_UNIT, "power is taken of plain numbers" },
    { "income", "power (power (amount, 9), 2)", RUA_ERROR_LIMIT, "too large exponents" },
    { "income", "log10 (amount)", RUA_ERROR_UNIT, "log10 is taken of plain numbers" },
    { "income", "mod (amount, year)", RUA_ERROR_UNIT, "do not go together" },
    { "income", "min (amount, 3)", RUA_ERROR_UNKNOWN_NAME, "there is no function “min”; here it is least (a, b)" },
    { "income", "IF (net, 1, 2)", RUA_ERROR_UNKNOWN_NAME, "here it is case when" },
    { "income", "sum (amount)", RUA_ERROR_UNKNOWN_NAME, "here it is the estimator total" },
    /* the character is that of the whole text, however deep the condition */
    { "household", "true and any (memberships, shars > 2)", RUA_ERROR_UNKNOWN_NAME, "character 28: the kind membership has no field “shars”" },
    { "household", "n_persons > 1 and memberships.cooperativ = 'tea'", RUA_ERROR_UNKNOWN_NAME, "character 19: the kind membership has no field “cooperativ”" },
    { "household", "memberships.shares >= 'x'", RUA_ERROR_SYNTAX, "character 1: a number is compared with a text" },
    { "household", "count (memberships, cooperative = 3)", RUA_ERROR_SYNTAX, "character 21: a record is compared with a number" },
    { "household", "village.peoples", RUA_ERROR_SYNTAX, "“peoples” is a list" },
    { "household", "village.peoples = 'Yi'", RUA_ERROR_SYNTAX, "is a list of texts; ask contains" },
    { "household", "memberships", RUA_ERROR_SYNTAX, "there may be several memberships to a household" },
    { "household", "coalesce (name, 1)", RUA_ERROR_SYNTAX, "this is a number, but the value before it is a text" },
    { "household", "case when n_persons > 1 then name else 2 end", RUA_ERROR_SYNTAX, "all values here must be of one type" },
    { "household", "any (name, true)", RUA_ERROR_SYNTAX, "any reads a list" },
    { "household", "any (memberships, 3)", RUA_ERROR_SYNTAX, "is a number, not a condition" },
    { "household", "memberships.shares = n_persons", RUA_ERROR_SYNTAX, "compare it with a constant" },
    { "household", "village = cluster", RUA_ERROR_SYNTAX, "a record is compared with a text" },
    { "household", "village = membership", RUA_ERROR_SYNTAX, "a place is compared with a membership" },
    { "observation", "subject.name", RUA_ERROR_SYNTAX, "refers to records of any kind" },
    { "observation", "subject = 'h1'", RUA_ERROR_REFERENCE, "'kind/id'" },
    { "metric", "columns", RUA_ERROR_SYNTAX, "nested data" },
  };
  g_autoptr (RuaAlliance) alliance = case_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaExpression) expression = rua_expression_new (
      cases[i].text, rua_alliance_get_table (alliance, cases[i].kind), &error);

    if (expression != NULL) {
      g_test_message ("“%s” is not refused", cases[i].text);
      g_test_fail ();
      continue;
    }
    if (!g_error_matches (error, RUA_ERROR, cases[i].code)
        || strstr (error->message, cases[i].message) == NULL) {
      g_test_message ("“%s”: code %d, %s", cases[i].text, error->code, error->message);
      g_test_fail ();
    }
  }
}

/* Kleene's tables, through the columns of real rows. */
static void
test_truth (void)
{
  static const char *const names[] = { "false", "?", "true" };
  static const int net[] = { 2, 2, 1, 0, 2, 2, 0, 1, 2 };
  static const char *const written[] = { "net", "(net or net)", "(amount > 2900)" };
  static const int truth[][9] = {
    { 2, 2, 1, 0, 2, 2, 0, 1, 2 }, { 2, 2, 1, 0, 2, 2, 0, 1, 2 }, { 2, 2, 2, 2, 0, 1, 2, 2, 0 },
  };
  g_autoptr (RuaAlliance) alliance = case_new ();

  g_assert_cmpint (net[2], ==, truth[0][2]);
  for (guint a = 0; a < 3; a++)
    for (guint b = 0; b < 3; b++)
      for (guint k = 0; k < 3; k++) {
        g_autofree char *text = k == 2 ? g_strdup_printf ("not %s", written[a])
                                       : g_strdup_printf ("%s %s %s", written[a],
                                                          k == 0 ? "and" : "or", written[b]);
        g_autoptr (GString) want = g_string_new (NULL);

        for (guint i = 0; i < 9; i++) {
          int value = k == 2   ? 2 - truth[a][i]
                      : k == 0 ? MIN (truth[a][i], truth[b][i])
                               : MAX (truth[a][i], truth[b][i]);

          g_string_append_printf (want, "%s%s", i > 0 ? " " : "", names[value]);
        }
        check (alliance, "income", text, want->str);
      }
}

static void
test_limits (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  static const struct {
    const char *before;
    const char *middle;
    const char *after;
    guint allowed;
  } nests[] = {
    { "(", "1", ")", 60 }, { "-", "1", "", 60 }, { "not ", "net", "", 60 }, { "abs(", "1", ")", 60 },
    { "case when net then ", "1", " end", 60 }, { "", "amount", " + amount", 400 },
    { "", "net", " and net", 400 },
  };

  static const char *const many[] = { "coalesce (", "least (", "greatest (" };

  for (guint k = 0; k < G_N_ELEMENTS (nests); k++)
    for (guint round = 0; round < 3; round++) {
      guint depth = round == 0 ? nests[k].allowed : round == 1 ? nests[k].allowed + 1 : 2000;
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (RuaExpression) made = NULL;

      for (guint i = 0; i < depth; i++)
        g_string_append (text, nests[k].before);
      g_string_append (text, nests[k].middle);
      for (guint i = 0; i < depth; i++)
        g_string_append (text, nests[k].after);
      made = rua_expression_new (text->str, table, &error);
      if (round == 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    }

  for (guint k = 0; k < G_N_ELEMENTS (many); k++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) text = g_string_new (many[k]);
    g_autoptr (RuaExpression) most = NULL, more = NULL;

    for (guint i = 1; i < 32; i++)
      g_string_append (text, "1, ");
    g_string_append (text, "1)");
    most = rua_expression_new (text->str, table, &error);
    g_assert_no_error (error);
    g_string_truncate (text, text->len - 1);
    g_string_append (text, ", 1)");
    more = rua_expression_new (text->str, table, &error);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    g_assert_nonnull (strstr (error->message, "has 33 values, but takes at most 32"));
  }

  g_autofree char *longer = g_strnfill (17 * 1024, 'a');
  g_autoptr (GError) error = NULL;
  g_assert_null (rua_expression_new (longer, table, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (rua_expression_new ("a \xff b", table, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "byte 3"));
}

static void
test_warnings (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaExpression) expression = rua_expression_new (
    "village = 'Pingzhai'", rua_alliance_get_table (alliance, "household"), NULL);
  g_auto (GStrv) warnings = rua_expression_dup_warnings (expression);

  g_assert_cmpuint (g_strv_length (warnings), ==, 1);
  g_assert_cmpstr (warnings[0], ==, "no place has the id “Pingzhai”, so nothing is equal to it");
}

/* Rows that were removed are skipped; values keep the order of the table. */
static void
test_removed (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaRecord) second = rua_table_dup_record (incomes, 1);
  g_autoptr (GError) error = NULL;

  rua_table_remove (incomes, second, &error);
  g_assert_no_error (error);
  check (alliance, "income", "amount", "4000 3000.5 5000 2500 ? 6000 12000 800");
}

static void
test_numbers (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaExpression) expression = rua_expression_new ("n_persons", table, NULL);
  g_autoptr (RuaExpression) name = rua_expression_new ("name", table, NULL);
  g_autoptr (GBytes) presence = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) numbers = rua_expression_dup_numbers (expression, &presence, &error);
  const double *data = g_bytes_get_data (numbers, NULL);
  const guint8 *known = g_bytes_get_data (presence, NULL);

  g_assert_cmpuint (g_bytes_get_size (numbers), ==, 5 * sizeof (double));
  g_assert_cmpuint (g_bytes_get_size (presence), ==, 5);
  g_assert_cmpfloat (data[2], ==, 5);
  g_assert_cmpuint (known[2], ==, 1);
  g_assert_cmpuint (known[3], ==, 0);
  g_assert_cmpfloat (data[3], ==, 0);
  g_assert_cmpint (rua_expression_get_expression_type (name), ==, RUA_EXPRESSION_TYPE_TEXT);
  g_assert_null (rua_expression_dup_numbers (name, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/values", test_values);
  g_test_add_func ("/expression/units", test_units);
  g_test_add_func ("/expression/refused", test_refused);
  g_test_add_func ("/expression/truth", test_truth);
  g_test_add_func ("/expression/limits", test_limits);
  g_test_add_func ("/expression/warnings", test_warnings);
  g_test_add_func ("/expression/removed", test_removed);
  g_test_add_func ("/expression/numbers", test_numbers);
  return g_test_run ();
}
