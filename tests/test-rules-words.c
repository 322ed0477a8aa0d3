/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "evidence-build.h"
#include "rua-rules-private.h"

static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "document", "doc", "title", "Bee report", NULL);
  return alliance;
}

static void
test_find (void)
{
  static const char *const phrases[] = { "led to", "due to", "導致", NULL };
  gsize at;

  g_assert_cmpstr (rua_words_find ("It Led To much", phrases, &at), ==, "led to");
  g_assert_cmpuint (at, ==, 3);
  g_assert_cmpstr (rua_words_find ("due to rain, led to loss", phrases, NULL), ==, "due to");
  g_assert_cmpstr (rua_words_find ("這導致變化", phrases, NULL), ==, "導致");
  g_assert_null (rua_words_find ("It sled to the door", phrases, NULL));
  g_assert_null (rua_words_find ("led tomorrow", phrases, NULL));
  g_assert_null (rua_words_find (NULL, phrases, NULL));
}

static void
test_not_verbatim (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  const char *text = "Start.\nThe hives gave 30 kg of honey that year.\n";

  build (alliance, "claim", "c", "document", "doc", "quote", "The hives gave 30 kg of  honey", NULL);
  build (alliance, "observation", "o", "document", "doc", "measured_property", "honey", "statistic", "total", "quote", "30 kg", NULL);
  build (alliance, "event", "e", "document", "doc", "title", "E", "quote", "Start.", NULL);
  assert_none (alliance, text, "not_verbatim");
  rebuild (alliance, "observation", "o", "quote", "The hives gave 13 kg of honey", NULL);
  assert_found (alliance, text, "not_verbatim", 1, "observation/o document/doc @2");
  assert_found (alliance, text, "not_verbatim", 1, "has 6 of 7 words");
  rebuild (alliance, "event", "e", "quote", "Nothing of the sort", NULL);
  assert_found (alliance, text, "not_verbatim", 2, "event/e document/doc @0");
  assert_none (alliance, NULL, "not_verbatim");
}

static void
test_causal_words (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "claim", "a", "quote", "Hives were set up.", NULL);
  build (alliance, "claim", "b", "quote", "The course led to more hives", NULL);
  assert_found (alliance, NULL, "causal_words", 1, "claim/b @0: “led to”");
  rebuild (alliance, "claim", "b", "comparison", "villages that had no course", NULL);
  assert_none (alliance, NULL, "causal_words");
  rebuild (alliance, "claim", "b", "comparison", "", "causal", "false", NULL);
  assert_none (alliance, NULL, "causal_words");
  rebuild (alliance, "claim", "a", "causal", "true", NULL);
  assert_found (alliance, NULL, "causal_words", 1, "claim/a");
}

static void
test_open_comparison (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "claim", "a", "quote", "Honey fetches higher prices in town than in the village", NULL);
  assert_none (alliance, NULL, "open_comparison");
  rebuild (alliance, "claim", "a", "quote", "the higher prices of our honey", NULL);
  assert_found (alliance, NULL, "open_comparison", 1, "“higher”");
  rebuild (alliance, "claim", "a", "comparison", "prices of other honey", NULL);
  assert_none (alliance, NULL, "open_comparison");
}

static void
test_fact_and_attribution (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "policy-event", "law", "title", "Bee law", NULL);
  build (alliance, "claim", "fact", "assertion", "event", NULL);
  build (alliance, "claim", "cause", "causal", "false", "depends_on", "fact", "about", "policy-event/law", NULL);
  assert_none (alliance, NULL, "fact_and_attribution");
  rebuild (alliance, "claim", "cause", "causal", "true", NULL);
  assert_found (alliance, NULL, "fact_and_attribution", 1, "“fact” (unsupported)");
  rebuild (alliance, "claim", "cause", "depends_on", "", NULL);
  assert_found (alliance, NULL, "fact_and_attribution", 1, "tells as one claim");
  rebuild (alliance, "claim", "cause", "about", "", NULL);
  assert_none (alliance, NULL, "fact_and_attribution");
}

static void
test_attribution_lag (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "proposal", "p", "title", "P", "submitted", "2010-03-01", NULL);
  build (alliance, "policy-event", "law", "title", "Bee law", "announced", "2010-03-31", "drafted", "2010-04", NULL);
  assert_none (alliance, NULL, "attribution_lag");
  rebuild (alliance, "policy-event", "law", "proposals", "p", NULL);
  assert_found (alliance, NULL, "attribution_lag", 1, "policy-event/law proposal/p @0: “law” was announced 30 days after “p” was submitted.");
  rebuild (alliance, "policy-event", "law", "drafted", "2009", NULL);
  assert_found (alliance, NULL, "attribution_lag", 1, "30 days after “p” was submitted; work on it had begun before");
  rebuild (alliance, "policy-event", "law", "drafted", "", NULL);
  assert_found (alliance, NULL, "attribution_lag", 1, "when work on it began is not known");
  rebuild (alliance, "proposal", "p", "submitted", "2010", NULL);
  assert_found (alliance, NULL, "attribution_lag", 1, "at most 89 days after");
  rebuild (alliance, "proposal", "p", "submitted", "2009", NULL);
  assert_found (alliance, NULL, "attribution_lag", 1, "90 to 454 days after");
  rebuild (alliance, "proposal", "p", "submitted", "2011", NULL);
  assert_found (alliance, NULL, "attribution_lag", 1, "cannot come of it");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules-words/find", test_find);
  g_test_add_func ("/rules-words/not-verbatim", test_not_verbatim);
  g_test_add_func ("/rules-words/causal-words", test_causal_words);
  g_test_add_func ("/rules-words/open-comparison", test_open_comparison);
  g_test_add_func ("/rules-words/fact-and-attribution", test_fact_and_attribution);
  g_test_add_func ("/rules-words/attribution-lag", test_attribution_lag);
  return g_test_run ();
}
