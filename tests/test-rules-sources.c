/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "evidence-build.h"

/* A salt alliance. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "place", "coast", "name", "Coast", NULL);
  build (alliance, "place", "hills", "name", "Hills", NULL);
  build (alliance, "organisation", "team", "name", "Salt Team", NULL);
  build (alliance, "organisation", "radio", "name", "Coast Radio", "place", "coast", NULL);
  build (alliance, "alliance", NULL, "title", "Salt", "owner", "team", NULL);
  build (alliance, "document", "doc", "title", "Salt report", NULL);
  return alliance;
}

static void
test_cited_not_listed (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  assert_none (alliance, "Salt sells [A1, A2].\n[A1] One.\n[A2] Two.", "cited_not_listed");
  assert_found (alliance, "Salt sells [A1].\nIt does [A3]. Again [A3].\n[A1] One.", "cited_not_listed", 1, "document/doc @2: [A3]");
  build (alliance, "source", "s", "title", "S", "label", "A3", NULL);
  assert_none (alliance, "Salt sells [A1].\nIt does [A3].\n[A1] One.", "cited_not_listed");
  /* A number in brackets is a label only where such labels are listed. */
  assert_none (alliance, "The [3] brine.", "cited_not_listed");
  assert_found (alliance, "The [3] brine.\n[1] One.\n", "cited_not_listed", 1, "[3]");
}

static void
test_label_of_other_document (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "document", "other", "title", "Other", NULL);
  build (alliance, "source", "s", "title", "S", "label", "A3", "document", "other", NULL);
  assert_found (alliance, "It does [A3].", "cited_not_listed", 1, "[A3]");
}

static void
test_listed_never_cited (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "publication", "a2", "title", "Two", "label", "A2", "document", "doc", NULL);
  assert_found (alliance, "Salt sells [A1].\n[A1] One.\n[A2] Two.", "listed_never_cited", 1, "publication/a2 document/doc @3: [A2]");
  assert_none (alliance, "Salt sells [A1-A2].\n[A1] One.\n[A2] Two.", "listed_never_cited");
  assert_none (alliance, "[A1] One.\n[A2] Two.", "listed_never_cited");
}

static void
test_not_independent (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "ours", "title", "O", "publisher", "team", NULL);
  build (alliance, "source", "theirs", "title", "T", "publisher", "radio", NULL);
  build (alliance, "claim", "c1", "sources", "ours", NULL);
  build (alliance, "claim", "c2", "sources", "ours|theirs", NULL);
  rebuild (alliance, "source", "ours", "publisher", "radio", NULL);
  assert_none (alliance, NULL, "not_independent");
  rebuild (alliance, "source", "ours", "publisher", "team", NULL);
  assert_found (alliance, NULL, "not_independent", 1, "source/ours @0: ours is the alliance's own");
  assert_found (alliance, NULL, "not_independent", 1, "2 claims name it, 1 of them no independent source besides");
}

static void
test_declared_independent (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "a", "title", "A", "publisher", "team", "independence", "own", NULL);
  build (alliance, "source", "b", "title", "B", "publisher", "radio", "independence", "independent", NULL);
  assert_none (alliance, NULL, "declared_independent");
  rebuild (alliance, "source", "a", "independence", "independent", NULL);
  assert_found (alliance, NULL, "declared_independent", 1, "source/a @0: a is declared independent; it is own");
  rebuild (alliance, "source", "b", "publisher", "", NULL);
  assert_found (alliance, NULL, "declared_independent", 2, "source/b");
}

static void
test_circular (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "a", "title", "A", "publisher", "radio", NULL);
  build (alliance, "source", "b", "title", "B", "publisher", "radio", "sources", "a", NULL);
  assert_none (alliance, NULL, "circular");
  rebuild (alliance, "source", "a", "sources", "b", NULL);
  assert_found (alliance, NULL, "circular", 2, "a → b → a");
}

static void
test_source_stretched (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  build (alliance, "source", "s", "title", "S", "label", "A1", "publisher", "radio", NULL);
  build (alliance, "source", "t", "title", "T", "publisher", "radio", NULL);
  build (alliance, "claim", "c", "scope_places", "coast", "sources", "s", NULL);
  assert_none (alliance, NULL, "source_stretched");
  rebuild (alliance, "claim", "c", "scope_places", "coast|hills", NULL);
  assert_found (alliance, NULL, "source_stretched", 1, "claim/c source/s @0: A1, from Coast, is the only source for what is said of Hills too.");
  rebuild (alliance, "claim", "c", "sources", "s|t", NULL);
  assert_none (alliance, NULL, "source_stretched");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules-sources/cited-not-listed", test_cited_not_listed);
  g_test_add_func ("/rules-sources/label-of-other-document", test_label_of_other_document);
  g_test_add_func ("/rules-sources/listed-never-cited", test_listed_never_cited);
  g_test_add_func ("/rules-sources/not-independent", test_not_independent);
  g_test_add_func ("/rules-sources/declared-independent", test_declared_independent);
  g_test_add_func ("/rules-sources/circular", test_circular);
  g_test_add_func ("/rules-sources/source-stretched", test_source_stretched);
  return g_test_run ();
}
