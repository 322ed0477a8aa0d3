/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps the case study in every kind of store, finds it the same in each, and saves over nobody's work. */
#include <glib/gstdio.h>
#include <ruralalliance.h>

static const char *const names[] = { "alliance.json", "alliance.rua", "alliance.ruac", "package/" };

static GBytes *
document_of (RuaAlliance *alliance, GError **error)
{
  return alliance != NULL ? rua_alliance_to_json (alliance, NULL, error) : NULL;
}

static gboolean
keep (RuaAlliance *alliance, GBytes *document, const char *folder, const char *name, GError **error)
{
  g_autofree char *place = g_build_filename (folder, name, NULL);
  g_autoptr (RuaStore) store = rua_store_open (place, RUA_STORE_NONE, NULL, NULL, error), again = NULL;
  g_autoptr (RuaAlliance) back = NULL;
  g_autoptr (GBytes) found = NULL;

  if (store == NULL || !rua_store_save (store, alliance, RUA_SAVE_NONE, NULL, NULL, error))
    return FALSE;
  again = rua_store_open (place, RUA_STORE_READ_ONLY, NULL, NULL, error);
  back = again != NULL ? rua_store_load (again, NULL, NULL, error) : NULL;
  found = document_of (back, error);
  if (found == NULL)
    return FALSE;
  g_print ("%s: %s, %s alliance\n", name, rua_store_get_words (again), g_bytes_equal (found, document) ? "the same" : "another");
  return TRUE;
}

static gboolean
save_over (const char *folder, GError **error)
{
  g_autofree char *place = g_build_filename (folder, "alliance.json", NULL);
  g_autoptr (RuaStore) mine = rua_store_open (place, RUA_STORE_NONE, NULL, NULL, error), theirs = rua_store_open (place, RUA_STORE_NONE, NULL, NULL, error);
  g_autoptr (RuaAlliance) copy = mine != NULL ? rua_store_load (mine, NULL, NULL, error) : NULL;
  g_autoptr (RuaAlliance) other = copy != NULL && theirs != NULL ? rua_store_load (theirs, NULL, NULL, error) : NULL;
  g_autoptr (GError) refusal = NULL;

  if (other == NULL || !rua_store_save (theirs, other, RUA_SAVE_NONE, NULL, NULL, error))
    return FALSE;
  if (!rua_store_save (mine, copy, RUA_SAVE_NONE, NULL, NULL, &refusal) && g_error_matches (refusal, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG))
    g_print ("somebody else has saved alliance.json meanwhile: theirs stays\n");
  return TRUE;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *below = g_build_filename (path, name, NULL);

    remove_all (below);
  }
  (void) g_remove (path);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaLimits) limits = rua_limits_new ();
  g_autoptr (RuaStore) store = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GBytes) document = NULL;
  g_autofree char *folder = NULL;
  gboolean done;

  rua_limits_set_rows (limits, 100000);
  rua_limits_set_seconds (limits, 60);
  store = rua_store_open (argc > 1 ? argv[1] : "examples/rural-urban-alliance.json", RUA_STORE_STRANGER, limits, NULL, &error);
  alliance = store != NULL ? rua_store_load (store, NULL, NULL, &error) : NULL;
  document = document_of (alliance, &error);
  folder = document != NULL ? g_dir_make_tmp ("store-XXXXXX", &error) : NULL;
  done = folder != NULL;
  for (guint i = 0; done && i < G_N_ELEMENTS (names); i++)
    done = keep (alliance, document, folder, names[i], &error);
  done = done && save_over (folder, &error);
  if (folder != NULL)
    remove_all (folder);
  if (done)
    return 0;
  g_printerr ("%s\n", error->message);
  return 2;
}
