/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in the way of a save, on every store: a clear error, the old file whole, nothing left behind. */
#include "fault-case.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  const FaultStore *store;
  char *folder, *path;
  RuaAlliance *old, *new;
} Case;

static void
begin (Case *c, gconstpointer store)
{
  *c = (Case) { store, fault_make_folder (), NULL, fault_alliance (1, 30), fault_alliance (2, 50) };
  c->path = g_build_filename (c->folder, c->store->name, NULL);
  /* A link and a pipe have no slash behind their names. */
  if (g_str_has_suffix (c->path, "/"))
    c->path[strlen (c->path) - 1] = '\0';
}

static void
end (Case *c)
{
  g_chmod (c->folder, 0700);
  fault_remove (c->folder);
  g_free (c->folder);
  g_free (c->path);
  g_object_unref (c->old);
  g_object_unref (c->new);
}

/* As the store's name says what it is. */
static char *
place_of (const Case *c)
{
  return g_strconcat (c->path, g_str_has_suffix (c->store->name, "/") ? "/" : "", NULL);
}

static void
save (const Case *c, RuaAlliance *alliance)
{
  g_autofree char *place = place_of (c);
  g_autoptr (GError) error = NULL;

  rua_alliance_save (alliance, place, RUA_SAVE_REPLACE, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_holds (const Case *c, RuaAlliance *alliance)
{
  g_autofree char *place = place_of (c), *expected = fault_document (alliance), *found = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) opened = rua_alliance_open (place, NULL, &error);

  g_assert_no_error (error);
  found = fault_document (opened);
  g_assert_cmpstr (found, ==, expected);
}

/* The save is refused with a word that tells why, and all below the folder is as it was. */
static void
assert_refused (const Case *c, RuaSaveFlags flags, int code, const char *word)
{
  g_autofree char *place = place_of (c), *before = fault_describe (c->folder), *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (rua_alliance_save (c->new, place, flags, NULL, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);
  if (code >= 0)
    g_assert_cmpint (error->code, ==, code);
  g_assert_nonnull (strstr (error->message, c->path));
  g_assert_nonnull (strstr (error->message, word));
  after = fault_describe (c->folder);
  g_assert_cmpstr (after, ==, before);
}

/* Runs @function as a user with few rights; root, who may do all, cannot test otherwise. */
static void
as_nobody (Case *c, void (*function) (Case *c))
{
  pid_t child;
  int status;

  if (geteuid () != 0) {
    function (c);
    return;
  }
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    if (setgid (65534) != 0 || setuid (65534) != 0)
      _exit (77);
    function (c);
    _exit (0);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    g_test_skip ("this process may not become another user");
  else
    g_assert_cmpint (status, ==, 0);
}

/* Its owner is the one who will look. */
static void
give_away (Case *c)
{
  if (geteuid () == 0)
    g_assert_cmpint (chown (c->folder, 65534, 65534), ==, 0);
}

static void
test_there_already (gconstpointer store)
{
  Case c;

  begin (&c, store);
  save (&c, c.old);
  assert_refused (&c, RUA_SAVE_NONE, G_IO_ERROR_EXISTS, "already");
  assert_holds (&c, c.old);
  save (&c, c.new);
  assert_holds (&c, c.new);
  g_assert_cmpuint (fault_count_files (c.folder), ==, 1);
  end (&c);
}

static void
test_no_folder (gconstpointer store)
{
  g_autofree char *deeper = NULL;
  Case c;

  begin (&c, store);
  deeper = g_build_filename (c.folder, "not", "there", "alliance", NULL);
  g_free (c.path);
  c.path = g_strdup_printf ("%s%s", deeper, g_str_equal (c.store->name, "alliance/") ? "" : strchr (c.store->name, '.'));
  assert_refused (&c, RUA_SAVE_NONE, G_IO_ERROR_NOT_FOUND, "folder");
  end (&c);
}

static void
save_into_read_only (Case *c)
{
  assert_refused (c, RUA_SAVE_REPLACE, G_IO_ERROR_PERMISSION_DENIED, "right");
}

static void
test_read_only_folder (gconstpointer store)
{
  Case c;

  begin (&c, store);
  give_away (&c);
  g_assert_cmpint (g_chmod (c.folder, 0555), ==, 0);
  as_nobody (&c, save_into_read_only);
  g_assert_cmpuint (fault_count_files (c.folder), ==, 0);
  end (&c);
}

static void
save_over_anothers (Case *c)
{
  assert_refused (c, RUA_SAVE_REPLACE, G_IO_ERROR_PERMISSION_DENIED, "right");
}

/* A file in a folder of ours that we may not write. */
static void
test_no_permission (gconstpointer store)
{
  Case c;

  begin (&c, store);
  save (&c, c.old);
  give_away (&c);
  g_assert_cmpint (g_chmod (c.path, g_file_test (c.path, G_FILE_TEST_IS_DIR) ? 0555 : 0444), ==, 0);
  as_nobody (&c, save_over_anothers);
  assert_holds (&c, c.old);
  end (&c);
}

/* What is not there in the form of this store. */
static void
test_something_else (gconstpointer store)
{
  gboolean is_folder;
  g_autofree char *in_it = NULL;
  Case c;

  begin (&c, store);
  is_folder = g_str_has_suffix (c.store->name, "/");
  if (!is_folder) {
    g_assert_cmpint (g_mkdir (c.path, 0700), ==, 0);
    assert_refused (&c, RUA_SAVE_REPLACE, -1, "folder");
    g_assert_cmpint (g_rmdir (c.path), ==, 0);
  }
  g_assert_cmpint (mkfifo (c.path, 0600), ==, 0);
  assert_refused (&c, RUA_SAVE_REPLACE, -1, is_folder ? "" : "pipe");
  g_assert_cmpint (g_unlink (c.path), ==, 0);
  /* Somebody's folder, which is none of ours. */
  if (is_folder) {
    g_assert_cmpint (g_mkdir (c.path, 0700), ==, 0);
    in_it = g_build_filename (c.path, "letter.txt", NULL);
    g_file_set_contents (in_it, "dear", 4, NULL);
    assert_refused (&c, RUA_SAVE_NONE, -1, "");
  }
  end (&c);
}

static void
test_symlink (gconstpointer store)
{
  g_autofree char *target = NULL, *kept = NULL;
  struct stat st;
  Case c;

  begin (&c, store);
  target = g_build_filename (c.folder, "elsewhere", NULL);
  g_assert_cmpint (g_mkdir (target, 0700), ==, 0);
  kept = g_path_get_basename (c.path);
  {
    g_autofree char *real = g_build_filename (target, kept, NULL), *link_path = g_steal_pointer (&c.path);

    c.path = g_strdup (real);
    save (&c, c.old);
    g_assert_cmpint (symlink (real, link_path), ==, 0);
    g_free (c.path);
    c.path = g_steal_pointer (&link_path);
  }
  assert_holds (&c, c.old);
  save (&c, c.new);
  assert_holds (&c, c.new);
  g_assert_cmpint (lstat (c.path, &st), ==, 0);
  g_assert_true (S_ISLNK (st.st_mode));
  g_assert_cmpuint (fault_count_files (target), ==, 1);
  g_assert_cmpuint (fault_count_files (c.folder), ==, 2);
  /* One that leads to itself. */
  g_assert_cmpint (g_unlink (c.path), ==, 0);
  g_assert_cmpint (symlink (c.path, c.path), ==, 0);
  assert_refused (&c, RUA_SAVE_REPLACE, -1, "");
  end (&c);
}

/* Every size of disk, from none to enough. */
static void
test_full_disk (gconstpointer store)
{
  guint n_full = 0, n_done = 0;
  Case c;

  begin (&c, store);
  if (mount ("none", c.folder, "tmpfs", 0, "size=64k") != 0) {
    g_test_skip ("only root can mount a small disk");
    end (&c);
    return;
  }
  g_object_unref (c.new);
  c.new = fault_alliance (2, 300);
  for (guint kib = 4; kib <= 8192 && n_done == 0; kib += MAX (4, kib / 4)) {
    g_autofree char *options = g_strdup_printf ("size=%uk", kib), *place = place_of (&c);
    g_autoptr (GError) error = NULL;
    gboolean had_old = FALSE, done;

    g_assert_cmpint (umount (c.folder), ==, 0);
    g_assert_cmpint (mount ("none", c.folder, "tmpfs", 0, options), ==, 0);
    had_old = rua_alliance_save (c.old, place, RUA_SAVE_NONE, NULL, NULL);
    done = rua_alliance_save (c.new, place, RUA_SAVE_REPLACE, NULL, &error);
    if (done) {
      n_done++;
      assert_holds (&c, c.new);
    } else {
      n_full++;
      g_test_message ("%u KiB: %s", kib, error->message);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_assert_nonnull (strstr (error->message, "room"));
      if (had_old)
        assert_holds (&c, c.old);
    }
    g_assert_cmpuint (fault_count_files (c.folder), ==, done || had_old ? 1 : 0);
  }
  g_test_message ("%u disks were too small", n_full);
  g_assert_cmpuint (n_full, >, 1);
  g_assert_cmpuint (n_done, ==, 1);
  g_assert_cmpint (umount (c.folder), ==, 0);
  end (&c);
}

static gpointer
save_many (gpointer data)
{
  Case *c = data;
  g_autofree char *place = place_of (c);
  guint n_saved = 0;

  for (guint i = 0; i < 20; i++) {
    g_autoptr (GError) error = NULL;

    if (rua_alliance_save (c->new, place, RUA_SAVE_REPLACE, NULL, &error))
      n_saved++;
    else
      {
        g_assert_cmpuint (error->domain, ==, G_IO_ERROR); /* told, and not torn */
        g_usleep (5000);
      }
  }
  return GUINT_TO_POINTER (n_saved);
}

/* Two that save at once, by processes of their own: each save is whole or refused, and one of them is the last. */
static void
test_two_writers (gconstpointer store)
{
  g_autofree char *place = NULL, *one = NULL, *two = NULL, *found = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) opened = NULL;
  Case other;
  pid_t child;
  int status;
  guint n_saved;
  Case c;

  begin (&c, store);
  other = c;
  other.new = c.old;
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (save_many (&other) != NULL ? 0 : 1);
  n_saved = GPOINTER_TO_UINT (save_many (&c));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) <= 1);
  /* On a slow machine one may find the other at work each time. */
  g_assert_true (n_saved > 0 || WEXITSTATUS (status) == 0);
  place = place_of (&c);
  opened = rua_alliance_open (place, NULL, &error);
  g_assert_no_error (error);
  one = fault_document (c.old);
  two = fault_document (c.new);
  found = fault_document (opened);
  g_assert_true (g_str_equal (found, one) || g_str_equal (found, two));
  g_assert_cmpuint (fault_count_files (c.folder), ==, 1);
  end (&c);
}

/* What stands beside, under names like those of a saver at work, and is not ours to remove. */
static void
test_not_ours (gconstpointer store)
{
  static const char *const names[] = { ".%s.rua-", ".%s.rua-abc", ".%s.rua-abcdefg", ".%s.rva-abcdef", "%s.rua-abcdef", ".x%s.rua-abcdef" };
  guint n = 0;
  Case c;

  begin (&c, store);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *base = g_path_get_basename (c.path), *path = NULL;
    g_auto (GStrv) parts = g_strsplit (names[i], "%s", 2);
    g_autofree char *name = g_strconcat (parts[0], base, parts[1], NULL);

    path = g_build_filename (c.folder, name, NULL);
    g_assert_true (g_file_set_contents (path, "mine", 4, NULL));
    n++;
  }
  save (&c, c.old);
  save (&c, c.new);
  g_assert_cmpuint (fault_count_files (c.folder), ==, n + 1);
  end (&c);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *words;
    void (*function) (gconstpointer store);
  } tests[] = {
    { "there-already", test_there_already }, { "no-folder", test_no_folder },     { "read-only-folder", test_read_only_folder },
    { "no-permission", test_no_permission }, { "something-else", test_something_else }, { "symlink", test_symlink },
    { "full-disk", test_full_disk },         { "two-writers", test_two_writers }, { "not-ours", test_not_ours },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint t = 0; t < G_N_ELEMENTS (tests); t++)
    for (guint i = 0; i < fault_n_stores; i++) {
      g_autofree char *path = g_strdup_printf ("/obstacles/%s/%s", tests[t].words, fault_stores[i].words);
      g_test_add_data_func (path, &fault_stores[i], tests[t].function);
    }
  return g_test_run ();
}
