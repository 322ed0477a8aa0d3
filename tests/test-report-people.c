/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places, organisations, people, undertakings and times, where parts of what is told of them are unknown. */
#include "told-case.h"

#include <string.h>

#define GUILD "'organisations': [{'id': 'guild', 'name': 'Guild'}, {'id': 'fund', 'name': 'Fund'}],"

static void
test_projects (void)
{
  static const ToldCase cases[] = {
    { GUILD "'projects': [{'id': 'p', 'title': 'Hives', 'organisation': 'guild'}]",
      { "Hives (when is not known); led by Guild." }, { "funding", "; with" } },
    { GUILD "'projects': [{'id': 'p', 'title': 'Hives', 'started': '2010', 'ended': '2012', 'partners': ['guild', 'fund']}]",
      { "Hives (2010\342\200\2232012); with Guild", "Fund." }, { "led by" } },
    { "'projects': [{'id': 'p', 'title': 'Hives', 'ended': '2012'}]", { "Hives (until 2012)." } },
    { "'projects': [{'id': 'p', 'title': 'Hives', 'started': '2012'}]", { "Hives (since 2012)." } },
    { "'projects': [{'id': 'p', 'title': 'Hives', 'started': '2012', 'ended': '2012'}]", { "Hives (2012)." } },
    { GUILD "'projects': [{'id': 'p', 'title': 'Hives'}, {'id': 'q', 'title': 'Wells'}],"
            "'grants': [{'id': 'a', 'title': 'Seed', 'funder': 'fund', 'project': 'p', 'amount': 12.5}, {'id': 'b', 'funder': 'fund', 'project': 'p'},"
            "{'id': 'c', 'project': 'p'}, {'id': 'd', 'title': 'Top-up', 'project': 'p'}, {'id': 'e', 'title': 'Other'}]",
      { "funding: Seed of Fund (CNY 12.50); Fund (amount not known); a grant (amount not known); Top-up (amount not known).", "Wells (when is not known).", "funder" },
      { "Other (amount" } },
  };

  told_case_check (cases, G_N_ELEMENTS (cases));
}

static void
test_people (void)
{
#define MEI GUILD "'documents': [{'id': 'book', 'title': 'Book'}], 'people': [{'id': 'mei', 'name': 'Mei Li', 'document': 'book'}, {'id': 'wen', 'name': 'Wen'}],"
  static const ToldCase cases[] = {
    { MEI "'roles': [{'id': 'r', 'person': 'mei', 'document': 'book', 'title': 'Weaver', 'role_type': 'leader', 'at': 'organisation/guild', 'started': '2010'}]",
      { "Mei Li  Weaver, Guild, since 2010", "1 more person is on record and not named here" }, { "eader", "Wen" } },
    { MEI "'roles': [{'id': 'r', 'person': 'mei', 'document': 'book', 'role_type': 'leader', 'ended': '2012'}]", { "leader, until 2012" }, { "Wen" } },
    { MEI "'roles': [{'id': 'r', 'person': 'mei', 'document': 'book', 'at': 'organisation/guild'}]", { "Mei Li  Guild\n" }, { ", Guild" } },
    { MEI "'roles': [{'id': 'r', 'person': 'mei', 'document': 'book'}]", { "Mei Li  not known\n" } },
    { MEI "'roles': [{'id': 'r', 'person': 'mei', 'title': 'Weaver'}]", { "Mei Li  not known\n" }, { "Weaver" } },
    { MEI "'roles': [{'id': 'r', 'person': 'mei', 'document': 'book', 'title': 'Weaver'}, {'id': 's', 'person': 'mei', 'document': 'book', 'title': 'Weaver'},"
          "{'id': 't', 'person': 'mei', 'document': 'book', 'title': 'Dyer'}]",
      { "Mei Li  Weaver; Dyer\n" } },
    { MEI "'publications': [{'id': 'w', 'title': 'A work', 'author_people': ['mei'], 'document': 'book'}]", { "Mei Li  author of a work in the list of references\n" } },
    { "'people': [{'id': 'wen', 'name': 'Wen'}, {'id': 'mo'}]", { "2 more people are on record and not named here" }, { "Wen" } },
  };

  told_case_check (cases, G_N_ELEMENTS (cases));
}

static void
test_organisations (void)
{
  static const ToldCase cases[] = {
    { "'organisations': [{'id': 'guild', 'name': 'Guild', 'organisation_type': 'association'}, {'id': 'part', 'name': 'Branch', 'parent': 'guild', 'established_by': ['guild']}]",
      { "association", "part of Guild; set up by Guild" } },
    { GUILD "'partnerships': [{'id': 'a', 'organisation': 'guild', 'partnership_type': 'research'}, {'id': 'b', 'organisation': 'guild', 'partnership_type': 'training'},"
            "{'id': 'c', 'organisation': 'guild', 'partnership_type': 'research'}]",
      { "partner (research, training)" } },
    { GUILD "'partnerships': [{'id': 'a', 'partnership_type': 'research'}]", { "Guild" }, { "partner (" } },
    { GUILD "'projects': [{'id': 'p', 'title': 'Hives', 'organisation': 'guild'}, {'id': 'q', 'title': 'Wells', 'organisation': 'guild'}]", { "answers for projects\n" } },
    { GUILD "'documents': [{'id': 'book', 'title': 'Book'}], 'sources': [{'id': 's1', 'label': 'S1', 'title': 'One', 'publisher': 'guild'}, {'id': 's2', 'title': 'Two', 'publisher': 'guild'}]",
      { "made source S1; made source s2" } },
  };

  told_case_check (cases, G_N_ELEMENTS (cases));
}

static void
test_places (void)
{
  static const ToldCase cases[] = {
    { "'places': [{'id': 'cn', 'name': 'China', 'level': 'country'}, {'id': 'yn', 'name': 'Yunnan', 'level': 'province', 'parent': 'cn'},"
      "{'id': 'v', 'name': 'Pingzhai', 'parent': 'yn'}], 'sites': [{'id': 's', 'name': 'Valley', 'place': 'v', 'started': '2001'}]",
      { "Valley", "Pingzhai, Yunnan  ", "since 2001", "Places on record (3): China; Yunnan; Pingzhai." }, { "Yunnan, China" } },
    { "'places': [{'id': 'yn', 'name': 'Yunnan'}, {'id': 'v', 'name': 'Pingzhai of Yunnan', 'parent': 'yn'}], 'sites': [{'id': 's', 'name': 'Valley', 'place': 'v'}]",
      { "Pingzhai of Yunnan  ", "not known" }, { "Pingzhai of Yunnan, Yunnan" } },
    { "'sites': [{'id': 's', 'name': 'Valley', 'started': '2001-02', 'ended': '2003-04-05'}]", { "Valley", "not known" }, { "Places on record" } },
  };

  told_case_check (cases, G_N_ELEMENTS (cases));
}

/* A register is counted where it is too long to be listed, and says how many it leaves out. */
static void
test_many (void)
{
  for (guint n = 40; n <= 43; n += 3) {
    g_autoptr (GString) kinds = g_string_new ("'documents': [{'id': 'book', 'title': 'Book'}], 'places': [");
    g_autofree char *text = NULL;

    for (guint i = 1; i <= n; i++)
      g_string_append_printf (kinds, "%s{'id': 'p%u', 'name': 'Place %u'}", i > 1 ? "," : "", i, i);
    g_string_append (kinds, "], 'people': [");
    for (guint i = 1; i <= n; i++)
      g_string_append_printf (kinds, "%s{'id': 'm%u', 'name': 'Somebody %u', 'document': 'book'}", i > 1 ? "," : "", i, i);
    g_string_append (kinds, "], 'sites': [");
    for (guint i = 1; i <= n; i++)
      g_string_append_printf (kinds, "%s{'id': 's%u', 'name': 'Site %u'}", i > 1 ? "," : "", i, i);
    g_string_append (kinds, "], 'events': [");
    for (guint i = 1; i <= n - 20; i++)
      g_string_append_printf (kinds, "%s{'id': 'e%u', 'title': 'Event %u'}", i > 1 ? "," : "", i, i);
    g_string_append (kinds, ",{'id': 'dated', 'title': 'Feast', 'started': '2001'}]");
    text = g_strdelimit (told_case_tell (kinds->str, "en"), "\n", ' ');
    g_assert_nonnull (strstr (text, "Place 40"));
    g_assert_nonnull (strstr (text, "Somebody 40"));
    g_assert_nonnull (strstr (text, "Site 40"));
    g_assert_nonnull (strstr (text, "Event 20"));
    g_assert_true ((strstr (text, "; and more.") != NULL) == (n > 40));
    g_assert_true ((strstr (text, "… and 3 more people.") != NULL) == (n > 40));
    g_assert_true ((strstr (text, "… and 3 more sites.") != NULL) == (n > 40));
    g_assert_true ((strstr (text, "; and 3 more") != NULL) == (n > 40));
    g_assert_null (strstr (text, "Somebody 41"));
  }
}

static void
test_times (void)
{
  static const ToldCase cases[] = {
    { "'events': [{'id': 'a', 'title': 'Flood', 'started': '2011-06', 'ended': '2011-07'}, {'id': 'b', 'title': 'Feast'}]", { "Flood", "When is not known: Feast." }, { "Flood (event", "Feast (event" } },
    { "'events': [{'id': 'b', 'title': 'Feast'}, {'id': 'c', 'title': 'Fair'}]", { "\nTimeline\n", "When is not known: Feast; Fair." }, { "What happened" } },
    { "'projects': [{'id': 'p', 'title': 'Hives', 'started': '2010'}], 'phases': [{'id': 'a', 'title': 'First', 'of': 'project/p', 'started': '2011'},"
      "{'id': 'b', 'title': 'End of Hives', 'of': 'project/p', 'started': '2012'}, {'id': 'c', 'title': 'Never'}]",
      { "First, of Hives (", "End of Hives (", "When is not known: Never (" }, { "End of Hives, of Hives" } },
  };

  told_case_check (cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-people/projects", test_projects);
  g_test_add_func ("/report-people/people", test_people);
  g_test_add_func ("/report-people/organisations", test_organisations);
  g_test_add_func ("/report-people/places", test_places);
  g_test_add_func ("/report-people/many", test_many);
  g_test_add_func ("/report-people/times", test_times);
  return g_test_run ();
}
