/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-expression.h"
#include "rua-table-core-private.h"

#include <math.h>
#include <string.h>

/* Random expressions over texts, dates, truths, numbers and references, with unknowns in each,
 * against an evaluator that walks a tree row by row and knows nothing of vectors, codes or packing. */

#define N_PLACES 7

static const char *const crops[] = { "rice", "tea", "Oil", " plum ", "糯米", "rice" };
static const char *const dates[] = { "2012", "2013-02", "2014-09-15", "2014-12-31", "2016-02-29" };

/* What a row holds, as the test put it there. */
typedef struct {
  double level;      /* NaN: unknown */
  int member;        /* -1 unknown */
  const char *crop;  /* NULL: unknown */
  const char *date;
  int place;         /* -1 */
} Row;

typedef struct {
  double area[N_PLACES];
  const char *name[N_PLACES];
} Places;

typedef enum { NUMBER, TRUTH, TEXT, DATE } Type;

typedef struct {
  double number; /* NaN: unknown */
  int truth;
  char *text;    /* owned; NULL: unknown */
  int first;     /* days; first > last: unknown */
  int last;
} Value;

typedef struct Tree Tree;
struct Tree {
  Type type;
  const char *op;
  double number;
  const char *text;
  Tree *parts[3];
};

static Tree *random_tree (GRand *random, guint depth, Type type);

static Tree *
make (Type type, const char *op)
{
  Tree *t = g_new0 (Tree, 1);

  t->type = type;
  t->op = op;
  return t;
}

static Tree *
with (Tree *t, GRand *random, guint depth, guint n, Type type)
{
  for (guint i = 0; i < n; i++)
    t->parts[i] = random_tree (random, depth, type);
  return t;
}

static Tree *
random_number (GRand *random, guint depth)
{
  static const char *const arithmetic[] = { "+", "-", "*", "/", "mod", "least", "greatest", "coalesce" };
  static const char *const of_date[] = { "year", "month", "day", "quarter", "weekday" };
  Tree *t;

  switch (depth == 0 ? g_rand_int_range (random, 0, 3) : g_rand_int_range (random, 0, 9)) {
  case 0:
    t = make (NUMBER, "constant");
    t->number = g_rand_int_range (random, 0, 9) / 2.0;
    return t;
  case 1:
    return make (NUMBER, "level");
  case 2:
    return make (NUMBER, "area");
  case 3:
    return with (make (NUMBER, "length"), random, depth - 1, 1, TEXT);
  case 4:
    return with (make (NUMBER, of_date[g_rand_int_range (random, 0, 5)]), random, depth - 1, 1, DATE);
  case 5:
    return with (make (NUMBER, g_rand_boolean (random) ? "days" : "months"), random, depth - 1, 2, DATE);
  case 6:
    t = with (make (NUMBER, "case"), random, depth - 1, 2, NUMBER);
    t->parts[2] = random_tree (random, depth - 1, TRUTH);
    return t;
  default:
    return with (make (NUMBER, arithmetic[g_rand_int_range (random, 0, 8)]), random, depth - 1, 2, NUMBER);
  }
}

static Tree *
random_truth (GRand *random, guint depth)
{
  static const char *const compare[] = { "=", "!=", "<", "<=", ">", ">=" };
  static const char *const tests[] = { "contains", "starts_with", "ends_with" };
  Tree *t;
  guint inner = depth > 0 ? depth - 1 : 0;

  switch (depth == 0 ? g_rand_int_range (random, 0, 3) : g_rand_int_range (random, 0, 9)) {
  case 0:
    return make (TRUTH, "member");
  case 1:
    return with (make (TRUTH, compare[g_rand_int_range (random, 0, 6)]), random, inner, 2,
                 g_rand_int_range (random, 0, 2) ? NUMBER : TEXT);
  case 2:
    t = with (make (TRUTH, tests[g_rand_int_range (random, 0, 3)]), random, inner, 1, TEXT);
    t->text = crops[g_rand_int_range (random, 0, 3)];
    return t;
  case 3:
    return with (make (TRUTH, compare[g_rand_int_range (random, 0, 6)]), random, inner, 2, DATE);
  case 4:
    return with (make (TRUTH, "unknown"), random, inner, 1, g_rand_int_range (random, NUMBER, DATE + 1));
  case 5:
    return with (make (TRUTH, "not"), random, inner, 1, TRUTH);
  case 6:
    return with (make (TRUTH, "in"), random, inner, 1, NUMBER);
  default:
    return with (make (TRUTH, g_rand_boolean (random) ? "and" : "or"), random, inner, 2, TRUTH);
  }
}

static Tree *
random_text (GRand *random, guint depth)
{
  static const char *const changes[] = { "upper", "lower", "trim", "substring", "replace" };
  Tree *t;

  switch (depth == 0 ? g_rand_int_range (random, 0, 3) : g_rand_int_range (random, 0, 7)) {
  case 0:
    t = make (TEXT, "constant");
    t->text = crops[g_rand_int_range (random, 0, 5)];
    return t;
  case 1:
    return make (TEXT, "crop");
  case 2:
    return make (TEXT, "name");
  case 3:
    return with (make (TEXT, "coalesce"), random, depth - 1, 2, TEXT);
  default:
    return with (make (TEXT, changes[g_rand_int_range (random, 0, 5)]), random, depth - 1, 1, TEXT);
  }
}

static Tree *
random_tree (GRand *random, guint depth, Type type)
{
  Tree *t;

  switch (type) {
  case NUMBER:
    return random_number (random, depth);
  case TRUTH:
    return random_truth (random, depth);
  case TEXT:
    return random_text (random, depth);
  default:
    if (depth == 0 || g_rand_int_range (random, 0, 3) == 0)
      return make (DATE, "sold");
    if (g_rand_boolean (random)) {
      t = make (DATE, "constant");
      t->text = dates[g_rand_int_range (random, 0, 5)];
      return t;
    }
    return with (make (DATE, g_rand_boolean (random) ? "first_day" : "last_day"), random, depth - 1, 1, DATE);
  }
}

static void
tree_free (Tree *t)
{
  for (guint i = 0; i < 3; i++)
    if (t->parts[i])
      tree_free (t->parts[i]);
  g_free (t);
}

/* ---- as text ---- */

static void
write_tree (const Tree *t, GString *out)
{
  static const char *const infix[] = { "+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", "and", "or" };

  for (guint i = 0; i < G_N_ELEMENTS (infix); i++)
    if (strcmp (t->op, infix[i]) == 0) {
      g_string_append_c (out, '(');
      write_tree (t->parts[0], out);
      g_string_append_printf (out, " %s ", t->op);
      write_tree (t->parts[1], out);
      g_string_append_c (out, ')');
      return;
    }
  if (strcmp (t->op, "constant") == 0) {
    if (t->type == NUMBER)
      g_string_append_printf (out, "%g", t->number);
    else
      g_string_append_printf (out, t->type == DATE ? "date ('%s')" : "'%s'", t->text);
  } else if (strcmp (t->op, "area") == 0)
    g_string_append (out, "testbed.area");
  else if (strcmp (t->op, "name") == 0)
    g_string_append (out, "testbed.name");
  else if (strcmp (t->op, "unknown") == 0) {
    g_string_append_c (out, '(');
    write_tree (t->parts[0], out);
    g_string_append (out, " is unknown)");
  } else if (strcmp (t->op, "not") == 0) {
    g_string_append (out, "(not ");
    write_tree (t->parts[0], out);
    g_string_append_c (out, ')');
  } else if (strcmp (t->op, "in") == 0) {
    g_string_append_c (out, '(');
    write_tree (t->parts[0], out);
    g_string_append (out, " in (-1, 0.5, 2, 4))");
  } else if (strcmp (t->op, "case") == 0) {
    g_string_append (out, "case when ");
    write_tree (t->parts[2], out);
    g_string_append (out, " then ");
    write_tree (t->parts[0], out);
    g_string_append (out, " else ");
    write_tree (t->parts[1], out);
    g_string_append (out, " end");
  } else if (!t->parts[0])
    g_string_append (out, t->op);
  else {
    gboolean of_date = t->type == NUMBER && t->parts[0]->type == DATE;

    /* Years and days do not add to plain numbers. */
    if (of_date)
      g_string_append (out, "(");
    g_string_append_printf (out, "%s (", t->op);
    for (guint i = 0; i < 3 && t->parts[i]; i++) {
      g_string_append (out, i ? ", " : "");
      write_tree (t->parts[i], out);
    }
    if (strcmp (t->op, "substring") == 0)
      g_string_append (out, ", 2, 3");
    else if (strcmp (t->op, "replace") == 0)
      g_string_append (out, ", 'i', 'oo'");
    else if (t->text)
      g_string_append_printf (out, ", '%s'", t->text);
    g_string_append_c (out, ')');
    if (of_date) {
      gboolean plain = strcmp (t->op, "weekday") == 0;
      const char *unit = strcmp (t->op, "days") == 0 ? "day" : strcmp (t->op, "months") == 0 ? "month" : t->op;

      if (!plain)
        g_string_append_printf (out, " / unit (1, '%s')", unit);
      g_string_append_c (out, ')');
    }
  }
}

/* ---- by hand ---- */

static gboolean
is_unknown (const Value *v, Type type)
{
  return type == NUMBER ? isnan (v->number) : type == TRUTH ? v->truth < 0 : type == TEXT ? !v->text : v->first > v->last;
}

static double
finite_or_nan (double x)
{
  return isfinite (x) ? x : NAN;
}

/* By GDate, which the library does not use. */
static void
split (int day, int *y, int *m, int *d)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) (day + 719163));
  *y = g_date_get_year (&date);
  *m = g_date_get_month (&date);
  *d = g_date_get_day (&date);
}

static void
parse_date (const char *text, int *first, int *last)
{
  int y = atoi (text), m = strlen (text) > 4 ? atoi (text + 5) : 0, d = strlen (text) > 7 ? atoi (text + 8) : 0;
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, d ? d : 1, m ? m : 1, y);
  *first = (int) g_date_get_julian (&date) - 719163;
  g_date_set_dmy (&date, d ? d : g_date_get_days_in_month (m ? m : 12, y), m ? m : 12, y);
  *last = (int) g_date_get_julian (&date) - 719163;
}

static int
months_apart (int from, int to)
{
  int y0, m0, d0, y1, m1, d1;

  split (from, &y0, &m0, &d0);
  split (to, &y1, &m1, &d1);
  return (y1 - y0) * 12 + m1 - m0 - (d1 < d0);
}

static int
three (gboolean is_true, gboolean is_false)
{
  return is_true ? 1 : is_false ? 0 : -1;
}

static int
compare (const char *op, double a, double b)
{
  return strcmp (op, "=") == 0 ? a == b : strcmp (op, "!=") == 0 ? a != b : strcmp (op, "<") == 0 ? a < b
    : strcmp (op, "<=") == 0 ? a <= b : strcmp (op, ">") == 0 ? a > b : a >= b;
}

static int
compare_periods (const char *op, const Value *a, const Value *b)
{
  gboolean within = a->first >= b->first && a->last <= b->last, apart = a->last < b->first || a->first > b->last;

  if (strcmp (op, "=") == 0)
    return three (within, apart);
  if (strcmp (op, "!=") == 0)
    return three (apart, within);
  if (strcmp (op, "<") == 0)
    return three (a->last < b->first, a->first >= b->first);
  if (strcmp (op, "<=") == 0)
    return three (a->last <= b->last, a->first > b->last);
  if (strcmp (op, ">") == 0)
    return three (a->first > b->last, a->last <= b->last);
  return three (a->first >= b->first, a->last < b->first);
}

static const char *
mirrored (const char *op)
{
  return strcmp (op, "<") == 0 ? ">" : strcmp (op, "<=") == 0 ? ">=" : strcmp (op, ">") == 0 ? "<" : strcmp (op, ">=") == 0 ? "<=" : op;
}

static Value evaluate (const Tree *t, const Row *row, const Places *places);

/* What is left of @a, with the sign of @b: a - b * floor (a / b) rounds twice on its way. */
static double
exact_mod (double a, double b)
{
  double rest = fmod (a, b);

  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static Value
evaluate_number (const Tree *t, const Row *row, const Places *places, Value *p)
{
  Value v = { .number = NAN, .truth = -1, .first = 1 };
  double a = p[0].number, b = p[1].number;
  int y, m, d;

  if (strcmp (t->op, "constant") == 0)
    v.number = t->number;
  else if (strcmp (t->op, "level") == 0)
    v.number = row->level;
  else if (strcmp (t->op, "area") == 0)
    v.number = row->place < 0 ? NAN : places->area[row->place];
  else if (strcmp (t->op, "length") == 0)
    v.number = p[0].text ? (double) g_utf8_strlen (p[0].text, -1) : NAN;
  else if (strcmp (t->op, "coalesce") == 0)
    v.number = isnan (a) ? b : a;
  else if (strcmp (t->op, "case") == 0)
    v.number = p[2].truth == 1 ? a : b;
  else if (t->parts[0]->type == DATE && t->parts[1]) {
    if (p[0].first <= p[0].last && p[1].first <= p[1].last) {
      gboolean days = strcmp (t->op, "days") == 0;
      int least = days ? p[1].first - p[0].last : months_apart (p[0].last, p[1].first);
      int most = days ? p[1].last - p[0].first : months_apart (p[0].first, p[1].last);

      v.number = least == most ? least : NAN;
    }
  } else if (t->parts[0]->type == DATE) {
    if (p[0].first <= p[0].last) {
      int length = p[0].last - p[0].first;

      split (p[0].first, &y, &m, &d);
      if (strcmp (t->op, "year") == 0)
        v.number = y;
      else if (length < 31 && strcmp (t->op, "month") == 0)
        v.number = m;
      else if (length < 31 && strcmp (t->op, "quarter") == 0)
        v.number = ceil (m / 3.0);
      else if (length == 0 && strcmp (t->op, "day") == 0)
        v.number = d;
      else if (length == 0 && strcmp (t->op, "weekday") == 0) {
        GDate date;

        g_date_clear (&date, 1);
        g_date_set_dmy (&date, d, m, y);
        v.number = g_date_get_weekday (&date);
      }
    }
  } else if (isnan (a) || isnan (b))
    v.number = NAN;
  else if (strcmp (t->op, "mod") == 0)
    v.number = b == 0 ? NAN : finite_or_nan (exact_mod (a, b));
  else if (strcmp (t->op, "least") == 0)
    v.number = MIN (a, b);
  else if (strcmp (t->op, "greatest") == 0)
    v.number = MAX (a, b);
  else
    v.number = finite_or_nan (*t->op == '+' ? a + b : *t->op == '-' ? a - b : *t->op == '*' ? a * b : a / b);
  return v;
}

static gboolean
is_constant (const Tree *t)
{
  return strcmp (t->op, "constant") == 0;
}

static gboolean
is_written (const Tree *t)
{
  return is_constant (t) || (t->parts[0] != NULL && is_written (t->parts[0]));
}

/* Which side is asked about: the date that is written out; of two such the one that is not computed, or the right one. */
static gboolean
asks_about_left (const Tree *left, const Tree *right)
{
  return is_written (right) ? is_constant (left) && !is_constant (right) : is_written (left);
}

/* Two days that are not known, by the four pairs of ends of where they may be. */
static int
compare_days (const char *op, const Value *a, const Value *b)
{
  const int from[] = { a->first, a->last }, with[] = { b->first, b->last };
  gboolean overlap = a->first <= b->last && b->first <= a->last;
  int least = 1, most = 0;

  for (guint i = 0; i < 4; i++) {
    int truth = compare (op, from[i / 2], with[i % 2]);

    least = MIN (least, truth);
    most = MAX (most, truth);
  }
  /* Between the ends there are equal days as well. */
  if (overlap && (a->first < a->last || b->first < b->last)) {
    least = MIN (least, compare (op, 0, 0));
    most = MAX (most, compare (op, 0, 0));
  }
  return least == most ? least : -1;
}

static Value
evaluate_truth (const Tree *t, const Row *row, Value *p)
{
  Value v = { .number = NAN, .truth = -1, .first = 1 };
  Type type = t->parts[0] ? t->parts[0]->type : TRUTH;

  if (strcmp (t->op, "member") == 0)
    v.truth = row->member;
  else if (strcmp (t->op, "unknown") == 0)
    v.truth = is_unknown (&p[0], type);
  else if (strcmp (t->op, "not") == 0)
    v.truth = p[0].truth < 0 ? -1 : !p[0].truth;
  else if (strcmp (t->op, "and") == 0)
    v.truth = p[0].truth == 0 || p[1].truth == 0 ? 0 : p[0].truth < 0 || p[1].truth < 0 ? -1 : 1;
  else if (strcmp (t->op, "or") == 0)
    v.truth = p[0].truth == 1 || p[1].truth == 1 ? 1 : p[0].truth < 0 || p[1].truth < 0 ? -1 : 0;
  else if (is_unknown (&p[0], type) || (t->parts[1] && is_unknown (&p[1], type)))
    v.truth = -1;
  else if (strcmp (t->op, "in") == 0)
    v.truth = p[0].number == -1 || p[0].number == 0.5 || p[0].number == 2 || p[0].number == 4;
  else if (strcmp (t->op, "contains") == 0)
    v.truth = strstr (p[0].text, t->text) != NULL;
  else if (strcmp (t->op, "starts_with") == 0)
    v.truth = g_str_has_prefix (p[0].text, t->text);
  else if (strcmp (t->op, "ends_with") == 0)
    v.truth = g_str_has_suffix (p[0].text, t->text);
  else if (type == DATE && asks_about_left (t->parts[0], t->parts[1]))
    v.truth = compare_periods (mirrored (t->op), &p[1], &p[0]);
  else if (type == DATE && is_written (t->parts[1]))
    v.truth = compare_periods (t->op, &p[0], &p[1]);
  else if (type == DATE)
    v.truth = compare_days (t->op, &p[0], &p[1]);
  else if (type == TEXT)
    v.truth = compare (t->op, strcmp (p[0].text, p[1].text), 0);
  else
    v.truth = compare (t->op, p[0].number, p[1].number);
  return v;
}

static Value
evaluate_text (const Tree *t, const Row *row, const Places *places, Value *p)
{
  Value v = { .number = NAN, .truth = -1, .first = 1 };

  if (strcmp (t->op, "constant") == 0)
    v.text = g_strdup (t->text);
  else if (strcmp (t->op, "crop") == 0)
    v.text = g_strdup (row->crop);
  else if (strcmp (t->op, "name") == 0)
    v.text = row->place < 0 ? NULL : g_strdup (places->name[row->place]);
  else if (strcmp (t->op, "coalesce") == 0)
    v.text = g_strdup (p[0].text ? p[0].text : p[1].text);
  else if (!p[0].text)
    v.text = NULL;
  else if (strcmp (t->op, "upper") == 0)
    v.text = g_utf8_strup (p[0].text, -1);
  else if (strcmp (t->op, "lower") == 0)
    v.text = g_utf8_strdown (p[0].text, -1);
  else if (strcmp (t->op, "trim") == 0)
    v.text = g_strstrip (g_strdup (p[0].text));
  else if (strcmp (t->op, "replace") == 0) {
    g_auto (GStrv) pieces = g_strsplit (p[0].text, "i", -1);

    v.text = g_strjoinv ("oo", pieces);
  } else {
    glong n = g_utf8_strlen (p[0].text, -1);

    v.text = n < 2 ? g_strdup ("") : g_utf8_substring (p[0].text, 1, MIN (n, 4));
  }
  return v;
}

static Value
evaluate (const Tree *t, const Row *row, const Places *places)
{
  Value p[3] = { { .number = NAN }, { .number = NAN }, { .number = NAN } };
  Value v = { .number = NAN, .truth = -1, .first = 1 };

  for (guint i = 0; i < 3; i++)
    if (t->parts[i])
      p[i] = evaluate (t->parts[i], row, places);
  if (t->type == NUMBER)
    v = evaluate_number (t, row, places, p);
  else if (t->type == TRUTH)
    v = evaluate_truth (t, row, p);
  else if (t->type == TEXT)
    v = evaluate_text (t, row, places, p);
  else if (strcmp (t->op, "constant") == 0)
    parse_date (t->text, &v.first, &v.last);
  else if (strcmp (t->op, "sold") == 0) {
    if (row->date)
      parse_date (row->date, &v.first, &v.last);
  } else if (p[0].first <= p[0].last)
    v.first = v.last = strcmp (t->op, "first_day") == 0 ? p[0].first : p[0].last;
  for (guint i = 0; i < 3; i++)
    g_free (p[i].text);
  return v;
}

/* ---- rows ---- */

static void
add_field (RuaKind *kind, const char *name, RuaFieldType type)
{
  g_autoptr (RuaField) field = rua_field_new (name, type);

  if (type == RUA_FIELD_TYPE_REFERENCE)
    rua_field_set_target (field, "testbed");
  g_assert_true (rua_kind_add_field (kind, field, NULL));
}

static RuaTable *
tables_new (RuaAlliance *alliance, GRand *random, Places *places, Row *rows, guint n)
{
  g_autoptr (RuaKind) plot = rua_kind_new ("testbed", "testbeds");
  g_autoptr (RuaKind) trial = rua_kind_new ("trial", "trials");
  g_autoptr (GError) error = NULL;

  add_field (plot, "area", RUA_FIELD_TYPE_NUMBER);
  add_field (plot, "name", RUA_FIELD_TYPE_TEXT);
  add_field (trial, "level", RUA_FIELD_TYPE_NUMBER);
  add_field (trial, "member", RUA_FIELD_TYPE_BOOLEAN);
  add_field (trial, "crop", RUA_FIELD_TYPE_TEXT);
  add_field (trial, "sold", RUA_FIELD_TYPE_DATE);
  add_field (trial, "testbed", RUA_FIELD_TYPE_REFERENCE);
  rua_alliance_add_kind (alliance, plot, &error);
  g_assert_no_error (error);
  rua_alliance_add_kind (alliance, trial, &error);
  g_assert_no_error (error);

  g_autoptr (RuaAppender) appender = rua_table_append (rua_alliance_get_table (alliance, "testbed"));
  for (guint i = 0; i < N_PLACES; i++) {
    g_autofree char *id = g_strdup_printf ("p%u", i);

    places->area[i] = i == 2 ? NAN : i / 2.0;
    places->name[i] = i == 3 ? NULL : crops[i % 5];
    rua_appender_set_text (appender, 0, id, -1, NULL);
    if (i != 2)
      rua_appender_set_number (appender, 1, places->area[i], NULL);
    if (places->name[i])
      rua_appender_set_text (appender, 2, places->name[i], -1, NULL);
    rua_appender_end_row (appender);
  }
  g_assert_true (rua_appender_commit (appender, &error));

  RuaTable *table = rua_alliance_get_table (alliance, "trial");
  g_autoptr (RuaAppender) more = rua_table_append (table);
  for (guint i = 0; i < n; i++) {
    Row *row = &rows[i];
    g_autofree char *id = NULL;

    row->level = g_rand_int_range (random, 0, 6) == 0 ? NAN : g_rand_int_range (random, -8, 9) / 2.0;
    row->member = g_rand_int_range (random, -1, 2);
    row->crop = g_rand_int_range (random, 0, 6) == 0 ? NULL : crops[g_rand_int_range (random, 0, 5)];
    row->date = g_rand_int_range (random, 0, 6) == 0 ? NULL : dates[g_rand_int_range (random, 0, 5)];
    row->place = g_rand_int_range (random, -1, N_PLACES);
    if (!isnan (row->level))
      rua_appender_set_number (more, 1, row->level, NULL);
    if (row->member >= 0)
      rua_appender_set_boolean (more, 2, row->member, NULL);
    if (row->crop)
      rua_appender_set_text (more, 3, row->crop, -1, NULL);
    if (row->date)
      rua_appender_set_date (more, 4, row->date, -1, NULL);
    if (row->place >= 0) {
      id = g_strdup_printf ("p%d", row->place);
      rua_appender_set_reference (more, 5, id, -1, NULL);
    }
    rua_appender_end_row (more);
  }
  g_assert_true (rua_appender_commit (more, &error));
  return table;
}

static void
check_row (guint32 seed, guint i, const char *text, const Tree *tree, const Value *want, const char *got, gboolean known)
{
  g_autofree char *number = NULL;
  gboolean right;

  if (known == is_unknown (want, tree->type))
    g_error ("seed %u, row %u: %s is %s, not %s", seed, i, text, known ? got : "unknown", known ? "unknown" : "known");
  if (!known)
    return;
  if (tree->type == NUMBER)
    right = g_ascii_strtod (got, NULL) == want->number;
  else if (tree->type == TRUTH)
    right = strcmp (got, want->truth ? "true" : "false") == 0;
  else if (tree->type == TEXT)
    right = strcmp (got, want->text) == 0;
  else {
    int first, last;

    parse_date (got, &first, &last);
    right = first == want->first && last == want->last;
  }
  if (!right)
    g_error ("seed %u, row %u: %s is %s, not %g, %d, %s, %d", seed, i, text, got, want->number, want->truth,
             want->text ? want->text : "", want->first);
}

static void
test_random (gconstpointer packed)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint n = 3000, n_rounds = g_getenv ("RUA_SLOW_MACHINE") ? 20 : 300;
  g_autofree Row *rows = g_new0 (Row, n);
  g_autoptr (RuaAlliance) alliance = case_empty ();
  Places places;
  RuaTable *table = tables_new (alliance, random, &places, rows, n);

  g_test_message ("seed %u", seed);
  if (packed) {
    rua_table_pack (table, NULL, NULL);
    rua_table_pack (rua_alliance_get_table (alliance, "testbed"), NULL, NULL);
  }
  for (guint round = 0; round < n_rounds; round++) {
    Tree *tree = random_tree (random, g_rand_int_range (random, 0, 5), g_rand_int_range (random, NUMBER, DATE + 1));
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaExpression) expression = NULL;
    g_autoptr (GBytes) presence = NULL;
    g_auto (GStrv) texts = NULL;

    write_tree (tree, text);
    expression = rua_expression_new (text->str, table, &error);
    if (!expression)
      g_error ("seed %u: %s: %s", seed, text->str, error->message);
    texts = rua_expression_dup_texts (expression, &presence, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < n; i++) {
      Value want = evaluate (tree, &rows[i], &places);

      check_row (seed, i, text->str, tree, &want, texts[i], ((const guint8 *) g_bytes_get_data (presence, NULL))[i]);
      g_free (want.text);
    }
    tree_free (tree);
  }
}

/* ---- random units ---- */

/* Exponents of mass, area and people, and the factor to the base of each. */
static void
test_units (void)
{
  static const struct {
    const char *unit;
    int at;
    double factor;
  } symbols[] = { { "kg", 0, 1 }, { "t", 0, 1000 }, { "jin", 0, 0.5 }, { "ha", 1, 1 }, { "mu", 1, 1 / 15.0 }, { "person", 2, 1 } };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "place");

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 2000; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    guint n = g_rand_int_range (random, 1, 6);
    int exponents[3] = { 0, 0, 0 };
    double value = 1;
    g_autofree char *wrong = NULL;
    g_autofree char *right = NULL;
    g_autoptr (GError) error = NULL;

    for (guint i = 0; i < n; i++) {
      guint k = g_rand_int_range (random, 0, G_N_ELEMENTS (symbols));
      gboolean divide = i > 0 && g_rand_boolean (random);

      g_string_append_printf (text, "%sunit (2, '%s')", i == 0 ? "" : divide ? " / " : " * ", symbols[k].unit);
      exponents[symbols[k].at] += divide ? -1 : 1;
      value = divide ? value / (2 * symbols[k].factor) : value * (2 * symbols[k].factor);
    }
    right = g_strdup_printf ("convert (%s, 'kg^%d*ha^%d*person^%d')", text->str, exponents[0], exponents[1], exponents[2]);
    /* A dimension of exponent 0 is not written. */
    g_autoptr (GString) unit = g_string_new (NULL);
    static const char *const bases[] = { "kg", "ha", "person" };
    for (guint i = 0; i < 3; i++)
      if (exponents[i] != 0)
        g_string_append_printf (unit, "%s%s^%d", unit->len ? "*" : "", bases[i], exponents[i]);
    g_free (right);
    right = g_strdup_printf ("convert (%s, '%s')", text->str, unit->len ? unit->str : "1");
    wrong = g_strdup_printf ("convert (%s, '%s*m')", text->str, unit->len ? unit->str : "kg");
    g_autoptr (RuaExpression) expression = rua_expression_new (right, table, &error);
    if (!expression)
      g_error ("seed %u: %s: %s", seed, right, error->message);
    g_autoptr (GBytes) numbers = rua_expression_dup_numbers (expression, NULL, &error);
    double got = ((const double *) g_bytes_get_data (numbers, NULL))[0];
    if (fabs (got - value) > 1e-12 * fabs (value))
      g_error ("seed %u: %s is %.17g, not %.17g", seed, right, got, value);
    g_assert_null (rua_expression_new (wrong, table, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_UNIT);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/expression-types/plain", NULL, test_random);
  g_test_add_data_func ("/expression-types/packed", "packed", test_random);
  g_test_add_func ("/expression-types/units", test_units);
  return g_test_run ();
}
