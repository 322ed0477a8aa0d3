/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "evidence-build.h"

/* A weaving alliance in four valleys. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "place", "land", "name", "The Land", "level", "country", NULL);
  build (alliance, "place", "north", "name", "Northvale", "level", "county", "parent", "land", NULL);
  build (alliance, "place", "south", "name", "Southvale", "level", "county", "parent", "land", NULL);
  build (alliance, "place", "east", "name", "Eastvale", "level", "county", "parent", "land", "alternate_names", "Vale of the East", NULL);
  build (alliance, "place", "west", "name", "Westvale", "level", "county", "parent", "land", NULL);
  build (alliance, "place", "mill", "name", "Mill", "level", "village", "parent", "north", NULL);
  build (alliance, "document", "doc", "title", "Weaving report", "headline", "We wove", NULL);
  build (alliance, "project", "p", "title", "Looms", "places", "north|south|east", NULL);
  return alliance;
}

static void
test_headline_places (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "claim", "body", "section", "body", "scope_places", "north|south", NULL);
  build (alliance, "claim", "head", "section", "summary", "scope_places", "north|south", "restates", "body", NULL);
  assert_none (alliance, NULL, "headline_wider");
  rebuild (alliance, "claim", "head", "scope_places", "north|mill", NULL);
  assert_none (alliance, NULL, "headline_wider");
  rebuild (alliance, "claim", "head", "scope_places", "north|south|east", NULL);
  assert_found (alliance, NULL, "headline_wider", 1, "claim/head claim/body @0: The summary says it of Eastvale too; the body only of Northvale, Southvale.");
}

static void
test_headline_count_and_quantifier (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "claim", "head", "section", "summary", "scope_count", "12", "quantifier", "most", NULL);
  build (alliance, "claim", "body", "section", "body", "scope_count", "12", "quantifier", "all", "restates", "head", NULL);
  assert_none (alliance, NULL, "headline_wider");
  rebuild (alliance, "claim", "body", "scope_count", "3", "quantifier", "some", NULL);
  assert_found (alliance, NULL, "headline_wider", 2, "of 12; the body of 3");
  assert_found (alliance, NULL, "headline_wider", 2, "of “most”, the body of “some”");
  rebuild (alliance, "claim", "body", "section", "summary", NULL);
  assert_none (alliance, NULL, "headline_wider");
}

static void
test_one_carries_many (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "cooperative", "c1", "name", "One", NULL);
  build (alliance, "observation", "pay", "measured_property", "pay", "statistic", "mean", "value", "3", "subject", "cooperative/c1", "location", "north", NULL);
  build (alliance, "claim", "c", "figures", "pay", "scope_count", "1", "scope_places", "north", NULL);
  assert_none (alliance, NULL, "one_carries_many");
  rebuild (alliance, "claim", "c", "scope_count", "7", "scope_places", "north|south", NULL);
  assert_found (alliance, NULL, "one_carries_many", 1, "about 7; the figures are from 1; the words are about Southvale too");
  /* A figure that says it was got from so many carries so many. */
  rebuild (alliance, "observation", "pay", "sample_size", "7", NULL);
  rebuild (alliance, "claim", "c", "scope_places", "north", NULL);
  assert_none (alliance, NULL, "one_carries_many");
}

static const char *text = "Cover\nWe wove in Northvale, Southvale and Westvale.\n"
                          "In Northvale and Southvale wool came first, in Westvale flax.\n";

static void
test_place_in_one_part (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  assert_none (alliance, text, "place_in_one_part");
  assert_found (alliance, "We wove in Northvale, Southvale and Westvale.\nIn Northvale, Southvale, Westvale\nand Eastvale.",
                "place_in_one_part", 1, "place/east document/doc @3: Eastvale is named once in the body");
  assert_found (alliance, "We wove in Northvale, Southvale and Westvale.\nIn Northvale, Southvale and Westvale, and in the Vale of the East.",
                "place_in_one_part", 1, "place/east");
  assert_found (alliance, "We wove in Northvale, Southvale and Westvale.\nIn Northvale and Southvale.",
                "place_in_one_part", 1, "Westvale is named in the summary; the body never does");
  /* A village is no county, and "Northvaler" is not Northvale. */
  assert_none (alliance, "We wove in Northvale and Southvale.\nIn Northvale, Southvale and Mill; an Eastvaler came.",
               "place_in_one_part");
  assert_none (alliance, "No such beginning. Northvale and Southvale.\nEastvale.", "place_in_one_part");
}

static void
test_place_without_work (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "claim", "c", "scope_places", "mill|land|east", NULL);
  assert_none (alliance, NULL, "place_without_work");
  rebuild (alliance, "claim", "c", "scope_places", "west|east", NULL);
  assert_found (alliance, NULL, "place_without_work", 1, "place/west claim/c");
  build (alliance, "site", "s", "name", "S", "place", "west", NULL);
  assert_none (alliance, NULL, "place_without_work");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules-scope/headline-places", test_headline_places);
  g_test_add_func ("/rules-scope/headline-count-and-quantifier", test_headline_count_and_quantifier);
  g_test_add_func ("/rules-scope/one-carries-many", test_one_carries_many);
  g_test_add_func ("/rules-scope/place-in-one-part", test_place_in_one_part);
  g_test_add_func ("/rules-scope/place-without-work", test_place_without_work);
  return g_test_run ();
}
