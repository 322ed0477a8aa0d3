/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "evidence-build.h"

/* A fishing alliance: boats, nets and a ferry. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "document", "doc", "title", "The year of the boats", NULL);
  build (alliance, "place", "bay", "name", "Bay", "population", "800", "n_households", "200", NULL);
  build (alliance, "cooperative", "nets", "name", "Nets", NULL);
  build (alliance, "cooperative", "ferry", "name", "Ferry", NULL);
  return alliance;
}

#define COUNT "statistic", "count", "unit", "1"

static void
test_two_values (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "boats", COUNT, "value", "12", "subject", "cooperative/nets", "document", "doc", NULL);
  build (alliance, "observation", "b", "measured_property", "boats", COUNT, "value", "12", "subject", "cooperative/nets", "document", "doc", NULL);
  build (alliance, "observation", "c", "measured_property", "boats", COUNT, "value", "9", "subject", "cooperative/ferry", "document", "doc", NULL);
  build (alliance, "observation", "d", "measured_property", "boats", COUNT, "value", "30", "period", "2001", "subject", "cooperative/nets", "document", "doc", NULL);
  assert_none (alliance, NULL, "two_values");
  rebuild (alliance, "observation", "b", "value", "14", NULL);
  assert_found (alliance, NULL, "two_values", 1, "observation/a observation/b");
  assert_found (alliance, NULL, "two_values", 1, "as 12 and as 14");
}

static void
test_two_values_of_periods (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "boats", COUNT, "value", "12", "period", "2001", "subject", "cooperative/nets", NULL);
  build (alliance, "observation", "b", "measured_property", "boats", COUNT, "value", "14", "period", "2002", "subject", "cooperative/nets", NULL);
  assert_none (alliance, NULL, "two_values");
  rebuild (alliance, "observation", "a", "period_end", "2003", NULL);
  assert_found (alliance, NULL, "two_values", 1, NULL);
  rebuild (alliance, "observation", "b", "unit", "kg", NULL);
  assert_none (alliance, NULL, "two_values");
}

/* One that is said to repeat the other is compared even where subject and property are told apart. */
static void
test_two_values_of_restated (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "boats afloat", COUNT, "value", "12", NULL);
  build (alliance, "observation", "b", "measured_property", "vessels", COUNT, "value", "13", NULL);
  assert_none (alliance, NULL, "two_values");
  rebuild (alliance, "observation", "b", "restates", "a", NULL);
  assert_found (alliance, NULL, "two_values", 1, "observation/a observation/b");
}

static void
test_two_names (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "boats", COUNT, "value", "12", "term", "Boats", "subject", "cooperative/nets", NULL);
  build (alliance, "observation", "b", "measured_property", "boats", COUNT, "value", "12", "term", "boat", "subject", "cooperative/nets", NULL);
  assert_none (alliance, NULL, "two_names");
  rebuild (alliance, "observation", "b", "term", "fishing boats", NULL);
  assert_found (alliance, NULL, "two_names", 1, "“Boats” and “fishing boats”");
  rebuild (alliance, "observation", "b", "term", "", NULL);
  assert_none (alliance, NULL, "two_names");
}

static void
test_unit_drift (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "catch", "measured_property", "catch", "statistic", "mean", "value", "30", "unit", "kg", "unit_of_analysis", "member", NULL);
  build (alliance, "claim", "body", "unit_of_analysis", "member", "figures", "catch", NULL);
  build (alliance, "claim", "head", "unit_of_analysis", "member", "restates", "body", "figures", "catch", NULL);
  assert_none (alliance, NULL, "unit_drift");
  rebuild (alliance, "claim", "head", "unit_of_analysis", "household", NULL);
  assert_found (alliance, NULL, "unit_drift", 2, "claim/head claim/body");
  assert_found (alliance, NULL, "unit_drift", 2, "claim/head observation/catch");
  rebuild (alliance, "claim", "head", "unit_of_analysis", "", NULL);
  assert_none (alliance, NULL, "unit_drift");
  rebuild (alliance, "claim", "head", "unit_of_analysis", "other", NULL);
  assert_none (alliance, NULL, "unit_drift");
}

static void
test_unit_drift_of_figures (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "catch", "statistic", "mean", "value", "30", "unit_of_analysis", "member", "subject", "cooperative/nets", NULL);
  build (alliance, "observation", "b", "measured_property", "catch", "statistic", "mean", "value", "30", "unit_of_analysis", "villager", "subject", "cooperative/nets", NULL);
  assert_found (alliance, NULL, "unit_drift", 1, "each member and of each villager");
}

static void
test_bare_figure (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "catch", "statistic", "mean", "value", "30", NULL);
  build (alliance, "observation", "b", "measured_property", "boats", "statistic", "count", "value", "3", NULL);
  assert_found (alliance, NULL, "bare_figure", 1, "without the number of cases and without an error");
  rebuild (alliance, "observation", "a", "sample_size", "40", NULL);
  assert_found (alliance, NULL, "bare_figure", 1, "without an error");
  rebuild (alliance, "observation", "a", "standard_error", "2.5", NULL);
  assert_none (alliance, NULL, "bare_figure");
  build (alliance, "observation", "c", "measured_property", "members content", "statistic", "share", NULL);
  assert_found (alliance, NULL, "bare_figure", 1, "told in words, without a number");
}

static void
test_implausible_share (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "sold", "statistic", "share", "value", "99", "unit", "%", NULL);
  assert_none (alliance, NULL, "implausible");
  rebuild (alliance, "observation", "a", "value", "130", NULL);
  assert_found (alliance, NULL, "implausible", 1, "outside 0 to 100");
  rebuild (alliance, "observation", "a", "unit", "1", "value", "1.3", NULL);
  assert_found (alliance, NULL, "implausible", 1, "outside 0 to 1");
  rebuild (alliance, "observation", "a", "value", "-0.02", NULL);
  assert_found (alliance, NULL, "implausible", 1, "A share of -0.02 lies outside 0 to 1");
  /* Per cent are per cent, whatever they are called. */
  rebuild (alliance, "observation", "a", "unit", "percent", "value", "95", NULL);
  assert_none (alliance, NULL, "implausible");
  rebuild (alliance, "observation", "a", "value", "105", NULL);
  assert_found (alliance, NULL, "implausible", 1, "outside 0 to 100");
  rebuild (alliance, "observation", "a", "unit", "kg", NULL);
  assert_none (alliance, NULL, "implausible");
  rebuild (alliance, "observation", "a", "unit", "1", NULL);
  /* None and all are shares. */
  rebuild (alliance, "observation", "a", "value", "0", NULL);
  assert_none (alliance, NULL, "implausible");
  rebuild (alliance, "observation", "a", "value", "1", NULL);
  assert_none (alliance, NULL, "implausible");
}

static void
test_implausible_count (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "guests", "statistic", "count", "value", "790", "unit", "person", "location", "bay", NULL);
  build (alliance, "observation", "b", "measured_property", "dishes", "statistic", "count", "value", "150", "unit_of_analysis", "household", "location", "bay", NULL);
  assert_none (alliance, NULL, "implausible");
  rebuild (alliance, "observation", "a", "value", "801", NULL);
  assert_found (alliance, NULL, "implausible", 1, "801 are counted in Bay, which has 800");
  rebuild (alliance, "observation", "b", "value", "201", NULL);
  assert_found (alliance, NULL, "implausible", 2, "201 are counted in Bay, which has 200");
}

static void
test_implausible_growth (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "catch", "statistic", "mean", "value", "100", "period", "2010", "subject", "cooperative/nets", NULL);
  build (alliance, "observation", "b", "measured_property", "catch", "statistic", "mean", "value", "216", "period", "2013", "subject", "cooperative/nets", NULL);
  assert_none (alliance, NULL, "implausible");
  rebuild (alliance, "observation", "b", "value", "900", NULL);
  assert_found (alliance, NULL, "implausible", 1, "9 times its value in 3 years: 108 % a year");
  rebuild (alliance, "observation", "b", "value", "10", NULL);
  assert_found (alliance, NULL, "implausible", 1, NULL);
  /* A change that is larger, and a rank that is another, have not grown. */
  rebuild (alliance, "observation", "a", "statistic", "change", NULL);
  rebuild (alliance, "observation", "b", "statistic", "change", NULL);
  assert_none (alliance, NULL, "implausible");
  rebuild (alliance, "observation", "a", "statistic", "rank", NULL);
  rebuild (alliance, "observation", "b", "statistic", "rank", NULL);
  assert_none (alliance, NULL, "implausible");
}

static void
test_round_number (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "fish", "statistic", "count", "value", "407", NULL);
  build (alliance, "observation", "b", "measured_property", "nets", "statistic", "count", "value", "20", NULL);
  build (alliance, "observation", "c", "measured_property", "hooks", "statistic", "count", "value", "3000", "approximation", "about", NULL);
  assert_none (alliance, NULL, "round_number");
  rebuild (alliance, "observation", "c", "approximation", "exact", NULL);
  assert_found (alliance, NULL, "round_number", 1, "observation/c");
  rebuild (alliance, "observation", "c", "value", "1300", "term", "barbs", NULL);
  assert_found (alliance, NULL, "round_number", 1, "1300 (barbs)");
  rebuild (alliance, "observation", "c", "value", "1310", NULL);
  assert_none (alliance, NULL, "round_number");
}

static void
test_approximation (void)
{
  /* Some Chinese words stand behind the number, and elsewhere mean something else. */
  static const struct {
    const char *quote, *word;
  } cases[] = {
    { "60多户", "“多”" },   { "60 多戶", "“多”" },   { "增多60户", NULL },         { "许多户中的60户", NULL },
    { "六十余人", "“余”" }, { "其余60人", NULL },    { "60户左右", "“左右”" },     { "60 公斤左右", "“左右”" },
    { "左右两岸60户", NULL }, { "大約60戶", "“大約”" }, { "差不多60户", "“差不多”" }, { "more than ¥60", "“more than”" },
    { "over RMB 60", "“over”" }, { "over the 60 boats", NULL }, { "60户", NULL },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "a", "measured_property", "fish", "statistic", "count", "value", "60", "quote", "some of the 60 boats", NULL);
  assert_none (alliance, NULL, "approximation");
  rebuild (alliance, "observation", "a", "quote", "about 60 boats", NULL);
  assert_found (alliance, NULL, "approximation", 1, "“about”");
  rebuild (alliance, "observation", "a", "approximation", "about", NULL);
  assert_none (alliance, NULL, "approximation");
  rebuild (alliance, "observation", "a", "approximation", "", "quote", "約 60 條船", NULL);
  assert_found (alliance, NULL, "approximation", 1, "“約”");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    rebuild (alliance, "observation", "a", "quote", cases[i].quote, NULL);
    assert_found (alliance, NULL, "approximation", cases[i].word != NULL ? 1 : 0, cases[i].word);
  }
  rebuild (alliance, "observation", "a", "approximation", "about", NULL);
  build (alliance, "observation", "b", "measured_property", "fish", "statistic", "count", "value", "60", "approximation", "at_least", "restates", "a", NULL);
  assert_found (alliance, NULL, "approximation", 1, "“about” in one place and as “at_least”");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules-figures/two-values", test_two_values);
  g_test_add_func ("/rules-figures/two-values-of-periods", test_two_values_of_periods);
  g_test_add_func ("/rules-figures/two-values-of-restated", test_two_values_of_restated);
  g_test_add_func ("/rules-figures/two-names", test_two_names);
  g_test_add_func ("/rules-figures/unit-drift", test_unit_drift);
  g_test_add_func ("/rules-figures/unit-drift-of-figures", test_unit_drift_of_figures);
  g_test_add_func ("/rules-figures/bare-figure", test_bare_figure);
  g_test_add_func ("/rules-figures/implausible-share", test_implausible_share);
  g_test_add_func ("/rules-figures/implausible-count", test_implausible_count);
  g_test_add_func ("/rules-figures/implausible-growth", test_implausible_growth);
  g_test_add_func ("/rules-figures/round-number", test_round_number);
  g_test_add_func ("/rules-figures/approximation", test_approximation);
  return g_test_run ();
}
