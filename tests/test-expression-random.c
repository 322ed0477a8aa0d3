/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random expressions against an evaluator that knows nothing of vectors, and random words. */
#include "metrics-case.h"
#include "rua-expression.h"

#include <math.h>
#include <string.h>

/* Numbers are NaN where they are unknown, truths -1. */
typedef struct Tree Tree;
struct Tree {
  int op;
  double number;
  const char *field;
  Tree *a, *b;
};

static Tree *
tree_new (GRand *random, guint depth, gboolean truth)
{
  Tree *t = g_new0 (Tree, 1);
  guint pick = depth == 0 ? g_rand_int_range (random, 0, 2) : g_rand_int_range (random, 0, 9);

  if (!truth) {
    if (pick < 2 || depth == 0) {
      t->op = pick == 0 ? 'n' : 'f';
      t->number = g_rand_int_range (random, 0, 12);
      t->field = g_rand_boolean (random) ? "full_time_equivalent" : "other";
      return t;
    }
    t->op = "+-*/~c"[g_rand_int_range (random, 0, 6)];
    t->a = tree_new (random, depth - 1, FALSE);
    t->b = t->op != '~' ? tree_new (random, depth - 1, FALSE) : NULL;
    return t;
  }
  if (depth == 0 || pick < 3) {
    t->op = "<>=lgi"[g_rand_int_range (random, 0, 6)];
    t->a = tree_new (random, depth > 0 ? depth - 1 : 0, FALSE);
    t->b = t->op != 'i' ? tree_new (random, depth > 0 ? depth - 1 : 0, FALSE) : NULL;
    return t;
  }
  t->op = "&|!"[g_rand_int_range (random, 0, 3)];
  t->a = tree_new (random, depth - 1, TRUE);
  t->b = t->op != '!' ? tree_new (random, depth - 1, TRUE) : NULL;
  return t;
}

static void
tree_free (Tree *t)
{
  if (t == NULL)
    return;
  tree_free (t->a);
  tree_free (t->b);
  g_free (t);
}

static void
tree_write (Tree *t, GString *out)
{
  static const struct {
    int op;
    const char *text;
  } signs[] = { { '+', "+" },  { '-', "-" },  { '*', "*" },    { '/', "/" },  { '<', "<" }, { '>', ">" },
                { '=', "=" },  { 'l', "<=" }, { 'g', "!=" },   { '&', "and" }, { '|', "or" } };

  switch (t->op) {
  case 'n':
    g_string_append_printf (out, "%g", t->number);
    return;
  case 'f':
    g_string_append (out, strcmp (t->field, "other") == 0 ? "coalesce (level, level)" : "hours");
    return;
  case '~':
    g_string_append (out, "(-");
    tree_write (t->a, out);
    g_string_append (out, ")");
    return;
  case 'c':
    g_string_append (out, "coalesce (");
    tree_write (t->a, out);
    g_string_append (out, ", ");
    tree_write (t->b, out);
    g_string_append (out, ")");
    return;
  case 'i':
    g_string_append (out, "(");
    tree_write (t->a, out);
    g_string_append (out, " is unknown)");
    return;
  case '!':
    g_string_append (out, "(not ");
    tree_write (t->a, out);
    g_string_append (out, ")");
    return;
  }
  g_string_append (out, "(");
  tree_write (t->a, out);
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (signs[i].op == t->op)
      g_string_append_printf (out, " %s ", signs[i].text);
  tree_write (t->b, out);
  g_string_append (out, ")");
}

static double
tree_number (Tree *t, double hours, double level)
{
  double a, b, made;

  if (t->op == 'n')
    return t->number;
  if (t->op == 'f')
    return strcmp (t->field, "other") == 0 ? level : hours;
  a = tree_number (t->a, hours, level);
  if (t->op == '~')
    return -a;
  b = tree_number (t->b, hours, level);
  if (t->op == 'c')
    return isnan (a) ? b : a;
  if (isnan (a) || isnan (b))
    return NAN;
  made = t->op == '+' ? a + b : t->op == '-' ? a - b : t->op == '*' ? a * b : a / b;
  return isfinite (made) ? made : NAN;
}

/* -1 unknown, 0, 1 */
static int
tree_truth (Tree *t, double hours, double level)
{
  int p, q;
  double a, b;

  switch (t->op) {
  case '!':
    p = tree_truth (t->a, hours, level);
    return p < 0 ? p : !p;
  case '&':
    p = tree_truth (t->a, hours, level);
    q = tree_truth (t->b, hours, level);
    return p == 0 || q == 0 ? 0 : p < 0 || q < 0 ? -1 : 1;
  case '|':
    p = tree_truth (t->a, hours, level);
    q = tree_truth (t->b, hours, level);
    return p == 1 || q == 1 ? 1 : p < 0 || q < 0 ? -1 : 0;
  }
  a = tree_number (t->a, hours, level);
  if (t->op == 'i')
    return isnan (a);
  b = tree_number (t->b, hours, level);
  if (isnan (a) || isnan (b))
    return -1;
  return t->op == '<' ? a < b : t->op == '>' ? a > b : t->op == '=' ? a == b : t->op == 'l' ? a <= b : a != b;
}

#define RANDOM_ROWS 5000

static void
test_random (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (RuaAlliance) alliance = case_empty ();
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaKind) kind = rua_kind_new ("trial", "trials");
  g_autoptr (RuaField) hours = rua_field_new ("hours", RUA_FIELD_TYPE_NUMBER);
  g_autoptr (RuaField) level = rua_field_new ("level", RUA_FIELD_TYPE_INTEGER);
  g_autofree double *h = g_new (double, RANDOM_ROWS);
  g_autofree double *l = g_new (double, RANDOM_ROWS);
  RuaTable *table;
  RuaAppender *appender;

  g_test_message ("seed %u", seed);
  rua_kind_add_field (kind, hours, &error);
  g_assert_no_error (error);
  rua_kind_add_field (kind, level, &error);
  g_assert_no_error (error);
  rua_alliance_add_kind (alliance, kind, &error);
  g_assert_no_error (error);
  table = rua_alliance_get_table (alliance, "trial");
  appender = rua_table_append (table);
  for (guint i = 0; i < RANDOM_ROWS; i++) {
    g_autofree char *id = g_strdup_printf ("t%u", i);

    h[i] = g_rand_int_range (random, 0, 8) == 0 ? NAN : g_rand_int_range (random, -20, 20) / 4.0;
    l[i] = g_rand_int_range (random, 0, 8) == 0 ? NAN : g_rand_int_range (random, -3, 4);
    g_assert_true (rua_appender_set_text (appender, 0, id, -1, NULL));
    if (!isnan (h[i]))
      g_assert_true (rua_appender_set_number (appender, rua_field_get_index (hours), h[i], NULL));
    if (!isnan (l[i]))
      g_assert_true (rua_appender_set_integer (appender, rua_field_get_index (level), (gint64) l[i], NULL));
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  g_object_unref (appender);

  for (guint round = 0; round < 300; round++) {
    gboolean truth = g_rand_boolean (random);
    Tree *tree = tree_new (random, g_rand_int_range (random, 0, 6), truth);
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (RuaExpression) expression = NULL;
    g_autoptr (GBytes) numbers = NULL;
    g_autoptr (GBytes) presence = NULL;
    const double *got;
    const guint8 *known;

    tree_write (tree, text);
    expression = rua_expression_new (text->str, table, &error);
    if (expression == NULL)
      g_error ("seed %u: %s", seed, error->message);
    numbers = rua_expression_dup_numbers (expression, &presence, &error);
    g_assert_no_error (error);
    got = g_bytes_get_data (numbers, NULL);
    known = g_bytes_get_data (presence, NULL);
    for (guint i = 0; i < RANDOM_ROWS; i++) {
      double want = truth ? tree_truth (tree, h[i], l[i]) : tree_number (tree, h[i], l[i]);
      gboolean is_known = truth ? want >= 0 : !isnan (want);

      if (known[i] != is_known || (is_known && got[i] != want))
        g_error ("seed %u, row %u: %s gives %g (%d), not %g (%d)", seed, i, text->str, got[i],
                 known[i], want, is_known);
    }
    tree_free (tree);
  }
}

/* Whatever is written, there is an expression that runs or an error that tells the character. */
static void
test_soup (void)
{
  static const char *const words[] = {
    "amount", "year", "household", ".", "village", "province", "memberships", "(", ")", "[", "]", ",",
    "+", "-", "*", "/", "%", "=", "!=", "<", ">=", "and", "or", "not", "in", "between", "is", "unknown",
    "known", "case", "when", "then", "else", "end", "true", "1", "2014", "1e3", "'Yunnan'", "''",
    "\"year\"", "count", "any", "coalesce", "contains", "unit", "lower", "peoples", "net", "é", "$",
  };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  guint n_good = 0;

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 20000; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    guint n = g_rand_int_range (random, 1, 10);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaExpression) expression = NULL;

    for (guint i = 0; i < n; i++)
      g_string_append_printf (text, "%s%s", g_rand_int_range (random, 0, 4) > 0 ? " " : "",
                              words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);
    expression = rua_expression_new (text->str, table, &error);
    if (expression == NULL) {
      if (error->domain != RUA_ERROR || strstr (error->message, "character ") == NULL)
        g_error ("seed %u: %s: %s", seed, text->str, error->message);
      continue;
    }
    g_auto (GStrv) values = rua_expression_dup_texts (expression, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_strv_length (values), ==, 9);
    n_good++;
  }
  g_assert_cmpuint (n_good, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression-random/trees", test_random);
  g_test_add_func ("/expression-random/soup", test_soup);
  return g_test_run ();
}
