/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of what many rows refer to, laid out side by side: of every width, against plain loops. */
#include "measure-case.h"
#include "metrics-case.h"
#include "rua-table.h"
#include "rua-measure.h"
#include "rua-table-core-private.h"

#include <math.h>
#include <string.h>

#define N_HOUSEHOLDS 70000
#define N_INCOMES 75000

typedef struct {
  double persons, capacity, treated, weight, adults;
  guint type, day;
  gboolean vulnerable, knows_weight;
} Household;

typedef struct {
  Household *households;
  guint32 *of; /* of each income */
  double *amounts;
} World;

static const char *const types[] = { "producer", "consumer", "both" };

static guint
field (RuaTable *table, const char *name)
{
  gint index = rua_kind_find_index (rua_table_get_kind (table), name);

  g_assert_cmpint (index, >=, 0);
  return (guint) index;
}

static void
draw (World *world, GRand *random)
{
  world->households = g_new0 (Household, N_HOUSEHOLDS);
  world->of = g_new (guint32, N_INCOMES);
  world->amounts = g_new (double, N_INCOMES);
  for (guint i = 0; i < N_HOUSEHOLDS; i++)
    world->households[i] = (Household) {
      .persons = g_rand_int_range (random, 1, 9),
      .capacity = g_rand_int_range (random, 0, 60000),
      .treated = g_rand_int_range (random, 0, 900000000),
      /* The first have few decimals, some later one does not. */
      .weight = i < 1000 ? g_rand_int_range (random, 1, 40) * 0.25 : g_rand_double_range (random, 0.5, 2),
      .adults = g_rand_int_range (random, 0, 4),
      .type = (guint) g_rand_int_range (random, 0, 3),
      .day = (guint) g_rand_int_range (random, 1, 29),
      .vulnerable = g_rand_boolean (random),
      .knows_weight = g_rand_int_range (random, 0, 10) > 0,
    };
  for (guint i = 0; i < N_INCOMES; i++) {
    world->of[i] = (guint32) g_rand_int_range (random, 0, N_HOUSEHOLDS);
    world->amounts[i] = g_rand_int_range (random, 0, 100000);
  }
}

static void
world_clear (World *world)
{
  g_free (world->households);
  g_free (world->of);
  g_free (world->amounts);
}

static RuaAlliance *
make (const World *world)
{
  RuaAlliance *alliance = case_empty ();
  RuaTable *households = rua_alliance_get_table (alliance, "household"), *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) first = rua_table_append (households), second = NULL;
  g_autoptr (GError) error = NULL;
  char id[16], day[16];

  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    const Household *h = &world->households[i];

    g_snprintf (id, sizeof id, "h%u", i);
    g_snprintf (day, sizeof day, "2014-02-%02u", h->day);
    rua_appender_set_text (first, 0, id, -1, NULL);
    rua_appender_set_integer (first, field (households, "n_persons"), (gint64) h->persons, NULL);
    rua_appender_set_integer (first, field (households, "n_adults"), (gint64) h->adults, NULL);
    rua_appender_set_integer (first, field (households, "capacity"), (gint64) h->capacity, NULL);
    rua_appender_set_integer (first, field (households, "first_treated"), (gint64) h->treated, NULL);
    if (h->knows_weight)
      rua_appender_set_number (first, field (households, "weight"), h->weight, NULL);
    rua_appender_set_text (first, field (households, "household_type"), types[h->type], -1, NULL);
    rua_appender_set_date (first, field (households, "joined"), day, -1, NULL);
    rua_appender_set_boolean (first, field (households, "vulnerable"), h->vulnerable, NULL);
    rua_appender_end_row (first);
  }
  rua_appender_commit (first, &error);
  g_assert_no_error (error);
  second = rua_table_append (incomes);
  for (guint i = 0; i < N_INCOMES; i++) {
    g_snprintf (id, sizeof id, "h%u", world->of[i]);
    rua_appender_set_reference (second, field (incomes, "household"), id, -1, NULL);
    rua_appender_set_integer (second, field (incomes, "year"), 2014, NULL);
    rua_appender_set_money (second, field (incomes, "amount"), (gint64) (world->amounts[i] * 100), NULL);
    rua_appender_end_row (second);
  }
  rua_appender_commit (second, &error);
  g_assert_no_error (error);
  return alliance;
}

static void
test_widths (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  World world;
  g_autoptr (RuaAlliance) alliance = NULL;
  double sums[5] = { 0 };
  guint n_weighted = 0, n_late = 0;

  draw (&world, random);
  alliance = make (&world);
  for (guint i = 0; i < N_INCOMES; i++) {
    const Household *h = &world.households[world.of[i]];

    sums[0] += h->persons * 10 + h->adults;
    sums[1] += h->capacity * h->persons;
    sums[2] += h->treated * h->adults;
    if (h->knows_weight) {
      sums[3] += h->weight * h->persons;
      n_weighted++;
    }
    if (h->day >= 15 && h->type == 1 && h->vulnerable) {
      sums[4] += world.amounts[i] / h->persons;
      n_late++;
    }
  }
  case_add (alliance, "metric", "id", "narrow", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"household.n_persons * 10 + household.n_adults\"}", NULL);
  case_add (alliance, "metric", "id", "middle", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"household.capacity * household.n_persons\"}", NULL);
  case_add (alliance, "metric", "id", "wide", "estimator", "mean", "table", "incomes", "columns",
            "{\"value\":\"household.first_treated * household.n_adults\"}", NULL);
  case_add (alliance, "metric", "id", "whole", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"household.weight * household.n_persons\"}", NULL);
  case_add (alliance, "metric", "id", "chosen", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount / household.n_persons\"}", "where",
            "household.joined >= date ('2014-02-15') and household.household_type = 'consumer' and household.vulnerable", NULL);
  {
    g_autoptr (RuaResult) narrow = case_measure (alliance, "narrow"), middle = case_measure (alliance, "middle"), wide = case_measure (alliance, "wide");
    g_autoptr (RuaResult) whole = case_measure (alliance, "whole"), chosen = case_measure (alliance, "chosen");

    case_assert_estimate (narrow, sums[0] / N_INCOMES);
    case_assert_estimate (middle, sums[1] / N_INCOMES);
    case_assert_estimate (wide, sums[2] / N_INCOMES);
    case_assert_estimate (whole, sums[3] / n_weighted);
    g_assert_cmpuint (rua_result_get_n_missing (whole), ==, N_INCOMES - n_weighted);
    case_assert_estimate (chosen, sums[4] / n_late);
    g_assert_cmpuint (rua_result_get_n_used (chosen), ==, n_late);
  }
  world_clear (&world);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure-lookups/widths", test_widths);
  return g_test_run ();
}
