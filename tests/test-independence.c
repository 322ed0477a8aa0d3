/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-independence-private.h"

#include <string.h>

#include "evidence-build.h"

/* An orchard alliance: a university institute leads, a foundation pays, a county took the model up. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "organisation", "university", "name", "Northern University", NULL);
  build (alliance, "organisation", "institute", "name", "Institute of Orchards", "parent", "university", NULL);
  build (alliance, "organisation", "centre", "name", "Orchard Centre", "established_by", "institute", NULL);
  build (alliance, "organisation", "foundation", "name", "Seed Foundation", NULL);
  build (alliance, "organisation", "county", "name", "County Government", NULL);
  build (alliance, "organisation", "county-office", "name", "County Rural Office", "parent", "county", NULL);
  build (alliance, "organisation", "host", "name", "Village Association", NULL);
  build (alliance, "organisation", "paper", "name", "The Daily", NULL);
  build (alliance, "person", "lead", "name", "The Leader", NULL);
  build (alliance, "person", "worker", "name", "A Worker", NULL);
  build (alliance, "person", "friend", "name", "A Friend", NULL);
  build (alliance, "person", "stranger", "name", "A Stranger", NULL);
  build (alliance, "practice-model", "model", "name", "Orchard model", "developed_by", "institute", NULL);
  build (alliance, "project", "p1", "title", "Orchards", "organisation", "institute", "lead", "lead", NULL);
  build (alliance, "project", "p2", "title", "County plan", "organisation", "county", NULL);
  build (alliance, "grant", "g1", "funder", "foundation", "project", "p1", NULL);
  build (alliance, "adoption", "a1", "practice_model", "model", "adopter", "county", "project", "p2", "adoption_type", "framework", NULL);
  build (alliance, "site", "site", "name", "Hill", "partner", "host", NULL);
  build (alliance, "role", "r1", "person", "worker", "at", "organisation/centre", "role_type", "social_worker", NULL);
  build (alliance, "role", "r2", "person", "friend", "at", "project/p1", "role_type", "collaborator", NULL);
  return alliance;
}

static RuaIndependence
judge (RuaAlliance *alliance, const char *id, char **reason)
{
  g_autoptr (RuaRecord) source = rua_alliance_find (alliance, "source", id);

  g_assert_nonnull (source);
  return rua_source_judge_independence (RUA_SOURCE (source), alliance, reason);
}

static void
check_publisher (const char *publisher, RuaIndependence expected)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autofree char *reason = NULL;
  RuaIndependence got;

  build (alliance, "source", "s", "title", "S", "publisher", publisher, NULL);
  got = judge (alliance, "s", &reason);
  if (got != expected)
    g_error ("%s: %s (%s)", publisher, rua_independence_to_string (got), reason);
  g_assert_nonnull (reason);
}

static void
test_publishers (void)
{
  check_publisher ("institute", RUA_INDEPENDENCE_OWN);
  check_publisher ("university", RUA_INDEPENDENCE_OWN);
  check_publisher ("centre", RUA_INDEPENDENCE_OWN);
  check_publisher ("foundation", RUA_INDEPENDENCE_PARTNER);
  check_publisher ("county", RUA_INDEPENDENCE_PARTNER);
  check_publisher ("county-office", RUA_INDEPENDENCE_PARTNER);
  check_publisher ("host", RUA_INDEPENDENCE_PARTNER);
  check_publisher ("paper", RUA_INDEPENDENCE_INDEPENDENT);
}

static void
check_author (const char *author, RuaIndependence expected)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "s", "title", "S", "authors", author, NULL);
  g_assert_cmpint (judge (alliance, "s", NULL), ==, expected);
}

static void
test_authors (void)
{
  check_author ("lead", RUA_INDEPENDENCE_OWN);
  check_author ("worker", RUA_INDEPENDENCE_OWN);
  check_author ("friend", RUA_INDEPENDENCE_PARTNER);
  check_author ("stranger", RUA_INDEPENDENCE_INDEPENDENT);
}

static void
test_nearest_tie_counts (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autofree char *reason = NULL;

  build (alliance, "source", "s", "title", "S", "publisher", "paper", "authors", "stranger|lead", NULL);
  g_assert_cmpint (judge (alliance, "s", &reason), ==, RUA_INDEPENDENCE_OWN);
  g_assert_nonnull (strstr (reason, "an author"));
  /* People are told by their ids: their names are personal. */
  g_assert_null (strstr (reason, "The Leader"));
}

static void
test_unknown (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "s", "title", "S", "independence", "independent", NULL);
  g_assert_cmpint (judge (alliance, "s", NULL), ==, RUA_INDEPENDENCE_UNKNOWN);
}

static void
test_declarations (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "s1", "title", "S", "publisher", "paper", "independence", "own", NULL);
  build (alliance, "source", "s2", "title", "S", "publisher", "paper", "independence", "partner", NULL);
  build (alliance, "source", "s3", "title", "S", "publisher", "institute", "independence", "independent", NULL);
  build (alliance, "source", "s4", "title", "S", "publisher", "institute", "independence", "partner", NULL);
  g_assert_cmpint (judge (alliance, "s1", NULL), ==, RUA_INDEPENDENCE_OWN);
  g_assert_cmpint (judge (alliance, "s2", NULL), ==, RUA_INDEPENDENCE_PARTNER);
  g_assert_cmpint (judge (alliance, "s3", NULL), ==, RUA_INDEPENDENCE_OWN);
  g_assert_cmpint (judge (alliance, "s4", NULL), ==, RUA_INDEPENDENCE_OWN);
}

static void
test_parts_and_publications (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "whole", "title", "W", "publisher", "foundation", NULL);
  build (alliance, "source", "part", "title", "P", "part_of", "whole", NULL);
  build (alliance, "publication", "pub", "title", "A book", "author_people", "lead", NULL);
  build (alliance, "source", "book", "title", "B", "publisher", "paper", "publication", "pub", NULL);
  g_assert_cmpint (judge (alliance, "part", NULL), ==, RUA_INDEPENDENCE_PARTNER);
  g_assert_cmpint (judge (alliance, "book", NULL), ==, RUA_INDEPENDENCE_OWN);
}

static void
test_rests_on_own (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "own", "title", "O", "publisher", "institute", NULL);
  build (alliance, "source", "other", "title", "O", "publisher", "paper", NULL);
  build (alliance, "source", "echo", "title", "E", "publisher", "paper", "sources", "own", NULL);
  build (alliance, "source", "echo2", "title", "E", "publisher", "paper", "sources", "echo", NULL);
  build (alliance, "source", "both", "title", "B", "publisher", "paper", "sources", "own|other", NULL);
  g_assert_cmpint (judge (alliance, "echo", NULL), ==, RUA_INDEPENDENCE_OWN);
  g_assert_cmpint (judge (alliance, "echo2", NULL), ==, RUA_INDEPENDENCE_OWN);
  g_assert_cmpint (judge (alliance, "both", NULL), ==, RUA_INDEPENDENCE_INDEPENDENT);
}

/* A rests on B, B on A: neither says anything. With C under A, both have ground, whichever is asked
 * for first. */
static void
test_circles (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaTies) ties = NULL;
  g_autoptr (RuaRecord) a = NULL;
  const RuaTie *tie;

  build (alliance, "source", "a", "title", "A", "publisher", "paper", NULL);
  build (alliance, "source", "b", "title", "B", "publisher", "paper", "sources", "a", NULL);
  rebuild (alliance, "source", "a", "sources", "b", NULL);
  build (alliance, "source", "c", "title", "C", "publisher", "paper", NULL);
  build (alliance, "source", "d", "title", "D", "publisher", "paper", NULL);
  build (alliance, "source", "e", "title", "E", "publisher", "paper", "sources", "d", NULL);
  rebuild (alliance, "source", "d", "sources", "e|c", NULL);
  g_assert_cmpint (judge (alliance, "a", NULL), ==, RUA_INDEPENDENCE_OWN);
  g_assert_cmpint (judge (alliance, "b", NULL), ==, RUA_INDEPENDENCE_OWN);
  g_assert_cmpint (judge (alliance, "d", NULL), ==, RUA_INDEPENDENCE_INDEPENDENT);
  g_assert_cmpint (judge (alliance, "e", NULL), ==, RUA_INDEPENDENCE_INDEPENDENT);
  ties = rua_ties_new (alliance);
  a = rua_alliance_find (alliance, "source", "a");
  tie = rua_ties_judge (ties, RUA_SOURCE (a));
  g_assert_true (tie->in_circle);
  g_assert_cmpstr (tie->circle, ==, "a → b → a");
}

static void
test_document_itself (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "document", "report", "title", "R", "url", "https://www.example.org/report/", NULL);
  build (alliance, "source", "s", "title", "S", "publisher", "paper", "url", "http://example.org/report#page=3", NULL);
  build (alliance, "source", "t", "title", "T", "publisher", "paper", "url", "http://example.org/other", NULL);
  g_assert_cmpint (judge (alliance, "s", NULL), ==, RUA_INDEPENDENCE_OWN);
  g_assert_cmpint (judge (alliance, "t", NULL), ==, RUA_INDEPENDENCE_INDEPENDENT);
}

static void
test_owner (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();

  build (alliance, "organisation", "owner", "name", "O", NULL);
  build (alliance, "alliance", NULL, "title", "An alliance", "owner", "owner", NULL);
  build (alliance, "source", "s", "title", "S", "publisher", "owner", NULL);
  g_assert_cmpint (judge (alliance, "s", NULL), ==, RUA_INDEPENDENCE_OWN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/independence/publishers", test_publishers);
  g_test_add_func ("/independence/authors", test_authors);
  g_test_add_func ("/independence/nearest-tie-counts", test_nearest_tie_counts);
  g_test_add_func ("/independence/unknown", test_unknown);
  g_test_add_func ("/independence/declarations", test_declarations);
  g_test_add_func ("/independence/parts-and-publications", test_parts_and_publications);
  g_test_add_func ("/independence/rests-on-own", test_rests_on_own);
  g_test_add_func ("/independence/circles", test_circles);
  g_test_add_func ("/independence/document-itself", test_document_itself);
  g_test_add_func ("/independence/owner", test_owner);
  return g_test_run ();
}
