/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values that are picked for a household out of its rows, of every type, and sums of expressions, against plain loops. */
#include "measure-case.h"
#include "metrics-case.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

#define N 150

/* What is known of a household in the two years. */
typedef struct {
  gint64 amount[2]; /* hundredths */
  guint source[2], day[2], interviewer[2], recall[2];
  gboolean net[2];
} Household;

static const char *const sources[] = { "wage", "rent", "own_farm" };
static const char *const people[] = { "p0", "p1" };
static const char *const years[] = { "2014", "2017" };

static Household *
draw (GRand *random)
{
  Household *all = g_new0 (Household, N);

  for (guint i = 0; i < N; i++)
    for (guint y = 0; y < 2; y++) {
      all[i].amount[y] = g_rand_int_range (random, -50000, 900000);
      all[i].source[y] = (guint) g_rand_int_range (random, 0, 3);
      all[i].day[y] = (guint) g_rand_int_range (random, 1, 4);
      all[i].interviewer[y] = (guint) g_rand_int_range (random, 0, 2);
      all[i].recall[y] = (guint) g_rand_int_range (random, 0, 5);
      all[i].net[y] = g_rand_boolean (random);
    }
  return all;
}

static void
add_income (RuaAlliance *alliance, guint of, guint y, const Household *household)
{
  g_autofree char *at = g_strdup_printf ("@h%u", of), *day = g_strdup_printf ("2018-01-%02u", household->day[y]);
  g_autofree char *interviewer = g_strconcat ("@", people[household->interviewer[y]], NULL), *recall = g_strdup_printf ("%u", household->recall[y]);
  g_autoptr (RuaRecord) income = rua_alliance_new_record (alliance, "income");
  g_autoptr (GError) error = NULL;

  case_set (income, alliance, "household", at);
  case_set (income, alliance, "year", years[y]);
  rua_record_set_money (income, "amount", household->amount[y], &error);
  case_set (income, alliance, "income_source", sources[household->source[y]]);
  case_set (income, alliance, "collected_on", day);
  case_set (income, alliance, "interviewer", interviewer);
  case_set (income, alliance, "recall", recall);
  case_set (income, alliance, "net", household->net[y] ? "true" : "false");
  rua_alliance_add (alliance, income, &error);
  g_assert_no_error (error);
}

static RuaAlliance *
make (const Household *all)
{
  RuaAlliance *alliance = case_empty ();

  for (guint k = 0; k < 2; k++)
    case_add (alliance, "person", "id", people[k], NULL);
  for (guint i = 0; i < N; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i), *n = g_strdup_printf ("%u", i % 6 + 1), *weight = g_strdup_printf ("%g", (i % 8) * 0.125 + 0.5);

    case_add (alliance, "household", "id", id, "n_persons", n, "weight", weight, "household_type", i % 3 ? "producer" : "both", NULL);
  }
  /* Those of one household are not side by side. */
  for (guint y = 0; y < 2; y++)
    for (guint i = 0; i < N; i++)
      add_income (alliance, i, y, &all[i]);
  return alliance;
}

static RuaResult *
measure_value (RuaAlliance *alliance, const char *estimator, const char *value)
{
  static guint serial;
  g_autofree char *id = g_strdup_printf ("m%u", serial++), *columns = g_strdup_printf ("{\"value\":\"%s\"}", value);

  case_add (alliance, "metric", "id", id, "estimator", estimator, "table", "incomes", "columns", columns, NULL);
  return case_measure (alliance, id);
}

static void
refuse_value (RuaAlliance *alliance, const char *value, RuaError code, const char *part)
{
  static guint serial;

  g_test_message ("%s", value);
  g_autofree char *id = g_strdup_printf ("r%u", serial++), *columns = g_strdup_printf ("{\"value\":\"%s\"}", value);

  case_add (alliance, "metric", "id", id, "estimator", "mean", "table", "incomes", "columns", columns, NULL);
  case_refuse (alliance, id, code, part);
}

#define WHEN(condition) "case when " condition " then 1 else 0 end"

static void
test_types (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autofree Household *all = draw (random);
  g_autoptr (RuaAlliance) alliance = make (all);
  static const char *const values[] = {
    "amount[year=2017] - amount[year=2014]",
    WHEN ("collected_on[year=2017] > collected_on[year=2014]"),
    WHEN ("income_source[year=2017] = income_source[year=2014]"),
    WHEN ("interviewer[year=2017] = interviewer[year=2014]"),
    WHEN ("net[year=2014] and not net[year=2017]"),
    "recall[year=2014] + recall[year=2017]",
    "household.n_persons * recall[year=2014]",
  };
  double sums[G_N_ELEMENTS (values)] = { 0 };

  for (guint i = 0; i < N; i++) {
    const Household *h = &all[i];

    sums[0] += (double) (h->amount[1] - h->amount[0]) / 100;
    sums[1] += h->day[1] > h->day[0];
    sums[2] += h->source[1] == h->source[0];
    sums[3] += h->interviewer[1] == h->interviewer[0];
    sums[4] += h->net[0] && !h->net[1];
    sums[5] += h->recall[0] + h->recall[1];
    sums[6] += (i % 6 + 1) * h->recall[0];
  }
  for (guint v = 0; v < G_N_ELEMENTS (values); v++) {
    g_autoptr (RuaResult) result = measure_value (alliance, "mean", values[v]);

    case_assert_estimate (result, sums[v] / N);
    g_assert_cmpuint (rua_result_get_n_used (result), ==, N);
  }
}

/* A year that some have no row of is unknown for them; a household is told once, however many rows it has. */
static void
test_missing_rows (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autofree Household *all = draw (random);
  g_autoptr (RuaAlliance) alliance = make (all);
  RuaTable *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (GError) error = NULL;
  guint n_later = 0;
  double sum = 0;

  /* Of every third, the later year is removed. */
  for (guint i = N; i-- > 0;)
    if (i % 3 == 0) {
      g_autoptr (RuaRecord) income = rua_table_dup_record (incomes, N + i);

      rua_alliance_remove (alliance, income, &error);
      g_assert_no_error (error);
    } else {
      n_later++;
      sum += all[i].day[1] > all[i].day[0];
    }
  {
    g_autoptr (RuaResult) change = measure_value (alliance, "mean", "amount[year=2017] - amount[year=2014]");
    g_autoptr (RuaResult) later = measure_value (alliance, "mean", "case when collected_on[year=2017] > collected_on[year=2014] then 1 when collected_on[year=2017] <= "
                                                                   "collected_on[year=2014] then 0 end");
    g_autoptr (RuaResult) words = measure_value (alliance, "mean", "case when income_source[year=2017] in ('wage', 'rent', 'own_farm') then 1 end");
    g_autoptr (RuaResult) truths = measure_value (alliance, "mean", "case when net[year=2017] or not net[year=2017] then 1 end");

    g_assert_cmpuint (rua_result_get_n_used (change), ==, n_later);
    g_assert_cmpuint (rua_result_get_n_missing (change), ==, N - n_later);
    case_assert_estimate (later, sum / n_later);
    g_assert_cmpuint (rua_result_get_n_used (words), ==, n_later);
    g_assert_cmpuint (rua_result_get_n_used (truths), ==, n_later);
  }
}

/* Two rows of one year are refused, of whatever type, and so is a value without a year that differs between rows. */
static void
test_twice (void)
{
  static const struct {
    const char *field, *is;
  } fields[] = { { "amount", " > 150" }, { "collected_on", " > date ('2018-01-01')" }, { "income_source", " = 'wage'" }, { "interviewer", " = 'p0'" }, { "net", "" } };
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autofree Household *all = draw (random);
  g_autoptr (RuaAlliance) alliance = NULL, same = NULL;

  all[7].day[0] = 1;
  all[7].day[1] = 2;
  all[7].source[0] = 0;
  all[7].source[1] = 1;
  all[7].interviewer[0] = 0;
  all[7].interviewer[1] = 1;
  all[7].net[0] = FALSE;
  all[7].net[1] = TRUE;
  all[7].amount[0] = 100;
  all[7].amount[1] = 200;
  alliance = make (all);
  for (guint k = 0; k < G_N_ELEMENTS (fields); k++) {
    g_autofree char *constant = g_strdup_printf ("case when %s%s then recall[year=2014] end", fields[k].field, fields[k].is);

    refuse_value (alliance, constant, RUA_ERROR_DUPLICATE, "more than one value for one household: ");
  }
  add_income (alliance, 7, 0, &all[7]);
  for (guint k = 0; k < G_N_ELEMENTS (fields); k++) {
    g_autofree char *picked = g_strdup_printf ("case when %s[year=2014]%s then 1 end", fields[k].field, fields[k].is);
    g_autofree char *part = g_strdup_printf ("more than one value for one household: %s[year=2014] in the rows #8 and #%u", fields[k].field, 2 * N + 1);

    refuse_value (alliance, picked, RUA_ERROR_DUPLICATE, part);
  }
}

/* Totals of expressions, which are summed as whole numbers where they can be, to the last hundredth. */
static void
test_totals (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autofree Household *all = draw (random);
  g_autoptr (RuaAlliance) alliance = make (all);
  static const char *const values[] = {
    "-amount", "2 * amount", "amount * 0.5", "amount / 4", "amount / 3", "- (amount * 3)", "recall + recall * 2", "recall - 0.25", "amount * household.weight",
    "round (amount)", "floor (amount / 100)", "ceiling (amount)", "round (amount, 1)", "coalesce (amount, 0) - 1", "household.weight * recall",
    "case when net then amount else -amount end", "year (collected_on) - year", "abs (amount)", "round (recall / 2)",
    "- (household.weight * 0.3)", "greatest (amount, 2500.25)",
  };
  double sums[G_N_ELEMENTS (values)] = { 0 };

  for (guint i = 0; i < N; i++)
    for (guint y = 0; y < 2; y++) {
      double amount = (double) all[i].amount[y] / 100, recall = all[i].recall[y], weight = (i % 8) * 0.125 + 0.5, year = y ? 2017 : 2014;
      const double of[] = {
        -amount, 2 * amount, amount * 0.5, amount / 4, amount / 3, -(amount * 3), recall + recall * 2, recall - 0.25, amount * weight,
        round (amount), floor (amount / 100), ceil (amount), round (amount * 10) / 10, amount - 1, weight * recall,
        all[i].net[y] ? amount : -amount, 2018 - year, fabs (amount), round (recall / 2),
        -(weight * 0.3), MAX (amount, 2500.25),
      };

      for (guint v = 0; v < G_N_ELEMENTS (values); v++)
        sums[v] += of[v];
    }
  for (guint v = 0; v < G_N_ELEMENTS (values); v++) {
    g_autoptr (RuaResult) total = measure_value (alliance, "total", values[v]), mean = measure_value (alliance, "mean", values[v]);
    double got;

    g_assert_true (rua_result_get_estimate (total, &got));
    if (fabs (got - sums[v]) > 1e-9 * MAX (1, fabs (sums[v])))
      g_error ("%s: %.17g, not %.17g", values[v], got, sums[v]);
    case_assert_estimate (mean, sums[v] / (2 * N));
  }
}

#define N_SELLERS 40
#define DIFFERENCE "{\"value\":\"mass[certified] - mass[not certified]\"}"

static void
add_sale (RuaAlliance *alliance, const char *seller, gboolean certified, guint mass)
{
  g_autofree char *text = g_strdup_printf ("%u", mass);

  case_add (alliance, "sale", "producer", seller, "certified", certified ? "true" : "false", "mass", text, NULL);
}

/* What sellers sold certified less what they did not, of so many of them; and how many sales are of nobody. */
static void
check_sellers (RuaAlliance *alliance, const char *id, const char *where, double want, guint n, const char *nobodys)
{
  g_autoptr (RuaResult) result = NULL;
  double total;

  case_add (alliance, "metric", "id", id, "estimator", "total", "table", "sales", "columns", DIFFERENCE, "where", where,
            "options", "{\"pair_by\":\"producer\"}", NULL);
  result = case_measure (alliance, id);
  g_assert_true (rua_result_get_estimate (result, &total));
  g_assert_cmpfloat (total, ==, want);
  g_assert_cmpuint (rua_result_get_n_used (result), ==, n);
  g_assert_true (case_has_warning (result, "because their producer is unknown") == (nobodys != NULL));
  g_assert_true (nobodys == NULL || case_has_warning (result, nobodys));
}

/* All rows, those that meet a condition, those that have a seller, and those that are still there. */
static void
test_which_rows (void)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *sales = rua_alliance_get_table (alliance, "sale");
  g_autoptr (GError) error = NULL;
  double all = 0, light = 0, left = 0;
  guint n_light = 0;

  for (guint i = 0; i < N_SELLERS; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i), *at = g_strdup_printf ("@h%u", i);
    guint more = 10 + i * i, less = 7 + i;

    case_add (alliance, "household", "id", id, NULL);
    add_sale (alliance, at, TRUE, more);
    add_sale (alliance, at, FALSE, less);
    all += more - (double) less;
    if (more < 500) {
      light += more - (double) less;
      n_light++;
    }
    left += i % 4 != 0 ? more - (double) less : 0;
  }
  check_sellers (alliance, "all", "-", all, N_SELLERS, NULL);
  check_sellers (alliance, "light", "mass < 500", light, n_light, NULL);
  add_sale (alliance, "-", TRUE, 100000);
  add_sale (alliance, "-", FALSE, 300000);
  add_sale (alliance, "-", FALSE, 400);
  check_sellers (alliance, "known", "-", all, N_SELLERS, "3 sales not counted");
  check_sellers (alliance, "known-light", "mass < 500", light, n_light, "1 sales not counted");
  for (guint i = rua_table_get_n_records (sales); i-- > 0;)
    if (i >= 2 * N_SELLERS || i % 8 == 0) {
      g_autoptr (RuaRecord) sale = rua_table_dup_record (sales, i);

      rua_alliance_remove (alliance, sale, &error);
      g_assert_no_error (error);
    }
  check_sellers (alliance, "left", "-", left, N_SELLERS - N_SELLERS / 4, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure-picks/types", test_types);
  g_test_add_func ("/measure-picks/missing-rows", test_missing_rows);
  g_test_add_func ("/measure-picks/twice", test_twice);
  g_test_add_func ("/measure-picks/totals", test_totals);
  g_test_add_func ("/measure-picks/which-rows", test_which_rows);
  return g_test_run ();
}
