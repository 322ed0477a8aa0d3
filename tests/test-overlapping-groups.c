/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

/* Groups by paths through lists: a row counts in each of its groups. */

static char *
measure_by (
  RuaAlliance *alliance, const char *id, const char *by, const char *where, RuaResult **first)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_auto (GStrv) paths = g_strsplit (by, ";", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results = rua_metric_measure_by (
    RUA_METRIC (metric), alliance, (const char *const *)paths, where, NULL, &error);

  if (results == NULL)
    return g_strdup (error->message);
  if (first != NULL)
    *first = g_list_model_get_item (results, 0);
  return case_tell (results);
}

static void
assert_by (RuaAlliance *alliance, const char *by, const char *where, const char *want)
{
  g_autofree char *got = measure_by (alliance, "n", by, where, NULL);

  g_assert_cmpstr (got, ==, want);
}

/* h1 is in rice and tea, h3 in tea, the others in none; Pingzhai is home to Zhuang and Yi. */
static RuaAlliance *
households_case (void)
{
  RuaAlliance *alliance = case_new ();

  case_add (alliance, "metric", "id", "n", "estimator", "count", "table", "households", NULL);
  case_add (alliance, "metric", "id", "income", "estimator", "total", "table", "incomes", "columns",
            "{\"value\":\"amount\"}", "where", "year = 2014", NULL);
  case_add (alliance, "metric", "id", "change", "estimator", "paired_change", "table", "incomes",
            "columns", "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}", NULL);
  case_add (alliance, "metric", "id", "share", "formula", "income / income over ()", "unit", "%",
            NULL);
  return alliance;
}

static void
test_paths (void)
{
  g_autoptr (RuaAlliance) alliance = households_case ();

  assert_by (alliance, "memberships.cooperative", NULL, "rice 1; tea 2; ? 3");
  assert_by (alliance, "village.peoples", NULL, "Miao 2; Yi 2; Zhuang 2; ? 1");
  assert_by (alliance, "memberships", NULL, "m1 1; m2 1; m3 1; ? 3");
  assert_by (alliance, "memberships.shares", NULL, "1 1; 3 1; ? 3");
  assert_by (alliance, "memberships.cooperative;village", NULL,
             "rice/pingzhai 1; tea/miaoxia 1; tea/pingzhai 1; ?/miaoxia 1; ?/pingzhai 1; ?/? 1");
  assert_by (alliance, "village;memberships.cooperative", NULL,
             "miaoxia/tea 1; miaoxia/? 1; pingzhai/rice 1; pingzhai/tea 1; pingzhai/? 1; ?/? 1");
  assert_by (
    alliance, "village.peoples;memberships.cooperative", NULL,
    "Miao/tea 1; Miao/? 1; Yi/rice 1; Yi/tea 1; Yi/? 1; Zhuang/rice 1; Zhuang/tea 1; Zhuang/? "
    "1; ?/? 1");
  assert_by (alliance, "memberships.cooperative", "village = 'pingzhai'", "rice 1; tea 1; ? 1");
}

static void
test_values (void)
{
  g_autoptr (RuaAlliance) alliance = households_case ();
  g_autofree char *total
    = measure_by (alliance, "income", "household.memberships.cooperative", NULL, NULL);
  g_autofree char *change
    = measure_by (alliance, "change", "household.memberships.cooperative", NULL, NULL);
  g_autofree char *share
    = measure_by (alliance, "share", "household.memberships.cooperative", NULL, NULL);

  g_assert_cmpstr (total, ==, "rice 4000; tea 6500; ? 9000.5");
  g_assert_cmpstr (change, ==, "rice 5000; tea 5000; ? 3999.75");
  /* shares of overlapping groups go beyond 100 % together */
  g_assert_cmpstr (share, ==, "rice 25.8056; tea 41.9341; ? 58.0659");
}

static void
test_warning (void)
{
  g_autoptr (RuaAlliance) alliance = households_case ();
  g_autoptr (RuaResult) overlapping = NULL, apart = NULL;
  g_autofree char *some = measure_by (alliance, "n", "memberships.cooperative", NULL, &overlapping);
  g_autofree char *none
    = measure_by (alliance, "n", "memberships.cooperative", "id != 'h1'", &apart);

  g_assert_nonnull (
    strstr (rua_result_get_warnings (overlapping)[0],
            "groups by memberships.cooperative overlap: 1 households have several"));
  g_assert_cmpstr (none, ==, "tea 1; ? 3");
  for (guint i = 0; rua_result_get_warnings (apart)[i] != NULL; i++)
    g_assert_null (strstr (rua_result_get_warnings (apart)[i], "overlap"));
}

/* An apostrophe in a label; an entry of which the label is unknown beside one that has it. */
static void
test_odd_labels (void)
{
  g_autoptr (RuaAlliance) alliance = households_case ();

  case_add (alliance, "place", "id", "p", "name", "P", "peoples", "L'uo", NULL);
  case_add (alliance, "household", "id", "h9", "village", "@p", NULL);
  case_add (alliance, "membership", "id", "m9", "cooperative", "@rice", "household", "@h9", NULL);
  assert_by (alliance, "village.peoples", "id = 'h9'", "L'uo 1");
  assert_by (alliance, "memberships.shares", NULL, "1 1; 3 1; ? 4");
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = households_case ();
  static const struct {
    const char *by;
    const char *part;
  } cases[] = {
    { "memberships.joined",
      "a date, which names a period of any length; measure over the table memberships" },
    { "village.peoples.name", "goes on after a list of texts" },
    { "memberships.colour", "has no field “colour”" },
    { "count (memberships", "expected" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = measure_by (alliance, "n", cases[i].by, NULL, NULL);

    if (strstr (got, cases[i].part) == NULL)
      g_error ("%s: %s", cases[i].by, got);
  }
}

/* On random memberships: each group is the households that have the co-operative, counted directly. */
static void
test_random (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (RuaAlliance) alliance = case_empty ();
  gboolean member[30][6] = { { FALSE } };
  g_autofree char *got = NULL;
  g_autoptr (GString) want = g_string_new (NULL);
  guint n_none = 0;

  g_test_message ("seed %u", seed);
  case_add (alliance, "metric", "id", "n", "estimator", "count", "table", "households", NULL);
  for (guint c = 0; c < 6; c++) {
    g_autofree char *id = g_strdup_printf ("c%u", c);

    case_add (alliance, "cooperative", "id", id, "name", id, NULL);
  }
  for (guint h = 0; h < 30; h++) {
    g_autofree char *id = g_strdup_printf ("h%u", h), *at = g_strdup_printf ("@h%u", h);
    guint n = g_rand_int_range (rand, 0, 5);

    case_add (alliance, "household", "id", id, NULL);
    for (guint i = 0; i < n; i++) {
      guint c = g_rand_int_range (rand, 0, 6);
      g_autofree char *m = g_strdup_printf ("m%u-%u", h, i), *coop = g_strdup_printf ("@c%u", c);

      case_add (alliance, "membership", "id", m, "cooperative", coop, "household", at, NULL);
      member[h][c] = TRUE;
    }
    n_none += n == 0;
  }
  for (guint c = 0; c < 6; c++) {
    guint n = 0;

    for (guint h = 0; h < 30; h++)
      n += member[h][c];
    if (n > 0)
      g_string_append_printf (want, "%sc%u %u", want->len > 0 ? "; " : "", c, n);
  }
  if (n_none > 0)
    g_string_append_printf (want, "%s? %u", want->len > 0 ? "; " : "", n_none);
  got = measure_by (alliance, "n", "memberships.cooperative", NULL, NULL);
  g_assert_cmpstr (got, ==, want->str);
}

/* A truth of the entries makes two groups; what was removed makes none. */
static void
test_truths (void)
{
  g_autoptr (RuaAlliance) alliance = households_case ();
  g_autoptr (RuaField) active = rua_field_new ("active", RUA_FIELD_TYPE_BOOLEAN);
  g_autoptr (RuaRecord) gone = NULL, m1 = rua_alliance_find (alliance, "membership", "m1"), m2 = rua_alliance_find (alliance, "membership", "m2");
  g_autoptr (GError) error = NULL;

  g_assert_true (rua_alliance_add_field (alliance, "membership", active, &error));
  g_assert_no_error (error);
  /* Of h1 in rice it holds, of h1 in tea it does not, of h3 nobody knows. */
  g_assert_true (rua_record_set_boolean (m1, "active", TRUE, &error) && rua_record_set_boolean (m2, "active", FALSE, &error));
  assert_by (alliance, "memberships.active", NULL, "false 1; true 1; ? 4");
  case_add (alliance, "place", "id", "gone", "name", "Gone", "level", "village", "peoples", "Han", NULL);
  gone = rua_alliance_find (alliance, "place", "gone");
  assert_by (alliance, "village.peoples", NULL, "Miao 2; Yi 2; Zhuang 2; ? 1");
  g_assert_true (rua_alliance_remove (alliance, gone, &error));
  g_assert_no_error (error);
  assert_by (alliance, "village.peoples", NULL, "Miao 2; Yi 2; Zhuang 2; ? 1");
}

/* More groups than anybody reads are refused, with what to do instead. */
static void
test_too_many (void)
{
  g_autoptr (RuaAlliance) alliance = households_case ();
  g_autoptr (RuaRecord) place = rua_alliance_find (alliance, "place", "miaoxia");
  g_autoptr (GString) peoples = g_string_new (NULL);
  g_autofree char *texts = NULL, *entries = NULL, *few = NULL;

  for (guint i = 0; i < 4097; i++) {
    g_autofree char *shares = g_strdup_printf ("%u", 10 + i), *id = g_strdup_printf ("many%u", i);

    g_string_append_printf (peoples, "%sp%u", i > 0 ? " " : "", i);
    case_add (alliance, "membership", "id", id, "cooperative", "@tea", "household", "@h2", "shares", shares, NULL);
  }
  case_set (place, alliance, "peoples", peoples->str);
  texts = measure_by (alliance, "n", "village.peoples", NULL, NULL);
  g_assert_nonnull (strstr (texts, "by: “village.peoples” makes more than 4096 groups that may overlap"));
  entries = measure_by (alliance, "n", "memberships.shares", NULL, NULL);
  g_assert_nonnull (strstr (entries, "by: “memberships.shares” makes more than 4096 groups that may overlap; measure over a table of its entries"));
  few = measure_by (alliance, "n", "memberships.cooperative", NULL, NULL);
  g_assert_cmpstr (few, ==, "rice 1; tea 3; ? 2");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/overlapping-groups/paths", test_paths);
  g_test_add_func ("/overlapping-groups/values", test_values);
  g_test_add_func ("/overlapping-groups/warning", test_warning);
  g_test_add_func ("/overlapping-groups/odd-labels", test_odd_labels);
  g_test_add_func ("/overlapping-groups/refused", test_refused);
  g_test_add_func ("/overlapping-groups/truths", test_truths);
  g_test_add_func ("/overlapping-groups/too-many", test_too_many);
  g_test_add_func ("/overlapping-groups/random", test_random);
  return g_test_run ();
}
