/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The *.rua file: what is saved is what is read, to the document's bytes. */
#include "rua-alliance-json.h"
#include "rua-sqlite-private.h"

#include <glib/gstdio.h>
#include <string.h>

#include "random-alliance.h"

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("rua-sqlite-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "alliance.rua", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

static char *
document_of (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);
  gsize length;
  const char *data;

  g_assert_no_error (error);
  data = g_bytes_get_data (bytes, &length);
  return g_strndup (data, length);
}

static void
save (RuaAlliance *alliance, const char *path)
{
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
}

static RuaAlliance *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance = rua_alliance_open (path, NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static void
assert_round_trip (RuaAlliance *alliance, const char *path)
{
  g_autofree char *before = document_of (alliance);
  g_autoptr (RuaAlliance) again = NULL;
  g_autofree char *after = NULL;

  save (alliance, path);
  again = load (path);
  after = document_of (again);
  g_assert_cmpstr (after, ==, before);
}

static void
test_random (Fixture *f, gconstpointer data)
{
  guint trials = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 3 : 20;

  for (guint trial = 0; trial < trials; trial++) {
    RuaRandom random;
    g_autoptr (RuaAlliance) alliance = NULL;

    rua_random_init (&random, (guint64) g_test_rand_int_range (0, G_MAXINT32));
    alliance = random_alliance_new (&random, rua_random_below (&random, trial % 10 == 9 ? 6000 : 60));
    assert_round_trip (alliance, f->path);
    for (guint i = rua_random_below (&random, 60); i > 0; i--)
      random_alliance_edit (alliance, &random);
    assert_round_trip (alliance, f->path);
  }
}

static void
test_documents (Fixture *f, gconstpointer data)
{
  const char *const names[] = { "tests/data/beekeepers.json", "tests/data/fishers.json", "examples/rural-urban-alliance.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), names[i], NULL);
    g_autoptr (RuaAlliance) alliance = load (path);

    assert_round_trip (alliance, f->path);
  }
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  GStatBuf st;

  assert_round_trip (alliance, f->path);
  g_assert_cmpint (g_stat (f->path, &st), ==, 0);
  g_test_message ("an empty file has %" G_GINT64_FORMAT " bytes", (gint64) st.st_size);
}

#define ADD(path, function) g_test_add ("/sqlite/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("empty", test_empty);
  ADD ("documents", test_documents);
  ADD ("random", test_random);
  return g_test_run ();
}
