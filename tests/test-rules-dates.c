/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "evidence-build.h"

/* A forest alliance. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "document", "doc", "title", "Forest report", "published", "2015-03", NULL);
  build (alliance, "practice-model", "shares", "name", "Forest shares", NULL);
  build (alliance, "project", "programme", "title", "All", "started", "1998", "ended", "2012", NULL);
  build (alliance, "project", "beech", "title", "Beech", "parent", "programme", "started", "1998", "ended", "2005", NULL);
  return alliance;
}

static void
test_outside_period (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "phase", "first", "of", "project/beech", "started", "1998-06", "ended", "2005-12", NULL);
  assert_none (alliance, NULL, "outside_period");
  /* On the very day on which the project begins and ends, and in no more than its year. */
  rebuild (alliance, "phase", "first", "started", "1998-01-01", "ended", "2005-12-31", NULL);
  assert_none (alliance, NULL, "outside_period");
  rebuild (alliance, "phase", "first", "started", "1998", "ended", "2005", NULL);
  assert_none (alliance, NULL, "outside_period");
  rebuild (alliance, "phase", "first", "started", "1997", NULL);
  assert_found (alliance, NULL, "outside_period", 1, "phase/first project/beech @0: “first” begins in 1997");
  rebuild (alliance, "phase", "first", "started", "1999", "ended", "2006-01", NULL);
  assert_found (alliance, NULL, "outside_period", 1, "ends in 2006");
  rebuild (alliance, "phase", "first", "started", "2007", "ended", "", NULL);
  assert_found (alliance, NULL, "outside_period", 1, "begins in 2007, after");
  /* The end that follows from a length counts too. */
  rebuild (alliance, "phase", "first", "started", "2004", "duration", "3", NULL);
  assert_found (alliance, NULL, "outside_period", 1, "ends in 2007");
  rebuild (alliance, "phase", "first", "started", "2003", "duration", "2", NULL);
  assert_none (alliance, NULL, "outside_period");
}

static void
test_begins_before_first (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  assert_none (alliance, NULL, "begins_before_first");
  rebuild (alliance, "project", "beech", "started", "2000", NULL);
  assert_found (alliance, NULL, "begins_before_first", 1, "project/programme @0: “programme” is said to begin in 1998; the first thing in it, project/beech, begins in 2000.");
  build (alliance, "project", "oak", "title", "Oak", "parent", "programme", "started", "1998-11", NULL);
  assert_none (alliance, NULL, "begins_before_first");
  rebuild (alliance, "practice-model", "shares", "development_started", "1995", NULL);
  rebuild (alliance, "project", "oak", "practice_model", "shares", NULL);
  assert_found (alliance, NULL, "begins_before_first", 1, "practice-model/shares");
}

static void
test_begins_before_what_it_is_about (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "claim", "c", "about", "project/programme|project/beech", "scope_start", "1998", NULL);
  assert_none (alliance, NULL, "begins_before_first");
  rebuild (alliance, "claim", "c", "scope_start", "1997", NULL);
  assert_found (alliance, NULL, "begins_before_first", 1, "claim/c");
}

static void
test_used_before_tried (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "phase", "try", "of", "practice-model/shares", "phase_type", "trial", "started", "2000", "duration", "4", NULL);
  rebuild (alliance, "project", "beech", "practice_model", "shares", NULL);
  assert_none (alliance, NULL, "used_before_tried"); /* it began before the trial: it may be the trial */
  build (alliance, "project", "oak", "title", "Oak", "practice_model", "shares", "started", "2005", NULL);
  assert_none (alliance, NULL, "used_before_tried");
  rebuild (alliance, "project", "oak", "started", "2002", NULL);
  assert_found (alliance, NULL, "used_before_tried", 1, "project/oak phase/try @0: “shares” is in use in “oak” from 2002, while its trial runs from 2000 to 2004.");
  build (alliance, "adoption", "by-oak", "practice_model", "shares", "project", "oak", "started", "2002", NULL);
  assert_found (alliance, NULL, "used_before_tried", 1, "project/oak");
  build (alliance, "adoption", "elsewhere", "practice_model", "shares", "started", "2001", NULL);
  assert_found (alliance, NULL, "used_before_tried", 2, "adoption/elsewhere");
  rebuild (alliance, "phase", "try", "phase_type", "development", NULL);
  assert_none (alliance, NULL, "used_before_tried");
}

static void
test_tense (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  assert_found (alliance, "One.\nWe are currently planting oaks (2008–2014). Next.", "tense", 1, "document/doc @2: “currently” is said of a period that ended in 2014; the document is of 2015.");
  assert_found (alliance, "The work, from 2008 to 2014, is now in full swing.", "tense", 1, NULL);
  assert_found (alliance, "我們目前正在種樹（2008至2014）。", "tense", 1, "2014");
  assert_none (alliance, "We are currently planting oaks (2008–2015).", "tense");
  assert_none (alliance, "We planted oaks (2008–2014). We are currently resting.", "tense");
  assert_none (alliance, "A concurrently run trial (2008–2014).", "tense");
  assert_none (alliance, "Currently oaks 2014 grow.", "tense");
  rebuild (alliance, "document", "doc", "published", "", NULL);
  assert_none (alliance, "We are currently planting oaks (2008–2014).", "tense");
}

static void
test_future_period (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "observation", "o", "measured_property", "trees", "statistic", "count", "value", "9", "period", "2010", "period_end", "2015", "document", "doc", NULL);
  assert_none (alliance, NULL, "future_period");
  rebuild (alliance, "observation", "o", "period_end", "2016", NULL);
  assert_found (alliance, NULL, "future_period", 1, "observation/o document/doc");
  rebuild (alliance, "observation", "o", "period_end", "2015-04", NULL);
  assert_found (alliance, NULL, "future_period", 1, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules-dates/outside-period", test_outside_period);
  g_test_add_func ("/rules-dates/begins-before-first", test_begins_before_first);
  g_test_add_func ("/rules-dates/begins-before-what-it-is-about", test_begins_before_what_it_is_about);
  g_test_add_func ("/rules-dates/used-before-tried", test_used_before_tried);
  g_test_add_func ("/rules-dates/tense", test_tense);
  g_test_add_func ("/rules-dates/future-period", test_future_period);
  return g_test_run ();
}
