/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns that are handed to an estimator from elsewhere than a table: which roles it has, what a cell may hold, and what is
 * unknown in it. */
#include "rua-estimator-private.h"

#include <math.h>
#include <string.h>

static const double numbers[] = { 4, 1, 3, 2 };
static const double flags[] = { 1, 0, 1, 0 };
static const gint32 codes[] = { 0, 1, 0, 1 };
static const char *const labels[] = { "rice", "tea", NULL };

static void
refuse (const char *estimator, const RuaInput *input, const RuaInput *nodes, RuaError code, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_estimator_run (rua_estimator_find (estimator), input, nodes, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, (gint) code);
  g_assert_cmpstr (error->message, ==, message);
}

static double
estimate (const char *estimator, const RuaInput *input, guint64 n_used)
{
  const RuaEstimator *found = rua_estimator_find (estimator);
  g_autoptr (GError) error = NULL;
  RuaFigures *figures = rua_estimator_run (found, input, NULL, NULL, NULL, &error);
  double value = NAN;

  g_assert_no_error (error);
  g_assert_true (rua_estimator_get_estimate (found, figures, &value));
  g_assert_cmpuint (rua_figures_get_n_used (figures), ==, n_used);
  rua_figures_free (figures);
  return value;
}

static void
test_roles (void)
{
  RuaInputColumn columns[] = { { .role = "value", .values = numbers }, { .role = "wieght", .values = numbers } };
  RuaInputColumn twice[] = { { .role = "value", .values = numbers }, { .role = "value", .values = flags } };
  RuaInputColumn text[] = { { .role = "value", .name = "crop", .codes = codes, .labels = labels, .n_labels = 2 } };
  RuaInputColumn nameless[] = { { .role = "value", .codes = codes, .labels = labels, .n_labels = 2 } };
  const RuaInput two = { .n_rows = 4, .columns = columns, .n_columns = 2 }, same = { .n_rows = 4, .columns = twice, .n_columns = 2 };
  const RuaInput words = { .n_rows = 4, .columns = text, .n_columns = 1 }, bare = { .n_rows = 4, .columns = nameless, .n_columns = 1 };
  const RuaInput one = { .n_rows = 4, .columns = columns, .n_columns = 1 };

  refuse ("mean", &two, NULL, RUA_ERROR_UNKNOWN_NAME, "mean: there is no role \"wieght\"; the roles are: value");
  refuse ("weighted_mean", &two, NULL, RUA_ERROR_UNKNOWN_NAME, "weighted_mean: there is no role \"wieght\"; the roles are: value, weight");
  refuse ("mean", &one, &one, RUA_ERROR_UNKNOWN_NAME, "mean: there is no role \"value\"; the roles of the nodes are: none");
  refuse ("mean", &same, NULL, RUA_ERROR_DUPLICATE, "mean: role value takes one column, more are given; keep one");
  refuse ("mean", &words, NULL, RUA_ERROR_VALUE, "mean: column \"crop\" (role value) holds text; a column of numbers belongs here");
  refuse ("mean", &bare, NULL, RUA_ERROR_VALUE, "mean: column \"value\" (role value) holds text; a column of numbers belongs here");
  g_assert_cmpfloat (estimate ("mean", &one, 4), ==, 2.5);
}

static guint64
line_of (gconstpointer owner, gsize row)
{
  return 10 * row + *(const guint64 *) owner;
}

/* The place, the column and the value are told, but a personal value is not. */
static void
test_cells (void)
{
  static const guint64 first = 5;
  const double endless[] = { 1, 2, HUGE_VAL, 3 }, below[] = { 1, -HUGE_VAL, 2, 3 }, negative[] = { 1, 2, -0.5, 1 }, halves[] = { 1, 0.5, 0, 1 };
  RuaInputColumn column = { .role = "value", .name = "income", .values = endless }, weighted[] = { { .role = "value", .values = numbers }, { .role = "weight", .values = negative } };
  RuaInput input = { .n_rows = 4, .columns = &column, .n_columns = 1 }, weights = { .n_rows = 4, .columns = weighted, .n_columns = 2, .name = "t.csv" };
  static const char mend[] = "is not a finite number; correct it, or leave it empty if it is unknown";
  g_autofree char *plain = g_strdup_printf ("record 3, column \"income\" (role value): infinity %s", mend);
  g_autofree char *placed = g_strdup_printf ("t.csv, line 15, column \"value\" (role value): infinity %s", mend);
  g_autofree char *withheld = g_strdup_printf ("t.csv, line 15, column \"value\" (role value): the value (withheld: it is personal) %s", mend);

  refuse ("mean", &input, NULL, RUA_ERROR_VALUE, plain);
  column = (RuaInputColumn) { .role = "value", .values = below };
  input.name = "t.csv";
  input.get_line = line_of;
  input.owner = &first;
  refuse ("mean", &input, NULL, RUA_ERROR_VALUE, placed);
  column.withheld = TRUE;
  refuse ("mean", &input, NULL, RUA_ERROR_VALUE, withheld);
  refuse ("weighted_mean", &weights, NULL, RUA_ERROR_VALUE, "t.csv, record 3, column \"weight\" (role weight): -0.5 is below 0; a weight is at least 0: correct it");
  column = (RuaInputColumn) { .role = "value", .name = "old", .values = halves };
  refuse ("proportion", &input, NULL, RUA_ERROR_VALUE, "t.csv, line 15, column \"old\" (role value): 0.5 is not a flag; write 1 for yes and 0 for no, or leave it empty");
}

/* What is not known is left out, as NaN, as a byte, and as a code below 0; of what hides behind it nothing is asked. */
static void
test_unknown (void)
{
  const double gaps[] = { 4, NAN, 3, 2 }, hidden[] = { 4, HUGE_VAL, 3, 2 };
  static const guint8 known[] = { 1, 0, 1, 1 }, none[] = { 0, 0, 0, 0 };
  static const gint32 some[] = { 0, 1, -1, 1 };
  const double units[] = { 7, 7, NAN, 9 };
  RuaInputColumn column = { .role = "value", .values = gaps };
  RuaInput input = { .n_rows = 4, .columns = &column, .n_columns = 1 };
  RuaInputColumn shares[] = { { .role = "unit", .codes = some, .labels = labels, .n_labels = 2 }, { .role = "amount", .values = numbers } };
  RuaInput concentration = { .n_rows = 4, .columns = shares, .n_columns = 2 };

  g_assert_cmpfloat (estimate ("mean", &input, 3), ==, 3);
  column = (RuaInputColumn) { .role = "value", .values = hidden, .known = known };
  g_assert_cmpfloat (estimate ("mean", &input, 3), ==, 3);
  column.known = none;
  g_assert_cmpfloat (estimate ("count", &input, 4), ==, 0);
  /* rice 4 of 7, tea 1 and 2 of 7. */
  g_assert_cmpfloat_with_epsilon (estimate ("concentration", &concentration, 3), (16 + 9) / 49.0, 1e-12);
  shares[0].known = known;
  g_assert_cmpfloat_with_epsilon (estimate ("concentration", &concentration, 2), (16 + 4) / 36.0, 1e-12);
  /* Numbers are categories by their value. */
  shares[0] = (RuaInputColumn) { .role = "unit", .values = units };
  g_assert_cmpfloat_with_epsilon (estimate ("concentration", &concentration, 3), (25 + 4) / 49.0, 1e-12);
  shares[0].known = known;
  g_assert_cmpfloat_with_epsilon (estimate ("concentration", &concentration, 2), (16 + 4) / 36.0, 1e-12);
}

static double sum;

/* Of what is packed, the sum; and the last value is refused. */
static gboolean
run_own (RuaRun *run, GError **error)
{
  const RuaRunColumn *value = rua_run_column (run, "value", 0);
  double own[4];

  g_assert_null (value->values);
  g_assert_cmpuint (run->data.n, <=, 4);
  rua_packed_read (&value->packed, 0, run->data.n, own);
  sum = 0;
  for (gsize i = 0; i < run->data.n; i++)
    sum += own[i];
  return run->data.n == 4 || rua_run_refuse_row (run, error, value, run->data.n - 1, "is the last");
}

/* Numbers in four bytes are the same numbers, whichever of them are left out; for an estimator that does not take
 * them there are none. */
static void
test_packed (void)
{
  static const guint32 words[] = { 0, 9, 4294967294u, 30 };
  static const RuaRoleSpec roles[] = { { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "" },
                                       { "other", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "" },
                                       { NULL } };
  static const RuaOptionSpec options[] = { { NULL } };
  const RuaEstimator own = { .name = "mean", .roles = roles, .options = options, .run = run_own, .takes_packed = TRUE };
  const double plain[] = { -0.5, 0.4, 429496728.9, 2.5 }, gaps[] = { 1, NAN, 1, NAN };
  RuaInputColumn columns[] = { { .role = "value", .name = "x", .packed = { words, 5, 10 } },
                               { .role = "other", .values = numbers } };
  RuaInputColumn unpacked = { .role = "value", .values = plain };
  RuaInput both = { .n_rows = 4, .columns = columns, .n_columns = 2 }, one = both;
  RuaInput same = { .n_rows = 4, .columns = &unpacked, .n_columns = 1 };
  g_autoptr (GError) error = NULL;
  RuaFigures *figures = rua_estimator_run (&own, &both, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (sum, ==, plain[0] + plain[1] + plain[2] + plain[3]);
  rua_figures_free (figures);
  columns[1].values = gaps;
  g_assert_null (rua_estimator_run (&own, &both, NULL, NULL, NULL, &error));
  g_assert_cmpfloat (sum, ==, plain[0] + plain[2]);
  g_assert_cmpstr (error->message, ==, "record 3, column \"x\" (role value): 429496728.9 is the last");
  g_clear_error (&error);
  columns[0].withheld = TRUE;
  g_assert_null (rua_estimator_run (&own, &both, NULL, NULL, NULL, &error));
  g_assert_cmpstr (error->message, ==,
                   "record 3, column \"x\" (role value): the value (withheld: it is personal) is the last");
  one.n_columns = 1;
  refuse ("mean", &one, NULL, RUA_ERROR_VALUE,
          "mean: column \"x\" (role value) holds text; a column of numbers belongs here");
  for (one.n_rows = same.n_rows = 1; one.n_rows <= 4; one.n_rows = ++same.n_rows)
    g_assert_cmpfloat (estimate ("quantile", &one, one.n_rows), ==, estimate ("quantile", &same, one.n_rows));
}

/* Of records that were left out before, all are counted. */
static void
test_counts (void)
{
  static const guint64 missing[] = { 6 };
  const RuaInputCounts counts = { 10, missing };
  const RuaInputColumn column = { .role = "value", .values = numbers };
  const RuaInput input = { .n_rows = 4, .columns = &column, .n_columns = 1, .counts = &counts };
  g_autoptr (GError) error = NULL;
  RuaFigures *figures = rua_estimator_run (rua_estimator_find ("mean"), &input, NULL, NULL, NULL, &error);
  const RuaMissing *told;
  guint n;

  g_assert_no_error (error);
  g_assert_cmpuint (rua_figures_get_n_total (figures), ==, 10);
  g_assert_cmpuint (rua_figures_get_n_used (figures), ==, 4);
  told = rua_figures_get_missing (figures, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (told[0].role, ==, "value");
  g_assert_cmpuint (told[0].n, ==, 6);
  rua_figures_free (figures);
}

/* Without a table, what needs one says so. */
static void
test_nothing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_estimator_run (rua_estimator_find ("mean"), NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_assert_true (g_str_has_prefix (error->message, "mean: needs a column in the role \"value\" ("));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/estimator-roles/roles", test_roles);
  g_test_add_func ("/estimator-roles/cells", test_cells);
  g_test_add_func ("/estimator-roles/unknown", test_unknown);
  g_test_add_func ("/estimator-roles/counts", test_counts);
  g_test_add_func ("/estimator-roles/nothing", test_nothing);
  g_test_add_func ("/estimator-roles/packed", test_packed);
  return g_test_run ();
}
