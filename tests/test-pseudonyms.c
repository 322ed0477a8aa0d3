/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies in which nobody is named, and whose records still belong together. */
#include "rua-pseudonyms.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "marked-alliance.h"
#include "rua-alliance-json.h"

static GBytes *
key_of (char fill)
{
  char bytes[32];

  memset (bytes, fill, sizeof bytes);
  return g_bytes_new (bytes, sizeof bytes);
}

static char *
to_json (RuaAlliance *alliance)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static RuaAlliance *
copy_of (RuaAlliance *alliance, char fill, const char *const *kinds, gboolean keep_notes)
{
  g_autoptr (GBytes) key = key_of (fill);
  GError *error = NULL;
  RuaAlliance *copy = rua_alliance_pseudonymise (alliance, key, kinds, keep_notes, NULL, &error);

  g_assert_no_error (error);
  return copy;
}

static const char *
id_at (RuaAlliance *alliance, const char *kind, guint position)
{
  g_autoptr (RuaRecord) record = rua_table_dup_record (rua_alliance_get_table (alliance, kind), position);

  /* Texts of a table stay as long as it. */
  return rua_record_get_id (record);
}

static gboolean
is_text (RuaField *field)
{
  RuaFieldType type = rua_field_get_field_type (field);

  return type == RUA_FIELD_TYPE_TEXT || type == RUA_FIELD_TYPE_TEXTS || type == RUA_FIELD_TYPE_TEXT_LIST || type == RUA_FIELD_TYPE_JSON;
}

/* No id and no personal text of anybody is left, in whatever field of whatever kind. */
static void
test_nobody_is_named (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new (), copy = copy_of (alliance, 'k', NULL, FALSE);
  guint n_looked_at = 0;

  for (guint t = 0; t < rua_alliance_get_n_tables (copy); t++) {
    RuaTable *table = rua_alliance_get_table_at (copy, t);
    RuaKind *kind = rua_table_get_kind (table);

    g_assert_cmpuint (rua_table_get_n_records (table), ==, rua_table_get_n_records (rua_alliance_get_table_at (alliance, t)));
    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);
      RuaColumn *column = rua_table_peek_column (table, i);

      if (!is_text (field) || rua_field_get_privacy (field) != RUA_PRIVACY_PERSONAL)
        continue;
      for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
        gsize length;
        const char *text = rua_column_read_text (column, row, &length);

        if (text && g_strstr_len (text, (gssize) length, MARK))
          g_error ("%s.%s still says %s", rua_kind_get_name (kind), rua_field_get_name (field), text);
        n_looked_at += text != NULL;
      }
      /* The dictionary, which a columnar file would hold. */
      for (guint32 code = 0; code < rua_column_get_n_codes (column); code++)
        g_assert_null (strstr (rua_column_code_text (column, code, NULL), MARK));
    }
  }
  g_assert_cmpuint (n_looked_at, >, 40);
  {
    g_autofree char *json = to_json (copy);

    /* What is left of the marks is how people are, not who. */
    g_assert_nonnull (strstr (json, MARK "ethnicity"));
    g_assert_null (strstr (json, MARK "answer"));
    g_assert_null (strstr (json, MARK "household"));
    g_assert_null (strstr (json, MARK "note"));
    g_assert_null (strstr (json, "\"longitude\": " MARKED_NUMBER_TEXT));
    g_assert_nonnull (strstr (json, "\"year_of_birth\": " MARKED_NUMBER_TEXT));
  }
}

static void
test_references_follow (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new (), copy = copy_of (alliance, 'k', NULL, FALSE);
  g_autoptr (RuaRecord) income = rua_table_dup_record (rua_alliance_get_incomes (copy), 0);
  g_autoptr (RuaRecord) household = rua_record_dup_reference (income, "household");
  g_autoptr (RuaRecord) asset = rua_alliance_find (copy, "asset", "asset-1");
  g_autoptr (RuaRecord) holder = rua_record_dup_reference (asset, "holder");
  g_autoptr (RuaRecord) source = rua_alliance_find (copy, "source", "source-1");
  g_autoptr (GListModel) authors = rua_record_list_references (source, "authors");
  g_autoptr (RuaRecord) author = g_list_model_get_item (authors, 0);

  g_assert_cmpstr (rua_record_get_id (household), ==, id_at (copy, "household", 0));
  g_assert_true (holder == household);
  g_assert_cmpstr (rua_record_get_id (author), ==, id_at (copy, "person", 0));
}

static void
test_keys (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();
  g_autoptr (RuaAlliance) a = copy_of (alliance, 'k', NULL, FALSE), again = copy_of (alliance, 'k', NULL, FALSE), b = copy_of (alliance, 'l', NULL, FALSE);
  g_autofree char *first = to_json (a), *second = to_json (again);
  GError *error = NULL;
  g_autoptr (GBytes) brief = g_bytes_new_static ("too short", 9);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (id_at (a, "household", 0), !=, id_at (b, "household", 0));
  /* Of one id, in two kinds, two pseudonyms. */
  g_assert_cmpstr (id_at (a, "household", 0), !=, id_at (a, "person", 0));
  g_assert_cmpuint (strlen (id_at (a, "household", 0)), ==, 32);
  g_assert_null (rua_alliance_pseudonymise (alliance, brief, NULL, FALSE, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_null (strstr (error->message, "too short"));
  g_clear_error (&error);
}

/* From elsewhere: printf 'household\0id\0h1\0' | openssl dgst -sha256 -hmac KEY, its first 32 digits,
 * with a KEY of 32 letters k. */
static void
test_hash (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new (), copy = NULL;
  g_autoptr (RuaHousehold) household = rua_household_new ();

  rua_record_set_id (RUA_RECORD (household), "h1", NULL);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (household), NULL));
  copy = copy_of (alliance, 'k', NULL, FALSE);
  g_assert_cmpstr (id_at (copy, "household", 0), ==, "e605bd8f53e17cf820a931bb2185887f");
}

static void
test_chosen (void)
{
  static const char *const kinds[] = { "person", NULL }, *const none[] = { "persson", NULL };
  g_autoptr (RuaAlliance) alliance = marked_alliance_new (), copy = copy_of (alliance, 'k', kinds, TRUE);
  g_autoptr (RuaRecord) person = rua_table_dup_record (rua_alliance_get_people (copy), 0);
  g_autoptr (GBytes) key = key_of ('k');
  GError *error = NULL;

  g_assert_cmpstr (id_at (copy, "household", 0), ==, MARK "household-1");
  g_assert_null (strstr (rua_record_get_id (person), MARK));
  g_assert_null (strstr (rua_record_get_texts (person, "name", NULL), MARK));
  g_assert_cmpstr (rua_record_get_text (person, "note"), ==, MARK "note");
  g_assert_null (rua_alliance_pseudonymise (alliance, key, none, FALSE, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_clear_error (&error);
}

/* ---- the key's file ---- */

static void
refused (const char *path, const char *target, const char *says)
{
  GError *error = NULL;

  g_assert_null (rua_pseudonyms_read_key (path, target, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  if (!strstr (error->message, says))
    g_error ("'%s' does not say '%s'", error->message, says);
  g_assert_null (strstr (error->message, "kkkk"));
  g_clear_error (&error);
}

static void
test_key_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("rua-key-XXXXXX", NULL), *out = g_build_filename (folder, "out", NULL);
  g_autofree char *path = g_build_filename (folder, "key", NULL), *link = g_build_filename (folder, "link", NULL);
  g_autofree char *inside = g_build_filename (out, "key", NULL), *fifo = g_build_filename (folder, "fifo", NULL), *copy = g_build_filename (out, "copy.json", NULL);
  g_autoptr (GBytes) key = NULL, expected = key_of ('k');
  const char *text = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\n";
  GError *error = NULL;

  g_assert_cmpint (g_mkdir (out, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_assert_true (g_file_set_contents_full (inside, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  key = rua_pseudonyms_read_key (path, copy, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (key, expected));
  refused (inside, out, "in the folder");
  refused (inside, copy, "in the folder");
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  refused (path, NULL, "chmod 600");
  g_assert_cmpint (g_chmod (path, 0604), ==, 0);
  refused (path, NULL, "chmod 600");
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  g_assert_cmpint (symlink (path, link), ==, 0);
  refused (link, NULL, "symbolic link");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  refused (fifo, NULL, "no ordinary file");
  refused (folder, NULL, "no ordinary file");
  /* GLib 2.74 does not cut a file that it writes over in place. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_true (g_file_set_contents_full (path, "kkkkkkkk", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  refused (path, NULL, "at least 32");
  g_assert_cmpint (g_unlink (path), ==, 0);
  refused (path, NULL, "No such file");
  g_unlink (inside);
  g_unlink (link);
  g_unlink (fifo);
  g_rmdir (out);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pseudonyms/nobody-is-named", test_nobody_is_named);
  g_test_add_func ("/pseudonyms/references-follow", test_references_follow);
  g_test_add_func ("/pseudonyms/keys", test_keys);
  g_test_add_func ("/pseudonyms/hash", test_hash);
  g_test_add_func ("/pseudonyms/chosen", test_chosen);
  g_test_add_func ("/pseudonyms/key-file", test_key_file);
  return g_test_run ();
}
