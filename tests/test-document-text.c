/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-document-text-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rua-error.h"

typedef struct {
  char *folder;
  char *outside;
} Fixture;

static void
write_file (const char *folder, const char *name, const char *text, gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->folder = g_dir_make_tmp ("rua-text-XXXXXX", NULL);
  fixture->outside = g_dir_make_tmp ("rua-outside-XXXXXX", NULL);
  write_file (fixture->folder, "a.txt", "One line.\nAnother line, of 12 words.\n", -1);
  write_file (fixture->outside, "secret.txt", "not for us", -1);
}

static void
remove_folder (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      remove_folder (path);
    else
      g_unlink (path);
  }
  g_dir_close (dir);
  g_rmdir (folder);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  remove_folder (fixture->folder);
  remove_folder (fixture->outside);
  g_free (fixture->folder);
  g_free (fixture->outside);
}

static void
test_open (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaDocumentText) text = rua_document_text_open (fixture->folder, "a.txt", &error);
  g_autofree char *digest = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (text->text, ==, "One line.\nAnother line, of 12 words.\n");
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->text, -1);
  g_assert_cmpstr (text->digest, ==, digest);
}

static void
refuse (const char *folder, const char *name, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_document_text_open (folder, name, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, "document"));
}

static void
test_stays_inside (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *absolute = g_build_filename (fixture->folder, "a.txt", NULL);
  g_autofree char *target = g_build_filename (fixture->outside, "secret.txt", NULL);
  g_autofree char *link = g_build_filename (fixture->folder, "link.txt", NULL);
  g_autofree char *folder_link = g_build_filename (fixture->folder, "elsewhere", NULL);
  g_autofree char *inner = g_build_filename (fixture->folder, "inner.txt", NULL);
  g_autoptr (RuaDocumentText) text = NULL;

  refuse (fixture->folder, absolute, RUA_ERROR, RUA_ERROR_VALUE);
  refuse (fixture->folder, "../secret.txt", RUA_ERROR, RUA_ERROR_VALUE);
  refuse (fixture->folder, "x/../../secret.txt", RUA_ERROR, RUA_ERROR_VALUE);
  refuse (fixture->folder, "", RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_cmpint (symlink (target, link), ==, 0);
  refuse (fixture->folder, "link.txt", RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_cmpint (symlink (fixture->outside, folder_link), ==, 0);
  refuse (fixture->folder, "elsewhere/secret.txt", RUA_ERROR, RUA_ERROR_VALUE);
  /* A link that stays inside is none of our business. */
  g_assert_cmpint (symlink ("a.txt", inner), ==, 0);
  text = rua_document_text_open (fixture->folder, "inner.txt", NULL);
  g_assert_nonnull (text);
}

static void
test_sibling_with_same_start (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *sibling = g_strconcat (fixture->folder, "-more", NULL);
  g_autofree char *target = g_build_filename (sibling, "b.txt", NULL);
  g_autofree char *link = g_build_filename (fixture->folder, "b.txt", NULL);

  g_assert_cmpint (g_mkdir (sibling, 0700), ==, 0);
  write_file (sibling, "b.txt", "next door", -1);
  g_assert_cmpint (symlink (target, link), ==, 0);
  refuse (fixture->folder, "b.txt", RUA_ERROR, RUA_ERROR_VALUE);
  remove_folder (sibling);
}

static void
test_not_a_text (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *pipe = g_build_filename (fixture->folder, "pipe", NULL);
  g_autofree char *folder = g_build_filename (fixture->folder, "folder", NULL);
  g_autofree char *big = g_build_filename (fixture->folder, "big.txt", NULL);

  refuse (fixture->folder, "none.txt", G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  refuse (fixture->folder, "pipe", RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  refuse (fixture->folder, "folder", RUA_ERROR, RUA_ERROR_VALUE);
  write_file (fixture->folder, "latin.txt", "caf\xE9", 4);
  refuse (fixture->folder, "latin.txt", RUA_ERROR, RUA_ERROR_SYNTAX);
  write_file (fixture->folder, "nul.txt", "a\0b", 3);
  refuse (fixture->folder, "nul.txt", RUA_ERROR, RUA_ERROR_SYNTAX);
  write_file (fixture->folder, "big.txt", "x", 1);
  g_assert_cmpint (truncate (big, (off_t) RUA_DOCUMENT_TEXT_LIMIT + 1), ==, 0);
  refuse (fixture->folder, "big.txt", RUA_ERROR, RUA_ERROR_LIMIT);
}

static void
test_byte_order_mark (void)
{
  g_autoptr (RuaDocumentText) text = rua_document_text_new ("\xEF\xBB\xBFGo", -1, NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "\xEF\xBB\xBFGo", -1);

  g_assert_cmpstr (text->text, ==, "Go");
  g_assert_cmpstr (text->digest, ==, digest);
}

static void
test_locate (void)
{
  g_autoptr (RuaDocumentText) text = rua_document_text_new ("ab\n\n稻米 x\n", -1, NULL);
  guint line, column;

  rua_document_text_locate (text, 0, &line, &column);
  g_assert_cmpuint (line, ==, 1);
  g_assert_cmpuint (column, ==, 1);
  rua_document_text_locate (text, 3, &line, &column);
  g_assert_cmpuint (line, ==, 2);
  rua_document_text_locate (text, strlen ("ab\n\n稻米 "), &line, &column);
  g_assert_cmpuint (line, ==, 3);
  g_assert_cmpuint (column, ==, 4);
  rua_document_text_locate (text, 9999, &line, &column);
  g_assert_cmpuint (line, ==, 4);
}

static void
check_sentence (const char *whole, const char *word, const char *sentence)
{
  g_autoptr (RuaDocumentText) text = rua_document_text_new (whole, -1, NULL);
  gsize length;
  gsize at = rua_document_text_sentence (text, (gsize) (strstr (text->text, word) - text->text), &length);
  g_autofree char *found = g_strndup (text->text + at, length);

  g_assert_cmpstr (found, ==, sentence);
}

static void
test_sentence (void)
{
  check_sentence ("First one. The second has 3.5 parts. Third!", "parts", "The second has 3.5 parts.");
  check_sentence ("She met Prof. Li in May. They spoke.", "May", "She met Prof. Li in May.");
  check_sentence ("A heading\nIts text goes on. More.", "text", "Its text goes on.");
  check_sentence ("甲乙。丙丁戊。己", "丁", "丙丁戊。");
  check_sentence ("No end at all", "end", "No end at all");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/document-text/open", Fixture, NULL, set_up, test_open, tear_down);
  g_test_add ("/document-text/stays-inside", Fixture, NULL, set_up, test_stays_inside, tear_down);
  g_test_add ("/document-text/sibling", Fixture, NULL, set_up, test_sibling_with_same_start, tear_down);
  g_test_add ("/document-text/not-a-text", Fixture, NULL, set_up, test_not_a_text, tear_down);
  g_test_add_func ("/document-text/byte-order-mark", test_byte_order_mark);
  g_test_add_func ("/document-text/locate", test_locate);
  g_test_add_func ("/document-text/sentence", test_sentence);
  return g_test_run ();
}
