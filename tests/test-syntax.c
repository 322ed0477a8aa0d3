/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-expression.h"
#include "rua-syntax-private.h"

#include <string.h>

/* Trees as text and back; errors that stand where they say; limits. */

static gboolean
tree_equal (const RuaSyntax *a, const RuaSyntax *b)
{
  guint n_names = a->names != NULL ? a->names->len : 0;

  if (a->type != b->type || a->operator != b->operator || a->number != b->number
      || a->percent != b->percent || a->flag != b->flag || g_strcmp0 (a->text, b->text) != 0
      || a->parts->len != b->parts->len || n_names != (b->names != NULL ? b->names->len : 0))
    return FALSE;
  for (guint i = 0; i < n_names; i++)
    if (strcmp (rua_syntax_name (a, i), rua_syntax_name (b, i)) != 0)
      return FALSE;
  for (guint i = 0; i < a->parts->len; i++)
    if (!tree_equal (rua_syntax_part (a, i), rua_syntax_part (b, i)))
      return FALSE;
  return TRUE;
}

/* ---- random trees, made without the parser ---- */

static RuaSyntax *
make (RuaSyntaxType type)
{
  RuaSyntax *s = g_new0 (RuaSyntax, 1);

  s->type = type;
  s->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_syntax_free);
  return s;
}

static void
add_names (RuaSyntax *s, GRand *random, guint n)
{
  static const char *const names[] = {
    "amount", "household", "é", "平寨", "नेपाल", "_x", "two words", "a\"b", "and", "END", "Unknown", "count",
    "over", "9", "a-b", "it's",
  };

  s->names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (s->names, g_strdup (names[g_rand_int_range (random, 0, G_N_ELEMENTS (names))]));
}

static RuaSyntax *random_tree (GRand *random, guint depth);

static void
add_parts (RuaSyntax *s, GRand *random, guint depth, guint n)
{
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (s->parts, random_tree (random, depth));
}

static RuaSyntax *
random_leaf (GRand *random)
{
  static const double numbers[] = { 0, 1, 2014, 0.1, 1e-7, 1e22, 1.7976931348623157e308, 5e-324, 3927.5 };
  static const char *const texts[] = { "", "Yunnan", "O'Brien", "''", "雲南", "a\"b", "\n", "100 %", "--" };
  RuaSyntax *s;

  switch (g_rand_int_range (random, 0, 5)) {
  case 0:
    s = make (RUA_SYNTAX_NUMBER);
    s->number = numbers[g_rand_int_range (random, 0, G_N_ELEMENTS (numbers))];
    s->percent = g_rand_int_range (random, 0, 5) == 0;
    return s;
  case 1:
    s = make (RUA_SYNTAX_TEXT);
    s->text = g_strdup (texts[g_rand_int_range (random, 0, G_N_ELEMENTS (texts))]);
    return s;
  case 2:
    s = make (RUA_SYNTAX_BOOLEAN);
    s->flag = g_rand_boolean (random);
    return s;
  case 3:
    return make (RUA_SYNTAX_UNKNOWN);
  default:
    s = make (RUA_SYNTAX_PATH);
    add_names (s, random, g_rand_int_range (random, 1, 4));
    return s;
  }
}

static RuaSyntax *
random_tree (GRand *random, guint depth)
{
  RuaSyntaxType type = g_rand_int_range (random, RUA_SYNTAX_PICK, RUA_SYNTAX_CASE + 1);
  RuaSyntax *s, *base;
  guint n;

  if (depth == 0)
    return random_leaf (random);
  depth--;
  s = make (type);
  switch (type) {
  case RUA_SYNTAX_PICK:
    base = random_tree (random, depth);
    /* A value is picked once. */
    while (base->type == RUA_SYNTAX_PICK) {
      rua_syntax_free (base);
      base = random_leaf (random);
    }
    g_ptr_array_add (s->parts, base);
    add_parts (s, random, depth, 1);
    break;
  case RUA_SYNTAX_OVER:
    base = make (RUA_SYNTAX_PATH);
    add_names (base, random, 2);
    g_ptr_array_add (s->parts, base);
    add_parts (s, random, depth, g_rand_int_range (random, 0, 3));
    break;
  case RUA_SYNTAX_CALL:
    add_names (s, random, 1);
    add_parts (s, random, depth, g_rand_int_range (random, 0, 4));
    break;
  case RUA_SYNTAX_ARITHMETIC:
    s->operator = g_rand_int_range (random, RUA_OPERATOR_ADD, RUA_OPERATOR_DIVIDE + 1);
    add_parts (s, random, depth, 2);
    break;
  case RUA_SYNTAX_COMPARE:
    s->operator = g_rand_int_range (random, RUA_OPERATOR_EQUAL, RUA_OPERATOR_GREATER_EQUAL + 1);
    add_parts (s, random, depth, 2);
    break;
  case RUA_SYNTAX_AND:
  case RUA_SYNTAX_OR:
    add_parts (s, random, depth, 2);
    break;
  case RUA_SYNTAX_IN:
    add_parts (s, random, depth, g_rand_int_range (random, 2, 5));
    break;
  case RUA_SYNTAX_BETWEEN:
    add_parts (s, random, depth, 3);
    break;
  case RUA_SYNTAX_CASE:
    n = g_rand_int_range (random, 1, 3) * 2;
    s->flag = g_rand_boolean (random);
    add_parts (s, random, depth, n + (s->flag ? 1 : 0));
    break;
  default: /* NEGATE, NOT, IS_UNKNOWN */
    add_parts (s, random, depth, 1);
  }
  return s;
}

static void
test_round_trip (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint n_rounds = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 500 : 20000;

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < n_rounds; round++) {
    g_autoptr (RuaSyntax) tree = random_tree (random, g_rand_int_range (random, 0, 5));
    g_autoptr (RuaSyntax) copy = rua_syntax_copy (tree);
    g_autofree char *text = rua_syntax_to_string (tree);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaSyntax) read = NULL;
    g_autofree char *again = NULL;

    g_assert_true (tree_equal (tree, copy));
    if (strlen (text) > RUA_SYNTAX_MAX_LENGTH)
      continue;
    read = rua_syntax_parse (text, &error);
    if (read == NULL)
      g_error ("seed %u: %s: %s", seed, text, error->message);
    if (!tree_equal (tree, read))
      g_error ("seed %u: %s is another tree", seed, text);
    again = rua_syntax_to_string (read);
    g_assert_cmpstr (again, ==, text);
  }
}

static void
test_spelling (void)
{
  static const char *const cases[][2] = {
    { "amount", "amount" },
    { "((amount))", "amount" },
    { "1+2*3", "1 + 2 * 3" },
    { "(1+2)*3", "(1 + 2) * 3" },
    { "1-(2-3)", "1 - (2 - 3)" },
    { "(1-2)-3", "1 - 2 - 3" },
    { "2/(3*4)", "2 / (3 * 4)" },
    { "- - 3", "--3" },
    { "+3", "3" },
    { "-(1+2)", "-(1 + 2)" },
    { "007.50", "7.5" },
    { "50%", "50 %" },
    { "NOT a AND b OR c", "not a and b or c" },
    { "not (a and b)", "not (a and b)" },
    { "(a or b) and c", "(a or b) and c" },
    { "a and (b and c)", "a and (b and c)" },
    { "not a in (1,2)", "a not in (1, 2)" },
    { "not (a is unknown)", "a is known" },
    { "a IS NOT KNOWN", "a is unknown" },
    { "not a is known", "not a is known" },
    { "(a = b) = c", "(a = b) = c" },
    { "a between (1+1) and 3", "a between 1 + 1 and 3" },
    { "a between (b or c) and 3", "a between (b or c) and 3" },
    { "count( x,y )", "count (x, y)" },
    { "f()", "f ()" },
    { "\"a\".\"b c\"", "a.\"b c\"" },
    { "\"and\" and x.and", "\"and\" and x.and" },
    { "x.END", "x.END" },
    { "amount[year=2014]", "amount[year = 2014]" },
    { "(a+b)[year=2014]", "(a + b)[year = 2014]" },
    { "case when a then b end", "case when a then b end" },
    { "CASE WHEN (a) THEN b ELSE (c) END", "case when a then b else c end" },
    { "income.total over(year , place)", "income.total over (year, place)" },
    { "'it''s'", "'it''s'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaSyntax) syntax = rua_syntax_parse (cases[i][0], &error);
    g_autofree char *text = NULL;

    g_assert_no_error (error);
    text = rua_syntax_to_string (syntax);
    g_assert_cmpstr (text, ==, cases[i][1]);
  }
}

static void
test_expression_spelling (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaExpression) expression = rua_expression_new (
    "( amount>=5000 ) AND household.\"village\"='pingzhai'", rua_alliance_get_table (alliance, "income"), NULL);
  g_autofree char *text = rua_expression_to_string (expression);

  g_assert_cmpstr (text, ==, "amount >= 5000 and household.village = 'pingzhai'");
}

/* ---- what is written wrongly ---- */

static const char *const valid[][2] = {
  { "income", "amount / household.n_persons" },
  { "income", "household.village.province = 'Yunnan' and year between 2014 and 2017" },
  { "income", "case when net then amount when not net then 0 end" },
  { "income", "not (net or amount > 2e3) and household.n_persons in (2, 5, -1)" },
  { "income", "convert (amount, 'CNY/household/month') >= unit (300, 'CNY/household/month')" },
  { "household", "any (memberships, shares > 2 and cooperative = 'rice')" },
  { "household", "count (memberships, shares is known) + coalesce (round (weight / unit (3, 'household'), 2), 50 %)" },
  { "household", "memberships.cooperative not in ('rice', 'tea')" },
  { "household", "days (joined, '2020-02-29') >= 365 or months (joined, date (2020, 1)) < 12" },
  { "household", "upper (trim (replace (substring (name, 1, 3), 'a', 'ä'))) != \"name\"" },
  { "household", "power (mod (n_persons, 3) / unit (2, 'person/household'), 2) - log10 (100 %)" },
  { "place", "contains (peoples, 'Miao') and starts_with (name, '平')" },
};

/* The place that the error names: a character of the text, or the one after the last. */
static void
check_place (guint32 seed, const char *text, const GError *error)
{
  const char *told = strstr (error->message, "”, character ");
  glong character;

  g_assert_true (error->domain == RUA_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (told == NULL)
    g_error ("seed %u: %s: no character: %s", seed, text, error->message);
  character = strtol (told + strlen ("”, character "), NULL, 10);
  if (character < 1 || character > g_utf8_strlen (text, -1) + 1)
    g_error ("seed %u: %s: character %ld is not in it: %s", seed, text, character, error->message);
}

static void
try_text (guint32 seed, RuaTable *table, const char *text, guint *n_good, guint *n_bad)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaExpression) expression = rua_expression_new (text, table, &error);

  if (expression == NULL) {
    check_place (seed, text, error);
    (*n_bad)++;
    return;
  }
  g_auto (GStrv) texts = rua_expression_dup_texts (expression, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (texts), ==, rua_table_get_n_records (table));
  (*n_good)++;
}

/* Every character left out, and every character put in everywhere: a value or an error whose
 * character is in the text. */
static void
test_one_character (void)
{
  static const char *const put_in[] = {
    " ", "a", "é", "0", ".", ",", "(", ")", "[", "]", "'", "\"", "=", "<", "!", "-", "+", "/", "*", "%", "#", "、",
  };
  g_autoptr (RuaAlliance) alliance = case_new ();
  guint n_good = 0, n_bad = 0;

  for (guint k = 0; k < G_N_ELEMENTS (valid); k++) {
    RuaTable *table = rua_alliance_get_table (alliance, valid[k][0]);
    const char *text = valid[k][1];
    guint at_first = n_good;

    try_text (0, table, text, &n_good, &n_bad);
    if (n_good == at_first)
      g_error ("%s is refused", text);
    for (const char *p = text;; p = g_utf8_next_char (p)) {
      g_autoptr (GString) less = g_string_new_len (text, p - text);

      for (guint i = 0; i < G_N_ELEMENTS (put_in); i++) {
        g_autoptr (GString) more = g_string_new_len (text, p - text);

        g_string_append (more, put_in[i]);
        g_string_append (more, p);
        try_text (0, table, more->str, &n_good, &n_bad);
      }
      if (*p == '\0')
        break;
      g_string_append (less, g_utf8_next_char (p));
      try_text (0, table, less->str, &n_good, &n_bad);
    }
  }
  g_test_message ("%u good, %u refused", n_good, n_bad);
  g_assert_cmpuint (n_good, >, 500);
  g_assert_cmpuint (n_bad, >, 5000);
}

/* Pieces of good expressions put together at random. */
static void
test_splices (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (RuaAlliance) alliance = case_new ();
  guint n_rounds = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 500 : 20000;
  guint n_good = 0, n_bad = 0;

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < n_rounds; round++) {
    guint k = g_rand_int_range (random, 0, G_N_ELEMENTS (valid));
    const char *a = valid[k][1];
    const char *b = valid[g_rand_int_range (random, 0, G_N_ELEMENTS (valid))][1];
    g_autofree char *head = g_utf8_substring (a, 0, g_rand_int_range (random, 0, g_utf8_strlen (a, -1)));
    const char *tail = g_utf8_offset_to_pointer (b, g_rand_int_range (random, 0, g_utf8_strlen (b, -1)));
    g_autofree char *text = g_strconcat (head, tail, NULL);

    try_text (seed, rua_alliance_get_table (alliance, valid[k][0]), text, &n_good, &n_bad);
  }
  g_test_message ("%u good, %u refused", n_good, n_bad);
}

/* ---- what is too much ---- */

static char *
repeated (const char *before, const char *middle, const char *after, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, before);
  g_string_append (text, middle);
  for (guint i = 0; i < n; i++)
    g_string_append (text, after);
  return g_string_free (text, FALSE);
}

static void
check_limit (RuaTable *table, const char *text, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaExpression) expression = rua_expression_new (text, table, &error);

  if (message == NULL) {
    g_assert_no_error (error);
    return;
  }
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  if (strstr (error->message, message) == NULL)
    g_error ("%s", error->message);
  check_place (0, text, error);
}

static void
test_limits (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *place = rua_alliance_get_table (alliance, "place");
  RuaTable *income = rua_alliance_get_table (alliance, "income");
  g_autofree char *eight = repeated ("any (places, ", "true", ")", 8);
  g_autofree char *nine = repeated ("any (places, ", "true", ")", 9);
  g_autofree char *many = repeated ("places.", "name = 'x'", "", 1000);
  g_autofree char *numbers = repeated ("2,", "1", "", 8000);
  g_autofree char *in_numbers = g_strconcat ("population in (", numbers, ")", NULL);
  g_autofree char *squares = repeated ("power (", "area", ", 9)", 20);
  g_autofree char *product = repeated ("area * ", "area", "", 9);

  check_limit (place, eight, NULL);
  check_limit (place, nine, "lists are asked about more than 8 deep");
  check_limit (place, many, "more than 8 deep");
  check_limit (place, in_numbers, NULL);
  check_limit (place, squares, "too large exponents");
  check_limit (place, product, "too large exponents");

  /* A tree that is not high, and still takes too many steps. */
  g_autoptr (GString) wide = g_string_new ("coalesce (1");
  for (guint i = 0; i < 31; i++) {
    g_string_append (wide, ", least (1");
    for (guint k = 0; k < 31; k++)
      g_string_append (wide, ", 1+1+1+1+1");
    g_string_append (wide, ")");
  }
  g_string_append (wide, ")");
  g_assert_cmpuint (wide->len, <, RUA_SYNTAX_MAX_LENGTH);
  check_limit (income, wide->str, "takes more than 4096 steps");
}

/* A slip in any place is refused, with the place: where a word is missing, and where what follows cannot be read. */
static void
test_places (void)
{
  static const struct {
    const char *text;
    guint place;
    const char *says;
  } cases[] = {
    { "case when a then 1 else", 24, "expected a value" },
    { "case when a then 1 else #", 25, "“#”" },
    { "case when a then 1 else 2", 26, "expected end" },
    { "case when a then #", 18, "“#”" },
    { "case when #", 11, "“#”" },
    { "case #", 6, "“#”" },
    { "case when a then 1 end #", 24, "“#”" },
    { "a.#", 3, "“#”" },
    { "a.3", 3, "expected a name" },
    { "f (#", 4, "“#”" },
    { "f () #", 6, "“#”" },
    { "f (a #", 6, "“#”" },
    { "f (a, #", 7, "“#”" },
    { "a over 3", 8, "an opening parenthesis and paths" },
    { "a over #", 8, "“#”" },
    { "a over (#", 9, "“#”" },
    { "a over (b", 10, "a comma or a closing parenthesis" },
    { "a over () #", 11, "“#”" },
    { "a[b][c]", 5, "picked again" },
    { "a[#", 3, "“#”" },
    { "a[b", 4, "expected" },
    { "a * #", 5, "“#”" },
    { "a * * b", 5, "expected a value" },
    { "a + #", 5, "“#”" },
    { "- #", 3, "“#”" },
    { "not #", 5, "“#”" },
    { "not", 4, "expected a value" },
    { "a and #", 7, "“#”" },
    { "a or #", 6, "“#”" },
    { "a = #", 5, "“#”" },
    { "a is #", 6, "“#”" },
    { "a is not #", 10, "“#”" },
    { "a in #", 6, "“#”" },
    { "a in (1, #", 10, "“#”" },
    { "a not #", 7, "“#”" },
    { "a between #", 11, "“#”" },
    { "a between 1 and #", 17, "“#”" },
    { "(#", 2, "“#”" },
    { "(a #", 4, "“#”" },
    { "1e", 2, "a letter follows a number" },
    { "1e+", 2, "a letter follows a number" },
    { "1e+x", 2, "a letter follows a number" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *place = g_strdup_printf ("character %u:", cases[i].place);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaSyntax) syntax = rua_syntax_parse (cases[i].text, &error);

    if (syntax != NULL)
      g_test_fail_printf ("“%s” is taken", cases[i].text);
    else if (!g_error_matches (error, RUA_ERROR, RUA_ERROR_SYNTAX) || strstr (error->message, place) == NULL
             || strstr (error->message, cases[i].says) == NULL)
      g_test_fail_printf ("“%s”: %s; wanted %s %s", cases[i].text, error->message, place, cases[i].says);
  }
}

/* Texts of the same tokens, as they are written, are the same, however they are spaced; what cannot be read is itself
 * alone. */
static void
test_equal_texts (void)
{
  static const struct {
    const char *a, *b;
    gboolean same;
  } cases[] = {
    { "a+b", " a +\tb\n", TRUE }, { "a + b", "a - b", FALSE }, { "a", "a + b", FALSE }, { "1.0", "1", FALSE }, { "1.0", " 1.0", TRUE }, { "1", "2", FALSE },
    { "'a'", "a", FALSE }, { "'a'", "'b'", FALSE }, { "'a b'", "'a  b'", FALSE }, { "a #", "a #", TRUE }, { "a #", "a  #", FALSE },
    { "a #", "a", FALSE }, { "a", "a #", FALSE }, { "", " ", TRUE }, { "\r", "", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (rua_syntax_text_equal (cases[i].a, cases[i].b) != cases[i].same || rua_syntax_text_equal (cases[i].b, cases[i].a) != cases[i].same)
      g_test_fail_printf ("“%s” and “%s” are %s", cases[i].a, cases[i].b, cases[i].same ? "told apart" : "the same");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/syntax/round-trip", test_round_trip);
  g_test_add_func ("/syntax/spelling", test_spelling);
  g_test_add_func ("/syntax/expression-spelling", test_expression_spelling);
  g_test_add_func ("/syntax/one-character", test_one_character);
  g_test_add_func ("/syntax/splices", test_splices);
  g_test_add_func ("/syntax/limits", test_limits);
  g_test_add_func ("/syntax/places", test_places);
  g_test_add_func ("/syntax/equal-texts", test_equal_texts);
  return g_test_run ();
}
